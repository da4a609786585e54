import datetime as dt
from collections.abc import Callable, Collection, Mapping

import pytest

from fahndung import channels
from fahndung.channels.base import Channel
from fahndung.model.release import Release
from fahndung.testing.contract import ChannelContract, Switch
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
