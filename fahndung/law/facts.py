"""What the gate may know of an appeal at a stage. Higher rooms fill in what their stage knows; nothing is fetched."""

import dataclasses
import datetime as dt
import enum
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from fahndung.errors import Message
from fahndung.law import clocks as clockwork
from fahndung.law.clock import Clock, ClockPolicy
from fahndung.law.norms import Kind, Norm, NormTable
from fahndung.model.appeal import Appeal
from fahndung.model.ids import ChannelName, ImageId, PersonId
from fahndung.model.mandate import Confirmation, Medium, Order, Review
from fahndung.model.provenance import Capture, Known
from fahndung.model.reading import Outputs, Post

if TYPE_CHECKING:
    from fahndung.law.passages import Passage


class Stage(enum.StrEnum):
    """Where the appeal stands when it is judged. ``publish`` and ``running`` look at the time, the others do not."""

    DRAFT = "draft"
    RELEASE = "release"
    PUBLISH = "publish"
    RUNNING = "running"
    ENDED = "ended"


BEFORE_PUBLICATION = frozenset({Stage.DRAFT, Stage.RELEASE, Stage.PUBLISH})
TIMED = frozenset({Stage.PUBLISH, Stage.RUNNING})


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class EndedOrder:
    """An order under which the appeal already ran and ended: file number and instant tell it from a new one."""

    reference: str
    at: dt.datetime


class Comments(enum.StrEnum):
    """Whether strangers may write below what a channel shows (R32)."""

    NONE = "none"
    OFF = "off"
    OPEN = "open"


