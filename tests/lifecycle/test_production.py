"""A production home: read back over HTTP from a server, founders, a clock that fell behind."""

import dataclasses
import datetime as dt
import pathlib
from collections.abc import Iterator

import pytest

from fahndung import http
from fahndung.approval import load_key
from fahndung.channels.server import Server
from fahndung.errors import NotPublishable
from fahndung.founding import add_person, create_home
from fahndung.ledger import publications
from fahndung.ledger.store import Ledger
from fahndung.lifecycle import takedown, verification
from fahndung.model.publication import State
from tests.world import BEFORE, GIRL, GIRL_REVIEW, PUBLISHED, World

MINUTE = dt.timedelta(minutes=1)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Office(World):
    """A production home and the folder that its web server shows."""

    root: pathlib.Path


@pytest.fixture
def office(tmp_path: pathlib.Path) -> Iterator[tuple[Office, Server]]:
    """With an approved appeal, and the server running."""
    root = tmp_path / "www"
    root.mkdir()
    home = create_home(tmp_path / "home", rehearsal=False, now=BEFORE, by="test")
    with Server(root, 0) as server, Ledger.open(home.ledger_path, home_id=home.identity) as ledger:
        config = home.path / "fahndung.toml"
        text = config.read_text("utf-8").replace("/srv/fahndung-website", str(root))
        config.write_text(text.replace("https://fahndung.polizei.example/", server.url), "utf-8")
        keys: dict[str, bytes] = {}
        for person, role in (("f.freigabe", "approver"), ("z.zwei", "approver"), ("k.muster", "drafter")):
            keys[person] = _add(ledger, tmp_path, person, role, keys)
        keys["v.beispiel"] = _add(ledger, tmp_path, "v.beispiel", "image-verifier", keys)
        made = Office(home=home, ledger=ledger, keys=keys, root=root)
        made.ready(made.case("missing-girl"))
        yield made, server


def _add(ledger: Ledger, folder: pathlib.Path, person: str, role: str, keys: dict[str, bytes]) -> bytes:
    path = folder / f"{person}.key"
    add_person(
        ledger,
        person_id=person,
        name=person,
        roles=frozenset({role}),
        path=path,
        passphrase=None,
        by="f.freigabe",
        countersign=lambda: keys["f.freigabe"],
        now=BEFORE,
    )
    return load_key(path)


def url(world: World) -> str:
    with world.ledger.read() as tx:
        return str(publications.rows(tx, GIRL)[0].url)


def state(world: World) -> State:
    with world.ledger.read() as tx:
        return publications.rows(tx, GIRL)[0].state


@pytest.mark.peers
def test_online_over_http_and_proven_gone_over_http(office: tuple[Office, Server]) -> None:
    world, _ = office
    world.publish(GIRL)
    assert http.get(url(world)).status == 200
    assert verification.verify(world.home, world.ledger, now=PUBLISHED, by="test").seen[0].right
    outcome = takedown.takedown(world.home, world.ledger, now=GIRL_REVIEW, by="timer")
    assert outcome.online_past_end == 0
    assert http.get(url(world)).status == 410


@pytest.mark.peers
def test_a_dead_server_is_not_gone(tmp_path: pathlib.Path, office: tuple[Office, Server]) -> None:
    world, server = office
    world.publish(GIRL)
    server.__exit__(None, None, None)
    outcome = takedown.takedown(world.home, world.ledger, now=GIRL_REVIEW, by="timer")
    assert outcome.online_past_end == 1
    assert "nobody can tell" in outcome.pending[0].why.en
    assert state(world) is State.WITHDRAWING
    assert not list(world.root.glob("bilder/*/*.jpg"))


@pytest.mark.peers
def test_a_clock_that_fell_behind_does_not_publish_but_takes_down(office: tuple[Office, Server]) -> None:
    world, _ = office
    world.publish(GIRL)
    with world.ledger.write(GIRL_REVIEW + dt.timedelta(days=1)):
        pass
    with pytest.raises(NotPublishable, match="behind the ledger"):
        world.publish(GIRL, PUBLISHED + MINUTE)
    assert takedown.takedown(world.home, world.ledger, now=GIRL_REVIEW, by="timer").online_past_end == 0


@pytest.mark.peers
def test_a_missing_root_refuses_before_anything_is_sent(office: tuple[Office, Server]) -> None:
    world, _ = office
    world.root.rename(world.root.with_name("unmounted"))
    with pytest.raises(Exception, match="www"):
        world.publish(GIRL)
    with world.ledger.read() as tx:
        assert publications.rows(tx, GIRL) == ()


@pytest.mark.peers
def test_a_root_inside_the_case_store_is_refused(office: tuple[Office, Server]) -> None:
    world, _ = office
    config = world.home.path / "fahndung.toml"
    config.write_text(config.read_text("utf-8").replace(str(world.root), str(world.home.path / "cases")), "utf-8")
    with pytest.raises(NotPublishable, match="outside the case store"):
        world.publish(GIRL)
