"""R11, R12, R25: social networks only where the case carries them; what was tried before; risk of hatred."""

from typing import Any

import pytest

from fahndung.errors import Problem
from fahndung.law.facts import Stage
from fahndung.law.gate import judge
from fahndung.model.appeal import Answer, Category
from fahndung.model.mandate import Medium

from .build import JUDGE, ORDERED, appeal, at, facts, missing, order, told

SERIOUS = {
    "serious_in_individual_case": True,
    "social_media": "Mit Todesfolge; Presseaufruf ohne Hinweis",
    "milder_means": "Interne Ausschreibung ohne Erfolg",
    "considerable_offence": "Raub mit Todesfolge",
}


def found(legal: dict[str, Any], *, used: Medium = Medium.SOCIAL, **more: Any) -> tuple[Problem, ...]:
    return judge(facts(appeal(order(JUDGE), legal=SERIOUS | legal, **more), media=frozenset({used})))


def test_a_serious_case_with_its_reason_may_use_networks() -> None:
    assert told(found({}), "R11") == []


@pytest.mark.parametrize("said", [None, False])
def test_networks_need_a_crime_that_is_serious_in_this_case(said: bool | None) -> None:
    assert told(found({"serious_in_individual_case": said}), "R11") == [("block", "legal/serious_in_individual_case")]


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_networks_need_a_reason(reason: str | None) -> None:
    assert told(found({"social_media": reason}), "R11") == [("block", "legal/social_media")]


def test_the_own_website_does_not_ask_for_that() -> None:
    plain = {"serious_in_individual_case": None, "social_media": None}
    assert told(found(plain, used=Medium.WEBSITE), "R11") == []


def test_an_appeal_for_a_missing_person_is_not_measured_by_a_crime() -> None:
    preventive = missing(order(JUDGE))
    assert told(judge(facts(preventive, media=frozenset({Medium.SOCIAL}))), "R11") == []


@pytest.mark.parametrize("empty", [None, "", " "])
@pytest.mark.parametrize("name", ["milder_means", "considerable_offence"])
def test_what_the_weighing_rests_on_is_asked_for(name: str, empty: str | None) -> None:
    assert told(found({name: empty}), "R12") == [("warn", f"legal/{name}")]


def test_a_weighed_case_hears_nothing_of_it() -> None:
    assert told(found({}), "R12") == []


def test_a_missing_person_needs_milder_means_but_no_offence() -> None:
    assert told(judge(facts(missing(order(JUDGE)))), "R12") == [("warn", "legal/milder_means")]


def test_things_need_neither() -> None:
    thing = appeal(None, basis="saechspvdg-84-3", category=Category.OBJECT, decision=order(JUDGE))
    assert told(judge(facts(thing)), "R12") == []


def test_a_risk_speaks_against_networks() -> None:
    risky = found({}, risk="Anfeindungen gegen eine Minderheit")
    (only,) = [problem for problem in risky if problem.rule == "R25"]
    assert (only.severity, only.field) == ("warn", "risk")
    assert "verzichten" in only.message.de


def test_a_risk_that_nobody_weighed_is_asked_for_and_the_answer_is_told() -> None:
    answer = Answer(rule="R25", by="k.muster", at=ORDERED, reason="Kein Bezug zu einer Gruppe")
    (asked,) = [problem for problem in found({}) if problem.rule == "R25"]
    (answered,) = [problem for problem in found({}, answers=(answer,)) if problem.rule == "R25"]
    assert "Mensch im Datensatz" in asked.message.de
    assert "Beantwortet von k.muster: Kein Bezug zu einer Gruppe" in answered.message.de


def test_without_networks_no_risk_is_asked_for() -> None:
    assert told(found({}, used=Medium.WEBSITE, risk="Anfeindungen"), "R25") == []


def test_the_stage_does_not_change_the_answer() -> None:
    subject = appeal(order(JUDGE), legal=SERIOUS | {"social_media": None})
    found_at = judge(facts(subject, Stage.PUBLISH, now=at("2026-11-21 09:00"), media=frozenset({Medium.SOCIAL})))
    assert told(found_at, "R11") == [("block", "legal/social_media")]
