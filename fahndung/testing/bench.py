"""What every simulated platform stands on: its faults, its journal, its counts of calls and writes. Knows no network.

Every effect is in the journal before anybody can learn of it.
"""

import abc
import collections
import dataclasses
import datetime as dt
import json
import re
import threading
import time
from typing import IO

from fahndung.testing.faults import Call, Fault, Faults, Rule

_MARKER = re.compile(r"#([a-z2-7]{26})(?![^\s])")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer: its status, its body, and what else it says in its headers."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


def json_reply(status: int, /, **values: object) -> Reply:
    """An answer with a JSON object."""
    return Reply(status=status, body=json.dumps(values).encode(), headers=(("Content-Type", "application/json"),))


def odd(reply: Reply, why: str) -> Reply:
    """The same, marked as one that the platform's specification does not describe."""
    return dataclasses.replace(reply, headers=(*reply.headers, ("X-Simulated", why)))


def marker(text: str) -> str:
    """The marker that the journal notes of a text by the link method; ``-``: it has none."""
    found = _MARKER.search(text)
    return found[1] if found else "-"


class Bench(abc.ABC):
    """A platform in memory; safe for many threads.

    Args:
        writes: how many writes an account may make in any span of ``per_s`` seconds; 0: as many as it likes.
    """

    def __init__(self, journal: IO[str], *, seed: int = 0, writes: int = 0, per_s: float = 60) -> None:
        self._faults = Faults(seed=seed)
        self._journal, self._lock = journal, threading.Lock()
        self._writes, self._per_s = writes, per_s
        self._ahead = dt.timedelta(0)
        self._calls: collections.Counter[Call] = collections.Counter()
        self._silences = 0
        self._written: dict[str, collections.deque[float]] = collections.defaultdict(collections.deque)

    @abc.abstractmethod
    def online(self) -> list[dict[str, str]]:
        """All objects that are online: id, kind, marker, account, and the SHA-256 of what they show."""

    def strike(self, call: Call) -> Rule | None:
        """The fault that strikes this call, if any; the call is counted."""
        with self._lock:
            self._calls[call] += 1
            return self._faults.strike(call)

    def over_rate(self, account: str) -> float:
        """For how many seconds the account must not write any more; 0: it may, and this write is counted."""
        if not self._writes:
            return 0
        now = time.monotonic()
        with self._lock:
            written = self._written[account]
            while written and now - written[0] >= self._per_s:
                written.popleft()
            if len(written) >= self._writes:
                return self._per_s - (now - written[0])
            written.append(now)
            return 0

    def now(self) -> dt.datetime:
        """The platform's time, as far ahead as a test has moved it."""
        return clock() + self._ahead

    def forward(self, seconds: float) -> None:
        """Moves the platform's time on; what waits for a span of real time is not concerned."""
        with self._lock:
            self._ahead += dt.timedelta(seconds=seconds)

    def switch(self, rules: list[Rule], *, clear: bool) -> None:
        """Switches faults off, if ``clear``, and then these on.

        Raises:
            ValueError: a process cannot be unreachable and answer; stop it instead.
        """
        if any(rule.fault is Fault.UNREACHABLE for rule in rules):
            raise ValueError("stop the process instead")
        with self._lock:
            if clear:
                self._faults.clear()
            for rule in rules:
                self._faults.add_rule(rule)

    def calls(self) -> dict[Call, int]:
        """How often each call came in, struck by a fault or not."""
        with self._lock:
            return dict(self._calls)

    def fall_silent(self) -> None:
        """A call gets no answer, or one for which nobody waits any more."""
        with self._lock:
            self._silences += 1

    def silences(self) -> int:
        """How many calls got no answer so far."""
        with self._lock:
            return self._silences

    def _note(self, verb: str, kind: str, id: str, marker: str) -> None:
        """The journal is written before anybody can learn of the effect."""
        self._journal.write(f"{clock().isoformat()} {verb} {kind} {id} {marker}\n")
        self._journal.flush()


def clock() -> dt.datetime:
    """The platform's time: it is a process of its own, and its clock is not this program's."""
    return dt.datetime.now(dt.UTC)  # noqa: TID251 - as above
