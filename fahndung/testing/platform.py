"""An invented platform of posts as a process of its own: ``python -m fahndung.testing.platform --port 0 …``.

For rehearsals and crash tests, on this machine only. It prints its port, keeps everything in memory, and appends every
effect to its journal before it answers: whatever becomes of its callers, the journal says what happened.

Accounts (bearer token): ``GET /api/whoami``; ``POST /api/media?marker=`` with the bytes; ``POST /api/posts`` with
``{"text", "marker", "media"}``; ``DELETE /api/posts/ID`` and ``/api/media/ID``; ``GET /api/items?marker=&page=`` lists
posts and media. ``Idempotency-Key`` is honoured where ``--keys`` says so. The public: ``GET /public/ACCOUNT`` and
``GET /public/ID``. Tests: ``GET /control`` tells what is online, ``POST /control`` switches faults.
"""

import argparse
import collections
import dataclasses
import datetime as dt
import hashlib
import http.server
import json
import pathlib
import secrets
import socket
import sys
import threading
import time
import urllib.parse
from collections.abc import Callable
from typing import IO, Any

from fahndung.testing.faults import UNKNOWN_AFTER, Call, Fault, Faults, Rule

PAGE = 50
LARGEST = 16 * 1024 * 1024


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer: its status, its body, and what else it says in its headers."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


def _json(status: int, **values: object) -> Reply:
    return Reply(status=status, body=json.dumps(values).encode(), headers=(("Content-Type", "application/json"),))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A post or a media object: ``made`` on the monotonic clock."""

    id: str
    kind: str
    account: str
    marker: str
    data: bytes
    media: tuple[str, ...]
    made: float


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How the platform behaves when nothing fails.

    Attributes:
        accounts: token to the account's name.
        keys_s: for how many seconds a key is honoured; 0: never.
        lookup: whether it lists.
        lag_s: after how many seconds a new object shows in the listing.
        media_stay: whether media stay public when their post is deleted.
    """

    accounts: dict[str, str]
    keys_s: float = 0
    lookup: bool = True
    lag_s: float = 0
    media_stay: bool = True


