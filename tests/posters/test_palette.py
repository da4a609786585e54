"""Colours: readable, and readable in grey."""

import pytest

from fahndung.model.appeal import Category
from fahndung.posters import palette


@pytest.mark.parametrize("category", list(Category))
def test_white_text_is_readable_on_every_band(category: Category) -> None:
    assert palette.contrast(palette.band(category), palette.WHITE) >= 7.0


@pytest.mark.parametrize("category", list(Category))
def test_band_colour_is_readable_as_text_on_white(category: Category) -> None:
    assert palette.contrast(palette.band(category), palette.WHITE) >= 4.5


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        (palette.INK, palette.WHITE),
        (palette.GREY, palette.WHITE),
        (palette.INK, palette.SIGNAL),
        (palette.ALARM, palette.ALARM_TINT),
    ],
)
def test_every_pair_of_text_and_ground_has_enough_contrast(text: str, ground: str) -> None:
    assert palette.contrast(text, ground) >= 4.5


@pytest.mark.parametrize("category", list(Category))
def test_reward_title_is_readable_on_its_tint(category: Category) -> None:
    color = palette.band(category)
    assert palette.contrast(color, palette.tint(color, 0.09)) >= 4.5


def test_contrast_of_black_and_white_is_21() -> None:
    assert palette.contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert palette.contrast("#808080", "#808080") == pytest.approx(1.0)


def test_bands_stay_dark_in_a_grey_print() -> None:
    for category in Category:
        red, green, blue = palette.rgb(palette.band(category))
        assert 0.299 * red + 0.587 * green + 0.114 * blue < 90
