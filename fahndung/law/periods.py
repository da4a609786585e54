"""Periods as the law counts them, and instants as an officer reads them.

Knows no norm and no appeal. Everything is computed in UTC and in the Europe/Berlin calendar; the machine's own
time zone is never asked.
"""

import calendar
import dataclasses
import datetime as dt
import re
import zoneinfo

from fahndung.errors import Message

BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")
FAR = dt.datetime(9999, 12, 30, tzinfo=dt.UTC)
"""Stands for every instant that no calendar can name."""

_ISO = re.compile(
    r"P(?:(?P<months>[1-9]\d{0,2})M|(?P<weeks>[1-9]\d{0,2})W|(?P<days>[1-9]\d{0,3})D|T(?P<hours>[1-9]\d{0,3})H)"
)
_SATURDAY = 5


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A period in exactly one unit: hours are elapsed time, the others are calendar days in Europe/Berlin.

    Source: §§ 42, 43 StPO, read 2026-11-22.
    """

    months: int = 0
    weeks: int = 0
    days: int = 0
    hours: int = 0

    def __post_init__(self) -> None:
        amounts = [self.months, self.weeks, self.days, self.hours]
        if min(amounts) < 0 or sum(amount > 0 for amount in amounts) != 1:
            raise ValueError("a period has exactly one unit and is longer than nothing")

    @property
    def label(self) -> str:
        """A short name for a clock: ``24h``, ``week``, ``2w``, ``7d``, ``6m``."""
        if self.weeks == 1:
            return "week"
        amounts = {"h": self.hours, "d": self.days, "w": self.weeks, "m": self.months}
        return "".join(f"{amount}{letter}" for letter, amount in amounts.items() if amount)

    @property
    def text(self) -> Message:
        """The period in words: ``24 hours`` / ``24 Stunden``."""
        one, many, amount = next(
            (one, many, amount)
            for amount, one, many in (
                (self.hours, Message("one hour", "eine Stunde"), Message("hours", "Stunden")),
                (self.days, Message("one day", "ein Tag"), Message("days", "Tage")),
                (self.weeks, Message("one week", "eine Woche"), Message("weeks", "Wochen")),
                (self.months, Message("one month", "ein Monat"), Message("months", "Monate")),
            )
            if amount
        )
        return one if amount == 1 else Message(f"{amount} {many.en}", f"{amount} {many.de}")

    @property
    def rough_length(self) -> dt.timedelta:
        """A length to compare periods with; a month counts 30 days."""
        return dt.timedelta(days=30 * self.months + 7 * self.weeks + self.days, hours=self.hours)

    def after(self, start: dt.datetime, *, weekend_extension: bool = False, elapsed_weeks: bool = False) -> dt.datetime:
        """The first instant (UTC) after the period that ``start`` set running.

        Hours are elapsed time, whatever the clocks on the wall do. Days, weeks and months leave out the day of the
        event and end with the end of a local day: the result is the first instant of the next one. A day that the
        last month does not have becomes that month's last day.

        Args:
            start: the event (aware).
            weekend_extension: § 43 (2): a week or month that ends on a Saturday or Sunday ends with the Monday.
                Public holidays are not known here and never extend.
            elapsed_weeks: a week is 168 elapsed hours, or the calendar week if that is over first (it is, by an hour,
                for what begins late on the evening before the clocks go forward).
        """
        try:
            if self.hours:
                return start.astimezone(dt.UTC) + dt.timedelta(hours=self.hours)
            if self.weeks and elapsed_weeks:
                return min(self.after(start), start.astimezone(dt.UTC) + dt.timedelta(weeks=self.weeks))
            last = self._last_day(local_date(start))
            if weekend_extension and not self.days and last.weekday() >= _SATURDAY:
                last += dt.timedelta(days=7 - last.weekday())
            return _midnight(last + dt.timedelta(days=1))
        except (OverflowError, ValueError):
            return FAR

    def _last_day(self, day: dt.date) -> dt.date:
        """Source: § 43 (1) StPO, read 2026-11-22."""
        if not self.months:
            return day + dt.timedelta(weeks=self.weeks, days=self.days)
        years, month = divmod(day.year * 12 + day.month - 1 + self.months, 12)
        return dt.date(years, month + 1, min(day.day, calendar.monthrange(years, month + 1)[1]))


def parse_period(text: str) -> Period:
    """The period that an ISO 8601 duration in one unit names (``PT24H``, ``P7D``, ``P1W``, ``P6M``).

    Raises:
        ValueError: anything else.
    """
    if (found := _ISO.fullmatch(text)) is None:
        raise ValueError(f"{text!r} is not a period in hours, days, weeks or months")
    return Period(**{unit: int(amount) for unit, amount in found.groupdict().items() if amount})


def later(start: dt.datetime, length: dt.timedelta) -> dt.datetime:
    """``start`` plus elapsed time, in UTC; ``FAR`` where the calendar ends."""
    try:
        return start.astimezone(dt.UTC) + length
    except OverflowError:
        return FAR


def year_end(start: dt.datetime, years: int) -> dt.datetime:
    """The first instant (UTC) after the end of the ``years``-th calendar year after that of ``start``.

    Source: § 76 Abs. 4 BDSG (end of the year that follows), read 2026-11-26.
    """
    try:
        return _midnight(dt.date(local_date(start).year + years + 1, 1, 1))
    except (OverflowError, ValueError):
        return FAR


def local_date(at: dt.datetime) -> dt.date:
    """The day in Europe/Berlin on which an instant falls."""
    return _local(at).date()


def stamp(at: dt.datetime) -> Message:
    """An instant in local time: ``2026-11-20 at 15:00`` / ``20.11.2026 um 15:00 Uhr``."""
    local = _local(at)
    clock = _clock(local)
    zone_en, zone_de = _zone(local)
    return Message(f"{local:%Y-%m-%d} at {clock}{zone_en}", f"{local:%d.%m.%Y} um {clock} Uhr{zone_de}")


def ending(at: dt.datetime) -> Message:
    """An end in local time; midnight also says which day is the last one."""
    here = stamp(at)
    local = _local(at)
    if (local.hour, local.minute, local.second, local.microsecond) != (0, 0, 0, 0) or local.toordinal() <= 1:
        return Message(f"on {here.en}", f"am {here.de}")
    last = local.date() - dt.timedelta(days=1)
    return Message(
        f"at the end of {last:%Y-%m-%d} (that is from {here.en})",
        f"mit Ablauf des {last:%d.%m.%Y} (das heißt ab {here.de})",
    )


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, tzinfo=BERLIN).astimezone(dt.UTC)


def _local(at: dt.datetime) -> dt.datetime:
    try:
        return at.astimezone(BERLIN)
    except OverflowError:
        return at


def _clock(local: dt.datetime) -> str:
    return f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"


def _zone(local: dt.datetime) -> tuple[str, str]:
    """Which of the two equal hours is meant, in the night when the clocks go back; else nothing."""
    first, second = local.replace(fold=0).utcoffset(), local.replace(fold=1).utcoffset()
    if first == second:
        return "", ""
    summer = local.dst() != dt.timedelta()
    return (" CEST", " (Sommerzeit)") if summer else (" CET", " (Normalzeit)")
