"""The Facebook channel keeps the contract on every kind of Facebook, and every exchange fits the specifications."""

import dataclasses
import datetime as dt
import os
import pathlib
import time
from collections.abc import Collection, Iterator
from typing import Any

import pytest

from fahndung import channels
from fahndung.channels import facebookanswers, facebookapi, facebookphotos
from fahndung.channels.base import Channel
from fahndung.channels.facebook import Facebook
from fahndung.channels.kinds import KIND_COMMENTS
from fahndung.errors import AuthError, ChannelFailed, NotPublishable, NotSent, OutcomeUnknown, RateLimited, Rejected
from fahndung.model.appeal import Category
from fahndung.model.mandate import Medium
from fahndung.model.publication import Altered, Gone, Live, Reference, Unknown
from fahndung.model.release import Release
from fahndung.testing.asking import settled_look
from fahndung.testing.contract import Witness, posting, published
from fahndung.testing.facebook import APP_SECRET, BLIND
from fahndung.testing.facebookstock import PROFILES, page_id
from fahndung.testing.faults import Call, Fault
from fahndung.testing.running import RunningFacebook, running_facebook

from . import asked, elsewhere, facebooks, graphspec, linkposts, openapi, simulated
from .elsewhere import Elsewhere
from .facebooks import release
from .openapi import Record

only = pytest.mark.parametrize


@pytest.fixture(autouse=True)
def exchanges(monkeypatch: pytest.MonkeyPatch) -> Iterator[Record]:
    """All that is said, and nothing of it wrong."""
    facebooks.secrets(monkeypatch)
    record = facebooks.record()
    record.watch(monkeypatch)
    yield record
    assert record.wrong == []


class Contract(simulated.Contract):
    """One platform for all tests of a profile."""

    variable = facebooks.VARIABLE
    skips = facebooks.SKIPS

    def opened(self, platform: RunningFacebook, mode: str) -> Channel:
        return facebooks.channel(platform, mode)

    def released(self, name: str) -> Release:
        return release(name)

    @pytest.fixture
    def secrets(self, platform: RunningFacebook) -> Collection[str]:
        return platform.token, APP_SECRET


@pytest.mark.peers
class TestContract(Contract):
    """Against the platform in a thread of this process."""

    kinds = asked.whole(facebooks.KINDS)

    @pytest.fixture(scope="class")
    @classmethod
    def platform(cls, mode: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningFacebook]:
        with facebooks.in_a_thread(tmp_path_factory.mktemp("facebook"), mode) as started:
            yield started


@pytest.mark.peers
@pytest.mark.no_cover
class TestContractOverProcesses(Contract):
    """Against the platform in a process of its own; where drafts cannot be shown, posts are shown at once."""

    kinds = asked.parts(facebooks.KINDS)

    @pytest.fixture(scope="class")
    @classmethod
    def platform(cls, mode: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningFacebook]:
        lag = facebooks.LAG_S if PROFILES[mode].lag_s else None
        with running_facebook(tmp_path_factory.mktemp("facebook"), mode, lag_s=lag) as started:
            yield started


@pytest.mark.peers
class TestContractWithPictures(Contract):
    """With pictures of things, each of which has to be deleted by itself, or goes with its post."""

    skips = facebooks.SKIPS_WITH_MEDIA
    kinds = facebooks.KINDS_WITH_MEDIA

    @pytest.fixture(scope="class")
    @classmethod
    def platform(cls, mode: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningFacebook]:
        with facebooks.in_a_thread(tmp_path_factory.mktemp("facebook"), mode) as started:
            yield started

    @pytest.fixture
    def unseen(self) -> Collection[str]:
        return (facebookphotos.MEDIUM, Call.UPLOAD)

    def opened(self, platform: RunningFacebook, mode: str) -> Channel:
        return facebooks.channel(platform, mode, media="objects")

    def released(self, name: str) -> Release:
        return release(name, pictures=2)


