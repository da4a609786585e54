"""What is planned while another run has the calling place: whether a worker sees to it, and what is given up."""

import datetime as dt
from collections.abc import Collection, Sequence

from fahndung.errors import Busy, Message
from fahndung.home import Home
from fahndung.ledger import claims, publications
from fahndung.ledger.publications import Publication
from fahndung.ledger.store import Ledger
from fahndung.lifecycle import attendance, pacing, promises, withdrawal
from fahndung.lifecycle.prepared import Waiting
from fahndung.lifecycle.shift import Shift, pauses
from fahndung.lifecycle.withdrawal import Pending
from fahndung.model.mandate import Medium
from fahndung.model.publication import State


def decided(shift: Shift, row: Publication, now: dt.datetime, *, attended: bool) -> Waiting | None:
    """What waits as somebody decided or for its page, and for what; None: it does not."""
    with shift.ledger.read() as tx:
        wait = pacing.waiting(tx, shift, publications.get(tx, row.id), now)
    return None if wait is None else Waiting(channel=row.channel, until=wait[0], why=wait[1], attended=attended)


def is_beside_a_worker(shift: Shift) -> bool:
    """Whether a worker runs beside whoever has the calling place: on a server there may be many."""
    with shift.ledger.read() as tx:
        return any(shift.alive(one.id) for one in claims.workers(tx) if one.what == attendance.WORKER)


def waits(shift: Shift, row: Publication, now: dt.datetime, patience: float) -> bool:
    """Whether a worker is about to do something for it: to send it, or to look at a page that others wait for.

    What is due only after one's patience waits for something that takes long: its time, its page, the limit of its
    account.
    """
    if row.state is State.PUBLISHING:
        return row.lease_by is not None
    unread = row.state is State.LIVE and row.medium is Medium.WEBSITE and row.verified_at is None
    if not (row.state is State.PLANNED or unread) or promises.is_promised(row, now):
        return False
    soon = now + dt.timedelta(seconds=patience)
    if row.next_at is None or row.next_at > soon:
        return False
    with shift.ledger.read() as tx:
        return pacing.decided(tx, shift, publications.get(tx, row.id), now) is None


def left_up(ledger: Ledger, older: Sequence[Publication], now: dt.datetime, patience: float) -> tuple[Pending, ...]:
    """What is replaced and was wished gone, and a worker has not taken down within one's patience."""
    soon = now + dt.timedelta(seconds=patience)
    for _ in pauses(patience):
        with ledger.read() as tx:
            rows = [publications.get(tx, row.id) for row in older]
        if not any(withdrawal.is_in_hand(row, soon) for row in rows):
            break
    return tuple(withdrawal.pending(row, row.problem or _SOON) for row in rows if not withdrawal.is_settled(row))


_SOON = Message(
    "its end is recorded; the worker, or the next takedown, removes it",
    "Das Ende ist vermerkt; der Hintergrunddienst oder die nächste Löschung entfernt es",
)


def give_up(
    home: Home, ledger: Ledger, planned: list[Publication], known: Collection[int], *, now: dt.datetime, by: str
) -> list[Publication]:
    """What this run planned and nobody began is not sent behind the back of whoever asked; the rows as they are then.

    What a worker has begun it finishes, the rest with it. What was planned before (``known``) was told to somebody.

    Raises:
        Busy: nothing is left of it.
    """
    attended = attendance.is_attended(home, ledger)
    with ledger.write(now) as tx:
        rows = [publications.get(tx, row.id) for row in planned]
        mine = [row for row in rows if row.id not in known]
        begun = [row for row in mine if row.op_at is not None or row.lease_by is not None]
        if not (begun and attended):
            for row in mine:
                if row.state is State.PLANNED and row.lease_by is None:
                    publications.give_up(tx, row.id, now=now, by=by)
        rows = [publications.get(tx, row.id) for row in rows]
    if all(row.given_up for row in rows):
        raise Busy(*publications.GIVEN_UP)
    return rows
