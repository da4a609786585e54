"""Which Telegram channel, by which bot: from the configuration, or from a ledger row. Holds no secret, no network."""

import dataclasses
import re
from collections.abc import Mapping

from fahndung.channels import accountkeys
from fahndung.channels.accountkeys import Check
from fahndung.model.ids import ChannelName

KIND = "telegram"
_ACCOUNT = re.compile(r"[A-Za-z](?:_?[A-Za-z0-9]){3,31}")
_FIRST, _LAST = -(2**52), -(10**12) - 1


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One channel.

    Attributes:
        chat: its id for bots, a number below -1000000000000; it stays when the channel gets another name.
        credential: the name of the secret with the bot's token.
        account: the public name, without @; None: the channel is private, and nobody but its members sees it.
        url, pages: where the Bot API and the public pages answer, each with a slash at the end and no path.
        settle_s: for how many seconds after a write the public pages may still show the state before it; nobody knows
            it of Telegram.
    """

    name: ChannelName
    chat: int
    credential: str
    account: str | None = None
    url: str = "https://api.telegram.org/"
    pages: str = "https://t.me/"
    settle_s: float = 60

    @property
    def is_public(self) -> bool:
        """Whether strangers can look."""
        return self.account is not None

    @classmethod
    def from_config(cls, untrusted: Mapping[str, object]) -> "Endpoint":
        """As ``accountkeys.from_config``; the keys are the attributes."""
        return accountkeys.from_config(KIND, cls, _CHECKS, untrusted)

    @classmethod
    def from_ledger(cls, untrusted: Mapping[str, object]) -> "Endpoint":
        """As ``accountkeys.from_ledger``."""
        return accountkeys.from_ledger(KIND, cls, _CHECKS, untrusted)


def _is_account(value: object) -> bool:
    return value is None or (isinstance(value, str) and _ACCOUNT.fullmatch(value) is not None)


_CHECKS: Mapping[str, Check] = {
    "name": accountkeys.NAME,
    "chat": accountkeys.whole(_FIRST, _LAST),
    "credential": accountkeys.CREDENTIAL,
    "account": (
        _is_account,
        "the channel's public name, without @ and t.me/; left out for a private channel",
        "der öffentliche Name des Kanals, ohne @ und t.me/; bei einem privaten Kanal weglassen",
    ),
    "url": accountkeys.SERVER,
    "pages": accountkeys.SERVER,
    "settle_s": accountkeys.SPAN,
}
