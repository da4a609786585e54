"""Instants and partial times as a reader of one language writes them, in Europe/Berlin, by Babel.

Computes no end and reads no clock; what is no date stays as the record has it.
"""

import datetime as dt
import re
import zoneinfo

from babel import dates as babel_dates

from fahndung.model.appeal import Appeal, Event
from fahndung.texts.words import Words

BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
_NO_YEAR = re.compile(r"--(\d{2})-(\d{2})")
_CLOCK = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}\S*")
_LEAP_YEAR = 2000


def stand_instant(appeal: Appeal) -> dt.datetime | None:
    """The instant printed as Stand: the planned one, else the order's or decision's; None in an early draft."""
    if appeal.publication.stand is not None:
        return appeal.publication.stand
    return None if appeal.legal.mandate is None else appeal.legal.mandate.at


def instant(words: Words, at: dt.datetime) -> str:
    """``20.11.2026, 16:00 Uhr``."""
    local = at.astimezone(BERLIN)
    return words.text("stand.instant", date=_date(words, local, "date"), time=_time(words, local))


def day(words: Words, at: dt.datetime) -> str:
    """``20. November 2026``."""
    return _date(words, at.astimezone(BERLIN), "day")


def valid_until(words: Words, end: dt.datetime) -> str:
    """``gültig bis …`` for an exclusive end; midnight is told as 24:00 of the day before.

    Seconds are dropped, so that the printed end is never later than the computed one.
    """
    local = end.astimezone(BERLIN)
    if (local.hour, local.minute) == (0, 0):
        return words.text("valid.until_midnight", date=_date(words, local - dt.timedelta(days=1), "date"))
    return words.text("valid.until", date=_date(words, local, "date"), time=_time(words, local))


def partial(words: Words, untrusted: str) -> str:
    """``2026-11`` as ``November 2026``, ``--05-04`` as ``4. Mai``; free text unchanged."""
    day_part, clock = _moment(words, untrusted)
    return day_part if clock is None else words.text("time.moment", date=day_part, time=clock)


def is_prose(untrusted: str) -> bool:
    """Whether a time of the record is words ("am Abend") rather than a date that every language can write."""
    text = untrusted.strip()
    return not any(pattern.fullmatch(text) for pattern in (_CLOCK, _PARTIAL, _NO_YEAR))


def when(words: Words, event: Event) -> str | None:
    """The event's time or span of time; None where the record has neither."""
    if event.start is None:
        return None if event.end is None else words.text("time.until", end=partial(words, event.end))
    if event.end is None or event.end == event.start:
        return partial(words, event.start)
    (first, start), (last, end) = _moment(words, event.start), _moment(words, event.end)
    if first == last and start is not None and end is not None:
        return words.text("time.same_day", date=first, start=start, end=end)
    return words.text("time.span", start=partial(words, event.start), end=partial(words, event.end))


def _moment(words: Words, untrusted: str) -> tuple[str, str | None]:
    """A partial time as its date and, where there is one, its clock time."""
    text = untrusted.strip()
    try:
        if _CLOCK.fullmatch(text):
            at = dt.datetime.fromisoformat(text)
            local = at if at.tzinfo is None else at.astimezone(BERLIN)
            return _date(words, local, "day"), _time(words, local)
        if match := _PARTIAL.fullmatch(text):
            return _partial_date(words, match), None
        if match := _NO_YEAR.fullmatch(text):
            return _date(words, dt.date(_LEAP_YEAR, int(match[1]), int(match[2])), "day_without_year"), None
    except ValueError:
        return untrusted, None
    return untrusted, None


def _partial_date(words: Words, match: re.Match[str]) -> str:
    year, month, day_of_month = match.groups()
    if month is None:
        return year
    kind = "month" if day_of_month is None else "day"
    return _date(words, dt.date(int(year), int(month), int(day_of_month or 1)), kind)


def _date(words: Words, value: dt.date, kind: str) -> str:
    return babel_dates.format_date(value, words.text(f"formats.{kind}"), locale=words.lang)


def _time(words: Words, value: dt.datetime) -> str:
    return babel_dates.format_time(value.time(), words.text("formats.time"), locale=words.lang)
