"""Every machine-readable file of a website by its path, from approved entries and tombstones. Pure."""

import types
from collections.abc import Collection, Mapping, Sequence

from fahndung.channels import alerts, feeds, layout, opendata, registers
from fahndung.channels.entry import Entry, Tombstone


def files(
    base_url: str,
    author: str,
    title: str,
    entries: Sequence[Entry],
    tombstones: Sequence[Tombstone],
    registered: Collection[str] = (),
    over: Mapping[str, Entry] = types.MappingProxyType({}),
) -> dict[str, bytes]:
    """The lists, and what each appeal has alone. Where an appeal is listed again, its earlier end is not told.

    Args:
        author: who publishes. title: what the feeds are called (``feeds.title``).
        registered: the slugs whose marker says that registers could take over who was sought there.
        over: the entry that is being put over one with a record for registers, by slug.
    """
    active = {entry.slug for entry in entries}
    ended = [one for one in tombstones if one.slug not in active]
    cancelled = {layout.alert_file(one.slug): data for one in ended if (data := alerts.cancellation(one))}
    return (
        {
            layout.ATOM: feeds.atom(base_url, author, title, entries, ended),
            layout.JSON_FEED: feeds.json_feed(base_url, author, title, entries, ended),
            layout.API: opendata.appeals(base_url, author, entries, ended),
            layout.NINJS: opendata.ninjs(entries, ended),
        }
        | {layout.appeal_file(entry.slug): opendata.appeal_file(entry) for entry in entries}
        | {layout.alert_file(entry.slug): alerts.alert(entry) for entry in entries}
        | cancelled
        | registers.files(entries, ended, registered, over)
    )
