"""Which Threads account: from the configuration, or from a ledger row. Holds no secret, no network."""

import dataclasses
import re
import urllib.parse
from collections.abc import Mapping

from fahndung import http
from fahndung.channels import accountkeys
from fahndung.channels.accountkeys import Check
from fahndung.model.appeal import ChannelName

KIND = "threads"
_USER = re.compile(r"[0-9]{1,20}")
_VERSION = re.compile(r"/v[0-9]{1,3}\.[0-9]{1,2}/")


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
    url: str = "https://graph.threads.net/v1.0/"
    settle_s: float = 60

    @classmethod
    def from_config(cls, untrusted: Mapping[str, object]) -> "Endpoint":
        """As ``accountkeys.from_config``; the keys are the attributes."""
        return accountkeys.from_config(KIND, cls, _CHECKS, untrusted)

    @classmethod
    def from_ledger(cls, untrusted: Mapping[str, object]) -> "Endpoint":
        """As ``accountkeys.from_ledger``."""
        return accountkeys.from_ledger(KIND, cls, _CHECKS, untrusted)


def _is_api(value: object) -> bool:
    if not isinstance(value, str) or not http.is_allowed(value):
        return False
    path, *rest = urllib.parse.urlsplit(value)[2:]
    return _VERSION.fullmatch(path) is not None and rest == ["", ""]


_CHECKS: Mapping[str, Check] = {
    "name": accountkeys.NAME,
    "user": (
        lambda value: isinstance(value, str) and _USER.fullmatch(value) is not None,
        "the account's id, digits in quotes",
        "die Kennung des Kontos, Ziffern in Anführungszeichen",
    ),
    "credential": accountkeys.CREDENTIAL,
    "url": (
        _is_api,
        "https://graph.threads.net/v1.0/ or the like (or http://…/v1.0/ on this machine)",
        "https://graph.threads.net/v1.0/ oder ähnlich (oder http://…/v1.0/ auf diesem Rechner)",
    ),
    "settle_s": accountkeys.SPAN,
}
