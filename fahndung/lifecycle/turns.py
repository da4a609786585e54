"""One turn of one publication: claim it and write the intent, make its calls, write down what became of them.

This is the only place that puts the three together; publishing, takedown, verification and the worker all go through
it. Decides nothing about ends.
"""

import contextlib
import dataclasses
import datetime as dt
import functools
import itertools
from collections.abc import Callable, Iterator, Sequence
from concurrent import futures
from concurrent.futures import Executor
from typing import TypeVar

from fahndung import hearing
from fahndung.channels.base import addressed
from fahndung.errors import FahndungError, LedgerMissing, Message, NotPublishable, UsageError
from fahndung.hearing import Ear
from fahndung.ledger import claims, publications
from fahndung.ledger.faults import Contradiction, LedgerUnavailable, Unreadable
from fahndung.ledger.publications import Publication
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import calls, mailing, noticing, outcomes, settling, succession
from fahndung.lifecycle.claiming import Turned, claim, posting_now
from fahndung.lifecycle.outcomes import (
    DISTURBED,
    HELD,
    Answered,
    Claimed,
    Disturbed,
    Failed,
    Found,
    Looked,
    Lost,
    Outcome,
    Placeless,
    Refused,
    Unsent,
)
from fahndung.lifecycle.shift import Shift
from fahndung.lifecycle.tasks import Task
from fahndung.model.publication import Draft, State, Unknown

_Item = TypeVar("_Item")
_Made = TypeVar("_Made")
Drafting = Callable[[Publication], Draft]
"""The draft of a publication, verified again; raises what ``readying.prepare`` raises."""


def turn(shift: Shift, publication_id: int, *, draft_of: Drafting | None = None, task: Task | None = None) -> Turned:
    """Does what a publication needs next, whatever ``next_at`` says.

    Args:
        draft_of: what to send; None: nothing is sent in this run.
        task: what to do instead, such as only a look.

    Raises:
        LedgerUnavailable: it cannot be written. UsageError, Unreadable: as ``publications.get``.
    """
    now = shift.clock()
    with shift.ledger.write(now) as tx:
        claimed = claim(tx, shift, publication_id, now=now, sends=draft_of is not None, task=task)
    if isinstance(claimed, Turned):
        return claimed
    outcome = act(shift, claimed, draft_of=draft_of)
    now = shift.clock()
    with shift.ledger.write(now) as tx:
        return _settled(tx, shift, claimed, outcome, now=now)


def turn_all(
    shift: Shift, ids: Sequence[int], *, draft_of: Drafting | None = None, crew: Executor | None = None
) -> list[Turned]:
    """The same for many: one transaction for all intents, the calls side by side, one for all receipts.

    One publication that goes wrong stops no other; its row says why.

    Args:
        crew: makes the calls; None: one after the other.

    Raises:
        LedgerUnavailable: it cannot be written.
    """

    def claimed(tx: Tx, publication_id: int, now: dt.datetime) -> Claimed | Turned:
        return claim(tx, shift, publication_id, now=now, sends=draft_of is not None)

    def settled(tx: Tx, done: tuple[Claimed, Outcome], now: dt.datetime) -> Turned:
        return _settled(tx, shift, *done, now=now)

    made = _together(shift, claimed, ids, functools.partial(_unclaimed, shift))
    taken = [one for one in made if isinstance(one, Claimed)]
    outcomes = _calls(shift, functools.partial(act, shift, draft_of=draft_of), taken, crew)
    told = _together(shift, settled, list(zip(taken, outcomes, strict=True)), functools.partial(_unsettled, shift))
    return [one for one in (*made, *told) if isinstance(one, Turned)]


def _settled(tx: Tx, shift: Shift, claimed: Claimed, outcome: Outcome, *, now: dt.datetime) -> Turned:
    outcome = settling.believed(tx, shift, claimed, outcome, now=now)
    row = settling.settle(tx, shift, claimed, outcome, now=now)
    match outcome:
        case Lost():
            why: Message | None = HELD
        case Disturbed():
            why = DISTURBED
        case _:
            why = row.problem
    return Turned(row=row, outcome=outcome, why=why)


