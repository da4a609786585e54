"""Arranging photos: rows of equal height, every photo whole, captions under them. Pure geometry.

Crops nothing, so no head is ever cut; a photo with few pixels gets a smaller slot instead of a coarse one.
"""

import functools
import math
from collections.abc import Sequence
from typing import NamedTuple

from fahndung.errors import NotPublishable
from fahndung.posters import dealing, palette, refusals
from fahndung.posters.composing import stacked
from fahndung.posters.dealing import GAP, Dealt, Frame, Rows, arrangements
from fahndung.posters.marks import MM, Line, Slot, Weight
from fahndung.posters.setting import Misfit, Setter

CAPTION = 8.5
LEAST_DPI = 100.0
FAIR_DPI = 150.0
LEAST_AREA = 500.0 * MM * MM
"""pt²: 500 mm² are about 19 x 26 mm; a smaller photo shows nobody."""

_CAPTION_GAP = 3.0
_MOST_SPREAD = 45.0
_CAPTION_LEADING = 1.2
_ROUNDING = dealing.ROUNDING
_STEP = 2.0
"""pt; heights that differ by less share one bound."""
_LEAST_WIDTH = 15.0 * MM


class Hung(NamedTuple):
    """A photo in its place, relative to the block's top left corner, with its caption."""

    frame: Frame
    slot: Slot
    captions: tuple[Line, ...]

    def moved(self, x: float, y: float) -> "Hung":
        """The photo and its caption shifted right and down by ``x`` and ``y`` pt."""
        slot = self.slot._replace(x=self.slot.x + x, y=self.slot.y + y)
        captions = tuple(line._replace(x=line.x + x, y=line.y + y) for line in self.captions)
        return self._replace(slot=slot, captions=captions)


class Wall(NamedTuple):
    """Photos arranged in a block; each is put in its place only when asked for: the search looks at sizes alone.

    Attributes:
        area: of all photos, ``hero`` of the first one (pt²).
        even: all rows have as many photos, but for a first row of one.
    """

    gallery: "Gallery"
    rows: Rows
    measured: tuple[tuple[float, float], ...]
    width: float
    height: float
    area: float
    hero: float
    even: bool

    @property
    def hung(self) -> tuple[Hung, ...]:
        """The photos in their places."""
        return self.gallery.hung(self.rows, self.measured)


