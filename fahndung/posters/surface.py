"""What the operators of a PDF page leave visible: text that nobody can see, and the modules of its QR codes.

Follows position, colour and order of what is drawn, as far as our posters use them; knows no clipping, no gradients
and no letters. Judges nothing else of a document.
"""

import dataclasses
import itertools
import math
from collections.abc import Sequence
from typing import Any

from fahndung.posters import decoding

INVISIBLE = "invisible text / unsichtbarer Text"
OUTSIDE = "text outside the page / Text außerhalb der Seite"
COVERED = "text under a shape or a picture / Text unter einer Fläche oder einem Bild"
DROWNED = "text in the colour of its ground / Text in der Farbe seines Grundes"
TINY = "text too small to be seen / unsichtbar kleiner Text"

_SMALLEST = 2.5
"""pt; smaller is not meant to be read, and far below what our posters print."""
_PAINTLESS = frozenset({3, 7})
"""Text rendering modes that leave no ink. Source: ISO 32000-1, table 106."""
_FEWEST = 80
"""Rectangles in the path of a QR code: the smallest one has more."""
_CONTRAST = 0.5
_FILLS = frozenset({b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*"})
_ENDS = frozenset({b"S", b"s", b"n"})
_SHOWS = frozenset({b"Tj", b"TJ", b"'", b'"'})

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, bottom, right, top in pt."""
Color = tuple[float, ...]
_WHITE: Color = (1.0, 1.0, 1.0)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """What ``q`` saves and ``Q`` brings back."""

    color: Color = (0.0,)
    mode: int = 0
    size: float = 0.0


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Painted:
    """A filled shape or a picture (without a colour)."""

    box: Box
    color: Color | None


class Surface:
    """Takes every operator of a page in order and remembers what covers what."""

    def __init__(self, page: Box) -> None:
        self.flaws: set[str] = set()
        self.drawn: set[str] = set()
        """Names of the pictures that were drawn."""
        self._page = page
        self._state = _State()
        self._saved: list[_State] = []
        self._path: list[Point] = []
        self._rectangles: list[Box] = []
        self._painted: list[_Painted] = []
        self._texts: list[Point] = []
        self._codes: list[tuple[Box, str]] = []

    @property
    def codes(self) -> tuple[str, ...]:
        """What the QR codes say, in the order in which they were drawn; empty for one that cannot be read."""
        return tuple(said for _, said in self._codes)

    def operator(self, name: bytes, operands: Sequence[Any], cm: Sequence[float], tm: Sequence[float]) -> None:
        """Follows one operator, called before it takes effect, with the matrices of page and text at that point."""
        if name in _SHOWS:
            self._show(cm, tm)
        elif name in _FILLS:
            self._fill()
        elif name in _ENDS:
            self._path, self._rectangles = [], []
        elif name in (b"Do", b"INLINE IMAGE"):
            self._picture(str(operands[0]) if name == b"Do" else "", cm)
        elif name == b"re":
            self._rectangle(*map(float, operands), cm=cm)
        elif name in (b"m", b"l", b"c", b"v", b"y"):
            numbers = [float(number) for number in operands]
            self._path += [_moved(cm, x, y) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
        else:
            self._set(name, operands)

    def _set(self, name: bytes, operands: Sequence[Any]) -> None:
        if name == b"q":
            self._saved.append(self._state)
        elif name == b"Q" and self._saved:
            self._state = self._saved.pop()
        elif name in (b"rg", b"g", b"k", b"sc", b"scn"):
            color = tuple(float(operand) for operand in operands if not isinstance(operand, str))
            self._state = dataclasses.replace(self._state, color=color)
        elif name == b"Tr":
            self._state = dataclasses.replace(self._state, mode=int(operands[0]))
        elif name == b"Tf":
            self._state = dataclasses.replace(self._state, size=float(operands[1]))

    def _show(self, cm: Sequence[float], tm: Sequence[float]) -> None:
        size = self._state.size
        x, y = _moved(cm, *_moved(tm, size * 0.15, size * 0.25))  # inside the first letter, not on its edge
        left, bottom, right, top = self._page
        scale = math.sqrt(abs(_area(cm) * _area(tm)))
        if self._state.mode in _PAINTLESS:
            self.flaws.add(INVISIBLE)
        if not (left <= x <= right and bottom <= y <= top):
            self.flaws.add(OUTSIDE)
        if abs(size) * scale < _SMALLEST:
            self.flaws.add(TINY)
        if self._ground((x, y)) == _rgb(self._state.color):
            self.flaws.add(DROWNED)
        self._texts.append((x, y))

    def _rectangle(self, x: float, y: float, width: float, height: float, *, cm: Sequence[float]) -> None:
        corners = [_moved(cm, x, y), _moved(cm, x + width, y + height)]
        self._path += corners
        self._rectangles.append(_box(corners))

    def _fill(self) -> None:
        if self._path:
            box = _box(self._path)
            dark = _light(self._ground(_middle(box))) - _light(_rgb(self._state.color)) >= _CONTRAST
            self._cover(box, _rgb(self._state.color))
            if len(self._rectangles) >= _FEWEST:
                self._codes.append((box, _code(self._rectangles) if dark else ""))
        self._path, self._rectangles = [], []

    def _picture(self, name: str, cm: Sequence[float]) -> None:
        self.drawn.add(name)
        self._cover(_box([_moved(cm, 0, 0), _moved(cm, 1, 1), _moved(cm, 1, 0), _moved(cm, 0, 1)]), None)

    def _cover(self, box: Box, color: Color | None) -> None:
        self._painted.append(_Painted(box=box, color=color))
        if any(_inside(point, box) for point in self._texts):
            self.flaws.add(COVERED)
        self._codes = [(code, "" if _meet(code, box) else said) for code, said in self._codes]

    def _ground(self, point: Point) -> Color | None:
        """The colour under a point; None on a picture."""
        return next((shape.color for shape in reversed(self._painted) if _inside(point, shape.box)), _WHITE)


def _code(rectangles: Sequence[Box]) -> str:
    """What the modules say that these rectangles (runs of dark modules in one row each) draw."""
    left, top = min(box[0] for box in rectangles), max(box[3] for box in rectangles)
    right = max(box[2] for box in rectangles)
    rows = sorted({round(box[3], 3) for box in rectangles}, reverse=True)
    module = min(above - below for above, below in itertools.pairwise(rows))
    size = round((right - left) / module)
    cells = [bytearray(size) for _ in range(size)]
    for box in rectangles:
        row, first, last = ((top - box[3]) / module, (box[0] - left) / module, (box[2] - left) / module)
        if round(row) >= size or max(abs(value - round(value)) for value in (row, first, last)) > 0.1:
            return ""
        cells[round(row)][round(first) : round(last)] = b"\1" * (round(last) - round(first))
    return decoding.text_of(tuple(map(bytes, cells)))


def _moved(matrix: Sequence[float], x: float, y: float) -> Point:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _area(matrix: Sequence[float]) -> float:
    return matrix[0] * matrix[3] - matrix[1] * matrix[2]


def _box(points: Sequence[Point]) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _inside(point: Point, box: Box) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _middle(box: Box) -> Point:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _rgb(color: Color) -> Color:
    """Grey as RGB; others as they are."""
    return color * 3 if len(color) == 1 else color


def _light(color: Color | None) -> float:
    """Luminance from 0 to 1; pictures and inks count as dark."""
    if color is None or len(color) != 3:
        return 0.0
    return 0.2126 * color[0] + 0.7152 * color[1] + 0.0722 * color[2]
