"""Whether start page and feeds, as a visitor gets them, list an appeal. Pure; trusts none of the three.

A page is recognised by its unguessable slug and its entry's id, and by its title unless another entry explains that.
"""

import html.parser
import json
import re
from collections.abc import Iterable
from typing import NamedTuple
from xml.sax.saxutils import escape, unescape

from fahndung.channels import feeds
from fahndung.channels.layout import Entry, Withdrawal
from fahndung.channels.preparing import title_sha256
from fahndung.channels.witness import Sight

_DELETED_ENTRY = re.compile(r"<at:deleted-entry\b[^<>]*/>")
_ATOM_TITLE = re.compile(r"<title\b[^>]*>(.*?)</title>", re.DOTALL)


class Lists(NamedTuple):
    """Start page, Atom feed and JSON Feed, as they answered."""

    start_page: Sight
    atom: Sight
    json_feed: Sight


def still_listed(lists: Lists, withdrawal: Withdrawal) -> str:
    """Where an ended appeal still stands other than as a tombstone; empty if nowhere."""
    feed = _feed(lists.json_feed)
    if feed is None:
        return f"{lists.json_feed.url} is not a JSON Feed"
    texts = (
        (lists.start_page, lists.start_page.text),
        (lists.atom, _DELETED_ENTRY.sub("", lists.atom.text)),
        (lists.json_feed, json.dumps(feed | {"_fahndung": None}, ensure_ascii=False)),
    )
    for sight, text in texts:
        if withdrawal.slug in text or withdrawal.entry_id in text or escape(withdrawal.entry_id) in text:
            return f"{sight.url} still lists {withdrawal.url}"
    explained = _hashes(str(item.get("title")) for item in _items(feed)) | _hashes(_segments(withdrawal.frame))
    shown = ((lists.start_page, _segments(lists.start_page.text)), (lists.atom, _atom_titles(lists.atom.text)))
    for sight, titles in shown:
        if withdrawal.title_sha256 in _hashes(titles) - explained:
            return f"{sight.url} still shows the title of {withdrawal.url}"
    return ""


def wrongly_listed(lists: Lists, entry: Entry | None) -> str:
    """Where a live appeal does not stand as approved; empty if it does everywhere."""
    if entry is None:
        return "the site holds no entry of this page, so start page and feeds cannot list it as approved"
    if entry.item.strip() not in lists.start_page.text:
        return f"{lists.start_page.url} does not list it as approved"
    if feeds.atom_entry(entry) not in lists.atom.text:
        return f"{lists.atom.url} does not list it as approved"
    if feeds.json_item(entry) not in _items(_feed(lists.json_feed) or {}):
        return f"{lists.json_feed.url} does not list it as approved"
    return ""


def _feed(sight: Sight) -> dict[str, object] | None:
    try:
        feed = json.loads(sight.body)
    except (ValueError, RecursionError):
        return None
    return feed if isinstance(feed, dict) else None


def _items(feed: dict[str, object]) -> list[dict[str, object]]:
    items = feed.get("items")
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _atom_titles(text: str) -> list[str]:
    return [unescape(title) for title in _ATOM_TITLE.findall(text)]


class _Segments(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def _segments(text: str) -> list[str]:
    parser = _Segments()
    parser.feed(text)
    parser.close()
    return parser.found


def _hashes(titles: Iterable[str]) -> set[str]:
    return {title_sha256(title) for title in titles}
