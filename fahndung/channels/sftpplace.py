"""Which folder on which SFTP server, and which website shows it: from the configuration, or from a ledger row.

Holds no secret, opens no file and no connection.
"""

import dataclasses
import pathlib
import re
from collections.abc import Mapping
from typing import Any, ClassVar

from fahndung.channels.endpoint import COMMON, CREDENTIAL, OURS, Check, Endpoint, checked, damaged, host_of, wrong
from fahndung.errors import InvalidConfig

KIND = "sftp"
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?")
_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@$-]{0,63}")
_FOLDER = re.compile(r"/|(/(?!\.{1,2}(?:/|$))[^/\x00-\x1f\x7f]+)+")
_FINGERPRINTS = re.compile(r"SHA256:[A-Za-z0-9+/]{43}( SHA256:[A-Za-z0-9+/]{43})*")
_PATHS = ("known_hosts", "key_file")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Place(Endpoint):
    """One folder on an SFTP server.

    Attributes:
        folder: absolute, as the server names it to this user.
        known_hosts: absolute path of a file in OpenSSH's form; or else
        host_key: the fingerprints of the server's keys, ``SHA256:…``, blanks between them.
        key_file: absolute path of the private key; without it
        credential: names the secret that holds a private key or a password; with it, the key's pass phrase.
    """

    kind: ClassVar[str] = KIND

    host: str
    port: int = 22
    user: str
    folder: str
    known_hosts: str = ""
    host_key: str = ""
    key_file: str = ""
    credential: str = ""

    @classmethod
    def from_config(cls, untrusted: Mapping[str, object], *, home_id: str, nonce: str, home: pathlib.Path) -> "Place":
        """The folder that one table of the configuration describes; relative paths on this machine count from the home.

        Raises:
            InvalidConfig: a key is missing, unknown or wrong.
        """
        values = checked(untrusted, COMMON | _CHECKS, kind=KIND, required=_REQUIRED)
        ours = {"title": host_of(values["base_url"]), "home_id": home_id, "nonce": nonce}
        paths = {key: str((home / values[key]).resolve()) for key in _PATHS if key in values}
        return cls._of(ours | values | paths)

    @classmethod
    def from_ledger(cls, untrusted: Mapping[str, object]) -> "Place":
        """The folder of a ledger row.

        Raises:
            ChannelFailed: the row does not say which folder it was.
        """
        given = {key: value for key, value in untrusted.items() if value != ""}
        try:
            values = checked(given, COMMON | OURS | _CHECKS, kind=KIND, required=(*_REQUIRED, "title", *OURS))
            if not all(pathlib.Path(values[key]).is_absolute() for key in _PATHS if key in values):
                raise wrong(KIND, " ".join(_PATHS), "a path is not absolute", "ein Pfad ist nicht absolut")
            return cls._of(values)
        except InvalidConfig as error:
            raise damaged() from error

    @classmethod
    def _of(cls, values: dict[str, Any]) -> "Place":
        if ("known_hosts" in values) is ("host_key" in values):
            raise wrong(
                KIND,
                "known_hosts",
                "known_hosts or host_key is needed, and one of them only: whom we talk to is never believed unseen",
                "known_hosts oder host_key wird gebraucht, und nur eines davon: Ungesehen wird keinem Server geglaubt",
            )
        if "key_file" not in values and "credential" not in values:
            raise wrong(KIND, "key_file", "key_file or credential is needed", "key_file oder credential wird gebraucht")
        return cls(**values)


def _is_like(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


_PATH: Check = (
    lambda value: isinstance(value, str) and value != "" and value.isprintable(),
    "the path of a file on this machine",
    "der Pfad einer Datei auf diesem Rechner",
)
_CHECKS: dict[str, Check] = {
    "host": (lambda value: _is_like(_HOST, value), "a host's name or address", "Name oder Adresse eines Rechners"),
    "port": (
        lambda value: isinstance(value, int) and not isinstance(value, bool) and 0 < value < 65536,
        "a port, 1 to 65535",
        "ein Port, 1 bis 65535",
    ),
    "user": (lambda value: _is_like(_USER, value), "a user's name there", "ein Benutzername dort"),
    "folder": (
        lambda value: _is_like(_FOLDER, value),
        "an absolute folder there, without . and .. in it and no slash at its end",
        "ein absoluter Ordner dort, ohne . und .. darin und ohne Schrägstrich am Ende",
    ),
    "known_hosts": _PATH,
    "host_key": (
        lambda value: _is_like(_FINGERPRINTS, value),
        "the fingerprint SHA256:… that ssh-keygen -l prints (several: with a blank between them)",
        "der Fingerabdruck SHA256:…, den ssh-keygen -l ausgibt (mehrere mit Leerzeichen dazwischen)",
    ),
    "key_file": _PATH,
    "credential": CREDENTIAL,
}
_REQUIRED = ("name", "base_url", "host", "user", "folder")
