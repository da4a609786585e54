import datetime as dt

import pytest

from fahndung.errors import UsageError
from fahndung.ledger import accounts, audit
from fahndung.ledger.accounts import Budget

from .world import BY, FAULT, HOUR, MINUTE, NOW, SECOND, plan

BUDGET = Budget(interval=10 * SECOND, burst=4)


@pytest.fixture
def account(ledger):
    with ledger.write(NOW) as tx:
        plan(tx)
        plan(tx, "m-2", target="2")
    return "website"


def test_the_first_plan_enters_the_account(ledger, account):
    with ledger.read() as tx:
        (known,) = accounts.all(tx)
        assert known == accounts.get(tx, account)
        with pytest.raises(UsageError, match="presse"):
            accounts.get(tx, "presse")
    assert (known.name, known.kind, known.answered_at, known.held_at) == ("website", "website", None, None)


def calls(ledger, account, *, sends, count, now=NOW, budget=BUDGET):
    """When each of so many calls could be made, if nobody ever waits."""
    instants = []
    with ledger.write(now) as tx:
        for _ in range(count):
            known = accounts.get(tx, account)
            instants.append(accounts.free_at(known, budget, now, sends=sends) - now)
            accounts.charge(tx, known, budget, now, sends=sends)
    return [instant.total_seconds() for instant in instants]


def test_the_budget_allows_a_burst_and_then_one_call_in_each_interval(ledger, account):
    assert calls(ledger, account, sends=False, count=7) == [0, 0, 0, 0, 10, 20, 30]
    assert calls(ledger, account, sends=False, count=2, now=NOW + HOUR) == [0, 0]


def test_publishing_gets_half_of_the_budget_and_takedown_the_rest(ledger, account):
    assert calls(ledger, account, sends=True, count=5) == [0, 0, 20, 40, 60]


def test_what_is_published_leaves_half_of_the_burst_to_takedowns(ledger, account):
    assert calls(ledger, account, sends=True, count=2) == [0, 0]
    assert calls(ledger, account, sends=False, count=3) == [0, 0, 10]
    assert calls(ledger, account, sends=True, count=1) == [20]


def test_a_budget_of_single_calls_still_publishes_at_half_the_pace(ledger, account):
    single = Budget(interval=10 * SECOND, burst=1)
    assert calls(ledger, account, sends=True, count=3, budget=single) == [0, 20, 40]


def test_without_a_budget_only_the_channel_itself_makes_one_wait(ledger, account):
    assert calls(ledger, account, sends=True, count=9, budget=None) == [0] * 9
    with ledger.write(NOW) as tx:
        accounts.failing(tx, account, FAULT, now=NOW, until=NOW + MINUTE)
        for sends in (True, False):
            assert accounts.free_at(accounts.get(tx, account), BUDGET, NOW, sends=sends) == NOW + MINUTE


def test_since_when_it_fails_is_kept_until_it_answers(ledger, account):
    with ledger.write(NOW) as tx:
        accounts.failing(tx, account, FAULT, now=NOW)
        accounts.failing(tx, account, FAULT, now=NOW + HOUR)
        known = accounts.get(tx, account)
        assert (known.failing_since, known.problem, known.blocked_until) == (NOW, FAULT, None)
        accounts.answered(tx, account, now=NOW + 2 * HOUR)
        known = accounts.get(tx, account)
        assert (known.failing_since, known.problem, known.answered_at) == (None, None, NOW + 2 * HOUR)


def test_a_person_holds_and_releases_an_account_once(ledger, account):
    with ledger.write(NOW) as tx:
        accounts.hold(tx, account, now=NOW, by=BY)
        assert accounts.get(tx, account).held_by == BY
        with pytest.raises(UsageError, match="held already"):
            accounts.hold(tx, account, now=NOW + dt.timedelta(1), by=BY)
        accounts.release(tx, account, now=NOW, by=BY)
        assert accounts.get(tx, account).held_at is None
        with pytest.raises(UsageError, match="not held"):
            accounts.release(tx, account, now=NOW, by=BY)
    assert audit.verify(ledger) == ()


def test_the_last_that_an_account_did_counts_within_one_transaction_too(ledger, account):
    with ledger.write(NOW) as tx:
        for _ in range(2):
            accounts.answered(tx, account, now=NOW)
        accounts.failing(tx, account, FAULT, now=NOW)
        assert accounts.get(tx, account).failing_since == NOW
        accounts.answered(tx, account, now=NOW)
        assert (accounts.get(tx, account).failing_since, accounts.get(tx, account).problem) == (None, None)
