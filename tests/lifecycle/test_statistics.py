"""What is counted, and that neither a cut of the period nor the erasure after the end changes a count."""

import datetime as dt
import itertools
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fahndung.ledger import byhand
from fahndung.ledger.endings import Ending
from fahndung.lifecycle import retention, takedown
from fahndung.lifecycle.statistics import Counts, Statistics, statistics, time_online
from fahndung.model.closing import EndReason
from fahndung.model.ids import AppealId
from tests.world import GIRL, PUBLISHED, TRAM, TRAM_LAPSE, World

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
START = dt.datetime(2026, 3, 28, tzinfo=dt.UTC)
grid = st.integers(0, 40)
spans = st.lists(st.tuples(grid, grid), max_size=8)


def instants(pairs: Sequence[tuple[int, int]]) -> list[tuple[dt.datetime, dt.datetime]]:
    return [(START + HOUR * one, START + HOUR * other) for one, other in pairs]


@given(pairs=spans)
def test_time_online_is_the_number_of_hours_that_some_span_holds(pairs: list[tuple[int, int]]) -> None:
    held = {hour for one, other in pairs for hour in range(one, other)}
    assert time_online(instants(pairs)) == HOUR * len(held)


@pytest.mark.peers
@given(pairs=spans, more=spans)
def test_time_online_knows_no_order_and_grows_with_every_span_by_no_more_than_its_length(
    pairs: list[tuple[int, int]], more: list[tuple[int, int]]
) -> None:
    together = time_online(instants(pairs + more))
    assert together == time_online(instants(more + pairs))
    assert time_online(instants(pairs)) <= together <= time_online(instants(pairs)) + time_online(instants(more))


def end(world: World, now: dt.datetime, reason: EndReason = EndReason.FOUND, appeal: str = GIRL, **more: Any) -> None:
    wish = Ending(appeal=AppealId(appeal), reason=reason, by="k.muster", at=now, **more)
    takedown.end(world.home, world.ledger, wish, now=now)


def count(world: World, now: dt.datetime, **more: Any) -> Statistics:
    with world.ledger.read() as tx:
        return statistics(tx, now=now, **more)


def test_before_anything_was_published_there_is_nothing_to_count(approved: World) -> None:
    assert count(approved, PUBLISHED) == Statistics(total=Counts(), categories={}, channels={}, unreadable=0)


def test_an_appeal_is_online_from_the_receipt_to_the_proof(approved: World) -> None:
    approved.publish(GIRL)
    running = count(approved, PUBLISHED + DAY).total
    assert (running.appeals, running.online, running.ended, running.time_online) == (1, 1, 0, DAY)
    end(approved, PUBLISHED + 2 * DAY, tip=True)
    found = count(approved, PUBLISHED + 9 * DAY)
    assert found.total == Counts(
        appeals=1,
        online=0,
        publications=1,
        time_online=2 * DAY,
        ends={EndReason.FOUND: 1},
        lapses=0,
        tips={True: 1},
    )
    assert found.categories == {"missing-child": found.total}
    assert found.channels == {"website": found.total}


def test_a_lapse_is_counted_and_nobody_said_whether_there_was_a_tip(approved: World) -> None:
    approved.publish(TRAM)
    takedown.takedown(approved.home, approved.ledger, now=TRAM_LAPSE, by="timer")
    found = count(approved, TRAM_LAPSE).total
    assert (found.ends, found.lapses, found.tips) == ({EndReason.LAPSED: 1}, 1, {None: 1})


@pytest.mark.peers
def test_an_error_that_comes_to_light_later_is_the_reason_and_a_tip_said_later_counts(approved: World) -> None:
    approved.publish(GIRL)
    end(approved, PUBLISHED + HOUR, tip=False)
    assert count(approved, PUBLISHED + DAY).total.tips == {False: 1}
    end(approved, PUBLISHED + DAY, EndReason.ERROR, tip=True)
    end(approved, PUBLISHED + DAY, EndReason.REVOKED, tip=False)
    found = count(approved, PUBLISHED + DAY).total
    assert (found.appeals, found.ends, found.tips) == (1, {EndReason.ERROR: 1}, {True: 1})


def test_the_end_of_a_part_is_no_end_of_the_appeal(approved: World) -> None:
    approved.publish(GIRL)
    end(approved, PUBLISHED + HOUR, channel="website")
    found = count(approved, PUBLISHED + DAY).total
    assert (found.appeals, found.online, found.ended, found.time_online) == (1, 0, 0, HOUR)


@pytest.mark.peers
def test_the_periods_add_up_and_their_borders_are_half_open(approved: World) -> None:
    approved.publish(GIRL)
    approved.publish(TRAM, PUBLISHED + HOUR)
    end(approved, PUBLISHED + 2 * HOUR)
    now = PUBLISHED + DAY
    everything = count(approved, now).total
    borders = (None, PUBLISHED, PUBLISHED + HOUR, PUBLISHED + 2 * HOUR, None)
    parts = [count(approved, now, since=one, until=other).total for one, other in itertools.pairwise(borders)]
    assert [part.appeals for part in parts] == [0, 1, 1, 0]
    assert sum((part.time_online for part in parts), dt.timedelta(0)) == everything.time_online == DAY + HOUR
    assert count(approved, now, since=PUBLISHED, until=PUBLISHED + HOUR).categories.keys() == {"missing-child"}


@pytest.mark.peers
def test_erasing_what_the_law_wants_gone_changes_no_count(approved: World) -> None:
    approved.publish(GIRL)
    approved.publish(TRAM)
    end(approved, PUBLISHED + DAY, tip=True)
    takedown.takedown(approved.home, approved.ledger, now=TRAM_LAPSE, by="timer")
    late = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
    before = count(approved, late)
    with approved.ledger.write(late) as tx:
        for item in byhand.open_items(tx):
            byhand.close(tx, item.id, person="k.muster", note="getan", at=late)
    done = retention.do(approved.home, approved.ledger, now=late, by="k.muster")
    assert done.releases == 2
    assert done.entries > 0
    assert count(approved, late) == before


@pytest.mark.parametrize("appeal", [GIRL, TRAM])
def test_no_count_names_an_appeal_or_a_person(approved: World, appeal: str) -> None:
    approved.publish(appeal)
    end(approved, PUBLISHED + DAY, appeal=appeal)
    told = repr(count(approved, PUBLISHED + DAY))
    assert appeal not in told
    assert "k.muster" not in told
