"""One call of the command line: common options, the clock, printing, errors to exit codes."""

import dataclasses
import datetime as dt
import functools
import getpass
import json
import os
import pathlib
import re
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import click

from fahndung.cli.language import language, say
from fahndung.errors import FahndungError, Problem, UsageError, os_reason

if TYPE_CHECKING:
    from fahndung.home import Home

FIRST_YEAR, LAST_YEAR = 1970, 2999
INTERRUPTED = 130
_HALVES = re.compile("[\ud800-\udfff]")

home_option = click.option(
    "--home",
    metavar="DIR",
    help=say("home folder [FAHNDUNG_HOME, ./fahndung-home]", "Heim-Ordner [FAHNDUNG_HOME, ./fahndung-home]"),
)
now_option = click.option(
    "--now",
    metavar="INSTANT",
    help=say("rehearsal homes only: the instant to act at", "nur in Probe-Heimen: der Zeitpunkt des Handelns"),
)
person_option = click.option(
    "--as",
    "as_person",
    metavar="PERSON",
    help=say("who acts [FAHNDUNG_PERSON, system user]", "wer handelt [FAHNDUNG_PERSON, Systemnutzer]"),
)
json_option = click.option(
    "--json",
    "as_json",
    is_flag=True,
    help=say("print one JSON document on stdout", "ein JSON-Dokument auf stdout ausgeben"),
)
key_option = click.option(
    "--key",
    metavar="FILE",
    help=say("private key [PERSON.key in the user's configuration folder]", "privater Schlüssel [PERSON.key]"),
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What was said on the command line beside the command's own arguments."""

    home: str | None = None
    now: str | None = None
    person: str | None = None
    json: bool = False

    def merged(self, home: str | None, now: str | None, person: str | None, as_json: bool) -> "Call":
        """The options before and behind the command's name; those behind win."""
        return Call(
            home=home or self.home,
            now=now or self.now,
            person=person or self.person,
            json=as_json or self.json,
        )

    @property
    def home_path(self) -> pathlib.Path:
        """``--home``, else ``FAHNDUNG_HOME``, else ``./fahndung-home``."""
        return pathlib.Path(self.home or os.environ.get("FAHNDUNG_HOME") or "fahndung-home")

    def home_there(self) -> "Home | None":
        """The home at ``home_path`` for a command that works without one; None: there is none."""
        if not self.home_path.is_dir():
            return None
        from fahndung.home import IDENTITY_NAME, open_home

        return open_home(self.home_path) if (self.home_path / IDENTITY_NAME).exists() else None

    def found_home(self) -> "Home | None":
        """The home for a command that works without one as well; None: there is none where one is looked for.

        Raises:
            UsageError: one was named that is none.
        """
        home = self.home_there()
        if home is None and self.home is not None:
            raise UsageError(f"{self.home} is no home of fahndung", f"{self.home} ist kein Heim von fahndung")
        return home

    @property
    def named(self) -> str | None:
        """``--as``, else ``FAHNDUNG_PERSON``: a person who was named, not only found."""
        named = self.person or os.environ.get("FAHNDUNG_PERSON")
        return readable(named) if named else None

    @property
    def by(self) -> str:
        """``--as``, else ``FAHNDUNG_PERSON``, else the system user."""
        if self.named is not None:
            return self.named
        try:
            return getpass.getuser()
        except (KeyError, OSError):  # a service user without an entry
            return f"uid-{os.getuid()}"

    def stated(self, *, rehearsal: bool) -> dt.datetime | None:
        """The instant of ``--now``; None without one.

        Raises:
            UsageError: ``--now`` in a production home, or not an instant with an offset.
        """
        if self.now is None:
            return None
        if not rehearsal:
            raise UsageError("--now works in rehearsal homes only", "--now gibt es nur in Probe-Heimen")
        return parse_instant("--now", self.now)

    def instant(self, *, rehearsal: bool, server: Callable[[], dt.datetime | None] = lambda: None) -> dt.datetime:
        """The one ``now`` of this run: ``--now``, else the time of the ledger's server, else this machine's.

        Raises:
            UsageError: as in ``stated``. And whatever the question to the server raises.
        """
        return self.stated(rehearsal=rehearsal) or server() or machine_clock()

    def print(self, document: Any, lines: Iterable[str]) -> None:
        """Prints the JSON document or the lines, whichever was asked for."""
        if self.json:
            put_json(document)
        elif text := "\n".join(lines):
            put(text)


def machine_clock() -> dt.datetime:
    """What this machine's clock says."""
    return dt.datetime.now(dt.UTC)  # noqa: TID251  # the one place where the clock is read


def readable(text: str) -> str:
    """Text from the command line with whatever is not UTF-8 replaced, so that a terminal's encoding stops nothing."""
    return text.encode("utf-8", "replace").decode("utf-8")


def shown(text: object) -> str:
    """A text or file name that somebody else chose, in one line; what no terminal may get is escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in str(text))


def parse_instant(option: str, text: str) -> dt.datetime:
    """An aware UTC datetime from ISO 8601 with an offset.

    Raises:
        UsageError: not an instant, or without an offset.
    """
    try:
        instant = dt.datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.utcoffset() is None or not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise UsageError(
            f"{option}: {text!r} is not an instant with an offset, such as 2026-11-20T15:00:00+01:00",
            f"{option}: {text!r} ist kein Zeitpunkt mit Zeitzone wie 2026-11-20T15:00:00+01:00",
        )
    return instant.astimezone(dt.UTC)


def local(instant: dt.datetime | None) -> str:
    """An instant as people here read it: local time in Germany."""
    from fahndung.law.periods import stamp

    return stamp(instant).in_language(language()) if instant else say("no end known", "kein Ende bekannt")


def put(text: str, *, end: str = "\n") -> None:
    """Prints to stdout. What was done is done: a full or closed stdout is told, once, and hides no exit code."""
    if sys.stdout is None:  # the caller closed it
        return
    try:
        click.echo(text + end, nl=False)
        sys.stdout.flush()
    except OSError as error:
        note(f"stdout: {os_reason(error).in_language(language())}")
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def put_json(document: Any) -> None:
    """The one document of a call that was asked for JSON. Bytes of a name that are no UTF-8 are escaped."""
    text = json.dumps(document, ensure_ascii=False, indent=2)
    put(_HALVES.sub(lambda half: f"\\u{ord(half[0]):04x}", text))


def note(line: str) -> None:
    """Talk, progress and warnings: stderr."""
    click.echo(line, err=True)


def command(function: Callable[..., int | None]) -> Callable[..., None]:
    """Gives a click function the common options, the ``Call`` as first argument, and the exit codes.

    The function returns the exit code (None is 0).
    """

    @home_option
    @now_option
    @person_option
    @json_option
    @click.pass_context
    @functools.wraps(function)
    def wrapper(
        ctx: click.Context,
        /,
        home: str | None,
        now: str | None,
        as_person: str | None,
        as_json: bool,
        **arguments: Any,
    ) -> None:
        arguments = {name: readable(value) if isinstance(value, str) else value for name, value in arguments.items()}
        call = (ctx.find_object(Call) or Call()).merged(home, now, as_person, as_json)
        ctx.exit(_run(call, function, arguments))

    return wrapper


def _run(call: Call, function: Callable[..., int | None], arguments: dict[str, Any]) -> int:
    try:
        return function(call, **arguments) or 0
    except FahndungError as error:
        report_error(call, error)
        return error.exit_code
    except KeyboardInterrupt:  # what was done until then the command has printed by itself
        return interrupted(as_json=False)
    except click.Abort:  # at a question, or nobody is there to answer it
        return interrupted(as_json=call.json)
    except (click.ClickException, click.exceptions.Exit):
        raise
    except BrokenPipeError:
        raise
    except Exception:
        note(
            say("this is a bug of fahndung; the details are in ", "Das ist ein Fehler in fahndung; Einzelheiten: ")
            + _crash_log()
        )
        return 1


def interrupted(*, as_json: bool) -> int:
    """Says that the call broke off; its exit code."""
    said = say("interrupted", "abgebrochen")
    note(said)
    if as_json:
        put_json({"ok": False, "error": said, "exit_code": INTERRUPTED, "problems": []})
    return INTERRUPTED


def report_error(call: Call, error: FahndungError) -> None:
    """The error on stderr, and as the JSON document where one was asked for."""
    if call.json:
        document = {
            "ok": False,
            "error": error.message.in_language(language()),
            "exit_code": error.exit_code,
            "problems": [problem_json(problem) for problem in error.problems],
        }
        put_json(document)
    if error.problems:
        for problem in error.problems:
            note(problem_line(problem))
    else:
        note(say("fahndung: ", "fahndung: ") + error.message.in_language(language()))


def problem_json(problem: Problem) -> dict[str, str]:
    """A finding as contract.md's ``problems`` entry."""
    return {
        "rule": problem.rule,
        "severity": problem.severity.value,
        "field": problem.field,
        "message": problem.message.in_language(language()),
        "source": problem.source,
    }


def problem_line(problem: Problem) -> str:
    """A finding as one line for people."""
    weight = say("blocks", "sperrt") if problem.severity.value == "block" else say("note", "Hinweis")
    where = f"{problem.field}: " if problem.field else ""
    source = f" [{problem.source}]" if problem.source else ""
    return f"{weight:<7} {problem.rule:<9} {where}{problem.message.in_language(language())}{source}"


def _crash_log() -> str:
    import tempfile  # slow, and hardly ever needed
    import traceback

    handle, path = tempfile.mkstemp(prefix="fahndung-crash-", suffix=".log")
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        # places only: an exception's text, even a line of code, may quote record contents or an address with a token
        kind, _, trace = sys.exc_info()
        stream.writelines(f"{f.filename}:{f.lineno} {f.name}\n" for f in traceback.extract_tb(trace))
        stream.write(f"{kind.__name__ if kind else 'unknown'}\n")
    return path
