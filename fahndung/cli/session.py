"""One run in one home: ledger, instant, who acts, keys; and the head of the audit chain when it is over."""

import contextlib
import dataclasses
import datetime as dt
import os
import pathlib
import sys
from collections.abc import Callable, Iterator

import click

from fahndung.cli import heading
from fahndung.cli.call import Call, note
from fahndung.cli.language import language, say
from fahndung.errors import (
    FahndungError,
    InvalidConfig,
    LedgerMissing,
    Message,
    NotPublishable,
    StillOnline,
    UsageError,
)
from fahndung.home import Home, open_home
from fahndung.home.config import Config
from fahndung.ledger.faults import LedgerUnavailable
from fahndung.ledger.store import Ledger
from fahndung.lifecycle import clock, clockskew


@dataclasses.dataclass(slots=True, kw_only=True)
class Session:
    """What a command works with; one that runs for long follows the configuration (``follow``).

    Attributes:
        config: the configuration of today; None where it cannot be read.
        kept: where the head of the log goes; None if nobody here signed what lies there, or the ledger was set back.
        alarm: set if the ledger was set back. behind: how far the clock fell behind the ledger.
        began: when this machine started, by the clock that counts. jumped: how far that moved since an earlier run.
    """

    call: Call
    home: Home
    ledger: Ledger
    now: dt.datetime
    by: str
    began: dt.datetime
    config: Config | None = None
    kept: heading.Keeping | None = None
    alarm: LedgerMissing | None = None
    behind: dt.timedelta | None = None
    jumped: dt.timedelta | None = None

    @property
    def may_publish(self) -> bool:
        """Whether ledger and clock can be trusted: without, a command that takes away works but puts nothing up."""
        return self.alarm is None and self.clock_trouble is None

    @property
    def clock_trouble(self) -> Message | None:
        """What is wrong with the clock; None if nothing is."""
        if self.behind is None:
            return None if self.jumped is None else clockskew.told(self.jumped)
        by = f"{self.behind.total_seconds():.0f} s"
        return Message(
            f"the clock is {by} behind the ledger, whose time counts; if it is right, an earlier one was ahead: stop "
            "the worker, then 'fahndung doctor --accept-clock --as PERSON'",
            f"Die Uhr geht {by} nach; es gilt die Zeit des Registers; geht sie richtig, ging eine frühere vor: Dienst "
            "anhalten, dann „fahndung doctor --accept-clock --as PERSON“",
        )

    def follow(self, config: Config | None) -> None:
        """Takes head and calendar to where a configuration that was read anew says, if it is another one.

        A place that holds a head which does not fit this ledger is told of and left alone. While the ledger cannot be
        read everything stays where it is, until the next call.
        """
        if config is None or config is self.config:
            return
        kept = heading.keeping(self.home, config, rehearsal=self.ledger.kind == "rehearsal")
        if self.kept is not None and kept != self.kept:
            try:
                doubt = heading.doubt(kept, self.ledger)
            except FahndungError:  # who works here tells of the ledger
                return
            if doubt is None:
                self.kept = kept
            else:
                note(doubt.message.in_language(language()))
        self.config = config

    def refuse_to_publish(self) -> None:
        """Refuses while the clock cannot be trusted.

        Raises:
            NotPublishable: it fell behind, or jumped.
        """
        if self.clock_trouble is not None:
            raise NotPublishable(*self.clock_trouble)

    def code(self, code: int) -> int:
        """The exit code, or 7 where the ledger was set back: what is online is unknown then."""
        return code if self.alarm is None else self.alarm.exit_code


@contextlib.contextmanager
def session(call: Call, *, takes_away: bool = False, moves_ends: bool = False) -> Iterator[Session]:
    """Opens home and ledger; writes the audit head whatever happens.

    Args:
        takes_away: the command only looks or takes away. It works even with a ledger that was set back, where
            everything else is refused. With a clock that fell or jumped back the later time counts.
        moves_ends: the command may move an end: the calendar is brought up to date too.

    Raises:
        LedgerMissing: nobody knows what is online.
        InvalidConfig: ``fahndung.toml`` names another place for the ledger, and the command may put something up.
        UsageError: the file that should hold the audit head holds something else.
        StillOnline: the ledger cannot be reached, and the command only looks or takes away.
    """
    home = open_home(call.home_path)
    with _away_is_an_alarm(takes_away), open_ledger(call, home) as ledger:
        now = instant(call, ledger)
        config = config_of_today(home)
        _agreed(home, config, takes_away=takes_away)
        kept = heading.keeping(home, config, rehearsal=ledger.kind == "rehearsal")
        doubt = heading.doubt(kept, ledger)
        if doubt is not None and not takes_away:
            raise doubt
        if doubt is not None:
            note(doubt.message.in_language(language()))
        began, behind = clock.began(now), ledger.clock_behind(now)
        jumped = clockskew.jumped(ledger, began)
        if takes_away:
            now += max(behind or _NONE, -(jumped or _NONE), _NONE)
        run = Session(
            call=call,
            home=home,
            ledger=ledger,
            now=now,
            by=call.by,
            began=began,
            config=config,
            kept=kept if doubt is None else None,
            alarm=doubt if isinstance(doubt, LedgerMissing) else None,
            behind=behind,
            jumped=jumped,
        )
        if run.clock_trouble is not None and takes_away:
            note(run.clock_trouble.in_language(language()))
        try:
            yield run
        finally:
            if run.kept is not None:
                heading.keep(run.kept, ledger, now)
            if run.alarm is None and moves_ends and run.config is not None:
                write_calendar(run.config, ledger, now)


