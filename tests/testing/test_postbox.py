import contextlib
import datetime as dt
import json
import pathlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fahndung import channels
from fahndung.channels.base import Channel
from fahndung.channels.capabilities import Rate
from fahndung.errors import AuthError, ChannelFailed, FahndungError, InvalidConfig, NotSent, OutcomeUnknown
from fahndung.http import Answer, Client
from fahndung.model.mandate import Medium
from fahndung.model.publication import Altered, Gone, Posting, Reference, Unknown
from fahndung.model.release import Release
from fahndung.testing.contract import posting, published
from fahndung.testing.faults import Call, Fault
from fahndung.testing.platform import Request
from fahndung.testing.postbox import Endpoint, HttpPlatform, Postbox
from fahndung.testing.running import ACCOUNT, RunningPlatform, running
from fahndung.testing.stock import Platform, Settings
from tests.channels import asked, patience, simulated
from tests.channels.simulated import TOKEN

from . import releases

VARIABLE = "FAHNDUNG_TEST_POSTBOX"
MODES: dict[str, dict[str, Any]] = {
    "key and lookup": {"keys_s": 3600.0},
    "key": {"keys_s": 3600.0, "lookup": False},
    "lookup": {"lag_s": 0.05},
    "none": {"lookup": False},
}
IN_A_THREAD: asked.Kinds = {"key": asked.WHOLE, "lookup": asked.WHOLE}
IN_A_PROCESS: asked.Kinds = {"key and lookup": asked.WHOLE, "none": asked.WHOLE}
"""They differ in what the contract may ask at all, so everything is asked of each, and of each once."""


def in_a_thread(folder: pathlib.Path, **modes: Any) -> contextlib.AbstractContextManager[RunningPlatform]:
    """The platform without a process of its own."""
    settings = Settings(accounts={TOKEN: ACCOUNT}, **modes)
    return simulated.in_a_thread(RunningPlatform, Request, lambda journal: Platform(settings, journal), folder)


def postbox(platform: RunningPlatform, *, timeout_s: float = 20, **modes: Any) -> Postbox:
    values = {key: value for key, value in modes.items() if key != "lag_s"}
    config = platform.config(credential=VARIABLE, settle_s=2 * modes.get("lag_s", 0), timeout_s=timeout_s, **values)
    opened = channels.from_config(config, home_id="h", nonce="n", home=pathlib.Path("/"))
    assert isinstance(opened, Postbox)
    return opened


