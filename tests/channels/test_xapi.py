"""What each answer of X means, answer by answer. Nothing is asked: the door to the network is replaced."""

import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from fahndung.channels import xapi
from fahndung.channels.x import X
from fahndung.channels.xaccount import Endpoint
from fahndung.channels.xapi import Api, Me
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

URL = "https://api.x.com/"
SECRET = "geheim-0123456789"
MARKER = linkposts.marker("one")
LINK = f"{linkposts.PAGE}#{MARKER}"
SHORT = "https://t.co/0123456789"
ME = {"data": {"id": "7", "username": "Presse", "name": "x", "public_metrics": {"post_count": 3}}}
POST = {
    "id": "41",
    "text": f"Text &lt;x&gt; {SHORT}",
    "edit_history_post_ids": ["41"],
    "entities": {"urls": [{"start": 0, "end": 1, "url": SHORT, "expanded_url": LINK}]},
    "reply_settings": "mentionedUsers",
}
PLAIN = {"id": "40", "text": "Guten Morgen"}
REFERENCE = Reference(kind="post", id="41", url="https://x.com/presse/status/41")
NO_SUCH = {"type": "https://api.x.com/2/problems/resource-not-found", "title": "x", "resource_id": "41"}
MISSING = {"errors": [NO_SUCH]}
DUPLICATE = {"detail": "You are not allowed to create a Tweet with duplicate content.", "type": "about:blank"}
APPROVED = {"sha256": hashlib.sha256(f"Text <x> {LINK}".encode()).hexdigest()}

Called = Callable[..., Api]


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest.fixture
def called(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> Called:
    """An account to which the API gives these answers, in order."""
    monkeypatch.setenv("FAHNDUNG_X_KEYS", SECRET)

    def make(*answers: Any) -> Api:
        answering(calls, monkeypatch, *answers)
        return Api(endpoint())

    return make


def endpoint() -> Endpoint:
    return Endpoint(name=ChannelName("x"), account="presse", credential="x-keys")


def page(*posts: object, token: object = None, **change: object) -> dict[str, object]:
    """One page of a listing."""
    meta = {"result_count": len(posts)} | ({} if token is None else {"next_token": token})
    told: dict[str, object] = {"data": [*posts], "meta": meta} if posts else {"meta": meta}
    return told | change


def test_a_post_is_sent_with_its_reply_setting_and_no_secret_leaves_the_header(called: Called, calls: Calls) -> None:
    assert called((201, {"data": {"id": "41", "text": "x"}})).post("Größe") == REFERENCE
    ((method, url, headers, body),) = calls
    assert (method, url) == ("POST", f"{URL}2/tweets")
    assert json.loads(body or b"") == {"text": "Größe", "reply_settings": "mentionedUsers"}
    assert headers == {"Authorization": f"Bearer {SECRET}", "Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("answer", "kind", "effect"),
    [
        (400, Rejected, False),
        (401, AuthError, False),
        (402, AuthError, False),
        (403, AuthError, False),
        ((403, DUPLICATE), Duplicate, True),
        (404, NotSent, False),
        (408, OutcomeUnknown, True),
        (409, Duplicate, True),
        (410, NotSent, False),
        (422, Rejected, False),
        (429, RateLimited, False),
        (500, OutcomeUnknown, True),
        (503, OutcomeUnknown, True),
        (302, OutcomeUnknown, True),
        ((200, {"data": {"id": "41"}}), OutcomeUnknown, True),
        ((201, b"<html>"), OutcomeUnknown, True),
        ((201, b""), OutcomeUnknown, True),
        ((201, []), OutcomeUnknown, True),
        ((201, {}), OutcomeUnknown, True),
        ((201, {"data": []}), OutcomeUnknown, True),
        ((201, {"data": {"id": 41}}), OutcomeUnknown, True),
        ((201, {"data": {"id": "x41"}}), OutcomeUnknown, True),
        ((201, {"data": {"id": "1" * 20}}), OutcomeUnknown, True),
        ((201, MISSING), OutcomeUnknown, True),
    ],
)
def test_every_answer_to_a_post_has_its_outcome(
    called: Called, answer: object, kind: type[FahndungError], effect: bool
) -> None:
    with pytest.raises(FahndungError) as caught:
        called(answer).post("x")
    assert type(caught.value) is kind
    assert caught.value.effect_possible is effect
    assert SECRET not in "".join(caught.value.message)


def test_an_error_beside_a_post_that_was_made_does_not_hide_it(called: Called) -> None:
    assert called((201, {"data": {"id": "41"}, "errors": [NO_SUCH]})).post("x") == REFERENCE


def test_a_limit_names_its_end_in_seconds_since_1970(called: Called) -> None:
    headers = {"x-rate-limit-reset": "1795336686", "date": "Sun, 22 Nov 2026 08:30:00 GMT"}
    with pytest.raises(RateLimited) as caught:
        called((429, {"title": "Too Many Requests"}, headers)).post("x")
    assert caught.value.until == dt.datetime.fromtimestamp(1795336686, dt.UTC)


@pytest.mark.parametrize(
    "answer", [{"data": {"deleted": True}}, (404, MISSING), MISSING, (404, {"title": "Not Found"})]
)
def test_what_is_deleted_or_gone_already_is_a_success(called: Called, calls: Calls, answer: object) -> None:
    called(answer).delete(REFERENCE)
    assert calls[0][:2] == ("DELETE", f"{URL}2/tweets/41")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"data": {"deleted": False}}, ChannelFailed),
        ({"data": {}}, ChannelFailed),
        ({}, ChannelFailed),
        ({"errors": [{"type": "https://api.x.com/2/problems/not-authorized-for-resource"}]}, ChannelFailed),
        ({"errors": [NO_SUCH | {"resource_id": "42"}]}, ChannelFailed),
        ({"errors": [NO_SUCH], "data": {"deleted": False}}, ChannelFailed),
        (b"<html>", OutcomeUnknown),
        ((404, b"<html>"), OutcomeUnknown),
        (401, AuthError),
        (403, AuthError),
        (410, ChannelFailed),
        (429, RateLimited),
        (500, ChannelFailed),
        (204, ChannelFailed),
    ],
)
def test_every_other_answer_to_a_deletion_is_a_failure(
    called: Called, answer: object, kind: type[FahndungError]
) -> None:
    with pytest.raises(ChannelFailed) as caught:
        called(answer).delete(REFERENCE)
    assert type(caught.value) is kind


