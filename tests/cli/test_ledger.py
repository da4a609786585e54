"""The ledger as a whole at the terminal: an older schema, PostgreSQL and back."""

import sqlite3

import pytest

from fahndung.home import open_home
from tests import postgres
from tests.cli.driver import Terminal
from tests.world import GIRL


def test_a_ledger_that_is_up_to_date_stays_as_it_is(office: Terminal) -> None:
    assert office.json("ledger", "migrate") == {"migrated": False, "kept": None}


def test_the_alarm_names_the_command(office: Terminal) -> None:
    path = open_home(office.home).ledger_path
    with sqlite3.connect(path) as database:
        database.execute("UPDATE alembic_version SET version_num = '0001'")
    database.close()
    assert "fahndung ledger migrate" in office.run("status", code=7).stderr


@pytest.mark.peers
def test_a_home_moves_to_postgresql_works_there_and_moves_back(desk: Terminal, database: str) -> None:
    before = desk.json("status")
    told = desk.json("ledger", "move", "--to", database)
    assert (told["from"], told["to"]) == (str(desk.home / "ledger.db"), database)
    assert told["rows"] > 10
    for command in ("status", "takedown"):  # what looks or takes away works, and tells
        assert "names another place" in desk.run(command).stderr
    assert "names another place" in desk.run("publish", GIRL, code=3).stderr
    config = (desk.home / "fahndung.toml").read_text("utf-8")
    (desk.home / "fahndung.toml").write_text(
        config.replace(
            '# [ledger]\n# address = "postgresql://fahndung@db.polizei.example:5432/fahndung"\n',
            f'[ledger]\naddress = "{database}"\n',
        ),
        "utf-8",
    )
    done = desk.run("status")
    assert "names another place" not in done.stderr
    assert desk.json("status") == before
    desk.run("publish", GIRL)
    desk.run("audit", "verify")
    assert desk.json("ledger", "move", "--to", "file")["to"] == str(desk.home / "ledger.db")
    (desk.home / "fahndung.toml").write_text(config, "utf-8")
    assert [row["state"] for row in desk.json("status", GIRL)["appeals"]] == ["live"]
    desk.run("audit", "verify")


@pytest.mark.peers
def test_a_new_home_can_begin_in_postgresql(tmp_path_factory: pytest.TempPathFactory, database: str) -> None:
    home = tmp_path_factory.mktemp("new") / "home"
    terminal = Terminal(home=home)
    told = terminal.json("init", "--rehearsal", "--ledger", database)
    assert told["ledger"] == database
    assert not (home / "ledger.db").exists()
    assert terminal.run("status").stderr == ""
    assert terminal.json("ledger", "migrate") == {"migrated": False, "kept": None}
    (home / "fahndung.toml").write_text("broken [", "utf-8")
    assert terminal.run("takedown").exit_code == 0
    assert not (home / "ledger.db").exists()


@pytest.mark.peers
def test_a_home_whose_server_is_away_never_falls_back_to_a_file(
    tmp_path_factory: pytest.TempPathFactory, server: postgres.Server, database: str
) -> None:
    home = tmp_path_factory.mktemp("away") / "home"
    terminal = Terminal(home=home)
    terminal.run("init", "--rehearsal", "--ledger", database)
    server.stop()
    try:
        for command in ("status", "takedown"):
            assert "cannot be used just now" in terminal.run(command, code=7).stderr
    finally:
        server.restart()
    assert not (home / "ledger.db").exists()
    terminal.run("status")


def test_without_a_server_no_home_is_made(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("none") / "home"
    terminal = Terminal(home=home)
    terminal.run("init", "--rehearsal", "--ledger", "postgresql://fahndung@127.0.0.1:1/fahndung", code=6)
    told = terminal.run("init", "--rehearsal", "--ledger", "postgresql://fahndung:geheim@127.0.0.1/x", code=3).stderr
    assert "geheim" not in told
    assert not home.exists()


def test_a_slip_in_the_configuration_makes_no_other_ledger_count(office: Terminal) -> None:
    config = office.home / "fahndung.toml"
    text = config.read_text("utf-8") + '\n[ledger]\naddress = "postgresql://fahndung@127.0.0.1:1/other"\n'
    config.write_text(text, "utf-8")
    assert "fahndung ledger move --to" in office.run("status").stderr
    told = office.run("person", "revoke", "k.muster", code=3).stderr
    assert "no [ledger] address" in told
    assert office.run("takedown").exit_code == 0
