"""A simulated IndexNow service in a thread, for tests."""

import contextlib
import pathlib

from fahndung.testing.indexnow import Request, Stock
from fahndung.testing.running import Running

from . import simulated


class RunningIndexNow(Running):
    """A simulated service."""

    kind = "indexnow"

    @property
    def service(self) -> str:
        """Where it is spoken."""
        return f"{self.url}indexnow"

    def told(self) -> list[str]:
        """Every address that it took, in order."""
        return [effect.id for effect in self.journal()]


def in_a_thread(folder: pathlib.Path) -> contextlib.AbstractContextManager[RunningIndexNow]:
    """The service without a process of its own."""
    folder.mkdir(exist_ok=True)
    return simulated.in_a_thread(RunningIndexNow, Request, Stock, folder)
