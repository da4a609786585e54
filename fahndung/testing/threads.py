"""A simulated Threads API as a process of its own: ``python -m fahndung.testing.threads --profile prompt …``.

For tests and rehearsals, on this machine only: it answers the calls that ``fahndung.channels.threads`` makes. It prints
its port, keeps everything in memory, and appends every effect to its journal before it answers: whatever becomes of its
callers, the journal says what happened (``draft``: a container, which nobody is shown; ``create``: a post; ``delete``).
Nothing machine-readable describes Threads: all of it is own reading. ``/control`` as in ``fahndung.testing.serving``.
"""

import argparse
import dataclasses
import json
import math
import pathlib
import urllib.parse
from collections.abc import Mapping

from fahndung.testing import graph, serving
from fahndung.testing.bench import Reply, json_reply
from fahndung.testing.faults import Call, Fault, Rule
from fahndung.testing.graph import missing, refused
from fahndung.testing.serving import Server
from fahndung.testing.threadsstock import A_DAY, PROFILES, Stock

BLIND = "BLIND"
"""A token without any permission: it is told that nothing exists."""
VERSION = "v1.0"


class Request(serving.Request):
    """One connection."""

    platform: Stock

    def reply(self, place: list[str], query: dict[str, str], body: bytes) -> Reply:
        """What the Threads API answers."""
        values = query | dict(urllib.parse.parse_qsl(body.decode()))
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        whose = self.platform.whose(token)
        if place[0] != VERSION:
            return refused(2500, "Unknown path components", status=400)
        if token == BLIND:
            return missing(place[1])
        if whose is None:
            return graph.unauthorised()
        self._user = whose[1]
        return self._answered(*whose, place[1:], values)

    def lie(self, rule: Rule, call: Call) -> Reply:
        """The answer of a platform that does nothing of what it was asked; or nothing more, if it has done it."""
        match rule.fault:
            case Fault.LIMITED:
                limited = refused(32, "Page request limit reached", status=400)
                return graph.usage(limited, self._user, percent=100, minutes=math.ceil(rule.seconds / 60))
            case Fault.NOTHING if call in {Call.CREATE, Call.UPLOAD}:
                return json_reply(200, id="99999999")
            case Fault.NOTHING:
                return json_reply(200, success=True)
        return graph.fault(rule)

    def _answered(self, name: str, user: str, place: list[str], values: Mapping[str, str]) -> Reply:
        platform, fields = self.platform, {*values.get("fields", "id").split(",")}
        match self.command, place:
            case "GET", ["me"]:
                return self.struck(Call.WHOAMI, lambda _: json_reply(200, id=user, username=name))
            case "GET", [id, "threads_publishing_limit"] if id == user:
                return platform.limits()
            case "GET", [id, "threads"] if id == user:
                return self.struck(Call.LIST, lambda stale: platform.listing(name, values, fields, stale=stale))
            case "GET", [id]:
                if "status" in fields:
                    return self.struck(Call.READ, lambda _: platform.status(name, id) or missing(id))
                return self.struck(Call.READ, lambda stale: platform.read(name, id, fields, stale=stale))
            case "POST", [id, "threads"] if id == user:
                return self.struck(Call.UPLOAD, lambda _: platform.contain(name, values))
            case "POST", [id, "threads_publish"] if id == user:
                return self.struck(Call.CREATE, lambda _: platform.publish(name, values.get("creation_id", "")))
            case "DELETE", [id]:
                return self.struck(Call.DELETE, lambda _: platform.delete(name, id))
        return missing(place[0])


def main(arguments: list[str] | None = None) -> None:
    """Runs until it is killed."""
    parser = argparse.ArgumentParser(description="A simulated Threads API, for tests on this machine.")
    parser.add_argument("--port", type=int, default=0, help="0: any that is free; it is printed")
    parser.add_argument("--journal", type=pathlib.Path, required=True, help="every effect, one line each")
    parser.add_argument("--accounts", type=pathlib.Path, required=True, help='JSON: {"token": "name of an account"}')
    parser.add_argument("--profile", choices=PROFILES, default="prompt", help="what kind of Threads")
    parser.add_argument("--lag", type=float, metavar="SECONDS", help="how late a listing is; else as the profile says")
    parser.add_argument("--a-day", type=int, default=A_DAY, metavar="COUNT", help="how many deletions a day has")
    parser.add_argument("--seed", type=int, default=0, help="of the faults that strike at random")
    options = parser.parse_args(arguments)
    profile = PROFILES[options.profile]
    if options.lag is not None:
        profile = dataclasses.replace(profile, lag_s=options.lag)
    accounts = json.loads(options.accounts.read_text("utf-8"))
    with options.journal.open("a", encoding="utf-8") as journal:
        platform = Stock(profile, accounts, journal, a_day=options.a_day, seed=options.seed)
        Server(Request, platform, options.port).run()


if __name__ == "__main__":
    main()
