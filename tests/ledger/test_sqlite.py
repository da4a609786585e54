"""The proof of life of a ledger in a file is the lock of its home."""

import subprocess
import sys
import time

import pytest

from fahndung.errors import Busy
from fahndung.home import Home
from fahndung.ledger import about
from fahndung.ledger.store import Ledger

from .world import HOME, NOW

HOLD = """
import pathlib, sys, time
from fahndung.home import Home
from fahndung.ledger import about
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


@pytest.mark.peers
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


WRITE = """
import sys, pathlib, datetime as dt
from fahndung.ledger.store import Ledger
with Ledger.open(pathlib.Path(sys.argv[1]), home_id=sys.argv[2]) as ledger, ledger.write(dt.datetime.now(dt.UTC)):
    pass
"""


@pytest.mark.peers
def test_whoever_opens_a_ledger_twice_loses_nothing_when_another_process_leaves(path):
    """A file that is closed frees every lock that its process has on it; another would take itself for the last."""
    with Ledger.open(path, home_id=HOME) as ledger:
        with ledger.write(NOW) as tx:
            about.keep(tx, "before", "written")
        Ledger.open(path, home_id=HOME).close()
        subprocess.run([sys.executable, "-c", WRITE, str(path), HOME], check=True)
        with ledger.write(NOW) as tx:
            about.keep(tx, "after", "written")
        told = subprocess.run([sys.executable, "-c", READ, str(path)], check=True, capture_output=True, text=True)
    assert told.stdout.split() == ["after", "before"]


READ = """
import sqlite3, sys
for (key,) in sqlite3.connect(sys.argv[1]).execute("SELECT k FROM meta WHERE v = 'written' ORDER BY k"):
    print(key)
"""
