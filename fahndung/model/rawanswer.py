"""What a server answered to a call, as it may be kept: bounded, and without any secret. Holds no rule."""

import dataclasses
import datetime as dt
from collections.abc import Mapping

MOST_BODY = 2000
"""Characters of a body that are kept."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RawAnswer:
    """One answer.

    Attributes:
        method: of HTTP, or SMTP, SFTP. address: host and path; never a query.
        status: of HTTP or SMTP; of SFTP the number of the system that it means, 0 for a plain failure.
        headers: those that tell of limits, times and the server; lower-case names.
        body: its beginning as text; bytes that are none, as ``\\x..``.
    """

    at: dt.datetime
    method: str
    address: str
    status: int
    headers: Mapping[str, str]
    body: str
