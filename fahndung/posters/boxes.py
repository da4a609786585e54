"""Warning and reward in their frames: across the page above the contact band, or narrow beside the photo.

Each is drawn from its own top left corner. Where they stand is decided elsewhere.
"""

import contextlib
import dataclasses

from fahndung.errors import NotPublishable
from fahndung.model.sheet import Sheet
from fahndung.posters import palette, strings, tongues
from fahndung.posters.composing import stacked
from fahndung.posters.density import Density
from fahndung.posters.fitting import equal, paragraph
from fahndung.posters.head import INNER
from fahndung.posters.marks import Area, Mark, Part, Polygon, Weight
from fahndung.posters.setting import Setter

LEAST_WIDTH = 150.0
"""pt; a narrower box would have three words on a line beside its triangle."""

_MOST_LINES = 14
"""Of a paragraph in a narrow box; a longer one is not looked for beside a photo."""
_OF_CONDITIONS = 0.84
"""Of the offer's size, in a narrow box."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A frame with its words in reading order; ``height`` in pt."""

    parts: tuple[Part, ...]
    height: float

    def moved(self, x: float, y: float) -> "Box":
        """Shifted right and down by ``x`` and ``y`` pt."""
        return dataclasses.replace(self, parts=tuple(part.moved(x, y) for part in self.parts))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Room:
    """How a box is set: pt of its width, at most so many lines of the warning, the offer, each condition.

    ``before`` and ``after`` are what the warning leaves free on the left and right, ``inset`` what the reward does.
    """

    width: float
    most: tuple[int, int, int]
    before: float
    after: float
    inset: float


_ACROSS = _Room(width=INNER, most=(3, 2, 8), before=50.0, after=14.0, inset=14.0)


def across(sheet: Sheet, setter: Setter, density: Density) -> tuple[Box, ...]:
    """The sheet's boxes as wide as the text of a page, in reading order.

    Raises:
        NotPublishable: a text does not hold.
    """
    return _boxes(sheet, setter, density, _ACROSS)


def beside(sheet: Sheet, setter: Setter, density: Density, size: float, width: float) -> Box | None:
    """The sheet's boxes one under the other, ``width`` pt wide, in bold of ``size`` pt; None where they do not hold."""
    if width < LEAST_WIDTH:
        return None
    own = dataclasses.replace(
        density, warning=(size,), reward=(size,), conditions=max(density.conditions, size * _OF_CONDITIONS), between=9.0
    )
    room = _Room(width=width, most=(_MOST_LINES,) * 3, before=50.0, after=8.0, inset=8.0)
    parts: list[Part] = []
    y = 0.0
    with contextlib.suppress(NotPublishable):
        for box in _boxes(sheet, setter, own, room):
            y += density.between if y else 0.0
            parts += box.moved(0.0, y).parts
            y += box.height
        return Box(parts=tuple(parts), height=y)
    return None


def _boxes(sheet: Sheet, setter: Setter, density: Density, room: _Room) -> tuple[Box, ...]:
    made = [_warning(tongues.paragraphs(sheet.warning), setter, density, room)] if sheet.warning else []
    made += [_reward(sheet, setter, density, room)] if sheet.reward else []
    return tuple(made)


def _warning(texts: tuple[str, ...], setter: Setter, density: Density, room: _Room) -> Box:
    """The box with a paragraph for each language, all of one size."""
    size, lines = equal(
        setter,
        texts,
        weight=Weight.BOLD,
        sizes=density.warning,
        width=room.width - room.before - room.after,
        most_lines=room.most[0],
        field=strings.field_of("warning"),
    )
    between = density.between / 2
    tall = sum(map(len, lines)) * size * setter.leading(1.22) + between * (len(texts) - 1)
    height = max(tall + density.between, 38.0)
    middle = height / 2
    y = middle - tall / 2
    parts = []
    for text, told in zip(texts, lines, strict=True):
        made, high = stacked(
            setter, told, weight=Weight.BOLD, size=size, color=palette.ALARM, x=room.before, y=y, leading=1.22
        )
        parts.append(Part(name="warning", field="warning", text=text, marks=made))
        y += high + between
    ground = Area(x=0, y=0, width=room.width, height=height, color=palette.ALARM_TINT, radius=4, outline=palette.ALARM)
    marks: tuple[Mark, ...] = (
        ground,
        Polygon(points=((27, middle - 14), (43, middle + 13), (11, middle + 13)), color=palette.ALARM),
        Area(x=25.4, y=middle - 5, width=3.2, height=9.5, color=palette.WHITE),
        Area(x=25.4, y=middle + 6.3, width=3.2, height=3.2, color=palette.WHITE),
    )
    return Box(parts=(Part(name="ground", field="warning", text="", marks=marks, tag=None), *parts), height=height)


def _reward(sheet: Sheet, setter: Setter, density: Density, room: _Room) -> Box:
    color = palette.band(sheet.category)
    first, *others = sheet.reward
    field = strings.field_of("reward")
    inner = room.width - 2 * room.inset
    _, most_of_offer, most_of_conditions = room.most
    offers = tongues.paragraphs(first)
    size, lines = equal(
        setter, offers, weight=Weight.BOLD, sizes=density.reward, width=inner, most_lines=most_of_offer, field=field
    )
    parts = []
    y = 7.0
    for offer, told in zip(offers, lines, strict=True):
        made, tall = stacked(setter, told, weight=Weight.BOLD, size=size, color=color, x=0, y=y, leading=1.2)
        parts.append(Part(name="reward", field=field, text=offer, marks=made))
        y += tall
    for conditions in tongues.paragraphs(*others):
        made, tall = paragraph(
            setter,
            conditions,
            weight=Weight.REGULAR,
            size=density.conditions,
            width=inner,
            most_lines=most_of_conditions,
            color=palette.INK,
            y=y + 1,
            field=field,
        )
        parts.append(Part(name="reward", field=field, text=conditions, marks=made))
        y += tall + 1
    height = y + 8
    ground = Area(x=0, y=0, width=room.width, height=height, color=palette.tint(color, 0.09), radius=4, outline=color)
    box = Part(name="ground", field=field, text="", marks=(ground,), tag=None)
    return Box(parts=(box, *(part.moved(room.inset, 0.0) for part in parts)), height=height)
