"""When each machine started, by the ledger's time: between two runs that instant moves only if a clock jumped.

Reads no clock: which machine it is, and for how long it has been up, the caller knows.
"""

import datetime as dt
import json

from fahndung.ledger import about
from fahndung.ledger.columns import canonical, from_micros, to_micros
from fahndung.ledger.transaction import Tx

MOST = 64
"""So many machines are remembered; the one that was noted longest ago is forgotten first."""
_KEY = "boots"


def started(tx: Tx, boot: str) -> dt.datetime | None:
    """When the machine with that boot started; None if nobody knows, or what is stored there is no instant."""
    return dict(_known(tx)).get(boot)


def note(tx: Tx, boot: str, at: dt.datetime) -> None:
    """Remember when the machine with that boot started."""
    others = [one for one in _known(tx) if one[0] != boot]
    kept = [*others, (boot, at)][-MOST:]
    about.keep(tx, _KEY, canonical([[name, to_micros(one)] for name, one in kept]).decode())


def forget(tx: Tx) -> None:
    """What the clocks said before counts no more: each machine is noted anew by its next run."""
    about.forget(tx, _KEY)


def _known(tx: Tx) -> list[tuple[str, dt.datetime]]:
    try:
        return [(str(boot), from_micros(int(at))) for boot, at in json.loads(about.value(tx, _KEY) or "[]")]
    except (ValueError, TypeError, OverflowError, RecursionError):
        return []
