"""Which pixels are made unrecognisable and how: geometry, the fill, the visible mark.

A region becomes one solid grey, or noise: grey tiles of one JPEG block each, of a fixed pattern that anybody can draw
again and that depends on nothing but its place in the published file. Blur and mosaic are not offered, because they
do not hide:

* McPherson, Shokri and Shmatikov (arXiv 1609.00408, 2016): a trained network names up to 71 % of 530 obfuscated
  faces (83 % within five guesses) where chance is 0.19 %; for faces blurred by YouTube 57 % (85 %).
* Hill, Zhou, Saul and Shacham (PETS 2016): mosaiced and blurred text is recovered; "not viable for redaction".
* Hao and others (arXiv 1905.05243, 2019): trained on blurred faces, a network names 83 % of them, 84 % of clear ones.
* Own measurement, number plates of 40 px among 2,000 candidates: mosaic of 4 to 32 px and Gaussian blur of sigma 2
  to 16 are read with 100 %, a solid fill with 0 %.

How strong a blur is, is therefore no measure of safety.

Every region grows by at least 16 px of the original before it is filled. In a JPEG the hidden part colours pixels
outside its box: with 4:2:0 and quality 50 up to 55 of 255 levels in 392 px; from 16 px on nothing is left (measured).
A file whose blocks are wider than that grows its regions by a whole block. In lossy WebP
and in GIF a hidden part also shifts rounding errors and palette of the whole picture; that noise is no picture, but it
cannot be undone here, and ``intake`` warns of it.

Finds no faces and decides nothing: which boxes there are is a person's decision.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import cast

from PIL import Image, ImageChops

from fahndung.errors import Message, UnsafeImage
from fahndung.images import shapes
from fahndung.model.image import Box, Ellipse, Fill, Polygon, Shape

FILL = 128
"""Grey level of a filled pixel; 128 is exact in JPEG's colour space."""

GROWTH = 16
"""px of the upright original that every region grows by at least."""

TOLERANCE = 8
"""Levels by which a published, re-decoded pixel of a region may differ from the fill."""

_BLOCK = 8
_MOST = 20_000
_NAMED = 4
_SWING = 48
_FILLS: dict[str, int | tuple[int, ...]] = {
    "L": FILL,
    "RGB": (FILL, FILL, FILL),
    "CMYK": (0, 0, 0, 255 - FILL),
}
MODES = frozenset(_FILLS)
"""Pillow modes in which a picture can be filled."""


def grown(
    hidden: Iterable[Shape], size: tuple[int, int], spread: tuple[int, int] = (1, 1)
) -> tuple[tuple[Box, ...], tuple[Message, ...]]:
    """The regions that hide the shapes, and what was odd about them.

    Each shape is grown by at least ``GROWTH`` px (or ``spread``) and clipped to ``size``. A box gives one region, an
    ellipse or a polygon several, one below the other; together they cover it.

    Raises:
        UnsafeImage: a shape has no area or lies outside the picture, and the message names it; or there are too many.
    """
    across, down = max(GROWTH, spread[0]), max(GROWTH, spread[1])
    regions: list[Box] = []
    warnings: list[Message] = []
    for box in hidden:
        if not isinstance(box, Box):
            warnings.extend(_inside(box, size))
            regions += shapes.rows(box, size, (across, down))
            continue
        inside, warning = within(box, size, en="redaction box", de="Schwärzungsfeld")
        warnings.extend(warning)
        larger = Box(
            x=inside.x - across,
            y=inside.y - down,
            width=inside.width + 2 * across,
            height=inside.height + 2 * down,
        )
        regions.append(clipped(larger, size) or inside)
    if len(regions) > _MOST:
        raise UnsafeImage(
            f"The redactions fall into {len(regions)} rectangles; {_MOST} are possible. Use fewer or simpler shapes.",
            f"Die Schwärzungen ergeben {len(regions)} Rechtecke, möglich sind {_MOST}. Bitte weniger oder einfachere "
            "Formen verwenden.",
        )
    return tuple(regions), tuple(warnings)


