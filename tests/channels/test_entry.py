"""Entries and tombstones that lie on a site already, as an earlier version wrote them."""

import json
import pathlib

import pytest

from fahndung.channels import layout, shelf
from fahndung.channels.entry import Entry, Tombstone

from . import build
from .build import OTHER_SLUG, SLUG

ENTRY = b"""{
 "category": "witness",
 "expires": "2026-12-01T00:00:00+01:00",
 "files": {"fahndung/k3m9x0q7t2w8z5b1/index.html": "%b"},
 "id": "tag:polizei.example,2026:k3m9x0q7t2w8z5b1",
 "item": "<li></li>",
 "marker": "k3m9x0q7t2w8z5b1-r1",
 "slug": "k3m9x0q7t2w8z5b1",
 "summary": "Stand 1",
 "title": "Zeuge gesucht",
 "updated": "2026-11-21T15:00:00+00:00",
 "url": "https://fahndung.polizei.example/fahndung/k3m9x0q7t2w8z5b1/"
}""" % (b"a" * 64)
TOMBSTONE = b"""{
 "at": "2026-12-01T09:00:00+00:00",
 "id": "tag:polizei.example,2026:k3m9x0q7t2w8z5b1",
 "slug": "k3m9x0q7t2w8z5b1",
 "summary": "Diese Fahndung ist beendet.",
 "title": "Fahndung beendet",
 "url": "https://fahndung.polizei.example/fahndung/k3m9x0q7t2w8z5b1/"
}"""


def test_an_entry_of_an_earlier_version_is_in_no_register_and_no_search_engine() -> None:
    entry = Entry.decode(ENTRY, SLUG)
    assert (entry.record, entry.indexed) == ("", False)
    assert Entry.decode(entry.encode(), SLUG) == entry


def test_a_tombstone_of_an_earlier_version_cancels_no_alert() -> None:
    tombstone = Tombstone.decode(TOMBSTONE, SLUG)
    assert tombstone.alert == ""
    assert Tombstone.decode(tombstone.encode(), SLUG) == tombstone


@pytest.mark.parametrize("name", ["record", "indexed"])
def test_an_entry_that_says_nonsense_is_none(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        Entry.decode(json.dumps(json.loads(ENTRY) | {name: None}).encode(), SLUG)


def test_the_next_publication_leaves_what_an_earlier_version_put_up_in_every_list(tmp_path: pathlib.Path) -> None:
    channel = build.website(tmp_path)
    build.publish(channel)
    root = channel.endpoint.root
    ended = build.posting(build.publish(channel, slug="z" * 16))
    channel.withdraw(ended)
    for path, late in (
        (f"{layout.ENTRIES}/{SLUG}.json", ("record", "indexed")),
        (f"{layout.TOMBSTONES}/{'z' * 16}.json", ("alert",)),
    ):
        kept = {name: value for name, value in json.loads((root / path).read_bytes()).items() if name not in late}
        (root / path).write_text(json.dumps(kept))
    build.publish(channel, slug=OTHER_SLUG)
    listed = json.loads((root / layout.API).read_bytes())
    assert {one["url"].split("/")[-2] for one in listed["appeals"]} == {SLUG, OTHER_SLUG}
    assert len(listed["withdrawn"]) == 1
    assert shelf.read_entry(channel._site, layout.ENTRIES, SLUG) is not None
    assert not list((root / layout.DAMAGED).glob("*"))
