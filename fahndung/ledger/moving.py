"""A ledger from one database into another, and a copy of one as a file: every row, compared by value afterwards.

Knows the tables from the database itself, so it copies older schemas too. Never are there two ledgers that both count:
the copy is refused while it is unfinished, and the old one from the instant at which the copy is whole.
"""

import contextlib
import datetime as dt
import itertools
import secrets
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from fahndung.errors import LedgerMissing, UsageError
from fahndung.ledger import audit, engines, sqlite
from fahndung.ledger.about import ARRIVING, MOVED
from fahndung.ledger.engines import Address, Connections, Database
from fahndung.ledger.faults import Unreadable
from fahndung.ledger.store import Ledger, known_of
from fahndung.ledger.tables import meta
from fahndung.ledger.transaction import Tx, translated

AT_ONCE = 1000
_VERSION = "alembic_version"


def move(source: Address, target: Address, *, home_id: str, now: dt.datetime, by: str, rehearsed: bool = False) -> int:
    """Moves a home's ledger; the number of rows comes out. The caller holds the home's lock and records the address.

    The same call again finishes a move that was interrupted; ``rehearsed`` as in ``Ledger.open``.

    Raises:
        UsageError: the target holds something, or is the source.
        LedgerMissing: as in ``Ledger.open``; or the copy was not like the ledger, and was thrown away.
        Busy: a worker is at work on it.
    """
    old, new = engines.at(source), engines.at(target)
    if old.name == new.name:
        raise UsageError(f"The ledger lies in {new.name} already.", f"Das Register liegt schon in {new.name}.")
    if _marks(old, home_id).get(MOVED) != new.name:
        _clear(old, new, home_id)
        _across(source, old, new, home_id=home_id, now=now, by=by, rehearsed=rehearsed)
    elif not _marks(new, home_id):
        raise UsageError(
            f"The ledger was moved to {new.name}, where it is missing now; restore its newest backup there.",
            f"Das Register wurde nach {new.name} verlegt und fehlt dort; bitte die neueste Sicherung einspielen.",
        )
    with translated(new):
        made = new.connect()
        try:
            with made.write.begin() as connection:
                connection.execute(sa.delete(meta).where(meta.c.k == ARRIVING))
                return sum(_count(connection, table) for table in _tables(connection))
        finally:
            made.close()


def to_file(connection: sa.Connection, schema: str, target: Path) -> None:
    """A copy of that schema as an embedded database, mode 0600; an earlier file there is replaced.

    Raises:
        LedgerUnavailable: it cannot be written.
    """
    from fahndung.ledger.migrations import upgrade

    def fill(made: sa.Connection) -> None:
        upgrade(made, schema)
        _transfer(connection, made)

    whole = target.with_name(f".{target.name}.{secrets.token_hex(8)}.whole")
    with translated(sqlite.File(target)):
        sqlite.create_file(whole, fill)
    whole.replace(target)
    sqlite.sync(target.parent)


def _across(
    source: Address, old: Database, new: Database, *, home_id: str, now: dt.datetime, by: str, rehearsed: bool
) -> None:
    """The copy, under the write lock of the old ledger, which counts until the last line."""
    from fahndung.ledger.migrations import upgrade

    with Ledger.open(source, home_id=home_id, rehearsed=rehearsed) as ledger, ledger.write(now) as tx:
        old.unattended(tx.connection)
        kinds = {"from": _kind(old), "to": _kind(new)}
        audit.append(tx, at=now, by=by, action="ledger.move", data=kinds)

        def fill(connection: sa.Connection) -> None:
            upgrade(connection)
            _transfer(tx.connection, connection)
            new.continue_ids(connection)
            connection.execute(sa.insert(meta).values(k=ARRIVING, v=old.name))

        with translated(new):
            new.create(fill)
            made = new.connect()
            try:
                _compare(tx, made, home_id)
            except BaseException:
                new.discard(made)
                raise
            finally:
                made.close()
        tx.connection.execute(sa.insert(meta).values(k=MOVED, v=new.name))


