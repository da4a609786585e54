"""What every channel must keep, as a class of tests that its author inherits. Public; needs pytest.

In a module of tests, in about four lines::

    class TestMyChannel(ChannelContract):
        @pytest.fixture
        def channel(self) -> Channel:
            return my_channel("https://…")

        @pytest.fixture
        def release(self) -> Release:
            return built_release()

Further fixtures may be replaced, each where the channel has something to offer: ``other_release``, ``faults``,
``blind``, ``online``, ``secrets``, ``reopen``. What is not offered is not tested, and the skipped tests say so.
"""

import contextlib
import copy
import dataclasses
import json
import socket
from collections.abc import Callable, Collection, Mapping

import pytest

from fahndung.channels.base import Channel
from fahndung.errors import ChannelFailed, PlaceLost, Unsupported
from fahndung.model.publication import Draft, Gone, Live, Unknown
from fahndung.model.release import Release
from fahndung.testing.asking import (
    Online,
    Stop,
    Switch,
    Witness,
    ids,
    is_gone,
    is_live,
    needs_delete,
    needs_find,
    needs_look,
    needs_named,
    offered,
    posting,
    published,
    settle,
    settled_look,
)
from fahndung.testing.breaking import BreakingContract

__all__ = ["ChannelContract", "Switch", "Witness", "posting", "published"]

_NEVER_USED = "nothing-carries-this-marker"


