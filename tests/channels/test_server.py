import pathlib
import socket

import pytest

from fahndung import http
from fahndung.channels import server
from fahndung.channels.site import Site
from fahndung.errors import ChannelFailed

from . import build


def test_it_listens_on_loopback_only_and_stops_with_the_block(tmp_path: pathlib.Path) -> None:
    with server.Server(tmp_path) as running:
        assert running.url.startswith("http://127.0.0.1:")
        assert http.get(running.url + "x").status == 404
    with pytest.raises(ChannelFailed):
        http.get(running.url + "x")


@pytest.mark.parametrize("port", [None, 70000])
def test_a_port_that_cannot_be_had_is_told(tmp_path: pathlib.Path, port: int | None) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ChannelFailed, match="another port"):
            server.Server(tmp_path, port or taken.getsockname()[1])


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("no slash", 404),
        ("/a%00b", 404),
        ("/..", 404),
        ("/../../etc/passwd", 404),
        ("/" + "x" * 300, 403),
        ("/notes.md", 404),
        ("/", 403),
        ("/folder/", 403),
        ("/folder/..", 403),
        ("/missing/", 404),
        ("/robots.txt/x", 403),
        ("/%ff", 404),
        ("http://elsewhere.example/robots.txt", 404),
    ],
)
def test_odd_requests_get_a_plain_answer(tmp_path: pathlib.Path, target: str, status: int) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "notes.md").write_text("no media type")
    (tmp_path / "robots.txt").write_text("x")
    assert server.answer(Site(tmp_path), target).status == status


def test_a_redirect_to_the_slash_cannot_leave_the_host(tmp_path: pathlib.Path) -> None:
    (tmp_path / "evil.example").mkdir()
    assert server.answer(Site(tmp_path), "//evil.example").location == "/evil.example/"
    (tmp_path / "a\r\nX: y").mkdir()
    assert server.answer(Site(tmp_path), "/a%0d%0aX: y").location == "/a%0D%0AX%3A%20y/"


def test_a_marker_that_cannot_be_read_still_answers_410(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marker = tmp_path / f".fahndung/gone/{build.SLUG}.html"
    marker.parent.mkdir(parents=True)
    marker.write_text("x")
    monkeypatch.setattr(Site, "read", lambda *_: None)
    page = server.answer(Site(tmp_path), f"/fahndung/{build.SLUG}/")
    assert page.status == 410
    assert b"410 Gone" in page.body
