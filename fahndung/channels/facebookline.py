"""How a Page's calls reach the Graph API: the token in a header, ``appsecret_proof`` in the parameters.

Reads no answer. No secret is kept anywhere, and none stands in an address.
"""

import hashlib
import hmac
import urllib.parse
from collections.abc import Mapping

from fahndung import credentials
from fahndung.channels.facebookaccount import Endpoint
from fahndung.errors import AuthError, InvalidConfig
from fahndung.http import Answer, Client

TIMEOUT_S = 20.0


class Line:
    """Sends the calls of one Page; for one thread at a time. Every call raises ``AuthError`` if a secret is missing."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._client = Client(timeout_s=TIMEOUT_S)

    def get(self, path: str, values: Mapping[str, str]) -> Answer:
        """The answer to a question."""
        return self._client.get(self._address(path, values), headers=self._token())

    def write(self, path: str, values: Mapping[str, str]) -> Answer:
        """The answer to a form of texts."""
        body = urllib.parse.urlencode({**values, **self.proof()}).encode()
        return self.send(path, {"Content-Type": "application/x-www-form-urlencoded"}, body)

    def send(self, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """The answer to a form of whatever type, in which ``proof`` has to stand."""
        return self._client.post(self._endpoint.url + path, body=body, headers={**self._token(), **headers})

    def delete(self, path: str) -> Answer:
        """The answer to a deletion."""
        return self._client.delete(self._address(path, {}), headers=self._token())

    def proof(self) -> dict[str, str]:
        """Shows that whoever holds the token holds the app's secret as well."""
        key, token = _secret(self._endpoint.app_secret), _secret(self._endpoint.credential)
        return {"appsecret_proof": hmac.new(key.encode(), token.encode(), hashlib.sha256).hexdigest()}

    def _address(self, path: str, values: Mapping[str, str]) -> str:
        return f"{self._endpoint.url}{path}?{urllib.parse.urlencode({**values, **self.proof()}, safe=',')}"

    def _token(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {_secret(self._endpoint.credential)}"}


def _secret(name: str) -> str:
    try:
        return credentials.read(name).reveal
    except InvalidConfig as error:  # nothing was sent, and a person has to see to it
        raise AuthError(*error.message) from error
