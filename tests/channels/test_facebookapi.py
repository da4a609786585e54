"""What each answer of the Graph API leads to, one by one. Nothing is asked: the door to the network is replaced."""

import hashlib
import hmac
import urllib.parse
from collections.abc import Callable
from typing import Any

import pytest

from fahndung.channels import facebookapi, facebookphotos
from fahndung.channels.facebook import Facebook
from fahndung.channels.facebookaccount import Endpoint
from fahndung.channels.facebookapi import Api, Shown
from fahndung.errors import AuthError, ChannelFailed, FahndungError, OutcomeUnknown, RateLimited, Rejected, UsageError
from fahndung.model.ids import ChannelName
from fahndung.model.publication import Altered, Gone, Live, Marked, Posting, Reference, Unknown

from . import linkposts, openapi
from .scripted import Calls, answering

URL = "https://graph.facebook.com/v26.0/"
SECRET, APP_SECRET = "geheim-0123456789", "geheim-9876543210"
PROOF = hmac.new(APP_SECRET.encode(), SECRET.encode(), hashlib.sha256).hexdigest()
MARKER = linkposts.marker("one")
TEXT = f"Text <x> {linkposts.PAGE}#{MARKER}"
PAGE = {"id": "1000", "name": "Presse"}
POST = {"id": "1000_41", "message": TEXT, "is_published": True, "is_hidden": False}
DRAFT = POST | {"is_published": False}
REFERENCE = Reference(kind="post", id="1000_41", url="https://www.facebook.com/1000_41")
MISSING = (400, {"error": {"message": "x", "code": 100, "error_subcode": 33}})
REVOKED = (401, {"error": {"message": "x", "code": 190}})
APPROVED = {"sha256": hashlib.sha256(TEXT.encode()).hexdigest()}
CONTROL = (PAGE, PAGE)
EMPTY = {"data": []}

Called = Callable[..., Api]


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest.fixture
def called(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> Called:
    """A Page whose platform gives these answers, in order: a status, or a body, or both."""
    monkeypatch.setenv("FAHNDUNG_PAGE_TOKEN", SECRET)
    monkeypatch.setenv("FAHNDUNG_APP_SECRET", APP_SECRET)

    def make(*answers: Any, **change: Any) -> Api:
        answering(calls, monkeypatch, *answers)
        return Api(endpoint(**change))

    return make


def endpoint(**change: Any) -> Endpoint:
    values = {"name": ChannelName("facebook"), "page": "1000", "credential": "page-token", "app_secret": "app-secret"}
    return Endpoint(**(values | change))


def listed(*posts: object, after: object = None, **paging: object) -> dict[str, object]:
    """A page of a listing; ``after``: another one follows."""
    more = {"next": "https://elsewhere.example/x"} if after is not None else {}
    return {"data": [*posts], "paging": {"cursors": {"before": "a", "after": after}, **more, **paging}}


def query(url: str) -> dict[str, str]:
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))


def test_a_post_says_its_text_and_nothing_else_and_no_secret_leaves_the_header(called: Called, calls: Calls) -> None:
    assert called({"id": "1000_41"}).post("Größe & x", published=False) == REFERENCE
    ((method, url, headers, body),) = calls
    assert (method, url) == ("POST", f"{URL}1000/feed")
    assert dict(urllib.parse.parse_qsl((body or b"").decode())) == {
        "message": "Größe & x",
        "published": "false",
        "appsecret_proof": PROOF,
    }
    assert headers == {"Authorization": f"Bearer {SECRET}", "Content-Type": "application/x-www-form-urlencoded"}
    assert not [secret for secret in (SECRET, APP_SECRET) if secret in url + (body or b"").decode()]


@pytest.mark.parametrize(
    "told",
    [{}, {"id": 41}, {"id": "41"}, {"id": "1001_41"}, {"id": "1000_41/x"}, {"id": f"1000_{'1' * 21}"}, b"<html>"],
)
def test_a_success_that_names_no_post_of_the_page_leaves_the_outcome_unknown(called: Called, told: object) -> None:
    with pytest.raises(OutcomeUnknown):
        called(told).post("x", published=True)


def test_showing_asks_for_that_and_nothing_else(called: Called, calls: Calls) -> None:
    called({"success": True}).show(REFERENCE)
    ((method, url, _, body),) = calls
    assert (method, url) == ("POST", f"{URL}1000_41")
    assert body == f"is_published=true&appsecret_proof={PROOF}".encode()


