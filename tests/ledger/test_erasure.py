"""Erased events: the chain runs on, the erasure is told, and nothing else about them can change unseen."""

import hashlib
import json

import pytest
import rfc8785

from fahndung.ledger import about, actors, audit, circle, erased, erasure, people
from fahndung.ledger.faults import Contradiction
from fahndung.ledger.store import Ledger

from .test_audit import _tamper as tamper
from .world import APPEAL, BY, DAY, HOME, NOW, SECOND, hand_in, plan, run

OTHER = "other-1"


@pytest.fixture
def filled(ledger):
    """A ledger with events of two appeals and of none, mixed."""
    with ledger.write(NOW) as tx:
        hand_in(tx, OTHER)
        plan(tx)
        audit.append(tx, at=NOW + DAY, by=BY, action="test")
        plan(tx, "m-2", appeal=OTHER)
        audit.append(tx, at=NOW + 2 * DAY, by=BY, action="test", appeal=APPEAL, data={"n": 1})
    return ledger


def _numbers(ledger, appeal=APPEAL):
    with ledger.read() as tx:
        return [seq for seq, _ in erasure.dated(tx, appeal)]


def _erase(ledger, numbers, **more):
    with ledger.write(NOW) as tx:
        values = {"at": NOW + 9 * DAY, "by": "d.schutz", "reason": "log-criminal", "under": "§ 76 Abs. 4 BDSG"}
        return erasure.erase(tx, numbers, **{**values, **more})


def _places(ledger):
    return {problem.field for problem in audit.verify(ledger)}


def _rows(ledger):
    with ledger.read() as tx:
        found = run(tx, "SELECT seq, appeal, body, hash, body_hash FROM event ORDER BY seq")
        return {row.seq: row for row in found}


def test_an_erased_event_keeps_number_appeal_and_hashes_and_the_chain_verifies(filled):
    before = _rows(filled)
    with filled.read() as tx:
        head = audit.head(tx)
    numbers = _numbers(filled)
    assert _erase(filled, numbers) == len(numbers) == 4
    after = _rows(filled)
    for seq in numbers:
        assert after[seq].body == b""
        assert after[seq][3:] == before[seq][3:]
        assert after[seq].appeal == APPEAL
    assert all(after[seq] == row for seq, row in before.items() if seq not in numbers)
    assert audit.verify(filled) == ()
    assert audit.verify(filled, head) == ()


def test_the_erasure_names_the_rows_as_an_independent_computation_does(filled):
    numbers = [*_numbers(filled), *_numbers(filled, OTHER)]
    rows = _rows(filled)
    _erase(filled, numbers)
    last = json.loads(_rows(filled)[max(rows) + 1].body)
    assert (last["action"], last["appeal"], last["reason"]) == ("log.erase", None, "log-criminal")
    with filled.read() as tx:
        assert actors.names(tx)[last["by"]] == "d.schutz"
    named = {
        seq: part["appeal"] for part in last["data"]["erased"] for a, b in part["ranges"] for seq in range(a, b + 1)
    }
    assert named == {seq: rows[seq].appeal for seq in numbers}
    digest = hashlib.sha256(b"".join(rows[seq].hash for seq in sorted(numbers))).hexdigest()
    assert last["data"]["hashes"] == digest
    assert last["data"]["count"] == len(numbers)


def test_the_protocol_shows_when_and_under_what_an_event_was_erased(filled):
    first, *rest = _numbers(filled)
    _erase(filled, rest)
    with filled.read() as tx:
        shown = {event["seq"]: event for event in audit.export(tx, APPEAL)}
    assert shown[first]["action"] == "appeal.submit"
    for seq in rest:
        assert shown[seq]["action"] == "log.erased"
        assert (shown[seq]["at"][:10], shown[seq]["by"]) == ("2026-11-29", "d.schutz")
        assert shown[seq]["data"]["under"] == "§ 76 Abs. 4 BDSG"
        assert shown[seq]["hash"] == _rows(filled)[seq].hash.hex()


