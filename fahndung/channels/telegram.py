"""One Telegram channel as a channel: a text with the link to the force's own page, and nothing else.

A bot deletes for 48 hours only. Later the approved closing notice takes the post's place, which is not gone: the rest
only a person can do. A correction takes the place of the earlier text in the same message, whatever its age. Sends no
picture and no file, and makes no preview of the link.
"""

import contextlib
import dataclasses
import datetime as dt
import functools
import pathlib
from collections.abc import Mapping

from fahndung.channels import telegramtext
from fahndung.channels.abilities import REPLACED, Edit, Evidence, Replies, TextLimit
from fahndung.channels.base import Checkpoint
from fahndung.channels.capabilities import Capabilities, Rate
from fahndung.channels.posting import Account
from fahndung.channels.steps import do_all, each, remove
from fahndung.channels.telegramaccount import KIND, Endpoint
from fahndung.channels.telegramapi import Api, Chat, id_of
from fahndung.channels.telegramlook import is_own, notice_due, text_hash, told, verdict
from fahndung.errors import (
    ChannelFailed,
    Duplicate,
    FahndungError,
    Message,
    NotPublishable,
    PlaceLost,
    Replaced,
    Unsupported,
    WindowClosed,
)
from fahndung.model.mandate import Medium
from fahndung.model.publication import CLOSINGS, Counted, Draft, Look, Marked, Posting, Reference, Unknown
from fahndung.model.release import Release

MEDIUM = Medium.SOCIAL
TEXT = "post.txt"
WINDOW = dt.timedelta(hours=48)
"""How long a bot can delete (Bot API 10.1, deleteMessage), its own messages in channels too."""
RATE = Rate(writes=12, per=dt.timedelta(minutes=1), burst=8)
"""Telegram takes 20 messages a minute in one channel (core.telegram.org/bots/faq, read 2026-11-26).

The ledger lets ``burst`` calls through at once and ``writes`` more in any such span, so 20 at most; posts get half of
that. A takedown after the window takes two: one that is refused, and one that changes the message."""

_UNIT = Message("characters (UTF-16 units)", "Zeichen (UTF-16-Einheiten)")
_RESIDUAL = Message(
    "Messages that others forwarded, with the text: they stay, and no interface names them. The link in them leads to "
    "the force's page, which answers 410. After 48 hours the closing notice, until a person deletes it.",
    "Weitergeleitete Nachrichten samt Text: Sie bleiben, und keine Schnittstelle nennt sie. Der Link darin führt auf "
    "die Seite der Polizei, die mit 410 antwortet. Nach 48 Stunden die Nachricht über das Ende, bis eine Person sie "
    "löscht.",
)
_PROOF = Message(
    "The public page says 'Post not found' to a stranger, the public listing has no such message, and in the same look "
    "the bot was let into the channel and the listing was the channel's.",
    "Die öffentliche Seite meldet einem Fremden „Post not found“, die öffentliche Liste führt keine solche Nachricht, "
    "und in derselben Prüfung kam der Bot in den Kanal, und die Liste war die des Kanals.",
)
_NO_PROOF = Message(
    "Nothing proves it: only members see the channel, and a bot cannot read. A person has to look.",
    "Nichts beweist es: Nur Mitglieder sehen den Kanal, und ein Bot kann nicht lesen. Eine Person muss nachsehen.",
)
_EDIT = Edit(
    how="in-place",
    why=Message(
        "A later revision takes the place of the earlier text in the same message; strangers are shown no earlier one. "
        "If Telegram does not let it be changed, a new message goes out first, and then the old one is taken down.",
        "Eine spätere Revision tritt in derselben Nachricht an die Stelle des früheren Textes; den früheren sieht kein "
        "Fremder. Lässt Telegram sie nicht ändern, geht erst eine neue Nachricht hinaus, dann wird die alte gelöscht.",
    ),
    named=True,
)
_REPLIES = Replies(
    setting="linked_chat_id: –",
    remains=Message(
        "Nobody can comment: no discussion group hangs on the channel. "
        "Others can forward the message and react to it; what was forwarded stays.",
        "Niemand kann kommentieren: Am Kanal hängt keine Diskussionsgruppe. "
        "Weiterleiten und reagieren kann jeder; Weitergeleitetes bleibt.",
    ),
)
_EVIDENCE = Evidence(
    by="simulator",
    version="Bot API 10.1",
    date=dt.date(2026, 11, 26),
    note=Message("its public pages by own reading", "die öffentlichen Seiten nach eigener Lesart"),
)


