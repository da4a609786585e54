"""Every order in which two workers, their platform and the clocks can go wrong, to a depth, breadth first.

``python -m tests.lifecycle.explore --depth 9`` walks all of it in every mode; ``test_explore`` walks a part.

From every state that is new the search also lets all workers die and a new one go on until nothing is due: nothing may
be left online then. The events of one path are bounded by ``OFTEN``; the number of steps by the depth.
"""

import argparse
import dataclasses
import datetime as dt
import random
import time
from collections.abc import Callable, Iterator

from fahndung.lifecycle.shift import CALL_SECONDS
from fahndung.lifecycle.tasks import Task
from fahndung.model.publication import State as RowState
from tests.lifecycle import laws
from tests.lifecycle.laws import Broken
from tests.lifecycle.stage import DAY, DUE, LIFETIME, MODES, SETTLE, Seat, Stage, State

Step = tuple[str, ...]

SENDS = (
    "ok",
    *("timeout-after-create", "fly-create", "limited-create", "refused-create"),
    *("timeout-after-upload", "fly-upload", "limited-upload", "refused-upload"),
)
SECOND = ("ok", "timeout-after-create", "fly-create", "limited-create", "refused-create")
WAYS = {
    Task.SEND: SENDS,
    Task.RESOLVE: ("ok", "limited-list", "timeout-before-delete"),
    Task.WITHDRAW: (
        *("ok", "timeout-after-delete", "timeout-before-delete", "nothing-delete", "limited-list", "blind"),
        *("timeout-after-edit", "timeout-before-edit", "nothing-edit"),
    ),
    Task.LOOK: ("ok", "limited-list", "blind"),
}
"""How the calls of a task may go. ``fly``: the answer is lost, and the request arrives later or never."""
OFTEN = {
    "fault": 9,
    "crash": 2,
    "wait": 2,
    **dict.fromkeys(("cut", "down", "forward", "back", "expire", "hour", "due", "late"), 1),
}
"""How often an event may come on one path."""
TROUBLE = 3
"""How often anything at all may go wrong on one path: a call, a worker, a clock, the time, the end."""
TURNS = 60
"""How many turns a takedown may take until nothing is due."""


def steps(stage: Stage) -> Iterator[Step]:
    """What can happen now."""
    for place in "01"[: stage.busy]:
        yield from _of_worker(stage, place)
    for number, request in enumerate(stage.platform.flying):
        yield "arrive", str(number), request.kind
        yield "vanish", str(number), request.kind
    yield from _of_world(stage)


def _of_worker(stage: Stage, place: str) -> Iterator[Step]:
    seat = stage.facts.seats[int(place)]
    hand = seat.hand
    if hand is None:
        yield "claim", place
        return
    sends = hand.claimed.task is Task.SEND
    if hand.outcome is not None:
        yield "settle", place
    elif sends and hand.draft is None:
        yield "intend", place
    else:
        lists = stage.platform.modes.lookup
        ways = SECOND if hand.media else WAYS[hand.claimed.task]
        ways = ways if _may(stage, "fault") else ways[:1]
        ways = tuple(way for way in ways if stage.only is None or way in {"ok", *stage.only})
        ways = tuple(way for way in ways if stage.platform.late or not way.endswith("-edit"))
        yield from (("call", place, way) for way in ways if lists or "list" not in way)
        if sends and not hand.media:
            yield "half", place
    if _may(stage, "crash"):
        yield "crash", place
    if _may(stage, "cut") and seat.cut_at is None:
        yield "cut", place
        waits = hand.outcome is None and not hand.media and (hand.draft is not None or not sends)
        if waits and stage.may_pass(int(place)):
            yield "cut", place, "passed"


def _of_world(stage: Stage) -> Iterator[Step]:
    over = stage.facts.ended or stage.facts.now >= DUE
    if _may(stage, "down") and not over:
        yield ("end",)
        yield ("revoke",)
    if stage.platform.modes.notices and _may(stage, "late"):
        yield ("late",)
    if _may(stage, "forward"):
        yield ("forward",)
    elif _may(stage, "back"):
        yield ("back",)
    if stage.platform.flying:
        return  # what is in flight is decided before so much time has passed
    for name in ("wait", "expire", "hour"):
        if _may(stage, name):
            yield (name,)
    if _may(stage, "due") and not over:
        yield ("due",)


def _may(stage: Stage, name: str) -> bool:
    if stage.only is not None and name != "fault" and name not in stage.only:
        return False
    return dict(stage.facts.spent).get(name, 0) < OFTEN[name] and _trouble(stage) < stage.trouble


def _trouble(stage: Stage) -> int:
    return sum(count for _, count in stage.facts.spent)


def _spend(stage: Stage, name: str) -> None:
    spent = dict(stage.facts.spent)
    stage.set(spent=tuple(sorted({**spent, name: spent.get(name, 0) + 1}.items())))


