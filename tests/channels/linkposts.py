"""Invented releases for channels of the link method, and their markers."""

import base64
import functools
import hashlib
import io
from collections.abc import Mapping

from PIL import Image

from fahndung.model.release import Digest, File, Release

SLUG = "k3m9x0q7t2w8z5b1"
PAGE = f"https://fahndung.polizei.example/fahndung/{SLUG}/"
TIP = "Hinweise bitte telefonisch an die Polizei, nicht in den Kommentaren sozialer Netzwerke."
TEASER = f"Suche nach einer Zeugin – Musterstadt\nPolizeidirektion Musterstadt, Stand: 20.11.2026\n{PAGE}\n{TIP}\n"


def marker(name: str) -> str:
    """The marker of an appeal of that name."""
    return base64.b32encode(hashlib.sha256(name.encode()).digest()).decode().lower()[:26]


def release(
    name: str = "one",
    *,
    channel: str = "mastodon",
    teaser: str | bytes | None = TEASER,
    teasers: Mapping[str, str] | None = None,
    manifest: Mapping[str, object] | None = None,
    pictures: int | None = None,
) -> Release:
    """The release of an appeal of that name; ``manifest`` replaces values.

    Args:
        teasers: one text of each length, in place of ``teaser``.
        pictures: of how many things pictures go along; None: the force's policy lets none.
    """
    data = teaser.encode() if isinstance(teaser, str) else teaser
    texts = {} if data is None else {"texts/teaser.txt": data}
    texts |= {f"texts/{length}.txt": text.encode() for length, text in (teasers or {}).items()}
    values: dict[str, object] = {"slug": SLUG, "page_url": PAGE, "markers": {channel: marker(name)}}
    values |= {"category": "object", "persons": []}
    images: dict[str, bytes] = {}
    if pictures is not None:
        values["uploads"] = {channel: [upload(number) for number in range(1, pictures + 1)]}
        for number in range(1, pictures + 1):
            texts[f"texts/alt-thing{number}.txt"] = f"{alt(number)}\n".encode()
            images |= {f"website/images/thing{number}.jpg": picture(number), f"cards/thing{number}.jpg": picture(0)}
    plain = {path: File(name=path, media_type="text/plain", data=data) for path, data in texts.items()}
    drawn = {path: File(name=path, media_type="image/jpeg", data=data) for path, data in images.items()}
    return Release(digest=Digest("0" * 64), manifest=values | dict(manifest or {}), files=plain | drawn)


def alt(number: int) -> str:
    """The alternative text of the picture of a thing."""
    return f"Foto: blaues Fahrrad Nr. {number} – mit „Gepäcktasche“ & Korb"


def upload(number: int) -> dict[str, object]:
    """What a manifest says of the picture of a thing."""
    files = [("website/images", 2048, 1536), ("cards", 1200, 630)]
    return {
        "image": f"thing{number}",
        "alt": f"texts/alt-thing{number}.txt",
        "files": [
            {"name": f"{folder}/thing{number}.jpg", "width": width, "height": height} for folder, width, height in files
        ],
    }


@functools.cache
def picture(number: int) -> bytes:
    """A small JPEG of its own."""
    drawn = io.BytesIO()
    Image.new("RGB", (16, 12), (number * 40 % 256, 80, 120)).save(drawn, "JPEG")
    return drawn.getvalue()
