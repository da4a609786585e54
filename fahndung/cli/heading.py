"""The head of the audit chain leaves the house: signed, to a file and to the system's log, at the end of every run.

A failure is told and hides nothing that was done. Verifies no chain.
"""

import dataclasses
import datetime as dt
import functools
import logging
import logging.handlers
import os
import pathlib

from fahndung.cli.call import note
from fahndung.cli.language import language, say
from fahndung.errors import FahndungError, LedgerMissing, UsageError, os_reason
from fahndung.home import Home
from fahndung.home.config import Config
from fahndung.ledger import audit, heads
from fahndung.ledger.store import Ledger

SYSLOG = "/dev/log"
IDENT = "fahndung: audit-head "


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """Where the head of one home is kept."""

    home: Home
    path: pathlib.Path
    syslog: bool


def keeping(home: Home, config: Config | None, *, rehearsal: bool) -> Keeping:
    """What the configuration says; without one, or without a word in it, the user's state folder."""
    configured = config.audit_head if config is not None else None
    syslog = config.syslog if config is not None else not rehearsal
    return Keeping(home=home, path=configured or _state_folder() / f"{home.identity}.json", syslog=syslog)


def doubt(kept: Keeping, ledger: Ledger) -> FahndungError | None:
    """Why the head an earlier run kept does not fit: the ledger was set back, or it is unsigned or out of reach."""
    try:
        if not is_there(kept):
            return None
        known = heads.read(kept.path, heads.public_key(kept.home.path)).head
    except FahndungError as error:
        return error
    with ledger.read() as tx:
        return None if audit.holds(tx, known) else _set_back(kept.path)


def is_there(kept: Keeping) -> bool:
    """Whether an earlier run kept a head.

    Raises:
        UsageError: nobody can tell.
    """
    try:
        return kept.path.exists()
    except OSError as error:
        why = os_reason(error)
        raise UsageError(
            f"the head of the audit log cannot be looked for at {kept.path}: {why.en}",
            f"Unter {kept.path} lässt sich nicht nach dem Ende des Protokolls sehen: {why.de}",
        ) from error


def keep(kept: Keeping, ledger: Ledger, now: dt.datetime) -> None:
    """The present head, signed, to its file and to the system's log; what fails is told."""
    try:
        key, public = heads.load_key(kept.home.path), heads.public_key(kept.home.path)
        try:
            head = _written(kept.path, ledger, now, key, public)
        except LedgerMissing:
            head = _written(kept.path, ledger, now, key, public)  # two runs may finish in the wrong order
    except (FahndungError, OSError) as error:
        why = error.message.in_language(language()) if isinstance(error, FahndungError) else str(error)
        note(
            say(
                f"the audit head was not written to {kept.path}: {why}",
                f"Protokollkopf nicht nach {kept.path} geschrieben: {why}",
            )
        )
        return
    if kept.syslog:
        _log(heads.seal(head, now, key).decode())


def known(kept: Keeping) -> audit.Head:
    """The head that an earlier run kept.

    Raises:
        UsageError: there is none, or nobody here signed it.
    """
    return heads.read(kept.path, heads.public_key(kept.home.path)).head


def accept(kept: Keeping, ledger: Ledger, now: dt.datetime) -> None:
    """The present head in place of a later one: a person has accepted a ledger that was set back."""
    kept.path.unlink()
    keep(kept, ledger, now)


def _written(path: pathlib.Path, ledger: Ledger, now: dt.datetime, key: bytes, public: bytes) -> audit.Head:
    with ledger.read() as tx:
        head = audit.head(tx)
    if path.parent == _state_folder():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    heads.write(path, head, now, key, public)
    return head


def _state_folder() -> pathlib.Path:
    given = os.environ.get("XDG_STATE_HOME")
    return (pathlib.Path(given) if given else pathlib.Path.home() / ".local" / "state") / "fahndung"


def _log(line: str) -> None:
    """One line to the system's log."""
    syslog = _Syslog(SYSLOG, facility=logging.handlers.SysLogHandler.LOG_AUTHPRIV)  # connects when it sends
    syslog.ident = IDENT
    try:
        syslog.emit(logging.LogRecord("fahndung", logging.INFO, "", 0, line, None, None))
    except OSError as error:
        _tell_once(SYSLOG, os_reason(error).in_language(language()))
    finally:
        syslog.close()


class _Syslog(logging.handlers.SysLogHandler):
    """One that says that it failed."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # the name that logging calls
        raise  # called while the error is handled


@functools.cache
def _tell_once(address: str, why: str) -> None:
    """A long run sends many heads; one word is enough."""
    note(
        say(
            f"the audit head did not go to the system's log {address} ({why}); syslog = false ends this",
            f"Protokollkopf nicht im Systemprotokoll {address} ({why}); syslog = false schaltet das ab",
        )
    )


def _set_back(path: pathlib.Path) -> LedgerMissing:
    return LedgerMissing(
        f"{path} knows an event that this ledger has not: the ledger was set back or replaced, and what is online is "
        "unknown. Find the right ledger; or have every account looked through (docs/restore.md): 'fahndung sweep'",
        f"{path} kennt einen Eintrag, den dieses Register nicht hat: Es wurde zurückgesetzt oder ausgetauscht, und was "
        "online ist, ist unbekannt. Das richtige Register suchen; oder alle Konten absuchen lassen "
        "(docs/restore.md): „fahndung sweep“",
    )
