"""Every order in which an end, what tells it, two workers and the clock can go wrong, to a depth, breadth first.

``python -m tests.lifecycle.epiloguesearch --depth 3`` walks all of it in every mode; ``test_epiloguesearch`` a part.
From every state that is new all workers die and a fresh one goes on: the end is told once, and then nothing is online.
"""

import argparse
import dataclasses
import datetime as dt
import hashlib
import time
from collections.abc import Callable, Iterator, Sequence

from fahndung.ledger.publications import Publication
from fahndung.lifecycle.tasks import Task, task_of
from fahndung.model.closing import EndReason
from fahndung.model.publication import State as RowState
from tests.lifecycle.epilogue import COPY, DUE, HOUR, MODES, TERM, TOLD, Epilogue, State
from tests.lifecycle.explore import Found, Step, way_to
from tests.lifecycle.laws import FINISHED, Broken

SENDS = ("ok", "cut-after-create", "cut-before-create", "late-create", "limited-create", "refused-create")
WAYS = {
    Task.SEND: SENDS,
    Task.RESOLVE: ("ok", "limited-list"),
    Task.WITHDRAW: ("ok", "cut-after-delete", "nothing-delete", "closed-delete"),
    Task.LOOK: ("ok", "limited-whoami"),
}
"""How the calls of a task may go; ``late``: the answer is lost, and the request arrives later or never."""
ENDS = ("found", "error", "other", "part")
OFTEN = {"fault": 9, "stop": 2, "next": 2, **dict.fromkeys((*ENDS, "owe", "back", "due", "term"), 1)}
"""How often an event may come on one path."""
FREE = {*ENDS, "due", "next", "term"}
"""Events that are no trouble."""
TROUBLE = 2
LOOK_ON = dt.timedelta(days=2)
"""For so long what has to be told is waited for; gone copies are looked at for a week."""
TURNS = 60


def steps(stage: Epilogue) -> Iterator[Step]:
    """What can happen now."""
    held = stage.facts.held
    if held is not None:
        ways = ("ok",) if held.outcome is not None else _ways(stage, held.claimed.task)
        for way in ways:
            yield "go", way
            if way == "ok":
                yield "die", way
        yield ("die",)
    else:
        yield ("run",)
    for row in stage.rows():
        task = task_of(row, stage.facts.now)
        if row.next_at is None or row.next_at > stage.facts.now or task not in WAYS:
            continue
        yield from (("turn", row.marker, way) for way in _ways(stage, task))
        if held is None and _may(stage, "stop") and task in {Task.SEND, Task.WITHDRAW}:
            yield "hold", row.marker
    if stage.facts.owed is not None:
        yield ("plan",)
    elif _may(stage, "owe"):
        yield ("owe",)
    yield from _of_world(stage)


def _ways(stage: Epilogue, task: Task) -> tuple[str, ...]:
    ways = WAYS[task]
    if task is Task.RESOLVE and stage.platform.modes.key_lifetime is not None:
        ways = SENDS
    if not stage.platform.modes.lookup:
        ways = tuple(way for way in ways if not way.endswith("list"))
    return ways if _may(stage, "fault") else ways[:1]


def _of_world(stage: Epilogue) -> Iterator[Step]:
    yield from ((name,) for name in ENDS if _may(stage, name))
    if stage.left_to_hands():
        yield ("hands",)
    if _may(stage, "back") and any(item.marker == COPY for item in stage.platform.dead()):
        yield ("back",)
    if stage.platform.flying:
        yield ("arrive",)
        yield ("vanish",)
        return  # what is in flight is decided before so much time has passed
    if stage.facts.held is None:
        yield from ((name,) for name in ("next", "due", "term") if _may(stage, name))


def _may(stage: Epilogue, name: str) -> bool:
    spent = dict(stage.facts.spent)
    trouble = sum(count for event, count in spent.items() if event not in FREE)
    return spent.get(name, 0) < OFTEN.get(name, 9) and (name in FREE or trouble < TROUBLE)


def _spend(stage: Epilogue, name: str) -> None:
    spent = dict(stage.facts.spent)
    stage.set(spent=tuple(sorted({**spent, name: spent.get(name, 0) + 1}.items())))


