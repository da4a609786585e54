"""Simulated Graph APIs in a thread, and channels on them, for tests."""

import contextlib
import dataclasses
import pathlib
from collections.abc import Mapping
from typing import Any

import pytest

from fahndung import channels
from fahndung.channels.facebook import Facebook
from fahndung.model.release import Release
from fahndung.testing.facebook import APP_SECRET, Request
from fahndung.testing.facebookstock import PROFILES, Showing, Stock
from fahndung.testing.faults import Call, Fault
from fahndung.testing.running import ACCOUNT, RunningFacebook

from . import asked, graphspec, linkposts, openapi, simulated
from .simulated import OTHER, TOKEN

CREDENTIAL = "facebook-token"
VARIABLE = "FAHNDUNG_FACEBOOK_TOKEN"
APP_VARIABLE = "FAHNDUNG_FACEBOOK_APP"
LAG_S = 0.05
SKIPS_WITH_MEDIA: Mapping[Call | Fault, str] = {Fault.CLOSED: "Facebook deletes for ever"}
SKIPS: Mapping[Call | Fault, str] = {Call.UPLOAD: "the force's policy lets no picture go along", **SKIPS_WITH_MEDIA}
WORKING = [name for name, profile in PROFILES.items() if profile.lists_drafts]
"""Those in which an account can be opened that finds everything."""
KINDS: asked.Kinds = {
    "flip": asked.WHOLE,
    "no-flip": asked.STEPS | asked.ERRORS,
    "deaf": asked.STEPS,
    "lagging": asked.LISTS | asked.READS | asked.STEPS,
}
KINDS_WITH_MEDIA: asked.Kinds = {"flip": asked.WHOLE, "lagging": asked.READS}
"""Where a photo has to be deleted by itself, and where it goes with its post, late."""


def record() -> openapi.Record:
    """What is said."""
    return openapi.Record(graphspec.specification(), paths=("/v26.0/",), platform="facebook")


def secrets(monkeypatch: pytest.MonkeyPatch, token: str = TOKEN) -> None:
    """The secrets of an account on a simulated Graph API."""
    monkeypatch.setenv(VARIABLE, token)
    monkeypatch.setenv(APP_VARIABLE, APP_SECRET)


def in_a_thread(
    folder: pathlib.Path, profile: str = "flip", *, lag_s: float = LAG_S, **how: Any
) -> contextlib.AbstractContextManager[RunningFacebook]:
    """The platform without a process of its own; a profile that lags does so for a moment."""
    chosen = PROFILES[profile]
    if chosen.lag_s:
        chosen = dataclasses.replace(chosen, lag_s=lag_s)
    accounts = {TOKEN: ACCOUNT, OTHER: "wache"}
    return simulated.in_a_thread(
        RunningFacebook, Request, lambda journal: Stock(chosen, accounts, journal, **how), folder
    )


def suited(profile: str) -> dict[str, object]:
    """What the table of an account has to say on such a platform, so that something can be published."""
    settle = 3 * LAG_S if PROFILES[profile].lag_s else 0
    return {"settle_s": settle, "drafts": PROFILES[profile].showing is Showing.SHOWN}


def channel(platform: RunningFacebook, profile: str = "flip", **values: Any) -> Facebook:
    """The account on a platform, as it is to be opened there."""
    config = platform.config(credential=CREDENTIAL, **{**suited(profile), **values})
    opened = channels.from_config(config, home_id="h", nonce="n", home=pathlib.Path("/"))
    assert isinstance(opened, Facebook)
    return opened


def release(name: str = "one", **how: Any) -> Release:
    """The release of an appeal of that name."""
    return linkposts.release(name, channel="facebook", **how)
