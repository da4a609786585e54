"""A court for corrections in place on Telegram: faults strike and kills end what revision 2 does to revision 1."""

import contextlib
import dataclasses
import functools
import itertools
import pathlib
import random
from collections import Counter
from collections.abc import Callable, Iterator

from fahndung.channels.telegram import WINDOW
from fahndung.ledger import audit, byhand
from fahndung.ledger.publications import FINISHED, Publication
from fahndung.ledger.store import Ledger
from fahndung.lifecycle.shift import Shift
from fahndung.model.publication import State
from fahndung.testing.faults import ONLY_ON, Call, Fault
from fahndung.testing.running import Effect
from tests.ledger import world as small
from tests.lifecycle import accounts, killing, test_telegram
from tests.lifecycle import stand as stands
from tests.lifecycle.courts import FAULTS, HANGING, Cell, Court, Opened
from tests.lifecycle.killing import MOST_TURNS, Clock, Manner, Trial
from tests.lifecycle.test_telegram import NOTICE, BotStand

EDIT, CREATE, DELETE, END = "edit", "create", "delete", "end"
"""Revision 2 takes the message; where it may not, it is a new one, and the old one goes; both end."""
WRITES = {EDIT: Call.EDIT, CREATE: Call.CREATE, DELETE: Call.DELETE, END: Call.DELETE}
CELLS: list[Cell] = [
    (fault, write)
    for fault, (write, call) in itertools.product(FAULTS, WRITES.items())
    if call in ONLY_ON.get(fault, Call)
]


class Corrections(Court):
    """Each round corrects a message of its own, often one that no bot can delete any more, and ends it."""

    def __init__(self, stand: BotStand) -> None:
        self._stand, self.cells = stand, CELLS
        self._lines = dict[tuple[str, str, bool], int]()

    def struck(self, cell: Cell, chance: random.Random) -> Trial:
        """A round in which a fault strikes a write."""
        return self._round(*cell, chance)

    def plain(self, chance: random.Random) -> Trial:
        """A kill at a line by chance."""
        return self._round("", chance.choice([*WRITES]), chance)

    def online(self) -> int:
        """How much is online."""
        return len(self._stand.platform.online())

    def duplicates(self) -> int:
        """How many messages were made more often than once."""
        return sum(count > 1 for count in stands.created(self._stand.platform.journal()).values())

    def _round(self, fault: str, write: str, chance: random.Random) -> Trial:
        old, manner = chance.random() < 0.5, chance.randrange(3)
        tried = functools.partial(_tried, self._stand, fault, write, old=old, manner=manner)
        if fault in HANGING:
            return tried(line=None)
        what = fault, write, old
        if what not in self._lines:
            whole = tried(line=0)
            if whole.violations:
                return whole
            self._lines[what] = whole.lines or 0
        return tried(line=1 + chance.randrange(self._lines[what]))


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Pair:
    """Two revisions of one text; ``old``: the message of the first is out of a bot's reach."""

    stand: BotStand
    place: pathlib.Path | str
    clock: Clock
    old: bool
    markers: tuple[str, str]
    rows: tuple[int, int]

    @contextlib.contextmanager
    def shift(self) -> Iterator[Shift]:
        with Ledger.open(self.place, home_id=small.HOME) as ledger, self.stand.shift(ledger, self.clock) as shift:
            yield shift

    def act(self, line: int) -> int:
        """The child's part: what is due of the second revision, twice if the place was lost, and of the first."""
        first, second = self.rows
        with self.shift() as shift, killing.counted(line) as count:
            for row in (second, second, first):
                due = killing._row(shift, row).next_at
                if due is not None and due <= self.clock.now:
                    killing._turn(shift, self.stand, row)
        return count[0]

    def reach(self, shift: Shift, done: Callable[[Publication], bool]) -> Iterator[str]:
        """Turns of whichever is due first, until both are so far; tells what is called gone and is not, or is stuck."""
        for _ in range(2 * MOST_TURNS):
            waiting = [row for row in self.found(shift) if not done(row)]
            if not waiting:
                return
            row = min(waiting, key=lambda row: row.next_at or self.clock.now)
            self.clock.reach(row.next_at)
            killing._turn(shift, self.stand, row.id)
            yield from self.lies(shift)
        for found in self.found(shift):
            if not done(found):
                yield f"{found.marker} is {found.state.value} for ever: {found.problem and found.problem.en}"

    def lies(self, shift: Shift) -> Iterator[str]:
        """Rows that are called gone while their text, or anything of either, is online."""
        found, online = self.found(shift), self.online()
        for row in found:
            if row.is_down and self.texts(row.marker):
                yield f"{row.marker} is called {row.state.value}, and its text is online"
        if online and all(row.is_down for row in found):
            yield f"both are called gone, and {len(online)} messages are online"

    def found(self, shift: Shift) -> list[Publication]:
        return [killing._row(shift, row) for row in self.rows]

    def online(self) -> list[dict[str, str]]:
        return [one for one in self.stand.platform.online() if one["marker"] in self.markers]

    def texts(self, marker: str) -> int:
        """How many messages show the text of that revision."""
        return self.stand.shown(marker).count(str(self.stand.draft(marker).withdrawal["sha256"]))

    def corrected(self, shift: Shift) -> Iterator[str]:
        """What is wrong once the correction is settled."""
        first, second = self.rows

        def settled(row: Publication) -> bool:
            if row.id == second:
                return row.state is State.LIVE
            return row.is_down or (self.old and row.state is State.TOMBSTONE)

        yield from self.reach(shift, settled)
        shown = [self.texts(marker) for marker in self.markers]
        if shown != [0, 1]:
            yield f"revisions 1 and 2 are shown {shown} times"
        if not killing._row(shift, first).superseded:
            yield "revision 1 is not superseded"

    def ended(self, shift: Shift) -> Iterator[str]:
        """What is wrong after the end of both, and after a person has deleted what no bot could."""
        yield from self.reach(shift, lambda row: row.is_down or row.state is State.TOMBSTONE)
        left = self.online()
        told = [row for row in self.found(shift) if row.state is State.TOMBSTONE and _in_hands(shift, row)]
        if len(left) != bool(told) or (left and not self.old):
            yield f"{len(left)} messages are online, and a person was told of {len(told)}"
        notices = [self.stand.notice(marker, NOTICE) for marker in self.markers]
        notices.append(self.stand.notice(self.markers[0], "replaced"))
        if any(one["sha256"] not in notices for one in left):
            yield "what is left does not show that it is over"
        for one in left:
            self.stand.platform.by_hand(id=int(one["id"]))
        yield from self.reach(shift, lambda row: row.state in FINISHED)
        if any(_in_hands(shift, row) for row in self.found(shift)):
            yield "a person is still told to delete it"


