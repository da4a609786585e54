"""What is ready to be sent, and what became of it, as values. Sends nothing."""

import dataclasses
import datetime as dt
from collections.abc import Mapping

from fahndung.channels.base import Channel
from fahndung.errors import Message
from fahndung.law.facts import Judged
from fahndung.ledger.appeals import StoredRelease, Submission
from fahndung.ledger.publications import Publication
from fahndung.lifecycle.withdrawal import Pending
from fahndung.model.ids import ChannelName
from fahndung.model.mail import Recipient
from fahndung.model.publication import Draft, Look
from fahndung.model.release import Release


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """Verified and prepared: nothing was sent yet.

    Attributes:
        recipients: of a channel that writes to some, who they are.
        warnings: what will be left to a person at the end.
        opens: when each account is served that is not served at once.
        stays: how long a copy stays on an account at most, where the force says so.
    """

    submission: Submission
    stored: StoredRelease
    release: Release
    drafts: tuple[tuple[Channel, Draft], ...]
    approved_until: dt.datetime | None
    judged: Judged
    recipients: Mapping[ChannelName, tuple[Recipient, ...]] = dataclasses.field(default_factory=dict)
    warnings: tuple[Message, ...] = ()
    opens: Mapping[ChannelName, dt.datetime] = dataclasses.field(default_factory=dict)
    stays: Mapping[str, dt.timedelta] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One channel, or recipient, after the call: the row as it is now, and what reading back showed.

    ``look`` None: nobody can look there, and the channel has taken it.
    """

    publication: Publication
    look: Look | None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What was not sent, and why; ``for_good``: nothing of it is there, and no retry can help."""

    channel: ChannelName
    why: Message
    for_good: bool


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What was not sent, and is no failure: a person holds the account, or it has had its appeals of the day.

    Or the page that it links to is not up yet, which is told as that page's own failure where it is one.

    Attributes:
        until: None: no instant ends it, but a person who lets go of the account, or the page.
        attended: whether a worker runs that sends it then; without one it has to be published again.
    """

    channel: ChannelName
    why: Message
    until: dt.datetime | None
    attended: bool


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What a run did; ``pending`` are older revisions that could not be read back as gone.

    Attributes:
        failed: the channels on which something was not sent, and a retry can help.
        refused: those that took nothing, and no retry can help; of many recipients one who took it is enough.
        mailings: the rows of all recipients, by channel; of one channel they count as ``failed`` or ``refused`` once.
        promised: what a worker sends when its time comes. waiting: what waits for something that is no failure of it.
        warnings: as in ``Ready``.
    """

    sent: tuple[Sent, ...]
    failed: tuple[tuple[str, Message], ...]
    refused: tuple[tuple[str, Message], ...]
    pending: tuple[Pending, ...]
    promised: tuple[Publication, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    mailings: Mapping[ChannelName, tuple[Publication, ...]] = dataclasses.field(default_factory=dict)
    warnings: tuple[Message, ...] = ()
