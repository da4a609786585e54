"""R03 to R07, R09, R13: both sides of each end, and nothing timed where no clock is read."""

import datetime as dt
from typing import Any

import pytest

from fahndung.law.clock import ClockPolicy
from fahndung.law.facts import Stage
from fahndung.law.gate import ends, judge
from fahndung.model.appeal import Appeal, Category, Plan
from fahndung.model.mandate import Consent, Medium, Order, Review, Warrant

from .build import (
    ENFORCEMENT,
    JUDGE,
    ORDERED,
    POLICE,
    POSTER,
    PROSECUTOR,
    WEBSITE,
    appeal,
    at,
    confirmation,
    facts,
    local,
    missing,
    order,
    scope,
    told,
)

SECOND = dt.timedelta(seconds=1)
USED = frozenset({WEBSITE, POSTER})


def findings(subject: Appeal, rule: str, stage: Stage = Stage.DRAFT, **more: Any) -> list[tuple[str, str]]:
    """Severity and field of the findings of one rule, with website and poster in use."""
    return told(judge(facts(subject, stage, **({"media": USED} | more))), rule)


def arrest(mandate: Order, **legal: Any) -> Appeal:
    """A search for a known suspect under § 131 (3)."""
    return appeal(mandate, basis="stpo-131-3", category=Category.KNOWN_SUSPECT, legal=legal)


CASES = {
    "police search for arrest": ("R03", arrest(order(POLICE)), at("2026-11-21 15:00"), "legal/confirmations"),
    "police search for a convict": (
        "R03",
        appeal(order(POLICE), basis="stpo-457", category=Category.CONVICT),
        at("2026-11-21 15:00"),
        "legal/confirmations",
    ),
    "prosecutor's order online": ("R04", appeal(order()), at("2026-11-28 00:00"), "legal/confirmations"),
    "police order for a poster": (
        "R05",
        appeal(order(POLICE), confirmations=(confirmation(JUDGE, ORDERED - SECOND),)),
        at("2026-11-28 00:00"),
        "legal/confirmations",
    ),
    "no warrant": ("R06", arrest(order(), warrant=Warrant()), at("2026-11-28 00:00"), "legal/warrant"),
    "review": ("R09", appeal(order(JUDGE)), at("2027-05-21 00:00"), "publication/review_at"),
    "own end of the record": (
        "R10",
        appeal(order(JUDGE), publication=Plan(until=at("2027-01-15 00:00"))),
        at("2027-01-15 00:00"),
        "publication/until",
    ),
    "end of the order": (
        "R10",
        appeal(order(JUDGE, scope=scope(until=at("2027-02-20 00:00")))),
        at("2027-02-20 00:00"),
        "legal/order/scope/until",
    ),
    "end of the decision for a medium": (
        "R10",
        missing(order(POLICE, scope=scope(media_until={POSTER: dt.timedelta(days=3)}))),
        at("2026-11-23 15:00"),
        "legal/decision/scope/media_until",
    ),
    "consent": (
        "R36",
        missing(order(POLICE), legal={"consent": Consent(revoked_at=at("2026-11-22 09:00"))}),
        at("2026-11-22 09:00"),
        "legal/consent/revoked_at",
    ),
}


@pytest.mark.parametrize("stage", [Stage.PUBLISH, Stage.RUNNING])
@pytest.mark.parametrize("case", CASES)
def test_nothing_is_or_stays_published_from_its_end_on(case: str, stage: Stage) -> None:
    rule, subject, over, field = CASES[case]
    assert findings(subject, rule, stage, now=over - SECOND) == []
    assert ("block", field) in findings(subject, rule, stage, now=over)
    assert ("block", field) in findings(subject, rule, stage, now=over + dt.timedelta(days=400))


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.RELEASE, Stage.ENDED])
@pytest.mark.parametrize("case", [name for name in CASES if name != "consent"])
def test_an_old_record_still_passes_where_no_clock_is_read(case: str, stage: Stage) -> None:
    rule, subject, over, _ = CASES[case]
    found = judge(facts(subject, stage, media=USED, now=over + dt.timedelta(days=400)))
    assert [problem for problem in found if problem.severity == "block"] == []
    assert rule not in {problem.rule for problem in found if "Beendet seit" in problem.message.de}


