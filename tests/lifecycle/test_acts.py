"""Confirmations and reviews: signed by somebody else, in time, and only what they lift."""

import datetime as dt
from typing import Any

import pytest

from fahndung.cases import submitting
from fahndung.errors import Message, NotPublishable, UsageError
from fahndung.ledger import publications
from fahndung.lifecycle import acts, takedown
from fahndung.model.mandate import Authority, Confirmation, Review
from fahndung.model.publication import State
from tests.world import GIRL, GIRL_REVIEW, PUBLISHED, TRAM, TRAM_LAPSE, World, unconfirmed

MINUTE = dt.timedelta(minutes=1)
TRAM_REVIEW = dt.datetime(2026, 12, 21, 8, 0, tzinfo=dt.UTC)


def confirm(
    world: World, at: dt.datetime, *, by: str = "judge", person: str = "r.pruefung", now: dt.datetime | None = None
) -> tuple[Message, ...]:
    return acts.confirm(
        world.ledger,
        appeal_id=TRAM,
        confirmation=Confirmation(by=Authority(by), authority="Amtsgericht", reference="281 Gs 77/26", at=at),
        person=person,
        key=world.keys[person],
        now=now or at,
    )


def review(world: World, outcome: Review, person: str = "r.pruefung") -> None:
    acts.review(world.ledger, appeal_id=GIRL, outcome=outcome, person=person, key=world.keys[person], now=outcome.at)


def due(world: World, appeal: str) -> dt.datetime | None:
    with world.ledger.read() as tx:
        return publications.rows(tx, appeal)[0].due_at


def test_a_judge_lifts_the_lapse_and_the_review_is_next(approved: World) -> None:
    approved.publish(TRAM)
    assert due(approved, TRAM) == TRAM_LAPSE
    confirm(approved, TRAM_LAPSE - MINUTE)
    assert due(approved, TRAM) == TRAM_REVIEW
    takedown.takedown(approved.home, approved.ledger, now=TRAM_LAPSE, by="timer")
    with approved.ledger.read() as tx:
        assert publications.rows(tx, TRAM)[0].state is State.LIVE


@pytest.mark.peers
def test_a_confirmation_that_the_record_only_expects_keeps_nothing_online(empty: World) -> None:
    empty.ready(empty.case("tram-robbery"))  # its record names a confirmation three days after the submission
    empty.publish(TRAM)
    assert due(empty, TRAM) == TRAM_LAPSE
    confirm(empty, TRAM_LAPSE - MINUTE)
    assert due(empty, TRAM) == TRAM_REVIEW


@pytest.mark.peers
def test_a_confirmation_lifts_the_clock_of_what_is_online_also_while_a_revision_waits(approved: World) -> None:
    approved.publish(TRAM)
    approved.submit(approved.case("tram-robbery", lambda record: (unconfirmed(record), record.update(revision=2))))
    assert confirm(approved, TRAM_LAPSE - MINUTE) == ()
    assert due(approved, TRAM) == TRAM_REVIEW


@pytest.mark.parametrize("online", [True, False])
def test_a_confirmation_that_helps_one_revision_says_which_other_one_lapses_all_the_same(
    approved: World, online: bool
) -> None:
    """Two orders of their own; the judge confirmed the second one, or the first before there was a second one."""
    later = "2026-11-25T10:00:00+01:00"

    def ordered_anew(record: dict[str, Any]) -> None:
        unconfirmed(record)
        record["revision"] = 2
        record["legal"]["order"]["at"] = later

    approved.publish(TRAM)
    ordered = dt.datetime.fromisoformat(later)
    folder, key = approved.case("tram-robbery", ordered_anew), approved.keys["k.muster"]
    submitting.submit(folder, approved.home, approved.ledger, person="k.muster", key=key, now=ordered + MINUTE)
    at = TRAM_LAPSE if online else ordered - MINUTE
    (told,) = confirm(approved, at, now=max(at, ordered + MINUTE))
    if online:
        assert told.en.startswith("It lifts nothing of revision 1, which is online: it lapses on 2026-11-28 at 00:00 (")
        assert told.de.startswith("Für Revision 1, die online ist, hebt sie nichts auf; Außerkrafttreten am 28.11.2026")
    else:
        assert told.en.startswith("It lifts nothing of revision 2, which waits: it lapses on 2026-12-0")
    assert due(approved, TRAM) == (TRAM_LAPSE if online else TRAM_REVIEW)
    with pytest.raises(NotPublishable, match="lifts no clock"):
        confirm(approved, at, now=max(at, ordered + MINUTE))


