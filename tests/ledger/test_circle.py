"""Whom the ledger vouches for: no row counts that the audit log and the countersignatures do not bear out."""

import dataclasses
import hashlib

import pytest

from fahndung import approval
from fahndung.approval import Act, Statement
from fahndung.errors import NotPublishable, UsageError
from fahndung.ledger import actors, audit, circle, people
from fahndung.ledger.columns import canonical, to_micros
from fahndung.ledger.store import Ledger

from . import world
from .world import DAY, HOME, HOUR, NOW

APPROVER, DRAFTER = frozenset({"approver"}), frozenset({"drafter"})
KEYS = {name: approval.generate() for name in ("drafted", "eins", "zwei", "drei", "vier", "fremd")}
FOUNDERS = ("drafted", "eins", "zwei")


def person(own_id, roles=APPROVER, **changes):
    values = {
        "id": own_id,
        "name": own_id.title(),
        "roles": roles,
        "public_key": approval.public_bytes(KEYS[own_id]),
        "added_at": NOW,
    }
    return people.Person(**{**values, **changes})


def countersigned(new, by, *, key=None, at=NOW, **changes):
    statement = Statement(
        act=Act.COUNTERSIGN,
        home_id=HOME,
        appeal="",
        revision=0,
        subject=new.key_id,
        person=by,
        role="approver",
        at=at,
        extra={"person": new.id, "name": new.name, "roles": sorted(new.roles)},
    )
    envelope = approval.sign(dataclasses.replace(statement, **changes), key or KEYS[by])
    return dataclasses.replace(new, added_by=by, envelope=envelope)


def found(place, kind):
    """A ledger whose circle a drafter and two approvers founded; a rehearsal has one more."""
    with Ledger.create(place, kind=kind, home_id=HOME, now=NOW) as made, made.write(NOW) as tx:
        for name in FOUNDERS:
            assert not people.is_founded(tx)
            people.add(tx, person(name, DRAFTER if name == "drafted" else APPROVER), by="init")
        assert people.is_founded(tx)
        if kind == "rehearsal":
            people.add(tx, person("drei"), by="init")


@pytest.fixture(scope="module")
def founded(tmp_path_factory):
    """The bytes of a founded ledger of each kind: creating one takes the most time of a test."""
    folder = tmp_path_factory.mktemp("circle")
    for kind in ("production", "rehearsal"):
        found(folder / kind, kind)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def founded_database(server):
    """A founded production ledger in a database."""
    address = server.database()
    found(address, "production")
    yield address
    server.drop(address)


def copied(path, content):
    path.touch(0o600)
    path.write_bytes(content)
    return Ledger.open(path, home_id=HOME)


@pytest.fixture
def ledger(engine, tmp_path, request):
    """A production ledger: a drafter and two approvers founded its circle."""
    if engine == "sqlite":
        with copied(tmp_path / "new.db", request.getfixturevalue("founded")["production"]) as opened:
            yield opened
        return
    server = request.getfixturevalue("server")
    address = server.database(request.getfixturevalue("founded_database"))
    with Ledger.open(address, home_id=HOME) as opened:
        yield opened
    server.drop(address)


@pytest.fixture
def rehearsal(tmp_path, founded):
    """A rehearsal ledger with the same people and one more."""
    with copied(tmp_path / "rehearsal.db", founded["rehearsal"]) as opened:
        yield opened


def enter(ledger, new, **changes):
    with ledger.write(NOW) as tx:
        people.add(tx, new, by="eins", **changes)


def run(ledger, *commands):
    with ledger.write(NOW) as tx:
        for command in commands:
            world.run(tx, *command if isinstance(command, tuple) else (command,))


def smuggle(ledger, new):
    """A person written into the tables by an SQL shell, as an approver."""
    run(
        ledger,
        (
            "INSERT INTO person (id, name, public_key, key_id, added_at, added_by, envelope) VALUES (?,?,?,?,?,?,?)",
            (new.id, new.name, new.public_key, new.key_id, to_micros(NOW), new.added_by, new.envelope),
        ),
        *(("INSERT INTO person_role (person, role) VALUES (?, ?)", (new.id, role)) for role in new.roles),
    )


def act(name, **changes):
    statement = Statement(
        act=Act.APPROVE, home_id=HOME, appeal="a-1", revision=1, subject="ab" * 32, person=name, role="approver", at=NOW
    )
    return approval.sign(dataclasses.replace(statement, **changes), KEYS[name])


def doubted(ledger, name):
    """Whether nothing that a person signs counts, and the audit tells it."""
    with ledger.read() as tx:
        known = name in people.doubts(tx)
        assert (name in people.standings(tx)) is not known
        if known:
            with pytest.raises(NotPublishable, match="does not count"):
                people.trusted(tx, name)
            with pytest.raises(NotPublishable, match="does not count"):
                people.open_act(tx, act(name))
        else:
            assert people.trusted(tx, name) == people.get(tx, name)
            assert people.open_act(tx, act(name)).person == name
    told = {problem.field for problem in audit.verify(ledger) if problem.rule == "audit"}
    assert (f"person/{name}" in told) is known
    return known


