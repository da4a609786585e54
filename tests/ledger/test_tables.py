"""The tables refuse the worst states whoever writes them: these tests go past the room's own functions."""

import json
import re

import pytest
from alembic.script import ScriptDirectory

from fahndung.errors import FahndungError
from fahndung.ledger import engines, guards, migrations, postgres, publications, tables
from fahndung.ledger.columns import to_micros
from fahndung.ledger.faults import Contradiction
from fahndung.model.publication import State

from .world import DUE, NOW, bring, run

LATER = to_micros(DUE) + 1


def _shape(connection):
    found = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'alembic_version'"
    )
    return {row.name: _parts(row.sql) for row in found}


def _parts(sql):
    """What stands before, between the commas of, and after the outermost brackets, in any order.

    A column that was added later stands behind the others on their last line; a table that was rebuilt is quoted.
    """
    sql = sql.replace('"', "").replace("('')", "''")
    first, last = sql.find("("), sql.rfind(")")
    if first < 0:
        return [sql]
    inside, depth = [""], 0
    for character in sql[first + 1 : last]:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            inside.append("")
        else:
            inside[-1] += character
    parts = (sql[:first], sql[last + 1 :], *inside)
    return sorted(re.sub(r"\s+", " ", part).strip() for part in parts)


def _shape_there(connection):
    """The same of PostgreSQL, by the catalogue: the order of columns aside, for one added later stands last."""

    def told(sql):
        return sorted(tuple(row) for row in connection.exec_driver_sql(sql))

    return {
        "columns": told(
            "SELECT table_name, column_name, data_type, is_nullable, column_default, collation_name, is_identity "
            "FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'"
        ),
        "constraints": told(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated FROM pg_constraint "
            "WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'alembic_version'"
        ),
        "indexes": told(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
        ),
        "guards": sorted(postgres.triggers(connection).items()),
    }


def _filled(connections, fill):
    with connections.write.begin() as connection:
        fill(connection)
    with connections.read.connect() as connection:
        return (_shape if connection.dialect.name == "sqlite" else _shape_there)(connection)


@pytest.mark.peers
def test_a_migrated_database_equals_a_fresh_one(engine, request, tmp_path):
    places = []
    for name in ("migrated", "fresh"):
        if engine == "sqlite":
            places.append(tmp_path / name)
            places[-1].touch()
        else:
            places.append(request.getfixturevalue("server").database())
    shapes = []
    for place, fill in zip(places, (migrations.upgrade, tables.metadata.create_all), strict=True):
        connections = engines.at(place).connect()
        shapes.append(_filled(connections, fill))
        connections.close()
        if engine == "postgres":
            request.getfixturevalue("server").drop(place)
    assert shapes[0] == shapes[1]
    known = shapes[0] if engine == "sqlite" else dict(shapes[0]["guards"])
    assert set(guards.expected({"sqlite": "sqlite", "postgres": "postgresql"}[engine])) <= known.keys()
    if engine == "postgres":
        assert all(shapes[0].values())


@pytest.mark.parametrize(
    ("problem", "mark"), [({"de": "x", "en": "nobody answered"}, 0), (publications.GIVEN_UP._asdict(), 1), (None, 0)]
)
def test_what_was_given_up_before_there_was_a_mark_for_it_gets_one(tmp_path, problem, mark):
    (tmp_path / "ledger").touch()
    connections = engines.at(tmp_path / "ledger").connect()
    with connections.write.connect() as connection, connection.begin() as begun:
        migrations.upgrade(connection, "0007")
        columns = connection.exec_driver_sql("SELECT name, type FROM pragma_table_info('publication')").all()
        row = {name: "x" if kind == "TEXT" else 1 for name, kind in columns}
        row |= {"state": "cancelled", "want": "down", "medium": "website", "superseded": 0, "next_at": None}
        row["problem"] = None if problem is None else json.dumps(problem, ensure_ascii=False)
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        names = ", ".join(row)
        values = ", ".join("?" * len(row))
        connection.exec_driver_sql(f"INSERT INTO publication ({names}) VALUES ({values})", tuple(row.values()))
        migrations.upgrade(connection)
        assert connection.exec_driver_sql("SELECT given_up FROM publication").scalar() == mark
        begun.rollback()  # the row hangs on nothing
    connections.close()


def test_what_was_gone_before_the_first_time_was_kept_was_first_gone_then(tmp_path):
    (tmp_path / "ledger").touch()
    connections = engines.at(tmp_path / "ledger").connect()
    with connections.write.connect() as connection, connection.begin() as begun:
        migrations.upgrade(connection, "0008")
        columns = connection.exec_driver_sql("SELECT name, type FROM pragma_table_info('publication')").all()
        row = {name: "x" if kind == "TEXT" else 1 for name, kind in columns}
        row |= {"state": "withdrawn", "want": "down", "medium": "website", "gone_at": 5, "given_up": 0}
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        values = ", ".join("?" * len(row))
        connection.exec_driver_sql(f"INSERT INTO publication ({', '.join(row)}) VALUES ({values})", tuple(row.values()))
        migrations.upgrade(connection)
        assert connection.exec_driver_sql("SELECT first_gone_at FROM publication").scalar() == 5
        begun.rollback()  # the row hangs on nothing
    connections.close()


def test_the_newest_migration_is_the_schema_of_the_program():
    script = ScriptDirectory.from_config(migrations.config())
    assert tuple(reversed([step.revision for step in script.walk_revisions()])) == tables.SCHEMAS


