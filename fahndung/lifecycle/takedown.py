"""Withdraws what is over and reads it back. Needs the ledger and the channels' secrets only; asks nobody.

A failed withdrawal stays due and is tried again at every run; nothing is called gone that was not read back as gone.
"""

import contextlib
import dataclasses
import datetime as dt

from fahndung import channels
from fahndung.errors import Busy, FahndungError, Message, StillOnline, UsageError
from fahndung.home import Home
from fahndung.law import clockfacts
from fahndung.ledger import appeals, byhand, endings, publications
from fahndung.ledger.byhand import Item
from fahndung.ledger.endings import Ending
from fahndung.ledger.faults import LedgerUnavailable
from fahndung.ledger.publications import Publication
from fahndung.ledger.store import Ledger
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import ends, telling
from fahndung.lifecycle.telling import Addressee
from fahndung.model.appeal import AppealId
from fahndung.model.plain import instant_text
from fahndung.model.publication import Altered, EndReason, Gone, Live, Look, State, Unknown, main_reference

LONGEST_WAIT = dt.timedelta(minutes=5)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """What is, or may be, online although it is over."""

    appeal: str
    channel: str
    url: str | None
    why: Message


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run did. Everything ``pending`` counts as online past its end; an end also says who got what."""

    withdrawn: tuple[Publication, ...] = ()
    pending: tuple[Pending, ...] = ()
    by_hand: tuple[Item, ...] = ()
    receivers: tuple[Addressee, ...] = ()

    @property
    def online_past_end(self) -> int:
        """How much was not read back as gone."""
        return len(self.pending)


def pending(row: Publication, why: Message) -> Pending:
    """A publication that may be online, and why."""
    url = row.url or (main_reference(row.references).url if row.references else None)
    return Pending(appeal=row.appeal, channel=row.channel, url=url, why=why)


def takedown(home: Home, ledger: Ledger, *, now: dt.datetime, by: str, appeal: str | None = None) -> Outcome:
    """Ends whatever is over, tries again what is not yet gone.

    Args:
        appeal: only this one; every one by default.

    Raises:
        StillOnline: another run holds the lock, and something is over. Busy: nothing is.
    """
    try:
        with home.lock():
            return _takedown(ledger, now=now, by=by, appeal=appeal)
    except Busy as busy:
        _refuse_overdue(ledger, busy, now=now, appeal=appeal)
        raise


def end(home: Home, ledger: Ledger, ending: Ending, *, now: dt.datetime) -> Outcome:
    """Commits the wish that an appeal ends, then takes down. Needs no approval and no key (R37).

    Raises:
        UsageError: no such appeal, or it was never meant for that channel.
    """
    try:
        with ledger.write(now) as tx:
            _refuse_foreign_channel(tx, ending)
            endings.end(tx, ending, duty=telling.duty(home, tx, ending))
            telling.ask_to_tell(tx, ending.appeal, now=now, by=ending.by)
    except LedgerUnavailable as error:
        return _without_writing(ledger, error.message, now=now, appeal=ending.appeal, wish=ending)
    outcome = takedown(home, ledger, now=now, by=ending.by, appeal=ending.appeal)
    with ledger.read() as tx:
        return dataclasses.replace(outcome, receivers=telling.addressees(tx, ending.appeal))


def _takedown(ledger: Ledger, *, now: dt.datetime, by: str, appeal: str | None) -> Outcome:
    try:
        with ledger.write(now) as tx:
            troubles = ends.refresh(tx, now=now, by=by, appeal=appeal)
            _end_what_lapsed(tx, now=now, by=by, appeal=appeal)
            rows = [row for row in publications.open_rows(tx) if appeal in (None, row.appeal) and _is_due(row, now)]
    except LedgerUnavailable as error:
        return _without_writing(ledger, error.message, now=now, appeal=appeal)
    left = [(row, _attempt(ledger, row, now=now, by=by)) for row in rows]
    with ledger.read() as tx:
        return Outcome(
            withdrawn=tuple(publications.get(tx, row.id) for row, why in left if why is None),
            pending=(
                *(pending(row, why) for row, why in left if why is not None),
                *(Pending(appeal=appeal or "", channel="", url=None, why=why) for why in troubles),
                *damaged(tx, appeal),
            ),
            by_hand=byhand.open_items(tx, appeal),
        )


def damaged(tx: Tx, appeal: str | None) -> tuple[Pending, ...]:
    """Rows that cannot be read: what they stand for may be online."""
    return tuple(
        Pending(appeal=row.appeal, channel=row.channel, url=None, why=row.why)
        for row in publications.damaged(tx)
        if appeal in (None, row.appeal)
    )


def _attempt(ledger: Ledger, row: Publication, *, now: dt.datetime, by: str) -> Message | None:
    try:
        return withdraw(ledger, row, now=now, by=by)
    except FahndungError as error:
        return error.message
    except Exception as error:  # noqa: BLE001 RUF100  # one publication's bug must not keep the others online
        kind = type(error).__name__
        return Message(f"a bug stopped its takedown ({kind})", f"Ein Programmfehler hielt die Löschung auf ({kind})")


def _without_writing(
    ledger: Ledger, why: Message, *, now: dt.datetime, appeal: str | None, wish: Ending | None = None
) -> Outcome:
    """Withdraws what is over although the ledger cannot be written; the next run records it (house rule 3).

    All of it stays pending: what was not recorded was not proven.
    """
    with ledger.read() as tx:
        rows = [
            (row, publications.posting(tx, row.id))
            for row in publications.open_rows(tx)
            if appeal in (None, row.appeal) and (_is_due(row, now) or (wish is not None and _matches(row, wish)))
        ]
    told = []
    for row, posting in rows:
        try:
            channel = channels.from_ledger(row.kind, row.endpoint)
            channel.withdraw(dataclasses.replace(posting, withdrawal={**posting.withdrawal, "at": instant_text(now)}))
            what = Message("withdrawn, but not recorded", "gelöscht, aber nicht vermerkt")
        except FahndungError as error:
            what = error.message
        told.append(pending(row, Message(f"{what.en}: {why.en}", f"{what.de}: {why.de}")))
    return Outcome(pending=tuple(told) or (Pending(appeal=appeal or "", channel="", url=None, why=why),))


def _matches(row: Publication, wish: Ending) -> bool:
    return wish.medium in (None, row.medium) and wish.channel in (None, row.channel)


def _refuse_overdue(ledger: Ledger, busy: Busy, *, now: dt.datetime, appeal: str | None) -> None:
    with ledger.read() as tx:
        over = [row for row in publications.open_rows(tx) if appeal in (None, row.appeal) and _is_due(row, now)]
    if over:
        raise StillOnline(
            f"{len(over)} publications are over and not yet read back as gone: {busy.message.en}",
            f"{len(over)} Veröffentlichungen sind beendet und noch nicht als weg zurückgelesen: {busy.message.de}",
        ) from busy


def _refuse_foreign_channel(tx: Tx, ending: Ending) -> None:
    submission = appeals.get(tx, ending.appeal)
    if ending.channel is None:
        return
    known = {row.channel for row in publications.rows(tx, ending.appeal)}
    with contextlib.suppress(ValueError):  # spoiled facts must not stop the end of a channel that a row names
        known |= set(clockfacts.thaw(submission.clock_facts).plan.channels)
    if ending.channel not in known:
        named = ", ".join(sorted(known))
        raise UsageError(
            f"{ending.appeal} has no channel {ending.channel}; it has: {named}",
            f"{ending.appeal} hat keinen Kanal {ending.channel}, sondern: {named}",
        )


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


def _is_due(row: Publication, now: dt.datetime) -> bool:
    return row.state is State.WITHDRAWING or ends.is_over(row, now)


def _end_what_lapsed(tx: Tx, *, now: dt.datetime, by: str, appeal: str | None) -> None:
    """An appeal whose every open publication is over has ended: nothing may be published from it again (R40)."""
    by_appeal: dict[tuple[str, int], list[Publication]] = {}
    for row in publications.open_rows(tx):
        if appeal in (None, row.appeal) and not row.superseded:
            by_appeal.setdefault((row.appeal, row.revision), []).append(row)
    for (name, revision), rows in by_appeal.items():
        if appeals.find(tx, name, revision) is None or endings.is_ended(tx, name, revision):
            continue
        if not all(ends.is_over(row, now) for row in rows):
            continue
        lapsed = [row for row in rows if row.want is publications.Want.UP]
        if lapsed:
            due = ends.known_due(tx, max(lapsed, key=lambda row: row.due_at or now))
            reason = EndReason.EXPIRED if due is None else due.reason
            endings.end(tx, Ending(appeal=AppealId(name), reason=reason, by=by, at=now, revision=revision))
            telling.ask_to_tell(tx, name, now=now, by=by)