def test_erasing_again_erases_nothing_and_tells_nothing(filled):
    numbers = _numbers(filled)
    _erase(filled, numbers[:2])
    count = len(_rows(filled))
    assert _erase(filled, numbers[:2]) == 0
    assert len(_rows(filled)) == count
    assert _erase(filled, numbers) == len(numbers) - 2
    assert _numbers(filled) == []
    assert audit.verify(filled) == ()


def test_an_erasure_that_fails_leaves_every_body(filled):
    before = _rows(filled)

    def erase_and_fail():
        with filled.write(NOW) as tx:
            erasure.erase(tx, _numbers(filled), at=NOW, by=BY, reason="x", under="x")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        erase_and_fail()
    assert _rows(filled) == before


def test_what_the_ledger_needs_to_be_believed_is_never_erased(filled):
    for seq, row in _rows(filled).items():
        if row.appeal is None:
            with pytest.raises(Contradiction, match="itself needs"):
                _erase(filled, [seq])
            with pytest.raises(Contradiction, match="only_a_case_is_erased"), filled.write(NOW) as tx:
                run(tx, f"UPDATE event SET body = x'' WHERE seq = {seq}")


def test_people_and_kind_are_still_believed_after_every_case_was_erased(filled):
    _erase(filled, [*_numbers(filled), *_numbers(filled, OTHER)])
    with filled.read() as tx:
        assert people.doubts(tx) == {}
        assert not about.kind_changed(tx)
        assert [entry.person for entry in circle._entries(circle._bodies(tx), actors.names(tx))] == [
            "k.muster",
            "f.freigabe",
        ]


@pytest.mark.parametrize(
    "assignment",
    [
        "body = x'00'",
        "hash = zeroblob(32), body = x''",
        "body_hash = zeroblob(32), body = x''",
        "appeal = 'other', body = x''",
        "seq = 999, body = x''",
        "appeal = NULL",
    ],
)
def test_the_guard_lets_nothing_through_but_the_loss_of_a_body(filled, assignment):
    seq = _numbers(filled)[0]
    with pytest.raises(Contradiction), filled.write(NOW) as tx:
        run(tx, f"UPDATE event SET {assignment} WHERE seq = {seq}")


@pytest.mark.parametrize("assignment", ["body = x'00'", "body = x''", "appeal = 'other'"])
def test_what_is_erased_cannot_be_written_again(filled, assignment):
    seq = _numbers(filled)[0]
    _erase(filled, [seq])
    with pytest.raises(Contradiction, match="never changed"), filled.write(NOW) as tx:
        run(tx, f"UPDATE event SET {assignment} WHERE seq = {seq}")


def test_a_body_that_is_gone_without_an_erasure_is_found(filled):
    seq = _numbers(filled)[1]
    with filled.write(NOW) as tx:
        run(tx, f"UPDATE event SET body = x'' WHERE seq = {seq}")
    assert _places(filled) == {f"event/{seq}"}
    with filled.read() as tx:
        shown = next(event for event in audit.export(tx, APPEAL) if event["seq"] == seq)
    assert (shown["action"], shown["at"], shown["by"], shown["reason"], shown["data"]) == (
        "log.erased",
        "",
        "",
        None,
        {},
    )


def test_an_erasure_that_was_written_before_the_event_does_not_cover_it(filled):
    seq = _numbers(filled)[-1] + 2
    data = {"erased": [{"appeal": APPEAL, "ranges": [[seq, seq]]}], "hashes": "00" * 32, "under": "x", "count": 1}
    with filled.write(NOW) as tx:
        audit.append(tx, at=NOW, by=BY, action=erased.ERASE, data=data)
        assert audit.append(tx, at=NOW, by=BY, action="test", appeal=APPEAL) == seq
        run(tx, f"UPDATE event SET body = x'' WHERE seq = {seq}")
    assert _places(filled) == {f"event/{seq}"}


