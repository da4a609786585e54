"""The middle of a poster: an exhaustive search over the place and width of the photos and the size of the text.

Photos weigh most, then the size of the text. Every candidate is measured exactly; nothing is cut or shrunk below its
limit. Where nothing holds, the error names the field and the millimetres.
"""

import functools
import math
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from fahndung.errors import NotPublishable
from fahndung.posters import composing, refusals, story
from fahndung.posters.boxes import Box
from fahndung.posters.cells import Cells, Piece
from fahndung.posters.columns import GAP, Columns
from fahndung.posters.composing import Composer
from fahndung.posters.dealing import Frame
from fahndung.posters.density import steps
from fahndung.posters.gallery import LEAST_AREA, Gallery, Wall, spread
from fahndung.posters.marks import PAGE_HEIGHT, PAGE_WIDTH
from fahndung.posters.setting import Misfit, Setter
from fahndung.posters.story import Atom, Story

SIZES = steps(15.5, 12.5, 1.0) + steps(12.0, 9.5)
SIZES_WITHOUT_PHOTO = steps(30.0, 20.0, 1.0) + steps(19.5, 9.5)

_SIDE_SHARES = tuple(0.34 + 0.03 * i for i in range(15))
_PHOTO_GAP = 14.0
_LEAST_COLUMN = 112.0
_NARROW_COLUMN = 92.0
_NARROW_EM = 9.0
_NARROWEST = 90.0
"""pt; no text stands in a narrower column, beside no photo."""
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
_WORTH_OF_CELLS = {True: 0.6, False: 0.25}
"""Facts beside the photo of whom (or what) they tell of: no person is taken for another."""
_WORTH_OF_GOAL = 0.2
"""More than body size can be worth between 9.5 and 13 pt: the text yields before the photos do."""


_NO_BOX = Box(parts=(), height=0.0)


class Body(NamedTuple):
    """A candidate: photos and texts in reading order, the size of the text, what it is worth. ``height`` in pt."""

    size: float
    pieces: tuple[Piece | Box, ...]
    height: float
    score: float


class _Shown(NamedTuple):
    """What photos are worth by: area and that of the first one (pt²), evenness, what their order is worth."""

    area: float = 0.0
    hero: float = 0.0
    even: bool = False
    sorted: float = 0.0


