"""Invented releases and websites for the tests of the channels."""

import dataclasses
import json
import pathlib
import urllib.parse
from collections.abc import Callable, Mapping

from fahndung import channels
from fahndung.channels.base import Channel
from fahndung.channels.pages import Pages
from fahndung.channels.website import Website
from fahndung.model.publication import Draft, Look, Posting, Reference
from fahndung.model.release import Digest, File, Release

SLUG = "k3m9x0q7t2w8z5b1"
OTHER_SLUG = "a1b2c3d4e5f6g7h8"
NONCE = "5f1c9a"
TITLE = "Zeuge gesucht: Raub in der Linie 9"
GONE = "<!DOCTYPE html><html lang=de><title>Beendet</title><p>Diese Fahndung ist beendet.</p></html>\n"
FRAME = "<!DOCTYPE html><html lang=de><title>Fahndungen</title><ul>\n<!-- entries -->\n</ul></html>\n"
BURIED = ("Fahndung beendet", "Diese Fahndung ist beendet.")
INDEX = "noarchive, unavailable_after: 2026-11-30T23:00:00+00:00"
"""What a page tells search engines that may list it."""
IMAGES = {"cctv-1.jpg": b"\xff\xd8 one \xff\xd9", "cctv-1-thumb.jpg": b"\xff\xd8 two \xff\xd9"}


NAME = "Lina Beispiel"
"""Whom the records for registers are about."""


def record(base_url: str, *, slug: str = SLUG, revision: int = 1, expiry: str = "2026-11-30T23:00:00Z") -> str:
    """A record for registers of missing persons that fits the release of that revision."""
    host, stand = urllib.parse.urlsplit(base_url).hostname, f"2026-11-2{revision}T15:00:00Z"
    fields = {
        "person_record_id": f"{host}/person.{slug}",
        "entry_date": stand,
        "expiry_date": expiry,
        "source_date": stand,
        "source_url": f"{base_url}fahndung/{slug}/",
        "full_name": NAME,
    }
    told = "".join(f"<pfif:{name}>{value}</pfif:{name}>" for name, value in fields.items())
    return f'<pfif:pfif xmlns:pfif="http://zesty.ca/pfif/1.4"><pfif:person>{told}</pfif:person></pfif:pfif>\n'


def release(
    base_url: str,
    *,
    slug: str = SLUG,
    revision: int = 1,
    images: Mapping[str, bytes] = IMAGES,
    title: str = TITLE,
    robots: str = "noindex, noimageindex, noarchive",
    names: Mapping[str, bytes | None] | None = None,
    manifest: Mapping[str, object] | None = None,
    registered: bool = False,
) -> Release:
    """A release of one revision; ``names`` replaces, adds or (None) leaves out files, ``manifest`` replaces values.

    ``registered``: with a record for registers of missing persons.
    """
    url = f"{base_url}fahndung/{slug}/"
    tag = f"tag:polizei.example,2026:{slug}"
    pictures = "".join(f'<img src="../../bilder/{slug}/{name}" alt="">' for name in images)
    told = f'<!DOCTYPE html><html lang=de><meta name="robots" content="{robots}">'
    entry = {
        "id": tag,
        "title": title,
        "summary": f"Stand {revision}",
        "url": url,
        "category": "witness",
        "updated": f"2026-11-2{revision}T16:00:00+01:00",
        "expires": "2026-12-01T00:00:00+01:00",
    }
    files: dict[str, bytes | None] = {
        "website/page.html": f"{told}<title>{title}</title><p>{revision}</p>{pictures}".encode(),
        "website/gone.html": GONE.encode(),
        "website/frame.html": FRAME.encode(),
        "website/item.html": f'<li><a href="fahndung/{slug}/">{title}</a></li>\n'.encode(),
        "website/entry.json": json.dumps(entry).encode(),
        "website/tombstone.json": json.dumps(
            {"id": tag, "url": url} | dict(zip(("title", "summary"), BURIED, strict=True))
        ).encode(),
        "texts/press.txt": b"not for the website",
    }
    files |= {f"website/images/{name}": data for name, data in images.items()}
    if registered:
        files["website/pfif.xml"] = record(base_url, slug=slug, revision=revision).encode()
    files |= names or {}
    values = {"slug": slug, "markers": {"website": f"{slug}-r{revision}"}} | dict(manifest or {})
    kept = {
        name: File(name=name, media_type="application/octet-stream", data=data)
        for name, data in files.items()
        if data is not None
    }
    return Release(digest=Digest("0" * 64), manifest=values, files=kept)


