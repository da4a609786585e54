"""Looks at the machine: its clock and who keeps it, its time zones, the room on its disks. Changes nothing."""

import ctypes
import datetime as dt
import email.utils
import importlib.metadata
import os
import pathlib
import zoneinfo
from collections.abc import Callable, Iterable, Iterator

from fahndung.channels import layout
from fahndung.errors import FahndungError, Message, os_reason
from fahndung.home.config import Config
from fahndung.lifecycle import diagnosis
from fahndung.lifecycle.diagnosis import Finding

TIME_ERROR = 5
"""What adjtimex(2) returns while the kernel's clock is not synchronized; whoever synchronizes it says so there."""
_TIMEX_BYTES = 512  # more than any struct timex has; modes = 0 only reads
WEBSITE_S = 10.0


def synchronized() -> bool | None:
    """Whether something keeps this machine's clock right; None where the system does not say."""
    try:
        state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    except (OSError, AttributeError):
        return None
    return None if state < 0 else state != TIME_ERROR


def ntp(state: bool | None) -> Finding:
    """What the system says about its clock."""
    if state:
        return diagnosis.ok("ntp", "the clock is kept by NTP", "Die Uhr wird per NTP gestellt")
    what = (
        Message("the system does not say whether its clock is synchronized", "unbekannt, ob die Uhr gestellt wird")
        if state is None
        else Message("the clock is not synchronized", "Die Uhr wird nicht per NTP gestellt")
    )
    return diagnosis.warn(
        "ntp", what, Message("run chrony or systemd-timesyncd", "chrony oder systemd-timesyncd betreiben")
    )


def website_clocks(config: Config, now: Callable[[], dt.datetime]) -> Iterator[Finding]:
    """The clock against the web servers of this home: the Date of an answer."""
    for name, table in config.channels.items():
        if "base_url" not in table or table.get("read_back", "http") != "http":
            continue
        from fahndung import http

        try:
            answer = http.get(f"{str(table['base_url']).rstrip('/')}/{layout.CANARY}", timeout_s=WEBSITE_S)
        except FahndungError as error:
            todo = Message("look whether the website is up", "Prüfen, ob die Website läuft")
            yield diagnosis.warn(
                "clock-website", Message(f"{name}: {error.message.en}", f"{name}: {error.message.de}"), todo
            )
            continue
        told = _date(answer.headers.get("date", ""))
        if told is not None:
            yield diagnosis.clock("clock-website", now() - told, Message(f"the server of {name}", f"Server von {name}"))


def _date(untrusted: str) -> dt.datetime | None:
    try:
        told = email.utils.parsedate_to_datetime(untrusted)
    except ValueError:
        return None
    return told.astimezone(dt.UTC) if told.tzinfo is not None else None


def time_zones(now: dt.datetime) -> Finding:
    """Whether German time can be told, from data that are not older than the year before."""
    todo = Message(
        "install the newest tzdata: pip install -U tzdata", "neueste tzdata einspielen: pip install -U tzdata"
    )
    try:
        version = importlib.metadata.version("tzdata")
        berlin = zoneinfo.ZoneInfo("Europe/Berlin")
    except (importlib.metadata.PackageNotFoundError, zoneinfo.ZoneInfoNotFoundError, OSError) as error:
        return diagnosis.bad(
            "time-zones", Message(f"no time zone data: {error}", f"keine Zeitzonendaten: {error}"), todo
        )
    hours = [dt.datetime(now.year, month, 15, 12, tzinfo=berlin).utcoffset() for month in (1, 7)]
    what = Message(f"time zone data {version}", f"Zeitzonendaten {version}")
    if hours != [dt.timedelta(hours=1), dt.timedelta(hours=2)]:
        odd = Message(f"{what.en}: German time is not as known", f"{what.de}: deutsche Zeit anders als bekannt")
        return diagnosis.bad("time-zones", odd, todo)
    if int(version.partition(".")[0]) < now.year - 1:
        return diagnosis.warn("time-zones", what, todo)
    return diagnosis.ok("time-zones", *what)


def disks(places: Iterable[tuple[Message, pathlib.Path]]) -> Iterator[Finding]:
    """The room where something is written; one finding for each file system."""
    seen = set()
    for name, path in places:
        try:
            device, state = path.stat().st_dev, os.statvfs(path)
        except OSError as error:
            why = os_reason(error)
            what = Message(f"{name.en}: {why.en}", f"{name.de}: {why.de}")
            yield diagnosis.bad("disk", what, Message(f"look at {path}", f"{path} prüfen"))
            continue
        if device in seen:
            continue
        seen.add(device)
        free = state.f_bavail * state.f_frsize
        inodes = state.f_favail if state.f_files else diagnosis.INODES_BAD  # some file systems count none
        yield diagnosis.disk(name, free, inodes, readonly=bool(state.f_flag & os.ST_RDONLY))
