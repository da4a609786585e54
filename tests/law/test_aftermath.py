"""R40, R41, R43: what has to be done once an appeal is over, or went wrong."""

import datetime as dt
from typing import Any

import pytest

from fahndung.law.facts import Breach, Stage
from fahndung.law.gate import judge
from fahndung.model.appeal import Answer, Appeal

from .build import JUDGE, POLICE, appeal, at, facts, local, missing, order, table, told

TICK = dt.timedelta(microseconds=1)
AFTER = [Stage.RUNNING, Stage.ENDED]
BEFORE = [Stage.DRAFT, Stage.RELEASE, Stage.PUBLISH]
NOW = at("2026-11-23 12:00")
KNOWN = at("2026-11-20 12:00")
DUE = at("2026-11-23 12:00")


def findings(subject: Appeal, rule: str, stage: Stage = Stage.ENDED, **more: Any) -> list[tuple[str, str]]:
    """Severity and field of the findings of one rule."""
    return told(judge(facts(subject, stage, **({"now": NOW} | more))), rule)


def test_after_the_end_nothing_that_was_built_may_be_left() -> None:
    left = ("releases/ab", "releases/cd")
    assert findings(appeal(order(JUDGE)), "R40") == []
    assert findings(appeal(order(JUDGE)), "R40", derivatives=left) == [("block", ""), ("block", "")]
    assert findings(appeal(order(JUDGE)), "R40", Stage.RUNNING, derivatives=left) == []


def test_the_finding_says_what_to_do() -> None:
    (found,) = judge(facts(appeal(order(JUDGE)), Stage.ENDED, derivatives=("releases/ab",)))
    assert "fahndung retention --do" in found.message.en
    assert "fahndung retention --do" in found.message.de


@pytest.mark.parametrize(("offer", "asked"), [(None, [("warn", "archive_offer")]), (True, []), (False, [])])
def test_the_archive_is_asked_about_in_preventive_appeals_only(offer: bool | None, asked: list[Any]) -> None:
    assert findings(missing(order(POLICE), archive_offer=offer), "R40") == asked
    assert findings(appeal(order(JUDGE), archive_offer=offer), "R40") == []
    assert findings(missing(order(POLICE), archive_offer=offer), "R40", Stage.RUNNING) == []


def test_an_answer_of_a_person_is_told_with_its_reason() -> None:
    answer = Answer(rule="R40", by="k.muster", at=NOW, reason="Archiv gefragt", field=None)
    (found,) = judge(facts(missing(order(POLICE), answers=(answer,)), Stage.ENDED))
    assert (found.rule, found.severity) == ("R40", "warn")
    assert "Archiv gefragt" in found.message.de


@pytest.mark.parametrize("stage", AFTER)
@pytest.mark.parametrize(
    ("now", "weight"),
    [(KNOWN, "warn"), (DUE - TICK, "warn"), (DUE, "block"), (DUE + TICK, "block")],
)
def test_an_open_breach_warns_until_its_instant_and_blocks_from_it_on(
    stage: Stage, now: dt.datetime, weight: str
) -> None:
    breach = Breach(known_at=KNOWN, due_at=DUE)
    assert findings(appeal(order(JUDGE)), "R41", stage, breaches=(breach,), now=now) == [(weight, "")]


@pytest.mark.parametrize("stage", AFTER)
def test_a_reported_breach_is_done_even_if_it_was_late(stage: Stage) -> None:
    breach = Breach(known_at=KNOWN, due_at=DUE, reported_at=DUE + TICK)
    assert findings(appeal(order(JUDGE)), "R41", stage, breaches=(breach,), now=DUE + TICK) == []


def test_without_now_nobody_asked_whether_a_breach_is_overdue() -> None:
    breach = Breach(known_at=KNOWN, due_at=DUE)
    assert findings(appeal(order(JUDGE)), "R41", breaches=(breach,), now=None) == [("warn", "")]


@pytest.mark.parametrize(("due", "found"), [(0, []), (1, [("warn", "")]), (7, [("warn", "")])])
@pytest.mark.parametrize("stage", AFTER)
def test_a_log_beyond_its_time_is_told(stage: Stage, due: int, found: list[Any]) -> None:
    assert findings(appeal(order(JUDGE)), "R43", stage, logs_due=due) == found


@pytest.mark.parametrize("stage", BEFORE)
def test_none_of_it_speaks_before_publication(stage: Stage) -> None:
    everything = {"derivatives": ("x",), "breaches": (Breach(known_at=KNOWN, due_at=DUE),), "logs_due": 3}
    for rule in ("R40", "R41", "R43"):
        assert findings(missing(order(POLICE)), rule, stage, **everything) == []


@pytest.mark.parametrize(
    ("known", "due"),
    [
        ("2026-03-27 12:00", "2026-03-30 13:00"),  # the clocks go forward in between: an hour later on the wall
        ("2026-10-23 12:00", "2026-10-26 11:00"),  # and back
        ("2026-11-20 12:00", "2026-11-23 12:00"),
    ],
)
def test_a_breach_is_due_after_exactly_72_elapsed_hours(known: str, due: str) -> None:
    figure = table().figure("breach-notice", at(known))
    assert figure is not None
    assert local(figure.after(at(known))) == due
    assert figure.after(at(known)) - at(known) == dt.timedelta(hours=72)


@pytest.mark.parametrize(
    ("figure_id", "made", "over"),
    [
        ("log-criminal", "2025-01-01 00:00", "2027-01-01 00:00"),
        ("log-criminal", "2025-12-31 23:59", "2027-01-01 00:00"),
        ("log-criminal", "2026-01-01 00:00", "2028-01-01 00:00"),
        ("log-preventive", "2025-11-21 00:00", "2026-11-22 00:00"),
        ("log-preventive", "2025-11-21 23:59", "2026-11-22 00:00"),
        ("log-preventive", "2024-02-29 12:00", "2025-03-01 00:00"),
    ],
)
def test_the_log_of_each_kind_of_case_has_its_own_time(figure_id: str, made: str, over: str) -> None:
    figure = table().figure(figure_id, at(made))
    assert figure is not None
    assert local(figure.after(at(made))) == over


def test_the_year_of_a_log_entry_is_that_of_the_calendar_here_not_of_utc() -> None:
    figure = table().figure("log-criminal")
    assert figure is not None
    new_year = dt.datetime(2025, 12, 31, 23, 0, tzinfo=dt.UTC)  # midnight in Berlin
    assert figure.after(new_year - TICK) == dt.datetime(2026, 12, 31, 23, 0, tzinfo=dt.UTC)
    assert figure.after(new_year) == dt.datetime(2027, 12, 31, 23, 0, tzinfo=dt.UTC)
