"""The example of a receiver, which shares no line with the program, keeps the contract and takes down what is over."""

import datetime as dt
import functools
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator

import pytest

from fahndung import channels
from fahndung.channels import webhookapi
from fahndung.channels.base import Channel
from fahndung.channels.webhook import Webhook
from fahndung.credentials import Secret
from fahndung.errors import AuthError, Duplicate
from fahndung.model.publication import Altered, Gone, Live, Reference
from fahndung.model.release import Release
from fahndung.testing.contract import ChannelContract, posting, published
from tests.channels import receivers

SCRIPT = pathlib.Path(__file__).parents[1] / "contrib" / "webhook" / "receiver.py"
KEY = "ein-gemeinsamer-Schlüssel"


class Example:
    """The script as it runs."""

    def __init__(self, port: int, store: pathlib.Path) -> None:
        self.url, self._store = f"http://127.0.0.1:{port}/", store

    def rows(self, what: str, *values: str) -> list[str]:
        with sqlite3.connect(self._store) as database:
            return [row[0] for row in database.execute(what, values)]

    def shown(self) -> set[str]:
        return {*self.rows("SELECT marker FROM appeal WHERE content IS NOT NULL")}

    def channel(self, key_id: str = "polizei-2026") -> Webhook:
        config = {"kind": "webhook", "name": "webhook", "url": f"{self.url}events", "key_id": key_id, "settle_s": 0}
        config |= {"credential": receivers.CREDENTIAL, "medium": "social"}
        opened = channels.from_config(config, home_id="h", nonce="n", home=pathlib.Path("/"))
        assert isinstance(opened, Webhook)
        return opened


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Example]:
    folder = tmp_path_factory.mktemp("example")
    keys, store = folder / "keys.json", folder / "aufrufe.db"
    keys.write_text(json.dumps({"polizei-2026": KEY, "wache": "another"}), "utf-8")
    command = [sys.executable, "-I", str(SCRIPT), "--keys", str(keys), "--store", str(store), "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ}
    ) as process:
        try:
            assert process.stdout is not None
            yield Example(int(process.stdout.readline()), store)
        finally:
            process.kill()


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(receivers.VARIABLE, KEY)


@pytest.mark.peers
class TestExample(ChannelContract):
    """Nobody makes it fail; what it does without failures it does right."""

    @pytest.fixture
    def name(self, example: Example) -> str:
        return f"appeal{len(example.rows('SELECT marker FROM appeal'))}"

    @pytest.fixture
    def channel(self, example: Example) -> Channel:
        for marker in example.shown():
            example.rows("UPDATE appeal SET content=NULL WHERE marker=? RETURNING marker", marker)
        return example.channel()

    @pytest.fixture
    def release(self, name: str) -> Release:
        return receivers.release(f"{name}-one")

    @pytest.fixture
    def other_release(self, name: str) -> Release:
        return receivers.release(f"{name}-two")

    @pytest.fixture
    def online(self, example: Example) -> Callable[[], Collection[str]]:
        return example.shown

    @pytest.fixture
    def secrets(self) -> Collection[str]:
        return (KEY,)


@pytest.mark.peers
def test_what_is_over_goes_by_itself_once_nobody_asks_for_it_any_more(example: Example) -> None:
    channel = example.channel()
    over = {"ends": [{"medium": "social", "at": "2020-01-01T00:00:00+00:00"}]}
    draft = channel.prepare(receivers.release("over", manifest=over))
    whole = posting(draft, published(channel, draft))
    assert isinstance(channel.look(whole), Live), "its sender asks for it"
    silent = (dt.datetime.now(dt.UTC) - dt.timedelta(days=3)).isoformat()  # noqa: TID251  # the script has a clock
    example.rows("UPDATE appeal SET heard_at=? WHERE marker=? RETURNING marker", silent, draft.marker)
    assert isinstance(channel.look(whole), Gone)
    lasting = channel.prepare(receivers.release("lasting", manifest={"ends": []}))
    published(channel, lasting)
    example.rows("UPDATE appeal SET heard_at=? WHERE marker=? RETURNING marker", silent, lasting.marker)
    assert not isinstance(channel.look(posting(lasting)), Gone | Altered)


@pytest.mark.peers
def test_a_key_that_nobody_has_and_a_late_event_are_refused(example: Example, monkeypatch: pytest.MonkeyPatch) -> None:
    channel = example.channel()
    draft = channel.prepare(receivers.release("late"))
    published(channel, draft)
    stranger = example.channel("wache")
    monkeypatch.setenv(receivers.VARIABLE, "another")
    assert stranger.listing() == ()
    for wrong in (channel, example.channel("nobody")):
        with pytest.raises(AuthError):
            wrong.check()
    monkeypatch.setenv(receivers.VARIABLE, KEY)
    with monkeypatch.context() as patch:
        patch.setattr(webhookapi.signed, "headers", functools.partial(_an_hour_ago, webhookapi.signed.headers))
        with pytest.raises(AuthError):
            channel.check()
        channel._api.delete(Reference(kind="post", id=draft.marker))
    assert draft.marker not in example.shown(), "a withdrawal counts whatever the clocks say"
    future = "9999-12-31T23:59:59.999999Z"
    example.rows("UPDATE appeal SET content=NULL, withdrawn_at=? WHERE marker=? RETURNING marker", future, draft.marker)
    with pytest.raises(Duplicate):
        channel.publish(draft, lambda _: None)


def _an_hour_ago(
    headers: Callable[..., dict[str, str]], body: bytes, secret: Secret, *, at: dt.datetime, key_id: str
) -> dict[str, str]:
    return headers(body, secret, at=at - dt.timedelta(hours=1), key_id=key_id)
