"""The calls of X's API about media: made before their post, described, asked for, and seen as strangers see them.

Nothing deletes a medium: one that hangs on no post lapses after about a day, and the file of one goes when X lets it go
after its post. Its address X tells of a post that is there; so it is noted before the post is deleted.

Source: X's OpenAPI file 2.167; docs.x.com, media, read 2026-11-26. Everything the API says is untrusted.
"""

import base64
import dataclasses
import json
import time
from collections.abc import Mapping
from typing import Any, Protocol

from fahndung.channels import answers, xattached, xposts
from fahndung.channels.abilities import MediaLimits
from fahndung.channels.steps import before_sending
from fahndung.channels.strangers import GONE, Stranger
from fahndung.channels.xattached import FIELDS, HOST, MEDIUM
from fahndung.channels.xposts import WHO
from fahndung.errors import AuthError, ChannelFailed, NotSent, OutcomeUnknown, Rejected
from fahndung.http import Answer, Client
from fahndung.model.publication import Reference

LIMITS = MediaLimits(count=4, bytes=5_000_000, pixels=None, types=("image/jpeg",), alt_length=1000)
"""Source: docs.x.com, media, best practices; OpenAPI file, CreateMediaMetadataMetadataAltText; read 2026-11-26."""
READY_S, TRIES = 1.0, 20
"""How often X is asked whether it has prepared a medium, and for how many times."""
NOBODYS = "1"
"""The id of a medium that is not the account's: whoever asks for it needs the right to upload, and learns nothing."""


class Caller(Protocol):
    """What sends the account's calls."""

    def send(self, method: str, path: str, body: bytes | None = None) -> Answer:
        """The answer to a call with the account's credential; ``body`` is JSON."""
        ...


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """One medium that was made; ``state`` is that of its preparation, empty if there is none to wait for."""

    id: str
    key: str
    state: str

    @property
    def reference(self) -> Reference:
        """Without an address: that X tells once a post shows it."""
        return Reference(kind=MEDIUM, id=self.key)


def upload(caller: Caller, data: bytes) -> Uploaded:
    """Makes one medium in one call.

    Raises:
        ChannelFailed, NotPublishable: as ``answers.accepted``. NotSent: X has no such call.
        OutcomeUnknown: it does not say what it made.
    """
    values = {"media": base64.b64encode(data).decode(), "media_category": "tweet_image"}
    answer = caller.send("POST", "2/media/upload", json.dumps(values).encode())
    if answer.status in GONE:
        raise NotSent(
            f"{WHO} takes no media here (status {answer.status}): nothing was made. Check url in the configuration.",
            f"{WHO} nimmt hier keine Medien an (Status {answer.status}): Es entstand nichts. Bitte url in der "
            "Konfiguration prüfen.",
        )
    answers.accepted(answer, WHO)
    made = _data(answer)
    id, key = made.get("id"), made.get("media_key")
    if not xposts.is_id(id):
        raise OutcomeUnknown(
            f"{WHO} took a picture and did not say what became of it.",
            f"{WHO} hat ein Bild angenommen und nicht gesagt, was daraus wurde.",
        )
    return Uploaded(id=str(id), key=key if xattached.is_key(key) else f"3_{id}", state=_state(made))


def finish(caller: Caller, made: Uploaded, alt: str) -> None:
    """Waits until a medium is prepared, and gives it its alternative text; nothing of it is shown before its post.

    Raises:
        Rejected: X cannot prepare the medium, or refuses the text. NotSent: anything else; the medium is there.
    """
    with before_sending():
        _wait(caller, made)
        values = {"id": made.id, "metadata": {"alt_text": {"text": alt}}}
        answer = caller.send("POST", "2/media/metadata", json.dumps(values, ensure_ascii=False).encode())
        answers.accepted(answer, WHO)
        if xposts.data(answer).get("id") != made.id:
            raise xposts.unclean("it is about another picture", "sie handelt von einem anderen Bild")


