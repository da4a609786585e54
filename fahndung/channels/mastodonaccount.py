"""Which account on which Mastodon server: from the configuration, or from a ledger row. Holds no secret, no network."""

import dataclasses
import re
import urllib.parse
from collections.abc import Callable, Mapping

from fahndung import credentials, http
from fahndung.errors import ChannelFailed, InvalidConfig
from fahndung.model.appeal import ChannelName, is_id

VISIBILITIES = ("public", "unlisted")
_ACCOUNT = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?")
_LONGEST_S = 3600.0
_MOST_CHARACTERS = 100_000


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One account.

    Attributes:
        url: the server's address as visitors know it, with a slash at the end and no path.
        account: the user name there, without server.
        credential: the name of the secret with the token (``fahndung.credentials``).
        visibility: who is shown a post without having asked for it.
        settle_s: for how many seconds after a write listing and pages may still show the state before it.
        characters, url_characters: the most that a post holds, and how much of it any web address takes
            (``configuration.statuses`` of ``/api/v2/instance``).
    """

    name: ChannelName
    url: str
    account: str
    credential: str
    visibility: str = "public"
    settle_s: float = 15
    characters: int = 500
    url_characters: int = 23

    @classmethod
    def from_config(cls, untrusted: Mapping[str, object]) -> "Endpoint":
        """The account that one table of the configuration describes; its keys are the attributes.

        Raises:
            InvalidConfig: a key is missing, unknown or wrong.
        """
        for key in untrusted.keys() - _CHECKS.keys():
            raise _wrong(key, "there is no such key", "diesen Schlüssel gibt es nicht")
        required = {field.name for field in dataclasses.fields(cls) if field.default is dataclasses.MISSING}
        for key, (is_right, en, de) in _CHECKS.items():
            if key not in untrusted and key in required:
                raise _wrong(key, "it is missing", "er fehlt")
            if key in untrusted and not is_right(untrusted[key]):
                raise _wrong(key, f"it has to be {en}", f"nötig ist {de}")
        return cls(**untrusted)  # type: ignore[arg-type]  # each was checked

    @classmethod
    def from_ledger(cls, untrusted: Mapping[str, object]) -> "Endpoint":
        """The account of a ledger row.

        Raises:
            ChannelFailed: the row does not say which account it was.
        """
        try:
            return cls.from_config(untrusted)
        except InvalidConfig as error:
            raise ChannelFailed(
                f"The ledger's row about a Mastodon account is damaged: {error.message.en} Check the ledger; remove "
                "the post by hand.",
                f"Der Registereintrag zu einem Mastodon-Konto ist beschädigt: {error.message.de} Bitte das Register "
                "prüfen und den Beitrag von Hand entfernen.",
            ) from error


def _is_server(value: object) -> bool:
    return isinstance(value, str) and http.is_allowed(value) and urllib.parse.urlsplit(value)[2:] == ("/", "", "")


def _is_whole(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


_CHECKS: Mapping[str, tuple[Callable[[object], bool], str, str]] = {
    "name": (lambda value: isinstance(value, str) and is_id(value), "an id", "eine Kennung"),
    "url": (
        _is_server,
        "https://…/ (or http://…/ on this machine) with a slash at the end and no path",
        "https://…/ (oder http://…/ auf diesem Rechner) mit Schrägstrich am Ende und ohne Pfad",
    ),
    "account": (
        lambda value: isinstance(value, str) and _ACCOUNT.fullmatch(value) is not None,
        "the user name, without @ and server",
        "der Benutzername, ohne @ und Server",
    ),
    "credential": (
        lambda value: isinstance(value, str) and credentials.NAME.fullmatch(value) is not None,
        "the name of a secret: small letters, digits, hyphens; not the secret itself",
        "der Name eines Zugangsgeheimnisses aus Kleinbuchstaben, Ziffern und Bindestrichen; nicht das Geheimnis",
    ),
    "visibility": (lambda value: value in VISIBILITIES, "public or unlisted", "public oder unlisted"),
    "settle_s": (
        lambda value: isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _LONGEST_S,
        f"a number of seconds, at most {_LONGEST_S:g}",
        f"eine Zahl von Sekunden, höchstens {_LONGEST_S:g}",
    ),
    "characters": (
        lambda value: _is_whole(value, 1, _MOST_CHARACTERS),
        f"a whole number from 1 to {_MOST_CHARACTERS}",
        f"eine ganze Zahl von 1 bis {_MOST_CHARACTERS}",
    ),
    "url_characters": (
        lambda value: _is_whole(value, 1, _MOST_CHARACTERS),
        f"a whole number from 1 to {_MOST_CHARACTERS}",
        f"eine ganze Zahl von 1 bis {_MOST_CHARACTERS}",
    ),
}
"""What each key has to be, and how that is told. The value itself is not: it could be a secret in the wrong place."""


def _wrong(key: str, en: str, de: str) -> InvalidConfig:
    return InvalidConfig(f"channels (mastodon), {key}: {en}.", f"channels (mastodon), {key}: {de}.")
