"""What every channel can do, and its limits as data. No channel, no I/O.

What a channel raises says what its caller must do (all of them in ``fahndung.errors``):

=============================  =======================  ==============================================================
raised                         effect beyond what the   the caller
                               checkpoint was told of
=============================  =======================  ==============================================================
``NotSent``                    none                     tries again later with the same marker
``PlaceLost``                  none                     sends it again, as a new object
``RateLimited``                none                     waits until ``until`` or for ``retry_after``, then tries again
``AuthError``                  none                     alarms: a person renews the credential; tries again, seldom
``Rejected``                   none                     does not repeat; withdraws the references it was told of
``Unsupported``                none                     gives it to a person
``OutcomeUnknown``,            possible                 counts it as published; looks with ``find`` before anything
``ChannelFailed``                                       else; repeats as ``Capabilities.recovery`` allows
``Duplicate``                  it is there              looks with ``find``; does not send again unless it is not found
``NotPublishable``             possible                 does not repeat; withdraws
``WindowClosed``               it is there              gives it to a person; goes on looking. ``Replaced``: the same,
                                                        and it shows its approved closing notice, nothing else
any other exception            possible                 treats it as ``OutcomeUnknown``, and reports a bug
=============================  =======================  ==============================================================

``effect_possible`` of the error says the second column. It speaks of this one call: what an earlier call may have left
is no better known for it. That something was gone already is a success of ``withdraw``, not an error.
"""

import dataclasses
import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Literal, Protocol, cast, runtime_checkable

from fahndung.channels.abilities import REPLACED, Cost, Edit, Evidence, MediaLimits, Replies, TextLimit
from fahndung.errors import Message
from fahndung.law.facts import Comments
from fahndung.model.ids import ChannelName
from fahndung.model.mail import Recipient
from fahndung.model.mandate import Medium
from fahndung.model.publication import Draft, Look, Marked, Posting, Reference
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

SITES = frozenset({"website", "sftp", "s3"})
"""Kinds that put up every file of a release that is for websites, the page in each language among them."""

KIND_COMMENTS: Mapping[str, Comments] = {
    "website": Comments.NONE,
    "press-mail": Comments.NONE,
    "x": Comments.OFF,
    "threads": Comments.OFF,
    "bluesky": Comments.OFF,
    "sftp": Comments.NONE,
    "s3": Comments.NONE,
    "telegram": Comments.OFF,
    "wordpress": Comments.OFF,
}
"""Kind of a channel to whether strangers may write there (R32); a kind that is missing counts as open."""

TELLS_THE_END = frozenset({"website", "sftp", "s3", "wordpress", "webhook"})
"""Kinds on which a withdrawal that was read back tells the end: the page answers 410 (an object store alone: 404), the
feed, if the appeal was in one, carries a tombstone; a receiver of events has signed that it took the one about it."""

ADOPTED = "adopted"
"""In the withdrawal of a publication: a person made the post, so that no approved text says how it has to look."""

CONTAINER = "container"
"""The kind of a reference to something that nobody is shown and that lapses by itself: a post's first half."""

INDEXED = "indexed"
"""In the withdrawal of a publication: whether the approved page lets search engines list it. Missing is no."""

REGISTERED = "registered"
"""In the withdrawal of a publication: whether registers of missing persons could take over who is sought."""

RIGHTS: Mapping[str, Literal["tried", "told"]] = {
    "website": "told",
    "sftp": "tried",
    "s3": "tried",
    "bluesky": "tried",
    "mastodon": "told",
    "x": "told",
    "telegram": "told",
    "threads": "told",
    "wordpress": "told",
}
"""Kind of a channel to how its ``check`` knows that it may publish and delete: it tried (and left nothing), or it was
told, as far as the platform tells. Of a kind that is missing nobody knows until it is done."""

REREADS = frozenset({"facebook"})
"""Kinds whose platform keeps what it once read at an address that a post links to (``Rereads``)."""

ADDRESSED = frozenset({"press-mail"})
"""Kinds that send one message to each recipient (``Addressed``). Nobody can recall it or look at it; the end is told
by another message."""

