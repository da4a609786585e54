"""copy, copy add, copy letter, and what takedown and status say of a foreign copy."""

import datetime as dt
import pathlib

import pytest

from fahndung.lifecycle import foreign
from tests.cli.driver import Terminal
from tests.http.test_http import Loopback, loopback, plain
from tests.world import GIRL, PUBLISHED, World

__all__ = ["loopback"]

DAY = dt.timedelta(days=1)


@pytest.fixture
def world(approved: World) -> World:
    approved.publish(GIRL)
    return approved


@pytest.fixture
def desk(world: World) -> Terminal:
    return Terminal(home=world.home.path)


def look(world: World, now: dt.datetime = PUBLISHED) -> None:
    foreign.look_due(world.ledger, now=now, by="timer", limit=9)


@pytest.mark.peers
def test_the_life_of_a_foreign_copy(world: World, desk: Terminal, loopback: Loopback, tmp_path: pathlib.Path) -> None:
    words = ("--where", "Anzeiger", "--note", "druckte das Bild", "--as", "k.muster")
    added = desk.json("copy", "add", loopback.url + "7", GIRL, *words)
    assert (added["kind"], added["place"], added["seen"], added["over"]) == ("foreign", "Anzeiger", None, False)
    assert desk.json("copy", "add", loopback.url + "7", GIRL)["item"] == added["item"]
    assert "goes on" in desk.run("copy", "letter", added["item"], "-o", tmp_path / "l.txt", code=2).stderr
    look(world)
    (listed,) = desk.json("copy", GIRL)["copies"]
    assert (listed["seen"], listed["status"], listed["why"]) == ("there", 200, "druckte das Bild")
    ended = desk.json("end", GIRL, "--reason", "found", code=7)
    assert ended["online_past_end"] == 1
    assert ended["pending"][0]["url"] == loopback.url + "7"
    assert "it still answers" in desk.run("takedown", code=7).stdout
    assert "OVER" in desk.run("copy").stdout
    assert desk.json("status", code=7)["overdue"] == 1
    assert desk.json("verify", code=7)["online_past_end"] == 1
    written = desk.json("copy", "letter", added["item"], "-o", tmp_path / "l.txt")
    assert written["file"] == str(tmp_path / "l.txt")
    assert loopback.url in (tmp_path / "l.txt").read_text("utf-8")
    loopback.answer = lambda request: plain(request, 410, b"")
    for days in (1, 2):
        look(world, PUBLISHED + days * DAY)
    assert desk.json("takedown")["online_past_end"] == 0
    assert "look yourself, then close it" in desk.run("copy").stdout
    assert [item["kind"] for item in desk.json("status")["by_hand"]] == ["foreign"]
    desk.run("close", added["item"], "--note", "selbst nachgesehen", "--as", "k.muster")
    assert desk.json("copy") == {"copies": []}
    assert "No foreign copy" in desk.run("copy").stdout


def test_refusals(desk: Terminal, tmp_path: pathlib.Path) -> None:
    desk.run("copy", "add", "ftp://zeitung.example/7", GIRL, code=2)
    desk.run("copy", "add", "https://zeitung.example/7", "nobody", code=2)
    desk.run("copy", "nobody", code=2)
    desk.run("copy", "letter", 99, "-o", tmp_path / "l.txt", code=2)
