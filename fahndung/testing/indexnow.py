"""A simulated IndexNow service as a process of its own: ``python -m fahndung.testing.indexnow --port 0 …``.

For tests and rehearsals, on this machine only: it checks what it is sent as the documentation says, reads the key where
it is told to, and appends every address that it takes to its journal before it answers. ``/control`` as in
``fahndung.testing.serving``.

Source: indexnow.org, "Documentation", read 2026-11-26.
"""

import argparse
import hashlib
import json
import pathlib
import re
import urllib.parse
from typing import IO

from fahndung import http
from fahndung.errors import ChannelFailed
from fahndung.testing import serving
from fahndung.testing.bench import Bench, Reply
from fahndung.testing.faults import Call, Fault, Rule
from fahndung.testing.serving import Server

KEY = re.compile(r"[A-Za-z0-9-]{8,128}")
MOST = 10_000
_NAMES = {"host", "key", "keyLocation", "urlList"}
_LIES = {Fault.LIMITED: 429, Fault.UNAUTHORIZED: 403, Fault.REFUSED: 422, Fault.GARBAGE: 200, Fault.NOTHING: 202}


class Stock(Bench):
    """What it was told; safe for many threads."""

    def __init__(self, journal: IO[str], *, seed: int = 0) -> None:
        super().__init__(journal, seed=seed)
        self._told: list[str] = []

    def online(self) -> list[dict[str, str]]:
        """Every address that it took, in order."""
        with self._lock:
            return [
                {"id": url, "kind": "address", "marker": "-", "account": "-", "sha256": _sha256(url)}
                for url in self._told
            ]

    def take(self, untrusted: bytes) -> int:
        """The status that a submission gets."""
        try:
            told = json.loads(untrusted)
            host, key, place, urls = told["host"], told["key"], told["keyLocation"], told["urlList"]
        except (ValueError, KeyError, TypeError):
            return 400
        if set(told) != _NAMES or not isinstance(urls, list) or not 0 < len(urls) <= MOST:
            return 400
        folder = place.rpartition("/")[0] + "/"
        if not KEY.fullmatch(key) or not all(_is_below(url, host, folder) for url in (place, *urls)):
            return 422
        if not _shows(place, key):
            return 403
        with self._lock:
            for url in urls:
                self._note("told", "address", url, "-")
                self._told.append(url)
        return 200


class Request(serving.Request):
    """One connection."""

    platform: Stock

    def reply(self, place: list[str], query: dict[str, str], body: bytes) -> Reply:
        """What the service answers."""
        if self.command != "POST" or place != ["indexnow"]:
            return Reply(status=404)
        if self.headers.get("Content-Type", "") != "application/json; charset=utf-8":
            return Reply(status=400)
        return self.struck(Call.CREATE, lambda _: Reply(status=self.platform.take(body)))

    def lie(self, rule: Rule, call: Call) -> Reply:
        """The answer of a service that takes nothing."""
        wait = (("Retry-After", f"{rule.seconds:g}"),) if rule.fault is Fault.LIMITED else ()
        return Reply(status=_LIES.get(rule.fault, 500), headers=wait)


def _is_below(untrusted_url: object, host: str, folder: str) -> bool:
    """Whether an address is of that host, and below the folder in which the key lies."""
    return (
        isinstance(untrusted_url, str)
        and urllib.parse.urlsplit(untrusted_url).netloc == host
        and untrusted_url.startswith(folder)
    )


def _shows(place: str, key: str) -> bool:
    try:
        answer = http.get(place, timeout_s=5)
    except ChannelFailed:
        return False
    return answer.status == 200 and answer.body.decode(errors="replace").strip() == key


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def main(arguments: list[str] | None = None) -> None:
    """Runs until it is killed."""
    parser = argparse.ArgumentParser(description="A simulated IndexNow service, for tests on this machine.")
    parser.add_argument("--port", type=int, default=0, help="0: any that is free; it is printed")
    parser.add_argument("--journal", type=pathlib.Path, required=True, help="every address, one line each")
    parser.add_argument("--seed", type=int, default=0, help="of the faults that strike at random")
    options = parser.parse_args(arguments)
    with options.journal.open("a", encoding="utf-8") as journal:
        Server(Request, Stock(journal, seed=options.seed), options.port).run()


if __name__ == "__main__":
    main()