def _inside(shape: Ellipse | Polygon, size: tuple[int, int]) -> tuple[Message, ...]:
    """A warning where not all of the shape lies in the picture.

    Raises:
        UnsafeImage: it has no area, or no part of it lies in the picture.
    """
    if isinstance(shape, Polygon):
        corners = " ".join(f"{x},{y}" for x, y in shape.points[:_NAMED]) + " …" * (len(shape.points) > _NAMED)
        en, de = f"redaction polygon {corners}", f"Schwärzungsvieleck {corners}"
    else:
        en, de = (f"{kind} {_numbers(shape.box)}" for kind in ("redaction ellipse", "Schwärzungsellipse"))
    bounds = shape.bounds
    is_all = clipped(bounds, size) == bounds
    if not shapes.has_area(shape) or not (is_all or shapes.rows(shape, size)):
        raise _nowhere(en, de, size)
    return () if is_all else (_beyond(en, de, size),)


def _numbers(box: Box) -> str:
    return f"{box.x},{box.y},{box.width},{box.height}"


def _nowhere(en: str, de: str, size: tuple[int, int]) -> UnsafeImage:
    return UnsafeImage(
        f"The {en} has no area inside the upright picture of {size[0]} x {size[1]} pixels. "
        "Correct it; coordinates count in the picture as it is looked at.",
        f"{de} hat keine Fläche im aufrechten Bild von {size[0]} x {size[1]} Pixeln. "
        "Bitte berichtigen; gezählt wird im Bild, wie man es betrachtet.",
    )


def _beyond(en: str, de: str, size: tuple[int, int]) -> Message:
    return Message(
        f"The {en} reaches beyond the upright picture of {size[0]} x {size[1]} pixels; "
        "check that it means this picture.",
        f"{de} ragt über das aufrechte Bild von {size[0]} x {size[1]} Pixeln hinaus; "
        "bitte prüfen, ob dieses Bild gemeint ist.",
    )


def within(box: Box, size: tuple[int, int], *, en: str, de: str) -> tuple[Box, tuple[Message, ...]]:
    """The part of ``box`` that lies in a picture of ``size`` px, with a warning where that is not all of it.

    Raises:
        UnsafeImage: it has no area, or no part of it lies in the picture.
    """
    en, de = f"{en} {_numbers(box)} (left, top, width, height)", f"{de} {_numbers(box)} (links, oben, Breite, Höhe)"
    inside = clipped(box, size) if box.width > 0 and box.height > 0 else None
    if inside is None:
        raise _nowhere(en, de, size)
    return inside, () if inside == box else (_beyond(en, de, size),)


def overlap(box: Box, window: Box) -> Box | None:
    """What ``box`` and ``window`` have in common, or None."""
    left, top = max(box.x, window.x), max(box.y, window.y)
    right = min(box.x + box.width, window.x + window.width)
    bottom = min(box.y + box.height, window.y + window.height)
    return Box(x=left, y=top, width=right - left, height=bottom - top) if left < right and top < bottom else None


def clipped(box: Box, size: tuple[int, int]) -> Box | None:
    """What of ``box`` lies in a picture of ``size`` px, or None."""
    return overlap(box, Box(x=0, y=0, width=size[0], height=size[1]))


def moved(regions: Iterable[Box], window: Box) -> tuple[Box, ...]:
    """The regions as seen in ``window`` (its corner is 0, 0), clipped to it; those outside are gone."""
    seen = (overlap(region, window) for region in regions)
    return tuple(Box(x=r.x - window.x, y=r.y - window.y, width=r.width, height=r.height) for r in seen if r)


