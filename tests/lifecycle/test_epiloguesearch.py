"""A part of the search through ends, ways that matter, and the mistakes that it must catch.

The whole of it is ``python -m tests.lifecycle.epiloguesearch``; see docs/measurements.md.
"""

from collections.abc import Callable

import pytest

from fahndung.errors import NotPublishable
from fahndung.ledger import endings
from fahndung.lifecycle import calls, closingposts, drafting, outcomes, tasks
from fahndung.model.publication import told_by
from tests.lifecycle import epiloguesearch
from tests.lifecycle.explore import Step
from tests.lifecycle.laws import Broken

pytestmark = [pytest.mark.peers, pytest.mark.no_cover]

DOWN: tuple[Step, ...] = (("found",), ("turn", "page", "ok"), ("turn", "copy", "ok"))
PLANNED: tuple[Step, ...] = (*DOWN, ("owe",), ("plan",))
WAYS: dict[str, tuple[Step, ...]] = {
    "nothing goes wrong": (("found",), ("run",)),
    "too early": (("found",), ("turn", "copy", "ok"), ("owe",), ("plan",), ("turn", "end-reached", "ok")),
    "back before it is planned": (*DOWN, ("owe",), ("back",), ("next",), ("turn", "copy", "nothing-delete"), ("plan",)),
    "back before it is sent": (*PLANNED, ("back",), ("next",), ("turn", "copy", "limited-list"), ("run",)),
    "another end before it is sent": (*PLANNED, ("other",), ("turn", "end-reached", "ok"), ("run",)),
    "an error before it is sent": (*PLANNED, ("error",), ("turn", "end-reached", "ok"), ("run",)),
    "an error while it is sent": (*PLANNED, ("hold", "end-reached"), ("error",), ("run",), ("go", "ok"), ("run",)),
    "an error after it": (*PLANNED, ("run",), ("error",), ("turn", "end-reached", "nothing-delete"), ("run",)),
    "a lost answer": (*PLANNED, ("turn", "end-reached", "cut-after-create")),
    "a late request": (*PLANNED, ("turn", "end-reached", "late-create"), ("error",)),
    "a death before the call": (*PLANNED, ("hold", "end-reached"), ("die",)),
    "a death after the call": (*PLANNED, ("hold", "end-reached"), ("die", "ok")),
    "a lapse": (("due",), ("run",), ("term",), ("run",)),
    "the account ends": (*PLANNED, ("run",), ("part",), ("run",)),
    "by hand": (("found",), ("turn", "page", "ok"), ("turn", "copy", "closed-delete"), ("hands",), ("run",)),
}


def test_no_law_breaks_within_two_steps() -> None:
    found = epiloguesearch.search("key", 2)
    assert found.broken is None, str(found)
    assert found.states > 80


def test_no_law_breaks_on_the_ways_that_matter() -> None:
    for name, way in WAYS.items():
        try:
            epiloguesearch.replay("lookup", way)
        except Broken as broken:
            broken.add_note(name)
            raise


def _sends_while_something_stands(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(closingposts, "_stands", lambda rows, account: None)


def _takes_what_was_cancelled_for_told(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(closingposts, "_counts", lambda row: True)


def _forgets_what_it_sent(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(calls, "resolve", lambda *named: outcomes.Found(references=()))


def _sends_whatever_was_planned(patch: pytest.MonkeyPatch) -> None:
    _leaves_it_at_an_error(patch)
    shown = closingposts._shown
    patch.setattr(drafting.closingposts, "_shown", lambda *named: (found := shown(*named)) and (found[0], "reached"))


def _leaves_it_at_an_error(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(endings, "ERROR", "")


def _refuses_it(patch: pytest.MonkeyPatch) -> None:
    def refuse(*named: object) -> None:
        raise NotPublishable("never", "nie")

    patch.setattr(closingposts, "draft_of", refuse)


def _knows_no_term(patch: pytest.MonkeyPatch) -> None:
    is_over = tasks.is_over
    patch.setattr(tasks, "is_over", lambda row, now: told_by(row.target) is None and is_over(row, now))


@pytest.mark.parametrize(
    ("breaks", "mode", "way", "law"),
    [
        (_sends_while_something_stands, "lookup", "too early", "never before"),
        (_forgets_what_it_sent, "lookup", "a lost answer", "exactly once"),
        (_sends_whatever_was_planned, "lookup", "an error before it is sent", "as it ended"),
        (_leaves_it_at_an_error, "lookup", "an error after it", "it is told"),
        (_takes_what_was_cancelled_for_told, "key", "another end before it is sent", "it is told"),
        (_refuses_it, "key", "nothing goes wrong", "it is told"),
        (_knows_no_term, "key", "a lost answer", "not for ever"),
    ],
)
def test_a_mistake_breaks_its_law(
    breaks: Callable[[pytest.MonkeyPatch], None], mode: str, way: str, law: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaks(monkeypatch)
    with pytest.raises(Broken) as caught:
        epiloguesearch.replay(mode, WAYS[way])
    assert caught.value.law == law, caught.value
