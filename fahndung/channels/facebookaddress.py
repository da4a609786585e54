"""Addresses of posts on Facebook, as people copy them: which place they name, and the post's number. Pure."""

import re
import urllib.parse

_HOSTS = frozenset({"facebook.com", "www.facebook.com", "m.facebook.com", "web.facebook.com"})
_POST = re.compile(r"/(?:[0-9]{1,20}_|[A-Za-z0-9.]{1,60}/posts/(?:[^/]{1,200}/)?)?([0-9]{1,20})")

Place = tuple[str, str]
"""Path and query of an address on Facebook."""


def place(untrusted_url: str) -> Place | None:
    """Where an address leads to on Facebook; None: it is on another host."""
    try:
        parts = urllib.parse.urlsplit(untrusted_url)
        host = parts.hostname
    except ValueError:
        return None
    return (parts.path.rstrip("/"), parts.query) if host in _HOSTS else None


def is_shared(place: Place) -> bool:
    """Whether it is a link for sharing: Facebook leads whoever opens it on to the post."""
    return place[0] == "/share" or place[0].startswith("/share/")


def number(place: Place) -> str | None:
    """The number of the post in such an address; whose it is, the Page's own answer tells."""
    path, query = place
    if path in {"/permalink.php", "/story.php"}:
        path = f"/{dict(urllib.parse.parse_qsl(query)).get('story_fbid')}"
    found = _POST.fullmatch(path)
    return None if found is None else found[1]
