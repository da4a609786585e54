"""Says to systemd that the worker is ready, alive and stopping (sd_notify); does nothing where nobody listens.

Source: the protocol of sd_notify(3), read 2026-11-26. Needs no library: each message is one datagram.
"""

import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator, Mapping


class Service:
    """The service manager of this process."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        """Who listens, and how often it wants to hear that the process lives, as the environment says."""
        self._address = environ.get("NOTIFY_SOCKET", "").replace("@", "\0", 1)
        self._pause = _pause(environ)
        self._said = float("-inf")
        self._lock = threading.Lock()

    def ready(self) -> None:
        """It works, or waits until it may."""
        self._say("READY=1")

    def status(self, text: str) -> None:
        """One line for ``systemctl status``."""
        self._say(f"STATUS={text}")

    def stopping(self) -> None:
        """It finishes what is under way."""
        self._say("STOPPING=1")

    def alive(self) -> None:
        """Called at every turn of a loop; says so as often as it was asked for."""
        with self._lock:
            if self._pause is None or time.monotonic() - self._said < self._pause:
                return
            self._said = time.monotonic()
        self._say("WATCHDOG=1")

    @contextlib.contextmanager
    def standing_by(self) -> Iterator[None]:
        """Says that it lives while the block waits for somebody else."""
        over = threading.Event()
        caller = threading.Thread(target=self._until, args=(over,), daemon=True)
        caller.start()
        try:
            yield
        finally:
            over.set()
            caller.join()

    def _until(self, over: threading.Event) -> None:
        while not over.wait(0 if self._pause is None else self._pause / 2) and self._pause is not None:
            self.alive()

    def _say(self, text: str) -> None:
        if not self._address:
            return
        with (
            contextlib.suppress(OSError),
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out,
        ):
            out.sendto(text.encode(), self._address)


def _pause(environ: Mapping[str, str]) -> float | None:
    """A third of what the watchdog allows, in seconds; None without one, or where it watches another process."""
    try:
        allowed, whose = int(environ.get("WATCHDOG_USEC", "")), int(environ.get("WATCHDOG_PID", os.getpid()))
    except ValueError:
        return None
    return allowed / 3_000_000 if allowed > 0 and whose == os.getpid() else None
