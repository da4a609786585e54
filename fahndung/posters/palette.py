"""Colours of posters and cards by category, as ``#rrggbb``; and the contrast between two of them.

Every band colour is dark enough for white text (at least 4.5:1, WCAG 2.2, 1.4.3) and stays dark in a grey print.
"""

from fahndung.model.appeal import Category

WHITE = "#ffffff"
INK = "#14181c"
GREY = "#4a5258"
SIGNAL = "#ffd200"
ALARM = "#b3121d"
ALARM_TINT = "#fdeceb"

_RED = "#8f1720"
_BLUE = "#0a4595"
_TEAL = "#0b554f"
_SLATE = "#39454e"
_BRONZE = "#6d420c"

_BANDS = {
    Category.UNKNOWN_SUSPECT: _RED,
    Category.KNOWN_SUSPECT: _RED,
    Category.CONVICT: _RED,
    Category.WITNESS: _TEAL,
    Category.WITNESS_CALL: _TEAL,
    Category.MISSING: _BLUE,
    Category.MISSING_CHILD: _BLUE,
    Category.UNKNOWN_DEAD: _SLATE,
    Category.HELPLESS: _SLATE,
    Category.OBJECT: _BRONZE,
}


def band(category: Category) -> str:
    """The colour of that category's band."""
    return _BANDS[category]


def rgb(color: str) -> tuple[int, int, int]:
    """Red, green and blue (0 … 255) of ``#rrggbb``."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def tint(color: str, share: float) -> str:
    """``share`` (0 … 1) of the colour on white."""
    mixed = (round(255 - (255 - channel) * share) for channel in rgb(color))
    return "#{:02x}{:02x}{:02x}".format(*mixed)


def contrast(one: str, other: str) -> float:
    """The contrast ratio (1 … 21) of two colours. Source: WCAG 2.2, definition of contrast ratio."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    linear = [c / 12.92 if (c := channel / 255) <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for channel in rgb(color)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
