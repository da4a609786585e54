"""A clock that is watched by one that only counts."""

import dataclasses
import datetime as dt

import pytest

from fahndung.lifecycle.clock import JUMP, WatchedClock
from tests.ledger.world import HOUR, MINUTE, NOW, SECOND


@dataclasses.dataclass
class Clocks:
    wall: dt.datetime = NOW
    seconds: float = 1000.0

    def passes(self, span: dt.timedelta) -> None:
        self.wall += span
        self.seconds += span.total_seconds()

    def watched(self) -> WatchedClock:
        return WatchedClock(lambda: self.wall, lambda: self.seconds)


def test_a_clock_that_keeps_pace_is_no_trouble() -> None:
    clocks = Clocks()
    clock = clocks.watched()
    clocks.passes(30 * HOUR)
    assert clock() == NOW + 30 * HOUR
    assert clock.trouble is None
    assert clock.apart == dt.timedelta(0)


@pytest.mark.parametrize(("jump", "told"), [(JUMP, None), (JUMP + SECOND, "+301 s"), (-JUMP - SECOND, "-301 s")])
def test_a_jump_of_more_than_five_minutes_is_a_trouble_until_the_end(jump: dt.timedelta, told: str | None) -> None:
    clocks = Clocks()
    clock = clocks.watched()
    clocks.wall += jump
    clock()
    clocks.wall -= jump
    clock()
    assert (clock.trouble is None) is (told is None)
    if clock.trouble is not None and told is not None:
        assert told in clock.trouble.en


def test_after_a_jump_the_later_time_counts_so_that_no_end_comes_late() -> None:
    clocks = Clocks()
    clock = clocks.watched()
    clocks.wall -= HOUR
    assert clock() == NOW
    clocks.passes(MINUTE)
    assert clock() == NOW + MINUTE
    clocks.wall += 3 * HOUR
    assert clock() == NOW + 2 * HOUR + MINUTE
    assert clock.apart == 2 * HOUR
