"""The calls of the Bot API that a Telegram channel needs. Decides nothing.

The token stands in the address of every call of the Bot API: no message, no evidence and no reference holds such an
address. Everything that is answered is untrusted.

Source: https://core.telegram.org/bots/api (Bot API 10.1), read 2026-11-26.
"""

import dataclasses
import json
import re
import urllib.parse
from collections.abc import Mapping
from typing import Any

from fahndung import credentials
from fahndung.channels.telegramaccount import Endpoint
from fahndung.channels.telegramanswers import GONE, TOO_LATE, UNCHANGED, WHO, Refused, result, unfit
from fahndung.channels.telegramreading import Reading
from fahndung.errors import AuthError, ChannelFailed, InvalidConfig, OutcomeUnknown, PlaceLost, WindowClosed
from fahndung.http import Client
from fahndung.model.publication import Marked, Reference

TIMEOUT_S = 20.0
_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{30,100}")
_RIGHTS = ("can_post_messages", "can_delete_messages")
_NO_PREVIEW = {"is_disabled": True}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """The positive control: the bot's token is accepted, and the channel is there.

    Attributes:
        account: its public name now; None: it has none.
        discussed: whether a group hangs on it in which strangers write below its posts.
    """

    account: str | None
    discussed: bool


class Api:
    """One channel as it is called; for one thread at a time.

    Attributes:
        pages: what strangers are shown of it.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._client = Client(timeout_s=TIMEOUT_S)
        self.pages = Reading(endpoint, timeout_s=TIMEOUT_S)

    def chat(self) -> Chat:
        """The channel as its bot sees it.

        Raises:
            AuthError: the token is not accepted, or the bot is not in it. ChannelFailed: it is none, or is private
                where it was public.
        """
        told = self._read("getChat", chat_id=self._endpoint.chat)
        if not isinstance(told, dict) or told.get("type") != "channel" or told.get("id") != self._endpoint.chat:
            raise unfit("the chat is no channel. Correct chat", "der Chat ist kein Kanal. Bitte chat berichtigen")
        account = told.get("username")
        account = account if isinstance(account, str) and account else None
        if self._endpoint.is_public and account is None:
            raise unfit(
                "the channel has no public name any more, so that strangers see nothing of it. Give it one",
                "der Kanal hat keinen öffentlichen Namen mehr, Fremde sehen nichts davon. Bitte ihm einen geben",
            )
        return Chat(account=account, discussed="linked_chat_id" in told)

    def refuse_rights(self) -> None:
        """Nothing, if the bot may post and delete in the channel; also what somebody else posted there.

        Raises:
            AuthError: it may not. ChannelFailed: nobody can tell.
        """
        me = self._read("getMe")
        id = me.get("id") if isinstance(me, dict) else None
        member = self._read("getChatMember", chat_id=self._endpoint.chat, user_id=id)
        member = member if isinstance(member, dict) else {}
        lacking = [name for name in _RIGHTS if member.get(name) is not True]
        if member.get("status") != "creator" and (member.get("status") != "administrator" or lacking):
            raise AuthError(
                f"{WHO}: the bot may not publish and delete in the channel. Make it an administrator with the rights "
                f"{', '.join(_RIGHTS)}.",
                f"{WHO}: Der Bot darf im Kanal nicht veröffentlichen und löschen. Bitte als Admin eintragen, mit den "
                f"Rechten {', '.join(_RIGHTS)}.",
            )

    def post(self, text: str) -> tuple[Reference, bool]:
        """Makes one message; whether Telegram took the text as it is.

        Raises:
            ChannelFailed, NotPublishable: as ``telegramanswers.result``; ``OutcomeUnknown`` as well where it does not
                say what it made.
        """
        values = {"chat_id": self._endpoint.chat, "text": text, "link_preview_options": _NO_PREVIEW}
        try:
            told = self._write("sendMessage", values)
        except Refused as refused:
            raise refused.rejected() from None
        id = _made(told, self._endpoint.chat)
        if id is None:
            raise OutcomeUnknown(
                f"{WHO} took a message and did not say what became of it.",
                f"{WHO} hat eine Nachricht angenommen und nicht gesagt, was daraus wurde.",
            )
        return self.reference(id), told.get("text") == text

    def delete(self, reference: Reference) -> None:
        """Removes one message; what is gone already is a success.

        Raises:
            WindowClosed: it is too old for a bot. ChannelFailed: it was not removed, or nobody can tell.
        """
        values = {"chat_id": self._endpoint.chat, "message_id": id_of(reference)}
        try:
            done = self._write("deleteMessage", values)
        except Refused as refused:
            if refused.says(*GONE):
                return
            if refused.says(*TOO_LATE):
                raise WindowClosed(
                    f"{WHO} lets no bot delete this any more: a person with the rights of an administrator has to "
                    "delete it in the app.",
                    f"{WHO} lässt dies von keinem Bot mehr löschen: Eine Person mit Admin-Rechten muss es in der App "
                    "löschen.",
                ) from None
            raise _failed("deletion", "Löschung", refused) from None
        if done is not True:
            raise unfit("a deletion was not confirmed", "eine Löschung wurde nicht bestätigt")

    def replace(self, reference: Reference, text: str) -> bool:
        """Puts a text in the place of a message; whether it stands there now. False: the message is gone.

        Raises:
            WindowClosed: Telegram does not let it be changed. ChannelFailed: it was not, or nobody can tell.
        """
        try:
            told = self._edit(reference, text)
        except Refused as refused:
            if refused.says(*UNCHANGED):
                return True
            if refused.says(*GONE):
                return False
            raise WindowClosed(
                f"{WHO} lets this neither be deleted nor be changed any more ({refused.description}): a person with "
                "the rights of an administrator has to delete it in the app.",
                f"{WHO} lässt dies weder löschen noch ändern ({refused.description}): Eine Person mit Admin-Rechten "
                "muss es in der App löschen.",
            ) from None
        if _made(told, self._endpoint.chat) != id_of(reference) or told.get("text") != text:
            raise unfit("a change was not confirmed", "eine Änderung wurde nicht bestätigt")
        return True

    def correct(self, reference: Reference, text: str) -> bool:
        """Puts a text in the place of an earlier one, as often as one likes; whether Telegram took it as it is.

        Raises:
            PlaceLost: the message is gone, or cannot be changed. ChannelFailed, NotPublishable: as ``post``.
        """
        try:
            told = self._edit(reference, text)
        except Refused as refused:
            if refused.says(*UNCHANGED):
                return True
            raise PlaceLost(
                f"{WHO} does not let the message {reference.id} be corrected ({refused.description}).",
                f"{WHO} lässt die Nachricht {reference.id} nicht berichtigen ({refused.description}).",
            ) from None
        if _made(told, self._endpoint.chat) != id_of(reference):
            raise OutcomeUnknown(
                f"{WHO} took a correction and did not say what became of it.",
                f"{WHO} hat eine Berichtigung angenommen und nicht gesagt, was daraus wurde.",
            )
        return bool(told.get("text") == text)

    def _edit(self, reference: Reference, text: str) -> Any:
        """What Telegram says that a message shows now.

        Raises:
            Refused, ChannelFailed: as ``_write``.
        """
        values = {
            "chat_id": self._endpoint.chat,
            "message_id": id_of(reference),
            "text": text,
            "link_preview_options": _NO_PREVIEW,
        }
        return self._write("editMessageText", values)

    def listed(self) -> tuple[Marked, ...]:
        """Every message of a public channel by the markers in it; complete, or it raises.

        Raises:
            ChannelFailed: a page is not clean, or there is no end to them.
        """
        account = self.chat().account
        found = self.pages.messages(account or "")
        return tuple(Marked(marker=one, reference=self.reference(post.id)) for post in found for one in post.markers)

    def reference(self, id: int) -> Reference:
        """A message by its number."""
        own = self._endpoint
        place = own.account if own.account is not None else f"c/{-own.chat - 10**12}"
        return Reference(kind="post", id=str(id), url=f"{own.pages}{place}/{id}")

    def own_id(self, untrusted_url: str) -> int | None:
        """The number of the message that has that address; None: it is none of this channel's."""
        own = self._endpoint
        names = f"(?:s/)?{re.escape(own.account)}" if own.account is not None else f"c/{-own.chat - 10**12}"
        found = re.fullmatch(rf"{re.escape(own.pages)}{names}/([0-9]{{1,15}})(?:\?.*)?", untrusted_url, re.IGNORECASE)
        return None if found is None else int(found[1])

    def _read(self, method: str, **values: object) -> Any:
        """A call that changes nothing.

        Raises:
            ChannelFailed: as ``telegramanswers.result``.
        """
        token, query = self._token(), urllib.parse.urlencode(values)
        answer = self._client.get(f"{self._endpoint.url}bot{token}/{method}" + (f"?{query}" if query else ""))
        try:
            return result(answer, token, write=False)
        except Refused as refused:
            raise _failed("question", "Frage", refused) from None

    def _write(self, method: str, values: Mapping[str, object]) -> Any:
        """A call that is made once.

        Raises:
            Refused: it had no effect. ChannelFailed: as ``telegramanswers.result``.
        """
        token, body = self._token(), json.dumps(values, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json"}
        answer = self._client.post(f"{self._endpoint.url}bot{token}/{method}", body=body, headers=headers)
        return result(answer, token, write=True)

    def _token(self) -> str:
        try:
            token = credentials.read(self._endpoint.credential).reveal
        except InvalidConfig as error:  # nothing was sent, and a person has to see to it
            raise AuthError(*error.message) from None
        if _TOKEN.fullmatch(token) is None:  # it becomes part of an address
            raise AuthError(
                f"{WHO}: the secret {self._endpoint.credential} is no bot token (digits, a colon, letters). Put in "
                "what @BotFather gave.",
                f"{WHO}: Das Geheimnis {self._endpoint.credential} ist kein Bot-Token (Ziffern, Doppelpunkt, "
                "Buchstaben). Bitte einsetzen, was @BotFather genannt hat.",
            )
        return token


def _made(told: Any, chat: int) -> int | None:
    """The number of the message that an answer shows; None: it shows none of this channel."""
    if not isinstance(told, dict) or not isinstance(told.get("chat"), dict) or told["chat"].get("id") != chat:
        return None
    id = told.get("message_id")
    return id if isinstance(id, int) and not isinstance(id, bool) and id > 0 else None


def id_of(reference: Reference) -> int:
    """The number of the message that a reference means.

    Raises:
        ChannelFailed: it means none.
    """
    if reference.kind != "post" or not (reference.id.isascii() and reference.id.isdigit()):
        raise ChannelFailed(
            f"{WHO}: the reference {reference.kind} {reference.id!r} is damaged. Check the ledger.",
            f"{WHO}: Der Verweis {reference.kind} {reference.id!r} ist beschädigt. Bitte das Register prüfen.",
        )
    return int(reference.id)


def _failed(en: str, de: str, refused: Refused) -> ChannelFailed:
    return ChannelFailed(
        f"{WHO} refused a {en} ({refused.description}). It is tried again later.",
        f"{WHO} hat eine {de} abgelehnt ({refused.description}). Es wird später erneut versucht.",
    )
