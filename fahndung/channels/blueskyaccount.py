"""Which Bluesky account on which server: from the configuration, or from a ledger row. Holds no secret, no network."""

import dataclasses
import re
from collections.abc import Mapping

from fahndung.channels import accountkeys, kinds, linkmedia
from fahndung.channels.accountkeys import Check
from fahndung.model.ids import ChannelName

KIND = "bluesky"
PUBLIC = "https://public.api.bsky.app/"
"""The view of the network that Bluesky's own app shows to strangers."""
_HANDLE = re.compile(
    r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE
)
_DID = re.compile(r"did:(plc:[a-z2-7]{24}|web:[A-Za-z0-9.-]{1,253})")
_MOST_CHARACTERS = 100_000
_MOST_BYTES = 100_000_000


def is_did(text: str) -> bool:
    """Whether it is the lasting name of an account."""
    return _DID.fullmatch(text) is not None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One account.

    Attributes:
        url: the account's own server (PDS), with a slash at the end and no path.
        account: its handle, or its DID, which it keeps when the handle changes.
        credential: the name of the secret with the app password (``fahndung.credentials``).
        appview: the view of the network that is asked what strangers see; empty: the server alone is asked.
        settle_s: for how many seconds after a write the view may still show the state before it.
        graphemes, text_bytes: the most that a post holds, both at once (lexicon ``app.bsky.feed.post``).
        media: the force's policy (``linkmedia``). image_bytes: the most that a picture holds
            (``app.bsky.embed.images``: servers know different ones).
    """

    name: ChannelName
    url: str
    account: str
    credential: str
    appview: str = PUBLIC
    settle_s: float = 15
    graphemes: int = 300
    text_bytes: int = 3000
    media: str = kinds.NONE
    image_bytes: int = 1_000_000

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
        lambda value: isinstance(value, str) and (is_did(value) or _HANDLE.fullmatch(value) is not None),
        "the handle, without @, or the DID",
        "der Handle, ohne @, oder die DID",
    ),
    "credential": accountkeys.CREDENTIAL,
    "appview": (
        lambda value: value == "" or accountkeys.is_server(value),
        f"empty, or {accountkeys.SERVER[1]}",
        f"leer oder {accountkeys.SERVER[2]}",
    ),
    "settle_s": accountkeys.SPAN,
    "graphemes": accountkeys.whole(1, _MOST_CHARACTERS),
    "text_bytes": accountkeys.whole(1, _MOST_CHARACTERS),
    "media": linkmedia.POLICY,
    "image_bytes": accountkeys.whole(1, _MOST_BYTES),
}
