"""The wish that an appeal, or a part of it, be over: recorded once, and turned into due takedowns in the same breath.

Takes nothing down and needs nobody's permission (R37).
"""

import dataclasses
import datetime as dt

import sqlalchemy as sa

from fahndung.ledger import appeals, audit, breaches, byhand, covering, withdrawing
from fahndung.ledger.breaches import Duty
from fahndung.ledger.listing import OPEN
from fahndung.ledger.tables import ending as ending_table
from fahndung.ledger.tables import publication
from fahndung.ledger.transaction import Tx
from fahndung.model.closing import ERROR, EndReason
from fahndung.model.ids import AppealId, PersonId
from fahndung.model.mandate import Medium
from fahndung.model.publication import closing, without


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What is to end. Without person, medium and channel: the whole appeal.

    Attributes:
        person: one person of the appeal is to be shown no longer; all that shows this person has to come down or
            make room for a remainder. A variant without this person may stay.
        by: who wished it.
        note: for the case file; never part of the audit log.
        revision: the last revision that this closes; 0 is filled with the latest one that exists then.
        tip: whether a tip led to it; None: nobody said.
    """

    appeal: AppealId
    reason: EndReason
    by: str
    at: dt.datetime
    person: PersonId | None = None
    medium: Medium | None = None
    channel: str | None = None
    note: str = ""
    revision: int = 0
    tip: bool | None = None


def end(tx: Tx, ending: Ending, *, duty: Duty | None = None) -> tuple[int, ...]:
    """Record the wish and make every matching publication due now; returns their ids.

    Revisions handed in later are not concerned. A post that tells an end (``model.publication.closing``) goes with an
    error, unless it tells that, and with an end that names its medium or channel; any other end leaves it.

    Args:
        duty: the error was a breach of data protection, and this is to be done about it. One of the same appeal that
            is not reported yet stays the only one.

    Raises:
        UsageError: the appeal or the revision is unknown.
    """
    revision = appeals.get(tx, ending.appeal, ending.revision or None).revision
    tx.connection.execute(
        sa.insert(ending_table).values(
            appeal=ending.appeal,
            revision=revision,
            reason=ending.reason.value,
            person=ending.person,
            medium=ending.medium.value if ending.medium else None,
            channel=ending.channel,
            by=ending.by,
            at=ending.at,
            note=ending.note,
            tip=None if ending.tip is None else int(ending.tip),
        )
    )
    parts = {"revision": revision, "person": ending.person, "medium": ending.medium, "channel": ending.channel}
    audit.append(
        tx,
        at=ending.at,
        by=ending.by,
        action="appeal.end",
        appeal=ending.appeal,
        reason=ending.reason.value,
        data=parts,
    )
    if duty is not None:
        _open_breach(tx, ending, revision, duty)
    wanted = sa.select(publication.c.id).where(
        publication.c.appeal == ending.appeal, publication.c.revision <= revision, OPEN
    )
    if ending.person is not None:
        wanted = wanted.where(publication.c.target != without(ending.person))
    if ending.medium is not None:
        wanted = wanted.where(publication.c.medium == ending.medium.value)
    if ending.channel is not None:
        wanted = wanted.where(publication.c.channel == ending.channel)
    if ending.medium is None and ending.channel is None:
        stays = closing(ERROR if ending.reason is EndReason.ERROR else "")
        wanted = wanted.where(sa.not_(publication.c.target.startswith(stays)))
    ids = tx.connection.execute(wanted.order_by(publication.c.id)).scalars()
    return withdrawing.want_down(tx, list(ids), now=ending.at, by=ending.by, reason=ending.reason.value)


def _open_breach(tx: Tx, ending: Ending, revision: int, duty: Duty) -> None:
    if any(breach.reported_at is None for breach in breaches.breaches(tx, ending.appeal)):
        return
    item, _ = (
        byhand.add(
            tx,
            byhand.ByHand(appeal=ending.appeal, kind=kind, what=what.text, why=what.source),
            at=ending.at,
            by=ending.by,
        )
        for kind, what in (
            (byhand.Kind.BREACH_NOTICE, duty.notice),
            (byhand.Kind.BREACH_PERSONS, duty.persons),
        )
    )
    breaches.open(
        tx,
        appeal=ending.appeal,
        revision=revision,
        known_at=ending.at,
        due_at=duty.due_at,
        item=item,
        by=ending.by,
    )


def endings(tx: Tx, appeal: str | None = None) -> tuple[Ending, ...]:
    """The recorded wishes, oldest first."""
    wanted = sa.select(ending_table).order_by(ending_table.c.id)
    if appeal is not None:
        wanted = wanted.where(ending_table.c.appeal == appeal)
    return tuple(
        Ending(
            appeal=AppealId(row.appeal),
            reason=EndReason(row.reason),
            by=row.by,
            at=row.at,
            person=row.person,
            medium=Medium(row.medium) if row.medium else None,
            channel=row.channel,
            note=row.note,
            revision=row.revision,
            tip=None if row.tip is None else bool(row.tip),
        )
        for row in tx.connection.execute(wanted)
    )


def is_ended(tx: Tx, appeal: str, revision: int, *, medium: Medium | None = None, channel: str | None = None) -> bool:
    """Whether nothing of this revision may be published any more (by this medium, on this channel, if named).

    The end of one person's part does not count: what does not show that person may go on.
    """
    return covering.is_closed(tx, appeal, revision, medium=medium, channel=channel)
