"""When a run last came to its end, and when one last left nothing past its end: what a dead man's switch goes by.

Decides nothing: the run itself says how it went.
"""

import dataclasses
import datetime as dt

from fahndung.ledger import about
from fahndung.ledger.columns import from_micros, to_micros
from fahndung.ledger.transaction import Tx

RUN, SUCCESS = "last_run", "last_success"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """The ends of the last run and of the last one that went well; None: there was none."""

    run: dt.datetime | None
    success: dt.datetime | None


def beat(tx: Tx, *, well: bool, now: dt.datetime) -> None:
    """A run, or a round of a worker, has ended; ``well``: nothing was left online past its end."""
    for key in (RUN, SUCCESS) if well else (RUN,):
        about.keep(tx, key, str(to_micros(now)))


def read(tx: Tx) -> Pulse:
    """The last of both."""
    return Pulse(run=_instant(about.value(tx, RUN)), success=_instant(about.value(tx, SUCCESS)))


def forget(tx: Tx) -> None:
    """What a wrong clock wrote counts no more."""
    about.forget(tx, RUN, SUCCESS)


def _instant(stored: str | None) -> dt.datetime | None:
    """What is no instant counts as never: the switch is pulled."""
    try:
        return None if stored is None else from_micros(int(stored))
    except ValueError:
        return None
