"""A child of the test process: a process of its own to which nothing has to be imported anew."""

import os
import signal
import traceback
from collections.abc import Callable


def in_child(act: Callable[[], object]) -> int:
    """Does it in a child and waits for it; its exit code, which is negative if a signal ended it."""
    child = begun(act)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def begun(act: Callable[[], object]) -> int:
    """Begins it in a child, whose number this is; it ends with 0, or with 1 and a traceback if it raised."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        act()
        code = 0
    except BaseException:  # the child must never go on as if it were the test
        traceback.print_exc()
    finally:
        os._exit(code)


def interrupted_fork(fork: Callable[[], int]) -> Callable[[], int]:
    """A fork whose child meets a Ctrl-C before anything else."""

    def interrupted() -> int:
        pid = fork()
        if pid == 0:
            os.kill(os.getpid(), signal.SIGINT)
        return pid

    return interrupted
