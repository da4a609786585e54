"""What the typeface can show, and what it must refuse."""

import re

import pytest

from fahndung.posters import fonts, shaping
from fahndung.posters.marks import Weight


@pytest.mark.parametrize(
    "text",
    [
        "Größe: etwa 1,75 m – „schlank“, § 131b, 5.000 €",
        "Łódź Čapek Nguyễn Ștefan Ğökçe",
        "Žarko Đorđević Øystein Þór Ħal ẞ",
        "Дмитро Ελένη",
        "20\u00a0000 € · 040\u201166969",
        "Verkehrs\u00adordnung",
    ],
)
def test_names_and_signs_of_europe_are_shown(text: str) -> None:
    assert fonts.flaws(fonts.settled(text)) == ()


@pytest.mark.parametrize(
    ("text", "why", "code"),
    [
        ("Mia 😀", "typeface", "U+1F600"),
        ("李明", "typeface", "U+674E"),
        ("Mia\x00", "control", "U+0000"),
        ("Mia\x07", "control", "U+0007"),
        ("040\u202e66969", "control", "U+202E"),
        ("\u2067040", "control", "U+2067"),
        ("a\u200bb", "control", "U+200B"),
        ("a\u2028b", "control", "U+2028"),
        ("محمد", "right to left", "U+0645"),
        ("שלום", "right to left", "U+05E9"),
        ("हिन्दी", "no sheet can show", "U+0939"),
        ("ไทย", "no sheet can show", "U+0E44"),
        ("m\u0302", "combining", "U+0302"),
        ("\ue000", "typeface", "U+E000"),
        ("\U000f0001", "typeface", "U+F0001"),
        ("\ufedf", "fixed forms", "U+FEDF"),
    ],
)
def test_what_cannot_be_drawn_is_named_with_its_code_point(text: str, why: str, code: str) -> None:
    (flaw,) = fonts.flaws(fonts.settled(text))
    assert why in flaw.en
    assert code in flaw.en
    assert code in flaw.de


def test_all_kinds_of_flaws_are_reported_at_once() -> None:
    assert len(fonts.flaws("\x00😀م")) == 3


def test_decomposed_letters_become_composed_ones() -> None:
    assert fonts.settled("C\u030capek") == "Čapek"


def test_narrow_no_break_space_becomes_an_ordinary_one() -> None:
    assert fonts.settled("5\u202f000\u00a0€") == "5\u00a0000\u00a0€"


def test_line_breaks_and_tabs_collapse_to_one_space() -> None:
    assert fonts.settled(" Mia\r\n\tMuster  Mann ") == "Mia Muster Mann"


def test_measured_width_is_what_the_engine_draws() -> None:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    text = "Öffentlichkeitsfahndung – 040 66969-123"
    for weight in Weight:
        drawn = stringWidth(text, fonts.name(weight), 17)
        assert fonts.em_width(text, weight) * 17 == pytest.approx(drawn)


def test_soft_hyphens_have_no_width() -> None:
    assert fonts.em_width("ab\u00adc", Weight.BOLD) == fonts.em_width("abc", Weight.BOLD)


@pytest.mark.parametrize(
    "text", ["محمد، هل رأيته؟ 040 66969-123", "مُحَمَّدٌ لا", "می‌خواهم ۱۲٫۵٪ پژوهشگاه", "Mia 13", "ٱلرَّحْمٰن «أ»"]
)
def test_arabic_and_persian_are_shown_on_sheets_in_these_languages(text: str) -> None:
    for language in ("ar", "fa"):
        assert fonts.flaws(fonts.settled(text), language) == ()


@pytest.mark.parametrize(
    ("text", "why", "code"),
    [
        ("محمد\u200f", "control", "U+200F"),
        ("\u2067محمد\u2069", "control", "U+2067"),
        ("محمد\u202eab", "control", "U+202E"),
        ("محمد\u061c", "control", "U+061C"),
        ("\u200cمحمد", "control", "U+200C"),
        ("محمد\u200c 12", "control", "U+200C"),
        ("ab\u200cab", "control", "U+200C"),
        ("محمد\u200d", "control", "U+200D"),
        ("َ محمد", "no sheet can show", "U+064E"),
        ("aَ محمد", "no sheet can show", "U+064E"),
        ("\ufee3\ufea4\ufee4\ufeaa", "fixed forms", "U+FEE3"),
        ("שלום", "script that no sheet can show", "U+05E9"),
        ("محمد 😀", "typeface", "U+1F600"),
        ("محمد\u063d", "typeface", ""),
    ],
)
def test_what_even_an_arabic_sheet_cannot_show_is_named(text: str, why: str, code: str) -> None:
    (flaw,) = fonts.flaws(fonts.settled(text), "ar")
    assert re.search(why, flaw.en)
    assert code in flaw.en


def test_without_the_shaper_arabic_is_refused_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shaping, "installed", lambda: None)
    (flaw,) = fonts.flaws("محمد", "ar")
    assert "pip install 'fahndung[rtl]'" in flaw.en
    assert "pip install 'fahndung[rtl]'" in flaw.de
    assert fonts.flaws("Mia", "ar") == ()
