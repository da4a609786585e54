"""Takedown: at the end, not before; idempotent; from the ledger alone; gone is only what was read back as gone."""

import contextlib
import datetime as dt
import pathlib
import shutil
import sqlite3
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from fahndung.channels.website import Website
from fahndung.errors import ChannelFailed, Message, NotPublishable, UsageError
from fahndung.home.locks import LOCK_SECONDS
from fahndung.ledger import accounts, alarms, answers, appeals, byhand, endings, paper, publications
from fahndung.ledger.byhand import ByHand
from fahndung.ledger.columns import Notes, Words
from fahndung.ledger.endings import Ending
from fahndung.ledger.faults import LedgerUnavailable
from fahndung.ledger.publications import Publication
from fahndung.ledger.tables import metadata
from fahndung.lifecycle import alarms as lifecycle_alarms
from fahndung.lifecycle import alerts, checkledger, removal, settling, shift, takedown
from fahndung.lifecycle.account import account
from fahndung.lifecycle.takendown import Outcome
from fahndung.model.alarm import Kind
from fahndung.model.closing import EndReason
from fahndung.model.ids import AppealId
from fahndung.model.mandate import Medium
from fahndung.model.publication import Altered, Gone, Live, State, Unknown
from tests.ledger.test_answers import ANSWER
from tests.lifecycle import staffed
from tests.world import GIRL, GIRL_REVIEW, PUBLISHED, TRAM, TRAM_LAPSE, World

SECOND = dt.timedelta(seconds=1)


def run(world: World, now: dt.datetime, appeal: str | None = None, **more: Any) -> Outcome:
    return takedown.takedown(world.home, world.ledger, now=now, by="timer", appeal=appeal, **more)


def end(
    world: World,
    reason: EndReason = EndReason.FOUND,
    now: dt.datetime = PUBLISHED,
    patience: float = LOCK_SECONDS,
    **more: Any,
) -> Outcome:
    ending = Ending(appeal=AppealId(GIRL), reason=reason, by="k.muster", at=now, **more)
    return takedown.end(world.home, world.ledger, ending, now=now, patience=patience)


def rows(world: World, appeal: str = GIRL) -> tuple[Publication, ...]:
    with world.ledger.read() as tx:
        return publications.rows(tx, appeal)


def pictures(world: World) -> list[pathlib.Path]:
    return list(world.site.glob("bilder/*/*.jpg"))


def test_a_second_before_the_lapse_it_stays_and_at_the_lapse_it_goes(approved: World) -> None:
    approved.publish(TRAM)
    assert run(approved, TRAM_LAPSE - SECOND).withdrawn == ()
    assert rows(approved, TRAM)[0].state is State.LIVE
    outcome = run(approved, TRAM_LAPSE)
    assert [row.state for row in outcome.withdrawn] == [State.WITHDRAWN]
    assert outcome.online_past_end == 0
    assert pictures(approved) == []
    with approved.ledger.read() as tx:
        (ending,) = endings.endings(tx, TRAM)
    assert ending.reason is EndReason.LAPSED


def test_a_missed_review_ends_with_the_reason_review(approved: World) -> None:
    approved.publish(GIRL)
    run(approved, GIRL_REVIEW)
    with approved.ledger.read() as tx:
        assert [ending.reason for ending in endings.endings(tx, GIRL)] == [EndReason.REVIEW]


def test_running_again_does_nothing_more(approved: World) -> None:
    approved.publish(GIRL)
    run(approved, GIRL_REVIEW)
    assert run(approved, GIRL_REVIEW + SECOND) == Outcome()


def test_it_needs_neither_case_nor_release_nor_configuration(approved: World) -> None:
    approved.publish(GIRL)
    shutil.rmtree(approved.home.path / "cases")
    shutil.rmtree(approved.home.path / "releases")
    (approved.home.path / "fahndung.toml").write_text("broken = ")
    outcome = end(approved)
    assert outcome.online_past_end == 0
    assert pictures(approved) == []


