"""The receiver of signed events keeps the protocol of docs/webhook.md, and fails as it is told."""

import datetime as dt
import json
import pathlib
import secrets
from collections.abc import Iterator
from typing import Any

import pytest

from fahndung import signed
from fahndung.credentials import Secret
from fahndung.http import Answer, Client
from fahndung.testing import bench
from fahndung.testing import receiver as module
from fahndung.testing.faults import Call, Fault
from fahndung.testing.receiverstock import PROFILES
from fahndung.testing.running import ACCOUNT, RunningReceiver, running_receiver
from fahndung.testing.serving import Server
from tests.channels import linkposts, receivers
from tests.channels.simulated import OTHER, TOKEN

MARKER = linkposts.marker("one")
CONTENT = {"text": f"Text {linkposts.PAGE}#{MARKER}", "revision": 1}
only = pytest.mark.parametrize


class Desk:
    """A receiver and somebody who calls it by hand."""

    def __init__(self, receiver: RunningReceiver) -> None:
        self.receiver, self.client = receiver, Client(timeout_s=5)

    def send(
        self,
        *,
        key_id: str = ACCOUNT,
        secret: str = TOKEN,
        late: dt.timedelta = dt.timedelta(0),
        place: str = "events",
        **message: Any,
    ) -> Answer:
        at = bench.clock() - late
        whole = {"version": 1, "nonce": secrets.token_hex(16), "sent_at": at.isoformat(), **message}
        body = json.dumps(whole).encode()
        headers = signed.headers(body, Secret(secret), at=at, key_id=key_id)
        return self.client.post(f"{self.receiver.url}{place}", body=body, headers=headers)

    def told(self, **message: Any) -> Any:
        answer = self.send(**message)
        assert answer.status == 200
        assert signed.signed_at(answer.headers, answer.body, Secret(message.get("secret", TOKEN))) is not None
        return json.loads(answer.body)

    def publish(self, marker: str = MARKER, **how: Any) -> Any:
        return self.told(event="published", event_id=f"{marker}.published", marker=marker, content=CONTENT, **how)

    def withdraw(self, marker: str = MARKER, **how: Any) -> Any:
        return self.told(event="withdrawn", event_id=f"{marker}.withdrawn", marker=marker, **how)

    def effects(self) -> list[str]:
        return [one.verb for one in self.receiver.journal()]


@pytest.fixture
def desk(tmp_path: pathlib.Path) -> Iterator[Desk]:
    with receivers.in_a_thread(tmp_path) as started:
        yield Desk(started)


def test_it_holds_what_it_is_told_shows_it_and_lets_it_go(desk: Desk) -> None:
    address = desk.publish()["address"]
    assert desk.client.get(address).body.count(MARKER.encode()) == 1
    assert desk.publish()["address"] == address
    state = desk.told(question="state", marker=MARKER)
    assert (state["content"], state["address"]) == (CONTENT, address)
    control = desk.client.get(state["control"]["address"])
    assert state["control"]["text"].encode() in control.body
    assert desk.told(question="list", after=None)["held"] == [{"marker": MARKER, "address": address}]
    desk.withdraw()
    desk.withdraw()
    gone = desk.told(question="state", marker=MARKER)
    assert (gone["content"], gone["address"]) == (None, address), "where it was is still told"
    assert desk.client.get(address).status == 410
    assert desk.told(question="list", after=None)["held"] == []
    assert desk.effects() == ["create", "delete"]


def test_what_one_key_brought_another_neither_sees_nor_removes(desk: Desk) -> None:
    desk.publish()
    other = {"key_id": "wache", "secret": OTHER}
    assert desk.told(question="list", after=None, **other)["held"] == []
    desk.withdraw(**other)
    assert desk.told(question="state", marker=MARKER, **other)["content"] is None
    assert len(desk.receiver.online()) == 1


@only("change", [{"secret": OTHER}, {"key_id": "nobody"}, {"late": dt.timedelta(minutes=6)}], ids=str)
def test_it_takes_nothing_that_is_not_signed_now(desk: Desk, change: dict[str, Any]) -> None:
    assert desk.send(question="list", after=None, **change).status == 401
    assert desk.send(question="list", after=None, late=dt.timedelta(minutes=4)).status == 200


