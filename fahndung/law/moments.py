"""The span of time that a record's partial local time covers. Reads no clock and counts no period of law."""

import calendar
import datetime as dt
import re

from fahndung.law.periods import BERLIN

_PARTIAL = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:[T ](?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d))?)?)?)?",
    re.ASCII,
)

Span = tuple[dt.datetime, dt.datetime]
"""First instant, and first instant after it; both in UTC."""


def span(text: str) -> Span | None:
    """What ``2026``, ``2026-11``, ``2026-11-01`` or ``2026-11-01T22:10`` covers in Europe/Berlin; None for free text.

    Where the clock is set back, an hour that comes twice is covered twice.
    """
    match = _PARTIAL.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day, hour, minute, second = (None if part is None else int(part) for part in match.groups())
    try:
        start = dt.datetime(year or 1, month or 1, day or 1, hour or 0, minute or 0, second or 0)  # noqa: DTZ001
        return _utc(start, fold=0), _utc(start + _length(year, month, day, hour, second), fold=1)
    except (ValueError, OverflowError):
        return None


def _length(year: int | None, month: int | None, day: int | None, hour: int | None, second: int | None) -> dt.timedelta:
    """How long a time that is given so far lasts by the calendar."""
    if month is None:
        return dt.timedelta(days=366 if calendar.isleap(year or 1) else 365)
    if day is None:
        return dt.timedelta(days=calendar.monthrange(year or 1, month)[1])
    if hour is None:
        return dt.timedelta(days=1)
    return dt.timedelta(minutes=1) if second is None else dt.timedelta(seconds=1)


def _utc(local: dt.datetime, *, fold: int) -> dt.datetime:
    return local.replace(tzinfo=BERLIN, fold=fold).astimezone(dt.UTC)


def event_span(start: str | None, end: str | None) -> tuple[dt.datetime | None, dt.datetime | None] | None:
    """From the first to the last instant of an event, open where the record is silent; None if it cannot be told."""
    first = None if start is None else span(start)
    last = None if end is None else span(end)
    if (start is not None and first is None) or (end is not None and last is None) or not (first or last):
        return None
    after = last or first
    return (None if first is None else first[0]), (None if after is None else after[1])
