"""How a simulated platform answers over HTTP, and how faults strike its calls. Knows no platform; this machine only.

Every platform has ``GET /control``, which tells what is online, how many calls came and how many of them got no
answer, and ``POST /control``, which switches faults and moves the platform's clock.
"""

import abc
import contextlib
import http.server
import json
import socket
import sys
import time
import urllib.parse
from collections.abc import Callable
from typing import Any

from fahndung.testing.bench import Bench, Reply, json_reply
from fahndung.testing.faults import UNKNOWN_AFTER, Call, Fault, Rule

LARGEST = 16 * 1024 * 1024


class _Cut(Exception):
    """The connection is closed without an answer."""


class Request(http.server.BaseHTTPRequestHandler, abc.ABC):
    """One connection; a platform's own class says what is answered."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 64 * 1024
    platform: Bench

    @abc.abstractmethod
    def reply(self, place: list[str], query: dict[str, str], body: bytes) -> Reply:
        """The answer to a request of which ``place`` is the path, part by part.

        Raises:
            ValueError, KeyError, TypeError, IndexError: it makes no sense.
        """

    @abc.abstractmethod
    def lie(self, rule: Rule, call: Call) -> Reply:
        """The answer of a platform that does nothing of what it was asked; or nothing more, if it has done it."""

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the journal is enough."""

    def struck(self, call: Call, act: Callable[[bool], Reply]) -> Reply:
        """What ``act`` answers, unless a fault strikes the call; its argument asks for a stale answer."""
        rule = self.platform.strike(call)
        if rule is None or rule.fault is Fault.STALE:
            return act(rule is not None)
        if rule.fault is Fault.LATE:
            self._stay_silent(rule)
            return act(False)
        if rule.fault in UNKNOWN_AFTER:
            reply = act(False)
            if rule.fault is Fault.TIMEOUT_AFTER:
                self._stay_silent(rule)
                return reply
        if rule.fault in {Fault.CUT_BEFORE, Fault.CUT_AFTER}:
            raise _Cut
        if rule.fault is Fault.TIMEOUT_BEFORE:
            self._stay_silent(rule)
            raise _Cut
        return self.lie(rule, call)

    def _stay_silent(self, rule: Rule) -> None:
        self.platform.fall_silent()
        time.sleep(rule.seconds)

    def _answer(self) -> None:
        length = self.headers.get("Content-Length") or "0"
        if not length.isdigit() or int(length) > LARGEST:
            self.close_connection = True
            return
        body = self.rfile.read(int(length))
        try:
            reply = self._reply(body)
        except _Cut:
            self.close_connection = True
            with contextlib.suppress(OSError):  # its caller may have hung up already
                self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(reply.status)
        self.send_header("Content-Length", str(len(reply.body)))
        for name, value in reply.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815 - names that http.server asks for

    def _reply(self, body: bytes) -> Reply:
        parts = urllib.parse.urlsplit(self.path)
        place = parts.path.strip("/").split("/")
        try:
            if place == ["control"]:
                return self._control(body)
            return self.reply(place, dict(urllib.parse.parse_qsl(parts.query)), body)
        except (ValueError, KeyError, TypeError, IndexError):
            return json_reply(400, error="bad-request")

    def _control(self, body: bytes) -> Reply:
        if self.command == "GET":
            said = {"calls": self.platform.calls(), "silences": self.platform.silences()}
            return json_reply(200, online=self.platform.online(), **said)
        values: dict[str, Any] = json.loads(body)
        self.platform.forward(float(values.get("forward", 0)))
        self.platform.switch([Rule.parse(one) for one in values.get("rules", ())], clear=bool(values.get("clear")))
        return json_reply(200)


class Server(http.server.ThreadingHTTPServer):
    """Listens on this machine only."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, request: type[Request], platform: Bench, port: int) -> None:
        super().__init__(("127.0.0.1", port), type("BoundRequest", (request,), {"platform": platform}))

    def run(self) -> None:
        """Prints its port, and answers until the process is killed."""
        sys.stdout.write(f"{self.server_port}\n")
        sys.stdout.flush()
        self.serve_forever(poll_interval=0.05)

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that was killed is no news; anything else is told on the error output."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]
