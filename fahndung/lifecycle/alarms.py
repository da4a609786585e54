"""Which alarms ought to be open now: raises what is missing, clears what is over.

Sends nothing (``alerts`` does) and finds no cause (``causes`` does).
"""

import dataclasses
import datetime as dt
from collections.abc import Callable, Collection, Iterable

from fahndung.law.clock import ClockPolicy
from fahndung.ledger import alarms
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import causes as found
from fahndung.lifecycle.causes import Cause, Patience
from fahndung.model.alarm import Kind

WATCHED = frozenset(set(Kind) - {Kind.REMINDER, Kind.CLOCK, Kind.LEDGER, Kind.DAMAGED})
"""The kinds that ``watch`` raises and clears."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The numbers of the alarms that were raised and cleared."""

    raised: tuple[int, ...] = ()
    cleared: tuple[int, ...] = ()


def watch(
    tx: Tx,
    *,
    now: dt.datetime,
    by: str,
    alive: Callable[[int], bool] = lambda worker: True,
    patience: Patience | None = None,
) -> Change:
    """Brings the alarms of the kinds in ``WATCHED`` up to date.

    Args:
        alive: whether the worker of that number still runs.
    """
    causes = found.watched(tx, now, patience or Patience(), alive)
    return stand(tx, causes, of=WATCHED, now=now, by=by)


def remind(tx: Tx, *, now: dt.datetime, by: str, policy: ClockPolicy | None = None) -> Change:
    """Brings the reminders up to date: each step of each end is an alarm of its own, and over when the next one is due.

    Computes every clock of whatever is open: for a call every few minutes, not for every turn of a loop.
    """
    return stand(tx, found.reminded(tx, now, policy), of={Kind.REMINDER}, now=now, by=by)


def inspect(tx: Tx, *, now: dt.datetime, by: str) -> Change:
    """Brings the alarms of unreadable entries up to date. Reads all that is open, so as seldom as ``remind``."""
    return stand(tx, found.damaged(tx), of={Kind.DAMAGED}, now=now, by=by)


def stand(tx: Tx, causes: Iterable[Cause], *, of: Collection[Kind], now: dt.datetime, by: str) -> Change:
    """Makes the open alarms of some kinds those of the causes.

    What happened once (``Kind.is_event``) stays open until somebody has acknowledged it.
    """
    standing = {(one.kind, one.subject): one for one in alarms.open_alarms(tx, of)}
    raised = []
    for cause in causes:
        known = standing.pop((cause.kind, cause.subject), None)
        if known is None:
            raised.append(raise_(tx, cause, now=now, by=by))
        elif known.what != cause.what:
            alarms.reword(tx, known.id, cause.what)
    over = [one.id for one in standing.values() if not one.kind.is_event or one.acknowledged_at is not None]
    for number in over:
        alarms.clear(tx, number, now=now, by=by)
    return Change(raised=tuple(raised), cleared=tuple(over))


def raise_(tx: Tx, cause: Cause, *, now: dt.datetime, by: str) -> int:
    """Raises one alarm, or finds the open one; its number comes out."""
    return alarms.raise_(tx, cause.kind, cause.subject, cause.what, now=now, by=by, appeal=cause.appeal)
