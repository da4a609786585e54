"""Publishing: all is verified again, the obligation is in the ledger before the call, one changed byte refuses."""

import contextlib
import dataclasses
import datetime as dt
import json
import pathlib
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from fahndung import channels
from fahndung.channels.website import Website
from fahndung.errors import Busy, ChannelFailed, FahndungError, NotPublishable, Rejected, UsageError
from fahndung.ledger import people, publications
from fahndung.ledger.endings import Ending
from fahndung.ledger.publications import Publication
from fahndung.lifecycle import account, publishing, readying, takedown, worker
from fahndung.model.closing import EndReason
from fahndung.model.ids import AppealId, ChannelName, PersonId
from fahndung.model.publication import Live, State
from tests.lifecycle import staffed
from tests.world import BEFORE, GIRL, GIRL_REVIEW, NOT_BEFORE, PAIR, PUBLISHED, TRAM, World

MINUTE = dt.timedelta(minutes=1)


def rows(world: World, appeal: str = GIRL) -> tuple[Publication, ...]:
    with world.ledger.read() as tx:
        return publications.rows(tx, appeal)


def page(world: World, row: Publication) -> pathlib.Path:
    return next(world.site.glob(f"fahndung/{row.withdrawal['slug']}/index.html"))


def test_what_was_approved_stands_on_the_site_and_was_read_back(approved: World) -> None:
    done = approved.publish(GIRL)
    (sent,) = done.sent
    assert isinstance(sent.look, Live)
    assert publishing.is_right(sent)
    (row,) = rows(approved)
    assert row.state is State.LIVE
    assert row.verified_at == PUBLISHED
    assert row.due_at == GIRL_REVIEW
    assert row.url is not None
    assert row.url.endswith("/")
    assert page(approved, row).read_text("utf-8").count("Lina") > 0


def test_a_minute_before_not_before_is_refused_with_the_instant_and_leaves_nothing(approved: World) -> None:
    with pytest.raises(NotPublishable, match="08:00"):
        approved.publish(GIRL, NOT_BEFORE - MINUTE)
    assert rows(approved) == ()
    assert list(approved.site.iterdir()) == []


def test_at_not_before_it_goes_out(approved: World) -> None:
    approved.publish(GIRL, NOT_BEFORE)
    assert rows(approved)[0].state is State.LIVE


def test_at_its_end_it_does_not_go_out_any_more(approved: World) -> None:
    with pytest.raises(NotPublishable):
        approved.publish(GIRL, GIRL_REVIEW)
    approved.publish(GIRL, GIRL_REVIEW - MINUTE)


