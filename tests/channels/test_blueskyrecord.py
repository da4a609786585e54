import datetime as dt
import json
import re
import subprocess
import sys
from typing import Any

import pytest

from fahndung.channels import blueskyrecord

from . import linkposts

PAGE = linkposts.PAGE
MARKER = linkposts.marker("one")
AT = dt.datetime(2026, 11, 20, 10, 0, 0, 123456, tzinfo=dt.timezone(dt.timedelta(hours=1)))
DIGITS = "234567abcdefghijklmnopqrstuvwxyz"
URI = "at://did:plc:2ddkkby6ggix4jqdv4qdddvj/app.bsky.feed.post/3l6zzzzzzzz22"


def instant(tid: str) -> dt.datetime:
    number = 0
    for digit in tid:
        number = number * 32 + DIGITS.index(digit)
    return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=number >> 10)


@pytest.mark.parametrize("name", ["one", "two", "three", "four"])
def test_a_key_is_a_tid_within_the_hour_before_the_instant_and_always_the_same(name: str) -> None:
    tid = blueskyrecord.key(linkposts.marker(name), AT)
    assert re.fullmatch(r"[234567abcdefghij][2-7a-z]{12}", tid)
    assert AT - dt.timedelta(hours=1) <= instant(tid) < AT
    assert tid == blueskyrecord.key(linkposts.marker(name), AT.astimezone(dt.UTC))


def test_markers_share_no_key_and_neither_do_instants() -> None:
    tids = {blueskyrecord.key(linkposts.marker(str(number)), AT) for number in range(2000)}
    assert len(tids) == 2000
    assert blueskyrecord.key(MARKER, AT) not in {
        blueskyrecord.key(MARKER, AT + dt.timedelta(hours=hours)) for hours in range(1, 50)
    }


def test_an_early_draft_without_an_instant_has_a_key_as_well() -> None:
    early = blueskyrecord.key(MARKER, dt.datetime(1970, 1, 1, tzinfo=dt.UTC))
    assert re.fullmatch(r"2[2-7a-z]{12}", early)
    assert early != blueskyrecord.NOTHING


def test_an_instant_is_told_in_utc_with_milliseconds() -> None:
    assert blueskyrecord.created(AT) == "2026-11-20T09:00:00.123Z"


@pytest.mark.parametrize("before", ["", "Größe „M“ – ", "🚲 ", "👨‍👩‍👧‍👦 gesucht: ", "ä" * 100 + "\n", "e\u0301 "])
def test_the_link_lies_on_the_bytes_of_the_address_whatever_stands_before_it(before: str) -> None:
    text = f"{before}{PAGE}\nHinweise an die Polizei"
    record = blueskyrecord.post(text, PAGE, MARKER, AT)
    (facet,) = record["facets"]
    index = facet["index"]
    assert text.encode()[index["byteStart"] : index["byteEnd"]].decode() == PAGE
    assert facet["features"] == [{"$type": "app.bsky.richtext.facet#link", "uri": f"{PAGE}#{MARKER}"}]
    assert record["text"] == text
    assert MARKER not in record["text"]
    assert record.keys() == {"$type", "text", "facets", "langs", "createdAt"}, "nothing is embedded"
    assert blueskyrecord.markers(record) == (MARKER,)


def test_counting_is_imported_only_when_something_is_counted() -> None:
    code = "import sys; from fahndung.channels import bluesky; sys.exit('regex' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("kind", blueskyrecord.GATES)
def test_a_gate_closes_its_own_post_and_carries_its_marker(kind: str) -> None:
    gate = blueskyrecord.gate(kind, URI, MARKER, "2026-11-20T09:00:00.000Z")
    assert blueskyrecord.is_closed(kind, gate, URI)
    assert not blueskyrecord.is_closed(kind, gate, URI + "x")
    assert not blueskyrecord.is_closed(kind, {}, URI)
    assert blueskyrecord.markers(gate) == (MARKER,)


def test_a_gate_that_somebody_opened_closes_nothing_and_one_with_hidden_replies_does() -> None:
    thread = blueskyrecord.gate("threadgate", URI, MARKER, "x")
    assert blueskyrecord.is_closed("threadgate", thread | {"hiddenReplies": [URI]}, URI)
    for allow in (None, [{"$type": "app.bsky.feed.threadgate#followingRule"}], {}):
        assert not blueskyrecord.is_closed("threadgate", thread | {"allow": allow}, URI)
    del thread["allow"]
    assert not blueskyrecord.is_closed("threadgate", thread, URI), "without the field everybody replies"
    embed = blueskyrecord.gate("postgate", URI, MARKER, "x")
    assert blueskyrecord.is_closed("postgate", embed | {"detachedEmbeddingUris": [URI]}, URI)
    for rules in (None, [], [{"$type": "other"}], "disableRule"):
        assert not blueskyrecord.is_closed("postgate", embed | {"embeddingRules": rules}, URI)


def test_a_record_is_the_same_in_any_order_and_another_with_one_byte_more() -> None:
    record = blueskyrecord.post(f"ü {PAGE}", PAGE, MARKER, AT)
    again = dict(reversed(json.loads(blueskyrecord.text_of(record)).items()))
    assert blueskyrecord.sha256(again) == blueskyrecord.sha256(record)
    for change in ({"text": f"ü {PAGE} "}, {"embed": {}}, {"facets": []}, {"text": "\ud800"}, {"x": 1.5}):
        assert blueskyrecord.sha256(record | change) != blueskyrecord.sha256(record)


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"facets": None},
        {"facets": [5, {"features": 5}, {"features": [5, {"uri": 5}, {}]}]},
        {"facets": [{"features": [{"uri": f"{PAGE}#{MARKER[:-1]}"}]}]},
        {"facets": [{"features": [{"uri": f"https://elsewhere.example/x#{MARKER}"}]}]},
        {"text": f"{PAGE}#{MARKER}"},
        {blueskyrecord.MARKER: 5},
        {blueskyrecord.MARKER: MARKER.upper()},
    ],
)
def test_what_this_program_did_not_write_carries_no_marker(record: dict[str, Any]) -> None:
    assert blueskyrecord.markers(record) == ()
