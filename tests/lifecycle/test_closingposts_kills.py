"""The post that tells an end and SIGKILL: whenever the run that ends an appeal dies, it comes afterwards and once.

The platform is a server with a journal of its own, the judge; one that knows keys, and one that ignores them and lists.
``FAHNDUNG_SEED`` chooses other lines.
"""

import contextlib
import datetime as dt
import functools
import os
import pathlib
from collections.abc import Callable, Iterator, Sequence

import pytest

from fahndung.home import open_home
from fahndung.ledger import audit, publications
from fahndung.ledger.endings import Ending
from fahndung.ledger.store import Ledger
from fahndung.lifecycle import calls, outcomes, takedown
from fahndung.model.closing import EndReason
from fahndung.model.ids import AppealId
from fahndung.model.publication import State, told_by
from fahndung.testing.faults import Call, Fault
from fahndung.testing.running import Effect, Running, running, running_mastodon
from tests import world
from tests.lifecycle import accounts, killing
from tests.world import PUBLISHED, TRAM, World

SEED = int(os.environ.get("FAHNDUNG_SEED", "0"))
SIZE = 8
MARGIN = 60
"""By so many lines two runs may differ: how often they wait for what another process does."""
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
ENDED = PUBLISHED + HOUR
TOKEN = "token-of-the-account"
PLATFORMS = {
    "keys": (functools.partial(running, keys_s=86_400.0, lookup=False), {"keys_s": 86_400.0, "lookup": False}),
    "lookup": (functools.partial(running_mastodon, profile="gts", lag_s=0), {"settle_s": 0}),
}


Homes = Callable[[str], pathlib.Path]


@pytest.fixture(scope="module")
def approved(empty_template: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> Homes:
    return functools.cache(lambda kind: approve(empty_template, tmp_path_factory.mktemp("approved") / "home", kind))


def approve(empty: pathlib.Path, path: pathlib.Path, kind: str) -> pathlib.Path:
    """A closed home with an appeal that is approved for an account of that kind of platform."""
    for one in world.copied(empty, path):
        bare = (path / "fahndung.toml").read_text("utf-8")
        credential = "TOKEN" if kind == "postbox" else "token"
        table = {"url": "http://127.0.0.1:1/", "account": "presse", "credential": credential}
        accounts.office(one, {"name": kind, "kind": kind, **table})
        one.ready(one.case("tram-robbery", accounts.on_account(kind)))
        (path / "fahndung.toml").write_text(bare, "utf-8")
    return path


@contextlib.contextmanager
def standing(
    name: str, homes: Homes, folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Running, pathlib.Path]]:
    """The platform, and a closed home from which one appeal is live on it and on the website."""
    serve, values = PLATFORMS[name]
    (folder / "platform").mkdir(parents=True)
    with serve(folder / "platform") as platform:
        variable = "TOKEN" if name == "keys" else "FAHNDUNG_TOKEN"
        monkeypatch.setenv(variable, platform.token)
        credential = variable if name == "keys" else "token"
        table = platform.config(credential=credential, **values) | {"closing_post": True, "closing_post_days": 3}
        for made in world.copied(homes(platform.kind), folder / "home"):
            accounts.office(made, table)
            assert made.publish(TRAM).failed == ()
        yield platform, folder / "home"


def opened(home: pathlib.Path) -> contextlib.AbstractContextManager[World]:
    return contextlib.contextmanager(_opened)(home)


def _opened(path: pathlib.Path) -> Iterator[World]:
    home = open_home(path)
    with Ledger.open(home.ledger_address, home_id=home.identity, rehearsed=True) as ledger:
        yield World(home=home, ledger=ledger, keys={})


def end(made: World) -> None:
    ending = Ending(appeal=AppealId(TRAM), reason=EndReason.FOUND, by="k.muster", at=ENDED)
    takedown.end(made.home, made.ledger, ending, now=ENDED)


def in_child(path: pathlib.Path, line: int) -> int:
    with opened(path) as made, killing.counted(line) as count:
        end(made)
        return count[0]


def violations(effects: Sequence[Effect]) -> Iterator[str]:
    """What the platform's journal has against it: a post beside another one, or a second one that tells the end."""
    online: set[str] = set()
    made: list[str] = []
    for one in effects:
        if one.kind != "post":
            continue
        if one.verb == "delete":
            online.discard(one.id)
            continue
        if online:
            yield "posted while another post was online"
        online.add(one.id)
        made.append(one.marker)
    if len(made) != len({*made}):
        yield "posted twice"
    if len(made) != 2:
        yield f"{len(made)} posts"


@pytest.mark.peers
@pytest.mark.parametrize("name", PLATFORMS)
def test_a_kill_at_any_line_of_the_end_leaves_one_post_after_the_takedown(
    name: str, approved: Homes, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    print(f"FAHNDUNG_SEED={SEED}")
    with standing(name, approved, tmp_path / "warm", monkeypatch) as (platform, home):
        recovered(platform, home)  # all is imported, so that each child runs the same lines
    with standing(name, approved, tmp_path / "whole", monkeypatch) as (platform, home):
        lines = killing._killed(functools.partial(in_child, home), 0)
        assert lines is not None
        recovered(platform, home)
    killed = 0
    for number, line in enumerate(killing.sample(lines - MARGIN, SIZE, SEED)):
        with standing(name, approved, tmp_path / str(number), monkeypatch) as (platform, home):
            killed += killing._killed(functools.partial(in_child, home), line) is None
            recovered(platform, home)
    assert killed == SIZE


def recovered(platform: Running, home: pathlib.Path) -> None:
    """The successor ends it again, as whoever saw the first one die would; then time goes by."""
    with opened(home) as made:
        end(made)
        for step in range(1, 4):
            takedown.takedown(made.home, made.ledger, now=ENDED + step * HOUR, by="timer")
        (notice,) = platform.online()
        with made.ledger.read() as tx:
            (row,) = (one for one in publications.rows(tx) if told_by(one.target) is not None)
        assert (row.state, row.marker) == (State.LIVE, notice["marker"])
        takedown.takedown(made.home, made.ledger, now=ENDED + 4 * DAY, by="timer")
        takedown.takedown(made.home, made.ledger, now=ENDED + 4 * DAY + HOUR, by="timer")
        assert platform.online() == ()
        assert list(violations(platform.journal())) == []
        assert audit.verify(made.ledger) == ()


@pytest.mark.peers
def test_who_does_not_look_first_posts_twice(
    approved: Homes, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mutant: a call whose answer was lost is taken for one that had no effect."""
    with standing("lookup", approved, tmp_path / "office", monkeypatch) as (platform, home), opened(home) as made:
        monkeypatch.setattr(calls, "resolve", lambda *named: outcomes.Found(references=()))
        platform.add(Fault.CUT_AFTER, Call.CREATE)
        end(made)
        for step in range(1, 4):
            takedown.takedown(made.home, made.ledger, now=ENDED + step * HOUR, by="timer")
        assert "posted twice" in [*violations(platform.journal())]
