"""What was built for the public: files, manifest, digest."""

import dataclasses
import hashlib
from collections.abc import Mapping
from typing import NewType

Digest = NewType("Digest", str)
"""Lower-case hex SHA-256 of a manifest's canonical form (RFC 8785)."""

TEASERS = ("teaser-long", "teaser", "teaser-short")
"""The authored lengths of a post's text, the longest first: a template and a file ``texts/<name>.txt`` of each."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One output: ``name`` is its path inside the release, ``/`` between the parts."""

    name: str
    media_type: str
    data: bytes

    @property
    def sha256(self) -> str:
        """Lower-case hex SHA-256 of the bytes."""
        return hashlib.sha256(self.data).hexdigest()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """An immutable set of public files under one digest.

    Attributes:
        manifest: the parsed manifest (JSON values only), whose canonical bytes have ``digest``.
        files: name to file; exactly those that the manifest lists.
    """

    digest: Digest
    manifest: Mapping[str, object]
    files: Mapping[str, File]
