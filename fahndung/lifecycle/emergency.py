"""Tells a person although the ledger is away: on every way, but not more often than an urgent alarm is repeated.

Remembers in a small file of the home when it told what; where that cannot be written, in memory as long as the process
lives. Reads no ledger.
"""

import contextlib
import datetime as dt
import json
import os

from fahndung.alerting import sending
from fahndung.alerting.sending import Errand
from fahndung.errors import Message
from fahndung.home import Home
from fahndung.home.config import Config
from fahndung.lifecycle import alarmtexts
from fahndung.lifecycle.alerts import FIRST_RETRY, Sent
from fahndung.model.alarm import EMERGENCY_NAME, Kind, Level


class Emergency:
    """The alarms of one process that can be in no ledger."""

    def __init__(self, home: Home, config: Config) -> None:
        """Sends nothing yet."""
        self._home, self._config = home, config
        self._path = home.path / EMERGENCY_NAME
        self._last: dict[Kind, dt.datetime] = {}

    def tell(self, what: Message, *, now: dt.datetime, kind: Kind = Kind.LEDGER) -> tuple[Sent, ...]:
        """Sends an alarm unless one of the kind went out not long ago; what became of it on each way comes out.

        One that reached nobody is tried again after a minute.
        """
        repeat = self._config.alarm.repeat[Level.URGENT]
        last = max((at for at in (self._last.get(kind), self._stored().get(kind)) if at is not None), default=None)
        if last is not None and last <= now < last + repeat:
            return ()
        routes = self._config.alarm.routes(kind)
        notice = alarmtexts.emergency_notice(
            kind, what, home=self._home.identity, authority=self._config.authority, now=now
        )
        outcomes = sending.send(
            [Errand(route=route, notice=notice) for route in routes], self._config.alarm.server, now=now
        )
        reached = any(why is None for why in outcomes)
        self._remember(kind, now if reached else now - repeat + FIRST_RETRY)
        return tuple(Sent(route=route.key, alarms=(), failed=why) for route, why in zip(routes, outcomes, strict=True))

    def over(self) -> None:
        """The ledger can be used again: the next time is told at once."""
        self._last.clear()
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)

    def _stored(self) -> dict[Kind, dt.datetime]:
        try:
            untrusted = json.loads(self._path.read_bytes())
            found = {Kind(kind): dt.datetime.fromisoformat(at) for kind, at in untrusted.items()}
            return {kind: at for kind, at in found.items() if at.tzinfo is not None}
        except (OSError, ValueError, TypeError, AttributeError, RecursionError):
            return {}  # told once too often is better than not at all

    def _remember(self, kind: Kind, at: dt.datetime) -> None:
        self._last[kind] = at
        known = {**self._stored(), **self._last}
        text = json.dumps({kind.value: at.astimezone(dt.UTC).isoformat() for kind, at in known.items()})
        draft = self._path.with_name(f".{EMERGENCY_NAME}.{os.getpid()}.new")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(text)
            draft.replace(self._path)
        except OSError:  # a full or read-only disk is one of the reasons for being here
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)
