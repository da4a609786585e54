"""The invented platform's memory: what is online there, what happened, and what fails. Knows no network.

Every effect is in the journal before anybody can learn of it.
"""

import collections
import dataclasses
import datetime as dt
import hashlib
import json
import threading
import time
from typing import IO

from fahndung.testing.faults import Call, Fault, Faults, Rule

PAGE = 50


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer: its status, its body, and what else it says in its headers."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


def json_reply(status: int, **values: object) -> Reply:
    """An answer with a JSON object."""
    return Reply(status=status, body=json.dumps(values).encode(), headers=(("Content-Type", "application/json"),))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A post or a media object: ``made`` on the monotonic clock."""

    id: str
    kind: str
    account: str
    marker: str
    data: bytes
    media: tuple[str, ...]
    made: float


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How the platform behaves when nothing fails.

    Attributes:
        accounts: token to the account's name.
        keys_s: for how many seconds a key is honoured; 0: never.
        lookup: whether it lists.
        lag_s: after how many seconds a new object shows in the listing.
        media_stay: whether media stay public when their post is deleted.
        writes: how many writes an account may make in any span of ``per_s`` seconds; 0: as many as it likes.
    """

    accounts: dict[str, str]
    keys_s: float = 0
    lookup: bool = True
    lag_s: float = 0
    media_stay: bool = True
    writes: int = 0
    per_s: float = 60


class Platform:
    """What is online, and what happened; safe for many threads."""

    def __init__(self, settings: Settings, journal: IO[str], *, seed: int = 0) -> None:
        self.settings = settings
        self._faults = Faults(seed=seed)
        self._journal, self._lock = journal, threading.Lock()
        self._online: dict[str, Item] = {}
        self._graves: dict[str, Item] = {}
        self._by_marker: dict[str, list[str]] = collections.defaultdict(list)
        self._keys: dict[tuple[str, str], tuple[float, Reply]] = {}
        self._count = 0
        self._calls: collections.Counter[Call] = collections.Counter()
        self._written: dict[str, collections.deque[float]] = collections.defaultdict(collections.deque)

    def strike(self, call: Call) -> Rule | None:
        """The fault that strikes this call, if any; the call is counted."""
        with self._lock:
            self._calls[call] += 1
            return self._faults.strike(call)

    def over_rate(self, account: str) -> float:
        """For how many seconds the account must not write any more; 0: it may, and this write is counted."""
        if not self.settings.writes:
            return 0
        now = time.monotonic()
        with self._lock:
            written = self._written[account]
            while written and now - written[0] >= self.settings.per_s:
                written.popleft()
            if len(written) >= self.settings.writes:
                return self.settings.per_s - (now - written[0])
            written.append(now)
            return 0

    def switch(self, rules: list[Rule], *, clear: bool) -> None:
        """Switches faults off, if ``clear``, and then these on.

        Raises:
            ValueError: a process cannot be unreachable and answer; stop it instead.
        """
        if any(rule.fault is Fault.UNREACHABLE for rule in rules):
            raise ValueError("stop the process instead")
        with self._lock:
            if clear:
                self._faults.clear()
            for rule in rules:
                self._faults.add_rule(rule)

    def make(self, kind: str, account: str, key: str | None, data: bytes, marker: str, media: tuple[str, ...]) -> Reply:
        """Makes an object, or repeats what the same key was answered."""
        now = time.monotonic()
        with self._lock:
            made, reply = self._keys.get((account, key or ""), (0.0, None))
            if key and reply is not None and now - made < self.settings.keys_s:
                return dataclasses.replace(reply, status=200)
            if missing := [one for one in media if one not in self._online]:
                return json_reply(422, error="no-media", id=missing[0])
            self._count += 1
            item = Item(
                id=f"{kind}-{self._count}",
                kind=kind,
                account=account,
                marker=marker,
                data=data,
                media=media,
                made=now,
            )
            self._note("create", item)
            self._online[item.id] = item
            self._by_marker[marker].append(item.id)
            reply = json_reply(201, id=item.id)
            if key and self.settings.keys_s:
                self._keys[account, key] = (now, reply)
            return reply

    def delete(self, id: str, account: str) -> Reply:
        """Removes an object of that account."""
        with self._lock:
            item = self._online.get(id)
            if item is None or item.account != account:
                return json_reply(404, error="not-found")
            self._remove(item)
            for one in () if self.settings.media_stay else item.media:
                if one in self._online:
                    self._remove(self._online[one])
            return Reply(status=204)

    def listing(self, account: str, marker: str | None, page: int, *, stale: bool) -> Reply:
        """One page of what carries the marker (None: of everything); a stale one lacks the newest object."""
        limit = time.monotonic() - self.settings.lag_s
        with self._lock:
            ids = list(self._online) if marker is None else self._by_marker.get(marker, ())
            there = [self._online[id] for id in ids if id in self._online]
        shown = [one for one in there if one.account == account and one.made <= limit]
        shown = shown[: len(shown) - stale]
        chosen = shown[page * PAGE : (page + 1) * PAGE]
        items = [{"id": one.id, "kind": one.kind, "marker": one.marker} for one in chosen]
        return json_reply(200, items=items, total=len(shown), next=page + 1 if len(shown) > (page + 1) * PAGE else None)

    def read(self, id: str, *, stale: bool) -> Reply:
        """What a visitor sees; a stale cache still shows what was deleted."""
        if id in self.settings.accounts.values():
            return Reply(status=200, body=id.encode())
        item = self._online.get(id) or (self._graves.get(id) if stale else None)
        return json_reply(404, error="not-found") if item is None else Reply(status=200, body=item.data)

    def online(self) -> list[dict[str, str]]:
        """All objects that are online, with the hash of what they show."""
        with self._lock:
            items = list(self._online.values())
        return [
            {
                "id": item.id,
                "kind": item.kind,
                "marker": item.marker,
                "account": item.account,
                "sha256": hashlib.sha256(item.data).hexdigest(),
            }
            for item in items
        ]

    def calls(self) -> dict[Call, int]:
        """How often each call came in, struck by a fault or not."""
        with self._lock:
            return dict(self._calls)

    def _remove(self, item: Item) -> None:
        self._note("delete", item)
        self._graves[item.id] = self._online.pop(item.id)
        self._by_marker[item.marker].remove(item.id)

    def _note(self, verb: str, item: Item) -> None:
        """The journal is written before anybody can learn of the effect."""
        # a process of its own: its clock is the platform's, not this program's
        now = dt.datetime.now(dt.UTC).isoformat()  # noqa: TID251
        self._journal.write(f"{now} {verb} {item.kind} {item.id} {item.marker}\n")
        self._journal.flush()
