"""The calendar file: by RFC 5545, the same bytes for the same ledger, replaced whole and only when it changes."""

import datetime as dt
import os
import pathlib
import subprocess
import sys

import icalendar
import pytest

from fahndung.errors import UsageError
from fahndung.law.reminding import HALF, Step
from fahndung.lifecycle import calendar
from fahndung.lifecycle.agenda import Entry
from tests.world import BEFORE, BERLIN, GIRL, TRAM, TRAM_LAPSE, World

LAST_DAY = dt.datetime(2026, 10, 26, 0, 0, tzinfo=BERLIN)
ENTRY = Entry(
    uid="a-1.review.website@home",
    at=LAST_DAY,
    summary="a-1: Prüfung, bald; fällig (Straße) – " + "ä" * 60,
    description="Erste Zeile\nGrundlage: § 1; § 2, Satz 3 \\ Ende",
    reminders=(
        Step(name=HALF, at=LAST_DAY - dt.timedelta(days=3, hours=12), left=dt.timedelta(days=3, hours=12)),
        Step(name="PT24H", at=LAST_DAY - dt.timedelta(hours=24), left=dt.timedelta(hours=24)),
        Step(name="PT6H", at=LAST_DAY - dt.timedelta(hours=6), left=dt.timedelta(hours=6)),
    ),
    touched=dt.datetime(2026, 10, 20, 8, 0, tzinfo=dt.UTC),
    sequence=4,
)


def unfolded(data: bytes) -> list[str]:
    """The content lines, by RFC 5545, 3.1, read without the library."""
    assert data.endswith(b"\r\n")
    return data.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]


def test_lines_end_with_crlf_and_none_is_longer_than_75_bytes() -> None:
    data = calendar.render((ENTRY,), "0" * 48)
    physical = data.split(b"\r\n")
    assert all(len(line) <= 75 for line in physical)
    assert b"\n" not in data.replace(b"\r\n", b"")
    for line in physical:
        line.decode()  # no character is torn apart


def test_an_entry_line_by_line() -> None:
    lines = unfolded(calendar.render((ENTRY,), "0" * 48))
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    for line in (
        "VERSION:2.0",
        "CALSCALE:GREGORIAN",
        "X-FAHNDUNG-STATE:" + "0" * 48,
        "REFRESH-INTERVAL;VALUE=DURATION:PT15M",
        "UID:a-1.review.website@home",
        "DTSTART:20261025T230000Z",
        "DTSTAMP:20261020T080000Z",
        "LAST-MODIFIED:20261020T080000Z",
        "SEQUENCE:4",
        "TRANSP:TRANSPARENT",
        "SUMMARY:a-1: Prüfung\\, bald\\; fällig (Straße) – " + "ä" * 60,
        "DESCRIPTION:Erste Zeile\\nGrundlage: § 1\\; § 2\\, Satz 3 \\\\ Ende",
        "TRIGGER:-P3DT12H",
        "TRIGGER:-P1D",
        "TRIGGER:-PT6H",
    ):
        assert lines.count(line) == 1, line
    assert lines.count("ACTION:DISPLAY") == 3
    assert [line for line in lines if line.startswith("PRODID:-//fahndung//")] != []


def test_what_is_written_is_read_again_with_the_same_instants(approved: World) -> None:
    entries, data = calendar.current(approved.ledger, None, now=BEFORE)
    events = icalendar.Calendar.from_ical(data).walk("VEVENT")
    read = {str(event["UID"]): event for event in events}
    assert set(read) == {entry.uid for entry in entries}
    for entry in entries:
        event = read[entry.uid]
        assert event.decoded("DTSTART") == entry.at
        assert str(event["SUMMARY"]) == entry.summary
        assert str(event["DESCRIPTION"]) == entry.description
        triggers = [alarm.decoded("TRIGGER") for alarm in event.walk("VALARM")]
        assert triggers == [-step.left for step in entry.reminders]
    assert read[f"{TRAM}.lapse-week.website@{approved.home.identity}"].decoded("DTSTART") == TRAM_LAPSE


