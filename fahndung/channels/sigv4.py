"""How a request to an S3-compatible store is signed (AWS Signature Version 4). Pure: sends nothing, reads no clock.

Source: AWS, "Signature Version 4 for API requests", read 2026-11-26; the tests compare with another implementation.
"""

import hashlib
import hmac
import urllib.parse
from collections.abc import Mapping

from fahndung.credentials import Secret

_ALGORITHM = "AWS4-HMAC-SHA256"


def path_of(key: str) -> str:
    """A key as it stands in an address."""
    return urllib.parse.quote(key, safe="/-_.~")


def query_of(parameters: Mapping[str, str]) -> str:
    """Parameters as they stand in an address, in the order in which they are signed."""
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in sorted(parameters.items()))


def signed(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    key_id: str,
    secret: Secret,
    region: str,
    at: str,
) -> dict[str, str]:
    """The headers with the signature; all of them are signed.

    Args:
        url: with path and query as ``path_of`` and ``query_of`` write them.
        at: the instant, UTC, as ``YYYYMMDDThhmmssZ``.
    """
    parts = urllib.parse.urlsplit(url)
    digest = hashlib.sha256(body).hexdigest()
    told = dict(headers) | {"x-amz-content-sha256": digest, "x-amz-date": at}
    lower = {name.lower(): " ".join(value.split()) for name, value in told.items()} | {"host": parts.netloc}
    names = ";".join(sorted(lower))
    lines = "".join(f"{name}:{lower[name]}\n" for name in sorted(lower))
    request = "\n".join([method, parts.path, parts.query, lines, names, digest])
    scope = f"{at[:8]}/{region}/s3/aws4_request"
    text = "\n".join([_ALGORITHM, at, scope, hashlib.sha256(request.encode()).hexdigest()])
    key = f"AWS4{secret.reveal}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    told["Authorization"] = f"{_ALGORITHM} Credential={key_id}/{scope}, SignedHeaders={names}, Signature={signature}"
    return told


def _quoted(text: str) -> str:
    return urllib.parse.quote(text, safe="-_.~")
