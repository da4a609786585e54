"""The middle of a poster: an exhaustive search over the place and width of the photos and the size of the text.

Photos weigh most, then the size of the text. Every candidate is measured exactly; nothing is cut or shrunk below its
limit. Where nothing holds, the error names the field and the millimetres.
"""

import dataclasses
import itertools
import math
from collections.abc import Iterator

from fahndung.errors import NotPublishable
from fahndung.posters import refusals, story
from fahndung.posters.density import steps
from fahndung.posters.gallery import Gallery, Wall, spread
from fahndung.posters.marks import PAGE_HEIGHT, PAGE_WIDTH
from fahndung.posters.setting import Misfit
from fahndung.posters.story import Atom, Block, Composer, Story

SIZES = steps(15.5, 9.5)
SIZES_WITHOUT_PHOTO = steps(30.0, 20.0, 1.0) + steps(19.5, 9.5)

_SIDE_SHARES = tuple(0.34 + 0.03 * i for i in range(15))
_COLUMN_GAP = 18.0
_PHOTO_GAP = 14.0
_LEAST_COLUMN = 112.0
_MOST_COLUMNS = 3
_LEAST_EM = 14.0
_MOST_EM = 38.0
"""Lines shorter or longer than that (in em) read badly."""

_WORTH_OF_SIZE = ((9.5, 11.0, 0.045), (11.0, 13.0, 0.014), (13.0, 30.0, 0.004))
"""From, to (pt), worth of one point in shares of the page that photos would cover."""
_WORTH_OF_PHOTOS = ((0.0, 0.14, 1.8), (0.14, 0.26, 1.0), (0.26, 1.0, 0.5))
"""From, to (share of the page), worth of it."""
_WORTH_OF_HERO = 0.2
_WORTH_OF_ORDER = 0.04
_WORTH_OF_GOAL = 0.2
"""More than body size can be worth between 9.5 and 13 pt: the text yields before the photos do."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A block of text and the corner where it stands."""

    x: float
    y: float
    block: Block


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A candidate: photos, texts in reading order, the size of the text, what it is worth. ``height`` in pt."""

    size: float
    wall: Wall | None
    placed: tuple[Placed, ...]
    height: float
    score: float


class Search:
    """The search for one poster: the middle is ``width`` x ``height`` pt, photos shall cover ``goal`` of the page."""

    def __init__(
        self, composer: Composer, gallery: Gallery | None, told: Story, *, width: float, height: float, goal: float
    ) -> None:
        self._composer = composer
        self._gallery = gallery
        self._story = told
        self._width = width
        self._height = height
        self._goal = goal
        self._floor = -math.inf
        self._atoms = told.atoms
        self._splits = _splits(told)
        self._set: dict[tuple[int, float, int, float], tuple[tuple[Placed, ...] | None, float]] = {}

    def best(self) -> Body | None:
        """The best candidate, the first of equals; None where none holds."""
        found: Body | None = None
        self._floor = -math.inf
        for size in SIZES if self._gallery else SIZES_WITHOUT_PHOTO:
            if self._least_height(size) > self._height:
                continue
            for candidate in self._candidates(size):
                if found is None or candidate.score > found.score + 1e-9:
                    found, self._floor = candidate, candidate.score
        return found

    def _least_height(self, size: float) -> float:
        """Less than this no arrangement needs: everything full width, shared out over the most columns."""
        try:
            blocks = self._composer.blocks(self._story.atoms, size=size, width=self._width)
        except Misfit:
            return math.inf
        return sum(block.height for block in blocks) / _MOST_COLUMNS

    def _hopeless(self, size: float, area: float) -> bool:
        """Whether no wall of at most that area (pt²) can beat what was found: saves hanging it."""
        return self._worth(size, area, area, even=True) <= self._floor

    def _candidates(self, size: float) -> Iterator[Body]:
        if self._gallery is None:
            yield from self._texts_only(size)
            return
        yield from self._on_top(size, self._gallery)
        for beside, below, columns in self._splits:
            yield from self._beside(size, self._gallery, beside, below, columns)

    def _texts_only(self, size: float) -> Iterator[Body]:
        for count in (1, 2):
            placed, high = self._columns(self._atoms, size, count)
            if placed is not None and high <= self._height:
                yield self._judged(size, None, placed, high, columns=count)

    def _on_top(self, size: float, gallery: Gallery) -> Iterator[Body]:
        for count in range(1, _MOST_COLUMNS + 1):
            placed, high = self._columns(self._atoms, size, count)
            if placed is None or high + _PHOTO_GAP >= self._height:
                continue
            room = self._height - high - (_PHOTO_GAP if placed else 0.0)
            if self._hopeless(size, self._width * room):
                continue
            for wall in gallery.walls(self._width, room):
                down = wall.height + (_PHOTO_GAP if placed else 0.0)
                moved = tuple(dataclasses.replace(p, y=p.y + down) for p in placed)
                yield self._judged(size, spread(wall, self._width), moved, down + high, columns=count)

    def _beside(
        self, size: float, gallery: Gallery, atoms: tuple[Atom, ...], below: tuple[Atom, ...], columns: int
    ) -> Iterator[Body]:
        """Photos on the left, ``atoms`` right of them; ``below`` run in columns under both."""
        under, under_high = self._columns(below, size, columns)
        if under is None:
            return
        room = self._height - (under_high + _PHOTO_GAP if under else 0.0)
        if room <= 0:
            return
        for share in _SIDE_SHARES:
            if self._hopeless(size, self._width * share * room):
                continue
            for wall in gallery.walls(round(self._width * share, 2), round(room, 2)):
                # whole steps of 2 pt: texts are set once for many walls
                column = math.floor((self._width - wall.width - _COLUMN_GAP) / 2) * 2.0
                if column < _LEAST_COLUMN or self._score(size, wall, self._height, measure=column) <= self._floor:
                    continue  # the texts could be set as well as can be, and it would not win
                beside, beside_high = self._columns(atoms, size, 1, width=column)
                beside_high -= story.overhang(size)  # capitals stand level with the upper edge of the photos
                if beside is None or beside_high > room + 0.01:
                    continue
                down = max(wall.height, beside_high)
                total = down + (under_high + _PHOTO_GAP if under else 0.0)
                void = abs(wall.height - beside_high) * (column if wall.height > beside_high else wall.width)
                score = self._score(size, wall, total, measure=column, void=void)
                if score <= self._floor:  # most are: only what may win is put in its place
                    continue
                right = wall.width + _COLUMN_GAP
                raised = tuple(dataclasses.replace(p, x=p.x + right, y=p.y - story.overhang(size)) for p in beside)
                moved = tuple(dataclasses.replace(p, y=p.y + down + _PHOTO_GAP) for p in under)
                yield Body(size=size, wall=wall, placed=raised + moved, height=total, score=score)

    def _columns(
        self, atoms: tuple[Atom, ...], size: float, count: int, *, width: float | None = None
    ) -> tuple[tuple[Placed, ...] | None, float]:
        """The atoms in ``count`` columns as even as they can be, and the height; None where a word is too wide.

        Each answer is remembered, by the very tuple of atoms: many walls leave a column of the same width.
        """
        whole = self._width if width is None else width
        key = (id(atoms), size, count, whole)
        if key not in self._set:
            self._set[key] = self._set_out(atoms, size, count, whole)
        return self._set[key]

    def _set_out(
        self, atoms: tuple[Atom, ...], size: float, count: int, whole: float
    ) -> tuple[tuple[Placed, ...] | None, float]:
        parts = story.pieces(atoms) if count > 1 else tuple((atom, False) for atom in atoms)
        if count > len(parts) and count > 1:
            return None, 0.0
        column = (whole - _COLUMN_GAP * (count - 1)) / count
        try:
            blocks = self._composer.blocks(tuple(atom for atom, _ in parts), size=size, width=column)
        except Misfit:
            return None, 0.0
        gaps = [story.row_gap(size) if goes_on else story.gap(size) for _, goes_on in parts]
        heights = [block.height for block in blocks]
        placed: list[Placed] = []
        for i, run in enumerate(_even(heights, gaps, count)):
            y = 0.0
            for k in run:
                y += gaps[k] if k > run.start else 0.0
                placed.append(Placed(x=i * (column + _COLUMN_GAP), y=y, block=blocks[k]))
                y += heights[k]
        return tuple(placed), max((p.y + p.block.height for p in placed), default=0.0)

    def _judged(
        self,
        size: float,
        wall: Wall | None,
        placed: tuple[Placed, ...],
        height: float,
        *,
        columns: int = 1,
    ) -> Body:
        measure = (self._width - _COLUMN_GAP * (columns - 1)) / columns
        score = self._score(size, wall, height, measure=measure)
        if wall is None:
            score -= 0.01 * (columns - 1)
        return Body(size=size, wall=wall, placed=placed, height=height, score=score)

    def _score(self, size: float, wall: Wall | None, height: float, *, measure: float, void: float = 0.0) -> float:
        """What a candidate is worth, as a share of the page; ``measure`` is the width of its lines (pt)."""
        page = PAGE_WIDTH * PAGE_HEIGHT
        score = self._worth(size, wall.area, wall.hero, even=wall.even) if wall else self._worth(size, 0.0, 0.0)
        score -= 0.005 * max(_LEAST_EM - measure / size, 0.0) + 0.0015 * max(measure / size - _MOST_EM, 0.0)
        return score - (0.25 * void / page + 0.02 * max(self._height - height, 0.0) / self._height)

    def _worth(self, size: float, area: float, hero: float, *, even: bool = False) -> float:
        """What text size and photos are worth, as a share of the page, before anything is taken off."""
        page = PAGE_WIDTH * PAGE_HEIGHT
        text, photos = _graded(size, _WORTH_OF_SIZE), _graded(area / page, _WORTH_OF_PHOTOS)
        reached = _WORTH_OF_GOAL if 0 < self._goal <= area / page else 0.0
        return text + photos + reached + _WORTH_OF_HERO * hero / page + (_WORTH_OF_ORDER if even else 0.0)

    def shortage(self) -> NotPublishable:
        """Why nothing holds: the field that needs most, with the millimetres at the smallest size."""
        size = SIZES[-1]
        atoms = self._story.atoms
        try:
            blocks = self._composer.blocks(atoms, size=size, width=self._width)
        except Misfit as misfit:
            return refusals.too_wide(misfit.field, needed=misfit.needed, available=misfit.available)
        needed = sum(block.height for block in blocks) + story.gap(size) * max(len(blocks) - 1, 0)
        if self._gallery is not None and needed <= self._height:
            return self._gallery.shortage(self._width, texts=needed, height=self._height)
        field = max(blocks, key=lambda block: block.height).field if blocks else "images"
        return refusals.too_high(field, needed=needed, available=self._height)


def _graded(value: float, grades: tuple[tuple[float, float, float], ...]) -> float:
    return sum(worth * min(max(value - low, 0.0), high - low) for low, high, worth in grades)


def _splits(told: Story) -> tuple[tuple[tuple[Atom, ...], tuple[Atom, ...], int], ...]:
    """Ways to share out the texts: beside the photos, below them, and in how many columns below."""
    atoms = told.atoms
    ways = [(atoms[:k], atoms[k:], columns) for k in range(len(atoms), 0, -1) for columns in (1, 2, 3)]
    ways.append((told.facts, told.lead + told.rest, 1))
    return tuple(dict.fromkeys(way for way in ways if way[0]))


def _even(heights: list[float], gaps: list[float], count: int) -> list[range]:
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
