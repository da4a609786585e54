import contextlib
import errno
import os
import pathlib
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from fahndung.errors import UnsafeImage
from fahndung.images import child
from fahndung.images.child import Answer
from fahndung.images.limits import Limits
from tests.forks import interrupted_fork


def refusal(work: child.Work, limits: Limits = Limits()) -> UnsafeImage:  # noqa: B008 - a frozen value
    with pytest.raises(UnsafeImage) as caught:
        child.run(work, limits)
    assert all(caught.value.message)
    return caught.value


def burn() -> Answer:
    while True:
        pass


def allocate() -> Answer:
    return Answer({"got": len(bytearray(600 * 2**20))})


def sleep() -> Answer:
    time.sleep(60)
    return Answer({})


def die() -> Answer:
    os.kill(os.getpid(), signal.SIGSEGV)
    return Answer({})


def test_header_and_bytes_come_back_as_they_were_sent() -> None:
    body = bytes(range(256)) * 9000
    assert child.run(lambda: Answer({"a": [1, "ü", None]}, body)) == Answer({"a": [1, "ü", None]}, body)


@pytest.mark.peers
def test_a_child_that_burns_processor_time_is_stopped_and_named() -> None:
    start = time.perf_counter()
    assert "1 s of processor time" in str(refusal(burn, Limits(cpu_s=1)))
    assert time.perf_counter() - start < 20


def test_a_child_that_waits_is_stopped_by_the_wall_clock() -> None:
    start = time.perf_counter()
    assert "longer than 0.3 s" in str(refusal(sleep, Limits(wall_s=0.3)))
    assert time.perf_counter() - start < 20


@pytest.mark.peers
def test_a_child_that_takes_too_much_memory_is_refused() -> None:
    assert "300 MiB of memory" in str(refusal(allocate, Limits(memory=300 * 2**20)))
    assert child.run(allocate, Limits(memory=2 * 2**30)).header == {"got": 600 * 2**20}


def test_a_child_that_dies_by_a_signal_is_an_error_of_the_picture() -> None:
    assert "signal 11" in str(refusal(die))


def test_a_child_that_exits_without_an_answer_is_an_error_of_the_picture() -> None:
    assert "decoder died" in str(refusal(lambda: os._exit(0)))


@pytest.mark.parametrize("failure", [ValueError("Frieda"), KeyError("x"), AssertionError(), SystemError("c")])
def test_any_exception_becomes_the_domain_error_and_only_its_class_crosses(failure: Exception) -> None:
    def work() -> Answer:
        raise failure

    error = refusal(work)
    assert type(failure).__name__ in str(error)
    assert "Frieda" not in str(error)


def test_a_refusal_crosses_in_both_languages() -> None:
    def work() -> Answer:
        raise UnsafeImage("no", "nein")

    assert refusal(work).message == ("no", "nein")


def test_memory_running_out_is_told_as_such() -> None:
    def work() -> Answer:
        raise MemoryError

    assert "MiB of memory" in str(refusal(work))


def test_every_end_of_the_work_becomes_an_answer() -> None:
    def fail(error: BaseException) -> child.Work:
        def work() -> Answer:
            raise error

        return work

    assert child.serve(lambda: Answer({"a": 1}, b"b")) == ({"a": 1}, b"b")
    assert child.serve(fail(UnsafeImage("no", "nein"))).header == {"refused": ["no", "nein"]}
    assert child.serve(fail(MemoryError())).header == {"memory": True}
    assert child.serve(fail(IndexError("Frieda"))).header == {"failed": "IndexError"}


def test_an_answer_larger_than_allowed_is_not_read() -> None:
    assert "more data than is allowed" in str(refusal(lambda: Answer({}, b"x" * 1001), Limits(answer=1000)))


def raw_answer(data: bytes) -> child.Work:
    """Work that takes the child over and writes ``data`` to whatever pipe it finds."""

    def work() -> Answer:
        for number in range(3, 200):
            try:
                os.write(number, data)
            except OSError:
                continue
        os._exit(0)

    return work


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\0",
        b"\0\0\0\x05\0\0\0\0\0\0\0\0{",
        b"\0\0\0\x02\0\0\0\0\0\0\0\0[]",
        b"\0\0\0\x03\0\0\0\0\0\0\0\0{]}",
        b"\0\0\0\x02\0\0\0\0\0\0\0\x09{}short",
    ],
)
def test_a_child_that_answers_nonsense_is_an_error_of_the_picture(data: bytes) -> None:
    assert "decoder died" in str(refusal(raw_answer(data)))


@pytest.mark.parametrize("header", [b"[" * 100_000, b'{"a":' * 50_000, b'{"a":' + b"1" * 5000 + b"}", b'{"a":"\xff"}'])
def test_a_header_that_breaks_the_reader_is_an_error_of_the_picture(header: bytes) -> None:
    assert "decoder died" in str(refusal(raw_answer(struct.pack(">IQ", len(header), 0) + header)))


