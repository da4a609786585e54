"""Steps on the way down: wished gone, about to be asked for, refused, gone, or left to hands. Nothing gives up here.

Calls no channel and asks for nobody's permission. The public face is ``fahndung.ledger.publications``.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from fahndung.errors import Message
from fahndung.ledger import audit, moves
from fahndung.ledger.faults import Unreadable
from fahndung.ledger.listing import OPEN, yielded
from fahndung.ledger.moves import LATER_LOOKS, LEASE, change, checked, digest_of, wake
from fahndung.ledger.publication import Publication, Want
from fahndung.ledger.rows import get
from fahndung.ledger.tables import publication, remote_object
from fahndung.ledger.transaction import Tx
from fahndung.model.publication import Gone, State


def want_down(tx: Tx, ids: Iterable[int], *, now: dt.datetime, by: str, reason: str | None = None) -> tuple[int, ...]:
    """Wish publications gone, at once; returns the ids of those that are not finished.

    A row that cannot be read gets the wish too, without being returned: no call can be made for it.
    """
    unfinished = []
    for publication_id in ids:
        try:
            row = get(tx, publication_id)
        except Unreadable:
            _wish_unread(tx, publication_id, now=now, by=by, reason=reason)
            continue
        if row.is_down:
            continue
        unfinished.append(row.id)
        change(tx, row, "want_down", now=now, by=by, reason=reason, want=Want.DOWN, next_at=now)
    return tuple(unfinished)


def _wish_unread(tx: Tx, publication_id: int, *, now: dt.datetime, by: str, reason: str | None) -> None:
    wished = sa.update(publication).where(publication.c.id == publication_id, OPEN)
    appeal = tx.connection.execute(
        wished.values(want=Want.DOWN.value, next_at=now).returning(publication.c.appeal)
    ).scalar()
    if appeal is not None:
        data = {"publication": publication_id, "unreadable": True}
        audit.append(tx, at=now, by=by, action="publication.want_down", appeal=appeal, reason=reason, data=data)


def wait_for_channel(
    tx: Tx, publication_id: int, problem: Message, *, next_at: dt.datetime, now: dt.datetime, by: str
) -> None:
    """It has to come down, and its channel takes no call before ``next_at``.

    Raises:
        Contradiction: it is finished.
    """
    row = checked(tx, publication_id, "postpone")
    change(tx, row, "wait_for_channel", now=now, by=by, want=Want.DOWN, problem=problem, next_at=next_at)


def supersede(tx: Tx, publication_id: int, *, now: dt.datetime, by: str) -> None:
    """A later revision stands on the same address: what is this one's alone goes, at once.

    A finished publication only gets the mark, so that later looks do not mistake the new copy for an old one.
    """
    row = get(tx, publication_id)
    if row.is_down:
        change(tx, row, "supersede", now=now, by=by, superseded=1)
    else:
        change(tx, row, "supersede", now=now, by=by, superseded=1, want=Want.DOWN, next_at=now)


def intend_withdraw(
    tx: Tx,
    known: Publication | int,
    *,
    now: dt.datetime,
    by: str,
    next_at: dt.datetime | None = None,
    action: str = "intend_withdraw",
) -> None:
    """Note that the channel is about to be asked to remove it; commit before calling. From now on it is wanted down.

    Args:
        known: the row as it is now, or its id.
        next_at: when to look after it if nothing was heard; None: in five minutes.
        action: ``intend_notice`` where nothing can be removed and a closing notice is about to be sent.

    Raises:
        Contradiction: it was never published, or is finished.
    """
    row = checked(tx, known, "intend_withdraw")
    moves.start(tx, row, "withdraw", now)
    attempts = moves.next_attempt(row) if row.state is State.WITHDRAWING else 1
    change(
        tx,
        row,
        action,
        now=now,
        by=by,
        data={"attempt": attempts},
        state=State.WITHDRAWING,
        want=Want.DOWN,
        op_at=now,
        attempts=attempts,
        next_at=now + LEASE if next_at is None else next_at,
    )


def withdraw_failed(
    tx: Tx, publication_id: int, problem: Message, *, next_at: dt.datetime, now: dt.datetime, by: str
) -> None:
    """It could not be removed, or is still there; the next try is due at ``next_at``. There is no giving up.

    Raises:
        Contradiction: it was not being withdrawn.
    """
    row = checked(tx, publication_id, "withdraw_failed")
    moves.finish(tx, row, "failed", now, problem._asdict())
    change(tx, row, "withdraw_failed", now=now, by=by, problem=problem, next_at=next_at)


def withdraw_sent(
    tx: Tx,
    publication_id: int,
    *,
    next_at: dt.datetime,
    now: dt.datetime,
    by: str,
    evidence: Mapping[str, object] | None = None,
) -> None:
    """The channel accepted the withdrawal; whether it is gone is read back at ``next_at``.

    Raises:
        Contradiction: it was not being withdrawn.
    """
    row = checked(tx, publication_id, "withdraw_sent")
    moves.finish(tx, row, "ok", now, evidence)
    data = {"evidence": digest_of(evidence or {})}
    change(tx, row, "withdraw_sent", now=now, by=by, data=data, withdrawn_at=now, problem=None, next_at=next_at)


def told(tx: Tx, publication_id: int, *, next_at: dt.datetime, now: dt.datetime, by: str) -> None:
    """The closing notice was taken: that is all that can be done where nothing can be removed.

    Raises:
        Contradiction: none was about to be sent.
    """
    row = checked(tx, publication_id, "withdraw_sent")
    moves.finish(tx, row, "ok", now)
    change(tx, row, "told", now=now, by=by, withdrawn_at=now, problem=None, next_at=next_at)


def gone(tx: Tx, known: Publication | int, look: Gone, *, now: dt.datetime, by: str) -> None:
    """It was read back as gone, with this proof; it is looked at again (``LATER_LOOKS``).

    Args:
        known: the row as it is now, or its id.

    Raises:
        Contradiction: it was not being withdrawn.
    """
    row = checked(tx, known, "gone")
    moves.finish(tx, row, "ok", now)
    moves.note_look(tx, row, "gone", now, look.evidence)
    left = [one.id for one in yielded(tx, row)] if row.superseded else []
    tx.connection.execute(_GONE.where(remote_object.c.remote_id.not_in(left)), {"row": row.id, "gone_at": now})
    change(
        tx,
        row,
        "gone",
        now=now,
        by=by,
        data={"evidence": digest_of(look.evidence)},
        state=State.WITHDRAWN,
        withdrawn_at=row.withdrawn_at or now,
        gone_at=now,
        first_gone_at=row.first_gone_at or now,
        verified_at=now,
        attempts=0,
        looks=0,
        problem=None,
        next_at=now + LATER_LOOKS[0],
    )


_GONE = sa.update(remote_object).where(
    remote_object.c.publication == sa.bindparam("row"), remote_object.c.gone_at.is_(None)
)


def stayed_gone(tx: Tx, publication_id: int, look: Gone, *, now: dt.datetime, by: str) -> None:
    """A later look found that it stayed gone: the next one is due, or, after the last, it is closed.

    Raises:
        Contradiction: it was not read back as gone before.
    """
    row = checked(tx, publication_id, "stayed_gone")
    moves.note_look(tx, row, "gone", now, look.evidence)
    looks = row.looks + 1
    since = row.gone_at or now
    over = looks >= len(LATER_LOOKS)
    values: dict[str, Any] = {"state": State.CLOSED, "closed_at": now, "next_at": None} if over else {}
    change(
        tx,
        row,
        "stayed_gone",
        now=now,
        by=by,
        data={"look": looks, "evidence": digest_of(look.evidence)},
        **{"next_at": since + LATER_LOOKS[min(looks, len(LATER_LOOKS) - 1)], **values},
        looks=looks,
        attempts=0,
        verified_at=now,
        problem=None,
    )


def to_hands(tx: Tx, publication_id: int, problem: Message, *, next_at: dt.datetime, now: dt.datetime, by: str) -> None:
    """Only a person can remove it; ``next_at`` is the next reminder or look. Add an item for it (``byhand.add``).

    Raises:
        Contradiction: it was never published, or is finished.
    """
    row = checked(tx, publication_id, "to_hands")
    moves.finish(tx, row, "by-hand", now, problem._asdict())
    change(tx, row, "to_hands", now=now, by=by, state=State.BY_HAND, want=Want.DOWN, problem=problem, next_at=next_at)


def bury(tx: Tx, publication_id: int, problem: Message, *, next_at: dt.datetime, now: dt.datetime, by: str) -> None:
    """Nothing but its closing notice is there, and only a person can remove that; ``next_at`` is the next look.

    Add an item for it (``byhand.add``). The attempts count on until a look has found the notice.

    Raises:
        Contradiction: it was not being withdrawn.
    """
    row = checked(tx, publication_id, "bury")
    moves.finish(tx, row, "tombstone", now, problem._asdict())
    change(tx, row, "bury", now=now, by=by, state=State.TOMBSTONE, problem=problem, next_at=next_at)


def unbury(tx: Tx, publication_id: int, problem: Message, *, next_at: dt.datetime, now: dt.datetime, by: str) -> None:
    """Something else than the notice that is due was seen in its place: it is withdrawn again at ``next_at``.

    Raises:
        Contradiction: no notice stood there.
    """
    row = checked(tx, publication_id, "unbury")
    change(tx, row, "unbury", now=now, by=by, state=State.WITHDRAWING, problem=problem, next_at=next_at)


def leave(tx: Tx, known: Publication | int, *, next_at: dt.datetime, now: dt.datetime, by: str) -> None:
    """Nothing can be done for it before ``next_at``, or before its end if that is earlier; nothing is wrong.

    Raises:
        Contradiction: it is finished.
    """
    row = checked(tx, known, "postpone")
    change(tx, row, "leave", now=now, by=by, next_at=wake(row, next_at))


def close(tx: Tx, publication_id: int, *, person: str, now: dt.datetime) -> None:
    """A person says that what was left to hands, or a tombstone, is gone; nobody read that back.

    Raises:
        Contradiction: it was neither.
    """
    row = checked(tx, publication_id, "close")
    change(tx, row, "close", now=now, by=person, state=State.CLOSED, closed_by=person, closed_at=now, next_at=None)