_NONE = dt.timedelta(0)


def open_ledger(call: Call, home: Home) -> Ledger:
    """The ledger of a home, for instants that are invented where ``--now`` says so.

    Raises:
        LedgerMissing, LedgerUnavailable, InvalidConfig: as in ``Ledger.open``.
    """
    return Ledger.open(home.ledger_address, home_id=home.identity, rehearsed=call.now is not None)


def instant(call: Call, ledger: Ledger) -> dt.datetime:
    """The one ``now`` of a run: where the ledger lies on a server that server's time.

    Raises:
        UsageError: ``--now`` in a production home, or not an instant. LedgerUnavailable: the server cannot be asked.
    """
    return call.instant(rehearsal=ledger.kind == "rehearsal", server=ledger.server_clock)


@contextlib.contextmanager
def _away_is_an_alarm(takes_away: bool) -> Iterator[None]:
    """Without the ledger nobody knows what is online past its end: for whoever takes away that is more than a retry.

    Raises:
        StillOnline: the ledger cannot be reached, read or written just now.
    """
    try:
        yield
    except LedgerUnavailable as error:
        if not takes_away:
            raise
        en, de = error.message
        raise StillOnline(
            f"{en} Until then nobody knows what is online past its end.",
            f"{de} Bis dahin weiß niemand, was über sein Ende hinaus online ist.",
        ) from error


def _agreed(home: Home, config: Config | None, *, takes_away: bool) -> None:
    told = None if config is None else home.disagrees(config)
    if told is not None and not takes_away:
        raise InvalidConfig(*told)
    if told is not None:
        note(told.in_language(language()))


def config_of_today(home: Home) -> Config | None:
    """The configuration; a broken one is told and stops nothing here."""
    try:
        return home.config()
    except FahndungError as error:
        note(error.message.in_language(language()))
        return None


def write_calendar(config: Config, ledger: Ledger, now: dt.datetime) -> None:
    """The calendar to its file, if there is to be one; a failure is told and hides nothing that was done."""
    if config.calendar is None:
        return
    try:
        from fahndung.lifecycle import calendar
        from fahndung.premises import clock_policy

        calendar.keep(config.calendar, ledger, clock_policy(config), now=now)
    except FahndungError as error:
        note(error.message.in_language(language()))
    except Exception as error:  # noqa: BLE001 RUF100  # a bug in it must not hide what the command did
        kind = type(error).__name__
        note(
            say(
                f"a bug stopped the calendar {config.calendar} ({kind})",
                f"Ein Programmfehler hielt den Kalender {config.calendar} auf ({kind})",
            )
        )


def key_path(person: str, named: str | None) -> pathlib.Path:
    """``--key``, else ``<person>.key`` in the user's configuration folder."""
    return pathlib.Path(named) if named else pathlib.Path(click.get_app_dir("fahndung")) / f"{person}.key"


def load_private_key(person: str, named: str | None) -> bytes:
    """The private key of who acts.

    Raises:
        UsageError: no such file, rights too wide, wrong passphrase.
    """
    from fahndung.approval import load_key

    return load_key(key_path(person, named), passphrase_reader(person))


def passphrase_reader(person: str, *, twice: bool = False) -> Callable[[], bytes]:
    """Reads ``FAHNDUNG_PASSPHRASE``, or asks on a terminal."""

    def read() -> bytes:
        if (given := os.environ.get("FAHNDUNG_PASSPHRASE")) is not None:
            return given.encode()
        if not sys.stdin.isatty():
            raise UsageError(
                f"the key of {person} needs a passphrase: set FAHNDUNG_PASSPHRASE, or --no-passphrase for a new key",
                f"Der Schlüssel von {person} braucht eine Passphrase: FAHNDUNG_PASSPHRASE setzen "
                "oder bei einem neuen Schlüssel --no-passphrase",
            )
        asked: str = click.prompt(
            say(f"passphrase of {person}", f"Passphrase von {person}"),
            hide_input=True,
            confirmation_prompt=twice,
            err=True,
        )
        return asked.encode()

    return read
