"""A correction by a worker process: the new post first, then the old one gone, everywhere within five minutes.

One platform fails its deletions for a while. The platforms' own journals say when.
"""

import datetime as dt
import pathlib
from collections.abc import Iterator

import pytest

from fahndung.channels.server import Server
from fahndung.ledger import publications
from fahndung.lifecycle import account
from fahndung.model.publication import State
from fahndung.testing.faults import Call, Fault
from fahndung.testing.running import Effect, Running
from tests.channels import facebooks, mastodons, xs
from tests.lifecycle import accounts, staffed
from tests.lifecycle.staffed import machine_time
from tests.lifecycle.test_routed import corrected
from tests.world import PAIR, PUBLISHED, World

pytestmark = pytest.mark.peers

MINUTES = dt.timedelta(minutes=5)
NETWORKS = ("mastodon", "x", "facebook")
FAILURES = 3
"""How often X refuses to delete, each time longer waited for."""


@pytest.fixture
def platforms(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Running]]:
    monkeypatch.setenv(mastodons.VARIABLE, mastodons.TOKEN)
    monkeypatch.setenv(xs.VARIABLE, xs.keys())
    facebooks.secrets(monkeypatch)
    for name in NETWORKS:
        (tmp_path / name).mkdir()
    with (
        mastodons.in_a_thread(tmp_path / "mastodon") as mastodon,
        xs.in_a_thread(tmp_path / "x") as x,
        facebooks.in_a_thread(tmp_path / "facebook") as facebook,
    ):
        yield {"mastodon": mastodon, "x": x, "facebook": facebook}


@pytest.fixture
def force(empty: World, platforms: dict[str, Running]) -> Iterator[World]:
    with Server(empty.site) as website:
        config = empty.home.path / "fahndung.toml"
        text = config.read_text("utf-8").replace("http://127.0.0.1:8477/", website.url)
        config.write_text(text.replace('read_back = "files"', 'read_back = "http"'), "utf-8")
        accounts.office(empty, platforms["mastodon"].config(credential=mastodons.CREDENTIAL, settle_s=0))
        accounts.office(empty, platforms["x"].config(credential=xs.CREDENTIAL, settle_s=0))
        accounts.office(empty, platforms["facebook"].config(credential=facebooks.CREDENTIAL, settle_s=0))
        yield empty


def test_the_new_post_comes_first_and_the_old_one_is_gone_within_five_minutes_everywhere(
    force: World, platforms: dict[str, Running]
) -> None:
    force.ready(force.case("jewellery-theft", accounts.on_account("social")))
    clock = staffed.Ahead(force.home.path)
    clock.reach(PUBLISHED, at=machine_time())
    with staffed.running(force.home.path):
        done = force.publish(PAIR, clock(), patience=staffed.SECONDS)
        assert ({sent.publication.channel for sent in done.sent}, done.failed) == ({"website", *NETWORKS}, ())
        first = {name: effects(platform, "create") for name, platform in platforms.items()}
        force.ready(force.case("jewellery-theft", corrected(accounts.on_account("social"))))
        platforms["x"].add(Fault.ERROR_BEFORE, Call.DELETE, times=FAILURES)
        began = machine_time()
        done = force.publish(PAIR, clock(), patience=staffed.SECONDS)
        assert done.failed == ()
        staffed.wait_until(lambda: all(len(effects(one, "delete")) == 1 for one in platforms.values()))
        assert overdue(force, clock()) or effects(platforms["x"], "delete")
        staffed.wait_until(lambda: overdue(force, clock()) == 0)
    for name, platform in platforms.items():
        ((old,), (_, new), (gone,)) = first[name], effects(platform, "create"), effects(platform, "delete")
        assert (gone.marker, gone.id) == (old.marker, old.id)
        assert new.at < gone.at, name
        assert [one["marker"] for one in platform.online()] == [new.marker]
        took = dt.datetime.fromisoformat(gone.at) - began
        print(f"{name}: the new one after {seconds(new, began)} s, the old one gone after {seconds(gone, began)} s")
        assert took < MINUTES
    with force.ledger.read() as tx:
        rows = publications.rows(tx, PAIR)
    assert {row.state for row in rows if row.revision == 2} == {State.LIVE}
    assert {row.state for row in rows if row.revision == 1} == {State.WITHDRAWN}


def effects(platform: Running, verb: str) -> list[Effect]:
    return [one for one in platform.journal() if (one.verb, one.kind) == (verb, "post")]


def overdue(made: World, now: dt.datetime) -> int:
    with made.ledger.read() as tx:
        return account.account(tx, now=now, appeal=PAIR).overdue


def seconds(effect: Effect, began: dt.datetime) -> str:
    return f"{(dt.datetime.fromisoformat(effect.at) - began).total_seconds():.1f}"
