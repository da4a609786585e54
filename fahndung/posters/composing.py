"""Prose and tables of facts, each set into a column of any width and size. Knows nothing of the page."""

from typing import NamedTuple

from fahndung.model.sheet import Fact
from fahndung.posters import fonts, palette
from fahndung.posters.marks import Line, Part, Tag, Weight
from fahndung.posters.setting import Setter, fewest
from fahndung.posters.story import Atom, Prose, Table

LEADING = 1.27
SMALLEST = 8.0
"""pt; no paragraph in the middle of the page is smaller."""

_LABEL_SHARE = 0.40
_LABEL_GAP = 0.8
_LEAST_VALUE_EM = 10.5
_GAP = 0.85
_ROW_GAP = 0.34
_TITLE_GAP = 0.40
_TITLE = 1.08
"""Times the body size."""
_ROUNDING = 0.01
"""pt; a text as wide as its column is not broken."""
_LEAST_OF_LABELS = 0.9
"""Of the width of labels, what their lines fill at least beside the space that each line's end swallows."""


class Column(NamedTuple):
    """A text broken into lines: where it begins (pt), how far its first line is moved in, and how it looks."""

    text: str
    texts: tuple[str, ...]
    weight: Weight
    size: float
    color: str
    x: float
    y: float
    tag: Tag
    indent: float = 0.0


class Block(NamedTuple):
    """An atom set into a column, relative to the block's top left corner. ``height`` in pt.

    Its lines become marks only when they are asked for: the search looks at hundreds of heights for each block shown.
    """

    setter: Setter
    atom: Atom
    height: float
    columns: tuple[Column, ...]

    @property
    def field(self) -> str:
        """The record's field that its words come from."""
        return self.atom.field

    @property
    def parts(self) -> tuple[Part, ...]:
        """What is drawn."""
        name = self.atom.name if isinstance(self.atom, Prose) else "facts"
        return tuple(
            Part(name=name, field=self.field, text=column.text, marks=self._marks(column), tag=column.tag)
            for column in self.columns
        )

    def _marks(self, column: Column) -> tuple[Line, ...]:
        _, texts, weight, size, color, x, y, *_ = column
        lines, _ = stacked(self.setter, texts, weight=weight, size=size, color=color, x=x, y=y)
        if column.indent:
            first = tuple(line._replace(x=column.indent) for line in lines[:1])
            lines = tuple(line for line in (*first, *lines[1:]) if line.text)
        return lines


class Placed(NamedTuple):
    """A block of text and the corner where it stands."""

    x: float
    y: float
    block: Block

    def moved(self, x: float, y: float) -> "Placed":
        """Shifted right and down by ``x`` and ``y`` pt."""
        return self._replace(x=self.x + x, y=self.y + y)


def gap(size: float, below: Atom | None = None) -> float:
    """Space between two atoms; ``below`` may go on with the one above it."""
    goes_on = isinstance(below, Table) and below.goes_on
    return size * (_ROW_GAP if goes_on else _GAP)


def overhang(size: float) -> float:
    """Space between the top of a text block and the top of its capitals."""
    return size * (LEADING - fonts.CAP_HEIGHT) / 2


