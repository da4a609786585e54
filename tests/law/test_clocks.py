"""Every clock: when it ends, for which media, and what lifts it."""

import datetime as dt
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fahndung.law.clock import ClockPolicy, End
from fahndung.law.clocks import clocks, ends, fixed_end, review_limit, without_norm
from fahndung.model.appeal import Category, Plan
from fahndung.model.mandate import Authority, Confirmation, Consent, Medium, Order, Review, Scope, Warrant

from .build import (
    ENFORCEMENT,
    JUDGE,
    ORDERED,
    POLICE,
    POSTER,
    PRINT,
    PROSECUTOR,
    WEBSITE,
    at,
    clock,
    confirmation,
    end,
    end_at,
    grounds,
    instants,
    local,
    norm,
    order,
    scope,
    table,
)

LAPSE = at("2026-11-28 00:00")
BEFORE, SECOND = dt.timedelta(microseconds=1), dt.timedelta(seconds=1)
MISSING: dict[str, Any] = {"norm_id": "saechspvdg-84-3", "category": Category.MISSING}


def test_a_judges_order_does_not_lapse_and_ends_with_the_review() -> None:
    assert [each.kind for each in clocks(order(JUDGE), norm("stpo-131b-1"), **grounds())] == ["review"]
    assert end_at(order(JUDGE)) == "2027-05-21 00:00"


@pytest.mark.parametrize("norm_id", ["stpo-131a-3", "stpo-131b-1", "stpo-131b-2"])
@pytest.mark.parametrize("by", [PROSECUTOR, POLICE])
@pytest.mark.parametrize("medium", [WEBSITE, Medium.SOCIAL, Medium.ONLINE_PRESS])
def test_what_lasts_online_lapses_after_a_week_without_a_judge(norm_id: str, by: Authority, medium: Medium) -> None:
    mandate = order(by)
    assert end_at(mandate, medium, norm_id) == "2026-11-28 00:00"
    assert end(mandate, medium, norm_id).clock == "lapse-week"
    assert end(mandate, medium, norm_id).source == "§ 131c Abs. 2 S. 1 StPO"
    by_prosecutor = (confirmation(PROSECUTOR, ORDERED + SECOND),)
    by_judge = (confirmation(JUDGE, ORDERED + SECOND),)
    assert end(mandate, medium, norm_id, confirmations=by_prosecutor).clock == "lapse-week"
    assert end(mandate, medium, norm_id, confirmations=by_judge).clock == "review"


@pytest.mark.parametrize("medium", [PRINT, Medium.TV, Medium.RADIO, POSTER])
def test_other_media_lapse_for_a_police_order_only_and_a_prosecutor_suffices(medium: Medium) -> None:
    assert end(order(PROSECUTOR), medium).clock == "review"
    assert end_at(order(POLICE), medium) == "2026-11-28 00:00"
    assert end(order(POLICE), medium).source == "§ 131c Abs. 2 S. 2 StPO"
    for by in (PROSECUTOR, JUDGE):
        assert end(order(POLICE), medium, confirmations=(confirmation(by, ORDERED),)).clock == "review"


@pytest.mark.parametrize("medium", [PRINT, Medium.TV, Medium.RADIO])
def test_a_repeated_item_needs_a_judge_like_the_website(medium: Medium) -> None:
    mandate = order(PROSECUTOR, scope=scope(repeated=frozenset({medium})))
    assert end(mandate, medium).clock == "lapse-week"
    assert end(mandate, medium, confirmations=(confirmation(PROSECUTOR, ORDERED),)).clock == "lapse-week"
    assert end(mandate, medium, confirmations=(confirmation(JUDGE, ORDERED),)).clock == "review"


def test_a_poster_stays_another_medium_even_if_called_repeated() -> None:
    mandate = order(POLICE, scope=scope(repeated=frozenset({POSTER})))
    assert end(mandate, POSTER, confirmations=(confirmation(PROSECUTOR, ORDERED),)).clock == "review"


