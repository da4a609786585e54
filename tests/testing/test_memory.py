import copy
import datetime as dt
import pathlib
from collections.abc import Callable, Collection, Mapping

import pytest

from fahndung import channels
from fahndung.channels.base import Channel
from fahndung.errors import NotPublishable, NotSent, OutcomeUnknown, Rejected
from fahndung.model.publication import Altered, Gone, Posting, Unknown
from fahndung.model.release import Release
from fahndung.testing.contract import ChannelContract, Switch, posting, published
from fahndung.testing.faults import Call, Fault
from fahndung.testing.memory import MemoryPlatform
from fahndung.testing.posts import Modes

from . import releases

HOUR = dt.timedelta(hours=1)
MODES = {
    "key and lookup": Modes(key_lifetime=HOUR),
    "key": Modes(key_lifetime=HOUR, lookup=False),
    "lookup": Modes(),
    "none": Modes(lookup=False),
}


class TestContract(ChannelContract):
    @pytest.fixture(params=MODES.values(), ids=MODES)
    def platform(self, request: pytest.FixtureRequest) -> MemoryPlatform:
        return MemoryPlatform(request.param)

    @pytest.fixture
    def channel(self, platform: MemoryPlatform) -> Channel:
        return platform.channel()

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
    def reopen(self, platform: MemoryPlatform) -> Callable[[Mapping[str, object]], Channel]:
        return lambda endpoint: channels.from_ledger("memory", endpoint, kinds=platform.kinds())


def test_a_snapshot_brings_everything_back_as_often_as_one_likes() -> None:
    platform = MemoryPlatform()
    channel = platform.channel()
    draft = channel.draft("m", "text", b"picture")
    empty = platform.snapshot()
    first = published(channel, draft)
    platform.faults.add(Fault.LIMITED, Call.LIST, times=None)
    full = platform.snapshot()
    for _ in range(2):
        platform.restore(empty)
        assert platform.online == {}
        assert platform.journal == []
        assert published(channel, draft).references == first.references
        assert channel.find("m")
        channel.withdraw(posting(draft, first))
        platform.restore(full)
        assert platform.copies("m") == 1
        assert platform.calls == {Call.UPLOAD: 1, Call.CREATE: 1}
        assert platform.faults.strike(Call.LIST) is not None


def test_a_copy_goes_its_own_way() -> None:
    platform = MemoryPlatform()
    twin = copy.deepcopy(platform)
    draft = platform.channel().draft("m", "text")
    published(twin.channel(), draft)
    assert (platform.copies("m"), twin.copies("m")) == (0, 1)


def test_the_journal_counts_effects_and_the_calls_count_attempts() -> None:
    platform = MemoryPlatform(Modes())
    channel = platform.channel()
    draft = channel.draft("m", "text")
    platform.faults.add(Fault.CUT_AFTER, Call.CREATE)
    platform.faults.add(Fault.UNREACHABLE, Call.CREATE)
    with pytest.raises(OutcomeUnknown):
        channel.publish(draft, lambda _: None)
    with pytest.raises(NotSent):
        channel.publish(draft, lambda _: None)
    channel.publish(draft, lambda _: None)
    assert platform.calls[Call.CREATE] == 3
    assert platform.copies("m") == 2
    channel.withdraw(posting(draft))
    assert [entry[0] for entry in platform.journal] == ["create", "create", "delete", "delete"]


def test_keys_can_be_forgotten_as_after_their_lifetime() -> None:
    platform = MemoryPlatform()
    channel = platform.channel()
    draft = channel.draft("m", "text")
    published(channel, draft)
    platform.forget_keys()
    published(channel, draft)
    assert platform.copies("m") == 2


def test_a_listing_that_lags_lacks_the_newest() -> None:
    platform = MemoryPlatform()
    channel = platform.channel()
    witness = published(channel, channel.draft("m", "text", b"picture"))
    platform.faults.add(Fault.STALE, Call.LIST)
    assert channel.find("m") == tuple(witness.references[:-1])
    assert channel.find("m") == tuple(witness.references)


def test_a_post_cannot_show_media_that_a_platform_only_said_it_took() -> None:
    platform = MemoryPlatform()
    channel = platform.channel()
    platform.faults.add(Fault.NOTHING, Call.UPLOAD)
    with pytest.raises(Rejected):
        channel.publish(channel.draft("m", "text", b"picture"), lambda _: None)
    assert platform.online == {}


def test_without_references_and_listing_nothing_can_be_said() -> None:
    channel = MemoryPlatform(Modes(lookup=False)).channel()
    assert isinstance(channel.look(Posting(marker="m", withdrawal={}, references=())), Unknown)
    listing = MemoryPlatform().channel()
    assert isinstance(listing.look(Posting(marker="m", withdrawal={}, references=())), Gone)


@pytest.mark.parametrize(
    "release", [releases.release("one", "other"), releases.release("one", text=False)], ids=["marker", "teaser"]
)
def test_a_release_without_marker_or_teaser_does_not_fit(release: Release) -> None:
    with pytest.raises(NotPublishable, match="Build it again"):
        MemoryPlatform().channel().prepare(release)


def test_a_release_without_a_card_is_text_alone() -> None:
    draft = MemoryPlatform().channel().prepare(releases.release("one", card=False))
    assert list(draft.payload) == ["post.txt"]


def test_it_opens_from_a_configuration_as_well() -> None:
    platform = MemoryPlatform()
    table = {"kind": "memory", "name": "presse"}
    kinds = platform.kinds()
    opened = channels.from_config(table, home_id="h", nonce="n", home=pathlib.Path("/"), kinds=kinds)
    published(opened, opened.draft("m", "text"))  # type: ignore[attr-defined]
    assert platform.copies("m") == 1
    assert kinds["memory"]().MEDIUM is opened.medium


def test_a_late_write_has_its_effect_when_nobody_waits_for_it_any_more() -> None:
    platform = MemoryPlatform(Modes())
    channel = platform.channel()
    platform.faults.add(Fault.LATE, Call.CREATE)
    with pytest.raises(OutcomeUnknown):
        channel.publish(channel.draft("m", "text"), lambda _: None)
    assert channel.find("m") == ()
    before, twin = platform.snapshot(), copy.deepcopy(platform)
    platform.arrive()
    platform.arrive()
    assert platform.copies("m") == 1
    platform.restore(before)
    platform.arrive()
    assert (platform.copies("m"), twin.copies("m")) == (1, 0)
    twin.arrive()
    assert twin.copies("m") == 1


def test_what_the_ledger_lost_of_a_posting_makes_it_altered_and_raises_nothing() -> None:
    channel = MemoryPlatform().channel()
    published(channel, channel.draft("m", "text"))
    assert isinstance(channel.look(Posting(marker="m", withdrawal={}, references=())), Altered)