@pytest.mark.parametrize(
    "reference", [Reference(kind="page", id="41"), Reference(kind="post", id="../41"), Reference(kind="post", id="")]
)
def test_a_damaged_reference_is_not_asked_for(called: Called, calls: Calls, reference: Reference) -> None:
    api = called()
    for act in (api.delete, api.shown):
        with pytest.raises(ChannelFailed, match="damaged"):
            act(reference)
    assert calls == []


@pytest.mark.parametrize(
    "answers",
    [
        (401,),
        (500,),
        ({"data": {"id": "7", "username": "presse"}},),
        (ME, 401),
        (ME, 404),
        (ME, 429),
        (ME, 500),
        (ME, 400, 400),
        (ME, b"<html>"),
        (ME, b""),
        (ME, {}),
        (ME, []),
        (ME, {"data": []}),
        (ME, page(meta=[])),
        (ME, page(POST, data=None)),
        (ME, page(POST, data="x")),
        (ME, page(POST, data=[])),
        (ME, page(POST, errors=[NO_SUCH])),
        (ME, page(errors=[NO_SUCH])),
        (ME, page(5)),
        (ME, page({})),
        (ME, page(POST | {"id": None})),
        (ME, page(POST | {"id": "4/1"})),
        (ME, page(POST | {"text": None})),
        (ME, page(POST | {"author_id": "8"})),
        (ME, page(POST | {"entities": None})),
        (ME, page(POST | {"entities": {"urls": None}})),
        (ME, page(POST | {"entities": {"urls": [5]}})),
        (ME, page({"id": "41", "text": f"ohne Kurzlink {LINK}"})),
        (ME, page(POST, POST)),
        (ME, page(POST, token="a"), page(POST)),
        (ME, page(POST, token="a"), page(PLAIN, token="a")),
        (ME, page(POST, token="a"), 500),
        (ME, page(POST, token="a"), b"{"),
    ],
)
def test_a_listing_that_is_not_clean_and_complete_is_none(called: Called, answers: tuple[object, ...]) -> None:
    with pytest.raises(ChannelFailed):
        called(*answers).listed()


