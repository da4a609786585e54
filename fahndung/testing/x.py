"""A simulated X as a process of its own: ``python -m fahndung.testing.x --profile strict …``.

For tests and rehearsals, on this machine only: it answers the calls that ``fahndung.channels.x`` makes. It prints its
port, keeps everything in memory, and appends every effect to its journal before it answers: whatever becomes of its
callers, the journal says what happened. What the OpenAPI file does not describe (errors without a type, faults, and the
oddities of the playground) has a header ``X-Simulated``. ``/control`` as in ``fahndung.testing.serving``.
"""

import argparse
import dataclasses
import json
import pathlib
import re
import urllib.parse

from fahndung.channels import xsign
from fahndung.channels.xsign import Keys
from fahndung.testing import serving
from fahndung.testing import xshapes as shapes
from fahndung.testing.bench import Reply, json_reply, odd
from fahndung.testing.faults import Call, Fault, Rule
from fahndung.testing.serving import Server
from fahndung.testing.xfiles import FACES, FILES
from fahndung.testing.xshapes import LIMITS, PROFILES, WINDOW_S, Account, blank, limits
from fahndung.testing.xstock import Stock

APP_ONLY = "APPONLY"
"""The token of an application: it may read, and post for nobody."""
SIGNED_WITH = "simulated"
"""Both secrets of all keys here; the key of the application is any."""
_CALLS = {
    Call.CREATE: "POST /2/tweets",
    Call.DELETE: "DELETE /2/tweets",
    Call.READ: "GET /2/tweets",
    Call.LIST: "GET /2/users",
    Call.WHOAMI: "GET /2/users",
    Call.UPLOAD: "POST /2/media",
    Call.EDIT: "POST /2/media",
    Call.LOGIN: "POST /2/oauth2",
}
_PARAMETER = re.compile(r'(oauth_[a-z_]+)="([^"]*)"')


