"""Bringing an older ledger to this program's schema at the terminal."""

import sqlite3

from fahndung.home import open_home
from tests.cli.driver import Terminal


def test_a_ledger_that_is_up_to_date_stays_as_it_is(office: Terminal) -> None:
    assert office.json("ledger", "migrate") == {"migrated": False, "kept": None}


def test_the_alarm_names_the_command(office: Terminal) -> None:
    path = open_home(office.home).ledger_path
    with sqlite3.connect(path) as database:
        database.execute("UPDATE alembic_version SET version_num = '0001'")
    database.close()
    assert "fahndung ledger migrate" in office.run("status", code=7).stderr
