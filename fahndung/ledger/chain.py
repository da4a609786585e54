"""The chain of hashes over the stored bytes of the log, walked from any event on. Writes nothing.

The public face is ``fahndung.ledger.audit``.
"""

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Iterator

import sqlalchemy as sa

from fahndung.errors import Message, Problem, Severity
from fahndung.ledger import actors
from fahndung.ledger.columns import canonical
from fahndung.ledger.tables import event
from fahndung.ledger.transaction import Tx

GENESIS = bytes(32)
AT_ONCE = 5000
"""Rows in memory at a time."""
Row = tuple[int, str | None, bytes, bytes, bytes]


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


def head(tx: Tx) -> Head:
    """The present end of the chain. In a write transaction nobody else can move it: they take turns."""
    seq, digest = end(tx)
    count = tx.connection.execute(sa.select(sa.func.count()).select_from(event)).scalar_one()
    return Head(seq=seq, hash=digest.hex(), count=count, home_id=tx.home_id)


def end(tx: Tx) -> tuple[int, bytes]:
    """Number and hash of the last event."""
    last = tx.connection.execute(_LAST).first()
    return (int(last.seq), last.hash) if last else (0, GENESIS)


_LAST = sa.select(event.c.seq, event.c.hash).order_by(event.c.seq.desc()).limit(1)


def holds(tx: Tx, known: Head) -> bool:
    """Whether this chain still has the event that a head names; a ledger that was set back has not."""
    if known.home_id != tx.home_id:
        return False
    if known.seq == 0:
        return True
    found = tx.connection.execute(sa.select(event.c.hash).where(event.c.seq == known.seq)).scalar_one_or_none()
    return found is not None and found.hex() == known.hash


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """What a walk met: its findings, the ids of the actors that it saw, and how many events it compared."""

    problems: tuple[Problem, ...]
    mentioned: frozenset[str]
    events: int


def walk(tx: Tx, since: Head | None = None) -> Walk:
    """Compare each row after ``since`` with its neighbour, so that one changed row is one finding."""
    found: list[Problem] = []
    mentioned: set[bytes] = set()
    previous, seq, events = (GENESIS, 0, 0) if since is None else (bytes.fromhex(since.hash), since.seq, 0)
    sha256, filed, actor_ids = hashlib.sha256, _Filed(), actors.MENTIONED.findall
    for row in _rows(tx, seq):
        number, appeal, body, digest, body_hash = row
        events += 1
        if number != seq + 1:
            found.append(problem(number, f"Events {seq + 1} to {number - 1} are missing.", "Einträge davor fehlen."))
        elif sha256(previous + body_hash).digest() != digest or (body and sha256(body).digest() != body_hash):
            found.append(problem(number, "It was changed or moved.", "Er wurde geändert oder verschoben."))
        if body:  # where an erased one is filed says its erasure
            mentioned.update(actor_ids(body))
            if not filed.right(number, appeal, body):
                found.append(
                    problem(number, "It is filed under another number or appeal.", "Er ist falsch eingeordnet.")
                )
        previous, seq = digest, number
    if seq == 0:
        found.append(problem("", "The audit log is empty.", "Das Protokoll ist leer."))
    return Walk(problems=tuple(found), mentioned=frozenset(own.decode() for own in mentioned), events=events)


def mentioned(tx: Tx) -> frozenset[str]:
    """The ids of actors in the events that still say something."""
    found: set[bytes] = set()
    for _, _, body, _, _ in _rows(tx, 0):
        found.update(actors.MENTIONED.findall(body))
    return frozenset(own.decode() for own in found)


def against(tx: Tx, known: Head) -> Iterator[Problem]:
    """What the chain lacks of an earlier head: a cut end, an old copy, another chain."""
    now = head(tx)
    if known.home_id != tx.home_id:
        yield problem("", "The head is another home's.", "Das Protokollende gehört zu einem anderen Datenbestand.")
    elif now.count < known.count or now.seq < known.seq:
        yield problem(
            "",
            f"The head knows {known.count} events, the log has {now.count}: its end was cut off or an old copy "
            "restored.",
            f"Das Protokollende kennt {known.count} Einträge, vorhanden sind {now.count}: gekürzt oder zurückgesetzt.",
        )
    elif not holds(tx, known):
        yield problem(known.seq, "It is not the event that the head knows.", "Er ist ein anderer als früher.")


def problem(seq: int | str, en: str, de: str) -> Problem:
    """A finding about an event, or about the log as a whole."""
    place = f"event/{seq}" if seq else "event"
    message = Message(f"Event {seq}: {en}" if seq else en, f"Eintrag {seq}: {de}" if seq else de)
    return Problem(rule="R43", severity=Severity.BLOCK, field=place, message=message, source="")


def _rows(tx: Tx, after: int) -> Iterator[Row]:
    """The rows after a number as bare tuples, a part at a time."""
    wanted = sa.select(event.c.seq, event.c.appeal, event.c.body, event.c.hash, event.c.body_hash)
    wanted = wanted.where(event.c.seq > after).order_by(event.c.seq).execution_options(yield_per=AT_ONCE)
    parts: Iterable[Iterable[Row]] = tx.connection.execute(wanted).partitions()
    for part in parts:
        yield from part


class _Filed:
    """Whether a body names the number and the appeal of its row.

    Canonical JSON has the members of an event in this order: action, appeal, at, by, data, reason, seq. So both are
    found without reading the rest; a body that is written otherwise is read as a whole.
    """

    def __init__(self) -> None:
        self._written: dict[str | None, bytes] = {}

    def right(self, number: int, appeal: str | None, body: bytes) -> bool:
        written = self._written.get(appeal)
        if written is None:
            written = self._written[appeal] = b'"appeal":%b,"at":"' % canonical(appeal)
        action_ends = body.find(b'"', 11) + 2
        if body.startswith(written, action_ends) and body.endswith(b',"seq":%d}' % number):
            return body.startswith(b'{"action":"')
        try:
            values = json.loads(body)
            return bool((values["seq"], values["appeal"]) == (number, appeal))
        except (ValueError, KeyError, TypeError, RecursionError):
            return False