def test_every_table_is_strict_and_every_constraint_has_a_name():
    for table in tables.metadata.sorted_tables:
        assert table.dialect_kwargs["sqlite_strict"] is True
        for constraint in table.constraints:
            assert constraint.name, constraint


def _row(ledger, state):
    with ledger.write(NOW) as tx:
        return bring(tx, state)


@pytest.mark.parametrize(
    ("state", "assignment", "constraint"),
    [
        ("live", "next_at = NULL", "obligation_has_wakeup"),
        ("planned", "next_at = NULL", "obligation_has_wakeup"),
        ("publishing", "next_at = NULL", "obligation_has_wakeup"),
        ("withdrawing", "next_at = NULL", "obligation_has_wakeup"),
        ("withdrawn", "next_at = NULL", "obligation_has_wakeup"),
        ("closed", "next_at = 1", "obligation_has_wakeup"),
        ("closed", "closed_by = NULL", "closed_by_a_person_or_looks"),
        ("live", "lease_by = 7", "lease_has_number"),
        ("live", "lease_by = 7, lease_no = 1", r"FOREIGN KEY|foreign key"),
        ("live", "looks = -1", "looks_counted"),
        ("live", "given_up = 1", "given_up_is_cancelled"),
        ("cancelled", "given_up = 2", "given_up_is_cancelled"),
        ("cancelled", "next_at = 1", "obligation_has_wakeup"),
        ("live", f"next_at = {LATER}", "wakeup_not_after_due"),
        ("planned", f"next_at = {LATER}", "wakeup_not_after_due"),
        ("live", "remote_id = NULL", "live_has_id"),
        ("live", "published_at = NULL", "live_has_id"),
        ("publishing", "op_at = NULL", "call_has_intent"),
        ("planned", "state = 'publishing'", "call_has_intent"),
        ("live", "op_at = NULL", "call_has_intent"),
        ("live", "state = 'planned'", "planned_never_called"),
        ("withdrawing", "state = 'withdrawn'", "withdrawn_is_verified"),
        ("withdrawn", "gone_at = NULL", "withdrawn_is_verified"),
        ("withdrawn", "withdrawn_at = NULL", "withdrawn_is_verified"),
        ("withdrawing", "want = 'up'", "takedown_is_wanted"),
        ("withdrawing", "state = 'closed', next_at = NULL", "closed_by_a_person"),
        ("live", "state = 'forgotten'", "state_known"),
        ("live", "want = 'sideways'", "want_known"),
        ("live", "medium = 'fax'", "medium_known"),
        ("live", "due_because = NULL", "due_has_reason"),
        ("live", "superseded = 2", "superseded_is_flag"),
        ("live", "attempts = -1", "attempts_counted"),
        ("live", "generation = 0", "generation_from_1"),
        ("live", "next_at = 'tomorrow'", "cannot store TEXT value in INTEGER column|invalid input syntax"),
        ("live", "digest = 'unknown'", "(?i)foreign key"),
    ],
)
def test_a_publication_cannot_be_put_into_this_state(ledger, state, assignment, constraint):
    row = _row(ledger, state)
    with pytest.raises(Contradiction, match=constraint), ledger.write(NOW) as tx:
        run(tx, f"UPDATE publication SET {assignment} WHERE id = {row}")
    with ledger.read() as tx:
        assert publications.get(tx, row).state == State(state)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM publication",
        "DELETE FROM remote_object",
        "DELETE FROM operation",
        "DELETE FROM submission",
        "DELETE FROM person",
        "DELETE FROM event",
        "UPDATE event SET body = x'00'",
        "UPDATE event SET hash = x'00' WHERE seq = 1",
        "INSERT INTO event (seq, body, hash, body_hash) VALUES (0, x'00', zeroblob(32), zeroblob(32))",
        "INSERT INTO event (seq, body, hash, body_hash) VALUES (1000, x'00', zeroblob(31), zeroblob(32))",
        "INSERT INTO event (seq, body, hash, body_hash) VALUES (1000, x'00', zeroblob(32), zeroblob(31))",
        "INSERT INTO event (seq, body, hash, body_hash) VALUES (1000, x'', zeroblob(32), zeroblob(32))",
        "INSERT INTO event (seq, body, hash, body_hash) VALUES (1, x'00', zeroblob(32), zeroblob(32))",
        "UPDATE event SET body = x'' WHERE seq = 1",
        "INSERT INTO person_role VALUES ('k.muster', 'king')",
        "INSERT INTO person_role VALUES ('nobody', 'approver')",
        "UPDATE person SET public_key = x'00'",
        "UPDATE submission SET revision = 0",
        "UPDATE submission SET criminal = 2",
        "UPDATE operation SET finished_at = 1, outcome = NULL",
        "UPDATE operation SET kind = 'guess'",
    ],
)
def test_the_database_refuses(ledger, sql):
    _row(ledger, "withdrawn")
    with pytest.raises(FahndungError) as caught, ledger.write(NOW) as tx:
        run(tx, sql)
    assert isinstance(caught.value, Contradiction)


def test_two_people_never_share_a_key_even_past_the_functions(ledger):
    with pytest.raises(Contradiction, match=r"person[._](public_key|key_id)"), ledger.write(NOW) as tx:
        run(
            tx,
            "INSERT INTO person (id, name, public_key, key_id, added_at) "
            "SELECT 'x', name, public_key, 'other', added_at FROM person LIMIT 1",
        )
