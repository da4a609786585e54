"""What every account by the link method does alike: it names itself, lists, finds by the marker, and takes down.

Prepares, sends and looks at nothing: there every platform has its own way.
"""

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from fahndung.channels.base import Capabilities, Checked, Rate
from fahndung.channels.steps import remove
from fahndung.errors import ChannelFailed, Duplicate, Message, NotSent
from fahndung.model.appeal import ChannelName, Medium
from fahndung.model.publication import Marked, Posting, Reference

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    class Described(DataclassInstance, Protocol):
        """Which account it is; holds no secret, of one its name only."""

        @property
        def name(self) -> ChannelName: ...

        @property
        def settle_s(self) -> float: ...


class Calls(Protocol):
    """The calls of a platform that are the same everywhere."""

    def listed(self) -> tuple[Marked, ...]:
        """All of the account that carries a marker; complete, or it raises."""
        ...


class Deletes(Calls, Protocol):
    """The same where every object is deleted by itself."""

    def delete(self, reference: Reference) -> None:
        """Removes one; what is gone already is a success."""
        ...


EndpointT = TypeVar("EndpointT", bound="Described")
CallsT = TypeVar("CallsT", bound=Calls)
DeletesT = TypeVar("DeletesT", bound=Deletes)


class Account(Generic[EndpointT, CallsT]):
    """One account (see ``fahndung.channels.base.Channel``); it deletes for ever and lists.

    Attributes:
        idempotency, rate, residual, evidence, checked: as in ``Capabilities``.
    """

    kind: str
    medium = Medium.SOCIAL
    idempotency = "list"
    rate: Rate | None = None
    residual: Message
    evidence: Message
    checked: Checked

    def __init__(self, endpoint: EndpointT, api: CallsT) -> None:
        self.endpoint = endpoint
        self._api = api

    @property
    def name(self) -> ChannelName:
        """The account's name in the configuration."""
        return self.endpoint.name

    def access(self) -> Mapping[str, object]:
        """What its drafts carry to the ledger; of secrets their names only."""
        return dataclasses.asdict(self.endpoint)

    def capabilities(self) -> Capabilities:
        """What it can do."""
        return Capabilities(
            kind=self.kind,
            can_delete=True,
            delete_window=None,
            can_find=True,
            idempotency=self.idempotency,
            settle=dt.timedelta(seconds=self.endpoint.settle_s),
            rate=self.rate,
            reads_back="api",
            residual=self.residual,
            evidence=self.evidence,
            checked=self.checked,
        )

    def find(self, marker: str) -> tuple[Reference, ...]:
        """What carries that marker.

        Raises:
            ChannelFailed: the listing is not clean and complete.
        """
        return tuple(one.reference for one in self.listing() if one.marker == marker)

    def listing(self) -> tuple[Marked, ...]:
        """All of the account that this program made.

        Raises:
            ChannelFailed: the listing is not clean and complete.
        """
        return self._api.listed()

    def refuse_listed(self, marker: str, who: str) -> None:
        """Nothing, if a clean listing has nothing with that marker; for platforms that know no call again.

        Args:
            who: the platform, as a person should read it.

        Raises:
            Duplicate: it is there already. NotSent: the listing is not clean, and nothing is sent.
        """
        try:
            found = self.find(marker)
        except NotSent:
            raise
        except ChannelFailed as error:
            raise NotSent(*error.message) from error
        if found:
            raise Duplicate(
                f"{who} has a post with this marker already. It is looked for before anything is sent again.",
                f"{who} hat schon einen Beitrag mit diesem Kennzeichen. Vor jedem weiteren Senden wird danach gesucht.",
            )

    def leftover(self, marker: str | None, references: Sequence[Reference]) -> Posting:
        """The references are enough."""
        return Posting(marker=marker or "", withdrawal={}, references=tuple(references))


class Posts(Account[EndpointT, DeletesT]):
    """An account whose publication is one post."""

    def withdraw(self, posting: Posting) -> None:
        """Deletes the references, then whatever the listing still names.

        Raises:
            ChannelFailed: something could not be removed, or the listing is not clean; all was tried.
        """
        remove(posting.references, lambda: self.find(posting.marker), self._api.delete)
