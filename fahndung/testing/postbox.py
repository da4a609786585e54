"""The channel for the invented platform of ``fahndung.testing.platform``, kind ``postbox``; for rehearsal homes only.

Shows how a channel of one's own is written: it is registered as an entry point of the group ``fahndung.channels``.
"""

import dataclasses
import datetime as dt
import hashlib
import json
import os
import pathlib
import re
import urllib.parse
from collections.abc import Mapping
from typing import Any

from fahndung import http
from fahndung.channels import answers
from fahndung.channels.capabilities import Rate
from fahndung.errors import AuthError, ChannelFailed, InvalidConfig, OutcomeUnknown, WindowClosed
from fahndung.http import Answer, Client
from fahndung.model.ids import is_id
from fahndung.model.publication import Marked, Reference
from fahndung.testing import posts
from fahndung.testing.posts import Modes, PostChannel

KIND = "postbox"
MEDIUM = posts.MEDIUM
_WHO = "The postbox"
_TIMEOUT_S = 20.0
_LONGEST_S = 1e6
_PLURALS = {"post": "posts", "media": "media"}
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
_ID = re.compile(r"[a-z0-9-]{1,64}")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One account.

    Attributes:
        url: the platform's address on this machine, with a slash at the end.
        account: its name there.
        credential: the environment variable that holds the token; the token itself is stored nowhere.
        keys_s: for how many seconds the platform honours keys; 0: never.
        lookup: whether it lists.
        settle_s: by how many seconds its listing lags behind.
        writes: how many writes the platform takes in ``per_s`` seconds; 0: no limit is known.
        timeout_s: how many seconds one call may take.
    """

    name: str
    url: str
    account: str
    credential: str
    keys_s: float = 0
    lookup: bool = True
    settle_s: float = 0
    writes: int = 0
    per_s: float = 60
    timeout_s: float = _TIMEOUT_S

    def __post_init__(self) -> None:
        texts = (self.name, self.url, self.account, self.credential)
        numbers = (self.keys_s, self.settle_s, self.per_s, self.timeout_s)
        if not all(isinstance(text, str) for text in texts) or not isinstance(self.lookup, bool):
            raise ValueError("name, url, account and credential are texts, lookup is true or false")
        if any(isinstance(number, bool) or not isinstance(number, int | float) for number in numbers):
            raise ValueError("keys_s, settle_s, per_s and timeout_s are numbers")
        if isinstance(self.writes, bool) or not isinstance(self.writes, int) or self.writes < 0:
            raise ValueError("writes is a whole number, and not negative")
        host = urllib.parse.urlsplit(self.url).hostname if http.is_allowed(self.url) else None
        if host is None or not http.is_loopback(host) or not self.url.endswith("/"):
            raise ValueError("url is an address on this machine with a slash at the end")
        if not is_id(self.name) or not _ID.fullmatch(self.account) or not _VARIABLE.fullmatch(self.credential):
            raise ValueError("name and account are ids, credential is the name of an environment variable")
        if not 0 < self.timeout_s <= _TIMEOUT_S or not 0 < self.per_s <= _LONGEST_S:
            raise ValueError(f"timeout_s is above 0 and at most {_TIMEOUT_S:g}, per_s above 0")
        if not 0 <= self.keys_s <= _LONGEST_S or not 0 <= self.settle_s <= _LONGEST_S:
            raise ValueError("keys_s and settle_s are not negative")

    @classmethod
    def parse(cls, untrusted: Mapping[str, Any]) -> "Endpoint":
        """The account of these values.

        Raises:
            ValueError: one is missing, unknown or wrong.
        """
        try:
            return cls(**untrusted)
        except TypeError:
            raise ValueError("a value is missing or unknown") from None


class HttpPlatform:
    """The platform as it is called (see ``fahndung.testing.posts.Platform``)."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._client = Client(timeout_s=endpoint.timeout_s, max_bytes=64 * 1024 * 1024)

    def whoami(self) -> None:
        """The token is this account's and may delete, and the public sees the account.

        Raises:
            AuthError: it is not. ChannelFailed: nobody can tell.
        """
        answer = self._client.get(self._url("api/whoami"), headers=self._headers())
        answers.accepted(answer, _WHO)
        told = answers.document(answer, _WHO)
        if told.get("account") != self._endpoint.account or told.get("may_delete") is not True:
            raise AuthError(
                f"{_WHO}: the token is not that of {self._endpoint.account}, or may not delete. Renew it.",
                f"{_WHO}: Der Token gehört nicht zu {self._endpoint.account} oder darf nicht löschen. Bitte erneuern.",
            )
        shown = self._client.get(self._url(f"public/{self._endpoint.account}"))
        if shown.status != 200 or shown.body != self._endpoint.account.encode():
            raise ChannelFailed(
                f"{_WHO} does not show the account {self._endpoint.account} (status {shown.status}): "
                "no other answer proves anything.",
                f"{_WHO} zeigt das Konto {self._endpoint.account} nicht (Status {shown.status}): "
                "Keine andere Antwort beweist etwas.",
            )

    def upload(self, data: bytes, *, marker: str, key: str) -> Reference:
        """Makes a media object, or names the one that this key made."""
        url = self._url(f"api/media?{urllib.parse.urlencode({'marker': marker})}")
        return self._made("media", self._client.post(url, body=data, headers=self._headers(key)))

    def create(self, text: str, media: tuple[str, ...], *, marker: str, key: str) -> Reference:
        """Makes a post, or names the one that this key made."""
        body = json.dumps({"text": text, "marker": marker, "media": media}).encode()
        return self._made("post", self._client.post(self._url("api/posts"), body=body, headers=self._headers(key)))

    def delete(self, reference: Reference) -> None:
        """Removes one object; 404 and 410 say that it is gone already.

        Raises:
            WindowClosed: the platform removes it no more.
        """
        if reference.kind not in _PLURALS or not _ID.fullmatch(reference.id):
            raise ChannelFailed(
                f"{_WHO}: the reference {reference.kind} {reference.id!r} is damaged. Check the ledger.",
                f"{_WHO}: Der Verweis {reference.kind} {reference.id!r} ist beschädigt. Bitte das Register prüfen.",
            )
        url = self._url(f"api/{_PLURALS[reference.kind]}/{reference.id}")
        answer = self._client.delete(url, headers=self._headers())
        if answer.status in {404, 410}:
            return
        if answer.status == 403 and answers.document(answer, _WHO).get("error") == "window-closed":
            raise WindowClosed(
                f"{_WHO} removes {reference.id} no more: the time for that is over. Remove it by hand.",
                f"{_WHO} entfernt {reference.id} nicht mehr: Die Frist dafür ist vorbei. Bitte von Hand entfernen.",
            )
        if answer.status != 204:
            answers.accepted(answer, _WHO)
            raise OutcomeUnknown(
                f"{_WHO} answered a deletion with {answer.status}, which says nothing.",
                f"{_WHO} antwortete auf eine Löschung mit {answer.status}; das sagt nichts.",
            )

    def items(self, marker: str) -> tuple[Reference, ...]:
        """What carries the marker.

        Raises:
            ChannelFailed: the listing is not clean, or not complete.
        """
        return tuple(one.reference for one in self._listed({"marker": marker}))

    def listing(self) -> tuple[Marked, ...]:
        """All of the account.

        Raises:
            ChannelFailed: the listing is not clean, or not complete.
        """
        return self._listed({})

    def _listed(self, asked: Mapping[str, str]) -> tuple[Marked, ...]:
        """All pages of a listing; as many objects as it says there are, and each of them what was asked for."""
        found: list[Marked] = []
        page: object = 0
        while isinstance(page, int):
            query = urllib.parse.urlencode({**asked, "page": page})
            answer = self._client.get(self._url(f"api/items?{query}"), headers=self._headers())
            answers.accepted(answer, _WHO)
            told = answers.document(answer, _WHO)
            items = told.get("items")
            if not isinstance(items, list) or not all(_is_listed(item, asked.get("marker")) for item in items):
                raise _unclean("an object is not what was asked for", "ein Objekt ist nicht das Gesuchte")
            found += [
                Marked(marker=item["marker"], reference=self._reference(item["kind"], item["id"])) for item in items
            ]
            following = told.get("next")
            if following is None and told.get("total") == len(found):
                return tuple(found)
            if following != page + 1 or not items:
                break
            page = following
        raise _unclean("it is not complete", "sie ist nicht vollständig")

    def read(self, reference: Reference) -> str | None:
        """The hash of what the public address shows."""
        answer = self._client.get(self._url(f"public/{urllib.parse.quote(reference.id, safe='')}"))
        if answer.status in {404, 410}:
            return None
        answers.accepted(answer, _WHO)
        return hashlib.sha256(answer.body).hexdigest()

    def _made(self, kind: str, answer: Answer) -> Reference:
        answers.accepted(answer, _WHO)
        id = answers.document(answer, _WHO).get("id")
        if answer.status not in {200, 201} or not isinstance(id, str) or not _ID.fullmatch(id):
            raise OutcomeUnknown(
                f"{_WHO} took something and did not say what became of it.",
                f"{_WHO} hat etwas angenommen und nicht gesagt, was daraus wurde.",
            )
        return self._reference(kind, id)

    def _reference(self, kind: str, id: str) -> Reference:
        return Reference(kind=kind, id=id, url=self._url(f"public/{id}"))

    def _headers(self, key: str | None = None) -> dict[str, str]:
        token = os.environ.get(self._endpoint.credential)
        if not token:
            raise AuthError(
                f"The environment variable {self._endpoint.credential} holds no token. Set it.",
                f"Die Umgebungsvariable {self._endpoint.credential} enthält keinen Token. Bitte setzen.",
            )
        headers = {"Authorization": f"Bearer {token}"}
        if key is not None and self._endpoint.keys_s:
            headers["Idempotency-Key"] = hashlib.sha256(key.encode()).hexdigest()
        return headers

    def _url(self, path: str) -> str:
        return self._endpoint.url + path


