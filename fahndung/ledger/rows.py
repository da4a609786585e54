"""Publications as values, and every way to look them up; the public face is ``fahndung.ledger.publications``.

Changes nothing.
"""

import contextlib
import dataclasses
import datetime as dt
import enum
import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from fahndung.errors import Message, UsageError
from fahndung.ledger import columns
from fahndung.ledger.faults import Unreadable
from fahndung.ledger.tables import operation, publication, remote_object
from fahndung.ledger.transaction import Tx
from fahndung.model.appeal import AppealId, ChannelName, Medium, PersonId
from fahndung.model.publication import (
    ADOPTED_TARGET,
    CLOSING_TARGET,
    Posting,
    Reference,
    State,
    place_of,
    told_by,
    without,
)
from fahndung.model.release import Digest

FINISHED = frozenset({State.CLOSED, State.CANCELLED, State.REJECTED})
"""States in which nothing is left to do, and only those."""
DOWN = FINISHED | {State.WITHDRAWN}
"""States in which nothing has to be taken down. What is ``withdrawn`` is looked at again for a week."""
OPEN = publication.c.next_at.is_not(None) & (publication.c.state != State.WITHDRAWN.value)
"""Something may be online, or will be."""
TELLS_END = publication.c.target.startswith(CLOSING_TARGET)
"""It is a post that tells the end of an appeal, and shows none."""


GIVEN_UP = Message(
    "nobody began to send it while 'publish' waited; it will not be sent. Publish again",
    "Niemand hat begonnen, es zu senden, solange „publish“ wartete; es wird nicht gesendet. Bitte neu veröffentlichen",
)
"""The problem of a row that was cancelled because whoever asked for it waited long enough."""


