import io
import json
import pathlib
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Iterator
from typing import Any

import pytest

from fahndung.errors import OutcomeUnknown
from fahndung.http import Answer, Client
from fahndung.testing import platform as module
from fahndung.testing.faults import Call, Fault
from fahndung.testing.running import Effect, RunningPlatform, running
from fahndung.testing.serving import Server
from fahndung.testing.stock import Platform, Settings

TOKEN = "0123456789abcdef"


class Desk:
    """A platform and somebody who calls it by hand."""

    def __init__(self, **settings: Any) -> None:
        self.journal = io.StringIO()
        accounts = {TOKEN: "presse", "other": "wache"}
        self.server = Server(module.Request, Platform(Settings(accounts=accounts, **settings), self.journal), 0)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        self.client = Client(timeout_s=5)

    def send(self, method: str, path: str, body: bytes = b"", token: str = TOKEN, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()} | {
            "Authorization": f"Bearer {token}"
        }
        if method in {"get", "delete"}:
            return getattr(self.client, method)(self.url + path, headers=named)  # type: ignore[no-any-return]
        return getattr(self.client, method)(self.url + path, body=body, headers=named)  # type: ignore[no-any-return]

    def upload(self, marker: str = "m", **headers: str) -> str:
        answer = self.send("post", f"api/media?{urllib.parse.urlencode({'marker': marker})}", b"picture", **headers)
        return str(json.loads(answer.body)["id"])

    def post(self, *media: str, marker: str = "m", **headers: str) -> Answer:
        body = json.dumps({"text": "Zeugen gesucht", "marker": marker, "media": media}).encode()
        return self.send("post", "api/posts", body, **headers)

    def items(self, marker: str = "m", **headers: str) -> list[str]:
        answer = self.send("get", f"api/items?marker={marker}", **headers)
        return [item["id"] for item in json.loads(answer.body)["items"]]

    def effects(self) -> list[str]:
        return [line.split(" ", 1)[1] for line in self.journal.getvalue().splitlines()]


def desk(**settings: Any) -> Iterator[Desk]:
    made = Desk(**settings)
    thread = threading.Thread(target=made.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


@pytest.fixture
def at(request: pytest.FixtureRequest) -> Iterator[Desk]:
    yield from desk(**getattr(request, "param", {}))


def test_a_post_with_media_is_made_shown_listed_and_deleted_and_the_journal_says_so(at: Desk) -> None:
    media = at.upload()
    made = at.post(media)
    post = json.loads(made.body)["id"]
    assert (made.status, at.items()) == (201, [media, post])
    assert at.client.get(f"{at.url}public/{post}").body == b"Zeugen gesucht"
    assert at.client.get(f"{at.url}public/{media}").body == b"picture"
    assert [at.send("delete", f"api/posts/{post}").status for _ in range(2)] == [204, 404]
    assert at.client.get(f"{at.url}public/{post}").status == 404
    assert at.client.get(f"{at.url}public/{media}").status == 200, "media stay public until they are deleted"
    assert at.send("delete", f"api/media/{media}").status == 204
    assert at.items() == []
    assert at.effects() == [
        f"create media {media} m",
        f"create post {post} m",
        f"delete post {post} m",
        f"delete media {media} m",
    ]


@pytest.mark.parametrize("at", [{"media_stay": False}], indirect=True)
def test_media_can_go_with_their_post(at: Desk) -> None:
    media, other = at.upload(), at.upload()
    post = json.loads(at.post(media, other).body)["id"]
    at.send("delete", f"api/media/{other}")
    at.send("delete", f"api/posts/{post}")
    assert at.items() == []
    assert at.effects()[-2:] == [f"delete post {post} m", f"delete media {media} m"]


@pytest.mark.parametrize("at", [{"keys_s": 3600}], indirect=True)
def test_a_key_is_known_again_by_its_own_account_alone(at: Desk) -> None:
    answers = [at.post(Idempotency_Key="k") for _ in range(2)] + [at.post(Idempotency_Key="k", token="other")]
    assert [answer.status for answer in answers] == [201, 200, 201]
    ids = [json.loads(answer.body)["id"] for answer in answers]
    assert ids[0] == ids[1] != ids[2]
    assert len(at.effects()) == 2


@pytest.mark.parametrize("at", [{}, {"keys_s": 1e-9}], indirect=True, ids=["no keys", "lifetime over"])
def test_a_key_that_is_not_honoured_makes_a_second_copy(at: Desk) -> None:
    assert [at.post(Idempotency_Key="k").status for _ in range(2)] == [201, 201]
    assert len(at.items()) == 2


@pytest.mark.parametrize("at", [{"lag_s": 3600}], indirect=True)
def test_a_listing_that_lags_does_not_show_what_is_new(at: Desk) -> None:
    post = json.loads(at.post().body)["id"]
    assert at.items() == []
    assert at.client.get(f"{at.url}public/{post}").status == 200


@pytest.mark.parametrize("at", [{"lookup": False}], indirect=True)
def test_a_platform_without_a_listing_has_none(at: Desk) -> None:
    assert at.send("get", "api/items?marker=m").status == 404


def test_accounts_do_not_see_or_delete_each_others_objects(at: Desk) -> None:
    post = json.loads(at.post().body)["id"]
    assert at.items(token="other") == []
    assert at.send("delete", f"api/posts/{post}", token="other").status == 404
    assert at.items() == [post]
    assert json.loads(at.send("get", "api/whoami", token="other").body) == {"account": "wache", "may_delete": True}
    assert at.send("get", "api/whoami", token="nobody").status == 401


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("post", "api/posts", b"{}", 400),
        ("post", "api/posts", b"nonsense", 400),
        ("post", "api/posts", b'{"text": "x", "marker": "m", "media": ["media-9"]}', 422),
        ("post", "api/media", b"", 400),
        ("get", "api/items?page=x", b"", 400),
        ("get", "api/items?marker=m&page=x", b"", 400),
        ("get", "api/nothing", b"", 404),
        ("get", "public", b"", 400),
        ("post", "control", b"[", 400),
        ("post", "control", b'{"rules": [{"fault": "rain", "calls": ["list"]}]}', 400),
        ("post", "control", b'{"rules": [{"fault": "unreachable", "calls": ["list"]}]}', 400),
    ],
)
def test_a_call_that_makes_no_sense_changes_nothing(at: Desk, method: str, path: str, body: bytes, status: int) -> None:
    assert at.send(method, path, body).status == status
    assert at.effects() == []