class Search:
    """The search for one poster: middles ``width`` pt wide, photos shall cover ``goal`` of the page.

    Serves several heights: what was measured for one is not measured again for the next.

    A ``thrifty`` one may do what reads a little worse and needs less paper: values that begin on the line of their
    label, facts that begin beside the photo and go on below it, a narrower column beside it. A ``strict`` one finds
    only what reaches the goal.

    One ``beyond`` a share of the page finds only persons in finer cells whose photos cover more than that.

    With ``boxes`` (of size and width in pt; None where they do not hold) these stand first in the column beside it.
    """

    def __init__(
        self,
        setter: Setter,
        frames: tuple[Frame, ...],
        told: Story,
        *,
        width: float,
        goal: float,
        scale: float,
        thrifty: bool = False,
        strict: bool = False,
        boxes: Callable[[float, float], Box | None] | None = None,
        beyond: float | None = None,
    ) -> None:
        self._boxes = functools.cache(boxes) if boxes is not None else None
        self._composer = Composer(setter, run_in=thrifty)
        self._columns = Columns(self._composer)
        self._gallery = Gallery(setter, frames, scale=scale) if frames else None
        self._cells = Cells(
            setter, self._columns, self._composer, frames, told, width=width, scale=scale, fine=beyond is not None
        )
        self._story = told
        self.strict = strict
        self._width = width
        self._height = 0.0
        self._goal = goal
        self._least_area = goal * PAGE_WIDTH * PAGE_HEIGHT if strict else LEAST_AREA * len(frames)
        self._fine = beyond is not None
        if beyond is not None:
            self._least_area = max(self._least_area, beyond * PAGE_WIDTH * PAGE_HEIGHT)
        self._floor = -math.inf
        self._atoms = told.atoms
        self._splits = _splits(told, thrifty=thrifty, boxes=boxes is not None)
        self._least_column = _NARROW_COLUMN if thrifty else _LEAST_COLUMN
        exact = _exact(frames, goal, width)
        self._shares = tuple(share for share in _SIDE_SHARES + exact if not strict or share >= min(exact, default=0.0))

    def best(self, height: float, *, above: float = -math.inf) -> Body | None:
        """The best candidate in ``height`` pt that is worth more than ``above``, the first of equals; None for none."""
        found: Body | None = None
        if self.strict and not self.holds(height):
            return None
        self._floor, self._height = above, height
        if self._gallery is not None and self._gallery.most_area(self._width, height) < self._least_area:
            return None
        for size in SIZES if self._gallery else SIZES_WITHOUT_PHOTO:
            for candidate in self._candidates(size):
                if candidate.score > self._floor + 1e-9:
                    found, self._floor = candidate, candidate.score
        return found

    def holds(self, height: float) -> bool:
        """Whether there is a candidate at all in ``height`` pt, told by the smallest text: what larger text holds does
        so as well."""
        self._floor, self._height = -math.inf, height
        if self._gallery is not None and self._gallery.most_area(self._width, height) < self._least_area:
            return False
        return next(self._candidates(SIZES[-1]), None) is not None

    def _room_for_photos(self, size: float, texts: tuple[Atom, ...], height: float) -> float:
        """Pt² that ``texts`` leave to photos at most beside and around them in ``height`` pt."""
        area = self._composer.least_area(texts, size=size, column=_NARROWEST)
        return self._width * (height + composing.overhang(size)) - area

    def _hopeless(self, size: float, area: float, order: float = 0.0) -> bool:
        """Whether no wall of at most that area (pt²) can beat what was found: saves hanging it.

        ``order`` is what an order may be worth beside that.
        """
        if area < self._least_area:
            return True
        return self._worth(size, _Shown(area=area, hero=area, even=True, sorted=order)) <= self._floor

    def _large(self, walls: Iterable[Wall]) -> Iterator[Wall]:
        return (wall for wall in walls if wall.area >= self._least_area)

    def _candidates(self, size: float) -> Iterator[Body]:
        if self._gallery is None:
            yield from self._texts_only(size)
            return
        most = self._room_for_photos(size, self._atoms, self._height)
        if (
            self._boxes is None
            and self._cells.possible
            and not self._hopeless(size, most, _WORTH_OF_CELLS[self._cells.of_persons])
        ):
            yield from self._in_cells(size)
        if self._fine or self._hopeless(size, most):
            return
        if self._boxes is None:
            yield from self._on_top(size, self._gallery)
        for beside, below, columns in self._splits:
            yield from self._beside(size, self._gallery, beside, below, columns)

    def _texts_only(self, size: float) -> Iterator[Body]:
        def score(high: float) -> float:
            return self._score(size, _Shown(), high, measure=self._measure(count)) - 0.01 * (count - 1)

        for count in (1, 2):
            if score(self._height) <= self._floor:
                continue  # it would not win if it filled the height
            if self._columns.least(self._atoms, size, count, self._width) > self._height:
                continue
            placed, high = self._columns.of(self._atoms, size, count, self._width)
            if placed is not None and high <= self._height:
                yield Body(size=size, pieces=placed, height=high, score=score(high))

    def _in_cells(self, size: float) -> Iterator[Body]:
        for made in self._cells.candidates(size, self._height):
            if made.area < self._least_area:
                continue
            shown = _Shown(area=made.area, hero=made.hero, even=True, sorted=_WORTH_OF_CELLS[self._cells.of_persons])
            score = self._score(size, shown, made.height, measure=made.measure, void=made.void)
            yield Body(size=size, pieces=made.pieces, height=made.height, score=score)

    def _on_top(self, size: float, gallery: Gallery) -> Iterator[Body]:
        for count in range(1, _MOST_COLUMNS + 1):
            least = self._columns.least(self._atoms, size, count, self._width)
            if self._hopeless(size, self._width * (self._height - least)):
                continue
            placed, high = self._columns.of(self._atoms, size, count, self._width)
            if placed is None or high + _PHOTO_GAP >= self._height:
                continue
            room = self._height - high - (_PHOTO_GAP if placed else 0.0)
            if self._hopeless(size, gallery.most_area(self._width, room)):
                continue
            for wall in self._large(gallery.walls(self._width, room)):
                down = wall.height + (_PHOTO_GAP if placed else 0.0)
                texts = (piece.moved(0.0, down) for piece in placed)
                score = self._score(size, _shown(wall), down + high, measure=self._measure(count))
                if score <= self._floor:
                    continue
                pieces: tuple[Piece, ...] = (*spread(wall, self._width), *texts)
                yield Body(size=size, pieces=pieces, height=down + high, score=score)

    def _beside(
        self, size: float, gallery: Gallery, atoms: tuple[Atom, ...], below: tuple[Atom, ...], columns: int
    ) -> Iterator[Body]:
        """Photos on the left, ``atoms`` right of them; ``below`` run in columns under both."""
        least = self._columns.least(below, size, columns, self._width) if below else 0.0
        if self._hopeless(size, self._room_for_photos(size, atoms, self._height - least)):
            return
        under, under_high = self._columns.of(below, size, columns, self._width)
        if under is None:
            return
        room = self._height - (under_high + _PHOTO_GAP if under else 0.0)
        if room <= 0:
            return
        most = self._room_for_photos(size, atoms, room)
        for share in self._shares:
            width, height = round(self._width * share, 2), round(room, 2)
            if self._hopeless(size, min(gallery.most_area(width, height), most)):
                continue
            for wall in self._large(gallery.walls(width, height)):
                # whole steps of 2 pt: texts are set once for many walls
                column = math.floor((self._width - wall.width - GAP) / 2) * 2.0
                if (
                    column < max(self._least_column, _NARROW_EM * size)
                    or self._score(size, _shown(wall), self._height, measure=column) <= self._floor
                ):
                    continue  # the texts could be set as well as can be, and it would not win
                if (boxes := self._boxed(size, column)) is None:
                    continue
                lower = boxes.height + composing.gap(size) * bool(boxes.parts and atoms)
                lower -= composing.overhang(size) * bool(atoms)  # capitals level with the upper edge of the photos
                if lower + self._columns.least(atoms, size, 1, column) > room + 0.01:
                    continue
                beside, beside_high = self._columns.of(atoms, size, 1, column)
                beside_high += lower
                if beside is None or beside_high > room + 0.01:
                    continue
                down = max(wall.height, beside_high)
                total = down + (under_high + _PHOTO_GAP if under else 0.0)
                void = abs(wall.height - beside_high) * (column if wall.height > beside_high else wall.width)
                score = self._score(size, _shown(wall), total, measure=column, void=void)
                if score <= self._floor:  # most are: only what may win is put in its place
                    continue
                right = wall.width + GAP
                first = (boxes.moved(right, 0.0),) if boxes.parts else ()
                lowered = (piece.moved(right, lower) for piece in beside)
                moved = (piece.moved(0.0, down + _PHOTO_GAP) for piece in under)
                yield Body(size=size, pieces=(*wall.hung, *first, *lowered, *moved), height=total, score=score)

    def _boxed(self, size: float, column: float) -> Box | None:
        """The boxes at the head of the column, empty where they stand elsewhere; None where they do not hold."""
        return _NO_BOX if self._boxes is None else self._boxes(size, column)

    def _measure(self, columns: int) -> float:
        return (self._width - GAP * (columns - 1)) / columns

    def _score(self, size: float, shown: _Shown, height: float, *, measure: float, void: float = 0.0) -> float:
        """What a candidate is worth, as a share of the page; ``measure`` is the width of its lines (pt)."""
        page = PAGE_WIDTH * PAGE_HEIGHT
        score = self._worth(size, shown)
        score -= 0.005 * max(_LEAST_EM - measure / size, 0.0) + 0.0015 * max(measure / size - _MOST_EM, 0.0)
        return score - (0.25 * void / page + 0.02 * max(self._height - height, 0.0) / self._height)

    def _worth(self, size: float, shown: _Shown) -> float:
        """What text size and photos are worth, as a share of the page, before anything is taken off."""
        page = PAGE_WIDTH * PAGE_HEIGHT
        text, photos = _graded(size, _WORTH_OF_SIZE), _graded(shown.area / page, _WORTH_OF_PHOTOS)
        reached = _WORTH_OF_GOAL if 0 < self._goal <= shown.area / page else 0.0
        order = _WORTH_OF_ORDER * shown.even + shown.sorted
        return text + photos + reached + _WORTH_OF_HERO * shown.hero / page + order

    def shortage(self, height: float) -> NotPublishable:
        """Why nothing holds in ``height`` pt: the field that needs most, with the millimetres at the smallest size."""
        size = SIZES[-1]
        atoms = self._story.atoms
        try:
            blocks = self._composer.blocks(atoms, size=size, width=self._width)
        except Misfit as misfit:
            return refusals.too_wide(misfit.field, needed=misfit.needed, available=misfit.available)
        needed = sum(block.height for block in blocks) + composing.gap(size) * max(len(blocks) - 1, 0)
        if self._gallery is not None and needed <= height:
            return self._gallery.shortage(self._width, texts=needed, height=height)
        tallest = max(zip(atoms, blocks, strict=True), key=lambda pair: pair[1].height, default=None)
        field = "images" if tallest is None else story.longest(tallest[0])
        return refusals.too_high(field, needed=needed, available=height)


