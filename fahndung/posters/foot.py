"""The bottom of a poster, built upwards: tear-off strips, footer, contact band, reward, warning."""

import contextlib
import functools

from fahndung.errors import NotPublishable
from fahndung.model.sheet import Sheet
from fahndung.posters import boxes, fonts, palette, strings, strips, tongues, words
from fahndung.posters.codes import code
from fahndung.posters.composing import stacked
from fahndung.posters.density import Density, steps
from fahndung.posters.fitting import largest, paragraph
from fahndung.posters.head import INNER, MARGIN, SAFE
from fahndung.posters.marks import MM, PAGE_HEIGHT, PAGE_WIDTH, Area, Line, Part, Tag, Weight
from fahndung.posters.setting import Setter

_ROW_GAP = 3.0
_UNDER_GAP = 6.0
_PILL = 26
"""pt; height of the emergency number's ground."""
_BELOW_PILL = 2 * MM
"""Above a number that does not hold beside it: its digits would touch it."""
_LESS = 3.0
"""pt; of the space above and below the footer, where lines share as much as they can."""


def foot(sheet: Sheet, setter: Setter, density: Density, *, torn: bool) -> tuple[tuple[Part, ...], float]:
    """The parts of the bottom in reading order and the ``y`` above them.

    All of it is asked of every sheet that hangs (R16, R21, R23); ``torn`` says whether strips stand below it.

    Raises:
        NotPublishable: a text or the address does not fit.
    """
    built: list[tuple[Part, ...]] = []
    y = PAGE_HEIGHT
    if torn:
        part, y = strips.strips(sheet, setter, brief=density.brief_strips)
        built.append((part,))
    less = _LESS if density.frugal else 0.0
    footer, y = _footer(sheet, setter, y - (8 - less if torn else SAFE))
    contact, y = _contact(sheet, setter, y - (7 - less), density)
    built += [footer, contact]
    framed = boxes.across(sheet, setter, density)  # what is too long for it is refused, wherever it would stand
    for box in () if density.boxes_beside else reversed(framed):
        y -= density.between + box.height
        built.append(box.moved(MARGIN, y).parts)
    return tuple(part for parts in reversed(built) for part in parts), y


def _contact(sheet: Sheet, setter: Setter, bottom: float, density: Density) -> tuple[tuple[Part, ...], float]:
    """The band in the usual way; a frugal one in the way that takes less height."""
    usual = _banded(sheet, setter, bottom, density, all_beside=False)
    if density.frugal:
        with contextlib.suppress(NotPublishable):  # what does not hold beside the code stands under it
            return max(usual, _banded(sheet, setter, bottom, density, all_beside=True), key=lambda way: way[1])
    return usual


def _banded(
    sheet: Sheet, setter: Setter, bottom: float, density: Density, *, all_beside: bool
) -> tuple[tuple[Part, ...], float]:
    """The band: office, phone and code side by side, under them across the page what to do and where to read on.

    With ``all_beside`` that stands beside the code as well.
    """
    figure, side = code(sheet)
    width = INNER - side - 20
    said, height = _said(sheet, setter, width, density)
    under, tall = _under(sheet, setter, density, width if all_beside else INNER)
    high = height + _ROW_GAP + tall if all_beside else height
    inner = max(high, side)
    top = bottom - inner - (0.0 if all_beside else tall + _UNDER_GAP) - 2 * density.pad
    ground = Area(x=0, y=top, width=PAGE_WIDTH, height=bottom - top, color=palette.band(sheet.category))
    y = top + density.pad
    begin = y + (inner - high) / 2
    below = begin + height + _ROW_GAP if all_beside else y + inner + _UNDER_GAP
    return (
        Part(name="ground", field="contact", text="", marks=(ground,), tag=None),
        *(part.moved(MARGIN, begin) for part in said),
        *(part.moved(MARGIN, below) for part in under),
        figure.moved(PAGE_WIDTH - MARGIN - side, y + (inner - side) / 2),
    ), top


def _said(sheet: Sheet, setter: Setter, width: float, density: Density) -> tuple[tuple[Part, ...], float]:
    """Office, phone, emergency number and sentence, relative to the band's inner corner, and their height."""
    field = strings.field_of("office")
    pill, pill_width = _emergency(sheet, setter) if sheet.warning else (None, 0.0)
    size, phone, beside = _phone(sheet.phone, setter, width, pill_width, density)
    room = width if beside else width - pill_width
    _, sentence, reach, _ = density.said
    office_size, office = _office(sheet.office, setter, room, density)
    made, y = stacked(setter, office, weight=Weight.BOLD, size=office_size, color=palette.WHITE, x=0, y=0, leading=1.2)
    parts = [Part(name="office", field=field, text=sheet.office, marks=made)]
    y += 0.0 if beside else max(_PILL + _BELOW_PILL - 7 - y, 0.0)
    y += size * fonts.CAP_HEIGHT + 7
    wide = setter.width(phone, Weight.BOLD, size)
    line = Line(x=-size * 0.03, y=y, text=phone, weight=Weight.BOLD, size=size, color=palette.WHITE, width=wide)
    parts.append(Part(name="phone", field=strings.field_of("phone"), text=sheet.phone, marks=(line,), tag=Tag.HEADING))
    if pill is not None:
        parts.append(
            pill.moved(wide + 14, y - size * fonts.CAP_HEIGHT / 2 - _PILL / 2) if beside else pill.moved(room + 14, 0)
        )
    y += 8
    ways = " · ".join(t for t in (sheet.email, sheet.hours) if t)
    rows = (
        *(
            ("contact", strings.field_of("contact_sentence"), text, Weight.REGULAR, sentence)
            for text in tongues.paragraphs(sheet.contact_sentence)
        ),
        ("reach", _longer(sheet), ways, Weight.BOLD, reach),
    )
    more, tall = _rows(setter, rows, phone=sheet.phone, width=width, y=y, run_in=density.frugal)
    return (*parts, *more), tall


