"""A simulated Threads API's memory: accounts, containers and posts, and how its profiles differ. Knows no network.

Written from Meta's documentation and reports of its users; no real Threads was asked.
"""

import dataclasses
import hashlib
import itertools
import time
from collections.abc import Mapping
from typing import IO, Any

from fahndung.testing.bench import Bench, Reply, json_reply, marker
from fahndung.testing.graph import missing, refused

LARGEST_PAGE = 100
A_DAY = 100
"""How many deletions an account is said to have a day; posts: 250."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One kind of Threads: nobody knows which one is real.

    Attributes:
        works: how often a container answers ``IN_PROGRESS`` before it is ``FINISHED``.
        again: whether a container can be published again, as a second post.
        keeps: whether a published container still tells its status.
        lag_s: for how many seconds a listing lacks what is new, and listing and read still have what was deleted.
    """

    works: int = 0
    again: bool = False
    keeps: bool = True
    lag_s: float = 0


PROFILES: Mapping[str, Profile] = {
    "prompt": Profile(),
    "twice": Profile(again=True),
    "slow": Profile(works=2),
    "forgetful": Profile(keeps=False),
    "lagging": Profile(lag_s=1),
}


@dataclasses.dataclass(kw_only=True)
class Container:
    """What may become a post; ``asked``: how often its status was."""

    account: str
    values: Mapping[str, str]
    asked: int = 0
    published: bool = False


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post; ``made`` on the monotonic clock."""

    id: str
    account: str
    text: str
    replies: str
    made: float


class Stock(Bench):
    """The platform; safe for many threads.

    Args:
        accounts: token to the name of an account.
        deleted: how many deletions all accounts have used up today already. a_day: how many there are.
    """

    def __init__(
        self,
        profile: Profile,
        accounts: Mapping[str, str],
        journal: IO[str],
        *,
        deleted: int = 0,
        a_day: int = A_DAY,
        seed: int = 0,
    ) -> None:
        super().__init__(journal, seed=seed)
        self.profile, self.deleted, self._a_day = profile, deleted, a_day
        names = [*dict.fromkeys(accounts.values())]
        self._users = {name: user_id(number) for number, name in enumerate(names)}
        self._tokens = dict(accounts)
        self._ids = itertools.count(17_000_001)
        self._containers: dict[str, Container] = {}
        self._online: dict[str, Post] = {}
        self._graves: dict[str, tuple[float, Post]] = {}

    def whose(self, token: str) -> tuple[str, str] | None:
        """Name and id of the account of a token."""
        name = self._tokens.get(token)
        return None if name is None else (name, self._users[name])

    def contain(self, account: str, values: Mapping[str, str]) -> Reply:
        """Makes a container."""
        if values.get("media_type") != "TEXT" or not values.get("text", "").strip():
            return refused(100, "The parameter text is required.", status=400)
        if len(values["text"]) > 500:
            return refused(100, "Param text must be at most 500 characters long.", status=400)
        with self._lock:
            id = str(next(self._ids))
            self._containers[id] = Container(account=account, values=values)
            self._note("draft", "container", id, marker(values["text"]))
        return json_reply(200, id=id)

    def status(self, account: str, id: str) -> Reply | None:
        """What became of a container; None: it is none of that account's."""
        with self._lock:
            found = self._containers.get(id)
            if found is None or found.account != account:
                return None
            if found.published and not self.profile.keeps:
                return missing(id)
            found.asked += 1
            ready = found.asked > self.profile.works
            status = "PUBLISHED" if found.published else "FINISHED" if ready else "IN_PROGRESS"
        return json_reply(200, id=id, status=status)

    def publish(self, account: str, id: str) -> Reply:
        """Makes a post of a container."""
        with self._lock:
            found = self._containers.get(id)
            ready = found is not None and found.account == account and found.asked > self.profile.works
            if found is None or not ready or (found.published and not self.profile.again):
                return refused(24, "The requested resource does not exist", status=400, error_subcode=4279009)
            found.published = True
            post = Post(
                id=str(next(self._ids)),
                account=account,
                text=found.values["text"],
                replies=found.values.get("reply_control", "everyone").upper(),
                made=time.monotonic(),
            )
            self._note("create", "post", post.id, marker(post.text))
            self._online[post.id] = post
        return json_reply(200, id=post.id)

    def delete(self, account: str, id: str) -> Reply:
        """Removes a post of that account."""
        with self._lock:
            post = self._online.get(id)
            if post is None or post.account != account:
                return missing(id)
            self._note("delete", "post", id, marker(post.text))
            self.deleted += 1
            self._graves[id] = (time.monotonic(), self._online.pop(id))
        return json_reply(200, success=True, deleted_id=id)

    def read(self, account: str, id: str, fields: set[str], *, stale: bool) -> Reply:
        """One post of that account; a stale cache has what was deleted."""
        with self._lock:
            at, grave = self._graves.get(id, (0.0, None))
            late = stale or time.monotonic() - at < self.profile.lag_s
            post = grave if grave is not None and late else self._online.get(id)
        return missing(id) if post is None or post.account != account else json_reply(200, **_shape(post, fields))

    def listing(self, account: str, query: Mapping[str, str], fields: set[str], *, stale: bool) -> Reply:
        """One page of an account's posts, newest first; a stale one lacks the newest."""
        now, most = time.monotonic(), min(int(query.get("limit", "25")), LARGEST_PAGE)
        with self._lock:
            there = [one for one in self._online.values() if one.made <= now - self.profile.lag_s]
            there += [one for at, one in self._graves.values() if now - at < self.profile.lag_s]
        found = sorted({one.id: one for one in there if one.account == account}.values(), key=lambda one: -int(one.id))
        found, start = found[stale:], int(query.get("after", "n0").removeprefix("n"))
        posts = [_shape(one, fields) for one in found[start : start + most]]
        if not posts:
            return json_reply(200, data=[])
        paging: dict[str, object] = {"cursors": {"before": f"n{start}", "after": f"n{start + most}"}}
        if len(found) > start + most:
            paging["next"] = f"https://elsewhere.example/v1.0/x/threads?after=n{start + most}"
        return json_reply(200, data=posts, paging=paging)

    def limits(self) -> Reply:
        """How much of a day's posts and deletions is used up."""
        day = {"quota_duration": 86400}
        row = {
            "quota_usage": 0,
            "config": {"quota_total": 250, **day},
            "delete_quota_usage": self.deleted,
            "delete_config": {"quota_total": self._a_day, **day},
        }
        return json_reply(200, data=[row])

    def online(self) -> list[dict[str, str]]:
        """All posts, with the hash of their text; containers are shown to nobody."""
        return [
            {
                "id": one.id,
                "kind": "post",
                "marker": marker(one.text),
                "account": one.account,
                "sha256": hashlib.sha256(one.text.encode()).hexdigest(),
            }
            for one in [*self._online.values()]
        ]


def user_id(number: int) -> str:
    """The id of the account of that number."""
    return str(2_000_000_001 + number)


def _shape(post: Post, fields: set[str]) -> dict[str, Any]:
    code = f"C{post.id}"
    values = {
        "id": post.id,
        "text": post.text,
        "permalink": f"https://www.threads.com/@{post.account}/post/{code}",
        "shortcode": code,
        "reply_audience": post.replies,
        "link_attachment_url": next((word for word in post.text.split() if word.startswith("http")), None),
    }
    return {name: value for name, value in values.items() if name in {*fields, "id"} and value is not None}
