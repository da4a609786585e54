"""Puts an appeal's page up on a site and takes it down, in an order in which every moment is safe. Judges nothing.

Up: the entry as pending, pictures, page, then the end of an earlier 410, then the list. Whoever sees the page sees its
pictures; whoever finds a half-done page finds its pending entry. Down: the 410 first, then the files, then the list.
"""

import contextlib
import functools
import hashlib
from collections.abc import Callable, Mapping

from fahndung.channels import layout, shelf
from fahndung.channels.base import Checkpoint
from fahndung.channels.endpoint import Endpoint
from fahndung.channels.layout import Entry, Tombstone, Withdrawal
from fahndung.channels.preparing import entry_path, reference
from fahndung.channels.site import Site
from fahndung.errors import ChannelFailed, NotPublishable
from fahndung.model.publication import Draft


def pending_path(slug: str) -> str:
    """Where the entry stands while the page is being put up."""
    return f"{layout.PENDING}/{slug}.json"


def tombstone_path(slug: str) -> str:
    """Where the tombstone stands once the page is down."""
    return f"{layout.TOMBSTONES}/{slug}.json"


def claim(site: Site, endpoint: Endpoint) -> None:
    """Makes sure that the site is this home's; an unclaimed one gets the canary.

    Raises:
        NotPublishable: another home publishes here, or something else lives in the folder.
    """
    if not is_ours(site, endpoint):
        site.write(layout.CANARY, f"{endpoint.nonce}\n".encode())


def is_ours(site: Site, endpoint: Endpoint) -> bool:
    """Whether the canary is this home's; False where nobody has claimed the site.

    Raises:
        NotPublishable: another home publishes here, or something else lives in the folder.
    """
    canary = site.read(layout.CANARY)
    if canary is not None:
        if canary.strip() == endpoint.nonce.encode():
            return True
        raise NotPublishable(
            f"Another home publishes into {site.root}: {layout.CANARY} there is not this home's. "
            "Give this home a folder and an address of its own.",
            f"In {site.root} veröffentlicht ein anderes Heimatverzeichnis: {layout.CANARY} dort ist fremd. "
            "Bitte einen eigenen Ordner und eine eigene Adresse verwenden.",
        )
    public = (layout.START_PAGE, layout.ATOM, layout.JSON_FEED, layout.ROBOTS)
    found = [name for name in public if site.stamp(name) is not None]
    if found and site.stamp(layout.FRAME) is None:
        raise NotPublishable(
            f"{site.root} already holds {found[0]}, which did not come from here and would be overwritten. "
            "Use an empty folder.",
            f"{site.root} enthält bereits {found[0]}; die Datei stammt nicht von hier und würde überschrieben. "
            "Bitte einen leeren Ordner verwenden.",
        )
    return False


def put_up(site: Site, endpoint: Endpoint, draft: Draft, checkpoint: Checkpoint) -> None:
    """Publishes a draft; doing it again changes nothing.

    Raises:
        ChannelFailed: a file could not be written; what stands already was reported to ``checkpoint``.
        NotPublishable: the draft contradicts itself, the site is not ours, or a takedown came in between.
    """
    withdrawal, entry = _checked(draft, endpoint)
    slug, marker_file = withdrawal.slug, layout.gone_page(withdrawal.slug)
    pictures = [path for path in withdrawal.files if path != layout.page(slug)]
    with site.locked():
        claim(site, endpoint)
        shelf.read_entries(site, layout.ENTRIES)
        ended_before = site.stamp(marker_file)
        site.write(pending_path(slug), entry.encode())
        for path in pictures:
            site.write(path, draft.payload[path])
            checkpoint(reference(path, endpoint))
        for path in pictures:
            site.remove(layout.gone_file(path))
        site.write(layout.page(slug), draft.payload[layout.page(slug)])
        checkpoint(reference(layout.page(slug), endpoint))
        if site.stamp(marker_file) != ended_before:
            raise NotPublishable(
                f"{withdrawal.url} was taken down while it was being published; publishing stopped.",
                f"{withdrawal.url} wurde während der Veröffentlichung zurückgenommen; sie wurde abgebrochen.",
            )
        site.remove(marker_file)
        site.move(pending_path(slug), entry_path(slug))
        site.remove(tombstone_path(slug))
        site.write(layout.FRAME, withdrawal.frame.encode())
        shelf.join(site, endpoint.base_url, endpoint.title)


