"""The worker at the terminal: waits for the calling place, works until a signal comes, tells what it does."""

import datetime as dt
import functools
import signal
import threading
from typing import TYPE_CHECKING

import click

from fahndung.cli import heading
from fahndung.cli.call import Call, command, note
from fahndung.cli.language import language, say
from fahndung.cli.session import Session, session, write_calendar
from fahndung.errors import Message

if TYPE_CHECKING:
    from fahndung.lifecycle.rounds import Round

WAIT_SECONDS = float(dt.timedelta(days=3650).total_seconds())


@click.command(
    help=say(
        "Works until it is stopped: whatever is due is sent, taken down and looked at within a second.",
        "Arbeitet, bis er beendet wird: Fälliges wird binnen einer Sekunde gesendet, gelöscht und nachgesehen.",
    )
)
@click.option("--once", is_flag=True, help=say("only until nothing is due", "nur bis nichts mehr fällig ist"))
@command
def worker(call: Call, once: bool) -> int:
    """A second one on the same home waits, and takes over when the first one ends or dies."""
    from fahndung.lifecycle import worker as lifecycle_worker
    from fahndung.lifecycle.clock import WatchedClock
    from fahndung.lifecycle.shift import on_shift

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with session(call, takes_away=True, moves_ends=True) as run:
        clock = WatchedClock(functools.partial(call.instant, rehearsal=run.ledger.kind == "rehearsal"))
        patience = 0.0 if once else WAIT_SECONDS
        with on_shift(
            run.home, run.ledger, what="worker", by=run.by, clock=clock, patience=patience, stop=stop
        ) as shift:
            note(say("at work", "bei der Arbeit"))
            lifecycle_worker.work(
                shift,
                stop,
                draft_of=lifecycle_worker.drafting_at(run.home, shift),
                may_publish=lambda: run.may_publish and clock.trouble is None,
                tell=functools.partial(_tell, run),
                until_done=once,
            )
    note(say("stopped", "beendet"))
    return run.code(0)


def _tell(run: Session, told: "Round | Message") -> None:
    if isinstance(told, Message):
        note(told.in_language(language()))
        return
    for turned in told.turned:
        if turned.outcome is not None or turned.why is not None:
            row = turned.row
            why = "" if turned.why is None else f": {turned.why.in_language(language())}"
            note(f"{row.appeal} r{row.revision} {row.channel}: {row.state.value}{why}")
    if run.kept is not None:
        heading.keep(run.kept, run.ledger, run.call.instant(rehearsal=run.ledger.kind == "rehearsal"))
    if run.config is not None and run.alarm is None:
        write_calendar(run.config, run.ledger)
