"""Channels wait as long as in earnest, but not for an answer that a platform was told not to give. Knows no channel.

A small time-out would do as well, and on a busy machine strike calls that are answered: here the platform itself says
that it has fallen silent, and that ends the wait as a time-out does. The time-out itself is tried in ``tests/http``.
"""

import functools
import threading
import time
from typing import Any

import pytest

from fahndung import exchange
from fahndung.testing.faults import Call, Fault
from fahndung.testing.running import Running

SILENT_S = 10.0
"""How long a platform says nothing; nobody waits for so long."""
_ASKS_S = 0.02
SILENT = (Fault.TIMEOUT_BEFORE, Fault.TIMEOUT_AFTER, Fault.LATE)


def spare(patch: pytest.MonkeyPatch) -> None:
    """From now on nobody waits for what a platform with such a fault does not answer; for one call at a time."""
    told = dict[Running, int]()
    add, clear = Running.add, Running.clear

    def adding(self: Running, fault: Fault, *calls: Call, **how: Any) -> None:
        if fault in SILENT:
            told.setdefault(self, self.silences())
        add(self, fault, *calls, **how)

    def clearing(self: Running) -> None:
        told.pop(self, None)
        clear(self)

    class Spared(exchange.Exchange):
        """Its wait is over as well once the platform has fallen silent."""

        def __init__(self, session: Any, method: str, url: str, *more: Any) -> None:
            super().__init__(session, method, url, *more)
            if not url.endswith("/control"):
                self.done = _Done(functools.partial(_is_silent, told))

    patch.setattr(Running, "add", adding)
    patch.setattr(Running, "clear", clearing)
    patch.setattr(exchange, "Exchange", Spared)


def _is_silent(told: dict[Running, int]) -> bool:
    """Whether a platform left one call more without an answer than callers know of."""
    for platform, known in [*told.items()]:
        if platform.silences() > known:
            told[platform] = known + 1
            return True
    return False


class _Done(threading.Event):
    def __init__(self, is_silent: functools.partial[bool]) -> None:
        super().__init__()
        self._is_silent = is_silent

    def wait(self, timeout: float | None = None) -> bool:
        """Whether there is an answer; False: the time is over, or nobody is going to answer."""
        until = time.monotonic() + (timeout or 0)
        while (left := until - time.monotonic()) > 0:
            if super().wait(min(_ASKS_S, left)):
                return True
            if self._is_silent():
                return False
        return self.is_set()
