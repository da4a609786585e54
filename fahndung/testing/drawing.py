"""A canvas for smooth, softly shaded shapes, deterministic to the byte.

Knows shapes and colours, not people; see ``figures`` and ``things``.
"""

import math
import random
from collections.abc import Iterable, Sequence

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Point = tuple[float, float]
Colour = tuple[int, int, int]

OVERSAMPLING = 2


def dice(seed: int) -> random.Random:
    """Repeatable random numbers."""
    return random.Random(seed)  # noqa: S311 - for drawing, not for secrets


def path(text: str, side: float = 1) -> list[Point]:
    """Points written as ``x,y x,y``; ``side`` -1 mirrors them at the vertical axis."""
    pairs = (pair.split(",") for pair in text.split())
    return [(side * float(x), float(y)) for x, y in pairs]


def smooth(points: Sequence[Point], *, closed: bool = True, steps: int = 10) -> list[Point]:
    """A Catmull-Rom curve through the points, as a polygon."""
    count = len(points)
    curve: list[Point] = []
    for at in range(count if closed else count - 1):
        around = [points[(at + by) % count if closed else min(max(at + by, 0), count - 1)] for by in (-1, 0, 1, 2)]
        for step in range(steps):
            curve.append(_between(around, step / steps))
    if not closed:
        curve.append(points[-1])
    return curve


def _between(around: Sequence[Point], t: float) -> Point:
    weights = (
        -0.5 * t + t**2 - 0.5 * t**3,
        1 - 2.5 * t**2 + 1.5 * t**3,
        0.5 * t + 2 * t**2 - 1.5 * t**3,
        -0.5 * t**2 + 0.5 * t**3,
    )
    return (
        sum(weight * point[0] for weight, point in zip(weights, around, strict=True)),
        sum(weight * point[1] for weight, point in zip(weights, around, strict=True)),
    )


def mirrored(right: Sequence[Point]) -> list[Point]:
    """A closed outline from its right half, top to bottom; points on the axis are not doubled."""
    return [*right, *((-x, y) for x, y in reversed(right) if x > 1e-9)]


def ellipse(x: float, y: float, rx: float, ry: float, *, steps: int = 40) -> list[Point]:
    """An ellipse as a polygon."""
    turns = (math.tau * step / steps for step in range(steps))
    return [(x + rx * math.cos(turn), y + ry * math.sin(turn)) for turn in turns]


def ribbon(spine: Sequence[Point], widths: Sequence[float]) -> list[Point]:
    """A band along a spine whose half widths are given point by point."""
    left: list[Point] = []
    right: list[Point] = []
    for at, (x, y) in enumerate(spine):
        (ax, ay), (bx, by) = spine[max(at - 1, 0)], spine[min(at + 1, len(spine) - 1)]
        length = math.hypot(bx - ax, by - ay) or 1.0
        nx, ny = -(by - ay) / length * widths[at], (bx - ax) / length * widths[at]
        left.append((x + nx, y + ny))
        right.append((x - nx, y - ny))
    return [*left, *reversed(right)]


def mixed(first: Colour, second: Colour, share: float) -> Colour:
    """A colour between two; ``share`` 0 is the first."""
    r, g, b = (round(a + (z - a) * share) for a, z in zip(first, second, strict=True))
    return r, g, b


def darker(colour: Colour, share: float) -> Colour:
    """The colour with a share of a warm black."""
    return mixed(colour, (24, 16, 22), share)


def lighter(colour: Colour, share: float) -> Colour:
    """The colour with a share of a warm white."""
    return mixed(colour, (255, 248, 240), share)


