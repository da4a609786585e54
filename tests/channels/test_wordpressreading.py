"""What a stranger's looks mean, one by one. Nothing is asked: the door to the network is replaced."""

from collections.abc import Mapping
from typing import Any

import pytest

from fahndung.channels import wordpressreading
from fahndung.channels.wordpressaccount import Endpoint
from fahndung.channels.wordpressreading import Control, Stranger
from fahndung.errors import ChannelFailed, Unsupported
from fahndung.http import Answer, Client
from fahndung.model.publication import Reference

from .test_wordpressaccount import values

BASE = "https://www.polizei.example/"
ABOVE, LOGO = f"{BASE}fahndung/", f"{BASE}wp-content/uploads/wappen.jpg"
REST = f"{BASE}wp-json/wp/v2/pages?slug=fahndung&parent=0&_fields=link"
CLEAN: Mapping[str, Any] = {ABOVE: b"<html>", LOGO: b"jpeg", REST: b'[{"link": "%s"}]' % ABOVE.encode()}
SLUG = "k3m9x0q7t2w8z5b1"


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Address to what stands there: a body, or a status; everything else answers 404."""
    site: dict[str, Any] = {}

    def get(_: Client, url: str, *, headers: Mapping[str, str]) -> Answer:
        assert headers == {"Cache-Control": "no-cache", "Pragma": "no-cache"}, "a stranger does not log in"
        wild = (site[key] for key in site if key.endswith("*") and url.startswith(key[:-1]))
        found = site[url] if url in site else next(wild, 404)
        status, body = (found, b"") if isinstance(found, int) else (200, found)
        return Answer(status=status, headers={}, body=body)

    monkeypatch.setattr(Client, "get", get)
    return site


def stranger() -> Stranger:
    return Stranger(Endpoint(**values()))


def test_the_control_is_a_page_a_picture_and_two_that_never_were(shown: dict[str, Any]) -> None:
    shown |= CLEAN
    pictures = ("https://cdn.example/1.jpg", f"{BASE}away.jpg", LOGO)
    assert stranger().control(pictures) == Control(page=ABOVE, file=LOGO, closed=False)


@pytest.mark.parametrize("status", [401, 403])
def test_where_the_interface_is_closed_to_strangers_pages_and_files_tell(shown: dict[str, Any], status: int) -> None:
    shown |= {**CLEAN, REST: status}
    assert stranger().control((LOGO,)).closed


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({ABOVE: 404}, "does not show https://www.polizei.example/fahndung/"),
        ({ABOVE: 301}, "answers 301, which proves nothing"),
        ({ABOVE: 503}, "answers 503"),
        ({LOGO: 404}, "shows no picture of its library"),
        ({LOGO: 500}, "answers 500"),
        ({f"{ABOVE}*": b"all"}, "which never was"),
        ({f"{ABOVE}*": 301}, "which never was"),
        ({f"{BASE}wp-content/uploads/*": b"all"}, "which never was"),
        ({REST: b"[]"}, "does not tell of"),
        ({REST: b"{}"}, "no list"),
        ({REST: 404}, "says nothing"),
    ],
)
def test_without_a_control_nothing_is_believed(shown: dict[str, Any], change: dict[str, Any], why: str) -> None:
    shown |= {**CLEAN, **change}
    with pytest.raises(ChannelFailed, match=why):
        stranger().control((LOGO,))


PAGE = Reference(kind="page", id="41")
TOLD = f"{BASE}wp-json/wp/v2/pages/41?_fields=id"


@pytest.mark.parametrize(("answer", "told"), [(b'{"id": 41}', True), (401, False), (403, False)])
def test_what_the_interface_tells_a_stranger(shown: dict[str, Any], answer: Any, told: bool) -> None:
    shown[TOLD] = answer
    assert stranger().is_told(PAGE) is told


def test_only_wordpress_own_word_says_that_something_is_gone(
    shown: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = Answer(status=404, headers={}, body=b'{"code": "rest_post_invalid_id"}')
    for answer in (404, 410, 500):
        shown[TOLD] = answer
        with pytest.raises(ChannelFailed):
            stranger().is_told(PAGE)
    monkeypatch.setattr(Client, "get", lambda *_, **__: gone)
    assert not stranger().is_told(PAGE)


def test_a_file_has_bytes_or_is_gone(shown: dict[str, Any]) -> None:
    shown[LOGO] = b"jpeg"
    assert stranger().file(LOGO) == b"jpeg"
    assert stranger().file(f"{BASE}gone.jpg") is None
    shown[LOGO] = 410
    assert stranger().file(LOGO) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://other.example/1.jpg",
        "http://127.0.0.1:8080/admin",
        "http://localhost/1.jpg",
        "https://www.polizei.example.other.example/1.jpg",
        "https://www.polizei.example@other.example/1.jpg",
        "https://www.polizei.example:8443/1.jpg",
        "//other.example/1.jpg",
        "",
    ],
)
def test_no_address_that_is_not_on_this_site_is_ever_asked(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    asked: list[str] = []
    monkeypatch.setattr(Client, "get", lambda _, place, **__: asked.append(place))
    for ask in (stranger().page, stranger().file):
        with pytest.raises(Unsupported, match="Look there by hand") as caught:
            ask(url)
        assert url in caught.value.message.de
    assert asked == []


def test_feed_and_sitemaps_are_read_wherever_the_site_says_that_they_are(shown: dict[str, Any]) -> None:
    assert stranger().lists(SLUG) == [], "a site may have neither"
    index = "<sitemap><loc>{}</loc></sitemap>"
    shown[f"{BASE}robots.txt"] = (
        f"User-agent: *\nSitemap: {BASE}sitemap_index.xml\nSitemap: https://x.example/s.xml".encode()
    )
    shown[f"{BASE}sitemap_index.xml"] = (
        index.format(f"{BASE}page-sitemap.xml") + index.format(f"{BASE}post-sitemap.xml") + index.format(f"{BASE}x/")
    ).encode()
    shown[f"{BASE}page-sitemap.xml"] = f"<url><loc>{BASE}fahndung/{SLUG}/</loc></url>".encode()
    shown[f"{BASE}post-sitemap.xml"] = f"<url><loc>{BASE}{SLUG}/</loc></url>".encode()
    shown[f"{BASE}wp-sitemap.xml"] = 301
    shown[f"{BASE}feed/"] = SLUG.encode()
    assert stranger().lists(SLUG) == [f"{BASE}feed/", f"{BASE}page-sitemap.xml"]
    shown[f"{BASE}sitemap_index.xml"] = index.format(f"{BASE}post-sitemap.xml").encode()
    assert stranger().lists(SLUG) == [f"{BASE}feed/", f"{BASE}post-sitemap.xml"], "if none is of pages, all are read"


@pytest.mark.parametrize("status", [401, 500, 429])
def test_a_feed_that_cannot_be_read_is_not_an_empty_one(shown: dict[str, Any], status: int) -> None:
    shown[f"{BASE}feed/"] = status
    with pytest.raises(ChannelFailed):
        stranger().lists(SLUG)


def test_sitemaps_without_an_end_are_not_read(shown: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wordpressreading, "MOST_LISTS", 2)
    names = [f"{BASE}sitemap-{number}.xml" for number in range(4)]
    shown[f"{BASE}wp-sitemap.xml"] = "".join(f"<loc>{name}</loc>" for name in names).encode()
    with pytest.raises(ChannelFailed, match="too many sitemaps"):
        stranger().lists(SLUG)


@pytest.mark.parametrize(
    ("body", "headers", "unindexed"),
    [
        (b'<meta name="robots" content="noindex, noarchive">', {}, True),
        (b"<p>", {"x-robots-tag": "noarchive, noindex"}, True),
        (b'<meta name="robots" content="index">', {"x-robots-tag": "noarchive"}, False),
    ],
)
def test_search_engines_are_told_by_page_or_by_server(body: bytes, headers: dict[str, str], unindexed: bool) -> None:
    assert wordpressreading.is_unindexed(Answer(status=200, headers=headers, body=body)) is unindexed
