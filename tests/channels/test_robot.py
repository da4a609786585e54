"""The preview robot finds a face by every way that networks use; else that it found none would say nothing."""

import contextlib
import functools
import http.server
import io
import json
import threading
from collections.abc import Iterator, Mapping

import pytest
from PIL import Image

from fahndung.testing import pictures
from tests.channels import robot
from tests.channels.robot import AGENTS, Robot

portrait = functools.cache(pictures.portrait)
"""Half a second of drawing each."""
FEED = '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:m="http://search.yahoo.com/mrss/"><entry>{}</entry></feed>'
WAYS: Mapping[str, Mapping[str, str]] = {
    "og:image": {"/": '<meta property="og:image" content="/face.jpg">'},
    "twitter:image": {"/": '<meta name="twitter:image" content="/face.jpg">'},
    "image_src": {"/": '<link rel="image_src" href="/face.jpg">'},
    "JSON-LD": {
        "/": '<script type="application/ld+json">{"@type": "Article", "image": [{"url": "/face.jpg"}]}</script>',
    },
    "oembed": {
        "/": '<link rel="alternate" type="application/json+oembed" href="/oembed">',
        "/oembed": json.dumps({"type": "link", "thumbnail_url": "/face.jpg"}),
    },
    "oembed photo": {
        "/": '<link rel="alternate" type="application/json+oembed" href="/oembed">',
        "/oembed": json.dumps({"type": "photo", "url": "/face.jpg"}),
    },
    "atom enclosure": {
        "/": '<link rel="alternate" type="application/atom+xml" href="/feed">',
        "/feed": FEED.format('<link rel="enclosure" href="/face.jpg"/>'),
    },
    "atom thumbnail": {
        "/": '<link rel="alternate" type="application/atom+xml" href="/feed">',
        "/feed": FEED.format('<m:thumbnail url="/face.jpg"/>'),
    },
    "atom content": {
        "/": '<link rel="alternate" type="application/atom+xml" href="/feed">',
        "/feed": FEED.format('<content type="html">&lt;img src="/face.jpg"&gt;</content>'),
    },
    "json feed": {
        "/": '<link rel="alternate" type="application/feed+json" href="/feed">',
        "/feed": json.dumps({"items": [{"banner_image": "/face.jpg"}]}),
    },
    "json feed attachment": {
        "/": '<link rel="alternate" type="application/feed+json" href="/feed">',
        "/feed": json.dumps({"items": [{"attachments": [{"mime_type": "image/jpeg", "url": "/face.jpg"}]}]}),
    },
    "first img": {"/": '<p>Text</p><img src="/face.jpg"><img src="/card.jpg">'},
}


def changed(data: bytes) -> bytes:
    """As networks keep it: smaller, compressed anew."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(data)) as picture:
        picture.resize((300, 400)).save(out, "JPEG", quality=60)
    return out.getvalue()


@contextlib.contextmanager
def served(pages: Mapping[str, bytes]) -> Iterator[str]:
    """The address of a server that has these."""

    class Request(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path)
            self.send_response(404 if body is None else 200)
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Request) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("way", WAYS)
def test_a_face_is_caught_however_it_is_offered(way: str) -> None:
    pages = {path: f"<html>{text}</html>" if path == "/" else text for path, text in WAYS[way].items()}
    with served({path: text.encode() for path, text in pages.items()} | {"/face.jpg": changed(portrait(7))}) as url:
        (found,) = Robot("Facebook").pictures(url)
    assert robot.shows(found.data, [portrait(7)])


@pytest.mark.peers
@pytest.mark.parametrize("agent", AGENTS)
def test_a_page_of_pictures_that_are_not_offered_shows_its_first_one_alone(agent: str) -> None:
    page = b'<html><meta property="og:image" content="/card.jpg"><img src="/card.jpg"><img src="/face.jpg"></html>'
    with served({"/": page, "/card.jpg": portrait(8), "/face.jpg": portrait(7)}) as url:
        found = Robot(agent).pictures(url)
    assert {one.url for one in found} == {f"{url}card.jpg"}


def test_what_is_not_there_shows_nothing() -> None:
    with served({"/": b'<html><meta property="og:image" content="/card.jpg"></html>'}) as url:
        assert Robot("X").pictures(url) == []
        assert Robot("X").pictures(f"{url}gone") == []


@pytest.mark.peers
def test_two_persons_are_told_apart() -> None:
    assert robot.shows(changed(portrait(7)), [portrait(8), portrait(7)])
    assert not robot.shows(noise(), [portrait(7), portrait(8)])


def noise() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((1200, 630), 90).save(out, "JPEG")
    return out.getvalue()
