"""What a poster consists of: marks with positions, grouped into named parts in reading order.

Plain values. Positions are in pt on an A4 page, measured from its top left corner; A3 draws the same marks larger.
"""

import enum
from collections.abc import Callable
from typing import NamedTuple

from fahndung.errors import Problem
from fahndung.model.ids import ImageId

PAGE_WIDTH = 595.2756
PAGE_HEIGHT = 841.8898
MM = 72 / 25.4
"""pt in a millimetre."""


class Weight(enum.StrEnum):
    """The two cuts of the typeface that a poster uses."""

    REGULAR = "regular"
    BOLD = "bold"


class Tag(enum.StrEnum):
    """What a part is in the document's structure."""

    TITLE = "H1"
    HEADING = "H2"
    SUBHEADING = "H3"
    PARAGRAPH = "P"
    FIGURE = "Figure"
    LABEL = "TH"
    VALUE = "TD"
    SPAN = "Span"
    """Words in one language inside an element that speaks two."""


class Photo(NamedTuple):
    """A public photo: a JPEG rebuilt from pixels elsewhere. ``width`` and ``height`` are px."""

    id: ImageId
    jpeg: bytes
    width: int
    height: int


class Pixels(NamedTuple):
    """A public photo that is no file yet. ``width`` and ``height`` are px.

    ``jpeg`` makes one, rebuilt from pixels and checked, of so many px across, of a quality and a subsampling.
    """

    id: ImageId
    jpeg: Callable[[int, int, str], bytes]
    width: int
    height: int


class Line(NamedTuple):
    """One line of text. ``y`` is its baseline; ``width`` the measured width; upright text reads upwards."""

    x: float
    y: float
    text: str
    weight: Weight
    size: float
    color: str
    width: float
    upwards: bool = False


class Area(NamedTuple):
    """A filled rectangle; with ``outline`` it has a border of that colour."""

    x: float
    y: float
    width: float
    height: float
    color: str
    radius: float = 0.0
    outline: str | None = None


class Polygon(NamedTuple):
    """A filled polygon."""

    points: tuple[tuple[float, float], ...]
    color: str


class Rule(NamedTuple):
    """A straight line, dashed where paper is to be cut."""

    x1: float
    y1: float
    x2: float
    y2: float
    color: str
    thickness: float = 0.5
    dashed: bool = False


class Slot(NamedTuple):
    """Where a whole photo stands: never cropped, aspect kept. ``dpi`` is its resolution on the chosen paper."""

    photo: ImageId
    x: float
    y: float
    width: float
    height: float
    dpi: float


class Code(NamedTuple):
    """A QR code; ``side`` includes the quiet zone of four modules."""

    x: float
    y: float
    side: float
    url: str
    correction: str


Mark = Line | Area | Polygon | Rule | Slot | Code


class Part(NamedTuple):
    """Marks that belong together.

    Attributes:
        name: band, marker, question, headline, photo, summary, facts, warning, reward, phone, code, stand, strips …
        field: the record's field that its words come from.
        text: the words as a screen reader gets them, whatever the line breaks; for a figure its description.
        tag: None for what is not read out (paper to tear off repeats what was said). A label and the value after it
            make a row; rows of one field that follow each other make a table.
        lang: the language of the words where it is not the document's, as a tag of BCP 47.
    """

    name: str
    field: str
    text: str
    marks: tuple[Mark, ...]
    tag: Tag | None = Tag.PARAGRAPH
    lang: str | None = None

    def moved(self, x: float, y: float) -> "Part":
        """The part shifted right and down by ``x`` and ``y`` pt."""
        return self._replace(marks=tuple(_moved(mark, x, y) for mark in self.marks))

    @property
    def lines(self) -> tuple[Line, ...]:
        """Its lines of text, in reading order."""
        return tuple(mark for mark in self.marks if isinstance(mark, Line))


class Layout(NamedTuple):
    """A page of a poster. ``scale`` turns its A4 points into those of the paper; ``parts`` are in reading order.

    ``further`` are the pages after the first one, with photos that it does not hold.
    """

    paper: str
    scale: float
    parts: tuple[Part, ...]
    body_size: float
    warnings: tuple[Problem, ...] = ()
    further: tuple["Layout", ...] = ()

    def named(self, name: str) -> tuple[Part, ...]:
        """The parts of that name."""
        return tuple(part for part in self.parts if part.name == name)

    @property
    def slots(self) -> tuple[tuple[str, Slot], ...]:
        """Where photos stand, each with the photo's field."""
        return tuple((part.field, mark) for part in self.parts for mark in part.marks if isinstance(mark, Slot))

    @property
    def photo_share(self) -> float:
        """Share of the page (0 … 1) that photos cover."""
        return sum(slot.width * slot.height for _, slot in self.slots) / (PAGE_WIDTH * PAGE_HEIGHT)


def mirrored(layout: Layout) -> Layout:
    """The layout and its further pages with left and right exchanged, for languages that run from right to left."""
    parts = tuple(part._replace(marks=tuple(turned(mark, PAGE_WIDTH) for mark in part.marks)) for part in layout.parts)
    return layout._replace(parts=parts, further=tuple(map(mirrored, layout.further)))


def turned(mark: Mark, across: float) -> Mark:
    """The mark as far from the right edge of a page ``across`` wide as it was from the left one.

    What is drawn keeps its own direction: photos, codes and text are not turned round, and text that reads upwards
    stays where it is, in its strip.
    """
    match mark:
        case Line(upwards=True):
            return mark
        case Polygon():
            return mark._replace(points=tuple((across - x, y) for x, y in mark.points))
        case Rule():
            return mark._replace(x1=across - mark.x1, x2=across - mark.x2)
        case Code():
            return mark._replace(x=across - mark.x - mark.side)
        case _:
            return mark._replace(x=across - mark.x - mark.width)


def _moved(mark: Mark, x: float, y: float) -> Mark:
    match mark:
        case Polygon():
            return mark._replace(points=tuple((px + x, py + y) for px, py in mark.points))
        case Rule():
            return mark._replace(x1=mark.x1 + x, x2=mark.x2 + x, y1=mark.y1 + y, y2=mark.y2 + y)
        case _:
            return mark._replace(x=mark.x + x, y=mark.y + y)
