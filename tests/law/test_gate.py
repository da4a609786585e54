"""The gate as a whole: the example of the record's description, and that it never falls over."""

import dataclasses
import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fahndung.law.facts import Stage
from fahndung.law.gate import clocks, ends, judge
from fahndung.law.rules import REGISTER
from fahndung.model.appeal import Category, Placard, Plan
from fahndung.model.ids import ChannelName, ImageId
from fahndung.model.mandate import Medium, Scope, Warrant

from .build import JUDGE, ORDERED, PROSECUTOR, appeal, at, confirmation, facts, image, instants, local, order, person

SCOPE = Scope(
    media=frozenset({Medium.WEBSITE, Medium.SOCIAL, Medium.PRINT, Medium.ONLINE_PRESS, Medium.POSTER}),
    region="Freistaat Sachsen",
    until=at("2027-02-20 00:00"),
    names=False,
    images=(ImageId("cctv-1"),),
)
EXAMPLE = appeal(
    order(PROSECUTOR, scope=SCOPE),
    confirmations=(confirmation(JUDGE, at("2026-11-24 10:00")),),
    legal={"milder_means": "Interne Ausschreibung ohne Erfolg", "considerable_offence": "Raub mit Verletzung"},
    persons=(person(),),
    images=(image("cctv-1"),),
    posters=(Placard(place="Musterplatz", count=20, person="Revier Mitte"),),
    publication=Plan(
        channels=(ChannelName("website"),),
        not_before=at("2026-11-21 08:00"),
        until=at("2027-01-15 00:00"),
        review_at=at("2026-12-21 09:00"),
    ),
)
USED: dict[str, Any] = {
    "media": frozenset({Medium.WEBSITE, Medium.POSTER}),
    "channel_media": {ChannelName("website"): Medium.WEBSITE},
}


def test_the_example_passes_and_ends_with_its_review() -> None:
    draft = facts(EXAMPLE, **USED)
    assert judge(draft) == ()
    assert [(end.medium, end.clock) for end in ends(draft)] == [
        (Medium.WEBSITE, "review"),
        (Medium.POSTER, "review"),
    ]
    assert [(each.kind, local(each.at), each.lifted) for each in clocks(draft)] == [
        ("lapse-week", "2026-11-28 00:00", True),
        ("scope-until", "2027-02-20 00:00", False),
        ("record-until", "2027-01-15 00:00", False),
        ("review", "2026-12-21 09:00", False),
    ]


@pytest.mark.parametrize(
    ("stage", "now", "blocked"),
    [
        (Stage.RELEASE, None, []),
        (Stage.PUBLISH, "2026-11-21 07:59", ["R13"]),
        (Stage.PUBLISH, "2026-11-21 08:00", []),
        (Stage.PUBLISH, "2026-12-21 08:59", []),
        (Stage.PUBLISH, "2026-12-21 09:00", ["R09"]),
        (Stage.RUNNING, "2027-03-01 00:00", ["R09", "R10", "R10"]),
        (Stage.ENDED, "2027-03-01 00:00", []),
    ],
)
def test_the_example_is_published_between_embargo_and_end_only(
    stage: Stage, now: str | None, blocked: list[str]
) -> None:
    found = judge(facts(EXAMPLE, stage, now=None if now is None else at(now), **USED))
    assert [problem.rule for problem in found if problem.severity == "block"] == blocked


def test_findings_come_by_rule_and_once() -> None:
    broken = appeal(order(authority="", scope=Scope()), basis="stpo-457")
    found = judge(facts(broken))
    assert [problem.rule for problem in found] == sorted(problem.rule for problem in found)
    assert len(set(found)) == len(found)


def test_every_finding_is_told_in_both_languages_with_its_source() -> None:
    broken = dataclasses.replace(
        EXAMPLE, legal=dataclasses.replace(EXAMPLE.legal, order=order(JUDGE, reference="", scope=Scope()))
    )
    found = judge(facts(broken, **USED))
    assert found
    for problem in found:
        assert problem.source
        assert problem.message.en.endswith(".")
        assert problem.message.de.endswith((".", ")."))


def test_every_entry_of_the_register_says_when_it_speaks_and_on_what_ground() -> None:
    for rule in REGISTER:
        assert rule.stages
        assert rule.source
        assert rule.title.en.endswith(".")
        assert rule.title.de.endswith(".")


def test_a_rule_for_some_categories_leaves_the_others_alone() -> None:
    only_missing = dataclasses.replace(REGISTER[0], categories=frozenset({Category.MISSING}))
    assert not only_missing.applies(facts(EXAMPLE))
    assert only_missing.applies(facts(dataclasses.replace(EXAMPLE, category=Category.MISSING)))


NOWS = instants("2020-01-01 00:00", "2030-01-01 00:00")


@pytest.mark.peers
@given(
    st.sampled_from(list(Stage)),
    st.sampled_from(list(Category)),
    st.sampled_from(["stpo-131-3", "stpo-131b-1", "stpo-457", "saechspvdg-84-3", "nothing"]),
    st.sampled_from([None, order(), order(JUDGE, scope=Scope()), order(when=dt.datetime.max.replace(tzinfo=dt.UTC))]),
    st.sampled_from([None, order(JUDGE), order(when=dt.datetime.min.replace(tzinfo=dt.UTC))]),
    st.frozensets(st.sampled_from(list(Medium))),
    st.none() | st.just({}) | st.just({"website": None}),
    NOWS,
)
def test_no_record_makes_the_gate_fall_over(
    stage: Stage,
    category: Category,
    basis: str,
    mandate: Any,
    decision: Any,
    media: frozenset[Medium],
    channel_media: Any,
    now: dt.datetime,
) -> None:
    subject = dataclasses.replace(
        appeal(mandate, basis=basis, category=category, decision=decision, legal={"warrant": Warrant(at=ORDERED)}),
        publication=Plan(channels=(ChannelName("website"),), not_before=now, until=now, review_at=now),
    )
    given_now = facts(subject, stage, media=media, channel_media=channel_media, now=now)
    told = judge(given_now)
    assert all(problem.message.en and problem.message.de for problem in told)
    if subject.legal.mandate is None:
        assert ends(given_now) == ()
        assert stage is Stage.ENDED or stage is Stage.RUNNING or any(problem.rule == "R01" for problem in told)


@pytest.mark.peers
@given(NOWS)
def test_what_the_gate_blocks_as_over_is_what_the_ends_say(now: dt.datetime) -> None:
    running = facts(EXAMPLE, Stage.RUNNING, now=now, **USED)
    over = any(end.at is not None and end.at <= now for end in ends(running))
    blocked = any(problem.severity == "block" for problem in judge(running))
    assert over is blocked
