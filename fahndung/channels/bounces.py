"""What a mail that came back says: which of our messages did not arrive, for good, and the code. Pure; keeps no word.

Anybody can write such a mail, so it is taken for what somebody says and no more. A report by RFC 3464 is read by its
fields; of what others write (older Exim, GMX, qmail) the codes and the copy of our headers are looked for.
"""

import dataclasses
import email
import itertools
import re
from collections.abc import Sequence
from email.message import Message as Mail

from fahndung.errors import InvalidRecord, Message

LARGEST = 1 << 18
"""Bytes: our mails are a few thousand, and a hostile one of this size costs two seconds."""
MOST_PARTS = 50

_REPORTS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_COPIES = frozenset({"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"})
_ID = re.compile(
    r"^[> \t]{0,9}Message-ID:\s{0,9}<([a-z2-7]{26})(?:\.([1-9][0-9]{0,3}))?@", re.IGNORECASE | re.MULTILINE
)
_ANSWERED = re.compile(r"\s{0,9}<([a-z2-7]{26})(?:\.([1-9][0-9]{0,3}))?@")
_HEADER = re.compile(
    r"^[> \t]{0,9}(Return-Path|Received|Message-ID|From|To|Date|Subject|MIME-Version|DKIM-Signature):",
    re.IGNORECASE | re.MULTILINE,
)
"""Where the copy of what came back begins."""
_DAEMON = re.compile(r"mailer-daemon|postmaster|MicrosoftExchange[0-9a-f]{32}@", re.IGNORECASE)
"""The last is Exchange's own sender, a fixed name with the organisation's domain ("Microsoft Outlook" to readers)."""
_STATUS = re.compile(r"(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.])")
_REPLY = re.compile(r"(?<![\d.])[45]\d\d(?=[ #-])")
_FOR_GOOD = re.compile(r"\bpermanent(ly)?\b", re.IGNORECASE)
_WAITING = re.compile(r"delay|warning|verzöger", re.IGNORECASE)
_BLANK = re.compile(r"\n[ \t]*\n")
_FOLDED = re.compile(r"\n[ \t]+")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """A message that did not arrive, and will not.

    Attributes:
        marker: of the message. notice: the how manyth closing notice in its thread; None: the message itself.
        status: by RFC 3463, such as ``5.1.1``; empty where none is told. reply: the SMTP code, such as 550.
    """

    marker: str
    notice: int | None
    status: str
    reply: int | None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class NoBounce:
    """A mail that says nothing of that kind, because; ``doubtful``: it may, so that somebody should read it."""

    why: Message
    doubtful: bool = False


def read(untrusted_mail: bytes) -> Bounce | NoBounce:
    """What a mail says of one of ours.

    Raises:
        InvalidRecord: it is too large, has too many parts, or cannot be read.
    """
    if len(untrusted_mail) > LARGEST:
        raise InvalidRecord(f"it is larger than {LARGEST} bytes", f"Sie ist größer als {LARGEST} Byte")
    try:
        mail = email.message_from_bytes(untrusted_mail)
        parts = list(itertools.islice(mail.walk(), MOST_PARTS + 1))
        told = None if len(parts) > MOST_PARTS else _judged(mail, parts)
    except Exception as error:  # noqa: BLE001 RUF100  # the parser fails in many ways on what was made to break it
        kind = type(error).__name__
        raise InvalidRecord(f"it is no mail that can be read ({kind})", f"Sie ist nicht lesbar ({kind})") from None
    if told is None:
        raise InvalidRecord(f"it has more than {MOST_PARTS} parts", f"Sie hat mehr als {MOST_PARTS} Teile")
    return told


def meaning(status: str, reply: int | None) -> Message:
    """The codes and what they mean, in words of our own.

    Source: RFC 3463, sections 3.1 to 3.8, and RFC 5248, read 2026-11-26.
    """
    subject = status.partition(".")[2]
    en, de = _MEANINGS.get(subject) or _MEANINGS.get(subject.partition(".")[0]) or ("undelivered", "unzustellbar")
    codes = " ".join(str(code) for code in (reply, status) if code)
    return Message(f"{codes}: {en}" if codes else en, f"{codes}: {de}" if codes else de)