def _shown(wall: Wall) -> _Shown:
    return _Shown(area=wall.area, hero=wall.hero, even=wall.even)


def _graded(value: float, grades: tuple[tuple[float, float, float], ...]) -> float:
    return sum(worth * min(max(value - low, 0.0), high - low) for low, high, worth in grades)


def _exact(frames: tuple[Frame, ...], goal: float, width: float) -> tuple[float, ...]:
    """The share of the width at which a single photo covers just the goal; none for several."""
    if len(frames) != 1 or not goal:
        return ()
    share = math.sqrt(1.001 * goal * PAGE_WIDTH * PAGE_HEIGHT * frames[0].aspect) / width
    return (share,) if share < _SIDE_SHARES[-1] + 0.1 else ()


def _splits(told: Story, *, thrifty: bool, boxes: bool) -> tuple[tuple[tuple[Atom, ...], tuple[Atom, ...], int], ...]:
    """Ways to share out the texts: beside the photos, below them, and in how many columns below."""
    atoms = story.pieces(told.atoms) if thrifty else told.atoms
    ways = [(atoms[:k], atoms[k:], columns) for k in range(len(atoms), -1, -1) for columns in (1, 2, 3)]
    ways.append((told.facts, told.lead + told.rest, 1))
    return tuple(dict.fromkeys(way for way in ways if way[0] or boxes))