def refuse_rights(caller: Caller, account: str) -> None:
    """Nothing, if the credential may upload: the call that tells of an upload asks for the same right.

    Raises:
        AuthError: it may not. ChannelFailed: nobody can tell.
    """
    answer = caller.send("GET", f"2/media/upload?media_id={NOBODYS}&command=STATUS")
    if answer.status == 403:
        raise AuthError(
            f"The credential of {account} may not upload pictures: a token of OAuth 2 needs the scope media.write. "
            "Make another one, or set media to none.",
            f"Das Zugangsgeheimnis von {account} darf keine Bilder hochladen: Ein Token von OAuth 2 braucht das Recht "
            "media.write. Bitte ein neues anlegen oder media auf none setzen.",
        )
    if answer.status not in {400, *GONE}:
        answers.readable(answer, WHO)


class Eyes:
    """What is left of media, in one look.

    Args:
        own, base: for files on this machine, and the API's address.
        avatar: the address of the account's picture, the control; None: it has none.
        known: media key to the address of its file, as far as it was told before.
    """

    def __init__(self, caller: Caller, own: Client, base: str, avatar: str | None, known: Mapping[str, str]) -> None:
        self._caller, self._base, self._known = caller, base, known
        control = avatar if avatar is not None and xattached.is_file(avatar, base) else None
        self._stranger = Stranger(WHO, own, base, control)

    def shown(self, reference: Reference) -> bool:
        """Whether a stranger is shown a picture; where nobody knows its address, whether X still has it.

        Raises:
            ChannelFailed: nobody can tell.
        """
        url = reference.url or self._known.get(reference.id)
        if url is None:
            found = self._by_key(reference.id)
            if found is None or found.url is None:
                return found is not None
            url = found.url
        if not xattached.is_file(url, self._base):
            raise ChannelFailed(
                f"{WHO}: the address of a picture does not lie on {HOST}, and nobody looks there. Do it by hand.",
                f"{WHO}: Die Adresse eines Bildes liegt nicht auf {HOST}, und dort sieht niemand nach. Bitte von Hand.",
            )
        return self._stranger.sees(url)

    def _by_key(self, key: str) -> xattached.Attached | None:
        """The medium; None: the API says that it does not exist."""
        if not xattached.is_key(key):
            raise xposts.damaged(Reference(kind=MEDIUM, id=key))
        answer = self._caller.send("GET", f"2/media/{key}?media.fields={FIELDS}")
        if xposts.is_missing(answer, key):
            return None
        answers.readable(answer, WHO)
        found = xattached.read([xposts.data(answer)]).get(key)
        if found is None:
            raise xposts.unclean("it is about another picture", "sie handelt von einem anderen Bild")
        return found


def _wait(caller: Caller, made: Uploaded) -> None:
    """Returns once X has prepared the medium.

    Raises:
        Rejected: it cannot. ChannelFailed: it takes too long, or nobody can tell.
    """
    state = made.state
    for _ in range(TRIES):
        if state in {"", "succeeded"}:
            return
        if state == "failed":
            raise Rejected(
                f"{WHO} cannot prepare a picture. Correct it in a new revision.",
                f"{WHO} kann ein Bild nicht aufbereiten. Bitte in einer neuen Revision berichtigen.",
            )
        time.sleep(READY_S)
        answer = caller.send("GET", f"2/media/upload?media_id={made.id}&command=STATUS")
        answers.readable(answer, WHO)
        state = _state(xposts.data(answer))
    raise ChannelFailed(
        f"{WHO} has not prepared a picture in time. It is tried again later.",
        f"{WHO} hat ein Bild nicht rechtzeitig aufbereitet. Es wird später erneut versucht.",
    )


def _data(answer: Answer) -> dict[str, Any]:
    """What an answer is about, whatever errors it has beside that."""
    found = answers.document(answer, WHO).get("data")
    return found if isinstance(found, dict) else {}


def _state(made: Mapping[str, Any]) -> str:
    """How far X is with a medium; a state that is not told is none to wait for."""
    told = made.get("processing_info")
    return str(told.get("state", "")) if isinstance(told, dict) else ""
