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


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("P14D", dt.timedelta(days=14)),
        ("P2W", dt.timedelta(weeks=2)),
        ("PT36H", dt.timedelta(hours=36)),
        ("P1DT2H3M4S", dt.timedelta(days=1, hours=2, minutes=3, seconds=4)),
    ],
)
def test_durations_of_fixed_length_are_read(text: str, length: dt.timedelta) -> None:
    assert instants.duration(text) == length
    assert instants.instant_or_duration(text) == length


@pytest.mark.parametrize("text", ["P", "PT", "P1M", "P1Y", "P0D", "P1DT", "14 Tage", "P-1D", "P1D\n"])
def test_other_durations_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        instants.duration(text)


def test_either_form_is_told_apart() -> None:
    assert instants.instant_or_duration("2026-01-01T00:00:00Z") == dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


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
