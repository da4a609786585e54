"""What each answer of a server means, answer by answer. Nothing is asked: the door to the network is replaced."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from fahndung.channels.mastodon import Mastodon
from fahndung.channels.mastodonaccount import Endpoint
from fahndung.channels.mastodonapi import Api
from fahndung.channels.mastodonseen import Control
from fahndung.errors import (
    AuthError,
    ChannelFailed,
    Duplicate,
    FahndungError,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Rejected,
)
from fahndung.model.ids import ChannelName
from fahndung.model.publication import Altered, Gone, Live, Posting, Reference, Unknown

from . import linkposts
from .scripted import Calls, answering

URL = "https://social.example/"
SECRET = "geheim-0123456789"
MARKER = linkposts.marker("one")
ACCOUNT = {"id": "7", "username": "Presse", "url": f"{URL}@presse", "statuses_count": 3}
STATUS = {
    "id": "41",
    "url": f"{URL}@presse/41",
    "account": {"id": "7"},
    "content": f'<p><a href="{linkposts.PAGE}#{MARKER}">x</a></p>',
    "media_attachments": [],
    "poll": None,
}
SOURCE = {"id": "41", "text": "Text", "spoiler_text": ""}
REFERENCE = Reference(kind="post", id="41", url=f"{URL}@presse/41")
OPEN, CLOSED = Control(id="7", closed=False, avatar=None), Control(id="7", closed=True, avatar=None)

Called = Callable[..., Api]


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest.fixture
def called(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> Called:
    """An account whose server gives these answers, in order: a status, or a body, or both."""
    monkeypatch.setenv("FAHNDUNG_MASTODON_TOKEN", SECRET)

    def make(*answers: Any) -> Api:
        answering(calls, monkeypatch, *answers)
        return Api(endpoint())

    return make


def endpoint(**change: Any) -> Endpoint:
    values = {"name": ChannelName("mastodon"), "url": URL, "account": "presse", "credential": "mastodon-token"}
    return Endpoint(**(values | change))


def test_a_post_says_its_visibility_language_and_key_and_no_secret_leaves_the_header(
    called: Called, calls: Calls
) -> None:
    made = called(STATUS).post("Größe", marker=MARKER)
    assert made == REFERENCE
    ((method, url, headers, body),) = calls
    assert (method, url) == ("POST", f"{URL}api/v1/statuses")
    assert json.loads(body or b"") == {"status": "Größe", "visibility": "public", "language": "de"}
    assert headers["Idempotency-Key"] == hashlib.sha256(MARKER.encode()).hexdigest()
    assert headers["Authorization"] == f"Bearer {SECRET}"
    assert SECRET not in url + (body or b"").decode()


@pytest.mark.parametrize(
    ("status", "kind", "effect"),
    [
        (400, Rejected, False),
        (401, AuthError, False),
        (403, AuthError, False),
        (404, NotSent, False),
        (408, OutcomeUnknown, True),
        (409, Duplicate, True),
        (410, NotSent, False),
        (422, Rejected, False),
        (429, RateLimited, False),
        (500, OutcomeUnknown, True),
        (502, OutcomeUnknown, True),
        (503, OutcomeUnknown, True),
        (302, OutcomeUnknown, True),
        (202, OutcomeUnknown, True),
    ],
)
def test_every_answer_to_a_post_has_its_outcome(
    called: Called, status: int, kind: type[FahndungError], effect: bool
) -> None:
    with pytest.raises(FahndungError) as caught:
        called(status).post("x", marker=MARKER)
    assert type(caught.value) is kind
    assert caught.value.effect_possible is effect
    assert SECRET not in "".join(caught.value.message)


@pytest.mark.parametrize("told", [b"<html>", b"", [], {}, {"id": 41}, {"id": ""}, {"id": "../x"}, {"id": "x" * 65}])
def test_a_success_that_names_nothing_leaves_the_outcome_unknown(called: Called, told: object) -> None:
    with pytest.raises(OutcomeUnknown):
        called(told).post("x", marker=MARKER)


@pytest.mark.parametrize("url", [None, 5, "https://elsewhere.example/@presse/41", "javascript:alert(1)", f"{URL}\n"])
def test_a_page_on_another_server_is_neither_kept_nor_asked_for(called: Called, calls: Calls, url: object) -> None:
    made = called(STATUS | {"url": url}).post("x", marker=MARKER)
    assert made == Reference(kind="post", id="41", url=None)
    with pytest.raises(ChannelFailed, match="another server"):
        called().sight(made, CLOSED)
    with pytest.raises(ChannelFailed, match="another server"):
        called().sight(Reference(kind="post", id="41", url="https://elsewhere.example/"), CLOSED)
    assert len(calls) == 1


@pytest.mark.parametrize("status", [200, 404, 410])
def test_what_is_deleted_or_gone_already_is_a_success(called: Called, calls: Calls, status: int) -> None:
    called(status).delete(REFERENCE)
    assert calls[0][:2] == ("DELETE", f"{URL}api/v1/statuses/41?delete_media=true")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, AuthError),
        (403, AuthError),
        (422, ChannelFailed),
        (429, RateLimited),
        (500, ChannelFailed),
        (204, ChannelFailed),
    ],
)
def test_every_other_answer_to_a_deletion_is_a_failure(called: Called, status: int, kind: type[FahndungError]) -> None:
    with pytest.raises(ChannelFailed) as caught:
        called(status).delete(REFERENCE)
    assert type(caught.value) is kind


@pytest.mark.parametrize(
    "reference", [Reference(kind="media", id="4/1"), Reference(kind="post", id="../41"), Reference(kind="post", id="")]
)
def test_a_damaged_reference_is_not_asked_for(called: Called, calls: Calls, reference: Reference) -> None:
    api = called()
    for act in (api.delete, api.source, lambda one: api.sight(one, OPEN)):
        with pytest.raises(ChannelFailed, match="damaged"):
            act(reference)
    assert calls == []


@pytest.mark.parametrize(
    "answers",
    [
        (401,),
        (500,),
        (ACCOUNT, 401),
        (ACCOUNT, 404),
        (ACCOUNT, 429),
        (ACCOUNT, 500),
        (ACCOUNT, (206, [])),
        (ACCOUNT, b"<html>"),
        (ACCOUNT, b""),
        (ACCOUNT, {}),
        (ACCOUNT, [5]),
        (ACCOUNT, [{}]),
        (ACCOUNT, [STATUS | {"account": {"id": "8"}}]),
        (ACCOUNT, [STATUS | {"account": None}]),
        (ACCOUNT, [STATUS | {"id": None}]),
        (ACCOUNT, [STATUS | {"id": "4/1"}]),
        (ACCOUNT, [STATUS | {"content": None}]),
        (ACCOUNT, [STATUS, STATUS]),
        (ACCOUNT, [STATUS], [STATUS]),
        (ACCOUNT, [STATUS], 500),
        (ACCOUNT, [STATUS], b"[{"),
    ],
)
def test_a_listing_that_is_not_clean_and_complete_is_none(called: Called, answers: tuple[object, ...]) -> None:
    with pytest.raises(ChannelFailed):
        called(*answers).listed()


def test_a_listing_is_asked_for_until_a_page_is_empty(called: Called, calls: Calls) -> None:
    second = STATUS | {"id": "40", "url": f"{URL}@presse/40"}
    found = called(ACCOUNT, [STATUS], [second], []).listed()
    assert [one.reference.id for one in found] == ["41", "40"]
    pages = [url for _, url, _, _ in calls[1:]]
    assert pages == [
        f"{URL}api/v1/accounts/7/statuses?limit=40&exclude_reblogs=true",
        f"{URL}api/v1/accounts/7/statuses?limit=40&exclude_reblogs=true&max_id=41",
        f"{URL}api/v1/accounts/7/statuses?limit=40&exclude_reblogs=true&max_id=40",
    ]


@pytest.mark.parametrize("change", [{"username": "wache"}, {"username": None}, {"id": 7}, {"id": "a b"}])
def test_a_token_of_another_account_is_not_accepted(called: Called, change: dict[str, object]) -> None:
    with pytest.raises(AuthError, match="not that of presse"):
        called(ACCOUNT | change).control()


def test_the_positive_control_asks_as_the_owner_and_as_a_stranger(called: Called, calls: Calls) -> None:
    assert called(ACCOUNT, ACCOUNT, b"<html>").control() == OPEN
    assert [("Authorization" in headers) for _, _, headers, _ in calls] == [True, False, False]
    assert [url for _, url, _, _ in calls] == [
        f"{URL}api/v1/accounts/verify_credentials",
        f"{URL}api/v1/accounts/lookup?acct=presse",
        f"{URL}@presse",
    ]
    assert called(ACCOUNT, 401, b"").control() == CLOSED
    assert called(ACCOUNT, 403, b"").control() == CLOSED


@pytest.mark.parametrize(
    "answers",
    [
        (ACCOUNT, 404),
        (ACCOUNT, 500),
        (ACCOUNT, ACCOUNT | {"id": "8"}),
        (ACCOUNT, b"<html>"),
        (ACCOUNT, ACCOUNT, 404),
        (ACCOUNT, ACCOUNT, 302),
        (ACCOUNT, ACCOUNT, 401),
        (ACCOUNT, 401, 403),
        (ACCOUNT | {"url": "https://web.example/@presse"}, ACCOUNT),
    ],
)
def test_an_account_that_strangers_do_not_see_proves_nothing(called: Called, answers: tuple[object, ...]) -> None:
    with pytest.raises(ChannelFailed) as caught:
        called(*answers).control()
    assert not isinstance(caught.value, AuthError)


@pytest.mark.parametrize("told", [404, {"name": "x"}, {"scopes": None}, {"scopes": ["read", "write"]}])
def test_rights_that_nobody_tells_are_not_refused(called: Called, told: object) -> None:
    called(told).refuse_rights(uploads=False)


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({"scopes": []}, AuthError),
        ({"scopes": ["write"]}, AuthError),
        ({"scopes": ["read", 5]}, AuthError),
        (401, AuthError),
        (500, ChannelFailed),
        (b"<html>", OutcomeUnknown),
    ],
)
def test_rights_that_are_missing_are(called: Called, told: object, kind: type[FahndungError]) -> None:
    with pytest.raises(ChannelFailed) as caught:
        called(told).refuse_rights(uploads=False)
    assert type(caught.value) is kind


@pytest.mark.parametrize("count", [None, "3", 10_000, 10_001])
def test_an_account_that_cannot_be_looked_through_is_refused(called: Called, count: object) -> None:
    with pytest.raises(ChannelFailed, match="account of its own"):
        called(ACCOUNT | {"statuses_count": count}).refuse_crowded()
    called(ACCOUNT | {"statuses_count": 9_999}).refuse_crowded()


@pytest.mark.parametrize(
    ("control", "answers", "whole", "gone"),
    [
        (OPEN, (STATUS, b""), True, False),
        (OPEN, (404, 404), False, True),
        (OPEN, (410, 410), False, True),
        (OPEN, (404, b""), False, False),
        (OPEN, (STATUS, 404), False, False),
        (CLOSED, (b"",), True, False),
        (CLOSED, (404,), False, True),
    ],
)
def test_it_is_gone_only_where_api_and_page_say_so(
    called: Called, calls: Calls, control: Control, answers: tuple[object, ...], whole: bool, gone: bool
) -> None:
    sight = called(*answers).sight(REFERENCE, control)
    assert (sight.whole, sight.gone) == (whole, gone)
    assert not any("Authorization" in headers for _, _, headers, _ in calls)


@pytest.mark.parametrize("status", [401, 403, 429, 500, 302, 206])
def test_any_other_sight_is_none(called: Called, status: int) -> None:
    for answers in ((status, 404), (404, status)):
        with pytest.raises(ChannelFailed) as caught:
            called(*answers).sight(REFERENCE, OPEN)
        assert not isinstance(caught.value, AuthError)


@pytest.mark.parametrize(
    ("answers", "text"),
    [
        ((STATUS, SOURCE), "Text"),
        ((404,), None),
        ((STATUS, 404), None),
        ((STATUS | {"media_attachments": [{"id": "../1"}]}, SOURCE), None),
        ((STATUS | {"media_attachments": ["1"]}, SOURCE), None),
        ((STATUS | {"media_attachments": None}, SOURCE), None),
        ((STATUS | {"poll": {"id": "1"}}, SOURCE), None),
        ((STATUS, SOURCE | {"spoiler_text": "Warnung"}), None),
        ((STATUS, SOURCE | {"text": None}), None),
    ],
)
def test_a_source_is_the_text_alone(called: Called, answers: tuple[object, ...], text: str | None) -> None:
    found = called(*answers).source(REFERENCE)
    assert (None if found is None else found.text) == text
    assert found is None or found.media == ()


@pytest.mark.parametrize("answers", [(401,), (500,), (STATUS, 429), (STATUS, b"<html>")])
def test_a_source_that_nobody_tells_is_no_other_text(called: Called, answers: tuple[object, ...]) -> None:
    with pytest.raises(ChannelFailed):
        called(*answers).source(REFERENCE)


CONTROL = (ACCOUNT, ACCOUNT, b"")
APPROVED = {"sha256": hashlib.sha256(b"Text").hexdigest()}


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        ((ACCOUNT, [STATUS], [], STATUS, b"", STATUS, SOURCE), Live),
        ((ACCOUNT, [], STATUS, b"", STATUS, SOURCE), Live),
        ((ACCOUNT, [], 404, b"", STATUS, SOURCE), Altered),
        ((ACCOUNT, [], STATUS, 404, STATUS, SOURCE), Altered),
        ((ACCOUNT, [], STATUS, b"", STATUS, SOURCE | {"text": "Text."}), Altered),
        ((ACCOUNT, [], 404, b"", 404), Altered),
        ((ACCOUNT, [], 404, 404), Gone),
        ((ACCOUNT, [STATUS], [], 404, 404), Unknown),
        ((ACCOUNT, [], 404, 500), Unknown),
        ((ACCOUNT, [], STATUS, b"", STATUS, 500), Unknown),
        ((ACCOUNT, 500), Unknown),
    ],
)
def test_what_a_look_concludes(called: Called, answers: tuple[object, ...], verdict: type) -> None:
    called(*CONTROL, *answers)
    seen = Mastodon(endpoint()).look(Posting(marker=MARKER, withdrawal=APPROVED, references=(REFERENCE,)))
    assert type(seen) is verdict, seen


MEDIUM = {"id": "5", "type": "image", "url": f"{URL}o/5.jpg", "preview_url": f"{URL}s/5.jpg", "description": "Rad"}
PICTURED = STATUS | {"media_attachments": [MEDIUM]}


def hung(*media: dict[str, str]) -> dict[str, Any]:
    """The status with these hanging on it."""
    return STATUS | {"media_attachments": [*media]}


FILES = (Reference(kind="media", id="5", url=f"{URL}o/5.jpg"), Reference(kind="preview", id="5", url=f"{URL}s/5.jpg"))
WITH_MEDIA = APPROVED | {"media": [{"alt": "Rad", "sha256": "0"}]}
AVATAR = ACCOUNT | {"avatar": f"{URL}avatars/1.png"}


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        ((ACCOUNT, [PICTURED], [], STATUS, b"", PICTURED, SOURCE, b"jpg", b"jpg"), Live),
        ((ACCOUNT, [], STATUS, b"", STATUS, SOURCE, b"jpg", b"jpg"), Altered),
        ((ACCOUNT, [], STATUS, b"", hung(MEDIUM | {"description": "Das Rad"}), SOURCE, b"jpg", b"jpg"), Altered),
        ((ACCOUNT, [], STATUS, b"", hung(MEDIUM | {"id": "6"}), SOURCE, b"jpg", b"jpg"), Altered),
        ((ACCOUNT, [], STATUS, b"", hung(MEDIUM, MEDIUM), SOURCE, b"jpg", b"jpg"), Altered),
        ((ACCOUNT, [], 404, 404, b"jpg", 404, b"avatar"), Altered),
        ((ACCOUNT, [], 404, 404, 404, b"avatar", b"jpg"), Altered),
        ((ACCOUNT, [], 404, 404, 404, b"avatar", 410), Gone),
        ((ACCOUNT, [], 404, 404, 404, 404), Unknown),
        ((ACCOUNT, [], 404, 404, 403), Unknown),
    ],
)
def test_what_a_look_concludes_with_a_picture(called: Called, answers: tuple[object, ...], verdict: type) -> None:
    called(AVATAR, ACCOUNT, b"", *answers)
    posting = Posting(marker=MARKER, withdrawal=WITH_MEDIA, references=(REFERENCE, *FILES))
    seen = Mastodon(endpoint()).look(posting)
    assert type(seen) is verdict, seen


def test_a_post_goes_before_its_medium_and_what_the_listing_names_before_both(called: Called, calls: Calls) -> None:
    called(200, ACCOUNT, [PICTURED | {"id": "40"}], [], 200, 404)
    Mastodon(endpoint()).withdraw(Posting(marker=MARKER, withdrawal={}, references=(*FILES, REFERENCE)))
    deleted = [url.split("?")[0].removeprefix(f"{URL}api/v1/") for method, url, _, _ in calls if method == "DELETE"]
    assert deleted == ["statuses/41", "statuses/40", "media/5"]


@pytest.mark.parametrize("source", [SOURCE, SOURCE | {"spoiler_text": "Warnung"}])
def test_what_no_ledger_knows_is_never_as_approved(called: Called, source: dict[str, str]) -> None:
    called(*CONTROL, ACCOUNT, [], STATUS, b"", STATUS, source)
    channel = Mastodon(endpoint())
    assert isinstance(channel.look(channel.leftover(None, [REFERENCE])), Altered)


def test_a_page_that_only_the_listing_knows_is_asked_for(called: Called, calls: Calls) -> None:
    called(*CONTROL, ACCOUNT, [STATUS], [], 404, b"", STATUS, SOURCE)
    known = Reference(kind="post", id="41", url=None)
    seen = Mastodon(endpoint()).look(Posting(marker=MARKER, withdrawal=APPROVED, references=(known, known)))
    assert isinstance(seen, Altered)
    assert seen.why.endswith(f"not as approved, online: {REFERENCE.url}")
    assert [url for _, url, _, _ in calls].count(f"{URL}@presse/41") == 1


def test_everything_is_withdrawn_whatever_fails(called: Called, calls: Calls) -> None:
    second = STATUS | {"id": "40", "url": None}
    called(500, ACCOUNT, [STATUS, second], [], 200)
    with pytest.raises(ChannelFailed, match="500"):
        Mastodon(endpoint()).withdraw(Posting(marker=MARKER, withdrawal={}, references=(REFERENCE,)))
    deleted = [url.split("?")[0].rsplit("/", 1)[1] for method, url, _, _ in calls if method == "DELETE"]
    assert deleted == ["41", "40"]


@pytest.mark.parametrize("path", ["@presse/41", "@Presse/41/", "users/presse/statuses/41", "@presse/statuses/41"])
def test_a_status_made_by_hand_is_known_by_its_page(called: Called, calls: Calls, path: str) -> None:
    assert called(ACCOUNT, STATUS).own_status(URL + path) == REFERENCE
    assert calls[1][:2] == ("GET", f"{URL}api/v1/statuses/41")


@pytest.mark.parametrize(
    "url", [f"{URL}@wache/41", f"{URL}@presse", f"{URL}@presse/4 1", "https://other.example/@presse/41", f"{URL}about"]
)
def test_another_address_is_no_status_of_the_account_and_asks_nobody(called: Called, calls: Calls, url: str) -> None:
    assert called().own_status(url) is None
    assert calls == []


def test_a_status_that_is_gone_is_none(called: Called) -> None:
    assert called(ACCOUNT, 404).own_status(f"{URL}@presse/41") is None


@pytest.mark.parametrize("answer", [500, STATUS | {"account": {"id": "8"}}, {"id": "41"}])
def test_a_status_of_which_nobody_can_tell_whose_it_is_raises(called: Called, answer: Any) -> None:
    with pytest.raises(ChannelFailed):
        called(ACCOUNT, answer).own_status(f"{URL}@presse/41")


def test_a_status_made_by_hand_is_live_however_it_looks(called: Called, monkeypatch: pytest.MonkeyPatch) -> None:
    channel = Mastodon(endpoint())
    channel._api = called(ACCOUNT, ACCOUNT, 200, ACCOUNT, [], STATUS, 200, STATUS | {"poll": {}}, SOURCE)
    posting = Posting(marker=MARKER, withdrawal={"adopted": True}, references=(REFERENCE,))
    assert isinstance(channel.look(posting), Live)
