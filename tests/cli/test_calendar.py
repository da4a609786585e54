"""Reminders and the calendar at the terminal: what status tells, exit 8, the file beside every command."""

import json
import pathlib

import icalendar
import pytest

from fahndung.lifecycle import calendar
from tests.cli.driver import Terminal
from tests.world import GIRL, TRAM

NEAR = "2026-11-27T20:00:00+01:00"
LAPSE = "2026-11-28T00:00:00+01:00"


def configure(desk: Terminal, old: str, new: str) -> None:
    path = desk.home / "fahndung.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def summaries(path: pathlib.Path) -> list[str]:
    return [str(event["SUMMARY"]) for event in icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT")]


def test_status_tells_what_is_near(desk: Terminal) -> None:
    desk.run("publish", TRAM)
    assert desk.json("status", TRAM)["reminders"] == []
    (reminder,) = desk.json("status", TRAM, now=NEAR)["reminders"]
    because = reminder.pop("because")
    assert "unless a judge confirms it before that" in because
    assert reminder == {
        "appeal": TRAM,
        "channel": "website",
        "medium": "website",
        "at": "2026-11-27T23:00:00+00:00",
        "step": "PT6H",
        "due_since": "2026-11-27T17:00:00+00:00",
        "lifted_by": ["judge"],
    }
    line = desk.run("status", TRAM, now=NEAR).stdout.splitlines()[-1]
    assert line.startswith(f"reminder: {TRAM} (website): ends on 2026-11-28 at 00:00. At most 6 hours are left. The")


def test_status_in_german_says_erinnerung(desk: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    assert f"Erinnerung: {TRAM} (Internetseite): endet am" in desk.run("status", now=NEAR).stdout


@pytest.mark.peers
def test_takedown_with_warn_lists_the_reminders_and_without_it_does_not(desk: Terminal) -> None:
    desk.run("publish", TRAM)
    assert "reminders" not in desk.json("takedown", now=NEAR)
    found = desk.json("takedown", "--warn", now=NEAR, code=8)["reminders"]
    assert [(one["appeal"], one["step"]) for one in found] == [(TRAM, "PT6H")]


def test_what_was_approved_and_waits_is_exit_8_too(desk: Terminal) -> None:
    near = "2026-11-27T08:00:00+01:00"
    warned = desk.json("takedown", "--warn", now=near, code=8)["reminders"]
    assert {(one["appeal"], one["channel"]) for one in warned} == {(GIRL, None), (TRAM, None)}


@pytest.mark.peers
def test_something_worse_than_a_reminder_has_its_own_exit_code(desk: Terminal) -> None:
    desk.run("publish", TRAM)
    desk.run("publish", GIRL)
    (desk.home / "site").rename(desk.home / "unmounted")
    (desk.home / "site").write_text("a file where the website's folder was")
    desk.run("takedown", "--warn", now=LAPSE, code=7)


@pytest.mark.peers
def test_reminders_follow_the_configuration_of_today(desk: Terminal) -> None:
    desk.run("publish", TRAM)
    configure(desk, 'reminders = ["PT24H", "PT6H"]', 'reminders = ["P3D"]')
    (reminder,) = desk.json("takedown", "--warn", now=NEAR, code=8)["reminders"]
    assert reminder["step"] == "PT72H"
    configure(desk, 'reminders = ["P3D"]', "reminders = []")
    configure(desk, "remind_at_half = true", "remind_at_half = false")
    assert desk.json("takedown", "--warn", now=NEAR)["reminders"] == []


def test_with_a_broken_configuration_the_stored_policy_reminds(desk: Terminal) -> None:
    desk.run("publish", TRAM)
    configure(desk, "remind_at_half = true", "remind_at_half = 1")
    result = desk.run("takedown", "--warn", now=NEAR, code=8)
    assert "6 hours" in result.stderr
    assert "remind_at_half" in result.stderr


@pytest.mark.peers
def test_commands_that_may_move_an_end_keep_the_file_up_to_date(desk: Terminal) -> None:
    path = desk.home / "calendar.ics"
    desk.run("status")
    assert not path.exists()
    desk.run("publish", TRAM)
    assert f"{TRAM}: Anordnung tritt außer Kraft (Internetseite)" in summaries(path)
    day = "2026-11-26T20:00:00+01:00"
    words = ["confirm", TRAM, "--by", "judge", "--authority", "AG", "--reference", "1", "--at", day]
    desk.run(*words, *desk.key("r.pruefung"), now=day)
    assert f"{TRAM}: Anordnung tritt außer Kraft (Internetseite)" not in summaries(path)
    desk.run("end", TRAM, "--reason", "found", now=day)
    assert [line for line in summaries(path) if TRAM in line] == []
    assert [line for line in summaries(path) if GIRL in line] != []


def test_a_takedown_with_nothing_due_leaves_the_file_as_it_is_and_restores_a_lost_one(desk: Terminal) -> None:
    path = desk.home / "calendar.ics"
    desk.run("takedown")
    first, inode = path.read_bytes(), path.stat().st_ino
    desk.run("takedown")
    assert path.stat().st_ino == inode
    path.unlink()
    desk.run("takedown")
    assert path.read_bytes() == first


def test_an_empty_name_means_no_file_and_another_name_another_file(desk: Terminal) -> None:
    configure(desk, 'file = "calendar.ics"', 'file = ""')
    desk.run("takedown")
    assert list(desk.home.glob("*.ics")) == []
    configure(desk, 'file = ""', 'file = "fristen.ics"')
    desk.run("takedown")
    assert [path.name for path in desk.home.glob("*.ics")] == ["fristen.ics"]


def test_a_file_that_cannot_be_written_is_told_and_changes_no_result(desk: Terminal) -> None:
    desk.run("publish", TRAM)
    (desk.home / "calendar.ics").unlink()
    (desk.home / "calendar.ics").mkdir()
    result = desk.run("takedown", now=LAPSE)
    assert "calendar.ics is no calendar of fahndung" in result.stderr
    assert result.stdout.startswith("gone: ")


def test_a_bug_in_the_calendar_is_told_and_changes_no_result(desk: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.run("publish", TRAM)

    def broken(*arguments: object, **more: object) -> bool:
        raise ZeroDivisionError

    monkeypatch.setattr(calendar, "keep", broken)
    result = desk.run("takedown", now=LAPSE)
    assert "ZeroDivisionError" in result.stderr
    assert result.stdout.startswith("gone: ")


def test_the_calendar_on_demand(desk: Terminal, tmp_path: pathlib.Path) -> None:
    printed = desk.run("calendar")
    assert printed.stdout.startswith("BEGIN:VCALENDAR")
    assert len(icalendar.Calendar.from_ical(printed.stdout).walk("VEVENT")) == 7
    path = tmp_path / "mine.ics"
    assert f"7 entries in {path}" in desk.run("calendar", "-o", path).stdout
    assert len(summaries(path)) == 7
    document = json.loads(desk.run("calendar", "--json").stdout)
    assert document["file"] is None
    assert document["entries"][0]["summary"] == f"{TRAM}: Sperrfrist endet"
    (tmp_path / "letter.ics").write_text("dear")
    desk.run("calendar", "-o", tmp_path / "letter.ics", code=2)
    assert (tmp_path / "letter.ics").read_text() == "dear"
