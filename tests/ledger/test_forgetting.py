"""Who somebody was is erased once nothing needs it: the chain verifies on, and no file names the person any more."""

import pytest

from fahndung.approval import Act
from fahndung.errors import Message, UsageError
from fahndung.ledger import actors, appeals, audit, byhand, endings, erasure, forgetting, people, publications, tables
from fahndung.ledger.faults import Contradiction
from fahndung.ledger.store import Ledger
from fahndung.model.closing import EndReason

from .world import APPEAL, BY, DAY, FAULT, GONE, HOME, NOW, anew, bring, hand_in, person, signed_act

LATER = NOW + 9 * DAY
ADMIN = "a.verwaltung"


def _end(tx, appeal=APPEAL):
    ids = endings.end(tx, endings.Ending(appeal=appeal, reason=EndReason.FOUND, by=BY, at=NOW))
    for row in ids:
        publications.intend_withdraw(tx, row, now=NOW, by=BY)
        publications.gone(tx, row, GONE, now=NOW, by=BY)


def _work_and_leave(ledger):
    with ledger.write(NOW) as tx:
        bring(tx, "live")
        row = bring(tx, "closed", "m-2", target="2")
        item = byhand.add(
            tx,
            byhand.ByHand(appeal=APPEAL, what=Message.same("x"), why=Message.same("y"), publication=row),
            at=NOW,
            by=BY,
        )
        byhand.close(tx, item, person=BY, note="weg", at=NOW)
        appeals.add_act(tx, signed_act("k.muster", Act.CONFIRM))
        _end(tx)
        people.revoke(tx, BY, at=NOW, by=BY)


@pytest.fixture
def ended(ledger):
    """A ledger in which k.muster has prepared a case, worked on it, and left; the case is over."""
    _work_and_leave(ledger)
    return ledger


def _erase(ledger, person_id=BY):
    with ledger.write(LATER) as tx:
        return forgetting.person(tx, person_id, at=LATER, by=ADMIN)


def test_an_erased_person_is_in_no_table_and_the_chain_verifies(ended):
    with ended.read() as tx:
        head = audit.head(tx)
        own = next(key for key, name in actors.names(tx).items() if name == BY)
    assert _erase(ended) == own
    assert audit.verify(ended, head) == ()
    with ended.read() as tx:
        assert appeals.get(tx, APPEAL).prepared_by == own
        (act,) = appeals.acts(tx, APPEAL)
        assert (act.person, act.envelope) == (own, b"")
        (row,) = [row for row in publications.rows(tx, APPEAL) if row.closed_by]
        assert row.closed_by == own
        assert endings.endings(tx, APPEAL)[0].by == own
        assert byhand.all(tx, APPEAL)[0].closed_by == own
        assert (people.get(tx, own).name, people.get(tx, own).envelope) == ("", None)
        assert own not in people.standings(tx)
        assert audit.export(tx, APPEAL)[0]["by"] == f"{own} (gelöscht)"


def test_no_file_names_an_erased_person_or_holds_a_signature_of_hers(path):
    envelope = signed_act("k.muster", Act.CONFIRM).envelope[:200]
    with Ledger.open(path, home_id=HOME) as ledger:
        _work_and_leave(ledger)
    before = [file.read_bytes() for file in path.parent.iterdir()]
    assert any(envelope in data for data in before)
    assert any(b"k.muster" in data for data in before)
    with Ledger.open(path, home_id=HOME) as ledger:
        _erase(ledger)
    for file in path.parent.iterdir():
        data = file.read_bytes()
        assert b"k.muster" not in data
        assert envelope not in data


def test_somebody_of_the_same_name_later_is_another_one(ended):
    own = _erase(ended)
    with ended.write(LATER) as tx:
        assert actors.id_of(tx, BY, at=LATER) != own
        people.add(tx, person(BY, public_key=b"n" * 32), by=ADMIN)
        assert BY in people.standings(tx)
    assert audit.verify(ended) == ()


def test_somebody_of_the_same_name_in_the_same_transaction_is_another_one(ledger):
    with ledger.write(LATER) as tx:
        old = actors.id_of(tx, "n.amenlos", at=LATER)
        assert actors.id_of(tx, "n.amenlos", at=LATER) == old
        assert forgetting.name(tx, "n.amenlos", at=LATER, by=ADMIN, reason="person") == old
        assert actors.id_of(tx, "n.amenlos", at=LATER) != old


