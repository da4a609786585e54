"""The signature is that of published examples; the keys themselves show nowhere."""

import json

import pytest

from fahndung.channels import xsign
from fahndung.channels.xsign import Keys
from fahndung.errors import InvalidConfig

PHOTOS = Keys(
    api_key="dpf43f3p2l4k3l03",
    api_key_secret="kd94hf93k423kf44",
    access_token="nnch734d00sl2jdk",
    access_token_secret="pfkkdhi9sl3r4s00",
)
X = Keys(
    api_key="xvz1evFS4wEEPTGEFPHBog",
    api_key_secret="kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
    access_token="370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
    access_token_secret="LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
)
NONCE = "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg"


def test_the_example_of_rfc_5849_is_signed_as_there() -> None:
    said = {
        "oauth_consumer_key": PHOTOS.api_key,
        "oauth_token": PHOTOS.access_token,
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": "137131202",
        "oauth_nonce": "chapoH",
    }
    address = "http://photos.example.net/photos?file=vacation.jpg&size=original"
    assert xsign.signature("GET", address, said, PHOTOS) == "MdpQcU8iPSUjWoN/UDMsK2sui9I="


@pytest.mark.parametrize(
    ("address", "signature"),
    [
        ("https://api.twitter.com/1/statuses/update.json", "tnnArxj06cWHq44gCs1OSKk/jLY="),
        ("https://api.x.com/1.1/statuses/update.json", "Ls93hJiZbQ3akF3HF3x1Bz8/zU4="),
    ],
)
def test_the_examples_of_the_platform_are_signed_as_there(address: str, signature: str) -> None:
    said = {
        "status": "Hello Ladies + Gentlemen, a signed OAuth request!",
        "oauth_consumer_key": X.api_key,
        "oauth_nonce": NONCE,
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": "1318622958",
        "oauth_token": X.access_token,
        "oauth_version": "1.0",
    }
    assert xsign.signature("POST", f"{address}?include_entities=true", said, X) == signature


def test_the_header_names_everything_but_the_secrets() -> None:
    header = xsign.authorization("POST", "https://api.x.com/2/tweets", X, nonce=NONCE, timestamp=1318622958)
    assert header.startswith(f'OAuth oauth_consumer_key="{X.api_key}", oauth_nonce="{NONCE}"')
    assert 'oauth_timestamp="1318622958"' in header
    assert 'oauth_signature="' in header
    assert X.api_key_secret not in header
    assert X.access_token_secret not in header


def test_two_requests_are_signed_differently() -> None:
    headers = {
        xsign.authorization(method, f"https://api.x.com/2/tweets/{id}", X, nonce=nonce, timestamp=timestamp)
        for method, id, nonce, timestamp in (
            ("GET", "1", "a", 1),
            ("DELETE", "1", "a", 1),
            ("GET", "2", "a", 1),
            ("GET", "1", "b", 1),
            ("GET", "1", "a", 2),
        )
    }
    assert len({header.rsplit("oauth_signature=", 1)[1] for header in headers}) == 5


def test_a_secret_holds_four_values_or_is_a_token() -> None:
    told = {
        "api_key": X.api_key,
        "api_key_secret": X.api_key_secret,
        "access_token": X.access_token,
        "access_token_secret": X.access_token_secret,
    }
    assert xsign.keys(json.dumps(told), "x-keys") == X
    assert xsign.keys("a-token", "x-keys") is None
    assert X.api_key_secret not in repr(X)


@pytest.mark.parametrize(
    "secret",
    [
        "{",
        "{}",
        '{"api_key": "Secret"}',
        '{"api_key": "Secret", "api_key_secret": "s", "access_token": "t", "access_token_secret": ""}',
        '{"api_key": "Secret", "api_key_secret": "s", "access_token": "t", "access_token_secret": 5}',
        '{"api_key": "Secret", "api_key_secret": "s", "access_token": "t", "access_token_secret": "u", "more": "x"}',
    ],
)
def test_what_is_neither_is_told_without_being_shown(secret: str) -> None:
    with pytest.raises(InvalidConfig, match="x-keys") as caught:
        xsign.keys(secret, "x-keys")
    assert "Secret" not in "".join(caught.value.message)
