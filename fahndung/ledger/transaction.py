"""One transaction on the ledger, and the words for what a database says when it fails.

Opens no database.
"""

import contextlib
import dataclasses
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import exc

from fahndung.errors import LedgerMissing
from fahndung.ledger.faults import LedgerUnavailable, impossible

_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_PRIMARY_CODE = 0xFF


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Tx:
    """What the functions of the ledger work on; it lives as long as the ``with`` block that made it.

    Attributes:
        connection: for this room only.
        writable: False in ``Ledger.read()``, whose changes are refused.
    """

    connection: sa.Connection
    home_id: str
    writable: bool


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what the database raises into the project's errors.

    Raises:
        LedgerUnavailable: a retry or a free disk can help.
        LedgerMissing: the file is damaged.
        Contradiction: a CHECK, a key or a trigger refused the change.
    """
    try:
        yield
    except exc.IntegrityError as error:
        raise impossible(str(error.orig)) from error
    except exc.OperationalError as error:
        if getattr(error.orig, "sqlite_errorcode", 0) == sqlite3.SQLITE_ERROR:
            raise
        raise _unavailable(path, str(error.orig)) from error
    except exc.DatabaseError as error:
        if getattr(error.orig, "sqlite_errorcode", 0) & _PRIMARY_CODE not in _DAMAGED:
            raise
        raise missing(path, "is damaged", "ist beschädigt") from error
    except exc.TimeoutError as error:
        raise _unavailable(path, "too many transactions at once") from error


@contextlib.contextmanager
def attempt(tx: Tx) -> Iterator[None]:
    """A part of a transaction that is undone alone if it fails; what was done before it stays.

    Raises:
        Contradiction: a CHECK, a key or a trigger refused the change. And whatever the part raises.
    """
    try:
        with tx.connection.begin_nested():
            yield
    except exc.IntegrityError as error:
        raise impossible(str(error.orig)) from error


def missing(path: Path, en: str, de: str) -> LedgerMissing:
    """The alarm that a ledger cannot be relied on; the words complete the sentence "The ledger …"."""
    return LedgerMissing(
        f"The ledger {path} {en}. Nobody knows what is online. Restore the newest backup of the ledger, then run a "
        "sweep; without a backup look through every channel by hand. Do not start with an empty ledger.",
        f"Das Register {path} {de}. Niemand weiß, was online ist. Bitte die neueste Sicherung des Registers "
        "zurückspielen und danach alle Kanäle absuchen lassen; ohne Sicherung jeden Kanal von Hand durchsehen. "
        "Nicht mit einem leeren Register beginnen.",
    )


def _unavailable(path: Path, why: str) -> LedgerUnavailable:
    return LedgerUnavailable(
        f"The ledger {path} cannot be used just now ({why}). Check disk space and rights, then run this again.",
        f"Das Register {path} ist gerade nicht benutzbar ({why}). Bitte Speicherplatz und Rechte prüfen und den "
        "Befehl wiederholen.",
    )
