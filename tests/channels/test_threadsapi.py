"""What each answer of the Threads API leads to, one by one. Nothing is asked: the door to the network is replaced."""

import urllib.parse
from collections.abc import Callable
from typing import Any

import pytest

from fahndung.channels import threadsapi
from fahndung.channels.base import CONTAINER
from fahndung.channels.threadsaccount import Endpoint
from fahndung.channels.threadsanswers import Shown, Status
from fahndung.channels.threadsapi import Api
from fahndung.errors import AuthError, ChannelFailed, NotSent, OutcomeUnknown, RateLimited, Rejected
from fahndung.model.ids import ChannelName
from fahndung.model.publication import Marked, Reference

from . import linkposts
from .scripted import Calls, answering

only = pytest.mark.parametrize
URL, SECRET = "https://graph.threads.net/v1.0/", "geheim-0123456789"
MARKER = linkposts.marker("one")
LINK = f"{linkposts.PAGE}#{MARKER}"
ME = {"id": "1000", "username": "presse"}
PERMALINK = "https://www.threads.com/@presse/post/Cx_-1"
POST = {"id": "41", "text": f"Text {LINK}", "permalink": PERMALINK, "shortcode": "Cx_-1"}
REFERENCE = Reference(kind="post", id="41", url=PERMALINK)
HELD = Reference(kind=CONTAINER, id="40")
MISSING = (400, {"error": {"message": "x", "code": 100, "error_subcode": 33}})
NOT_THERE = (400, {"error": {"message": "x", "code": 24, "error_subcode": 4279009}})
OTHER_24 = (400, {"error": {"message": "x", "code": 24, "error_subcode": 1}})
REVOKED = (401, {"error": {"message": "x", "code": 190}})
LIMITED = (400, {"error": {"message": "x", "code": 613}})

