import pathlib
from typing import Any

import pytest

from fahndung import channels
from fahndung.channels.s3 import S3
from fahndung.errors import ChannelFailed, InvalidConfig


def configured(**values: object) -> S3:
    """A channel; a value of None leaves the key out."""
    given: dict[str, Any] = {
        "name": "website",
        "kind": "s3",
        "base_url": "https://fahndung.polizei.example/",
        "endpoint": "https://store.polizei.example/",
        "bucket": "fahndung",
        "access_key_id": "AKIDEXAMPLE",
        "credential": "s3-secret",
    }
    table = {key: value for key, value in (given | values).items() if value is not None}
    opened = channels.from_config(table, home_id="home-1", nonce="n", home=pathlib.Path("/home/f"))
    assert isinstance(opened, S3)
    return opened


def test_what_is_not_said_has_sensible_values() -> None:
    place = configured().endpoint
    assert (place.prefix, place.region, place.absence, place.title) == (
        "",
        "us-east-1",
        "404",
        "fahndung.polizei.example",
    )


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("name", ["../x", None]),
        ("base_url", ["https://f.example", None]),
        ("endpoint", ["https://store.example", "http://store.example/", "https://store.example/x/", 5, None]),
        ("bucket", ["A", "a/b", "", "ab/..", None]),
        ("prefix", ["web", "/web/", "../", "a/../b/", "", ".a/"]),
        ("region", ["EU", ""]),
        ("access_key_id", ["a b", "", None]),
        ("credential", ["wJalrXUtnFEMI/K7MDENG", None]),
        ("absence", [404, "200"]),
        ("root", ["site"]),
    ],
)
def test_a_wrong_key_is_refused_by_name_and_its_value_is_not_told(key: str, values: list[object]) -> None:
    for value in values:
        with pytest.raises(InvalidConfig, match=key) as caught:
            configured(**{key: value})
        assert "wJal" not in caught.value.message.en


@pytest.mark.parametrize("values", [{}, {"prefix": "a/b.c/", "region": "eu-central-1", "absence": "410"}])
def test_the_ledgers_row_alone_opens_it(values: dict[str, object]) -> None:
    opened = configured(**values)
    again = channels.from_ledger("s3", opened.access())
    assert isinstance(again, S3)
    assert again.endpoint == opened.endpoint


@pytest.mark.parametrize(
    "change", [{"nonce": ""}, {"title": None}, {"bucket": "A"}, {"prefix": "../"}, {"more": "x"}, {"absence": 404}]
)
def test_a_damaged_row_is_told(change: dict[str, object]) -> None:
    with pytest.raises(ChannelFailed, match="damaged"):
        channels.from_ledger("s3", dict(configured().access()) | change)
    with pytest.raises(ChannelFailed, match="damaged"):
        channels.from_ledger("s3", {})
