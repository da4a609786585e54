"""Reads publications back: what should be online, and what should be gone. Withdraws nothing itself.

A copy that came back is re-opened in the ledger, so that the next takedown removes it again.
"""

import contextlib
import dataclasses
import datetime as dt
from collections.abc import Iterator

from fahndung.errors import Busy, Message
from fahndung.home import Home
from fahndung.ledger import byhand, claims, publications
from fahndung.ledger.publications import Publication
from fahndung.ledger.store import Ledger
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import foreign, turns
from fahndung.lifecycle.ends import is_over, refresh
from fahndung.lifecycle.mailing import is_addressed
from fahndung.lifecycle.outcomes import Looked, Unseen
from fahndung.lifecycle.settling import told
from fahndung.lifecycle.shift import GLANCE_SECONDS, Clock, Shift, looking_on, on_shift
from fahndung.lifecycle.takendown import Outcome, damaged
from fahndung.lifecycle.tasks import Task
from fahndung.lifecycle.withdrawal import Pending, pending
from fahndung.model.publication import Altered, Gone, Live, Look, State, Tombstone, Unknown, place_of

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


def verify(
    home: Home, ledger: Ledger, *, now: dt.datetime, by: str, appeal: str | None = None, clock: Clock | None = None
) -> Verification:
    """Looks at every publication that was ever sent, but for messages and closed channels: nobody can look there."""
    with _shift(home, ledger, by=by, clock=clock or (lambda: now)) as shift:
        with ledger.write(now) as tx:
            claims.recover(tx, alive=shift.alive, now=now, by=by)
            troubles = refresh(tx, now=now, by=by, appeal=appeal)
            replacing = {row.id for row in publications.rows(tx, appeal) if row.is_down and replaced(tx, row)}
            every = publications.rows(tx, appeal)
            rows = [row for row in every if row.state not in NEVER_SENT and not is_addressed(row)]
        seen = tuple(one for row in rows if (one := _verify_one(shift, row)) is not None)
    gone = tuple(s.publication for s in seen if isinstance(s.look, Gone) and s.publication.id not in replacing)
    left = [pending(s.publication, told(s.look)) for s in seen if _may_be_online(s, now)]
    left += [Pending(appeal=appeal or "", channel="", url=None, why=why) for why in troubles]
    with ledger.read() as tx:
        items = byhand.open_items(tx, appeal)
        left += [*damaged(tx, appeal, finished=True), *foreign.past_end(tx, now, appeal)]
    outcome = Outcome(withdrawn=gone, pending=tuple(left), by_hand=items)
    return Verification(seen=seen, outcome=outcome)


@contextlib.contextmanager
def _shift(home: Home, ledger: Ledger, *, by: str, clock: Clock) -> Iterator[Shift]:
    """The calling place, or, while a worker has it, one beside it: looks change nothing on any channel."""
    with contextlib.ExitStack() as stack:
        try:
            shift = stack.enter_context(
                on_shift(home, ledger, what="verify", by=by, clock=clock, patience=GLANCE_SECONDS)
            )
        except Busy:
            shift = looking_on(ledger, what="verify", by=by, clock=clock)
        yield shift


def _may_be_online(seen: Seen, now: dt.datetime) -> bool:
    """A copy that was once read back as gone counts again only if a copy answered."""
    if seen.publication.is_down:
        return isinstance(seen.look, Live | Altered | Tombstone)
    return is_over(seen.publication, now) and not isinstance(seen.look, Gone)


def replaced(tx: Tx, row: Publication) -> bool:
    """Whether another publication of the same appeal stands in the same place now."""
    others = publications.rows(tx, row.appeal, channel=row.channel)
    place = place_of(row.target)
    return any(other.id != row.id and not other.is_down and place_of(other.target) == place for other in others)


def _verify_one(shift: Shift, row: Publication) -> Seen | None:
    """What a look showed; None: nobody can look there, and it may be there."""
    turned = turns.turn(shift, row.id, task=Task.LOOK)
    if isinstance(turned.outcome, Unseen) and (row.is_down or not is_over(row, shift.clock())):
        return None
    found = turned.outcome.look if isinstance(turned.outcome, Looked) else Unknown.of(turned.why or _UNSEEN)
    right = isinstance(found, Gone) if row.is_down or is_over(row, shift.clock()) else isinstance(found, Live)
    return Seen(publication=row, look=found, right=right)


_UNSEEN = Message("it was not looked at", "Es wurde nicht nachgesehen")
