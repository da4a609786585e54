"""Takes one publication down and reads it back, from its ledger row alone. Asks nobody, and decides nothing about ends.

Nothing is called gone that was not read back as gone.
"""

import dataclasses
import datetime as dt

from fahndung.errors import Message
from fahndung.ledger.publications import Publication
from fahndung.lifecycle import ends, mailing, turns
from fahndung.lifecycle.claiming import Turned
from fahndung.lifecycle.shift import Shift
from fahndung.model.publication import State, main_reference

_UNTOLD = Message("nobody can tell whether it is gone", "Ob es weg ist, ist unbekannt")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """What is, or may be, online although it is over."""

    appeal: str
    channel: str
    url: str | None
    why: Message


def pending(row: Publication, why: Message) -> Pending:
    """A publication that may be online, and why."""
    return Pending(appeal=row.appeal, channel=row.channel, url=meant_for(row), why=why)


def meant_for(row: Publication) -> str | None:
    """Its address, or where it was to stand; None: that was not known before."""
    return row.url or (main_reference(row.references).url if row.references else None)


def is_in_hand(row: Publication, soon: dt.datetime) -> bool:
    """Whether another run is at it, or will be in a moment. What is left to a person, or failed, waits for longer."""
    if is_settled(row):
        return False
    return row.lease_by is not None or (row.next_at is not None and row.next_at <= soon)


def withdraw(shift: Shift, row: Publication) -> Message | None:
    """Takes down one publication that is over and reads it back; None if it is gone, else why it may not be."""
    return left(turns.turn(shift, row.id))


def left(turned: Turned) -> Message | None:
    """Why a publication may not be gone after its turn; None if it is, or if its recipient knows of the end."""
    return None if is_settled(turned.row) else turned.why or _UNTOLD


def is_settled(row: Publication) -> bool:
    """Whether it is gone, or its recipient knows of the end."""
    return row.is_down or mailing.is_told(row)


def is_due(row: Publication, now: dt.datetime) -> bool:
    """Whether it is over and has to be seen to now; who was told of the end is left alone for a while."""
    if mailing.is_told(row) and row.next_at is not None and row.next_at > now:
        return False
    return row.state is State.WITHDRAWING or ends.is_over(row, now)
