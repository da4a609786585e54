"""The Bluesky channel keeps the contract on a real server (PDS), which checks every record against the lexicons itself.

A relay before it makes its calls fail, and is the view of the network. ``FAHNDUNG_TEST_PDS`` names another server.
"""

import concurrent.futures
import dataclasses
import datetime as dt
import json
import os
import time
from collections.abc import Callable, Collection, Iterator
from typing import Any

import pytest

from fahndung import channels
from fahndung.channels import blueskyreading, blueskyrecord, blueskysession, linkpost
from fahndung.channels.base import ADOPTED, Channel
from fahndung.channels.bluesky import RATE, Bluesky
from fahndung.channels.blueskyaccount import Endpoint
from fahndung.channels.kinds import KIND_COMMENTS
from fahndung.errors import AuthError, ChannelFailed, Duplicate, NotPublishable, OutcomeUnknown, RateLimited, Rejected
from fahndung.http import Client
from fahndung.law.facts import Comments
from fahndung.model.mandate import Medium
from fahndung.model.publication import Altered, Draft, Gone, Live, Posting, Reference, Unknown
from fahndung.model.release import Release
from fahndung.testing.asking import Stop, Witness
from fahndung.testing.contract import ChannelContract, Switch, posting, published
from fahndung.testing.faults import Call, Fault

from . import blueskys, linkposts, openapi, simulated
from .blueskys import RunningRelay, Unfenced
from .elsewhere import Elsewhere
from .pds import FOLDER, Pds
from .relay import Relay
from .test_blueskyaccount import values

SECONDS = 60.0


@pytest.mark.peers
class TestContract(ChannelContract):
    """One account for each test."""

    @pytest.fixture
    def server(self, pds: Pds, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningRelay]:
        with blueskys.in_a_thread(pds) as (started, _):
            monkeypatch.setenv(blueskys.VARIABLE, started.token)
            yield started

    @pytest.fixture
    def channel(self, server: RunningRelay) -> Channel:
        opened = blueskys.channel(server)
        opened.check()
        return opened

    @pytest.fixture
    def release(self) -> Release:
        return blueskys.release("one")

    @pytest.fixture
    def other_release(self) -> Release:
        return blueskys.release("two")

    @pytest.fixture
    def faults(self, server: RunningRelay) -> Switch:
        return blueskys.switch(server)

    @pytest.fixture
    def online(self, server: RunningRelay) -> Callable[[], Collection[str]]:
        return lambda: {one["id"] for one in server.online()}

    @pytest.fixture
    def secrets(self, server: RunningRelay) -> Collection[str]:
        return (server.token,)


@pytest.mark.peers
class TestContractWithPictures(TestContract):
    """The same with pictures of things; calls that fail are tried without, and for an upload below."""

    @pytest.fixture
    def faults(self) -> None:
        return None

    @pytest.fixture
    def channel(self, server: RunningRelay) -> Channel:
        return blueskys.channel(server, media="objects")

    @pytest.fixture
    def release(self) -> Release:
        return blueskys.release("one", pictures=2)

    @pytest.fixture
    def other_release(self) -> Release:
        return blueskys.release("two", pictures=0)

    @pytest.fixture
    def unseen(self) -> Collection[str]:
        return (blueskyrecord.FILE,)


@pytest.mark.peers
class TestContractElsewhere(Elsewhere):
    """The same against any server: ``FAHNDUNG_TEST_PDS`` is its address, ``…_ACCOUNT`` a handle or DID there,
    ``…_PASSWORD`` an app password, and ``…_VIEW`` the address of a view that shows it, if there is one. What it makes
    it removes again."""

    __test__ = "FAHNDUNG_TEST_PDS" in os.environ
    handed = {blueskys.VARIABLE: "FAHNDUNG_TEST_PDS_PASSWORD"}  # noqa: RUF012 - never changed

    def opened(self) -> Channel:
        view = os.environ.get("FAHNDUNG_TEST_PDS_VIEW", "")
        account = {"account": os.environ["FAHNDUNG_TEST_PDS_ACCOUNT"], "credential": blueskys.CREDENTIAL}
        return channels.from_ledger(
            "bluesky", values(url=os.environ["FAHNDUNG_TEST_PDS"], appview=view, settle_s=15 if view else 0, **account)
        )

    def released(self, name: str) -> Release:
        return blueskys.release(name, stand=dt.datetime.now(dt.UTC).isoformat())  # noqa: TID251 - it is really posted


