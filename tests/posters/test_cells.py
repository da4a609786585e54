"""Several persons: nobody is taken for another."""

import dataclasses

import pytest

from fahndung.model.sheet import Sheet
from fahndung.posters import Layout, Photo, plan
from fahndung.posters.marks import Slot
from tests.posters import build
from tests.posters.test_layout import assert_sound


def sheet(count: int, *, shared: bool = False, rows: int = 5) -> Sheet:
    facts = [(f"Merkmal {i}", "ein Wert") for i in range(rows)]
    groups = tuple(build.group(f"Person {n}", *facts, field=f"persons/{n}") for n in range(count))
    own = [dataclasses.replace(build.picture(f"foto-{n}", "Bild"), of=(f"persons/{n}",)) for n in range(count)]
    both = [dataclasses.replace(build.picture("alle", "Bild"), of=tuple(f"persons/{n}" for n in range(count)))]
    return build.suspect(0, groups=groups, pictures=tuple(both * shared + own))


def planned(given: Sheet, *, width: int = 900) -> Layout:
    return plan(given, [Photo(id=p.id, jpeg=b"", width=width, height=1200) for p in given.pictures])


def order(layout: Layout) -> list[str]:
    """Photos and titles of facts in the order in which they are read."""
    titles = [p.text if p.name == "facts" else p.field for p in layout.parts if p.name in {"photo", "facts"}]
    return [text for text in titles if text.startswith(("Person", "images"))]


@pytest.mark.peers
@pytest.mark.parametrize("count", [2, 3, 4])
@pytest.mark.parametrize("shared", [False, True])
def test_the_facts_of_each_person_are_read_after_and_stand_beside_their_photo(count: int, shared: bool) -> None:
    layout = planned(sheet(count, shared=shared))
    assert_sound(layout)
    read = order(layout)
    assert read == ["images/alle"] * shared + [x for n in range(count) for x in (f"images/foto-{n}", f"Person {n}")]
    slots = {mark.photo: mark for part in layout.named("photo") for mark in part.marks if isinstance(mark, Slot)}
    for n in range(count):
        slot = slots[build.picture(f"foto-{n}").id]
        (title,) = (p.lines[0] for p in layout.named("facts") if p.text == f"Person {n}")
        beside = slot.x + slot.width <= title.x <= slot.x + slot.width + 20 and slot.y - 5 <= title.y <= slot.y + 20
        below = title.x == slot.x and 0 < title.y - slot.y - slot.height < 60
        assert beside or below


def test_photos_of_nobody_in_particular_leave_the_facts_in_columns() -> None:
    given = sheet(2)
    bare = dataclasses.replace(given, pictures=tuple(dataclasses.replace(p, of=()) for p in given.pictures))
    assert order(planned(bare)) == ["images/foto-0", "images/foto-1", "Person 0", "Person 1"]


def test_a_person_without_a_photo_gets_no_cell() -> None:
    given = sheet(3)
    fewer = dataclasses.replace(given, pictures=given.pictures[:2])
    assert order(planned(fewer)) == ["images/foto-0", "images/foto-1", "Person 0", "Person 1", "Person 2"]


@pytest.mark.peers
def test_where_cells_do_not_hold_there_is_another_layout() -> None:
    layout = planned(sheet(2, rows=12), width=120)
    assert_sound(layout)
    assert layout.body_size >= 9.5
