"""Which bucket of which S3-compatible store, and which website shows it: from the configuration, or from a ledger row.

Holds no secret and opens no connection.
"""

import dataclasses
import re
import urllib.parse
from collections.abc import Mapping
from typing import ClassVar

from fahndung import http
from fahndung.channels.endpoint import COMMON, CREDENTIAL, OURS, Check, Endpoint, checked, damaged, host_of
from fahndung.errors import InvalidConfig

KIND = "s3"
ABSENCES = ("404", "410")
_BUCKET = re.compile(r"[a-z0-9]([a-z0-9.-]{1,61})[a-z0-9]")
_PREFIX = re.compile(r"([A-Za-z0-9_-][A-Za-z0-9._-]*/)+")
_REGION = re.compile(r"[a-z0-9]([a-z0-9-]{0,62})")
_KEY_ID = re.compile(r"[!-~]{3,128}")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Place(Endpoint):
    """One bucket, or what lies in it below a prefix.

    Attributes:
        endpoint: the store's address, with a slash at the end and no path; the bucket is the first part of the path.
        prefix: empty, or with a slash at its end.
        access_key_id: who signs; no secret. credential: names the secret that signs.
        absence: what a visitor is answered where something was taken down: ``404`` by the store alone, ``410`` where a
            web server stands before it that looks at the markers.
    """

    kind: ClassVar[str] = KIND

    endpoint: str
    bucket: str
    prefix: str = ""
    region: str = "us-east-1"
    access_key_id: str
    credential: str
    absence: str = "404"

    @classmethod
    def from_config(cls, untrusted: Mapping[str, object], *, home_id: str, nonce: str) -> "Place":
        """The bucket that one table of the configuration describes.

        Raises:
            InvalidConfig: a key is missing, unknown or wrong.
        """
        values = checked(untrusted, COMMON | _CHECKS, kind=KIND, required=_REQUIRED)
        ours = {"title": host_of(values["base_url"]), "home_id": home_id, "nonce": nonce}
        return cls(**(ours | values))

    @classmethod
    def from_ledger(cls, untrusted: Mapping[str, object]) -> "Place":
        """The bucket of a ledger row.

        Raises:
            ChannelFailed: the row does not say which bucket it was.
        """
        given = {key: value for key, value in untrusted.items() if (key, value) != ("prefix", "")}
        try:
            return cls(**checked(given, COMMON | OURS | _CHECKS, kind=KIND, required=(*_REQUIRED, "title", *OURS)))
        except InvalidConfig as error:
            raise damaged() from error


def _like(pattern: re.Pattern[str], en: str, de: str) -> Check:
    return (lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None), en, de


def _is_store(value: object) -> bool:
    return isinstance(value, str) and http.is_allowed(value) and urllib.parse.urlsplit(value)[2:] == ("/", "", "")


_CHECKS: dict[str, Check] = {
    "endpoint": (
        _is_store,
        "https://…/ (or http://…/ on this machine) with a slash at the end and no path",
        "https://…/ (oder http://…/ auf diesem Rechner) mit Schrägstrich am Ende und ohne Pfad",
    ),
    "bucket": _like(_BUCKET, "a bucket's name", "der Name eines Buckets"),
    "prefix": _like(
        _PREFIX,
        "folders of letters, digits and . _ -, with a slash at the end and none at the beginning",
        "Ordner aus Buchstaben, Ziffern und . _ -, mit Schrägstrich am Ende und keinem am Anfang",
    ),
    "region": _like(_REGION, "a region's name", "der Name einer Region"),
    "access_key_id": _like(_KEY_ID, "an access key's id", "die Kennung eines Zugangsschlüssels"),
    "credential": CREDENTIAL,
    "absence": (lambda value: value in ABSENCES, "404 or 410, as a text", "404 oder 410 als Text"),
}
_REQUIRED = ("name", "base_url", "endpoint", "bucket", "access_key_id", "credential")
