"""The contract against a real account of whoever runs the tests, which environment variables name. Knows no platform.

An account that nothing else uses: what the tests make they remove again, also where one of them fails; what was there
before stays.
"""

import os
import secrets as chance
from collections.abc import Collection, Iterator, Mapping
from typing import ClassVar

import pytest

from fahndung import channels
from fahndung.channels.base import Channel
from fahndung.model.release import Release
from fahndung.testing.contract import ChannelContract


def account(kind: str, platform: str, **values: object) -> Channel:
    """The account of a kind with these values; ``FAHNDUNG_TEST_<platform>_URL`` and ``…_SETTLE_S`` may change two."""
    values = {"name": kind, **values}
    if url := os.environ.get(f"FAHNDUNG_TEST_{platform}_URL"):
        values["url"] = f"{url.rstrip('/')}/"
    if patience := os.environ.get(f"FAHNDUNG_TEST_{platform}_SETTLE_S"):
        values["settle_s"] = float(patience)
    return channels.from_ledger(kind, values)


class Elsewhere(ChannelContract):
    """A platform's class says how the account is opened and what a release is, and is a test if ``named`` says so.

    Attributes:
        handed: variables in which the channel looks for its secrets, and those in which the tests are given them.
    """

    __test__ = False
    handed: ClassVar[Mapping[str, str]]

    def opened(self) -> Channel:
        """The account. To be replaced."""
        raise NotImplementedError

    def released(self, name: str) -> Release:
        """The release of an appeal of that name, which nobody published before. To be replaced."""
        raise NotImplementedError

    @pytest.fixture
    def channel(self) -> Iterator[Channel]:
        # a context of its own: what the test itself patches is undone before this fixture removes what it made
        with pytest.MonkeyPatch.context() as patch:
            for variable, given in self.handed.items():
                patch.setenv(variable, os.environ[given])
            opened = self.opened()
            before = {*opened.listing()}
            yield opened
            for one in {*opened.listing()} - before:
                opened.withdraw(opened.leftover(one.marker, (one.reference,)))

    @pytest.fixture
    def release(self) -> Release:
        return self.released(chance.token_hex(8))

    @pytest.fixture
    def other_release(self) -> Release:
        return self.released(chance.token_hex(8))

    @pytest.fixture
    def secrets(self) -> Collection[str]:
        return [os.environ[given] for given in self.handed.values()]
