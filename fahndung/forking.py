"""Keeps signals from a process while it starts another one, so that none is lost and none hits between two lines."""

import contextlib
import signal
from collections.abc import Collection, Iterator


@contextlib.contextmanager
def undisturbed(numbers: Collection[int]) -> Iterator[None]:
    """Blocks these signals in this thread until the block ends; what came meanwhile is raised there.

    A process that is forked inside keeps them blocked, for it never comes to the end: a Ctrl-C reaches the whole group,
    and only who started it is to answer. Whoever forks notes the new process inside, and ends it outside.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    try:
        signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
        yield
    finally:  # also where a signal came just before they were blocked
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
