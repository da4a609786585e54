"""Alarms at the terminal: the look after a takedown, the cry when its ledger is away. Changes no exit code."""

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from fahndung.cli.call import Call, note
from fahndung.cli.language import language
from fahndung.errors import FahndungError, LedgerMissing, Message, StillOnline
from fahndung.home import open_home
from fahndung.ledger.faults import LedgerUnavailable

if TYPE_CHECKING:
    from fahndung.cli.session import Session
    from fahndung.lifecycle.takendown import Outcome


@contextlib.contextmanager
def crying(call: Call) -> Iterator[None]:
    """Tells a person before the error goes on its way."""
    try:
        yield
    except (LedgerUnavailable, LedgerMissing) as error:
        _cry(call, error.message)
        raise
    except StillOnline as error:
        if isinstance(error.__cause__, LedgerUnavailable):  # the session says it that way
            _cry(call, error.message)
        raise


def looked_after(run: "Session", work: "Callable[[], Outcome]") -> "Outcome":
    """What a run did; the alarms follow when it is over."""
    outcome = work()
    _look(run, outcome)
    return outcome


def tell_others(run: "Session") -> None:
    """Has those read the pages again who keep something of them; what fails is told in ``status`` and ends nothing."""
    from fahndung.lifecycle import refreshing
    from fahndung.lifecycle.doors import Doors

    service = None if run.config is None else run.config.indexnow
    try:
        refreshing.tell(run.ledger, service, now=run.now, by=run.by, open=Doors())
    except FahndungError as error:
        note(error.message.in_language(language()))


def _look(run: "Session", outcome: "Outcome") -> None:
    from fahndung.lifecycle import watchman

    told = watchman.after_run(
        run.home, run.ledger, run.config, now=run.now, by=run.by, happened=outcome.happened, clock=run.clock_trouble
    )
    if run.clock_trouble is None:
        told += _remembered(run)
    named = {pending.why for pending in outcome.pending}  # the account of the run says these
    _note([message for message in dict.fromkeys(told) if message not in named])
    if run.alarm is not None:
        _cry(run.call, run.alarm.message)


def _remembered(run: "Session") -> list[Message]:
    """Lets the next run notice a jump of the clock; why that was not possible."""
    from fahndung.lifecycle import clockskew

    try:
        clockskew.remember(run.ledger, run.began, now=run.now)
    except FahndungError as error:
        return [error.message]
    return []


def _cry(call: Call, what: Message) -> None:
    from fahndung.lifecycle import watchman

    try:
        home, now = open_home(call.home_path), call.instant(rehearsal=True)
    except FahndungError:  # no home: what is wrong is told to who called
        return
    _note(watchman.cry(home, what, now=now))


def _note(told: list[Message]) -> None:
    for message in told:
        note(message.in_language(language()))