@pytest.mark.parametrize("answers", [({"success": True},), (MISSING, *CONTROL)])
def test_what_is_deleted_or_missing_beside_the_page_is_a_success(
    called: Called, calls: Calls, answers: tuple[object, ...]
) -> None:
    called(*answers).delete(REFERENCE)
    method, url, headers, body = calls[0]
    assert (method, url.split("?")[0], query(url), body) == (
        "DELETE",
        f"{URL}1000_41",
        {"appsecret_proof": PROOF},
        None,
    )
    assert headers == {"Authorization": f"Bearer {SECRET}"}


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        (({"success": False},), ChannelFailed),
        (({},), ChannelFailed),
        ((REVOKED,), AuthError),
        ((MISSING, MISSING), AuthError),
        ((MISSING, REVOKED), AuthError),
        ((MISSING, 500), ChannelFailed),
        ((MISSING, PAGE, {"id": "7"}), AuthError),
        (((400, {"error": {"message": "x", "code": 100}}),), ChannelFailed),
    ],
)
def test_every_other_answer_to_a_deletion_is_a_failure(
    called: Called, answers: tuple[object, ...], kind: type[FahndungError]
) -> None:
    with pytest.raises(ChannelFailed) as caught:
        called(*answers).delete(REFERENCE)
    assert type(caught.value) is kind


@pytest.mark.parametrize(
    "reference",
    [
        Reference(kind="media", id="1000_41"),
        Reference(kind="photo", id="41"),
        Reference(kind="post", id="41"),
        Reference(kind="post", id="1001_41"),
        Reference(kind="post", id="1000_../x"),
    ],
)
def test_a_damaged_reference_is_not_asked_for(called: Called, calls: Calls, reference: Reference) -> None:
    api = called()
    for act in (api.delete, api.shown, api.show):
        with pytest.raises(ChannelFailed, match="damaged"):
            act(reference)
    assert calls == []


def test_the_control_asks_for_the_page_by_its_id_and_by_its_token(called: Called, calls: Calls) -> None:
    usage = {"x-app-usage": '{"call_count": 12}'}
    assert called(PAGE, (200, PAGE, usage)).control().percent == 12
    assert [url.split("?")[0] for _, url, _, _ in calls] == [f"{URL}1000", f"{URL}me"]
    assert query(calls[0][1]) == {"fields": "id,name", "appsecret_proof": PROOF}


@pytest.mark.parametrize("answers", [(MISSING,), (REVOKED,), ({"id": "7"},), ({},), (PAGE, {"id": "7"})])
def test_a_token_that_is_not_the_pages_is_not_accepted(called: Called, answers: tuple[object, ...]) -> None:
    with pytest.raises(AuthError):
        called(*answers).control()


@pytest.mark.parametrize("answers", [(500,), (b"<html>",), (PAGE, 429)])
def test_a_page_that_does_not_answer_proves_nothing(called: Called, answers: tuple[object, ...]) -> None:
    with pytest.raises(ChannelFailed):
        called(*answers).control()


def test_a_listing_goes_through_all_edges_and_pages_and_follows_no_address(called: Called, calls: Calls) -> None:
    other = POST | {"id": "1000_40", "message": f"{linkposts.PAGE}#{linkposts.marker('two')}"}
    without = {"id": "1000_39", "created_time": "2026-11-26T10:00:00+0000"}
    pages = listed(POST, after="c1"), listed(without, after="c2"), listed(other)
    found = called(*CONTROL, *pages, EMPTY, listed(POST)).listed()
    assert found == (
        Marked(marker=MARKER, reference=REFERENCE),
        Marked(
            marker=linkposts.marker("two"),
            reference=Reference(kind="post", id="1000_40", url="https://www.facebook.com/1000_40"),
        ),
    )
    asked = [(url.split("?")[0].removeprefix(URL), query(url).get("after")) for _, url, _, _ in calls[2:]]
    assert asked == [
        ("1000/published_posts", None),
        ("1000/published_posts", "c1"),
        ("1000/published_posts", "c2"),
        ("1000/scheduled_posts", None),
        ("1000/ads_posts", None),
    ]
    assert query(calls[2][1]) == {
        "fields": "id,message,created_time",
        "include_hidden": "true",
        "limit": "100",
        "appsecret_proof": PROOF,
    }


