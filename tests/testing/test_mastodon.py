"""The simulated server answers as recorded servers did, and does what its profiles say."""

import dataclasses
import datetime as dt
import json
import pathlib
import re
import time
import urllib.parse
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from fahndung.channels import multipart
from fahndung.http import Answer, Client
from fahndung.testing import mastodon as module
from fahndung.testing.faults import Call, Fault
from fahndung.testing.mastodonstock import PROFILES, Keys, Mastodon
from fahndung.testing.running import ACCOUNT, RunningMastodon, running_mastodon
from fahndung.testing.serving import Server
from tests.channels import linkposts, mastodons, openapi
from tests.channels.mastodons import OTHER, TOKEN

RECORDING = "mastodon-exchanges.json"
MARKER = "abcdefghijklmnopqrstuvwxyz"
LINK = f"https://fahndung.example/fahndung/x/#{MARKER}"
LONG_S = 1.0
"""A lag in which a busy machine still makes a few calls."""
TELLING = {
    *("read back after delete", "public page after delete", "rate limited", "repeat text with the same key"),
    *("upload media with alt text", "repeat with the same key and media", "media file 3 s after delete"),
    *("instance limits", "edit in place", "history"),
}
"""Recorded exchanges for which the profile is there."""


class Desk:
    """A server and somebody who calls it by hand."""

    def __init__(self, server: RunningMastodon) -> None:
        self.server, self.client = server, Client(timeout_s=5)

    def send(self, method: str, path: str, values: object = None, token: str | None = TOKEN, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named |= {} if token is None else {"Authorization": f"Bearer {token}"}
        if method in {"post", "put"}:
            named["Content-Type"] = "application/json"
            send = getattr(self.client, method)
            return send(self.server.url + path, body=json.dumps(values).encode(), headers=named)  # type: ignore[no-any-return]
        return getattr(self.client, method)(self.server.url + path, headers=named)  # type: ignore[no-any-return]

    def told(self, method: str, path: str, values: object = None, **how: Any) -> Any:
        return json.loads(self.send(method, path, values, **how).body)

    def post(self, text: str = LINK, **how: Any) -> Any:
        return self.told("post", "api/v1/statuses", {"status": text}, **how)


@pytest.fixture
def profile(request: pytest.FixtureRequest) -> str:
    return getattr(request, "param", "4.4+")


@pytest.fixture
def at(tmp_path: pathlib.Path, profile: str) -> Iterator[Desk]:
    with mastodons.in_a_thread(tmp_path, profile) as server:
        yield Desk(server)


every = pytest.mark.parametrize("profile", PROFILES, indirect=True)


@pytest.mark.peers
def test_every_recorded_exchange_replays(tmp_path: pathlib.Path) -> None:
    recorded = json.loads(openapi.needed(RECORDING).read_text("utf-8"))["exchanges"]
    assert {one["name"] for one in recorded} >= TELLING
    with mastodons.in_a_thread(tmp_path, "gts", lag_s=LONG_S, keeps_s=60) as server:
        at, ids = Desk(server), dict[str, str]()
        for one in recorded:
            name, expected = one["name"], one["response"]
            if name.startswith("list own"):
                time.sleep(LONG_S)
            if expected["status"] == 429:
                at.server.add(Fault.LIMITED, Call.WHOAMI)
            answer = _replayed(at, one["request"], ids)
            assert answer.status == expected["status"], (name, answer)
            kinds = [headers["content-type"].split(";")[0] for headers in (answer.headers, expected["headers"])]
            assert kinds[0] == kinds[1], name
            assert expected["headers"].keys() <= answer.headers.keys(), name
            if isinstance(expected["body"], dict | list):
                body = json.loads(answer.body)
                _refuse_other_shape(expected["body"], body, name)
                if isinstance(body, dict) and "id" in body:
                    ids[expected["body"]["id"]] = body["id"]


def _replayed(at: Desk, request: Mapping[str, Any], ids: Mapping[str, str]) -> Answer:
    """The answer to a recorded request, with the ids of here."""
    path = re.sub(r"ID\d+", lambda found: ids[found[0]], request["path"]).lstrip("/").replace("polizei", ACCOUNT)
    query = urllib.parse.urlencode(request.get("params", {}))
    headers = {name.replace("-", "_"): value for name, value in request["headers"].items() if name != "Authorization"}
    said = request["headers"].get("Authorization")
    token = None if said is None else {"Bearer TOKEN": TOKEN}.get(said, "wrong")
    if "multipart" in request:
        _, media_type, size = request["multipart"]["file"]
        data = linkposts.picture(1) if int(size.split()[0]) > 100 else b"no picture"
        fields = {name: value for name, value in request.get("form", {}).items() if name == "description"}
        said, body = multipart.form(fields, field="file", filename="a.jpg", media_type=media_type, data=data)
        return at.client.post(at.server.url + path, body=body, headers=said | {"Authorization": f"Bearer {token}"})
    values = dict(request.get("json", {}))
    values |= {"media_ids": [ids[one] for one in values["media_ids"]]} if "media_ids" in values else {}
    return at.send(request["method"].lower(), f"{path}?{query}" if query else path, values, token=token, **headers)


SHORTER = {"source", "role", "application", "registrations", "configuration"}
"""Objects of which the channel reads nothing; only that they are objects is compared."""
READ = {
    *("id", "username", "url", "statuses_count", "content", "account", "media_attachments", "error"),
    *("type", "preview_url", "description"),
}
"""The keys that the channel reads."""


def _refuse_other_shape(recorded: Any, simulated: Any, where: str) -> None:
    """Every key in both has the same type; every key that the channel reads is in both or in none."""
    assert type(recorded) is type(simulated), where
    if isinstance(recorded, list):
        for one, other in zip(recorded, simulated, strict=False):
            _refuse_other_shape(one, other, where)
    if not isinstance(recorded, dict):
        return
    assert READ & recorded.keys() <= simulated.keys(), where
    for key in recorded.keys() & simulated.keys():
        if key in SHORTER or recorded[key] is None or simulated[key] is None:
            assert recorded[key] is None or simulated[key] is None or isinstance(simulated[key], dict), (where, key)
            continue
        _refuse_other_shape(recorded[key], simulated[key], f"{where}: {key}")


@every
def test_a_status_is_made_shown_listed_and_deleted_and_the_journal_says_so(at: Desk, profile: str) -> None:
    text = f"Zeugen <gesucht> & „mehr“\n{LINK}\n\nEnde"
    made = at.post(text)
    page = urllib.parse.urlsplit(made["url"]).path.lstrip("/")
    assert at.told("get", f"api/v1/statuses/{made['id']}/source")["text"] == text
    assert at.send("get", page, token=None).status == 200
    assert at.send("get", f"@{ACCOUNT}", token=None).status == 200
    assert f'href="{LINK}"' in made["content"]
    assert "&lt;gesucht&gt; &amp; „mehr“<br />" in made["content"]
    assert made["content"].endswith("</p><p>Ende</p>")
    time.sleep(3 * mastodons.LAG_S)
    me = made["account"]["id"]
    assert [one["id"] for one in at.told("get", f"api/v1/accounts/{me}/statuses")] == [made["id"]]
    (shown,) = at.server.online()
    assert (shown["id"], shown["kind"], shown["marker"], shown["account"]) == (made["id"], "post", MARKER, ACCOUNT)
    gone = at.told("delete", f"api/v1/statuses/{made['id']}?delete_media=true")
    assert gone["text"] == text
    assert at.send("delete", f"api/v1/statuses/{made['id']}").status == 404
    assert at.send("get", page, token=None).status == 404
    assert [(one.verb, one.kind, one.id, one.marker) for one in at.server.journal()] == [
        ("create", "post", made["id"], MARKER),
        ("delete", "post", made["id"], MARKER),
    ]


@pytest.mark.peers
def test_owner_and_listing_lag_and_strangers_are_told_at_once(tmp_path: pathlib.Path) -> None:
    with mastodons.in_a_thread(tmp_path, "gts", lag_s=LONG_S) as server:
        at = Desk(server)
        made = at.post()
        path, listing = f"api/v1/statuses/{made['id']}", f"api/v1/accounts/{made['account']['id']}/statuses"
        assert at.told("get", listing) == []
        time.sleep(LONG_S)
        assert len(at.told("get", listing)) == 1
        at.send("delete", path)
        assert at.send("get", path).status == 200
        assert len(at.told("get", listing)) == 1
        assert at.send("get", urllib.parse.urlsplit(made["url"]).path.lstrip("/"), token=None).status == 404
        time.sleep(LONG_S)
        assert at.send("get", path).status == 404
        assert at.told("get", listing) == []


@every
def test_strangers_are_let_in_where_the_profile_says_so(at: Desk, profile: str) -> None:
    made = at.post()
    closed = PROFILES[profile].closed
    for path in (f"api/v1/statuses/{made['id']}", f"api/v1/accounts/lookup?acct={ACCOUNT}"):
        assert at.send("get", path, token=None).status == (401 if closed else 200)
        assert at.send("get", path, token="wrong").status == 401
    assert at.send("get", f"api/v1/statuses/{made['id']}/source", token=None).status == 401
    assert at.send("get", "api/v1/accounts/lookup?acct=nobody").status == 404
    assert at.send("get", "@nobody", token=None).status == 404
    assert at.send("get", f"@wache/{made['id']}", token=None).status == 404


@every
def test_a_repeated_key_does_what_the_profile_says(at: Desk, profile: str) -> None:
    first, second = (at.send("post", "api/v1/statuses", {"status": LINK}, Idempotency_Key="k") for _ in range(2))
    id = json.loads(first.body)["id"]
    keys = PROFILES[profile].keys
    assert (second.status, len(at.server.online())) == {
        Keys.HONOURED: (200, 1),
        Keys.IGNORED: (200, 2),
        Keys.BROKEN: (500, 1),
    }[keys]
    assert (second.headers.get("x-simulated") is not None) is (keys is Keys.BROKEN)
    at.send("delete", f"api/v1/statuses/{id}")
    third = at.send("post", "api/v1/statuses", {"status": LINK}, Idempotency_Key="k")
    assert third.status == {Keys.HONOURED: 404, Keys.IGNORED: 200, Keys.BROKEN: 500}[keys]
    assert at.send("post", "api/v1/statuses", {"status": LINK}, OTHER, Idempotency_Key="k").status == 200


@every
@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_server_tells_its_version_and_limits_to_anybody(at: Desk, profile: str, version: str) -> None:
    path, chosen = f"api/{version}/instance", PROFILES[profile]
    answer = at.send("get", path, token=None)
    told = json.loads(answer.body)
    assert told["version"] == chosen.version
    limits = told["configuration"]["statuses"]
    counted = limits["max_characters"], limits["characters_reserved_per_url"]
    assert counted == (chosen.characters, chosen.url_characters)
    assert ("x-simulated" in answer.headers) is (chosen.api is None)
    specification = openapi.specification(mastodons.SPECIFICATION)
    if specification is not None and chosen.api is not None:
        assert [*specification.answer("GET", at.server.url + path, answer)] == []


@every
def test_a_status_is_changed_in_place_and_its_history_tells_what_it_said(at: Desk, profile: str) -> None:
    made = at.post()
    path = f"api/v1/statuses/{made['id']}"
    assert made["edited_at"] is None
    first = at.told("get", f"{path}/history")
    changed = at.send("put", path, {"status": "Anders"})
    again = at.send("put", path, {"status": "Noch anders"})
    history = at.send("get", f"{path}/history")
    told = json.loads(history.body)
    assert [one["content"] for one in told] == [made["content"], "<p>Anders</p>", "<p>Noch anders</p>"]
    assert [one["content"] for one in first] == [made["content"]]
    assert told[0]["created_at"] == made["created_at"]
    assert json.loads(again.body)["edited_at"] == told[-1]["created_at"]
    assert at.told("get", f"{path}/source")["text"] == "Noch anders"
    assert [one.verb for one in at.server.journal()] == ["create", "edit", "edit"]
    specification = openapi.specification(mastodons.SPECIFICATION)
    if specification is not None:
        url = at.server.url + path
        wrong = [*specification.answer("PUT", url, changed), *specification.answer("GET", f"{url}/history", history)]
        assert wrong == []


def test_nobody_changes_what_is_anothers_or_makes_it_unfit(at: Desk) -> None:
    path = f"api/v1/statuses/{at.post()['id']}"
    assert at.send("put", path, {"status": "x"}, token=OTHER).status == 404
    assert at.send("put", "api/v1/statuses/8", {"status": "x"}).status == 404
    assert at.send("get", "api/v1/statuses/8/history").status == 404
    assert at.send("put", path, {"status": " "}).status == 422
    assert [one.verb for one in at.server.journal()] == ["create"]


def test_parameters_come_as_a_form_as_well(at: Desk) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/x-www-form-urlencoded"}
    body = urllib.parse.urlencode({"status": "ä & b", "visibility": "unlisted"}).encode()
    made = json.loads(at.client.post(f"{at.server.url}api/v1/statuses", body=body, headers=headers).body)
    assert (made["content"], made["visibility"]) == ("<p>ä &amp; b</p>", "unlisted")
    revoked = at.client.post(f"{at.server.url}oauth/revoke", body=f"token={TOKEN}".encode(), headers=headers)
    assert revoked.status == 200
    assert at.send("get", "api/v1/accounts/verify_credentials").status == 401


def test_the_next_page_is_as_long_as_the_one_before(at: Desk) -> None:
    for number in range(3):
        at.post(f"x{number}")
    me = at.told("get", "api/v1/accounts/verify_credentials")["id"]
    short, plain = (at.send("get", f"api/v1/accounts/{me}/statuses{query}") for query in ("?limit=2", ""))
    assert "?limit=2&max_id=" in short.headers["link"]
    assert "limit" not in plain.headers["link"]


@every
@pytest.mark.parametrize("values", [{"status": " "}, {}, {"status": "x", "visibility": "all"}, {"status": "x" * 5001}])
def test_what_does_not_fit_is_refused(at: Desk, profile: str, values: dict[str, str]) -> None:
    assert at.send("post", "api/v1/statuses", values).status == (400 if profile == "gts" else 422)
    assert at.server.online() == ()


@pytest.mark.parametrize(
    ("method", "path"),
    [("get", "api/v1/accounts/8/statuses"), ("get", "api/v1/none"), ("delete", "api/v1/statuses/8"), ("get", "x/y")],
)
def test_what_is_not_there_is_not_found(at: Desk, method: str, path: str) -> None:
    assert at.send(method, path).status == 404


def test_what_makes_no_sense_is_a_bad_request(at: Desk) -> None:
    assert at.send("get", "api/v1/accounts/lookup").status == 400


def test_nobody_deletes_what_is_anothers(at: Desk) -> None:
    made = at.post()
    assert at.send("delete", f"api/v1/statuses/{made['id']}", token=OTHER).status == 404
    assert len(at.server.online()) == 1


def test_pages_follow_each_other_and_hold_forty_at_most(at: Desk) -> None:
    ids = [at.post(f"x{number}")["id"] for number in range(43)]
    me = at.told("get", "api/v1/accounts/verify_credentials")["id"]
    first = at.told("get", f"api/v1/accounts/{me}/statuses?limit=80")
    second = at.told("get", f"api/v1/accounts/{me}/statuses?limit=80&max_id={first[-1]['id']}")
    assert [one["id"] for one in first + second] == ids[::-1]
    assert len(first) == 40
    assert len(at.told("get", f"api/v1/accounts/{me}/statuses")) == 20
    assert {one["marker"] for one in at.server.online()} == {"-"}


def test_a_limit_names_an_instant_and_no_seconds(at: Desk) -> None:
    at.server.add(Fault.LIMITED, Call.CREATE, seconds=90)
    answer = at.send("post", "api/v1/statuses", {"status": "x"})
    assert answer.status == 429
    assert "retry-after" not in answer.headers
    assert dt.datetime.fromisoformat(answer.headers["x-ratelimit-reset"]).tzinfo is not None


@pytest.mark.parametrize(
    ("fault", "status"),
    [(Fault.DUPLICATE, 500), (Fault.ERROR_BEFORE, 500), (Fault.REFUSED, 422), (Fault.UNAUTHORIZED, 401)],
)
def test_a_fault_before_the_effect_has_none(at: Desk, fault: Fault, status: int) -> None:
    at.server.add(fault, Call.CREATE)
    assert at.send("post", "api/v1/statuses", {"status": "x"}).status == status
    assert at.server.online() == ()


@pytest.mark.parametrize("fault", [Fault.GARBAGE, Fault.ERROR_AFTER])
def test_a_fault_after_the_effect_is_no_answer_that_is_described(at: Desk, fault: Fault) -> None:
    at.server.add(fault, Call.CREATE)
    assert "x-simulated" in at.send("post", "api/v1/statuses", {"status": "x"}).headers
    assert len(at.server.online()) == 1


def test_a_success_without_effect_and_a_stale_answer_lie(at: Desk) -> None:
    at.server.add(Fault.NOTHING, Call.CREATE)
    assert at.post()["id"]
    assert at.server.online() == ()
    made = at.post()
    at.server.add(Fault.STALE, Call.LIST, Call.READ, times=None)
    assert at.told("get", f"api/v1/accounts/{made['account']['id']}/statuses") == []
    at.send("delete", f"api/v1/statuses/{made['id']}")
    assert at.send("get", f"api/v1/statuses/{made['id']}", token=None).status == 200


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
    module.main([*options, "--profile", "gts", "--lag", "3", "--scopes", "read"])
    module.main(options)
    assert [line.isdigit() for line in capsys.readouterr().out.split()] == [True, True]
    first, second = (one.RequestHandlerClass.platform for one in served)  # type: ignore[attr-defined]
    assert isinstance(first, Mastodon)
    assert first.profile == dataclasses.replace(PROFILES["gts"], lag_s=3)
    assert (first.scopes, first.may_write("statuses")) == (["read"], False)
    assert (second.profile, second.may_write("statuses")) == (PROFILES["4.4+"], True)
    assert (tmp_path / "journal.txt").read_text() == ""


@pytest.mark.peers
def test_the_process_notes_an_effect_before_it_answers_and_dies_with_its_test(tmp_path: pathlib.Path) -> None:
    with running_mastodon(tmp_path, "4.2") as server:
        server.add(Fault.CUT_AFTER, Call.CREATE)
        at = Desk(server)
        with pytest.raises(Exception, match="effect"):
            at.post(token=server.token)
        (effect,) = server.journal()
        assert (effect.verb, effect.kind, effect.marker) == ("create", "post", MARKER)
        assert [one["id"] for one in server.online()] == [effect.id]
