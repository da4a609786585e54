"""A simulated X's memory of media: made, prepared, hanging on a post, told of and shown for a while. No network.

Not safe for many threads by itself: the platform's memory holds its lock around every call.
"""

import dataclasses
import hashlib
import secrets
import time
from collections.abc import Iterator, Sequence

from fahndung.testing.xshapes import Account, Medium, Profile

FILES, FACES = "media", "profile_images"
"""Where files and the accounts' own pictures are shown."""


@dataclasses.dataclass
class _Kept:
    """A medium and what became of it; ``ends``: when its file is shown no more, its post being gone."""

    medium: Medium
    data: bytes
    made: float
    ready: bool
    marker: str | None = None
    ends: float = float("inf")


class Files:
    """All media of a platform."""

    def __init__(self, profile: Profile) -> None:
        self._profile, self._all = profile, dict[str, _Kept]()

    def make(self, id: str, account: Account, data: bytes) -> Medium:
        """A medium that hangs on nothing."""
        medium = Medium(id=id, key=f"3_{id}", account=account, alt="", name=f"{secrets.token_urlsafe(11)}.jpg")
        self._all[id] = _Kept(medium=medium, data=data, made=time.monotonic(), ready=not self._profile.slow)
        return medium

    def own(self, account: Account, id: str) -> Medium | None:
        """A medium of that account."""
        found = self._all.get(id)
        return found.medium if found is not None and found.medium.account == account else None

    def is_ready(self, id: str) -> bool:
        """Whether it is prepared; from the next question on it is."""
        before, self._all[id].ready = self._all[id].ready, True
        return before

    def describe(self, id: str, alt: str) -> None:
        """Gives it its alternative text."""
        self._all[id].medium = dataclasses.replace(self._all[id].medium, alt=alt)

    def unfit(self, account: Account, ids: Sequence[str]) -> bool:
        """Whether these cannot hang on a new post."""
        return len(ids) > 4 or any(self.own(account, id) is None or not self._all[id].ready for id in ids)

    def attach(self, ids: Sequence[str], marker: str) -> tuple[Medium, ...]:
        """Hangs them on a post with that marker."""
        for id in ids:
            self._all[id].marker = marker
        return tuple(self._all[id].medium for id in ids)

    def release(self, media: Sequence[Medium]) -> None:
        """Their post was deleted: the files go, at once or later."""
        for one in media:
            self._all[one.id].ends = time.monotonic() + self._profile.keeps_s

    def known(self, key: str, *, stale: bool) -> tuple[Medium, bool] | None:
        """What the API tells of a medium, and whether it tells where its file is; None: it does not exist.

        Of one that hangs on nothing it tells for a while; nobody knows what X itself does.
        """
        found = next((one for one in self._all.values() if one.medium.key == key), None)
        if found is None:
            return None
        if found.marker is None:
            loose = time.monotonic() - found.made < self._profile.loose_s
            return (found.medium, False) if loose else None
        return (found.medium, True) if self._is_shown(found) or stale else None

    def file(self, name: str, *, stale: bool) -> bytes | None:
        """What a stranger gets at the address of a medium; None: nothing."""
        found = next((one for one in self._all.values() if one.medium.name == name), None)
        return found.data if found is not None and (self._is_shown(found) or stale) else None

    def online(self) -> Iterator[dict[str, str]]:
        """Media whose files are shown."""
        for one in [*self._all.values()]:
            if self._is_shown(one):
                yield {
                    "id": one.medium.key,
                    "kind": "media",
                    "marker": one.marker or "-",
                    "account": one.medium.account.name,
                    "sha256": hashlib.sha256(one.data).hexdigest(),
                }

    def _is_shown(self, one: _Kept) -> bool:
        return one.marker is not None and time.monotonic() < one.ends
