"""Which Threads account: every key of its table is checked, from the configuration and from the ledger alike."""

import pathlib
from typing import Any

import pytest

from fahndung import channels
from fahndung.channels.threads import Threads
from fahndung.channels.threadsaccount import Endpoint
from fahndung.errors import ChannelFailed, InvalidConfig


def values(**change: Any) -> dict[str, Any]:
    """An account; None leaves a key out."""
    all_of_them = {"name": "threads", "user": "1000", "credential": "threads-token"}
    return {key: value for key, value in (all_of_them | change).items() if value is not None}


def opened(config: dict[str, Any]) -> Threads:
    channel = channels.from_config(config | {"kind": "threads"}, home_id="h", nonce="n", home=pathlib.Path("/"))
    assert isinstance(channel, Threads)
    return channel


def test_what_is_left_out_is_as_threads_is_said_to_have_it() -> None:
    endpoint = opened(values()).endpoint
    assert (endpoint.url, endpoint.settle_s) == ("https://graph.threads.net/v1.0/", 60)


def test_everything_can_be_said_and_comes_back_from_the_ledger() -> None:
    told = values(url="http://127.0.0.1:8000/v1.0/", settle_s=0.5)
    channel = opened(told)
    assert channel.access() == told
    again = channels.from_ledger("threads", channel.access())
    assert isinstance(again, Threads)
    assert again.endpoint == channel.endpoint == Endpoint(**told)


WRONG = [
    {"name": None},
    {"user": None},
    {"user": 1000},
    {"user": "polizei_musterstadt"},
    {"user": "1" * 21},
    {"credential": None},
    {"credential": "Secret Value"},
    {"url": "https://graph.threads.net/"},
    {"url": "https://graph.threads.net/v1.0"},
    {"url": "http://graph.threads.net/v1.0/"},
    {"url": 5},
    {"settle_s": 3601},
    {"token": "Secret Value"},
]


@pytest.mark.parametrize("change", WRONG, ids=str)
def test_an_account_that_is_described_wrongly_is_refused_on_both_sides(change: dict[str, Any]) -> None:
    (key,) = change
    with pytest.raises(InvalidConfig, match=rf"channels \(threads\), {key}: ") as caught:
        opened(values(**change))
    assert "Secret" not in "".join(caught.value.message)
    with pytest.raises(ChannelFailed, match="damaged"):
        channels.from_ledger("threads", values(**change))
