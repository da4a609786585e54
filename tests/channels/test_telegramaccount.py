import pathlib
from typing import Any

import pytest

from fahndung import channels
from fahndung.channels.telegram import Telegram
from fahndung.channels.telegramaccount import Endpoint
from fahndung.errors import ChannelFailed, InvalidConfig

CHAT = -1001234567890


def values(**change: Any) -> dict[str, Any]:
    """A public channel; None leaves a key out."""
    known = {"name": "telegram", "chat": CHAT, "credential": "telegram-bot", "account": "polizei_muster"}
    return {key: value for key, value in (known | change).items() if value is not None}


def opened(config: dict[str, Any]) -> Telegram:
    channel = channels.from_config(config | {"kind": "telegram"}, home_id="h", nonce="n", home=pathlib.Path("/"))
    assert isinstance(channel, Telegram)
    return channel


def test_what_is_left_out_is_telegram_itself() -> None:
    endpoint = opened(values()).endpoint
    assert (endpoint.url, endpoint.pages, endpoint.settle_s) == ("https://api.telegram.org/", "https://t.me/", 60)
    assert endpoint.is_public
    assert not opened(values(account=None)).endpoint.is_public


@pytest.mark.parametrize("account", ["polizei_muster", None])
def test_everything_comes_back_from_the_ledger(account: str | None) -> None:
    told = values(account=account, url="http://127.0.0.1:8000/", pages="http://127.0.0.1:8001/", settle_s=0.5)
    channel = opened(told)
    again = channels.from_ledger("telegram", channel.access())
    assert isinstance(again, Telegram)
    assert again.endpoint == channel.endpoint == Endpoint(**told)


@pytest.mark.parametrize(
    "change",
    [
        {"name": None},
        {"chat": None},
        {"chat": "-1001234567890"},
        {"chat": -(10**12)},
        {"chat": -(2**53)},
        {"chat": 5},
        {"chat": True},
        {"credential": None},
        {"credential": "7000000001:abc"},
        {"account": "@presse"},
        {"account": "abc"},
        {"account": "9presse"},
        {"account": "presse_"},
        {"account": "pre__sse"},
        {"account": "a" * 33},
        {"account": 5},
        {"url": "https://api.telegram.org/bot7/"},
        {"pages": "https://t.me/s/"},
        {"pages": "http://t.me/"},
        {"settle_s": -1},
        {"visibility": "public"},
    ],
)
def test_what_is_wrong_is_refused_and_a_damaged_row_is_a_failure(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidConfig) as caught:
        opened(values(**change))
    assert next(iter(change)) in caught.value.message.en
    with pytest.raises(ChannelFailed):
        channels.from_ledger("telegram", values(**change))
