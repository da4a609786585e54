"""The text of a post by the link method: the longest teaser that fits, its one link with the marker as fragment. Pure.

A browser keeps the fragment to itself, so that the page's own server never learns a marker. Knows no platform.
"""

import dataclasses
import html.parser
import re
import urllib.parse
from collections.abc import Callable, Mapping
from typing import TypeGuard, TypeVar

from fahndung import http
from fahndung.channels import layout
from fahndung.errors import Message, NotPublishable
from fahndung.model.ids import ChannelName
from fahndung.model.release import TEASERS, Release

TEASER = "texts/teaser.txt"
"""The text of a post where there is one length of it only."""
_MARKER = re.compile(r"[a-z2-7]{26}")
_PAGES = "/fahndung/"
ADDRESS = re.compile(r"https?://[^\s<>]*[^\s<>.,;:!?()\"'“”„]", re.IGNORECASE)
"""A web address in a text, without the punctuation behind it."""


FitT = TypeVar("FitT")


class Refused(NotPublishable):
    """A release does not fit an account; ``why`` is the reason alone, without the account's name and what to do."""

    def __init__(self, channel: ChannelName, why: Message) -> None:
        super().__init__(
            f"The release does not fit the channel {channel}: {why.en}. Correct it and build it again.",
            f"Die Freigabefassung passt nicht zum Kanal {channel}: {why.de}. Bitte berichtigen und neu bauen.",
        )
        self.why = why


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Teaser:
    """An approved text for posts in one of its lengths.

    Attributes:
        name: its file in the release. text: as approved, without white space around it, as platforms show it: what
            they show has to be the text that is compared.
        page: the address of the page, which stands in it once. marker: that of the channel's publication.
    """

    name: str
    text: str
    page: str
    marker: str

    @property
    def link(self) -> str:
        """The address of the page with the marker."""
        return f"{self.page}#{self.marker}"

    @property
    def linked(self) -> str:
        """The text whose address has the marker: nothing but approved bytes decide."""
        return self.text.replace(self.page, self.link)


def longest(release: Release, channel: ChannelName, fit: Callable[[Teaser], FitT]) -> tuple[Teaser, FitT]:
    """The longest teaser that a channel takes, and what ``fit`` says of it. Nothing is cut.

    A teaser has to link to the page, once, and to nothing else: a platform could make a preview of it.

    Args:
        fit: raises ``Refused`` where the channel cannot take a teaser.

    Raises:
        NotPublishable: as :func:`teasers`, or it takes none, with the reason of each.
    """
    reasons: list[tuple[str, Refused]] = []
    for teaser in teasers(release, channel):
        try:
            refuse_links(teaser.text, teaser.page, teaser.name, channel)
            return teaser, fit(teaser)
        except Refused as error:
            reasons.append((teaser.name, error))
    if len(reasons) == 1:
        raise reasons[0][1]
    raise refused(
        channel,
        "none of its texts does; " + "; ".join(f"{name}: {error.why.en}" for name, error in reasons),
        "keiner ihrer Texte passt; " + "; ".join(f"{name}: {error.why.de}" for name, error in reasons),
    )


def teasers(release: Release, channel: ChannelName) -> tuple[Teaser, ...]:
    """The approved teasers for a channel, the longest first.

    Raises:
        NotPublishable: the release has no teaser, or one that is no text, no marker for the channel or no page of its
            own.
    """
    marker, page = own_marker(release, channel), page_of(release, channel)
    names = [name for name in (f"texts/{one}.txt" for one in TEASERS) if name in release.files]
    return tuple(
        Teaser(name=name, text=text_of(release, name, channel), page=page, marker=marker) for name in names or [TEASER]
    )


def refuse_links(text: str, page: str, name: str, channel: ChannelName) -> None:
    """Nothing, if a text links to the page, once, and to nothing else; ``name``: that of its file.

    Raises:
        NotPublishable: it does not.
    """
    if ADDRESS.findall(text) != [page] or text.count(page) != 1:
        raise refused(
            channel,
            f"{name} has to link to {page}, once, and to nothing else",
            f"{name} muss genau einmal auf {page} verweisen und auf nichts anderes",
        )


def graphemes(text: str) -> int:
    """How long a text is in user-perceived characters (Unicode Standard Annex 29)."""
    import regex  # 30 ms that only a build needs

    return len(regex.findall(r"\X", text))


def marker_of(untrusted_address: str) -> str | None:
    """The marker in the address of a link that this program wrote; None: it wrote no such link."""
    try:
        parts = urllib.parse.urlsplit(untrusted_address)
    except ValueError:
        return None
    return parts.fragment if _PAGES in parts.path and is_marker(parts.fragment) else None


def is_marker(untrusted: object) -> TypeGuard[str]:
    """Whether it has the form of a marker."""
    return isinstance(untrusted, str) and _MARKER.fullmatch(untrusted) is not None


def markers_in(untrusted_html: str) -> tuple[str, ...]:
    """The markers in the links of a piece of HTML, each once."""
    parser = _Links()
    parser.feed(untrusted_html)
    parser.close()
    return tuple(dict.fromkeys(marker for marker in map(marker_of, parser.found) if marker is not None))


def markers_in_text(untrusted_text: str) -> tuple[str, ...]:
    """The markers in the web addresses of a text, each once."""
    found = map(marker_of, ADDRESS.findall(untrusted_text))
    return tuple(dict.fromkeys(marker for marker in found if marker is not None))


def own_marker(release: Release, channel: ChannelName) -> str:
    """The marker of a channel's publication.

    Raises:
        NotPublishable: the release has none.
    """
    markers = release.manifest.get("markers")
    marker = markers.get(channel) if isinstance(markers, Mapping) else None
    if not is_marker(marker):
        raise refused(channel, "the manifest has no marker for it", "das Manifest enthält kein Kennzeichen dafür")
    return marker


def refused(channel: ChannelName, en: str, de: str) -> Refused:
    """The error that says why a release does not fit."""
    return Refused(channel, Message(en, de))


def page_of(release: Release, channel: ChannelName) -> str:
    """The address of the force's own page.

    Raises:
        NotPublishable: it has none.
    """
    page, slug = release.manifest.get("page_url"), release.manifest.get("slug")
    if isinstance(page, str) and isinstance(slug, str) and layout.is_slug(slug) and http.is_allowed(page):
        parts = urllib.parse.urlsplit(page)
        if parts.path.endswith(f"{_PAGES}{slug}/") and not parts.query and not parts.fragment:
            return page
    raise refused(
        channel,
        "it has no page of the force's own to link to. Name a website in the record (publication/channels)",
        "es gibt keine eigene Seite, auf die verwiesen werden könnte. Bitte im Datensatz eine Website nennen "
        "(publication/channels)",
    )


def text_of(release: Release, name: str, channel: ChannelName) -> str:
    """An approved text, without white space around it.

    Raises:
        NotPublishable: it is missing, empty or not UTF-8.
    """
    file = release.files.get(name)
    try:
        text = "" if file is None else file.data.decode().strip()
    except UnicodeDecodeError:
        text = ""
    if not text:
        raise refused(channel, f"{name} is missing, empty or not UTF-8", f"{name} fehlt, ist leer oder nicht UTF-8")
    return text


class _Links(html.parser.HTMLParser):
    """Gathers the addresses of links."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Called by the parser."""
        self.found += [value for name, value in attrs if tag == "a" and name == "href" and value]
