"""Which Facebook Page: from the configuration, or from a ledger row. Holds no secret, no network."""

import dataclasses
import re
from collections.abc import Mapping

from fahndung.channels import accountkeys, kinds, linkmedia
from fahndung.channels.accountkeys import Check
from fahndung.model.ids import ChannelName

KIND = "facebook"
API = "https://graph.facebook.com/v26.0/"
MOST_CHARACTERS = 63_206
_PAGE = re.compile(r"[0-9]{1,20}")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One Page.

    Attributes:
        page: its id, digits only.
        credential: the name of the secret with the Page's token. app_secret: of the one with the app's secret.
        url: the Graph API's address with its version.
        settle_s: for how many seconds after a write reads and listings may still show the state before it; nobody
            knows it of Facebook.
        characters: the most that a post holds.
        drafts: whether a post is made invisible first and shown once the ledger knows it; else it is shown at once.
        media: the force's policy (``linkmedia``).
    """

    name: ChannelName
    page: str
    credential: str
    app_secret: str
    url: str = API
    settle_s: float = 60
    characters: int = MOST_CHARACTERS
    drafts: bool = True
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
    "page": (
        lambda value: isinstance(value, str) and _PAGE.fullmatch(value) is not None,
        "the Page's id, digits in quotes",
        "die Kennung der Seite, Ziffern in Anführungszeichen",
    ),
    "credential": accountkeys.CREDENTIAL,
    "app_secret": accountkeys.CREDENTIAL,
    "url": accountkeys.versioned(API),
    "settle_s": accountkeys.SPAN,
    "characters": accountkeys.whole(1, MOST_CHARACTERS),
    "drafts": (lambda value: isinstance(value, bool), "true or false", "true oder false"),
    "media": linkmedia.POLICY,
}
