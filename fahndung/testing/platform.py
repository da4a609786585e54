"""An invented platform of posts as a process of its own: ``python -m fahndung.testing.platform --port 0 …``.

For rehearsals and crash tests, on this machine only. It prints its port, keeps everything in memory, and appends every
effect to its journal before it answers: whatever becomes of its callers, the journal says what happened.

Accounts (bearer token): ``GET /api/whoami``; ``POST /api/media?marker=`` with the bytes; ``POST /api/posts`` with
``{"text", "marker", "media"}``; ``DELETE /api/posts/ID`` and ``/api/media/ID``; ``GET /api/items?marker=&page=`` lists
posts and media, without a marker those of the whole account. ``Idempotency-Key`` is honoured where ``--keys`` says so.
The public: ``GET /public/ACCOUNT`` and ``GET /public/ID``. Tests: ``GET /control`` tells what is online and how many
calls came, ``POST /control`` switches faults.
"""

import argparse
import contextlib
import http.server
import json
import math
import pathlib
import secrets
import socket
import sys
import time
import urllib.parse
from collections.abc import Callable
from typing import Any

from fahndung.testing.faults import UNKNOWN_AFTER, Call, Fault, Rule
from fahndung.testing.stock import Platform, Reply, Settings, json_reply

LARGEST = 16 * 1024 * 1024


class _Cut(Exception):
    """The connection is closed without an answer."""


