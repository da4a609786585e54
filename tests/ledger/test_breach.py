"""R41: an error opens a breach in the same breath, and only a person's word closes it."""

import json

import pytest

from fahndung.errors import Message
from fahndung.ledger import audit, breaches, byhand, endings, publications
from fahndung.ledger.breaches import Breach, Duty, Task
from fahndung.ledger.endings import Ending
from fahndung.ledger.faults import Contradiction
from fahndung.model.closing import EndReason

from .world import APPEAL, BY, DAY, HOUR, NOW, bring, run

REPORT = Task(Message("Report", "Melden"), Message("§ 65 of it", "§ 65 davon"))
TELL = Task(Message("Tell them", "Benachrichtigen"), Message.same("§ 66"))
DUTY = Duty(due_at=NOW + 72 * HOUR, notice=REPORT, persons=TELL)
ENDING = Ending(appeal=APPEAL, reason=EndReason.ERROR, by=BY, at=NOW)


def _end(ledger, **more):
    with ledger.write(NOW) as tx:
        return endings.end(tx, ENDING, **more)


def _known(ledger):
    with ledger.read() as tx:
        return breaches.breaches(tx, APPEAL), byhand.open_items(tx, APPEAL)


def test_an_error_opens_a_breach_and_two_items_for_people(ledger):
    _end(ledger, duty=DUTY)
    (breach,), items = _known(ledger)
    assert [(item.kind, item.what, item.why) for item in items] == [
        ("breach-notice", *REPORT),
        ("breach-persons", *TELL),
    ]
    assert breach == Breach(
        id=breach.id,
        appeal=APPEAL,
        revision=1,
        known_at=NOW,
        due_at=NOW + 72 * HOUR,
        opened_by=BY,
        item=items[0].id,
        reported_at=None,
        reported_by=None,
        note=None,
    )
    with ledger.read() as tx:
        last = audit.export(tx, APPEAL)[-1]
        assert breaches.breaches(tx) == (breach,)
        assert breaches.breaches(tx, "other-1") == ()
    assert (last["action"], last["data"]["due_at"]) == ("breach.open", "2026-11-23T12:00:00+00:00")


def test_an_ending_without_a_duty_opens_none(ledger):
    _end(ledger)
    assert _known(ledger) == ((), ())


def test_ending_and_breach_are_one_transaction(ledger, monkeypatch):
    with ledger.write(NOW) as tx:
        row = bring(tx, "live")

    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(breaches, "open", broken)
    with pytest.raises(RuntimeError):
        _end(ledger, duty=DUTY)
    with ledger.read() as tx:
        assert endings.endings(tx) == ()
        assert publications.get(tx, row).want == "up"
    assert _known(ledger) == ((), ())


def test_closing_the_notice_reports_the_breach_and_closing_the_other_item_does_not(ledger):
    _end(ledger, duty=DUTY)
    _, (notice, persons) = _known(ledger)
    with ledger.write(NOW) as tx:
        byhand.close(tx, persons.id, person=BY, note="angerufen", at=NOW + HOUR)
    assert _known(ledger)[0][0].reported_at is None
    with ledger.write(NOW) as tx:
        byhand.close(tx, notice.id, person="f.freigabe", note="Az. 7", at=NOW + DAY)
    (breach,), _ = _known(ledger)
    assert (breach.reported_at, breach.reported_by, breach.note) == (NOW + DAY, "f.freigabe", "Az. 7")
    with ledger.read() as tx:
        last = audit.export(tx, APPEAL)[-1]
    assert (last["action"], last["by"], last["data"]["breach"]) == ("breach.report", "f.freigabe", breach.id)
    assert "Az. 7" not in json.dumps(last)


def test_an_error_told_again_is_the_same_breach_until_it_is_reported(ledger):
    _end(ledger, duty=DUTY)
    _end(ledger, duty=DUTY)
    (breach,), (notice, _) = _known(ledger)
    with ledger.write(NOW) as tx:
        byhand.close(tx, notice.id, person=BY, note="gemeldet", at=NOW)
    _end(ledger, duty=DUTY)
    assert [known.id for known in _known(ledger)[0]] == [breach.id, breach.id + 1]


@pytest.mark.parametrize(
    ("assignment", "constraint"),
    [
        ("due_at = known_at - 1", "due_after_known"),
        ("reported_at = 1", "reported_by_a_person"),
        ("reported_at = 1, reported_by = 'x'", "reported_by_a_person"),
        ("item = 99", "(?i)foreign key"),
        ("revision = 9", "(?i)foreign key"),
    ],
)
def test_the_database_refuses_half_a_breach(ledger, assignment, constraint):
    _end(ledger, duty=DUTY)
    with pytest.raises(Contradiction, match=constraint), ledger.write(NOW) as tx:
        run(tx, f"UPDATE breach SET {assignment}")


def test_a_breach_is_never_deleted(ledger):
    _end(ledger, duty=DUTY)
    with pytest.raises(Contradiction, match="never deleted"), ledger.write(NOW) as tx:
        run(tx, "DELETE FROM breach")
