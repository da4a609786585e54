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

import copy
import json
import socket
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any, Protocol

import pytest

from fahndung import channels
from fahndung.channels.base import Capabilities, Channel
from fahndung.errors import AuthError, ChannelFailed, FahndungError, RateLimited, Rejected, Unsupported, WindowClosed
from fahndung.model.publication import Altered, Draft, Gone, Live, Look, Posting, Reference, Unknown
from fahndung.model.release import Release
from fahndung.testing.faults import UNKNOWN_AFTER, UNKNOWN_BEFORE, Call, Fault

Online = Callable[[], Collection[str]]
_MAKING = (Call.UPLOAD, Call.CREATE)
_NO_LISTING = (Fault.LIMITED, Fault.ERROR_BEFORE, Fault.GARBAGE, Fault.CUT_BEFORE, Fault.UNAUTHORIZED)
_NEVER_USED = "nothing-carries-this-marker"


class Switch(Protocol):
    """Makes the platform of a test fail."""

    def add(self, fault: Fault, *calls: Call, times: int | None = 1) -> None:
        """The next calls of these kinds fail so; ``times`` None: all of them until ``clear``."""
        ...

    def clear(self) -> None:
        """Nothing fails any more."""
        ...


class Stop(Exception):
    """What a checkpoint raises to stop a publication."""


class Witness:
    """A checkpoint that remembers, looks at what is online, and stops the publication after ``stop_after``."""

    def __init__(self, online: Online | None = None, stop_after: int | None = None) -> None:
        self.references: list[Reference] = []
        self.untold: list[set[str]] = []
        self._online, self._stop_after = online, stop_after

    def __call__(self, reference: Reference) -> None:
        self.references.append(reference)
        if self._online is not None:
            self.untold.append(set(self._online()) - {one.id for one in self.references})
        if len(self.references) == self._stop_after:
            raise Stop