def test_a_listing_without_an_end_is_none(called: Called, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xapi, "_MOST_PAGES", 3)
    pages = [page({"id": str(number), "text": "x"}, token=f"t{number}") for number in range(3)]
    with pytest.raises(ChannelFailed, match="does not end"):
        called(ME, *pages).listed()


def test_a_listing_is_asked_for_until_no_token_leads_on(called: Called, calls: Calls) -> None:
    found = called(ME, page(POST, token="a"), page(token="b"), page(PLAIN)).listed()
    assert [(one.marker, one.reference) for one in found] == [(MARKER, REFERENCE)]
    first = f"{URL}2/users/7/tweets?max_results=100&exclude=retweets"
    fields = "&expansions=attachments.media_keys&media.fields=alt_text,media_key,type,url"
    fields += "&post.fields=attachments,entities,reply_settings"
    assert [url for _, url, _, _ in calls[1:]] == [
        f"{first}{fields}",
        f"{first}&pagination_token=a{fields}",
        f"{first}&pagination_token=b{fields}",
    ]


def test_an_account_without_posts_is_empty(called: Called) -> None:
    assert called(ME, page()).listed() == ()


@pytest.mark.parametrize(
    "link",
    [
        {"url": SHORT, "expanded_url": LINK},
        {"url": SHORT, "expanded_url": "https://x.example/", "unwound_url": LINK},
        {"url": LINK},
        {"url": LINK, "expanded_url": LINK, "unwound_url": LINK},
    ],
)
def test_a_marker_is_found_wherever_the_address_of_the_link_stands(called: Called, link: dict[str, str]) -> None:
    found = called(ME, page(POST | {"entities": {"urls": [link]}})).listed()
    assert [one.marker for one in found] == [MARKER]


def test_the_other_word_is_tried_where_the_first_is_refused(called: Called, calls: Calls) -> None:
    api = called(ME, 400, page(POST), ME, page(POST))
    assert api.listed() == api.listed()
    asked = [url.rpartition("&")[2].split("=")[0] for _, url, _, _ in calls if "retweets" in url]
    assert asked == ["post.fields", "tweet.fields", "tweet.fields"]


@pytest.mark.parametrize("change", [{"username": "wache"}, {"username": None}, {"id": 7}, {"id": "a b"}])
def test_a_credential_of_another_account_is_not_accepted(called: Called, change: dict[str, object]) -> None:
    with pytest.raises(AuthError, match="not that of presse"):
        called({"data": ME["data"] | change}).me()


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (401, AuthError),
        (402, AuthError),
        (403, AuthError),
        (404, ChannelFailed),
        (429, RateLimited),
        (500, ChannelFailed),
        (b"<html>", OutcomeUnknown),
        ({}, ChannelFailed),
        (MISSING, ChannelFailed),
        (ME | MISSING, ChannelFailed),
    ],
)
def test_any_other_answer_is_no_positive_control(called: Called, answer: object, kind: type[FahndungError]) -> None:
    with pytest.raises(ChannelFailed) as caught:
        called(answer).me()
    assert type(caught.value) is kind


def test_credits_that_are_used_up_are_told_as_such(called: Called) -> None:
    with pytest.raises(AuthError, match="no credits left"):
        called(402).me()


@pytest.mark.parametrize("rights", ["read", "READ"])
def test_rights_that_are_missing_are_refused(called: Called, rights: str) -> None:
    api = called((200, ME, {"x-access-level": rights}))
    with pytest.raises(AuthError, match="only read"):
        api.refuse_rights(api.me(), uploads=False)


