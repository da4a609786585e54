"""A simulated Mastodon server as a process of its own: ``python -m fahndung.testing.mastodon --profile 4.4+ …``.

For tests and rehearsals, on this machine only: it answers the calls that ``fahndung.channels.mastodon`` and other
clients make to post, change, list and delete, and the public pages beside them. It prints its port, keeps everything in
memory, and appends every effect to its journal before it answers: whatever becomes of its callers, the journal says
what happened. What the specification does not describe (faults, and the oddities of a profile) has a header
``X-Simulated``. ``/control`` as in ``fahndung.testing.serving``.
"""

import argparse
import dataclasses
import html
import json
import pathlib
import urllib.parse
from collections.abc import Callable
from typing import Any

from fahndung.testing import mastodonshapes as shapes
from fahndung.testing import serving
from fahndung.testing.bench import Reply, clock, json_reply, odd
from fahndung.testing.faults import Call, Fault, Rule
from fahndung.testing.mastodoninstance import instance
from fahndung.testing.mastodonshapes import Account, Status
from fahndung.testing.mastodonstock import PROFILES, Mastodon, limited, refused
from fahndung.testing.serving import Server

_LIMITS = {Call.DELETE: 30}
_LIMIT = 300


class Request(serving.Request):
    """One connection."""

    platform: Mastodon

    def reply(self, place: list[str], query: dict[str, str], body: bytes) -> Reply:
        """What the server answers."""
        if place[0] in {"system", "fileserver", "avatars"} and self.command == "GET":
            return self.struck(Call.READ, lambda stale: self._file(place, stale))
        if place[0].startswith("@") and self.command == "GET":
            return self.struck(Call.READ, lambda stale: self._page(place, stale))
        if (self.command, place) == ("POST", ["oauth", "revoke"]):
            self.platform.revoke(self._values(body)["token"])
            return self._json(json_reply(200))
        if (self.command, place[-1]) == ("GET", "instance"):
            return self._json(self._instance(place[1]))
        return self._json(self._api(place[2:], query, body))

    def lie(self, rule: Rule, call: Call) -> Reply:
        """The answer of a server that does nothing of what it was asked; or nothing more, if it has done it."""
        match rule.fault:
            case Fault.LIMITED:
                return self._json(limited(rule.seconds, _LIMITS.get(call, _LIMIT)))
            case Fault.GARBAGE:
                page = Reply(status=200, body=b"<html>one moment, please", headers=(("Content-Type", "text/html"),))
                return odd(page, "a fault")
            case Fault.NOTHING:
                return self._json(json_reply(200, **self._invented()))
            case Fault.UNAUTHORIZED:
                return self._json(_unauthorised())
            case Fault.REFUSED:
                return self._json(refused(self.platform.profile, "Validation failed: Text is refused"))
        return odd(json_reply(500, error="We're sorry, but something went wrong on our end."), "a fault")

    def _api(self, place: list[str], query: dict[str, str], body: bytes) -> Reply:
        token = self.headers.get("Authorization")
        account = None if token is None else self.platform.whose(token.removeprefix("Bearer "))
        if account is None and (token is not None or self.platform.profile.closed):
            return _unauthorised()
        match self.command, place:
            case "GET", ["accounts", "lookup"]:
                return self.struck(Call.WHOAMI, lambda _: self._lookup(query["acct"]))
            case "GET", ["statuses", id]:
                return self.struck(Call.READ, lambda stale: self._status(id, account, stale))
        return _unauthorised() if account is None else self._own(account, place, query, body)

    def _own(self, account: Account, place: list[str], query: dict[str, str], body: bytes) -> Reply:
        """What only a token opens."""
        platform, base = self.platform, self._base
        if self.command != "GET" and not platform.may_write("media" if place[0] == "media" else "statuses"):
            return odd(json_reply(403, error="This action is outside the authorized scopes"), "missing scopes")
        match self.command, place:
            case "GET", ["accounts", "verify_credentials"]:
                count = platform.count(account)
                return self.struck(
                    Call.WHOAMI, lambda _: json_reply(200, **shapes.own_account(account, base, count=count))
                )
            case "GET", ["apps", "verify_credentials"] if not platform.profile.gts:
                return self.struck(Call.WHOAMI, lambda _: self._application())
            case "GET", ["accounts", id, "statuses"] if id == account.id:
                return self.struck(Call.LIST, lambda stale: platform.listing(account, query, base, stale=stale))
            case "GET", ["statuses", id, "source"]:
                return self.struck(Call.READ, lambda stale: self._source(id, account, stale))
            case "POST", ["statuses"]:
                values, key = self._values(body), self.headers.get("Idempotency-Key")
                return self.struck(Call.CREATE, lambda _: platform.create(account, values, key, base))
            case "DELETE", ["statuses", id]:
                media = query.get("delete_media") == "true"
                return self.struck(Call.DELETE, lambda _: self._delete(account, id, media=media))
            case "POST", ["media"]:
                kind = self.headers.get("Content-Type", "")
                return self.struck(Call.UPLOAD, lambda _: platform.upload(account, body, kind, base))
            case "GET", ["media", id]:
                return platform.medium(account, id, base)
            case "DELETE", ["media", id]:
                return self.struck(Call.DELETE, lambda _: platform.remove(account, id))
        return self._changed(account, place, body)

    def _changed(self, account: Account, place: list[str], body: bytes) -> Reply:
        """What only other clients than ours ask for."""
        match self.command, place:
            case "PUT", ["statuses", id]:
                return self.platform.edit(account, id, self._values(body), self._base)
            case "GET", ["statuses", id, "history"]:
                return self._seen(id, account, False, self._history)
        return self.platform.missing()

    def _values(self, body: bytes) -> dict[str, Any]:
        """The parameters of a call: as JSON or as a form, as its caller likes."""
        if self.headers.get_content_type() != "application/x-www-form-urlencoded":
            values: dict[str, Any] = json.loads(body)
            return values
        given = urllib.parse.parse_qs(body.decode())
        return {name.removesuffix("[]"): all if name.endswith("[]") else all[-1] for name, all in given.items()}

    @property
    def _base(self) -> str:
        return f"http://{self.headers['Host']}/"

    def _json(self, reply: Reply) -> Reply:
        """The same, not to be kept by anybody."""
        return dataclasses.replace(reply, headers=(*reply.headers, ("Cache-Control", "no-store")))

    def _page(self, place: list[str], stale: bool) -> Reply:
        """The public page of an account or of one of its statuses."""
        account, path = self.platform.named(place[0].removeprefix("@")), "/".join(place)
        found = self.platform.shown(place[-1], owner=False, stale=stale)
        text = None
        if len(place) == 1 and account is not None:
            text = account.name
        elif found is not None and path == shapes.page(found):
            text = found.text
        headers = (("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store"))
        shown = "This is not here." if text is None else html.escape(text)
        body = f"<!DOCTYPE html><html><title>{shown}</title></html>".encode()
        return Reply(status=404 if text is None else 200, body=body, headers=headers)

    def _instance(self, version: str) -> Reply:
        profile, count = self.platform.profile, len(self.platform.online())
        reply = json_reply(200, **instance(profile, self._base, version, statuses=count))
        return odd(reply, "no version of the API") if profile.api is None else reply

    def _lookup(self, name: str) -> Reply:
        found = self.platform.named(name)
        if found is None:
            return self.platform.missing()
        return json_reply(200, **shapes.account(found, self._base, count=self.platform.count(found)))

    def _application(self) -> Reply:
        if self.platform.profile.scopes:
            return json_reply(200, **shapes.application(self.platform.scopes))
        return odd(json_reply(200, **shapes.application(None)), "an application before 4.3")

    def _seen(self, id: str, account: Account | None, stale: bool, show: Callable[[Status], Reply]) -> Reply:
        owner = account is not None
        found = self.platform.shown(id, owner=owner, stale=stale)
        return self.platform.missing() if found is None else show(found)

    def _status(self, id: str, account: Account | None, stale: bool) -> Reply:
        return self._seen(id, account, stale, lambda found: json_reply(200, **self._shape(found)))

    def _source(self, id: str, account: Account, stale: bool) -> Reply:
        return self._seen(
            id, account, stale, lambda found: json_reply(200, id=found.id, text=found.text, spoiler_text="")
        )

    def _history(self, found: Status) -> Reply:
        return shapes.json_list(shapes.history(found, self._base, count=self.platform.count(found.account)))

    def _file(self, place: list[str], stale: bool) -> Reply:
        """A picture: the account's own, or a medium."""
        name = place[-1] if place[0] == "fileserver" else place[min(3, len(place) - 1)]
        data = b"\xff\xd8\xff" if place[0] == "avatars" else self.platform.file(name.partition(".")[0], stale=stale)
        if data is None:
            return Reply(status=404, headers=(("Content-Type", "text/plain"),))
        kept = ("Cache-Control", "private, max-age=604800, immutable")
        return Reply(status=200, body=data, headers=(("Content-Type", "image/jpeg"), kept))

    def _delete(self, account: Account, id: str, *, media: bool) -> Reply:
        if wait := self.platform.over_rate(account.id):
            return limited(wait, _LIMITS[Call.DELETE])
        return self.platform.delete(account, id, self._base, media=media)

    def _shape(self, of: Status) -> dict[str, object]:
        return shapes.status(of, self._base, count=self.platform.count(of.account))

    def _invented(self) -> dict[str, object]:
        """A status that was never made."""
        account = Account(id="1", name="nobody", gts=self.platform.profile.gts)
        never = Status(
            id="99", account=account, text="x", visibility="public", language="de", created_at=clock(), made=0
        )
        return self._shape(never)


