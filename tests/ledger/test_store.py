import datetime as dt
import json
import os
import sqlite3
import stat
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from fahndung.errors import LedgerMissing, UsageError
from fahndung.ledger import (
    about,
    accounts,
    actors,
    audit,
    breaches,
    byhand,
    engines,
    erasure,
    migrations,
    moving,
    paper,
    people,
    publications,
    tables,
)
from fahndung.ledger.faults import Contradiction, LedgerUnavailable, WrongSchema
from fahndung.ledger.store import CLOCK_TOLERANCE, Ledger

from .world import APPEAL, BY, HOME, MINUTE, NOW, SECOND, anew, bring, person, run


@pytest.mark.peers
def test_a_new_ledger_knows_its_kind_its_home_and_a_nonce(empty_place, tmp_path):
    with Ledger.create(empty_place, kind="production", home_id=HOME, now=NOW) as made:
        first = (made.kind, made.home_id, made.nonce)
    with Ledger.open(empty_place, home_id=HOME) as opened:
        assert (opened.kind, opened.home_id, opened.nonce) == first == ("production", HOME, first[2])
    with Ledger.create(tmp_path / "other.db", kind="rehearsal", home_id=HOME, now=NOW) as other:
        assert other.kind == "rehearsal"
        assert other.nonce != first[2]
        assert len(other.nonce) >= 32


@pytest.mark.peers
def test_the_ledger_and_its_side_files_are_for_their_owner_only(tmp_path):
    umask = os.umask(0)
    try:
        with Ledger.create(tmp_path / "ledger.db", kind="rehearsal", home_id=HOME, now=NOW) as made, made.write(NOW):
            modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    finally:
        os.umask(umask)
    assert set(modes) >= {"ledger.db", "ledger.db-wal"}
    assert set(modes.values()) == {0o600}


@pytest.mark.parametrize("kind", ["file", "link", "folder"])
def test_a_ledger_is_never_overwritten(tmp_path, kind):
    path = tmp_path / "ledger.db"
    if kind == "file":
        path.write_bytes(b"precious")
    elif kind == "link":
        path.symlink_to(tmp_path / "elsewhere.db")
    else:
        path.mkdir()
    with pytest.raises(UsageError, match="never overwritten"):
        Ledger.create(path, kind="rehearsal", home_id=HOME, now=NOW)
    assert [file.name for file in tmp_path.iterdir()] == ["ledger.db"]


def test_somebody_elses_ledger_that_appears_meanwhile_is_kept(tmp_path, monkeypatch):
    path = tmp_path / "ledger.db"
    path.write_bytes(b"precious")
    monkeypatch.setattr(os.path, "lexists", lambda path: False)
    with pytest.raises(UsageError, match="never overwritten"):
        Ledger.create(path, kind="rehearsal", home_id=HOME, now=NOW)
    assert path.read_bytes() == b"precious"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.peers
def test_a_creation_that_fails_leaves_nothing(tmp_path, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(audit, "append", broken)
    with pytest.raises(RuntimeError):
        Ledger.create(tmp_path / "ledger.db", kind="rehearsal", home_id=HOME, now=NOW)
    assert not list(tmp_path.iterdir())


def test_a_ledger_in_a_missing_folder_cannot_be_created(tmp_path):
    with pytest.raises(LedgerUnavailable) as caught:
        Ledger.create(tmp_path / "no" / "ledger.db", kind="rehearsal", home_id=HOME, now=NOW)
    assert caught.value.exit_code == 6


@pytest.mark.parametrize(("kind", "home"), [("test", HOME), ("rehearsal", "")])
def test_a_ledger_needs_a_kind_and_a_home(tmp_path, kind, home):
    with pytest.raises(ValueError):
        Ledger.create(tmp_path / "ledger.db", kind=kind, home_id=home, now=NOW)


def _sqlite(path, *commands):
    connection = sqlite3.connect(path)
    for command in commands:
        connection.execute(command)
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda path: path.unlink(), "is missing"),
        (lambda path: path.write_bytes(b""), "an empty file"),
        (lambda path: path.write_text("Dies ist keine Datenbank, sondern Text." * 100), "not a database"),
        (lambda path: path.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000), "damaged"),
        (lambda path: (path.unlink(), path.mkdir()), "cannot be opened"),
        (lambda path: (path.unlink(), path.symlink_to(path)), "cannot be opened"),
        (lambda path: (path.unlink(), _sqlite(path, "CREATE TABLE x (y)")), "none of its tables"),
        (lambda path: _sqlite(path, "DROP TABLE publication"), "none of its tables"),
        (lambda path: _sqlite(path, "DELETE FROM meta"), "not filled in"),
        (lambda path: _sqlite(path, "UPDATE meta SET v = 'toy' WHERE k = 'kind'"), "not filled in"),
        (lambda path: _sqlite(path, "UPDATE meta SET v = 'home-2' WHERE k = 'home_id'"), "another home"),
    ],
)
def test_a_ledger_that_cannot_be_relied_on_is_an_alarm(path, spoil, why):
    spoil(path)
    with pytest.raises(LedgerMissing, match=why) as caught:
        Ledger.open(path, home_id=HOME)
    assert caught.value.exit_code == 7
    assert "Restore the newest backup" in caught.value.message.en
    assert "Sicherung" in caught.value.message.de


