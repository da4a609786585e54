"""The signed head leaves the house at every run: to its file, to the system's log; what fails is told."""

import contextlib
import os
import pathlib
import shutil
import socket
from collections.abc import Iterator

import pytest

from fahndung.cli import heading
from fahndung.home import open_home
from fahndung.ledger import heads
from tests.cli.driver import Terminal
from tests.world import GIRL, TRAM


def _public(desk: Terminal) -> bytes:
    return heads.public_key(desk.home)


@contextlib.contextmanager
def _syslog(path: pathlib.Path) -> Iterator[socket.socket]:
    with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as listening:
        listening.bind(str(path))
        listening.settimeout(5)
        yield listening


def _configure(desk: Terminal, old: str, new: str) -> None:
    path = desk.home / "fahndung.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


@pytest.fixture
def short(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """The address of a system log; a socket's address is at most 107 bytes long."""
    path = pathlib.Path(os.path.relpath(tmp_path_factory.mktemp("l") / "log"))
    monkeypatch.setattr(heading, "SYSLOG", str(path))
    return path


def test_the_head_is_signed_by_the_home_and_says_when(desk: Terminal) -> None:
    desk.run("status", GIRL)
    kept = heads.read(desk.home / "audit-head.json", _public(desk))
    assert kept.at.isoformat() == "2026-11-21T07:30:00+00:00"
    assert kept.head.count == desk.json("audit", "verify")["events"]


def test_the_signed_head_goes_to_the_system_log_as_one_datagram(
    desk: Terminal, short: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    _configure(desk, "syslog = false", "syslog = true")
    with _syslog(short) as listening:
        assert "system's log" not in desk.run("status").stderr
        told = listening.recv(4096)
    assert told.startswith(b"<86>fahndung: audit-head {")
    copied = tmp_path / "copied.json"
    copied.write_bytes(told.rstrip(b"\0").removeprefix(b"<86>fahndung: audit-head "))
    assert heads.read(copied, _public(desk)) == heads.read(desk.home / "audit-head.json", _public(desk))
    assert desk.json("audit", "verify", "--head", copied)["ok"] is True


def test_a_missing_system_log_is_told_once_and_stops_nothing(desk: Terminal) -> None:
    _configure(desk, "syslog = false", "syslog = true")
    result = desk.run("status")
    assert result.stderr.count("did not go to the system's log") == 1
    assert heads.read(desk.home / "audit-head.json", _public(desk))


def test_a_system_log_that_goes_away_is_told(
    desk: Terminal, short: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _configure(desk, "syslog = false", "syslog = true")

    class Broken(heading._Syslog):
        def emit(self, record: object) -> None:
            raise OSError(107, "gone")

    monkeypatch.setattr(heading, "_Syslog", Broken)
    with _syslog(short):
        assert "(Transport endpoint is not connected)" in desk.run("status").stderr


def test_a_message_that_the_system_log_refuses_is_told(
    desk: Terminal, short: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _configure(desk, "syslog = false", "syslog = true")
    monkeypatch.setattr(heading, "IDENT", "x" * 10_000_000)
    with _syslog(short):
        assert "did not go to the system's log" in desk.run("status").stderr


def test_without_a_place_in_the_configuration_the_head_goes_to_the_state_folder(
    desk: Terminal, tmp_path: pathlib.Path
) -> None:
    _configure(desk, 'head = "audit-head.json"', "")
    desk.run("status")
    identity = open_home(desk.home).identity
    assert heads.read(tmp_path / "state" / "fahndung" / f"{identity}.json", _public(desk))


def test_the_state_folder_is_the_users_own_where_none_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert heading._state_folder() == tmp_path / ".local" / "state" / "fahndung"


def test_a_broken_configuration_hides_no_head(desk: Terminal, tmp_path: pathlib.Path) -> None:
    (desk.home / "fahndung.toml").write_text("[", "utf-8")
    desk.run("takedown")
    assert list((tmp_path / "state" / "fahndung").glob("*.json"))


def test_a_whole_home_that_was_set_back_is_found_by_a_head_outside(desk: Terminal, tmp_path: pathlib.Path) -> None:
    _configure(desk, 'head = "audit-head.json"', f'head = "{tmp_path / "outside.json"}"')
    backup = tmp_path / "backup"
    shutil.copytree(desk.home, backup)
    desk.run("publish", GIRL)
    shutil.rmtree(desk.home)
    shutil.copytree(backup, desk.home)
    assert "set back or replaced" in desk.run("publish", TRAM, code=7).stderr
    assert "set back or replaced" in desk.run("takedown", code=7).stderr
    (problem, *_) = desk.json("audit", "verify", code=4)["problems"]
    assert "cut off or an old copy" in problem["message"]


def test_a_head_that_nobody_here_signed_stops_publishing_and_no_takedown(desk: Terminal) -> None:
    head = desk.home / "audit-head.json"
    unsigned = '{"count":1,"hash":"00","home_id":"x","schema":"fahndung/audit-head/1","seq":1}'
    head.write_text(unsigned, "utf-8")
    assert "before heads were signed" in desk.run("publish", GIRL, code=2).stderr
    assert "is not a head" in desk.run("takedown").stderr
    assert head.read_text("utf-8") == unsigned
    desk.run("status")
    (problem,) = desk.json("audit", "verify", code=4)["problems"]
    assert problem["field"] == "audit/head"
    head.unlink()
    desk.run("publish", GIRL)


def test_a_home_without_its_key_is_told_and_stops_nothing(desk: Terminal) -> None:
    (desk.home / "audit.key").unlink()
    assert "audit head was not written" in desk.run("takedown").stderr
    desk.run("publish", GIRL)


def test_a_head_that_cannot_be_written_is_told(desk: Terminal, tmp_path: pathlib.Path) -> None:
    _configure(desk, 'head = "audit-head.json"', f'head = "{tmp_path / "no" / "head.json"}"')
    assert "audit head was not written" in desk.run("takedown").stderr


def test_a_place_for_the_head_that_nobody_can_look_at_stops_publishing_and_no_takedown(desk: Terminal) -> None:
    _configure(desk, 'head = "audit-head.json"', f'head = "{"x" * 280}"')
    assert "cannot be looked for" in desk.run("publish", GIRL, code=2).stderr
    assert "cannot be looked for" in desk.run("takedown").stderr


def test_two_runs_that_end_in_the_wrong_order_are_no_alarm(desk: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.run("status")
    later = desk.home / "later.json"
    genuine = heading.audit.head
    calls = []

    def stale(tx: object) -> object:
        calls.append(tx)
        head = genuine(tx)  # type: ignore[arg-type]
        if len(calls) > 1:
            return head
        shutil.copy(desk.home / "audit-head.json", later)
        return heading.audit.Head(seq=head.seq - 1, hash="11" * 32, count=head.count - 1, home_id=head.home_id)

    monkeypatch.setattr(heading.audit, "head", stale)
    assert "audit head" not in desk.run("status", GIRL).stderr
    assert len(calls) == 2
