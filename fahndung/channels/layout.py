"""What lies where below a website's root. Pure.

=========================================  ==========================================================================
``fahndung/<slug>/index.html``             the page
``fahndung/<slug>/<language>.html``        the page in another language
``bilder/<slug>/<name>.jpg``               its pictures
``index.html feed.atom feed.json``         start page and feeds, joined from the approved entries
``ninjs.json api/v1/appeals.json``         the same for newsrooms and programs (docs/feeds.md)
``api/v1/appeals/<slug>.json``             one appeal; ends in a 410 as its page does
``cap/<slug>.xml``                         one alert; after the end its cancellation
``pfif/<slug>.xml``                        the record for registers of missing persons; later its placeholder
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
``.fahndung/registers/<slug>``             its presence says that registers could take over who is sought there
``.fahndung/damaged/<name>``               what lay in ``entries`` (``tombstones``: ``tombstone-<name>``) and is none
``.fahndung/frame.html``                   the start page around its list
=========================================  ==========================================================================
"""

import re
from collections.abc import Mapping

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
RECORDS = "pfif"
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
REGISTERS = f"{PRIVATE}/registers"
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


def record_file(slug: str) -> str:
    """The path of one record for registers of missing persons, and later of its placeholder."""
    return f"{RECORDS}/{slug}.xml"


def registered(slug: str) -> str:
    """The marker file that says that registers could take over who is, or was, sought on a page."""
    return f"{REGISTERS}/{slug}"


def files_beside(path: str) -> tuple[str, ...]:
    """What programs find of the appeal whose page has that path; nothing if it is no page."""
    slug = slug_at(path)
    return (appeal_file(slug), alert_file(slug), record_file(slug)) if is_page(path) else ()


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


def own_files(values: Mapping[str, object], slug: str) -> dict[str, str]:
    """Path to lower-case hex SHA-256 of each file of a page, as ``files`` of a stored value lists them.

    Raises:
        ValueError: it lists none, or one that is not of this page.
    """
    files = values.get("files")
    if not isinstance(files, Mapping) or not files:
        raise ValueError("files is not a list of files")
    if not all(owns(slug, path) and isinstance(sha, str) for path, sha in files.items()):
        raise ValueError("files names something that is not of this page")
    return {str(path): str(sha) for path, sha in files.items()}
