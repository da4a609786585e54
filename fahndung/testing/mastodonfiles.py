"""A simulated Mastodon server's memory of media: made, prepared, hanging on a status, kept for a while. No network.

Not safe for many threads by itself: the server's memory holds its lock around every call.
"""

import dataclasses
import hashlib
import time
from collections.abc import Sequence

from fahndung.testing.mastodonshapes import Account, Medium


class Media:
    """All media of a server.

    Args:
        slow: whether a medium is not ready when it is made.
        keeps_s: for how many seconds the files of one that hangs on nothing are shown, and of one whose status was
            deleted without it.
    """

    def __init__(self, *, slow: bool, keeps_s: float) -> None:
        self.slow, self._keeps_s = slow, keeps_s
        self._made: dict[str, Medium] = {}
        self._asked: set[str] = set()
        self._marker: dict[str, str] = {}
        self._ends: dict[str, float] = {}
        self._made_at: dict[str, float] = {}

    def make(self, id: str, account: Account, data: bytes, alt: str) -> Medium:
        """A medium that hangs on nothing."""
        self._made_at[id] = time.monotonic()
        self._made[id] = Medium(id=id, account=account, data=data, alt=alt, is_ready=not self.slow)
        return self._made[id]

    def own(self, account: Account, id: str) -> Medium | None:
        """A medium of that account that its owner still has."""
        found = self._made.get(id)
        return found if found is not None and found.account == account and id not in self._ends else None

    def prepared(self, found: Medium) -> Medium:
        """The same, ready from the second question on."""
        if found.id in self._asked and not found.is_ready:
            self._made[found.id] = found = dataclasses.replace(found, is_ready=True)
        self._asked.add(found.id)
        return found

    def hangs(self, id: str) -> bool:
        """Whether it hangs on a status."""
        return id in self._marker and id not in self._ends

    def unfit(self, account: Account, ids: Sequence[str]) -> str:
        """Why these cannot hang on a new status; empty: they can."""
        found = [self.own(account, id) for id in ids]
        if len(ids) > 4 or None in found:
            return "Validation failed: Media attachments are too many, or not found"
        if any(one is not None and not one.is_ready for one in found):
            return "Validation failed: Cannot attach files that have not finished processing"
        hanging = next((id for id in ids if self.hangs(id)), None)
        return "" if hanging is None else f"media already attached to status: {hanging}"

    def attach(self, ids: Sequence[str], marker: str) -> tuple[Medium, ...]:
        """Hangs them on a status with that marker."""
        self._marker |= dict.fromkeys(ids, marker)
        return tuple(self._made[id] for id in ids)

    def release(self, media: Sequence[Medium], *, at_once: bool) -> None:
        """Their status was deleted: the files go, at once or later."""
        keeps_s = 0 if at_once else self._keeps_s
        self._ends |= {one.id: time.monotonic() + keeps_s for one in media}

    def drop(self, id: str) -> None:
        """Removes one."""
        del self._made[id]

    def file(self, id: str, *, stale: bool) -> bytes | None:
        """What a stranger gets at the address of a medium; None: nothing."""
        found = self._made.get(id)
        return found.data if found is not None and (stale or self._is_kept(id)) else None

    def online(self) -> list[dict[str, str]]:
        """Media that hang on a status or hung on one, and whose files are shown."""
        return [
            {
                "id": id,
                "kind": "media",
                "marker": marker,
                "account": self._made[id].account.name,
                "sha256": hashlib.sha256(self._made[id].data).hexdigest(),
            }
            for id, marker in [*self._marker.items()]
            if self._is_kept(id)
        ]

    def _is_kept(self, id: str) -> bool:
        never = float("inf")
        ends = self._ends.get(id, never) if id in self._marker else self._made_at[id] + self._keeps_s
        return time.monotonic() < ends
