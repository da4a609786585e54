"""The long run: whatever is due is done within a second, on every channel by itself, until it is told to stop.

Shares every step with the single run (``takedown``); what it adds is the loop, deferred sends, and that a channel that
hangs keeps no other one waiting.
"""

import contextlib
import datetime as dt
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from fahndung.errors import FahndungError, Message
from fahndung.home import Home
from fahndung.ledger import claims
from fahndung.ledger.publications import Publication
from fahndung.lifecycle import drafting, ends, rounds, takedown
from fahndung.lifecycle.rounds import Round
from fahndung.lifecycle.shift import Shift
from fahndung.lifecycle.turns import Drafting
from fahndung.model.publication import Draft

POLL_SECONDS = 0.5
CREW = 8
"""Calls at once on one channel."""
KEEP = dt.timedelta(minutes=1)
"""How often every end is computed anew."""

Tell = Callable[[Round | Message], None]
"""Hears of every round on a channel, and of every trouble that stopped something; in the loop's own thread."""


def work(
    shift: Shift,
    stop: threading.Event,
    *,
    draft_of: Drafting,
    may_publish: Callable[[], bool],
    tell: Tell,
    until_done: bool = False,
) -> None:
    """Works until ``stop`` is set; calls that are under way are finished and written down first.

    A ledger that is away is told and waited for.

    Args:
        draft_of: what to send, verified again (``drafting``).
        may_publish: asked before each round; False where ledger or clock cannot be trusted.
        until_done: only until nothing is due.
    """
    kept: dt.datetime | None = None
    jobs: dict[str, Future[Round]] = {}
    with _crews() as crew_of:
        while True:
            try:
                now = shift.clock()
                if kept is None or not dt.timedelta(0) <= now - kept < KEEP:
                    for trouble in keep(shift, now=now):
                        tell(trouble)
                    kept = now
                if not stop.is_set():
                    _start(shift, jobs, crew_of, now, draft_of=draft_of if may_publish() else None)
            except FahndungError as error:
                tell(error.message)
            done = [channel for channel, job in jobs.items() if job.done()]
            for channel in done:
                tell(_told(jobs.pop(channel)))
            if not jobs and (stop.is_set() or (until_done and not done)):
                return
            if not done:
                _pause(stop, jobs)


def keep(shift: Shift, *, now: dt.datetime) -> list[Message]:
    """What has to be kept true beside the calls: what the dead held is free, and every end is computed anew.

    Returns what could not be computed.

    Raises:
        LedgerUnavailable: it cannot be written.
    """
    with shift.ledger.write(now) as tx:
        claims.recover(tx, alive=shift.alive, now=now, by=shift.by)
        troubles = ends.refresh(tx, now=now, by=shift.by)
        takedown.end_what_lapsed(tx, now=now, by=shift.by)
    return troubles


def drafting_at(home: Home, shift: Shift) -> Drafting:
    """Drafts from the home's stored releases, verified at the instant of sending."""

    def draft_of(row: Publication) -> Draft:
        return drafting.draft_of(home, shift.ledger, row, now=shift.clock())

    return draft_of


def _start(
    shift: Shift,
    jobs: dict[str, Future[Round]],
    crew_of: Callable[[str], tuple[ThreadPoolExecutor, ThreadPoolExecutor]],
    now: dt.datetime,
    *,
    draft_of: Drafting | None,
) -> None:
    with shift.ledger.read() as tx:
        channels = rounds.due_channels(tx, now, sends=draft_of is not None)
    for channel in channels:
        if channel not in jobs:
            lead, crew = crew_of(channel)
            jobs[channel] = lead.submit(rounds.serve, shift, channel, draft_of=draft_of, crew=crew)


def _told(job: "Future[Round]") -> Round | Message:
    error = job.exception()
    if error is None:
        return job.result()
    if isinstance(error, FahndungError):
        return error.message
    kind = type(error).__name__
    return Message(f"a bug stopped a round ({kind})", f"Ein Programmfehler hielt eine Runde auf ({kind})")


def _pause(stop: threading.Event, jobs: dict[str, "Future[Round]"]) -> None:
    """Until something can have changed; what is under way is looked after more often."""
    if not jobs:
        stop.wait(POLL_SECONDS)
        return
    with contextlib.suppress(TimeoutError):
        next(iter(jobs.values())).exception(timeout=POLL_SECONDS / 10)


@contextlib.contextmanager
def _crews() -> Iterator[Callable[[str], tuple[ThreadPoolExecutor, ThreadPoolExecutor]]]:
    """For each channel a thread that leads its rounds, and the threads that make its calls."""
    with contextlib.ExitStack() as stack:
        made: dict[str, tuple[ThreadPoolExecutor, ThreadPoolExecutor]] = {}

        def crew_of(channel: str) -> tuple[ThreadPoolExecutor, ThreadPoolExecutor]:
            if channel not in made:
                lead, crew = ThreadPoolExecutor(1), ThreadPoolExecutor(CREW)
                made[channel] = stack.enter_context(lead), stack.enter_context(crew)
            return made[channel]

        yield crew_of
