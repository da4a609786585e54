import json
from typing import Any

import pytest

from fahndung.testing.faults import Call, Fault, Faults, Rule


def struck(faults: Faults, *calls: Call) -> list[Fault | None]:
    return [None if (rule := faults.strike(call)) is None else rule.fault for call in calls]


def test_a_fault_strikes_the_next_calls_of_its_kind_and_no_other() -> None:
    faults = Faults()
    faults.add(Fault.LIMITED, Call.LIST, times=2)
    calls = (Call.CREATE, Call.LIST, Call.READ, Call.LIST, Call.LIST)
    assert struck(faults, *calls) == [None, Fault.LIMITED, None, Fault.LIMITED, None]


def test_every_third_call_is_struck() -> None:
    faults = Faults()
    faults.add(Fault.CUT_AFTER, Call.CREATE, Call.DELETE, times=None, every=3)
    found = struck(faults, *[Call.CREATE, Call.DELETE, Call.CREATE] * 3)
    assert [fault is not None for fault in found] == [False, False, True] * 3


def test_the_first_rule_that_strikes_decides_and_clearing_ends_all() -> None:
    faults = Faults()
    faults.add(Fault.CUT_BEFORE, Call.READ)
    faults.add(Fault.STALE, Call.READ, times=None)
    assert struck(faults, Call.READ, Call.READ) == [Fault.CUT_BEFORE, Fault.STALE]
    faults.clear()
    assert struck(faults, Call.READ) == [None]


def test_a_share_is_drawn_alike_with_equal_seeds() -> None:
    drawn = []
    for seed in (1, 1, 2):
        faults = Faults(seed=seed)
        faults.add(Fault.ERROR_AFTER, Call.CREATE, times=None, share=0.5)
        drawn.append(struck(faults, *[Call.CREATE] * 200))
    assert drawn[0] == drawn[1] != drawn[2]
    assert 50 < sum(fault is not None for fault in drawn[0]) < 150


def test_a_snapshot_brings_counts_and_chance_back() -> None:
    faults = Faults()
    faults.add(Fault.ERROR_AFTER, Call.CREATE, times=30, share=0.5)
    struck(faults, *[Call.CREATE] * 10)
    snapshot = faults.snapshot()
    first = struck(faults, *[Call.CREATE] * 100)
    faults.restore(snapshot)
    assert struck(faults, *[Call.CREATE] * 100) == first


@pytest.mark.parametrize(
    ("fault", "calls", "how"),
    [
        (Fault.LIMITED, (), {}),
        (Fault.CLOSED, (Call.CREATE,), {}),
        (Fault.STALE, (Call.DELETE,), {}),
        (Fault.NOTHING, (Call.LIST,), {}),
        (Fault.DUPLICATE, (Call.DELETE,), {}),
        (Fault.REFUSED, (Call.READ,), {}),
        (Fault.LIMITED, (Call.LIST,), {"times": 0}),
        (Fault.LIMITED, (Call.LIST,), {"every": 0}),
        (Fault.LIMITED, (Call.LIST,), {"share": 0.0}),
        (Fault.LIMITED, (Call.LIST,), {"share": 1.1}),
        (Fault.LIMITED, (Call.LIST,), {"seconds": -1}),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(fault: Fault, calls: tuple[Call, ...], how: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Faults().add(fault, *calls, **how)


def test_a_rule_travels_as_json() -> None:
    rule = Rule(fault=Fault.LIMITED, calls=frozenset({Call.LIST, Call.READ}), times=None, every=2, share=0.5, seconds=9)
    assert Rule.parse(json.loads(json.dumps(rule.as_json()))) == rule
