"""Several persons or things: each one's facts stand beside the photos that show it and nobody else.

Used only where every group has a photo of its own; photos that show several stand above, beside what happened.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from fahndung.posters import composing
from fahndung.posters.columns import GAP, Columns
from fahndung.posters.composing import Composer, Placed
from fahndung.posters.dealing import Frame
from fahndung.posters.gallery import Gallery, Hung, Wall
from fahndung.posters.setting import Misfit, Setter
from fahndung.posters.story import Story, Table

Piece = Hung | Placed

_COLUMNS = (2, 3, 1)
_SHARES = (0.62, 0.56, 0.50, 0.44, 0.38, 0.32)
"""Of a cell's width, for photos beside their facts."""
_ABOVE = (1.0, 0.85, 0.7)
"""Of a cell's width, for photos above their facts."""
_USUAL = (*((share, False) for share in _SHARES), *((share, True) for share in _ABOVE))
_FINE_COLUMNS = (2, 3, 4)
_FINE = tuple((share, True) for share in (1.0, 0.92, 0.85, 0.78, 0.7, 0.62, 0.55, 0.48))
"""For persons where photos stay below their goal in the usual ways."""
_UPPER_SHARES = (0.70, 0.62, 0.54, 0.46, 0.38)
_INSIDE = 10.0
_DOWN = 16.0
_LEAST_FACTS = 90.0
_LEAST_COLUMN = 112.0
_TALLEST = 10000.0


class Arranged(NamedTuple):
    """A middle of cells in reading order. ``area``, ``hero`` and ``void`` in pt²; ``measure`` is a line's width."""

    pieces: tuple[Piece, ...]
    height: float
    area: float
    hero: float
    void: float
    measure: float


class _Cell(NamedTuple):
    wall: Wall
    facts: tuple[Piece, ...]
    height: float
    void: float


class Cells:
    """The cells of one poster in middles ``width`` pt wide; ``fine``: photos of more widths, above the facts."""

    def __init__(
        self,
        setter: Setter,
        columns: Columns,
        composer: Composer,
        frames: Sequence[Frame],
        told: Story,
        *,
        width: float,
        scale: float,
        fine: bool = False,
    ) -> None:
        self._fine = fine
        self._columns = columns
        self._composer = composer
        self._width = width
        self._tables = tuple(atom for atom in told.facts if isinstance(atom, Table) and atom.title)
        self._before = told.lead + tuple(atom for atom in told.facts if atom not in self._tables)
        self._rest = told.rest
        own = [tuple(frame for frame in frames if frame.of == (table.field,)) for table in self._tables]
        shared = tuple(frame for frame in frames if not any(frame in held for held in own))
        self.possible = len(own) > 1 and all(own)
        """Whether every group has photos of its own."""
        self.of_persons = any(table.field.startswith("persons") for table in self._tables)
        self._own = tuple(Gallery(setter, held, scale=scale) for held in own)
        self._shared = Gallery(setter, shared, scale=scale) if shared else None

    def candidates(self, size: float, height: float) -> Iterator[Arranged]:
        """Every arrangement that holds in ``height`` pt at that size of text."""
        if not self.possible:
            return
        count = len(self._tables)
        for columns in dict.fromkeys(min(n, count) for n in (_FINE_COLUMNS if self._fine else _COLUMNS)):
            beside = min(columns, max(len(self._rest), 1))
            room = height - self._columns.least(self._rest, size, beside, self._width)
            if room <= 0:
                continue
            rest, rest_high = self._columns.of(self._rest, size, beside, self._width)
            if rest is None:
                continue
            for share, above in _FINE if self._fine else _USUAL:
                cells = self._cells(size, room, columns, share, above=above)
                if cells is None:
                    continue
                yield from self._whole(size, height, columns, cells, (rest, rest_high))

    def _cells(self, size: float, room: float, columns: int, share: float, *, above: bool) -> list[_Cell] | None:
        """One cell for each group; None where a word or a photo does not hold, or all cannot in ``room`` pt."""
        width = (self._width - GAP * (columns - 1)) / columns
        photo = width * share
        facts = width if above else width - photo - _INSIDE
        if facts < _LEAST_FACTS:
            return None
        least = self._composer.least_heights(self._tables, size=size, width=round(facts, 1))
        if sum(max(least[at : at + columns]) for at in range(0, len(least), columns)) > room:
            return None
        try:
            blocks = self._composer.blocks(self._tables, size=size, width=round(facts, 1))
        except Misfit:
            return None
        made = []
        for gallery, block in zip(self._own, blocks, strict=True):
            walls = gallery.walls(round(photo, 1), _TALLEST)
            if not walls:
                return None
            wall = min(walls, key=lambda one: one.height)
            if above:
                placed = Placed(x=0.0, y=wall.height + 0.5 * size, block=block)
                height, void = placed.y + block.height, (width - wall.width) * wall.height
            else:
                placed = Placed(x=wall.width + _INSIDE, y=-composing.overhang(size), block=block)
                high = block.height - composing.overhang(size)
                height, void = max(wall.height, high), abs(wall.height - high) * min(photo, facts)
            made.append(_Cell(wall=wall, facts=(placed,), height=height, void=void))
        return made

    def _whole(
        self, size: float, height: float, columns: int, cells: list[_Cell], below: tuple[tuple[Placed, ...], float]
    ) -> Iterator[Arranged]:
        width = (self._width - GAP * (columns - 1)) / columns
        grid: list[Piece] = []
        y = 0.0
        for start in range(0, len(cells), columns):
            row = cells[start : start + columns]
            for i, cell in enumerate(row):
                grid += [piece.moved(i * (width + GAP), y) for piece in (*cell.wall.hung, *cell.facts)]
            y += max(cell.height for cell in row) + _DOWN
        y -= _DOWN
        rest, rest_high = below
        under = rest_high + composing.gap(size) if rest else 0.0
        for upper, high, shown, void in self._uppers(size, height - y - under):
            down = high + _DOWN if upper else 0.0
            pieces = (
                *upper,
                *(piece.moved(0.0, down) for piece in grid),
                *(piece.moved(0.0, down + y + composing.gap(size)) for piece in rest),
            )
            own = sum(cell.wall.area for cell in cells)
            yield Arranged(
                pieces=pieces,
                height=down + y + under,
                area=own + (shown.area if shown else 0.0),
                hero=shown.hero if shown else cells[0].wall.hero,
                void=void + sum(cell.void for cell in cells),
                measure=width * 0.5,
            )

    def _uppers(self, size: float, room: float) -> Iterator[tuple[tuple[Piece, ...], float, Wall | None, float]]:
        """What stands above the cells in at most ``room`` pt: pieces, height, the shared photos, wasted pt²."""
        room -= _DOWN
        if room <= 0:
            return
        if self._shared is None:
            for count in (1, 2):
                placed, high = self._columns.of(self._before, size, count, self._width)
                if placed is not None and high <= room:
                    yield placed, high, None, 0.0
            return
        for share in _UPPER_SHARES:
            for wall in self._shared.walls(round(self._width * share, 1), round(room, 1)):
                column = self._width - wall.width - GAP
                if column < _LEAST_COLUMN:
                    continue
                beside, high = self._columns.of(self._before, size, 1, round(column / 2) * 2.0 - 2.0)
                high -= composing.overhang(size)
                if beside is None or high > room:
                    continue
                right = wall.width + GAP
                texts = tuple(piece.moved(right, -composing.overhang(size)) for piece in beside)
                void = abs(wall.height - high) * (column if wall.height > high else wall.width)
                yield (*wall.hung, *texts), max(wall.height, high), wall, void
