"""Calls to an S3-compatible store: objects, their versions, and what its refusals mean. Knows no site and no appeal.

Answers are untrusted. A listing is complete or an error; a write is sent once at most.
"""

import dataclasses
import datetime as dt
import email.utils
import threading
import time
import urllib.parse
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping

from fahndung import credentials
from fahndung.channels import answers
from fahndung.channels.s3place import Place
from fahndung.channels.sigv4 import path_of, query_of, signed
from fahndung.errors import AuthError, ChannelFailed, InvalidConfig, OutcomeUnknown
from fahndung.http import Answer, Client

_BUSY = frozenset({"SlowDown", "RequestLimitExceeded", "ThrottlingException"})
_MOST_PAGES = 1000


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Object:
    """What stands at a key. ``age`` is by the store's own clock; None where it does not tell."""

    data: bytes
    etag: str
    age: dt.timedelta | None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a key, a marker of its deletion included."""

    key: str
    id: str
    is_latest: bool


class Taken(Exception):
    """A conditional write met another state than it asked for; nothing was written."""


class Bucket:
    """One bucket; keys are whole, the place's prefix included."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._mine = threading.local()

    def get(self, key: str) -> Object | None:
        """What stands at a key; None where the store surely says that nothing does.

        Raises:
            ChannelFailed: any other answer.
        """
        answer = self._call("GET", key)
        if answer.status == 404 and _code(answer) == "NoSuchKey":
            return None
        self._accept(answer)
        return Object(data=answer.body, etag=answer.headers.get("etag", ""), age=_age(answer.headers))

    def put(self, key: str, data: bytes, *, media_type: str, headers: Mapping[str, str]) -> tuple[str, bool]:
        """Writes a whole object; its ETag, and whether the bucket keeps versions of it.

        Raises:
            Taken: a condition among the headers does not hold.
            ChannelFailed: any other refusal.
        """
        answer = self._call("PUT", key, body=data, headers={"Content-Type": media_type, **headers})
        is_conditional = bool(headers.keys() & {"If-Match", "If-None-Match"})
        if is_conditional and (answer.status in {409, 412} or _code(answer) == "NoSuchKey"):
            raise Taken
        self._accept(answer)
        return answer.headers.get("etag", ""), "x-amz-version-id" in answer.headers

    def delete(self, key: str, version: str | None = None) -> None:
        """Deletes one version for good; without one, whatever a visitor is shown. Gone already is a success.

        Raises:
            ChannelFailed: it was refused, or nobody knows.
        """
        answer = self._call("DELETE", key, {} if version is None else {"versionId": version})
        if answer.status != 404 or _code(answer) not in {"NoSuchKey", "NoSuchVersion"}:
            self._accept(answer)

    def keys(self, prefix: str, *, delimiter: str = "") -> tuple[str, ...]:
        """Every key with a prefix; with a delimiter what lies below the next one counts as one, and ends with it.

        Raises:
            ChannelFailed: the listing is not complete.
        """
        asked = {"list-type": "2", "prefix": prefix, "encoding-type": "url"}
        found: list[str] = []
        for page in self._pages(asked | ({"delimiter": delimiter} if delimiter else {}), ("NextContinuationToken",)):
            found += [page.text(one, "Key") for one in page.all("Contents")]
            found += [page.text(one, "Prefix") for one in page.all("CommonPrefixes")]
        return tuple(found)

    def versions(self, prefix: str) -> tuple[Version, ...]:
        """Every version of every key with a prefix, markers of deletions included.

        Raises:
            ChannelFailed: the listing is not complete, or the store cannot list versions.
        """
        asked = {"versions": "", "prefix": prefix, "encoding-type": "url"}
        return tuple(
            Version(key=page.text(one, "Key"), id=page.plain(one, "VersionId"), is_latest=page.is_true(one, "IsLatest"))
            for page in self._pages(asked, ("NextKeyMarker", "NextVersionIdMarker"))
            for kind in ("Version", "DeleteMarker")
            for one in page.all(kind)
        )

    def _pages(self, asked: Mapping[str, str], further: tuple[str, ...]) -> Iterator["_Page"]:
        names = {"NextContinuationToken": "continuation-token", "NextKeyMarker": "key-marker"}
        names["NextVersionIdMarker"] = "version-id-marker"
        marks: dict[str, str] = {}
        for _ in range(_MOST_PAGES):
            answer = self._call("GET", "", {**asked, **marks})
            self._accept(answer)
            page = _Page(_tree(answer, self._who), self._who)
            yield page
            if not page.is_true(page.root, "IsTruncated"):
                return
            before = dict(marks)
            marks = {names[name]: page.plain(page.root, name) for name in further}
            if marks == before:
                break
        raise _broken(self._who)

    def _call(
        self,
        method: str,
        key: str,
        parameters: Mapping[str, str] | None = None,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        place, query = self._place, query_of(parameters or {})
        url = f"{place.endpoint}{place.bucket}/{path_of(key)}" + (f"?{query}" if query else "")
        told = signed(
            method,
            url,
            headers or {},
            body,
            key_id=place.access_key_id,
            secret=self._secret(),
            region=place.region,
            at=time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()),  # the store refuses another instant than now
        )
        if not hasattr(self._mine, "client"):
            self._mine.client = Client()
        client: Client = self._mine.client
        if method == "GET":
            return client.get(url, headers=told)
        if method == "DELETE":
            return client.delete(url, headers=told)
        return client.put(url, body=body, headers=told)

    def _secret(self) -> credentials.Secret:
        try:
            return credentials.read(self._place.credential)
        except InvalidConfig as error:
            raise AuthError(*error.message) from error

    @property
    def _who(self) -> str:
        return urllib.parse.urlsplit(self._place.endpoint).netloc

    def _accept(self, answer: Answer) -> None:
        """Passes 200 and 204, and raises what any other answer means."""
        status, code, who = answer.status, _code(answer), self._who
        if status in {200, 204}:
            return
        if status == 429 or code in _BUSY:
            raise answers.rate_limited(answer, who)
        key, said = self._place.access_key_id, code or status
        if status in {401, 403}:
            raise AuthError(
                f"{who} does not accept the key {key}, or it may not do this there ({said}). Check key, secret, the "
                "bucket's policy, and this machine's clock.",
                f"{who} erkennt den Schlüssel {key} nicht an, oder er darf das dort nicht ({said}). Bitte Schlüssel, "
                "Geheimnis, Bucket-Richtlinie und die Uhr dieses Rechners prüfen.",
            )
        kind = OutcomeUnknown if status >= 500 and status not in {501, 507} else ChannelFailed
        raise kind(
            f"{who} answered {status} ({said}) for the bucket {self._place.bucket}. Check that the bucket is there, "
            "has room and keeps what docs/channels.md asks of it, then try again.",
            f"{who} antwortete {status} ({said}) zum Bucket {self._place.bucket}. Bitte prüfen, ob der Bucket da ist, "
            "Platz hat und kann, was docs/channels.md verlangt, dann erneut versuchen.",
        )


