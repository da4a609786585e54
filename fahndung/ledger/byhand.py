"""What only a person can do: remove a copy, tell a receiver, report a breach; open until a person says that it is done.

Reminds nobody and believes what it is told; a look by the machine stands elsewhere.
"""

import dataclasses
import datetime as dt
import enum
from collections.abc import Mapping

import sqlalchemy as sa

from fahndung.errors import UsageError
from fahndung.ledger import audit, breaches, people, publications
from fahndung.ledger.columns import storable
from fahndung.ledger.tables import by_hand as items
from fahndung.ledger.transaction import Tx
from fahndung.model.appeal import AppealId
from fahndung.model.publication import State


class Kind(enum.StrEnum):
    """What a person has to do: remove a copy, tell a receiver of the end, report a breach, tell whom it concerns."""

    COPY = "copy"
    TELL = "tell"
    BREACH_NOTICE = "breach-notice"
    BREACH_PERSONS = "breach-persons"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """Something that has to be done by hand.

    Attributes:
        publication: the row that it belongs to, if one does.
        place: where paper hangs. pieces: how many sheets of it.
    """

    appeal: AppealId
    what: str
    why: str
    channel: str | None = None
    url: str | None = None
    publication: int | None = None
    kind: Kind = Kind.COPY
    place: str | None = None
    pieces: int | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Item(ByHand):
    """Such a thing as the ledger keeps it.

    Attributes:
        next_at: when a foreign copy is looked at next. looked_at, seen: when that was done last, and what was found.
    """

    id: int
    opened_at: dt.datetime
    closed_at: dt.datetime | None
    closed_by: str | None
    closed_note: str | None
    next_at: dt.datetime | None
    looked_at: dt.datetime | None
    seen: Mapping[str, object] | None


def add(tx: Tx, by_hand: ByHand, *, at: dt.datetime, by: str) -> int:
    """Open an item and return its number; the same thing is not opened twice."""
    values = dataclasses.asdict(by_hand)
    same = [items.c[name].is_not_distinct_from(value) for name, value in values.items() if name != "why"]
    known = tx.connection.execute(sa.select(items.c.id).where(items.c.closed_at.is_(None), *same)).scalar()
    if known is not None:
        return int(known)
    opened = sa.insert(items).values(**values, opened_at=at).returning(items.c.id)
    made = tx.connection.execute(opened).scalar_one()
    data = {"item": made, "kind": by_hand.kind, "channel": by_hand.channel, "publication": by_hand.publication}
    audit.append(tx, at=at, by=by, action="by_hand.add", appeal=by_hand.appeal, data=data)
    return int(made)


def close(tx: Tx, item: int, *, person: str, note: str, at: dt.datetime) -> None:
    """A person says that it is done. The last copy of a publication left to hands closes that too, a notice its breach.

    Raises:
        UsageError: no such item, it is closed already, there is no note, or nobody known has met a duty of the law.
    """
    row = tx.connection.execute(sa.select(items).where(items.c.id == item)).first() if storable(item) else None
    if row is None:
        raise UsageError(f"There is no item {item}.", f"Es gibt keinen Punkt {item}.")
    if row.closed_at is not None:
        raise UsageError(
            f"Item {item} was closed by {row.closed_by} already.", f"Punkt {item} hat {row.closed_by} schon erledigt."
        )
    if not note.strip():
        raise UsageError("Say in a note what was done.", "Bitte in einer Notiz angeben, was getan wurde.")
    if row.kind in (Kind.BREACH_NOTICE, Kind.BREACH_PERSONS):
        people.get(tx, person)  # a duty of the law: somebody answers for it by name
    closed = {"closed_at": at, "closed_by": person, "closed_note": note}
    tx.connection.execute(sa.update(items).where(items.c.id == item).values(closed))
    audit.append(tx, at=at, by=person, action="by_hand.close", appeal=row.appeal, data={"item": item})
    if row.kind == Kind.BREACH_NOTICE:
        breaches.report(tx, item, person=person, note=note, at=at)
    copies = [other for other in open_items(tx, row.appeal) if other.kind is Kind.COPY]
    if row.kind != Kind.COPY or row.publication is None or row.publication in {copy.publication for copy in copies}:
        return
    if publications.get(tx, row.publication).state is State.BY_HAND:
        publications.close(tx, row.publication, person=person, now=at)


def open_items(tx: Tx, appeal: str | None = None) -> tuple[Item, ...]:
    """What is left to hands, oldest first."""
    return _select(tx, appeal, items.c.closed_at.is_(None))


def all(tx: Tx, appeal: str) -> tuple[Item, ...]:
    """What ever was left to hands of an appeal, the closed items too, oldest first."""
    return _select(tx, appeal)


def _select(tx: Tx, appeal: str | None, *conditions: sa.ColumnElement[bool]) -> tuple[Item, ...]:
    wanted = sa.select(items).where(*conditions).order_by(items.c.id)
    if appeal is not None:
        wanted = wanted.where(items.c.appeal == appeal)
    return tuple(Item(**{**row._mapping, "kind": Kind(row.kind)}) for row in tx.connection.execute(wanted))