@pytest.mark.parametrize(
    ("when", "counts"),
    [
        (ORDERED - BEFORE, False),
        (ORDERED, True),
        (LAPSE - BEFORE, True),
        (LAPSE, False),
        (LAPSE + SECOND, False),
    ],
)
def test_a_confirmation_counts_from_the_order_until_before_the_end(when: dt.datetime, counts: bool) -> None:
    running = clock(order(), "lapse-week", confirmations=(confirmation(JUDGE, when),))
    assert running is not None
    assert running.lifted is counts
    assert running.at == LAPSE
    assert (end(order(), confirmations=(confirmation(JUDGE, when),)).clock == "review") is counts


def test_an_early_confirmation_helps_although_a_late_one_follows() -> None:
    both = (confirmation(JUDGE, LAPSE + SECOND), confirmation(JUDGE, LAPSE - SECOND))
    assert end(order(), confirmations=both).clock == "review"


WARRANT: dict[str, Any] = {"norm_id": "stpo-131-3", "category": Category.KNOWN_SUSPECT}
ISSUED: dict[str, Any] = {"warrant": Warrant(at=ORDERED)}


@pytest.mark.parametrize("medium", list(Medium))
def test_a_police_search_for_arrest_lapses_after_24_hours_in_every_medium(medium: Medium) -> None:
    police = end(order(POLICE), medium, **WARRANT)
    assert (police.at, police.clock, police.source) == (
        ORDERED + dt.timedelta(hours=24),
        "lapse-24h",
        "§ 131 Abs. 3 S. 4 StPO",
    )
    for by in (PROSECUTOR, JUDGE):
        in_time = (confirmation(by, ORDERED + dt.timedelta(hours=24) - BEFORE),)
        too_late = (confirmation(by, ORDERED + dt.timedelta(hours=24)),)
        assert end(order(POLICE), medium, confirmations=in_time, **WARRANT, **ISSUED).clock == "review"
        assert end(order(POLICE), medium, confirmations=too_late, **WARRANT, **ISSUED).clock == "lapse-24h"
        assert end(order(by), medium, **WARRANT, **ISSUED).clock == "review"


@pytest.mark.parametrize("start", ["2026-10-24 12:00", "2027-03-27 12:00"])
def test_24_hours_stay_24_hours_when_the_clocks_change(start: str) -> None:
    given = end(order(POLICE, at(start)), norm_id="stpo-131-3")
    assert given.at == at(start) + dt.timedelta(hours=24)


def test_a_search_for_a_convict_is_confirmed_by_the_enforcement_authority_only() -> None:
    def kind(*who: Authority) -> str:
        given = tuple(confirmation(by, ORDERED) for by in who)
        return end(order(POLICE), norm_id="stpo-457", confirmations=given, **ISSUED).clock

    assert kind() == kind(PROSECUTOR, JUDGE) == "lapse-24h"
    assert kind(ENFORCEMENT) == "review"
    assert end(order(ENFORCEMENT), norm_id="stpo-457", **ISSUED).clock == "review"


@pytest.mark.parametrize(
    ("norm_id", "category"),
    [
        ("stpo-111n", Category.OBJECT),
        ("stpo-88", Category.UNKNOWN_DEAD),
        ("vwv-unterrichtung-i-2", Category.WITNESS_CALL),
        ("saechspvdg-84-3", Category.MISSING),
        ("saechspvdg-12", Category.HELPLESS),
    ],
)
def test_without_a_lapse_clause_only_the_review_ends_a_police_decision(norm_id: str, category: Category) -> None:
    found = clocks(order(POLICE), norm(norm_id), **grounds(category=category, media=Medium))
    assert [each.kind for each in found] == ["review"]


def test_the_policy_may_extend_a_week_over_the_weekend_or_count_168_hours() -> None:
    saturday = order(when=at("2026-11-21 15:00"))
    assert end_at(saturday) == "2026-11-29 00:00"
    assert end_at(saturday, policy=ClockPolicy(weekend_extension=True)) == "2026-12-01 00:00"
    assert end_at(saturday, policy=ClockPolicy(elapsed_weeks=True)) == "2026-11-28 15:00"