def test_a_website_that_left_the_configuration_is_still_taken_down(approved: World) -> None:
    approved.publish(GIRL)
    config = approved.home.path / "fahndung.toml"
    config.write_text(config.read_text("utf-8").replace('root = "site"', 'root = "elsewhere"'), "utf-8")
    assert end(approved).online_past_end == 0
    assert pictures(approved) == []


def test_ending_what_was_never_published_withdraws_nothing_and_forbids_publishing(approved: World) -> None:
    assert end(approved).withdrawn == ()
    with approved.ledger.read() as tx:
        assert endings.is_ended(tx, GIRL, 1)


def test_ending_an_unknown_appeal_is_refused(approved: World) -> None:
    ending = Ending(appeal=AppealId("nobody"), reason=EndReason.FOUND, by="k.muster", at=PUBLISHED)
    with pytest.raises(UsageError, match="nobody"):
        takedown.end(approved.home, approved.ledger, ending, now=PUBLISHED)


@pytest.mark.parametrize("part", [{"medium": Medium.WEBSITE}, {"channel": "website"}])
def test_one_medium_or_one_channel_ends_alone(approved: World, part: dict[str, Any]) -> None:
    approved.publish(GIRL)
    assert len(end(approved, **part).withdrawn) == 1
    with approved.ledger.read() as tx:
        assert not endings.is_ended(tx, GIRL, 1)


@pytest.mark.peers
def test_another_medium_does_not_concern_it(approved: World) -> None:
    approved.publish(GIRL)
    assert end(approved, medium=Medium.SOCIAL).withdrawn == ()
    assert rows(approved)[0].state is State.LIVE


def test_a_mistyped_channel_is_refused_and_records_nothing(approved: World) -> None:
    approved.publish(GIRL)
    with pytest.raises(UsageError, match="it has: website"):
        end(approved, channel="webiste")
    with approved.ledger.read() as tx:
        assert endings.endings(tx, GIRL) == ()


def test_a_channel_of_the_record_can_be_ended_before_it_was_used(approved: World) -> None:
    assert end(approved, channel="website").withdrawn == ()
    with pytest.raises(NotPublishable, match="ended on website"):
        approved.publish(GIRL)


