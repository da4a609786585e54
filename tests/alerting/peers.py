"""Real peers of the alarms: a mail server with STARTTLS and login, a receiver of webhooks; each records what it got."""

import contextlib
import dataclasses
import datetime as dt
import http.server
import ipaddress
import pathlib
import socket
import ssl
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from fahndung.model.mail import MailServer

USER, PASSWORD = "fahndung", "Kennwort-4711-geheim"
KEY = "Schluessel-0815-geheim"
SENDER = "fahndung@polizei.example"


def certificate(folder: pathlib.Path, host: str = "127.0.0.1") -> pathlib.Path:
    """A file with a fresh certificate for this machine, and its key beside it as ``key.pem``."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.example")])
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    path = folder / "cert.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return path


@dataclasses.dataclass(kw_only=True)
class Postbox:
    """What a mail server took, and how to reach it; ``refused`` addresses are turned away, ``down`` answers nothing."""

    server: MailServer
    mails: list[EmailMessage] = dataclasses.field(default_factory=list)
    refused: set[str] = dataclasses.field(default_factory=set)
    reject_data: bool = False

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        """Takes every address that is not refused; only after a login over TLS."""
        assert session.ssl is not None or self.server.security == "none"
        if address in self.refused:
            return f"550 no such user; your password is {PASSWORD}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Keeps the mail."""
        if self.reject_data:
            return f"554 {PASSWORD} is not wanted here"
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"


@contextlib.contextmanager
def postbox(folder: pathlib.Path, *, port: int = 0, login: bool = True, encrypted: bool = True) -> Iterator[Postbox]:
    """A running mail server."""
    trusted = certificate(folder) if encrypted else None
    context = None
    if trusted is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(trusted, folder / "key.pem")
    box = Postbox(
        server=MailServer(
            host="127.0.0.1",
            port=port or free_port(),
            security="starttls" if encrypted else "none",
            sender=SENDER,
            user=USER if login else None,
            credential="alarm-mail" if login else None,
            ca_file=trusted,
        )
    )

    def judge(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=right, handled=right)

    options = {"require_starttls": True, "tls_context": context} if encrypted else {}
    if login:
        options |= {"authenticator": judge, "auth_required": True, "auth_require_tls": True}
    controller = Controller(box, hostname="127.0.0.1", port=box.server.port, **options)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


@dataclasses.dataclass(kw_only=True)
class Receiver:
    """What a receiver of webhooks got: headers and bodies; ``status`` is what it answers."""

    url: str = ""
    status: int = 204
    got: list[tuple[dict[str, str], bytes]] = dataclasses.field(default_factory=list)


@contextlib.contextmanager
def receiver() -> Iterator[Receiver]:
    """A running receiver of webhooks."""
    made = Receiver()

    class Door(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.got.append((dict(self.headers.items()), body))
            self.send_response(made.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        made.url = f"http://127.0.0.1:{server.server_port}/alarm?kennung=abc"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()


def free_port() -> int:
    """A port on which nobody listens just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def deaf() -> Iterator[int]:
    """The port of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])
