"""The X channel keeps the contract on every kind of API, and every exchange fits the OpenAPI file."""

import dataclasses
import datetime as dt
import json
import os
import pathlib
import time
import urllib.parse
from collections.abc import Collection, Iterator
from typing import Any

import pytest

from fahndung import channels
from fahndung.channels import xapi, xmedia
from fahndung.channels.base import Channel
from fahndung.channels.kinds import KIND_COMMENTS
from fahndung.channels.x import RATE, X
from fahndung.channels.xattached import MEDIUM as PICTURE
from fahndung.errors import AuthError, ChannelFailed, Duplicate, NotPublishable, NotSent, RateLimited, Rejected
from fahndung.law.facts import Comments
from fahndung.model.mandate import Medium
from fahndung.model.publication import Altered, Gone, Live, Posting, Unknown
from fahndung.model.release import Release
from fahndung.testing.asking import Stop, settled_look
from fahndung.testing.contract import Witness, posting, published
from fahndung.testing.faults import Call, Fault
from fahndung.testing.running import RunningX, running_x
from fahndung.testing.xshapes import PROFILES

from . import asked, elsewhere, linkposts, openapi, simulated, xs
from .elsewhere import Elsewhere
from .openapi import Record

only = pytest.mark.parametrize
LONG_S = 0.5
"""How long something stays; a busy machine makes a few calls meanwhile."""


def release(name: str = "one", **how: Any) -> Release:
    return linkposts.release(name, channel="x", **how)


@pytest.fixture(autouse=True)
def exchanges(monkeypatch: pytest.MonkeyPatch) -> Iterator[Record]:
    """All that is said, and nothing of it wrong."""
    monkeypatch.setenv(xs.VARIABLE, xs.keys())
    record = xs.record()
    record.watch(monkeypatch)
    yield record
    assert record.wrong == []


class Contract(simulated.Contract):
    """One platform for all tests of a profile."""

    variable = xs.VARIABLE
    skips = xs.SKIPS

    def opened(self, platform: RunningX, mode: str) -> Channel:
        return xs.channel(platform, mode)

    def released(self, name: str) -> Release:
        return release(name)


@pytest.mark.peers
class TestContract(Contract):
    """Against the platform in a thread of this process."""

    kinds = asked.whole(xs.KINDS)

    @pytest.fixture(scope="class")
    @classmethod
    def platform(cls, mode: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningX]:
        with xs.in_a_thread(tmp_path_factory.mktemp("x"), mode) as started:
            yield started


@pytest.mark.peers
@pytest.mark.no_cover
class TestContractOverProcesses(Contract):
    """Against the platform in a process of its own."""

    kinds = asked.parts(xs.KINDS)

    @pytest.fixture(scope="class")
    @classmethod
    def platform(cls, mode: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningX]:
        lag = xs.LAG_S if PROFILES[mode].lag_s else None
        with running_x(tmp_path_factory.mktemp("x"), mode, lag_s=lag) as started:
            yield started

    def opened(self, platform: RunningX, mode: str) -> Channel:
        os.environ[xs.VARIABLE] = xs.keys(platform.token)  # the frame puts it back
        return super().opened(platform, mode)


