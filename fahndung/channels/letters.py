"""A mail as bytes: the approved text in an envelope that differs from recipient to recipient. Pure: sends nothing.

The same arguments make the same bytes; nothing but the envelope (To, Date, thread) is not part of what was approved.
"""

import base64
import dataclasses
import datetime as dt
import email.utils
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from fahndung.errors import NotPublishable
from fahndung.model.mail import Recipient

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What an approved file of texts/ says: its first line is the subject."""

    subject: str
    body: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """In whose name; ``reply_to``: where answers and cancellations go."""

    address: str
    name: str
    reply_to: str

    def message_id(self, own: str) -> str:
        """The id of a message by its own part."""
        return f"<{own}@{self.address.rpartition('@')[2]}>"


def read(data: bytes, name: str) -> Text:
    """Subject and body of an approved file.

    Raises:
        NotPublishable: it is no such text.
    """
    try:
        subject, blank, body = data.decode().strip().partition("\n\n")
    except UnicodeDecodeError:
        subject = blank = body = ""
    if not blank or not subject or not body.strip() or _CONTROL.search(subject):
        raise NotPublishable(
            f"{name} is missing, or is no text with a subject in its first line and a blank line after it. Build the "
            "release again.",
            f"{name} fehlt oder ist kein Text mit dem Betreff in der ersten Zeile und einer Leerzeile danach. Bitte "
            "neu bauen.",
        )
    return Text(subject=subject, body=f"{body.strip()}\n")


def subjects(data: bytes, name: str) -> Mapping[str, str]:
    """The approved subjects of a mail that is not the first one, or not meant: ``correction`` and ``test``.

    Raises:
        NotPublishable: they are not there, or none can be a subject.
    """
    try:
        told = json.loads(data)
        found = {key: told[key] for key in ("correction", "test")}
    except (ValueError, KeyError, TypeError):
        found = {}
    if not found or not all(
        isinstance(one, str) and one.strip() and not _CONTROL.search(one) for one in found.values()
    ):
        raise NotPublishable(
            f"{name} is missing, or does not hold the subjects of a correction and of a test. Build the release again.",
            f"{name} fehlt oder enthält nicht die Betreffzeilen für Korrektur und Probe. Bitte neu bauen.",
        )
    return found


def own_marker(marker: str, target: str) -> str:
    """The marker of one recipient's copy: 26 letters and digits, 130 bit."""
    digest = hashlib.sha256(f"{marker}\0{target}".encode()).digest()
    return base64.b32encode(digest).decode().lower()[:26]


def written(
    text: Text,
    sender: Sender,
    to: Recipient,
    *,
    own: str,
    at: dt.datetime,
    thread: tuple[str, ...] = (),
) -> bytes:
    """The message.

    Args:
        own: its own part of the Message-ID. thread: those of the messages before it, oldest first.
        at: what its Date says.
    """
    local, _, domain = to.address.rpartition("@")
    made = EmailMessage(policy=SMTP if to.address.isascii() else SMTP.clone(utf8=True))
    made["From"] = Address(sender.name, addr_spec=sender.address)
    made["To"] = Address(to.name, local, domain)
    made["Reply-To"] = Address(addr_spec=sender.reply_to)
    made["Subject"] = text.subject
    made["Date"] = email.utils.format_datetime(at.astimezone(dt.UTC))
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(text.body, cte="quoted-printable")
    return "".join(f"{name}: {value}\r\n" for name, value in _thread(sender, own, thread)).encode() + bytes(made)


def _thread(sender: Sender, own: str, thread: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Headers of ids and addresses: ASCII, and never folded inside of one, which would encode it."""
    yield "Message-ID", sender.message_id(own)
    before = [sender.message_id(one) for one in thread]
    if before:
        yield "In-Reply-To", before[-1]
        yield "References", "\r\n ".join(before)
    # the subject of a mail to the office itself, as its reader's program writes it
    yield "List-Unsubscribe", f"<mailto:{sender.reply_to}?subject=Abmeldung>"
