"""The ledger as a whole: create it, open it, and run transactions on it.

What is written stands in the other modules of this room; nothing here decides what should happen.
"""

import contextlib
import datetime as dt
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Literal, Self, cast

import sqlalchemy as sa

from fahndung.errors import LedgerMissing
from fahndung.ledger import about, audit, engines, tables
from fahndung.ledger.columns import to_micros
from fahndung.ledger.engines import WAIT, Address, Connections, Database, Life
from fahndung.ledger.faults import WrongSchema, impossible, missing
from fahndung.ledger.transaction import Tx, translated

Kind = Literal["production", "rehearsal"]
CLOCK_TOLERANCE = dt.timedelta(minutes=5)
"""How far the clock may lie behind an earlier one before that is told."""
_KINDS = ("production", "rehearsal")


class Ledger:
    """One home's ledger. Several threads may use it; each transaction belongs to one thread."""

    def __init__(
        self, database: Database, connections: Connections, *, kind: Kind, home_id: str, nonce: str, rehearsed: bool
    ) -> None:
        """Use ``create`` or ``open``."""
        self.kind = kind
        self.home_id = home_id
        self.nonce = nonce
        self.rehearsed = rehearsed and kind == "rehearsal"
        self._database = database
        self._connections = connections

    @classmethod
    def create(cls, address: Address, *, kind: Kind, home_id: str, now: dt.datetime, by: str = "init") -> Self:
        """A new, empty ledger (a file of mode 0600, or tables in an empty database); there is never a half-made one.

        The mark of the clock begins at ``now``; that of a rehearsal, where ``now`` may be invented, at its first write.

        Raises:
            UsageError: something is there already.
            LedgerUnavailable: it cannot be written there.
            InvalidConfig: no usable address.
        """
        if kind not in _KINDS or not home_id:
            raise ValueError("a ledger needs a kind and a home")
        clock = str(to_micros(now)) if kind == "production" else "0"
        values = {"home_id": home_id, "kind": kind, "nonce": secrets.token_hex(16), "clock": clock}

        def fill(connection: sa.Connection) -> None:
            from fahndung.ledger.migrations import upgrade

            upgrade(connection)
            connection.execute(sa.insert(tables.meta), [{"k": k, "v": v} for k, v in values.items()])
            tx = Tx(connection=connection, home_id=home_id, writable=True)
            audit.append(tx, at=now, by=by, action="ledger.create", data={"home": home_id, "kind": kind})

        database = engines.at(address)
        with translated(database):
            database.create(fill)
        return cls.open(address, home_id=home_id)

    @classmethod
    def open(cls, address: Address, *, home_id: str, busy_timeout: float = WAIT, rehearsed: bool = False) -> Self:
        """The ledger of that home.

        Args:
            busy_timeout: seconds a transaction waits for another one.
            rehearsed: the instants are invented: the mark of the clock, which belongs to real time, is neither raised
                nor looked at. In a production ledger they never are.

        Raises:
            LedgerMissing: there is none, or it is empty, damaged, another home's, or was moved.
            WrongSchema: it was written by another version of the program.
            LedgerUnavailable: it cannot be read just now.
            InvalidConfig: no usable address.
        """
        database = engines.at(address)
        connections, known = known_of(database, home_id, busy_timeout)
        try:
            about.refuse_marked(database.name, known)
            _same_schema(database.name, known)
        except LedgerMissing:
            connections.close()
            raise
        kind = cast(Kind, known["kind"])
        return cls(database, connections, kind=kind, home_id=home_id, nonce=known["nonce"], rehearsed=rehearsed)

    @staticmethod
    def kind_at(address: Address, *, home_id: str) -> Kind:
        """Whether a ledger, also one of an older schema, is a production or a rehearsal one.

        Raises:
            LedgerMissing, LedgerUnavailable, InvalidConfig: as in ``open``.
        """
        connections, known = known_of(engines.at(address), home_id)
        connections.close()
        return cast(Kind, known["kind"])

    @staticmethod
    def migrate(address: Address, *, home_id: str, now: dt.datetime, by: str, beside: Path) -> Path | None:
        """Bring an older ledger to this program's schema; a copy of the older one, a file, comes out.

        One that is up to date stays as it is: None.

        Args:
            beside: the file next to which the copy is kept.

        Raises:
            LedgerMissing, LedgerUnavailable, InvalidConfig: as in ``open``.
            WrongSchema: it is newer than this program.
            Busy: a worker is at work on it.
        """
        database = engines.at(address)
        connections, known = known_of(database, home_id)
        connections.close()
        about.refuse_marked(database.name, known)
        if known["schema"] == tables.SCHEMAS[-1]:
            return None
        if known["schema"] not in tables.SCHEMAS:
            _same_schema(database.name, known)
        from fahndung.ledger.migrations import upgrade

        connections = database.rebuilding()
        try:
            with translated(database), connections.write.begin() as connection:
                if _version(connection) != known["schema"]:
                    return None  # somebody else was faster
                database.unattended(connection)
                kept = database.keep(connection, known["schema"], beside)
                upgrade(connection)
                if broken := database.broken_references(connection):
                    raise impossible(f"after the migration rows of {', '.join(broken)} refer to nothing")
                tx = Tx(connection=connection, home_id=home_id, writable=True)
                data = {"from": known["schema"], "to": tables.SCHEMAS[-1]}
                audit.append(tx, at=now, by=by, action="ledger.migrate", data=data)
            return kept
        finally:
            connections.close()

    @contextlib.contextmanager
    def write(self, now: dt.datetime) -> Iterator[Tx]:
        """A transaction that is written whole at the end of the block, or not at all if an error leaves it.

        Raises:
            LedgerUnavailable: full, read-only, away, or locked for longer than the timeout.
            LedgerMissing: it is damaged, or was moved meanwhile.
            Contradiction: the tables refused what was written.
        """
        with translated(self._database), self._connections.write.begin() as connection:
            about.begin(connection, self._database.name, None if self.rehearsed else now)
            yield Tx(connection=connection, home_id=self.home_id, writable=True)

    @contextlib.contextmanager
    def read(self) -> Iterator[Tx]:
        """A consistent view of one instant; it waits for nobody.

        Raises:
            LedgerUnavailable: it cannot be read just now.
            LedgerMissing: it is damaged.
        """
        with translated(self._database), self._connections.read.connect() as connection:
            yield Tx(connection=connection, home_id=self.home_id, writable=False)

    def clock_behind(self, now: dt.datetime) -> dt.timedelta | None:
        """How far ``now`` lies before the latest instant of any write; None up to five minutes, or without a mark.

        None, too, where instants are rehearsed.
        """
        if self.rehearsed:
            return None
        with self.read() as tx:
            mark = about.mark(tx.connection)
        return mark - now if mark is not None and mark - now > CLOCK_TOLERANCE else None

    def server_clock(self) -> dt.datetime | None:
        """The time of the server in which the ledger lies; None where it is a file."""
        with translated(self._database), self._connections.read.connect() as connection:
            return self._database.clock(connection)

    @staticmethod
    def clock_at(address: Address) -> dt.datetime | None:
        """The same for a place whose ledger may be of another schema, or not be made yet.

        Raises:
            LedgerUnavailable, LedgerMissing, InvalidConfig: as in ``open``.
        """
        database = engines.at(address)
        if isinstance(address, Path):
            return None
        connections = database.connect()
        try:
            with translated(database), connections.read.connect() as connection:
                return database.clock(connection)
        finally:
            connections.close()

    def unattended(self, tx: Tx) -> None:
        """Refuses while a worker lives that the home's own lock does not keep out.

        Raises:
            Busy: one lives.
        """
        self._database.unattended(tx.connection)

    def proof(self, tx: Tx, session: int) -> bool | None:
        """Whether a worker session holds its proof of life (see ``live``); None where only the home's lock tells."""
        return self._database.proof(tx.connection, session)

    def live(
        self, enter: Callable[[], int], lock: Callable[[], contextlib.AbstractContextManager[None]]
    ) -> contextlib.AbstractContextManager[Life]:
        """The proof that a worker session lives, held until the block ends (see ``engines.Life``).

        Args:
            enter: gives the session's number, which was never used before (``claims.join`` in a transaction).
            lock: ``Home.lock``; a ledger in a file has no other proof.

        Raises:
            Busy: another process holds the home's lock.
            LedgerUnavailable: it cannot be had just now.
        """
        return self._database.live(enter, lock, self._connections)

    def close(self) -> None:
        """Let go of file or server. A later transaction opens it again."""
        self._connections.close()

    def __enter__(self) -> Self:
        """The ledger itself; the end of the block closes it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()


def known_of(database: Database, home_id: str, wait: float = WAIT) -> tuple[Connections, dict[str, str]]:
    """Connections to what is this home's ledger, with its meta rows and, as ``schema``, its version.

    Also of one that was moved: who opens it looks at the marks.

    Raises:
        LedgerMissing, LedgerUnavailable: as in ``Ledger.open``.
    """
    database.look()
    connections = database.connect(wait)
    try:
        with translated(database), connections.read.connect() as connection:
            if not {"meta", "event", "publication", "alembic_version"} <= database.tables(connection):
                raise missing(database.name, "has none of its tables", "enthält keine seiner Tabellen")
            known = {str(row.k): str(row.v) for row in connection.execute(sa.select(tables.meta))}
            version = _version(connection)
        if not {"home_id", "kind", "nonce", "clock"} <= known.keys() or known["kind"] not in _KINDS:
            raise missing(database.name, "is not filled in", "ist nicht ausgefüllt")
        if known["home_id"] != home_id:
            raise missing(database.name, "belongs to another home", "gehört zu einem anderen Datenbestand")
    except BaseException:
        connections.close()
        raise
    return connections, {**known, "schema": version}


def _version(connection: sa.Connection) -> str:
    return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar())


def _same_schema(place: str, known: dict[str, str]) -> None:
    found, own = known["schema"], tables.SCHEMAS[-1]
    if found == own:
        return
    if found in tables.SCHEMAS:
        raise WrongSchema(
            f"The ledger {place} has the older schema {found}, this program needs {own}; until then nobody looks after "
            "what is online. Run 'fahndung ledger migrate' now; it keeps a copy.",
            f"Das Register {place} hat das ältere Schema {found}, dieses Programm braucht {own}; bis dahin kümmert "
            "sich niemand um das, was online ist. Jetzt „fahndung ledger migrate“ ausführen; eine Kopie bleibt.",
        )
    raise WrongSchema(
        f"The ledger {place} has the schema {found}, which is newer than this program knows ({own}). Install the newer "
        "program again; what is online stays online until then.",
        f"Das Register {place} hat das Schema {found}, das neuer ist, als dieses Programm kennt ({own}). Bitte die "
        "neuere Programmfassung einspielen; bis dahin bleibt online, was online ist.",
    )
