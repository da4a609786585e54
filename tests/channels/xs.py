"""Simulated X in a thread, and channels on it, for tests."""

import dataclasses
import json
import pathlib
from collections.abc import Mapping
from typing import Any

from fahndung import channels
from fahndung.channels.x import X as Channel
from fahndung.testing.faults import Call, Fault
from fahndung.testing.running import ACCOUNT, RunningX
from fahndung.testing.x import SIGNED_WITH, Request
from fahndung.testing.xshapes import PROFILES
from fahndung.testing.xstock import Stock

from . import asked, openapi, simulated
from .simulated import OTHER, TOKEN

SPECIFICATION = "x-openapi.json"
CREDENTIAL = "x-keys"
VARIABLE = "FAHNDUNG_X_KEYS"
LAG_S = 0.05
SKIPS_WITH_MEDIA: Mapping[Call | Fault, str] = {Fault.CLOSED: "X deletes for ever"}
SKIPS: Mapping[Call | Fault, str] = {Call.UPLOAD: "the force's policy lets no picture go along", **SKIPS_WITH_MEDIA}
KINDS: asked.Kinds = {
    "strict": asked.WHOLE,
    "playground": asked.REPEATS | asked.READS | asked.ERRORS,
    "lagging": asked.LISTS | asked.READS,
}


KINDS_WITH_MEDIA: asked.Kinds = {"strict": asked.STEPS | asked.READS, "lagging": asked.STEPS}


def keys(token: str = TOKEN, **change: str) -> str:
    """The secret of an account that signs its requests."""
    secrets = {"api_key_secret": SIGNED_WITH, "access_token_secret": SIGNED_WITH}
    return json.dumps({"api_key": "application", "access_token": token} | secrets | change)


def record() -> openapi.Record:
    """What is said; documentation and specification differ in the name of one parameter."""
    found = openapi.specification(SPECIFICATION)
    aliases = {"tweet.fields": "post.fields"}
    return openapi.Record(found, paths=("/2/tweets", "/2/users", "/2/media"), aliases=aliases, platform="x")


def in_a_thread(
    folder: pathlib.Path,
    profile: str = "strict",
    *,
    lag_s: float = LAG_S,
    keeps_s: float = 0,
    loose_s: float = 0,
    **how: Any,
) -> Any:
    """The platform without a process of its own; a profile that lags does so for a moment."""
    chosen = dataclasses.replace(PROFILES[profile], keeps_s=keeps_s, loose_s=loose_s)
    if chosen.lag_s:
        chosen = dataclasses.replace(chosen, lag_s=lag_s)
    accounts = {TOKEN: ACCOUNT, OTHER: "wache"}
    return simulated.in_a_thread(RunningX, Request, lambda journal: Stock(chosen, accounts, journal, **how), folder)


def channel(platform: RunningX, profile: str = "strict", **values: Any) -> Channel:
    """The account on a platform, as patient as the profile needs."""
    settle = 3 * LAG_S if PROFILES[profile].lag_s else 0
    config = platform.config(credential=CREDENTIAL, **{"settle_s": settle, **values})
    opened = channels.from_config(config, home_id="h", nonce="n", home=pathlib.Path("/"))
    assert isinstance(opened, Channel)
    return opened
