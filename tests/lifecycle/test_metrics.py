"""The numbers of a home, read by the parser of those who invented the format."""

import datetime as dt
import pathlib
from collections.abc import Iterator

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from fahndung.ledger import accounts, claims, publications, pulse
from fahndung.ledger.store import Ledger
from fahndung.lifecycle import metrics
from tests.ledger import world
from tests.ledger.world import APPEAL, BY, DUE, FAULT, HOUR, MINUTE, NOW

Numbers = dict[tuple[str, str], float]


@pytest.fixture
def ledger(tmp_path: pathlib.Path) -> Iterator[Ledger]:
    with world.make(tmp_path / "ledger.db") as made:
        yield made


def told(ledger: Ledger, now: dt.datetime = NOW, skew: dt.timedelta = dt.timedelta(0)) -> str:
    with ledger.read() as tx:
        return metrics.text(metrics.gauges(tx, now=now, skew=skew))


def numbers(ledger: Ledger, now: dt.datetime = NOW, skew: dt.timedelta = dt.timedelta(0)) -> Numbers:
    found: Numbers = {}
    for family in text_string_to_metric_families(told(ledger, now, skew)):
        assert family.type == "gauge"
        assert family.documentation
        for sample in family.samples:
            found[sample.name.removeprefix("fahndung_"), sample.labels.get("channel", "")] = sample.value
    return found


def test_an_empty_ledger_has_zeros_and_no_channel(ledger: Ledger) -> None:
    found = numbers(ledger)
    assert set(found.values()) == {0.0}
    assert {channel for _, channel in found} == {""}


def test_what_is_past_its_end_is_counted_with_the_age_of_the_oldest(ledger: Ledger) -> None:
    with ledger.write(NOW) as tx:
        world.bring(tx, "live")
        world.bring(tx, "live", "m-2", target="2", due_at=DUE + HOUR)
    found = numbers(ledger, DUE + 2 * MINUTE)
    assert (found["overdue", ""], found["oldest_overdue_seconds", ""]) == (1, 120)
    assert (found["channel_due", "website"], found["channel_live", "website"]) == (2, 2)


def test_what_is_wanted_down_before_its_end_is_past_it_too(ledger: Ledger) -> None:
    with ledger.write(NOW) as tx:
        row = world.bring(tx, "live")
        publications.want_down(tx, [row], now=NOW, by=BY)
    found = numbers(ledger)
    assert (found["overdue", ""], found["oldest_overdue_seconds", ""]) == (1, 0)


def test_a_call_under_way_is_not_yet_unknown(ledger: Ledger) -> None:
    with ledger.write(NOW) as tx:
        world.bring(tx, "publishing")
    assert numbers(ledger, NOW + MINUTE - dt.timedelta(seconds=1))["unknown_outcomes", ""] == 0
    assert numbers(ledger, NOW + MINUTE)["unknown_outcomes", ""] == 1


def test_the_state_of_a_channel(ledger: Ledger) -> None:
    with ledger.write(NOW) as tx:
        world.bring(tx, "live")
        accounts.failing(tx, "website", FAULT, now=NOW, until=NOW + HOUR)
        accounts.hold(tx, "website", now=NOW, by=BY)
    found = numbers(ledger)
    assert found["channel_held", "website"] == 1
    assert found["channel_failing_since_timestamp_seconds", "website"] == NOW.timestamp()
    assert found["channel_blocked_until_timestamp_seconds", "website"] == (NOW + HOUR).timestamp()


def test_last_run_last_success_and_skew(ledger: Ledger) -> None:
    with ledger.write(NOW) as tx:
        pulse.beat(tx, well=True, now=NOW)
        pulse.beat(tx, well=False, now=NOW + MINUTE)
    found = numbers(ledger, skew=dt.timedelta(seconds=-1.5))
    assert found["last_success_timestamp_seconds", ""] == NOW.timestamp()
    assert found["last_run_timestamp_seconds", ""] == (NOW + MINUTE).timestamp()
    assert found["clock_skew_seconds", ""] == -1.5


def test_no_appeal_and_no_person_stand_there(ledger: Ledger) -> None:
    with ledger.write(NOW) as tx:
        world.bring(tx, "live")
        claims.join(tx, 1, what="worker", host="host-1", pid=4711, now=NOW)
    text = told(ledger, DUE)
    assert APPEAL not in text
    assert BY not in text
    assert "host-1" not in text


def test_a_name_cannot_break_out_of_its_label(ledger: Ledger) -> None:
    odd = 'a"b\\c\nd'
    with ledger.write(NOW) as tx:
        accounts.add(tx, odd, "website")
    assert numbers(ledger)["channel_live", odd] == 0
