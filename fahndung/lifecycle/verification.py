"""Reads publications back: what should be online, and what should be gone. Withdraws nothing itself.

A copy that came back is re-opened in the ledger, so that the next takedown removes it again.
"""

import dataclasses
import datetime as dt

from fahndung import channels
from fahndung.errors import FahndungError
from fahndung.home import Home
from fahndung.ledger import byhand, publications
from fahndung.ledger.publications import Publication
from fahndung.ledger.store import Ledger
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle.ends import is_over, refresh
from fahndung.lifecycle.takedown import Outcome, damaged
from fahndung.lifecycle.withdrawal import Pending, pending, told
from fahndung.model.publication import Altered, Gone, Live, Look, State, Unknown, main_reference

NEVER_SENT = frozenset({State.PLANNED, State.CANCELLED, State.REJECTED})


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One publication and what a look at it showed. ``right`` says whether that is as it should be."""

    publication: Publication
    look: Look
    right: bool


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """Every look of a run, and what follows for the ledger."""

    seen: tuple[Seen, ...]
    outcome: Outcome


def verify(home: Home, ledger: Ledger, *, now: dt.datetime, by: str, appeal: str | None = None) -> Verification:
    """Looks at every publication that was ever sent."""
    with home.lock():
        with ledger.write(now) as tx:
            troubles = refresh(tx, now=now, by=by, appeal=appeal)
            replacing = {row.id for row in publications.rows(tx, appeal) if row.is_down and replaced(tx, row)}
            rows = [row for row in publications.rows(tx, appeal) if row.state not in NEVER_SENT]
        seen = tuple(_verify_one(ledger, row, now=now, by=by) for row in rows)
    gone = tuple(s.publication for s in seen if isinstance(s.look, Gone) and s.publication.id not in replacing)
    left = [pending(s.publication, told(s.look)) for s in seen if _may_be_online(s, now)]
    left += [Pending(appeal=appeal or "", channel="", url=None, why=why) for why in troubles]
    with ledger.read() as tx:
        items = byhand.open_items(tx, appeal)
        left += damaged(tx, appeal)
    outcome = Outcome(withdrawn=gone, pending=tuple(left), by_hand=items)
    return Verification(seen=seen, outcome=outcome)


def _may_be_online(seen: Seen, now: dt.datetime) -> bool:
    """A copy that was once read back as gone counts again only if a copy answered."""
    if seen.publication.is_down:
        return isinstance(seen.look, Live | Altered)
    return is_over(seen.publication, now) and not isinstance(seen.look, Gone)


def look_at(tx: Tx, row: Publication) -> Look:
    """What the channel shows of one publication."""
    posting = publications.posting(tx, row.id)
    if row.is_down and replaced(tx, row):
        posting = dataclasses.replace(posting, superseded=True)
    try:
        return channels.from_ledger(row.kind, row.endpoint).look(posting)
    except FahndungError as error:
        return Unknown(why=error.message.en)


def replaced(tx: Tx, row: Publication) -> bool:
    """Whether another publication of the same appeal stands on the same channel now."""
    others = publications.rows(tx, row.appeal, channel=row.channel)
    return any(other.id != row.id and not other.is_down for other in others)


def _verify_one(ledger: Ledger, row: Publication, *, now: dt.datetime, by: str) -> Seen:
    with ledger.read() as tx:
        found = look_at(tx, row)
    right = isinstance(found, Gone) if row.is_down or is_over(row, now) else isinstance(found, Live)
    with ledger.write(now) as tx:
        if row.state is State.PUBLISHING and isinstance(found, Live):
            first = main_reference(row.references)
            publications.published(tx, row.id, remote_id=first.id, url=first.url, now=now, by=by)
        if isinstance(found, Gone) and row.state in {State.WITHDRAWING, State.BY_HAND}:
            publications.gone(tx, row.id, found, now=now, by=by)
        else:
            publications.looked(tx, row.id, found, now=now, by=by)
    return Seen(publication=row, look=found, right=right)
