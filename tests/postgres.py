"""A real PostgreSQL server for the tests: private, on loopback, gone when they end. Each test gets a database of it."""

import contextlib
import itertools
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator

import psycopg
import pytest

_INSTALLED = pathlib.Path("/usr/lib/postgresql/15/bin")
_MEMORY = pathlib.Path("/dev/shm")
_ROOM = 1 << 30
_USER = "postgres"


def missing() -> str | None:
    """Why there can be no server here; None if there can."""
    for program in ("initdb", "postgres"):
        if not (_INSTALLED / program).exists():
            return f"{_INSTALLED / program} is missing: apt-get install postgresql"
    return None


class Server:
    """A running server; its data are in memory where there is room, and on a disk with full synchronisation else."""

    def __init__(self) -> None:
        self._folder = pathlib.Path(tempfile.mkdtemp(prefix="fahndung-pg-", dir=_roomy()))
        # Files are copied in half the processor time of pages through the log, but a disk has to have each of them.
        self._strategy = "FILE_COPY" if self._folder.is_relative_to(_MEMORY) else "WAL_LOG"
        self._as = ["setpriv", "--pdeathsig", "QUIT"]  # nobody who dies leaves a server behind
        if os.getuid() == 0:
            shutil.chown(self._folder, _USER, _USER)
            self._as += ["--reuid", _USER, "--regid", _USER, "--clear-groups"]
        made = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions")
        self._run(_INSTALLED / "initdb", "-D", self._data, *made)
        self._count = itertools.count(1)
        self.start()
        self.admin("CREATE ROLE fahndung LOGIN")

    @property
    def _data(self) -> pathlib.Path:
        return self._folder / "data"

    def start(self) -> None:
        """The server, on a free port: another one if somebody took it in between."""
        for _ in range(5):
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self.port = free.getsockname()[1]
            if self._started():
                return
        raise RuntimeError((self._folder / "log").read_text()[-2000:])

    def restart(self) -> None:
        """The server again, on its old port."""
        assert self._started()

    def stop(self) -> None:
        """At once, as a crash would."""
        self.process.send_signal(3)
        self.process.wait(30)

    def close(self) -> None:
        """Stop it and remove its folder."""
        self.stop()
        shutil.rmtree(self._folder)

    def address(self, database: str) -> str:
        """The address of a database."""
        return f"postgresql://fahndung@127.0.0.1:{self.port}/{database}"

    def database(self, template: str = "template0") -> str:
        """The address of a new database: an empty one, or a copy of that address."""
        name, source = f"d{next(self._count)}", template.rpartition("/")[2]
        self.admin(f"CREATE DATABASE {name} TEMPLATE {source} OWNER fahndung STRATEGY {self._strategy}")
        return self.address(name)

    def drop(self, address: str) -> None:
        """Remove a database."""
        self.admin(f"DROP DATABASE IF EXISTS {address.rpartition('/')[2]} WITH (FORCE)")

    def admin(self, command: str) -> list[tuple[object, ...]]:
        """What an administrator's command answers."""
        where = f"host=127.0.0.1 port={self.port} user=postgres dbname=postgres"
        with contextlib.closing(psycopg.connect(where, autocommit=True)) as connection:
            told = connection.execute(command)
            return told.fetchall() if told.description else []

    def _started(self) -> bool:
        settings = ("listen_addresses=127.0.0.1", "max_connections=60", "shared_buffers=8MB", "fsync=on")
        with (self._folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *self._as,
                    *(_INSTALLED / "postgres", "-D", self._data, "-p", str(self.port), "-k", self._folder),
                    *(part for setting in settings for part in ("-c", setting)),
                ],
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(psycopg.OperationalError):
                self.admin("SELECT 1")
                return True
            time.sleep(0.02)
        return False

    def _run(self, *command: object) -> None:
        subprocess.run([*self._as, *map(str, command)], check=True, capture_output=True)


def serve() -> Iterator[Server]:
    """A server for as long as the caller needs it; skips, or in continuous integration fails, where there is none."""
    why = missing()
    if why and os.environ.get("CI"):
        pytest.fail(why)
    if why:
        pytest.skip(why)
    server = Server()
    try:
        yield server
    finally:
        server.close()


def _roomy() -> str | None:
    if pathlib.Path(tempfile.gettempdir()).is_relative_to(_MEMORY):
        return None  # the temporary folder of this test process, of which nothing stays
    return str(_MEMORY) if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM else None
