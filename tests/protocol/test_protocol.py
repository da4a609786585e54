"""The deletion protocol: gathered from the ledger, as a table, as a document of several pages that says all of it."""

import ast
import csv
import dataclasses
import io
import json
import pathlib
import shutil
import subprocess
import typing

import pypdf
import pytest

import fahndung
from fahndung import protocol
from fahndung.channels.base import CONTAINER
from fahndung.channels.blueskyrecord import GATES
from fahndung.errors import Message, UsageError
from fahndung.ledger import audit, byhand, copies, erasure, keeping, publications, queries
from fahndung.model import alarm
from fahndung.model.closing import EndReason
from fahndung.model.mandate import Medium
from fahndung.model.publication import Look, State
from fahndung.protocol import document, words
from tests.ledger import world
from tests.ledger.world import APPEAL, BY, DAY, NOW
from tests.posters import heard, verapdf

PUBLIC = b"p" * 32


@pytest.fixture
def ledger(tmp_path):
    with world.make(tmp_path / "ledger.db") as made:
        yield made


def _of(ledger):
    with ledger.read() as tx:
        return protocol.of(tx, APPEAL, now=NOW, by="d.schutz", public_key=PUBLIC)


def _full(ledger):
    with ledger.write(NOW) as tx:
        for number, state in enumerate(world.STATES):
            world.bring(tx, state, f"m-{number}", target=f"presse{number}@zeitung.example")
        world.bring(tx, "withdrawn", "m-x")
        item = byhand.add(
            tx,
            byhand.ByHand(appeal=APPEAL, what=Message.same("Plakat: Halle <Süd> & Nord"), why=Message.same("")),
            at=NOW,
            by=BY,
        )
        byhand.close(tx, item, person=BY, note="abgehängt 漢", at=NOW)
        foreign = byhand.ByHand(
            appeal=APPEAL, what=Message.same("Kopie"), why=Message.same(""), url="https://zeitung.example/" + "x" * 300
        )
        byhand.add(tx, foreign, at=NOW, by=BY)
        queries.note(tx, APPEAL, at=NOW, by="=cmd", reason="prosecution")
        erasure.erase(tx, [4], at=NOW + DAY, by="d.schutz", reason="log-criminal", under="§ 76 Abs. 4 BDSG")
    return _of(ledger)


def _text(pdf):
    """The text of each page with single spaces; where a line ends inside a word it is not joined."""
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def _bare(text):
    """A text without its spaces: lines may end anywhere."""
    return "".join(text.split())


def _whole(told):
    return _bare("".join(_text(protocol.as_pdf(told))))


def test_a_protocol_holds_what_the_ledger_says_of_one_case(ledger):
    told = _full(ledger)
    with ledger.read() as tx:
        assert list(told.events) == audit.export(tx, APPEAL)
        assert told.head == audit.head(tx)
        assert told.publications == publications.rows(tx, APPEAL)
    assert len(told.items) == 2
    assert told.unreadable == 0
    with ledger.write(NOW) as tx:
        tx.connection.exec_driver_sql("UPDATE publication SET draft_references = '7' WHERE id = 1")
    assert _of(ledger).unreadable == 1


def test_an_unknown_case_is_a_usage_error(ledger):
    with ledger.read() as tx, pytest.raises(UsageError):
        protocol.of(tx, "nobody", now=NOW, by=BY, public_key=PUBLIC)


def test_the_table_has_one_row_for_each_event_and_no_formula(ledger):
    told = _full(ledger)
    data = protocol.as_csv(told)
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    assert [row["hash"] for row in rows] == [event["hash"] for event in told.events]
    assert [json.loads(row["data"]) for row in rows] == [event["data"] for event in told.events]
    (query,) = [row for row in rows if row["action"] == "case.query"]
    assert query["by"] == "'=cmd"
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


