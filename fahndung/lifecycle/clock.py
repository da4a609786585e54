"""The clock of a long run, watched by one that only counts: a jump is noticed when it happens. Sets nothing right."""

import datetime as dt
import threading
from collections.abc import Callable

from fahndung.errors import Message
from fahndung.lifecycle.shift import boot_seconds

JUMP = dt.timedelta(minutes=5)
"""How far wall clock and counter may part before nothing is published any more."""


class WatchedClock:
    """The instant now; several threads may ask."""

    def __init__(self, wall: Callable[[], dt.datetime], tick: Callable[[], float] = boot_seconds) -> None:
        """From this instant on the two are compared."""
        self._wall, self._tick = wall, tick
        self._lock = threading.Lock()
        self._offset = wall() - dt.timedelta(seconds=tick())
        self._jump: dt.timedelta | None = None

    def __call__(self) -> dt.datetime:
        """What the wall clock says; once it jumped, the later of both: taking down early is lawful, late is not."""
        with self._lock:
            now, counted = self._both()
            if abs(now - counted) > JUMP and self._jump is None:
                self._jump = now - counted
            return now if self._jump is None else max(now, counted)

    @property
    def apart(self) -> dt.timedelta:
        """How far the wall clock is ahead of the one that only counts."""
        now, counted = self._both()
        return now - counted

    def _both(self) -> tuple[dt.datetime, dt.datetime]:
        return self._wall(), self._offset + dt.timedelta(seconds=self._tick())

    @property
    def trouble(self) -> Message | None:
        """Why nothing may be published in this run any more: the clock jumped while it was watched."""
        if self._jump is None:
            return None
        by = f"{self._jump.total_seconds():+.0f} s"
        return Message(
            f"the clock jumped by {by}; nothing is published until the worker is started again with the right time",
            f"Die Uhr sprang um {by}; bis zum Neustart mit richtiger Zeit wird nichts veröffentlicht",
        )
