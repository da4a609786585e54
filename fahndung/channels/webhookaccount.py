"""Which receiver of signed events: from the configuration, or from a ledger row. Holds no secret, no network."""

import dataclasses
import re
import urllib.parse
from collections.abc import Mapping

from fahndung import http
from fahndung.channels import accountkeys
from fahndung.channels.accountkeys import Check
from fahndung.model.ids import ChannelName
from fahndung.model.mandate import Medium

KIND = "webhook"
MEDIA = (Medium.WEBSITE, Medium.SOCIAL, Medium.ONLINE_PRESS)
"""Where a receiver may show it: what it prints or says aloud nobody takes back."""
COMMENTS = ("open", "none")
_KEY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One receiver.

    Attributes:
        url: where it takes events and questions.
        key_id: which key signs, as the receiver knows it. credential: the name of the secret that is the key.
        medium: the one that an order must name for what the receiver shows.
        comments: whether strangers may write below it there: ``open`` or ``none``.
        settle_s: for how many seconds after an event its public pages may still show the state before it.
    """

    name: ChannelName
    url: str
    key_id: str
    credential: str
    medium: str
    comments: str = "open"
    settle_s: float = 15

    @classmethod
    def from_config(cls, untrusted: Mapping[str, object]) -> "Endpoint":
        """As ``accountkeys.from_config``; the keys are the attributes."""
        return accountkeys.from_config(KIND, cls, _CHECKS, untrusted)

    @classmethod
    def from_ledger(cls, untrusted: Mapping[str, object]) -> "Endpoint":
        """As ``accountkeys.from_ledger``."""
        return accountkeys.from_ledger(KIND, cls, _CHECKS, untrusted)


def _is_receiver(value: object) -> bool:
    if not isinstance(value, str) or not http.is_allowed(value):
        return False
    path, *rest = urllib.parse.urlsplit(value)[2:]
    return path.startswith("/") and rest == ["", ""] and not value.endswith(("?", "#"))


def _one_of(words: tuple[str, ...]) -> Check:
    told = ", ".join(words)
    return lambda value: isinstance(value, str) and value in words, f"one of {told}", f"eines von {told}"


_CHECKS: Mapping[str, Check] = {
    "name": accountkeys.NAME,
    "url": (
        _is_receiver,
        "https://… with a path and without query (or http://… on this machine)",
        "https://… mit Pfad und ohne Abfrageteil (oder http://… auf diesem Rechner)",
    ),
    "key_id": (
        lambda value: isinstance(value, str) and _KEY_ID.fullmatch(value) is not None,
        "the key's id: letters, digits, dots, hyphens; not the key itself",
        "die Kennung des Schlüssels aus Buchstaben, Ziffern, Punkten und Bindestrichen; nicht der Schlüssel",
    ),
    "credential": accountkeys.CREDENTIAL,
    "medium": _one_of(tuple(medium.value for medium in MEDIA)),
    "comments": _one_of(COMMENTS),
    "settle_s": accountkeys.SPAN,
}
