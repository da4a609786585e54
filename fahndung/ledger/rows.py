"""Publications as values, and every way to look them up; the public face is ``fahndung.ledger.publications``.

Changes nothing.
"""

import dataclasses
import datetime as dt
import enum
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from fahndung.errors import Message, UsageError
from fahndung.ledger.tables import ending, operation, publication, remote_object
from fahndung.ledger.transaction import Tx
from fahndung.model.appeal import AppealId, ChannelName, Medium
from fahndung.model.publication import Posting, Reference, State
from fahndung.model.release import Digest

FINISHED = frozenset({State.WITHDRAWN, State.CLOSED, State.CANCELLED, State.REJECTED})
"""States in which nothing is left to do, and only those."""
OPEN = publication.c.next_at.is_not(None)


class Want(enum.StrEnum):
    """What is wished for a publication; ``down`` is never taken back."""

    UP = "up"
    DOWN = "down"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One copy of a release on one channel, as the ledger knows it.

    Attributes:
        target: what on the channel (a board, a list, an account); empty where there is only one.
        generation: counts the copies of the same release on the same target.
        due_at: first instant at which it must be gone; None where no end is known.
        next_at: when somebody has to look after it next; None in finished states only.
        op_at: when the last call was about to be made.
        withdrawn_at: when the channel accepted the withdrawal; says nothing about being gone.
        gone_at: when it was read back as gone.
        verified_at: when a look last found what ought to be.
        attempts: calls since the last success.
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

    @property
    def terminal(self) -> bool:
        """Whether nothing is left to do."""
        return self.state in FINISHED


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
    """
    for found in _select(tx, publication.c.id == publication_id):
        return found
    raise UsageError(f"There is no publication {publication_id}.", f"Es gibt keine Veröffentlichung {publication_id}.")


def rows(
    tx: Tx, appeal: str | None = None, *, digest: str | None = None, channel: str | None = None
) -> tuple[Publication, ...]:
    """All publications, or those that fit all that is named, oldest first."""
    wanted = {"appeal": appeal, "digest": digest, "channel": channel}
    return _select(tx, *(publication.c[name] == value for name, value in wanted.items() if value is not None))


def open_rows(tx: Tx) -> tuple[Publication, ...]:
    """All publications in which something is left to do, oldest first."""
    return _select(tx, OPEN)


def withdrawn_since(tx: Tx, instant: dt.datetime) -> tuple[Publication, ...]:
    """What was read back as gone at or after an instant and is due for another look."""
    return _select(tx, publication.c.state == State.WITHDRAWN.value, publication.c.gone_at >= instant)


def due(tx: Tx, now: dt.datetime, *, limit: int | None = None) -> tuple[Publication, ...]:
    """Whose time has come (``next_at <= now``): takedowns first, then the longest overdue."""
    down = (publication.c.want == Want.DOWN.value) | (publication.c.due_at <= now)
    order = (sa.case((down, 0), else_=1), publication.c.next_at, publication.c.id)
    wanted = sa.select(publication).where(publication.c.next_at <= now).order_by(*order).limit(limit)
    return tuple(_publication(row) for row in tx.connection.execute(wanted))


def next_wakeup(tx: Tx) -> dt.datetime | None:
    """The earliest ``next_at``; None if nothing is left to do anywhere."""
    found = sa.select(publication.c.next_at).where(publication.c.next_at.is_not(None))
    return tx.connection.execute(found.order_by(publication.c.next_at).limit(1)).scalar()


def seen(tx: Tx, publication_id: int) -> tuple[RemoteObject, ...]:
    """Every remote object that was ever known of a publication, in the order in which they were seen."""
    found = sa.select(remote_object).where(remote_object.c.publication == publication_id)
    order = (remote_object.c.seen_at, remote_object.c.kind, remote_object.c.remote_id)
    return tuple(
        RemoteObject(
            reference=Reference(kind=row.kind, id=row.remote_id, url=row.url), seen_at=row.seen_at, gone_at=row.gone_at
        )
        for row in tx.connection.execute(found.order_by(*order))
    )


def posting(tx: Tx, publication_id: int) -> Posting:
    """What look and withdraw may use: every reference of the draft and every one ever seen.

    Raises:
        UsageError: there is no such publication.
    """
    row = get(tx, publication_id)
    merged = {(reference.kind, reference.id): reference for reference in row.references}
    for remote in seen(tx, publication_id):
        known = merged.get((remote.reference.kind, remote.reference.id))
        if known is None or remote.reference.url is not None:
            merged[remote.reference.kind, remote.reference.id] = remote.reference
    return Posting(
        marker=row.marker, withdrawal=row.withdrawal, references=tuple(merged.values()), superseded=row.superseded
    )


def operations(tx: Tx, publication_id: int) -> tuple[Operation, ...]:
    """The calls and looks of a publication, oldest first."""
    found = sa.select(operation).where(operation.c.publication == publication_id).order_by(operation.c.id)
    return tuple(Operation(**row._mapping) for row in tx.connection.execute(found))


def is_closed(tx: Tx, appeal: str, revision: int, *, medium: Medium | None = None, channel: str | None = None) -> bool:
    """Whether an ending covers this revision (and medium and channel, if named); see ``endings.is_ended``."""
    covers = sa.select(ending.c.id).where(
        ending.c.appeal == appeal,
        ending.c.revision >= revision,
        ending.c.person.is_(None),
        ending.c.medium.is_(None) if medium is None else ending.c.medium.is_(None) | (ending.c.medium == medium.value),
        ending.c.channel.is_(None) if channel is None else ending.c.channel.is_(None) | (ending.c.channel == channel),
    )
    return tx.connection.execute(covers.limit(1)).first() is not None


def references_as_json(references: Iterable[Reference]) -> list[dict[str, str | None]]:
    """References as they are stored."""
    return [{"kind": item.kind, "id": item.id, "url": item.url} for item in references]


def _select(tx: Tx, *conditions: sa.ColumnElement[bool]) -> tuple[Publication, ...]:
    wanted = sa.select(publication).where(*conditions).order_by(publication.c.id)
    return tuple(_publication(row) for row in tx.connection.execute(wanted))


def _publication(row: sa.Row[Any]) -> Publication:
    values = dict(row._mapping)
    values["references"] = tuple(Reference(**item) for item in values.pop("draft_references"))
    for name in ("due_because", "problem"):
        values[name] = None if values[name] is None else Message(**values[name])
    return Publication(
        **{
            **values,
            "medium": Medium(row.medium),
            "state": State(row.state),
            "want": Want(row.want),
            "superseded": bool(row.superseded),
        }
    )
