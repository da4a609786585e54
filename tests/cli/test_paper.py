"""posters, posters add, posters down, close: paper is listed per place until a person says that it is down."""

import json
import pathlib

import pytest

from fahndung.errors import Message
from fahndung.ledger import paper
from fahndung.ledger.byhand import ByHand, Kind
from fahndung.model.ids import AppealId
from tests.cli.driver import Terminal
from tests.world import GIRL, PUBLISHED, World

PLACE = ("--where", "Rathaus Musterhausen")
LATER = "2026-11-21T12:00:00+01:00"


@pytest.mark.peers
def test_a_place_is_open_until_the_last_sheet_is_down(desk: Terminal) -> None:
    desk.run("publish", GIRL)
    hung = desk.json("posters", "add", GIRL, *PLACE, "--count", 8, "--who", "p.posten", "--as", "k.muster")
    assert (hung["place"], hung["pieces"], hung["left"], hung["who"]) == (PLACE[1], 8, 8, ["p.posten"])
    assert hung["over_at"] == "2026-11-27T08:00:00+00:00"
    desk.run("posters", "down", hung["item"], "--count", 3, "--as", "k.muster")
    listed = desk.json("posters", GIRL)
    assert (listed["overdue"], listed["posters"][0]["left"], len(listed["posters"][0]["down"])) == (0, 5, 1)
    (item,) = desk.json("status")["by_hand"]
    assert (item["kind"], item["place"], item["pieces"], item["left"]) == ("paper", PLACE[1], 8, 5)
    assert "8 pieces: Rathaus Musterhausen, 5 left" in desk.run("status").stdout
    done = desk.run("posters", "down", hung["item"], "--as", "k.muster", "--note", "alle eingesammelt").stdout
    assert "all of it is down" in done
    assert desk.json("posters") == {"posters": [], "overdue": 0}
    assert "No paper" in desk.run("posters").stdout


@pytest.mark.peers
def test_after_the_end_every_open_place_is_overdue_with_its_place(desk: Terminal) -> None:
    desk.run("publish", GIRL)
    first = desk.json("posters", "add", GIRL, *PLACE, "--count", 8)["item"]
    desk.run("posters", "add", GIRL, "--where", "Bahnhof", "--count", 2, "--who", "p.posten")
    desk.run("end", GIRL, "--reason", "found")
    listed = desk.json("posters", now=LATER)
    assert (listed["overdue"], [row["place"] for row in listed["posters"]]) == (2, [PLACE[1], "Bahnhof"])
    told = desk.run("posters", now=LATER).stdout
    assert "OVER since" in told
    assert "answers for it: p.posten" in told
    desk.run("posters", "down", first, "--count", 7, "--as", "k.muster")
    examined = desk.json("doctor", code=6, now=LATER)["findings"]
    late = [one for one in examined if one["check"] == "by-hand"]
    assert [one["verdict"] for one in late] == ["bad", "bad"]
    assert "Rathaus Musterhausen, 1 left" in late[0]["what"]
    paper = desk.json("status")["paper"]
    assert ["Rathaus Musterhausen, 1 left" in line for line in paper] == [True, False]
    assert "Bahnhof" in desk.run("takedown", "--warn", code=8, now=LATER).stderr
    desk.run("close", first, "--note", "letztes abgerissen", "--as", "k.muster")
    assert len(desk.json("posters", GIRL)["posters"]) == 1


@pytest.mark.peers
def test_what_hangs_of_printed_paper_is_said_by_posters_add(desk: Terminal, tmp_path: pathlib.Path) -> None:
    desk.run("publish", GIRL)
    printed = desk.run("poster", GIRL, "-o", tmp_path / "p.pdf", "--json")
    made = json.loads(printed.stdout)
    school = desk.json("posters", GIRL)["posters"][0]
    assert f"{school['place']}): item {school['item']} stays open" in printed.stderr
    assert (school["item"], school["left"]) == (made["items"][0], school["pieces"])
    named = desk.json("posters", "add", GIRL, "--where", school["place"], "--count", 2)
    assert (named["item"], named["pieces"]) == (school["item"], 2)


def test_where_nobody_counted_a_part_leaves_it_open(approved: World) -> None:
    with approved.ledger.write(PUBLISHED) as tx:
        printed = ByHand(
            appeal=AppealId(GIRL), what=Message("Posters A4", "Plakate A4"), why=Message.same("x"), kind=Kind.PAPER
        )
        item = paper.printed(tx, printed, who=None, at=PUBLISHED, by="x")
    desk = Terminal(home=approved.home.path)
    assert desk.json("posters", "down", item, "--count", 1) == {"item": item, "left": None, "closed": False}
    assert "nobody knows how many" in desk.run("posters", "down", item, "--count", 1).stdout
    assert desk.json("posters", "add", GIRL, *PLACE, "--count", 4)["item"] == item
    assert "Posters A4, 4 pieces: Rathaus Musterhausen" in desk.run("posters").stdout


def test_a_part_that_is_down_leaves_the_rest_open(desk: Terminal) -> None:
    item = desk.json("posters", "add", GIRL, *PLACE, "--count", 2)["item"]
    assert "stays open: 1 left" in desk.run("posters", "down", item, "--count", 1).stdout


def test_refusals(desk: Terminal) -> None:
    desk.run("posters", "nobody", code=2)
    desk.run("posters", "add", GIRL, "--where", " ", "--count", 1, code=2)
    desk.run("posters", "down", 99, code=2)
    assert "posters [ID]" in desk.run("posters", "--help").stdout


def test_paper_can_be_noted_before_anything_was_published(desk: Terminal) -> None:
    assert desk.json("posters", "add", GIRL, *PLACE, "--count", 1)["overdue"] is False
