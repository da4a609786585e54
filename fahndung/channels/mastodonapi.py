"""The calls of the Mastodon API that its channel needs, for one account. Decides nothing; no token is kept anywhere.

Source: https://docs.joinmastodon.org (methods statuses, accounts, apps) and the OpenAPI file 4.7.0 made from it, read
2026-11-22. Everything a server says is untrusted.
"""

import dataclasses
import hashlib
import json
import re
import urllib.parse
from collections.abc import Iterator, Mapping
from typing import Any

from fahndung import credentials, http
from fahndung.channels import answers, linkpost
from fahndung.channels.mastodonaccount import Endpoint
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
_ID = re.compile(r"[A-Za-z0-9]{1,64}")
_CLOSED = frozenset({401, 403})
_GONE = frozenset({404, 410})
_WRITES, _READS = frozenset({"write", "write:statuses"}), frozenset({"read", "read:statuses"})


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """The positive control: the token is this account's, and strangers see the account.

    Attributes:
        id: the account's.
        closed: strangers have to log in for the API; only pages tell what they see.
    """

    id: str
    closed: bool


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a stranger sees of one status; ``api`` is None where the API does not talk to strangers."""

    api: bool | None
    page: bool

    @property
    def gone(self) -> bool:
        """Nothing shows it."""
        return not self.page and not self.api

    @property
    def whole(self) -> bool:
        """Everything that could show it does."""
        return self.page and self.api is not False


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
        return Control(id=own["id"], closed=closed)

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

    def refuse_rights(self) -> None:
        """Nothing, if the token may read, write and delete, as far as the server tells; only servers from 4.3 on do.

        Raises:
            AuthError: its application may not. ChannelFailed: nobody can tell.
        """
        answer = self._get("api/v1/apps/verify_credentials")
        if answer.status in _GONE:
            return
        answers.readable(answer, _WHO)
        scopes = answers.document(answer, _WHO).get("scopes")
        if isinstance(scopes, list) and not (_WRITES & {*map(str, scopes)} and _READS & {*map(str, scopes)}):
            raise AuthError(
                f"The token of {self._endpoint.account} may not publish and delete, or not read back: it needs the "
                "scopes read and write:statuses. Make another one.",
                f"Der Token von {self._endpoint.account} darf nicht veröffentlichen und löschen oder nicht rücklesen. "
                "Er braucht die Rechte read und write:statuses. Bitte einen neuen anlegen.",
            )

    def post(self, text: str, *, marker: str) -> Reference:
        """Makes one status; the key is one more net, for the servers that look at it.

        Raises:
            ChannelFailed, NotPublishable: as ``answers.accepted``.
            NotSent: the server has no such call, or has deleted what this key made and forgets the key within an hour.
            OutcomeUnknown: it does not say what it made.
        """
        values = {"status": text, "visibility": self._endpoint.visibility, "language": LANGUAGE}
        headers = self._token() | {
            "Content-Type": "application/json",
            "Idempotency-Key": hashlib.sha256(marker.encode()).hexdigest(),
        }
        body = json.dumps(values, ensure_ascii=False).encode()
        answer = self._client.post(f"{self._endpoint.url}api/v1/statuses", body=body, headers=headers)
        if answer.status in _GONE:
            raise NotSent(
                f"{_WHO} answered a post with status {answer.status}: nothing was made. It is tried again later.",
                f"{_WHO} antwortete auf einen Beitrag mit Status {answer.status}: Es entstand nichts. Es wird später "
                "erneut versucht.",
            )
        answers.accepted(answer, _WHO)
        told = answers.document(answer, _WHO)
        if answer.status != 200 or not _is_id(told.get("id")):
            raise OutcomeUnknown(
                f"{_WHO} took a post and did not say what became of it.",
                f"{_WHO} hat einen Beitrag angenommen und nicht gesagt, was daraus wurde.",
            )
        return self._reference(told)

    def delete(self, reference: Reference) -> None:
        """Removes one status and all that hangs on it; what is gone already is a success.

        Raises:
            ChannelFailed: it was not removed, or nobody can tell.
        """
        url = f"{self._endpoint.url}api/v1/statuses/{_own_id(reference)}?delete_media=true"
        answer = self._client.delete(url, headers=self._token())
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
        account = re.escape(self._endpoint.account)
        page = rf"{re.escape(self._endpoint.url)}(?:@{account}|(?:@|users/){account}/statuses)/([A-Za-z0-9]{{1,64}})/?"
        found = re.fullmatch(page, untrusted_url, re.IGNORECASE)
        if found is None:
            return None
        own, answer = self._me()["id"], self._get(f"api/v1/statuses/{found[1]}")
        if answer.status in _GONE:
            return None
        answers.readable(answer, _WHO)
        status = answers.document(answer, _WHO)
        _refuse_unclean(status, own, {})
        return self._reference(status)

    def sight(self, reference: Reference, control: Control) -> Sight:
        """What a stranger sees: the owner is shown a status for a while after it was deleted.

        Raises:
            ChannelFailed: nobody can tell.
        """
        api = f"{self._endpoint.url}api/v1/statuses/{_own_id(reference)}"
        shown = None if control.closed else self._is_shown(api, "application/json")
        return Sight(api=shown, page=self._is_shown(reference.url))

    def source(self, reference: Reference) -> str | None:
        """The text of a status as it was written; None: it is gone, or has something beside its text.

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
        if status.get("media_attachments") != [] or status.get("poll") is not None or source.get("spoiler_text") != "":
            return None
        text = source.get("text")
        return text if isinstance(text, str) else None

    def _me(self) -> dict[str, Any]:
        """The account of the token; its ``id`` is one."""
        answer = self._get("api/v1/accounts/verify_credentials")
        answers.readable(answer, _WHO)
        told = answers.document(answer, _WHO)
        if str(told.get("username")).casefold() != self._endpoint.account.casefold() or not _is_id(told.get("id")):
            raise AuthError(
                f"{_WHO}: the token is not that of {self._endpoint.account}. Give the channel its own.",
                f"{_WHO}: Der Token gehört nicht zu {self._endpoint.account}. Bitte dem Kanal seinen eigenen geben.",
            )
        return told

    def _marked(self, status: Mapping[str, Any]) -> Iterator[Marked]:
        for marker in linkpost.markers_in(status["content"]):
            yield Marked(marker=marker, reference=self._reference(status))

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