def _office(text: str, setter: Setter, width: float, density: Density) -> tuple[float, tuple[str, ...]]:
    """Size and lines of the office; where paper is short, one small line rather than two."""
    field, most = strings.field_of("office"), density.said[0]
    fitted = functools.partial(largest, setter, text, weight=Weight.BOLD, width=width, field=field)
    if density.frugal:
        with contextlib.suppress(NotPublishable):
            return fitted(sizes=steps(most, 10), most_lines=1)
    return fitted(sizes=steps(most, 11), most_lines=2)


def _longer(sheet: Sheet) -> str:
    """The field of the longer one of what stands on the line of e-mail and hours."""
    return strings.field_of("hours" if len(sheet.hours or "") > len(sheet.email or "") else "email")


def _phone(text: str, setter: Setter, width: float, pill: float, density: Density) -> tuple[float, str, bool]:
    """Size and line of the phone number, and whether the emergency number (``pill`` pt) holds beside it.

    Raises:
        NotPublishable: the number does not hold at its least size even alone.
    """

    def fitted(room: float) -> tuple[float, str]:
        field = strings.field_of("phone")
        size, (line,) = largest(
            setter, text, weight=Weight.BOLD, sizes=density.phone, width=room, most_lines=1, field=field
        )
        return size, line

    try:
        return *fitted(width - pill), True
    except NotPublishable:
        if not pill:
            raise
    return *fitted(width), False


def _under(sheet: Sheet, setter: Setter, density: Density, width: float) -> tuple[tuple[Part, ...], float]:
    """Where tips belong, and the address of the page in words: whoever cannot scan it types it."""
    small = density.said[3]
    address = f"{words.word(sheet, 'live-only')} {sheet.page_url.removeprefix('https://')}"
    rows = (
        *(("tip", "contact", text, Weight.REGULAR, small) for text in tongues.paragraphs(sheet.tip_sentence)),
        ("address", strings.field_of("page_url"), address, Weight.BOLD, small),
    )
    return _rows(setter, rows, phone=sheet.phone, width=width, y=0.0, run_in=density.frugal)


def _rows(
    setter: Setter,
    rows: tuple[tuple[str, str, str, Weight, float], ...],
    *,
    phone: str,
    width: float,
    y: float,
    run_in: bool,
) -> tuple[tuple[Part, ...], float]:
    """White paragraphs one under the other from ``y``: name, field, text, weight, size; and where they end.

    With ``run_in`` one that holds whole behind the last line of the paragraph before stands there.
    """
    parts: list[Part] = []
    for name, field, text, weight, size in rows:
        if text:
            made, tall = paragraph(
                setter,
                _bound(text, phone),
                weight=weight,
                size=size,
                width=width,
                most_lines=4,
                color=palette.WHITE,
                y=y,
                field=field,
            )
            if run_in and parts and (joined := _joined(parts[-1].lines[-1], made, width)) is not None:
                made, tall = (joined,), -_ROW_GAP
            parts.append(Part(name=name, field=field, text=text, marks=made))
            y += tall + _ROW_GAP
    return tuple(parts), y - (_ROW_GAP if parts else 0.0)


def _joined(last: Line, lines: tuple[Line, ...], width: float) -> Line | None:
    """The only one of the lines, moved behind the last one of the paragraph before; None where it does not hold."""
    x = last.x + last.width + last.size
    if len(lines) > 1 or x + lines[0].width > width:
        return None
    return lines[0]._replace(x=x, y=last.y)


def _bound(text: str, phone: str) -> str:
    """The text with the phone number kept on one line."""
    return text.replace(phone, phone.replace(" ", "\u00a0"))


def _emergency(sheet: Sheet, setter: Setter) -> tuple[Part, float]:
    """The emergency number on a bright ground, and the width it takes from the phone number."""
    text = words.word(sheet, "emergency")
    wide = setter.width(text, Weight.BOLD, 15)
    ground = Area(x=0, y=0, width=wide + 20, height=_PILL, color=palette.SIGNAL, radius=4)
    line = Line(x=10, y=18.2, text=text, weight=Weight.BOLD, size=15, color=palette.INK, width=wide)
    return Part(name="emergency", field="warning", text=text, marks=(ground, line)), wide + 34


def _footer(sheet: Sheet, setter: Setter, bottom: float) -> tuple[tuple[Part, ...], float]:
    """Order, dates and imprint."""
    order, stand = strings.field_of("order_sentence"), strings.field_of("stand")
    dates = tongues.paragraphs(sheet.stand, sheet.valid_until, words.word(sheet, "valid"), joint=" · ")
    rows = (
        *(
            ("order", order, text, Weight.REGULAR, 8.0, palette.GREY)
            for text in tongues.paragraphs(sheet.order_sentence)
        ),
        *(("stand", stand, text, Weight.BOLD, 8.0, palette.INK) for text in dates),
        ("imprint", strings.field_of("imprint"), " · ".join(sheet.imprint), Weight.REGULAR, 7.0, palette.GREY),
    )
    parts: list[Part] = []
    y = 0.0
    for name, field, text, weight, size, color in rows:
        if text:
            made, tall = paragraph(
                setter, text, weight=weight, size=size, width=INNER, most_lines=3, color=color, y=y, field=field
            )
            parts.append(Part(name=name, field=field, text=text, marks=made))
            y += tall + 2
    top = bottom - y + 2
    return tuple(part.moved(MARGIN, top) for part in parts), top
