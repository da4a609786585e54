"""A simulated IndexNow service in a thread, for tests."""

import contextlib
import pathlib

from fahndung.testing.indexnow import Request, Stock
from fahndung.testing.running import RunningIndexNow

from . import simulated


def in_a_thread(folder: pathlib.Path) -> contextlib.AbstractContextManager[RunningIndexNow]:
    """The service without a process of its own."""
    folder.mkdir(exist_ok=True)
    return simulated.in_a_thread(RunningIndexNow, Request, Stock, folder)