def test_without_drafts_nothing_is_asked_for_that_only_advertisers_may_see(called: Called, calls: Calls) -> None:
    assert called(*CONTROL, EMPTY, EMPTY, drafts=False).listed() == ()
    assert not [url for _, url, _, _ in calls if "ads_posts" in url]


@pytest.mark.parametrize(
    "answers",
    [
        (500,),
        (REVOKED,),
        (MISSING,),
        (b"<html>",),
        (b"",),
        ([],),
        ({},),
        ({"data": {}},),
        ({"data": [], "paging": ["x"]},),
        (listed(5),),
        (listed({}),),
        (listed(POST | {"id": "1001_41"}),),
        (listed(POST | {"message": 5}),),
        (listed(POST, POST),),
        (listed(POST, after="c1"), listed(POST)),
        (listed(after="c1"), 500),
        (listed(after=""),),
        (listed(after=5),),
        (listed(after="c1", cursors=None),),
        (listed(after="c1", cursors=[5]),),
        (listed(after="c1"), listed(after="c1")),
        (EMPTY, 500),
        (EMPTY, EMPTY, REVOKED),
        (EMPTY, EMPTY, (403, {"error": {"message": "x", "code": 10}})),
    ],
)
def test_a_listing_that_is_not_clean_and_complete_is_none(called: Called, answers: tuple[object, ...]) -> None:
    with pytest.raises(ChannelFailed):
        called(*CONTROL, *answers).listed()


def test_a_listing_without_an_end_is_none(called: Called, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facebookapi, "MOST_PAGES", 3)
    with pytest.raises(ChannelFailed, match="does not end"):
        called(*CONTROL, *(listed(after=f"c{number}") for number in range(3))).listed()


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (POST, Shown(text=TEXT, published=True, plain=True)),
        (DRAFT, Shown(text=TEXT, published=False, plain=True)),
        ({"id": "1000_41", "is_published": True}, Shown(text="", published=True, plain=True)),
        (POST | {"attachments": {"data": []}}, Shown(text=TEXT, published=True, plain=True)),
        *(
            (POST | change, Shown(text=TEXT, published=True, plain=False))
            for change in (
                {"is_hidden": True},
                {"attachments": {"data": [{"type": "share"}]}},
                {"attachments": ["x"]},
                {"full_picture": "https://x.example/1.jpg"},
                {"child_attachments": [{}]},
                {"scheduled_publish_time": 1.5},
            )
        ),
        (MISSING, None),
    ],
)
def test_a_post_is_read_as_it_is(called: Called, calls: Calls, answer: object, shown: Shown | None) -> None:
    assert called(answer).shown(REFERENCE) == shown
    assert query(calls[0][1])["fields"].startswith("id,message,is_published,")


@pytest.mark.parametrize(
    "answer",
    [500, REVOKED, b"<html>", {}, POST | {"id": "1000_42"}, POST | {"message": 5}, POST | {"is_published": "true"}],
)
def test_a_post_that_nobody_tells_of_is_not_missing(called: Called, answer: object) -> None:
    with pytest.raises(ChannelFailed):
        called(answer).shown(REFERENCE)


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ((PAGE | {"is_published": False},), "not published"),
        ((PAGE | {"is_published": True}, *[EMPTY] * 3), ""),
        ((PAGE, *[EMPTY] * 3), ""),
        ((MISSING,), "does not see the Page"),
        ((PAGE, REVOKED), "does not accept the credential"),
    ],
)
def test_a_page_that_nobody_sees_is_not_fit(called: Called, answers: tuple[object, ...], told: str) -> None:
    api = called(*answers)
    if not told:
        api.refuse_unfit()
        return
    with pytest.raises(ChannelFailed, match=told):
        api.refuse_unfit()


@pytest.mark.parametrize(("count", "fits"), [(499, True), (500, False)])
def test_a_page_with_more_posts_in_a_year_than_are_listed_is_not_fit(called: Called, count: int, fits: bool) -> None:
    posts = [{"id": f"1000_{n}", "created_time": f"2026-0{1 + n % 9}-01T10:00:00+0000"} for n in range(1, count + 1)]
    before = [{"id": f"1000_99{n:03d}", "created_time": "2025-01-01T10:00:00+0000"} for n in range(400)]
    half = len(posts) // 2
    api = called(PAGE, listed(*posts[:half], after="c"), listed(*posts[half:], *before), EMPTY, EMPTY)
    if fits:
        api.refuse_unfit()
        return
    with pytest.raises(ChannelFailed, match=f"{count} posts in one year"):
        api.refuse_unfit()


