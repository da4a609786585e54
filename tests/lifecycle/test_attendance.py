"""Whether a worker runs that keeps a promise: on a server by its proof of life, in a file by the home's lock."""

import contextlib
import os
import pathlib
import socket
from collections.abc import Iterator

import pytest

from fahndung.home import Home
from fahndung.ledger import claims
from fahndung.ledger.store import Ledger
from fahndung.lifecycle import attendance
from fahndung.lifecycle.shift import on_shift
from tests.ledger import world
from tests.ledger.conftest import engine, path, place, template, template_database
from tests.ledger.world import NOW

__all__ = ["engine", "path", "place", "template", "template_database"]


@pytest.fixture
def ledger(place: pathlib.Path | str) -> Iterator[Ledger]:
    with Ledger.open(place, home_id=world.HOME) as opened:
        yield opened


@pytest.fixture
def home(tmp_path: pathlib.Path) -> Home:
    return Home(path=tmp_path, identity=world.HOME)


@contextlib.contextmanager
def on_duty(home: Home, ledger: Ledger, what: str = attendance.WORKER) -> Iterator[None]:
    with on_shift(home, ledger, what=what, by="t", clock=lambda: NOW) as shift:
        with ledger.write(NOW) as tx:
            shift.join(tx, now=NOW)
        yield


def test_a_worker_counts_for_as_long_as_it_runs(home: Home, ledger: Ledger) -> None:
    assert not attendance.is_attended(home, ledger)
    with on_duty(home, ledger):
        assert attendance.is_attended(home, ledger)
    assert not attendance.is_attended(home, ledger)


def test_a_run_of_another_kind_is_no_worker(home: Home, ledger: Ledger) -> None:
    with on_duty(home, ledger, "takedown"):
        assert not attendance.is_attended(home, ledger)


@pytest.mark.parametrize(
    ("host", "pid", "counts"),
    [(socket.gethostname(), os.getpid(), True), (socket.gethostname(), 2**22 + 1, False), ("another", 1, True)],
    ids=["it lives", "it is dead", "nobody here can tell"],
)
def test_a_worker_that_died_without_a_word_does_not_count_for_another_run(
    home: Home, tmp_path: pathlib.Path, template: bytes, host: str, pid: int, counts: bool
) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(template)
    path.chmod(0o600)
    with Ledger.open(path, home_id=world.HOME) as ledger:
        with ledger.write(NOW) as tx:
            claims.join(tx, 9, what=attendance.WORKER, host=host, pid=pid, now=NOW)
        assert not attendance.is_attended(home, ledger)
        with on_duty(home, ledger, "takedown"):
            assert attendance.is_attended(home, ledger) is counts


def test_a_process_of_somebody_else_runs(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(pid: int, number: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", refuse)
    known = claims.Worker(id=1, what="worker", host=socket.gethostname(), pid=1, started_at=NOW, ended_at=None)
    assert attendance._runs(known)