def test_a_finding_says_since_when_for_what_and_why() -> None:
    (problem,) = [
        each
        for each in judge(facts(appeal(order()), Stage.RUNNING, media=USED, now=at("2026-11-29 08:00")))
        if each.rule == "R04"
    ]
    assert problem.message.de == (
        "Beendet seit 28.11.2026 um 00:00 Uhr für: Internetseite. Die Anordnung der Staatsanwaltschaft vom 20.11.2026 "
        "um 15:00 Uhr tritt mit Ablauf des 27.11.2026 (das heißt ab 28.11.2026 um 00:00 Uhr) außer Kraft, wenn sie "
        "nicht vorher durch ein Gericht bestätigt wird (eine Woche; § 131c Abs. 2 S. 1 StPO)."
    )
    assert problem.message.en.startswith("Over since 2026-11-28 at 00:00 for website. The public prosecutor's order")
    assert problem.source == "§ 131c Abs. 2 S. 1 StPO"


def test_a_prosecutors_own_order_for_a_poster_runs_on_when_the_website_has_lapsed() -> None:
    week_later = at("2026-11-28 00:00")
    only_poster = {"media": frozenset({POSTER}), "now": week_later}
    assert findings(appeal(order()), "R04", Stage.RUNNING, **only_poster) == []
    assert findings(appeal(order()), "R05", Stage.RUNNING, **only_poster) == []


def test_a_confirmation_from_the_ledger_counts_like_one_of_the_record() -> None:
    given = (confirmation(JUDGE, at("2026-11-24 10:00")),)
    late = at("2026-12-01 00:00")
    assert findings(appeal(order()), "R04", Stage.RUNNING, now=late) == [("block", "legal/confirmations")]
    assert findings(appeal(order()), "R04", Stage.RUNNING, now=late, confirmations=given) == []
    assert findings(appeal(order(), confirmations=given), "R04", Stage.RUNNING, now=late, confirmations=given) == []


def test_a_review_in_time_keeps_it_running_and_a_late_one_does_not() -> None:
    plan = Plan(review_at=at("2026-12-21 09:00"))
    subject, now = appeal(order(JUDGE), publication=plan), at("2026-12-22 00:00")
    in_time = (Review(at=at("2026-12-20 09:00"), until=at("2027-02-01 00:00")),)
    late = (Review(at=at("2026-12-21 09:00"), until=at("2027-02-01 00:00")),)
    assert findings(subject, "R09", Stage.RUNNING, now=now, reviews=in_time) == []
    assert findings(subject, "R09", Stage.RUNNING, now=now, reviews=late) == [("block", "publication/review_at")]


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2026-11-21 02:59", None),
        ("2026-11-21 03:00", "Die Hälfte der Zeit ist vorbei."),
        ("2026-11-21 08:59", "Die Hälfte der Zeit ist vorbei."),
        ("2026-11-21 09:00", "Es bleiben höchstens 6 Stunden."),
        ("2026-11-21 14:59", "Es bleiben höchstens 6 Stunden."),
        ("2026-11-21 15:00", None),
    ],
)
def test_a_reminder_is_due_at_half_time_and_six_hours_before(now: str, words: str | None) -> None:
    policy = ClockPolicy(reminders=(dt.timedelta(hours=6),))
    found = judge(facts(arrest(order(POLICE)), Stage.RUNNING, media=USED, now=at(now), policy=policy))
    told_now = [problem.message.de for problem in found if problem.rule == "R07"]
    assert [text.startswith(words or "-") for text in told_now] == ([] if words is None else [True])


@pytest.mark.parametrize(
    ("now", "english"),
    [
        ("2026-11-24 07:29", None),
        ("2026-11-24 07:30", "Half of the time is over."),
        ("2026-11-26 23:59", "Half of the time is over."),
        ("2026-11-27 00:00", "At most 24 hours are left."),
        ("2026-11-27 18:00", "At most 6 hours are left."),
    ],
)
def test_the_week_is_reminded_of_at_half_time_24_and_6_hours_before(now: str, english: str | None) -> None:
    found = judge(facts(appeal(order()), Stage.RUNNING, media=frozenset({WEBSITE}), now=at(now)))
    texts = [problem.message.en for problem in found if problem.rule == "R07"]
    assert [text[: len(english or "")] for text in texts] == ([] if english is None else [english])


def test_two_media_with_one_clock_are_reminded_of_once_and_two_clocks_by_time() -> None:
    judge_only = appeal(order(JUDGE), publication=Plan(until=at("2026-11-28 00:00")))
    assert findings(judge_only, "R07", Stage.RUNNING, now=at("2026-11-27 12:00")) == [("warn", "legal/order")]
    police = judge(facts(appeal(order(POLICE)), Stage.RUNNING, media=USED, now=at("2026-11-27 12:00")))
    lifted_by = [problem.message.en for problem in police if problem.rule == "R07"]
    assert ["the public prosecutor or a judge confirms" in text for text in lifted_by] == [False, True]
    two = appeal(order(scope=scope(media_until={POSTER: dt.timedelta(days=7)})))
    texts = [
        problem.message.de
        for problem in judge(facts(two, Stage.RUNNING, media=USED, now=at("2026-11-27 12:00")))
        if problem.rule == "R07"
    ]
    assert ["befristet das Medium Plakat" in text for text in texts] == [True, False]


