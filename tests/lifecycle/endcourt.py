"""A court for the posts that tell an end: who ends an appeal dies while a fault strikes what it takes down or posts.

Each round has a home and a platform of its own; its journal judges, as in ``test_closingposts_kills``.
"""

import contextlib
import functools
import itertools
import pathlib
import random
import shutil
import tempfile
from collections.abc import Iterator

import pytest

from fahndung.testing.faults import ONLY_ON, Call, Fault
from fahndung.testing.running import Running
from tests import world
from tests.lifecycle import accounts, killing
from tests.lifecycle import stand as stands
from tests.lifecycle import test_closingposts_kills as kills
from tests.lifecycle.courts import FAULTS, HANGING, WRITES, Cell, Court, Opened
from tests.lifecycle.killing import Trial


class Ends(Court):
    """The end of an appeal on one kind of platform: its post is deleted, and the one that tells the end is made."""

    def __init__(self, name: str, folder: pathlib.Path) -> None:
        self._name, self._folder, self._rounds = name, folder, itertools.count()
        self._online, self._twice, self._lines = 0, 0, dict[Cell, int]()
        every = itertools.product(FAULTS, WRITES)
        self.cells = [(fault, call) for fault, call in every if call in ONLY_ON.get(fault, Call)]
        world.found(folder / "empty").ledger.close()
        self._approved = functools.cache(lambda kind: kills.approve(folder / "empty", folder / "approved", kind))
        self._tried(("", ""), 0)  # all is imported, so that each child runs the same lines

    def struck(self, cell: Cell, chance: random.Random) -> Trial:
        """A round in which a fault strikes a write."""
        return self._tried(cell, None if cell[0] in HANGING else self._line(cell, chance))

    def plain(self, chance: random.Random) -> Trial:
        """A kill at a line by chance."""
        return self._tried(("", ""), self._line(("", ""), chance))

    def online(self) -> int:
        """How much was left online."""
        return self._online

    def duplicates(self) -> int:
        """How many posts were made more often than once."""
        return self._twice

    def _line(self, cell: Cell, chance: random.Random) -> int:
        if cell not in self._lines:
            whole = self._tried(cell, 0)
            if whole.violations:
                return 0
            self._lines[cell] = (whole.lines or 0) - kills.MARGIN
        return 1 + chance.randrange(self._lines[cell])

    def _tried(self, cell: Cell, line: int | None) -> Trial:
        where, found, lines = self._folder / f"round-{next(self._rounds)}", [], None
        with (
            pytest.MonkeyPatch.context() as patch,
            kills.standing(self._name, self._approved, where, patch) as (platform, home),
        ):
            if cell[0]:
                platform.add(Fault(cell[0]), Call(cell[1]), seconds=accounts.HANGS_S)
            if line is None:
                accounts.killed_in(platform, Call(cell[1]), functools.partial(kills.in_child, home, 0))
            else:
                lines = killing._killed(functools.partial(kills.in_child, home), line)
            platform.clear()
            try:
                kills.recovered(platform, home)
            except AssertionError as error:
                found.append(f"{error}")
            self._count(platform)
        shutil.rmtree(where)
        return Trial(lines=lines, violations=tuple(found))

    def _count(self, platform: Running) -> None:
        self._online += len(platform.online())
        made = stands.created(platform.journal())
        self._twice += sum(count > 1 for (_, kind), count in made.items() if kind == "post")


@contextlib.contextmanager
def ends(name: str) -> Iterator[Court]:
    """The ends on that kind of platform (``test_closingposts_kills.PLATFORMS``)."""
    with tempfile.TemporaryDirectory(dir=stands.roomy()) as folder:
        yield Ends(name, pathlib.Path(folder))


ENDS: list[Opened] = [functools.partial(ends, name) for name in kills.PLATFORMS]
