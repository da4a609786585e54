"""The ledger as a whole: create it, open it, and run transactions on it.

What is written stands in the other modules of this room; nothing here decides what should happen.
"""

import contextlib
import datetime as dt
import secrets
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Literal, Self, cast

import sqlalchemy as sa

from fahndung.errors import LedgerMissing
from fahndung.ledger import about, audit, sqlite, tables
from fahndung.ledger.columns import to_micros
from fahndung.ledger.faults import WrongSchema, impossible
from fahndung.ledger.transaction import Tx, missing, translated

Kind = Literal["production", "rehearsal"]
CLOCK_TOLERANCE = dt.timedelta(minutes=5)
"""How far the clock may lie behind an earlier one before that is told."""
_KINDS = ("production", "rehearsal")


class Ledger:
    """One home's ledger. Several threads may use it; each transaction belongs to one thread."""

    def __init__(self, path: Path, engine: sa.Engine, *, kind: Kind, home_id: str, nonce: str) -> None:
        """Use ``create`` or ``open``."""
        self.path = path
        self.kind = kind
        self.home_id = home_id
        self.nonce = nonce
        self._engine = engine
        self._writer = engine.execution_options(**{sqlite.WRITE: True})

    @classmethod
    def create(cls, path: Path, *, kind: Kind, home_id: str, now: dt.datetime, by: str = "init") -> Self:
        """A new, empty ledger (mode 0600); there is never a half-made one.

        Raises:
            UsageError: something of that name exists.
            LedgerUnavailable: it cannot be written there.
        """
        if kind not in _KINDS or not home_id:
            raise ValueError("a ledger needs a kind and a home")
        values = {"home_id": home_id, "kind": kind, "nonce": secrets.token_hex(16), "clock": str(to_micros(now))}

        def fill(engine: sa.Engine) -> None:
            from fahndung.ledger.migrations import upgrade

            with engine.execution_options(**{sqlite.WRITE: True}).begin() as connection:
                upgrade(connection)
                connection.execute(sa.insert(tables.meta), [{"k": k, "v": v} for k, v in values.items()])
                tx = Tx(connection=connection, home_id=home_id, writable=True)
                audit.append(tx, at=now, by=by, action="ledger.create", data={"home": home_id, "kind": kind})

        with translated(path):
            sqlite.create_file(path, fill)
        return cls.open(path, home_id=home_id)

    @classmethod
    def open(cls, path: Path, *, home_id: str, busy_timeout: float = sqlite.BUSY_TIMEOUT) -> Self:
        """The ledger of that home.

        Args:
            busy_timeout: seconds a transaction waits for another one.

        Raises:
            LedgerMissing: there is none, or it is empty, damaged, or another home's.
            WrongSchema: it was written by another version of the program.
            LedgerUnavailable: it cannot be read just now.
        """
        engine, known = _opened(path, home_id, busy_timeout)
        try:
            _same_schema(path, known)
        except LedgerMissing:
            engine.dispose()
            raise
        return cls(path, engine, kind=cast(Kind, known["kind"]), home_id=home_id, nonce=known["nonce"])

    @staticmethod
    def kind_at(path: Path, *, home_id: str) -> Kind:
        """Whether a ledger, also one of an older schema, is a production or a rehearsal one.

        Raises:
            LedgerMissing, LedgerUnavailable: as in ``open``.
        """
        engine, known = _opened(path, home_id, sqlite.BUSY_TIMEOUT)
        engine.dispose()
        return cast(Kind, known["kind"])

    @staticmethod
    def migrate(path: Path, *, home_id: str, now: dt.datetime, by: str) -> Path | None:
        """Bring an older ledger to this program's schema; the copy of the older one that is kept beside it comes out.

        One that is up to date stays as it is: None.

        Raises:
            LedgerMissing, LedgerUnavailable: as in ``open``.
            WrongSchema: it is newer than this program.
        """
        engine, known = _opened(path, home_id, sqlite.BUSY_TIMEOUT)
        engine.dispose()
        if known["schema"] == tables.SCHEMAS[-1]:
            return None
        if known["schema"] not in tables.SCHEMAS:
            _same_schema(path, known)
        from fahndung.ledger.migrations import upgrade

        kept = path.with_name(f"{path.name}.{known['schema']}")
        sqlite.copy(path, kept)
        engine = sqlite.engine(path, foreign_keys=False)
        try:
            with translated(path), engine.execution_options(**{sqlite.WRITE: True}).begin() as connection:
                upgrade(connection)
                if broken := sqlite.broken_references(connection):
                    raise impossible(f"after the migration rows of {', '.join(broken)} refer to nothing")
                tx = Tx(connection=connection, home_id=home_id, writable=True)
                data = {"from": known["schema"], "to": tables.SCHEMAS[-1]}
                audit.append(tx, at=now, by=by, action="ledger.migrate", data=data)
            return kept
        finally:
            engine.dispose()

    @contextlib.contextmanager
    def write(self, now: dt.datetime) -> Iterator[Tx]:
        """A transaction that is written whole at the end of the block, or not at all if an error leaves it.

        Raises:
            LedgerUnavailable: full, read-only, or locked for longer than the timeout.
            LedgerMissing: the file is damaged.
            Contradiction: the tables refused what was written.
        """
        with translated(self.path), self._writer.begin() as connection:
            about.raise_mark(connection, now)
            yield Tx(connection=connection, home_id=self.home_id, writable=True)

    @contextlib.contextmanager
    def read(self) -> Iterator[Tx]:
        """A consistent view of one instant; it waits for nobody.

        Raises:
            LedgerUnavailable: it cannot be read just now.
            LedgerMissing: the file is damaged.
        """
        with translated(self.path), self._engine.connect() as connection:
            yield Tx(connection=connection, home_id=self.home_id, writable=False)

    def clock_behind(self, now: dt.datetime) -> dt.timedelta | None:
        """How far ``now`` lies before the latest instant of any write; None up to five minutes, or without a mark."""
        with self.read() as tx:
            mark = about.mark(tx.connection)
        return mark - now if mark is not None and mark - now > CLOCK_TOLERANCE else None

    def close(self) -> None:
        """Let go of the file. A later transaction opens it again."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        """The ledger itself; the end of the block closes it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()


