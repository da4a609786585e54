"""What lies where below a website's root, and the two values kept with it: the entry and the withdrawal. Pure.

=========================================  ==========================================================================
``fahndung/<slug>/index.html``             the page
``bilder/<slug>/<name>.jpg``               its pictures
``index.html feed.atom feed.json``         start page and feeds, joined from the approved entries
``robots.txt fahndung-canary.txt``         keeps crawlers out of ``bilder/``; says whose site this is
``.fahndung/``                             private, never served:
``.fahndung/entries/<slug>.json``          the approved entry of a page that stands
``.fahndung/pending/<slug>.json``          the same, while the page is being put up
``.fahndung/tombstones/<slug>.json``       what the feeds say about an ended appeal
``.fahndung/gone/<slug>.html``             its presence makes page and pictures answer 410, its content is the body
``.fahndung/gone/<slug>/<name>.jpg``       the same for one picture, also while a later revision stands
``.fahndung/damaged/<name>``               what lay in ``entries`` (``tombstones``: ``tombstone-<name>``) and is none
``.fahndung/frame.html``                   the start page around its list
=========================================  ==========================================================================
"""

import dataclasses
import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping

from fahndung.errors import ChannelFailed

CANARY = "fahndung-canary.txt"
START_PAGE = "index.html"
ATOM = "feed.atom"
JSON_FEED = "feed.json"
ROBOTS = "robots.txt"
PRIVATE = ".fahndung"
FRAME = f"{PRIVATE}/frame.html"
ENTRIES = f"{PRIVATE}/entries"
PENDING = f"{PRIVATE}/pending"
TOMBSTONES = f"{PRIVATE}/tombstones"
GONE = f"{PRIVATE}/gone"
DAMAGED = f"{PRIVATE}/damaged"
LIST_MARK = "<!-- entries -->"
SLUG = re.compile(r"[a-z0-9]{16,64}")
IMAGE = re.compile(r"[a-z0-9][a-z0-9._-]{0,127}\.jpg")


def is_slug(untrusted: object) -> bool:
    """Whether it may name a page: 16 to 64 lower-case letters and digits, so that nobody guesses it."""
    return isinstance(untrusted, str) and SLUG.fullmatch(untrusted) is not None


def is_image(untrusted_name: str) -> bool:
    """Whether it may name a picture: one plain ``….jpg`` without a path in it."""
    return IMAGE.fullmatch(untrusted_name) is not None and ".." not in untrusted_name


def page(slug: str) -> str:
    """The page's path."""
    return f"fahndung/{slug}/index.html"


def image(slug: str, name: str) -> str:
    """A picture's path."""
    return f"bilder/{slug}/{name}"


def address(path: str) -> str:
    """What a visitor asks for: the folder of a page, the path itself of anything else."""
    return path.removesuffix("index.html")


def aliases(slug: str) -> tuple[str, ...]:
    """Further addresses at which a page or its pictures could still be seen."""
    return f"fahndung/{slug}", f"fahndung/{slug}/index.html", f"bilder/{slug}/"


def folders(slug: str) -> tuple[str, ...]:
    """Every folder in which a writer works only for the appeal with that slug, and the one of all 410 markers."""
    return f"fahndung/{slug}", f"bilder/{slug}", GONE, f"{GONE}/{slug}"


def damaged(slug: str) -> str:
    """Where the entry of a page lies if it could not be read."""
    return f"{DAMAGED}/{slug}.json"


def owns(slug: str, untrusted_path: object) -> bool:
    """Whether a path is the page or a picture of the appeal with that slug."""
    if not isinstance(untrusted_path, str):
        return False
    if untrusted_path == page(slug):
        return True
    prefix = f"bilder/{slug}/"
    return untrusted_path.startswith(prefix) and is_image(untrusted_path.removeprefix(prefix))


def gone_page(slug: str) -> str:
    """The marker file that ends a whole appeal."""
    return f"{GONE}/{slug}.html"


def gone_file(path: str) -> str:
    """The marker file that ends one picture."""
    return f"{GONE}/{path.removeprefix('bilder/')}"


