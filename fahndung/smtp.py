"""The door to a mail server: encrypted, its certificate verified, one message to one address at a time.

Every failure says whether the message may have gone out. What the server says is not repeated in a message: it is
untrusted, and could hold what was sent to it.
"""

import contextlib
import smtplib
import socket
import ssl
from collections.abc import Iterator

from fahndung import credentials, hearing
from fahndung.errors import AuthError, ChannelFailed, Message, NotSent, OutcomeUnknown, Rejected
from fahndung.model.mail import MailServer

TIMEOUT_S = 20.0
_NOT_ALLOWED = frozenset({530, 534, 535, 538})
"""Refusals that speak of the login, whatever they answer (RFC 4954, read 2026-11-26)."""
_GO_ON = 354


class Session:
    """A connection that is logged in."""

    def __init__(self, server: MailServer, connection: smtplib.SMTP) -> None:
        self._server, self._connection = server, connection

    def send(self, message: bytes, *, to: str) -> None:
        """Hands in one message; returns only when the server has taken it. Repeats nothing.

        Args:
            to: an address whose domain is ASCII; before its @ other letters need a server that knows SMTPUTF8.

        Raises:
            Rejected: the server refuses this address, or this message, for good.
            NotSent: not now; it surely did not go out. AuthError: the server lets this account not send.
            OutcomeUnknown: the connection was lost after the message had been sent.
        """
        wide = not to.isascii()
        if wide and not self._connection.has_extn("smtputf8"):
            raise Rejected(
                f"the mail server {self._server.host} knows no addresses with such letters (SMTPUTF8)",
                f"Der Mailserver {self._server.host} kennt keine Adressen mit solchen Zeichen (SMTPUTF8)",
            )
        with _translated(self._server):
            self._expect(self._connection.mail(self._server.sender, ["SMTPUTF8"] if wide else []), _of_sender, to)
            self._expect(self._connection.rcpt(to), _of_address, to)
            self._expect(self._connection.docmd("DATA"), _of_message, to, _GO_ON)
        try:
            self._connection.send(_dotted(message))
            reply = self._connection.getreply()
        except (smtplib.SMTPException, OSError) as error:
            raise _lost(self._server, type(error).__name__) from None
        if reply[0] // 100 not in {2, 4, 5}:
            _heard(self._server, *reply, to)
            raise _lost(self._server, str(reply[0]))
        self._expect(reply, _of_message, to)

    def _expect(self, reply: tuple[int, bytes], refusal: "Message", to: str, wanted: int = 250) -> None:
        code = reply[0]
        if code == wanted or (wanted == 250 and code // 100 == 2):
            return
        _heard(self._server, *reply, to)
        with contextlib.suppress(smtplib.SMTPException, OSError):  # the next message starts anew
            self._connection.rset()
        kind: type[ChannelFailed | Rejected] = Rejected if code // 100 == 5 else NotSent
        if code in _NOT_ALLOWED or (kind is Rejected and refusal is _of_sender):
            kind = AuthError
        if kind is NotSent:
            refusal = _for_now
        host = self._server.host
        raise kind(refusal.en.format(host=host, code=code), refusal.de.format(host=host, code=code))


_of_sender = Message(
    "the mail server {host} refused the sender ({code}): ask who runs it whether this account may send in that name",
    "Der Mailserver {host} lehnt den Absender ab ({code}); bitte klären, ob dieses Konto in diesem Namen senden darf",
)
_of_address = Message(
    "the mail server {host} refused the address ({code}); correct it where it is configured",
    "Der Mailserver {host} lehnt die Adresse ab ({code}); bitte berichtigen, wo sie eingetragen ist",
)
_for_now = Message(
    "the mail server {host} does not take it now ({code}); it is tried again later",
    "Der Mailserver {host} nimmt die Nachricht jetzt nicht an ({code}); es wird später erneut versucht",
)
"""A 4xx blames nobody (RFC 5321, section 4.2.1, read 2026-11-27): greylisting, a full queue, too many mails at once."""
_of_message = Message(
    "the mail server {host} refused the mail ({code})", "Der Mailserver {host} lehnt die Nachricht ab ({code})"
)


@contextlib.contextmanager
def session(server: MailServer, *, timeout_s: float = TIMEOUT_S) -> Iterator[Session]:
    """A session, logged in where the server names a user; closed whatever happens.

    Args:
        timeout_s: seconds that the server may take for each answer.

    Raises:
        NotSent: nobody there, or without the encryption or the certificate that is asked for. AuthError: the login
            was refused. CredentialMissing: there is no such secret.
    """
    with _translated(server):
        connection = _connected(server, timeout_s)
    try:
        with _translated(server):
            if server.security == "starttls":
                connection.starttls(context=_context(server))
            connection.ehlo_or_helo_if_needed()
            if server.user is not None and server.credential is not None:
                connection.login(server.user, credentials.read(server.credential).reveal)
        yield Session(server, connection)
    finally:
        with contextlib.suppress(smtplib.SMTPException, OSError):  # what was taken is taken
            connection.quit()
        connection.close()


def _heard(server: MailServer, code: int, text: bytes, *private: str) -> None:
    """Tells whoever keeps answers of one that is a refusal; nobody is to find a recipient's address in it."""
    names = (address.partition("@")[0] for address in private)  # servers write them with other hosts, too
    secrets = frozenset((*private, *names))
    hearing.tell("SMTP", f"smtp://{server.host}:{server.port}", code, text, secrets=secrets)


def _connected(server: MailServer, timeout_s: float) -> smtplib.SMTP:
    name = socket.gethostname()
    if server.security == "tls":
        return smtplib.SMTP_SSL(
            server.host, server.port, local_hostname=name, timeout=timeout_s, context=_context(server)
        )
    return smtplib.SMTP(server.host, server.port, local_hostname=name, timeout=timeout_s)


def _context(server: MailServer) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=server.ca_file)


