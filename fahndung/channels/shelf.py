"""What a site lists: reads the approved entries and writes start page, feeds and robots.txt from them.

Decides nothing about an appeal; whoever calls it holds the site's lock.
"""

from fahndung.channels import feeds, layout
from fahndung.channels.layout import Entry, Tombstone
from fahndung.channels.site import Site
from fahndung.errors import ChannelFailed


def read_entry(site: Site, folder: str, slug: str) -> Entry | None:
    """The entry of one page in ``entries`` or ``pending``; None where there is none.

    Raises:
        ChannelFailed: it cannot be read.
    """
    data = site.read(f"{folder}/{slug}.json")
    if data is None:
        return None
    try:
        return Entry.decode(data, slug)
    except ValueError as error:
        raise _damaged(site, f"{folder}/{slug}.json", error) from error


def read_entries(site: Site, folder: str) -> tuple[Entry, ...]:
    """Every entry in ``entries`` or ``pending``.

    Raises:
        ChannelFailed: one of them cannot be read; the listing is not clean then.
    """
    entries, damage = _readable_entries(site, folder)
    if damage is not None:
        raise damage
    return entries


def join(site: Site, base_url: str, author: str) -> None:
    """Writes start page, feeds and robots.txt anew where they differ from what the entries give.

    Raises:
        ChannelFailed: a file cannot be written; or an entry or tombstone is damaged: then everything was written
            without it, because a takedown must not wait for somebody else's file.
    """
    listed, damage = _readable_entries(site, layout.ENTRIES)
    listed = tuple(entry for entry in listed if site.stamp(layout.gone_page(entry.slug)) is None)
    tombstones, further = _readable_tombstones(site)
    frame = site.read(layout.FRAME)
    if frame is not None:
        site.write_if_new(layout.START_PAGE, feeds.start_page(frame.decode(errors="replace"), listed))
    site.write_if_new(layout.ATOM, feeds.atom(base_url, author, listed, tombstones))
    site.write_if_new(layout.JSON_FEED, feeds.json_feed(base_url, author, listed, tombstones))
    site.write_if_new(layout.ROBOTS, feeds.ROBOTS_TXT)
    if failure := damage or further:
        raise failure


def _readable_entries(site: Site, folder: str) -> tuple[tuple[Entry, ...], ChannelFailed | None]:
    entries, damage = [], None
    for name in site.names(folder):
        try:
            entry = read_entry(site, folder, name.removesuffix(".json"))
        except ChannelFailed as error:
            damage = error
        else:
            entries += [entry] if entry is not None else []
    return tuple(entries), damage


def _readable_tombstones(site: Site) -> tuple[tuple[Tombstone, ...], ChannelFailed | None]:
    tombstones, damage = [], None
    for name in site.names(layout.TOMBSTONES):
        path = f"{layout.TOMBSTONES}/{name}"
        try:
            tombstones.append(Tombstone.decode(site.read(path) or b""))
        except ValueError as error:
            damage = _damaged(site, path, error)
    return tuple(tombstones), damage


def _damaged(site: Site, path: str, error: ValueError) -> ChannelFailed:
    where = site.root / path
    return ChannelFailed(
        f"{where} is damaged ({error}). Put back what was there, or remove the file and publish that appeal again.",
        f"{where} ist beschädigt ({error}). Bitte den früheren Stand zurückholen oder die Datei entfernen und den "
        "Aufruf neu veröffentlichen.",
    )
