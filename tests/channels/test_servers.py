"""One contract for the three servers: what the generated configurations promise, the built-in server keeps as well."""

import dataclasses
import email.utils
import http.client
import pathlib
import tempfile
import urllib.parse
from collections.abc import Iterator

import pytest

from fahndung import http as door
from fahndung.channels import layout, sitemap
from fahndung.channels.headers import HEADERS, INDEXED
from fahndung.channels.website import Website
from fahndung.model.publication import Altered, Draft, Gone, Live, Posting

from . import build, servers

_START = {"built-in": servers.builtin, "nginx": servers.nginx, "apache": servers.apache}
PAGE = f"fahndung/{build.SLUG}/"
IMAGE = f"bilder/{build.SLUG}/cctv-1.jpg"
ITEM = f"api/v1/appeals/{build.SLUG}.json"
ALERT = f"cap/{build.SLUG}.xml"
THUMB = f"bilder/{build.SLUG}/cctv-1-thumb.jpg"


class Stand:
    """A published website behind a running server."""

    def __init__(self, home: pathlib.Path, url: str) -> None:
        self.url = url
        self.root = home / "site"
        self.channel: Website = build.website(home, url, read_back="http")
        self.draft: Draft = build.publish(self.channel)

    def get(self, path: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
        """The answer to a request whose target is sent exactly as given."""
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(self.url).netloc, timeout=10)
        try:
            connection.putrequest(method, "/" + path, skip_host=True)
            connection.putheader("Host", "localhost")
            connection.endheaders()
            response = connection.getresponse()
            return response.status, {key.lower(): value for key, value in response.getheaders()}, response.read()
        finally:
            connection.close()

    def end(self) -> None:
        self.channel.withdraw(build.posting(self.draft))


@pytest.fixture(
    params=[
        "built-in",
        pytest.param("nginx", marks=pytest.mark.peers),
        pytest.param("apache", marks=pytest.mark.peers),
    ]
)
def stand(request: pytest.FixtureRequest) -> Iterator[Stand]:
    # not tmp_path: every pytest session closes its parent to other users, and Apache reads as www-data
    with tempfile.TemporaryDirectory() as folder:
        base = pathlib.Path(folder)
        base.chmod(0o755)
        (base / "home/site").mkdir(parents=True)
        with _START[request.param](base / "home/site", base / "server") as url:
            yield Stand(base / "home", url)


