"""A simulated Mastodon server's memory: its statuses, its keys, and how its profile differs. Knows no network.

Written from the documentation, the OpenAPI file 4.7.0 and recorded exchanges with GoToSocial 0.20; no real Mastodon
was asked.
"""

import dataclasses
import datetime as dt
import enum
import hashlib
import re
import time
from collections.abc import Mapping
from typing import IO, Any

import regex

from fahndung.testing import mastodonshapes as shapes
from fahndung.testing.bench import Bench, Reply, clock, json_reply, marker, odd
from fahndung.testing.mastodonfiles import Media
from fahndung.testing.mastodonshapes import Account, Status

LARGEST_PAGE = 40
KEY_S = 3600.0
DAY_S = 86_400.0
VISIBILITIES = ("public", "unlisted", "private", "direct")
_LINK = re.compile(r"https?://[^\s]+")


class Keys(enum.Enum):
    """What becomes of a repeated ``Idempotency-Key``."""

    HONOURED = enum.auto()
    """The first status again; 404 for as long as the key lives, if that one was deleted."""
    IGNORED = enum.auto()
    BROKEN = enum.auto()
    """Status 500, and no second status."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One kind of server.

    Attributes:
        characters, url_characters: the most that a status holds, and what any web address counts of it.
        scopes: whether it tells what an application may do.
        closed: whether its API talks only to those who are logged in.
        lag_s: for how many seconds a listing lacks what is new, and owner and listing still have what was deleted.
        slow_media: whether a medium is not ready when it is made (202).
        media_calls: whether media are removed with their status at once, and by themselves.
        keeps_s: for how many seconds files are shown, where they are not removed at once.
        api: the version of the API that it tells; None: it tells none.
        gts: ids, page addresses, links and refusals as GoToSocial has them.
    """

    version: str
    keys: Keys
    characters: int = 500
    url_characters: int = 23
    scopes: bool = True
    closed: bool = False
    lag_s: float = 0
    slow_media: bool = True
    media_calls: bool = True
    keeps_s: float = DAY_S
    api: int | None = None
    gts: bool = False


PROFILES: Mapping[str, Profile] = {
    "4.2": Profile(version="4.2.10", keys=Keys.HONOURED, scopes=False, media_calls=False),
    "4.4+": Profile(version="4.7.0", keys=Keys.HONOURED, api=6),
    "500": Profile(version="4.5.0", keys=Keys.BROKEN, api=6),
    "gts": Profile(
        version="0.20.0",
        keys=Keys.IGNORED,
        characters=5000,
        url_characters=25,
        scopes=False,
        closed=True,
        lag_s=1,
        slow_media=False,
        media_calls=False,
        gts=True,
    ),
}


