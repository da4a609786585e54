"""One copy of a release on one channel as a value, with the states in which something is left to do."""

import dataclasses
import datetime as dt
import enum
import math
from collections.abc import Mapping

from fahndung.errors import Message
from fahndung.model.ids import AppealId, ChannelName
from fahndung.model.mandate import Medium
from fahndung.model.publication import Reference, State, told_by
from fahndung.model.release import Digest

FINISHED = frozenset({State.CLOSED, State.CANCELLED, State.REJECTED})
"""States in which nothing is left to do, and only those."""

DOWN = FINISHED | {State.WITHDRAWN}
"""States in which nothing has to be taken down. What is ``withdrawn`` is looked at again for a week."""

GIVEN_UP = Message(
    "nobody began to send it while 'publish' waited; it will not be sent. Publish again",
    "Niemand hat begonnen, es zu senden, solange „publish“ wartete; es wird nicht gesendet. Bitte neu veröffentlichen",
)
"""The problem of a row that was cancelled because whoever asked for it waited long enough."""


class Want(enum.StrEnum):
    """What is wished for a publication; ``down`` is never taken back."""

    UP = "up"
    DOWN = "down"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One copy of a release on one channel, as the ledger knows it.

    Attributes:
        target: what on the channel (a board, an account), which variant (``model.publication.without``), or to whom it
            was sent (``recipients``); empty where there is only one and it shows everybody.
        generation: counts the copies of the same release on the same target.
        due_at: first instant at which it must be gone; None where no end is known.
        next_at: when somebody has to look after it next; None in finished states only.
        looks: how many later looks found that it stayed gone.
        absent_at: when a call of unknown outcome was last found to have had no effect.
        lease_by: the worker that has claimed it; None: nobody. lease_no: counts the claims, the fence of each.
        op_at: when the last call was about to be made.
        withdrawn_at: when the channel accepted the withdrawal, or the closing notice to a recipient; says nothing about
            being gone.
        gone_at: when it was last read back as gone. first_gone_at: when first; what came back in between was taken down
            again.
        verified_at: when a look last found what ought to be.
        attempts: calls since the last success.
        norms, rules: the editions that judged it (R45); empty for what was published before they were kept.
        opens_at: before when it does not go out there; None: at once. ttl_s: how long it stays there at most.
        given_up: it was cancelled for no other reason than that nobody began with it in time.
    """

    id: int
    digest: Digest
    appeal: AppealId
    revision: int
    channel: ChannelName
    kind: str
    medium: Medium
    target: str
    generation: int
    state: State
    want: Want
    due_at: dt.datetime | None
    due_because: Message | None
    next_at: dt.datetime | None
    marker: str
    endpoint: Mapping[str, object]
    withdrawal: Mapping[str, object]
    references: tuple[Reference, ...]
    remote_id: str | None
    url: str | None
    planned_at: dt.datetime
    op_at: dt.datetime | None
    published_at: dt.datetime | None
    withdrawn_at: dt.datetime | None
    gone_at: dt.datetime | None
    verified_at: dt.datetime | None
    attempts: int
    problem: Message | None
    superseded: bool
    approved_until: dt.datetime | None
    closed_by: str | None
    closed_at: dt.datetime | None
    norms: str
    rules: str
    looks: int
    absent_at: dt.datetime | None
    lease_by: int | None
    lease_no: int
    opens_at: dt.datetime | None
    ttl_s: int | None
    given_up: bool
    first_gone_at: dt.datetime | None

    @property
    def is_down(self) -> bool:
        """Whether nothing has to be taken down: it was read back as gone, given up before a call, or refused."""
        return self.state in DOWN

    @property
    def tells_end(self) -> bool:
        """Whether it is a post that tells the end of an appeal; else it shows the appeal itself."""
        return told_by(self.target) is not None

    @property
    def is_unsent(self) -> bool:
        """Whether it has still to be sent: no call was made, or the last one was found to have had no effect."""
        return self.state is State.PLANNED or (self.state is State.PUBLISHING and self.absent_at is not None)

    @property
    def may_stand(self) -> bool:
        """Whether a copy may be online: a call may have made one, and it was not read back as gone since."""
        return not self.is_down and not self.is_unsent

    @property
    def late_s(self) -> int | None:
        """Seconds from its end until it was first read back as gone; None before that, in time, or by an earlier wish.

        Whether it came back later is another question (``gone_again_at``).
        """
        first = self.first_gone_at
        if first is None or self.due_at is None or first <= self.due_at or not self.is_down:
            return None
        return math.ceil((first - self.due_at).total_seconds())

    @property
    def gone_again_at(self) -> dt.datetime | None:
        """When it was last read back as gone, if a copy had come back; None: none had, or it is not gone again."""
        return self.gone_at if self.is_down and self.gone_at != self.first_gone_at else None