Checkpoint = Callable[[Reference], None]
"""Called as soon as a remote object exists; raising stops the publication there."""


Recovery = Literal["path", "key", "lookup", "manual"]
"""What to do after an unknown outcome: repeat (``path``: for ever; ``key``: while the key lives), ask ``find``
(``lookup``), or ask a person (``manual``)."""

_IDEMPOTENCIES = ("path", "key", "list", "none")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How often a channel may be written to: ``writes`` in any span of length ``per``, ``burst`` of them at once."""

    writes: int
    per: dt.timedelta
    burst: int

    def __post_init__(self) -> None:
        if not 0 < self.burst <= self.writes or self.per <= dt.timedelta(0):
            raise ValueError("a rate needs 0 < burst <= writes and a span longer than nothing")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a channel can and cannot do.

    Attributes:
        can_delete: whether the program can take down what it published.
        delete_window: how long after publishing it can; None: for ever.
        can_find: whether ``find`` can list what carries a marker; where it cannot, ``find`` raises ``Unsupported``.
        idempotency: why publishing twice leaves one copy: ``path`` (the same place is written again), ``key`` (the
            platform knows the call again), ``list`` (it does not: the caller asks ``find`` first) or ``none``.
        key_lifetime: how long the platform honours a key; None exactly where ``idempotency`` is not ``key``.
        settle: how long after a write ``find`` and ``look`` may still show the state before it.
        rate: how often the channel may be written to; None: no limit is known.
        reads_back: how the channel is read back: ``http``, ``files``, ``api``, ``probe`` or ``none``: nobody can look,
            and what was taken down there a person has to confirm.
        residual: what may remain elsewhere after a takedown.
        proof: what proves that a copy is gone.
        text: its limits, all of which hold; none: no text is too long.
        media: the limits of what goes along with a text; None: nothing does.
        edit: what becomes of a copy when a later revision is published.
        costs: what the platform charges; none: nothing, as far as is known.
        replies: what strangers can still do with a copy; None: nobody says.
        evidence: what the connector was tried against; None: nobody says.
        rehearsal_only: it must not be used by a production home.
    """

    kind: str
    can_delete: bool
    delete_window: dt.timedelta | None
    can_find: bool
    idempotency: str
    key_lifetime: dt.timedelta | None = None
    settle: dt.timedelta = dt.timedelta(0)
    rate: Rate | None = None
    reads_back: str
    residual: Message
    proof: Message
    text: tuple[TextLimit, ...] = ()
    media: MediaLimits | None = None
    edit: Edit = REPLACED
    costs: tuple[Cost, ...] = ()
    replies: Replies | None = None
    evidence: Evidence | None = None
    rehearsal_only: bool = False

    def __post_init__(self) -> None:
        if self.idempotency not in _IDEMPOTENCIES:
            raise ValueError(f"idempotency is one of {', '.join(_IDEMPOTENCIES)}")
        if (self.idempotency == "key") is (self.key_lifetime is None):
            raise ValueError("a key has a lifetime, and nothing else has")
        if self.can_find and self.idempotency == "none":
            raise ValueError("a channel that can find is at least idempotent by list")
        if not self.can_find and self.idempotency == "list":
            raise ValueError("idempotency by list needs a channel that can find")
        if self.delete_window is not None and not self.can_delete:
            raise ValueError("a window for deleting needs a channel that can delete")
        if self.settle < dt.timedelta(0):
            raise ValueError("settle is a span, not an instant before the write")

    @property
    def recovery(self) -> Recovery:
        """What settles an unknown outcome. A ``key`` that has outlived ``key_lifetime`` is worth no more than
        ``lookup`` where ``can_find`` holds, and ``manual`` elsewhere."""
        if self.idempotency == "path":
            return "path"
        if self.idempotency == "key":
            return "key"
        return "lookup" if self.can_find else "manual"

    def as_json(self, name: str, language: str = "en") -> dict[str, object]:
        """The row of ``channels --json`` for the account ``name``; spans in seconds, or null where there is none."""
        rate = self.rate
        return {
            "kind": self.kind,
            "name": name,
            "can_delete": self.can_delete,
            "delete_window": _seconds(self.delete_window),
            "can_find": self.can_find,
            "idempotency": self.idempotency,
            "key_lifetime": _seconds(self.key_lifetime),
            "recovery": self.recovery,
            "settle": _seconds(self.settle),
            "rate": rate and {"writes": rate.writes, "per": _seconds(rate.per), "burst": rate.burst},
            "reads_back": self.reads_back,
            "residual": self.residual.in_language(language),
            "proof": self.proof.in_language(language),
            "text": [{"most": one.most, "unit": one.unit.in_language(language)} for one in self.text],
            "media": self.media and self.media.as_json(),
            "edit": {"how": self.edit.how, "why": self.edit.why.in_language(language)},
            "costs": [
                {"what": one.what.in_language(language), "amount": str(one.amount), "currency": one.currency}
                for one in self.costs
            ],
            "replies": {
                "comments": KIND_COMMENTS.get(self.kind, Comments.OPEN).value,
                "setting": self.replies and self.replies.setting,
                "remains": self.replies and self.replies.remains.in_language(language),
            },
            "evidence": self.evidence and self.evidence.as_json(language),
            "rehearsal_only": self.rehearsal_only,
        }


