"""``fahndung rules``: the register on a terminal and as JSON."""

import json

import pytest
from click.testing import CliRunner

from fahndung.cli.app import app
from fahndung.law.rules import REGISTER


def run(*words: str) -> str:
    """What the command prints, without any home."""
    result = CliRunner().invoke(app, ["rules", *words], prog_name="fahndung")
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize("columns", ["60", "80", "140"])
def test_the_table_fits_the_terminal_and_names_every_rule(monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    lines = run().splitlines()
    assert max(map(len, lines)) <= int(columns)
    assert [rule.id for rule in REGISTER if not any(line.startswith(rule.id) for line in lines)] == []
    assert "Order and clock" in lines
    assert "stpo-131-3" in " ".join(lines)
    assert "test_mandate.py" in " ".join(lines)


def test_a_terminal_that_is_too_narrow_gets_the_narrowest_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    assert max(map(len, run().splitlines())) <= 60


def test_the_table_speaks_german(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    monkeypatch.setenv("COLUMNS", "140")
    text = run()
    assert "Anordnung und Frist" in text
    assert "Wer anordnen darf" in text
    assert "sperrt" in text


def test_json_is_one_document() -> None:
    told = json.loads(run("--json"))
    assert {row["id"] for row in told["rules"]} == {rule.id for rule in REGISTER}
    assert all(row["sources"] and row["tests"]["silent"] for row in told["rules"])
