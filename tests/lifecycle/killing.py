"""Every line: a forked child is killed with SIGKILL at the k-th line of our code, and its successor has to cope.

``python -m tests.lifecycle.killing --all`` kills at every line; ``test_killing`` holds a sample of them. Kills that
leave the same ledger and the same platform have the same successor: with ``--all`` it works once in each manner.
"""

import argparse
import collections
import contextlib
import dataclasses
import datetime as dt
import functools
import os
import pathlib
import random
import re
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import FrameType
from typing import Any

import sqlalchemy as sa

import fahndung
from fahndung.ledger import audit, byhand, claims, publications, sqlite
from fahndung.ledger.publications import Publication
from fahndung.ledger.store import Ledger
from fahndung.ledger.tables import metadata
from fahndung.lifecycle import turns
from fahndung.lifecycle.shift import Shift
from fahndung.model.publication import State
from fahndung.testing.faults import Call, Fault
from tests import postgres
from tests.ledger import world
from tests.lifecycle import stand as stands
from tests.lifecycle.stand import MODES, Stand

SOURCE = pathlib.Path(fahndung.__file__).parent
ROOMS = tuple(str(SOURCE / name) for name in ("lifecycle/", "ledger/", "channels/", "testing/"))
"""Whose lines count. The door to the network decides nothing; kills inside of a call are the soak's."""
PLAIN_VALUES = tuple(str(SOURCE / "ledger" / name) for name in ("columns.py", "rows.py", "addresses.py"))
"""Read what was read already; nothing outside changes between their lines."""
LIFE = dt.timedelta(days=2)
WEEK = dt.timedelta(days=8)
MOST_TURNS = 12
Mutation = Callable[[], contextlib.AbstractContextManager[None]]


@dataclasses.dataclass
class Clock:
    """Moved by the test."""

    now: dt.datetime = world.NOW

    def __call__(self) -> dt.datetime:
        return self.now

    def reach(self, instant: dt.datetime | None) -> None:
        """At least this instant."""
        self.now = max(self.now, instant or self.now)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is cut off: the fault that comes before it, the turns before it, and whether it is up or down after it."""

    fault: Fault | None = None
    before: int = 0
    wait: dt.timedelta = dt.timedelta(0)
    up: bool = True


STEPS: Mapping[str, Step] = {
    "publish": Step(),
    "look": Step(before=1, wait=dt.timedelta(days=1)),
    "resolve": Step(before=1, fault=Fault.CUT_AFTER),
    "resolve nothing": Step(before=1, fault=Fault.CUT_BEFORE),
    "withdraw": Step(before=1, wait=LIFE, up=False),
    "later look": Step(before=2, wait=LIFE, up=False),
}


class Manner:
    """How the successor finds the world; the number of the line decides."""

    PLAIN, HARSH, LATE = range(3)
    """Nothing fails; listing and account fail once and a deletion lies; it comes only when all is over."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What became of one kill; ``lines``: how many there were, if it was not killed."""

    lines: int | None
    violations: tuple[str, ...]


Seen = set[tuple[int, str]]
"""What kills left, and in which manner that was recovered from."""


def trial(
    stand: Stand, step: Step, line: int, *, mutation: Mutation = contextlib.nullcontext, seen: Seen | None = None
) -> Trial:
    """Kills a child at that line of a step (0: at none), recovers, lets the publication expire, and judges.

    Args:
        mutation: what is done to the code in the child.
        seen: what is judged already is not judged again; None: everything is.
    """
    clock, marker = Clock(), stand.marker()
    with stand.place() as place:
        with Ledger.open(place, home_id=world.HOME) as ledger:
            with ledger.write(clock.now) as tx:
                row = stands.plan(tx, stand.draft(marker), now=clock.now, due_at=clock.now + LIFE)
            _prepare(stand, ledger, step, row, clock)
        lines = _killed(functools.partial(_act, stand, place, step, row, marker, clock, mutation), line)
        with Ledger.open(place, home_id=world.HOME) as ledger:
            if seen is not None:
                left = line % 3, _left(stand, ledger, marker)
                if left in seen:
                    return Trial(lines=lines, violations=())
                seen.add(left)
            try:
                violations = tuple(_judged(stand, ledger, step, row, marker, clock, manner=line % 3))
            finally:
                stand.platform.clear()
    return Trial(lines=lines, violations=violations)


def _left(stand: Stand, ledger: Ledger, marker: str) -> str:
    """All that a successor finds, without the names that differ from trial to trial."""
    effects = [f"{one.verb} {one.kind}" for one in stand.platform.journal() if one.marker == marker]
    with ledger.read() as tx:
        tables = {table.name: tx.connection.execute(sa.select(table)).all() for table in metadata.sorted_tables}
    events = len(tables.pop("event")), len(tables.pop("actor"))
    workers = [repr(row.id) for row in tables.pop("worker")]
    told = f"{effects} {events} {len(workers)} {tables}".replace(f"{marker}'", "M'").replace(f'{marker}"', 'M"')
    for number, worker in enumerate(workers):
        told = told.replace(worker, f"W{number}")
    return re.sub(r"(media|post)-\d+", r"\1-N", told)


