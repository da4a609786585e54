"""Cards as positions in px: a sheet and a shape in, grounds, lines of text and the room for a picture out.

Draws nothing. Three shapes: for a shared link, upright and square for networks and screens. A neutral card says neither
a name nor what happened; a card with a picture asks the first question as well.
"""

import dataclasses
import enum

from fahndung.errors import NotPublishable
from fahndung.model.sheet import Sheet
from fahndung.posters import bidi, cardwords, palette, refusals, strings
from fahndung.posters.cardstack import Block, Box, Stacked, area, stack
from fahndung.posters.marks import Area, Line, Weight
from fahndung.posters.setting import Setter


class Shape(enum.StrEnum):
    """What a card is for: its size in px is :data:`SIZES`."""

    LINK = "link"
    PORTRAIT = "portrait"
    SQUARE = "square"


SIZES = {Shape.LINK: (1200, 630), Shape.PORTRAIT: (1080, 1350), Shape.SQUARE: (1080, 1080)}
"""Width and height in px, as networks show them whole. Source: reference of Open Graph and of Instagram's formats."""

MARGIN = 60
"""px that stay free of text at every edge: round corners and buttons of apps lie over them."""
GROUND = "#ebebeb"
"""Behind a picture that is not cut to fill its room; the image room has the same grey."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Where a picture stands on a card, in px."""

    x: int
    y: int
    width: int
    height: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A whole card: what is drawn, in this order; the room for the picture is empty."""

    width: int
    height: int
    areas: tuple[Area, ...]
    lines: tuple[Line, ...]
    room: Room | None = None


def neutral(untrusted_sheet: Sheet, shape: Shape) -> Card:
    """A card without picture, name or headline.

    Raises:
        NotPublishable: a string cannot be drawn or does not fit; the message names its field.
    """
    sheet, setter = _checked(untrusted_sheet)
    width, height = SIZES[shape]
    panel = {Shape.LINK: 158, Shape.PORTRAIT: 480, Shape.SQUARE: 392}[shape]
    color = palette.band(sheet.category)
    areas = [area(0, 0, width, height, color), area(0, height - panel, width, panel, palette.WHITE)]
    upper = Box(x=MARGIN, y=MARGIN - 4, width=width - 2 * MARGIN, height=height - panel - MARGIN - 24)
    sender, below = stack(setter, [cardwords.authority(sheet, 34, 2)], upper, align=0.0)
    rest = Box(x=upper.x, y=below + 24, width=upper.width, height=upper.y + upper.height - below - 24)
    link = shape is Shape.LINK
    told = [
        cardwords.role(sheet, 150 if link else 210),
        *cardwords.marker(sheet, 48 if link else 58),
        cardwords.fixed(sheet, "card-line", "band", 40 if link else 56, palette.WHITE, gap=34 if link else 48),
        cardwords.fixed(sheet, "card-why", "band", 28 if link else 34, palette.WHITE, weight=Weight.REGULAR, gap=16),
    ]
    middle, _ = stack(setter, told, rest, align=0.5)
    foot = Box(x=MARGIN, y=height - panel + 22, width=width - 2 * MARGIN, height=panel - 22 - (34 if link else MARGIN))
    small = [cardwords.address_line(sheet, 30), cardwords.stand(sheet)]
    if link:
        offered = [cardwords.fixed(sheet, "card-open", "page_url", 36, color), *small]
    else:
        offered = [
            cardwords.phone(sheet, 88, color),
            cardwords.plain(sheet, "tip_sentence", 32, 24, gap=20, lines=4),
            *small,
        ]
    panelled, _ = stack(setter, offered, foot, align=0.5)
    areas += [area for part in (sender, middle, panelled) for area in part.areas]
    lines = tuple(line for part in (sender, middle, panelled) for line in part.lines)
    return Card(width=width, height=height, areas=tuple(areas), lines=lines)


def rooms(sheet: Sheet, shape: Shape, foot: int = 0) -> tuple[Room, ...]:
    """Where a picture may stand on that shape: an upright room first, a wide one second.

    A warning and the presumption of innocence take some of it away.

    Args:
        foot: px at the lower edge that are left for a band below the card.
    """
    width, height = SIZES[shape]
    height -= foot
    more = (60 if shape is Shape.SQUARE else 36) * sum(text is not None for text in (sheet.warning, sheet.innocence))
    match shape:
        case Shape.LINK:
            sizes = ((height * 3 // 4 - more, height), (660 - more, height))
        case Shape.SQUARE:
            sizes = ((600, height - 300 - more), (width, height - 540 - more))
        case Shape.PORTRAIT:
            sizes = ((660, height - 440 - more), (width, height - 640 - more))
    whole = (width, height)
    return tuple(Room(x=0, y=0, width=_on_grid(w, whole[0]), height=_on_grid(h, whole[1])) for w, h in sizes)


def _on_grid(length: int, whole: int) -> int:
    """A room ends at a block of JPEG or at the card's edge, so that what is hidden in it stays one grey."""
    return length if length == whole else length // 8 * 8


