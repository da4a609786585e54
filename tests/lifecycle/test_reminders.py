"""Reminders from the ledger alone: of what is out, and of what was approved and waits."""

import datetime as dt
import json
from typing import Any

import pytest
import sqlalchemy as sa

from fahndung.errors import Message
from fahndung.law import clockfacts
from fahndung.law.clock import ClockPolicy
from fahndung.ledger import byhand, publications
from fahndung.ledger.byhand import ByHand, Kind
from fahndung.ledger.endings import Ending, end
from fahndung.ledger.tables import submission as submissions
from fahndung.lifecycle import acts, reminders, takedown
from fahndung.lifecycle.courses import courses
from fahndung.lifecycle.reminders import Reminder
from fahndung.model.closing import EndReason
from fahndung.model.ids import AppealId
from fahndung.model.mandate import Authority, Confirmation, Medium, Review
from tests.world import BEFORE, BERLIN, GIRL, GIRL_REVIEW, PUBLISHED, TRAM, TRAM_LAPSE, World, unconfirmed

SECOND, HOUR = dt.timedelta(seconds=1), dt.timedelta(hours=1)
TRAM_ORDERED = dt.datetime(2026, 11, 20, 15, 0, tzinfo=BERLIN)
TRAM_HALF = TRAM_ORDERED + (TRAM_LAPSE - TRAM_ORDERED) / 2
TRAM_REVIEW = dt.datetime(2026, 12, 21, 9, 0, tzinfo=BERLIN)
TRAM_UNTIL = dt.datetime(2027, 1, 15, 0, 0, tzinfo=BERLIN)


def near(world: World, now: dt.datetime, appeal: str | None = TRAM, **more: Any) -> tuple[Reminder, ...]:
    with world.ledger.read() as tx:
        return reminders.near(tx, now=now, appeal=appeal, **more)


def steps(world: World, now: dt.datetime, appeal: str | None = TRAM) -> list[tuple[str | None, str | None, str]]:
    return [(one.channel, one.medium, one.step) for one in near(world, now, appeal)]


def confirm(world: World, at: dt.datetime) -> None:
    given = Confirmation(by=Authority.JUDGE, authority="Amtsgericht", reference="281 Gs 77/26", at=at)
    key = world.keys["r.pruefung"]
    acts.confirm(world.ledger, appeal_id=TRAM, confirmation=given, person="r.pruefung", key=key, now=at)


@pytest.mark.parametrize(
    ("now", "step"),
    [
        (TRAM_HALF - SECOND, None),
        (TRAM_HALF, "half"),
        (TRAM_LAPSE - 24 * HOUR - SECOND, "half"),
        (TRAM_LAPSE - 24 * HOUR, "PT24H"),
        (TRAM_LAPSE - 6 * HOUR - SECOND, "PT24H"),
        (TRAM_LAPSE - 6 * HOUR, "PT6H"),
        (TRAM_LAPSE - SECOND, "PT6H"),
        (TRAM_LAPSE, None),
    ],
)
def test_what_is_live_is_reminded_of_from_half_of_the_time_since_the_order(
    approved: World, now: dt.datetime, step: str | None
) -> None:
    approved.publish(TRAM)
    assert steps(approved, now) == ([] if step is None else [("website", "website", step)])


def test_a_reminder_says_what_would_lift_the_end_and_since_when_it_is_due(approved: World) -> None:
    approved.publish(TRAM)
    (reminder,) = near(approved, TRAM_LAPSE - HOUR)
    assert (reminder.at, reminder.due_since) == (TRAM_LAPSE, TRAM_LAPSE - 6 * HOUR)
    assert reminder.lifted_by == (Authority.JUDGE,)
    assert reminder.message.en.startswith(f"{TRAM} (website): ends on 2026-11-28 at 00:00. At most 6 hours are left.")
    assert "unless a judge confirms it before that" in reminder.message.en
    assert reminder.message.de.startswith(f"{TRAM} (website): endet am 28.11.2026 um 00:00 Uhr. Es bleiben höchstens")


def test_the_many_recipients_of_one_channel_are_one_reminder(approved: World, monkeypatch: pytest.MonkeyPatch) -> None:
    approved.publish(TRAM)
    monkeypatch.setattr(reminders, "courses", lambda *of: [course for course in courses(*of) for _ in range(300)])
    assert steps(approved, TRAM_HALF) == [("website", "website", "half")]


def test_what_is_approved_and_waits_is_reminded_of_for_each_medium_it_was_built_for(approved: World) -> None:
    assert steps(approved, TRAM_HALF - SECOND) == []
    assert steps(approved, TRAM_HALF) == [(None, "website", "half")]
    assert steps(approved, GIRL_REVIEW - HOUR, GIRL) == [(None, "poster", "PT6H"), (None, "website", "PT6H")]
    (poster, website) = near(approved, GIRL_REVIEW - HOUR, GIRL)
    assert poster.message.en.startswith(f"{GIRL} (poster): ends on")
    assert website.message.de.startswith(f"{GIRL} (Internetseite): endet am")