class Judge:
    """The laws; what breaks one inside a call is told once the step is over."""

    def __init__(self, stage: Epilogue) -> None:
        self._stage = stage
        self._broken: list[Broken] = []
        stage.watch(self._intends, self._makes)

    def take(self, step: Step) -> None:
        """One step, and the laws after it.

        Raises:
            Broken: one is.
        """
        self._broken.clear()
        _act(self._stage, step)
        self.hold()

    def hold(self) -> None:
        """The laws of what was done and of what there is now.

        Raises:
            Broken: one is.
        """
        if self._broken:
            raise self._broken[0]
        online = {item.marker for item in self._stage.platform.online.values()}
        for row in self._stage.rows():
            if row.state in FINISHED and row.marker in online and not self._may_be_back(row.marker):
                raise Broken("no orphan", f"{row.marker} is {row.state.value} and online")

    def _intends(self, row: Publication) -> None:
        """A post that tells an end is about to be sent: of the whole, of that kind, and all was read back as gone."""
        for other in self._stage.rows():
            if other.id == row.id or (other.state is RowState.CANCELLED and other.published_at is None):
                continue
            if other.gone_at is None or not other.is_down or other.closed_by is not None:
                self._broken.append(Broken("never before", f"{other.marker} is {other.state.value}"))
        if TOLD[row.marker] != expected(self._stage):
            self._broken.append(Broken("as it ended", f"{row.marker}, and {expected(self._stage)} is to be told"))
        if self._stage.facts.closed:
            self._broken.append(Broken("never before", "a person's word stands for what was not read back"))

    def _makes(self, marker: str) -> None:
        platform = self._stage.platform
        others = {item.marker for item in platform.online.values()} - {marker}
        if others and not all(self._may_be_back(other) for other in others):
            self._broken.append(Broken("never before", f"{marker} comes beside {', '.join(sorted(others))}"))
        if any(verb == "create" and made == marker for verb, _, _, made in platform.journal):
            self._broken.append(Broken("exactly once", f"{marker} is posted again"))

    def _may_be_back(self, marker: str) -> bool:
        return marker == COPY and self._stage.facts.back


def expected(stage: Epilogue) -> str | None:
    """The kind of notice that the ends call for; read from the table, without the code that chooses."""
    whole = [one[0] for one in stage.ledger.raw.execute("SELECT reason FROM ending WHERE channel IS NULL ORDER BY id")]
    if not whole:
        return None
    if whole[-1] == EndReason.ERROR.value:
        return "error"
    return "reached" if whole[-1] == EndReason.FOUND.value else "ended-order"


def told_otherwise(stage: Epilogue) -> bool:
    """Whether another end was told, or may have been; then it stays, unless the latest one is an error (0034)."""
    kind = expected(stage)
    others = {marker for marker in TOLD if TOLD[marker] != kind}
    made = {marker for verb, _, _, marker in stage.platform.journal if verb == "create"}
    sent = {row.marker for row in stage.rows() if row.state is RowState.PUBLISHING}
    return kind != "error" and bool(others & (made | sent))


def _act(stage: Epilogue, step: Step) -> None:
    name, *args = step
    if name in {"turn", "hold"}:
        for row in [row.id for row in stage.rows() if row.marker == args[0]]:
            stage.turn(row, args[1]) if name == "turn" else stage.hold(row)
        if name == "hold":
            _spend(stage, "stop")
    elif name in {"go", "die"}:
        (stage.go_on if name == "go" else stage.die)(*args)
    else:
        _WORLD[name](stage)
    if args[-1:] != ["ok"] and name in {"turn", "go"}:
        _spend(stage, "refused" if "refused-create" in args else "fault")
    if name in OFTEN:
        _spend(stage, name)


_WORLD: dict[str, Callable[[Epilogue], object]] = {
    "run": Epilogue.run,
    "owe": Epilogue.owe,
    "plan": Epilogue.plan,
    "found": lambda stage: stage.end(EndReason.FOUND),
    "error": lambda stage: stage.end(EndReason.ERROR),
    "other": lambda stage: stage.end(EndReason.REVOKED),
    "part": lambda stage: stage.end(EndReason.REVOKED, "memory"),
    "hands": Epilogue.by_hand,
    "back": Epilogue.come_back,
    "arrive": lambda stage: stage.platform.arrive(),
    "vanish": lambda stage: stage.platform.vanish(),
    "next": lambda stage: stage.pass_time(_next(stage) - stage.facts.now),
    "due": lambda stage: stage.pass_time(max(DUE - stage.facts.now, dt.timedelta(0))),
    "term": lambda stage: stage.pass_time(TERM),
}


