"""The Threads channel keeps the contract, makes no second post of one container, and believes no absence alone."""

import dataclasses
import datetime as dt
import pathlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fahndung import channels
from fahndung.channels import threadsapi
from fahndung.channels.base import CONTAINER, Channel
from fahndung.channels.kinds import KIND_COMMENTS
from fahndung.channels.threads import MOST, RATE, Threads
from fahndung.errors import AuthError, ChannelFailed, NotPublishable, NotSent, OutcomeUnknown, RateLimited, Rejected
from fahndung.law.facts import Comments
from fahndung.model.mandate import Medium
from fahndung.model.publication import Altered, Draft, Gone, Live, Unknown
from fahndung.model.release import Release
from fahndung.testing import threadsstock
from fahndung.testing.bench import Reply, json_reply
from fahndung.testing.contract import Witness, posting, published
from fahndung.testing.faults import Call, Fault
from fahndung.testing.graph import missing, refused
from fahndung.testing.running import RunningThreads, running_threads
from fahndung.testing.threads import BLIND
from fahndung.testing.threadsstock import Stock

from . import linkposts, simulated, threadsaccounts
from .threadsaccounts import release

only = pytest.mark.parametrize
MANY = 10**6
"""More deletions than any test makes."""


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls do not wait for long."""
    monkeypatch.setenv(threadsaccounts.VARIABLE, simulated.TOKEN)


class Contract(simulated.Contract):
    """One platform for all tests of a profile."""

    variable = threadsaccounts.VARIABLE
    skips = threadsaccounts.SKIPS

    def opened(self, platform: RunningThreads, mode: str) -> Channel:
        return threadsaccounts.channel(platform, mode)

    def released(self, name: str) -> Release:
        return release(name)


@pytest.mark.peers
class TestContract(Contract):
    """Against the platform in a thread of this process, on which a container can be published twice."""

    @pytest.fixture(scope="class")
    @classmethod
    def mode(cls) -> str:
        return "twice"

    @pytest.fixture(scope="class")
    @classmethod
    def platform(cls, mode: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningThreads]:
        with threadsaccounts.in_a_thread(tmp_path_factory.mktemp("threads"), mode, a_day=MANY) as started:
            yield started


@pytest.mark.peers
class TestContractOverProcesses(Contract):
    """Against the platform in a process of its own, whose listing lags."""

    @pytest.fixture(scope="class")
    @classmethod
    def mode(cls) -> str:
        return "lagging"

    @pytest.fixture(scope="class")
    @classmethod
    def platform(cls, mode: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningThreads]:
        folder, lag = tmp_path_factory.mktemp("threads"), threadsaccounts.LAG_S
        with running_threads(folder, mode, lag_s=lag, a_day=MANY) as started:
            yield started


@pytest.fixture
def profile() -> str:
    return "prompt"


@pytest.fixture
def platform(tmp_path: pathlib.Path, profile: str) -> Iterator[RunningThreads]:
    with threadsaccounts.in_a_thread(tmp_path, profile, lag_s=60) as started:
        yield started


@pytest.fixture
def channel(platform: RunningThreads) -> Threads:
    return threadsaccounts.channel(platform)


def again(draft: Draft, witness: Witness) -> Draft:
    """The draft as it is sent again, with what is known of earlier calls."""
    return dataclasses.replace(draft, references=tuple(witness.references))


def effects(platform: RunningThreads) -> list[tuple[str, str]]:
    return [(one.verb, one.kind) for one in platform.journal()]


def test_a_container_is_known_before_anybody_is_shown_a_post(channel: Threads, platform: RunningThreads) -> None:
    seen: list[tuple[str, int]] = []
    draft = channel.prepare(release())
    channel.publish(draft, lambda one: seen.append((one.kind, len(platform.online()))))
    assert seen == [(CONTAINER, 0), ("post", 1), ("post", 1)]
    assert effects(platform) == [("draft", "container"), ("create", "post")]


def test_whoever_is_sent_to_a_post_is_told_its_address(channel: Threads) -> None:
    witness = published(channel, channel.prepare(release()))
    *_, last = witness.references
    assert last.url == f"https://www.threads.com/@presse/post/C{last.id}"
    (listed,) = channel.find(linkposts.marker("one"))
    assert listed == last


@only("profile", ["slow"])
def test_what_is_not_ready_is_published_later_out_of_the_same_container(
    channel: Threads, platform: RunningThreads
) -> None:
    draft, witness = channel.prepare(release()), Witness()
    for _ in range(2):
        with pytest.raises(NotSent, match="with the same one") as caught:
            channel.publish(again(draft, witness), witness)
        assert not caught.value.effect_possible
    assert isinstance(channel.look(posting(draft, witness)), Gone), "nobody is shown anything"
    channel.publish(again(draft, witness), witness)
    assert effects(platform) == [("draft", "container"), ("create", "post")]
    assert isinstance(channel.look(posting(draft, witness)), Live)


@only("profile", ["slow"])
def test_while_a_container_is_worked_on_nothing_is_called_gone(channel: Threads) -> None:
    draft, witness = channel.prepare(release()), Witness()
    with pytest.raises(NotSent):
        channel.publish(draft, witness)
    whole = posting(draft, witness)
    seen = channel.look(whole)
    assert isinstance(seen, Unknown)
    assert "worked on" in seen.why
    channel.withdraw(whole)
    assert isinstance(channel.look(whole), Gone), "it is ready by now, and nobody publishes it"


def test_a_container_that_threads_does_not_find_yet_is_no_failure_for_good(
    channel: Threads, platform: RunningThreads, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, witness = channel.prepare(release()), Witness()
    with monkeypatch.context() as patch:
        patch.setattr("fahndung.testing.threadsstock.Stock.publish", lambda *_: _not_found())
        with pytest.raises(NotSent, match="does not find"):
            channel.publish(draft, witness)
    channel.publish(again(draft, witness), witness)
    assert effects(platform) == [("draft", "container"), ("create", "post")]


def _not_found() -> Any:
    return refused(24, "The requested resource does not exist", status=400, error_subcode=4279009)


@only("profile", ["lagging"])
@only("knows", [True, False])
def test_a_post_that_is_not_listed_yet_is_not_made_twice_unless_its_container_is_forgotten(
    channel: Threads, platform: RunningThreads, knows: bool
) -> None:
    draft, witness = channel.prepare(release()), Witness()
    platform.add(Fault.CUT_AFTER, Call.CREATE)
    with pytest.raises(OutcomeUnknown):
        channel.publish(draft, witness)
    assert channel.find(draft.marker) == (), "the listing lags"
    if knows:
        with pytest.raises(OutcomeUnknown, match="no second one is made"):
            channel.publish(again(draft, witness), witness)
    else:
        channel.publish(draft, witness)
    assert len(platform.online()) == (1 if knows else 2)


@only("profile", ["forgetful"])
def test_a_container_that_is_gone_is_made_anew(channel: Threads, platform: RunningThreads) -> None:
    draft = channel.prepare(release())
    whole = posting(draft, published(channel, draft))
    channel.withdraw(whole)
    assert isinstance(channel.look(whole), Gone)
    published(channel, dataclasses.replace(draft, references=whole.references))
    assert effects(platform).count(("draft", "container")) == 2


@only(("status", "left"), [("EXPIRED", 2), ("ERROR", 2), ("FINISHED", 1)])
def test_a_container_that_cannot_be_published_any_more_is_made_anew(
    channel: Threads, platform: RunningThreads, monkeypatch: pytest.MonkeyPatch, status: str, left: int
) -> None:
    draft, witness = channel.prepare(release()), Witness()
    platform.add(Fault.REFUSED, Call.CREATE)
    with pytest.raises(Rejected):
        channel.publish(draft, witness)
    answers, really = iter([json_reply(200, id=witness.references[0].id, status=status)]), Stock.status
    monkeypatch.setattr(Stock, "status", lambda self, *of: next(answers, None) or really(self, *of))
    channel.publish(again(draft, witness), witness)
    assert effects(platform).count(("draft", "container")) == left
    assert len(platform.online()) == 1


@only("effect", [False, True])
def test_a_limit_is_believed_only_if_nothing_was_published_all_the_same(
    channel: Threads, platform: RunningThreads, monkeypatch: pytest.MonkeyPatch, effect: bool
) -> None:
    really = Stock.publish

    def limited(platform: Stock, account: str, id: str) -> Reply:
        if effect:
            really(platform, account, id)
        return refused(32, "Page request limit reached", status=400)

    monkeypatch.setattr(Stock, "publish", limited)
    with pytest.raises(OutcomeUnknown if effect else RateLimited) as caught:
        channel.publish(channel.prepare(release()), lambda _: None)
    assert caught.value.effect_possible is effect
    assert len(platform.online()) == effect


def test_a_limit_after_which_nobody_tells_what_became_of_it_is_an_unknown_outcome(
    channel: Threads, platform: RunningThreads
) -> None:
    platform.add(Fault.LIMITED, Call.CREATE)
    platform.add(Fault.ERROR_BEFORE, Call.READ, every=2)
    with pytest.raises(OutcomeUnknown):
        channel.publish(channel.prepare(release()), lambda _: None)


@only("call", [Call.WHOAMI, Call.READ])
@only("fault", [Fault.ERROR_BEFORE, Fault.LIMITED])
def test_what_fails_before_a_post_is_made_leaves_nothing(
    channel: Threads, platform: RunningThreads, call: Call, fault: Fault
) -> None:
    platform.add(fault, call)
    with pytest.raises(NotSent):
        channel.publish(channel.prepare(release()), lambda _: None)
    assert platform.online() == ()


@only("fault", [Fault.UNAUTHORIZED, Fault.GARBAGE, Fault.CUT_AFTER])
def test_a_container_of_which_nobody_was_told_is_seen_by_nobody(
    channel: Threads, platform: RunningThreads, fault: Fault
) -> None:
    draft, witness = channel.prepare(release()), Witness()
    platform.add(fault, Call.UPLOAD)
    with pytest.raises(ChannelFailed):
        channel.publish(draft, witness)
    assert witness.references == []
    assert isinstance(channel.look(posting(draft)), Gone)


@only("answer", ["nothing", "garbage"])
def test_a_look_after_publishing_that_fails_leaves_the_outcome_unknown(
    channel: Threads, platform: RunningThreads, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    if answer == "nothing":
        monkeypatch.setattr(Stock, "read", lambda *_, **__: missing("1"))
    else:
        platform.add(Fault.GARBAGE, Call.READ, every=2)
    with pytest.raises(OutcomeUnknown):
        channel.publish(channel.prepare(release()), lambda _: None)
    assert len(platform.online()) == 1


def test_without_an_address_a_post_is_known_by_its_id(channel: Threads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threadsapi.answers, "url", lambda _: None)
    assert [one.url for one in published(channel, channel.prepare(release())).references] == [None, None]


@only(
    "teaser",
    [
        f"{{}} {linkposts.PAGE}",
        "Guten Tag @polizei {} " + linkposts.PAGE,
        "Mehr auf polizei.example {} " + linkposts.PAGE,
        "Wache.Danke {} " + linkposts.PAGE,
        "({} " + linkposts.PAGE + ")",
    ],
)
def test_a_text_has_one_link_mentions_nobody_and_fits_whatever_counts_as_a_character(
    channel: Threads, platform: RunningThreads, teaser: str
) -> None:
    fits = teaser.startswith("{}")
    if not fits:
        with pytest.raises(NotPublishable, match="a mention or a link"):
            channel.prepare(release(teaser=teaser.format("x")))
        return
    fixed = len(teaser.format("").encode()) + len("#") + len(linkposts.marker("one"))
    room = MOST - fixed
    draft = channel.prepare(release(teaser=teaser.format("x" * (room % 4) + "🚲" * (room // 4))))
    assert draft.counted is not None
    assert (draft.counted.length, draft.counted.most) == (MOST, MOST)
    published(channel, draft)
    with pytest.raises(NotPublishable, match="501 bytes of UTF-8; 500 are allowed"):
        channel.prepare(release(teaser=teaser.format("x" * (room % 4 + 1) + "🚲" * (room // 4))))


def test_nobody_may_reply_and_whoever_opens_it_is_told(
    channel: Threads, platform: RunningThreads, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert KIND_COMMENTS["threads"] is Comments.OFF
    draft = channel.prepare(release())
    whole = posting(draft, published(channel, draft))
    assert isinstance(channel.look(whole), Live)
    shape = threadsstock._shape
    for change, verdict in (
        ({"reply_audience": "EVERYONE"}, Altered),
        ({"reply_audience": None}, Live),
        ({"link_attachment_url": "https://elsewhere.example/"}, Altered),
        ({"link_attachment_url": None}, Live),
        ({"media_url": "https://elsewhere.example/1.jpg"}, Altered),
        ({"text": "Ein anderer Text"}, Altered),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(threadsstock, "_shape", lambda post, fields, of=change: shape(post, fields) | of)
            assert isinstance(channel.look(whole), verdict), change


def test_two_posts_are_one_too_many_and_both_go(channel: Threads, platform: RunningThreads) -> None:
    draft = channel.prepare(release())
    whole = posting(draft, published(channel, draft))
    published(channel, draft)
    assert isinstance(channel.look(whole), Altered)
    channel.withdraw(whole)
    assert platform.online() == ()
    assert isinstance(channel.look(whole), Gone)


def test_what_a_listing_names_and_the_api_does_not_show_is_no_proof(
    channel: Threads, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = channel.prepare(release())
    whole = posting(draft, published(channel, draft))
    monkeypatch.setattr(Stock, "read", lambda *_, **__: missing("1"))
    seen = channel.look(whole)
    assert isinstance(seen, Unknown)
    assert "still names it" in seen.why


@only("token", [BLIND, simulated.OTHER, "revoked"])
def test_a_token_that_sees_nothing_is_not_believed(
    channel: Threads, platform: RunningThreads, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    draft = channel.prepare(release())
    whole = posting(draft, published(channel, draft))
    monkeypatch.setenv(threadsaccounts.VARIABLE, token)
    acts: list[Callable[[], object]] = [channel.check, channel.listing, lambda: channel.withdraw(whole)]
    for act in acts:
        with pytest.raises(ChannelFailed):
            act()
    with pytest.raises(NotSent):
        channel.publish(draft, lambda _: None)
    assert isinstance(channel.look(whole), Unknown)
    assert len(platform.online()) == 1


def test_without_its_secret_nothing_is_sent(
    channel: Threads, platform: RunningThreads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(threadsaccounts.VARIABLE)
    with pytest.raises(AuthError, match=threadsaccounts.VARIABLE):
        channel.publish(channel.prepare(release()), lambda _: None)
    assert platform.calls() == 0


@only(("deleted", "posts"), [(49, True), (50, False)])
def test_half_of_the_days_deletions_are_kept(tmp_path: pathlib.Path, deleted: int, posts: bool) -> None:
    with threadsaccounts.in_a_thread(tmp_path, deleted=deleted) as platform:
        channel = threadsaccounts.channel(platform)
        channel.check()
        draft = channel.prepare(release())
        if posts:
            published(channel, draft)
            return
        with pytest.raises(RateLimited, match="50%") as caught:
            channel.publish(draft, lambda _: None)
        assert caught.value.retry_after == dt.timedelta(hours=1)


def test_a_day_has_a_hundred_deletions_at_most() -> None:
    assert (RATE.writes + RATE.burst, RATE.per) == (100, dt.timedelta(days=1))


def test_a_post_made_by_hand_is_found_by_its_address(channel: Threads) -> None:
    draft = channel.prepare(release())
    *_, made = published(channel, draft).references
    code = f"C{made.id}"
    for url in (made.url, f"https://www.threads.net/@presse/post/{code}/?x=1", f"https://threads.com/t/{code}"):
        assert channel.made_by_hand(url or "") == made
    for url in (
        "https://www.threads.com/@presse/post/Cother",
        "https://elsewhere.example/@presse/post/C1",
        "https://[",
    ):
        assert channel.made_by_hand(url) is None
    adopted = dataclasses.replace(posting(draft), references=(made,), withdrawal={"adopted": True})
    assert isinstance(channel.look(adopted), Live)


def test_it_is_opened_by_its_kind_and_stands_in_the_social_media(channel: Threads) -> None:
    assert channels.medium_of("threads") is Medium.SOCIAL is channel.medium
    able = channel.capabilities()
    assert (able.idempotency, able.recovery, able.evidence and able.evidence.by) == ("list", "lookup", "simulator")


@only("mistake", simulated.MISTAKES)
@only("made", [True, False])
@pytest.mark.peers
def test_the_contract_catches_a_mistake(
    channel: Threads, platform: RunningThreads, mistake: simulated.Mistake, made: bool
) -> None:
    asked = mistake(Threads)(channel.endpoint) if made else channel
    switch = simulated.Switch(platform, threadsaccounts.SKIPS)
    assert simulated.catches(mistake, asked, release(), platform, switch) is made
