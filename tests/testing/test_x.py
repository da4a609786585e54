"""The simulated X answers as the recorded one did, and does what its profiles say."""

import base64
import datetime as dt
import json
import pathlib
import re
import time
import urllib.parse
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from fahndung.http import Answer, Client
from fahndung.testing import x as module
from fahndung.testing.faults import Call, Fault
from fahndung.testing.running import ACCOUNT, RunningX, running_x
from fahndung.testing.serving import Server
from fahndung.testing.xshapes import PROFILES
from fahndung.testing.xstock import Stock
from tests.channels import openapi, xs
from tests.channels.simulated import OTHER, TOKEN

RECORDING = "x-exchanges.json"
MARKER = "abcdefghijklmnopqrstuvwxyz"
LINK = f"https://fahndung.example/fahndung/x/#{MARKER}"
PICTURE = base64.b64encode(b"\xff\xd8\xff picture").decode()
LONG_S = 1.0
"""A lag in which a busy machine still makes a few calls."""


class Desk:
    """A platform and somebody who calls it by hand."""

    def __init__(self, platform: RunningX) -> None:
        self.platform, self.client = platform, Client(timeout_s=5)

    def send(self, method: str, path: str, values: object = None, token: str | None = TOKEN) -> Answer:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        if method == "post":
            headers["Content-Type"] = "application/json"
            return self.client.post(self.platform.url + path, body=json.dumps(values).encode(), headers=headers)
        return getattr(self.client, method)(self.platform.url + path, headers=headers)  # type: ignore[no-any-return]

    def told(self, method: str, path: str, values: object = None, **how: Any) -> Any:
        return json.loads(self.send(method, path, values, **how).body)

    def post(self, text: str = LINK, **values: Any) -> Any:
        return self.told("post", "2/tweets", {"text": text} | values)["data"]


@pytest.fixture
def profile(request: pytest.FixtureRequest) -> str:
    return getattr(request, "param", "strict")


@pytest.fixture
def at(tmp_path: pathlib.Path, profile: str) -> Iterator[Desk]:
    with xs.in_a_thread(tmp_path, profile) as platform:
        yield Desk(platform)


every = pytest.mark.parametrize("profile", PROFILES, indirect=True)


@pytest.mark.parametrize("profile", ["playground"], indirect=True)
def test_the_recorded_exchanges_replay(at: Desk) -> None:
    recorded = json.loads(openapi.needed(RECORDING).read_text("utf-8"))["exchanges"]
    for number in range(6):
        at.post(f"was vorher da war {number}")
    own, ids = at.told("get", "2/users/me")["data"]["id"], dict[str, str]()
    for one in recorded:
        name, expected = one["name"], one["response"]
        answer = _replayed(at, one, own, ids)
        assert answer.status == expected["status"], name
        assert expected["headers"].keys() <= answer.headers.keys(), name
        assert answer.headers["content-type"] == expected["headers"]["content-type"], name
        body = json.loads(answer.body)
        _refuse_other_shape(expected["body"], body, name)
        if answer.status == 201:
            ids[expected["body"]["data"]["id"]] = body["data"]["id"]
    assert {one.kind for one in at.platform.journal()} == {"media", "post"}


def _replayed(at: Desk, one: Mapping[str, Any], own: str, ids: Mapping[str, str]) -> Answer:
    """The answer to a recorded request, with the ids of here and a picture in the place of the recorded one."""
    request = one["request"]
    path = request["path"].lstrip("/").replace("users/0/", f"users/{own}/")
    path = re.sub(r"(?<=tweets/)\d+", lambda found: ids[found[0]], path)
    query = urllib.parse.urlencode(request.get("params", {}))
    token = {"no authorization": None, "app-only bearer": "APPONLY"}.get(one["name"], TOKEN)
    text = json.dumps(request.get("json", {})).replace('"BASE64"', f'"{PICTURE}"')
    values = json.loads(re.sub(r'"(\d+)"', lambda found: f'"{ids.get(found[1], found[1])}"', text))
    return at.send(request["method"].lower(), f"{path}?{query}" if query else path, values, token=token)


