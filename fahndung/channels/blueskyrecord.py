"""The three records of a post on Bluesky: the post, and the two that close it. Pure: no network, no clock.

Source: lexicons ``app.bsky.feed.post``, ``.threadgate``, ``.postgate``, ``app.bsky.embed.images`` and
``app.bsky.richtext.facet``, and the record key specification (https://atproto.com/specs/tid), read 2026-11-22.
"""

import base64
import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard

from fahndung.channels import linkpost
from fahndung.channels.linkmedia import Picture

COLLECTIONS: Mapping[str, str] = {
    "post": "app.bsky.feed.post",
    "threadgate": "app.bsky.feed.threadgate",
    "postgate": "app.bsky.feed.postgate",
}
"""Kind of a reference to the collection in which it lies; all three lie there under the same key."""
GATES = ("threadgate", "postgate")
IMAGES = "app.bsky.embed.images"
FILE = "media"
"""Kind of a reference to a file; its id is the file's name."""
_RAW_SHA256 = bytes((0x01, 0x55, 0x12, 0x20))
_CID = re.compile(r"[a-z0-9]{8,128}")
LANGUAGE = "de"
MARKER = "fahndungMarker"
"""Lexicons are open: a record may have further fields. In the gates this one says whose they are."""
NOTHING = "2222222222222"
"""A key that never was anybody's: the first microsecond of 1970."""
_DIGITS = "234567abcdefghijklmnopqrstuvwxyz"
_CLOSED = f"{COLLECTIONS['postgate']}#disableRule"
_HOUR_US = 3_600_000_000
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def key(marker: str, at: dt.datetime) -> str:
    """The key (TID) of the post with that marker: always the same, an instant within the hour before ``at``.

    Which one of its 3.6 billion microseconds, and which of 1,024 clocks, the marker says.
    """
    chance = int.from_bytes(hashlib.sha256(marker.encode()).digest()[:8], "big")
    micros = max((at - _EPOCH) // dt.timedelta(microseconds=1) - 1 - (chance >> 10) % _HOUR_US, 1)
    number = micros << 10 | chance & 0x3FF
    return "".join(_DIGITS[number >> shift & 31] for shift in range(60, -1, -5))


def address(did: str, kind: str, key: str) -> str:
    """Where an account's record lies."""
    return f"at://{did}/{COLLECTIONS[kind]}/{key}"


def created(at: dt.datetime) -> str:
    """An instant as records have it."""
    return f"{at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def post(text: str, page: str, marker: str, at: dt.datetime, pictures: Sequence[Picture] = ()) -> dict[str, Any]:
    """The post: the text as it was approved, in which the page's address leads to the page with the marker.

    Nothing but the pictures is embedded: there is no preview card, and no app makes one by itself.
    """
    start = len(text[: text.index(page)].encode())
    embedded = {"$type": IMAGES, "images": [*map(_embedded, pictures)]}
    return {
        "$type": COLLECTIONS["post"],
        "text": text,
        "facets": [
            {
                "index": {"byteStart": start, "byteEnd": start + len(page.encode())},
                "features": [{"$type": "app.bsky.richtext.facet#link", "uri": f"{page}#{marker}"}],
            }
        ],
        "langs": [LANGUAGE],
        "createdAt": created(at),
        **({"embed": embedded} if pictures else {}),
    }


def _embedded(picture: Picture) -> dict[str, Any]:
    return {
        "alt": picture.alt,
        "aspectRatio": {"width": picture.width, "height": picture.height},
        "image": blob(picture.data, picture.media_type),
    }


def blob(data: bytes, media_type: str) -> dict[str, Any]:
    """How a record names a file: by the hash of its bytes (CID version 1, raw, SHA-256)."""
    return {"$type": "blob", "ref": {"$link": cid(data)}, "mimeType": media_type, "size": len(data)}


def cid(data: bytes) -> str:
    """The name of a file on the network: nobody can put other bytes in its place."""
    return "b" + base64.b32encode(_RAW_SHA256 + hashlib.sha256(data).digest()).decode().lower().rstrip("=")


def cids(untrusted: Mapping[str, Any]) -> tuple[str, ...]:
    """The files that a record shows (pictures, a film, a link's picture), each once; what has no form is left out."""
    found, waiting = dict[str, None](), [untrusted.get("embed")]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            cid = _cid_of(one)
            waiting += [*one.values()] if cid is None else []
            found |= {} if cid is None else {cid: None}
    return tuple(found)


def _cid_of(untrusted: Mapping[str, Any]) -> str | None:
    ref = untrusted.get("ref")
    cid = ref.get("$link") if isinstance(ref, dict) else None
    return cid if is_cid(cid) else None


def is_cid(untrusted: object) -> TypeGuard[str]:
    """Whether it has the form of a file's name."""
    return isinstance(untrusted, str) and _CID.fullmatch(untrusted) is not None


def gate(kind: str, uri: str, marker: str, at: str) -> dict[str, Any]:
    """The record that closes the post of that address to replies (``threadgate``) or to quotes (``postgate``)."""
    closed = {"allow": []} if kind == "threadgate" else {"embeddingRules": [{"$type": _CLOSED}]}
    return {"$type": COLLECTIONS[kind], "post": uri, "createdAt": at, MARKER: marker, **closed}


def is_closed(kind: str, untrusted: Mapping[str, Any], uri: str) -> bool:
    """Whether a gate closes the post of that address; that a person hid or detached something opens nothing."""
    if untrusted.get("post") != uri:
        return False
    if kind == "threadgate":
        return untrusted.get("allow") == []
    rules = untrusted.get("embeddingRules")
    return isinstance(rules, list) and {"$type": _CLOSED} in rules


def sha256(record: Mapping[str, Any]) -> str:
    """The hash of a record, however its server orders its fields."""
    return hashlib.sha256(text_of(record)).hexdigest()


def text_of(record: Mapping[str, Any]) -> bytes:
    """A record as JSON, the same for the same record."""
    told = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return told.encode(errors="surrogatepass")  # what strangers wrote may be no text


def markers(untrusted: Mapping[str, Any]) -> tuple[str, ...]:
    """The markers that a record carries, each once: a post in its links, a gate in its own field."""
    found = [untrusted.get(MARKER)] + [linkpost.marker_of(uri) for uri in _links(untrusted)]
    return tuple(dict.fromkeys(one for one in found if linkpost.is_marker(one)))


def _links(untrusted: Mapping[str, Any]) -> list[str]:
    facets = untrusted.get("facets")
    features = [
        feature
        for facet in (facets if isinstance(facets, list) else [])
        if isinstance(facet, dict) and isinstance(facet.get("features"), list)
        for feature in facet["features"]
    ]
    return [one["uri"] for one in features if isinstance(one, dict) and isinstance(one.get("uri"), str)]
