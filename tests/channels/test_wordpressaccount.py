import pathlib
from typing import Any

import pytest

from fahndung import channels
from fahndung.channels.wordpress import WordPress
from fahndung.channels.wordpressaccount import Endpoint
from fahndung.errors import ChannelFailed, InvalidConfig


def values(**change: Any) -> dict[str, Any]:
    """A user; None leaves a key out."""
    all_of_them = {
        "name": "wordpress",
        "base_url": "https://www.polizei.example/",
        "user": "fahndung",
        "credential": "wordpress-password",
    }
    return {key: value for key, value in (all_of_them | change).items() if value is not None}


def opened(config: dict[str, Any]) -> WordPress:
    channel = channels.from_config(config | {"kind": "wordpress"}, home_id="h", nonce="n", home=pathlib.Path("/"))
    assert isinstance(channel, WordPress)
    return channel


def test_everything_can_be_said_and_comes_back_from_the_ledger() -> None:
    told = values(base_url="http://127.0.0.1:8000/blog/", user="Presse Musterstadt", settle_s=2.5)
    channel = opened(told)
    assert channel.access() == told
    again = channels.from_ledger("wordpress", channel.access())
    assert isinstance(again, WordPress)
    assert again.endpoint == channel.endpoint == Endpoint(**told)
    assert again.endpoint.parent_url == "http://127.0.0.1:8000/blog/fahndung/"
    assert again.endpoint.page_url("k3m9x0q7t2w8z5b1") == "http://127.0.0.1:8000/blog/fahndung/k3m9x0q7t2w8z5b1/"
    assert again.endpoint.rest_url("pages") == "http://127.0.0.1:8000/blog/wp-json/wp/v2/pages"
    assert opened(values()).endpoint.settle_s == 0


@pytest.mark.parametrize(
    "change",
    [
        {"base_url": None},
        {"base_url": "http://www.polizei.example/"},
        {"base_url": "https://www.polizei.example"},
        {"base_url": "https://fahndung:sesam@www.polizei.example/"},
        {"base_url": 5},
        {"user": None},
        {"user": ""},
        {"user": "a:b"},
        {"user": "a\nb"},
        {"user": "a" * 61},
        {"credential": None},
        {"credential": "abcd EFGH 1234"},
        {"settle_s": -1},
        {"password": "sesam"},
    ],
    ids=str,
)
def test_what_is_missing_unknown_or_wrong_is_refused_without_telling_it(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidConfig) as caught:
        opened(values(**change))
    assert "sesam" not in "".join(caught.value.message)
    with pytest.raises(ChannelFailed, match="damaged"):
        channels.from_ledger("wordpress", values(**change))
