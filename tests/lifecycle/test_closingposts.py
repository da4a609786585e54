"""The post that tells an end: after all on the account and the page was read back as gone, once, not for ever."""

import contextlib
import dataclasses
import datetime as dt
import pathlib
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from fahndung import channels
from fahndung.cli.outcome import posted_json, posted_line, publication_json, publication_line
from fahndung.errors import ChannelFailed, Message, NotPublishable
from fahndung.ledger import accounts as ledger_accounts
from fahndung.ledger import audit, byhand, publications, tally
from fahndung.ledger.endings import Ending
from fahndung.ledger.publications import Publication
from fahndung.lifecycle import (
    closingposts,
    drafting,
    previewing,
    previewpage,
    retention,
    statistics,
    takedown,
    telling,
    verification,
    worker,
)
from fahndung.lifecycle.account import Account, account
from fahndung.lifecycle.takendown import Outcome
from fahndung.model.closing import CLOSING_KINDS, EndReason
from fahndung.model.ids import AppealId, ChannelName, PersonId
from fahndung.model.mandate import Medium
from fahndung.model.publication import State, told_by
from fahndung.protocol import document, gathering
from fahndung.testing.faults import Call, Fault
from fahndung.testing.memory import KIND, MemoryPlatform
from fahndung.testing.posts import Modes
from tests import world
from tests.lifecycle import accounts
from tests.lifecycle.shifts import shift_of
from tests.lifecycle.test_confined import ELSEWHERE, NOT_HERE
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


@pytest.mark.peers
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


@pytest.mark.peers
def test_it_is_shown_and_is_no_appeal_online(office: World) -> None:
    end(office)
    found = told(office, ENDED + HOUR)
    (standing,) = (one for one in found.appeals if one.appeal == TRAM)
    assert (standing.state, found.overdue) == ("ended", 0)
    assert told_by(standing.publications[-1].target) == "reached"
    with office.ledger.read() as tx:
        counts = statistics.statistics(tx, now=ENDED + DAY).total
        assert (counts.online, counts.publications, counts.time_online) == (0, 2, HOUR)
        assert tally.channels(tx, ENDED + HOUR)[KIND].live == 0
        (receiver,) = (one for one in telling.everybody(tx, TRAM) if one.channel == KIND)
        assert receiver.told_at == ENDED, "the post told it"
        assert [item for item in byhand.open_items(tx) if item.kind is byhand.Kind.TELL] == []
    assert told(office, ENDED + TERM).overdue == 1, "past its own term it counts as anything does"
    waiting = [one.what.en for one in retention.tasks(office.home, office.ledger, now=ENDED + DAY, appeal=TRAM)]
    assert any("a copy is not yet read back as gone" in one for one in waiting)


@pytest.mark.peers
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


@pytest.mark.peers
def test_an_error_that_comes_to_light_later_takes_its_place(office: World, platform: MemoryPlatform) -> None:
    end(office)
    outcome = end(office, EndReason.ERROR, ENDED + HOUR)
    assert effects(platform) == ["create", "delete", "create", "delete", "create"]
    assert {kind: row.state for kind, row in notices(office).items()} == {
        "reached": State.WITHDRAWN,
        "error": State.LIVE,
    }
    assert outcome.online_past_end == 0
    end(office, EndReason.ERROR, ENDED + 2 * HOUR)
    assert notices(office)["error"].state is State.LIVE, "the same end again is no other end"
    assert len(effects(platform)) == 5


@pytest.mark.peers
def test_the_first_post_has_to_be_gone_before_the_recall_comes(office: World, platform: MemoryPlatform) -> None:
    end(office)
    platform.faults.add(Fault.NOTHING, Call.DELETE, times=9)
    assert end(office, EndReason.ERROR, ENDED + HOUR).online_past_end == 1
    assert {*notices(office)} == {"reached"}
    platform.faults.clear()
    run(office, ENDED + 2 * HOUR)
    assert notices(office)["error"].state is State.LIVE
    assert len(platform.online) == 1


@pytest.mark.peers
@pytest.mark.parametrize("part", [{"medium": Medium.SOCIAL}, {"channel": ChannelName(KIND)}])
def test_the_end_of_a_part_says_nothing(office: World, platform: MemoryPlatform, part: dict[str, Any]) -> None:
    assert end(office, **part).posts == ()
    assert (notices(office), effects(platform)) == ({}, ["create", "delete"])


@pytest.mark.peers
def test_an_end_that_names_the_account_takes_the_post_down(office: World, platform: MemoryPlatform) -> None:
    end(office)
    end(office, now=ENDED + HOUR, channel=ChannelName(KIND))
    assert notices(office)["reached"].state is State.WITHDRAWN
    assert run(office, ENDED + 2 * HOUR).posts == ()
    assert len(effects(platform)) == 4


