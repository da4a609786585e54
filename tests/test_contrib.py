"""The systemd units: what they start is what the program offers, and systemd itself has nothing against them."""

import configparser
import pathlib
import shutil
import subprocess

import pytest
from click.testing import CliRunner

from fahndung.cli.app import app

UNITS = pathlib.Path(__file__).parents[1] / "contrib" / "systemd"
PROGRAM = "/opt/fahndung/bin/fahndung"
SERVICES = sorted(UNITS.glob("*.service"))
TIMERS = sorted(UNITS.glob("*.timer"))


def unit(path: pathlib.Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=False, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(path.read_text("utf-8"))
    return parser


def test_the_units_are_those_of_the_readme() -> None:
    told = (UNITS / "README.md").read_text("utf-8")
    assert [path.name for path in SERVICES] == [
        "fahndung-doctor.service",
        "fahndung-takedown.service",
        "fahndung-worker.service",
    ]
    assert [path.stem for path in TIMERS] == ["fahndung-doctor", "fahndung-takedown"]
    assert all(name in told for name in ("fahndung-worker.service", "fahndung-takedown.timer", "fahndung-doctor.timer"))


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_each_command_exists_with_its_options(path: pathlib.Path) -> None:
    program, *words = unit(path)["Service"]["ExecStart"].split()
    assert program == PROGRAM
    result = CliRunner().invoke(app, [*words, "--help"])
    assert result.exit_code == 0, result.output
    assert all(word in result.output for word in words if word.startswith("--"))


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_each_service_is_kept_in(path: pathlib.Path) -> None:
    service = unit(path)["Service"]
    assert (service["NoNewPrivileges"], service["PrivateTmp"], service["ProtectSystem"]) == ("yes", "yes", "strict")
    assert (service["User"], service["CapabilityBoundingSet"]) == ("fahndung", "")
    assert "/var/lib/fahndung" in service["ReadWritePaths"]
    assert "LoadCredential" not in service  # examples only: the names are the configuration's


def test_the_worker_is_watched_and_started_again() -> None:
    service = unit(UNITS / "fahndung-worker.service")["Service"]
    assert (service["Type"], service["Restart"], service["WatchdogSec"]) == ("notify", "always", "5min")


@pytest.mark.parametrize(("name", "calendar"), [("fahndung-takedown", "minutely"), ("fahndung-doctor", "*:0/5")])
def test_each_timer_makes_up_for_the_time_when_the_machine_was_off(name: str, calendar: str) -> None:
    timer = unit(UNITS / f"{name}.timer")["Timer"]
    assert (timer["OnCalendar"], timer["Persistent"]) == (calendar, "true")


@pytest.mark.peers
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_has_nothing_against_them(tmp_path: pathlib.Path) -> None:
    for path in (*SERVICES, *TIMERS):
        text = path.read_text("utf-8").replace(PROGRAM, "/bin/true")  # the program lies elsewhere here
        (tmp_path / path.name).write_text(text, "utf-8")
    names = [str(tmp_path / path.name) for path in (*SERVICES, *TIMERS)]
    result = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *names], capture_output=True, text=True, check=False, timeout=60
    )
    assert (result.returncode, result.stderr) == (0, "")
