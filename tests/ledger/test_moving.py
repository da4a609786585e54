"""A ledger from a file into PostgreSQL and back."""

import sqlite3
import threading
import time

import pytest
import sqlalchemy as sa

from fahndung.errors import Busy, LedgerMissing, UsageError
from fahndung.ledger import about, audit, engines, erasure, moving, publications
from fahndung.ledger.faults import Contradiction, LedgerUnavailable, Unreadable
from fahndung.ledger.moving import move
from fahndung.ledger.store import Ledger

from .world import APPEAL, BY, HOME, MINUTE, NOW, bring, plan, run

pytestmark = pytest.mark.peers


@pytest.fixture
def used(path):
    """A file that was worked with, some of its events erased."""
    with Ledger.open(path, home_id=HOME) as ledger, ledger.write(NOW) as tx:
        for number, state in enumerate(("live", "withdrawn", "by-hand")):
            bring(tx, state, f"m-{number}", target=str(number))
        first = [seq for seq, _ in erasure.dated(tx, APPEAL)][:3]
        erasure.erase(tx, first, at=NOW, by=BY, reason="test", under="§ 1")
    return path


def moved(source, target, **changes):
    return move(source, target, **{"home_id": HOME, "now": NOW, "by": BY, **changes})


def content(place):
    """Every row of every table as the database holds it."""
    connections = engines.at(place).connect()
    with connections.read.connect() as connection:
        found = {
            table.name: [tuple(row) for row in moving._rows(connection, table).all()]
            for table in moving._tables(connection)
        }
    connections.close()
    found["meta"] = [row for row in found["meta"] if row[0] not in (about.MOVED, about.ARRIVING)]
    return found


def test_every_row_and_the_chain_arrive(used, database):
    before = content(used)
    rows = moved(used, database)
    after = content(database)
    assert rows == sum(len(found) for found in after.values())
    *earlier, last = after["event"]
    assert (earlier, b'"action":"ledger.move"' in last[2]) == (before["event"], True)
    assert {name: found for name, found in after.items() if name != "event"} == {
        name: found for name, found in before.items() if name != "event"
    }
    with Ledger.open(database, home_id=HOME) as ledger:
        assert audit.verify(ledger) == ()
        with ledger.read() as tx:
            data = audit.head(tx)
    assert data.count == len(after["event"])


def test_the_new_ledger_goes_on_after_the_greatest_id(used, database):
    before = max(row[0] for row in content(used)["publication"])
    moved(used, database)
    with Ledger.open(database, home_id=HOME) as ledger, ledger.write(NOW) as tx:
        assert plan(tx, "m-new", target="new") == before + 1


def test_there_and_back_again(used, database):
    moved(used, database)
    with Ledger.open(database, home_id=HOME) as ledger, ledger.write(NOW) as tx:
        row = bring(tx, "live", "m-there", target="there")
    moved(database, used)
    with Ledger.open(used, home_id=HOME) as ledger:
        assert audit.verify(ledger) == ()
        with ledger.write(NOW) as tx:
            assert publications.get(tx, row).state == "live"
            assert plan(tx, "m-new", target="new") == row + 1
    assert used.stat().st_mode & 0o777 == 0o600
    with pytest.raises(LedgerMissing, match="was moved to"):
        Ledger.open(database, home_id=HOME)
    moved(used, database)
    with Ledger.open(database, home_id=HOME) as ledger:
        assert audit.verify(ledger) == ()


def test_the_old_ledger_counts_no_more(used, database):
    with Ledger.open(used, home_id=HOME) as open_before:
        moved(used, database)
        with pytest.raises(LedgerMissing, match="was moved to") as caught:
            Ledger.open(used, home_id=HOME)
        assert caught.value.exit_code == 7
        assert database in caught.value.message.en
        with pytest.raises(LedgerMissing, match="was moved to"), open_before.write(NOW):
            pass
        with pytest.raises(LedgerMissing, match="was moved to"):
            Ledger.migrate(used, home_id=HOME, now=NOW, by=BY, beside=used)


def test_who_waits_to_write_while_it_is_moved_is_refused(used, database, monkeypatch):
    told, slow = [], moving._transfer

    def late():
        try:
            with Ledger.open(used, home_id=HOME) as ledger, ledger.write(NOW + MINUTE) as tx:
                audit.append(tx, at=NOW, by=BY, action="test")
        except LedgerMissing as error:
            told.append(error)

    waiting = threading.Thread(target=late)

    def transfer(source, target):
        waiting.start()
        time.sleep(0.3)
        slow(source, target)

    monkeypatch.setattr(moving, "_transfer", transfer)
    moved(used, database)
    waiting.join()
    assert len(told) == 1
    with Ledger.open(database, home_id=HOME) as ledger:
        assert audit.verify(ledger) == ()


def test_a_place_that_holds_something_is_not_touched(used, database, server, path, tmp_path):
    connections = engines.at(database).connect()
    with connections.write.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE precious (x int)")
    connections.close()
    with pytest.raises(UsageError, match="not empty"):
        moved(used, database)
    other = tmp_path / "other.db"
    other.write_bytes(b"precious")
    with pytest.raises(UsageError, match="never overwritten"):
        moved(used, other)
    assert other.read_bytes() == b"precious"
    Ledger.open(used, home_id=HOME).close()


