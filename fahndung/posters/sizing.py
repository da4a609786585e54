"""Photos with as many pixels as paper shows: fresh ones, from those of the cleaned picture (decision 0047).

The cleaned picture of a release is a file, that of a draft still its pixels: they are encoded once, for their place.

Judges no resolution: what a photo is refused or warned for is what its source has.
"""

import io
from collections.abc import Iterable, Sequence

from PIL import Image, JpegImagePlugin

from fahndung.errors import Problem, UnsafeImage
from fahndung.model.ids import ImageId
from fahndung.posters import jpegs, refusals
from fahndung.posters.marks import Layout, Photo, Pixels

DPI = 225
QUALITY, COLOUR = 80, "4:2:0"
WHOLE = (92, "4:4:4")
"""Quality and colour of pixels that are no file yet and go in as they are: those of a print picture."""
_CLEARLY = 1.1
"""A picture with fewer than so many times the pixels goes in as it is: there is nothing to win."""


def fitted(photos: Iterable[Photo | Pixels], pages: Sequence[Layout]) -> tuple[Photo, ...]:
    """The photos with as many pixels as their largest place on these pages shows at ``DPI``, or as they were.

    Raises:
        UnsafeImage: what was encoded is more than a picture, or a hidden part is not hidden; ``problems`` has them all.
    """
    wide = widest(pages)
    fields = {slot.photo: field for page in pages for field, slot in page.slots}
    made: list[Photo] = []
    unsafe: list[Problem] = []
    for photo in photos:
        try:
            made.append(_fitted(photo, wide[photo.id]))
        except UnsafeImage as error:
            unsafe.append(refusals.unsafe(fields[photo.id], error))
    if unsafe:
        raise UnsafeImage.over(unsafe)
    return tuple(made)


def widest(pages: Sequence[Layout]) -> dict[ImageId, float]:
    """px that the largest place of each photo on these pages shows across at ``DPI``."""
    found: dict[ImageId, float] = {}
    for page in pages:
        for _, slot in page.slots:
            found[slot.photo] = max(found.get(slot.photo, 0.0), slot.width * page.scale / 72 * DPI)
    return found


def _fitted(photo: Photo | Pixels, widest: float) -> Photo:
    if isinstance(photo, Pixels):
        if photo.width > widest * _CLEARLY:
            return _made(photo, _size(photo, round(widest)), QUALITY, COLOUR)
        return _made(photo, (photo.width, photo.height), *WHOLE)
    return _smaller(photo, _size(photo, round(widest))) if photo.width > widest * _CLEARLY else photo


def _size(photo: Photo | Pixels, width: int) -> tuple[int, int]:
    return (width, max(round(photo.height * width / photo.width), 1))


def _made(photo: Pixels, size: tuple[int, int], quality: int, colour: str) -> Photo:
    made = Photo(id=photo.id, jpeg=photo.jpeg(size[0], quality, colour), width=size[0], height=size[1])
    jpegs.check(made)
    return made


def _smaller(photo: Photo, size: tuple[int, int]) -> Photo:
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
    fresh.save(out, "JPEG", quality=quality, subsampling=COLOUR, progressive=False, optimize=False, dpi=(72, 72))
    return out.getvalue()
