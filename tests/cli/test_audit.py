"""audit verify and audit export; and that showing a case is a query that stands in the log."""

import contextlib
import dataclasses
import pathlib
import sqlite3

import pytest

from fahndung import approval
from fahndung.cli import audit
from fahndung.ledger import answers, heads, publications
from fahndung.ledger.faults import LedgerUnavailable
from fahndung.ledger.store import Ledger
from tests.cli.driver import Terminal
from tests.ledger.test_answers import ANSWER
from tests.world import GIRL, PUBLISHED, TRAM, World


def _queries(desk: Terminal, appeal: str = GIRL) -> list[tuple[str, str]]:
    events = desk.json("audit", "export", appeal, "--as", "d.schutz")["events"]
    return [(event["by"], event["reason"]) for event in events if event["action"] == "case.query"][:-1]


def test_verify_tells_the_fingerprint_of_the_homes_key(desk: Terminal) -> None:
    found = desk.json("audit", "verify")
    assert found["fingerprint"] == approval.key_id(heads.public_key(desk.home))
    assert (found["ok"], found["since"]) == (True, 0)
    assert found["fingerprint"] in desk.run("audit", "verify").stdout


def test_verify_with_a_public_key_from_elsewhere_finds_a_replaced_key(desk: Terminal, tmp_path: pathlib.Path) -> None:
    desk.run("status")
    elsewhere = tmp_path / "audit.pub"
    elsewhere.write_bytes((desk.home / "audit.pub").read_bytes())
    assert desk.json("audit", "verify", "--public-key", elsewhere)["ok"] is True
    for name in ("audit.key", "audit.pub", "audit-head.json"):
        (desk.home / name).unlink()
    heads.found_key(desk.home)
    desk.run("status")
    assert desk.json("audit", "verify")["ok"] is True
    (problem,) = desk.json("audit", "verify", "--public-key", elsewhere, code=4)["problems"]
    assert (problem["rule"], problem["field"]) == ("audit", "audit/head")


def test_verify_refuses_files_that_are_not_there(desk: Terminal, tmp_path: pathlib.Path) -> None:
    desk.run("audit", "verify", "--head", tmp_path / "none", code=2)
    desk.run("audit", "verify", "--public-key", tmp_path / "none", code=2)


def test_a_big_log_is_verified_from_where_it_was_verified_before(
    desk: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "FULL_UP_TO", 3)
    first = desk.json("audit", "verify")
    assert first["since"] == 0
    desk.run("status", GIRL)
    second = desk.json("audit", "verify")
    assert (second["since"], second["events"]) == (first["events"], first["events"] + 1)
    assert f"from event {second['events'] + 1} on" in desk.run("audit", "verify").stdout
    assert desk.json("audit", "verify", "--full")["since"] == 0


def test_a_broken_chain_is_not_remembered_as_verified(desk: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "FULL_UP_TO", 3)
    with sqlite3.connect(desk.home / "ledger.db") as database:
        database.execute("DROP TRIGGER event_no_update")
    for _ in range(2):
        assert desk.json("audit", "verify", code=4)["since"] == 0


def _read_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def write(ledger: Ledger, now: object) -> object:
        raise LedgerUnavailable("The ledger is read-only.", "Das Register ist schreibgeschützt.")

    monkeypatch.setattr(Ledger, "write", write)