def test_words_of_the_child_hold_nothing_that_moves_a_terminal_or_has_no_end() -> None:
    assert refusal(lambda: Answer({"refused": ["a\x1b[2J\ud800\n\u202eb\ue000\U00102456 ü", "x" * 9999]})).message == (
        "a[2Jb ü",
        "x" * 2000,
    )
    assert "(?)" in str(refusal(lambda: Answer({"failed": "Value\x1b[31mError"})))
    assert "(?)" in str(refusal(lambda: Answer({"failed": "Call this number"})))
    assert "(?)" in str(refusal(lambda: Answer({"failed": "a" * 61})))
    assert "(?)" in str(refusal(lambda: Answer({"failed": {"a": [1]}})))
    assert refusal(lambda: Answer({"refused": [None, ["x"]]})).message == ("?", "?")


def test_the_child_can_fill_no_file_and_opens_few(tmp_path: Path) -> None:
    def attempt(act: Callable[[], object]) -> str:
        try:
            act()
        except OSError as failure:
            return errno.errorcode[failure.errno or 0]
        return "done"

    def write() -> None:
        number = os.open(tmp_path / "leak", os.O_WRONLY | os.O_CREAT)
        os.write(number, b"x")

    def work() -> Answer:
        return Answer({"write": attempt(write), "open": attempt(lambda: [open(os.devnull) for _ in range(40)])})

    assert child.run(work).header == {"write": "EFBIG", "open": "EMFILE"}
    assert (tmp_path / "leak").stat().st_size == 0


def test_the_child_sees_none_of_its_parents_open_files() -> None:
    with open(os.devnull) as secret:
        number = secret.fileno()

        def work() -> Answer:
            try:
                os.fstat(number)
            except OSError:
                return Answer({"open": False})
            return Answer({"open": True})

        assert child.run(work).header == {"open": False}


def children() -> set[str]:
    """What this process has started, the dead that nobody waited for included; other tests may have started some."""
    found = set()
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it ended meanwhile
            parent = stat.read_text().rpartition(")")[2].split()[1]
            found |= {stat.parent.name} if parent == str(os.getpid()) else set()
    return found


def test_neither_open_files_nor_dead_children_are_left_behind() -> None:
    before, known = sorted(os.listdir("/proc/self/fd")), children()
    for work, limits in ((die, Limits()), (sleep, Limits(wall_s=0.1)), (lambda: Answer({}, b"x"), Limits())):
        try:
            child.run(work, limits)
        except UnsafeImage:
            continue
    assert sorted(os.listdir("/proc/self/fd")) == before
    assert children() == known


def test_an_interrupted_parent_takes_its_child_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    before, known = sorted(os.listdir("/proc/self/fd")), children()
    monkeypatch.setattr(child, "_received", interrupted)
    with pytest.raises(KeyboardInterrupt):
        child.run(sleep)
    assert children() == known
    assert sorted(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_is_the_parent_s_and_no_finding_on_the_picture(number: int) -> None:
    def interrupted() -> Answer:
        os.kill(os.getpid(), number)
        return Answer({"alive": True})

    assert child.run(interrupted).header == {"alive": True}


def test_an_interruption_before_the_child_began_neither_ends_it_nor_runs_its_parent_s_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "fork", interrupted_fork(os.fork))
    assert child.run(lambda: Answer({"alive": True})).header == {"alive": True}


def test_a_parent_that_was_interrupted_while_it_forked_is_so_at_once_and_leaves_no_child(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fork, before, known = os.fork, sorted(os.listdir("/proc/self/fd")), children()

    def interrupted() -> int:
        pid = fork()
        if pid:
            signal.pthread_kill(threading.get_ident(), signal.SIGINT)  # the runner of tests has threads
        return pid

    monkeypatch.setattr(os, "fork", interrupted)
    with pytest.raises(KeyboardInterrupt):
        child.run(sleep)
    assert (children(), sorted(os.listdir("/proc/self/fd"))) == (known, before)
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_a_process_that_cannot_fork_says_so_and_leaks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    before = sorted(os.listdir("/proc/self/fd"))
    monkeypatch.setattr(os, "fork", full)
    assert "No child process" in str(refusal(die))
    assert sorted(os.listdir("/proc/self/fd")) == before


def test_a_fork_that_was_broken_off_leaves_no_signal_blocked_and_no_file_open(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken_off() -> int:
        raise KeyboardInterrupt

    before = sorted(os.listdir("/proc/self/fd"))
    monkeypatch.setattr(os, "fork", broken_off)
    with pytest.raises(KeyboardInterrupt):
        child.run(die)
    assert not {signal.SIGINT, signal.SIGTERM} & signal.pthread_sigmask(signal.SIG_BLOCK, ())
    assert sorted(os.listdir("/proc/self/fd")) == before


def test_a_body_that_ends_too_early_is_a_child_that_died() -> None:
    short = child.Stream({}, 10, iter([b"1234", b"56"]))
    with pytest.raises(UnsafeImage, match="died"):
        child.taken(lambda: short, lambda _, size, read: read(size))
    assert child.taken(lambda: short, lambda _, size, read: (size, read(3), read(3))) == (10, b"123", b"456")


def test_importing_the_room_starts_nothing() -> None:
    code = "import os, fahndung.images.renditions, fahndung.images.evidence; print(len(os.listdir('/proc/self/task')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"
