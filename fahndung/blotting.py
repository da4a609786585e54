"""Texts in which no secret stands any more, in whatever spelling a server or a log may repeat it. Reads no secret.

What is found in a spelling that cannot be cut out of the text takes the whole text with it.
"""

import base64
import html
import json
import re
import urllib.parse
from collections.abc import Callable, Iterable, Iterator

HIDDEN = "***"
SECRET_NAME = re.compile(
    r"auth(?!or(?!iz))|token|secret|passw|pwd|signature|proof|jwt|cookie|credential|session|assertion|verifier|(?:api|access).?key|\bsig\b",
    re.IGNORECASE,
)
"""How headers, parameters and members are called whose value is a secret."""

# what a server wrote is searched: every pattern has to be linear, whatever stands there
_PIECE = re.compile(r"[^\s\"',;&=<>]{8,}=*")
_NAMED = re.compile(
    r"(?P<name>(?:token|secret|passw|signature|proof|jwt|cookie|session|assertion|verifier|access.?key)[\w.-]{0,40}"
    r"\\?[\"']?\s*[:=>]\s*\\?[\"']?)(?P<value>[^\s\"'&,;}<\\]{8,})",
    re.IGNORECASE,
)
_SHAPES = re.compile(
    r"(?<![\w-])eyJ[\w-]{5,}(?:\.[\w-]*){0,4}|(?<=\bBearer )[\w.~+/-]{8,}=*|(?<=\bBasic )[\w+/-]{8,}=*"
)
_PART = re.compile(
    rb'name="([^"\r\n]{1,80})"[^\r\n]{0,200}\r\n(?:[\w-]{1,40}:[^\r\n]{0,200}\r\n){0,4}\r\n([^\r\n]{1,8000})'
)
_TOKEN = re.compile(r"eyJ[\w-]+(?:\.[\w-]*){1,4}")
_SHORTEST_CORE = 8


def forms(secret: str) -> frozenset[str]:
    """A secret as it is, and as addresses, JSON and Base64 spell it, the last with anything before and after it.

    Of a token of JSON (JWT) each part alone as well: a server may repeat its claims, or its signature.
    """
    if _TOKEN.fullmatch(secret):
        parts = [part for part in secret.split(".") if len(part) >= _SHORTEST_CORE]
        return frozenset((*_spelled(secret), *(form for part in parts for form in _spelled(part))))
    return frozenset(_spelled(secret))


def _spelled(secret: str) -> Iterator[str]:
    quoted = json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]
    asked = urllib.parse.quote(secret, safe=""), urllib.parse.quote(secret), urllib.parse.quote_plus(secret)
    yield from (secret, *quoted, *asked, html.escape(secret), *_in_base64(secret))


def without(text: str, spelled: Iterable[str]) -> str:
    """The text with each of these spellings replaced, the longest first."""
    for form in sorted(spelled, key=len, reverse=True):
        text = text.replace(form, HIDDEN)
    return text


def blotted(text: str, spelled: Iterable[str]) -> str:
    """The text without them and without whatever else looks like a secret; all of it hidden if one still shows.

    Args:
        spelled: every form of the secrets that are known.
    """
    known = frozenset(spelled)
    clean = _SHAPES.sub(HIDDEN, _NAMED.sub(rf"\g<name>{HIDDEN}", without(text, known)))
    folded = {form.casefold() for form in known}
    readings = (reading(clean).casefold() for reading in _READINGS)
    return HIDDEN if any(form in read for read in readings for form in folded) else clean


def carried(headers: Iterable[tuple[str, str]], url: str = "", body: str = "") -> Iterator[str]:
    """The secrets that a request carried, by the names of its headers, parameters and members, and in their parts.

    Args:
        body: a form or JSON; empty where it is neither. Of a form of parts: ``carried_in_parts``.
    """
    for name, value in headers:
        if SECRET_NAME.search(name):
            yield value
            yield from _pieces(value)
    for name, value in urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query):
        if SECRET_NAME.search(name):
            yield value
    yield from (urllib.parse.unquote_plus(found["value"]) for found in _NAMED.finditer(body))


def carried_in_parts(body: bytes) -> Iterator[str]:
    """The secrets that a form of parts carried, however large the files before them are."""
    for name, value in _PART.findall(body):
        if SECRET_NAME.search(name.decode(errors="replace")):
            yield value.decode(errors="replace")


def _pieces(value: str) -> Iterator[str]:
    """What stands after the scheme, in its parts; of a user with a password both, and each alone."""
    scheme, _, rest = value.partition(" ")
    for piece in _PIECE.findall(rest or scheme):
        yield piece
        yield piece.partition("/")[0]  # of AWS's Credential the id of the key
        yield urllib.parse.unquote(piece)
    if scheme.lower() == "basic":
        try:
            pair = base64.b64decode(rest, validate=True).decode()
        except ValueError:
            return
        yield pair
        yield pair.partition(":")[2]


def _in_base64(secret: str) -> Iterator[str]:
    """Its middle part as Base64 writes it at each of the three places where it may begin, in both alphabets."""
    raw = secret.encode()
    for before, lost in ((0, 0), (1, 2), (2, 3)):
        whole = base64.b64encode(bytes(before) + raw)
        core = (whole.rstrip(b"=")[: -1 if whole.endswith(b"=") else None])[lost:].decode()
        if len(core) >= _SHORTEST_CORE:
            yield core
            yield core.translate(_URL_SAFE)


_URL_SAFE = str.maketrans("+/", "-_")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))")


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)) if found[1] or found[2] else found[3], text)


_READINGS: tuple[Callable[[str], str], ...] = (str, urllib.parse.unquote_plus, html.unescape, _unescaped)
"""How a text may be read: as it is, as an address, as HTML, as JSON."""
