"""Which account on X: from the configuration, or from a ledger row. Holds no secret, no network."""

import dataclasses
import re
from collections.abc import Mapping

from fahndung.channels import accountkeys, kinds, linkmedia
from fahndung.channels.accountkeys import Check
from fahndung.model.ids import ChannelName

KIND = "x"
_ACCOUNT = re.compile(r"[A-Za-z0-9_]{1,15}")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One account.

    Attributes:
        account: the user name, without @.
        credential: the name of the secret with the keys or the token (``xsign``).
        url: the API's address, with a slash at the end and no path.
        settle_s: for how many seconds after a write listing and lookup may still show the state before it. Nobody
            knows it of X; two minutes are twice what its users report.
        media: the force's policy (``linkmedia``).
    """

    name: ChannelName
    account: str
    credential: str
    url: str = "https://api.x.com/"
    settle_s: float = 120
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
    "account": (
        lambda value: isinstance(value, str) and _ACCOUNT.fullmatch(value) is not None,
        "the user name, without @",
        "der Benutzername, ohne @",
    ),
    "credential": accountkeys.CREDENTIAL,
    "url": accountkeys.SERVER,
    "settle_s": accountkeys.SPAN,
    "media": linkmedia.POLICY,
}
