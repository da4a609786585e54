"""The logins of Bluesky accounts, kept in this process and nowhere else. Decides nothing about posts.

A server lets an account log in 30 times in five minutes and 300 times a day; an access token lives for two hours, and
a refresh token is good for one use.
"""

import base64
import dataclasses
import hashlib
import json
import threading
from collections.abc import Mapping

from fahndung import credentials
from fahndung.channels import answers
from fahndung.channels.blueskyaccount import Endpoint, is_did
from fahndung.channels.steps import before_sending
from fahndung.credentials import Secret
from fahndung.errors import AuthError, ChannelFailed, InvalidConfig, NotSent
from fahndung.http import Answer, Client

WHO = "Bluesky"
EVERYTHING = "com.atproto.access"
"""What the token of a login with the account's own password, no app password, says that it is good for."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What a login gave.

    Attributes:
        did: whose login it is. scope: what the access token says that it is good for; None: it cannot be read.
    """

    did: str
    scope: str | None
    access: str = dataclasses.field(repr=False)
    refresh: str = dataclasses.field(repr=False)

    @property
    def headers(self) -> dict[str, str]:
        """What a call carries."""
        return {"Authorization": f"Bearer {self.access}"}


class Session:
    """One account in this process, for any number of threads.

    Attributes:
        writing: whoever writes holds it, so that no other call of this process moves the repository in between.
    """

    def __init__(self, endpoint: Endpoint, password: Secret) -> None:
        self.writing = threading.Lock()
        self._endpoint, self._password = endpoint, password
        self._lock = threading.Lock()
        self._tokens: Tokens | None = None

    def tokens(self, client: Client) -> Tokens:
        """Those of the login; logs in if nobody has.

        Raises:
            NotSent: it failed (``AuthError``: for the password, or because it is another account's).
        """
        with self._lock:
            if self._tokens is None:
                self._tokens = self._logged_in(client)
            return self._tokens

    def renewed(self, client: Client, stale: Tokens) -> Tokens:
        """New ones in place of those that are not good any more.

        Raises:
            NotSent: as :meth:`tokens`.
        """
        with self._lock:
            if self._tokens is stale:
                self._tokens = None  # whatever comes of this call, its refresh token is used up
                self._tokens = self._refreshed(client, stale)
            if self._tokens is None:
                self._tokens = self._logged_in(client)
            return self._tokens

    def forget(self, refused: Tokens) -> None:
        """The next call logs in anew."""
        with self._lock:
            if self._tokens is refused:
                self._tokens = None

    def _logged_in(self, client: Client) -> Tokens:
        body = {"identifier": self._endpoint.account, "password": self._password.reveal}
        return self._read(self._asked(client, "createSession", {"Content-Type": "application/json"}, body))

    def _refreshed(self, client: Client, stale: Tokens) -> Tokens | None:
        """None: it has to log in."""
        try:
            return self._read(self._asked(client, "refreshSession", {"Authorization": f"Bearer {stale.refresh}"}, None))
        except ChannelFailed:
            return None

    def _asked(self, client: Client, call: str, headers: dict[str, str], body: Mapping[str, object] | None) -> Answer:
        url = f"{self._endpoint.url}xrpc/com.atproto.server.{call}"
        with before_sending():  # a login puts nothing online
            answer = client.post(url, body=b"" if body is None else json.dumps(body).encode(), headers=headers)
            if answer.status == 429:
                raise answers.rate_limited(answer, WHO, scope="login")
            answers.readable(answer, WHO)
        return answer

    def _read(self, answer: Answer) -> Tokens:
        try:
            told = answers.document(answer, WHO)
        except ChannelFailed as error:
            raise NotSent(*error.message) from error
        did, handle, access, refresh = (told.get(key) for key in ("did", "handle", "accessJwt", "refreshJwt"))
        if not (isinstance(did, str) and is_did(did) and isinstance(access, str) and isinstance(refresh, str)):
            raise NotSent(
                f"{WHO} accepted a login and did not say whose. Check what answers there.",
                f"{WHO} hat eine Anmeldung angenommen und nicht gesagt, für wen. Bitte prüfen, wer dort antwortet.",
            )
        account = self._endpoint.account
        if account != did and account.casefold() != str(handle).casefold():
            raise AuthError(
                f"{WHO}: the login is not that of {account}. Give the channel its own, or correct account.",
                f"{WHO}: Die Anmeldung gehört nicht zu {account}. Bitte dem Kanal die eigene geben oder account "
                "berichtigen.",
            )
        return Tokens(did=did, scope=_scope(access), access=access, refresh=refresh)


def session_of(endpoint: Endpoint) -> Session:
    """The account's session in this process; a new password begins a new one.

    Raises:
        AuthError: there is no password.
    """
    try:
        password = credentials.read(endpoint.credential)
    except InvalidConfig as error:  # nothing was sent, and a person has to see to it
        raise AuthError(*error.message) from error
    whose = endpoint.url, endpoint.account, hashlib.sha256(password.reveal.encode()).digest()
    with _opening:
        return _sessions.setdefault(whose, Session(endpoint, password))


_opening = threading.Lock()
_sessions: dict[tuple[str, str, bytes], Session] = {}


def _scope(access: str) -> str | None:
    """What a token says of itself; nobody has to let that be read."""
    try:
        payload = access.split(".")[1]
        scope = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["scope"]
    except (IndexError, ValueError, KeyError, TypeError):
        return None
    return scope if isinstance(scope, str) else None
