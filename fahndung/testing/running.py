"""Starts the invented platform as a process of its own and tells what its journal says. For tests only."""

import contextlib
import dataclasses
import json
import pathlib
import secrets
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from fahndung.errors import ChannelFailed
from fahndung.http import Client
from fahndung.testing.faults import Call, Fault, Rule

ACCOUNT = "presse"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One line of the journal: ``verb`` is ``create`` or ``delete``, ``kind`` is ``post`` or ``media``."""

    at: str
    verb: str
    kind: str
    id: str
    marker: str


class RunningPlatform:
    """A platform that runs; made by :func:`running`.

    Attributes:
        url: its address, with a slash at the end.
        token: that of the account :data:`ACCOUNT`.
        pid: its process.
    """

    def __init__(self, *, port: int, token: str, journal: pathlib.Path, pid: int) -> None:
        self.url, self.token, self.pid = f"http://127.0.0.1:{port}/", token, pid
        self._journal, self._client = journal, Client(timeout_s=10)

    def config(self, *, credential: str, name: str = "postbox", **values: object) -> dict[str, object]:
        """The table of the configuration for a postbox here; ``values`` as in ``fahndung.testing.postbox.Endpoint``."""
        return {
            "kind": "postbox",
            "name": name,
            "url": self.url,
            "account": ACCOUNT,
            "credential": credential,
            **values,
        }

    def add(self, fault: Fault, *calls: Call, **how: Any) -> None:
        """Switches a fault on; ``how`` as in ``fahndung.testing.faults.Rule``."""
        self._control({"rules": [Rule(fault=fault, calls=frozenset(calls), **how).as_json()]})

    def clear(self) -> None:
        """Switches all faults off."""
        self._control({"clear": True})

    def online(self) -> tuple[dict[str, str], ...]:
        """What is online now: id, kind, marker, account, sha256."""
        answer = self._client.get(f"{self.url}control")
        return tuple(json.loads(answer.body)["online"])

    def calls(self) -> int:
        """How many calls of any kind came in so far, effect or not."""
        answer = self._client.get(f"{self.url}control")
        return sum(json.loads(answer.body)["calls"].values())

    def journal(self) -> tuple[Effect, ...]:
        """Every effect so far, in order."""
        lines = self._journal.read_text("utf-8").splitlines()
        return tuple(
            Effect(at=at, verb=verb, kind=kind, id=id, marker=marker)
            for at, verb, kind, id, marker in (line.split(" ", 4) for line in lines)
        )

    def _control(self, values: dict[str, object]) -> None:
        answer = self._client.post(f"{self.url}control", body=json.dumps(values).encode())
        if answer.status != 200:
            raise ChannelFailed(f"control: {answer.status} {answer.body!r}", f"control: {answer.status}")


@contextlib.contextmanager
def running(
    folder: pathlib.Path,
    *,
    keys_s: float = 0,
    lookup: bool = True,
    lag_s: float = 0,
    media_stay: bool = True,
    writes: int = 0,
    per_s: float = 60,
    seed: int = 0,
    port: int = 0,
) -> Iterator[RunningPlatform]:
    """The platform, until the block ends; its journal and its accounts lie in ``folder``."""
    token, journal, accounts = secrets.token_hex(16), folder / "journal.txt", folder / "accounts.json"
    journal.touch()
    accounts.touch(mode=0o600)
    accounts.write_text(json.dumps({token: ACCOUNT}), "utf-8")
    command = [sys.executable, "-m", "fahndung.testing.platform", "--port", str(port), "--journal", str(journal)]
    command += ["--accounts", str(accounts), "--keys", str(keys_s), "--lag", str(lag_s), "--seed", str(seed)]
    command += ["--writes", str(writes), "--per", str(per_s)]
    command += [] if lookup else ["--no-lookup"]
    command += [] if media_stay else ["--media-go"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            printed = int(process.stdout.readline())
            yield RunningPlatform(port=printed, token=token, journal=journal, pid=process.pid)
        finally:
            process.kill()