def test_opening_a_missing_ledger_creates_nothing(tmp_path):
    with pytest.raises(LedgerMissing):
        Ledger.open(tmp_path / "ledger.db", home_id=HOME)
    assert not list(tmp_path.iterdir())


def test_a_file_name_with_special_characters_is_one_file(tmp_path):
    path = tmp_path / "a?mode=memory #%41.db"
    Ledger.create(path, kind="rehearsal", home_id=HOME, now=NOW).close()
    assert list(tmp_path.iterdir()) == [path]
    Ledger.open(path, home_id=HOME).close()


def test_damage_inside_the_file_is_an_alarm_when_it_is_met(path):
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    path.write_bytes(data)
    with pytest.raises(LedgerMissing, match="damaged"):
        Ledger.open(path, home_id=HOME)


def test_a_newer_schema_is_refused_with_a_plain_word(place, tmp_path):
    with Ledger.open(place, home_id=HOME) as ledger, ledger.write(NOW) as tx:
        run(tx, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(WrongSchema, match="newer than this program") as caught:
        Ledger.open(place, home_id=HOME)
    assert caught.value.exit_code == 7
    with pytest.raises(WrongSchema):
        Ledger.migrate(place, home_id=HOME, now=NOW, by=BY, beside=tmp_path / "ledger.db")


def _as_before(place, old):
    """The same ledger as the first schema held it: what every later one added is left out. It is made in ``old``."""
    source, made = engines.at(place).connect(), engines.at(old)

    def fill(connection):
        migrations.upgrade(connection, "0001")
        with source.read.connect() as newer:
            for table in moving._tables(connection):
                for row in moving._rows(newer, table).mappings().all():
                    values = dict(row)
                    if values.get("state") == "withdrawn":  # it had no wake-up then
                        values["next_at"] = None
                    if table.name == "by_hand":  # its words stood there in German alone
                        values |= {name: json.loads(values[name])["de"] for name in ("what", "why")}
                    connection.execute(sa.insert(table).values(values))
        made.continue_ids(connection)

    made.create(fill)
    source.close()


@pytest.fixture(scope="module")
def in_use(tmp_path_factory):
    """A ledger in use, and its head. Its log names people as they are called, as it did under the first schema."""
    path = tmp_path_factory.mktemp("in-use") / "source.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(actors, "id_of", lambda tx, name, *, at: name)
        anew(path).close()
        with Ledger.open(path, home_id=HOME) as ledger, ledger.write(NOW) as tx:
            bring(tx, "live")
            bring(tx, "withdrawn", "m-2", target="2")
            byhand.add(tx, byhand.ByHand(appeal=APPEAL, what=paper.POSTERS, why=paper.ONLY_BY_HAND), at=NOW, by=BY)
            return path, audit.head(tx)


@pytest.fixture(scope="module")
def older_file(in_use):
    """The bytes of the same under the first schema: making it takes far longer than what is asked of it."""
    path = in_use[0].with_name("older.db")
    _as_before(in_use[0], path)
    return path.read_bytes()


@pytest.fixture(scope="module")
def older_database(in_use, server):
    """The same in a database."""
    address = server.database()
    _as_before(in_use[0], address)
    yield address
    server.drop(address)


@pytest.fixture
def older(engine, tmp_path, in_use, request):
    """Where a ledger in use lies, as the first schema held it; its head; and beside which file a copy goes."""
    beside = tmp_path / "new.db"
    if engine == "sqlite":
        beside.touch(0o600)
        beside.write_bytes(request.getfixturevalue("older_file"))
        yield beside, in_use[1], beside
        return
    server = request.getfixturevalue("server")
    address = server.database(request.getfixturevalue("older_database"))
    yield address, in_use[1], beside
    server.drop(address)


@pytest.mark.peers
def test_an_older_schema_is_migrated_only_by_an_explicit_call(older):
    place, _, beside = older
    with pytest.raises(WrongSchema, match="older schema"):
        Ledger.open(place, home_id=HOME)
    Ledger.migrate(place, home_id=HOME, now=NOW, by=BY, beside=beside)
    with Ledger.open(place, home_id=HOME) as ledger, ledger.read() as tx:
        last = tx.connection.execute(sa.select(tables.event.c.body).order_by(tables.event.c.seq.desc())).scalar()
    assert b'"ledger.migrate"' in last


def test_a_migrated_ledger_still_says_what_it_said_and_its_chain_verifies(older):
    place, before, beside = older
    Ledger.migrate(place, home_id=HOME, now=NOW, by=BY, beside=beside)
    with Ledger.open(place, home_id=HOME) as ledger:
        assert audit.verify(ledger, before) == ()
        with ledger.read() as tx:
            live, withdrawn = publications.rows(tx)
            (item,) = byhand.open_items(tx)
            known = accounts.all(tx)
            assert audit.head(tx).count == before.count + 1
            assert breaches.breaches(tx) == ()
    assert (live.state, withdrawn.state) == ("live", "withdrawn")
    assert (live.generation, withdrawn.next_at) == (1, withdrawn.gone_at)
    assert [account.name for account in known] == ["website"]
    assert {(row.norms, row.rules) for row in (live, withdrawn)} == {("", "")}
    assert (item.kind, item.what, item.why) == ("copy", paper.POSTERS, paper.ONLY_BY_HAND)


def test_the_older_ledger_is_kept_as_it_was_for_its_owner_only(older):
    place, before, beside = older
    kept = Ledger.migrate(place, home_id=HOME, now=NOW, by=BY, beside=beside)
    assert kept == beside.with_name(f"{beside.name}.0001")
    assert kept.stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(kept) as copy:
        assert copy.execute("SELECT count(*) FROM event").fetchone() == (before.count,)
        assert copy.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
    copy.close()
    assert [one.name for one in beside.parent.iterdir() if one.name.startswith(".")] == []


def test_without_room_for_the_copy_nothing_is_migrated(older, monkeypatch):
    place, _, beside = older

    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("fahndung.ledger.sqlite.sync", full)
    with pytest.raises(LedgerUnavailable, match="No space left"):
        Ledger.migrate(place, home_id=HOME, now=NOW, by=BY, beside=beside)
    with pytest.raises(WrongSchema, match="older schema"):
        Ledger.open(place, home_id=HOME)


def test_a_migration_after_which_rows_refer_to_nothing_is_undone(older, monkeypatch):
    place, _, beside = older
    database = type(engines.at(place))
    monkeypatch.setattr(database, "broken_references", lambda self, connection: ["act", "publication"])
    with pytest.raises(Contradiction, match="act, publication refer to nothing"):
        Ledger.migrate(place, home_id=HOME, now=NOW, by=BY, beside=beside)
    with pytest.raises(WrongSchema, match="older schema"):
        Ledger.open(place, home_id=HOME)


@pytest.mark.peers
def test_two_who_migrate_at_once_migrate_once(older):
    place, before, beside = older
    kept = []
    threads = [
        threading.Thread(target=lambda: kept.append(Ledger.migrate(place, home_id=HOME, now=NOW, by=BY, beside=beside)))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one is None for one in kept) == [False, True]
    with Ledger.open(place, home_id=HOME) as ledger, ledger.read() as tx:
        assert audit.head(tx).count == before.count + 1


def test_a_migrated_ledger_goes_on(older):
    place, before, beside = older
    Ledger.migrate(place, home_id=HOME, now=NOW, by=BY, beside=beside)
    with Ledger.open(place, home_id=HOME) as ledger:
        with ledger.write(NOW) as tx:
            bring(tx, "withdrawn", "m-3", target="3")
            seqs = [seq for seq, _ in erasure.dated(tx, APPEAL)]
            assert erasure.erase(tx, seqs[:5], at=NOW, by=BY, reason="test", under="§ 1") == 5
        assert audit.verify(ledger, before) == ()


@pytest.mark.peers
def test_a_migration_that_fails_leaves_the_older_ledger(older, monkeypatch):
    place, before, beside = older

    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(audit, "append", broken)
    with pytest.raises(RuntimeError):
        Ledger.migrate(place, home_id=HOME, now=NOW, by=BY, beside=beside)
    with pytest.raises(WrongSchema, match="older schema"):
        Ledger.open(place, home_id=HOME)
    monkeypatch.undo()
    Ledger.migrate(place, home_id=HOME, now=NOW, by=BY, beside=beside)
    with Ledger.open(place, home_id=HOME) as ledger:
        assert audit.verify(ledger, before) == ()


def test_migrating_a_ledger_that_is_up_to_date_changes_nothing(place, tmp_path):
    with Ledger.open(place, home_id=HOME) as ledger, ledger.read() as tx:
        before = audit.head(tx)
    files = set(tmp_path.iterdir())
    assert Ledger.migrate(place, home_id=HOME, now=NOW, by=BY, beside=tmp_path / "ledger.db") is None
    with Ledger.open(place, home_id=HOME) as ledger, ledger.read() as tx:
        assert audit.head(tx) == before
    assert {file for file in tmp_path.iterdir() if file.suffix not in (".db-wal", ".db-shm")} <= files


def test_a_transaction_that_fails_leaves_neither_row_nor_event(ledger):
    with ledger.read() as tx:
        before = audit.head(tx)

    def add_and_fail(tx):
        people.add(tx, person("n.neu"), by=BY)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), ledger.write(NOW + MINUTE) as tx:
        add_and_fail(tx)
    with ledger.read() as tx:
        assert audit.head(tx) == before
        assert "n.neu" not in {known.id for known in people.all(tx)}
    assert ledger.clock_behind(NOW - CLOCK_TOLERANCE) is None


