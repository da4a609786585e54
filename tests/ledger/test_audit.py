import dataclasses
import hashlib
import json

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from fahndung.ledger import audit, publications
from fahndung.ledger.audit import Head
from fahndung.ledger.store import Ledger

from .world import APPEAL, BY, HOME, MINUTE, NOW, hand_in, plan, run, unguarded


def _events(ledger):
    with ledger.read() as tx:
        return list(tx.connection.exec_driver_sql("SELECT seq, appeal, body, hash FROM event ORDER BY seq"))


def _head(ledger):
    with ledger.read() as tx:
        return audit.head(tx)


def _fill(ledger, count=6):
    with ledger.write(NOW) as tx:
        for number in range(count):
            audit.append(tx, at=NOW, by=BY, action="test", appeal=APPEAL, reason="why", data={"n": number})


def _tamper(ledger, *commands):
    """What somebody with the file and an SQL shell would do: take the guards away, change, put them back."""
    with ledger.write(NOW) as tx, unguarded(tx):
        for command in commands:
            run(tx, command) if isinstance(command, str) else run(tx, *command)


def test_the_chain_of_a_ledger_in_use_is_whole(ledger):
    with ledger.write(NOW) as tx:
        publications.cancel(tx, plan(tx), now=NOW, by=BY)
    assert audit.verify(ledger) == ()
    assert audit.verify(ledger, _head(ledger)) == ()


def test_the_hashes_are_what_an_independent_computation_gives(ledger):
    _fill(ledger)
    previous = b"\0" * 32
    for number, row in enumerate(_events(ledger), start=1):
        assert row.seq == number
        body = json.loads(row.body)
        assert rfc8785.dumps(body) == row.body
        assert body["seq"] == number
        assert body["appeal"] == row.appeal
        previous = hashlib.sha256(previous + hashlib.sha256(row.body).digest()).digest()
        assert previous == row.hash
    assert _head(ledger) == Head(seq=number, hash=previous.hex(), count=number, home_id=HOME)


def test_the_first_event_names_the_home(ledger):
    first = json.loads(_events(ledger)[0].body)
    assert (first["action"], first["data"]) == ("ledger.create", {"home": HOME, "kind": "rehearsal"})


def test_an_event_without_an_actor_is_refused(ledger):
    with pytest.raises(ValueError), ledger.write(NOW) as tx:
        audit.append(tx, at=NOW, by="", action="test")


FORGED = rfc8785.dumps({"seq": 7, "at": "x", "by": "x", "action": "x", "appeal": None, "reason": None, "data": {}})


@pytest.mark.parametrize(
    ("commands", "places"),
    [
        ([("UPDATE event SET body = ? WHERE seq = 7", (FORGED,))], {"event/7"}),
        ([("UPDATE event SET body = ? WHERE seq = 7", (b"nonsense",))], {"event/7"}),
        (["UPDATE event SET body = x'' WHERE seq = 7"], {"event/7"}),
        (["UPDATE event SET body_hash = zeroblob(32) WHERE seq = 7"], {"event/7"}),
        ([("UPDATE event SET body = ? WHERE seq = 1", (FORGED,))], {"event/1"}),
        (["UPDATE event SET hash = zeroblob(32) WHERE seq = 7"], {"event/7", "event/8"}),
        (["UPDATE event SET appeal = 'other' WHERE seq = 7"], {"event/7"}),
        (["UPDATE event SET appeal = NULL WHERE seq = 7"], {"event/7"}),
        (["DELETE FROM event WHERE seq = 7"], {"event/8"}),
        (["DELETE FROM event WHERE seq = 1"], {"event/2"}),
        (["DELETE FROM event WHERE seq = 7", "UPDATE event SET seq = 7 WHERE seq = 8"], {"event/7", "event/9"}),
        (
            [
                "UPDATE event SET seq = 1007 WHERE seq = 7",
                "UPDATE event SET seq = 7 WHERE seq = 8",
                "UPDATE event SET seq = 8 WHERE seq = 1007",
            ],
            {"event/7", "event/8", "event/9"},
        ),
        (["DELETE FROM event"], {"event"}),
    ],
    ids=[
        "body",
        "not-json",
        "erased-in-silence",
        "hash-of-the-body",
        "first",
        "hash",
        "filed-elsewhere",
        "filed-nowhere",
        "removed",
        "first-removed",
        "removed-and-closed-up",
        "swapped",
        "all-removed",
    ],
)
def test_tampering_is_found_where_it_happened(ledger, commands, places):
    _fill(ledger)
    _tamper(ledger, *commands)
    problems = audit.verify(ledger)
    assert {problem.field for problem in problems if problem.rule == "R43"} == places
    assert {(problem.rule, problem.severity) for problem in problems} - {("audit", "block")} == {("R43", "block")}


