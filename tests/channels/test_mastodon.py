"""The Mastodon channel keeps the contract on every kind of server, and every exchange fits the OpenAPI file."""

import dataclasses
import datetime as dt
import json
import os
import pathlib
import time
from collections.abc import Collection, Iterator
from typing import Any

import pytest

from fahndung import channels
from fahndung.channels import mastodonapi, mastodonmedia
from fahndung.channels.base import Channel
from fahndung.channels.kinds import KIND_COMMENTS
from fahndung.channels.mastodon import RATE, Mastodon
from fahndung.errors import AuthError, ChannelFailed, NotPublishable, NotSent, OutcomeUnknown, RateLimited, Rejected
from fahndung.model.mandate import Medium
from fahndung.model.publication import Altered, Gone, Live, Posting, Reference, Unknown
from fahndung.model.release import Release
from fahndung.testing.asking import settled_look
from fahndung.testing.contract import posting, published
from fahndung.testing.faults import Call
from fahndung.testing.mastodonstock import PROFILES
from fahndung.testing.running import RunningMastodon, running_mastodon

from . import asked, linkposts, mastodons, openapi, simulated
from .elsewhere import Elsewhere
from .openapi import Record

LONG_S = 2.0
"""A lag in which a busy machine still makes a few calls."""


@pytest.fixture(autouse=True)
def exchanges(monkeypatch: pytest.MonkeyPatch) -> Iterator[Record]:
    """All that is said, and nothing of it wrong."""
    monkeypatch.setenv(mastodons.VARIABLE, mastodons.TOKEN)
    record = mastodons.record()
    record.watch(monkeypatch)
    yield record
    assert record.wrong == []


class Contract(simulated.Contract):
    """One server for all tests of a profile."""

    variable = mastodons.VARIABLE
    skips = mastodons.SKIPS

    def opened(self, platform: RunningMastodon, mode: str) -> Channel:
        return mastodons.channel(platform, mode)

    def released(self, name: str) -> Release:
        return linkposts.release(name)


@pytest.mark.peers
class TestContract(Contract):
    """Against the server in a thread of this process."""

    kinds = asked.whole(mastodons.KINDS)

    @pytest.fixture(scope="class")
    @classmethod
    def platform(cls, mode: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningMastodon]:
        with mastodons.in_a_thread(tmp_path_factory.mktemp("server"), mode) as started:
            yield started


@pytest.mark.peers
@pytest.mark.no_cover
class TestContractOverProcesses(Contract):
    """Against the server in a process of its own."""

    kinds = asked.parts(mastodons.KINDS)

    @pytest.fixture(scope="class")
    @classmethod
    def platform(cls, mode: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningMastodon]:
        lag = mastodons.LAG_S if PROFILES[mode].lag_s else None
        with running_mastodon(tmp_path_factory.mktemp("server"), mode, lag_s=lag) as started:
            yield started


