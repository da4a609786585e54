"""R36 to R38: what ends an appeal, and what must be true before it counts as ended."""

from typing import Any

import pytest

from fahndung.law.facts import Stage
from fahndung.law.gate import judge
from fahndung.model.appeal import Appeal, Consent, PersonId, Review

from .build import JUDGE, ORDERED, POLICE, appeal, at, facts, missing, order, person, told

UNTIMED = [Stage.DRAFT, Stage.RELEASE]
ALIVE = [*UNTIMED, Stage.PUBLISH, Stage.RUNNING]


def findings(subject: Appeal, rule: str, stage: Stage, **more: Any) -> list[tuple[str, str]]:
    """Severity and field of the findings of one rule."""
    return told(judge(facts(subject, stage, **({"now": at("2026-11-23 12:00")} | more))), rule)


@pytest.mark.parametrize("stage", ALIVE)
def test_a_revoked_consent_ends_the_appeal_at_every_stage(stage: Stage) -> None:
    given = missing(order(POLICE), legal={"consent": Consent(by="Eltern", at=ORDERED)})
    revoked = missing(order(POLICE), legal={"consent": Consent(revoked_at=at("2026-11-22 09:00"))})
    assert findings(given, "R36", stage) == []
    assert findings(revoked, "R36", stage) == [("block", "legal/consent/revoked_at")]


@pytest.mark.parametrize("stage", ALIVE)
def test_a_review_that_ended_the_appeal_stops_it_at_every_stage(stage: Stage) -> None:
    ended = (Review(at=at("2026-11-22 09:00"), ends=True),)
    continued = (Review(at=at("2026-11-22 09:00"), until=at("2027-01-01 00:00")),)
    assert len(findings(appeal(order(JUDGE)), "R36", stage, reviews=ended)) == 1
    assert findings(appeal(order(JUDGE)), "R36", stage, reviews=continued) == []


@pytest.mark.parametrize("stage", ALIVE)
def test_with_the_last_person_the_appeal_ends(stage: Stage) -> None:
    p1, p2 = PersonId("p1"), PersonId("p2")
    two = appeal(order(JUDGE), persons=(person(), person(id=p2)))
    assert findings(two, "R36", stage, ended_persons=frozenset({p1})) == []
    assert findings(two, "R36", stage, ended_persons=frozenset({p1, p2})) == [("block", "persons")]
    assert findings(appeal(order(JUDGE)), "R36", stage, ended_persons=frozenset()) == []


@pytest.mark.parametrize(("stage", "told_of"), [(Stage.RUNNING, 2), (Stage.ENDED, 2), (Stage.PUBLISH, 0)])
def test_a_due_takedown_that_nobody_tried_is_reported(stage: Stage, told_of: int) -> None:
    found = findings(appeal(order()), "R37", stage, unattempted=("Internetseite pdm-2026-0001", "Mastodon"))
    assert found == [("block", "")] * told_of


def test_an_appeal_is_ended_only_when_nothing_is_open() -> None:
    assert findings(appeal(order()), "R38", Stage.ENDED) == []
    found = judge(facts(appeal(order()), Stage.ENDED, open_items=("Plakat Bahnhof", "Presse")))
    assert [problem.message.de for problem in found] == [
        "Plakat Bahnhof ist nicht nachweislich entfernt; der Aufruf ist nicht beendet.",
        "Presse ist nicht nachweislich entfernt; der Aufruf ist nicht beendet.",
    ]
    assert findings(appeal(order()), "R38", Stage.RUNNING, open_items=("Presse",)) == []
