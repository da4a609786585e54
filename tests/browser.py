"""Headless Chromium for the tests, asked over its pipe; and axe-core in its pages, which finds barriers.

``make system`` and ``make peers`` install both. Nothing is loaded but what a test serves.
"""

import contextlib
import fcntl
import functools
import json
import os
import pathlib
import signal
import tempfile
from collections.abc import Iterator, Mapping
from typing import IO, Any

import pytest

AXE = pathlib.Path(__file__).parent / "peers/axe/node_modules/axe-core/axe.min.js"
_QUIET = ("gpu", "quic", "background-networking", "component-update", "sync", "extensions", "dev-shm-usage")
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--no-first-run",
    "--remote-debugging-pipe",
    *(f"--disable-{w}" for w in _QUIET),
)
_ASKED = """
document.querySelectorAll("details").forEach(one => { one.open = true; });
axe.run(document, {resultTypes: ["violations"]}).then(found => JSON.stringify({
  passes: found.passes.length,
  violations: found.violations.flatMap(one => one.nodes.map(node => `${one.id}: ${node.html}`)),
}))
"""


class Browser:
    """A running browser with one page; for one thread."""

    def __init__(self, commands: IO[bytes], events: IO[bytes]) -> None:
        self._commands, self._events, self._count = commands, events, 0
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._call("Page.enable")
        self._call("Page.setBypassCSP", enabled=True)  # our pages allow no script at all

    def version(self) -> str:
        """As the browser names itself."""
        return str(self._call("Browser.getVersion")["product"])

    def emulate(self, scheme: str, width: int) -> None:
        """Pages are shown in a colour scheme (``light`` or ``dark``) and so many CSS pixels wide."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self._call("Emulation.setEmulatedMedia", features=features)
        self._call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)

    def open(self, url: str) -> None:
        """Shows the page at an address, with axe-core in it."""
        self._call("Page.navigate", url=url)
        self._await("Page.loadEventFired")
        self._evaluate(_axe())

    def violations(self) -> list[str]:
        """What axe-core has against the page as it is emulated now, with everything on it unfolded."""
        found = json.loads(self._evaluate(_ASKED))
        assert found["passes"], "no rule applied"
        return list(found["violations"])

    def _evaluate(self, script: str) -> Any:
        told = self._call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    def _call(self, method: str, **parameters: object) -> Mapping[str, Any]:
        self._count += 1
        command: dict[str, object] = {"id": self._count, "method": method, "params": parameters}
        if method.split(".")[0] not in {"Target", "Browser"}:
            command["sessionId"] = self._session
        self._commands.write(json.dumps(command).encode() + b"\0")
        self._commands.flush()
        while (told := self._next()).get("id") != self._count:
            pass
        assert "error" not in told, told
        result: Mapping[str, Any] = told["result"]
        return result

    def _await(self, event: str) -> None:
        while self._next().get("method") != event:
            pass

    def _next(self) -> dict[str, Any]:
        message = bytearray()
        while (byte := self._events.read(1)) != b"\0":
            assert byte, "the browser ended"
            message += byte
        told: dict[str, Any] = json.loads(message)
        return told


@functools.cache
def _axe() -> str:
    return AXE.read_text("utf-8")


@contextlib.contextmanager
def running() -> Iterator[Browser]:
    """The browser, until the block ends. Skips where axe-core is not installed."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: make peers")
    with tempfile.TemporaryDirectory() as profile, contextlib.ExitStack() as closing:
        told, commands = _pipe(closing)
        events, said = _pipe(closing)
        nowhere = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in (0, 1, 2)]
        pipes = [(os.POSIX_SPAWN_DUP2, told.fileno(), 3), (os.POSIX_SPAWN_DUP2, said.fileno(), 4)]
        command = ["chromium", *_FLAGS, f"--user-data-dir={profile}", "about:blank"]
        # what it lays into the temporary folder goes with its profile, however it ends
        environment = {**os.environ, "TMPDIR": profile}
        pid = os.posix_spawnp(command[0], command, environment, file_actions=[*nowhere, *pipes])
        closing.callback(_end, pid)
        told.close()
        said.close()
        yield Browser(commands, events)


def _pipe(closing: contextlib.ExitStack) -> tuple[IO[bytes], IO[bytes]]:
    """Both ends of a pipe; their numbers are none of those that a child gets."""
    first = os.pipe()
    ends = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in first]
    for end in first:
        os.close(end)
    return closing.enter_context(open(ends[0], "rb")), closing.enter_context(open(ends[1], "wb"))


def _end(pid: int) -> None:
    os.kill(pid, signal.SIGTERM)
    os.waitpid(pid, 0)
