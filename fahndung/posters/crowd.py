"""More persons than one sheet shows with a face that can be made out: whole persons stand on further sheets.

Photo and facts of a person stay together. Each sheet may hang alone: only what happened, and what the first one asks
besides, stands on the first.
"""

import contextlib
import dataclasses
import itertools
from typing import NamedTuple

from fahndung.errors import NotPublishable
from fahndung.posters import dealing, paging, story, words
from fahndung.posters.dealing import Frame
from fahndung.posters.marks import PAGE_HEIGHT, PAGE_WIDTH, Layout
from fahndung.posters.paging import Order
from fahndung.posters.sheets import ALONE, MOST_SHEETS, Place
from fahndung.posters.story import Table

LEAST_FACE = 0.025
"""Share of the page that a photo of each person shall cover: 34 x 46 mm on A4."""
_FEWEST = 3
"""Persons; two stay together, as large as they can be."""


class _Person(NamedTuple):
    """What tells of one person."""

    table: Table
    frames: tuple[Frame, ...]


def of(order: Order) -> tuple[_Person, ...]:
    """The persons of a poster on which each has photos that show nobody else; empty where there are too few of them."""
    tables = [atom for atom in order.told.facts if atom.title]
    if len(tables) < _FEWEST or not all(table.field.startswith("persons") for table in tables):
        return ()
    persons = tuple(
        _Person(table, tuple(frame for frame in order.frames if frame.of == (table.field,))) for table in tables
    )
    return persons if all(person.frames for person in persons) else ()


def made_out(page: Layout, order: Order) -> bool:
    """Whether each person whose photos a page shows has one that is large enough."""
    return least_face(page, order) >= LEAST_FACE


def least_face(page: Layout, order: Order) -> float:
    """The share of the page that the largest photo of the worst-off person covers."""
    areas = {slot.photo: slot.width * slot.height / (PAGE_WIDTH * PAGE_HEIGHT) for _, slot in page.slots}
    shown = [[areas[frame.id] for frame in person.frames if frame.id in areas] for person in of(order)]
    return min((max(each) for each in shown if each), default=1.0)


def dealt(order: Order, place: Place, *, above: float = 0.0) -> tuple[Layout, ...] | None:
    """The fewest sheets on which every face can be made out, else those with the largest; None where none hold, or
    every one of them has a face that covers no more than ``above`` of its page.
    """
    best: tuple[Layout, ...] | None = None
    for total in range(2, min(MOST_SHEETS, len(of(order))) + 1):
        with contextlib.suppress(NotPublishable):
            pages = on(order, total, place)
            least = min(least_face(page, order) for page in pages)
            if least > above:
                best, above = pages, least
            if least >= LEAST_FACE:
                break
    return best


def on(order: Order, total: int, place: Place = ALONE) -> tuple[Layout, ...]:
    """So many sheets; the first ones, which say more, have fewer persons.

    Raises:
        NotPublishable: one does not hold.
    """
    persons = of(order)
    numbers = dealing.even(len(persons), total)
    ends = list(itertools.accumulate(numbers))
    of_each = [persons[end - number : end] for end, number in zip(ends, numbers, strict=True)]
    own = {frame.id for person in persons for frame in person.frames}
    shared = tuple(frame for frame in order.frames if frame.id not in own)
    pages = []
    for at, some in enumerate(of_each):
        tables = tuple(person.table for person in some)
        ids = {frame.id for person in some for frame in person.frames}
        frames = tuple(frame for frame in order.frames if frame.id in ids)
        number = place.before + at + 1
        title = words.word(
            order.sheet, "page-persons", number=str(number), pages=str(place.before + total + place.after)
        )
        if at == 0:
            before = tuple(atom for atom in order.told.facts if not atom.title)
            told = order.told._replace(facts=(*before, *tables))
            told = story.hinting(told, (words.word(order.sheet, "more-persons", number=str(number + 1)),))
            first = dataclasses.replace(order, told=told, frames=(*shared, *frames))
            pages.append(paging.best(first, place.title("")))
            continue
        told = story.continued(order.sheet, tables)
        page = dataclasses.replace(order, told=told, frames=frames, strips=False)
        pages.append(paging.best(page, place.title(title)))
    return tuple(pages)
