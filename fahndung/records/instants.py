"""Reads the record's instants, durations and partial dates; says what is wrong with one it cannot read.

Counts no period and knows no clock.
"""

import calendar
import datetime as dt
import re
from collections.abc import Mapping

from fahndung.errors import Message
from fahndung.law.periods import BERLIN

_INSTANT = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[Tt ](?P<time>\d\d:\d\d(:\d\d(\.\d{1,6})?)?)(?P<offset>[Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_NAIVE = re.compile(r"\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?)?", re.ASCII)
_DURATION = re.compile(
    r"P(?=[\dT])(?:(?P<years>\d{1,2})Y)?(?:(?P<months>\d{1,3})M)?(?:(?P<weeks>\d{1,3})W)?(?:(?P<days>\d{1,4})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,5})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,8})S)?)?",
    re.ASCII,
)
_PARTIAL = re.compile(
    r"(?P<year>\d{4}|-)(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)(?:T(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d))?)?)?)?",
    re.ASCII,
)
_LOOKS_NUMERIC = re.compile(r"[\dTtZz:+. -]*\d[\dTtZz:+. -]*", re.ASCII)

EARLIEST, LATEST = 1900, 2199
"""Years an instant may lie in; outside of them it is a slip of the pen (and UTC would overflow)."""


def instant(text: str) -> dt.datetime:
    """The instant in UTC.

    Raises:
        ValueError: not an instant with an offset, or not a date of the calendar.
    """
    found = _INSTANT.fullmatch(text)
    if found is None:
        raise ValueError(text)
    offset = found["offset"].upper()
    moment = dt.datetime.fromisoformat(f"{found['day']}T{found['time']}{offset}")
    if not EARLIEST <= moment.year <= LATEST:
        raise ValueError(text)
    return moment.astimezone(dt.UTC)


def duration(text: str) -> Mapping[str, int]:
    """The parts of an ISO 8601 duration: years, months, weeks, days, hours, minutes, seconds.

    Raises:
        ValueError: not such a duration, or an empty one.
    """
    found = _DURATION.fullmatch(text)
    parts = {} if found is None else {unit: int(number) for unit, number in found.groupdict(default="0").items()}
    if not any(parts.values()):
        raise ValueError(text)
    return parts


def after(start: dt.datetime, text: str) -> dt.datetime:
    """The instant itself, or ``start`` and a duration: days, weeks, months and years by the calendar in Germany.

    Where the clock changes in between, the earlier of calendar days and elapsed time counts: an end is never late.

    Raises:
        ValueError: neither an instant nor a duration.
    """
    if not text.startswith("P"):
        return instant(text)
    parts = duration(text)
    local = start.astimezone(BERLIN)
    months = local.year * 12 + local.month - 1 + parts["years"] * 12 + parts["months"]
    year, month = divmod(months, 12)
    day = min(local.day, calendar.monthrange(year, month + 1)[1])
    moved = local.replace(year=year, month=month + 1, day=day)
    days = dt.timedelta(weeks=parts["weeks"], days=parts["days"])
    rest = dt.timedelta(hours=parts["hours"], minutes=parts["minutes"], seconds=parts["seconds"])
    by_calendar, elapsed = (moved + days).astimezone(dt.UTC), moved.astimezone(dt.UTC) + days
    return min(by_calendar, elapsed) + rest


def why_not_instant(text: str) -> Message:
    """What is wrong with a text that ``instant`` refused."""
    if _NAIVE.fullmatch(text):
        better = _in_germany(text)
        return Message(
            f"{text} has no offset; write {better} (Germany: +01:00 in winter, +02:00 in summer)",
            f"{text} hat keine Zeitzone; zu schreiben ist {better} (Winterzeit +01:00, Sommerzeit +02:00)",
        )
    return Message(
        f"“{text}” is not an instant; write date, time and offset: 2026-11-20T15:00:00+01:00",
        f"„{text}“ ist kein Zeitpunkt; anzugeben sind Datum, Uhrzeit und Zeitzone: 2026-11-20T15:00:00+01:00",
    )


def _in_germany(naive: str) -> str:
    try:
        local = dt.datetime.fromisoformat(naive.replace(" ", "T").upper())
    except ValueError:  # 2026-02-30
        return "2026-11-20T15:00:00+01:00"
    return local.replace(tzinfo=BERLIN).isoformat(timespec="seconds")


def partial(text: str) -> tuple[int, ...] | None:
    """Year, month, day, hour, minute of a partial local time, as far as given; None for free text.

    Raises:
        ValueError: it is meant as a date or time but is none (``2026-13-01``, or one with an offset).
    """
    found = _PARTIAL.fullmatch(text)
    if found is None:
        if _LOOKS_NUMERIC.fullmatch(text):
            raise ValueError(text)
        return None
    year = 2000 if found["year"] == "-" else int(found["year"])  # a leap year: --02-29 is a birthday
    if found["year"] == "-" and found["day"] is None:
        raise ValueError(text)
    month, day = int(found["month"] or 1), int(found["day"] or 1)
    if not (year >= 1 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]):
        raise ValueError(text)
    if int(found["hour"] or 0) > 23 or int(found["minute"] or 0) > 59 or int(found["second"] or 0) > 59:
        raise ValueError(text)
    return tuple(int(part) for part in (str(year), *found.groups()[1:]) if part is not None)
