"""The same work in several processes: a process that dies or a Ctrl-C leaves nothing behind."""

import contextlib
import os
import pathlib
import signal
import sys
import threading
import time

import pytest

from fahndung.cli import parallel
from fahndung.errors import Message, UsageError
from tests.forks import interrupted_fork


def test_every_item_gives_its_own_outcome_whatever_happens_to_the_others() -> None:
    def work(item: int) -> int:
        if item == 3:
            os.kill(os.getpid(), 9)
        if item == 5:
            raise UsageError("five", "fünf")
        return item * item

    found = dict(parallel.each(work, range(8), processes=2))
    assert found == {0: 0, 1: 1, 2: 4, 3: parallel.DIED, 4: 16, 5: Message("five", "fünf"), 6: 36, 7: 49}


def test_a_bug_is_no_outcome() -> None:
    def work(item: int) -> float:
        return 1 / item

    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        dict(parallel.each(work, [1, 0], processes=2))


def test_closing_ends_every_process_and_what_each_has_open(tmp_path: pathlib.Path) -> None:
    def work(item: int) -> int:
        if item:
            try:
                (tmp_path / str(os.getpid())).touch()
                time.sleep(60)
            finally:
                (tmp_path / str(os.getpid())).rename(tmp_path / f"{os.getpid()}.closed")
        return item

    began = time.monotonic()
    with contextlib.closing(parallel.each(work, [1, 0, 1], processes=2)) as outcomes:
        assert next(outcomes) == (1, 0)
        while len(list(tmp_path.iterdir())) < 2:
            time.sleep(0.01)
    assert time.monotonic() - began < 20
    for path in tmp_path.iterdir():
        assert path.suffix == ".closed"
        assert not pathlib.Path(f"/proc/{path.stem}").exists()


def test_a_ctrl_c_that_a_finaliser_swallows_still_interrupts(monkeypatch: pytest.MonkeyPatch) -> None:
    class Finaliser:
        def __del__(self) -> None:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(sys, "unraisablehook", lambda _: None)
    handler = signal.getsignal(signal.SIGINT)
    with contextlib.closing(parallel.each(str, range(9), processes=2)) as outcomes:
        next(outcomes)
        Finaliser()
        with pytest.raises(KeyboardInterrupt):
            next(outcomes)
    assert signal.getsignal(signal.SIGINT) is handler


def test_a_ctrl_c_that_reaches_only_the_processes_at_work_is_no_outcome() -> None:
    def work(item: int) -> int:
        os.kill(os.getpid(), signal.SIGINT)
        return item

    assert dict(parallel.each(work, range(3), processes=2)) == {0: 0, 1: 1, 2: 2}


def test_a_ctrl_c_before_a_process_began_its_work_is_no_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fork", interrupted_fork(os.fork))
    assert dict(parallel.each(str, range(3), processes=2)) == {0: "0", 1: "1", 2: "2"}


def test_a_ctrl_c_while_a_process_is_started_ends_that_process_too(monkeypatch: pytest.MonkeyPatch) -> None:
    fork, started = os.fork, list[int]()

    def interrupted() -> int:
        if pid := fork():
            started.append(pid)
            signal.pthread_kill(threading.get_ident(), signal.SIGINT)
        return pid

    monkeypatch.setattr(os, "fork", interrupted)
    with pytest.raises(KeyboardInterrupt):
        dict(parallel.each(time.sleep, [60], processes=1))
    assert [pid for pid in started if pathlib.Path(f"/proc/{pid}").exists()] == []
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())
