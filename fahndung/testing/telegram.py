"""A simulated Telegram as a process of its own: ``python -m fahndung.testing.telegram --profile public …``.

For tests and rehearsals, on this machine only: it answers the calls of the Bot API that ``fahndung.channels.telegram``
makes, and the public pages beside them. It prints its port, keeps everything in memory, and appends every effect to its
journal before it answers: whatever becomes of its callers, the journal says what happened. What the specification does
not describe (errors, above all) has a header ``X-Simulated``. ``/control`` as in ``fahndung.testing.serving``; ``/app``
is what a person does in the app. A bot deletes for 48 hours by the clock of this process, which a test can move.
"""

import argparse
import dataclasses
import json
import pathlib
from collections.abc import Mapping
from typing import Any

from fahndung.testing import serving
from fahndung.testing import telegramshapes as shapes
from fahndung.testing.bench import Reply, odd
from fahndung.testing.faults import Call, Fault, Rule
from fahndung.testing.serving import Server
from fahndung.testing.telegramshapes import Channel
from fahndung.testing.telegramstock import LARGEST_PAGE, PROFILES, RIGHTS, Stock, answered, limited, refused, too_late

_PAGES = frozenset({Call.LIST, Call.READ})
_NEVER = 999_999


class Request(serving.Request):
    """One connection."""

    platform: Stock
    _channel: Channel

    def reply(self, place: list[str], query: dict[str, str], body: bytes) -> Reply:
        """What Telegram answers."""
        if place[0].startswith("bot"):
            return self._bot(place[0].removeprefix("bot"), place[1], query, body)
        if place == ["app"]:
            return self._app(json.loads(body))
        if place[0] == "s":
            return self.struck(Call.LIST, lambda stale: self._listing(place[1], query, stale=stale))
        return self.struck(Call.READ, lambda stale: self._embedded(place[0], int(place[1]), stale=stale))

    def lie(self, rule: Rule, call: Call) -> Reply:
        """The answer of a platform that does nothing of what it was asked; or nothing more, if it has done it."""
        page = call in _PAGES
        match rule.fault:
            case Fault.LIMITED:
                return _page("Too many requests", 429) if page else limited(rule.seconds)
            case Fault.GARBAGE:
                return odd(_page("one moment, please"), "a fault")
            case Fault.NOTHING:
                return answered(True if call is Call.DELETE else self._invented())
            case Fault.UNAUTHORIZED:
                return _away() if page else _unauthorised()
            case Fault.REFUSED:
                return refused("message is too long")
            case Fault.CLOSED:
                return too_late()
        return _page("Bad Gateway", 502) if page else refused("", code=500, kind="Internal Server Error")

    def _bot(self, token: str, method: str, query: dict[str, str], body: bytes) -> Reply:
        channel, platform = self.platform.whose(token), self.platform
        self._values: Mapping[str, Any] = json.loads(body) if body else query
        if channel is None:
            return _unauthorised()
        self._channel = channel
        match self.command, method:
            case "GET", "getMe":
                return self.struck(Call.WHOAMI, lambda _: answered(shapes.bot(channel)))
            case "GET", "getChat" if int(query["chat_id"]) == channel.id:
                linked = channel.id - 1 if platform.linked else None
                return self.struck(Call.WHOAMI, lambda _: answered(shapes.full_chat(channel, linked=linked)))
            case "GET", "getChatMember" if int(query["chat_id"]) == channel.id and int(query["user_id"]) == channel.bot:
                return self.struck(Call.WHOAMI, lambda _: answered(shapes.administrator(channel, platform.rights)))
            case "POST", "sendMessage":
                return self.struck(Call.CREATE, lambda _: platform.send(channel, self._values))
            case "POST", "deleteMessage":
                return self.struck(Call.DELETE, lambda _: platform.delete(channel, self._values))
            case "POST", "editMessageText":
                return self.struck(Call.EDIT, lambda _: platform.edit(channel, self._values))
            case "GET", "getChat" | "getChatMember":
                return refused("chat not found")
        return refused("", code=404, kind="Not Found")

    def _app(self, values: dict[str, Any]) -> Reply:
        token = str(values.pop("token"))
        if "account" in values:
            self.platform.rename(token, values["account"])
        elif values.get("revoke"):
            self.platform.revoke(token)
        else:
            return self.platform.by_hand(token, values)
        return answered(True)

    def _listing(self, account: str, query: dict[str, str], *, stale: bool) -> Reply:
        channel = self.platform.named(account)
        if channel is None:
            return _away()
        before = int(query.get("before", str(_NEVER)))
        posts = [post for post in self.platform.shown(channel, stale=stale) if post.id < before]
        page = posts[-LARGEST_PAGE:]
        older = page[0].id if len(posts) > len(page) else None
        return _page(shapes.listing(channel, page, older))

    def _embedded(self, account: str, id: int, *, stale: bool) -> Reply:
        channel = self.platform.named(account)
        post = None if channel is None else self.platform.seen(channel, id, stale=stale)
        if channel is None:
            return _page('<div class="tgme_widget_message_error">Channel not found</div>')
        return _page(shapes.embedded(post))

    def _invented(self) -> dict[str, Any]:
        """A message that was never made, or never changed."""
        id = int(self._values.get("message_id", _NEVER))
        never = shapes.Post(
            id=id, channel=self._channel, text=str(self._values["text"]), date=self.platform.now(), made=0.0
        )
        return shapes.message(never)


def _unauthorised() -> Reply:
    return refused("", code=401, kind="Unauthorized")


def _page(text: str, status: int = 200) -> Reply:
    headers = (("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store"))
    return Reply(status=status, body=text.encode(), headers=headers)


def _away() -> Reply:
    """What t.me answers where it has no listing to show: another address."""
    return dataclasses.replace(_page("", 302), headers=(("Location", "/"),))


def main(arguments: list[str] | None = None) -> None:
    """Runs until it is killed."""
    parser = argparse.ArgumentParser(description="A simulated Telegram, for tests on this machine.")
    parser.add_argument("--port", type=int, default=0, help="0: any that is free; it is printed")
    parser.add_argument("--journal", type=pathlib.Path, required=True, help="every effect, one line each")
    parser.add_argument("--accounts", type=pathlib.Path, required=True, help='JSON: {"bot token": "public name"}')
    parser.add_argument("--profile", choices=PROFILES, default="public", help="what kind of channel")
    parser.add_argument("--lag", type=float, metavar="SECONDS", help="how late the pages are; else as the profile says")
    parser.add_argument("--rights", default=" ".join(RIGHTS), help="what the bots may do")
    parser.add_argument(
        "--writes", type=int, default=0, help="messages that a channel takes in a minute; 0: any number"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the faults that strike at random")
    options = parser.parse_args(arguments)
    profile = PROFILES[options.profile]
    if options.lag is not None:
        profile = dataclasses.replace(profile, lag_s=options.lag)
    accounts = json.loads(options.accounts.read_text("utf-8"))
    counted = {"rights": options.rights, "writes": options.writes, "seed": options.seed}
    with options.journal.open("a", encoding="utf-8") as journal:
        Server(Request, Stock(profile, accounts, journal, **counted), options.port).run()


if __name__ == "__main__":
    main()