@pytest.mark.parametrize(
    "headers", [{}, {"x-access-level": "read-write"}, {"x-access-level": "read-write-directmessages"}]
)
def test_rights_that_nobody_tells_are_not_refused(called: Called, headers: dict[str, str]) -> None:
    api = called((200, ME, headers))
    api.refuse_rights(api.me(), uploads=False)


@pytest.mark.parametrize(
    ("metrics", "posts"),
    [
        ({"post_count": 3199}, 3199),
        ({"tweet_count": 3199}, 3199),
        ({"post_count": "3"}, None),
        ({}, None),
        (None, None),
        ({"post_count": 3200}, 3200),
    ],
)
def test_an_account_that_cannot_be_looked_through_is_refused(
    called: Called, metrics: object, posts: int | None
) -> None:
    api = called({"data": ME["data"] | {"public_metrics": metrics}})
    me = api.me()
    assert me == Me(id="7", posts=posts, rights="")
    if posts == 3199:
        api.refuse_crowded(me)
        return
    with pytest.raises(ChannelFailed, match="account of its own"):
        api.refuse_crowded(me)


@pytest.mark.parametrize(
    ("change", "plain"),
    [
        ({}, True),
        ({"edit_history_post_ids": ["40", "41"]}, False),
        ({"edit_history_post_ids": None}, False),
        ({"id": "42"}, False),
        ({"attachments": {"poll_ids": ["1"]}}, False),
        ({"attachments": {}}, True),
        ({"attachments": None}, True),
        ({"reply_settings": "everyone"}, False),
        ({"reply_settings": None}, False),
    ],
)
def test_a_post_is_plain_if_nothing_else_is_told(called: Called, change: dict[str, object], plain: bool) -> None:
    shown = called({"data": POST | change}).shown(REFERENCE)
    assert shown is not None
    assert shown.plain is plain
    assert shown.texts == {f"Text &lt;x&gt; {LINK}", f"Text <x> {LINK}"}


def test_the_word_for_edits_may_be_another_one_and_the_settings_may_be_missing(called: Called) -> None:
    old = {"id": "41", "text": "Text", "edit_history_tweet_ids": ["41"]}
    assert called({"data": old}).shown(REFERENCE) == xapi.Shown(texts=frozenset({"Text"}), plain=True)
    edited = called({"data": old | {"edit_history_tweet_ids": ["41", "42"]}}).shown(REFERENCE)
    assert edited is not None
    assert not edited.plain


@pytest.mark.parametrize("answer", [(404, MISSING), MISSING, (404, {"type": "about:blank"}), (404, {"errors": []})])
def test_what_does_not_exist_is_told_so(called: Called, answer: object) -> None:
    assert called(answer).shown(REFERENCE) is None


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"data": None},
        {"errors": None},
        {"errors": "x"},
        {"errors": [5]},
        {"errors": [{}]},
        {"errors": [{"type": "https://api.x.com/2/problems/not-authorized-for-resource"}]},
        {"errors": [{"type": "https://api.x.com/2/problems/disallowed-resource"}]},
        {"errors": [NO_SUCH | {"resource_id": "42"}]},
        {"data": POST, "errors": [NO_SUCH]},
        {"data": {"id": "41"}},
        {"data": POST | {"entities": {}}},
        {"data": POST | {"attachments": {"media_keys": ["3_5"]}}},
        {"data": POST | {"attachments": {"media_keys": ["3_5"]}}, "includes": {"media": [{"media_key": "3_6"}]}},
        {"data": POST | {"attachments": {"media_keys": ["ID1_5"]}}},
        {"data": POST | {"attachments": ["3_5"]}},
        (404, b"<html>"),
        (404, {"data": POST}),
        b"",
        401,
        403,
        410,
        429,
        500,
    ],
)
def test_nothing_else_is_told_to_be_gone(called: Called, answer: object) -> None:
    with pytest.raises(ChannelFailed):
        called(answer).shown(REFERENCE)


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        ((ME, ME, page(POST), {"data": POST}), Live),
        ((ME, ME, page(), {"data": POST}), Live),
        ((ME, ME, page(), {"data": POST | {"text": "Text."}}), Altered),
        ((ME, ME, page(), {"data": POST | {"reply_settings": "everyone"}}), Altered),
        (
            (
                ME,
                ME,
                page(POST | {"id": "42"}),
                (404, MISSING),
                {"data": POST | {"id": "42", "edit_history_post_ids": ["42"]}},
            ),
            Live,
        ),
        ((ME, ME, page(POST | {"id": "42"}), {"data": POST}, {"data": POST | {"id": "42"}}), Altered),
        ((ME, ME, page(), (404, MISSING)), Gone),
        ((ME, ME, page(), MISSING), Gone),
        ((ME, ME, page(POST), (404, MISSING)), Unknown),
        ((ME, ME, page(), {}), Unknown),
        ((ME, ME, page(), 500), Unknown),
        ((ME, ME, 429), Unknown),
        ((ME, 401), Unknown),
        ((401,), Unknown),
    ],
)
def test_what_a_look_concludes(called: Called, answers: tuple[object, ...], verdict: type) -> None:
    called(*answers)
    seen = X(endpoint()).look(Posting(marker=MARKER, withdrawal=APPROVED, references=(REFERENCE,)))
    assert type(seen) is verdict, seen


