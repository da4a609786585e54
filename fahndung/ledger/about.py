"""What the ledger says about itself: its kind, the latest write, up to where its log was verified, what else is kept.

Decides nothing from it.
"""

import dataclasses
import datetime as dt
import json

import sqlalchemy as sa

from fahndung.ledger.chain import GENESIS, Head
from fahndung.ledger.columns import canonical, from_micros, to_micros
from fahndung.ledger.faults import arriving, moved
from fahndung.ledger.tables import event, meta
from fahndung.ledger.transaction import Tx

MOVED = "moved_to"
ARRIVING = "arriving_from"
"""The keys of the marks that ``moving`` sets: in a ledger that lies elsewhere now, and in an unfinished copy."""


def mark(connection: sa.Connection) -> dt.datetime | None:
    """The latest instant of any write; None if what is stored there is no instant."""
    try:
        return from_micros(int(_value(connection, "clock")))
    except ValueError:
        return None


def latest(tx: Tx) -> dt.datetime | None:
    """The latest instant of any write: the ledger's own time; None if what is stored there is no instant."""
    return mark(tx.connection)


def raise_mark(connection: sa.Connection, now: dt.datetime) -> None:
    """Move the mark to ``now`` if it lies before; one that cannot be read stays, for ``audit.verify`` to find."""
    known = mark(connection)
    if known is not None and now > known:
        set_mark(connection, now)


def set_mark(connection: sa.Connection, now: dt.datetime) -> None:
    """Move the mark to ``now``, wherever it is."""
    connection.execute(sa.update(meta).where(meta.c.k == "clock").values(v=str(to_micros(now))))


def begin(connection: sa.Connection, place: str, now: dt.datetime | None) -> None:
    """What each write transaction begins with: a ledger that does not count is refused, the mark of the clock raised.

    Args:
        now: None leaves the mark where it is.

    Raises:
        LedgerMissing: the ledger was moved, perhaps while this transaction waited.
    """
    known = {row.k: row.v for row in connection.execute(sa.select(meta))}
    refuse_marked(place, known)
    if now is not None:
        raise_mark(connection, now)


def refuse_marked(place: str, known: dict[str, str]) -> None:
    """Refuses a ledger that was moved away, and the unfinished copy of one.

    Raises:
        LedgerMissing: it does not count.
    """
    if MOVED in known:
        raise moved(place, known[MOVED])
    if ARRIVING in known:
        raise arriving(place, known[ARRIVING])


def verified(tx: Tx) -> Head | None:
    """Up to where the log was verified before; None if nobody knows."""
    try:
        known = Head(**json.loads(_value(tx.connection, "verified")))
        whole = len(bytes.fromhex(known.hash)) == len(GENESIS) and type(known.seq) is type(known.count) is int
    except (ValueError, TypeError, RecursionError):
        return None
    return known if whole and known.home_id == tx.home_id else None


def set_verified(tx: Tx, head: Head) -> None:
    """Remember up to where the log was verified."""
    tx.connection.execute(sa.delete(meta).where(meta.c.k == "verified"))
    value = canonical(dataclasses.asdict(head)).decode()
    tx.connection.execute(sa.insert(meta).values(k="verified", v=value))


def is_production(tx: Tx) -> bool:
    """Whether this is a production home's ledger; so is one whose table and first event disagree."""
    return not _value(tx.connection, "kind") == "rehearsal" == _created_as(tx)


def kind_changed(tx: Tx) -> bool:
    """Whether the table and the first event disagree about the kind."""
    return _value(tx.connection, "kind") != _created_as(tx)


def value(tx: Tx, key: str) -> str | None:
    """What is kept under a key; None if nothing is."""
    return tx.connection.execute(sa.select(meta.c.v).where(meta.c.k == key)).scalar()


def keep(tx: Tx, key: str, text: str) -> None:
    """Keep a text under a key, in place of what stood there."""
    if not tx.connection.execute(sa.update(meta).where(meta.c.k == key).values(v=text)).rowcount:
        tx.connection.execute(sa.insert(meta).values(k=key, v=text))


def forget(tx: Tx, *keys: str) -> None:
    """Nothing is kept under these keys any more."""
    tx.connection.execute(sa.delete(meta).where(meta.c.k.in_(keys)))


def _created_as(tx: Tx) -> str | None:
    """The kind in the first event; None if that cannot be read."""
    body = tx.connection.execute(sa.select(event.c.body).where(event.c.seq == 1)).scalar()
    try:
        first = json.loads(body or b"")
        return str(first["data"]["kind"]) if first["action"] == "ledger.create" else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _value(connection: sa.Connection, key: str) -> str:
    return str(connection.execute(sa.select(meta.c.v).where(meta.c.k == key)).scalar())
