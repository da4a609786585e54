"""A clock that was wrong and is right again: the mark comes down, and what it put off is due."""

import datetime as dt

import pytest

from fahndung.errors import Message, UsageError
from fahndung.ledger import about, accounts, alarms, audit, boots, clockmark, publications, pulse, sweeping
from fahndung.ledger.store import CLOCK_TOLERANCE
from fahndung.model.alarm import Kind

from .world import BY, DAY, FAULT, MINUTE, NOW, bring, run

YEAR = 365 * DAY
LATER = NOW + MINUTE


def accept(tx, now=LATER, jump=None):
    return clockmark.accept(tx, now=now, by=BY, tolerance=CLOCK_TOLERANCE, jump=jump)


def test_the_mark_comes_down_and_the_log_says_who_and_from_where(ledger):
    with ledger.write(NOW + YEAR):
        pass
    assert ledger.clock_behind(LATER) == YEAR - MINUTE
    with ledger.write(LATER) as tx:
        assert accept(tx) == NOW + YEAR
        assert about.latest(tx) == LATER
    assert ledger.clock_behind(LATER) is None
    with ledger.read() as tx:
        (body,) = run(tx, "SELECT body FROM event ORDER BY seq DESC LIMIT 1").scalars()
    assert b'"action":"clock.accept"' in bytes(body)
    assert audit.verify(ledger) == ()


@pytest.mark.parametrize("ahead", [dt.timedelta(0), CLOCK_TOLERANCE])
def test_a_mark_that_is_not_ahead_by_more_than_the_tolerance_stays(ledger, ahead):
    with ledger.write(NOW + ahead):
        pass
    with pytest.raises(UsageError, match="nothing to accept"), ledger.write(NOW) as tx:
        accept(tx, NOW)


def test_a_jump_is_accepted_and_puts_nothing_forward(ledger):
    with ledger.write(NOW) as tx:
        down = bring(tx, "withdrawing")
        publications.withdraw_failed(tx, down, FAULT, next_at=LATER + MINUTE, now=NOW, by=BY)
        boots.note(tx, "boot-1", NOW - DAY)
    with ledger.write(LATER) as tx:
        assert accept(tx, jump=-2 * MINUTE) == LATER
        assert boots.started(tx, "boot-1") is None
        assert publications.get(tx, down).next_at == LATER + MINUTE
        (body,) = run(tx, "SELECT body FROM event ORDER BY seq DESC LIMIT 1").scalars()
    assert b'"jumped":-120' in bytes(body)


def test_a_jump_is_accepted_where_the_mark_is_no_instant(ledger):
    with ledger.write(NOW) as tx:
        run(tx, "UPDATE meta SET v = 'soon' WHERE k = 'clock'")
        assert accept(tx, jump=MINUTE) is None
    assert [one.field for one in audit.verify(ledger)] == ["meta/clock"]


def test_a_mark_that_is_no_instant_is_not_for_this_command(ledger):
    with ledger.write(NOW) as tx:
        run(tx, "UPDATE meta SET v = 'soon' WHERE k = 'clock'")
        with pytest.raises(UsageError):
            accept(tx)


def test_what_the_wrong_clock_put_off_is_due_at_once_but_no_plan_to_publish(ledger):
    wrong = NOW + YEAR
    with ledger.write(NOW) as tx:
        down, planned = bring(tx, "withdrawing"), bring(tx, "planned", "m-2", target="2", next_at=NOW + DAY)
    with ledger.write(wrong) as tx:
        publications.withdraw_failed(tx, down, FAULT, next_at=wrong + MINUTE, now=wrong, by=BY)
        alarm = alarms.raise_(tx, Kind.OVERDUE, "x", Message("a", "a"), now=wrong, by=BY)
        accounts.failing(tx, "website", FAULT, now=wrong, until=wrong + MINUTE)
        pulse.beat(tx, well=True, now=wrong)
        sweeping.note(tx, complete=True, orphans={}, counts={}, now=wrong, by=BY)
    with ledger.write(LATER) as tx:
        accept(tx)
        assert publications.get(tx, down).next_at == LATER
        assert publications.get(tx, planned).next_at == NOW + DAY
        assert alarms.get(tx, alarm).next_at == LATER
        assert accounts.get(tx, "website").blocked_until is None
        assert pulse.read(tx).success is None
        assert sweeping.searched(tx).at is None
