"""The JSON and HTML in which a simulated Mastodon server shows accounts and statuses. Values in, values out."""

import dataclasses
import datetime as dt
import html
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from fahndung.testing import forms
from fahndung.testing.bench import Reply

_LINK = re.compile(r"https?://[^\s<]+")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account; ``gts``: its pages have the addresses that GoToSocial gives them."""

    id: str
    name: str
    gts: bool


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """A medium; one that is not ready has no addresses."""

    id: str
    account: Account
    data: bytes
    alt: str
    is_ready: bool


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A status: ``made`` on the monotonic clock; ``earlier``: what it said before, and since when, the oldest first."""

    id: str
    account: Account
    text: str
    visibility: str
    language: str | None
    created_at: dt.datetime
    made: float
    media: tuple[Medium, ...] = ()
    edited_at: dt.datetime | None = None
    earlier: tuple[tuple[dt.datetime, str], ...] = ()


def account(of: Account, base: str, *, count: int) -> dict[str, Any]:
    """An account as strangers see it; ``count``: its statuses."""
    picture = f"{base}avatars/original/missing.png"
    return {
        "id": of.id,
        "username": of.name,
        "acct": of.name,
        "display_name": of.name,
        "locked": False,
        "bot": False,
        "discoverable": False,
        "indexable": False,
        "group": False,
        "created_at": "2026-11-01T00:00:00.000Z",
        "note": "",
        "url": f"{base}@{of.name}",
        "uri": f"{base}users/{of.name}",
        "avatar": picture,
        "avatar_static": picture,
        "header": picture,
        "header_static": picture,
        "followers_count": 0,
        "following_count": 0,
        "statuses_count": count,
        "last_status_at": "2026-11-22" if count else None,
        "emojis": [],
        "fields": [],
    }


def own_account(of: Account, base: str, *, count: int) -> dict[str, Any]:
    """An account as its owner sees it."""
    source = {
        "privacy": "public",
        "sensitive": False,
        "language": "de",
        "note": "",
        "fields": [],
        "follow_requests_count": 0,
        "indexable": False,
    }
    role = {"id": "-99", "name": "", "color": "", "permissions": "0", "highlighted": False}
    return account(of, base, count=count) | {"source": source, "role": role}


def application(scopes: list[str] | None) -> dict[str, Any]:
    """An application; before 4.3 it did not tell what it may do."""
    told = {"name": "fahndung", "website": None, "vapid_key": "simulated"}
    if scopes is None:
        return told
    back = "urn:ietf:wg:oauth:2.0:oob"
    return told | {"id": "1", "redirect_uri": back, "redirect_uris": [back], "scopes": scopes}


def status(of: Status, base: str, *, count: int) -> dict[str, Any]:
    """A status as anybody sees it who may; ``count``: the statuses of its account."""
    return {
        "id": of.id,
        "created_at": _instant(of.created_at),
        "edited_at": None if of.edited_at is None else _instant(of.edited_at),
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "sensitive": False,
        "spoiler_text": "",
        "visibility": of.visibility,
        "language": of.language,
        "uri": f"{base}users/{of.account.name}/statuses/{of.id}",
        "url": f"{base}{page(of)}",
        "replies_count": 0,
        "reblogs_count": 0,
        "favourites_count": 0,
        "favourited": False,
        "reblogged": False,
        "muted": False,
        "bookmarked": False,
        "pinned": False,
        "content": content(of.text, plain=of.account.gts),
        "reblog": None,
        "application": {"name": "fahndung"},
        "account": account(of.account, base, count=count),
        "media_attachments": [medium(one, base) for one in of.media],
        "mentions": [],
        "tags": [],
        "emojis": [],
        "card": None,
        "poll": None,
    }


def medium(of: Medium, base: str) -> dict[str, Any]:
    """A medium as its owner is told."""
    size = {"width": 640, "height": 480, "size": "640x480", "aspect": 640 / 480}
    url, small = (file_address(of, base, which) if of.is_ready else None for which in ("original", "small"))
    return {
        "id": of.id,
        "type": "image",
        "url": url,
        "text_url": url,
        "preview_url": small,
        "remote_url": None,
        "preview_remote_url": None,
        "meta": {"original": size, "small": size, "focus": {"x": 0, "y": 0}},
        "description": of.alt,
        "blurhash": None,
    }


def file_address(of: Medium, base: str, which: str) -> str:
    """Where strangers find the file of a medium, or the smaller one."""
    if of.account.gts:
        return f"{base}fileserver/{of.account.id}/attachment/{which}/{of.id}.jpeg"
    return f"{base}system/media_attachments/files/{of.id}/{which}/picture.jpeg"


def form(body: bytes, kind: str) -> tuple[bytes, str] | None:
    """The picture in a form, and its alternative text; None: there is none that is a JPEG."""
    found = forms.parts(body, kind)
    data, alt = found.get("file"), found.get("description", b"")
    if data is None or not data.startswith(b"\xff\xd8\xff"):
        return None
    return data, alt.decode()


def history(of: Status, base: str, *, count: int) -> list[dict[str, Any]]:
    """What a status said from when on, the oldest first."""
    return [
        {
            "content": content(text, plain=of.account.gts),
            "spoiler_text": "",
            "sensitive": False,
            "created_at": _instant(since),
            "account": account(of.account, base, count=count),
            "poll": None,
            "media_attachments": [],
            "emojis": [],
        }
        for since, text in (*of.earlier, (of.edited_at or of.created_at, of.text))
    ]


def page(of: Status) -> str:
    """The path of a status's public page."""
    return f"@{of.account.name}/{'statuses/' if of.account.gts else ''}{of.id}"


def content(text: str, *, plain: bool) -> str:
    """A text as HTML, its web addresses as links; ``plain``: without the parts of an address being hidden."""
    shown = html.escape(text, quote=False)
    shown = _LINK.sub(lambda found: _link(found[0], plain=plain), shown)
    return "<p>" + shown.replace("\n\n", "</p><p>").replace("\n", "<br />") + "</p>"


def json_list(values: Iterable[dict[str, Any]]) -> Reply:
    """An answer with a list."""
    body = json.dumps([*values]).encode()
    return Reply(status=200, body=body, headers=(("Content-Type", "application/json; charset=utf-8"),))


def neighbours(shown: Sequence[Status], base: str, limit: str | None) -> tuple[tuple[str, str], ...]:
    """The header that leads from one page of a listing to the next and the one before; an empty page has none.

    Args:
        limit: what was asked for, and is asked for there as well.
    """
    if not shown:
        return ()
    listing = f"{base}api/v1/accounts/{shown[0].account.id}/statuses?{f'limit={limit}&' if limit else ''}"
    after, before = f"{listing}max_id={shown[-1].id}", f"{listing}min_id={shown[0].id}"
    return (("Link", f'<{after}>; rel="next", <{before}>; rel="prev"'),)


def _instant(at: dt.datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _link(address: str, *, plain: bool) -> str:
    if plain:
        return f'<a href="{address}" rel="nofollow noreferrer noopener" target="_blank">{address}</a>'
    scheme, rest = address.split("//", 1)
    return (
        f'<a href="{address}" target="_blank" rel="nofollow noopener" translate="no"><span class="invisible">{scheme}//'
        f'</span><span class="ellipsis">{rest[:30]}</span><span class="invisible">{rest[30:]}</span></a>'
    )
