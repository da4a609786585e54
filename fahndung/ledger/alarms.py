"""Alarms as rows: raised once while their cause lasts, due again until a person acknowledges them or the cause is over.

Sends nothing and decides no cause; that does ``lifecycle.alarms``.
"""

import contextlib
import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from fahndung.errors import Message, UsageError
from fahndung.ledger import audit
from fahndung.ledger.columns import storable
from fahndung.ledger.faults import Contradiction, impossible
from fahndung.ledger.tables import alarm
from fahndung.ledger.transaction import Tx, attempt
from fahndung.model.alarm import Kind


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why an alarm did not go out on one way; ``tries``: how often in a row."""

    tries: int
    why: Message


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One alarm.

    Attributes:
        subject: what it is about, by ids: with the kind it names the cause.
        what: what is wrong, since when and where; no personal data.
        next_at: when it is sent next; None once somebody acknowledged it or the cause is over.
        sent_at: when it last went out to everybody who was to get it. sends: how often it did.
        failed: the ways on which it did not go out then, by route.
    """

    id: int
    kind: Kind
    subject: str
    appeal: str | None
    what: Message
    raised_at: dt.datetime
    next_at: dt.datetime | None
    sent_at: dt.datetime | None
    sends: int
    failed: Mapping[str, Failure]
    acknowledged_at: dt.datetime | None
    acknowledged_by: str | None
    acknowledged_note: str | None
    cleared_at: dt.datetime | None


def raise_(
    tx: Tx, kind: Kind, subject: str, what: Message, *, now: dt.datetime, by: str, appeal: str | None = None
) -> int:
    """Open an alarm, due at once, and return its number; of one that is open only the words are brought up to date."""
    known = _open(tx, kind, subject)
    if known is None:
        values = {"kind": kind.value, "subject": subject, "appeal": appeal, "what": what, "raised_at": now}
        opened = sa.insert(alarm).values(**values, next_at=now, sends=0).returning(alarm.c.id)
        with contextlib.suppress(Contradiction), attempt(tx):  # another worker may have raised it just now
            made = int(tx.connection.execute(opened).scalar_one())
            data = {"alarm": made, "kind": kind.value}
            audit.append(tx, at=now, by=by, action="alarm.raise", appeal=appeal, data=data)
            return made
        known = _open(tx, kind, subject)
        if known is None:
            raise impossible(f"an alarm {kind} about {subject}")
    if known.what != what:
        reword(tx, known.id, what)
    return known.id


def reword(tx: Tx, alarm_id: int, what: Message) -> None:
    """Bring the words of an alarm up to date."""
    tx.connection.execute(sa.update(alarm).where(alarm.c.id == alarm_id).values(what=what))


def clear(tx: Tx, alarm_id: int, *, now: dt.datetime, by: str) -> None:
    """The cause is over. One that comes back is a new alarm; one that is cleared already stays as it is."""
    still = sa.update(alarm).where(alarm.c.id == alarm_id, alarm.c.cleared_at.is_(None))
    row = tx.connection.execute(
        still.values(cleared_at=now, next_at=None).returning(alarm.c.appeal, alarm.c.kind)
    ).first()
    if row is not None:
        data = {"alarm": alarm_id, "kind": row.kind}
        audit.append(tx, at=now, by=by, action="alarm.clear", appeal=row.appeal, data=data)


def acknowledge(tx: Tx, alarm_id: int, *, person: str, note: str | None, now: dt.datetime) -> Alarm:
    """A person has taken it over: it is not sent again. It stays open until its cause is over.

    Raises:
        UsageError: there is no such alarm, its cause is over, or somebody acknowledged it already.
    """
    row = tx.connection.execute(sa.select(alarm).where(alarm.c.id == alarm_id)).first() if storable(alarm_id) else None
    if row is None:
        raise UsageError(f"There is no alarm {alarm_id}.", f"Es gibt keinen Alarm {alarm_id}.")
    if row.cleared_at is not None:
        raise UsageError(
            f"The cause of alarm {alarm_id} is over already.", f"Der Grund von Alarm {alarm_id} besteht nicht mehr."
        )
    if row.acknowledged_by is not None:
        raise UsageError(
            f"Alarm {alarm_id} was acknowledged by {row.acknowledged_by} already.",
            f"Alarm {alarm_id} hat {row.acknowledged_by} schon quittiert.",
        )
    values = {"acknowledged_at": now, "acknowledged_by": person, "acknowledged_note": note, "next_at": None}
    tx.connection.execute(sa.update(alarm).where(alarm.c.id == alarm_id).values(values))
    data = {"alarm": alarm_id, "kind": row.kind}
    audit.append(tx, at=now, by=person, action="alarm.acknowledge", appeal=row.appeal, data=data)
    return get(tx, alarm_id)