def test_a_reading_transaction_changes_nothing(ledger):
    with pytest.raises(Contradiction, match="only reads"), ledger.read() as tx:
        people.add(tx, person("n.neu"), by=BY)
    with ledger.read() as tx:
        assert "n.neu" not in {known.id for known in people.all(tx)}


@pytest.fixture
def filed(path):
    """A ledger in a file."""
    with Ledger.open(path, home_id=HOME) as ledger:
        yield ledger


def test_a_write_is_on_the_disk_with_full_synchronisation(filed):
    with filed.read() as tx:
        pragma = {
            name: tx.connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("synchronous", "journal_mode", "foreign_keys")
        }
    assert pragma == {"synchronous": 2, "journal_mode": "wal", "foreign_keys": 1}


def test_two_writers_take_turns_and_lose_nothing(ledger):
    barrier = threading.Barrier(4)
    failures = []

    def work(number):
        barrier.wait()
        try:
            for turn in range(5):
                with ledger.write(NOW) as tx:
                    audit.append(tx, at=NOW, by=f"t{number}", action="test", data={"turn": turn})
        except Exception as error:  # told in the main thread
            failures.append(error)

    with ledger.read() as tx:
        before = audit.head(tx).count
    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert audit.verify(ledger) == ()
    with ledger.read() as tx:
        assert audit.head(tx).count == before + 20