PHOTO = {"id": "71", "name": f"{linkposts.PAGE}#{MARKER}", "alt_text_custom": "Rad"}
MADE = Reference(kind="media", id="71", url="https://www.facebook.com/71")


def test_a_photo_goes_to_the_page_with_its_words_and_no_secret(called: Called, calls: Calls) -> None:
    words = {"media_type": "image/jpeg", "alt": "Größe „M“", "caption": "https://x.example/"}
    assert called({"id": "71"}).upload(b"\xff\xd8\xff", **words) == MADE
    ((method, url, headers, body),) = calls
    assert (method, url) == ("POST", f"{URL}1000/photos")
    assert headers["Authorization"] == f"Bearer {SECRET}"
    assert openapi.form(body or b"", headers["Content-Type"])["appsecret_proof"] == PROOF
    assert not [secret for secret in (SECRET, APP_SECRET) if secret.encode() in url.encode() + (body or b"")]


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({}, OutcomeUnknown),
        ({"id": 71}, OutcomeUnknown),
        ({"id": "1000_71"}, OutcomeUnknown),
        (b"<html>", OutcomeUnknown),
        (500, OutcomeUnknown),
        ((400, {"error": {"message": "(#324) Missing or invalid image file", "code": 324}}), Rejected),
        ((400, {"error": {"message": "x", "code": 368}}), Rejected),
        (REVOKED, AuthError),
        ((400, {"error": {"message": "x", "code": 80001}}), RateLimited),
    ],
)
def test_an_upload_that_is_not_clean_is_told_as_what_it_is(
    called: Called, told: object, kind: type[FahndungError]
) -> None:
    with pytest.raises(kind) as caught:
        called(told).upload(b"x", media_type="image/jpeg", alt="x", caption="x")
    assert type(caught.value) is kind


def test_a_post_says_which_photos_hang_on_it(called: Called, calls: Calls) -> None:
    called({"id": "1000_41"}).post("x", published=False, photos=[MADE])
    said = dict(urllib.parse.parse_qsl((calls[0][3] or b"").decode()))
    assert said["attached_media"] == '[{"media_fbid": "71"}]'


def test_a_photo_is_read_and_deleted_by_its_id(called: Called, calls: Calls) -> None:
    api = called(PHOTO, MISSING, {"success": True}, MISSING, *CONTROL)
    assert api.photo(MADE) == facebookphotos.Photo(alt="Rad", caption=str(PHOTO["name"]))
    assert api.photo(MADE) is None
    api.delete(MADE)
    api.delete(MADE)
    assert [(method, url.split("?")[0]) for method, url, _, _ in calls] == [
        ("GET", f"{URL}71"),
        ("GET", f"{URL}71"),
        ("DELETE", f"{URL}71"),
        ("DELETE", f"{URL}71"),
        ("GET", f"{URL}1000"),
        ("GET", f"{URL}me"),
    ]
    assert query(calls[0][1])["fields"] == "id,name,alt_text_custom"


@pytest.mark.parametrize("answer", [500, REVOKED, b"<html>", {}, PHOTO | {"id": "72"}, PHOTO | {"name": 5}])
def test_a_photo_that_nobody_tells_of_is_not_missing(called: Called, answer: object) -> None:
    with pytest.raises(ChannelFailed):
        called(answer).photo(MADE)


@pytest.mark.parametrize(
    "reference", [Reference(kind="media", id="1000_41"), Reference(kind="media", id="../71"), REFERENCE]
)
def test_what_is_no_photo_is_not_asked_for_as_one(called: Called, calls: Calls, reference: Reference) -> None:
    with pytest.raises(ChannelFailed, match="damaged"):
        called().photo(reference)
    assert calls == []


def test_photos_are_listed_by_the_link_below_them_where_pictures_go_along(called: Called, calls: Calls) -> None:
    plain = {"id": "70"}, {"id": "69", "name": "Tag der offenen Tür"}
    api = called(*CONTROL, EMPTY, EMPTY, EMPTY, listed(PHOTO, after="c1"), listed(*plain), media="objects")
    assert api.listed() == (Marked(marker=MARKER, reference=MADE),)
    assert [url.split("?")[0].removeprefix(URL) for _, url, _, _ in calls[-2:]] == ["1000/photos"] * 2
    assert query(calls[-1][1]) == {"fields": "id,name", "type": "uploaded", "after": "c1", "appsecret_proof": PROOF}


