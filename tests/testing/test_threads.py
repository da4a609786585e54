"""The simulated Threads API answers as it is documented, and does what its profiles say."""

import json
import pathlib
import time
import urllib.parse
from collections.abc import Iterator
from typing import Any

import pytest

from fahndung.http import Answer, Client
from fahndung.testing import threads as module
from fahndung.testing.faults import Call, Fault
from fahndung.testing.running import ACCOUNT, RunningThreads, running_threads
from fahndung.testing.serving import Server
from fahndung.testing.threads import BLIND
from fahndung.testing.threadsstock import user_id
from tests.channels import linkposts, threadsaccounts
from tests.channels.simulated import OTHER, TOKEN

MARKER = linkposts.marker("one")
TEXT = f"Text {linkposts.PAGE}#{MARKER}"
USER = user_id(0)
only = pytest.mark.parametrize


class Desk:
    """A platform and somebody who calls it by hand."""

    def __init__(self, platform: RunningThreads, token: str = TOKEN) -> None:
        self.platform, self.client, self.token = platform, Client(timeout_s=5), token

    def send(self, method: str, path: str, *, token: str = "", version: str = "v1.0", **values: str) -> Answer:
        headers, said = {"Authorization": f"Bearer {token or self.token}"}, urllib.parse.urlencode(values)
        url = f"{self.platform.url}{version}/{path}"
        if method == "post":
            return self.client.post(url, body=said.encode(), headers=headers)
        ask = self.client.get if method == "get" else self.client.delete
        return ask(f"{url}?{said}", headers=headers)

    def told(self, method: str, path: str, **how: Any) -> Any:
        answer = self.send(method, path, **how)
        assert answer.status == 200, answer.body
        return json.loads(answer.body)

    def error(self, method: str, path: str, **how: Any) -> tuple[int, int, int]:
        answer = self.send(method, path, **how)
        error = json.loads(answer.body)["error"]
        return answer.status, error["code"], error.get("error_subcode", 0)

    def contain(self, text: str = TEXT) -> str:
        values = {"media_type": "TEXT", "text": text, "reply_control": "mentioned_only"}
        return str(self.told("post", f"{USER}/threads", **values)["id"])

    def publish(self, container: str) -> str:
        self.told("get", container, fields="id,status")
        return str(self.told("post", f"{USER}/threads_publish", creation_id=container)["id"])


@pytest.fixture
def profile() -> str:
    return "prompt"


@pytest.fixture
def desk(tmp_path: pathlib.Path, profile: str) -> Iterator[Desk]:
    with threadsaccounts.in_a_thread(tmp_path, profile, lag_s=0.6) as started:
        yield Desk(started)


def test_a_post_is_contained_published_read_listed_and_deleted(desk: Desk) -> None:
    assert desk.told("get", "me", fields="id,username") == {"id": USER, "username": ACCOUNT}
    container = desk.contain()
    assert desk.told("get", container, fields="id,status") == {"id": container, "status": "FINISHED"}
    assert desk.platform.online() == ()
    post = desk.publish(container)
    assert desk.told("get", container, fields="id,status")["status"] == "PUBLISHED"
    shown = desk.told("get", post, fields="id,text,reply_audience")
    assert shown == {"id": post, "text": TEXT, "reply_audience": "MENTIONED_ONLY"}
    listed = desk.told("get", f"{USER}/threads", fields="id,permalink,shortcode")["data"]
    code = f"C{post}"
    assert listed == [{"id": post, "permalink": f"https://www.threads.com/@presse/post/{code}", "shortcode": code}]
    assert desk.told("delete", post) == {"success": True, "deleted_id": post}
    assert desk.error("get", post) == desk.error("delete", post) == (400, 100, 33)
    assert desk.told("get", f"{USER}/threads_publishing_limit")["data"][0]["delete_quota_usage"] == 1
    assert [(one.verb, one.kind, one.marker) for one in desk.platform.journal()] == [
        ("draft", "container", MARKER),
        ("create", "post", MARKER),
        ("delete", "post", MARKER),
    ]


def test_a_listing_has_pages_and_each_account_its_own(desk: Desk) -> None:
    made = [desk.publish(desk.contain(f"Text {number}")) for number in range(3)]
    first = desk.told("get", f"{USER}/threads", limit="2")
    assert [one["id"] for one in first["data"]] == made[:0:-1]
    after = first["paging"]["cursors"]["after"]
    assert [one["id"] for one in desk.told("get", f"{USER}/threads", limit="2", after=after)["data"]] == made[:1]
    assert desk.told("get", f"{USER}/threads", after="n9") == {"data": []}
    assert desk.told("get", f"{user_id(1)}/threads", token=OTHER) == {"data": []}
    for act in (("get", made[0]), ("delete", made[0]), ("get", f"{USER}/threads")):
        assert desk.error(*act, token=OTHER) == (400, 100, 33)


