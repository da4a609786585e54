"""Many publications, workers, faults and ends in any order: the data beside the search of ``explore``."""

import datetime as dt
import os
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from fahndung.errors import NotPublishable
from fahndung.ledger import audit, byhand, claims, publications
from fahndung.ledger.endings import Ending, end
from fahndung.ledger.publications import FINISHED, Publication
from fahndung.lifecycle import claiming, settling, turns
from fahndung.lifecycle.claiming import Turned
from fahndung.lifecycle.outcomes import Claimed, Outcome
from fahndung.lifecycle.shift import CALL_SECONDS
from fahndung.model.closing import EndReason
from fahndung.model.ids import AppealId, PersonId
from fahndung.model.mandate import Medium
from fahndung.model.publication import State, without
from fahndung.testing.faults import ONLY_ON, Call, Fault
from fahndung.testing.memory import MemoryPlatform
from tests.ledger import world
from tests.lifecycle.shifts import MODES, Office
from tests.lifecycle.stage import Scratch

PERSON = PersonId("p-1")
TARGETS = ("", without(PERSON), "second board")
SPANS = [
    dt.timedelta(seconds=1),
    dt.timedelta(seconds=1),
    dt.timedelta(seconds=CALL_SECONDS),
    dt.timedelta(minutes=20),
    dt.timedelta(days=1),
]
ENDS: list[dict[str, Any]] = [{}, {"medium": Medium.SOCIAL}]
PARTS: list[dict[str, Any]] = [{"medium": Medium.WEBSITE}, {"person": PERSON}]
"""Ends of what all is about, and of less: posts are no website, and there is a variant without the person."""
FAULTS = [(fault, call) for fault in Fault for call in sorted(ONLY_ON.get(fault, frozenset(Call)))]
LYING = {Fault.STALE}
"""Faults by which a platform that claims to show all at once does not."""
GUSTS = st.sampled_from(
    [
        *(None,) * 4,
        *((Fault.TIMEOUT_AFTER, call) for call in (Call.CREATE, Call.CREATE, Call.UPLOAD, Call.DELETE)),
        *((Fault.TIMEOUT_BEFORE, call) for call in (Call.CREATE, Call.DELETE, Call.READ)),
        *((Fault.LIMITED, call) for call in (Call.CREATE, Call.LIST)),
        *((Fault.REFUSED, call) for call in (Call.CREATE, Call.UPLOAD)),
        *((Fault.UNREACHABLE, Call.UPLOAD), (Fault.UNAUTHORIZED, Call.WHOAMI), (Fault.NOTHING, Call.DELETE)),
    ]
)
"""What strikes the calls of one turn."""
PLACES, ROWS = st.integers(0, 1), st.integers(0, 3)
HOW = st.sampled_from(["part", "part", "whole", "whole", "all"])
SENDS = st.sampled_from([True, True, True, False])
EVENTS = st.one_of(
    st.tuples(st.just("storm"), st.tuples(st.sampled_from(FAULTS), st.integers(1, 3))),
    st.tuples(st.just("die"), st.tuples(PLACES, st.booleans())),
    st.tuples(st.just("pass_time"), st.tuples(st.sampled_from(SPANS))),
    st.tuples(st.just("end"), st.tuples(st.sampled_from(PARTS))),
    st.tuples(st.just("refresh"), st.tuples(ROWS, st.sampled_from([-5, 1, 2, 50, 100]))),
    st.tuples(st.just("plan"), st.tuples(st.sampled_from(TARGETS), st.integers(1, 100))),
)
ROUNDS = 60


