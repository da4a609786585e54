"""Children that are killed in the middle of what they do, and threads that do it at once."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable


def timed(act: Callable[[], None]) -> float:
    """How long it takes in seconds."""
    begun = time.monotonic()
    act()
    return time.monotonic() - begun


def kill(act: Callable[[], None], *, after: float) -> bool:
    """Whether a child that does it was still at it when SIGKILL came so many seconds later."""
    child = os.fork()
    if child == 0:
        try:
            with contextlib.suppress(Exception):
                act()
        finally:
            os._exit(0)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def at_once(*acts: Callable[[], None]) -> None:
    """Does them all in threads; what they raise is lost."""
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
