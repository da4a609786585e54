"""The bottom of a poster, built upwards: tear-off strips, footer, contact band, reward, warning."""

from fahndung.model.sheet import Sheet
from fahndung.posters import fonts, palette, strings, words
from fahndung.posters.codes import code
from fahndung.posters.density import Density, steps
from fahndung.posters.fitting import largest, paragraph
from fahndung.posters.head import INNER, MARGIN, SAFE
from fahndung.posters.marks import (
    MM,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    Area,
    Line,
    Mark,
    Part,
    Polygon,
    Rule,
    Tag,
    Weight,
)
from fahndung.posters.setting import Setter
from fahndung.posters.story import stacked

STRIPS_HEIGHT = 38 * MM
STRIPS = 8

_PAD = 11.0


def foot(sheet: Sheet, setter: Setter, density: Density, *, strips: bool) -> tuple[tuple[Part, ...], float]:
    """The parts of the bottom in reading order and the ``y`` above them.

    Raises:
        NotPublishable: a text or the address does not fit.
    """
    built: list[tuple[Part, ...]] = []
    y = PAGE_HEIGHT
    if strips:
        built.append((_strips(sheet, setter),))
        y -= STRIPS_HEIGHT
    footer, y = _footer(sheet, setter, y - (8 if strips else SAFE))
    contact, y = _contact(sheet, setter, y - 7, density)
    built += [footer, contact]
    if sheet.reward:
        reward, y = _reward(sheet, setter, y - density.between, density)
        built.append(reward)
    if sheet.warning:
        warning, y = _warning(sheet.warning, setter, y - density.between, density)
        built.append((warning,))
    return tuple(part for parts in reversed(built) for part in parts), y


def _contact(sheet: Sheet, setter: Setter, bottom: float, density: Density) -> tuple[tuple[Part, ...], float]:
    codes, side, code_height = code(sheet, setter)
    said, height = _said(sheet, setter, INNER - side - 20, density)
    inner = max(height, code_height)
    top = bottom - inner - 2 * _PAD
    ground = Area(x=0, y=top, width=PAGE_WIDTH, height=bottom - top, color=palette.band(sheet.category))
    y = top + _PAD + (inner - height) / 2
    code_y = top + _PAD + (inner - code_height) / 2
    return (
        Part(name="ground", field="contact", text="", marks=(ground,), tag=None),
        *(part.moved(MARGIN, y) for part in said),
        *(part.moved(PAGE_WIDTH - MARGIN - side, code_y) for part in codes),
    ), top


def _said(sheet: Sheet, setter: Setter, width: float, density: Density) -> tuple[tuple[Part, ...], float]:
    """Office, phone, emergency number and sentences, relative to the band's inner corner, and their height."""
    field = strings.field_of("office")
    size, office = largest(
        setter, sheet.office, weight=Weight.BOLD, sizes=steps(14, 11), width=width, most_lines=2, field=field
    )
    made, y = stacked(setter, office, weight=Weight.BOLD, size=size, color=palette.WHITE, x=0, y=0, leading=1.2)
    parts = [Part(name="office", field=field, text=sheet.office, marks=made)]
    pill, pill_width = _emergency(sheet, setter) if sheet.warning else (None, 0.0)
    field = strings.field_of("phone")
    size, phone = largest(
        setter,
        sheet.phone,
        weight=Weight.BOLD,
        sizes=density.phone,
        width=width - pill_width,
        most_lines=1,
        field=field,
    )
    y += size * fonts.CAP_HEIGHT + 7
    wide = setter.width(phone[0], Weight.BOLD, size)
    line = Line(x=-size * 0.03, y=y, text=phone[0], weight=Weight.BOLD, size=size, color=palette.WHITE, width=wide)
    parts.append(Part(name="phone", field=field, text=sheet.phone, marks=(line,), tag=Tag.HEADING))
    if pill is not None:
        parts.append(pill.moved(wide + 14, y - size * fonts.CAP_HEIGHT / 2 - 13))
    y += 8
    rows = (
        ("contact", "contact", sheet.contact_sentence, Weight.REGULAR, 10.5),
        ("reach", "contact/email", " · ".join(t for t in (sheet.email, sheet.hours) if t), Weight.BOLD, 10.0),
        ("tip", "contact", sheet.tip_sentence, Weight.REGULAR, 9.0),
    )
    for name, field, text, weight, small in rows:
        if text:
            made, tall = paragraph(
                setter,
                _bound(text, sheet.phone),
                weight=weight,
                size=small,
                width=width,
                most_lines=4,
                color=palette.WHITE,
                y=y,
                field=field,
            )
            parts.append(Part(name=name, field=field, text=text, marks=made))
            y += tall + 3
    return tuple(parts), y - 3


def _bound(text: str, phone: str) -> str:
    """The text with the phone number kept on one line."""
    return text.replace(phone, phone.replace(" ", "\u00a0"))


def _emergency(sheet: Sheet, setter: Setter) -> tuple[Part, float]:
    """The emergency number on a bright ground, and the width it takes from the phone number."""
    text = words.word(sheet.lang, "emergency")
    wide = setter.width(text, Weight.BOLD, 15)
    ground = Area(x=0, y=0, width=wide + 20, height=26, color=palette.SIGNAL, radius=4)
    line = Line(x=10, y=18.2, text=text, weight=Weight.BOLD, size=15, color=palette.INK, width=wide)
    return Part(name="emergency", field="warning", text=text, marks=(ground, line)), wide + 34


