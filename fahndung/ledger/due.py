"""Which publications need something now, and when somebody has to wake up next. Changes nothing."""

import datetime as dt
import enum
import itertools
from typing import Any

import sqlalchemy as sa

from fahndung.ledger import claims, columns
from fahndung.ledger.publication import Publication, Want
from fahndung.ledger.rows import STORED, readable
from fahndung.ledger.tables import publication
from fahndung.ledger.transaction import Tx
from fahndung.model.publication import State, place_of


class Need(enum.IntEnum):
    """What a publication whose time has come needs, the most urgent first."""

    TAKEDOWN = 0
    RESOLVE = 1
    SEND = 2
    LOOK = 3


def due(tx: Tx, now: dt.datetime, need: Need, *, channel: str, limit: int) -> tuple[Publication, ...]:
    """Whose time has come (``next_at <= now``) on one channel, the longest overdue first.

    Nobody has claimed them nor, where they are down, what may share their address.
    ``damaged`` ones are not among them, and do not count.
    """
    found: list[Publication] = []
    scan = due_scan(now, need, channel=channel).limit(limit)
    for start in itertools.count(0, limit):
        rows = tx.connection.execute(scan.offset(start)).all()
        busy = claims.busy(tx, channel) if rows and need is Need.LOOK else {}
        found += [row for row in readable(rows) if not (row.is_down and (row.appeal, place_of(row.target)) in busy)]
        if len(found) >= limit or len(rows) < limit:
            break
    return tuple(found[:limit])


def due_scan(now: dt.datetime, need: Need, *, channel: str) -> sa.Select[Any]:
    """The query behind ``due``: one range of the partial index, in its order."""
    c = publication.c
    over = (c.want == Want.DOWN.value) | (
        sa.func.coalesce(c.due_at, sa.literal(columns.LATEST, columns.Instant())) <= now
    )
    called = (State.PUBLISHING.value, State.LIVE.value, State.WITHDRAWING.value, State.PLANNED.value)
    looked_at = (State.BY_HAND.value, State.TOMBSTONE.value, State.WITHDRAWN.value)
    conditions = {
        Need.TAKEDOWN: c.state.in_(called) & over,
        Need.RESOLVE: (c.state == State.PUBLISHING.value) & c.absent_at.is_(None) & ~over,
        Need.SEND: ((c.state == State.PLANNED.value) | (c.state == State.PUBLISHING.value) & c.absent_at.is_not(None))
        & ~over,
        Need.LOOK: (c.state == State.LIVE.value) & ~over | c.state.in_(looked_at),
    }
    scan = STORED.where(c.channel == channel, c.next_at <= now, c.lease_by.is_(None), conditions[need])
    return scan.order_by(c.next_at, c.id)


def next_wakeup(tx: Tx) -> dt.datetime | None:
    """The earliest ``next_at`` of what nobody has claimed; None if nothing is left to do anywhere."""
    free = publication.c.next_at.is_not(None) & publication.c.lease_by.is_(None)
    found = readable(tx.connection.execute(STORED.where(free).order_by(publication.c.next_at)))
    return next((row.next_at for row in found), None)
