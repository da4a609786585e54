"""A simulated Graph API as a process of its own: ``python -m fahndung.testing.facebook --profile flip …``.

For tests and rehearsals, on this machine only: it answers the calls that ``fahndung.channels.facebook`` makes. It
prints its port, keeps everything in memory, and appends every effect to its journal before it answers: whatever becomes
of its callers, the journal says what happened (``upload``: a photo, and ``draft``: a post, made for nobody to see;
``create``: shown; ``delete``; ``reread``: read an address again).
What the field specifications do not describe, all errors above all, has a header ``X-Simulated``. ``/control`` as in
``fahndung.testing.serving``.
"""

import argparse
import dataclasses
import hashlib
import hmac
import json
import math
import pathlib
import urllib.parse
from collections.abc import Mapping

from fahndung.testing import facebookstock as stock
from fahndung.testing import forms, graph, serving
from fahndung.testing.bench import Reply, json_reply
from fahndung.testing.facebookstock import EDGES, PROFILES, Page, Stock
from fahndung.testing.faults import Call, Fault, Rule
from fahndung.testing.graph import missing, refused
from fahndung.testing.serving import Server

APP_SECRET = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"  # noqa: S105  # of all applications here
BLIND = "BLIND"
"""A token without any permission: it is told that nothing exists."""
VERSION, FILE = "v26.0", "source"


class Request(serving.Request):
    """One connection."""

    platform: Stock

    def reply(self, place: list[str], query: dict[str, str], body: bytes) -> Reply:
        """What the Graph API answers."""
        kind = self.headers.get("Content-Type", "")
        form = forms.parts(body, kind) if kind.startswith("multipart/form-data") else {}
        file = form.pop(FILE, b"")
        said = {name: part.decode() for name, part in form.items()}
        values = query | (said or dict(urllib.parse.parse_qsl(body.decode())))
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        self._page = self.platform.whose(token)
        proof = hmac.new(APP_SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()
        if place[0] != VERSION:
            return refused(2500, "Unknown path components", status=400)
        if token == BLIND:
            return missing(place[-1])
        if self._page is None:
            return graph.unauthorised()
        if values.get("appsecret_proof") != proof:
            return refused(100, "Invalid appsecret_proof provided in the API argument", status=400)
        named = place[1:] or [""]
        return self._busy(self._answered(self._page, named, values, file), self.platform.usage, 0)

    def lie(self, rule: Rule, call: Call) -> Reply:
        """The answer of a platform that does nothing of what it was asked; or nothing more, if it has done it."""
        match rule.fault:
            case Fault.LIMITED:
                limited = refused(80001, "There have been too many calls to this Page account.", status=400)
                return self._busy(limited, 100, math.ceil(rule.seconds / 60))
            case Fault.NOTHING if call is Call.CREATE and self._page is not None:
                return json_reply(200, id=f"{self._page.id}_99999")
            case Fault.NOTHING if call is Call.UPLOAD:
                return json_reply(200, id="99999")
            case Fault.NOTHING:
                return json_reply(200, success=True)
        return graph.fault(rule)

    def _answered(self, page: Page, place: list[str], values: Mapping[str, str], file: bytes) -> Reply:
        platform, fields = self.platform, graph.fields(values.get("fields", "id"))
        match self.command, place:
            case "GET", [id] if id in {page.id, "me"}:
                return self.struck(Call.WHOAMI, lambda _: stock.page(page, fields))
            case "GET", [id, edge] if id == page.id and edge in EDGES:
                return self.struck(Call.LIST, lambda stale: platform.listing(page, edge, values, fields, stale=stale))
            case "GET", [id]:
                return self.struck(Call.READ, lambda stale: platform.read(page, id, fields, stale=stale))
            case "POST", [""] if values.get("scrape") == "true":
                return self.struck(Call.REREAD, lambda _: platform.reread(values["id"]))
            case "POST", [id, "feed"] if id == page.id:
                return self.struck(Call.CREATE, lambda _: platform.create(page, values))
            case "POST", [id, "photos"] if id == page.id:
                return self.struck(Call.UPLOAD, lambda _: platform.upload(page, values, file))
            case "POST", [id]:
                return self.struck(Call.SHOW, lambda _: platform.show_all(page, id, values))
            case "DELETE", [id]:
                return self.struck(Call.DELETE, lambda _: platform.delete(page, id))
        return missing(place[0])

    def _busy(self, reply: Reply, percent: int, minutes: int) -> Reply:
        if self._page is None or not percent:
            return reply
        return graph.usage(reply, self._page.id, percent=percent, minutes=minutes)


def main(arguments: list[str] | None = None) -> None:
    """Runs until it is killed."""
    parser = argparse.ArgumentParser(description="A simulated Graph API, for tests on this machine.")
    parser.add_argument("--port", type=int, default=0, help="0: any that is free; it is printed")
    parser.add_argument("--journal", type=pathlib.Path, required=True, help="every effect, one line each")
    parser.add_argument("--accounts", type=pathlib.Path, required=True, help='JSON: {"token": "name of a Page"}')
    parser.add_argument("--profile", choices=PROFILES, default="flip", help="what kind of Facebook")
    parser.add_argument("--lag", type=float, metavar="SECONDS", help="how late a listing is; else as the profile says")
    parser.add_argument("--usage", type=int, default=0, metavar="PERCENT", help="how busy every answer says a Page is")
    parser.add_argument("--seed", type=int, default=0, help="of the faults that strike at random")
    options = parser.parse_args(arguments)
    profile = PROFILES[options.profile]
    if options.lag is not None:
        profile = dataclasses.replace(profile, lag_s=options.lag)
    accounts = json.loads(options.accounts.read_text("utf-8"))
    with options.journal.open("a", encoding="utf-8") as journal:
        platform = Stock(profile, accounts, journal, usage=options.usage, seed=options.seed)
        Server(Request, platform, options.port).run()


if __name__ == "__main__":
    main()
