"""Tells search engines by IndexNow that addresses of a site are new, changed or gone. Decides nothing, repeats nothing.

One service passes it on to all that take part; Google does not. Source: indexnow.org, "Documentation", read 2026-11-26.
"""

import dataclasses
import json
import urllib.parse
from collections.abc import Mapping, Sequence

from fahndung import http
from fahndung.channels import answers, endpoint, layout, sitemap
from fahndung.errors import ChannelFailed, Rejected

WHO = "IndexNow"
TIMEOUT_S = 10.0
MOST = 10_000
"""So many addresses one call may name."""
_TAKEN = frozenset({200, 202})
_OURS = {
    400: ("the call is broken", "der Aufruf ist fehlerhaft"),
    403: (f"it did not find the key in {layout.INDEXNOW}", f"der Schlüssel in {layout.INDEXNOW} wurde nicht gefunden"),
    422: ("an address is not of this site", "eine Adresse gehört nicht zu dieser Website"),
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A website as such a service has to know it."""

    base_url: str
    key: str

    @property
    def host(self) -> str:
        """Its name, with the port where it has one."""
        return urllib.parse.urlsplit(self.base_url).netloc

    @property
    def is_here(self) -> bool:
        """Whether nobody but this machine reaches it."""
        return is_here(self.base_url)


def site_of(untrusted_endpoint: Mapping[str, object]) -> Site:
    """The website of a ledger row.

    Raises:
        ChannelFailed: the row does not say which website it was.
    """
    base, nonce = untrusted_endpoint.get("base_url"), untrusted_endpoint.get("nonce")
    if not isinstance(base, str) or not isinstance(nonce, str) or not endpoint.is_base(base) or not nonce:
        raise endpoint.damaged()
    return Site(base_url=base, key=sitemap.key(nonce))


def is_here(url: str) -> bool:
    """Whether an address leads to this machine, which no search engine reaches."""
    return http.is_loopback(urllib.parse.urlsplit(url).hostname or "")


def tell(service: str, site: Site, urls: Sequence[str]) -> int:
    """Names addresses of one site to a service; what it answered.

    Raises:
        NotSent, RateLimited: it did not take them now. Rejected: it will not take them so.
        ChannelFailed: nobody knows.
    """
    values = {
        "host": site.host,
        "key": site.key,
        "keyLocation": site.base_url + layout.INDEXNOW,
        "urlList": list(urls),
    }
    client = http.Client(timeout_s=TIMEOUT_S)
    answer = client.post(
        service, body=json.dumps(values).encode(), headers={"Content-Type": "application/json; charset=utf-8"}
    )
    if answer.status in _TAKEN:
        return answer.status
    if answer.status == 429:
        raise answers.rate_limited(answer, WHO)
    if answer.status in _OURS:
        en, de = _OURS[answer.status]
        raise Rejected(
            f"{WHO} refused it (status {answer.status}): {en}. Check that strangers can read {values['keyLocation']}.",
            f"{WHO} hat es abgelehnt (Status {answer.status}): {de}. Bitte prüfen, ob {values['keyLocation']} "
            "öffentlich lesbar ist.",
        )
    raise ChannelFailed(
        f"{WHO} answered with status {answer.status}. It is told again later.",
        f"{WHO} antwortete mit Status {answer.status}. Es wird später erneut gemeldet.",
    )
