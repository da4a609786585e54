"""Verdicts and exit codes, at their bounds."""

import datetime as dt

import pytest

from fahndung.errors import Message
from fahndung.lifecycle import diagnosis
from fahndung.lifecycle.diagnosis import Finding, Verdict
from tests.ledger.world import DAY, HOUR, MINUTE, NOW, SECOND

WHAT = Message("what", "was")
AGE = 10 * MINUTE


@pytest.mark.parametrize(
    ("findings", "code"),
    [
        ((), 0),
        ((diagnosis.ok("a", "b", "c"), diagnosis.warn("a", WHAT, WHAT)), 0),
        ((diagnosis.bad("a", WHAT, WHAT), diagnosis.ok("a", "b", "c")), 6),
        ((diagnosis.bad("a", WHAT, WHAT), diagnosis.bad("a", WHAT, WHAT, online=True)), 7),
    ],
)
def test_the_worst_finding_gives_the_exit_code(findings: tuple[Finding, ...], code: int) -> None:
    assert diagnosis.exit_code(findings) == code


@pytest.mark.parametrize(
    ("apart", "verdict", "online"),
    [
        (MINUTE, "ok", False),
        (MINUTE + SECOND, "warn", False),
        (-5 * MINUTE, "warn", False),
        (5 * MINUTE + SECOND, "bad", False),
        (-5 * MINUTE - SECOND, "bad", True),  # what ends by this clock ends late
    ],
)
def test_a_clock_against_a_witness(apart: dt.timedelta, verdict: str, online: bool) -> None:
    found = diagnosis.clock("clock", apart, WHAT)
    assert (found.verdict.value, found.online) == (verdict, online)
    assert f"{apart.total_seconds():+.0f} s" in found.what.en


@pytest.mark.parametrize(
    ("free", "inodes", "readonly", "verdict"),
    [
        (2**30, 1000, False, "ok"),
        (2**30 - 1, 1000, False, "warn"),
        (100 * 2**20 - 1, 1000, False, "bad"),
        (2**40, 999, False, "bad"),
        (2**40, 10**6, True, "bad"),
    ],
)
def test_room(free: int, inodes: int, readonly: bool, verdict: str) -> None:
    assert diagnosis.disk(WHAT, free, inodes, readonly=readonly).verdict.value == verdict


@pytest.mark.parametrize("online", [True, False])
@pytest.mark.parametrize(
    ("at", "max_age", "well"),
    [
        (NOW, None, True),
        (NOW - AGE, AGE, True),
        (NOW - AGE - SECOND, AGE, False),
        (None, AGE, False),
        (NOW + 6 * MINUTE, AGE, False),  # a wrong clock wrote it
        (NOW + 4 * MINUTE, AGE, True),
        (NOW - MINUTE, dt.timedelta(0), False),
    ],
)
def test_the_switch_is_pulled_after_the_age(
    at: dt.datetime | None, max_age: dt.timedelta | None, well: bool, online: bool
) -> None:
    found = diagnosis.last_success(at, NOW, max_age, online=online)
    assert found.verdict is (Verdict.OK if well else Verdict.BAD)
    assert found.online is (online and not well)


def test_without_an_age_a_home_that_never_ran_is_told_only_if_something_is_open() -> None:
    assert diagnosis.last_success(None, NOW, None, online=True).verdict is Verdict.WARN
    assert diagnosis.last_success(None, NOW, None, online=False).verdict is Verdict.OK


@pytest.mark.parametrize("online", [True, False])
def test_without_an_age_a_last_good_run_of_long_ago_is_told_only_if_something_is_open(online: bool) -> None:
    late = Verdict.WARN if online else Verdict.OK
    ages = (diagnosis.RUN_LIMIT, diagnosis.RUN_LIMIT + SECOND, 365 * DAY)
    found = [diagnosis.last_success(NOW - age, NOW, None, online=online) for age in ages]
    assert [one.verdict for one in found] == [Verdict.OK, late, late]
    assert found[-1].what.en == "the last run that went well is 365 days ago"


def test_a_good_run_in_the_future_is_not_called_none() -> None:
    found = diagnosis.last_success(NOW + DAY, NOW, None, online=True)
    assert (found.verdict, "future" in found.what.en) == (Verdict.WARN, True)


def test_a_backup_may_be_a_day_and_a_half_old() -> None:
    verdicts = [diagnosis.backup(at, NOW).verdict for at in (NOW - 36 * HOUR, NOW - 36 * HOUR - SECOND, None)]
    assert verdicts == [Verdict.OK, Verdict.BAD, Verdict.WARN]


def test_ages_are_told_in_units_that_people_use() -> None:
    told = [diagnosis.backup(NOW - age, NOW).what.en for age in (119 * MINUTE, 2 * HOUR, 3 * DAY)]
    assert [text.removeprefix("the last backup is ") for text in told] == ["119 min old", "2 h old", "3 days old"]