@pytest.fixture(autouse=True)
def spared(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test waits for an answer that the platform does not give."""
    patience.spare(monkeypatch)


class Contract(simulated.Contract):
    """One platform for all tests of a mode."""

    variable = VARIABLE

    def opened(self, platform: RunningPlatform, mode: str) -> Channel:
        return postbox(platform, **MODES[mode])

    def released(self, name: str) -> Release:
        return releases.release(name)


@pytest.mark.peers
class TestContract(Contract):
    """Against the platform in a thread of this process."""

    kinds = IN_A_THREAD

    @pytest.fixture(scope="class")
    @classmethod
    def platform(cls, mode: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlatform]:
        with in_a_thread(tmp_path_factory.mktemp("platform"), **MODES[mode]) as started:
            yield started


@pytest.mark.peers
@pytest.mark.no_cover
class TestContractOverProcesses(Contract):
    """Against the platform in a process of its own."""

    kinds = IN_A_PROCESS

    @pytest.fixture(scope="class")
    @classmethod
    def platform(cls, mode: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlatform]:
        with running(tmp_path_factory.mktemp("platform"), **MODES[mode]) as started:
            yield started


@pytest.fixture
def platform(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningPlatform]:
    monkeypatch.setenv(VARIABLE, TOKEN)
    with in_a_thread(tmp_path) as started:
        yield started


CHILD = """
import json, os, sys
from fahndung import channels
channel = channels.from_ledger("postbox", json.loads(sys.argv[1]))
channel.publish(channel.draft("killed", "text", b"picture"), lambda reference: print(reference.id, flush=True))
"""


@pytest.mark.peers
@pytest.mark.parametrize("call", [Call.UPLOAD, Call.CREATE])
def test_what_a_killed_process_left_is_found_by_another_one_and_withdrawn(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, call: Call
) -> None:
    with running(tmp_path) as platform:
        monkeypatch.setenv(VARIABLE, platform.token)
        values = endpoint(url=platform.url)
        platform.add(Fault.TIMEOUT_AFTER, call, seconds=15)
        objects = 1 if call is Call.UPLOAD else 2
        with subprocess.Popen([sys.executable, "-c", CHILD, json.dumps(values)], stdout=subprocess.PIPE) as child:
            try:
                deadline = time.monotonic() + 15
                while len(platform.journal()) < objects and time.monotonic() < deadline:
                    time.sleep(0.02)
            finally:
                child.kill()
            told = child.communicate()[0].split()
        assert len(told) == objects - 1, "the platform has an object of which nobody was told"
        channel = channels.from_ledger("postbox", values)
        whole = Posting(marker="killed", withdrawal={}, references=())
        assert len(channel.find("killed")) == objects
        channel.withdraw(whole)
        assert isinstance(channel.look(whole), Gone)
        assert [effect.verb for effect in platform.journal()] == ["create"] * objects + ["delete"] * objects


def endpoint(**change: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": "postbox",
        "url": "http://127.0.0.1:1/",
        "account": ACCOUNT,
        "credential": VARIABLE,
    }
    return {key: value for key, value in (values | change).items() if value is not None}


@pytest.mark.parametrize(
    "change",
    [
        {"name": None},
        {"name": "../x"},
        {"url": "http://127.0.0.1:1"},
        {"url": "https://platform.example/"},
        {"url": "ftp://127.0.0.1/"},
        {"url": 5},
        {"account": "Presse!"},
        {"credential": "t0ken in plain text"},
        {"credential": ["X"]},
        {"lookup": 1},
        {"keys_s": -1},
        {"keys_s": True},
        {"keys_s": float("nan")},
        {"settle_s": "1"},
        {"timeout_s": 0},
        {"writes": -1},
        {"writes": True},
        {"writes": 1.5},
        {"per_s": 0},
        {"timeout_s": 20.5},
        {"token": "x"},
    ],
)
def test_an_account_that_is_described_wrongly_is_refused_on_both_sides(change: dict[str, Any]) -> None:
    config = endpoint(**change) | {"kind": "postbox"}
    with pytest.raises(InvalidConfig, match="postbox"):
        channels.from_config(config, home_id="h", nonce="n", home=pathlib.Path("/"))
    with pytest.raises(ChannelFailed, match="damaged"):
        channels.from_ledger("postbox", endpoint(**change))


def test_it_is_for_rehearsals_and_installed_as_others_are() -> None:
    opened = channels.from_ledger("postbox", endpoint(timeout_s=20))
    assert opened.capabilities().rehearsal_only
    assert channels.medium_of("postbox") is Medium.SOCIAL is opened.medium


def test_a_rate_that_is_known_is_an_ability() -> None:
    assert channels.from_ledger("postbox", endpoint()).capabilities().rate is None
    limited = channels.from_ledger("postbox", endpoint(writes=30, per_s=90)).capabilities()
    assert limited.rate == Rate(writes=30, per=dt.timedelta(seconds=90), burst=30)


def test_without_a_token_nothing_is_sent(platform: RunningPlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    channel = postbox(platform)
    monkeypatch.delenv(VARIABLE)
    with pytest.raises(AuthError, match=VARIABLE):
        channel.publish(channel.draft("m", "text"), lambda _: None)
    with pytest.raises(AuthError, match=VARIABLE):
        channel.check()
    assert isinstance(channel.look(Posting(marker="m", withdrawal={}, references=())), Unknown)


def test_a_platform_that_does_not_run_was_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, TOKEN)
    channel = Postbox(Endpoint.parse(endpoint()))
    with pytest.raises(NotSent):
        channel.publish(channel.draft("m", "text"), lambda _: None)


def test_a_token_of_another_account_is_not_accepted(platform: RunningPlatform) -> None:
    other = Postbox(Endpoint.parse(endpoint(url=platform.url, account="other")))
    with pytest.raises(AuthError, match="not that of other"):
        other.check()


def test_a_long_listing_is_read_page_by_page(platform: RunningPlatform) -> None:
    channel = postbox(platform)
    draft = channel.draft("many", "text", *(bytes([number]) for number in range(119)))
    witness = published(channel, draft)
    assert set(channel.find("many")) == set(witness.references)
    assert len(channel.find("many")) == 120
    published(channel, channel.draft("another", "text"))
    listed = channel.listing()
    assert len(listed) == len(set(listed)) == 121
    assert {one.marker for one in listed} == {"many", "another"}


def test_two_copies_are_not_what_was_approved(platform: RunningPlatform) -> None:
    channel = postbox(platform)
    draft = channel.draft("twice", "text")
    published(channel, draft)
    assert isinstance(channel.look(posting(draft, published(channel, draft))), Altered)


def test_a_damaged_reference_is_told_and_the_rest_is_withdrawn(platform: RunningPlatform) -> None:
    channel = postbox(platform)
    draft = channel.draft("m", "text", b"picture")
    published(channel, draft)
    for kind, id in (("page", "post-1"), ("post", "../control")):
        damaged = Posting(marker="m", withdrawal=draft.withdrawal, references=(Reference(kind=kind, id=id),))
        with pytest.raises(ChannelFailed, match="damaged"):
            channel.withdraw(damaged)
        assert platform.online() == ()


class TestAnswers:
    """What the platform may say, and what must not be made of it."""

    @pytest.fixture
    def called(self, monkeypatch: pytest.MonkeyPatch) -> Callable[..., HttpPlatform]:
        monkeypatch.setenv(VARIABLE, TOKEN)

        def answered(*bodies: object, status: int = 200) -> HttpPlatform:
            left = [body if isinstance(body, bytes) else json.dumps(body).encode() for body in bodies]

            def call(*_: object, **__: object) -> Answer:
                return Answer(status=status, headers={}, body=left.pop(0))

            for method in ("get", "post", "delete"):
                monkeypatch.setattr(Client, method, call)
            return HttpPlatform(Endpoint.parse(endpoint()))

        return answered

    @pytest.mark.parametrize(
        "bodies",
        [
            ({},),
            ({"items": None, "total": 0, "next": None},),
            ({"items": [], "total": 1, "next": None},),
            ({"items": [], "total": None, "next": None},),
            ({"items": [], "total": 0, "next": 1},),
            ({"items": ["x"], "total": 1, "next": None},),
            ({"items": [{"id": "post-1", "kind": "post", "marker": "other"}], "total": 1, "next": None},),
            ({"items": [{"id": "post-1", "kind": "person", "marker": "m"}], "total": 1, "next": None},),
            ({"items": [{"id": "../1", "kind": "post", "marker": "m"}], "total": 1, "next": None},),
            ({"items": [{"id": 1, "kind": "post", "marker": "m"}], "total": 1, "next": None},),
            ({"items": [{"id": "post-1", "kind": "post", "marker": "m"}], "total": 2, "next": 0},),
            ({"items": [{"id": "post-1", "kind": "post", "marker": "m"}], "total": 2, "next": "1"},),
            (
                {"items": [{"id": "post-1", "kind": "post", "marker": "m"}], "total": 2, "next": 1},
                {"items": [], "total": 2, "next": None},
            ),
        ],
    )
    def test_a_listing_that_is_not_clean_and_complete_is_none(
        self, called: Callable[..., HttpPlatform], bodies: tuple[object, ...]
    ) -> None:
        with pytest.raises(ChannelFailed, match="listing"):
            called(*bodies).items("m")

    @pytest.mark.parametrize(
        "bodies",
        [
            ({"items": [], "total": 1, "next": None},),
            ({"items": [{"id": "post-1", "kind": "post"}], "total": 1, "next": None},),
            ({"items": [{"id": "post-1", "kind": "post", "marker": None}], "total": 1, "next": None},),
            ({"items": [{"id": "post-1", "kind": "post", "marker": "m"}], "total": 2, "next": None},),
        ],
    )
    def test_a_listing_of_the_account_is_clean_and_complete_or_none(
        self, called: Callable[..., HttpPlatform], bodies: tuple[object, ...]
    ) -> None:
        with pytest.raises(ChannelFailed, match="listing"):
            called(*bodies).listing()

    @pytest.mark.parametrize(("status", "body"), [(201, {}), (201, {"id": 5}), (201, {"id": "A"}), (202, {"id": "a"})])
    def test_a_success_that_names_nothing_leaves_the_outcome_unknown(
        self, called: Callable[..., HttpPlatform], status: int, body: object
    ) -> None:
        with pytest.raises(OutcomeUnknown):
            called(body, status=status).create("text", (), marker="m", key="k")

    @pytest.mark.parametrize(("status", "body"), [(200, b""), (202, b""), (403, b'{"error": "no"}'), (403, b"<html>")])
    def test_only_204_404_and_410_say_that_something_is_deleted(
        self, called: Callable[..., HttpPlatform], status: int, body: bytes
    ) -> None:
        with pytest.raises(FahndungError):
            called(body, status=status).delete(Reference(kind="post", id="post-1"))

    @pytest.mark.parametrize("status", [204, 404, 410])
    def test_what_is_gone_already_is_a_success(self, called: Callable[..., HttpPlatform], status: int) -> None:
        called(b"", status=status).delete(Reference(kind="media", id="media-1"))

    def test_an_account_that_the_public_does_not_see_proves_nothing(self, called: Callable[..., HttpPlatform]) -> None:
        with pytest.raises(ChannelFailed, match="does not show"):
            called({"account": ACCOUNT, "may_delete": True}, b"maintenance").whoami()

    def test_an_account_that_may_not_delete_is_not_accepted(self, called: Callable[..., HttpPlatform]) -> None:
        with pytest.raises(AuthError, match="may not delete"):
            called({"account": ACCOUNT, "may_delete": False}).whoami()