@pytest.mark.parametrize(
    ("assignment", "found"),
    [
        ("appeal = 'other'", {0}),
        ("body_hash = zeroblob(32)", {0}),
        ("hash = zeroblob(32)", {0, 1, "erasure"}),
        ("body = x'00'", {0, "erasure"}),
    ],
)
def test_an_erased_row_that_was_changed_past_the_guards_is_found(filled, assignment, found):
    seq = _numbers(filled)[0]
    last = max(_rows(filled)) + 1
    _erase(filled, [seq])
    tamper(filled, f"UPDATE event SET {assignment} WHERE seq = {seq}")
    assert _places(filled) == {f"event/{last if at == 'erasure' else seq + at}" for at in found}


def test_an_erasure_of_rows_that_are_whole_is_found(filled):
    seq = _numbers(filled)[0]
    data = {"erased": [{"appeal": APPEAL, "ranges": [[seq, seq]]}], "hashes": "00" * 32, "under": "x", "count": 1}
    with filled.write(NOW) as tx:
        wrong = audit.append(tx, at=NOW, by=BY, action=erased.ERASE, data=data)
    assert _places(filled) == {f"event/{wrong}"}


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"erased": 7},
        *({"erased": [{"appeal": "x", "ranges": [part]}], "under": "", "hashes": ""} for part in ([1], [2, 1], [0, 1])),
        {"erased": [{"appeal": "x", "ranges": [[1, 10**15]]}], "under": "", "hashes": ""},
    ],
)
def test_an_erasure_that_is_not_whole_erases_nothing(filled, data):
    with filled.write(NOW) as tx:
        audit.append(tx, at=NOW, by=BY, action=erased.ERASE, data=data)
        assert erased.erasures(tx) == ()


def test_an_event_whose_instant_cannot_be_read_is_never_due(filled):
    seq = _numbers(filled)[0]
    for body in (b"nonsense", b"[]", b'{"at":"yesterday"}', b'{"at":"2026-11-20T12:00:00"}'):
        tamper(filled, ("UPDATE event SET body = ? WHERE seq = ?", (body, seq)))
        assert seq not in _numbers(filled)


def test_the_instant_of_an_event_is_its_own(filled):
    with filled.read() as tx:
        assert [at for _, at in erasure.dated(tx, APPEAL)] == [NOW, NOW, NOW, NOW + 2 * DAY]
    with filled.write(NOW) as tx:
        audit.append(tx, at=NOW + SECOND / 1_000_000, by=BY, action="test", appeal=APPEAL)
        assert erasure.dated(tx, APPEAL)[-1][1] == NOW + SECOND / 1_000_000


def test_what_was_erased_stands_nowhere_in_the_file(path):
    word = "herbstzeitlose"
    ledger = Ledger.open(path, home_id=HOME)
    with ledger.write(NOW) as tx:
        audit.append(tx, at=NOW, by=BY, action="test", appeal=APPEAL, data={"word": word})
    ledger.close()
    assert word.encode() in path.read_bytes()
    _erase(ledger, _numbers(ledger))
    ledger.close()
    assert all(word.encode() not in file.read_bytes() for file in path.parent.iterdir())


def test_more_rows_than_one_statement_takes_are_erased_at_once(ledger, monkeypatch):
    monkeypatch.setattr(erasure, "AT_ONCE", 3)
    with ledger.write(NOW) as tx:
        for number in range(8):
            audit.append(tx, at=NOW, by=BY, action="test", appeal=APPEAL, data={"n": number})
    numbers = _numbers(ledger)
    assert _erase(ledger, numbers) == len(numbers)
    assert audit.verify(ledger) == ()
    assert rfc8785.dumps(erased.written([(1, "b"), (2, "b"), (4, "b"), (5, "a")])) == (
        b'[{"appeal":"a","ranges":[[5,5]]},{"appeal":"b","ranges":[[1,2],[4,4]]}]'
    )
