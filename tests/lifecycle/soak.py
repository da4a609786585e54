"""Random kills: worker processes die by SIGKILL while publications are planned, ended and lapse; the platform judges.

``python -m tests.lifecycle.soak --publications 10000 --kills 1000 --engine postgres --workers 4`` is the full form.
The workers run the real loop without the vetting of releases (``labour``).
"""

import argparse
import contextlib
import dataclasses
import datetime as dt
import itertools
import multiprocessing
import os
import pathlib
import random
import signal
import sys
import time
from collections.abc import Iterator
from multiprocessing.process import BaseProcess

import sqlalchemy as sa

from fahndung.ledger import audit, endings, publications
from fahndung.ledger.endings import Ending
from fahndung.ledger.store import Ledger
from fahndung.ledger.tables import publication
from fahndung.model.closing import EndReason
from fahndung.model.ids import AppealId
from fahndung.model.publication import State
from tests import postgres
from tests.ledger import world
from tests.lifecycle import stand as stands
from tests.lifecycle.labour import Job, labour
from tests.lifecycle.stand import MODES, Stand

BATCH = 20
MOST_WAITING = 40
"""So many publications wait to be sent; more are planned when some are online, so that most of them get there."""
LIVES = (10.0, 30.0)
"""Seconds from plan to lapse; half of all are ended before that, at any time."""
PAUSE = 0.05
DRAIN_SECONDS = 600.0
START_SECONDS = 60.0
SETTLE_S = 1.0
"""Without keys a successor waits so long before it lists: the last request of the dead may still be on its way."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a soak does."""

    publications: int
    kills: int
    workers: int
    seed: int
    lives: tuple[float, float] = LIVES


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of it, by the platform's word except for ``unknown``.

    Attributes:
        sent: how many publications were online at some time.
        online: what is online in the end. unknown: what the ledger does not call down in the end.
        duplicates: of which there were two posts, ever. codes: how the last workers ended when they were told to.
        takeovers: seconds from a kill of the one at work to the next one at work.
    """

    sent: int
    kills: int
    seconds: float
    online: int
    unknown: int
    duplicates: int
    chain: tuple[object, ...]
    codes: tuple[int | None, ...]
    takeovers: tuple[float, ...]

    @property
    def clean(self) -> bool:
        """Nothing online, nothing unknown, no duplicate, the chain whole, all ended in order."""
        return not (self.online or self.unknown or self.duplicates or self.chain or any(self.codes))


class Crew:
    """The workers; each is a process group of its own."""

    def __init__(self, job: Job, workers: int) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tests.lifecycle.labour"])
        self._job = job
        self._workers: list[BaseProcess] = [self._started() for _ in range(workers)]
        self.killed: list[tuple[float, int]] = []

    def kill(self, chance: random.Random) -> None:
        """One by chance dies, and another one is hired."""
        at = chance.randrange(len(self._workers))
        victim = self._workers[at]
        assert victim.pid is not None
        self.killed.append((time.monotonic(), victim.pid))
        _kill(victim)
        self._workers[at] = self._started()

    def stop(self) -> tuple[int | None, ...]:
        """How they end when they are told to, the youngest only when it can hear that."""
        until = time.monotonic() + START_SECONDS
        for worker in self._workers:
            assert worker.pid is not None
            while worker.is_alive() and os.getpgid(worker.pid) != worker.pid and time.monotonic() < until:
                time.sleep(PAUSE)
            worker.terminate()
        for worker in self._workers:
            worker.join(60)
        return tuple(worker.exitcode for worker in self._workers)

    def close(self) -> None:
        """Nobody is left."""
        for worker in self._workers:
            _kill(worker)

    def takeovers(self) -> Iterator[float]:
        """Seconds from the death of the one who was last at work to the next one."""
        lines = [line.split() for line in self._job.log.read_text().splitlines()]
        for (since, one), (began, _) in itertools.pairwise((float(at), int(pid)) for at, pid in lines):
            # in these times: after hours of killing numbers of processes come again
            yield from (began - at for at, pid in self.killed if pid == one and since <= at <= began)

    def _started(self) -> BaseProcess:
        worker = self._context.Process(target=labour, args=(self._job,), daemon=True)
        worker.start()
        return worker


def _kill(worker: BaseProcess) -> None:
    assert worker.pid is not None
    with contextlib.suppress(ProcessLookupError):
        os.killpg(worker.pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        worker.kill()  # its group may not have been made yet
    worker.join(30)


class Office:
    """Plans and ends, as people do while workers work and die."""

    def __init__(
        self, stand: Stand, ledger: Ledger, job: Job, chance: random.Random, lives: tuple[float, float]
    ) -> None:
        self._stand, self._ledger, self._job, self._chance, self._lives = stand, ledger, job, chance, lives
        self._wishes: list[tuple[dt.datetime, str]] = []
        self.planned = 0

    def plan(self, most: int) -> None:
        """A batch, each of an appeal of its own; half of them get a time at which somebody ends them."""
        now = self._job.now()
        with self._ledger.write(now) as tx:
            for _ in range(min(BATCH, most)):
                self.planned += 1
                appeal, life = f"soak-{self.planned}", self._chance.uniform(*self._lives)
                world.hand_in(tx, appeal)
                due_at = now + dt.timedelta(seconds=life)
                stands.plan(tx, self._stand.draft(self._stand.marker()), now=now, due_at=due_at, appeal=appeal)
                if self._chance.random() < 0.5:
                    self._wishes.append((now + dt.timedelta(seconds=self._chance.uniform(0, life)), appeal))

    def end(self) -> None:
        """Whatever somebody wishes gone by now."""
        now = self._job.now()
        wished = [appeal for at, appeal in self._wishes if at <= now]
        self._wishes = [wish for wish in self._wishes if wish[0] > now]
        if wished:
            with self._ledger.write(now) as tx:
                for appeal in wished:
                    endings.end(tx, Ending(appeal=AppealId(appeal), reason=EndReason.FOUND, by=world.BY, at=now))

    def counts(self) -> tuple[int, int]:
        """How many are not down, and how many of them wait to be sent."""
        state = publication.c.state
        down = state.in_([one.value for one in publications.DOWN])
        waiting = state.in_((State.PLANNED.value, State.PUBLISHING.value))
        count = sa.select(sa.func.count().filter(~down), sa.func.count().filter(waiting)).select_from(publication)
        with self._ledger.read() as tx:
            left, unsent = tx.connection.execute(count).one()
        return left, unsent


def soak(stand: Stand, place: pathlib.Path | str, plan: Plan) -> Result:
    """Plans, ends and kills until all of it has happened; waits until all is down; judges."""
    began, chance = time.monotonic(), random.Random(plan.seed)
    ahead = world.NOW + world.DAY - dt.datetime.now(dt.UTC)  # noqa: TID251 - the template's instants are the past
    job = Job(place=place, folder=stand.folder, token=stand.platform.token, ahead=ahead)
    with contextlib.ExitStack() as stack:
        ledger = stack.enter_context(Ledger.open(place, home_id=world.HOME))
        office, crew = Office(stand, ledger, job, chance, plan.lives), Crew(job, plan.workers)
        stack.callback(crew.close)
        due, deadline, left = _kill_at(plan, 0, chance), float("inf"), 0
        while True:
            left, waiting = office.counts()
            if office.planned < plan.publications and waiting < MOST_WAITING:
                office.plan(plan.publications - office.planned)
            office.end()
            if len(crew.killed) < plan.kills and office.planned - left >= due:
                crew.kill(chance)
                due = _kill_at(plan, len(crew.killed), chance)
            elif office.planned == plan.publications and not left:
                break
            if office.planned == plan.publications:
                deadline = min(deadline, time.monotonic() + DRAIN_SECONDS)
            if time.monotonic() > deadline:
                break
            time.sleep(PAUSE)
        codes = crew.stop()
        effects = stand.platform.journal()
        posts = {marker: count for (marker, kind), count in stands.created(effects).items() if kind == "post"}
        return Result(
            sent=len(posts),
            kills=len(crew.killed),
            seconds=time.monotonic() - began,
            online=len(stand.platform.online()),
            unknown=left,
            duplicates=sum(count > 1 for count in posts.values()),
            chain=audit.verify(ledger),
            codes=codes,
            takeovers=tuple(crew.takeovers()),
        )


def _kill_at(plan: Plan, kills: int, chance: random.Random) -> float:
    """How many publications have to be down before the next kill, so that all fit in."""
    return (kills + chance.random()) / plan.kills * plan.publications if plan.kills else float("inf")


def main() -> int:
    """One soak; says what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--publications", type=int, default=300)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", choices=stands.ENGINES, default="sqlite")
    parser.add_argument("--mode", choices=("key and lookup", "lookup"), default="key and lookup")
    options = parser.parse_args()
    plan = Plan(publications=options.publications, kills=options.kills, workers=options.workers, seed=options.seed)
    with contextlib.ExitStack() as stack:
        server = postgres.Server() if options.engine == "postgres" else None
        if server is not None:
            stack.callback(server.close)
        stand = stack.enter_context(stands.standing(MODES[options.mode], server=server, values=values(options.mode)))
        result = soak(stand, stack.enter_context(stand.place()), plan)
    print(f"{options.engine}, {options.mode}, {plan.workers} workers, seed {plan.seed}:", end=" ")
    print(
        f"{plan.publications} publications, {result.sent} of them sent, {result.kills} kills, {result.seconds:.0f} s;"
    )
    print(f"    {result.online} not taken down, {result.unknown} unknown, {result.duplicates} duplicates;", end=" ")
    print(f"exit codes {set(result.codes)}; chain {result.chain or 'whole'}")
    if result.takeovers and server is None and plan.workers > 1:
        ordered = sorted(result.takeovers)
        print(f"    taken over after {ordered[len(ordered) // 2]:.2f} s (median), {ordered[-1]:.2f} s at most")
    return 0 if result.clean else 1


def values(mode: str) -> dict[str, float]:
    """What the channel says of itself beside its mode."""
    return {} if MODES[mode].keys else {"settle_s": SETTLE_S}


if __name__ == "__main__":
    sys.exit(main())
