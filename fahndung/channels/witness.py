"""Who looks at a site, one address at a time: over HTTP as a visitor does, or at the files. Judges nothing."""

import dataclasses
import hashlib
from typing import Protocol

from fahndung import http
from fahndung.channels import layout
from fahndung.channels.site import Site
from fahndung.errors import ChannelFailed, Message

OK, FORBIDDEN, NOT_FOUND, GONE = 200, 403, 404, 410
_NOTHING = Message("", "")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What one address showed. ``status`` is None where nobody answered; ``why`` says so then.

    Attributes:
        unlisted: whether its header keeps search engines off (``noindex``); None where files are looked at.
    """

    url: str
    status: int | None
    body: bytes = b""
    date: str = ""
    unlisted: bool | None = None
    why: Message = _NOTHING

    @property
    def sha256(self) -> str:
        """Lower-case hex SHA-256 of the body."""
        return hashlib.sha256(self.body).hexdigest()

    @property
    def text(self) -> str:
        """The body as text; what is not UTF-8 in it is replaced."""
        return self.body.decode(errors="replace")


class Witness(Protocol):
    """Somebody who looks at one address: a path below the base address, a query included."""

    def see(self, path: str) -> Sight:
        """What stands there now; never raises."""
        ...


class HttpWitness:
    """Asks the web server as a visitor would, with caches told to ask the origin."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url

    def see(self, path: str) -> Sight:
        """What the server answers."""
        url = self._base_url + path
        try:
            answer = http.get(url, headers={"Cache-Control": "no-cache", "Pragma": "no-cache"})
        except ChannelFailed as error:
            return Sight(url=url, status=None, why=error.message)
        told = answer.headers
        unlisted = "noindex" in told.get("x-robots-tag", "").lower()
        return Sight(url=url, status=answer.status, body=answer.body, date=told.get("date", ""), unlisted=unlisted)


class FileWitness:
    """Looks at the files and says what the generated server configuration would answer (rehearsal homes only).

    A file that exists counts as shown even behind a 410, and so does a folder of an appeal in which anything is left, a
    killed writer's temporary file included: gone means gone from the disk as well.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    def see(self, path: str) -> Sight:
        """What a server on these files would answer."""
        path = path.partition("?")[0]
        url = f"{self._site.root}/{path}"
        folder = None if "." in path else path.rstrip("/")
        try:
            body = self._site.read(path if folder is None else f"{folder}/{layout.START_PAGE}".lstrip("/"))
            if body is not None or (folder and not self._site.is_empty(folder)):
                return Sight(url=url, status=OK, body=body or b"")
            return Sight(url=url, status=GONE if self._is_marked(path) else NOT_FOUND)
        except ChannelFailed as error:
            return Sight(url=url, status=None, why=error.message)

    def _is_marked(self, path: str) -> bool:
        slug = layout.slug_at(path)
        markers = [layout.gone_page(slug)] if slug else []
        markers += [layout.gone_file(path)] if layout.ends_alone(path) else []
        return any(self._site.stamp(marker) is not None for marker in markers)
