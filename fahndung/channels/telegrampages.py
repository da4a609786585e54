"""What the public pages of a Telegram channel say: its posts, and that there is no such post. Values in, values out.

No specification describes these pages; a page that is not as we know it says nothing, and never "nothing there".
"""

import dataclasses
import datetime as dt
import html.parser
import re

from fahndung.channels import linkpost, written

_POST = re.compile(r"([A-Za-z0-9_]+)/([0-9]{1,15})")
_BEFORE = re.compile(r"before=([0-9]{1,15})(?![0-9])")
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_ATTACHED = re.compile(
    r"tgme_widget_message_(?:photo|video|roundvideo|voice|document|sticker|poll|location|link_preview|invoice|game)\w*"
)
_ALBUM = frozenset({"tgme_widget_message_grouped_wrap", "grouped_media_wrap"})
MISSING = "Post not found"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One message as a stranger sees it.

    Attributes:
        account: the channel's name. text: None: it has none. markers: of the links in its text.
        attached: something hangs on it: a picture, a file, a preview of the link.
        album: it is the first of several messages that are shown as one.
        made_at: when it was posted; None: the page does not say it.
    """

    account: str
    id: int
    text: str | None
    markers: tuple[str, ...]
    attached: bool
    album: bool = False
    made_at: dt.datetime | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page.

    Attributes:
        account: whose listing it says to be; None: it is no listing.
        posts: in the order of the page. before: leads to the older ones; None: there are none.
        error: what it says instead of a post.
    """

    account: str | None
    posts: tuple[Post, ...]
    before: int | None
    error: str | None


def parse(untrusted_html: str) -> Page:
    """What a page says."""
    reader = _Reader()
    reader.feed(untrusted_html)
    reader.close()
    return Page(
        account=None if reader.header is None else reader.header.strip().removeprefix("@"),
        posts=tuple(one.made() for one in reader.found),
        before=reader.before,
        error=None if reader.error is None else reader.error.strip(),
    )


class _Raw:
    """A message that is being read."""

    def __init__(self, account: str, id: int) -> None:
        self.account, self.id = account, id
        self.text: str | None = None
        self.links: list[str] = []
        self.attached, self.album = False, False
        self.made_at: dt.datetime | None = None

    def made(self) -> Post:
        markers = filter(None, map(linkpost.marker_of, self.links))
        return Post(
            account=self.account,
            id=self.id,
            text=self.text,
            markers=tuple(dict.fromkeys(markers)),
            attached=self.attached,
            album=self.album,
            made_at=self.made_at,
        )


class _Reader(html.parser.HTMLParser):
    """Follows the elements whose text counts: a message's own text, the header's name, an error."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[_Raw] = []
        self.header: str | None = None
        self.error: str | None = None
        self.before: int | None = None
        self._open: list[str] = []
        self._text_ends, self._header_ends, self._error_ends = 0, 0, 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Called by the parser."""
        values = dict(attrs)
        classes = (values.get("class") or "").split()
        if tag == "br" and self._text_ends and self.found:
            self.found[-1].text = f"{self.found[-1].text}\n"
        if tag not in _VOID:
            self._open.append(tag)
        self._see(tag, classes, values)
        if self._text_ends and tag == "a" and self.found:
            self.found[-1].links.append(values.get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        """Called by the parser."""
        if tag not in self._open:
            return
        while self._open and self._open.pop() != tag:
            pass
        depth = len(self._open)
        self._text_ends = self._text_ends if depth >= self._text_ends else 0
        self._header_ends = self._header_ends if depth >= self._header_ends else 0
        self._error_ends = self._error_ends if depth >= self._error_ends else 0

    def handle_data(self, data: str) -> None:
        """Called by the parser."""
        if self._text_ends and self.found:
            self.found[-1].text = f"{self.found[-1].text or ''}{data}"
        if self._header_ends:
            self.header = f"{self.header or ''}{data}"
        if self._error_ends:
            self.error = f"{self.error or ''}{data}"

    def _see(self, tag: str, classes: list[str], values: dict[str, str | None]) -> None:
        depth = len(self._open)
        if "tgme_widget_message" in classes and (post := _POST.fullmatch(values.get("data-post") or "")):
            self.found.append(_Raw(post[1], int(post[2])))
        elif "js-message_text" in classes and self.found and not self._text_ends:
            self.found[-1].text, self._text_ends = self.found[-1].text or "", depth
        elif "tgme_channel_info_header_username" in classes:
            self._header_ends = depth
        elif "tgme_widget_message_error" in classes:
            self.error, self._error_ends = self.error or "", depth
        elif "tme_messages_more" in classes or (tag == "link" and values.get("rel") == "prev"):
            older = _BEFORE.search(values.get("href") or "")
            self.before = int(older[1]) if older else self.before
        if tag == "time" and self.found and self.found[-1].made_at is None:  # that of a film has no such attribute
            self.found[-1].made_at = written.told_instant(values.get("datetime"))
        if self.found and any(map(_ATTACHED.fullmatch, classes)):
            self.found[-1].attached = True
        if self.found and _ALBUM.intersection(classes):
            self.found[-1].attached = self.found[-1].album = True
