"""The invented platform's memory: what is online there, and what happened. Knows no network."""

import collections
import dataclasses
import hashlib
import time
from typing import IO

from fahndung.testing.bench import Bench, Reply, json_reply

PAGE = 50


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


class Platform(Bench):
    """What is online, and what happened; safe for many threads."""

    def __init__(self, settings: Settings, journal: IO[str], *, seed: int = 0) -> None:
        super().__init__(journal, seed=seed, writes=settings.writes, per_s=settings.per_s)
        self.settings = settings
        self._online: dict[str, Item] = {}
        self._graves: dict[str, Item] = {}
        self._by_marker: dict[str, list[str]] = collections.defaultdict(list)
        self._keys: dict[tuple[str, str], tuple[float, Reply]] = {}
        self._count = 0

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
            self._note("create", item.kind, item.id, item.marker)
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

    def _remove(self, item: Item) -> None:
        self._note("delete", item.kind, item.id, item.marker)
        self._graves[item.id] = self._online.pop(item.id)
        self._by_marker[item.marker].remove(item.id)
