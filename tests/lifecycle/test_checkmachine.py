"""The machine: its clock, its time zones, its disks."""

import dataclasses
import datetime as dt
import email.utils
import http.server
import importlib.metadata
import pathlib
import threading
import zoneinfo
from collections.abc import Iterator

import pytest

from fahndung.errors import Message
from fahndung.home.config import Config, parse_config
from fahndung.lifecycle import checkmachine
from fahndung.lifecycle.diagnosis import Verdict
from tests.ledger.world import HOUR, NOW
from tests.lifecycle.test_alerts import BASE

SFTP = """[[channels]]
name = "there"
kind = "sftp"
base_url = "{url}"
host = "web.example"
user = "fahndung"
folder = "/srv"
known_hosts = "k"
key_file = "f"
"""
SITE = '[[channels]]\nname = "website"\nkind = "website"\nroot = "site"\nbase_url = "{url}"\nread_back = "{how}"\n'


def test_the_kernel_says_whether_its_clock_is_kept() -> None:
    assert checkmachine.synchronized() in (True, False)


@pytest.mark.parametrize(("answer", "told"), [(0, True), (5, False), (-1, None)])
def test_an_answer_of_the_kernel(monkeypatch: pytest.MonkeyPatch, answer: int, told: bool | None) -> None:
    class Library:
        def __init__(self, *_: object, **__: object) -> None:
            self.adjtimex = lambda buffer: answer

    monkeypatch.setattr(checkmachine.ctypes, "CDLL", Library)
    assert checkmachine.synchronized() is told


def test_a_system_without_that_call_does_not_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkmachine.ctypes, "CDLL", lambda *_, **__: object())
    assert checkmachine.synchronized() is None


def test_only_a_clock_that_is_kept_is_right() -> None:
    assert [checkmachine.ntp(state).verdict for state in (True, False, None)] == [
        Verdict.OK,
        Verdict.WARN,
        Verdict.WARN,
    ]


@dataclasses.dataclass
class Site:
    url: str
    date: str


@pytest.fixture
def site() -> Iterator[Site]:
    """A web server whose clock the test sets."""
    made = Site(url="", date="")

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response_only(200)
            self.send_header("Date", made.date)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Answers)
    made.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


def config(url: str, path: pathlib.Path, how: str = "http") -> Config:
    return parse_config(BASE + SITE.format(url=url, how=how), path)


@pytest.mark.parametrize(
    ("apart", "verdict"), [(dt.timedelta(0), Verdict.OK), (HOUR, Verdict.BAD), (-HOUR, Verdict.BAD)]
)
def test_the_web_server_of_the_home_is_a_witness(
    site: Site, tmp_path: pathlib.Path, apart: dt.timedelta, verdict: Verdict
) -> None:
    site.date = email.utils.format_datetime(NOW - apart, usegmt=True)
    (found,) = checkmachine.website_clocks(config(site.url, tmp_path), lambda: NOW)
    assert (found.verdict, found.online) == (verdict, apart < dt.timedelta(0))
    assert "website" in found.what.en


def test_so_is_that_of_a_folder_on_another_machine(site: Site, tmp_path: pathlib.Path) -> None:
    site.date = email.utils.format_datetime(NOW, usegmt=True)
    elsewhere = parse_config(BASE + SFTP.format(url=site.url), tmp_path)
    (found,) = checkmachine.website_clocks(elsewhere, lambda: NOW)
    assert "there" in found.what.en


@pytest.mark.parametrize("date", ["", "soon", "Fri, 20 Nov 2026 12:00:00 -0000"])
def test_a_server_that_tells_no_date_is_no_witness(site: Site, tmp_path: pathlib.Path, date: str) -> None:
    site.date = date
    assert list(checkmachine.website_clocks(config(site.url, tmp_path), lambda: NOW)) == []


def test_a_website_that_is_down_is_told_and_one_of_files_is_not_asked(tmp_path: pathlib.Path) -> None:
    (found,) = checkmachine.website_clocks(config("http://127.0.0.1:9/", tmp_path), lambda: NOW)
    assert (found.verdict, found.todo) == (
        Verdict.WARN,
        Message("look whether the website is up", "Prüfen, ob die Website läuft"),
    )
    assert list(checkmachine.website_clocks(config("http://127.0.0.1:9/", tmp_path, "files"), lambda: NOW)) == []


def test_german_time_can_be_told() -> None:
    assert checkmachine.time_zones(NOW).verdict is Verdict.OK


def test_time_zone_data_may_be_of_the_year_before() -> None:
    year = int(importlib.metadata.version("tzdata").partition(".")[0])
    at = [NOW.replace(year=year + 1), NOW.replace(year=year + 2)]
    assert [checkmachine.time_zones(now).verdict for now in at] == [Verdict.OK, Verdict.WARN]


def test_time_zone_data_that_are_missing_or_odd_are_bad(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(checkmachine.zoneinfo, "ZoneInfo", lambda key: dt.UTC)
        found = checkmachine.time_zones(NOW)
        assert (found.verdict, found.what.en.partition(": ")[2]) == (Verdict.BAD, "German time is not as known")

    def missing(key: str) -> None:
        raise zoneinfo.ZoneInfoNotFoundError(key)

    monkeypatch.setattr(checkmachine.zoneinfo, "ZoneInfo", missing)
    assert checkmachine.time_zones(NOW).verdict is Verdict.BAD


def test_each_file_system_is_told_once_and_a_missing_place_is_bad(tmp_path: pathlib.Path) -> None:
    (tmp_path / "site").mkdir()
    places = [(Message(name, name), tmp_path / name) for name in (".", "site", "nowhere")]
    found = list(checkmachine.disks(places))
    assert [one.verdict is Verdict.BAD for one in found] == [False, True]
    assert found[1].what.en.startswith("nowhere: ")
