"""A home whose appeal goes to the press as well, and a mail server for it; fixtures to be imported."""

import datetime as dt
import json
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest

from tests import world
from tests.channels import postmaster
from tests.channels.postmaster import PASSWORD, VARIABLE, Running
from tests.world import World

PRESS = "pdl-2026-0127"
"""The call for witnesses: no person, no picture, built in no time."""
PRESS_REVIEW = dt.datetime(2027, 1, 17, 9, 0, tzinfo=world.BERLIN)
A, B, C = "a@zeitung.example", "b@blatt.example", "c@funk.example"
_MARK = "\n# press\n[[channels]]\n"


def to_the_press(record: dict[str, Any]) -> None:
    record["publication"]["channels"].append("press-mail")


def configured(made: World, server: Running, **values: Any) -> None:
    path = made.home.path / "fahndung.toml"
    lines = "\n".join(f"{key} = {json.dumps(value)}" for key, value in server.config(**values).items())
    before, _, _ = path.read_text("utf-8").partition(_MARK)
    path.write_text(f"{before}{_MARK}{lines}\n", "utf-8")


@pytest.fixture
def server(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    monkeypatch.setenv(VARIABLE, PASSWORD)
    with postmaster.in_a_thread(tmp_path / "mail") as started:
        started.list(f"{A},Die Zeitung,,", f"{B},Das Blatt,DED2,nein", f"{C},Funk,,no", "weg@aus.example,,,ja")
        yield started


@pytest.fixture(scope="session")
def press_template(empty_template: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A closed home with an approved call for witnesses that goes to the press as well."""
    path = tmp_path_factory.mktemp("press") / "home"
    for made in world.copied(empty_template, path):
        configured(made, Running(port=25, folder=path, pid=0))
        made.ready(made.case("witness-call", to_the_press))
    return path


@pytest.fixture
def office(press_template: pathlib.Path, server: Running, tmp_path: pathlib.Path) -> Iterator[World]:
    for made in world.copied(press_template, tmp_path / "home"):
        configured(made, server)
        yield made


@pytest.fixture
def pair_office(empty_template: pathlib.Path, server: Running, tmp_path: pathlib.Path) -> Iterator[World]:
    """The same with the appeal for two persons, whose order names a region by its code."""
    for made in world.copied(empty_template, tmp_path / "pair"):
        configured(made, server)
        made.ready(made.case("jewellery-theft", to_the_press))
        yield made
