"""The one door to the network: time limit, size limit, retries, address check. Knows no channel.

Follows no redirect, reads no proxy, netrc or certificate setting from the environment, keeps no cookie, and never
repeats a write.
"""

import dataclasses
import ipaddress
import urllib.parse
import weakref
from collections.abc import Mapping
from typing import TYPE_CHECKING

from fahndung import hearing
from fahndung.errors import ChannelFailed, NotSent, OutcomeUnknown

if TYPE_CHECKING:
    import requests

    from fahndung.exchange import Line

TIMEOUT_S = 20.0
MAX_BYTES = 32 * 1024 * 1024


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
    """The answer to one GET over a connection of its own; everything else as in :meth:`Client.get`."""
    return Client(timeout_s=timeout_s, max_bytes=max_bytes).get(url, headers=headers)


def post(url: str, *, body: bytes, headers: Mapping[str, str] | None = None, timeout_s: float = TIMEOUT_S) -> Answer:
    """The answer to one POST over a connection of its own; everything else as in :meth:`Client.post`."""
    return Client(timeout_s=timeout_s).post(url, body=body, headers=headers)


class Client:
    """Calls servers and keeps the connections open in between; for one thread at a time.

    Any status is an answer, a redirect as well. Errors name the host alone: paths and queries may carry credentials.

    Args:
        timeout_s: seconds for one whole exchange, name lookup and retries included.
        max_bytes: largest body of an answer in bytes; one byte more is an error, never a cut.
        public: for addresses that strangers name: only servers on the public internet are asked (``outside``).
    """

    def __init__(self, *, timeout_s: float = TIMEOUT_S, max_bytes: int = MAX_BYTES, public: bool = False) -> None:
        self._timeout_s, self._max_bytes, self._public = timeout_s, max_bytes, public
        self._session: requests.Session | None = None
        self._line: Line | None = None

    def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> Answer:
        """The answer to a read; one that broke off is asked for once more.

        Raises:
            NotSent: the address is not allowed, or no connection stood.
            ChannelFailed: nobody answered in time, or the answer is broken or too large.
        """
        return self._exchange("GET", url, headers, None)

    def post(self, url: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        """The answer to a write that is sent once at most.

        Raises:
            NotSent: the address is not allowed, or no connection stood: no byte of it left.
            OutcomeUnknown: no answer, or a broken one: it may have had its effect.
        """
        return self._exchange("POST", url, headers, body)

    def put(self, url: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        """The answer to a write that is sent once at most; raises as :meth:`post`."""
        return self._exchange("PUT", url, headers, body)

    def delete(self, url: str, *, headers: Mapping[str, str] | None = None) -> Answer:
        """The answer to a deletion that is sent once at most; raises as :meth:`post`."""
        return self._exchange("DELETE", url, headers, None)

    def _exchange(self, method: str, url: str, headers: Mapping[str, str] | None, body: bytes | None) -> Answer:
        if not is_allowed(url):
            raise NotSent(
                "An address was refused: only https, or http on this machine, and no user name inside the address. "
                "Correct the address in the configuration.",
                "Eine Adresse wurde abgelehnt: nur https oder http auf diesem Rechner und kein Benutzername in der "
                "Adresse. Bitte die Adresse in der Konfiguration berichtigen.",
            )
        from fahndung.exchange import Exchange, Line, session, told  # only here: whoever calls nobody needs no requests

        if self._session is None:
            self._session = session()
        if self._line is None:
            self._line = Line()
            self._line.start()
            weakref.finalize(self, self._line.end)
        limits = self._timeout_s, self._max_bytes, self._public
        exchange = Exchange(self._session, method, url, headers or {}, body, *limits)
        self._line.take(exchange)
        if not exchange.done.wait(self._timeout_s):
            exchange.abandon()
            self._line.end()
            self._line = None
        if exchange.answer is not None:
            status, answered, said = exchange.answer
            hearing.tell_http(method, url, (headers or {}, body), exchange.answer)
            return Answer(status=status, headers=answered, body=said)
        hearing.silence()
        self._session = None  # whatever went wrong may have spoiled its connections
        host = urllib.parse.urlsplit(url).netloc
        message = told(exchange.failure, host, self._timeout_s, self._max_bytes)
        if not exchange.departed:
            raise NotSent(*message)
        if method == "GET":
            raise ChannelFailed(*message)
        raise OutcomeUnknown(
            f"{message.en} The call may have had its effect all the same.",
            f"{message.de} Der Aufruf kann trotzdem gewirkt haben.",
        )
