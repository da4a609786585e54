"""A lock file: held by one thread of one process at a time, and let go of when its holder dies."""

import contextlib
import fcntl
import os
import pathlib
import threading
import time
from collections.abc import Iterator

from fahndung.errors import Busy, ChannelFailed, os_reason

LOCK_SECONDS = 20.0


@contextlib.contextmanager
def held(path: pathlib.Path, seconds: float, stop: threading.Event | None = None) -> Iterator[None]:
    """Holds the lock of a file that is there for that alone; nobody else does meanwhile, in no process or thread.

    Raises:
        Busy, ChannelFailed: as ``Home.lock``.
    """
    handle = _open_lock(path)
    try:
        _wait_for(handle, seconds, stop or threading.Event())
        yield
    finally:
        os.close(handle)


def _open_lock(path: pathlib.Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        try:
            return os.open(path, os.O_RDONLY | os.O_CLOEXEC)  # a read-only or full disk must not stop a takedown
        except OSError as error:
            raise ChannelFailed(f"{path}: {os_reason(error).en}", f"{path}: {os_reason(error).de}") from error


def _wait_for(handle: int, seconds: float, stop: threading.Event) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline or stop.is_set():
                raise Busy(
                    f"another run has been working in this home for {seconds:.0f} s; try again",
                    f"Ein anderer Lauf arbeitet seit {seconds:.0f} s in diesem Heim; bitte erneut versuchen",
                ) from None
            stop.wait(0.05)
        else:
            return
