"""What servers answered inside a block, for whoever keeps it when a call ends in an error. Judges no answer."""

import collections
import contextlib
import contextvars
import dataclasses
import datetime as dt
import re
import urllib.parse
from collections.abc import Callable, Iterator, Mapping

from fahndung import blotting, credentials
from fahndung.model.rawanswer import MOST_BODY, RawAnswer

WINDOW = 16 * 1024
"""Bytes of a body that are looked at for secrets, and from which what is kept is taken."""
MOST = 3
"""Answers of one call that are kept."""
MOST_SECRETS = 300
"""So many things that look like secrets are looked for; of a call with more only addresses and status are kept."""
MOST_HEADERS, MOST_VALUE, MOST_ADDRESS = 24, 300, 300
_KEPT = re.compile(
    r"date|server|via|allow|location|retry-after|content-(type|length)|www-authenticate|deprecation|sunset|cf-ray"
    r"|(x-)?rate-?limit(-[a-z0-9-]{1,40})?|x-(app|page|business-use-case|ad-account)-usage|facebook-api-version"
    r"|x-(request|correlation|transaction|amz-request)-id|x-amz-id-2|x-fb-(debug|trace-id|rev|request-id)"
)
"""The headers that are kept; no other is, whatever it says."""
_COOKIE = re.compile(r"=([^\s;,=]{8,})")
_LOGIN = re.compile(r"//[^/]*@")
_TEXTS = ("application/json", "application/x-www-form-urlencoded")
_PARTS = "multipart/form-data"
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One answer as it came; untrusted, and it may repeat any secret.

    Attributes:
        body: the first ``WINDOW`` bytes of it. cut: whether there were more.
        secrets: what was sent for it and must not be told.
    """

    method: str
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    cut: bool = False
    secrets: frozenset[str] = frozenset()


@contextlib.contextmanager
def listening(to: Callable[[Heard | None], None]) -> Iterator[None]:
    """Inside the block ``to`` gets every answer that this thread gets, and None for each that did not come."""
    token = _LISTENING.set(to)
    try:
        yield
    finally:
        _LISTENING.reset(token)


_LISTENING: contextvars.ContextVar[Callable[[Heard | None], None] | None] = contextvars.ContextVar(
    "listening", default=None
)


def silence() -> None:
    """Tells whoever listens that a server did not answer."""
    if (listener := _LISTENING.get()) is not None:
        listener(None)


def tell(method: str, url: str, status: int, body: bytes, *, secrets: frozenset[str] = frozenset()) -> None:
    """Tells whoever listens of an answer that is not one of HTTP."""
    if (listener := _LISTENING.get()) is not None:
        said, cut = body[:WINDOW], len(body) > WINDOW
        listener(Heard(method=method, url=url, status=status, headers={}, body=said, cut=cut, secrets=secrets))


def tell_http(
    method: str,
    url: str,
    sent: tuple[Mapping[str, str], bytes | None],
    answer: tuple[int, Mapping[str, str], bytes],
) -> None:
    """Tells whoever listens of an answer of HTTP: status, headers with lower-case names, body.

    Args:
        sent: headers and body of the request.
    """
    if (listener := _LISTENING.get()) is None:
        return
    try:
        heard = _heard(method, url, sent, answer)
    except Exception:  # noqa: BLE001 RUF100  # the call is made: what cannot be told of it must not change its outcome
        heard = None
    listener(heard)


def _heard(
    method: str,
    url: str,
    sent: tuple[Mapping[str, str], bytes | None],
    answer: tuple[int, Mapping[str, str], bytes],
) -> Heard:
    headers, body = sent
    status, answered, said = answer
    kind = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    text = (body or b"").decode(errors="replace") if kind.startswith(_TEXTS) else ""
    parts = blotting.carried_in_parts(body or b"") if kind.startswith(_PARTS) else ()
    # what a login gives may come back in the answer to a later call
    given = said.decode(errors="replace") if len(said) <= WINDOW and _is_json(answered) else ""
    cookies = _COOKIE.findall(answered.get("set-cookie", ""))
    sent_along = (*blotting.carried(headers.items(), url, text), *parts)
    secrets = frozenset((*sent_along, *blotting.carried((), body=given), *cookies))
    return Heard(
        method=method,
        url=url,
        status=status,
        headers=answered,
        body=said[:WINDOW],
        cut=len(said) > WINDOW,
        secrets=secrets,
    )


def _is_json(headers: Mapping[str, str]) -> bool:
    return "json" in headers.get("content-type", "")


class Ear:
    """Listens to one call, and remembers of its answers no more than what may be kept: those that were no success,
    and the last one.

    Args:
        clock: the instants at which they come.
    """

    def __init__(self, clock: Callable[[], dt.datetime]) -> None:
        self._clock = clock
        self._troubled: collections.deque[tuple[dt.datetime, Heard]] = collections.deque(maxlen=MOST)
        self._last: tuple[dt.datetime, Heard] | None = None
        self._secrets: set[str] = set()

    def __call__(self, heard: Heard | None) -> None:
        """What a server answered, or None."""
        self._last = None if heard is None else (self._clock(), heard)
        if self._last is not None and heard is not None:
            self._secrets |= heard.secrets
            if not 200 <= heard.status < 300:
                self._troubled.append(self._last)

    def kept(self) -> tuple[RawAnswer, ...]:
        """Those answers, oldest first, without any secret that this process knows or that was sent in this call."""
        found = [*self._troubled]
        if self._last is not None and self._last not in found:
            found = [*found[1 - MOST :], self._last]
        if not found:
            return ()
        if len(self._secrets) > MOST_SECRETS:  # nobody waits for the search; and what else is one nobody knows
            found = [(at, dataclasses.replace(heard, headers={}, body=b"", cut=False)) for at, heard in found]
            self._secrets.clear()
        known = {text for text in (*credentials.known(), *self._secrets) if len(text) >= credentials.SHORTEST}
        spelled = frozenset(form for text in known for form in blotting.forms(text))
        return tuple(_raw(at, heard, spelled) for at, heard in found)


def _raw(at: dt.datetime, heard: Heard, spelled: frozenset[str]) -> RawAnswer:
    parts = urllib.parse.urlsplit(heard.url)
    told = {name: value for name, value in sorted(heard.headers.items()) if _KEPT.fullmatch(name)}
    if "location" in told:
        told["location"] = _LOGIN.sub("//", re.split("[?#;]", told["location"])[0])
    return RawAnswer(
        at=at,
        method=heard.method,
        address=_clean(f"{parts.netloc.rpartition('@')[2]}{parts.path}", spelled)[:MOST_ADDRESS],
        status=heard.status,
        headers={name: _clean(told[name], spelled)[:MOST_VALUE] for name in list(told)[:MOST_HEADERS]},
        body=_body(heard, spelled)[:MOST_BODY],
    )


def _body(heard: Heard, spelled: frozenset[str]) -> str:
    """As text. Where it was cut, a secret may have been cut as well: as much as the longest one goes with it."""
    # UTF-16 is told as text too: a secret must not hide between zero bytes
    clean = _clean(heard.body.replace(b"\0", b"").decode(errors="backslashreplace"), spelled)
    return clean[: -max(map(len, spelled), default=0) or None] if heard.cut else clean


def _clean(text: str, spelled: frozenset[str]) -> str:
    return blotting.blotted(_UNSEEN.sub(lambda found: f"\\x{ord(found[0]):02x}", text), spelled)
