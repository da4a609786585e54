import dataclasses
import datetime as dt
import json
from typing import Any

import pytest

from fahndung.channels.base import Capabilities, Checked, Rate
from fahndung.errors import Message

HOUR = dt.timedelta(hours=1)


def able(**change: Any) -> Capabilities:
    values: dict[str, Any] = {
        "kind": "post",
        "can_delete": True,
        "delete_window": None,
        "can_find": True,
        "idempotency": "list",
        "reads_back": "api",
        "residual": Message("copies", "Kopien"),
        "evidence": Message("404", "404"),
    }
    return Capabilities(**(values | change))


@pytest.mark.parametrize(
    ("change", "recovery"),
    [
        ({"idempotency": "path"}, "path"),
        ({"idempotency": "path", "can_find": False}, "path"),
        ({"idempotency": "key", "key_lifetime": HOUR}, "key"),
        ({"idempotency": "key", "key_lifetime": HOUR, "can_find": False}, "key"),
        ({}, "lookup"),
        ({"idempotency": "none", "can_find": False}, "manual"),
    ],
)
def test_recovery_follows_from_what_the_channel_can(change: dict[str, Any], recovery: str) -> None:
    assert able(**change).recovery == recovery


@pytest.mark.parametrize(
    "change",
    [
        {"idempotency": "luck"},
        {"idempotency": "key"},
        {"key_lifetime": HOUR},
        {"idempotency": "none"},
        {"can_find": False},
        {"can_delete": False, "delete_window": HOUR},
        {"settle": -HOUR},
    ],
)
def test_abilities_that_contradict_each_other_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        able(**change)


@pytest.mark.parametrize("change", [{"writes": 0}, {"burst": 0}, {"burst": 31}, {"per": dt.timedelta(0)}])
def test_a_rate_that_allows_nothing_or_too_much_is_refused(change: dict[str, Any]) -> None:
    rate = Rate(writes=30, per=HOUR, burst=30)
    with pytest.raises(ValueError):
        dataclasses.replace(rate, **change)


def test_the_row_is_json_with_seconds() -> None:
    shown = able(
        idempotency="key", key_lifetime=HOUR, delete_window=2 * HOUR, rate=Rate(writes=30, per=HOUR, burst=5)
    ).as_json("account", "de")
    assert json.loads(json.dumps(shown)) == {
        "kind": "post",
        "name": "account",
        "can_delete": True,
        "delete_window": 7200,
        "can_find": True,
        "idempotency": "key",
        "key_lifetime": 3600,
        "recovery": "key",
        "settle": 0,
        "rate": {"writes": 30, "per": 3600, "burst": 5},
        "reads_back": "api",
        "residual": "Kopien",
        "evidence": "404",
        "checked_against": None,
        "rehearsal_only": False,
    }
    assert able().as_json("account")["rate"] is None
    checked = Checked(by="simulator", version="OpenAPI 4.7.0", on=dt.date(2026, 11, 26))
    told = {"by": "simulator", "version": "OpenAPI 4.7.0", "on": "2026-11-26"}
    assert able(checked=checked).as_json("account")["checked_against"] == told
