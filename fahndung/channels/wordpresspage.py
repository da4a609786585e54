"""What stands on a WordPress page: the approved page's own words and pictures, as one block of HTML. Pure.

Pictures get their addresses when they are uploaded; until then their names stand there, and in that form two pages are
compared. Knows no server.
"""

import dataclasses
import hashlib
import html
import html.parser
import json
import posixpath
import re
from collections.abc import Mapping

from fahndung.channels import layout, linkpost
from fahndung.channels.wordpressaccount import Endpoint
from fahndung.errors import NotPublishable
from fahndung.model.release import Release
from fahndung.texts import pages

CARD = "fahndung-card"
"""The class of the card without a face: the first picture of the page, which no reader sees."""
_PAGE, _ENTRY, _IMAGES = "website/page.html", "website/entry.json", "website/images/"
_BLOCK = "<!-- wp:html -->\n{}\n<!-- /wp:html -->"
_MAIN, _FOOTER = (
    re.compile(rf"<{name}\b[^>]*>(.*)</{name}>", re.DOTALL | re.IGNORECASE) for name in ("main", "footer")
)
_FIRST = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_MARKED = re.compile(r'id="fahndung-([a-z2-7]{26})"')
_HEAD = {"description": "description", "og:title": "title", "og:description": "told", "og:image": "image"}
_CHANGED = re.compile("<|%[0-9a-f]{2}", re.IGNORECASE)
"""What WordPress takes away from the text of a picture."""
_ACTIVE = re.compile(r"<!--|<(?:script|style|iframe|object|embed|form|link|meta|base)\b|\son[a-z]+\s*=", re.IGNORECASE)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page with its pictures.

    Attributes:
        url: its address, as approved. title: neutral where persons are concerned.
        content: the block of HTML. head: what previews of its address show, as JSON.
        pictures: name to bytes, in the order of the page. alts: name to alternative text.
    """

    slug: str
    marker: str
    url: str
    title: str
    content: str
    head: str
    pictures: Mapping[str, bytes]
    alts: Mapping[str, str]

    def withdrawal(self) -> dict[str, object]:
        """What taking down and reading back need; holds no word about a person."""
        return {
            "slug": self.slug,
            "url": self.url,
            "title": sha256(self.title),
            "content": sha256(self.content),
            "head": sha256(self.head),
            "pictures": [
                {"name": name, "sha256": hashlib.sha256(data).hexdigest(), "alt": sha256(self.alts[name])}
                for name, data in self.pictures.items()
            ],
        }


def compose(release: Release, endpoint: Endpoint) -> Page:
    """What the site would show of a release: nothing but approved bytes decide.

    Raises:
        NotPublishable: it was built for another address, a part of it is missing, or its page holds what WordPress
            would run or change.
    """
    slug, marker = release.manifest.get("slug"), linkpost.own_marker(release, endpoint.name)
    if not isinstance(slug, str) or not layout.is_slug(slug):
        raise linkpost.refused(endpoint.name, "it has no slug", "ihr fehlt der Seitenname")
    source, title, url = _text(release, endpoint), *_entry(release, endpoint)
    if url != endpoint.page_url(slug):
        raise linkpost.refused(
            endpoint.name,
            f"it was built for {url}, here it would stand at {endpoint.page_url(slug)}",
            f"sie wurde für {url} gebaut, hier stünde sie unter {endpoint.page_url(slug)}",
        )
    read, body = _Read(), _body(source, slug, marker, endpoint)
    read.feed(body)
    if _ACTIVE.search(body) or not {*pages.read(body).page.loads} <= {*read.alts}:
        raise _unfit(endpoint, "its page loads or runs something", "ihre Seite lädt etwas oder führt etwas aus")
    pictures = {name: file.data for name in read.alts if (file := release.files.get(_IMAGES + name)) is not None}
    if pictures.keys() != read.alts.keys() or not all(map(layout.is_image, pictures)):
        raise _unfit(endpoint, "its page shows a picture that it does not hold", "ihr fehlt ein Bild ihrer Seite")
    if any(map(_CHANGED.search, read.alts.values())):
        raise _unfit(endpoint, "the text of a picture has < or %xx in it", "der Text eines Bildes enthält < oder %xx")
    told = _Read()
    told.feed(source)
    head = {key: value for key, value in told.told.items() if key != "image" or value in pictures}
    return Page(
        slug=slug,
        marker=marker,
        url=url,
        title=title,
        content=_BLOCK.format(body),
        head=json.dumps(head, ensure_ascii=False, sort_keys=True),
        pictures=pictures,
        alts=read.alts,
    )


def empty(marker: str) -> str:
    """What stands on a page that is being prepared: its marker alone."""
    return _BLOCK.format(f'<div id="fahndung-{marker}" class="fahndung"></div>')


def alts_in(content: str) -> Mapping[str, str]:
    """The pictures of a content, in its order, and their alternative texts."""
    read = _Read()
    read.feed(content)
    return read.alts


def marker_in(untrusted_content: str) -> str | None:
    """The marker of what stands on a page; None: this program did not write it."""
    found = _MARKED.search(untrusted_content)
    return found[1] if found else None


def markers_in(untrusted_html: str) -> frozenset[str]:
    """The markers of all that a server shows at an address."""
    return frozenset(_MARKED.findall(untrusted_html))


def filled(named: str, urls: Mapping[str, str]) -> str:
    """A content or head with the addresses of its pictures."""
    for name, url in urls.items():
        named = named.replace(f'"{name}"', f'"{html.escape(url)}"')
    return named


def unfilled(untrusted: str, urls: Mapping[str, str]) -> str:
    """The same with the names again."""
    for name, url in urls.items():
        untrusted = untrusted.replace(f'"{html.escape(url)}"', f'"{name}"')
    return untrusted


def text_of(untrusted_html: str) -> str:
    """What a reader reads of a page or of a part of one."""
    return pages.read(untrusted_html).text


def previews_of(untrusted_html: str) -> tuple[str, ...]:
    """The pictures that a page offers to whatever makes previews of it."""
    return pages.read(untrusted_html).page.previews


def sha256(text: str) -> str:
    """By which a text is recognised."""
    return hashlib.sha256(text.encode()).hexdigest()


def _body(source: str, slug: str, marker: str, endpoint: Endpoint) -> str:
    main, foot = _MAIN.search(source), _FOOTER.search(source)
    if main is None:
        raise _unfit(endpoint, "its page has no <main>", "ihrer Seite fehlt <main>")
    language = re.search(r'<html lang="([A-Za-z-]{2,35})"', source)
    card = _FIRST.search(source, source.lower().index("<body"), main.start())
    parts = (_card(card[0]) if card else "", main[1].strip(), foot[1].strip() if foot else "")
    body = re.sub(rf'\b(src|href)="\.\./\.\./bilder/{slug}/([^"]*)"', r'\1="\2"', "\n".join(filter(None, parts)))
    named = f' lang="{language[1]}"' if language else ""
    return f'<div id="fahndung-{marker}" class="fahndung"{named}>\n{body}\n</div>'


def _card(tag: str) -> str:
    """The card, hidden by its class: the attribute would be taken away from whoever may not write any HTML."""
    given = dict(_attributes(tag))
    kept = {name: given.get(name, "") for name in ("src", "alt", "width", "height")}
    attributes = " ".join(f'{name}="{html.escape(value)}"' for name, value in kept.items())
    return f'<img class="{CARD}" {attributes}>'


def _attributes(tag: str) -> list[tuple[str, str]]:
    read = _Read()
    read.feed(tag)
    return read.last


class _Read(html.parser.HTMLParser):
    """Gathers pictures with their alternative texts, and what the head says for previews."""

    def __init__(self) -> None:
        super().__init__()
        self.alts: dict[str, str] = {}
        self.told: dict[str, str] = {}
        self.last: list[tuple[str, str]] = []
        self._linked = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Called by the parser."""
        self.last = [(name, value or "") for name, value in attrs]
        given = dict(self.last)
        if tag == "a":
            self._linked = given.get("href", "")
        if tag == "img":
            alt = " ".join(given.get("alt", "").split())
            self.alts.setdefault(given.get("src", ""), alt)
            if layout.is_image(self._linked):
                self.alts.setdefault(self._linked, alt)
        if tag == "meta" and (name := _HEAD.get(given.get("property") or given.get("name", ""))):
            value = given.get("content", "")
            self.told[name] = posixpath.basename(value) if name == "image" else value

    def handle_endtag(self, tag: str) -> None:
        """Called by the parser."""
        self._linked = "" if tag == "a" else self._linked


def _text(release: Release, endpoint: Endpoint) -> str:
    file = release.files.get(_PAGE)
    try:
        if file is not None:
            return file.data.decode()
    except UnicodeDecodeError:
        pass
    raise _unfit(endpoint, f"{_PAGE} is missing or not UTF-8", f"{_PAGE} fehlt oder ist nicht UTF-8")


def _entry(release: Release, endpoint: Endpoint) -> tuple[str, str]:
    """Title and address, as the feeds of a website of our own would name them."""
    file = release.files.get(_ENTRY)
    try:
        values = json.loads(file.data) if file else {}
        title, url = values["title"], values["url"]
    except (ValueError, KeyError, TypeError) as error:
        raise _unfit(endpoint, f"{_ENTRY} is missing or broken", f"{_ENTRY} fehlt oder ist beschädigt") from error
    if not isinstance(title, str) or not isinstance(url, str) or not title.strip():
        raise _unfit(endpoint, f"{_ENTRY} names no title", f"{_ENTRY} nennt keinen Titel")
    return " ".join(title.split()), url


def _unfit(endpoint: Endpoint, en: str, de: str) -> NotPublishable:
    return linkpost.refused(endpoint.name, en, de)
