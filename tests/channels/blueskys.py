"""Channels on a real Bluesky server, a relay before it that makes calls fail, and two that get one thing wrong."""

import contextlib
import dataclasses
import datetime as dt
import json
import pathlib
import secrets
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

from fahndung import channels
from fahndung.channels import blueskyrecord
from fahndung.channels.base import Checkpoint
from fahndung.channels.bluesky import Bluesky as Channel
from fahndung.channels.blueskyaccount import Endpoint
from fahndung.channels.blueskyapi import Api
from fahndung.http import Answer
from fahndung.model.publication import Draft
from fahndung.model.release import File, Release
from fahndung.testing.faults import Fault
from fahndung.testing.running import Effect, Running
from fahndung.testing.serving import Server

from . import linkposts
from .pds import Account, Pds
from .relay import Relay, Request
from .simulated import Switch

CREDENTIAL = "bluesky-password"
VARIABLE = "FAHNDUNG_BLUESKY_PASSWORD"
STAND = "2026-11-20T10:00:00+01:00"


def release(name: str = "one", *, stand: object = STAND, entry: bytes | None = None, **how: Any) -> Release:
    """The release of an appeal of that name; ``entry``: the bytes of its feed entry."""
    made = linkposts.release(name, **{"channel": "bluesky", **how})
    data = json.dumps({"updated": stand}).encode() if entry is None else entry
    file = File(name="website/entry.json", media_type="application/json", data=data)
    return dataclasses.replace(made, files={**made.files, file.name: file})


class RunningRelay(Running):
    """One account of a real server, behind a relay."""

    kind = "bluesky"

    def __init__(self, pds: Pds, account: Account, *, port: int, pid: int) -> None:
        super().__init__(port=port, token=account.app_password, journal=pathlib.Path(), pid=pid)
        self.pds, self.account = pds, account
        self.markers: dict[str, str] = {}

    def config(self, *, credential: str = CREDENTIAL, **values: object) -> dict[str, object]:
        """The relay is the view of the network as well."""
        known = {"account": self.account.did, "appview": self.url, "settle_s": 0}
        return super().config(credential=credential, **{**known, **values})

    def online(self) -> tuple[dict[str, str], ...]:
        """The server's own listing."""
        return self.pds.online(self.account.did)

    def journal(self) -> tuple[Effect, ...]:
        """The server's own journal; ``markers`` says whose a key is. Nothing is ever changed in place."""
        effects = self.pds.journal(self.account.did)
        assert {one.verb for one in effects} <= {"create", "delete"}
        return tuple(dataclasses.replace(one, marker=self.markers.get(one.marker, one.marker)) for one in effects)


@contextlib.contextmanager
def in_a_thread(
    pds: Pds, account: Account | None = None, *, counts: bool = False
) -> Iterator[tuple[RunningRelay, Relay]]:
    """A relay before the server for a new account; ``counts``: the server counts its calls."""
    relay = Relay(pds.url, "" if counts else pds.bypass)
    with Server(Request, relay, 0) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield RunningRelay(pds, account or pds.account(), port=server.server_port, pid=0), relay
        finally:
            server.shutdown()
            thread.join()


@contextlib.contextmanager
def in_a_process(pds: Pds, folder: pathlib.Path) -> Iterator[RunningRelay]:
    """The same in a process of its own, which outlives its callers."""
    bypass = folder / "bypass"
    bypass.write_text(pds.bypass, "utf-8")
    command = [sys.executable, "-m", "tests.channels.relay", "--pds", pds.url, "--bypass", str(bypass)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield RunningRelay(pds, pds.account(), port=int(process.stdout.readline()), pid=process.pid)
        finally:
            process.kill()


def channel(server: Running, **values: Any) -> Channel:
    """The account on a server."""
    config = server.config(credential=CREDENTIAL, **values)
    opened = channels.from_config(config, home_id="h", nonce="n", home=pathlib.Path("/"))
    assert isinstance(opened, Channel)
    return opened


SKIPS = {
    Fault.CLOSED: "an account deletes for ever",
    Fault.DUPLICATE: "a place that is taken is no fault: another test writes there first",
}


def switch(server: Running) -> Switch:
    """Makes the server fail."""
    return Switch(server, SKIPS)


class Unfenced(Channel):
    """Sends its post whatever has changed since."""

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        self._api = _UnfencedApi(endpoint)


class _UnfencedApi(Api):
    def _procedure(self, name: str, body: bytes, media_type: str = "application/json") -> Answer:
        values = {key: value for key, value in json.loads(body).items() if key != "swapCommit"}
        return super()._procedure(name, json.dumps(values).encode(), media_type)


class AnotherPlace(Channel):
    """Writes to a place of its own every time."""

    def publish(self, draft: Draft, checkpoint: Checkpoint) -> None:
        key = blueskyrecord.key(secrets.token_hex(), dt.datetime.fromisoformat(STAND))
        super().publish(dataclasses.replace(draft, withdrawal={**draft.withdrawal, "key": key}), checkpoint)