class Platform:
    """What is online, and what happened; safe for many threads."""

    def __init__(self, settings: Settings, journal: IO[str], *, seed: int = 0) -> None:
        self.settings = settings
        self._faults = Faults(seed=seed)
        self._journal, self._lock = journal, threading.Lock()
        self._online: dict[str, Item] = {}
        self._graves: dict[str, Item] = {}
        self._by_marker: dict[str, list[str]] = collections.defaultdict(list)
        self._keys: dict[tuple[str, str], tuple[float, Reply]] = {}
        self._count = 0

    def strike(self, call: Call) -> Rule | None:
        """The fault that strikes this call, if any."""
        with self._lock:
            return self._faults.strike(call)

    def switch(self, rules: list[Rule], *, clear: bool) -> None:
        """Switches faults off, if ``clear``, and then these on.

        Raises:
            ValueError: a process cannot be unreachable and answer; stop it instead.
        """
        if any(rule.fault is Fault.UNREACHABLE for rule in rules):
            raise ValueError("stop the process instead")
        with self._lock:
            if clear:
                self._faults.clear()
            for rule in rules:
                self._faults.add_rule(rule)

    def make(self, kind: str, account: str, key: str | None, data: bytes, marker: str, media: tuple[str, ...]) -> Reply:
        """Makes an object, or repeats what the same key was answered."""
        now = time.monotonic()
        with self._lock:
            made, reply = self._keys.get((account, key or ""), (0.0, None))
            if key and reply is not None and now - made < self.settings.keys_s:
                return dataclasses.replace(reply, status=200)
            if missing := [one for one in media if one not in self._online]:
                return _json(422, error="no-media", id=missing[0])
            self._count += 1
            item = Item(
                id=f"{kind}-{self._count}",
                kind=kind,
                account=account,
                marker=marker,
                data=data,
                media=media,
                made=now,
            )
            self._note("create", item)
            self._online[item.id] = item
            self._by_marker[marker].append(item.id)
            reply = _json(201, id=item.id)
            if key and self.settings.keys_s:
                self._keys[account, key] = (now, reply)
            return reply

    def delete(self, id: str, account: str) -> Reply:
        """Removes an object of that account."""
        with self._lock:
            item = self._online.get(id)
            if item is None or item.account != account:
                return _json(404, error="not-found")
            self._remove(item)
            for one in () if self.settings.media_stay else item.media:
                if one in self._online:
                    self._remove(self._online[one])
            return Reply(status=204)

    def listing(self, account: str, marker: str, page: int, *, stale: bool) -> Reply:
        """One page of what carries the marker; a stale one lacks the newest object."""
        limit = time.monotonic() - self.settings.lag_s
        with self._lock:
            there = [self._online[id] for id in self._by_marker.get(marker, ()) if id in self._online]
        shown = [one for one in there if one.account == account and one.made <= limit]
        shown = shown[: len(shown) - stale]
        chosen = shown[page * PAGE : (page + 1) * PAGE]
        items = [{"id": one.id, "kind": one.kind, "marker": one.marker} for one in chosen]
        return _json(200, items=items, total=len(shown), next=page + 1 if len(shown) > (page + 1) * PAGE else None)

    def read(self, id: str, *, stale: bool) -> Reply:
        """What a visitor sees; a stale cache still shows what was deleted."""
        if id in self.settings.accounts.values():
            return Reply(status=200, body=id.encode())
        item = self._online.get(id) or (self._graves.get(id) if stale else None)
        return _json(404, error="not-found") if item is None else Reply(status=200, body=item.data)

    def online(self) -> list[dict[str, str]]:
        """All objects that are online, with the hash of what they show."""
        with self._lock:
            items = list(self._online.values())
        return [
            {
                "id": item.id,
                "kind": item.kind,
                "marker": item.marker,
                "account": item.account,
                "sha256": hashlib.sha256(item.data).hexdigest(),
            }
            for item in items
        ]

    def _remove(self, item: Item) -> None:
        self._note("delete", item)
        self._graves[item.id] = self._online.pop(item.id)
        self._by_marker[item.marker].remove(item.id)

    def _note(self, verb: str, item: Item) -> None:
        """The journal is written before anybody can learn of the effect."""
        # a process of its own: its clock is the platform's, not this program's
        now = dt.datetime.now(dt.UTC).isoformat()  # noqa: TID251
        self._journal.write(f"{now} {verb} {item.kind} {item.id} {item.marker}\n")
        self._journal.flush()


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
            return _json(400, error="bad-request")

    def _api(self, place: list[str], query: dict[str, str], body: bytes) -> Reply:
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        account = self.platform.settings.accounts.get(token)
        if account is None:
            return _json(401, error="token")
        key = self.headers.get("Idempotency-Key")
        match self.command, place:
            case "GET", ["api", "whoami"]:
                return self._struck(Call.WHOAMI, lambda _: _json(200, account=account, may_delete=True))
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
                marker, page = query["marker"], int(query.get("page", "0"))
                return self._struck(Call.LIST, lambda stale: self.platform.listing(account, marker, page, stale=stale))
        return _json(404, error="not-found")

    def _struck(self, call: Call, act: Callable[[bool], Reply]) -> Reply:
        """What ``act`` answers, unless a fault strikes the call; its argument asks for a stale answer."""
        rule = self.platform.strike(call)
        if rule is None or rule.fault is Fault.STALE:
            return act(rule is not None)
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
            return _json(200, online=self.platform.online())
        values: dict[str, Any] = json.loads(body)
        self.platform.switch([Rule.parse(one) for one in values.get("rules", ())], clear=bool(values.get("clear")))
        return _json(200)


def _lie(rule: Rule, call: Call) -> Reply:
    """The answer of a platform that does nothing of what it was asked; or nothing more, if it has done it."""
    match rule.fault:
        case Fault.LIMITED:
            headers = (("Retry-After", f"{max(1, round(rule.seconds))}"),)
            return Reply(status=429, body=b'{"error": "too-many"}', headers=headers)
        case Fault.GARBAGE:
            return Reply(status=200, body=b"<html>one moment, please", headers=(("Content-Type", "text/html"),))
        case Fault.NOTHING:
            kind = "media" if call is Call.UPLOAD else "post"
            return Reply(status=204) if call is Call.DELETE else _json(201, id=f"{kind}-{secrets.token_hex(4)}")
        case Fault.UNAUTHORIZED:
            return _json(401, error="token")
        case Fault.REFUSED:
            return _json(422, error="refused")
        case Fault.DUPLICATE:
            return _json(409, error="duplicate")
        case Fault.CLOSED:
            return _json(403, error="window-closed")
    return _json(500, error="internal")


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
    parser.add_argument("--seed", type=int, default=0, help="of the faults that strike at random")
    options = parser.parse_args(arguments)
    settings = Settings(
        accounts=json.loads(options.accounts.read_text("utf-8")),
        keys_s=options.keys,
        lookup=not options.no_lookup,
        lag_s=options.lag,
        media_stay=not options.media_go,
    )
    with options.journal.open("a", encoding="utf-8") as journal:
        server = Server(Platform(settings, journal, seed=options.seed), options.port)
        sys.stdout.write(f"{server.server_port}\n")
        sys.stdout.flush()
        server.serve_forever(poll_interval=0.05)


if __name__ == "__main__":
    main()
