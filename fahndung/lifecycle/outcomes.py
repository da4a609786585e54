"""What a call needs to know, and what became of it."""

import dataclasses
import datetime as dt

from fahndung.errors import Message
from fahndung.ledger.claims import Claim
from fahndung.ledger.publications import Publication
from fahndung.lifecycle.tasks import Task
from fahndung.model.publication import Look, Posting, Reference, Unknown
from fahndung.model.rawanswer import RawAnswer


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A publication that this worker has claimed, as it was then, with all that its calls need.

    Attributes:
        since: when it was claimed, by the shift's ``tick``.
        unclear_since: by when the last call of unknown outcome had left its worker; None: there is no such call.
        doubtful: a closing notice was under way once, and nobody knows whether it went out.
        takes_place: its channel has to be told what a correction takes the place of.
        last_call: the latest call that the ledger knew of by then.
    """

    claim: Claim
    row: Publication
    task: Task
    posting: Posting
    since: float
    unclear_since: dt.datetime | None = None
    doubtful: bool = False
    takes_place: bool = False
    last_call: int = 0


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An outcome that may be an error, with what servers answered in its call; where nobody did, with nothing."""

    answers: tuple[RawAnswer, ...] = dataclasses.field(default=(), compare=False)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The channel took all of it."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Unsent(Answered):
    """Surely nothing came of the call; ``until``: when the channel takes the next one. ``auth``: by its credential."""

    problem: Message
    until: dt.datetime | None = None
    auth: bool = False


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Placeless(Answered):
    """Nothing came of the call: what it was to take the place of is not to be had, so that it becomes a new object."""

    problem: Message


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Unclear(Answered):
    """It may have had an effect. ``stopped``: the wish or the claim changed while it was being made."""

    problem: Message
    stopped: bool = False


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Refused(Answered):
    """The channel, or the law, refuses it for good. ``effect``: something of it may be there."""

    problem: Message
    effect: bool = False


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """All of it is there, or, if this is empty, nothing."""

    references: tuple[Reference, ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Early:
    """Too early to tell: what was sent may not show yet. Nothing was asked."""

    until: dt.datetime


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Looked(Answered):
    """What a look showed; after a withdrawal, too."""

    look: Look


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Failed(Answered):
    """It could not be removed, or not be read back; ``until`` and ``auth`` as in ``Unsent``."""

    problem: Message
    until: dt.datetime | None = None
    auth: bool = False


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Hands(Answered):
    """Only a person can do it."""

    problem: Message


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Buried(Answered):
    """It could not be removed and shows its closing notice; only a person can remove that."""

    problem: Message


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """Nobody can look there."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The recipient's closing notice was taken."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """Nothing is known: the claim was lost before the call, and none was made.

    It says nothing of the account, and takes no step.
    """


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Disturbed:
    """A look found what is down, and a call for what may share its address began meanwhile: nothing is known either.

    It takes no step, so that it is looked at again.
    """

    look: Look


HELD = Message("another run has claimed it and still lives", "Ein anderer Lauf hat es übernommen und lebt noch")
DISTURBED = Message(
    "the look at it was disturbed by a call for its neighbour, so it was not read back",
    "Der Blick darauf wurde vom Aufruf für einen Nachbarn gestört; es ist nicht zurückgelesen",
)

Outcome = (
    Sent
    | Unsent
    | Placeless
    | Unclear
    | Refused
    | Found
    | Early
    | Looked
    | Failed
    | Hands
    | Buried
    | Unseen
    | Told
    | Lost
    | Disturbed
)


def is_trouble(outcome: Outcome) -> bool:
    """Whether the call ended in an error; a look in no knowledge."""
    if isinstance(outcome, Looked):
        return isinstance(outcome.look, Unknown)
    return isinstance(outcome, Answered)