def take(stage: Stage, step: Step) -> None:
    """One step, and the laws after it.

    Raises:
        Broken: a law is. And whatever the code should not have raised.
    """
    name, *args = step
    if name in _WORK:
        _WORK[name](stage, int(args[0]), *args[1:])
    elif name in {"arrive", "vanish"}:
        getattr(stage.platform, name)(stage.platform.flying[int(args[0])])
    else:
        _WORLD[name](stage)
        _spend(stage, "down" if name in {"end", "revoke"} else name)
    laws.hold(stage)


def _over(stage: Stage) -> bool:
    return stage.facts.ended or stage.facts.now >= DUE


def _intend(stage: Stage, place: int) -> None:
    over = _over(stage)
    laws.intended(stage, stage.intend(place), over=over)


def _call(stage: Stage, place: int, way: str = "ok", *, half: bool = False) -> None:
    hand, over, count = stage.facts.seats[place].hand, _over(stage), laws.creating(stage)
    assert hand is not None
    if way != "ok":
        _spend(stage, "fault")
    late = not hand.passed and not stage.may_pass(place)
    stage.call(place, way, half=half)
    after = stage.facts.seats[place].hand
    assert after is not None
    laws.called(stage, hand, after, laws.creating(stage) - count, over=over, late=late)


def _settle(stage: Stage, place: int) -> None:
    hand = stage.facts.seats[place].hand
    assert hand is not None
    laws.settled(stage, hand, stage.settle(place))


def _crash(stage: Stage, place: int) -> None:
    stage.crash(place)
    _spend(stage, "crash")


def _cut(stage: Stage, place: int, passed: str = "") -> None:
    stage.cut(place, passed=bool(passed))
    _spend(stage, "cut")


_WORK: dict[str, Callable[..., object]] = {
    "claim": Stage.claim,
    "intend": _intend,
    "call": _call,
    "half": lambda stage, place: _call(stage, place, half=True),
    "settle": _settle,
    "crash": _crash,
    "cut": _cut,
}
_WORLD: dict[str, Callable[[Stage], object]] = {
    "end": Stage.end,
    "revoke": Stage.revoke,
    "late": Stage.late,
    "forward": lambda stage: stage.jump(DAY),
    "back": lambda stage: stage.jump(-DAY),
    "wait": lambda stage: stage.pass_time(SETTLE),
    "expire": lambda stage: stage.pass_time(dt.timedelta(seconds=CALL_SECONDS)),
    "hour": lambda stage: stage.pass_time(LIFETIME),
    "due": lambda stage: stage.pass_time(max(DUE - stage.facts.now, SETTLE)),
}


class Drained:
    """Lets everybody die and a new worker go on, from any state; remembers from which states that ends well."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._well: set[tuple[str, bytes]] = set()

    def check(self, state: State) -> None:
        """The row is finished and nothing is online, or a person has been told where the machine cannot know.

        Raises:
            Broken: it is not.
        """
        flying = state[2].seats and state[1][4]
        for end in ("ended", "runs"):
            for flight in ("vanish", "arrive", "arrive late") if flying else ("vanish",):
                self.stage.restore(state)
                try:
                    self._drain(end, flight)
                except Broken as broken:
                    broken.args = (f"{broken.args[0]} (all workers die, {end}, in flight: {flight})",)
                    raise

    def _drain(self, end: str, flight: str) -> None:
        stage = self.stage
        number = max(seat.number for seat in stage.facts.seats)
        doubt = stage.facts.doubt or any(seat.hand is not None for seat in stage.facts.seats)
        seats = (Seat(number=number + 1, fresh=True), Seat(number=number + 2, fresh=True))
        stage.set(seats=seats, doubt=doubt, spent=(("back", 1), ("forward", 1)))
        start = (f"{end}, {flight}", laws.key(stage))
        if start in self._well:
            return
        if end == "ended" and not _over(stage):
            stage.end()
        if flight == "arrive late":
            self._turn()
        for request in stage.platform.flying:
            stage.platform.vanish(request) if flight == "vanish" else stage.platform.arrive(request)
        self._on(end)
        self._well.add(start)

    def _on(self, end: str) -> None:
        stage, passed = self.stage, []
        for _ in range(TURNS):
            laws.hold(stage)
            now = (end, laws.key(stage))
            if now in self._well:
                break
            row = stage.view()
            if row.next_at is None:
                self._finished()
                passed.append(now)
                break
            if now in passed:
                if row.hands and row.state is RowState.BY_HAND and self._may_need_hands():
                    break
                if row.state is RowState.TOMBSTONE:
                    laws.buried(stage)
                    stage.by_hand()
                stage.pass_time(max(DUE - stage.facts.now, DAY))
            passed.append(now)
            stage.pass_time(max(row.next_at - stage.facts.now, dt.timedelta(0)))
            self._turn()
        else:
            raise Broken("it ends", f"after {TURNS} turns it is {stage.view().state.value}")
        self._well.update(passed)

    def _turn(self) -> None:
        stage = self.stage
        stage.claim(0)
        hand = stage.facts.seats[0].hand
        if hand is None:
            return
        if hand.claimed.task is Task.SEND:
            _intend(stage, 0)
        hand = stage.facts.seats[0].hand
        if hand is not None and hand.outcome is None:
            _call(stage, 0)
        _settle(stage, 0)

    def _finished(self) -> None:
        if (online := len(self.stage.platform.online)) and not laws.are_strays(self.stage):
            raise Broken("no orphan", f"nothing is due any more, and {online} objects are online")

    def _may_need_hands(self) -> bool:
        return self.stage.facts.doubt and not self.stage.platform.modes.lookup


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search found; ``trace`` is the shortest way to a broken law."""

    mode: str
    depth: int
    states: int
    transitions: int
    seconds: float
    broken: str | None = None
    law: str | None = None
    trace: tuple[Step, ...] = ()

    def __str__(self) -> str:
        told = "no law is broken" if self.broken is None else f"{self.broken} after {len(self.trace)} steps"
        lines = [f"{self.mode}: depth {self.depth}, {self.states} states, {self.transitions} transitions, "]
        lines[0] += f"{self.seconds:.0f} s: {told}"
        return "\n".join([*lines, *("    " + " ".join(step) for step in self.trace)])


