"""What a page of HTML shows, loads and offers as a preview, read from its source as a browser would.

Runs no script and follows no address. Knows the hidden attribute and inline style, but no style sheet: what a rule of
a style sheet hides counts as seen.
"""

import dataclasses
import functools
import html.parser
import json
import re
from collections.abc import Iterator, Mapping

from fahndung.model.reading import Page, folded

_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "cite",
        "code",
        "em",
        "font",
        "i",
        "kbd",
        "mark",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "u",
        "var",
        "wbr",
    ]
)
_UNSEEN = frozenset(
    ["head", "title", "style", "script", "template", "noscript", "iframe", "object", "textarea", "datalist"]
)
_CLOSED_BY = {"p": "p", "li": "li", "dt": "dt dd", "dd": "dt dd", "option": "option", "tr": "tr", "td": "td th"}
_HIDING = re.compile(
    r"(?:display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$))", re.IGNORECASE
)
_URL = re.compile(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^)'"\s]+))\s*\)|@import\s+["']([^"']+)["']""", re.IGNORECASE)
_NO_PICTURE = re.compile(r"\.(?:woff2?|ttf|otf|eot|css)(?:[?#]|$)", re.IGNORECASE)
_PREVIEW = re.compile(r"og:(?:image|video)|twitter:(?:image|player)|thumbnail|msapplication-tileimage", re.IGNORECASE)
_LOADING = frozenset(
    [
        "stylesheet",
        "icon",
        "preload",
        "prefetch",
        "prerender",
        "modulepreload",
        "manifest",
        "mask-icon",
        "apple-touch-icon",
    ]
)
_ACTING = frozenset(["script", "iframe", "frame", "object", "embed", "applet", "form", "portal", "fencedframe"])
_ACTING_ADDRESS = re.compile(r"[\x00-\x20]*(?:j\s*a\s*v\s*a|v\s*b)\s*script\s*:", re.IGNORECASE)
_LINKED_PREVIEW = frozenset({"image_src", "apple-touch-icon", "apple-touch-icon-precomposed"})
_DATA_PICTURES = frozenset({"image", "thumbnailurl", "thumbnail", "photo", "logo", "primaryimageofpage", "contenturl"})
_SAYING = ("alt", "title", "aria-label", "placeholder", "value", "label", "content")
_LINKING = ("href", "xlink:href", "src", "action", "formaction", "ping")
_ADDRESSES: Mapping[tuple[str, str], bool] = {
    ("img", "src"): True,
    ("image", "href"): True,
    ("image", "xlink:href"): True,
    ("use", "href"): True,
    ("use", "xlink:href"): True,
    ("input", "src"): True,
    ("video", "poster"): True,
    ("video", "src"): True,
    ("object", "data"): True,
    ("embed", "src"): True,
    ("body", "background"): True,
    ("table", "background"): True,
    ("td", "background"): True,
    ("iframe", "src"): False,
    ("frame", "src"): False,
    ("script", "src"): False,
    ("audio", "src"): False,
    ("track", "src"): False,
    ("base", "href"): False,
}
"""Element and attribute that load something, and whether it is a picture that a visitor sees."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A page read: its ``text`` in the form of ``folded``, and its behaviour.

    What stands in a closed ``<details>`` is text (a click shows it), but none of its pictures is open.

    Attributes:
        said: each text in the source, seen or not, with alternative texts and what else attributes say; but style.
        leads: every address on it: what it loads, links to, sends to and offers as a preview.
        title: what it calls itself, as a browser shows it; empty if it does not.
    """

    text: str
    page: Page
    said: tuple[str, ...]
    leads: frozenset[str]
    title: str


@functools.lru_cache(maxsize=8)
def read(source: str) -> Reading:
    """What a visitor, a browser and a network that makes previews get of a page or of a part of one."""
    reader = _Reader()
    reader.feed(source)
    reader.close()
    page = Page(
        robots=frozenset(reader.robots),
        previews=tuple(reader.previews),
        loads=tuple(reader.loads),
        alts=tuple(reader.alts),
        open_pictures=tuple(reader.open_pictures),
        acts=tuple(dict.fromkeys(reader.acts)),
    )
    return Reading(
        text=folded("".join(reader.words)),
        page=page,
        said=tuple(filter(None, map(folded, reader.said))),
        leads=frozenset([*reader.links, *page.loads, *page.previews]),
        title=folded("".join(reader.title or ())),
    )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    """An element that is not closed yet; whether its text is seen and its pictures are veiled."""

    tag: str
    unseen: bool
    details: bool
    veiled: bool


class _Reader(html.parser.HTMLParser):
    """Walks the source once, with the stack of open elements."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.robots: set[str] = set()
        self.previews: list[str] = []
        self.loads: list[str] = []
        self.alts: list[str] = []
        self.open_pictures: list[str] = []
        self.acts: list[str] = []
        self.said: list[str] = []
        self.links: list[str] = []
        self.title: list[str] | None = None
        self._stack: list[_Open] = []
        self._json = False
        self._titled = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if self._stack and self._stack[-1].tag in _CLOSED_BY.get(tag, "").split():
            self._stack.pop()
        if tag not in _INLINE:
            self.words.append(" ")
        element = self._opened(tag, given)
        self._addresses(tag, given, veiled=element.veiled)
        self._previews(tag, given)
        self.acts += _acts(tag, given)
        self.said += (given[name] for name in _SAYING if name in given)
        self.links += (given[name].strip() for name in _LINKING if name in given)
        if tag == "img":
            self.alts.append(folded(given.get("alt", "")))
        if tag not in _VOID:
            self._titled = tag == "title" and self.title is None and all(one.tag != "svg" for one in self._stack)
            if self._titled:
                self.title = []
            self._stack.append(element)
            self._json = tag == "script" and "ld+json" in given.get("type", "").lower()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)  # HTML knows no empty element but its own; a slash changes nothing

    def handle_endtag(self, tag: str) -> None:
        if tag not in _INLINE:
            self.words.append(" ")
        tags = [element.tag for element in self._stack]
        if tag in tags:
            del self._stack[len(tags) - 1 - tags[::-1].index(tag) :]
        self._json = self._titled = False

    def handle_data(self, data: str) -> None:
        inside = self._stack[-1] if self._stack else None
        if inside is not None and inside.tag == "style":
            self._style(data, veiled=inside.veiled)
        if inside is None or inside.tag != "style":
            self.said.append(data)
        if self._titled and self.title is not None:
            self.title.append(data)
        if self._json:
            self.previews += _pictures_of_data(data)
        if inside is None or not inside.unseen:
            self.words.append(data)

    def _opened(self, tag: str, given: Mapping[str, str]) -> _Open:
        above = self._stack[-1] if self._stack else _Open(tag="", unseen=False, details=False, veiled=False)
        shown = tag == "summary" and above.details  # the first line of a closed <details> stands open
        outer = self._stack[-2].veiled if shown and len(self._stack) > 1 else False
        details = tag == "details" and "open" not in given
        return _Open(
            tag=tag,
            unseen=above.unseen or tag in _UNSEEN or "hidden" in given or bool(_HIDING.search(given.get("style", ""))),
            details=details,
            veiled=outer if shown else above.veiled or details,
        )

    def _addresses(self, tag: str, given: Mapping[str, str], *, veiled: bool) -> None:
        for name, value in given.items():
            picture = _ADDRESSES.get((tag, name))
            if picture is not None:
                self._load(value, picture=picture, veiled=veiled)
        if tag in ("img", "source"):
            for address in _candidates(given.get("srcset", "")):
                self._load(address, picture=True, veiled=veiled)
        if tag == "source":
            self._load(given.get("src", ""), picture=False, veiled=veiled)
        rels = set(given.get("rel", "").lower().split())
        if tag == "link" and rels & _LOADING:
            for address in (given.get("href", ""), *_candidates(given.get("imagesrcset", ""))):
                self._load(address, picture=False, veiled=veiled)
        self._style(given.get("style", ""), veiled=veiled)

    def _style(self, style: str, *, veiled: bool) -> None:
        for match in _URL.finditer(style):
            address = next(filter(None, match.groups()), "")
            picture = match.group(4) is None and not _NO_PICTURE.search(address)
            self._load(address, picture=picture, veiled=veiled)

    def _load(self, address: str, *, picture: bool, veiled: bool) -> None:
        if address.strip():
            self.loads.append(address.strip())
            if picture and not veiled:
                self.open_pictures.append(address.strip())

    def _previews(self, tag: str, given: Mapping[str, str]) -> None:
        address = given.get("content") or given.get("href") or given.get("src") or ""
        name = (given.get("property") or given.get("name") or "").strip().lower()
        if tag == "meta" and name == "robots":
            self.robots.update(word.strip().lower() for word in given.get("content", "").split(",") if word.strip())
        items = set(given.get("itemprop", "").lower().split())
        linked = tag == "link" and set(given.get("rel", "").lower().split()) & _LINKED_PREVIEW
        oembed = tag == "link" and "oembed" in given.get("type", "").lower()
        named = tag == "meta" and _PREVIEW.match(name)
        if address and (named or linked or oembed or items & _DATA_PICTURES):
            self.previews.append(address)


def _acts(tag: str, given: Mapping[str, str]) -> Iterator[str]:
    """What of a tag does something by itself; data that no browser runs (JSON-LD) is none."""
    if tag in _ACTING and not (tag == "script" and "json" in given.get("type", "").lower()):
        yield f"<{tag}>"
    if tag == "meta" and given.get("http-equiv", "").strip().lower() == "refresh":
        yield "<meta http-equiv=refresh>"
    for name, value in given.items():
        if name.startswith("on") or name in ("ping", "formaction", "srcdoc") or _ACTING_ADDRESS.match(value):
            yield f"{name}=…"


def _candidates(untrusted_srcset: str) -> Iterator[str]:
    """The addresses of a ``srcset``, without widths and densities."""
    for candidate in re.split(r",\s+|,$", untrusted_srcset.strip()):
        yield from candidate.split()[:1]


def _pictures_of_data(untrusted_json: str) -> list[str]:
    """The pictures that JSON-LD names; what cannot be read counts as one, as it stands."""
    try:
        return list(_pictures_in(json.loads(untrusted_json), named=False))
    except (ValueError, RecursionError):
        return [folded(untrusted_json)] if untrusted_json.strip() else []


def _pictures_in(value: object, *, named: bool) -> Iterator[str]:
    if isinstance(value, str) and named:
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _pictures_in(one, named=named)
    elif isinstance(value, dict):
        for key, one in value.items():
            inner = key.lower() in _DATA_PICTURES or (named and key.lower() in ("url", "@id"))
            yield from _pictures_in(one, named=inner)
