"""Who works on which publication: claims are taken, checked and given back; never taken from a worker that lives.

What is down is claimed only while no other worker has what may share its address, such as a later revision on a
website: a look would meet what that one has half done and note it as a fact. Nothing else waits for a neighbour.
A claim's number is its fence: whoever holds an older one may still tell facts, but take no step. Which worker lives is
told by the caller, who asks the database or the home's lock.
"""

import dataclasses
import datetime as dt
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

import sqlalchemy as sa

from fahndung.ledger import audit
from fahndung.ledger.columns import Instant
from fahndung.ledger.publication import Publication
from fahndung.ledger.rows import get
from fahndung.ledger.tables import publication, worker
from fahndung.ledger.transaction import Tx
from fahndung.model.publication import place_of

Alive = Callable[[int], bool]
"""Whether the worker of that number still runs."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The right to take the next steps of one publication; ``worker`` None: to note a look, if nobody claims it."""

    publication: int
    worker: int | None
    number: int


_TAKE = sa.update(publication).where(publication.c.id == sa.bindparam("row"))
_GIVE_BACK = (
    sa.update(publication)
    .where(
        publication.c.id == sa.bindparam("publication"),
        publication.c.lease_by == sa.bindparam("worker"),
        publication.c.lease_no == sa.bindparam("number"),
    )
    .values(lease_by=None)
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A run of the program that may call channels."""

    id: int
    what: str
    host: str
    pid: int
    started_at: dt.datetime
    ended_at: dt.datetime | None


class Dead(NamedTuple):
    """A worker that ended without a word, and how many publications it held."""

    worker: int
    freed: int


def join(tx: Tx, worker_id: int, *, what: str, host: str, pid: int, now: dt.datetime) -> None:
    """Enter a worker under the number that it chose; one that is known stays as it is."""
    if worker_id in tx.known.workers:
        return
    if not is_known(tx, worker_id):
        values = {"id": worker_id, "what": what, "host": host, "pid": pid, "started_at": now}
        tx.connection.execute(sa.insert(worker).values(values))
    tx.known.workers.add(worker_id)


def is_known(tx: Tx, worker_id: int) -> bool:
    """Whether a worker of that number ever joined."""
    return tx.connection.execute(sa.select(worker.c.id).where(worker.c.id == worker_id)).first() is not None


def leave(tx: Tx, worker_id: int, *, now: dt.datetime) -> None:
    """A worker ends in order; what it still holds is free, and due at once."""
    tx.connection.execute(sa.update(worker).where(worker.c.id == worker_id).values(ended_at=now))
    _free(tx, worker_id, now)


def workers(tx: Tx) -> tuple[Worker, ...]:
    """Those that have not ended in order, oldest first."""
    found = sa.select(worker).where(worker.c.ended_at.is_(None)).order_by(worker.c.id)
    return tuple(Worker(**row._mapping) for row in tx.connection.execute(found))


def take(tx: Tx, publication_id: int, worker_id: int, *, alive: Alive) -> tuple[Publication, Claim | None]:
    """Claim a publication: it as it is now, and the claim.

    None while another worker that lives holds it; where it is down, also while one holds what may share its address.

    Raises:
        UsageError, Unreadable: as ``publications.get``.
    """
    row = get(tx, publication_id)
    if any(one != worker_id and alive(one) for one in _holders(tx, row)):
        return row, None
    number = row.lease_no + 1
    tx.connection.execute(_TAKE, {"row": row.id, "lease_by": worker_id, "lease_no": number})
    return dataclasses.replace(row, lease_by=worker_id, lease_no=number), Claim(
        publication=row.id, worker=worker_id, number=number
    )


def look_on(tx: Tx, publication_id: int) -> tuple[Publication, Claim | None]:
    """A publication, and a claim that keeps nobody off and is over with the next one.

    None while somebody has it; where it is down, also while somebody has what may share its address. Whoever only looks
    proves to nobody that it lives: what it held would be taken for a dead worker's.

    Raises:
        UsageError, Unreadable: as ``publications.get``.
    """
    row = get(tx, publication_id)
    if _holders(tx, row):
        return row, None
    return row, Claim(publication=row.id, worker=None, number=row.lease_no)


def busy(tx: Tx, channel: str) -> Mapping[tuple[str, str], frozenset[int]]:
    """Who holds something on a channel, dead or alive, by appeal and place."""
    c = publication.c
    held = sa.select(c.appeal, c.target, c.lease_by).where(c.lease_by.is_not(None), c.channel == channel)
    found: dict[tuple[str, str], frozenset[int]] = {}
    for appeal, target, worker_id in tx.connection.execute(held):
        key = appeal, place_of(target)
        found[key] = found.get(key, frozenset()) | {worker_id}
    return found


def _holders(tx: Tx, row: Publication) -> frozenset[int]:
    """Who holds a row or, where it is down, what may share its address."""
    if row.is_down:
        return busy(tx, row.channel).get((row.appeal, place_of(row.target)), frozenset())
    return frozenset() if row.lease_by is None else frozenset({row.lease_by})


def holds(row: Publication, claim: Claim) -> bool:
    """Whether nobody has claimed it since, as its row says."""
    return (row.id, row.lease_by, row.lease_no) == (claim.publication, claim.worker, claim.number)


def give_back(tx: Tx, claim: Claim) -> None:
    """Let go of a claim; one that was lost changes nothing."""
    tx.connection.execute(_GIVE_BACK, dataclasses.asdict(claim))


def holders(tx: Tx) -> tuple[int, ...]:
    """The workers that hold something, dead or alive."""
    known = sa.select(publication.c.lease_by).where(publication.c.lease_by.is_not(None)).distinct()
    return tuple(sorted(tx.connection.execute(known).scalars()))


def channels_of(tx: Tx, worker_id: int) -> frozenset[str]:
    """On which channels a worker holds something."""
    held = sa.select(publication.c.channel).where(publication.c.lease_by == worker_id).distinct()
    return frozenset(tx.connection.execute(held).scalars())


def let_go(tx: Tx, worker_id: int, channels: Collection[str], *, now: dt.datetime) -> None:
    """What a worker holds there is free, and due at once."""
    _free(tx, worker_id, now, channels)


def recover(tx: Tx, *, alive: Alive, now: dt.datetime, by: str) -> tuple[Dead, ...]:
    """Whoever is dead has ended; returns those that held something. What they held is due at once."""
    found = []
    for one in sorted({*holders(tx), *(known.id for known in workers(tx))}):
        if alive(one):
            continue
        tx.connection.execute(
            sa.update(worker).where(worker.c.id == one, worker.c.ended_at.is_(None)).values(ended_at=now)
        )
        freed = _free(tx, one, now)
        audit.append(tx, at=now, by=by, action="worker.dead", data={"worker": one, "freed": freed})
        found.append(Dead(one, freed))
    return tuple(one for one in found if one.freed)


def _free(tx: Tx, worker_id: int, now: dt.datetime, channels: Collection[str] | None = None) -> int:
    mine = publication.c.lease_by == worker_id
    if channels is not None:
        mine &= publication.c.channel.in_(channels)
    sooner = sa.case((publication.c.next_at > now, sa.literal(now, Instant())), else_=publication.c.next_at)
    freed = tx.connection.execute(sa.update(publication).where(mine).values(lease_by=None, next_at=sooner))
    return int(freed.rowcount)
