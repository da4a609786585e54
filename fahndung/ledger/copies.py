"""Foreign copies: who keeps one at which address, when it was looked at last and what was there.

Calls nobody, and closes nothing: that a stranger's server says "not found" proves nothing, so a person closes it.
"""

import dataclasses
import datetime as dt
import enum
from typing import Any

import sqlalchemy as sa

from fahndung.errors import Message
from fahndung.ledger import appeals, audit, byhand
from fahndung.ledger.byhand import ByHand, Item, Kind
from fahndung.ledger.tables import by_hand as items
from fahndung.ledger.transaction import Tx

APART = dt.timedelta(days=1)
"""How long an address must have answered "not found", at each look, before it is proposed to close the item."""


_COPY = Message("Foreign copy", "Fremdkopie")
_ONLY_THEY = Message("only who keeps it can delete it", "Nur wer sie hält, kann sie löschen")


class Outcome(enum.StrEnum):
    """What a look found. ``gone``: it was ``absent`` at looks that lie ``APART`` and at each one in between."""

    THERE = "there"
    ABSENT = "absent"
    GONE = "gone"
    UNKNOWN = "unknown"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a look at a foreign copy showed.

    Attributes:
        status: of the answer; None: there was none.
        sort: what kind of content answers there, the part of its media type before the slash; empty: not said.
        since: since when every look has found the same.
        why: why nobody can tell, where the outcome is ``unknown``.
    """

    outcome: Outcome
    status: int | None = None
    sort: str = ""
    since: dt.datetime | None = None
    why: Message | None = None


def add(
    tx: Tx, *, appeal: str, url: str, at: dt.datetime, by: str, where: str | None = None, note: str | None = None
) -> int:
    """Open an item for a copy at an address, due to be looked at; its number. An open one stays the only one.

    Args:
        where: who keeps it, as an officer would name them.

    Raises:
        UsageError: no such appeal.
    """
    known = appeals.get(tx, appeal).appeal
    for item in open_copies(tx, appeal):
        if item.url == url:
            return item.id
    copy = ByHand(
        appeal=known,
        what=_COPY,
        why=Message.same(note) if note else _ONLY_THEY,
        url=url,
        kind=Kind.FOREIGN,
        place=where,
    )
    return byhand.add(tx, copy, at=at, by=by, next_at=at)


def open_copies(tx: Tx, appeal: str | None = None) -> tuple[Item, ...]:
    """The foreign copies that no person has closed, oldest first."""
    return tuple(item for item in byhand.open_items(tx, appeal) if item.kind is Kind.FOREIGN)


def take_due(tx: Tx, *, now: dt.datetime, limit: int, until: dt.datetime) -> tuple[Item, ...]:
    """The copies that are due to be looked at, the longest due first; they are due again at ``until``, come what may.

    So a run that is cut off loses no look, and two runs seldom look at the same time.
    """
    due = sa.select(items.c.id).where(items.c.kind == Kind.FOREIGN.value, items.c.next_at <= now)
    numbers = tx.connection.execute(due.order_by(items.c.next_at, items.c.id).limit(limit)).scalars().all()
    found = tuple(byhand.get(tx, number) for number in numbers)
    for item in found:
        byhand.change(tx, item.id, next_at=until)
    return found


def looked(tx: Tx, item: int, sight: Sight, *, next_at: dt.datetime, now: dt.datetime, by: str) -> Sight | None:
    """Write down what a look showed, together with what the looks before it did; None if it was closed meanwhile."""
    known = next((one for one in open_copies(tx) if one.id == item), None)
    if known is None:
        return None
    before = last_sight(known)
    same = before is not None and _basic(before.outcome) is _basic(sight.outcome)
    since = before.since if same and before is not None and before.since is not None else now
    outcome = sight.outcome
    if outcome is Outcome.ABSENT and now - since >= APART:
        outcome = Outcome.GONE
    sort = before.sort if before is not None and before.sort else sight.sort
    told = dataclasses.replace(sight, outcome=outcome, since=since, sort=sort)
    byhand.change(tx, item, looked_at=now, next_at=next_at, seen=_stored(told))
    data = {"item": item, "outcome": outcome.value, "status": sight.status}
    audit.append(tx, at=now, by=by, action="copy.look", appeal=known.appeal, data=data)
    return told


def last_sight(item: Item) -> Sight | None:
    """What the last look showed; None: nobody has looked yet, or what was noted of it cannot be read or cannot be.

    A look before the copy was known would count as long absence and call it gone at once.
    """
    seen: Any = item.seen
    try:
        since = dt.datetime.fromisoformat(seen["since"])
        if since.utcoffset() is None or since < item.opened_at:
            return None
        return Sight(
            outcome=Outcome(seen["outcome"]),
            status=None if seen["status"] is None else int(seen["status"]),
            sort=str(seen["sort"]),
            since=since,
            why=None if seen["why"] is None else Message(str(seen["why"]["en"]), str(seen["why"]["de"])),
        )
    except (TypeError, ValueError, KeyError, OverflowError):
        return None


def _basic(outcome: Outcome) -> Outcome:
    return Outcome.ABSENT if outcome is Outcome.GONE else outcome


def _stored(sight: Sight) -> dict[str, object]:
    assert sight.since is not None  # ``looked`` has just set it
    return {
        "outcome": sight.outcome.value,
        "status": sight.status,
        "sort": sight.sort,
        "since": sight.since.astimezone(dt.UTC).isoformat(),
        "why": None if sight.why is None else sight.why._asdict(),
    }