def _next(stage: Epilogue) -> dt.datetime:
    """The next instant at which anything is due."""
    now = stage.facts.now
    due = (instant for row in stage.rows() if row.next_at is not None for instant in (row.next_at, row.due_at))
    return min((instant for instant in due if instant is not None and instant > now), default=now + HOUR)


class Drained:
    """Lets everybody die and a new worker go on, from any state; remembers from which states that ends well."""

    def __init__(self, stage: Epilogue, judge: Judge) -> None:
        self._stage, self._judge = stage, judge
        self._well: set[tuple[str, bytes]] = set()

    def check(self, state: State) -> None:
        """The end is told once, if it can be, and goes when its term is over.

        Raises:
            Broken: it is not.
        """
        stage = self._stage
        stage.restore(state)
        for flight in ("vanish", "arrive") if stage.platform.flying else ("vanish",):
            stage.restore(state)
            if stage.facts.held is not None:
                stage.die()
            stage.set(owed=None)
            stage.platform.faults.clear()
            try:
                self._drain(flight)
            except Broken as broken:
                broken.args = (f"{broken.args[0]} (all workers die, in flight: {flight})",)
                raise

    def _drain(self, flight: str) -> None:
        stage = self._stage
        getattr(stage.platform, flight)()
        if expected(stage) is None:
            stage.end(EndReason.FOUND)
        kind, spent = expected(stage), {*dict(stage.facts.spent)}
        spoilt = bool(spent & {"part", "refused"}) or told_otherwise(stage)
        stage.set(spent=())
        passed, until = list[tuple[str, bytes]](), stage.facts.now + LOOK_ON
        while (here := (f"{kind} {spoilt}", key(stage))) not in self._well:
            passed.append(here)
            self._run()
            if not self._may_be_told(f"end-{kind}") or spoilt:
                break
            online = sorted(item.marker for item in stage.platform.online.values())
            if online == [f"end-{kind}"] and self._is_live(f"end-{kind}"):
                break
            if _next(stage) >= until:
                raise Broken("it is told", f"{kind} is to be told, and {online} is online")
            stage.pass_time(_next(stage) - stage.facts.now)
        else:
            return
        self._go()
        self._well.update(passed)

    def _may_be_told(self, marker: str) -> bool:
        """Whether it still can be: no person has closed or has to close anything, and its time is not over."""
        stage = self._stage
        now = stage.facts.now
        over = any(row.marker == marker and row.due_at is not None and row.due_at <= now for row in stage.rows())
        return not (over or stage.facts.closed or stage.left_to_hands())

    def _is_live(self, marker: str) -> bool:
        return any(row.marker == marker and row.state is RowState.LIVE for row in self._stage.rows())

    def _go(self) -> None:
        """Over all terms, and on until nobody looks at anything any more."""
        stage = self._stage
        stage.set(spent=(), back=False)
        start = "go", key(stage)
        if start in self._well:
            return
        last = max(row.due_at or stage.facts.now for row in stage.rows())
        stage.pass_time(max(last - stage.facts.now, HOUR))
        for _ in range(TURNS):
            self._run()
            stage.by_hand()
            if all(row.state in FINISHED for row in stage.rows()):
                break
            due = [row.next_at for row in stage.rows() if row.next_at is not None]
            stage.pass_time(max(max(due, default=stage.facts.now) - stage.facts.now, HOUR))
        if stage.platform.online:
            raise Broken("not for ever", f"{sorted(stage.platform.online)} is online when all is over")
        if not all(row.is_down for row in stage.rows()):
            raise Broken("it ends", f"{[(row.marker, row.state.value) for row in stage.rows()]}")
        self._well.add(start)

    def _run(self) -> None:
        self._stage.run()
        self._judge.hold()


_UNCLEAR = "coalesce(outcome, 'unknown') IN ('unknown', 'interrupted')"


