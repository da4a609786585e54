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
from concurrent.futures import Executor
from typing import TypeVar

from fahndung.channels.base import Capabilities, addressed
from fahndung.errors import FahndungError, LedgerMissing, Message, NotPublishable, UsageError
from fahndung.ledger import claims, publications
from fahndung.ledger.faults import Contradiction, LedgerUnavailable, Unreadable, impossible
from fahndung.ledger.publications import Operation, Publication
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import calls, closings, mailing, noticing, pacing, settling, succession, telling
from fahndung.lifecycle.calls import HELD, Claimed, Failed, Found, Looked, Outcome, Placeless, Refused, Unsent
from fahndung.lifecycle.shift import Shift
from fahndung.lifecycle.tasks import Task, task_of
from fahndung.model.publication import Draft, Posting, State, Unknown

_Item = TypeVar("_Item")
_Made = TypeVar("_Made")
Drafting = Callable[[Publication], Draft]
"""The draft of a publication, verified again; raises what ``readying.prepare`` raises."""

_CALLED = frozenset({State.PLANNED, State.PUBLISHING, State.LIVE, State.WITHDRAWING})
"""States in which a call that writes may come next."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """A publication after its turn; ``outcome`` None: no call was needed, or none may be made now (``why``)."""

    row: Publication
    outcome: Outcome | None = None
    why: Message | None = None


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
        row = settling.settle(tx, shift, claimed, outcome, now=now)
    return Turned(row=row, outcome=outcome, why=row.problem)


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
        row = settling.settle(tx, shift, *done, now=now)
        return Turned(row=row, outcome=done[1], why=row.problem)

    made = _together(shift, claimed, ids, functools.partial(_unclaimed, shift))
    taken = [one for one in made if isinstance(one, Claimed)]
    outcomes = _calls(shift, functools.partial(act, shift, draft_of=draft_of), taken, crew)
    told = _together(shift, settled, list(zip(taken, outcomes, strict=True)), functools.partial(_unsettled, shift))
    return [one for one in (*made, *told) if isinstance(one, Turned)]


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
    made = [*map(in_turn, lanes[:alone]), *(crew.map if crew else map)(in_turn, lanes[alone:])]
    by_number = dict(itertools.chain.from_iterable(made))
    return [by_number[number] for number in range(len(taken))]


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
    """The call, its time counted from now: how long the neighbours took is not this one's fault."""
    try:
        with shift.ledger.read() as tx:
            is_mine = claims.holds(publications.get(tx, one.row.id), one.claim)
    except FahndungError as error:
        return _undone(one.task, error.message)
    return call(dataclasses.replace(one, since=shift.tick())) if is_mine else _undone(one.task, HELD)


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


def claim(
    tx: Tx, shift: Shift, publication_id: int, *, now: dt.datetime, sends: bool, task: Task | None = None
) -> Claimed | Turned:
    """The claim with the intent of its call; or why there is none, and what was done without one.

    Raises:
        UsageError, Unreadable: as ``publications.get``. Contradiction: ``task`` does not fit the row, or is no look and
            the run only looks.
    """
    row, taken = shift.take(tx, publication_id, now=now)
    if taken is None:
        return Turned(row=row, why=HELD)
    if shift.worker is None and task is not Task.LOOK:
        raise impossible(f"a call for publication {row.id} by a run that only looks")
    publications.interrupted(tx, row, now=now)
    unclear = publications.unclear(tx, row.id)
    able = _able(shift, row) if row.state in _CALLED else None
    task = task or _task(tx, shift, row, unclear, able, now)
    why = pacing.not_now(tx, shift, row, task, able, now, sends=sends)
    if mailing.is_addressed(row) and why is None:
        task, why = noticing.of_message(tx, shift, row, task, now)
    if task is Task.CANCEL:
        publications.cancel(tx, row.id, now=now, by=shift.by)
        if row.tells_end and row.want is publications.Want.UP:  # its term is over before it went out
            telling.ask_instead(tx, row.appeal, row.channel, now=now, by=shift.by)
    if task in {Task.CANCEL, Task.NOTHING} or why is not None:
        claims.give_back(tx, taken)
        return Turned(row=publications.get(tx, row.id), why=why)
    if task is Task.WITHDRAW:
        publications.intend_withdraw(tx, row, now=now, by=shift.by, next_at=now + shift.wait(row.attempts))
    return Claimed(
        claim=taken,
        row=row,
        task=task,
        posting=_posting(tx, row, now),
        since=shift.tick(),
        unclear_since=max((one.finished_at or now for one in unclear), default=None),
        doubtful=task is Task.TELL and publications.untold(tx, row.id),
        takes_place=able is not None and able.edit.named,
    )


def act(shift: Shift, claimed: Claimed, *, draft_of: Drafting | None = None) -> Outcome:
    """Makes the calls of a claim; whatever goes wrong is an outcome."""
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
                return Unsent(problem=HELD)
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


def _able(shift: Shift, row: Publication) -> Capabilities | None:
    """What its channel can; None if it cannot be opened: the call itself will tell why."""
    try:
        return shift.open(row.kind, row.endpoint).capabilities()
    except FahndungError:
        return None


def _task(
    tx: Tx, shift: Shift, row: Publication, unclear: Sequence[Operation], able: Capabilities | None, now: dt.datetime
) -> Task:
    """The next task, as the row's channel lets it be done."""
    task = task_of(row, now)
    allowed = row.channel in shift.repeats
    if mailing.is_addressed(row) and task is Task.RESOLVE and publications.posting_of(tx, row).references:
        return task
    if task is Task.RESOLVE and able is not None and calls.repeats(able, unclear, now, allowed=allowed):
        return Task.SEND
    if task is Task.WITHDRAW and row.state is State.PUBLISHING and publications.never_sent(tx, row.id):
        return Task.CANCEL
    if not mailing.is_addressed(row):
        return task
    again = row.state is State.BY_HAND and mailing.owed(tx, row, now) is not None
    return Task.TELL if task is Task.WITHDRAW or again else task


def _posting(tx: Tx, row: Publication, now: dt.datetime) -> Posting:
    """What look and withdraw may use. A row that was down and has a successor in its place counts as superseded."""
    posting = closings.noticed(tx, row, publications.posting_of(tx, row), now)
    if row.is_down and publications.is_replaced(tx, row):
        return dataclasses.replace(posting, superseded=True)
    return posting
