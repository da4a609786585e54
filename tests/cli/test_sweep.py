"""Sweeping at the terminal, and the drill after a restore."""

import contextlib
import json
import pathlib
import sqlite3
import zoneinfo
from collections.abc import Callable

import pytest

from fahndung.home import open_home
from fahndung.law import periods
from fahndung.ledger.store import Ledger
from fahndung.ledger.tables import event
from tests import postgres
from tests.cli.driver import Terminal
from tests.world import GIRL, TRAM

LAPSE = "2026-11-28T00:00:00+01:00"


def pages(desk: Terminal) -> int:
    return len(list((desk.home / "site").glob("fahndung/*/index.html")))


def actions(desk: Terminal) -> list[str]:
    home = open_home(desk.home)
    with Ledger.open(home.ledger_address, home_id=home.identity) as ledger, ledger.read() as tx:
        bodies = tx.connection.execute(event.select().order_by(event.c.seq)).scalars("body")
        return [json.loads(body)["action"] for body in bodies]


@pytest.mark.peers
def test_an_account_in_order_is_told_as_such(desk: Terminal) -> None:
    desk.run("publish", GIRL)
    told = desk.json("sweep")
    assert (told["accounts"], told["orphans"], told["complete"]) == (["website"], [], True)
    assert told["reconciled"] is False
    assert set(told) >= {
        "withdrawn",
        "pending",
        "by_hand",
        "online_past_end",
        "removed",
        "unlisted",
        "missing",
        "noted",
    }
    assert "1 account looked through" in desk.run("sweep").stdout


@pytest.mark.peers
def test_what_came_back_is_taken_down_again(desk: Terminal) -> None:
    desk.run("publish", GIRL)
    picture = next((desk.home / "site").glob("bilder/*/*.jpg"))
    data = picture.read_bytes()
    desk.run("end", GIRL, "--reason", "found")
    picture.parent.mkdir(exist_ok=True)
    picture.write_bytes(data)
    told = desk.json("sweep")
    assert len(told["withdrawn"]) == 1
    assert not picture.exists()


@pytest.mark.peers
def test_what_nobody_knows_is_exit_7_until_a_person_has_it_removed(desk: Terminal) -> None:
    desk.run("publish", GIRL)
    slug = "a1b2c3d4e5f6g7h8"
    stray = desk.home / "site" / "bilder" / slug / "1.jpg"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"x")
    told = desk.json("sweep", code=7)
    (orphan,) = told["orphans"]
    assert (orphan["channel"], orphan["marker"], orphan["id"], orphan["why"]) == ("website", None, None, None)
    assert [one["id"] for one in orphan["objects"]] == [f"bilder/{slug}/1.jpg"]
    assert "R42" in desk.run("check", GIRL).stdout
    assert "ORPHAN" in desk.run("sweep", code=7).stderr
    desk.run("sweep", "--remove", "--as", "z.zwei")
    assert not stray.exists()
    assert "R42" not in desk.run("check", GIRL).stdout
    assert {"orphan.remove", "orphan.gone"} <= set(actions(desk))


@pytest.mark.peers
def test_one_that_does_not_go_is_told_with_the_reason(desk: Terminal) -> None:
    desk.run("publish", GIRL)
    (desk.home / "site" / "bilder" / "readme.txt").write_text("x")
    told = desk.run("sweep", "--remove", code=7)
    assert "NOT GONE" in told.stderr
    (orphan,) = desk.json("sweep", "--remove", code=7)["orphans"]
    assert "by hand" in orphan["why"]


def test_an_account_that_does_not_answer_is_exit_6_unless_a_person_has_looked(desk: Terminal) -> None:
    told = desk.json("sweep", code=6)  # nothing was ever published there
    assert [one["channel"] for one in told["unlisted"]] == ["website"]
    assert desk.json("sweep", "--looked-at", "website", "--as", "z.zwei")["complete"] is True
    desk.run("sweep", "--looked-at", "another", code=2)


def test_a_ledger_in_order_needs_no_reconciling(desk: Terminal) -> None:
    desk.run("publish", GIRL)
    assert "not set back" in desk.run("sweep", "--reconcile", code=2).stderr


@pytest.mark.peers
def test_r42_asks_for_a_search_every_month(desk: Terminal) -> None:
    desk.run("publish", GIRL)
    assert "R42" in desk.run("check", GIRL).stdout
    desk.run("sweep")
    assert "R42" not in desk.run("check", GIRL).stdout


Drill = Callable[[], Callable[[], None]]


