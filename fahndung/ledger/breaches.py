"""Breaches of data protection: since when known, by when to be reported, when and by whom reported (R41).

Computes no period, which is law, and reports nothing itself: a person does, and closes the by-hand item of the notice.
"""

import dataclasses
import datetime as dt
from typing import NamedTuple

import sqlalchemy as sa

from fahndung.errors import Message
from fahndung.ledger import audit
from fahndung.ledger.tables import breach as breach_table
from fahndung.ledger.transaction import Tx
from fahndung.model.ids import AppealId


class Task(NamedTuple):
    """What a person has to do, in words, and the norm behind it."""

    text: Message
    source: Message


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """What the law asks of people after a breach: a notice to the supervisor by ``due_at``, and to tell the persons."""

    due_at: dt.datetime
    notice: Task
    persons: Task


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """One breach. ``item`` is the by-hand item of the notice; closing it sets ``reported_at``."""

    id: int
    appeal: AppealId
    revision: int
    known_at: dt.datetime
    due_at: dt.datetime
    opened_by: str
    item: int
    reported_at: dt.datetime | None
    reported_by: str | None
    note: str | None


def open(tx: Tx, *, appeal: str, revision: int, known_at: dt.datetime, due_at: dt.datetime, item: int, by: str) -> int:
    """Enter a breach and return its number.

    Raises:
        Contradiction: the revision or the item is unknown, or it is due before it is known.
    """
    values = {"appeal": appeal, "revision": revision, "known_at": known_at, "due_at": due_at, "item": item}
    made = tx.connection.execute(
        sa.insert(breach_table).values(**values, opened_by=by).returning(breach_table.c.id)
    ).scalar_one()
    data = {"breach": made, "revision": revision, "item": item, "due_at": due_at.astimezone(dt.UTC).isoformat()}
    audit.append(tx, at=known_at, by=by, action="breach.open", appeal=appeal, data=data)
    return int(made)


def report(tx: Tx, item: int, *, person: str, note: str, at: dt.datetime) -> None:
    """A person says that the supervisor was told of the breach to which this item belongs."""
    told = sa.update(breach_table).where(breach_table.c.item == item, breach_table.c.reported_at.is_(None))
    values = {"reported_at": at, "reported_by": person, "note": note}
    found = tx.connection.execute(told.values(values).returning(breach_table.c.id, breach_table.c.appeal)).first()
    if found is not None:
        data = {"breach": found.id, "item": item}
        audit.append(tx, at=at, by=person, action="breach.report", appeal=found.appeal, data=data)


def breaches(tx: Tx, appeal: str | None = None) -> tuple[Breach, ...]:
    """Every breach, or those of an appeal, the reported ones too, oldest first."""
    wanted = sa.select(breach_table).order_by(breach_table.c.id)
    if appeal is not None:
        wanted = wanted.where(breach_table.c.appeal == appeal)
    return tuple(Breach(**row._mapping) for row in tx.connection.execute(wanted))