def _footer(sheet: Sheet, setter: Setter, bottom: float) -> tuple[tuple[Part, ...], float]:
    """Order, dates and imprint."""
    dates = " · ".join(text for text in (sheet.stand, sheet.valid_until, words.word(sheet.lang, "valid")) if text)
    rows = (
        ("order", strings.field_of("order_sentence"), sheet.order_sentence, Weight.REGULAR, 8.0, palette.GREY),
        ("stand", strings.field_of("stand"), dates, Weight.BOLD, 8.0, palette.INK),
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


def _reward(sheet: Sheet, setter: Setter, bottom: float, density: Density) -> tuple[tuple[Part, ...], float]:
    color = palette.band(sheet.category)
    first, *others = sheet.reward
    field = strings.field_of("reward")
    inner = INNER - 28
    size, lines = largest(
        setter, first, weight=Weight.BOLD, sizes=density.reward, width=inner, most_lines=2, field=field
    )
    made, tall = stacked(setter, lines, weight=Weight.BOLD, size=size, color=color, x=0, y=7, leading=1.2)
    parts = [Part(name="reward", field=field, text=first, marks=made)]
    y = 7 + tall
    if others:
        conditions = " ".join(others)
        made, tall = paragraph(
            setter,
            conditions,
            weight=Weight.REGULAR,
            size=density.conditions,
            width=inner,
            most_lines=8,
            color=palette.INK,
            y=y + 1,
            field=field,
        )
        parts.append(Part(name="reward", field=field, text=conditions, marks=made))
        y += tall + 1
    top = bottom - y - 8
    ground = Area(x=MARGIN, y=top, width=INNER, height=y + 8, color=palette.tint(color, 0.09), radius=4, outline=color)
    box = Part(name="ground", field=field, text="", marks=(ground,), tag=None)
    return (box, *(part.moved(MARGIN + 14, top) for part in parts)), top


def _warning(text: str, setter: Setter, bottom: float, density: Density) -> tuple[Part, float]:
    left = 50.0
    width = INNER - left - 14
    size, texts = largest(
        setter, text, weight=Weight.BOLD, sizes=density.warning, width=width, most_lines=3, field="warning"
    )
    height = max(len(texts) * size * setter.leading(1.22) + density.between, 38.0)
    top = bottom - height
    middle = top + height / 2
    made, _ = stacked(
        setter,
        texts,
        weight=Weight.BOLD,
        size=size,
        color=palette.ALARM,
        x=MARGIN + left,
        y=middle - len(texts) * size * setter.leading(1.22) / 2,
        leading=1.22,
    )
    marks: tuple[Mark, ...] = (
        Area(x=MARGIN, y=top, width=INNER, height=height, color=palette.ALARM_TINT, radius=4, outline=palette.ALARM),
        Polygon(
            points=((MARGIN + 27, middle - 14), (MARGIN + 43, middle + 13), (MARGIN + 11, middle + 13)),
            color=palette.ALARM,
        ),
        Area(x=MARGIN + 25.4, y=middle - 5, width=3.2, height=9.5, color=palette.WHITE),
        Area(x=MARGIN + 25.4, y=middle + 6.3, width=3.2, height=3.2, color=palette.WHITE),
        *made,
    )
    return Part(name="warning", field="warning", text=text, marks=marks), top


def _strips(sheet: Sheet, setter: Setter) -> Part:
    """Strips to tear off, each with role, phone and reference, written upwards."""
    top = PAGE_HEIGHT - STRIPS_HEIGHT
    long = STRIPS_HEIGHT - SAFE - 10
    wide = (PAGE_WIDTH - 2 * SAFE) / STRIPS
    rows = (
        (sheet.band, Weight.BOLD, steps(11, 7), "band", palette.band(sheet.category)),
        (sheet.phone, Weight.BOLD, steps(12, 8), "phone", palette.INK),
        (sheet.reference, Weight.REGULAR, steps(8.5, 7), "reference", palette.GREY),
    )
    fitted = []
    for text, weight, sizes, attribute, color in rows:
        size, lines = largest(
            setter, text, weight=weight, sizes=sizes, width=long, most_lines=1, field=strings.field_of(attribute)
        )
        fitted.append((size, lines[0], weight, color))
    marks: list[Mark] = [Rule(x1=0, y1=top, x2=PAGE_WIDTH, y2=top, color=palette.GREY, dashed=True)]
    for i in range(STRIPS):
        left = SAFE + i * wide
        if i:
            marks.append(Rule(x1=left, y1=top, x2=left, y2=PAGE_HEIGHT, color=palette.GREY, dashed=True))
        for k, (size, text, weight, color) in enumerate(fitted, start=1):
            x = left + k * wide / (len(fitted) + 1) + size * 0.3
            width = setter.width(text, weight, size)
            y = top + 5 + long
            marks.append(Line(x=x, y=y, text=text, weight=weight, size=size, color=color, width=width, upwards=True))
    return Part(name="strips", field=strings.field_of("phone"), text="", marks=tuple(marks), tag=None)
