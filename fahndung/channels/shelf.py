"""What a site lists: reads the approved entries and writes start page, feeds and robots.txt from them.

Decides nothing about an appeal; whoever writes through it holds the site's lock. A file among the entries or tombstones
that is none must stop neither a takedown nor a publication of another appeal: joining never lists it, lays it aside in
``.fahndung/damaged`` and carries on. Its page then stands unlisted, and the look at it says so, until that appeal is
published again or taken down; either clears the file.
"""

from collections.abc import Callable
from typing import TypeVar

from fahndung.channels import feeds, layout
from fahndung.channels.layout import Entry, Tombstone
from fahndung.channels.store import Store
from fahndung.errors import ChannelFailed

_Kept = TypeVar("_Kept", Entry, Tombstone)


def read_entry(site: Store, folder: str, slug: str) -> Entry | None:
    """The entry of one page in ``entries`` or ``pending``; None where there is none.

    Raises:
        ChannelFailed: it cannot be read.
    """
    return _entry_in(site, f"{folder}/{slug}.json")


def read_entries(site: Store, folder: str) -> tuple[Entry, ...]:
    """Every entry in ``entries`` or ``pending``.

    Raises:
        ChannelFailed: one of them cannot be read, or was laid aside; the listing is not clean then.
    """
    for name in site.names(layout.DAMAGED):
        raise _damaged(site, f"{layout.DAMAGED}/{name}", ValueError("it was laid aside"))
    found = [_entry_in(site, f"{folder}/{name}") for name in site.names(folder)]
    return tuple(entry for entry in found if entry is not None)


def join(site: Store, base_url: str, author: str) -> None:
    """Writes start page, feeds and robots.txt anew where they differ from what the entries give.

    Raises:
        ChannelFailed: a file cannot be written; or a damaged entry or tombstone cannot be laid aside: then everything
            was written without it, because a takedown must not wait for somebody else's file.
    """
    entries, damage = _readable(site, layout.ENTRIES, _entry_in, "")
    listed = [entry for entry in entries if site.stamp(layout.gone_page(entry.slug)) is None]
    tombstones, further = _readable(site, layout.TOMBSTONES, _tombstone_in, "tombstone-")
    frame = site.read(layout.FRAME)
    if frame is not None:
        site.write_if_new(layout.START_PAGE, feeds.start_page(frame.decode(errors="replace"), listed))
    site.write_if_new(layout.ATOM, feeds.atom(base_url, author, listed, tombstones))
    site.write_if_new(layout.JSON_FEED, feeds.json_feed(base_url, author, listed, tombstones))
    site.write_if_new(layout.ROBOTS, feeds.ROBOTS_TXT)
    if failure := damage or further:
        raise failure


def _readable(
    site: Store, folder: str, read: Callable[[Store, str], _Kept | None], prefix: str
) -> tuple[list[_Kept], ChannelFailed | None]:
    """What can be read in a folder, after the rest was laid aside; and why something of the rest could not be."""
    found: list[_Kept] = []
    failure = None
    for name in site.names(folder):
        path, aside = f"{folder}/{name}", f"{layout.DAMAGED}/{prefix}{name}"
        try:
            one = read(site, path)
        except ChannelFailed:
            try:
                site.remove(aside)  # an older one of that name, or a folder over which nothing can be renamed
                site.move(path, aside)
            except ChannelFailed as error:
                failure = error
        else:
            found += [one] if one is not None else []
    return found, failure


def _entry_in(site: Store, path: str) -> Entry | None:
    data = site.read(path)
    if data is None:
        return None
    name = path.rpartition("/")[2]
    try:
        return Entry.decode(data, name.removesuffix(".json") if name.endswith(".json") else "")
    except ValueError as error:
        raise _damaged(site, path, error) from error


def _tombstone_in(site: Store, path: str) -> Tombstone:
    try:
        return Tombstone.decode(site.read(path) or b"")
    except ValueError as error:
        raise _damaged(site, path, error) from error


def _damaged(site: Store, path: str, error: ValueError) -> ChannelFailed:
    where = site.where(path)
    return ChannelFailed(
        f"{where} is damaged ({error}). Put back what was there, or remove the file and publish that appeal again.",
        f"{where} ist beschädigt ({error}). Bitte den früheren Stand zurückholen oder die Datei entfernen und den "
        "Aufruf neu veröffentlichen.",
    )