@pytest.mark.parametrize(
    ("warrant", "ends_at", "kind"),
    [
        (None, "2026-11-28 00:00", "warrant"),  # a silent record counts as one without a warrant
        (Warrant(), "2026-11-28 00:00", "warrant"),
        (Warrant(due=at("2026-11-25 12:00")), "2026-11-25 12:00", "warrant"),
        (Warrant(due=at("2026-12-24 12:00")), "2026-11-28 00:00", "warrant"),  # a week is the most
        (Warrant(at=at("2026-11-19 09:00")), "2027-05-21 00:00", "review"),  # it existed before
        (Warrant(at=at("2026-11-27 23:59")), "2027-05-21 00:00", "review"),
        (Warrant(at=at("2026-11-28 00:00")), "2026-11-28 00:00", "warrant"),  # too late
        (Warrant(refused=at("2026-11-23 10:00")), "2026-11-23 10:00", "warrant"),
        (Warrant(refused=at("2026-12-23 10:00")), "2026-11-28 00:00", "warrant"),
        (Warrant(at=at("2026-11-24 09:00"), refused=at("2026-11-23 10:00")), "2026-11-23 10:00", "warrant"),
        (Warrant(at=at("2026-11-23 10:00"), refused=at("2026-12-24 09:00")), "2026-12-24 09:00", "warrant"),
    ],
)
def test_without_a_warrant_the_search_for_arrest_ends_after_a_week(
    warrant: Warrant | None, ends_at: str, kind: str
) -> None:
    given = end(order(), warrant=warrant, **WARRANT)
    assert given.at is not None
    assert (local(given.at), given.clock) == (ends_at, kind)


@pytest.mark.parametrize(
    ("norm_id", "by"),
    [
        ("stpo-131-3", JUDGE),
        ("stpo-131-3", PROSECUTOR),
        ("stpo-131-3", POLICE),
        ("stpo-457", ENFORCEMENT),
        ("stpo-457", POLICE),
    ],
)
def test_silence_about_the_warrant_sets_its_week_running_whoever_ordered(norm_id: str, by: Authority) -> None:
    silent = clock(order(by), "warrant", norm_id)
    assert silent is not None
    assert (local(silent.at), silent.lifted, silent.final) == ("2026-11-28 00:00", False, False)
    said = clock(order(by), "warrant", norm_id, **ISSUED)
    assert said is not None
    assert said.lifted


def test_a_norm_without_a_warrant_clause_ignores_the_warrant() -> None:
    assert end(order(JUDGE), warrant=Warrant(refused=ORDERED)).clock == "review"


@pytest.mark.parametrize(
    ("review_at", "ends_at"),
    [
        (None, "2027-05-21 00:00"),
        ("2026-12-21 09:00", "2026-12-21 09:00"),
        ("2027-05-20 23:59", "2027-05-20 23:59"),
        ("2027-05-21 00:00", "2027-05-21 00:00"),
        ("2027-08-01 09:00", "2027-05-21 00:00"),  # six months are the most
    ],
)
def test_a_criminal_appeal_ends_with_its_review_at_most_six_months_after_the_order(
    review_at: str | None, ends_at: str
) -> None:
    plan = Plan(review_at=None if review_at is None else at(review_at))
    assert end_at(order(JUDGE), plan=plan) == ends_at


@pytest.mark.parametrize(
    ("category", "ends_at"),
    [
        (Category.MISSING, "2026-12-05 00:00"),
        (Category.MISSING_CHILD, "2026-11-28 00:00"),
        (Category.HELPLESS, "2026-11-28 00:00"),
        (Category.UNKNOWN_DEAD, "2027-05-21 00:00"),
    ],
)
def test_a_preventive_appeal_is_reviewed_after_the_period_of_its_category(category: Category, ends_at: str) -> None:
    assert end_at(order(POLICE), norm_id="saechspvdg-84-3", category=category) == ends_at


