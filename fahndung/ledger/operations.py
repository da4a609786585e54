"""What was seen of a publication and what was called for it: remote objects, calls and looks. Changes nothing."""

import dataclasses
import datetime as dt
import itertools
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from fahndung.ledger.publication import Publication
from fahndung.ledger.rows import get
from fahndung.ledger.tables import operation, publication, remote_object
from fahndung.ledger.transaction import Tx
from fahndung.model.publication import Posting, Reference, place_of


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RemoteObject:
    """Something that a channel answered for; ``gone_at`` is set once it was read back as gone."""

    reference: Reference
    seen_at: dt.datetime
    gone_at: dt.datetime | None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A call or a look: ``kind`` is publish, withdraw or look; without an outcome it was never heard of again."""

    id: int
    publication: int
    kind: str
    started_at: dt.datetime
    finished_at: dt.datetime | None
    outcome: str | None
    evidence: Mapping[str, object] | None


def seen(tx: Tx, publication_id: int) -> tuple[RemoteObject, ...]:
    """Every remote object that was ever known of a publication, in the order in which they were seen."""
    found = tx.connection.execute(_SEEN, {"row": publication_id})
    return tuple(RemoteObject(reference=_remote(row), seen_at=row.seen_at, gone_at=row.gone_at) for row in found)


_REFERENCES = (
    sa.select(remote_object.c.kind, remote_object.c.remote_id, remote_object.c.url)
    .where(remote_object.c.publication == sa.bindparam("row"))
    .order_by(remote_object.c.seen_at, remote_object.c.kind, remote_object.c.remote_id)
)

_SEEN = _REFERENCES.add_columns(remote_object.c.seen_at, remote_object.c.gone_at)


def posting(tx: Tx, publication_id: int) -> Posting:
    """What look and withdraw may use: every reference of the draft and every one ever seen.

    Raises:
        UsageError: there is no such publication.
        Unreadable: its row is damaged.
    """
    return posting_of(tx, get(tx, publication_id))


def posting_of(tx: Tx, row: Publication) -> Posting:
    """The same of a row that was read in this transaction."""
    merged = {(reference.kind, reference.id): reference for reference in row.references}
    for remote in map(_remote, tx.connection.execute(_REFERENCES, {"row": row.id})):
        if (remote.kind, remote.id) not in merged or remote.url is not None:
            merged[remote.kind, remote.id] = remote
    return Posting(
        marker=row.marker, withdrawal=row.withdrawal, references=tuple(merged.values()), superseded=row.superseded
    )


def operations(tx: Tx, publication_id: int) -> tuple[Operation, ...]:
    """The calls and looks of a publication, oldest first."""
    found = sa.select(operation).where(operation.c.publication == publication_id).order_by(operation.c.id)
    return tuple(Operation(**row._mapping) for row in tx.connection.execute(found))


def unclear(tx: Tx, publication_id: int) -> tuple[Operation, ...]:
    """The sendings of which nobody knows whether they had an effect, oldest first."""
    return tuple(Operation(**row._mapping) for row in tx.connection.execute(_UNCLEAR, {"row": publication_id}))


def untold(tx: Tx, publication_id: int) -> bool:
    """Whether a call on the way down began of which nobody knows whether it had an effect."""
    c = operation.c
    lost = (c.publication == publication_id) & (c.kind == "withdraw")
    lost &= c.outcome.is_(None) | (c.outcome == "interrupted")
    return tx.connection.execute(sa.select(c.id).where(lost).limit(1)).first() is not None


def last_call(tx: Tx) -> int:
    """The number of the latest call or look of all."""
    return int(tx.connection.execute(sa.select(sa.func.coalesce(sa.func.max(operation.c.id), 0))).scalar_one())


def called_beside(tx: Tx, row: Publication, after: int) -> bool:
    """Whether a call for what may share a publication's address began after that one."""
    o, p = operation.c, publication.c
    calls = sa.select(p.target).select_from(operation).join(publication, p.id == o.publication)
    beside = (p.appeal == row.appeal) & (p.channel == row.channel) & (p.id != row.id) & (o.kind != "look")
    targets = tx.connection.execute(calls.where(beside, o.id > after)).scalars()
    return any(place_of(target) == place_of(row.target) for target in targets)


IS_UNCLEAR = (
    (operation.c.publication == sa.bindparam("row"))
    & (operation.c.kind == "publish")
    & (operation.c.outcome.is_(None) | operation.c.outcome.in_(("unknown", "interrupted")))
)
"""Which operations of a row ``unclear`` means."""

_UNCLEAR = sa.select(operation).where(IS_UNCLEAR).order_by(operation.c.id)

_THERE = frozenset({"live", "altered", "tombstone"})
"""Outcomes of a look that found something."""


def shown(tx: Tx, publication_id: int) -> bool:
    """Whether something of it was ever seen on the channel, or the last look that could tell found something there."""
    return bool(seen(tx, publication_id)) or any(one in _THERE for one in last_looks(tx, publication_id, 1, told=True))


def last_look(tx: Tx, publication_id: int) -> str | None:
    """What the last look at it found, as its operation says; None: there was none."""
    return next(iter(last_looks(tx, publication_id, 1)), None)


def last_looks(tx: Tx, publication_id: int, most: int, *, told: bool = False) -> list[str]:
    """What the last looks at it found, the latest first; ``told``: without those that could not tell."""
    looks = (operation.c.publication == publication_id) & (operation.c.kind == "look")
    if told:
        looks &= operation.c.outcome.not_in(("unknown", "disturbed"))
    last = sa.select(operation.c.outcome).where(looks).order_by(operation.c.id.desc()).limit(most)
    return list(tx.connection.execute(last).scalars())


def failed_looks(tx: Tx, row: Publication, *, most: int) -> int:
    """How many of the last looks, none between them, did not find what ought to be; at most ``most`` are counted."""
    right = "gone" if row.is_down else "live"
    return sum(1 for _ in itertools.takewhile(lambda outcome: outcome != right, last_looks(tx, row.id, most)))


def never_sent(tx: Tx, publication_id: int) -> bool:
    """Whether surely nothing ever came of any call, so that there is nothing to remove and nothing to look for."""
    if get(tx, publication_id).published_at is not None or shown(tx, publication_id):
        return False
    sends = (operation.c.publication == publication_id) & (operation.c.kind == "publish")
    outcomes = tx.connection.execute(sa.select(operation.c.outcome).where(sends)).scalars()
    return all(outcome == "unsent" for outcome in outcomes)


def has_lost_place(tx: Tx, publication_id: int) -> bool:
    """Whether a channel said once that the place which it was to take is not to be had."""
    sends = (one for one in operations(tx, publication_id) if one.kind == "publish")
    return any((one.evidence or {}).get(PLACE) == LOST for one in sends)


PLACE, LOST = "place", "lost"
"""In the evidence of a sending: what became of the place that it was to take."""


def _remote(row: Any) -> Reference:
    return Reference(kind=row.kind, id=row.remote_id, url=row.url)
