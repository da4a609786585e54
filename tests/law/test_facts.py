"""Facts refuse nonsense and join what record and ledger know."""

import datetime as dt

import pytest

from fahndung.law.facts import Stage
from fahndung.law.gate import clocks, ends, fixed_end
from fahndung.model.mandate import Medium

from .build import JUDGE, ORDERED, POLICE, POSTER, PROSECUTOR, WEBSITE, appeal, at, confirmation, facts, missing, order


@pytest.mark.parametrize("stage", [Stage.PUBLISH, Stage.RUNNING])
def test_a_stage_that_looks_at_the_time_needs_one(stage: Stage) -> None:
    with pytest.raises(ValueError, match="needs now"):
        facts(appeal(order()), stage)


def test_a_naive_now_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        facts(appeal(order()), Stage.DRAFT, now=dt.datetime(2026, 11, 20))  # noqa: DTZ001 the naive one is the point


def test_the_mandate_says_where_it_stands() -> None:
    assert facts(appeal(order())).mandate_field == "legal/order"
    assert facts(missing(order(POLICE))).mandate_field == "legal/decision"
    assert facts(appeal(None)).mandate_field == "legal/order"
    assert facts(appeal(None)).norm is None


def test_without_media_in_use_the_orders_media_are_told() -> None:
    assert facts(appeal(order())).used == frozenset(Medium)
    assert facts(appeal(order()), media=frozenset({POSTER})).used == {POSTER}
    assert facts(appeal(None)).used == frozenset()
    assert [end.medium for end in ends(facts(appeal(order())))] == list(Medium)


def test_a_confirmation_in_record_and_ledger_counts_once() -> None:
    first, second = confirmation(JUDGE, ORDERED), confirmation(PROSECUTOR, ORDERED)
    joined = facts(appeal(order(), confirmations=(first,)), confirmations=(first, second))
    assert joined.all_confirmations == (first, second)


def test_without_a_mandate_there_is_no_clock_and_no_end() -> None:
    empty = facts(appeal(None), media=frozenset({WEBSITE}))
    assert clocks(empty) == ()
    assert ends(empty) == ()
    assert fixed_end(empty) == {}


def test_an_order_under_an_unknown_norm_is_over_from_the_start() -> None:
    unknown = facts(appeal(order(), basis="stpo-131z"), media=frozenset({WEBSITE}))
    (only,) = ends(unknown)
    assert (only.medium, only.at, only.clock) == (WEBSITE, ORDERED, "no-norm")
    assert fixed_end(unknown) == {WEBSITE: ORDERED}


def test_the_fixed_end_leaves_out_what_can_still_be_lifted() -> None:
    assert fixed_end(facts(appeal(order()), media=frozenset({WEBSITE}))) == {WEBSITE: None}
    (only,) = ends(facts(appeal(order()), media=frozenset({WEBSITE})))
    assert only.at == at("2026-11-28 00:00")
