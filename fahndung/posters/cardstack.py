"""Texts of a card one below the other in a box, as large as all of them can be. Positions and sizes in px."""

import dataclasses
from collections.abc import Sequence

from fahndung.errors import NotPublishable
from fahndung.posters import fonts, refusals, strings
from fahndung.posters.marks import Area, Line, Weight
from fahndung.posters.setting import Misfit, Setter

_SCALES = tuple(1 - step / 25 for step in range(16))
"""Shares of the full size, tried from the largest."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One text of a card: ``largest`` and ``least`` size in px, the most lines, and px above it at full size.

    ``attribute`` is the sheet's, for the refusal; ``ground`` is the colour of a box behind the words.
    """

    text: str
    attribute: str
    largest: int
    least: int
    color: str
    weight: Weight = Weight.REGULAR
    lines: int = 1
    gap: int = 0
    ground: str | None = None
    leading: float = 1.22


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A part of a card that holds texts, in px."""

    x: float
    y: float
    width: float
    height: float


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Stacked:
    """Texts in their box, and the share of their full size that they have."""

    areas: tuple[Area, ...]
    lines: tuple[Line, ...]
    scale: float
    box: Box


def stack(setter: Setter, blocks: Sequence[Block], box: Box, *, align: float) -> tuple[Stacked, float]:
    """The blocks one below the other, as large as all of them can be, and the y below them.

    Args:
        align: 0 at the top of the box, 0.5 in its middle.
    """
    for scale in _SCALES:
        set_ones = [_set(setter, block, box.width, scale) for block in blocks]
        tall = sum(one.height(first=index == 0) for index, one in enumerate(set_ones))
        if tall <= box.height:
            break
    else:
        worst = max(zip(blocks, set_ones, strict=True), key=lambda pair: pair[1].height(first=True))[0]
        raise refusal(worst.attribute, tall, box.height)
    y = box.y + (box.height - tall) * align
    areas: list[Area] = []
    lines: list[Line] = []
    for index, one in enumerate(set_ones):
        made_areas, made_lines = one.placed(setter, box.x, y, first=index == 0)
        areas += made_areas
        lines += made_lines
        y += one.height(first=index == 0)
    return Stacked(areas=tuple(areas), lines=tuple(lines), scale=scale, box=box), y


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Set:
    """A block with the size (px) and the lines that were found for it."""

    block: Block
    size: int
    lines: tuple[str, ...]
    gap: float

    @property
    def padding(self) -> float:
        return self.size * 0.42 if self.block.ground else 0.0

    def height(self, *, first: bool) -> float:
        text = self.size * (fonts.CAP_HEIGHT + fonts.DESCENT + self.block.leading * (len(self.lines) - 1))
        return text + 2 * self.padding + (0.0 if first else self.gap)

    def placed(self, setter: Setter, x: float, y: float, *, first: bool) -> tuple[list[Area], list[Line]]:
        block, top = self.block, y if first else y + self.gap
        left = x + self.padding * 1.2
        baseline = top + self.padding + self.size * fonts.CAP_HEIGHT
        widths = [setter.width(text, block.weight, self.size) for text in self.lines]
        lines = [
            Line(
                x=left,
                y=baseline + number * self.size * block.leading,
                text=text,
                weight=block.weight,
                size=self.size,
                color=block.color,
                width=width,
            )
            for number, (text, width) in enumerate(zip(self.lines, widths, strict=True))
        ]
        if block.ground is None:
            return [], lines
        wide = max(widths) + 2.4 * self.padding
        return [area(x, top, wide, self.height(first=True), block.ground)], lines


def _set(setter: Setter, block: Block, width: float, scale: float) -> _Set:
    """The block at the first size from its largest, times ``scale``, down to its least that holds.

    Raises:
        NotPublishable: it does not hold at its least.
    """
    largest = max(block.least, round(block.largest * scale))
    for size in range(largest, block.least - 1, -1):
        room = width - (size * 1.01 if block.ground else 0.0)
        try:
            lines = setter.balanced(block.text, weight=block.weight, size=size, width=room * 0.985, field="")
        except Misfit:
            continue
        if len(lines) <= block.lines:
            return _Set(block=block, size=size, lines=lines, gap=block.gap * scale)
    raise refusal(block.attribute, setter.width(block.text, block.weight, block.least), width * block.lines)


def area(x: float, y: float, width: float, height: float, color: str) -> Area:
    return Area(x=x, y=y, width=width, height=height, color=color)


def refusal(attribute: str, needed: float, available: float) -> NotPublishable:
    return refusals.refused(
        strings.field_of(attribute),
        f"it needs {needed:.0f} px on a share card, {available:.0f} px are there. Write it shorter.",
        f"Auf einer Karte braucht es {needed:.0f} px, vorhanden sind {available:.0f} px. Bitte kürzer fassen.",
    )
