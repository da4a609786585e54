"""Which mail server and which list: every key checked, no secret told, the same from configuration and ledger."""

import dataclasses
import pathlib
from typing import Any

import pytest

from fahndung.channels.mailaccount import Endpoint
from fahndung.errors import ChannelFailed, InvalidConfig

HOME = pathlib.Path("/srv/home")
WHOLE: dict[str, Any] = {
    "name": "press-mail",
    "host": "mail.polizei.example",
    "from": "fahndung@polizei.example",
    "from_name": "Polizeidirektion Musterstadt",
    "reply_to": "pressestelle@polizei.example",
    "user": "fahndung",
    "credential": "press-mail",
    "ca_file": "ca.pem",
    "recipients": "recipients.csv",
}


def test_the_ledger_opens_what_the_configuration_says() -> None:
    endpoint = Endpoint.from_config(WHOLE, HOME)
    assert endpoint.recipients == "/srv/home/recipients.csv"
    assert (endpoint.port, endpoint.security) == (587, "starttls")
    assert Endpoint.from_ledger(dataclasses.asdict(endpoint)) == endpoint
    server = endpoint.server
    assert (server.user, server.credential, str(server.ca_file)) == ("fahndung", "press-mail", "/srv/home/ca.pem")


def test_little_is_needed() -> None:
    least = {key: WHOLE[key] for key in ("name", "host", "from", "reply_to", "recipients")}
    endpoint = Endpoint.from_config(least | {"security": "tls"}, HOME)
    assert (endpoint.port, endpoint.server.user, endpoint.server.ca_file) == (465, None, None)
    assert Endpoint.from_ledger(dataclasses.asdict(endpoint)) == endpoint


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", "no id"),
        ("host", "mail server"),
        ("port", 0),
        ("port", True),
        ("port", "587"),
        ("security", "ssl"),
        ("from", "fahndung"),
        ("from", "fahndung@polizei.example\r\nBcc: x@y.example"),
        ("from_name", "Polizei\r\nBcc: x@y.example"),
        ("reply_to", "Presse <presse@polizei.example>"),
        ("reply_to", 7),
        ("credential", "Kennwort 4711"),
        ("recipients", ""),
        ("cc", "x@y.example"),
        ("security", "none"),
    ],
)
def test_a_wrong_value_is_told_by_its_key_and_not_repeated(key: str, value: object) -> None:
    with pytest.raises(InvalidConfig, match=key) as caught:
        Endpoint.from_config(WHOLE | {key: value}, HOME)
    assert "Kennwort" not in repr(caught.value.message)


@pytest.mark.parametrize("key", ["name", "host", "from", "reply_to", "recipients", "credential", "user"])
def test_what_is_needed_is_asked_for(key: str) -> None:
    with pytest.raises(InvalidConfig):
        Endpoint.from_config({name: value for name, value in WHOLE.items() if name != key}, HOME)


def test_a_damaged_row_is_a_failed_channel() -> None:
    with pytest.raises(ChannelFailed, match="damaged"):
        Endpoint.from_ledger({"host": "mail.polizei.example"})
