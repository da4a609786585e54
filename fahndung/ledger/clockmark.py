"""Makes a clock that was set right count: lowers the mark, brings back what a wrong one put off. Reads no clock."""

import datetime as dt

import sqlalchemy as sa

from fahndung.errors import UsageError
from fahndung.ledger import about, audit, boots, pulse, sweeping
from fahndung.ledger.columns import Instant
from fahndung.ledger.tables import account, alarm, by_hand, publication
from fahndung.ledger.transaction import Tx
from fahndung.model.publication import State


def accept(
    tx: Tx, *, now: dt.datetime, by: str, tolerance: dt.timedelta, jump: dt.timedelta | None = None
) -> dt.datetime | None:
    """The mark is ``now`` from here on; returns what it was, None if that was no instant.

    Where the mark was ahead, whatever was to be done after ``now`` may have been put off by the wrong clock, so all of
    it but the plans to publish is due at once: a look too many harms nobody.

    Args:
        jump: how far the clock jumped since an earlier run, if it did; from here on it counts as never having jumped.

    Raises:
        UsageError: the mark is not ahead of ``now`` by more than the tolerance, and the clock did not jump.
    """
    mark = about.latest(tx)
    ahead = mark is not None and mark - now > tolerance
    if not ahead and jump is None:
        raise UsageError(
            "the ledger's time is not ahead of this clock, which did not jump either, so there is nothing to accept",
            "Die Zeit des Registers liegt nicht vor dieser Uhr, die auch nicht sprang; es gibt nichts zu übernehmen",
        )
    boots.forget(tx)
    moved = 0
    if ahead:
        about.set_mark(tx.connection, now)
        moved = _due_now(tx, now)
    seconds = None if jump is None else round(jump.total_seconds())
    data = {"from": None if mark is None else _text(mark), "to": _text(now), "jumped": seconds, "due_again": moved}
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