def portrait(untrusted_sheet: Sheet, shape: Shape, room: Room, foot: int = 0) -> Card:
    """A card with room for a picture: role, first question, warning, phone, tips, innocence, address and date.

    Args:
        room: one of :func:`rooms` of the same sheet, shape and ``foot``.

    Raises:
        NotPublishable: a string cannot be drawn or does not fit; the message names its field.
    """
    sheet, setter = _checked(untrusted_sheet)
    width, height = SIZES[shape][0], SIZES[shape][1] - foot
    color = palette.band(sheet.category)
    told, panel = _split(setter, sheet, shape, room, (width, height))
    areas = (
        area(0, 0, width, height, palette.WHITE),
        area(told.box.x, told.box.y, told.box.width, told.box.height, color),
        area(room.x, room.y, room.width, room.height, GROUND),
        *told.areas,
        *panel.areas,
    )
    return Card(width=width, height=height, areas=areas, lines=told.lines + panel.lines, room=room)


def _split(setter: Setter, sheet: Sheet, shape: Shape, room: Room, size: tuple[int, int]) -> tuple[Stacked, Stacked]:
    """The coloured and the white part in the heights in which the smaller of their scales is largest.

    Raises:
        NotPublishable: in none of the heights both hold.
    """
    best: tuple[Stacked, Stacked] | None = None
    refusal: NotPublishable | None = None
    for told_box, panel_box in _boxes(shape, room, *size):
        try:
            made = _told(setter, sheet, told_box), _panel(setter, sheet, panel_box, shape)
        except NotPublishable as error:
            refusal = error
            continue
        if best is None or min(part.scale for part in made) > min(part.scale for part in best):
            best = made
    if best is None:
        assert refusal is not None
        raise refusal
    return best


def _told(setter: Setter, sheet: Sheet, box: Box) -> Stacked:
    """Authority, role and what is asked, on the colour of the category."""
    narrow = box.width < 500
    asked = ("questions", sheet.questions[0]) if sheet.questions else ("headline", sheet.headline)
    question = Block(
        text=asked[1],
        attribute=asked[0],
        largest=44 if narrow else 46,
        least=26,
        color=palette.WHITE,
        weight=Weight.BOLD,
        lines=9 if narrow else 4,
        gap=30,
    )
    inside = _inside(box, top=box.y == 0)
    sender, below = stack(setter, [cardwords.authority(sheet, 28, 6 if narrow else 3)], inside, align=0.0)
    rest = Box(x=inside.x, y=below + 20, width=inside.width, height=inside.y + inside.height - below - 20)
    spoken, _ = stack(setter, [cardwords.role(sheet, 92 if narrow else 104), question], rest, align=0.5)
    return dataclasses.replace(spoken, lines=sender.lines + spoken.lines, box=box)


def _panel(setter: Setter, sheet: Sheet, box: Box, shape: Shape) -> Stacked:
    """Warning, phone and everything else on white."""
    address = [cardwords.address_line(sheet, 28), cardwords.stand(sheet)]
    if shape is Shape.LINK:  # the link itself stands below
        address = [cardwords.stand(sheet, f"{cardwords.host(sheet)} – {sheet.stand}")]
    offered = [
        *cardwords.warning(sheet),
        cardwords.phone(sheet, 76, palette.band(sheet.category)),
        cardwords.plain(sheet, "tip_sentence", 27, 21, gap=16, lines=4),
        *([] if sheet.innocence is None else [cardwords.plain(sheet, "innocence", 27, 21, gap=14, lines=5)]),
        *address,
    ]
    return stack(setter, offered, _inside(box, top=False), align=0.5)[0]


def _boxes(shape: Shape, room: Room, width: int, height: int) -> list[tuple[Box, Box]]:
    """The coloured and the white part beside or below a room, in every height that they may have."""
    below = room.y + room.height
    if shape is Shape.LINK:
        left = room.x + room.width
        splits = [round(height * share / 100) for share in range(32, 61, 4)]
        return [
            (
                Box(x=left, y=0, width=width - left, height=split),
                Box(x=left, y=split, width=width - left, height=height - split),
            )
            for split in splits
        ]
    if room.width < width:
        told = Box(x=room.width, y=0, width=width - room.width, height=below)
        return [(told, Box(x=0, y=below, width=width, height=height - below))]
    return [
        (
            Box(x=0, y=below, width=width, height=tall),
            Box(x=0, y=below + tall, width=width, height=height - below - tall),
        )
        for tall in range(200, 341, 20)
    ]


def _inside(box: Box, *, top: bool) -> Box:
    """A part without its margins; the outer edges of the card keep more free."""
    side = 40 if box.width < 700 else MARGIN
    above = MARGIN - 8 if top else 26
    return Box(x=box.x + side, y=box.y + above, width=box.width - 2 * side, height=box.height - above - 30)


def _checked(untrusted_sheet: Sheet) -> tuple[Sheet, Setter]:
    sheet = strings.checked(untrusted_sheet)
    if bidi.right_to_left(sheet.lang):
        raise refusals.refused(
            "publication/languages",
            f"cards are drawn in languages that run from left to right only, not in {sheet.lang}.",
            f"Karten gibt es nur in Sprachen, die von links nach rechts laufen, nicht auf {sheet.lang}.",
        )
    return sheet, Setter(language=sheet.lang, hyphenate=False)
