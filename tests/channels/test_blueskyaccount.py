import pathlib
from typing import Any

import pytest

from fahndung import channels
from fahndung.channels.bluesky import Bluesky
from fahndung.channels.blueskyaccount import Endpoint
from fahndung.errors import ChannelFailed, InvalidConfig

DID = "did:plc:2ddkkby6ggix4jqdv4qdddvj"


def values(**change: Any) -> dict[str, Any]:
    """An account; None leaves a key out."""
    all_of_them = {"name": "bluesky", "url": "https://pds.example/", "account": DID, "credential": "app-password"}
    return {key: value for key, value in (all_of_them | change).items() if value is not None}


def opened(config: dict[str, Any]) -> Bluesky:
    channel = channels.from_config(config | {"kind": "bluesky"}, home_id="h", nonce="n", home=pathlib.Path("/"))
    assert isinstance(channel, Bluesky)
    return channel


def test_what_is_left_out_is_as_the_network_has_it() -> None:
    endpoint = opened(values()).endpoint
    assert (endpoint.appview, endpoint.settle_s) == ("https://public.api.bsky.app/", 15)
    assert (endpoint.graphemes, endpoint.text_bytes) == (300, 3000)


def test_everything_can_be_said_and_comes_back_from_the_ledger() -> None:
    told = values(
        url="http://127.0.0.1:2583/",
        account="Presse.Polizei.Example",
        appview="",
        settle_s=0.5,
        graphemes=600,
        text_bytes=6000,
        media="objects",
        image_bytes=2_000_000,
    )
    channel = opened(told)
    assert channel.access() == told
    again = channels.from_ledger("bluesky", channel.access())
    assert isinstance(again, Bluesky)
    assert again.endpoint == channel.endpoint == Endpoint(**told)


WRONG = [
    {"name": None},
    {"name": "../x"},
    {"url": None},
    {"url": "https://pds.example"},
    {"url": "https://pds.example/xrpc/"},
    {"url": "http://pds.example/"},
    {"account": None},
    {"account": "@presse.example"},
    {"account": "presse"},
    {"account": "presse..example"},
    {"account": "-presse.example"},
    {"account": f"{'a' * 64}.example"},
    {"account": ".".join(["a" * 60] * 5)},
    {"account": "did:plc:short"},
    {"account": "did:key:z6Mk"},
    {"account": [DID]},
    {"credential": None},
    {"credential": "Secret Value"},
    {"appview": "public.api.bsky.app"},
    {"appview": 5},
    {"settle_s": -1},
    {"settle_s": 3601},
    {"graphemes": 0},
    {"text_bytes": True},
    {"text_bytes": 100_001},
    {"password": "Secret Value"},
]


@pytest.mark.parametrize("change", WRONG, ids=str)
def test_an_account_that_is_described_wrongly_is_refused_on_both_sides(change: dict[str, Any]) -> None:
    (key,) = change
    with pytest.raises(InvalidConfig, match=rf"channels \(bluesky\), {key}: ") as caught:
        opened(values(**change))
    assert "Secret" not in "".join(caught.value.message)
    with pytest.raises(ChannelFailed, match="damaged"):
        channels.from_ledger("bluesky", values(**change))


@pytest.mark.parametrize("account", ["did:web:polizei.example", "a.b", "polizei-sachsen.bsky.social"])
def test_every_form_of_a_name_is_allowed(account: str) -> None:
    assert opened(values(account=account)).endpoint.account == account
