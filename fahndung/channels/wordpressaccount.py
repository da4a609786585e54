"""Which user of which WordPress site: from the configuration, or from a ledger row. Holds no secret, no network."""

import dataclasses
from collections.abc import Mapping

from fahndung.channels import accountkeys, layout
from fahndung.channels.accountkeys import Check
from fahndung.channels.endpoint import COMMON
from fahndung.model.ids import ChannelName

KIND = "wordpress"
PARENT = "fahndung"
"""The slug of the page below which every appeal stands; with it an address is that of our own website."""
_LONGEST_NAME = 60


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One user.

    Attributes:
        base_url: the site's address (WordPress calls it home), with a slash at the end.
        user: who publishes there; a user of its own, all of whose pages and pictures are looked through.
        credential: the name of the secret with the application password (``fahndung.credentials``).
        settle_s: for how many seconds after a write a cache of pages may still show the state before it.
    """

    name: ChannelName
    base_url: str
    user: str
    credential: str
    settle_s: float = 0

    @classmethod
    def from_config(cls, untrusted: Mapping[str, object]) -> "Endpoint":
        """As ``accountkeys.from_config``; the keys are the attributes."""
        return accountkeys.from_config(KIND, cls, _CHECKS, untrusted)

    @classmethod
    def from_ledger(cls, untrusted: Mapping[str, object]) -> "Endpoint":
        """As ``accountkeys.from_ledger``."""
        return accountkeys.from_ledger(KIND, cls, _CHECKS, untrusted)

    @property
    def parent_url(self) -> str:
        """The address of the page below which appeals stand."""
        return f"{self.base_url}{PARENT}/"

    def page_url(self, slug: str) -> str:
        """The address of an appeal's page."""
        return self.base_url + layout.address(layout.page(slug))

    def rest_url(self, path: str) -> str:
        """The address of a call."""
        return f"{self.base_url}wp-json/wp/v2/{path}"


def _is_user(value: object) -> bool:
    """Whether it can stand before the colon of a login."""
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_NAME and value.isprintable() and ":" not in value


_CHECKS: Mapping[str, Check] = {
    "name": accountkeys.NAME,
    "base_url": COMMON["base_url"],
    "user": (_is_user, "the name with which the user logs in", "der Anmeldename des Benutzers"),
    "credential": accountkeys.CREDENTIAL,
    "settle_s": accountkeys.SPAN,
}