def _opened(path: Path, home_id: str, busy_timeout: float) -> tuple[sa.Engine, dict[str, str]]:
    """An engine on a file that is this home's ledger, with its meta rows and, as ``schema``, its version."""
    _look_at_file(path)
    engine = sqlite.engine(path, busy_timeout=busy_timeout)
    try:
        with translated(path), engine.connect() as connection:
            names = sqlite.tables_and_triggers(connection)
            if not {"meta", "event", "publication", "alembic_version"} <= names:
                raise missing(path, "has none of its tables", "enthält keine seiner Tabellen")
            known = {str(row.k): str(row.v) for row in connection.execute(sa.select(tables.meta))}
            version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        if not {"home_id", "kind", "nonce", "clock"} <= known.keys() or known["kind"] not in _KINDS:
            raise missing(path, "is not filled in", "ist nicht ausgefüllt")
        if known["home_id"] != home_id:
            raise missing(path, "belongs to another home", "gehört zu einem anderen Datenbestand")
    except BaseException:
        engine.dispose()
        raise
    return engine, {**known, "schema": str(version)}


def _look_at_file(path: Path) -> None:
    try:
        with path.open("rb") as file:
            start = file.read(len(sqlite.HEADER))
    except FileNotFoundError:
        raise missing(path, "is missing", "fehlt") from None
    except OSError as error:
        raise missing(path, f"cannot be opened ({error.strerror})", f"ist nicht lesbar ({error.strerror})") from error
    if not start:
        raise missing(path, "is an empty file", "ist eine leere Datei")
    if start != sqlite.HEADER:
        raise missing(path, "is not a database", "ist keine Datenbank")


def _same_schema(path: Path, known: dict[str, str]) -> None:
    found, own = known["schema"], tables.SCHEMAS[-1]
    if found == own:
        return
    if found in tables.SCHEMAS:
        raise WrongSchema(
            f"The ledger {path} has the older schema {found}, this program needs {own}; until then nobody looks after "
            "what is online. Run 'fahndung ledger migrate' now; it keeps a copy.",
            f"Das Register {path} hat das ältere Schema {found}, dieses Programm braucht {own}; bis dahin kümmert sich "
            "niemand um das, was online ist. Jetzt „fahndung ledger migrate“ ausführen; eine Kopie bleibt erhalten.",
        )
    raise WrongSchema(
        f"The ledger {path} has the schema {found}, which is newer than this program knows ({own}). Install the newer "
        "program again; what is online stays online until then.",
        f"Das Register {path} hat das Schema {found}, das neuer ist, als dieses Programm kennt ({own}). Bitte die "
        "neuere Programmfassung einspielen; bis dahin bleibt online, was online ist.",
    )