@pytest.mark.peers
def test_what_a_clock_ends_is_told_as_well(office: World) -> None:
    with office.ledger.read() as tx:
        over = max(row.due_at for row in publications.rows(tx) if row.due_at is not None)
    run(office, over)
    assert notices(office)["ended-order"].state is State.LIVE


@pytest.mark.peers
def test_while_one_person_is_still_sought_nothing_is_told(pair: World, platform: MemoryPlatform) -> None:
    end(pair, appeal=PAIR, person=PersonId("p1"))
    assert (notices(pair), effects(platform)) == ({}, ["create", "create", "delete"])
    end(pair, now=ENDED + HOUR, appeal=PAIR, person=PersonId("p2"))
    assert {kind: row.state for kind, row in notices(pair).items()} == {"reached": State.LIVE}
    assert effects(platform)[-2:] == ["delete", "create"]


@pytest.mark.peers
def test_a_correction_tells_no_end_and_takes_down_what_told_one(office: World, platform: MemoryPlatform) -> None:
    def second(record: dict[str, Any]) -> None:
        accounts.on_account(KIND)(record)
        record["revision"] = 2

    office.ready(office.case("tram-robbery", second))
    office.publish(TRAM, PUBLISHED + HOUR)
    run(office, PUBLISHED + 2 * HOUR)
    assert (notices(office), effects(platform)) == ({}, ["create", "create", "delete"])
    end(office, now=PUBLISHED + 3 * HOUR)
    assert notices(office)["reached"].revision == 2


@pytest.mark.peers
def test_where_nobody_may_publish_nothing_is_posted_and_a_later_run_does(office: World) -> None:
    ending = Ending(appeal=AppealId(TRAM), reason=EndReason.FOUND, by="k.muster", at=ENDED)
    takedown.end(office.home, office.ledger, ending, now=ENDED, may_publish=False)
    assert notices(office) == {}
    run(office, ENDED + HOUR)
    assert notices(office)["reached"].state is State.LIVE


@pytest.mark.peers
def test_a_held_account_posts_once_it_is_let_go(office: World) -> None:
    with office.ledger.write(ENDED) as tx:
        ledger_accounts.hold(tx, ChannelName(KIND), now=ENDED, by="k.muster")
    (posted,) = end(office).posts
    assert posted.why is not None
    assert notices(office)["reached"].state is State.PLANNED
    with office.ledger.write(ENDED) as tx:
        ledger_accounts.release(tx, ChannelName(KIND), now=ENDED, by="k.muster")
    run(office, ENDED + HOUR)
    assert notices(office)["reached"].state is State.LIVE


@pytest.mark.peers
def test_a_lost_answer_is_looked_for_and_nothing_is_posted_twice(office: World, platform: MemoryPlatform) -> None:
    platform.faults.add(Fault.CUT_AFTER, Call.CREATE)
    end(office)
    for step in range(1, 4):
        run(office, ENDED + step * HOUR)
    assert notices(office)["reached"].state is State.LIVE
    assert effects(platform) == ["create", "delete", "create"]


@pytest.mark.peers
def test_what_a_person_closed_was_not_read_back(office: World, platform: MemoryPlatform) -> None:
    platform.faults.add(Fault.CLOSED, Call.DELETE, times=9)
    end(office)
    with office.ledger.write(ENDED) as tx:
        for item in byhand.open_items(tx, TRAM):
            byhand.close(tx, item.id, person="k.muster", note="gelöscht", at=ENDED)
    platform.faults.clear()
    run(office, ENDED + HOUR)
    assert notices(office) == {}


@pytest.mark.peers
def test_a_tombstone_told_the_end_already(office: World, platform: MemoryPlatform) -> None:
    with office.ledger.write(ENDED) as tx:
        (row,) = (one for one in publications.rows(tx) if one.channel == KIND)
        publications.want_down(tx, [row.id], now=ENDED, by="test")
        publications.intend_withdraw(tx, row.id, now=ENDED, by="test")
        publications.bury(tx, row.id, closingposts._term(TERM), next_at=ENDED, now=ENDED, by="test")
    platform.online.clear()
    assert end(office).posts == ()
    with office.ledger.read() as tx:
        assert publications.get(tx, row.id).state is State.WITHDRAWN
    assert notices(office) == {}


def test_it_is_off_unless_the_configuration_asks_for_it(office: World) -> None:
    config = office.home.path / "fahndung.toml"
    config.write_text(config.read_text("utf-8").replace("closing_post = true", ""), "utf-8")
    assert (end(office).posts, notices(office)) == ((), {})


@pytest.mark.peers
def test_without_a_configuration_nothing_is_posted_and_all_comes_down(office: World) -> None:
    (office.home.path / "fahndung.toml").write_text("broken", "utf-8")
    outcome = end(office)
    assert (outcome.posts, outcome.online_past_end, len(outcome.withdrawn)) == ((), 0, 2)


