"""What PostgreSQL adds: its errors, its locks, servers that are not to be relied on."""

import builtins
import subprocess
import sys
import threading
import time

import psycopg
import pytest
import sqlalchemy as sa

from fahndung.errors import Busy, InvalidConfig, LedgerMissing, UsageError
from fahndung.ledger import audit, postgres
from fahndung.ledger.faults import Contradiction, LedgerUnavailable
from fahndung.ledger.store import Ledger

from . import bulk, world
from .world import BY, HOME, NOW, run

pytestmark = pytest.mark.peers


@pytest.fixture
def engine():
    """Only the one."""
    return "postgres"


def name_of(address):
    return address.rpartition("/")[2]


def lock(seconds=0):
    pytest.fail("the lock of a home is no proof of life here")


def test_a_database_that_is_not_there_is_an_alarm(server):
    with pytest.raises(LedgerMissing, match="has no database") as caught:
        Ledger.open(server.address("nowhere"), home_id=HOME)
    assert caught.value.exit_code == 7


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        ("DROP TABLE event", "none of its tables"),
        ("DELETE FROM meta", "not filled in"),
        ("UPDATE meta SET v = 'toy' WHERE k = 'kind'", "not filled in"),
        ("UPDATE meta SET v = 'home-2' WHERE k = 'home_id'", "another home"),
    ],
)
def test_a_ledger_that_cannot_be_relied_on_is_an_alarm(place, spoil, why):
    with Ledger.open(place, home_id=HOME) as ledger, ledger.write(NOW) as tx:
        run(tx, spoil)
    with pytest.raises(LedgerMissing, match=why):
        Ledger.open(place, home_id=HOME)


def test_an_empty_database_is_an_alarm_and_stays_empty(database):
    with pytest.raises(LedgerMissing, match="none of its tables"):
        Ledger.open(database, home_id=HOME)
    Ledger.create(database, kind="rehearsal", home_id=HOME, now=NOW).close()


def test_a_ledger_is_never_overwritten(place):
    with pytest.raises(UsageError, match="not empty"):
        Ledger.create(place, kind="rehearsal", home_id=HOME, now=NOW)
    Ledger.open(place, home_id=HOME).close()


