"""Pixels to the bytes of a JPEG or PNG file, built from nothing but the pixels, then walked and decoded again.

Knows no original: whatever the file a picture came from carried, it cannot reach this module.
"""

import contextlib
import dataclasses
import io
from collections.abc import Sequence

from PIL import Image, JpegImagePlugin, PngImagePlugin

from fahndung.errors import UnsafeImage
from fahndung.images import pngwalker, redaction, walker
from fahndung.model.appeal import Box, Fill
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
    progressive: bool = False,
    subsampling: str = "4:2:0",
    regions: Sequence[Box] = (),
    look: Fill = Fill.SOLID,
) -> bytes:
    """``raster`` as JPEG, the same bytes for the same arguments; noise too dense for ``progressive`` stays baseline.

    The other arguments and the errors are those of ``encode_pixels``.
    """
    picture = Image.frombytes("RGB", (raster.width, raster.height), raster.rgb)
    return encode_pixels(
        picture, quality=quality, progressive=progressive, subsampling=subsampling, regions=regions, look=look
    )


def encode_pixels(
    picture: Image.Image,
    *,
    quality: int,
    progressive: bool = False,
    subsampling: str = "4:2:0",
    regions: Sequence[Box] = (),
    look: Fill = Fill.SOLID,
) -> bytes:
    """A picture of RGB pixels and nothing else as JPEG.

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
        data = _jpeg(picture, level, progressive, "4:4:4" if regions else subsampling)
        walker.check_jpeg(data)
        again = JpegImagePlugin.JpegImageFile(io.BytesIO(data))
        again.load()
        _check_size(again, picture)
        if redaction.is_filled(again, regions, redaction.TOLERANCE, look):
            return data
    raise _unfilled()


def encode_png(raster: Raster, *, regions: Sequence[Box] = (), look: Fill = Fill.SOLID) -> bytes:
    """``raster`` as PNG without loss: what is decoded again are the same pixels, one for one.

    Raises:
        UnsafeImage: the bytes hold more than the picture or other pixels, or a region is not filled.
    """
    picture = Image.frombytes("RGB", (raster.width, raster.height), raster.rgb)
    if not redaction.is_filled(picture, regions, look=look):
        raise _unfilled()
    data = _png(picture)
    pngwalker.check_png(data)
    again = PngImagePlugin.PngImageFile(io.BytesIO(data))
    again.load()
    _check_size(again, picture)
    if again.tobytes() != raster.rgb:
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


def _jpeg(picture: Image.Image, quality: int, progressive: bool, subsampling: str) -> bytes:
    if progressive:
        # Pillow writes a progressive file through a buffer of one byte a pixel and fails where noise needs more.
        with contextlib.suppress(OSError):
            return _saved(picture, quality, progressive=True, subsampling=subsampling)
    return _saved(picture, quality, progressive=False, subsampling=subsampling)


def _saved(picture: Image.Image, quality: int, *, progressive: bool, subsampling: str) -> bytes:
    buffer = io.BytesIO()
    # Every option is given: what Pillow does by default has changed before (XMP was copied in 11.0.0).
    picture.save(
        buffer,
        format="JPEG",
        quality=quality,
        progressive=progressive,
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
