"""PostgreSQL: how a connection is opened, how a transaction begins, what its errors mean, and the proof of life.

Knows no table. ``sqlite`` is its peer; ``engines.Database`` says what both offer. One database holds one ledger, in the
schema ``public``; the locks below belong to the database, so homes on one server do not meet.
"""

import contextlib
import dataclasses
import datetime as dt
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.pool import QueuePool

from fahndung.errors import Busy, FahndungError, InvalidConfig, UsageError
from fahndung.ledger import addresses
from fahndung.ledger.engines import WAIT, Connections, Life
from fahndung.ledger.faults import impossible, missing, unavailable

if TYPE_CHECKING:
    import psycopg

WRITE = "fahndung_write"
"""The execution option of a connection whose transactions write."""
OLDEST = 15
"""The oldest major version of the server that the tests run on."""
CLASS_WRITER, CLASS_SESSION = 0x66616864, 0x66616865
"""The first keys of the two kinds of advisory locks; they are this program's alone in its database."""
STATEMENT = 60.0
IDLE = 30.0
"""Seconds: the longest statement, and how long a stopped writer may keep everybody waiting."""
CONNECT = 10
DEAD_HOST = 60.0
"""Seconds until a host that answers no packet any more counts as gone, on either side."""
DEAD_SERVER = 10.0
"""The same for the proof of life: its holder has to give up before the server frees it."""
_DAMAGED = ("XX001", "XX002")
_REFUSED = ("22", "23")
_PASSING = ("08", "28", "40", "53", "55", "57", "58", "25P03", "42501")
_READS = "25006"
_NO_DATABASE = re.compile(r"(database|Datenbank)\b.*(does not exist|existiert nicht)", re.DOTALL)
_STABLE = ("C", "POSIX", "C.UTF-8", "C.utf8")


