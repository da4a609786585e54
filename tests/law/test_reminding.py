"""Reminders: to the second, elapsed time across the change of the clocks, and of every end that may still come."""

import dataclasses
import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fahndung.errors import Message
from fahndung.law.clock import Clock, ClockPolicy
from fahndung.law.clocks import clocks
from fahndung.law.reminding import HALF, Step, can_end, due_reminders, due_step, steps
from fahndung.model.mandate import Medium, Order, Review
from tests.law.build import (
    JUDGE,
    POLICE,
    POSTER,
    PROSECUTOR,
    WEBSITE,
    at,
    confirmation,
    grounds,
    instants,
    local,
    norm,
    order,
    scope,
)

SECOND = dt.timedelta(seconds=1)
START, WEEK = at("2026-11-20 15:00"), at("2026-11-28 00:00")
BUILT_IN = ClockPolicy()


def plan(start: str, end: str, policy: ClockPolicy = BUILT_IN) -> list[tuple[str, str]]:
    return [(step.name, local(step.at)) for step in steps(at(start), at(end), policy)]


def hours(*lengths: float, half: bool = False) -> ClockPolicy:
    return ClockPolicy(reminders=tuple(dt.timedelta(hours=length) for length in lengths), remind_at_half=half)


def test_a_week_is_reminded_of_at_half_time_a_day_and_six_hours_before() -> None:
    assert plan("2026-11-20 15:00", "2026-11-28 00:00") == [
        (HALF, "2026-11-24 07:30"),
        ("PT24H", "2026-11-27 00:00"),
        ("PT6H", "2026-11-27 18:00"),
    ]


def test_a_day_begins_with_its_first_reminder_and_keeps_half_time_behind_it() -> None:
    assert plan("2026-11-20 15:00", "2026-11-21 15:00") == [
        ("PT24H", "2026-11-20 15:00"),
        (HALF, "2026-11-21 03:00"),
        ("PT6H", "2026-11-21 09:00"),
    ]


def test_what_would_lie_before_the_start_is_left_out() -> None:
    assert plan("2026-11-20 15:00", "2026-11-21 14:59", hours(24)) == []
    assert plan("2026-11-20 15:00", "2026-11-21 15:00", hours(24)) == [("PT24H", "2026-11-20 15:00")]


def test_the_order_of_the_policy_does_not_matter_and_a_length_twice_is_one() -> None:
    assert plan("2026-11-20 15:00", "2026-11-28 00:00", hours(6, 72, 24, 6)) == [
        ("PT72H", "2026-11-25 00:00"),
        ("PT24H", "2026-11-27 00:00"),
        ("PT6H", "2026-11-27 18:00"),
    ]


def test_half_time_that_is_also_a_length_is_told_as_the_length() -> None:
    assert plan("2026-11-20 15:00", "2026-11-22 15:00", hours(24, half=True)) == [("PT24H", "2026-11-21 15:00")]


def test_an_empty_policy_reminds_of_nothing_and_lengths_of_nothing_are_none() -> None:
    assert plan("2026-11-20 15:00", "2026-11-28 00:00", hours()) == []
    assert plan("2026-11-20 15:00", "2026-11-28 00:00", hours(0, -1)) == []


def test_a_clock_that_was_over_at_its_start_has_no_reminder() -> None:
    assert steps(START, START, BUILT_IN) == ()
    assert steps(START, START - SECOND, BUILT_IN) == ()


@pytest.mark.parametrize(
    ("start", "end", "a_day_before"),
    [
        ("2027-03-24 12:00", "2027-03-29 00:00", "2027-03-27 23:00"),  # the clocks go forward on 2027-03-28
        ("2026-10-20 12:00", "2026-10-26 00:00", "2026-10-25 01:00"),  # and back on 2026-10-25
    ],
)
def test_24_hours_are_elapsed_hours_across_the_change_of_the_clocks(start: str, end: str, a_day_before: str) -> None:
    (step,) = steps(at(start), at(end), hours(24))
    assert local(step.at) == a_day_before
    assert at(end) - step.at == dt.timedelta(hours=24)


