"""The same work in several processes: a process that dies or a Ctrl-C leaves nothing behind."""

import contextlib
import os
import pathlib
import signal
import sys
import threading
import time
import types

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


def interrupted_at(number: int) -> tuple[int, bool]:
    """How many lines of the module ran, with a Ctrl-C before line ``number``, and whether the Ctrl-C was told."""
    lines = 0

    def trace(frame: types.FrameType, event: str, _: object) -> object:
        nonlocal lines
        if frame.f_code.co_filename != parallel.__file__:
            return None
        if event == "line":
            lines += 1
            if lines == number:
                signal.raise_signal(signal.SIGINT)
        return trace

    before, told = sys.gettrace(), False
    sys.settrace(trace)  # type: ignore[arg-type]
    try:
        dict(parallel.each(str, [1, 2], processes=1))
    except KeyboardInterrupt:
        told = True
    finally:
        sys.settrace(before)
    return lines, told


def children() -> list[str]:
    return pathlib.Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text().split()


@pytest.mark.peers
def test_a_ctrl_c_before_any_line_is_told_and_leaves_no_process() -> None:
    number, before = 1, children()
    while True:
        lines, told = interrupted_at(number)
        assert children() == before, number
        if lines < number:
            break
        assert told, number
        number += 1
    assert number > 60


def test_a_process_that_dies_while_it_is_idle_takes_one_item_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    start, started = parallel._Crew.start, list[int]()

    def late(crew: parallel._Crew[int, int], index: int | None) -> None:
        if index == 1:
            (_, worker) = crew._idle[-1]
            worker.kill()
            worker.join()
        started.append(-1 if index is None else index)
        start(crew, index)

    monkeypatch.setattr(parallel._Crew, "start", late)
    assert dict(parallel.each(abs, [0, 1, 2], processes=1)) == {0: 0, 1: parallel.DIED, 2: 2}
    assert started == [0, 1, 2, -1]


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
