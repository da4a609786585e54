"""Press mail as a channel: the approved press text to each newsroom by itself, and at the end one closing notice.

Recalls nothing: what was sent is in other people's hands. Sends no file: the text links to the force's own page.
"""

import dataclasses
import datetime as dt
import hashlib
import pathlib
from collections.abc import Collection, Mapping, Sequence

from fahndung import smtp
from fahndung.channels import letters, recipients
from fahndung.channels.abilities import Edit, Evidence, Replies
from fahndung.channels.base import Checkpoint
from fahndung.channels.capabilities import Capabilities
from fahndung.channels.letters import Sender
from fahndung.channels.mailaccount import Endpoint
from fahndung.errors import ChannelFailed, Message, NotPublishable, Unsupported, UsageError
from fahndung.model.ids import ChannelName
from fahndung.model.mail import Recipient
from fahndung.model.mandate import Medium
from fahndung.model.publication import Draft, Look, Marked, Posting, Reference, Unknown
from fahndung.model.release import Release

KIND = "press-mail"
MEDIUM = Medium.PRINT
TEXT, SUBJECTS = "texts/press.txt", "texts/mail-subjects.json"
PRESS, NAMED, MESSAGE, TO = "press.txt", "subjects.json", "message.eml", "to.txt"
"""Parts of a payload: the approved text; and, once it is addressed, the whole message and where it goes."""

_RESIDUAL = Message(
    "Every mail that was taken: nobody can recall it. At the end each recipient gets one closing notice that asks for "
    "deletion; whether it is followed only the recipients can say.",
    "Jede angenommene Mail: Zurückholen kann sie niemand. Am Ende erhält jeder Empfänger eine Nachricht mit der Bitte "
    "um Löschung; ob sie befolgt wird, können nur die Empfänger sagen.",
)
_PROOF = Message(
    "None: a mail is never called gone. The closing notice was taken by the mail server; that the copies are deleted a "
    "person notes.",
    "Keiner: Eine Mail gilt nie als weg. Der Mailserver hat die Nachricht über das Ende angenommen; dass die Kopien "
    "gelöscht sind, vermerkt eine Person.",
)
_EDIT = Edit(
    how="none",
    why=Message(
        "A mail that was taken cannot be changed; a later revision goes out as a correction in the same thread.",
        "Eine angenommene Mail ist nicht zu ändern; eine spätere Revision geht als Korrektur im selben Verlauf hinaus.",
    ),
)
_REPLIES = Replies(
    setting="Reply-To",
    remains=Message("Recipients answer the press office.", "Empfänger antworten der Pressestelle."),
)
_EVIDENCE = Evidence(by="real-server", version="aiosmtpd 1.4.6", date=dt.date(2026, 11, 26))
_BLIND = Message("nobody can look at a mail once it was taken", "Eine angenommene Mail kann niemand ansehen")


