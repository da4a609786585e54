"""A sample of "every line"; the full form is ``python -m tests.lifecycle.killing --all``.

``FAHNDUNG_SEED`` chooses other lines. The mutants show that the sample finds what it is for.
"""

import contextlib
import os
from collections.abc import Iterator
from typing import Any

import pytest

from fahndung.channels.base import Checkpoint
from fahndung.errors import OutcomeUnknown, RateLimited
from fahndung.ledger import publications
from fahndung.ledger.publications import Publication
from fahndung.lifecycle import settling
from fahndung.lifecycle.outcomes import Claimed
from fahndung.lifecycle.tasks import Task
from fahndung.model.publication import Draft, Gone, Look, Posting, Reference, Unknown
from fahndung.testing.postbox import Postbox
from tests.lifecycle import killing
from tests.lifecycle.killing import STEPS, Mutation
from tests.lifecycle.stand import MODES, Stand, standing

pytestmark = [pytest.mark.peers, pytest.mark.no_cover]
SEED = int(os.environ.get("FAHNDUNG_SEED", "0"))
SIZES = {"sqlite": 5, "postgres": 2}
MUTANT_SIZE = 40


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def stand(engine: str, request: pytest.FixtureRequest) -> Iterator[Stand]:
    """The mode is the test's parameter."""
    server = request.getfixturevalue("server") if engine == "postgres" else None
    with standing(MODES[request.getfixturevalue("mode")], server=server) as made:
        yield made


@pytest.mark.parametrize("mode", MODES)
def test_a_kill_at_any_line_leaves_no_orphan_no_duplicate_and_nothing_unknown(
    stand: Stand, engine: str, mode: str
) -> None:
    print(f"FAHNDUNG_SEED={SEED}")
    for name, step in STEPS.items():
        lines = killing.sample(killing.lines_of(stand, step), SIZES[engine], SEED)
        assert list(killing.violations(stand, step, lines)) == [], name


class EmptyWhenLimited(Postbox):
    """A listing that was refused is taken for an empty one."""

    def find(self, marker: str) -> tuple[Reference, ...]:
        try:
            return super().find(marker)
        except RateLimited:
            return ()


class LeavesMedia(Postbox):
    """Deletes the post and forgets what it showed."""

    def withdraw(self, posting: Posting) -> None:
        for reference in posting.references:
            if reference.kind == "post":
                self._platform.delete(reference)


class SendsAgain(Postbox):
    """Repeats a write that was not answered."""

    def publish(self, draft: Draft, checkpoint: Checkpoint) -> None:
        try:
            super().publish(draft, checkpoint)
        except OutcomeUnknown:
            super().publish(draft, checkpoint)


class BelievesAbsence(Postbox):
    """Takes it for gone although the account did not answer."""

    def look(self, posting: Posting) -> Look:
        seen = super().look(posting)
        return Gone(evidence={}) if isinstance(seen, Unknown) else seen


@contextlib.contextmanager
def call_before_intent() -> Iterator[None]:
    """The intent of a sending is committed after it."""
    intend, settle = publications.intend_publish, settling.settle

    def settled(tx: Any, shift: Any, claimed: Claimed, *args: Any, now: Any) -> Publication:
        if claimed.task is Task.SEND:
            intend(tx, claimed.row.id, now=now, by=shift.by)
        return settle(tx, shift, claimed, *args, now=now)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publications, "intend_publish", lambda *args, **how: None)
        patch.setattr(settling, "settle", settled)
        yield


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("mode", "step", "connector", "mutation", "told"),
    [
        ("lookup", "publish", Postbox, call_before_intent, "at once"),
        ("lookup", "resolve", EmptyWhenLimited, contextlib.nullcontext, "at once"),
        ("key and lookup", "withdraw", LeavesMedia, contextlib.nullcontext, "['media'] is online"),
        ("lookup", "resolve", SendsAgain, contextlib.nullcontext, "at once"),
        ("key", "look", BelievesAbsence, contextlib.nullcontext, "it is called withdrawn"),
    ],
    ids=["call before intent", "429 is empty", "media left", "sent again", "no control"],
)
def test_a_mutant_is_caught(
    stand: Stand, mode: str, step: str, connector: type[Postbox], mutation: Mutation, told: str
) -> None:
    lines = killing.sample(killing.lines_of(stand, STEPS[step]), MUTANT_SIZE, SEED)
    stand.connector = connector
    found = killing.violations(stand, STEPS[step], lines, mutation=mutation)
    assert any(told in violation for _, violation in found)
