"""A clock that is watched by one that only counts, on a machine alone and with a server whose time counts."""

import dataclasses
import datetime as dt
import pathlib

import pytest

from fahndung.ledger.faults import LedgerUnavailable
from fahndung.lifecycle import clock as module
from fahndung.lifecycle.clock import JUMP, TRIES, WatchedClock, began, boot_id, boot_seconds
from tests.ledger.world import DAY, HOUR, MINUTE, NOW, SECOND


@dataclasses.dataclass
class Clocks:
    wall: dt.datetime = NOW
    seconds: float = 1000.0
    server: dt.datetime | None = None
    away: bool = False
    slow: list[float] = dataclasses.field(default_factory=list)
    asked: int = 0

    def passes(self, span: dt.timedelta) -> None:
        self.wall += span
        self.seconds += span.total_seconds()
        if self.server is not None:
            self.server += span

    def ask(self) -> dt.datetime | None:
        """The question takes as long as ``slow`` says to get there."""
        self.asked += 1
        if self.away:
            raise LedgerUnavailable("away", "weg")
        if self.slow:
            self.passes(dt.timedelta(seconds=self.slow.pop(0)))
        return self.server

    def watched(self, earliest: dt.datetime | None = None) -> WatchedClock:
        return WatchedClock(lambda: self.wall, lambda: self.seconds, server=self.ask, earliest=earliest)


def test_a_clock_that_keeps_pace_is_no_trouble() -> None:
    clocks = Clocks()
    clock = clocks.watched()
    clocks.passes(30 * HOUR)
    assert clock() == NOW + 30 * HOUR
    assert clock.trouble is None
    assert clock.apart == dt.timedelta(0)
    assert clock.began == NOW - 1000 * SECOND


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


def test_a_clock_that_was_behind_goes_on_from_the_time_that_counts_and_no_further_when_it_is_set_right() -> None:
    clocks = Clocks()
    clock = clocks.watched(earliest=NOW + DAY)
    clocks.passes(MINUTE)
    assert clock() == NOW + DAY + MINUTE
    assert clock.apart == -DAY
    clocks.wall += DAY
    assert clock() == NOW + DAY + MINUTE
    clocks.passes(HOUR)
    assert clock() == NOW + DAY + MINUTE + HOUR


@pytest.mark.parametrize("off", [-9 * DAY, -3 * HOUR, 3 * HOUR])
def test_the_servers_time_counts_whatever_the_machine_says(off: dt.timedelta) -> None:
    clocks = Clocks(wall=NOW + off, server=NOW)
    clock = clocks.watched()
    clocks.passes(HOUR)
    assert clock() == NOW + HOUR
    assert clock.apart == off
    assert clock.trouble is None
    assert clock.began == NOW - 1000 * SECOND
    assert clocks.asked == 1, "counted on, not asked each time"


@pytest.mark.parametrize("jump", [-2 * HOUR, 2 * HOUR])
def test_a_jump_of_the_machine_is_told_and_moves_no_time(jump: dt.timedelta) -> None:
    clocks = Clocks(server=NOW)
    clock = clocks.watched()
    clocks.wall += jump
    assert clock() == NOW
    clocks.passes(MINUTE)
    clock.ask()
    assert clock() == NOW + MINUTE
    assert clock.trouble is not None
    assert "of this machine" in clock.trouble.en


@pytest.mark.parametrize(("jump", "later"), [(-2 * HOUR, dt.timedelta(0)), (2 * HOUR, 2 * HOUR)])
def test_a_jump_of_the_server_is_noticed_when_it_is_asked_and_the_later_time_counts(
    jump: dt.timedelta, later: dt.timedelta
) -> None:
    clocks = Clocks(server=NOW)
    clock = clocks.watched()
    clocks.server = NOW + jump
    assert clock() == NOW
    assert clock.trouble is None
    clock.ask()
    assert clock.trouble is not None
    assert "server" in clock.trouble.en
    clocks.passes(MINUTE)
    assert clock() == NOW + MINUTE + later


def test_small_steps_of_the_server_are_followed() -> None:
    clocks = Clocks(server=NOW)
    clock = clocks.watched()
    clocks.server = NOW - 10 * SECOND
    clock.ask()
    assert clock() == NOW - 10 * SECOND
    assert clock.trouble is None


def test_while_the_server_is_away_its_last_time_counts_on() -> None:
    clocks = Clocks(wall=NOW - 3 * HOUR, server=NOW)
    clock = clocks.watched()
    clocks.away = True
    clocks.passes(HOUR)
    with pytest.raises(LedgerUnavailable):
        clock.ask()
    assert clock() == NOW + HOUR
    with pytest.raises(LedgerUnavailable):
        clocks.watched()


def test_an_answer_on_which_the_process_slept_is_asked_for_again() -> None:
    clocks = Clocks(server=NOW, slow=[7200.0, 0.5])
    clock = clocks.watched()
    assert clocks.asked == 2
    assert clocks.server is not None
    assert clocks.server <= clock() <= clocks.server + SECOND


def test_of_slow_answers_the_quickest_counts_and_makes_the_time_early_not_late() -> None:
    clocks = Clocks(server=NOW, slow=[9.0, 3.0, 5.0, 4.0])
    clock = clocks.watched()
    assert clocks.asked == TRIES
    assert clocks.server is not None
    assert clock() == clocks.server + 3 * SECOND
    assert clock.trouble is None


def test_the_counter_runs_from_the_start_of_the_machine() -> None:
    assert 0 < boot_seconds() <= boot_seconds()
    assert began(NOW, lambda: 60.0) == NOW - MINUTE


def test_a_boot_has_a_name_that_stays(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert boot_id() == boot_id() is not None
    for content in (b"", b"\n", b"\xff", None):
        path = tmp_path / "boot"
        path.unlink(missing_ok=True)
        if content is not None:
            path.write_bytes(content)
        monkeypatch.setattr(module, "_BOOT", path)
        assert boot_id() is None
