"""One round on one channel: what has to come down, then what goes up, then looks, each in batches.

Knows no loop and no pause; the worker and the single run choose how often.
"""

import dataclasses
import datetime as dt
from collections.abc import Collection
from concurrent.futures import Executor

from fahndung.ledger import accounts, publications
from fahndung.ledger.publications import Need
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import turns
from fahndung.lifecycle.claiming import Turned
from fahndung.lifecycle.shift import Shift
from fahndung.lifecycle.turns import Drafting

BATCH = 40
"""How many publications share a transaction: a kill leaves no more than so many calls to be looked for again."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round did on one channel; ``more``: something is still due there."""

    channel: str
    turned: tuple[Turned, ...]
    more: bool


def due_channels(tx: Tx, now: dt.datetime, *, sends: bool, leave: Collection[str] = ()) -> tuple[str, ...]:
    """The channels on which something can be done now, by name, but for those to ``leave``.

    Args:
        sends: something may be sent.
    """
    found = []
    for account in accounts.all(tx):
        if account.name in leave:
            continue
        needs = _needs(account, now, sends=sends)
        if any(publications.due(tx, now, need, channel=account.name, limit=1) for need in needs):
            found.append(account.name)
    return tuple(found)


def serve(
    shift: Shift,
    channel: str,
    *,
    draft_of: Drafting | None = None,
    crew: Executor | None = None,
    leave: Collection[int] = (),
) -> Round:
    """One batch of each need, the takedowns first.

    Args:
        draft_of: what to send; None: nothing is sent.
        leave: ids that somebody else takes care of.

    Raises:
        LedgerUnavailable: it cannot be read or written.
    """
    turned: list[Turned] = []
    more = False
    with shift.ledger.read() as tx:
        needs = _needs(accounts.get(tx, channel), shift.clock(), sends=draft_of is not None)
    for need in needs:
        with shift.ledger.read() as tx:
            rows = publications.due(tx, shift.clock(), need, channel=channel, limit=BATCH + len(leave))
        ids = [row.id for row in rows if row.id not in leave][:BATCH]
        if ids:
            turned += turns.turn_all(shift, ids, draft_of=draft_of, crew=crew)
        more = more or len(rows) >= BATCH + len(leave)
    return Round(channel=channel, turned=tuple(turned), more=more)


def _needs(account: accounts.Account, now: dt.datetime, *, sends: bool) -> tuple[Need, ...]:
    """What can be done there; nothing while the channel takes no call."""
    if account.blocked_until is not None and account.blocked_until > now:
        return ()
    return tuple(need for need in Need if need is not Need.SEND or (sends and account.held_at is None))