@dataclasses.dataclass(frozen=True, slots=True)
class Server:
    """A ledger in a database of a server (see ``engines.Database``)."""

    address: str
    _parameters: dict[str, str] = dataclasses.field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse an address that is none, before anything is tried."""
        object.__setattr__(self, "_parameters", addresses.parameters(self.address))
        _driver()

    @property
    def name(self) -> str:
        """The address; it holds no password."""
        return self.address

    def look(self) -> None:
        """Nothing can be known before a connection."""

    def connect(self, wait: float = WAIT) -> Connections:
        """Connections to an existing database; a lost one is replaced before a transaction begins.

        A write transaction takes the one write lock of this database when it begins; each of its later statements
        sees all that earlier writers committed.
        """
        made = sa.create_engine(
            "postgresql+psycopg://",
            creator=lambda: self._open(wait),
            poolclass=QueuePool,
            pool_pre_ping=True,
            hide_parameters=True,
            use_native_hstore=False,
        )

        @sa.event.listens_for(made, "begin")
        def begin(connection: sa.Connection) -> None:
            if not connection.get_execution_options().get(WRITE, False):
                return
            locked = "SELECT pg_advisory_xact_lock(%s, 0), current_setting('default_transaction_read_only')"
            if connection.exec_driver_sql(locked, (CLASS_WRITER,)).one()[1] == "on":
                raise unavailable(self.name, "the server lets nobody write", "der Server lässt niemanden schreiben")

        return Connections(
            read=made.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True),
            write=made.execution_options(**{WRITE: True}),
        )

    def rebuilding(self) -> Connections:
        """The same: tables are changed in place, and foreign keys hold all the time."""
        return self.connect()

    def broken_references(self, connection: sa.Connection) -> list[str]:
        """None: the server refuses them."""
        return []

    def create(self, fill: Callable[[sa.Connection], None]) -> None:
        """The tables, in one transaction, in a database that is empty."""
        made = self.connect()
        try:
            with made.write.begin() as connection:
                self._fit(connection)
                fill(connection)
        finally:
            made.close()

    def discard(self, connections: Connections) -> None:
        """Drop every table; the functions of the guards stay and are replaced by the next ones."""
        with connections.write.begin() as connection:
            if found := self.tables(connection):
                connection.exec_driver_sql(f"DROP TABLE {', '.join(sorted(found))} CASCADE")

    def tables(self, connection: sa.Connection) -> set[str]:
        """The names of all tables."""
        rows: Any = connection.exec_driver_sql(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        )
        return set(rows.scalars())

    def clock(self, connection: sa.Connection) -> dt.datetime:
        """The server's own, at this instant and not at the beginning of the transaction."""
        at: dt.datetime = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
        return at.astimezone(dt.UTC)

    def continue_ids(self, connection: sa.Connection) -> None:
        """Set each sequence to the greatest id of its table."""
        found: Any = connection.exec_driver_sql(
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND starts_with(column_default, 'nextval(')"
        )
        for table, column in found.all():
            greatest = sa.select(sa.func.max(sa.column(column))).select_from(sa.table(table)).scalar_subquery()
            connection.execute(sa.select(sa.func.setval(sa.func.pg_get_serial_sequence(table, column), greatest)))

    def keep(self, connection: sa.Connection, schema: str, beside: Path) -> Path:
        """A copy as a file of the embedded database: an older program opens it without a server."""
        from fahndung.ledger import moving

        kept = beside.with_name(f"{beside.name}.{schema}")
        moving.to_file(connection, schema, kept)
        return kept

    def unattended(self, connection: sa.Connection) -> None:
        """Refuses while a worker on any machine holds its proof of life."""
        found = connection.exec_driver_sql(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2 AND classid = %s "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            (CLASS_SESSION,),
        ).scalar_one()
        if found:
            raise Busy(
                f"{found} worker(s) are at work on {self.name}; stop them on every machine, then run this again",
                f"{found} Dienst(e) arbeiten mit {self.name}; bitte auf jedem Rechner anhalten und neu versuchen",
            )

    def proof(self, connection: sa.Connection, session: int) -> bool | None:
        """Whether somebody holds that session's lock.

        The question itself is a shared lock until the end of its transaction: two who ask do not mislead each other.
        """
        question = "SELECT pg_try_advisory_xact_lock_shared(%s, %s)"
        return not connection.exec_driver_sql(question, (CLASS_SESSION, session)).scalar_one()

    @contextlib.contextmanager
    def live(
        self,
        enter: Callable[[], int],
        lock: Callable[[], contextlib.AbstractContextManager[None]],
        connections: Connections,
    ) -> Iterator[Life]:
        """A connection of its own that holds a lock; the server frees it when the connection ends."""
        driver, session = _driver(), enter()
        try:
            held = self._open(WAIT, dead=DEAD_SERVER)
            held.autocommit = True
            row = held.execute("SELECT pg_try_advisory_lock(%s, %s)", (CLASS_SESSION, session)).fetchone()
        except driver.Error as error:
            raise self._told(error) or unavailable(self.name, str(error)) from error
        try:
            if row != (True,):
                raise Busy(f"the worker {session} lives already", f"Der Dienst {session} läuft schon")
            yield Session(self, session, held, connections)
        finally:
            held.close()

    def fault(self, error: exc.DBAPIError) -> FahndungError | None:
        """A server that is away, full or busy is worth a retry, a missing database is an alarm."""
        return self._told(error.orig)

    def _told(self, error: BaseException | None) -> FahndungError | None:
        driver = _driver()
        if not isinstance(error, driver.Error):
            return None
        state, why = error.sqlstate, error.diag.message_primary or str(error)
        if state is None:  # before the server had its say, or after it fell silent
            if isinstance(error, driver.DataError):
                return impossible(why)
            if isinstance(error, driver.OperationalError) and _NO_DATABASE.search(why):
                return missing(self.name, "has no database", "hat keine Datenbank")
            return unavailable(self.name, why) if isinstance(error, driver.OperationalError) else None
        if state in _DAMAGED:
            return missing(self.name, f"is damaged ({why})", f"ist beschädigt ({why})")
        if state.startswith(_REFUSED):
            return impossible(why)
        if state == _READS:  # a server that lets nobody write is met when a writing transaction begins
            return impossible(f"{why}, which only reads")
        return unavailable(self.name, why) if state.startswith(_PASSING) else None

    def _open(self, wait: float, dead: float = DEAD_HOST) -> "psycopg.Connection[Any]":
        settings = {
            "search_path": "public",
            "lock_timeout": _ms(wait),
            "statement_timeout": _ms(max(STATEMENT, 2 * wait)),
            "idle_in_transaction_session_timeout": _ms(IDLE),
            "idle_session_timeout": 0,
            "tcp_keepalives_idle": 20,
            "tcp_keepalives_interval": 10,
            "tcp_keepalives_count": 4,
            "tcp_user_timeout": _ms(DEAD_HOST),
        }
        connection: psycopg.Connection[Any] = _driver().connect(
            **self._parameters,
            options=" ".join(f"-c {key}={value}" for key, value in settings.items()),
            application_name="fahndung",
            connect_timeout=CONNECT,
            keepalives_idle=20,
            keepalives_interval=10,
            keepalives_count=4,
            tcp_user_timeout=_ms(dead),
            client_encoding="UTF8",
            autocommit=True,
        )
        try:
            self._durable(connection)
            connection.autocommit = False
        except BaseException:
            connection.close()
            raise
        return connection

    def _durable(self, connection: "psycopg.Connection[Any]") -> None:
        """What is committed must survive a power cut, and what is read must be the newest.

        Raises:
            LedgerUnavailable: this server or its settings do not give that.
        """
        asked = ("synchronous_commit", "fsync", "full_page_writes", "in_hot_standby")
        row = connection.execute("SELECT " + ", ".join(f"current_setting('{name}')" for name in asked)).fetchone()
        known = dict(zip(asked, row or (), strict=True))
        if known.pop("in_hot_standby") == "on":
            raise unavailable(self.name, "the server is a standby copy", "der Server ist nur eine Zweitkopie")
        if off := [name for name, value in known.items() if value == "off"]:
            raise unavailable(
                self.name,
                f"the server would lose what it confirmed: {', '.join(off)} is off",
                f"der Server würde Bestätigtes verlieren: {', '.join(off)} ist abgeschaltet",
            )
        if connection.info.server_version < OLDEST * 10_000:
            raise unavailable(
                self.name,
                f"the server is older than PostgreSQL {OLDEST}",
                f"der Server ist älter als PostgreSQL {OLDEST}",
            )

    def _fit(self, connection: sa.Connection) -> None:
        if connection.exec_driver_sql(
            "SELECT EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace)"
        ).scalar_one():
            raise UsageError(
                f"{self.name} is not empty; a ledger needs a database of its own and never overwrites one.",
                f"{self.name} ist nicht leer; ein Register braucht eine eigene Datenbank und überschreibt keine.",
            )
        row = connection.exec_driver_sql(
            "SELECT pg_encoding_to_char(encoding), datcollate, datlocprovider FROM pg_database "
            "WHERE datname = current_database()"
        ).one()
        if row[0] != "UTF8" or row[1] not in _STABLE or row[2] not in ("c", "b"):
            raise UsageError(
                f"{self.name} sorts by a language; its keys could break at the next update of the system. Make it "
                "with: createdb --template=template0 --encoding=UTF8 --locale=C.UTF-8",
                f"{self.name} sortiert nach einer Sprache; Schlüssel könnten beim nächsten Systemupdate brechen. Bitte "
                "so anlegen: createdb --template=template0 --encoding=UTF8 --locale=C.UTF-8",
            )


