"""What X's API says of posts, as values: pages of a listing, one post, and that there is none. Calls nothing.

Source: X's OpenAPI file 2.167 and docs.x.com, read 2026-11-26; what either has is understood. All of it is untrusted.
"""

import dataclasses
import html
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from fahndung.channels import answers, linkpost, xattached
from fahndung.channels.xattached import Attached
from fahndung.errors import ChannelFailed
from fahndung.http import Answer
from fahndung.model.publication import Reference

WHO = "X"
REPLIES = "mentionedUsers"
"""The narrowest of the reply settings: whoever is mentioned may reply, and nobody is."""
_ID = re.compile(r"[0-9]{1,19}")
_LINK = re.compile(r"https?://t\.co/|/fahndung/")
"""What X makes of every link, and what a platform that makes nothing of it would show of ours."""
_NOT_FOUND = "/problems/resource-not-found"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A post as it is read back.

    Attributes:
        texts: its text, with the links as they were written; two readings, because it may be escaped as HTML.
        plain: nothing but media is attached to it, it was never edited, and nobody can reply as far as is told.
        media: what hangs on it, in order.
    """

    texts: frozenset[str]
    plain: bool
    media: tuple[Attached, ...] = ()


def normal(text: str) -> str:
    """The form in which texts are compared: X counts them so, and may keep them so."""
    return unicodedata.normalize("NFC", text)


def data(answer: Answer) -> dict[str, Any]:
    """The object that an answer is about.

    Raises:
        OutcomeUnknown: it is no JSON object. ChannelFailed: it is about nothing, or has errors.
    """
    told = answers.document(answer, WHO)
    if told.get("errors") or not isinstance(told.get("data"), dict):
        raise unclean("it has errors, or is about nothing", "sie hat Fehler oder handelt von nichts")
    found: dict[str, Any] = told["data"]
    return found


def shown(answer: Answer, id: str) -> Shown:
    """The post of that id in an answer.

    Raises:
        ChannelFailed: nobody can tell how it is.
    """
    post = data(answer)
    _refuse_unreadable(post)
    attachments = post.get("attachments") or {}
    media = [told_media(answer).get(key) for key in xattached.keys(post)]
    if None in media or len(media) != len(attachments.get("media_keys") or ()):
        raise unclean("media of a post were not told", "Medien eines Beitrags wurden nicht genannt")
    versions = post.get("edit_history_post_ids", post.get("edit_history_tweet_ids", [id]))
    told = post.get("reply_settings", REPLIES)
    text = _without_media(post)
    for link in _links(post):
        text = text.replace(str(link.get("url")), str(link.get("expanded_url") or link.get("url")))
    others = [name for name, value in attachments.items() if value and name != "media_keys"]
    return Shown(
        texts=frozenset(map(normal, (text, html.unescape(text)))),
        plain=not others and (post["id"], versions, told) == (id, [id], REPLIES),
        media=tuple(one for one in media if one is not None),
    )


def told_media(answer: Answer) -> dict[str, Attached]:
    """The media that an answer tells of beside its posts, by their keys."""
    includes = answers.document(answer, WHO).get("includes")
    return xattached.read(includes.get("media") if isinstance(includes, dict) else None)


def page(answer: Answer, author: str) -> tuple[list[dict[str, Any]], str | None]:
    """The posts on a page of a listing, and what leads to the next one.

    Raises:
        ChannelFailed: it is not clean.
    """
    answers.readable(answer, WHO)
    told = answers.document(answer, WHO)
    meta, posts = told.get("meta"), told.get("data", [])
    if told.get("errors") or not isinstance(meta, dict) or not isinstance(posts, list):
        raise unclean("it has errors, or is no listing", "sie hat Fehler oder ist keine Liste")
    if meta.get("result_count") != len(posts):
        raise unclean("it has not as many posts as it says", "sie hat nicht so viele Beiträge, wie sie sagt")
    for post in posts:
        _refuse_unreadable(post)
        if post.get("author_id", author) != author:
            raise unclean("a post is another account's", "ein Beitrag gehört einem anderen Konto")
    token = meta.get("next_token")
    return posts, token if isinstance(token, str) else None


def markers(post: Mapping[str, Any]) -> Iterator[str]:
    """The markers in the links of a post, each once."""
    addresses = (link.get(name) for link in _links(post) for name in ("expanded_url", "unwound_url", "url"))
    found = (linkpost.marker_of(address) for address in addresses if isinstance(address, str))
    yield from dict.fromkeys(marker for marker in found if marker is not None)


def is_missing(answer: Answer, id: str) -> bool:
    """Whether the API says of that post that it does not exist; without data alone no answer says so.

    Raises:
        OutcomeUnknown: it is no JSON object.
    """
    if answer.status not in {200, 404}:
        return False
    told = answers.document(answer, WHO)
    if told.get("data") is not None:
        return False
    errors = told.get("errors")
    return answer.status == 404 or any(_is_not_found(one, id) for one in (errors if isinstance(errors, list) else ()))


def is_id(untrusted: object) -> bool:
    """Whether it is the id of a post or an account."""
    return isinstance(untrusted, str) and _ID.fullmatch(untrusted) is not None


def own_id(reference: Reference) -> str:
    """The id of a post that this program made.

    Raises:
        ChannelFailed: the ledger is damaged.
    """
    if reference.kind != "post" or not is_id(reference.id):
        raise damaged(reference)
    return reference.id


def damaged(reference: Reference) -> ChannelFailed:
    """The error of a reference that is none of ours."""
    return ChannelFailed(
        f"{WHO}: the reference {reference.kind} {reference.id!r} is damaged. Check the ledger.",
        f"{WHO}: Der Verweis {reference.kind} {reference.id!r} ist beschädigt. Bitte das Register prüfen.",
    )


def unclean(en: str, de: str) -> ChannelFailed:
    """The error of an answer that proves nothing."""
    return ChannelFailed(
        f"{WHO}: the answer is worth nothing, {en}. It is asked again later.",
        f"{WHO}: Die Antwort ist wertlos, {de}. Es wird später erneut gefragt.",
    )


def _is_not_found(error: object, id: str) -> bool:
    if not isinstance(error, dict) or not str(error.get("type")).endswith(_NOT_FOUND):
        return False
    return error.get("resource_id", error.get("value", id)) == id


def _refuse_unreadable(post: object) -> None:
    if not isinstance(post, dict) or not is_id(post.get("id")) or not isinstance(post.get("text"), str):
        raise unclean("a post has no id or no text", "ein Beitrag hat keine Kennung oder keinen Text")
    if not isinstance(post.get("attachments") or {}, dict):
        raise unclean("it does not say what hangs on a post", "sie sagt nicht, was an einem Beitrag hängt")
    if _LINK.search(post["text"]) and not _links(post):  # no marker would ever be found
        raise unclean("the links of a post were not told", "die Links eines Beitrags wurden nicht genannt")


def _without_media(post: Mapping[str, Any]) -> str:
    """The text without the link to the post's own media, which X writes at its end and does not count."""
    text, hanging = str(post["text"]), {*xattached.keys(post)}
    for link in _links(post):
        if link.get("media_key") in hanging:
            text = text.removesuffix(f" {link.get('url')}")
    return text


def _links(post: Mapping[str, Any]) -> list[dict[str, Any]]:
    entities = post.get("entities")
    links = entities.get("urls") if isinstance(entities, dict) else None
    return [link for link in links if isinstance(link, dict)] if isinstance(links, list) else []
