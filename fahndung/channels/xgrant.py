"""A login with OAuth 2 that can be renewed, as it lies in a keyring; and what X answers to whoever renews it. Pure.

Source: RFC 6749, sections 5 and 6; docs.x.com, "OAuth 2.0 Authorization Code Flow with PKCE", read 2026-11-26.
"""

import base64
import dataclasses
import datetime as dt
import json
import urllib.parse
from collections.abc import Mapping
from typing import Any

from fahndung.channels import answers
from fahndung.channels.xposts import WHO
from fahndung.credentials import KEYRING, Secret
from fahndung.errors import AuthError, ChannelFailed, InvalidConfig
from fahndung.http import Answer

MARGIN = dt.timedelta(minutes=5)
"""A token with less life left than this is renewed before it is used."""
SCOPES = frozenset({"tweet.read", "tweet.write", "users.read", "offline.access"})
UPLOADS = "media.write"
_NEEDED, _TEXTS = {"client_id", "refresh_token"}, ("client_id", "client_secret", "refresh_token", "access_token")
_LONGEST_S = 366 * 24 * 3600


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A login.

    Attributes:
        client_secret: empty: the application is a public client. refresh_token: good for one use.
        access_token: empty: there is none yet. expires_at: in seconds since 1970.
        scope: what it may do; empty: nobody said.
    """

    client_id: str
    refresh_token: str = dataclasses.field(repr=False)
    client_secret: str = dataclasses.field(default="", repr=False)
    access_token: str = dataclasses.field(default="", repr=False)
    expires_at: int = 0
    scope: tuple[str, ...] = ()

    def is_good(self, now: dt.datetime) -> bool:
        """Whether its access token lives for a while yet."""
        return bool(self.access_token) and now.timestamp() + MARGIN.total_seconds() < self.expires_at

    def as_secret(self) -> Secret:
        """The text that is kept."""
        return Secret(json.dumps(dataclasses.asdict(self)))


def read(secret: str, name: str) -> Grant | None:
    """The login in a secret of that name; None: it is another kind of secret.

    Raises:
        InvalidConfig: it is damaged, or does not lie in a keyring, the only place to which its next token can go.
    """
    try:
        values = json.loads(secret) if secret.startswith("{") else {}
    except ValueError:
        return None
    if not isinstance(values, dict) or "refresh_token" not in values:
        return None
    if not name.startswith(KEYRING):
        raise InvalidConfig(
            f"The credential {name} has a refresh token, which changes with each use: it has to lie in a keyring "
            f"(credential = “{KEYRING}{name}”).",
            f"Das Zugangsgeheimnis {name} enthält ein Refresh-Token, das sich mit jedem Gebrauch ändert: Es muss in "
            f"einem Schlüsselbund liegen (credential = „{KEYRING}{name}“).",
        )
    if not _is_whole(values):
        raise InvalidConfig(
            f"The credential {name} has to be a JSON object with client_id, refresh_token and, of a confidential "
            "client, client_secret.",
            f"Das Zugangsgeheimnis {name} muss ein JSON-Objekt sein mit client_id, refresh_token und, bei einem "
            "vertraulichen Client, client_secret.",
        )
    return Grant(**{**values, "scope": tuple(values.get("scope", ()))})


def question(grant: Grant) -> tuple[dict[str, str], bytes]:
    """The header and the body that ask for the next tokens."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if grant.client_secret:
        pair = f"{urllib.parse.quote(grant.client_id, safe='')}:{urllib.parse.quote(grant.client_secret, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    form = {"grant_type": "refresh_token", "refresh_token": grant.refresh_token, "client_id": grant.client_id}
    return headers, urllib.parse.urlencode(form).encode()


def renewed(grant: Grant, answer: Answer, now: dt.datetime) -> Grant:
    """The login with the tokens that X gave in exchange.

    Raises:
        ChannelFailed: the answer gives none; the old refresh token may be used up all the same.
    """
    answers.readable(answer, WHO)
    told = answers.document(answer, WHO)
    access, refresh, scope = told.get("access_token"), told.get("refresh_token", grant.refresh_token), told.get("scope")
    life = told.get("expires_in")
    if not (_is_text(access) and _is_text(refresh) and isinstance(life, int) and 0 < life <= _LONGEST_S):
        raise ChannelFailed(
            f"{WHO} renewed a login and did not say how it goes on. It is tried again later.",
            f"{WHO} hat eine Anmeldung erneuert und nicht gesagt, wie es weitergeht. Es wird später erneut versucht.",
        )
    return dataclasses.replace(
        grant,
        access_token=str(access),
        refresh_token=str(refresh),
        expires_at=int(now.timestamp()) + life,
        scope=tuple(scope.split()) if isinstance(scope, str) else grant.scope,
    )


def is_used_up(answer: Answer) -> bool:
    """Whether X says that the refresh token is good for nothing any more (it calls that an invalid request)."""
    return answer.status == 400 and _error(answer) in {"invalid_grant", "invalid_request"}


def is_strange(answer: Answer) -> bool:
    """Whether X says that it does not know the application."""
    return answer.status in {401, 403} or _error(answer) in {"invalid_client", "unauthorized_client"}


def used_up(name: str) -> AuthError:
    """The error of a login that nobody can renew."""
    own = name.removeprefix(KEYRING)
    return AuthError(
        f"{WHO} does not accept the refresh token of {name}: it was used already, perhaps by a run that died before it "
        "could keep the next one, or was revoked. It is not tried again. Log in anew and put the new tokens into the "
        f"keyring: keyring set fahndung {own}",
        f"{WHO} nimmt das Refresh-Token von {name} nicht an: Es wurde schon gebraucht, vielleicht von einem Lauf, der "
        "starb, ehe er das nächste ablegen konnte, oder widerrufen. Es wird nicht erneut versucht. Bitte neu anmelden "
        f"und die neuen Tokens in den Schlüsselbund legen: keyring set fahndung {own}",
    )


def refuse_scope(grant: Grant, account: str, *, uploads: bool) -> None:
    """Nothing, if a login may do what the channel does, as far as X said.

    Raises:
        AuthError: it may not.
    """
    needed = {*SCOPES, *([UPLOADS] if uploads else [])}
    if grant.scope and (missing := sorted(needed - {*grant.scope})):
        raise AuthError(
            f"The login of {account} lacks the scopes {', '.join(missing)}. Log in anew with all of "
            f"{', '.join(sorted(needed))}.",
            f"Der Anmeldung von {account} fehlen die Rechte {', '.join(missing)}. Bitte neu anmelden mit allen von "
            f"{', '.join(sorted(needed))}.",
        )


def _error(answer: Answer) -> str | None:
    """What an answer that gives no tokens calls the reason."""
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    named = told.get("error") if answer.status != 200 and isinstance(told, dict) else None
    return named if isinstance(named, str) else None


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value) and value.isascii() and value.isprintable() and " " not in value


def _is_whole(values: Mapping[str, Any]) -> bool:
    fields = {field.name for field in dataclasses.fields(Grant)}
    scope = values.get("scope", [])
    return (
        values.keys() <= fields
        and all(_is_text(values.get(name)) for name in _NEEDED)
        and all(isinstance(values.get(name, ""), str) for name in _TEXTS)
        and (not values.get("access_token") or _is_text(values["access_token"]))
        and type(values.get("expires_at", 0)) is int
        and isinstance(scope, list)
        and all(isinstance(one, str) for one in scope)
    )