@pytest.mark.peers
def test_a_failing_channel_is_pending_and_tried_again_later_and_later(
    approved: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved.publish(GIRL)

    def fails(self: object, posting: object) -> None:
        raise ChannelFailed("no route", "kein Weg")

    with monkeypatch.context() as patch:
        patch.setattr(Website, "withdraw", fails)
        waits = []
        for _ in range(4):
            outcome = end(approved)
            assert outcome.online_past_end == 1
            assert outcome.pending[0].why.en == "no route"
            (row,) = rows(approved)
            assert row.state is State.WITHDRAWING
            assert row.next_at is not None
            waits.append(row.next_at - PUBLISHED)
    for attempt, wait in enumerate(waits, start=2):
        assert SECOND <= wait <= min(SECOND * 2**attempt, shift.LONGEST_WAIT)
    assert run(approved, PUBLISHED + SECOND).online_past_end == 0


@pytest.mark.parametrize("look", [Live(evidence={}), Altered(why="404", evidence={}), Unknown(why="no canary")])
def test_nothing_but_gone_is_gone(approved: World, monkeypatch: pytest.MonkeyPatch, look: object) -> None:
    approved.publish(GIRL)
    with monkeypatch.context() as patch:
        patch.setattr(Website, "look", lambda self, posting: look)
        outcome = end(approved)
    assert outcome.online_past_end == 1
    assert rows(approved)[0].state is State.WITHDRAWING


@pytest.mark.peers
def test_only_the_named_appeal_is_taken_down(approved: World) -> None:
    approved.publish(GIRL)
    approved.publish(TRAM)
    assert [row.appeal for row in run(approved, TRAM_LAPSE, GIRL).withdrawn] == [GIRL]
    assert rows(approved, TRAM)[0].state is State.LIVE


def test_what_was_planned_and_never_sent_is_cancelled(approved: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(*args: Any, **kwargs: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(publications, "intend_publish", dies)
        with pytest.raises(KeyboardInterrupt):
            approved.publish(GIRL)
    assert rows(approved)[0].state is State.PLANNED
    assert end(approved).online_past_end == 0
    assert rows(approved)[0].state is State.CANCELLED


def test_unreadable_clock_facts_keep_the_stored_end_and_are_told(
    approved: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved.publish(GIRL)
    real = appeals.get

    def spoiled(*args: Any, **kwargs: Any) -> Any:
        import dataclasses

        return dataclasses.replace(real(*args, **kwargs), clock_facts=b"{}")

    with monkeypatch.context() as patch:
        patch.setattr(appeals, "get", spoiled)
        early = takedown.takedown(approved.home, approved.ledger, now=PUBLISHED, by="timer")
    assert early.withdrawn == ()
    assert early.online_past_end == 1
    assert "cannot be computed" in early.pending[0].why.en


@pytest.mark.peers
def test_one_appeals_spoiled_facts_stop_nobody_elses_takedown(approved: World) -> None:
    approved.publish(GIRL)
    approved.publish(TRAM)
    spoil(approved, "DROP TRIGGER IF EXISTS x", f"UPDATE submission SET clock_facts = x'7b7d' WHERE appeal = '{GIRL}'")
    outcome = run(approved, TRAM_LAPSE)
    assert {row.appeal for row in outcome.withdrawn} == {GIRL, TRAM}
    assert outcome.online_past_end == 1
    assert pictures(approved) == []


@pytest.mark.peers
@pytest.mark.parametrize(
    "damage", ["endpoint = 'x'", "endpoint = '[]'", "withdrawal = 'x'", "draft_references = '[{}]'"]
)
def test_a_row_that_cannot_be_read_counts_and_stops_nobody_elses_takedown(approved: World, damage: str) -> None:
    approved.publish(GIRL)
    approved.publish(TRAM)
    spoil(approved, f"UPDATE publication SET {damage} WHERE appeal = '{GIRL}'")
    outcome = run(approved, TRAM_LAPSE)
    assert TRAM in {row.appeal for row in outcome.withdrawn}
    assert outcome.online_past_end == 1
    assert outcome.pending[0].appeal == GIRL


def test_spoilt_words_stop_neither_takedown_nor_status_nor_doctor_nor_alarms(approved: World) -> None:
    approved.publish(TRAM)
    why = Message("No answer.", "Keine Antwort.")
    with approved.ledger.write(PUBLISHED) as tx:
        (row,) = publications.rows(tx, TRAM)
        publications.postpone(tx, row.id, why, next_at=PUBLISHED, now=PUBLISHED, by="test")
        accounts.failing(tx, row.channel, why, now=PUBLISHED)
        answers.keep(tx, row, "look", [ANSWER])
        poster = ByHand(appeal=row.appeal, what=why, why=why, kind=byhand.Kind.PAPER, place="Musterstadt", pieces=2)
        paper.printed(tx, poster, who="k.muster", at=PUBLISHED, by="test")
        raised = alarms.raise_(tx, Kind.CHANNEL_FAILING, row.channel, why, now=PUBLISHED, by="test")
        failed = {"box/0": alarms.Failure(tries=1, why=why)}
        alarms.sent(tx, raised, whole_round=True, failed=failed, next_at=PUBLISHED, now=PUBLISHED)
    places = [(of.name, one.name) for of in metadata.sorted_tables for one in of.c if type(one.type) in {Words, Notes}]
    spoil(approved, *(f"UPDATE {of} SET {name} = '{{' WHERE {name} IS NOT NULL" for of, name in places))
    with approved.ledger.read() as tx:
        for of, name in places:
            assert tx.connection.exec_driver_sql(f"SELECT count(*) FROM {of} WHERE {name} = '{{'").scalar(), (of, name)
    outcome = run(approved, TRAM_LAPSE)
    assert (outcome.online_past_end, [row.appeal for row in outcome.withdrawn]) == (0, [TRAM])
    assert pictures(approved) == []
    with approved.ledger.write(TRAM_LAPSE) as tx:
        assert account(tx, now=TRAM_LAPSE, appeal=TRAM).appeals[0].state == "ended"
        lifecycle_alarms.watch(tx, now=TRAM_LAPSE, by="test")
    assert alerts.deliver(approved.ledger, approved.home.config(), now=TRAM_LAPSE) == ()
    moment = {"now": TRAM_LAPSE, "machine": TRAM_LAPSE}
    found = checkledger.ledger(approved.home, approved.ledger, None, **moment, max_age=None, full=True)  # the doctor
    assert "channel" not in {one.check for one in found}


def spoil(world: World, *statements: str) -> None:
    """Changes the ledger behind its back."""
    with contextlib.closing(sqlite3.connect(world.home.ledger_path)) as database:
        triggers = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("PRAGMA ignore_check_constraints = ON")
        for statement in statements:
            database.execute(statement)
        database.commit()


@pytest.mark.peers
def test_a_bug_with_one_publication_does_not_keep_the_others_online(
    approved: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved.publish(GIRL)
    approved.publish(TRAM)
    real = Website.withdraw

    def withdraw(self: Website, posting: Any) -> None:
        if posting.references[0].id.split("/")[1] == rows(approved)[0].withdrawal["slug"]:
            raise ZeroDivisionError
        real(self, posting)

    with monkeypatch.context() as patch:
        patch.setattr(Website, "withdraw", withdraw)
        outcome = run(approved, TRAM_LAPSE)
    assert [row.appeal for row in outcome.withdrawn] == [TRAM]
    assert "ZeroDivisionError" in outcome.pending[0].why.en


def test_while_another_run_works_something_over_is_an_alarm_and_nothing_over_is_not(
    approved: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved.publish(TRAM)
    with approved.home.lock():
        assert run(approved, TRAM_LAPSE - SECOND, patience=0.05) == Outcome()
        (left,) = run(approved, TRAM_LAPSE, patience=0.05).pending
        assert (left.channel, "run 'fahndung takedown' again" in left.why.en) == ("website", True)


@pytest.mark.peers
def test_beside_a_worker_each_copy_that_is_left_is_told_with_its_own_reason_and_not_waited_for(
    approved: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(self: object, posting: object) -> None:
        raise ChannelFailed("no route", "kein Weg")

    approved.publish(GIRL)
    approved.publish(TRAM)
    with staffed.on_duty(approved, lambda: PUBLISHED) as worker, monkeypatch.context() as patch:
        patch.setattr(Website, "withdraw", fails)
        assert [one.why.en for one in end(approved, patience=0).pending] == [takedown._GOES_ON.en]
        assert staffed.work(approved, worker) == []
        (row,) = rows(approved)
        with approved.ledger.write(PUBLISHED) as tx:
            later = PUBLISHED + dt.timedelta(minutes=2)
            publications.withdraw_failed(tx, row.id, row.problem, next_at=later, now=PUBLISHED, by="worker")
        began = time.monotonic()
        outcome = run(approved, PUBLISHED)  # TRAM is not over, GIRL is tried again in two minutes
        assert time.monotonic() - began < 10
    assert [(one.appeal, one.why.en) for one in outcome.pending] == [
        (GIRL, "no route; its end is recorded, and the worker goes on")
    ]


def test_a_tombstone_is_told_and_waited_for_by_nobody(approved: World) -> None:
    approved.publish(GIRL)
    (row,) = rows(approved)
    with approved.ledger.write(PUBLISHED) as tx:
        publications.want_down(tx, [row.id], now=PUBLISHED, by="test", reason="found")
        publications.intend_withdraw(tx, publications.get(tx, row.id), now=PUBLISHED, by="test", next_at=PUBLISHED)
        why, later = Message("48 hours are over", "48 Stunden sind um"), PUBLISHED + dt.timedelta(minutes=1)
        publications.bury(tx, row.id, why, next_at=later, now=PUBLISHED, by="test")
        item = ByHand(
            appeal=GIRL,
            what=Message.same("website"),
            why=Message.same("löschen"),
            channel="website",
            publication=row.id,
        )
        byhand.add(tx, item, at=PUBLISHED, by="test")
    with staffed.on_duty(approved, lambda: PUBLISHED):
        began = time.monotonic()
        outcome = run(approved, PUBLISHED)
        assert time.monotonic() - began < 10
    assert [one.why.en for one in outcome.pending] == ["48 hours are over"]
    assert [one.publication for one in outcome.by_hand] == [row.id]


def test_what_another_run_took_down_meanwhile_is_told(approved: World, monkeypatch: pytest.MonkeyPatch) -> None:
    approved.publish(TRAM)
    real = removal.run

    def slow(*args: Any, **how: Any) -> Outcome:
        with ThreadPoolExecutor(1) as other:
            told.append(other.submit(run, approved, TRAM_LAPSE))
            time.sleep(0.5)
            return real(*args, **how)

    told: list[Future[Outcome]] = []
    with monkeypatch.context() as patch:
        patch.setattr(removal, "run", lambda *args, **how: slow(*args, **how) if not told else real(*args, **how))
        run(approved, TRAM_LAPSE)
    assert [row.state for row in told[0].result().withdrawn] == [State.WITHDRAWN]


@pytest.mark.peers
def test_a_ledger_that_cannot_be_written_withdraws_first_and_records_later(
    approved: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved.publish(TRAM)
    approved.publish(GIRL)

    def full(*args: Any, **kwargs: Any) -> Any:
        raise LedgerUnavailable("the disk is full", "Die Platte ist voll")

    with monkeypatch.context() as patch:
        patch.setattr(type(approved.ledger), "write", full)
        outcome = run(approved, TRAM_LAPSE - SECOND)
        assert outcome.withdrawn == ()
        assert ({row.appeal for row in outcome.unrecorded}, outcome.pending) == ({GIRL}, ())
        assert rows(approved, GIRL)[0].state is State.LIVE
        ended = Ending(appeal=AppealId(TRAM), reason=EndReason.FOUND, by="k.muster", at=PUBLISHED)
        wish = takedown.end(approved.home, approved.ledger, ended, now=PUBLISHED)
        assert (wish.online_past_end, wish.unwished) == (1, True)
        assert "not recorded" in wish.pending[0].why.en
        assert pictures(approved) == []
        broken = monkeypatch.setattr(Website, "withdraw", lambda self, posting: (_ for _ in ()).throw(_failed()))
        assert broken is None
        assert "no route" in run(approved, TRAM_LAPSE).pending[0].why.en
    monkeypatch.undo()
    assert run(approved, TRAM_LAPSE).online_past_end == 0


def _failed() -> ChannelFailed:
    return ChannelFailed("no route", "kein Weg")


@pytest.mark.parametrize(
    ("look", "words"),
    [
        (Live(evidence={}), "still online"),
        (Gone(evidence={}), "gone"),
        (Altered(why="x", evidence={}), "x"),
        (Unknown(why="y"), "y"),
    ],
)
def test_every_look_is_a_sentence(look: Any, words: str) -> None:
    assert words in settling.told(look).en


def test_an_ended_appeal_leaves_a_tombstone_and_a_neutral_410_page(approved: World) -> None:
    approved.publish(GIRL)
    slug = rows(approved)[0].withdrawal["slug"]
    end(approved)
    gone = (approved.site / ".fahndung" / "gone" / f"{slug}.html").read_text("utf-8")
    assert "Lina" not in gone
    atom = (approved.site / "feed.atom").read_text("utf-8")
    assert "deleted-entry" in atom
    assert "Lina" not in atom
    assert "Lina" not in (approved.site / "index.html").read_text("utf-8")
