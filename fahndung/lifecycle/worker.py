"""The long run: whatever is due is done within a second, on every channel by itself, until it is told to stop.

Shares every step with the single run (``takedown``); what it adds is the loop, deferred sends, and that a channel that
hangs keeps no other one waiting.
"""

import contextlib
import datetime as dt
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent import futures
from concurrent.futures import Future, ThreadPoolExecutor

from fahndung.errors import Busy, FahndungError, Message
from fahndung.home import Home
from fahndung.ledger import claims
from fahndung.ledger.faults import LedgerUnavailable
from fahndung.ledger.publications import Publication
from fahndung.lifecycle import (
    causes,
    closingposts,
    drafting,
    ends,
    foreign,
    refreshing,
    removal,
    rounds,
    sweep,
    unwritten,
)
from fahndung.lifecycle.causes import Cause
from fahndung.lifecycle.rounds import Round
from fahndung.lifecycle.shift import Shift
from fahndung.lifecycle.turns import Drafting
from fahndung.lifecycle.watchman import Watchman
from fahndung.model.publication import Draft

POLL_SECONDS = 0.5
CREW = 8
"""Calls at once on one channel."""
KEEP = dt.timedelta(minutes=1)
"""How often every end is computed anew."""
SEARCH = dt.timedelta(seconds=1)
"""How often somebody looks whether a worker died that holds something."""
MOST_FAILURES = 3
"""After so many rounds that failed, and none that did not, a run until nothing is due gives up."""
RETRY_SECONDS = 2.0
"""How long until a shift is begun again where the ledger was away."""

Errand = Callable[[Shift], None]
Tell = Callable[[Round | Message], None]
"""Hears of every round on a channel, and of every trouble that stopped something; in the loop's own thread."""


def keep_working(
    enter: Callable[[], contextlib.AbstractContextManager[Shift]],
    stop: threading.Event,
    *,
    at_work: Callable[[Shift], bool],
    failed: Callable[[FahndungError], None],
) -> None:
    """One shift after the other until ``at_work`` says that all is done, or ``stop`` is set.

    A shift that lost its proof of life, or could not be begun because the ledger is away, is begun anew.

    Args:
        failed: hears why no shift could be begun.

    Raises:
        Busy: another process has the calling place, and nobody said stop.
    """
    done = False
    while not done and not stop.is_set():
        try:
            with enter() as shift:
                done = at_work(shift)
        except Busy:
            if not stop.is_set():
                raise
        except LedgerUnavailable as error:
            failed(error)
            stop.wait(RETRY_SECONDS)


def work(
    shift: Shift,
    stop: threading.Event,
    *,
    draft_of: Drafting,
    may_publish: Callable[[], bool],
    tell: Tell,
    watchman: Watchman | None = None,
    errands: Mapping[str, Errand] | None = None,
    renewed: Callable[[Shift], Shift] = lambda shift: shift,
    until_done: bool = False,
) -> bool:
    """Works until ``stop`` is set; calls that are under way are finished and written down first.

    A ledger that is away is told and waited for; while it can only be read, what is over comes down all the same. False
    comes out if the shift lost its proof of life: nothing more can
    be done in it.

    Args:
        draft_of: what to send, verified again (``drafting``).
        may_publish: asked before each round; False where ledger or clock cannot be trusted.
        watchman: calls the alarms; None: nobody is told.
        errands: what is done beside, once in each ``KEEP``, by names that no channel has.
        renewed: the shift by what the configuration says now, as often (``shift.renewed``).
        until_done: only until nothing is due.
    """
    kept: dt.datetime | None = None
    searched: dt.datetime | None = None
    rescued: dt.datetime | None = None
    lost, failures = False, 0
    jobs: dict[str, Future[Round]] = {}
    with _crews() as crew_of:
        while True:
            now = shift.clock()
            try:
                lost = not shift.mine()
                if _is_time(kept, KEEP, now):
                    _keep(shift, now, tell, watchman)
                    kept, shift = now, renewed(shift)
                    for name, errand in (errands or {}).items():
                        if name not in jobs:
                            jobs[name] = crew_of(name)[0].submit(_ran, name, errand, shift)
                # the lost do not bury themselves
                searched = now if lost else _bury(shift, now, searched, watchman, jobs)
                if watchman is not None:
                    watchman.look(alive=shift.alive, now=now)
                if not stop.is_set() and not lost:
                    _start(shift, jobs, crew_of, now, draft_of=draft_of if may_publish() else None)
            except FahndungError as error:
                failures += 1
                _failed(error, now, tell, watchman)
            told = [_told(jobs.pop(channel)) for channel, job in list(jobs.items()) if job.done()]
            for one in told:
                _hear(one, tell, watchman)
            went_on = any(isinstance(one, Round) for one in told)
            failures = 0 if went_on else failures + len(told)
            if failures and not (jobs or lost):
                rescued = _rescue(shift, now, rescued)
            if not jobs and (stop.is_set() or lost or (until_done and not (told and failures < MOST_FAILURES))):
                return not lost or stop.is_set()
            if not went_on:  # a round that failed would fail again at once
                _pause(stop, jobs)


def _is_time(last: dt.datetime | None, every: dt.timedelta, now: dt.datetime) -> bool:
    """Also where the clock went back."""
    return last is None or not dt.timedelta(0) <= now - last < every


def _rescue(shift: Shift, now: dt.datetime, last: dt.datetime | None) -> dt.datetime:
    """Takes down what is over although nothing can be written, once in each ``KEEP``; returns when it last did.

    Nobody else can: this run has the calling place. What it did is written down when that is possible again.
    """
    if last is not None and not _is_time(last, KEEP, now):
        return last
    with contextlib.suppress(FahndungError):  # it cannot be read either, which is told already
        unwritten.without_writing(shift.ledger, _UNWRITTEN, now=now, open=shift.open)
    return now


