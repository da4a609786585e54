"""The simulated Telegram answers as the Bot API's specification has it, and does what its profiles say."""

import datetime as dt
import http.client
import json
import pathlib
import urllib.parse
from collections.abc import Iterator
from typing import Any

import pytest

from fahndung.channels.telegrampages import Page, parse
from fahndung.http import Answer, Client
from fahndung.testing import telegram as module
from fahndung.testing.faults import Call, Fault
from fahndung.testing.running import RunningTelegram, running_telegram
from fahndung.testing.serving import Server
from fahndung.testing.telegramstock import WINDOW, chat_id
from tests.channels import botspec, linkposts, telegrams
from tests.channels.telegrams import OTHER, TOKEN

pytestmark = pytest.mark.peers
LINK = f"{linkposts.PAGE}#{linkposts.marker('one')}"
CHAT = chat_id(0)
QUIET = {"is_disabled": True}


class Desk:
    """A platform and somebody who calls it by hand."""

    def __init__(self, platform: RunningTelegram) -> None:
        self.platform, self.client = platform, Client(timeout_s=5)

    def read(self, method: str, *, token: str = TOKEN, **values: object) -> Answer:
        return self.client.get(f"{self.platform.url}bot{token}/{method}?{urllib.parse.urlencode(values)}")

    def write(self, method: str, *, token: str = TOKEN, **values: object) -> Answer:
        told = {"chat_id": CHAT} | values
        headers = {"Content-Type": "application/json"}
        return self.client.post(
            f"{self.platform.url}bot{token}/{method}", body=json.dumps(told).encode(), headers=headers
        )

    def send(self, text: str = LINK, **values: object) -> int:
        told = json.loads(self.write("sendMessage", text=text, **{"link_preview_options": QUIET, **values}).body)
        return int(told["result"]["message_id"])

    def edit(self, id: int, text: str) -> Answer:
        return self.write("editMessageText", message_id=id, text=text, link_preview_options=QUIET)

    def page(self, path: str) -> Page:
        answer = self.client.get(self.platform.url + path)
        assert answer.status == 200, answer
        return parse(answer.body.decode())


