"""What the worker says: for people, as JSON, and never a secret."""

import dataclasses
import io
import json
import pathlib
import sys
from typing import Any

import pytest

from fahndung.blotting import HIDDEN
from fahndung.cli.logs import Form, Log
from fahndung.errors import Message
from fahndung.ledger.publications import get
from fahndung.lifecycle.claiming import Turned
from fahndung.lifecycle.outcomes import Failed
from fahndung.lifecycle.rounds import Round
from fahndung.model.publication import State
from tests.ledger import world
from tests.ledger.world import APPEAL, NOW

TOKEN = "tok/en+4711=ü"
LEAK = Message(f"refused: Bearer {TOKEN}", f"abgelehnt: Bearer {TOKEN}")


@pytest.fixture
def row(tmp_path: pathlib.Path) -> Any:
    with world.make(tmp_path / "ledger.db") as ledger, ledger.write(NOW) as tx:
        return get(tx, world.bring(tx, "live"))


def a_round(row: Any) -> Round:
    turned = (
        Turned(row=row, outcome=Failed(problem=LEAK), why=LEAK),
        Turned(row=row),  # nothing was done
        Turned(row=row, outcome=Failed(problem=LEAK)),
    )
    return Round(channel="website", turned=turned, more=False)


@pytest.mark.peers
def test_lines_for_people_are_in_their_language(capsys: pytest.CaptureFixture[str], row: Any) -> None:
    log = Log("text", ())
    log.trouble(Message("it is late", "Es ist spät"), now=NOW)
    log.round(a_round(row), now=NOW)
    lines = capsys.readouterr().err.splitlines()
    start = f"{APPEAL} r1 website: live"
    assert lines == ["it is late", f"{start}: {LEAK.en}", start]


def test_a_state_is_told_in_the_language_of_the_terminal(
    capsys: pytest.CaptureFixture[str], row: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    planned = dataclasses.replace(row, state=State.PLANNED)
    Log("text", ()).round(a_round(planned), now=NOW)
    start = f"{APPEAL} r1 website: geplant"
    assert capsys.readouterr().err.splitlines() == [f"{start}: {LEAK.de}", start]


def test_json_has_one_document_for_each_turn_and_round(capsys: pytest.CaptureFixture[str], row: Any) -> None:
    Log("json", (TOKEN,)).round(a_round(row), now=NOW)
    told = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [one["event"] for one in told] == ["turn", "turn", "round"]
    assert [one["level"] for one in told] == ["warning", "info", "info"]
    ids = {"appeal": APPEAL, "revision": 1, "channel": "website", "publication": row.id, "state": "live"}
    assert told[0] | ids | {"outcome": "failed", "at": "2026-11-20T12:00:00+00:00"} == told[0]
    assert (told[2]["channel"], told[2]["turns"], told[2]["more"]) == ("website", 3, False)


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("where", ["environment", "credential"])
def test_a_token_in_an_error_never_reaches_the_log(
    form: Form,
    where: str,
    row: Any,
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if where == "environment":
        monkeypatch.setenv("FAHNDUNG_BOARD_TOKEN", TOKEN)
    else:
        (tmp_path / "board-token").write_text(TOKEN + "\n", "utf-8")
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    quoted = "GET https://board.example/?access_token=tok%2Fen%2B4711%3D%C3%BC"
    log = Log(form)
    log.round(a_round(row), now=NOW)
    log.trouble(Message(quoted, quoted), now=NOW)
    text = capsys.readouterr().err
    assert "4711" not in text
    assert text.count(HIDDEN) == 2


def test_a_full_disk_or_a_closed_pipe_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError("No space left on device")

    monkeypatch.setattr(sys, "stderr", Full())
    Log("text", ()).trouble(Message("a", "b"), now=NOW)
