"""Lowers the mark of the latest write that a wrong clock set, and what that clock put off too far. Reads no clock."""

import datetime as dt

import sqlalchemy as sa

from fahndung.errors import UsageError
from fahndung.ledger import about, audit, pulse, sweeping
from fahndung.ledger.columns import Instant
from fahndung.ledger.tables import account, alarm, by_hand, publication
from fahndung.ledger.transaction import Tx
from fahndung.model.publication import State


def accept(tx: Tx, *, now: dt.datetime, by: str, tolerance: dt.timedelta) -> dt.datetime:
    """The mark is ``now`` from here on; returns what it was.

    Whatever was to be done after ``now`` may have been put off by the wrong clock, so all of it but the plans to
    publish is due at once: a look too many harms nobody.

    Raises:
        UsageError: the mark is not ahead of ``now`` by more than the tolerance.
    """
    mark = about.latest(tx)
    if mark is None or mark - now <= tolerance:
        raise UsageError(
            "the ledger's time is not ahead of this clock, so there is nothing to accept",
            "Die Zeit des Registers liegt nicht vor dieser Uhr; es gibt nichts zu übernehmen",
        )
    about.set_mark(tx.connection, now)
    moved = _due_now(tx, now)
    data = {"from": _text(mark), "to": _text(now), "due_again": moved}
    audit.append(tx, at=now, by=by, action="clock.accept", data=data)
    return mark


def _due_now(tx: Tx, now: dt.datetime) -> int:
    at, execute = sa.literal(now, Instant()), tx.connection.execute
    c = publication.c
    late = (c.next_at > now) & (c.state != State.PLANNED.value)
    moved = execute(sa.update(publication).where(late).values(next_at=at)).rowcount
    execute(sa.update(alarm).where(alarm.c.next_at > now).values(next_at=at))
    execute(sa.update(by_hand).where(by_hand.c.next_at > now).values(next_at=at))
    for column in (account.c.calls_until, account.c.sends_until, account.c.blocked_until):
        execute(sa.update(account).where(column > now).values({column.name: None}))
    pulse.forget(tx)
    sweeping.forget(tx)
    return int(moved)


def _text(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat()
