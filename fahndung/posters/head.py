"""The top of a poster: band, witness marker, question and headline."""

import contextlib
import dataclasses
import itertools

from fahndung.errors import NotPublishable
from fahndung.model.sheet import SWITCH, Sheet
from fahndung.posters import palette, strings, tongues, words
from fahndung.posters.composing import stacked
from fahndung.posters.density import Density, Ways, steps
from fahndung.posters.fitting import largest, paragraph
from fahndung.posters.marks import PAGE_WIDTH, Area, Line, Part, Tag, Weight
from fahndung.posters.setting import Setter

MARGIN = 36.0
"""pt (12.7 mm): wider than the 8 mm that office printers leave blank."""
INNER = PAGE_WIDTH - 2 * MARGIN
SAFE = 24.0
"""pt (8.5 mm): no text nearer to the edge of the paper."""
_DASH = " – "
_PAGE = 12.0
_LEAST_PAGE = 10.0
_APART = 20.0
"""pt between the role and which page it is."""
_BESIDE_ROLE = 16.0


def head(sheet: Sheet, setter: Setter, density: Density, *, page: str = "") -> tuple[tuple[Part, ...], float]:
    """The parts of the top and the ``y`` below them; ``page`` says which further page it is.

    Raises:
        NotPublishable: band, marker, question or headline does not fit.
    """
    parts, y = _band(sheet, setter, density, paged=bool(page))
    if page and (beside := _beside(parts[-1], page, setter)) is not None:
        parts, page = (*parts, beside), ""
    if sheet.marker:
        marker, y = _marker(sheet.marker, setter, y, density)
        parts += (marker,)
    titles, y = _titles(sheet, setter, y + density.above - 2, density)
    if page:
        made, tall = paragraph(
            setter,
            page,
            weight=Weight.BOLD,
            size=min(_PAGE, density.headline[0][0][0]),
            width=INNER,
            most_lines=2,
            color=palette.INK,
            y=y + density.between,
            field="images",
        )
        part = Part(name="page", field="images", text=page, marks=made, tag=Tag.HEADING)
        titles, y = (*titles, part.moved(MARGIN, 0.0)), y + density.between + tall
    return parts + titles, y


def _band(sheet: Sheet, setter: Setter, density: Density, *, paged: bool) -> tuple[tuple[Part, ...], float]:
    """Role and sender; beside the role is room for one thing: which page it is, or in a frugal band the sender."""
    field = strings.field_of("band")
    beside = _sender_beside(sheet, setter, density) if density.frugal and not paged else None
    if beside is None:
        size, lines = _stepwise(setter, sheet.band, field, density.band)
        sender, least = _sender(sheet, setter)
        y = least + (8 + size * setter.rise)
    else:
        sender, least, size, lines = beside
        y = SAFE + size * setter.rise
    role = tuple(
        Line(
            x=MARGIN - size * 0.035,
            y=y + i * size * setter.leading(1.05),
            text=text,
            weight=Weight.BOLD,
            size=size,
            color=palette.WHITE,
            width=setter.width(text, Weight.BOLD, size),
        )
        for i, text in enumerate(lines)
    )
    bottom = max(role[-1].y + size * setter.fall, least + 3)
    ground = Area(x=0, y=0, width=PAGE_WIDTH, height=bottom, color=palette.band(sheet.category))
    sender = (Part(name="ground", field=field, text="", marks=(ground,), tag=None), *sender)
    return (*sender, Part(name="band", field=field, text=sheet.band, marks=role, tag=Tag.TITLE)), bottom


