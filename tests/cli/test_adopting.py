"""adopt: what it says of a post that is the account's own, over already, or somebody else's."""

import pathlib
from collections.abc import Iterator

import pytest

from fahndung.testing.running import RunningMastodon
from tests.channels import mastodons
from tests.channels.mastodons import CREDENTIAL, TOKEN
from tests.cli.driver import Terminal
from tests.lifecycle import accounts
from tests.lifecycle.test_adopting import by_hand
from tests.world import GIRL, World


@pytest.fixture
def server(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningMastodon]:
    monkeypatch.setenv(mastodons.VARIABLE, TOKEN)
    with mastodons.in_a_thread(tmp_path, "4.4+") as started:
        yield started


@pytest.mark.peers
def test_what_is_over_is_said_and_removed_by_the_next_run(approved: World, server: RunningMastodon) -> None:
    desk = Terminal(home=accounts.office(approved, server.config(credential=CREDENTIAL, settle_s=0)).home.path)
    url = by_hand(server)
    told = desk.run("adopt", url, GIRL, "--channel", "mastodon", code=7)
    assert "OVER" in told.stdout
    assert desk.json("adopt", url, GIRL, "--channel", "mastodon", code=7)["over"] is True
    desk.run("takedown")
    assert server.online() == ()


def test_what_is_somebody_elses_is_an_item_for_a_person_in_one_command(
    approved: World, server: RunningMastodon, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Terminal(home=accounts.office(approved, server.config(credential=CREDENTIAL, settle_s=0)).home.path)
    url = f"{server.url}@sonstwer/1"
    told = desk.run("adopt", url, GIRL, "--channel", "mastodon").stdout
    (copy,) = desk.json("copy", GIRL)["copies"]
    assert copy["url"] == url
    assert f"By-hand item {copy['item']} of {GIRL}" in told
    assert f"fahndung copy letter {copy['item']}" in told
    assert desk.json("adopt", url, GIRL, "--channel", "mastodon")["item"] == copy["item"]
    assert "CAUTION" not in told
    alike = f"{server.url}@pressse/1"
    told = desk.run("adopt", alike, GIRL, "--channel", "mastodon").stdout
    assert "the name pressse resembles ours, presse" in told
    kept = desk.json("adopt", alike, GIRL, "--channel", "mastodon")
    assert kept["resembles"] == {"name": "pressse", "ours": "presse"}
    desk.run("close", str(kept["item"]), "--note", "mistyped")
    assert [one["item"] for one in desk.json("copy", GIRL)["copies"]] == [copy["item"]]
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    assert f"Handposten {copy['item']} zu {GIRL}" in desk.run("adopt", url, GIRL, "--channel", "mastodon").stdout