@pytest.fixture
def relayed(pds: Pds, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[RunningRelay, Relay]]:
    monkeypatch.setattr(blueskyreading, "TIMEOUT_S", 30.0)
    with blueskys.in_a_thread(pds) as (started, relay):
        monkeypatch.setenv(blueskys.VARIABLE, started.token)
        yield started, relay


@pytest.fixture
def server(relayed: tuple[RunningRelay, Relay]) -> RunningRelay:
    return relayed[0]


@pytest.fixture
def relay(relayed: tuple[RunningRelay, Relay]) -> Relay:
    return relayed[1]


@pytest.fixture
def channel(server: RunningRelay) -> Bluesky:
    return blueskys.channel(server)


def put(server: RunningRelay, kind: str, key: str, record: dict[str, Any]) -> None:
    """What somebody else writes into the account."""
    place = {"repo": server.account.did, "collection": blueskyrecord.COLLECTIONS[kind], "rkey": key}
    server.pds.call("repo.putRecord", token=server.account.main, **place, record=record)


def key_of(draft: Draft) -> str:
    return str(draft.withdrawal["key"])


def uri_of(server: RunningRelay, draft: Draft, kind: str = "post") -> str:
    return blueskyrecord.address(server.account.did, kind, key_of(draft))


@pytest.mark.peers
def test_a_post_is_closed_before_it_is_there_and_all_of_it_lies_under_one_key(
    channel: Bluesky, server: RunningRelay
) -> None:
    draft = channel.prepare(blueskys.release())
    witness = published(channel, draft)
    assert [one.kind for one in witness.references] == ["threadgate", "postgate", "post"]
    assert {one["id"].rpartition("/")[2] for one in server.online()} == {key_of(draft)}
    assert {one["marker"] for one in server.online()} == {draft.marker}
    channel.withdraw(posting(draft, witness))
    assert [(one.verb, one.kind) for one in server.journal()] == [
        ("create", "threadgate"),
        ("create", "postgate"),
        ("create", "post"),
        ("delete", "post"),
        ("delete", "threadgate"),
        ("delete", "postgate"),
    ]


@pytest.mark.peers
def test_an_account_is_as_good_by_its_handle(server: RunningRelay) -> None:
    channel = blueskys.channel(server, account=server.account.handle.upper())
    channel.check()
    draft = channel.prepare(blueskys.release())
    whole = posting(draft, published(channel, draft))
    assert isinstance(channel.look(whole), Live)
    channel.withdraw(whole)
    assert isinstance(channel.look(whole), Gone)


