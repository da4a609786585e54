"""What a message to a recipient needs where other copies are looked at and taken down: nothing, or a closing notice.

Writes down what needs no call, and the intent of a notice right before its call; calls nothing itself.
"""

import datetime as dt

from fahndung.errors import FahndungError, Message, NotPublishable
from fahndung.ledger import appeals, claims, publications, recipients
from fahndung.ledger.publications import Publication
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import calls, mailing, settling
from fahndung.lifecycle.outcomes import Claimed, Failed, Hands, Lost, Outcome
from fahndung.lifecycle.shift import Shift
from fahndung.lifecycle.tasks import Task

_NO_LOOK = Message("nobody can look at a message once it was taken", "Eine angenommene Nachricht kann niemand ansehen")
_NOT_TOLD = Message(
    "replaced or withdrawn without an end on record: tell them what is right now",
    "ersetzt oder zurückgenommen, ohne dass ein Ende vermerkt ist: mitteilen, was nun gilt",
)
_AFTER_OTHERS = dt.timedelta(seconds=2)


def of_message(tx: Tx, shift: Shift, row: Publication, task: Task, now: dt.datetime) -> tuple[Task, Message | None]:
    """The task of a message to a recipient, and why it is not for now; what needs no call is done here."""
    by = shift.by
    if task is Task.LOOK:
        if row.next_at is not None and row.next_at <= now:
            publications.leave(tx, row, next_at=now + mailing.QUIET, now=now, by=by)
        return task, _NO_LOOK
    if task is not Task.TELL:
        return task, None
    mailing.end_by_clock(tx, row, now=now, by=by)
    if row.superseded:
        settling.leave_copy(tx, row, now=now, by=by)
        return Task.NOTHING, None
    if mailing.owed(tx, row, now) is None:
        settling.to_hands(tx, row, _NOT_TOLD, now=now, by=by)
        return Task.NOTHING, _NOT_TOLD
    why = mailing.waits_for(tx, row, now)
    if why is not None:
        publications.wait_for_channel(tx, row.id, why, next_at=now + _AFTER_OTHERS, now=now, by=by)
    return task, why


def intend_notice(shift: Shift, claimed: Claimed) -> calls.Letter | Outcome:
    """The closing notice as it was approved, its intent committed; the call itself comes after it."""
    if claimed.doubtful and claimed.row.channel not in shift.repeats:
        return Hands(problem=calls.DOUBTFUL)
    try:
        with shift.ledger.read() as tx:
            stored = appeals.release(tx, claimed.row.digest)
        now = shift.clock()
        with shift.ledger.write(now) as tx:
            row = publications.get(tx, claimed.row.id)
            notice, to = mailing.owed(tx, row, now), recipients.address_of(tx, row.target)
            if not claims.holds(row, claimed.claim):
                return Lost()
            if notice is None or to is None or shift.home is None:
                return Hands(problem=_UNWRITTEN)
            text = mailing.approved(shift.home, stored, notice.file)
            again = now + shift.wait(row.attempts)
            publications.intend_withdraw(tx, row, now=now, by=shift.by, next_at=again, action="intend_notice")
        return calls.Letter(notice=text, to=to, number=notice.number)
    except NotPublishable as error:
        return Hands(problem=error.message)
    except FahndungError as error:
        return Failed(problem=error.message)


_UNWRITTEN = Message(
    "no closing notice can be written to them: tell the end by another way",
    "An diesen Empfänger ist keine Nachricht möglich: das Ende anders mitteilen",
)