def test_who_still_has_a_key_stays(ledger):
    with pytest.raises(UsageError, match="still counts"):
        _erase(ledger)
    with ledger.write(NOW) as tx:
        people.revoke(tx, BY, at=LATER + DAY, by=ADMIN)
    with pytest.raises(UsageError, match="still counts"):
        _erase(ledger)


def test_who_signed_in_a_case_that_is_not_over_stays(ended):
    with ended.write(NOW) as tx:
        hand_in(tx, "other-1")
    with pytest.raises(UsageError, match="other-1"):
        _erase(ended)
    with ended.write(NOW) as tx:
        _end(tx, "other-1")
    _erase(ended)


def test_who_signed_where_something_is_left_to_hands_stays(ended):
    with ended.write(NOW) as tx:
        byhand.add(
            tx, byhand.ByHand(appeal=APPEAL, what=Message.same("Plakat"), why=Message.same("Papier")), at=NOW, by=BY
        )
    with pytest.raises(UsageError, match=APPEAL):
        _erase(ended)


def test_who_signed_where_a_copy_may_be_online_stays(ended):
    with ended.write(NOW) as tx:
        row = publications.rows(tx, APPEAL)[0]
        publications.reopen(tx, row.id, FAULT, now=NOW, by=BY)
    with pytest.raises(UsageError, match=APPEAL):
        _erase(ended)


def test_who_countersigned_somebody_stays_as_long_as_that_one(ended):
    with ended.write(NOW) as tx:
        people.add(tx, person("n.neu", added_by=BY, envelope=b"x"), by=BY)
        people.revoke(tx, "n.neu", at=NOW, by=BY)
    with pytest.raises(UsageError, match=r"countersigned n\.neu"):
        _erase(ended)
    _erase(ended, "n.neu")
    with pytest.raises(UsageError, match="countersigned a-"):
        _erase(ended)


def test_nobody_is_a_usage_error(ledger):
    with pytest.raises(UsageError):
        _erase(ledger, "niemand")
    with pytest.raises(UsageError, match="known as niemand"), ledger.write(NOW) as tx:
        forgetting.name(tx, "niemand", at=NOW, by=ADMIN, reason="unneeded")


@pytest.mark.peers
def test_whom_an_older_log_names_itself_stays_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(actors, "id_of", lambda tx, name, *, at: name)
    anew(tmp_path / "older.db").close()
    monkeypatch.undo()
    with Ledger.open(tmp_path / "older.db", home_id=HOME) as older:
        with older.write(NOW) as tx:
            _end(tx)
            people.revoke(tx, BY, at=NOW, by=ADMIN)
        with pytest.raises(Contradiction):
            _erase(older)
        with older.read() as tx:
            assert people.get(tx, BY).name == "Kim Muster"


def test_a_person_who_was_made_nameless_past_the_log_counts_for_nothing(ledger):
    with ledger.write(NOW) as tx:
        tx.connection.execute(tables.person.update().where(tables.person.c.id == BY).values(name=""))
        assert BY not in people.standings(tx)


def _query(tx, by, at=NOW):
    return audit.append(tx, at=at, by=by, action="case.query", appeal=APPEAL, reason="oversight")


def test_a_name_goes_when_the_last_event_that_names_it_is_erased(ledger):
    with ledger.write(NOW) as tx:
        first, second = _query(tx, "s.gast"), _query(tx, "s.gast")
        assert forgetting.unneeded(tx) == ()
        for number, left in ((first, ()), (second, ("s.gast",))):
            erasure.erase(tx, [number], at=LATER, by=ADMIN, reason="x", under="§ 1")
            assert forgetting.unneeded(tx) == left
        own = forgetting.name(tx, "s.gast", at=LATER, by=ADMIN, reason="unneeded")
        assert own not in actors.names(tx)
        assert forgetting.unneeded(tx) == ()
    assert audit.verify(ledger) == ()


@pytest.mark.parametrize("where", ["person", "ending", "target"])
def test_a_name_stays_while_a_table_needs_it(ledger, where):
    with ledger.write(NOW) as tx:
        for name in (BY, "s.gast"):
            if where == "target":
                bring(tx, "planned", f"m-{name}", target=name)
            elif where == "ending":
                endings.end(tx, endings.Ending(appeal=APPEAL, reason=EndReason.FOUND, by=name, at=NOW))
        numbers = [seq for seq, _ in erasure.dated(tx, APPEAL)]
        erasure.erase(tx, numbers, at=LATER, by=ADMIN, reason="x", under="§ 1")
        assert forgetting.unneeded(tx) == ()