@pytest.mark.peers
def test_the_account_s_own_password_and_a_closed_account_fail_the_check(
    server: RunningRelay, pds: Pds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(blueskys.VARIABLE, server.account.password)
    with pytest.raises(AuthError, match="Make an app password"):
        blueskys.channel(server).check()
    closed = pds.account()
    pds.close(closed)
    monkeypatch.setenv(blueskys.VARIABLE, closed.app_password)
    channel = blueskys.channel(server, account=closed.did)
    with pytest.raises(AuthError):
        channel.check()
    assert isinstance(channel.look(posting(channel.prepare(blueskys.release()))), Unknown)


@pytest.mark.peers
def test_what_an_account_shows_no_more_is_not_gone_while_it_is_closed(
    channel: Bluesky, server: RunningRelay, pds: Pds
) -> None:
    draft = channel.prepare(blueskys.release())
    whole = posting(draft, published(channel, draft))
    pds.close(server.account)
    assert isinstance(channel.look(whole), Unknown)
    pds.open(server.account)
    assert isinstance(channel.look(whole), Live)


@pytest.mark.peers
def test_a_password_that_was_revoked_logs_nobody_in(channel: Bluesky, server: RunningRelay, pds: Pds) -> None:
    draft = channel.prepare(blueskys.release())
    whole = posting(draft, published(channel, draft))
    pds.call("server.revokeAppPassword", token=server.account.main, name="fahndung")
    blueskysession._sessions.clear()
    for act in (channel.check, lambda: channel.withdraw(whole), lambda: channel.publish(draft, Witness())):
        with pytest.raises(AuthError):
            act()
    assert len(server.online()) == 3


@pytest.mark.peers
def test_a_token_that_the_server_calls_expired_is_renewed(channel: Bluesky, server: RunningRelay, relay: Relay) -> None:
    channel.check()
    session = blueskysession.session_of(channel.endpoint)
    old = server.pds.token(server.account.did, begins=1_700_000_000)
    assert session._tokens is not None
    session._tokens = dataclasses.replace(session._tokens, access=old)
    published(channel, channel.prepare(blueskys.release()))
    asked = [name for name, _ in relay.answered]
    assert asked.count("createSession") == asked.count("refreshSession") == 1
    assert ("putRecord", 400) in relay.answered
    assert len(server.online()) == 3


@pytest.mark.peers
def test_logins_beyond_the_server_s_limit_are_told_with_the_instant_that_it_names(
    pds: Pds, monkeypatch: pytest.MonkeyPatch
) -> None:
    with blueskys.in_a_thread(pds, counts=True) as (server, _):
        monkeypatch.setenv(blueskys.VARIABLE, server.token)
        channel = blueskys.channel(server)
        for _ in range(30):
            blueskysession._sessions.clear()
            blueskysession.session_of(channel.endpoint).tokens(channel._api.client)
        blueskysession._sessions.clear()
        with pytest.raises(RateLimited) as caught:
            channel.publish(channel.prepare(blueskys.release()), Witness())
    assert caught.value.scope == "login"
    assert caught.value.retry_after is not None
    assert dt.timedelta(0) < caught.value.retry_after <= dt.timedelta(minutes=5, seconds=1)


@pytest.mark.peers
@pytest.mark.parametrize("unit", ["x", "ä", "e\u0301", "🇩🇪", "👍🏽"], ids=ascii)
def test_what_fits_by_our_count_fits_by_the_server_s_and_one_more_does_not(server: RunningRelay, unit: str) -> None:
    room = 300 - linkpost.graphemes(f"{linkposts.PAGE} ")
    for extra, fits in ((0, True), (1, False)):
        release = blueskys.release(f"{extra}", teaser=f"{linkposts.PAGE} {unit * (room + extra)}")
        if fits:
            published(blueskys.channel(server), blueskys.channel(server).prepare(release))
            continue
        with pytest.raises(NotPublishable, match="counts 301 characters"):
            blueskys.channel(server).prepare(release)
        roomy = blueskys.channel(server, graphemes=600, text_bytes=9000)
        with pytest.raises(Rejected):
            roomy.publish(roomy.prepare(release), Witness())


@pytest.mark.peers
def test_what_lies_at_the_place_already_is_not_overwritten(channel: Bluesky, server: RunningRelay) -> None:
    draft = channel.prepare(blueskys.release())
    put(server, "post", key_of(draft), {"$type": "app.bsky.feed.post", "text": "x", "createdAt": blueskys.STAND})
    witness = Witness()
    with pytest.raises(Duplicate):
        channel.publish(draft, witness)
    assert isinstance(channel.look(posting(draft, witness)), Altered)
    assert [one.verb for one in server.journal()] == ["create"] * 3


@pytest.mark.peers
@pytest.mark.parametrize("made", [Bluesky, Unfenced])
def test_a_post_that_arrives_after_its_withdrawal_is_refused(
    server: RunningRelay, relay: Relay, made: type[Bluesky], monkeypatch: pytest.MonkeyPatch
) -> None:
    channel, late_s = made(blueskys.channel(server).endpoint), 10.0
    draft = channel.prepare(blueskys.release())
    witness = Witness()
    server.add(Fault.LATE, Call.CREATE, seconds=late_s)
    with pytest.raises(OutcomeUnknown):
        channel.publish(draft, witness)
    channel.withdraw(posting(draft, witness))
    assert isinstance(channel.look(posting(draft, witness)), Gone)
    puts = [status for name, status in relay.answered if name == "putRecord"]
    assert puts == [200, 200], "the post is still on its way"
    until = time.monotonic() + SECONDS
    while len(puts) < 3 and time.monotonic() < until:
        time.sleep(0.1)
        puts = [status for name, status in relay.answered if name == "putRecord"]
    if made is Unfenced:
        assert [one["kind"] for one in server.online()] == ["post"], "without the fence it is there, and open"
    else:
        assert puts[-1] == 400
        assert server.online() == ()


@pytest.mark.peers
def test_many_at_once_on_one_account_hinder_each_other_in_nothing(channel: Bluesky, server: RunningRelay) -> None:
    def publish(name: str) -> None:
        one = blueskys.channel(server)
        one.publish(one.prepare(blueskys.release(name)), Witness())

    channel.check()
    with concurrent.futures.ThreadPoolExecutor(8) as crew:
        list(crew.map(publish, [f"{number % 8}" for number in range(16)]))
    assert len(server.online()) == 8 * 3
    assert [one.verb for one in server.journal()] == ["create"] * 24, "a repeat changes nothing"


@pytest.mark.peers
def test_a_post_that_somebody_else_s_post_overtakes_is_surely_not_sent_and_goes_the_next_time(
    channel: Bluesky, server: RunningRelay, monkeypatch: pytest.MonkeyPatch
) -> None:
    latest = channel._api.latest_commit

    def overtaken() -> str:
        commit = latest()
        put(server, "post", "3l6zzzzzzzz22", {"$type": "app.bsky.feed.post", "text": "x", "createdAt": blueskys.STAND})
        return commit

    monkeypatch.setattr(channel._api, "latest_commit", overtaken)
    draft, witness = channel.prepare(blueskys.release()), Witness()
    with pytest.raises(ChannelFailed, match="at the same moment") as caught:
        channel.publish(draft, witness)
    assert not caught.value.effect_possible
    assert [one.kind for one in witness.references] == ["threadgate", "postgate"]
    published(channel, draft)
    assert isinstance(channel.look(posting(draft)), Live)


@pytest.mark.peers
def test_gates_that_somebody_opens_and_a_post_that_somebody_changes_are_noticed(
    channel: Bluesky, server: RunningRelay
) -> None:
    draft = channel.prepare(blueskys.release())
    whole = posting(draft, published(channel, draft))
    uri, at = uri_of(server, draft), blueskyrecord.created(dt.datetime.fromisoformat(blueskys.STAND))
    gates = {kind: blueskyrecord.gate(kind, uri, draft.marker, at) for kind in blueskyrecord.GATES}
    put(server, "threadgate", key_of(draft), gates["threadgate"] | {"hiddenReplies": [uri]})
    assert isinstance(channel.look(whole), Live), "to hide a reply opens nothing"
    rule = {"$type": "app.bsky.feed.threadgate#followingRule"}
    put(server, "threadgate", key_of(draft), gates["threadgate"] | {"allow": [rule]})
    seen = channel.look(whole)
    assert isinstance(seen, Altered)
    assert "threadgate does not stand" in seen.why
    put(server, "threadgate", key_of(draft), gates["threadgate"])
    text = {"$type": "app.bsky.feed.post", "text": "anders", "createdAt": at}
    put(server, "post", key_of(draft), text)
    assert isinstance(channel.look(whole), Altered)
    channel.withdraw(whole)
    assert isinstance(channel.look(whole), Gone)


@pytest.mark.peers
def test_the_view_has_to_show_it_and_to_show_it_no_more(channel: Bluesky, server: RunningRelay, relay: Relay) -> None:
    draft = channel.prepare(blueskys.release())
    whole = posting(draft, published(channel, draft))
    uri = uri_of(server, draft)
    relay.hidden.add(uri)
    seen = channel.look(whole)
    assert isinstance(seen, Altered)
    assert "the view does not show it" in seen.why
    relay.hidden.clear()
    relay.shown[uri] = relay.written[uri]
    channel.withdraw(whole)
    assert server.online() == ()
    assert isinstance(channel.look(whole), Altered), "the view still shows it"
    relay.shown.clear()
    assert isinstance(channel.look(whole), Gone)


@pytest.mark.peers
def test_only_what_this_program_wrote_is_listed_however_many_pages_there_are(
    channel: Bluesky, server: RunningRelay, relay: Relay
) -> None:
    draft = channel.prepare(blueskys.release())
    witness = published(channel, draft)
    at = "2026-11-20T09:00:00.000Z"
    for number in range(120):
        key = blueskyrecord.key(linkposts.marker(str(number)), dt.datetime.fromisoformat(at))
        put(server, "post", key, {"$type": "app.bsky.feed.post", "text": f"Guten Morgen {number}", "createdAt": at})
    own = {"$type": "app.bsky.feed.threadgate", "post": blueskyrecord.address(server.account.did, "post", key)}
    put(server, "threadgate", key, own | {"allow": [], "createdAt": at})
    relay.answered.clear()
    assert {one.reference for one in channel.listing()} == {*witness.references}
    assert [name for name, _ in relay.answered].count("listRecords") == 3 + 2 + 2, (
        "a full page, a part, and an empty one"
    )
    channel.withdraw(posting(draft))
    assert len(server.online()) == 121


@pytest.mark.peers
@pytest.mark.parametrize("mistake", simulated.MISTAKES)
def test_the_contract_catches_a_mistake(
    server: RunningRelay, mistake: simulated.Mistake, monkeypatch: pytest.MonkeyPatch
) -> None:
    for made, caught in ((Bluesky, False), (mistake(Bluesky), True)):
        channel: Any = made(blueskys.channel(server).endpoint)
        release = blueskys.release(made.__name__)
        assert simulated.catches(mistake, channel, release, server, blueskys.switch(server)) is caught


def test_what_the_channel_says_of_itself() -> None:
    opened = channels.from_ledger("bluesky", values())
    able = opened.capabilities()
    assert (able.recovery, able.can_delete, able.delete_window, able.can_find) == ("path", True, None, True)
    assert able.settle == dt.timedelta(seconds=15)
    assert not able.rehearsal_only
    assert able.evidence is not None
    assert able.evidence.by == "real-server", "no live account was used, and nothing claims more"
    assert "relays" in able.residual.en
    assert channels.medium_of("bluesky") is Medium.SOCIAL is opened.medium
    assert KIND_COMMENTS["bluesky"] is Comments.OFF


@pytest.mark.peers
def test_a_picture_that_another_post_shows_as_well_is_that_posts(server: RunningRelay) -> None:
    channel = blueskys.channel(server, media="objects")
    drafts = [channel.prepare(blueskys.release(name, pictures=1)) for name in ("one", "two")]
    first, second = [posting(draft, published(channel, draft)) for draft in drafts]
    (cid,) = blueskyrecord.cids(json.loads(drafts[0].payload["post.json"]))
    channel.withdraw(first)
    seen = channel.look(first)
    assert isinstance(seen, Gone)
    assert seen.evidence["files"] == {cid: "in another post of the account"}
    assert isinstance(channel.look(second), Live)
    channel.withdraw(second)
    gone = channel.look(second)
    assert isinstance(gone, Gone)
    assert gone.evidence["files"] == {cid: False}
    assert server.online() == ()


@pytest.mark.peers
def test_a_post_made_by_hand_is_adopted_by_its_address_and_goes_with_its_files(server: RunningRelay) -> None:
    channel, did = blueskys.channel(server), server.account.did
    file = blueskyrecord.blob(b"a film", "video/mp4")
    post = channel._api.reference("post", blueskyrecord.address(did, "post", "3lbyhand22222"))
    channel._api.upload(b"a film", "video/mp4")
    record = {"$type": "app.bsky.feed.post", "text": "von Hand", "createdAt": "2026-11-20T09:00:00.000Z"}
    channel._api.put("post", "3lbyhand22222", {**record, "embed": {"$type": "app.bsky.embed.video", "video": file}})
    pages = [f"https://bsky.app/profile/{who}/post/3lbyhand22222" for who in (did, server.account.handle.upper())]
    for page in (*pages, str(post.url)):
        assert channel.may_be_own(page)
        assert channel.made_by_hand(page) == post
    for none in (pages[0].replace("byhand", "nobody"), pages[0].replace(did, "presse999.test"), server.url):
        assert channel.made_by_hand(none) is None
    adopted = Posting(marker="x", withdrawal={ADOPTED: True}, references=(post,))
    assert isinstance(channel.look(adopted), Live)
    grown = channel.grown(adopted)
    assert [(one.kind, one.id) for one in grown] == [("media", blueskyrecord.cid(b"a film"))]
    adopted = dataclasses.replace(adopted, references=(post, *grown))
    assert isinstance(channel.look(adopted), Live)
    assert channel.grown(adopted) == ()
    channel.withdraw(adopted)
    gone = channel.look(adopted)
    assert isinstance(gone, Gone)
    assert gone.evidence["files"] == {grown[0].id: False}
    assert server.online() == ()


def test_whether_an_address_can_be_the_accounts_is_told_offline() -> None:
    for account, page, may in (
        ("presse.polizei.example", "https://bsky.app/profile/presse.polizei.example/post/3abc", True),
        ("presse.polizei.example", "https://bsky.app/profile/wache.polizei.example/post/3abc", False),
        ("presse.polizei.example", f"https://bsky.app/profile/{values()['account']}/post/3abc", True),
        ("presse.polizei.example", "https://bsky.app/profile/presse.polizei.example", False),
    ):
        channel = channels.from_ledger("bluesky", {**values(), "account": account})
        assert isinstance(channel, Bluesky)
        assert channel.may_be_own(page) is may


@pytest.mark.peers
def test_a_picture_is_told_before_its_post_and_shown_to_nobody_until_then(server: RunningRelay) -> None:
    channel = blueskys.channel(server, media="objects")
    draft = channel.prepare(blueskys.release(pictures=1))
    witness = Witness(stop_after=3)
    with pytest.raises(Stop):
        channel.publish(draft, witness)
    assert [one.kind for one in witness.references] == ["threadgate", "postgate", "media"]
    assert witness.references[-1].url is not None
    assert Client().get(witness.references[-1].url).status == 400
    published(channel, draft)
    shown = Client().get(witness.references[-1].url)
    assert (shown.status, shown.body) == (200, linkposts.picture(1))


@pytest.mark.peers
def test_a_post_whose_picture_nobody_is_shown_is_not_live(
    server: RunningRelay, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = blueskys.channel(server, media="objects")
    draft = channel.prepare(blueskys.release(pictures=1))
    whole = posting(draft, published(channel, draft))
    monkeypatch.setattr(channel._api, "shows_file", lambda reference: False)
    seen = channel.look(whole)
    assert isinstance(seen, Altered)
    assert "is not shown" in seen.why
    channel.withdraw(whole)
    monkeypatch.setattr(channel._api, "shows_file", lambda reference: True)
    left = channel.look(whole)
    assert isinstance(left, Altered), "the post is gone, its picture is not"
    assert "files of it are shown" in left.why


@pytest.mark.peers
@pytest.mark.parametrize(
    ("fault", "kind"), [(Fault.REFUSED, Rejected), (Fault.GARBAGE, OutcomeUnknown), (Fault.LIMITED, RateLimited)]
)
def test_an_upload_that_fails_makes_no_post(server: RunningRelay, fault: Fault, kind: type[Exception]) -> None:
    channel, witness = blueskys.channel(server, media="objects"), Witness()
    draft = channel.prepare(blueskys.release(pictures=2))
    server.add(fault, Call.UPLOAD, every=4)
    with pytest.raises(kind):
        channel.publish(draft, witness)
    server.clear()
    assert [one.kind for one in witness.references] == ["threadgate", "postgate", "media"]
    channel.withdraw(posting(draft, witness))
    assert isinstance(channel.look(posting(draft, witness)), Gone)


def test_the_name_of_a_picture_is_the_hash_of_its_bytes() -> None:
    assert blueskyrecord.cid(b"hello world") == "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"
    for damaged in ({}, {"embed": None}, {"embed": {"images": [{"image": {"ref": {"$link": "../x"}}}, "x"]}}):
        assert blueskyrecord.cids(damaged) == ()


def test_the_version_that_is_claimed_is_the_one_that_is_pinned() -> None:
    pinned = json.loads((FOLDER / "package.json").read_text("utf-8"))["dependencies"]["@atproto/pds"]
    checked = channels.from_ledger("bluesky", values()).capabilities().evidence
    assert checked is not None
    assert checked.version == f"@atproto/pds {pinned}"


def test_the_budget_never_asks_for_more_points_than_a_server_gives() -> None:
    points = 6
    assert RATE.per == dt.timedelta(hours=1)
    assert (RATE.writes + RATE.burst) * points <= 5000
    assert (24 * RATE.writes + RATE.burst) * points <= 35_000


def test_limits_and_fields_are_those_of_the_lexicons() -> None:
    (post, put) = (
        json.loads(openapi.needed(f"lexicons/{name}.json").read_text("utf-8"))["defs"]["main"]
        for name in ("app/bsky/feed/post", "com/atproto/repo/putRecord")
    )
    fields, text = post["record"]["properties"], post["record"]["properties"]["text"]
    endpoint = Endpoint.from_config(values())
    assert (endpoint.graphemes, endpoint.text_bytes) == (text["maxGraphemes"], text["maxLength"])
    record = blueskyrecord.post(linkposts.PAGE, linkposts.PAGE, "x", dt.datetime.fromisoformat(blueskys.STAND))
    assert {*post["record"]["required"]} <= record.keys() <= {"$type", *fields}
    assert {"repo", "collection", "rkey", "record", "validate", "swapRecord", "swapCommit"} == {
        *put["input"]["schema"]["properties"]
    }


def test_a_text_is_the_approved_one_and_the_marker_stands_in_the_link_alone() -> None:
    channel = channels.from_ledger("bluesky", values())
    draft = channel.prepare(blueskys.release())
    assert draft.payload["post.txt"].decode() == linkposts.TEASER.strip()
    assert f"{linkposts.PAGE}#{draft.marker}" in draft.payload["post.json"].decode()
    assert draft.references == ()
    assert draft.payload.keys() == {"post.txt", "post.json"}
    assert draft.counted is not None
    assert (draft.counted.length, draft.counted.most) == (233, 300)


@pytest.mark.parametrize(
    ("change", "fits"),
    [
        ({"graphemes": 233}, True),
        ({"graphemes": 232}, False),
        ({"text_bytes": 235}, True),
        ({"text_bytes": 234}, False),
    ],
)
def test_a_text_that_is_too_long_is_refused_in_both_languages_and_not_cut(change: dict[str, int], fits: bool) -> None:
    channel = channels.from_ledger("bluesky", values(**change))
    if fits:
        channel.prepare(blueskys.release())
        return
    with pytest.raises(NotPublishable, match=r"counts \d+ characters as people see them and \d+ bytes") as caught:
        channel.prepare(blueskys.release())
    assert "Zeichen" in caught.value.message.de


@pytest.mark.parametrize(
    "entry", [b"", b"{}", b"[]", b'{"updated": 5}', b'{"updated": "2026-11-20T10:00:00"}', b"\xff"]
)
def test_a_release_that_says_of_no_instant_is_refused(entry: bytes) -> None:
    with pytest.raises(NotPublishable, match="by which the post is dated"):
        channels.from_ledger("bluesky", values()).prepare(blueskys.release(entry=entry))


def test_a_release_without_a_page_of_its_own_is_refused() -> None:
    with pytest.raises(NotPublishable, match="by which the post is dated"):
        channels.from_ledger("bluesky", values()).prepare(linkposts.release(channel="bluesky"))


def test_what_is_left_over_is_its_references() -> None:
    one = Reference(kind="postgate", id="at://x/y/z")
    left = channels.from_ledger("bluesky", values()).leftover(None, (one,))
    assert (left.marker, left.references) == ("", (one,))
