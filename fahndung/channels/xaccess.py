"""What lets the calls of one account in: whichever of the kinds of secrets its credential is. Keeps none.

Keys of OAuth 1.0a sign each call (``xsign``), a login of OAuth 2 in a keyring is renewed (``xtokens``), and a bare
access token is used as it is.
"""

import datetime as dt
import secrets

from fahndung import credentials
from fahndung.channels import xgrant, xsign, xtokens
from fahndung.channels.xaccount import Endpoint
from fahndung.errors import AuthError, InvalidConfig
from fahndung.http import Client

_BEARER = "Bearer "


class Access:
    """That of one account; ``client`` asks for other tokens."""

    def __init__(self, endpoint: Endpoint, client: Client) -> None:
        self._endpoint, self._client = endpoint, client

    def header(self, method: str, url: str) -> str:
        """The header ``Authorization`` of a call whose body, if there is one, is no form.

        Raises:
            NotSent: there is none now (``AuthError``: a person has to see to it).
        """
        name = self._endpoint.credential
        try:
            secret = credentials.read(name).reveal
            if xgrant.read(secret, name) is not None:
                return _BEARER + self._tokens.grant(self._client).access_token
            keys = xsign.keys(secret, name)
        except InvalidConfig as error:  # nothing was sent, and a person has to see to it
            raise AuthError(*error.message) from error
        if keys is None:
            return _BEARER + secret
        now = dt.datetime.now(dt.UTC)  # noqa: TID251  # a signature says when it was made; nothing is decided by it
        return xsign.authorization(method, url, keys, nonce=secrets.token_hex(16), timestamp=int(now.timestamp()))

    def another(self, refused: str) -> str | None:
        """The header in the place of one that X has just refused; None: no other would help.

        Raises:
            NotSent: as :meth:`header`.
        """
        token = refused.removeprefix(_BEARER)
        if self.grant() is None or not self._tokens.may_renew(token):
            return None
        return _BEARER + self._tokens.grant(self._client, token).access_token

    def grant(self) -> xgrant.Grant | None:
        """The login that can be renewed, as it is kept now; None: it is another kind of secret.

        Raises:
            AuthError: there is no secret, or it is damaged.
        """
        name = self._endpoint.credential
        try:
            return xgrant.read(credentials.read(name).reveal, name)
        except InvalidConfig as error:
            raise AuthError(*error.message) from error

    @property
    def _tokens(self) -> xtokens.Tokens:
        return xtokens.of(self._endpoint.credential, self._endpoint.url)
