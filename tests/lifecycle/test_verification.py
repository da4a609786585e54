"""Reading back: what should be online, what should be gone, what came back."""

import datetime as dt
from typing import Any

import pytest

from fahndung.channels.website import Website
from fahndung.errors import ChannelFailed
from fahndung.ledger import claims, publications
from fahndung.ledger.endings import Ending, end
from fahndung.ledger.faults import Contradiction
from fahndung.lifecycle import calls, outcomes, takedown, turns, verification
from fahndung.lifecycle.shift import looking_on
from fahndung.model.closing import EndReason
from fahndung.model.ids import AppealId
from fahndung.model.publication import Altered, Gone, Live, State, Unknown
from tests.lifecycle import staffed
from tests.lifecycle.test_publishing import Dies, rows, second_revision
from tests.world import GIRL, GIRL_REVIEW, PUBLISHED, World

MINUTE = dt.timedelta(minutes=1)


def verify(world: World, now: dt.datetime = PUBLISHED, appeal: str | None = None) -> verification.Verification:
    return verification.verify(world.home, world.ledger, now=now, by="test", appeal=appeal)


def test_a_live_appeal_is_as_it_should_be(approved: World) -> None:
    approved.publish(GIRL)
    found = verify(approved)
    assert [(type(seen.look), seen.right) for seen in found.seen] == [(Live, True)]
    assert found.outcome.online_past_end == 0


def test_an_ended_appeal_is_seen_gone(approved: World) -> None:
    approved.publish(GIRL)
    takedown.takedown(approved.home, approved.ledger, now=GIRL_REVIEW, by="timer")
    found = verify(approved, GIRL_REVIEW)
    assert [(type(seen.look), seen.right) for seen in found.seen] == [(Gone, True)]


def test_a_copy_that_came_back_counts_and_is_taken_down_again(approved: World) -> None:
    approved.publish(GIRL)
    picture = next(approved.site.glob("bilder/*/*.jpg"))
    data = picture.read_bytes()
    takedown.takedown(approved.home, approved.ledger, now=GIRL_REVIEW, by="timer")
    picture.parent.mkdir(exist_ok=True)
    picture.write_bytes(data)
    found = verify(approved, GIRL_REVIEW)
    assert found.outcome.online_past_end == 1
    assert rows(approved)[0].state is State.WITHDRAWING
    assert takedown.takedown(approved.home, approved.ledger, now=GIRL_REVIEW, by="timer").online_past_end == 0
    assert not picture.exists()


def test_a_changed_page_is_altered(approved: World) -> None:
    approved.publish(GIRL)
    page = next(approved.site.glob("fahndung/*/index.html"))
    page.write_text(page.read_text("utf-8") + "x", "utf-8")
    (seen,) = verify(approved).seen
    assert isinstance(seen.look, Altered)
    assert not seen.right


def test_what_is_past_its_end_and_still_there_counts(approved: World) -> None:
    approved.publish(GIRL)
    found = verify(approved, GIRL_REVIEW)
    assert found.outcome.online_past_end == 1
    assert not found.seen[0].right


def test_a_channel_that_does_not_answer_is_unknown_and_counts_only_past_the_end(
    approved: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved.publish(GIRL)

    def fails(self: object, posting: object) -> None:
        raise ChannelFailed("no answer", "keine Antwort")

    with monkeypatch.context() as patch:
        patch.setattr(Website, "look", fails)
        before = verify(approved)
        assert isinstance(before.seen[0].look, Unknown)
        assert before.outcome.online_past_end == 0
        assert verify(approved, GIRL_REVIEW).outcome.online_past_end == 1


def test_a_lost_receipt_is_found_again(approved: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(*args: Any, **kwargs: Any) -> None:
        raise Dies

    with monkeypatch.context() as patch:
        patch.setattr(publications, "published", dies)
        with pytest.raises(Dies):
            approved.publish(GIRL)
    verify(approved)
    (row,) = rows(approved)
    assert row.state is State.LIVE
    assert row.url is not None


def test_a_withdrawal_whose_receipt_was_lost_is_settled(approved: World, monkeypatch: pytest.MonkeyPatch) -> None:
    approved.publish(GIRL)

    def dies(*args: Any, **kwargs: Any) -> None:
        raise Dies

    with monkeypatch.context() as patch:
        patch.setattr(publications, "gone", dies)
        with pytest.raises(Dies):
            takedown.takedown(approved.home, approved.ledger, now=GIRL_REVIEW, by="timer")
    assert rows(approved)[0].state is State.WITHDRAWING
    assert verify(approved, GIRL_REVIEW).seen[0].right
    assert rows(approved)[0].state is State.WITHDRAWN


@pytest.mark.peers
def test_a_replaced_revision_is_looked_at_beside_its_successor(approved: World) -> None:
    approved.publish(GIRL)
    second_revision(approved)
    approved.publish(GIRL, PUBLISHED + MINUTE)
    found = verify(approved, PUBLISHED + MINUTE)
    assert [(type(seen.look), seen.right) for seen in found.seen] == [(Gone, True), (Live, True)]
    takedown.takedown(approved.home, approved.ledger, now=GIRL_REVIEW, by="timer")
    assert [type(seen.look) for seen in verify(approved, GIRL_REVIEW, GIRL).seen] == [Gone, Gone]


def test_beside_a_worker_it_looks_and_nobody_takes_it_for_a_dead_one(
    approved: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved.publish(GIRL)
    real, dead = calls.look, []
    with staffed.on_duty(approved, lambda: PUBLISHED) as shift:

        def meanwhile(*args: Any) -> outcomes.Outcome:
            with approved.ledger.write(PUBLISHED) as tx:
                dead.extend(claims.recover(tx, alive=shift.alive, now=PUBLISHED, by="worker"))
            return real(*args)

        monkeypatch.setattr(calls, "look", meanwhile)
        assert [seen.right for seen in verify(approved, PUBLISHED + MINUTE).seen] == [True]
        with approved.ledger.read() as tx:
            assert [worker.what for worker in claims.workers(tx)] == ["worker"]
    assert dead == []
    assert rows(approved)[0].verified_at == PUBLISHED + MINUTE


def test_what_was_seen_before_a_worker_took_it_down_brings_nothing_back(
    approved: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved.publish(GIRL)
    real = calls.look
    with staffed.on_duty(approved, lambda: PUBLISHED) as shift:

        def slow(*args: Any) -> outcomes.Outcome:
            seen = real(*args)
            monkeypatch.setattr(calls, "look", real)
            wish = Ending(appeal=AppealId(GIRL), reason=EndReason.FOUND, by="k.muster", at=PUBLISHED)
            with approved.ledger.write(PUBLISHED) as tx:
                end(tx, wish)
            assert staffed.work(approved, shift) == []
            return seen

        monkeypatch.setattr(calls, "look", slow)
        assert [type(seen.look) for seen in verify(approved).seen] == [Live]
    assert [row.state for row in rows(approved)] == [State.WITHDRAWN]


def test_whoever_only_looks_makes_no_call(approved: World) -> None:
    approved.publish(GIRL)
    shift = looking_on(approved.ledger, what="verify", by="test", clock=lambda: GIRL_REVIEW)
    with pytest.raises(Contradiction, match="only looks"):
        turns.turn(shift, rows(approved)[0].id)