def _calls(
    shift: Shift, call: Callable[[Claimed], Outcome], taken: Sequence[Claimed], crew: Executor | None
) -> list[Outcome]:
    """What becomes of each; a mail server that refuses a login is asked no more: each try may lock the account.

    The first message goes alone, so that one login is refused and not one for each of the crew. What may share an
    address waits for its neighbour (``_lanes``).
    """
    refused: dict[str, Message] = {}

    def called(one: Claimed) -> Outcome:
        is_message = mailing.is_addressed(one.row) and one.task in {Task.SEND, Task.TELL}
        if is_message and (why := refused.get(one.row.channel)) is not None:
            return Unsent(problem=why, auth=True) if one.task is Task.SEND else Failed(problem=why, auth=True)
        outcome = call(one)
        if is_message and isinstance(outcome, Unsent | Failed) and outcome.auth:
            refused[one.row.channel] = outcome.problem
        return outcome

    def in_turn(lane: Sequence[int]) -> list[tuple[int, Outcome]]:
        first, *later = lane
        return [
            (first, called(taken[first])),
            *((number, _after_waiting(shift, called, taken[number])) for number in later),
        ]

    lanes = _lanes(taken)
    alone = 1 if taken and mailing.is_addressed(taken[0].row) else 0
    made = [*map(in_turn, lanes[:alone]), *_side_by_side(in_turn, lanes[alone:], crew)]
    by_number = dict(itertools.chain.from_iterable(made))
    return [by_number[number] for number in range(len(taken))]


def _side_by_side(call: Callable[[_Item], _Made], items: Sequence[_Item], crew: Executor | None) -> list[_Made]:
    """What each call returns; if one raises, it is raised when the last of them is over: a claim whose call still runs
    must not be let go of."""
    if crew is None:
        return list(map(call, items))
    jobs = [crew.submit(call, item) for item in items]
    futures.wait(jobs)
    return [job.result() for job in jobs]


def _lanes(taken: Sequence[Claimed]) -> list[list[int]]:
    """Whose calls are made one after the other, by their places in the row; the lanes go side by side.

    Copies of one appeal on one account may share an address, as the revisions and variants on a website do: a look
    would meet the half-done takedown of its neighbour and call online what is gone a moment later. Messages share none.
    """
    lanes: dict[tuple[object, ...], list[int]] = {}
    for number, one in enumerate(taken):
        row = one.row
        key = (row.appeal, row.channel, row.id if mailing.is_addressed(row) else None)
        lanes.setdefault(key, []).append(number)
    return list(lanes.values())


def _after_waiting(shift: Shift, call: Callable[[Claimed], Outcome], one: Claimed) -> Outcome:
    """The call, its time counted from now: how long the neighbours took is not this one's fault.

    What they saw is known to it; what became of them is settled after all of them.
    """
    try:
        with shift.ledger.read() as tx:
            row = publications.get(tx, one.row.id)
            posting = posting_now(tx, row, shift.clock())
    except Exception as error:  # noqa: BLE001 RUF100  # nothing was called for this one; the others' outcomes are not to be lost
        return _undone(one.task, _message(error))
    if not claims.holds(row, one.claim):
        return Lost()
    return call(dataclasses.replace(one, posting=posting, since=shift.tick()))


def bring_up(shift: Shift, publication_id: int, draft_of: Drafting) -> Turned:
    """Sends a publication; a call of unknown outcome is looked for first, and made again only if it had no effect.

    Raises:
        LedgerUnavailable, UsageError, Unreadable: as ``turn``.
    """
    turned = turn(shift, publication_id, draft_of=draft_of)
    for _ in range(_MOST_TRIES):
        if _goes_on(turned):
            turned = turn(shift, publication_id, draft_of=draft_of)
    return turned


_MOST_TRIES = 2
"""After the first: not found, and what it was to take the place of is not to be had either."""


def bring_up_all(shift: Shift, ids: Sequence[int], draft_of: Drafting, *, crew: Executor) -> list[Turned]:
    """The same for many, their calls side by side (``turn_all``).

    Raises:
        LedgerUnavailable: it cannot be written.
    """
    turned = turn_all(shift, ids, draft_of=draft_of, crew=crew)
    anew = [one.row.id for one in turned if _goes_on(one)]
    if not anew:
        return turned
    rest = [one for one in turned if one.row.id not in anew]
    return [*rest, *turn_all(shift, anew, draft_of=draft_of, crew=crew)]


def _goes_on(turned: Turned) -> bool:
    """Whether it can be sent at once, because it is known by now that nothing of it is there."""
    return isinstance(turned.outcome, Found | Placeless) and turned.row.state is State.PUBLISHING


def act(shift: Shift, claimed: Claimed, *, draft_of: Drafting | None = None) -> Outcome:
    """Makes the calls of a claim; whatever goes wrong is an outcome, with what servers answered."""
    ear = Ear(shift.clock)
    with hearing.listening(ear):
        outcome = _tried(shift, claimed, draft_of)
    if isinstance(outcome, Answered) and outcomes.is_trouble(outcome):
        with contextlib.suppress(Exception):  # an answer that cannot be kept must not lose the outcome
            return dataclasses.replace(outcome, answers=ear.kept())
    return outcome


def _tried(shift: Shift, claimed: Claimed, draft_of: Drafting | None) -> Outcome:
    try:
        return _act(shift, claimed, draft_of)
    except FahndungError as error:
        return _undone(claimed.task, error.message)
    except Exception as error:  # noqa: BLE001 RUF100  # calls catches its own; a bug before it must not lose the others' outcomes
        return _undone(claimed.task, _message(error))