def instant(untrusted: object) -> dt.datetime:
    """An ISO 8601 instant with an offset, in UTC.

    Raises:
        ValueError: it is anything else.
    """
    if not isinstance(untrusted, str):
        raise ValueError("an instant is a text")  # noqa: TRY004 - callers meet one kind of nonsense
    parsed = dt.datetime.fromisoformat(untrusted)
    if parsed.utcoffset() is None:
        raise ValueError("an instant has an offset")
    try:
        return parsed.astimezone(dt.UTC)
    except OverflowError as error:
        raise ValueError("an instant lies within the years 1 to 9999") from error


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One approved entry of start page and feeds, with the files that belong to its page.

    Attributes:
        files: path below the root to lower-case hex SHA-256.
        item: the ``<li>`` of the start page, as approved.
        id: the tag URI in the feeds. url: the page's address.
    """

    slug: str
    marker: str
    files: Mapping[str, str]
    item: str
    id: str
    title: str
    summary: str
    url: str
    updated: dt.datetime

    def encode(self) -> bytes:
        """The same bytes for the same entry."""
        values = dataclasses.asdict(self) | {"files": dict(self.files), "updated": self.updated.isoformat()}
        return _encode(values)

    @classmethod
    def decode(cls, untrusted: bytes, slug: str) -> "Entry":
        """The entry in a file.

        Raises:
            ValueError: the file does not hold the entry of that slug.
        """
        values = _object(untrusted)
        texts = {name: _text(values, name) for name in ("marker", "item", "id", "title", "summary", "url")}
        if values.get("slug") != slug or not is_slug(slug):
            raise ValueError("it is the entry of another page")
        return cls(slug=slug, files=_files(values, slug), updated=instant(values.get("updated")), **texts)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """What the feeds say about an appeal that has ended: nothing but its id, its address and when."""

    id: str
    url: str
    at: dt.datetime

    def encode(self) -> bytes:
        """The same bytes for the same tombstone."""
        return _encode({"id": self.id, "url": self.url, "at": self.at.isoformat()})

    @classmethod
    def decode(cls, untrusted: bytes) -> "Tombstone":
        """The tombstone in a file.

        Raises:
            ValueError: the file holds something else.
        """
        values = _object(untrusted)
        return cls(id=_text(values, "id"), url=_text(values, "url"), at=instant(values.get("at")))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """All that taking down and reading back need, as the ledger keeps it; holds no word about a person.

    Attributes:
        gone: the approved page behind the 410. frame: the start page without any entry.
        title_sha256: of the entry's title, to recognise it where it should have vanished.
        at: the instant of the end if the caller has put it there (key ``at``), else the entry's own.
    """

    slug: str
    files: Mapping[str, str]
    gone: str
    frame: str
    entry_id: str
    url: str
    title_sha256: str
    at: dt.datetime

    def as_json(self) -> dict[str, object]:
        """The JSON values for the ledger; the caller adds ``at`` when the appeal ends."""
        return {
            "slug": self.slug,
            "files": dict(self.files),
            "gone": self.gone,
            "frame": self.frame,
            "entry_id": self.entry_id,
            "tombstone": {"id": self.entry_id, "url": self.url},
            "title_sha256": self.title_sha256,
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
            slug = _text(untrusted, "slug")
            tombstone = untrusted.get("tombstone")
            if not is_slug(slug) or not isinstance(tombstone, Mapping):
                raise ValueError("slug or tombstone")
            return cls(
                slug=slug,
                files=_files(untrusted, slug),
                gone=_text(untrusted, "gone"),
                frame=_text(untrusted, "frame"),
                entry_id=_text(tombstone, "id"),
                url=_text(tombstone, "url"),
                title_sha256=_text(untrusted, "title_sha256"),
                at=instant(untrusted.get("at") or untrusted.get("updated")),
            )
        except ValueError as error:
            raise ChannelFailed(
                f"The ledger's row about a page cannot be read ({error}). Check the ledger; remove the page by hand.",
                f"Der Registereintrag zu einer Seite ist nicht lesbar ({error}). Bitte das Register prüfen und die "
                "Seite von Hand entfernen.",
            ) from error


def _encode(values: object) -> bytes:
    return (json.dumps(values, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def _object(untrusted: bytes) -> Mapping[str, object]:
    try:
        values = json.loads(untrusted)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if not isinstance(values, dict):
        raise ValueError("it is not a JSON object")  # noqa: TRY004 - callers meet one kind of nonsense
    return values


def _text(values: Mapping[str, object], name: str) -> str:
    value = values.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name} is not a text")
    value.encode()  # half a character cannot be written anywhere; the error is a ValueError
    return value


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
