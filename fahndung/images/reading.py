"""A published picture read back from its bytes: nothing but pixels, the marker below it, its redactions visible.

Reads our own fresh JPEGs only: bytes that the walker refuses are not decoded. Finds no faces and no plates.
"""

import io
from collections.abc import Sequence

from PIL import Image, ImageChops, ImageStat, JpegImagePlugin

from fahndung.errors import UnsafeImage
from fahndung.images import marking, redaction, walker
from fahndung.model.ids import ImageId
from fahndung.model.image import Box, Fill
from fahndung.model.reading import Rendition

TOLERANCE = 40
"""Levels by which two by two pixels of the band may differ from the band drawn again.

Measured with our qualities on pictures of 40 to 2048 px: the same words differ by up to 12, one other letter by at
least 91.
"""
CONTRAST = 200
"""Levels between the white and the black line around a region. Measured: at least 245; at most 10 without lines."""

_NOTHING = (255, 0, 255)
_WHITE, _BLACK = (255, 255, 255), (0, 0, 0)


def read(
    name: str,
    data: bytes,
    *,
    image: ImageId | None,
    marker: str | None = None,
    regions: Sequence[Box] = (),
    look: Fill = Fill.SOLID,
) -> Rendition:
    """What a published picture shows.

    Args:
        name: the release's file. image: the record's picture that it was made from.
        marker: words that the band below it must say; None: it needs none and none is looked for.
        regions: the boxes (px of this picture) that must be filled and framed. look: with what.
    """
    try:
        walker.check_jpeg(data)
        picture = _decoded(data) if marker is not None or regions else None
    except UnsafeImage as error:
        return Rendition(
            name=name,
            image=image,
            clean=False,
            why=f"{error.message.en} / {error.message.de}",
            marked=None if marker is None else False,
            redaction_marked=False if regions else None,
        )
    if picture is None:
        return Rendition(name=name, image=image, clean=True)
    expected = _expected(picture.size, marker, regions, look)
    return Rendition(
        name=name,
        image=image,
        clean=True,
        marked=None if marker is None else _is_marked(picture, expected, marker),
        redaction_marked=_is_framed(picture, expected, regions, look) if regions else None,
    )


def _decoded(data: bytes) -> Image.Image:
    try:
        picture = JpegImagePlugin.JpegImageFile(io.BytesIO(data))
        picture.load()
    except (OSError, SyntaxError, ValueError) as error:
        raise _unreadable(str(error)) from error
    if picture.mode != "RGB":
        raise _unreadable(picture.mode)
    return picture


def _unreadable(why: str) -> UnsafeImage:
    return UnsafeImage(
        f"The JPEG file does not read back as a picture in colour ({why}). Build it again.",
        f"Die JPEG-Datei lässt sich nicht als farbiges Bild lesen ({why}). Bitte neu erzeugen.",
    )


def _expected(size: tuple[int, int], marker: str | None, regions: Sequence[Box], look: Fill) -> Image.Image:
    """Band, fills and frames alone, as they were drawn; everything else has a colour that no frame has."""
    canvas = Image.new("RGB", size, _NOTHING)
    if marker is not None:
        band = marking.band(marker, size[0])
        canvas.paste(band, (0, size[1] - band.height))
    redaction.mark(canvas, regions, look)
    return canvas


def _is_marked(picture: Image.Image, expected: Image.Image, marker: str) -> bool:
    height = marking.band(marker, picture.width).height
    if not marker.strip() or height >= picture.height:
        return False
    lower = (0, picture.height - height, picture.width, picture.height)
    seen, wanted = (one.crop(lower).convert("L").reduce(2) for one in (picture, expected))
    beyond = ImageChops.difference(seen, wanted).point(lambda levels: 255 if levels > TOLERANCE else 0)
    return beyond.getbbox() is None


def _is_framed(picture: Image.Image, expected: Image.Image, regions: Sequence[Box], look: Fill) -> bool:
    """Whether all regions are filled, and each has its white and its black line wherever the canvas had room."""
    if not redaction.is_filled(picture, regions, redaction.TOLERANCE, look):
        return False
    reach = 2 * redaction.thickness(picture.size)
    return all(_has_lines(picture, expected, region, reach) for region in regions)


def _has_lines(picture: Image.Image, expected: Image.Image, region: Box, reach: int) -> bool:
    around = (
        max(0, region.x - reach),
        max(0, region.y - reach),
        min(picture.width, region.x + region.width + reach),
        min(picture.height, region.y + region.height + reach),
    )
    levels = picture.crop(around).convert("L")
    wanted = expected.crop(around)
    white, black = (_level(levels, _mask(wanted, colour)) for colour in (_WHITE, _BLACK))
    if white is None:  # right only where nothing but fill is around: at the edges, or inside another region
        return _mask(wanted, _NOTHING).getbbox() is None
    if black is None:  # room for the inner line only
        return white - redaction.FILL >= CONTRAST / 2
    return white - black >= CONTRAST


def _mask(picture: Image.Image, colour: tuple[int, int, int]) -> Image.Image:
    """White where the picture has exactly that colour."""
    away = ImageChops.difference(picture, Image.new("RGB", picture.size, colour)).split()
    most = ImageChops.lighter(ImageChops.lighter(away[0], away[1]), away[2])
    return most.point(lambda level: 0 if level else 255)


def _level(levels: Image.Image, mask: Image.Image) -> float | None:
    """The mean level under a mask; None under an empty one."""
    return None if mask.getbbox() is None else ImageStat.Stat(levels, mask).mean[0]
