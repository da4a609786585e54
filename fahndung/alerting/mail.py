"""Writes the mails of alarms and hands them to the force's own mail server, one to each address."""

import datetime as dt
import email.utils
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from email.policy import SMTP

from fahndung import smtp
from fahndung.alerting.notice import Notice
from fahndung.errors import FahndungError, Message
from fahndung.model.alarm import Level
from fahndung.model.mail import MailServer


def send(
    server: MailServer, letters: Sequence[tuple[str, Notice]], *, now: dt.datetime, timeout_s: float = smtp.TIMEOUT_S
) -> Iterator[Message | None]:
    """What becomes of each pair of address and notice: None where the server took it, else why it did not.

    Args:
        timeout_s: seconds that the server may take for each answer.
    """
    left = len(letters)
    try:
        with smtp.session(server, timeout_s=timeout_s) as session:
            for address, notice in letters:
                outcome = _hand_in(session, server, address, notice, now)
                left -= 1
                yield outcome
    except FahndungError as error:
        yield from [error.message] * left


def letter(server: MailServer, address: str, notice: Notice, now: dt.datetime) -> EmailMessage:
    """The mail; the messages of one alarm are one thread."""
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = server.sender, address, notice.subject
    made["Date"] = email.utils.format_datetime(now.astimezone(dt.UTC))
    made["Message-ID"] = _message_id(server, notice, notice.key)
    if notice.thread != notice.key:
        made["In-Reply-To"] = made["References"] = _message_id(server, notice, notice.thread)
    made["Auto-Submitted"] = "auto-generated"
    if notice.level is Level.URGENT:
        made["Importance"] = "high"
    made.set_content(notice.text)
    return made


def _message_id(server: MailServer, notice: Notice, key: str) -> str:
    return f"<{key}.{notice.home}@{server.sender.rpartition('@')[2]}>"


def _hand_in(
    session: smtp.Session, server: MailServer, address: str, notice: Notice, now: dt.datetime
) -> Message | None:
    """Of one mail; after a broken connection the others fail at once."""
    try:
        session.send(bytes(letter(server, address, notice, now)), to=address)
    except FahndungError as error:
        return error.message
    return None
