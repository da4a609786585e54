"""Receivers of signed events keep the contract, and every exchange fits the schema."""

import contextlib
import dataclasses
import datetime as dt
import json
import pathlib
import secrets
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import pytest

from fahndung.channels import webhookapi
from fahndung.channels.base import Channel
from fahndung.channels.steps import remove
from fahndung.channels.webhook import Webhook
from fahndung.channels.webhookaccount import Endpoint
from fahndung.channels.webhookmessages import State
from fahndung.errors import (
    AuthError,
    ChannelFailed,
    Duplicate,
    NotPublishable,
    OutcomeUnknown,
    RateLimited,
    Rejected,
)
from fahndung.http import Client
from fahndung.model.mandate import Medium
from fahndung.model.publication import Altered, Gone, Live, Posting, Reference, Unknown
from fahndung.model.release import Release
from fahndung.testing import bench
from fahndung.testing.bench import Reply
from fahndung.testing.contract import posting, published
from fahndung.testing.faults import Call
from fahndung.testing.receiver import Request
from fahndung.testing.receiverstock import PROFILES, page
from fahndung.testing.running import RunningReceiver, running_receiver

from . import linkposts, openapi, receivers, simulated
from .openapi import Record
from .receivers import release
from .scripted import Calls, answering
from .test_webhookaccount import values

only = pytest.mark.parametrize


@pytest.fixture(autouse=True)
def exchanges(monkeypatch: pytest.MonkeyPatch) -> Iterator[Record]:
    """All that is said, and nothing of it wrong."""
    monkeypatch.setenv(receivers.VARIABLE, simulated.TOKEN)
    record = receivers.record()
    record.watch(monkeypatch)
    yield record
    assert record.wrong == []


class Contract(simulated.Contract):
    """One receiver for all tests of a profile."""

    variable = receivers.VARIABLE
    skips = receivers.SKIPS

    def opened(self, platform: RunningReceiver, mode: str) -> Channel:
        return receivers.channel(platform)

    def released(self, name: str) -> Release:
        return release(name)


@pytest.mark.peers
class TestContract(Contract):
    """Against the receiver in a thread of this process, which shows nothing to the public."""

    skips = receivers.UNSHOWN

    @pytest.fixture(scope="class")
    @classmethod
    def mode(cls) -> str:
        return "private"

    @pytest.fixture(scope="class")
    @classmethod
    def platform(cls, mode: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningReceiver]:
        with receivers.in_a_thread(tmp_path_factory.mktemp("receiver"), mode) as started:
            yield started


@pytest.mark.peers
class TestContractOverProcesses(Contract):
    """Against the receiver in a process of its own, which has a public page for each appeal."""

    @pytest.fixture(scope="class")
    @classmethod
    def mode(cls) -> str:
        return "public"

    @pytest.fixture(scope="class")
    @classmethod
    def platform(cls, mode: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningReceiver]:
        with running_receiver(tmp_path_factory.mktemp("receiver"), mode) as started:
            yield started


