"""The embedded database: how a connection is opened, how a transaction begins, how a new file comes to be.

Knows no table; the only module that would be replaced for another database.
"""

import contextlib
import os
import secrets
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.pool import QueuePool

from fahndung.errors import UsageError
from fahndung.ledger.faults import LedgerUnavailable

BUSY_TIMEOUT = 30.0
"""Seconds a transaction waits for another one to finish."""
WRITE = "fahndung_write"
"""The execution option of a connection whose transactions write."""
HEADER = b"SQLite format 3\0"


def engine(path: Path, *, busy_timeout: float = BUSY_TIMEOUT, foreign_keys: bool = True) -> sa.Engine:
    """Connections to an existing file; a missing one is never created.

    What is erased is overwritten with zeros (secure_delete), not only forgotten.

    Args:
        busy_timeout: seconds a transaction waits for another one.
        foreign_keys: False while a table is rebuilt; the caller checks them afterwards (``broken_references``).

    A write transaction takes the lock when it begins (BEGIN IMMEDIATE): taking it at the first write would fail at
    once, whatever the timeout, if somebody else had written in between.
    """
    address = f"file:{quote(str(path.absolute()))}?mode=rw"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            address, uri=True, timeout=busy_timeout, isolation_level=None, check_same_thread=False
        )
        # text that is no UTF-8 is read as its escapes: it must not stop the reading of other rows
        connection.text_factory = lambda data: data.decode("utf-8", "backslashreplace")
        try:
            keys = "foreign_keys = ON" if foreign_keys else "foreign_keys = OFF"
            for pragma in (keys, "journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
                connection.execute(f"PRAGMA {pragma}")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    made = sa.create_engine("sqlite+pysqlite://", creator=connect, poolclass=QueuePool)

    @sa.event.listens_for(made, "begin")
    def begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get(WRITE, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return made


def create_file(path: Path, fill: Callable[[sa.Engine], None]) -> None:
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
        made = engine(draft)
        try:
            fill(made)
        finally:
            made.dispose()
        os.link(draft, path)
        sync(path)
        sync(path.parent)
    except FileExistsError as error:
        raise UsageError(
            f"{path} exists already; a ledger is never overwritten.",
            f"{path} gibt es schon; ein Register wird nie überschrieben.",
        ) from error
    except OSError as error:
        raise LedgerUnavailable(
            f"The ledger cannot be created at {path}: {error.strerror}.",
            f"Das Register lässt sich unter {path} nicht anlegen: {error.strerror}.",
        ) from error
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            with contextlib.suppress(OSError):
                os.unlink(f"{draft}{suffix}")


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


def broken_references(connection: sa.Connection) -> list[str]:
    """The tables with rows that refer to a row that is not there."""
    rows: Any = connection.exec_driver_sql("PRAGMA foreign_key_check")
    return sorted({str(row[0]) for row in rows})


def tables_and_triggers(connection: sa.Connection) -> set[str]:
    """The names of all tables and triggers."""
    rows: Any = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type IN ('table', 'trigger')")
    return set(rows.scalars())


def triggers(connection: sa.Connection) -> dict[str, str]:
    """The commands of all triggers, by name."""
    rows: Any = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    return {row.name: row.sql for row in rows}


def sync(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