def _dotted(message: bytes) -> bytes:
    """The message as it goes over the line: its lines end with CR LF, a leading dot is doubled, a lone dot ends it."""
    lines = message.replace(b"\r\n", b"\n").removesuffix(b"\n").split(b"\n")
    return b"".join((b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in lines) + b".\r\n"


def _lost(server: MailServer, how: str) -> OutcomeUnknown:
    where = f"{server.host}:{server.port}"
    return OutcomeUnknown(
        f"the connection to the mail server {where} was lost before it said whether it took the mail ({how})",
        f"Die Verbindung zum Mailserver {where} brach ab, bevor er sagte, ob er die Nachricht nimmt ({how})",
    )


@contextlib.contextmanager
def _translated(server: MailServer) -> Iterator[None]:
    """The causes are cut off on purpose: a server's words are untrusted, and a log may show them."""
    where = f"{server.host}:{server.port}"
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        text = error.smtp_error
        _heard(server, error.smtp_code, text if isinstance(text, bytes) else text.encode())
        kind = AuthError if error.smtp_code // 100 == 5 else NotSent
        raise kind(
            f"the mail server {where} refused user or password ({error.smtp_code}); renew the credential "
            f"{server.credential}",
            f"Der Mailserver {where} lehnt Benutzer oder Kennwort ab ({error.smtp_code}); bitte das Zugangsgeheimnis "
            f"{server.credential} erneuern",
        ) from None
    except smtplib.SMTPNotSupportedError:
        raise NotSent(
            f"the mail server {where} does not offer what the configuration asks for (STARTTLS, login)",
            f"Der Mailserver {where} bietet nicht an, was die Einrichtung verlangt (STARTTLS, Anmeldung)",
        ) from None
    except ssl.SSLError:
        raise NotSent(
            f"the certificate or the encryption of the mail server {where} was not accepted",
            f"Zertifikat oder Verschlüsselung des Mailservers {where} wurde nicht anerkannt",
        ) from None
    except (smtplib.SMTPException, OSError) as error:
        kind_of = type(error).__name__
        raise NotSent(
            f"no mail server at {where}, or the connection broke off ({kind_of}); check network and server",
            f"Kein Mailserver unter {where}, oder die Verbindung brach ab ({kind_of}); bitte Netz und Server prüfen",
        ) from None
