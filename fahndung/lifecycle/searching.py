"""Opens every account that may hold something and looks through it; writes down what is the ledger's own.

Removes nothing.
"""

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from typing import TypeVar

from fahndung import channels
from fahndung.channels.base import Channel
from fahndung.channels.kinds import ADDRESSED
from fahndung.errors import AuthError, ChannelFailed, FahndungError, LedgerMissing, Message
from fahndung.home import Home
from fahndung.ledger import accounts, publications, sweeping
from fahndung.ledger.columns import canonical
from fahndung.ledger.faults import LedgerUnavailable
from fahndung.ledger.publications import Publication, Want
from fahndung.ledger.store import Ledger
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle.matching import Matched, Orphan, match
from fahndung.lifecycle.shift import Shift

_T = TypeVar("_T")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An account that can be asked."""

    name: str
    channel: Channel


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Unlisted:
    """An account that was not looked through, and why: the sweep is not complete."""

    channel: str
    why: Message


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one account showed; ``returned`` and ``missing`` are ids of rows that have to come down."""

    account: Opened
    noted: int
    returned: tuple[int, ...]
    missing: tuple[int, ...]
    orphans: tuple[Orphan, ...]


def open_accounts(home: Home, shift: Shift, now: dt.datetime) -> tuple[list[Opened], list[Unlisted]]:
    """Every account once, and those that cannot be opened."""
    with shift.ledger.read() as tx:
        places, troubles = sweeping.places(tx, now)
    opened: dict[bytes, Opened] = {}
    closed = [Unlisted(channel="", why=why) for why in troubles]
    ways: list[tuple[str, Callable[[], Channel]]] = []
    try:
        tables = home.config().channels
    except FahndungError as error:
        closed.append(Unlisted(channel="fahndung.toml", why=error.message))
        tables = {}
    ledger = shift.ledger
    for name, table in tables.items():
        ways.append((name, _configured(table, ledger, home)))
    for place in places:
        ways.append((place.channel, _remembered(shift, place)))
    for name, way in ways:
        try:
            channel = asked(way)
            if channel.kind in ADDRESSED:  # what it sent stands nowhere
                continue
            opened.setdefault(canonical(dict(channel.access())), Opened(name=name, channel=channel))
        except FahndungError as error:
            closed.append(Unlisted(channel=name, why=error.message))
    return list(opened.values()), list(dict.fromkeys(closed))


def look_through(shift: Shift, account: Opened, *, end_missing: bool) -> Seen | Unlisted:
    """Lists an account and writes down what is the ledger's own; what goes wrong with it hides no other account.

    Raises:
        LedgerUnavailable, LedgerMissing: nothing can be written down of any account.
    """
    try:
        return _noted(shift, account, _matched(shift, account), end_missing=end_missing)
    except (LedgerUnavailable, LedgerMissing):
        raise
    except FahndungError as error:
        if isinstance(error, ChannelFailed):  # one that cannot list does not fail
            with shift.ledger.write(now := shift.clock()) as tx:
                accounts.failing(tx, account.name, error.message, now=now, refused=isinstance(error, AuthError))
        return Unlisted(channel=account.name, why=error.message)


def _noted(shift: Shift, account: Opened, matched: Matched, *, end_missing: bool) -> Seen:
    """What the account showed, all of it written down or nothing."""
    missing: tuple[int, ...] = ()
    with shift.ledger.write(now := shift.clock()) as tx:
        accounts.answered(tx, account.name, now=now)
        for row, references in (*matched.fresh, *matched.returned):
            for reference in references:
                publications.saw(tx, row.id, reference, now=now, by=shift.by)
        if end_missing:
            gone = [row.id for row in _wanted_up(tx, account) if row.id not in matched.seen]
            missing = publications.want_down(tx, gone, now=now, by=shift.by, reason="reconciled")
    return Seen(
        account=account,
        noted=sum(len(references) for _, references in matched.fresh),
        returned=tuple(row.id for row, _ in matched.returned),
        missing=missing,
        orphans=matched.orphans,
    )


def asked(call: Callable[[], _T]) -> _T:
    """What a channel answers.

    Raises:
        FahndungError: it does not; one connector's bug must not hide the other accounts.
    """
    try:
        return call()
    except FahndungError:
        raise
    except Exception as error:  # somebody else's connector: whatever it raises
        kind = type(error).__name__
        raise ChannelFailed(
            f"a bug in the channel stopped it ({kind})", f"Ein Programmfehler im Kanal hielt es auf ({kind})"
        ) from error


def _configured(table: Mapping[str, object], ledger: Ledger, home: Home) -> Callable[[], Channel]:
    return lambda: channels.from_config(table, home_id=ledger.home_id, nonce=ledger.nonce, home=home.path)


def _remembered(shift: Shift, place: sweeping.Place) -> Callable[[], Channel]:
    return lambda: shift.open(place.kind, place.endpoint)


def _matched(shift: Shift, account: Opened) -> Matched:
    """Whose everything is. What looks wrong is listed once more: it may have been taken down, or sent, in between."""
    access = account.channel.access()
    listed = asked(account.channel.listing)
    with shift.ledger.read() as tx:
        matched = match(tx, account.name, access, listed)
    if not matched.returned and not matched.orphans:
        return matched
    still = set(asked(account.channel.listing))
    with shift.ledger.read() as tx:
        return match(tx, account.name, access, [one for one in listed if one in still])


def _wanted_up(tx: Tx, account: Opened) -> list[Publication]:
    access = dict(account.channel.access())
    rows = publications.rows(tx, channel=account.name)
    return [row for row in rows if not row.is_down and row.want is Want.UP and dict(row.endpoint) == access]
