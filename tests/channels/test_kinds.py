"""Channels of one's own: passed in by the caller, or installed as an entry point."""

import importlib.metadata
import json
import pathlib
import re
import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from fahndung import channels, resources
from fahndung.channels import website
from fahndung.errors import ChannelFailed, InvalidConfig
from fahndung.home.config import parse_config
from fahndung.model.mandate import Medium
from tests.lifecycle.test_alerts import BASE

from . import build

ROOT = pathlib.Path(__file__).resolve().parents[2]

Install = Callable[..., None]


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Pretends that packages with these entry points, (kind, object) each, are installed."""

    def installed(*points: tuple[str, str]) -> None:
        made = importlib.metadata.EntryPoints(
            importlib.metadata.EntryPoint(name=kind, value=value, group=channels.ENTRY_POINTS) for kind, value in points
        )
        monkeypatch.setattr(importlib.metadata, "entry_points", lambda **chosen: made.select(**chosen))

    return installed


def configured(tmp_path: pathlib.Path, kind: str, kinds: channels.Kinds | None = None) -> object:
    (tmp_path / "site").mkdir(exist_ok=True)
    table = {"name": "website", "kind": kind, "root": "site", "base_url": "https://f.example/"}
    return channels.from_config(table, home_id="h", nonce="n", home=tmp_path, kinds=kinds or {})


def test_a_kind_of_the_callers_opens_from_both_sides(tmp_path: pathlib.Path) -> None:
    kinds: channels.Kinds = {"pages": lambda: website}
    opened = configured(tmp_path, "pages", kinds)
    assert isinstance(opened, website.Website)
    assert channels.from_ledger("pages", opened.endpoint.as_json(), kinds=kinds).name == "website"


def test_an_installed_kind_opens_from_both_sides(tmp_path: pathlib.Path, install: Install) -> None:
    install(("pages", "fahndung.channels.website"))
    opened = configured(tmp_path, "pages")
    assert isinstance(opened, website.Website)
    assert channels.from_ledger("pages", opened.endpoint.as_json()).name == "website"
    assert channels.medium_of("pages") is Medium.WEBSITE


BLOCKS = re.findall(r"(?m)^    \[\[channels\]\]\n(?:    .+\n)+", (ROOT / "docs/channels.md").read_text("utf-8"))
TABLES = [tomllib.loads(block)["channels"][0] for block in BLOCKS]
DOCUMENTED = [table for table in TABLES if "…" not in "".join(map(str, table.values()))]
"""Every example that leaves nothing to be filled in."""


@pytest.mark.parametrize("table", DOCUMENTED, ids=[table["kind"] for table in DOCUMENTED])
def test_what_the_documents_show_is_taken_by_schema_and_connector(
    table: dict[str, Any], tmp_path: pathlib.Path
) -> None:
    lines = "\n".join(f"{key} = {json.dumps(value)}" for key, value in table.items())
    (parsed,) = parse_config(f"{BASE}[[channels]]\n{lines}\n", tmp_path).channels.values()
    opened = channels.from_config(parsed, home_id="h", nonce="n", home=tmp_path)
    assert channels.from_ledger(opened.kind, opened.access()).access() == opened.access()
    schema = json.loads(resources.schema_text("config-1.json"))["properties"]["channels"]["items"]
    (keys,) = [one["then"]["properties"] for one in schema["allOf"] if _of(one) == table["kind"]]
    wrong = [key for key, value in keys.items() if isinstance(value, dict) and not _is_example(value)]
    assert wrong == []


def test_websites_elsewhere_are_among_them() -> None:
    assert {"sftp", "s3"} <= {table["kind"] for table in DOCUMENTED}


def _of(rule: dict[str, Any]) -> str:
    return str(rule["if"]["properties"]["kind"]["const"])


def _is_example(rule: dict[str, Any]) -> bool:
    pattern = re.compile(rule.get("pattern", ""))
    return all(pattern.search(example) for example in rule.get("examples", ()))


def test_an_installed_kind_is_loaded_only_when_it_is_asked_for(tmp_path: pathlib.Path, install: Install) -> None:
    install(("broken", "fahndung.no_such_module"))
    assert isinstance(configured(tmp_path, "website"), website.Website)
    assert channels.medium_of("broken") is None
    with pytest.raises(InvalidConfig, match="cannot be loaded: ModuleNotFoundError"):
        configured(tmp_path, "broken")
    with pytest.raises(ChannelFailed, match="cannot be loaded: ModuleNotFoundError"):
        channels.from_ledger("broken", {})


def test_a_name_that_collides_with_a_built_in_kind_is_refused_but_takes_nothing_off_the_takedown(
    tmp_path: pathlib.Path, install: Install
) -> None:
    opened = build.website(tmp_path)
    install(("website", "elsewhere:channel"))
    with pytest.raises(InvalidConfig, match=r"claimed more than once \(built-in, elsewhere:channel\)"):
        configured(tmp_path, "website")
    assert channels.from_ledger("website", opened.endpoint.as_json()).name == "website"


def test_a_caller_cannot_take_the_place_of_a_built_in_kind(tmp_path: pathlib.Path) -> None:
    with pytest.raises(InvalidConfig, match=r"\(built-in, caller\)"):
        configured(tmp_path, "website", {"website": lambda: website})


def test_two_packages_with_one_name_open_nothing(tmp_path: pathlib.Path, install: Install) -> None:
    install(("pages", "fahndung.channels.website"), ("pages", "elsewhere:channel"))
    with pytest.raises(InvalidConfig, match="claimed more than once"):
        configured(tmp_path, "pages")
    with pytest.raises(ChannelFailed, match="claimed more than once"):
        channels.from_ledger("pages", {})
    assert channels.medium_of("pages") is None


def test_an_unknown_kind_names_those_that_are_known(install: Install) -> None:
    install(("pages", "fahndung.channels.website"))
    known = ", ".join(sorted({*channels.KINDS, "mine", "pages"}))
    with pytest.raises(ChannelFailed, match=rf"Known kinds: {known}\."):
        channels.from_ledger("gopher", {}, kinds={"mine": lambda: website})


def test_the_medium_of_a_built_in_kind_needs_no_connector() -> None:
    assert channels.medium_of("mastodon") is Medium.SOCIAL
    assert channels.medium_of("gopher") is None
