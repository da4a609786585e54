"""What X's API says of media that hang on posts, as values. Calls nothing.

Source: X's OpenAPI file 2.167 and docs.x.com, read 2026-11-26. All of it is untrusted.
"""

import dataclasses
import html
import re
import urllib.parse
from collections.abc import Mapping
from typing import Any, TypeGuard

from fahndung import http
from fahndung.model.publication import Reference

MEDIUM = "media"
"""The kind of a reference to one; its id is the media key."""
HOST = "pbs.twimg.com"
"""Where X shows pictures to everybody."""
FIELDS = "alt_text,media_key,type,url"
"""What is asked for of a medium."""
_KEY = re.compile(r"[0-9]{1,3}_[0-9]{1,19}")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """One medium; ``url`` None: no address of its file is told."""

    key: str
    kind: str
    alt: str
    url: str | None

    @property
    def reference(self) -> Reference:
        """What has to be gone."""
        return Reference(kind=MEDIUM, id=self.key, url=self.url)

    def is_photo(self, alt: str) -> bool:
        """Whether it is a still picture with that alternative text, which may be escaped as HTML."""
        return self.kind == "photo" and alt in {self.alt, html.unescape(self.alt)}


def read(untrusted: object) -> dict[str, Attached]:
    """The media in a list of an answer, by their keys; an entry that is none is left out."""
    found = (one for one in (untrusted if isinstance(untrusted, list) else ()) if isinstance(one, dict))
    return {one["media_key"]: _attached(one) for one in found if is_key(one.get("media_key"))}


def keys(post: Mapping[str, Any]) -> list[str]:
    """The keys of the media that hang on a post, in its order."""
    attachments = post.get("attachments")
    named = attachments.get("media_keys") if isinstance(attachments, dict) else None
    return [key for key in named if is_key(key)] if isinstance(named, list) else []


def is_key(untrusted: object) -> TypeGuard[str]:
    """Whether it has the form of a media key."""
    return isinstance(untrusted, str) and _KEY.fullmatch(untrusted) is not None


def is_file(url: str, base: str) -> bool:
    """Whether it is the address of a picture where X shows them to everybody: https, that host, no port, no user.

    Args:
        base: the API's address; where that is on this machine, files are looked for there as well.
    """
    if not http.is_allowed(url):
        return False
    parts = urllib.parse.urlsplit(url)
    if parts.scheme == "https" and parts.netloc == HOST:
        return True
    return http.is_loopback(urllib.parse.urlsplit(base).hostname or "") and url.startswith(base)


def _attached(told: Mapping[str, Any]) -> Attached:
    kind, alt, url = (told.get(name) for name in ("type", "alt_text", "url"))
    return Attached(
        key=told["media_key"],
        kind=kind if isinstance(kind, str) else "",
        alt=alt if isinstance(alt, str) else "",
        url=url if isinstance(url, str) and http.is_allowed(url) else None,
    )
