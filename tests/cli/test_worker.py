"""The worker as a process: it takes over, hands over, and ends in order. The clock of these homes stands still."""

import contextlib
import dataclasses
import datetime as dt
import json
import os
import pathlib
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from fahndung import http
from fahndung.cli import heading
from fahndung.errors import Message
from fahndung.home import open_home
from fahndung.ledger import audit, heads, publications
from fahndung.ledger.endings import Ending, end
from fahndung.ledger.faults import LedgerUnavailable
from fahndung.ledger.store import Ledger
from fahndung.lifecycle import worker as lifecycle_worker
from fahndung.lifecycle.causes import Cause
from fahndung.lifecycle.shift import Shift
from fahndung.model.closing import EndReason
from fahndung.model.ids import AppealId
from tests import postgres
from tests.cli.driver import Terminal
from tests.world import GIRL, PUBLISHED, World

pytestmark = pytest.mark.peers
SECONDS = 20.0


@contextlib.contextmanager
def worker(desk: Terminal, log: pathlib.Path, *words: str, **environ: str) -> Iterator[subprocess.Popen[bytes]]:
    """A real one, in a process group of its own."""
    command = [sys.executable, "-m", "fahndung", "--home", str(desk.home), "--now", desk.now, "worker", *words]
    with (
        log.open("ab") as out,
        subprocess.Popen(
            command, stdout=out, stderr=out, start_new_session=True, env={**os.environ, "LANG": "C.UTF-8", **environ}
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
            assert two.wait(10) == 0  # whoever only waited ends in order
            assert "stopped" in second.read_text()
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
        assert (
            committed < 10
        )  # half of what waiting for the calling place would take; most of it is the process starting
        told = json.loads(out)
        assert [one["channel"] for one in told["pending"]] == ["website"]
        assert "its end is recorded, and the worker goes on" in told["pending"][0]["why"]
        os.kill(process.pid, signal.SIGCONT)
        wait_until(lambda: _stored(desk, "state") == "withdrawn", "it was not taken down")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_service_says_that_it_is_ready_alive_and_stopping_and_tells_its_numbers(
    desk: Terminal, tmp_path: pathlib.Path
) -> None:
    port, log = free_port(), tmp_path / "log"
    config = desk.home / "fahndung.toml"
    config.write_text(config.read_text("utf-8") + f'\n[worker]\nmetrics = "127.0.0.1:{port}"\n', "utf-8")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(tmp_path / "notify"))
        heard.settimeout(SECONDS)
        manager = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "300000"}
        with worker(desk, log, "--log", "json", **manager) as process:
            told: list[str] = []
            while told.count("WATCHDOG=1") < 5:
                told.append(heard.recv(4096).decode())
            assert told.index("READY=1") < told.index("STATUS=at work")
            text = http.get(f"http://127.0.0.1:{port}/metrics").body.decode()
            assert "fahndung_overdue 0.0" in text
            assert f"fahndung_last_success_timestamp_seconds {PUBLISHED.timestamp()!r}" in text
            assert http.get(f"http://127.0.0.1:{port}/healthz").status == 200
            desk.run("publish", GIRL)
            desk.run("end", GIRL, "--reason", "found")
            process.terminate()
            assert process.wait(10) == 0
        while told[-1] != "STOPPING=1":
            told.append(heard.recv(4096).decode())
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    events = [line["event"] for line in lines]
    assert (events[0], events[-1]) == ("at-work", "stopped")
    turns = [line for line in lines if line["event"] == "turn"]
    assert {line["appeal"] for line in turns} == {GIRL}
    assert {"live", "withdrawn"} <= {line["state"] for line in turns}


def test_what_ends_wrongly_is_paged_by_the_worker(desk: Terminal, tmp_path: pathlib.Path) -> None:
    """A copy that nobody can take down any more: the alarm goes out by itself."""
    desk.run("publish", GIRL)
    config = desk.home / "fahndung.toml"
    way = (
        f'\n[[alarm.ways]]\nname = "pager"\nkind = "command"\ncommand = ["/bin/sh", "-c", "cat >> {tmp_path}/paged"]\n'
    )
    config.write_text(config.read_text("utf-8") + way, "utf-8")
    shutil.move(desk.home / "site", desk.home / "elsewhere")
    late = dataclasses.replace(desk, now="2026-11-27T10:00:00+01:00")
    with worker(late, tmp_path / "log"):
        wait_until(
            lambda: (tmp_path / "paged").exists() and GIRL in (tmp_path / "paged").read_text(), "nobody was paged"
        )
    assert "overdue" in [one["kind"] for one in late.json("alarms")["alarms"]]


