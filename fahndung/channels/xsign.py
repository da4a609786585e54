"""What lets a request to X in: the signature of OAuth 1.0a over it. Sends and keeps nothing.

Source: RFC 5849, section 3; docs.x.com, "Creating a signature", read 2026-11-26.
"""

import base64
import dataclasses
import hashlib
import hmac
import json
import urllib.parse
from collections.abc import Mapping

from fahndung.errors import InvalidConfig

_FIELDS = ("api_key", "api_key_secret", "access_token", "access_token_secret")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Keys:
    """The four values that X shows for an application and for an account that let it in (OAuth 1.0a)."""

    api_key: str
    api_key_secret: str
    access_token: str
    access_token_secret: str


def keys(secret: str, name: str) -> Keys | None:
    """The keys in a secret of that name, as a JSON object; None: it is a token of OAuth 2.

    Raises:
        InvalidConfig: it is neither.
    """
    if not secret.startswith("{"):
        return None
    try:
        values = json.loads(secret)
    except ValueError:
        values = {}
    if values.keys() != {*_FIELDS} or not all(isinstance(value, str) and value for value in values.values()):
        raise InvalidConfig(
            f"The credential {name} has to be a token, or a JSON object with {', '.join(_FIELDS)} and nothing else "
            "(in a keyring: client_id and refresh_token).",
            f"Das Zugangsgeheimnis {name} muss ein Token sein oder ein JSON-Objekt mit {', '.join(_FIELDS)} und sonst "
            "nichts (in einem Schlüsselbund: client_id und refresh_token).",
        )
    return Keys(**values)


def authorization(method: str, url: str, signed_by: Keys, *, nonce: str, timestamp: int) -> str:
    """The header ``Authorization`` of a request whose body, if there is one, is no form.

    Args:
        nonce: never used before. timestamp: seconds since 1970.
    """
    values = {
        "oauth_consumer_key": signed_by.api_key,
        "oauth_nonce": nonce,
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": str(timestamp),
        "oauth_token": signed_by.access_token,
        "oauth_version": "1.0",
    }
    values["oauth_signature"] = signature(method, url, values, signed_by)
    return "OAuth " + ", ".join(f'{name}="{_quoted(value)}"' for name, value in values.items())


def signature(method: str, url: str, parameters: Mapping[str, str], signed_by: Keys) -> str:
    """The signature over a request: ``parameters`` are those beside the address's own."""
    parts = urllib.parse.urlsplit(url)
    given = [*urllib.parse.parse_qsl(parts.query, keep_blank_values=True), *parameters.items()]
    pairs = sorted((_quoted(name), _quoted(value)) for name, value in given)
    place = urllib.parse.urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    told = "&".join(map(_quoted, (method, place, "&".join(f"{name}={value}" for name, value in pairs))))
    key = f"{_quoted(signed_by.api_key_secret)}&{_quoted(signed_by.access_token_secret)}"
    return base64.b64encode(hmac.digest(key.encode(), told.encode(), hashlib.sha1)).decode()


def _quoted(text: str) -> str:
    return urllib.parse.quote(text, safe="-._~")
