"""What a sweep needs of the ledger: every account that may still hold something, and whose an object is.

Keeps what the last sweep found. Calls no channel.
"""

import dataclasses
import datetime as dt
import json
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from fahndung.errors import Message
from fahndung.ledger import about, audit, columns
from fahndung.ledger.faults import Unreadable
from fahndung.ledger.publication import Publication
from fahndung.ledger.rows import get
from fahndung.ledger.tables import publication, remote_object
from fahndung.ledger.transaction import Tx

KEPT = dt.timedelta(days=90)
"""How long after a row is finished its account is still looked through, whatever the configuration says."""
MOST = 100
"""How many orphans are kept by name."""
_KEY = "sweep"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One account as rows of the ledger name it."""

    channel: str
    kind: str
    endpoint: Mapping[str, object]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What is known of earlier sweeps.

    Attributes:
        at: when every account was last looked through; None: never. tried_at: when somebody last began.
        orphans: what was found that no row knows, by account, as far as it was not removed.
    """

    at: dt.datetime | None = None
    tried_at: dt.datetime | None = None
    orphans: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)


def places(tx: Tx, now: dt.datetime) -> tuple[tuple[Place, ...], tuple[Message, ...]]:
    """Every account with a row that is unfinished, or was not finished long ago; and what cannot be read of them."""
    c = publication.c
    since = sa.literal(now - KEPT, columns.Instant())
    recent = [column >= since for column in (c.planned_at, c.op_at, c.gone_at, c.closed_at)]
    endpoint = sa.type_coerce(c.endpoint, sa.Text()).label("endpoint")
    wanted = sa.select(c.channel, c.kind, endpoint).where(c.next_at.is_not(None) | sa.or_(*recent)).distinct()
    found: list[Place] = []
    troubles: list[Message] = []
    for row in tx.connection.execute(wanted.order_by(c.channel, c.kind, endpoint)):
        try:
            values = json.loads(row.endpoint)
            if not isinstance(values, dict):
                raise ValueError("no object")  # noqa: TRY004 - callers meet one kind of nonsense
        except (ValueError, TypeError, RecursionError):
            troubles.append(
                Message(
                    f"a row of {row.channel} does not say which account it was",
                    f"Ein Eintrag zu {row.channel} sagt nicht, welches Konto es war",
                )
            )
        else:
            found.append(Place(channel=row.channel, kind=row.kind, endpoint=values))
    return tuple(found), tuple(troubles)


def by_marker(tx: Tx, marker: str) -> int | None:
    """The id of the row with that marker, readable or not."""
    return tx.connection.execute(sa.select(publication.c.id).where(publication.c.marker == marker)).scalar()


def by_reference(tx: Tx, kind: str, remote_id: str) -> tuple[Publication, ...]:
    """Every readable row of which that remote object was once seen, the newest first."""
    known = sa.select(remote_object.c.publication).where(
        remote_object.c.kind == kind, remote_object.c.remote_id == remote_id
    )
    found = []
    for publication_id in sorted(tx.connection.execute(known).scalars(), reverse=True):
        try:
            found.append(get(tx, publication_id))
        except Unreadable:  # ``damaged`` tells of it
            continue
    return tuple(found)


def searched(tx: Tx) -> Searched:
    """What is known of earlier sweeps; nothing where it cannot be read."""
    stored = about.value(tx, _KEY)
    try:
        values: dict[str, Any] = json.loads(stored or "{}")
        return Searched(
            at=_instant(values.get("at")),
            tried_at=_instant(values.get("tried_at")),
            orphans={str(name): tuple(map(str, found)) for name, found in dict(values.get("orphans", {})).items()},
        )
    except (ValueError, TypeError, AttributeError, RecursionError):
        return Searched()


def note(
    tx: Tx,
    *,
    complete: bool,
    orphans: Mapping[str, Collection[str]],
    counts: Mapping[str, int],
    now: dt.datetime,
    by: str,
) -> None:
    """A sweep is over. Of accounts that it did not reach, what was known before stays.

    Args:
        orphans: by every account that was listed, what is left there that no row knows.
    """
    known = searched(tx)
    left = {name: found for name, found in known.orphans.items() if name not in orphans}
    left |= {name: tuple(sorted(found)[:MOST]) for name, found in orphans.items() if found}
    at = now if complete else known.at
    values = {
        "at": None if at is None else columns.to_micros(at),
        "tried_at": columns.to_micros(now),
        "orphans": {name: list(found) for name, found in left.items()},
    }
    about.keep(tx, _KEY, columns.canonical(values).decode())
    audit.append(tx, at=now, by=by, action="sweep", data={"complete": complete, **counts})


def forget(tx: Tx) -> None:
    """When the last sweep was, and what it found, counts no more: the next one is due."""
    about.forget(tx, _KEY)


def _instant(stored: object) -> dt.datetime | None:
    return None if stored is None else columns.from_micros(int(str(stored)))