def test_a_creation_that_fails_leaves_nothing(database, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(audit, "append", broken)
    with pytest.raises(RuntimeError):
        Ledger.create(database, kind="rehearsal", home_id=HOME, now=NOW)
    monkeypatch.undo()
    Ledger.create(database, kind="rehearsal", home_id=HOME, now=NOW).close()


def test_two_who_create_at_once_make_one_ledger(database):
    told = []

    def create():
        try:
            Ledger.create(database, kind="rehearsal", home_id=HOME, now=NOW).close()
        except UsageError as error:
            told.append(error)

    threads = [threading.Thread(target=create) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 2
    with Ledger.open(database, home_id=HOME) as ledger:
        assert audit.verify(ledger) == ()


@pytest.mark.parametrize("made", ["ENCODING 'LATIN1' LOCALE 'C'", "LC_COLLATE 'de_DE.UTF-8'", "LOCALE_PROVIDER icu"])
def test_a_database_that_sorts_by_a_language_gets_no_ledger(server, made):
    if "de_DE" in made and not server.admin("SELECT FROM pg_collation WHERE collname = 'de_DE.utf8'"):
        made = "ENCODING 'SQL_ASCII' LOCALE 'C'"
    if "icu" in made:
        made += " ICU_LOCALE 'de'"
    server.admin(f"CREATE DATABASE sorted TEMPLATE template0 OWNER fahndung {made}")
    try:
        with pytest.raises(UsageError, match="createdb"):
            Ledger.create(server.address("sorted"), kind="rehearsal", home_id=HOME, now=NOW)
    finally:
        server.drop(server.address("sorted"))


def test_a_server_that_does_not_run_is_worth_a_retry():
    with pytest.raises(LedgerUnavailable, match=r"refused") as caught:
        Ledger.open("postgresql://fahndung@127.0.0.1:1/fahndung", home_id=HOME)
    assert caught.value.exit_code == 6


def test_a_stranger_is_told_so_without_the_password(place, monkeypatch):
    monkeypatch.setenv("PGPASSWORD", "geheim")
    with pytest.raises(LedgerUnavailable, match="stranger") as caught:
        Ledger.open(place.replace("fahndung@", "stranger@"), home_id=HOME)
    error = caught.value
    while error is not None:
        assert "geheim" not in str(error) + repr(error)
        error = error.__cause__ or error.__context__


def test_without_the_right_to_read_it_is_worth_a_retry(server, place):
    server.admin("CREATE ROLE guest LOGIN")
    try:
        with pytest.raises(LedgerUnavailable, match="permission denied"):
            Ledger.open(place.replace("fahndung@", "guest@"), home_id=HOME)
    finally:
        server.admin("DROP ROLE guest")


@pytest.mark.parametrize(
    ("setting", "why"),
    [
        ("synchronous_commit = off", "synchronous_commit is off"),
        ("default_transaction_read_only = on", "lets nobody write"),
    ],
)
def test_a_server_that_would_lose_what_it_confirmed_or_lets_nobody_write_is_refused(server, place, setting, why):
    server.admin(f"ALTER DATABASE {name_of(place)} SET {setting}")
    with pytest.raises(LedgerUnavailable, match=why), Ledger.open(place, home_id=HOME) as ledger, ledger.write(NOW):
        pass


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (("on", "off", "on", "off"), "fsync is off"),
        (("on", "on", "off", "off"), "full_page_writes is off"),
        (("on", "on", "on", "on"), "standby"),
    ],
)
def test_a_server_whose_settings_lose_data_is_refused(place, row, why):
    class Answer:
        def execute(self, sql):
            return self

        def fetchone(self):
            return row

    with pytest.raises(LedgerUnavailable, match=why):
        postgres.Server(place)._durable(Answer())


def test_a_server_that_is_too_old_is_refused(place, monkeypatch):
    monkeypatch.setattr(postgres, "OLDEST", 99)
    with pytest.raises(LedgerUnavailable, match="older than PostgreSQL 99"):
        Ledger.open(place, home_id=HOME)


def test_every_session_carries_its_limits(ledger):
    asked = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout", "idle_session_timeout")
    more = ("synchronous_commit", "application_name", "search_path", "transaction_isolation", "transaction_read_only")
    with ledger.read() as tx:
        reading = {name: run(tx, f"SHOW {name}").scalar() for name in (*asked, *more)}
    with ledger.write(NOW) as tx:
        writing = {name: run(tx, f"SHOW {name}").scalar() for name in more[-2:]}
    assert reading == {
        "lock_timeout": "30s",
        "statement_timeout": "1min",
        "idle_in_transaction_session_timeout": "30s",
        "idle_session_timeout": "0",
        "synchronous_commit": "on",
        "application_name": "fahndung",
        "search_path": "public",
        "transaction_isolation": "repeatable read",
        "transaction_read_only": "on",
    }
    assert writing == {"transaction_isolation": "read committed", "transaction_read_only": "off"}


def test_a_writer_that_stopped_does_not_keep_the_others_for_ever(place, monkeypatch):
    monkeypatch.setattr(postgres, "IDLE", 0.3)

    def stop(lost, other):
        audit.append(lost, at=NOW, by="stopped", action="test")
        with other.write(NOW) as tx:  # waits for the one that stopped
            audit.append(tx, at=NOW, by="other", action="test")
        audit.append(lost, at=NOW, by="stopped", action="test")

    with Ledger.open(place, home_id=HOME) as one, Ledger.open(place, home_id=HOME) as other:
        with other.read() as tx:
            before = audit.head(tx).count
        with pytest.raises(LedgerUnavailable), one.write(NOW) as lost:
            stop(lost, other)
        with other.read() as tx:
            assert audit.head(tx).count == before + 1
        assert audit.verify(other) == ()


