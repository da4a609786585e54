"""The largest size that holds."""

import pytest

from fahndung.errors import NotPublishable
from fahndung.posters.density import steps
from fahndung.posters.fitting import largest, paragraph
from fahndung.posters.marks import Weight
from fahndung.posters.setting import Setter

SETTER = Setter(language="de", hyphenate=False)


def test_steps_include_both_ends() -> None:
    assert steps(12.0, 11.0) == (12.0, 11.5, 11.0)
    assert steps(5.0, 5.0) == (5.0,)


def fit(text: str, sizes: tuple[float, ...], width: float, most: int) -> tuple[float, tuple[str, ...]]:
    return largest(SETTER, text, weight=Weight.BOLD, sizes=sizes, width=width, most_lines=most, field="f/x")


def test_a_text_takes_the_first_size_that_holds() -> None:
    width = SETTER.width("040 66969-123", Weight.BOLD, 30) + 0.01
    size, lines = fit("040 66969-123", steps(44, 18), width, 1)
    assert size == 30
    assert lines == ("040 66969-123",)


def test_at_one_point_less_width_the_next_size_is_taken() -> None:
    width = SETTER.width("040 66969-123", Weight.BOLD, 30) + 0.01
    assert fit("040 66969-123", steps(44, 18), width - 0.1, 1)[0] == 29.5


def test_a_text_with_too_many_lines_is_told_how_many_and_what_to_do() -> None:
    with pytest.raises(NotPublishable) as caught:
        fit("Wort " * 40, (20.0, 15.0), 200, 2)
    assert caught.value.problems[0].field == "f/x"
    assert "8 lines of 71 mm on the poster, 2 are there. Shorten it by about 75 %" in caught.value.message.en
    assert "8 Zeilen zu 71 mm, vorhanden sind 2. Bitte um etwa 75 % kürzen" in caught.value.message.de


def test_a_word_too_wide_is_refused() -> None:
    with pytest.raises(NotPublishable) as caught:
        fit("Q" * 50, (20.0, 15.0), 200, 2)
    assert "71 mm are there" in caught.value.message.en
    assert "vorhanden sind 71 mm" in caught.value.message.de


def small(text: str) -> tuple[object, float]:
    return paragraph(
        SETTER, text, weight=Weight.REGULAR, size=9, width=200, most_lines=2, color="#000000", y=3, field="contact"
    )


def test_a_paragraph_keeps_its_size_or_is_refused() -> None:
    _, height = small("Wort " * 10)
    assert height == pytest.approx(2 * 9 * 1.25)
    with pytest.raises(NotPublishable, match="contact"):
        small("Wort " * 40)
    with pytest.raises(NotPublishable, match="71 mm are there"):
        small("Q" * 60)