FILE = "https://pbs.twimg.com/media/Abc.jpg"
MEDIUM = {"media_key": "3_5", "type": "photo", "alt_text": "Rad &amp; Korb", "url": FILE}
OWN_LINK = {"url": "https://t.co/9876543210", "expanded_url": "https://x.com/presse/status/41/photo/1"}
PICTURED: dict[str, Any] = {
    "data": POST
    | {
        "text": f"{POST['text']} {OWN_LINK['url']}",
        "attachments": {"media_keys": ["3_5"]},
        "entities": {"urls": [*POST["entities"]["urls"], OWN_LINK | {"media_key": "3_5"}]},  # type: ignore[index]
    },
    "includes": {"media": [MEDIUM]},
}
FACE = "https://pbs.twimg.com/profile_images/7/x.jpg"
MYSELF = {"data": ME["data"] | {"profile_image_url": FACE}}
WITH_PICTURE = Posting(
    marker=MARKER,
    withdrawal=APPROVED | {"media": [{"alt": "Rad & Korb", "sha256": "0" * 64}]},
    references=(Reference(kind="media", id="3_5", url=FILE), REFERENCE),
)


def pictured(**change: Any) -> dict[str, Any]:
    """The post with its picture, about which something else is told."""
    return PICTURED | {"includes": {"media": [MEDIUM | change]}}


def test_what_hangs_on_a_post_is_listed_with_its_address(called: Called) -> None:
    listed = page(PICTURED["data"], includes=PICTURED["includes"])
    assert [one.reference for one in called(MYSELF, listed).listed()] == [REFERENCE, WITH_PICTURE.references[0]]
    untold = page(PICTURED["data"])
    assert called(MYSELF, untold).listed()[1].reference == Reference(kind="media", id="3_5")


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        ((page(), PICTURED, 200), Live),
        ((page(), pictured(alt_text="Rad & Korb"), 200), Live),
        ((page(), pictured(alt_text="Rad"), 200), Altered),
        ((page(), pictured(alt_text=None), 200), Altered),
        ((page(), pictured(type="video"), 200), Altered),
        ((page(), {"data": POST}, 200), Altered),
        ((page(), PICTURED | {"includes": {}}), Unknown),
        ((page(), (404, MISSING), 404, 200), Gone),
        ((page(), (404, MISSING), 410, 200), Gone),
        ((page(), (404, MISSING), 404, 404), Unknown),
        ((page(), (404, MISSING), 404, 500), Unknown),
        ((page(), (404, MISSING), 403), Unknown),
        ((page(), (404, MISSING), 302), Unknown),
        ((page(), (404, MISSING), 200), Altered),
    ],
)
def test_what_a_look_concludes_of_a_post_with_a_picture(
    called: Called, calls: Calls, answers: tuple[object, ...], verdict: type
) -> None:
    called(MYSELF, MYSELF, *answers)
    seen = X(endpoint()).look(WITH_PICTURE)
    assert type(seen) is verdict, seen
    strangers = [headers for _, url, headers, _ in calls if url.startswith("https://pbs.twimg.com/")]
    assert strangers == [{}] * len(strangers), "a stranger has no credential"
    assert strangers or verdict is Unknown