@pytest.fixture(params=PROFILES)
def profile(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def receiver(tmp_path: pathlib.Path, profile: str) -> Iterator[RunningReceiver]:
    with receivers.in_a_thread(tmp_path, profile) as started:
        yield started


@pytest.fixture
def channel(receiver: RunningReceiver) -> Webhook:
    return receivers.channel(receiver)


def test_every_exchange_of_a_whole_life_fits_the_schema(channel: Webhook, exchanges: Record, profile: str) -> None:
    channel.check()
    draft = channel.prepare(release())
    whole = posting(draft, published(channel, draft))
    seen = channel.look(whole)
    assert isinstance(seen, Live)
    assert seen.evidence["held"] == {draft.marker: True}
    channel.withdraw(whole)
    gone = channel.look(whole)
    assert isinstance(gone, Gone)
    pages = {whole.references[0].url: False} if profile == "public" else {}
    assert gone.evidence == {
        "signed": True,
        "word": "the receiver's own",
        "listed": 0,
        "held": {draft.marker: False},
        "pages": pages,
    }
    assert (exchanges.checked, exchanges.odd) == (8, 0)


@only("profile", ["private"])
def test_what_is_sent_is_the_teaser_with_its_link_ids_and_expiry_and_nothing_else(receiver: RunningReceiver) -> None:
    draft = receivers.channel(receiver).prepare(release())
    event = json.loads(draft.payload["event.json"])
    text, link = draft.payload["post.txt"].decode(), f"{linkposts.PAGE}#{draft.marker}"
    assert event == {
        "version": 1,
        "event": "published",
        "event_id": f"{draft.marker}.published",
        "marker": draft.marker,
        "content": {
            "appeal": linkposts.SLUG,
            "revision": 2,
            "category": "witness",
            "language": "de",
            "text": text,
            "link": link,
            "expires": receivers.EXPIRES,
        },
    }
    assert text == linkposts.TEASER.strip().replace(linkposts.PAGE, link)
    assert draft.medium is Medium.SOCIAL
    unlimited = receivers.channel(receiver, medium="website").prepare(release())
    assert json.loads(unlimited.payload["event.json"])["content"]["expires"] is None
    unnamed = receivers.channel(receiver, medium="online-press").prepare(release())
    assert json.loads(unnamed.payload["event.json"])["content"]["expires"] is None
    assert unnamed.medium is Medium.ONLINE_PRESS


@only("profile", ["private"])
@only("missing", ["revision", "category", "ends", "markers"])
def test_a_release_that_does_not_say_what_is_needed_is_refused(channel: Webhook, missing: str) -> None:
    with pytest.raises(NotPublishable):
        channel.prepare(release(manifest={missing: None}))


@only("profile", ["private"])
def test_an_event_sent_again_has_the_same_id_and_changes_nothing(
    channel: Webhook, receiver: RunningReceiver, exchanges: Record
) -> None:
    draft = channel.prepare(release())
    for _ in range(2):
        published(channel, draft)
    channel.withdraw(posting(draft))
    channel.withdraw(posting(draft))
    told = [json.loads(answer.body) for _, _, answer in exchanges.answers]
    ids = [one["event_id"] for one in told if one["answer"] == "taken"]
    assert ids == [f"{draft.marker}.published"] * 2 + [f"{draft.marker}.withdrawn"] * 2
    assert len({one["nonce"] for one in told}) == len(told)
    assert [(one.verb, one.id) for one in receiver.journal()] == [("create", draft.marker), ("delete", draft.marker)]


def takes_down_only_what_it_knows(channel: Webhook, whole: Posting) -> None:
    """A mistake: what nobody holds yet is not taken down."""
    remove(whole.references, lambda: channel.find(whole.marker), channel._api.delete)


@only("profile", ["private"])
@only(("withdraw", "left"), [(Webhook.withdraw, 0), (takes_down_only_what_it_knows, 1)])
def test_what_was_signed_before_the_withdrawal_puts_nothing_up_however_late_it_comes(
    channel: Webhook,
    receiver: RunningReceiver,
    monkeypatch: pytest.MonkeyPatch,
    withdraw: Callable[[Webhook, Posting], None],
    left: int,
) -> None:
    draft = channel.prepare(release())
    kept: list[tuple[Any, ...]] = []
    post = Client.post
    with monkeypatch.context() as patch:
        patch.setattr(Client, "post", lambda self, url, **how: kept.append((url, how)) or _nobody())
        with pytest.raises(OutcomeUnknown):
            channel.publish(draft, lambda _: None)
    withdraw(channel, posting(draft))
    ((url, how),) = kept
    assert (post(Client(timeout_s=5), url, **how).status == 409) is (not left)
    assert len(receiver.online()) == left
    assert isinstance(channel.look(posting(draft)), Gone) is (not left)
    published(channel, draft)
    assert len(receiver.online()) == 1, "what is signed afterwards counts again"


def _nobody() -> Any:
    raise OutcomeUnknown("nobody answered", "Niemand hat geantwortet")


@only("profile", ["private"])
def test_a_captured_request_is_worth_nothing_after_five_minutes(
    channel: Webhook, receiver: RunningReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = channel.prepare(release())
    for minutes in (-6, 6):
        skewed = bench.clock() + dt.timedelta(minutes=minutes)
        with monkeypatch.context() as patch:
            patch.setattr("fahndung.testing.receiver.clock", lambda at=skewed: at)
            with pytest.raises(AuthError, match="the clocks"):
                channel.publish(draft, lambda _: None)
            assert isinstance(channel.look(posting(draft)), Unknown)
    assert receiver.journal() == ()


@only("profile", ["private"])
@only(("name", "value"), [("key_id", "another"), ("credential", "other-key")])
def test_another_key_is_told_as_such_and_sees_nothing(
    channel: Webhook, receiver: RunningReceiver, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    draft = channel.prepare(release())
    whole = posting(draft, published(channel, draft))
    monkeypatch.setenv("FAHNDUNG_OTHER_KEY", "not the key")
    wrong = receivers.channel(receiver, **{name: value})
    for act in (wrong.check, wrong.listing, lambda: wrong.withdraw(whole)):
        with pytest.raises(AuthError):
            act()
    assert isinstance(wrong.look(whole), Unknown)
    assert len(receiver.online()) == 1
    monkeypatch.setenv("FAHNDUNG_OTHER_KEY", simulated.OTHER)
    stranger = receivers.channel(receiver, key_id="wache", credential="other-key")
    assert stranger.listing() == ()


@only("profile", ["private"])
def test_without_its_key_nothing_is_sent(channel: Webhook, exchanges: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(receivers.VARIABLE)
    with pytest.raises(AuthError, match=receivers.VARIABLE) as caught:
        channel.publish(channel.prepare(release()), lambda _: None)
    assert not caught.value.effect_possible
    assert exchanges.answers == []


@only("profile", ["private"])
def test_the_list_is_read_to_its_end_and_holds_nothing_of_others(channel: Webhook, receiver: RunningReceiver) -> None:
    drafts = [channel.prepare(release(f"appeal-{number}")) for number in range(7)]
    for draft in drafts:
        published(channel, draft)
    assert [one.marker for one in channel.listing()] == [draft.marker for draft in drafts]
    assert receiver.calls(Call.LIST) == 3
    channel.withdraw(posting(drafts[3]))
    assert len(channel.listing()) == 6


@only("profile", ["private"])
def test_what_is_held_otherwise_than_approved_is_altered(channel: Webhook, receiver: RunningReceiver) -> None:
    draft = channel.prepare(release())
    whole = posting(draft, published(channel, draft))
    assert isinstance(channel.look(dataclasses.replace(whole, withdrawal={"sha256": "0" * 64})), Altered)
    assert isinstance(channel.look(channel.leftover(draft.marker, whole.references)), Altered)
    other = channel.prepare(release(teaser=f"Ein anderer Text\n{linkposts.PAGE}\n"))
    published(channel, other)
    assert isinstance(channel.look(whole), Altered), "the same marker, another text"
    assert [one.verb for one in receiver.journal()] == ["create", "change"]
    two = dataclasses.replace(whole, references=(Reference(kind="post", id=linkposts.marker("two")),))
    published(channel, channel.prepare(release("two")))
    assert isinstance(channel.look(dataclasses.replace(two, withdrawal=other.withdrawal)), Altered)


@only("profile", ["private"])
@only("reference", [Reference(kind="media", id=linkposts.marker("one")), Reference(kind="post", id="17")])
def test_a_damaged_reference_is_told(channel: Webhook, reference: Reference) -> None:
    whole = dataclasses.replace(posting(channel.prepare(release())), references=(reference,))
    assert isinstance(channel.look(whole), Unknown)
    with pytest.raises(ChannelFailed, match="is damaged"):
        channel.withdraw(whole)


@only(
    ("answer", "kind"),
    [
        *((status, OutcomeUnknown) for status in (200, 204, 301, 308, 404, 405, 408, 410, 500, 503)),
        *((status, Rejected) for status in (400, 413, 422)),
        *((status, AuthError) for status in (401, 403)),
        (409, Duplicate),
        ((429, {}, {"retry-after": "7"}), RateLimited),
    ],
)
def test_only_a_signed_200_is_taken_and_a_redirect_is_not_followed(
    monkeypatch: pytest.MonkeyPatch, answer: Any, kind: type[Exception]
) -> None:
    calls = Calls()
    monkeypatch.setenv("FAHNDUNG_STADTPORTAL_KEY", simulated.TOKEN)
    answering(calls, monkeypatch, answer)
    asked = Webhook(Endpoint.from_config(values(name="webhook")))
    with pytest.raises(kind) as caught:
        asked.publish(asked.prepare(release()), lambda _: None)
    assert type(caught.value) is kind
    assert [call[:2] for call in calls] == [("POST", values()["url"])]
    assert simulated.TOKEN not in f"{calls}{caught.value.args}"


class Forging(Request):
    """A receiver that lies once it is told how: of what it holds, or of who it is."""

    lie_of: ClassVar[str] = ""
    kept: ClassVar[dict[str, Reply]] = {}

    def _answered(self, kind: str, account: str, *, stale: bool) -> Reply:
        reply = super()._answered(kind, account, stale=stale)
        told = json.loads(reply.body)
        changes: dict[str, dict[str, object]] = {
            "nonce": {"nonce": "0" * 32},
            "version": {"version": 2},
            "answer": {"answer": "list" if kind == "state" else "state"},
            "marker": {"marker": linkposts.marker("other")},
            "event": {"event_id": "other"},
            "no content": {"content": "nothing"},
            "odd content": {"content": {"revision": 1e400}},
            "deep content": {"content": {"text": "\ud800"}},
            "address": {"address": "http://elsewhere.example/"},
            "no address": {"address": 5},
            "long address": {"address": f"https://x.example/{'x' * 500}"},
            "no control": {"control": None},
            "control elsewhere": {"control": {"address": "http://localhost:1/about", "text": "Wer hier die Aufrufe"}},
            "odd control": {"control": "about"},
            "short control": {"control": {"address": "http://localhost:1/about", "text": "kurz"}},
            "control without address": {"control": {"address": None, "text": "Wer hier die Aufrufe"}},
            "other control": {"control": {"address": (told.get("control") or {}).get("address"), "text": "Impressum"}},
            "rows": {"held": "nothing"},
            "row": {"held": ["nothing"]},
            "row marker": {"held": [{"marker": "17", "address": None}]},
            "row twice": {"held": [{"marker": linkposts.marker("one"), "address": None}] * 2},
            "next": {"next": ""},
            "again": {"next": "0"},
            "for ever": {"next": str(secrets.randbelow(10**9)), "held": []},
            "said gone": {"content": None, "held": []},
        }
        change = changes.get(self.lie_of, {})
        said = json.dumps(told | {name: value for name, value in change.items() if name in told})
        return dataclasses.replace(reply, body=said.encode())

    def _signed(self, reply: Reply) -> Reply:
        if self.lie_of == "unsigned":
            return reply
        if self.lie_of == "no json":
            reply = dataclasses.replace(reply, body=b"{")
        if self.lie_of == "a list":
            reply = dataclasses.replace(reply, body=b"[]")
        if self.lie_of == "replay":
            return self.kept.setdefault(str(self._message.get("question")), super()._signed(reply))
        told = super()._signed(reply)
        return dataclasses.replace(told, body=told.body + b" ") if self.lie_of == "changed" else told


@pytest.fixture
def forged(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, lie: str) -> Iterator[RunningReceiver]:
    """A receiver that holds one appeal and lies from then on; its lies do not fit the schema."""
    monkeypatch.setattr(openapi.Record, "_note", lambda *_: None)
    monkeypatch.setattr(webhookapi, "MOST_PAGES", 3)
    monkeypatch.setattr(Forging, "kept", {})
    with receivers.in_a_thread(tmp_path, "public", request=Forging) as started:
        channel = receivers.channel(started)
        published(channel, channel.prepare(release()))
        monkeypatch.setattr(Forging, "lie_of", lie)
        yield started


WHOLE_ANSWER = ["unsigned", "changed", "no json", "a list", "nonce", "version", "answer"]
OF_A_STATE = [
    "marker",
    "no content",
    "odd content",
    "deep content",
    "address",
    "no address",
    "long address",
    "no control",
    "control elsewhere",
    "odd control",
    "short control",
    "control without address",
    "other control",
]
OF_A_LIST = ["rows", "row", "row marker", "row twice", "next", "again", "for ever"]


@pytest.mark.peers
@only("lie", [*WHOLE_ANSWER, *OF_A_STATE, *OF_A_LIST])
def test_no_word_is_believed_that_is_not_signed_fresh_and_about_what_was_asked(
    forged: RunningReceiver, lie: str
) -> None:
    channel = receivers.channel(forged)
    draft = channel.prepare(release())
    whole = posting(draft)
    assert isinstance(channel.look(whole), Unknown)
    if lie in {*WHOLE_ANSWER, *OF_A_LIST}:
        with pytest.raises(ChannelFailed):
            channel.listing()
        with pytest.raises(ChannelFailed):
            channel.check()
    if lie in {*WHOLE_ANSWER} - {"answer"}:
        with pytest.raises(OutcomeUnknown):
            channel.publish(draft, lambda _: None)
    with contextlib.suppress(ChannelFailed):
        channel.withdraw(whole)
    assert forged.online() == (), "it was told all the same"


@only(
    ("lie", "mistake"),
    [
        ("unsigned", ("fahndung.channels.webhookapi.signed.signed_at", lambda *_: bench.clock())),
        ("replay", ("fahndung.channels.webhookapi.secrets.token_hex", lambda _: "0" * 32)),
        ("other control", ("fahndung.channels.webhookapi.Api.shows", lambda *_, **__: True)),
    ],
)
def test_without_its_check_the_lie_is_believed(
    forged: RunningReceiver, mistake: tuple[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(*mistake)
    channel = receivers.channel(forged)
    whole = posting(channel.prepare(release()))
    assert [type(channel.look(whole)) for _ in range(2)] == [Live, Live]


@only("lie", ["replay"])
def test_an_old_answer_is_none(forged: RunningReceiver) -> None:
    channel = receivers.channel(forged)
    whole = posting(channel.prepare(release()))
    assert isinstance(channel.look(whole), Live), "it is new the first time"
    assert isinstance(channel.look(whole), Unknown)


@only("lie", ["event"])
def test_only_the_word_that_this_event_was_taken_counts(forged: RunningReceiver) -> None:
    channel = receivers.channel(forged)
    with pytest.raises(OutcomeUnknown):
        channel.publish(channel.prepare(release("two")), lambda _: None)


@only("lie", ["said gone"])
def test_a_receiver_that_says_gone_and_still_shows_it_is_not_believed(forged: RunningReceiver) -> None:
    seen = receivers.channel(forged).look(posting(receivers.channel(forged).prepare(release())))
    assert isinstance(seen, Altered)
    assert "a public page still shows it" in seen.why


@only("profile", ["private"])
def test_a_list_that_names_what_is_said_to_be_gone_is_no_proof(
    channel: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = channel.prepare(release())
    whole = posting(draft, published(channel, draft))
    monkeypatch.setattr(
        channel._api, "state", lambda marker: State(marker=marker, sha256=None, address=None, control=None)
    )
    assert isinstance(channel.look(whole), Unknown)


class Showing(Request):
    """A receiver whose public page answers as it is told."""

    answers: ClassVar[tuple[int, str]] = (200, "")

    def _public(self, place: list[str]) -> Reply:
        return super()._public(place) if place == ["about"] or not self.answers[1] else page(*self.answers)


@only(
    ("status", "verdict"),
    [(200, Unknown), (301, Unknown), (403, Unknown), (500, Unknown), (404, Altered), (410, Altered)],
)
def test_a_public_page_shows_the_link_or_nothing_is_known(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, status: int, verdict: type[object]
) -> None:
    with receivers.in_a_thread(tmp_path, "public", request=Showing) as receiver:
        channel = receivers.channel(receiver)
        draft = channel.prepare(release())
        whole = posting(draft, published(channel, draft))
        assert isinstance(channel.look(whole), Live)
        monkeypatch.setattr(Showing, "answers", (status, "Etwas anderes"))
        assert isinstance(channel.look(whole), verdict)
        channel.withdraw(whole)
        seen = channel.look(whole)
        assert isinstance(seen, Gone) is (status in {404, 410})


def test_strangers_pages_are_asked_on_the_public_internet_only(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[bool] = []
    monkeypatch.setattr(webhookapi, "Client", lambda public=False, **_: made.append(public))
    for url in ("https://www.stadt.example/events", "http://127.0.0.1:8480/events"):
        webhookapi.Api(Endpoint.from_config(values(url=url)))
    assert made == [False, True, False, False]


@only("profile", ["public"])
def test_what_a_press_office_reads_is_the_receivers_word_and_no_more(channel: Webhook) -> None:
    able = channel.capabilities()
    assert "own word" in able.proof.en
    assert "eigene Wort" in able.proof.de
    assert (able.idempotency, able.recovery, able.evidence and able.evidence.by) == ("path", "path", "simulator")
    assert able.replies is not None
    assert "lets strangers write" in able.replies.remains.en


@only("profile", ["private"])
def test_where_nobody_can_write_nothing_of_it_remains(receiver: RunningReceiver) -> None:
    replies = receivers.channel(receiver, comments="none").capabilities().replies
    assert replies is not None
    assert replies.remains.en.startswith("Nobody can write below it")


@only("profile", ["public"])
@only("mistake", simulated.MISTAKES[:2])
@only("made", [True, False])
def test_the_contract_catches_a_mistake(
    channel: Webhook, receiver: RunningReceiver, mistake: simulated.Mistake, made: bool
) -> None:
    asked = mistake(Webhook)(channel.endpoint) if made else channel
    switch = simulated.Switch(receiver, receivers.SKIPS)
    assert simulated.catches(mistake, asked, release(), receiver, switch) is made