def test_what_is_too_large_is_not_read(at: Desk) -> None:
    with socket.create_connection(("127.0.0.1", at.server.server_port), timeout=5) as line:
        line.sendall(b"POST /api/posts HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n")
        assert line.recv(100) == b""


def test_a_limit_says_for_how_long(at: Desk) -> None:
    rule = {"fault": Fault.LIMITED, "calls": [Call.CREATE], "seconds": 90}
    assert at.send("post", "control", json.dumps({"rules": [rule]}).encode()).status == 200
    answer = at.post()
    assert (answer.status, answer.headers["retry-after"], at.effects()) == (429, "90", [])
    assert "date" in answer.headers


@pytest.mark.parametrize("at", [{"writes": 2, "per_s": 0.5}], indirect=True)
def test_an_account_writes_so_often_and_no_more_until_the_span_is_over(at: Desk) -> None:
    assert [at.post().status for _ in range(3)] == [201, 201, 429]
    assert at.post(token="other").status == 201
    assert len(at.items()) == 2
    refused = at.post()
    assert refused.headers["retry-after"] == "1"
    time.sleep(0.5)
    assert at.post().status == 201


def test_a_late_effect_comes_after_its_caller_has_left(at: Desk) -> None:
    rule = {"fault": Fault.LATE, "calls": [Call.CREATE], "seconds": 0.5}
    at.send("post", "control", json.dumps({"rules": [rule]}).encode())
    at.client = Client(timeout_s=0.2)
    with pytest.raises(OutcomeUnknown):
        at.post()
    assert at.items() == []
    deadline = time.monotonic() + 10
    while not at.items() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(at.items()) == 1


def test_a_caller_that_hangs_up_is_no_news_and_a_mistake_is(at: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    for error in (ConnectionResetError(), ValueError("a mistake")):
        try:
            raise error
        except (ConnectionResetError, ValueError):
            at.server.handle_error(None, ("127.0.0.1", 1))
    told = capsys.readouterr().err
    assert "ConnectionResetError" not in told
    assert "a mistake" in told


def test_the_program_prints_its_port_and_takes_its_options(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    served: list[Server] = []

    def serve(server: Server, poll_interval: float) -> None:
        served.append(server)
        server.server_close()

    monkeypatch.setattr(Server, "serve_forever", serve)
    (tmp_path / "accounts.json").write_text(json.dumps({TOKEN: "presse"}))
    options = ["--journal", str(tmp_path / "journal.txt"), "--accounts", str(tmp_path / "accounts.json")]
    module.main([*options, "--keys", "5", "--no-lookup", "--lag", "2", "--media-go", "--writes", "3", "--per", "9"])
    assert capsys.readouterr().out.strip().isdigit()
    found = served[0].RequestHandlerClass.platform.settings  # type: ignore[attr-defined]
    assert found == Settings(
        accounts={TOKEN: "presse"}, keys_s=5, lookup=False, lag_s=2, media_stay=False, writes=3, per_s=9
    )
    assert (tmp_path / "journal.txt").read_text() == ""


@pytest.mark.peers
def test_the_process_notes_an_effect_before_it_answers_and_dies_with_its_test(tmp_path: pathlib.Path) -> None:
    with running(tmp_path, keys_s=60, lookup=False, media_stay=False) as platform:
        platform.add(Fault.CUT_AFTER, Call.UPLOAD)
        client = Client(timeout_s=5)
        headers = {"Authorization": f"Bearer {platform.token}"}
        with pytest.raises(Exception, match="effect"):
            client.post(f"{platform.url}api/media?marker=m", body=b"x", headers=headers)
        (effect,) = platform.journal()
        assert (effect.verb, effect.kind, effect.marker) == ("create", "media", "m")
        assert [one["id"] for one in platform.online()] == [effect.id]
        assert isinstance(platform, RunningPlatform)
        assert isinstance(effect, Effect)
        listed = subprocess.run(["ps", "-o", "args=", str(platform.pid)], capture_output=True, text=True, check=True)
        assert "fahndung.testing.platform" in listed.stdout
        assert platform.token not in listed.stdout
    assert subprocess.run(["ps", str(platform.pid)], capture_output=True, check=False).returncode == 1
    assert sys.executable in listed.stdout


def test_a_control_that_is_refused_is_told(at: Desk, tmp_path: pathlib.Path) -> None:
    stand = RunningPlatform(port=at.server.server_port, token=TOKEN, journal=tmp_path / "none", pid=0)
    with pytest.raises(Exception, match="400"):
        stand.add(Fault.UNREACHABLE, Call.LIST)
