"""What each answer of WordPress leads to, one by one. Nothing is asked: the door to the network is replaced."""

import base64
from collections.abc import Callable
from typing import Any

import pytest

from fahndung.channels import wordpressapi, wordpressobjects
from fahndung.channels.wordpressaccount import Endpoint
from fahndung.channels.wordpressapi import Api, Top
from fahndung.errors import AuthError, ChannelFailed, NotSent, OutcomeUnknown, RateLimited, Rejected
from fahndung.http import Answer
from fahndung.model.publication import Reference

from . import linkposts, wordpresses
from .scripted import Calls, answering
from .test_wordpressaccount import values

MARKER = linkposts.marker("one")
URL = "https://www.polizei.example/wp-json/wp/v2/"
PAGE: dict[str, Any] = {
    "id": 41,
    "slug": "k3m9x0q7t2w8z5b1",
    "status": "publish",
    "link": "https://www.polizei.example/fahndung/k3m9x0q7t2w8z5b1/",
    "title": {"raw": "Zeuge gesucht"},
    "content": {"raw": f'<div id="fahndung-{MARKER}">'},
    "meta": {"fahndung_head": "{}"},
    "comment_status": "closed",
    "ping_status": "closed",
}
MEDIA: dict[str, Any] = {
    "id": 42,
    "slug": f"{MARKER}-0",
    "title": {"raw": f"{MARKER}-0"},
    "alt_text": "Mann",
    "source_url": f"https://www.polizei.example/wp-content/uploads/{MARKER}-0.jpg",
    "media_details": {
        "sizes": {"thumbnail": {"file": f"{MARKER}-0-150x150.jpg"}, "medium": {"file": f"{MARKER}-0-300x225.jpg"}}
    },
    "comment_status": "closed",
    "ping_status": "closed",
}
REFERENCE = Reference(kind="page", id="41", url=PAGE["link"])
PICTURE = Reference(kind="media", id=f"42:{MARKER}-0-150x150.jpg:{MARKER}-0-300x225.jpg", url=str(MEDIA["source_url"]))
GONE = (404, {"code": "rest_post_invalid_id", "message": "Invalid post ID.", "data": {"status": 404}})
NO_ROUTE = (404, {"code": "rest_no_route", "message": "No route was found", "data": {"status": 404}})
USER = {"id": 7, "capabilities": {"edit_pages": True, "manage_options": False}}
HTML = (200, b"<html>There has been a critical error on this website.")

Called = Callable[..., Api]


