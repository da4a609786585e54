"""R44, R45: other people approve than draft and verify, and the edition that judged is on record."""

from typing import Any

import pytest

from fahndung.errors import Problem
from fahndung.law.facts import Judged, Stage
from fahndung.law.gate import judge
from fahndung.law.rules import REGISTER, edition
from fahndung.model.ids import ImageId

from .build import JUDGE, appeal, at, facts, order, table, told

NOW = at("2026-11-21 12:00")


def found(stage: Stage = Stage.PUBLISH, **more: Any) -> tuple[Problem, ...]:
    return judge(facts(appeal(order(JUDGE)), stage, now=NOW, **more))


@pytest.mark.parametrize(
    ("approver", "expected"), [("f.freigabe", []), ("k.muster", [("block", "")]), ("v.beispiel", [("block", "")])]
)
def test_who_drafted_or_verified_does_not_approve(approver: str, expected: list[tuple[str, str]]) -> None:
    verifiers = {ImageId("cctv-1"): frozenset({"v.beispiel"})}
    assert told(found(approvers=frozenset({approver}), verifiers=verifiers), "R44") == expected


def test_without_an_approval_nothing_goes_out() -> None:
    assert told(found(approvers=frozenset()), "R44") == [("block", "")]


def test_where_nobody_was_asked_nothing_is_said() -> None:
    assert told(found(), "R44") == []


def test_the_same_edition_is_silent() -> None:
    judged = Judged(norms=table().version, rules="r1")
    assert told(found(judged=judged, rules="r1"), "R45") == []


@pytest.mark.parametrize("changed", [{"norms": "other"}, {"rules": "other"}])
def test_another_edition_is_told(changed: dict[str, str]) -> None:
    judged = Judged(**({"norms": table().version, "rules": "r1"} | changed))
    assert told(found(judged=judged, rules="r1"), "R45") == [("warn", "")]


@pytest.mark.parametrize("stage", [Stage.PUBLISH, Stage.RUNNING])
@pytest.mark.parametrize("unknown", ["norms", "rules"])
def test_an_unknown_edition_blocks(stage: Stage, unknown: str) -> None:
    judged = Judged(**({"norms": table().version, "rules": "r1"} | {unknown: ""}))
    assert told(found(stage, judged=judged, rules="r1"), "R45") == [("block", "")]


def test_a_running_appeal_keeps_the_edition_that_judged_it() -> None:
    judged = Judged(norms="older", rules="older")
    assert told(found(Stage.RUNNING, judged=judged, rules="r1"), "R45") == []


def test_the_edition_changes_with_what_a_rule_says_of_itself() -> None:
    assert edition() == edition(REGISTER)
    assert edition(REGISTER[1:]) != edition()