def _prepare(stand: Stand, ledger: Ledger, step: Step, row: int, clock: Clock) -> None:
    with stand.shift(ledger, clock) as shift:
        for number in range(step.before):
            if number == 1:
                clock.now = world.NOW + LIFE
            if step.fault is not None:
                stand.platform.add(step.fault, Call.CREATE)
            _turn(shift, stand, row)
    clock.now += step.wait if step.before < 2 else dt.timedelta(minutes=1)


def _act(
    stand: Stand,
    place: pathlib.Path | str,
    step: Step,
    row: int,
    marker: str,
    clock: Clock,
    mutation: Mutation,
    line: int,
) -> int:
    """The child's part: the step with its lines counted."""
    with mutation(), Ledger.open(place, home_id=world.HOME) as ledger, stand.shift(ledger, clock) as shift:
        with counted(line) as count:
            turns.bring_up(shift, row, lambda published: stand.draft(published.marker))
        return count[0]


@contextlib.contextmanager
def counted(line: int) -> Iterator[list[int]]:
    """Counts the lines of our code that this thread executes in the block; dies at the one of that number."""
    count, ours = [0], dict[str, bool]()

    def local(frame: FrameType, event: str, arg: Any) -> Any:
        if event == "line":
            count[0] += 1
            if count[0] == line:
                os.kill(os.getpid(), signal.SIGKILL)
        return local

    def entered(frame: FrameType, event: str, arg: Any) -> Any:
        name = frame.f_code.co_filename
        if name not in ours:
            ours[name] = name.startswith(ROOMS) and name not in PLAIN_VALUES
        return local if ours[name] and frame.f_code is not sqlite._lenient.__code__ else None

    sys.settrace(entered)
    try:
        yield count
    finally:
        sys.settrace(None)


def _killed(act: Callable[[int], int], line: int) -> int | None:
    """Runs ``act`` in a child; None if it was killed, else the number of its lines.

    Raises:
        RuntimeError: it failed.
    """
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.write(writes, str(act(line)).encode())
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(writes)
    with os.fdopen(reads) as told:
        said = told.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return None
    if status != 0:
        raise RuntimeError(f"the child failed at line {line}: {status}")
    return int(said)


def _judged(
    stand: Stand, ledger: Ledger, step: Step, row: int, marker: str, clock: Clock, *, manner: int
) -> Iterator[str]:
    """What the successor got wrong, by the platform's own word."""
    with stand.shift(ledger, clock) as shift:
        _recover(shift, clock.now)
        if manner != Manner.LATE:
            _fail(stand, manner, Call.LIST if stand.mode.lookup else Call.WHOAMI, Fault.LIMITED)
            yield from _goal(shift, stand, step, row, marker, clock)
            stand.platform.clear()
        clock.reach(world.NOW + LIFE)
        _fail(stand, manner, Call.DELETE, Fault.NOTHING, times=2)
        _fail(stand, manner, Call.WHOAMI, Fault.GARBAGE)
        yield from _takedown(shift, stand, row, marker, clock)
    yield from _journal(stand, marker)
    if audit.verify(ledger) != ():
        yield "the audit chain is broken"


def _fail(stand: Stand, manner: int, call: Call, fault: Fault, **how: Any) -> None:
    if manner == Manner.HARSH:
        stand.platform.add(fault, call, **how)


def _recover(shift: Shift, now: dt.datetime) -> None:
    """Frees what the dead held. A server learns of a death a few milliseconds later."""
    for _ in range(500):
        with shift.ledger.write(now) as tx:
            claims.recover(tx, alive=shift.alive, now=now, by=shift.by)
        with shift.ledger.read() as tx:
            if all(row.lease_by is None for row in publications.rows(tx)):
                return
        time.sleep(0.01)
    raise AssertionError("the dead are taken for alive")


def _goal(shift: Shift, stand: Stand, step: Step, row: int, marker: str, clock: Clock) -> Iterator[str]:
    """Up, and once; or down."""

    def reached(now: Publication) -> bool:
        return _in_hands(shift, row) or (now.state is State.LIVE if step.up else now.is_down)

    found = _turns(shift, stand, row, clock, reached)
    online = stand.online(marker)
    if not reached(found):
        yield f"it is {found.state.value} for ever: {found.problem and found.problem.en}"
    elif found.state is State.LIVE and online != stand.whole:
        yield f"it is live, and {online} is online"
    elif found.is_down and online:
        yield f"it is down, and {online} is online"
    elif _in_hands(shift, row) and (stand.mode.lookup or stand.mode.keys):
        yield "it was left to hands"


