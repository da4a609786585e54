"""A poster in black and white: the same marks and pictures without colour, and no large dark area that eats toner.

Grounds turn into light grey with a black edge, white letters on them into black ones. Moves and leaves out nothing.
"""

import io

from PIL import Image

from fahndung.posters import palette, sizing
from fahndung.posters.marks import Area, Layout, Line, Mark, Part, Photo, Polygon, Rule

GROUND = "#e8e8e8"
"""Black letters on it: 14:1. A tenth of the toner of a black ground."""
_QUALITY = 90


def layout(page: Layout) -> Layout:
    """The page and those after it without colour."""
    return page._replace(
        parts=tuple(part(one) for one in page.parts), further=tuple(layout(one) for one in page.further)
    )


def photo(shown: Photo) -> Photo:
    """The photo in grey: made from the pixels of the cleaned picture, so nothing comes back that was hidden."""
    with Image.open(io.BytesIO(shown.jpeg)) as opened:
        grey = opened.convert("L")
    return shown._replace(jpeg=sizing.encoded(grey, _QUALITY))


def part(shown: Part) -> Part:
    """The part without colour."""
    return shown._replace(marks=tuple(_mark(mark) for mark in shown.marks))


def _mark(mark: Mark) -> Mark:
    match mark:
        case Area(color=palette.WHITE):
            return mark
        case Area() if mark.outline or mark.color == palette.SIGNAL:  # a box that must stand out: bare paper does
            return mark._replace(color=palette.WHITE, outline=palette.INK)
        case Area():
            return mark._replace(color=GROUND, outline=palette.INK)
        case Line() | Rule():
            return mark._replace(color=palette.GREY if mark.color == palette.GREY else palette.INK)
        case Polygon():
            return mark._replace(color=palette.INK)
        case _:
            return mark