class Nationality(enum.StrEnum):
    """What a force does with a nationality that it knows of a suspect (R20): names it, or only with a reason."""

    NAME = "name"
    REASON = "reason"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Which edition of norms and rules judged a release (R45)."""

    norms: str
    rules: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Somebody who got a copy, and whether the end was told there (R35, R39).

    Attributes:
        name: as an officer would name it (a channel, an office, a place), in both languages.
        sent_at: None if no call was made yet.
        told_at: None until the end was told there, by the channel itself or by a person.
    """

    name: Message
    medium: Medium | None
    sent_at: dt.datetime | None
    told_at: dt.datetime | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A breach of data protection: known since, to be reported by, reported at (R41)."""

    known_at: dt.datetime
    due_at: dt.datetime
    reported_at: dt.datetime | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything the rules may look at.

    Attributes:
        media: the media in use (those of the record's channels that the order names; ``poster`` if in scope).
        channel_media: the medium of each channel that the record names, None for a channel nobody knows; None as a
            whole: not asked at this stage.
        now: needed at ``publish`` and ``running``; the structural rules never look at it.
        confirmations, reviews: those recorded in the ledger; the record's own confirmations are added.
        ended_orders: orders of this appeal that lapsed or were ended (R08).
        ended_persons: persons whose search is over (R36).
        ended_pictures: pictures (``Image.cut``) that showed somebody whose search is over (R36).
        doubted_pictures: pictures of a revision that was ended because of an error (R36).
        unattempted: takedowns that were due and that nobody has tried (R37), as an officer would name them.
        open_items: what is not yet read back as gone, or not ticked off (R38).
        nationality: the force's policy (R20).
        outputs: what was built, read back from its bytes (R14 to R33, R39); None: nothing was built at this stage.
        posts: what would go to networks of others (R31); filled where drafts exist.
        uploads: for each channel the files of the release that go along with its post, each with the record's picture
            that it is, or None (R31).
        comments: whether strangers may write below each channel; a channel that is missing counts as open (R32).
        commented: the accounts behind a word of the record where they may, or nobody knows; missing: the word itself.
        exposed: folders of records and originals that others than the case user may read, as paths (R28).
        verifiers: who has signed whom each picture shows (R26); None: nobody was asked at this stage.
        approvers: who has validly approved (R44); None: not asked at this stage.
        captures: when the camera's clock says each picture was taken (R26); filled where originals are read.
        known: pictures of other cases of the home that are, or look like, one of this record (R26).
        judged: the edition that judged the release (R45); None: not asked at this stage.
        rules: the edition of the rules that judge now (R45).
        unrecorded: what stands on a channel without a row of the ledger (R34).
        orphans: what is reachable without a live order (R42). searched_at: when that was last looked for.
        receivers: everybody who got a copy; None: not asked at this stage (R35, R39).
        derivatives: built pictures that still lie in the home after the end (R40).
        breaches: breaches of this appeal (R41).
        logs_due: entries of the log whose time is over (R43).
        passages: no fact, but where ``law.passages`` keeps what it read of these facts, as six rules ask for it.

    Raises:
        ValueError: ``now`` is naive, or missing at a stage that looks at the time.
    """

    stage: Stage
    appeal: Appeal
    norms: NormTable
    media: frozenset[Medium] = frozenset()
    channel_media: Mapping[str, Medium | None] | None = None
    now: dt.datetime | None = None
    confirmations: tuple[Confirmation, ...] = ()
    reviews: tuple[Review, ...] = ()
    policy: ClockPolicy = dataclasses.field(default_factory=ClockPolicy)
    ended_orders: tuple[EndedOrder, ...] = ()
    ended_persons: frozenset[PersonId] = frozenset()
    ended_pictures: frozenset[str] = frozenset()
    doubted_pictures: frozenset[str] = frozenset()
    unattempted: tuple[str, ...] = ()
    open_items: tuple[Message, ...] = ()
    nationality: Nationality = Nationality.NAME
    outputs: Outputs | None = None
    posts: tuple[Post, ...] = ()
    uploads: Mapping[str, Mapping[str, ImageId | None]] = dataclasses.field(default_factory=dict)
    comments: Mapping[ChannelName, Comments] = dataclasses.field(default_factory=dict)
    commented: Mapping[ChannelName, Sequence[ChannelName]] = dataclasses.field(default_factory=dict)
    exposed: tuple[str, ...] = ()
    verifiers: Mapping[ImageId, frozenset[str]] | None = None
    approvers: frozenset[str] | None = None
    captures: Mapping[ImageId, Capture] = dataclasses.field(default_factory=dict)
    known: Mapping[ImageId, tuple[Known, ...]] = dataclasses.field(default_factory=dict)
    judged: Judged | None = None
    rules: str = ""
    unrecorded: tuple[str, ...] = ()
    orphans: tuple[str, ...] = ()
    searched_at: dt.datetime | None = None
    receivers: tuple[Receiver, ...] | None = None
    derivatives: tuple[str, ...] = ()
    breaches: tuple[Breach, ...] = ()
    logs_due: int = 0
    passages: list["tuple[Passage, ...]"] = dataclasses.field(
        default_factory=list, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        if self.now is None and self.stage in TIMED:
            raise ValueError(f"the stage {self.stage!s} needs now")
        if self.now is not None and self.now.utcoffset() is None:
            raise ValueError("now is a naive datetime")

    @property
    def mandate(self) -> Order | None:
        """The order or the decision."""
        return self.appeal.legal.mandate

    @property
    def mandate_field(self) -> str:
        """Where the mandate stands in the record."""
        return "legal/decision" if self.appeal.legal.order is None and self.appeal.legal.decision else "legal/order"

    @property
    def norm(self) -> Norm | None:
        """The norm as it stood when it was ordered; None without a mandate or where the table does not have it."""
        mandate = self.mandate
        return None if mandate is None else self.norms.norm(self.appeal.legal.basis, mandate.at)

    @property
    def criminal(self) -> bool:
        """Whether the appeal belongs to criminal proceedings: its norm says so, without one whether it has an order."""
        norm = self.norm
        return self.appeal.legal.order is not None if norm is None else norm.kind is Kind.CRIMINAL

    @property
    def used(self) -> frozenset[Medium]:
        """The media whose clocks are told; those of the order where nobody asked which channels there are."""
        if self.media or self.channel_media is not None or self.mandate is None:
            return self.media
        return self.mandate.scope.media

    @property
    def all_confirmations(self) -> tuple[Confirmation, ...]:
        """The record's confirmations, then the ledger's, each once; at a known instant only those given by then."""
        given = dict.fromkeys((*self.appeal.legal.confirmations, *self.confirmations))
        return tuple(one for one in given if self.now is None or one.at <= self.now)


def clocks_of(facts: Facts) -> tuple[Clock, ...]:
    """Every clock of the appeal for the media in use; none without a mandate."""
    order, norm, legal = facts.mandate, facts.norm, facts.appeal.legal
    if order is None:
        return ()
    if norm is None:
        return clockwork.without_norm(order, facts.used)
    return clockwork.clocks(
        order,
        norm,
        confirmations=facts.all_confirmations,
        reviews=facts.reviews,
        media=facts.used,
        plan=facts.appeal.publication,
        warrant=legal.warrant,
        category=facts.appeal.category,
        policy=facts.policy,
        consent=legal.consent,
    )
