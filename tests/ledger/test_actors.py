"""People stand in the log under ids that say nothing; a table resolves them, and a change of it shows."""

import hashlib
import json

import pytest

from fahndung.errors import UsageError
from fahndung.ledger import actors, audit, people
from fahndung.model.ids import PersonId
from fahndung.model.publication import without

from .world import APPEAL, BY, NOW, bring, person, plan, run


def _bodies(ledger):
    with ledger.read() as tx:
        return list(run(tx, "SELECT body FROM event ORDER BY seq").scalars())


def _run(ledger, *commands):
    with ledger.write(NOW) as tx:
        for command in commands:
            run(tx, *command if isinstance(command, tuple) else (command,))


def _places(ledger):
    return {problem.field for problem in audit.verify(ledger)}


def test_no_name_of_a_person_stands_in_the_log(ledger):
    with ledger.write(NOW) as tx:
        bring(tx, "closed")
    bodies = b"".join(_bodies(ledger))
    for name in (b"k.muster", b"f.freigabe", b"Muster"):
        assert name not in bodies
    first = json.loads(_bodies(ledger)[0])
    assert first["by"] == "init"


def test_one_name_has_one_id_that_depends_on_a_salt(ledger):
    with ledger.write(NOW) as tx:
        own = actors.id_of(tx, BY, at=NOW)
        assert actors.id_of(tx, BY, at=NOW) == own
        assert actors.id_of(tx, "somebody", at=NOW) != own
        row = run(tx, "SELECT id, salt FROM actor WHERE name = ?", (BY,)).one()
    assert own == row.id == "a-" + hashlib.sha256(row.salt + BY.encode()).hexdigest()[:32]
    assert len(row.salt) == 32


def test_parts_of_the_program_stay_readable_and_are_no_persons(ledger):
    with ledger.write(NOW) as tx:
        for part in actors.PARTS:
            assert actors.id_of(tx, part, at=NOW) == part
        assert not actors.PARTS & set(actors.names(tx).values())
    for part in actors.PARTS:
        with pytest.raises(UsageError, match="part of the program"), ledger.write(NOW) as tx:
            people.add(tx, person(part), by=BY)


def test_somebody_without_a_name_is_not_entered(ledger):
    with pytest.raises(UsageError, match="no name"), ledger.write(NOW) as tx:
        people.add(tx, person("n.neu", name=" "), by=BY)


def test_a_recipient_is_an_id_and_a_left_out_person_is_none(ledger):
    with ledger.write(NOW) as tx:
        plan(tx, target="presse@zeitung.example")
        plan(tx, "m-2", target=without(PersonId("p1")))
        shown = audit.export(tx, APPEAL)
    assert b"zeitung" not in b"".join(_bodies(ledger))
    assert shown[-2]["data"]["recipient"] == "presse@zeitung.example"
    assert (shown[-2]["data"]["channel"], shown[-2]["data"]["medium"]) == ("website", "website")
    assert "recipient" not in shown[-1]["data"]


def test_the_protocol_names_who_is_known_and_marks_who_is_not(ledger):
    with ledger.read() as tx:
        shown = audit.export(tx, APPEAL)
    assert (shown[0]["by"], shown[0]["data"]["prepared_by"]) == (BY, BY)
    _run(ledger, ("UPDATE actor SET name = NULL, salt = NULL, erased_at = 1 WHERE name = ?", (BY,)))
    with ledger.read() as tx:
        shown = audit.export(tx, APPEAL)
    assert shown[0]["by"].startswith("a-")
    assert shown[0]["by"].endswith(" (gelöscht)")
    assert shown[0]["data"]["prepared_by"] == shown[0]["by"]


def test_values_are_resolved_wherever_they_stand():
    own = "a-" + "0" * 32
    value = {"list": [own, 7, {"deep": own}], "other": "a-short", "none": None}
    assert actors.resolved(value, {own: "kim"}) == {
        "list": ["kim", 7, {"deep": "kim"}],
        "other": "a-short",
        "none": None,
    }


CHANGES = {
    "renamed": ("UPDATE actor SET name = 'x.fremd' WHERE name = 'k.muster'",),
    "another-salt": ("UPDATE actor SET salt = zeroblob(32) WHERE name = 'k.muster'",),
    "forgotten": ("UPDATE actor SET name = NULL, salt = NULL, erased_at = 1 WHERE name = 'k.muster'",),
    "removed": ("DELETE FROM actor WHERE name = 'k.muster'",),
}


@pytest.mark.parametrize("commands", CHANGES.values(), ids=CHANGES)
def test_a_change_of_the_table_past_the_log_is_found(ledger, commands):
    with ledger.read() as tx:
        own = next(key for key, name in actors.names(tx).items() if name == BY)
    _run(ledger, *commands)
    assert f"actor/{own}" in _places(ledger)


def test_two_names_that_were_swapped_are_found(ledger):
    with ledger.read() as tx:
        ids = {name: own for own, name in actors.names(tx).items()}
    swap = "UPDATE actor SET name = CASE name WHEN 'x' THEN 'f.freigabe' END WHERE name = 'x'"
    _run(
        ledger,
        "UPDATE actor SET name = 'x' WHERE name = 'k.muster'",
        "UPDATE actor SET name = 'k.muster' WHERE name = 'f.freigabe'",
        swap,
    )
    assert {f"actor/{ids[name]}" for name in ("k.muster", "f.freigabe")} <= _places(ledger)


def test_an_event_that_only_looks_like_an_erasure_excuses_nothing(ledger):
    with ledger.write(NOW) as tx:
        own = actors.id_of(tx, BY, at=NOW)
        audit.append(tx, at=NOW, by="init", action="test", data={"note": actors.FORGET, "actor": own})
        audit.append(tx, at=NOW, by="init", action=actors.FORGET, data={"nobody": own})
    _run(ledger, ("UPDATE actor SET name = NULL, salt = NULL, erased_at = 1 WHERE name = ?", (BY,)))
    assert f"actor/{own}" in _places(ledger)
