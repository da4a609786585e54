"""What each answer of a server means, answer by answer. Nothing is asked: the door to the network is replaced."""

import base64
import datetime as dt
import json
import urllib.parse
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from fahndung.channels import blueskyreading, blueskyrecord, blueskysession
from fahndung.channels.bluesky import Bluesky
from fahndung.channels.blueskyaccount import PUBLIC, Endpoint
from fahndung.channels.blueskyapi import Api
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
from fahndung.model.publication import Altered, Draft, Gone, Live, Posting, Reference, Unknown

from . import blueskys, linkposts, scripted

URL, VIEW = "https://pds.example/", "https://view.example/"
SECRET = "geheim-0123-4567"
DID, HANDLE = "did:plc:2ddkkby6ggix4jqdv4qdddvj", "presse.polizei.example"
OTHER = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"
MARKER = linkposts.marker("one")
AT = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)
KEY = blueskyrecord.key(MARKER, AT)
RECORD = blueskyrecord.post(f"Text {linkposts.PAGE}", linkposts.PAGE, MARKER, AT)
URIS = {kind: blueskyrecord.address(DID, kind, KEY) for kind in blueskyrecord.COLLECTIONS}
GATES = {kind: blueskyrecord.gate(kind, URIS["post"], MARKER, RECORD["createdAt"]) for kind in blueskyrecord.GATES}
RECORDS = {"post": RECORD, **GATES}
REFERENCES = tuple(Reference(kind=kind, id=uri) for kind, uri in URIS.items())
POST = REFERENCES[0]


def token(scope: str = "com.atproto.appPass") -> str:
    return f"h.{base64.urlsafe_b64encode(json.dumps({'scope': scope}).encode()).rstrip(b'=').decode()}.s"


def login(number: int = 1, **change: Any) -> dict[str, Any]:
    """What a login answers."""
    return {"did": DID, "handle": HANDLE, "accessJwt": f"{token()}{number}", "refreshJwt": f"r{number}"} | change


HEAD = {"cid": "bafyhead", "rev": "3l"}
EXPIRED = (400, {"error": "ExpiredToken", "message": "Token has expired"})
ABSENT = (400, {"error": "RecordNotFound", "message": "x"})
SWAPPED = (400, {"error": "InvalidSwap", "message": "x"})
REPO = {"did": DID, "handle": HANDLE}
EMPTY = {"records": []}