class Session:
    """The proof of life of one worker session (see ``engines.Life``)."""

    def __init__(self, server: Server, session: int, held: "psycopg.Connection[Any]", connections: Connections) -> None:
        """Use ``Server.live``."""
        self.session = session
        self._server = server
        self._held = held
        self._connections = connections
        self._lost = False

    def still_mine(self) -> bool:
        """Whether the connection that holds the lock is up; False for ever after the first time it was not."""
        if not self._lost:
            try:
                self._held.execute("SELECT 1")
            except _driver().Error:
                self._lost = True
        return not self._lost

    def is_alive(self, session: int) -> bool:
        """Whether somebody holds that session's lock, asked from another connection, which keeps nothing."""
        from fahndung.ledger.transaction import translated

        with translated(self._server), self._connections.read.connect() as connection:
            return self._server.proof(connection, session) is True


def triggers(connection: sa.Connection) -> dict[str, str]:
    """The command of each trigger that is switched on, with the body of its function, by name."""
    rows: Any = connection.exec_driver_sql(
        "SELECT tgname, pg_get_triggerdef(t.oid, true) || ' ' || p.prosrc AS told FROM pg_trigger t "
        "JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND c.relnamespace = 'public'::regnamespace"
    )
    return {row.tgname: row.told for row in rows}


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def _driver() -> Any:
    try:
        import psycopg
    except ImportError as error:
        raise InvalidConfig(
            "The ledger lies in PostgreSQL, and its driver is not installed: pip install 'fahndung[postgres]'.",
            "Das Register liegt in PostgreSQL, und der Treiber fehlt: pip install 'fahndung[postgres]'.",
        ) from error
    return psycopg
