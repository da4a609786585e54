"""Start page, Atom feed and JSON Feed as a pure join of approved entries and tombstones. Composes no word of its own
about an appeal, shows no picture, reads no clock: the same entries give the same bytes (more: ``joined``).

Sources: RFC 4287 (Atom), RFC 6721 (deleted-entry), jsonfeed.org version 1.1, read 2026-11-22.
"""

import datetime as dt
import json
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from fahndung.channels import layout
from fahndung.channels.entry import Entry, Tombstone
from fahndung.channels.written import utc
from fahndung.texts import pages

_NEVER = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def in_order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Newest first; entries of the same instant by slug."""
    return tuple(sorted(entries, key=lambda entry: (-entry.updated.timestamp(), entry.slug)))


def start_page(frame: str, entries: Iterable[Entry]) -> bytes:
    """The frame with the entries' items in place of its mark."""
    before, _, after = frame.partition(layout.LIST_MARK)
    return (before + "\n".join(entry.item.strip() for entry in in_order(entries)) + after).encode()


def title(frame: str) -> str:
    """What the feeds are called: what the approved start page calls itself; empty if it does not."""
    return pages.read(frame).title


def atom(base_url: str, author: str, title: str, entries: Iterable[Entry], tombstones: Iterable[Tombstone]) -> bytes:
    """The Atom feed: teaser and link of each entry, and a ``deleted-entry`` for each tombstone."""
    entries, tombstones = in_order(entries), ended_in_order(tombstones)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0" xml:lang="de">',
        f"<id>{escape(base_url + layout.ATOM)}</id>",
        f"<title>{escape(title)}</title>",
        f"<updated>{utc(latest(entries, tombstones))}</updated>",
        f"<author><name>{escape(author)}</name></author>",
        f'<link rel="self" type="application/atom+xml" href={quoteattr(base_url + layout.ATOM)}/>',
        f'<link rel="alternate" type="text/html" href={quoteattr(base_url)}/>',
        *(atom_entry(entry) for entry in entries),
        *(atom_tombstone(one) for one in tombstones),
        "</feed>",
    ]
    return ("\n".join(lines) + "\n").encode()


def atom_entry(entry: Entry) -> str:
    """One entry as it stands in the Atom feed."""
    return (
        f"<entry><id>{escape(entry.id)}</id><title>{escape(entry.title)}</title>"
        f"<updated>{utc(entry.updated)}</updated>"
        f'<link rel="alternate" type="text/html" href={quoteattr(entry.url)}/>'
        f"<summary>{escape(entry.summary)}</summary></entry>"
    )


def atom_tombstone(tombstone: Tombstone) -> str:
    """An ended appeal as it stands in the Atom feed."""
    return f"<at:deleted-entry ref={quoteattr(tombstone.id)} when={quoteattr(utc(tombstone.at))}/>"


def json_feed(
    base_url: str, author: str, title: str, entries: Iterable[Entry], tombstones: Iterable[Tombstone]
) -> bytes:
    """The JSON Feed; ``_fahndung.withdrawn`` is what ``deleted-entry`` is in the Atom feed."""
    values = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": base_url,
        "feed_url": base_url + layout.JSON_FEED,
        "language": "de",
        "authors": [{"name": author}],
        "items": [json_item(entry) for entry in in_order(entries)],
        "_fahndung": {"withdrawn": [json_tombstone(one) for one in ended_in_order(tombstones)]},
    }
    return (json.dumps(values, ensure_ascii=False, indent=1) + "\n").encode()


def json_item(entry: Entry) -> dict[str, str]:
    """One entry as it stands in the JSON Feed."""
    return {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "content_text": entry.summary,
        "date_modified": utc(entry.updated),
    }


def json_tombstone(tombstone: Tombstone) -> dict[str, str]:
    """An ended appeal as it stands in the JSON Feed."""
    return {"id": tombstone.id, "url": tombstone.url, "at": utc(tombstone.at)}


def ended_in_order(tombstones: Iterable[Tombstone]) -> tuple[Tombstone, ...]:
    """Newest end first; those of the same instant by id."""
    return tuple(sorted(tombstones, key=lambda one: (-one.at.timestamp(), one.id)))


def latest(entries: Iterable[Entry], tombstones: Iterable[Tombstone]) -> dt.datetime:
    """The last change; the year 1970 where there never was one."""
    return max([entry.updated for entry in entries] + [one.at for one in tombstones], default=_NEVER)
