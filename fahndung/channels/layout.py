"""What lies where below a website's root, and the two values kept with it: the entry and the withdrawal. Pure.

=========================================  ==========================================================================
``fahndung/<slug>/index.html``             the page
``fahndung/<slug>/<language>.html``        the page in another language
``bilder/<slug>/<name>.jpg``               its pictures
``index.html feed.atom feed.json``         start page and feeds, joined from the approved entries
``ninjs.json api/v1/appeals.json``         the same for newsrooms and programs (docs/feeds.md)
``api/v1/appeals/<slug>.json``             one appeal; ends in a 410 as its page does
``cap/<slug>.xml``                         one alert; after the end its cancellation
``robots.txt fahndung-canary.txt``         keeps crawlers out of ``bilder/``; says whose site this is
``sitemap.xml fahndung-indexnow.txt``      the pages that search engines may list; the key by which they are told
``.fahndung/``                             private, never served:
``.fahndung/entries/<slug>.json``          the approved entry of a page that stands
``.fahndung/pending/<slug>.json``          the same, while the page is being put up
``.fahndung/tombstones/<slug>.json``       what the feeds say about an ended appeal
``.fahndung/gone/<slug>.html``             its presence makes page and pictures answer 410, its content is the body
``.fahndung/gone/<slug>/<name>.jpg``       the same for one picture, also while a later revision stands
``.fahndung/gone/<slug>/<language>.html``  the same for one language
``.fahndung/indexed/<slug>``               its presence takes ``noindex`` out of the page's header
``.fahndung/damaged/<name>``               what lay in ``entries`` (``tombstones``: ``tombstone-<name>``) and is none
``.fahndung/frame.html``                   the start page around its list
=========================================  ==========================================================================
"""

import dataclasses
import datetime as dt
import re
from collections.abc import Iterable, Mapping

from fahndung.channels import written
from fahndung.errors import ChannelFailed

CANARY = "fahndung-canary.txt"
START_PAGE = "index.html"
ATOM = "feed.atom"
JSON_FEED = "feed.json"
NINJS = "ninjs.json"
API = "api/v1/appeals.json"
LISTS = ("", ATOM, JSON_FEED, API, NINJS)
"""The addresses that list every appeal."""
APPEALS = "api/v1/appeals"
ALERTS = "cap"
ROBOTS = "robots.txt"
SITEMAP = "sitemap.xml"
INDEXNOW = "fahndung-indexnow.txt"
AT_THE_ROOT = (ROBOTS, SITEMAP, INDEXNOW)
"""What stands beside the lists for programs that ask for it."""
PRIVATE = ".fahndung"
FRAME = f"{PRIVATE}/frame.html"
ENTRIES = f"{PRIVATE}/entries"
PENDING = f"{PRIVATE}/pending"
TOMBSTONES = f"{PRIVATE}/tombstones"
GONE = f"{PRIVATE}/gone"
INDEXED = f"{PRIVATE}/indexed"
DAMAGED = f"{PRIVATE}/damaged"
LIST_MARK = "<!-- entries -->"
SLUG = re.compile(r"[a-z0-9]{16,64}")
IMAGE = re.compile(r"[a-z0-9][a-z0-9._-]{0,127}\.jpg")
LANGUAGE = re.compile(r"[a-z]{2,3}")
_BESIDE = re.compile(r"bilder/[a-z0-9]{16,64}/[^/]+|fahndung/[a-z0-9]{16,64}/[a-z]{2,3}\.html")
_OF_ONE = re.compile(r"(?:fahndung|bilder)/([a-z0-9]{16,64})(?:/|\Z)|api/v1/appeals/([a-z0-9]{16,64})\.json\Z")


def is_slug(untrusted: object) -> bool:
    """Whether it may name a page: 16 to 64 lower-case letters and digits, so that nobody guesses it."""
    return isinstance(untrusted, str) and SLUG.fullmatch(untrusted) is not None


def is_image(untrusted_name: str) -> bool:
    """Whether it may name a picture: one plain ``….jpg`` without a path in it."""
    return IMAGE.fullmatch(untrusted_name) is not None and ".." not in untrusted_name


def page(slug: str) -> str:
    """The page's path."""
    return f"fahndung/{slug}/index.html"


def is_page(path: str) -> bool:
    """Whether a path is an appeal's page."""
    slug = slug_at(path)
    return bool(slug) and path == page(slug)


def image(slug: str, name: str) -> str:
    """A picture's path."""
    return f"bilder/{slug}/{name}"


def appeal_file(slug: str) -> str:
    """The path of one appeal for programs."""
    return f"{APPEALS}/{slug}.json"


def alert_file(slug: str) -> str:
    """The path of one alert, and later of its cancellation."""
    return f"{ALERTS}/{slug}.xml"


