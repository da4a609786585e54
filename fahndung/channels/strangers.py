"""Which files a stranger is shown, in one look; another picture on the same host is the control. Knows no platform."""

import urllib.parse

from fahndung import http
from fahndung.channels import answers
from fahndung.errors import ChannelFailed
from fahndung.http import Answer, Client

GONE = frozenset({404, 410})


class Stranger:
    """Somebody without a login, in one look.

    Args:
        who: the platform, as a person should read it.
        own, base: for addresses of the account's server, and where they begin; other hosts are asked only on the
            public internet.
        control: the address of a picture that is surely shown, the account's own; None: there is none.
    """

    def __init__(self, who: str, own: Client, base: str, control: str | None) -> None:
        self._who, self._own, self._base = who, own, base
        self._control = control if control is not None and http.is_allowed(control) else None
        self._controlled: set[str] = set()

    def sees(self, url: str) -> bool:
        """Whether a file is shown.

        Raises:
            ChannelFailed: nobody can tell, or nothing else is shown on its host.
        """
        answer = self._get(url)
        if answer.status not in GONE:
            answers.readable(answer, self._who)
            return True
        self._refuse_blind(urllib.parse.urlsplit(url).netloc)
        return False

    def _refuse_blind(self, host: str) -> None:
        if host in self._controlled:
            return
        if self._control is None or urllib.parse.urlsplit(self._control).netloc != host:
            raise ChannelFailed(
                f"{self._who}: nothing is known that {host} shows (give the account a picture): that a picture is not "
                "shown proves nothing.",
                f"{self._who}: Es ist nichts bekannt, was {host} zeigt (dem Konto ein Bild geben): Dass ein Bild nicht "
                "gezeigt wird, beweist nichts.",
            )
        answers.readable(self._get(self._control), self._who)
        self._controlled.add(host)

    def _get(self, url: str) -> Answer:
        """Without a credential."""
        if url.startswith(self._base):
            return self._own.get(url)
        return Client(public=True).get(url)