def test_the_policy_may_switch_reminders_off() -> None:
    silent = ClockPolicy(reminders=(), remind_at_half=False)
    assert findings(appeal(order()), "R07", Stage.RUNNING, now=at("2026-11-27 23:59"), policy=silent) == []


def test_without_a_word_about_the_warrant_the_draft_asks_for_it() -> None:
    assert findings(arrest(order()), "R06") == [("warn", "legal/warrant")]
    assert findings(arrest(order(), warrant=Warrant(at=ORDERED)), "R06") == []
    assert findings(appeal(order()), "R06") == []
    convict = appeal(order(ENFORCEMENT), basis="stpo-457", category=Category.CONVICT)
    assert findings(convict, "R06") == [("warn", "legal/warrant")]


@pytest.mark.parametrize(
    ("warrant", "found"),
    [
        (Warrant(), []),
        (Warrant(due=at("2026-11-25 00:00")), []),
        (Warrant(at=at("2026-11-27 23:59")), []),
        (Warrant(at=at("2026-11-28 00:00")), [("block", "legal/warrant/at")]),
        (Warrant(refused=at("2026-11-22 00:00")), [("block", "legal/warrant/refused")]),
    ],
)
@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.RELEASE])
def test_a_refused_or_late_warrant_stops_the_record(
    warrant: Warrant, found: list[tuple[str, str]], stage: Stage
) -> None:
    assert findings(arrest(order(), warrant=warrant), "R06", stage) == found


@pytest.mark.parametrize(
    ("review_at", "found"),
    [
        ("2026-11-20 15:00", [("block", "publication/review_at")]),
        ("2026-11-20 15:01", []),
        ("2027-05-21 00:00", []),
        ("2027-05-21 00:01", [("block", "publication/review_at")]),
    ],
)
def test_a_criminal_review_is_planned_within_six_months(review_at: str, found: list[tuple[str, str]]) -> None:
    assert findings(appeal(order(JUDGE), publication=Plan(review_at=at(review_at))), "R09") == found


def test_a_preventive_review_later_than_the_policy_is_warned_about_and_beyond_six_months_refused() -> None:
    def planned(day: str) -> list[tuple[str, str]]:
        return findings(missing(order(POLICE), publication=Plan(review_at=at(day))), "R09")

    assert planned("2026-12-05 00:00") == []
    assert planned("2026-12-05 00:01") == [("warn", "publication/review_at")]
    assert planned("2027-05-21 00:00") == [("warn", "publication/review_at")]
    assert planned("2027-05-21 00:01") == [("block", "publication/review_at")]


@pytest.mark.parametrize(
    ("now", "found"),
    [
        ("2026-11-21 07:59", [("block", "publication/not_before")]),
        ("2026-11-21 08:00", []),
    ],
)
def test_nothing_goes_out_before_the_embargo_is_over(now: str, found: list[tuple[str, str]]) -> None:
    subject = appeal(order(), publication=Plan(not_before=at("2026-11-21 08:00")))
    assert findings(subject, "R13", Stage.PUBLISH, now=at(now)) == found
    assert findings(subject, "R13", Stage.RUNNING, now=at(now)) == []


def test_the_embargo_names_its_instant() -> None:
    subject = appeal(order(), publication=Plan(not_before=at("2026-11-21 08:00")))
    texts = [
        problem.message.de for problem in judge(facts(subject, Stage.PUBLISH, now=ORDERED)) if problem.rule == "R13"
    ]
    assert texts == ["Vor dem 21.11.2026 um 08:00 Uhr darf nichts veröffentlicht werden."]


def test_an_embargo_until_after_the_end_is_warned_about() -> None:
    def until(day: str, *media: Medium) -> list[tuple[str, str]]:
        subject = appeal(order(), publication=Plan(not_before=at(day)))
        return findings(subject, "R13", media=frozenset(media))

    assert until("2026-11-27 23:59", WEBSITE) == []
    assert until("2026-11-28 00:00", WEBSITE) == [("warn", "publication/not_before")]
    assert until("2026-11-28 00:00", WEBSITE, POSTER) == []


def test_the_gate_tells_the_same_ends_that_its_rules_enforce() -> None:
    (website, poster) = ends(facts(appeal(order(PROSECUTOR)), media=USED))
    assert website.at is not None
    assert poster.at is not None
    assert (local(website.at), local(poster.at)) == ("2026-11-28 00:00", "2027-05-21 00:00")
