"""The record of a missing person for registers: as approved while the appeal runs, a placeholder at the same address
afterwards. Pure; writes nothing that was not approved except dates and ids.

A site remembers by a marker that registers could ever take over who was sought on a page. While the marker stands, so
does a file: whoever has a copy asks at its address, and must find there that it has expired.
"""

import xml.etree.ElementTree as ET
from collections.abc import Collection, Iterable, Mapping

from fahndung.channels import layout
from fahndung.channels.entry import Entry, Tombstone
from fahndung.texts import pfif

_TAG = f"{{{pfif.NAMESPACE}}}"


def files(
    entries: Iterable[Entry], tombstones: Iterable[Tombstone], known: Collection[str], over: Mapping[str, Entry]
) -> dict[str, bytes]:
    """The record or placeholder of each appeal that has one, by its path.

    Args:
        tombstones: of appeals that are not listed. known: the slugs with a marker.
        over: the entry that is being put over one with a record, by slug.
    """
    running = {
        layout.record_file(one.slug): while_up(one, over.get(one.slug), known=one.slug in known) for one in entries
    }
    ended = {layout.record_file(one.slug): after(one) for one in tombstones if one.slug in known}
    return {path: data for path, data in (running | ended).items() if data is not None}


def while_up(entry: Entry | None, over: Entry | None = None, *, known: bool) -> bytes | None:
    """What stands while the page does: the record; its placeholder where a revision took it away; else nothing.

    The placeholder dates from that revision's Stand: it is later than that of any revision before.

    Args:
        over: the revision that is being put over the entry's. It takes a record away from its first moment on,
            however far it has come, and brings none before its last.
    """
    if entry is None:
        return None
    if entry.record:
        if over is None or over.record:
            return entry.record.encode()
        entry = over
    return pfif.placeholder(entry.url, entry.updated) if known else None


def after(tombstone: Tombstone) -> bytes:
    """What stands after the end."""
    return pfif.placeholder(tombstone.url, tombstone.at)


def check(entry: Entry) -> None:
    """Does nothing where the record of an entry, if it has one, is about that page and expires with it.

    Raises:
        ValueError: it is or does anything else.
    """
    if not entry.record:
        return
    if "<!" in entry.record:
        raise ValueError("the record for registers holds a declaration")
    try:
        root = ET.fromstring(entry.record)  # noqa: S314 - declarations were refused above
    except ET.ParseError as error:
        raise ValueError(f"the record for registers is no XML: {error}") from error
    told = {name: root.findtext(f"{_TAG}person/{_TAG}{name}") for name in ("person_record_id", "source_url")}
    if told != {"person_record_id": pfif.record_id(entry.url), "source_url": entry.url}:
        raise ValueError("the record for registers is about another page")
    expiry = root.findtext(f"{_TAG}person/{_TAG}expiry_date")
    if entry.expires is None or expiry != pfif.utc(entry.expires):
        raise ValueError("the record for registers does not expire with the page")
