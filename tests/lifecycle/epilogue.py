"""A stage for the search through ends: a page and a copy that are online, and the posts that will tell their end.

Runs the real ``closingposts``, ``turns``, ``calls``, ``settling`` and ``endings``; one worker may stand still between
two of its seams while others go on. All of it can be put back. Chooses no step and judges none.
"""

import dataclasses
import datetime as dt
import types
from collections.abc import Callable, Mapping
from typing import Any, cast

import pytest

from fahndung import channels
from fahndung.home import Home
from fahndung.ledger import byhand, claims, publications
from fahndung.ledger.endings import Ending, end
from fahndung.ledger.publications import Publication
from fahndung.lifecycle import calls, claiming, closingposts, drafting, removal, settling, turns, vetting, withdrawal
from fahndung.lifecycle.claiming import Turned
from fahndung.lifecycle.closingposts import Owed
from fahndung.lifecycle.outcomes import Claimed, Outcome
from fahndung.lifecycle.shift import Shift
from fahndung.lifecycle.tasks import Task
from fahndung.model.closing import CLOSING_KINDS, EndReason, post_file
from fahndung.model.ids import AppealId, ChannelName
from fahndung.model.mandate import Medium
from fahndung.model.publication import Draft, Reference
from fahndung.model.release import Digest, File, Release
from fahndung.testing.faults import Call, Fault
from fahndung.testing.memory import KIND, Item, MemoryPlatform
from fahndung.testing.posts import Modes
from tests.ledger import world
from tests.lifecycle.shifts import shift_of
from tests.lifecycle.stage import Scratch, Values

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
TERM = 3 * DAY
DUE = world.NOW + 2 * DAY
SETTLE = dt.timedelta(seconds=30)
MODES = {
    "key": Modes(key_lifetime=30 * DAY, lookup=False, settle=SETTLE),
    "lookup": Modes(settle=SETTLE),
    "key and lookup": Modes(key_lifetime=30 * DAY, settle=SETTLE),
}
PAGE, COPY = "page", "copy"
TOLD = {f"end-{kind}": kind for kind in CLOSING_KINDS}
"""The marker of a post that tells an end to the kind of that end."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a worker that stands still has in memory; ``draft``: its intent is committed."""

    worker: int
    claimed: Claimed
    draft: Draft | None = None
    outcome: Outcome | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the stage knows beside ledger and platform.

    Attributes:
        worker: the number of the one that acts. held: one that stands still. owed: what a run read before it plans.
        back: the copy came back. closed: a person has closed page or copy.
        spent: how often each kind of event has come.
    """

    now: dt.datetime = world.NOW
    worker: int = 1
    held: Held | None = None
    owed: tuple[Owed, ...] | None = None
    back: bool = False
    closed: bool = False
    spent: tuple[tuple[str, int], ...] = ()


State = tuple[tuple[Values, ...], tuple[object, ...], Facts]


class Watched(MemoryPlatform):
    """A platform that tells what it is about to show, by its marker."""

    def __init__(self, modes: Modes) -> None:
        super().__init__(modes)
        self.makes: Callable[[str], None] = lambda marker: None

    @property
    def flying(self) -> bool:
        """Whether something is on its way of which nobody heard."""
        return bool(self._late)

    def vanish(self) -> None:
        """It never arrives."""
        self._late = []

    def dead(self) -> list[Item]:
        """What was deleted."""
        return [item for id, item in self._graves.items() if id not in self.online]

    def _make(self, kind: str, marker: str, data: bytes, key: str, media: tuple[str, ...] = ()) -> Reference:
        if key not in self._keys:
            self.makes(marker)
        return super()._make(kind, marker, data, key, media)


class Epilogue:
    """One appeal on a website and an account that tells ends."""

    def __init__(self, modes: Modes) -> None:
        self._patch = pytest.MonkeyPatch()
        self.facts, self.ledger, self.platform = Facts(), Scratch(guarded=False), Watched(modes)
        self.intends: Callable[[Publication], None] = lambda row: None
        config = types.SimpleNamespace(closing_posts={KIND: TERM})
        self.home = cast(Home, types.SimpleNamespace(config=lambda: config))
        self._patch.setattr(channels, "KINDS", {**channels.KINDS, **self.platform.kinds()})
        for reads in (closingposts, vetting):
            self._patch.setattr(reads, "load_release", lambda home, stored: _release())
        for marker in (PAGE, COPY):
            row = self._plan(marker)
            self.turn(row)
            self.turn(row)  # the first look: a copy waits for that at its page

    def close(self) -> None:
        self._patch.undo()
        self.ledger.close()

    def snapshot(self) -> State:
        return self.ledger.snapshot(), self.platform.snapshot(), self.facts

    def restore(self, state: State) -> None:
        tables, platform, self.facts = state
        self.ledger.restore(tables)
        self.platform.restore(platform)

    def watch(self, intends: Callable[[Publication], None], makes: Callable[[str], None]) -> None:
        """Tells of each intent to tell an end, just before it is written, and of each post before it is online."""
        self.intends, self.platform.makes = intends, makes

    def set(self, **values: Any) -> None:
        self.facts = dataclasses.replace(self.facts, **values)

    def rows(self) -> tuple[Publication, ...]:
        """All of the appeal, oldest first."""
        with self.ledger.read() as tx:
            return publications.rows(tx)

    def shift(self, worker: int | None = None) -> Shift:
        """That of a worker; it sees the one that stands still alive."""
        own = self.facts.worker if worker is None else worker
        alive = {own} | ({self.facts.held.worker} if self.facts.held else set())
        return shift_of(self.ledger, self.facts.now, worker=own, alive=lambda other: other in alive, open=_open)

    def recover(self) -> None:
        """Frees what the dead held."""
        with self.ledger.write(self.facts.now) as tx:
            claims.recover(tx, alive=self.shift().alive, now=self.facts.now, by="test")

    # What a run does

    def turn(self, row: int, how: str = "ok") -> Turned:
        """A whole turn; ``how`` its call goes."""
        self._spoil(how)
        return turns.turn(self.shift(), row, draft_of=self._draft_of)

    def hold(self, row: int) -> bool:
        """Claims, writes the intent, and stands still before the call; False: there is nothing to call."""
        shift = self.shift()
        with self.ledger.write(self.facts.now) as tx:
            claimed = claiming.claim(tx, shift, row, now=self.facts.now, sends=True)
        if isinstance(claimed, Turned):
            return False
        held = Held(worker=self.facts.worker, claimed=claimed)
        if claimed.task is Task.SEND:
            made = turns.intend(shift, claimed, self._draft_of)
            sends = isinstance(made, Draft)
            held = dataclasses.replace(held, draft=made if sends else None, outcome=None if sends else made)
        self.set(held=held, worker=self.facts.worker + 1)
        return True

    def go_on(self, how: str = "ok") -> None:
        """Who stood still makes its call and writes down what came of it."""
        held = self.facts.held
        assert held is not None
        self._spoil(how)
        shift, outcome = self.shift(held.worker), held.outcome
        if outcome is None:
            outcome = self._called(shift, held)
        with self.ledger.write(self.facts.now) as tx:
            settling.settle(tx, shift, held.claimed, outcome, now=self.facts.now)
        self.set(held=None)

    def die(self, how: str | None = None) -> None:
        """Who stood still dies, before its call or (``how`` it went) after it."""
        held = self.facts.held
        assert held is not None
        if how is not None:
            self._spoil(how)
            self._called(self.shift(held.worker), held)
        self.set(held=None)
        self.recover()

    def owe(self) -> None:
        """Reads what is due; somebody else may act before it is planned."""
        with self.ledger.read() as tx:
            self.set(owed=tuple(closingposts._owed(tx, KIND, None)))

    def plan(self) -> None:
        """Plans what was read to be due."""
        for owed in self.facts.owed or ():
            closingposts._plan(self.home, self.ledger, owed, TERM, now=self.facts.now, by="test")
        self.set(owed=None)

    def run(self) -> None:
        """Whatever is due, as a takedown has it: down first, then what tells the end."""
        now = self.facts.now
        with self.ledger.write(now) as tx:
            removal.end_what_lapsed(tx, now=now, by="test")
        for row in self.rows():
            over = withdrawal.is_due(row, now) and not row.is_down
            if over or (not closingposts.is_waiting(row) and row.next_at is not None and row.next_at <= now):
                self.turn(row.id)
        closingposts.post(self.home, self.shift(), now=now)

    # What happens

    def end(self, reason: EndReason, channel: str | None = None) -> None:
        """Of the whole appeal, or on one account."""
        name = None if channel is None else ChannelName(channel)
        ending = Ending(appeal=AppealId(world.APPEAL), reason=reason, by=world.BY, at=self.facts.now, channel=name)
        with self.ledger.write(self.facts.now) as tx:
            end(tx, ending)

    def come_back(self) -> None:
        """What was deleted is there again: a backup, or a person in the app."""
        for item in self.platform.dead():
            if item.marker == COPY:
                self.platform.online[item.reference.id] = item
                self.set(back=True)

    def by_hand(self) -> None:
        """A person deletes what was left to hands, and says so."""
        markers = {row.id: row.marker for row in self.rows()}
        for item in self.left_to_hands():
            marker = markers[item.publication or 0]
            there = self.platform.online.items()
            self.platform.online = {id: one for id, one in there if one.marker != marker}
            with self.ledger.write(self.facts.now) as tx:
                byhand.close(tx, item.id, person=world.BY, note="gelöscht", at=self.facts.now)
            self.set(closed=self.facts.closed or marker in {PAGE, COPY})

    def left_to_hands(self) -> list[byhand.Item]:
        """The copies that a person has to delete."""
        with self.ledger.read() as tx:
            return [item for item in byhand.open_items(tx, world.APPEAL) if item.publication is not None]

    def pass_time(self, span: dt.timedelta) -> None:
        self.set(now=self.facts.now + span)

    def _called(self, shift: Shift, held: Held) -> Outcome:
        if held.claimed.task is not Task.SEND:
            return turns.act(shift, held.claimed)
        assert held.draft is not None
        return calls.send(shift, held.claimed, self.platform.channel(), held.draft)

    def _spoil(self, how: str) -> None:
        self.platform.faults.clear()
        if how != "ok":
            fault, _, call = how.rpartition("-")
            self.platform.faults.add(Fault(fault), Call(call), seconds=10)

    def _draft_of(self, row: Publication) -> Draft:
        if row.marker in {PAGE, COPY}:
            return self._draft(row.marker)
        made = drafting.draft_of(self.home, self.ledger, row, now=self.facts.now)
        self.intends(row)
        return made

    def _draft(self, marker: str) -> Draft:
        made = self.platform.channel().draft(marker, f"text of the {marker}")
        return made if marker == COPY else dataclasses.replace(made, channel="website", medium=Medium.WEBSITE)

    def _plan(self, marker: str) -> int:
        with self.ledger.write(world.NOW) as tx:
            return publications.plan(
                tx,
                self._draft(marker),
                digest=world.manifest()[0],
                appeal=world.APPEAL,
                revision=1,
                due_at=DUE,
                due_because=world.WHY,
                now=world.NOW,
                by=world.BY,
                norms="",
                rules="",
            )


def _open(kind: str, endpoint: Mapping[str, object]) -> Any:
    return channels.from_ledger(kind, endpoint)


def _release() -> Release:
    """The approved texts of all four ends, with a marker of their own each."""
    texts = {post_file(kind): f"the end: {kind}".encode() for kind in CLOSING_KINDS}
    markers = {kind: {KIND: marker} for marker, kind in TOLD.items()}
    return Release(
        digest=Digest("0" * 64),
        manifest={"slug": "s", "page_url": "https://polizei.example/s/", closingposts.MANIFEST: markers},
        files={name: File(name=name, media_type="text/plain", data=data) for name, data in texts.items()},
    )