def _act(shift: Shift, claimed: Claimed, draft_of: Drafting | None) -> Outcome:
    """The calls; what it raises was raised before the first of them, which ``calls`` guards."""
    channel = shift.open(claimed.row.kind, claimed.row.endpoint)
    match claimed.task:
        case Task.SEND:
            draft = intend(shift, claimed, draft_of)
            return calls.send(shift, claimed, channel, draft) if isinstance(draft, Draft) else draft
        case Task.RESOLVE:
            return calls.resolve(shift, claimed, channel, shift.clock())
        case Task.WITHDRAW:
            return calls.withdraw(shift, claimed, channel, shift.clock())
        case Task.TELL:
            letter = noticing.intend_notice(shift, claimed)
            writes = addressed(channel)
            assert writes is not None  # such a task has only a row of such a kind
            return calls.tell(shift, claimed, writes, letter) if isinstance(letter, calls.Letter) else letter
        case _:
            return calls.look(shift, claimed, channel)


def intend(shift: Shift, claimed: Claimed, draft_of: Drafting | None) -> Draft | Outcome:
    """Verifies again and takes the draft, reads the wish again, commits the intent; the call itself comes after it."""
    assert draft_of is not None  # claim: without it nothing is claimed for sending
    try:
        draft = draft_of(claimed.row)
        now = shift.clock()
        with shift.ledger.write(now) as tx:
            if not claims.holds(publications.get(tx, claimed.row.id), claimed.claim):
                return Lost()
            place = succession.place(tx, claimed.row, now) if claimed.takes_place else None
            publications.intend_publish(tx, claimed.row.id, now=now, by=shift.by, place=place)
    except NotPublishable as error:
        return Refused(problem=error.message)
    except FahndungError as error:
        return Unsent(problem=error.message)
    return dataclasses.replace(draft, replaces=place)


def _together(
    shift: Shift,
    step: Callable[[Tx, _Item, dt.datetime], _Made],
    items: Sequence[_Item],
    failed: Callable[[_Item, Exception], _Made | None],
) -> list[_Made | None]:
    """The step of each item, all in one transaction; if one goes wrong, each in its own: it must stop no other."""
    try:
        with _writing(shift) as (tx, now):
            return [step(tx, item, now) for item in items]
    except (LedgerUnavailable, LedgerMissing):
        raise
    except Exception:  # noqa: BLE001 RUF100  # nothing was written; below it is told whose it was
        return [_alone(shift, step, item, failed) for item in items]


def _alone(
    shift: Shift,
    step: Callable[[Tx, _Item, dt.datetime], _Made],
    item: _Item,
    failed: Callable[[_Item, Exception], _Made | None],
) -> _Made | None:
    try:
        with _writing(shift) as (tx, now):
            return step(tx, item, now)
    except (LedgerUnavailable, LedgerMissing):
        raise
    except Exception as error:  # noqa: BLE001 RUF100  # one publication's bug must not keep the others online
        return failed(item, error)


@contextlib.contextmanager
def _writing(shift: Shift) -> Iterator[tuple[Tx, dt.datetime]]:
    now = shift.clock()
    with shift.ledger.write(now) as tx:
        yield tx, now


def _unclaimed(shift: Shift, publication_id: int, error: Exception) -> Turned | None:
    """What could not be claimed is told as it is, if it can be read."""
    with contextlib.suppress(UsageError, Unreadable), shift.ledger.read() as tx:
        return Turned(row=publications.get(tx, publication_id), why=_message(error))
    return None


def _unsettled(shift: Shift, done: tuple[Claimed, Outcome], error: Exception) -> Turned | None:
    """What could not be written down is let go of and tried again later."""
    claimed, outcome = done
    with _writing(shift) as (tx, now):
        claims.give_back(tx, claimed.claim)
    with contextlib.suppress(UsageError, Unreadable, Contradiction), _writing(shift) as (tx, now):
        again = now + shift.wait(claimed.row.attempts + 1)
        publications.postpone(tx, claimed.row.id, _message(error), next_at=again, now=now, by=shift.by)
        row = publications.get(tx, claimed.row.id)
        return Turned(row=row, outcome=outcome, why=row.problem)
    return None


def _message(error: Exception) -> Message:
    if isinstance(error, FahndungError):
        return error.message
    kind = type(error).__name__
    return Message(f"a bug in the program stopped it ({kind})", f"Ein Programmfehler hielt es auf ({kind})")


def _undone(task: Task, why: Message) -> Outcome:
    """The outcome where no call was made."""
    if task is Task.SEND:
        return Unsent(problem=why)
    return Looked(look=Unknown.of(why)) if task is Task.LOOK else Failed(problem=why)
