"""The simulated Graph API answers as it is documented, and does what its profiles say."""

import dataclasses
import datetime as dt
import hashlib
import hmac
import json
import pathlib
import time
import urllib.parse
from collections.abc import Iterator
from typing import Any

import pytest

from fahndung.channels import multipart
from fahndung.http import Answer, Client
from fahndung.testing import facebook as module
from fahndung.testing.facebook import APP_SECRET, BLIND
from fahndung.testing.facebookstock import PROFILES, Stock, page_id
from fahndung.testing.faults import Call, Fault
from fahndung.testing.running import ACCOUNT, RunningFacebook, running_facebook
from fahndung.testing.serving import Server
from tests.channels import facebooks
from tests.channels.facebooks import OTHER, TOKEN

MARKER = "abcdefghijklmnopqrstuvwxyz"
LINK = f"https://fahndung.example/fahndung/x/#{MARKER}"
PAGE, STRANGER = page_id(0), page_id(1)
LONG_S = 1.0
"""A lag in which a busy machine still makes a few calls."""


class Desk:
    """A platform and somebody who calls it by hand."""

    def __init__(self, platform: RunningFacebook, token: str = TOKEN) -> None:
        self.platform, self.client, self.token = platform, Client(timeout_s=5), token

    def send(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        secret: str = APP_SECRET,
        version: str = "v26.0",
        **values: str,
    ) -> Answer:
        told = token or self.token
        proof = hmac.new(secret.encode(), told.encode(), hashlib.sha256).hexdigest()
        said = urllib.parse.urlencode(values | {"appsecret_proof": proof})
        headers = {"Authorization": f"Bearer {told}"}
        if method == "post":
            return self.client.post(f"{self.platform.url}{version}/{path}", body=said.encode(), headers=headers)
        ask = self.client.get if method == "get" else self.client.delete
        return ask(f"{self.platform.url}{version}/{path}?{said}", headers=headers)

    def told(self, method: str, path: str, **how: Any) -> Any:
        return json.loads(self.send(method, path, **how).body)

    def upload(self, data: bytes = b"\xff\xd8\xff", **values: str) -> Answer:
        proof = hmac.new(APP_SECRET.encode(), self.token.encode(), hashlib.sha256).hexdigest()
        fields = {"published": "false", "alt_text_custom": "Rad", "caption": LINK, "appsecret_proof": proof} | values
        headers, body = multipart.form(fields, field="source", filename="x.jpg", media_type="image/jpeg", data=data)
        headers |= {"Authorization": f"Bearer {self.token}"}
        return self.client.post(f"{self.platform.url}v26.0/{PAGE}/photos", body=body, headers=headers)

    def photo(self) -> str:
        return str(json.loads(self.upload().body)["id"])

    def post(self, text: str = LINK, *, published: bool = False, **how: Any) -> str:
        told = self.told("post", f"{PAGE}/feed", message=text, published="true" if published else "false", **how)
        return str(told["id"])

    def listed(self, edge: str, **values: str) -> list[str]:
        return [one["id"] for one in self.told("get", f"{PAGE}/{edge}", fields="id", **values)["data"]]

    def kinds(self) -> list[str]:
        return [one["kind"] for one in self.platform.online()]


@pytest.fixture
def profile(request: pytest.FixtureRequest) -> str:
    return getattr(request, "param", "flip")


@pytest.fixture
def at(tmp_path: pathlib.Path, profile: str) -> Iterator[Desk]:
    with facebooks.in_a_thread(tmp_path, profile, lag_s=LONG_S) as platform:
        yield Desk(platform)


def code(answer: Answer) -> tuple[int, int, int | None]:
    """What an error says: status, code and subcode."""
    error = json.loads(answer.body)["error"]
    assert "x-simulated" in answer.headers, "the specifications describe no error"
    return answer.status, error["code"], error.get("error_subcode")


@pytest.mark.parametrize(
    ("profile", "status", "shown"),
    [("flip", 200, True), ("no-flip", 400, False), ("deaf", 200, False), ("unlisted", 200, True)],
    indirect=["profile"],
)
def test_a_draft_is_shown_or_not_as_the_profile_says(at: Desk, status: int, shown: bool) -> None:
    id = at.post()
    assert at.kinds() == ["draft"]
    for _ in range(2):
        assert at.send("post", id, is_published="true").status == status
    assert at.told("get", id, fields="message,is_published") == {"id": id, "message": LINK, "is_published": shown}
    assert at.kinds() == ["post" if shown else "draft"]
    made = [(one.verb, one.kind, one.id, one.marker) for one in at.platform.journal()]
    assert made == [("draft", "draft", id, MARKER), *([("create", "post", id, MARKER)] if shown else [])]


def test_what_is_not_to_be_shown_stays_a_draft(at: Desk) -> None:
    id = at.post()
    assert at.send("post", id, is_published="false").status == 200
    assert at.kinds() == ["draft"]


