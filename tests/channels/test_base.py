import dataclasses
import datetime as dt
import decimal
import json
from typing import Any

import pytest

from fahndung.channels.abilities import REPLACED, Cost, Evidence, MediaLimits, Replies, TextLimit
from fahndung.channels.capabilities import Capabilities, Rate
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
        "proof": Message("404", "404"),
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
        "proof": "404",
        "text": [],
        "media": None,
        "edit": {"how": "replace", "why": REPLACED.why.de},
        "costs": [],
        "replies": {"comments": "open", "setting": None, "remains": None},
        "evidence": None,
        "rehearsal_only": False,
    }
    assert able().as_json("account")["rate"] is None


def test_the_row_tells_limits_money_replies_and_what_it_was_tried_against() -> None:
    shown = able(
        kind="x",
        text=(TextLimit(most=280, unit=Message("characters", "Zeichen")),),
        media=MediaLimits(count=4, bytes=5_000_000, pixels=None, types=("image/jpeg",), alt_length=1000),
        costs=(Cost(what=Message("a post", "ein Beitrag"), amount=decimal.Decimal("0.20"), currency="USD"),),
        replies=Replies(setting="closed", remains=Message("quotes", "Zitate")),
        evidence=Evidence(by="simulator", version="OpenAPI 4.7.0", date=dt.date(2026, 11, 26)),
    ).as_json("account", "de")
    assert json.loads(json.dumps(shown)) == shown
    assert shown["text"] == [{"most": 280, "unit": "Zeichen"}]
    assert shown["media"] == {
        "count": 4,
        "bytes": 5_000_000,
        "pixels": None,
        "types": ["image/jpeg"],
        "alt_length": 1000,
    }
    assert shown["costs"] == [{"what": "ein Beitrag", "amount": "0.20", "currency": "USD"}]
    assert shown["replies"] == {"comments": "off", "setting": "closed", "remains": "Zitate"}
    assert shown["evidence"] == {"by": "simulator", "version": "OpenAPI 4.7.0", "date": "2026-11-26"}