class TestContract:
    def test_live_page_and_pictures_answer_200_with_every_header(self, stand: Stand) -> None:
        kinds = {PAGE: "text/html; charset=utf-8", IMAGE: "image/jpeg", "": "text/html; charset=utf-8"}
        for path, kind in kinds.items():
            status, headers, body = stand.get(path)
            assert (status, headers["content-type"]) == (200, kind), path
            assert {name: headers.get(name.lower()) for name in HEADERS} == dict(HEADERS), path
            assert body == (stand.root / (path if "." in path else path + "index.html")).read_bytes()

    def test_feeds_robots_and_canary_have_their_media_types(self, stand: Stand) -> None:
        kinds = {
            "feed.atom": "application/atom+xml; charset=utf-8",
            "feed.json": "application/feed+json; charset=utf-8",
            "ninjs.json": "application/json; charset=utf-8",
            "api/v1/appeals.json": "application/json; charset=utf-8",
            ITEM: "application/json; charset=utf-8",
            ALERT: "application/cap+xml; charset=utf-8",
            "robots.txt": "text/plain; charset=utf-8",
            "fahndung-canary.txt": "text/plain; charset=utf-8",
        }
        for path, kind in kinds.items():
            status, headers, body = stand.get(path)
            assert (status, headers["content-type"]) == (200, kind), path
            assert {name: headers.get(name.lower()) for name in HEADERS} == dict(HEADERS), path
            assert body == (stand.root / path).read_bytes()
            assert "access-control-allow-origin" not in headers
            assert stand.get(path, "POST")[0] in {403, 405}, path

    def test_only_a_page_that_search_engines_may_list_comes_without_noindex(self, stand: Stand) -> None:
        other = build.OTHER_SLUG
        assert stand.get("sitemap.xml")[0] == 404
        draft = build.publish(stand.channel, slug=other, robots=build.INDEX)
        assert isinstance(stand.channel.look(build.posting(draft)), Live)
        for path in (f"fahndung/{other}/", f"fahndung/{other}/index.html"):
            status, headers, _ = stand.get(path)
            told = dict(HEADERS) | {"X-Robots-Tag": INDEXED}
            assert status == 200
            assert {name: headers.get(name.lower()) for name in HEADERS} == told, path
        for path in (f"bilder/{other}/cctv-1.jpg", PAGE, IMAGE, "", f"cap/{other}.xml", f"fahndung/{other}/x", "x"):
            assert stand.get(path)[1]["x-robots-tag"] == HEADERS["X-Robots-Tag"], path
        status, headers, body = stand.get("sitemap.xml")
        assert (status, headers["content-type"]) == (200, "application/xml; charset=utf-8")
        assert headers["x-robots-tag"] == HEADERS["X-Robots-Tag"]
        assert body.count(b"<loc>") == body.count(other.encode()) == 1
        assert stand.get("fahndung-indexnow.txt")[2].decode().strip() == sitemap.key(build.NONCE)
        stand.channel.withdraw(build.posting(draft))
        (stand.root / layout.indexed(other)).parent.mkdir(exist_ok=True)
        (stand.root / layout.indexed(other)).write_bytes(b"")  # a marker that stayed
        for path in (f"fahndung/{other}/", f"bilder/{other}/cctv-1.jpg"):
            status, headers, _ = stand.get(path)
            assert (status, headers["x-robots-tag"]) == (410, HEADERS["X-Robots-Tag"]), path
        assert isinstance(stand.channel.look(build.posting(draft)), Gone)

    def test_no_answer_tells_the_servers_version(self, stand: Stand) -> None:
        assert not any(sign.isdigit() for sign in stand.get(PAGE)[1].get("server", ""))

    def test_an_ended_appeal_answers_410_with_the_neutral_page_at_every_address(self, stand: Stand) -> None:
        stand.end()
        folder = f"fahndung/{build.SLUG}"
        paths = [
            PAGE,
            folder,
            f"{folder}/index.html",
            f"{folder}/x/y",
            f"{PAGE}?a=b",
            f"/{folder}//",
            f"x/../{folder}/",
        ]
        paths += [ITEM, f"{ITEM}?a=b", f"x/../{ITEM}", f"api/v1/appeals//{build.SLUG}.json"]
        paths += [IMAGE, THUMB, f"bilder/{build.SLUG}/", f"bilder/{build.SLUG}", f"fahndung/./{build.SLUG}/"]
        for path in [*paths, f"fahndung/%6B{build.SLUG[1:]}/"]:
            status, headers, body = stand.get(path)
            assert status == 410, path
            assert body.decode() == build.GONE, path
            assert headers["content-type"] == "text/html; charset=utf-8", path
            assert {name: headers.get(name.lower()) for name in HEADERS} == dict(HEADERS), path

    def test_a_marker_hides_files_that_still_lie_there_without_a_reload(self, stand: Stand) -> None:
        marker = stand.root / f".fahndung/gone/{build.SLUG}.html"
        marker.parent.mkdir()
        marker.write_text(build.GONE)
        assert [stand.get(path)[0] for path in (PAGE, IMAGE, PAGE + "index.html", ITEM)] == [410, 410, 410, 410]
        marker.unlink()
        assert [stand.get(path)[0] for path in (PAGE, IMAGE, ITEM)] == [200, 200, 200]

    def test_after_the_end_the_alerts_address_shows_its_cancellation(self, stand: Stand) -> None:
        before = stand.get(ALERT)[2]
        stand.end()
        status, headers, body = stand.get(ALERT)
        assert (status, headers["content-type"]) == (200, "application/cap+xml; charset=utf-8")
        assert b"<msgType>Alert</msgType>" in before
        assert b"<msgType>Cancel</msgType>" in body

    def test_a_record_for_registers_is_xml_and_its_address_shows_the_placeholder(self, stand: Stand) -> None:
        path = f"pfif/{build.SLUG}.xml"
        assert stand.get(path)[0] == 404
        draft = build.publish(stand.channel, revision=2, registered=True)
        for shown in (True, False):
            status, headers, body = stand.get(path)
            assert (status, headers["content-type"]) == (200, "application/xml; charset=utf-8")
            assert {name: headers.get(name.lower()) for name in HEADERS} == dict(HEADERS)
            assert (build.NAME.encode() in body, b"expiry_date" in body) == (shown, True)
            stand.channel.withdraw(build.posting(draft))

    def test_one_picture_of_a_replaced_revision_answers_410_and_the_page_stays(self, stand: Stand) -> None:
        build.publish(stand.channel, revision=2, images={"cctv-1.jpg": b"\xff\xd8 new \xff\xd9"})
        stand.channel.withdraw(build.posting(stand.draft, superseded=True))
        status, headers, body = stand.get(THUMB)
        assert (status, body.decode()) == (410, build.GONE)
        assert headers["content-type"] == "text/html; charset=utf-8"
        assert [stand.get(path)[0] for path in (PAGE, IMAGE)] == [200, 200]

    def test_the_page_in_another_language_ends_alone_and_with_the_appeal(self, stand: Stand) -> None:
        pages = {
            lang: f"<!DOCTYPE html><html lang={lang}><title>{lang}</title><p>x</p></html>\n".encode()
            for lang in ("pl", "hsb")
        }

        def published(revision: int, *langs: str) -> Posting:
            names = {f"website/pages/{lang}.html": pages[lang] for lang in langs}
            return build.posting(build.publish(stand.channel, revision=revision, names=names))

        def answers() -> list[int]:
            return [stand.get(f"{PAGE}{name}")[0] for name in ("", "pl.html", "hsb.html")]

        first = published(1, "pl", "hsb")
        assert stand.get(f"{PAGE}pl.html")[2] == pages["pl"]
        assert answers() == [200, 200, 200]
        assert isinstance(stand.channel.look(first), Live)
        second = published(2, "pl")
        stand.channel.withdraw(dataclasses.replace(first, superseded=True))
        status, headers, body = stand.get(f"{PAGE}hsb.html")
        assert (status, body.decode(), headers["content-type"]) == (410, build.GONE, "text/html; charset=utf-8")
        assert answers() == [200, 200, 410]
        assert isinstance(stand.channel.look(dataclasses.replace(first, superseded=True)), Gone)
        stand.channel.withdraw(second)
        assert answers() == [410, 410, 410]
        assert isinstance(stand.channel.look(second), Gone)
        (stand.root / f"{PAGE}pl.html").parent.mkdir()
        (stand.root / f"{PAGE}pl.html").write_bytes(pages["pl"])
        assert stand.get(f"{PAGE}pl.html")[0] == 410  # even if a copy came back
        third = published(3, "hsb")
        assert answers() == [200, 410, 200]
        assert isinstance(stand.channel.look(third), Live)

    def test_the_private_folder_and_dot_files_are_never_shown(self, stand: Stand) -> None:
        stand.end()
        (stand.root / ".htaccess").write_text("secret")
        (stand.root / "bilder/.env").write_text("secret")
        gone = f".fahndung/gone/{build.SLUG}.html"
        paths = [gone, f"%2e{gone[1:]}", f"x/../{gone}", f"/{gone}", ".fahndung/", ".fahndung", ".fahndung/gone/"]
        paths += [".fahndung/frame.html", ".htaccess", "bilder/.env", f"{PAGE}../../.fahndung/frame.html"]
        for path in paths:
            status, _, body = stand.get(path)
            assert status in {400, 403, 404}, path
            assert b"secret" not in body
            assert build.GONE.encode() not in body

    def test_nothing_outside_the_root_is_shown(self, stand: Stand) -> None:
        secret = stand.root.parent / "secret.txt"
        secret.write_text("secret")
        (stand.root / "link.txt").symlink_to(secret)
        (stand.root / "bilder/folder").symlink_to(stand.root.parent)
        for path in ("link.txt", "bilder/folder/secret.txt", "../secret.txt", "..%2fsecret.txt", "%2e%2e/secret.txt"):
            status, _, body = stand.get(path)
            assert status in {400, 403, 404}, path
            assert b"secret" not in body.replace(b"secret.txt", b"")

    def test_what_never_existed_answers_404_with_the_headers_and_folders_are_not_listed(self, stand: Stand) -> None:
        other = build.OTHER_SLUG
        never = (f"api/v1/appeals/{other}.json", f"cap/{other}.xml", "api/v1/nothing.json", "cap/nothing.xml")
        for path in (f"fahndung/{other}/", f"bilder/{other}/1.jpg", "nothing.html", *never):
            status, headers, _ = stand.get(path)
            assert status == 404
            assert headers["x-robots-tag"] == HEADERS["X-Robots-Tag"]
        for path in ("fahndung/", "bilder/", f"bilder/{build.SLUG}/", "api/", "api/v1/", "api/v1/appeals/", "cap/"):
            status, _, body = stand.get(path)
            assert status in {403, 404}
            assert build.SLUG.encode() not in body

    def test_a_folder_without_its_slash_is_sent_to_the_slash(self, stand: Stand) -> None:
        status, headers, _ = stand.get(PAGE.rstrip("/"))
        assert status == 301
        assert urllib.parse.urlsplit(headers["location"]).path == f"/{PAGE}"

    def test_head_has_the_status_of_get_and_no_body(self, stand: Stand) -> None:
        assert stand.get(PAGE, "HEAD")[0::2] == (200, b"")
        stand.end()
        assert stand.get(PAGE, "HEAD")[0::2] == (410, b"")

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
    def test_other_methods_are_refused(self, stand: Stand, method: str) -> None:
        assert stand.get(PAGE, method)[0] in {403, 405}

    def test_a_conditional_request_gets_the_whole_answer(self, stand: Stand) -> None:
        changed = (stand.root / "feed.atom").stat().st_mtime
        for since in (email.utils.formatdate(changed, usegmt=True), "Fri, 01 Jan 2100 00:00:00 GMT"):
            assert door.get(stand.url + "feed.atom", headers={"If-Modified-Since": since}).status == 200
        assert "etag" not in stand.get("feed.atom")[1]

    def test_the_website_channel_reads_back_live_and_gone(self, stand: Stand) -> None:
        posting = build.posting(stand.draft)
        live = stand.channel.look(posting)
        assert isinstance(live, Live), live
        stand.end()
        gone = stand.channel.look(posting)
        assert isinstance(gone, Gone), gone
        canary = gone.evidence["canary"]
        assert isinstance(canary, dict)
        assert canary["date"]

    def test_the_website_channel_reads_back_a_replaced_revision(self, stand: Stand) -> None:
        old = build.posting(stand.draft, superseded=True)
        build.publish(stand.channel, revision=2, images={"cctv-1.jpg": b"\xff\xd8 new \xff\xd9"})
        assert isinstance(stand.channel.look(old), Live | Altered)
        stand.channel.withdraw(old)
        gone = stand.channel.look(old)
        assert isinstance(gone, Gone), gone
