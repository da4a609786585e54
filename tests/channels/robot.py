"""What programs that make previews find on a page, and whether any of it is the picture of a person, for tests.

The robot follows everything that any of them is known to read: og, twitter, JSON-LD, oEmbed, image_src, the feeds and
their pictures, and the first ``<img>``. It obeys no robots.txt and no noindex, because not every program does.
"""

import dataclasses
import hashlib
import html.parser
import io
import json
import urllib.parse
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence

import requests
from PIL import Image

AGENTS: Mapping[str, str] = {
    "Facebook": "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "X": "Twitterbot/1.0",
    "Telegram": "TelegramBot (like TwitterBot)",
    "WhatsApp": "WhatsApp/2.24.1.78 A",
    "Mastodon": "Mastodon/4.4.0 (http.rb/5.3.0; +https://social.polizei.example/)",
}
CLOSE = 12
"""Of 64: so many bits of two perceptual hashes may differ in pictures of the same thing."""
_META = ("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src", "thumbnail")
_FEEDS = ("application/atom+xml", "application/rss+xml", "application/feed+json", "application/json")
_DATA = frozenset({"image", "thumbnail", "thumbnailurl", "photo", "logo", "primaryimageofpage", "contenturl"})
_IN_FEEDS = frozenset({"enclosure", "thumbnail", "content", "image", "icon", "logo"})


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A picture that a preview may show, and by which way it was found."""

    way: str
    url: str
    data: bytes


class Robot:
    """One program, by its name."""

    def __init__(self, agent: str) -> None:
        self._headers = {"User-Agent": AGENTS[agent]}

    def pictures(self, url: str) -> list[Found]:
        """Every picture that a preview of the page may show."""
        answer = self._get(url)
        if answer.status_code != 200:
            return []
        named = [*_on_page(answer.text, url)]
        for way, address in [*named]:
            if way in {"feed", "oembed"}:
                named.remove((way, address))
                named += self._behind(way, address)
        return [one for way, address in dict.fromkeys(named) if (one := self._fetched(way, address)) is not None]

    def _behind(self, way: str, url: str) -> Iterator[tuple[str, str]]:
        answer = self._get(url)
        if answer.status_code != 200:
            return
        found = _in_json(answer.json()) if answer.text.lstrip().startswith(("{", "[")) else _in_xml(answer.text)
        for address in found:
            yield way, urllib.parse.urljoin(url, address)

    def _fetched(self, way: str, url: str) -> Found | None:
        answer = self._get(url)
        return None if answer.status_code != 200 else Found(way=way, url=url, data=answer.content)

    def _get(self, url: str) -> requests.Response:
        return requests.get(url, headers=self._headers, timeout=30)


def shows(data: bytes, persons: Sequence[bytes]) -> bool:
    """Whether a picture is one of those: the same bytes, or what a person would call the same picture."""
    if hashlib.sha256(data).digest() in {hashlib.sha256(one).digest() for one in persons}:
        return True
    seen = fingerprint(data)
    return any((seen ^ fingerprint(one)).bit_count() <= CLOSE for one in persons)


def fingerprint(data: bytes) -> int:
    """The difference hash of a picture: 64 bits, which scaling and another compression hardly change."""
    with Image.open(io.BytesIO(data)) as picture:
        small = picture.convert("L").resize((9, 8), Image.Resampling.LANCZOS).tobytes()
    bits = [small[row * 9 + column] > small[row * 9 + column + 1] for row in range(8) for column in range(8)]
    return sum(bit << place for place, bit in enumerate(bits))


class _Page(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._data = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._data = tag == "script" and given.get("type") == "application/ld+json"
        if tag == "meta" and (given.get("property") or given.get("name")) in _META:
            self.found.append((given.get("property") or given["name"], given["content"]))
        if tag == "link":
            self._link(given)
        if tag == "img" and "img" not in {way for way, _ in self.found}:
            self.found.append(("img", given.get("src") or given.get("data-src", "")))

    def _link(self, given: Mapping[str, str]) -> None:
        rels, kind, address = given.get("rel", "").split(), given.get("type", ""), given.get("href", "")
        if "oembed" in kind:
            self.found.append(("oembed", address))
        elif "alternate" in rels and kind in _FEEDS:
            self.found.append(("feed", address))
        elif {"image_src", "apple-touch-icon"} & set(rels):
            self.found.append(("image_src", address))

    def handle_data(self, data: str) -> None:
        if self._data:
            self.found += [("JSON-LD", address) for address in _in_json(json.loads(data))]


def _on_page(text: str, url: str) -> Iterator[tuple[str, str]]:
    page = _Page()
    page.feed(text)
    for way, address in page.found:
        if address:
            yield way, urllib.parse.urljoin(url, address)


def _in_json(value: object, *, named: bool = False) -> Iterator[str]:
    """Addresses of pictures in JSON-LD, oEmbed and JSON Feed, and in the HTML that such a feed carries."""
    if isinstance(value, str) and named:
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _in_json(one, named=named)
    elif isinstance(value, dict):
        photo = value.get("type") == "photo" or str(value.get("mime_type", "")).startswith("image/")
        for key, one in value.items():
            if key == "content_html" and isinstance(one, str):
                yield from (address for _, address in _on_page(one, ""))
            picture = key.lower() in _DATA | {"thumbnail_url", "banner_image"} or (photo and key == "url")
            yield from _in_json(one, named=picture or (named and key in {"url", "@id"}))


def _in_xml(text: str) -> Iterator[str]:
    """Addresses of pictures in Atom and RSS, and in the HTML of their entries."""
    for element in ET.fromstring(text).iter():
        name = element.tag.rpartition("}")[2]
        picture = name in _IN_FEEDS or (name == "link" and element.get("rel") == "enclosure")
        if picture and (address := element.get("url") or element.get("href") or element.get("src")):
            yield address
        if "<img" in (element.text or ""):
            yield from (address for _, address in _on_page(element.text or "", ""))
