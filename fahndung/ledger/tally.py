"""The ledger in numbers, counted by the database: what is due, live and finished, on each channel and in all.

Names no appeal and reads no finished row one by one.
"""

import dataclasses
import datetime as dt

import sqlalchemy as sa

from fahndung.ledger.listing import TELLS_END
from fahndung.ledger.tables import alarm, by_hand, publication, submission
from fahndung.ledger.transaction import Tx
from fahndung.model.publication import State


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class OnChannel:
    """What is open on one channel: ``due`` needs a step now, ``live`` shows an appeal and may."""

    due: int
    live: int


def channels(tx: Tx, now: dt.datetime) -> dict[str, OnChannel]:
    """The numbers of each channel on which anything is open, by name."""
    c = publication.c
    due = sa.func.sum(sa.case((c.next_at <= now, 1), else_=0)).label("due")
    appeals_live = (c.state == State.LIVE.value) & sa.not_(TELLS_END)
    live = sa.func.sum(sa.case((appeals_live, 1), else_=0)).label("live")
    found = sa.select(c.channel, due, live).where(c.next_at.is_not(None)).group_by(c.channel).order_by(c.channel)
    return {row.channel: OnChannel(due=int(row.due), live=int(row.live)) for row in tx.connection.execute(found)}


def appeals(tx: Tx) -> int:
    """How many appeals were ever handed in."""
    return _count(tx, sa.select(sa.func.count()).select_from(submission).where(submission.c.revision == 1))


def items(tx: Tx) -> int:
    """How many by-hand items are open."""
    return _count(tx, sa.select(sa.func.count()).select_from(by_hand).where(by_hand.c.closed_at.is_(None)))


def alarms(tx: Tx) -> int:
    """How many alarms are open."""
    return _count(tx, sa.select(sa.func.count()).select_from(alarm).where(alarm.c.cleared_at.is_(None)))


def anything_open(tx: Tx) -> bool:
    """Whether anything is, may be or will be online."""
    unfinished = publication.c.next_at.is_not(None) & (publication.c.state != State.WITHDRAWN.value)
    return tx.connection.execute(sa.select(publication.c.id).where(unfinished).limit(1)).first() is not None


def _count(tx: Tx, query: sa.Select[int]) -> int:
    return int(tx.connection.execute(query).scalar_one())
