"""The part of the contract that asks what becomes of calls that fail; ``ChannelContract`` inherits it. Needs pytest."""

from collections.abc import Collection

import pytest

from fahndung.channels.base import Channel
from fahndung.errors import AuthError, ChannelFailed, FahndungError, RateLimited, Rejected, WindowClosed
from fahndung.model.publication import Altered, Draft, Gone, Live, Unknown
from fahndung.testing.asking import (
    ContractFixtures,
    Online,
    Switch,
    Witness,
    ids,
    is_gone,
    needs_delete,
    needs_find,
    needs_look,
    offered,
    posting,
    published,
    settle,
    settled_look,
)
from fahndung.testing.faults import UNKNOWN_AFTER, UNKNOWN_BEFORE, Call, Fault

_MAKING = (Call.UPLOAD, Call.CREATE)
_NO_LISTING = (Fault.LIMITED, Fault.ERROR_BEFORE, Fault.GARBAGE, Fault.CUT_BEFORE, Fault.UNAUTHORIZED)


class BreakingContract(ContractFixtures):
    """Every test needs the fixture ``faults``."""

    @pytest.mark.parametrize("fault", _NO_LISTING)
    def test_a_listing_that_is_not_clean_is_never_an_empty_one(
        self, channel: Channel, draft: Draft, faults: Switch | None, fault: Fault
    ) -> None:
        switch = offered(faults, "faults")
        needs_find(channel)
        whole = posting(draft, published(channel, draft))
        switch.add(fault, Call.LIST, times=None)
        with pytest.raises(ChannelFailed):
            channel.find(draft.marker)
        with pytest.raises(ChannelFailed):
            channel.listing()
        assert isinstance(channel.look(whole), Unknown)
        with pytest.raises(ChannelFailed):
            channel.withdraw(whole)
        switch.clear()
        assert isinstance(settled_look(channel, whole), Gone), "everything else was to be tried all the same"

    @pytest.mark.parametrize("fault", [*UNKNOWN_AFTER, *UNKNOWN_BEFORE])
    @pytest.mark.parametrize("call", _MAKING)
    def test_an_outcome_that_nobody_knows_is_told_as_such_and_can_be_withdrawn(
        self,
        channel: Channel,
        draft: Draft,
        faults: Switch | None,
        online: Online | None,
        unseen: Collection[str],
        fault: Fault,
        call: Call,
    ) -> None:
        switch, witness = offered(faults, "faults"), Witness()
        switch.add(fault, call)
        with pytest.raises(FahndungError) as caught:
            channel.publish(draft, witness)
        assert caught.value.effect_possible
        assert isinstance(caught.value, ChannelFailed)
        switch.clear()
        settle(channel)
        able = channel.capabilities()
        if online is not None:
            left = 1 if fault in UNKNOWN_AFTER and call not in unseen else 0
            assert len(set(online()) - ids(witness.references)) == left, "a write was repeated, or had no effect"
        if able.can_find:
            if fault in UNKNOWN_AFTER and call not in unseen:
                assert ids(channel.find(draft.marker)) > ids(witness.references)
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
        switch = offered(faults, "faults")
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
        unseen: Collection[str],
        fault: Fault,
        kind: type[FahndungError],
        call: Call,
    ) -> None:
        switch, witness = offered(faults, "faults"), Witness()
        switch.add(fault, call)
        with pytest.raises(kind) as caught:
            channel.publish(draft, witness)
        switch.clear()
        settle(channel)
        assert not caught.value.effect_possible
        if isinstance(caught.value, RateLimited):
            assert caught.value.retry_after is not None
        assert not [secret for secret in secrets if secret in "".join(caught.value.message)]
        shown = ids([one for one in witness.references if one.kind not in unseen])
        if channel.capabilities().can_find:
            assert ids(channel.find(draft.marker)) == shown
        assert online is None or set(online()) == shown

    def test_a_duplicate_is_told_as_possibly_there(self, channel: Channel, draft: Draft, faults: Switch | None) -> None:
        switch = offered(faults, "faults")
        switch.add(Fault.DUPLICATE, Call.CREATE)
        with pytest.raises(ChannelFailed) as caught:
            channel.publish(draft, Witness())
        assert caught.value.effect_possible

    def test_an_account_that_is_not_accepted_fails_the_check(self, channel: Channel, faults: Switch | None) -> None:
        offered(faults, "faults").add(Fault.UNAUTHORIZED, *Call, times=None)
        with pytest.raises(AuthError):
            channel.check()

    @pytest.mark.parametrize(
        "fault", [Fault.LIMITED, Fault.ERROR_BEFORE, Fault.ERROR_AFTER, Fault.CUT_AFTER, Fault.UNAUTHORIZED]
    )
    def test_a_removal_that_failed_is_told_and_all_else_was_removed(
        self,
        channel: Channel,
        draft: Draft,
        faults: Switch | None,
        online: Online | None,
        unseen: Collection[str],
        fault: Fault,
    ) -> None:
        needs_delete(channel)
        switch = offered(faults, "faults")
        witness = published(channel, draft)
        switch.add(fault, Call.DELETE)
        with pytest.raises(ChannelFailed):
            channel.withdraw(posting(draft, witness))
        hanging = ids([one for one in witness.references if one.kind in unseen])
        assert online is None or len({*online()} - hanging) <= 1
        switch.clear()
        channel.withdraw(posting(draft, witness))
        assert is_gone(channel, posting(draft, witness))

    def test_a_removal_for_which_it_is_too_late_is_for_a_person(
        self, channel: Channel, draft: Draft, faults: Switch | None
    ) -> None:
        needs_delete(channel)
        switch = offered(faults, "faults")
        witness = published(channel, draft)
        switch.add(Fault.CLOSED, Call.DELETE, times=None)
        with pytest.raises(WindowClosed):
            channel.withdraw(posting(draft, witness))
        assert not isinstance(channel.look(posting(draft, witness)), Gone)

    @pytest.mark.parametrize("call", [Call.DELETE, Call.READ])
    def test_a_platform_that_only_says_gone_is_not_believed(
        self, channel: Channel, draft: Draft, faults: Switch | None, call: Call
    ) -> None:
        needs_delete(channel)
        needs_look(channel)
        switch = offered(faults, "faults")
        whole = posting(draft, published(channel, draft))
        switch.add(Fault.NOTHING if call is Call.DELETE else Fault.STALE, call, times=None)
        channel.withdraw(whole)
        assert isinstance(settled_look(channel, whole), Live | Altered)

    @pytest.mark.parametrize("fault", [Fault.ERROR_BEFORE, Fault.CUT_BEFORE, Fault.LIMITED, Fault.TIMEOUT_BEFORE])
    @pytest.mark.parametrize("call", [Call.READ, Call.WHOAMI])
    def test_a_look_that_failed_knows_nothing_and_raises_nothing(
        self, channel: Channel, draft: Draft, faults: Switch | None, fault: Fault, call: Call
    ) -> None:
        switch = offered(faults, "faults")
        whole = posting(draft, published(channel, draft))
        switch.add(fault, call, times=None)
        assert isinstance(channel.look(whole), Unknown)
