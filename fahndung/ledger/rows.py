"""The rows of publications, read into values: one, those that fit, and those that cannot be read. Changes nothing.

The public face is ``fahndung.ledger.publications``.
"""

import contextlib
import dataclasses
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa

from fahndung.errors import Message, UsageError
from fahndung.ledger import columns
from fahndung.ledger.faults import Unreadable
from fahndung.ledger.publication import DOWN, Publication, Want
from fahndung.ledger.tables import publication
from fahndung.ledger.transaction import Tx
from fahndung.model.mandate import Medium
from fahndung.model.publication import Reference, State

STORED = sa.select(*columns.as_stored(publication))
_ONE = STORED.where(publication.c.id == sa.bindparam("wanted"))


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
    return select(tx, *(publication.c[name] == value for name, value in wanted.items() if value is not None))


def damaged(tx: Tx, appeal: str | None = None, *, finished: bool = False) -> tuple[Damaged, ...]:
    """Every publication that no other function lists, because its row cannot be read: each may be online.

    Args:
        finished: look through the finished rows as well. That reads the whole table, and nothing is left to do there.
    """
    down = {state.value for state in DOWN}
    found = []
    wanted = STORED if finished else STORED.where(publication.c.next_at.is_not(None))
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


def select(tx: Tx, *conditions: sa.ColumnElement[bool]) -> tuple[Publication, ...]:
    """The publications that meet all conditions, oldest first; ``damaged`` ones are not among them."""
    return tuple(readable(_by_id(tx, STORED.where(*conditions))))


def readable(found: Iterable[sa.Row[Any]]) -> Iterator[Publication]:
    """The rows that can be read. The others are no reason to stop: ``damaged`` tells of them."""
    for row in found:
        with contextlib.suppress(Unreadable):
            yield _publication(row)


def references_as_json(references: Iterable[Reference]) -> list[dict[str, str | None]]:
    """References as they are stored."""
    return [{"kind": item.kind, "id": item.id, "url": item.url} for item in references]


def _by_id(tx: Tx, wanted: sa.Select[Any]) -> list[sa.Row[Any]]:
    """Sorted here: SQLite would sort by reading every row there ever was, and leave the index of the open ones."""
    return sorted(tx.connection.execute(wanted), key=lambda row: row.id)


def _publication(row: sa.Row[Any]) -> Publication:
    try:
        values = columns.values(publication, row)
        values["references"] = tuple(_reference(item) for item in values.pop("draft_references"))
        for name in ("endpoint", "withdrawal"):
            _typed(values[name], dict)
        values |= {"medium": Medium(row.medium), "state": State(row.state), "want": Want(row.want)}
        return Publication(**{**values, "superseded": bool(row.superseded), "given_up": bool(row.given_up)})
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
