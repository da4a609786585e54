"""A simulated Graph API's memory: Pages, posts, photos, and how its profiles differ. Knows no network.

Written from Meta's field specifications (v26.0) and its documentation; no real Facebook was asked.
"""

import dataclasses
import datetime as dt
import enum
import hashlib
import itertools
import time
from collections.abc import Mapping, Sequence
from typing import IO, Any, TypeVar

from fahndung.testing import facebookphotos
from fahndung.testing.bench import Bench, Reply, clock, json_reply, marker, odd
from fahndung.testing.facebookphotos import Photo, Photos
from fahndung.testing.graph import missing, refused

LARGEST_PAGE = 100
PHOTOS = "photos"
EDGES = ("published_posts", "scheduled_posts", "ads_posts", PHOTOS)
FIRST_PHOTO = 700_001


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
        lists_drafts: whether ``ads_posts`` and ``photos`` name what nobody is shown.
        photos_stay: whether a photo has to be deleted by itself once its post is; else it goes with it.
        lag_s: for how many seconds a listing lacks what is new, and listing and read still have what was deleted.
    """

    showing: Showing = Showing.SHOWN
    lists_drafts: bool = True
    photos_stay: bool = False
    lag_s: float = 0


PROFILES: Mapping[str, Profile] = {
    "flip": Profile(photos_stay=True),
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
    """A post: ``made`` on the monotonic clock, when it got the state that it has; ``photos``: what hangs on it."""

    id: str
    page: Page
    text: str
    published: bool
    created_at: dt.datetime
    made: float
    photos: tuple[Photo, ...] = ()

    @property
    def kind(self) -> str:
        """What the journal calls it."""
        return "post" if self.published else "draft"


Thing = TypeVar("Thing", Post, Photo)


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
        self._photos = Photos(outlive=profile.photos_stay)
        self._photo_ids = itertools.count(FIRST_PHOTO)
        self._names = {page.id: page.name for page in known.values()}

    def whose(self, token: str) -> Page | None:
        """The Page of a token."""
        return self._tokens.get(token)

    def create(self, page: Page, values: Mapping[str, str]) -> Reply:
        """Makes a post, or a draft."""
        text = values.get("message", "").strip()
        if not text:
            return refused(100, "(#100) Missing message or attachment", status=400)
        with self._lock:
            photos = self._photos.named(page.id, values.get("attached_media", "[]"), self.now())
            if photos is None:
                return refused(100, "(#100) Invalid parameter: a photo is used already, or there is none", status=400)
            post = Post(
                id=f"{page.id}_{next(self._ids)}",
                page=page,
                text=text,
                published=values.get("published", "true") == "true",
                created_at=clock(),
                made=time.monotonic(),
                photos=tuple(photos),
            )
            self._note("create" if post.published else "draft", post.kind, post.id, marker(text))
            self._online[post.id] = post
            self._photos.hang(photos, post.id)
            if post.published:
                self._photos.show(photos)
        return json_reply(200, id=post.id)

    def upload(self, page: Page, values: Mapping[str, str], data: bytes) -> Reply:
        """Makes a photo for nobody to see; no other is known here."""
        if not data.startswith(b"\xff\xd8\xff"):
            return refused(324, "(#324) Missing or invalid image file", status=400)
        if values.get("published") != "false":
            return refused(100, "(#100) here a photo goes with a post", status=400)
        with self._lock:
            made = self._photos.make(str(next(self._photo_ids)), page.id, values, data, self.now())
            self._note("upload", "media", made.id, marker(made.caption))
        return json_reply(200, id=made.id)

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
                self._photos.show(post.photos)
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
        """Removes a post of that Page, or a photo that hangs on none."""
        with self._lock:
            post, photo = self._online.get(id), self._photos.get(page.id, id, self.now())
            if post is not None and post.page == page:
                self._note("delete", post.kind, id, marker(post.text))
                self._graves[id] = (time.monotonic(), self._online.pop(id))
                for one in self._photos.release(post.photos):
                    self._note("delete", "media", one.id, marker(one.caption))
            elif photo is not None and not self._photos.hangs(id, self._online):
                self._note("delete", "media", id, marker(photo.caption))
                self._photos.drop(id)
            else:
                return missing(id)
        return json_reply(200, success=True)

    def read(self, page: Page, id: str, fields: set[str], *, stale: bool) -> Reply:
        """One post or photo of that Page; a stale cache has what was deleted."""
        with self._lock:
            post = self._late(self._graves, id, stale=stale) or self._online.get(id)
            photo = self._late(self._photos.graves, id, stale=stale) or self._photos.get(page.id, id, self.now())
        if post is not None and post.page == page:
            return json_reply(200, **_shape(post, fields))
        if photo is not None and photo.page == page.id:
            return json_reply(200, **photo.as_json(fields))
        return missing(id)

    def _late(self, graves: Mapping[str, tuple[float, Thing]], id: str, *, stale: bool) -> Thing | None:
        """What was deleted, for as long as it is still read."""
        at, grave = graves.get(id, (0.0, None))
        return grave if grave is not None and (stale or time.monotonic() - at < self.profile.lag_s) else None

    def listing(self, page: Page, edge: str, query: Mapping[str, str], fields: set[str], *, stale: bool) -> Reply:
        """One page of what an edge has of a Page, newest first; a stale one lacks the newest."""
        most = min(int(query.get("limit", "25")), LARGEST_PAGE)
        with self._lock:
            if edge != PHOTOS:
                posts = [one for one in self._listed([*self._online.values()], self._graves) if one.page == page]
                shown = [(_number(one.id), _shape(one, fields)) for one in posts if self._is_on(edge, one)]
            else:
                there = self._photos.of(page.id, self.now()) if query.get("type") == "uploaded" else []
                photos = [one for one in self._listed(there, self._photos.graves) if one.page == page.id]
                shown = [(_number(one.id), one.as_json(fields)) for one in photos if self._is_named(one)]
        found = [told for _, told in sorted(shown, key=lambda one: one[0], reverse=True)][stale:]
        start = int(query.get("after", "n0").removeprefix("n"))
        told = found[start : start + most]
        if not told:
            return json_reply(200, data=[])
        paging: dict[str, object] = {"cursors": {"before": f"n{start}", "after": f"n{start + most}"}}
        if len(found) > start + most:
            paging["next"] = f"https://elsewhere.example/v26.0/{page.id}/{edge}?after=n{start + most}"
        return json_reply(200, data=told, paging=paging)

    def _listed(self, there: Sequence[Thing], graves: Mapping[str, tuple[float, Thing]]) -> list[Thing]:
        """Each once, as late as the profile says."""
        since = time.monotonic() - self.profile.lag_s
        found: dict[str, Thing] = {one.id: one for one in there if one.made <= since}
        found |= {one.id: one for at, one in graves.values() if at > since}
        return list(found.values())

    def online(self) -> list[dict[str, str]]:
        """All posts, drafts as well, with the hash of their text; and the photos that hang on one or hung on one."""
        posts = [
            {
                "id": one.id,
                "kind": one.kind,
                "marker": marker(one.text),
                "account": one.page.name,
                "sha256": hashlib.sha256(one.text.encode()).hexdigest(),
            }
            for one in [*self._online.values()]
        ]
        return posts + self._photos.online(self._names, self.now())

    def _is_on(self, edge: str, post: Post) -> bool:
        if edge == "published_posts":
            return post.published
        return edge == "ads_posts" and not post.published and self.profile.lists_drafts

    def _is_named(self, photo: Photo) -> bool:
        """Whether the Page's photos name it."""
        return self._photos.is_shown(photo.id) or self.profile.lists_drafts


def _number(id: str) -> int:
    return int(id.rpartition("_")[2])


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
        "attachments": facebookphotos.attachments(post.photos),
        "full_picture": "https://pictures.example/1.jpg",
    }
    if not post.photos:
        del values["attachments"], values["full_picture"]
    return {name: value for name, value in values.items() if name in {*fields, "id"}}