def _refuse_other_shape(recorded: Any, simulated: Any, where: str) -> None:
    """Both have the same keys and types, and lists the same length."""
    assert type(recorded) is type(simulated), where
    if isinstance(recorded, list):
        assert len(recorded) == len(simulated), where
        for one, other in zip(recorded, simulated, strict=True):
            _refuse_other_shape(one, other, where)
    if isinstance(recorded, dict):
        assert recorded.keys() - {"created_at"} == simulated.keys(), where
        for key in simulated:
            _refuse_other_shape(recorded[key], simulated[key], f"{where}: {key}")
        assert recorded.get("type") == simulated.get("type"), where


@every
def test_a_post_is_made_shown_listed_and_deleted_and_the_journal_says_so(at: Desk, profile: str) -> None:
    text = f"Zeugen <gesucht> & „mehr“\n{LINK}"
    made = at.post(text, reply_settings="mentionedUsers")
    words = PROFILES[profile].words
    path = f"2/tweets/{made['id']}?{words}.fields=entities,reply_settings"
    shown = at.told("get", path)["data"]
    assert shown[f"edit_history_{words}_ids"] == [made["id"]]
    assert shown["reply_settings"] == "mentionedUsers"
    (link,) = shown["entities"]["urls"]
    assert shown["text"][link["start"] : link["end"]] == link["url"]
    if PROFILES[profile].shortens:
        assert link["url"].startswith("https://t.co/")
        assert link["expanded_url"] == LINK
        assert shown["text"] == f"Zeugen &lt;gesucht&gt; &amp; „mehr“\n{link['url']}"
    else:
        assert (shown["text"], link["url"]) == (text, LINK)
    time.sleep(3 * xs.LAG_S)
    assert [one["id"] for one in at.told("get", "2/users/1/tweets")["data"]] == [made["id"]]
    (online,) = at.platform.online()
    assert (online["id"], online["kind"], online["marker"], online["account"]) == (made["id"], "post", MARKER, ACCOUNT)
    assert at.told("delete", f"2/tweets/{made['id']}") == {"data": {"deleted": True}}
    time.sleep(3 * xs.LAG_S)
    assert at.send("delete", f"2/tweets/{made['id']}").status == 404
    gone = at.send("get", path)
    assert gone.status == (404 if PROFILES[profile].described else 200)
    assert "resource-not-found" in gone.body.decode()
    assert "data" not in json.loads(gone.body)
    assert at.told("get", "2/users/1/tweets") == {"meta": {"result_count": 0}}
    assert [(one.verb, one.kind, one.id, one.marker) for one in at.platform.journal()] == [
        ("create", "post", made["id"], MARKER),
        ("delete", "post", made["id"], MARKER),
    ]


def test_a_field_that_was_not_asked_for_does_not_come(at: Desk) -> None:
    made = at.post()
    assert at.told("get", f"2/tweets/{made['id']}")["data"].keys() == {"id", "text", "edit_history_post_ids"}
    assert at.told("get", "2/users/me")["data"].keys() == {"id", "name", "username"}


@every
def test_only_its_own_word_for_fields_is_understood(at: Desk, profile: str) -> None:
    made, words = at.post(), PROFILES[profile].words
    other = {"post": "tweet", "tweet": "post"}[words]
    assert at.send("get", f"2/tweets/{made['id']}?{words}.fields=entities").status == 200
    refused = at.send("get", f"2/tweets/{made['id']}?{other}.fields=entities")
    assert refused.status == 400
    assert json.loads(refused.body)["type"] == f"{PROFILES[profile].problems}invalid-request"


@pytest.mark.peers
def test_listing_and_lookup_lag(tmp_path: pathlib.Path) -> None:
    with xs.in_a_thread(tmp_path, "lagging", lag_s=LONG_S) as platform:
        at = Desk(platform)
        made = at.post()
        path, listing = f"2/tweets/{made['id']}", "2/users/1/tweets"
        assert at.told("get", listing)["meta"]["result_count"] == 0
        time.sleep(LONG_S)
        assert at.told("get", listing)["meta"]["result_count"] == 1
        at.send("delete", path)
        assert at.send("get", path).status == 200
        assert at.told("get", listing)["meta"]["result_count"] == 1
        time.sleep(LONG_S)
        assert at.send("get", path).status == 404
        assert at.told("get", listing)["meta"]["result_count"] == 0


