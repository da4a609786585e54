"""Channels that each get one thing wrong, and the test of the contract that must catch it.

``test_contract.py`` runs these in a pytest of their own; by its name nothing collects this module.
"""

import os
from collections.abc import Callable, Collection, Sequence

import pytest

from fahndung.channels.base import Channel, Checkpoint
from fahndung.errors import ChannelFailed, FahndungError, OutcomeUnknown, RateLimited
from fahndung.model.publication import Draft, Gone, Look, Marked, Posting, Reference, Unknown
from fahndung.model.release import Release
from fahndung.testing.contract import ChannelContract, Switch
from fahndung.testing.memory import MemoryChannel, MemoryPlatform
from tests.testing import releases

TOKEN = "t0ken"


class EmptyOnError(MemoryChannel):
    """A listing that was refused is taken for an empty one."""

    def find(self, marker: str) -> tuple[Reference, ...]:
        try:
            return super().find(marker)
        except RateLimited:
            return ()


class EmptyOnGarbage(MemoryChannel):
    """So is one that cannot be read."""

    def find(self, marker: str) -> tuple[Reference, ...]:
        try:
            return super().find(marker)
        except OutcomeUnknown:
            return ()


class LeavesMedia(MemoryChannel):
    """Deletes the post and forgets what it showed."""

    def withdraw(self, posting: Posting) -> None:
        for reference in (*posting.references, *self.find(posting.marker)):
            if reference.kind == "post":
                self.platform.delete(reference)


class FindsPostsOnly(MemoryChannel):
    """Media carry the marker as well."""

    def find(self, marker: str) -> tuple[Reference, ...]:
        return tuple(reference for reference in super().find(marker) if reference.kind == "post")


class FindsEverything(MemoryChannel):
    """Takes the whole account for one appeal."""

    def find(self, marker: str) -> tuple[Reference, ...]:
        super().find(marker)
        return tuple(item.reference for item in self.platform.online.values())


class ListsNothingOnError(MemoryChannel):
    """An account that cannot be listed is taken for an empty one."""

    def listing(self) -> tuple[Marked, ...]:
        try:
            return super().listing()
        except FahndungError:
            return ()


class ListsPostsOnly(MemoryChannel):
    """Media of which no post is left are never seen again."""

    def listing(self) -> tuple[Marked, ...]:
        return tuple(one for one in super().listing() if one.reference.kind == "post")


class ForgetsWhoseItIs(MemoryChannel):
    """Lists without markers."""

    def listing(self) -> tuple[Marked, ...]:
        return tuple(Marked(marker=None, reference=one.reference) for one in super().listing())


class LeavesLeftovers(MemoryChannel):
    """Removes nothing that the ledger does not know."""

    def leftover(self, marker: str | None, references: Sequence[Reference]) -> Posting:
        return Posting(marker="", withdrawal={}, references=())


class BelievesAbsence(MemoryChannel):
    """An account that sees nothing sees nothing of this either: gone without the positive control."""

    def look(self, posting: Posting) -> Look:
        seen = super().look(posting)
        return Gone(evidence={"listing": "empty"}) if isinstance(seen, Unknown) else seen


class PublishesAgain(MemoryChannel):
    """Repeats a write of which nobody knows the outcome."""

    def publish(self, draft: Draft, checkpoint: Checkpoint) -> None:
        try:
            super().publish(draft, checkpoint)
        except OutcomeUnknown:
            super().publish(draft, checkpoint)


class CallsItRefused(MemoryChannel):
    """Takes a call without an answer for one without an effect."""

    def publish(self, draft: Draft, checkpoint: Checkpoint) -> None:
        try:
            super().publish(draft, checkpoint)
        except OutcomeUnknown as error:
            raise RateLimited(*error.message) from error


class TellsLate(MemoryChannel):
    """Tells of all objects once all of them are there."""

    def publish(self, draft: Draft, checkpoint: Checkpoint) -> None:
        made: list[Reference] = []
        super().publish(draft, made.append)
        for reference in made:
            checkpoint(reference)


class TellsOfPostsOnly(MemoryChannel):
    """The media stay its secret."""

    def publish(self, draft: Draft, checkpoint: Checkpoint) -> None:
        super().publish(draft, lambda reference: None if reference.kind == "media" else checkpoint(reference))


class SwallowsTheStop(MemoryChannel):
    """Goes on although its caller said stop."""

    def publish(self, draft: Draft, checkpoint: Checkpoint) -> None:
        def quiet(reference: Reference) -> None:
            try:
                checkpoint(reference)
            except Exception:
                return

        super().publish(draft, quiet)


class ForgetsTheMarker(MemoryChannel):
    """Withdraws what it was told of, and never looks for the rest."""

    def withdraw(self, posting: Posting) -> None:
        for reference in posting.references:
            self.platform.delete(reference)