@pytest.fixture(params=["file", "server"])
def backup(request: pytest.FixtureRequest, desk: Terminal, tmp_path: pathlib.Path) -> Drill:
    """Backs the ledger up; what comes out restores it."""
    if request.param == "server":
        return _server(request.getfixturevalue("server"), desk, request.getfixturevalue("database"))
    kept = tmp_path / "backup.db"

    def back_up() -> Callable[[], None]:
        with contextlib.closing(sqlite3.connect(desk.home / "ledger.db")) as database:
            database.execute("VACUUM INTO ?", [str(kept)])

        def restore() -> None:
            for path in desk.home.glob("ledger.db*"):
                path.unlink()
            kept.rename(desk.home / "ledger.db")

        return restore

    return back_up


def _server(server: postgres.Server, desk: Terminal, address: str) -> Drill:
    desk.run("ledger", "move", "--to", address)
    path = desk.home / "fahndung.toml"
    path.write_text(path.read_text("utf-8") + f'\n[ledger]\naddress = "{address}"\n', "utf-8")
    name = address.rpartition("/")[2]

    def back_up() -> Callable[[], None]:
        kept = server.database(template=address).rpartition("/")[2]

        def restore() -> None:
            server.admin(f"DROP DATABASE {name} WITH (FORCE)")
            server.admin(f"CREATE DATABASE {name} TEMPLATE {kept} OWNER fahndung")
            server.admin(f"DROP DATABASE {kept}")

        return restore

    return back_up


@pytest.mark.peers
def test_the_drill_after_a_restore(desk: Terminal, backup: Drill) -> None:
    """The girl was online at the backup and has ended since; the robbery was published after it."""
    desk.run("publish", GIRL)
    restore = backup()
    desk.run("publish", TRAM)
    desk.run("end", GIRL, "--reason", "found")
    restore()
    assert pages(desk) == 1

    assert "was set back" in desk.run("publish", TRAM, code=7).stderr
    assert desk.json("status", code=7)["appeals"][0]["state"] in {"live", "approved"}
    assert desk.json("takedown", code=7)["online_past_end"] == 0

    found = desk.json("sweep", code=7)
    assert [(one["id"], one["revision"]) for one in found["orphans"]] == [(TRAM, 1)]
    assert found["complete"] is True
    assert pages(desk) == 1, "nothing is removed silently"
    refused = desk.run("sweep", "--reconcile", "--as", "z.zwei", code=7)
    assert "not accepted yet" in refused.stderr

    removed = desk.json("sweep", "--remove", "--as", "z.zwei", code=7)
    assert (removed["orphans"], len(removed["removed"])) == ([], 1)
    assert pages(desk) == 0
    desk.run("publish", TRAM, code=7)

    accepted = desk.json("sweep", "--reconcile", "--as", "z.zwei")
    assert accepted["reconciled"] is True
    assert desk.json("status", GIRL)["appeals"][0]["state"] == "ended"
    assert "ledger.reconciled" in actions(desk)

    desk.run("publish", TRAM)
    assert pages(desk) == 1
    desk.run("publish", GIRL, code=4)
    assert desk.json("sweep")["orphans"] == []
    assert desk.json("takedown", now=LAPSE)["online_past_end"] == 0
    assert pages(desk) == 0
    assert desk.json("audit", "verify")["ok"] is True


@pytest.mark.peers
def test_an_account_that_cannot_be_listed_keeps_the_ledger_from_being_accepted(desk: Terminal, backup: Drill) -> None:
    desk.run("publish", GIRL)
    restore = backup()
    desk.run("end", GIRL, "--reason", "found")
    restore()
    canary = desk.home / "site" / "fahndung-canary.txt"
    kept = canary.read_bytes()
    canary.unlink()
    told = desk.run("sweep", "--reconcile", code=7)
    assert "NOT LOOKED THROUGH: website" in told.stderr
    canary.write_bytes(kept)
    told = desk.run("sweep", "--reconcile", "--as", "z.zwei")
    assert "counts as ended" in told.stderr
    assert "publishing works" in told.stderr


def test_ends_that_were_held_back_are_accepted(desk: Terminal) -> None:
    assert desk.json("ledger", "accept-zone", "--as", "z.zwei") == {"publications": []}


@pytest.mark.peers
def test_held_ends_count_as_computed_again(desk: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.run("publish", TRAM)
    desk.run("takedown")
    monkeypatch.setattr(periods, "BERLIN", zoneinfo.ZoneInfo("Europe/London"))
    desk.run("takedown")
    told = desk.json("status", TRAM)["appeals"][0]["publications"][0]
    assert told["ends_at"] == "2026-11-27T23:00:00+00:00"
    assert "accept-zone" in told["ends_because"]
    assert len(desk.json("ledger", "accept-zone", "--as", "z.zwei")["publications"]) == 1
    assert desk.json("status", TRAM)["appeals"][0]["publications"][0]["ends_at"] == "2026-11-28T00:00:00+00:00"