def _takedown(shift: Shift, stand: Stand, row: int, marker: str, clock: Clock) -> Iterator[str]:
    """Nothing is called gone that is there; in the end all is closed, or in the hands of a person who was told."""
    for _ in range(2 * MOST_TURNS):
        found = _row(shift, row)
        if found.is_down and (online := stand.online(marker)):
            yield f"it is called {found.state.value}, and {online} is online"
            return
        if found.next_at is None or clock.now > world.NOW + LIFE + WEEK:
            break
        clock.reach(found.next_at)
        _turn(shift, stand, row)
    found = _row(shift, row)
    if found.state is State.BY_HAND and _in_hands(shift, row) and not stand.mode.lookup:
        return  # nobody can list there: a call of unknown outcome is a person's
    if found.state not in publications.FINISHED:
        yield f"it is {found.state.value} after a week: {found.problem and found.problem.en}"
    if online := stand.online(marker):
        yield f"it is {found.state.value}, and {online} is online"


def _journal(stand: Stand, marker: str) -> Iterator[str]:
    effects = [effect for effect in stand.platform.journal() if effect.marker == marker]
    for (_, kind), most in stands.most_at_once(effects).items():
        if most > 1:
            yield f"{most} copies of its {kind} at once"
    posts = stands.created(effects)[marker, "post"]
    if posts > 1:
        yield f"it was posted {posts} times"


def _turns(
    shift: Shift, stand: Stand, row: int, clock: Clock, done: Callable[[Publication], bool], most: int = MOST_TURNS
) -> Publication:
    for _ in range(most):
        found = _row(shift, row)
        if done(found):
            break
        clock.reach(found.next_at)
        _turn(shift, stand, row)
    return _row(shift, row)


def _turn(shift: Shift, stand: Stand, row: int) -> None:
    turns.turn(shift, row, draft_of=lambda published: stand.draft(published.marker))


def _row(shift: Shift, row: int) -> Publication:
    with shift.ledger.read() as tx:
        return publications.get(tx, row)


def _in_hands(shift: Shift, row: int) -> bool:
    with shift.ledger.read() as tx:
        return any(item.publication == row for item in byhand.open_items(tx))


def lines_of(stand: Stand, step: Step) -> int:
    """How many lines a step has.

    Raises:
        AssertionError: it goes wrong even if nobody is killed.
    """
    found = trial(stand, step, 0)
    assert found.violations == (), found.violations
    assert found.lines is not None
    return found.lines


def sample(lines: int, size: int, seed: int) -> list[int]:
    """Lines to kill at: one by chance from each of equal parts."""
    chance, size = random.Random(seed), min(size, lines)
    return [1 + chance.randrange(lines * part // size, lines * (part + 1) // size) for part in range(size)]


def violations(
    stand: Stand,
    step: Step,
    lines: Iterable[int],
    *,
    mutation: Mutation = contextlib.nullcontext,
    seen: Seen | None = None,
) -> Iterator[tuple[int, str]]:
    """What goes wrong after a kill at one of these lines; ``seen`` as in ``trial``."""
    for line in lines:
        for told in trial(stand, step, line, mutation=mutation, seen=seen).violations:
            yield line, told


def main() -> int:
    """Kills at every line, or at a sample of them, and says what went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="every line")
    parser.add_argument("--lines", type=int, default=40, help="so many lines of each step, chosen by the seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", choices=stands.ENGINES, default="sqlite")
    parser.add_argument("--mode", choices=MODES, action="append")
    parser.add_argument("--step", choices=STEPS, action="append")
    options = parser.parse_args()
    wrong: collections.Counter[str] = collections.Counter()
    with contextlib.ExitStack() as stack:
        server = postgres.Server() if options.engine == "postgres" else None
        if server is not None:
            stack.callback(server.close)
        for mode in options.mode or MODES:
            for name in options.step or STEPS:
                started = time.monotonic()
                with stands.standing(MODES[mode], server=server) as stand:
                    most = lines_of(stand, STEPS[name])
                    chosen = range(1, most + 1) if options.all else sample(most, options.lines, options.seed)
                    seen: Seen | None = set() if options.all else None
                    found = list(violations(stand, STEPS[name], chosen, seen=seen))
                wrong[mode] += len(found)
                seconds = time.monotonic() - started
                told = f"{options.engine}, {mode}, {name}: {len(chosen)} kills, {most} lines, {len(found)} violations"
                judged = len(chosen) if seen is None else len(seen)
                print(f"{told}, {judged} recoveries, {seconds:.0f} s", flush=True)
                for line, what in found[:10]:
                    print(f"    line {line}: {what}", flush=True)
    print(f"seed {options.seed}: {wrong.total()} violations")
    return 1 if wrong.total() else 0


if __name__ == "__main__":
    sys.exit(main())
