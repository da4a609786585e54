"""What the public would get of a release, read back from the built bytes: texts, page, sheets, pictures.

Nouns, and the two forms in which texts are compared; ``fahndung.release`` reads, the rules of ``fahndung.law`` judge.
"""

import dataclasses
import enum
import functools
import unicodedata
from collections.abc import Mapping

from fahndung.model.faces import Search
from fahndung.model.ids import ImageId


class Kind(enum.StrEnum):
    """Where a text is read. ``LIVE`` names those that stand while the appeal is online."""

    PAGE = "page"
    PRESS = "press"
    SUBJECT = "subject"
    POST = "post"
    FEED = "feed"
    LISTING = "listing"
    REGISTER = "register"
    POSTER = "poster"
    ALT = "alt"
    CLOSING = "closing"
    GONE = "gone"
    TOMBSTONE = "tombstone"


LIVE = frozenset(Kind) - {Kind.CLOSING, Kind.GONE, Kind.TOMBSTONE}

_PLAIN = {**dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", ""), "\u2010": "-", "\u2011": "-"}


def folded(text: str) -> str:
    """The text as every reading holds it: composed, hyphens plain, unseen characters gone, white space single."""
    return " ".join(exchanged(unicodedata.normalize("NFC", text), _PLAIN).split())


def exchanged(text: str, letters: Mapping[str, str]) -> str:
    """The text with some letters exchanged; where they are rare this is ten times as fast as ``str.translate``."""
    for letter, other in letters.items():
        if letter in text:
            text = text.replace(letter, other)
    return text


@functools.lru_cache(maxsize=2048)
def letters(text: str) -> str:
    """Letters and digits alone, without case: what two settings of one sentence have in common.

    A poster breaks lines, hyphenates and spaces out; look for ``letters(sentence)`` in ``letters(poster.text)``.
    """
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One output as plain text, in the form of ``folded``.

    Attributes:
        name: what a finding calls it: ``page``, ``press``, ``teaser`` (``-long``, ``-short``), ``entry``, ``register``,
            ``list_item``, ``gone``, ``tombstone``, ``alts/<image id>``, ``closings/<kind>``, or the release's file
            (``posters/a4.de.pdf``).
        asks_deletion, valid_while_online: the passages that its template marks as such; empty where it marks none.
    """

    name: str
    kind: Kind
    text: str
    asks_deletion: str = ""
    valid_while_online: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A text of the record as it is printed, with its field in the record (``texts/summary``)."""

    field: str
    text: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """How the page behaves, apart from its text.

    Attributes:
        robots: the words of its robots directive, in lower case.
        previews: addresses that a network would show as a preview (og:image, twitter:image, image_src, JSON-LD …).
        loads: every address from which the page loads something (img, script, style, frame, font …), as written.
        alts: the alternative text of each picture on it, in order.
        open_pictures: those of ``loads`` that are pictures a visitor sees without a click.
        acts: what does something by itself or takes something in, as tags and attributes: scripts, frames, forms,
            handlers (``onclick``), ``javascript:`` addresses, a refresh.
    """

    robots: frozenset[str]
    previews: tuple[str, ...]
    loads: tuple[str, ...]
    alts: tuple[str, ...]
    open_pictures: tuple[str, ...]
    acts: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A PDF as its bytes show it.

    Attributes:
        name: the release's file.
        tagged: it has a structure tree and says that it is tagged.
        figures: pictures in the structure tree. alts: their alternative texts, in order; empty where one has none.
        codes: what the QR codes on it say; empty for a code that is not exactly one.
        hidden: what a reader does not see or did not ask for, in plain words: layers, attachments, scripts, forms,
            invisible text, a user's name in the metadata; empty where there is nothing.
    """

    name: str
    tagged: bool
    figures: int
    alts: tuple[str, ...]
    codes: tuple[str, ...]
    hidden: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    """A published picture as its bytes show it.

    Attributes:
        name: the release's file.
        image: the record's picture; None for a drawing of the program's own (a neutral card).
        clean: it holds pixels and nothing else; ``why`` says what else where it does not.
        marked: the marker of a witness was found in its pixels; None: it was not looked for.
        redaction_marked: every filled region was found filled and marked; None: it has none.
    """

    name: str
    image: ImageId | None
    clean: bool
    why: str = ""
    marked: bool | None = None
    redaction_marked: bool | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The sentences that law wants on the outputs, as they were composed; each may be missing.

    Attributes as in ``fahndung.model.sheet.Sheet``, in the form of ``folded``.
    ``picture_markers``: R14, the forms in which the pictures of witnesses are marked.
    ``only_while_online``: the poster's sentence that only the page is current.
    ``page_notes``: what else a page has to say in that language: that it is valid only while it is there, and that it
    is a translation. ``after``: what the page's address answers in that language after the end.
    """

    lang: str
    marker: str | None
    innocence: str | None
    tip_sentence: str
    contact_sentence: str
    stand: str
    authority: str
    imprint: tuple[str, ...]
    page_url: str
    order_sentence: str | None
    media_notice: str | None
    warning: str | None
    reward: tuple[str, ...]
    only_while_online: str | None = None
    page_notes: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    picture_markers: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """All outputs of a release as the rules read them.

    Attributes:
        texts: every text, also those that stand after the end.
        pieces: the record's own words as they are printed, to tell a template's word from the record's.
        files: the release's file to its media type.
        originals: files of the release whose bytes are those of an original (there must be none).
        pictures_of: picture of the record to the addresses under which the page loads it.
        faces: what a detector suggests in originals and pictures, or why none looked; None: not asked.
        languages: the page and posters in each other language, read in the same way; they hold none themselves.
        fragments: what else is HTML, by the name of its text (``gone``, ``list_item``) or ``frame``, the start page.
    """

    wording: Wording
    texts: tuple[Text, ...]
    pieces: tuple[Piece, ...]
    page: Page
    sheets: tuple[Sheet, ...]
    renditions: tuple[Rendition, ...]
    files: Mapping[str, str]
    originals: tuple[str, ...] = ()
    pictures_of: Mapping[ImageId, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    fragments: Mapping[str, Page] = dataclasses.field(default_factory=dict)
    faces: Search | None = None
    languages: tuple["Outputs", ...] = ()

    def live(self, *kinds: Kind) -> tuple[Text, ...]:
        """The texts that stand while the appeal is online; those of ``kinds`` if any are named."""
        wanted = frozenset(kinds) or LIVE
        return tuple(text for text in self.texts if text.kind in wanted)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What would go to a network of somebody else: the text, the names of files sent along, the addresses in it."""

    channel: str
    text: str
    uploads: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