@pytest.mark.peers
def test_what_cannot_be_made_is_told_and_stays_with_a_person(office: World) -> None:
    with office.ledger.read() as tx:
        digest = publications.rows(tx)[0].digest
    (office.home.release_folder(digest) / "texts" / "closing-post-reached.txt").write_text("anders", "utf-8")
    (posted,) = end(office).posts
    assert posted.row is None
    assert posted.why is not None
    assert "closing-post-reached" in posted.why.en
    with office.ledger.read() as tx:
        assert byhand.Kind.TELL in {item.kind for item in byhand.open_items(tx, TRAM)}


@pytest.mark.peers
def test_a_worker_plans_it_and_sends_what_is_still_right(office: World, platform: MemoryPlatform) -> None:
    ending = Ending(appeal=AppealId(TRAM), reason=EndReason.FOUND, by="k.muster", at=ENDED)
    takedown.end(office.home, office.ledger, ending, now=ENDED, may_publish=False)
    shift = shift_of(office.ledger, ENDED)
    worker.errands_at(office.home)["+closing"](shift)
    row = notices(office)["reached"]
    assert row.state is State.PLANNED
    made = drafting.draft_of(office.home, office.ledger, row, now=ENDED)
    assert (made.marker, made.target) == (row.marker, row.target)
    elsewhere = dataclasses.replace(row, kind="mastodon", endpoint=ELSEWHERE)
    with pytest.raises(NotPublishable, match=NOT_HERE):
        drafting.draft_of(office.home, office.ledger, elsewhere, now=ENDED)
    verification.verify(office.home, office.ledger, now=ENDED, by="timer")
    with office.ledger.write(ENDED) as tx:
        (shown,) = (one for one in publications.rows(tx) if one.channel == KIND and one.id != row.id)
        publications.reopen(tx, shown.id, closingposts._term(TERM), now=ENDED, by="test")
    with pytest.raises(ChannelFailed, match="not read back as gone"):
        drafting.draft_of(office.home, office.ledger, row, now=ENDED)
    run(office, ENDED + HOUR)
    assert notices(office)["reached"].state is State.LIVE
    assert effects(platform) == ["create", "delete", "create"]


@pytest.mark.peers
def test_another_reason_by_now_cancels_what_was_planned(office: World, platform: MemoryPlatform) -> None:
    ending = Ending(appeal=AppealId(TRAM), reason=EndReason.FOUND, by="k.muster", at=ENDED)
    takedown.end(office.home, office.ledger, ending, now=ENDED, may_publish=False)
    assert closingposts.plan(office.home, office.ledger, now=ENDED, by="test") == ()
    row = notices(office)["reached"]
    end(office, EndReason.ERROR, ENDED + HOUR)
    assert {kind: one.state for kind, one in notices(office).items()} == {
        "reached": State.CANCELLED,
        "error": State.LIVE,
    }
    with pytest.raises(NotPublishable, match="another reason"):
        drafting.draft_of(office.home, office.ledger, row, now=ENDED)
    assert effects(platform) == ["create", "delete", "create"]


@pytest.mark.peers
def test_what_another_reason_has_cancelled_was_not_told(office: World, platform: MemoryPlatform) -> None:
    ending = Ending(appeal=AppealId(TRAM), reason=EndReason.FOUND, by="k.muster", at=ENDED)
    takedown.end(office.home, office.ledger, ending, now=ENDED, may_publish=False)
    closingposts.plan(office.home, office.ledger, now=ENDED, by="test")
    end(office, EndReason.REVOKED, ENDED + HOUR)
    run(office, ENDED + 2 * HOUR)
    assert {kind: row.state for kind, row in notices(office).items()} == {
        "reached": State.CANCELLED,
        "ended-order": State.LIVE,
    }
    assert end(office, EndReason.FOUND, ENDED + 3 * HOUR).posts == (), "it was told"
    assert effects(platform) == ["create", "delete", "create"]


@pytest.mark.peers
def test_the_preview_says_what_will_be_posted(office: World) -> None:
    shown = previewing.preview(office.home, office.ledger, appeal_id=TRAM)
    (website, post) = shown.as_json("de")["channels"]
    assert website["closing_posts"] == []
    assert [one["kind"] for one in post["closing_posts"]] == list(CLOSING_KINDS)
    assert all(len(one["parts"]) == 1 for one in post["closing_posts"]), "no picture"
    first = "  ✎ Wird veröffentlicht, sobald alles gelöscht ist: gefunden, ermittelt oder aufgeklärt"
    assert first in shown.lines("de")
    assert "Wird veröffentlicht, sobald alles gelöscht ist" in previewpage.page(shown, "de")


