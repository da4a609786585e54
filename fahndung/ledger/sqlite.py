"""The embedded database: how a connection is opened, how a transaction begins, how a new file comes to be.

Knows no table. ``postgres`` is its peer; ``engines.Database`` says what both offer.
"""

import contextlib
import dataclasses
import os
import secrets
import sqlite3
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.pool import QueuePool

from fahndung.errors import FahndungError, Message, UsageError, os_reason
from fahndung.ledger.engines import WAIT, Connections, Life
from fahndung.ledger.faults import LedgerUnavailable, missing, unavailable

WRITE = "fahndung_write"
"""The execution option of a connection whose transactions write."""
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_PRIMARY_CODE = 0xFF
_GERMAN = {
    sqlite3.SQLITE_FULL: "kein Platz mehr auf dem Datenträger",
    sqlite3.SQLITE_BUSY: "ein anderer Vorgang schreibt gerade",
    sqlite3.SQLITE_LOCKED: "ein anderer Vorgang schreibt gerade",
    sqlite3.SQLITE_READONLY: "es lässt sich nur lesen",
    sqlite3.SQLITE_IOERR: "Ein- oder Ausgabefehler des Datenträgers",
    sqlite3.SQLITE_CANTOPEN: "es lässt sich nicht öffnen",
}
_NO_ROOM_TO_SHARE = (sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_SHMOPEN, sqlite3.SQLITE_IOERR_SHMMAP)
"""The small file beside the database that its readers and writers share cannot be made: the disk is full."""


@dataclasses.dataclass(frozen=True, slots=True)
class File:
    """A ledger in a file (see ``engines.Database``)."""

    path: Path

    @property
    def name(self) -> str:
        """The path."""
        return str(self.path)

    def look(self) -> None:
        """Refuses a file that is missing, empty or unreadable; that it is no database the first statement tells.

        The file is not opened: to close it would free every lock that this process has on it by another connection, and
        the next process to leave would take itself for the last one and remove what is still being written.
        """
        try:
            known = self.path.stat()
        except FileNotFoundError:
            raise missing(self.name, "is missing", "fehlt") from None
        except OSError as error:
            why = os_reason(error)
            raise missing(self.name, f"cannot be opened ({why.en})", f"ist nicht lesbar ({why.de})") from error
        if not stat.S_ISREG(known.st_mode) or not os.access(self.path, os.R_OK):
            raise missing(self.name, "cannot be opened", "ist nicht lesbar")
        if not known.st_size:
            raise missing(self.name, "is an empty file", "ist eine leere Datei")

    def connect(self, wait: float = WAIT) -> Connections:
        """Connections to an existing file; a missing one is never created."""
        made = engine(self.path, busy_timeout=wait)
        return Connections(read=made, write=made.execution_options(**{WRITE: True}))

    def rebuilding(self) -> Connections:
        """Connections without foreign keys: a table that others refer to is dropped and made anew."""
        made = engine(self.path, foreign_keys=False)
        return Connections(read=made, write=made.execution_options(**{WRITE: True}))

    def broken_references(self, connection: sa.Connection) -> list[str]:
        """The tables with rows that refer to a row that is not there."""
        rows: Any = connection.exec_driver_sql("PRAGMA foreign_key_check")
        return sorted({str(row[0]) for row in rows})

    def create(self, fill: Callable[[sa.Connection], None]) -> None:
        """A new file, mode 0600."""
        create_file(self.path, fill)

    def discard(self, connections: Connections) -> None:
        """Remove the file and what stands beside it."""
        connections.close()
        _unlink(self.path)

    def tables(self, connection: sa.Connection) -> set[str]:
        """The names of all tables."""
        rows: Any = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")
        return set(rows.scalars())

    def clock(self, connection: sa.Connection) -> None:
        """A file has none."""

    def continue_ids(self, connection: sa.Connection) -> None:
        """SQLite takes the next number by itself."""

    def keep(self, connection: sa.Connection, schema: str, beside: Path) -> Path:
        """A copy, page by page; the write transaction of the caller keeps others from changing it meanwhile."""
        kept = beside.with_name(f"{beside.name}.{schema}")
        copy(self.path, kept)
        return kept

    def unattended(self, connection: sa.Connection) -> None:
        """The home's lock keeps every worker out."""

    def proof(self, connection: sa.Connection, session: int) -> bool | None:
        """The home's lock tells, and not of whom."""
        return None

    @contextlib.contextmanager
    def live(
        self,
        enter: Callable[[], int],
        lock: Callable[[], contextlib.AbstractContextManager[None]],
        connections: Connections,
    ) -> Iterator[Life]:
        """The home's lock: the kernel frees it when the process ends."""
        with lock():
            yield Flocked(enter())

    def fault(self, error: exc.DBAPIError) -> FahndungError | None:
        """A locked, full or read-only file is worth a retry, a damaged one is an alarm."""
        code = getattr(error.orig, "sqlite_errorcode", 0)
        if isinstance(error, exc.OperationalError):
            why = _reason(error.orig)
            return None if code == sqlite3.SQLITE_ERROR else unavailable(self.name, why.en, why.de)
        if code & _PRIMARY_CODE not in _DAMAGED:
            return None
        return missing(self.name, "is damaged, or not a database", "ist beschädigt oder keine Datenbank")


