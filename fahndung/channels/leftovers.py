"""What stands on a site, by marker, and how to take down something of it that no ledger knows. Writes nothing.

Page and pictures belong to whatever entry names them; a file below ``fahndung/`` or ``bilder/`` that none names belongs
to nothing. Temporary files are never served and are not listed.
"""

import contextlib
import html
import pathlib
from collections.abc import Collection, Iterable, Iterator, Sequence

from fahndung.channels import alerts, joined, layout, placing, preparing, shelf, written
from fahndung.channels.endpoint import Endpoint
from fahndung.channels.entry import Entry
from fahndung.channels.store import Store
from fahndung.channels.withdrawal import Withdrawal
from fahndung.errors import ChannelFailed, InvalidConfig, Rejected
from fahndung.model.publication import Marked, Posting, Reference
from fahndung.texts import words

_FOLDERS = ("fahndung", "bilder")


def entries_of(site: Store, endpoint: Endpoint) -> tuple[Entry, ...]:
    """Every entry, half-published ones included.

    Raises:
        ChannelFailed: the root is missing, another home publishes here, or an entry cannot be read: the listing would
            not be clean.
    """
    refuse_foreign(site, endpoint)
    folders = (layout.PENDING, layout.ENTRIES)  # in the order in which an entry moves, so that none is missed
    return tuple(entry for folder in folders for entry in shelf.read_entries(site, folder))


def refuse_foreign(site: Store, endpoint: Endpoint) -> bool:
    """Whether the site is this home's; False where nobody has claimed it.

    Raises:
        ChannelFailed: another home publishes here, or the root is missing.
    """
    try:
        return placing.is_ours(site, endpoint)
    except Rejected as error:
        raise ChannelFailed(*error.message) from error


def listing(site: Store, endpoint: Endpoint) -> tuple[Marked, ...]:
    """Page and pictures of every entry, and every file in the public folders that neither entry nor tombstone explains.

    Raises:
        ChannelFailed: the listing would not be clean; or the canary is missing, and the site may be another one.
    """
    if not refuse_foreign(site, endpoint):
        raise ChannelFailed(
            f"{site.where()} has no {layout.CANARY}: nothing was ever published there, or the site is not mounted. "
            "Only somebody who looks can tell.",
            f"In {site.where()} fehlt {layout.CANARY}: Dort wurde nie veröffentlicht, oder die Website ist nicht "
            "eingehängt. Das lässt sich nur durch Nachsehen klären.",
        )
    with site.locked():
        found = tuple(_files_below(site, (*_FOLDERS, layout.APPEALS, layout.ALERTS, layout.RECORDS)))
        entries = entries_of(site, endpoint)
        ended, registered = shelf.read_tombstones(site), site.names(layout.REGISTERS)
    marked = [(entry.marker, path) for entry in entries for path in entry.files]
    owned = {path for _, path in marked} | joined.files(endpoint.base_url, "", "", entries, ended, registered).keys()
    owned |= {file for path in found for file in layout.files_beside(path)}  # the look at that page tells of its entry
    listed = dict.fromkeys([*marked, *((None, path) for path in found if path not in owned)])
    return tuple(
        Marked(marker=marker, reference=preparing.reference(path, endpoint), place="" if marker else _place(path))
        for marker, path in listed
    )


