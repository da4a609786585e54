"""A redacted picture inside something larger: cut for its room around the focus, never through it, and marked.

Works on the print rendition that was made and checked already. Knows no card; whoever draws one hands in the rooms.
"""

import dataclasses
import io
import math
from collections.abc import Sequence

from PIL import Image as Pillow
from PIL import JpegImagePlugin

from fahndung.images import framing, marking, redaction
from fahndung.images.encoding import Jpeg, encode_pixels
from fahndung.images.framing import Picture, View
from fahndung.images.renditions import Printed
from fahndung.model.image import Box, Fill
from fahndung.model.raster import Raster

SOURCE = "print"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A file with an inset: its regions (px), and where the upright original lies in it."""

    jpeg: Jpeg
    regions: tuple[Box, ...]
    view: View


def source(made: Printed, marker: str | None) -> Picture:
    """The print rendition as pixels, without the band below it."""
    pixels: Pillow.Image = JpegImagePlugin.JpegImageFile(io.BytesIO(made.print.data))
    pixels.load()
    pixels.info.clear()
    band = 0 if marker is None else marking.band(marker, pixels.width).height
    whole = pixels.crop((0, 0, pixels.width, pixels.height - band))
    return Picture(pixels=whole, regions=made.regions[SOURCE], view=made.views[SOURCE])


def seen(picture: Picture, box: Box) -> Box | None:
    """``box`` (px of the upright original) in px of the picture, rounded outward; None where no part of it is in."""
    view = picture.view
    left, top = math.floor(box.x * view.across + view.left), math.floor(box.y * view.down + view.top)
    right = math.ceil((box.x + box.width) * view.across + view.left)
    bottom = math.ceil((box.y + box.height) * view.down + view.top)
    whole = Box(x=0, y=0, width=picture.pixels.width, height=picture.pixels.height)
    return redaction.overlap(Box(x=left, y=top, width=right - left, height=bottom - top), whole)


def best_first(
    picture: Picture, sizes: Sequence[tuple[int, int]], focus: Box | None, faces: Sequence[Box] = ()
) -> list[int]:
    """The places of the sizes (width, height in px), the one first in which most px show the picture."""
    shown = [framing.covered(picture.pixels.size, size, focus, faces) for size in sizes]
    return sorted(range(len(sizes)), key=lambda place: -shown[place])


def fitted(picture: Picture, size: tuple[int, int], focus: Box | None, faces: Sequence[Box] = ()) -> Picture:
    """Exactly ``size`` px: cut where the whole focus stays in and no face is cut, else whole on plain ground."""
    return framing.card(picture, size, focus=focus, faces=faces, marker=None)


def foot(marker: str | None, width: int) -> int:
    """px that the band with the marker takes below something of that width."""
    return 0 if marker is None else marking.band(marker, width).height


def finished(surface: Raster, inset: Picture, at: tuple[int, int], marker: str | None, look: Fill) -> Finished:
    """``surface`` as JPEG, with the marker's band below it.

    Args:
        surface: has the inset's pixels at ``at`` already.

    Raises:
        UnsafeImage: a region is not filled in what was encoded.
    """
    below = foot(marker, surface.width)
    canvas = Pillow.new("RGB", (surface.width, surface.height + below))
    canvas.paste(Pillow.frombytes("RGB", (surface.width, surface.height), surface.rgb))
    if marker is not None:
        canvas.paste(marking.band(marker, surface.width), (0, surface.height))
    regions = tuple(_placed(region, inset.pixels.size, at, canvas.size) for region in inset.regions)
    redaction.fill(canvas, regions)
    redaction.mark(canvas, regions, look)
    data = encode_pixels(canvas, quality=82, regions=regions, look=look)
    jpeg = Jpeg(data=data, width=canvas.width, height=canvas.height)
    return Finished(jpeg=jpeg, regions=regions, view=inset.view.moved(*at))


def _placed(region: Box, room: tuple[int, int], at: tuple[int, int], size: tuple[int, int]) -> Box:
    """A region on the canvas, grown to the grid of JPEG blocks, but not beyond its room."""
    moved = Box(x=region.x + at[0], y=region.y + at[1], width=region.width, height=region.height)
    inside = Box(x=at[0], y=at[1], width=room[0], height=room[1])
    return redaction.overlap(redaction.snapped(moved, size), inside) or moved


def raster(picture: Picture) -> Raster:
    """The pixels alone."""
    return Raster(width=picture.pixels.width, height=picture.pixels.height, rgb=picture.pixels.tobytes())
