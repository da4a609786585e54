import pathlib
from typing import Any

import pytest

from fahndung import channels
from fahndung.channels.facebook import Facebook
from fahndung.channels.facebookaccount import Endpoint
from fahndung.errors import ChannelFailed, InvalidConfig


def values(**change: Any) -> dict[str, Any]:
    """A Page; None leaves a key out."""
    all_of_them = {"name": "facebook", "page": "1000", "credential": "page-token", "app_secret": "app-secret"}
    return {key: value for key, value in (all_of_them | change).items() if value is not None}


def opened(config: dict[str, Any]) -> Facebook:
    channel = channels.from_config(config | {"kind": "facebook"}, home_id="h", nonce="n", home=pathlib.Path("/"))
    assert isinstance(channel, Facebook)
    return channel


def test_what_is_left_out_is_as_facebook_is_said_to_have_it() -> None:
    endpoint = opened(values()).endpoint
    assert (endpoint.url, endpoint.settle_s) == ("https://graph.facebook.com/v26.0/", 60)
    assert (endpoint.characters, endpoint.drafts, endpoint.media) == (63_206, True, "none")


def test_everything_can_be_said_and_comes_back_from_the_ledger() -> None:
    told = values(url="http://127.0.0.1:8000/v26.0/", settle_s=0.5, characters=500, drafts=False, media="objects")
    channel = opened(told)
    assert channel.access() == told
    again = channels.from_ledger("facebook", channel.access())
    assert isinstance(again, Facebook)
    assert again.endpoint == channel.endpoint == Endpoint(**told)


WRONG = [
    {"name": None},
    {"name": "../x"},
    {"page": None},
    {"page": 1000},
    {"page": "polizei.musterstadt"},
    {"page": ""},
    {"page": "1" * 21},
    {"credential": None},
    {"credential": "Secret Value"},
    {"app_secret": None},
    {"app_secret": "Secret Value"},
    {"url": "https://graph.facebook.com/"},
    {"url": "https://graph.facebook.com/v26.0"},
    {"url": "https://graph.facebook.com/v26.0/me/"},
    {"url": "https://graph.facebook.com/v26.0/?x"},
    {"url": "http://graph.facebook.com/v26.0/"},
    {"url": 5},
    {"settle_s": -1},
    {"settle_s": 3601},
    {"settle_s": float("nan")},
    {"characters": 0},
    {"characters": 63_207},
    {"characters": True},
    {"characters": "500"},
    {"drafts": 1},
    {"drafts": "false"},
    {"media": "all"},
    {"media": True},
    {"token": "Secret Value"},
]


@pytest.mark.parametrize("change", WRONG, ids=str)
def test_a_page_that_is_described_wrongly_is_refused_on_both_sides(change: dict[str, Any]) -> None:
    (key,) = change
    with pytest.raises(InvalidConfig, match=rf"channels \(facebook\), {key}: ") as caught:
        opened(values(**change))
    assert "Secret" not in "".join(caught.value.message)
    with pytest.raises(ChannelFailed, match="damaged"):
        channels.from_ledger("facebook", values(**change))
