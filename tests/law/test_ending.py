"""R36 to R38: what ends an appeal, and what must be true before it counts as ended."""

import dataclasses
from typing import Any

import pytest

from fahndung.errors import Message
from fahndung.law.facts import Stage
from fahndung.law.gate import judge
from fahndung.model.appeal import Answer, Appeal
from fahndung.model.ids import PersonId
from fahndung.model.image import Box
from fahndung.model.mandate import Consent, Review

from .build import JUDGE, ORDERED, POLICE, appeal, at, facts, image, missing, order, person, told

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
    assert ("block", "persons") not in findings(two, "R36", stage, ended_persons=frozenset({p1}))
    assert ("block", "persons") in findings(two, "R36", stage, ended_persons=frozenset({p1, p2}))
    assert findings(appeal(order(JUDGE)), "R36", stage, ended_persons=frozenset()) == []


@pytest.mark.parametrize("stage", [Stage.RELEASE, Stage.PUBLISH])
def test_nobody_is_shown_again_whose_search_is_over(stage: Stage) -> None:
    p1, p2, p3 = PersonId("p1"), PersonId("p2"), PersonId("p3")
    two = appeal(order(JUDGE), persons=(person(), person(id=p2)))
    assert findings(two, "R36", stage, ended_persons=frozenset({p2})) == [("block", "persons/1")]
    assert findings(two, "R36", stage, ended_persons=frozenset({p3})) == []
    (found,) = [
        p
        for p in judge(facts(two, stage, now=at("2026-11-23 12:00"), ended_persons=frozenset({p1})))
        if p.rule == "R36"
    ]
    assert "new id" in found.message.en
    assert findings(two, "R36", Stage.RUNNING, ended_persons=frozenset({p1})) == []


@pytest.mark.parametrize(("stage", "told_of"), [(Stage.RUNNING, 2), (Stage.ENDED, 2), (Stage.PUBLISH, 0)])
def test_a_due_takedown_that_nobody_tried_is_reported(stage: Stage, told_of: int) -> None:
    found = findings(appeal(order()), "R37", stage, unattempted=("Internetseite pdm-2026-0001", "Mastodon"))
    assert found == [("block", "")] * told_of


def test_an_appeal_is_ended_only_when_nothing_is_open() -> None:
    assert findings(appeal(order()), "R38", Stage.ENDED) == []
    found = judge(
        facts(appeal(order()), Stage.ENDED, open_items=(Message("poster", "Plakat Bahnhof"), Message.same("Presse")))
    )
    assert [problem.message.de for problem in found] == [
        f"{item} ist nicht nachweislich entfernt. „fahndung takedown“ ausführen; Papier hakt ein Mensch ab."
        for item in ("Plakat Bahnhof", "Presse")
    ]


def test_what_was_to_go_while_the_appeal_goes_on_is_asked_for_too() -> None:
    assert findings(appeal(order()), "R38", Stage.RUNNING, open_items=(Message.same("Internetseite"),)) == [
        ("block", "")
    ]
    assert findings(appeal(order()), "R38", Stage.PUBLISH, open_items=(Message.same("Internetseite"),)) == []


def test_no_picture_of_somebody_who_is_no_longer_sought_comes_back() -> None:
    shown = image("cctv-1")
    subject = appeal(order(), images=(shown,))
    assert findings(subject, "R36", Stage.RELEASE) == []
    assert findings(subject, "R36", Stage.RELEASE, ended_pictures=frozenset({shown.cut})) == [("block", "images/0")]
    other = dataclasses.replace(shown, crop=Box(x=0, y=0, width=10, height=10))
    assert findings(subject, "R36", Stage.RELEASE, ended_pictures=frozenset({other.cut})) == []


def test_a_picture_of_an_error_is_asked_for_until_somebody_answers() -> None:
    shown = image("cctv-1")
    doubted = {"doubted_pictures": frozenset({shown.cut})}
    subject = appeal(order(), images=(shown,))
    assert findings(subject, "R36", Stage.RELEASE, **doubted) == [("block", "images/0")]
    answer = Answer(
        rule="R36", by="k.muster", at=ORDERED, reason="Das Bild stimmt, die Uhrzeit war falsch", field="images/0"
    )
    answered = dataclasses.replace(subject, answers=(answer,))
    assert findings(answered, "R36", Stage.RELEASE, **doubted) == [("warn", "images/0")]