def _seconds(span: dt.timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()


class Channel(Protocol):
    """One account on one channel. It knows no other channel and does not read the ledger.

    What its methods raise, and what the caller does then, is the table above.
    """

    @property
    def name(self) -> ChannelName:
        """The account's name in the configuration."""
        ...

    @property
    def kind(self) -> str:
        """The key in ``fahndung.channels.KINDS``, the name of an entry point, or a name the caller gave it."""
        ...

    @property
    def medium(self) -> Medium:
        """The medium that an order must name."""
        ...

    def access(self) -> Mapping[str, object]:
        """JSON values with which ``channels.from_ledger`` opens this account again; its drafts carry them."""
        ...

    def capabilities(self) -> Capabilities:
        """What this account can and cannot do; the same for as long as the channel is open."""
        ...

    def check(self) -> None:
        """Logs in and checks that it may publish and delete; sends nothing.

        Raises:
            ChannelFailed: it cannot be used now (``AuthError``: not with this credential).
            NotPublishable: it belongs to somebody else.
        """
        ...

    def prepare(self, release: Release) -> Draft:
        """Exactly what would be sent. Pure: no network, no disk, no clock; twice the same draft.

        Raises:
            NotPublishable: the release does not fit this channel.
        """
        ...

    def publish(self, draft: Draft, checkpoint: Checkpoint) -> None:
        """Sends the draft; returns only when all of it is there. Writes nothing twice by itself.

        Every remote object, media included, goes to ``checkpoint`` the moment it is known to exist and before the next
        one is made; what it raises ends the publication there and comes out unchanged. Publishing the same draft again
        leaves one copy where ``idempotency`` is ``path`` or (while the key lives) ``key``; so does a draft that takes
        the place of something (``Draft.replaces``), and it makes nothing else.

        Raises:
            PlaceLost: there is no such place any more.
            ChannelFailed, NotPublishable: see the table; part of it may be online unless ``effect_possible`` is False.
        """
        ...

    def find(self, marker: str) -> tuple[Reference, ...]:
        """All that carries ``marker`` there, posts and media, and nothing else.

        Empty only after a clean and complete listing, never in place of an error. What was written less than
        ``settle`` ago may be missing.

        Raises:
            ChannelFailed: any answer but a clean, complete listing. Unsupported: the channel cannot list.
        """
        ...

    def listing(self) -> tuple[Marked, ...]:
        """All of this account that came from this program, whoever asked for it: what ``find`` looks through.

        Empty only after a clean and complete listing, never in place of an error, and never where the account may be
        another one. What was written less than ``settle`` ago may be missing.

        Raises:
            ChannelFailed: any answer but a clean, complete listing. Unsupported: the channel cannot list.
        """
        ...

    def leftover(self, marker: str | None, references: Sequence[Reference]) -> Posting:
        """What ``withdraw`` and ``look`` need to remove something listed that no ledger knows; changes nothing.

        Args:
            references: objects of one ``listing`` that carry ``marker``, or that carry none and belong together.

        Raises:
            ChannelFailed: the channel cannot remove it without harm to something else; a person has to.
        """
        ...

    def look(self, posting: Posting) -> Look:
        """What a visitor finds now of the posting's references and, where ``can_find``, of its marker.

        ``Tombstone``: it is there, and shows nothing but the closing notice that the posting's withdrawal says is due.
        ``Gone`` needs a positive control in the same minute: the same way of looking finds what surely is there.
        Without it, and after any failure to look, the answer is ``Unknown``, not an exception.
        """
        ...

    def withdraw(self, posting: Posting) -> None:
        """Removes every reference of the posting and whatever ``find`` returns for its marker, posts and media.

        What is gone already is a success. Whatever fails, everything else is tried before this raises. What cannot be
        removed any more gets the approved closing notice that is due, where the platform lets it be changed.

        Raises:
            ChannelFailed: something could not be removed, or ``find`` failed; a retry can help.
            WindowClosed, Unsupported: what is left only a person can remove; everything else was. ``Replaced``: all
                of it shows its closing notice.
        """
        ...


class Addressed(Channel, Protocol):
    """A channel of one of the kinds ``ADDRESSED``: what it prepares goes to each recipient by itself."""

    def recipients(self, regions: Collection[str]) -> tuple[Recipient, ...]:
        """Who gets an appeal of these regions (codes; none: no region), as the force's list says now.

        Raises:
            InvalidConfig: the list cannot be read, or is wrong.
        """
        ...

    def addressed(
        self, draft: Draft, to: Recipient, *, target: str, at: dt.datetime, thread: Sequence[str] = ()
    ) -> Draft:
        """The draft for one recipient. Pure: twice the same bytes; nothing but the envelope is not in ``draft``.

        Args:
            target: who it is, in the ledger; says nothing to anybody else.
            at: when it was planned. thread: markers of what they got before, oldest first, which this one corrects.
        """
        ...

    def try_out(self, draft: Draft, to: str, *, at: dt.datetime) -> None:
        """Sends it once to this address, marked as a test.

        Raises:
            ChannelFailed, NotPublishable: see the table. InvalidConfig: this is no address.
        """
        ...

    def announce_end(self, notice: bytes, to: str, *, marker: str, number: int, at: dt.datetime) -> None:
        """Sends an approved closing notice to whoever got the copy with that marker.

        Args:
            number: the how manyth end it tells; the same notice sent again has the same.

        Raises:
            ChannelFailed, NotPublishable: see the table, said of the notice.
        """
        ...


def addressed(channel: Channel) -> Addressed | None:
    """The channel as one that writes to recipients; None if it does not."""
    return cast(Addressed, channel) if channel.kind in ADDRESSED else None


class Rereads(Channel, Protocol):
    """A channel of one of the kinds ``REREADS``: its platform reads an address again when it is asked to."""

    def reread(self, url: str) -> None:
        """Has the platform read an address again; asking twice does no harm.

        Raises:
            Rejected, Unsupported: a person has to. Anything else: it can be asked again.
        """
        ...


@runtime_checkable
class Adopts(Protocol):
    """A channel that can take down what a person made on its account by hand."""

    def made_by_hand(self, untrusted_url: str) -> Reference | None:
        """The post of this account at an address; None: it is no post of this account.

        Raises:
            ChannelFailed: nobody can tell. UsageError: no address of that form can be looked up; which one can be.
        """
        ...

    def may_be_own(self, untrusted_url: str) -> bool:
        """Whether an address has the form of those of this account's posts; offline."""
        ...


@runtime_checkable
class Grows(Protocol):
    """A channel whose platform adds files to what was published, and names them no longer once it was deleted."""

    def grown(self, posting: Posting) -> tuple[Reference, ...]:
        """What the platform names of it beside the posting's references; changes nothing.

        Raises:
            ChannelFailed: nobody can tell.
        """
        ...
