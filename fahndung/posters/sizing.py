"""Photos with as many pixels as paper shows: fresh ones, from those of the cleaned picture (decision 0047).

Judges no resolution: what a photo is refused or warned for is what its source has.
"""

import io
from collections.abc import Iterable, Sequence

from PIL import Image, JpegImagePlugin

from fahndung.posters import jpegs
from fahndung.posters.marks import Layout, Photo, Slot

DPI = 225
QUALITY = 80
_CLEARLY = 1.1
"""A picture with fewer than so many times the pixels goes in as it is: there is nothing to win."""


def fitted(photos: Iterable[Photo], pages: Sequence[Layout]) -> tuple[Photo, ...]:
    """The photos with as many pixels as their largest place on these pages shows at ``DPI``, or as they were.

    Raises:
        UnsafeImage: what was encoded is more than a picture.
    """
    widest: dict[str, float] = {}
    for page in pages:
        for slot in (mark for part in page.parts for mark in part.marks if isinstance(mark, Slot)):
            widest[slot.photo] = max(widest.get(slot.photo, 0.0), slot.width * page.scale / 72 * DPI)
    return tuple(
        _smaller(photo, round(widest[photo.id])) if photo.width > widest[photo.id] * _CLEARLY else photo
        for photo in photos
    )


def _smaller(photo: Photo, width: int) -> Photo:
    size = (width, max(round(photo.height * width / photo.width), 1))
    with JpegImagePlugin.JpegImageFile(io.BytesIO(photo.jpeg)) as opened:
        opened.draft(None, size)
        pixels = opened.resize(size, Image.Resampling.HAMMING)
    made = photo._replace(jpeg=encoded(pixels, QUALITY), width=size[0], height=size[1])
    jpegs.check(made)
    return made


def encoded(pixels: Image.Image, quality: int) -> bytes:
    """A baseline JPEG of the pixels and nothing else, colour at half the resolution: the same bytes every time."""
    out = io.BytesIO()
    fresh = Image.frombytes(pixels.mode, pixels.size, pixels.tobytes())
    fresh.save(out, "JPEG", quality=quality, subsampling="4:2:0", progressive=False, optimize=False, dpi=(72, 72))
    return out.getvalue()
