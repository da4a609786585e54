"""What an answer of the Threads API means: posts, containers, limits, addresses, errors. Calls nothing.

Source: developers.facebook.com/documentation/threads, read 2026-11-26. All of it is untrusted.
"""

import dataclasses
import enum
import re
import urllib.parse
from collections.abc import Mapping
from typing import Any

from fahndung.channels import graphanswers, linkpost
from fahndung.channels.graphanswers import PARAMETER, Graph
from fahndung.errors import ChannelFailed, Message, OutcomeUnknown
from fahndung.http import Answer

WHO = "Threads"
REPLIES = "mentioned_only"
"""Who may reply: the narrowest that the API knows; nobody is mentioned."""
NOT_THERE = (24, 4279009)
"""Code and subcode of "the requested resource does not exist" (issue 70 of fbsamples/threads_api, and others)."""
ID = re.compile(r"[0-9]{1,30}")
LISTED = "id,text,permalink,shortcode"
LIMITS = "quota_usage,config,delete_quota_usage,delete_config"
_ATTACHED = ("media_url", "gif_url", "children", "poll_attachment", "text_attachment", "quoted_post", "reposted_post")
SHOWN = ",".join(("id", "text", "permalink", "reply_audience", "link_attachment_url", *_ATTACHED))
_HOSTS = frozenset({"threads.net", "www.threads.net", "threads.com", "www.threads.com"})
_POST = re.compile(r"/(?:@[A-Za-z0-9._]{1,60}/post|t)/([A-Za-z0-9_-]{1,40})/?")
GRAPH = Graph(
    who=WHO,
    renew=Message(
        "Put a token in its place that has threads_basic, threads_content_publish and threads_delete; it lives 60 "
        "days.",
        "Bitte durch einen Token mit threads_basic, threads_content_publish und threads_delete ersetzen; er gilt 60 "
        "Tage.",
    ),
    correct=Message(
        "Look into the account in the app; correct the text in a new revision, or the channel's table.",
        "Bitte in der App nach dem Konto sehen; den Text in einer neuen Revision berichtigen oder die Angaben zum "
        "Kanal.",
    ),
)


