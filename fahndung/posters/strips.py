"""The strips to tear off at the lower edge of a poster. Whoever hangs it up cuts them apart."""

import contextlib
import functools
import re

from fahndung.errors import NotPublishable
from fahndung.model.sheet import Sheet
from fahndung.posters import fonts, palette, refusals, strings, tongues
from fahndung.posters.composing import stacked
from fahndung.posters.density import steps
from fahndung.posters.fitting import largest
from fahndung.posters.head import SAFE
from fahndung.posters.marks import MM, PAGE_HEIGHT, PAGE_WIDTH, Line, Mark, Part, Rule, Weight
from fahndung.posters.setting import Setter

STRIPS = 8

_TALL = 38 * MM
_WIDE = (PAGE_WIDTH - 2 * SAFE) / STRIPS
_GAP = 2.0
_AROUND = 5.0
_LEAST_PHONE = 8.0
_LINES = 3
"""At most, of role and reference: a phone number is never broken."""
_Row = tuple[float, tuple[str, ...], Weight, str]


def strips(sheet: Sheet, setter: Setter, *, brief: bool) -> tuple[Part, float]:
    """The strips, and the ``y`` above them.

    Each has role, phone, the page's address and reference, written upwards; a ``brief`` one has no address and is
    written across, in half the height: whoever calls needs no more.

    Raises:
        NotPublishable: something does not hold; nothing is cut.
    """
    lines, tall = _brief(sheet, setter) if brief else _upright(sheet, setter)
    top = PAGE_HEIGHT - tall
    marks: list[Mark] = [Rule(x1=0, y1=top, x2=PAGE_WIDTH, y2=top, color=palette.GREY, dashed=True)]
    for i in range(STRIPS):
        x = SAFE + i * _WIDE
        if i:
            marks.append(Rule(x1=x, y1=top, x2=x, y2=PAGE_HEIGHT, color=palette.GREY, dashed=True))
        marks += (line._replace(x=line.x + x, y=line.y + top) for line in lines)
    return Part(name="strips", field=strings.field_of("phone"), text="", marks=tuple(marks), tag=None), top


def _upright(sheet: Sheet, setter: Setter) -> tuple[list[Line], float]:
    """What stands on one strip, from its upper left corner, and its height."""
    long = _TALL - SAFE - 2 * _AROUND
    role, phone, reference = _rows(sheet, setter, long, role=steps(11, 7), phone=steps(12, _LEAST_PHONE))
    address = (7.0, _address_lines(sheet.page_url, setter, long), Weight.REGULAR, palette.INK)
    blocks = (role, phone, address, reference)
    rows = [(size, text, weight, color) for size, texts, weight, color in blocks for text in texts]
    spare = _WIDE - sum(size * fonts.CAP_HEIGHT for size, *_ in rows)
    if spare < _GAP * (len(rows) + 1):
        needed = _WIDE - spare + _GAP * (len(rows) + 1)
        raise refusals.too_wide(strings.field_of("page_url"), needed=needed, available=_WIDE)
    lines: list[Line] = []
    x = 0.0
    for size, text, weight, color in rows:
        x += spare / (len(rows) + 1) + size * fonts.CAP_HEIGHT
        width = setter.width(text, weight, size)
        line = Line(x=x, y=_AROUND + long, text=text, weight=weight, size=size, color=color, width=width, upwards=True)
        lines.append(line)
    return lines, _TALL


def _brief(sheet: Sheet, setter: Setter) -> tuple[list[Line], float]:
    lines: list[Line] = []
    y = _AROUND
    for size, texts, weight, color in _rows(
        sheet, setter, _WIDE - 2 * _AROUND, role=steps(9, 7), phone=steps(11, _LEAST_PHONE)
    ):
        made, tall = stacked(setter, texts, weight=weight, size=size, color=color, x=0.0, y=y, leading=1.2)
        lines += (line._replace(x=(_WIDE - line.width) / 2) for line in made)
        y += tall
    return lines, y + SAFE


def _rows(
    sheet: Sheet, setter: Setter, long: float, *, role: tuple[float, ...], phone: tuple[float, ...]
) -> tuple[_Row, _Row, _Row]:
    """Size, lines, weight and colour of role, phone and reference in lines ``long`` pt long."""

    def row(
        text: str, weight: Weight, sizes: tuple[float, ...], attribute: str, color: str, most: int = _LINES
    ) -> _Row:
        fitted = functools.partial(
            largest, setter, text, weight=weight, sizes=sizes, width=long, field=strings.field_of(attribute)
        )
        with contextlib.suppress(NotPublishable):
            return *fitted(most_lines=1), weight, color
        return *fitted(most_lines=most), weight, color

    return (
        row(tongues.plain(sheet.band), Weight.BOLD, role, "band", palette.band(sheet.category)),
        row(sheet.phone, Weight.BOLD, phone, "phone", palette.INK, most=1),
        row(sheet.reference, Weight.REGULAR, steps(7.5, 7), "reference", palette.GREY),
    )


def _address_lines(url: str, setter: Setter, long: float) -> tuple[str, ...]:
    """The address in lines at 7 pt, broken after points and slashes only, so that it can be typed as it stands.

    Raises:
        NotPublishable: a piece of it is longer.
    """
    lines = [""]
    for piece in re.findall(r"[^./]*[./]?", url.removeprefix("https://").rstrip("/")):
        if (wide := setter.width(piece, Weight.REGULAR, 7.0)) > long:
            raise refusals.too_wide(strings.field_of("page_url"), needed=wide, available=long)
        if lines[-1] and setter.width(lines[-1] + piece, Weight.REGULAR, 7.0) > long:
            lines.append("")
        lines[-1] += piece
    return tuple(lines)
