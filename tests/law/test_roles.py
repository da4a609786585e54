"""R14: witnesses and accused are kept apart, and somebody is sought."""

import pytest

from fahndung.law.gate import judge
from fahndung.model.appeal import Appeal, Category
from fahndung.model.ids import PersonId
from fahndung.model.sought import Role

from .build import JUDGE, appeal, facts, order, person, told

ACCUSED = [Category.UNKNOWN_SUSPECT, Category.KNOWN_SUSPECT, Category.CONVICT]


def found(category: Category, *roles: Role) -> list[tuple[str, str]]:
    return told(judge(facts(_subject(category, *roles))), "R14")


def _subject(category: Category, *roles: Role) -> Appeal:
    persons = tuple(person(id=PersonId(f"p{index}"), role=role) for index, role in enumerate(roles))
    return appeal(order(JUDGE), category=category, persons=persons)


@pytest.mark.parametrize("stranger", [Role.SUSPECT, Role.CONVICT])
def test_no_accused_stands_beside_a_witness(stranger: Role) -> None:
    assert found(Category.WITNESS, Role.WITNESS) == []
    assert found(Category.WITNESS, Role.WITNESS, stranger) == [("block", "persons/1/role")]


def test_a_role_is_named_in_words_and_not_by_its_code() -> None:
    subject = _subject(Category.WITNESS, Role.WITNESS, Role.SUSPECT)
    (said,) = [one.message for one in judge(facts(subject)) if one.rule == "R14" and one.field == "persons/1/role"]
    assert said.de.startswith("Die Rolle „tatverdächtig“ passt nicht")
    assert "suspect" not in said.de
    assert said.en.startswith("The role “suspect” does not belong")


@pytest.mark.parametrize("category", ACCUSED)
def test_no_witness_stands_beside_an_accused(category: Category) -> None:
    sought = Role.CONVICT if category is Category.CONVICT else Role.SUSPECT
    assert found(category, sought) == []
    assert found(category, Role.WITNESS, sought) == [("block", "persons/0/role")]


@pytest.mark.parametrize("other", [Role.VICTIM, Role.COMPANION])
@pytest.mark.parametrize("category", [Category.WITNESS, Category.UNKNOWN_SUSPECT])
def test_victims_and_companions_may_stand_beside_both(category: Category, other: Role) -> None:
    sought = Role.WITNESS if category is Category.WITNESS else Role.SUSPECT
    assert found(category, sought, other) == []


@pytest.mark.parametrize(
    ("category", "role"),
    [
        (Category.UNKNOWN_SUSPECT, Role.SUSPECT),
        (Category.CONVICT, Role.CONVICT),
        (Category.WITNESS, Role.WITNESS),
        (Category.MISSING, Role.MISSING),
        (Category.MISSING_CHILD, Role.MISSING),
        (Category.UNKNOWN_DEAD, Role.DEAD),
        (Category.HELPLESS, Role.HELPLESS),
    ],
)
def test_somebody_has_the_role_that_the_category_looks_for(category: Category, role: Role) -> None:
    assert found(category, role) == found(category, Role.COMPANION, role) == found(category) == []
    assert found(category, Role.COMPANION) == [("block", "persons")]


@pytest.mark.parametrize("category", [Category.OBJECT, Category.WITNESS_CALL])
def test_a_search_for_things_looks_for_nobody(category: Category) -> None:
    assert ("block", "persons") not in found(category, Role.VICTIM)


def test_the_finding_says_in_both_languages_what_to_do() -> None:
    (mixed,) = [
        p for p in judge(facts(_subject(Category.WITNESS, Role.WITNESS, Role.SUSPECT))) if p.field == "persons/1/role"
    ]
    assert "two appeals" in mixed.message.en
    assert "Zwei Aufrufe" in mixed.message.de
