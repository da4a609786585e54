"""Whether start page, feeds and alert, as a visitor gets them, list an appeal. Pure; trusts none of them.

A page is recognised by its unguessable slug and its entry's id, and by its title unless another entry explains that.
"""

import html.parser
import json
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from xml.sax.saxutils import escape, unescape

from fahndung.channels import alerts, feeds, opendata, sitemap
from fahndung.channels.entry import Entry, Tombstone
from fahndung.channels.preparing import title_sha256
from fahndung.channels.withdrawal import Withdrawal
from fahndung.channels.witness import OK, Sight
from fahndung.errors import Message

_ATOM_TITLE = re.compile(r"<title\b[^>]*>(.*?)</title>", re.DOTALL)


class Lists(NamedTuple):
    """What ``layout.LISTS`` answered."""

    start_page: Sight
    atom: Sight
    json_feed: Sight
    api: Sight
    ninjs: Sight


def still_listed(lists: Lists, alert: Sight, withdrawal: Withdrawal, tombstone: Tombstone | None) -> Message | None:
    """Where an ended appeal still stands other than as that tombstone; None: nowhere."""
    try:
        found = _in_lists(lists, withdrawal, tombstone)
    except RecursionError:
        return Message("a list is nested too deeply to be read", "eine Liste ist zu tief verschachtelt")
    cancelled = alerts.cancellation(tombstone) if tombstone else None
    if not found and alert.status == OK and alert.body != cancelled:
        return Message(
            f"{alert.url} is not the cancellation of {withdrawal.url}",
            f"{alert.url} ist nicht der Widerruf von {withdrawal.url}",
        )
    return found


def _in_lists(lists: Lists, withdrawal: Withdrawal, tombstone: Tombstone | None) -> Message | None:
    feed, api, ninjs = _json(lists.json_feed), _json(lists.api), _json(lists.ninjs)
    if not isinstance(feed, dict):
        return _is_no(lists.json_feed, "a JSON Feed", "kein JSON Feed")
    if not isinstance(api, dict):
        return _is_no(lists.api, "a list of appeals", "keine Liste von Aufrufen")
    if not isinstance(ninjs, list):
        return _is_no(lists.ninjs, "a list of ninjs objects", "keine Liste von ninjs-Objekten")
    rest = tuple(_without(value, tombstone) for value in (feed, api, ninjs))
    atom = lists.atom.text.replace(feeds.atom_tombstone(tombstone), "") if tombstone else lists.atom.text
    texts = (lists.start_page.text, atom, *(json.dumps(value, ensure_ascii=False) for value in rest))
    for sight, text in zip(lists, texts, strict=True):
        if withdrawal.slug in text or withdrawal.entry_id in text or escape(withdrawal.entry_id) in text:
            return Message(f"{sight.url} still lists {withdrawal.url}", f"{sight.url} führt {withdrawal.url} noch auf")
    explained = _hashes(str(item.get("title")) for item in _items(feed)) | _hashes(_segments(withdrawal.frame))
    shown = (_segments(lists.start_page.text), _atom_titles(lists.atom.text), *map(_strings, rest))
    for sight, titles in zip(lists, shown, strict=True):
        if withdrawal.title_sha256 in _hashes(titles) - explained:
            return Message(
                f"{sight.url} still shows the title of {withdrawal.url}",
                f"{sight.url} zeigt noch den Titel von {withdrawal.url}",
            )
    return None


def _is_no(sight: Sight, en: str, de: str) -> Message:
    return Message(f"{sight.url} is not {en}", f"{sight.url} ist {de}")


def _unlisted(sight: Sight) -> Message:
    return Message(f"{sight.url} does not list it as approved", f"{sight.url} führt es nicht wie freigegeben auf")


def _unshown(sight: Sight) -> Message:
    return Message(f"{sight.url} does not show it as approved", f"{sight.url} zeigt es nicht wie freigegeben")


def wrongly_listed(lists: Lists, entry: Entry | None) -> Message | None:
    """Where a live appeal does not stand as approved; None: it does everywhere."""
    if entry is None:
        return Message(
            "the site holds no entry of this page, so start page and feeds cannot list it as approved",
            "die Website hat keinen Eintrag dieser Seite, darum können Startseite und Feeds sie nicht aufführen",
        )
    ninjs = _json(lists.ninjs)
    shown = (
        entry.item.strip() in lists.start_page.text,
        feeds.atom_entry(entry) in lists.atom.text,
        feeds.json_item(entry) in _items(_json(lists.json_feed)),
        opendata.appeal(entry) in _listed(_json(lists.api), "appeals"),
        isinstance(ninjs, list) and opendata.ninjs_item(entry) in ninjs,
    )
    for sight, is_shown in zip(lists, shown, strict=True):
        if not is_shown:
            return _unlisted(sight)
    return None


def wrongly_alone(single: Sight, alert: Sight, entry: Entry) -> Message | None:
    """Which file of a live appeal alone is not as approved; None: both are."""
    if single.body != opendata.appeal_file(entry):
        return _unshown(single)
    return None if alert.body == alerts.alert(entry) else _unshown(alert)


def wrongly_mapped(mapped: Sight, slug: str, entry: Entry | None) -> Message | None:
    """Why the sitemap is not as it should be for an appeal, of which ``entry`` is approved and live; None: it is."""
    if entry is not None and entry.indexed:
        return None if sitemap.listing(entry) in mapped.text else _unlisted(mapped)
    return Message(f"{mapped.url} lists it", f"{mapped.url} führt es auf") if slug in mapped.text else None


def _json(sight: Sight) -> object:
    try:
        return json.loads(sight.body)
    except (ValueError, RecursionError):
        return None


def _items(feed: object) -> list[dict[str, object]]:
    return [item for item in _listed(feed, "items") if isinstance(item, dict)]


def _listed(values: object, name: str) -> list[object]:
    found = values.get(name) if isinstance(values, dict) else None
    return found if isinstance(found, list) else []


def _without(value: object, tombstone: Tombstone | None) -> object:
    """The value without what a feed may say of an ended appeal, wherever that stands in a list."""
    if tombstone is None:
        return value
    told = (feeds.json_tombstone(tombstone), opendata.withdrawn(tombstone), opendata.ninjs_canceled(tombstone))
    if isinstance(value, list):
        return [_without(one, tombstone) for one in value if one not in told]
    return {key: _without(one, tombstone) for key, one in value.items()} if isinstance(value, dict) else value


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list):
        for one in value:
            yield from _strings(one)
    elif isinstance(value, str):
        yield value


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
