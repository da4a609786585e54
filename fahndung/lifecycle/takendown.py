"""What a takedown did: what is gone, what may still be online and why, and what a person has to do."""

import dataclasses

from fahndung.ledger import publications
from fahndung.ledger.byhand import Item
from fahndung.ledger.publications import Publication
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle.causes import Cause
from fahndung.lifecycle.closingposts import Posted
from fahndung.lifecycle.parting import Remainder
from fahndung.lifecycle.telling import Addressee
from fahndung.lifecycle.withdrawal import Pending


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run did. Everything ``pending`` counts as online past its end; an end also says who got what.

    Attributes:
        unrecorded: read back as gone while the ledger could not be written; the next run records it.
        remainders: where one person was left out: the variant that is up, or why the whole appeal goes.
        told: messages whose recipients have been told that it is over; their copies are in other people's hands.
        posts: posts that tell the end, on accounts where all else is gone; or why there is none.
        happened: what somebody has to know and nobody can see any more once the run is over.
        unwished: the end itself could not be written down, so that no later run knows of it.
    """

    withdrawn: tuple[Publication, ...] = ()
    pending: tuple[Pending, ...] = ()
    by_hand: tuple[Item, ...] = ()
    receivers: tuple[Addressee, ...] = ()
    remainders: tuple[Remainder, ...] = ()
    unrecorded: tuple[Publication, ...] = ()
    happened: tuple[Cause, ...] = ()
    told: tuple[Publication, ...] = ()
    posts: tuple[Posted, ...] = ()
    unwished: bool = False

    @property
    def online_past_end(self) -> int:
        """How much was not read back as gone."""
        return len(self.pending)


def damaged(tx: Tx, appeal: str | None, *, finished: bool = False) -> tuple[Pending, ...]:
    """Rows that cannot be read: what they stand for may be online. ``finished`` as in ``publications.damaged``."""
    return tuple(
        Pending(appeal=row.appeal, channel=row.channel, url=None, why=row.why)
        for row in publications.damaged(tx, appeal, finished=finished)
    )