@pytest.fixture(autouse=True)
def exchanges(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever is asked and answered here fits the specification too."""
    record = botspec.record()
    record.watch(monkeypatch)
    yield
    assert record.wrong == []


@pytest.fixture
def profile(request: pytest.FixtureRequest) -> str:
    return str(getattr(request, "param", "public"))


@pytest.fixture
def at(tmp_path: pathlib.Path, profile: str) -> Iterator[Desk]:
    with telegrams.in_a_thread(tmp_path, profile, lag_s=0.5) as platform:
        yield Desk(platform)


def error(answer: Answer) -> tuple[int, str]:
    told: dict[str, Any] = json.loads(answer.body)
    assert told["ok"] is False
    assert told["error_code"] == answer.status
    assert "x-simulated" in answer.headers, "the specification describes no error"
    return answer.status, told["description"]


def test_a_message_is_sent_changed_and_deleted_and_the_journal_says_so(at: Desk) -> None:
    first, second = at.send(), at.send()
    assert (first, second) == (2, 3), "the first message says that the channel was made; nothing is known again"
    assert at.edit(first, "Ende").status == 200
    assert json.loads(at.write("deleteMessage", message_id=second).body) == {"ok": True, "result": True}
    marker = linkposts.marker("one")
    assert [(one.verb, one.id, one.marker) for one in at.platform.journal()] == [
        ("create", "2", marker),
        ("create", "3", marker),
        ("edit", "2", "-"),
        ("delete", "3", marker),
    ]
    (online,) = at.platform.online()
    assert (online["id"], online["kind"], online["marker"], online["account"]) == ("2", "post", "-", "presse")


def test_what_is_not_there_or_not_changed_or_too_long_is_refused(at: Desk) -> None:
    id = at.send("x")
    assert error(at.write("deleteMessage", message_id=77)) == (400, "Bad Request: message to delete not found")
    assert error(at.edit(77, "y")) == (400, "Bad Request: message to edit not found")
    assert error(at.edit(id, " x\n"))[1].startswith("Bad Request: message is not modified")
    assert error(at.write("sendMessage", text=" \t"))[1] == "Bad Request: message text is empty"
    assert error(at.write("sendMessage", text="🚲" * 2049))[1] == "Bad Request: message is too long"
    assert at.send("🚲" * 2048)
    assert error(at.write("sendMessage", chat_id=CHAT - 1, text="x"))[1] == "Bad Request: chat not found"
    assert error(at.read("getChat", chat_id=CHAT - 1))[1] == "Bad Request: chat not found"


def test_a_bot_deletes_for_48_hours_by_the_platforms_own_clock_and_changes_its_own_for_ever(at: Desk) -> None:
    id = at.send()
    at.platform.forward(WINDOW - dt.timedelta(minutes=1))
    younger = at.send("x")
    at.platform.forward(dt.timedelta(minutes=1))
    assert error(at.write("deleteMessage", message_id=id)) == (400, "Bad Request: message can't be deleted")
    assert error(at.write("deleteMessage", message_id=1))[1] == "Bad Request: message can't be deleted"
    assert at.write("deleteMessage", message_id=younger).status == 200
    at.platform.forward(dt.timedelta(days=365))
    changed = json.loads(at.edit(id, "Ende").body)["result"]
    assert changed["edit_date"] - changed["date"] > 365 * 86400
    at.platform.by_hand(id=id)
    assert at.platform.online() == ()


def test_what_somebody_else_posted_a_bot_changes_and_deletes_only_with_the_rights_and_in_time(
    tmp_path: pathlib.Path,
) -> None:
    with telegrams.in_a_thread(tmp_path, rights="can_post_messages") as platform:
        at = Desk(platform)
        platform.by_hand(post="x")
        assert error(at.write("deleteMessage", message_id=2))[1] == "Bad Request: message can't be deleted"
        assert error(at.edit(2, "y"))[1] == "Bad Request: message can't be edited"
        assert at.write("deleteMessage", message_id=at.send()).status == 200


def test_a_bot_without_the_right_posts_changes_and_deletes_nothing(tmp_path: pathlib.Path) -> None:
    with telegrams.in_a_thread(tmp_path, rights="") as platform:
        at = Desk(platform)
        for told in (at.write("sendMessage", text="x"), at.write("deleteMessage", message_id=1), at.edit(1, "x")):
            assert error(told)[1] == "Bad Request: need administrator rights in the channel chat"
        member = json.loads(at.read("getChatMember", chat_id=CHAT, user_id=7000000001).body)["result"]
        assert member["status"] == "member"


def test_a_token_that_nobody_has_and_a_method_that_does_not_exist(at: Desk) -> None:
    assert error(at.read("getMe", token="7:x")) == (401, "Unauthorized")
    assert past_the_specification(at, "/bot") == 400
    assert json.loads(at.read("getMe", token=OTHER).body)["result"]["id"] == 7000000002
    at.platform.by_hand(revoke=True)
    assert error(at.read("getMe"))[0] == 401


def test_what_the_channel_does_not_call_is_not_simulated(at: Desk) -> None:
    assert past_the_specification(at, f"/bot{TOKEN}/getUpdates") == 404  # which knows it


def past_the_specification(at: Desk, path: str) -> int:
    """The status of the answer to a request that nobody holds against it."""
    line = http.client.HTTPConnection(urllib.parse.urlsplit(at.platform.url).netloc, timeout=5)
    try:
        line.request("GET", path)
        return line.getresponse().status
    finally:
        line.close()


def test_a_channel_takes_so_many_messages_a_minute(tmp_path: pathlib.Path) -> None:
    with telegrams.in_a_thread(tmp_path, writes=2) as platform:
        at = Desk(platform)
        at.send(), at.send()
        told = at.write("sendMessage", text="x")
        assert error(told)[1].startswith("Too Many Requests: retry after ")
        assert 55 <= json.loads(told.body)["parameters"]["retry_after"] <= 60


def test_the_public_pages_show_what_there_is(at: Desk) -> None:
    text = f"Größe „M“ & <neu> 🚲\n\n{LINK}"
    id = at.send(text)
    shown = at.page("s/presse")
    assert (shown.account, shown.before) == ("presse", None)
    first, post = shown.posts
    assert (first.id, first.text) == (1, "Channel created")
    assert (post.id, post.text, post.markers, post.attached) == (id, text, (linkposts.marker("one"),), False)
    assert at.page(f"presse/{id}?embed=1").posts == (post,)
    assert at.page("Presse/77?embed=1").error == "Post not found"
    assert at.page("nobody/1?embed=1").error == "Channel not found"
    previewed = at.send(link_preview_options={"is_disabled": False})
    assert at.page(f"presse/{previewed}?embed=1").posts[0].attached


def test_a_listing_has_20_messages_a_page_and_leads_to_older_ones(at: Desk) -> None:
    for number in range(25):
        at.send(f"x{number}")
    newest = at.page("s/presse")
    assert ([one.id for one in newest.posts], newest.before) == ([*range(7, 27)], 7)
    older = at.page("s/presse?before=7")
    assert ([one.id for one in older.posts], older.before) == ([*range(1, 7)], None)


@pytest.mark.parametrize("profile", ["private"], indirect=True)
def test_of_a_private_channel_strangers_are_shown_nothing(at: Desk) -> None:
    at.send()
    answer = at.client.get(f"{at.platform.url}s/presse")
    assert (answer.status, answer.body) == (302, b"")
    assert at.page("presse/2?embed=1").error == "Channel not found"
    told = json.loads(at.read("getChat", chat_id=CHAT).body)["result"]
    assert "username" not in told
    at.platform.by_hand(account="presse")
    assert len(at.page("s/presse").posts) == 2


@pytest.mark.parametrize("profile", ["lagging"], indirect=True)
def test_pages_that_lag_show_for_a_while_what_was_before(at: Desk) -> None:
    id = at.send("eins")
    assert len(at.page("s/presse").posts) == 1
    at.edit(id, "zwei")
    assert at.page(f"presse/{id}?embed=1").posts[0].text == "eins"
    at.write("deleteMessage", message_id=id)
    assert len(at.page("s/presse").posts) == 2


@pytest.mark.parametrize(
    ("fault", "call", "status"),
    [
        (Fault.LIMITED, Call.LIST, 429),
        (Fault.UNAUTHORIZED, Call.READ, 302),
        (Fault.ERROR_BEFORE, Call.LIST, 502),
        (Fault.GARBAGE, Call.READ, 200),
        (Fault.LIMITED, Call.WHOAMI, 429),
        (Fault.UNAUTHORIZED, Call.WHOAMI, 401),
        (Fault.ERROR_BEFORE, Call.WHOAMI, 500),
    ],
)
def test_faults_look_like_telegrams(at: Desk, fault: Fault, call: Call, status: int) -> None:
    at.platform.add(fault, call)
    paths = {Call.LIST: "s/presse", Call.READ: "presse/1?embed=1", Call.WHOAMI: f"bot{TOKEN}/getMe"}
    answer = at.client.get(at.platform.url + paths[call])
    assert answer.status == status
    if call is not Call.WHOAMI:
        assert parse(answer.body.decode()).posts == ()


@pytest.mark.parametrize("fault", [Fault.REFUSED, Fault.CLOSED, Fault.NOTHING, Fault.STALE])
def test_lies_change_nothing(at: Desk, fault: Fault) -> None:
    id = at.send("eins")
    before = at.platform.journal()
    if fault is Fault.STALE:
        at.platform.add(fault, Call.LIST)
        assert len(at.page("s/presse").posts) == 1
    elif fault is Fault.CLOSED:
        at.platform.add(fault, Call.DELETE)
        assert error(at.write("deleteMessage", message_id=id))[1] == "Bad Request: message can't be deleted"
    elif fault is Fault.REFUSED:
        at.platform.add(fault, Call.EDIT)
        assert error(at.edit(id, "zwei"))[0] == 400
    else:
        at.platform.add(fault, Call.EDIT, Call.DELETE, Call.CREATE, times=None)
        assert json.loads(at.edit(id, "zwei").body)["result"]["text"] == "zwei"
        assert json.loads(at.write("deleteMessage", message_id=id).body)["result"] is True
        assert at.send("drei") == 999_999
    assert at.platform.journal() == before


def test_it_runs_as_a_process_of_its_own(tmp_path: pathlib.Path) -> None:
    with running_telegram(tmp_path, "lagging", lag_s=0) as platform:
        at = Desk(platform)
        told = json.loads(at.write("sendMessage", token=platform.token, text=LINK, link_preview_options=QUIET).body)
        assert told["result"]["chat"]["username"] == "presse"
        assert len(platform.journal()) == 1
        assert len(at.page("s/presse").posts) == 2, "without a lag"


def test_the_process_reads_its_options(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "accounts.json").write_text(json.dumps({TOKEN: "presse"}), "utf-8")
    made: list[Any] = []

    def run(server: Server) -> None:
        made.append(server)
        server.server_close()

    monkeypatch.setattr(Server, "run", run)
    files = ["--journal", str(tmp_path / "j.txt"), "--accounts", str(tmp_path / "accounts.json")]
    module.main([*files, "--profile", "private", "--lag", "7", "--rights", "can_post_messages", "--writes", "3"])
    stock = made[0].RequestHandlerClass.platform
    assert (stock.profile.public, stock.profile.lag_s, stock.rights) == (False, 7, ["can_post_messages"])
    module.main(files)
    assert made[1].RequestHandlerClass.platform.profile.public