REFUSED = [
    (("post", f"{USER}/threads"), {"media_type": "TEXT"}, (400, 100, 0)),
    (("post", f"{USER}/threads"), {"media_type": "IMAGE", "text": "x"}, (400, 100, 0)),
    (("post", f"{USER}/threads"), {"media_type": "TEXT", "text": "x" * 501}, (400, 100, 0)),
    (("post", f"{USER}/threads_publish"), {"creation_id": "5"}, (400, 24, 4279009)),
    (("get", "5"), {"fields": "id,status"}, (400, 100, 33)),
    (("get", "me"), {"version": "v9.0"}, (400, 2500, 0)),
    (("get", "me"), {"token": "none"}, (401, 190, 460)),
    (("get", "me"), {"token": BLIND}, (400, 100, 33)),
    (("post", "5"), {}, (400, 100, 33)),
]


@only(("call", "values", "error"), REFUSED)
def test_nonsense_is_refused(
    desk: Desk, call: tuple[str, str], values: dict[str, str], error: tuple[int, int, int]
) -> None:
    assert desk.error(*call, **values) == error


@only(("profile", "posts"), [("prompt", 1), ("twice", 2), ("forgetful", 1)])
def test_a_container_can_be_published_again_or_not(desk: Desk, profile: str, posts: int) -> None:
    container = desk.contain()
    desk.publish(container)
    desk.send("post", f"{USER}/threads_publish", creation_id=container)
    assert len(desk.platform.online()) == posts
    kept = desk.send("get", container, fields="id,status").status == 200
    assert kept is (profile != "forgetful")


@only("profile", ["slow"])
def test_a_slow_container_is_worked_on(desk: Desk) -> None:
    container = desk.contain()
    told = []
    for _ in range(3):
        told.append(desk.told("get", container, fields="id,status")["status"])
        if len(told) < 3:
            assert desk.error("post", f"{USER}/threads_publish", creation_id=container) == (400, 24, 4279009)
    assert told == ["IN_PROGRESS", "IN_PROGRESS", "FINISHED"]
    desk.publish(container)


@only("profile", ["lagging"])
def test_a_lagging_listing_lacks_the_newest_and_has_what_is_gone(desk: Desk) -> None:
    def listed() -> list[str]:
        return [one["id"] for one in desk.told("get", f"{USER}/threads")["data"]]

    post = desk.publish(desk.contain())
    assert listed() == []
    time.sleep(0.7)
    assert listed() == [post]
    desk.told("delete", post)
    assert listed() == [post]
    assert desk.told("get", post)["id"] == post


def test_faults_answer_as_the_graph_does(desk: Desk) -> None:
    container = desk.contain()
    desk.platform.add(Fault.NOTHING, Call.CREATE, Call.DELETE, times=2)
    assert desk.told("post", f"{USER}/threads_publish", creation_id=container) == {"id": "99999999"}
    assert desk.told("delete", "1") == {"success": True}
    desk.platform.add(Fault.LIMITED, Call.WHOAMI, seconds=90)
    limited = desk.send("get", "me")
    assert json.loads(limited.body)["error"]["code"] == 32
    assert '"estimated_time_to_regain_access": 2' in limited.headers["x-business-use-case-usage"]
    for fault, told in ((Fault.REFUSED, (400, 368, 0)), (Fault.DUPLICATE, (400, 506, 0))):
        desk.platform.add(fault, Call.CREATE)
        assert desk.error("post", f"{USER}/threads_publish", creation_id=container) == told
    desk.platform.add(Fault.STALE, Call.LIST)
    desk.publish(container)
    assert desk.told("get", f"{USER}/threads") == {"data": []}


def test_it_runs_as_the_command_line_says(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Server] = []
    monkeypatch.setattr(Server, "run", lambda server: made.append(server))
    journal, accounts = tmp_path / "journal", tmp_path / "accounts"
    accounts.write_text(json.dumps({TOKEN: ACCOUNT}))
    for lag in ([], ["--lag", "3"]):
        module.main(["--journal", str(journal), "--accounts", str(accounts), "--profile", "lagging", *lag])
    lags = []
    for server in made:
        server.server_close()
        lags.append(server.RequestHandlerClass.platform.profile.lag_s)  # type: ignore[attr-defined]
    assert lags == [1, 3]


@pytest.mark.peers
def test_as_a_process_it_tells_its_journal(tmp_path: pathlib.Path) -> None:
    with running_threads(tmp_path, "lagging", lag_s=0) as started:
        desk = Desk(started, started.token)
        post = desk.publish(desk.contain())
        assert [(one.verb, one.id) for one in started.journal()][-1] == ("create", post)
