"""What a platform added to a publication, noted before a takedown makes the platform forget it. Removes nothing."""

import dataclasses

from fahndung.channels.base import Channel, Grows
from fahndung.errors import FahndungError
from fahndung.ledger import publications
from fahndung.lifecycle.shift import Shift
from fahndung.model.publication import Posting, Reference

_ASKS = 2


def noted(shift: Shift, publication_id: int, channel: Channel, posting: Posting) -> Posting:
    """The posting with all that its platform names of it now, which is in the ledger when this returns.

    Taking down waits for no answer to that, but asks twice: what is not told before the deletion nobody learns later.
    A platform that tells nothing lets the withdrawal's own listing fail as a rule, and that is tried again.

    Raises:
        LedgerUnavailable: it cannot be written.
    """
    if not isinstance(channel, Grows):
        return posting
    grown: tuple[Reference, ...] = ()
    for _ in range(_ASKS):
        try:
            grown = channel.grown(posting)
            break
        except FahndungError:
            continue
    now = shift.clock()
    for reference in grown:
        with shift.ledger.write(now) as tx:
            publications.saw(tx, publication_id, reference, now=now, by=shift.by)
    return dataclasses.replace(posting, references=(*posting.references, *grown))
