"""The keys of a table that describes one account on a platform: each is checked. Knows no platform.

What is wrong is told without the value itself: it could be a secret in the wrong place.
"""

import dataclasses
import re
import urllib.parse
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from fahndung import credentials, http
from fahndung.errors import ChannelFailed, InvalidConfig
from fahndung.model.ids import is_id

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Account = TypeVar("Account", bound=DataclassInstance)
else:
    Account = TypeVar("Account")

Check = tuple[Callable[[object], bool], str, str]
"""What tells whether a value is right, and what it has to be, in both languages."""
_LONGEST_S = 3600.0
_VERSION = re.compile(r"/v[0-9]{1,3}\.[0-9]{1,2}/")


def from_config(
    kind: str, made: type[Account], checks: Mapping[str, Check], untrusted: Mapping[str, object]
) -> Account:
    """The account that one table of the configuration describes; ``made`` has a field for each of ``checks``.

    Raises:
        InvalidConfig: a key is missing, unknown or wrong.
    """
    for key in untrusted.keys() - checks.keys():
        raise _wrong(kind, key, "there is no such key", "diesen Schlüssel gibt es nicht")
    required = {field.name for field in dataclasses.fields(made) if field.default is dataclasses.MISSING}
    for key, (is_right, en, de) in checks.items():
        if key not in untrusted and key in required:
            raise _wrong(kind, key, "it is missing", "er fehlt")
        if key in untrusted and not is_right(untrusted[key]):
            raise _wrong(kind, key, f"it has to be {en}", f"nötig ist {de}")
    values: Mapping[str, Any] = untrusted  # each was checked
    return made(**values)


def from_ledger(
    kind: str, made: type[Account], checks: Mapping[str, Check], untrusted: Mapping[str, object]
) -> Account:
    """The account of a ledger row.

    Raises:
        ChannelFailed: the row does not say which account it was.
    """
    try:
        return from_config(kind, made, checks, untrusted)
    except InvalidConfig as error:
        raise ChannelFailed(
            f"The ledger's row about an account ({kind}) is damaged: {error.message.en} Check the ledger; remove the "
            "post by hand.",
            f"Der Registereintrag zu einem Konto ({kind}) ist beschädigt: {error.message.de} Bitte das Register prüfen "
            "und den Beitrag von Hand entfernen.",
        ) from error


def whole(least: int, most: int) -> Check:
    """A whole number between two others."""

    def is_right(value: object) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most

    return is_right, f"a whole number from {least} to {most}", f"eine ganze Zahl von {least} bis {most}"


def is_server(value: object) -> bool:
    """Whether it is the address of a server that may be called, with a slash at the end and no path."""
    return isinstance(value, str) and http.is_allowed(value) and urllib.parse.urlsplit(value)[2:] == ("/", "", "")


def _is_span(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _LONGEST_S


def versioned(example: str) -> Check:
    """The address of an API with its version as path, such as ``example``."""
    path = urllib.parse.urlsplit(example).path

    def is_right(value: object) -> bool:
        if not isinstance(value, str) or not http.is_allowed(value):
            return False
        own, *rest = urllib.parse.urlsplit(value)[2:]
        return _VERSION.fullmatch(own) is not None and rest == ["", ""]

    return (
        is_right,
        f"{example} or the like (or http://…{path} on this machine)",
        f"{example} oder ähnlich (oder http://…{path} auf diesem Rechner)",
    )


NAME: Check = (lambda value: isinstance(value, str) and is_id(value), "an id", "eine Kennung")
SERVER: Check = (
    is_server,
    "https://…/ (or http://…/ on this machine) with a slash at the end and no path",
    "https://…/ (oder http://…/ auf diesem Rechner) mit Schrägstrich am Ende und ohne Pfad",
)
CREDENTIAL: Check = (
    lambda value: isinstance(value, str) and credentials.NAME.fullmatch(value) is not None,
    "the name of a secret: small letters, digits, hyphens; not the secret itself",
    "der Name eines Zugangsgeheimnisses aus Kleinbuchstaben, Ziffern und Bindestrichen; nicht das Geheimnis",
)
SPAN: Check = (
    _is_span,
    f"a number of seconds, at most {_LONGEST_S:g}",
    f"eine Zahl von Sekunden, höchstens {_LONGEST_S:g}",
)


def _wrong(kind: str, key: str, en: str, de: str) -> InvalidConfig:
    return InvalidConfig(f"channels ({kind}), {key}: {en}.", f"channels ({kind}), {key}: {de}.")
