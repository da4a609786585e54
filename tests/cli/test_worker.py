"""The worker as a process: it takes over, hands over, and ends in order. The clock of these homes stands still."""

import contextlib
import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from tests.cli.driver import Terminal
from tests.world import GIRL

pytestmark = pytest.mark.peers
SECONDS = 20.0


@contextlib.contextmanager
def worker(desk: Terminal, log: pathlib.Path, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """A real one, in a process group of its own."""
    command = [sys.executable, "-m", "fahndung", "--home", str(desk.home), "--now", desk.now, "worker", *words]
    with (
        log.open("ab") as out,
        subprocess.Popen(
            command, stdout=out, stderr=out, start_new_session=True, env={**os.environ, "LANG": "C.UTF-8"}
        ) as process,
    ):
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def wait_until(true: Callable[[], bool], what: str) -> float:
    """How many seconds it took."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < SECONDS, what
        time.sleep(0.02)
    return time.monotonic() - began


def at_work(log: pathlib.Path, times: int = 1) -> Callable[[], bool]:
    return lambda: log.exists() and log.read_text().count("at work") >= times


def states(desk: Terminal) -> list[str]:
    (appeal,) = desk.json("status", GIRL)["appeals"]
    return [publication["state"] for publication in appeal["publications"]]


def test_publish_and_end_are_done_by_the_worker_that_has_the_calling_place(
    desk: Terminal, tmp_path: pathlib.Path
) -> None:
    log = tmp_path / "log"
    with worker(desk, log) as process:
        wait_until(at_work(log), "it never began")
        assert desk.json("publish", GIRL)["published"][0]["seen"] == "live"
        assert desk.json("verify", GIRL)["online_past_end"] == 0
        began = time.monotonic()
        ended = desk.json("end", GIRL, "--reason", "found")
        assert time.monotonic() - began < 10
        assert (len(ended["withdrawn"]), ended["online_past_end"]) == (1, 0)
        assert desk.json("takedown")["pending"] == []
        process.terminate()
        assert process.wait(10) == 0
    assert states(desk) == ["withdrawn"]
    assert desk.json("audit", "verify")["ok"] is True


def test_a_second_worker_takes_over_within_a_second_of_a_kill(desk: Terminal, tmp_path: pathlib.Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    with worker(desk, first) as one, worker(desk, second) as two:
        wait_until(lambda: at_work(first)() or at_work(second)(), "neither began")
        leader, log = (one, second) if at_work(first)() else (two, first)
        time.sleep(1)
        assert not at_work(log)()
        leader.kill()
        leader.wait()
        assert wait_until(at_work(log), "nobody took over") < 1


def test_a_contender_that_is_told_to_stop_stops(desk: Terminal, tmp_path: pathlib.Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    with worker(desk, first) as one:
        wait_until(at_work(first), "it never began")
        with worker(desk, second) as two:
            time.sleep(2)
            two.terminate()
            assert two.wait(10) != 0
            assert "another run" in second.read_text()
        one.send_signal(signal.SIGINT)
        assert one.wait(10) == 0


def test_once_does_what_is_due_and_ends(desk: Terminal, tmp_path: pathlib.Path) -> None:
    desk.run("publish", GIRL)
    log = tmp_path / "log"
    with worker(desk, log, "--once") as process:
        assert process.wait(SECONDS) == 0
    assert states(desk) == ["live"]


def test_the_wish_to_end_is_committed_within_a_second_whoever_calls(desk: Terminal, tmp_path: pathlib.Path) -> None:
    """A stopped worker keeps the calling place; the wish does not wait for it, and what is over is told."""
    desk.run("publish", GIRL)
    log = tmp_path / "log"
    with worker(desk, log) as process:
        wait_until(at_work(log), "it never began")
        time.sleep(0.7)
        os.kill(process.pid, signal.SIGSTOP)
        command = [sys.executable, "-m", "fahndung", "--home", str(desk.home), "--now", desk.now]
        began = time.monotonic()
        with subprocess.Popen(
            [*command, "end", GIRL, "--reason", "found", "--json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as end:
            wait_until(lambda: _wished(desk), "the wish was not committed")
            committed = time.monotonic() - began
            assert end.stdout is not None
            out, code = end.stdout.read(), end.wait(40)
        assert code == 7
        assert committed < 3  # a process of its own starts first; the commit itself waits for nobody
        assert json.loads(out)["exit_code"] == 7
        os.kill(process.pid, signal.SIGCONT)
        wait_until(lambda: _stored(desk, "state") == "withdrawn", "it was not taken down")


def _wished(desk: Terminal) -> bool:
    return _stored(desk, "want") == "down"


def _stored(desk: Terminal, column: str) -> str:
    with contextlib.closing(sqlite3.connect(desk.home / "ledger.db")) as database:
        (value,) = database.execute(f"SELECT {column} FROM publication").fetchone()
    return str(value)