_MEANINGS = {
    "1": ("the address is wrong", "Adresse falsch"),
    "1.1": ("there is no such mailbox", "kein solches Postfach"),
    "1.2": ("there is no such host", "kein solcher Rechner"),
    "1.10": ("there is no such mailbox", "kein solches Postfach"),
    "2": ("the mailbox takes nothing", "Postfach nimmt nichts an"),
    "2.1": ("the mailbox is closed", "Postfach stillgelegt"),
    "2.2": ("the mailbox is full", "Postfach voll"),
    "3": ("the mail system there takes nothing", "Mailsystem dort nimmt nichts an"),
    "3.4": ("the mail is too large", "Mail zu groß"),
    "4": ("the server there could not be reached", "Mailserver dort nicht erreichbar"),
    "4.7": ("nobody took it in time", "in der Frist nicht zustellbar"),
    "5": ("the servers did not understand each other", "die Mailserver verstanden sich nicht"),
    "6": ("its form is not accepted there", "ihre Form wird dort nicht angenommen"),
    "7": ("a rule there forbids it", "eine Regel dort verbietet es"),
}
"""By subject and detail of the status, or by the subject alone."""


def _judged(mail: Mail, parts: Sequence[Mail]) -> Bounce | NoBounce:
    reports = [_text(part) for part in parts if part.get_content_type() in _REPORTS]
    said = _reported(reports) if reports else _told(mail, parts)
    if isinstance(said, NoBounce):
        return said
    copies = (_ID.search(_text(part)) for part in parts if part.get_content_type() in _COPIES)
    texts = (_ID.search(_text(part)) for part in parts if part.get_content_type() == "text/plain")
    answered = [_ANSWERED.match(str(mail.get("In-Reply-To", "")))] if reports else []
    named = next((found for found in (*copies, *texts, *answered) if found), None)
    if named is None:
        return NoBounce(why=_UNNAMED, doubtful=True)
    marker, notice = named.groups()
    status, reply = said
    return Bounce(marker=marker.lower(), notice=int(notice) if notice else None, status=status, reply=reply)


_UNNAMED = Message("it does not say which of our mails came back", "Sie sagt nicht, welche unserer Mails zurückkam")
_NONE = Message("it is no report of a mail that came back", "Sie ist keine Meldung über eine Mail, die zurückkam")
_LATER = Message("the mail is only delayed so far", "Die Mail ist bisher nur verzögert")
_ARRIVED = Message("it reports no failure", "Sie meldet keinen Fehlschlag")
_UNCLEAR = Message(
    "it does not say whether the mail came back for good: read it",
    "Sie sagt nicht, ob die Mail endgültig zurückkam: bitte lesen",
)


def _reported(reports: Sequence[str]) -> tuple[str, int | None] | NoBounce:
    """Status and reply by the fields of a report. ``failed`` is final, even with a status that begins with 4."""
    actions = []
    for block in (block for report in reports for block in _BLANK.split(report)):
        status = next(iter(_STATUS.findall(_field(block, "Status"))), "")
        action = _field(block, "Action").lower() or ("failed" if status.startswith("5") else "")
        if action == "failed":
            replies = _REPLY.findall(_field(block, "Diagnostic-Code"))
            return status, int(replies[0]) if replies else None
        actions.append(action)
    return NoBounce(why=_LATER if "delayed" in actions else _ARRIVED)


def _told(mail: Mail, parts: Sequence[Mail]) -> tuple[str, int | None] | NoBounce:
    """Status and reply as they stand in the words of a mail server that follows no standard."""
    named = "X-Failed-Recipients" in mail
    if not named and not _DAEMON.search(str(mail.get("From", ""))):
        return NoBounce(why=_NONE)
    text = "\n".join(_text(part) for part in parts if part.get_content_type() == "text/plain")
    copy = _HEADER.search(text)
    own = text[: copy.start()] if copy else text
    statuses, replies = _STATUS.findall(own), _REPLY.findall(own)
    finals = [code for code in (*statuses, *replies) if code.startswith("5")]
    if _WAITING.search(str(mail.get("Subject", ""))) or ((statuses or replies) and not finals):
        return NoBounce(why=_LATER)
    if not finals and not named and not _FOR_GOOD.search(own):
        return NoBounce(why=_UNCLEAR, doubtful=True)
    status = next((code for code in statuses if code.startswith("5")), "")
    return status, next((int(code) for code in replies if code.startswith("5")), None)


def _field(block: str, name: str) -> str:
    """The value of a field; empty where there is none."""
    found = re.search(rf"^{name}:(.*)$", _FOLDED.sub(" ", block), re.IGNORECASE | re.MULTILINE)
    return found[1].strip() if found else ""


def _text(part: Mail) -> str:
    """The content, whatever its letters mean: only codes and ids are looked for."""
    data = None if part.is_multipart() else part.get_payload(decode=True)
    whole = data if isinstance(data, bytes) else part.as_bytes()
    return whole.decode("latin-1").replace("\r\n", "\n")
