"""What a publication needs next: a pure function of its row and the instant. Does none of it."""

import datetime as dt
import enum

from fahndung.ledger.publications import Publication
from fahndung.lifecycle.ends import is_over
from fahndung.model.publication import State


class Task(enum.Enum):
    """What has to be done for a publication. ``TELL``: the closing notice, where nothing can be taken down."""

    CANCEL = "cancel"
    SEND = "send"
    RESOLVE = "resolve"
    WITHDRAW = "withdraw"
    TELL = "tell"
    LOOK = "look"
    NOTHING = "nothing"


def task_of(row: Publication, now: dt.datetime) -> Task:
    """The next task. A call of unknown outcome is looked for (``RESOLVE``) before it may be made again."""
    if row.state in {State.BY_HAND, State.TOMBSTONE, State.WITHDRAWN}:
        return Task.LOOK
    if row.is_down:
        return Task.NOTHING
    if row.state is State.PLANNED:
        return Task.CANCEL if is_over(row, now) else Task.SEND
    if row.state is State.WITHDRAWING or is_over(row, now):
        return Task.WITHDRAW
    if row.state is State.LIVE:
        return Task.LOOK
    return Task.RESOLVE if row.absent_at is None else Task.SEND
