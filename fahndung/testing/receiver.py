"""A receiver of signed events as a process of its own: ``python -m fahndung.testing.receiver --profile public …``.

For tests and rehearsals, on this machine only: it keeps the protocol of ``docs/webhook.md``. It prints its port, keeps
everything in memory, and appends every effect to its journal before it answers: whatever becomes of its callers, the
journal says what happened. ``POST /events`` takes events and questions; the public sees ``GET /aufrufe/<number>`` and
``GET /about``. ``/control`` as in ``fahndung.testing.serving``.
"""

import argparse
import dataclasses
import json
import math
import pathlib
from typing import Any

from fahndung import signed
from fahndung.credentials import Secret
from fahndung.testing import serving
from fahndung.testing.bench import Reply, clock, json_reply, odd
from fahndung.testing.faults import Call, Fault, Rule
from fahndung.testing.receiverstock import PROFILES, Stock, page
from fahndung.testing.serving import Server

ABOUT = "Wer hier die Aufrufe der Polizei zeigt"
"""What everybody reads on the page that is the control."""
_CALLS = {"published": Call.CREATE, "withdrawn": Call.DELETE, "state": Call.READ, "list": Call.LIST}


class Request(serving.Request):
    """One connection."""

    platform: Stock

    def reply(self, place: list[str], query: dict[str, str], body: bytes) -> Reply:
        """What the receiver answers."""
        if self.command == "GET":
            return self._public(place)
        account = self.headers.get(signed.KEY, "")
        secret, at = self.platform.secret(account), None
        lower = {name.lower(): value for name, value in self.headers.items()}
        if secret is not None:
            at = signed.signed_at(lower, body, Secret(secret))
        if place != ["events"] or self.command != "POST":
            return odd(json_reply(404, error="not-found"), "no such place")
        if secret is None or at is None:
            return _unauthorised()
        message: dict[str, Any] = json.loads(body)
        self._message, self._secret = message, Secret(secret)
        kind = str(message.get("event") or message["question"])
        if kind != "withdrawn" and not signed.is_timely(at, clock()):
            return _unauthorised()
        told = self.struck(_CALLS[kind], lambda stale: self._answered(kind, account, stale=stale))
        return told if told.status != 200 or ("X-Simulated", "a fault") in told.headers else self._signed(told)

    def lie(self, rule: Rule, call: Call) -> Reply:
        """The answer of a receiver that does nothing of what it was asked; or nothing more, if it has done it."""
        match rule.fault:
            case Fault.LIMITED:
                limited = json_reply(429, error="limited")
                wait = ("Retry-After", str(math.ceil(rule.seconds)))
                return odd(dataclasses.replace(limited, headers=(*limited.headers, wait)), "a fault")
            case Fault.GARBAGE:
                garbage = Reply(status=200, body=b"<html>one moment, please", headers=(("Content-Type", "text/html"),))
                return odd(garbage, "a fault")
            case Fault.NOTHING:
                return json_reply(200, **_head(self._message, "taken"), address=None)
            case Fault.UNAUTHORIZED:
                return _unauthorised()
            case Fault.REFUSED:
                return odd(json_reply(422, error="refused"), "a fault")
            case Fault.DUPLICATE:
                return odd(json_reply(409, error="withdrawn"), "a fault")
        return odd(json_reply(500, error="internal"), "a fault")

    def _answered(self, kind: str, account: str, *, stale: bool) -> Reply:
        message, platform = self._message, self.platform
        base = f"http://{self.headers['Host']}/"
        match kind:
            case "published":
                address = platform.take(account, message["marker"], message["content"], at=message["sent_at"])
                if address is None:
                    return odd(json_reply(409, error="withdrawn"), "signed before the last withdrawal")
                return json_reply(200, **_head(message, "taken"), address=_whole(base, address))
            case "withdrawn":
                platform.end(account, message["marker"], at=message["sent_at"])
                return json_reply(200, **_head(message, "taken"), address=None)
            case "state":
                content, address = platform.state(account, message["marker"], stale=stale)
                shown = _whole(base, address)
                control = {"address": f"{base}about", "text": ABOUT} if shown else None
                values = {"marker": message["marker"], "content": content, "address": shown, "control": control}
                return json_reply(200, **_head(message, "state"), **values)
        rows, following = platform.listing(account, message["after"], stale=stale)
        held = [{"marker": marker, "address": _whole(base, address)} for marker, address in rows]
        return json_reply(200, **_head(message, "list"), held=held, next=following)

    def _public(self, place: list[str]) -> Reply:
        if place == ["about"]:
            return self.struck(Call.WHOAMI, lambda _: page(200, ABOUT))
        if place[0] == "aufrufe":
            return self.struck(Call.READ, lambda stale: self.platform.shown(place[1], stale=stale))
        return page(404, "Nicht gefunden")

    def _signed(self, reply: Reply) -> Reply:
        told = signed.headers(reply.body, self._secret, at=clock())
        return dataclasses.replace(reply, headers=(*reply.headers, *told.items()))


def _head(message: dict[str, Any], answer: str) -> dict[str, Any]:
    head = {"version": 1, "answer": answer, "nonce": message["nonce"]}
    return head | ({"event_id": message["event_id"]} if answer == "taken" else {})


def _whole(base: str, address: str | None) -> str | None:
    return f"{base}{address}" if address else None


def _unauthorised() -> Reply:
    return odd(json_reply(401, error="signature"), "an error")


def main(arguments: list[str] | None = None) -> None:
    """Runs until it is killed."""
    parser = argparse.ArgumentParser(description="A receiver of signed events, for tests on this machine.")
    parser.add_argument("--port", type=int, default=0, help="0: any that is free; it is printed")
    parser.add_argument("--journal", type=pathlib.Path, required=True, help="every effect, one line each")
    parser.add_argument("--accounts", type=pathlib.Path, required=True, help='JSON: {"key": "its id"}')
    parser.add_argument("--profile", choices=PROFILES, default="public", help="what kind of receiver")
    parser.add_argument("--seed", type=int, default=0, help="of the faults that strike at random")
    options = parser.parse_args(arguments)
    accounts = json.loads(options.accounts.read_text("utf-8"))
    with options.journal.open("a", encoding="utf-8") as journal:
        Server(Request, Stock(PROFILES[options.profile], accounts, journal, seed=options.seed), options.port).run()


if __name__ == "__main__":
    main()
