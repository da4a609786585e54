"""The calls of the Mastodon API that its channel needs, for one account. Decides nothing; no token is kept anywhere.

Source: https://docs.joinmastodon.org (methods statuses, accounts, apps) and the OpenAPI file 4.7.0 made from it, read
2026-11-22. Everything a server says is untrusted.
"""

import dataclasses
import hashlib
import json
import re
import urllib.parse
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fahndung import credentials, http
from fahndung.channels import answers, linkpost, mastodonmedia, written
from fahndung.channels.mastodonaccount import Endpoint
from fahndung.channels.mastodonmedia import MEDIUM, PREVIEW, Eyes
from fahndung.channels.mastodonseen import Control, Sight, Written
from fahndung.errors import AuthError, ChannelFailed, InvalidConfig, NotSent, OutcomeUnknown
from fahndung.http import Answer, Client
from fahndung.model.publication import Marked, Reference

LANGUAGE = "de"
TIMEOUT_S = 20.0
PAGE = 40
"""The most statuses that a page of a listing holds."""
MOST_PAGES = 250
"""A server lets an account ask for 300 pages in a quarter of an hour (rack_attack.rb, read 2026-11-26)."""
_WHO = "Mastodon"
_CLOSED = frozenset({401, 403})
_GONE = frozenset({404, 410})
_WRITES, _READS = frozenset({"write", "write:statuses"}), frozenset({"read", "read:statuses"})
_UPLOADS = frozenset({"write", "write:media"})


