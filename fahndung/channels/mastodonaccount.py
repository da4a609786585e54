"""Which account on which Mastodon server: from the configuration, or from a ledger row. Holds no secret, no network."""

import dataclasses
import re
from collections.abc import Mapping

from fahndung.channels import accountkeys, kinds, linkmedia
from fahndung.channels.accountkeys import Check
from fahndung.model.ids import ChannelName

KIND = "mastodon"
VISIBILITIES = ("public", "unlisted")
_ACCOUNT = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?")
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
        media: the force's policy (``linkmedia``).
    """

    name: ChannelName
    url: str
    account: str
    credential: str
    visibility: str = "public"
    settle_s: float = 15
    characters: int = 500
    url_characters: int = 23
    media: str = kinds.NONE

    @classmethod
    def from_config(cls, untrusted: Mapping[str, object]) -> "Endpoint":
        """As ``accountkeys.from_config``; the keys are the attributes."""
        return accountkeys.from_config(KIND, cls, _CHECKS, untrusted)

    @classmethod
    def from_ledger(cls, untrusted: Mapping[str, object]) -> "Endpoint":
        """As ``accountkeys.from_ledger``."""
        return accountkeys.from_ledger(KIND, cls, _CHECKS, untrusted)


_CHECKS: Mapping[str, Check] = {
    "name": accountkeys.NAME,
    "url": accountkeys.SERVER,
    "account": (
        lambda value: isinstance(value, str) and _ACCOUNT.fullmatch(value) is not None,
        "the user name, without @ and server",
        "der Benutzername, ohne @ und Server",
    ),
    "credential": accountkeys.CREDENTIAL,
    "visibility": (lambda value: value in VISIBILITIES, "public or unlisted", "public oder unlisted"),
    "settle_s": accountkeys.SPAN,
    "characters": accountkeys.whole(1, _MOST_CHARACTERS),
    "url_characters": accountkeys.whole(1, _MOST_CHARACTERS),
    "media": linkmedia.POLICY,
}
