"""How long X counts a text, and what in it X would make a link or a mention. Pure; knows no account.

Counted as twitter-text does with its configuration v3. Which names end like a domain that exists is not looked up: what
could be one counts as a link, so that a release is refused too often rather than too seldom.

Source: github.com/twitter/twitter-text, config/v3.json, conformance/validate.yml and extract.yml, read 2026-11-26.
"""

import re
import unicodedata

MOST = 280
LINK = 23
"""What any link counts, whatever its length."""

_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
"""Code points that count 1; all others count 2."""
_INVALID = re.compile("[\ufffe\ufeff\uffff]")

_PICTURE = (
    "(?:[\u00a9\u00ae](?=\ufe0f)|[\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe\u2600-\u27bf\u2934\u2935"
    "\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001faff])"
)
_PERSON = f"{_PICTURE}(?:\ufe0f|[\U0001f3fb-\U0001f3ff])?"
_CLUSTER = re.compile(
    "[0-9#*]\ufe0f?\u20e3"  # keys
    "|[\U0001f1e6-\U0001f1ff]{2}"  # flags of countries
    "|\U0001f3f4[\U000e0030-\U000e007a]+\U000e007f"  # and of their parts
    f"|{_PERSON}(?:\u200d{_PERSON})*"
)
"""What is drawn as one picture counts 2, however many code points it is made of."""

_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_TOP = r"(?:xn--[a-z0-9-]+|[^\W\d_]{2,63})"
_REST = r"(?::\d+)?(?:[/?#][^\s\u2028-\u202e\u2066-\u2069<>\"„“”«»]*)?"
_SCHEME = re.compile(rf"https?://(?P<host>(?:[^\s./?#:@]{{1,63}}\.)+{_TOP}){_REST}", re.IGNORECASE)
_BARE = rf"(?<![@＠$#＃\w.-])(?P<host>(?:{_LABEL}\.)+{_TOP})(?![\w@＠]){_REST}"
_ADDRESSES = (_SCHEME, re.compile(_BARE, re.IGNORECASE | re.ASCII), re.compile(_BARE, re.IGNORECASE))
"""With a scheme; of ASCII alone, whatever stands around it; of any letters."""
_MENTION = re.compile(r"(?<![a-z0-9_!#$%&*@＠])[@＠][a-z0-9_]", re.IGNORECASE | re.ASCII)
_END = ".,;:!?()'\"…]"


def count(text: str) -> int:
    """How many characters X counts."""
    whole = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    found = links(whole)
    for link in found:
        whole = whole.replace(link, "", 1)
    pictures = _CLUSTER.findall(whole)
    return LINK * len(found) + 2 * len(pictures) + sum(map(_weight, _CLUSTER.sub("", whole)))


def is_allowed(text: str) -> bool:
    """Whether X takes the text, as far as its characters and their number go."""
    return _INVALID.search(text) is None and 0 < count(text) <= MOST


def links(text: str) -> tuple[str, ...]:
    """What X would make a link of, or could: addresses, and names of domains without a scheme."""
    found: list[re.Match[str]] = []
    for pattern in _ADDRESSES:
        found += [
            match
            for match in pattern.finditer(text)
            if _is_host(match["host"]) and not any(one.start() <= match.start() < one.end() for one in found)
        ]
    return tuple(match[0].rstrip(_END) for match in sorted(found, key=re.Match.start))


def mentions(text: str) -> bool:
    """Whether X would see that somebody is mentioned in the text."""
    return _MENTION.search(text) is not None


def _weight(character: str) -> int:
    return 1 if any(first <= ord(character) <= last for first, last in _LIGHT) else 2


def _is_host(host: str) -> bool:
    """Whether every part of it is a name that domains may have, encoded as they are."""
    try:
        host.encode("idna")
    except UnicodeError:
        return False
    return True