def test_a_ledger_that_cannot_be_written_is_verified_and_told(desk: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    _read_only(monkeypatch)
    result = desk.run("audit", "verify")
    assert "whole" in result.stdout
    assert "read-only" in result.stderr


@pytest.mark.parametrize(
    ("words", "reason"),
    [(("status",), "oversight"), (("check",), "case-work"), (("preview",), "release")],
)
def test_showing_a_case_is_logged_with_person_and_reason(desk: Terminal, words: tuple[str], reason: str) -> None:
    desk.run(*words, GIRL, "--as", "k.muster")
    desk.run(*words, GIRL, "--as", "s.gast", "--reason", "prosecution")
    assert _queries(desk) == [("k.muster", reason), ("s.gast", "prosecution")]
    assert _queries(desk, TRAM) == []


@pytest.mark.peers
def test_drawing_a_poster_of_a_case_is_logged(desk: Terminal, tmp_path: pathlib.Path) -> None:
    desk.run("poster", GIRL, "-o", tmp_path / "p.pdf", "--draft", "--as", "k.muster")
    assert _queries(desk) == [("k.muster", "release")]


def test_what_shows_no_case_is_no_query(desk: Terminal) -> None:
    before = desk.json("audit", "verify")["events"]
    desk.run("status")
    desk.run("retention", GIRL)
    desk.run("person", "list")
    desk.run("status", "nobody", code=2)
    assert desk.json("audit", "verify")["events"] == before


def test_a_reason_is_one_of_the_codes(desk: Terminal) -> None:
    desk.run("status", GIRL, "--reason", "curiosity", code=2)


def test_a_query_that_cannot_be_logged_is_told_and_answered(desk: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    _read_only(monkeypatch)
    result = desk.run("status", GIRL)
    assert GIRL in result.stdout
    assert "NOT in the log" in result.stderr


def test_the_protocol_comes_as_table_and_document(desk: Terminal, tmp_path: pathlib.Path) -> None:
    table, document = tmp_path / "p.csv", tmp_path / "p.pdf"
    events = desk.json("audit", "export", GIRL, "--csv", table, "--pdf", document)["events"]
    assert table.read_bytes().count(b"\r\n") == len(events) + 1
    assert document.read_bytes().startswith(b"%PDF-")
    assert events[-1]["action"] == "case.query"
    desk.run("audit", "export", GIRL, "--csv", tmp_path / "no" / "p.csv", code=2)


@pytest.mark.peers
def test_a_person_who_left_is_erased_and_everything_still_answers(desk: Terminal) -> None:
    for appeal in (GIRL, TRAM):
        desk.run("publish", appeal)
    assert "still counts" in desk.run("person", "erase", "k.muster", code=2).stderr
    desk.run("person", "revoke", "k.muster")
    assert GIRL in desk.run("person", "erase", "k.muster", code=2).stderr
    for appeal in (GIRL, TRAM):
        desk.run("end", appeal, "--reason", "found", "--as", "f.freigabe")
    left = desk.json("person", "erase", "k.muster", "--as", "f.freigabe")["left"]
    assert left.startswith("a-")
    assert desk.json("audit", "verify")["ok"] is True
    for appeal in (GIRL, TRAM):
        desk.run("status", appeal, "--as", "f.freigabe")
        desk.run("check", appeal, "--as", "f.freigabe", code=4)
        desk.run("verify", appeal, "--as", "f.freigabe")
    desk.run("status", "--all", "--as", "f.freigabe")
    desk.run("takedown", "--as", "f.freigabe")
    events = desk.json("audit", "export", GIRL, "--as", "f.freigabe")["events"]
    assert events[0]["by"] == f"{left} (gelöscht)"
    names = [row["id"] for row in desk.json("person", "list")["people"]]
    assert left in names
    assert "k.muster" not in names


def test_the_protocol_on_a_german_terminal_is_german(desk: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    lines = desk.run("audit", "export", GIRL, "--as", "d.schutz").stdout.splitlines()
    first, last = lines[0].split(maxsplit=1)[1], lines[-1].split(maxsplit=1)[1]
    assert first == "21.11.2026 um 07:50 Uhr  k.muster         Erhebung: Datensatz eingereicht"
    assert last == "21.11.2026 um 08:30 Uhr  d.schutz         Abfrage: Fall angezeigt  Datenschutz"


def test_a_line_of_the_protocol_says_on_which_channel(desk: Terminal) -> None:
    """Else five equal lines say that five copies were planned, and of none where."""
    desk.run("publish", GIRL)
    lines = desk.run("audit", "export", GIRL).stdout.splitlines()
    (planned,) = (line for line in lines if "publication.plan" in line)
    assert planned.endswith("publication.plan  website")


@pytest.mark.peers
def test_what_a_platform_answered_is_told_where_it_is_asked_for(desk: Terminal, approved: World) -> None:
    desk.run("publish", GIRL)
    answer = dataclasses.replace(ANSWER, body="<b>zu lang</b>\r\n\u202e\x9b1m")
    with approved.ledger.write(PUBLISHED) as tx:
        (row,) = publications.rows(tx, GIRL)
        answers.keep(tx, row, "send", [answer])
    assert "zu lang" not in desk.run("audit", "export", GIRL).stdout
    assert "answers" not in desk.json("audit", "export", GIRL)
    shown = desk.run("audit", "export", GIRL, "--answers").stdout
    assert f"website  send  POST {answer.address}  422\n    retry-after: 30\n    <b>zu lang</b>\n" in shown
    assert not {"\u202e", "\x9b"} & {*shown}, "no terminal gets what a server wrote for it"
    (told,) = desk.json("audit", "export", GIRL, "--answers")["answers"]
    assert (told["channel"], told["task"], told["status"], told["body"]) == ("website", "send", 422, answer.body)
    assert told["operation"] is not None


def _change(desk: Terminal, seq: int = 3) -> None:
    """Changes an event past its guard."""
    path = desk.home / "ledger.db"
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        (guard,) = database.execute("SELECT sql FROM sqlite_master WHERE name = 'event_no_update'").fetchone()
        body = database.execute("SELECT body FROM event WHERE seq = ?", (seq,)).fetchone()[0]
        database.execute("DROP TRIGGER event_no_update")
        database.execute(
            "UPDATE event SET body = ? WHERE seq = ?", (bytes([*body[:-3], body[-3] ^ 1, *body[-2:]]), seq)
        )
        database.execute(guard)


def test_no_document_is_made_of_a_broken_chain(
    desk: Terminal, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The data protection officer would else be handed a protocol that somebody changed, with exit code 0."""
    desk.run("status", GIRL)
    _change(desk)
    document, table = tmp_path / "p.pdf", tmp_path / "p.csv"
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    told = desk.run("audit", "export", GIRL, "--pdf", document, "--csv", table, code=4)
    assert "Eintrag 3: Er wurde geändert" in told.stderr
    assert "ein Dokument wurde nicht geschrieben" in told.stderr
    assert not document.exists()
    assert not table.exists()


def _documents(desk: Terminal, folder: pathlib.Path) -> str:
    """What is told where none may be made of a case."""
    made = folder / "p.pdf", folder / "p.csv"
    told = desk.run("audit", "export", GIRL, "--pdf", made[0], "--csv", made[1], code=4).stderr
    assert not any(path.exists() for path in made)
    return told


def test_no_document_is_made_of_a_ledger_that_was_set_back(desk: Terminal, tmp_path: pathlib.Path) -> None:
    """Its chain is whole: only the head that an earlier run signed tells that events are missing."""
    desk.run("status", GIRL)
    path, copy = desk.home / "ledger.db", tmp_path / "copy.db"
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("VACUUM INTO ?", (str(copy),))
    desk.run("status", TRAM)
    for name in ("ledger.db-wal", "ledger.db-shm"):
        (desk.home / name).unlink(missing_ok=True)
    copy.replace(path)
    assert "no document was written" in _documents(desk, tmp_path)
    assert desk.json("audit", "verify", code=4)["ok"] is False


def test_no_document_is_made_while_the_head_cannot_be_believed(desk: Terminal, tmp_path: pathlib.Path) -> None:
    desk.run("status", GIRL)
    for name in ("audit.key", "audit.pub"):
        (desk.home / name).unlink()
    heads.found_key(desk.home)
    assert "no document was written" in _documents(desk, tmp_path)


def test_a_document_is_made_of_a_log_that_was_verified_from_its_first_event_on(
    desk: Terminal, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "FULL_UP_TO", 3)
    desk.run("audit", "verify")
    _change(desk, 12)
    assert desk.json("audit", "verify")["ok"] is True
    assert "Event 12" in _documents(desk, tmp_path)
    told = desk.run("audit", "export", GIRL, code=4).stderr
    assert "BROKEN" in told
    assert "document" not in told, "none was asked for"
