"""Every kind of a platform is asked something, one is asked everything, and what is asked of none is not collected."""

import types
from typing import Any, cast

import pytest

from fahndung.channels.base import Channel
from fahndung.testing.contract import ChannelContract
from fahndung.testing.faults import Call, Fault
from fahndung.testing.mastodonstock import PROFILES as MASTODON
from fahndung.testing.xshapes import PROFILES as X

from . import asked, facebooks, mastodons, xs

NEVER = "test_a_removal_for_which_it_is_too_late_is_for_a_person"
LISTING = "test_a_listing_that_is_not_clean_is_never_an_empty_one"


@pytest.mark.parametrize(
    ("kinds", "profiles"),
    [(mastodons.KINDS, [*MASTODON]), (xs.KINDS, [*X]), (facebooks.KINDS, facebooks.WORKING)],
)
def test_one_kind_is_asked_everything_and_each_other_something(kinds: asked.Kinds, profiles: list[str]) -> None:
    assert kinds.keys() == {*profiles}
    assert len(asked.whole(kinds)) == 1
    assert asked.whole(kinds).keys() | asked.parts(kinds).keys() == kinds.keys()
    assert all(asked.parts(kinds).values())


def test_a_test_is_asked_where_it_is_named_and_a_classs_own_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = {"main": asked.WHOLE, "other": asked.LISTS}
    assert asked.where(kinds, LISTING) == ["main", "other"]
    assert asked.where(kinds, NEVER) == ["main"]
    assert asked.where(kinds, "test_of_its_own") == ["main", "other"]
    monkeypatch.setenv(asked.VARIABLE, "1")
    assert asked.where(kinds, NEVER) == ["main", "other"]


class Offers(ChannelContract):
    """Has faults, but not all of them."""

    skips = frozenset({Call.UPLOAD, Fault.CLOSED})

    @pytest.fixture
    def faults(self) -> None:
        """There are some."""


class Lists(Offers):
    """Of a kind that is asked for its listing only."""

    kinds = {"other": asked.LISTS}  # noqa: RUF012 - as the classes that inherit it have it


@pytest.mark.parametrize(
    ("kind", "name", "params", "void"),
    [
        (ChannelContract, LISTING, {"fault": Fault.LIMITED}, True),
        (ChannelContract, "test_it_says_what_it_is_and_can", {}, False),
        (Offers, LISTING, {"fault": Fault.LIMITED}, False),
        (Offers, LISTING, {"fault": Fault.CLOSED}, True),
        (Offers, "test_a_refusal_leaves_nothing_that_the_checkpoint_was_not_told_of", {"call": Call.UPLOAD}, True),
        (Offers, "test_of_its_own", {"call": Call.UPLOAD}, False),
        (Lists, LISTING, {"fault": Fault.LIMITED, "mode": "other"}, False),
        (Lists, NEVER, {}, True),
        (Channel, LISTING, {}, False),
        (None, LISTING, {}, False),
    ],
)
def test_what_could_only_skip_itself_is_not_collected(
    kind: type | None, name: str, params: dict[str, Any], void: bool
) -> None:
    item = types.SimpleNamespace(cls=kind, originalname=name, callspec=types.SimpleNamespace(params=params))
    assert asked.is_void(cast(pytest.Item, item)) is void
    if not params:
        del item.callspec
        assert asked.is_void(cast(pytest.Item, item)) is void