class Request(serving.Request):
    """One connection."""

    platform: Stock

    def reply(self, place: list[str], query: dict[str, str], body: bytes) -> Reply:
        """What X answers, and what it shows to everybody on another host of its own."""
        if place[0] in {FILES, FACES} and self.command == "GET":
            return self.struck(Call.READ, lambda stale: self._file(place, stale))
        if (self.command, place) == ("POST", ["2", "oauth2", "revoke"]):
            self.platform.revoke(dict(urllib.parse.parse_qsl(body.decode()))["token"])
            return json_reply(200, revoked=True)
        if (self.command, place) == ("POST", ["2", "oauth2", "token"]):
            return self.struck(Call.LOGIN, lambda _: self._renewed(body))
        told = f"{self.command} /{'/'.join(place[:2])}"
        reply = self._answered(place, query, body)
        rights = (("x-access-level", self.platform.rights),) if reply.status < 300 else ()
        named = limits(told, left=LIMITS[told] - 1, wait_s=WINDOW_S) if told in LIMITS and reply.status != 429 else ()
        return dataclasses.replace(reply, headers=(*reply.headers, *named, *rights))

    def lie(self, rule: Rule, call: Call) -> Reply:
        """The answer of a platform that does nothing of what it was asked; or nothing more, if it has done it."""
        match rule.fault:
            case Fault.LIMITED:
                return self._limited(call, rule.seconds)
            case Fault.GARBAGE:
                page = Reply(status=200, body=b"<html>one moment, please", headers=(("Content-Type", "text/html"),))
                return odd(page, "a fault")
            case Fault.NOTHING if call is Call.DELETE:
                return json_reply(200, data={"deleted": True})
            case Fault.NOTHING if call is Call.CREATE:
                return json_reply(201, data={"id": "99", "text": "x"})
            case Fault.NOTHING:
                return json_reply(200, data={"id": "99"})
            case Fault.UNAUTHORIZED:
                return _unauthorised()
            case Fault.REFUSED:
                return shapes.invalid(self.platform.profile, "text is refused", "text")
            case Fault.DUPLICATE:
                return shapes.duplicate()
        return shapes.broken(self.platform.profile)

    def _answered(self, place: list[str], query: dict[str, str], body: bytes) -> Reply:
        account, token = self._caller()
        if token == APP_ONLY and self.command != "GET":
            return shapes.unsupported(self.platform.profile)
        if account is None:
            return _unauthorised()
        if self.command != "GET" and not self.platform.may_write():
            return blank(403, "Forbidden", "Your client app is not configured with the appropriate permissions.")
        if unknown := [name for name in query if name.endswith(".fields") and name not in self._known_words()]:
            detail = f"The query parameter [{unknown[0]}] is not one of [{','.join(self._known_words())}]"
            return shapes.invalid(self.platform.profile, detail, unknown[0])
        return self._own(account, place, query, body)

    def _renewed(self, body: bytes) -> Reply:
        if self.headers.get("Content-Type") != "application/x-www-form-urlencoded":
            return json_reply(400, error="invalid_request")
        values = dict(urllib.parse.parse_qsl(body.decode()))
        return self.platform.renew(values, self.headers.get("Authorization", ""))

    def _own(self, account: Account, place: list[str], query: dict[str, str], body: bytes) -> Reply:
        platform = self.platform
        fields = {part for name, value in query.items() if name.endswith(".fields") for part in value.split(",")}
        match self.command, place:
            case "GET", ["2", "users", "me"]:
                return self.struck(Call.WHOAMI, lambda _: platform.me(account, self._base, fields))
            case "GET", ["2", "users", id, "tweets"] if id == account.id:
                return self.struck(
                    Call.LIST, lambda stale: platform.listing(account, query, self._base, fields, stale=stale)
                )
            case "GET", ["2", "tweets", id]:
                return self.struck(Call.READ, lambda stale: platform.show(id, query, self._base, fields, stale=stale))
            case "POST", ["2", "tweets"]:
                return self.struck(Call.CREATE, lambda _: platform.create(account, json.loads(body)))
            case "DELETE", ["2", "tweets", id]:
                return self.struck(Call.DELETE, lambda _: self._delete(account, id))
            case "GET", ["2", "media", key] if key != "upload":
                return self.struck(Call.READ, lambda stale: platform.medium(key, self._base, fields, stale=stale))
        return self._uploading(account, place, query, body)

    def _uploading(self, account: Account, place: list[str], query: dict[str, str], body: bytes) -> Reply:
        """What needs the right to make media."""
        platform = self.platform
        if place[:2] == ["2", "media"] and not platform.uploads:
            return blank(403, "Forbidden", "Forbidden")
        match self.command, place:
            case "POST", ["2", "media", "upload"]:
                return self.struck(Call.UPLOAD, lambda _: platform.upload(account, json.loads(body)))
            case "GET", ["2", "media", "upload"]:
                return platform.prepared(account, query["media_id"])
            case "POST", ["2", "media", "metadata"]:
                return self.struck(Call.EDIT, lambda _: platform.describe(account, json.loads(body)))
        return blank(404, "Not Found", "Not Found")

    @property
    def _base(self) -> str:
        return f"http://{self.headers['Host']}/"

    def _file(self, place: list[str], stale: bool) -> Reply:
        """A picture: an account's own, or a medium; whoever shows a credential there does not do as a stranger."""
        if "Authorization" in self.headers:
            return Reply(status=400)
        data = b"\xff\xd8\xff" if place[0] == FACES else self.platform.file(place[-1], stale=stale)
        if data is None:
            return Reply(status=404)
        return Reply(status=200, body=data, headers=(("Content-Type", "image/jpeg"),))

    def _delete(self, account: Account, id: str) -> Reply:
        if wait := self.platform.over_rate(account.id):
            return self._limited(Call.DELETE, wait)
        return self.platform.delete(account, id)

    def _known_words(self) -> tuple[str, ...]:
        return f"{self.platform.profile.words}.fields", "user.fields", "media.fields"

    def _caller(self) -> tuple[Account | None, str]:
        """Whose request it is, by a token or by a signature over just this request; and the token."""
        said = self.headers.get("Authorization", "")
        scheme, _, rest = said.partition(" ")
        if scheme == "Bearer":
            return self.platform.whose(rest), rest
        given = {name: urllib.parse.unquote(value) for name, value in _PARAMETER.findall(rest)}
        signature, token = given.pop("oauth_signature", ""), given.get("oauth_token", "")
        keys = Keys(
            api_key=given.get("oauth_consumer_key", ""),
            api_key_secret=SIGNED_WITH,
            access_token=token,
            access_token_secret=SIGNED_WITH,
        )
        url = f"http://{self.headers['Host']}{self.path}"
        if scheme != "OAuth" or xsign.signature(self.command, url, given, keys) != signature:
            return None, ""
        return self.platform.whose(token), token

    def _limited(self, call: Call, wait_s: float) -> Reply:
        """The answer of a platform that counts calls: an instant, and no ``Retry-After``."""
        reply = blank(429, "Too Many Requests", "Too Many Requests")
        return dataclasses.replace(reply, headers=(*reply.headers, *limits(_CALLS[call], left=0, wait_s=wait_s)))


def _unauthorised() -> Reply:
    return blank(401, "Unauthorized", "Unauthorized")


def main(arguments: list[str] | None = None) -> None:
    """Runs until it is killed."""
    parser = argparse.ArgumentParser(description="A simulated X, for tests on this machine.")
    parser.add_argument("--port", type=int, default=0, help="0: any that is free; it is printed")
    parser.add_argument("--journal", type=pathlib.Path, required=True, help="every effect, one line each")
    parser.add_argument("--accounts", type=pathlib.Path, required=True, help='JSON: {"token": "user name"}')
    parser.add_argument("--profile", choices=PROFILES, default="strict", help="what kind of API")
    parser.add_argument("--lag", type=float, metavar="SECONDS", help="how late a listing is; else as the profile says")
    parser.add_argument("--rights", default="read-write", help="what the credentials may do")
    parser.add_argument("--deletes", type=int, default=0, help="deletions that an account may make; 0: any number")
    parser.add_argument("--per", type=float, default=WINDOW_S, metavar="SECONDS", help="the span for --deletes")
    parser.add_argument("--seed", type=int, default=0, help="of the faults that strike at random")
    options = parser.parse_args(arguments)
    profile = PROFILES[options.profile]
    if options.lag is not None:
        profile = dataclasses.replace(profile, lag_s=options.lag)
    accounts = json.loads(options.accounts.read_text("utf-8"))
    counted = {"deletes": options.deletes, "per_s": options.per, "seed": options.seed}
    with options.journal.open("a", encoding="utf-8") as journal:
        platform = Stock(profile, accounts, journal, rights=options.rights, **counted)
        Server(Request, platform, options.port).run()


if __name__ == "__main__":
    main()