def files_beside(path: str) -> tuple[str, ...]:
    """What programs find of the appeal whose page has that path; nothing if it is no page."""
    slug = slug_at(path)
    return (appeal_file(slug), alert_file(slug)) if is_page(path) else ()


def slug_at(untrusted_path: str) -> str:
    """The appeal whose end turns that address into a 410; empty where there is none."""
    found = _OF_ONE.match(untrusted_path)
    return (found[1] or found[2]) if found else ""


def translated(slug: str, language: str) -> str:
    """The path of the page in another language."""
    return f"fahndung/{slug}/{language}.html"


def ends_alone(untrusted_path: str) -> bool:
    """Whether it is the address of a picture or of another language's page: they can end before the appeal does."""
    return bool(_BESIDE.fullmatch(untrusted_path))


def address(path: str) -> str:
    """What a visitor asks for: the folder of a page, the path itself of anything else."""
    return path.removesuffix("index.html")


def aliases(slug: str) -> tuple[str, ...]:
    """Further addresses at which an appeal or its pictures could still be seen."""
    return f"fahndung/{slug}", f"fahndung/{slug}/index.html", f"bilder/{slug}/", appeal_file(slug)


def folders(slug: str) -> tuple[str, ...]:
    """Every folder in which a writer works only for the appeal with that slug, and the one of all 410 markers."""
    return f"fahndung/{slug}", f"bilder/{slug}", GONE, f"{GONE}/{slug}"


def damaged(slug: str) -> str:
    """Where the entry of a page lies if it could not be read."""
    return f"{DAMAGED}/{slug}.json"


def owns(slug: str, untrusted_path: object) -> bool:
    """Whether a path is the page, in whatever language, or a picture of the appeal with that slug."""
    if not isinstance(untrusted_path, str):
        return False
    if untrusted_path == page(slug):
        return True
    if untrusted_path.startswith(f"fahndung/{slug}/"):
        return ends_alone(untrusted_path)
    prefix = f"bilder/{slug}/"
    return untrusted_path.startswith(prefix) and is_image(untrusted_path.removeprefix(prefix))


def indexed(slug: str) -> str:
    """The marker file of a page that search engines may list."""
    return f"{INDEXED}/{slug}"


def gone_page(slug: str) -> str:
    """The marker file that ends a whole appeal."""
    return f"{GONE}/{slug}.html"


def gone_file(path: str) -> str:
    """The marker file that ends one picture, or the page in one language."""
    return f"{GONE}/{path.partition('/')[2]}"


