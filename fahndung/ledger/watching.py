"""What ought to worry somebody, by ids and instants: overdue, unknown, come back, held too long, left to hands.

Raises no alarm and looks at no finished row. Which worker lives is not asked here.
"""

import dataclasses
import datetime as dt

import sqlalchemy as sa

from fahndung.ledger.columns import Instant
from fahndung.ledger.tables import breach, by_hand, ending, publication
from fahndung.ledger.transaction import Tx
from fahndung.model.publication import ADOPTED_TARGET, CLOSING_TARGET, State

NOT_DUE_BY_ITSELF = ("paper", "breach-notice")
"""Kinds of by-hand items that are right while they are open, or have an end of their own."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """An open publication that is over, came back, or of which nobody knows whether it went out.

    Attributes:
        over_since: its end, once that has come. tried_at: the last call. attempts: the calls since the last success.
        came_back: it had been read back as gone.
    """

    appeal: str
    channel: str
    state: State
    wanted_down: bool
    over_since: dt.datetime | None
    tried_at: dt.datetime | None
    attempts: int
    came_back: bool


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Outdated:
    """An earlier revision on a channel that a correction has not reached. ``since``: when that went online first."""

    appeal: str
    channel: str
    kind: str
    since: dt.datetime


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Publications that one worker has claimed and that have been due for long. ``since``: the earliest."""

    worker: int
    count: int
    since: dt.datetime


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A by-hand item that is open, or a breach that is not reported, with its item and its end."""

    item: int
    appeal: str
    kind: str
    at: dt.datetime


def worrying(tx: Tx, *, now: dt.datetime, unheard_since: dt.datetime) -> tuple[Copy, ...]:
    """What is out and over, and calls before ``unheard_since`` of which nothing was heard; by appeal and channel."""
    c = publication.c
    out = c.state.in_((State.PUBLISHING.value, State.LIVE.value, State.WITHDRAWING.value))
    known_absent = c.absent_at.is_not(None) & (c.absent_at >= c.op_at)
    unheard = (c.state == State.PUBLISHING.value) & (c.op_at <= unheard_since) & ~known_absent
    chosen = c.next_at.is_not(None) & out & ((c.want == "down") | (c.due_at <= now) | unheard)
    wanted = sa.select(c.appeal, c.channel, c.state, c.want, c.due_at, c.op_at, c.attempts, c.gone_at).where(chosen)
    found = (
        Copy(
            appeal=row.appeal,
            channel=row.channel,
            state=State(row.state),
            wanted_down=row.want == "down",
            over_since=row.due_at if row.due_at is not None and row.due_at <= now else None,
            tried_at=row.op_at,
            attempts=row.attempts,
            came_back=row.state == State.WITHDRAWING.value and row.gone_at is not None,
        )
        for row in tx.connection.execute(wanted)
    )
    return tuple(sorted(found, key=lambda copy: (copy.appeal, copy.channel)))  # sorted here: see the index there


def outdated(tx: Tx, *, out_before: dt.datetime) -> tuple[Outdated, ...]:
    """What is up and wanted up while a later revision of its appeal went online elsewhere before that instant.

    By appeal and channel. What was made by hand, or tells an end, is no revision.
    """
    old, new = publication.c, publication.alias("later").c
    since = sa.func.min(new.published_at, type_=Instant()).label("since")
    whole = [~one.target.startswith(begins) for one in (old, new) for begins in (ADOPTED_TARGET, CLOSING_TARGET)]
    up = old.next_at.is_not(None) & (old.state == State.LIVE.value) & (old.want == "up") & (old.superseded == 0)
    later = (new.appeal == old.appeal) & (new.revision > old.revision) & (new.published_at <= out_before)
    stands = (new.state == State.LIVE.value) & (new.want == "up")
    found = sa.select(old.appeal, old.channel, old.kind, since).where(up, later, stands, *whole)
    rows = tx.connection.execute(found.group_by(old.appeal, old.channel, old.kind).order_by(old.appeal, old.channel))
    return tuple(Outdated(appeal=row.appeal, channel=row.channel, kind=row.kind, since=row.since) for row in rows)


def wished_at(tx: Tx) -> dict[str, dt.datetime]:
    """When the end of each appeal was first wished; of those without a wish nothing."""
    first = sa.func.min(ending.c.at, type_=Instant())
    found = tx.connection.execute(sa.select(ending.c.appeal, first.label("at")).group_by(ending.c.appeal))
    return {row.appeal: row.at for row in found}


def holds(tx: Tx, *, due_before: dt.datetime) -> tuple[Hold, ...]:
    """What workers have claimed and should have been done with, by worker."""
    c = publication.c
    late = c.lease_by.is_not(None) & (c.next_at <= due_before)
    since = sa.func.min(c.next_at, type_=Instant()).label("since")
    found = sa.select(c.lease_by, sa.func.count().label("count"), since).where(late).group_by(c.lease_by)
    return tuple(
        Hold(worker=row.lease_by, count=row._mapping["count"], since=row.since)
        for row in tx.connection.execute(found.order_by(c.lease_by))
    )


def left_open(tx: Tx, *, opened_before: dt.datetime) -> tuple[Waiting, ...]:
    """The by-hand items that have been open for long, oldest first."""
    c = by_hand.c
    late = (c.closed_at.is_(None), c.opened_at <= opened_before, c.kind.not_in(NOT_DUE_BY_ITSELF))
    found = sa.select(c.id, c.appeal, c.kind, c.opened_at).where(*late).order_by(c.opened_at, c.id)
    rows = tx.connection.execute(found)
    return tuple(Waiting(item=row.id, appeal=row.appeal, kind=row.kind, at=row.opened_at) for row in rows)


def unreported(tx: Tx, *, due_before: dt.datetime) -> tuple[Waiting, ...]:
    """The breaches that are not reported and whose time ends before that instant, oldest first."""
    c = breach.c
    found = sa.select(c.item, c.appeal, c.due_at).where(c.reported_at.is_(None), c.due_at <= due_before)
    rows = tx.connection.execute(found.order_by(c.id))
    return tuple(Waiting(item=row.item, appeal=row.appeal, kind="breach-notice", at=row.due_at) for row in rows)
