"""What a partial local time covers, in Europe/Berlin."""

import pytest

from fahndung.law.moments import event_span, span

from .build import at


@pytest.mark.parametrize(
    ("text", "first", "after"),
    [
        ("2026", "2026-01-01 00:00", "2027-01-01 00:00"),
        ("2024", "2024-01-01 00:00", "2025-01-01 00:00"),
        ("2026-02", "2026-02-01 00:00", "2026-03-01 00:00"),
        ("2024-02", "2024-02-01 00:00", "2024-03-01 00:00"),
        ("2026-12", "2026-12-01 00:00", "2027-01-01 00:00"),
        ("2026-03-29", "2026-03-29 00:00", "2026-03-30 00:00"),
        ("2026-11-01T22:10", "2026-11-01 22:10", "2026-11-01 22:11"),
        ("2026-11-01 22:10", "2026-11-01 22:10", "2026-11-01 22:11"),
        ("2026-11-01T22:10:07", "2026-11-01 22:10:07", "2026-11-01 22:10:08"),
        ("2026-10-25T02:30", "2026-10-25T02:30:00+02:00", "2026-10-25T02:31:00+01:00"),
    ],
)
def test_a_partial_time_covers_its_whole_span(text: str, first: str, after: str) -> None:
    assert span(text) == (at(first), at(after))


@pytest.mark.parametrize("text", ["abends", "", "2026-13", "2026-02-30", "2026-11-01T25:00", "9999", "--11-01"])
def test_what_is_no_time_has_no_span(text: str) -> None:
    assert span(text) is None


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-11-01", None, ("2026-11-01 00:00", "2026-11-02 00:00")),
        ("2026-11-01", "2026-11-03", ("2026-11-01 00:00", "2026-11-04 00:00")),
        (None, "2026-11-03", (None, "2026-11-04 00:00")),
    ],
)
def test_an_event_lasts_from_its_first_to_its_last_instant(
    start: str | None, end: str | None, expected: tuple[str | None, str | None]
) -> None:
    assert event_span(start, end) == tuple(None if text is None else at(text) for text in expected)


@pytest.mark.parametrize(("start", "end"), [(None, None), ("abends", None), ("2026", "nachts"), ("abends", "2026")])
def test_an_event_without_a_time_has_no_span(start: str | None, end: str | None) -> None:
    assert event_span(start, end) is None
