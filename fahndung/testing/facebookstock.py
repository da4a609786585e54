"""A simulated Graph API's memory: Pages and their posts, and how its profiles differ. Knows no network.

Written from Meta's field specifications (v26.0) and its documentation; no real Facebook was asked.
"""

import dataclasses
import datetime as dt
import enum
import hashlib
import itertools
import time
from collections.abc import Mapping
from typing import IO, Any

from fahndung.testing.bench import Bench, Reply, clock, json_reply, marker, odd
from fahndung.testing.graph import missing, refused

LARGEST_PAGE = 100
EDGES = ("published_posts", "scheduled_posts", "ads_posts")


class Showing(enum.Enum):
    """What becomes of a draft that is to be shown."""

    SHOWN = enum.auto()
    REFUSED = enum.auto()
    IGNORED = enum.auto()
    """The answer of a success, and it stays a draft."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One kind of Facebook: nobody knows which one is real.

    Attributes:
        lists_drafts: whether ``ads_posts`` names what nobody is shown.
        lag_s: for how many seconds a listing lacks what is new, and listing and read still have what was deleted.
    """

    showing: Showing = Showing.SHOWN
    lists_drafts: bool = True
    lag_s: float = 0


PROFILES: Mapping[str, Profile] = {
    "flip": Profile(),
    "no-flip": Profile(showing=Showing.REFUSED),
    "deaf": Profile(showing=Showing.IGNORED),
    "unlisted": Profile(lists_drafts=False),
    "lagging": Profile(lag_s=1),
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A Page."""

    id: str
    name: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post: ``made`` on the monotonic clock, when it got the state that it has."""

    id: str
    page: Page
    text: str
    published: bool
    created_at: dt.datetime
    made: float

    @property
    def kind(self) -> str:
        """What the journal calls it."""
        return "post" if self.published else "draft"


class Stock(Bench):
    """The platform; safe for many threads.

    Args:
        accounts: token to the name of a Page.
        usage: how many percent of their calls all Pages have used up, as every answer says.
    """

    def __init__(
        self, profile: Profile, accounts: Mapping[str, str], journal: IO[str], *, usage: int = 0, seed: int = 0
    ) -> None:
        super().__init__(journal, seed=seed)
        self.profile, self.usage = profile, usage
        names = dict.fromkeys(accounts.values())
        known = {name: Page(id=page_id(number), name=name) for number, name in enumerate(names)}
        self._tokens = {token: known[name] for token, name in accounts.items()}
        self._ids = itertools.count(1)
        self._online: dict[str, Post] = {}
        self._graves: dict[str, tuple[float, Post]] = {}

    def whose(self, token: str) -> Page | None:
        """The Page of a token."""
        return self._tokens.get(token)

    def create(self, page: Page, values: Mapping[str, str]) -> Reply:
        """Makes a post, or a draft."""
        text = values.get("message", "").strip()
        if not text:
            return refused(100, "(#100) Missing message or attachment", status=400)
        with self._lock:
            post = Post(
                id=f"{page.id}_{next(self._ids)}",
                page=page,
                text=text,
                published=values.get("published", "true") == "true",
                created_at=clock(),
                made=time.monotonic(),
            )
            self._note("create" if post.published else "draft", post.kind, post.id, marker(text))
            self._online[post.id] = post
        return json_reply(200, id=post.id)

    def show_all(self, page: Page, id: str, values: Mapping[str, str]) -> Reply:
        """Shows a draft to everybody, or does what the profile does instead."""
        with self._lock:
            post = self._online.get(id)
            if post is None or post.page != page:
                return missing(id)
            if self.profile.showing is Showing.REFUSED:
                return refused(100, "(#100) Invalid parameter", status=400)
            asked = values.get("is_published") == "true"
            if asked and not post.published and self.profile.showing is Showing.SHOWN:
                self._note("create", "post", id, marker(post.text))
                self._online[id] = dataclasses.replace(post, published=True, made=time.monotonic())
        return json_reply(200, success=True)

    def reread(self, url: str) -> Reply:
        """Notes that it would read an address again; its answer is described nowhere."""
        if not url.startswith(("https://", "http://127.0.0.1:")):
            return refused(100, "(#100) Invalid URL", status=400)
        with self._lock:
            self._note("reread", "address", url, marker(url))
        return odd(json_reply(200, url=url, type="website", updated_time=clock().isoformat()), "own reading")

    def delete(self, page: Page, id: str) -> Reply:
        """Removes a post of that Page."""
        with self._lock:
            post = self._online.get(id)
            if post is None or post.page != page:
                return missing(id)
            self._note("delete", post.kind, id, marker(post.text))
            self._graves[id] = (time.monotonic(), self._online.pop(id))
        return json_reply(200, success=True)

    def read(self, page: Page, id: str, fields: set[str], *, stale: bool) -> Reply:
        """One post of that Page; a stale cache has what was deleted."""
        with self._lock:
            at, grave = self._graves.get(id, (0.0, None))
            late = stale or time.monotonic() - at < self.profile.lag_s
            post = grave if grave is not None and late else self._online.get(id)
        return missing(id) if post is None or post.page != page else json_reply(200, **_shape(post, fields))

    def listing(self, page: Page, edge: str, query: Mapping[str, str], fields: set[str], *, stale: bool) -> Reply:
        """One page of a Page's posts on an edge, newest first; a stale one lacks the newest."""
        now, most = time.monotonic(), min(int(query.get("limit", "25")), LARGEST_PAGE)
        with self._lock:
            there = [one for one in self._online.values() if one.made <= now - self.profile.lag_s]
            there += [one for at, one in self._graves.values() if now - at < self.profile.lag_s]
        shown = {one.id: one for one in there if one.page == page and self._is_on(edge, one)}
        found = sorted(shown.values(), key=lambda one: int(one.id.split("_")[1]), reverse=True)[stale:]
        start = int(query.get("after", "n0").removeprefix("n"))
        posts = found[start : start + most]
        if not posts:
            return json_reply(200, data=[])
        paging: dict[str, object] = {"cursors": {"before": f"n{start}", "after": f"n{start + most}"}}
        if len(found) > start + most:
            paging["next"] = f"https://elsewhere.example/v26.0/{page.id}/{edge}?after=n{start + most}"
        return json_reply(200, data=[_shape(one, fields) for one in posts], paging=paging)

    def online(self) -> list[dict[str, str]]:
        """All posts, drafts as well, with the hash of their text."""
        return [
            {
                "id": one.id,
                "kind": one.kind,
                "marker": marker(one.text),
                "account": one.page.name,
                "sha256": hashlib.sha256(one.text.encode()).hexdigest(),
            }
            for one in [*self._online.values()]
        ]

    def _is_on(self, edge: str, post: Post) -> bool:
        if edge == "published_posts":
            return post.published
        return edge == "ads_posts" and not post.published and self.profile.lists_drafts


def page_id(number: int) -> str:
    """The id of the Page of that number."""
    return str(1_000_000_001 + number)


def page(of: Page, fields: set[str]) -> Reply:
    """A Page with those of its fields that were asked for."""
    values = {"id": of.id, "name": of.name, "is_published": True}
    return json_reply(200, **{name: value for name, value in values.items() if name in {*fields, "id"}})


def _shape(post: Post, fields: set[str]) -> dict[str, Any]:
    values = {
        "id": post.id,
        "message": post.text,
        "created_time": post.created_at.strftime("%Y-%m-%dT%H:%M:%S+0000"),
        "is_published": post.published,
        "is_hidden": False,
    }
    return {name: value for name, value in values.items() if name in {*fields, "id"}}