def test_the_policy_sets_the_preventive_period_and_an_explicit_day_is_not_capped() -> None:
    policy = ClockPolicy(review_preventive={Category.MISSING: dt.timedelta(hours=24)})
    assert end_at(order(POLICE), policy=policy, **MISSING) == "2026-11-21 15:00"
    assert end_at(order(POLICE), policy=policy, plan=Plan(review_at=at("2027-01-01 00:00")), **MISSING) == (
        "2027-01-01 00:00"
    )


def test_the_policy_cannot_move_a_criminal_review() -> None:
    policy = ClockPolicy(review_preventive={Category.UNKNOWN_SUSPECT: dt.timedelta(days=9999)})
    limit = review_limit(ORDERED, norm("stpo-131b-1"), Category.UNKNOWN_SUSPECT, policy)
    assert local(limit) == "2027-05-21 00:00"


REVIEW = at("2026-12-21 09:00")
PLAN = Plan(review_at=REVIEW)


@pytest.mark.parametrize(
    ("reviews", "ends_at"),
    [
        ([Review(at=REVIEW - BEFORE, until=at("2027-02-01 00:00"))], "2027-02-01 00:00"),
        ([Review(at=REVIEW, until=at("2027-02-01 00:00"))], "2026-12-21 09:00"),  # too late
        ([Review(at=REVIEW + SECOND, until=at("2027-02-01 00:00"))], "2026-12-21 09:00"),
        ([Review(at=ORDERED - BEFORE, until=at("2027-02-01 00:00"))], "2026-12-21 09:00"),  # of an earlier order
        ([Review(at=at("2026-12-01 10:00"))], "2027-06-02 00:00"),  # six months from the review
        ([Review(at=at("2026-12-01 10:00"), until=at("2028-01-01 00:00"))], "2027-06-02 00:00"),  # capped
        ([Review(at=at("2026-12-01 10:00"), until=at("2026-12-08 00:00"))], "2026-12-08 00:00"),  # shorter is allowed
        ([Review(at=at("2026-12-01 10:00"), ends=True)], "2026-12-01 10:00"),
        ([Review(at=REVIEW, ends=True)], "2026-12-21 09:00"),
        (
            [
                Review(at=at("2027-01-15 10:00"), until=at("2027-03-01 00:00")),
                Review(at=at("2026-12-20 10:00"), until=at("2027-01-20 00:00")),
            ],
            "2027-03-01 00:00",  # one carries the next, whatever the order of the list
        ),
        (
            [
                Review(at=at("2026-12-20 10:00"), until=at("2027-01-10 00:00")),
                Review(at=at("2027-01-15 10:00"), until=at("2027-03-01 00:00")),
            ],
            "2027-01-10 00:00",  # a gap is not bridged
        ),
        (
            [
                Review(at=at("2026-12-01 10:00"), until=at("2027-02-01 00:00")),
                Review(at=at("2026-12-01 10:00"), ends=True),
            ],
            "2026-12-01 10:00",  # at one instant the ending wins
        ),
        (
            [
                Review(at=at("2026-12-01 10:00"), ends=True),
                Review(at=at("2026-12-02 10:00"), until=at("2027-02-01 00:00")),
            ],
            "2026-12-01 10:00",  # what is ended is not continued
        ),
    ],
)
def test_a_review_moves_the_review_clock_only_in_time(reviews: list[Review], ends_at: str) -> None:
    assert end_at(order(JUDGE), plan=PLAN, reviews=tuple(reviews)) == ends_at


@pytest.mark.parametrize(
    ("until", "ends_at"),
    [
        ("2027-02-01 00:00", "2027-02-01 00:00"),  # beyond the default of 14 days
        ("2027-06-02 00:00", "2027-06-02 00:00"),  # six months from the review
        ("2027-06-02 00:01", "2027-06-02 00:00"),
        ("2028-01-01 00:00", "2027-06-02 00:00"),
    ],
)
def test_a_preventive_review_may_continue_as_long_as_it_says_but_not_beyond_six_months(
    until: str, ends_at: str
) -> None:
    reviews = (Review(at=at("2026-12-01 10:00"), until=at(until)),)
    assert end_at(order(POLICE), reviews=reviews, **MISSING) == ends_at


