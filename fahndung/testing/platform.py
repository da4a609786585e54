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
import json
import math
import pathlib
import secrets

from fahndung.testing import serving
from fahndung.testing.bench import Reply, json_reply
from fahndung.testing.faults import Call, Fault, Rule
from fahndung.testing.serving import Server
from fahndung.testing.stock import Platform, Settings


class Request(serving.Request):
    """One connection."""

    platform: Platform

    def reply(self, place: list[str], query: dict[str, str], body: bytes) -> Reply:
        """What the platform answers."""
        if place[0] == "public" and self.command == "GET":
            return self.struck(Call.READ, lambda stale: self.platform.read(place[1], stale=stale))
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        account = self.platform.settings.accounts.get(token)
        if account is None:
            return json_reply(401, error="token")
        if self.command != "GET" and (wait := self.platform.over_rate(account)):
            return _limited(wait)
        key = self.headers.get("Idempotency-Key")
        match self.command, place:
            case "GET", ["api", "whoami"]:
                return self.struck(Call.WHOAMI, lambda _: json_reply(200, account=account, may_delete=True))
            case "POST", ["api", "media"]:
                marker = query["marker"]
                return self.struck(Call.UPLOAD, lambda _: self.platform.make("media", account, key, body, marker, ()))
            case "POST", ["api", "posts"]:
                values = json.loads(body)
                text, marker, media = str(values["text"]).encode(), str(values["marker"]), tuple(values["media"])
                return self.struck(Call.CREATE, lambda _: self.platform.make("post", account, key, text, marker, media))
            case "DELETE", ["api", "posts" | "media", id]:
                return self.struck(Call.DELETE, lambda _: self.platform.delete(id, account))
            case "GET", ["api", "items"] if self.platform.settings.lookup:
                wanted, page = query.get("marker"), int(query.get("page", "0"))
                return self.struck(Call.LIST, lambda stale: self.platform.listing(account, wanted, page, stale=stale))
        return json_reply(404, error="not-found")

    def lie(self, rule: Rule, call: Call) -> Reply:
        """The answer of a platform that does nothing of what it was asked; or nothing more, if it has done it."""
        match rule.fault:
            case Fault.LIMITED:
                return _limited(rule.seconds)
            case Fault.GARBAGE:
                return Reply(status=200, body=b"<html>one moment, please", headers=(("Content-Type", "text/html"),))
            case Fault.NOTHING:
                kind = "media" if call is Call.UPLOAD else "post"
                return (
                    Reply(status=204) if call is Call.DELETE else json_reply(201, id=f"{kind}-{secrets.token_hex(4)}")
                )
            case Fault.UNAUTHORIZED:
                return json_reply(401, error="token")
            case Fault.REFUSED:
                return json_reply(422, error="refused")
            case Fault.DUPLICATE:
                return json_reply(409, error="duplicate")
            case Fault.CLOSED:
                return json_reply(403, error="window-closed")
        return json_reply(500, error="internal")


def _limited(seconds: float) -> Reply:
    headers = (("Retry-After", f"{math.ceil(seconds)}"),)
    return Reply(status=429, body=b'{"error": "too-many"}', headers=headers)


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
        server = Server(Request, Platform(settings, journal, seed=options.seed), options.port)
        server.run()


if __name__ == "__main__":
    main()
