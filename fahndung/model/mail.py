"""Mail as nouns: where it is handed in, and to whom it goes. Sends nothing."""

import dataclasses
import pathlib
from typing import Literal

Security = Literal["starttls", "tls", "none"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mail is handed in.

    Attributes:
        security: ``none`` on loopback only.
        user, credential: the account and the name of its password; both or none.
        ca_file: certificates to trust instead of the system's.
    """

    host: str
    port: int
    security: Security
    sender: str
    user: str | None = None
    credential: str | None = None
    ca_file: pathlib.Path | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Somebody who is sent a message; personal data. ``address`` has a domain in ASCII, ``name`` may be empty."""

    address: str
    name: str = ""