def get(tx: Tx, alarm_id: int) -> Alarm:
    """The alarm of that number, which exists."""
    return _alarm(tx.connection.execute(sa.select(alarm).where(alarm.c.id == alarm_id)).one())


def open_alarms(tx: Tx, kinds: Iterable[Kind] = tuple(Kind)) -> tuple[Alarm, ...]:
    """The alarms whose cause is not over, oldest first."""
    chosen = alarm.c.kind.in_([kind.value for kind in kinds])
    found = sa.select(alarm).where(alarm.c.cleared_at.is_(None), chosen).order_by(alarm.c.id)
    return tuple(map(_alarm, tx.connection.execute(found)))


def any_due(tx: Tx, now: dt.datetime) -> bool:
    """Whether an alarm has to be sent now."""
    return tx.connection.execute(sa.select(alarm.c.id).where(*_due(now)).limit(1)).first() is not None


def claim_due(tx: Tx, *, now: dt.datetime, until: dt.datetime) -> tuple[Alarm, ...]:
    """The alarms that have to be sent now, oldest first; nobody else gets them before ``until``.

    A run that dies with them leaves them due then: an alarm may go out twice, never not at all.
    """
    ids = tx.connection.execute(
        sa.update(alarm).where(*_due(now)).values(next_at=until).returning(alarm.c.id)
    ).scalars()
    taken = sorted(ids)
    return tuple(one for one in open_alarms(tx) if one.id in set(taken)) if taken else ()


def sent(
    tx: Tx, alarm_id: int, *, whole_round: bool, failed: Mapping[str, Failure], next_at: dt.datetime, now: dt.datetime
) -> None:
    """Note what became of a claimed alarm; it is due again at ``next_at`` unless a person or its end came in between.

    Args:
        whole_round: it was tried on every way, and went out on one at least; else only what had failed was tried again.
        failed: the ways on which it still has not gone out.
    """
    stored = {key: {"tries": one.tries, "why": one.why._asdict()} for key, one in failed.items()}
    values: dict[str, Any] = {"problem": stored or None}
    if whole_round:
        values |= {"sent_at": now, "sends": alarm.c.sends + 1}
    tx.connection.execute(sa.update(alarm).where(alarm.c.id == alarm_id).values(values))
    waiting = (alarm.c.id == alarm_id) & alarm.c.next_at.is_not(None)
    tx.connection.execute(sa.update(alarm).where(waiting).values(next_at=next_at))


def _due(now: dt.datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return alarm.c.cleared_at.is_(None), alarm.c.next_at <= now


def _open(tx: Tx, kind: Kind, subject: str) -> Alarm | None:
    same = (alarm.c.cleared_at.is_(None), alarm.c.kind == kind.value, alarm.c.subject == subject)
    row = tx.connection.execute(sa.select(alarm).where(*same)).first()
    return None if row is None else _alarm(row)


def _alarm(row: "sa.Row[Any]") -> Alarm:
    values = dict(row._mapping)
    failed = _failures(values.pop("problem") or {})
    return Alarm(**{**values, "kind": Kind(row.kind), "failed": failed})


def _failures(stored: Mapping[str, Any]) -> dict[str, Failure]:
    """What cannot be read counts as not failed: the next round goes out on every way."""
    failed = {}
    for route, one in stored.items():
        with contextlib.suppress(TypeError, KeyError, ValueError, OverflowError):
            failed[route] = Failure(tries=int(one["tries"]), why=Message(str(one["why"]["en"]), str(one["why"]["de"])))
    return failed
