"""How far a clock is from the time that counts."""

import datetime as dt
import pathlib

import pytest

from fahndung.ledger.store import Ledger
from fahndung.lifecycle import clockskew
from tests.ledger import world
from tests.ledger.world import HOUR, NOW


def test_a_file_shows_only_that_a_clock_is_behind(tmp_path: pathlib.Path) -> None:
    with world.make(tmp_path / "ledger.db") as ledger:
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