def scaled(region: Box, old: tuple[int, int], new: tuple[int, int], *, slack: int = 0) -> Box:
    """``region`` of a picture of ``old`` px in the same picture of ``new`` px, rounded outward plus ``slack`` px."""
    left = max(0, region.x * new[0] // old[0] - slack)
    top = max(0, region.y * new[1] // old[1] - slack)
    right = min(new[0], -(-(region.x + region.width) * new[0] // old[0]) + slack)
    bottom = min(new[1], -(-(region.y + region.height) * new[1] // old[1]) + slack)
    return Box(x=left, y=top, width=right - left, height=bottom - top)


def snapped(region: Box, size: tuple[int, int]) -> Box:
    """``region`` rounded outward to the 8 px grid of JPEG blocks, so that no block holds both fill and picture."""
    left, top = region.x // _BLOCK * _BLOCK, region.y // _BLOCK * _BLOCK
    right = min(size[0], -(-(region.x + region.width) // _BLOCK) * _BLOCK)
    bottom = min(size[1], -(-(region.y + region.height) // _BLOCK) * _BLOCK)
    return Box(x=left, y=top, width=right - left, height=bottom - top)


def edges(box: Box) -> tuple[int, int, int, int]:
    """Left, top, right, bottom, the last two exclusive: what Pillow calls a box."""
    return box.x, box.y, box.x + box.width, box.y + box.height


def fill(picture: Image.Image, regions: Iterable[Box]) -> None:
    """Overwrite the regions of an L, RGB or CMYK picture with the solid fill."""
    for region in regions:
        picture.paste(_FILLS[picture.mode], edges(region))


def noise(size: tuple[int, int]) -> Image.Image:
    """The whole pattern for an RGB picture of ``size`` px: a tile for each JPEG block, within 48 levels of the fill.

    A block of one grey survives JPEG within a few levels, so that the published file can be compared with it.
    """
    across, down = -(-size[0] // _BLOCK), -(-size[1] // _BLOCK)
    random = hashlib.shake_256(b"source-independent").digest(across * down)
    tiles = Image.frombytes("L", (across, down), random).point([FILL + (at - 128) * _SWING // 128 for at in range(256)])
    grey = tiles.resize((across * _BLOCK, down * _BLOCK), Image.Resampling.NEAREST).crop((0, 0, *size))
    return Image.merge("RGB", (grey, grey, grey))


def thickness(size: tuple[int, int]) -> int:
    """Width in px of each line around a region of a picture of ``size`` px."""
    return max(1, max(size) // 700)


def mark(picture: Image.Image, regions: Sequence[Box], look: Fill = Fill.SOLID) -> None:
    """Draw a white and a black line around the regions of an RGB picture, so that everybody sees the redaction.

    The lines lie outside the regions, over pixels that are public anyway; regions are filled again afterwards, with
    what they are to look like in the end, for a neighbour's frame may cross them.
    """
    if not regions:
        return
    from PIL import ImageDraw  # brings what writes with fonts: only who marks a region pays for it

    pen = ImageDraw.Draw(picture)
    thick = thickness(picture.size)
    for colour, distance in (((0, 0, 0), 2 * thick), ((255, 255, 255), thick)):
        for region in regions:
            left, top, right, bottom = edges(region)
            pen.rectangle(
                (left - distance, top - distance, right + distance - 1, bottom + distance - 1),
                outline=colour,
                width=thick,
            )
    fill(picture, regions)
    if look is Fill.NOISE:
        pattern = noise(picture.size)
        for region in regions:
            picture.paste(pattern.crop(edges(region)), edges(region))


def is_filled(picture: Image.Image, regions: Iterable[Box], tolerance: int = 0, look: Fill = Fill.SOLID) -> bool:
    """Whether every pixel of every region of an RGB picture is within ``tolerance`` levels of the fill."""
    pattern = noise(picture.size) if look is Fill.NOISE else None
    for region in regions:
        seen, wanted = picture.crop(edges(region)), FILL
        if pattern is not None:
            seen, wanted = ImageChops.difference(seen, pattern.crop(edges(region))), 0
        extrema = cast("tuple[tuple[int, int], ...]", seen.getextrema())
        if any(low < wanted - tolerance or high > wanted + tolerance for low, high in extrema):
            return False
    return True