def test_another_homes_ledger_is_not_touched(used, database):
    Ledger.create(database, kind="rehearsal", home_id="home-2", now=NOW).close()
    with pytest.raises(UsageError, match="not empty"):
        moved(used, database)
    Ledger.open(database, home_id="home-2").close()


def test_a_move_to_where_it_lies_is_refused(used):
    with pytest.raises(UsageError, match="already"):
        moved(used, used)


def test_a_copy_that_is_not_alike_is_thrown_away(used, database, monkeypatch):
    whole = moving._transfer

    def lossy(source, target):
        whole(source, target)
        target.exec_driver_sql("UPDATE publication SET url = 'https://elsewhere.example/' WHERE id = 1")

    monkeypatch.setattr(moving, "_transfer", lossy)
    with pytest.raises(LedgerMissing, match="not like the ledger"):
        moved(used, database)
    Ledger.open(used, home_id=HOME).close()
    monkeypatch.undo()
    moved(used, database)


def test_a_copy_with_a_row_less_is_not_alike(used, database, monkeypatch):
    whole = moving._transfer

    def lossy(source, target):
        whole(source, target)
        target.exec_driver_sql("DELETE FROM person_role WHERE person = 'k.muster'")

    monkeypatch.setattr(moving, "_transfer", lossy)
    with pytest.raises(LedgerMissing, match="not like the ledger"):
        moved(used, database)


@pytest.mark.parametrize("way", ["to-postgres", "to-file"])
def test_a_move_that_dies_before_the_end_leaves_the_old_ledger_and_can_be_repeated(
    used, database, tmp_path, monkeypatch, way
):
    source, target = used, database
    if way == "to-file":
        moved(used, database)
        source, target = database, tmp_path / "new.db"
    monkeypatch.setattr(moving, "_compare", lambda *args: None)

    monkeypatch.setattr(moving, "MOVED", None)  # the old ledger refuses a mark without a key, and rolls back
    with pytest.raises(Contradiction):
        moved(source, target)
    monkeypatch.undo()
    with pytest.raises(LedgerMissing, match="unfinished copy"):
        Ledger.open(target, home_id=HOME)
    Ledger.open(source, home_id=HOME).close()
    moved(source, target)
    with Ledger.open(target, home_id=HOME) as ledger:
        assert audit.verify(ledger) == ()


def test_a_move_that_dies_after_the_old_ledger_was_marked_is_finished_by_the_same_call(used, database):
    moved(used, database)
    connections = engines.at(database).connect()
    with connections.write.begin() as connection:
        connection.exec_driver_sql("INSERT INTO meta VALUES (%s, %s)", (about.ARRIVING, str(used)))
    connections.close()
    before = content(database)
    with pytest.raises(LedgerMissing, match="unfinished copy"):
        Ledger.open(database, home_id=HOME)
    moved(used, database)
    moved(used, database)
    assert content(database) == before
    Ledger.open(database, home_id=HOME).close()


def test_a_ledger_that_was_moved_to_where_nothing_lies_is_not_moved_again(used, database, server):
    moved(used, database)
    connections = engines.at(database).connect()
    engines.at(database).discard(connections)
    connections.close()
    with pytest.raises(UsageError, match="restore"):
        moved(used, database)


def test_a_server_that_is_away_changes_nothing(used):
    before = content(used)
    with pytest.raises(LedgerUnavailable):
        moved(used, "postgresql://fahndung@127.0.0.1:1/nowhere")
    assert content(used) == before


def test_text_that_cannot_be_read_is_not_moved_as_something_else(used, database):
    with sqlite3.connect(used) as connection:
        connection.execute("UPDATE publication SET url = CAST(x'61ff62' AS TEXT) WHERE id = 1")
    connection.close()
    with pytest.raises(Unreadable, match="publication"):
        moved(used, database)
    with pytest.raises(LedgerMissing):
        Ledger.open(database, home_id=HOME)


def test_text_that_the_server_cannot_hold_stops_the_move(used, database):
    with Ledger.open(used, home_id=HOME) as ledger, ledger.write(NOW) as tx:
        tx.connection.execute(sa.text("UPDATE publication SET url = 'a' || char(0) || 'b' WHERE id = 1"))
    with pytest.raises(Contradiction, match="NUL"):
        moved(used, database)
    Ledger.open(used, home_id=HOME).close()


def test_nothing_is_moved_while_a_worker_is_at_work(used, database):
    moved(used, database)
    with (
        Ledger.open(database, home_id=HOME) as ledger,
        ledger.live(lambda: 1, lambda: pytest.fail("the lock of one home")),
        pytest.raises(Busy, match="at work"),
    ):
        moved(database, used.with_name("new.db"))
    with Ledger.open(database, home_id=HOME) as ledger, ledger.read() as tx:
        assert run(tx, "SELECT count(*) FROM meta WHERE k = ?", (about.MOVED,)).scalar() == 0