class Mastodon(Bench):
    """The server; safe for many threads.

    Args:
        accounts: token to user name.
        scopes: what the tokens may do.
        deletes: how many deletions an account may make in any span of ``per_s`` seconds; 0: as many as it likes.
    """

    def __init__(
        self,
        profile: Profile,
        accounts: Mapping[str, str],
        journal: IO[str],
        *,
        scopes: str = "read write",
        deletes: int = 0,
        per_s: float = 1800,
        seed: int = 0,
    ) -> None:
        super().__init__(journal, seed=seed, writes=deletes, per_s=per_s)
        self.profile, self.scopes = profile, scopes.split()
        names = dict.fromkeys(accounts.values())
        known = {name: Account(id=self._id(number), name=name, gts=profile.gts) for number, name in enumerate(names)}
        self._tokens = {token: known[name] for token, name in accounts.items()}
        self._accounts = {account.id: account for account in known.values()}
        self._online: dict[str, Status] = {}
        self._graves: dict[str, tuple[float, Status]] = {}
        self._keys: dict[tuple[str, str], tuple[float, str]] = {}
        self._media = Media(slow=profile.slow_media, keeps_s=profile.keeps_s)
        self._count = len(known)

    def whose(self, token: str) -> Account | None:
        """The account of a token that was not revoked."""
        return self._tokens.get(token)

    def revoke(self, token: str) -> None:
        """Forgets a token."""
        self._tokens.pop(token, None)

    def may_write(self, what: str) -> bool:
        """Whether the tokens may publish and delete ``statuses``, or ``media``."""
        return bool({"write", f"write:{what}"} & {*self.scopes})

    def named(self, name: str) -> Account | None:
        """The account of that user name."""
        return next((one for one in self._accounts.values() if one.name == name.casefold()), None)

    def create(self, account: Account, values: Mapping[str, Any], key: str | None, base: str) -> Reply:
        """Makes a status, or does what the profile does with a key that it knows."""
        text, visibility = str(values.get("status") or "").strip(), str(values.get("visibility", "public"))
        if why := self._unfit(text, visibility):
            return refused(self.profile, why)
        now = time.monotonic()
        with self._lock:
            made_at, before = self._keys.get((account.id, key or ""), (0.0, ""))
            if key and before and now - made_at < KEY_S and self.profile.keys is not Keys.IGNORED:
                return self._repeated(before, base)
            hanging = [*map(str, values.get("media_ids", ()))]
            if why := self._media.unfit(account, hanging):
                return refused(self.profile, why)
            self._count += 1
            status = Status(
                id=self._id(self._count),
                account=account,
                text=text,
                visibility=visibility,
                language=values.get("language"),
                created_at=clock(),
                made=now,
                media=self._media.attach(hanging, marker(text)),
            )
            self._note("create", "post", status.id, marker(text))
            self._online[status.id] = status
            self._keys[account.id, key or ""] = (now, status.id)
        return json_reply(200, **shapes.status(status, base, count=self.count(account)))

    def edit(self, account: Account, id: str, values: Mapping[str, Any], base: str) -> Reply:
        """Changes the text of a status of that account in place."""
        text = str(values.get("status") or "").strip()
        if why := self._unfit(text, VISIBILITIES[0]):
            return refused(self.profile, why)
        with self._lock:
            status = self._online.get(id)
            if status is None or status.account != account:
                return self.missing()
            earlier = (*status.earlier, (status.edited_at or status.created_at, status.text))
            self._note("edit", "post", id, marker(text))
            status = dataclasses.replace(status, text=text, edited_at=clock(), earlier=earlier)
            self._online[id] = status
        return json_reply(200, **shapes.status(status, base, count=self.count(account)))

    def delete(self, account: Account, id: str, base: str, *, media: bool) -> Reply:
        """Removes a status of that account; ``media``: and at once what hangs on it, where the profile can."""
        with self._lock:
            status = self._online.get(id)
            if status is None or status.account != account:
                return self.missing()
            self._note("delete", "post", id, marker(status.text))
            self._graves[id] = (time.monotonic(), self._online.pop(id))
            self._media.release(status.media, at_once=media and self.profile.media_calls)
        return json_reply(200, **shapes.status(status, base, count=self.count(account)), text=status.text)

    def upload(self, account: Account, body: bytes, kind: str, base: str) -> Reply:
        """Makes a medium that hangs on nothing yet."""
        found = shapes.form(body, kind)
        if found is None:
            return json_reply(422, error="Unprocessable Entity: error processing media")
        with self._lock:
            self._count += 1
            made = self._media.make(self._id(self._count), account, *found)
            self._note("upload", "media", made.id, "-")
        return json_reply(200 if made.is_ready else 202, **shapes.medium(made, base))

    def medium(self, account: Account, id: str, base: str) -> Reply:
        """A medium of that account as its owner is told; where the profile is slow, it is not ready the first time."""
        with self._lock:
            found = self._media.own(account, id)
            if found is None or (self._media.hangs(id) and not self.profile.gts):
                return self.missing()
            found = self._media.prepared(found)
        return json_reply(200 if found.is_ready else 206, **shapes.medium(found, base))

    def remove(self, account: Account, id: str) -> Reply:
        """Removes a medium that hangs on nothing."""
        with self._lock:
            if not self.profile.media_calls or self._media.own(account, id) is None:
                return self.missing()
            if self._media.hangs(id):
                return json_reply(422, error="Media attachment is currently used by a status", details={})
            self._note("delete", "media", id, "-")
            self._media.drop(id)
        return json_reply(200)

    def file(self, id: str, *, stale: bool) -> bytes | None:
        """What a stranger gets at the address of a medium; a stale cache has what was removed."""
        with self._lock:
            return self._media.file(id, stale=stale)

    def listing(self, account: Account, query: Mapping[str, str], base: str, *, stale: bool) -> Reply:
        """One page of an account's statuses, newest first; a stale one lacks the newest."""
        now = time.monotonic()
        with self._lock:
            there = [one for one in self._online.values() if one.made <= now - self.profile.lag_s]
            there += [one for at, one in self._graves.values() if now - at < self.profile.lag_s]
        before, most = query.get("max_id"), min(int(query.get("limit", "20")), LARGEST_PAGE)
        shown = sorted((one for one in there if one.account == account), key=lambda one: one.id, reverse=True)
        shown = [one for one in shown[stale:] if before is None or one.id < before]
        count = self.count(account)
        reply = shapes.json_list(shapes.status(one, base, count=count) for one in shown[:most])
        links = shapes.neighbours(shown[:most], base, query.get("limit"))
        return dataclasses.replace(reply, headers=(*reply.headers, *links))

    def shown(self, id: str, *, owner: bool, stale: bool = False) -> Status | None:
        """What is seen of a status: by a stranger, or by its owner; a stale cache has what was deleted."""
        at, grave = self._graves.get(id, (0.0, None))
        if grave is not None and (stale or (owner and time.monotonic() - at < self.profile.lag_s)):
            return grave
        return self._online.get(id)

    def missing(self) -> Reply:
        """What it says of a status that is not there."""
        return json_reply(404, error="Not Found" if self.profile.gts else "Record not found")

    def count(self, account: Account) -> int:
        """How many statuses an account has."""
        return sum(one.account == account for one in [*self._online.values()])

    def online(self) -> list[dict[str, str]]:
        """All statuses that are online, with the hash of their text, and all media that are shown."""
        posts = [
            {
                "id": one.id,
                "kind": "post",
                "marker": marker(one.text),
                "account": one.account.name,
                "sha256": hashlib.sha256(one.text.encode()).hexdigest(),
            }
            for one in [*self._online.values()]
        ]
        with self._lock:
            return [*posts, *self._media.online()]

    def _unfit(self, text: str, visibility: str) -> str:
        """Why a status cannot be made; empty: it can."""
        shortened = _LINK.sub("x" * self.profile.url_characters, text)
        counted = len(shortened) if self.profile.gts else len(regex.findall(r"\X", shortened))
        if counted > self.profile.characters:
            return f"Validation failed: Text character limit of {self.profile.characters} exceeded"
        if visibility not in VISIBILITIES:
            return "Validation failed: Visibility is not included in the list"
        return "" if text else "Validation failed: Text can't be blank"

    def _repeated(self, before: str, base: str) -> Reply:
        status = self._online.get(before)
        if self.profile.keys is Keys.BROKEN:
            return odd(json_reply(500, error="This page is not correct"), "a repeated key")
        if status is None:
            return self.missing()
        return json_reply(200, **shapes.status(status, base, count=self.count(status.account)))

    def _id(self, number: int) -> str:
        """Ids that grow: snowflakes, or ULIDs."""
        return f"01JD{number:022d}" if self.profile.gts else str(115_000_000_000_000_000 + number)


def refused(profile: Profile, why: str) -> Reply:
    """The answer to what does not fit."""
    if profile.gts:
        return odd(json_reply(400, error=f"Bad Request: {why}"), "a refusal of GoToSocial")
    return json_reply(422, error=why)


def limited(seconds: float, limit: int) -> Reply:
    """The answer of a server that counts calls: an instant, and no ``Retry-After``."""
    reset = (clock() + dt.timedelta(seconds=seconds)).isoformat(timespec="microseconds").replace("+00:00", "Z")
    headers = (("X-RateLimit-Limit", str(limit)), ("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", reset))
    reply = json_reply(429, error="Too many requests")
    return dataclasses.replace(reply, headers=(*reply.headers, *headers))
