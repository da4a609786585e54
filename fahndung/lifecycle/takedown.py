"""Withdraws what is over and reads it back. Needs the ledger and the channels' secrets only; asks nobody.

A failed withdrawal stays due and is tried again at every run; nothing is called gone that was not read back as gone.
Only for the variant without a person whose search is over the home is asked as well, and if it is lost, all goes down.
"""

import contextlib
import dataclasses
import datetime as dt
import json
from collections.abc import Sequence

from fahndung.errors import Busy, Message, UsageError
from fahndung.home import Home
from fahndung.home.locks import LOCK_SECONDS
from fahndung.law import clockfacts
from fahndung.ledger import accounts, appeals, byhand, endings, publications
from fahndung.ledger.appeals import Submission
from fahndung.ledger.endings import Ending
from fahndung.ledger.faults import LedgerUnavailable
from fahndung.ledger.publications import Publication
from fahndung.ledger.store import Ledger
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import (
    attendance,
    closingposts,
    foreign,
    mailing,
    parting,
    persons,
    removal,
    telling,
    unwritten,
    withdrawal,
)
from fahndung.lifecycle.parting import Prospect, Remainder
from fahndung.lifecycle.shift import Clock, glances, on_shift
from fahndung.lifecycle.takendown import Outcome, damaged
from fahndung.lifecycle.withdrawal import pending
from fahndung.model.publication import State


def takedown(
    home: Home,
    ledger: Ledger,
    *,
    now: dt.datetime,
    by: str,
    appeal: str | None = None,
    may_publish: bool = True,
    clock: Clock | None = None,
    patience: float = LOCK_SECONDS,
) -> Outcome:
    """Ends whatever is over, tries again what is not yet gone, and looks again at what was.

    Args:
        appeal: only this one; every one by default.
        may_publish: False where ledger or clock cannot be trusted; then no variant goes up, whatever was planned.
        clock: the time of calls and receipts; None: all at ``now``.
        patience: seconds to wait for whoever has the calling place: that run may do it as well.

    What another run was to take down and did not is pending, each with its own reason; it stays due.
    """
    told = clock or (lambda: now)
    before = _over(ledger, now, appeal)
    for glance in glances(patience):
        try:
            with on_shift(home, ledger, what="takedown", by=by, clock=told, patience=glance) as shift:
                return removal.run(home, shift, now=now, appeal=appeal, may_publish=may_publish)
        except Busy:
            soon = now + dt.timedelta(seconds=patience)
        if not any(withdrawal.is_in_hand(row, soon) for row in _over(ledger, now, appeal)):
            break
    return _by_another(home, ledger, before, now=now, appeal=appeal)


def _by_another(
    home: Home, ledger: Ledger, before: Sequence[Publication], *, now: dt.datetime, appeal: str | None
) -> Outcome:
    """What became of it while another run had the calling place. What was never sent is not online."""
    goes_on = _GOES_ON if attendance.is_attended(home, ledger) else _AGAIN
    over = [row for row in _over(ledger, now, appeal) if row.state is not State.PLANNED]
    with ledger.read() as tx:
        rows = [publications.get(tx, row.id) for row in before]
        known = {row.id: row.withdrawn_at for row in before}
        return Outcome(
            withdrawn=tuple(row for row in rows if row.is_down),
            told=tuple(row for row in rows if mailing.is_told(row) and row.withdrawn_at != known[row.id]),
            pending=(
                *(pending(row, _why_not(tx, row, goes_on)) for row in over),
                *damaged(tx, appeal),
                *foreign.past_end(tx, now, appeal),
            ),
            by_hand=byhand.open_items(tx, appeal),
        )


def _why_not(tx: Tx, row: Publication, goes_on: Message) -> Message:
    """The reason that stands at the row, else what its account suffers from; and whether anybody is still at it."""
    problem = row.problem or accounts.get(tx, row.channel).problem
    if problem is None or row.state in {State.BY_HAND, State.TOMBSTONE}:  # a person has to do something
        return problem or goes_on
    return Message(f"{problem.en}; {goes_on.en}", f"{problem.de}; {goes_on.de}")


