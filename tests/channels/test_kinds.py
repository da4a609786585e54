"""Channels of one's own: passed in by the caller, or installed as an entry point."""

import importlib.metadata
import pathlib
from collections.abc import Callable

import pytest

from fahndung import channels
from fahndung.channels import website
from fahndung.errors import ChannelFailed, InvalidConfig
from fahndung.model.appeal import Medium

from . import build

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
