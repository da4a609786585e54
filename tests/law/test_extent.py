"""R10: what the order does not name is not allowed."""

import datetime as dt
from typing import Any

import pytest

from fahndung.law.facts import Stage
from fahndung.law.gate import judge
from fahndung.model.appeal import Appeal, Plan
from fahndung.model.ids import ChannelName, ImageId
from fahndung.model.mandate import Medium, Order
from fahndung.model.sought import NamesShown

from .build import (
    JUDGE,
    ORDERED,
    POLICE,
    WEBSITE,
    appeal,
    at,
    facts,
    image,
    missing,
    order,
    person,
    scope,
    shown,
    told,
)

CHECKED = [Stage.DRAFT, Stage.RELEASE, Stage.PUBLISH]


def findings(subject: Appeal, stage: Stage = Stage.DRAFT, **more: Any) -> list[tuple[str, str]]:
    """Severity and field of the findings of R10."""
    return told(judge(facts(subject, stage, **({"now": ORDERED} | more))), "R10")


def judged(**named: Any) -> Order:
    """A judge's order with that scope."""
    return order(JUDGE, scope=scope(**named))


def channels(*names: str) -> Plan:
    """A plan for these channels."""
    return Plan(channels=tuple(map(ChannelName, names)))


def test_an_order_that_names_no_medium_allows_nothing() -> None:
    silent = judged(media=frozenset())
    assert findings(appeal(silent)) == [("block", "legal/order/scope/media")]
    assert findings(missing(order(POLICE, scope=scope(media=frozenset())))) == [("block", "legal/decision/scope/media")]


@pytest.mark.parametrize("stage", [*CHECKED, Stage.RUNNING])
def test_a_medium_in_use_that_the_order_does_not_name_is_blocked(stage: Stage) -> None:
    only_print = appeal(judged(media=frozenset({Medium.PRINT})))
    assert findings(only_print, stage, media=frozenset({Medium.PRINT})) == []
    assert findings(only_print, stage, media=frozenset({Medium.PRINT, WEBSITE})) == [
        ("block", "legal/order/scope/media")
    ]


@pytest.mark.parametrize("stage", CHECKED)
def test_a_channel_of_a_medium_that_the_order_does_not_name_is_blocked_by_its_place(stage: Stage) -> None:
    subject = appeal(judged(media=frozenset({WEBSITE})), publication=channels("website", "mastodon"))
    media = {"website": WEBSITE, "mastodon": Medium.SOCIAL}
    assert findings(subject, stage, channel_media=media) == [("block", "publication/channels/1")]
    (problem,) = [each for each in judge(facts(subject, channel_media=media)) if each.rule == "R10"]
    assert problem.message.de.startswith("Die Anordnung nennt das Medium „soziale Netzwerke“ nicht (Kanal mastodon).")


@pytest.mark.parametrize(
    ("stage", "severity"), [(Stage.DRAFT, "warn"), (Stage.RELEASE, "block"), (Stage.PUBLISH, "block")]
)
@pytest.mark.parametrize("media", [{"website": WEBSITE}, {"website": WEBSITE, "brieftaube": None}])
def test_a_channel_that_nobody_knows_is_warned_about_in_a_draft_and_blocked_later(
    stage: Stage, severity: str, media: dict[str, Medium | None]
) -> None:
    subject = appeal(judged(), publication=channels("website", "brieftaube"))
    assert findings(subject, stage, channel_media=media) == [(severity, "publication/channels/1")]
    assert findings(subject, stage, channel_media=None) == []


@pytest.mark.parametrize(
    ("allowed", "planned", "outside"),
    [
        (("DED",), ("DED", "DED2", "DED21"), []),
        (("DED2",), ("DED",), [0]),
        (("DED2", "14"), ("DED21", "DED5", "14612", "15"), [1, 3]),
        (("ded2 ",), (" DED21",), []),
        ((), ("DED2",), []),
        (("DED2",), (), []),
    ],
)
def test_a_region_lies_inside_one_of_the_orders(
    allowed: tuple[str, ...], planned: tuple[str, ...], outside: list[int]
) -> None:
    subject = appeal(judged(region_codes=allowed), publication=Plan(region_codes=planned))
    assert findings(subject) == [("block", f"publication/region_codes/{index}") for index in outside]


