import contextlib
import itertools

import pytest

from fahndung.errors import UsageError
from fahndung.ledger import accounts, audit, claims, publications
from fahndung.ledger.publications import Need
from fahndung.ledger.transaction import attempt
from fahndung.model.ids import PersonId
from fahndung.model.publication import without

from .world import APPEAL, BY, HOUR, MINUTE, NOW, bring, plan

NUMBERS = itertools.count(1)


VARIANT = without(PersonId("p1"))
KEPT_OFF = [
    *[("withdrawn", VARIANT, True), ("withdrawn", "elsewhere", False)],
    *[("live", VARIANT, False), ("withdrawing", VARIANT, False)],
]


def join(tx):
    number = next(NUMBERS)
    claims.join(tx, number, what="worker", host="wache", pid=7, now=NOW)
    return number


def take(tx, row, worker, alive):
    return claims.take(tx, row, worker, alive=alive)[1]


def holds(tx, claim):
    return claims.holds(publications.get(tx, claim.publication), claim)


def everybody(worker):
    return True


def nobody(worker):
    return False


def test_a_claim_is_refused_while_its_owner_lives_however_late_it_is(ledger):
    with ledger.write(NOW) as tx:
        row, one, two = plan(tx), join(tx), join(tx)
        claim = take(tx, row, one, everybody)
        assert take(tx, row, two, everybody) is None
        assert holds(tx, claim)
        assert publications.get(tx, row).lease_by == one


def test_a_dead_worker_loses_its_claim_and_cannot_use_it(ledger):
    with ledger.write(NOW) as tx:
        row, one, two = plan(tx), join(tx), join(tx)
        old = take(tx, row, one, everybody)
        new = take(tx, row, two, nobody)
        assert new.number == old.number + 1
        assert (holds(tx, old), holds(tx, new)) == (False, True)
        claims.give_back(tx, old)
        assert holds(tx, new)
        claims.give_back(tx, new)
        assert publications.get(tx, row).lease_by is None


def test_a_worker_may_claim_again_and_its_older_claim_is_over(ledger):
    with ledger.write(NOW) as tx:
        row, one = plan(tx), join(tx)
        old = take(tx, row, one, everybody)
        assert holds(tx, take(tx, row, one, nobody))
        assert not holds(tx, old)


@pytest.mark.parametrize(("state", "other", "kept_off"), KEPT_OFF)
def test_only_what_is_down_is_kept_off_by_what_may_share_its_address(ledger, state, other, kept_off):
    """And by nobody who is dead: a later claim passes, and the recovery makes the row due."""
    with ledger.write(NOW) as tx:
        row, beside, one, two = bring(tx, state), bring(tx, "live", "m-2", target=other), join(tx), join(tx)
        take(tx, beside, one, everybody)
        assert (claims.look_on(tx, row)[1] is None) is kept_off
        later = publications.get(tx, row).next_at
        need = Need.LOOK if state in {"live", "withdrawn"} else Need.TAKEDOWN
        due = [found.id for found in publications.due(tx, later, need, channel="website", limit=9)]
        assert (row not in due) is kept_off
        assert (take(tx, row, two, everybody) is None) is kept_off
        claims.leave(tx, two, now=later)
        assert take(tx, row, two, nobody) is not None
        claims.leave(tx, two, now=later)
        claims.recover(tx, alive=nobody, now=later, by=BY)
        assert row in [found.id for found in publications.due(tx, later, need, channel="website", limit=9)]


def test_what_the_dead_held_is_free_and_due_at_once(ledger):
    with ledger.write(NOW) as tx:
        dead, alive = join(tx), join(tx)
        rows = [plan(tx, f"m-{n}", target=str(n), next_at=NOW + HOUR) for n in range(3)]
        overdue = plan(tx, "m-9", target="9", next_at=NOW - HOUR)
        for row, worker in zip((*rows, overdue), (dead, dead, alive, dead), strict=True):
            take(tx, row, worker, everybody)
        assert claims.recover(tx, alive=lambda worker: worker == alive, now=NOW + MINUTE, by=BY) == ((dead, 3),)
        found = [publications.get(tx, row) for row in (*rows, overdue)]
        assert [(row.lease_by, row.next_at) for row in found] == [
            (None, NOW + MINUTE),
            (None, NOW + MINUTE),
            (alive, NOW + HOUR),
            (None, NOW - HOUR),
        ]
        assert [one.id for one in claims.workers(tx)] == [alive]
        assert claims.recover(tx, alive=lambda worker: worker == alive, now=NOW, by=BY) == ()
    assert audit.verify(ledger) == ()


def test_a_worker_that_leaves_frees_what_it_held(ledger):
    with ledger.write(NOW) as tx:
        row, one = plan(tx, next_at=NOW + HOUR), join(tx)
        take(tx, row, one, everybody)
        claims.leave(tx, one, now=NOW + MINUTE)
        found = publications.get(tx, row)
        assert (found.lease_by, found.next_at) == (None, NOW + MINUTE)
        assert claims.workers(tx) == ()


def test_what_is_finished_is_freed_without_a_wakeup(ledger):
    with ledger.write(NOW) as tx:
        row, one = bring(tx, "cancelled"), join(tx)
        take(tx, row, one, everybody)
        claims.recover(tx, alive=nobody, now=NOW, by=BY)
        assert (publications.get(tx, row).lease_by, publications.get(tx, row).next_at) == (None, None)


def test_a_worker_joins_once(ledger):
    with ledger.write(NOW) as tx:
        number = join(tx)
        claims.join(tx, number, what="other", host="wache", pid=8, now=NOW + HOUR)
        (known,) = claims.workers(tx)
        assert (known.what, known.pid, known.started_at, known.ended_at) == ("worker", 7, NOW, None)


def test_nothing_is_claimed_that_is_not_there(ledger):
    with ledger.write(NOW) as tx, pytest.raises(UsageError):
        take(tx, 99, join(tx), everybody)


def test_who_died_with_empty_hands_has_ended_too_and_alarms_nobody(ledger):
    with ledger.write(NOW) as tx:
        alive, dead = join(tx), join(tx)
    with ledger.write(NOW) as tx:
        assert claims.recover(tx, alive=lambda worker: worker == alive, now=NOW, by=BY) == ()
        assert [one.id for one in claims.workers(tx)] == [alive]
        assert dead not in {one.id for one in claims.workers(tx)}


def test_the_recovery_is_written_down_without_a_person(ledger):
    with ledger.write(NOW) as tx:
        row, one = plan(tx), join(tx)
        take(tx, row, one, everybody)
        before = len(audit.export(tx, APPEAL))
        claims.recover(tx, alive=nobody, now=NOW, by=BY)
        assert len(audit.export(tx, APPEAL)) == before
        assert audit.head(tx).count > before


def note(tx):
    claims.join(tx, 5, what="worker", host="h", pid=1, now=NOW)
    audit.append(tx, at=NOW, by="somebody new", action="test")
    accounts.answered(tx, "website", now=NOW)


def test_what_an_undone_part_had_found_out_is_asked_again(ledger):
    with ledger.write(NOW) as tx:
        plan(tx, "m-1")
        with contextlib.suppress(ZeroDivisionError), attempt(tx):
            note(tx)
            raise ZeroDivisionError
        note(tx)
        assert claims.is_known(tx, 5)
        assert accounts.get(tx, "website").answered_at == NOW
    assert audit.verify(ledger) == ()
