"""Steps on the way up: planned, about to be called, online, refused; and the end that the clocks say.

Calls no channel. The public face is ``fahndung.ledger.publications``.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from fahndung.errors import Message
from fahndung.ledger import moves
from fahndung.ledger.faults import impossible
from fahndung.ledger.lateness import refuse_late, written
from fahndung.ledger.moves import LEASE, LOOK_AGAIN, change, checked, digest_of, wake
from fahndung.ledger.operations import LOST, PLACE, never_sent, shown, unclear
from fahndung.ledger.publication import GIVEN_UP, Publication, Want
from fahndung.ledger.rows import get, references_as_json
from fahndung.ledger.transaction import Tx
from fahndung.model.publication import Reference, State


def intend_publish(
    tx: Tx,
    publication_id: int,
    *,
    now: dt.datetime,
    by: str,
    next_at: dt.datetime | None = None,
    place: Reference | None = None,
) -> None:
    """Note that the channel is about to be called; commit before calling. Again, for another try with the same marker.

    A live publication whose copy is damaged may be sent again where a second sending only replaces the first (only the
    caller knows the channel). It keeps its ``published_at``, and cannot be rejected any more.

    Args:
        next_at: when to look after it if nothing was heard; None: in five minutes.
        place: what it takes the place of: from now on its reference as well, until it is ``let_go``.

    Raises:
        NotPublishable: the appeal has ended, it is wanted down, or the end or the approval's end has come.
        Contradiction: it is neither planned nor publishing nor live.
    """
    row = checked(tx, publication_id, "intend_publish")
    refuse_late(tx, row, now)
    moves.start(tx, row, "publish", now)
    attempts = moves.next_attempt(row)
    taken: dict[str, Any] = {} if place is None else {"draft_references": references_as_json([place])}
    change(
        tx,
        row,
        "intend_publish",
        now=now,
        by=by,
        data={"attempt": attempts} if place is None else {"attempt": attempts, "in_place_of": place.id},
        **taken,
        state=State.PUBLISHING,
        op_at=now,
        absent_at=None,
        attempts=attempts,
        next_at=wake(row, now + LEASE if next_at is None else next_at),
    )


def published(
    tx: Tx,
    publication_id: int,
    *,
    remote_id: str,
    url: str | None,
    now: dt.datetime,
    by: str,
    evidence: Mapping[str, object] | None = None,
    next_at: dt.datetime | None = None,
    since: dt.datetime | None = None,
) -> None:
    """The channel said that it is online: live until its end, or due at once if it is wanted down by now.

    Args:
        next_at: the next look; None: in a day, or at the end if that is earlier.
        since: when it went online, where that was before anybody here knew of it.

    Raises:
        Contradiction: it was not publishing.
    """
    row = checked(tx, publication_id, "published")
    later = now + LOOK_AGAIN if next_at is None else next_at
    moves.finish(tx, row, "ok", now, evidence)
    moves.clear(tx, row, "ok", now)
    change(
        tx,
        row,
        "published",
        now=now,
        by=by,
        data={"remote_id": remote_id, "evidence": digest_of(evidence or {})},
        state=State.LIVE,
        remote_id=remote_id,
        url=url,
        published_at=row.published_at or since or now,
        absent_at=None,
        attempts=0,
        problem=None,
        next_at=now if row.want is Want.DOWN else wake(row, later),
    )


def outcome_unknown(
    tx: Tx, publication_id: int, problem: Message, *, next_at: dt.datetime, now: dt.datetime, by: str
) -> None:
    """Nobody knows whether the call had an effect: it counts as published until a look says otherwise.

    Raises:
        Contradiction: it was not publishing.
    """
    row = checked(tx, publication_id, "outcome_unknown")
    moves.finish(tx, row, "unknown", now, problem._asdict())
    change(tx, row, "outcome_unknown", now=now, by=by, problem=problem, next_at=wake(row, next_at))


def postpone(tx: Tx, publication_id: int, problem: Message, *, next_at: dt.datetime, now: dt.datetime, by: str) -> None:
    """Nothing could be done for it now, and why; the next try is due at ``next_at``, or at its end if that is earlier.

    Raises:
        Contradiction: it is finished.
    """
    row = checked(tx, publication_id, "postpone")
    change(tx, row, "postpone", now=now, by=by, problem=problem, next_at=wake(row, next_at))


def absent(tx: Tx, publication_id: int, *, next_at: dt.datetime, now: dt.datetime, by: str) -> None:
    """A clean listing does not have it: no call had an effect, and it may be made again.

    Raises:
        Contradiction: it was not publishing.
    """
    row = checked(tx, publication_id, "absent")
    moves.clear(tx, row, "absent", now)
    change(tx, row, "absent", now=now, by=by, absent_at=now, problem=None, next_at=wake(row, next_at))


def unsent(tx: Tx, publication_id: int, problem: Message, *, next_at: dt.datetime, now: dt.datetime, by: str) -> None:
    """This call surely had no effect, which says nothing of an earlier one.

    Raises:
        Contradiction: it was not publishing.
    """
    row = checked(tx, publication_id, "unsent")
    moves.finish(tx, row, "unsent", now, problem._asdict())
    absent_at = None if unclear(tx, publication_id) else now
    change(tx, row, "unsent", now=now, by=by, absent_at=absent_at, problem=problem, next_at=wake(row, next_at))


def place_lost(
    tx: Tx, publication_id: int, problem: Message, *, next_at: dt.datetime, now: dt.datetime, by: str
) -> None:
    """This call had no effect, because what it was to take the place of is not to be had: it is sent as a new object.

    Raises:
        Contradiction: it was not publishing.
    """
    row = checked(tx, publication_id, "unsent")
    moves.finish(tx, row, "unsent", now, {**problem._asdict(), PLACE: LOST})
    absent_at = None if unclear(tx, publication_id) else now
    change(tx, row, "place_lost", now=now, by=by, absent_at=absent_at, problem=problem, next_at=wake(row, next_at))


def let_go(tx: Tx, publication_id: int, *, now: dt.datetime, by: str) -> None:
    """No call had an effect: the place that it was to take is none of its references any more.

    Raises:
        Contradiction: a call may have had an effect.
    """
    row = get(tx, publication_id)
    if row.published_at is not None or unclear(tx, publication_id):
        raise impossible(f"publication {publication_id} lets go of a place that it may have taken")
    if row.references:
        change(tx, row, "let_go", now=now, by=by, draft_references=[])


def interrupted(tx: Tx, row: Publication, *, now: dt.datetime) -> None:
    """Whoever made the call that is under way makes it no longer: its request has left by now, or never does."""
    moves.finish(tx, row, "interrupted", now)


def rejected(tx: Tx, publication_id: int, problem: Message, *, now: dt.datetime, by: str) -> None:
    """The channel refused for good and has nothing of it.

    Raises:
        Contradiction: it was not publishing, something of it has been seen or was published before, or nobody knows
            what an earlier call has left.
    """
    row = checked(tx, publication_id, "rejected")
    if row.published_at is not None or shown(tx, publication_id):
        raise impossible(f"publication {publication_id} is rejected, but something of it has been seen")
    moves.finish(tx, row, "rejected", now, problem._asdict())
    if unclear(tx, publication_id):
        raise impossible(f"publication {publication_id} is rejected, but an earlier call may have had an effect")
    change(tx, row, "rejected", now=now, by=by, state=State.REJECTED, problem=problem, next_at=None)


def cancel(tx: Tx, publication_id: int, *, now: dt.datetime, by: str) -> None:
    """It will not be published.

    Raises:
        Contradiction: a call may have had an effect.
    """
    row = checked(tx, publication_id, "cancel")
    if row.state is State.PUBLISHING and not never_sent(tx, publication_id):
        raise impossible(f"publication {publication_id} is cancelled, but something of it may have been sent")
    change(tx, row, "cancel", now=now, by=by, state=State.CANCELLED, want=Want.DOWN, next_at=None)


def give_up(tx: Tx, publication_id: int, *, now: dt.datetime, by: str) -> None:
    """Nobody began with it in time: it will not be published, unless the same release is planned there again.

    Raises:
        Contradiction: it is not planned.
    """
    row = checked(tx, publication_id, "give_up")
    change(
        tx,
        row,
        "give_up",
        now=now,
        by=by,
        state=State.CANCELLED,
        given_up=1,
        want=Want.DOWN,
        problem=GIVEN_UP,
        next_at=None,
    )


def set_due(
    tx: Tx,
    publication_id: int,
    due_at: dt.datetime | None,
    because: Message | None,
    *,
    now: dt.datetime,
    by: str,
) -> None:
    """Give an unfinished publication the end that the clocks now say. The same end again changes nothing.

    Raises:
        Contradiction: it is finished.
    """
    row = get(tx, publication_id)
    if row.is_down:
        raise impossible(f"a new end for publication {publication_id}, which is {row.state.value}")
    if (row.due_at, row.due_because) == (due_at, because):
        return
    next_at = row.next_at
    if row.state is State.LIVE and row.want is Want.UP and next_at == row.due_at:
        next_at = now + LOOK_AGAIN
    if row.want is Want.UP and due_at is not None and next_at is not None:
        next_at = min(next_at, due_at)
    change(
        tx,
        row,
        "set_due",
        now=now,
        by=by,
        data={"from": written(row.due_at), "to": written(due_at)},
        due_at=due_at,
        due_because=because,
        next_at=next_at,
    )