@pytest.mark.peers
class TestContractWithPictures(Contract):
    """With pictures of things, which go when their post goes; where the API lags, they need a while to be prepared."""

    skips = xs.SKIPS_WITH_MEDIA

    kinds = xs.KINDS_WITH_MEDIA

    @pytest.fixture(scope="class")
    @classmethod
    def platform(cls, mode: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningX]:
        with xs.in_a_thread(tmp_path_factory.mktemp("x"), mode) as started:
            yield started

    @pytest.fixture(autouse=True)
    def patience(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(xmedia, "READY_S", 0.01)

    @pytest.fixture
    def unseen(self) -> Collection[str]:
        return (PICTURE, Call.UPLOAD)

    def opened(self, platform: RunningX, mode: str) -> Channel:
        return xs.channel(platform, mode, media="objects")

    def released(self, name: str) -> Release:
        return release(name, pictures=2)


@pytest.mark.peers
class TestContractElsewhere(Elsewhere):
    """Against X itself: ``FAHNDUNG_TEST_X`` holds the keys as the channel's secret does, ``…_ACCOUNT`` says whose."""

    __test__ = "FAHNDUNG_TEST_X" in os.environ
    handed = {xs.VARIABLE: "FAHNDUNG_TEST_X"}  # noqa: RUF012 - never changed

    @pytest.fixture(autouse=True)
    def exchanges(self) -> None:
        """Held against nothing, with the time that calls have in earnest: it may be of any version, and far away."""

    def opened(self) -> Channel:
        return elsewhere.account("x", "X", account=os.environ["FAHNDUNG_TEST_X_ACCOUNT"], credential=xs.CREDENTIAL)

    def released(self, name: str) -> Release:
        return release(name)


@pytest.fixture(params=PROFILES)
def profile(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def platform(tmp_path: pathlib.Path, profile: str) -> Iterator[RunningX]:
    with xs.in_a_thread(tmp_path, profile) as started:
        yield started


@pytest.fixture
def channel(platform: RunningX, profile: str) -> X:
    return xs.channel(platform, profile)


@pytest.mark.peers
@only("token", [None, "bearer"])
def test_every_exchange_of_a_whole_life_fits_the_specification(
    channel: X, exchanges: Record, profile: str, token: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    openapi.needed(xs.SPECIFICATION)
    if token is not None:
        monkeypatch.setenv(xs.VARIABLE, simulated.TOKEN)
    channel.check()
    draft = channel.prepare(release())
    whole = posting(draft, published(channel, draft))
    time.sleep(channel.endpoint.settle_s)
    assert isinstance(channel.look(whole), Live)
    channel.withdraw(whole)
    time.sleep(channel.endpoint.settle_s)
    assert isinstance(channel.look(whole), Gone)
    said = {(method, answer.status) for method, _, answer in exchanges.answers}
    assert said >= {("POST", 201), ("DELETE", 200), ("GET", 200)}
    assert exchanges.checked >= 13
    if profile == "strict":
        assert exchanges.odd == 0, "the strict API says nothing that is not described"
    assert exchanges.wrong == []


@pytest.mark.peers
def test_the_text_that_is_read_back_is_the_one_that_was_approved(channel: X) -> None:
    teaser = f"Wem gehört das? 🚲 Gro\u0308ße „M“ & <neu> &amp;\n\n{linkposts.PAGE}\n"
    draft = channel.prepare(release(teaser=teaser))
    witness = published(channel, draft)
    assert isinstance(channel.look(posting(draft, witness)), Live)
    other = dataclasses.replace(posting(draft, witness), withdrawal={"sha256": "0" * 64})
    assert isinstance(channel.look(other), Altered)
    time.sleep(channel.endpoint.settle_s)
    assert channel.find(draft.marker) == tuple(witness.references)


@only("profile", ["strict"])
def test_a_post_can_be_answered_by_nobody_and_says_where_it_stands(channel: X, exchanges: Record) -> None:
    draft = channel.prepare(release())
    (reference,) = published(channel, draft).references
    assert reference.url == f"https://x.com/presse/status/{reference.id}"
    shown = channel._api._posts(f"2/tweets/{reference.id}", {})
    assert json.loads(shown.body)["data"]["reply_settings"] == "mentionedUsers"
    seen = channel.look(Posting(marker=draft.marker, withdrawal=draft.withdrawal, references=(reference,)))
    assert isinstance(seen, Live)
    assert seen.evidence == {"account": "1", "listed": 1, "posts": {reference.id: True}}


@only("profile", ["strict"])
@only("replies", ["following", "verified", None])
def test_a_post_that_can_be_answered_is_not_what_was_approved(
    channel: X, platform: RunningX, replies: str | None
) -> None:
    draft = channel.prepare(release())
    text = draft.payload["post.txt"].decode()
    made = json.loads(say(platform, {"text": text, "reply_settings": replies}))["data"]["id"]
    seen = channel.look(posting(draft))
    assert isinstance(seen, Altered)
    assert made in seen.why


def say(platform: RunningX, values: dict[str, Any]) -> bytes:
    """Posts past the channel, as a person with an app would."""
    headers = {"Authorization": f"Bearer {simulated.TOKEN}", "Content-Type": "application/json"}
    said = {"reply_settings": "mentionedUsers"} | values
    body = json.dumps({name: value for name, value in said.items() if value is not None}).encode()
    answer = platform._client.post(f"{platform.url}2/tweets", body=body, headers=headers)
    assert answer.status == 201, answer.body
    return answer.body


@only("profile", ["strict", "playground"])
def test_an_edited_post_is_not_what_was_approved_and_all_of_its_versions_are_withdrawn(
    channel: X, platform: RunningX
) -> None:
    draft = channel.prepare(release())
    whole = posting(draft, published(channel, draft))
    text = draft.payload["post.txt"].decode()
    say(platform, {"text": f"{text} ", "edit_options": {"previous_post_id": whole.references[0].id}})
    assert isinstance(channel.look(whole), Altered)
    channel.withdraw(whole)
    assert isinstance(channel.look(whole), Gone)
    assert platform.online() == ()


@pytest.mark.peers
def test_what_is_shown_for_a_while_after_its_deletion_is_gone_only_then(tmp_path: pathlib.Path) -> None:
    with xs.in_a_thread(tmp_path, "lagging", lag_s=1) as platform:
        channel = xs.channel(platform, settle_s=1)
        draft = channel.prepare(release())
        whole = posting(draft, published(channel, draft))
        channel.withdraw(whole)
        at_once = channel.look(whole)
        time.sleep(1)
        assert not isinstance(at_once, Gone)
        assert isinstance(channel.look(whole), Gone)


def test_a_listing_that_still_names_it_forbids_to_call_it_gone(tmp_path: pathlib.Path) -> None:
    with xs.in_a_thread(tmp_path) as platform:
        channel = xs.channel(platform)
        draft = channel.prepare(release())
        whole = posting(draft, published(channel, draft))
        shown = channel._api.shown
        channel._api.shown = lambda _: None  # type: ignore[method-assign]
        seen = channel.look(whole)
        channel._api.shown = shown  # type: ignore[method-assign]
        assert isinstance(seen, Unknown)
        assert "listing still names it" in seen.why


@only("profile", ["strict", "playground"])
def test_what_is_there_already_is_not_sent_again(channel: X, platform: RunningX) -> None:
    draft = channel.prepare(release())
    published(channel, draft)
    with pytest.raises(Duplicate, match="with this marker"):
        channel.publish(draft, lambda _: None)
    assert platform.calls(Call.CREATE) == 1


@only("profile", ["strict"])
def test_a_text_that_a_stale_listing_hides_is_refused_as_a_duplicate(channel: X, platform: RunningX) -> None:
    draft = channel.prepare(release())
    published(channel, draft)
    platform.add(Fault.STALE, Call.LIST)
    with pytest.raises(Duplicate, match="this text"):
        channel.publish(draft, lambda _: None)
    assert len(platform.online()) == 1


@only("profile", ["strict"])
@only("fault", [Fault.LIMITED, Fault.ERROR_BEFORE, Fault.GARBAGE, Fault.CUT_BEFORE, Fault.UNAUTHORIZED])
def test_without_a_clean_listing_nothing_is_sent(channel: X, platform: RunningX, fault: Fault) -> None:
    draft = channel.prepare(release())
    platform.add(fault, Call.LIST, times=None)
    with pytest.raises(NotSent) as caught:
        channel.publish(draft, lambda _: None)
    assert isinstance(caught.value, RateLimited) is (fault is Fault.LIMITED)
    assert isinstance(caught.value, AuthError) is (fault is Fault.UNAUTHORIZED)
    assert platform.calls(Call.CREATE) == 0


@only("profile", ["playground"])
def test_two_copies_are_not_what_was_approved_and_both_are_withdrawn(channel: X, platform: RunningX) -> None:
    draft = channel.prepare(release())
    whole = posting(draft, published(channel, draft))
    say(platform, {"text": draft.payload["post.txt"].decode()})
    assert isinstance(channel.look(whole), Altered)
    channel.withdraw(whole)
    assert platform.online() == ()


@only("profile", ["strict", "playground"])
def test_only_what_this_program_wrote_is_listed_however_many_pages_there_are(
    channel: X, platform: RunningX, exchanges: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xapi, "PAGE", 5)
    drafts = [channel.prepare(release(name)) for name in ("one", "two")]
    for draft in drafts:
        published(channel, draft)
    for number in range(7):
        say(platform, {"text": f"Guten Morgen {number}"})
    say(platform, {"text": f"https://elsewhere.example/x#{drafts[0].marker}"})
    say(platform, {"text": f"{linkposts.PAGE}#{drafts[0].marker[:-1]}"})
    say(platform, {"text": f"ohne Link #{drafts[0].marker}"})
    exchanges.answers.clear()
    assert {one.marker for one in channel.listing()} == {draft.marker for draft in drafts}
    pages = [url for _, url, answer in exchanges.answers if answer.status == 200 and "max_results" in url]
    assert len(pages) == 3, "12 posts"
    channel.withdraw(posting(drafts[0]))
    assert {one.marker for one in channel.listing()} == {drafts[1].marker}
    assert len(platform.online()) == 11


@only("profile", ["playground"])
def test_the_word_that_the_api_understands_is_remembered(channel: X, exchanges: Record) -> None:
    channel.listing()
    channel.listing()
    asked = [(answer.status, "tweet.fields" in url) for _, url, answer in exchanges.answers if "max_results" in url]
    assert asked == [(400, False), (200, True), (200, True)]


@only("profile", ["strict"])
def test_a_revoked_token_publishes_proves_and_deletes_nothing(channel: X, platform: RunningX) -> None:
    draft = channel.prepare(release())
    whole = posting(draft, published(channel, draft))
    body = urllib.parse.urlencode({"token": simulated.TOKEN}).encode()
    assert platform._client.post(f"{platform.url}2/oauth2/revoke", body=body).status == 200
    for act in (channel.check, channel.listing, lambda: channel.withdraw(whole)):
        with pytest.raises(AuthError):
            act()
    with pytest.raises(AuthError):
        channel.publish(draft, lambda _: None)
    assert isinstance(channel.look(whole), Unknown)
    assert len(platform.online()) == 1


@only("profile", ["strict"])
@only("secret", [xs.keys(simulated.OTHER), simulated.OTHER])
def test_another_accounts_credential_is_not_believed_when_it_sees_nothing(
    channel: X, platform: RunningX, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = channel.prepare(release())
    whole = posting(draft, published(channel, draft))
    monkeypatch.setenv(xs.VARIABLE, secret)
    for act in (channel.check, channel.listing, lambda: channel.withdraw(whole)):
        with pytest.raises(AuthError, match="not that of presse"):
            act()
    assert isinstance(channel.look(whole), Unknown)
    assert len(platform.online()) == 1


@only("profile", ["strict"])
@only("secret", ["", "{", '{"api_key": "x"}', xs.keys(api_key="")])
def test_without_a_credential_nothing_is_sent(
    channel: X, exchanges: Record, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(xs.VARIABLE, secret)
    draft = channel.prepare(release())
    with pytest.raises(AuthError, match=r"x-keys|X_KEYS") as caught:
        channel.publish(draft, lambda _: None)
    assert not caught.value.effect_possible
    assert isinstance(channel.look(posting(draft)), Unknown)
    assert exchanges.checked == 0


@only("profile", ["strict", "playground"])
def test_an_application_alone_may_not_post(channel: X, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = channel.prepare(release())
    monkeypatch.setenv(xs.VARIABLE, "APPONLY")
    with pytest.raises(AuthError) as caught:
        channel._api.post(draft.payload["post.txt"].decode())
    assert not caught.value.effect_possible


@only("secret", [xs.keys(api_key_secret="wrong"), xs.keys("nobody")])
def test_a_wrong_signature_opens_nothing(tmp_path: pathlib.Path, secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(xs.VARIABLE, secret)
    with xs.in_a_thread(tmp_path) as platform, pytest.raises(AuthError) as caught:
        xs.channel(platform).check()
    assert simulated.TOKEN not in "".join(caught.value.message)


def test_a_credential_that_may_only_read_is_refused(tmp_path: pathlib.Path) -> None:
    with xs.in_a_thread(tmp_path, rights="read") as platform:
        channel = xs.channel(platform)
        with pytest.raises(AuthError, match="only read"):
            channel.check()
        with pytest.raises(AuthError) as caught:
            channel.publish(channel.prepare(release()), lambda _: None)
        assert not caught.value.effect_possible


def test_an_account_that_is_too_full_to_be_looked_through_is_not_used(tmp_path: pathlib.Path) -> None:
    with xs.in_a_thread(tmp_path, crowd=xapi.MOST_POSTS - 1) as platform:
        channel = xs.channel(platform)
        channel.check()
        whole = posting(channel.prepare(release()), published(channel, channel.prepare(release())))
        say(platform, {"text": "Guten Morgen"})
        say(platform, {"text": "Guten Abend"})
        for act in (channel.check, channel.listing, lambda: channel.withdraw(whole)):
            with pytest.raises(ChannelFailed, match="account of its own"):
                act()
        assert len(platform.online()) == 2, "what is known is removed all the same"


def test_deletions_beyond_the_platforms_limit_wait_as_long_as_it_says(tmp_path: pathlib.Path) -> None:
    with xs.in_a_thread(tmp_path, deletes=2, per_s=600) as platform:
        channel = xs.channel(platform)
        drafts = [channel.prepare(release(name)) for name in ("one", "two", "three")]
        whole = [posting(draft, published(channel, draft)) for draft in drafts]
        for one in whole[:2]:
            channel.withdraw(one)
        with pytest.raises(RateLimited) as caught:
            channel.withdraw(whole[2])
        assert caught.value.retry_after is not None
        assert dt.timedelta(minutes=9) < caught.value.retry_after <= dt.timedelta(minutes=10, seconds=1)
        assert len(platform.online()) == 1


def test_the_budget_never_asks_for_more_deletions_than_x_takes_and_keeps_half_for_taking_down() -> None:
    assert RATE.per == dt.timedelta(minutes=15)
    assert RATE.writes + RATE.burst <= 50
    assert RATE.burst // 2 >= 1


def test_what_the_channel_says_of_itself() -> None:
    opened = channels.from_ledger("x", account())
    able = opened.capabilities()
    assert (able.recovery, able.can_delete, able.delete_window, able.can_find) == ("lookup", True, None, True)
    assert able.settle == dt.timedelta(minutes=2)
    assert not able.rehearsal_only
    assert able.evidence is not None
    assert able.evidence.by == "simulator", "no live account was used, and nothing claims more"
    assert channels.medium_of("x") is Medium.SOCIAL is opened.medium
    assert KIND_COMMENTS["x"] is Comments.OFF, "nobody is mentioned, so nobody can reply: R32 asks for no roster"


def account(**change: Any) -> dict[str, Any]:
    return {"name": "x", "account": "presse", "credential": "x-keys"} | change


MOST_TEXT = 280 - 23 - 1


@only(
    ("teaser", "counted"),
    [
        (f"{linkposts.PAGE} {'x' * MOST_TEXT}", 280),
        (f"{linkposts.PAGE} {'x' * (MOST_TEXT + 1)}", 281),
        (f"{linkposts.PAGE} {'🚲' * (MOST_TEXT // 2)}", 280),
        (f"{linkposts.PAGE} {'🚲' * (MOST_TEXT // 2 + 1)}", 282),
        (f"{linkposts.PAGE} {'👨‍👩‍👧‍👦' * (MOST_TEXT // 2)}", 280),
    ],
)
def test_what_fits_is_prepared_as_it_is_and_nothing_is_cut(teaser: str, counted: int) -> None:
    channel, release_ = channels.from_ledger("x", account()), release(teaser=teaser)
    if counted == 280:
        draft = channel.prepare(release_)
        assert draft.payload["post.txt"].decode() == teaser.replace(linkposts.PAGE, f"{linkposts.PAGE}#{draft.marker}")
        assert draft.references == ()
        assert draft.counted is not None
        assert (draft.counted.length, draft.counted.most) == (counted, 280)
        return
    with pytest.raises(NotPublishable, match=rf"counts {counted} characters") as caught:
        channel.prepare(release_)
    assert "Zeichen" in caught.value.message.de


def test_a_page_of_a_rehearsal_counts_as_the_link_that_it_stands_for() -> None:
    page, channel = f"http://127.0.0.1:8477/fahndung/{linkposts.SLUG}/", channels.from_ledger("x", account())
    draft = channel.prepare(release(teaser=f"{page} {'x' * MOST_TEXT}", manifest={"page_url": page}))
    assert draft.counted is not None
    assert draft.counted.length == 280
    assert f"{page}#" in draft.payload["post.txt"].decode()
    with pytest.raises(NotPublishable, match="counts 281"):
        channel.prepare(release(teaser=f"{page} x{'x' * MOST_TEXT}", manifest={"page_url": page}))


def test_a_character_that_x_refuses_is_refused_before_it_is_sent() -> None:
    with pytest.raises(NotPublishable, match=r"U\+FEFF"):
        channels.from_ledger("x", account()).prepare(release(teaser=f"{linkposts.PAGE} x\ufeffy"))


@only(
    "extra",
    [
        " Mehr auf polizei.de",
        " Mehr auf www.polizei.sachsen.de/fahndung.",
        "\nHinweise an die Wache.Danke",
        " müller.de",
    ],
)
def test_what_x_could_make_another_link_of_is_refused(extra: str) -> None:
    channel = channels.from_ledger("x", account())
    with pytest.raises(NotPublishable, match="and of nothing else"):
        channel.prepare(release(teaser=f"Zeugen gesucht {linkposts.PAGE}{extra}"))


@only(
    ("page", "fits"),
    [
        ("https://192.0.2.1/fahndung/", False),
        ("https://intranet/fahndung/", False),
        ("http://127.0.0.1:8080/fahndung/", True),
        ("https://fahndung.polizei.example/fahndung/", True),
    ],
)
def test_a_page_of_which_x_makes_no_link_could_never_be_found_again(page: str, fits: bool) -> None:
    page, channel = f"{page}{linkposts.SLUG}/", channels.from_ledger("x", account())
    made = release(teaser=f"Zeugen gesucht\n{page}", manifest={"page_url": page})
    if fits:
        channel.prepare(made)
        return
    with pytest.raises(NotPublishable, match="it makes none"):
        channel.prepare(made)


@only("teaser", ["({page})", "{page}."])
def test_the_link_stands_alone_between_spaces(teaser: str) -> None:
    with pytest.raises(NotPublishable, match="with spaces around it"):
        channels.from_ledger("x", account()).prepare(release(teaser=teaser.format(page=linkposts.PAGE)))


@only("extra", ["@polizeisachsen", "(@polizei_x)", ".@lka"])
def test_whoever_is_mentioned_could_reply_so_nobody_is(extra: str) -> None:
    channel = channels.from_ledger("x", account())
    with pytest.raises(NotPublishable, match="mentions an account"):
        channel.prepare(release(teaser=f"Zeugen gesucht {linkposts.PAGE} {extra}"))


@only(
    "extra",
    ["am 20.11.2026 um 14.30 Uhr", "z.B. e.V.", "hinweise@polizei.example", "#Fahndung", "5,50 €, 0371/387-3448"],
)
def test_what_is_no_link_is_none(extra: str) -> None:
    channels.from_ledger("x", account()).prepare(release(teaser=f"Zeugen gesucht {extra} {linkposts.PAGE}"))


def test_what_fits_by_our_count_fits_by_the_platforms_and_one_more_does_not(tmp_path: pathlib.Path) -> None:
    with xs.in_a_thread(tmp_path) as platform:
        channel = xs.channel(platform)
        text = f"{linkposts.PAGE} " + "ü🚲" * (MOST_TEXT // 3) + "x" * (MOST_TEXT % 3)
        published(channel, channel.prepare(release(teaser=text)))
        with pytest.raises(NotPublishable, match="allowed"):
            channel.prepare(release(teaser=f"{text}x"))
        with pytest.raises(Rejected):
            channel._api.post(f"{text}x")


@pytest.mark.peers
@only("profile", ["playground"])
@only("mistake", [simulated.empty_when_limited, simulated.believes_absence, simulated.unlisted_sends_again])
@only("made", [True, False])
def test_the_contract_catches_a_mistake(channel: X, platform: RunningX, mistake: simulated.Mistake, made: bool) -> None:
    asked = mistake(X)(channel.endpoint) if made else channel
    switch = simulated.Switch(platform, xs.SKIPS)
    assert simulated.catches(mistake, asked, release(), platform, switch) is made


def pictured(platform: RunningX, profile: str = "strict", **values: Any) -> X:
    return xs.channel(platform, profile, media="objects", **values)


@pytest.mark.peers
@only("profile", ["strict", "lagging"])
def test_pictures_of_things_go_along_with_their_words_and_go_with_the_post(
    platform: RunningX, profile: str, exchanges: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xmedia, "READY_S", 0.01)
    channel = pictured(platform, profile)
    channel.check()
    draft = channel.prepare(release(pictures=2))
    assert draft.counted == xs.channel(platform, profile).prepare(release()).counted, "a picture counts nothing"
    witness = published(channel, draft)
    told = [(one.kind, one.url is None) for one in witness.references]
    waiting, shown = [(PICTURE, True), (PICTURE, True), ("post", False)], [(PICTURE, False)] * 2
    assert told == waiting + shown
    files = {one.url for one in witness.references if one.kind == PICTURE and one.url}
    seen = channel.look(posting(draft, witness))
    assert isinstance(seen, Live)
    assert seen.evidence["media"] == dict.fromkeys(files, True)
    online = [one["sha256"] for one in platform.online() if one["kind"] == "media"]
    assert online == [one["sha256"] for one in draft.withdrawal["media"]]  # type: ignore[attr-defined]
    channel.withdraw(posting(draft, witness))
    gone = settled_look(channel, posting(draft, witness))
    assert isinstance(gone, Gone)
    assert gone.evidence["media"] == dict.fromkeys(files, False)
    assert exchanges.wrong == []


@pytest.mark.peers
def test_a_file_that_outlives_its_post_is_told_until_it_is_gone(tmp_path: pathlib.Path) -> None:
    with xs.in_a_thread(tmp_path, keeps_s=LONG_S) as platform:
        channel = pictured(platform)
        draft = channel.prepare(release(pictures=1))
        whole = posting(draft, published(channel, draft))
        channel.withdraw(whole)
        seen = channel.look(whole)
        assert isinstance(seen, Altered), "the post is gone, its file is not"
        assert "/media/" in seen.why
        careless = simulated.overlooks_media(X)(channel.endpoint)
        assert isinstance(careless.look(whole), Gone), "whoever looks for the post alone is wrong"
        time.sleep(LONG_S)
        assert isinstance(channel.look(whole), Gone)


def test_a_picture_whose_address_the_ledger_lacks_is_noted_before_its_post_goes(tmp_path: pathlib.Path) -> None:
    with xs.in_a_thread(tmp_path, keeps_s=60) as platform:
        channel = pictured(platform)
        draft = channel.prepare(release(pictures=1))
        platform.add(Fault.ERROR_BEFORE, Call.READ)
        witness = published(channel, draft)
        assert [one.url for one in witness.references if one.kind == PICTURE] == [None]
        assert isinstance(channel.look(posting(draft, witness)), Live)
        channel.withdraw(posting(draft, witness))
        platform.add(Fault.ERROR_BEFORE, Call.READ)
        assert isinstance(channel.look(posting(draft, witness)), Unknown)
        (address,) = channel._addresses.values()
        assert address.startswith(f"{platform.url}media/")
        seen = channel.look(posting(draft, witness))
        assert isinstance(seen, Altered)


@pytest.mark.peers
def test_a_medium_without_a_post_is_gone_when_the_api_forgets_it(tmp_path: pathlib.Path) -> None:
    with xs.in_a_thread(tmp_path, loose_s=LONG_S) as platform:
        channel = pictured(platform)
        draft, told = channel.prepare(release(pictures=1)), Witness(stop_after=1)
        with pytest.raises(Stop):
            channel.publish(draft, told)
        whole = posting(draft, told)
        channel.withdraw(whole)
        assert isinstance(channel.look(whole), Altered), "the API still knows it"
        time.sleep(LONG_S)
        assert isinstance(channel.look(whole), Gone)
        assert platform.calls(Call.CREATE) == 0


def test_words_that_x_does_not_take_keep_the_post_back(tmp_path: pathlib.Path) -> None:
    with xs.in_a_thread(tmp_path) as platform:
        channel = pictured(platform)
        draft = channel.prepare(release(pictures=1))
        for fault, kind in ((Fault.ERROR_AFTER, NotSent), (Fault.REFUSED, Rejected)):
            platform.add(fault, Call.EDIT)
            told = Witness()
            with pytest.raises(kind) as caught:
                channel.publish(draft, told)
            assert not caught.value.effect_possible
            assert [one.kind for one in told.references] == [PICTURE], "the medium is known all the same"
        assert platform.calls(Call.CREATE) == 0


def test_a_picture_that_somebody_took_off_is_not_what_was_approved(tmp_path: pathlib.Path) -> None:
    with xs.in_a_thread(tmp_path) as platform:
        channel = pictured(platform)
        draft = channel.prepare(release(pictures=1))
        say(platform, {"text": draft.payload["post.txt"].decode()})
        assert isinstance(channel.look(posting(draft)), Altered)


def test_a_credential_that_may_not_upload_is_refused_only_where_pictures_go_along(tmp_path: pathlib.Path) -> None:
    with xs.in_a_thread(tmp_path, uploads=False) as platform:
        xs.channel(platform).check()
        with pytest.raises(AuthError, match=r"media\.write"):
            pictured(platform).check()


def test_an_account_without_a_picture_of_its_own_sends_none(tmp_path: pathlib.Path) -> None:
    with xs.in_a_thread(tmp_path, faces=False) as platform:
        xs.channel(platform).check()
        with pytest.raises(ChannelFailed, match="no picture of its own"):
            pictured(platform).check()


@only("manifest", [{"category": "missing-child"}, {"persons": ["p1"]}, {"uploads": {}}])
def test_a_picture_of_a_person_goes_nowhere_whatever_the_policy(manifest: dict[str, object]) -> None:
    channel = channels.from_ledger("x", account(media="objects"))
    with pytest.raises(NotPublishable):
        channel.prepare(release(pictures=1, manifest=manifest))
    with pytest.raises(NotPublishable, match="built when"):
        channels.from_ledger("x", account()).prepare(release(pictures=1))


@pytest.mark.peers
def test_what_a_killed_process_left_is_found_by_another_one_and_withdrawn(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, profile: str
) -> None:
    lag = xs.LAG_S if PROFILES[profile].lag_s else None
    with running_x(tmp_path, profile, lag_s=lag) as platform:
        monkeypatch.setenv(xs.VARIABLE, xs.keys(platform.token))
        channel = xs.channel(platform, profile)
        draft = channel.prepare(release())
        simulated.kill_while_it_posts(draft, platform)
        time.sleep(channel.endpoint.settle_s)
        assert len(channel.find(draft.marker)) == 1
        channel.withdraw(posting(draft))
        time.sleep(channel.endpoint.settle_s)
        assert isinstance(channel.look(posting(draft)), Gone)
        assert [(effect.verb, effect.marker) for effect in platform.journal()] == [
            ("create", draft.marker),
            ("delete", draft.marker),
        ]
