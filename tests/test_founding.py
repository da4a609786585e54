"""A home's beginning: its ledger, its founders, and who comes after them."""

import datetime as dt
import pathlib
from collections.abc import Callable, Iterator

import pytest

from fahndung.approval import generate, key_id, load_key, open_envelope, public_bytes
from fahndung.errors import NotPublishable, UsageError
from fahndung.founding import add_person, create_home
from fahndung.ledger import audit, people
from fahndung.ledger.people import Person
from fahndung.ledger.store import Ledger

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)


def never() -> bytes:
    raise AssertionError("no countersignature is needed here")


class Office:
    """A home and the keys of its people."""

    def __init__(self, folder: pathlib.Path, *, rehearsal: bool) -> None:
        self.home = create_home(folder / "home", rehearsal=rehearsal, now=NOW, by="root")
        self.ledger = Ledger.open(self.home.ledger_path, home_id=self.home.identity)
        self.folder = folder

    def key(self, person: str) -> bytes:
        return load_key(self.path(person))

    def path(self, person: str) -> pathlib.Path:
        return self.folder / f"{person}.key"

    def add(
        self, person: str, role: str = "approver", *, by: str = "root", countersign: Callable[[], bytes] = never
    ) -> Person:
        return add_person(
            self.ledger,
            person_id=person,
            name=person.title(),
            roles=frozenset({role}),
            path=self.path(person),
            passphrase=None,
            by=by,
            countersign=countersign,
            now=NOW,
        )

    def known(self) -> set[str]:
        with self.ledger.read() as tx:
            return set(people.standings(tx))


@pytest.fixture(params=[True, False], ids=["rehearsal", "production"])
def either(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> Iterator[Office]:
    made = Office(tmp_path, rehearsal=request.param)
    with made.ledger:
        yield made


@pytest.fixture
def founded(tmp_path: pathlib.Path) -> Iterator[Office]:
    """A production home with a drafter and two approvers."""
    made = Office(tmp_path, rehearsal=False)
    with made.ledger:
        for name, role in (("k.muster", "drafter"), ("eins", "approver"), ("zwei", "approver")):
            made.add(name, role)
        yield made


@pytest.mark.peers
@pytest.mark.parametrize(("rehearsal", "kind"), [(True, "rehearsal"), (False, "production")])
def test_a_home_and_its_ledger_have_one_kind_and_one_identity(
    tmp_path: pathlib.Path, rehearsal: bool, kind: str
) -> None:
    made = Office(tmp_path, rehearsal=rehearsal)
    with made.ledger as ledger:
        assert (ledger.kind, ledger.home_id) == (kind, made.home.identity)
        with ledger.read() as tx:
            assert audit.head(tx).count == 1


def test_a_home_is_not_made_where_something_is(tmp_path: pathlib.Path) -> None:
    Office(tmp_path, rehearsal=True).ledger.close()
    with pytest.raises(UsageError):
        create_home(tmp_path / "home", rehearsal=True, now=NOW, by="root")


def test_a_person_holds_the_key_that_was_written(either: Office) -> None:
    person = either.add("eins")
    assert person.public_key == public_bytes(either.key("eins"))
    with either.ledger.read() as tx:
        assert people.trusted(tx, "eins") == person
    assert (person.envelope, person.added_by) == (None, None)


@pytest.mark.parametrize("person", ["", "Eins", "../eins", "e ins"])
def test_what_is_no_id_gets_no_key(either: Office, person: str) -> None:
    with pytest.raises(UsageError, match="is not an id"):
        either.add(person)
    assert [path.name for path in either.folder.glob("**/*.key")] == ["audit.key"]


def test_a_refused_person_leaves_no_key_and_a_taken_file_stays(either: Office) -> None:
    either.add("eins")
    with pytest.raises(UsageError, match="not a role"):
        either.add("zwei", "king")
    assert not either.path("zwei").exists()
    before = either.path("eins").read_bytes()
    with pytest.raises(UsageError, match="exists already"):
        either.add("eins")
    assert either.path("eins").read_bytes() == before
    assert either.known() == {"eins"}


@pytest.mark.peers
def test_a_rehearsal_never_asks_for_a_countersignature(tmp_path: pathlib.Path) -> None:
    made = Office(tmp_path, rehearsal=True)
    with made.ledger:
        for name in ("eins", "zwei", "drei"):
            assert made.add(name).envelope is None
        assert made.known() == {"eins", "zwei", "drei"}


def test_everybody_until_the_second_approver_founds_the_circle(founded: Office) -> None:
    assert founded.known() == {"k.muster", "eins", "zwei"}
    assert audit.verify(founded.ledger) == ()


def test_after_the_founders_an_approver_countersigns_exactly_the_new_person(founded: Office) -> None:
    person = founded.add("drei", "reviewer", by="eins", countersign=lambda: founded.key("eins"))
    with founded.ledger.read() as tx:
        statement = open_envelope(person.envelope or b"", people.keys(tx))
    assert (statement.act, statement.person, statement.home_id) == ("countersign", "eins", founded.home.identity)
    assert statement.subject == key_id(public_bytes(founded.key("drei")))
    assert statement.extra == {"person": "drei", "name": "Drei", "roles": ["reviewer"]}
    assert founded.known() == {"k.muster", "eins", "zwei", "drei"}
    assert audit.verify(founded.ledger) == ()


def test_nobody_unknown_countersigns(founded: Office) -> None:
    with pytest.raises(UsageError, match="Nobody is entered as root"):
        founded.add("drei")
    assert not founded.path("drei").exists()


@pytest.mark.peers
@pytest.mark.parametrize(
    ("by", "key"), [("k.muster", "k.muster"), ("eins", "zwei"), ("eins", "")], ids=["drafter", "borrowed", "stranger"]
)
def test_only_an_approver_with_the_own_key_countersigns(founded: Office, by: str, key: str) -> None:
    with pytest.raises(NotPublishable, match="cannot countersign"):
        founded.add("drei", by=by, countersign=lambda: founded.key(key) if key else generate())
    assert not founded.path("drei").exists()
    assert founded.known() == {"k.muster", "eins", "zwei"}


def test_a_revoked_approver_countersigns_nobody(founded: Office) -> None:
    with founded.ledger.write(NOW) as tx:
        people.revoke(tx, "eins", at=NOW, by="zwei")
    with pytest.raises(NotPublishable, match="cannot countersign"):
        founded.add("drei", by="eins", countersign=lambda: founded.key("eins"))


def test_an_approver_for_whom_the_ledger_does_not_vouch_countersigns_nobody(founded: Office) -> None:
    with founded.ledger.write(NOW) as tx:
        tx.connection.exec_driver_sql("INSERT INTO person_role VALUES ('k.muster', 'approver')")
    with pytest.raises(NotPublishable, match="does not count"):
        founded.add("drei", by="k.muster", countersign=lambda: founded.key("k.muster"))


def test_who_comes_while_the_circle_is_being_founded_is_refused_and_keeps_no_key(
    founded: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(people, "is_founded", lambda tx: False)
        with pytest.raises(NotPublishable, match="not validly countersigned"):
            founded.add("drei")
    assert not founded.path("drei").exists()
    assert founded.known() == {"k.muster", "eins", "zwei"}