def test_a_statement_that_takes_too_long_is_worth_a_retry(place, monkeypatch):
    monkeypatch.setattr(postgres, "STATEMENT", 0.2)
    with (
        Ledger.open(place, home_id=HOME, busy_timeout=0.05) as ledger,
        pytest.raises(LedgerUnavailable, match="statement timeout"),
        ledger.read() as tx,
    ):
        run(tx, "SELECT pg_sleep(5)")


def test_connections_that_were_cut_are_replaced(server, ledger):
    with ledger.read() as tx:
        count = audit.head(tx).count
    server.admin("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'fahndung'")
    with ledger.write(NOW) as tx:
        assert audit.head(tx).count == count


def test_a_transaction_whose_connection_is_cut_is_not_written(server, ledger):
    with ledger.read() as tx:
        before = audit.head(tx)

    def append(tx):
        audit.append(tx, at=NOW, by=BY, action="test")
        server.admin("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'fahndung'")
        audit.append(tx, at=NOW, by=BY, action="test")

    with pytest.raises(LedgerUnavailable) as caught, ledger.write(NOW) as tx:
        append(tx)
    assert caught.value.exit_code == 6
    with ledger.read() as tx:
        assert audit.head(tx) == before


def test_a_server_that_comes_back_is_used_again(server, ledger):
    with ledger.read() as tx:
        before = audit.head(tx)
    server.stop()
    try:
        with pytest.raises(LedgerUnavailable), ledger.write(NOW):
            pass
    finally:
        server.restart()
    with ledger.write(NOW) as tx:
        assert audit.head(tx) == before


def test_a_refused_row_is_not_repeated_in_the_message(ledger):
    with pytest.raises(Contradiction) as caught, ledger.write(NOW) as tx:
        run(tx, "UPDATE person SET name = 'Erika Mustermann', public_key = x'00' WHERE id = 'k.muster'")
    assert "Mustermann" not in str(caught.value)
    assert "person_key_has_32_bytes" in str(caught.value)


@pytest.mark.parametrize("state", ["XX001", "XX002"])
def test_a_damaged_database_is_an_alarm(ledger, state):
    with pytest.raises(LedgerMissing, match="is damaged"), ledger.read() as tx:
        run(tx, f"DO $$BEGIN RAISE 'invalid page' USING ERRCODE = '{state}'; END$$")


@pytest.mark.parametrize("state", ["53100", "58030", "40001", "57P03"])
def test_a_full_disk_and_other_weather_is_worth_a_retry(ledger, state):
    with pytest.raises(LedgerUnavailable, match="could not extend"), ledger.read() as tx:
        run(tx, f"DO $$BEGIN RAISE 'could not extend file' USING ERRCODE = '{state}'; END$$")


@pytest.mark.parametrize("table", ["event", "publication"])
def test_the_guards_see_a_truncation(ledger, table):
    with pytest.raises(Contradiction, match=f"{table} rows are never deleted"), ledger.write(NOW) as tx:
        run(tx, f"TRUNCATE {table} CASCADE")


def test_homes_on_one_server_do_not_wait_for_each_other(server, template_database, place):
    other = server.database(template_database)
    with Ledger.open(place, home_id=HOME) as one, Ledger.open(other, home_id=HOME, busy_timeout=0.2) as two:
        with one.write(NOW), two.write(NOW):
            pass
        with one.live(lambda: 1, lock), two.live(lambda: 1, lock) as life:
            assert life.is_alive(1)
    server.drop(other)


def test_a_session_lives_as_long_as_its_connection(place):
    with Ledger.open(place, home_id=HOME) as one, Ledger.open(place, home_id=HOME) as two:
        with one.live(lambda: 1, lock) as first, two.live(lambda: 2, lock) as second:
            for _ in range(3):
                assert (first.is_alive(1), first.is_alive(2), first.is_alive(3)) == (True, True, False)
                assert (second.is_alive(1), second.is_alive(2)) == (True, True)
                assert first.still_mine()
                assert second.still_mine()
        with two.live(lambda: 4, lock) as later:
            assert not later.is_alive(1)
            assert not later.is_alive(2)