@pytest.mark.peers
def test_an_account_that_cannot_be_deleted_from_for_so_long_is_refused(
    office: World, platform: MemoryPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    able = platform.channel().capabilities()
    monkeypatch.setattr(
        "fahndung.testing.posts.PostChannel.capabilities", lambda self: dataclasses.replace(able, delete_window=2 * DAY)
    )
    (unfit,) = previewing.preview(office.home, office.ledger, appeal_id=TRAM).refused
    assert (unfit.channel, "closing_post_days" in unfit.why.en) == (KIND, True)
    with pytest.raises(NotPublishable, match="closing_post_days"):
        office.publish(TRAM)


@pytest.mark.peers
def test_mutants_are_caught(office: World, platform: MemoryPlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    """Posted before the takedown was read back."""
    monkeypatch.setattr(closingposts, "_stands", lambda rows, account: None)
    monkeypatch.setattr(closingposts, "_shown", lambda tx, rows, account: _anything(rows, account))
    monkeypatch.setattr(publications, "lately_down", lambda tx, channel: publications.rows(tx, channel=channel))
    platform.faults.add(Fault.NOTHING, Call.DELETE, times=9)
    end(office)
    assert effects(platform) == ["create", "create"], "what the other tests forbid"


def _anything(rows: Sequence[Publication], account: str) -> tuple[Publication, str]:
    return next(row for row in rows if row.channel == account), "reached"


@pytest.mark.peers
def test_command_and_protocol_tell_of_it(office: World, tmp_path: pathlib.Path) -> None:
    outcome = end(office)
    row = posted_json(outcome.posts[0])
    assert (row["channel"], row["state"], row["why"]) == (KIND, "live", None)
    assert str(row["url"]) in posted_line(row)
    refused = dataclasses.replace(outcome.posts[0], row=None, why=Message("too long", "zu lang"))
    assert "too long" in posted_line(posted_json(refused)) or "zu lang" in posted_line(posted_json(refused))
    notice = notices(office)["reached"]
    assert publication_json(notice)["tells_end"] == "reached"
    assert "reached" in publication_line(notice)
    with office.ledger.read() as tx:
        told = gathering.of(tx, TRAM, now=ENDED, by="k.muster", public_key=b"")
    assert f"{KIND}, soziale Netzwerke, teilt das Ende mit (gefunden, ermittelt oder aufgeklärt)" in [
        line[1] for line in document._publications(told)
    ]


@pytest.mark.peers
def test_a_bug_of_a_connector_stops_the_post_alone(office: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*named: object) -> None:
        raise KeyError("marker")

    monkeypatch.setattr(closingposts, "view", broken)
    outcome = end(office)
    (posted,) = outcome.posts
    assert (posted.why and posted.why.en, outcome.online_past_end) == ("a bug stopped the post (KeyError)", 0)
    monkeypatch.undo()


@pytest.mark.peers
def test_a_bug_while_it_is_sent_is_told_and_the_next_run_posts(office: World, platform: MemoryPlatform) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(closingposts, "draft_of", lambda *named: {}["marker"])
        (posted,) = end(office).posts
        assert posted.why is not None
        assert "KeyError" in posted.why.en
    for step in range(1, 4):
        run(office, ENDED + step * HOUR)
    assert notices(office)["reached"].state is State.LIVE
    assert effects(platform) == ["create", "delete", "create"]


@pytest.mark.peers
def test_two_runs_plan_one_post(office: World) -> None:
    ending = Ending(appeal=AppealId(TRAM), reason=EndReason.FOUND, by="k.muster", at=ENDED)
    takedown.end(office.home, office.ledger, ending, now=ENDED, may_publish=False)
    with office.ledger.read() as tx:
        (owed,) = closingposts._owed(tx, KIND, None)
    for _ in range(2):
        closingposts._plan(office.home, office.ledger, owed, TERM, now=ENDED, by="test")
    assert len(notices(office)) == 1
    row = dataclasses.replace(notices(office)["reached"], marker="another")
    with pytest.raises(NotPublishable, match="no longer what was planned"):
        closingposts.draft_of(office.home, office.ledger, row)


@pytest.mark.peers
def test_after_its_time_it_is_not_sent_any_more(office: World) -> None:
    ending = Ending(appeal=AppealId(TRAM), reason=EndReason.FOUND, by="k.muster", at=ENDED)
    takedown.end(office.home, office.ledger, ending, now=ENDED, may_publish=False)
    closingposts.plan(office.home, office.ledger, now=ENDED, by="test")
    row = notices(office)["reached"]
    with office.ledger.write(ENDED) as tx, pytest.raises(NotPublishable, match="is over"):
        publications.intend_publish(tx, row.id, now=ENDED + TERM, by="test")
    run(office, ENDED + TERM)
    assert notices(office)["reached"].state is State.CANCELLED