@pytest.mark.peers
def test_the_document_says_who_when_what_where_with_which_proof_and_how_it_was_closed(ledger):
    told = _full(ledger)
    pages = _text(protocol.as_pdf(told))
    whole = _bare("".join(pages))
    for wanted in (
        f"Löschprotokoll {APPEAL}",
        "20.11.2026 13:00:00 CET",
        "presse3@zeitung.example",
        "https://polizei.example/a.html",
        "gelöscht, wird nachgeprüft",
        "abgeschlossen 20.11.2026 13:00:00 CET k.muster",
        "Halle <Süd> & Nord",
        "abgehängt [U+6F22]",
        "OFFEN",
        "x" * 40,
        "Strafverfahren",
        "Protokolleintrag gelöscht",
        "§ 76 Abs. 4 BDSG",
        told.head.hash,
        told.fingerprint,
    ):
        assert _bare(wanted) in whole, wanted
    for event in told.events:
        assert event["hash"] in whole
        assert event["data"].get("evidence", "") in whole
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        assert f"Seite {number} von {len(pages)}" in page
        assert f"Eintrag {told.head.seq} von {told.head.count}, {told.head.hash}" in page
        assert told.fingerprint in page


@pytest.mark.peers
def test_the_document_is_heard_as_headings_and_tables_whose_headers_come_once(ledger):
    told = _full(ledger)
    data = protocol.as_pdf(told)
    read = heard.heard(data)
    headings = [one.text for one in read if one.tag in ("H1", "H2")]
    assert headings[0] == f"Löschprotokoll {APPEAL}"
    assert headings[1:] == ["Wo veröffentlicht, wie entfernt", "Was nur von Hand zu entfernen war", "Vorgänge"]
    names = [one.text for one in read if one.tag == "TH"]
    assert names.count("Hash in der Kette") == 1, "the headers that each page repeats are decoration"
    rows = [one.text for one in read if one.path == "Table/TR/TD"]
    assert [event["hash"] for event in told.events] == [
        text for text in rows if text in {e["hash"] for e in told.events}
    ]
    assert any(len(text) > 300 and "zeitung.example" in text for text in rows), "a broken address is heard whole"
    inside = heard.drawn(data)
    for one in read:
        assert _bare("".join(inside.get(place, "") for place in one.drawn)) == _bare(one.text)
    assert len({page for one in read for page, _ in one.drawn}) > 2


@pytest.mark.peers
def test_verapdf_finds_nothing_against_the_document(ledger):
    empty, full = _of(ledger), _full(ledger)
    files = {"empty": protocol.as_pdf(empty), "full": protocol.as_pdf(full)}
    assert verapdf.failed(files) == {"empty": [], "full": []}


@pytest.mark.peers
def test_the_same_protocol_gives_the_same_bytes(ledger):
    told = _full(ledger)
    assert protocol.as_pdf(told) == protocol.as_pdf(told)


def test_a_case_without_publications_says_so_and_nothing_is_invented(ledger):
    with ledger.write(NOW) as tx:
        keeping.restricted(tx, APPEAL, 1, at=NOW, by=BY)
        keeping.release_erased(tx, world.manifest()[0], at=NOW, by=BY)
    told = dataclasses.replace(_of(ledger), unreadable=2)
    whole = _whole(told)
    assert whole.count("Nichts.") == 2
    for wanted in (
        "gesperrt 20.11.2026",
        "Dateien gelöscht 20.11.2026",
        "2 Veröffentlichungen dieses Falls sind unlesbar",
    ):
        assert _bare(wanted) in whole
    preventive = dataclasses.replace(told, submission=dataclasses.replace(told.submission, criminal=False))
    assert _bare("§ 32 SächsDSUG") in _whole(preventive)


def test_an_event_that_was_erased_in_silence_is_shown_as_unknown(ledger):
    with ledger.write(NOW) as tx:
        tx.connection.exec_driver_sql("UPDATE event SET body = x'' WHERE seq = 5")
    assert "unbekannt" in _whole(_of(ledger))


def test_later_looks_and_ends_are_told_in_local_time(ledger):
    with ledger.write(NOW) as tx:
        row = world.bring(tx, "live")
        publications.set_due(tx, row, NOW + 60 * DAY, world.WHY, now=NOW, by=BY)
        publications.intend_withdraw(tx, row, now=NOW, by=BY)
        publications.gone(tx, row, world.GONE, now=NOW, by=BY)
        for _ in publications.LATER_LOOKS:
            publications.stayed_gone(tx, row, world.GONE, now=NOW + DAY, by="worker")
    whole = _whole(_of(ledger))
    assert _bare("neu: 19.01.2027 13:00:00 CET") in whole
    assert _bare("abgeschlossen 21.11.2026 13:00:00 CET nach der letzten Nachprüfung") in whole


