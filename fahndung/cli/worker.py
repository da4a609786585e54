"""The worker at the terminal: waits for the calling place, works until a signal comes, tells what it does."""

import contextlib
import datetime as dt
import functools
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

import click

from fahndung.cli import heading, logs
from fahndung.cli.call import Call, command, machine_clock
from fahndung.cli.language import language, say
from fahndung.cli.logs import Form, Log
from fahndung.cli.service import Service
from fahndung.cli.session import Session, session, write_calendar
from fahndung.cli.watching import crying
from fahndung.errors import FahndungError, Message

if TYPE_CHECKING:
    from fahndung.lifecycle.clock import WatchedClock
    from fahndung.lifecycle.rounds import Round
    from fahndung.lifecycle.shift import Shift
    from fahndung.lifecycle.watchman import Watchman
    from fahndung.lifecycle.worker import Errand

ANEW = 6
"""The exit code of a worker that ends so that another one begins; whoever keeps it running begins it."""
WAIT_SECONDS = float(dt.timedelta(days=3650).total_seconds())


@click.command(
    help=say(
        "Works until it is stopped: whatever is due is sent, taken down and looked at within a second.",
        "Arbeitet, bis er beendet wird: Fälliges wird binnen einer Sekunde gesendet, gelöscht und nachgesehen.",
    )
)
@click.option("--once", is_flag=True, help=say("only until nothing is due", "nur bis nichts mehr fällig ist"))
@click.option("--log", "form", type=click.Choice(["text", "json"]), default="text", help=logs.form_help())
@command
def worker(call: Call, once: bool, form: Form) -> int:
    """A second one on the same home waits, and takes over when the first one ends or dies."""
    from fahndung.cli.scraping import scraped

    stop, anew, service, log = threading.Event(), threading.Event(), Service(), Log(form)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with crying(call), session(call, takes_away=True, moves_ends=True) as run:
        clock = watched_clock(run)
        watchman = _watchman(run, clock, log, service)
        with contextlib.closing(watchman), scraped(run, clock, watchman):
            errands = {"+clock": functools.partial(_keep_time, run, clock, log, stop, anew)}
            _work(run, clock, watchman, stop, service, log, errands, once=once)
            service.stopping()
    log.event("stopped", logs.STOPPED, now=clock())
    return run.code(ANEW if anew.is_set() else 0)


def watched_clock(run: Session) -> "WatchedClock":
    """The clock of a long run: the ledger's time where the clock fell behind it; one that stands still for --now."""
    from fahndung.lifecycle.clock import WatchedClock

    if run.ledger.rehearsed:
        return WatchedClock(lambda: run.now, lambda: 0.0)
    return WatchedClock(machine_clock, server=run.ledger.server_clock, earliest=run.now if run.clock_trouble else None)


def _keep_time(
    run: Session, clock: "WatchedClock", log: Log, stop: threading.Event, anew: threading.Event, _: "Shift"
) -> None:
    """Asks the ledger's server for its time, and looks whether that of Germany is defined anew."""
    from fahndung.lifecycle import clockskew, zones

    clock.ask()
    if run.may_publish and clock.trouble is None:
        clockskew.remember(run.ledger, clock.began, now=clock())
    if zones.outdated():
        log.trouble(_OUTDATED, now=clock())
        anew.set()
        stop.set()


_OUTDATED = Message(
    "the time zone data have changed; this worker ends, the next one computes every end with them",
    "Die Zeitzonendaten sind neu; dieser Dienst endet, der nächste berechnet alle Enden damit",
)


def _watchman(run: Session, clock: "WatchedClock", log: Log, service: Service) -> "Watchman":
    from fahndung.lifecycle.watchman import Watchman

    return Watchman(
        run.home,
        run.ledger,
        run.config,
        by=run.by,
        tell=lambda message: log.trouble(message, now=clock()),
        clock=lambda: clock.trouble or run.clock_trouble,
        beat=service.alive,
    )


def _work(
    run: Session,
    clock: "WatchedClock",
    watchman: "Watchman",
    stop: threading.Event,
    service: Service,
    log: Log,
    errands: "Mapping[str, Errand]",
    *,
    once: bool,
) -> None:
    from fahndung.lifecycle import shift as lifecycle_shift
    from fahndung.lifecycle import worker as lifecycle_worker

    def failed(error: FahndungError) -> None:
        if once:
            raise error
        watchman.failed(error, now=clock())

    def at_work(shift: "Shift") -> bool:
        clock.ask()
        log.event("at-work", logs.AT_WORK, now=clock(), worker=shift.worker)
        service.status(logs.AT_WORK.in_language(language()))
        return lifecycle_worker.work(
            shift,
            stop,
            draft_of=lifecycle_worker.drafting_at(run.home, shift),
            may_publish=lambda: run.may_publish and clock.trouble is None,
            tell=functools.partial(_tell, run, log, clock, watchman),
            watchman=watchman,
            errands={**lifecycle_worker.errands_at(run.home), **errands},
            renewed=functools.partial(lifecycle_shift.renewed, run.home),
            until_done=once,
        )

    service.ready()
    service.status(logs.WAITING.in_language(language()))
    enter = functools.partial(_shift, run, clock, stop, service, patience=0.0 if once else WAIT_SECONDS)
    lifecycle_worker.keep_working(enter, stop, at_work=at_work, failed=failed)


@contextlib.contextmanager
def _shift(
    run: Session, clock: "WatchedClock", stop: threading.Event, service: Service, *, patience: float
) -> "Iterator[Shift]":
    from fahndung.lifecycle.shift import on_shift

    with contextlib.ExitStack() as stack:
        with service.standing_by():
            shift = stack.enter_context(
                on_shift(
                    run.home,
                    run.ledger,
                    what="worker",
                    by=run.by,
                    clock=clock,
                    patience=patience,
                    stop=stop,
                    config=run.config,
                )
            )
        yield shift


def _tell(
    run: Session, log: Log, clock: "Callable[[], dt.datetime]", watchman: "Watchman", told: "Round | Message"
) -> None:
    run.follow(watchman.config)
    if isinstance(told, Message):
        log.trouble(told, now=clock())
        return
    log.round(told, now=clock())
    if run.kept is not None:
        heading.keep(run.kept, run.ledger, clock())
    if run.config is not None and run.alarm is None:
        write_calendar(run.config, run.ledger, clock())
