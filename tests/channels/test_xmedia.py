"""What each answer of X about media means. Nothing is asked: the door to the network is replaced."""

import base64
import json
from typing import Any

import pytest

from fahndung.channels import xattached, xmedia
from fahndung.channels.xmedia import Eyes, Uploaded
from fahndung.errors import AuthError, ChannelFailed, FahndungError, NotSent, OutcomeUnknown, RateLimited, Rejected
from fahndung.http import Answer, Client
from fahndung.model.publication import Reference

API = "https://api.x.com/"
FILE = "https://pbs.twimg.com/media/Abc.jpg"
FACE = "https://pbs.twimg.com/profile_images/1/x.jpg"
KEY = "3_5"
MADE = {"data": {"id": "5", "media_key": KEY, "expires_after_secs": 86400}}
DESCRIBED = {"data": {"id": "5"}}
WHOLE = Reference(kind="media", id=KEY)
NO_SUCH = {"type": "https://api.x.com/2/problems/resource-not-found", "title": "x", "resource_id": KEY}


class Caller:
    """Gives these answers in order: a status, or a body, or both."""

    def __init__(self, *answers: Any) -> None:
        self.answers, self.calls = [*answers], list[tuple[str, str, Any]]()

    def send(self, method: str, path: str, body: bytes | None = None) -> Answer:
        self.calls.append((method, path, body and json.loads(body)))
        return answer(self.answers.pop(0))


def answer(told: Any) -> Answer:
    status, body = told if isinstance(told, tuple) else (told, {}) if isinstance(told, int) else (200, told)
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status=status, headers={"date": "Thu, 26 Nov 2026 12:00:00 GMT"}, body=data)


def prepared(state: object) -> dict[str, object]:
    return {"data": {"id": "5", "processing_info": {"state": state}}}


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xmedia, "READY_S", 0)


@pytest.mark.parametrize(
    ("told", "key"),
    [(MADE, KEY), ((201, MADE), KEY), ({"data": {"id": "5"}}, KEY), ((202, MADE | {"errors": []}), KEY)],
)
def test_a_medium_is_made_in_one_call_and_known_by_its_key(told: object, key: str) -> None:
    caller = Caller(told)
    made = xmedia.upload(caller, b"\xff\xd8\xff")
    assert (made.id, made.reference) == ("5", WHOLE)
    said = {"media": base64.b64encode(b"\xff\xd8\xff").decode(), "media_category": "tweet_image"}
    assert caller.calls == [("POST", "2/media/upload", said)]


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (404, NotSent),
        (400, Rejected),
        (413, Rejected),
        (401, AuthError),
        (403, AuthError),
        (429, RateLimited),
        (500, OutcomeUnknown),
        (b"<html>", OutcomeUnknown),
        ({"data": {"id": "../5"}}, OutcomeUnknown),
        ({"data": {"id": 5}}, OutcomeUnknown),
        ({"errors": [NO_SUCH]}, OutcomeUnknown),
    ],
)
def test_an_upload_that_is_not_clean_is_told_as_what_it_is(told: object, kind: type[FahndungError]) -> None:
    with pytest.raises(kind) as caught:
        xmedia.upload(Caller(told), b"")
    assert type(caught.value) is kind


def test_a_medium_waits_until_it_is_prepared_and_gets_its_words() -> None:
    caller = Caller(prepared("in_progress"), prepared("succeeded"), DESCRIBED)
    xmedia.finish(caller, Uploaded(id="5", key=KEY, state="pending"), "Größe")
    assert caller.calls == [
        *[("GET", "2/media/upload?media_id=5&command=STATUS", None)] * 2,
        ("POST", "2/media/metadata", {"id": "5", "metadata": {"alt_text": {"text": "Größe"}}}),
    ]


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ([prepared("failed")], Rejected),
        ([prepared("pending")] * 99, NotSent),
        ([500], NotSent),
        ([401], AuthError),
        ([429], RateLimited),
        ([b"<html>"], NotSent),
        ([prepared("succeeded"), 400], Rejected),
        ([prepared("succeeded"), 500], NotSent),
        ([prepared("succeeded"), b"<html>"], NotSent),
        ([prepared("succeeded"), {"data": {"id": "6"}}], NotSent),
        ([prepared("succeeded"), DESCRIBED | {"errors": [NO_SUCH]}], NotSent),
        ([prepared("succeeded"), 403], AuthError),
    ],
)
def test_what_goes_wrong_before_the_post_has_put_nothing_online(
    answers: list[object], kind: type[FahndungError]
) -> None:
    with pytest.raises(kind) as caught:
        xmedia.finish(Caller(*answers), Uploaded(id="5", key=KEY, state="pending"), "Rad")
    assert type(caught.value) is kind
    assert not caught.value.effect_possible


