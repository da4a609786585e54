"""A worker process for crash tests: the real loop on a bare ledger, with drafts that need no release to be vetted.

``python -m tests.lifecycle.labour PLACE FOLDER INSTANT`` does once what is due then; the token is in the environment.
Vetting whole releases would take most of the time of ten thousand publications. ``tests/cli/test_worker.py`` starts the
real command.
"""

import dataclasses
import datetime as dt
import os
import pathlib
import signal
import sys
import threading
import time

from fahndung.home import Home
from fahndung.ledger.publications import Publication
from fahndung.ledger.store import Ledger
from fahndung.lifecycle import shift as shifts
from fahndung.lifecycle import worker
from fahndung.lifecycle.shift import Shift, on_shift
from fahndung.model.publication import Draft
from fahndung.testing.postbox import Endpoint, Postbox
from tests.ledger import world
from tests.lifecycle.stand import TOKEN, text_and_picture

DAY_SECONDS = 86_400.0


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a worker process needs to know.

    Attributes:
        place: of the ledger. folder: of the home. ahead: of the ledger's time before the machine's.
        call_seconds: how long a claim is good for calls; None: as long as it really is.
        draft_seconds: how long it takes between a claim and its first call.
        once: only until nothing is due.
    """

    place: pathlib.Path | str
    folder: pathlib.Path
    token: str
    ahead: dt.timedelta
    call_seconds: float | None = None
    draft_seconds: float = 0.0
    once: bool = False

    def now(self) -> dt.datetime:
        """The ledger's time."""
        return dt.datetime.now(dt.UTC) + self.ahead  # noqa: TID251 - a process of its own has a clock of its own

    @property
    def log(self) -> pathlib.Path:
        """When each worker got to work: a monotonic instant and its process, one line each."""
        return self.folder / "at-work.txt"


def labour(job: Job) -> None:
    """Works until SIGTERM, in a process group of its own; who leads one hears of SIGTERM."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    if os.getpgrp() != os.getpid():
        os.setsid()
    os.environ[TOKEN] = job.token
    if job.call_seconds is not None:
        shifts.CALL_SECONDS = job.call_seconds
    home = Home(path=job.folder, identity=world.HOME)

    def draft_of(row: Publication) -> Draft:
        time.sleep(job.draft_seconds)
        return Postbox(Endpoint.parse(row.endpoint)).draft(row.marker, *text_and_picture())

    def at_work(shift: Shift) -> bool:
        with job.log.open("a") as log:
            log.write(f"{time.monotonic()} {os.getpid()}\n")
        return worker.work(
            shift, stop, draft_of=draft_of, may_publish=lambda: True, tell=lambda _: None, until_done=job.once
        )

    with Ledger.open(job.place, home_id=world.HOME) as ledger:
        worker.keep_working(
            lambda: on_shift(home, ledger, what="worker", by="worker", clock=job.now, patience=DAY_SECONDS, stop=stop),
            stop,
            at_work=at_work,
            failed=lambda _: None,
        )


def main(place: str, folder: str, instant: str) -> None:
    """Does once what is due at an instant."""
    ahead = dt.datetime.fromisoformat(instant) - dt.datetime.now(dt.UTC)  # noqa: TID251 - as above
    job = Job(place=pathlib.Path(place), folder=pathlib.Path(folder), token=os.environ[TOKEN], ahead=ahead, once=True)
    labour(job)


if __name__ == "__main__":
    main(*sys.argv[1:])
