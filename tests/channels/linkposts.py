"""Invented releases for channels of the link method, and their markers."""

import base64
import hashlib
from collections.abc import Mapping

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
    manifest: Mapping[str, object] | None = None,
) -> Release:
    """The release of an appeal of that name; ``manifest`` replaces values."""
    data = teaser.encode() if isinstance(teaser, str) else teaser
    files = {} if data is None else {"texts/teaser.txt": data}
    values = {"slug": SLUG, "page_url": PAGE, "markers": {channel: marker(name)}} | dict(manifest or {})
    return Release(
        digest=Digest("0" * 64),
        manifest=values,
        files={path: File(name=path, media_type="text/plain", data=data) for path, data in files.items()},
    )
