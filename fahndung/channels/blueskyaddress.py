"""Which post the address of a page names: of Bluesky's app, or of the record on the account's own server. Pure."""

import re
import urllib.parse

from fahndung.channels.blueskyrecord import COLLECTIONS

_WHO, _KEY = r"[A-Za-z0-9.:-]{1,253}", r"[A-Za-z0-9._~:-]{1,512}"
_PAGE = re.compile(rf"https?://bsky\.app/profile/(?P<who>{_WHO})/post/(?P<key>{_KEY})/?(?:[?#].*)?")


def named(untrusted_url: str, server: str) -> tuple[str, str] | None:
    """Whose post it is (a DID or a handle, small letters), and the key of its record; None: it names none.

    Args:
        server: the address of the account's own server, with a slash at the end.
    """
    page = _PAGE.fullmatch(untrusted_url)
    if page is not None:
        return page["who"].lower(), page["key"]
    record = f"{server}xrpc/com.atproto.repo.getRecord?"
    if not untrusted_url.startswith(record):
        return None
    told = dict(urllib.parse.parse_qsl(untrusted_url.removeprefix(record)))
    who, collection, key = (told.get(name, "") for name in ("repo", "collection", "rkey"))
    if collection != COLLECTIONS["post"] or not re.fullmatch(_WHO, who) or not re.fullmatch(_KEY, key):
        return None
    return who.lower(), key
