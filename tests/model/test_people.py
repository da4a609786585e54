from typing import Any

import pytest

from fahndung.model import people
from fahndung.model.appeal import Category
from fahndung.model.ids import PersonId
from fahndung.model.sought import Person, Role
from tests.texts import build


def person(role: Role = Role.SUSPECT, **changes: Any) -> Person:
    return Person(id=PersonId(str(changes.pop("id", "p1"))), role=role, **changes)


def test_those_in_the_categorys_role_are_sought() -> None:
    suspect, victim = person(), person(Role.VICTIM, id="p2")
    case = build.unknown_suspect(persons=(victim, suspect))
    assert people.sought(case) == (suspect,)
    assert people.sought(build.witness_call(persons=(victim,))) == (victim,)
    assert people.suspects(case) == (suspect,)
    assert people.suspects(build.convict()) == ()


def test_somebody_is_suspected_by_category_or_by_role() -> None:
    assert people.suspected(build.unknown_suspect(persons=()))
    assert people.suspected(build.witness(persons=(person(),)))
    assert not people.suspected(build.witness())
    assert not people.suspected(build.convict())


@pytest.mark.parametrize("category", list(Category))
def test_only_things_and_calls_without_persons_are_free_of_persons(category: Category) -> None:
    empty = build.appeal(category)
    assert people.about_persons(empty) is (category not in (Category.OBJECT, Category.WITNESS_CALL))


def test_a_picture_of_a_person_makes_it_an_appeal_about_persons() -> None:
    assert people.about_persons(build.thing(images=(build.picture(),)))
    assert people.about_persons(build.witness_call(persons=(person(Role.VICTIM),)))


def test_a_picture_that_shows_only_the_suspect_gets_no_witness_marker() -> None:
    seen = person(Role.WITNESS, id="p2", sex="male")
    shows_suspect, shows_witness, shows_nobody = (
        build.picture("a"),
        build.picture("b", shows=(PersonId("p1"), PersonId("p2"))),
        build.picture("c", shows=()),
    )
    case = build.unknown_suspect(persons=(person(), seen), images=(shows_suspect, shows_witness, shows_nobody))
    assert people.shown_witnesses(case, shows_suspect) is None
    assert people.shown_witnesses(case, shows_witness) == (seen,)
    assert people.shown_witnesses(case, shows_nobody) == (seen,)


def test_a_search_for_a_witness_without_a_described_person_marks_every_picture() -> None:
    shows_nobody = build.picture("a", shows=())
    case = build.witness(persons=(), images=(shows_nobody,))
    assert people.seeks_witness(case)
    assert people.shown_witnesses(case, shows_nobody) == ()