def test_a_question_leaves_nothing_locked(server, place):
    asked = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
    with Ledger.open(place, home_id=HOME) as ledger, ledger.live(lambda: 1, lock) as life:
        for session in (1, 2):
            life.is_alive(session)
        assert server.admin(asked) == [(1,)]
    start = time.monotonic()
    while server.admin(asked) != [(0,)]:  # the server needs a moment to see that a connection ended
        assert time.monotonic() - start < 1


def test_one_session_cannot_live_twice(place):
    with (
        Ledger.open(place, home_id=HOME) as ledger,
        ledger.live(lambda: 1, lock),
        pytest.raises(Busy, match="lives already"),
        ledger.live(lambda: 1, lock),
    ):
        pass


def test_without_a_server_nobody_can_live_or_be_asked_about(server, place):
    with Ledger.open(place, home_id=HOME) as ledger, ledger.live(lambda: 1, lock) as life:
        server.stop()
        try:
            with pytest.raises(LedgerUnavailable), ledger.live(lambda: 2, lock):
                pass
            with pytest.raises(LedgerUnavailable):
                life.is_alive(1)
            assert not life.still_mine()
        finally:
            server.restart()
        assert not life.still_mine()
        assert not life.is_alive(1)


def test_a_session_whose_connection_was_ended_knows_it_and_never_comes_back(server, place):
    with Ledger.open(place, home_id=HOME) as ledger, ledger.live(lambda: 1, lock) as life:
        assert life.still_mine()
        server.admin(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2"
            f" AND classid = {postgres.CLASS_SESSION}"
        )
        assert not life.still_mine()
        assert not life.still_mine()
        assert not life.is_alive(1)


HOLD = """
import sys, time
from fahndung.ledger.store import Ledger
with Ledger.open(sys.argv[1], home_id=sys.argv[2]) as ledger, ledger.live(lambda: 1, None):
    print("lives", flush=True)
    time.sleep(600)
"""


def test_a_session_whose_process_is_killed_is_free_within_a_second(place):
    holder = subprocess.Popen([sys.executable, "-c", HOLD, place, HOME], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout.readline() == "lives\n"
        with Ledger.open(place, home_id=HOME) as ledger, ledger.live(lambda: 2, lock) as life:
            assert life.is_alive(1)
            holder.kill()
            start = time.monotonic()
            while life.is_alive(1):
                assert time.monotonic() - start < 1
            assert life.still_mine()
    finally:
        holder.kill()
        holder.communicate()


def test_without_the_driver_the_message_names_the_extra(place, monkeypatch):
    real = builtins.__import__

    def refuse(name, *args, **kwargs):
        if name.startswith("psycopg"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(InvalidConfig, match=r"fahndung\[postgres\]") as caught:
        Ledger.open(place, home_id=HOME)
    assert caught.value.exit_code == 3


def test_the_driver_is_loaded_for_a_server_only(path):
    code = f"""
import sys
from pathlib import Path
from fahndung.ledger.store import Ledger
Ledger.open(Path({str(path)!r}), home_id={HOME!r}).close()
assert not [name for name in sys.modules if name.startswith("psycopg")]
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_bug_in_a_query_is_not_taken_for_weather(place):
    server = postgres.Server(place)
    assert (
        server.fault(sa.exc.ProgrammingError("SELECT", {}, psycopg.ProgrammingError("the query has 0 places"))) is None
    )
    assert server.fault(sa.exc.InterfaceError("SELECT", {}, ValueError())) is None
    for state in ("25P02", "42601"):
        error = type("Told", (psycopg.InternalError,), {"sqlstate": state})()
        assert server.fault(sa.exc.InternalError("SELECT", {}, error)) is None


def test_the_server_finds_what_is_due_by_itself_and_touches_few_buffers(database):
    """Nothing is forbidden to the planner here: with many rows it has to choose the index."""
    with world.make(database) as ledger:
        bulk.fill(ledger, 20_000)
        with ledger.write(world.NOW) as tx:
            tx.connection.exec_driver_sql("ANALYZE publication")
        assert bulk.buffers(ledger) <= 10
