"""Simulated Threads APIs in a thread, and channels on them, for tests."""

import contextlib
import dataclasses
import pathlib
from collections.abc import Mapping
from typing import Any

from fahndung import channels
from fahndung.channels.threads import Threads
from fahndung.model.release import Release
from fahndung.testing.faults import Call, Fault
from fahndung.testing.running import ACCOUNT, RunningThreads
from fahndung.testing.threads import Request
from fahndung.testing.threadsstock import PROFILES, Stock

from . import linkposts, simulated
from .simulated import OTHER, TOKEN

CREDENTIAL = "threads-token"
VARIABLE = "FAHNDUNG_THREADS_TOKEN"
LAG_S = 0.05
SKIPS: Mapping[Call | Fault, str] = {
    Call.UPLOAD: "nobody is shown a container",
    Fault.CLOSED: "Threads deletes for ever",
}


def in_a_thread(
    folder: pathlib.Path, profile: str = "prompt", *, lag_s: float = LAG_S, **how: Any
) -> contextlib.AbstractContextManager[RunningThreads]:
    """The platform without a process of its own; a profile that lags does so for a moment."""
    chosen = PROFILES[profile]
    if chosen.lag_s:
        chosen = dataclasses.replace(chosen, lag_s=lag_s)
    accounts = {TOKEN: ACCOUNT, OTHER: "wache"}
    return simulated.in_a_thread(
        RunningThreads, Request, lambda journal: Stock(chosen, accounts, journal, **how), folder
    )


def channel(platform: RunningThreads, profile: str = "prompt", **values: Any) -> Threads:
    """The account on a platform, as patient as the profile needs."""
    settle = 3 * LAG_S if PROFILES[profile].lag_s else 0
    config = platform.config(**{"credential": CREDENTIAL, "settle_s": settle, **values})
    opened = channels.from_config(config, home_id="h", nonce="n", home=pathlib.Path("/"))
    assert isinstance(opened, Threads)
    return opened


def release(name: str = "one", **how: Any) -> Release:
    """The release of an appeal of that name."""
    return linkposts.release(name, channel="threads", **how)
