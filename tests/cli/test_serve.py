"""serve and channels: the real process answers as a web server would; accounts are told with their abilities."""

import datetime as dt
import functools
import http.server as http_server
import json
import os
import pathlib
import subprocess
import sys
import threading

import pytest

from fahndung import http
from fahndung.channels import server
from fahndung.cli import serve
from fahndung.errors import Message
from fahndung.lifecycle import diagnosis, trying
from tests.channels import facebooks
from tests.cli.driver import Terminal
from tests.world import GIRL, World


@pytest.mark.peers
def test_serve_shows_the_site_and_answers_410_after_the_end(desk: Terminal) -> None:
    desk.run("publish", GIRL)
    path = desk.json("status", GIRL)["appeals"][0]["publications"][0]["url"].partition("8477/")[2]
    command = [sys.executable, "-m", "fahndung", "--home", str(desk.home), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            url = server.stdout.readline().strip()
            assert http.get(url + path).status == 200
            desk.run("end", GIRL, "--reason", "found")
            assert http.get(url + path).status == 410
        finally:
            server.terminate()


@pytest.mark.parametrize("flavour", ["nginx", "apache"])
def test_serve_prints_a_servers_configuration(desk: Terminal, flavour: str) -> None:
    text = desk.run("serve", "--config", flavour).stdout
    assert str(desk.home / "site") in text
    assert "410" in text or "[G" in text


def test_it_prints_that_of_a_folder_on_another_machine_and_cannot_show_it(desk: Terminal) -> None:
    path = desk.home / "fahndung.toml"
    before, _, _ = path.read_text("utf-8").partition("[[channels]]")
    place = 'host = "web.example"\nuser = "fahndung"\nfolder = "/srv/there"\nknown_hosts = "k"\nkey_file = "f"\n'
    path.write_text(f'{before}[[channels]]\nname = "website"\nkind = "sftp"\nbase_url = "https://f.example/"\n{place}')
    text = desk.run("serve", "--config", "nginx").stdout
    assert 'root "/srv/there";' in text
    assert "server_name f.example;" in text
    desk.run("serve", code=2)


def test_serve_of_an_unknown_website_is_usage(desk: Terminal) -> None:
    desk.run("serve", "--channel", "nothing", code=2)


def test_channels_tells_abilities(desk: Terminal) -> None:
    (row,) = desk.json("channels")["channels"]
    assert set(row) >= {
        "kind",
        "name",
        "can_delete",
        "delete_window",
        "idempotency",
        "reads_back",
        "residual",
        "proof",
        "text",
        "media",
        "edit",
        "costs",
        "replies",
        "evidence",
    }
    assert "website" in desk.run("channels").stdout
    assert desk.json("channels", "list")["channels"] == [row]


def test_channels_test_checks_and_posts_nothing(desk: Terminal) -> None:
    told = desk.run("channels", "test", "website").stdout
    assert "ready" in told
    assert "rights to publish and delete: told by the platform" in told
    assert desk.json("channels", "test", "website") == {
        "channel": "website", "ok": True, "rights": "told", "clock_apart_s": None, "limits": {}
    }  # fmt: skip
    assert not (desk.home / "site" / "fahndung").exists()
    desk.run("channels", "test", "other", code=2)


def test_channels_test_asks_the_web_server_whether_it_shows_an_end(
    desk: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, path = desk.home / "site", desk.home / "fahndung.toml"
    before, _, _ = path.read_text("utf-8").partition("[[channels]]")
    plain = functools.partial(http_server.SimpleHTTPRequestHandler, directory=str(site))
    table = '[[channels]]\nname = "website"\nkind = "website"\nroot = "site"\nread_back = "http"\nbase_url = "{}"\n'
    with server.Server(site, 0) as right, http_server.ThreadingHTTPServer(("127.0.0.1", 0), plain) as wrong:
        threading.Thread(target=wrong.serve_forever, args=(0.02,), daemon=True).start()
        path.write_text(before + table.format(right.url), "utf-8")
        assert "website: ready" in desk.run("channels", "test", "website").stdout
        path.write_text(before + table.format(f"http://127.0.0.1:{wrong.server_port}/"), "utf-8")
        for language, words in (("de", "antwortet 404 und nicht 410"), ("en", "answers 404 and not 410")):
            monkeypatch.setenv("LC_ALL", language)
            assert words in desk.run("channels", "test", "website", code=6).stderr
        wrong.shutdown()
    desk.run("channels", "test", "website", code=6)
    assert [one for one in site.rglob("*") if one.is_file()] == []


def test_without_a_name_all_channels_are_tried_and_each_failure_is_named(approved: World) -> None:
    config = approved.home.path / "fahndung.toml"
    account = '\n[[channels]]\nname = "away"\nkind = "mastodon"\nurl = "http://127.0.0.1:9/"\naccount = "presse"\n'
    config.write_text(f'{config.read_text("utf-8")}{account}credential = "nowhere"\n', "utf-8")
    desk = Terminal(home=approved.home.path)
    found = desk.json("channels", "test", code=6)["channels"]
    assert [(one["channel"], one["ok"]) for one in found] == [("website", True), ("away", False)]
    told = desk.run("channels", "test", code=6).stdout
    assert "website: ready" in told
    assert "away FAILED: " in told


def test_channels_test_says_how_the_clocks_stand_and_what_is_left(
    desk: Terminal, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facebooks.secrets(monkeypatch)
    with facebooks.in_a_thread(tmp_path, usage=42) as page:
        table = page.config(credential="facebook-token")
        config = "\n".join(f"{key} = {json.dumps(value)}" for key, value in table.items())
        with (desk.home / "fahndung.toml").open("a") as file:
            file.write(f"\n[[channels]]\n{config}\n")
        told = desk.json("channels", "test", "facebook")
        lines = desk.run("channels", "test", "facebook").stdout
        assert (told["ok"], told["rights"]) == (True, "unknown")
        assert abs(told["clock_apart_s"]) <= 60
        assert '"call_count": 42' in told["limits"]["x-business-use-case-usage"]
        assert "from the platform of facebook" in lines
        assert "x-business-use-case-usage" in lines
        assert page.online() == ()
        machine = serve.machine_clock
        monkeypatch.setattr(serve, "machine_clock", lambda: machine() + dt.timedelta(minutes=10))
        ran = desk.run("channels", "test", "facebook", code=6)
        assert "BAD: the clock is +60" in ran.stdout


def test_channels_test_says_what_is_wrong(desk: Terminal) -> None:
    site = desk.home / "site"
    os.rmdir(site)
    pathlib.Path(site).write_text("x")
    desk.run("channels", "test", "website", code=6)


def test_an_installed_kind_stands_beside_the_built_in_one(desk: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAHNDUNG_TEST_POSTBOX", "t0ken")
    table = '[[channels]]\nname = "postbox"\nkind = "postbox"\naccount = "presse"\nurl = "http://127.0.0.1:1/"\n'
    with (desk.home / "fahndung.toml").open("a") as config:
        config.write(f'\n{table}credential = "FAHNDUNG_TEST_POSTBOX"\n')
    rows = {row["name"]: row for row in desk.json("channels")["channels"]}
    assert rows["postbox"]["rehearsal_only"] is True
    assert (rows["postbox"]["recovery"], rows["website"]["recovery"]) == ("lookup", "path")
    assert "127.0.0.1" in desk.run("channels", "test", "postbox", code=6).stderr


@pytest.mark.parametrize(
    ("minutes", "first", "last"),
    [(0, "bereit", "ok"), (3, "bereit", "Hinweis"), (-10, "antwortet und ist NICHT BEREIT", "SCHLECHT")],
)
def test_an_account_whose_clock_is_far_off_is_not_called_ready(
    minutes: int, first: str, last: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    apart = dt.timedelta(minutes=minutes)
    finding = diagnosis.clock("clock", apart, Message("the platform", "Plattform"))
    tried = trying.Tried(clock=finding, apart=apart, limits={}, rights="told")
    head, _, clock = serve._tried_lines("m-land", tried)
    assert head.endswith(first)
    assert clock.startswith(f"{last}: Die Uhr weicht um {apart.total_seconds():+.0f} s ab")
