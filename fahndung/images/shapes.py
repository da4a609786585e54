"""Ellipses and polygons as rectangles: what they hide, grown outward, in rows.

A slanted border would leave JPEG blocks that hold both fill and picture. Rows of rectangles have no slanted border:
they scale, snap to blocks, and are filled and checked pixel by pixel as a box is, and they hide more than the shape,
never less. Coordinates are px of the upright original. Fills nothing.
"""

import math
from collections.abc import Iterable, Iterator, Sequence

from fahndung.model.image import Box, Ellipse, Polygon

ROW = 8
"""px: rows are this high, or a multiple where a shape would need more than ``ROWS`` of them."""

ROWS = 64

_Point = tuple[float, float]
_Span = tuple[int, int]


def rows(shape: Ellipse | Polygon, size: tuple[int, int], growth: tuple[int, int] = (0, 0)) -> tuple[Box, ...]:
    """Rectangles inside a picture of ``size`` px that cover ``shape`` and ``growth`` px (across, down) around it.

    Every px that is at most so far, across and down, from a px that the shape touches lies in one of them. They may
    touch, never overlap. None at all: no part of it lies in the picture, or it has no area. What a polygon goes
    around, however its outline crosses itself, is inside it; only what it goes around as often one way as the other
    is not.
    """
    if not has_area(shape):
        return ()
    bounds = shape.bounds
    # a corner names the px below and to its right as well: the corner of a px may be meant, or its middle
    first, last = max(0, bounds.y - growth[1]), min(size[1], bounds.y + bounds.height + 1 + growth[1])
    if first >= last:  # above or below the picture, as after a crop
        return ()
    height = ROW * math.ceil((last - first) / (ROW * ROWS))
    found: list[Box] = []
    for start in range(first // height * height, last, height):
        top, bottom = max(first, start), min(last, start + height)
        # one px more, because who draws the outline may round it to the next row, and half a px, so that no corner lies
        # on the border of a band
        band = top - growth[1] - 1.5, bottom + growth[1] + 1.5
        grown = ((math.floor(a) - growth[0], math.ceil(b) + growth[0]) for a, b in _shadows(shape, band))
        found += [_rectangle(span, top, bottom) for span in _within(grown, size[0])]
    return tuple(found)


def has_area(shape: Ellipse | Polygon) -> bool:
    """Whether there is anything inside it; the corners of a polygon must not lie on one line."""
    if isinstance(shape, Ellipse):
        return shape.bounds.width > 0 and shape.bounds.height > 0
    (x, y), *others = shape.points or ((0, 0),)
    far = max(others, key=lambda point: abs(point[0] - x) + abs(point[1] - y), default=(x, y))
    return any((far[0] - x) * (b - y) != (far[1] - y) * (a - x) for a, b in others)


def _rectangle(span: _Span, top: int, bottom: int) -> Box:
    return Box(x=span[0], y=top, width=span[1] - span[0], height=bottom - top)


def _within(spans: Iterable[_Span], width: int) -> list[_Span]:
    """The spans clipped to the picture, those that meet made one."""
    joined: list[_Span] = []
    for start, end in sorted((max(0, start), min(width, end)) for start, end in spans):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _shadows(shape: Ellipse | Polygon, band: tuple[float, float]) -> Iterator[tuple[float, float]]:
    """From where to where across the part of the shape between two heights reaches; spans may overlap."""
    if isinstance(shape, Polygon):
        yield from _polygon_shadows(shape.points, band)
        return
    box = shape.box
    middle, half = box.y + box.height / 2, box.height / 2
    away = max(0.0, band[0] - middle, middle - band[1]) / half
    if away < 1:
        reach = box.width / 2 * math.sqrt(1 - away * away)
        yield box.x + box.width / 2 - reach, box.x + box.width / 2 + reach


def _polygon_shadows(points: Sequence[_Point], band: tuple[float, float]) -> Iterator[tuple[float, float]]:
    """Each connected part of the polygon within the band reaches as far as its outline does: the pieces of its edges
    and what is inside it along the two borders of the band.
    """
    low, high = band
    crossings: dict[float, list[tuple[float, int]]] = {low: [], high: []}
    for (x1, y1), (x2, y2) in zip(points, (*points[1:], points[0]), strict=True):
        if max(y1, y2) < low or min(y1, y2) > high:
            continue
        across = [x for x, y in ((x1, y1), (x2, y2)) if low <= y <= high]
        for border, crossed in crossings.items():
            if (y1 < border) != (y2 < border):
                x = x1 + (x2 - x1) * (border - y1) / (y2 - y1)
                crossed.append((x, 1 if y1 < border else -1))
                across.append(x)
        if across:
            yield min(across), max(across) + 1
    for crossed in crossings.values():
        winding, start = 0, 0.0
        for x, turn in sorted(crossed):
            if winding == 0:
                start = x
            winding += turn
            if winding == 0:
                yield start, x + 1
