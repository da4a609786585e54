"""The JSON of the Bot API and the HTML of t.me in which a simulated Telegram shows channels. Values in, values out.

The JSON has the fields that Bot API 10.1 requires; the HTML is written from what readers of those pages look for.
"""

import dataclasses
import datetime as dt
import html
import re
from collections.abc import Iterable
from typing import Any

_LINK = re.compile(r"https?://[^\s<]+")
_EMOJI = re.compile("[\U0001f300-\U0001faff]")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A channel and the bot that writes into it; ``account`` None: it is private."""

    id: int
    bot: int
    account: str | None
    title: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A message of a channel.

    Attributes:
        text: None: it tells what happened to the channel. previewed: a preview of its link was asked for.
        by_hand: a person made it in the app. made: when it got this text, on the monotonic clock.
    """

    id: int
    channel: Channel
    text: str | None
    date: dt.datetime
    made: float
    edited: dt.datetime | None = None
    previewed: bool = False
    by_hand: bool = False


def chat(of: Channel) -> dict[str, Any]:
    """A ``Chat``."""
    told: dict[str, Any] = {"id": of.id, "type": "channel", "title": of.title}
    return told if of.account is None else told | {"username": of.account}


def full_chat(of: Channel, *, linked: int | None) -> dict[str, Any]:
    """A ``ChatFullInfo``; ``linked``: its discussion group."""
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    told = chat(of) | {
        "accent_color_id": 3,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
        "has_visible_history": True,
    }
    told |= {} if of.account is None else {"active_usernames": [of.account]}
    return told if linked is None else told | {"linked_chat_id": linked}


def bot(of: Channel) -> dict[str, Any]:
    """A ``User``, as ``getMe`` tells of a bot."""
    return {
        "id": of.bot,
        "is_bot": True,
        "first_name": "Fahndung",
        "username": "fahndung_bot",
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
    }


def administrator(of: Channel, rights: Iterable[str]) -> dict[str, Any]:
    """A ``ChatMemberAdministrator`` who has these rights, or, without any, a ``ChatMemberMember``."""
    user = {key: value for key, value in bot(of).items() if not key.startswith(("can_", "supports_"))}
    if not (granted := {*rights}):
        return {"status": "member", "user": user}
    named = (
        *("can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members"),
        *("can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories"),
        *("can_delete_stories", "can_post_messages", "can_edit_messages", "can_manage_direct_messages"),
    )
    rest = {name: name in granted or name == "can_manage_chat" for name in named}
    return {"status": "administrator", "user": user, "can_be_edited": False, "is_anonymous": False} | rest


def message(of: Post) -> dict[str, Any]:
    """A ``Message``."""
    text = of.text or ""
    told: dict[str, Any] = {
        "message_id": of.id,
        "sender_chat": chat(of.channel),
        "chat": chat(of.channel),
        "date": int(of.date.timestamp()),
        "text": text,
        "link_preview_options": {"is_disabled": not of.previewed},
    }
    entities = [
        {"type": "url", "offset": _units(text[: one.start()]), "length": _units(one[0])} for one in _LINK.finditer(text)
    ]
    told |= {"entities": entities} if entities else {}
    return told if of.edited is None else told | {"edit_date": int(of.edited.timestamp())}


def listing(of: Channel, posts: Iterable[Post], before: int | None) -> str:
    """A page of t.me/s/<name>, oldest first; ``before``: older ones follow."""
    more, older = "", ""
    if before is not None:
        address = f"/s/{of.account}?before={before}"
        older = f'<link rel="prev" href="{address}">'
        more = f'<a href="{address}" class="tme_messages_more js-messages_more" data-before="{before}"></a>'
    wrapped = "".join(
        f'<div class="tgme_widget_message_wrap js-widget_message_wrap">{_post(one)}</div>' for one in posts
    )
    return (
        f"<!DOCTYPE html><html><head><title>{of.title} – Telegram</title>{older}</head><body>"
        '<div class="tgme_channel_info"><div class="tgme_channel_info_header">'
        f'<div class="tgme_channel_info_header_title"><span dir="auto">{of.title}</span></div>'
        f'<div class="tgme_channel_info_header_username"><a href="https://t.me/{of.account}">@{of.account}</a></div>'
        f'</div></div><section class="tgme_channel_history js-message_history">{more}{wrapped}</section></body></html>'
    )


def embedded(of: Post | None) -> str:
    """The page of one post; None: that there is none."""
    shown = '<div class="tgme_widget_message_error">Post not found</div>' if of is None else _post(of)
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body class="widget_frame_base">{shown}</body></html>'
    )


def _post(of: Post) -> str:
    service = " service_message" if of.text is None else ""
    text = "Channel created" if of.text is None else of.text
    preview = ""
    if of.previewed and (found := _LINK.search(text)):
        preview = f'<a class="tgme_widget_message_link_preview" href="{html.escape(found[0])}"><b>…</b></a>'
    return (
        f'<div class="tgme_widget_message text_not_supported_wrap{service} js-widget_message" '
        f'data-post="{of.channel.account}/{of.id}"><div class="tgme_widget_message_bubble">'
        f'<div class="tgme_widget_message_author"><span dir="auto">{of.channel.title}</span></div>'
        f'<div class="tgme_widget_message_text js-message_text" dir="auto">{_content(text)}</div>{preview}'
        f'<div class="tgme_widget_message_footer"><a class="tgme_widget_message_date" '
        f'href="https://t.me/{of.channel.account}/{of.id}"><time datetime="{of.date.isoformat(timespec="seconds")}" '
        'class="time">12:00</time></a></div></div></div>'
    )


def _content(text: str) -> str:
    shown = html.escape(text, quote=False)
    shown = _LINK.sub(lambda one: f'<a href="{one[0]}" target="_blank" rel="noopener">{one[0]}</a>', shown)
    shown = _EMOJI.sub(lambda one: f'<i class="emoji" style="background-image:url(\'//x\')"><b>{one[0]}</b></i>', shown)
    return shown.replace("\n", "<br/>")


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