class _Page:
    """One page of a listing; the name space of its elements is as its root's."""

    def __init__(self, root: ET.Element, who: str) -> None:
        self.root, self._who = root, who
        self._space = root.tag[: root.tag.index("}") + 1] if "}" in root.tag else ""
        self._is_encoded = self._find(root, "EncodingType") == "url"

    def all(self, name: str) -> list[ET.Element]:
        """The elements of a name."""
        return self.root.findall(self._space + name)

    def plain(self, element: ET.Element, name: str) -> str:
        """The text inside, which has to be there."""
        text = self._find(element, name)
        if not text:
            raise _broken(self._who)
        return text

    def text(self, element: ET.Element, name: str) -> str:
        """The same of what may be encoded."""
        text = self.plain(element, name)
        return urllib.parse.unquote_plus(text) if self._is_encoded else text

    def is_true(self, element: ET.Element, name: str) -> bool:
        """Whether it says so; it has to say it."""
        told = self.plain(element, name)
        if told not in {"true", "false"}:
            raise _broken(self._who)
        return told == "true"

    def _find(self, element: ET.Element, name: str) -> str:
        return element.findtext(self._space + name) or ""


def _tree(answer: Answer, who: str) -> ET.Element:
    if b"<!DOCTYPE" in answer.body or b"<!ENTITY" in answer.body:
        raise _broken(who)
    try:
        root = ET.fromstring(answer.body)  # noqa: S314 - declarations, the way to blow it up, were refused above
    except (ET.ParseError, ValueError) as error:
        raise _broken(who) from error
    if root.tag.rpartition("}")[2] not in {"ListBucketResult", "ListVersionsResult"}:
        raise _broken(who)
    return root


def _code(answer: Answer) -> str:
    """The store's own word for a refusal, if it is one; empty else."""
    body = answer.body[:4096]
    start, end = body.find(b"<Code>"), body.find(b"</Code>")
    code = body[start + 6 : end] if 0 <= start < end else b""
    return code.decode() if code.isalnum() and code.isascii() and len(code) < 64 else ""


def _age(headers: Mapping[str, str]) -> dt.timedelta | None:
    try:
        written = email.utils.parsedate_to_datetime(headers.get("last-modified", ""))
        return email.utils.parsedate_to_datetime(headers.get("date", "")) - written
    except (ValueError, TypeError):
        return None


def _broken(who: str) -> ChannelFailed:
    return ChannelFailed(
        f"{who} answered with a listing that is broken or has no end. Check what answers there.",
        f"{who} antwortete mit einer Liste, die fehlerhaft ist oder nicht endet. Bitte prüfen, wer dort antwortet.",
    )
