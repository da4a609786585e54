"""When each publication was online, and nothing else of it: what counts are made from. Reads only, names nobody."""

import dataclasses
import datetime as dt

import sqlalchemy as sa

from fahndung.ledger import columns, recipients
from fahndung.ledger.faults import Unreadable
from fahndung.ledger.listing import TELLS_END
from fahndung.ledger.publication import DOWN
from fahndung.ledger.tables import publication
from fahndung.ledger.transaction import Tx

_NAMES = frozenset(
    {"appeal", "revision", "channel", "target", "state", "published_at", "withdrawn_at", "gone_at"}
    | {"closed_by", "closed_at"}
)
_DOWN = frozenset(state.value for state in DOWN)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One publication from its first receipt to the proof that it is gone, or a person's word; ``end`` None: not yet.

    A message to a recipient ends when they were told so: what they keep is in nobody's sight.
    A copy that came back is online from the first receipt to its last end: the gap is not known exactly.
    """

    appeal: str
    revision: int
    channel: str
    start: dt.datetime
    end: dt.datetime | None


def spans(tx: Tx) -> tuple[tuple[Span, ...], int]:
    """Every publication that was ever confirmed to be online, oldest first; and how many rows could not be read.

    A post that tells an end shows no appeal, and is none of them.
    """
    wanted = [column for column in columns.as_stored(publication) if column.name in _NAMES]
    shown = publication.c.published_at.is_not(None), sa.not_(TELLS_END)
    stored = sa.select(*wanted).where(*shown).order_by(publication.c.id)
    found, unreadable = [], 0
    for row in tx.connection.execute(stored):
        try:
            found.append(_span(row))
        except Unreadable:
            unreadable += 1
    return tuple(found), unreadable


def _span(row: "sa.Row[tuple[object, ...]]") -> Span:
    known = row._mapping
    at = {
        name: columns.decoded(publication.c[name].type, known[name])
        for name in ("published_at", "withdrawn_at", "gone_at", "closed_at")
    }
    by_hand = known["closed_by"] is not None or at["gone_at"] is None
    end = at["closed_at"] if by_hand else at["gone_at"]
    told = recipients.is_target(known["target"]) and at["withdrawn_at"] is not None
    return Span(
        appeal=known["appeal"],
        revision=known["revision"],
        channel=known["channel"],
        start=at["published_at"],
        end=at["withdrawn_at"] if told else end if known["state"] in _DOWN else None,
    )