def website(home: pathlib.Path, base_url: str = "https://fahndung.polizei.example/", **config: str) -> Website:
    """A website whose root is ``site`` below ``home``; read back from files unless said otherwise."""
    (home / "site").mkdir(parents=True, exist_ok=True)
    table = {"name": "website", "kind": "website", "root": "site", "base_url": base_url, "read_back": "files"} | config
    channel = channels.from_config(table, home_id="home-1", nonce=config.get("nonce", NONCE), home=home)
    assert isinstance(channel, Website)
    return channel


def publish(channel: Pages, **release_kwargs: object) -> Draft:
    """Prepares and publishes; the draft."""
    draft = channel.prepare(release(str(channel.access()["base_url"]), **release_kwargs))  # type: ignore[arg-type]
    channel.publish(draft, lambda _: None)
    return draft


def posting(draft: Draft, *, superseded: bool = False, at: str = "2026-12-01T10:00:00+01:00") -> Posting:
    """The draft as the ledger would give it back."""
    withdrawal = json.loads(json.dumps(dict(draft.withdrawal) | {"at": at}))
    return Posting(marker=draft.marker, withdrawal=withdrawal, references=draft.references, superseded=superseded)


FIRST_KEPT = ("slug", "files", "gone", "frame", "entry_id", "tombstone", "alert", "title_sha256", "updated", "at")
"""All that the rows of pages hold which went out before search engines or registers were thought of."""


def first_posting(draft: Draft, **more: bool) -> Posting:
    """The draft as the ledger would give it back had such an earlier version published it."""
    whole = posting(draft, **more)
    kept = {name: value for name, value in whole.withdrawal.items() if name in FIRST_KEPT}
    return dataclasses.replace(whole, withdrawal=kept)


def collector() -> tuple[list[Reference], Callable[[Reference], None]]:
    """A checkpoint that remembers."""
    seen: list[Reference] = []
    return seen, seen.append


def withdrawn(channel: Channel, draft: Draft) -> Look:
    """What is seen once the channel has taken the draft down."""
    channel.withdraw(posting(draft))
    return channel.look(posting(draft))


def temporaries(root: pathlib.Path) -> list[pathlib.Path]:
    """What writers have left below a folder."""
    return list(root.rglob(".tmp-*"))


def public_files(root: pathlib.Path) -> dict[str, bytes]:
    """What stands below the root outside the private folder."""
    files = [path for path in root.rglob("*") if path.is_file() and ".fahndung" not in path.parts]
    return {str(path.relative_to(root)): path.read_bytes() for path in files}


def languages(channel: Pages) -> list[type[Look]]:
    """What is seen of an appeal in two languages: up, less one of them once a revision drops it, and taken down."""

    def published(revision: int, *langs: str) -> Posting:
        pages = {f"website/pages/{lang}.html": f"<!DOCTYPE html><html lang={lang}></html>".encode() for lang in langs}
        return posting(publish(channel, revision=revision, names=pages))

    first = published(1, "pl", "hsb")
    seen = [channel.look(first)]
    second = published(2, "pl")
    dropped = dataclasses.replace(first, superseded=True)
    channel.withdraw(dropped)
    seen += [channel.look(dropped), channel.look(second)]
    channel.withdraw(second)
    return [type(look) for look in (*seen, channel.look(second), channel.look(dropped))]


def registers(channel: Pages, fetch: Callable[[str], bytes | None]) -> list[type[Look]]:
    """What is seen while registers may take somebody over, once a correction forbids it, and after both ends.

    ``fetch`` reads an address below the root as a visitor does. What it finds is judged here.
    """
    path, base = f"pfif/{SLUG}.xml", str(channel.access()["base_url"])
    own = urllib.parse.urlsplit(base).hostname

    def told() -> str:
        return (fetch(path) or b"").decode()

    def is_placeholder(at: str) -> bool:
        wanted = "".join(f"<pfif:{name}>{at}</pfif:{name}>" for name in ("entry_date", "expiry_date", "source_date"))
        wanted = f"<pfif:person_record_id>{own}/person.{SLUG}</pfif:person_record_id>{wanted}"
        return f"<pfif:person>{wanted}</pfif:person>" in "".join(line.strip() for line in told().splitlines())

    first = posting(publish(channel, registered=True))
    assert NAME in told()
    seen = [channel.look(first)]
    second = posting(publish(channel, revision=2))
    assert is_placeholder("2026-11-22T15:00:00Z")  # at once, by the Stand of the revision that forbids it
    replaced = dataclasses.replace(first, superseded=True)
    channel.withdraw(replaced)
    seen += [channel.look(replaced), channel.look(second)]
    third = posting(publish(channel, revision=3, registered=True))
    assert NAME in told()
    channel.withdraw(dataclasses.replace(second, superseded=True))
    channel.withdraw(third)
    assert is_placeholder("2026-12-01T09:00:00Z")
    return [type(look) for look in (*seen, channel.look(third), channel.look(replaced))]