class ChannelContract(BreakingContract):
    """The contract. See the module for how to inherit it."""

    def test_it_says_what_it_is_and_can(self, channel: Channel) -> None:
        able = channel.capabilities()
        assert able.kind == channel.kind
        assert able == channel.capabilities()
        assert channel.name
        assert able.residual.en
        assert able.residual.de
        assert able.proof.en
        assert able.proof.de
        row = able.as_json(channel.name)
        assert json.loads(json.dumps(row)) == row

    def test_it_can_be_checked_and_that_changes_nothing(self, channel: Channel, online: Online | None) -> None:
        channel.check()
        channel.check()
        assert online is None or not online()

    def test_preparing_is_pure_and_repeatable(
        self, channel: Channel, release: Release, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = copy.deepcopy(release)

        def refuse(*_: object) -> None:
            raise AssertionError("prepare went to the network")

        monkeypatch.setattr(socket.socket, "connect", refuse)
        draft = channel.prepare(release)
        assert draft == channel.prepare(release)
        assert release == before
        assert (draft.channel, draft.kind, draft.medium) == (channel.name, channel.kind, channel.medium)
        assert draft.marker
        assert all(isinstance(data, bytes) for data in draft.payload.values())

    def test_a_draft_holds_json_and_no_secret(self, draft: Draft, secrets: Collection[str]) -> None:
        for values in (dict(draft.endpoint), dict(draft.withdrawal)):
            text = json.dumps(values)
            assert json.loads(text) == values
            assert not [secret for secret in secrets if secret in text]

    def test_what_was_published_is_live_and_found(self, channel: Channel, draft: Draft) -> None:
        needs_look(channel)
        witness = published(channel, draft)
        assert witness.references
        seen = channel.look(posting(draft, witness))
        assert isinstance(seen, Live), seen
        assert seen.evidence
        if channel.capabilities().can_find:
            assert ids(channel.find(draft.marker)) == ids(witness.references)
        assert not isinstance(channel.look(posting(draft)), Gone), "without references nothing says that it is gone"

    def test_a_channel_that_cannot_list_says_so(self, channel: Channel) -> None:
        if channel.capabilities().can_find:
            assert channel.find(_NEVER_USED) == ()
        else:
            with pytest.raises(Unsupported):
                channel.find(_NEVER_USED)

    def test_the_listing_holds_everything_by_its_marker_and_nothing_else(
        self, channel: Channel, release: Release, other_release: Release | None, online: Online | None
    ) -> None:
        if not channel.capabilities().can_find:
            with pytest.raises(Unsupported):
                channel.listing()
            return
        draft, other = channel.prepare(release), channel.prepare(offered(other_release, "other_release"))
        known = {draft.marker: published(channel, draft)}
        before = {one for one in channel.listing() if one.marker != draft.marker}
        known[other.marker] = published(channel, other)
        listed = channel.listing()
        assert len(listed) == len(set(listed))
        for marker, witness in known.items():
            assert ids([one.reference for one in listed if one.marker == marker]) == ids(witness.references)
        assert {one for one in listed if one.marker not in known} == before
        assert online is None or set(online()) <= ids([one.reference for one in listed])
        for one in (draft, other):
            channel.withdraw(posting(one, known[one.marker]))
        settle(channel)
        assert set(channel.listing()) == before

    def test_what_no_ledger_knows_can_be_removed_from_its_listing(
        self, channel: Channel, release: Release, other_release: Release | None
    ) -> None:
        needs_find(channel)
        drafts = [channel.prepare(release), channel.prepare(offered(other_release, "other_release"))]
        kept = posting(drafts[1], *(published(channel, draft) for draft in drafts))
        found = [one.reference for one in channel.listing() if one.marker == drafts[0].marker]
        leftover = channel.leftover(drafts[0].marker, found)
        channel.withdraw(leftover)
        seen = settled_look(channel, leftover)
        assert isinstance(seen, Gone), seen
        assert channel.find(drafts[0].marker) == ()
        assert ids(channel.find(drafts[1].marker)) <= ids(kept.references)
        assert channel.find(drafts[1].marker)

    def test_every_object_is_told_before_the_next_is_made(
        self, channel: Channel, draft: Draft, online: Online | None
    ) -> None:
        witness = Witness(offered(online, "online"))
        channel.publish(draft, witness)
        assert not any(witness.untold), "an object was online that the checkpoint had not been told of"
        assert ids(witness.references) == set(offered(online, "online")())

    def test_publishing_twice_leaves_as_many_copies_as_the_abilities_say(
        self, channel: Channel, draft: Draft, unseen: Collection[str]
    ) -> None:
        able, first, second = channel.capabilities(), published(channel, draft), Witness()
        promised = able.recovery in {"path", "key"}
        with contextlib.nullcontext() if promised else contextlib.suppress(ChannelFailed):
            channel.publish(draft, second)
        settle(channel)
        if promised:
            assert ids(first.references) == ids(second.references)
            assert isinstance(channel.look(posting(draft, second)), Live)
        if able.can_find:
            found = ids(channel.find(draft.marker))
            told = [*first.references, *second.references]
            assert found <= ids(told)
            assert found >= ids([one for one in told if one.kind not in unseen])

    def test_withdrawing_removes_all_and_twice_is_a_success(
        self, channel: Channel, draft: Draft, online: Online | None
    ) -> None:
        needs_delete(channel)
        whole = posting(draft, published(channel, draft))
        for _ in range(2):
            channel.withdraw(whole)
            assert is_gone(channel, whole)
            assert not channel.capabilities().can_find or channel.find(draft.marker) == ()
            assert online is None or not online()

    def test_withdrawing_what_was_never_published_is_a_success(self, channel: Channel, draft: Draft) -> None:
        needs_delete(channel)
        channel.withdraw(posting(draft))
        seen = settled_look(channel, posting(draft))
        assert isinstance(seen, Gone | Unknown), "an account that was never used may lack its positive control"

    def test_withdrawing_finds_what_only_the_marker_knows(
        self, channel: Channel, draft: Draft, online: Online | None
    ) -> None:
        needs_delete(channel)
        needs_find(channel)
        witness = published(channel, draft)
        channel.withdraw(posting(draft))
        seen = settled_look(channel, posting(draft, witness))
        assert isinstance(seen, Gone), seen
        assert online is None or not online()

    def test_another_appeal_is_left_alone(
        self, channel: Channel, release: Release, other_release: Release | None
    ) -> None:
        needs_delete(channel)
        drafts = [channel.prepare(release), channel.prepare(offered(other_release, "other_release"))]
        postings = [posting(draft, published(channel, draft)) for draft in drafts]
        if channel.capabilities().can_find:
            found = [ids(channel.find(draft.marker)) for draft in drafts]
            assert not found[0] & found[1]
        channel.withdraw(postings[0])
        assert is_gone(channel, postings[0])
        assert is_live(channel, postings[1])

    def test_a_correction_takes_the_place_and_both_its_takedowns_know_whose_it_is(
        self, channel: Channel, release: Release, other_release: Release | None, online: Online | None
    ) -> None:
        needs_named(channel)
        needs_look(channel)
        draft, later = channel.prepare(release), channel.prepare(offered(other_release, "other_release"))
        old = posting(draft, published(channel, draft))
        (place,) = old.references
        corrected = dataclasses.replace(later, replaces=place)
        for _ in range(2):
            new = posting(later, published(channel, corrected))
            assert (new.references, channel.find(draft.marker)) == (old.references, ())
        assert is_live(channel, new)
        old = dataclasses.replace(old, yielded=(place,), superseded=True)
        assert is_gone(channel, old)
        channel.withdraw(old)
        assert is_live(channel, new), "the takedown of the earlier revision left it alone"
        assert online is None or len(online()) == 1
        channel.withdraw(new)
        assert is_gone(channel, new)
        assert online is None or not online()
        with pytest.raises(PlaceLost):
            channel.publish(corrected, lambda _: None)
        assert online is None or not online(), "of a place that is lost nothing is made"

    @pytest.mark.parametrize("stop_after", [1, 2, 3])
    def test_a_publication_that_was_stopped_leaves_nothing_that_cannot_be_withdrawn(
        self, channel: Channel, draft: Draft, online: Online | None, unseen: Collection[str], stop_after: int
    ) -> None:
        needs_delete(channel)
        witness, stopped = Witness(stop_after=stop_after), False
        try:
            channel.publish(draft, witness)
        except Stop:
            stopped = True
        if len(witness.references) < stop_after:
            pytest.skip(f"a publication makes fewer than {stop_after} objects")
        assert stopped
        assert len(witness.references) == stop_after
        settle(channel)
        shown = [one for one in witness.references if one.kind not in unseen]
        assert online is None or ids(shown) <= set(online()) <= ids(witness.references)
        known = () if channel.capabilities().can_find and shown == witness.references else (witness,)
        channel.withdraw(posting(draft, *known))
        assert is_gone(channel, posting(draft, witness))
        assert online is None or not online()

    def test_without_the_positive_control_nothing_is_gone(
        self, channel: Channel, draft: Draft, blind: Callable[[], None] | None
    ) -> None:
        needs_delete(channel)
        take_away = offered(blind, "blind")
        whole = posting(draft, published(channel, draft))
        channel.withdraw(whole)
        settle(channel)
        take_away()
        seen = channel.look(whole)
        assert isinstance(seen, Unknown), seen
        assert seen.why

    def test_it_is_opened_from_the_ledger_alone(
        self, channel: Channel, draft: Draft, reopen: Callable[[Mapping[str, object]], Channel]
    ) -> None:
        needs_delete(channel)
        whole = posting(draft, published(channel, draft))
        assert dict(channel.access()) == dict(draft.endpoint)
        again = reopen(json.loads(json.dumps(dict(draft.endpoint))))
        assert (again.name, again.kind, again.medium) == (channel.name, channel.kind, channel.medium)
        assert is_live(again, whole)
        again.withdraw(whole)
        assert is_gone(again, whole)
        with pytest.raises(ChannelFailed):
            reopen({})
