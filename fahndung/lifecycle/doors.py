"""Opens the channels of ledger rows, each once in each thread: a connection that stands is used again. Calls none."""

import json
import threading
from collections.abc import Mapping

from fahndung import channels
from fahndung.channels.base import Channel

MOST = 64
"""How many channels a thread keeps open."""


class Doors:
    """What opens channels in one run; a channel belongs to the thread that opened it."""

    def __init__(self) -> None:
        """Nothing is open yet."""
        self._own = threading.local()

    def __call__(self, kind: str, endpoint: Mapping[str, object]) -> Channel:
        """The channel of a ledger row.

        Raises:
            ChannelFailed: as ``channels.from_ledger``.
        """
        opened: dict[str, Channel] = self._own.__dict__.setdefault("opened", {})
        key = json.dumps([kind, endpoint], sort_keys=True)
        if key not in opened:
            if len(opened) >= MOST:
                opened.clear()
            opened[key] = channels.from_ledger(kind, endpoint)
        return opened[key]
