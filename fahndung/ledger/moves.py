"""How a publication changes: one checked step, its operation rows, its audit event. Only ``publications`` uses it.

Knows which steps exist and refuses all others; does not choose one.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from fahndung.ledger import audit, recipients
from fahndung.ledger.columns import Instant, canonical
from fahndung.ledger.faults import impossible
from fahndung.ledger.operations import IS_UNCLEAR
from fahndung.ledger.publication import Publication, Want
from fahndung.ledger.rows import get
from fahndung.ledger.tables import operation, publication
from fahndung.ledger.transaction import Tx
from fahndung.model.publication import State, is_adopted, left_out

STEPS: Mapping[str, frozenset[State]] = {
    "intend_publish": frozenset({State.PLANNED, State.PUBLISHING, State.LIVE}),
    "published": frozenset({State.PUBLISHING}),
    "outcome_unknown": frozenset({State.PUBLISHING}),
    "rejected": frozenset({State.PUBLISHING}),
    "cancel": frozenset({State.PLANNED, State.PUBLISHING}),
    "give_up": frozenset({State.PLANNED}),
    "intend_withdraw": frozenset({State.PUBLISHING, State.LIVE, State.WITHDRAWING, State.BY_HAND, State.TOMBSTONE}),
    "withdraw_failed": frozenset({State.WITHDRAWING}),
    "withdraw_sent": frozenset({State.WITHDRAWING}),
    "bury": frozenset({State.WITHDRAWING}),
    "unbury": frozenset({State.TOMBSTONE}),
    "gone": frozenset({State.WITHDRAWING, State.BY_HAND, State.TOMBSTONE}),
    "to_hands": frozenset({State.PUBLISHING, State.LIVE, State.WITHDRAWING, State.BY_HAND}),
    "close": frozenset({State.BY_HAND, State.TOMBSTONE}),
    "absent": frozenset({State.PUBLISHING}),
    "unsent": frozenset({State.PUBLISHING}),
    "postpone": frozenset(
        {
            *(State.PLANNED, State.PUBLISHING, State.LIVE, State.WITHDRAWING, State.BY_HAND, State.TOMBSTONE),
            State.WITHDRAWN,
        }
    ),
    "stayed_gone": frozenset({State.WITHDRAWN}),
    "reopen": frozenset({State.WITHDRAWN, State.CLOSED, State.REJECTED, State.CANCELLED}),
}
"""From which states each step may be taken."""

LEASE = dt.timedelta(minutes=5)
"""When a call that was about to be made is looked after, if nothing was heard of it."""
LOOK_AGAIN = dt.timedelta(days=1)
"""How often a live publication is looked at."""
LATER_LOOKS = (dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(days=7))
"""When what was read back as gone is looked at again, counted from that look; after the last it is closed."""


_CHANGE = sa.update(publication).where(publication.c.id == sa.bindparam("row"))
_BEGIN = sa.insert(operation)
_FINISH = sa.update(operation).where(operation.c.publication == sa.bindparam("row"), operation.c.finished_at.is_(None))


def checked(tx: Tx, known: Publication | int, step: str) -> Publication:
    """The row, if the step may be taken from its state; ``known``: as it is now, or its id.

    Raises:
        Contradiction: it may not.
    """
    row = known if isinstance(known, Publication) else get(tx, known)
    if row.state not in STEPS[step]:
        raise impossible(f"{step} of publication {row.id}, which is {row.state.value}")
    return row


def next_attempt(row: Publication) -> int:
    """The number of the next call; it only sets the pace, so it stops counting long before the column is full."""
    return min(row.attempts, 10**9) + 1


def wake(row: Publication, next_at: dt.datetime) -> dt.datetime:
    """``next_at``, but never after the end of what is wanted up, and never later than a wish that came meanwhile."""
    if row.want is Want.DOWN and row.state in {State.PLANNED, State.PUBLISHING, State.LIVE}:
        return next_at if row.next_at is None else min(next_at, row.next_at)
    return next_at if row.want is Want.DOWN or row.due_at is None else min(next_at, row.due_at)


def change(
    tx: Tx,
    row: Publication,
    action: str,
    *,
    now: dt.datetime,
    by: str,
    data: Mapping[str, object] | None = None,
    reason: str | None = None,
    **values: object,
) -> None:
    """Write the values and the event of one step."""
    if values:
        stored = {name: _stored(value) for name, value in values.items()}
        tx.connection.execute(_CHANGE, {"row": row.id, **stored})
    log(tx, row, action, now=now, by=by, data=data, reason=reason)


def log(
    tx: Tx,
    row: Publication,
    action: str,
    *,
    now: dt.datetime,
    by: str,
    data: Mapping[str, object] | None = None,
    reason: str | None = None,
) -> None:
    """The event of one step: which publication, which release, and who receives it: account, medium, recipient."""
    where = {"channel": row.channel, "medium": row.medium.value, "digest": row.digest}
    if recipients.is_target(row.target):
        where["recipient"] = row.target  # an id already
    audit.append(
        tx,
        at=now,
        by=by,
        action=f"publication.{action}",
        appeal=row.appeal,
        reason=reason,
        data={"publication": row.id, **where, **(data or {})},
        persons={"recipient": row.target} if _is_named(row.target) else None,
    )


def _is_named(target: str) -> bool:
    return bool(target) and left_out(target) is None and not is_adopted(target) and not recipients.is_target(target)


def start(tx: Tx, row: Publication, kind: str, now: dt.datetime) -> None:
    """Note that a call is about to be made; one that was never heard of is closed as interrupted."""
    finish(tx, row, "interrupted", now)
    tx.connection.execute(_BEGIN, {"publication": row.id, "kind": kind, "started_at": now})


def finish(
    tx: Tx, row: Publication, outcome: str, now: dt.datetime, evidence: Mapping[str, object] | None = None
) -> None:
    """Note how the call that is under way ended."""
    values: dict[str, Any] = {"finished_at": now, "outcome": outcome, "evidence": dict(evidence) if evidence else None}
    tx.connection.execute(_FINISH, {"row": row.id, **values})


def clear(tx: Tx, row: Publication, outcome: str, now: dt.datetime) -> None:
    """Note what became of every sending of which nobody knew."""
    tx.connection.execute(
        sa.update(operation)
        .where(IS_UNCLEAR)
        .values(outcome=outcome, finished_at=sa.func.coalesce(operation.c.finished_at, sa.literal(now, Instant()))),
        {"row": row.id},
    )


def note_look(tx: Tx, row: Publication, outcome: str, now: dt.datetime, evidence: Mapping[str, object]) -> None:
    """Note a look, which is over when it is told."""
    values = {"kind": "look", "started_at": now, "finished_at": now, "outcome": outcome, "evidence": dict(evidence)}
    tx.connection.execute(_BEGIN, {"publication": row.id, **values})


def digest_of(evidence: Mapping[str, object]) -> str:
    """What the audit log keeps of evidence: its hash."""
    return hashlib.sha256(canonical(evidence)).hexdigest()


def _stored(value: object) -> object:
    return value.value if isinstance(value, State | Want) else value