class ChannelContract:
    """The contract. See the module for how to inherit it."""

    @pytest.fixture
    def channel(self) -> Channel:
        """The channel under test, on a platform on which nothing was published yet. To be replaced."""
        raise NotImplementedError

    @pytest.fixture
    def release(self) -> Release:
        """A release that fits the channel. To be replaced."""
        raise NotImplementedError

    @pytest.fixture
    def other_release(self) -> Release | None:
        """Another appeal's release; None: it is not tested that two appeals leave each other alone."""
        return None

    @pytest.fixture
    def faults(self) -> Switch | None:
        """What makes the platform fail; None: the faults are not tested."""
        return None

    @pytest.fixture
    def blind(self, faults: Switch | None) -> Callable[[], None] | None:
        """Takes away the positive control; where there are faults, the credential is not accepted any more."""
        if faults is None:
            return None
        return lambda: faults.add(Fault.UNAUTHORIZED, *Call, times=None)

    @pytest.fixture
    def online(self) -> Online | None:
        """Tells the ids of all objects of the account that are really online, past the channel; None: nobody can."""
        return None

    @pytest.fixture
    def secrets(self) -> Collection[str]:
        """What must stand neither in a draft nor in an error: the tokens of the account."""
        return ()

    @pytest.fixture
    def reopen(self, channel: Channel) -> Callable[[Mapping[str, object]], Channel]:
        """Opens the channel from an endpoint as the ledger keeps it."""
        return lambda endpoint: channels.from_ledger(channel.kind, endpoint)

    @pytest.fixture
    def draft(self, channel: Channel, release: Release) -> Draft:
        """What the channel would send of the release."""
        return channel.prepare(release)

    def test_it_says_what_it_is_and_can(self, channel: Channel) -> None:
        able = channel.capabilities()
        assert able.kind == channel.kind
        assert able == channel.capabilities()
        assert channel.name
        assert able.residual.en
        assert able.residual.de
        assert able.evidence.en
        assert able.evidence.de
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
        witness = published(channel, draft)
        assert witness.references
        seen = channel.look(posting(draft, witness))
        assert isinstance(seen, Live), seen
        assert seen.evidence
        if channel.capabilities().can_find:
            assert _ids(channel.find(draft.marker)) == _ids(witness.references)
        assert not isinstance(channel.look(posting(draft)), Gone), "without references nothing says that it is gone"

    def test_a_channel_that_cannot_list_says_so(self, channel: Channel) -> None:
        if channel.capabilities().can_find:
            assert channel.find(_NEVER_USED) == ()
        else:
            with pytest.raises(Unsupported):
                channel.find(_NEVER_USED)

    def test_every_object_is_told_before_the_next_is_made(
        self, channel: Channel, draft: Draft, online: Online | None
    ) -> None:
        witness = Witness(_offered(online, "online"))
        channel.publish(draft, witness)
        assert not any(witness.untold), "an object was online that the checkpoint had not been told of"
        assert _ids(witness.references) == set(_offered(online, "online")())

    def test_publishing_twice_leaves_as_many_copies_as_the_abilities_say(self, channel: Channel, draft: Draft) -> None:
        able = channel.capabilities()
        first, second = published(channel, draft), published(channel, draft)
        if able.recovery in {"path", "key"}:
            assert _ids(first.references) == _ids(second.references)
            assert isinstance(channel.look(posting(draft, second)), Live)
        if able.can_find:
            found = _ids(channel.find(draft.marker))
            assert found == _ids(first.references) | _ids(second.references)

    def test_withdrawing_removes_all_and_twice_is_a_success(
        self, channel: Channel, draft: Draft, online: Online | None
    ) -> None:
        whole = posting(draft, published(channel, draft))
        for _ in range(2):
            channel.withdraw(whole)
            seen = settled_look(channel, whole)
            assert isinstance(seen, Gone), seen
            assert seen.evidence
            assert not channel.capabilities().can_find or channel.find(draft.marker) == ()
            assert online is None or not online()

    def test_withdrawing_what_was_never_published_is_a_success(self, channel: Channel, draft: Draft) -> None:
        channel.withdraw(posting(draft))
        seen = settled_look(channel, posting(draft))
        assert isinstance(seen, Gone | Unknown), "an account that was never used may lack its positive control"

    def test_withdrawing_finds_what_only_the_marker_knows(
        self, channel: Channel, draft: Draft, online: Online | None
    ) -> None:
        _needs_find(channel)
        witness = published(channel, draft)
        channel.withdraw(posting(draft))
        seen = settled_look(channel, posting(draft, witness))
        assert isinstance(seen, Gone), seen
        assert online is None or not online()

    def test_another_appeal_is_left_alone(
        self, channel: Channel, release: Release, other_release: Release | None
    ) -> None:
        drafts = [channel.prepare(release), channel.prepare(_offered(other_release, "other_release"))]
        postings = [posting(draft, published(channel, draft)) for draft in drafts]
        if channel.capabilities().can_find:
            found = [_ids(channel.find(draft.marker)) for draft in drafts]
            assert not found[0] & found[1]
        channel.withdraw(postings[0])
        assert isinstance(settled_look(channel, postings[0]), Gone)
        assert isinstance(channel.look(postings[1]), Live)

    @pytest.mark.parametrize("stop_after", [1, 2, 3])
    def test_a_publication_that_was_stopped_leaves_nothing_that_cannot_be_withdrawn(
        self, channel: Channel, draft: Draft, online: Online | None, stop_after: int
    ) -> None:
        witness, stopped = Witness(stop_after=stop_after), False
        try:
            channel.publish(draft, witness)
        except Stop:
            stopped = True
        if len(witness.references) < stop_after:
            pytest.skip(f"a publication makes fewer than {stop_after} objects")
        assert stopped
        assert len(witness.references) == stop_after
        _settle(channel)
        assert online is None or set(online()) == _ids(witness.references)
        known = () if channel.capabilities().can_find else (witness,)
        channel.withdraw(posting(draft, *known))
        seen = settled_look(channel, posting(draft, witness))
        assert isinstance(seen, Gone), seen
        assert online is None or not online()

    def test_without_the_positive_control_nothing_is_gone(
        self, channel: Channel, draft: Draft, blind: Callable[[], None] | None
    ) -> None:
        take_away = _offered(blind, "blind")
        whole = posting(draft, published(channel, draft))
        channel.withdraw(whole)
        _settle(channel)
        take_away()
        seen = channel.look(whole)
        assert isinstance(seen, Unknown), seen
        assert seen.why

    def test_it_is_opened_from_the_ledger_alone(
        self, channel: Channel, draft: Draft, reopen: Callable[[Mapping[str, object]], Channel]
    ) -> None:
        whole = posting(draft, published(channel, draft))
        again = reopen(json.loads(json.dumps(dict(draft.endpoint))))
        assert (again.name, again.kind, again.medium) == (channel.name, channel.kind, channel.medium)
        assert isinstance(again.look(whole), Live)
        again.withdraw(whole)
        assert isinstance(settled_look(again, whole), Gone)
        with pytest.raises(ChannelFailed):
            reopen({})

    @pytest.mark.parametrize("fault", _NO_LISTING)
    def test_a_listing_that_is_not_clean_is_never_an_empty_one(
        self, channel: Channel, draft: Draft, faults: Switch | None, fault: Fault
    ) -> None:
        switch = _offered(faults, "faults")
        _needs_find(channel)
        whole = posting(draft, published(channel, draft))
        switch.add(fault, Call.LIST, times=None)
        with pytest.raises(ChannelFailed):
            channel.find(draft.marker)
        assert isinstance(channel.look(whole), Unknown)
        with pytest.raises(ChannelFailed):
            channel.withdraw(whole)
        switch.clear()
        assert isinstance(settled_look(channel, whole), Gone), "everything else was to be tried all the same"

    @pytest.mark.parametrize("fault", [*UNKNOWN_AFTER, *UNKNOWN_BEFORE])
    @pytest.mark.parametrize("call", _MAKING)
    def test_an_outcome_that_nobody_knows_is_told_as_such_and_can_be_withdrawn(
        self, channel: Channel, draft: Draft, faults: Switch | None, online: Online | None, fault: Fault, call: Call
    ) -> None:
        switch, witness = _offered(faults, "faults"), Witness()
        switch.add(fault, call)
        with pytest.raises(FahndungError) as caught:
            channel.publish(draft, witness)
        assert caught.value.effect_possible
        assert isinstance(caught.value, ChannelFailed)
        switch.clear()
        _settle(channel)
        able = channel.capabilities()
        if online is not None:
            left = 1 if fault in UNKNOWN_AFTER else 0
            assert len(set(online()) - _ids(witness.references)) == left, "a write was repeated, or had no effect"
        if able.can_find:
            if fault in UNKNOWN_AFTER:
                assert _ids(channel.find(draft.marker)) > _ids(witness.references)
            channel.withdraw(posting(draft, witness))
            assert isinstance(settled_look(channel, posting(draft, witness)), Gone)
            assert online is None or not online()
        elif able.recovery == "key":
            again = published(channel, draft)
            channel.withdraw(posting(draft, witness, again))
            assert isinstance(settled_look(channel, posting(draft, again)), Gone)
            assert online is None or not online()

    @pytest.mark.parametrize("fault", [*UNKNOWN_AFTER, *UNKNOWN_BEFORE])
    def test_repeating_an_unknown_publication_leaves_one_copy_where_the_abilities_say_so(
        self, channel: Channel, draft: Draft, faults: Switch | None, fault: Fault
    ) -> None:
        switch = _offered(faults, "faults")
        if channel.capabilities().recovery not in {"path", "key"}:
            pytest.skip("the abilities promise nothing for a repetition")
        for call in _MAKING:
            switch.add(fault, call)
            with pytest.raises(ChannelFailed):
                channel.publish(draft, Witness())
            switch.clear()
        again = published(channel, draft)
        assert isinstance(channel.look(posting(draft, again)), Live)

    @pytest.mark.parametrize(
        ("fault", "kind"),
        [(Fault.LIMITED, RateLimited), (Fault.UNAUTHORIZED, AuthError), (Fault.REFUSED, Rejected)],
    )
    @pytest.mark.parametrize("call", _MAKING)
    def test_a_refusal_leaves_nothing_that_the_checkpoint_was_not_told_of(
        self,
        channel: Channel,
        draft: Draft,
        faults: Switch | None,
        online: Online | None,
        secrets: Collection[str],
        fault: Fault,
        kind: type[FahndungError],
        call: Call,
    ) -> None:
        switch, witness = _offered(faults, "faults"), Witness()
        switch.add(fault, call)
        with pytest.raises(kind) as caught:
            channel.publish(draft, witness)
        switch.clear()
        _settle(channel)
        assert not caught.value.effect_possible
        if isinstance(caught.value, RateLimited):
            assert caught.value.retry_after is not None
        assert not [secret for secret in secrets if secret in "".join(caught.value.message)]
        if channel.capabilities().can_find:
            assert _ids(channel.find(draft.marker)) == _ids(witness.references)
        assert online is None or set(online()) == _ids(witness.references)

    def test_a_duplicate_is_told_as_possibly_there(self, channel: Channel, draft: Draft, faults: Switch | None) -> None:
        switch = _offered(faults, "faults")
        switch.add(Fault.DUPLICATE, Call.CREATE)
        with pytest.raises(ChannelFailed) as caught:
            channel.publish(draft, Witness())
        assert caught.value.effect_possible

    def test_an_account_that_is_not_accepted_fails_the_check(self, channel: Channel, faults: Switch | None) -> None:
        _offered(faults, "faults").add(Fault.UNAUTHORIZED, *Call, times=None)
        with pytest.raises(AuthError):
            channel.check()

    @pytest.mark.parametrize(
        "fault", [Fault.LIMITED, Fault.ERROR_BEFORE, Fault.ERROR_AFTER, Fault.CUT_AFTER, Fault.UNAUTHORIZED]
    )
    def test_a_removal_that_failed_is_told_and_all_else_was_removed(
        self, channel: Channel, draft: Draft, faults: Switch | None, online: Online | None, fault: Fault
    ) -> None:
        switch = _offered(faults, "faults")
        witness = published(channel, draft)
        switch.add(fault, Call.DELETE)
        with pytest.raises(ChannelFailed):
            channel.withdraw(posting(draft, witness))
        assert online is None or len(online()) <= 1
        switch.clear()
        channel.withdraw(posting(draft, witness))
        assert isinstance(settled_look(channel, posting(draft, witness)), Gone)

    def test_a_removal_for_which_it_is_too_late_is_for_a_person(
        self, channel: Channel, draft: Draft, faults: Switch | None
    ) -> None:
        switch = _offered(faults, "faults")
        witness = published(channel, draft)
        switch.add(Fault.CLOSED, Call.DELETE, times=None)
        with pytest.raises(WindowClosed):
            channel.withdraw(posting(draft, witness))
        assert not isinstance(channel.look(posting(draft, witness)), Gone)

    @pytest.mark.parametrize("call", [Call.DELETE, Call.READ])
    def test_a_platform_that_only_says_gone_is_not_believed(
        self, channel: Channel, draft: Draft, faults: Switch | None, call: Call
    ) -> None:
        switch = _offered(faults, "faults")
        whole = posting(draft, published(channel, draft))
        switch.add(Fault.NOTHING if call is Call.DELETE else Fault.STALE, call, times=None)
        channel.withdraw(whole)
        assert isinstance(settled_look(channel, whole), Live | Altered)

    @pytest.mark.parametrize("fault", [Fault.ERROR_BEFORE, Fault.CUT_BEFORE, Fault.LIMITED, Fault.TIMEOUT_BEFORE])
    @pytest.mark.parametrize("call", [Call.READ, Call.WHOAMI])
    def test_a_look_that_failed_knows_nothing_and_raises_nothing(
        self, channel: Channel, draft: Draft, faults: Switch | None, fault: Fault, call: Call
    ) -> None:
        switch = _offered(faults, "faults")
        whole = posting(draft, published(channel, draft))
        switch.add(fault, call, times=None)
        assert isinstance(channel.look(whole), Unknown)


