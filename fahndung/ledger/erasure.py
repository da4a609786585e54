"""Erasing what events say once the law wants it gone. Computes no period: the caller names the rows.

Events of no appeal are never erased: ``ledger.create`` and ``ledger.migrate`` say what kind of ledger this is,
``person.*`` who may sign, ``log.erase`` what was erased. Without them the ledger could not be believed any more; and
none of them is a log of what was done with a case, which is what the periods are about.
"""

import datetime as dt
import itertools
import json
from collections.abc import Iterable

import sqlalchemy as sa

from fahndung.ledger import audit, erased
from fahndung.ledger.faults import impossible
from fahndung.ledger.tables import event
from fahndung.ledger.transaction import Tx

AT_ONCE = 500


def dated(tx: Tx, appeal: str) -> tuple[tuple[int, dt.datetime], ...]:
    """Number and own instant of the events of an appeal that are not yet erased, oldest first.

    One that cannot be read has no instant and is left out: ``audit.verify`` reports it.
    """
    found = sa.select(event.c.seq, event.c.body).where(event.c.appeal == appeal, sa.func.length(event.c.body) > 0)
    instants = ((row.seq, _instant(row.body)) for row in tx.connection.execute(found.order_by(event.c.seq)))
    return tuple((seq, at) for seq, at in instants if at is not None)


def erase(tx: Tx, numbers: Iterable[int], *, at: dt.datetime, by: str, reason: str, under: str) -> int:
    """Erase what these events say, with one ``log.erase`` that names them; returns how many there were.

    What was erased before is left alone; where nothing is left no event is written.

    Args:
        reason: the code of the period that is over.
        under: the norm behind it.

    Raises:
        Contradiction: one of them belongs to no appeal.
    """
    rows = [row for part in _parts(sorted(set(numbers))) for row in _found(tx, part)]
    if any(row.appeal is None for row in rows):
        raise impossible("the erasure of an event that the ledger itself needs")
    if not rows:
        return 0
    data = {
        "erased": erased.written((row.seq, row.appeal) for row in rows),
        "count": len(rows),
        "hashes": erased.over(row.hash for row in rows),
        "under": under,
    }
    audit.append(tx, at=at, by=by, action=erased.ERASE, reason=reason, data=data)
    for part in _parts([row.seq for row in rows]):
        tx.connection.execute(sa.update(event).where(event.c.seq.in_(part)).values(body=b""))
    return len(rows)


def _found(tx: Tx, part: tuple[int, ...]) -> list[sa.Row[tuple[int, str | None, bytes]]]:
    wanted = sa.select(event.c.seq, event.c.appeal, event.c.hash)
    wanted = wanted.where(event.c.seq.in_(part), sa.func.length(event.c.body) > 0).order_by(event.c.seq)
    return list(tx.connection.execute(wanted))


def _parts(numbers: list[int]) -> Iterable[tuple[int, ...]]:
    """A statement takes only so many values."""
    numbered = iter(numbers)
    return iter(lambda: tuple(itertools.islice(numbered, AT_ONCE)), ())


def _instant(body: bytes) -> dt.datetime | None:
    try:
        at = dt.datetime.fromisoformat(json.loads(body)["at"])
        return at if at.utcoffset() is not None else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