Called = Callable[..., Api]


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest.fixture
def called(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> Called:
    """An account whose platform gives these answers, in order."""
    monkeypatch.setenv("FAHNDUNG_THREADS_TOKEN", SECRET)

    def make(*answers: Any) -> Api:
        answering(calls, monkeypatch, *answers)
        return Api(Endpoint(name=ChannelName("threads"), user="1000", credential="threads-token"))

    return make


def test_the_token_stands_in_a_header_and_in_no_address(called: Called, calls: Calls) -> None:
    api = called({"id": "40"}, {"id": "41"}, {"success": True, "deleted_id": "41"}, ME, {"data": []})
    made = api.contain("Text & mehr")
    assert made == HELD
    assert api.publish(made) == Reference(kind="post", id="41")
    api.delete(REFERENCE)
    assert api.listed() == ()
    assert [(method, url.split("?")[0]) for method, url, _, _ in calls] == [
        ("POST", f"{URL}1000/threads"),
        ("POST", f"{URL}1000/threads_publish"),
        ("DELETE", f"{URL}41"),
        ("GET", f"{URL}me"),
        ("GET", f"{URL}1000/threads"),
    ]
    bodies = [dict(urllib.parse.parse_qsl((body or b"").decode())) for *_, body in calls[:2]]
    assert bodies == [
        {"media_type": "TEXT", "text": "Text & mehr", "reply_control": "mentioned_only"},
        {"creation_id": "40"},
    ]
    for _, url, headers, body in calls:
        assert headers["Authorization"] == f"Bearer {SECRET}"
        assert SECRET not in url + (body or b"").decode()


@only(
    ("answer", "kind"),
    [
        (NOT_THERE, NotSent),
        (MISSING, NotSent),
        (REVOKED, AuthError),
        (LIMITED, RateLimited),
        (OTHER_24, OutcomeUnknown),
    ],
)
def test_a_publication_that_failed_is_told_as_its_code_says(called: Called, answer: Any, kind: type[Exception]) -> None:
    with pytest.raises(kind) as caught:
        called(answer).publish(HELD)
    assert type(caught.value) is kind


@only("answer", [{}, {"id": 40}, {"id": "x"}, {"id": ""}, [], b"<html>", 500])
def test_what_does_not_say_what_it_made_is_an_unknown_outcome(called: Called, answer: Any) -> None:
    for act in (lambda: called(answer).contain("x"), lambda: called(answer).publish(HELD)):
        with pytest.raises(OutcomeUnknown):
            act()


def test_a_text_that_is_refused_is_so_for_good(called: Called) -> None:
    with pytest.raises(Rejected, match="Look into the account"):
        called((400, {"error": {"message": "x", "code": 100}})).contain("x")


@only("status", list(Status))
def test_a_container_is_what_it_says_that_it_is(called: Called, status: Status) -> None:
    assert called({"id": "40", "status": status.value}).status(HELD) is status


@only("answer", [MISSING, NOT_THERE])
def test_a_container_that_does_not_exist_is_none(called: Called, answer: Any) -> None:
    assert called(answer).status(HELD) is None


@only("answer", [{}, {"id": "41", "status": "FINISHED"}, {"id": "40"}, {"id": "40", "status": "NEW"}, OTHER_24, 500])
def test_of_a_container_nothing_is_guessed(called: Called, answer: Any) -> None:
    with pytest.raises(ChannelFailed):
        called(answer).status(HELD)


@only(
    ("change", "plain"),
    [
        ({}, True),
        ({"reply_audience": "MENTIONED_ONLY", "link_attachment_url": LINK}, True),
        ({"reply_audience": "FOLLOWERS_ONLY"}, False),
        ({"link_attachment_url": linkposts.PAGE}, False),
        ({"children": {"data": []}}, False),
        ({"poll_attachment": None}, True),
    ],
)
def test_a_post_is_shown_as_it_is(called: Called, change: dict[str, Any], plain: bool) -> None:
    assert called(POST | change).shown(REFERENCE) == Shown(text=POST["text"], url=PERMALINK, plain=plain)


@only("answer", [{}, {"id": "42", "text": "x"}, {"id": "41", "text": 5}, REVOKED, OTHER_24, 500, b"[]"])
def test_of_a_post_nothing_is_guessed(called: Called, answer: Any) -> None:
    with pytest.raises(ChannelFailed):
        called(answer).shown(REFERENCE)
    assert called(MISSING).shown(REFERENCE) is None


@only("url", [None, 5, "https://elsewhere.example/@presse/post/C1", "https://["])
def test_an_address_elsewhere_is_none(called: Called, url: Any) -> None:
    shown = called(POST | {"permalink": url}).shown(REFERENCE)
    assert shown is not None
    assert shown.url is None


def row(**change: Any) -> dict[str, Any]:
    day = {"quota_total": 250, "quota_duration": 86400}
    known: dict[str, Any] = {"quota_usage": 25, "config": day, "delete_quota_usage": 20, "delete_config": day}
    return {"data": [known | {"delete_config": {"quota_total": 100}} | change]}


@only(
    ("answer", "share"),
    [
        (row(), 0.2),
        (row(quota_usage=200), 0.8),
        (row(delete_config=None), 0.1),
        (row(delete_quota_usage=True, quota_usage=-1), 0),
        (row(config={"quota_total": 0}, delete_config={"quota_total": "100"}), 0),
        ({"data": []}, 0),
        ({"data": [5]}, 0),
        ({"data": "x"}, 0),
        ((400, {"error": {"message": "x", "code": 100}}), 0),
    ],
)
def test_the_larger_part_counts_and_what_is_not_told_does_not(called: Called, answer: Any, share: float) -> None:
    assert called(answer).used_up() == share


def test_a_token_that_may_not_ask_for_limits_may_not_delete(called: Called) -> None:
    with pytest.raises(AuthError, match="threads_delete"):
        called((403, {"error": {"message": "x", "code": 10}})).used_up()


@only("answer", [{"id": "1001"}, {}])
def test_another_accounts_token_is_told_as_such(called: Called, answer: Any) -> None:
    with pytest.raises(AuthError, match="not that of the account 1000"):
        called(answer).control()


def test_what_is_gone_already_is_a_success_if_the_account_answers(called: Called, calls: Calls) -> None:
    for answer in (MISSING, NOT_THERE):
        called(answer, ME).delete(REFERENCE)
    assert len(calls) == 4
    with pytest.raises(AuthError):
        called(MISSING, REVOKED).delete(REFERENCE)


@only("answer", [{}, {"success": False}, {"success": "true"}, OTHER_24, 500])
def test_a_deletion_has_to_be_said(called: Called, answer: Any) -> None:
    with pytest.raises(ChannelFailed):
        called(answer).delete(REFERENCE)


def page(*posts: Any, after: Any = None) -> dict[str, Any]:
    paging = {} if after is None else {"paging": {"cursors": {"after": after}, "next": "https://elsewhere.example/"}}
    return {"data": [*posts], **paging}


def test_the_listing_is_read_to_its_end_at_its_own_address(called: Called, calls: Calls) -> None:
    other = {"id": "42", "text": "Guten Morgen"}
    api = called(ME, page({"id": "43"}, other, after="n1"), page(POST))
    assert api.listed() == (Marked(marker=MARKER, reference=REFERENCE),)
    *_, last = calls
    assert last[1].startswith(f"{URL}1000/threads?")
    assert "after=n1" in last[1]


NO_LISTING = [
    {},
    {"data": {}},
    {"data": [], "paging": 5},
    page(5),
    page({"text": "x"}),
    page({"id": "x"}),
    page({"id": 5}),
    page({"id": "41", "text": 5}),
    page(POST, POST),
    page(POST, after=5),
    page(POST, after=""),
    {"data": [], "paging": {"next": "https://elsewhere.example/", "cursors": []}},
    REVOKED,
    MISSING,
    500,
    b"<html>",
]


@only("answer", NO_LISTING)
def test_what_is_no_clean_listing_is_never_an_empty_one(called: Called, answer: Any) -> None:
    with pytest.raises(ChannelFailed):
        called(ME, answer).listed()


def test_a_listing_without_an_end_is_none(called: Called, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ChannelFailed, match="circles"):
        called(ME, page(after="n1"), page(after="n1")).listed()
    monkeypatch.setattr(threadsapi, "MOST_PAGES", 2)
    with pytest.raises(ChannelFailed, match="does not end"):
        called(ME, page(after="n1"), page(after="n2")).listed()


@only("reference", [Reference(kind="media", id="41"), Reference(kind="post", id="x/../y")])
def test_a_damaged_reference_is_told(called: Called, calls: Calls, reference: Reference) -> None:
    for act in (Api.shown, Api.delete, Api.status, Api.publish):
        with pytest.raises(ChannelFailed, match="is damaged"):
            act(called(), reference)
    assert calls == []


def test_a_token_without_permissions_is_told_as_such_and_nothing_is_called_refused(called: Called) -> None:
    for answer in (MISSING, NOT_THERE):
        with pytest.raises(AuthError, match="threads_content_publish") as caught:
            called(answer).control()
        assert "new revision" not in str(caught.value)
        assert "neuen Revision" not in caught.value.message.de