@dataclasses.dataclass(frozen=True, slots=True)
class Flocked:
    """The proof of life of the process that holds the home's lock (see ``engines.Life``)."""

    session: int

    def still_mine(self) -> bool:
        """The kernel takes the lock from nobody who lives."""
        return True

    def is_alive(self, session: int) -> bool:
        """Only one session can live, and this one does."""
        return session == self.session


def engine(path: Path, *, busy_timeout: float = WAIT, foreign_keys: bool = True) -> sa.Engine:
    """Connections to an existing file; a missing one is never created.

    What is erased is overwritten with zeros (secure_delete), not only forgotten.

    Args:
        busy_timeout: seconds a transaction waits for another one.
        foreign_keys: False while a table is rebuilt; the caller checks them afterwards (``File.broken_references``).

    A write transaction takes the lock when it begins (BEGIN IMMEDIATE): taking it at the first write would fail at
    once, whatever the timeout, if somebody else had written in between.
    """
    address = f"file:{quote(str(path.absolute()))}?mode=rw"

    def connect(*alone: str) -> sqlite3.Connection:
        connection = sqlite3.connect(
            address, uri=True, timeout=busy_timeout, isolation_level=None, check_same_thread=False
        )
        connection.text_factory = _lenient
        try:
            keys = "foreign_keys = ON" if foreign_keys else "foreign_keys = OFF"
            for pragma in (*alone, keys, "journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
                connection.execute(f"PRAGMA {pragma}")
        except sqlite3.Error as error:
            connection.close()
            if alone or getattr(error, "sqlite_errorcode", 0) not in _NO_ROOM_TO_SHARE:
                raise
            return connect("locking_mode = EXCLUSIVE")  # without shared memory: what is over must be readable
        return connection

    made = sa.create_engine("sqlite+pysqlite://", creator=connect, poolclass=QueuePool, hide_parameters=True)

    @sa.event.listens_for(made, "begin")
    def begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get(WRITE, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return made


def create_file(path: Path, fill: Callable[[sa.Connection], None]) -> None:
    """A new database, mode 0600, that stands at ``path`` complete or not at all.

    Raises:
        UsageError: something of that name exists.
        LedgerUnavailable: the folder cannot be written.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        if os.path.lexists(path):
            raise FileExistsError
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        made = File(draft).connect()
        try:
            with made.write.begin() as connection:
                fill(connection)
            _checkpoint(made.write)
        finally:
            made.close()
        os.link(draft, path)
        sync(path)
        sync(path.parent)
    except FileExistsError as error:
        raise UsageError(
            f"{path} exists already; a ledger is never overwritten.",
            f"{path} gibt es schon; ein Register wird nie überschrieben.",
        ) from error
    except OSError as error:
        raise _not_made(path, os_reason(error)) from error
    except exc.OperationalError as error:
        raise _not_made(path, _reason(error.orig)) from error
    except sqlite3.OperationalError as error:
        raise _not_made(path, _reason(error)) from error
    finally:
        _unlink(draft)


def _checkpoint(made: sa.Engine) -> None:
    """All that was committed stands in the file itself; closing would keep silent about a disk that is full by now."""
    with contextlib.closing(made.raw_connection()) as connection:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _not_made(path: Path, why: Message) -> LedgerUnavailable:
    return LedgerUnavailable(
        f"The ledger cannot be created at {path}: {why.en}. Nothing was left behind; look at space and rights there, "
        "then run this again.",
        f"Das Register lässt sich unter {path} nicht anlegen: {why.de}. Nichts blieb zurück; bitte dort Speicherplatz "
        "und Rechte prüfen und den Befehl wiederholen.",
    )


def _reason(error: BaseException | None) -> Message:
    """What SQLite said, which says it in English only."""
    return Message(str(error), _GERMAN.get(getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE, str(error)))


def _unlink(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        with contextlib.suppress(OSError):
            os.unlink(f"{path}{suffix}")


def copy(path: Path, target: Path) -> None:
    """A consistent copy of a database, mode 0600, on the disk when this returns; an earlier file there is replaced.

    Raises:
        LedgerUnavailable: it cannot be written.
    """
    draft = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    try:
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        source = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True)
        kept = sqlite3.connect(draft)
        try:
            source.backup(kept)
        finally:
            kept.close()
            source.close()
        sync(draft)
        draft.replace(target)
        sync(target.parent)
    except (OSError, sqlite3.Error) as error:
        raise LedgerUnavailable(
            f"The ledger cannot be copied to {target}: {error}.",
            f"Das Register lässt sich nicht nach {target} sichern: {error}.",
        ) from error
    finally:
        with contextlib.suppress(OSError):
            draft.unlink()


def triggers(connection: sa.Connection) -> dict[str, str]:
    """The commands of all triggers, by name."""
    rows: Any = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    return {row.name: row.sql for row in rows}


@contextlib.contextmanager
def exactly(connection: sa.Connection) -> Iterator[None]:
    """Within the block text that is no UTF-8 is an error (UnicodeDecodeError) and not its escapes."""
    driver: Any = connection.connection.driver_connection
    driver.text_factory = bytes.decode
    try:
        yield
    finally:
        driver.text_factory = _lenient


def _lenient(data: bytes) -> str:
    """Text that is no UTF-8 as its escapes: it must not stop the reading of other rows."""
    return data.decode("utf-8", "backslashreplace")


def sync(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