def test_a_picture_that_was_not_made_for_the_post_is_not_what_was_approved(called: Called) -> None:
    called(MYSELF, MYSELF, page(), PICTURED, 200)
    other = dataclasses.replace(WITH_PICTURE.references[0], id="3_4")
    seen = X(endpoint()).look(dataclasses.replace(WITH_PICTURE, references=(other, REFERENCE)))
    assert isinstance(seen, Altered)


@pytest.mark.parametrize("avatar", [None, 5, "https://abs.twimg.com/default.png", "https://pbs.twimg.com:444/x.jpg"])
def test_without_a_picture_of_the_accounts_own_no_other_is_proven_gone(called: Called, avatar: object) -> None:
    me = {"data": ME["data"] | {"profile_image_url": avatar}}
    called(me, me, page(), (404, MISSING), 404)
    seen = X(endpoint()).look(WITH_PICTURE)
    assert isinstance(seen, Unknown)
    assert "give the account a picture" in seen.why
    api = called(me)
    with pytest.raises(ChannelFailed, match="no picture of its own"):
        api.refuse_faceless(api.me())


def test_what_no_ledger_knows_is_never_as_approved(called: Called) -> None:
    called(ME, ME, page(), {"data": POST})
    channel = X(endpoint())
    assert isinstance(channel.look(channel.leftover(None, [REFERENCE])), Altered)


def test_everything_is_withdrawn_whatever_fails(called: Called, calls: Calls) -> None:
    called(500, ME, page(POST, POST | {"id": "40"}), {"data": {"deleted": True}})
    with pytest.raises(ChannelFailed, match="500"):
        X(endpoint()).withdraw(Posting(marker=MARKER, withdrawal={}, references=(REFERENCE, REFERENCE)))
    assert [url.rsplit("/", 1)[1] for method, url, _, _ in calls if method == "DELETE"] == ["41", "40"]


@pytest.mark.parametrize(
    "url",
    [
        "https://x.com/presse/status/41",
        "https://twitter.com/Presse/status/41?s=20",
        "https://mobile.twitter.com/i/web/status/41",
        "https://x.com/i/status/41/photo/1",
    ],
)
def test_a_post_made_by_hand_is_known_by_its_page(called: Called, url: str) -> None:
    assert called(ME, page(PLAIN, POST)).own_post(url) == REFERENCE


@pytest.mark.parametrize("url", ["https://x.com/wache/status/41", "https://x.com/presse", "https://x.example/presse/1"])
def test_another_address_is_no_post_of_the_account_and_asks_nobody(called: Called, calls: Calls, url: str) -> None:
    assert called().own_post(url) is None
    assert calls == []


def test_what_the_account_does_not_list_is_none(called: Called) -> None:
    assert called(ME, page(PLAIN)).own_post("https://x.com/i/status/41") is None


def test_a_post_of_which_nobody_can_tell_whose_it_is_raises(called: Called) -> None:
    with pytest.raises(ChannelFailed):
        called(ME, 500).own_post("https://x.com/presse/status/41")


def test_a_post_made_by_hand_is_live_however_it_looks(called: Called) -> None:
    channel = X(endpoint())
    channel._api = called(ME, ME, page(), {"data": POST | {"text": "anders", "entities": {}}})
    posting = Posting(marker=MARKER, withdrawal={"adopted": True}, references=(REFERENCE,))
    assert isinstance(channel.look(posting), Live)