@pytest.mark.peers
def test_what_nobody_approved_is_not_reminded_of(empty: World) -> None:
    empty.submit(empty.case("tram-robbery", unconfirmed))
    empty.verify_images(TRAM)
    assert steps(empty, TRAM_LAPSE - HOUR) == []
    empty.build(TRAM)
    assert steps(empty, TRAM_LAPSE - HOUR) == []
    empty.approve(TRAM)
    assert steps(empty, TRAM_LAPSE - HOUR) == [(None, "website", "PT6H")]


def test_paper_is_reminded_of_only_once_it_was_printed(approved: World) -> None:
    approved.publish(GIRL)
    late = GIRL_REVIEW - HOUR
    assert steps(approved, late, GIRL) == [("website", "website", "PT6H")]
    with approved.ledger.write(PUBLISHED) as tx:
        foreign = ByHand(
            appeal=AppealId(GIRL), what=Message.same("Fremdkopie"), why=Message.same("x"), kind=Kind.FOREIGN
        )
        byhand.add(tx, foreign, at=PUBLISHED, by="test")
    assert steps(approved, late, GIRL) == [("website", "website", "PT6H")]
    with approved.ledger.write(PUBLISHED) as tx:
        printed = ByHand(
            appeal=AppealId(GIRL), what=Message.same("Plakate"), why=Message.same("Papier"), kind=Kind.PAPER
        )
        byhand.add(tx, printed, at=PUBLISHED, by="test")
    assert steps(approved, late, GIRL) == [(None, "poster", "PT6H"), ("website", "website", "PT6H")]
    with approved.ledger.write(PUBLISHED) as tx:
        end(tx, Ending(appeal=AppealId(GIRL), reason=EndReason.REVOKED, by="t", at=PUBLISHED, medium=Medium.POSTER))
    assert steps(approved, late, GIRL) == [("website", "website", "PT6H")]


def test_a_confirmation_ends_the_warning_of_the_lapse_and_the_review_is_warned_of(approved: World) -> None:
    approved.publish(TRAM)
    assert steps(approved, TRAM_LAPSE - HOUR) != []
    confirm(approved, TRAM_LAPSE - HOUR)
    assert steps(approved, TRAM_LAPSE - HOUR) == []
    (review, planned) = near(approved, TRAM_REVIEW - HOUR)
    assert (review.at, review.step) == (TRAM_REVIEW, "PT6H")
    assert "must be reviewed" in review.because.en
    assert (planned.at, planned.step) == (TRAM_UNTIL, "half")


def test_every_end_that_may_still_come_is_warned_of_the_nearest_first(approved: World) -> None:
    approved.publish(GIRL)
    # the review on the 27th may be done; the record's own end on the 4th of December stays in any case
    found = near(approved, GIRL_REVIEW - HOUR, GIRL)
    assert [(one.at, one.step) for one in found] == [(GIRL_REVIEW, "PT6H")]
    review = Review(at=GIRL_REVIEW - HOUR, until=dt.datetime(2026, 12, 3, 12, 0, tzinfo=BERLIN), ends=False)
    key = approved.keys["r.pruefung"]
    acts.review(approved.ledger, appeal_id=GIRL, outcome=review, person="r.pruefung", key=key, now=review.at)
    assert near(approved, review.at, GIRL) == ()
    found = near(approved, dt.datetime(2026, 12, 3, 11, 0, tzinfo=BERLIN), GIRL)
    assert [(one.at.astimezone(BERLIN).isoformat(), one.step) for one in found] == [
        ("2026-12-03T12:00:00+01:00", "PT6H"),
        ("2026-12-04T00:00:00+01:00", "PT24H"),
    ]


def test_an_end_for_all_ends_the_reminders(approved: World) -> None:
    approved.publish(TRAM)
    found = Ending(appeal=AppealId(TRAM), reason=EndReason.FOUND, by="test", at=PUBLISHED)
    takedown.end(approved.home, approved.ledger, found, now=PUBLISHED)
    assert steps(approved, TRAM_LAPSE - HOUR) == []
    waiting = Ending(appeal=AppealId(GIRL), reason=EndReason.FOUND, by="test", at=PUBLISHED)
    assert steps(approved, GIRL_REVIEW - HOUR, GIRL) != []
    takedown.end(approved.home, approved.ledger, waiting, now=PUBLISHED)
    assert steps(approved, GIRL_REVIEW - HOUR, GIRL) == []