_TEXTS = ("marker", "item", "id", "title", "summary", "url", "category")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One approved entry of start page and feeds, with the files that belong to its page.

    Attributes:
        files: path below the root to lower-case hex SHA-256.
        item: the ``<li>`` of the start page, as approved.
        id: the URI in the feeds. url: the page's address.
        category: what the start page says of it as well (``fahndung.model.appeal.Category``).
        expires: the end on the website as known when it was approved; None if none was.
        indexed: whether the approved page lets search engines list it.
    """

    slug: str
    marker: str
    files: Mapping[str, str]
    item: str
    id: str
    title: str
    summary: str
    url: str
    category: str
    updated: dt.datetime
    expires: dt.datetime | None
    indexed: bool

    @property
    def base_url(self) -> str:
        """The website's address, with a slash at the end."""
        return self.url.removesuffix(address(page(self.slug)))

    def encode(self) -> bytes:
        """The same bytes for the same entry."""
        expires = self.expires.isoformat() if self.expires else None
        instants = {"updated": self.updated.isoformat(), "expires": expires}
        return written.encode(dataclasses.asdict(self) | {"files": dict(self.files)} | instants)

    @classmethod
    def decode(cls, untrusted: bytes, slug: str) -> "Entry":
        """The entry in a file.

        Raises:
            ValueError: the file does not hold the entry of that slug.
        """
        values = written.an_object(untrusted)
        texts = {name: written.text(values, name) for name in _TEXTS}
        if values.get("slug") != slug or not is_slug(slug):
            raise ValueError("it is the entry of another page")
        expires = written.instant_or_none(values, "expires")
        updated = written.instant(values.get("updated"))
        indexed = written.flag(values, "indexed")
        return cls(slug=slug, files=_files(values, slug), updated=updated, expires=expires, indexed=indexed, **texts)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """What the feeds say about an appeal that has ended: its id, its address, when, and neutral words.

    Attributes:
        title, summary: as approved, the same for every appeal.
        alert: what an alert's cancellation refers to (``sender,identifier,sent``); empty: no alert is known.
    """

    slug: str
    id: str
    url: str
    title: str
    summary: str
    alert: str
    at: dt.datetime

    def encode(self) -> bytes:
        """The same bytes for the same tombstone."""
        return written.encode(dataclasses.asdict(self) | {"at": self.at.isoformat()})

    @classmethod
    def decode(cls, untrusted: bytes, slug: str) -> "Tombstone":
        """The tombstone in a file.

        Raises:
            ValueError: the file does not hold the tombstone of that slug.
        """
        values = written.an_object(untrusted)
        if values.get("slug") != slug or not is_slug(slug):
            raise ValueError("it is the tombstone of another page")
        alert = written.text_or_empty(values, "alert")
        texts = {name: written.text(values, name) for name in ("id", "url", "title", "summary")}
        return cls(slug=slug, alert=alert, at=written.instant(values.get("at")), **texts)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """All that taking down and reading back need, as the ledger keeps it; holds no word about a person.

    Attributes:
        gone: the approved page behind the 410. frame: the start page without any entry.
        title_sha256: of the entry's title, to recognise it where it should have vanished.
        tombstone_title, tombstone_summary, alert: as in :class:`Tombstone`.
        indexed: whether search engines could list the page (``base.INDEXED``).
        at: the instant of the end if the caller has put it there (key ``at``), else the entry's own.
    """

    slug: str
    files: Mapping[str, str]
    gone: str
    frame: str
    entry_id: str
    url: str
    title_sha256: str
    tombstone_title: str
    tombstone_summary: str
    alert: str
    indexed: bool
    at: dt.datetime

    @property
    def tombstone(self) -> Tombstone:
        """What the feeds will say."""
        return Tombstone(
            slug=self.slug,
            id=self.entry_id,
            url=self.url,
            title=self.tombstone_title,
            summary=self.tombstone_summary,
            alert=self.alert,
            at=self.at,
        )

    def as_json(self) -> dict[str, object]:
        """The JSON values for the ledger; the caller adds ``at`` when the appeal ends."""
        return {
            "slug": self.slug,
            "files": dict(self.files),
            "gone": self.gone,
            "frame": self.frame,
            "entry_id": self.entry_id,
            "tombstone": {
                "id": self.entry_id,
                "url": self.url,
                "title": self.tombstone_title,
                "summary": self.tombstone_summary,
            },
            "alert": self.alert,
            "title_sha256": self.title_sha256,
            "indexed": self.indexed,
            "updated": self.at.isoformat(),
        }

    @classmethod
    def parse(cls, untrusted: object) -> "Withdrawal":
        """The value of a ledger row.

        Raises:
            ChannelFailed: the row does not say what is to be taken down.
        """
        try:
            if not isinstance(untrusted, Mapping):
                raise ValueError("it is not a JSON object")  # noqa: TRY004 - callers meet one kind of nonsense
            slug = written.text(untrusted, "slug")
            tombstone = untrusted.get("tombstone")
            if not is_slug(slug) or not isinstance(tombstone, Mapping):
                raise ValueError("slug or tombstone")
            return cls(
                slug=slug,
                files=_files(untrusted, slug),
                gone=written.text(untrusted, "gone"),
                frame=written.text(untrusted, "frame"),
                entry_id=written.text(tombstone, "id"),
                url=written.text(tombstone, "url"),
                title_sha256=written.text(untrusted, "title_sha256"),
                tombstone_title=written.text(tombstone, "title"),
                tombstone_summary=written.text(tombstone, "summary"),
                alert=written.text_or_empty(untrusted, "alert"),
                indexed=written.flag(untrusted, "indexed"),
                at=written.instant(untrusted.get("at") or untrusted.get("updated")),
            )
        except ValueError as error:
            raise ChannelFailed(
                f"The ledger's row about a page cannot be read ({error}). Check the ledger; remove the page by hand.",
                f"Der Registereintrag zu einer Seite ist nicht lesbar ({error}). Bitte das Register prüfen und die "
                "Seite von Hand entfernen.",
            ) from error


def _files(values: Mapping[str, object], slug: str) -> dict[str, str]:
    files = values.get("files")
    if not isinstance(files, Mapping) or not files:
        raise ValueError("files is not a list of files")
    if not all(owns(slug, path) and isinstance(sha, str) for path, sha in files.items()):
        raise ValueError("files names something that is not of this page")
    return {str(path): str(sha) for path, sha in files.items()}


def own_paths(withdrawal: Withdrawal, references: Iterable[object]) -> tuple[str, ...]:
    """Every path of a posting, page last: what was to be written and what was seen to exist.

    Raises:
        ChannelFailed: a reference leads out of the appeal's folders.
    """
    untrusted_paths = [*withdrawal.files, *references]
    foreign = [path for path in untrusted_paths if not owns(withdrawal.slug, path)]
    if foreign:
        raise ChannelFailed(
            f"The ledger lists {foreign[0]!r} as a part of {withdrawal.url}, which it cannot be. Check the ledger.",
            f"Das Register führt {foreign[0]!r} als Teil von {withdrawal.url}; das kann nicht sein. Bitte das "
            "Register prüfen.",
        )
    paths = {str(path) for path in untrusted_paths}
    return tuple(sorted(paths, key=lambda path: (path == page(withdrawal.slug), path)))
