"""The command retention, and what end and status say of receivers and breaches."""

import pathlib

import pytest

from fahndung.lifecycle import folders, telling
from tests.cli.driver import Terminal
from tests.world import GIRL, TRAM

NEXT_DAY = "2026-11-22T08:30:00+01:00"
OVERDUE = "2026-11-24T08:30:00+01:00"
TASK = {"appeal", "kind", "due", "at", "count", "by", "what", "source"}


@pytest.mark.peers
def test_retention_shows_and_only_with_do_does(desk: Terminal) -> None:
    desk.run("publish", GIRL)
    desk.run("end", GIRL, "--reason", "found")
    shown = desk.json("retention", GIRL, now=NEXT_DAY)
    assert shown["done"] is None
    assert all(set(task) == TASK for task in shown["tasks"])
    assert [task["kind"] for task in shown["tasks"] if task["due"] and task["by"] == "program"] == [
        "derivatives",
        "restrict",
    ]
    assert desk.json("retention", GIRL, now=NEXT_DAY) == shown
    done = desk.json("retention", "--do", now=NEXT_DAY)["done"]
    assert done == {"releases": 1, "restricted": 1, "log_entries": 0, "failed": []}
    (one,) = desk.json("status", GIRL)["appeals"]
    assert (one["state"], one["restricted_at"]) == ("ended", "2026-11-22T07:30:00+00:00")
    assert "ended, restricted" in desk.run("status", GIRL).stdout
    assert "gone" not in desk.run("publish", GIRL, code=4, now=NEXT_DAY).stdout
    assert "erased" in desk.run("preview", GIRL, code=4, now=NEXT_DAY).stderr
    assert desk.json("audit", "verify")["ok"] is True


def test_retention_for_people_names_what_when_and_why(desk: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.run("end", GIRL, "--reason", "found")
    text = desk.run("retention").stdout
    assert f"{GIRL}  due" in text
    assert "§ 32 Abs. 5 SächsDSUG" in text
    assert "(a person)" in text
    assert f"{TRAM}  later" in text
    assert "erased: 1 releases" in desk.run("retention", "--do").stdout
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    assert "gelöscht: Dateien von 0 Veröffentlichungen, 0 Protokolleinträge" in desk.run("retention", "--do").stdout


def test_an_empty_home_has_nothing_due(office: Terminal) -> None:
    assert "Nothing is due." in office.run("retention").stdout


def test_what_could_not_be_erased_is_worth_a_retry(desk: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def stuck(folder: pathlib.Path) -> None:
        raise PermissionError("no")

    monkeypatch.setattr(folders, "erase", stuck)
    desk.run("end", GIRL, "--reason", "found")
    assert desk.json("retention", "--do", code=6)["done"]["failed"][0]["appeal"] == GIRL


def test_an_unknown_appeal_is_a_usage_error(desk: Terminal) -> None:
    desk.run("retention", "nobody", code=2)


def test_the_protocol_shows_what_was_erased(desk: Terminal) -> None:
    years_later = "2028-01-01T00:00:00+01:00"
    assert desk.json("retention", "--do", now=years_later)["done"]["log_entries"] > 0
    *events, query = desk.json("audit", "export", TRAM)["events"]
    assert {event["action"] for event in events} == {"log.erased"}
    assert query["action"] == "case.query"
    assert "log.erased  log-criminal" in desk.run("audit", "export", TRAM).stdout
    assert desk.json("audit", "verify")["ok"] is True


@pytest.mark.peers
def test_end_and_status_name_the_receivers_and_the_notice(desk: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.run("publish", GIRL)
    assert desk.json("status", GIRL)["appeals"][0]["receivers"][0]["notice"] is None
    monkeypatch.setattr(telling, "TELLS_THE_END", frozenset())
    ended = desk.json("end", GIRL, "--reason", "found")
    (receiver,) = ended["receivers"]
    assert set(receiver) == {"name", "channel", "medium", "sent_at", "told_at", "notice"}
    assert (receiver["name"], receiver["told_at"]) == ("website", None)
    assert pathlib.Path(receiver["notice"]).read_text("utf-8")
    assert f"To tell: website: {receiver['notice']}" in desk.run("end", GIRL, "--reason", "found").stdout
    assert desk.json("status", GIRL)["appeals"][0]["receivers"] == [receiver]
    (item,) = ended["by_hand"]
    desk.run("close", item["item"], "--note", "angerufen", "--as", "k.muster")
    assert desk.json("status", GIRL)["appeals"][0]["receivers"][0]["told_at"] is not None
    assert "To tell" not in desk.run("end", GIRL, "--reason", "found").stdout


def test_a_publication_says_which_editions_judged_it(desk: Terminal) -> None:
    desk.run("publish", GIRL)
    (row,) = desk.json("status", GIRL)["appeals"][0]["publications"]
    assert set(row["judged_by"]) == {"norms", "rules"}
    assert all(len(edition) >= 8 for edition in row["judged_by"].values())


def test_an_error_opens_a_breach_that_closing_its_item_reports(desk: Terminal) -> None:
    ended = desk.json("end", GIRL, "--reason", "error")
    assert len(ended["by_hand"]) == 2
    (breach,) = desk.json("status", GIRL)["breaches"]
    assert (breach["known_at"], breach["due_at"]) == ("2026-11-21T07:30:00+00:00", "2026-11-24T07:30:00+00:00")
    assert "open" in desk.run("status", GIRL).stdout
    assert "NOT REPORTED IN TIME" in desk.run("status", GIRL, now=OVERDUE).stdout
    desk.run("close", breach["item"], "--note", "Az. 7", "--as", "k.muster")
    assert desk.json("status", GIRL)["breaches"] == []