class Canvas:
    """An RGB picture that is drawn at twice its size.

    ``place`` sets the frame of the following shapes: its origin (px) and the px of one unit.
    """

    def __init__(self, width: int, height: int, colour: Colour) -> None:
        self.width, self.height = width, height
        self._picture = Image.new("RGB", (width * OVERSAMPLING, height * OVERSAMPLING), colour)
        self._origin, self._unit = (0.0, 0.0), 1.0

    def place(self, x: float, y: float, unit: float) -> None:
        """Puts the origin of the following shapes at ``x``, ``y`` px, one unit being ``unit`` px."""
        self._origin, self._unit = (x, y), unit

    def gradient(self, top: Colour, bottom: Colour) -> None:
        """Fills the whole canvas from top to bottom."""
        column = Image.new("RGB", (1, 256))
        column.putdata([mixed(top, bottom, row / 255) for row in range(256)])
        self._picture = column.resize(self._picture.size, Image.Resampling.BICUBIC)

    def shape(
        self,
        points: Iterable[Point],
        colour: Colour,
        *,
        alpha: float = 1.0,
        blur: float = 0.0,
        clip: Iterable[Point] | None = None,
    ) -> None:
        """Fills a polygon; ``blur`` in units softens its edge, ``clip`` keeps it inside another polygon."""
        outline = [self._at(point) for point in points]
        radius = blur * self._unit * OVERSAMPLING
        margin = math.ceil(3 * radius) + 2
        box = self._bounds(outline, margin)
        if box is None:
            return
        mask = self._mask(outline, box)
        if radius:
            mask = mask.filter(ImageFilter.GaussianBlur(radius))
        if clip is not None:
            mask = ImageChops.multiply(mask, self._mask([self._at(point) for point in clip], box))
        if alpha < 1:
            mask = mask.point([round(level * alpha) for level in range(256)])
        self._picture.paste(colour, box, mask)

    def line(
        self,
        points: Sequence[Point],
        colour: Colour,
        width: float,
        *,
        alpha: float = 1.0,
        blur: float = 0.0,
        tapered: bool = False,
        clip: Iterable[Point] | None = None,
    ) -> None:
        """A smooth line of ``width`` units, with thin ends if ``tapered``."""
        spine = smooth(points, closed=False)
        last = len(spine) - 1
        half = [width / 2 * (math.sin(math.pi * at / last) ** 0.6 if tapered else 1.0) for at in range(last + 1)]
        self.shape(ribbon(spine, half), colour, alpha=alpha, blur=blur, clip=clip)
        if not tapered:
            for x, y in (spine[0], spine[-1]):
                self.shape(ellipse(x, y, width / 2, width / 2, steps=16), colour, alpha=alpha, blur=blur, clip=clip)

    def soften(self, radius: float) -> None:
        """Blurs all that has been drawn so far, by px: what follows stands before it."""
        self._picture = self._picture.filter(ImageFilter.GaussianBlur(radius * OVERSAMPLING))

    def finished(self) -> Image.Image:
        """The picture in its own size."""
        return self._picture.resize((self.width, self.height), Image.Resampling.LANCZOS)

    def _at(self, point: Point) -> Point:
        return (
            (self._origin[0] + point[0] * self._unit) * OVERSAMPLING,
            (self._origin[1] + point[1] * self._unit) * OVERSAMPLING,
        )

    def _bounds(self, outline: Sequence[Point], margin: int) -> tuple[int, int, int, int] | None:
        xs, ys = [x for x, _ in outline], [y for _, y in outline]
        left, top = max(math.floor(min(xs)) - margin, 0), max(math.floor(min(ys)) - margin, 0)
        right = min(math.ceil(max(xs)) + margin, self._picture.width)
        bottom = min(math.ceil(max(ys)) + margin, self._picture.height)
        return (left, top, right, bottom) if left < right and top < bottom else None

    @staticmethod
    def _mask(outline: Sequence[Point], box: tuple[int, int, int, int]) -> Image.Image:
        mask = Image.new("L", (box[2] - box[0], box[3] - box[1]), 0)
        ImageDraw.Draw(mask).polygon([(x - box[0], y - box[1]) for x, y in outline], fill=255)
        return mask


def grain(picture: Image.Image, seed: int, strength: float) -> Image.Image:
    """The picture with the noise of a sensor; ``strength`` is the share of pure noise (0 to 1)."""
    noise = Image.frombytes("L", picture.size, dice(seed).randbytes(picture.width * picture.height))
    noise = noise.filter(ImageFilter.GaussianBlur(0.8))
    centred = noise.point([max(0, min(255, round(128 + (level - 128) * 6 * strength))) for level in range(256)])
    plane = Image.merge("RGB", (centred, centred, centred))
    return ImageChops.add(picture, plane, scale=1, offset=-128)