class Status(enum.StrEnum):
    """What became of a container."""

    IN_PROGRESS = "IN_PROGRESS"
    FINISHED = "FINISHED"
    """It can be published."""
    PUBLISHED = "PUBLISHED"
    EXPIRED = "EXPIRED"
    ERROR = "ERROR"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A post as it is read back.

    Attributes:
        plain: nothing hangs on it but the preview of its own link, and its replies are as narrow as they were asked.
    """

    text: str
    url: str | None
    plain: bool


def is_missing(answer: Answer) -> bool:
    """Whether it says that something does not exist or may not be seen."""
    found = graphanswers.problem(answer)
    return graphanswers.is_missing(answer) or (found is not None and found.kind == NOT_THERE)


def made(answer: Answer) -> str:
    """The id of what a write made.

    Raises:
        ChannelFailed, NotPublishable: as ``Graph.written``. OutcomeUnknown: it does not say what it made.
    """
    id = GRAPH.written(answer).get("id")
    if isinstance(id, str) and ID.fullmatch(id):
        return id
    raise OutcomeUnknown(
        f"{WHO} took a post and did not say what became of it.",
        f"{WHO} hat einen Beitrag angenommen und nicht gesagt, was daraus wurde.",
    )


def status(answer: Answer, id: str) -> Status | None:
    """What became of the container of that id; None: there is none.

    Raises:
        ChannelFailed: nobody can tell.
    """
    if is_missing(answer):
        return None
    told = _of(answer, id)
    if told.get("status") not in {*Status}:
        raise _elsewhere()
    return Status(told["status"])


def shown(answer: Answer, id: str) -> Shown | None:
    """The post of that id; None: it does not exist, or the token is not shown it.

    Raises:
        ChannelFailed: nobody can tell.
    """
    if is_missing(answer):
        return None
    told = _of(answer, id)
    text, link, replies = told.get("text", ""), told.get("link_attachment_url"), told.get("reply_audience")
    if not isinstance(text, str):
        raise _elsewhere()
    own = link is None or linkpost.marker_of(str(link)) in linkpost.markers_in_text(text)
    narrow = replies is None or str(replies).lower() == REPLIES
    return Shown(text=text, url=url(told), plain=own and narrow and not any(map(told.get, _ATTACHED)))


def used_up(answer: Answer) -> float:
    """The larger part of the day's posts and of its deletions that is used up; 0: none, or it is not told.

    Raises:
        ChannelFailed: as ``Graph.readable``.
    """
    found = graphanswers.problem(answer)
    if found is not None and found.code == PARAMETER:
        return 0
    rows = GRAPH.readable(answer).get("data")
    row = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else {}
    return max(_share(row, f"{of}quota_usage", f"{of}config") for of in ("", "delete_"))


def posts(answer: Answer, seen: set[str]) -> tuple[list[Mapping[str, Any]], str | None]:
    """The posts on a page of a listing, and what asks for the next one; None: that was all.

    Args:
        seen: the ids on the pages before; those of this one are put there.

    Raises:
        ChannelFailed: it is no clean page.
    """
    told = GRAPH.readable(answer)
    rows, paging = told.get("data"), told.get("paging") or {}
    if not isinstance(rows, list) or not isinstance(paging, dict):
        raise unclean("it is no listing", "sie ist keine Liste")
    found = [_clean(row, seen) for row in rows]
    if "next" not in paging:  # its address is not followed: it could lead anywhere
        return found, None
    cursors = paging.get("cursors")
    after = cursors.get("after") if isinstance(cursors, dict) else None
    if not isinstance(after, str) or not after:
        raise unclean("it does not say how it goes on", "sie sagt nicht, wie sie weitergeht")
    return found, after


def url(post: Mapping[str, Any]) -> str | None:
    """The address of a post, if it is one on Threads."""
    told = post.get("permalink")
    return told if isinstance(told, str) and code(told) is not None else None


def code(untrusted_url: str) -> str | None:
    """The short code of a post in its address; None: it is no such address."""
    try:
        parts = urllib.parse.urlsplit(untrusted_url)
        host = parts.hostname
    except ValueError:
        return None
    found = _POST.fullmatch(parts.path) if host in _HOSTS else None
    return None if found is None else found[1]


def unclean(en: str, de: str) -> ChannelFailed:
    """The error that says why a listing proves nothing."""
    return ChannelFailed(
        f"{WHO}: the listing is worth nothing, {en}. It is asked for again later.",
        f"{WHO}: Die Liste ist wertlos, {de}. Sie wird später erneut abgefragt.",
    )


def _of(answer: Answer, id: str) -> dict[str, Any]:
    """What is told of the thing of that id."""
    told = GRAPH.readable(answer)
    if told.get("id") != id:
        raise _elsewhere()
    return told


def _share(row: Mapping[str, Any], used: str, limit: str) -> float:
    """Which part of a day's limit is used up; 0: none, or it is not told."""
    config, count = row.get(limit), row.get(used)
    total = config.get("quota_total") if isinstance(config, dict) else None
    numbers = [value for value in (count, total) if isinstance(value, int) and not isinstance(value, bool)]
    return numbers[0] / numbers[1] if len(numbers) == 2 and numbers[0] >= 0 and numbers[1] > 0 else 0


def _clean(post: object, seen: set[str]) -> Mapping[str, Any]:
    if not isinstance(post, dict) or not isinstance(post.get("id"), str) or not ID.fullmatch(post["id"]):
        raise unclean("a post has no id", "ein Beitrag hat keine Kennung")
    if not isinstance(post.get("text", ""), str):
        raise unclean("a post has no text", "ein Beitrag hat keinen Text")
    if post["id"] in seen:
        raise unclean("it repeats itself", "sie wiederholt sich")
    seen.add(post["id"])
    return post


def _elsewhere() -> ChannelFailed:
    return ChannelFailed(
        f"{WHO} answered with something that is not what was asked for. It is asked again later.",
        f"{WHO} antwortete mit etwas, das nicht das Gefragte ist. Es wird später erneut gefragt.",
    )
