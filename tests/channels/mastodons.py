"""Simulated Mastodon servers in a thread, channels on them, and three that get one thing wrong, for tests."""

import contextlib
import dataclasses
import pathlib
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from fahndung import channels
from fahndung.channels.base import Checkpoint
from fahndung.channels.mastodon import Mastodon as Channel
from fahndung.errors import OutcomeUnknown, RateLimited
from fahndung.model.publication import Draft, Gone, Look, Posting, Reference, Unknown
from fahndung.testing.faults import Call, Fault
from fahndung.testing.mastodon import Request
from fahndung.testing.mastodonstock import PROFILES, Mastodon
from fahndung.testing.running import ACCOUNT, RunningMastodon
from fahndung.testing.serving import Server

SPECIFICATION = "mastodon-openapi.json"
CREDENTIAL = "mastodon-token"
VARIABLE = "FAHNDUNG_MASTODON_TOKEN"
TOKEN, OTHER = "0123456789abcdef", "fedcba9876543210"
LAG_S = 0.05


@contextlib.contextmanager
def in_a_thread(
    folder: pathlib.Path, profile: str = "4.4+", *, lag_s: float = LAG_S, **how: Any
) -> Iterator[RunningMastodon]:
    """The server without a process of its own; a profile that lags does so for a moment."""
    journal = folder / "journal.txt"
    chosen = PROFILES[profile]
    if chosen.lag_s:
        chosen = dataclasses.replace(chosen, lag_s=lag_s)
    with journal.open("a") as stream:
        platform = Mastodon(chosen, {TOKEN: ACCOUNT, OTHER: "wache"}, stream, **how)
        with Server(Request, platform, 0) as server:
            thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
            thread.start()
            try:
                yield RunningMastodon(port=server.server_port, token=TOKEN, journal=journal, pid=0)
            finally:
                server.shutdown()
                thread.join()


def channel(server: RunningMastodon, profile: str = "4.4+", **values: Any) -> Channel:
    """The account on a server, as patient as the profile needs."""
    limits = {"characters": PROFILES[profile].characters, "url_characters": PROFILES[profile].url_characters}
    settle = 3 * LAG_S if PROFILES[profile].lag_s else 0
    config = server.config(credential=CREDENTIAL, **{"settle_s": settle, **limits, **values})
    opened = channels.from_config(config, home_id="h", nonce="n", home=pathlib.Path("/"))
    assert isinstance(opened, Channel)
    return opened


class Switch:
    """Makes a server fail, with time-outs just longer than the channel waits in a test."""

    def __init__(self, server: RunningMastodon) -> None:
        self.clear = server.clear
        self._server = server

    def add(self, fault: Fault, *calls: Call, times: int | None = 1) -> None:
        if calls == (Call.UPLOAD,):
            pytest.skip("the channel sends text only")
        if fault is Fault.CLOSED:
            pytest.skip("Mastodon deletes for ever")
        self._server.add(fault, *calls, times=times, seconds=0.9)


class EmptyWhenLimited(Channel):
    """A listing that was refused is taken for an empty one."""

    def find(self, marker: str) -> tuple[Reference, ...]:
        try:
            return super().find(marker)
        except RateLimited:
            return ()


class BelievesAbsence(Channel):
    """Takes it for gone although the account did not answer."""

    def look(self, posting: Posting) -> Look:
        seen = super().look(posting)
        return Gone(evidence={}) if isinstance(seen, Unknown) else seen


class SendsAgain(Channel):
    """Repeats a write that was not answered."""

    def publish(self, draft: Draft, checkpoint: Checkpoint) -> None:
        try:
            super().publish(draft, checkpoint)
        except OutcomeUnknown:
            super().publish(draft, checkpoint)