@pytest.mark.parametrize("what", ["output", "manifest", "added", "missing", "record", "picture", "case-added"])
def test_one_changed_byte_anywhere_refuses_and_leaves_nothing(approved: World, what: str) -> None:
    (release,) = [
        folder
        for folder in (approved.home.path / "releases").iterdir()
        if json.loads((folder / "manifest.json").read_bytes())["id"] == GIRL
    ]
    case = approved.home.case_folder(GIRL, 1)
    target = {
        "output": release / "texts" / "teaser.txt",
        "manifest": release / "manifest.json",
        "missing": release / "website" / "gone.html",
        "record": case / "appeal.json",
        "picture": case / "family-1.jpg",
    }
    match what:
        case "added":
            (release / "stray.txt").write_text("x")
        case "case-added":
            (case / "stray.txt").write_text("x")
        case "missing":
            target[what].unlink()
        case _:
            data = bytearray(target[what].read_bytes())
            data[len(data) // 2] ^= 1
            target[what].write_bytes(bytes(data))
    with pytest.raises(NotPublishable):
        approved.publish(GIRL)
    assert rows(approved) == ()
    assert list(approved.site.iterdir()) == []


@pytest.mark.peers
def test_without_an_approval_nothing_goes_out(empty: World) -> None:
    appeal = empty.submit(empty.case("missing-girl"))
    with pytest.raises(NotPublishable, match="no release"):
        empty.publish(appeal)
    empty.verify_images(appeal)
    empty.build(appeal)
    with pytest.raises(NotPublishable, match=r"approv"):
        empty.publish(appeal)


@pytest.mark.peers
def test_an_approval_of_an_earlier_build_does_not_count(approved: World) -> None:
    words = approved.home.path / "templates" / "de"
    words.mkdir(parents=True)
    from fahndung import resources

    text = resources.template_text("de", "teaser.txt.j2")
    (words / "teaser.txt.j2").write_text(text + "\nBitte teilen.\n", "utf-8")
    approved.build(GIRL)
    with pytest.raises(NotPublishable, match=r"approv"):
        approved.publish(GIRL)


def test_a_revoked_approver_no_longer_counts(approved: World) -> None:
    with approved.ledger.write(PUBLISHED) as tx:
        people.revoke(tx, "f.freigabe", at=PUBLISHED, by="test")
    with pytest.raises(NotPublishable, match=r"f\.freigabe"):
        approved.publish(GIRL)


@pytest.mark.peers
def test_an_approval_ends_at_its_expiry_and_takes_the_publication_with_it(empty: World) -> None:
    appeal = empty.submit(empty.case("missing-girl"))
    empty.verify_images(appeal)
    empty.build(appeal)
    expires = PUBLISHED + dt.timedelta(hours=2)
    empty.approve(appeal, expires=expires)
    with pytest.raises(NotPublishable):
        empty.publish(appeal, expires)
    empty.publish(appeal, PUBLISHED)
    assert rows(empty)[0].due_at == expires


def test_a_dry_run_verifies_and_prepares_but_sends_nothing(approved: World) -> None:
    ready = readying.prepare(approved.home, approved.ledger, appeal_id=GIRL, now=PUBLISHED)
    assert [draft.channel for _, draft in ready.drafts] == ["website"]
    assert list(approved.site.iterdir()) == []
    assert rows(approved) == ()


def test_publishing_twice_is_the_same_as_once(approved: World) -> None:
    approved.publish(GIRL)
    before = {path: path.read_bytes() for path in approved.site.rglob("*") if path.is_file()}
    approved.publish(GIRL, PUBLISHED + MINUTE)
    assert {path: path.read_bytes() for path in approved.site.rglob("*") if path.is_file()} == before
    assert len(rows(approved)) == 1


def test_a_channel_that_the_record_does_not_name_is_refused(approved: World) -> None:
    with pytest.raises(UsageError, match="does not go to"):
        approved.publish(GIRL, only=["x"])


def test_a_channel_that_is_not_configured_is_refused(approved: World) -> None:
    config = approved.home.path / "fahndung.toml"
    config.write_text(config.read_text("utf-8").replace('name = "website"', 'name = "other"'), "utf-8")
    with pytest.raises(NotPublishable, match="website"):
        approved.publish(GIRL)


def test_a_production_home_does_not_read_back_from_files(approved: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(approved.ledger, "kind", "production")
    with pytest.raises(NotPublishable, match="read_back"):
        approved.publish(GIRL)


class Dies(BaseException):
    """What a killed process leaves: nothing after this line ran."""


@pytest.mark.peers
@pytest.mark.parametrize("step", range(6))
def test_a_crash_at_any_checkpoint_leaves_an_obligation_that_takedown_meets(
    approved: World, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    real, count = publications.saw, 0

    def saw(*args: Any, **kwargs: Any) -> Any:
        nonlocal count
        count += 1
        if count > step:
            raise Dies
        return real(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(publications, "saw", saw)
        with contextlib.suppress(Dies):
            approved.publish(GIRL)
    outcome = takedown.takedown(approved.home, approved.ledger, now=GIRL_REVIEW, by="timer")
    assert outcome.online_past_end == 0
    assert not [path for path in (approved.site / "bilder").rglob("*") if path.is_file()]
    assert not [path for path in (approved.site / "fahndung").rglob("*") if path.is_file()]
    assert rows(approved)[0].state in {State.WITHDRAWN, State.CANCELLED}


def test_after_a_crash_publishing_again_finishes_it(approved: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(*args: Any, **kwargs: Any) -> None:
        raise Dies

    with monkeypatch.context() as patch:
        patch.setattr(publications, "published", dies)
        with pytest.raises(Dies):
            approved.publish(GIRL)
    assert rows(approved)[0].state is State.PUBLISHING
    approved.publish(GIRL, PUBLISHED + MINUTE)
    (row,) = rows(approved)
    assert row.state is State.LIVE


def test_a_channel_that_fails_is_told_and_stays_an_obligation(approved: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(self: object, draft: object, checkpoint: object) -> None:
        raise ChannelFailed("the disk is full", "Die Platte ist voll")

    with monkeypatch.context() as patch:
        patch.setattr(Website, "publish", fails)
        done = approved.publish(GIRL)
    assert done.sent == ()
    assert [name for name, _ in done.failed] == ["website"]
    (row,) = rows(approved)
    assert row.state is State.PUBLISHING
    assert row.problem is not None
    assert row.problem.en == "the disk is full"


def test_a_channel_that_refuses_for_good_is_no_failure_that_a_retry_mends(
    approved: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(self: object, draft: object, checkpoint: object) -> None:
        raise Rejected("not that", "So nicht")

    with monkeypatch.context() as patch:
        patch.setattr(Website, "publish", refuses)
        done = approved.publish(GIRL)
    assert (done.sent, done.failed) == ((), ())
    assert [name for name, _ in done.refused] == ["website"]
    assert rows(approved)[0].state is State.REJECTED


def test_a_look_that_fails_is_unknown_not_live(approved: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(self: object, posting: object) -> None:
        raise ChannelFailed("no answer", "keine Antwort")

    with monkeypatch.context() as patch:
        patch.setattr(Website, "look", fails)
        done = approved.publish(GIRL)
    assert not publishing.is_right(done.sent[0])
    assert rows(approved)[0].verified_at is None


def second_revision(
    world: World, more: Callable[[dict[str, Any]], None] = lambda record: None, **publication: object
) -> None:
    def change(record: dict[str, Any]) -> None:
        more(record)
        record["revision"] = 2
        record["texts"]["summary"]["de"] += " Sie trug zuletzt einen blauen Schal."
        record["publication"] |= publication

    world.ready(world.case("missing-girl", change))


@pytest.mark.peers
def test_a_new_revision_stands_on_the_same_address_and_the_old_pictures_are_gone(approved: World) -> None:
    approved.publish(GIRL)
    (old,) = rows(approved)
    old_pictures = {path.name for path in approved.site.glob("bilder/*/*.jpg")}
    second_revision(approved)
    done = approved.publish(GIRL, PUBLISHED + MINUTE)
    assert done.pending == ()
    first, second = rows(approved)
    assert first.url == second.url == old.url
    assert (first.state, second.state) == (State.WITHDRAWN, State.LIVE)
    assert not {path.name for path in approved.site.glob("bilder/*/*.jpg")} & old_pictures
    assert "blauen Schal" in page(approved, second).read_text("utf-8")


@pytest.mark.peers
def test_the_lapse_of_a_replaced_revision_does_not_end_the_new_one(approved: World) -> None:
    approved.publish(GIRL)
    later = GIRL_REVIEW + dt.timedelta(days=3)

    def change(record: dict[str, Any]) -> None:
        record["revision"] = 2
        record["legal"]["decision"] |= {"at": "2026-11-26T10:00:00+01:00", "reference": "521/26/183420-2"}
        record["publication"] |= {"review_at": later.isoformat(), "stand": "2026-11-26T10:30:00+01:00"}

    approved.submit(approved.case("missing-girl", change))
    outcome = takedown.takedown(approved.home, approved.ledger, now=GIRL_REVIEW, by="timer")
    assert outcome.online_past_end == 0
    approved.verify_images(GIRL)
    approved.build(GIRL)
    approved.approve(GIRL)
    approved.publish(GIRL, GIRL_REVIEW + MINUTE)
    first, second = rows(approved)
    assert (first.state, second.state) == (State.WITHDRAWN, State.LIVE)
    assert isinstance(channels.from_ledger(second.kind, second.endpoint).look(_posting(approved, second)), Live)


def _posting(world: World, row: Publication) -> Any:
    with world.ledger.read() as tx:
        return publications.posting(tx, row.id)


def test_what_was_withdrawn_is_not_sent_again_from_the_same_release(approved: World) -> None:
    approved.publish(GIRL)
    takedown.takedown(approved.home, approved.ledger, now=GIRL_REVIEW, by="timer")
    with pytest.raises(NotPublishable, match="ended"):
        approved.publish(GIRL, GIRL_REVIEW - MINUTE)


@pytest.mark.peers
def test_a_live_copy_that_was_damaged_is_sent_again(approved: World) -> None:
    approved.publish(GIRL)
    next(approved.site.glob("bilder/*/*.jpg")).unlink()
    done = approved.publish(GIRL, PUBLISHED + MINUTE)
    assert isinstance(done.sent[0].look, Live)
    assert rows(approved)[0].state is State.LIVE


@pytest.mark.peers
def test_after_a_crash_before_the_old_revision_went_its_end_leaves_the_new_one_alone(
    approved: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved.publish(GIRL)

    def dies(*args: Any, **kwargs: Any) -> None:
        raise Dies

    def change(record: dict[str, Any]) -> None:
        record["revision"] = 2
        record["legal"]["decision"] |= {"at": "2026-11-21T09:00:00+01:00", "reference": "521/26/183420-2"}
        record["publication"] |= {"review_at": "2026-11-28T08:00:00+01:00", "stand": "2026-11-21T09:00:00+01:00"}

    approved.submit(approved.case("missing-girl", change))
    approved.verify_images(GIRL)
    approved.build(GIRL)
    approved.approve(GIRL)
    later = PUBLISHED + dt.timedelta(hours=1)
    with monkeypatch.context() as patch:
        patch.setattr(publishing, "_replaced", dies)
        with pytest.raises(Dies):
            approved.publish(GIRL, later)
    outcome = takedown.takedown(approved.home, approved.ledger, now=GIRL_REVIEW, by="timer")
    assert outcome.online_past_end == 0
    first, second = rows(approved)
    assert (first.state, second.state) == (State.WITHDRAWN, State.LIVE)
    assert page(approved, second).is_file()


@pytest.mark.peers
def test_after_an_error_a_corrected_revision_may_use_the_same_order(approved: World) -> None:
    approved.publish(GIRL)
    ending = Ending(appeal=AppealId(GIRL), reason=EndReason.ERROR, by="k.muster", at=PUBLISHED)
    takedown.end(approved.home, approved.ledger, ending, now=PUBLISHED)
    with pytest.raises(NotPublishable, match="Is it right now"):
        second_revision(approved)
    answer = {
        "rule": "R36",
        "field": "images/0",
        "by": "k.muster",
        "at": "2026-11-21T07:45:00+01:00",
        "reason": "Stimmt",
    }
    second_revision(approved, lambda record: record.update(answers=[answer]))
    approved.publish(GIRL, PUBLISHED + MINUTE)
    assert [row.state for row in rows(approved)] == [State.WITHDRAWN, State.LIVE]


@pytest.mark.peers
def test_when_one_person_is_found_the_remainder_may_use_the_same_order(pair: World) -> None:
    ending = Ending(appeal=AppealId(PAIR), reason=EndReason.FOUND, by="k.muster", at=PUBLISHED, person=PersonId("p1"))
    assert len(takedown.end(pair.home, pair.ledger, ending, now=PUBLISHED).withdrawn) == 1
    with pytest.raises(NotPublishable, match="ended"):
        pair.publish(PAIR, PUBLISHED + MINUTE)

    def without_him(record: dict[str, Any]) -> None:
        record["revision"] = 2
        del record["persons"][0]
        record["images"] = record["images"][2:]
        record["legal"]["order"]["scope"]["images"] = ["woman"]

    pair.submit(pair.case("jewellery-theft", without_him))


@pytest.mark.peers
def test_when_the_only_person_is_found_the_order_is_used_up(approved: World) -> None:
    approved.publish(GIRL)
    ending = Ending(appeal=AppealId(GIRL), reason=EndReason.FOUND, by="k.muster", at=PUBLISHED, person=PersonId("p1"))
    assert len(takedown.end(approved.home, approved.ledger, ending, now=PUBLISHED).withdrawn) == 1

    def another(record: dict[str, Any]) -> None:
        record["revision"] = 2
        record["persons"][0]["id"] = "p2"
        record["images"][0]["shows"] = ["p2"]
        record["images"][0]["faces"][0]["person"] = "p2"

    with pytest.raises(NotPublishable, match="new order"):
        approved.submit(approved.case("missing-girl", another))


@pytest.mark.peers
def test_a_revoked_approver_lends_no_time(empty: World) -> None:
    appeal = empty.submit(empty.case("missing-girl"))
    empty.verify_images(appeal)
    empty.build(appeal)
    soon = PUBLISHED + dt.timedelta(hours=2)
    empty.approve(appeal, expires=soon)
    empty.approve(appeal, person="z.zwei", key=empty.keys["z.zwei"])
    with empty.ledger.write(PUBLISHED) as tx:
        people.revoke(tx, "z.zwei", at=PUBLISHED, by="test")
    empty.publish(appeal)
    assert rows(empty)[0].due_at == soon


def test_a_tampered_submission_signature_refuses(approved: World) -> None:
    from fahndung.dossier import signatures
    from fahndung.dossier.stored import latest_release, stored_case
    from fahndung.ledger import appeals

    with approved.ledger.read() as tx:
        submission = appeals.get(tx, GIRL)
        stored = latest_release(tx, submission)
        case = stored_case(approved.home, submission)
        other = appeals.get(tx, TRAM)
        for wrong in (
            dataclasses.replace(submission, envelope=other.envelope),
            dataclasses.replace(submission, envelope=submission.envelope[:-3] + b"xx}"),
        ):
            with pytest.raises(FahndungError):
                signatures.approval_problems(tx, wrong, stored, case.appeal, required=1, now=BEFORE)


def test_the_same_release_is_not_sent_to_another_place_under_the_same_row(approved: World) -> None:
    approved.publish(GIRL)
    config = approved.home.path / "fahndung.toml"
    (approved.home.path / "elsewhere").mkdir()
    config.write_text(config.read_text().replace('root = "site"', 'root = "elsewhere"'))
    with pytest.raises(NotPublishable, match="configured anew"):
        approved.publish(GIRL, PUBLISHED + MINUTE)
    assert not list((approved.home.path / "elsewhere").iterdir())


@pytest.mark.peers
def test_the_end_on_the_only_channel_uses_the_order_up(approved: World) -> None:
    approved.publish(GIRL)
    ending = Ending(
        appeal=AppealId(GIRL), reason=EndReason.REVOKED, by="k.muster", at=PUBLISHED, channel=ChannelName("website")
    )
    takedown.end(approved.home, approved.ledger, ending, now=PUBLISHED)
    with pytest.raises(NotPublishable, match="already ended"):
        second_revision(approved)


# Beside a worker


@pytest.mark.peers
def test_what_nobody_began_in_time_is_not_sent_until_somebody_publishes_it_again(approved: World) -> None:
    with approved.home.lock(), pytest.raises(Busy, match="Publish again"):
        approved.publish(GIRL, patience=0)
    (given_up,) = rows(approved)
    assert given_up.state is State.CANCELLED
    with approved.ledger.read() as tx:
        (standing,) = account.account(tx, now=PUBLISHED, appeal=GIRL).appeals
    assert standing.state == "approved"
    with staffed.on_duty(approved, lambda: PUBLISHED) as shift:
        assert staffed.work(approved, shift) == []
    assert rows(approved) == (given_up,)
    assert publishing.is_right(approved.publish(GIRL, PUBLISHED + MINUTE).sent[0])
    (row,) = rows(approved)
    assert (row.id, row.state, row.generation, row.planned_at) == (given_up.id, State.LIVE, 1, PUBLISHED + MINUTE)


def test_what_was_given_up_does_not_come_back_after_an_end(approved: World) -> None:
    with approved.home.lock(), pytest.raises(Busy):
        approved.publish(GIRL, patience=0)
    given_up = rows(approved)
    wish = Ending(appeal=AppealId(GIRL), reason=EndReason.FOUND, by="k.muster", at=PUBLISHED)
    takedown.end(approved.home, approved.ledger, wish, now=PUBLISHED)
    with pytest.raises(NotPublishable, match="has ended"):
        approved.publish(GIRL)
    assert rows(approved) == given_up


@pytest.mark.peers
def test_what_is_promised_for_soon_is_not_waited_for_and_stays(approved: World) -> None:
    clock = [NOT_BEFORE - MINUTE / 2]
    with staffed.on_duty(approved, lambda: clock[0]) as shift:
        assert [row.opens_at for row in approved.publish(GIRL, clock[0], patience=1).promised] == [NOT_BEFORE]
        clock[0] = NOT_BEFORE
        done = approved.publish(GIRL, NOT_BEFORE, patience=0)  # the worker does nothing: what was promised is kept
        assert [(name, "goes on" in why.en) for name, why in done.failed] == [("website", True)]
        assert staffed.work(approved, shift) == []
    assert [row.state for row in rows(approved)] == [State.LIVE]


@pytest.mark.peers
def test_a_correction_waits_for_the_worker_to_take_the_old_one_down(
    approved: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Website.withdraw

    def slow(self: Website, posting: Any) -> None:
        time.sleep(0.5)
        real(self, posting)

    approved.publish(GIRL)
    second_revision(approved)
    monkeypatch.setattr(Website, "withdraw", slow)
    stop, clock = threading.Event(), PUBLISHED + MINUTE
    with staffed.on_duty(approved, lambda: clock) as shift, ThreadPoolExecutor(1) as crew:
        loop = crew.submit(
            worker.work,
            shift,
            stop,
            draft_of=worker.drafting_at(approved.home, shift),
            may_publish=lambda: True,
            tell=lambda told: None,
        )
        try:
            done = approved.publish(GIRL, clock)
        finally:
            stop.set()
        loop.result()
    assert ([publishing.is_right(one) for one in done.sent], done.pending) == ([True], ())
    assert [row.state for row in rows(approved)] == [State.WITHDRAWN, State.LIVE]
