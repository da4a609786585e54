"""A shift for tests: the clock stands still unless the test moves it, and nobody else lives."""

import datetime as dt
from typing import Any

from fahndung.ledger.store import Ledger
from fahndung.lifecycle.shift import Shift


def shift_of(ledger: Ledger, now: dt.datetime, **changes: Any) -> Shift:
    values: dict[str, Any] = {
        "ledger": ledger,
        "worker": 7,
        "by": "test",
        "clock": lambda: now,
        "alive": lambda worker: worker == 7,
        "mine": lambda: True,
        "chance": lambda: 0.5,
    }
    return Shift(**{**values, **changes})
