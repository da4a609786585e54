"""The memory of a receiver of signed events: what it holds, where it shows it, what was withdrawn. Knows no network."""

import dataclasses
import hashlib
import html
import itertools
from collections.abc import Mapping
from typing import IO, Any

from fahndung.testing.bench import Bench, Reply


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One kind of receiver.

    Attributes:
        shows: whether it has a public page for each appeal.
        a_page: how many rows a page of its list holds.
    """

    shows: bool
    a_page: int = 3


PROFILES: Mapping[str, Profile] = {"public": Profile(shows=True), "private": Profile(shows=False)}

_Key = tuple[str, str]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What it took of one marker; ``address``: the path of its page, empty where it shows none."""

    content: Mapping[str, Any]
    address: str


class Stock(Bench):
    """The receiver; safe for many threads.

    Args:
        accounts: key to its id; what one key brought, the others do not see.
    """

    def __init__(self, profile: Profile, accounts: Mapping[str, str], journal: IO[str], *, seed: int = 0) -> None:
        super().__init__(journal, seed=seed)
        self.profile = profile
        self._secrets = {key_id: secret for secret, key_id in accounts.items()}
        self._numbers = itertools.count(1)
        self._held: dict[_Key, Held] = {}
        self._graves: dict[_Key, Held] = {}
        self._ends: dict[_Key, str] = {}

    def secret(self, key_id: str) -> str | None:
        """The key of that id."""
        return self._secrets.get(key_id)

    def take(self, account: str, marker: str, content: Mapping[str, Any], *, at: str) -> str | None:
        """Puts it up and tells where; None: it was signed no later than the last withdrawal."""
        key = account, marker
        with self._lock:
            if at <= self._ends.get(key, ""):
                return None
            before = self._held.get(key)
            if before is None:
                self._note("create", "post", marker, marker)
            elif before.content != content:
                self._note("change", "post", marker, marker)
            address = before.address if before else f"aufrufe/{next(self._numbers)}" if self.profile.shows else ""
            self._held[key] = Held(content=content, address=address)
            return address

    def end(self, account: str, marker: str, *, at: str) -> None:
        """Takes it down, whether or not it is there."""
        key = account, marker
        with self._lock:
            self._ends[key] = max(at, self._ends.get(key, ""))
            if key in self._held:
                self._note("delete", "post", marker, marker)
                self._graves[key] = self._held.pop(key)

    def state(self, account: str, marker: str, *, stale: bool) -> tuple[Mapping[str, Any] | None, str | None]:
        """What it holds of a marker, and the page on which it shows it, or did."""
        key = account, marker
        with self._lock:
            held, grave = self._held.get(key), self._graves.get(key)
        there = held or (grave if stale else None)
        last = held or grave
        return there.content if there else None, last.address if last else None

    def listing(
        self, account: str, after: str | None, *, stale: bool
    ) -> tuple[list[tuple[str, str | None]], str | None]:
        """A page of what it holds, and what asks for the next one; a stale one lacks the newest."""
        with self._lock:
            rows = [(marker, held.address or None) for (of, marker), held in self._held.items() if of == account]
        rows, start = rows[: len(rows) - stale], int(after or 0)
        end = start + self.profile.a_page
        return rows[start:end], str(end) if end < len(rows) else None

    def shown(self, number: str, *, stale: bool) -> Reply:
        """What the public sees at the page of that number; a stale cache has what was withdrawn."""
        with self._lock:
            there = [*self._held.values(), *(self._graves.values() if stale else ())]
        found = next((one for one in there if one.address == f"aufrufe/{number}"), None)
        return page(410, "Beendet") if found is None else page(200, found.content["text"])

    def online(self) -> list[dict[str, str]]:
        """All that it holds, with the hash of its text."""
        with self._lock:
            held = [*self._held.items()]
        return [
            {
                "id": marker,
                "kind": "post",
                "marker": marker,
                "account": account,
                "sha256": hashlib.sha256(one.content["text"].encode()).hexdigest(),
            }
            for (account, marker), one in held
        ]


def page(status: int, text: str) -> Reply:
    """A page with that text."""
    body = f"<!doctype html><html lang=de><title>Aufrufe</title><p>{html.escape(text)}</p></html>"
    return Reply(status=status, body=body.encode(), headers=(("Content-Type", "text/html; charset=utf-8"),))