def test_a_worker_whose_database_session_ended_begins_another(
    desk: Terminal, tmp_path: pathlib.Path, server: postgres.Server, database: str
) -> None:
    desk.run("ledger", "move", "--to", database)
    config = desk.home / "fahndung.toml"
    config.write_text(config.read_text("utf-8") + f'\n[ledger]\naddress = "{database}"\n', "utf-8")
    log = tmp_path / "log"
    with worker(desk, log) as process:
        wait_until(at_work(log), "it never began")
        desk.run("publish", GIRL)
        server.admin("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'fahndung'")
        assert wait_until(at_work(log, 2), "it never began again") < 10
        ending = Ending(appeal=AppealId(GIRL), reason=EndReason.FOUND, by="k.muster", at=PUBLISHED)
        with Ledger.open(database, home_id=open_home(desk.home).identity) as ledger, ledger.write(PUBLISHED) as tx:
            end(tx, ending)
        wait_until(lambda: gone(database, desk), "it was not taken down")
        process.terminate()
        assert process.wait(10) == 0


def gone(database: str, desk: Terminal) -> bool:
    with Ledger.open(database, home_id=open_home(desk.home).identity) as ledger, ledger.read() as tx:
        return [row.state.value for row in publications.rows(tx)] == ["withdrawn"]


def _wished(desk: Terminal) -> bool:
    return _stored(desk, "want") == "down"


def _stored(desk: Terminal, column: str) -> str:
    with contextlib.closing(sqlite3.connect(desk.home / "ledger.db")) as database:
        (value,) = database.execute(f"SELECT {column} FROM publication").fetchone()
    return str(value)


def _wish_end(world: World) -> None:
    """Another process has recorded that the girl was found, and died before it took anything down."""
    with world.ledger.write(PUBLISHED) as tx:
        end(tx, Ending(appeal=AppealId(GIRL), reason=EndReason.FOUND, by="k.muster", at=PUBLISHED))


@pytest.mark.usefixtures("signals")
def test_one_run_in_this_process_tells_what_it_did(desk: Terminal, approved: World) -> None:
    desk.run("publish", GIRL)
    _wish_end(approved)
    told = [json.loads(line) for line in desk.run("worker", "--once", "--log", "json").stderr.splitlines()]
    assert (told[0]["event"], told[-1]["event"]) == ("at-work", "stopped")
    assert "withdrawn" in {line.get("state") for line in told}
    assert states(desk) == ["withdrawn"]


@pytest.mark.usefixtures("signals")
def test_a_run_follows_head_and_calendar_to_where_the_configuration_says_now(
    desk: Terminal, approved: World, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    desk.run("publish", GIRL)
    _wish_end(approved)
    old = [desk.home / name for name in ("audit-head.json", "calendar.ics")]
    before, path, real = [file.read_bytes() for file in old], desk.home / "fahndung.toml", lifecycle_worker.keep

    def changed(shift: Shift, *, now: dt.datetime) -> tuple[list[Message], tuple[Cause, ...]]:
        text = path.read_text("utf-8").replace('"audit-head.json"', f'"{tmp_path / "head.json"}"')
        path.write_text(text.replace('"calendar.ics"', '"other.ics"'), "utf-8")
        return real(shift, now=now)

    monkeypatch.setattr(lifecycle_worker, "keep", changed)
    desk.run("worker", "--once")
    with approved.ledger.read() as tx:
        assert heads.read(tmp_path / "head.json", heads.public_key(desk.home)).head == audit.head(tx)
    assert "BEGIN:VCALENDAR" in (desk.home / "other.ics").read_text("utf-8")
    assert [file.read_bytes() for file in old] == before


@pytest.mark.usefixtures("signals")
def test_a_run_whose_ledger_is_away_while_it_follows_goes_on_with_the_head_where_it_was(
    desk: Terminal, approved: World, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    desk.run("publish", GIRL)
    _wish_end(approved)
    path, real = desk.home / "fahndung.toml", lifecycle_worker.keep

    def away(*_: object) -> None:
        raise LedgerUnavailable("away", "weg")

    def changed(shift: Shift, *, now: dt.datetime) -> tuple[list[Message], tuple[Cause, ...]]:
        path.write_text(path.read_text("utf-8").replace('"audit-head.json"', f'"{tmp_path / "head.json"}"'), "utf-8")
        monkeypatch.setattr(heading, "doubt", away)
        return real(shift, now=now)

    monkeypatch.setattr(lifecycle_worker, "keep", changed)
    desk.run("worker", "--once")
    with approved.ledger.read() as tx:
        assert heads.read(desk.home / "audit-head.json", heads.public_key(desk.home)).head == audit.head(tx)
    assert not (tmp_path / "head.json").exists()


@pytest.mark.usefixtures("signals")
def test_one_run_that_meets_a_trouble_tells_it(
    desk: Terminal, approved: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifecycle_worker, "keep", lambda shift, *, now: ([Message("odd end", "seltsames Ende")], ()))
    assert "odd end" in desk.run("worker", "--once").stderr


@pytest.mark.usefixtures("signals")
def test_one_run_without_a_ledger_waits_for_nothing(desk: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise LedgerUnavailable("away", "weg")

    monkeypatch.setattr("fahndung.lifecycle.shift.on_shift", away)
    assert "away" in desk.run("worker", "--once", code=7).stderr


@pytest.mark.usefixtures("signals")
def test_a_run_of_one_who_comes_second_is_refused(desk: Terminal, approved: World) -> None:
    with approved.home.lock():
        assert "another run" in desk.run("worker", "--once", code=6).stderr