class Want(enum.StrEnum):
    """What is wished for a publication; ``down`` is never taken back."""

    UP = "up"
    DOWN = "down"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One copy of a release on one channel, as the ledger knows it.

    Attributes:
        target: what on the channel (a board, an account), which variant (``model.publication.without``), or to whom it
            was sent (``recipients``); empty where there is only one and it shows everybody.
        generation: counts the copies of the same release on the same target.
        due_at: first instant at which it must be gone; None where no end is known.
        next_at: when somebody has to look after it next; None in finished states only.
        looks: how many later looks found that it stayed gone.
        absent_at: when a call of unknown outcome was last found to have had no effect.
        lease_by: the worker that has claimed it; None: nobody. lease_no: counts the claims, the fence of each.
        op_at: when the last call was about to be made.
        withdrawn_at: when the channel accepted the withdrawal, or the closing notice to a recipient; says nothing about
            being gone.
        gone_at: when it was read back as gone.
        verified_at: when a look last found what ought to be.
        attempts: calls since the last success.
        norms, rules: the editions that judged it (R45); empty for what was published before they were kept.
        opens_at: before when it does not go out there; None: at once. ttl_s: how long it stays there at most.
    """

    id: int
    digest: Digest
    appeal: AppealId
    revision: int
    channel: ChannelName
    kind: str
    medium: Medium
    target: str
    generation: int
    state: State
    want: Want
    due_at: dt.datetime | None
    due_because: Message | None
    next_at: dt.datetime | None
    marker: str
    endpoint: Mapping[str, object]
    withdrawal: Mapping[str, object]
    references: tuple[Reference, ...]
    remote_id: str | None
    url: str | None
    planned_at: dt.datetime
    op_at: dt.datetime | None
    published_at: dt.datetime | None
    withdrawn_at: dt.datetime | None
    gone_at: dt.datetime | None
    verified_at: dt.datetime | None
    attempts: int
    problem: Message | None
    superseded: bool
    approved_until: dt.datetime | None
    closed_by: str | None
    closed_at: dt.datetime | None
    norms: str
    rules: str
    looks: int
    absent_at: dt.datetime | None
    lease_by: int | None
    lease_no: int
    opens_at: dt.datetime | None
    ttl_s: int | None

    @property
    def is_down(self) -> bool:
        """Whether nothing has to be taken down: it was read back as gone, given up before a call, or refused."""
        return self.state in DOWN

    @property
    def tells_end(self) -> bool:
        """Whether it is a post that tells the end of an appeal; else it shows the appeal itself."""
        return told_by(self.target) is not None

    @property
    def is_unsent(self) -> bool:
        """Whether it has still to be sent: no call was made, or the last one was found to have had no effect."""
        return self.state is State.PLANNED or (self.state is State.PUBLISHING and self.absent_at is not None)

    @property
    def may_stand(self) -> bool:
        """Whether a copy may be online: a call may have made one, and it was not read back as gone since."""
        return not self.is_down and not self.is_unsent

    @property
    def is_given_up(self) -> bool:
        """Whether it was cancelled for no other reason than that nobody began with it in time."""
        return self.state is State.CANCELLED and self.problem == GIVEN_UP

    @property
    def late_s(self) -> int | None:
        """Seconds from its end until it was read back as gone; None before that, in time, or by an earlier wish."""
        if self.gone_at is None or self.due_at is None or self.gone_at <= self.due_at or not self.is_down:
            return None
        return math.ceil((self.gone_at - self.due_at).total_seconds())


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Damaged:
    """A row that cannot be read, so that the machine can neither look at its copy nor remove it.

    Attributes:
        appeal: as it is stored; like the channel it may be nonsense too.
        finished: whether the row says that nothing is left to do.
    """

    id: int
    appeal: str
    channel: str
    why: Message
    finished: bool = False


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


def get(tx: Tx, publication_id: int) -> Publication:
    """The publication of that id.

    Raises:
        UsageError: there is none.
        Unreadable: its row is damaged.
    """
    if columns.storable(publication_id):
        for row in tx.connection.execute(_ONE, {"wanted": publication_id}):
            return _publication(row)
    raise UsageError(f"There is no publication {publication_id}.", f"Es gibt keine Veröffentlichung {publication_id}.")


def rows(
    tx: Tx,
    appeal: str | None = None,
    *,
    digest: str | None = None,
    channel: str | None = None,
    target: str | None = None,
    medium: Medium | None = None,
) -> tuple[Publication, ...]:
    """All publications, or those that fit all that is named, oldest first; ``damaged`` ones are not among them."""
    wanted = {
        "appeal": appeal,
        "digest": digest,
        "channel": channel,
        "target": target,
        "medium": medium and medium.value,
    }
    return _select(tx, *(publication.c[name] == value for name, value in wanted.items() if value is not None))


def replaced_by(tx: Tx, row: Publication) -> tuple[int, ...]:
    """The ids of what a publication replaces: earlier copies in the same place that nobody has superseded yet."""
    c = publication.c
    earlier = sa.select(c.id).where(_in_place_of(row), c.id < row.id, c.superseded == 0)
    return tuple(tx.connection.execute(earlier.order_by(c.id)).scalars())


def is_replaced(tx: Tx, row: Publication) -> bool:
    """Whether another copy, which is not down, has its place."""
    c = publication.c
    other = sa.select(c.id).where(_in_place_of(row), c.id != row.id, c.state.not_in([state.value for state in DOWN]))
    return tx.connection.execute(other.limit(1)).first() is not None


def may_be_planned_again(tx: Tx, row: Publication) -> bool:
    """Whether the same release may go to the same place after all: it was given up, and no later copy was planned."""
    later = sa.select(publication.c.id).where(_in_place_of(row), publication.c.id > row.id)
    return row.is_given_up and tx.connection.execute(later.limit(1)).first() is None


def _in_place_of(row: Publication) -> sa.ColumnElement[bool]:
    """Which copies of its appeal have or had its place on its channel; it is one of them."""
    c = publication.c
    whole = c.target == place_of(row.target)
    place = whole if place_of(row.target) else whole | c.target.startswith(without(PersonId("")))
    return (c.appeal == row.appeal) & (c.channel == row.channel) & place


def open_rows(tx: Tx) -> tuple[Publication, ...]:
    """All publications that are, may be or will be online, oldest first; ``damaged`` ones are not among them."""
    return _select(tx, OPEN)


def to_be_told(tx: Tx) -> tuple[Publication, ...]:
    """Pages that search engines may list and that are up, and all pages that were read back as gone of late."""
    listed = sa.type_coerce(publication.c.withdrawal, sa.Text).contains('"indexed":true')
    up = sa.and_(publication.c.state == State.LIVE.value, listed)
    own = sa.and_(publication.c.medium == Medium.WEBSITE.value, publication.c.superseded == 0)
    return _select(
        tx, publication.c.next_at.is_not(None), own, sa.or_(up, publication.c.state == State.WITHDRAWN.value)
    )


def open_notices(tx: Tx) -> tuple[Publication, ...]:
    """The posts that tell an end and are, may be or will be online, oldest first; without ``damaged`` ones."""
    return _select(tx, OPEN, TELLS_END)


def handmade(tx: Tx, row: Publication) -> tuple[Publication, ...]:
    """What people posted by hand for other releases of an appeal on the channel of a publication, oldest first."""
    c = publication.c
    others = (c.appeal == row.appeal) & (c.channel == row.channel) & (c.digest != row.digest)
    return _select(tx, others, c.target.startswith(ADOPTED_TARGET))


def late(tx: Tx, opened_before: dt.datetime) -> tuple[Publication, ...]:
    """What was to go out at an instant before that one and has not, oldest first; ``damaged`` ones are not among it."""
    c = publication.c
    return _select(tx, OPEN, c.state == State.PLANNED.value, c.want == Want.UP.value, c.opens_at <= opened_before)


def left(tx: Tx, due_before: dt.datetime) -> tuple[Publication, ...]:
    """What was to go out at once, was due before that instant and was never begun; but for posts that tell an end.

    Oldest first; ``damaged`` ones are not among it.
    """
    c = publication.c
    planned = (c.state == State.PLANNED.value) & (c.want == Want.UP.value) & ~TELLS_END
    return _select(tx, OPEN, planned, c.opens_at.is_(None), c.next_at <= due_before)


def altered(tx: Tx, *, looks: int = 1) -> tuple[Publication, ...]:
    """What is to be online and the last ``looks`` looks found otherwise than approved; without ``damaged`` ones."""
    c = publication.c
    up = _select(tx, OPEN, c.state == State.LIVE.value, c.want == Want.UP.value, c.problem.is_not(None))
    return tuple(row for row in up if _last_looks(tx, row.id, looks) == ["altered"] * looks)


def lately_down(tx: Tx, channel: str) -> tuple[Publication, ...]:
    """What was read back as gone on a channel and is still looked at, oldest first; without ``damaged`` ones."""
    c = publication.c
    return _select(tx, c.channel == channel, c.state == State.WITHDRAWN.value, c.next_at.is_not(None))


def damaged(tx: Tx, appeal: str | None = None, *, finished: bool = False) -> tuple[Damaged, ...]:
    """Every publication that no other function lists, because its row cannot be read: each may be online.

    Args:
        finished: look through the finished rows as well. That reads the whole table, and nothing is left to do there.
    """
    down = {state.value for state in DOWN}
    found = []
    wanted = _STORED if finished else _STORED.where(publication.c.next_at.is_not(None))
    if appeal is not None:
        wanted = wanted.where(publication.c.appeal == appeal)
    for row in _by_id(tx, wanted):
        try:
            _publication(row)
        except Unreadable as error:
            found.append(
                Damaged(
                    id=row.id,
                    appeal=row.appeal,
                    channel=row.channel,
                    why=error.message,
                    finished=row.state in down,
                )
            )
    return tuple(found)


class Need(enum.IntEnum):
    """What a publication whose time has come needs, the most urgent first."""

    TAKEDOWN = 0
    RESOLVE = 1
    SEND = 2
    LOOK = 3


def due(tx: Tx, now: dt.datetime, need: Need, *, channel: str, limit: int) -> tuple[Publication, ...]:
    """Whose time has come (``next_at <= now``) on one channel and whom nobody has claimed, the longest overdue first.

    ``damaged`` ones are not among them, and do not count.
    """
    found: list[Publication] = []
    scan = due_scan(now, need, channel=channel).limit(limit)
    for start in itertools.count(0, limit):
        rows = tx.connection.execute(scan.offset(start)).all()
        found += _readable(rows)
        if len(found) >= limit or len(rows) < limit:
            break
    return tuple(found[:limit])


def due_scan(now: dt.datetime, need: Need, *, channel: str) -> sa.Select[Any]:
    """The query behind ``due``: one range of the partial index, in its order."""
    c = publication.c
    over = (c.want == Want.DOWN.value) | (
        sa.func.coalesce(c.due_at, sa.literal(columns.LATEST, columns.Instant())) <= now
    )
    called = (State.PUBLISHING.value, State.LIVE.value, State.WITHDRAWING.value, State.PLANNED.value)
    looked_at = (State.BY_HAND.value, State.TOMBSTONE.value, State.WITHDRAWN.value)
    conditions = {
        Need.TAKEDOWN: c.state.in_(called) & over,
        Need.RESOLVE: (c.state == State.PUBLISHING.value) & c.absent_at.is_(None) & ~over,
        Need.SEND: ((c.state == State.PLANNED.value) | (c.state == State.PUBLISHING.value) & c.absent_at.is_not(None))
        & ~over,
        Need.LOOK: (c.state == State.LIVE.value) & ~over | c.state.in_(looked_at),
    }
    scan = _STORED.where(c.channel == channel, c.next_at <= now, c.lease_by.is_(None), conditions[need])
    return scan.order_by(c.next_at, c.id)


def next_wakeup(tx: Tx) -> dt.datetime | None:
    """The earliest ``next_at`` of what nobody has claimed; None if nothing is left to do anywhere."""
    free = publication.c.next_at.is_not(None) & publication.c.lease_by.is_(None)
    found = _readable(tx.connection.execute(_STORED.where(free).order_by(publication.c.next_at)))
    return next((row.next_at for row in found), None)


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
    """Whether something of it was ever seen on the channel, or the last look at it found something there."""
    return bool(seen(tx, publication_id)) or last_look(tx, publication_id) in _THERE


def last_look(tx: Tx, publication_id: int) -> str | None:
    """What the last look at it found, as its operation says; None: there was none."""
    return next(iter(_last_looks(tx, publication_id, 1)), None)


def _last_looks(tx: Tx, publication_id: int, most: int) -> list[str]:
    """What the last looks at it found, the latest first."""
    looks = (operation.c.publication == publication_id) & (operation.c.kind == "look")
    last = sa.select(operation.c.outcome).where(looks).order_by(operation.c.id.desc()).limit(most)
    return list(tx.connection.execute(last).scalars())


def never_sent(tx: Tx, publication_id: int) -> bool:
    """Whether surely nothing ever came of any call, so that there is nothing to remove and nothing to look for."""
    if get(tx, publication_id).published_at is not None or shown(tx, publication_id):
        return False
    sends = (operation.c.publication == publication_id) & (operation.c.kind == "publish")
    outcomes = tx.connection.execute(sa.select(operation.c.outcome).where(sends)).scalars()
    return all(outcome == "unsent" for outcome in outcomes)


def references_as_json(references: Iterable[Reference]) -> list[dict[str, str | None]]:
    """References as they are stored."""
    return [{"kind": item.kind, "id": item.id, "url": item.url} for item in references]


_STORED = sa.select(*columns.as_stored(publication))
_ONE = _STORED.where(publication.c.id == sa.bindparam("wanted"))


def _select(tx: Tx, *conditions: sa.ColumnElement[bool]) -> tuple[Publication, ...]:
    return tuple(_readable(_by_id(tx, _STORED.where(*conditions))))


def _by_id(tx: Tx, wanted: sa.Select[Any]) -> list[sa.Row[Any]]:
    """Sorted here: SQLite would sort by reading every row there ever was, and leave the index of the open ones."""
    return sorted(tx.connection.execute(wanted), key=lambda row: row.id)


def _readable(found: Iterable[sa.Row[Any]]) -> Iterator[Publication]:
    """The rows that can be read. The others are no reason to stop: ``damaged`` tells of them."""
    for row in found:
        with contextlib.suppress(Unreadable):
            yield _publication(row)


def _publication(row: sa.Row[Any]) -> Publication:
    try:
        values = columns.values(publication, row)
        values["references"] = tuple(_reference(item) for item in values.pop("draft_references"))
        for name in ("endpoint", "withdrawal"):
            _typed(values[name], dict)
        values |= {"medium": Medium(row.medium), "state": State(row.state), "want": Want(row.want)}
        return Publication(**{**values, "superseded": bool(row.superseded)})
    except (Unreadable, ValueError, TypeError, KeyError) as error:
        raise Unreadable(
            f"Publication {row.id} of {row.appeal} on {row.channel} cannot be read from the ledger ({error}) and may "
            "be online. Remove it there by hand, then restore the newest backup of the ledger and run a sweep.",
            f"Veröffentlichung {row.id} von {row.appeal} auf {row.channel} ist im Register nicht lesbar ({error}) und "
            "möglicherweise online. Bitte dort von Hand löschen, die neueste Sicherung des Registers zurückspielen und "
            "dann alle Kanäle absuchen lassen.",
        ) from error


def _reference(stored: dict[str, Any]) -> Reference:
    url = stored["url"]
    return Reference(
        kind=_typed(stored["kind"], str), id=_typed(stored["id"], str), url=None if url is None else _typed(url, str)
    )


def _typed(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value


def _remote(row: Any) -> Reference:
    return Reference(kind=row.kind, id=row.remote_id, url=row.url)