class Composer:
    """Sets atoms into columns; remembers each result, by the very atom: the search asks for the same ones again.

    With ``run_in`` every value begins on the line of its label, not in narrow columns only: the same words need less
    paper, and are found less easily.
    """

    def __init__(self, setter: Setter, *, run_in: bool = False) -> None:
        self._setter = setter
        self._run_in_all = run_in
        self._blocks: dict[tuple[int, float, float, float], Block] = {}
        self._leasts: dict[tuple[int, float, float, float], float] = {}
        self._areas: dict[tuple[int, float, float], float] = {}
        self._ems: dict[int, tuple[tuple[float, ...], ...]] = {}
        self._labels: dict[int, float] = {}

    def blocks(self, atoms: tuple[Atom, ...], *, size: float, width: float) -> tuple[Block, ...]:
        """Each atom in a column of that width; the labels of all tables share one width.

        Raises:
            Misfit: a word is wider than the column.
        """
        label_width = self._label_width(atoms, size, width)
        return tuple(self._block(atom, size, width, label_width) for atom in atoms)

    def _label_width(self, atoms: tuple[Atom, ...], size: float, width: float) -> float:
        if self._run_in_all:
            return 0.0
        if id(atoms) not in self._labels:
            labels = [row.label for atom in atoms if isinstance(atom, Table) for row in atom.rows]
            self._labels[id(atoms)] = max((self._setter.em(label, Weight.BOLD) for label in labels), default=0.0)
        return min(self._labels[id(atoms)] * size, _LABEL_SHARE * width)

    def least_heights(self, atoms: tuple[Atom, ...], *, size: float, width: float) -> tuple[float, ...]:
        """The height of each that :meth:`blocks` cannot go below: told without breaking a line."""
        label_width = self._label_width(atoms, size, width)
        return tuple(self._least(atom, size, width, label_width) for atom in atoms)

    def _least(self, atom: Atom, size: float, width: float, label_width: float) -> float:
        key = (id(atom), size, round(width, 2), round(label_width, 2))
        if key not in self._leasts:
            self._leasts[key] = (
                self._least_prose(atom, size, width)
                if isinstance(atom, Prose)
                else self._least_table(atom, size, width, label_width)
            )
        return self._leasts[key]

    def _least_prose(self, atom: Prose, size: float, width: float) -> float:
        own = max(size * atom.factor, SMALLEST)
        (em,) = self._filled(atom)[0]
        return fewest(em, (width + _ROUNDING) / own, self._setter.em(" ", atom.weight)) * self._tall_line(own)

    def _least_table(self, atom: Table, size: float, width: float, label_width: float) -> float:
        bold, space = self._setter.em(" ", Weight.BOLD), self._setter.em(" ", Weight.REGULAR)
        left = label_width + _LABEL_GAP * size
        rows = self._filled(atom)
        y = _ROW_GAP * size * max(len(rows) - 1, 0)
        if atom.title:
            em, own = self._setter.least(atom.title, Weight.BOLD), size * _TITLE
            y += fewest(em, (width + _ROUNDING) / own, bold) * self._tall_line(own) + _TITLE_GAP * size
        if self._runs_in(size, width, left):
            limit = (width + _ROUNDING) / size
            lines = sum(max(fewest(label + value + space, limit, space), 1) for label, value in rows)
        else:
            own, other = (label_width + _ROUNDING) / size, (width - left + _ROUNDING) / size
            lines = sum(max(fewest(label, own, bold), fewest(value, other, space), 1) for label, value in rows)
        return y + lines * self._tall_line(size)

    def _filled(self, atom: Atom) -> tuple[tuple[float, ...], ...]:
        """The em that a paragraph, or label and value of each row, fill at least."""
        if id(atom) not in self._ems:
            least = self._setter.least
            self._ems[id(atom)] = (
                ((least(atom.text, atom.weight),),)
                if isinstance(atom, Prose)
                else tuple((least(row.label, Weight.BOLD), least(row.value, Weight.REGULAR)) for row in atom.rows)
            )
        return self._ems[id(atom)]

    def least_area(self, atoms: tuple[Atom, ...], *, size: float, column: float) -> float:
        """Pt² that they cover at least, in whatever columns, if none is narrower than ``column`` pt."""
        key = (id(atoms), size, column)
        if key not in self._areas:
            self._areas[key] = self._least_area(atoms, size, column)
        return self._areas[key]

    def _least_area(self, atoms: tuple[Atom, ...], size: float, column: float) -> float:
        area = 0.0
        for atom in atoms:
            own = max(size * atom.factor, SMALLEST) if isinstance(atom, Prose) else size
            limit = column / own
            swallowed = limit / (limit + self._setter.em(" ", Weight.BOLD))  # of each line, by the space at its end
            ems = (sum(row) * min(swallowed, _LEAST_OF_LABELS) for row in self._filled(atom))
            area += own * own * self._setter.leading(LEADING) * sum(max(em, limit) for em in ems)
        return area

    def _block(self, atom: Atom, size: float, width: float, label_width: float) -> Block:
        key = (id(atom), size, round(width, 2), round(label_width, 2))
        if key not in self._blocks:
            self._blocks[key] = (
                self._prose(atom, size, width)
                if isinstance(atom, Prose)
                else self._table(atom, size, width, label_width)
            )
        return self._blocks[key]

    def _prose(self, atom: Prose, size: float, width: float) -> Block:
        own = max(size * atom.factor, SMALLEST)
        texts = self._lines(atom.text, atom.weight, own, width, atom.field)
        column = Column(atom.text, texts, atom.weight, own, atom.color, 0.0, 0.0, Tag.PARAGRAPH)
        return Block(setter=self._setter, atom=atom, height=self._tall(texts, own), columns=(column,))

    def _table(self, atom: Table, size: float, width: float, label_width: float) -> Block:
        columns: list[Column] = []
        y = 0.0
        if atom.title:
            own = size * _TITLE
            texts = self._lines(atom.title, Weight.BOLD, own, width, atom.field)
            columns.append(Column(atom.title, texts, Weight.BOLD, own, atom.color, 0.0, 0.0, Tag.SUBHEADING))
            y = self._tall(texts, own) + _TITLE_GAP * size
        left = label_width + _LABEL_GAP * size
        run_in = self._runs_in(size, width, left)
        for i, row in enumerate(atom.rows):
            y += _ROW_GAP * size if i else 0.0
            if run_in:
                y += self._run_in(columns, atom, row, size, width, y)
            else:
                y += self._beside(columns, atom, row, size, (label_width, left, width), y)
        return Block(setter=self._setter, atom=atom, height=y, columns=tuple(columns))

    def _runs_in(self, size: float, width: float, left: float) -> bool:
        return self._run_in_all or (width - left) / size < _LEAST_VALUE_EM

    def _beside(
        self, made: list[Column], atom: Table, row: Fact, size: float, edges: tuple[float, float, float], y: float
    ) -> float:
        """Add a label in a column of its own and its value; ``edges`` are the label's width, the value's left and right
        edge. The row's height comes out."""
        label_width, left, right = edges
        labels = self._lines(row.label, Weight.BOLD, size, label_width, row.field or atom.field)
        values = self._lines(row.value, Weight.REGULAR, size, right - left, row.field or atom.field)
        made.append(Column(row.label, labels, Weight.BOLD, size, atom.color, 0.0, y, Tag.LABEL))
        made.append(Column(row.value, values, Weight.REGULAR, size, palette.INK, left, y, Tag.VALUE))
        return max(self._tall(labels, size), self._tall(values, size))

    def _run_in(self, made: list[Column], atom: Table, row: Fact, size: float, width: float, y: float) -> float:
        """Add a row of a narrow column: the label opens the value's first line, or stands above where it needs two."""
        labels = self._lines(row.label, Weight.BOLD, size, width, row.field or atom.field)
        tall = self._tall(labels, size)
        made.append(Column(row.label, labels, Weight.BOLD, size, atom.color, 0.0, y, Tag.LABEL))
        if len(labels) != 1:
            values = self._lines(row.value, Weight.REGULAR, size, width, row.field or atom.field)
            made.append(Column(row.value, values, Weight.REGULAR, size, palette.INK, 0.0, y + tall, Tag.VALUE))
            return tall + self._tall(values, size)
        before = self._setter.width(labels[0], Weight.BOLD, size) + 0.2 * size
        values = self._setter.lines(
            row.value, weight=Weight.REGULAR, size=size, width=width, field=row.field or atom.field, before=before
        )
        indent = before + self._setter.width(" ", Weight.REGULAR, size)
        made.append(Column(row.value, values, Weight.REGULAR, size, palette.INK, 0.0, y, Tag.VALUE, indent))
        return max(self._tall(values, size), tall)

    def _lines(self, text: str, weight: Weight, size: float, width: float, field: str) -> tuple[str, ...]:
        return self._setter.lines(text, weight=weight, size=size, width=width + _ROUNDING, field=field)

    def _tall(self, texts: tuple[str, ...], size: float) -> float:
        return len(texts) * size * self._setter.leading(LEADING)

    def _tall_line(self, size: float) -> float:
        return size * self._setter.leading(LEADING)


def stacked(
    setter: Setter,
    texts: tuple[str, ...],
    *,
    weight: Weight,
    size: float,
    color: str,
    x: float,
    y: float,
    leading: float = LEADING,
) -> tuple[tuple[Line, ...], float]:
    """Lines one under the other from the top ``y``, capitals in the middle of each line's height; and their height."""
    leading = setter.leading(leading)
    ascent = size * (leading + fonts.CAP_HEIGHT) / 2
    lines = tuple(
        Line(
            x=x,
            y=y + ascent + i * size * leading,
            text=text,
            weight=weight,
            size=size,
            color=color,
            width=setter.width(text, weight, size),
        )
        for i, text in enumerate(texts)
    )
    return lines, len(texts) * size * leading
