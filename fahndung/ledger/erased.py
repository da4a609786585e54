"""What was erased from the audit log: the events that say so, and whether the rows bear them out. Erases nothing.

A row whose body is gone keeps its number, its appeal and the hash of its body, so the chain still runs through it. What
it said is gone; that it was erased, when, by whom and under which norm stands in a later ``log.erase``.
"""

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from fahndung.errors import Message
from fahndung.ledger.tables import event
from fahndung.ledger.transaction import Tx

ERASE, ERASED = "log.erase", "log.erased"
"""The action of the event that erases, and the one under which ``audit.export`` shows a row that was erased."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """One ``log.erase``.

    Attributes:
        named: number to appeal of every row that it erased.
        hashes: lower-case hex SHA-256 over the hashes of those rows, in their order.
        under: the norm.
    """

    seq: int
    at: str
    by: str
    reason: str | None
    under: str
    named: Mapping[int, str]
    hashes: str


def erasures(tx: Tx) -> tuple[Erasure, ...]:
    """Every erasure that the log tells of, oldest first."""
    found = sa.select(event.c.seq, event.c.body).where(event.c.appeal.is_(None)).order_by(event.c.seq)
    parsed = (_parsed(row.seq, row.body) for row in tx.connection.execute(found))
    return tuple(erasure for erasure in parsed if erasure is not None)


def written(rows: Iterable[tuple[int, str]]) -> list[dict[str, object]]:
    """Numbers and appeals as a ``log.erase`` holds them: for each appeal the ranges of its rows."""
    ranges: dict[str, list[list[int]]] = {}
    for seq, appeal in rows:
        known = ranges.setdefault(appeal, [])
        if known and known[-1][1] == seq - 1:
            known[-1][1] = seq
        else:
            known.append([seq, seq])
    return [{"appeal": appeal, "ranges": ranges[appeal]} for appeal in sorted(ranges)]


def over(hashes: Iterable[bytes]) -> str:
    """The hash over the hashes of some rows."""
    digest = hashlib.sha256()
    for part in hashes:
        digest.update(part)
    return digest.hexdigest()


def problems(tx: Tx) -> Iterator[tuple[int, Message]]:
    """Bodies that are gone without an erasure, and erasures that the rows do not bear out, by number."""
    told = erasures(tx)
    gone = sa.select(event.c.seq, event.c.appeal).where(sa.func.length(event.c.body) == 0).order_by(event.c.seq)
    empty = {row.seq: row.appeal for row in tx.connection.execute(gone)}
    for seq, appeal in empty.items():
        if not any(erasure.named.get(seq) == appeal for erasure in told):
            yield seq, Message("Its text is gone and no erasure names it.", "Sein Inhalt fehlt ohne Löschvermerk.")
    for erasure in told:
        rows = _rows(tx, erasure)
        if any(seq not in empty for seq in erasure.named):
            yield (
                erasure.seq,
                Message("It names events that are not erased.", "Er nennt Einträge, die nicht gelöscht sind."),
            )
        elif over(rows) != erasure.hashes:
            yield (
                erasure.seq,
                Message("It erased other events than those.", "Er hat andere Einträge gelöscht als diese."),
            )


def _rows(tx: Tx, erasure: Erasure) -> list[bytes]:
    if not erasure.named:
        return []
    span = event.c.seq.between(min(erasure.named), max(erasure.named))
    found = tx.connection.execute(sa.select(event.c.seq, event.c.hash).where(span).order_by(event.c.seq))
    return [row.hash for row in found if row.seq in erasure.named]


def _range(first: int, last: int, *, before: int) -> range:
    """Only what stood in the log by then can have been erased."""
    if not 1 <= first <= last < before:
        raise ValueError(f"{first} to {last} in event {before}")
    return range(first, last + 1)


def _parsed(seq: int, body: bytes) -> Erasure | None:
    """One that is not whole is none: what it names counts as not erased."""
    try:
        values: dict[str, Any] = json.loads(body)
        if values["action"] != ERASE:
            return None
        data = values["data"]
        return Erasure(
            seq=seq,
            at=str(values["at"]),
            by=str(values["by"]),
            reason=values["reason"],
            under=str(data["under"]),
            named={
                number: str(part["appeal"])
                for part in data["erased"]
                for first, last in part["ranges"]
                for number in _range(first, last, before=seq)
            },
            hashes=str(data["hashes"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
