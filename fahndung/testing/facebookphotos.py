"""A simulated Graph API's memory of photos: made, hanging on a post, left behind or gone with it. Knows no network.

Not safe for many threads by itself: the Page's memory holds its lock around every call.
"""

import dataclasses
import datetime as dt
import hashlib
import json
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from fahndung.testing.bench import marker

KEPT = dt.timedelta(hours=24)
"""For so long it keeps a photo that no post has shown (reference of ``/{page}/photos``)."""
MOST = 10


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A photo: ``made`` on the monotonic clock, ``at`` on the platform's own; ``page``: the id of whose it is."""

    id: str
    page: str
    data: bytes
    alt: str
    caption: str
    made: float
    at: dt.datetime

    def as_json(self, fields: Collection[str]) -> dict[str, Any]:
        """The node with those of its fields that were asked for; what is empty is missing."""
        values = {"id": self.id, "name": self.caption, "alt_text_custom": self.alt}
        return {name: value for name, value in values.items() if value and name in {*fields, "id"}}


class Photos:
    """All photos of all Pages.

    Args:
        outlive: whether a photo stays when its post is deleted; else it goes with it.
    """

    def __init__(self, *, outlive: bool) -> None:
        self._outlive = outlive
        self._made: dict[str, Photo] = {}
        self._on: dict[str, str] = {}
        self._shown: set[str] = set()
        self.graves: dict[str, tuple[float, Photo]] = {}

    def make(self, id: str, page: str, values: Mapping[str, str], data: bytes, at: dt.datetime) -> Photo:
        """A photo that hangs on nothing."""
        alt, caption = values.get("alt_text_custom", ""), values.get("caption", "")
        made = Photo(id=id, page=page, data=data, alt=alt, caption=caption, made=time.monotonic(), at=at)
        self._made[id] = made
        return made

    def get(self, page: str, id: str, now: dt.datetime) -> Photo | None:
        """A photo of that Page that is there; ``now``: on the platform's clock."""
        found = self._made.get(id)
        if found is None or found.page != page or (id not in self._shown and now - found.at >= KEPT):
            return None
        return found

    def named(self, page: str, attached_media: str, now: dt.datetime) -> list[Photo] | None:
        """The photos that a new post names, a JSON list; None: there is one that it cannot show."""
        ids = [str(one["media_fbid"]) for one in json.loads(attached_media)]
        found = [self.get(page, id, now) for id in ids]
        free = [one for one in found if one is not None and one.id not in self._on]
        return free if len(free) == len({*ids}) == len(ids) <= MOST else None

    def hang(self, photos: Sequence[Photo], post: str) -> None:
        """Hangs them on a post."""
        self._on |= {one.id: post for one in photos}

    def show(self, photos: Sequence[Photo]) -> None:
        """Their post is shown: from now on they stay."""
        self._shown |= {one.id for one in photos}

    def hangs(self, id: str, posts: Collection[str]) -> bool:
        """Whether it hangs on one of these posts: then it cannot be deleted by itself."""
        return self._on.get(id) in posts

    def is_shown(self, id: str) -> bool:
        """Whether a post shows it or has shown it."""
        return id in self._shown

    def release(self, photos: Sequence[Photo]) -> Iterator[Photo]:
        """Their post was deleted: those that go with it, each gone once it is told."""
        for one in () if self._outlive else photos:
            yield self.drop(one.id)

    def drop(self, id: str) -> Photo:
        """Removes one."""
        gone = self._made.pop(id)
        self.graves[id] = time.monotonic(), gone
        return gone

    def of(self, page: str, now: dt.datetime) -> list[Photo]:
        """Those of a Page that are there."""
        return [one for one in self._made.values() if self.get(page, one.id, now) is not None]

    def online(self, names: Mapping[str, str], now: dt.datetime) -> list[dict[str, str]]:
        """Those that hang on a post or hung on one; ``names``: what the Pages are called."""
        return [
            {
                "id": one.id,
                "kind": "media",
                "marker": marker(one.caption),
                "account": names[one.page],
                "sha256": hashlib.sha256(one.data).hexdigest(),
            }
            for one in [*self._made.values()]
            if one.id in self._on and self.get(one.page, one.id, now) is not None
        ]


def attachments(photos: Sequence[Photo]) -> dict[str, Any]:
    """What hangs on a post: one photo, or an album of several."""
    told = [{"type": "photo", "target": {"id": one.id}} for one in photos]
    return {"data": told if len(told) < 2 else [{"type": "album", "subattachments": {"data": told}}]}