def key(stage: Epilogue) -> bytes:
    """The same for states that differ in numbers, texts and clear calls of the past; instants by their distance."""
    raw, platform, facts = stage.ledger.raw, stage.platform, stage.facts
    now = int(facts.now.timestamp() * 1_000_000)
    online = {id: item.marker for id, item in platform.online.items()}

    def table(wanted: str) -> list[tuple[object, ...]]:
        return [
            tuple(one - now if isinstance(one, int) and one > 10**12 else online.get(one, one) for one in row)
            for row in raw.execute(wanted)
        ]

    held = facts.held and (facts.held.claimed.row.marker, facts.held.claimed.task, facts.held.draft is not None)
    common = (
        table(
            "SELECT marker, state, want, due_at, next_at, absent_at IS NULL, published_at IS NULL, gone_at IS NULL, "
            "closed_by, looks, attempts, lease_by IS NULL, generation FROM publication ORDER BY id"
        ),
        table(
            f"SELECT publication, kind, outcome, started_at, finished_at FROM operation WHERE {_UNCLEAR} ORDER BY id"
        ),
        table("SELECT DISTINCT publication, kind, outcome FROM operation ORDER BY 1, 2, 3"),
        sorted(map(repr, table("SELECT publication, remote_id FROM remote_object"))),
        table("SELECT kind, publication, closed_at IS NULL FROM by_hand ORDER BY id"),
        table("SELECT reason, channel FROM ending ORDER BY id"),
        table("SELECT name, blocked_until FROM account ORDER BY name"),
        sorted(online.values()),
        [marker for verb, _, _, marker in platform.journal if verb == "create"],
        sorted(platform._keys),
        platform.flying,
        (held, facts.owed and [(one.kind, one.shown.marker) for one in facts.owed]),
        (facts.back, facts.closed, facts.spent),
    )
    return hashlib.blake2b(repr(common).encode(), digest_size=12).digest()


def search(mode: str, depth: int, *, told: Callable[[str], object] | None = None) -> Found:
    """Every state within so many steps, each once; ends at the first broken law."""
    began, stage = time.monotonic(), Epilogue(MODES[mode])
    judge = Judge(stage)
    drained, start, first = Drained(stage, judge), stage.snapshot(), key(stage)
    came: dict[bytes, tuple[bytes, Step] | None] = {first: None}
    frontier, transitions, way = [(first, start)], 0, tuple[Step, ...]()

    def found(**values: object) -> Found:
        seconds = time.monotonic() - began
        return Found(mode=mode, depth=depth, states=len(came), transitions=transitions, seconds=seconds, **values)  # type: ignore[arg-type]

    try:
        drained.check(start)
        for level in range(depth):
            following = []
            while frontier:
                here, state = frontier.pop()
                stage.restore(state)
                for step in tuple(steps(stage)):
                    stage.restore(state)
                    transitions += 1
                    way = (*way_to(came, here), step)
                    judge.take(step)
                    there = key(stage)
                    if there not in came:
                        came[there] = (here, step)
                        following.append((there, after := stage.snapshot()))
                        drained.check(after)
            frontier = following
            if told is not None:
                told(str(dataclasses.replace(found(), depth=level + 1)))
        return found()
    except Exception as error:  # noqa: BLE001 RUF100 - whatever leaves the code is a finding
        law = error.law if isinstance(error, Broken) else type(error).__name__
        return found(broken=str(error), law=law, trace=way)
    finally:
        stage.close()


def replay(mode: str, way: Sequence[Step]) -> None:
    """Those steps, and all laws after each and at the end.

    Raises:
        Broken: a law is.
    """
    stage = Epilogue(MODES[mode])
    try:
        judge = Judge(stage)
        for step in way:
            judge.take(step)
        Drained(stage, judge).check(stage.snapshot())
    finally:
        stage.close()


def main() -> int:
    """Prints what the search found; 1 if a law is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--depth", type=int, default=3)
    parser.add_argument("--mode", choices=MODES, action="append")
    asked = parser.parse_args()
    broken = 0
    for mode in asked.mode or MODES:
        result = search(mode, asked.depth, told=lambda line: print(f"  {line}", flush=True))
        print(result, flush=True)
        broken |= result.broken is not None
    return broken


if __name__ == "__main__":
    raise SystemExit(main())
