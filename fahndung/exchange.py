"""One exchange with a server over a connection that is kept open: a request, its answer, and why there is none.

The only place that knows requests and urllib3, and costs their import; ``http`` is the door, which refuses and judges.
"""

import contextlib
import http.cookiejar
import logging
import queue
import socket
import threading
from collections.abc import Mapping
from typing import Any

import requests
import requests.adapters
import requests.cookies
import urllib3.connection
import urllib3.connectionpool
import urllib3.exceptions
import urllib3.util

from fahndung import __version__, outside
from fahndung.errors import Message

USER_AGENT = f"fahndung/{__version__}"
_CHUNK = 64 * 1024

# urllib3 logs whole paths and queries, retries even as warnings; some platforms put a credential into the path
logging.getLogger("urllib3").setLevel(logging.CRITICAL)


class _TooLarge(Exception):
    """The body is longer than allowed."""


class _Abandoned(Exception):
    """Nobody waits for this exchange any more: nothing may leave."""


class Line(threading.Thread):
    """Makes the exchanges of one client, one after the other, so that the caller can stop waiting whatever happens.

    A socket's timeout counts from byte to byte; a server that drips would hold its caller for ever.
    """

    def __init__(self) -> None:
        super().__init__(daemon=True, name="fahndung-http")
        self._waiting: queue.SimpleQueue[Exchange | None] = queue.SimpleQueue()

    def take(self, exchange: "Exchange") -> None:
        """Make it."""
        self._waiting.put(exchange)

    def end(self) -> None:
        """Nothing more comes; what is under way may take as long as it likes."""
        self._waiting.put(None)

    def run(self) -> None:
        while (exchange := self._waiting.get()) is not None:
            _under_way.exchange = exchange
            exchange.make()
            _under_way.exchange = None


_under_way = threading.local()
"""``exchange``: what this thread makes."""


class Exchange:
    """One request and what became of it.

    Attributes:
        done: set when ``answer`` (status, headers with lower-case names, body) or ``failure`` is known.
        departed: whether the first byte may have left; False for good once the exchange was abandoned before that.
    """

    def __init__(
        self,
        session: requests.Session,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        timeout_s: float,
        max_bytes: int,
        public: bool,
    ) -> None:
        self._session, self._max_bytes, self.public = session, max_bytes, public
        self._request: dict[str, Any] = {
            "method": method,
            "url": url,
            "headers": dict(headers),
            "data": body,
            "timeout": timeout_s,
        }
        self._gate = threading.Lock()
        self._abandoned = False
        self.done = threading.Event()
        self.departed = False
        self.answer: tuple[int, Mapping[str, str], bytes] | None = None
        self.failure: Exception | None = None

    def abandon(self) -> None:
        """From now on nothing leaves that has not left."""
        with self._gate:
            self._abandoned = True

    def depart(self) -> None:
        """Called before the first byte leaves."""
        with self._gate:
            if self._abandoned:
                raise _Abandoned
            self.departed = True

    def make(self) -> None:
        """Asks, and waits for all of the answer."""
        try:
            response = self._session.request(**self._request, allow_redirects=False, stream=True)
            with contextlib.closing(response):
                body = self._body(response)
            lower = {name.lower(): value for name, value in response.headers.items()}
            self.answer = response.status_code, lower, body
        except Exception as failure:  # noqa: BLE001,RUF100 - carried to the caller's thread, which judges it
            self.failure = failure
        self.done.set()

    def _body(self, response: requests.Response) -> bytes:
        body = bytearray()
        # read1 returns what has arrived; iter_content would wait for a full chunk and never see that nobody waits
        while chunk := response.raw.read1(_CHUNK, decode_content=True):
            body += chunk
            if len(body) > self._max_bytes:
                raise _TooLarge
            if self._abandoned:
                raise _Abandoned
        return bytes(body)


class _Plain(urllib3.connection.HTTPConnection):
    """A connection on this machine."""

    def _new_conn(self) -> socket.socket:
        connect = super()._new_conn
        return outside.connect(connect, self.host, self.port or 0) if _exchange().public else connect()

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        _exchange().depart()
        super().send(data)


class _Encrypted(_Plain, urllib3.connection.HTTPSConnection):
    """A connection over TLS."""


def _exchange() -> "Exchange":
    """The exchange of this thread."""
    exchange: Exchange = _under_way.exchange
    return exchange


class _PlainPool(urllib3.connectionpool.HTTPConnectionPool):
    ConnectionCls = _Plain


class _EncryptedPool(urllib3.connectionpool.HTTPSConnectionPool):
    ConnectionCls = _Encrypted


def session() -> requests.Session:
    """The one place where sessions are made."""
    session = requests.Session()
    session.trust_env = False
    session.headers.update({"User-Agent": USER_AGENT, "Accept-Encoding": "identity"})
    session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
    adapter = requests.adapters.HTTPAdapter(max_retries=_RETRIES)
    adapter.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _EncryptedPool}
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


_RETRIES = urllib3.util.Retry(
    total=None, connect=2, read=1, redirect=0, status=0, other=0, backoff_factor=0.1, allowed_methods=["GET"]
)
"""A read may be asked once more; a write is tried again only while no connection stood, so nothing can arrive twice."""


def told(failure: Exception | None, host: str, timeout_s: float, max_bytes: int) -> Message:
    """What went wrong, in words of our own: the texts of requests hold the whole address, and headers."""
    match failure:
        case None | requests.exceptions.Timeout() | urllib3.exceptions.TimeoutError() | _Abandoned():
            return Message(
                f"{host} did not answer completely within {timeout_s:g} s. Try again later.",
                f"{host} hat nicht innerhalb von {timeout_s:g} s vollständig geantwortet. Bitte später erneut "
                "versuchen.",
            )
        case outside.Inside():
            return outside.told(host)
        case _TooLarge():
            return Message(
                f"The answer of {host} is larger than {max_bytes} bytes and was not read on. "
                "Check what answers at that address.",
                f"Die Antwort von {host} ist größer als {max_bytes} Byte und wurde nicht weiter gelesen. "
                "Bitte prüfen, wer unter dieser Adresse antwortet.",
            )
        case requests.exceptions.SSLError():
            return Message(
                f"The certificate or the encryption of {host} was not accepted. "
                "Check its certificate and the name in it.",
                f"Zertifikat oder Verschlüsselung von {host} wurde nicht anerkannt. Bitte das Zertifikat und den "
                "Namen darin prüfen.",
            )
        case requests.exceptions.ConnectionError():
            return Message(
                f"No connection to {host}, or it broke off. Check the network and whether the server runs, then try "
                "again.",
                f"Keine Verbindung zu {host}, oder sie brach ab. Bitte Netz und Server prüfen, dann erneut versuchen.",
            )
        case requests.exceptions.RequestException() | urllib3.exceptions.HTTPError() | OSError() | ValueError():
            return Message(
                f"The exchange with {host} is broken. Try again; if it stays so, check the server.",
                f"Der Austausch mit {host} ist fehlerhaft. Bitte erneut versuchen; bleibt es dabei, den Server prüfen.",
            )
        case bug:
            raise bug
