"""The post that tells an end: after everything on the account and the page was read back as gone, once, and not for ever."""

import contextlib
import datetime as dt
import json
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest

from fahndung import channels
from fahndung.errors import NotPublishable
from fahndung.ledger import accounts as ledger_accounts
from fahndung.ledger import audit, byhand, publications
from fahndung.ledger.endings import Ending
from fahndung.ledger.publications import Publication
from fahndung.lifecycle import closingposts, drafting, previewing, retention, statistics, takedown, verification, worker
from fahndung.lifecycle.account import Account, account
from fahndung.lifecycle.takedown import Outcome
from fahndung.model.appeal import AppealId, ChannelName, Medium, PersonId
from fahndung.model.closing import CLOSING_KINDS
from fahndung.model.publication import EndReason, State, told_by
from fahndung.testing.faults import Call, Fault
from fahndung.testing.memory import KIND, MemoryPlatform
from fahndung.testing.posts import Modes
from tests import world
from tests.lifecycle import accounts
from tests.lifecycle.shifts import shift_of
from tests.world import PAIR, PUBLISHED, TRAM, World

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
ENDED = PUBLISHED + HOUR
TERM = 3 * DAY


@contextlib.contextmanager
def on(platform: MemoryPlatform) -> Iterator[None]:
    """Its kind, for as long as the block runs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(channels, "KINDS", {**channels.KINDS, **platform.kinds()})
        yield


def configured(made: World, **values: Any) -> World:
    return accounts.office(made, {"name": KIND, "kind": KIND, "closing_post": True, "closing_post_days": 3} | values)


def ready(template: pathlib.Path, path: pathlib.Path, case: str) -> pathlib.Path:
    """A closed home with that case approved for website and account."""
    with on(MemoryPlatform()):
        for made in world.copied(template, path):
            configured(made).ready(made.case(case, accounts.on_account(KIND)))
    return path


@pytest.fixture(scope="session")
def robbery_template(empty_template: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return ready(empty_template, tmp_path_factory.mktemp("closing") / "home", "tram-robbery")


@pytest.fixture(scope="session")
def theft_template(empty_template: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return ready(empty_template, tmp_path_factory.mktemp("closing-pair") / "home", "jewellery-theft")


@pytest.fixture
def platform() -> Iterator[MemoryPlatform]:
    made = MemoryPlatform(Modes())
    with on(made):
        yield made


@pytest.fixture
def office(robbery_template: pathlib.Path, platform: MemoryPlatform, tmp_path: pathlib.Path) -> Iterator[World]:
    """One appeal is live on website and account."""
    for made in world.copied(robbery_template, tmp_path / "home"):
        assert made.publish(TRAM).failed == ()
        yield made
        assert audit.verify(made.ledger) == ()


@pytest.fixture
def pair(theft_template: pathlib.Path, platform: MemoryPlatform, tmp_path: pathlib.Path) -> Iterator[World]:
    """The same with an appeal for two persons."""
    for made in world.copied(theft_template, tmp_path / "home"):
        assert made.publish(PAIR).failed == ()
        yield made


def end(made: World, reason: EndReason = EndReason.FOUND, now: dt.datetime = ENDED, **more: Any) -> Outcome:
    appeal = more.pop("appeal", TRAM)
    ending = Ending(appeal=AppealId(appeal), reason=reason, by="k.muster", at=now, **more)
    return takedown.end(made.home, made.ledger, ending, now=now)


def run(made: World, now: dt.datetime, **more: Any) -> Outcome:
    return takedown.takedown(made.home, made.ledger, now=now, by="timer", **more)


def notices(made: World) -> dict[str, Publication]:
    """Kind to row."""
    with made.ledger.read() as tx:
        return {kind: row for row in publications.rows(tx) if (kind := told_by(row.target)) is not None}


def told(made: World, now: dt.datetime = ENDED) -> Account:
    with made.ledger.read() as tx:
        return account(tx, now=now)


def effects(platform: MemoryPlatform) -> list[str]:
    """What happened to posts, in order."""
    return [verb for verb, kind, *_ in platform.journal if kind == "post"]


def test_it_comes_after_the_takedown_once_and_goes_when_its_term_is_over(
    office: World, platform: MemoryPlatform
) -> None:
    outcome = end(office)
    assert effects(platform) == ["create", "delete", "create"]
    (posted,) = outcome.posts
    row = notices(office)["reached"]
    assert (posted.row, posted.why, row.state, row.due_at) == (row, None, State.LIVE, ENDED + TERM)
    assert row.verified_at == ENDED, "it was read back"
    assert outcome.online_past_end == 0
    for step in range(1, 4):
        assert (run(office, ENDED + step * HOUR).posts, run(office, ENDED + step * HOUR).online_past_end) == ((), 0)
    assert end(office, now=ENDED + 4 * HOUR).posts == (), "the same end again is no other end"
    assert notices(office)["reached"].state is State.LIVE
    assert effects(platform) == ["create", "delete", "create"]
    run(office, ENDED + TERM)
    assert notices(office)["reached"].state is State.WITHDRAWN
    assert effects(platform) == ["create", "delete", "create", "delete"]
    run(office, ENDED + TERM + HOUR)
    assert len(effects(platform)) == 4


def test_it_is_shown_and_is_no_appeal_online(office: World) -> None:
    end(office)
    found = told(office, ENDED + HOUR)
    (standing,) = (one for one in found.appeals if one.appeal == TRAM)
    assert (standing.state, found.overdue) == ("ended", 0)
    assert told_by(standing.publications[-1].target) == "reached"
    with office.ledger.read() as tx:
        counts = statistics.statistics(tx, now=ENDED + DAY).total
        assert (counts.online, counts.publications, counts.time_online) == (0, 2, HOUR)
        assert [item for item in byhand.open_items(tx) if item.kind is byhand.Kind.TELL] == []
    assert told(office, ENDED + TERM).overdue == 1, "past its own term it counts as anything does"
    waiting = [one.what.en for one in retention.tasks(office.home, office.ledger, now=ENDED + DAY, appeal=TRAM)]
    assert any("a copy is not yet read back as gone" in one for one in waiting)


@pytest.mark.parametrize("kind", [KIND, "website"])
def test_while_anything_there_or_its_page_may_stand_it_stays_silent(
    office: World, platform: MemoryPlatform, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = next(office.site.glob("fahndung/*/index.html"))
    with pytest.MonkeyPatch.context() as patch:
        if kind == KIND:
            platform.faults.add(Fault.NOTHING, Call.DELETE, times=9)
        else:
            from fahndung.channels.website import Website

            patch.setattr(Website, "withdraw", lambda self, posting: None)
        outcome = end(office)
        assert outcome.online_past_end == 1
        assert (notices(office), page.exists()) == ({}, kind == "website")
    platform.faults.clear()
    run(office, ENDED + HOUR)
    assert notices(office)["reached"].state is State.LIVE
    assert effects(platform)[-2:] == ["delete", "create"]