@every
def test_a_text_that_is_online_is_refused_where_the_profile_says_so(at: Desk, profile: str) -> None:
    made = at.post()
    again = at.send("post", "2/tweets", {"text": LINK})
    assert again.status == (403 if PROFILES[profile].refuses_repeats else 201)
    assert (b"duplicate content" in again.body) is PROFILES[profile].refuses_repeats
    assert at.send("post", "2/tweets", {"text": LINK}, OTHER).status == 201
    at.send("delete", f"2/tweets/{made['id']}")
    assert at.send("post", "2/tweets", {"text": LINK}).status == 201


def test_an_edit_is_a_new_post_in_place_of_the_old_one_and_all_go_together(at: Desk) -> None:
    first = at.post("eins")
    second = at.post("zwei", edit_options={"previous_post_id": first["id"]})
    assert second["edit_history_post_ids"] == [first["id"], second["id"]]
    assert at.told("get", f"2/tweets/{first['id']}")["data"]["id"] == second["id"]
    assert len(at.platform.online()) == 1
    assert at.send("delete", f"2/tweets/{first['id']}").status == 200
    assert at.send("get", f"2/tweets/{second['id']}").status == 404
    assert [one.verb for one in at.platform.journal()] == ["create", "delete", "create", "delete"]


@every
@pytest.mark.parametrize("values", [{}, {"text": ""}, {"text": "x" * 281}, {"text": "界" * 141}])
def test_what_does_not_fit_is_refused(at: Desk, profile: str, values: dict[str, str]) -> None:
    assert at.send("post", "2/tweets", values).status == 400
    assert at.platform.online() == ()


@pytest.mark.parametrize(("method", "path"), [("get", "2/users/8/tweets"), ("get", "2/none"), ("get", "x")])
def test_what_is_no_call_is_not_found(at: Desk, method: str, path: str) -> None:
    assert at.send(method, path).status == 404


def test_what_makes_no_sense_is_a_bad_request(at: Desk) -> None:
    assert at.send("get", "2/users/1/tweets?max_results=many").status == 400


def test_nobody_deletes_what_is_anothers(at: Desk) -> None:
    made = at.post()
    assert at.send("delete", f"2/tweets/{made['id']}", token=OTHER).status == 404
    assert len(at.platform.online()) == 1


@pytest.mark.parametrize("token", [None, "wrong", ""])
def test_strangers_are_not_let_in(at: Desk, token: str | None) -> None:
    assert at.send("get", "2/users/me", token=token).status == 401


def test_a_token_that_was_revoked_opens_nothing(at: Desk) -> None:
    body = urllib.parse.urlencode({"token": TOKEN}).encode()
    assert at.client.post(f"{at.platform.url}2/oauth2/revoke", body=body).status == 200
    assert at.send("get", "2/users/me").status == 401
    assert at.send("get", "2/users/me", token=OTHER).status == 200


def test_pages_follow_each_other_and_hold_a_hundred_at_most(at: Desk) -> None:
    ids = [at.post(f"x{number}")["id"] for number in range(103)]
    first = at.told("get", "2/users/1/tweets?max_results=500")
    token = first["meta"]["next_token"]
    second = at.told("get", f"2/users/1/tweets?max_results=500&pagination_token={token}")
    assert [one["id"] for one in first["data"] + second["data"]] == ids[::-1]
    assert (first["meta"]["result_count"], second["meta"]) == (100, {"result_count": 3})


def test_a_limit_names_an_instant_and_no_seconds(at: Desk) -> None:
    at.platform.add(Fault.LIMITED, Call.CREATE, seconds=90)
    answer = at.send("post", "2/tweets", {"text": "x"})
    assert answer.status == 429
    assert "retry-after" not in answer.headers
    assert answer.headers["x-rate-limit-remaining"] == "0"
    reset = dt.datetime.fromtimestamp(int(answer.headers["x-rate-limit-reset"]), dt.UTC)
    assert reset.year >= 2026


