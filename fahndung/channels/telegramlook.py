"""The verdict on one publication on Telegram, from what strangers are shown of its posts. Values in, values out."""

import hashlib
from collections.abc import Mapping, Sequence

from fahndung.channels import telegramtext
from fahndung.channels.base import ADOPTED
from fahndung.channels.telegramapi import Chat
from fahndung.channels.telegrampages import Post
from fahndung.errors import Message
from fahndung.model.publication import (
    CLOSING,
    CLOSINGS,
    Altered,
    Gone,
    Live,
    Look,
    Posting,
    Reference,
    Tombstone,
)


def verdict(
    posting: Posting, posts: Sequence[Post], chat: Chat, listed: set[int], evidence: Mapping[str, object]
) -> Look:
    """What a look found, by the posts that strangers are shown.

    Args:
        listed: the numbers in the public listing. evidence: what it was found by.
    """
    if not posts:
        return Gone(evidence=evidence)
    if posting.withdrawal.get(ADOPTED):
        return Live(evidence=evidence)
    bare = not any(post.attached for post in posts)
    notice = notice_due(posting)
    if bare and notice is not None and all(post.text == notice for post in posts):
        return Tombstone(evidence=evidence)
    approved = [
        post for post in posts if post.id in listed and text_hash(post.text or "") == posting.withdrawal.get("sha256")
    ]
    if bare and len(approved) == len(posts) == 1 and not chat.discussed:
        return Live(evidence=evidence)
    online = f"online: {', '.join(str(post.id) for post in posts)}"
    talk = [Message("strangers can comment", "Fremde können kommentieren")] if chat.discussed else []
    return Altered.of(Message.joined([Message(online, online), *talk]), evidence)


def is_own(posting: Posting, reference: Reference, post: Post | None, marked: Sequence[Reference]) -> bool:
    """Whether a message tells something of a posting: of one that it has yielded only what shows its marker still.

    Args:
        marked: what the listing shows with that marker; it may lag.
    """
    if reference.id not in {one.id for one in posting.yielded}:
        return True
    return reference.id in {one.id for one in marked} or (post is not None and posting.marker in post.markers)


def notice_due(posting: Posting) -> str | None:
    """What has to take the place of a post; None: nothing that was approved can."""
    closings = posting.withdrawal.get(CLOSINGS)
    if not isinstance(closings, Mapping):
        return None
    kind = posting.withdrawal.get(CLOSING)
    text = closings.get(kind if kind in closings else telegramtext.REPLACED)
    return text if isinstance(text, str) else None


def told(post: Post) -> dict[str, object]:
    """A post as evidence: no word of it."""
    return {"sha256": text_hash(post.text or ""), "attached": post.attached}


def text_hash(text: str) -> str:
    """By which a text is known again where it must not be kept."""
    return hashlib.sha256(text.encode()).hexdigest()
