"""Withdraws what is over and reads it back. Needs the ledger and the channels' secrets only; asks nobody.

A failed withdrawal stays due and is tried again at every run; nothing is called gone that was not read back as gone.
"""

import dataclasses
import datetime as dt

from fahndung import channels
from fahndung.errors import FahndungError, Message
from fahndung.home import Home
from fahndung.ledger import appeals, byhand, endings, publications
from fahndung.ledger.byhand import Item
from fahndung.ledger.endings import Ending
from fahndung.ledger.publications import Publication
from fahndung.ledger.store import Ledger
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import ends
from fahndung.model.appeal import AppealId
from fahndung.model.plain import instant_text
from fahndung.model.publication import Altered, Gone, Live, Look, State, Unknown

LONGEST_WAIT = dt.timedelta(minutes=5)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A publication that is, or may be, online although it is over."""

    publication: Publication
    why: Message


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run did. ``pending`` counts as online past its end; ``troubles`` is what it could not compute."""

    withdrawn: tuple[Publication, ...] = ()
    pending: tuple[Pending, ...] = ()
    by_hand: tuple[Item, ...] = ()
    troubles: tuple[Message, ...] = ()

    @property
    def online_past_end(self) -> int:
        """How many publications were not read back as gone."""
        return len(self.pending)


def takedown(home: Home, ledger: Ledger, *, now: dt.datetime, by: str, appeal: str | None = None) -> Outcome:
    """Ends whatever is over, tries again what is not yet gone.

    Args:
        appeal: only this one; every one by default.
    """
    with home.lock():
        with ledger.write(now) as tx:
            troubles = ends.refresh(tx, now=now, by=by, appeal=appeal)
            _end_what_lapsed(tx, now=now, by=by, appeal=appeal)
            rows = [row for row in publications.open_rows(tx) if appeal in (None, row.appeal) and _is_due(row, now)]
        withdrawn, pending = [], []
        for row in rows:
            left = withdraw(ledger, row, now=now, by=by)
            if left is None:
                withdrawn.append(row)
            else:
                pending.append(Pending(publication=row, why=left))
    with ledger.read() as tx:
        return Outcome(
            withdrawn=tuple(publications.get(tx, row.id) for row in withdrawn),
            pending=tuple(pending),
            by_hand=byhand.open_items(tx, appeal),
            troubles=tuple(troubles),
        )


def end(home: Home, ledger: Ledger, ending: Ending, *, now: dt.datetime) -> Outcome:
    """Commits the wish that an appeal ends, then takes down. Needs no approval and no key (R37).

    Raises:
        UsageError: no such appeal.
    """
    with ledger.write(now) as tx:
        appeals.get(tx, ending.appeal)
        endings.end(tx, ending)
    return takedown(home, ledger, now=now, by=ending.by, appeal=ending.appeal)


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
        seen = Unknown(why=error.message.en)
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


def _is_due(row: Publication, now: dt.datetime) -> bool:
    return row.state is State.WITHDRAWING or ends.is_over(row, now)


def _end_what_lapsed(tx: Tx, *, now: dt.datetime, by: str, appeal: str | None) -> None:
    """An appeal whose every open publication is over has ended: nothing may be published from it again (R40)."""
    by_appeal: dict[tuple[str, int], list[Publication]] = {}
    for row in publications.open_rows(tx):
        if appeal in (None, row.appeal) and not row.superseded:
            by_appeal.setdefault((row.appeal, row.revision), []).append(row)
    for (name, revision), rows in by_appeal.items():
        if endings.is_ended(tx, name, revision) or not all(ends.is_over(row, now) for row in rows):
            continue
        lapsed = [row for row in rows if row.want is publications.Want.UP]
        if lapsed:
            last = max(lapsed, key=lambda row: row.due_at or now)
            due = ends.due_of(tx, appeals.get(tx, name, revision), last.medium, last.approved_until)
            endings.end(tx, Ending(appeal=AppealId(name), reason=due.reason, by=by, at=now, revision=revision))
