"""From a release to the draft of a website: which bytes go where. Pure: no disk, no network, no clock."""

import hashlib
import json
import re
from collections.abc import Mapping

from fahndung.channels import alerts, feeds, layout, registers, sitemap
from fahndung.channels.endpoint import Endpoint
from fahndung.channels.entry import Entry, Tombstone
from fahndung.channels.withdrawal import Withdrawal
from fahndung.errors import NotPublishable
from fahndung.model.mandate import Medium
from fahndung.model.publication import Draft, Reference
from fahndung.model.release import Release
from fahndung.texts import pfif

_FOLDER = "website/"
_IMAGES = "website/images/"
_PAGES = "website/pages/"
_TEXTS = ("page.html", "gone.html", "frame.html", "item.html", "entry.json", "tombstone.json")
_RECORD = pfif.FILE.removeprefix(_FOLDER)
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What no feed can carry (XML 1.0, 2.2)."""


def draft(release: Release, endpoint: Endpoint) -> Draft:
    """What this website would show of the release.

    Raises:
        NotPublishable: a file is missing, unknown or named so that it would land elsewhere; the release was built
            for another address; or its parts contradict each other.
    """
    slug, marker = _slug(release), _marker(release, endpoint)
    texts = {name: _file_text(release, name) for name in _TEXTS}
    texts[_RECORD] = _file_text(release, _RECORD) if pfif.FILE in release.files else ""
    files = _payload(release, slug)
    hashes = {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}
    entry, tombstone = _entries(texts, slug, marker, hashes)
    _check_parts(texts, entry, tombstone, endpoint)
    withdrawal = Withdrawal(
        slug=slug,
        files=hashes,
        gone=texts["gone.html"],
        frame=texts["frame.html"],
        entry_id=entry.id,
        url=entry.url,
        title_sha256=title_sha256(entry.title),
        tombstone_title=tombstone.title,
        tombstone_summary=tombstone.summary,
        alert=tombstone.alert,
        indexed=entry.indexed,
        registered=bool(entry.record),
        at=entry.updated,
    )
    return Draft(
        channel=endpoint.name,
        kind=endpoint.kind,
        medium=Medium.WEBSITE,
        marker=marker,
        endpoint=endpoint.as_json(),
        withdrawal=withdrawal.as_json(),
        payload=files | {entry_path(slug): entry.encode()},
        references=tuple(reference(path, endpoint) for path in files),
    )


def entry_path(slug: str) -> str:
    """Where the entry stands once the page does."""
    return f"{layout.ENTRIES}/{slug}.json"


def reference(path: str, endpoint: Endpoint) -> Reference:
    """The trace of one file in the ledger."""
    kind = "page" if path.endswith("/index.html") else "file"
    return Reference(kind=kind, id=path, url=endpoint.url(layout.address(path)))


def title_sha256(title: str) -> str:
    """The hash by which a title is recognised, whatever white space surrounds it."""
    return hashlib.sha256(" ".join(title.split()).encode()).hexdigest()


def _slug(release: Release) -> str:
    slug = release.manifest.get("slug")
    if not isinstance(slug, str) or not layout.is_slug(slug):
        raise _refused(
            "the manifest has no slug of 16 to 64 lower-case letters and digits",
            "das Manifest enthält keinen Seitennamen aus 16 bis 64 Kleinbuchstaben und Ziffern",
        )
    return slug


def _marker(release: Release, endpoint: Endpoint) -> str:
    markers = release.manifest.get("markers")
    marker = markers.get(endpoint.name) if isinstance(markers, Mapping) else None
    if not isinstance(marker, str) or not marker:
        raise _refused(
            f"the manifest has no marker for the channel {endpoint.name}",
            f"das Manifest enthält keine Kennzeichnung für den Kanal {endpoint.name}",
        )
    return marker


def _file_text(release: Release, name: str) -> str:
    file = release.files.get(_FOLDER + name)
    try:
        if file is not None and (text := file.data.decode()):
            return text
    except UnicodeDecodeError:
        pass
    raise _refused(
        f"{_FOLDER}{name} is missing, empty or not UTF-8", f"{_FOLDER}{name} fehlt, ist leer oder nicht UTF-8"
    )


def _payload(release: Release, slug: str) -> dict[str, bytes]:
    """Pictures, the page in other languages and the page by path, the page last: in this order they are put up."""
    files: dict[str, bytes] = {}
    for name in sorted(name for name in release.files if name.startswith(_FOLDER)):
        picture = name.removeprefix(_IMAGES)
        if name.startswith(_IMAGES) and layout.is_image(picture):
            files[layout.image(slug, picture)] = release.files[name].data
        elif name.startswith(_PAGES) and layout.LANGUAGE.fullmatch(
            language := name.removeprefix(_PAGES).removesuffix(".html")
        ):
            files[layout.translated(slug, language)] = release.files[name].data
        elif name.removeprefix(_FOLDER) not in (*_TEXTS, _RECORD):
            raise _refused(f"{name!r} has no place on a website", f"{name!r} hat auf einer Website keinen Platz")
    files[layout.page(slug)] = release.files[_FOLDER + "page.html"].data
    return files


def _entries(texts: Mapping[str, str], slug: str, marker: str, hashes: Mapping[str, str]) -> tuple[Entry, Tombstone]:
    try:
        values, tombstone = json.loads(texts["entry.json"]), json.loads(texts["tombstone.json"])
        listed = sitemap.may_list(texts["page.html"])
        written = {"slug": slug, "marker": marker, "files": dict(hashes), "item": texts["item.html"], "indexed": listed}
        entry = Entry.decode(json.dumps(dict(values) | written | {"record": texts[_RECORD]}).encode(), slug)
        registers.check(entry)
        own = {"slug": slug, "alert": alerts.reference(entry), "at": entry.updated.isoformat()}
        buried = Tombstone.decode(json.dumps(dict(tombstone) | own).encode(), slug)
        if (buried.id, buried.url) != (entry.id, entry.url):
            raise ValueError("the tombstone is another appeal's")
    except (ValueError, TypeError) as error:
        raise _refused(
            f"website/entry.json and website/tombstone.json do not fit ({error})",
            f"website/entry.json und website/tombstone.json passen nicht ({error})",
        ) from error
    return entry, buried


def _check_parts(texts: Mapping[str, str], entry: Entry, tombstone: Tombstone, endpoint: Endpoint) -> None:
    """The parts must fit each other; otherwise the read-back could never tell what it sees."""
    if texts["frame.html"].count(layout.LIST_MARK) != 1:
        raise _refused(
            f"website/frame.html does not hold {layout.LIST_MARK} exactly once",
            f"website/frame.html enthält {layout.LIST_MARK} nicht genau einmal",
        )
    expected = endpoint.url(layout.address(layout.page(entry.slug)))
    if entry.url != expected:
        raise _refused(
            f"it was built for {entry.url}, the channel {endpoint.name} serves {expected}",
            f"sie wurde für {entry.url} gebaut, der Kanal {endpoint.name} zeigt {expected}",
        )
    if entry.slug not in entry.item:
        raise _refused("website/item.html does not link to the page", "website/item.html verweist nicht auf die Seite")
    buried = f"{tombstone.title}\n{tombstone.summary}"
    if entry.slug in texts["frame.html"] + texts["gone.html"] + buried or entry.title in buried:
        raise _refused(
            "the start page's frame, the 410 page or the tombstone names this appeal; none may",
            "der Rahmen der Startseite, die 410-Seite oder der Löschvermerk nennt diesen Aufruf; das darf keiner",
        )
    if NOT_XML.search(entry.id + entry.title + entry.summary + entry.url + buried + feeds.title(texts["frame.html"])):
        raise _refused(
            "the entry or the start page's title holds a control character that no feed can carry",
            "der Eintrag oder der Titel der Startseite enthält ein Steuerzeichen, das in keinem Feed stehen kann",
        )


def _refused(en: str, de: str) -> NotPublishable:
    return NotPublishable(
        f"The release does not fit the website: {en}. Build it again.",
        f"Die Freigabefassung passt nicht zur Website: {de}. Bitte neu bauen.",
    )
