"""Which tests of the contract are asked of a channel: all of the main kind of a platform, and of the others those
that what is different there touches. Asks nothing itself.

``FAHNDUNG_WHOLE`` asks all of every kind, as ``make soak`` does.
"""

import os
from collections.abc import Callable, Collection, Mapping

import pytest

from fahndung.testing.asking import ContractFixtures
from fahndung.testing.breaking import BreakingContract
from fahndung.testing.contract import ChannelContract as Asked

VARIABLE = "FAHNDUNG_WHOLE"
Names = frozenset[str]


def _names(*tests: Callable[..., None]) -> Names:
    return frozenset(test.__name__ for test in tests)


WHOLE = frozenset(name for name in dir(Asked) if name.startswith("test_"))
RIGHTS = _names(
    Asked.test_it_can_be_checked_and_that_changes_nothing,
    Asked.test_an_account_that_is_not_accepted_fails_the_check,
)
"""How a platform tells what an account may do."""
REPEATS = _names(
    Asked.test_publishing_twice_leaves_as_many_copies_as_the_abilities_say,
    Asked.test_an_outcome_that_nobody_knows_is_told_as_such_and_can_be_withdrawn,
    Asked.test_repeating_an_unknown_publication_leaves_one_copy_where_the_abilities_say_so,
    Asked.test_a_duplicate_is_told_as_possibly_there,
)
"""What becomes of a call that is made again."""
LISTS = _names(
    Asked.test_what_was_published_is_live_and_found,
    Asked.test_the_listing_holds_everything_by_its_marker_and_nothing_else,
    Asked.test_what_no_ledger_knows_can_be_removed_from_its_listing,
    Asked.test_publishing_twice_leaves_as_many_copies_as_the_abilities_say,
    Asked.test_withdrawing_removes_all_and_twice_is_a_success,
    Asked.test_withdrawing_finds_what_only_the_marker_knows,
    Asked.test_another_appeal_is_left_alone,
    Asked.test_a_listing_that_is_not_clean_is_never_an_empty_one,
    Asked.test_an_outcome_that_nobody_knows_is_told_as_such_and_can_be_withdrawn,
)
"""How an account's listing looks, and how late it is."""
READS = _names(
    Asked.test_what_was_published_is_live_and_found,
    Asked.test_withdrawing_removes_all_and_twice_is_a_success,
    Asked.test_without_the_positive_control_nothing_is_gone,
    Asked.test_it_is_opened_from_the_ledger_alone,
    Asked.test_a_platform_that_only_says_gone_is_not_believed,
    Asked.test_a_look_that_failed_knows_nothing_and_raises_nothing,
)
"""How a post looks, to its owner and to strangers, and what is said of one that is gone."""
ERRORS = _names(
    Asked.test_a_listing_that_is_not_clean_is_never_an_empty_one,
    Asked.test_an_outcome_that_nobody_knows_is_told_as_such_and_can_be_withdrawn,
    Asked.test_a_refusal_leaves_nothing_that_the_checkpoint_was_not_told_of,
    Asked.test_a_duplicate_is_told_as_possibly_there,
    Asked.test_an_account_that_is_not_accepted_fails_the_check,
    Asked.test_a_removal_that_failed_is_told_and_all_else_was_removed,
    Asked.test_a_look_that_failed_knows_nothing_and_raises_nothing,
)
"""What errors look like."""
STEPS = _names(
    Asked.test_what_was_published_is_live_and_found,
    Asked.test_every_object_is_told_before_the_next_is_made,
    Asked.test_publishing_twice_leaves_as_many_copies_as_the_abilities_say,
    Asked.test_a_publication_that_was_stopped_leaves_nothing_that_cannot_be_withdrawn,
    Asked.test_an_outcome_that_nobody_knows_is_told_as_such_and_can_be_withdrawn,
    Asked.test_withdrawing_removes_all_and_twice_is_a_success,
)
"""In how many calls a publication comes about."""

Kinds = Mapping[str, Names]
"""The kinds of a platform, and what is asked of each."""


def whole(kinds: Kinds) -> Kinds:
    """Those of which everything is asked."""
    return {kind: names for kind, names in kinds.items() if names is WHOLE}


def parts(kinds: Kinds) -> Kinds:
    """The others."""
    return {kind: names for kind, names in kinds.items() if names is not WHOLE}


def where(kinds: Kinds, name: str) -> list[str]:
    """The kinds of which the test of that name is asked; one of a class's own is asked of all."""
    if os.environ.get(VARIABLE) or name not in WHOLE:
        return [*kinds]
    return [kind for kind, names in kinds.items() if name in names]


def is_void(test: pytest.Item) -> bool:
    """Whether it is a test of the contract that can do nothing but skip itself.

    That is one in no kind of the platform; one of faults where nothing makes the platform fail; one with a fault or
    a call that the class's ``skips`` name.
    """
    asked: type | None = getattr(test, "cls", None)
    name = getattr(test, "originalname", "")
    if asked is None or not issubclass(asked, Asked) or name not in WHOLE:
        return False
    kinds: Kinds = getattr(asked, "kinds", {})
    breaks = any("faults" in vars(one) for one in asked.__mro__ if one is not ContractFixtures)
    given = test.callspec.params.values() if hasattr(test, "callspec") else ()
    skips: Collection[object] = getattr(asked, "skips", ())
    return (
        (bool(kinds) and not where(kinds, name))
        or (not breaks and hasattr(BreakingContract, name))
        or any(isinstance(one, str) and one in skips for one in given)
    )
