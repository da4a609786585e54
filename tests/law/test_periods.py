"""Periods as §§ 42, 43 StPO count them."""

import datetime as dt
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fahndung.law.periods import BERLIN, FAR, Period, ending, later, local_date, parse_period, stamp

from .build import at, instants, local

DAY, WEEK, HALF_YEAR = Period(hours=24), Period(weeks=1), Period(months=6)


@pytest.mark.parametrize(
    ("start", "over"),
    [
        ("2026-11-20 15:00", "2026-11-21 15:00"),
        ("2026-10-24 12:00", "2026-10-25 11:00"),  # the night has 25 hours
        ("2026-10-25 00:30", "2026-10-25 23:30"),
        ("2027-03-27 12:00", "2027-03-28 13:00"),  # the night has 23 hours
        ("2027-03-28 01:59", "2027-03-29 02:59"),
    ],
)
def test_24_hours_are_elapsed_time_whatever_the_wall_clock_does(start: str, over: str) -> None:
    assert DAY.after(at(start)) - at(start) == dt.timedelta(hours=24)
    assert local(DAY.after(at(start))) == over


@pytest.mark.parametrize(
    ("start", "over"),
    [
        ("2026-11-16 00:00", "2026-11-24 00:00"),  # Monday
        ("2026-11-17 08:00", "2026-11-25 00:00"),
        ("2026-11-18 12:00", "2026-11-26 00:00"),
        ("2026-11-19 15:00", "2026-11-27 00:00"),
        ("2026-11-20 15:00", "2026-11-28 00:00"),
        ("2026-11-21 23:59", "2026-11-29 00:00"),
        ("2026-11-22 23:59", "2026-11-30 00:00"),  # Sunday
        ("2026-10-23 10:00", "2026-10-31 00:00"),  # clocks go back within the week
        ("2027-03-26 10:00", "2027-04-03 00:00"),  # clocks go forward within the week
    ],
)
def test_a_week_ends_with_the_end_of_the_same_named_weekday(start: str, over: str) -> None:
    assert local(WEEK.after(at(start))) == over


def test_an_order_before_midnight_in_utc_can_be_of_the_next_day_in_berlin() -> None:
    assert local(WEEK.after(at("2026-11-19T23:30+00:00"))) == "2026-11-28 00:00"
    assert local(WEEK.after(at("2026-11-19T22:59+00:00"))) == "2026-11-27 00:00"


@pytest.mark.parametrize(
    ("start", "plain", "extended"),
    [
        ("2026-11-19 15:00", "2026-11-27 00:00", "2026-11-27 00:00"),  # ends on a Thursday
        ("2026-11-20 15:00", "2026-11-28 00:00", "2026-11-28 00:00"),  # Friday
        ("2026-11-21 15:00", "2026-11-29 00:00", "2026-12-01 00:00"),  # Saturday
        ("2026-11-22 15:00", "2026-11-30 00:00", "2026-12-01 00:00"),  # Sunday
        ("2026-11-23 15:00", "2026-12-01 00:00", "2026-12-01 00:00"),  # Monday
    ],
)
def test_the_weekend_extends_a_week_only_when_asked(start: str, plain: str, extended: str) -> None:
    assert local(WEEK.after(at(start))) == plain
    assert local(WEEK.after(at(start), weekend_extension=True)) == extended


def test_a_public_holiday_extends_nothing() -> None:
    christmas_eve_plus_a_week = WEEK.after(at("2026-12-18 10:00"), weekend_extension=True)  # ends on 25 December
    assert local(christmas_eve_plus_a_week) == "2026-12-26 00:00"


def test_neither_hours_nor_days_are_extended_by_a_weekend() -> None:
    friday = at("2026-11-20 15:00")
    assert local(DAY.after(friday, weekend_extension=True)) == "2026-11-21 15:00"
    assert local(Period(days=1).after(friday, weekend_extension=True)) == "2026-11-22 00:00"


def test_a_strict_week_is_168_hours_and_beats_the_extension() -> None:
    assert local(WEEK.after(at("2026-11-21 15:00"), elapsed_weeks=True, weekend_extension=True)) == "2026-11-28 15:00"


def test_a_strict_week_is_never_longer_than_the_calendar_week() -> None:
    eve = at("2027-03-27 23:30")  # 168 hours later it is half past midnight, the clocks went forward in between
    assert local(WEEK.after(eve, elapsed_weeks=True)) == local(WEEK.after(eve)) == "2027-04-04 00:00"


@pytest.mark.parametrize(
    ("months", "start", "over"),
    [
        (6, "2026-11-20 15:00", "2027-05-21 00:00"),
        (6, "2026-08-31 09:00", "2027-03-01 00:00"),  # no 31 February
        (6, "2027-08-31 09:00", "2028-03-01 00:00"),  # leap year: ends with 29 February
        (6, "2026-12-31 09:00", "2027-07-01 00:00"),  # no 31 June
        (1, "2027-01-31 09:00", "2027-03-01 00:00"),
        (1, "2026-12-15 09:00", "2027-01-16 00:00"),
        (12, "2028-02-29 09:00", "2029-03-01 00:00"),
    ],
)
def test_a_month_without_the_day_ends_with_its_last_day(months: int, start: str, over: str) -> None:
    assert local(Period(months=months).after(at(start))) == over


def test_days_leave_out_the_day_of_the_event() -> None:
    assert local(Period(days=7).after(at("2026-11-20 00:00"))) == "2026-11-28 00:00"


