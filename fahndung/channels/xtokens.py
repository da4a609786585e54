"""The tokens of OAuth 2 of an account on X: renewed before they lapse, each next pair kept before it is used.

A refresh token is good for one use, so one process at a time renews a login, under a lock, and reads it again first.
The keyring belongs to the user who runs the program, and so does the lock; several homes may share both. A process
that dies between the exchange and the keyring loses the login: X refuses the old token then, and a person logs in anew.
"""

import contextlib
import datetime as dt
import hashlib
import os
import pathlib
import threading
from collections.abc import Iterator

from fahndung import credentials
from fahndung.channels import xgrant
from fahndung.channels.steps import before_sending
from fahndung.channels.xgrant import Grant
from fahndung.channels.xposts import WHO
from fahndung.errors import AuthError, Busy, ChannelFailed, InvalidConfig, NotSent
from fahndung.home import locks
from fahndung.http import Client

WAIT_S = 45.0
"""How long a process waits for another one that renews the same login: for its call, and for its keyring."""


class Tokens:
    """One login in this process, for any number of threads."""

    def __init__(self, name: str, url: str) -> None:
        self._name, self._url = name, url
        self._unkept: tuple[str, Grant] | None = None
        self._refused: set[str] = set()
        self._last = ""

    def grant(self, client: Client, refused: str = "") -> Grant:
        """The login with an access token that is good; renewed first, where it has to be.

        Args:
            refused: the access token that X has just refused; another one is got for it, once.

        Raises:
            NotSent: there is none now (``AuthError``: a person has to see to it).
        """
        found = self._read()
        if self._is_good(found, refused):
            return found
        with self._alone():
            found = self._read()  # another process may have been quicker
            if self._is_good(found, refused):
                return found
            made = self._waiting(found) or self._renewed(client, found)
            self._unkept = found.refresh_token, made
            self._keep(made)
            self._unkept = None
            self._last = made.access_token if refused else ""
            return made

    def may_renew(self, refused: str) -> bool:
        """Whether another token may help: one that was got because X refused the last is not exchanged again."""
        return refused != self._last

    def _is_good(self, found: Grant, refused: str) -> bool:
        waits = self._waiting(found) is not None
        return not waits and found.access_token != refused and found.is_good(_now())

    def _waiting(self, found: Grant) -> Grant | None:
        """The pair that this process got for the login and could not keep yet; nobody else has it."""
        if self._unkept is None or self._unkept[0] != found.refresh_token:
            return None
        return self._unkept[1]

    def _read(self) -> Grant:
        try:
            found = xgrant.read(credentials.read(self._name).reveal, self._name)
        except InvalidConfig as error:  # nothing was sent, and a person has to see to it
            raise AuthError(*error.message) from error
        if found is None:
            raise AuthError(
                f"The credential {self._name} is another one now. Start the program again.",
                f"Das Zugangsgeheimnis {self._name} ist jetzt ein anderes. Bitte das Programm neu starten.",
            )
        return found

    def _renewed(self, client: Client, found: Grant) -> Grant:
        mark = hashlib.sha256(found.refresh_token.encode()).hexdigest()
        if mark in self._refused:
            raise xgrant.used_up(self._name)
        headers, body = xgrant.question(found)
        with before_sending():  # nothing of an appeal is in it
            answer = client.post(f"{self._url}2/oauth2/token", body=body, headers=headers)
            if xgrant.is_used_up(answer):
                self._refused.add(mark)
                raise xgrant.used_up(self._name)
            if xgrant.is_strange(answer):
                raise AuthError(
                    f"{WHO} does not know the application of {self._name} (status {answer.status}). Correct client_id "
                    "and client_secret.",
                    f"{WHO} kennt die Anwendung von {self._name} nicht (Status {answer.status}). Bitte client_id und "
                    "client_secret berichtigen.",
                )
            return xgrant.renewed(found, answer, _now())

    def _keep(self, made: Grant) -> None:
        try:
            credentials.keep(self._name, made.as_secret())
        except InvalidConfig as error:
            raise AuthError(
                f"{error.message.en} The next tokens of {self._name} are held by this process alone, and not used: "
                "let it run until the keyring takes them.",
                f"{error.message.de} Die nächsten Tokens von {self._name} hält nur dieser Prozess, und er gebraucht "
                "sie nicht: Bitte laufen lassen, bis der Schlüsselbund sie annimmt.",
            ) from error

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """No other process of this user renews this login meanwhile."""
        name = self._name.removeprefix(credentials.KEYRING)
        path = folder() / f"{name}.lock"
        with contextlib.ExitStack() as stack:
            try:
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                stack.enter_context(locks.held(path, WAIT_S))
            except Busy as error:
                raise NotSent(
                    f"Another process renews the login {self._name} and does not get done. It is tried again later.",
                    f"Ein anderer Prozess erneuert die Anmeldung {self._name} und wird nicht fertig. Es wird später "
                    "erneut versucht.",
                ) from error
            except (ChannelFailed, OSError) as error:
                raise NotSent(
                    f"{path} cannot be opened. Without this lock no login is renewed.",
                    f"{path} lässt sich nicht öffnen. Ohne diese Sperre wird keine Anmeldung erneuert.",
                ) from error
            yield


def of(name: str, url: str) -> Tokens:
    """The login of that name in this process."""
    with _opening:
        return _known.setdefault((name, url), Tokens(name, url))


def folder() -> pathlib.Path:
    """Where the locks of this user's logins lie; they hold nothing."""
    given = os.environ.get("XDG_STATE_HOME")
    state = pathlib.Path(given) if given else pathlib.Path.home() / ".local" / "state"
    return state / "fahndung" / "logins"


_opening = threading.Lock()
_known: dict[tuple[str, str], Tokens] = {}


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)  # noqa: TID251  # of a token's life alone; nothing else is decided by it