def test_a_reader_sees_one_instant_while_somebody_writes(ledger):
    with ledger.read() as reading:
        before = audit.head(reading)
        with ledger.write(NOW) as writing:
            audit.append(writing, at=NOW, by=BY, action="test")
        assert audit.head(reading) == before
    with ledger.read() as reading:
        assert audit.head(reading).seq == before.seq + 1


def test_a_locked_ledger_is_worth_a_retry(place, ledger):
    with (
        ledger.write(NOW),
        Ledger.open(place, home_id=HOME, busy_timeout=0.05) as other,
        pytest.raises(LedgerUnavailable, match=r"locked|lock timeout") as caught,
        other.write(NOW),
    ):
        pass
    assert caught.value.exit_code == 6


def test_a_full_disk_writes_nothing_and_still_reads(filed):
    with filed.read() as tx:
        before = audit.head(tx)
    with pytest.raises(LedgerUnavailable, match="full") as caught, filed.write(NOW) as tx:
        _append_much(tx, "PRAGMA max_page_count = 1")
    assert caught.value.exit_code == 6
    with filed.read() as tx:
        assert audit.head(tx) == before


def test_a_read_only_ledger_still_reads(filed):
    with pytest.raises(LedgerUnavailable, match="readonly"), filed.write(NOW) as tx:
        _append_much(tx, "PRAGMA query_only = 1")
    with filed.read() as tx:
        assert audit.head(tx).count > 0


