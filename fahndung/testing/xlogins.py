"""A simulated X's logins of OAuth 2: access tokens that lapse, refresh tokens that are good for one use. No network.

As RFC 6749 and users' reports say; X's OpenAPI file does not describe this call. Not safe for many threads by itself:
the platform's memory holds its lock around every call.
"""

import base64
import datetime as dt
import secrets
from collections.abc import Mapping

from fahndung.testing.bench import Reply, json_reply

CLIENT, CLIENT_SECRET = "simulated-client", "simulated-client-secret"
SCOPE = "tweet.read tweet.write users.read offline.access media.write"


class Logins:
    """All logins that can be renewed.

    Args:
        open: refresh token to user name, of whoever has logged in.
        life_s: how long an access token lives. secret: whether the application is a confidential client.
        scope: what every login may do.
    """

    def __init__(self, open: Mapping[str, str], *, life_s: int, secret: bool, scope: str) -> None:
        self._open, self._life_s, self._secret, self._scope = dict(open), life_s, secret, scope
        self._lives: dict[str, tuple[str, dt.datetime]] = {}
        self._current: dict[str, str] = {}

    def whose(self, token: str, now: dt.datetime) -> str | None:
        """The user name of an access token that has not lapsed."""
        name, until = self._lives.get(token, ("", now))
        return name if now < until else None

    def renew(self, values: Mapping[str, str], authorization: str, now: dt.datetime) -> Reply:
        """Gives the next pair for a refresh token; that, and the access token before it, are good for nothing then."""
        if self._secret and authorization != _basic():
            what = "Missing valid authorization header"
            return json_reply(401, error="unauthorized_client", error_description=what)
        if values.get("grant_type") != "refresh_token" or values.get("client_id") != CLIENT:
            what = "Missing required parameter [client_id]."
            return json_reply(400, error="invalid_request", error_description=what)
        name = self._open.pop(values.get("refresh_token", ""), None)
        if name is None:
            what = "Value passed for the token was invalid."
            return json_reply(400, error="invalid_request", error_description=what)
        access, refresh = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self._lives.pop(self._current.get(name, ""), None)
        self._open[refresh], self._current[name] = name, access
        self._lives[access] = (name, now + dt.timedelta(seconds=self._life_s))
        told = {"token_type": "bearer", "expires_in": self._life_s, "access_token": access, "scope": self._scope}
        return json_reply(200, **told, refresh_token=refresh)


def _basic() -> str:
    return f"Basic {base64.b64encode(f'{CLIENT}:{CLIENT_SECRET}'.encode()).decode()}"
