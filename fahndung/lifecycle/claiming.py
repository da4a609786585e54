"""Claims a publication with the intent of its next call, or says why none is made now."""

import dataclasses
import datetime as dt
from collections.abc import Sequence

from fahndung.channels.capabilities import Capabilities
from fahndung.errors import FahndungError, Message
from fahndung.ledger import claims, publications
from fahndung.ledger.faults import impossible
from fahndung.ledger.publications import Operation, Publication
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import calls, closings, mailing, noticing, pacing, telling
from fahndung.lifecycle.outcomes import HELD, Claimed, Outcome
from fahndung.lifecycle.shift import Shift
from fahndung.lifecycle.tasks import Task, task_of
from fahndung.model.publication import Posting, State

_CALLED = frozenset({State.PLANNED, State.PUBLISHING, State.LIVE, State.WITHDRAWING})
"""States in which a call that writes may come next."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """A publication after its turn; ``outcome`` None: no call was needed, or none may be made now (``why``)."""

    row: Publication
    outcome: Outcome | None = None
    why: Message | None = None


def claim(
    tx: Tx, shift: Shift, publication_id: int, *, now: dt.datetime, sends: bool, task: Task | None = None
) -> Claimed | Turned:
    """The claim with the intent of its call; or why there is none, and what was done without one.

    Raises:
        UsageError, Unreadable: as ``publications.get``. Contradiction: ``task`` does not fit the row, or is no look and
            the run only looks.
    """
    row, taken = shift.take(tx, publication_id, now=now)
    if taken is None:
        return Turned(row=row, why=HELD)
    if shift.worker is None and task is not Task.LOOK:
        raise impossible(f"a call for publication {row.id} by a run that only looks")
    publications.interrupted(tx, row, now=now)
    unclear = publications.unclear(tx, row.id)
    able = _able(shift, row) if row.state in _CALLED else None
    task = task or _task(tx, shift, row, unclear, able, now)
    why = pacing.not_now(tx, shift, row, task, able, now, sends=sends)
    if mailing.is_addressed(row) and why is None:
        task, why = noticing.of_message(tx, shift, row, task, now)
    if task is Task.CANCEL:
        publications.cancel(tx, row.id, now=now, by=shift.by)
        if row.tells_end and row.want is publications.Want.UP:  # its term is over before it went out
            telling.ask_instead(tx, row.appeal, row.channel, now=now, by=shift.by)
    if task in {Task.CANCEL, Task.NOTHING} or why is not None:
        claims.give_back(tx, taken)
        return Turned(row=publications.get(tx, row.id), why=why)
    if task is Task.WITHDRAW:
        publications.intend_withdraw(tx, row, now=now, by=shift.by, next_at=now + shift.wait(row.attempts))
    return Claimed(
        claim=taken,
        row=row,
        task=task,
        posting=posting_now(tx, row, now),
        since=shift.tick(),
        unclear_since=max((one.finished_at or now for one in unclear), default=None),
        doubtful=task is Task.TELL and publications.untold(tx, row.id),
        takes_place=able is not None and able.edit.named,
        last_call=publications.last_call(tx) if row.is_down else 0,
    )


def _able(shift: Shift, row: Publication) -> Capabilities | None:
    """What its channel can; None if it cannot be opened: the call itself will tell why."""
    try:
        return shift.open(row.kind, row.endpoint).capabilities()
    except FahndungError:
        return None


def _task(
    tx: Tx, shift: Shift, row: Publication, unclear: Sequence[Operation], able: Capabilities | None, now: dt.datetime
) -> Task:
    """The next task, as the row's channel lets it be done."""
    task = task_of(row, now)
    allowed = row.channel in shift.repeats
    if mailing.is_addressed(row) and task is Task.RESOLVE and publications.posting_of(tx, row).references:
        return task
    if task is Task.RESOLVE and able is not None and calls.repeats(able, unclear, now, allowed=allowed):
        return Task.SEND
    if task is Task.WITHDRAW and row.state is State.PUBLISHING and publications.never_sent(tx, row.id):
        return Task.CANCEL
    if not mailing.is_addressed(row):
        return task
    again = row.state is State.BY_HAND and mailing.owed(tx, row, now) is not None
    return Task.TELL if task is Task.WITHDRAW or again else task


def posting_now(tx: Tx, row: Publication, now: dt.datetime) -> Posting:
    """What look and withdraw may use. A row that was down and has a successor in its place counts as superseded."""
    posting = closings.noticed(tx, row, publications.posting_of(tx, row), now)
    if row.is_down and publications.is_replaced(tx, row):
        return dataclasses.replace(posting, superseded=True)
    return posting
