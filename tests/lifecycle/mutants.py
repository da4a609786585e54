"""The code with one thing wrong, and the law by which the search must notice; ``test_explore`` runs each."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from fahndung.channels.capabilities import Capabilities
from fahndung.errors import RateLimited, Replaced, WindowClosed
from fahndung.ledger import claims, publications
from fahndung.ledger import publishing as steps_up
from fahndung.ledger.claims import Claim
from fahndung.ledger.publications import Publication
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import calls, claiming, outcomes, settling, turns
from fahndung.lifecycle.ends import is_over
from fahndung.lifecycle.shift import Shift
from fahndung.lifecycle.tasks import Task
from fahndung.model.publication import Draft, Gone, Look, Posting, Reference, State
from fahndung.testing.memory import MemoryChannel
from tests.lifecycle.stage import Air


@dataclasses.dataclass(frozen=True, slots=True)
class Mutant:
    """How to break it, and in which search that shows.

    Attributes:
        depth: the smallest that shows it; 0: a publication to which nothing happens. law: what is found to be broken.
        trouble, busy, only: as in ``explore.search``.
    """

    name: str
    breaks: Callable[[pytest.MonkeyPatch], object]
    mode: str
    depth: int
    trouble: int
    law: str
    busy: int = 1
    only: frozenset[str] | None = None


def _channel(made: type[MemoryChannel]) -> Callable[[pytest.MonkeyPatch], object]:
    return lambda patch: patch.setattr(Air, "opens", made)


class EmptyOnRefusal(MemoryChannel):
    """A listing that was refused is taken for an empty one."""

    def find(self, marker: str) -> tuple[Reference, ...]:
        try:
            return super().find(marker)
        except RateLimited:
            return ()


class LeavesMedia(MemoryChannel):
    """Neither deletes nor looks for what the post showed."""

    def withdraw(self, posting: Posting) -> None:
        for reference in (*posting.references, *self.find(posting.marker)):
            if reference.kind == "post":
                self.platform.delete(reference)

    def look(self, posting: Posting) -> Look:
        seen = super().look(posting)
        posts = any(item.reference.kind == "post" for item in self.platform.online.values())
        return seen if posts else Gone(evidence={})


class WithoutControl(MemoryChannel):
    """Believes a 404 of an account that answers nothing else."""

    def look(self, posting: Posting) -> Look:
        there = [one for one in posting.references if self.platform.read(one) is not None]
        return super().look(posting) if there or self.find(posting.marker) else Gone(evidence={})


class NeverLags(MemoryChannel):
    """Says that it shows at once what was sent."""

    def capabilities(self) -> Capabilities:
        return dataclasses.replace(super().capabilities(), settle=dt.timedelta(0))


def _call_first(patch: pytest.MonkeyPatch) -> None:
    """The intent is written with the receipt."""
    settle = settling.settle

    def late(
        tx: Tx, shift: Shift, claimed: outcomes.Claimed, outcome: outcomes.Outcome, *, now: dt.datetime
    ) -> Publication:
        row = publications.get(tx, claimed.row.id)
        if claimed.task is Task.SEND and row.state in {State.PLANNED, State.PUBLISHING}:
            publications.intend_publish(tx, row.id, now=now, by=shift.by)
        return settle(tx, shift, claimed, outcome, now=now)

    def unwritten(shift: Shift, claimed: outcomes.Claimed, draft_of: turns.Drafting) -> Draft | outcomes.Outcome:
        with shift.ledger.read() as tx:
            over = is_over(publications.get(tx, claimed.row.id), shift.clock())
        return outcomes.Refused(problem=turns.HELD) if over else draft_of(claimed.row)

    patch.setattr(turns, "intend", unwritten)
    patch.setattr(settling, "settle", late)


def _steal(patch: pytest.MonkeyPatch) -> None:
    take = claims.take
    patch.setattr(claims, "take", lambda tx, row, worker, *, alive: take(tx, row, worker, alive=lambda other: False))


def _never_late(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Shift, "refuse_late", lambda self, since: None)


def _timeless(patch: pytest.MonkeyPatch) -> None:
    refuse = Shift.refuse_late
    patch.setattr(Shift, "refuse_late", lambda self, since: refuse(self, self.tick()))


def _no_fence(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(claims, "holds", lambda row, claim: True)


def _fenced_facts(patch: pytest.MonkeyPatch) -> None:
    """What a worker learns under a claim that it has lost is dropped."""
    send, saw = calls.send, publications.saw
    held: list[Claim] = []

    def remembering(shift: Shift, claimed: outcomes.Claimed, channel: Any, draft: Draft) -> outcomes.Outcome:
        held[:] = [claimed.claim]
        return send(shift, claimed, channel, draft)

    def fenced(tx: Tx, *args: Any, **how: Any) -> None:
        if not held or claims.holds(publications.get(tx, held[0].publication), held[0]):
            saw(tx, *args, **how)

    patch.setattr(calls, "send", remembering)
    patch.setattr(publications, "saw", fenced)


def drop_late_answers(patch: pytest.MonkeyPatch) -> None:
    """What a worker has to report under a claim that it has lost changes nothing."""
    patch.setattr(settling, "_facts", lambda *args, **how: None)


def _repeat(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(calls, "repeats", lambda able, unclear, now, **how: True)


def _from_intent(patch: pytest.MonkeyPatch) -> None:
    """The time in which a request may still show counts from its intent, not from when it had left."""
    claim = claiming.claim

    def early(tx: Tx, shift: Shift, row: int, **how: Any) -> Any:
        made = claim(tx, shift, row, **how)
        if isinstance(made, outcomes.Claimed) and made.unclear_since is not None:
            began = max(one.started_at for one in publications.unclear(tx, row))
            return dataclasses.replace(made, unclear_since=began)
        return made

    for module in (turns, claiming):
        patch.setattr(module, "claim", early)


def _forgets_earlier(patch: pytest.MonkeyPatch) -> None:
    """A call that surely had no effect hides one before it that may have had one."""
    patch.setattr(steps_up, "unclear", lambda tx, row: ())
    patch.setattr(publications, "never_sent", lambda tx, row: not publications.seen(tx, row))


def _unsent_parts(patch: pytest.MonkeyPatch) -> None:
    """A worker that is too late for its next call says that nothing was sent."""
    send = calls.send

    def unsent(shift: Shift, claimed: outcomes.Claimed, channel: Any, draft: Draft) -> outcomes.Outcome:
        outcome = send(shift, claimed, channel, draft)
        late = isinstance(outcome, outcomes.Unclear) and outcome.stopped and "proof of life" in outcome.problem.en
        return outcomes.Unsent(problem=outcome.problem) if late else outcome  # type: ignore[union-attr]

    patch.setattr(calls, "send", unsent)


def _never_hands(patch: pytest.MonkeyPatch) -> None:
    """What nobody can look for is believed gone when what is known is."""
    patch.setattr(calls, "_believed", lambda shift, claimed, channel, seen: outcomes.Looked(look=seen))


class NeverEdits(MemoryChannel):
    """Says that the notice stands there, and has not put it there."""

    def _replace(self, reference: Reference, *, notice: str) -> None:
        try:
            self.platform.delete(reference)
        except WindowClosed as late:
            raise Replaced(*late.message) from late


def _believe_buried(patch: pytest.MonkeyPatch) -> None:
    """A tombstone is taken for gone."""
    patch.setattr(calls, "_buried", lambda *_: outcomes.Looked(look=Gone(evidence={})))


def _bury_in_silence(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(settling, "_ask", lambda *_, **how: None)


def _never_unbury(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(publications, "unbury", lambda *_, **how: None)


MUTANTS = (
    Mutant("call before intent", _call_first, "none", 3, 1, "no orphan", only=frozenset({"fly-upload"})),
    Mutant("steal from the living", _steal, "lookup", 2, 0, "nothing is stolen", busy=2),
    Mutant("no late refusal", _never_late, "lookup", 4, 1, "the late are silent"),
    Mutant("late by its life only", _timeless, "lookup", 4, 1, "the late are silent"),
    Mutant("no fence", _no_fence, "lookup", 8, 1, "Contradiction", busy=2, only=frozenset({"cut"})),
    Mutant(
        "empty on 429",
        _channel(EmptyOnRefusal),
        "lookup",
        7,
        3,
        "absent is absent",
        only=frozenset({"crash", "wait", "limited-list"}),
    ),
    Mutant("media left behind", _channel(LeavesMedia), "lookup", 0, 0, "gone is gone"),
    Mutant("repeated without looking", _repeat, "lookup", 3, 1, "one copy"),
    Mutant(
        "no positive control",
        _channel(WithoutControl),
        "lookup",
        6,
        2,
        "gone is gone",
        only=frozenset({"refused-create", "blind"}),
    ),
    Mutant("facts fenced", _fenced_facts, "lookup", 5, 1, "facts are kept", busy=2),
    Mutant("absent before settle", _channel(NeverLags), "lookup", 3, 1, "absent is absent"),
    Mutant("settle from the intent", _from_intent, "lookup", 4, 2, "absent is absent"),
    Mutant("an earlier call forgotten", _forgets_earlier, "key", 2, 0, "Contradiction"),
    Mutant("parts taken for nothing", _unsent_parts, "lookup", 6, 1, "one copy"),
    Mutant("nobody is told", _never_hands, "key", 2, 0, "it ends"),
    Mutant("a notice that was never put there", _channel(NeverEdits), "late", 1, 1, "a tombstone names nobody"),
    Mutant("a tombstone taken for gone", _believe_buried, "late", 1, 1, "gone is gone"),
    Mutant("a tombstone in silence", _bury_in_silence, "late", 1, 1, "a tombstone is told of"),
    Mutant(
        "a tombstone never put right",
        _never_unbury,
        "late",
        9,
        3,
        "a tombstone names nobody",
        only=frozenset({"late", "nothing-edit", "down"}),
    ),
)