@pytest.mark.parametrize(
    ("text", "period", "label", "english", "german"),
    [
        ("PT24H", DAY, "24h", "24 hours", "24 Stunden"),
        ("PT1H", Period(hours=1), "1h", "one hour", "eine Stunde"),
        ("P7D", Period(days=7), "7d", "7 days", "7 Tage"),
        ("P1W", WEEK, "week", "one week", "eine Woche"),
        ("P2W", Period(weeks=2), "2w", "2 weeks", "2 Wochen"),
        ("P6M", HALF_YEAR, "6m", "6 months", "6 Monate"),
    ],
)
def test_a_period_is_read_named_and_told(text: str, period: Period, label: str, english: str, german: str) -> None:
    assert parse_period(text) == period
    assert (period.label, *period.text) == (label, english, german)


@pytest.mark.parametrize("text", ["", "P", "PT", "P0D", "P1Y", "P1W2D", "PT24M", "24h", "P-1D", "P1W\n"])
def test_what_is_not_one_unit_is_no_period(text: str) -> None:
    with pytest.raises(ValueError, match="is not a period"):
        parse_period(text)


@pytest.mark.parametrize("amounts", [{}, {"weeks": 1, "days": 1}, {"hours": -1}, {"days": 2, "hours": -1}])
def test_a_period_has_exactly_one_unit(amounts: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="exactly one unit"):
        Period(**amounts)


@pytest.mark.parametrize("period", [DAY, WEEK, HALF_YEAR, Period(days=1), Period(months=999)])
def test_the_end_of_the_calendar_is_an_instant_not_a_crash(period: Period) -> None:
    last = dt.datetime(9999, 12, 31, 12, tzinfo=dt.UTC)
    assert period.after(last) == FAR
    assert later(last, dt.timedelta(days=999_999_999)) == FAR
    assert stamp(dt.datetime.max.replace(tzinfo=dt.UTC)).en.startswith("9999-12-31")
    assert ending(FAR).de.startswith("am 30.12.9999")


def test_an_instant_reads_as_local_time() -> None:
    assert stamp(at("2026-11-20T14:00+00:00")) == ("2026-11-20 at 15:00", "20.11.2026 um 15:00 Uhr")
    assert stamp(at("2026-07-01T14:00:05+00:00")).de == "01.07.2026 um 16:00:05 Uhr"


def test_the_hour_that_comes_twice_says_which_one_is_meant() -> None:
    assert stamp(at("2026-10-25T00:30+00:00")) == ("2026-10-25 at 02:30 CEST", "25.10.2026 um 02:30 Uhr (Sommerzeit)")
    assert stamp(at("2026-10-25T01:30+00:00")) == ("2026-10-25 at 02:30 CET", "25.10.2026 um 02:30 Uhr (Normalzeit)")


def test_an_end_at_midnight_names_the_last_day() -> None:
    told = ending(at("2026-11-28 00:00"))
    assert told.en == "at the end of 2026-11-27 (that is from 2026-11-28 at 00:00)"
    assert told.de == "mit Ablauf des 27.11.2026 (das heißt ab 28.11.2026 um 00:00 Uhr)"
    assert ending(at("2026-11-28 00:01")).de == "am 28.11.2026 um 00:01 Uhr"


def test_a_local_day_begins_at_berlin_midnight() -> None:
    assert local_date(at("2026-06-30T21:59+00:00")) == dt.date(2026, 6, 30)
    assert local_date(at("2026-06-30T22:00+00:00")) == dt.date(2026, 7, 1)


INSTANTS = instants("2016-03-01 00:00", "2100-01-01 00:00")


@given(INSTANTS)
def test_every_calendar_period_ends_at_a_local_midnight_after_its_length(start: dt.datetime) -> None:
    for period in (Period(days=1), WEEK, HALF_YEAR):
        over = period.after(start).astimezone(BERLIN)
        assert (over.hour, over.minute, over.second, over.microsecond) == (0, 0, 0, 0)
    last = WEEK.after(start).astimezone(BERLIN).date() - dt.timedelta(days=1)
    assert last.weekday() == start.astimezone(BERLIN).date().weekday()
    assert WEEK.after(start, elapsed_weeks=True) <= WEEK.after(start) <= WEEK.after(start, weekend_extension=True)


@given(INSTANTS, st.timedeltas(min_value=dt.timedelta(), max_value=dt.timedelta(days=400)))
def test_a_later_start_never_ends_earlier(start: dt.datetime, delay: dt.timedelta) -> None:
    for period in (DAY, Period(days=7), WEEK, HALF_YEAR):
        assert period.after(start) <= period.after(start + delay)


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "America/Los_Angeles"])
def test_no_period_depends_on_the_time_zone_of_the_machine(zone: str) -> None:
    program = (
        "import datetime as dt, time; time.tzset()\n"
        "from fahndung.law.periods import *\n"
        "start = dt.datetime(2026, 10, 23, 23, 30, tzinfo=dt.UTC)\n"
        "print(Period(weeks=1).after(start), Period(hours=24).after(start), Period(months=6).after(start), "
        "stamp(start).de)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"TZ": zone, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        check=True,
        encoding="utf-8",
        timeout=60,
    ).stdout
    assert told.strip() == (
        "2026-10-31 23:00:00+00:00 2026-10-24 23:30:00+00:00 2027-04-24 22:00:00+00:00 24.10.2026 um 01:30 Uhr"
    )