class Api:
    """One account as it is called; for one thread at a time."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._client = Client(timeout_s=TIMEOUT_S)

    def control(self) -> Control:
        """The positive control.

        Raises:
            AuthError: the token is nobody's, or another account's. ChannelFailed: strangers do not see the account.
        """
        own = self._me()
        found = self._get(
            f"api/v1/accounts/lookup?{urllib.parse.urlencode({'acct': self._endpoint.account})}", own=False
        )
        closed = found.status in _CLOSED
        if not closed:
            answers.readable(found, _WHO)
            if answers.document(found, _WHO).get("id") != own["id"]:
                raise self._unseen("shows another one under this name", "zeigt unter diesem Namen ein anderes")
        if not self._is_shown(self._address(own)):
            raise self._unseen("does not show its page", "zeigt dessen Seite nicht")
        avatar = own.get("avatar")
        return Control(id=own["id"], closed=closed, avatar=avatar if isinstance(avatar, str) else None)

    def eyes(self, control: Control) -> Eyes:
        """What tells in one look which files a stranger is shown."""
        return Eyes(self, self._client, self._endpoint.url, control.avatar)

    def refuse_crowded(self) -> None:
        """Nothing, if the account can be looked through as a whole.

        Raises:
            ChannelFailed: it has too many statuses, or nobody can tell.
        """
        count, most = self._me().get("statuses_count"), PAGE * MOST_PAGES
        if not isinstance(count, int) or count >= most:
            raise ChannelFailed(
                f"{self._endpoint.account} has {count} statuses; fewer than {most} can be looked through, and what is "
                "not seen is not proven gone. Use an account of its own for appeals.",
                f"{self._endpoint.account} hat {count} Beiträge; durchsehen lassen sich weniger als {most}, und was "
                "nicht gesehen wird, ist nicht als gelöscht erwiesen. Bitte ein eigenes Konto für Fahndungen nehmen.",
            )

    def refuse_rights(self, *, uploads: bool) -> None:
        """Nothing, if the token may read, write and delete, as far as the server tells; only servers from 4.3 on do.

        Args:
            uploads: whether it has to be allowed to make media as well.

        Raises:
            AuthError: its application may not. ChannelFailed: nobody can tell.
        """
        answer = self._get("api/v1/apps/verify_credentials")
        if answer.status in _GONE:
            return
        answers.readable(answer, _WHO)
        scopes = answers.document(answer, _WHO).get("scopes")
        needed = (_WRITES, _READS, _UPLOADS) if uploads else (_WRITES, _READS)
        if isinstance(scopes, list) and not all(wanted & {*map(str, scopes)} for wanted in needed):
            rights = "read, write:statuses, write:media" if uploads else "read, write:statuses"
            raise AuthError(
                f"The token of {self._endpoint.account} may not publish and delete, or not read back: it needs the "
                f"scopes {rights}. Make another one.",
                f"Der Token von {self._endpoint.account} darf nicht veröffentlichen und löschen oder nicht rücklesen. "
                f"Er braucht die Rechte {rights}. Bitte einen neuen anlegen.",
            )

    def send(self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        """The answer to a call with the account's token."""
        url, said = self._endpoint.url + path, self._token() | dict(headers or {})
        if method == "POST":
            return self._client.post(url, body=body, headers=said)
        return self._client.delete(url, headers=said) if method == "DELETE" else self._client.get(url, headers=said)

    def post(self, text: str, *, marker: str, media: Sequence[str] = ()) -> Reference:
        """Makes one status with the media of these ids; the key is one more net, for the servers that look at it.

        Raises:
            ChannelFailed, NotPublishable: as ``answers.accepted``.
            NotSent: the server has no such call, or has deleted what this key made and forgets the key within an hour.
            OutcomeUnknown: it does not say what it made.
        """
        values: dict[str, object] = {"status": text, "visibility": self._endpoint.visibility, "language": LANGUAGE}
        values |= {"media_ids": [*media]} if media else {}
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": hashlib.sha256(marker.encode()).hexdigest(),
        }
        body = json.dumps(values, ensure_ascii=False).encode()
        answer = self.send("POST", "api/v1/statuses", body=body, headers=headers)
        if answer.status in _GONE:
            raise NotSent(
                f"{_WHO} answered a post with status {answer.status}: nothing was made. It is tried again later.",
                f"{_WHO} antwortete auf einen Beitrag mit Status {answer.status}: Es entstand nichts. Es wird später "
                "erneut versucht.",
            )
        answers.accepted(answer, _WHO)
        told = answers.document(answer, _WHO)
        if answer.status != 200 or not mastodonmedia.is_id(told.get("id")):
            raise OutcomeUnknown(
                f"{_WHO} took a post and did not say what became of it.",
                f"{_WHO} hat einen Beitrag angenommen und nicht gesagt, was daraus wurde.",
            )
        return self._reference(told)

    def delete(self, reference: Reference) -> None:
        """Removes one status and all that hangs on it, or one medium; what is gone already is a success.

        Raises:
            ChannelFailed: it was not removed, or nobody can tell.
        """
        if reference.kind == PREVIEW:  # goes with its medium
            return
        if reference.kind == MEDIUM:
            mastodonmedia.remove(self, _own_id(reference, MEDIUM))
            return
        answer = self.send("DELETE", f"api/v1/statuses/{_own_id(reference)}?delete_media=true")
        if answer.status not in _GONE:
            answers.readable(answer, _WHO)

    def listed(self) -> tuple[Marked, ...]:
        """Every status of the account that carries a marker; complete, or it raises.

        Raises:
            ChannelFailed: a page is not clean, or there is no end to them.
        """
        own, found = self._me()["id"], dict[str, tuple[Marked, ...]]()
        query: dict[str, object] = {"limit": PAGE, "exclude_reblogs": "true"}
        for _ in range(MOST_PAGES):
            answer = self._get(f"api/v1/accounts/{own}/statuses?{urllib.parse.urlencode(query)}")
            answers.readable(answer, _WHO)
            statuses = answers.objects(answer, _WHO)
            if not statuses:
                return tuple(marked for one in found.values() for marked in one)
            for status in statuses:
                _refuse_unclean(status, own, found)
                found[status["id"]] = tuple(self._marked(status))
            query["max_id"] = statuses[-1]["id"]
        raise _unclean("it does not end", "sie endet nicht")

    def own_status(self, untrusted_url: str) -> Reference | None:
        """The account's status whose page has that address; None: it is no status, or another account's.

        Raises:
            ChannelFailed: nobody can tell.
        """
        number = self.own_number(untrusted_url)
        if number is None:
            return None
        own, answer = self._me()["id"], self._get(f"api/v1/statuses/{number}")
        if answer.status in _GONE:
            return None
        answers.readable(answer, _WHO)
        status = answers.document(answer, _WHO)
        _refuse_unclean(status, own, {})
        made_at = written.told_instant(status.get("created_at"))
        return dataclasses.replace(self._reference(status), made_at=made_at)

    def own_number(self, untrusted_url: str) -> str | None:
        """The number in the address of one of the account's pages; None: it is no such address."""
        account = re.escape(self._endpoint.account)
        page = rf"{re.escape(self._endpoint.url)}(?:@{account}|(?:@|users/){account}/statuses)/([A-Za-z0-9]{{1,64}})/?"
        found = re.fullmatch(page, untrusted_url, re.IGNORECASE)
        return None if found is None else found[1]

    def sight(self, reference: Reference, control: Control) -> Sight:
        """What a stranger sees: the owner is shown a status for a while after it was deleted.

        Raises:
            ChannelFailed: nobody can tell.
        """
        api = f"{self._endpoint.url}api/v1/statuses/{_own_id(reference)}"
        shown = None if control.closed else self._is_shown(api, "application/json")
        return Sight(api=shown, page=self._is_shown(reference.url))

    def source(self, reference: Reference) -> Written | None:
        """A status as it was written; None: it is gone, or has something beside its text and its media.

        Raises:
            ChannelFailed: nobody can tell.
        """
        told = []
        for path in ("", "/source"):
            answer = self._get(f"api/v1/statuses/{_own_id(reference)}{path}")
            if answer.status in _GONE:
                return None
            answers.readable(answer, _WHO)
            told.append(answers.document(answer, _WHO))
        status, source = told
        text, hanging = source.get("text"), status.get("media_attachments")
        if status.get("poll") is not None or source.get("spoiler_text") != "" or not isinstance(hanging, list):
            return None
        media = tuple(mastodonmedia.read(hanging))
        return Written(text=text, media=media) if isinstance(text, str) and len(media) == len(hanging) else None

    def _me(self) -> dict[str, Any]:
        """The account of the token; its ``id`` is one."""
        answer = self._get("api/v1/accounts/verify_credentials")
        answers.readable(answer, _WHO)
        told = answers.document(answer, _WHO)
        is_own = str(told.get("username")).casefold() == self._endpoint.account.casefold()
        if not is_own or not mastodonmedia.is_id(told.get("id")):
            raise AuthError(
                f"{_WHO}: the token is not that of {self._endpoint.account}. Give the channel its own.",
                f"{_WHO}: Der Token gehört nicht zu {self._endpoint.account}. Bitte dem Kanal seinen eigenen geben.",
            )
        return told

    def _marked(self, status: Mapping[str, Any]) -> Iterator[Marked]:
        hanging = [one for medium in mastodonmedia.read(status["media_attachments"]) for one in medium.references]
        for marker in linkpost.markers_in(status["content"]):
            yield from (Marked(marker=marker, reference=one) for one in (self._reference(status), *hanging))

    def _reference(self, status: Mapping[str, Any]) -> Reference:
        return Reference(kind="post", id=status["id"], url=self._address(status))

    def _address(self, told: Mapping[str, Any]) -> str | None:
        """The public page of an account or a status; None: it is not on this server, and is never asked for."""
        url = told.get("url")
        return url if isinstance(url, str) and url.startswith(self._endpoint.url) and http.is_allowed(url) else None

    def _is_shown(self, url: str | None, accept: str = "text/html") -> bool:
        """Whether a stranger sees what stands at an address of this server."""
        if url is None or not url.startswith(self._endpoint.url):
            raise ChannelFailed(
                f"{_WHO}: the public page stands on another server, or nobody knows where. Correct url in the "
                "configuration, or look at it by hand.",
                f"{_WHO}: Die öffentliche Seite steht auf einem anderen Server, oder niemand weiß, wo. Bitte url in "
                "der Konfiguration berichtigen oder von Hand nachsehen.",
            )
        answer = self._client.get(url, headers={"Accept": accept})
        if answer.status in _CLOSED:
            raise ChannelFailed(
                f"{_WHO}: strangers have to log in to see what is public (status {answer.status}). Check the server.",
                f"{_WHO}: Fremde müssen sich anmelden, um Öffentliches zu sehen (Status {answer.status}). Bitte den "
                "Server prüfen.",
            )
        if answer.status not in _GONE:
            answers.readable(answer, _WHO)
        return answer.status not in _GONE

    def _get(self, path: str, *, own: bool = True) -> Answer:
        return self._client.get(self._endpoint.url + path, headers=self._token() if own else {})

    def _token(self) -> dict[str, str]:
        try:
            return {"Authorization": f"Bearer {credentials.read(self._endpoint.credential).reveal}"}
        except InvalidConfig as error:  # nothing was sent, and a person has to see to it
            raise AuthError(*error.message) from error

    def _unseen(self, en: str, de: str) -> ChannelFailed:
        account = self._endpoint.account
        return ChannelFailed(
            f"{_WHO}: asked for the account {account}, the server {en}: no other answer proves anything.",
            f"{_WHO}: Nach dem Konto {account} gefragt, {de} der Server: Keine andere Antwort beweist etwas.",
        )