class Telegram(Account[Endpoint, Api]):
    """One channel (see ``fahndung.channels.base.Channel``), public or private; it adopts what was posted by hand."""

    kind = KIND
    rate = RATE
    residual = _RESIDUAL
    edit = _EDIT
    replies = _REPLIES
    evidence = _EVIDENCE

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint, Api(endpoint))
        self.proof = _PROOF if endpoint.is_public else _NO_PROOF

    def capabilities(self) -> Capabilities:
        """What it can do: of a private channel strangers see nothing, so nothing is found and nothing read back."""
        able = dataclasses.replace(super().capabilities(), delete_window=WINDOW, reads_back="http")
        if self.endpoint.is_public:
            return able
        # a correction of which nobody knows whether it arrived could be settled by nobody
        return dataclasses.replace(able, can_find=False, idempotency="none", reads_back="none", edit=REPLACED)

    def text_limits(self) -> tuple[TextLimit, ...]:
        """That of a message without a file."""
        return (TextLimit(most=telegramtext.MOST, unit=_UNIT),)

    def check(self) -> None:
        """Whether the bot may post and delete there, nobody can comment, and strangers are shown the channel.

        Raises:
            AuthError: it may not. ChannelFailed: the channel is another one, has a discussion group, or has too many
                messages to be looked through; or nobody can tell.
        """
        chat = self._api.chat()
        self._refuse_renamed(chat)
        self._refuse_discussed(chat)
        self._api.refuse_rights()
        if chat.account is not None:
            self._api.pages.refuse_crowded(chat.account)

    def prepare(self, release: Release) -> Draft:
        """The longest teaser that fits, with the marker in its link.

        In ``withdrawal`` stands whatever may take its place at the end.

        Raises:
            NotPublishable: it does not fit, or a closing notice does not.
        """
        teaser = telegramtext.teaser(release, self.name)
        text = teaser.linked
        return self.draft(
            teaser.marker,
            withdrawal={"sha256": text_hash(text), CLOSINGS: telegramtext.closings(release, self.name)},
            payload={TEXT: text.encode()},
            counted=Counted(length=telegramtext.length(text), most=telegramtext.MOST, unit=_UNIT),
            text=teaser.name,
        )

    def publish(self, draft: Draft, checkpoint: Checkpoint) -> None:
        """Makes one message, or puts the text in the place of an earlier one.

        Nothing is made if a clean listing has it already: Telegram knows no call again.

        Raises:
            Duplicate: it is listed already. PlaceLost: so it is elsewhere, or the earlier message cannot be changed.
            ChannelFailed, NotPublishable: see ``fahndung.channels.base``.
        """
        place, text = draft.replaces, draft.payload[TEXT].decode()
        if self.endpoint.is_public:
            try:
                self.refuse_listed(draft.marker, "Telegram", but=place)
            except Duplicate as error:
                if place is None:
                    raise
                raise PlaceLost(*error.message) from None
        if place is None:
            reference, kept = self._api.post(text)
        else:
            reference, kept = place, self._api.correct(place, text)
        checkpoint(reference)
        if not kept:
            raise NotPublishable(
                "Telegram changed the text of the message; it is taken down. Correct the text in a new revision.",
                "Telegram hat den Text der Nachricht geändert; sie wird gelöscht. Bitte den Text in einer neuen "
                "Revision berichtigen.",
            )

    def listing(self) -> tuple[Marked, ...]:
        """All of a public channel that this program made.

        Raises:
            ChannelFailed: the listing is not clean and complete. Unsupported: the channel is private.
        """
        if not self.endpoint.is_public:
            raise Unsupported(
                f"{self.name} is a private channel, which nobody can list. Look into it by hand.",
                f"{self.name} ist ein privater Kanal, den niemand auflisten kann. Bitte dort von Hand nachsehen.",
            )
        return super().listing()

    def made_by_hand(self, untrusted_url: str) -> Reference | None:
        """The message of a public channel with that page.

        Raises:
            ChannelFailed: nobody can tell; of a private channel, and of what else belongs to an album, nobody ever can.
        """
        id = self._api.own_id(untrusted_url)
        if id is None:
            return None
        if not self.endpoint.is_public:
            raise ChannelFailed(
                f"{self.name} is a private channel: nobody can tell what stands there. Delete it by hand.",
                f"{self.name} ist ein privater Kanal: Niemand kann sagen, was dort steht. Bitte von Hand löschen.",
            )
        post = self._api.pages.sight(id, self._api.chat().account or "")
        if post is not None and post.album:
            raise ChannelFailed(
                f"{self.name}: this is an album of several messages, and no page says which. Delete all of it by hand.",
                f"{self.name}: Das ist ein Album aus mehreren Nachrichten, und keine Seite sagt, aus welchen. Bitte "
                "alle von Hand löschen.",
            )
        return None if post is None else dataclasses.replace(self._api.reference(id), made_at=post.made_at)

    def may_be_own(self, untrusted_url: str) -> bool:
        """Whether an address has the form of those of this account's posts; offline."""
        return self._api.own_id(untrusted_url) is not None

    def look(self, posting: Posting) -> Look:
        """What a stranger finds of the references, and of what the listing names beside them."""
        evidence: dict[str, object] = {}
        if not self.endpoint.is_public:
            return Unknown.of(
                Message(
                    "the channel is private: only its members can look",
                    "der Kanal ist privat: nur Mitglieder können nachsehen",
                ),
                evidence,
            )
        try:
            chat = self._api.chat()
            account = chat.account or ""
            evidence |= {"chat": self.endpoint.chat, "account": account, "discussed": chat.discussed}
            messages = self._api.pages.messages(account)
            evidence["messages"] = len(messages)
            marked = [self._api.reference(one.id) for one in messages if posting.marker in one.markers]
            evidence["listed"] = len(marked)
            references = each(*posting.references, *marked)
            seen = [(one, self._api.pages.sight(id_of(one), account)) for one in references]
            seen = [(one, post) for one, post in seen if is_own(posting, one, post, marked)]
        except FahndungError as error:
            return Unknown.because(error, evidence=evidence)
        evidence["addresses"] = {one.url: None if post is None else told(post) for one, post in seen}
        gone = {one.id for one, post in seen if post is None}
        if any(str(one.id) in gone for one in messages):
            return Unknown.of(
                Message(
                    "its page is gone, and the listing still names it",
                    "seine Seite ist weg, und die Liste nennt es noch",
                ),
                evidence,
            )
        posts = [post for _, post in seen if post is not None]
        return verdict(posting, posts, chat, {one.id for one in messages}, evidence)

    def withdraw(self, posting: Posting) -> None:
        """Deletes the references and whatever the listing still names; what is too old gets its closing notice.

        A message whose place a later revision has is left to that one; while nobody knows whether it has it, the
        message may be deleted, and nothing is written into it.

        Raises:
            ChannelFailed: something could not be removed, or the listing is not clean; all was tried.
            Replaced: all that could not be deleted shows the closing notice that is due. WindowClosed: it does not.
        """
        yielded = {one.id for one in posting.yielded}
        notice = notice_due(posting)

        def take_down(reference: Reference) -> None:
            if reference.id not in yielded:
                self._take_down(reference, notice=notice)
            elif not posting.superseded:
                with contextlib.suppress(WindowClosed):  # whoever may have the place puts its notice there
                    self._api.delete(reference)

        if self.endpoint.is_public:
            remove(posting.references, lambda: self.find(posting.marker), take_down)
        else:
            do_all(*(functools.partial(take_down, one) for one in each(*posting.references)))

    def _take_down(self, reference: Reference, *, notice: str | None) -> None:
        try:
            self._api.delete(reference)
        except WindowClosed as late:
            if notice is None:
                raise
            if self._api.replace(reference, notice):
                raise Replaced(
                    "Telegram lets no bot delete this any more. It shows the closing notice now; a person with the "
                    "rights of an administrator has to delete it in the app.",
                    "Telegram lässt dies von keinem Bot mehr löschen. Dort steht jetzt die Nachricht über das Ende; "
                    "eine Person mit Admin-Rechten muss sie in der App löschen.",
                ) from late

    def _refuse_renamed(self, chat: Chat) -> None:
        if (chat.account or "").casefold() != (self.endpoint.account or "").casefold():
            raise ChannelFailed(
                f"{self.name}: the channel's public name is {chat.account or 'none'}, not "
                f"{self.endpoint.account or 'none'}. Correct account in the configuration.",
                f"{self.name}: Der öffentliche Name des Kanals ist {chat.account or 'keiner'}, nicht "
                f"{self.endpoint.account or 'keiner'}. Bitte account in der Konfiguration berichtigen.",
            )

    def _refuse_discussed(self, chat: Chat) -> None:
        if chat.discussed:
            raise ChannelFailed(
                f"{self.name}: strangers can write below its posts, in the discussion group of the channel. Unlink the "
                "group, or use a channel of its own for appeals.",
                f"{self.name}: Fremde können unter die Beiträge schreiben, in der Diskussionsgruppe des Kanals. Bitte "
                "die Gruppe trennen oder einen eigenen Kanal für Fahndungen nehmen.",
            )


def from_config(config: Mapping[str, object], *, home_id: str, nonce: str, home: pathlib.Path) -> Telegram:
    """The channel that one table of the configuration describes.

    Raises:
        InvalidConfig: a key is missing, unknown or wrong.
    """
    return Telegram(Endpoint.from_config({key: value for key, value in config.items() if key != "kind"}))


def from_ledger(endpoint: Mapping[str, object]) -> Telegram:
    """The channel of a ledger row.

    Raises:
        ChannelFailed: the row does not say which channel it was.
    """
    return Telegram(Endpoint.from_ledger(endpoint))
