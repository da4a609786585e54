"""Many publications, workers, faults and ends in any order: the data beside the search of ``explore``."""

import datetime as dt
import os
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, precondition, rule

from fahndung.errors import NotPublishable
from fahndung.ledger import audit, byhand, claims, publications
from fahndung.ledger.endings import Ending, end
from fahndung.ledger.publications import FINISHED, Publication
from fahndung.lifecycle import settling, turns
from fahndung.lifecycle.calls import Claimed, Outcome
from fahndung.lifecycle.shift import CALL_SECONDS
from fahndung.lifecycle.turns import Turned
from fahndung.model.appeal import AppealId, Medium, PersonId
from fahndung.model.publication import EndReason, State, without
from fahndung.testing.faults import ONLY_ON, Call, Fault
from fahndung.testing.memory import MemoryPlatform
from tests.ledger import world
from tests.lifecycle.shifts import MODES, Office
from tests.lifecycle.stage import Scratch

PERSON = PersonId("p-1")
TARGETS = ("", without(PERSON), "second board")
SPANS = [dt.timedelta(seconds=1), dt.timedelta(seconds=CALL_SECONDS), dt.timedelta(minutes=20), dt.timedelta(days=1)]
ENDS: list[dict[str, Any]] = [{}, {"medium": Medium.SOCIAL}, {"medium": Medium.WEBSITE}, {"person": PERSON}]
FAULTS = [(fault, call) for fault in Fault for call in sorted(ONLY_ON.get(fault, frozenset(Call)))]
LYING = {Fault.NOTHING, Fault.DUPLICATE, Fault.STALE, Fault.CLOSED}
"""Faults by which a platform says what is not so, or that only a person can remove it."""
ROUNDS = 60


class Desk(RuleBasedStateMachine):
    """Two places for workers; each holds at most one claim in memory."""

    rows = Bundle("rows")

    @initialize(mode=st.sampled_from(sorted(MODES)))
    def begin(self, mode: str) -> None:
        self.office = Office(ledger=Scratch(), platform=MemoryPlatform(MODES[mode]))
        self.hands: dict[int, tuple[Claimed, Outcome | None]] = {}
        self.places = [1, 2]
        self.markers: dict[int, str] = {}
        self.lies = False
        self.ended = False

    @rule(target=rows, where=st.sampled_from(TARGETS), hours=st.integers(1, 100))
    def plan(self, where: str, hours: int) -> int | None:
        marker = f"m-{len(self.markers)}"
        due = self.office.now + hours * world.HOUR
        try:
            row = self.office.plan(marker, due, target=where)
        except NotPublishable:
            assert self.ended
            return None
        self.markers[row] = marker
        return row

    @rule(fault=st.sampled_from(FAULTS), times=st.integers(1, 3))
    def fault(self, fault: tuple[Fault, Call], times: int) -> None:
        self.office.platform.faults.add(*fault, times=times, seconds=60)
        self.lies = self.lies or fault[0] in LYING

    @rule()
    def heal(self) -> None:
        self.office.platform.faults.clear()

    @rule(row=rows, place=st.integers(0, 1), sends=st.booleans())
    def turn(self, row: int | None, place: int, sends: bool) -> None:
        if row is not None and self._idle(place):
            self.office.turn(row, self.places[place], sends=sends)

    @rule(place=st.integers(0, 1), sends=st.booleans())
    def turn_all(self, place: int, sends: bool) -> None:
        if self._idle(place):
            shift = self.office.shift(self.places[place])
            turned = turns.turn_all(shift, list(self.markers), draft_of=self.office.draft_of if sends else None)
            assert not [one.why for one in turned if one.why and ("contradict" in one.why.en or "bug" in one.why.en)]

    @rule(row=rows, place=st.integers(0, 1))
    def claim(self, row: int | None, place: int) -> None:
        if row is None or not self._idle(place):
            return
        worker = self.places[place]
        with self.office.ledger.write(self.office.now) as tx:
            taken = turns.claim(tx, self.office.shift(worker), row, now=self.office.now, sends=True)
        if not isinstance(taken, Turned):
            self.hands[worker] = taken, None

    @rule(place=st.integers(0, 1))
    def act(self, place: int) -> None:
        claimed, outcome = self.hands.get(self.places[place], (None, None))
        if claimed is not None and outcome is None:
            acted = turns.act(self.office.shift(self.places[place]), claimed, draft_of=self.office.draft_of)
            self.hands[self.places[place]] = claimed, acted

    @rule(place=st.integers(0, 1))
    def settle(self, place: int) -> None:
        claimed, outcome = self.hands.get(self.places[place], (None, None))
        if claimed is not None and outcome is not None:
            shift = self.office.shift(self.places[place])
            with self.office.ledger.write(self.office.now) as tx:
                settling.settle(tx, shift, claimed, outcome, now=self.office.now)
            del self.hands[self.places[place]]
            if self.places[place] not in self.office.living:
                self._replace(place)

    @rule(place=st.integers(0, 1), at_once=st.booleans())
    def die(self, place: int, at_once: bool) -> None:
        """Its proof of life ends; what it holds is lost ``at_once``, or settled late."""
        self.office.living.discard(self.places[place])
        if at_once or self.places[place] not in self.hands:
            self.hands.pop(self.places[place], None)
            self._replace(place)

    @rule(span=st.sampled_from(SPANS))
    def pass_time(self, span: dt.timedelta) -> None:
        self.office.pass_time(span)

    @rule(parts=st.sampled_from(ENDS))
    def end(self, parts: dict[str, Any]) -> None:
        ending = Ending(appeal=AppealId(world.APPEAL), reason=EndReason.FOUND, by=world.BY, at=self.office.now, **parts)
        with self.office.ledger.write(self.office.now) as tx:
            end(tx, ending)
        self.ended = True

    @rule(row=rows, hours=st.integers(-5, 100))
    def refresh(self, row: int | None, hours: int) -> None:
        if row is None or self.office.row(row).is_down:
            return
        due = self.office.now + hours * world.HOUR
        with self.office.ledger.write(self.office.now) as tx:
            publications.set_due(tx, row, due, world.WHY, now=self.office.now, by=world.BY)

    @precondition(lambda self: hasattr(self, "office"))
    @invariant()
    def what_is_online_is_an_obligation(self) -> None:
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
                assert worker not in self.office.living or claims.holds(tx, claimed.claim)

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

    def _idle(self, place: int) -> bool:
        return self.places[place] not in self.hands and self.places[place] in self.office.living

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