def _own_id(reference: Reference, kind: str = "post") -> str:
    if reference.kind != kind or not mastodonmedia.is_id(reference.id):
        raise ChannelFailed(
            f"{_WHO}: the reference {reference.kind} {reference.id!r} is damaged. Check the ledger.",
            f"{_WHO}: Der Verweis {reference.kind} {reference.id!r} ist beschädigt. Bitte das Register prüfen.",
        )
    return reference.id


def _refuse_unclean(status: Mapping[str, Any], own: str, known: Mapping[str, object]) -> None:
    account = status.get("account")
    if not isinstance(account, dict) or account.get("id") != own:
        raise _unclean("a status is another account's", "ein Beitrag gehört einem anderen Konto")
    if not mastodonmedia.is_id(status.get("id")) or not isinstance(status.get("content"), str):
        raise _unclean("a status has no id or no content", "ein Beitrag hat keine Kennung oder keinen Inhalt")
    hanging = status.get("media_attachments")
    if not isinstance(hanging, list) or len([*mastodonmedia.read(hanging)]) != len(hanging):
        raise _unclean("what hangs on a status has no id", "etwas an einem Beitrag hat keine Kennung")
    if status["id"] in known:
        raise _unclean("it repeats itself", "sie wiederholt sich")


def _unclean(en: str, de: str) -> ChannelFailed:
    return ChannelFailed(
        f"{_WHO}: the listing is worth nothing, {en}. It is asked for again later.",
        f"{_WHO}: Die Liste ist wertlos, {de}. Sie wird später erneut abgefragt.",
    )
