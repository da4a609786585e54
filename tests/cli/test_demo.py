"""The demo: two appeals live, die, and are proven gone, in under twenty seconds."""

import json
import pathlib

import pytest
from click.testing import CliRunner

from fahndung.cli.app import app


@pytest.mark.peers
def test_the_demo_ends_with_two_protocols_and_things_to_look_at(tmp_path: pathlib.Path) -> None:
    result = CliRunner().invoke(app, ["--home", str(tmp_path / "demo"), "demo", "--json"])
    assert result.exit_code == 0, result.stderr
    document = json.loads(result.stdout)
    places = [pathlib.Path(place) for place in document["look_at"]]
    assert all(place.is_file() for place in places)
    assert {place.suffix for place in places} == {".html", ".pdf", ".jpg", ".json"}
    assert result.stderr.count("answers 200") == 2
    assert result.stderr.count("answers 410") == 2
    assert "latitude" in result.stderr
    assert "The audit chain is whole" in result.stderr