@pytest.mark.peers
def test_a_later_revision_that_waits_has_its_own_reminders(approved: World) -> None:
    approved.publish(TRAM)

    def second(record: dict[str, Any]) -> None:
        unconfirmed(record)
        record["revision"] = 2
        record["legal"]["order"]["at"] = "2026-11-21T07:00:00+01:00"

    approved.ready(approved.case("tram-robbery", second))
    found = near(approved, TRAM_LAPSE - HOUR)
    assert [(one.channel, one.medium, one.at) for one in found] == [
        ("website", "website", TRAM_LAPSE),
        (None, "website", TRAM_LAPSE + 24 * HOUR),
    ]


@pytest.mark.peers
def test_an_approval_that_ends_before_every_clock_is_warned_of(empty: World) -> None:
    empty.submit(empty.case("missing-girl"))
    empty.verify_images(GIRL)
    empty.build(GIRL)
    expires = dt.datetime(2026, 11, 25, 12, 0, tzinfo=BERLIN)
    empty.approve(GIRL, expires=expires)
    empty.publish(GIRL)
    (reminder,) = near(empty, expires - HOUR, GIRL)
    assert (reminder.at, reminder.step, reminder.because.en[:12]) == (expires, "PT6H", "the approval")
    assert near(empty, expires, GIRL) == ()


def test_the_policy_of_today_decides_when_to_remind_and_without_one_the_stored_policy(approved: World) -> None:
    approved.publish(TRAM)
    week = ClockPolicy(reminders=(dt.timedelta(days=7),), remind_at_half=False)
    assert [one.step for one in near(approved, PUBLISHED, policy=week)] == ["PT168H"]
    assert [one.step for one in near(approved, TRAM_LAPSE - HOUR, policy=week)] == ["PT168H"]
    silent = ClockPolicy(reminders=(), remind_at_half=False)
    assert near(approved, TRAM_LAPSE - HOUR, policy=silent) == ()
    assert [one.step for one in near(approved, TRAM_LAPSE - HOUR)] == ["PT6H"]
    store_policy(approved, silent)
    assert near(approved, TRAM_LAPSE - HOUR) == ()


def store_policy(world: World, policy: ClockPolicy) -> None:
    """As if the appeal had been handed in under another policy."""
    import dataclasses

    with world.ledger.read() as tx:
        from fahndung.ledger import appeals

        facts = clockfacts.thaw(appeals.get(tx, TRAM).clock_facts)
    spoil(world, clockfacts.freeze(dataclasses.replace(facts, policy=policy)))


def spoil(world: World, facts: bytes) -> None:
    """Changes stored facts from outside: the ledger itself refuses."""
    import sqlite3

    path = world.home.ledger_path
    with sqlite3.connect(path) as connection:
        for (name,) in connection.execute("select name from sqlite_master where type='trigger'").fetchall():
            if "submission" in name:
                connection.execute(f"drop trigger {name}")
        connection.execute("update submission set clock_facts=? where appeal=?", (facts, TRAM))
    connection.close()


def test_where_the_facts_are_spoiled_the_stored_end_of_what_is_live_is_warned_of(approved: World) -> None:
    approved.publish(TRAM)
    spoil(approved, b"{}")
    (reminder,) = near(approved, TRAM_LAPSE - HOUR)
    assert (reminder.at, reminder.channel, reminder.step) == (TRAM_LAPSE, "website", "PT6H")
    assert "lapses" in reminder.because.en


def test_spoiled_facts_of_one_appeal_do_not_hide_the_reminders_of_another(approved: World) -> None:
    spoil(approved, b"[]")
    assert {one.appeal for one in near(approved, GIRL_REVIEW - HOUR, appeal=None)} == {GIRL}


def test_facts_of_before_a_policy_had_its_fields_are_read_with_their_defaults(approved: World) -> None:
    with approved.ledger.read() as tx:
        (stored,) = tx.connection.execute(
            sa.select(submissions.c.clock_facts).where(submissions.c.appeal == TRAM)
        ).scalars()
    old = json.loads(stored)
    old["policy"] = {"weekend_extension": True}
    policy = clockfacts.thaw(json.dumps(old).encode()).policy
    assert policy == ClockPolicy(weekend_extension=True)


def test_what_is_over_and_not_yet_down_is_takedown_s_business(approved: World) -> None:
    approved.publish(TRAM)
    assert near(approved, TRAM_LAPSE + HOUR) == ()
    with approved.ledger.read() as tx:
        assert len(publications.open_rows(tx)) == 1


def test_what_waited_too_long_is_reminded_of_no_later_end(approved: World) -> None:
    assert [one.at for one in near(approved, GIRL_REVIEW - SECOND, GIRL)] == [GIRL_REVIEW, GIRL_REVIEW]
    assert near(approved, dt.datetime(2026, 12, 3, 20, 0, tzinfo=BERLIN), GIRL) == ()


def test_before_half_time_nothing_is_near(approved: World) -> None:
    assert near(approved, BEFORE, appeal=None) == ()