def _clear(old: Database, new: Database, home_id: str) -> None:
    """Throw away what an interrupted or an earlier move left in the new place: all of it stands in the old one."""
    found = _marks(new, home_id)
    if old.name in (found.get(ARRIVING), found.get(MOVED)):
        with translated(new):
            made = new.connect()
            try:
                new.discard(made)
            finally:
                made.close()


def _marks(database: Database, home_id: str) -> dict[str, str]:
    """What a place says about itself; nothing if no ledger of this home lies there."""
    try:
        connections, known = known_of(database, home_id)
    except LedgerMissing:
        return {}
    connections.close()
    return known


def _transfer(source: sa.Connection, target: sa.Connection) -> None:
    """Every row as it is stored.

    Raises:
        Unreadable: a text is none.
    """
    with sqlite.exactly(source) if source.dialect.name == "sqlite" else contextlib.nullcontext():
        for table in _tables(source):
            into = sa.table(table.name, *(sa.column(column.name) for column in table.columns))
            try:
                for rows in _rows(source, table).mappings().partitions(AT_ONCE):
                    target.execute(sa.insert(into), [dict(row) for row in rows])
            except UnicodeDecodeError as error:
                raise Unreadable(
                    f"A text in the table {table.name} is no UTF-8, so the ledger was not moved; it was changed from "
                    "outside, or is damaged. Look with 'fahndung audit verify'.",
                    f"Ein Text in der Tabelle {table.name} ist kein UTF-8, daher wurde das Register nicht verlegt; es "
                    "wurde von außen verändert oder ist beschädigt. Bitte „fahndung audit verify“ ausführen.",
                ) from error


def _compare(tx: Tx, made: Connections, home_id: str) -> None:
    """Every row of every table in the order of the keys, and the end of the chain."""
    with made.read.connect() as connection:
        here, there = _tables(tx.connection), _tables(connection)
        same = [table.name for table in here] == [table.name for table in there] and all(
            _alike(_rows(tx.connection, table), _rows(connection, table)) for table in here
        )
        copied = Tx(connection=connection, home_id=home_id, writable=False)
        if not same or audit.head(tx) != audit.head(copied):
            raise LedgerMissing(
                "The copy is not like the ledger, so it was thrown away; the ledger stays where it is.",
                "Die Kopie gleicht dem Register nicht und wurde verworfen; das Register bleibt, wo es ist.",
            )


def _alike(one: "sa.CursorResult[Any]", other: "sa.CursorResult[Any]") -> bool:
    """Row by row; the mark of an unfinished copy is its own."""
    with one, other:
        copied = (tuple(row) for row in other if row[0] != ARRIVING)
        return all(a == b for a, b in itertools.zip_longest(map(tuple, one), copied))


def _rows(connection: sa.Connection, table: sa.Table) -> "sa.CursorResult[Any]":
    columns: list[sa.ColumnElement[Any]] = [sa.column(column.name) for column in table.columns]
    keys: list[sa.ColumnElement[Any]] = [sa.column(column.name) for column in table.primary_key.columns]
    wanted = sa.select(*columns).select_from(sa.table(table.name)).order_by(*keys)
    return connection.execute(wanted.execution_options(yield_per=AT_ONCE))


def _count(connection: sa.Connection, table: sa.Table) -> int:
    return int(connection.execute(sa.select(sa.func.count()).select_from(sa.table(table.name))).scalar_one())


def _tables(connection: sa.Connection) -> list[sa.Table]:
    """Those that the database has, a table after what it refers to, columns by name."""
    known = sa.MetaData()
    known.reflect(connection)
    return [table for table in known.sorted_tables if table.name != _VERSION]


def _kind(database: Database) -> str:
    return "file" if isinstance(database, sqlite.File) else "postgresql"
