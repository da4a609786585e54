"""Signs a message between two who share a secret, and tells when one was signed so. Sends nothing, reads no clock.

HMAC-SHA256 over the instant, a point and the body. It convinces these two of each other and nobody else.
"""

import datetime as dt
import hashlib
import hmac
import re
from collections.abc import Mapping

from fahndung.credentials import Secret

TIMESTAMP, SIGNATURE, KEY = "X-Fahndung-Timestamp", "X-Fahndung-Signature", "X-Fahndung-Key"
WINDOW = dt.timedelta(minutes=5)
"""How far the instant of a request may be from its receiver's clock: what is older, or from the future, is a replay."""
_STAMP = re.compile(r"[0-9]{1,11}")


def headers(body: bytes, secret: Secret, *, at: dt.datetime, key_id: str | None = None) -> dict[str, str]:
    """What has to go along with a body; ``key_id``: which of several keys it is."""
    stamp = str(int(at.timestamp()))
    told = {TIMESTAMP: stamp, SIGNATURE: signature(secret, stamp, body)}
    return told if key_id is None else told | {KEY: key_id}


def signature(secret: Secret, stamp: str, body: bytes) -> str:
    """``sha256=`` and the HMAC-SHA256, in hex, of the instant (seconds since 1970), a point and the body."""
    return f"sha256={hmac.new(secret.reveal.encode(), stamp.encode() + b'.' + body, hashlib.sha256).hexdigest()}"


def signed_at(untrusted_headers: Mapping[str, str], untrusted_body: bytes, secret: Secret) -> dt.datetime | None:
    """The instant at which a body was signed with that secret; None: it was not.

    Args:
        untrusted_headers: with lower-case names.
    """
    stamp, told = untrusted_headers.get(TIMESTAMP.lower(), ""), untrusted_headers.get(SIGNATURE.lower(), "")
    if not _STAMP.fullmatch(stamp) or not told.isascii():
        return None
    if not hmac.compare_digest(told, signature(secret, stamp, untrusted_body)):
        return None
    return dt.datetime.fromtimestamp(int(stamp), dt.UTC)


def is_timely(instant: dt.datetime, now: dt.datetime) -> bool:
    """Whether it is within :data:`WINDOW` of now."""
    return abs(now - instant) <= WINDOW