@pytest.mark.parametrize("profile", ["flip", "unlisted"], indirect=True)
def test_edges_list_what_they_are_for(at: Desk, profile: str) -> None:
    draft, post = at.post(), at.post(published=True)
    assert at.listed("published_posts") == [post]
    assert at.listed("scheduled_posts") == []
    assert at.listed("ads_posts") == ([draft] if profile == "flip" else [])


def test_pages_follow_each_other_by_a_cursor_and_name_an_address_that_nobody_should_follow(at: Desk) -> None:
    ids = [at.post(f"x{number}", published=True) for number in range(30)][::-1]
    first = at.told("get", f"{PAGE}/published_posts", fields="id,message")
    assert [one["id"] for one in first["data"]] == ids[:25]
    assert first["paging"]["next"].startswith("https://elsewhere.example/")
    rest = at.told("get", f"{PAGE}/published_posts", fields="id", after=first["paging"]["cursors"]["after"])
    assert [one["id"] for one in rest["data"]] == ids[25:]
    assert "next" not in rest["paging"]
    assert at.listed("published_posts", limit="7") == ids[:7]
    assert at.listed("published_posts", limit="1000") == ids
    assert "paging" not in at.told("get", f"{PAGE}/scheduled_posts")


def test_what_is_deleted_is_gone_and_what_is_missing_says_no_more_than_that(at: Desk) -> None:
    id = at.post(published=True)
    assert at.told("delete", id) == {"success": True}
    for answer in (at.send("delete", id), at.send("get", id), at.send("post", id, is_published="true")):
        assert code(answer) == (400, 100, 33)
    assert at.platform.online() == ()
    assert [one.verb for one in at.platform.journal()] == ["create", "delete"]


def test_nobody_touches_what_is_anothers(at: Desk) -> None:
    id = at.post()
    for method in ("get", "delete", "post"):
        assert code(at.send(method, id, token=OTHER)) == (400, 100, 33)
    assert code(at.send("get", PAGE, token=OTHER)) == (400, 100, 33)
    assert at.told("get", "me", token=OTHER, fields="id") == {"id": STRANGER}
    assert at.kinds() == ["draft"]


def test_a_token_without_permissions_is_told_that_nothing_exists(at: Desk) -> None:
    id = at.post()
    for path in (id, PAGE, "me", f"{PAGE}/published_posts"):
        assert code(at.send("get", path, token=BLIND)) == (400, 100, 33)


@pytest.mark.parametrize(
    ("path", "how", "said"),
    [
        ("me", {"token": "nobody"}, (401, 190, 460)),
        ("me", {"secret": "another"}, (400, 100, None)),
        ("me", {"version": "v1.0"}, (400, 2500, None)),
        ("1/none", {}, (400, 100, 33)),
    ],
)
def test_what_is_wrong_is_told_by_its_code(at: Desk, path: str, how: dict[str, str], said: tuple[int, ...]) -> None:
    assert code(at.send("get", path, **how)) == said


def test_a_post_without_a_text_is_refused(at: Desk) -> None:
    assert code(at.send("post", f"{PAGE}/feed", message=" ")) == (400, 100, None)
    assert at.platform.online() == ()


@pytest.mark.peers
@pytest.mark.parametrize("profile", ["lagging"], indirect=True)
def test_a_listing_that_lags_lacks_the_new_and_keeps_the_deleted(at: Desk) -> None:
    id = at.post(published=True)
    assert at.listed("published_posts") == []
    time.sleep(LONG_S)
    assert at.listed("published_posts") == [id]
    at.send("delete", id)
    assert at.listed("published_posts") == [id]
    assert at.send("get", id).status == 200
    time.sleep(LONG_S)
    assert at.listed("published_posts") == []
    assert code(at.send("get", id)) == (400, 100, 33)


def hung(*ids: str) -> str:
    return json.dumps([{"media_fbid": id} for id in ids])


@pytest.mark.parametrize(("profile", "stays"), [("flip", True), ("no-flip", False)], indirect=["profile"])
def test_a_photo_is_shown_with_its_post_and_stays_or_goes_as_the_profile_says(at: Desk, stays: bool) -> None:
    one, two = at.photo(), at.photo()
    assert at.platform.online() == (), "nobody is shown it yet"
    post = at.post(published=True, attached_media=hung(two, one))
    assert sorted(at.kinds()) == ["media", "media", "post"]
    told = at.told("get", post, fields="full_picture,attachments{type,target,subattachments{type,target}}")
    (album,) = told["attachments"]["data"]
    assert [below["target"]["id"] for below in album["subattachments"]["data"]] == [two, one]
    assert told["full_picture"]
    assert at.told("get", one, fields="name,alt_text_custom") == {"id": one, "name": LINK, "alt_text_custom": "Rad"}
    assert code(at.send("delete", one)) == (400, 100, 33), "it hangs on a post"
    assert at.told("delete", post) == {"success": True}
    assert at.kinds() == (["media", "media"] if stays else [])
    assert (at.send("get", one).status, at.send("delete", one).status) == ((200, 200) if stays else (400, 400))
    assert code(at.send("get", one)) == (400, 100, 33)
    assert [(effect.verb, effect.kind) for effect in at.platform.journal()].count(("delete", "media")) == 2 - stays