def test_a_preventive_record_cannot_plan_its_review_beyond_six_months() -> None:
    assert end_at(order(POLICE), plan=Plan(review_at=at("2027-12-01 00:00")), **MISSING) == "2027-05-21 00:00"


def test_a_force_may_set_a_longer_preventive_period_of_its_own() -> None:
    policy = ClockPolicy(review_preventive={Category.MISSING: dt.timedelta(days=365)})
    plan = Plan(review_at=at("2028-01-01 00:00"))
    assert end_at(order(POLICE), policy=policy, plan=plan, **MISSING) == "2027-11-20 15:00"


def test_an_ended_review_says_so() -> None:
    given = clock(order(JUDGE), "review", reviews=(Review(at=at("2026-12-01 10:00"), ends=True),))
    assert given is not None
    assert (given.rule, given.final) == ("R36", True)
    assert given.because.de == "Die Prüfung vom 01.12.2026 um 10:00 Uhr hat den Aufruf beendet."


@pytest.mark.parametrize(
    ("limits", "plan", "ends_at", "kind"),
    [
        ({"until": at("2027-02-20 00:00")}, Plan(), "2027-02-20 00:00", "scope-until"),
        ({"until": at("2027-02-20 00:00")}, Plan(until=at("2027-01-15 00:00")), "2027-01-15 00:00", "record-until"),
        ({"until": at("2027-01-15 00:00")}, Plan(until=at("2027-02-20 00:00")), "2027-01-15 00:00", "scope-until"),
        ({"media_until": {WEBSITE: at("2026-12-01 00:00")}}, Plan(), "2026-12-01 00:00", "media-until"),
        ({"media_until": {WEBSITE: dt.timedelta(days=3)}}, Plan(), "2026-11-23 15:00", "media-until"),
        ({"media_until": {POSTER: dt.timedelta(days=3)}}, Plan(), "2027-05-21 00:00", "review"),
    ],
)
def test_order_and_record_may_limit_the_time(limits: dict[str, Any], plan: Plan, ends_at: str, kind: str) -> None:
    mandate = order(JUDGE, scope=scope(**limits))
    assert end_at(mandate, plan=plan) == ends_at
    assert end(mandate, plan=plan).clock == kind


def test_a_duration_counts_elapsed_time_from_the_order() -> None:
    mandate = order(JUDGE, at("2026-10-24 12:00"), scope=scope(media_until={WEBSITE: dt.timedelta(days=1)}))
    assert end_at(mandate) == "2026-10-25 11:00"


def test_a_medium_that_the_order_does_not_name_is_over_from_the_start() -> None:
    mandate = order(JUDGE, scope=scope(media=frozenset({PRINT})))
    assert (end(mandate).at, end(mandate).clock) == (ORDERED, "scope-media")
    assert end(mandate, PRINT).clock == "review"


@pytest.mark.parametrize(
    ("consent", "kind"),
    [
        (Consent(by="Eltern", at=ORDERED), "review"),
        (Consent(by="Eltern", at=ORDERED, revoked_at=at("2026-11-22 09:00")), "consent"),
        (Consent(revoked_at=at("2026-11-22 09:00")), "consent"),
        (Consent(at=at("2026-11-22 09:00"), revoked_at=at("2026-11-22 09:00")), "consent"),
        (Consent(at=at("2026-11-23 09:00"), revoked_at=at("2026-11-22 09:00")), "review"),  # given anew
    ],
)
def test_a_revoked_consent_ends_a_preventive_appeal(consent: Consent, kind: str) -> None:
    assert end(order(POLICE), consent=consent, **MISSING).clock == kind
    if kind == "consent":
        assert end_at(order(POLICE), consent=consent, **MISSING) == "2026-11-22 09:00"


