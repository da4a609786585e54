"""A platform in memory and the channel on it, cheap enough to search thousands of states. Reaches nothing outside."""

import collections
import dataclasses
import datetime as dt
import functools
import hashlib
import pathlib
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from fahndung.channels import Kinds
from fahndung.channels.steps import remove
from fahndung.errors import (
    AuthError,
    ChannelFailed,
    Duplicate,
    FahndungError,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Replaced,
    WindowClosed,
)
from fahndung.model.closing import NOTICE_KINDS, PART_KINDS
from fahndung.model.publication import (
    CLOSING,
    CLOSINGS,
    Altered,
    Draft,
    Look,
    Marked,
    Posting,
    Reference,
    Tombstone,
)
from fahndung.testing.faults import UNKNOWN_AFTER, UNKNOWN_BEFORE, Call, Fault, Faults
from fahndung.testing.posts import MEDIUM, Modes, PostChannel

KIND = "memory"
_T = TypeVar("_T")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One object online: a post or a media object."""

    reference: Reference
    marker: str
    sha256: str


class MemoryPlatform:
    """The platform; several channels on it are several workers with one account.

    Args:
        modes: what it can; with keys for an hour and a listing by default.

    Attributes:
        online: id to what is online.
        journal: every effect in order: (``create`` or ``delete``, kind, id, marker).
        calls: how often each call came in, struck by a fault or not.
        faults: what goes wrong.
        late: it is too late to delete any post.
    """

    def __init__(self, modes: Modes | None = None) -> None:
        self.modes = modes or Modes(key_lifetime=dt.timedelta(hours=1))
        self.online: dict[str, Item] = {}
        self.journal: list[tuple[str, str, str, str]] = []
        self.calls: collections.Counter[Call] = collections.Counter()
        self.faults = Faults()
        self.late = False
        self._keys: dict[str, Reference] = {}
        self._graves: dict[str, Item] = {}
        self._made = 0
        self._late: list[Callable[[], object]] = []

    def channel(self, name: str = KIND) -> "MemoryChannel":
        """A channel on this platform."""
        return MemoryChannel(self, name)

    def kinds(self) -> Kinds:
        """What ``channels.from_config`` and ``channels.from_ledger`` take as ``kinds`` to open channels here."""
        return {KIND: lambda: _Connector(self)}

    def copies(self, marker: str) -> int:
        """How many posts with that marker are online."""
        return sum(item.marker == marker and item.reference.kind == "post" for item in self.online.values())

    def forget_keys(self) -> None:
        """As if the lifetime of every idempotency key were over."""
        self._keys.clear()

    def arrive(self) -> None:
        """Everything that a fault made late has its effect now."""
        late, self._late = self._late, []
        for act in late:
            act()

    def snapshot(self) -> tuple[object, ...]:
        """All of the state as a value; :meth:`restore` brings it back as often as one likes."""
        return (
            dict(self.online),
            tuple(self.journal),
            self.calls.copy(),
            self.faults.snapshot(),
            dict(self._keys),
            dict(self._graves),
            self._made,
            tuple(self._late),
        )

    def restore(self, snapshot: tuple[Any, ...]) -> None:
        """The state of a snapshot again."""
        online, journal, calls, faults, keys, graves, self._made, late = snapshot
        self.online, self._keys, self._graves = dict(online), dict(keys), dict(graves)
        self.journal, self.calls, self._late = list(journal), calls.copy(), list(late)
        self.faults.restore(faults)

    def whoami(self) -> None:
        """Raises what goes wrong, else nothing: the account is always there."""
        self._call(Call.WHOAMI, lambda: None, None)

    def upload(self, data: bytes, *, marker: str, key: str) -> Reference:
        """Makes a media object, or names the one that this key made."""
        return self._call(Call.UPLOAD, functools.partial(self._make, "media", marker, data, key), _never("media"))

    def create(self, text: str, media: tuple[str, ...], *, marker: str, key: str) -> Reference:
        """Makes a post, or names the one that this key made; ``media`` must be known."""
        return self._call(
            Call.CREATE, functools.partial(self._make, "post", marker, text.encode(), key, media), _never("post")
        )

    def delete(self, reference: Reference) -> None:
        """Removes one object; media outlive their post."""
        self._call(Call.DELETE, functools.partial(self._remove, reference.id), None)

    def edit(self, reference: Reference, text: str) -> bool:
        """Puts a text in the place of a post; False: it is gone."""
        return self._call(Call.EDIT, functools.partial(self._put, reference, text), True)

    def items(self, marker: str) -> tuple[Reference, ...]:
        """What carries the marker."""
        found = tuple(item.reference for item in self.online.values() if item.marker == marker)
        return self._call(Call.LIST, lambda: found, found[:-1])

    def listing(self) -> tuple[Marked, ...]:
        """All that is online."""
        found = tuple(Marked(marker=item.marker, reference=item.reference) for item in self.online.values())
        return self._call(Call.LIST, lambda: found, found[:-1])

    def read(self, reference: Reference) -> str | None:
        """The hash of what a visitor sees."""
        there = self.online.get(reference.id)
        once = there or self._graves.get(reference.id)
        return self._call(
            Call.READ, lambda: None if there is None else there.sha256, None if once is None else once.sha256
        )

    def _call(self, call: Call, act: Callable[[], _T], otherwise: _T) -> _T:
        """What ``act`` returns, unless a fault strikes; ``otherwise`` is the answer of a platform that lies or lags."""
        self.calls[call] += 1
        rule = self.faults.strike(call)
        if rule is None:
            return act()
        fault = rule.fault
        if fault in {Fault.NOTHING, Fault.STALE}:
            return otherwise
        if fault in UNKNOWN_AFTER:
            act()
        if fault is Fault.LATE:
            self._late.append(act)
        if fault in (Fault.LATE, *UNKNOWN_AFTER, *UNKNOWN_BEFORE):
            raise OutcomeUnknown(f"{call}: {fault}", f"{call}: {fault}")
        if fault is Fault.LIMITED:
            raise RateLimited(str(fault), str(fault), retry_after=dt.timedelta(seconds=rule.seconds))
        raise _REFUSALS[fault](f"{call}: {fault}", f"{call}: {fault}")

    def _make(self, kind: str, marker: str, data: bytes, key: str, media: tuple[str, ...] = ()) -> Reference:
        if key in self._keys:
            return self._keys[key]
        if missing := [one for one in media if one not in self.online]:
            raise Rejected(f"There is no {missing[0]}.", f"{missing[0]} gibt es nicht.")
        self._made += 1
        reference = Reference(kind=kind, id=f"{kind}-{self._made}", url=f"memory:{kind}-{self._made}")
        self.online[reference.id] = Item(reference=reference, marker=marker, sha256=hashlib.sha256(data).hexdigest())
        self.journal.append(("create", kind, reference.id, marker))
        if self.modes.key_lifetime is not None:
            self._keys[key] = reference
        return reference

    def _put(self, reference: Reference, text: str) -> bool:
        item = self.online.get(reference.id)
        if item is None:
            return False
        self.online[reference.id] = dataclasses.replace(item, sha256=hashlib.sha256(text.encode()).hexdigest())
        self.journal.append(("edit", reference.kind, reference.id, item.marker))
        return True

    def _remove(self, id: str) -> None:
        if self.late and id in self.online and self.online[id].reference.kind == "post":
            raise WindowClosed("It is too late to delete a post.", "Zum Löschen eines Beitrags ist es zu spät.")
        item = self.online.pop(id, None)
        if item is not None:
            self._graves[id] = item
            self.journal.append(("delete", item.reference.kind, id, item.marker))


_REFUSALS: Mapping[Fault, type[FahndungError]] = {
    Fault.UNREACHABLE: NotSent,
    Fault.UNAUTHORIZED: AuthError,
    Fault.REFUSED: Rejected,
    Fault.DUPLICATE: Duplicate,
    Fault.CLOSED: WindowClosed,
}


def _never(kind: str) -> Reference:
    """What a platform names that says 200 and does nothing."""
    return Reference(kind=kind, id=f"never-{kind}", url=f"memory:never-{kind}")


class MemoryChannel(PostChannel):
    """One account on a platform in memory (see ``fahndung.channels.base.Channel``)."""

    def __init__(self, platform: MemoryPlatform, name: str = KIND) -> None:
        super().__init__(platform, platform.modes, name=name, kind=KIND, endpoint={"name": name})
        self.platform = platform

    def draft(self, marker: str, text: str, *media: bytes) -> Draft:
        """As any; with closing notices, where the platform lets them take the place of a post."""
        draft = super().draft(marker, text, *media)
        if not self.platform.modes.notices:
            return draft
        return dataclasses.replace(draft, withdrawal={**draft.withdrawal, CLOSINGS: NOTICES})

    def look(self, posting: Posting) -> Look:
        """As any; ``Tombstone`` if posts show the notice that is due, and nothing else is there."""
        seen, notice = super().look(posting), notice_of(posting)
        if notice is None or not isinstance(seen, Altered):
            return seen
        found = seen.evidence["addresses"]
        shown = {sha256 for sha256 in found.values() if sha256} if isinstance(found, dict) else set()
        return Tombstone(evidence=seen.evidence) if shown == {_sha256(notice)} else seen

    def withdraw(self, posting: Posting) -> None:
        """As any; what cannot be deleted any more gets the notice that is due, where there is one.

        Raises:
            ChannelFailed, WindowClosed: as any. Replaced: all that is left shows its notice.
        """
        if (notice := notice_of(posting)) is None:
            super().withdraw(posting)
        else:
            known = sorted(dict.fromkeys(posting.references), key=lambda one: one.kind == "media")
            take_down = functools.partial(self._replace, notice=notice)
            remove(known, lambda: self.find(posting.marker), take_down)

    def _replace(self, reference: Reference, *, notice: str) -> None:
        try:
            self.platform.delete(reference)
        except WindowClosed as late:
            if reference.kind != "post":
                raise
            if self.platform.edit(reference, notice):
                raise Replaced(*late.message) from late


NOTICES: Mapping[str, str] = {kind: f"closing notice: {kind}" for kind in (*NOTICE_KINDS, *PART_KINDS, "replaced")}
"""What may take the place of a post at its end, by kind; the last where the appeal goes on."""


def notice_of(posting: Posting) -> str | None:
    """The notice that has to take the place of a post; None: none can."""
    known = posting.withdrawal.get(CLOSINGS)
    return None if not isinstance(known, Mapping) else str(known[posting.withdrawal.get(CLOSING, "replaced")])


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@dataclasses.dataclass(frozen=True, slots=True)
class _Connector:
    """Opens channels on one platform (see ``fahndung.channels.Connector``)."""

    platform: MemoryPlatform

    @property
    def MEDIUM(self) -> Any:  # noqa: N802 - as the Protocol has it
        return MEDIUM

    def from_config(
        self, config: Mapping[str, object], *, home_id: str, nonce: str, home: pathlib.Path
    ) -> MemoryChannel:
        return self.platform.channel(str(config["name"]))

    def from_ledger(self, endpoint: Mapping[str, object]) -> MemoryChannel:
        if not isinstance(endpoint.get("name"), str):
            raise ChannelFailed("no name in the endpoint", "kein Name im Zugang")
        return self.platform.channel(str(endpoint["name"]))
