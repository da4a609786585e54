"""Which keys a file of known hosts holds for a server. Pure; knows plain and hashed names, and no wildcards."""

import base64
import binascii
import dataclasses
import hashlib
import hmac

REVOKED = "@revoked"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The public keys of one server, as SSH writes them in binary."""

    keys: frozenset[bytes]
    revoked: frozenset[bytes]

    @property
    def types(self) -> frozenset[str]:
        """What kinds of keys they are, in SSH's own words."""
        return frozenset(_type(key) for key in self.keys)


def known(untrusted_text: str, host: str, port: int) -> Known:
    """What is known of one server; lines that are none, and authorities, are passed over.

    Source: sshd(8), SSH_KNOWN_HOSTS FILE FORMAT, read 2026-11-26.
    """
    name = host if port == 22 else f"[{host}]:{port}"
    keys: set[bytes] = set()
    revoked: set[bytes] = set()
    for line in untrusted_text.splitlines():
        fields = line.split()
        marker = fields.pop(0) if fields and fields[0].startswith("@") else ""
        if len(fields) < 3 or marker not in {"", REVOKED} or not _names(fields[0], name):
            continue
        try:
            key = base64.b64decode(fields[2], validate=True)
        except (binascii.Error, ValueError):
            continue
        if _type(key) == fields[1]:
            (revoked if marker else keys).add(key)
    return Known(keys=frozenset(keys - revoked), revoked=frozenset(revoked))


def fingerprint(key: bytes) -> str:
    """A public key's fingerprint as OpenSSH prints it: ``SHA256:…``."""
    return f"SHA256:{base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip('=')}"


def _names(field: str, name: str) -> bool:
    return any(_is(pattern, name) for pattern in field.split(","))


def _is(pattern: str, name: str) -> bool:
    if not pattern.startswith("|1|"):
        return pattern.lower() == name.lower()
    salt, _, hashed = pattern.removeprefix("|1|").partition("|")
    try:
        key, told = base64.b64decode(salt, validate=True), base64.b64decode(hashed, validate=True)
    except (binascii.Error, ValueError):
        return False
    return hmac.compare_digest(hmac.digest(key, name.lower().encode(), "sha1"), told)


def _type(key: bytes) -> str:
    length = int.from_bytes(key[:4], "big")
    return key[4 : 4 + length].decode("ascii", errors="replace")
