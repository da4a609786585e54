"""The messages between this program and a receiver of its events: makes requests, reads answers. Calls nothing.

The protocol: ``docs/webhook.md``; its form: ``schemas/webhook-1.json``. Everything a receiver says is untrusted, signed
or not: a signature tells who says it.
"""

import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any

import rfc8785

from fahndung import http
from fahndung.channels import linkpost

VERSION = 1
PUBLISHED, WITHDRAWN = "published", "withdrawn"
_LONGEST = 500
_CONTROL = range(8, 201)
"""How long the text of a control may be: a short one could stand in any page."""


class NoAnswer(Exception):
    """It is not the answer to what was asked."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What a receiver says of one marker.

    Attributes:
        sha256: of what it holds of it, which is the content that it was sent; None: it holds nothing.
        address: where it shows it to the public, or did; None: nowhere.
        control: a page on the same host that everybody is shown, and what everybody reads there.
    """

    marker: str
    sha256: str | None
    address: str | None
    control: tuple[str, str] | None


def canonical(values: Mapping[str, Any]) -> bytes:
    """The bytes of JSON values, always the same (RFC 8785)."""
    return rfc8785.dumps(dict(values))


def sha256(content: Mapping[str, Any]) -> str:
    """The hash of a content in its canonical form."""
    return hashlib.sha256(canonical(content)).hexdigest()


def sealed(message: Mapping[str, Any], *, nonce: str, at: dt.datetime) -> bytes:
    """The bytes that are signed: a message with its nonce and its instant, by which a receiver orders events."""
    instant = at.astimezone(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return canonical({**message, "nonce": nonce, "sent_at": instant})


def published(marker: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """The event that puts something up; everything but nonce and instant."""
    return _event(PUBLISHED, marker) | {"content": dict(content)}


def withdrawn(marker: str) -> dict[str, Any]:
    """The event that takes it down; everything but nonce and instant."""
    return _event(WITHDRAWN, marker)


def event_id(event: str, marker: str) -> str:
    """Names an event; the same one sent again has the same id."""
    return f"{marker}.{event}"


def ask_state(marker: str) -> dict[str, Any]:
    """The question what became of a marker; everything but nonce and instant."""
    return {"version": VERSION, "question": "state", "marker": marker}


def ask_list(after: str | None) -> dict[str, Any]:
    """The question what is held; everything but nonce and instant. ``after``: the last answer's ``next``."""
    return {"version": VERSION, "question": "list", "after": after}


def parsed(event: bytes) -> dict[str, Any]:
    """The event of a draft again."""
    made: dict[str, Any] = json.loads(event)
    return made


def taken(untrusted_body: bytes, *, nonce: str, event: Mapping[str, Any]) -> str | None:
    """Where the receiver shows what it took, if it says so at once.

    Raises:
        NoAnswer: it does not say that it has taken this event.
    """
    told = _answer(untrusted_body, "taken", nonce)
    if told.get("event_id") != event["event_id"]:
        raise NoAnswer
    return _address(told, "address")


def state(untrusted_body: bytes, *, nonce: str, marker: str) -> State:
    """What it says of a marker.

    Raises:
        NoAnswer: it says nothing of it.
    """
    told = _answer(untrusted_body, "state", nonce)
    if told.get("marker") != marker:
        raise NoAnswer
    return State(
        marker=marker,
        sha256=_hash(told.get("content", "")),
        address=_address(told, "address"),
        control=_control(told.get("control", "")),
    )


def held(untrusted_body: bytes, *, nonce: str) -> tuple[dict[str, str | None], str | None]:
    """The markers of one page of the list with their addresses, and what asks for the next page; None: that was all.

    Raises:
        NoAnswer: it is no list.
    """
    told = _answer(untrusted_body, "list", nonce)
    rows, following = told.get("held"), told.get("next", "")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise NoAnswer
    if following is not None and not (isinstance(following, str) and 0 < len(following) <= _LONGEST):
        raise NoAnswer
    found: dict[str, str | None] = {}
    for row in rows:
        marker = row.get("marker")
        if not linkpost.is_marker(marker) or marker in found:
            raise NoAnswer
        found[marker] = _address(row, "address")
    return found, following


def _event(event: str, marker: str) -> dict[str, Any]:
    return {"version": VERSION, "event": event, "event_id": event_id(event, marker), "marker": marker}


def _answer(untrusted_body: bytes, kind: str, nonce: str) -> dict[str, Any]:
    """The JSON object of an answer of that kind to the request with that nonce."""
    try:
        told = json.loads(untrusted_body)
    except (ValueError, RecursionError):
        raise NoAnswer from None
    if not isinstance(told, dict) or (told.get("version"), told.get("answer")) != (VERSION, kind):
        raise NoAnswer
    if told.get("nonce") != nonce:
        raise NoAnswer
    return told


def _hash(untrusted_content: object) -> str | None:
    """The hash of a content; None: there is none."""
    if untrusted_content is None:
        return None
    if not isinstance(untrusted_content, dict):
        raise NoAnswer
    try:
        return sha256(untrusted_content)
    except (ValueError, RecursionError):  # JSON that has no canonical form
        raise NoAnswer from None


def _control(untrusted: object) -> tuple[str, str] | None:
    """Address and text of a control, or none."""
    if untrusted is None:
        return None
    if not isinstance(untrusted, dict):
        raise NoAnswer
    address, text = _address(untrusted, "address"), untrusted.get("text")
    if address is None or not isinstance(text, str) or len(text) not in _CONTROL:
        raise NoAnswer
    return address, text


def _address(untrusted: Mapping[str, Any], name: str) -> str | None:
    """An address that may be asked, or none."""
    value = untrusted.get(name, "")
    if value is None:
        return None
    if isinstance(value, str) and len(value) <= _LONGEST and http.is_allowed(value):
        return value
    raise NoAnswer
