"""The audit log: a chain of hashes over stored bytes, in which a change, a gap or a swap shows.

Holds ids, hashes and instants, no personal data, so that a record can be erased and the chain stays whole. A chain
alone does not show that its end was cut off: that takes a head kept elsewhere (``heads``).
"""

import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from fahndung.errors import FahndungError, Message, Problem, Severity
from fahndung.ledger import about, actors, chain, engines, erased, guards
from fahndung.ledger.chain import GENESIS, Head, chained, head, holds
from fahndung.ledger.columns import canonical
from fahndung.ledger.faults import impossible
from fahndung.ledger.tables import event
from fahndung.ledger.transaction import Tx

if TYPE_CHECKING:
    from fahndung.ledger.store import Ledger

__all__ = ["GENESIS", "Head", "Verdict", "append", "chained", "export", "head", "holds", "judge", "verify"]


_APPEND = sa.insert(event)


def append(
    tx: Tx,
    *,
    at: dt.datetime,
    by: str,
    action: str,
    appeal: str | None = None,
    reason: str | None = None,
    data: Mapping[str, object] | None = None,
    persons: Mapping[str, str | None] | None = None,
) -> int:
    """Add an event and return its number.

    Args:
        by: who acted: a person, or a part of the program (``actors.PARTS``).
        reason: a code, not a text about a case.
        data: ids, hashes, instants and counts only.
        persons: further members of the data that name people or recipients; they are written as ids.

    Raises:
        Contradiction: the transaction only reads.
    """
    if not tx.writable:
        raise impossible(f"{action} in a transaction that only reads")
    if not by:
        raise ValueError("an event without an actor")
    last, previous = tx.known.end or chain.end(tx)
    seq = last + 1
    ids = {key: None if name is None else actors.id_of(tx, name, at=at) for key, name in (persons or {}).items()}
    body = canonical(
        {
            "seq": seq,
            "at": at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
            "by": actors.id_of(tx, by, at=at),
            "action": action,
            "appeal": appeal,
            "reason": reason,
            "data": {**(data or {}), **ids},
        }
    )
    body_hash = hashlib.sha256(body).digest()
    digest = chain.linked(previous, body_hash)
    values = {"seq": seq, "appeal": appeal, "body": body, "hash": digest, "body_hash": body_hash}
    tx.connection.execute(_APPEND, values)
    tx.known.end = seq, digest
    return seq


def export(tx: Tx, appeal: str) -> list[dict[str, Any]]:
    """The deletion protocol of a case: its events, oldest first, each with its ``hash`` in the chain.

    Ids are told as names as long as those are known. Of an event whose time was over it shows when it was erased, by
    whom and under which norm (``log.erased``).
    """
    found = tx.connection.execute(
        sa.select(event.c.seq, event.c.appeal, event.c.body, event.c.hash)
        .where(event.c.appeal == appeal)
        .order_by(event.c.seq)
    ).all()
    told = erased.erasures(tx) if any(not row.body for row in found) else ()
    known = actors.names(tx)
    shown = ({**_shown(row.seq, row.appeal, row.body, told), "hash": row.hash.hex()} for row in found)
    return [{**one, **{name: actors.resolved(one[name], known) for name in ("by", "data")}} for one in shown]


def _shown(seq: int, appeal: str, body: bytes, told: tuple[erased.Erasure, ...]) -> dict[str, Any]:
    if body:
        values: dict[str, Any] = json.loads(body)
        return values
    by = next((erasure for erasure in told if erasure.appeal_of(seq) is not None), None)
    return {
        "seq": seq,
        "at": by.at if by else "",
        "by": by.by if by else "",
        "action": erased.ERASED,
        "appeal": appeal,
        "reason": by.reason if by else None,
        "data": {"event": by.seq, "under": by.under} if by else {},
    }


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a verification found.

    Attributes:
        head: the present end of the chain. events: how many events were compared.
        since: the event from which on they were; 0: all of them.
    """

    problems: tuple[Problem, ...]
    head: Head
    events: int
    since: int


def verify(ledger: "Ledger", known: Head | None = None) -> tuple[Problem, ...]:
    """Every event that was changed, removed, moved or wrongly erased; with an earlier head also a cut end or old copy.

    Also what the chain does not bear out (rule ``audit``): people, names behind ids, the ledger's kind, the mark of
    its clock.

    Who can rewrite the whole file can rewrite the whole chain: only a head that is kept elsewhere shows that.
    """
    with ledger.read() as tx:
        return judge(tx, known).problems


def judge(tx: Tx, known: Head | None = None, *, since: Head | None = None) -> Verdict:
    """The same, of all events or of those after a head up to which they were verified before.

    What was changed before ``since`` after it had been verified shows in a full verification only; that something was
    removed there shows here too.
    """
    now = chain.head(tx)
    problems = [chain.problem("", en, de) for en, de in _unguarded(tx)]
    if since is not None and not chain.holds(tx, since):
        problems.append(
            chain.problem(
                since.seq,
                "It is not the event up to which the log was verified before; verify all of it.",
                "Er ist nicht der Eintrag, bis zu dem schon geprüft wurde; bitte alles prüfen.",
            )
        )
    walked = chain.walk(tx, since)
    problems += walked.problems
    if since is not None and now.count != since.count + walked.events:
        problems.append(
            chain.problem("", "Events are missing that were verified before.", "Schon geprüfte Einträge fehlen.")
        )
    if known is not None:
        problems += chain.against(tx, known)
    start = 0 if since is None else since.seq
    problems += [chain.problem(seq, told.en, told.de) for seq, told in erased.problems(tx, after=start)]
    problems += [_contradicted(f"actor/{own}", message) for own, message in actors.problems(tx, walked.mentioned)]
    problems += [_contradicted(field, message) for field, message in _facts(tx)]
    return Verdict(problems=tuple(problems), head=now, events=walked.events, since=start)


def _facts(tx: Tx) -> Iterator[tuple[str, Message]]:
    """What stands in the tables and not in the chain."""
    from fahndung.ledger import circle, people  # they write events, so they import this module

    if about.kind_changed(tx):
        yield (
            "meta/kind",
            Message("The ledger was not made as this kind.", "Das Register wurde nicht in dieser Art angelegt."),
        )
    if about.mark(tx.connection) is None:
        yield (
            "meta/clock",
            Message(
                "The mark of the latest write is no instant; a clock that runs late is not noticed.",
                "Der Zeitpunkt des letzten Schreibens ist unlesbar; eine nachgehende Uhr fällt nicht auf.",
            ),
        )
    try:
        doubts = people.doubts(tx)
    except FahndungError as error:
        yield "person", error.message
        return
    for person, why in doubts.items():
        if why == circle.ERASED:
            continue
        told = Message(f"{person} does not count: the entry {why.en}.", f"{person} zählt nicht: der Eintrag {why.de}.")
        yield f"person/{person}", told


def _unguarded(tx: Tx) -> Iterator[tuple[str, str]]:
    standing, expected = engines.standing(tx.connection), guards.expected(tx.connection.dialect.name)
    for name in sorted(name for name, sql in expected.items() if standing.get(name) != sql):
        yield (
            f"The guard {name} has been removed from the database, or changed.",
            f"Die Sperre {name} fehlt in der Datenbank oder wurde verändert.",
        )


def _contradicted(field: str, message: Message) -> Problem:
    return Problem(rule="audit", severity=Severity.BLOCK, field=field, message=message, source="")