class Request(http.server.BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 64 * 1024
    platform: Platform

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the journal is enough."""

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

    do_GET = do_POST = do_DELETE = _answer  # noqa: N815 - names that http.server asks for

    def _reply(self, body: bytes) -> Reply:
        parts = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(parts.query))
        place = parts.path.strip("/").split("/")
        try:
            if place == ["control"]:
                return self._control(body)
            if place[0] == "public" and self.command == "GET":
                return self._struck(Call.READ, lambda stale: self.platform.read(place[1], stale=stale))
            return self._api(place, query, body)
        except (ValueError, KeyError, TypeError, IndexError):
            return json_reply(400, error="bad-request")

    def _api(self, place: list[str], query: dict[str, str], body: bytes) -> Reply:
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        account = self.platform.settings.accounts.get(token)
        if account is None:
            return json_reply(401, error="token")
        if self.command != "GET" and (wait := self.platform.over_rate(account)):
            return _limited(wait)
        key = self.headers.get("Idempotency-Key")
        match self.command, place:
            case "GET", ["api", "whoami"]:
                return self._struck(Call.WHOAMI, lambda _: json_reply(200, account=account, may_delete=True))
            case "POST", ["api", "media"]:
                marker = query["marker"]
                return self._struck(Call.UPLOAD, lambda _: self.platform.make("media", account, key, body, marker, ()))
            case "POST", ["api", "posts"]:
                values = json.loads(body)
                text, marker, media = str(values["text"]).encode(), str(values["marker"]), tuple(values["media"])
                return self._struck(
                    Call.CREATE, lambda _: self.platform.make("post", account, key, text, marker, media)
                )
            case "DELETE", ["api", "posts" | "media", id]:
                return self._struck(Call.DELETE, lambda _: self.platform.delete(id, account))
            case "GET", ["api", "items"] if self.platform.settings.lookup:
                wanted, page = query.get("marker"), int(query.get("page", "0"))
                return self._struck(Call.LIST, lambda stale: self.platform.listing(account, wanted, page, stale=stale))
        return json_reply(404, error="not-found")

    def _struck(self, call: Call, act: Callable[[bool], Reply]) -> Reply:
        """What ``act`` answers, unless a fault strikes the call; its argument asks for a stale answer."""
        rule = self.platform.strike(call)
        if rule is None or rule.fault is Fault.STALE:
            return act(rule is not None)
        if rule.fault is Fault.LATE:
            time.sleep(rule.seconds)
            return act(False)
        if rule.fault in UNKNOWN_AFTER:
            reply = act(False)
            if rule.fault is Fault.TIMEOUT_AFTER:
                time.sleep(rule.seconds)
                return reply
        if rule.fault in {Fault.CUT_BEFORE, Fault.CUT_AFTER}:
            raise _Cut
        if rule.fault is Fault.TIMEOUT_BEFORE:
            time.sleep(rule.seconds)
            raise _Cut
        return _lie(rule, call)

    def _control(self, body: bytes) -> Reply:
        if self.command == "GET":
            return json_reply(200, online=self.platform.online(), calls=self.platform.calls())
        values: dict[str, Any] = json.loads(body)
        self.platform.switch([Rule.parse(one) for one in values.get("rules", ())], clear=bool(values.get("clear")))
        return json_reply(200)


def _limited(seconds: float) -> Reply:
    headers = (("Retry-After", f"{math.ceil(seconds)}"),)
    return Reply(status=429, body=b'{"error": "too-many"}', headers=headers)


def _lie(rule: Rule, call: Call) -> Reply:
    """The answer of a platform that does nothing of what it was asked; or nothing more, if it has done it."""
    match rule.fault:
        case Fault.LIMITED:
            return _limited(rule.seconds)
        case Fault.GARBAGE:
            return Reply(status=200, body=b"<html>one moment, please", headers=(("Content-Type", "text/html"),))
        case Fault.NOTHING:
            kind = "media" if call is Call.UPLOAD else "post"
            return Reply(status=204) if call is Call.DELETE else json_reply(201, id=f"{kind}-{secrets.token_hex(4)}")
        case Fault.UNAUTHORIZED:
            return json_reply(401, error="token")
        case Fault.REFUSED:
            return json_reply(422, error="refused")
        case Fault.DUPLICATE:
            return json_reply(409, error="duplicate")
        case Fault.CLOSED:
            return json_reply(403, error="window-closed")
    return json_reply(500, error="internal")


class Server(http.server.ThreadingHTTPServer):
    """Listens on this machine only."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, platform: Platform, port: int) -> None:
        super().__init__(("127.0.0.1", port), type("BoundRequest", (Request,), {"platform": platform}))

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that was killed is no news; anything else is told on the error output."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def main(arguments: list[str] | None = None) -> None:
    """Runs until it is killed."""
    parser = argparse.ArgumentParser(description="An invented platform of posts, for tests on this machine.")
    parser.add_argument("--port", type=int, default=0, help="0: any that is free; it is printed")
    parser.add_argument("--journal", type=pathlib.Path, required=True, help="every effect, one line each")
    parser.add_argument("--accounts", type=pathlib.Path, required=True, help='JSON: {"token": "name of the account"}')
    parser.add_argument("--keys", type=float, default=0, metavar="SECONDS", help="how long keys are honoured; 0: not")
    parser.add_argument("--no-lookup", action="store_true", help="nothing can be listed")
    parser.add_argument("--lag", type=float, default=0, metavar="SECONDS", help="how late a listing shows what is new")
    parser.add_argument("--media-go", action="store_true", help="media are deleted together with their post")
    parser.add_argument("--writes", type=int, default=0, help="how many writes an account may make; 0: any number")
    parser.add_argument("--per", type=float, default=60, metavar="SECONDS", help="the span for --writes")
    parser.add_argument("--seed", type=int, default=0, help="of the faults that strike at random")
    options = parser.parse_args(arguments)
    settings = Settings(
        accounts=json.loads(options.accounts.read_text("utf-8")),
        keys_s=options.keys,
        lookup=not options.no_lookup,
        lag_s=options.lag,
        media_stay=not options.media_go,
        writes=options.writes,
        per_s=options.per,
    )
    with options.journal.open("a", encoding="utf-8") as journal:
        server = Server(Platform(settings, journal, seed=options.seed), options.port)
        sys.stdout.write(f"{server.server_port}\n")
        sys.stdout.flush()
        server.serve_forever(poll_interval=0.05)


if __name__ == "__main__":
    main()