@pytest.mark.parametrize(
    "answers",
    [(500,), (MISSING,), ({},), (listed({}),), (listed(POST),), (listed(PHOTO, PHOTO),), (listed({"id": 71}),)],
)
def test_photos_that_are_not_listed_cleanly_are_no_listing(called: Called, answers: tuple[object, ...]) -> None:
    with pytest.raises(ChannelFailed):
        called(*CONTROL, EMPTY, EMPTY, EMPTY, *answers, media="objects").listed()
    with pytest.raises(ChannelFailed):
        called(PAGE, EMPTY, EMPTY, EMPTY, *answers, media="objects").refuse_unfit()


ALT = "Foto: Rad"
SHOWN = {"id": "71", "alt_text_custom": ALT, "name": f"{linkposts.PAGE}#{MARKER}"}
HUNG = POST | {
    "attachments": {"data": [{"type": "photo", "target": {"id": "71"}}]},
    "full_picture": "https://x.example/",
}
FOREIGN = POST | {"attachments": {"data": [{"type": "photo", "target": {"id": "72"}}]}}
BOTH = HUNG | {
    "attachments": {"data": [{"type": "photo", "target": {"id": id}} for id in ("71", "72")]},
}


@pytest.mark.parametrize(
    ("post", "photo", "verdict"),
    [
        (HUNG, SHOWN, Live),
        (HUNG, SHOWN | {"name": ""}, Live),
        (HUNG, SHOWN | {"name": TEXT}, Live),
        (HUNG, {"id": "71", "alt_text_custom": ALT}, Live),
        (HUNG, SHOWN | {"name": "Das ist Max Mustermann"}, Altered),
        (HUNG, SHOWN | {"alt_text_custom": "Foto: Max Mustermann"}, Altered),
        (HUNG, {"id": "71"}, Altered),
        (HUNG, MISSING, Altered),
        (HUNG | {"message": "x"}, SHOWN, Altered),
        (HUNG | {"is_hidden": True}, SHOWN, Altered),
        (HUNG | {"child_attachments": [{}]}, SHOWN, Altered),
        (POST, SHOWN, Altered),
        (POST | {"full_picture": "https://x.example/"}, SHOWN, Altered),
        (FOREIGN, SHOWN, Altered),
        (BOTH, SHOWN, Altered),
        (HUNG | {"is_published": False}, SHOWN, Altered),
        (MISSING, SHOWN, Altered),
        (MISSING, MISSING, Gone),
        (MISSING, 500, Unknown),
        (HUNG, REVOKED, Unknown),
    ],
)
def test_what_a_look_concludes_of_a_post_with_a_picture(
    called: Called, post: object, photo: object, verdict: type
) -> None:
    called(*CONTROL, *NOTHING, EMPTY, post, photo)
    approved = APPROVED | {
        "media": [{"alt": ALT, "sha256": "0" * 64}],
        "caption": hashlib.sha256(f"{linkposts.PAGE}#{MARKER}".encode()).hexdigest(),
    }
    posting = Posting(marker=MARKER, withdrawal=approved, references=(MADE, REFERENCE))
    seen = Facebook(endpoint(media="objects")).look(posting)
    assert type(seen) is verdict, seen
    assert verdict is Unknown or seen.evidence["photos"] == {"71": photo != MISSING}


def test_a_photo_that_only_the_listing_names_was_not_made_for_the_post(called: Called) -> None:
    other = SHOWN | {"id": "72"}
    approved = APPROVED | {"media": [{"alt": ALT, "sha256": "0" * 64}]}
    posting = Posting(marker=MARKER, withdrawal=approved, references=(MADE, REFERENCE))
    called(*CONTROL, *NOTHING, listed(other), FOREIGN, SHOWN | {"name": ""}, other | {"name": ""})
    seen = Facebook(endpoint(media="objects")).look(posting)
    assert isinstance(seen, Altered)
    assert seen.evidence["photos"] == {"71": True, "72": True}


