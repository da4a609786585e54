"""``fahndung templates``: listed, copied into a home, tried."""

import json
import pathlib

import pytest
from click.testing import CliRunner, Result

from fahndung import resources
from fahndung.cli.app import app
from fahndung.home import IDENTITY_NAME
from fahndung.testing import cases


def run(*words: str, home: pathlib.Path | None = None) -> Result:
    named = [] if home is None else ["--home", str(home)]
    return CliRunner().invoke(app, [*named, "templates", *words], prog_name="fahndung")


@pytest.fixture
def home(tmp_path: pathlib.Path) -> pathlib.Path:
    (tmp_path / IDENTITY_NAME).write_text("0123456789abcdef\n", "ascii")
    return tmp_path


@pytest.fixture(autouse=True)
def no_home_here(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_without_a_home_the_project_s_templates_are_listed() -> None:
    found = run()
    assert found.exit_code == 0, found.output
    assert "de/press.txt.j2" in found.stdout
    assert "Medieninformation" in found.stdout
    assert "own copy" not in found.stdout


def test_a_copy_is_made_once_listed_as_own_and_never_overwritten(home: pathlib.Path) -> None:
    made = run("copy", "de/press.txt.j2", home=home)
    own = home / "templates" / "de" / "press.txt.j2"
    assert made.exit_code == 0, made.output
    assert own.read_text("utf-8") == resources.template_text("de", "press.txt.j2")
    listed = json.loads(run("list", "--json", home=home).stdout)["templates"]
    assert [one["own"] for one in listed if one["own"]] == [str(own)]
    own.write_text("mine", "utf-8")
    assert run("copy", "press.txt.j2", home=home).exit_code == 2
    assert own.read_text("utf-8") == "mine"


@pytest.mark.parametrize(
    "name", ["nowhere.txt.j2", "../pyproject.toml", "de/../de/press.txt.j2", "config/rehearsal.en.toml"]
)
def test_only_what_is_a_template_is_copied(home: pathlib.Path, name: str) -> None:
    assert run("copy", name, home=home).exit_code == 2
    assert not (home / "templates").exists()


@pytest.mark.peers
def test_what_is_wrong_is_told_with_file_line_and_cases(home: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cases, "NAMES", cases.NAMES[:4])
    own = home / "templates" / "de" / "press.txt.j2"
    own.parent.mkdir(parents=True)
    own.write_text("Betreff\n\n{{ sheet.sumary }}\n", "utf-8")
    found = run("check", home=home)
    assert found.exit_code == 3
    assert f"{own}:3: there is no 'sumary' here" in found.stdout
    assert "and 1 more" in found.stdout
    document = json.loads(run("check", "--json", home=home).stdout)
    assert document["ok"] is False
    assert [(one["file"], one["line"], len(one["cases"])) for one in document["failures"]] == [
        (str(own), 3, len(cases.NAMES))
    ]
