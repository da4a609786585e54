"""R01, R10, R35: who may be taken over by registers of missing persons, and that it is told."""

import dataclasses
from typing import Any

import pytest

from fahndung.errors import Problem
from fahndung.law.clocks import fixed_end
from fahndung.law.gate import judge
from fahndung.model.appeal import Appeal, Category
from fahndung.model.mandate import Consent, Medium, Review
from fahndung.model.sought import Names, NamesShown, Person, Role

from .build import JUDGE, ORDERED, POLICE, WEBSITE, appeal, at, end, facts, grounds, missing, norm, order, person, scope

ERIKA = Names(given="Erika", family="Musterfrau", shown=NamesShown.FULL)
WANTED = person(role=Role.MISSING, names=ERIKA)
FIELD = "legal/decision/scope/missing_registers"
SAID_YES = Consent(by="Familie", at=ORDERED, missing_registers=True)


def registered(*persons: Person, legal: dict[str, Any] | None = None, **named: Any) -> Appeal:
    """A missing adult whom registers may take over, unless something is changed."""
    decided = order(POLICE, scope=scope(**({"names": True, "missing_registers": True} | named)))
    return missing(decided, persons=persons or (WANTED,), legal={"consent": SAID_YES} | (legal or {}))


def told(subject: Appeal) -> list[tuple[str, str, str]]:
    """What is said of registers, by rule, severity and field."""
    found: list[Problem] = [one for one in judge(facts(subject)) if "egister" in one.message.en]
    return [(one.rule, str(one.severity), one.field) for one in found]


def test_with_decision_name_and_consent_only_the_copies_are_told() -> None:
    assert told(registered()) == [("R35", "warn", FIELD)]
    (said,) = [one.message for one in judge(facts(registered())) if one.rule == "R35"]
    assert "no copy there can be asked about" in said.en
    assert "nur der Platzhalter" in said.de


def test_without_the_word_in_the_decision_nothing_is_asked() -> None:
    assert told(registered(missing_registers=False)) == []


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (registered(names=None), [("R10", "block", "legal/decision/scope/names")]),
        (registered(names=False), [("R10", "block", "legal/decision/scope/names")]),
        (registered(media=frozenset({Medium.PRINT})), [("R10", "block", "legal/decision/scope/media")]),
        (registered(WANTED, person(id="p2", role=Role.COMPANION)), [("R10", "block", "persons")]),
        (registered(person(role=Role.COMPANION, names=ERIKA)), [("R10", "block", "persons")]),
        (registered(person(role=Role.MISSING)), [("R10", "block", "persons/0/names")]),
        *(
            (registered(dataclasses.replace(WANTED, names=names)), [("R10", "block", "persons/0/names")])
            for names in (
                dataclasses.replace(ERIKA, shown=NamesShown.GIVEN_INITIAL),
                dataclasses.replace(ERIKA, family=None),
                dataclasses.replace(ERIKA, given=None),
            )
        ),
    ],
)
def test_a_record_needs_one_whole_name_that_may_be_shown_on_the_website(
    subject: Appeal, expected: list[tuple[str, str, str]]
) -> None:
    assert [one for one in told(subject) if one[0] == "R10"] == expected


@pytest.mark.parametrize(
    "consent",
    [
        None,
        Consent(),
        Consent(by="Familie", missing_registers=True),
        Consent(at=ORDERED, missing_registers=True),
        Consent(why_not="Angehörige nicht bekannt", missing_registers=True),
    ],
)
def test_for_registers_the_record_says_who_consented_and_when(consent: Consent | None) -> None:
    assert ("R01", "block", "legal/consent") in told(registered(legal={"consent": consent}))


def test_a_consent_to_the_appeal_is_none_to_registers() -> None:
    to_the_appeal = dataclasses.replace(SAID_YES, missing_registers=False)
    asked = ("R01", "block", "legal/consent/missing_registers")
    assert asked in told(registered(legal={"consent": to_the_appeal}))
    assert asked not in told(registered())
    assert told(registered(legal={"consent": to_the_appeal}, missing_registers=False)) == []


@pytest.mark.parametrize("category", [one for one in Category if one not in {Category.MISSING, Category.MISSING_CHILD}])
def test_no_other_kind_of_appeal_may_name_registers(category: Category) -> None:
    decided = order(POLICE, scope=scope(names=True, missing_registers=True))
    subject = appeal(None, basis="saechspvdg-84-3", category=category, decision=decided)
    assert [one for one in told(subject) if one[2] == FIELD] == [("R10", "block", FIELD)]


def test_no_order_may_name_registers() -> None:
    ordered = order(JUDGE, scope=scope(names=True, missing_registers=True))
    for category in (Category.UNKNOWN_SUSPECT, Category.MISSING):
        found = told(appeal(ordered, category=category, persons=(WANTED,)))
        assert found == [("R10", "block", "legal/order/scope/missing_registers")]


def test_no_review_moves_the_end_of_a_record_and_one_that_ends_it_does() -> None:
    """R09: the record tells its expiry; after that instant nothing of ours may hold the person."""
    given: dict[str, Any] = {"norm_id": "saechspvdg-84-3", "category": Category.MISSING}
    open_, closed = (order(POLICE, scope=scope(missing_registers=one)) for one in (True, False))
    goes_on = Review(at=at("2026-11-25 09:00"), until=at("2026-12-20 00:00"))
    first = end(open_, **given)
    assert first.at == end(closed, **given).at
    assert end(open_, **given, reviews=(goes_on,)).at == first.at
    assert end(closed, **given, reviews=(goes_on,)).at == goes_on.until
    assert end(open_, **given, reviews=(Review(at=goes_on.at, ends=True),)).at == goes_on.at
    assert "no review moves that" in first.because.en
    for mandate, known in ((open_, first.at), (closed, None)):
        made = fixed_end(mandate, norm("saechspvdg-84-3"), **grounds(category=Category.MISSING))
        assert made == {WEBSITE: known}
