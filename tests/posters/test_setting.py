"""Breaking lines: nothing wider than the column, nothing lost."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fahndung.posters import bidi
from fahndung.posters.marks import Weight
from fahndung.posters.setting import Misfit, Setter, fewest

TEXT = (
    "Der Mann wurde am Freitag gegen 15:30 Uhr am Omnibusbahnhof Musterstadt-Mitte gesehen und fuhr mit der "
    "Straßenbahnlinie 9 in Richtung Lindenau weiter."
)
LONG = "Verkehrsordnungswidrigkeitenverfahren"


@pytest.fixture
def setter() -> Setter:
    return Setter(language="de", hyphenate=True)


def lines(setter: Setter, text: str, width: float, size: float = 10.0, **more: float) -> tuple[str, ...]:
    return setter.lines(text, weight=Weight.REGULAR, size=size, width=width, field="texts/summary", **more)


@pytest.mark.parametrize("width", [90, 120, 170, 260, 400, 900])
def test_no_line_is_wider_than_the_column_and_no_word_is_lost(setter: Setter, width: float) -> None:
    made = lines(setter, TEXT, width)
    assert all(setter.width(line, Weight.REGULAR, 10) <= width for line in made)
    assert " ".join(made).replace("- Mitte", "-Mitte") == TEXT


@given(st.lists(st.text("abcdeäöü", min_size=1, max_size=9), min_size=1, max_size=30), st.integers(60, 300))
def test_any_words_that_fit_come_out_in_order(words: list[str], width: int) -> None:
    setter = Setter(language="de", hyphenate=False)
    text = " ".join(words)
    made = lines(setter, text, width)
    assert " ".join(made) == text
    assert all(setter.width(line, Weight.REGULAR, 10) <= width + 1e-9 for line in made)


@given(st.lists(st.text("abcdeäöü", min_size=1, max_size=9), min_size=1, max_size=12), st.integers(60, 300))
def test_balanced_lines_are_no_more_than_greedy_ones_need(words: list[str], width: int) -> None:
    setter = Setter(language="de", hyphenate=False)
    text = " ".join(words)
    made = setter.balanced(text, weight=Weight.BOLD, size=10, width=width, field="f")
    plain = setter._greedy(text, Weight.BOLD, width / 10, "f")
    assert " ".join(made) == text
    assert len(made) == len(plain)
    assert all(setter.width(line, Weight.BOLD, 10) <= width + 1e-9 for line in made)


def test_balanced_lines_have_about_the_same_length(setter: Setter) -> None:
    made = setter.balanced(
        "Wer hat Mia seit Freitagnachmittag gesehen?", weight=Weight.BOLD, size=30, width=520, field="f"
    )
    widths = [setter.width(line, Weight.BOLD, 30) for line in made]
    assert len(made) == 2
    assert min(widths) > 0.5 * max(widths)


def test_a_word_wider_than_the_column_is_hyphenated_with_three_letters_on_each_side(setter: Setter) -> None:
    made = lines(setter, LONG, 90)
    assert len(made) > 1
    assert all(line.endswith("-") for line in made[:-1])
    assert "".join(line.rstrip("-") for line in made) == LONG
    assert min(len(line.rstrip("-")) for line in made) >= 3


def test_a_word_that_fits_is_never_hyphenated(setter: Setter) -> None:
    width = setter.width(LONG, Weight.REGULAR, 10) + 1
    assert lines(setter, f"Im {LONG} ist", width) == ("Im", LONG, "ist")


def test_balancing_does_not_hyphenate_words_that_the_column_holds(setter: Setter) -> None:
    width = setter.width(LONG, Weight.BOLD, 10) + 1
    made = setter.balanced(f"Das {LONG} läuft", weight=Weight.BOLD, size=10, width=width, field="f")
    assert made == ("Das", LONG, "läuft")


def test_without_hyphenation_a_long_word_is_a_misfit_with_its_width(setter: Setter) -> None:
    with pytest.raises(Misfit) as caught:
        lines(setter.unbroken(), LONG, 90)
    assert caught.value.field == "texts/summary"
    assert caught.value.needed == pytest.approx(setter.width(LONG, Weight.REGULAR, 10))
    assert caught.value.available == 90


def test_a_word_without_syllables_is_a_misfit(setter: Setter) -> None:
    with pytest.raises(Misfit):
        lines(setter, "Q" * 120, 200)


def test_a_language_without_patterns_does_not_hyphenate() -> None:
    with pytest.raises(Misfit):
        lines(Setter(language="xx", hyphenate=True), LONG, 90)


def test_addresses_break_after_their_signs_without_a_hyphen(setter: Setter) -> None:
    url = "https://www.polizei-musterstadt.example/fahndung/pdl-2026-0117/"
    made = lines(setter, url, 110)
    assert len(made) > 1
    assert "".join(made) == url


def test_hyphens_inside_words_may_end_a_line_but_not_those_of_numbers(setter: Setter) -> None:
    assert lines(setter, "Musterstadt-Mitte", 60) == ("Musterstadt-", "Mitte")
    with pytest.raises(Misfit):
        lines(setter.unbroken(), "66969-123", 30)


def test_no_break_spaces_hold(setter: Setter) -> None:
    made = lines(setter, "am 20.\u00a0November\u00a02026 gesehen", 100)
    assert any("20.\u00a0November\u00a02026" in line for line in made)


def test_soft_hyphens_of_the_source_are_not_drawn(setter: Setter) -> None:
    assert lines(setter, "Straßen\u00adbahn", 300) == ("Straßenbahn",)


def test_a_lone_short_word_at_the_end_gets_company(setter: Setter) -> None:
    text = "Wer hat den Mann am Freitag in der Bahn gesehen oder gehört ja"
    width = setter.width("Wer hat den Mann am Freitag in der Bahn gesehen oder gehört", Weight.REGULAR, 10) + 1
    made = lines(setter, text, width)
    assert len(made) == 2
    assert made[-1] != "ja"


def test_room_before_the_first_line_is_kept(setter: Setter) -> None:
    made = lines(setter, "schwarze Jacke mit weißem Streifen", 100, before=60.0)
    assert setter.width(made[0], Weight.REGULAR, 10) <= 40
    assert " ".join(line for line in made if line) == "schwarze Jacke mit weißem Streifen"


@pytest.mark.parametrize("width", range(70, 260, 10))
def test_room_before_the_first_line_is_kept_when_words_are_broken(setter: Setter, width: int) -> None:
    text = "siehe https://www.polizei.example/fahndung/2026/ und Musterstadt-Mitte"
    made = lines(setter, text, width, before=40.0)
    assert setter.width(made[0], Weight.REGULAR, 10) <= width - 40
    assert all(setter.width(line, Weight.REGULAR, 10) <= width for line in made)
    assert "".join(made).replace(" ", "") == text.replace(" ", "")


def test_the_first_line_is_empty_where_nothing_holds_after_the_label(setter: Setter) -> None:
    assert lines(setter, "Reflexstreifen grau", 100, before=80.0)[0] == ""
    assert lines(setter, "Musterstadt-Mitte Nord", 70, before=65.0)[0] == ""


def test_empty_text_has_no_lines(setter: Setter) -> None:
    assert lines(setter, "", 100) == ()


@pytest.mark.peers
def test_patterns_are_loaded_only_for_a_word_wider_than_its_column() -> None:
    code = (
        "import sys; from fahndung.posters.setting import Setter; from fahndung.posters.marks import Weight;"
        "s = Setter(language='de', hyphenate=True);"
        "s.lines('Der Mann am Bahnhof', weight=Weight.REGULAR, size=10, width=60, field='f');"
        "assert 'pyphen' not in sys.modules;"
        "s.lines('Verkehrsordnungswidrigkeitenverfahren', weight=Weight.REGULAR, size=10, width=60, field='f');"
        "assert 'pyphen' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_german_word_in_an_arabic_text_is_broken_like_one_and_keeps_its_direction() -> None:
    made = lines(Setter(language="ar", hyphenate=True), f"في {LONG}.", 90)
    assert [bidi.plain(line) for line in made[:2]] == ["في Verkehrsord-", "nungswidrigkeiten-"]
    assert all(line.count(bidi.LRI) == line.count(bidi.PDI) == 1 for line in made)
    assert made[-1].endswith(f"{bidi.PDI}.")


@given(st.lists(st.text("abcdeäöü-/", min_size=1, max_size=24), min_size=1, max_size=20), st.integers(60, 300))
def test_no_text_takes_fewer_lines_than_its_letters_fill(words: list[str], width: int) -> None:
    setter, text = Setter(language="de", hyphenate=True), " ".join(words)
    try:
        made = lines(setter, text, width)
    except Misfit:
        return
    least = fewest(setter.least(text, Weight.REGULAR), width / 10, setter.em(" ", Weight.REGULAR))
    assert len(made) / 3 - 1 < least <= len(made)
