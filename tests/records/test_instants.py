import datetime as dt

import pytest

from fahndung.records import instants


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026-11-20T15:00:00+01:00", 14),
        ("2026-11-20T15:00:00Z", 15),
        ("2026-11-20t15:00:00z", 15),
        ("2026-11-20 15:00+00:00", 15),
        ("2026-11-20T15:00:00.250-02:00", 17),
    ],
)
def test_an_instant_comes_out_in_utc(text: str, hour: int) -> None:
    assert instants.instant(text).replace(microsecond=0) == dt.datetime(2026, 11, 20, hour, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20T15:00:00",
        "2026-11-20",
        "gestern",
        "2026-02-30T10:00:00+01:00",
        "2026-11-20T25:00:00+01:00",
        "2026-11-20T15:00:00+1",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "1899-12-31T23:59:59+00:00",
        "2026-11-20T15:00:00+01:00\n",
        "²026-11-20T15:00:00+01:00",
    ],
)
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        instants.instant(text)


@pytest.mark.parametrize(
    ("text", "better"),
    [
        ("2026-11-20T15:00", "2026-11-20T15:00:00+01:00"),
        ("2026-07-20 15:00:30", "2026-07-20T15:00:30+02:00"),
        ("2026-07-20", "2026-07-20T00:00:00+02:00"),
        ("2026-02-30T15:00", "2026-11-20T15:00:00+01:00"),
    ],
)
def test_a_naive_time_is_answered_with_the_right_offset_of_that_day(text: str, better: str) -> None:
    message = instants.why_not_instant(text)
    assert message.en.startswith(f"{text} has no offset; write {better}")
    assert message.de.startswith(f"{text} hat keine Zeitzone; zu schreiben ist {better}")


def test_words_are_answered_with_the_form() -> None:
    assert "2026-11-20T15:00:00+01:00" in instants.why_not_instant("gestern").en


ORDERED = dt.datetime(2026, 11, 20, 14, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("P14D", "2026-12-04T15:00:00+01:00"),
        ("P2W", "2026-12-04T15:00:00+01:00"),
        ("PT36H", "2026-11-22T03:00:00+01:00"),
        ("P1DT2H3M4S", "2026-11-21T17:03:04+01:00"),
        ("P1M", "2026-12-20T15:00:00+01:00"),
        ("P3M", "2027-02-20T15:00:00+01:00"),
        ("P1Y", "2027-11-20T15:00:00+01:00"),
        ("P5M", "2027-04-20T15:00:00+02:00"),
        ("2026-12-01T12:00:00+01:00", "2026-12-01T12:00:00+01:00"),
    ],
)
def test_an_end_is_an_instant_or_counted_from_the_order(text: str, end: str) -> None:
    assert instants.after(ORDERED, text) == dt.datetime.fromisoformat(end)


def test_a_month_without_that_day_ends_on_its_last() -> None:
    start = dt.datetime.fromisoformat("2027-01-31T10:00:00+01:00")
    assert instants.after(start, "P1M") == dt.datetime.fromisoformat("2027-02-28T10:00:00+01:00")


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2027-03-27T15:00:00+01:00", "2027-03-29T15:00:00+02:00"),
        ("2026-10-24T15:00:00+02:00", "2026-10-26T14:00:00+01:00"),
    ],
)
def test_where_the_clock_changes_the_earlier_reading_counts(start: str, end: str) -> None:
    assert instants.after(dt.datetime.fromisoformat(start), "P2D") == dt.datetime.fromisoformat(end)


@pytest.mark.parametrize("text", ["P", "PT", "P0D", "P1DT", "14 Tage", "P-1D", "P1D\n", "P1H"])
def test_other_durations_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        instants.duration(text)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("2026", (2026,)),
        ("2026-11", (2026, 11)),
        ("2026-11-01", (2026, 11, 1)),
        ("2026-11-01T22:10", (2026, 11, 1, 22, 10)),
        ("2026-11-01T22:10:05", (2026, 11, 1, 22, 10, 5)),
        ("--05-04", (2000, 5, 4)),
        ("--02-29", (2000, 2, 29)),
        ("Anfang November 2026", None),
        ("nach 22 Uhr", None),
    ],
)
def test_partial_times_are_read_as_far_as_given(text: str, parts: tuple[int, ...] | None) -> None:
    assert instants.partial(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        *("2026-13", "2026-02-29", "2026-11-01T24:00", "2026-11-01T22:60", "2026-11-01T22:10:61", "--05", "0000"),
        *("2026-11-01T22:10+01:00", "2026-11-01T22:10Z", "01.11.2026", "20261101"),
    ],
)
def test_what_is_meant_as_a_time_but_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        instants.partial(text)
