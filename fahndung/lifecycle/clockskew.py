"""How far clocks are from the time that counts: the ledger's server, or the latest write of its file.

Sets nothing right; ``clock`` watches a clock while a program runs, this compares one run with those before.
"""

import datetime as dt

from fahndung.errors import Message
from fahndung.ledger import about, boots
from fahndung.ledger.store import Ledger
from fahndung.lifecycle.clock import JUMP, boot_id

NONE = dt.timedelta(0)
NEAR = dt.timedelta(seconds=10)
"""How far the instant at which a machine started may move before it is noted anew."""


def of_ledger(ledger: Ledger, machine: dt.datetime) -> dt.timedelta:
    """How far this machine's clock is ahead (positive), or behind; a file can only show that it is behind."""
    server = ledger.server_clock()
    if server is not None:
        return machine - server
    with ledger.read() as tx:
        mark = about.latest(tx)
    return NONE if mark is None else min(machine - mark, NONE)


def jumped(ledger: Ledger, began: dt.datetime) -> dt.timedelta | None:
    """How far the clock that counts jumped since an earlier run on this machine; None up to five minutes.

    Nobody can tell after a restart of the machine, nor where instants are rehearsed.

    Args:
        began: see ``clock.began``.
    """
    known = _known(ledger)
    return began - known if known is not None and abs(began - known) > JUMP else None


def remember(ledger: Ledger, began: dt.datetime, *, now: dt.datetime) -> None:
    """Lets later runs on this machine notice a jump; for a run that met none.

    Raises:
        LedgerUnavailable: it cannot be written.
    """
    boot, known = boot_id(), _known(ledger)
    if boot is None or ledger.rehearsed or (known is not None and abs(began - known) <= NEAR):
        return
    with ledger.write(now) as tx:
        boots.note(tx, boot, began)


def told(jump: dt.timedelta) -> Message:
    """What to say about a jump between two runs."""
    by = f"{jump.total_seconds():+.0f} s"
    return Message(
        f"the clock jumped by {by} since an earlier run; if it is right now: 'fahndung doctor --accept-clock "
        "--as PERSON'",
        f"Die Uhr sprang seit einem früheren Lauf um {by}; geht sie jetzt richtig: „fahndung doctor --accept-clock "
        "--as PERSON“",
    )


def _known(ledger: Ledger) -> dt.datetime | None:
    boot = boot_id()
    if boot is None or ledger.rehearsed:
        return None
    with ledger.read() as tx:
        return boots.started(tx, boot)