_UNWRITTEN = Message("the ledger cannot be written", "Das Register lässt sich nicht schreiben")


def keep(shift: Shift, *, now: dt.datetime) -> tuple[list[Message], tuple[Cause, ...]]:
    """What has to be kept true beside the calls: what the dead held is free, and every end is computed anew.

    Returns what could not be computed, and who died.

    Raises:
        LedgerUnavailable: it cannot be written.
    """
    with shift.ledger.write(now) as tx:
        shift.join(tx, now=now)  # who publishes for later asks whether there is a worker
        dead = claims.recover(tx, alive=shift.alive, now=now, by=shift.by)
        troubles = ends.refresh(tx, now=now, by=shift.by)
        removal.end_what_lapsed(tx, now=now, by=shift.by)
    return troubles, _died(dead)


def _bury(
    shift: Shift, now: dt.datetime, last: dt.datetime | None, watchman: Watchman | None, jobs: Collection[str]
) -> dt.datetime:
    """What the dead held is free, within ``SEARCH``; writes nothing while all live. Returns when it was last done.

    So is what this run still holds on channels without a round: the ledger could not be told what became of the calls.
    """
    if last is not None and not _is_time(last, SEARCH, now):
        return last
    assert shift.worker is not None  # whoever only looks is no worker
    with shift.ledger.read() as tx:
        holders = claims.holders(tx)
        untold = claims.channels_of(tx, shift.worker).difference(jobs) if shift.worker in holders else frozenset()
    if untold:
        with shift.ledger.write(now) as tx:
            claims.let_go(tx, shift.worker, untold, now=now)
    if all(map(shift.alive, holders)):
        return now
    with shift.ledger.write(now) as tx:
        dead = claims.recover(tx, alive=shift.alive, now=now, by=shift.by)
    if watchman is not None:
        watchman.heard(_died(dead))
    return now


def _died(dead: Iterable[claims.Dead]) -> tuple[Cause, ...]:
    return tuple(causes.worker_died(one.worker, one.freed) for one in dead)


def drafting_at(home: Home, shift: Shift) -> Drafting:
    """Drafts from the home's stored releases, verified at the instant of sending."""

    verified = drafting.Verified(shift.tick)

    def draft_of(row: Publication) -> Draft:
        return drafting.draft_of(home, shift.ledger, row, now=shift.clock(), verified=verified)

    return draft_of


def errands_at(home: Home) -> Mapping[str, Errand]:
    """What a worker does beside its work: looks at the copies of others, sweeps every account each day, tells news, and
    plans the posts that tell an end."""

    def look_outside(shift: Shift) -> None:
        foreign.look_due(shift.ledger, now=shift.clock(), by=shift.by, limit=rounds.BATCH)

    def sweep_daily(shift: Shift) -> None:
        with shift.ledger.read() as tx:
            due = sweep.is_due(tx, shift.clock())
        if due:
            sweep.run(home, shift, sweep.Wish(), calls=False)

    def tell_others(shift: Shift) -> None:
        refreshing.tell(shift.ledger, refreshing.service_at(home), now=shift.clock(), by=shift.by, open=shift.open)

    def tell_ends(shift: Shift) -> None:
        closingposts.plan(home, shift.ledger, now=shift.clock(), by=shift.by)

    return {"+foreign": look_outside, "+sweep": sweep_daily, "+news": tell_others, "+closing": tell_ends}


def _keep(shift: Shift, now: dt.datetime, tell: Tell, watchman: Watchman | None) -> None:
    troubles, dead = keep(shift, now=now)
    for trouble in troubles:
        tell(trouble)
    if watchman is not None:
        watchman.heard(dead)


def _failed(error: FahndungError, now: dt.datetime, tell: Tell, watchman: Watchman | None) -> None:
    if watchman is None:
        tell(error.message)
    else:
        watchman.failed(error, now=now)


def _hear(told: Round | Message, tell: Tell, watchman: Watchman | None) -> None:
    tell(told)
    if watchman is not None and isinstance(told, Round) and told.turned:
        watchman.heard(causes.back(one.row for one in told.turned))


def _start(
    shift: Shift,
    jobs: dict[str, Future[Round]],
    crew_of: Callable[[str], tuple[ThreadPoolExecutor, ThreadPoolExecutor]],
    now: dt.datetime,
    *,
    draft_of: Drafting | None,
) -> None:
    with shift.ledger.read() as tx:
        channels = rounds.due_channels(tx, now, sends=draft_of is not None, leave=jobs)
    for channel in channels:
        lead, crew = crew_of(channel)
        jobs[channel] = lead.submit(rounds.serve, shift, channel, draft_of=draft_of, crew=crew)


def _ran(name: str, errand: Errand, shift: Shift) -> Round:
    errand(shift)
    return Round(channel=name, turned=(), more=False)


def _told(job: "Future[Round]") -> Round | Message:
    error = job.exception()
    if error is None:
        return job.result()
    if isinstance(error, FahndungError):
        return error.message
    kind = type(error).__name__
    return Message(f"a bug stopped a round ({kind})", f"Ein Programmfehler hielt eine Runde auf ({kind})")


def _pause(stop: threading.Event, jobs: dict[str, "Future[Round]"]) -> None:
    """Until something can have changed: a round has ended, or it is time to look."""
    if jobs:
        futures.wait(jobs.values(), timeout=POLL_SECONDS, return_when=futures.FIRST_COMPLETED)
    else:
        stop.wait(POLL_SECONDS)


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