class Postbox(PostChannel):
    """One account on the invented platform (see ``fahndung.channels.base.Channel``)."""

    def __init__(self, endpoint: Endpoint) -> None:
        keys = dt.timedelta(seconds=endpoint.keys_s) if endpoint.keys_s else None
        writes, per = endpoint.writes, dt.timedelta(seconds=endpoint.per_s)
        modes = Modes(
            key_lifetime=keys,
            lookup=endpoint.lookup,
            settle=dt.timedelta(seconds=endpoint.settle_s),
            rate=Rate(writes=writes, per=per, burst=writes) if writes else None,
        )
        values = dataclasses.asdict(endpoint)
        super().__init__(HttpPlatform(endpoint), modes, name=endpoint.name, kind=KIND, endpoint=values)


def from_config(config: Mapping[str, object], *, home_id: str, nonce: str, home: pathlib.Path) -> Postbox:
    """The account that one table of the configuration describes; its keys are the attributes of :class:`Endpoint`.

    Raises:
        InvalidConfig: a key is missing, unknown or wrong.
    """
    try:
        return Postbox(Endpoint.parse({key: value for key, value in config.items() if key != "kind"}))
    except ValueError as error:
        raise InvalidConfig(f"channels (postbox): {error}.", f"channels (postbox): {error}.") from error


def from_ledger(endpoint: Mapping[str, object]) -> Postbox:
    """The account of a ledger row.

    Raises:
        ChannelFailed: the row does not say which account it was.
    """
    try:
        return Postbox(Endpoint.parse(endpoint))
    except ValueError as error:
        raise ChannelFailed(
            f"The ledger's row about a postbox is damaged: {error}.",
            f"Der Registereintrag zu einem Postfach ist beschädigt: {error}.",
        ) from error


def _is_listed(untrusted: object, marker: str | None) -> bool:
    """Whether it is an object of a listing: of that marker, or (None) of any."""
    if not isinstance(untrusted, dict) or untrusted.get("kind") not in _PLURALS:
        return False
    id, carried = untrusted.get("id"), untrusted.get("marker")
    if not isinstance(carried, str) or marker not in (None, carried):
        return False
    return isinstance(id, str) and _ID.fullmatch(id) is not None


def _unclean(en: str, de: str) -> ChannelFailed:
    return ChannelFailed(
        f"{_WHO}: the listing is worth nothing, {en}. It is asked for again later.",
        f"{_WHO}: Die Liste ist wertlos, {de}. Sie wird später erneut abgefragt.",
    )
