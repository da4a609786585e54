"""What the typeface can show, and what it must refuse."""

import pytest

from fahndung.posters import fonts
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
        ("हिन्दी", "joined", "U+0939"),
        ("ไทย", "joined", "U+0E44"),
        ("m\u0302", "combining", "U+0302"),
        ("\ue000", "typeface", "U+E000"),
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
