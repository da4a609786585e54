"""Hands notices to the force's own mail server: encrypted, its certificate verified, one mail to each address.

What the server says is not repeated in a message: it is untrusted, and could hold what was sent to it.
"""

import contextlib
import datetime as dt
import email.utils
import smtplib
import socket
import ssl
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from email.policy import SMTP

from fahndung import credentials
from fahndung.alerting.notice import Notice
from fahndung.errors import ChannelFailed, FahndungError, Message
from fahndung.model.alarm import Level, MailServer

TIMEOUT_S = 20.0


def send(
    server: MailServer, letters: Sequence[tuple[str, Notice]], *, now: dt.datetime, timeout_s: float = TIMEOUT_S
) -> Iterator[Message | None]:
    """What becomes of each pair of address and notice: None where the server took it, else why it did not.

    Args:
        timeout_s: seconds that the server may take for each answer.
    """
    left = len(letters)
    try:
        with _translated(server), _session(server, timeout_s) as session:
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


@contextlib.contextmanager
def _session(server: MailServer, timeout_s: float) -> Iterator[smtplib.SMTP]:
    name = socket.gethostname()
    if server.security == "tls":
        session: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, local_hostname=name, timeout=timeout_s, context=_context(server)
        )
    else:
        session = smtplib.SMTP(server.host, server.port, local_hostname=name, timeout=timeout_s)
    with session:
        if server.security == "starttls":
            session.starttls(context=_context(server))
        if server.user is not None and server.credential is not None:
            session.login(server.user, credentials.read(server.credential).reveal)
        yield session


def _context(server: MailServer) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=server.ca_file)


def _hand_in(
    session: smtplib.SMTP, server: MailServer, address: str, notice: Notice, now: dt.datetime
) -> Message | None:
    """Of one mail; a broken connection is the caller's matter."""
    try:
        session.send_message(letter(server, address, notice, now), from_addr=server.sender, to_addrs=[address])
    except smtplib.SMTPRecipientsRefused as refused:
        code = next(iter(refused.recipients.values()))[0]
        return Message(
            f"the mail server {server.host} refused the address ({code}); correct it in [alarm]",
            f"Der Mailserver {server.host} lehnt die Adresse ab ({code}); bitte in [alarm] berichtigen",
        )
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as refused:
        return Message(
            f"the mail server {server.host} refused the mail ({refused.smtp_code})",
            f"Der Mailserver {server.host} lehnt die Nachricht ab ({refused.smtp_code})",
        )
    return None


@contextlib.contextmanager
def _translated(server: MailServer) -> Iterator[None]:
    """The causes are cut off on purpose: a server's words are untrusted, and a log may show them."""
    where = f"{server.host}:{server.port}"
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        raise ChannelFailed(
            f"the mail server {where} refused user or password ({error.smtp_code}); renew the credential "
            f"{server.credential}",
            f"Der Mailserver {where} lehnt Benutzer oder Kennwort ab ({error.smtp_code}); bitte das Zugangsgeheimnis "
            f"{server.credential} erneuern",
        ) from None
    except smtplib.SMTPNotSupportedError:
        raise ChannelFailed(
            f"the mail server {where} does not offer what [alarm.mail] asks for (STARTTLS, login)",
            f"Der Mailserver {where} bietet nicht an, was [alarm.mail] verlangt (STARTTLS, Anmeldung)",
        ) from None
    except ssl.SSLError:
        raise ChannelFailed(
            f"the certificate or the encryption of the mail server {where} was not accepted",
            f"Zertifikat oder Verschlüsselung des Mailservers {where} wurde nicht anerkannt",
        ) from None
    except (smtplib.SMTPException, OSError) as error:
        kind = type(error).__name__
        raise ChannelFailed(
            f"no mail server at {where}, or the connection broke off ({kind}); check network and server",
            f"Kein Mailserver unter {where}, oder die Verbindung brach ab ({kind}); bitte Netz und Server prüfen",
        ) from None
