"""Puts an appeal's page up on a site and takes it down, in an order in which every moment is safe. Judges nothing.

Up: the entry as pending, the placeholder of a record that it takes away from registers, pictures, page, then the end of
an earlier 410, then the list. Whoever sees the page sees its pictures; whoever finds a half-done page finds its pending
entry. Down: the 410 first, then the files, then the list.

All revisions of an appeal share one address. Whose it is, the entry and the pending entry there say, not the caller
alone: taking down a publication whose place another one's approved entry has taken touches only its own files. A
half-done successor has no approved entry yet: it goes with the page that it was to replace, so that no page stands
without an entry. Its row in the ledger still holds its own obligation, and publishing it again puts it up whole.
"""

import contextlib
import dataclasses
import functools
import hashlib
from collections.abc import Callable, Iterable, Mapping

from fahndung.channels import alerts, layout, registers, shelf
from fahndung.channels.base import Checkpoint
from fahndung.channels.endpoint import Endpoint
from fahndung.channels.entry import Entry, Tombstone
from fahndung.channels.preparing import entry_path, reference
from fahndung.channels.steps import before_sending, do_all
from fahndung.channels.store import Store
from fahndung.channels.withdrawal import Withdrawal, own_paths
from fahndung.errors import ChannelFailed, NotPublishable, Rejected
from fahndung.model.publication import Draft, Posting


def pending_path(slug: str) -> str:
    """Where the entry stands while the page is being put up."""
    return f"{layout.PENDING}/{slug}.json"


def tombstone_path(slug: str) -> str:
    """Where the tombstone stands once the page is down."""
    return f"{layout.TOMBSTONES}/{slug}.json"


def claim(site: Store, endpoint: Endpoint) -> None:
    """Makes sure that the site is this home's; an unclaimed one gets the canary.

    Raises:
        Rejected: another home publishes here, or something else lives in the folder.
    """
    if not is_ours(site, endpoint):
        site.write(layout.CANARY, f"{endpoint.nonce}\n".encode())


def is_ours(site: Store, endpoint: Endpoint) -> bool:
    """Whether the canary is this home's; False where nobody has claimed the site.

    Raises:
        Rejected: another home publishes here, or something else lives in the folder.
    """
    canary = site.read(layout.CANARY)
    if canary is not None:
        if canary.strip() == endpoint.nonce.encode():
            return True
        raise Rejected(
            f"Another home publishes into {site.where()}: {layout.CANARY} there is not this home's. "
            "Give this home a folder and an address of its own.",
            f"In {site.where()} veröffentlicht ein anderes Heimatverzeichnis: {layout.CANARY} dort ist fremd. "
            "Bitte einen eigenen Ordner und eine eigene Adresse verwenden.",
        )
    public = (
        layout.START_PAGE,
        *layout.LISTS[1:],
        layout.APPEALS,
        layout.ALERTS,
        layout.RECORDS,
        *layout.AT_THE_ROOT,
    )
    found = [name for name in public if site.stamp(name) is not None]
    if found and site.stamp(layout.FRAME) is None:
        raise Rejected(
            f"{site.where()} already holds {found[0]}, which did not come from here and would be overwritten. "
            "Use an empty folder.",
            f"{site.where()} enthält bereits {found[0]}; die Datei stammt nicht von hier und würde überschrieben. "
            "Bitte einen leeren Ordner verwenden.",
        )
    return False


