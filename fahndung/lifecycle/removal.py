"""One run of a takedown by whoever has the calling place: withdraws, puts variants up, and looks again.

A failed withdrawal stays due; nothing is called gone that was not read back as gone.
"""

import datetime as dt
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from fahndung.errors import FahndungError, Message
from fahndung.home import Home
from fahndung.ledger import accounts, appeals, byhand, claims, endings, publications
from fahndung.ledger.endings import Ending
from fahndung.ledger.faults import LedgerUnavailable
from fahndung.ledger.publications import Need, Publication
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import causes, closingposts, ends, foreign, mailing, parting, rounds, telling, turns, withdrawal
from fahndung.lifecycle.causes import Cause
from fahndung.lifecycle.claiming import Turned
from fahndung.lifecycle.outcomes import Disturbed
from fahndung.lifecycle.shift import Shift
from fahndung.lifecycle.takendown import Outcome, damaged
from fahndung.lifecycle.unwritten import without_writing
from fahndung.lifecycle.withdrawal import Pending, pending
from fahndung.model.closing import EndReason
from fahndung.model.ids import AppealId
from fahndung.model.publication import State

MOST_LOOKS = 200
"""How many looks one run makes on one channel, after everything that has to come down."""
MOST_OUTSIDE = 3
"""How many copies of others one run looks at: a stranger's host may keep each look waiting."""
CREW = 8
"""Calls at once."""


def run(home: Home, shift: Shift, *, now: dt.datetime, appeal: str | None, may_publish: bool) -> Outcome:
    """One run by whoever has the calling place; arguments as in ``takedown``."""
    try:
        return _run(home, shift, now=now, appeal=appeal, may_publish=may_publish)
    except LedgerUnavailable as error:  # at its first writing, or at any later one
        return without_writing(shift.ledger, error.message, now=now, appeal=appeal)


def _run(home: Home, shift: Shift, *, now: dt.datetime, appeal: str | None, may_publish: bool) -> Outcome:
    ledger, by = shift.ledger, shift.by
    with ledger.write(now) as tx:
        dead = claims.recover(tx, alive=shift.alive, now=now, by=by)
        troubles = ends.refresh(tx, now=now, by=by, appeal=appeal)
        end_what_lapsed(tx, now=now, by=by, appeal=appeal)
        rows = [row for row in publications.open_rows(tx) if appeal in (None, row.appeal)]
        looks = _due_looks(tx, now, appeal)
    waiting = [row for row in rows if parting.is_waiting(row) and not withdrawal.is_due(row, now)]
    places = {(row.appeal, row.channel) for row in waiting}
    due = [row for row in rows if withdrawal.is_due(row, now)]
    mails = [row for row in due if mailing.is_addressed(row)]
    due = [row for row in due if not mailing.is_addressed(row)]
    # nobody else's takedown waits for a variant; what a variant replaces waits for its one call
    left = _withdraw(shift, [row for row in due if (row.appeal, row.channel) not in places])
    remainders = [parting.put_up(home, shift, row, now=now, by=by, may_publish=may_publish) for row in waiting]
    given_up = [row for row, remainder in zip(waiting, remainders, strict=True) if remainder.publication is None]
    replaced = [row for row in due if (row.appeal, row.channel) in places]
    left += _withdraw(shift, [*replaced, *given_up])
    known = {row.id: row.withdrawn_at for row in mails}
    left += _withdraw(shift, mails)  # the press is told when everything else was tried
    remainders = [parting.read_back(shift, remainder) for remainder in remainders]
    done_with = {row.id for row, _ in left}
    others = [row for row in looks if not (parting.is_waiting(row) or closingposts.is_waiting(row))]
    failed, back = _look(shift, [row for row in others if row.id not in done_with])
    left += failed
    troubles += _look_outside(shift, now) if appeal is None else []
    posts = closingposts.post(home, shift, now=now, appeal=appeal) if may_publish else ()
    with ledger.read() as tx:
        done = [publications.get(tx, row.id) for row, why in left if why is None]
        return Outcome(
            withdrawn=tuple(row for row in done if row.is_down),
            told=tuple(row for row in done if not row.is_down and row.withdrawn_at != known.get(row.id)),
            pending=(
                *(pending(row, why) for row, why in left if why is not None),
                *(Pending(appeal=appeal or "", channel="", url=None, why=why) for why in troubles),
                *damaged(tx, appeal),
                *foreign.past_end(tx, now, appeal),
            ),
            by_hand=byhand.open_items(tx, appeal),
            remainders=tuple(remainders),
            posts=posts,
            happened=(*(causes.worker_died(one.worker, one.freed) for one in dead), *back),
        )


