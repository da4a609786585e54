import pathlib
from typing import Any

import pytest

from fahndung import channels
from fahndung.channels.x import X
from fahndung.channels.xaccount import Endpoint
from fahndung.errors import ChannelFailed, InvalidConfig


def values(**change: Any) -> dict[str, Any]:
    """An account; None leaves a key out."""
    all_of_them = {"name": "x", "account": "presse", "credential": "x-keys"}
    return {key: value for key, value in (all_of_them | change).items() if value is not None}


def opened(config: dict[str, Any]) -> X:
    channel = channels.from_config(config | {"kind": "x"}, home_id="h", nonce="n", home=pathlib.Path("/"))
    assert isinstance(channel, X)
    return channel


def test_what_is_left_out_is_as_x_has_it() -> None:
    assert (opened(values()).endpoint.url, opened(values()).endpoint.settle_s) == ("https://api.x.com/", 120)


def test_everything_can_be_said_and_comes_back_from_the_ledger() -> None:
    told = values(url="http://127.0.0.1:8000/", account="Polizei_MS_15chr", settle_s=0.5, media="objects") | {
        "account": "PD_Muster_1"
    }
    channel = opened(told)
    assert channel.access() == told
    again = channels.from_ledger("x", channel.access())
    assert isinstance(again, X)
    assert again.endpoint == channel.endpoint == Endpoint(**told)


WRONG = [
    {"name": None},
    {"name": "../x"},
    {"account": None},
    {"account": "@presse"},
    {"account": "sixteen_letters_"},
    {"account": "a-b"},
    {"account": 5},
    {"credential": None},
    {"credential": "Secret Value"},
    {"url": "https://api.x.com"},
    {"url": "https://api.x.com/2/"},
    {"url": "http://api.x.com/"},
    {"settle_s": -1},
    {"settle_s": 3601},
    {"settle_s": True},
    {"settle_s": float("nan")},
    {"media": "persons"},
    {"characters": 280},
    {"token": "Secret Value"},
]


@pytest.mark.parametrize("change", WRONG, ids=str)
def test_an_account_that_is_described_wrongly_is_refused_on_both_sides(change: dict[str, Any]) -> None:
    (key,) = change
    with pytest.raises(InvalidConfig, match=rf"channels \(x\), {key}: ") as caught:
        opened(values(**change))
    assert "Secret" not in "".join(caught.value.message)
    with pytest.raises(ChannelFailed, match="damaged"):
        channels.from_ledger("x", values(**change))