def _append_much(tx, pragma):
    tx.connection.exec_driver_sql(pragma)
    audit.append(tx, at=NOW, by=BY, action="test", data={"long": "x" * 100_000})


def test_too_many_transactions_at_once_are_worth_a_retry(ledger, monkeypatch):
    monkeypatch.setattr(ledger._connections.read.pool, "_timeout", 0.01)
    with pytest.raises(LedgerUnavailable, match="too many"):
        _nested(ledger, 30)


def _nested(ledger, depth):
    if depth:
        with ledger.read():
            _nested(ledger, depth - 1)


@pytest.mark.parametrize("sql", ["SELECT * FROM no_such_table", "SELECT ?", "SELEKT"])
def test_a_programming_mistake_is_not_taken_for_weather(ledger, sql):
    with pytest.raises((sa.exc.OperationalError, sa.exc.ProgrammingError)), ledger.read() as tx:
        tx.connection.exec_driver_sql(sql)


@pytest.mark.parametrize(
    ("behind", "told"), [(CLOCK_TOLERANCE, None), (CLOCK_TOLERANCE + SECOND, CLOCK_TOLERANCE + SECOND)]
)
def test_a_clock_behind_the_mark_is_told_beyond_five_minutes(ledger, behind, told):
    mark = NOW + 60 * MINUTE
    with ledger.write(mark):
        pass
    with ledger.write(NOW):
        pass
    assert ledger.clock_behind(mark - behind) == told
    assert ledger.clock_behind(mark + MINUTE) is None


def test_an_invented_instant_leaves_the_mark_of_a_rehearsal_alone(empty_place):
    Ledger.create(empty_place, kind="rehearsal", home_id=HOME, now=NOW).close()
    with Ledger.open(empty_place, home_id=HOME, rehearsed=True) as ledger:
        with ledger.write(NOW), ledger.read() as tx:
            assert about.latest(tx) == dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
        with Ledger.open(empty_place, home_id=HOME) as real, real.write(NOW + 60 * MINUTE):
            pass
        assert ledger.clock_behind(NOW) is None


def test_in_production_no_instant_is_invented(empty_place):
    Ledger.create(empty_place, kind="production", home_id=HOME, now=NOW).close()
    with Ledger.open(empty_place, home_id=HOME, rehearsed=True) as ledger:
        with ledger.write(NOW + 60 * MINUTE):
            pass
        assert ledger.clock_behind(NOW) == 60 * MINUTE


def test_a_place_tells_its_clock_before_there_is_a_ledger(empty_place):
    told = Ledger.clock_at(empty_place)
    assert (told is None) is isinstance(empty_place, Path)
    assert told is None or told.tzinfo is dt.UTC


def test_the_clock_mark_survives_closing(place):
    with Ledger.open(place, home_id=HOME) as ledger, ledger.write(NOW + 60 * MINUTE):
        pass
    with Ledger.open(place, home_id=HOME) as ledger:
        assert ledger.clock_behind(NOW) == 60 * MINUTE
