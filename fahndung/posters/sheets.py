"""One photo and more facts than leave it its share of the page: they are dealt to several sheets, each with the photo.

Each sheet may hang alone: only facts, what happened, and what the first one asks besides are told on one of them. The
last rows go on on a further sheet.
"""

import collections
import contextlib
import dataclasses
from collections.abc import Sequence
from typing import NamedTuple

from fahndung.errors import NotPublishable
from fahndung.posters import paging, story, tongues, words
from fahndung.posters.density import BARE, BOXED, CLOSE, SPARE, Density
from fahndung.posters.head import INNER
from fahndung.posters.marks import PAGE_HEIGHT, PAGE_WIDTH, Layout
from fahndung.posters.paging import Order
from fahndung.posters.story import Story

MOST_SHEETS = 4


class _Part(NamedTuple):
    """What is told together, and whether it is a rest.

    A rest stands on one sheet if it can, whatever is left to the photo: the sheet before it has the photo at its goal.
    """

    told: Story
    rest: bool = False


def may_reach(order: Order) -> bool:
    """Whether there is a single photo whose form and pixels let it reach its goal."""
    if len(order.frames) != 1:
        return False
    (frame,) = order.frames
    return min(frame.cap, INNER) ** 2 / frame.aspect >= order.goal * PAGE_WIDTH * PAGE_HEIGHT


class Place(NamedTuple):
    """Where the sheets of one language stand among those of two: how many of the other's are ``before`` and ``after``.

    ``line`` says on each of them where either language begins.
    """

    before: int = 0
    after: int = 0
    line: str = ""

    def title(self, own: str) -> str:
        """The title of a sheet: its ``own``, and the line."""
        return " · ".join(filter(None, (tongues.switched(own) if self.before else own, self.line)))


ALONE = Place()
"""There are no others."""


def dealt(order: Order, aims: Sequence[float], place: Place = ALONE) -> tuple[Layout, ...] | None:
    """The sheets, as few as can be, each with the first of the ``aims`` (shares of the page) that its photo reaches.

    None where it reaches none on one of them, or where it takes too many.
    """
    total = 2
    while (pages := _of(order, aims, total, place)) is not None and len(pages) > total:
        total = len(pages)
    return pages


def _of(order: Order, aims: Sequence[float], total: int, place: Place) -> tuple[Layout, ...] | None:
    """The sheets with titles that say there are ``total``; more, where it takes more; None: not even then."""
    of = str(place.before + total + place.after)
    parts = collections.deque([_Part(order.told)])
    made: list[Layout] = []
    while parts:
        number = place.before + len(made) + 1
        title = place.title(words.word(order.sheet, "page-facts", number=str(number), pages=of) if made else "")
        own, part, following = dataclasses.replace(order, strips=order.strips and not made), parts.popleft(), number + 1
        page, rest = _page(own, aims, part, title, following=following + len(parts))
        if page is None or len(made) == MOST_SHEETS:
            return None
        made.append(page)
        parts.extend(rest)
    return tuple(made)


def _page(
    order: Order, aims: Sequence[float], part: _Part, title: str, *, following: int
) -> tuple[Layout | None, tuple[_Part, ...]]:
    """A sheet on which the photo reaches the first aim that it can, and the rest, whose sheet is the ``following``."""
    for aim in aims:
        page, rest = _reaching(dataclasses.replace(order, aim=aim), part, title, following=following)
        if page is not None:
            return page, rest
    if part.rest:
        with contextlib.suppress(NotPublishable):
            return paging.best(dataclasses.replace(order, told=part.told), title), ()
    return None, ()


def _reaching(order: Order, part: _Part, title: str, *, following: int) -> tuple[Layout | None, tuple[_Part, ...]]:
    """A sheet with as many of the facts as leave the photo its goal, and the rest; a rest itself is not parted."""
    whole = dataclasses.replace(order, told=part.told)
    if (page := paging.reaching(whole, title)) is not None:
        return page, ()
    last = (BARE, BOXED) if order.sheet.warning or order.sheet.reward else (BARE,)
    for densities, shorter in (((SPARE,), (CLOSE, SPARE)), (last, last)):
        pages = (paging.sparing(whole, density, title) for density in densities)
        if (page := next(filter(None, pages), None)) is not None:
            return page, ()
        if not part.rest and (made := _shortened(order, part, title, shorter, following=following)) is not None:
            return made
    return None, ()


def _shortened(
    order: Order, part: _Part, title: str, densities: Sequence[Density], *, following: int
) -> tuple[Layout | None, tuple[_Part, ...]] | None:
    """A sheet at the first of the densities that lets the photo reach its goal without some rows, and these rows."""
    hints = (words.word(order.sheet, "more-facts", number=str(following)),)

    def without(rows: int) -> Order:
        kept, _ = story.parted(part.told, rows)
        return dataclasses.replace(order, told=story.hinting(kept, hints))

    for density in densities:
        few, many = 0, story.movable(part.told)
        if not paging.spares(without(many), density, title):
            continue
        while many - few > 1:
            rows = (few + many) // 2
            few, many = (few, rows) if paging.spares(without(rows), density, title) else (rows, many)
        _, moved = story.parted(part.told, many)
        rest = (_Part(story.continued(order.sheet, moved), rest=True),) if moved else ()
        return paging.sparing(without(many), density, title), rest
    return None
