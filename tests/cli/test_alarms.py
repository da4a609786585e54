"""The commands alarms, alarms ack and alarms test."""

import pathlib
import sys

import pytest

from fahndung.errors import Message
from fahndung.ledger import alarms
from fahndung.ledger.alarms import Failure
from fahndung.model.alarm import Kind
from tests.cli.driver import Terminal
from tests.world import PUBLISHED, World

WHAT = Message("It is still online.", "Es ist noch online.")
ENTRY = {
    "id",
    "kind",
    "level",
    "appeal",
    "subject",
    "what",
    "raised_at",
    "sent_at",
    "sends",
    "next_at",
    "failed",
    "acknowledged_at",
    "acknowledged_by",
    "note",
}


@pytest.fixture
def raised(empty: World) -> int:
    with empty.ledger.write(PUBLISHED) as tx:
        return alarms.raise_(tx, Kind.OVERDUE, "x", WHAT, now=PUBLISHED, by="test", appeal="pdl-2026-0117")


def configure(office: Terminal, text: str) -> None:
    path = office.home / "fahndung.toml"
    path.write_text(path.read_text("utf-8") + text, "utf-8")


def pager(name: str, script: str) -> str:
    return f'[[alarm.ways]]\nname = "{name}"\nkind = "command"\ncommand = ["{sys.executable}", "-c", "{script}"]\n'


def test_nothing_open_is_said(office: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "No alarm is open." in office.run("alarms").stdout
    assert office.json("alarms") == {"alarms": []}
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    assert "Kein Alarm ist offen." in office.run("alarms").stdout


def test_an_open_alarm_is_listed_with_what_became_of_it(office: Terminal, empty: World, raised: int) -> None:
    (entry,) = office.json("alarms")["alarms"]
    assert set(entry) == ENTRY
    assert (entry["id"], entry["kind"], entry["level"], entry["sends"]) == (raised, "overdue", "urgent", 0)
    assert (entry["what"], entry["raised_at"]) == (WHAT.en, "2026-11-21T07:30:00+00:00")
    text = office.run("alarms").stdout
    assert f"{raised}  urgent: online past its end. It is still online." in text
    assert "nobody was told yet" in text
    with empty.ledger.write(PUBLISHED) as tx:
        failed = {"box/0": Failure(tries=1, why=Message("no server", "kein Server"))}
        alarms.sent(tx, raised, whole_round=True, failed=failed, next_at=PUBLISHED, now=PUBLISHED)
    text = office.run("alarms").stdout
    assert "sent 1 times, last 2026-11-21 at 08:30" in text
    assert "NOT SENT: box/0: no server" in text
    assert office.json("alarms")["alarms"][0]["failed"] == [{"way": "box/0", "why": "no server"}]


def test_who_acknowledges_stands_in_the_list_and_in_the_log(office: Terminal, raised: int) -> None:
    taken = office.json("alarms", "ack", raised, "--as", "k.muster", "--note", "Rufe an")
    assert (taken["acknowledged_by"], taken["note"], taken["next_at"]) == ("k.muster", "Rufe an", None)
    assert "acknowledged by k.muster, 2026-11-21 at 08:30" in office.run("alarms").stdout
    office.run("alarms", "ack", raised, "--as", "k.muster", code=2)
    office.run("alarms", "ack", raised + 1, "--as", "k.muster", code=2)
    assert office.json("audit", "verify")["ok"] is True


def test_a_test_goes_on_every_way_and_fails_if_one_fails(office: Terminal, tmp_path: pathlib.Path) -> None:
    kept = tmp_path / "kept"
    configure(office, pager("good", f"import sys; open('{kept}', 'w').write(sys.stdin.read())"))
    assert office.json("alarms", "test") == {"ways": [{"way": "good", "ok": True, "why": None}]}
    assert "Probealarm von Polizeidirektion Musterstadt vom 21.11.2026 um 08:30 Uhr" in kept.read_text("utf-8")
    configure(office, pager("bad", "import sys; sys.exit(3)"))
    ran = office.run("alarms", "test", code=6)
    assert "good: sent" in ran.stdout
    assert "bad FAILED:" in ran.stdout
    assert "ended with 3" in ran.stdout
    assert office.json("alarms") == {"alarms": []}


def test_a_test_without_any_way_says_where_to_add_one(office: Terminal) -> None:
    assert "no way is configured in [alarm]" in office.run("alarms", "test", code=3).stderr


def test_a_test_tells_which_credential_is_missing(office: Terminal) -> None:
    hook = '[[alarm.ways]]\nname = "w"\nkind = "webhook"\nurl = "https://x.example/"\ncredential = "no-such-key"\n'
    configure(office, hook)
    ran = office.run("alarms", "test", code=6)
    assert "The credential no-such-key is missing" in ran.stderr
    assert "w FAILED: The credential no-such-key is missing" in ran.stdout