NOTHING = (*CONTROL, EMPTY, EMPTY, EMPTY)
NAMED = (*CONTROL, listed(POST), EMPTY, EMPTY)


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        ((*CONTROL, *NAMED, POST), Live),
        ((*CONTROL, *NOTHING, POST), Live),
        ((*CONTROL, *NAMED, POST | {"message": "Text"}), Altered),
        ((*CONTROL, *NAMED, POST | {"full_picture": "x"}), Altered),
        ((*CONTROL, *NAMED, POST | {"is_hidden": True}), Altered),
        ((*CONTROL, *NAMED, DRAFT), Altered),
        ((*CONTROL, *NOTHING, MISSING), Gone),
        ((*CONTROL, *NAMED, MISSING), Unknown),
        ((*CONTROL, *NOTHING, 500), Unknown),
        ((*CONTROL, *NOTHING, REVOKED), Unknown),
        ((*CONTROL, *CONTROL, 500), Unknown),
        ((PAGE, {"id": "7"}), Unknown),
        ((MISSING,), Unknown),
        ((REVOKED,), Unknown),
    ],
)
def test_what_a_look_concludes(called: Called, answers: tuple[object, ...], verdict: type) -> None:
    called(*answers)
    seen = Facebook(endpoint()).look(Posting(marker=MARKER, withdrawal=APPROVED, references=(REFERENCE,)))
    assert type(seen) is verdict, seen
    assert seen.evidence["a stranger's view"] == "not told by any interface"


def test_everything_is_withdrawn_whatever_fails(called: Called, calls: Calls) -> None:
    second = POST | {"id": "1000_40"}
    called(500, *CONTROL, listed(POST), EMPTY, listed(second), {"success": True})
    with pytest.raises(ChannelFailed, match="500"):
        Facebook(endpoint()).withdraw(Posting(marker=MARKER, withdrawal={}, references=(REFERENCE,)))
    assert [url.split("?")[0] for method, url, _, _ in calls if method == "DELETE"] == [
        f"{URL}1000_41",
        f"{URL}1000_40",
    ]


SHARED = POST | {"id": "1000_40", "permalink_url": "https://www.facebook.com/presse/posts/pfbid0abc"}


@pytest.mark.parametrize(
    "url",
    [
        "https://www.facebook.com/1000_41",
        "https://www.facebook.com/presse/posts/41/",
        "https://m.facebook.com/1000/posts/zeugen-gesucht/41?ref=x",
        "https://www.facebook.com/permalink.php?story_fbid=41&id=1000",
        "https://facebook.com/story.php?id=1000&story_fbid=41",
    ],
)
def test_a_post_made_by_hand_is_known_by_its_number(called: Called, calls: Calls, url: str) -> None:
    assert called(*CONTROL, POST).own_post(url) == REFERENCE
    assert called(*CONTROL, MISSING).own_post(url) is None
    with pytest.raises(ChannelFailed):
        called(*CONTROL, 500).own_post(url)


def test_a_post_made_by_hand_is_known_by_the_address_that_facebook_gives_it(called: Called, calls: Calls) -> None:
    url = "https://m.facebook.com/presse/posts/pfbid0abc/"
    assert called(*CONTROL, listed(POST, SHARED)).own_post(url) == Reference(
        kind="post", id="1000_40", url="https://www.facebook.com/1000_40"
    )
    assert query(calls[2][1])["fields"] == "id,message,created_time,permalink_url"
    assert called(*CONTROL, listed(POST)).own_post(url) is None
    with pytest.raises(ChannelFailed):
        called(*CONTROL, 500).own_post(url)
    with pytest.raises(AuthError):
        called(MISSING).own_post(url)


@pytest.mark.parametrize("path", ["share/p/1AbCdEf/", "share/1AbCdEf?mibextid=x"])
def test_a_link_for_sharing_says_nothing_of_the_post_and_is_refused_so(called: Called, calls: Calls, path: str) -> None:
    with pytest.raises(UsageError, match="may be the Page's own"):
        called().own_post(f"https://www.facebook.com/{path}")
    assert calls == []


@pytest.mark.parametrize(
    "url", ["https://facebook.example/1000_41", "http://[", "", "https://www.facebook.com.example/"]
)
def test_an_address_elsewhere_is_no_post_and_asks_nobody(called: Called, calls: Calls, url: str) -> None:
    assert called().own_post(url) is None
    assert calls == []


@pytest.mark.parametrize(
    ("answer", "verdict"), [(POST | {"message": "anders", "full_picture": "x"}, Live), (DRAFT, Altered)]
)
def test_a_post_made_by_hand_is_live_however_it_looks(called: Called, answer: object, verdict: type) -> None:
    called(*CONTROL, *NOTHING, answer)
    posting = Posting(marker=MARKER, withdrawal={"adopted": True}, references=(REFERENCE,))
    assert isinstance(Facebook(endpoint()).look(posting), verdict)