def take_down(site: Site, endpoint: Endpoint, withdrawal: Withdrawal) -> None:
    """Makes page, pictures and entry of an appeal vanish; what is gone already is a success.

    The 410 is put before the lock is asked for, so that a publication that runs or hangs cannot keep the page up. On
    a full disk only deleting makes room for it: therefore it is tried before and after.

    Raises:
        ChannelFailed: something could not be done; everything else was.
    """
    with contextlib.suppress(ChannelFailed):
        _mark_gone(site, withdrawal)
    with site.locked():
        slug = withdrawal.slug
        with contextlib.suppress(ChannelFailed):
            _mark_gone(site, withdrawal)
        _do_all(
            lambda: site.remove(f"fahndung/{slug}"),
            lambda: site.remove(f"bilder/{slug}"),
            lambda: site.remove(entry_path(slug)),
            lambda: site.remove(pending_path(slug)),
            lambda: _bury(site, withdrawal),
            lambda: _mark_gone(site, withdrawal),
            lambda: shelf.join(site, endpoint.base_url, endpoint.title),
        )


def take_down_rest(site: Site, withdrawal: Withdrawal, rest: tuple[str, ...]) -> None:
    """Makes the pictures vanish that a later revision on the same address no longer shows. The caller holds the lock.

    Raises:
        ChannelFailed: something could not be done; everything else was.
    """
    steps: list[Callable[[], None]] = []
    for path in rest:
        steps.append(functools.partial(site.write_if_new, layout.gone_file(path), withdrawal.gone.encode()))
        steps.append(functools.partial(site.remove, path))
    _do_all(*steps)


def later_files(site: Site, slug: str, marker: str) -> Mapping[str, str] | None:
    """The files of the revision that stands, or is being put up, in place of the one with ``marker``; None: nobody.

    Raises:
        ChannelFailed: an entry cannot be read.
    """
    found = [shelf.read_entry(site, folder, slug) for folder in (layout.ENTRIES, layout.PENDING)]
    later = [entry for entry in found if entry is not None and entry.marker != marker]
    if not later:
        return None
    return {path: sha for entry in later for path, sha in entry.files.items()}


def _checked(draft: Draft, endpoint: Endpoint) -> tuple[Withdrawal, Entry]:
    """Withdrawal and entry of a draft whose parts agree."""
    try:
        withdrawal = Withdrawal.parse(draft.withdrawal)
        path = entry_path(withdrawal.slug)
        entry = Entry.decode(draft.payload[path], withdrawal.slug)
        sent = {name: hashlib.sha256(data).hexdigest() for name, data in draft.payload.items() if name != path}
        if not sent == dict(withdrawal.files) == dict(entry.files) or layout.page(withdrawal.slug) not in sent:
            raise ValueError("its files are not those of its entry")
        if draft.endpoint != endpoint.as_json() or entry.marker != draft.marker:
            raise ValueError("it was prepared for another channel")
    except (ValueError, KeyError, ChannelFailed) as error:
        raise NotPublishable(
            f"The draft for {endpoint.name} contradicts itself ({error}). Prepare it again from the release.",
            f"Der Entwurf für {endpoint.name} ist in sich widersprüchlich ({error}). Bitte aus der Freigabefassung neu "
            "erzeugen.",
        ) from error
    return withdrawal, entry


def _mark_gone(site: Site, withdrawal: Withdrawal) -> None:
    site.write_if_new(layout.gone_page(withdrawal.slug), withdrawal.gone.encode())


def _bury(site: Site, withdrawal: Withdrawal) -> None:
    """Tombstone and frame; a tombstone that stands keeps its instant, so that a second takedown changes no byte."""
    path = tombstone_path(withdrawal.slug)
    if site.read(path) is None:
        tombstone = Tombstone(id=withdrawal.entry_id, url=withdrawal.url, at=withdrawal.at)
        site.write(path, tombstone.encode())
    if site.read(layout.FRAME) is None:
        site.write(layout.FRAME, withdrawal.frame.encode())


def _do_all(*steps: Callable[[], None]) -> None:
    """Every step, whatever became of those before it; then the first failure of each kind in one error."""
    failures: list[ChannelFailed] = []
    for step in steps:
        try:
            step()
        except ChannelFailed as error:
            failures.append(error)
    if failures:
        english = dict.fromkeys(error.message.en for error in failures)
        german = dict.fromkeys(error.message.de for error in failures)
        raise ChannelFailed(" ".join(english), " ".join(german)) from failures[0]
