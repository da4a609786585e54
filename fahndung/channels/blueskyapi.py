"""The calls in the name of one Bluesky account: writing its records and removing them. Decides nothing; keeps no token.

Source: as ``blueskyreading``. Everything a server says is untrusted.
"""

import json
from collections.abc import Mapping
from typing import Any

from fahndung.channels import answers, blueskyrecord
from fahndung.channels.blueskyreading import Reading, error_of
from fahndung.channels.blueskyrecord import COLLECTIONS
from fahndung.channels.blueskysession import EVERYTHING, WHO, session_of
from fahndung.errors import AuthError, ChannelFailed, Duplicate, NotSent, OutcomeUnknown
from fahndung.http import Answer
from fahndung.model.publication import Reference

_EXPIRED = "ExpiredToken"
_NO_SUCH_CALL = frozenset({404, 501})
_LOGIN = frozenset({_EXPIRED, "InvalidToken", "AuthMissing", "AuthenticationRequired"})


class Api(Reading):
    """One account as it is called; for one thread at a time."""

    def refuse_account(self) -> None:
        """Nothing, if this login is the account's, by an app password, and may write and delete; deletes nothing.

        Raises:
            AuthError: it is not, or may not. ChannelFailed: nobody can tell.
        """
        tokens = session_of(self.endpoint).tokens(self.client)
        if tokens.scope == EVERYTHING:
            raise AuthError(
                f"{WHO}: {self.endpoint.credential} is the account's own password, with which the whole account could "
                "be taken over. Make an app password.",
                f"{WHO}: {self.endpoint.credential} ist das Passwort des Kontos selbst; damit ließe sich das ganze "
                "Konto übernehmen. Bitte ein App-Passwort anlegen.",
            )
        self._removed("post", blueskyrecord.NOTHING)

    def put(self, kind: str, key: str, record: Mapping[str, Any]) -> Reference:
        """Writes one record to its place, where it changes nothing that is there.

        The same record again changes nothing. A post is taken only while nothing else has changed in the repository
        since this call began: one that arrives late, after its gates were removed, is refused.

        Raises:
            NotSent: nothing was written: somebody else wrote at the same moment, or the server cannot.
            Duplicate: something else lies there.
            ChannelFailed, NotPublishable: as ``answers.accepted``.
        """
        session = session_of(self.endpoint)
        did = session.tokens(self.client).did
        values: dict[str, object] = {"repo": did, "collection": COLLECTIONS[kind], "rkey": key, "record": dict(record)}
        values |= {"validate": True, "swapRecord": None}
        reference = self.reference(kind, blueskyrecord.address(did, kind, key))
        with session.writing:
            fence = {"swapCommit": self._fence()} if kind == "post" else {}
            answer = self._procedure("com.atproto.repo.putRecord", _json(values | fence))
        if answer.status == 400 and error_of(answer) == "InvalidSwap":
            raise self._swapped(reference)
        _refuse_login(answer)
        if answer.status in _NO_SUCH_CALL:
            raise NotSent(
                f"{WHO}: the server has no call to write with (status {answer.status}): nothing was made. Check url.",
                f"{WHO}: Der Server kennt den Aufruf zum Schreiben nicht (Status {answer.status}): Es entstand nichts. "
                "Bitte url prüfen.",
            )
        answers.accepted(answer, WHO)
        if answers.document(answer, WHO).get("uri") != reference.id:
            raise OutcomeUnknown(
                f"{WHO} took a record and did not say where it lies.",
                f"{WHO} hat einen Eintrag angenommen und nicht gesagt, wo er liegt.",
            )
        return reference

    def upload(self, data: bytes, media_type: str) -> Reference:
        """Gives the server a file, which it shows to nobody before a record names it.

        Raises:
            ChannelFailed, NotPublishable: as ``answers.accepted``. OutcomeUnknown: the server has another file now.
        """
        answer = self._procedure("com.atproto.repo.uploadBlob", data, media_type)
        _refuse_login(answer)
        answers.accepted(answer, WHO)
        if answers.document(answer, WHO).get("blob") != blueskyrecord.blob(data, media_type):
            raise OutcomeUnknown(
                f"{WHO} took a picture and did not say that it is the same.",
                f"{WHO} hat ein Bild angenommen und nicht gesagt, dass es dasselbe ist.",
            )
        return self.file(blueskyrecord.cid(data))

    def take_down(self, key: str) -> None:
        """Removes a post and then the gates that close it; what is gone already is a success.

        As long as the post may be there, its gates stay.

        Raises:
            ChannelFailed: something was not removed, or nobody can tell.
        """
        for kind in COLLECTIONS:
            self._removed(kind, key)

    def _swapped(self, reference: Reference) -> ChannelFailed:
        """The error of a write that was refused: something else lies there, or the repository had changed."""
        if self.record(reference) is not None:
            return Duplicate(
                f"{WHO}: something else lies at {reference.id}. It is looked for before anything is sent again.",
                f"{WHO}: Unter {reference.id} liegt etwas anderes. Vor jedem weiteren Senden wird danach gesucht.",
            )
        return NotSent(
            f"{WHO}: somebody else wrote to the account at the same moment, so nothing was made. It is tried again.",
            f"{WHO}: Im selben Augenblick wurde von anderer Seite in das Konto geschrieben, daher entstand nichts. Es "
            "wird erneut versucht.",
        )

    def _fence(self) -> str:
        """The repository's last commit; without it the post is not sent."""
        try:
            return self.latest_commit()
        except ChannelFailed as error:
            raise error if isinstance(error, NotSent) else NotSent(*error.message) from error

    def _removed(self, kind: str, key: str) -> None:
        session = session_of(self.endpoint)
        place = {"repo": session.tokens(self.client).did, "collection": COLLECTIONS[kind], "rkey": key}
        with session.writing:
            answer = self._procedure("com.atproto.repo.deleteRecord", _json(place))
        _refuse_login(answer)
        answers.readable(answer, WHO)
        answers.document(answer, WHO)

    def _procedure(self, name: str, body: bytes, media_type: str = "application/json") -> Answer:
        """The answer to a call in the account's name; a token that has expired did nothing and is renewed, once."""
        session = session_of(self.endpoint)
        tokens = session.tokens(self.client)
        url, headers = f"{self.endpoint.url}xrpc/{name}", {"Content-Type": media_type}
        answer = self.client.post(url, body=body, headers=headers | tokens.headers)
        if answer.status in {400, 401} and error_of(answer) == _EXPIRED:
            tokens = session.renewed(self.client, tokens)
            answer = self.client.post(url, body=body, headers=headers | tokens.headers)
        if answer.status == 401 or (answer.status == 400 and error_of(answer) in _LOGIN):
            session.forget(tokens)
        return answer


def _json(values: Mapping[str, object]) -> bytes:
    return json.dumps(values, ensure_ascii=False).encode()


def _refuse_login(answer: Answer) -> None:
    """Servers answer 400 to a token that they do not know."""
    if answer.status == 400 and error_of(answer) in _LOGIN:
        raise answers.unauthorised(answer, WHO)