def leftover(
    site: Store,
    endpoint: Endpoint,
    marker: str | None,
    references: Sequence[Reference],
    *,
    home: pathlib.Path | None,
) -> Posting:
    """What taking down needs of something listed that no ledger knows; the page behind its 410 says nothing but that.

    Args:
        home: whose own words count (``[leftover]`` of its ``words.toml``); None: the project's.

    Raises:
        ChannelFailed: a file there is neither page nor picture, or more stands at that address than is to go.
    """
    paths = [reference.id for reference in references]
    slug = _slug_of(site, paths)
    entries = [entry for entry in entries_of(site, endpoint) if entry.slug == slug]
    own = next((entry for entry in entries if entry.marker == marker), None)
    if own is None and shelf.read_entry(site, layout.ENTRIES, slug) is None:
        _refuse_more(site, slug, [path for entry in entries for path in entry.files], paths)
    url = endpoint.url(layout.address(layout.page(slug)))
    title, text, start = wording(home)
    frame = site.read(layout.FRAME)
    withdrawal = Withdrawal(
        slug=slug,
        files=dict(own.files) if own else dict.fromkeys(paths, ""),
        gone=page(title, text),
        frame=page(start, "", layout.LIST_MARK) if frame is None else frame.decode(errors="replace"),
        entry_id=own.id if own else url,
        url=url,
        title_sha256=preparing.title_sha256(own.title if own else url),
        tombstone_title=title,
        tombstone_summary=text,
        alert=alerts.reference(own) if own else "",
        indexed=own.indexed if own else False,
        registered=bool(own and own.record),
        at=own.updated if own else written.instant("1970-01-01T00:00:00+00:00"),
    )
    return Posting(marker=marker or "", withdrawal=withdrawal.as_json(), references=tuple(references))


def wording(home: pathlib.Path | None) -> list[str]:
    """Title and text of what is gone, and what a start page is called; the project's where the home's are broken."""
    keys = ("leftover.title", "leftover.text", "leftover.list")
    with contextlib.suppress(InvalidConfig):  # ``templates check`` tells; what must go does not wait for it
        own = words.load("de", home)
        found = [own.text(key) for key in keys]
        if not any(map(preparing.NOT_XML.search, found)):
            return found
    return [words.load("de").text(key) for key in keys]


def page(title: str, text: str, entries: str = "") -> str:
    """What stands behind the 410 of a page, or as start page, where nobody here has its own text."""
    body = f"<p>{html.escape(text)}</p>" if text else f"<ul>\n{entries}\n</ul>"
    return (
        '<!DOCTYPE html>\n<html lang="de"><meta charset="utf-8">'
        '<meta name="robots" content="noindex, noimageindex, noarchive">'
        f"<title>{html.escape(title)}</title><main><h1>{html.escape(title)}</h1>{body}</main></html>\n"
    )


def _place(path: str) -> str:
    """Page and pictures of one address belong together."""
    folders = path.split("/")
    return folders[1] if len(folders) > 2 else path


def _slug_of(site: Store, paths: Collection[str]) -> str:
    slugs = {path.split("/")[1] for path in paths if path.count("/") > 1}
    if len(slugs) == 1:
        (slug,) = slugs
        if layout.is_slug(slug) and all(layout.owns(slug, path) for path in paths):
            return slug
    where = ", ".join(site.where(path) for path in sorted(paths))
    raise ChannelFailed(
        f"No page or picture of this program: {where}. Look at it, and remove it by hand.",
        f"Keine Seite und kein Bild dieses Programms: {where}. Bitte ansehen und von Hand entfernen.",
    )


def _refuse_more(site: Store, slug: str, standing: Iterable[str], paths: Collection[str]) -> None:
    """Where no approved entry stands all that does at the address would go."""
    found = [*_files_below(site, [f"{folder}/{slug}" for folder in _FOLDERS]), *standing]
    if more := [path for path in found if path not in paths]:
        raise ChannelFailed(
            f"{site.where(more[0])} stands at the same address and would go with it. Remove by hand: "
            f"{', '.join(sorted(paths))}.",
            f"{site.where(more[0])} steht unter derselben Adresse und würde mit gelöscht. Bitte von Hand entfernen: "
            f"{', '.join(sorted(paths))}.",
        )


def _files_below(site: Store, folders: Sequence[str]) -> Iterator[str]:
    """Every file below the folders, links and whatever else is no folder included."""
    left = list(folders)
    while left:
        place = left.pop(0)
        for name in site.names(place):
            path = f"{place}/{name}"
            if site.is_folder(path):
                left.append(path)
            else:
                yield path
