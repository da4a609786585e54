"""Stands before a real WordPress and makes its calls fail. A process of its own, or a thread.

Invents no success: what it does not strike the site answers, which takes the relay's address for its own.
"""

import argparse
import http.client
import io
import json
import urllib.parse
from collections.abc import Mapping

from fahndung.testing import serving
from fahndung.testing.bench import Bench, Reply, json_reply
from fahndung.testing.faults import Call, Fault, Rule
from fahndung.testing.serving import Server

_KEPT = frozenset({"content-type", "location", "x-wp-total", "x-wp-totalpages", "x-robots-tag", "retry-after"})
_PASSED = ("Content-Type", "Content-Disposition")
_PATIENCE_S = 60
_REST = ("wp-json", "wp", "v2")


class Relay(Bench):
    """Which site it stands before, and what strangers were shown.

    Attributes:
        answered: what the site was asked for and its status, in order.
        shown: address to what a stranger got there once.
    """

    def __init__(self, url: str) -> None:
        super().__init__(io.StringIO())
        self.where = urllib.parse.urlsplit(url).netloc
        self.answered: list[tuple[str, str, int]] = []
        self.shown: dict[str, Reply] = {}

    def online(self) -> list[dict[str, str]]:
        """The database tells that, and nobody else."""
        return []


class Request(serving.Request):
    """One connection."""

    platform: Relay

    def reply(self, place: list[str], query: dict[str, str], body: bytes) -> Reply:
        """What the site answers, or what a fault makes of it."""
        return self.struck(self._call(place, query), lambda stale: self._act(body, stale=stale))

    def lie(self, rule: Rule, call: Call) -> Reply:
        """Answers in the shapes of the real site."""
        match rule.fault:
            case Fault.LIMITED:
                reply = _error(429, "rest_too_many_requests", "Too many requests.")
                return Reply(status=429, body=reply.body, headers=(*reply.headers, ("Retry-After", "30")))
            case Fault.GARBAGE:
                return Reply(status=200, body=b"<html>one moment, please", headers=(("Content-Type", "text/html"),))
            case Fault.NOTHING:
                return json_reply(200, deleted=True, previous={})
            case Fault.UNAUTHORIZED:
                return _error(401, "rest_not_logged_in", "You are not currently logged in.")
            case Fault.REFUSED:
                return _error(400, "rest_invalid_param", "Invalid parameter(s): title")
        page = (
            b"<!DOCTYPE html><title>WordPress &rsaquo; Error</title><p>There has been a critical error on this website."
        )
        return Reply(status=500, body=page, headers=(("Content-Type", "text/html; charset=utf-8"),))

    def _call(self, place: list[str], query: Mapping[str, str]) -> Call:
        if self.command == "DELETE":
            return Call.DELETE
        rest = place[3:] if tuple(place[:3]) == _REST else []
        if self.command == "POST":
            return Call.SHOW if rest[1:] else Call.UPLOAD if rest == ["media"] else Call.CREATE
        if "author" in query:
            return Call.LIST
        above = query.get("slug") == "fahndung" and "Authorization" in self.headers
        return Call.WHOAMI if rest == ["users", "me"] or above or "media_type" in query else Call.READ

    def _act(self, body: bytes, *, stale: bool) -> Reply:
        if stale and "Authorization" not in self.headers and self.path in self.platform.shown:
            return self.platform.shown[self.path]
        reply = self._asked(self.command, self.path, body)
        self.platform.answered.append((self.command, self.path, reply.status))
        if self.command == "POST" and reply.status == 200:
            self._keep(json.loads(reply.body))
        return reply

    def _keep(self, page: Mapping[str, str]) -> None:
        """What a stranger is shown now, for one who will be shown it for too long."""
        if page["status"] == "publish":
            path = urllib.parse.urlsplit(page["link"]).path
            self.platform.shown[path] = self._asked("GET", path)

    def _asked(self, method: str, path: str, body: bytes = b"") -> Reply:
        """The real site's answer."""
        headers = {name: value for name in _PASSED if body and (value := self.headers.get(name))}
        if login := self.headers.get("Authorization"):
            headers["Authorization"] = login
        headers["Host"] = self.headers["Host"]
        line = http.client.HTTPConnection(self.platform.where, timeout=_PATIENCE_S)
        try:
            line.request(method, path, body=body or None, headers=headers)
            answer = line.getresponse()
            kept = tuple((name, value) for name, value in answer.getheaders() if name.lower() in _KEPT)
            return Reply(status=answer.status, body=answer.read(), headers=kept)
        finally:
            line.close()


def _error(status: int, code: str, message: str) -> Reply:
    return json_reply(status, code=code, message=message, data={"status": status})


def main() -> None:
    """Runs until it is killed."""
    parser = argparse.ArgumentParser(description="Stands before a WordPress, for tests on this machine.")
    parser.add_argument("--site", required=True, help="the site's address")
    Server(Request, Relay(parser.parse_args().site), 0).run()


if __name__ == "__main__":
    main()