@pytest.mark.parametrize("how", [how for how in NamesShown if how is not NamesShown.NONE])
@pytest.mark.parametrize(
    ("names", "by_order", "by_decision"), [(True, True, True), (False, False, False), (None, False, True)]
)
def test_a_name_is_shown_only_where_it_is_allowed_and_silence_differs(
    how: NamesShown, names: bool | None, by_order: bool, by_decision: bool
) -> None:
    persons = (person(), person(names=shown(NamesShown.NONE)), person(names=shown(how)))
    blocked = [("block", "persons/2/names/shown")]
    assert findings(appeal(judged(names=names), persons=persons)) == ([] if by_order else blocked)
    decided = missing(order(POLICE, scope=scope(names=names)), persons=persons)
    assert findings(decided) == ([] if by_decision else blocked)


@pytest.mark.parametrize(
    ("named", "by_order", "by_decision"),
    [
        (("cctv-1", "cctv-2"), [], []),
        (("cctv-2",), [0], [0]),
        ((), [0, 1], [0, 1]),
        (None, [0, 1], []),
    ],
)
def test_only_named_pictures_are_shown_and_silence_differs(
    named: tuple[str, ...] | None, by_order: list[int], by_decision: list[int]
) -> None:
    ids = None if named is None else tuple(map(ImageId, named))
    pictures = (image("cctv-1"), image("cctv-2"))
    expected = [[("block", f"images/{index}/id") for index in rows] for rows in (by_order, by_decision)]
    assert findings(appeal(judged(images=ids), images=pictures)) == expected[0]
    assert findings(missing(order(POLICE, scope=scope(images=ids)), images=pictures)) == expected[1]


def test_a_plan_that_outlasts_the_order_is_warned_about() -> None:
    mandate = judged(until=at("2027-02-20 00:00"))
    assert findings(appeal(mandate, publication=Plan(until=at("2027-02-20 00:00")))) == []
    assert findings(appeal(mandate, publication=Plan(until=at("2027-02-20 00:01")))) == [("warn", "publication/until")]
    assert findings(appeal(judged(), publication=Plan(until=at("2027-02-20 00:01")))) == []


def test_an_end_before_the_order_is_blocked() -> None:
    assert findings(appeal(judged(until=ORDERED), publication=Plan(until=ORDERED))) == [
        ("block", "legal/order/scope/until"),
        ("block", "publication/until"),
    ]
    after = at("2026-11-20 15:01")
    assert findings(appeal(judged(until=after), publication=Plan(until=after))) == []


def test_a_record_without_a_mandate_is_not_asked_for_its_scope() -> None:
    subject = appeal(None, persons=(person(names=shown(NamesShown.FULL)),), images=(image("cctv-1"),))
    assert findings(subject, channel_media={}, media=frozenset({WEBSITE})) == []


def test_a_region_in_words_cannot_be_compared_with_codes_and_is_asked_for() -> None:
    wide = order(scope=scope(region="Freistaat Sachsen"))
    coded = appeal(wide, publication=Plan(region_codes=("DED51",)))
    assert told(judge(facts(coded)), "R10") == [("block", "publication/region_codes")]
    assert told(judge(facts(appeal(wide))), "R10") == []


@pytest.mark.parametrize("stage", CHECKED)
def test_a_time_for_a_medium_that_is_not_named_is_told(stage: Stage) -> None:
    days = {Medium.SOCIAL: dt.timedelta(days=3)}
    named = judged(media=frozenset({WEBSITE, Medium.SOCIAL}), media_until=days)
    silent = judged(media=frozenset({WEBSITE}), media_until=days)
    assert findings(appeal(named), stage) == []
    assert findings(appeal(silent), stage) == [("warn", "legal/order/scope/media_until")]
    decided = missing(order(POLICE, scope=scope(media=frozenset({WEBSITE}), media_until=days)))
    assert findings(decided, stage) == [("warn", "legal/decision/scope/media_until")]
