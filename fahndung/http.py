"""The one door to the network: time limit, size limit, retries, address check. Knows no channel.

Follows no redirect, reads no proxy, netrc or certificate setting from the environment, and never repeats a write.
"""

import contextlib
import dataclasses
import ipaddress
import logging
import threading
import urllib.parse
from collections.abc import Iterator, Mapping

import requests
import requests.adapters
import urllib3.exceptions
import urllib3.util

from fahndung import __version__
from fahndung.errors import ChannelFailed

USER_AGENT = f"fahndung/{__version__}"
TIMEOUT_S = 20.0
MAX_BYTES = 32 * 1024 * 1024
_CHUNK = 64 * 1024

# urllib3 logs whole paths and queries, retries even as warnings; some platforms put a credential into the path
logging.getLogger("urllib3").setLevel(logging.CRITICAL)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server said. ``headers`` has lower-case names; ``body`` is free of transfer and content coding."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine: ``localhost`` or an address in 127.0.0.0/8 or ::1."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_allowed(untrusted_url: str) -> bool:
    """Whether the door opens for this address: https anywhere, http on loopback only, no user name in it."""
    if not untrusted_url.isascii() or not untrusted_url.isprintable() or " " in untrusted_url:
        return False
    try:
        parts = urllib.parse.urlsplit(untrusted_url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or "@" in parts.netloc:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))


def get(
    url: str,
    *,
    timeout_s: float = TIMEOUT_S,
    max_bytes: int = MAX_BYTES,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """The answer to one GET, whatever its status; a redirect is an answer like any other.

    Args:
        url: an address for which :func:`is_allowed` holds.
        timeout_s: seconds for the whole exchange, name lookup and retries included.
        max_bytes: largest body in bytes; one byte more is an error, never a cut.
        headers: further request headers.

    Raises:
        ChannelFailed: the address is not allowed, nobody answered in time, or the answer is broken or too large.
            The message names the host alone: paths and queries may carry credentials.
    """
    return _exchange("GET", url, timeout_s=timeout_s, max_bytes=max_bytes, headers=headers or {})


class _TooLarge(Exception):
    """The body is longer than allowed."""


class _Exchange(threading.Thread):
    """One request in a thread of its own, so that its caller can stop waiting whatever the server does.

    A socket's timeout counts from byte to byte; a server that drips would hold its caller for ever.
    """

    def __init__(self, method: str, url: str, timeout_s: float, max_bytes: int, headers: Mapping[str, str]) -> None:
        super().__init__(daemon=True, name="fahndung-http")
        self._request = (method, url, timeout_s, max_bytes, headers)
        self.abandoned = threading.Event()
        self.answer: Answer | None = None
        self.failure: Exception | None = None

    def run(self) -> None:
        method, url, timeout_s, max_bytes, headers = self._request
        try:
            with _session(method) as session:
                response = session.request(
                    method, url, headers=dict(headers), timeout=timeout_s, allow_redirects=False, stream=True
                )
                with contextlib.closing(response):
                    body = self._body(response, max_bytes)
            lower = {name.lower(): value for name, value in response.headers.items()}
            self.answer = Answer(status=response.status_code, headers=lower, body=body)
        except Exception as failure:  # noqa: BLE001,RUF100 - carried to the caller's thread, which judges it
            self.failure = failure

    def _body(self, response: requests.Response, max_bytes: int) -> bytes:
        body = bytearray()
        # read1 returns what has arrived; iter_content would wait for a full chunk and never see that nobody waits
        while chunk := response.raw.read1(_CHUNK, decode_content=True):
            body += chunk
            if len(body) > max_bytes:
                raise _TooLarge
            if self.abandoned.is_set():
                break
        return bytes(body)


def _exchange(method: str, url: str, *, timeout_s: float, max_bytes: int, headers: Mapping[str, str]) -> Answer:
    if not is_allowed(url):
        raise ChannelFailed(
            "An address was refused: only https, or http on this machine, and no user name inside the address. "
            "Correct the address in the configuration.",
            "Eine Adresse wurde abgelehnt: nur https oder http auf diesem Rechner und kein Benutzername in der "
            "Adresse. Bitte die Adresse in der Konfiguration berichtigen.",
        )
    host = urllib.parse.urlsplit(url).netloc
    exchange = _Exchange(method, url, timeout_s, max_bytes, headers)
    exchange.start()
    exchange.join(timeout_s)
    if exchange.is_alive():
        exchange.abandoned.set()
        raise _too_late(host, timeout_s)
    if exchange.answer is not None:
        return exchange.answer
    with _told(host, timeout_s, max_bytes):
        raise exchange.failure or RuntimeError("an exchange ended without an answer and without a failure")


@contextlib.contextmanager
def _session(method: str) -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        session.headers.update({"User-Agent": USER_AGENT, "Accept-Encoding": "identity"})
        adapter = requests.adapters.HTTPAdapter(max_retries=_retries(method))
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        yield session


def _retries(method: str) -> urllib3.util.Retry:
    """Reads may be asked once more; a write is only repeated while no connection stood, so nothing can arrive twice."""
    if method == "GET":
        return urllib3.util.Retry(
            total=None, connect=2, read=1, redirect=0, status=0, other=0, backoff_factor=0.1, allowed_methods=["GET"]
        )
    return urllib3.util.Retry(total=None, connect=3, read=0, redirect=0, status=0, other=0, allowed_methods=None)


@contextlib.contextmanager
def _told(host: str, timeout_s: float, max_bytes: int) -> Iterator[None]:
    """Translates what requests raises. The cause is cut off on purpose: its text holds the whole address."""
    try:
        yield
    except _TooLarge:
        raise ChannelFailed(
            f"The answer of {host} is larger than {max_bytes} bytes and was not read on. "
            "Check what answers at that address.",
            f"Die Antwort von {host} ist größer als {max_bytes} Byte und wurde nicht weiter gelesen. "
            "Bitte prüfen, wer unter dieser Adresse antwortet.",
        ) from None
    except requests.exceptions.SSLError:
        raise ChannelFailed(
            f"The certificate or the encryption of {host} was not accepted. Check its certificate and the name in it.",
            f"Zertifikat oder Verschlüsselung von {host} wurde nicht anerkannt. Bitte das Zertifikat und den Namen "
            "darin prüfen.",
        ) from None
    except requests.exceptions.Timeout:
        raise _too_late(host, timeout_s) from None
    except requests.exceptions.ConnectionError:
        raise ChannelFailed(
            f"No connection to {host}, or it broke off. Check the network and whether the server runs, then try again.",
            f"Keine Verbindung zu {host}, oder sie brach ab. Bitte Netz und Server prüfen, dann erneut versuchen.",
        ) from None
    except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError):
        raise ChannelFailed(
            f"The answer of {host} is broken. Try again; if it stays so, check the server.",
            f"Die Antwort von {host} ist fehlerhaft. Bitte erneut versuchen; bleibt es dabei, den Server prüfen.",
        ) from None


def _too_late(host: str, timeout_s: float) -> ChannelFailed:
    return ChannelFailed(
        f"{host} did not answer completely within {timeout_s:g} s. Try again later.",
        f"{host} hat nicht innerhalb von {timeout_s:g} s vollständig geantwortet. Bitte später erneut versuchen.",
    )
