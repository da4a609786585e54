"""The JSON API of static files and the ninjs list, as a pure join of approved entries and tombstones. Shows no picture.

Composes no word, reads no clock: the same entries give the same bytes. What consumers owe: ``docs/feeds.md``; the API's
form: ``schemas/appeals-1.json``. Source of ninjs: IPTC ninjs 2.1 (``expires`` came with it), read 2026-11-26.
"""

import json
from collections.abc import Iterable

from fahndung.channels import feeds, layout
from fahndung.channels.entry import Entry, Tombstone
from fahndung.channels.written import utc

_NINJS = {"name": "ninjs", "version": "2.1", "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_2.1.json"}


def appeals(base_url: str, author: str, entries: Iterable[Entry], tombstones: Iterable[Tombstone]) -> bytes:
    """The list of the API: every active appeal and every ended one."""
    entries, tombstones = feeds.in_order(entries), feeds.ended_in_order(tombstones)
    values = {
        "version": 1,
        "publisher": author,
        "home_page_url": base_url,
        "url": base_url + layout.API,
        "language": "de",
        "updated": utc(feeds.latest(entries, tombstones)),
        "appeals": [appeal(entry) for entry in entries],
        "withdrawn": [withdrawn(one) for one in tombstones],
    }
    return _bytes(values)


def appeal(entry: Entry) -> dict[str, object]:
    """One active appeal as it stands in the API's list."""
    record = {"register_url": entry.base_url + layout.record_file(entry.slug)} if entry.record else {}
    return record | {
        "id": entry.id,
        "status": "active",
        "url": entry.url,
        "api_url": entry.base_url + layout.appeal_file(entry.slug),
        "alert_url": entry.base_url + layout.alert_file(entry.slug),
        "title": entry.title,
        "summary": entry.summary,
        "category": entry.category,
        "updated": utc(entry.updated),
        "expires": utc(entry.expires) if entry.expires else None,
    }


def withdrawn(tombstone: Tombstone) -> dict[str, object]:
    """One ended appeal as it stands in the API's list."""
    return {"id": tombstone.id, "status": "withdrawn", "url": tombstone.url, "at": utc(tombstone.at)}


def appeal_file(entry: Entry) -> bytes:
    """The file of one active appeal; of an ended one there is none, its address answers 410."""
    return _bytes(appeal(entry))


def ninjs(entries: Iterable[Entry], tombstones: Iterable[Tombstone]) -> bytes:
    """A JSON array of ninjs objects: ``usable`` for active appeals, ``canceled`` for ended ones."""
    items = [ninjs_item(entry) for entry in feeds.in_order(entries)]
    return _bytes(items + [ninjs_canceled(one) for one in feeds.ended_in_order(tombstones)])


def ninjs_item(entry: Entry) -> dict[str, object]:
    """One active appeal as ninjs."""
    page = {"name": "page", "href": entry.url, "contenttype": "text/html"}
    item = _ninjs(entry.id, "usable", utc(entry.updated), entry.title, entry.summary) | {"renditions": [page]}
    return item | ({"expires": utc(entry.expires)} if entry.expires else {})


def ninjs_canceled(tombstone: Tombstone) -> dict[str, object]:
    """One ended appeal as ninjs, with the approved neutral words."""
    return _ninjs(tombstone.id, "canceled", utc(tombstone.at), tombstone.title, tombstone.summary)


def _ninjs(uri: str, pubstatus: str, created: str, headline: str, description: str) -> dict[str, object]:
    return {
        "standard": _NINJS,
        "uri": uri,
        "type": "text",
        "representationtype": "partial",
        "pubstatus": pubstatus,
        "versioncreated": created,
        "language": "de",
        "headlines": [{"value": headline}],
        "descriptions": [{"value": description}],
    }


def _bytes(values: object) -> bytes:
    return (json.dumps(values, ensure_ascii=False, indent=1) + "\n").encode()
