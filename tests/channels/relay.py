"""Stands before a real Bluesky server and makes its calls fail; also a view of the network (AppView), read from it.

A process of its own (``python -m tests.channels.relay --pds URL …``) or a thread. Invents no success: what it does not
strike the server answers.
"""

import argparse
import dataclasses
import http.client
import io
import json
import math
import pathlib
import urllib.parse
from collections.abc import Mapping
from typing import Any

from fahndung.channels.blueskyrecord import COLLECTIONS
from fahndung.testing import serving
from fahndung.testing.bench import Bench, Reply, clock, json_reply
from fahndung.testing.faults import Call, Fault, Rule
from fahndung.testing.serving import Server

_POST = COLLECTIONS["post"]
_CALLS: Mapping[str, Call] = {
    "com.atproto.repo.deleteRecord": Call.DELETE,
    "com.atproto.repo.uploadBlob": Call.UPLOAD,
    "com.atproto.repo.listRecords": Call.LIST,
    "com.atproto.repo.getRecord": Call.READ,
    "app.bsky.feed.getPosts": Call.READ,
}
"""A put is ``create`` for a post and ``upload`` for a gate; all else, and what is told of files, tells who the account
is."""
_KEPT = frozenset({"content-type", "retry-after", "ratelimit-limit", "ratelimit-reset", "ratelimit-remaining"})
_PATIENCE_S = 60


class Relay(Bench):
    """Which server it stands before, and what it has seen written.

    Attributes:
        bypass: what makes the server not count calls; empty: it counts.
        hidden: addresses of posts that the view does not show.
        shown: address to what the view shows in place of the record.
        answered: what the server was asked for and its status, in order.
    """

    def __init__(self, url: str, bypass: str = "") -> None:
        super().__init__(io.StringIO())
        self.where, self.bypass = urllib.parse.urlsplit(url).netloc, bypass
        self.hidden: set[str] = set()
        self.shown: dict[str, object] = {}
        self.written: dict[str, dict[str, Any]] = {}
        self.answered: list[tuple[str, int]] = []

    def online(self) -> list[dict[str, str]]:
        """The server tells that, and nobody else."""
        return []


class Request(serving.Request):
    """One connection."""

    platform: Relay

    def reply(self, place: list[str], query: dict[str, str], body: bytes) -> Reply:
        """What the server answers, or what a fault makes of it."""
        name = place[1]
        told = body if name in {"com.atproto.repo.putRecord", "com.atproto.repo.deleteRecord"} else b"{}"
        self._values: dict[str, Any] = json.loads(told or b"{}")
        call = _CALLS.get(name, Call.WHOAMI)
        if name == "com.atproto.repo.putRecord":
            call = Call.CREATE if self._values["collection"] == _POST else Call.UPLOAD
        return self.struck(call, lambda stale: self._act(name, query, body, stale=stale))

    def lie(self, rule: Rule, call: Call) -> Reply:
        """Answers in the shapes of the real server."""
        match rule.fault:
            case Fault.LIMITED:
                reset = math.ceil(clock().timestamp() + rule.seconds)
                reply = json_reply(429, error="RateLimitExceeded", message="Rate Limit Exceeded")
                return dataclasses.replace(reply, headers=(*reply.headers, ("RateLimit-Reset", str(reset))))
            case Fault.GARBAGE:
                return Reply(status=200, body=b"<html>one moment, please", headers=(("Content-Type", "text/html"),))
            case Fault.NOTHING:
                return json_reply(200)
            case Fault.UNAUTHORIZED:
                return json_reply(401, error="AuthMissing", message="Authentication Required")
            case Fault.REFUSED:
                return json_reply(400, error="InvalidRequest", message="Invalid record")
        return json_reply(500, error="InternalServerError", message="Internal Server Error")

    def _act(self, name: str, query: dict[str, str], body: bytes, *, stale: bool) -> Reply:
        if name == "app.bsky.actor.getProfile":
            return self._profile(query["actor"])
        if name == "app.bsky.feed.getPosts":
            return self._posts(query["uris"], stale=stale)
        if stale and name == "com.atproto.repo.getRecord":
            uri = f"at://{query['repo']}/{query['collection']}/{query['rkey']}"
            if uri in self.platform.written:
                return json_reply(200, uri=uri, cid="bafystale", value=self.platform.written[uri])
        reply = self._asked(self.command, self.path, body)
        self.platform.answered.append((name.rpartition(".")[2], reply.status))
        if name == "com.atproto.repo.putRecord" and reply.status == 200:
            self.platform.written[json.loads(reply.body)["uri"]] = self._values["record"]
        return reply

    def _profile(self, did: str) -> Reply:
        reply = self._asked("GET", f"/xrpc/com.atproto.repo.describeRepo?repo={did}")
        if reply.status != 200:
            return json_reply(400, error="InvalidRequest", message="Profile not found")
        told = json.loads(reply.body)
        return json_reply(200, did=told["did"], handle=told["handle"])

    def _posts(self, uri: str, *, stale: bool) -> Reply:
        did, collection, key = uri.removeprefix("at://").split("/")
        reply = self._asked("GET", f"/xrpc/com.atproto.repo.getRecord?repo={did}&collection={collection}&rkey={key}")
        record = json.loads(reply.body)["value"] if reply.status == 200 else None
        if stale:
            record = self.platform.written.get(uri, record)
        record = self.platform.shown.get(uri, record)
        if record is None or uri in self.platform.hidden:
            return json_reply(200, posts=[])
        return json_reply(200, posts=[{"uri": uri, "cid": "bafy", "author": {"did": did}, "record": record}])

    def _asked(self, method: str, path: str, body: bytes = b"") -> Reply:
        """The real server's answer."""
        headers = {name: value for name in ("Authorization", "Content-Type") if (value := self.headers.get(name))}
        if self.platform.bypass:
            headers["X-Ratelimit-Bypass"] = self.platform.bypass
        line = http.client.HTTPConnection(self.platform.where, timeout=_PATIENCE_S)
        try:
            line.request(method, path, body=body or None, headers=headers)
            answer = line.getresponse()
            kept = tuple((name, value) for name, value in answer.getheaders() if name.lower() in _KEPT)
            return Reply(status=answer.status, body=answer.read(), headers=kept)
        finally:
            line.close()


def main() -> None:
    """Runs until it is killed."""
    parser = argparse.ArgumentParser(description="Stands before a Bluesky server, for tests on this machine.")
    parser.add_argument("--pds", required=True, help="the server's address")
    parser.add_argument("--bypass", type=pathlib.Path, required=True, help="file with what makes it not count calls")
    options = parser.parse_args()
    Server(Request, Relay(options.pds, options.bypass.read_text("utf-8")), 0).run()


if __name__ == "__main__":
    main()