def test_a_calendar_without_entries_still_holds_a_component(empty: World) -> None:
    entries, data = calendar.current(empty.ledger, None, now=BEFORE)
    assert entries == ()
    assert [line for line in unfolded(data) if line.startswith("BEGIN:")] == [
        "BEGIN:VCALENDAR",
        "BEGIN:VTIMEZONE",
        "BEGIN:STANDARD",
    ]
    assert icalendar.Calendar.from_ical(data).walk("VEVENT") == []


def test_the_file_is_written_once_for_one_state_and_is_for_the_group_to_read(
    approved: World, tmp_path: pathlib.Path
) -> None:
    path = tmp_path / "fristen.ics"
    assert calendar.keep(path, approved.ledger, None, now=BEFORE) is True
    first, inode = path.read_bytes(), path.stat().st_ino
    assert path.stat().st_mode & 0o777 == 0o640
    assert calendar.keep(path, approved.ledger, None, now=BEFORE) is False
    assert path.stat().st_ino == inode
    approved.publish(GIRL)
    assert calendar.keep(path, approved.ledger, None, now=BEFORE) is True
    assert path.read_bytes() != first
    assert [left.name for left in tmp_path.iterdir() if left.name.startswith(".")] == []


@pytest.mark.peers
def test_the_same_ledger_gives_the_same_bytes_in_every_process(approved: World) -> None:
    here = calendar.current(approved.ledger, None, now=BEFORE)[1]
    code = (
        "import datetime, sys, pathlib; from fahndung.home import open_home; from fahndung.ledger.store import Ledger;"
        "from fahndung.lifecycle import calendar; home = open_home(pathlib.Path(sys.argv[1]));"
        "ledger = Ledger.open(home.ledger_path, home_id=home.identity);"
        f"NOW = datetime.datetime.fromisoformat('{BEFORE.isoformat()}');"
        "sys.stdout.buffer.write(calendar.current(ledger, None, now=NOW)[1])"
    )
    for zone, seed in (("America/New_York", "1"), ("Asia/Tokyo", "2")):
        environment = {**os.environ, "TZ": zone, "PYTHONHASHSEED": seed}
        there = subprocess.run(
            [sys.executable, "-c", code, str(approved.home.path)], env=environment, check=True, capture_output=True
        )
        assert there.stdout == here


@pytest.mark.peers
def test_the_library_is_not_loaded_where_nothing_has_to_be_written(approved: World, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "fristen.ics"
    calendar.keep(path, approved.ledger, None, now=BEFORE)
    code = (
        "import datetime, sys, pathlib; from fahndung.home import open_home; from fahndung.ledger.store import Ledger;"
        "from fahndung.lifecycle import calendar; home = open_home(pathlib.Path(sys.argv[1]));"
        "ledger = Ledger.open(home.ledger_path, home_id=home.identity);"
        f"NOW = datetime.datetime.fromisoformat('{BEFORE.isoformat()}');"
        "print(calendar.keep(pathlib.Path(sys.argv[2]), ledger, None, now=NOW), 'icalendar' in sys.modules)"
    )
    arguments = [sys.executable, "-c", code, str(approved.home.path), str(path)]
    assert subprocess.run(arguments, check=True, capture_output=True, text=True).stdout.split() == ["False", "False"]
    path.unlink()
    assert subprocess.run(arguments, check=True, capture_output=True, text=True).stdout.split() == ["True", "True"]


@pytest.mark.parametrize("content", [b"", b"letter", b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"])
def test_what_is_no_calendar_of_this_program_is_not_replaced(
    approved: World, tmp_path: pathlib.Path, content: bytes
) -> None:
    path = tmp_path / "other.ics"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="no calendar of fahndung"):
        calendar.keep(path, approved.ledger, None, now=BEFORE)
    assert path.read_bytes() == content


def test_what_cannot_be_written_is_told_and_leaves_nothing_behind(
    approved: World, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError, match="No such file"):
        calendar.keep(tmp_path / "away" / "fristen.ics", approved.ledger, None, now=BEFORE)
    folder = tmp_path / "full"
    folder.mkdir()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageError, match="No space left"):
        calendar.keep(folder / "fristen.ics", approved.ledger, None, now=BEFORE)
    assert list(folder.iterdir()) == []
