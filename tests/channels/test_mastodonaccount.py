import pathlib
from typing import Any

import pytest

from fahndung import channels
from fahndung.channels.mastodon import Mastodon
from fahndung.channels.mastodonaccount import Endpoint
from fahndung.errors import ChannelFailed, InvalidConfig


def values(**change: Any) -> dict[str, Any]:
    """An account; None leaves a key out."""
    all_of_them = {"name": "mastodon", "url": "https://social.example/", "account": "presse", "credential": "token-1"}
    return {key: value for key, value in (all_of_them | change).items() if value is not None}


def opened(config: dict[str, Any]) -> Mastodon:
    channel = channels.from_config(config | {"kind": "mastodon"}, home_id="h", nonce="n", home=pathlib.Path("/"))
    assert isinstance(channel, Mastodon)
    return channel


def test_what_is_left_out_is_as_most_servers_have_it() -> None:
    endpoint = opened(values()).endpoint
    assert (endpoint.visibility, endpoint.settle_s) == ("public", 15)
    assert (endpoint.characters, endpoint.url_characters, endpoint.media) == (500, 23, "none")


def test_everything_can_be_said_and_comes_back_from_the_ledger() -> None:
    told = values(
        url="http://127.0.0.1:8000/",
        account="PD_Muster-Stadt.1",
        visibility="unlisted",
        settle_s=0.5,
        characters=5000,
        url_characters=25,
        media="objects",
    )
    channel = opened(told)
    assert channel.access() == told
    again = channels.from_ledger("mastodon", channel.access())
    assert isinstance(again, Mastodon)
    assert again.endpoint == channel.endpoint == Endpoint(**told)


WRONG = [
    {"name": None},
    {"name": "../x"},
    {"name": 5},
    {"url": None},
    {"url": "https://social.example"},
    {"url": "https://social.example/web/"},
    {"url": "https://social.example/?x"},
    {"url": "https://social.example/#x"},
    {"url": "https://someone@social.example/"},
    {"url": "http://social.example/"},
    {"url": "ftp://127.0.0.1/"},
    {"url": 5},
    {"account": None},
    {"account": "@presse"},
    {"account": "presse@social.example"},
    {"account": "a/b"},
    {"account": ["presse"]},
    {"credential": None},
    {"credential": "Secret Value"},
    {"credential": 5},
    {"visibility": "private"},
    {"visibility": ["public"]},
    {"settle_s": -1},
    {"settle_s": 3601},
    {"settle_s": True},
    {"settle_s": float("nan")},
    {"settle_s": "15"},
    {"characters": 0},
    {"characters": 1.5},
    {"characters": True},
    {"url_characters": 100_001},
    {"url_characters": "23"},
    {"token": "Secret Value"},
]


@pytest.mark.parametrize("change", WRONG, ids=str)
def test_an_account_that_is_described_wrongly_is_refused_on_both_sides(change: dict[str, Any]) -> None:
    (key,) = change
    with pytest.raises(InvalidConfig, match=rf"channels \(mastodon\), {key}: ") as caught:
        opened(values(**change))
    assert "Secret" not in "".join(caught.value.message)
    with pytest.raises(ChannelFailed, match="damaged"):
        channels.from_ledger("mastodon", values(**change))


@pytest.mark.parametrize(
    "change",
    [{"settle_s": 0}, {"settle_s": 3600}, {"characters": 1}, {"characters": 100_000}, {"account": "a"}],
)
def test_the_edges_are_allowed(change: dict[str, Any]) -> None:
    opened(values(**change))
