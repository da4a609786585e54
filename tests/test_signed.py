"""Signatures between two who share a key, held against the example of the documentation, which openssl made."""

import datetime as dt
import pathlib
import re

import pytest

from fahndung import signed
from fahndung.credentials import Secret

DOCUMENT = pathlib.Path(__file__).parents[1] / "docs" / "webhook.md"
KEY, AT = Secret("Schlüssel"), dt.datetime(2026, 11, 26, 12, 0, 0, 999_999, dt.UTC)
only = pytest.mark.parametrize


def example() -> dict[str, str]:
    """The example of the documentation."""
    text = DOCUMENT.read_text("utf-8")
    return dict(re.findall(r"(?m)^    (key|timestamp|body|signature) +(\S.*)$", text))


def test_the_example_of_the_documentation_is_right() -> None:
    told = example()
    assert signed.signature(Secret(told["key"]), told["timestamp"], told["body"].encode()) == told["signature"]
    assert told["signature"] == "sha256=fb8449083d4458c86b044f85589a9ef1696862eb9d55ec8aed8fde9cc71017b7"


def lower(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def test_what_was_signed_tells_when() -> None:
    headers = signed.headers(b"body", KEY, at=AT, key_id="polizei-2026")
    assert headers["X-Fahndung-Key"] == "polizei-2026"
    assert signed.signed_at(lower(headers), b"body", KEY) == AT.replace(microsecond=0)
    assert signed.KEY not in signed.headers(b"body", KEY, at=AT)


@only("change", ["body", "key", "stamp", "signature", "no stamp", "no signature", "not ascii", "long stamp", "words"])
def test_whatever_is_changed_it_was_not_signed(change: str) -> None:
    headers = lower(signed.headers(b"body", KEY, at=AT))
    stamp, told = headers["x-fahndung-timestamp"], headers["x-fahndung-signature"]
    others = {
        "stamp": {"x-fahndung-timestamp": str(int(stamp) + 1)},
        "signature": {"x-fahndung-signature": told[:-1] + ("0" if told[-1] != "0" else "1")},
        "no stamp": {"x-fahndung-timestamp": ""},
        "no signature": {"x-fahndung-signature": ""},
        "not ascii": {"x-fahndung-signature": "ü" * len(told)},
        "long stamp": {"x-fahndung-timestamp": "1" * 12},
        "words": {"x-fahndung-timestamp": "now"},
    }
    body = b"other" if change == "body" else b"body"
    assert signed.signed_at(headers | others.get(change, {}), body, Secret("no") if change == "key" else KEY) is None
    assert signed.signed_at({}, b"body", KEY) is None


@only(("seconds", "timely"), [(0, True), (300, True), (-300, True), (301, False), (-301, False)])
def test_a_request_is_timely_for_five_minutes(seconds: float, timely: bool) -> None:
    assert signed.is_timely(AT, AT + dt.timedelta(seconds=seconds)) is timely
