"""The whole examination of a home: what can be looked at is, whatever else is broken. Changes nothing."""

import datetime as dt
import pathlib
from collections.abc import Callable, Iterable, Iterator

from fahndung.errors import FahndungError, LedgerMissing, Message
from fahndung.home import Home, open_home
from fahndung.home.config import Config
from fahndung.ledger.faults import LedgerUnavailable, WrongSchema
from fahndung.ledger.store import Ledger
from fahndung.lifecycle import checkhome, checkledger, checkmachine, diagnosis
from fahndung.lifecycle.diagnosis import Finding

WAIT_S = 5.0
"""How long the ledger is waited for."""


def examine(
    path: pathlib.Path,
    *,
    keys: pathlib.Path,
    head: Callable[[Home, Config | None], pathlib.Path],
    clock: Callable[[Ledger], dt.datetime],
    machine: Callable[[], dt.datetime],
    rehearsed: bool = False,
    max_age: dt.timedelta | None = None,
    full: bool = False,
) -> tuple[Finding, ...]:
    """Every finding, in the order in which they were looked for.

    Args:
        keys: the folder with private keys.
        head: where the head of the audit log is kept.
        clock: the instant now, by a ledger. machine: this machine's clock.
        rehearsed: as in ``Ledger.open``.
        max_age: how old the last run that went well may be.
        full: read every row of the ledger as well.
    """
    try:
        home = open_home(path)
    except LedgerMissing as error:
        return (_lost("home", error),)
    config, found = checkhome.configuration(home)
    findings = [found]
    try:
        address, wait = home.ledger_address, WAIT_S
        with Ledger.open(address, home_id=home.identity, busy_timeout=wait, rehearsed=rehearsed) as opened:
            now = clock(opened)
            findings += checkledger.ledger(home, opened, config, now=now, machine=machine(), max_age=max_age, full=full)
    except (LedgerUnavailable, WrongSchema) as error:  # what to do it says; a backup would be older than what is there
        findings = [found, diagnosis.bad("ledger", error.message, _UNTOUCHED, online=True)]
    except LedgerMissing as error:
        findings = [found, _lost("ledger", error)]
    now = machine()
    findings += _each(
        ("time-zones", lambda: [checkmachine.time_zones(now)]),
        ("ntp", lambda: [checkmachine.ntp(checkmachine.synchronized())]),
        ("clock-website", lambda: [] if config is None else checkmachine.website_clocks(config, machine)),
        ("disk", lambda: checkmachine.disks(_places(home, config))),
        ("permissions", lambda: checkhome.rights(home, config, keys)),
        ("credentials", lambda: [] if config is None else checkhome.secrets(config)),
        ("faces", lambda: [checkhome.detector(config)]),
        ("audit-head", lambda: checkhome.audit_head(home, head(home, config))),
        ("backup", lambda: [checkhome.backup(config, now)]),
    )
    return tuple(findings)


_UNTOUCHED = Message(
    "do not bring a backup back: the ledger is there", "keine Sicherung zurückspielen: das Register ist da"
)


def _lost(check: str, error: FahndungError) -> Finding:
    """Without the ledger nobody knows what is online."""
    todo = Message("bring the ledger back first of all", "zuallererst das Register wiederherstellen")
    return diagnosis.bad(check, error.message, todo, online=True)


def _each(*checks: tuple[str, Callable[[], Iterable[Finding]]]) -> Iterator[Finding]:
    """One check that cannot be made is a finding itself and stops no other."""
    for name, check in checks:
        try:
            yield from list(check())
        except OSError as error:
            what = Message(f"cannot be looked at: {error}", f"nicht prüfbar: {error}")
            yield diagnosis.bad(name, what, Message("look at it by hand", "von Hand prüfen"))


def _places(home: Home, config: Config | None) -> list[tuple[Message, pathlib.Path]]:
    places = [(Message("home", "Heim"), home.path)]
    if config is not None:
        places += [(Message(f"site {root}", f"Website {root}"), root) for root in config.roots]
    return places