class Desk(RuleBasedStateMachine):
    """Two places for workers; each holds at most one claim in memory."""

    @initialize(mode=st.sampled_from(sorted(MODES)))
    def begin(self, mode: str) -> None:
        self.office = Office(ledger=Scratch(), platform=MemoryPlatform(MODES[mode]))
        self.hands: dict[int, tuple[Claimed, Outcome | None]] = {}
        self.places = [1, 2]
        self.markers: dict[int, str] = {}
        self.lies = False
        self.ended = False
        self.taken = 0
        self._plan("", 50)
        self._plan("second board", 2)

    def plan(self, where: str, hours: int) -> None:
        try:
            self._plan(where, hours)
        except NotPublishable:
            assert self.ended

    def storm(self, fault: tuple[Fault, Call], times: int) -> None:
        """Goes on until it has struck so often, or until the next gust is over."""
        self.office.platform.faults.add(*fault, times=times, seconds=60)
        self.lies = self.lies or fault[0] in LYING

    @rule(event=EVENTS)
    def happens(self, event: tuple[str, tuple[Any, ...]]) -> None:
        """Anything but work: named in one rule, so that work is done in every second step."""
        name, details = event
        getattr(self, name)(*details)

    @rule(how=HOW, row=ROWS, place=PLACES, fault=GUSTS, sends=SENDS)
    def work(self, how: str, row: int, place: int, fault: tuple[Fault, Call] | None, sends: bool) -> None:
        """A turn, the next part of one (claim, call or receipt), or a turn of all."""
        worker = self.places[place]
        claimed, outcome = self.hands.get(worker, (None, None))
        if claimed is not None and outcome is not None:
            self._settle(place, claimed, outcome)
            return
        if fault is not None:
            self.office.platform.faults.add(*fault, seconds=60)
        if claimed is not None:
            acted = turns.act(self.office.shift(worker), claimed, draft_of=self.office.draft_of)
            self.hands[worker] = claimed, acted
        elif how == "part":
            self._claim(self._row(row), worker)
        elif how == "whole":
            self.office.turn(self._row(row), worker, sends=sends)
        else:
            draft_of = self.office.draft_of if sends else None
            turned = turns.turn_all(self.office.shift(worker), list(self.markers), draft_of=draft_of)
            assert not [one.why for one in turned if one.why and ("contradict" in one.why.en or "bug" in one.why.en)]
        if fault is not None:
            self.office.platform.faults.clear()

    def die(self, place: int, at_once: bool) -> None:
        """Its proof of life ends; what it holds is lost ``at_once``, or settled late."""
        self.office.living.discard(self.places[place])
        if at_once or self.places[place] not in self.hands:
            self.hands.pop(self.places[place], None)
            self._replace(place)

    def pass_time(self, span: dt.timedelta) -> None:
        self.office.pass_time(span)

    @precondition(lambda self: self.taken > 12)
    @rule(parts=st.sampled_from(ENDS))
    def end_all(self, parts: dict[str, Any]) -> None:
        self.end(parts)

    def end(self, parts: dict[str, Any]) -> None:
        ending = Ending(appeal=AppealId(world.APPEAL), reason=EndReason.FOUND, by=world.BY, at=self.office.now, **parts)
        with self.office.ledger.write(self.office.now) as tx:
            end(tx, ending)
        self.ended = True

    def refresh(self, number: int, hours: int) -> None:
        row = self._row(number)
        if self.office.row(row).is_down:
            return
        due = self.office.now + hours * world.HOUR
        with self.office.ledger.write(self.office.now) as tx:
            publications.set_due(tx, row, due, world.WHY, now=self.office.now, by=world.BY)

    @precondition(lambda self: hasattr(self, "office"))
    @invariant()
    def what_is_online_is_an_obligation(self) -> None:
        self.taken += 1
        online = {item.marker for item in self.office.platform.online.values()}
        for row in self._rows():
            assert row.marker not in online or row.state not in FINISHED, row.state
            assert self.lies or self.office.copies(row.marker) <= 1
            assert (row.state in FINISHED) is (row.next_at is None)

    @precondition(lambda self: hasattr(self, "office"))
    @invariant()
    def nothing_is_stolen_from_the_living(self) -> None:
        with self.office.ledger.read() as tx:
            for worker, (claimed, _) in self.hands.items():
                assert worker not in self.office.living or claims.holds(
                    publications.get(tx, claimed.row.id), claimed.claim
                )

    def teardown(self) -> None:
        if not hasattr(self, "office"):
            return
        self.office.platform.faults.clear()
        self.hands.clear()
        self.office.living = {99}
        self.end({})
        for _ in range(ROUNDS):
            open_rows = [row for row in self._rows() if row.next_at is not None and not self._left_to_hands(row)]
            if not open_rows:
                break
            first = min(row.next_at for row in open_rows if row.next_at is not None)
            self.office.pass_time(max(first - self.office.now, dt.timedelta(0)))
            turns.turn_all(self.office.shift(99), [row.id for row in open_rows])
        hands = {row.marker for row in self._rows() if row.state is State.BY_HAND}
        assert {row.state for row in self._rows()} <= {*FINISHED, State.BY_HAND}
        assert {item.marker for item in self.office.platform.online.values()} <= hands
        assert audit.verify(self.office.ledger) == ()
        self.office.ledger.close()

    def _left_to_hands(self, row: Publication) -> bool:
        if row.state is not State.BY_HAND:
            return False
        with self.office.ledger.read() as tx:
            assert row.id in {item.publication for item in byhand.open_items(tx)}
        return True

    def _plan(self, where: str, hours: int) -> None:
        marker = f"m-{len(self.markers)}"
        row = self.office.plan(marker, self.office.now + hours * world.HOUR, target=where)
        self.markers[row] = marker

    def _row(self, number: int) -> int:
        return list(self.markers)[number % len(self.markers)]

    def _claim(self, row: int, worker: int) -> None:
        with self.office.ledger.write(self.office.now) as tx:
            taken = claiming.claim(tx, self.office.shift(worker), row, now=self.office.now, sends=True)
        if not isinstance(taken, Turned):
            self.hands[worker] = taken, None

    def _settle(self, place: int, claimed: Claimed, outcome: Outcome) -> None:
        shift = self.office.shift(self.places[place])
        with self.office.ledger.write(self.office.now) as tx:
            settling.settle(tx, shift, claimed, outcome, now=self.office.now)
        del self.hands[self.places[place]]
        if self.places[place] not in self.office.living:
            self._replace(place)

    def _replace(self, place: int) -> None:
        self.places[place] = max(self.places) + 1
        self.office.living.add(self.places[place])
        shift = self.office.shift(self.places[place])
        with self.office.ledger.write(self.office.now) as tx:
            claims.recover(tx, alive=shift.alive, now=self.office.now, by="test")

    def _rows(self) -> tuple[Publication, ...]:
        with self.office.ledger.read() as tx:
            return publications.rows(tx)


def _machine(examples: int) -> type:
    settings = hypothesis.settings(
        max_examples=examples,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    Desk.TestCase.settings = settings
    return Desk.TestCase


TestDesk = pytest.mark.peers(_machine(int(os.environ.get("FAHNDUNG_EXAMPLES", "40"))))
