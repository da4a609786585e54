"""The page's colours against WCAG 2.1, success criterion 1.4.3: at least 4.5:1 for text."""

import re

import pytest

from fahndung import resources
from fahndung.model.appeal import Category

STYLE = resources.template_text("de", "style.css")
LIGHT, DARK = re.findall(r":root \{(.*?)\}", STYLE, flags=re.DOTALL)[:2]
WHITE = "#ffffff"


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("ink", "paper"),
        ("ink", "ground"),
        ("ink", "tint"),
        ("ink", "note"),
        ("ink", "danger-tint"),
        ("soft", "paper"),
        ("soft", "ground"),
        ("soft", "tint"),
        ("accent", "paper"),
        ("accent", "ground"),
        ("danger", "danger-tint"),
        ("bar-ink", "bar"),
        ("bar-soft", "bar"),
    ],
)
def test_text_can_be_read_in_light_and_dark(text: str, ground: str, dark: bool) -> None:
    palette = colours(LIGHT) | (colours(DARK) if dark else {})
    assert contrast(palette[text], palette[ground]) >= 4.5


@pytest.mark.parametrize("band", ["suspicion", "help", "witness", "thing", "still", "bar"])
def test_white_words_can_be_read_on_every_band(band: str) -> None:
    assert contrast(WHITE, colours(LIGHT)[band]) >= 4.5
    assert contrast(WHITE, (colours(LIGHT) | colours(DARK))[band]) >= 4.5


def test_the_measure_knows_black_on_white() -> None:
    assert contrast("#000000", WHITE) == pytest.approx(21)


@pytest.mark.parametrize("category", [c for c in Category if c not in (Category.OBJECT, Category.WITNESS_CALL)])
def test_every_category_about_persons_has_its_colour(category: Category) -> None:
    assert re.search(rf"\.{category}[ ,]", STYLE)


def test_the_style_fetches_nothing_and_prints() -> None:
    assert "url(" not in STYLE
    assert "@import" not in STYLE
    assert "@media print" in STYLE