def test_every_answer_says_how_often_it_may_be_called_and_what_the_credential_may_do(at: Desk) -> None:
    answer = at.send("get", "2/users/me")
    assert answer.headers["x-rate-limit-limit"] == "900"
    assert answer.headers["x-access-level"] == "read-write"
    assert "x-access-level" not in at.send("get", "2/users/me", token=None).headers


@pytest.mark.parametrize(
    ("fault", "status", "odd"),
    [
        (Fault.DUPLICATE, 403, True),
        (Fault.ERROR_BEFORE, 500, False),
        (Fault.REFUSED, 400, False),
        (Fault.UNAUTHORIZED, 401, True),
    ],
)
def test_a_fault_before_the_effect_has_none(at: Desk, fault: Fault, status: int, odd: bool) -> None:
    at.platform.add(fault, Call.CREATE)
    answer = at.send("post", "2/tweets", {"text": "x"})
    assert (answer.status, "x-simulated" in answer.headers) == (status, odd)
    assert at.platform.online() == ()


@pytest.mark.parametrize(("fault", "odd"), [(Fault.GARBAGE, True), (Fault.ERROR_AFTER, False)])
def test_a_fault_after_the_effect_leaves_a_post(at: Desk, fault: Fault, odd: bool) -> None:
    at.platform.add(fault, Call.CREATE)
    assert ("x-simulated" in at.send("post", "2/tweets", {"text": "x"}).headers) is odd
    assert len(at.platform.online()) == 1


def test_a_success_without_effect_and_a_stale_answer_lie(at: Desk) -> None:
    at.platform.add(Fault.NOTHING, Call.CREATE)
    assert at.post()["id"]
    assert at.platform.online() == ()
    made = at.post()
    at.platform.add(Fault.NOTHING, Call.DELETE)
    assert at.told("delete", f"2/tweets/{made['id']}") == {"data": {"deleted": True}}
    assert len(at.platform.online()) == 1
    at.platform.add(Fault.STALE, Call.LIST, Call.READ, times=None)
    assert at.told("get", "2/users/1/tweets")["meta"]["result_count"] == 0
    at.send("delete", f"2/tweets/{made['id']}")
    assert at.send("get", f"2/tweets/{made['id']}").status == 200


def test_the_program_prints_its_port_and_takes_its_options(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    served: list[Server] = []

    def serve(server: Server, poll_interval: float) -> None:
        served.append(server)
        server.server_close()

    monkeypatch.setattr(Server, "serve_forever", serve)
    (tmp_path / "accounts.json").write_text(json.dumps({TOKEN: ACCOUNT}))
    options = ["--journal", str(tmp_path / "journal.txt"), "--accounts", str(tmp_path / "accounts.json")]
    module.main([*options, "--profile", "lagging", "--lag", "3", "--rights", "read"])
    module.main(options)
    assert [line.isdigit() for line in capsys.readouterr().out.split()] == [True, True]
    first, second = (one.RequestHandlerClass.platform for one in served)  # type: ignore[attr-defined]
    assert isinstance(first, Stock)
    assert (first.profile.lag_s, first.rights, first.may_write()) == (3, "read", False)
    assert (second.profile, second.may_write()) == (PROFILES["strict"], True)
    assert (tmp_path / "journal.txt").read_text() == ""


@pytest.mark.peers
def test_the_process_notes_an_effect_before_it_answers_and_dies_with_its_test(tmp_path: pathlib.Path) -> None:
    with running_x(tmp_path, "playground") as platform:
        platform.add(Fault.CUT_AFTER, Call.CREATE)
        at = Desk(platform)
        with pytest.raises(Exception, match="effect"):
            at.told("post", "2/tweets", {"text": LINK}, token=platform.token)
        (effect,) = platform.journal()
        assert (effect.verb, effect.kind, effect.marker) == ("create", "post", MARKER)
        pid = platform.pid
    assert not pathlib.Path(f"/proc/{pid}").exists()