def shown(kind: str, record: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What getRecord answers."""
    return {"uri": URIS[kind], "cid": "bafy", "value": dict(record or RECORDS[kind])}


def page(*kinds: str, **more: Any) -> dict[str, Any]:
    """What listRecords answers."""
    return {"records": [shown(kind) for kind in kinds], **more}


class Calls(scripted.Calls):
    """What was sent; the body is what its JSON says."""

    def append(self, call: tuple[str, str, dict[str, str], bytes | None]) -> None:
        *rest, body = call
        said = json.loads(body) if body and rest[2].get("Content-Type") != "image/jpeg" else body
        super().append((*rest, said or None))

    @property
    def names(self) -> list[str]:
        return [urllib.parse.urlsplit(url).path.rpartition(".")[2] for _, url, _, _ in self]


Called = Callable[..., Api]


@pytest.fixture(autouse=True)
def nobody_is_logged_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blueskysession, "_sessions", {})
    monkeypatch.setenv("FAHNDUNG_APP_PASSWORD", SECRET)


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest.fixture
def called(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> Called:
    """An account whose server gives these answers, in order: a status, a body, both, or an error."""

    def make(*answers: Any, **change: Any) -> Api:
        scripted.answering(calls, monkeypatch, *((429, {}, HEADERS) if one == 429 else one for one in answers))
        return Api(endpoint(**change))

    return make


HEADERS = {"ratelimit-reset": "1795709274", "date": "Thu, 26 Nov 2026 16:03:05 GMT"}


def endpoint(**change: Any) -> Endpoint:
    values = {"name": ChannelName("bluesky"), "url": URL, "account": DID, "credential": "app-password", "appview": ""}
    return Endpoint(**(values | change))


def lost() -> OutcomeUnknown:
    return OutcomeUnknown("lost", "verloren")


def test_a_post_is_fenced_by_the_last_commit_and_no_secret_leaves_login_and_header(
    called: Called, calls: Calls
) -> None:
    made = called(login(), HEAD, {"uri": URIS["post"]}, appview=PUBLIC).put("post", KEY, RECORD)
    assert made == Reference(kind="post", id=URIS["post"], url=f"https://bsky.app/profile/{DID}/post/{KEY}")
    assert calls.names == ["createSession", "getLatestCommit", "putRecord"]
    (_, _, entered, said), (_, _, asked, _), (_, url, sent, body) = calls
    assert said == {"identifier": DID, "password": SECRET}
    assert "Authorization" not in entered | asked
    assert sent["Authorization"] == f"Bearer {login()['accessJwt']}"
    assert url == f"{URL}xrpc/com.atproto.repo.putRecord"
    assert body == {
        "repo": DID,
        "collection": "app.bsky.feed.post",
        "rkey": KEY,
        "record": RECORD,
        "validate": True,
        "swapRecord": None,
        "swapCommit": "bafyhead",
    }


def test_a_gate_is_not_fenced_and_has_no_page(called: Called, calls: Calls) -> None:
    made = called(login(), {"uri": URIS["postgate"]}).put("postgate", KEY, GATES["postgate"])
    assert made == Reference(kind="postgate", id=URIS["postgate"])
    assert "swapCommit" not in calls[-1][3]


def test_without_bluesky_s_view_a_post_is_looked_at_where_it_lies(called: Called) -> None:
    made = called(login(), HEAD, {"uri": URIS["post"]}, appview=VIEW).put("post", KEY, RECORD)
    query = urllib.parse.urlencode({"repo": DID, "collection": "app.bsky.feed.post", "rkey": KEY})
    assert made.url == f"{URL}xrpc/com.atproto.repo.getRecord?{query}"


@pytest.mark.parametrize(
    ("answer", "kind", "effect"),
    [
        ((400, {"error": "InvalidRequest"}), Rejected, False),
        ((400, {"error": "InvalidToken"}), AuthError, False),
        ((400, b"<html>"), Rejected, False),
        ((400, ["error"]), Rejected, False),
        ((401, {"error": "AccountDeactivated"}), AuthError, False),
        (403, AuthError, False),
        (404, NotSent, False),
        (408, OutcomeUnknown, True),
        ((413, {"error": "PayloadTooLarge"}), Rejected, False),
        (429, RateLimited, False),
        (500, OutcomeUnknown, True),
        (501, NotSent, False),
        (502, OutcomeUnknown, True),
        (302, OutcomeUnknown, True),
        ({}, OutcomeUnknown, True),
        ({"uri": URIS["postgate"]}, OutcomeUnknown, True),
        ((200, b"<html>"), OutcomeUnknown, True),
        ((200, b"[" * 100_000), OutcomeUnknown, True),
        (lost(), OutcomeUnknown, True),
    ],
)
def test_every_answer_to_a_write_has_its_outcome(
    called: Called, answer: Any, kind: type[FahndungError], effect: bool
) -> None:
    with pytest.raises(FahndungError) as caught:
        called(login(), HEAD, answer).put("post", KEY, RECORD)
    assert type(caught.value) is kind
    assert caught.value.effect_possible is effect
    assert SECRET not in "".join(caught.value.message)
    if isinstance(caught.value, RateLimited):
        assert caught.value.retry_after == dt.timedelta(seconds=289)


def test_something_else_at_the_place_is_a_duplicate_and_a_repository_that_moved_on_is_not(called: Called) -> None:
    with pytest.raises(Duplicate, match="something else lies at"):
        called(login(), HEAD, SWAPPED, shown("post", {"text": "other"})).put("post", KEY, RECORD)
    with pytest.raises(NotSent, match="at the same moment"):
        called(HEAD, SWAPPED, ABSENT).put("post", KEY, RECORD)
    with pytest.raises(ChannelFailed) as caught:
        called(HEAD, SWAPPED, 500).put("post", KEY, RECORD)
    assert caught.value.effect_possible


CID = blueskyrecord.cid(b"jpg")
SHOWS = f"{URL}xrpc/com.atproto.sync.getBlob?{urllib.parse.urlencode({'did': DID, 'cid': CID})}"
FILE = Reference(kind="media", id=CID, url=SHOWS)
BLOB = {"blob": blueskyrecord.blob(b"jpg", "image/jpeg")}
NO_FILE = (400, {"error": "InvalidRequest", "message": "Blob not found"})


def test_a_picture_is_told_by_the_hash_of_its_bytes(called: Called) -> None:
    assert called(login(), BLOB).upload(b"jpg", "image/jpeg") == FILE


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"blob": blueskyrecord.blob(b"png", "image/jpeg")}, OutcomeUnknown),
        ({}, OutcomeUnknown),
        (500, OutcomeUnknown),
        (413, Rejected),
        ((400, {"error": "InvalidToken"}), AuthError),
    ],
)
def test_a_picture_that_is_not_surely_the_same_is_not_posted(
    called: Called, answer: object, kind: type[FahndungError]
) -> None:
    with pytest.raises(kind) as caught:
        called(login(), answer).upload(b"jpg", "image/jpeg")
    assert type(caught.value) is kind


@pytest.mark.parametrize("absent", [NO_FILE, (400, {"error": "BlobNotFound", "message": "x"})])
def test_a_picture_is_gone_if_two_answers_say_so(called: Called, absent: object) -> None:
    assert called(b"jpg").shows_file(FILE)
    assert not called(absent, {"cids": [], "cursor": "5"}, {"cids": [blueskyrecord.cid(b"x")]}).shows_file(FILE)


@pytest.mark.parametrize(
    "answers",
    [
        [500],
        [(400, {"error": "InvalidRequest", "message": "Error: Params must have the property did"})],
        [(400, {"error": "RepoDeactivated", "message": "Blob not found"})],
        [404],
        [NO_FILE, {"cids": [CID]}],
        [NO_FILE, {"cids": None}],
        [NO_FILE, {"cids": ["../x"]}],
        [NO_FILE, 500],
        [NO_FILE, *[{"cids": [], "cursor": "5"}] * 3],
    ],
)
def test_no_other_answer_about_a_picture_says_anything(
    called: Called, monkeypatch: pytest.MonkeyPatch, answers: list[object]
) -> None:
    monkeypatch.setattr(blueskyreading, "MOST_PAGES", 3)
    with pytest.raises(ChannelFailed):
        called(*answers).shows_file(FILE)


def test_a_damaged_reference_to_a_picture_is_never_asked_for(called: Called, calls: Calls) -> None:
    with pytest.raises(ChannelFailed, match="damaged"):
        called().shows_file(Reference(kind="media", id="../x"))
    assert calls == []


@pytest.mark.parametrize("answer", [500, {"cid": 5}, {}, ChannelFailed("a", "b"), NotSent("a", "b"), 429])
def test_without_the_last_commit_the_post_is_surely_not_sent(called: Called, calls: Calls, answer: Any) -> None:
    with pytest.raises(NotSent):
        called(login(), answer).put("post", KEY, RECORD)
    assert "putRecord" not in calls.names


def test_a_token_that_expired_is_renewed_once_and_the_call_made_again(called: Called, calls: Calls) -> None:
    api = called(login(), EXPIRED, login(2), {}, {}, {})
    api.take_down(KEY)
    assert calls.names == ["createSession", "deleteRecord", "refreshSession", "deleteRecord"] + ["deleteRecord"] * 2
    assert calls[2][2]["Authorization"] == "Bearer r1"
    assert calls[2][3] is None
    assert [call[2]["Authorization"] for call in calls[3:]] == [f"Bearer {login(2)['accessJwt']}"] * 3


@pytest.mark.parametrize("answer", [EXPIRED, 401, 500, lost(), (200, b"?"), {"did": DID}, 429])
def test_a_refresh_that_failed_is_followed_by_a_login(called: Called, calls: Calls, answer: Any) -> None:
    called(login(), EXPIRED, answer, login(2), {}, {}, {}).take_down(KEY)
    assert calls.names[2:4] == ["refreshSession", "createSession"]


def test_a_token_that_expires_again_at_once_is_for_a_person_and_the_next_call_logs_in(
    called: Called, calls: Calls
) -> None:
    with pytest.raises(AuthError):
        called(login(), EXPIRED, login(2), EXPIRED).take_down(KEY)
    called(login(3), {}, {}, {}).take_down(KEY)
    assert calls.names[4:6] == ["createSession", "deleteRecord"]


def test_one_login_serves_every_channel_of_the_process_until_the_password_changes(
    called: Called, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        called(*([] if calls else [login()]), {}, {}, {}).take_down(KEY)
    assert calls.names.count("createSession") == 1
    monkeypatch.setenv("FAHNDUNG_APP_PASSWORD", "another-one")
    called(login(), {}, {}, {}).take_down(KEY)
    assert calls.names.count("createSession") == 2
    assert SECRET not in repr(blueskysession._sessions) + repr(calls[-1])


def test_who_comes_second_with_an_expired_token_takes_what_the_first_one_renewed(called: Called, calls: Calls) -> None:
    api = called(login(), login(2))
    session = blueskysession.session_of(endpoint())
    stale = session.tokens(api.client)
    assert session.renewed(api.client, stale) is session.renewed(api.client, stale)
    session.forget(stale)
    assert session.tokens(api.client).refresh == "r2"
    assert calls.names == ["createSession", "refreshSession"]
    assert "r2" not in repr(session.tokens(api.client))


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ((401, {"error": "AuthenticationRequired"}), AuthError),
        ((400, {"error": "InvalidRequest"}), NotSent),
        (429, RateLimited),
        (500, NotSent),
        (lost(), NotSent),
        ((200, b"?"), NotSent),
        ({"did": DID}, NotSent),
        (login(did=5), NotSent),
        (login(accessJwt=None), NotSent),
        (login(did=OTHER), AuthError),
    ],
)
def test_a_login_that_failed_has_sent_nothing(called: Called, answer: Any, kind: type[FahndungError]) -> None:
    with pytest.raises(NotSent) as caught:
        called(answer).put("post", KEY, RECORD)
    assert type(caught.value) is kind
    assert SECRET not in "".join(caught.value.message)
    if isinstance(caught.value, RateLimited):
        assert caught.value.scope == "login"


def test_without_a_password_nothing_is_sent(called: Called, calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FAHNDUNG_APP_PASSWORD")
    with pytest.raises(AuthError, match="FAHNDUNG_APP_PASSWORD") as caught:
        called().put("post", KEY, RECORD)
    assert not caught.value.effect_possible
    assert calls == []


@pytest.mark.parametrize(
    "access", ["opaque", "a.b.c", "a.%%.c", f"a.{'W10'}.c", token("com.atproto.appPassPrivileged")]
)
def test_a_token_that_does_not_say_that_it_may_do_everything_passes(called: Called, calls: Calls, access: str) -> None:
    called(login(accessJwt=access), {}).refuse_account()
    assert calls[-1][3] == {"repo": DID, "collection": "app.bsky.feed.post", "rkey": "2222222222222"}


def test_the_account_s_own_password_is_refused(called: Called, calls: Calls) -> None:
    with pytest.raises(AuthError, match="Make an app password"):
        called(login(accessJwt=token("com.atproto.access"))).refuse_account()
    assert calls.names == ["createSession"]


def test_a_login_that_may_not_write_fails_the_check(called: Called) -> None:
    with pytest.raises(AuthError):
        called(login(), (401, {"error": "AccountDeactivated"})).refuse_account()


def test_a_handle_is_looked_up_by_the_login_and_has_to_be_the_same_whatever_its_letters(
    called: Called, calls: Calls
) -> None:
    assert called(login(), REPO, account=HANDLE.title()).control() == DID
    assert calls.names == ["createSession", "describeRepo"]
    with pytest.raises(AuthError, match=r"not that of other\.example"):
        called(login(), account="other.example").control()
    with pytest.raises(ChannelFailed, match="shows another account"):
        called(REPO | {"handle": "new.example"}, account=HANDLE.title()).control()


def test_an_account_that_is_named_by_its_did_is_read_without_a_login(called: Called, calls: Calls) -> None:
    assert called(REPO, appview="").control() == DID
    assert called(REPO, {"did": DID}, appview=VIEW).control() == DID
    assert calls.names == ["describeRepo", "describeRepo", "getProfile"]
    assert calls[-1][1].startswith(VIEW)
    assert not [headers for _, _, headers, _ in calls if headers]


@pytest.mark.parametrize(
    "answers",
    [
        [(400, {"error": "RepoDeactivated"})],
        [404],
        [429],
        [500],
        [(200, b"?")],
        [REPO | {"did": OTHER}],
        [REPO, (400, {"error": "AccountTakedown"})],
        [REPO, {"did": OTHER}],
        [REPO, (200, b"?")],
    ],
)
def test_without_the_account_no_other_answer_proves_anything(called: Called, answers: list[Any]) -> None:
    with pytest.raises(ChannelFailed):
        called(*answers, appview=VIEW).control()


def test_a_listing_goes_on_to_its_end_and_names_only_what_carries_a_marker(called: Called, calls: Calls) -> None:
    foreign = shown("post", {"text": "Guten Morgen"}) | {"uri": f"at://{DID}/app.bsky.feed.post/3aaaaaaaaaaaa"}
    pages = [{"records": [foreign], "cursor": "c1"}, page("post", cursor="c2"), EMPTY]
    listed = called(*pages, page("threadgate"), page("postgate")).listed()
    assert [(one.marker, one.reference.id) for one in listed] == [(MARKER, uri) for uri in URIS.values()]
    cursors = [dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query)).get("cursor") for _, url, _, _ in calls]
    assert cursors == [None, "c1", "c2", None, None]


@pytest.mark.parametrize(
    "answers",
    [
        [401],
        [(400, {"error": "InvalidRequest"})],
        [429],
        [500],
        [(200, b"?")],
        [{}],
        [{"records": None}],
        [{"records": [5]}],
        [{"records": [{"uri": URIS["post"]}]}],
        [{"records": [{"uri": URIS["postgate"], "value": {}}]}],
        [{"records": [{"uri": URIS["post"].replace(DID, OTHER), "value": {}}]}],
        [{"records": [{"uri": "https://x", "value": {}}]}],
        [{"records": [{"uri": f"at://{DID}/app.bsky.feed.post/", "value": {}}]}],
        [page("post", cursor="c"), page("post")],
        [page("post"), 500],
        [EMPTY, EMPTY, 429],
    ],
)
def test_a_listing_that_is_not_clean_is_none(called: Called, answers: list[Any]) -> None:
    with pytest.raises(ChannelFailed):
        called(*answers).listed()


def test_a_listing_without_an_end_is_none(called: Called, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blueskyreading, "MOST_PAGES", 2)
    with pytest.raises(ChannelFailed, match="does not end"):
        called(EMPTY | {"cursor": "c"}, EMPTY | {"cursor": "c"}).listed()


@pytest.mark.parametrize(
    "answer",
    [404, 401, 429, 500, (400, {"error": "InvalidRequest"}), (200, b"?"), {"uri": URIS["postgate"], "value": {}},
     {"uri": URIS["post"]}],
)  # fmt: skip
def test_only_one_answer_says_that_nothing_lies_there(called: Called, answer: Any) -> None:
    assert called(ABSENT).record(POST) is None
    assert called(shown("post")).record(POST) == RECORD
    with pytest.raises(ChannelFailed):
        called(answer).record(POST)


@pytest.mark.parametrize(
    "answer",
    [404, 429, 500, (200, b"?"), {}, {"posts": None}, {"posts": [5]}, {"posts": [{}]}, {"posts": [{"uri": "x"}]},
     {"posts": [{"uri": URIS["post"], "record": RECORD}] * 2}],
)  # fmt: skip
def test_only_an_empty_list_says_that_the_view_shows_nothing(called: Called, answer: Any) -> None:
    assert called({"posts": []}, appview=VIEW).viewed(POST) is None
    assert called({"posts": [{"uri": URIS["post"], "record": RECORD}]}, appview=VIEW).viewed(POST) == RECORD
    with pytest.raises(ChannelFailed):
        called(answer, appview=VIEW).viewed(POST)


@pytest.mark.parametrize(
    ("kind", "id"),
    [
        ("post", URIS["post"].replace(DID, OTHER)),
        ("post", URIS["postgate"]),
        ("page", URIS["post"]),
        ("post", "41"),
        ("post", f"at://{DID}/app.bsky.feed.post/"),
        ("post", f"{URIS['post']}/x"),
    ],
)
def test_a_reference_that_is_no_record_of_this_account_is_never_asked_for(
    called: Called, calls: Calls, kind: str, id: str
) -> None:
    with pytest.raises(ChannelFailed, match="damaged, or another account's"):
        called().record(Reference(kind=kind, id=id))
    assert calls == []


@pytest.mark.parametrize("answer", [500, 429, 401, (400, {"error": "InvalidToken"}), (200, b"?"), lost()])
def test_gates_stay_as_long_as_the_post_may_be_there(called: Called, calls: Calls, answer: Any) -> None:
    with pytest.raises(ChannelFailed):
        called(login(), answer).take_down(KEY)
    assert [call[3]["collection"] for call in calls[1:]] == ["app.bsky.feed.post"]


def test_a_check_tries_to_write_asks_as_a_stranger_and_looks_through_the_account(called: Called, calls: Calls) -> None:
    Bluesky(called(login(), {}, REPO, *[EMPTY] * 3).endpoint).check()
    assert calls.names == ["createSession", "deleteRecord", "describeRepo", *["listRecords"] * 3]
    with pytest.raises(ChannelFailed):
        Bluesky(called({}, REPO, EMPTY, EMPTY, 500).endpoint).check()


def test_gates_come_first_each_is_told_at_once_and_what_the_checkpoint_raises_stops_the_rest(
    called: Called, calls: Calls
) -> None:
    release = blueskys.release(manifest={"markers": {"bluesky": MARKER}})
    told: list[Reference] = []

    def checkpoint(reference: Reference) -> None:
        told.append(reference)
        if len(told) == 5:
            raise RuntimeError

    def kept(draft: Draft, kind: str) -> dict[str, str]:
        return {"uri": blueskyrecord.address(DID, kind, str(draft.withdrawal["key"]))}

    channel = Bluesky(endpoint())
    draft = channel.prepare(release)
    uris = [kept(draft, kind) for kind in ("threadgate", "postgate", "post")]
    called(login(), *uris[:2], HEAD, uris[2], *uris[:2])
    channel.publish(draft, checkpoint)
    assert [one.id for one in told] == [one["uri"] for one in uris]
    assert [call[3]["collection"].rpartition(".")[2] for call in calls if call[3] and "record" in call[3]] == [
        "threadgate",
        "postgate",
        "post",
    ]
    with pytest.raises(RuntimeError):
        channel.publish(draft, checkpoint)
    assert calls.names[-2:] == ["putRecord", "putRecord"], "the post is not sent"


def look(called: Called, *answers: Any, sha256: str = blueskyrecord.sha256(RECORD), **change: Any) -> Any:
    api = called(*answers, **change)
    whole = Posting(marker=MARKER, withdrawal={"sha256": sha256}, references=REFERENCES)
    return Bluesky(api.endpoint).look(whole)


LISTED = [page("post"), page("threadgate"), page("postgate")]
SHOWN = [shown(kind) for kind in RECORDS]
VIEWED = {"posts": [{"uri": URIS["post"], "record": RECORD}]}
UNVIEWED: dict[str, Any] = {"posts": []}


def test_live_is_what_was_approved_closed_and_shown_by_server_and_view(called: Called) -> None:
    assert isinstance(look(called, REPO, *LISTED, *SHOWN), Live)
    seen = look(called, REPO, {"did": DID}, *LISTED, *SHOWN, VIEWED, appview=VIEW)
    assert isinstance(seen, Live)
    assert seen.evidence == {
        "account": DID,
        "listed": 3,
        "server": dict.fromkeys(URIS.values(), True),
        "view": {URIS["post"]: True},
    }


def test_gone_is_what_nobody_shows_or_lists(called: Called) -> None:
    seen = look(called, REPO, {"did": DID}, *[EMPTY] * 3, *[ABSENT] * 3, UNVIEWED, appview=VIEW)
    assert isinstance(seen, Gone)
    assert seen.evidence["view"] == {URIS["post"]: False}
    seen = look(called, REPO, *[EMPTY] * 3, *[ABSENT] * 3)
    assert isinstance(seen, Gone)
    assert seen.evidence["view"] == "none"


ALTERED: dict[str, list[Any]] = {
    "the view shows something else": [
        *LISTED, *SHOWN, {"posts": [{"uri": URIS["post"], "record": RECORD | {"text": "x"}}]}
    ],
    "the view does not show it": [*LISTED, *SHOWN, UNVIEWED],
    "the server does not show it": [EMPTY, EMPTY, EMPTY, ABSENT, ABSENT, ABSENT, VIEWED],
    "the server shows something else": [*LISTED, shown("post", RECORD | {"embed": {}}), *SHOWN[1:], VIEWED],
    "its threadgate does not stand": [*LISTED, SHOWN[0], ABSENT, SHOWN[2], VIEWED],
    "its postgate does not stand": [*LISTED, *SHOWN[:2], shown("postgate", GATES["postgate"] | {"embeddingRules": []}),
                                    VIEWED],
    "there are 0 posts": [EMPTY, *LISTED[1:], ABSENT, *SHOWN[1:], UNVIEWED],
}  # fmt: skip


@pytest.mark.parametrize("why", ALTERED)
def test_altered_says_what_is_not_as_it_was_approved(called: Called, why: str) -> None:
    seen = look(called, REPO, {"did": DID}, *ALTERED[why], appview=VIEW)
    assert isinstance(seen, Altered), seen
    assert why in seen.why


def test_what_only_the_listing_names_is_not_gone(called: Called) -> None:
    seen = look(called, REPO, *LISTED, *[ABSENT] * 3)
    assert isinstance(seen, Unknown)
    assert "listing still names it" in seen.why


def test_a_look_that_failed_says_how_far_it_came(called: Called) -> None:
    seen = look(called, REPO, *LISTED, SHOWN[0], 500)
    assert isinstance(seen, Unknown)
    assert seen.evidence == {"account": DID, "listed": 3}


def test_a_withdrawal_goes_to_its_own_place_even_if_no_reference_was_ever_told(called: Called, calls: Calls) -> None:
    api = called(login(), {}, {}, {}, *[EMPTY] * 3)
    Bluesky(api.endpoint).withdraw(Posting(marker=MARKER, withdrawal={"key": KEY}, references=()))
    assert [call[3]["collection"] for call in calls[1:4]] == list(blueskyrecord.COLLECTIONS.values())
    assert {call[3]["rkey"] for call in calls[1:4]} == {KEY}


def test_a_withdrawal_goes_to_each_place_once_and_to_what_is_found_again(called: Called, calls: Calls) -> None:
    api = called(login(), 500, *LISTED, {}, {}, {})
    with pytest.raises(ChannelFailed, match="status 500"):
        Bluesky(api.endpoint).withdraw(Posting(marker=MARKER, withdrawal={"key": KEY}, references=REFERENCES))
    assert calls.names == ["createSession", "deleteRecord", *["listRecords"] * 3, *["deleteRecord"] * 3]


def test_what_a_damaged_reference_names_is_not_touched_and_the_rest_is(called: Called, calls: Calls) -> None:
    api = called(login(), {}, {}, {}, *[EMPTY] * 3)
    stranger = Reference(kind="post", id=URIS["post"].replace(DID, OTHER))
    with pytest.raises(ChannelFailed, match="another account's"):
        Bluesky(api.endpoint).withdraw(Posting(marker=MARKER, withdrawal={}, references=(stranger, POST)))
    assert {call[3]["repo"] for call in calls[1:4]} == {DID}