def test_what_came_back_is_told_with_its_first_end_and_its_last(ledger):
    with ledger.write(NOW) as tx:
        row = world.bring(tx, "withdrawn")
        publications.saw(tx, row, world.PAGE, now=NOW + DAY, by=BY)
        publications.intend_withdraw(tx, row, now=NOW + DAY, by=BY)
        publications.gone(tx, row, world.GONE, now=NOW + DAY, by=BY)
    whole = _whole(_of(ledger))
    assert _bare("kam wieder, erneut weg 21.11.2026 13:00:00 CET") in whole
    assert whole.count(_bare("20.11.2026 13:00:00 CET")) > 1


def _written_actions():
    """Every action that the ledger's modules write about a case, read from their source."""
    found = set()
    for path in (pathlib.Path(fahndung.__file__).parent / "ledger").glob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if called in ("change", "log") and len(call.args) > 2 and isinstance(call.args[2], ast.Constant):
                found.add(f"publication.{call.args[2].value}")
            given = {keyword.arg: keyword.value for keyword in call.keywords}
            if called == "append" and "appeal" in given and isinstance(given["action"], ast.Constant):
                found.add(given["action"].value)
    return found


@pytest.mark.peers
def test_every_event_of_a_case_reason_and_state_has_a_german_word():
    written = _written_actions()
    assert {"publication.gone", "appeal.submit", "by_hand.close"} <= written
    assert written - words.ACTIONS.keys() == set()
    assert {f"act.{act}" for act in ("submit", "verify-image", "approve", "confirm", "review")} <= words.ACTIONS.keys()
    assert {queries.QUERY, "log.erased"} <= words.ACTIONS.keys()
    assert words.STATES.keys() == {state.value for state in State}
    assert words.REASONS.keys() >= {*queries.REASONS, *(reason.value for reason in EndReason)}


def test_media_categories_and_kinds_are_words(ledger):
    with ledger.write(NOW) as tx:
        mail = {"channel": "press-mail", "kind": "press-mail", "medium": Medium.PRINT}
        world.plan(tx, "m-press", draft_changes=mail)
        tell = byhand.ByHand(
            appeal=APPEAL, what=Message.same("x"), why=Message.same(""), channel="press-mail", kind=byhand.Kind.TELL
        )
        byhand.add(tx, tell, at=NOW, by=BY)
    whole = _whole(_of(ledger))
    for wanted in ("Kategorie unbekannte tatverdächtige Person", "press-mail, Druckpresse", "Art: Ende mitteilen"):
        assert _bare(wanted) in whole
    assert not any(_bare(code) in whole for code in ("unknown-suspect", "press-mail, print", "Medium: print"))
    kinds = {one.value for kind in (byhand.Kind, alarm.Kind) for one in kind}
    assert kinds | {"page", "post", "media", "mail", CONTAINER, *GATES} <= words.VALUES["kind"].keys()
    assert {one.value for one in copies.Outcome} <= words.VALUES["outcome"].keys()
    assert {one.__name__.lower() for one in typing.get_args(Look)} <= words.VALUES["outcome"].keys()


def test_what_has_no_word_is_shown_by_its_code(ledger):
    with ledger.write(NOW) as tx:
        audit.append(tx, at=NOW, by=BY, action="new.thing", appeal=APPEAL, reason="because", data={"odd": 7})
    whole = _whole(_of(ledger))
    for shown in ("new.thing", "because", "odd:7"):
        assert shown in whole


@pytest.mark.parametrize(
    ("text", "shown"), [("a\u0627b", "a[U+0627]b"), ("Łukasz", "Łukasz"), ("a\x07b", "a[U+0007]b")]
)
def test_a_character_without_a_glyph_is_shown_as_its_code(text, shown):
    assert document._shown(text) == shown


@pytest.mark.peers
def test_poppler_reads_the_document_and_finds_every_font_embedded(ledger, tmp_path):
    assert shutil.which("pdffonts"), "poppler-utils is missing"
    file = tmp_path / "protocol.pdf"
    file.write_bytes(protocol.as_pdf(_full(ledger)))
    rows = subprocess.run(["pdffonts", file], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert rows
    assert all("FiraGO" in row and " yes yes yes " in row for row in rows)
