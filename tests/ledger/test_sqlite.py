"""The proof of life of a ledger in a file is the lock of its home."""

import subprocess
import sys
import time

import pytest

from fahndung.errors import Busy
from fahndung.home import Home
from fahndung.ledger.store import Ledger

from .world import HOME

HOLD = """
import pathlib, sys, time
from fahndung.home import Home
from fahndung.ledger.store import Ledger
path = pathlib.Path(sys.argv[1])
home = Home(path=path.parent, identity=sys.argv[2])
with Ledger.open(path, home_id=home.identity) as ledger, ledger.live(lambda: 1, home.lock):
    print("lives", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def home(path):
    return Home(path=path.parent, identity=HOME)


def test_who_holds_the_lock_lives_and_nobody_else(path, home):
    with Ledger.open(path, home_id=HOME) as ledger:
        with ledger.live(lambda: 1, home.lock) as life:
            assert life.still_mine()
            assert life.is_alive(1)
            assert not life.is_alive(2)
        with ledger.live(lambda: 2, home.lock) as life:
            assert not life.is_alive(1)


def test_nobody_lives_while_another_does(path, home):
    with (
        Ledger.open(path, home_id=HOME) as ledger,
        ledger.live(lambda: 1, home.lock),
        pytest.raises(Busy),
        ledger.live(lambda: 2, lambda: home.lock(0.05)),
    ):
        pass


def test_a_session_whose_process_is_killed_is_free_within_a_second(path, home):
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(path), HOME], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout.readline() == "lives\n"
        with Ledger.open(path, home_id=HOME) as ledger:
            with pytest.raises(Busy), ledger.live(lambda: 2, lambda: home.lock(0)):
                pass
            holder.kill()
            start = time.monotonic()
            with ledger.live(lambda: 2, lambda: home.lock(1)) as life:
                assert time.monotonic() - start < 1
                assert not life.is_alive(1)
    finally:
        holder.kill()
        holder.communicate()