def search(
    mode: str,
    depth: int,
    *,
    trouble: int = TROUBLE,
    busy: int = 2,
    only: frozenset[str] | None = None,
    told: Callable[[str], object] | None = None,
) -> Found:
    """Every state within so many steps, each once; ends at the first broken law.

    Args:
        trouble: how often anything may go wrong on one path. busy: how many workers there are.
        only: what may go wrong; None: all that ``WAYS`` and ``OFTEN`` name.
    """
    began = time.monotonic()
    stage = Stage(MODES[mode], trouble=trouble, busy=busy, only=only)
    drained = Drained(stage)
    start = stage.snapshot()
    first = laws.key(stage)
    came: dict[bytes, tuple[bytes, Step] | None] = {first: None}
    frontier, transitions = [(first, start)], 0

    def found(**values: object) -> Found:
        seconds = time.monotonic() - began
        return Found(mode=mode, depth=depth, states=len(came), transitions=transitions, seconds=seconds, **values)  # type: ignore[arg-type]

    way: tuple[Step, ...] = ()
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
                    take(stage, step)
                    there = laws.key(stage)
                    if there not in came:
                        came[there] = (here, step)
                        after = stage.snapshot()
                        following.append((there, after))
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


def way_to(came: dict[bytes, tuple[bytes, Step] | None], here: bytes) -> tuple[Step, ...]:
    """The steps that led to a state first."""
    way: list[Step] = []
    while (before := came[here]) is not None:
        here, step = before
        way.append(step)
    return tuple(reversed(way))


def compare(mode: str, depth: int, *, every: int, trouble: int = TROUBLE) -> int:
    """How many pairs of states with one key were stepped side by side, and led to the same keys.

    Raises:
        Broken: two states that count as one do not lead to the same states.
    """
    stage = Stage(MODES[mode], trouble=trouble)
    seen = {laws.key(stage): stage.snapshot()}
    frontier, met, compared = list(seen.values()), 0, 0
    try:
        for _ in range(depth):
            following = []
            for state in frontier:
                stage.restore(state)
                for step in tuple(steps(stage)):
                    stage.restore(state)
                    take(stage, step)
                    there, after = laws.key(stage), stage.snapshot()
                    if seen.setdefault(there, after) is after:
                        following.append(after)
                        continue
                    met += 1
                    if met % every == 0:
                        compared += 1
                        if _next(stage, after) != _next(stage, seen[there]):
                            raise Broken("one key", f"{step} leads to a state unlike the one that it counts as")
            frontier = following
    finally:
        stage.close()
    return compared


def _next(stage: Stage, state: State) -> list[bytes]:
    stage.restore(state)
    found = []
    for step in tuple(steps(stage)):
        stage.restore(state)
        take(stage, step)
        found.append(laws.key(stage))
    return sorted(found)


def walk(mode: str, length: int, seed: str) -> None:
    """One way by chance, to its end.

    Raises:
        Broken: a law is; the message tells the way.
    """
    chance = random.Random(seed)
    stage = Stage(MODES[mode])
    way: list[Step] = []
    try:
        for _ in range(length):
            way.append(chance.choice(tuple(steps(stage))))
            take(stage, way[-1])
        Drained(stage).check(stage.snapshot())
    except Exception as error:
        error.add_note(f"seed {seed}, {mode}: " + ", ".join(" ".join(step) for step in way))
        raise
    finally:
        stage.close()


def replay(mode: str, way: tuple[Step, ...]) -> Stage:
    """The stage after those steps; the caller closes it.

    Raises:
        Broken: a law is.
    """
    stage = Stage(MODES[mode])
    for step in way:
        take(stage, step)
    return stage


def main() -> int:
    """Prints what the search found; 1 if a law is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--depth", type=int, default=9)
    parser.add_argument("--trouble", type=int, default=TROUBLE)
    parser.add_argument("--mode", choices=MODES, action="append")
    asked = parser.parse_args()
    broken = 0
    for mode in asked.mode or MODES:
        result = search(mode, asked.depth, trouble=asked.trouble, told=lambda line: print(f"  {line}", flush=True))
        print(result, flush=True)
        broken |= result.broken is not None
    return broken


if __name__ == "__main__":
    raise SystemExit(main())