def put_up(site: Store, endpoint: Endpoint, draft: Draft, checkpoint: Checkpoint) -> None:
    """Publishes a draft; doing it again changes nothing.

    Raises:
        NotSent: the site cannot be entered; nothing was written.
        ChannelFailed: a file could not be written; what stands already was reported to ``checkpoint``.
        Rejected: the draft contradicts itself, or the site is not ours; nothing was written.
        NotPublishable: a takedown came in between.
    """
    withdrawal, entry = _checked(draft, endpoint)
    slug, marker_file = withdrawal.slug, layout.gone_page(withdrawal.slug)
    pictures = [path for path in withdrawal.files if path != layout.page(slug)]
    with contextlib.ExitStack() as entered:
        with before_sending():
            entered.enter_context(site.locked())
            claim(site, endpoint)
        for place in layout.folders(slug):
            site.clear_temporaries(place)
        ended_before = site.stamp(marker_file)
        site.write(pending_path(slug), entry.encode())
        _take_away(site, entry)
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
        if ended_before is not None:  # a mark that comes from now on is a takedown's
            site.remove(marker_file)
        site.move(pending_path(slug), entry_path(slug))
        site.remove(tombstone_path(slug))
        site.remove(layout.damaged(slug))
        site.write(layout.FRAME, withdrawal.frame.encode())
        shelf.join(site, endpoint)


def take_down(site: Store, endpoint: Endpoint, posting: Posting) -> None:
    """Makes a publication vanish: whole, or what is its own alone if another one has taken its place.

    What is gone already is a success. The 410 and the placeholder of a record are put before the lock is asked for, so
    that a publication that runs or hangs cannot keep the page up.

    Raises:
        ChannelFailed: something could not be done; everything else was.
    """
    withdrawal = Withdrawal.parse(posting.withdrawal)
    paths = own_paths(withdrawal, (one.id for one in posting.references))
    marker_file = layout.gone_page(withdrawal.slug)
    marked_first = False
    with contextlib.suppress(ChannelFailed):
        if later_files(site, withdrawal.slug, posting) is None:
            marked_first = site.stamp(marker_file) is None
            _mark_gone(site, withdrawal)
            _expire(site, withdrawal)
    with site.locked():
        later = later_files(site, withdrawal.slug, posting)
        if later is None:
            _take_down_whole(site, endpoint, withdrawal, paths)
            return
        if marked_first:  # the successor came between the first look and the lock
            site.remove(marker_file)
        _take_down_rest(site, endpoint, withdrawal, [path for path in paths if path not in later])


def later_files(site: Store, slug: str, posting: Posting) -> Mapping[str, str] | None:
    """The files of whatever has taken the posting's place on the address; None: nothing has, all there is its own.

    Its place is taken where the approved entry is another publication's, unless the posting's own is pending: then it
    is being put over an earlier one. A posting that the ledger calls superseded yields to a pending successor as well,
    and to one whose entry cannot be read: of that one only the page is known, with an empty hash.

    Raises:
        ChannelFailed: of a superseded posting, nobody can tell.
    """
    unclear = False
    found: list[Entry | None] = []
    for folder in (layout.ENTRIES, layout.PENDING):
        try:
            found.append(shelf.read_entry(site, folder, slug))
        except ChannelFailed:
            found.append(None)
            unclear = True
    entry, pending = found
    if entry is not None and entry.marker == posting.marker:
        return None
    half_up = pending is not None and pending.marker == posting.marker
    if not posting.superseded and (entry is None or half_up):
        return None
    others = [one for one in found if one is not None and one.marker != posting.marker]
    if not others:
        unclear = unclear or site.stamp(layout.damaged(slug)) is not None
        return {layout.page(slug): ""} if unclear else None
    return {path: sha for one in others for path, sha in one.files.items()}


