"""One copy of a release on one channel: its states, its traces there, and what a look at it showed."""

import dataclasses
import datetime as dt
import enum
from collections.abc import Mapping, Sequence

from fahndung.errors import AuthError, FahndungError, Message
from fahndung.model.ids import ChannelName, PersonId
from fahndung.model.mandate import Medium

ADOPTED_TARGET, CLOSING_TARGET = "adopted-", "closing-"
"""How the targets begin that ``adopted`` and ``closing`` make."""
_WITHOUT = "without-"
CLOSINGS, CLOSING = "closings", "closing"
"""In a withdrawal: every closing notice by its kind (``model.closing``), and, filled in by whoever calls the channel,
the kind that is due; none where no end says one."""


class State(enum.StrEnum):
    """Where a publication stands.

    ``withdrawn`` means read back as gone. ``tombstone``: the platform lets a program delete it no more, and it shows
    its closing notice until a person deletes it; that is not gone.
    """

    PLANNED = "planned"
    PUBLISHING = "publishing"
    LIVE = "live"
    WITHDRAWING = "withdrawing"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    TOMBSTONE = "tombstone"
    BY_HAND = "by-hand"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One remote object: ``kind`` is page, file, post, media, message …; ``id`` is the channel's own.

    Attributes:
        made_at: when its platform says that it was made, of a post that somebody made by hand; no ledger keeps it.
    """

    kind: str
    id: str
    url: str | None = None
    made_at: dt.datetime | None = dataclasses.field(default=None, compare=False)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """One remote object of an account with the marker that it carries there; None: it belongs to no publication.

    Attributes:
        place: what has no marker and the same place belongs together.
    """

    marker: str | None
    reference: Reference
    place: str = ""


def without(person: PersonId) -> str:
    """The target of a publication that shows the appeal without one person."""
    return f"{_WITHOUT}{person}"


def left_out(target: str) -> PersonId | None:
    """The person whom a publication with that target leaves out; None if it shows everybody."""
    return PersonId(target.removeprefix(_WITHOUT)) if target.startswith(_WITHOUT) else None


def adopted(reference: Reference) -> str:
    """The target of a publication that a person made by hand: the post itself."""
    return f"{ADOPTED_TARGET}{reference.kind}-{reference.id}"


def is_adopted(target: str) -> bool:
    """Whether a publication of that target was made by hand: no release says what it shows."""
    return target.startswith(ADOPTED_TARGET)


def closing(kind: str) -> str:
    """The target of a post that tells the end of an appeal: which kind of closing notice (``model.closing``) it is."""
    return f"{CLOSING_TARGET}{kind}"


def told_by(target: str) -> str | None:
    """The kind of closing notice that a publication of that target is; None: it shows the appeal itself."""
    return target.removeprefix(CLOSING_TARGET) if target.startswith(CLOSING_TARGET) else None


def place_of(target: str) -> str:
    """Where on a channel a publication of that target stands: a variant takes the place of the full version."""
    return "" if left_out(target) is not None else target


def main_reference(references: Sequence[Reference]) -> Reference:
    """The one that people are sent to: the page or post if there is one, else the first."""
    return next((reference for reference in references if reference.kind in {"page", "post"}), references[0])


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How long a text is as its platform counts it, the most it takes, and in what it counts."""

    length: int
    most: int
    unit: Message


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes along with a text: its part of the payload, what it is, and its alternative text."""

    name: str
    media_type: str
    alt: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Exactly what a channel would send, prepared offline.

    Attributes:
        endpoint: JSON values with which the connector can be opened again from the ledger alone
            (addresses, folders, the *names* of credentials; never a secret).
        withdrawal: JSON values that taking down and reading back need (files with hashes, tombstone, 410 page; under
            ``CLOSINGS`` the approved closing notices, on a channel that can put one in the place of a post).
        payload: name to bytes, what is sent.
        references: what will exist after the call, as far as the channel lets it be known before; and, when it is
            sent again, what earlier calls are known to have made.
        counted: of its text, on a channel that limits it.
        attachments: the files in ``payload`` that go along with its text, in order.
        text: the file of the release with its text, where there are several lengths of it to choose from; else empty.
        target: as in the ledger's row: which variant it is (``without``), or to whom it goes; empty: all there is.
        replaces: what an earlier revision has there and this one takes the place of, filled in by whoever calls a
            channel that has to be told (``Edit.named``); None: a new object is made.
    """

    channel: ChannelName
    kind: str
    medium: Medium
    marker: str
    endpoint: Mapping[str, object]
    withdrawal: Mapping[str, object]
    payload: Mapping[str, bytes]
    references: tuple[Reference, ...]
    counted: Counted | None = None
    attachments: tuple[Attachment, ...] = ()
    text: str = ""
    target: str = ""
    replaces: Reference | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A publication as the ledger remembers it: all that look and withdraw may use.

    Attributes:
        superseded: a later revision stands on the same address; only what is this one's alone is looked at and
            withdrawn. A channel that can see its own shelf may know better.
        yielded: those of the references whose place a later revision has taken, or may have; only where the channel
            has to be told (``Edit.named``). Of a superseded posting they are never removed. Until then they may be, but
            nothing is put in their place. What still shows this posting's marker there counts as its own.
    """

    marker: str
    withdrawal: Mapping[str, object]
    references: tuple[Reference, ...]
    superseded: bool = False
    yielded: tuple[Reference, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """Online, byte for byte as approved."""

    evidence: Mapping[str, object]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """Read back as gone, with a positive control in the same minute."""

    evidence: Mapping[str, object]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Altered:
    """Something is online, but not what was approved, or not all of it.

    Attributes:
        told: ``why`` in both languages; a channel that has no German for it leaves it out.
    """

    why: str
    evidence: Mapping[str, object]
    told: Message | None = dataclasses.field(default=None, compare=False)

    @classmethod
    def of(cls, why: Message, evidence: Mapping[str, object]) -> "Altered":
        """That, in both languages."""
        return cls(why=why.en, told=why, evidence=evidence)

    @property
    def words(self) -> Message:
        """Why, in both languages as far as they are known."""
        return self.told or Message(self.why, self.why)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """Still there, and all that it shows is the approved closing notice that is due."""

    evidence: Mapping[str, object]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Nobody can tell: no answer, a broken answer, or no positive control; ``told`` as in :class:`Altered`.

    Attributes:
        refused: the platform refused the account's credential.
    """

    why: str
    evidence: Mapping[str, object] = dataclasses.field(default_factory=dict)
    told: Message | None = dataclasses.field(default=None, compare=False)
    refused: bool = dataclasses.field(default=False, compare=False)

    @classmethod
    def of(cls, why: Message, evidence: Mapping[str, object] | None = None) -> "Unknown":
        """That, in both languages."""
        return cls(why=why.en, told=why, evidence=evidence or {})

    @classmethod
    def because(cls, error: FahndungError, evidence: Mapping[str, object] | None = None) -> "Unknown":
        """That an error kept the look from telling anything."""
        return dataclasses.replace(cls.of(error.message, evidence), refused=isinstance(error, AuthError))

    @property
    def words(self) -> Message:
        """Why, in both languages as far as they are known."""
        return self.told or Message(self.why, self.why)


Look = Live | Gone | Altered | Tombstone | Unknown
