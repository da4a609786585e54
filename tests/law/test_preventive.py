"""R01, R02: consent or why not, which purpose prevails, and the prosecutor told of a dead."""

import dataclasses
import datetime as dt

import pytest

from fahndung.law.gate import judge
from fahndung.model.appeal import Answer, Appeal, Category
from fahndung.model.mandate import Consent

from .build import ORDERED, POLICE, appeal, at, facts, missing, order, told

DECIDED = order(POLICE)
YES = Consent(by="Familie", at=at("2026-11-20 14:00"))


def with_consent(consent: Consent | None, **more: object) -> Appeal:
    return missing(DECIDED, legal={"consent": consent} | more)


@pytest.mark.parametrize(
    ("consent", "expected"),
    [
        (YES, []),
        (Consent(why_not="Angehörige nicht bekannt"), []),
        (None, [("warn", "legal/consent")]),
        (Consent(), [("warn", "legal/consent")]),
        (Consent(by="Familie"), [("warn", "legal/consent")]),
        (Consent(why_not=" "), [("warn", "legal/consent")]),
    ],
)
def test_consent_is_told_or_why_nobody_was_asked(consent: Consent | None, expected: list[tuple[str, str]]) -> None:
    assert told(judge(facts(with_consent(consent))), "R01") == expected


def test_a_criminal_appeal_asks_for_no_consent() -> None:
    assert told(judge(facts(appeal(order()))), "R01") == []


def test_an_offence_in_a_preventive_appeal_asks_which_purpose_prevails() -> None:
    mixed = with_consent(YES, offence="Freiheitsberaubung (§ 239 StGB)")
    assert told(judge(facts(mixed)), "R02") == [("block", "legal/basis")]
    answer = Answer(rule="R02", by="k.muster", at=ORDERED, reason="Die Suche nach der Person geht vor")
    assert told(judge(facts(dataclasses.replace(mixed, answers=(answer,)))), "R02") == [("warn", "legal/basis")]


def test_a_pure_missing_case_is_not_asked() -> None:
    assert told(judge(facts(with_consent(YES))), "R02") == []


def dead(*answers: Answer) -> Appeal:
    found = appeal(None, basis="saechspvdg-84-3", category=Category.UNKNOWN_DEAD, decision=DECIDED, answers=answers)
    return dataclasses.replace(found, legal=dataclasses.replace(found.legal, consent=YES))


def test_of_a_dead_the_prosecutor_must_know() -> None:
    (open_question,) = [problem for problem in judge(facts(dead())) if problem.rule == "R02"]
    assert (open_question.severity, "Mensch" in open_question.message.de) == ("warn", True)


@pytest.mark.parametrize(
    ("field", "counts"), [(None, True), ("legal/decision", True), ("legal", True), ("legal/basis", False)]
)
def test_an_answer_counts_where_it_was_given(field: str | None, counts: bool) -> None:
    answer = Answer(rule="R02", by="k.muster", at=ORDERED, reason="Am Fundtag unterrichtet", field=field)
    (found,) = [problem for problem in judge(facts(dead(answer))) if problem.rule == "R02"]
    assert ("Beantwortet von k.muster" in found.message.de) is counts


@pytest.mark.parametrize("empty", [{"by": " "}, {"reason": " "}, {"rule": "R03"}])
def test_an_answer_needs_rule_name_and_reason(empty: dict[str, str]) -> None:
    given = {"rule": "R02", "by": "k.muster", "reason": "Unterrichtet"} | empty
    (found,) = [problem for problem in judge(facts(dead(Answer(at=ORDERED, **given)))) if problem.rule == "R02"]
    assert "Mensch" in found.message.de


def test_an_answer_does_not_count_before_it_was_given() -> None:
    answer = Answer(rule="R02", by="k.muster", at=ORDERED, reason="Am Fundtag unterrichtet")

    def counts(now: dt.datetime | None) -> bool:
        (found,) = [problem for problem in judge(facts(dead(answer), now=now)) if problem.rule == "R02"]
        return "Beantwortet von k.muster" in found.message.de

    assert counts(None)
    assert counts(ORDERED)
    assert not counts(ORDERED - dt.timedelta(seconds=1))