def _is_id(untrusted: object) -> bool:
    return isinstance(untrusted, str) and _ID.fullmatch(untrusted) is not None


def _own_id(reference: Reference) -> str:
    if reference.kind != "post" or not _is_id(reference.id):
        raise ChannelFailed(
            f"{_WHO}: the reference {reference.kind} {reference.id!r} is damaged. Check the ledger.",
            f"{_WHO}: Der Verweis {reference.kind} {reference.id!r} ist beschädigt. Bitte das Register prüfen.",
        )
    return reference.id


def _refuse_unclean(status: Mapping[str, Any], own: str, known: Mapping[str, object]) -> None:
    account = status.get("account")
    if not isinstance(account, dict) or account.get("id") != own:
        raise _unclean("a status is another account's", "ein Beitrag gehört einem anderen Konto")
    if not _is_id(status.get("id")) or not isinstance(status.get("content"), str):
        raise _unclean("a status has no id or no content", "ein Beitrag hat keine Kennung oder keinen Inhalt")
    if status["id"] in known:
        raise _unclean("it repeats itself", "sie wiederholt sich")


def _unclean(en: str, de: str) -> ChannelFailed:
    return ChannelFailed(
        f"{_WHO}: the listing is worth nothing, {en}. It is asked for again later.",
        f"{_WHO}: Die Liste ist wertlos, {de}. Sie wird später erneut abgefragt.",
    )
