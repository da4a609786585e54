"""What runs: each medium of each appeal that has not ended, with every clock that can still end it there.

From the ledger alone; looks at no clock on the wall, warns nobody.
"""

import dataclasses
import datetime as dt
import json
from collections.abc import Iterator

from fahndung.approval import Act
from fahndung.dossier import signatures
from fahndung.dossier.ended import is_closed
from fahndung.errors import Message
from fahndung.law import clockfacts
from fahndung.law.clock import Clock, ClockPolicy
from fahndung.law.clockfacts import ClockFacts
from fahndung.law.reasons import NO_END
from fahndung.law.reminding import can_end
from fahndung.ledger import appeals, byhand, publications
from fahndung.ledger.appeals import StoredRelease, Submission
from fahndung.ledger.publications import Publication, Want
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle.ends import approval_ends
from fahndung.model.mandate import Medium
from fahndung.model.publication import State

APPROVAL = "approval"
STORED = "stored"
"""The kinds of clocks that only a publication has: its approval's expiry, and an end that cannot be computed anew."""

OUT = frozenset({State.PUBLISHING, State.LIVE, State.BY_HAND})
NEVER_OUT = frozenset({State.PLANNED, State.REJECTED, State.CANCELLED})


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One medium of one revision, on one channel or on none yet.

    Attributes:
        channel: None where it is not out yet, or hangs on paper.
        approved: whether somebody approved the release; what is out was.
        opens: the embargo of what is not out yet.
        clocks: those that can still end it, by time.
        policy: the policy under which it was handed in.
    """

    appeal: str
    revision: int
    channel: str | None
    medium: Medium
    approved: bool
    opens: dt.datetime | None = None
    clocks: tuple[Clock, ...] = ()
    policy: ClockPolicy = dataclasses.field(default_factory=ClockPolicy)


def courses(tx: Tx, appeal: str | None = None) -> tuple[Course, ...]:
    """Every course, or those of one appeal; first what is out, oldest first."""
    rows = [row for row in publications.open_rows(tx) if row.want is Want.UP and row.state in OUT and not row.tells_end]
    waiting = [
        course
        for submission in appeals.unended(tx)
        if appeal in (None, submission.appeal)
        for course in _not_out(tx, submission)
    ]
    return (*(_out(tx, row) for row in rows if appeal in (None, row.appeal)), *waiting)


def _out(tx: Tx, row: Publication) -> Course:
    course = Course(appeal=row.appeal, revision=row.revision, channel=row.channel, medium=row.medium, approved=True)
    submission = appeals.find(tx, row.appeal, row.revision)
    known = None if submission is None else _known(tx, submission, frozenset({row.medium}))
    if known is None:
        return dataclasses.replace(course, clocks=_stored(row))
    facts, running = known
    if (until := row.approved_until) is not None:
        running = (*running, _own(APPROVAL, row.medium, facts.order.at, until, approval_ends(until)))
    return dataclasses.replace(course, clocks=can_end(running, [row.medium]), policy=facts.policy)


def _not_out(tx: Tx, submission: Submission) -> Iterator[Course]:
    """The media of a revision that nothing was published for; of paper only what was printed once others are out."""
    stored = appeals.latest_release(tx, submission.appeal, submission.revision)
    approved = stored is not None and _is_approved(tx, submission, stored)
    rows = [row for row in publications.rows(tx, submission.appeal) if row.revision == submission.revision]
    sent = {row.medium for row in rows if row.state not in NEVER_OUT}
    if sent and not _printed(tx, submission.appeal):
        sent.add(Medium.POSTER)
    try:
        media = _media(submission, stored)
    except (ValueError, KeyError, TypeError):  # spoiled facts: ``status`` says so, and here there is no end to warn of
        return
    left = [medium for medium in Medium if medium in media - sent and not _closed(tx, submission, medium)]
    known = _known(tx, submission, frozenset(left)) if left else None
    if known is None:
        return
    facts, running = known
    for medium in left:
        yield Course(
            appeal=submission.appeal,
            revision=submission.revision,
            channel=None,
            medium=medium,
            approved=approved,
            opens=facts.plan.not_before if not sent else None,
            clocks=can_end(running, [medium]),
            policy=facts.policy,
        )


def _media(submission: Submission, stored: StoredRelease | None) -> frozenset[Medium]:
    """What was built for; before that all that the order names, since only the configuration knows the channels."""
    if stored is None:
        return clockfacts.thaw(submission.clock_facts).order.scope.media
    return frozenset(Medium(medium) for medium in json.loads(stored.manifest)["media"])


def _closed(tx: Tx, submission: Submission, medium: Medium) -> bool:
    return is_closed(tx, submission.appeal, submission.revision, medium=medium)


def _is_approved(tx: Tx, submission: Submission, stored: StoredRelease) -> bool:
    signed = appeals.acts(tx, submission.appeal, submission.revision, Act.APPROVE)
    return any(act.subject == stored.digest for act in signed)


def _printed(tx: Tx, appeal: str) -> bool:
    return any(item.kind is byhand.Kind.PAPER for item in byhand.open_items(tx, appeal))


def _known(tx: Tx, submission: Submission, media: frozenset[Medium]) -> tuple[ClockFacts, tuple[Clock, ...]] | None:
    """The facts and every clock; None where the ledger's facts or signatures are spoiled."""
    try:
        facts = clockfacts.thaw(submission.clock_facts)
        confirmations, reviews = signatures.confirmations(tx, submission), signatures.reviews(tx, submission)
        return facts, facts.clocks(media, confirmations=confirmations, reviews=reviews)
    except Exception:  # noqa: BLE001 RUF100  # whatever one appeal holds, the others are warned of
        return None


def _stored(row: Publication) -> tuple[Clock, ...]:
    if row.due_at is None:
        return ()
    return (_own(STORED, row.medium, row.planned_at, row.due_at, row.due_because or NO_END),)


def _own(kind: str, medium: Medium, since: dt.datetime, at: dt.datetime, because: Message) -> Clock:
    return Clock(kind=kind, at=at, because=because, source="", media=(medium,), rule="R07", final=True, since=since)