@pytest.mark.peers
class TestContractElsewhere(Elsewhere):
    """Against Facebook: ``FAHNDUNG_TEST_FACEBOOK`` is a Page's token, ``…_APP`` the app's secret, ``…_PAGE`` the id."""

    __test__ = "FAHNDUNG_TEST_FACEBOOK" in os.environ
    handed = {  # noqa: RUF012 - never changed
        facebooks.VARIABLE: "FAHNDUNG_TEST_FACEBOOK",
        facebooks.APP_VARIABLE: "FAHNDUNG_TEST_FACEBOOK_APP",
    }

    @pytest.fixture(autouse=True)
    def exchanges(self) -> None:
        """Held against nothing, with the time that calls have in earnest: it may be of any version, and far away."""

    def opened(self) -> Channel:
        return elsewhere.account(
            "facebook",
            "FACEBOOK",
            page=os.environ["FAHNDUNG_TEST_FACEBOOK_PAGE"],
            credential=facebooks.CREDENTIAL,
            app_secret="facebook-app",
        )

    def released(self, name: str) -> Release:
        return release(name)


@pytest.fixture(params=PROFILES)
def profile(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def platform(tmp_path: pathlib.Path, profile: str) -> Iterator[RunningFacebook]:
    with facebooks.in_a_thread(tmp_path, profile) as started:
        yield started


@pytest.fixture
def channel(platform: RunningFacebook, profile: str) -> Facebook:
    return facebooks.channel(platform, profile)


def kinds(platform: RunningFacebook) -> list[str]:
    """What is there: posts that are shown, and drafts."""
    return sorted(one["kind"] for one in platform.online())


@pytest.mark.peers
def test_every_exchange_of_a_whole_life_fits_the_specification(
    channel: Facebook, exchanges: Record, profile: str
) -> None:
    if graphspec.specification() is None:
        openapi.needed(graphspec.FILES["page"])
    channel.check()
    draft = channel.prepare(release())
    whole = posting(draft, published(channel, draft))
    assert isinstance(channel.look(whole), Live)
    channel.withdraw(whole)
    time.sleep(channel.endpoint.settle_s)
    assert isinstance(channel.look(whole), Gone)
    said = {(method, answer.status) for method, _, answer in exchanges.answers}
    assert said >= {("POST", 200), ("DELETE", 200), ("GET", 200), ("GET", 400)}
    assert exchanges.checked >= 20
    assert exchanges.odd == 1, "only that the post does not exist is not described"


@only("profile", ["flip"])
def test_a_post_is_made_for_nobody_to_see_and_shown_once_it_is_known(
    channel: Facebook, platform: RunningFacebook, exchanges: Record
) -> None:
    seen: list[list[str]] = []
    draft = channel.prepare(release())
    channel.publish(draft, lambda reference: seen.append(kinds(platform)))
    assert (seen, kinds(platform)) == ([["draft"]], ["post"])
    assert [(one.verb, one.kind, one.marker) for one in platform.journal()] == [
        ("draft", "draft", draft.marker),
        ("create", "post", draft.marker),
    ]
    written = [url for method, url, _ in exchanges.answers if method == "POST"]
    assert [url.removeprefix(platform.url) for url in written] == [
        f"v26.0/{page_id(0)}/feed",
        f"v26.0/{page_id(0)}_1",
    ]


@only("profile", ["no-flip", "deaf", "unlisted"])
def test_without_drafts_a_post_is_shown_at_once(platform: RunningFacebook, profile: str) -> None:
    channel = facebooks.channel(platform, profile, drafts=False)
    draft = channel.prepare(release())
    whole = posting(draft, published(channel, draft))
    assert [(one.verb, one.kind) for one in platform.journal()] == [("create", "post")]
    assert isinstance(channel.look(whole), Live)
    channel.withdraw(posting(draft))
    assert platform.online() == ()


@only(("profile", "kind"), [("no-flip", Rejected), ("deaf", OutcomeUnknown)])
def test_a_draft_that_cannot_be_shown_is_told_never_called_live_and_withdrawn(
    platform: RunningFacebook, profile: str, kind: type[Exception]
) -> None:
    channel, witness = facebooks.channel(platform, profile, drafts=True), Witness()
    draft = channel.prepare(release())
    with pytest.raises(kind) as caught:
        channel.publish(draft, witness)
    assert type(caught.value) is kind
    assert kind is Rejected or "drafts = false" in str(caught.value)
    assert kinds(platform) == ["draft"]
    seen = channel.look(posting(draft, witness))
    assert isinstance(seen, Altered)
    assert "a draft that nobody is shown" in seen.why
    channel.withdraw(posting(draft))
    assert platform.online() == ()
    assert isinstance(channel.look(posting(draft, witness)), Gone)


@pytest.mark.peers
@only("profile", ["flip"])
@only(
    ("fault", "shown"),
    [
        (Fault.TIMEOUT_AFTER, True),
        (Fault.CUT_AFTER, True),
        (Fault.ERROR_AFTER, True),
        (Fault.GARBAGE, True),
        (Fault.TIMEOUT_BEFORE, False),
        (Fault.CUT_BEFORE, False),
        (Fault.ERROR_BEFORE, False),
        (Fault.NOTHING, False),
    ],
)
def test_whether_a_draft_was_shown_is_read_back_whatever_was_answered(
    channel: Facebook, platform: RunningFacebook, fault: Fault, shown: bool
) -> None:
    draft, witness = channel.prepare(release()), Witness()
    simulated.Switch(platform, {}).add(fault, Call.SHOW)
    if shown:
        channel.publish(draft, witness)
    else:
        with pytest.raises(OutcomeUnknown):
            channel.publish(draft, witness)
    assert kinds(platform) == ["post" if shown else "draft"]
    assert [one.id for one in channel.find(draft.marker)] == [one.id for one in witness.references]
    assert platform.calls(Call.SHOW) == 1, "a write is never repeated by the channel itself"


@only("profile", ["flip"])
@only(("fault", "kind"), [(Fault.LIMITED, RateLimited), (Fault.UNAUTHORIZED, AuthError)])
def test_a_draft_that_may_not_be_shown_now_is_taken_back(
    channel: Facebook, platform: RunningFacebook, fault: Fault, kind: type[Exception]
) -> None:
    draft = channel.prepare(release())
    platform.add(fault, Call.SHOW)
    with pytest.raises(kind):
        channel.publish(draft, lambda _: None)
    assert platform.online() == ()
    platform.add(fault, Call.SHOW, Call.DELETE, times=2)
    with pytest.raises(kind):
        channel.publish(draft, lambda _: None)
    assert kinds(platform) == ["draft"], "the ledger knows of it"


@only("profile", ["flip"])
def test_a_look_after_showing_that_fails_leaves_the_outcome_unknown(
    channel: Facebook, platform: RunningFacebook
) -> None:
    platform.add(Fault.UNAUTHORIZED, Call.READ)
    with pytest.raises(OutcomeUnknown):
        channel.publish(channel.prepare(release()), lambda _: None)
    assert kinds(platform) == ["post"]


@only("profile", ["flip"])
def test_a_draft_beside_the_post_is_no_second_copy_and_gone_only_with_it(
    channel: Facebook, platform: RunningFacebook
) -> None:
    draft = channel.prepare(release())
    channel._api.post(draft.payload["post.txt"].decode(), published=False)
    whole = posting(draft, published(channel, draft))
    assert kinds(platform) == ["draft", "post"]
    seen = channel.look(whole)
    assert isinstance(seen, Live)
    assert seen.evidence["posts"] == {f"{page_id(0)}_1": "a draft", f"{page_id(0)}_2": "shown"}
    published(channel, draft)
    assert isinstance(channel.look(whole), Altered), "two are shown"
    channel.withdraw(whole)
    assert platform.online() == ()


@only("profile", ["unlisted"])
def test_what_a_crash_left_where_drafts_are_listed_nowhere_is_shown_to_nobody(
    channel: Facebook, platform: RunningFacebook
) -> None:
    draft = channel.prepare(release())
    platform.add(Fault.CUT_AFTER, Call.CREATE)
    with pytest.raises(OutcomeUnknown):
        channel.publish(draft, lambda _: None)
    assert channel.find(draft.marker) == ()
    whole = posting(draft, published(channel, draft))
    assert kinds(platform) == ["draft", "post"]
    channel.withdraw(whole)
    assert isinstance(channel.look(whole), Gone)
    assert kinds(platform) == ["draft"]


@only("profile", ["flip"])
@only("change", [{"text": "Text."}, {"withdrawal": {}}])
def test_what_was_not_approved_is_altered(channel: Facebook, platform: RunningFacebook, change: dict[str, Any]) -> None:
    draft = channel.prepare(release(teaser=f"Wem gehört das? 🚲 Größe „M“ & <neu>\n\n{linkposts.PAGE}\n"))
    whole = posting(draft, published(channel, draft))
    assert isinstance(channel.look(whole), Live)
    other = dataclasses.replace(whole, withdrawal={"sha256": "0" * 64} if "text" in change else {})
    assert isinstance(channel.look(other), Altered)
    assert isinstance(channel.look(channel.leftover(draft.marker, whole.references)), Altered)


@only("profile", ["flip"])
def test_only_what_this_program_wrote_is_listed_however_many_pages_there_are(
    channel: Facebook, platform: RunningFacebook, exchanges: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(facebookapi.VISIBLE, "published_posts", {"include_hidden": "true", "limit": "10"})
    drafts = [channel.prepare(release(name)) for name in ("one", "two")]
    for draft in drafts:
        published(channel, draft)
    for number in range(20):
        channel._api.post(f"Guten Morgen {number}", published=True)
    for text in (
        f"https://elsewhere.example/x#{drafts[0].marker}",
        f"{linkposts.PAGE}#{drafts[0].marker[:-1]}",
        f"ohne Link /fahndung/x/#{drafts[0].marker}",
    ):
        channel._api.post(text, published=True)
    exchanges.answers.clear()
    assert {one.marker for one in channel.listing()} == {draft.marker for draft in drafts}
    pages = [url for _, url, _ in exchanges.answers if "/published_posts?" in url]
    assert len(pages) == 3
    assert all(url.startswith(platform.url) for url in pages), "an address of an answer is never followed"
    assert len(channel.listing()) == 2
    channel.withdraw(posting(drafts[0]))
    assert {one.marker for one in channel.listing()} == {drafts[1].marker}
    assert len(platform.online()) == 24


@only("profile", ["flip"])
@only("token", [BLIND, simulated.OTHER, "revoked"])
def test_a_token_that_sees_nothing_is_not_believed(
    channel: Facebook, platform: RunningFacebook, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    draft = channel.prepare(release())
    whole = posting(draft, published(channel, draft))
    monkeypatch.setenv(facebooks.VARIABLE, token)
    for act in (channel.check, channel.listing, lambda: channel.withdraw(whole)):
        with pytest.raises(AuthError):
            act()
    with pytest.raises(AuthError) as caught:
        channel.publish(draft, lambda _: None)
    assert not caught.value.effect_possible
    assert isinstance(channel.look(whole), Unknown)
    assert kinds(platform) == ["post"]


@only("profile", ["flip"])
@only("variable", [facebooks.VARIABLE, facebooks.APP_VARIABLE])
def test_without_its_secrets_nothing_is_sent_and_a_wrong_app_secret_is_told(
    channel: Facebook, exchanges: Record, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(facebooks.APP_VARIABLE, "another")
    with pytest.raises(AuthError, match="the app's secret"):
        channel.check()
    exchanges.answers.clear()
    monkeypatch.delenv(variable)
    with pytest.raises(AuthError, match=variable) as caught:
        channel.publish(channel.prepare(release()), lambda _: None)
    assert not caught.value.effect_possible
    assert exchanges.answers == []


@only("profile", ["flip"])
def test_a_deletion_that_only_says_missing_is_not_taken_for_gone_while_the_post_is_shown(
    channel: Facebook, platform: RunningFacebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = channel.prepare(release())
    whole = posting(draft, published(channel, draft))
    really, once = facebookanswers.is_missing, iter([True])
    monkeypatch.setattr(facebookanswers, "is_missing", lambda answer: next(once, False) or really(answer))
    platform.add(Fault.NOTHING, Call.DELETE)
    before = platform.calls(Call.WHOAMI)
    channel._api.delete(whole.references[0])
    assert platform.calls(Call.WHOAMI) == before + 2, "it is believed for the moment because the Page answers"
    assert isinstance(channel.look(whole), Live)


@only(("usage", "posts"), [(49, True), (50, False), (100, False)])
def test_half_of_the_calls_are_kept_for_taking_down(tmp_path: pathlib.Path, usage: int, posts: bool) -> None:
    with facebooks.in_a_thread(tmp_path, usage=usage) as platform:
        channel = facebooks.channel(platform)
        draft = channel.prepare(release())
        if not posts:
            with pytest.raises(RateLimited) as caught:
                channel.publish(draft, lambda _: None)
            assert caught.value.retry_after == dt.timedelta(minutes=15)
            channel._api.post(draft.payload["post.txt"].decode(), published=True)
        else:
            published(channel, draft)
        channel.withdraw(posting(draft))
        assert isinstance(channel.look(posting(draft, Witness())), Gone)
        assert platform.online() == ()


@only("profile", ["flip"])
def test_a_control_that_fails_before_a_post_means_that_nothing_was_sent(
    channel: Facebook, platform: RunningFacebook
) -> None:
    platform.add(Fault.GARBAGE, Call.WHOAMI)
    with pytest.raises(NotSent):
        channel.publish(channel.prepare(release()), lambda _: None)
    assert platform.calls(Call.CREATE) == 0


@only("profile", ["flip"])
def test_a_page_that_is_too_full_to_be_looked_through_fails_the_check(
    channel: Facebook, platform: RunningFacebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facebookapi, "MOST_A_YEAR", 2)
    published(channel, channel.prepare(release("one")))
    channel.check()
    published(channel, channel.prepare(release("two")))
    with pytest.raises(ChannelFailed, match="Page of its own"):
        channel.check()


def account(**change: Any) -> dict[str, Any]:
    values = {"name": "facebook", "page": "1", "credential": "facebook-token", "app_secret": "facebook-app"}
    return values | change


def test_what_the_channel_says_of_itself() -> None:
    opened = channels.from_ledger("facebook", account())
    able = opened.capabilities()
    assert (able.recovery, able.can_delete, able.delete_window, able.can_find) == ("lookup", True, None, True)
    assert able.settle == dt.timedelta(seconds=60)
    assert not able.rehearsal_only
    assert able.evidence is not None
    assert able.evidence.by == "simulator", "no live account was used, and nothing claims more"
    assert "a stranger" in able.proof.en
    assert "draft" in able.residual.en
    assert channels.medium_of("facebook") is Medium.SOCIAL is opened.medium
    assert "facebook" not in KIND_COMMENTS, "comments cannot be closed: R32 asks for the roster"


def test_a_text_that_is_too_long_is_refused_in_both_languages_and_not_cut() -> None:
    text = linkposts.TEASER.strip().replace(linkposts.PAGE, f"{linkposts.PAGE}#{linkposts.marker('one')}")
    draft = channels.from_ledger("facebook", account(characters=len(text))).prepare(release())
    assert draft.payload["post.txt"].decode() == text
    assert draft.references == ()
    assert draft.counted is not None
    assert (draft.counted.length, draft.counted.most) == (len(text), len(text))
    with pytest.raises(NotPublishable, match=r"counts \d+ characters") as caught:
        channels.from_ledger("facebook", account(characters=len(text) - 1)).prepare(release())
    assert "Zeichen" in caught.value.message.de


def test_no_secret_and_no_proof_stands_in_an_address_that_errors_tell(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with facebooks.in_a_thread(tmp_path) as platform:
        channel = facebooks.channel(platform)
        proof = channel._api._line.proof()["appsecret_proof"]
        for fault in (Fault.CUT_BEFORE, Fault.UNAUTHORIZED, Fault.LIMITED, Fault.GARBAGE):
            platform.clear()
            platform.add(fault, *Call, times=None)
            with pytest.raises(ChannelFailed) as caught:
                channel.listing()
            told = f"{caught.value!r} {''.join(caught.value.message)}"
            assert not [secret for secret in (proof, simulated.TOKEN, APP_SECRET) if secret in told]


@pytest.mark.peers
@only("profile", ["no-flip"])
@only("mistake", simulated.MISTAKES)
@only("made", [True, False])
def test_the_contract_catches_a_mistake(
    channel: Facebook, platform: RunningFacebook, mistake: simulated.Mistake, made: bool
) -> None:
    asked = mistake(Facebook)(channel.endpoint) if made else channel  # type: ignore[call-arg]
    switch = simulated.Switch(platform, facebooks.SKIPS)
    assert simulated.catches(mistake, asked, release(), platform, switch) is made


@pytest.mark.peers
@only("profile", facebooks.WORKING)
def test_what_a_killed_process_left_is_found_by_another_one_and_withdrawn(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, profile: str
) -> None:
    lag = facebooks.LAG_S if PROFILES[profile].lag_s else None
    with running_facebook(tmp_path, profile, lag_s=lag) as platform:
        monkeypatch.setenv(facebooks.VARIABLE, platform.token)
        channel = facebooks.channel(platform, profile)
        draft = channel.prepare(release())
        simulated.kill_while_it_posts(draft, platform)
        time.sleep(channel.endpoint.settle_s)
        assert len(channel.find(draft.marker)) == 1
        channel.withdraw(posting(draft))
        time.sleep(channel.endpoint.settle_s)
        assert isinstance(channel.look(posting(draft)), Gone)
        assert [(one.verb, one.marker) for one in platform.journal()] == [
            ("draft" if channel.endpoint.drafts else "create", draft.marker),
            ("delete", draft.marker),
        ]


def test_a_reference_leads_to_the_post() -> None:
    opened = Facebook(facebookapi.Endpoint.from_ledger(account()))
    assert opened._api._reference("1_2") == Reference(kind="post", id="1_2", url="https://www.facebook.com/1_2")


@pytest.fixture
def pictured(platform: RunningFacebook, profile: str) -> Facebook:
    """The account, with a policy that lets pictures of things go along."""
    return facebooks.channel(platform, profile, media="objects")


@only("profile", ["flip", "lagging"])
def test_pictures_of_things_go_along_with_their_words_and_go_with_the_post(
    pictured: Facebook, platform: RunningFacebook, exchanges: Record
) -> None:
    pictured.check()
    draft, link = pictured.prepare(release(pictures=2)), f"{linkposts.PAGE}#{linkposts.marker('one')}"
    assert [one.alt for one in draft.attachments] == [linkposts.alt(1), linkposts.alt(2)]
    assert draft.payload["caption.txt"].decode() == link, "nothing stands below a picture but the link"
    witness = published(pictured, draft)
    assert [one.kind for one in witness.references] == ["media", "media", "post"]
    *photos, _ = witness.references
    assert [(one.verb, one.kind, one.marker) for one in platform.journal()] == [
        *[("upload", "media", draft.marker)] * 2,
        ("draft", "draft", draft.marker),
        ("create", "post", draft.marker),
    ]
    online = sorted(one["sha256"] for one in platform.online() if one["kind"] == "media")
    assert online == sorted(str(one["sha256"]) for one in draft.withdrawal["media"])  # type: ignore[attr-defined]
    whole = posting(draft, witness)
    seen = pictured.look(whole)
    assert isinstance(seen, Live)
    assert seen.evidence["photos"] == {one.id: True for one in photos}
    assert [pictured._api.photo(one) for one in photos] == [
        facebookphotos.Photo(alt=linkposts.alt(number), caption=link) for number in (1, 2)
    ]
    pictured.withdraw(whole)
    gone = settled_look(pictured, whole)
    assert isinstance(gone, Gone)
    assert gone.evidence["photos"] == {one.id: False for one in photos}
    assert platform.online() == ()
    assert exchanges.wrong == []


@only("profile", ["flip"])
def test_a_photo_that_is_left_without_its_post_is_altered_and_goes_the_next_time(
    pictured: Facebook, platform: RunningFacebook
) -> None:
    draft = pictured.prepare(release(pictures=2))
    witness = published(pictured, draft)
    whole = posting(draft, witness)
    pictured._api.delete(witness.references[-1])
    platform.add(Fault.NOTHING, Call.DELETE, times=2)  # of the post, which is gone, and of one photo
    pictured.withdraw(whole)
    seen = pictured.look(whole)
    assert isinstance(seen, Altered)
    assert "pictures made for it are" in seen.why
    assert [one["kind"] for one in platform.online()] == ["media"]
    assert len(pictured.find(draft.marker)) == 1, "the listing names it by the link below it"
    pictured.withdraw(posting(draft))
    assert isinstance(pictured.look(whole), Gone)


@only("profile", ["flip"])
def test_a_photo_cannot_be_deleted_before_its_post_and_is_not_taken_for_gone(
    pictured: Facebook, platform: RunningFacebook
) -> None:
    draft = pictured.prepare(release(pictures=1))
    witness = published(pictured, draft)
    pictured._api.delete(witness.references[0])
    assert isinstance(pictured.look(posting(draft, witness)), Live)
    assert len(platform.online()) == 2


@only("profile", ["flip", "unlisted"])
@only(("fault", "call"), [(Fault.LIMITED, Call.CREATE), (Fault.REFUSED, Call.CREATE), (Fault.LIMITED, Call.SHOW)])
def test_what_was_not_sent_leaves_no_picture_behind(
    pictured: Facebook, platform: RunningFacebook, profile: str, fault: Fault, call: Call
) -> None:
    draft, witness = pictured.prepare(release(pictures=2)), Witness()
    platform.add(fault, call)
    with pytest.raises((RateLimited, Rejected)):
        pictured.publish(draft, witness)
    first, second, *post = witness.references
    assert [one.kind for one in post] == (["post"] if call is Call.SHOW else [])
    assert [pictured._api.photo(one) for one in (first, second)] == [None, None]
    assert isinstance(pictured.look(posting(draft, witness)), Gone)


@only("profile", ["flip", "unlisted"])
def test_a_picture_of_which_no_answer_came_is_found_where_it_is_listed_and_else_lapses(
    pictured: Facebook, platform: RunningFacebook, profile: str
) -> None:
    draft = pictured.prepare(release(pictures=1))
    platform.add(Fault.GARBAGE, Call.UPLOAD)
    with pytest.raises(OutcomeUnknown):
        pictured.publish(draft, lambda _: pytest.fail("nobody was told"))
    (made,) = platform.journal()
    photo = facebookphotos.reference(made.id)
    assert pictured.find(draft.marker) == ((photo,) if profile == "flip" else ())
    pictured.withdraw(posting(draft))
    assert (pictured._api.photo(photo) is None) is (profile == "flip")
    platform.forward(dt.timedelta(hours=24))
    assert pictured._api.photo(photo) is None


@only("profile", ["unlisted"])
def test_pictures_on_a_draft_that_nobody_can_find_are_told_until_they_have_lapsed(
    pictured: Facebook, platform: RunningFacebook
) -> None:
    draft, witness = pictured.prepare(release(pictures=1)), Witness()
    platform.add(Fault.GARBAGE, Call.CREATE)
    with pytest.raises(OutcomeUnknown):
        pictured.publish(draft, witness)
    whole = posting(draft, witness)
    pictured.withdraw(whole)
    assert isinstance(pictured.look(whole), Altered)
    platform.forward(dt.timedelta(hours=24))
    assert isinstance(pictured.look(whole), Gone)


@only("profile", ["no-flip"])
def test_without_drafts_a_post_is_shown_at_once_with_its_pictures(
    pictured: Facebook, platform: RunningFacebook
) -> None:
    draft = pictured.prepare(release(pictures=1))
    whole = posting(draft, published(pictured, draft))
    assert [(one.verb, one.kind) for one in platform.journal()] == [("upload", "media"), ("create", "post")]
    assert isinstance(pictured.look(whole), Live)
    pictured.withdraw(whole)
    assert platform.online() == (), "they go with it"
    assert isinstance(pictured.look(whole), Gone)


@pytest.mark.peers
@only("profile", ["flip"])
@only("mistake", simulated.WITH_MEDIA)
@only("made", [True, False])
def test_the_contract_catches_a_photo_that_is_left(
    pictured: Facebook, platform: RunningFacebook, mistake: simulated.Mistake, made: bool
) -> None:
    asked = mistake(Facebook)(pictured.endpoint) if made else pictured  # type: ignore[call-arg]
    switch = simulated.Switch(platform, facebooks.SKIPS_WITH_MEDIA)
    assert simulated.catches(mistake, asked, release(pictures=2), platform, switch) is made


@only("category", [*Category])
def test_no_picture_of_a_person_goes_along_whatever_the_manifest_lists(category: Category) -> None:
    opened = channels.from_ledger("facebook", account(media="objects"))
    forged = release(pictures=1, manifest={"category": category, "persons": ["p1"]})
    with pytest.raises(NotPublishable, match="about persons"):
        opened.prepare(forged)


@only(("change", "told"), [({"pictures": 11}, "11 pictures"), ({"pictures": None}, "built when")])
def test_pictures_that_do_not_fit_are_refused_and_none_is_left_out(change: dict[str, Any], told: str) -> None:
    opened = channels.from_ledger("facebook", account(media="objects"))
    able = opened.capabilities().media
    assert able is not None
    assert (able.count, able.bytes, able.types) == (10, 4_000_000, ("image/jpeg",))
    assert len(opened.prepare(release(pictures=10)).attachments) == 10
    with pytest.raises(NotPublishable, match=told):
        opened.prepare(release(**change))
    assert channels.from_ledger("facebook", account()).capabilities().media is None


class TestReread:
    """After the end Facebook is asked to read the force's page again."""

    URL = "https://fahndung.polizei.example/fahndung/k3m9x0q7t2w8z5b1/"

    @pytest.fixture
    def page(self, tmp_path: pathlib.Path) -> Iterator[RunningFacebook]:
        with facebooks.in_a_thread(tmp_path) as platform:
            yield platform

    def test_the_address_is_read_again(self, page: RunningFacebook, exchanges: Record) -> None:
        facebooks.channel(page).reread(self.URL)
        (effect,) = page.journal()
        assert (effect.verb, effect.kind, effect.id) == ("reread", "address", self.URL)
        assert (exchanges.checked, exchanges.odd) == (1, 1)
        assert page.online() == ()

    @only(
        ("fault", "error"),
        [
            (Fault.LIMITED, RateLimited),
            (Fault.UNAUTHORIZED, AuthError),
            (Fault.ERROR_BEFORE, OutcomeUnknown),
            (Fault.GARBAGE, OutcomeUnknown),
        ],
    )
    def test_a_failure_is_told_as_such(
        self, page: RunningFacebook, fault: Fault, error: type[Exception], exchanges: Record
    ) -> None:
        page.add(fault, Call.REREAD, seconds=60)
        with pytest.raises(error):
            facebooks.channel(page).reread(self.URL)
        assert all(effect.verb != "reread" for effect in page.journal()) or fault is Fault.GARBAGE

    def test_what_is_no_address_is_refused(self, page: RunningFacebook) -> None:
        with pytest.raises(Rejected):
            facebooks.channel(page).reread("nowhere")

    def test_without_permission_nothing_is_read(self, page: RunningFacebook, monkeypatch: pytest.MonkeyPatch) -> None:
        facebooks.secrets(monkeypatch, BLIND)
        with pytest.raises((Rejected, AuthError)):
            facebooks.channel(page).reread(self.URL)
        assert page.journal() == ()
