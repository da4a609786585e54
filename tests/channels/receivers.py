"""Receivers of signed events in a thread, and channels on them, for tests."""

import contextlib
import functools
import json
import pathlib
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema

from fahndung import channels, resources
from fahndung.channels.webhook import Webhook
from fahndung.http import Answer
from fahndung.model.release import Release
from fahndung.testing.faults import Call, Fault
from fahndung.testing.receiver import Request
from fahndung.testing.receiverstock import PROFILES, Stock
from fahndung.testing.running import ACCOUNT, RunningReceiver

from . import linkposts, openapi, simulated
from .simulated import OTHER, TOKEN

CREDENTIAL = "webhook-key"
VARIABLE = "FAHNDUNG_WEBHOOK_KEY"
EXPIRES = "2026-12-01T11:00:00Z"
MANIFEST = {
    "revision": 2,
    "category": "witness",
    "ends": [{"medium": "social", "at": "2026-12-01T11:00:00+00:00"}, {"medium": "website", "at": None}],
}
SKIPS: Mapping[Call | Fault, str] = {
    Call.UPLOAD: "the channel sends text only",
    Fault.CLOSED: "a receiver deletes for ever",
}
UNSHOWN: Mapping[Call | Fault, str] = {**SKIPS, Call.WHOAMI: "without public pages there is no control"}


class Described:
    """Requests and answers held against the project's own schema; public pages are not described."""

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Iterator[str]:
        """What is wrong with a request."""
        yield from _wrong("request", body or b"null")
        needed = {"x-fahndung-key", "x-fahndung-timestamp", "x-fahndung-signature", "content-type"}
        if {name.lower() for name in headers} != needed:
            yield f"its headers are {', '.join(headers)}"

    def answer(self, method: str, url: str, answer: Answer) -> Iterator[str]:
        """What is wrong with an answer."""
        yield from _wrong("answer", answer.body)


def _wrong(form: str, body: bytes) -> Iterator[str]:
    for error in _validator(form).iter_errors(json.loads(body)):
        yield f"{form}: {error.message[:300]}"


@functools.cache
def _validator(form: str) -> jsonschema.Draft202012Validator:
    schema = json.loads(resources.schema_text("webhook-1.json"))
    whole = {"$ref": f"#/$defs/{form}", "$defs": schema["$defs"]}
    return jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker())


def record() -> openapi.Record:
    """What is said."""
    return openapi.Record(Described(), paths=("/events",), platform="webhook (own schema)")


def in_a_thread(
    folder: pathlib.Path, profile: str = "public", *, request: type[Request] = Request
) -> contextlib.AbstractContextManager[RunningReceiver]:
    """The receiver without a process of its own."""
    accounts = {TOKEN: ACCOUNT, OTHER: "wache"}
    return simulated.in_a_thread(
        RunningReceiver, request, lambda journal: Stock(PROFILES[profile], accounts, journal), folder
    )


def channel(receiver: RunningReceiver, **values: Any) -> Webhook:
    """The account on a receiver."""
    config = receiver.config(**{"credential": CREDENTIAL, **values})
    opened = channels.from_config(config, home_id="h", nonce="n", home=pathlib.Path("/"))
    assert isinstance(opened, Webhook)
    return opened


def release(name: str = "one", **how: Any) -> Release:
    """The release of an appeal of that name."""
    manifest = {**MANIFEST, **how.pop("manifest", {})}
    return linkposts.release(name, channel="webhook", manifest=manifest, **how)
