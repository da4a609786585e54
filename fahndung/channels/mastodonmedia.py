"""The calls of the Mastodon API about media: made before their post, seen as strangers see them, and removed.

A medium without a post is shown to nobody and listed nowhere; who knows its address can fetch it for about a day, until
the server clears it away (own reading of the documentation, 2026-11-26).
"""

import dataclasses
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from fahndung import http
from fahndung.channels import answers, multipart
from fahndung.channels.strangers import GONE, Stranger
from fahndung.errors import NotSent, OutcomeUnknown, Rejected
from fahndung.http import Answer, Client
from fahndung.model.publication import Reference

MEDIUM, PREVIEW = "media", "preview"
"""Kinds of references: the medium itself, and the smaller picture of it, which goes with it."""
READY_S, TRIES = 1.0, 20
"""How often a server is asked whether it has prepared a medium, and for how many times."""
_WHO = "Mastodon"


class Caller(Protocol):
    """What sends the account's calls."""

    def send(self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        """The answer to a call with the account's token."""
        ...


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """One medium of a status, as its owner is told: untrusted but for the id's form."""

    id: str
    kind: str
    alt: str
    url: str | None
    preview: str | None

    @property
    def references(self) -> tuple[Reference, ...]:
        """What has to be gone; one without addresses is not ready."""
        whole = Reference(kind=MEDIUM, id=self.id, url=self.url)
        return (whole,) if self.preview is None else (whole, Reference(kind=PREVIEW, id=self.id, url=self.preview))


def upload(caller: Caller, data: bytes, *, media_type: str, alt: str) -> Attached:
    """Makes one medium, perhaps one that is not ready yet.

    Raises:
        ChannelFailed, NotPublishable: as ``answers.accepted``. OutcomeUnknown: the server does not say what it made.
    """
    headers, body = multipart.form(
        {"description": alt}, field="file", filename="bild.jpg", media_type=media_type, data=data
    )
    answer = caller.send("POST", "api/v2/media", body=body, headers=headers)
    if answer.status in GONE:
        raise NotSent(
            f"{_WHO} takes no media (status {answer.status}): nothing was made. Check the server.",
            f"{_WHO} nimmt keine Medien an (Status {answer.status}): Es entstand nichts. Bitte den Server prüfen.",
        )
    answers.accepted(answer, _WHO)
    made = next(read([answers.document(answer, _WHO)]), None)
    if made is None:
        raise OutcomeUnknown(
            f"{_WHO} took a picture and did not say what became of it.",
            f"{_WHO} hat ein Bild angenommen und nicht gesagt, was daraus wurde.",
        )
    return made


def ready(caller: Caller, made: Attached) -> Attached:
    """The medium with its addresses, once the server has prepared it.

    Raises:
        NotSent: it takes too long; the medium is there, its post is not. Rejected: the server cannot prepare it.
        ChannelFailed: nobody can tell.
    """
    for _ in range(TRIES):
        if made.url is not None:
            return made
        answer = caller.send("GET", f"api/v1/media/{made.id}")
        if answer.status == 422:
            raise Rejected(
                f"{_WHO} cannot prepare a picture. Correct it in a new revision.",
                f"{_WHO} kann ein Bild nicht aufbereiten. Bitte in einer neuen Revision berichtigen.",
            )
        if answer.status != 206:
            answers.readable(answer, _WHO)
            made = next(read([answers.document(answer, _WHO)]), made)
        if made.url is None:
            time.sleep(READY_S)
    raise NotSent(
        f"{_WHO} has not prepared a picture in time. It is tried again later.",
        f"{_WHO} hat ein Bild nicht rechtzeitig aufbereitet. Es wird später erneut versucht.",
    )


def remove(caller: Caller, id: str) -> None:
    """Removes a medium that hangs on no status; what is gone already is a success, and so is a server without this
    call: whether it is gone the look says.

    Raises:
        ChannelFailed: it was not removed, or nobody can tell.
    """
    answer = caller.send("DELETE", f"api/v1/media/{id}")
    if answer.status not in GONE:
        answers.readable(answer, _WHO)


def read(untrusted: Iterable[object]) -> Iterator[Attached]:
    """The media of which an answer tells, in order; an entry that is none is left out."""
    for one in untrusted:
        if isinstance(one, dict) and is_id(one.get("id")):
            url, preview = (_address(one, name) for name in ("url", "preview_url"))
            alt, kind = (value if isinstance(value, str) else "" for value in (one.get("description"), one.get("type")))
            yield Attached(id=one["id"], kind=kind, alt=alt, url=url, preview=preview)


def is_id(untrusted: object) -> bool:
    """Whether it has the form of an id."""
    return isinstance(untrusted, str) and 1 <= len(untrusted) <= 64 and untrusted.isascii() and untrusted.isalnum()


class Eyes:
    """What a stranger sees of files, in one look; the account's own picture on the same host is the control.

    Args:
        own, base: for addresses of the account's server, and where they begin.
        avatar: the address of the account's picture; None: it has none.
    """

    def __init__(self, caller: Caller, own: Client, base: str, avatar: str | None) -> None:
        self._caller, self._stranger = caller, Stranger(_WHO, own, base, avatar)

    def shown(self, reference: Reference) -> bool:
        """Whether a stranger is shown a file; one that was never ready has no address, and its owner is asked.

        Raises:
            ChannelFailed: nobody can tell, or nothing else is shown on its host.
        """
        if reference.url is not None:
            return self._stranger.sees(reference.url)
        told = self._caller.send("GET", f"api/v1/media/{reference.id}")
        if told.status not in {206, *GONE}:
            answers.readable(told, _WHO)
        return told.status not in GONE


def _address(told: Mapping[str, Any], name: str) -> str | None:
    url = told.get(name)
    return url if isinstance(url, str) and http.is_allowed(url) else None