@pytest.mark.peers
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_changed_bit_of_any_body_is_found(tmp_path_factory, template, data):
    path = tmp_path_factory.mktemp("bit") / "ledger.db"
    path.write_bytes(template)
    with Ledger.open(path, home_id=HOME) as ledger:
        row = data.draw(st.sampled_from(_events(ledger)))
        bit = data.draw(st.integers(0, 8 * len(row.body) - 1))
        body = bytearray(row.body)
        body[bit // 8] ^= 1 << bit % 8
        _tamper(ledger, ("UPDATE event SET body = ? WHERE seq = ?", (bytes(body), row.seq)))
        assert f"event/{row.seq}" in {problem.field for problem in audit.verify(ledger)}


def test_a_cut_tail_shows_only_against_a_head(ledger):
    _fill(ledger)
    head = _head(ledger)
    _tamper(ledger, f"DELETE FROM event WHERE seq > {head.seq - 2}")
    assert audit.verify(ledger) == ()
    (problem,) = audit.verify(ledger, head)
    assert "cut off" in problem.message.en


def test_an_older_copy_of_the_file_shows_against_a_head(path, template):
    with Ledger.open(path, home_id=HOME) as ledger:
        _fill(ledger)
        head = _head(ledger)
        ledger.close()
        path.write_bytes(template)
        (problem,) = audit.verify(ledger, head)
    assert "old copy" in problem.message.en


def test_a_chain_that_was_recomputed_shows_against_a_head(ledger):
    _fill(ledger)
    head = _head(ledger)
    previous, commands = b"\0" * 32, []
    for row in _events(ledger):
        body = row.body.replace(b'"why"', b'"wry"')
        previous = audit.chained(previous, body)
        values = (body, hashlib.sha256(body).digest(), previous, row.seq)
        commands.append(("UPDATE event SET body = ?, body_hash = ?, hash = ? WHERE seq = ?", values))
    _tamper(ledger, *commands)
    assert audit.verify(ledger) == ()
    (problem,) = audit.verify(ledger, head)
    assert problem.field == f"event/{head.seq}"


def test_a_longer_chain_still_fits_an_earlier_head(ledger):
    head = _head(ledger)
    _fill(ledger)
    assert audit.verify(ledger, head) == ()


def test_an_empty_head_fits_every_chain(ledger):
    assert audit.verify(ledger, Head(seq=0, hash="00" * 32, count=0, home_id=HOME)) == ()


def test_the_head_of_another_home_does_not_fit(ledger):
    (problem,) = audit.verify(ledger, dataclasses.replace(_head(ledger), home_id="home-2"))
    assert "another home" in problem.message.en


def test_the_head_of_an_emptied_log_is_the_empty_one(ledger):
    _tamper(ledger, "DELETE FROM event")
    assert _head(ledger) == Head(seq=0, hash="00" * 32, count=0, home_id=HOME)


def test_a_missing_guard_is_found(ledger):
    with ledger.write(NOW) as tx:
        run(tx, "DROP TRIGGER event_no_update")
    (problem,) = audit.verify(ledger)
    assert "event_no_update" in problem.message.en


POSTGRES_LAX = (
    "CREATE OR REPLACE FUNCTION event_no_update() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$",
    "ALTER TABLE event DISABLE TRIGGER event_no_update",
    "ALTER TABLE event ENABLE REPLICA TRIGGER event_no_update",
    "CREATE OR REPLACE TRIGGER event_no_update BEFORE UPDATE ON event FOR EACH ROW WHEN (NEW.seq > 7) "
    "EXECUTE FUNCTION event_no_update()",
    "CREATE OR REPLACE TRIGGER event_no_update BEFORE UPDATE OF body ON event FOR EACH ROW "
    "EXECUTE FUNCTION event_no_update()",
    "CREATE OR REPLACE TRIGGER event_no_update AFTER UPDATE ON event FOR EACH ROW EXECUTE FUNCTION event_no_update()",
    "CREATE OR REPLACE TRIGGER event_no_update BEFORE UPDATE ON event FOR EACH ROW "
    "EXECUTE FUNCTION suppress_redundant_updates_trigger()",
)


@pytest.mark.parametrize("lax", range(len(POSTGRES_LAX)))
def test_a_guard_that_lets_more_through_is_found(engine, ledger, lax):
    with ledger.write(NOW) as tx:
        if engine == "postgres":
            run(tx, POSTGRES_LAX[lax])
        else:
            run(tx, "DROP TRIGGER event_no_update")
            when = ("", "WHEN NEW.seq > 7 ")[lax % 2]
            run(tx, f"CREATE TRIGGER event_no_update BEFORE UPDATE ON event {when}BEGIN SELECT 1; END")
    (problem,) = audit.verify(ledger)
    assert "event_no_update" in problem.message.en


def test_the_protocol_of_a_case_holds_its_events_only(ledger):
    with ledger.write(NOW) as tx:
        hand_in(tx, "other-1")
    with ledger.read() as tx:
        rows = audit.export(tx, APPEAL)
        other = audit.export(tx, "other-1")
    assert [row["action"] for row in rows] == ["appeal.submit", "release.build"]
    assert {row["appeal"] for row in rows} == {APPEAL}
    assert {row["appeal"] for row in other} == {"other-1"}
    assert rows[0]["by"] == BY
    assert rows[0]["at"] == "2026-11-20T12:00:00.000000+00:00"
    assert rows[0]["hash"] == _events(ledger)[rows[0]["seq"] - 1].hash.hex()


def test_names_and_notes_never_enter_the_log(ledger):
    bodies = b"".join(row.body for row in _events(ledger))
    assert b"Muster" not in bodies.replace(b"k.muster", b"")


def test_an_event_is_told_in_utc(ledger):
    import datetime as dt

    with ledger.write(NOW) as tx:
        audit.append(tx, at=(NOW + MINUTE).astimezone(dt.timezone(dt.timedelta(hours=1))), by=BY, action="test")
    assert json.loads(_events(ledger)[-1].body)["at"] == "2026-11-20T12:01:00.000000+00:00"
