"""Withdraws what is over and reads it back. Needs the ledger and the channels' secrets only; asks nobody.

A failed withdrawal stays due and is tried again at every run; nothing is called gone that was not read back as gone.
Only for the variant without a person whose search is over the home is asked as well, and if it is lost, all goes down.
"""

import contextlib
import dataclasses
import datetime as dt
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from fahndung import channels
from fahndung.errors import Busy, FahndungError, Message, UsageError
from fahndung.home import Home
from fahndung.home.locks import LOCK_SECONDS
from fahndung.law import clockfacts
from fahndung.ledger import accounts, appeals, byhand, claims, endings, publications
from fahndung.ledger.appeals import Submission
from fahndung.ledger.byhand import Item
from fahndung.ledger.endings import Ending
from fahndung.ledger.faults import LedgerUnavailable
from fahndung.ledger.publications import Need, Publication
from fahndung.ledger.store import Ledger
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import (
    attendance,
    causes,
    closingposts,
    closings,
    ends,
    foreign,
    mailing,
    parting,
    persons,
    rounds,
    settling,
    telling,
    turns,
    withdrawal,
)
from fahndung.lifecycle.causes import Cause
from fahndung.lifecycle.closingposts import Posted
from fahndung.lifecycle.parting import Prospect, Remainder
from fahndung.lifecycle.shift import Clock, Opening, Shift, glances, on_shift
from fahndung.lifecycle.telling import Addressee
from fahndung.lifecycle.turns import Turned
from fahndung.lifecycle.withdrawal import Pending, pending
from fahndung.model.ids import AppealId
from fahndung.model.plain import instant_text
from fahndung.model.publication import EndReason, Gone, Look, Posting, State, Unknown, left_out

MOST_LOOKS = 200
"""How many looks one run makes on one channel, after everything that has to come down."""
MOST_OUTSIDE = 3
"""How many copies of others one run looks at: a stranger's host may keep each look waiting."""
CREW = 8
"""Calls at once."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run did. Everything ``pending`` counts as online past its end; an end also says who got what.

    Attributes:
        unrecorded: read back as gone while the ledger could not be written; the next run records it.
        remainders: where one person was left out: the variant that is up, or why the whole appeal goes.
        told: messages whose recipients have been told that it is over; their copies are in other people's hands.
        posts: posts that tell the end, on accounts where all else is gone; or why there is none.
        happened: what somebody has to know and nobody can see any more once the run is over.
        unwished: the end itself could not be written down, so that no later run knows of it.
    """

    withdrawn: tuple[Publication, ...] = ()
    pending: tuple[Pending, ...] = ()
    by_hand: tuple[Item, ...] = ()
    receivers: tuple[Addressee, ...] = ()
    remainders: tuple[Remainder, ...] = ()
    unrecorded: tuple[Publication, ...] = ()
    happened: tuple[Cause, ...] = ()
    told: tuple[Publication, ...] = ()
    posts: tuple[Posted, ...] = ()
    unwished: bool = False

    @property
    def online_past_end(self) -> int:
        """How much was not read back as gone."""
        return len(self.pending)


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
                return run(home, shift, now=now, appeal=appeal, may_publish=may_publish)
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
        return Outcome(
            withdrawn=tuple(row for row in rows if row.is_down),
            told=tuple(row for row in rows if mailing.is_told(row)),
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
        return [row for row in publications.open_rows(tx) if appeal in (None, row.appeal) and _is_due(row, now)]


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
        return without_writing(ledger, error.message, now=now, appeal=ending.appeal, wish=ending)
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
    waiting = [row for row in rows if parting.is_waiting(row) and not _is_due(row, now)]
    places = {(row.appeal, row.channel) for row in waiting}
    due = [row for row in rows if _is_due(row, now)]
    mails = [row for row in due if mailing.is_addressed(row)]
    due = [row for row in due if not mailing.is_addressed(row)]
    # nobody else's takedown waits for a variant; what a variant replaces waits for its one call
    left = _withdraw(shift, [row for row in due if (row.appeal, row.channel) not in places])
    remainders = [parting.put_up(home, shift, row, now=now, by=by, may_publish=may_publish) for row in waiting]
    given_up = [row for row, remainder in zip(waiting, remainders, strict=True) if remainder.publication is None]
    replaced = [row for row in due if (row.appeal, row.channel) in places]
    left += _withdraw(shift, [*replaced, *given_up])
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
            told=tuple(row for row in done if not row.is_down),
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
    """What came back, and why it may not be gone after another takedown; most looks find nothing."""
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
    happened = tuple(causes.back(back))
    return failed + _withdraw(shift, back), happened


def damaged(tx: Tx, appeal: str | None, *, finished: bool = False) -> tuple[Pending, ...]:
    """Rows that cannot be read: what they stand for may be online. ``finished`` as in ``publications.damaged``."""
    return tuple(
        Pending(appeal=row.appeal, channel=row.channel, url=None, why=row.why)
        for row in publications.damaged(tx, appeal, finished=finished)
    )


def without_writing(
    ledger: Ledger,
    why: Message,
    *,
    now: dt.datetime,
    appeal: str | None = None,
    wish: Ending | None = None,
    open: Opening = channels.from_ledger,
) -> Outcome:
    """Withdraws what is over although the ledger cannot be written; the next run records it (house rule 3).

    What was read back as gone is not online; but a wish that could not be written down has to be made again, so all
    that it concerns stays pending.
    """
    with ledger.read() as tx:
        rows = [
            (row, closings.noticed(tx, row, publications.posting_of(tx, row), now))
            for row in publications.open_rows(tx)
            if appeal in (None, row.appeal) and (_is_due(row, now) or (wish is not None and _matches(row, wish)))
        ]
    told, unrecorded = [], []
    for row, posting in rows:
        seen = _withdrawn_unwritten(open, row, posting, now)
        if isinstance(seen, Gone) and wish is None:
            unrecorded.append(row)
            continue
        what = _GONE_UNWRITTEN if isinstance(seen, Gone) else settling.told(seen)
        told.append(pending(row, Message(f"{what.en}: {why.en}", f"{what.de}: {why.de}")))
    if not told and (not unrecorded or wish is not None):
        told.append(Pending(appeal=appeal or "", channel="", url=None, why=why))
    return Outcome(pending=tuple(told), unrecorded=tuple(unrecorded), unwished=wish is not None)


_GONE_UNWRITTEN = Message("withdrawn, but not recorded", "gelöscht, aber nicht vermerkt")


def _withdrawn_unwritten(open: Opening, row: Publication, posting: Posting, now: dt.datetime) -> Look:
    """What a visitor finds after it was asked to go; ``Unknown`` where that failed."""
    if row.state is State.PLANNED:
        return Gone(evidence={})  # nothing was ever sent
    try:
        channel = open(row.kind, row.endpoint)
        dated = dataclasses.replace(posting, withdrawal={**posting.withdrawal, "at": instant_text(now)})
        channel.withdraw(dated)
        return channel.look(dated)
    except FahndungError as error:
        return Unknown.of(error.message)
    except Exception as error:  # noqa: BLE001 RUF100  # one connector's bug must not keep the others online
        return Unknown(why=type(error).__name__)


def _matches(row: Publication, wish: Ending) -> bool:
    shown = wish.person is None or left_out(row.target) != wish.person
    return shown and wish.medium in (None, row.medium) and wish.channel in (None, row.channel)


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


def _is_due(row: Publication, now: dt.datetime) -> bool:
    if mailing.is_told(row) and row.next_at is not None and row.next_at > now:
        return False
    return row.state is State.WITHDRAWING or ends.is_over(row, now)


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
