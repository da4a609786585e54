"""The four public pictures of one original: web, thumbnail, card and print, all from one decode.

Every file is encoded from pixels, walked and decoded again (``encoding``). Which regions are hidden, how the picture
is cropped and what the band below it says comes from the caller.
"""

import dataclasses
from collections.abc import Mapping

from PIL import Image as Pillow

from fahndung.errors import Message
from fahndung.images import framing, intake, redaction
from fahndung.images.encoding import Jpeg, encode, encode_pixels
from fahndung.images.framing import Picture, View
from fahndung.images.limits import DEFAULT, Limits
from fahndung.model.appeal import Box, Fill, Image

__all__ = ["Jpeg", "Renditions", "encode", "render"]

MASTER, THUMB, CARD = 2048, 400, (1200, 630)
"""px: the longer side of web and print pictures, that of a thumbnail, the size of a card."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Renditions:
    """What is published of one picture.

    Attributes:
        web: at most 2048 px, progressive unless it is dense noise.
        thumb: at most 400 px.
        card: 1200 x 630 px, for a shared link.
        print: at most 2048 px, quality 92, full colour resolution.
        regions: the filled rectangles of each of the four, by its name, in its own px.
        views: where the upright original lies in each of the four, by its name.
        look: what is seen in them.
        warnings: what was odd about the original.
    """

    web: Jpeg
    thumb: Jpeg
    card: Jpeg
    print: Jpeg
    regions: Mapping[str, tuple[Box, ...]]
    views: Mapping[str, View]
    look: Fill = Fill.SOLID
    warnings: tuple[Message, ...] = ()


def render(untrusted: bytes, *, image: Image | None, marker: str | None = None, limits: Limits = DEFAULT) -> Renditions:
    """The four pictures of ``untrusted``.

    Args:
        image: its frame, redactions, crop and focus (px of the upright original); None: the whole picture as it is.
        marker: words for a band below each picture; the band is added to the canvas and covers nothing.

    Raises:
        UnsafeImage: the file is refused, a shape is out of range, or an encoded picture fails its check.
    """
    decoded = intake.decode(
        untrusted,
        longest=MASTER,
        hidden=image.hidden if image else (),
        crop=image.crop if image else None,
        frame=image.frame if image else None,
        limits=limits,
    )
    master = _master(decoded)
    look = image.fill if image else Fill.SOLID
    focus, warnings = _focus(decoded, image.focus if image else None)
    large = _marked(framing.banded(master, marker, MASTER), look)
    thumb = _marked(framing.banded(framing.shrunk(master, THUMB), marker, THUMB), look)
    files = {
        "web": (large, 85, True, "4:2:0"),
        "thumb": (thumb, 85, False, "4:2:0"),
        "card": (_marked(framing.card(master, CARD, focus=focus, marker=marker), look), 85, False, "4:2:0"),
        "print": (large, 92, False, "4:4:4"),
    }
    encoded = {
        name: _encoded(picture, look, quality, progressive, subsampling)
        for name, (picture, quality, progressive, subsampling) in files.items()
    }
    return Renditions(
        **encoded,
        regions={name: picture.regions for name, (picture, *_) in files.items()},
        views={name: picture.view for name, (picture, *_) in files.items()},
        look=look,
        warnings=decoded.warnings + warnings,
    )


def _master(decoded: intake.Decoded) -> Picture:
    raster = decoded.raster
    pixels = Pillow.frombytes("RGB", (raster.width, raster.height), raster.rgb)
    regions = tuple(redaction.snapped(region, pixels.size) for region in decoded.regions)
    redaction.fill(pixels, regions)
    whole = (decoded.window.width, decoded.window.height)
    view = View().moved(-decoded.window.x, -decoded.window.y).resized(whole, pixels.size)
    return Picture(pixels=pixels, regions=regions, view=view)


def _focus(decoded: intake.Decoded, focus: Box | None) -> tuple[Box | None, tuple[Message, ...]]:
    """The focus in px of the raster."""
    if focus is None:
        return None, ()
    seen = redaction.moved((focus,), decoded.window)
    if not seen:
        name = f"{focus.x},{focus.y},{focus.width},{focus.height}"
        warning = Message(
            f"The focus {name} has no part in the picture as it is cropped; the card shows the whole picture.",
            f"Das Motivfeld {name} liegt außerhalb des gezeigten Bildes; die Karte zeigt das ganze Bild.",
        )
        return None, (warning,)
    window, raster = decoded.window, decoded.raster
    return redaction.scaled(seen[0], (window.width, window.height), (raster.width, raster.height)), ()


def _marked(picture: Picture, look: Fill) -> Picture:
    """``picture`` with its regions framed; the picture itself stays, for others are made of it."""
    if not picture.regions:
        return picture
    pixels = picture.pixels.copy()
    redaction.mark(pixels, picture.regions, look)
    return dataclasses.replace(picture, pixels=pixels)


def _encoded(picture: Picture, look: Fill, quality: int, progressive: bool, subsampling: str) -> Jpeg:
    data = encode_pixels(
        picture.pixels,
        quality=quality,
        progressive=progressive,
        subsampling=subsampling,
        regions=picture.regions,
        look=look,
    )
    return Jpeg(data=data, width=picture.pixels.width, height=picture.pixels.height)
