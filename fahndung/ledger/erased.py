"""What was erased from the audit log: the events that say so, and whether the rows bear them out. Erases nothing.

A row whose body is gone keeps its number, its appeal and the hash of its body, so the chain still runs through it. What
it said is gone; that it was erased, when, by whom and under which norm stands in a later ``log.erase``.
"""

import bisect
import dataclasses
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from fahndung.errors import Message
from fahndung.ledger import actions
from fahndung.ledger.tables import event
from fahndung.ledger.transaction import Tx

ERASE, ERASED = "log.erase", "log.erased"
"""The action of the event that erases, and the one under which ``audit.export`` shows a row that was erased."""


class Span(NamedTuple):
    """Rows without a gap, of one appeal."""

    first: int
    last: int
    appeal: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """One ``log.erase``.

    Attributes:
        named: the rows that it erased, in their order.
        hashes: lower-case hex SHA-256 over the hashes of those rows, in their order.
        under: the norm.
    """

    seq: int
    at: str
    by: str
    reason: str | None
    under: str
    named: tuple[Span, ...]
    hashes: str

    def appeal_of(self, seq: int) -> str | None:
        """The appeal as whose row it erased that number; None if it did not."""
        at = bisect.bisect_right(self.named, seq, key=lambda span: span.first) - 1
        return self.named[at].appeal if at >= 0 and seq <= self.named[at].last else None


def erasures(tx: Tx) -> tuple[Erasure, ...]:
    """Every erasure that the log tells of, oldest first."""
    parsed = (_parsed(seq, body) for seq, body in actions.told(tx, ERASE))
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


def problems(tx: Tx, *, after: int = 0) -> Iterator[tuple[int, Message]]:
    """Bodies that are gone without an erasure, and erasures that the rows do not bear out, by number.

    Args:
        after: only what stands after this number.
    """
    told = erasures(tx)
    every = sorted(span for erasure in told for span in erasure.named)
    gone = sa.select(event.c.seq, event.c.appeal).where(event.c.seq > after, sa.func.length(event.c.body) == 0)
    for (seq, appeal), named_as in _named(tx.connection.execute(gone.order_by(event.c.seq)), every):
        if named_as != appeal:
            yield seq, Message("Its text is gone and no erasure names it.", "Sein Inhalt fehlt ohne Löschvermerk.")
    for erasure in told:
        if erasure.seq > after and erasure.named:
            yield from _unborne(tx, erasure)


def _unborne(tx: Tx, erasure: Erasure) -> Iterator[tuple[int, Message]]:
    """What the rows that an erasure names do not bear out."""
    span = event.c.seq.between(erasure.named[0].first, erasure.named[-1].last)
    left = sa.func.length(event.c.body).label("left")
    found = tx.connection.execute(sa.select(event.c.seq, event.c.hash, left).where(span).order_by(event.c.seq))
    rows = [(digest, left) for (_, digest, left), named_as in _named(found, erasure.named) if named_as is not None]
    if any(left for _, left in rows) or len(rows) != sum(span.last - span.first + 1 for span in erasure.named):
        yield (
            erasure.seq,
            Message("It names events that are not erased.", "Er nennt Einträge, die nicht gelöscht sind."),
        )
    elif over(digest for digest, _ in rows) != erasure.hashes:
        yield erasure.seq, Message("It erased other events than those.", "Er hat andere Einträge gelöscht als diese.")


def _named(rows: Iterable[Any], spans: Sequence[Span]) -> Iterator[tuple[Any, str | None]]:
    """Each row with the appeal as whose row the spans name it; both come in the order of the numbers."""
    at = 0
    for row in rows:
        number = row[0]
        while at < len(spans) and spans[at].last < number:
            at += 1
        yield row, spans[at].appeal if at < len(spans) and spans[at].first <= number else None


def _span(first: int, last: int, appeal: str, *, before: int) -> Span:
    """Only what stood in the log by then can have been erased."""
    if not 1 <= first <= last < before:
        raise ValueError(f"{first} to {last} in event {before}")
    return Span(first, last, appeal)


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
            named=tuple(
                sorted(
                    _span(first, last, str(part["appeal"]), before=seq)
                    for part in data["erased"]
                    for first, last in part["ranges"]
                )
            ),
            hashes=str(data["hashes"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