def _beside(role: Part, page: str, setter: Setter) -> Part | None:
    """Which page it is, in the band beside the role, where it takes no height; None where the role is too long."""
    last = role.lines[-1]
    try:
        size, (text,) = largest(
            setter.unbroken(),
            page,
            weight=Weight.BOLD,
            sizes=steps(_PAGE, _LEAST_PAGE),
            width=INNER - last.width - _APART,
            most_lines=1,
            field="images",
        )
    except NotPublishable:
        return None
    wide = setter.width(text, Weight.BOLD, size)
    line = Line(
        x=PAGE_WIDTH - MARGIN - wide,
        y=last.y,
        text=text,
        weight=Weight.BOLD,
        size=size,
        color=palette.WHITE,
        width=wide,
    )
    return Part(name="page", field="images", text=page, marks=(line,), tag=Tag.HEADING)


def _sender(sheet: Sheet, setter: Setter) -> tuple[tuple[Part, ...], float]:
    """Authority on the left, reference on the right, above the role."""
    text = f"{words.word(sheet, 'reference')} {sheet.reference}"
    small, lines = largest(
        setter,
        text,
        weight=Weight.REGULAR,
        sizes=steps(10, 8),
        width=INNER * 0.5,
        most_lines=1,
        field=strings.field_of("reference"),
    )
    width = setter.width(text, Weight.REGULAR, small)
    size, texts = largest(
        setter,
        sheet.authority,
        weight=Weight.BOLD,
        sizes=steps(12, 9),
        width=INNER - width - 16,
        most_lines=2,
        field=strings.field_of("authority"),
    )
    made, tall = stacked(
        setter, texts, weight=Weight.BOLD, size=size, color=palette.WHITE, x=MARGIN, y=SAFE - 3, leading=1.2
    )
    right = Line(
        x=PAGE_WIDTH - MARGIN - width,
        y=made[0].y,
        text=lines[0],
        weight=Weight.REGULAR,
        size=small,
        color=palette.WHITE,
        width=width,
    )
    parts = (
        Part(name="authority", field=strings.field_of("authority"), text=sheet.authority, marks=made),
        Part(name="reference", field=strings.field_of("reference"), text=text, marks=(right,)),
    )
    return parts, SAFE - 3 + tall


def _sender_beside(
    sheet: Sheet, setter: Setter, density: Density
) -> tuple[tuple[Part, ...], float, float, tuple[str, ...]] | None:
    """Authority and reference right of the role, and where they end; the role's size and line.

    None where they do not hold beside it.
    """
    for most, size in itertools.product((1, 2), density.band[0][0]):
        with contextlib.suppress(NotPublishable):
            _, lines = _stepwise(setter.unbroken(), sheet.band, strings.field_of("band"), (((size,), 1),))
            room = INNER - setter.width(lines[0], Weight.BOLD, size) - _BESIDE_ROLE
            return *_stacked_sender(sheet, setter, room, most), size, lines
    return None


def _stacked_sender(sheet: Sheet, setter: Setter, room: float, most: int) -> tuple[tuple[Part, ...], float]:
    """The reference under the authority of ``most`` lines, both at the right edge, and where they end.

    Raises:
        NotPublishable: one does not hold in ``room`` pt.
    """
    rows = (
        ("authority", sheet.authority, Weight.BOLD, steps(11, 9), most),
        ("reference", f"{words.word(sheet, 'reference')} {sheet.reference}", Weight.REGULAR, steps(9.5, 8), 1),
    )
    parts = []
    y = SAFE - 3
    for name, text, weight, sizes, lines_at_most in rows:
        field = strings.field_of(name)
        size, lines = largest(
            setter, text, weight=weight, sizes=sizes, width=room, most_lines=lines_at_most, field=field
        )
        made, tall = stacked(setter, lines, weight=weight, size=size, color=palette.WHITE, x=0, y=y, leading=1.2)
        marks = tuple(dataclasses.replace(line, x=PAGE_WIDTH - MARGIN - line.width) for line in made)
        parts.append(Part(name=name, field=field, text=text, marks=marks))
        y += tall
    return tuple(parts), y


