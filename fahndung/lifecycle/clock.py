"""The clock of a long run, watched by one that only counts: a jump is noticed when it happens. Sets nothing right.

Where the ledger lies on a server that server's time counts, asked now and then and counted on in between: whatever a
machine's own clock says, all machines agree on what is over.
"""

import datetime as dt
import pathlib
import threading
import time
from collections.abc import Callable

from fahndung.errors import Message

JUMP = dt.timedelta(minutes=5)
"""How far a clock and the counter may part before nothing is published any more."""
QUICK_SECONDS = 1.0
TRIES = 3
"""A server's answer counts as quick up to so many seconds; of so many answers the quickest counts if none was."""
_BOOT = pathlib.Path("/proc/sys/kernel/random/boot_id")

Wall = Callable[[], dt.datetime]
Tick = Callable[[], float]
Server = Callable[[], dt.datetime | None]
"""The time of the ledger's server; None where the ledger is a file."""


def boot_seconds() -> float:
    """Seconds since the machine started, those in which it slept included."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def boot_id() -> str | None:
    """What the kernel calls the time since this machine started; None where it does not say."""
    try:
        return _BOOT.read_text("ascii").strip() or None
    except (OSError, UnicodeDecodeError):
        return None


def began(now: dt.datetime, tick: Tick = boot_seconds) -> dt.datetime:
    """When the counter was zero by the clock that says ``now``: this instant moves only if that clock jumps."""
    return now - dt.timedelta(seconds=tick())


class WatchedClock:
    """The instant now; several threads may ask."""

    def __init__(
        self,
        wall: Wall,
        tick: Tick = boot_seconds,
        *,
        server: Server = lambda: None,
        earliest: dt.datetime | None = None,
    ) -> None:
        """From this instant on the clocks are compared with the counter.

        Args:
            wall: this machine's clock. tick: seconds that also pass while the machine sleeps.
            earliest: the time that counts already, where the clock fell behind it: it goes on from there.

        Raises:
            LedgerUnavailable: the server cannot be asked.
        """
        self._wall, self._tick, self._server = wall, tick, server
        self._lock = threading.Lock()
        self._machine = began(wall(), tick)
        self._told = self._ask()
        self._first = self._told or self._machine
        self._earliest = self._first if earliest is None else max(self._first, began(earliest, tick))
        self._jump: Message | None = None

    def __call__(self) -> dt.datetime:
        """The server's time, or the machine's; once a clock jumped, or fell behind before, the latest that can be true.

        Taking down early is lawful, late is not.
        """
        with self._lock:
            seconds = dt.timedelta(seconds=self._tick())
            machine = self._wall() - seconds
            self._compare(machine - self._machine, _MACHINE)
            origin = machine if self._told is None else self._told
            if self._jump is not None or self._earliest > self._first:
                origin = max(origin, self._earliest)
            return origin + seconds

    def ask(self) -> None:
        """Asks the server for its time again; what it said last counts on where it cannot be asked.

        Raises:
            LedgerUnavailable: it cannot be asked.
        """
        told = self._ask()
        if told is not None:
            with self._lock:
                self._told = told
                self._compare(told - self._first, _SERVER)

    @property
    def began(self) -> dt.datetime:
        """When the counter was zero, by the clock that counts."""
        with self._lock:
            return began(self._wall(), self._tick) if self._told is None else self._told

    @property
    def apart(self) -> dt.timedelta:
        """How far this machine's clock is ahead of the server's, or of the counter."""
        with self._lock:
            return began(self._wall(), self._tick) - (self._earliest if self._told is None else self._told)

    @property
    def trouble(self) -> Message | None:
        """Why nothing may be published in this run any more: a clock jumped while it was watched."""
        return self._jump

    def _ask(self) -> dt.datetime | None:
        """When the counter was zero by the server's clock: never too late an instant, and soon enough after the answer.

        The counter is read before the question, so that a slow answer makes the time early and not late; a process that
        was stopped between question and answer asks again.
        """
        answers: list[tuple[float, dt.datetime]] = []
        while len(answers) < TRIES and (not answers or answers[-1][0] > QUICK_SECONDS):
            asked = self._tick()
            now = self._server()
            if now is None:
                return None
            answers.append((self._tick() - asked, now - dt.timedelta(seconds=asked)))
        return min(answers)[1]

    def _compare(self, jump: dt.timedelta, whose: Message) -> None:
        if abs(jump) > JUMP and self._jump is None:
            by = f"{jump.total_seconds():+.0f} s"
            self._jump = Message(
                f"the clock {whose.en} jumped by {by}; nothing is published until the worker is started again with the "
                "right time",
                f"Die Uhr {whose.de} sprang um {by}; bis zum Neustart mit richtiger Zeit wird nichts veröffentlicht",
            )


_MACHINE = Message("of this machine", "dieses Rechners")
_SERVER = Message("of the ledger's server", "des Registerservers")