@pytest.mark.peers
class TestContractWithPictures(Contract):
    """With pictures of things, on a server that removes them with their post and on one that keeps them for a while."""

    skips = mastodons.SKIPS_WITH_MEDIA

    kinds = mastodons.KINDS_WITH_MEDIA

    @pytest.fixture(scope="class")
    @classmethod
    def platform(cls, mode: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningMastodon]:
        with mastodons.in_a_thread(tmp_path_factory.mktemp("server"), mode) as started:
            yield started

    @pytest.fixture(autouse=True)
    def patience(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(mastodonmedia, "READY_S", 0.01)

    @pytest.fixture
    def unseen(self) -> Collection[str]:
        return (mastodonmedia.MEDIUM, mastodonmedia.PREVIEW, Call.UPLOAD)

    def opened(self, platform: RunningMastodon, mode: str) -> Channel:
        return mastodons.channel(platform, mode, media="objects")

    def released(self, name: str) -> Release:
        return linkposts.release(name, pictures=2)


@pytest.mark.peers
class TestContractElsewhere(Elsewhere):
    """Against any server: ``FAHNDUNG_TEST_MASTODON_URL`` is its address, ``…_TOKEN`` that of an account there."""

    __test__ = "FAHNDUNG_TEST_MASTODON_URL" in os.environ
    handed = {mastodons.VARIABLE: "FAHNDUNG_TEST_MASTODON_TOKEN"}  # noqa: RUF012 - never changed

    @pytest.fixture(autouse=True)
    def exchanges(self) -> None:
        """Held against nothing, with the time that calls have in earnest: it may be of any version, and far away."""

    def opened(self) -> Channel:
        return mastodons.elsewhere(os.environ["FAHNDUNG_TEST_MASTODON_URL"], os.environ["FAHNDUNG_TEST_MASTODON_TOKEN"])

    def released(self, name: str) -> Release:
        return linkposts.release(name)


@pytest.fixture(params=PROFILES)
def profile(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def server(tmp_path: pathlib.Path, profile: str) -> Iterator[RunningMastodon]:
    with mastodons.in_a_thread(tmp_path, profile) as started:
        yield started


@pytest.fixture
def channel(server: RunningMastodon, profile: str) -> Mastodon:
    return mastodons.channel(server, profile)


only = pytest.mark.parametrize


@pytest.mark.peers
def test_every_exchange_of_a_whole_life_fits_the_specification(
    channel: Mastodon, exchanges: Record, profile: str
) -> None:
    openapi.needed(mastodons.SPECIFICATION)
    channel.check()
    draft = channel.prepare(linkposts.release())
    whole = posting(draft, published(channel, draft))
    assert isinstance(channel.look(whole), Live)
    channel.withdraw(whole)
    time.sleep(channel.endpoint.settle_s)
    assert isinstance(channel.look(whole), Gone)
    said = {(method, answer.status) for method, _, answer in exchanges.answers}
    assert said >= {("POST", 200), ("DELETE", 200), ("GET", 200)}
    assert exchanges.checked >= 20
    assert exchanges.odd == (1 if profile == "4.2" else 0), "only what an application was before 4.3 is not described"
    assert exchanges.wrong == []


def test_the_text_that_is_read_back_is_the_one_that_was_approved(channel: Mastodon) -> None:
    teaser = f"Wem gehört das? 🚲 Größe „M“ & <neu>\n\n{linkposts.PAGE}\n"
    draft = channel.prepare(linkposts.release(teaser=teaser))
    witness = published(channel, draft)
    assert isinstance(channel.look(posting(draft, witness)), Live)
    other = dataclasses.replace(posting(draft, witness), withdrawal={"sha256": "0" * 64})
    assert isinstance(channel.look(other), Altered)
    assert channel.find(draft.marker) == tuple(witness.references)


def test_a_post_says_where_it_stands_and_what_was_seen(
    channel: Mastodon, server: RunningMastodon, profile: str
) -> None:
    draft = channel.prepare(linkposts.release())
    (reference,) = published(channel, draft).references
    assert reference.url == f"{server.url}@presse/{'statuses/' if profile == 'gts' else ''}{reference.id}"
    seen = channel.look(Posting(marker=draft.marker, withdrawal=draft.withdrawal, references=(reference,)))
    closed = profile == "gts"
    assert isinstance(seen, Live)
    assert seen.evidence["api"] == ("closed to strangers: the page alone" if closed else "open to strangers")
    assert seen.evidence["addresses"] == {reference.url: {"api": None if closed else True, "page": True}}
    assert seen.evidence["listed"] == 1


@pytest.mark.peers
def test_what_only_its_owner_still_sees_is_gone_once_the_listing_says_so(tmp_path: pathlib.Path) -> None:
    with mastodons.in_a_thread(tmp_path, "gts", lag_s=LONG_S) as server:
        channel = mastodons.channel(server, "gts", settle_s=LONG_S)
        draft = channel.prepare(linkposts.release())
        whole = posting(draft, published(channel, draft))
        channel.withdraw(whole)
        owner, at_once = channel._api.source(whole.references[0]), channel.look(whole)
        assert owner is not None, "the owner is still shown what was deleted"
        assert isinstance(at_once, Unknown)
        assert "listing still names it" in at_once.why
        assert isinstance(settled_look(channel, whole), Gone)


@pytest.mark.peers
@only("profile", ["gts"])
def test_two_copies_are_not_what_was_approved_and_both_are_withdrawn(
    channel: Mastodon, server: RunningMastodon
) -> None:
    draft = channel.prepare(linkposts.release())
    published(channel, draft)
    whole = posting(draft, published(channel, draft))
    assert isinstance(channel.look(whole), Altered)
    channel.withdraw(whole)
    assert server.online() == ()


@pytest.mark.peers
@only("profile", ["4.4+"])
def test_only_what_this_program_wrote_is_listed_however_many_pages_there_are(
    channel: Mastodon, server: RunningMastodon, exchanges: Record
) -> None:
    def say(text: str) -> None:
        channel._api.post(text, marker=text)

    drafts = [channel.prepare(linkposts.release(name)) for name in ("one", "two")]
    for draft in drafts:
        published(channel, draft)
    for number in range(83):
        say(f"Guten Morgen {number}")
    say(f"https://elsewhere.example/x#{drafts[0].marker}")
    say(f"{linkposts.PAGE}#{drafts[0].marker[:-1]}")
    say(f"ohne Link /fahndung/x/#{drafts[0].marker}")
    assert {one.marker for one in channel.listing()} == {draft.marker for draft in drafts}
    assert len(channel.listing()) == 2
    pages = [url for _, url, _ in exchanges.answers if "/statuses?" in url]
    assert len(pages) == 2 * 4, "88 statuses are three pages, and an empty one ends them"
    channel.withdraw(posting(drafts[0]))
    assert {one.marker for one in channel.listing()} == {drafts[1].marker}
    assert len(server.online()) == 87


@only("profile", ["4.2", "4.4+"])
def test_a_key_whose_status_was_deleted_makes_nothing_and_is_tried_again_later(channel: Mastodon) -> None:
    draft = channel.prepare(linkposts.release())
    channel.withdraw(posting(draft, published(channel, draft)))
    with pytest.raises(NotSent, match="nothing was made") as caught:
        channel.publish(draft, lambda _: None)
    assert type(caught.value) is NotSent


@only("profile", ["500"])
def test_an_error_on_a_repeated_key_is_an_unknown_outcome(channel: Mastodon, server: RunningMastodon) -> None:
    draft = channel.prepare(linkposts.release())
    published(channel, draft)
    with pytest.raises(OutcomeUnknown):
        channel.publish(draft, lambda _: None)
    assert len(channel.find(draft.marker)) == len(server.online()) == 1


def test_a_revoked_token_publishes_proves_and_deletes_nothing(channel: Mastodon, server: RunningMastodon) -> None:
    draft = channel.prepare(linkposts.release())
    whole = posting(draft, published(channel, draft))
    body = json.dumps({"client_id": "x", "client_secret": "x", "token": server.token}).encode()
    headers = {"Content-Type": "application/json"}
    assert channel._api._client.post(f"{server.url}oauth/revoke", body=body, headers=headers).status == 200
    for act in (channel.check, channel.listing, lambda: channel.withdraw(whole)):
        with pytest.raises(AuthError):
            act()
    with pytest.raises(AuthError):
        channel.publish(draft, lambda _: None)
    assert isinstance(channel.look(whole), Unknown)
    assert len(server.online()) == 1


def test_another_accounts_token_is_not_believed_when_it_sees_nothing(
    channel: Mastodon, server: RunningMastodon, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = channel.prepare(linkposts.release())
    whole = posting(draft, published(channel, draft))
    monkeypatch.setenv(mastodons.VARIABLE, mastodons.OTHER)
    for act in (channel.check, channel.listing, lambda: channel.withdraw(whole)):
        with pytest.raises(AuthError, match="not that of presse"):
            act()
    assert isinstance(channel.look(whole), Unknown)
    assert len(server.online()) == 1


@only("profile", ["4.4+"])
def test_without_a_token_nothing_is_sent(channel: Mastodon, exchanges: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(mastodons.VARIABLE)
    draft = channel.prepare(linkposts.release())
    with pytest.raises(AuthError, match=mastodons.VARIABLE) as caught:
        channel.publish(draft, lambda _: None)
    assert not caught.value.effect_possible
    assert isinstance(channel.look(posting(draft)), Unknown)
    assert exchanges.checked == 0


@pytest.mark.parametrize(("profile", "scopes"), [("4.4+", "read"), ("4.4+", "write"), ("4.4+", "read:accounts write")])
def test_a_token_that_may_not_write_or_read_back_is_refused_where_the_server_tells(
    tmp_path: pathlib.Path, profile: str, scopes: str
) -> None:
    with mastodons.in_a_thread(tmp_path, profile, scopes=scopes) as server, pytest.raises(AuthError, match="scopes"):
        mastodons.channel(server, profile).check()


@pytest.mark.parametrize("profile", ["4.2", "gts"])
def test_a_server_that_does_not_tell_scopes_passes_the_check_and_refuses_the_call(
    tmp_path: pathlib.Path, profile: str
) -> None:
    with mastodons.in_a_thread(tmp_path, profile, scopes="read") as server:
        channel = mastodons.channel(server, profile)
        channel.check()
        with pytest.raises(AuthError) as caught:
            channel.publish(channel.prepare(linkposts.release()), lambda _: None)
        assert not caught.value.effect_possible


def test_granular_scopes_are_enough(tmp_path: pathlib.Path) -> None:
    with mastodons.in_a_thread(tmp_path, scopes="read:accounts read:statuses write:statuses") as server:
        mastodons.channel(server).check()


def test_an_account_that_is_too_full_to_be_looked_through_fails_the_check(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mastodonapi, "MOST_PAGES", 1)
    monkeypatch.setattr(mastodonapi, "PAGE", 2)
    with mastodons.in_a_thread(tmp_path) as server:
        channel = mastodons.channel(server)
        published(channel, channel.prepare(linkposts.release("one")))
        channel.check()
        published(channel, channel.prepare(linkposts.release("two")))
        with pytest.raises(ChannelFailed, match="account of its own"):
            channel.check()
        with pytest.raises(ChannelFailed, match="does not end"):
            channel.listing()


def test_deletions_beyond_the_servers_limit_are_told_with_the_instant_that_it_names(tmp_path: pathlib.Path) -> None:
    with mastodons.in_a_thread(tmp_path, deletes=2, per_s=600) as server:
        channel = mastodons.channel(server)
        drafts = [channel.prepare(linkposts.release(name)) for name in ("one", "two", "three")]
        whole = [posting(draft, published(channel, draft)) for draft in drafts]
        for one in whole[:2]:
            channel.withdraw(one)
        with pytest.raises(RateLimited) as caught:
            channel.withdraw(whole[2])
        assert caught.value.retry_after is not None
        assert dt.timedelta(minutes=9) < caught.value.retry_after <= dt.timedelta(minutes=10, seconds=1)
        assert len(server.online()) == 1


def test_the_budget_never_asks_for_more_deletions_than_a_server_takes_and_keeps_half_for_taking_down() -> None:
    per = dt.timedelta(minutes=30)
    assert RATE.per == per
    assert RATE.writes + RATE.burst <= 30
    assert RATE.burst // 2 >= 1


def test_what_the_channel_says_of_itself() -> None:
    opened = channels.from_ledger("mastodon", account())
    able = opened.capabilities()
    assert (able.recovery, able.can_delete, able.delete_window, able.can_find) == ("lookup", True, None, True)
    assert able.settle == dt.timedelta(seconds=15)
    assert not able.rehearsal_only
    assert able.evidence is not None
    assert able.evidence.by == "simulator", "no live account was used, and nothing claims more"
    assert "other servers" in able.residual.en
    assert channels.medium_of("mastodon") is Medium.SOCIAL is opened.medium
    assert "mastodon" not in KIND_COMMENTS, "replies cannot be closed: R32 asks for the roster"


def account(**change: Any) -> dict[str, Any]:
    values = {"name": "mastodon", "url": "https://social.example/", "account": "presse", "credential": "mastodon-token"}
    return values | change


@pytest.mark.parametrize(
    ("characters", "fits"), [(len(linkposts.TEASER.strip()) - len(linkposts.PAGE) + 23, True), (150, False)]
)
def test_a_text_that_is_too_long_is_refused_in_both_languages_and_not_cut(characters: int, fits: bool) -> None:
    channel = channels.from_ledger("mastodon", account(characters=characters))
    if fits:
        draft = channel.prepare(linkposts.release())
        text = draft.payload["post.txt"].decode()
        assert text == linkposts.TEASER.strip().replace(linkposts.PAGE, f"{linkposts.PAGE}#{draft.marker}")
        assert draft.references == ()
        channel = channels.from_ledger("mastodon", account(characters=characters - 1))
    with pytest.raises(NotPublishable, match=r"counts \d+ characters") as caught:
        channel.prepare(linkposts.release())
    assert "Zeichen" in caught.value.message.de


@pytest.mark.parametrize("profile", ["4.2", "gts"])
def test_what_fits_by_our_count_fits_by_the_servers_and_one_more_does_not(tmp_path: pathlib.Path, profile: str) -> None:
    most, link = PROFILES[profile].characters, PROFILES[profile].url_characters
    with mastodons.in_a_thread(tmp_path, profile) as server:
        channel = mastodons.channel(server, profile)
        for extra, fits in ((0, True), (1, False)):
            pair = "ü🚲" if profile == "gts" else "o\u0308👩\u200d🚒"
            teaser = f"{linkposts.PAGE} " + pair * ((most - link - 1) // 2) + "x" * ((most - link - 1) % 2 + extra)
            release = linkposts.release(f"long-{extra}", teaser=teaser)
            if fits:
                published(channel, channel.prepare(release))
                continue
            with pytest.raises(NotPublishable, match="allowed"):
                channel.prepare(release)
            roomy = mastodons.channel(server, profile, characters=most + 1)
            with pytest.raises(Rejected):
                roomy.publish(roomy.prepare(release), lambda _: None)
    assert most in {500, 5000}


@pytest.mark.peers
@only("profile", ["gts"])
@pytest.mark.parametrize("mistake", simulated.MISTAKES)
@pytest.mark.parametrize("made", [True, False])
def test_the_contract_catches_a_mistake(
    channel: Mastodon, server: RunningMastodon, mistake: simulated.Mistake, made: bool
) -> None:
    asked = mistake(Mastodon)(channel.endpoint) if made else channel
    switch = simulated.Switch(server, mastodons.SKIPS)
    assert simulated.catches(mistake, asked, linkposts.release(), server, switch) is made


@pytest.mark.peers
@only("profile", ["4.4+"])
@pytest.mark.parametrize("mistake", simulated.WITH_MEDIA)
@pytest.mark.parametrize("made", [True, False])
def test_the_contract_catches_a_medium_that_is_left(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, mistake: simulated.Mistake, made: bool, profile: str
) -> None:
    monkeypatch.setattr(mastodonmedia, "READY_S", 0.01)
    with mastodons.in_a_thread(tmp_path, profile, keeps_s=60) as server:
        channel = mastodons.channel(server, profile, media="objects")
        if made:
            channel = mistake(Mastodon)(channel.endpoint)
            monkeypatch.setattr(channel._api, "delete", lambda one: _without_its_media(channel, one))
        switch = simulated.Switch(server, mastodons.SKIPS_WITH_MEDIA)
        assert simulated.catches(mistake, channel, linkposts.release(pictures=2), server, switch) is made


def _without_its_media(channel: Mastodon, post: Reference) -> None:
    assert channel._api.send("DELETE", f"api/v1/statuses/{post.id}").status in {200, 404}


def pictured(server: RunningMastodon, profile: str, **values: Any) -> Mastodon:
    return mastodons.channel(server, profile, media="objects", **values)


@pytest.mark.peers
@only("profile", ["4.4+", "gts"])
def test_pictures_of_things_go_along_with_their_words_and_go_with_the_post(
    server: RunningMastodon, profile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mastodonmedia, "READY_S", 0.01)
    channel = pictured(server, profile)
    channel.check()
    draft = channel.prepare(linkposts.release(pictures=2))
    assert [one.alt for one in draft.attachments] == [linkposts.alt(1), linkposts.alt(2)]
    assert [draft.payload[one.name] for one in draft.attachments] == [linkposts.picture(1), linkposts.picture(2)]
    witness = published(channel, draft)
    assert [one.kind for one in witness.references if one.kind != "preview"][-3:] == ["media", "media", "post"]
    seen = channel.look(posting(draft, witness))
    assert isinstance(seen, Live)
    files = {one.url for one in witness.references if one.kind != "post" and one.url}
    assert seen.evidence["media"] == dict.fromkeys(files, True)
    online = sorted(one["sha256"] for one in server.online() if one["kind"] == "media")
    assert online == sorted(str(one["sha256"]) for one in draft.withdrawal["media"])  # type: ignore[attr-defined]
    channel.withdraw(posting(draft, witness))
    gone = settled_look(channel, posting(draft, witness))
    assert isinstance(gone, Gone)
    assert gone.evidence["media"] == dict.fromkeys(files, False)


@pytest.mark.peers
@only("profile", ["4.2", "gts"])
def test_a_server_that_keeps_files_is_not_called_empty_before_they_are_gone(
    tmp_path: pathlib.Path, profile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mastodonmedia, "READY_S", 0.01)
    with mastodons.in_a_thread(tmp_path, profile, keeps_s=LONG_S) as server:
        channel = pictured(server, profile)
        draft = channel.prepare(linkposts.release(pictures=1))
        whole = posting(draft, published(channel, draft))
        channel.withdraw(whole)
        seen = settled_look(channel, whole)
        assert isinstance(seen, Altered), "the post is gone, its files are not"
        assert "/original/" in seen.why
        assert [one["kind"] for one in server.online()] == ["media"]
        time.sleep(LONG_S)
        assert isinstance(settled_look(channel, whole), Gone)


def test_a_token_that_may_make_no_media_is_refused_only_where_pictures_go_along(tmp_path: pathlib.Path) -> None:
    with mastodons.in_a_thread(tmp_path, scopes="read write:statuses") as server:
        mastodons.channel(server).check()
        with pytest.raises(AuthError, match="write:media"):
            pictured(server, "4.4+").check()


@pytest.mark.peers
@pytest.mark.parametrize("profile", PROFILES)
def test_what_a_killed_process_left_is_found_by_another_one_and_withdrawn(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, profile: str
) -> None:
    lag = mastodons.LAG_S if PROFILES[profile].lag_s else None
    with running_mastodon(tmp_path, profile, lag_s=lag) as server:
        monkeypatch.setenv(mastodons.VARIABLE, server.token)
        channel = mastodons.channel(server, profile)
        draft = channel.prepare(linkposts.release())
        simulated.kill_while_it_posts(draft, server)
        time.sleep(channel.endpoint.settle_s)
        assert len(channel.find(draft.marker)) == 1
        channel.withdraw(posting(draft))
        time.sleep(channel.endpoint.settle_s)
        assert isinstance(channel.look(posting(draft)), Gone)
        assert [(effect.verb, effect.marker) for effect in server.journal()] == [
            ("create", draft.marker),
            ("delete", draft.marker),
        ]
