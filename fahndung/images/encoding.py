"""Pixels to the bytes of a JPEG or PNG file, built from nothing but the pixels, then walked and decoded again.

Knows no original: whatever the file a picture came from carried, it cannot reach this module.
"""

import dataclasses
import io
from collections.abc import Sequence

from PIL import Image, ImageChops, JpegImagePlugin, PngImagePlugin

from fahndung.errors import UnsafeImage
from fahndung.images import pngwalker, redaction, walker
from fahndung.model.image import Box, Fill
from fahndung.model.raster import Raster

_SHARPER = (95, 100)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Jpeg:
    """An encoded, checked picture; ``width`` and ``height`` in px."""

    data: bytes
    width: int
    height: int


def encode(
    raster: Raster,
    *,
    quality: int,
    subsampling: str = "4:2:0",
    regions: Sequence[Box] = (),
    look: Fill = Fill.SOLID,
) -> bytes:
    """``raster`` as baseline JPEG, the same bytes for the same arguments.

    The arguments and the errors are those of ``encode_pixels``.
    """
    picture = Image.frombytes("RGB", (raster.width, raster.height), raster.rgb)
    return encode_pixels(picture, quality=quality, subsampling=subsampling, regions=regions, look=look)


def encode_pixels(
    picture: Image.Image,
    *,
    quality: int,
    subsampling: str = "4:2:0",
    regions: Sequence[Box] = (),
    look: Fill = Fill.SOLID,
) -> bytes:
    """A picture of RGB pixels and nothing else as baseline JPEG: a progressive one costs five times as much to write.

    With ``regions`` the colour is kept at full resolution, and the quality rises until every re-decoded pixel of
    every region is within ``redaction.TOLERANCE`` levels of the fill: ringing must not reach into a region.

    Raises:
        UnsafeImage: the bytes hold more than the picture, or a region is not filled.
    """
    if picture.info:
        raise _more(", ".join(map(str, picture.info)))
    if not redaction.is_filled(picture, regions, look=look):
        raise _unfilled()
    for level in (quality, *(sharper for sharper in _SHARPER if regions and sharper > quality)):
        data = _jpeg(picture, level, "4:4:4" if regions else subsampling)
        walker.check_jpeg(data)
        again = JpegImagePlugin.JpegImageFile(io.BytesIO(data))
        _check_size(again, picture)
        if not regions:  # every coefficient is read all the same; an eighth of the size spares the pixels
            again.draft(None, (1, 1))
        again.load()
        if redaction.is_filled(again, regions, redaction.TOLERANCE, look):
            return data
    raise _unfilled()


def encode_png(picture: Image.Image, *, regions: Sequence[Box] = (), look: Fill = Fill.SOLID) -> bytes:
    """A picture of RGB pixels and nothing else as PNG: what is decoded again are the same pixels, one for one.

    Raises:
        UnsafeImage: the bytes hold more than the picture or other pixels, or a region is not filled.
    """
    if picture.info:
        raise _more(", ".join(map(str, picture.info)))
    if not redaction.is_filled(picture, regions, look=look):
        raise _unfilled()
    data = _png(picture)
    pngwalker.check_png(data)
    again = PngImagePlugin.PngImageFile(io.BytesIO(data))
    again.load()
    _check_size(again, picture)
    if ImageChops.difference(again, picture).getbbox() is not None:
        raise UnsafeImage(
            "The encoded picture reads back with other pixels. It must not be published; report it.",
            "Das kodierte Bild liest sich mit anderen Bildpunkten. Es darf nicht veröffentlicht werden; bitte melden.",
        )
    return data


def _png(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    chunks = PngImagePlugin.PngInfo()
    chunks.add(b"sRGB", b"\0")
    picture.save(
        buffer, format="PNG", optimize=False, compress_level=6, pnginfo=chunks, icc_profile=None, exif=None, dpi=None
    )
    return buffer.getvalue()


def _check_size(again: Image.Image, picture: Image.Image) -> None:
    if again.mode != "RGB" or again.size != picture.size:
        raise UnsafeImage(
            f"The encoded picture reads back as {again.mode} {again.size}, not as RGB {picture.size}. "
            "It must not be published; report it.",
            f"Das kodierte Bild liest sich als {again.mode} {again.size} statt RGB {picture.size}. "
            "Es darf nicht veröffentlicht werden; bitte melden.",
        )


def _jpeg(picture: Image.Image, quality: int, subsampling: str) -> bytes:
    buffer = io.BytesIO()
    # Every option is given: what Pillow does by default has changed before (XMP was copied in 11.0.0).
    picture.save(
        buffer,
        format="JPEG",
        quality=quality,
        progressive=False,
        optimize=False,
        subsampling=subsampling,
        dpi=(72, 72),
        comment=b"",
        exif=b"",
        xmp=b"",
        icc_profile=None,
        extra=b"",
        keep_rgb=False,
        restart_marker_blocks=0,
        restart_marker_rows=0,
    )
    return buffer.getvalue()


def _more(what: str) -> UnsafeImage:
    return UnsafeImage(
        f"A picture still carries something besides its pixels: {what}. It must not be published; report it.",
        f"Ein Bild trägt noch mehr als seine Bildpunkte: {what}. Es darf nicht veröffentlicht werden; bitte melden.",
    )


def _unfilled() -> UnsafeImage:
    return UnsafeImage(
        "A redacted region of the picture is not filled in what was encoded. It must not be published; report it.",
        "Ein geschwärzter Bereich ist im kodierten Bild nicht gefüllt. Es darf nicht veröffentlicht werden; "
        "bitte melden.",
    )
