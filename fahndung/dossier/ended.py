"""What has ended of an appeal, so that nothing revives it. Decides no end."""

import contextlib
from typing import Any

from fahndung.dossier.stored import stored_case
from fahndung.errors import NotPublishable
from fahndung.home import Home
from fahndung.law import clockfacts
from fahndung.law.facts import EndedOrder
from fahndung.ledger import appeals, endings, publications
from fahndung.ledger.transaction import Tx
from fahndung.model.closing import EndReason
from fahndung.model.ids import PersonId
from fahndung.model.mandate import Medium

USES_UP_THE_ORDER = frozenset(
    {EndReason.LAPSED, EndReason.REVOKED, EndReason.REVIEW, EndReason.CONSENT, EndReason.FOUND}
)
"""After an error, or when only an approval ran out, the order still stands: a corrected revision may use it."""


def ended_orders(tx: Tx, appeal: str) -> tuple[EndedOrder, ...]:
    """The orders under which an appeal ran and ended: none of them can carry a new revision (R08)."""
    submissions = {one.revision: one for one in appeals.all(tx) if one.appeal == appeal}
    found = []
    for ending in endings.endings(tx, appeal):
        whole = ending.medium is None and ending.channel is None
        if not whole:  # the end on the last channel is an end of all of it
            rows = publications.rows(tx, appeal)
            whole = bool(rows) and all(row.is_down or row.want is publications.Want.DOWN for row in rows)
        ends = whole and ending.person is None and ending.reason in USES_UP_THE_ORDER
        if ends and ending.revision in submissions:
            order = clockfacts.thaw(submissions[ending.revision].clock_facts).order
            found.append(EndedOrder(reference=order.reference, at=order.at))
    return tuple(found)


def ended_before(tx: Tx, home: Home, appeal: str) -> dict[str, Any]:
    """What the gate must know of earlier ends before a new revision: orders, persons and pictures (R08, R36).

    A person whose search is over anywhere is not handed in again. Of a case that is lost its pictures are not known.
    """
    wishes = endings.endings(tx, appeal)
    over: set[str] = set()
    errors: set[str] = set()
    for wish in wishes:
        submission = appeals.find(tx, appeal, wish.revision)
        if submission is None or (wish.person is None and wish.reason is not EndReason.ERROR):
            continue
        with contextlib.suppress(NotPublishable):
            for image in stored_case(home, submission).appeal.images:
                if wish.reason is EndReason.ERROR:
                    errors.add(image.cut)
                if wish.person in image.shows:
                    over.add(image.cut)
    return {
        "ended_orders": ended_orders(tx, appeal),
        "ended_persons": frozenset(wish.person for wish in wishes if wish.person is not None),
        "ended_pictures": frozenset(over),
        "doubted_pictures": frozenset(errors - over),
    }


def is_closed(tx: Tx, appeal: str, revision: int, *, medium: Medium | None = None, channel: str | None = None) -> bool:
    """Whether nothing of a revision may be published any more, wholly or by this medium or channel.

    The end for one person closes the revision too, because it shows that person: what may go on is the variant without
    that person, which ``lifecycle.parting`` puts up, or a new revision.
    """
    if endings.is_ended(tx, appeal, revision, medium=medium, channel=channel):
        return True
    return any(e.person is not None and e.revision >= revision for e in endings.endings(tx, appeal))


def ended_persons(tx: Tx, appeal: str) -> frozenset[PersonId]:
    """The persons whose search is over, by every medium and on every channel."""
    wishes = endings.endings(tx, appeal)
    return frozenset(e.person for e in wishes if e.person is not None and e.medium is None and e.channel is None)