@pytest.mark.peers
def test_the_founders_count_without_a_countersignature(ledger):
    assert not any(doubted(ledger, name) for name in FOUNDERS)
    assert audit.verify(ledger) == ()


def test_a_row_that_was_written_past_the_log_counts_for_nothing(ledger):
    smuggle(ledger, person("drei"))
    assert doubted(ledger, "drei")
    assert not doubted(ledger, "eins")


def test_a_row_past_the_log_counts_for_nothing_though_it_is_countersigned_or_this_is_a_rehearsal(ledger, rehearsal):
    smuggle(ledger, countersigned(person("drei"), "eins"))
    smuggle(rehearsal, person("vier"))
    assert doubted(ledger, "drei")
    assert doubted(rehearsal, "vier")


def test_a_row_with_an_event_but_without_a_countersignature_counts_for_nothing(ledger):
    smuggle(ledger, person("drei"))
    with ledger.write(NOW) as tx:
        new = person("drei")
        data = {"key": new.key_id, "roles": new.roles}
        persons = {"person": new.id, "added_by": None}
        audit.append(tx, at=NOW, by="init", action="person.add", data=data, persons=persons)
    assert doubted(ledger, "drei")


def test_a_countersigned_person_counts_and_may_countersign(ledger):
    enter(ledger, countersigned(person("drei"), "eins"))
    enter(ledger, countersigned(person("vier", DRAFTER), "drei"))
    assert not doubted(ledger, "drei")
    assert not doubted(ledger, "vier")
    assert audit.verify(ledger) == ()


NEW = person("drei")
WRONG = {
    "none": NEW,
    "nonsense": dataclasses.replace(NEW, envelope=b"nonsense"),
    "own-key": countersigned(NEW, "drei"),
    "a-strangers-key": countersigned(NEW, "eins", key=KEYS["fremd"]),
    "another-approvers-key": countersigned(NEW, "eins", key=KEYS["zwei"]),
    "a-drafter": countersigned(NEW, "drafted"),
    "another-role": countersigned(NEW, "eins", role="drafter"),
    "another-act": countersigned(NEW, "eins", act=Act.APPROVE),
    "another-home": countersigned(NEW, "eins", home_id="home-2"),
    "another-key": countersigned(NEW, "eins", subject="ab" * 32),
    "another-appeal": countersigned(NEW, "eins", appeal="a-1"),
    "another-revision": countersigned(NEW, "eins", revision=1),
    "another-id": countersigned(NEW, "eins", extra={"person": "vier", "name": "Drei", "roles": ["approver"]}),
    "another-name": countersigned(NEW, "eins", extra={"person": "drei", "name": "Vier", "roles": ["approver"]}),
    "other-roles": countersigned(NEW, "eins", extra={"person": "drei", "name": "Drei", "roles": ["drafter"]}),
}


@pytest.mark.peers
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_nobody_is_entered_after_the_founders_without_a_valid_countersignature(ledger, wrong):
    with pytest.raises(NotPublishable, match="not validly countersigned"):
        enter(ledger, wrong)
    with ledger.read() as tx, pytest.raises(UsageError):
        people.get(tx, "drei")


def test_a_rehearsal_asks_no_countersignature(rehearsal):
    assert not doubted(rehearsal, "drei")
    assert audit.verify(rehearsal) == ()


@pytest.mark.peers
@pytest.mark.parametrize(
    ("revoked_at", "signed_at", "counts"),
    [(NOW + DAY, NOW, True), (NOW, NOW, False), (NOW - DAY, NOW, False), (NOW - DAY, NOW - 2 * DAY, True)],
    ids=["later", "same-instant", "before", "before-but-signed-earlier"],
)
def test_a_countersignature_counts_if_its_approver_was_not_revoked_at_its_instant(
    ledger, revoked_at, signed_at, counts
):
    enter(ledger, countersigned(person("drei"), "eins", at=signed_at))
    with ledger.write(NOW) as tx:
        people.revoke(tx, "eins", at=revoked_at, by="zwei")
    assert doubted(ledger, "drei") is not counts
    assert not doubted(ledger, "eins")


@pytest.mark.parametrize("revoked_at", [NOW - HOUR, NOW])
def test_an_approver_who_was_revoked_cannot_countersign_at_an_earlier_instant(ledger, revoked_at):
    with ledger.write(NOW) as tx:
        people.revoke(tx, "eins", at=revoked_at, by="zwei")
    with pytest.raises(NotPublishable, match="not validly countersigned"):
        enter(ledger, countersigned(person("drei"), "eins", at=NOW - DAY))
    enter(ledger, countersigned(person("vier"), "zwei"))


def test_who_was_countersigned_by_somebody_who_does_not_count_does_not_count(ledger):
    enter(ledger, countersigned(person("drei"), "eins"))
    enter(ledger, countersigned(person("vier"), "drei"))
    run(ledger, "UPDATE person SET envelope = NULL WHERE id = 'drei'")
    assert doubted(ledger, "drei")
    assert doubted(ledger, "vier")


