"""What a database has to offer so that a ledger can live in it, and the choice between the two by the address.

Knows no table and speaks no SQL: ``sqlite`` and ``postgres`` do.
"""

import contextlib
import dataclasses
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy import exc

from fahndung.errors import FahndungError

Address = Path | str
"""Where a ledger lies: a file, or ``postgresql://user@host/database`` without a password."""
WAIT = 30.0
"""Seconds a transaction waits for another one to finish."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Connections:
    """One pool of connections under two names.

    Attributes:
        read: a transaction sees one instant, writes nothing and waits for nobody.
        write: a transaction holds the ledger's one write lock from its beginning to its end.
    """

    read: sa.Engine
    write: sa.Engine

    def close(self) -> None:
        """Let go of the connections; a later transaction makes new ones."""
        self.read.dispose()


class Life(Protocol):
    """The proof that one worker session lives; its end, however it comes, frees it."""

    @property
    def session(self) -> int:
        """Its number."""

    def still_mine(self) -> bool:
        """Whether the proof still holds: asked before each call to a channel, and never restored once lost."""

    def is_alive(self, session: int) -> bool:
        """Whether another session, or this one, still holds its proof.

        Raises:
            LedgerUnavailable: nobody can tell just now.
        """


class Database(Protocol):
    """One place for one ledger."""

    @property
    def name(self) -> str:
        """What messages call it; there is no secret in it."""

    def look(self) -> None:
        """Refuses what cannot be a ledger, without creating anything.

        Raises:
            LedgerMissing: there is none.
        """

    def connect(self, wait: float = WAIT) -> Connections:
        """Connections to what exists; nothing is created.

        Args:
            wait: seconds a transaction waits for another one.
        """

    def rebuilding(self) -> Connections:
        """The same for a migration: what a rebuilt table is referred by is looked at by ``broken_references``."""

    def broken_references(self, connection: sa.Connection) -> list[str]:
        """The tables with rows that refer to a row that is not there."""

    def create(self, fill: Callable[[sa.Connection], None]) -> None:
        """A new ledger that stands there complete or not at all.

        Raises:
            UsageError: something is there already.
            LedgerUnavailable: it cannot be written there.
        """

    def discard(self, connections: Connections) -> None:
        """Remove the unfinished copy that a move left; the caller has looked that it is one."""

    def tables(self, connection: sa.Connection) -> set[str]:
        """The names of all tables."""

    def clock(self, connection: sa.Connection) -> dt.datetime | None:
        """The time of the server; None where there is none but this machine."""

    def continue_ids(self, connection: sa.Connection) -> None:
        """After rows came in with their ids: the next ones come after the greatest."""

    def keep(self, connection: sa.Connection, schema: str, beside: Path) -> Path:
        """A copy of the ledger as a file, on the disk when this returns; an earlier one of that schema is replaced.

        Args:
            connection: a write transaction on it.
            beside: the file next to which the copy goes.
        """

    def unattended(self, connection: sa.Connection) -> None:
        """Refuses if a worker session lives that the home's own lock does not keep out.

        Raises:
            Busy: one lives.
        """

    def proof(self, connection: sa.Connection, session: int) -> bool | None:
        """Whether a worker session holds its proof of life; None where only the home's lock tells."""

    def live(
        self,
        enter: Callable[[], int],
        lock: Callable[[], contextlib.AbstractContextManager[None]],
        connections: Connections,
    ) -> contextlib.AbstractContextManager[Life]:
        """The proof of life of a session, held until the block ends.

        Args:
            enter: gives the session's number, which was never used before; called when nothing keeps it out.
            lock: the home's lock (``Home.lock``); held only where it is the proof.

        Raises:
            Busy: somebody else holds it.
            LedgerUnavailable: it cannot be had just now.
        """

    def fault(self, error: exc.DBAPIError) -> FahndungError | None:
        """The project's word for what the database raised; None for a programming mistake."""


def at(address: Address) -> Database:
    """The database of that address.

    Raises:
        InvalidConfig: no address of a ledger, one with a password, or the driver is not installed.
    """
    if isinstance(address, Path):
        from fahndung.ledger import sqlite

        return sqlite.File(address)
    from fahndung.ledger import postgres

    return postgres.Server(address)


def standing(connection: sa.Connection) -> dict[str, str]:
    """What the database of an open connection says about each trigger that works, by name."""
    if connection.dialect.name == "sqlite":
        from fahndung.ledger import sqlite

        return sqlite.triggers(connection)
    from fahndung.ledger import postgres

    return postgres.triggers(connection)
