"""The alarms of a takedown at the terminal: sent after the work, whatever became of it, and no exit code changes."""

import pathlib
import shutil

import pytest

from fahndung.ledger import alarms
from fahndung.lifecycle import takedown
from tests.cli.driver import Terminal
from tests.world import GIRL, World

OVER = "2026-11-27T10:00:00+01:00"


@pytest.fixture
def paged(desk: Terminal, tmp_path: pathlib.Path) -> pathlib.Path:
    """What the pager got."""
    path, config = tmp_path / "paged", desk.home / "fahndung.toml"
    way = f'\n[[alarm.ways]]\nname = "pager"\nkind = "command"\ncommand = ["/bin/sh", "-c", "cat >> {path}"]\n'
    config.write_text(config.read_text("utf-8") + way, "utf-8")
    return path


def kinds(world: World) -> list[str]:
    with world.ledger.read() as tx:
        return [one.kind.value for one in alarms.open_alarms(tx)]


@pytest.mark.peers
def test_what_could_not_be_taken_down_is_an_alarm_after_the_run(
    desk: Terminal, approved: World, paged: pathlib.Path
) -> None:
    desk.run("publish", GIRL)
    shutil.move(desk.home / "site", desk.home / "elsewhere")
    desk.run("takedown", now=OVER, code=7)
    assert "overdue" in kinds(approved)
    assert GIRL in paged.read_text("utf-8")
    shutil.move(desk.home / "elsewhere", desk.home / "site")
    desk.run("takedown", now="2026-11-27T10:05:00+01:00")
    assert "overdue" not in kinds(approved)


@pytest.mark.peers
def test_what_was_taken_down_in_time_is_no_alarm(desk: Terminal, approved: World, paged: pathlib.Path) -> None:
    desk.run("publish", GIRL)
    desk.run("takedown", now="2026-11-27T09:00:00+01:00")
    assert "overdue" not in kinds(approved)


@pytest.mark.peers
def test_an_alarm_that_does_not_go_out_changes_no_exit_code(desk: Terminal, paged: pathlib.Path) -> None:
    config = desk.home / "fahndung.toml"
    config.write_text(config.read_text("utf-8").replace("/bin/sh", "/bin/nothing-of-this-name"), "utf-8")
    desk.run("publish", GIRL)
    result = desk.run("takedown", now="2026-11-26T10:00:00+01:00")  # a reminder is due
    assert "an alarm did not go out on pager" in result.stderr


@pytest.mark.peers
def test_another_run_that_does_nothing_is_told_too(
    desk: Terminal, approved: World, paged: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.run("publish", GIRL)
    monkeypatch.setattr(takedown.takedown, "__kwdefaults__", {**takedown.takedown.__kwdefaults__, "patience": 0.5})
    with approved.home.lock():
        desk.run("takedown", now=OVER, code=7)
    assert "overdue" in kinds(approved)


def test_a_ledger_that_is_lost_or_set_back_is_cried_out(desk: Terminal, paged: pathlib.Path) -> None:
    older = (desk.home / "ledger.db").read_bytes()
    desk.run("publish", GIRL)
    for name in ("ledger.db-wal", "ledger.db-shm"):
        (desk.home / name).unlink(missing_ok=True)
    (desk.home / "ledger.db").write_bytes(older)
    desk.run("takedown", code=7)
    assert "Register nicht benutzbar" in paged.read_text("utf-8")
    paged.unlink()
    (desk.home / "emergency.json").unlink()
    (desk.home / "ledger.db").unlink()
    desk.run("takedown", code=7)
    assert "fehlt" in paged.read_text("utf-8")


@pytest.mark.peers
def test_a_database_that_is_away_is_cried_out(desk: Terminal, paged: pathlib.Path) -> None:
    (desk.home / "ledger-address").write_text("postgresql://fahndung@127.0.0.1:9/fahndung\n", "ascii")
    desk.run("takedown", now="", code=7)
    assert "nicht benutzbar" in paged.read_text("utf-8")


def test_without_a_home_nobody_can_be_told(desk: Terminal, paged: pathlib.Path) -> None:
    (desk.home / "home-id").unlink()
    desk.run("takedown", code=7)
    assert not paged.exists()
