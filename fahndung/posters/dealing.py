"""Photos dealt into rows, and how large they can get there at most. Hangs nothing and knows no caption."""

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from fahndung.model.ids import ImageId
from fahndung.posters.marks import Weight

GAP = 9.0
"""pt between photos."""
ROUNDING = 0.01
_SURELY = 1 + 1e-9
_FEW = 6
_UNLIKE = 2.5
"""Of two photos, how many times as wide for its height one is: 16:9 beside 3:4 (2.4) still does well in even rows."""


class Frame(NamedTuple):
    """A photo to be placed.

    ``captions`` come with their weight; ``cap`` is the widest slot (pt) it has px for; ``of`` are the groups it shows.
    """

    id: ImageId
    aspect: float
    cap: float
    px_width: int
    captions: tuple[tuple[str, Weight], ...]
    field: str
    of: tuple[str, ...] = ()


Rows = tuple[tuple[Frame, ...], ...]


class Dealt(NamedTuple):
    """Photos dealt into rows, and of each row: its aspect, the gaps in it (pt), how high it may get (pt) for want of
    pixels, and its slimmest photo.

    Up to a block of ``free`` pt no row wants pixels; ``filled`` and ``slope`` tell how high all are in a block.
    """

    deal: tuple[int, ...]
    rows: Rows
    each: tuple[tuple[float, float, float, float], ...]
    free: float
    filled: float
    slope: float

    def highest(self, width: float, height: float) -> list[float]:
        """The height (pt) that no row exceeds where all hold in ``width`` x ``height`` pt, were there no captions."""
        wide = width
        if width <= self.free:
            room = height + ROUNDING - GAP * (len(self.rows) - 1)
            wide = min(width, (room + self.filled) / self.slope)
        return [min((wide - gaps) / aspect, cap) * _SURELY for aspect, gaps, cap, _ in self.each]


def dealt(frames: Sequence[Frame], deal: tuple[int, ...]) -> Dealt:
    """The photos in rows of these lengths."""
    parted = rows(frames, deal)
    each = tuple(
        (
            sum(frame.aspect for frame in row),
            GAP * (len(row) - 1),
            min(frame.cap / frame.aspect for frame in row),
            min(frame.aspect for frame in row),
        )
        for row in parted
    )
    return Dealt(
        deal,
        parted,
        each,
        free=min((cap * aspect + gaps for aspect, gaps, cap, _ in each), default=0.0),
        filled=sum(gaps / aspect for aspect, gaps, *_ in each),
        slope=sum(1 / aspect for aspect, *_ in each),
    )


def rows(frames: Sequence[Frame], deal: tuple[int, ...]) -> Rows:
    """The photos in order, so many in each row."""
    ends = itertools.accumulate(deal)
    return tuple(tuple(frames[end - length : end]) for end, length in zip(ends, deal, strict=True))


def arrangements(count: int, *, mixed: bool = False) -> tuple[tuple[int, ...], ...]:
    """Ways to deal ``count`` photos into rows: even rows, and a large first photo above even rows.

    ``mixed`` ones of very different forms: all ways up to six photos, and even rows the longer ones first.
    """
    ways = [even(count, rows) for rows in range(1, min(count, 6) + 1)]
    if count > 2:
        ways += [(1, *even(count - 1, rows)) for rows in range(1, min(count - 1, 5) + 1)]
    if mixed:
        ways += [way[::-1] for way in ways]
    if mixed and count <= _FEW:
        ways += _compositions(count)
    return tuple(dict.fromkeys(ways))


def mixed(frames: Sequence[Frame]) -> bool:
    """Whether the photos have forms so different that rows of equal numbers waste the paper."""
    aspects = [frame.aspect for frame in frames]
    return len(aspects) > 1 and max(aspects) >= _UNLIKE * min(aspects)


def _compositions(count: int) -> list[tuple[int, ...]]:
    """All ways to cut ``count`` photos into rows."""
    if count == 0:
        return [()]
    return [(first, *rest) for first in range(1, count + 1) for rest in _compositions(count - first)]


def even(count: int, rows: int) -> tuple[int, ...]:
    """Row lengths that differ by one at most, the shorter rows (larger photos) first."""
    short, extra = divmod(count, rows)
    return (short,) * (rows - extra) + (short + 1,) * extra
