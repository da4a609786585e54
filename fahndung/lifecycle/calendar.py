"""The calendar file (RFC 5545) that an office subscribes to: written whole, and only when what it tells has changed.

What is in it stands in ``agenda``. The library is loaded only where the file has to be written.
"""

import contextlib
import datetime as dt
import os
import pathlib
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from fahndung import __version__
from fahndung.errors import UsageError, os_reason
from fahndung.law.clock import ClockPolicy
from fahndung.ledger import sqlite
from fahndung.ledger.store import Ledger
from fahndung.lifecycle.agenda import Entry, agenda, fingerprint

if TYPE_CHECKING:
    import icalendar

STATE = "X-FAHNDUNG-STATE"
MODE = 0o640
REFRESH = dt.timedelta(minutes=15)
_HEAD = 4096
_STATE = re.compile(rb"\r\n" + STATE.encode() + rb":([0-9a-f]+)\r\n")


def keep(path: pathlib.Path, ledger: Ledger, policy: ClockPolicy | None, *, now: dt.datetime) -> bool:
    """Brings the file up to date; whether it had to be written.

    Raises:
        UsageError: something else lies there, or it cannot be written.
    """
    with ledger.read() as tx:
        entries = agenda(tx, now=now, policy=policy)
        state = fingerprint(tx, entries)
    if _known(path) == state:
        return False
    write(path, render(entries, state))
    return True


def current(ledger: Ledger, policy: ClockPolicy | None, *, now: dt.datetime) -> tuple[tuple[Entry, ...], bytes]:
    """The entries of now, and the file with them."""
    with ledger.read() as tx:
        entries = agenda(tx, now=now, policy=policy)
        return entries, render(entries, fingerprint(tx, entries))


def render(entries: Sequence[Entry], state: str) -> bytes:
    """The calendar; equal entries give equal bytes."""
    import icalendar

    calendar = icalendar.Calendar()
    calendar.add("prodid", f"-//fahndung//fahndung {__version__}//DE")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", "Fahndungsfristen")
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT15M")
    calendar.add(STATE, state)
    for entry in entries:
        calendar.add_component(_event(entry))
    if not entries:
        calendar.add_component(_anything())
    return bytes(calendar.to_ical())


def write(path: pathlib.Path, data: bytes) -> None:
    """Puts a calendar in place of an earlier one, whole and on the disk when this returns (mode 0640).

    Raises:
        UsageError: something that is no calendar of this program lies there, or it cannot be written.
    """
    if os.path.lexists(path) and _known(path) is None:
        raise UsageError(
            f"{path} is no calendar of fahndung and stays as it is; name another file, or remove it",
            f"{path} ist kein Kalender von fahndung und bleibt, wie sie ist; andere Datei nennen oder sie entfernen",
        )
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with draft.open("wb") as file:
            os.fchmod(file.fileno(), MODE)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        sqlite.sync(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        why = os_reason(error)
        raise UsageError(
            f"the calendar cannot be written to {path}: {why.en}",
            f"Der Kalender lässt sich nicht nach {path} schreiben: {why.de}",
        ) from error


def _known(path: pathlib.Path) -> str | None:
    """What the file there was made from; None where there is none, or another one."""
    try:
        with path.open("rb") as file:
            found = _STATE.search(file.read(_HEAD))
    except OSError:
        return None
    return None if found is None else found[1].decode()


def _event(entry: Entry) -> "icalendar.Event":
    """Instants in UTC, so that a day before is 24 hours whatever the clocks do, and the file needs no time zone."""
    import icalendar

    event = icalendar.Event()
    event.add("uid", entry.uid)
    for name in ("dtstamp", "last-modified"):
        event.add(name, entry.touched.astimezone(dt.UTC))
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.at.astimezone(dt.UTC))
    event.add("summary", entry.summary)
    event.add("description", entry.description)
    event.add("transp", "TRANSPARENT")
    for step in entry.reminders:
        alarm = icalendar.Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", -step.left)
        alarm.add("description", f"{step.text.de} {entry.summary}")
        event.add_component(alarm)
    return event


def _anything() -> "icalendar.Timezone":
    """A calendar holds at least one component (RFC 5545, 3.4): that of UTC, where nothing runs."""
    import icalendar

    zone, standard = icalendar.Timezone(), icalendar.TimezoneStandard()
    zone.add("tzid", "Etc/UTC")
    standard.add("dtstart", dt.datetime(1970, 1, 1))  # noqa: DTZ001  # local time, by RFC 5545, 3.6.5
    standard.add("tzoffsetfrom", dt.timedelta())
    standard.add("tzoffsetto", dt.timedelta())
    zone.add_component(standard)
    return zone
