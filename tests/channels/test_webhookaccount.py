"""Which receiver: every key of its table is checked, from the configuration and from the ledger alike."""

import pathlib
from typing import Any

import pytest

from fahndung import channels
from fahndung.channels.webhook import Webhook
from fahndung.channels.webhookaccount import Endpoint
from fahndung.errors import ChannelFailed, InvalidConfig
from fahndung.law.facts import Comments
from fahndung.model.mandate import Medium


def values(**change: Any) -> dict[str, Any]:
    """A receiver; None leaves a key out."""
    all_of_them = {
        "name": "stadtportal",
        "url": "https://www.stadt.example/fahndung/events",
        "key_id": "polizei-2026",
        "credential": "stadtportal-key",
        "medium": "online-press",
    }
    return {key: value for key, value in (all_of_them | change).items() if value is not None}


def opened(config: dict[str, Any]) -> Webhook:
    channel = channels.from_config(config | {"kind": "webhook"}, home_id="h", nonce="n", home=pathlib.Path("/"))
    assert isinstance(channel, Webhook)
    return channel


def test_strangers_may_write_below_it_unless_it_is_said_that_they_may_not() -> None:
    endpoint = opened(values()).endpoint
    assert (endpoint.comments, endpoint.settle_s) == ("open", 15)


def test_everything_can_be_said_and_comes_back_from_the_ledger() -> None:
    told = values(url="http://127.0.0.1:8480/events", comments="none", settle_s=0.5, medium="website")
    channel = opened(told)
    assert channel.access() == told
    again = channels.from_ledger("webhook", channel.access())
    assert isinstance(again, Webhook)
    assert again.endpoint == channel.endpoint == Endpoint(**told)
    assert again.medium is Medium.WEBSITE


WRONG = [
    {"name": None},
    {"name": "../x"},
    {"url": None},
    {"url": "https://www.stadt.example"},
    {"url": "https://www.stadt.example/events?key=Secret"},
    {"url": "https://www.stadt.example/events?"},
    {"url": "https://www.stadt.example/events#"},
    {"url": "https://Secret@www.stadt.example/events"},
    {"url": "http://www.stadt.example/events"},
    {"url": 5},
    {"key_id": None},
    {"key_id": ""},
    {"key_id": "Secret Value"},
    {"key_id": "x" * 65},
    {"key_id": 5},
    {"credential": None},
    {"credential": "Secret Value"},
    {"medium": None},
    {"medium": "print"},
    {"medium": ["social"]},
    {"comments": "off"},
    {"comments": False},
    {"settle_s": -1},
    {"key": "Secret Value"},
]


@pytest.mark.parametrize("change", WRONG, ids=str)
def test_a_receiver_that_is_described_wrongly_is_refused_on_both_sides(change: dict[str, Any]) -> None:
    (key,) = change
    with pytest.raises(InvalidConfig, match=rf"channels \(webhook\), {key}: ") as caught:
        opened(values(**change))
    assert "Secret" not in "".join(caught.value.message)
    with pytest.raises(ChannelFailed, match="damaged"):
        channels.from_ledger("webhook", values(**change))


@pytest.mark.parametrize("medium", ["website", "social", "online-press"])
def test_the_table_says_which_medium_an_order_has_to_name(medium: str) -> None:
    assert channels.medium_of("webhook", {"medium": medium}) is Medium(medium) is opened(values(medium=medium)).medium


@pytest.mark.parametrize("table", [{}, {"medium": 5}, {"medium": "somewhere"}])
def test_without_it_nobody_knows_the_medium(table: dict[str, object]) -> None:
    assert channels.medium_of("webhook", table) is None


@pytest.mark.parametrize(
    ("table", "comments"),
    [({"comments": "none"}, Comments.NONE), ({"comments": "open"}, Comments.OPEN), ({}, None), ({"comments": 5}, None)],
)
def test_the_table_says_whether_strangers_may_write_below_it(table: dict[str, object], comments: Comments) -> None:
    assert channels.comments_of("webhook", table) is comments
    assert channels.comments_of("website", table) is Comments.NONE