def pages(*found: Any, total: int | str | None = None) -> tuple[int, Any, dict[str, str]]:
    """One page of a listing."""
    total = len(found) if total is None else total
    return 200, [*found], {"x-wp-total": str(total)}


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest.fixture
def called(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> Called:
    """A user whose site gives these answers, in order."""
    monkeypatch.setenv(wordpresses.VARIABLE, "abcd EFGH")

    def make(*answers: Any) -> Api:
        answering(calls, monkeypatch, *answers)
        return Api(Endpoint(**values()))

    return make


def test_a_call_logs_in_and_its_password_stands_in_a_header_alone(called: Called, calls: Calls) -> None:
    user = called(USER).user()
    assert (user.id, user.rights) == (7, {"edit_pages"})
    ((method, url, headers, body),) = calls
    assert (method, url, body) == ("GET", f"{URL}users/me?context=edit&_fields=id,capabilities", None)
    assert headers == {"Authorization": f"Basic {base64.b64encode(b'fahndung:abcd EFGH').decode()}"}


def test_without_a_password_nothing_is_sent(called: Called, calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    api = called()
    monkeypatch.delenv(wordpresses.VARIABLE)
    with pytest.raises(AuthError, match="wordpress-password"):
        api.user()
    assert calls == []


@pytest.mark.parametrize("answer", [{}, {"id": "7", "capabilities": {}}, {"id": 7, "capabilities": []}, 500, HTML])
def test_who_is_logged_in_is_told_or_nobody(called: Called, answer: Any) -> None:
    with pytest.raises(ChannelFailed):
        called(answer).user()


def test_the_page_above_is_one_and_says_whether_the_plugin_is_there(called: Called) -> None:
    link = "https://www.polizei.example/fahndung/"
    assert called([{"id": 4, "link": link, "meta": {"fahndung_head": ""}}]).top() == Top(id=4, link=link, ready=True)
    assert not called([{"id": 4, "link": link, "meta": []}]).top().ready
    for answer in ([], [{"id": 4}, {"id": 5}], [{"id": "4"}], [{"id": True}]):
        with pytest.raises(ChannelFailed, match="has no published page"):
            called(answer).top()


def test_the_page_at_an_address_is_the_one_that_is_shown(called: Called) -> None:
    top = Top(id=4, link="", ready=True)
    assert called([]).occupant("x", top) is None
    assert called([PAGE | {"id": 1, "status": "draft"}, PAGE]).occupant("x", top) == PAGE
    with pytest.raises(ChannelFailed, match="worth nothing"):
        called([{"id": 1}]).occupant("x", top)


def test_a_picture_is_sent_whole_with_its_words_and_its_page(called: Called, calls: Calls) -> None:
    made = called((201, MEDIA)).upload(REFERENCE, f"{MARKER}-0", b"\xff\xd8 picture", "Mann „in“ Jacke")
    assert made == (PICTURE, MEDIA["source_url"])
    ((_, url, headers, body),) = calls
    assert body is not None
    assert url.startswith(f"{URL}media?context=edit&_fields=")
    boundary = headers["Content-Type"].removeprefix("multipart/form-data; boundary=")
    parts = body.split(f"--{boundary}".encode())
    assert parts[0] == b""
    assert parts[-1] == b"--\r\n"
    told = [part.split(b"\r\n\r\n", 1) for part in parts[1:-1]]
    assert [data.removesuffix(b"\r\n") for _, data in told] == [
        f"{MARKER}-0".encode(),
        f"{MARKER}-0".encode(),
        "Mann „in“ Jacke".encode(),
        b"41",
        b"closed",
        b"closed",
        b"\xff\xd8 picture",
    ]
    assert f'name="file"; filename="{MARKER}-0.jpg"\r\nContent-Type: image/jpeg'.encode() in told[-1][0]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ((401, {"code": "rest_cannot_create"}), AuthError),
        ((403, b"<html>forbidden"), AuthError),
        ((429, b"", {"retry-after": "30"}), RateLimited),
        ((400, {"code": "rest_invalid_param"}), Rejected),
        (GONE, Rejected),
        ((413, b"<html>too large"), Rejected),
        ((500, b"<html>critical error"), OutcomeUnknown),
        ((503, b"<html>maintenance"), OutcomeUnknown),
        ((301, b""), OutcomeUnknown),
        (HTML, OutcomeUnknown),
        ((201, {}), OutcomeUnknown),
        ((201, PAGE | {"id": "41"}), OutcomeUnknown),
        (NotSent("x", "x"), NotSent),
    ],
)
def test_what_an_answer_to_a_write_means(called: Called, answer: Any, kind: type[Exception]) -> None:
    with pytest.raises(kind) as caught:
        called(answer).create("slug", "title", MARKER, Top(id=4, link="", ready=True))
    assert type(caught.value) is kind


def test_only_wordpress_own_word_says_that_something_is_gone(called: Called) -> None:
    for act in (Api.delete, Api.find):
        assert act(called(GONE), REFERENCE) is None
        for answer in (NO_ROUTE, (404, b"<html>not found"), (404, [1]), (410, {}), 500, (301, b"")):
            with pytest.raises(ChannelFailed):
                act(called(answer), REFERENCE)
    assert called(PAGE).find(REFERENCE) == PAGE
    called((200, {"deleted": True})).delete(PICTURE)


@pytest.mark.parametrize("id", ["", "x", "0", "-1", "1" * 20, "41/../42", ":41"])
def test_a_damaged_reference_is_not_asked_for(called: Called, calls: Calls, id: str) -> None:
    with pytest.raises(ChannelFailed, match="damaged"):
        called().delete(Reference(kind="page", id=id))
    assert calls == []


def test_a_reference_of_another_kind_is_damaged(called: Called) -> None:
    with pytest.raises(ChannelFailed, match="damaged"):
        called().find(Reference(kind="user", id="1"))


def test_all_that_carries_a_marker_is_listed_and_nothing_else(called: Called, calls: Calls) -> None:
    foreign = [PAGE | {"id": 1, "content": {"raw": "Impressum"}}, PAGE | {"id": 2, "meta": []}]
    logo = MEDIA | {"id": 3, "slug": "wappen", "title": {"raw": "Wappen"}, "source_url": "https://x.example/wappen.jpg"}
    listed = called(USER, pages(*foreign, total=3), pages(foreign[1], PAGE, total=3), pages(logo, MEDIA)).listed()
    assert [(one.marker, one.reference.id) for one in listed] == [
        (MARKER, "2"),
        (MARKER, "41"),
        (MARKER, PICTURE.id),
    ]
    assert [url.rpartition("&offset=")[2] for _, url, _, _ in calls[1:]] == ["0", "1", "0"]
    assert all("author=7" in url and "status=" in url for _, url, _, _ in calls[1:])


