"""Takes one publication down and reads it back, from its ledger row alone. Asks nobody, and decides nothing about ends.

Nothing is called gone that was not read back as gone.
"""

import dataclasses
import datetime as dt

from fahndung import channels
from fahndung.errors import FahndungError, Message
from fahndung.ledger import publications
from fahndung.ledger.publications import Publication
from fahndung.ledger.store import Ledger
from fahndung.model.plain import instant_text
from fahndung.model.publication import Altered, Gone, Live, Look, State, Unknown, main_reference

LONGEST_WAIT = dt.timedelta(minutes=5)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """What is, or may be, online although it is over."""

    appeal: str
    channel: str
    url: str | None
    why: Message


def pending(row: Publication, why: Message) -> Pending:
    """A publication that may be online, and why."""
    url = row.url or (main_reference(row.references).url if row.references else None)
    return Pending(appeal=row.appeal, channel=row.channel, url=url, why=why)


def withdraw(ledger: Ledger, row: Publication, *, now: dt.datetime, by: str) -> Message | None:
    """Takes one publication down and reads it back; None if it is gone, else why it may not be."""
    if row.state is State.PLANNED:
        with ledger.write(now) as tx:
            publications.cancel(tx, row.id, now=now, by=by)
        return None
    with ledger.write(now) as tx:
        publications.intend_withdraw(tx, row.id, now=now, by=by, next_at=now + wait(row.attempts))
        posting = publications.posting(tx, row.id)
    posting = dataclasses.replace(posting, withdrawal={**posting.withdrawal, "at": instant_text(now)})
    try:
        channel = channels.from_ledger(row.kind, row.endpoint)
        channel.withdraw(posting)
        seen = channel.look(posting)
    except FahndungError as error:
        return _failed(ledger, row, error.message, now=now, by=by)
    if isinstance(seen, Gone):
        with ledger.write(now) as tx:
            publications.gone(tx, row.id, seen, now=now, by=by)
        return None
    return _failed(ledger, row, told(seen), now=now, by=by)


def wait(attempts: int) -> dt.timedelta:
    """How long until the next try: doubling from one second, at most five minutes, for as long as it takes."""
    return min(dt.timedelta(seconds=2 ** min(attempts, 12)), LONGEST_WAIT)


def told(seen: Look) -> Message:
    """A look as a sentence."""
    match seen:
        case Live():
            return Message("it is still online", "Es ist noch online")
        case Gone():
            return Message("it is gone", "Es ist weg")
        case Altered(why=why):
            return Message(f"it is not as it should be: {why}", f"Es ist nicht, wie es sein soll: {why}")
        case Unknown(why=why):
            return Message(f"nobody can tell whether it is gone: {why}", f"Ob es weg ist, ist unbekannt: {why}")


def _failed(ledger: Ledger, row: Publication, why: Message, *, now: dt.datetime, by: str) -> Message:
    with ledger.write(now) as tx:
        publications.withdraw_failed(tx, row.id, why, next_at=now + wait(row.attempts + 1), now=now, by=by)
    return why
