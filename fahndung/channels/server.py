"""The website's folder on loopback as the generated server configurations would show it (``fahndung serve``, tests).

Not for the internet: no TLS, no limits on the number of visitors.
"""

import http
import http.server
import pathlib
import threading
import urllib.parse
from typing import NamedTuple, Self

from fahndung.channels import layout
from fahndung.channels.headers import HEADERS, INDEXED, MEDIA_TYPES, media_type_of
from fahndung.channels.site import Site
from fahndung.errors import ChannelFailed

_HOST = "127.0.0.1"


class Page(NamedTuple):
    """One answer; ``location`` is set where a folder was asked for without its slash."""

    status: int
    media_type: str
    body: bytes
    location: str = ""
    robots: str = HEADERS["X-Robots-Tag"]


def answer(site: Site, untrusted_target: str) -> Page:
    """What the site answers to a request for ``untrusted_target`` (path and query as they were sent)."""
    path = urllib.parse.unquote(untrusted_target.partition("?")[0].partition("#")[0])
    parts = _resolved(path)
    if parts is None or any(part.startswith(".") for part in parts):
        return _plain(404)
    try:
        return _gone(site, parts) or _file(site, parts, is_folder=path.endswith(("/", "/.", "/..")))
    except ChannelFailed:
        return _plain(403)


def _resolved(path: str) -> list[str] | None:
    """The names on the way, ``.`` and ``..`` taken out as the other servers do; None if it leaves the root."""
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return parts if path.startswith("/") and "\0" not in path else None


def _gone(site: Site, parts: list[str]) -> Page | None:
    """The approved 410 page where a marker file stands for the appeal, this one picture or this one language."""
    path = "/".join(parts)
    slug = layout.slug_at(path)
    if not slug:
        return None
    markers = [layout.gone_page(slug)]
    markers += [layout.gone_file(path)] if layout.ends_alone(path) else []
    for marker in markers:
        if site.stamp(marker) is not None:
            body = site.read(marker)
            return Page(410, MEDIA_TYPES["html"], body) if body is not None else _plain(410)
    return None


def _file(site: Site, parts: list[str], *, is_folder: bool) -> Page:
    path = "/".join(parts)
    if is_folder:
        index = f"{path}/{layout.START_PAGE}".lstrip("/")
        body = site.read(index)
        if body is not None:
            return Page(200, MEDIA_TYPES["html"], body, robots=_robots(site, index))
        return _plain(403 if not parts or site.is_folder(path) else 404)
    if site.is_folder(path):
        return Page(301, MEDIA_TYPES["txt"], b"", location=urllib.parse.quote(f"/{path}/"))
    media_type = media_type_of(path)
    body = site.read(path)
    if media_type is None or body is None:
        return _plain(404)
    return Page(200, media_type, body, robots=_robots(site, path))


def _robots(site: Site, path: str) -> str:
    """What search engines are told: of an appeal's page, whether its marker stands."""
    marked = layout.is_page(path) and site.stamp(layout.indexed(layout.slug_at(path))) is not None
    return INDEXED if marked else HEADERS["X-Robots-Tag"]


def _plain(status: int) -> Page:
    said = f"{status} {http.HTTPStatus(status).phrase}"
    body = f'<!DOCTYPE html>\n<html lang="en"><title>{said}</title><main><h1>{said}</h1></main></html>\n'
    return Page(status, MEDIA_TYPES["html"], body.encode())


class _Request(http.server.BaseHTTPRequestHandler):
    timeout = 10
    server: "_Listener"

    def do_GET(self) -> None:
        page = answer(self.server.site, self.path)
        self._send(page, body=True)

    def do_HEAD(self) -> None:
        self._send(answer(self.server.site, self.path), body=False)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """The base class calls it for broken requests, and with 501 for every method but GET and HEAD."""
        self._send(_plain(405 if code == 501 else code), body=True)

    def _send(self, page: Page, *, body: bool) -> None:
        self.send_response(page.status)
        for name, value in (dict(HEADERS) | {"X-Robots-Tag": page.robots}).items():
            self.send_header(name, value)
        if page.location:
            self.send_header("Location", page.location)
        self.send_header("Content-Type", page.media_type)
        self.send_header("Content-Length", str(len(page.body)))
        self.end_headers()
        if body:
            self.wfile.write(page.body)

    def version_string(self) -> str:
        return "fahndung"

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: who looked at which appeal is nobody's business."""


class _Listener(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, site: Site, port: int) -> None:
        self.site = site
        super().__init__((_HOST, port), _Request)


class Server:
    """A server in a thread while the ``with`` block runs; ``url`` ends with a slash.

    Raises:
        ChannelFailed: the port is taken.
    """

    def __init__(self, root: pathlib.Path, port: int = 0) -> None:
        self._listener = _listen(root, port)
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.05,), daemon=True)
        self.url = f"http://{_HOST}:{self._listener.server_port}/"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown()
        self._listener.server_close()
        self._thread.join()


def _listen(root: pathlib.Path, port: int) -> _Listener:
    try:
        return _Listener(Site(root), port)
    except (OSError, OverflowError) as error:
        raise ChannelFailed(
            f"Cannot listen on {_HOST}, port {port}: {error}. Choose another port.",
            f"Auf {_HOST}, Port {port}, kann nicht gehört werden: {error}. Bitte einen anderen Port wählen.",
        ) from error
