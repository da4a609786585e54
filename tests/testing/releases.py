"""Releases that fit an invented platform."""

from fahndung.model.release import Digest, File, Release
from fahndung.testing.posts import CARD, TEASER


def release(name: str, *channels: str, card: bool = True, text: bool = True) -> Release:
    """The release of an appeal of that name; for the memory channel and the postbox unless said otherwise."""
    markers = {channel: f"{name}-{channel}" for channel in channels or ("memory", "postbox")}
    files = {TEASER: f"Zeugen gesucht ({name})\n".encode()} if text else {}
    if card:
        files[CARD] = f"card of {name}".encode()
    return Release(
        digest=Digest("0" * 64),
        manifest={"markers": markers},
        files={path: File(name=path, media_type="text/plain", data=data) for path, data in files.items()},
    )
