"""Pages and pictures in the words of WordPress' REST interface, and how they are known in the ledger. Calls nothing.

Everything a server says is untrusted.
"""

import json
import re
import urllib.parse
from collections.abc import Mapping
from typing import Any

from fahndung.channels import wordpresspage
from fahndung.errors import ChannelFailed
from fahndung.http import Answer
from fahndung.model.publication import Reference

WHO = "WordPress"
ROOMS = {"page": "pages", "media": "media"}
_GONE = "rest_post_invalid_id"
_NAMED = re.compile(r"([a-z2-7]{26})-([0-9]+)(?![a-z2-7])")
_TEXTS = {
    "page": ("slug", "status", "link", "comment_status", "ping_status"),
    "media": ("slug", "alt_text", "source_url", "comment_status", "ping_status"),
}

Object = Mapping[str, Any]
"""What WordPress says of one page or picture."""


def is_gone(answer: Answer) -> bool:
    """Whether WordPress says that there is no such object; by itself this proves nothing."""
    if answer.status != 404:
        return False
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        return False
    return isinstance(told, dict) and told.get("code") == _GONE


def checked(kind: str, untrusted: Object) -> Object:
    """A page or picture that has what is needed of it.

    Raises:
        ChannelFailed: it has not.
    """
    raw = ("content", "title") if kind == "page" else ("title",)
    whole = all(isinstance(one := untrusted.get(name), dict) and isinstance(one.get("raw"), str) for name in raw)
    whole = whole and all(isinstance(untrusted.get(name), str) for name in _TEXTS[kind])
    whole = whole and isinstance(untrusted.get("meta" if kind == "page" else "media_details"), dict | list)
    if not whole or not is_number(untrusted.get("id")):
        raise unclean("something in it has no id, or lacks what belongs to it", "etwas darin ist unvollständig")
    return untrusted


def is_number(untrusted: object) -> bool:
    """Whether it can be an object's id."""
    return isinstance(untrusted, int) and not isinstance(untrusted, bool) and 0 < untrusted < 1 << 63


def head_of(page: Object) -> str:
    """What a page says of itself to previews; empty where the plugin is missing."""
    return str(page["meta"].get("fahndung_head", "")) if isinstance(page["meta"], dict) else ""


def name_of(picture: Object) -> tuple[str, int] | None:
    """The marker of a picture and its place on the page, by its slug, its title or its file; None: it has none."""
    told = (picture["slug"], picture["title"]["raw"], picture["source_url"].rpartition("/")[2])
    found = next(filter(None, map(_NAMED.match, told)), None)
    return None if found is None else (found[1], int(found[2][:9]))


def is_of(kind: str, one: Object, marker: str) -> bool:
    """Whether an object that a row of the ledger names is that row's: it may have become a later revision's page.

    A page from which somebody took the marker is still ours, a picture without it is somebody else's.
    """
    if kind == "page":
        return wordpresspage.marker_in(one["content"]["raw"]) in {None, marker}
    named = name_of(one)
    return named is not None and named[0] == marker


def page_reference(page: Object) -> Reference:
    """How a page is known."""
    return Reference(kind="page", id=str(page["id"]), url=page["link"] if "?" not in page["link"] else None)


def media_reference(picture: Object) -> Reference:
    """How a picture is known: by its number and the files of its sizes, each of which can be asked for."""
    full = picture["source_url"].rpartition("/")[2]
    details = picture["media_details"] if isinstance(picture["media_details"], dict) else {}
    sizes = details.get("sizes")
    files = {one.get("file") for one in sizes.values() if isinstance(one, dict)} if isinstance(sizes, dict) else set()
    files.add(details.get("original_image"))
    others = sorted(file for file in files if isinstance(file, str) and file and file != full)
    return Reference(kind="media", id=":".join((str(picture["id"]), *others)), url=picture["source_url"])


def files_of(media: Reference) -> tuple[str, ...]:
    """The address of every file of a picture."""
    if media.url is None:
        return ()
    folder = media.url.rpartition("/")[0]
    return (media.url, *(f"{folder}/{urllib.parse.quote(name)}" for name in media.id.split(":")[1:]))


def number(reference: Reference) -> str:
    """The number of an object.

    Raises:
        ChannelFailed: the ledger's row is damaged.
    """
    found = reference.id.partition(":")[0]
    if reference.kind not in ROOMS or re.fullmatch("[1-9][0-9]{0,18}", found) is None:
        raise ChannelFailed(
            f"{WHO}: the reference {reference.kind} {reference.id!r} is damaged. Check the ledger.",
            f"{WHO}: Der Verweis {reference.kind} {reference.id!r} ist beschädigt. Bitte das Register prüfen.",
        )
    return found


def unclean(en: str, de: str) -> ChannelFailed:
    """Why an answer is worth nothing."""
    return ChannelFailed(
        f"{WHO}: the answer is worth nothing, {en}. It is asked again later.",
        f"{WHO}: Die Antwort ist wertlos, {de}. Es wird später erneut gefragt.",
    )