CHANGES = {
    "key": ("UPDATE person SET public_key = ? WHERE id = 'eins'", (approval.public_bytes(KEYS["eins"])[::-1],)),
    "another-role": ("UPDATE person_role SET role = 'drafter' WHERE person = 'eins'", ()),
    "one-role-more": ("INSERT INTO person_role VALUES ('eins', 'reviewer')", ()),
    "revoked-past-the-log": (f"UPDATE person SET revoked_at = {to_micros(NOW + DAY)} WHERE id = 'eins'", ()),
}


@pytest.mark.peers
@pytest.mark.parametrize("kind", ["production", "rehearsal"])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_row_that_was_changed_past_the_log_counts_for_nothing(ledger, rehearsal, kind, change):
    chosen = ledger if kind == "production" else rehearsal
    run(chosen, change)
    with chosen.read() as tx:
        assert "eins" not in people.standings(tx)
    assert {problem.field for problem in audit.verify(chosen)} == {"person/eins"}


def test_a_revocation_that_was_taken_back_past_the_log_is_noticed(ledger):
    with ledger.write(NOW) as tx:
        people.revoke(tx, "eins", at=NOW + DAY, by="zwei")
        people.revoke(tx, "eins", at=NOW + HOUR, by="zwei")
    assert not doubted(ledger, "eins")
    run(ledger, "UPDATE person SET revoked_at = NULL WHERE id = 'eins'")
    assert doubted(ledger, "eins")


def test_a_renamed_person_is_another_person_than_the_countersigned_one(ledger):
    enter(ledger, countersigned(person("drei"), "eins"))
    run(ledger, "UPDATE person SET name = 'Jemand' WHERE id = 'drei'")
    assert doubted(ledger, "drei")


def test_a_person_who_was_removed_from_the_table_is_missed(ledger):
    run(ledger, "DROP TRIGGER person_no_delete", "DELETE FROM person_role WHERE person = 'drafted'")
    run(ledger, "DELETE FROM person WHERE id = 'drafted'")
    assert "person/drafted" in {problem.field for problem in audit.verify(ledger)}


def test_a_second_entry_of_one_person_makes_neither_count(ledger):
    new = person("eins")
    with ledger.write(NOW) as tx:
        data = {"key": new.key_id, "roles": new.roles}
        persons = {"person": new.id, "added_by": None}
        audit.append(tx, at=NOW, by="init", action="person.add", data=data, persons=persons)
    assert doubted(ledger, "eins")


def test_removing_founders_from_the_table_makes_room_for_nobody(ledger):
    run(ledger, "DROP TRIGGER person_no_delete", "DELETE FROM person_role WHERE person = 'zwei'")
    run(ledger, "DELETE FROM person WHERE id = 'zwei'")
    with ledger.read() as tx:
        assert people.is_founded(tx)
    with pytest.raises(NotPublishable):
        enter(ledger, person("drei"))


def test_a_production_ledger_that_was_declared_a_rehearsal_stays_one_and_is_told(ledger):
    run(ledger, "UPDATE meta SET v = 'rehearsal' WHERE k = 'kind'")
    with pytest.raises(NotPublishable):
        enter(ledger, person("drei"))
    (problem,) = audit.verify(ledger)
    assert (problem.rule, problem.field) == ("audit", "meta/kind")


def test_a_person_who_is_entered_as_revoked_is_revoked_in_the_log_too(ledger):
    revoked = dataclasses.replace(countersigned(person("drei"), "eins"), revoked_at=NOW + DAY)
    enter(ledger, revoked)
    with ledger.read() as tx:
        assert people.trusted(tx, "drei") == revoked
    assert audit.verify(ledger) == ()


@pytest.mark.parametrize(
    "body",
    [
        b"nonsense",
        b"[]",
        b"[" * 100_000,
        canonical({"action": "person.add"}),
        canonical({"action": "person.add", "at": "x", "data": {"person": "drei", "key": "k"}}),
        canonical({"action": "person.add", "at": NOW.isoformat(), "data": []}),
        canonical({"action": "person.add", "at": NOW.isoformat(), "data": {"person": "drei", "key": "k", "roles": 7}}),
    ],
    ids=["text", "list", "deep", "bare", "instant", "data", "roles"],
)
def test_an_event_that_is_not_whole_enters_nobody_and_stops_nothing(ledger, body):
    smuggle(ledger, person("drei"))
    digest = hashlib.sha256(body).digest()
    command = "INSERT INTO event (seq, appeal, body, hash, body_hash) VALUES (99, NULL, ?, ?, ?)"
    run(ledger, (command, (body, digest, digest)))
    assert doubted(ledger, "drei")
    assert not doubted(ledger, "eins")


def test_the_log_holds_key_and_roles_of_whoever_was_entered(ledger):
    with ledger.read() as tx:
        entry = list(circle._entries(circle._bodies(tx), actors.names(tx)))[-1]
        assert (entry.person, entry.key, entry.roles) == ("zwei", people.get(tx, "zwei").key_id, ("approver",))
