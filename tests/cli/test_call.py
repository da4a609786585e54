"""One call: languages, errors to exit codes, crashes to a log, interrupts, a missing ledger, a ledger set back."""

import contextlib
import io
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
from typing import Any

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from click.testing import CliRunner

from fahndung.cli import call as calls
from fahndung.cli import language as language_module
from fahndung.cli.app import COMMANDS, app
from fahndung.cli.language import language, say
from tests.cli.driver import Terminal
from tests.world import GIRL, TRAM, write_case


@pytest.mark.parametrize(
    ("variables", "spoken"),
    [
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LANG": "C"}, "en"),
        ({"LC_ALL": "en_GB", "LANG": "de_DE"}, "en"),
        ({"LC_MESSAGES": "de_AT", "LANG": "en_GB"}, "de"),
        ({}, "en"),
    ],
)
def test_the_language_follows_the_locale(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], spoken: str
) -> None:
    monkeypatch.delenv("LANG")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert language() == spoken
    assert say("yes", "ja") == ("ja" if spoken == "de" else "yes")


def test_help_is_german_where_the_locale_is() -> None:
    german = {**os.environ, "LANG": "de_DE.UTF-8"}
    command = [sys.executable, "-m", "fahndung", "--help"]
    shown = subprocess.run(command, env=german, capture_output=True, text=True, check=True).stdout
    assert "Öffentlichkeitsfahndungen" in shown
    assert "Rückgabewerte" in shown