class Gallery:
    """Hangs the photos of one poster; remembers how their captions break."""

    def __init__(self, setter: Setter, frames: Sequence[Frame], *, scale: float) -> None:
        self._setter = setter
        self._frames = tuple(frames)
        self._scale = scale
        self._broken: dict[tuple[object, int], tuple[tuple[tuple[tuple[str, ...], Weight], ...], float]] = {}
        self._deals = arrangements(len(self._frames), mixed=dealing.mixed(self._frames))
        self._dealt = tuple(dealing.dealt(self._frames, deal) for deal in self._deals)
        self.walls = functools.cache(self._walls)
        self._most_areas = functools.cache(self._most_area)

    def _walls(self, width: float, height: float) -> tuple[Wall, ...]:
        """Every arrangement that holds in ``width`` x ``height`` pt."""
        tried = (self._wall(dealt, width, height) for dealt in self._dealt)
        return tuple(wall for wall in tried if wall is not None)

    def _wall(self, dealt: Dealt, width: float, height: float) -> Wall | None:
        deal, rows, each = dealt.deal, dealt.rows, dealt.each
        for tall, (*_, slimmest) in zip(dealt.highest(width, height), each, strict=True):
            if _too_small(tall, slimmest):
                return None
        wide = width
        for _ in range(12):
            measured = self._measured(rows, wide)
            if measured is None:
                return None
            total = _total(measured)
            if total <= height + _ROUNDING:
                return self._sized(deal, rows, measured)
            photos = sum(tall for tall, _ in measured)
            text = total - photos
            if height <= text:
                return None
            wide *= min(max((height - text) / photos, 0.3), 0.985)
        return None

    def shortage(self, width: float, *, texts: float, height: float) -> NotPublishable:
        """Why the photos do not hold beside or above texts that need ``texts`` of ``height`` pt."""
        for frame in self._frames:
            try:
                self._caption_lines(frame, min(width, frame.cap))
            except Misfit as misfit:
                field = f"{frame.field}/caption"
                return refusals.too_wide(field, needed=misfit.needed, available=misfit.available)
            if _too_small(min(width, frame.cap, height * frame.aspect) / frame.aspect, frame.aspect):
                return refusals.too_slim(frame.field, frame.aspect)
        least = self.least(width)
        if least < math.inf:
            return refusals.photos_too_high(texts=texts, photos=least, available=height)
        return refusals.refused(
            "images",
            "photos and captions do not hold side by side on the poster. Use fewer photos or shorter captions.",
            "Bilder und Unterschriften passen auf dem Plakat nicht nebeneinander. "
            "Bitte weniger Bilder oder kürzere Unterschriften verwenden.",
        )

    def least(self, width: float) -> float:
        """About the least height (pt) in which all photos hold at their smallest size; infinite where they never do."""
        found = []
        for deal in self._deals:
            rows, wide, total = dealing.rows(self._frames, deal), width, math.inf
            while (measured := self._measured(rows, wide)) is not None:
                total, wide = _total(measured), wide * 0.95
            found.append(total)
        return min(found)

    def _measured(self, rows: Rows, wide: float) -> list[tuple[float, float]] | None:
        """Height of the photos and of the captions of each row in a block ``wide`` pt wide.

        None where a photo gets too small or a word of a caption is wider than its photo.
        """
        measured = []
        for row in rows:
            tall = (wide - GAP * (len(row) - 1)) / sum(frame.aspect for frame in row)
            tall = min([tall, *(frame.cap / frame.aspect for frame in row)])
            slimmest = min(frame.aspect for frame in row)
            if _too_small(tall, slimmest):
                return None
            try:
                deepest = max(self._caption_lines(frame, tall * frame.aspect)[1] for frame in row)
            except Misfit:
                return None
            measured.append((tall, deepest))
        return measured

    def _sized(self, deal: tuple[int, ...], rows: Rows, measured: list[tuple[float, float]]) -> Wall:
        y = right = 0.0
        areas: list[float] = []
        for row, (tall, deepest) in zip(rows, measured, strict=True):
            x = 0.0
            for frame in row:
                areas.append(tall * frame.aspect * tall)
                x += tall * frame.aspect + GAP
            right = max(right, x - GAP)
            y += tall + deepest + GAP
        return Wall(
            gallery=self,
            rows=rows,
            measured=tuple(measured),
            width=right,
            height=y - GAP,
            area=sum(areas),
            hero=areas[0],
            even=len(set(deal)) == 1 or (deal[0] == 1 and len(set(deal[1:])) == 1),
        )

    def hung(self, rows: Rows, measured: Sequence[tuple[float, float]]) -> tuple[Hung, ...]:
        """The photos of a wall of this gallery in their places."""
        hung: list[Hung] = []
        y = 0.0
        for row, (tall, deepest) in zip(rows, measured, strict=True):
            x = 0.0
            for frame in row:
                width = tall * frame.aspect
                dpi = frame.px_width / (width * self._scale / 72)
                slot = Slot(photo=frame.id, x=x, y=y, width=width, height=tall, dpi=dpi)
                captions = self._captions(frame, width, x, y + tall)
                hung.append(Hung(frame=frame, slot=slot, captions=captions))
                x += width + GAP
            y += tall + deepest + GAP
        return tuple(hung)

    def most_area(self, width: float, height: float) -> float:
        """Pt² that no wall in ``width`` x ``height`` pt covers more of, to the next step of height."""
        return self._most_areas(width, math.ceil(height / _STEP) * _STEP)

    def _most_area(self, width: float, height: float) -> float:
        most = 0.0
        for dealt in self._dealt:
            highest = dealt.highest(width, height)
            if min(highest) > 0:
                most = max(most, sum(tall * tall * row[0] for tall, row in zip(highest, dealt.each, strict=True)))
        return most

    def _captions(self, frame: Frame, width: float, x: float, y: float) -> tuple[Line, ...]:
        lines: list[Line] = []
        y += _CAPTION_GAP
        for texts, weight in self._caption_lines(frame, width)[0]:
            color = palette.INK if weight is Weight.BOLD else palette.GREY
            made, tall = stacked(
                self._setter, texts, weight=weight, size=CAPTION, color=color, x=x, y=y, leading=_CAPTION_LEADING
            )
            lines += made
            y += tall
        return tuple(lines)

    def _caption_lines(self, frame: Frame, width: float) -> tuple[tuple[tuple[tuple[str, ...], Weight], ...], float]:
        """A photo's captions in lines, and their height with the gap above; half points of width are not used."""
        key = (frame.captions, math.floor(width * 2))
        if key not in self._broken:
            broken = tuple(
                (self._setter.lines(text, weight=weight, size=CAPTION, width=key[1] / 2, field=frame.field), weight)
                for text, weight in frame.captions
            )
            high = sum(len(lines) for lines, _ in broken) * CAPTION * self._setter.leading(_CAPTION_LEADING)
            self._broken[key] = broken, high + (_CAPTION_GAP if high else 0.0)
        return self._broken[key]


def _too_small(tall: float, slimmest: float) -> bool:
    """Whether the slimmest photo of a row ``tall`` pt high would show nobody."""
    return tall <= 0 or tall * slimmest < _LEAST_WIDTH or tall * tall * slimmest < LEAST_AREA


def spread(wall: Wall, width: float) -> tuple[Hung, ...]:
    """The photos in the middle of ``width`` pt, their columns moved apart as far as that looks deliberate."""
    rows: dict[float, list[Hung]] = {}
    for piece in wall.hung:
        rows.setdefault(piece.slot.y, []).append(piece)
    extra = min((width - wall.width) / max(max(len(row) for row in rows.values()) - 1, 1), _MOST_SPREAD)
    moved: list[Hung] = []
    for row in rows.values():
        row_width = row[-1].slot.x + row[-1].slot.width + extra * (len(row) - 1)
        start = (width - row_width) / 2
        moved += [piece.moved(start + i * extra, 0.0) for i, piece in enumerate(row)]
    return tuple(moved)


def _total(measured: list[tuple[float, float]]) -> float:
    return sum(tall + deepest for tall, deepest in measured) + GAP * (len(measured) - 1)


def coarse(frame: Frame) -> NotPublishable | None:
    """Why the photo has too few pixels for any slot, or None if it has enough."""
    width, height = frame.cap, frame.cap / frame.aspect
    if width * height >= LEAST_AREA and width >= _LEAST_WIDTH:
        return None
    size = f"{width / MM:.0f} x {height / MM:.0f} mm"
    return refusals.refused(
        frame.field,
        f"the photo has too few pixels; at {LEAST_DPI:.0f} dpi it would be {size}. "
        "Use a larger original or leave it out of the poster.",
        f"Das Bild hat zu wenige Pixel; mit {LEAST_DPI:.0f} dpi würde es {size} groß. "
        "Bitte ein größeres Original verwenden oder das Bild weglassen.",
    )
