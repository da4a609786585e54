"""The interface that every channel is held to, and what its caller does about what it raises. No channel, no I/O.

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

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol, cast, runtime_checkable

from fahndung.channels.capabilities import Capabilities
from fahndung.channels.kinds import ADDRESSED
from fahndung.model.ids import ChannelName
from fahndung.model.mail import Recipient
from fahndung.model.mandate import Medium
from fahndung.model.publication import Draft, Look, Marked, Posting, Reference
from fahndung.model.release import Release

ADOPTED = "adopted"
"""In the withdrawal of a publication: a person made the post, so that no approved text says how it has to look."""

CONTAINER = "container"
"""The kind of a reference to something that nobody is shown and that lapses by itself: a post's first half."""

INDEXED = "indexed"
"""In the withdrawal of a publication: whether the approved page lets search engines list it. Missing is no."""

REGISTERED = "registered"
"""In the withdrawal of a publication: whether registers of missing persons could take over who is sought."""


Checkpoint = Callable[[Reference], None]
"""Called as soon as a remote object exists; raising stops the publication there."""


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