def test_the_earliest_of_all_clocks_wins_for_each_medium() -> None:
    mandate = order(POLICE, scope=scope(until=at("2027-02-20 00:00"), media_until={PRINT: dt.timedelta(days=2)}))
    given = ends(
        mandate,
        norm("stpo-131b-1"),
        **grounds(media=(POSTER, PRINT, WEBSITE), confirmations=(confirmation(PROSECUTOR, ORDERED),)),
    )
    assert [(each.medium, each.clock) for each in given] == [
        (WEBSITE, "lapse-week"),
        (PRINT, "media-until"),
        (POSTER, "scope-until"),
    ]


def test_of_two_clocks_at_one_instant_the_law_is_told_before_the_record() -> None:
    assert end(order(), plan=Plan(until=LAPSE)).clock == "lapse-week"


def test_media_may_be_any_iterable_and_none_have_no_clock() -> None:
    assert [each.medium for each in ends(order(), norm("stpo-131b-1"), **grounds(media=iter([POSTER, WEBSITE])))] == [
        WEBSITE,
        POSTER,
    ]
    assert clocks(order(), norm("stpo-131b-1"), **grounds(media=())) == ()
    assert ends(order(), norm("stpo-131b-1"), **grounds(media=())) == ()


def test_each_clock_names_the_media_that_it_binds() -> None:
    found = clocks(order(POLICE), norm("stpo-131b-1"), **grounds(media=(POSTER, WEBSITE)))
    assert [(each.kind, each.media, each.rule) for each in found] == [
        ("lapse-week", (WEBSITE,), "R04"),
        ("lapse-week", (POSTER,), "R05"),
        ("review", (WEBSITE, POSTER), "R09"),
    ]
    assert [each.lifted_by for each in found] == [(JUDGE,), (PROSECUTOR, JUDGE), ()]


def test_the_reason_names_clock_law_and_local_time_in_both_languages() -> None:
    told = end(order(POLICE), norm_id="stpo-131-3").because
    assert told.en == (
        "The police order of 2026-11-20 at 15:00 lapses on 2026-11-21 at 15:00, unless the public prosecutor or a "
        "judge confirms it before that (24 hours, § 131 Abs. 3 S. 4 StPO)."
    )
    assert told.de == (
        "Die Anordnung der Polizei vom 20.11.2026 um 15:00 Uhr tritt am 21.11.2026 um 15:00 Uhr außer Kraft, wenn sie "
        "nicht vorher durch die Staatsanwaltschaft oder ein Gericht bestätigt wird "
        "(24 Stunden; § 131 Abs. 3 S. 4 StPO)."
    )


@pytest.mark.parametrize(
    ("more", "kind", "german"),
    [
        ({}, "lapse-week", "mit Ablauf des 27.11.2026"),
        ({"confirmations": (confirmation(JUDGE, at("2026-11-24 10:00")),)}, "lapse-week", "rechtzeitig bestätigt"),
        ({"plan": Plan(until=at("2026-12-01 12:00"))}, "record-until", "er endet am 01.12.2026 um 12:00 Uhr"),
        ({"consent": Consent(revoked_at=ORDERED)}, "consent", "wurde am 20.11.2026 um 15:00 Uhr widerrufen"),
        ({}, "review", "ohne eine vorher vermerkte Prüfung"),
    ],
)
def test_each_clock_tells_its_reason(more: dict[str, Any], kind: str, german: str) -> None:
    found = clock(order(), kind, **more)
    assert found is not None
    assert german in found.because.de
    assert found.because.en.endswith(".")


