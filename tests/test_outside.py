"""Where a stranger names an address, nobody inside is asked: not by number, not by name, not by a name that changes."""

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fahndung import http as door
from fahndung import outside
from fahndung.errors import NotSent
from tests.http.test_http import Loopback, loopback

__all__ = ["loopback"]

PUBLIC, OWN = "93.184.216.34", "127.0.0.1"
INSIDE = [
    OWN,
    "127.8.8.8",
    "0.0.0.0",  # noqa: S104 RUF100  # an address to refuse
    "10.1.2.3",
    "172.16.0.1",
    "192.168.178.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.7",
    "224.0.0.1",
    "239.255.255.250",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fd00::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:93.184.216.34",
    "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "64:ff9b::7f00:1",
    "64:ff9b::a01:203",
    "64:ff9b:1::1",
    "fec0::1",
    "::7f00:1",
    "zeitung.example",
    "",
]


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_not_one_host_of_the_public_internet_is_inside(address: str) -> None:
    assert not outside.is_public(address)


@pytest.mark.parametrize("address", [PUBLIC, "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::5db8:d822"])
def test_hosts_of_the_public_internet_are_outside(address: str) -> None:
    assert outside.is_public(address)


@given(st.ip_addresses(v=4))
def test_a_translated_address_is_as_public_as_the_address_in_it(address: object) -> None:
    assert outside.is_public(f"64:ff9b::{address}") == outside.is_public(str(address))


def resolving(monkeypatch: pytest.MonkeyPatch, port: int, *answers: list[str]) -> list[str]:
    """Lets a name have other addresses at each lookup; returns the names that were asked for."""
    left, asked = list(answers), []

    def lookup(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        asked.append(host)
        now = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in now]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    return asked


def test_this_machine_is_not_asked_by_number(loopback: Loopback) -> None:
    with pytest.raises(NotSent, match="not on the public internet") as caught:
        door.Client(public=True).get(loopback.url + "secret")
    assert "secret" not in str(caught.value)
    assert loopback.asked == []
    assert door.Client().get(loopback.url).status == 200


@pytest.mark.parametrize("addresses", [[OWN], [PUBLIC, OWN], [OWN, PUBLIC]])
def test_a_name_with_one_address_inside_is_not_even_connected_to(
    loopback: Loopback, monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    asked = resolving(monkeypatch, loopback.server.server_port, addresses)
    with pytest.raises(NotSent, match=r"zeitung\.example:\d+ is not on the public internet"):
        door.Client(public=True).get(f"https://zeitung.example:{loopback.server.server_port}/")
    assert asked == ["zeitung.example"]


def test_a_name_that_changes_its_address_after_the_look_is_sent_nothing(
    loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = resolving(monkeypatch, loopback.server.server_port, [PUBLIC], [OWN])
    with pytest.raises(NotSent, match="not on the public internet"):
        door.Client(public=True).get(f"https://zeitung.example:{loopback.server.server_port}/")
    assert len(asked) == 2
    assert loopback.asked == []


def test_a_host_without_an_address_is_told_as_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    def lookup(*_: object, **__: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    with pytest.raises(NotSent):
        door.Client(public=True).get("https://zeitung.example/")


def test_a_public_host_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, 443, [PUBLIC])

    class Connected(socket.socket):
        def getpeername(self) -> tuple[str, int]:
            return PUBLIC, 443

    with Connected() as made:
        assert outside.connect(lambda: made, "zeitung.example", 443) is made
