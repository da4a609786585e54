"""What the terminal says of where an appeal goes, when, and for how long."""

import datetime as dt

import pytest

from fahndung.lifecycle.shift import on_shift
from tests.cli.driver import Terminal
from tests.lifecycle import accounts
from tests.world import BEFORE, GIRL, NOT_BEFORE, World

MASTODON = """
[[channels]]
name = "leipzig"
kind = "mastodon"
url = "http://127.0.0.1:9/"
account = "presse"
credential = "leipzig-token"
regions = ["DED5"]
categories = ["missing-child"]
ttl = "47h"
embargo = "15min"
posts_per_day = 3
"""


@pytest.fixture
def terminal(approved: World) -> Terminal:
    config = approved.home.path / "fahndung.toml"
    config.write_text(config.read_text("utf-8") + MASTODON, "utf-8")
    approved.ledger.close()
    return Terminal(home=approved.home.path)


def test_channels_show_the_terms_of_each_account(terminal: Terminal) -> None:
    website, leipzig = terminal.json("channels")["channels"]
    told = {key: leipzig[key] for key in ("regions", "categories", "ttl", "embargo", "posts_per_day")}
    assert told == {
        "regions": ["DED5"],
        "categories": ["missing-child"],
        "ttl": 47 * 3600,
        "embargo": 900,
        "posts_per_day": 3,
    }
    assert website["ttl"] is None
    assert "47 hours at most" in terminal.run("channels").stdout


def test_categories_have_german_names(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    assert "nur vermisste Kinder" in terminal.run("channels").stdout


def test_channels_for_and_check_say_where_an_appeal_goes_and_why_not_elsewhere(terminal: Terminal) -> None:
    found = terminal.json("channels", "for", GIRL)
    assert (found["id"], found["revision"]) == (GIRL, 1)
    assert {one["channel"]: one["goes"] for one in found["accounts"]} == {"website": True, "leipzig": False}
    assert terminal.json("check", GIRL)["accounts"] == found["accounts"]
    lines = terminal.run("check", GIRL).stdout.splitlines()
    assert "→ website" in lines
    assert any(line.startswith("✗ leipzig: the record names neither") for line in lines)


@pytest.mark.peers
def test_publish_promises_only_while_a_worker_runs_and_says_what_it_promised(approved: World) -> None:
    terminal = Terminal(home=approved.home.path, now=BEFORE.isoformat())
    refused = terminal.run("publish", GIRL, code=4)
    assert "08:00" in refused.stderr
    assert "fahndung worker" in refused.stderr
    assert "would send" not in terminal.run("publish", GIRL, "--dry-run", code=4).stdout
    with on_shift(approved.home, approved.ledger, what="worker", by="t", clock=lambda: BEFORE) as shift:
        with approved.ledger.write(BEFORE) as tx:
            shift.join(tx, now=BEFORE)
        (draft,) = terminal.json("publish", GIRL, "--dry-run")["drafts"]
        assert dt.datetime.fromisoformat(draft["opens_at"]) == NOT_BEFORE
        done = terminal.json("publish", GIRL)
        assert (done["published"], done["failed"], done["pending"]) == ([], [], [])
        assert done["promised"] == [{"channel": "website", "at": draft["opens_at"]}]
        assert "the worker sends it at" in terminal.run("publish", GIRL).stdout
    (appeal,) = terminal.json("status", GIRL)["appeals"]
    assert appeal["state"] == "embargoed"
    assert [one["opens_at"] for one in appeal["publications"]] == [draft["opens_at"]]
    assert "goes out" in terminal.run("status", GIRL).stdout


@pytest.mark.peers
def test_what_does_not_fit_its_account_is_shown_with_exit_4_and_nobody_approves_it(empty: World) -> None:
    """The terminal's own part; what is shown: ``tests/lifecycle/test_previewpage.py``."""
    config = empty.home.path / "fahndung.toml"
    account = MASTODON.replace('"leipzig"', '"mastodon"').replace('regions = ["DED5"]', "characters = 60")
    config.write_text(config.read_text("utf-8") + account.replace('categories = ["missing-child"]', ""), "utf-8")
    appeal = empty.submit(empty.case("jewellery-theft", accounts.on_account("mastodon")))
    empty.verify_images(appeal)
    empty.build(appeal)
    terminal = Terminal(home=empty.home.path)
    (refused,) = terminal.json("preview", appeal, code=4)["refused"]
    assert refused["channel"] == "mastodon"
    key = ("--as", "f.freigabe", "--key", empty.home.path / "keys" / "f.freigabe.key")
    assert "60 are allowed" in terminal.run("approve", appeal, *key, code=4).stderr
    assert terminal.json("status", appeal)["appeals"][0]["state"] == "built"