def _take_down_whole(site: Store, endpoint: Endpoint, withdrawal: Withdrawal, paths: Iterable[str]) -> None:
    """Page, pictures and entry. On a full disk only deleting makes room for the 410: it is tried before and after."""
    slug, told = withdrawal.slug, withdrawal.tombstone
    with contextlib.suppress(ChannelFailed):
        _mark_gone(site, withdrawal)
    with contextlib.suppress(ChannelFailed):
        if (entry := shelf.read_entry(site, layout.ENTRIES, slug)) is not None:  # its alert is the one out there
            told = dataclasses.replace(told, alert=alerts.reference(entry))
    do_all(
        lambda: _expire(site, withdrawal),
        lambda: site.remove(f"fahndung/{slug}"),
        lambda: site.remove(f"bilder/{slug}"),
        lambda: site.remove(layout.appeal_file(slug)),
        lambda: site.remove(entry_path(slug)),
        lambda: site.remove(pending_path(slug)),
        lambda: site.remove(layout.damaged(slug)),
        lambda: _bury(site, withdrawal, told),
        lambda: _mark_gone(site, withdrawal),
        *(functools.partial(_mark_picture_gone, site, withdrawal, path) for path in paths),
        lambda: _clear_temporaries(site, slug),
        lambda: shelf.join(site, endpoint),
    )


def _take_down_rest(site: Store, endpoint: Endpoint, withdrawal: Withdrawal, rest: Iterable[str]) -> None:
    """The pictures that the successor does not show; and the lists anew, should it not have come to that."""
    steps: list[Callable[[], None]] = []
    for path in rest:
        steps.append(functools.partial(_mark_picture_gone, site, withdrawal, path))
        steps.append(functools.partial(site.remove, path))
    do_all(
        *steps,
        lambda: _clear_temporaries(site, withdrawal.slug),
        lambda: shelf.join(site, endpoint),
    )


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
        raise Rejected(
            f"The draft for {endpoint.name} contradicts itself ({error}). Prepare it again from the release.",
            f"Der Entwurf für {endpoint.name} ist in sich widersprüchlich ({error}). Bitte aus der Freigabefassung neu "
            "erzeugen.",
        ) from error
    return withdrawal, entry


def _mark_gone(site: Store, withdrawal: Withdrawal) -> None:
    site.write_if_new(layout.gone_page(withdrawal.slug), withdrawal.gone.encode())


def _expire(site: Store, withdrawal: Withdrawal) -> None:
    """The placeholder in the place of a record, with the instant of the first takedown; where there is no room for it,
    at least nothing of the record. ``shelf.join`` writes the same once the tombstone stands.

    Raises:
        ChannelFailed: it cannot be written.
    """
    slug = withdrawal.slug
    if not withdrawal.registered and site.stamp(layout.registered(slug)) is None:
        return
    told = shelf.read_tombstone(site, slug) or withdrawal.tombstone
    shelf.write_placeholder(site, slug, registers.after(told))


def _take_away(site: Store, over: Entry) -> None:
    """The placeholder in the place of a record that the entry put over it no longer has, whatever becomes of the rest.

    Raises:
        ChannelFailed: it cannot be written; then nothing of the record stays.
    """
    if over.record or site.stamp(layout.registered(over.slug)) is None:
        return
    try:
        standing = shelf.read_entry(site, layout.ENTRIES, over.slug)
    except ChannelFailed:
        standing = over
    data = registers.while_up(standing, over, known=True)
    if data is not None:
        shelf.write_placeholder(site, over.slug, data)


def _mark_picture_gone(site: Store, withdrawal: Withdrawal, path: str) -> None:
    """The 410 of one picture: it stays when the page's own ends because a later revision has come."""
    if path != layout.page(withdrawal.slug):
        site.write_if_new(layout.gone_file(path), withdrawal.gone.encode())


def _clear_temporaries(site: Store, slug: str) -> None:
    do_all(*(functools.partial(site.clear_temporaries, place) for place in layout.folders(slug)))


def _bury(site: Store, withdrawal: Withdrawal, tombstone: Tombstone) -> None:
    """Tombstone and frame; a tombstone that stands keeps its instant, so that a second takedown changes no byte."""
    path = tombstone_path(withdrawal.slug)
    if site.read(path) is None:
        site.write(path, tombstone.encode())
    if site.read(layout.FRAME) is None:
        site.write(layout.FRAME, withdrawal.frame.encode())