_GOES_ON = Message(
    "its end is recorded, and the worker goes on", "Das Ende ist vermerkt, der Hintergrunddienst macht weiter"
)
_AGAIN = Message(
    "its end is recorded; another run is at work in this home: run 'fahndung takedown' again",
    "Das Ende ist vermerkt; in diesem Heim arbeitet ein anderer Lauf: bitte „fahndung takedown“ wiederholen",
)


def _over(ledger: Ledger, now: dt.datetime, appeal: str | None) -> list[Publication]:
    with ledger.read() as tx:
        return [
            row for row in publications.open_rows(tx) if appeal in (None, row.appeal) and withdrawal.is_due(row, now)
        ]


def end(
    home: Home,
    ledger: Ledger,
    ending: Ending,
    *,
    now: dt.datetime,
    may_publish: bool = True,
    clock: Clock | None = None,
    patience: float = LOCK_SECONDS,
) -> Outcome:
    """Commits the wish that an appeal ends, then takes down. Needs no approval and no key (R37).

    The end of one person commits with it the variant that may take the place of what shows them (R36); ``may_publish``
    ``clock`` and ``patience`` as in ``takedown``.

    Raises:
        UsageError: no such appeal, or it was never meant for that channel.
    """
    found = parting.prospects(home, ledger, ending, now=now, may_publish=may_publish)
    posting = closingposts.wished(home)
    try:
        with ledger.write(now) as tx:
            _refuse_foreign_channel(tx, ending)
            endings.end(tx, ending, duty=telling.duty(home, tx, ending))
            telling.ask_to_tell(tx, ending.appeal, now=now, by=ending.by, posting=posting)
            telling.ask_for_paper(tx, ending, now=now, by=ending.by)
            refused = _without_person(tx, ending, found, now=now)
    except LedgerUnavailable as error:
        return unwritten.without_writing(ledger, error.message, now=now, appeal=ending.appeal, wish=ending)
    outcome = takedown(
        home,
        ledger,
        now=now,
        by=ending.by,
        appeal=ending.appeal,
        may_publish=may_publish,
        clock=clock,
        patience=patience,
    )
    with ledger.read() as tx:
        told = telling.addressees(tx, ending.appeal, now)
    return dataclasses.replace(outcome, receivers=told, remainders=(*outcome.remainders, *refused))


def _without_person(tx: Tx, ending: Ending, found: tuple[Prospect, ...], *, now: dt.datetime) -> tuple[Remainder, ...]:
    """Plans the variants after the end of a person; with the last person sought the whole appeal ends."""
    if ending.person is None:
        return ()
    left = persons.still_sought(tx, appeals.get(tx, ending.appeal))
    if left is not None and not left:
        endings.end(tx, dataclasses.replace(ending, person=None))
    return parting.plan(tx, found, now=now, by=ending.by)


def _refuse_foreign_channel(tx: Tx, ending: Ending) -> None:
    submission = appeals.get(tx, ending.appeal)
    if ending.channel is None:
        return
    rows = publications.rows(tx, ending.appeal)
    known: set[str] = {row.channel for row in rows}
    with contextlib.suppress(ValueError, KeyError):  # spoiled facts must not stop the end of a channel of a row
        known |= _meant_for(tx, submission)
    if ending.channel not in known:
        named = ", ".join(sorted(known))
        raise UsageError(
            f"{ending.appeal} has no channel {ending.channel}; it has: {named}",
            f"{ending.appeal} hat keinen Kanal {ending.channel}, sondern: {named}",
        )
    media = {row.medium for row in rows if row.channel == ending.channel}
    if ending.medium is not None and media and ending.medium not in media:
        named = ", ".join(sorted(media))
        raise UsageError(
            f"the channel {ending.channel} is of the medium {named}, not {ending.medium}; name one of the two",
            f"Der Kanal {ending.channel} gehört zum Medium {named}, nicht {ending.medium}; bitte eines davon nennen",
        )


def _meant_for(tx: Tx, submission: Submission) -> set[str]:
    """The accounts that it was built for; before that what the record names, which may be a kind of them."""
    stored = appeals.latest_release(tx, submission.appeal, submission.revision)
    if stored is None:
        return set(clockfacts.thaw(submission.clock_facts).plan.channels)
    return set(json.loads(stored.manifest)["markers"])