def _look_outside(shift: Shift, now: dt.datetime) -> list[Message]:
    """Looks at some of the copies that others keep, after everything of one's own; why that was not possible."""
    try:
        foreign.look_due(shift.ledger, now=now, by=shift.by, limit=MOST_OUTSIDE)
    except FahndungError as error:
        return [error.message]
    return []


def _withdraw(shift: Shift, rows: Sequence[Publication]) -> list[tuple[Publication, Message | None]]:
    """Each row, and why it may not be gone; in batches, and one that goes wrong stops no other.

    Raises:
        LedgerUnavailable: it cannot be written.
    """
    told: list[tuple[Publication, Message | None]] = []
    with ThreadPoolExecutor(CREW) as crew:
        for start in range(0, len(rows), rounds.BATCH):
            batch = rows[start : start + rounds.BATCH]
            try:
                turned = {one.row.id: one for one in turns.turn_all(shift, [row.id for row in batch], crew=crew)}
                spoiled = [row.id for row in batch if row.state is State.TOMBSTONE and _is_unburied(turned.get(row.id))]
                turned |= {one.row.id: one for one in turns.turn_all(shift, spoiled, crew=crew)}
            except LedgerUnavailable:
                raise
            except FahndungError as error:
                told += [(row, error.message) for row in batch]
                continue
            for row in batch:
                done = turned.get(row.id)
                told.append((row, _UNREAD if done is None else withdrawal.left(done)))
    return told


def _is_unburied(turned: Turned | None) -> bool:
    """Whether something else than the notice that is due stands in its place, to be seen to at once."""
    if turned is None or turned.row.state is not State.WITHDRAWING:
        return False
    return turned.row.attempts == 0


_UNREAD = Message("its row cannot be read", "Ihr Eintrag ist nicht lesbar")


def _due_looks(tx: Tx, now: dt.datetime, appeal: str | None) -> list[Publication]:
    """What is to be looked at now: copies that came down before, calls of unknown outcome, and what should be live."""
    found: list[Publication] = []
    for account in accounts.all(tx):
        for need in (Need.RESOLVE, Need.LOOK):
            found += publications.due(tx, now, need, channel=account.name, limit=MOST_LOOKS)
    return [row for row in found if appeal in (None, row.appeal)]


def _look(
    shift: Shift, rows: Sequence[Publication]
) -> tuple[list[tuple[Publication, Message | None]], tuple[Cause, ...]]:
    """What came back, or was found by a look that says nothing, and why it may not be gone; most looks find nothing."""
    back: list[Publication] = []
    failed: list[tuple[Publication, Message | None]] = []
    down = {row.id for row in rows if row.is_down}
    for start in range(0, len(rows), rounds.BATCH):
        batch = rows[start : start + rounds.BATCH]
        try:
            turned = turns.turn_all(shift, [row.id for row in batch])
        except FahndungError as error:
            failed += [(row, error.message) for row in batch]
            continue
        back += [one.row for one in turned if one.row.id in down and not one.row.is_down]
        failed += [(one.row, one.why) for one in turned if isinstance(one.outcome, Disturbed)]
    happened = tuple(causes.back(back))
    return failed + _withdraw(shift, back), happened


def _only_there(tx: Tx, row: Publication, now: dt.datetime) -> bool:
    """Whether it is over because its time on its account is, while its appeal goes on."""
    due = None if row.ttl_s is None else ends.known_due(tx, row)
    return due is not None and (due.at is None or now < due.at)


def end_what_lapsed(tx: Tx, *, now: dt.datetime, by: str, appeal: str | None = None) -> None:
    """An appeal whose every open publication is over has ended: nothing may be published from it again (R40)."""
    by_appeal: dict[tuple[str, int], list[Publication]] = {}
    for row in publications.open_rows(tx):
        if appeal in (None, row.appeal) and not row.superseded and not row.tells_end:
            by_appeal.setdefault((row.appeal, row.revision), []).append(row)
    for (name, revision), rows in by_appeal.items():
        if appeals.find(tx, name, revision) is None or endings.is_ended(tx, name, revision):
            continue
        if not all(ends.is_over(row, now) for row in rows):
            continue
        lapsed = [row for row in rows if row.want is publications.Want.UP]
        if lapsed and not any(_only_there(tx, row, now) for row in lapsed):
            due = ends.known_due(tx, max(lapsed, key=lambda row: row.due_at or now))
            reason = EndReason.EXPIRED if due is None else due.reason
            endings.end(tx, Ending(appeal=AppealId(name), reason=reason, by=by, at=now, revision=revision))
            telling.ask_to_tell(tx, name, now=now, by=by)
