import pathlib
import subprocess
import sys
from typing import Any

import pytest

from fahndung import channels
from fahndung.channels.website import Website
from fahndung.errors import ChannelFailed, InvalidConfig

from . import build


def configured(home: pathlib.Path, **values: object) -> Website:
    table: dict[str, object] = {"name": "website", "kind": "website", "root": "site", "base_url": "https://f.example/"}
    opened = channels.from_config(table | values, home_id="home-1", nonce="n", home=home)
    assert isinstance(opened, Website)
    return opened


def test_a_relative_root_counts_from_the_home_and_http_is_the_rule(tmp_path: pathlib.Path) -> None:
    endpoint = configured(tmp_path).endpoint
    assert endpoint.root == tmp_path / "site"
    assert (endpoint.read_back, endpoint.title) == ("http", "f.example")
    assert configured(
        tmp_path, root="/srv/fahndung", title="Polizeidirektion Musterstadt"
    ).endpoint.root == pathlib.Path("/srv/fahndung")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", "../x"),
        ("name", None),
        ("root", ""),
        ("root", 5),
        ("base_url", "https://f.example"),
        ("base_url", "http://f.example/"),
        ("base_url", "https://user@f.example/"),
        ("base_url", "https://f.example/?x/"),
        ("base_url", "https://f.example/#/"),
        ("base_url", 'https://f.example/"/'),
        ("read_back", "none"),
        ("title", ""),
    ],
)
def test_a_wrong_key_is_refused_by_name(tmp_path: pathlib.Path, key: str, value: object) -> None:
    with pytest.raises(InvalidConfig, match=key):
        configured(tmp_path, **{key: value})


@pytest.mark.parametrize("root", [".", "..", "/", "cases", "releases/x", "site/../cases"])
def test_a_root_that_would_serve_the_home_is_refused(tmp_path: pathlib.Path, root: str) -> None:
    with pytest.raises(InvalidConfig, match="must not be served"):
        configured(tmp_path, root=root)


@pytest.mark.parametrize("kind", ["gopher", None, 5])
def test_an_unknown_kind_is_refused(tmp_path: pathlib.Path, kind: object) -> None:
    with pytest.raises(InvalidConfig, match=r"Known kinds: .*website"):
        configured(tmp_path, kind=kind)


def test_a_ledger_row_of_an_unknown_kind_is_told(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ChannelFailed, match="gopher' is unknown"):
        channels.from_ledger("gopher", {})


@pytest.mark.parametrize(
    "change",
    [
        {"root": "site"},
        {"root": None},
        {"base_url": "http://f.example/"},
        {"nonce": ""},
        {"name": "../x"},
        {"title": 5},
        {"title": "half a character \ud800"},
        {"root": "/srv/a\0b"},
        {"root": "/srv/\ud800"},
        {"read_back": "nobody"},
        {"base_url": "https://[/"},
    ],
)
def test_a_damaged_ledger_row_is_told(tmp_path: pathlib.Path, change: dict[str, object]) -> None:
    endpoint = build.website(tmp_path).endpoint.as_json()
    assert channels.from_ledger("website", endpoint).name == "website"
    with pytest.raises(ChannelFailed, match="damaged"):
        channels.from_ledger("website", endpoint | change)


@pytest.mark.parametrize("row", [{}, [], None, "x", 5, {"name": []}, {5: "x"}, [["root", "/srv"]]])
def test_a_ledger_row_that_is_nonsense_is_told(row: Any) -> None:
    with pytest.raises(ChannelFailed, match="damaged") as caught:
        channels.from_ledger("website", row)
    assert "beschädigt" in caught.value.message.de


def test_importing_the_room_imports_no_connector() -> None:
    code = "import sys, fahndung.channels; print({'requests', 'fahndung.channels.website'} & set(sys.modules) or [])"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert run.stdout.strip() == "[]"
