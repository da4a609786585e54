"""One photo and more facts than leave it its share of the page: they are dealt to several sheets, each with the photo.

Each sheet may hang alone: only facts, what happened, and what the first one asks besides are told on one of them. The
facts of two languages part first, then the last rows of each go on on a further sheet.
"""

import collections
import contextlib
import dataclasses
from typing import NamedTuple

from fahndung.errors import NotPublishable
from fahndung.posters import paging, story, tongues, words
from fahndung.posters.density import CLOSE, SPARE, Density
from fahndung.posters.head import INNER
from fahndung.posters.marks import PAGE_HEIGHT, PAGE_WIDTH, Layout
from fahndung.posters.paging import Order
from fahndung.posters.story import Story

MOST_SHEETS = 4


class _Part(NamedTuple):
    """What is told together, in which of the languages it is said where it goes on, and whether it is a rest.

    A rest stands on one sheet if it can, whatever is left to the photo: the sheet before it has the photo at its goal.
    """

    told: Story
    said: slice = slice(None)
    rest: bool = False


def may_reach(order: Order) -> bool:
    """Whether there is a single photo whose form and pixels let it reach its goal."""
    if len(order.frames) != 1:
        return False
    (frame,) = order.frames
    return min(frame.cap, INNER) ** 2 / frame.aspect >= order.goal * PAGE_WIDTH * PAGE_HEIGHT


def dealt(order: Order) -> tuple[Layout, ...] | None:
    """The sheets, as few as can be; None where the photo does not reach its goal on one of them even so."""
    for total in range(2, MOST_SHEETS + 1):
        pages = _of(order, total)
        if pages is None or len(pages) <= total:
            return pages
    return None


def _of(order: Order, total: int) -> tuple[Layout, ...] | None:
    """The sheets with titles that say there are ``total``; more, where it takes more; None: not even then."""
    parts = collections.deque(_parts(order))
    made: list[Layout] = []
    while parts:
        number = len(made) + 1
        title = words.word(order.sheet, "page-facts", number=str(number), pages=str(total)) if made else ""
        own = dataclasses.replace(order, strips=order.strips and not made)
        page, rest = _page(own, parts.popleft(), title, following=number + len(parts) + 1)
        if page is None or number > MOST_SHEETS:
            return None
        made.append(page)
        parts.extend(rest)
    return tuple(made)


def _parts(order: Order) -> tuple[_Part, ...]:
    """All of it together, or each of two languages."""
    if order.sheet.beside is None:
        return (_Part(order.told),)
    german, other = (story.spoken(order.told, other=each) for each in (False, True))
    return _Part(story.hinting(german, _hints(order, 2)[1:]), slice(1)), _Part(other, slice(1, None))


def _hints(order: Order, number: int) -> tuple[str, ...]:
    """That facts go on on the sheet of that number, in each language."""
    return tongues.paragraphs(words.word(order.sheet, "more-facts", number=str(number)))


def _page(order: Order, part: _Part, title: str, *, following: int) -> tuple[Layout | None, tuple[_Part, ...]]:
    """A sheet with as many of the facts as leave the photo its goal, and the rest, whose sheet is the ``following``."""
    whole = dataclasses.replace(order, told=part.told)
    if (page := paging.reaching(whole, title)) is not None:
        return page, ()
    if part.rest:
        with contextlib.suppress(NotPublishable):
            return paging.best(whole, title), ()
    hints = _hints(order, following)[part.said]

    def without(rows: int, density: Density) -> Layout | None:
        kept, moved = story.parted(part.told, rows)
        told = story.hinting(kept, hints) if moved else kept
        return paging.sparing(dataclasses.replace(order, told=told), density, title)

    if (page := without(0, SPARE)) is not None:
        return page, ()
    for density in (CLOSE, SPARE):
        few, many = 0, story.movable(part.told)
        found = without(many, density)
        while many - few > 1 and found is not None:
            rows = (few + many) // 2
            if (made := without(rows, density)) is None:
                few = rows
            else:
                found, many = made, rows
        if found is not None:
            _, moved = story.parted(part.told, many)
            return found, (_Part(story.continued(order.sheet, moved), part.said, rest=True),) if moved else ()
    return None, ()
