"""What only a person can do: remove a copy, tell a receiver, report a breach; open until a person says that it is done.

Reminds nobody and believes what it is told; a look by the machine stands elsewhere.
"""

import dataclasses
import datetime as dt
import enum
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from fahndung.errors import Message, UsageError
from fahndung.ledger import audit, breaches, people, publications, recipients
from fahndung.ledger.columns import storable
from fahndung.ledger.tables import by_hand as items
from fahndung.ledger.transaction import Tx
from fahndung.model.ids import AppealId
from fahndung.model.publication import State


class Kind(enum.StrEnum):
    """What a person has to do.

    Remove a copy of a publication, tell a receiver of the end, report a breach, tell whom it concerns, take paper down
    some day (``paper``) or now, because it shows somebody whose search is over (``paper-down``), have a foreign copy
    removed.
    """

    COPY = "copy"
    TELL = "tell"
    BREACH_NOTICE = "breach-notice"
    BREACH_PERSONS = "breach-persons"
    PAPER = "paper"
    PAPER_DOWN = "paper-down"
    FOREIGN = "foreign"


COPIES = frozenset({Kind.COPY, Kind.PAPER, Kind.PAPER_DOWN, Kind.FOREIGN})
"""Kinds that stand for something that the public can still see."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """Something that has to be done by hand.

    Attributes:
        what: it is, and why nobody but a person does it: kept in both languages, shown in that of the reader.
        publication: the row that it belongs to, if one does; of paper, the one whose poster was printed.
        place: where paper hangs, or who keeps a foreign copy. pieces: how many sheets were ever hung there.
    """

    appeal: AppealId
    what: Message
    why: Message
    channel: str | None = None
    url: str | None = None
    publication: int | None = None
    kind: Kind = Kind.COPY
    place: str | None = None
    pieces: int | None = None

    @property
    def title(self) -> Message:
        """What it is, how many, and where, as one line."""
        many = Message("", "") if self.pieces is None else Message(f", {self.pieces} pieces", f", {self.pieces} Stück")
        place = "" if self.place is None else f": {self.place}"
        return Message(f"{self.what.en}{many.en}{place}", f"{self.what.de}{many.de}{place}")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Item(ByHand):
    """Such a thing as the ledger keeps it.

    Attributes:
        next_at: when a foreign copy is looked at next. looked_at: when somebody last looked there.
        seen: what was found or done there so far, in the words of ``ledger.paper`` and ``ledger.copies``.
    """

    id: int
    opened_at: dt.datetime
    closed_at: dt.datetime | None
    closed_by: str | None
    closed_note: str | None
    next_at: dt.datetime | None
    looked_at: dt.datetime | None
    seen: Mapping[str, object] | None


def add(
    tx: Tx,
    by_hand: ByHand,
    *,
    at: dt.datetime,
    by: str,
    next_at: dt.datetime | None = None,
    seen: Mapping[str, object] | None = None,
) -> int:
    """Open an item and return its number; the same thing is not opened twice."""
    values = dataclasses.asdict(by_hand)
    same = [items.c[name].is_not_distinct_from(value) for name, value in values.items() if name != "why"]
    known = tx.connection.execute(sa.select(items.c.id).where(items.c.closed_at.is_(None), *same)).scalar()
    if known is not None:
        return int(known)
    values |= {"opened_at": at, "next_at": next_at, "seen": seen}
    opened = sa.insert(items).values(values).returning(items.c.id)
    made = tx.connection.execute(opened).scalar_one()
    data = {"item": made, "kind": by_hand.kind, "channel": by_hand.channel, "publication": by_hand.publication}
    audit.append(tx, at=at, by=by, action="by_hand.add", appeal=by_hand.appeal, data=data)
    return int(made)


def get(tx: Tx, item: int) -> Item:
    """An item that is open.

    Raises:
        UsageError: there is no such item, or it is closed already.
    """
    row = tx.connection.execute(sa.select(items).where(items.c.id == item)).first() if storable(item) else None
    if row is None:
        raise UsageError(f"There is no item {item}.", f"Es gibt keinen Posten {item}.")
    if row.closed_at is not None:
        raise UsageError(
            f"Item {item} was closed by {row.closed_by} already.", f"Posten {item} hat {row.closed_by} schon erledigt."
        )
    return _item(tx, row)


def change(tx: Tx, item: int, **values: object) -> None:
    """Sets columns of an item; whoever calls this writes the event."""
    tx.connection.execute(sa.update(items).where(items.c.id == item).values(values))


def reword(tx: Tx, item: int, *, why: Message, at: dt.datetime, by: str) -> None:
    """Another reason for an item that stays open."""
    row = get(tx, item)
    change(tx, item, why=why)
    audit.append(tx, at=at, by=by, action="by_hand.reword", appeal=row.appeal, data={"item": item})


def close(tx: Tx, item: int, *, person: str, note: str, at: dt.datetime) -> None:
    """A person says that it is done.

    The last copy of a publication left to hands, or of a tombstone, closes that too, a notice its breach, and paper
    that is down whatever asked to take it down.

    Raises:
        UsageError: no such item, it is closed already, there is no note, or nobody known has met a duty of the law.
    """
    row = get(tx, item)
    if not note.strip():
        raise UsageError("Say in a note what was done.", "Bitte in einer Notiz angeben, was getan wurde.")
    if row.kind in (Kind.BREACH_NOTICE, Kind.BREACH_PERSONS):
        people.get(tx, person)  # a duty of the law: somebody answers for it by name
    change(tx, item, closed_at=at, closed_by=person, closed_note=note, next_at=None)
    audit.append(tx, at=at, by=person, action="by_hand.close", appeal=row.appeal, data={"item": item})
    match row.kind:
        case Kind.BREACH_NOTICE:
            breaches.report(tx, item, person=person, note=note, at=at)
        case Kind.PAPER:
            for other in open_items(tx, row.appeal):
                if other.kind is Kind.PAPER_DOWN and (other.seen or {}).get("paper") == item:
                    close(tx, other.id, person=person, note=note, at=at)
        case Kind.COPY if row.publication is not None:
            _close_publication(tx, row.appeal, row.publication, person=person, at=at)
        case Kind.COPY if row.channel is not None:
            _close_mailing(tx, row.appeal, row.channel, person=person, at=at)


def _close_publication(tx: Tx, appeal: str, publication: int, *, person: str, at: dt.datetime) -> None:
    waiting = publications.get(tx, publication).state in {State.BY_HAND, State.TOMBSTONE}
    if waiting and not open_copies(tx, appeal, publication):
        publications.close(tx, publication, person=person, now=at)


def _close_mailing(tx: Tx, appeal: str, channel: str, *, person: str, at: dt.datetime) -> None:
    """All copies in the hands of recipients but those that have an item of their own."""
    for row in publications.rows(tx, appeal, channel=channel):
        if recipients.is_target(row.target) and row.state is State.BY_HAND and not open_copies(tx, appeal, row.id):
            publications.close(tx, row.id, person=person, now=at)


def acknowledge(tx: Tx, item: int, address: str, *, person: str, note: str, at: dt.datetime) -> int:
    """One recipient says that a copy is deleted; returns how many recipients are left. With the last the item closes.

    Raises:
        UsageError: no such item, it is no mailing, nobody of that address holds a copy, or there is no note.
    """
    row = get(tx, item)
    rows = [] if row.kind is not Kind.COPY or row.publication is not None else held(tx, row.appeal, row.channel or "")
    concerned = [one for one in rows if recipients.address_of(tx, one.target) == address]
    if not concerned or not note.strip():
        raise UsageError(
            f"Item {item} has no such recipient whose copy is open, or there is no note.",
            f"Posten {item} hat keinen solchen Empfänger mit offener Kopie, oder die Notiz fehlt.",
        )
    for one in concerned:
        publications.close(tx, one.id, person=person, now=at)
    left = len({one.target for one in held(tx, row.appeal, row.channel or "")})
    if not left:
        close(tx, item, person=person, note=note, at=at)
    return left


def held(tx: Tx, appeal: str, channel: str) -> list[publications.Publication]:
    """The copies in the hands of recipients of a channel that nobody has said to be deleted."""
    found = publications.rows(tx, appeal, channel=channel)
    return [row for row in found if recipients.is_target(row.target) and row.state is State.BY_HAND]


def open_items(tx: Tx, appeal: str | None = None) -> tuple[Item, ...]:
    """What is left to hands, oldest first."""
    return _select(tx, appeal, items.c.closed_at.is_(None))


def open_copies(tx: Tx, appeal: str, publication: int) -> tuple[int, ...]:
    """The numbers of the open items that are copies of a publication."""
    found = tx.connection.execute(_OPEN_COPIES, {"of": appeal, "copy_of": publication})
    return tuple(found.scalars())


_OPEN_COPIES = sa.select(items.c.id).where(
    items.c.appeal == sa.bindparam("of"),
    items.c.publication == sa.bindparam("copy_of"),
    items.c.kind == Kind.COPY.value,
    items.c.closed_at.is_(None),
)


def all(tx: Tx, appeal: str) -> tuple[Item, ...]:
    """What ever was left to hands of an appeal, the closed items too, oldest first."""
    return _select(tx, appeal)


def _select(tx: Tx, appeal: str | None, *conditions: sa.ColumnElement[bool]) -> tuple[Item, ...]:
    wanted = sa.select(items).where(*conditions).order_by(items.c.id)
    if appeal is not None:
        wanted = wanted.where(items.c.appeal == appeal)
    return tuple(_item(tx, row) for row in tx.connection.execute(wanted).all())


def _item(tx: Tx, row: sa.Row[Any]) -> Item:
    """As an officer reads it: recipients by their addresses, which are stored elsewhere."""
    what = recipients.named(tx, row.what)
    return Item(**{**row._mapping, "kind": Kind(row.kind), "what": what})
