"""What each answer about media means. Nothing is asked: the door to the network is replaced."""

import json
from typing import Any

import pytest

from fahndung.channels import mastodonmedia, multipart
from fahndung.channels.mastodonmedia import Attached, Eyes
from fahndung.errors import AuthError, ChannelFailed, FahndungError, NotSent, OutcomeUnknown, RateLimited, Rejected
from fahndung.http import Answer, Client
from fahndung.model.publication import Reference

URL = "https://social.example/"
FILES = "https://files.example/"
AVATAR = f"{URL}avatars/original/1.png"
MADE = {"id": "5", "type": "image", "url": f"{URL}m/original/5.jpg", "preview_url": f"{URL}m/small/5.jpg"}
WAITING = MADE | {"url": None, "preview_url": None}
WHOLE = Reference(kind="media", id="5", url=MADE["url"])


class Caller:
    """Gives these answers in order: a status, or a body, or both."""

    def __init__(self, *answers: Any) -> None:
        self.answers, self.calls = [*answers], list[str]()

    def send(self, method: str, path: str, **how: Any) -> Answer:
        self.calls.append(f"{method} {path}")
        return answer(self.answers.pop(0))


def answer(told: Any) -> Answer:
    status, body = told if isinstance(told, tuple) else (told, b"") if isinstance(told, int) else (200, told)
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status=status, headers={"date": "Thu, 26 Nov 2026 12:00:00 GMT"}, body=data)


def upload(caller: Caller) -> Attached:
    return mastodonmedia.upload(caller, b"\xff\xd8\xff", media_type="image/jpeg", alt="Rad")


@pytest.mark.parametrize("told", [MADE, (202, MADE)])
def test_a_medium_with_addresses_is_ready_and_has_two_files(told: object) -> None:
    caller = Caller(told)
    made = upload(caller)
    assert mastodonmedia.ready(caller, made) is made
    assert made.references == (WHOLE, Reference(kind="preview", id="5", url=MADE["preview_url"]))
    assert caller.calls == ["POST api/v2/media"]


def test_one_that_is_not_ready_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mastodonmedia, "READY_S", 0)
    caller = Caller((202, WAITING), (206, WAITING), WAITING, MADE)
    made = upload(caller)
    assert made.references == (Reference(kind="media", id="5"),)
    assert mastodonmedia.ready(caller, made).url == MADE["url"]


@pytest.mark.parametrize(
    ("told", "kind"),
    [(206, NotSent), (422, Rejected), (401, AuthError), (404, ChannelFailed), (429, RateLimited)],
)
def test_one_that_never_gets_ready_is_not_posted(
    told: int, kind: type[FahndungError], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mastodonmedia, "READY_S", 0)
    caller = Caller((202, WAITING), *[told] * mastodonmedia.TRIES)
    made = upload(caller)
    with pytest.raises(kind) as caught:
        mastodonmedia.ready(caller, made)
    assert type(caught.value) is kind


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (404, NotSent),
        (422, Rejected),
        (403, AuthError),
        (500, OutcomeUnknown),
        (b"<html>", OutcomeUnknown),
        ({"id": "../5"}, OutcomeUnknown),
        ({}, OutcomeUnknown),
    ],
)
def test_an_upload_that_is_not_clean_is_told_as_what_it_is(told: object, kind: type[FahndungError]) -> None:
    with pytest.raises(kind) as caught:
        upload(Caller(told))
    assert type(caught.value) is kind


@pytest.mark.parametrize("told", [200, 404, 410])
def test_what_is_removed_or_gone_is_a_success(told: int) -> None:
    caller = Caller(told)
    mastodonmedia.remove(caller, "5")
    assert caller.calls == ["DELETE api/v1/media/5"]


@pytest.mark.parametrize("told", [422, 401, 500])
def test_a_removal_that_failed_is_told(told: int) -> None:
    with pytest.raises(ChannelFailed):
        mastodonmedia.remove(Caller(told), "5")


def test_what_a_server_says_is_read_with_suspicion() -> None:
    told = [{"id": "1", "url": "javascript:x", "description": 5, "type": None}, {"id": 5}, "x", {}]
    assert [*mastodonmedia.read(told)] == [Attached(id="1", kind="", alt="", url=None, preview=None)]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Address to the status with which it is answered, to a stranger only."""
    known: dict[str, int] = {}

    def get(client: Client, url: str, **how: object) -> Answer:
        assert client._public is not url.startswith(URL), "only the account's own server is asked without a check"
        assert not how
        return answer(known[url])

    monkeypatch.setattr(Client, "get", get)
    return known


def eyes(*told: object, avatar: str | None = AVATAR) -> Eyes:
    return Eyes(Caller(*told), Client(), URL, avatar)


@pytest.mark.parametrize(("status", "shown"), [(200, True), (404, False), (410, False)])
def test_a_file_is_shown_or_gone_beside_the_accounts_own_picture(
    asked: dict[str, int], status: int, shown: bool
) -> None:
    asked |= {WHOLE.url or "": status, AVATAR: 200}
    assert eyes().shown(WHOLE) is shown


@pytest.mark.parametrize("status", [403, 302, 500, 429])
def test_no_other_answer_says_anything(asked: dict[str, int], status: int) -> None:
    asked |= {WHOLE.url or "": status, AVATAR: 200}
    with pytest.raises(ChannelFailed):
        eyes().shown(WHOLE)


@pytest.mark.parametrize(("avatar", "status"), [(None, 200), (f"{FILES}1.png", 200), ("ftp://x/", 200), (AVATAR, 404)])
def test_without_a_picture_that_its_host_shows_nothing_is_gone(
    asked: dict[str, int], avatar: str | None, status: int
) -> None:
    asked |= {WHOLE.url or "": 404, AVATAR: status}
    with pytest.raises(ChannelFailed):
        eyes(avatar=avatar).shown(WHOLE)


def test_a_host_of_files_is_asked_with_its_own_control_once(asked: dict[str, int]) -> None:
    asked |= {f"{FILES}5.jpg": 404, f"{FILES}6.jpg": 410, f"{FILES}1.png": 200}
    seen = eyes(avatar=f"{FILES}1.png")
    for name in ("5", "6"):
        assert not seen.shown(Reference(kind="media", id=name, url=f"{FILES}{name}.jpg"))
        asked.pop(f"{FILES}1.png", None)


@pytest.mark.parametrize(("told", "there"), [(MADE, True), (206, True), (404, False)])
def test_of_one_without_an_address_its_owner_is_asked(told: object, there: bool) -> None:
    assert eyes(told).shown(Reference(kind="media", id="5")) is there
    with pytest.raises(ChannelFailed):
        eyes(500).shown(Reference(kind="media", id="5"))


def test_a_form_is_the_same_every_time_and_its_boundary_is_not_in_the_file() -> None:
    how: dict[str, Any] = {"field": "file", "filename": "bild.jpg", "media_type": "image/jpeg"}
    headers, body = multipart.form({"description": "Größe & „Rad“"}, data=b"\r\n--\xff", **how)
    assert multipart.form({"description": "Größe & „Rad“"}, data=b"\r\n--\xff", **how) == (headers, body)
    boundary = headers["Content-Type"].rpartition("=")[2]
    assert body.count(boundary.encode()) == 3
    assert body.endswith(f"--{boundary}--\r\n".encode())
    assert 'name="description"\r\n\r\nGröße & „Rad“\r\n'.encode() in body
    assert b'name="file"; filename="bild.jpg"\r\nContent-Type: image/jpeg\r\n\r\n\r\n--\xff\r\n' in body
