"""The entries of the calendar: one for each end that may come, stable names, nothing about persons."""

import dataclasses
import datetime as dt
from typing import Any

import pytest

from fahndung.law.clock import ClockPolicy
from fahndung.ledger.endings import Ending
from fahndung.lifecycle import acts, takedown
from fahndung.lifecycle.agenda import Entry, agenda, fingerprint
from fahndung.model.closing import EndReason
from fahndung.model.ids import AppealId
from fahndung.model.mandate import Authority, Confirmation, Review
from tests.world import (
    BEFORE,
    BERLIN,
    GIRL,
    GIRL_REVIEW,
    NOT_BEFORE,
    TRAM,
    TRAM_LAPSE,
    World,
    unconfirmed,
)

SECOND, HOUR = dt.timedelta(seconds=1), dt.timedelta(hours=1)


def entries(world: World, policy: ClockPolicy | None = None, now: dt.datetime = BEFORE) -> dict[str, Entry]:
    """By uid without the home."""
    with world.ledger.read() as tx:
        found = agenda(tx, now=now, policy=policy)
    assert all(entry.uid.endswith(f"@{world.home.identity}") for entry in found)
    assert len({entry.uid for entry in found}) == len(found)
    return {entry.uid.partition("@")[0]: entry for entry in found}


def of(world: World, appeal: str, now: dt.datetime = BEFORE) -> list[str]:
    return [uid for uid in entries(world, now=now) if uid.startswith(appeal)]


def state(world: World, policy: ClockPolicy | None = None) -> str:
    with world.ledger.read() as tx:
        return fingerprint(tx, agenda(tx, now=BEFORE, policy=policy))


def test_each_end_that_may_come_is_an_entry_and_so_is_the_embargo_of_what_waits(approved: World) -> None:
    found = entries(approved)
    assert list(found) == [
        f"{TRAM}.not-before",
        f"{GIRL}.not-before",
        f"{GIRL}.review.website",
        f"{TRAM}.lapse-week.website",
        f"{GIRL}.record-until.website",
        f"{TRAM}.review.website",
        f"{TRAM}.record-until.website",
    ]
    assert found[f"{GIRL}.not-before"].at == NOT_BEFORE
    assert found[f"{GIRL}.not-before"].summary == f"{GIRL}: Sperrfrist endet"
    review = found[f"{GIRL}.review.website"]
    assert (review.at, review.summary) == (
        GIRL_REVIEW,
        f"{GIRL}: Prüfung der Fortdauer fällig (Internetseite, Plakat)",
    )
    lapse = found[f"{TRAM}.lapse-week.website"]
    assert (lapse.at, lapse.summary) == (TRAM_LAPSE, f"{TRAM}: Anordnung tritt außer Kraft (Internetseite)")
    assert "wenn sie nicht vorher durch ein Gericht bestätigt wird" in lapse.description
    assert [step.name for step in lapse.reminders] == ["half", "PT24H", "PT6H"]


@pytest.mark.peers
def test_what_was_only_submitted_has_its_ends_too(empty: World) -> None:
    empty.submit(empty.case("tram-robbery", unconfirmed))
    before = entries(empty)[f"{TRAM}.lapse-week.website"]
    empty.verify_images(TRAM)
    empty.build(TRAM)
    assert entries(empty)[f"{TRAM}.lapse-week.website"].at == before.at == TRAM_LAPSE


@pytest.mark.peers
def test_once_it_is_out_the_embargo_is_gone_and_paper_counts_when_printed(approved: World) -> None:
    approved.publish(GIRL)
    assert of(approved, GIRL) == [f"{GIRL}.review.website", f"{GIRL}.record-until.website"]
    assert entries(approved)[f"{GIRL}.review.website"].summary.endswith("(Internetseite)")


