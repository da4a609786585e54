"""Part of the search through every order of two workers, and the mutants that it must catch.

The whole of it is ``python -m tests.lifecycle.explore``; see docs/measurements.md.
"""

import os

import pytest

from tests.channels import asked
from tests.lifecycle import explore, laws, mutants
from tests.lifecycle.laws import Broken
from tests.lifecycle.mutants import MUTANTS, Mutant
from tests.lifecycle.stage import MODES

MAIN = "lookup"
"""The mode that is searched a step deeper; the others with ``FAHNDUNG_WHOLE`` as well."""
SEED = int(os.environ.get("FAHNDUNG_SEED", "0"))
"""Added to the number of each walk, so that another run goes other ways."""
LATE_ANSWER = (
    *(("claim", "0"), ("intend", "0"), ("cut", "0", "passed"), ("end",)),
    *(("claim", "1"), ("call", "1", "ok"), ("settle", "1"), ("wait",)),
    *(("claim", "1"), ("call", "1", "ok"), ("settle", "1")),
    *(("call", "0", "timeout-after-upload"), ("settle", "0")),
)
"""Cut off between its last check and its request, one worker sends after another has read the takedown back."""
TOO_LATE = (
    *(("claim", "0"), ("intend", "0"), ("call", "0", "ok"), ("settle", "0"), ("late",), ("end",)),
    *(("claim", "0"), ("call", "0", "timeout-after-edit"), ("settle", "0")),
    *(("claim", "0"), ("call", "0", "ok"), ("settle", "0")),
)
"""Its end comes when nobody can delete any more, and the answer to the first try is lost."""


@pytest.mark.peers
@pytest.mark.no_cover
@pytest.mark.parametrize("mode", MODES)
def test_no_law_breaks_within_the_first_steps(mode: str) -> None:
    depth = 4 if mode == MAIN or os.environ.get(asked.VARIABLE) else 3
    found = explore.search(mode, depth, trouble=2)
    assert found.broken is None, str(found)
    assert found.states > {3: 100, 4: 400}[depth]


@pytest.mark.peers
@pytest.mark.no_cover
@pytest.mark.parametrize("mode", [mode for mode in MODES if mode != "late"])
def test_no_law_breaks_within_six_steps_of_one_worker(mode: str) -> None:
    found = explore.search(mode, 6, trouble=2, busy=1)
    assert found.broken is None, str(found)
    assert found.states > 1000


@pytest.mark.peers
@pytest.mark.no_cover
def test_no_law_breaks_around_a_tombstone_within_twelve_steps() -> None:
    only = frozenset({"late", "down", "crash", "nothing-edit", "timeout-after-edit", "timeout-after-delete"})
    found = explore.search("late", 12, trouble=3, busy=1, only=only)
    assert found.broken is None, str(found)
    assert found.states > 100


def test_what_ends_too_late_is_a_tombstone_until_a_person_deletes_it() -> None:
    stage = explore.replay("late", TOO_LATE)
    assert stage.view().state.value == "tombstone"
    laws.buried(stage)
    stage.close()


@pytest.mark.peers
@pytest.mark.no_cover
@pytest.mark.parametrize("number", range(6))
@pytest.mark.parametrize("mode", MODES)
def test_no_law_breaks_on_a_long_way_by_chance(mode: str, number: int) -> None:
    explore.walk(mode, 60, f"{SEED + number}")


@pytest.mark.peers
@pytest.mark.no_cover
@pytest.mark.parametrize("mode", MODES)
def test_states_that_count_as_one_lead_to_the_same_states(mode: str) -> None:
    assert explore.compare(mode, 3, every=4) > 10


@pytest.mark.peers
@pytest.mark.no_cover
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_search_notices(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    mutant.breaks(monkeypatch)
    how = {"trouble": mutant.trouble, "busy": mutant.busy, "only": mutant.only}
    found = explore.search(mutant.mode, mutant.depth, **how)  # type: ignore[arg-type]  # as the fields are typed
    assert (found.law, len(found.trace)) == (mutant.law, mutant.depth), str(found)


def test_a_late_answer_makes_it_an_obligation_again() -> None:
    stage = explore.replay("lookup", LATE_ANSWER)
    assert stage.view().state.value == "withdrawing"
    stage.close()


def test_a_late_answer_that_is_dropped_breaks_a_law(monkeypatch: pytest.MonkeyPatch) -> None:
    mutants.drop_late_answers(monkeypatch)
    with pytest.raises(Broken, match="facts are kept"):
        explore.replay("lookup", LATE_ANSWER)


def test_what_was_found_says_the_way() -> None:
    found = explore.Found(
        mode="key", depth=1, states=2, transitions=3, seconds=4, broken="why", law="law", trace=(("call", "0", "ok"),)
    )
    assert str(found) == "key: depth 1, 2 states, 3 transitions, 4 s: why after 1 steps\n    call 0 ok"
