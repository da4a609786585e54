"""The audit log: a chain of hashes over stored bytes, in which a change, a gap or a swap shows.

Holds ids, hashes and instants, no personal data, so that a record can be erased and the chain stays whole. A chain
alone does not show that its end was cut off: that takes a head kept elsewhere (``write_head``).
"""

import dataclasses
import datetime as dt
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from fahndung.errors import FahndungError, LedgerMissing, Message, Problem, Severity, UsageError
from fahndung.ledger import about, engines, erased, guards, sqlite
from fahndung.ledger.columns import canonical
from fahndung.ledger.faults import impossible
from fahndung.ledger.tables import event
from fahndung.ledger.transaction import Tx

if TYPE_CHECKING:
    from fahndung.ledger.store import Ledger

GENESIS = bytes(32)
HEAD_SCHEMA = "fahndung/audit-head/1"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The end of a chain at some instant; ``hash`` is lower-case hex, of 64 zeros for an empty chain."""

    seq: int
    hash: str
    count: int
    home_id: str


def chained(previous: bytes, body: bytes) -> bytes:
    """The hash of an event: SHA-256 of the previous hash and the SHA-256 of the stored body."""
    return linked(previous, hashlib.sha256(body).digest())


def linked(previous: bytes, body_hash: bytes) -> bytes:
    """The same, of an event whose body may be gone."""
    return hashlib.sha256(previous + body_hash).digest()


def append(
    tx: Tx,
    *,
    at: dt.datetime,
    by: str,
    action: str,
    appeal: str | None = None,
    reason: str | None = None,
    data: Mapping[str, object] | None = None,
) -> int:
    """Add an event and return its number.

    Args:
        by: id of the person or program part that acted.
        reason: a code, not a text about a case.
        data: ids, hashes, instants and counts only.

    Raises:
        Contradiction: the transaction only reads.
    """
    if not tx.writable:
        raise impossible(f"{action} in a transaction that only reads")
    if not by:
        raise ValueError("an event without an actor")
    last = tx.connection.execute(sa.select(event.c.seq, event.c.hash).order_by(event.c.seq.desc()).limit(1)).first()
    seq, previous = (last.seq + 1, last.hash) if last else (1, GENESIS)
    body = canonical(
        {
            "seq": seq,
            "at": at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
            "by": by,
            "action": action,
            "appeal": appeal,
            "reason": reason,
            "data": dict(data or {}),
        }
    )
    body_hash = hashlib.sha256(body).digest()
    values = {"seq": seq, "appeal": appeal, "body": body, "hash": linked(previous, body_hash), "body_hash": body_hash}
    tx.connection.execute(sa.insert(event).values(values))
    return int(seq)


def head(tx: Tx) -> Head:
    """The present end of the chain."""
    last = tx.connection.execute(sa.select(event.c.seq, event.c.hash).order_by(event.c.seq.desc()).limit(1)).first()
    count = tx.connection.execute(sa.select(sa.func.count()).select_from(event)).scalar_one()
    seq, digest = (last.seq, last.hash) if last else (0, GENESIS)
    return Head(seq=seq, hash=digest.hex(), count=count, home_id=tx.home_id)


def export(tx: Tx, appeal: str) -> list[dict[str, Any]]:
    """The deletion protocol of a case: its events, oldest first, each with its ``hash`` in the chain.

    Of an event whose time was over it shows when it was erased, by whom and under which norm (``log.erased``).
    """
    found = tx.connection.execute(
        sa.select(event.c.seq, event.c.appeal, event.c.body, event.c.hash)
        .where(event.c.appeal == appeal)
        .order_by(event.c.seq)
    ).all()
    told = erased.erasures(tx) if any(not row.body for row in found) else ()
    return [{**_shown(row.seq, row.appeal, row.body, told), "hash": row.hash.hex()} for row in found]


def _shown(seq: int, appeal: str, body: bytes, told: tuple[erased.Erasure, ...]) -> dict[str, Any]:
    if body:
        values: dict[str, Any] = json.loads(body)
        return values
    by = next((erasure for erasure in told if seq in erasure.named), None)
    return {
        "seq": seq,
        "at": by.at if by else "",
        "by": by.by if by else "",
        "action": erased.ERASED,
        "appeal": appeal,
        "reason": by.reason if by else None,
        "data": {"event": by.seq, "under": by.under} if by else {},
    }


def verify(ledger: "Ledger", head: Head | None = None) -> tuple[Problem, ...]:
    """Every event that was changed, removed, moved or wrongly erased; with an earlier head also a cut end or old copy.

    Also what the chain does not bear out (rule ``audit``): people, the ledger's kind, the mark of its clock.

    Who can rewrite the whole file can rewrite the whole chain: only a head that is kept elsewhere shows that.
    """
    with ledger.read() as tx:
        problems = [_problem("", en, de) for en, de in _unguarded(tx)]
        problems += list(_chain(tx, head))
        problems += [_problem(seq, told.en, told.de) for seq, told in erased.problems(tx)]
        problems += [_contradicted(field, message) for field, message in _facts(tx)]
    return tuple(problems)


def holds(tx: Tx, known: Head) -> bool:
    """Whether this chain still has the event that a head names; a ledger that was set back has not."""
    if known.home_id != tx.home_id:
        return False
    if known.seq == 0:
        return True
    found = tx.connection.execute(sa.select(event.c.hash).where(event.c.seq == known.seq)).scalar_one_or_none()
    return found is not None and found.hex() == known.hash


def write_head(path: Path, head: Head) -> None:
    """Keep a head in a file, whole and on the disk when this returns.

    Raises:
        LedgerMissing: the file knows a later or another chain, so the ledger was replaced or set back.
        UsageError: the file cannot be written, or holds something else.
    """
    if os.path.lexists(path):
        earlier = read_head(path)
        same = earlier.home_id == head.home_id and earlier.seq <= head.seq
        if not same or (earlier.seq == head.seq and earlier.hash != head.hash):
            raise LedgerMissing(
                f"{path} knows event {earlier.seq} of home {earlier.home_id}; the ledger ends at event {head.seq} "
                f"of home {head.home_id}. The ledger was set back or replaced: look for the right one.",
                f"{path} kennt Eintrag {earlier.seq} von {earlier.home_id}; das Register endet mit Eintrag {head.seq} "
                f"von {head.home_id}. Das Register wurde zurückgesetzt oder ausgetauscht: bitte das richtige suchen.",
            )
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with draft.open("wb") as file:
            file.write(canonical({"schema": HEAD_SCHEMA, **dataclasses.asdict(head)}) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        sqlite.sync(path.parent)
    except OSError as error:
        raise UsageError(
            f"The head of the audit log cannot be written to {path}: {error.strerror}.",
            f"Das Ende des Protokolls lässt sich nicht nach {path} schreiben: {error.strerror}.",
        ) from error


def read_head(path: Path) -> Head:
    """The head in a file.

    Raises:
        UsageError: there is none, or it is not readable as one.
    """
    try:
        untrusted = json.loads(path.read_bytes())
        if untrusted.pop("schema") != HEAD_SCHEMA:
            raise ValueError(HEAD_SCHEMA)
        found = Head(**untrusted)
        if [type(value) for value in dataclasses.astuple(found)] != [int, str, int, str]:
            raise ValueError(HEAD_SCHEMA)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise UsageError(
            f"{path} is not the head of an audit log; name the file that an earlier run wrote.",
            f"{path} ist kein Protokollende; bitte die Datei nennen, die ein früherer Lauf geschrieben hat.",
        ) from error
    return found


def _chain(tx: Tx, known: Head | None) -> Iterator[Problem]:
    """Compare each row with its neighbour, so that one changed row is one finding and not all rows after it."""
    columns = (event.c.seq, event.c.appeal, event.c.body, event.c.hash, event.c.body_hash)
    rows = tx.connection.execute(sa.select(*columns).order_by(event.c.seq).execution_options(yield_per=1000))
    previous, seq, count = GENESIS, 0, 0
    at_known: str | None = GENESIS.hex() if known is not None and known.seq == 0 else None
    for number, appeal, body, digest, body_hash in rows:
        count += 1
        if number != seq + 1:
            yield _problem(number, f"Events {seq + 1} to {number - 1} are missing.", "Einträge davor fehlen.")
        elif linked(previous, body_hash) != digest or (body and hashlib.sha256(body).digest() != body_hash):
            yield _problem(number, "It was changed or moved.", "Er wurde geändert oder verschoben.")
        if body and (number, appeal) != _named(body):  # where an erased one is filed says its erasure
            yield _problem(number, "It is filed under another number or appeal.", "Er ist falsch eingeordnet.")
        if known is not None and number == known.seq:
            at_known = digest.hex()
        previous, seq = digest, number
    if seq == 0:
        yield _problem("", "The audit log is empty.", "Das Protokoll ist leer.")
    if known is None:
        return
    if known.home_id != tx.home_id:
        yield _problem("", "The head is another home's.", "Das Protokollende gehört zu einem anderen Datenbestand.")
    elif count < known.count or seq < known.seq:
        yield _problem(
            "",
            f"The head knows {known.count} events, the log has {count}: its end was cut off or an old copy restored.",
            f"Das Protokollende kennt {known.count} Einträge, vorhanden sind {count}: gekürzt oder zurückgesetzt.",
        )
    elif at_known != known.hash:
        yield _problem(known.seq, "It is not the event that the head knows.", "Er ist ein anderer als früher.")


def _named(body: bytes) -> tuple[int | None, str | None]:
    try:
        values = json.loads(body)
        return values["seq"], values["appeal"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None, None


def _facts(tx: Tx) -> Iterator[tuple[str, Message]]:
    """What stands in the tables and not in the chain."""
    from fahndung.ledger import people  # it writes events, so it imports this module

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
        told = Message(f"{person} does not count: the entry {why.en}.", f"{person} zählt nicht: der Eintrag {why.de}.")
        yield f"person/{person}", told


def _unguarded(tx: Tx) -> Iterator[tuple[str, str]]:
    standing, expected = engines.standing(tx.connection), guards.expected(tx.connection.dialect.name)
    for name in sorted(name for name, sql in expected.items() if standing.get(name) != sql):
        yield (
            f"The guard {name} has been removed from the database, or changed.",
            f"Die Sperre {name} fehlt in der Datenbank oder wurde verändert.",
        )


def _problem(seq: int | str, en: str, de: str) -> Problem:
    place = f"event/{seq}" if seq else "event"
    message = Message(f"Event {seq}: {en}" if seq else en, f"Eintrag {seq}: {de}" if seq else de)
    return Problem(rule="R43", severity=Severity.BLOCK, field=place, message=message, source="")


def _contradicted(field: str, message: Message) -> Problem:
    return Problem(rule="audit", severity=Severity.BLOCK, field=field, message=message, source="")
