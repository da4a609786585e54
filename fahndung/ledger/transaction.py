"""One transaction on the ledger, and the words for what a database says when it fails.

Opens no database.
"""

import contextlib
import dataclasses
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy import exc

from fahndung.ledger.engines import Database
from fahndung.ledger.faults import Contradiction, impossible, unavailable


@dataclasses.dataclass(slots=True, kw_only=True)
class Known:
    """What a writing transaction has found out and need not ask again: nobody else writes before it ends.

    Attributes:
        end: number and hash of the last event; None: not asked yet.
        actors: the ids of the names that it has met. workers: those that have joined.
        answered: the accounts of which it has written that they answer.
    """

    end: tuple[int, bytes] | None = None
    actors: dict[str, str] = dataclasses.field(default_factory=dict)
    workers: set[int] = dataclasses.field(default_factory=set)
    answered: set[str] = dataclasses.field(default_factory=set)

    def forget(self) -> None:
        """What was found out need not be so any more."""
        self.end = None
        self.actors.clear()
        self.workers.clear()
        self.answered.clear()


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
    known: Known = dataclasses.field(default_factory=Known, repr=False, compare=False)


@contextlib.contextmanager
def translated(database: Database) -> Iterator[None]:
    """Turn what the database raises into the project's errors.

    Raises:
        LedgerUnavailable: a retry, a free disk or a running server can help.
        LedgerMissing: it is damaged or gone.
        Contradiction: a CHECK, a key or a trigger refused the change.
    """
    try:
        yield
    except exc.IntegrityError as error:
        raise _refused(error) from error
    except exc.DBAPIError as error:
        told = database.fault(error)
        if told is None:
            raise
        raise told from error
    except exc.TimeoutError as error:
        raise unavailable(database.name, "too many transactions at once", "zu viele Vorgänge zugleich") from error


@contextlib.contextmanager
def attempt(tx: Tx) -> Iterator[None]:
    """A part of a transaction that is undone alone if it fails; what was done before it stays.

    Raises:
        Contradiction: a CHECK, a key or a trigger refused the change. And whatever the part raises.
    """
    try:
        with tx.connection.begin_nested():
            yield
    except BaseException as error:
        tx.known.forget()  # of what was undone
        if isinstance(error, exc.IntegrityError):
            raise _refused(error) from error
        raise


def _refused(error: exc.IntegrityError) -> Contradiction:
    """The name of what refused, without the refused row: PostgreSQL would show it behind the first sentence."""
    told = getattr(error.orig, "diag", None)
    return impossible(str(told.message_primary if told is not None else error.orig))
