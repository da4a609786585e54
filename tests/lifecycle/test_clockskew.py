"""How far a clock is from the time that counts, and from what earlier runs met."""

import datetime as dt
import pathlib
from collections.abc import Iterator

import pytest

from fahndung.ledger.store import Ledger
from fahndung.lifecycle import clockskew
from fahndung.lifecycle.clock import JUMP
from tests.ledger import world
from tests.ledger.world import DAY, HOUR, NOW, SECOND

BEGAN = NOW - DAY


@pytest.fixture
def ledger(tmp_path: pathlib.Path) -> Iterator[Ledger]:
    with world.make(tmp_path / "ledger.db") as made:
        yield made


def test_a_file_shows_only_that_a_clock_is_behind(ledger: Ledger) -> None:
    assert ledger.server_clock() is None
    assert clockskew.of_ledger(ledger, NOW - HOUR) == -HOUR
    assert clockskew.of_ledger(ledger, NOW + HOUR) == dt.timedelta(0)


@pytest.mark.peers
def test_a_server_shows_both(database: str) -> None:
    world.make(database).close()
    with Ledger.open(database, home_id=world.HOME) as ledger:
        now = ledger.server_clock()
        assert now is not None
        apart = clockskew.of_ledger(ledger, now + HOUR)
        assert abs(apart - HOUR) < dt.timedelta(minutes=1)
        assert clockskew.of_ledger(ledger, now - HOUR) < dt.timedelta(minutes=-59)


def test_a_first_run_on_a_machine_knows_of_no_jump(ledger: Ledger) -> None:
    assert clockskew.jumped(ledger, BEGAN) is None


@pytest.mark.parametrize("way", [1, -1])
def test_a_jump_is_what_lies_beyond_five_minutes(ledger: Ledger, way: int) -> None:
    clockskew.remember(ledger, BEGAN, now=NOW)
    assert clockskew.jumped(ledger, BEGAN + way * JUMP) is None
    assert clockskew.jumped(ledger, BEGAN + way * (JUMP + SECOND)) == way * (JUMP + SECOND)
    told = clockskew.told(way * (JUMP + SECOND))
    assert f"{way * 301:+d} s" in told.en
    assert f"{way * 301:+d} s" in told.de


def test_what_hardly_moved_is_not_written_again(ledger: Ledger) -> None:
    clockskew.remember(ledger, BEGAN, now=NOW)
    clockskew.remember(ledger, BEGAN + clockskew.NEAR, now=NOW)
    assert clockskew.jumped(ledger, BEGAN + JUMP + SECOND) == JUMP + SECOND
    clockskew.remember(ledger, BEGAN + clockskew.NEAR + SECOND, now=NOW)
    assert clockskew.jumped(ledger, BEGAN + JUMP + SECOND) is None


def test_after_a_restart_of_the_machine_nobody_can_tell(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    clockskew.remember(ledger, BEGAN, now=NOW)
    monkeypatch.setattr(clockskew, "boot_id", lambda: "another")
    assert clockskew.jumped(ledger, BEGAN + HOUR) is None
    monkeypatch.setattr(clockskew, "boot_id", lambda: None)
    clockskew.remember(ledger, BEGAN, now=NOW)
    assert clockskew.jumped(ledger, BEGAN + HOUR) is None


def test_rehearsed_instants_are_compared_with_nothing(tmp_path: pathlib.Path) -> None:
    place = tmp_path / "ledger.db"
    world.make(place, kind="rehearsal").close()
    with Ledger.open(place, home_id=world.HOME) as real:
        clockskew.remember(real, BEGAN, now=NOW)
    with Ledger.open(place, home_id=world.HOME, rehearsed=True) as rehearsed:
        clockskew.remember(rehearsed, BEGAN + HOUR, now=NOW)
        assert clockskew.jumped(rehearsed, BEGAN + HOUR) is None
    with Ledger.open(place, home_id=world.HOME) as real:
        assert clockskew.jumped(real, BEGAN + HOUR) == HOUR