@pytest.mark.parametrize("told", [400, 404, DESCRIBED])
def test_whoever_may_ask_for_an_upload_may_make_one(told: object) -> None:
    xmedia.refuse_rights(Caller(told), "presse")


@pytest.mark.parametrize(("told", "kind"), [(403, AuthError), (401, AuthError), (500, ChannelFailed)])
def test_whoever_may_not_is_refused_with_the_scope_that_is_missing(told: object, kind: type[FahndungError]) -> None:
    with pytest.raises(kind) as caught:
        xmedia.refuse_rights(Caller(told), "presse")
    assert ("media.write" in caught.value.message.de) is (told == 403)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Address to the status with which it is answered, to a stranger on the public internet only."""
    known: dict[str, int] = {}

    def get(client: Client, url: str, **how: object) -> Answer:
        assert client._public
        assert not how
        return answer(known[url])

    monkeypatch.setattr(Client, "get", get)
    return known


def eyes(*told: object, **known: str) -> Eyes:
    return Eyes(Caller(*told), Client(), API, FACE, {f"3_{key[1:]}": url for key, url in known.items()})


@pytest.mark.parametrize(("status", "shown"), [(200, True), (404, False), (410, False)])
def test_the_address_may_stand_in_the_ledger_or_be_noted_or_be_told_by_the_api(
    asked: dict[str, int], status: int, shown: bool
) -> None:
    asked |= {FILE: status, FACE: 200}
    assert eyes().shown(Reference(kind="media", id=KEY, url=FILE)) is shown
    assert eyes(k5=FILE).shown(WHOLE) is shown
    assert eyes({"data": {"media_key": KEY, "type": "photo", "url": FILE}}).shown(WHOLE) is shown


@pytest.mark.parametrize("told", [(404, {"errors": [NO_SUCH]}), {"errors": [NO_SUCH]}])
def test_a_medium_that_no_post_ever_showed_is_gone_when_the_api_knows_it_no_more(told: object) -> None:
    assert not eyes(told).shown(WHOLE)


def test_one_that_is_there_without_an_address_is_not_gone() -> None:
    assert eyes({"data": {"media_key": KEY, "type": "photo"}}).shown(WHOLE)


@pytest.mark.parametrize(
    "told",
    [500, 401, 403, 429, {}, b"<html>", {"errors": [NO_SUCH | {"resource_id": "3_6"}]}, {"data": {"media_key": "3_6"}}],
)
def test_no_other_answer_says_that_it_is_gone(told: object) -> None:
    with pytest.raises(ChannelFailed):
        eyes(told).shown(WHOLE)


@pytest.mark.parametrize(
    "url",
    [
        "http://pbs.twimg.com/media/Abc.jpg",
        "https://pbs.twimg.com.evil.example/Abc.jpg",
        "https://pbs.twimg.com:8443/Abc.jpg",
        "https://user@pbs.twimg.com/Abc.jpg",
        "https://evil.example/Abc.jpg",
        "http://127.0.0.1/Abc.jpg",
        f"{API}2/media/3_5",
        "ftp://pbs.twimg.com/Abc.jpg",
    ],
)
def test_nobody_is_sent_to_another_host_to_look(asked: dict[str, int], url: str) -> None:
    assert not xattached.is_file(url, API)
    with pytest.raises(ChannelFailed, match=r"does not lie on pbs\.twimg\.com"):
        eyes().shown(Reference(kind="media", id=KEY, url=url))


def test_files_on_this_machine_belong_to_a_simulated_x_alone() -> None:
    assert xattached.is_file("http://127.0.0.1:8000/media/x.jpg", "http://127.0.0.1:8000/")
    assert not xattached.is_file("http://127.0.0.1:8001/media/x.jpg", "http://127.0.0.1:8000/")


def test_a_damaged_reference_is_not_asked_for() -> None:
    with pytest.raises(ChannelFailed, match="damaged"):
        eyes().shown(Reference(kind="media", id="../5"))


def test_what_is_told_of_media_is_read_with_suspicion() -> None:
    told = [{"media_key": "3_1", "url": "javascript:x", "alt_text": 5, "type": None}, {"media_key": 5}, "x", {}]
    assert xattached.read(told) == {"3_1": xattached.Attached(key="3_1", kind="", alt="", url=None)}
    assert xattached.read("x") == {}
    assert xattached.keys({"attachments": {"media_keys": ["3_1", 5, "x"]}}) == ["3_1"]
    assert xattached.keys({"attachments": []}) == xattached.keys({"attachments": {"media_keys": "3_1"}}) == []