def test_the_reasons_of_scope_and_warrant_are_told() -> None:
    limited = order(scope=Scope(media=frozenset({WEBSITE}), until=LAPSE, media_until={WEBSITE: LAPSE}))
    for kind, german in [
        ("scope-until", "nur befristet; sie endet mit Ablauf des 27.11.2026"),
        ("media-until", "befristet das Medium Internetseite"),
    ]:
        found = clock(limited, kind)
        assert found is not None
        assert german in found.because.de
    unnamed = clock(limited, "scope-media", media=(WEBSITE, PRINT, POSTER))
    assert unnamed is not None
    assert unnamed.media == (PRINT, POSTER)
    assert "nennt nicht: Druckpresse, Plakat." in unnamed.because.de
    for warrant, german in [
        (None, "Der Datensatz sagt nicht, ob ein Haft- oder Unterbringungsbefehl besteht"),
        (Warrant(), "ohne ihn endet die Fahndung mit Ablauf des 27.11.2026"),
        (Warrant(at=ORDERED), "liegt rechtzeitig vor"),
        (Warrant(refused=ORDERED), "abgelehnt; damit endet die Fahndung"),
    ]:
        found = clock(order(), "warrant", "stpo-131-3", warrant=warrant)
        assert found is not None
        assert german in found.because.de


def test_an_order_under_an_unknown_norm_counts_as_over() -> None:
    (only,) = without_norm(order(), [POSTER, WEBSITE])
    assert (only.kind, only.at, only.media, only.final) == ("no-norm", ORDERED, (WEBSITE, POSTER), True)
    assert without_norm(order(), []) == ()


def test_a_fixed_end_is_what_no_confirmation_and_no_review_can_move() -> None:
    mandate = order(POLICE, scope=scope(until=at("2027-02-20 00:00"), media_until={PRINT: dt.timedelta(days=2)}))
    entry = norm("stpo-131b-1")
    recorded = grounds(media=(WEBSITE, PRINT), plan=PLAN, warrant=Warrant())
    assert fixed_end(mandate, entry, **recorded) == {WEBSITE: at("2027-02-20 00:00"), PRINT: at("2026-11-22 15:00")}
    assert fixed_end(order(POLICE), entry, **recorded) == {WEBSITE: None, PRINT: None}


def test_a_refused_warrant_and_an_ending_review_are_fixed() -> None:
    entry, refused, ended = norm("stpo-131-3"), at("2026-11-23 10:00"), at("2026-11-22 10:00")
    assert fixed_end(order(), entry, **grounds(warrant=Warrant(refused=refused))) == {WEBSITE: refused}
    assert fixed_end(order(), entry, **grounds(reviews=(Review(at=ended, ends=True),))) == {WEBSITE: ended}


INSTANTS = instants("2026-10-01 00:00", "2027-12-01 00:00")
AUTHORITIES = st.sampled_from(list(Authority))
MEDIA = st.frozensets(st.sampled_from(list(Medium)))
CONFIRMATIONS = st.builds(
    Confirmation,
    by=AUTHORITIES,
    authority=st.just("Amtsgericht Musterstadt"),
    reference=st.just("1 Gs 1/26"),
    at=INSTANTS,
)
LIMITS = st.dictionaries(
    st.sampled_from(list(Medium)), INSTANTS | st.timedeltas(max_value=dt.timedelta(days=400)), max_size=3
)
SCOPES = st.builds(Scope, media=MEDIA, repeated=MEDIA, until=st.none() | INSTANTS, media_until=LIMITS)
ORDERS = st.builds(Order, by=AUTHORITIES, authority=st.just("x"), reference=st.just("y"), at=INSTANTS, scope=SCOPES)
REVIEWS = st.lists(st.builds(Review, at=INSTANTS, until=st.none() | INSTANTS, ends=st.booleans()), max_size=4)
NORMS = st.sampled_from(table().entries)
GROUNDS = st.builds(
    lambda **fields: grounds(**fields),
    confirmations=st.lists(CONFIRMATIONS, max_size=4).map(tuple),
    reviews=REVIEWS.map(tuple),
    media=MEDIA,
    plan=st.builds(Plan, until=st.none() | INSTANTS, review_at=st.none() | INSTANTS),
    warrant=st.none()
    | st.builds(Warrant, due=st.none() | INSTANTS, at=st.none() | INSTANTS, refused=st.none() | INSTANTS),
    category=st.sampled_from(list(Category)),
    policy=st.builds(ClockPolicy, weekend_extension=st.booleans(), elapsed_weeks=st.booleans()),
    consent=st.none() | st.builds(Consent, at=st.none() | INSTANTS, revoked_at=st.none() | INSTANTS),
)


