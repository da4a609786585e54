"""What every account by the link method does alike: it names itself, lists, finds by the marker, and takes down.

Composes no text, sends and looks at nothing: there every platform has its own way.
"""

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from fahndung.channels import linkpost
from fahndung.channels.abilities import REPLACED, Cost, Edit, Evidence, MediaLimits, Replies, TextLimit
from fahndung.channels.capabilities import Capabilities, Rate
from fahndung.channels.steps import before_sending, do_all, remove
from fahndung.errors import Duplicate, Message
from fahndung.model.ids import ChannelName
from fahndung.model.mandate import Medium
from fahndung.model.publication import Attachment, Counted, Draft, Marked, Posting, Reference

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
        idempotency, rate, residual, proof, edit, costs, replies, evidence: as in ``Capabilities``.
    """

    kind: str
    medium = Medium.SOCIAL
    idempotency = "list"
    rate: Rate | None = None
    residual: Message
    proof: Message
    edit: Edit = REPLACED
    costs: tuple[Cost, ...] = ()
    replies: Replies
    evidence: Evidence

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
            proof=self.proof,
            text=self.text_limits(),
            media=self.media_limits(),
            edit=self.edit,
            costs=self.costs,
            replies=self.replies,
            evidence=self.evidence,
        )

    def text_limits(self) -> tuple[TextLimit, ...]:
        """The limits of a post's text, the one by which it is counted first; none is known."""
        return ()

    def media_limits(self) -> MediaLimits | None:
        """The limits of what goes along with a post; None: nothing does, because it cannot or the policy says so."""
        return None

    def fitting(self, *lengths: int) -> Counted:
        """The length of a text, counted once for each of its limits, beside the first of them.

        Raises:
            NotPublishable: it is too long.
        """
        limits = self.text_limits()
        if any(length > limit.most for length, limit in zip(lengths, limits, strict=True)):
            told = [*zip(lengths, limits, strict=True)]
            raise linkpost.refused(
                self.name,
                f"the text counts {' and '.join(f'{length} {limit.unit.en}' for length, limit in told)}; "
                f"{' and '.join(str(limit.most) for limit in limits)} are allowed",
                f"der Text zählt {' und '.join(f'{length} {limit.unit.de}' for length, limit in told)}; "
                f"erlaubt sind {' und '.join(str(limit.most) for limit in limits)}",
            )
        return Counted(length=lengths[0], most=limits[0].most, unit=limits[0].unit)

    def draft(
        self,
        marker: str,
        *,
        withdrawal: Mapping[str, object],
        payload: Mapping[str, bytes],
        counted: Counted | None = None,
        attachments: tuple[Attachment, ...] = (),
        text: str = "",
    ) -> Draft:
        """What this account would send; of nothing is known where it will be. ``text``: the file of its text."""
        return Draft(
            channel=self.name,
            kind=self.kind,
            medium=self.medium,
            marker=marker,
            endpoint=self.access(),
            withdrawal=withdrawal,
            payload=payload,
            references=(),
            counted=counted,
            attachments=attachments,
            text=text,
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

    def refuse_listed(self, marker: str, who: str, *, but: Reference | None = None) -> None:
        """Nothing, if a clean listing has nothing with that marker; for platforms that know no call again.

        Args:
            who: the platform, as a person should read it.
            but: what may carry it.

        Raises:
            Duplicate: it is there already. NotSent: the listing is not clean, and nothing is sent.
        """
        with before_sending():
            found = [one for one in self.find(marker) if but is None or one.id != but.id]
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
        """Deletes posts, the known ones and whatever the listing still names, and then what hung on them.

        Raises:
            ChannelFailed: something could not be removed, or the listing is not clean; all was tried.
        """
        found: list[Reference] = []

        def posts() -> list[Reference]:
            found.extend(self.find(posting.marker))
            return [one for one in found if one.kind == "post"]

        known = [one for one in posting.references if one.kind == "post"]
        hung = [one for one in posting.references if one.kind != "post"]
        do_all(
            lambda: remove(known, posts, self._api.delete),
            lambda: remove(hung, lambda: [one for one in found if one.kind != "post"], self._api.delete),
        )