def test_half_time_is_half_of_the_elapsed_time_whatever_zone_the_instants_carry() -> None:
    start, end = at("2026-10-24 12:00"), at("2026-10-26 12:00")  # 49 hours
    berlin = dt.timezone(dt.timedelta(hours=2))
    (step,) = steps(start.astimezone(berlin), end, hours(half=True))
    assert step.at - start == dt.timedelta(hours=24, minutes=30)
    assert step.at.utcoffset() == dt.timedelta()


@pytest.mark.parametrize(
    ("now", "name"),
    [
        (at("2026-11-24 07:30") - SECOND, None),
        (at("2026-11-24 07:30"), HALF),
        (at("2026-11-27 00:00") - SECOND, HALF),
        (at("2026-11-27 00:00"), "PT24H"),
        (at("2026-11-27 18:00") - SECOND, "PT24H"),
        (at("2026-11-27 18:00"), "PT6H"),
        (WEEK - SECOND, "PT6H"),
        (WEEK, None),
    ],
)
def test_the_sharpest_reminder_is_due_from_its_second_until_the_next(now: dt.datetime, name: str | None) -> None:
    step = due_step(START, WEEK, now, BUILT_IN)
    assert (None if step is None else step.name) == name


@pytest.mark.parametrize(
    ("length", "en", "de"),
    [
        (1, "At most one hour is left.", "Es bleibt höchstens eine Stunde."),
        (6, "At most 6 hours are left.", "Es bleiben höchstens 6 Stunden."),
        (1.5, "At most 1.5 hours are left.", "Es bleiben höchstens 1,5 Stunden."),
        (48, "At most 48 hours are left.", "Es bleiben höchstens 48 Stunden."),
        (72, "At most 3 days are left.", "Es bleiben höchstens 3 Tage."),
        (73, "At most 73 hours are left.", "Es bleiben höchstens 73 Stunden."),
    ],
)
def test_a_reminder_in_words(length: float, en: str, de: str) -> None:
    left = dt.timedelta(hours=length)
    step = Step(name="x", at=WEEK - left, left=left)
    assert step.text == Message(en, de)


anytime = instants("2020-01-01", "2035-01-01")
policies = st.builds(
    ClockPolicy,
    reminders=st.lists(st.timedeltas(dt.timedelta(days=-1), dt.timedelta(days=400)), max_size=5).map(tuple),
    remind_at_half=st.booleans(),
)


@given(start=anytime, end=anytime, policy=policies)
def test_no_reminder_lies_before_the_start_or_at_the_end(
    start: dt.datetime, end: dt.datetime, policy: ClockPolicy
) -> None:
    found = steps(start, end, policy)
    assert all(start <= step.at < end for step in found)
    assert all(step.at + step.left == end for step in found)
    assert [step.at for step in found] == sorted({step.at for step in found})


@given(start=anytime, end=anytime, now=anytime, policy=policies)
def test_what_is_due_is_the_last_reminder_that_has_come(
    start: dt.datetime, end: dt.datetime, now: dt.datetime, policy: ClockPolicy
) -> None:
    come = [step for step in steps(start, end, policy) if step.at <= now]
    assert due_step(start, end, now, policy) == (come[-1] if come and now < end else None)


def running(mandate: Order, **more: Any) -> tuple[Clock, ...]:
    return clocks(mandate, norm("stpo-131b-1"), **grounds(**more))


def kinds(clocks: tuple[Clock, ...]) -> list[tuple[str, tuple[Medium, ...]]]:
    return [(clock.kind, clock.media) for clock in clocks]


def test_a_lapse_and_the_end_behind_it_are_both_reminded_of() -> None:
    limited = order(PROSECUTOR, scope=scope(until=at("2026-12-05 00:00")))
    assert kinds(can_end(running(limited, media=[WEBSITE]), [WEBSITE])) == [
        ("lapse-week", (WEBSITE,)),
        ("scope-until", (WEBSITE,)),
    ]


