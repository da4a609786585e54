"""One run in one home: ledger, instant, who acts, keys; and the head of the audit chain when it is over."""

import contextlib
import dataclasses
import datetime as dt
import os
import pathlib
import sys
from collections.abc import Callable, Iterator

import click

from fahndung.cli.call import Call, note
from fahndung.cli.language import language, say
from fahndung.errors import FahndungError, LedgerMissing, UsageError
from fahndung.home import Home, open_home
from fahndung.ledger import audit
from fahndung.ledger.store import Ledger


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What a command works with."""

    call: Call
    home: Home
    ledger: Ledger
    now: dt.datetime
    by: str


@contextlib.contextmanager
def session(call: Call) -> Iterator[Session]:
    """Opens home and ledger; writes the audit head whatever happens.

    Raises:
        LedgerMissing: nobody knows what is online.
    """
    home = open_home(call.home_path)
    with Ledger.open(home.ledger_path, home_id=home.identity) as ledger:
        now = call.instant(rehearsal=ledger.kind == "rehearsal")
        try:
            yield Session(call=call, home=home, ledger=ledger, now=now, by=call.by)
        finally:
            write_head(home, ledger)


def write_head(home: Home, ledger: Ledger) -> None:
    """The head of the audit chain to its file outside the database; a failure is told, never hidden."""
    try:
        path = home.config().audit_head
    except FahndungError as error:
        note(error.message.in_language(language()))
        path = home.path / "audit-head.json"
    try:
        _write_head(path, ledger)
    except LedgerMissing:
        # two runs may finish in the wrong order; only a ledger that is really behind the file was rolled back
        _write_head(path, ledger)
    except (FahndungError, OSError) as error:
        note(
            say(
                f"the audit head was not written to {path}: {error}",
                f"Protokollkopf nicht nach {path} geschrieben: {error}",
            )
        )


def _write_head(path: pathlib.Path, ledger: Ledger) -> None:
    with ledger.read() as tx:
        head = audit.head(tx)
        if path.exists() and not audit.holds(tx, audit.read_head(path)):
            raise LedgerMissing(
                f"{path} knows an event that this ledger has not: the ledger was set back or replaced. "
                "What is online is unknown: find the right ledger, or look at every channel by hand",
                f"{path} kennt einen Eintrag, den dieses Register nicht hat: Es wurde zurückgesetzt oder ausgetauscht. "
                "Was online ist, ist unbekannt: das richtige Register suchen oder jeden Kanal von Hand prüfen",
            )
    audit.write_head(path, head)


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
                f"Der Schlüssel von {person} braucht ein Kennwort: FAHNDUNG_PASSPHRASE setzen "
                "oder bei einem neuen Schlüssel --no-passphrase",
            )
        asked: str = click.prompt(
            say(f"passphrase of {person}", f"Kennwort von {person}"),
            hide_input=True,
            confirmation_prompt=twice,
            err=True,
        )
        return asked.encode()

    return read
