"""Where an appeal goes: by name, kind and medium, by region and category, and why not elsewhere."""

import pathlib
from typing import Any

import pytest

from fahndung import records, routing
from fahndung.errors import Severity
from fahndung.home.config import Config, parse_config
from fahndung.law.facts import Comments
from fahndung.model.appeal import Appeal
from fahndung.model.mandate import Medium
from fahndung.premises import used_media
from tests.home.test_config import CONFIG
from tests.world import write_case

STATE, LEIPZIG, DRESDEN = "land", "leipzig", "dresden"


def account(name: str, kind: str = "mastodon", **terms: list[str]) -> str:
    lines = "".join(f"{key} = {value!r}\n".replace("'", '"') for key, value in terms.items())
    own = {
        "mastodon": 'url = "https://social.polizei.example/"\naccount = "a"\ncredential = "c"\n',
        "x": 'account = "a"\ncredential = "c"\n',
        "website": f'root = "site-{name}"\nbase_url = "https://{name}.polizei.example/"\n',
    }[kind]
    return f'[[channels]]\nname = "{name}"\nkind = "{kind}"\n{own}{lines}'


def config(*accounts: str) -> Config:
    return parse_config(CONFIG + "".join(accounts), pathlib.Path("/"))


@pytest.fixture
def force() -> Config:
    """A state force and two directorates, of which one takes missing children only."""
    return config(
        account(STATE),
        account(LEIPZIG, regions=["DED5"]),
        account(DRESDEN, regions=["DED2"], categories=["missing-child"]),
        account("x-land", "x"),
    )


def appeal(tmp_path: pathlib.Path, *named: str, regions: tuple[str, ...] = ()) -> Appeal:
    def change(record: dict[str, Any]) -> None:
        record["publication"] |= {"channels": list(named), "region_codes": list(regions)}

    return records.load(write_case(tmp_path, "missing-girl", change)).appeal


def gone_to(config: Config, one: Appeal) -> list[str]:
    return list(routing.accounts(one, config))


def said(config: Config, one: Appeal) -> list[tuple[Severity, str]]:
    return [(found.severity, found.field) for found in routing.problems(one, config)]


def test_a_kind_leads_to_each_account_that_takes_the_region_and_the_category(
    force: Config, tmp_path: pathlib.Path
) -> None:
    there = appeal(tmp_path / "1", "website", "mastodon", regions=("DED52",))
    assert routing.accounts(there, force) == {
        "website": Medium.WEBSITE,
        STATE: Medium.SOCIAL,
        LEIPZIG: Medium.SOCIAL,
    }
    assert gone_to(force, appeal(tmp_path / "2", "website", "mastodon")) == ["website", STATE, LEIPZIG, DRESDEN]
    assert said(force, there) == []


def test_a_medium_leads_to_all_kinds_of_it_and_an_account_is_named_once(force: Config, tmp_path: pathlib.Path) -> None:
    one = appeal(tmp_path, "website", LEIPZIG, "social", regions=("DED5",))
    assert gone_to(force, one) == ["website", LEIPZIG, STATE, "x-land"]


def test_the_name_of_an_account_comes_before_that_of_its_kind(tmp_path: pathlib.Path) -> None:
    two = config(account("mastodon"), account(LEIPZIG))
    assert gone_to(two, appeal(tmp_path, "website", "mastodon")) == ["website", "mastodon"]


def test_an_account_that_is_named_and_does_not_fit_is_a_finding_that_stops(
    force: Config, tmp_path: pathlib.Path
) -> None:
    one = appeal(tmp_path, "website", DRESDEN, regions=("DED5",))
    (found,) = routing.problems(one, force)
    assert (found.severity, found.field) == (Severity.BLOCK, "publication/channels/1")
    assert "DED2" in found.message.de
    assert gone_to(force, one) == ["website", DRESDEN]


def test_a_kind_of_which_no_account_fits_is_told_and_goes_nowhere(tmp_path: pathlib.Path) -> None:
    far = config(account(LEIPZIG, regions=["DED5"], categories=["object"]))
    one = appeal(tmp_path, "website", "mastodon", regions=("DED5",))
    assert gone_to(far, one) == ["website"]
    assert said(far, one) == [(Severity.WARN, "publication/channels/1")]
    assert routing.media(one, far) == {"website": Medium.WEBSITE, "mastodon": Medium.SOCIAL}
    assert "object" in str(routing.misfit(one, far, LEIPZIG))


def test_posts_need_a_website_that_shows_the_page(force: Config, tmp_path: pathlib.Path) -> None:
    assert said(force, appeal(tmp_path, STATE)) == [(Severity.BLOCK, "publication/channels")]


def test_every_account_says_whether_and_why_not(force: Config, tmp_path: pathlib.Path) -> None:
    found = {
        one.account: one for one in routing.routes(appeal(tmp_path, "website", "mastodon", regions=("DED5",)), force)
    }
    assert {name for name, one in found.items() if one.goes} == {"website", STATE, LEIPZIG}
    assert found[STATE].as_json("en") == {
        "channel": STATE,
        "kind": "mastodon",
        "goes": True,
        "named_as": "mastodon",
        "why": None,
    }
    assert found["x-land"].line("en") == "✗ x-land: the record names neither it nor its kind or medium"
    assert "DED2" in found[DRESDEN].line("de")
    assert found["website"].line("en") == "→ website"
    assert found[STATE].line("en") == "→ land (mastodon)"


def test_without_a_home_a_kind_or_a_medium_names_a_channel(tmp_path: pathlib.Path) -> None:
    def three(record: dict[str, Any]) -> None:
        record["publication"]["channels"] = ["mastodon", "print", "unheard-of"]

    one = records.load(write_case(tmp_path, "missing-girl", three, paper=True)).appeal
    media = routing.accounts(one, None)
    assert media == routing.media(one, None) == {"mastodon": Medium.SOCIAL, "print": Medium.PRINT, "unheard-of": None}
    assert used_media(one, media) == {Medium.PRINT, Medium.POSTER}


def test_what_nobody_knows_is_not_forgotten(force: Config, tmp_path: pathlib.Path) -> None:
    one = appeal(tmp_path, "website", "unheard-of")
    assert routing.accounts(one, force) == routing.media(one, force) == {"website": Medium.WEBSITE, "unheard-of": None}


def test_the_worst_account_of_a_kind_says_whether_strangers_may_write(force: Config, tmp_path: pathlib.Path) -> None:
    assert routing.comments(appeal(tmp_path / "1", "website", "mastodon"), None) == {"website": Comments.NONE}
    one = appeal(tmp_path / "2", "website", "social", "x")
    assert routing.comments(one, force) == {"website": Comments.NONE, "x": Comments.OFF}


def test_the_accounts_on_which_strangers_may_comment_are_named_and_only_those_that_the_appeal_goes_to(
    force: Config, tmp_path: pathlib.Path
) -> None:
    one = appeal(tmp_path, "social", "x-land", regions=("DED5",))
    assert routing.commented(one, force) == {"social": (STATE, LEIPZIG), "x-land": ()}
    assert routing.commented(one, None) == {}