class GivesUpEarly(MemoryChannel):
    """Stops at the first object that cannot be removed."""

    def withdraw(self, posting: Posting) -> None:
        for reference in dict.fromkeys((*posting.references, *self.find(posting.marker))):
            self.platform.delete(reference)


class HidesFailures(MemoryChannel):
    """A removal that failed is reported as done."""

    def withdraw(self, posting: Posting) -> None:
        try:
            super().withdraw(posting)
        except ChannelFailed:
            return


class RaisesWhenLooking(MemoryChannel):
    """A look must not end its caller's round."""

    def look(self, posting: Posting) -> Look:
        seen = super().look(posting)
        if isinstance(seen, Unknown):
            raise FahndungError(seen.why, seen.why)
        return seen


class IgnoresKeys(MemoryChannel):
    """Promises what it does not keep."""

    def publish(self, draft: Draft, checkpoint: Checkpoint) -> None:
        self.platform.forget_keys()
        super().publish(draft, checkpoint)


class PreparesAnew(MemoryChannel):
    """Says something else each time."""

    def prepare(self, release: Release) -> Draft:
        return self.draft(os.urandom(10).hex(), "text")


class KeepsTheToken(MemoryChannel):
    """Writes its credential into what the ledger keeps."""

    def __init__(self, platform: MemoryPlatform, name: str = "memory") -> None:
        super().__init__(platform, name)
        self._endpoint = {"name": name, "token": TOKEN}


MUTANTS: dict[type[MemoryChannel], str] = {
    EmptyOnError: "test_a_listing_that_is_not_clean_is_never_an_empty_one",
    EmptyOnGarbage: "test_a_listing_that_is_not_clean_is_never_an_empty_one",
    LeavesMedia: "test_withdrawing_removes_all_and_twice_is_a_success",
    FindsPostsOnly: "test_what_was_published_is_live_and_found",
    FindsEverything: "test_another_appeal_is_left_alone",
    ListsNothingOnError: "test_a_listing_that_is_not_clean_is_never_an_empty_one",
    ListsPostsOnly: "test_the_listing_holds_everything_by_its_marker_and_nothing_else",
    ForgetsWhoseItIs: "test_the_listing_holds_everything_by_its_marker_and_nothing_else",
    LeavesLeftovers: "test_what_no_ledger_knows_can_be_removed_from_its_listing",
    BelievesAbsence: "test_without_the_positive_control_nothing_is_gone",
    PublishesAgain: "test_an_outcome_that_nobody_knows_is_told_as_such_and_can_be_withdrawn",
    CallsItRefused: "test_an_outcome_that_nobody_knows_is_told_as_such_and_can_be_withdrawn",
    TellsLate: "test_every_object_is_told_before_the_next_is_made",
    TellsOfPostsOnly: "test_every_object_is_told_before_the_next_is_made",
    SwallowsTheStop: "test_a_publication_that_was_stopped_leaves_nothing_that_cannot_be_withdrawn",
    ForgetsTheMarker: "test_withdrawing_finds_what_only_the_marker_knows",
    GivesUpEarly: "test_a_removal_that_failed_is_told_and_all_else_was_removed",
    HidesFailures: "test_a_removal_that_failed_is_told_and_all_else_was_removed",
    RaisesWhenLooking: "test_a_look_that_failed_knows_nothing_and_raises_nothing",
    IgnoresKeys: "test_publishing_twice_leaves_as_many_copies_as_the_abilities_say",
    PreparesAnew: "test_preparing_is_pure_and_repeatable",
    KeepsTheToken: "test_a_draft_holds_json_and_no_secret",
}


class _Contract(ChannelContract):
    """The contract of the memory channel, for the mutant that a sub-class names."""

    mutant: type[MemoryChannel]

    @pytest.fixture
    def platform(self) -> MemoryPlatform:
        return MemoryPlatform()

    @pytest.fixture
    def channel(self, platform: MemoryPlatform) -> Channel:
        return self.mutant(platform)

    @pytest.fixture
    def release(self) -> Release:
        return releases.release("one")

    @pytest.fixture
    def other_release(self) -> Release:
        return releases.release("two")

    @pytest.fixture
    def faults(self, platform: MemoryPlatform) -> Switch:
        return platform.faults

    @pytest.fixture
    def online(self, platform: MemoryPlatform) -> Callable[[], Collection[str]]:
        return lambda: platform.online

    @pytest.fixture
    def secrets(self) -> Collection[str]:
        return (TOKEN,)


for _mutant in (MemoryChannel, *MUTANTS):
    globals()[f"Test{_mutant.__name__}"] = type(f"Test{_mutant.__name__}", (_Contract,), {"mutant": _mutant})
