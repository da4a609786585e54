"""What was seen on the channels: facts, which are written down whatever the state says.

A copy where there should be none becomes an obligation again. The public face is ``fahndung.ledger.publications``.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from fahndung.errors import Message
from fahndung.ledger import moves
from fahndung.ledger.moves import change, checked, digest_of, wake
from fahndung.ledger.publication import Publication, Want
from fahndung.ledger.rows import get
from fahndung.ledger.tables import remote_object
from fahndung.ledger.transaction import Tx
from fahndung.model.publication import Altered, Gone, Live, Look, Reference, State, Tombstone


def saw(tx: Tx, publication_id: int, reference: Reference, *, now: dt.datetime, by: str) -> None:
    """Note that a remote object exists: never refused. A finished publication is reopened, a planned one went out."""
    row = get(tx, publication_id)
    known = (remote_object.c.publication == row.id, remote_object.c.kind == reference.kind)
    same = sa.and_(*known, remote_object.c.remote_id == reference.id)
    values = {"gone_at": None} if reference.url is None else {"gone_at": None, "url": reference.url}
    if not tx.connection.execute(sa.update(remote_object).where(same).values(values)).rowcount:
        tx.connection.execute(
            sa.insert(remote_object).values(
                publication=row.id, kind=reference.kind, remote_id=reference.id, url=reference.url, seen_at=now
            )
        )
    moves.log(tx, row, "saw", now=now, by=by, data={"kind": reference.kind, "remote_id": reference.id})
    _resurface(tx, row, Message("A copy was seen.", "Eine Kopie wurde gesehen."), now, by)


def looked(
    tx: Tx, publication_id: int, look: Look, *, now: dt.datetime, by: str, next_at: dt.datetime | None = None
) -> None:
    """Note what a look showed. Only a copy where there should be none changes the state: it is taken down again.

    Args:
        next_at: the next look at an unfinished publication; None: as it was.
    """
    row = get(tx, publication_id)
    outcome = type(look).__name__.lower()
    moves.note_look(tx, row, outcome, now, look.evidence)
    up = row.want is Want.UP and row.state in (State.PUBLISHING, State.LIVE)
    as_wished = isinstance(look, Live if up else Gone)
    stands = row.state is State.TOMBSTONE and isinstance(look, Tombstone)
    values: dict[str, Any] = {"verified_at": now} if as_wished else {}
    if stands:
        values["attempts"] = 0
    if not row.is_down and not stands:
        values["problem"] = None if as_wished else _told(look)
    if row.next_at is not None and next_at is not None:
        values["next_at"] = wake(row, next_at)
    data = {"outcome": outcome, "evidence": digest_of(look.evidence)}
    change(tx, row, "looked", now=now, by=by, data=data, **values)
    if isinstance(look, Live | Altered | Tombstone):
        _resurface(tx, row, _told(look), now, by)


def disturbed(tx: Tx, row: Publication, look: Look, *, now: dt.datetime, by: str) -> None:
    """Note what a look showed that met a call for its neighbour: whether it is so the next look tells."""
    moves.note_look(tx, row, "disturbed", now, look.evidence)
    data = {"outcome": type(look).__name__.lower(), "evidence": digest_of(look.evidence)}
    moves.log(tx, row, "disturbed", now=now, by=by, data=data)


def reopen(tx: Tx, publication_id: int, why: Message, *, now: dt.datetime, by: str) -> None:
    """It was finished and is not: it has to come down, now.

    Raises:
        Contradiction: it was not finished.
    """
    row = checked(tx, publication_id, "reopen")
    change(
        tx,
        row,
        "reopen",
        now=now,
        by=by,
        reason=row.state.value,
        state=State.WITHDRAWING,
        want=Want.DOWN,
        op_at=row.op_at or now,
        problem=why,
        looks=0,
        closed_by=None,
        closed_at=None,
        given_up=0,
        next_at=now,
    )


def _resurface(tx: Tx, row: Publication, why: Message, now: dt.datetime, by: str) -> None:
    """Make a copy that nobody should know of an obligation again.

    A planned row meets one when an older ledger was restored: it counts as published.
    """
    if row.is_down:
        reopen(tx, row.id, why, now=now, by=by)
    elif row.state is State.PLANNED:
        next_at = wake(row, now)
        change(tx, row, "surfaced", now=now, by=by, state=State.PUBLISHING, op_at=now, problem=why, next_at=next_at)


def _told(look: Look) -> Message:
    if isinstance(look, Live):
        return Message("It is still online.", "Es ist noch online.")
    if isinstance(look, Gone):
        return Message("It is no longer there.", "Es ist nicht mehr da.")
    if isinstance(look, Tombstone):
        return Message("Its closing notice is there.", "Dort steht die Nachricht über das Ende.")
    return look.words
