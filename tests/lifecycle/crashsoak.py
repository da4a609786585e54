"""Crash rounds by the thousand: a child dies by SIGKILL at a line by chance, or in a call that hangs, and others go on.

``python -m tests.lifecycle.crashsoak --channel mastodon --rounds 1000 --seed 1`` for one channel, ``--all`` for each.
Nearly all rounds are of a cell of the table: a fault strikes a kind of write; one of twenty is a kill without a fault.
All is judged as in pytest, by the platform's own journal. A channel is a line of ``courts.CHANNELS``; the posts that
tell an end have a court of their own, on two kinds of platforms, and so have corrections in place on Telegram.
``--jobs 2`` lets two processes, each with platforms of its own, share the rounds: most of a round is waiting for a
server that answers one call at a time.
"""

import argparse
import collections
import concurrent.futures
import dataclasses
import functools
import multiprocessing
import random
import sys
import time
from collections.abc import Iterator, Sequence

from tests.lifecycle import correctioncourt, courts, endcourt
from tests.lifecycle.courts import Cell, Court, Opened

COURTS = {**courts.CHANNELS, "closing-posts": endcourt.ENDS, "corrections": correctioncourt.CORRECTIONS}
AT_LEAST, WHOLE = 20, 1000
"""So often each cell of the table is to have been tried, in so many rounds."""
PLAIN_OF = 20
"""One round of so many is without a fault."""


@dataclasses.dataclass(kw_only=True)
class Result:
    """What came of a channel's rounds; ``cells``: how often each was tried, of all that can be."""

    rounds: int = 0
    kills: int = 0
    online: int = 0
    duplicates: int = 0
    violations: list[str] = dataclasses.field(default_factory=list)
    cells: collections.Counter[Cell] = dataclasses.field(default_factory=collections.Counter)

    @property
    def rare(self) -> list[Cell]:
        """Cells that were tried too rarely."""
        return [cell for cell, count in self.cells.items() if count < AT_LEAST]

    @property
    def clean(self) -> bool:
        """Nothing online, twice or wrong, and every cell tried often enough if there were rounds for it."""
        wrong = self.online or self.duplicates or self.violations
        return not wrong and (self.rounds < WHOLE or not self.rare)

    def add(self, other: "Result") -> None:
        """Counts what another process has tried as well."""
        self.rounds += other.rounds
        self.kills += other.kills
        self.online += other.online
        self.duplicates += other.duplicates
        self.violations += other.violations
        for cell, count in other.cells.items():  # one that was never tried has to stay in the table
            self.cells[cell] += count

    def table(self) -> Iterator[str]:
        """Faults down, writes across."""
        faults, writes = (list(dict.fromkeys(cell[part] for cell in self.cells)) for part in (0, 1))
        if self.cells:
            yield f"    {'':16}" + "".join(f"{write:>9}" for write in writes)
        for fault in faults:
            told = [str(self.cells[fault, write]) if (fault, write) in self.cells else "-" for write in writes]
            yield f"    {fault:16}" + "".join(f"{one:>9}" for one in told)


def shared(name: str, rounds: int, seed: int, *, jobs: int = 1, seconds: float = float("inf")) -> Result:
    """So many rounds of a channel, in equal parts for each of so many processes, or as many as there is time for."""
    if jobs == 1:
        return soak(COURTS[name], rounds, seed, seconds=seconds)
    parts = [rounds * (job + 1) // jobs - rounds * job // jobs for job in range(jobs)]
    result, task = Result(), functools.partial(_job, name, seconds)
    with concurrent.futures.ProcessPoolExecutor(jobs, multiprocessing.get_context("fork")) as pool:
        for done in pool.map(task, parts, [f"{seed} of job {job}" for job in range(jobs)]):
            result.add(done)
    return result


def _job(name: str, seconds: float, rounds: int, seed: str) -> Result:
    return soak(COURTS[name], rounds, seed, seconds=seconds)


def soak(kinds: Sequence[Opened], rounds: int, seed: int | str, *, seconds: float = float("inf")) -> Result:
    """So many rounds in equal parts for each kind, or as many as there is time for; what was tried least is next."""
    result = Result()
    for number, opened in enumerate(kinds):
        with opened() as court:
            part = rounds * (number + 1) // len(kinds) - rounds * number // len(kinds)
            _soak(court, result, part, random.Random(f"{seed} {number}"), time.monotonic() + seconds / len(kinds))
            result.online += court.online()
            result.duplicates += court.duplicates()
    return result


def _soak(court: Court, result: Result, rounds: int, chance: random.Random, until: float) -> None:
    result.cells.update(dict.fromkeys(court.cells, 0))
    for number in range(rounds):
        if time.monotonic() > until:
            break
        cell = None
        if court.cells and number % PLAIN_OF:
            cell = min(court.cells, key=lambda one: (result.cells[one], chance.random()))
        trial = court.plain(chance) if cell is None else court.struck(cell, chance)
        result.rounds += 1
        result.kills += trial.lines is None
        result.cells.update([] if cell is None else [cell])
        where = "a line" if cell is None else " on ".join(cell)
        result.violations += [f"round {result.rounds}, {where}: {told}" for told in trial.violations]


def main(arguments: list[str] | None = None) -> int:
    """Says what came of each channel; 1 if anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--channel", choices=COURTS, action="append")
    chosen.add_argument("--all", action="store_true", help="each channel, one after another")
    parser.add_argument("--rounds", type=int, default=WHOLE)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--minutes", type=float, default=float("inf"), help="of each channel, no further round after so long"
    )
    parser.add_argument("--jobs", type=int, default=1, help="so many processes share the rounds of a channel")
    options = parser.parse_args(arguments)
    wrong = False
    for name in options.channel or COURTS:
        began = time.monotonic()
        result = shared(name, options.rounds, options.seed, jobs=options.jobs, seconds=60 * options.minutes)
        wrong |= not result.clean
        took = time.monotonic() - began
        print(f"{name}, seed {options.seed}: {result.rounds} rounds, {result.kills} kills, {took:.0f} s;", end=" ")
        print(f"online {result.online}, duplicates {result.duplicates}, violations {len(result.violations)}")
        for line in [*result.table(), *(f"    {told}" for told in result.violations[:10])]:
            print(line)
        if result.rounds >= WHOLE and result.rare:
            print(f"    tried fewer than {AT_LEAST} times: {', '.join(' on '.join(cell) for cell in result.rare)}")
        sys.stdout.flush()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
