"""Simulated Telegrams in a thread, and channels on them, for tests."""

import contextlib
import dataclasses
import pathlib
from collections.abc import Mapping
from typing import Any

from fahndung import channels
from fahndung.channels.telegram import Telegram
from fahndung.model.closing import NOTICE_KINDS
from fahndung.model.release import File, Release
from fahndung.testing.faults import Call, Fault
from fahndung.testing.running import ACCOUNT, RunningTelegram
from fahndung.testing.telegram import Request
from fahndung.testing.telegramstock import PROFILES, Stock

from . import linkposts, simulated

CREDENTIAL = "telegram-bot"
VARIABLE = "FAHNDUNG_TELEGRAM_BOT"
TOKEN = f"7000000001:{'Aa0_-' * 7}"
OTHER = f"7000000002:{'Bb1_-' * 7}"
LAG_S = 0.05
SKIPS: Mapping[Call | Fault, str] = {
    Call.UPLOAD: "the channel sends text only",
    Fault.DUPLICATE: "Telegram knows no call again",
}
PRIVATE_SKIPS = {**SKIPS, Call.LIST: "nobody lists a private channel", Call.READ: "nobody reads a private channel"}


def in_a_thread(
    folder: pathlib.Path, profile: str = "public", *, lag_s: float = LAG_S, **how: Any
) -> contextlib.AbstractContextManager[RunningTelegram]:
    """The platform without a process of its own; a profile that lags does so for a moment."""
    chosen = PROFILES[profile]
    if chosen.lag_s:
        chosen = dataclasses.replace(chosen, lag_s=lag_s)
    accounts = {TOKEN: ACCOUNT, OTHER: "wache"}
    return simulated.in_a_thread(
        RunningTelegram, Request, lambda journal: Stock(chosen, accounts, journal, **how), folder, token=TOKEN
    )


def suited(profile: str) -> dict[str, Any]:
    """What an account of such a channel is configured with."""
    settle = 3 * LAG_S if PROFILES[profile].lag_s else 0
    return {"settle_s": settle} if PROFILES[profile].public else {"settle_s": settle, "account": None}


def channel(platform: RunningTelegram, profile: str = "public", **values: Any) -> Telegram:
    """The channel on a platform, as patient as the profile needs."""
    config = platform.config(credential=CREDENTIAL, **{**suited(profile), **values})
    opened = channels.from_config(config, home_id="h", nonce="n", home=pathlib.Path("/"))
    assert isinstance(opened, Telegram)
    return opened


def closing(kind: str) -> str:
    """An invented closing notice."""
    return (
        f"Fahndung beendet ({kind})\n\nSie wurde unter {linkposts.PAGE} veröffentlicht.\n\nPolizeidirektion Musterstadt"
    )


def release(name: str = "one", *, closings: Mapping[str, bytes | None] | None = None, **how: Any) -> Release:
    """The release of an appeal of that name; ``closings`` replaces notices by their kind, or takes them away.

    ``how`` as in ``linkposts.release``.
    """
    made = linkposts.release(name, channel="telegram", **how)
    told = {kind: closing(kind).encode() for kind in NOTICE_KINDS} | dict(closings or {})
    files = {f"texts/closing-{kind}.txt": data for kind, data in told.items() if data is not None}
    more = {path: File(name=path, media_type="text/plain", data=data) for path, data in files.items()}
    return dataclasses.replace(made, files={**made.files, **more})