@pytest.mark.parametrize(("profile", "named"), [("flip", True), ("unlisted", False)], indirect=["profile"])
def test_a_photo_that_nobody_is_shown_is_named_as_the_profile_says_and_lapses(at: Desk, named: bool) -> None:
    alone, shown = at.photo(), at.photo()
    at.post(published=True, attached_media=hung(shown))
    single = at.told("get", at.post(attached_media=hung(at.photo())), fields="attachments")
    assert [one["type"] for one in single["attachments"]["data"]] == ["photo"]
    assert at.listed("photos") == [], "without the type only profile pictures are listed"
    assert (alone in at.listed("photos", type="uploaded")) is named
    at.platform.forward(dt.timedelta(hours=24))
    assert at.listed("photos", type="uploaded") == [shown]
    assert code(at.send("get", alone)) == (400, 100, 33)
    assert code(at.send("get", shown, token=OTHER)) == (400, 100, 33)


def test_what_is_no_picture_or_hangs_already_is_refused(at: Desk) -> None:
    assert code(at.upload(b"GIF")) == (400, 324, None)
    assert code(at.upload(published="true")) == (400, 100, None)
    photo = at.photo()
    at.post(attached_media=hung(photo))
    for ids in ([photo], ["5"], [fresh := at.photo(), fresh], [at.photo() for _ in range(11)]):
        assert code(at.send("post", f"{PAGE}/feed", message="x", attached_media=hung(*ids))) == (400, 100, None)
    at.platform.add(Fault.NOTHING, Call.UPLOAD)
    assert code(at.send("get", at.photo())) == (400, 100, 33), "a success without effect"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault.DUPLICATE, (400, 506, None)),
        (Fault.ERROR_BEFORE, (500, 2, None)),
        (Fault.REFUSED, (400, 368, None)),
        (Fault.UNAUTHORIZED, (401, 190, 460)),
        (Fault.LIMITED, (400, 80001, None)),
    ],
)
def test_a_fault_before_the_effect_has_none(at: Desk, fault: Fault, said: tuple[int, int, int | None]) -> None:
    at.platform.add(fault, Call.CREATE, seconds=90)
    answer = at.send("post", f"{PAGE}/feed", message="x")
    assert code(answer) == said
    assert at.platform.online() == ()
    if fault is Fault.LIMITED:
        (row,) = json.loads(answer.headers["x-business-use-case-usage"])[PAGE]
        assert (row["call_count"], row["estimated_time_to_regain_access"]) == (100, 2)
        assert "retry-after" not in answer.headers


@pytest.mark.parametrize("fault", [Fault.GARBAGE, Fault.ERROR_AFTER])
def test_a_fault_after_the_effect_is_no_answer_that_is_described(at: Desk, fault: Fault) -> None:
    at.platform.add(fault, Call.CREATE)
    assert "x-simulated" in at.send("post", f"{PAGE}/feed", message="x").headers
    assert len(at.platform.online()) == 1


def test_a_success_without_effect_and_a_stale_answer_lie(at: Desk) -> None:
    at.platform.add(Fault.NOTHING, Call.CREATE)
    assert at.post().startswith(f"{PAGE}_")
    assert at.platform.online() == ()
    id = at.post(published=True)
    at.platform.add(Fault.NOTHING, Call.DELETE, Call.SHOW, times=2)
    assert at.told("delete", id) == at.told("post", id, is_published="true") == {"success": True}
    at.platform.add(Fault.STALE, Call.LIST, Call.READ, times=None)
    assert at.listed("published_posts") == []
    at.send("delete", id)
    assert at.send("get", id).status == 200


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
    module.main([*options, "--profile", "no-flip", "--lag", "3", "--usage", "80"])
    module.main(options)
    assert [line.isdigit() for line in capsys.readouterr().out.split()] == [True, True]
    first, second = (one.RequestHandlerClass.platform for one in served)  # type: ignore[attr-defined]
    assert isinstance(first, Stock)
    assert first.profile == dataclasses.replace(PROFILES["no-flip"], lag_s=3)
    assert (first.usage, second.usage, second.profile) == (80, 0, PROFILES["flip"])
    assert (tmp_path / "journal.txt").read_text() == ""


@pytest.mark.peers
def test_the_process_notes_an_effect_before_it_answers_and_dies_with_its_test(tmp_path: pathlib.Path) -> None:
    with running_facebook(tmp_path, "flip") as platform:
        platform.add(Fault.CUT_AFTER, Call.CREATE)
        with pytest.raises(Exception, match="effect"):
            Desk(platform, platform.token).post()
        (effect,) = platform.journal()
        assert (effect.verb, effect.kind, effect.marker) == ("draft", "draft", MARKER)
        assert [one["id"] for one in platform.online()] == [effect.id]
