"""stats: the same counts as lines, JSON and CSV."""

import csv

import pytest

from tests.cli.driver import Terminal
from tests.ledger.test_damaged import spoil
from tests.world import GIRL, TRAM, World

BEGIN, NEXT = "2026-11-21T08:30:00+01:00", "2026-11-22T08:30:00+01:00"
LATER = "2026-11-23T08:30:00+01:00"


@pytest.fixture
def busy(desk: Terminal) -> Terminal:
    desk.run("publish", GIRL)
    desk.run("publish", TRAM, now=NEXT)
    desk.run("end", GIRL, "--reason", "found", "--tip", now=NEXT)
    return desk


@pytest.mark.peers
def test_the_document_counts_in_all_by_category_and_by_channel(busy: Terminal) -> None:
    found = busy.json("stats", now=LATER)
    assert found["total"] == {
        "appeals": 2,
        "online": 1,
        "ended": 1,
        "publications": 2,
        "days_online": 2.0,
        "ends": {"found": 1, "lapsed": 0, "revoked": 0, "review": 0, "consent": 0, "expired": 0, "error": 0},
        "lapses": 0,
        "tips": {"yes": 1, "no": 0, "unknown": 0},
    }
    assert set(found["categories"]) == {"missing-child", "unknown-suspect"}
    assert found["channels"]["website"] == found["total"]
    only = busy.json("stats", "--since", BEGIN, "--until", NEXT, now=LATER)
    assert (only["total"]["appeals"], only["since"], only["until"]) == (
        1,
        "2026-11-21T07:30:00+00:00",
        "2026-11-22T07:30:00+00:00",
    )


@pytest.mark.peers
def test_the_table_has_the_same_numbers(busy: Terminal) -> None:
    total, *rows = csv.DictReader(busy.run("stats", "--csv", now=LATER).stdout.splitlines())
    assert (total["group"], total["appeals"], total["days_online"], total["end_found"], total["tip_yes"]) == (
        "total",
        "2",
        "2.0",
        "1",
        "1",
    )
    assert [(row["group"], row["name"]) for row in rows] == [
        ("category", "missing-child"),
        ("category", "unknown-suspect"),
        ("channel", "website"),
    ]


@pytest.mark.peers
def test_people_read_it_in_their_language(busy: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    told = busy.run("stats", now=LATER).stdout
    assert "all: 2 appeals, 1 still online, 2.0 days online, 1 ended, 0 lapses" in told
    assert "found: 1; by a tip: 1 yes, 0 no, 0 not said" in told
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    told = busy.run("stats", now=LATER).stdout
    assert "Kanal website: 2 Fahndungen, 1 noch online, 2,0 Tage online" in told
    assert "Art vermisstes Kind: 1 Fahndung," in told
    assert "gefunden oder ermittelt: 1; durch Hinweis: 1 ja" in told


def test_what_cannot_be_read_is_told(approved: World) -> None:
    desk = Terminal(home=approved.home.path)
    desk.run("publish", GIRL)
    spoil(approved.ledger, 1, f"published_at = {2**63 - 1}")
    result = desk.run("stats")
    assert "1 rows of the ledger cannot be read" in result.stderr
    assert "all: 0 appeals" in result.stdout


def test_refusals(desk: Terminal) -> None:
    desk.run("stats", "--since", NEXT, "--until", BEGIN, code=2)
    desk.run("stats", "--since", "yesterday", code=2)
    assert "either --csv or --json" in desk.run("stats", "--csv", "--json", code=2).stderr
