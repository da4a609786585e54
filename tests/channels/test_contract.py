"""The website keeps the contract of every channel."""

import dataclasses
import pathlib
import shutil
from collections.abc import Callable, Collection

import pytest

from fahndung.channels import layout
from fahndung.channels.base import Channel
from fahndung.channels.website import Website
from fahndung.errors import ChannelFailed, NotSent
from fahndung.model.publication import Draft
from fahndung.model.release import Release
from fahndung.testing.contract import ChannelContract

from . import build


class TestWebsite(ChannelContract):
    @pytest.fixture
    def channel(self, tmp_path: pathlib.Path) -> Website:
        return build.website(tmp_path)

    @pytest.fixture
    def release(self, channel: Website) -> Release:
        return build.release(channel.endpoint.base_url)

    @pytest.fixture
    def other_release(self, channel: Website) -> Release:
        return build.release(channel.endpoint.base_url, slug=build.OTHER_SLUG)

    @pytest.fixture
    def blind(self, channel: Website) -> Callable[[], None]:
        return (channel.endpoint.root / layout.CANARY).unlink

    @pytest.fixture
    def online(self, channel: Website) -> Callable[[], Collection[str]]:
        root = channel.endpoint.root
        return lambda: {name for name in build.public_files(root) if name.startswith(("fahndung/", "bilder/"))}

    def test_a_site_that_is_not_there_lists_nothing_and_proves_nothing(self, channel: Channel, draft: Draft) -> None:
        website = build.website(pathlib.Path(str(draft.endpoint["root"])).parent)
        shutil.rmtree(website.endpoint.root)
        with pytest.raises(ChannelFailed):
            channel.find(draft.marker)
        with pytest.raises(NotSent):
            channel.publish(draft, lambda _: None)

    def test_a_site_of_another_home_lists_nothing(self, channel: Website, draft: Draft) -> None:
        channel.publish(draft, lambda _: None)
        foreign = Website(dataclasses.replace(channel.endpoint, nonce="another"))
        with pytest.raises(ChannelFailed, match="Another home"):
            foreign.find(draft.marker)
