"""What a site lists: reads the approved entries and writes start page, feeds, alerts, records and sitemap from them.

Decides nothing about an appeal; whoever writes through it holds the site's lock. A file among the entries or tombstones
that is none must stop neither a takedown nor a publication of another appeal: joining never lists it, lays it aside in
``.fahndung/damaged`` and carries on. Its page then stands unlisted, and the look at it says so, until that appeal is
published again or taken down; either clears the file.
"""

import contextlib
import dataclasses
import functools
from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from fahndung.channels import feeds, joined, layout, sitemap
from fahndung.channels.endpoint import Endpoint
from fahndung.channels.entry import Entry, Tombstone
from fahndung.channels.steps import do_all
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


def read_tombstone(site: Store, slug: str) -> Tombstone | None:
    """The tombstone of one page; None where there is none, or none that can be read.

    Raises:
        ChannelFailed: the site cannot be read.
    """
    return _whole(site, f"{layout.TOMBSTONES}/{slug}.json", slug, Tombstone.decode)


def read_tombstones(site: Store) -> tuple[Tombstone, ...]:
    """Every tombstone that can be read.

    Raises:
        ChannelFailed: the site cannot be read.
    """
    slugs = [name.removesuffix(".json") for name in site.names(layout.TOMBSTONES)]
    return tuple(one for slug in slugs if (one := read_tombstone(site, slug)) is not None)


def over(site: Store, slug: str) -> Entry | None:
    """The entry that is being put over a page; None where there is none, or none that can be read.

    Raises:
        ChannelFailed: the site cannot be read.
    """
    return _whole(site, f"{layout.PENDING}/{slug}.json", slug, Entry.decode)


def _whole(site: Store, path: str, slug: str, decode: Callable[[bytes, str], _Kept]) -> _Kept | None:
    data = site.read(path)
    try:
        return decode(data, slug) if data is not None else None
    except ValueError:
        return None


def write_placeholder(site: Store, slug: str, data: bytes) -> None:
    """Puts the placeholder of a record for registers in place; where there is no room, at least nothing earlier stays.

    The marker that remembers it is written just before, as with a record: no placeholder of one that never came.

    Raises:
        ChannelFailed: it cannot be written.
    """
    try:
        site.write_if_new(layout.registered(slug), b"")
        site.write_if_new(layout.record_file(slug), data)
    except ChannelFailed:
        site.remove(layout.record_file(slug))
        raise


def _offer(site: Store, slug: str, data: bytes) -> None:
    """Puts a record for registers in place, but never over what a takedown of its page writes meanwhile.

    A takedown asks for no lock: it marks the page as gone, then writes the placeholder. So the record is only ever
    written where nothing stands, and its page is looked at in between. A mark from before that look is seen; a
    placeholder from after a later one is not replaced by this, or replaces it.

    Raises:
        ChannelFailed: it cannot be written; then nothing earlier stays.
    """
    path = layout.record_file(slug)
    stands = site.holds(path, data)
    if not stands:
        site.remove(path)
    site.write_if_new(layout.registered(slug), b"")
    if not stands and site.stamp(layout.gone_page(slug)) is None:
        site.create(path, data)


def join(site: Store, endpoint: Endpoint) -> None:
    """Writes lists, alerts, records, sitemap and robots.txt anew where they differ from what the entries give.

    What the entries do not explain in the folders of single appeals, alerts, records and markers goes first: on a full
    disk only deleting makes room, and no list may keep another one from being written. Records come next: other people
    live by them.

    Raises:
        ChannelFailed: a file cannot be written; or a damaged entry or tombstone cannot be laid aside: then everything
            else was done, because a takedown must not wait for somebody else's file.
    """
    entries, damage = _readable(site, layout.ENTRIES, _entry_in, "")
    listed = [entry for entry in entries if site.stamp(layout.gone_page(entry.slug)) is None]
    tombstones, further = _readable(site, layout.TOMBSTONES, _tombstone_in, "tombstone-")
    replaced, unread = _replaced(site, listed)
    known = site.names(layout.REGISTERS)
    files = joined.files(
        endpoint.base_url, endpoint.title, _title(site) or endpoint.title, listed, tombstones, known, replaced
    )
    files |= sitemap.files(endpoint.base_url, endpoint.nonce, listed)
    stale = () if layout.SITEMAP in files else (layout.SITEMAP,)
    slugs = dict.fromkeys([*(one.slug for one in listed), *(one.slug for one in tombstones)])
    records = {slug: data for slug in slugs if (data := files.get(layout.record_file(slug))) is not None}
    shown = {one.slug for one in listed if records.get(one.slug) == one.record.encode()}
    lists = {path: data for path, data in files.items() if not path.startswith(f"{layout.RECORDS}/")}
    do_all(
        *(functools.partial(_clear, site, folder, files) for folder in _OF_SINGLE_ONES),
        *(functools.partial(site.remove, path) for path in stale),
        *(
            functools.partial(_offer if slug in shown else write_placeholder, site, slug, data)
            for slug, data in records.items()
        ),
        lambda: _write_start_page(site, listed),
        *(functools.partial(site.write_if_new, path, data) for path, data in lists.items()),
    )
    if failure := damage or further or unread:
        raise failure


def _replaced(site: Store, listed: Sequence[Entry]) -> tuple[dict[str, Entry], ChannelFailed | None]:
    """What is being put over entries with a record for registers, by slug, and the first of it that cannot be read.

    Of what cannot be read nobody knows that it keeps the record: meanwhile it counts as taken away.
    """
    found: dict[str, Entry] = {}
    failure: ChannelFailed | None = None
    for entry in (one for one in listed if one.record):
        try:
            later = over(site, entry.slug)
        except ChannelFailed as error:
            failure = failure or error
            later = dataclasses.replace(entry, record="")
        if later is not None:
            found[entry.slug] = later
    return found, failure


_OF_SINGLE_ONES = (layout.APPEALS, layout.ALERTS, layout.RECORDS, layout.INDEXED)


def _clear(site: Store, folder: str, files: Collection[str]) -> None:
    stale = [path for name in site.names(folder) if (path := f"{folder}/{name}") not in files]
    do_all(*(functools.partial(site.remove, path) for path in stale))


def _title(site: Store) -> str:
    """What the feeds are called; empty where the frame does not say so or cannot be read: whoever writes it tells."""
    with contextlib.suppress(ChannelFailed):
        return feeds.title((site.read(layout.FRAME) or b"").decode(errors="replace"))
    return ""


def _write_start_page(site: Store, listed: list[Entry]) -> None:
    frame = site.read(layout.FRAME)
    if frame is not None:
        site.write_if_new(layout.START_PAGE, feeds.start_page(frame.decode(errors="replace"), listed))


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
    try:
        return Entry.decode(data, _slug_in(path))
    except ValueError as error:
        raise _damaged(site, path, error) from error


def _slug_in(path: str) -> str:
    name = path.rpartition("/")[2]
    return name.removesuffix(".json") if name.endswith(".json") else ""


def _tombstone_in(site: Store, path: str) -> Tombstone:
    try:
        return Tombstone.decode(site.read(path) or b"", _slug_in(path))
    except ValueError as error:
        raise _damaged(site, path, error) from error


def _damaged(site: Store, path: str, error: ValueError) -> ChannelFailed:
    where = site.where(path)
    return ChannelFailed(
        f"{where} is damaged ({error}). Put back what was there, or remove the file and publish that appeal again.",
        f"{where} ist beschädigt ({error}). Bitte den früheren Stand zurückholen oder die Datei entfernen und den "
        "Aufruf neu veröffentlichen.",
    )
