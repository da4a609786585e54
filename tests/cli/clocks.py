"""Clocks that a test sets: of the machine, and of the server in which a ledger lies; for this process or for another.

``python -m tests.cli.clocks FOLDER WORDS...`` is the program with the clocks of that folder, and with shorter pauses
between two looks.
"""

import contextlib
import datetime as dt
import os
import pathlib
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

import fahndung.cli.call
from fahndung.ledger import postgres

ROOT = pathlib.Path(__file__).parents[2]
OFTEN = dt.timedelta(seconds=1)


class Clocks:
    """Both clocks go on by themselves; each is told how far it is from the time of this machine."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder

    def set(self, name: str, at: dt.datetime) -> None:
        """Sets ``machine`` or ``server`` to an instant."""
        self._put(name, (at - _real()).total_seconds())

    def jump(self, name: str, by: dt.timedelta) -> None:
        """Sets one of them forward, or back."""
        self._put(name, self._offset(name).total_seconds() + by.total_seconds())

    def now(self, name: str) -> dt.datetime:
        """What one of them says."""
        return _real() + self._offset(name)

    def take_over(self) -> None:
        """Lets the program ask these; before any other module of the command line is loaded."""
        fahndung.cli.call.machine_clock = lambda: self.now("machine")
        postgres.Server.clock = lambda own, connection: self.now("server")  # type: ignore[method-assign]

    def patch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The same for one test of this process."""
        for module in ("call", "doctor", "standing", "worker"):
            monkeypatch.setattr(f"fahndung.cli.{module}.machine_clock", lambda: self.now("machine"))
        monkeypatch.setattr(postgres.Server, "clock", lambda own, connection: self.now("server"))

    def _offset(self, name: str) -> dt.timedelta:
        path = self.folder / name
        return dt.timedelta(seconds=float(path.read_text("ascii")) if path.exists() else 0)

    def _put(self, name: str, seconds: float) -> None:
        draft = self.folder / f"{name}.new"
        draft.write_text(str(seconds), "ascii")
        draft.replace(self.folder / name)


@contextlib.contextmanager
def program(
    clocks: Clocks, home: pathlib.Path, log: pathlib.Path, *words: str, **environ: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A real process of the program with these clocks, in a process group of its own."""
    command = [sys.executable, "-m", "tests.cli.clocks", str(clocks.folder), "--home", str(home), *words]
    surroundings = {**os.environ, "LANG": "C.UTF-8", **environ}
    with (
        log.open("ab") as out,
        subprocess.Popen(
            command, stdout=out, stderr=out, start_new_session=True, env=surroundings, cwd=ROOT
        ) as process,
    ):
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _real() -> dt.datetime:
    return dt.datetime.now(dt.UTC)  # noqa: TID251  # what the test's clocks are told apart from


def _main() -> None:
    Clocks(pathlib.Path(sys.argv[1])).take_over()
    from fahndung.cli import heading
    from fahndung.cli.app import app
    from fahndung.lifecycle import watchman, worker

    watchman.LOOK = worker.KEEP = OFTEN
    heading.SYSLOG = str(pathlib.Path(sys.argv[1], "no-log"))
    app(sys.argv[2:], prog_name="fahndung")


if __name__ == "__main__":
    _main()
