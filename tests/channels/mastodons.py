"""Simulated Mastodon servers in a thread, and channels on them, for tests."""

import contextlib
import dataclasses
import json
import os
import pathlib
from collections.abc import Mapping
from typing import Any

from fahndung import channels
from fahndung.channels.mastodon import Mastodon as Channel
from fahndung.http import Client
from fahndung.testing.faults import Call, Fault
from fahndung.testing.mastodon import Request
from fahndung.testing.mastodonstock import PROFILES, Mastodon
from fahndung.testing.running import ACCOUNT, RunningMastodon

from . import asked, openapi, simulated
from .simulated import OTHER, TOKEN

SPECIFICATION = "mastodon-openapi.json"
CREDENTIAL = "mastodon-token"
VARIABLE = "FAHNDUNG_MASTODON_TOKEN"
LAG_S = 0.05
SKIPS_WITH_MEDIA: Mapping[Call | Fault, str] = {Fault.CLOSED: "Mastodon deletes for ever"}
SKIPS: Mapping[Call | Fault, str] = {Call.UPLOAD: "the force's policy lets no picture go along", **SKIPS_WITH_MEDIA}
KINDS: asked.Kinds = {
    "4.4+": asked.WHOLE,
    "4.2": asked.RIGHTS,
    "500": asked.REPEATS,
    "gts": asked.RIGHTS | asked.REPEATS | asked.LISTS | asked.READS,
}
KINDS_WITH_MEDIA: asked.Kinds = {"4.4+": asked.WHOLE, "gts": asked.STEPS | asked.LISTS | asked.READS}


def record() -> openapi.Record:
    """What is said."""
    return openapi.Record(openapi.specification(SPECIFICATION), platform="mastodon")


def in_a_thread(
    folder: pathlib.Path, profile: str = "4.4+", *, lag_s: float = LAG_S, keeps_s: float = LAG_S, **how: Any
) -> contextlib.AbstractContextManager[RunningMastodon]:
    """The server without a process of its own; a profile that lags, or keeps files, does so for a moment."""
    chosen = dataclasses.replace(PROFILES[profile], keeps_s=keeps_s)
    if chosen.lag_s:
        chosen = dataclasses.replace(chosen, lag_s=lag_s)
    accounts = {TOKEN: ACCOUNT, OTHER: "wache"}
    return simulated.in_a_thread(
        RunningMastodon, Request, lambda journal: Mastodon(chosen, accounts, journal, **how), folder
    )


def elsewhere(url: str, token: str) -> Channel:
    """The account of a token on any server, which says itself whose it is and how long its posts are.

    ``FAHNDUNG_TEST_MASTODON_SETTLE_S``: as ``settle_s`` of the configuration, if not as long as usual.
    """
    client, base = Client(timeout_s=30), f"{url.rstrip('/')}/"
    me = client.get(f"{base}api/v1/accounts/verify_credentials", headers={"Authorization": f"Bearer {token}"})
    told = client.get(f"{base}api/v2/instance")
    assert (me.status, told.status) == (200, 200), (me, told)
    limits = json.loads(told.body)["configuration"]["statuses"]
    values: dict[str, object] = {
        "name": "mastodon",
        "url": base,
        "account": json.loads(me.body)["username"],
        "credential": CREDENTIAL,
        "characters": limits["max_characters"],
        "url_characters": limits["characters_reserved_per_url"],
    }
    if patience := os.environ.get("FAHNDUNG_TEST_MASTODON_SETTLE_S"):
        values["settle_s"] = float(patience)
    opened = channels.from_ledger("mastodon", values)
    assert isinstance(opened, Channel)
    return opened


def channel(server: RunningMastodon, profile: str = "4.4+", **values: Any) -> Channel:
    """The account on a server, as patient as the profile needs."""
    limits = {"characters": PROFILES[profile].characters, "url_characters": PROFILES[profile].url_characters}
    settle = 3 * LAG_S if PROFILES[profile].lag_s or not PROFILES[profile].media_calls else 0
    config = server.config(credential=CREDENTIAL, **{"settle_s": settle, **limits, **values})
    opened = channels.from_config(config, home_id="h", nonce="n", home=pathlib.Path("/"))
    assert isinstance(opened, Channel)
    return opened