def _marker(text: str, setter: Setter, y: float, density: Density) -> tuple[Part, float]:
    field = strings.field_of("marker")
    size, lines = largest(
        setter, text, weight=Weight.BOLD, sizes=density.marker, width=INNER, most_lines=2, field=field
    )
    made, tall = stacked(
        setter, lines, weight=Weight.BOLD, size=size, color=palette.INK, x=MARGIN, y=y + 5, leading=1.2
    )
    ground = Area(x=0, y=y, width=PAGE_WIDTH, height=tall + 10, color=palette.SIGNAL)
    part = Part(name="marker", field=field, text=text, marks=(ground, *made), tag=Tag.HEADING)
    return part, y + tall + 10


def _titles(sheet: Sheet, setter: Setter, y: float, density: Density) -> tuple[tuple[Part, ...], float]:
    """The first question as the largest text after the band, the headline under it (alone where nothing is asked)."""
    color = palette.band(sheet.category)
    if not sheet.questions:
        return _title("headline", tongues.paragraphs(sheet.headline), setter, y, color=color, ways=density.question)
    asked = tongues.paragraphs(sheet.questions[0])
    questions, y = _title("questions", asked, setter, y, color=palette.INK, ways=density.question)
    told = tuple(filter(None, (_told(sheet, headline) for headline in tongues.paragraphs(sheet.headline))))
    if not told:
        return questions, y
    headlines, y = _title("headline", told, setter, y + 3, color=color, ways=density.headline)
    return (*questions, *headlines), y


def _told(sheet: Sheet, headline: str) -> str:
    """The headline in one language without the parts that repeat band or question or, beside others, only ask again.

    Whoever is named in it stays.
    """
    other = headline.startswith(SWITCH)
    said = {tongues.said(text, other=other).casefold() for text in (sheet.band, sheet.questions[0])}
    values = [tongues.said(fact.value, other=other) for group in sheet.groups for fact in group.facts]
    parts = tongues.said(headline, other=other).split(_DASH)
    kept = []
    for part in parts:
        asks = part.endswith("?") and len(parts) > 1 and not any(value in part for value in values)
        if not asks and part.casefold() not in said:
            kept.append(part)
    told = _DASH.join(kept)
    return f"{SWITCH}{told}{SWITCH}" if told and other else told


def _title(
    attribute: str,
    texts: tuple[str, ...],
    setter: Setter,
    y: float,
    *,
    color: str,
    ways: Ways,
) -> tuple[tuple[Part, ...], float]:
    """The texts one under the other, none smaller than the others."""
    field = strings.field_of(attribute)
    name = "question" if attribute == "questions" else attribute
    bound = [text.replace(_DASH, "\u00a0– ") for text in texts]  # no line begins with the dash
    found = [_stepwise(setter, text, field, ways) for text in bound]
    least = min(size for size, _ in found)
    smaller = tuple(
        (sizes[at:], most) for sizes, most in ways if (at := sum(size > least for size in sizes)) < len(sizes)
    )
    parts = []
    for text, wanted, (size, lines) in zip(texts, bound, found, strict=True):
        if size > least:
            size, lines = _stepwise(setter, wanted, field, smaller)
        made, tall = stacked(setter, lines, weight=Weight.BOLD, size=size, color=color, x=MARGIN, y=y, leading=1.15)
        parts.append(Part(name=name, field=field, text=text, marks=made, tag=Tag.HEADING))
        y += tall
    return tuple(parts), y


def _stepwise(setter: Setter, text: str, field: str, ways: Ways) -> tuple[float, tuple[str, ...]]:
    """The first of the ways that holds; words are broken with hyphens only where they do not fit otherwise.

    Raises:
        NotPublishable: not even the last way.
    """
    for chosen in (setter.unbroken(), setter):
        for sizes, most in ways:
            with contextlib.suppress(NotPublishable):
                return largest(chosen, text, weight=Weight.BOLD, sizes=sizes, width=INNER, most_lines=most, field=field)
    sizes, most = ways[-1]
    return largest(setter, text, weight=Weight.BOLD, sizes=sizes, width=INNER, most_lines=most, field=field)
