"""What lies on the public internet. Where a stranger names an address, the program goes nowhere else.

An address inside (this machine, the office's network, a cloud's metadata) would let whoever names it ask servers that
trust us, and learn from the answer. Knows no protocol.

Source: IANA special-purpose address registries as Python's ``ipaddress`` knows them; RFC 4291 (2000::/3), RFC 6052
(64:ff9b::/96).
"""

import ipaddress
import socket
from collections.abc import Callable

from fahndung.errors import Message

_UNICAST = ipaddress.IPv6Network("2000::/3")
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
_V4 = 0xFFFF_FFFF


class Inside(Exception):
    """An address that is not on the public internet."""


def is_public(address: str) -> bool:
    """Whether an IP address is one host of the public internet, on a direct way: no tunnel, no group of hosts."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _TRANSLATED:
            return is_public(str(ipaddress.IPv4Address(int(ip) & _V4)))
        if ip not in _UNICAST or ip.sixtofour or ip.teredo:
            return False
    return ip.is_global and not ip.is_multicast


def connect(connected: Callable[[], socket.socket], host: str, port: int) -> socket.socket:
    """A connection to a host all of whose addresses are public, and whose other end is one of them.

    Both are looked at: nobody inside is to see even an attempt, and a name may have another address a moment later.

    Args:
        connected: makes the connection.

    Raises:
        Inside: the host, or what answered under its name, is not public; no byte was sent. OSError: it has no address.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    if not all(is_public(str(address[0])) for *_, address in found):
        raise Inside
    made = connected()
    if not is_public(str(made.getpeername()[0])):
        made.close()
        raise Inside
    return made


def told(host: str) -> Message:
    """Why a host was not asked."""
    return Message(
        f"{host} is not on the public internet and was not asked.",
        f"{host} liegt nicht im öffentlichen Internet und wurde nicht gefragt.",
    )