def german(*words: str, **streams: Any) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, on a German terminal."""
    surroundings = {**os.environ, "LANG": "de_DE.UTF-8"}
    command = [sys.executable, "-m", "fahndung", *words]
    return subprocess.run(command, env=surroundings, stderr=subprocess.PIPE, text=True, check=False, **streams)


@pytest.mark.peers
def test_click_speaks_german_too() -> None:
    wrong = german("--json", "end", "pdl-1", "--reason", "nonsense", stdout=subprocess.PIPE)
    assert wrong.returncode == 2
    assert json.loads(wrong.stdout)["error"].startswith("Ungültiger Wert für '--reason': 'nonsense' gibt es hier nicht")
    assert wrong.stderr.startswith("Aufruf: fahndung end [OPTIONS] ID\nHilfe zeigt „fahndung end --help“.")


def test_the_catalogue_that_the_program_reads_is_the_one_that_people_read() -> None:
    folder = pathlib.Path(language_module.__file__).with_name("locale") / "de" / "LC_MESSAGES"
    with (folder / "click.po").open("rb") as source:
        catalogue = read_po(source, locale="de")
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    assert compiled.getvalue() == (folder / "click.mo").read_bytes()  # make click-words
    assert [error for message in catalogue for error in message.check(catalogue)] == []


@pytest.mark.parametrize("words", [("--json", "unknown"), ("--help",), ("--json", "rules", "--unknown")])
def test_a_full_stdout_is_told_in_a_sentence(words: tuple[str, ...]) -> None:
    with open("/dev/full", "w") as full:
        told = german(*words, stdout=full).stderr
    assert "Traceback" not in told
    assert told.endswith("stdout: kein Platz mehr auf dem Datenträger\n")


@pytest.mark.peers
def test_a_closed_stdout_hides_no_exit_code(tmp_path: pathlib.Path) -> None:
    command = f"{sys.executable} -m fahndung --home {tmp_path}/home init --rehearsal >&-"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.peers
def test_questions_that_nobody_answers_are_told(tmp_path: pathlib.Path) -> None:
    broken = german(
        "--json", "new", "missing", str(tmp_path / "case"), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    )
    assert broken.returncode == 130
    assert json.loads(broken.stdout) == {"ok": False, "error": "abgebrochen", "exit_code": 130, "problems": []}
    assert broken.stderr.endswith("abgebrochen\n")
    assert not (tmp_path / "case").exists()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_table_has_help(name: str) -> None:
    assert CliRunner().invoke(app, [name, "--help"]).exit_code == 0


def test_an_unknown_command_is_usage() -> None:
    assert CliRunner().invoke(app, ["unknown"]).exit_code == 2


def test_help_imports_no_heavy_library() -> None:
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom fahndung.cli.app import app\n"
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0\n"
        "heavy = {'PIL', 'reportlab', 'sqlalchemy', 'jinja2', 'jsonschema', 'requests', 'cryptography', 'babel'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


SPARED = {
    *("fahndung.ledger", "fahndung.lifecycle", "fahndung.home", "fahndung.http", "fahndung.images.faces"),
    *("fahndung.channels.base", "fahndung.channels.linkmedia", "fahndung.model.alarm", "fahndung.release.building"),
    *("email", "html.parser", "importlib.metadata", "requests", "jinja2", "sqlalchemy", "cryptography", "pyphen"),
    *("PIL.AvifImagePlugin", "PIL.ImageDraw", "PIL.TiffImagePlugin", "PIL.WebPImagePlugin", "cv2", "numpy"),
}
"""What no draft of a poster from a JPEG needs: the start of a command is mostly what it loads."""


def test_a_draft_of_a_poster_loads_no_more_than_it_needs(tmp_path: pathlib.Path) -> None:
    code = (
        "import gc, sys\nfrom fahndung.cli import main\n"
        "sys.argv = ['fahndung', 'poster', sys.argv[1], '-o', sys.argv[2]]\n"
        "try:\n    main()\nfinally:\n    own = [name for name in sys.modules if name.split('.')[0] == 'fahndung']\n"
        "    looks = sum(age['collections'] for age in gc.get_stats())\n"
        f"    import json; print(json.dumps([sorted({SPARED} & set(sys.modules)), len(own), looks]))"
    )
    words = [sys.executable, "-c", code, str(write_case(tmp_path, "missing-girl")), str(tmp_path / "p.pdf")]
    run = subprocess.run(words, capture_output=True, text=True, check=True, cwd=tmp_path)
    loaded, own, collections = json.loads(run.stdout.splitlines()[-1])
    assert loaded == []
    assert own <= 195, "189 of ours were loaded when this was written, 212 before"
    assert collections <= 20, "garbage was looked for 150 times before"


@pytest.mark.peers
def test_a_takedown_that_calls_nobody_imports_no_door_to_the_network(desk: Terminal) -> None:
    code = (
        "import gc, sys\nfrom fahndung.cli import main\n"
        "sys.argv = ['fahndung', '--home', sys.argv[1], 'takedown']\n"
        "try:\n    main()\nfinally:\n    print({'requests', 'urllib3', 'PIL'} & set(sys.modules), gc.isenabled())"
    )
    run = subprocess.run([sys.executable, "-c", code, str(desk.home)], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "set() True"


@pytest.mark.parametrize("command", [["takedown"], ["status"], ["verify"], ["end", GIRL, "--reason", "found"]])
@pytest.mark.parametrize("state", ["no-home", "missing", "empty", "foreign"])
def test_without_its_ledger_nobody_says_nothing_to_do(
    desk: Terminal, tmp_path: pathlib.Path, command: list[str], state: str
) -> None:
    match state:
        case "no-home":
            shutil.rmtree(desk.home)
        case "missing":
            (desk.home / "ledger.db").unlink()
        case "empty":
            (desk.home / "ledger.db").write_bytes(b"")
        case "foreign":
            (desk.home / "home-id").write_text("0" * 32)
    assert desk.run(*command, code=7).stderr


def test_a_ledger_that_was_set_back_is_an_alarm(desk: Terminal, tmp_path: pathlib.Path) -> None:
    backup = tmp_path / "backup.db"
    shutil.copy(desk.home / "ledger.db", backup)
    desk.run("publish", GIRL)
    for leftover in desk.home.glob("ledger.db*"):
        leftover.unlink()
    shutil.copy(backup, desk.home / "ledger.db")
    assert "set back or replaced" in desk.run("takedown", code=7).stderr


def test_a_set_back_ledger_that_grew_again_is_an_alarm_too(desk: Terminal, tmp_path: pathlib.Path) -> None:
    backup = tmp_path / "backup.db"
    shutil.copy(desk.home / "ledger.db", backup)
    desk.run("person", "revoke", "r.pruefung")
    head = (desk.home / "audit-head.json").read_bytes()
    for leftover in desk.home.glob("ledger.db*"):
        leftover.unlink()
    shutil.copy(backup, desk.home / "ledger.db")
    (desk.home / "audit-head.json").unlink()
    desk.run("publish", GIRL)
    (desk.home / "audit-head.json").write_bytes(head)
    desk.run("takedown", code=7)


def test_with_a_set_back_ledger_nothing_is_published_but_takedown_works(desk: Terminal, tmp_path: pathlib.Path) -> None:
    backup = tmp_path / "backup.db"
    desk.run("publish", TRAM)
    with contextlib.closing(sqlite3.connect(desk.home / "ledger.db")) as database:
        database.execute("VACUUM INTO ?", [str(backup)])
    desk.run("person", "revoke", "r.pruefung")
    for leftover in desk.home.glob("ledger.db*"):
        leftover.unlink()
    shutil.copy(backup, desk.home / "ledger.db")
    desk.run("publish", GIRL, code=7)
    document = json.loads(desk.run("takedown", "--json", now="2026-11-28T00:00:00+01:00", code=7).stdout)
    assert len(document["withdrawn"]) == 1
    desk.run("status", code=7)
    desk.run("verify", code=7)


def test_a_head_file_that_cannot_be_written_is_told(desk: Terminal) -> None:
    desk.run("status")
    desk.home.joinpath("audit-head.json").chmod(0o600)
    (desk.home / "audit.key").rename(desk.home / "lost.key")
    assert "audit head was not written" in desk.run("takedown").stderr


def test_a_broken_configuration_does_not_stop_takedown_and_is_told(desk: Terminal) -> None:
    desk.run("publish", GIRL)
    (desk.home / "fahndung.toml").write_text("broken = ")
    result = desk.run("takedown", now="2026-11-28T09:00:00+01:00")
    assert "gone" in result.stdout
    assert "TOML" in result.stderr
    desk.run("channels", code=3)


def test_an_error_is_one_json_document_too(desk: Terminal) -> None:
    result = desk.run("status", "nobody", "--json", code=2)
    document = json.loads(result.stdout)
    assert document["ok"] is False
    assert "nobody" in document["error"]


def test_a_crash_is_exit_1_with_a_log_that_holds_no_contents(
    desk: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)

    def crashes(*args: object, **kwargs: object) -> None:
        raise RuntimeError("a secret from a record")

    monkeypatch.setattr("fahndung.lifecycle.takedown.takedown", crashes)
    result = desk.run("takedown", code=1)
    (log,) = tmp_path.glob("fahndung-crash-*.log")
    assert str(log) in result.stderr
    assert "RuntimeError" in log.read_text()
    assert "secret" not in log.read_text() + result.stderr


def test_an_interrupt_is_exit_130(desk: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("fahndung.lifecycle.takedown.takedown", interrupted)
    desk.run("takedown", code=130)


def test_who_acts_comes_from_the_option_the_environment_or_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    assert calls.Call(person="a").by == "a"
    monkeypatch.setenv("FAHNDUNG_PERSON", "b")
    assert calls.Call().by == "b"
    monkeypatch.delenv("FAHNDUNG_PERSON")
    assert calls.Call().by


def test_the_home_comes_from_the_option_the_environment_or_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    assert calls.Call(home="/a").home_path == pathlib.Path("/a")
    monkeypatch.setenv("FAHNDUNG_HOME", "/b")
    assert calls.Call().home_path == pathlib.Path("/b")
    monkeypatch.delenv("FAHNDUNG_HOME")
    assert calls.Call().home_path == pathlib.Path("fahndung-home")


def test_a_service_user_without_an_entry_can_take_down(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown() -> str:
        raise KeyError

    monkeypatch.setattr("getpass.getuser", unknown)
    assert calls.Call().by == f"uid-{os.getuid()}"


@pytest.mark.peers
def test_a_terminals_encoding_stops_no_takedown(desk: Terminal) -> None:
    desk.run("publish", GIRL)
    command = [sys.executable, "-m", "fahndung", "--home", str(desk.home), "--now", desk.now, "--as", b"M\xfcller"]
    result = subprocess.run([*command, "end", GIRL, "--reason", "found"], capture_output=True, check=False)
    assert result.returncode == 0, result.stderr


@pytest.mark.peers
def test_a_full_stdout_does_not_hide_what_was_done(desk: Terminal) -> None:
    desk.run("publish", TRAM)
    command = [sys.executable, "-m", "fahndung", "--home", str(desk.home), "--now", "2026-11-28T00:00:00+01:00"]
    with pathlib.Path("/dev/full").open("w") as full:
        assert subprocess.run([*command, "status"], stdout=full, stderr=subprocess.PIPE, check=False).returncode == 7
        assert subprocess.run([*command, "takedown"], stdout=full, stderr=subprocess.PIPE, check=False).returncode == 0


@pytest.mark.parametrize("now", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_an_instant_beyond_all_calendars_is_usage(desk: Terminal, now: str) -> None:
    desk.run("status", now=now, code=2)


@pytest.mark.parametrize("words", [["unknown"], ["end"], ["status", "a", "b"]])
def test_a_refusal_of_the_command_line_itself_is_json_where_it_was_asked_for(words: list[str]) -> None:
    command = [sys.executable, "-m", "fahndung", *words, "--json"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert json.loads(result.stdout)["exit_code"] == 2
    assert result.stderr


def test_a_home_in_the_wrong_place_is_usage(tmp_path: pathlib.Path) -> None:
    Terminal(home=pathlib.Path("/proc/nothing"), now="").run("init", code=2)
    folder = write_case(tmp_path, "missing-girl")
    Terminal(home=tmp_path / "none", now="").run("check", folder, code=2)


def test_options_behind_the_command_win(desk: Terminal) -> None:
    result = CliRunner().invoke(app, ["--home", "/nowhere", "status", "--home", str(desk.home)])
    assert result.exit_code == 0


@pytest.mark.parametrize("what", ["a wrong key", "no key"])
def test_the_key_must_be_that_of_who_acts(office: Terminal, tmp_path: pathlib.Path, what: str) -> None:
    folder = write_case(tmp_path, "missing-girl")
    other = office.home / "keys" / "z.zwei.key" if what == "a wrong key" else tmp_path / "none.key"
    code = 4 if what == "a wrong key" else 2
    office.run("submit", folder, "--as", "k.muster", "--key", other, code=code)


def test_audit_verify_finds_a_cut_tail_with_the_head(desk: Terminal) -> None:
    desk.run("publish", GIRL)
    assert desk.run("audit", "verify", "--head", desk.home / "audit-head.json").stdout
    with sqlite3.connect(desk.home / "ledger.db") as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)")
    database.close()
    assert desk.json("audit", "verify", "--head", desk.home / "audit-head.json", code=4)["problems"]
