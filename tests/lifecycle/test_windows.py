import dataclasses
import datetime as dt

import pytest

from fahndung.lifecycle.windows import warning
from fahndung.testing.memory import MemoryPlatform

NOW = dt.datetime(2026, 11, 21, 8, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
ABLE = dataclasses.replace(MemoryPlatform().channel().capabilities(), delete_window=48 * HOUR)


def test_a_channel_that_can_delete_for_ever_warns_of_nothing() -> None:
    able = dataclasses.replace(ABLE, delete_window=None)
    assert warning("x", able, None, out_at=NOW) is None
    assert warning("x", able, NOW + 1000 * HOUR, out_at=None) is None


@pytest.mark.parametrize(("hours", "warned"), [(0, False), (47, False), (48, False), (49, True), (2000, True)])
def test_an_end_after_the_window_is_warned_of(hours: int, warned: bool) -> None:
    found = warning("telegram", ABLE, NOW + hours * HOUR, out_at=NOW)
    assert (found is not None) is warned
    if found is not None:
        assert found.en.startswith("telegram: the program can delete it within 48 hours only.")
        assert "in der App löschen" in found.de


@pytest.mark.parametrize(("hours", "warned"), [(47, False), (48, True)])
def test_a_time_to_live_below_the_window_needs_no_warning(hours: int, warned: bool) -> None:
    found = warning("telegram", ABLE, NOW + 1000 * HOUR, out_at=NOW, ttl=hours * HOUR)
    assert (found is not None) is warned


def test_before_anybody_knows_when_it_goes_out_it_is_said_what_is_concerned() -> None:
    found = warning("telegram", ABLE, NOW + 60 * HOUR, out_at=None)
    assert found is not None
    assert "21.11.2026 um 21:00 Uhr" in found.de, "the end less the window, in local time"


@pytest.mark.parametrize("out_at", [NOW, None])
def test_without_an_end_it_is_warned_of(out_at: dt.datetime | None) -> None:
    found = warning("telegram", ABLE, None, out_at=out_at)
    assert found is not None
    assert "No end" in found.en