def test_a_lifted_clock_and_what_lies_behind_a_fixed_end_are_not() -> None:
    limited = order(PROSECUTOR, scope=scope(until=at("2026-12-05 00:00")))
    confirmed = (confirmation(JUDGE, at("2026-11-24 10:00")),)
    assert kinds(can_end(running(limited, media=[WEBSITE], confirmations=confirmed), [WEBSITE])) == [
        ("scope-until", (WEBSITE,))
    ]


def test_each_clock_comes_with_the_media_that_it_can_still_end() -> None:
    limited = order(JUDGE, scope=scope(media_until={POSTER: dt.timedelta(days=3)}, until=at("2026-12-05 00:00")))
    assert kinds(can_end(running(limited, media=[WEBSITE, POSTER]), [WEBSITE, POSTER])) == [
        ("media-until", (POSTER,)),
        ("scope-until", (WEBSITE,)),
    ]
    assert kinds(can_end(running(limited, media=[WEBSITE, POSTER]), [WEBSITE])) == [("scope-until", (WEBSITE,))]


def test_who_could_lift_a_lapse_is_told_for_each_medium() -> None:
    found = can_end(running(order(POLICE), media=[WEBSITE, POSTER]), [WEBSITE, POSTER])
    lifted_by = {clock.media: clock.lifted_by for clock in found if clock.kind == "lapse-week"}
    assert lifted_by == {(WEBSITE,): (JUDGE,), (POSTER,): (PROSECUTOR, JUDGE)}


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (at("2026-11-23 15:00") - SECOND, [("media-until", (POSTER,), "PT6H")]),
        (at("2026-11-23 15:00"), []),
        (at("2026-11-27 19:29"), []),
        (at("2026-11-27 19:30"), [("scope-until", (WEBSITE,), HALF)]),
        (at("2026-12-05 00:00") - SECOND, [("scope-until", (WEBSITE,), "PT6H")]),
        (at("2026-12-05 00:00"), []),
    ],
)
def test_each_medium_is_reminded_of_its_own_end_until_it_is_over(
    now: dt.datetime, due: list[tuple[str, tuple[Medium, ...], str]]
) -> None:
    limited = order(JUDGE, scope=scope(media_until={POSTER: dt.timedelta(days=3)}, until=at("2026-12-05 00:00")))
    found = due_reminders(running(limited, media=[WEBSITE, POSTER]), [WEBSITE, POSTER], now, BUILT_IN)
    assert [(clock.kind, clock.media, step.name) for clock, step in found] == due


def test_after_a_lapse_no_later_end_is_reminded_of() -> None:
    limited = running(order(PROSECUTOR, scope=scope(until=at("2026-11-28 12:00"))), media=[WEBSITE])
    before = due_reminders(limited, [WEBSITE], WEEK - SECOND, BUILT_IN)
    assert [(clock.kind, step.name) for clock, step in before] == [("lapse-week", "PT6H"), ("scope-until", "PT24H")]
    assert due_reminders(limited, [WEBSITE], WEEK, BUILT_IN) == ()


def test_a_review_starts_its_clock_anew_and_every_other_clock_runs_from_the_order() -> None:
    reviewed = (Review(at=at("2027-02-01 09:00"), until=at("2027-06-01 00:00")),)
    before = {clock.kind: clock.since for clock in running(order(JUDGE), media=[WEBSITE])}
    after = {clock.kind: clock.since for clock in running(order(JUDGE), media=[WEBSITE], reviews=reviewed)}
    assert before == {"review": START}
    assert after == {"review": at("2027-02-01 09:00")}


def test_two_clocks_that_end_alike_are_the_same_whenever_they_began() -> None:
    (clock,) = running(order(JUDGE), media=[WEBSITE])
    assert dataclasses.replace(clock, since=WEEK) == clock