def test_a_withdrawal_counts_whatever_the_clocks_say_and_nothing_else_does(desk: Desk) -> None:
    desk.publish()
    how: dict[str, Any] = {"event_id": "x", "marker": MARKER, "late": dt.timedelta(hours=1)}
    assert desk.send(event="withdrawn", secret=OTHER, **how).status == 401
    assert desk.send(event="published", content=CONTENT, **how).status == 401
    assert len(desk.receiver.online()) == 1
    desk.told(event="withdrawn", **how)
    assert desk.receiver.online() == ()


@only("late", [0, 1])
def test_an_event_from_before_the_last_withdrawal_is_refused(desk: Desk, late: float) -> None:
    desk.withdraw()
    how: dict[str, Any] = {"event": "published", "event_id": "x", "marker": MARKER, "content": CONTENT}
    assert desk.send(**how, late=dt.timedelta(seconds=late)).status == (409 if late else 200)
    desk.publish()
    desk.withdraw(late=dt.timedelta(minutes=2))
    assert desk.receiver.online() == (), "a withdrawal counts whenever it comes"


@only(("method", "place"), [("get", "elsewhere"), ("post", "elsewhere"), ("get", "aufrufe/99")])
def test_elsewhere_is_nothing(desk: Desk, method: str, place: str) -> None:
    answer = desk.client.get(desk.receiver.url + place) if method == "get" else desk.send(place=place)
    assert answer.status in {404, 410}


FAULTS = {
    Fault.LIMITED: 429,
    Fault.GARBAGE: 200,
    Fault.UNAUTHORIZED: 401,
    Fault.REFUSED: 422,
    Fault.DUPLICATE: 409,
    Fault.ERROR_BEFORE: 500,
}


@only("fault", FAULTS)
def test_each_fault_has_its_answer_and_no_effect_that_it_should_not_have(desk: Desk, fault: Fault) -> None:
    desk.receiver.add(fault, Call.CREATE, seconds=1.5)
    how: dict[str, Any] = {"event": "published", "event_id": "x", "marker": MARKER, "content": CONTENT}
    answer = desk.send(**how)
    assert answer.status == FAULTS[fault]
    assert "x-fahndung-signature" not in answer.headers
    assert desk.effects() == (["create"] if fault is Fault.GARBAGE else [])
    assert answer.headers.get("retry-after") == ("2" if fault is Fault.LIMITED else None)


def test_a_lie_is_signed_and_a_stale_reader_sees_what_is_gone(desk: Desk) -> None:
    address = desk.publish()["address"]
    desk.receiver.add(Fault.NOTHING, Call.DELETE)
    desk.withdraw()
    assert len(desk.receiver.online()) == 1
    desk.withdraw()
    desk.receiver.add(Fault.STALE, Call.READ, times=2)
    assert desk.told(question="state", marker=MARKER)["content"] == CONTENT
    assert desk.client.get(address).status == 200
    assert desk.client.get(address).status == 410
    desk.publish(linkposts.marker("two"))
    desk.receiver.add(Fault.STALE, Call.LIST)
    assert desk.told(question="list", after=None)["held"] == []


def test_it_runs_as_the_command_line_says(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Server] = []
    monkeypatch.setattr(Server, "run", lambda server: made.append(server))
    journal, accounts = tmp_path / "journal", tmp_path / "accounts"
    accounts.write_text(json.dumps({TOKEN: ACCOUNT}))
    module.main(["--journal", str(journal), "--accounts", str(accounts), "--profile", "private"])
    (server,) = made
    server.server_close()
    platform = server.RequestHandlerClass.platform  # type: ignore[attr-defined]  # the class bound to it
    assert (platform.profile, platform.secret(ACCOUNT)) == (PROFILES["private"], TOKEN)


@pytest.mark.peers
def test_as_a_process_it_tells_its_journal(tmp_path: pathlib.Path) -> None:
    with running_receiver(tmp_path, "private") as started:
        desk = Desk(started)
        assert desk.publish(secret=started.token)["address"] is None
        assert [(one.verb, one.kind, one.id, one.marker) for one in started.journal()] == [
            ("create", "post", MARKER, MARKER)
        ]
