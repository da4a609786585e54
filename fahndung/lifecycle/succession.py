"""Which message a correction takes the place of, on a channel that has to be told. Calls no channel.

The place is taken by the intent of the call and let go of as soon as the call surely had no effect: whoever holds it
may have changed what stands there. As long as nobody knows, both revisions hold it, and the end of either removes it.
"""

import datetime as dt

from fahndung.channels.capabilities import Capabilities
from fahndung.ledger import publications
from fahndung.ledger.publications import Publication, Want
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle.ends import is_over
from fahndung.model.publication import Reference, State

_STANDS = frozenset({State.PUBLISHING, State.LIVE})


def place(tx: Tx, row: Publication, now: dt.datetime) -> Reference | None:
    """What a publication takes the place of; None: nothing that it surely may, so that a new object is made.

    That is the one object of the one earlier copy in its place, if that is online and may stay, on the very same
    account. What is ending, or what nobody knows of, is left to its takedown.
    """
    older = [publications.get(tx, one) for one in publications.replaced_by(tx, row)]
    standing = [one for one in older if one.state in _STANDS and not one.is_unsent]
    if len(standing) != 1 or publications.has_lost_place(tx, row.id):
        return None
    (old,) = standing
    if old.state is not State.LIVE or old.want is not Want.UP or is_over(old, now) or old.endpoint != row.endpoint:
        return None
    references = publications.posting_of(tx, old).references
    return references[0] if len(references) == 1 else None


def out_since(tx: Tx, appeal: str, channel: str, able: Capabilities) -> dt.datetime | None:
    """When what a correction takes the place of went out, as far back as it was the same object; None: nothing."""
    if not able.edit.named:
        return None
    rows = [row for row in publications.rows(tx, appeal, channel=channel) if row.published_at is not None]
    live = [row.remote_id for row in rows if row.state is State.LIVE and row.want is Want.UP]
    return min((row.published_at for row in rows if row.published_at and row.remote_id in live), default=None)