def _unauthorised() -> Reply:
    return json_reply(401, error="The access token is invalid")


def main(arguments: list[str] | None = None) -> None:
    """Runs until it is killed."""
    parser = argparse.ArgumentParser(description="A simulated Mastodon server, for tests on this machine.")
    parser.add_argument("--port", type=int, default=0, help="0: any that is free; it is printed")
    parser.add_argument("--journal", type=pathlib.Path, required=True, help="every effect, one line each")
    parser.add_argument("--accounts", type=pathlib.Path, required=True, help='JSON: {"token": "user name"}')
    parser.add_argument("--profile", choices=PROFILES, default="4.4+", help="what kind of server")
    parser.add_argument("--lag", type=float, metavar="SECONDS", help="how late a listing is; else as the profile says")
    parser.add_argument("--keeps", type=float, metavar="SECONDS", help="how long files are shown that stay; else a day")
    parser.add_argument("--scopes", default="read write", help="what the tokens may do")
    parser.add_argument("--deletes", type=int, default=0, help="deletions that an account may make; 0: any number")
    parser.add_argument("--per", type=float, default=1800, metavar="SECONDS", help="the span for --deletes")
    parser.add_argument("--seed", type=int, default=0, help="of the faults that strike at random")
    options = parser.parse_args(arguments)
    profile = PROFILES[options.profile]
    if options.lag is not None:
        profile = dataclasses.replace(profile, lag_s=options.lag)
    if options.keeps is not None:
        profile = dataclasses.replace(profile, keeps_s=options.keeps)
    accounts = json.loads(options.accounts.read_text("utf-8"))
    counted = {"deletes": options.deletes, "per_s": options.per, "seed": options.seed}
    with options.journal.open("a", encoding="utf-8") as journal:
        platform = Mastodon(profile, accounts, journal, scopes=options.scopes, **counted)
        Server(Request, platform, options.port).run()


if __name__ == "__main__":
    main()
