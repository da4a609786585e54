"""Which Threads account: from the configuration, or from a ledger row. Holds no secret, no network."""

import dataclasses
import re
from collections.abc import Mapping

from fahndung.channels import accountkeys
from fahndung.channels.accountkeys import Check
from fahndung.model.ids import ChannelName

KIND = "threads"
API = "https://graph.threads.net/v1.0/"
_USER = re.compile(r"[0-9]{1,20}")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One account.

    Attributes:
        user: its id, digits only.
        credential: the name of the secret with its token, which lives 60 days.
        url: the API's address with its version.
        settle_s: for how many seconds after a write reads and listings may still show the state before it; nobody
            knows it of Threads.
    """

    name: ChannelName
    user: str
    credential: str
    url: str = API
    settle_s: float = 60

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
    "user": (
        lambda value: isinstance(value, str) and _USER.fullmatch(value) is not None,
        "the account's id, digits in quotes",
        "die Kennung des Kontos, Ziffern in Anführungszeichen",
    ),
    "credential": accountkeys.CREDENTIAL,
    "url": accountkeys.versioned(API),
    "settle_s": accountkeys.SPAN,
}