def test_a_confirmation_takes_the_lapse_out(approved: World) -> None:
    at = TRAM_LAPSE - HOUR
    given = Confirmation(by=Authority.JUDGE, authority="Amtsgericht", reference="281 Gs 77/26", at=at)
    key = approved.keys["r.pruefung"]
    acts.confirm(approved.ledger, appeal_id=TRAM, confirmation=given, person="r.pruefung", key=key, now=at)
    assert f"{TRAM}.lapse-week.website" not in entries(approved)
    assert f"{TRAM}.review.website" in entries(approved)


def test_a_review_moves_its_entry_under_the_same_name_with_a_higher_number(approved: World) -> None:
    name, at = f"{GIRL}.review.website", GIRL_REVIEW - HOUR
    before = entries(approved)[name]
    until = dt.datetime(2026, 12, 3, 9, 0, tzinfo=BERLIN)
    key = approved.keys["r.pruefung"]
    outcome = Review(at=at, until=until, ends=False)
    acts.review(approved.ledger, appeal_id=GIRL, outcome=outcome, person="r.pruefung", key=key, now=at)
    after = entries(approved)[name]
    assert (before.at, after.at) == (GIRL_REVIEW, until)
    assert (before.touched, after.touched) == (BEFORE, at)
    assert after.sequence > before.sequence


def test_an_ended_appeal_has_no_entry(approved: World) -> None:
    approved.publish(TRAM)
    takedown.takedown(approved.home, approved.ledger, now=TRAM_LAPSE, by="timer")
    assert of(approved, TRAM) == []
    found = Ending(appeal=AppealId(GIRL), reason=EndReason.FOUND, by="test", at=TRAM_LAPSE)
    takedown.end(approved.home, approved.ledger, found, now=TRAM_LAPSE)
    assert entries(approved) == {}


def test_what_was_never_out_leaves_the_calendar_when_it_is_over(approved: World) -> None:
    assert of(approved, GIRL, GIRL_REVIEW - SECOND) != []
    assert of(approved, GIRL, GIRL_REVIEW) == []


@pytest.mark.peers
def test_a_revision_that_waits_behind_one_that_is_out_keeps_both_ends(approved: World) -> None:
    approved.publish(TRAM)

    def second(record: dict[str, Any]) -> None:
        unconfirmed(record)
        record["revision"] = 2
        record["legal"]["order"]["at"] = "2026-11-21T07:00:00+01:00"

    approved.ready(approved.case("tram-robbery", second))
    found = entries(approved)
    assert found[f"{TRAM}.lapse-week.website"].at == TRAM_LAPSE
    assert found[f"{TRAM}.lapse-week.website.r2"].at == TRAM_LAPSE + 24 * HOUR
    approved.publish(TRAM)
    found = entries(approved)
    assert found[f"{TRAM}.lapse-week.website"].at == TRAM_LAPSE + 24 * HOUR
    assert f"{TRAM}.lapse-week.website.r2" not in found


def test_no_entry_tells_a_name_a_description_or_an_offence(approved: World) -> None:
    words = " ".join(f"{entry.summary} {entry.description}" for entry in entries(approved).values())
    for word in ("Lina", "Musterhausen", "Raub", "Straßenbahn", "Jacke", "Amtsgericht", "jährige"):
        assert word not in words


def test_the_policy_of_today_sets_the_reminders(approved: World) -> None:
    week = ClockPolicy(reminders=(dt.timedelta(days=3),), remind_at_half=False)
    (step,) = entries(approved, week)[f"{TRAM}.lapse-week.website"].reminders
    assert step.left == dt.timedelta(days=3)


def test_the_fingerprint_changes_with_what_is_told_and_only_with_that(approved: World) -> None:
    first = state(approved)
    assert state(approved) == first
    assert state(approved, ClockPolicy(reminders=())) != first
    approved.publish(GIRL)
    assert state(approved) != first
    with approved.ledger.read() as tx:
        (entry, *rest) = agenda(tx, now=BEFORE)
        moved = dataclasses.replace(entry, at=entry.at + HOUR)
        assert fingerprint(tx, (moved, *rest)) != fingerprint(tx, (entry, *rest))
