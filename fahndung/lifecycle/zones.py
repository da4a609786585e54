"""Whether German local time still is what it was when the ends were computed; what counts until somebody has looked.

Computes no end. What decides is the rules that this process has loaded (from the system's files where there are any,
else from the package ``tzdata``: Python asks in that order); their version is kept to be told.
"""

import contextlib
import dataclasses
import datetime as dt
import functools
import hashlib
import json
import pathlib
import zoneinfo
from collections.abc import Mapping

from fahndung.law import periods
from fahndung.ledger import about, audit
from fahndung.ledger.columns import canonical, from_micros, to_micros
from fahndung.ledger.transaction import Tx

FIRST, LAST = dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.datetime(2050, 1, 1, tzinfo=dt.UTC)
"""Between these years every change of local time is compared."""
_KEY = "zone"
_DAY, _SECOND = dt.timedelta(days=1), dt.timedelta(seconds=1)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An end that counts although the rules now give a later one: ``at`` in place of ``computed``."""

    at: dt.datetime
    computed: dt.datetime


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """The rules by which ends were computed: a hash of every change of local time, and what their version is called.

    Attributes:
        held: by publication, the earlier ends that count until somebody has looked.
    """

    rules: str
    version: str
    held: Mapping[int, Held] = dataclasses.field(default_factory=dict)


def known(tx: Tx) -> Zone | None:
    """The rules of the last computation; None where none are kept, or they cannot be read."""
    try:
        values = json.loads(about.value(tx, _KEY) or "")
        held = {
            int(row): Held(at=from_micros(at), computed=from_micros(computed))
            for row, (at, computed) in values["held"].items()
        }
        return Zone(rules=str(values["rules"]), version=str(values["version"]), held=held)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def in_use() -> Zone:
    """The rules that this process computes with."""
    return Zone(rules=_rules(periods.BERLIN), version=_version())


def outdated() -> bool:
    """Whether the data on the disk have other rules by now than this process has loaded: only a new one gets them."""
    try:
        newest = zoneinfo.ZoneInfo.no_cache("Europe/Berlin")
    except (zoneinfo.ZoneInfoNotFoundError, OSError, ValueError):  # being replaced just now
        return False
    return _rules.__wrapped__(newest) != _rules(periods.BERLIN)


def keep(tx: Tx, zone: Zone) -> None:
    """Remember by which rules the ends are computed."""
    held = {str(row): [to_micros(one.at), to_micros(one.computed)] for row, one in zone.held.items()}
    values = {"rules": zone.rules, "version": zone.version, "held": held}
    about.keep(tx, _KEY, canonical(values).decode())


def changed(tx: Tx, before: Zone, after: Zone, *, now: dt.datetime, by: str) -> None:
    """The rules are others than before: remember them, and tell which ends are held."""
    keep(tx, after)
    data = {"from": before.version, "to": after.version, "held": sorted(after.held)}
    audit.append(tx, at=now, by=by, action="zone.changed", data=data)


def accept(tx: Tx, *, now: dt.datetime, by: str) -> tuple[int, ...]:
    """A person has looked: the computed ends count; returns the publications whose end was held."""
    zone = known(tx)
    if zone is None or not zone.held:
        return ()
    keep(tx, dataclasses.replace(zone, held={}))
    audit.append(tx, at=now, by=by, action="zone.accepted", data={"version": zone.version, "held": sorted(zone.held)})
    return tuple(sorted(zone.held))


@functools.cache
def _rules(zone: dt.tzinfo) -> str:
    """A hash of every change of local time, to the second; other ways to write down the same rules hash alike."""
    found: list[str] = []
    at, offset = FIRST, _offset(zone, FIRST)
    while at < LAST:
        following = at + _DAY
        if _offset(zone, following) != offset:
            change = _change(zone, at, following)
            offset = _offset(zone, following)
            found.append(f"{change.isoformat()} {offset}")
        at = following
    return hashlib.sha256("\n".join([str(_offset(zone, FIRST)), *found]).encode()).hexdigest()


def _change(zone: dt.tzinfo, before: dt.datetime, after: dt.datetime) -> dt.datetime:
    """The first second at which local time has changed."""
    old = _offset(zone, before)
    while after - before > _SECOND:
        middle = before + dt.timedelta(seconds=(after - before) // _SECOND // 2)
        before, after = (middle, after) if _offset(zone, middle) == old else (before, middle)
    return after


def _offset(zone: dt.tzinfo, at: dt.datetime) -> dt.timedelta | None:
    return at.astimezone(zone).utcoffset()


@functools.cache
def _version() -> str:
    """What the data call themselves: ``system 2025b``, or ``tzdata 2026.1``."""
    for folder in map(pathlib.Path, zoneinfo.TZPATH):
        if not (folder / "Europe" / "Berlin").is_file():
            continue
        for name in ("tzdata.zi", "+VERSION"):
            with contextlib.suppress(OSError, UnicodeDecodeError), (folder / name).open(encoding="utf-8") as file:
                return f"system {file.readline().removeprefix('# version').strip()}"
        return "system"
    import importlib.metadata  # slow, and hardly ever needed

    return f"tzdata {importlib.metadata.version('tzdata')}"
