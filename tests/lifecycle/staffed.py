"""A worker in a whole home whose clock is ahead of the machine's: in this process for one step, or as a process.

``python -m tests.lifecycle.staffed HOME`` is the real loop with the real drafts, each verified again. By how much its
clock is ahead stands in a file: a test reaches an instant when everything is ready, however slow the machine is.
"""

import contextlib
import datetime as dt
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

from fahndung.home import open_home
from fahndung.ledger.store import Ledger
from fahndung.lifecycle import worker
from fahndung.lifecycle.attendance import WORKER
from fahndung.lifecycle.rounds import Round
from fahndung.lifecycle.shift import Clock, Shift, on_shift
from tests.world import World

SECONDS = 45.0
READY = "at work"


def machine_time() -> dt.datetime:
    """What the simulated platforms write into their journals."""
    return dt.datetime.now(dt.UTC)  # noqa: TID251 - a process of its own has a clock of its own


@contextlib.contextmanager
def on_duty(made: World, clock: Clock) -> Iterator[Shift]:
    """A worker that has the calling place and does nothing until it is told to (``work``)."""
    config = made.home.config()
    with on_shift(made.home, made.ledger, what=WORKER, by="worker", clock=clock, config=config) as shift:
        with made.ledger.write(clock()) as tx:
            shift.join(tx, now=clock())
        yield shift


def work(made: World, shift: Shift) -> list[str]:
    """What is due, and what that makes due; what went wrong comes out."""
    told: list[str] = []

    def tell(one: object) -> None:
        if not isinstance(one, Round):
            told.append(str(one))

    worker.work(
        shift,
        threading.Event(),
        draft_of=worker.drafting_at(made.home, shift),
        may_publish=lambda: True,
        tell=tell,
        until_done=True,
    )
    return told


class Ahead:
    """The clock of a home, ahead of the machine's."""

    def __init__(self, home: pathlib.Path) -> None:
        self._file = home / "ahead"

    def reach(self, instant: dt.datetime, *, at: dt.datetime) -> None:
        """It will be ``instant`` there when it is ``at`` here."""
        beside = self._file.with_suffix(".new")
        beside.write_text(str((instant - at).total_seconds()))
        beside.replace(self._file)

    def __call__(self) -> dt.datetime:
        """What time it is there."""
        return machine_time() + dt.timedelta(seconds=float(self._file.read_text()))


@contextlib.contextmanager
def running(home: pathlib.Path) -> Iterator[subprocess.Popen[str]]:
    """The same as a process, which has begun; its clock is ``Ahead``."""
    command = [sys.executable, "-m", "tests.lifecycle.staffed", str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ.copy()) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == READY
            yield process
        finally:
            process.terminate()
            process.wait(SECONDS)


def wait_until(true: Callable[[], bool], seconds: float = SECONDS) -> None:
    """Looks often, and fails after so many seconds."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not come to pass"
        time.sleep(0.05)


def main(path: str) -> None:
    """Works until SIGTERM."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    home = open_home(pathlib.Path(path))
    clock = Ahead(home.path)
    with Ledger.open(home.ledger_address, home_id=home.identity, rehearsed=True) as ledger:
        config = home.config()
        with on_shift(home, ledger, what=WORKER, by="worker", clock=clock, config=config, stop=stop) as shift:
            with ledger.write(clock()) as tx:
                shift.join(tx, now=clock())
            print(READY, flush=True)
            worker.work(
                shift,
                stop,
                draft_of=worker.drafting_at(home, shift),
                may_publish=lambda: True,
                tell=lambda told: None if isinstance(told, Round) else print(told, file=sys.stderr, flush=True),
            )


if __name__ == "__main__":
    main(*sys.argv[1:])
