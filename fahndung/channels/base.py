"""What every channel can do, and its limits as data. No channel, no I/O."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from typing import Protocol

from fahndung.errors import Message
from fahndung.law.facts import Comments
from fahndung.model.appeal import ChannelName, Medium
from fahndung.model.publication import Draft, Look, Posting, Reference
from fahndung.model.release import Release

KIND_MEDIA: Mapping[str, Medium] = {
    "website": Medium.WEBSITE,
    "wordpress": Medium.WEBSITE,
    "sftp": Medium.WEBSITE,
    "s3": Medium.WEBSITE,
    "x": Medium.SOCIAL,
    "facebook": Medium.SOCIAL,
    "instagram": Medium.SOCIAL,
    "threads": Medium.SOCIAL,
    "mastodon": Medium.SOCIAL,
    "bluesky": Medium.SOCIAL,
    "telegram": Medium.SOCIAL,
    "press-mail": Medium.PRINT,
}
"""Kind of a channel to the medium that an order must name for it; also of kinds that cannot be opened yet,
because a record may name a channel by its kind."""

KIND_COMMENTS: Mapping[str, Comments] = {"website": Comments.NONE}
"""Kind of a channel to whether strangers may write there (R32); a kind that is missing counts as open."""

TELLS_THE_END = frozenset({"website"})
"""Kinds on which a withdrawal that was read back tells the end: the page answers 410, the feed carries a tombstone."""

Checkpoint = Callable[[Reference], None]
"""Called as soon as a remote object exists; raising stops the publication there."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a channel can and cannot do.

    Attributes:
        can_delete: whether the program can take down what it published.
        delete_window: how long after publishing it can; None: for ever.
        idempotency: why publishing twice leaves one copy: ``path``, ``key``, ``two-phase``, ``list`` or ``none``.
        reads_back: how the channel is read back: ``http``, ``files``, ``api``, ``probe`` or ``none``.
        residual: what may remain elsewhere after a takedown.
        evidence: what proves that a copy is gone.
    """

    kind: str
    can_delete: bool
    delete_window: dt.timedelta | None
    idempotency: str
    reads_back: str
    residual: Message
    evidence: Message

    def as_json(self, name: str, language: str = "en") -> dict[str, object]:
        """The row of ``channels --json`` for the account ``name``; ``delete_window`` in seconds or null."""
        return {
            "kind": self.kind,
            "name": name,
            "can_delete": self.can_delete,
            "delete_window": None if self.delete_window is None else self.delete_window.total_seconds(),
            "idempotency": self.idempotency,
            "reads_back": self.reads_back,
            "residual": self.residual.in_language(language),
            "evidence": self.evidence.in_language(language),
        }


class Channel(Protocol):
    """One account on one channel. It knows no other channel and does not read the ledger."""

    @property
    def name(self) -> ChannelName:
        """The account's name in the configuration."""
        ...

    @property
    def kind(self) -> str:
        """The key in ``fahndung.channels.KINDS``."""
        ...

    @property
    def medium(self) -> Medium:
        """The medium that an order must name."""
        ...

    def capabilities(self) -> Capabilities:
        """What this account can and cannot do."""
        ...

    def check(self) -> None:
        """Logs in and checks rights; sends nothing.

        Raises:
            ChannelFailed: it cannot be used now.
            NotPublishable: it belongs to somebody else.
        """
        ...

    def prepare(self, release: Release) -> Draft:
        """Exactly what would be sent. Pure: no network, no disk, no clock.

        Raises:
            NotPublishable: the release does not fit this channel.
        """
        ...

    def publish(self, draft: Draft, checkpoint: Checkpoint) -> None:
        """Sends the draft; repeating it is safe where ``idempotency`` says so.

        Raises:
            ChannelFailed: it went wrong on the way; part of it may be online.
            NotPublishable: refused for good.
        """
        ...

    def find(self, marker: str) -> tuple[Reference, ...]:
        """What carries ``marker`` there; empty only after a clean, complete listing.

        Raises:
            ChannelFailed: the listing is not clean.
        """
        ...

    def look(self, posting: Posting) -> Look:
        """What a visitor finds now; a failure to look is ``Unknown``, not an exception."""
        ...

    def withdraw(self, posting: Posting) -> None:
        """Takes down everything of the posting; what is gone already is a success.

        Raises:
            ChannelFailed: something could not be removed; the rest was.
        """
        ...
