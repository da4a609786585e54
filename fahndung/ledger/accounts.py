"""The accounts on the channels: how many calls each may still get, whether it answers, whether a person holds it.

Calls nothing. The budget is counted by the arrival time of the next call (GCRA): half of it is kept for taking down.
"""

import dataclasses
import datetime as dt
from typing import Any

import sqlalchemy as sa

from fahndung.errors import Message, UsageError
from fahndung.ledger import audit
from fahndung.ledger.columns import Instant
from fahndung.ledger.tables import account
from fahndung.ledger.transaction import Tx


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """At most ``burst`` calls at once, and one more every ``interval``."""

    interval: dt.timedelta
    burst: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account that ever had a publication.

    Attributes:
        calls_until, sends_until: what the budget has already given away, for all calls and for publishing.
        blocked_until: when the channel itself takes the next call.
        held_at, held_by: since when a person keeps it from publishing.
        answered_at: when it last did what it was asked. failing_since: since when it has not.
        token_ends_at: when its credential expires, as far as the channel says so.
        refused_since: since when it refuses the credential.
    """

    name: str
    kind: str
    calls_until: dt.datetime | None
    sends_until: dt.datetime | None
    blocked_until: dt.datetime | None
    held_at: dt.datetime | None
    held_by: str | None
    answered_at: dt.datetime | None
    failing_since: dt.datetime | None
    problem: Message | None
    token_ends_at: dt.datetime | None
    refused_since: dt.datetime | None


def add(tx: Tx, name: str, kind: str) -> None:
    """Enter an account; one that is known stays as it is."""
    known = tx.connection.execute(sa.select(account.c.kind).where(account.c.name == name)).scalar()
    if known is None:
        tx.connection.execute(sa.insert(account).values(name=name, kind=kind))


def all(tx: Tx) -> tuple[Account, ...]:
    """Every account, by name."""
    return tuple(map(_account, tx.connection.execute(sa.select(account).order_by(account.c.name))))


def get(tx: Tx, name: str) -> Account:
    """The account of that name.

    Raises:
        UsageError: nothing was ever planned there.
    """
    row = tx.connection.execute(_ONE, {"wanted": name}).first()
    if row is None:
        raise UsageError(
            f"Nothing was ever published on a channel {name}.", f"Auf einem Kanal {name} wurde nie veröffentlicht."
        )
    return _account(row)


_ONE = sa.select(account).where(account.c.name == sa.bindparam("wanted"))
_CHANGE = sa.update(account).where(account.c.name == sa.bindparam("of"))


def free_at(of: Account, budget: Budget | None, now: dt.datetime, *, sends: bool) -> dt.datetime:
    """The earliest instant for the next call; ``sends``: one that publishes, which gets half of the budget at most."""
    waits = [now, of.blocked_until or now]
    if budget is not None:
        waits.append((of.calls_until or now) - budget.interval * (budget.burst - 1))
    if budget is not None and sends:
        waits.append((of.sends_until or now) - 2 * budget.interval * (max(budget.burst // 2, 1) - 1))
    return max(waits)


def charge(tx: Tx, of: Account, budget: Budget | None, now: dt.datetime, *, sends: bool) -> None:
    """Count a call that is about to be made."""
    if budget is None:
        return
    values: dict[str, Any] = {"calls_until": max(of.calls_until or now, now) + budget.interval}
    if sends:
        values["sends_until"] = max(of.sends_until or now, now) + 2 * budget.interval
    tx.connection.execute(_CHANGE, {"of": of.name, **values})


def answered(tx: Tx, name: str, *, now: dt.datetime) -> None:
    """It did what it was asked."""
    if name in tx.known.answered:
        return
    values: dict[str, Any] = {"answered_at": now, "failing_since": None, "problem": None, "refused_since": None}
    tx.connection.execute(_CHANGE, {"of": name, **values})
    tx.known.answered.add(name)


def failing(
    tx: Tx,
    name: str,
    problem: Message,
    *,
    now: dt.datetime,
    until: dt.datetime | None = None,
    refused: bool = False,
) -> None:
    """It did not; ``until``: when it says that it takes the next call. ``refused``: not with this credential."""
    values: dict[str, Any] = {
        "failing_since": sa.func.coalesce(account.c.failing_since, sa.literal(now, Instant())),
        "problem": problem,
    }
    if refused:
        values["refused_since"] = sa.func.coalesce(account.c.refused_since, sa.literal(now, Instant()))
    if until is not None:
        values["blocked_until"] = until
    tx.known.answered.discard(name)
    tx.connection.execute(sa.update(account).where(account.c.name == name).values(values))


def hold(tx: Tx, name: str, *, now: dt.datetime, by: str) -> None:
    """A person keeps an account from publishing; taking down goes on.

    Raises:
        UsageError: it is unknown, or held already.
    """
    known = get(tx, name)
    if known.held_at is not None:
        raise UsageError(f"{name} is held already, by {known.held_by}.", f"{known.held_by} hält {name} schon an.")
    tx.connection.execute(sa.update(account).where(account.c.name == name).values(held_at=now, held_by=by))
    audit.append(tx, at=now, by=by, action="account.hold", data={"channel": name})


def release(tx: Tx, name: str, *, now: dt.datetime, by: str) -> None:
    """A person lets it publish again.

    Raises:
        UsageError: it is unknown, or not held.
    """
    if get(tx, name).held_at is None:
        raise UsageError(f"{name} is not held.", f"{name} ist nicht angehalten.")
    tx.connection.execute(sa.update(account).where(account.c.name == name).values(held_at=None, held_by=None))
    audit.append(tx, at=now, by=by, action="account.release", data={"channel": name})


def _account(row: "sa.Row[tuple[object, ...]]") -> Account:
    return Account(**row._mapping)