@pytest.mark.parametrize(
    "answers",
    [
        (pages(PAGE, total="x"),),
        ((200, [PAGE]),),
        (pages({"id": 1}),),
        (pages(PAGE | {"content": {"rendered": "x"}}),),
        (pages(PAGE, PAGE | {"id": 42}, total=1),),
        (pages(PAGE, total=2), pages(PAGE, total=2)),
        (pages(PAGE, total=2), pages(total=2)),
        ((429, b""),),
        (401,),
        (500,),
        (HTML,),
        ((400, {"code": "rest_post_invalid_page_number"}),),
    ],
)
def test_a_listing_that_is_not_clean_and_whole_is_worth_nothing(called: Called, answers: tuple[Any, ...]) -> None:
    with pytest.raises(ChannelFailed):
        called(USER, *answers).listed()


def test_what_slips_to_an_earlier_page_while_it_is_read_is_not_taken_for_gone(called: Called) -> None:
    first, second, third, later = (PAGE | {"id": number} for number in (1, 2, 3, 9))
    before = pages(first, second, total=4)
    for after in (pages(later, total=3), pages(third, later, total=3), pages(third, later, total=4)):
        with pytest.raises(ChannelFailed, match="changed while it was read"):
            called(USER, before, after).listed()


def test_a_listing_without_an_end_is_worth_nothing(called: Called, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wordpressapi, "MOST_PAGES", 2)
    first, second, third = (PAGE | {"id": number} for number in (1, 2, 3))
    endless = [pages(first, total=9), pages(first, second, third, total=9)]
    with pytest.raises(ChannelFailed, match="does not end"):
        called(USER, *endless).listed()


def test_pictures_of_the_site_are_told_by_their_addresses(called: Called) -> None:
    assert called([{"source_url": "https://x.example/1.jpg"}, {"source_url": 5}]).some_pictures() == (
        "https://x.example/1.jpg",
    )


def test_a_draft_has_no_address_yet_and_a_page_no_plugin_no_head() -> None:
    draft = PAGE | {"status": "draft", "link": "https://www.polizei.example/?page_id=41", "meta": []}
    assert wordpressobjects.page_reference(draft) == Reference(kind="page", id="41")
    assert wordpressobjects.head_of(draft) == ""


def test_every_file_of_a_picture_has_an_address() -> None:
    assert wordpressobjects.media_reference(MEDIA) == PICTURE
    scaled = MEDIA | {"media_details": {"sizes": [], "original_image": f"{MARKER}-0-ä.jpg"}}
    reference = wordpressobjects.media_reference(scaled)
    assert wordpressobjects.files_of(reference) == (
        MEDIA["source_url"],
        f"https://www.polizei.example/wp-content/uploads/{MARKER}-0-%C3%A4.jpg",
    )
    assert wordpressobjects.media_reference(MEDIA | {"media_details": []}).id == "42"
    assert wordpressobjects.files_of(Reference(kind="media", id="42")) == ()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({}, True),
        ({"slug": "zeuge", "title": {"raw": "Zeuge"}}, True),
        ({"slug": f"{MARKER}-0-2", "title": {"raw": "Zeuge"}, "source_url": "https://x.example/x.jpg"}, True),
        ({"slug": "x", "title": {"raw": "x"}, "source_url": f"https://x.example/x{MARKER}-0.jpg"}, False),
    ],
)
def test_a_picture_is_known_by_slug_title_or_file(change: dict[str, Any], named: bool) -> None:
    assert wordpressobjects.name_of(MEDIA | change) == ((MARKER, 0) if named else None)
    assert wordpressobjects.is_of("media", MEDIA | change, MARKER) is named


def test_a_page_is_a_row_s_unless_it_carries_a_later_marker() -> None:
    assert wordpressobjects.is_of("page", PAGE, MARKER)
    assert wordpressobjects.is_of("page", PAGE | {"content": {"raw": "anders"}}, MARKER)
    assert not wordpressobjects.is_of("page", PAGE, linkposts.marker("later"))


def test_broken_json_says_nothing() -> None:
    for body in (b"{", b"[" * 100_000, b"[]", b"null"):
        assert not wordpressobjects.is_gone(Answer(status=404, headers={}, body=body))
