"""The doctor at the terminal, and status with its numbers and its list of everything."""

import contextlib
import json
import pathlib
import sqlite3

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from fahndung.cli.wording import STATES
from fahndung.ledger import pulse
from fahndung.model.publication import State
from tests.cli.driver import Terminal
from tests.world import GIRL, PUBLISHED, TRAM, World

LATER = "2026-11-21T08:45:00+01:00"
AFTER = "2026-11-28T09:00:00+01:00"


@pytest.fixture(autouse=True)
def own_folder(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The keys of whoever runs the tests are not looked at."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def test_a_home_in_order_is_0_and_says_what_was_looked_at(office: Terminal) -> None:
    told = office.json("doctor")
    assert (told["ok"], told["exit_code"]) == (True, 0)
    assert set(told["findings"][0]) == {"check", "verdict", "what", "todo", "may_be_online"}
    text = office.run("doctor").stdout
    assert "ok        configuration  fahndung.toml is valid" in text
    assert "→" in text


def test_german_is_told(office: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    (office.home / "fahndung.toml").write_text("Unsinn", "utf-8")
    assert "SCHLECHT  configuration" in office.run("doctor", code=6).stdout


@pytest.mark.peers
def test_the_dead_man_s_switch(desk: Terminal, approved: World) -> None:
    desk.run("doctor", "--max-age", "10m", code=6)
    desk.run("publish", GIRL)
    desk.run("doctor", "--max-age", "10m", code=7)
    desk.run("takedown")
    desk.run("doctor", "--max-age", "10m")
    desk.run("doctor", "--max-age", "10m", now=LATER, code=7)
    desk.run("doctor", "--max-age", "2h", now=LATER)
    with approved.ledger.read() as tx:
        assert pulse.read(tx).success == PUBLISHED


@pytest.mark.parametrize("age", ["10", "0m", "10x", "-1m", "1.5h", "99999999d"])
def test_an_age_is_a_number_and_a_unit(office: Terminal, age: str) -> None:
    office.run("doctor", f"--max-age={age}", code=2)


def test_a_home_that_is_none_is_7(office: Terminal) -> None:
    (office.home / "home-id").unlink()
    assert office.json("doctor", code=7)["findings"][0]["may_be_online"] is True


def test_the_numbers_are_openmetrics(desk: Terminal) -> None:
    desk.run("publish", GIRL)
    text = desk.run("status", "--metrics").stdout
    found = {one.name: one for one in text_string_to_metric_families(text)}
    assert found["fahndung_overdue"].samples[0].value == 0
    assert GIRL not in text
    text = desk.run("status", "--metrics", now=AFTER, code=7).stdout
    assert "fahndung_overdue 1.0" in text


@pytest.mark.parametrize("words", [(GIRL, "--all"), ("--all", "--metrics"), (GIRL, "--metrics")])
def test_one_question_at_a_time(desk: Terminal, words: tuple[str, ...]) -> None:
    desk.run("status", *words, code=2)


@pytest.mark.peers
def test_status_lists_what_is_open_and_all_lists_the_rest(desk: Terminal) -> None:
    desk.run("publish", GIRL)
    desk.run("takedown", now=AFTER)
    told = desk.json("status", now=AFTER)
    assert ([one["id"] for one in told["appeals"]], told["ended"]) == ([TRAM], 1)
    assert "ended: 1 (--all lists them)" in desk.run("status", now=AFTER).stdout
    every = json.loads(desk.run("status", "--all", "--json", now=AFTER).stdout)
    assert [one["id"] for one in every["appeals"]] == [TRAM, GIRL]
    assert {key: every[key] for key in every if key != "appeals"} == {
        key: told[key] for key in told if key != "appeals"
    }
    text = desk.run("status", "--all", now=AFTER).stdout
    assert text.index(f"{GIRL} r1  ended") < text.index(f"{TRAM} r1")
    assert "--all" not in text


def test_states_are_german_on_a_german_terminal(desk: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    desk.run("publish", GIRL)
    text = desk.run("status").stdout
    assert f"{GIRL} r1  online" in text
    assert f"{TRAM} r1  freigegeben" in text
    assert set(STATES) >= {state.value for state in State}


def test_numbers_are_no_json(office: Terminal) -> None:
    assert office.json("status", "--metrics", code=2)["error"] == "either --metrics or --json"


def test_nobody_is_told_of_alarms_where_no_way_is_set_up(office: Terminal) -> None:
    (found,) = (one for one in office.json("doctor")["findings"] if one["check"] == "alarms")
    assert (found["verdict"], found["what"]) == ("warn", "of this rehearsal's alarms nobody is told")


def test_all_of_an_empty_home_is_one_document_too(office: Terminal) -> None:
    told = json.loads(office.run("status", "--all", "--json").stdout)
    assert (told["appeals"], told["overdue"]) == ([], 0)


def test_a_ledger_that_a_newer_program_wrote_is_not_to_be_replaced_by_a_backup(
    office: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = office.home / "ledger.db"
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    (found,) = (one for one in office.json("doctor", code=7)["findings"] if one["check"] == "ledger")
    assert "9999" in found["what"]
    assert found["todo"] == "do not bring a backup back: the ledger is there"
    path.unlink()
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    assert "→ zuallererst das Register wiederherstellen" in office.run("doctor", code=7).stdout