def _tried(stand: BotStand, fault: str, write: str, *, old: bool, manner: int, line: int | None) -> Trial:
    """One round; a child is killed at that line (0: at none, None: in the call that hangs)."""
    made, lines, call = len(stand.platform.journal()), None, WRITES[write]
    with stand.place() as place:
        pair = _planned(stand, place, old=old, write=write)
        if write == END and old:
            call = Call.EDIT  # the deletion is refused anyway; it is the notice that can fail
        if write in {CREATE, DELETE}:
            stand.platform.add(Fault.REFUSED, Call.EDIT)
        if fault:
            stand.platform.add(Fault(fault), call, seconds=accounts.HANGS_S)
        if line is None:
            accounts.killed_in(stand.platform, call, functools.partial(pair.act, 0))
        else:
            lines = killing._killed(pair.act, line)
        stand.platform.clear()
        with pair.shift() as shift:
            found = [*_judged(pair, shift, write, manner)]
            if audit.verify(shift.ledger) != ():
                found.append("the audit chain is broken")
        stand.platform.clear()
    found += _journal(pair, stand.platform.journal()[made:], in_place=write in {EDIT, END})
    told = f"(old: {old}, manner: {manner}, line: {line})"
    return Trial(lines=lines, violations=tuple(f"{one} {told}" for one in found))


def _planned(stand: BotStand, place: pathlib.Path | str, *, old: bool, write: str) -> _Pair:
    """Revision 1 is live and revision 2 planned; for an end the place is taken already, and the end has come."""
    clock, markers = Clock(), (stand.marker(), stand.marker())
    with Ledger.open(place, home_id=small.HOME) as ledger, stand.shift(ledger, clock) as shift:
        first = accounts._planned(stand, ledger, markers[0], clock)
        killing._turn(shift, stand, first)
        if old:
            stand.platform.forward(WINDOW)
        second = accounts._planned(stand, ledger, markers[1], clock)
        if write == END:
            for row in (second, first):
                killing._turn(shift, stand, row)
    if write == END:
        clock.reach(small.NOW + killing.LIFE)
    return _Pair(stand=stand, place=place, clock=clock, old=old, markers=markers, rows=(first, second))


def _judged(pair: _Pair, shift: Shift, write: str, manner: int) -> Iterator[str]:
    """What the successor got wrong, by the platform's own word."""
    killing._recover(shift, pair.clock.now)
    yield from pair.lies(shift)
    if write != END and manner != Manner.LATE:
        killing._fail(pair.stand, manner, Call.LIST, Fault.LIMITED)
        yield from pair.corrected(shift)
        pair.stand.platform.clear()
    pair.clock.reach(small.NOW + killing.LIFE)
    killing._fail(pair.stand, manner, Call.DELETE, Fault.NOTHING, times=2)
    killing._fail(pair.stand, manner, Call.WHOAMI, Fault.GARBAGE, every=2, times=2)
    yield from pair.ended(shift)


def _journal(pair: _Pair, effects: tuple[Effect, ...], *, in_place: bool) -> Iterator[str]:
    """Messages that were made too often, or bore one revision's marker at the same time."""
    bearing = dict[str, str]()
    for effect in effects:
        bearing[effect.id] = "" if effect.verb == "delete" else effect.marker
        twice = [marker for marker, count in Counter(bearing.values()).items() if marker and count > 1]
        if twice:
            yield f"{twice[0]} stands in two messages at once"
    made = stands.created(effects)
    for marker, most in zip(pair.markers, (1, 0 if in_place else 1), strict=True):
        if made[marker, "post"] > most:
            yield f"{marker} was sent {made[marker, 'post']} times as a new message, not {most} times at most"


def _in_hands(shift: Shift, row: Publication) -> bool:
    with shift.ledger.read() as tx:
        return byhand.open_copies(tx, small.APPEAL, row.id) != ()


@contextlib.contextmanager
def corrections() -> Iterator[Court]:
    """The corrections on a public channel."""
    with test_telegram.standing("public") as stand:
        yield Corrections(stand)


CORRECTIONS: list[Opened] = [corrections]
