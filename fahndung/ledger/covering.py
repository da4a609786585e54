"""Which recorded endings cover a revision: wholly, by a medium or channel, or for a person. Reads only."""

import sqlalchemy as sa

from fahndung.ledger.tables import ending
from fahndung.ledger.transaction import Tx
from fahndung.model.ids import PersonId
from fahndung.model.mandate import Medium


def is_closed(tx: Tx, appeal: str, revision: int, *, medium: Medium | None = None, channel: str | None = None) -> bool:
    """Whether an ending covers this revision (and medium and channel, if named); see ``endings.is_ended``."""
    covers = _covering(appeal, revision, medium, channel).where(ending.c.person.is_(None))
    return tx.connection.execute(covers.limit(1)).first() is not None


def ended_persons(
    tx: Tx, appeal: str, revision: int, *, medium: Medium | None = None, channel: str | None = None
) -> frozenset[PersonId]:
    """The persons who may not be shown by this revision any more (by this medium, on this channel, if named)."""
    covers = _covering(appeal, revision, medium, channel).where(ending.c.person.is_not(None))
    return frozenset(PersonId(row.person) for row in tx.connection.execute(covers))


def _covering(
    appeal: str, revision: int, medium: Medium | None, channel: str | None
) -> sa.Select[tuple[int, str | None]]:
    return sa.select(ending.c.id, ending.c.person).where(
        ending.c.appeal == appeal,
        ending.c.revision >= revision,
        ending.c.medium.is_(None) if medium is None else ending.c.medium.is_(None) | (ending.c.medium == medium.value),
        ending.c.channel.is_(None) if channel is None else ending.c.channel.is_(None) | (ending.c.channel == channel),
    )
