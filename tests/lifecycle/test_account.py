"""The account: every state of an appeal's life, what ends it next, what is overdue."""

import datetime as dt

import pytest

from fahndung.channels.website import Website
from fahndung.errors import Message, UsageError
from fahndung.ledger import appeals, endings
from fahndung.ledger.byhand import ByHand, Kind, add
from fahndung.ledger.endings import Ending
from fahndung.lifecycle import takedown
from fahndung.lifecycle.account import Account, Standing, account, ended
from fahndung.model.closing import EndReason
from fahndung.model.ids import AppealId
from fahndung.model.publication import Unknown
from tests.world import GIRL, GIRL_REVIEW, NOT_BEFORE, PUBLISHED, TRAM, TRAM_LAPSE, World

MINUTE = dt.timedelta(minutes=1)


def tell(world: World, now: dt.datetime = PUBLISHED, appeal: str | None = None) -> Account:
    with world.ledger.read() as tx:
        return account(tx, now=now, appeal=appeal)


def one(world: World, now: dt.datetime = PUBLISHED) -> Standing:
    (standing,) = tell(world, now, GIRL).appeals
    return standing


@pytest.mark.peers
def test_the_states_of_a_life(empty: World) -> None:
    empty.submit(empty.case("missing-girl"))
    assert one(empty).state == "submitted"
    empty.verify_images(GIRL)
    empty.build(GIRL)
    assert one(empty).state == "built"
    empty.approve(GIRL)
    assert one(empty, NOT_BEFORE - MINUTE).state == "embargoed"
    assert one(empty, NOT_BEFORE).state == "approved"
    empty.publish(GIRL)
    assert one(empty).state == "live"
    takedown.takedown(empty.home, empty.ledger, now=GIRL_REVIEW, by="timer")
    assert one(empty, GIRL_REVIEW).state == "ended"


@pytest.mark.peers
def test_the_end_and_its_reason_are_told_before_and_after_publication(approved: World) -> None:
    before = one(approved)
    approved.publish(GIRL)
    after = one(approved)
    assert before.ends_at == after.ends_at == GIRL_REVIEW
    assert before.ends_because is not None
    assert after.ends_because is not None
    assert "review" in after.ends_because.en


def test_the_end_of_one_account_before_is_not_that_of_the_appeal(approved: World) -> None:
    with approved.ledger.write(PUBLISHED) as tx:
        for minutes, reason, channel in ((1, EndReason.FOUND, "elsewhere"), (2, EndReason.REVOKED, None)):
            at = PUBLISHED + minutes * MINUTE
            wish = Ending(appeal=AppealId(GIRL), reason=reason, by="k.muster", at=at, channel=channel)
            endings.end(tx, wish)
    known = one(approved, PUBLISHED + 3 * MINUTE)
    assert (known.state, known.ends_at) == ("ended", PUBLISHED + 2 * MINUTE)
    assert known.ends_because is not None
    assert "revoked" in known.ends_because.en


@pytest.mark.peers
def test_an_ended_appeal_is_counted_and_listed_only_on_request(approved: World) -> None:
    approved.publish(GIRL)
    assert tell(approved).ended == 0
    takedown.takedown(approved.home, approved.ledger, now=GIRL_REVIEW, by="timer")
    found = tell(approved)
    assert ([standing.appeal for standing in found.appeals], found.ended) == ([TRAM], 1)
    with approved.ledger.read() as tx:
        assert [standing.appeal for standing in ended(tx, now=GIRL_REVIEW)] == [GIRL]


def test_a_copy_of_an_ended_appeal_that_is_not_gone_is_listed(approved: World, monkeypatch: pytest.MonkeyPatch) -> None:
    approved.publish(GIRL)
    monkeypatch.setattr(Website, "look", lambda *_: Unknown(why="no answer"))
    wish = Ending(appeal=AppealId(GIRL), reason=EndReason.FOUND, by="k.muster", at=PUBLISHED)
    takedown.end(approved.home, approved.ledger, wish, now=PUBLISHED)
    with approved.ledger.read() as tx:
        assert GIRL not in [one.appeal for one in appeals.unended(tx)]
    assert [(one.appeal, one.state) for one in tell(approved).appeals] == [(TRAM, "approved"), (GIRL, "ending")]


def test_over_and_not_yet_taken_down_is_overdue_from_the_first_instant(approved: World) -> None:
    approved.publish(TRAM)
    assert tell(approved, TRAM_LAPSE - MINUTE).overdue == 0
    assert tell(approved, TRAM_LAPSE).overdue == 1
    assert tell(approved, TRAM_LAPSE, GIRL).overdue == 0


def test_what_could_not_be_read_back_is_ending_and_overdue(approved: World, monkeypatch: pytest.MonkeyPatch) -> None:
    approved.publish(GIRL)
    with monkeypatch.context() as patch:
        patch.setattr(Website, "look", lambda self, posting: Unknown(why="no canary"))
        takedown.takedown(approved.home, approved.ledger, now=GIRL_REVIEW, by="timer")
    found = tell(approved, GIRL_REVIEW, GIRL)
    assert found.appeals[0].state == "ending"
    assert found.overdue == 1


def test_by_hand_items_are_listed_and_not_overdue(approved: World) -> None:
    with approved.ledger.write(PUBLISHED) as tx:
        add(
            tx,
            ByHand(appeal=AppealId(GIRL), what=Message.same("Plakate"), why=Message.same("Papier"), kind=Kind.PAPER),
            at=PUBLISHED,
            by="test",
        )
    found = tell(approved)
    assert [item.what.de for item in found.by_hand] == ["Plakate"]
    assert found.overdue == 0
    assert tell(approved, appeal=TRAM).by_hand == ()


def test_an_unknown_appeal_is_refused(approved: World) -> None:
    with pytest.raises(UsageError, match="nobody"):
        tell(approved, appeal="nobody")


def test_an_end_that_cannot_be_computed_is_told(approved: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from fahndung.law import clockfacts

    def broken(frozen: bytes) -> object:
        raise ValueError("spoiled")

    monkeypatch.setattr("fahndung.lifecycle.account.clockfacts", _With(clockfacts, thaw=broken))
    with approved.ledger.read() as tx:
        submission = appeals.get(tx, GIRL)
        from fahndung.lifecycle import account as module

        end, because = module._end(tx, submission, ())
    assert end is None
    assert because is not None
    assert "spoiled" in because.en


class _With:
    """A module with one function replaced."""

    def __init__(self, module: object, **replaced: object) -> None:
        self.__dict__.update(vars(module) | replaced)