def posting(draft: Draft, *witnesses: Witness) -> Posting:
    """The draft as the ledger gives it back, with the references that the witnesses were told of."""
    references = dict.fromkeys(reference for witness in witnesses for reference in witness.references)
    withdrawal = json.loads(json.dumps(dict(draft.withdrawal)))
    return Posting(marker=draft.marker, withdrawal=withdrawal, references=tuple(references))


def published(channel: Channel, draft: Draft) -> Witness:
    """Publishes and waits until it shows; who was told of what."""
    witness = Witness()
    channel.publish(draft, witness)
    _settle(channel)
    return witness


def settled_look(channel: Channel, whole: Posting) -> Look:
    """A look once the channel had the time to settle that its abilities ask for."""
    _settle(channel)
    return channel.look(whole)


def _settle(channel: Channel) -> None:
    able: Capabilities = channel.capabilities()
    if able.settle:
        time.sleep(able.settle.total_seconds())


def _ids(references: Collection[Reference]) -> set[str]:
    return {reference.id for reference in references}


def _offered(value: Any, name: str) -> Any:
    if value is None:
        pytest.skip(f"this channel's tests offer no {name}")
    return value


def _needs_find(channel: Channel) -> None:
    if not channel.capabilities().can_find:
        pytest.skip("the channel cannot list")
