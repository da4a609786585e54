import pytest

from fahndung.errors import Message, UsageError
from fahndung.ledger import alarms, audit
from fahndung.ledger.alarms import Failure
from fahndung.ledger.faults import Contradiction
from fahndung.model.alarm import Kind

from .world import APPEAL, BY, DAY, FAULT, HOUR, MINUTE, NOW, WHY


def raised(ledger, now=NOW, what=WHY, subject=APPEAL):
    with ledger.write(now) as tx:
        return alarms.raise_(tx, Kind.OVERDUE, subject, what, now=now, by=BY, appeal=APPEAL)


def known(ledger, number):
    with ledger.read() as tx:
        return alarms.get(tx, number)


def actions(ledger):
    with ledger.read() as tx:
        return [event["action"] for event in audit.export(tx, APPEAL) if event["action"].startswith("alarm.")]


def test_an_alarm_is_raised_once_while_it_is_open_and_due_at_once(ledger):
    number = raised(ledger)
    assert raised(ledger, NOW + HOUR) == number
    assert raised(ledger, subject="other") != number
    one = known(ledger, number)
    assert (one.kind, one.subject, one.appeal, one.what) == (Kind.OVERDUE, APPEAL, APPEAL, WHY)
    assert (one.raised_at, one.next_at, one.sends, one.sent_at, one.failed) == (NOW, NOW, 0, None, {})
    assert actions(ledger) == ["alarm.raise", "alarm.raise"]


def test_the_words_follow_the_facts_without_another_alarm(ledger):
    number = raised(ledger)
    assert raised(ledger, NOW + HOUR, FAULT) == number
    assert known(ledger, number).what == FAULT
    assert actions(ledger) == ["alarm.raise"]


def test_who_acknowledges_ends_the_repetition_and_the_cause_ends_the_alarm(ledger):
    number = raised(ledger)
    with ledger.write(NOW + HOUR) as tx:
        one = alarms.acknowledge(tx, number, person=BY, note="Rufe an", now=NOW + HOUR)
        assert (one.acknowledged_at, one.acknowledged_by, one.acknowledged_note) == (NOW + HOUR, BY, "Rufe an")
        assert one.next_at is None
        assert not alarms.any_due(tx, NOW + DAY)
        assert alarms.open_alarms(tx) == (one,)
    assert raised(ledger, NOW + DAY) == number
    with ledger.write(NOW + DAY) as tx:
        alarms.clear(tx, number, now=NOW + DAY, by=BY)
        alarms.clear(tx, number, now=NOW + DAY, by=BY)
        assert alarms.open_alarms(tx) == ()
    assert actions(ledger) == ["alarm.raise", "alarm.acknowledge", "alarm.clear"]
    assert audit.verify(ledger) == ()
    assert raised(ledger, NOW + DAY) != number


def test_a_note_stands_in_no_event(ledger):
    number = raised(ledger)
    with ledger.write(NOW) as tx:
        alarms.acknowledge(tx, number, person=BY, note="Frau Muster ruft an", now=NOW)
        assert "Muster ruft" not in repr(audit.export(tx, APPEAL))


def test_only_an_open_alarm_is_acknowledged_and_once(ledger):
    number = raised(ledger)
    with ledger.write(NOW) as tx:
        for nobodys in (number + 1, 2**70):
            with pytest.raises(UsageError, match="no alarm"):
                alarms.acknowledge(tx, nobodys, person=BY, note=None, now=NOW)
        alarms.acknowledge(tx, number, person=BY, note=None, now=NOW)
        with pytest.raises(UsageError, match=f"acknowledged by {BY} already"):
            alarms.acknowledge(tx, number, person=BY, note=None, now=NOW)
        alarms.clear(tx, number, now=NOW, by=BY)
        with pytest.raises(UsageError, match="over already"):
            alarms.acknowledge(tx, number, person=BY, note=None, now=NOW)


def test_what_is_claimed_is_nobody_else_s_until_the_claim_ends(ledger):
    number = raised(ledger)
    with ledger.write(NOW) as tx:
        (one,) = alarms.claim_due(tx, now=NOW, until=NOW + MINUTE)
        assert one.id == number
        assert alarms.claim_due(tx, now=NOW, until=NOW + MINUTE) == ()
        assert not alarms.any_due(tx, NOW)
        assert alarms.any_due(tx, NOW + MINUTE)


def test_what_was_sent_is_counted_and_what_failed_is_kept_by_way(ledger):
    number = raised(ledger)
    failed = {"box/0": Failure(tries=1, why=FAULT)}
    with ledger.write(NOW) as tx:
        alarms.sent(tx, number, whole_round=True, failed=failed, next_at=NOW + MINUTE, now=NOW)
    one = known(ledger, number)
    assert (one.sends, one.sent_at, one.next_at, one.failed) == (1, NOW, NOW + MINUTE, failed)
    with ledger.write(NOW + MINUTE) as tx:
        alarms.sent(tx, number, whole_round=False, failed={}, next_at=NOW + HOUR, now=NOW + MINUTE)
    one = known(ledger, number)
    assert (one.sends, one.sent_at, one.next_at, one.failed) == (1, NOW, NOW + HOUR, {})


def test_an_acknowledgement_that_came_while_it_was_sent_stays(ledger):
    number = raised(ledger)
    with ledger.write(NOW) as tx:
        alarms.claim_due(tx, now=NOW, until=NOW + MINUTE)
        alarms.acknowledge(tx, number, person=BY, note=None, now=NOW)
        alarms.sent(tx, number, whole_round=True, failed={}, next_at=NOW + HOUR, now=NOW)
    assert known(ledger, number).next_at is None


def test_a_reading_transaction_raises_nothing(ledger):
    with pytest.raises(Contradiction), ledger.read() as tx:  # one engine tells it only at the end
        alarms.raise_(tx, Kind.CLOCK, "clock", Message("a", "b"), now=NOW, by=BY)


def test_alarms_are_listed_by_kind(ledger):
    first = raised(ledger)
    with ledger.write(NOW) as tx:
        second = alarms.raise_(tx, Kind.CLOCK, "clock", WHY, now=NOW, by=BY)
        assert [one.id for one in alarms.open_alarms(tx)] == [first, second]
        assert [one.id for one in alarms.open_alarms(tx, {Kind.CLOCK})] == [second]