@pytest.mark.parametrize("empty", [{"authority": " "}, {"reference": ""}])
def test_a_confirmation_names_who_gave_it_and_its_file_number(approved: World, empty: dict[str, str]) -> None:
    given = {"authority": "Amtsgericht", "reference": "281 Gs 77/26"} | empty
    with pytest.raises(UsageError, match="--authority and --reference"):
        acts.confirm(
            approved.ledger,
            appeal_id=TRAM,
            confirmation=Confirmation(by=Authority.JUDGE, at=PUBLISHED, **given),
            person="r.pruefung",
            key=approved.keys["r.pruefung"],
            now=PUBLISHED,
        )


def test_at_the_lapse_it_is_too_late(approved: World) -> None:
    approved.publish(TRAM)
    with pytest.raises(NotPublishable, match="not revived"):
        confirm(approved, TRAM_LAPSE)
    assert due(approved, TRAM) == TRAM_LAPSE


def test_a_prosecutor_cannot_confirm_for_the_web(approved: World) -> None:
    with pytest.raises(NotPublishable, match="lifts no clock"):
        confirm(approved, TRAM_LAPSE - MINUTE, by="prosecutor")


def test_a_confirmation_from_the_future_is_refused(approved: World) -> None:
    with pytest.raises(UsageError, match="future"):
        confirm(approved, PUBLISHED + MINUTE, now=PUBLISHED)


@pytest.mark.peers
def test_the_drafter_cannot_keep_it_online_even_with_the_role(empty: World) -> None:
    folder = empty.case("missing-girl", lambda record: record.update(prepared_by="z.zwei"))
    from fahndung.cases import submitting
    from tests.world import BEFORE

    submitting.submit(folder, empty.home, empty.ledger, person="z.zwei", key=empty.keys["z.zwei"], now=BEFORE)
    with pytest.raises(NotPublishable, match="another person"):
        review(empty, Review(at=PUBLISHED, until=GIRL_REVIEW + MINUTE), person="z.zwei")


def test_without_the_role_nobody_keeps_it_online(approved: World) -> None:
    with pytest.raises(NotPublishable, match="lacks the role reviewer or approver") as caught:
        confirm(approved, PUBLISHED, person="v.beispiel")
    both = "v.beispiel hat keine der Rollen Prüfung und Freigabe"
    assert caught.value.message.de == both


def test_a_review_moves_the_end(approved: World) -> None:
    approved.publish(GIRL)
    later = GIRL_REVIEW + dt.timedelta(days=3)
    review(approved, Review(at=GIRL_REVIEW - MINUTE, until=later))
    assert due(approved, GIRL) == later


def test_a_review_at_the_passed_end_revives_nothing(approved: World) -> None:
    with pytest.raises(NotPublishable, match="moves no end"):
        review(approved, Review(at=GIRL_REVIEW, until=GIRL_REVIEW + dt.timedelta(days=3)))


def test_a_review_of_a_criminal_case_reaches_six_months_at_most(approved: World) -> None:
    with pytest.raises(NotPublishable, match="at most"):
        acts.review(
            approved.ledger,
            appeal_id=TRAM,
            outcome=Review(at=PUBLISHED, until=PUBLISHED + dt.timedelta(days=400)),
            person="r.pruefung",
            key=approved.keys["r.pruefung"],
            now=PUBLISHED,
        )


def test_a_slip_of_the_year_does_not_keep_a_child_online(approved: World) -> None:
    approved.publish(GIRL)
    with pytest.raises(NotPublishable, match=r"at most \(R09; § 91 Abs\. 3 SächsPVDG"):
        review(approved, Review(at=PUBLISHED, until=PUBLISHED + dt.timedelta(days=375)))
    assert due(approved, GIRL) == GIRL_REVIEW


def test_a_review_cannot_reach_into_the_past(approved: World) -> None:
    with pytest.raises(UsageError, match="has passed"):
        review(approved, Review(at=PUBLISHED, until=PUBLISHED))