class PressMail:
    """One sender (see ``fahndung.channels.base.Addressed``)."""

    kind = KIND
    medium = MEDIUM

    def __init__(self, endpoint: Endpoint, *, timeout_s: float = smtp.TIMEOUT_S) -> None:
        self.endpoint, self._timeout_s = endpoint, timeout_s

    @property
    def name(self) -> ChannelName:
        """The sender's name in the configuration."""
        return self.endpoint.name

    def access(self) -> Mapping[str, object]:
        """What its drafts carry to the ledger; of the password its name only, and no address of a recipient."""
        return dataclasses.asdict(self.endpoint)

    def capabilities(self) -> Capabilities:
        """It can neither delete nor list, and mail servers know no keys."""
        return Capabilities(
            kind=self.kind,
            can_delete=False,
            delete_window=None,
            can_find=False,
            idempotency="none",
            reads_back="none",
            residual=_RESIDUAL,
            proof=_PROOF,
            edit=_EDIT,
            replies=_REPLIES,
            evidence=_EVIDENCE,
        )

    def check(self) -> None:
        """Logs in, and reads the list of recipients.

        Raises:
            AuthError, NotSent: the server does not let it in. InvalidConfig: the list is wrong.
        """
        recipients.chosen(pathlib.Path(self.endpoint.recipients), ())
        with smtp.session(self.endpoint.server, timeout_s=self._timeout_s):
            pass

    def recipients(self, regions: Collection[str]) -> tuple[Recipient, ...]:
        """Who gets an appeal of these regions, as the list says now.

        Raises:
            InvalidConfig: the list is wrong.
        """
        return recipients.chosen(pathlib.Path(self.endpoint.recipients), regions)

    def prepare(self, release: Release) -> Draft:
        """The approved press text, not yet addressed; and the other subjects, where the release has them.

        Raises:
            NotPublishable: the release has no press text, subjects that are none, or no marker for this channel.
        """
        text = _file(release, TEXT)
        letters.read(text, TEXT)
        subjects = release.files.get(SUBJECTS)  # a first mail needs none of them
        if subjects is not None:
            letters.subjects(subjects.data, SUBJECTS)
        markers = release.manifest.get("markers")
        marker = markers.get(self.name) if isinstance(markers, Mapping) else None
        if not isinstance(marker, str) or not marker:
            raise NotPublishable(
                f"the release has no marker for the channel {self.name}; build it again",
                f"Die Freigabefassung hat kein Kennzeichen für den Kanal {self.name}; bitte neu bauen",
            )
        return Draft(
            channel=self.name,
            kind=self.kind,
            medium=self.medium,
            marker=marker,
            endpoint=self.access(),
            withdrawal={"sha256": hashlib.sha256(text).hexdigest()},
            payload={PRESS: text} if subjects is None else {PRESS: text, NAMED: subjects.data},
            references=(),
        )

    def addressed(
        self, draft: Draft, to: Recipient, *, target: str, at: dt.datetime, thread: Sequence[str] = ()
    ) -> Draft:
        """The one message to one recipient; ``thread``: what they got before, which this one corrects.

        Raises:
            NotPublishable: it corrects something, and the release names no subject for that.
        """
        own = letters.own_marker(draft.marker, target)
        kind = "correction" if thread else ""
        message = self._written(draft, to, own=own, at=at, thread=tuple(thread), kind=kind)
        payload = {**draft.payload, MESSAGE: message, TO: to.address.encode()}
        return dataclasses.replace(draft, marker=own, target=target, payload=payload)

    def publish(self, draft: Draft, checkpoint: Checkpoint) -> None:
        """Hands in one message.

        Raises:
            ChannelFailed, NotPublishable: see ``fahndung.channels.base``. Unsupported: it is not addressed.
        """
        if MESSAGE not in draft.payload:
            raise Unsupported("a press mail needs a recipient", "Eine Pressemail braucht einen Empfänger")
        with smtp.session(self.endpoint.server, timeout_s=self._timeout_s) as session:
            session.send(draft.payload[MESSAGE], to=draft.payload[TO].decode())
            own = self._sender.message_id(draft.marker)
            checkpoint(Reference(kind="mail", id=own))

    def try_out(self, draft: Draft, to: str, *, at: dt.datetime) -> None:
        """Hands in the message once, marked as a test, in no thread and to this address only.

        Raises:
            ChannelFailed, NotPublishable: see ``fahndung.channels.base``; the second also where the release names no
                subject for a test. UsageError: this is no address.
        """
        try:
            me = Recipient(address=recipients.address(to))
        except ValueError as error:
            raise UsageError(f"{to!r} is no mail address", f"{to!r} ist keine Mailadresse") from error
        own = letters.own_marker(draft.marker, f"test {at.isoformat()}")
        message = self._written(draft, me, own=own, at=at, kind="test")
        with smtp.session(self.endpoint.server, timeout_s=self._timeout_s) as session:
            session.send(message, to=me.address)

    def announce_end(self, notice: bytes, to: str, *, marker: str, number: int, at: dt.datetime) -> None:
        """Hands in an approved closing notice, in the thread of that marker.

        Raises:
            ChannelFailed, NotPublishable: see ``fahndung.channels.base``; of the notice, as ``publish`` of a message.
        """
        text, own = letters.read(notice, "texts/closing-….txt"), f"{marker}.{number}"
        message = letters.written(text, self._sender, Recipient(address=to), own=own, at=at, thread=(marker,))
        with smtp.session(self.endpoint.server, timeout_s=self._timeout_s) as session:
            session.send(message, to=to)

    def find(self, marker: str) -> tuple[Reference, ...]:
        """Nobody can list other people's mail.

        Raises:
            Unsupported: always.
        """
        raise Unsupported(*_BLIND)

    def listing(self) -> tuple[Marked, ...]:
        """Nobody can list other people's mail.

        Raises:
            Unsupported: always.
        """
        raise Unsupported(*_BLIND)

    def leftover(self, marker: str | None, references: Sequence[Reference]) -> Posting:
        """Nothing can be removed.

        Raises:
            ChannelFailed: always.
        """
        raise ChannelFailed(*_BLIND)

    def look(self, posting: Posting) -> Look:
        """Nobody can tell."""
        return Unknown.of(_BLIND)

    def withdraw(self, posting: Posting) -> None:
        """Nobody can recall a mail.

        Raises:
            Unsupported: always.
        """
        raise Unsupported(*_RESIDUAL)

    @property
    def _sender(self) -> Sender:
        return Sender(address=self.endpoint.sender, name=self.endpoint.sender_name, reply_to=self.endpoint.reply_to)

    def _written(
        self, draft: Draft, to: Recipient, *, own: str, at: dt.datetime, kind: str, thread: tuple[str, ...] = ()
    ) -> bytes:
        text = letters.read(draft.payload[PRESS], TEXT)
        if kind:
            text = dataclasses.replace(text, subject=letters.subjects(draft.payload.get(NAMED, b""), SUBJECTS)[kind])
        return letters.written(text, self._sender, to, own=own, at=at, thread=thread)


def from_config(config: Mapping[str, object], *, home_id: str, nonce: str, home: pathlib.Path) -> PressMail:
    """The sender that one table of the configuration describes.

    Raises:
        InvalidConfig: a key is missing, unknown or wrong.
    """
    return PressMail(Endpoint.from_config({key: value for key, value in config.items() if key != "kind"}, home))


def from_ledger(endpoint: Mapping[str, object]) -> PressMail:
    """The sender of a ledger row.

    Raises:
        ChannelFailed: the row does not say which one it was.
    """
    return PressMail(Endpoint.from_ledger(endpoint))


def _file(release: Release, name: str) -> bytes:
    file = release.files.get(name)
    return b"" if file is None else file.data
