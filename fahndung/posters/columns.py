"""Texts set out in columns of equal width, as even as they can be. Decides nothing else about the page."""

import itertools

from fahndung.posters import composing, story
from fahndung.posters.composing import Composer, Placed
from fahndung.posters.setting import Misfit
from fahndung.posters.story import Atom

GAP = 18.0
"""pt between two columns."""
_ROUNDING = 1e-6


class Columns:
    """Sets atoms into columns; remembers each answer, by the very tuple of atoms: many candidates ask for the same."""

    def __init__(self, composer: Composer) -> None:
        self._composer = composer
        self._parted: dict[int, tuple[Atom, ...]] = {}
        self._leasts: dict[tuple[int, float, int, float], float] = {}
        self._set: dict[tuple[int, float, int, float], tuple[tuple[Placed, ...] | None, float]] = {}

    def of(
        self, atoms: tuple[Atom, ...], size: float, count: int, width: float
    ) -> tuple[tuple[Placed, ...] | None, float]:
        """The atoms in ``count`` columns that share ``width`` pt, and the height; None where a word is too wide."""
        key = (id(atoms), size, count, width)
        if key not in self._set:
            self._set[key] = self._set_out(atoms, size, count, width)
        return self._set[key]

    def least(self, atoms: tuple[Atom, ...], size: float, count: int, width: float) -> float:
        """Less height than this :meth:`of` cannot find: told without breaking a line."""
        key = (id(atoms), size, count, width)
        if key not in self._leasts:
            heights = self._composer.least_heights(atoms, size=size, width=(width - GAP * (count - 1)) / count)
            gaps = sum(composing.gap(size, atom) for atom in atoms[1:]) - composing.gap(size) * (count - 1)
            self._leasts[key] = max((sum(heights) + gaps) / count - _ROUNDING, 0.0)
        return self._leasts[key]

    def _pieces(self, atoms: tuple[Atom, ...]) -> tuple[Atom, ...]:
        """The same ones each time, because the composer remembers by them."""
        if id(atoms) not in self._parted:
            self._parted[id(atoms)] = story.pieces(atoms)
        return self._parted[id(atoms)]

    def _set_out(
        self, atoms: tuple[Atom, ...], size: float, count: int, whole: float
    ) -> tuple[tuple[Placed, ...] | None, float]:
        parts = self._pieces(atoms) if count > 1 else atoms
        if count > len(parts) and count > 1:
            return None, 0.0
        column = (whole - GAP * (count - 1)) / count
        try:
            blocks = self._composer.blocks(parts, size=size, width=column)
        except Misfit:
            return None, 0.0
        gaps = [composing.gap(size, atom) for atom in parts]
        heights = [block.height for block in blocks]
        placed: list[Placed] = []
        for i, run in enumerate(even(heights, gaps, count)):
            y = 0.0
            for k in run:
                y += gaps[k] if k > run.start else 0.0
                placed.append(Placed(x=i * (column + GAP), y=y, block=blocks[k]))
                y += heights[k]
        return tuple(placed), max((p.y + p.block.height for p in placed), default=0.0)


def even(heights: list[float], gaps: list[float], count: int) -> list[range]:
    """Cut the sequence into ``count`` runs so that the tallest is as low as can be; ``gaps`` are those above each."""
    ends = [0.0, *itertools.accumulate(height + gap for height, gap in zip(heights, gaps, strict=True))]
    total = len(heights)

    def best(start: int, runs: int) -> tuple[float, list[range]]:
        if runs == 1:
            return ends[total] - ends[start] - gaps[start], [range(start, total)]
        tried = []
        for cut in range(start + 1, total - runs + 2):
            tallest, rest = best(cut, runs - 1)
            tried.append((max(ends[cut] - ends[start] - gaps[start], tallest), [range(start, cut), *rest]))
        return min(tried, key=lambda way: round(way[0], 6))

    return best(0, count)[1] if heights else []