@pytest.mark.peers
@given(ORDERS, NORMS, GROUNDS, CONFIRMATIONS)
def test_one_more_confirmation_never_shortens(mandate: Order, entry: Any, given_now: Any, more: Confirmation) -> None:
    before = ends(mandate, entry, **given_now)
    after = ends(mandate, entry, **{**given_now, "confirmations": (*given_now["confirmations"], more)})
    for earlier, later in zip(before, after, strict=True):
        assert earlier.at is not None
        assert later.at is not None
        assert earlier.at <= later.at


@pytest.mark.peers
@given(ORDERS, NORMS, GROUNDS, LIMITS, INSTANTS)
def test_one_more_limit_of_the_scope_never_lengthens(
    mandate: Order, entry: Any, given_now: Any, limits: dict[Medium, Any], until: dt.datetime
) -> None:
    own = mandate.scope
    narrower = Scope(
        media=own.media - {WEBSITE},
        repeated=own.repeated,
        until=until if own.until is None else min(own.until, until),
        media_until={**limits, **own.media_until},
    )
    limited = Order(by=mandate.by, authority="x", reference="y", at=mandate.at, scope=narrower)
    for wide, narrow in zip(ends(mandate, entry, **given_now), ends(limited, entry, **given_now), strict=True):
        assert wide.at is not None
        assert narrow.at is not None
        assert narrow.at <= wide.at


@pytest.mark.peers
@given(ORDERS, NORMS, GROUNDS)
def test_an_end_is_never_later_than_the_fixed_end_and_every_medium_has_one(
    mandate: Order, entry: Any, given_now: Any
) -> None:
    fixed = fixed_end(mandate, entry, **given_now)
    told = ends(mandate, entry, **given_now)
    assert [each.medium for each in told] == [medium for medium in Medium if medium in given_now["media"]]
    for each in told:
        latest = fixed[each.medium]
        assert each.at is not None
        assert latest is None or each.at <= latest


def test_of_two_reviews_at_one_instant_the_one_that_reaches_least_far_counts() -> None:
    wide, near = Review(at=at("2026-12-01 09:00")), Review(at=at("2026-12-01 09:00"), until=at("2027-01-01 09:00"))
    for reviews in ((wide, near), (near, wide)):
        assert end_at(order(JUDGE), reviews=reviews) == "2027-01-01 09:00"


@pytest.mark.peers
@given(ORDERS, NORMS, GROUNDS)
def test_the_order_of_what_was_recorded_does_not_matter(mandate: Order, entry: Any, given_now: Any) -> None:
    turned = {
        **given_now,
        "confirmations": given_now["confirmations"][::-1],
        "reviews": given_now["reviews"][::-1],
        "media": sorted(given_now["media"], reverse=True),
    }
    assert [each.at for each in ends(mandate, entry, **turned)] == [
        each.at for each in ends(mandate, entry, **given_now)
    ]


@pytest.mark.peers
@given(ORDERS, NORMS, GROUNDS)
def test_a_criminal_appeal_without_a_review_ends_within_six_months(mandate: Order, entry: Any, given_now: Any) -> None:
    if entry.kind == "criminal":
        for each in ends(mandate, entry, **{**given_now, "reviews": ()}):
            assert each.at is not None
            # six months have at most 184 days; the last day runs to its end, and a clock may change in between
            assert each.at <= mandate.at + dt.timedelta(days=185, hours=1)


@pytest.mark.parametrize("by", [POLICE, PROSECUTOR])
def test_no_end_depends_on_the_time_zone_of_the_machine(by: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    def told() -> tuple[End, ...]:
        mandate = order(by, at("2026-10-23T23:30+00:00"), scope=scope(until=at("2027-02-20 00:00")))
        return ends(mandate, norm("stpo-131b-1"), **grounds(media=Medium))

    here = told()
    for zone in ("UTC", "Pacific/Kiritimati", "America/Los_Angeles"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        assert told() == here
    monkeypatch.undo()
    time.tzset()
