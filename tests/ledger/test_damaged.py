"""Rows that somebody else wrote, or that a disk spoiled: they stop nothing and are told."""

import json

import pytest

from fahndung.errors import Message, StillOnline, UsageError
from fahndung.ledger import accounts, alarms, answers, appeals, audit, byhand, copies, endings, people, publications
from fahndung.ledger.alarms import Failure
from fahndung.ledger.byhand import ByHand
from fahndung.ledger.columns import Notes, Words
from fahndung.ledger.endings import Ending
from fahndung.ledger.faults import Unreadable
from fahndung.ledger.publications import Need, Want
from fahndung.ledger.store import Ledger
from fahndung.ledger.tables import metadata
from fahndung.model.alarm import Kind
from fahndung.model.closing import EndReason
from fahndung.model.ids import AppealId
from fahndung.model.publication import State

from .test_answers import ANSWER
from .world import APPEAL, BY, DAY, FAULT, GONE, HOME, HOUR, MINUTE, NOW, bring, draft, plan, run, unchecked

HUGE = 2**63 - 1
NONSENSE = [
    f"due_at = {HUGE}",
    f"due_at = {-HUGE}",
    "due_at = -62135596800000000",
    f"next_at = {HUGE}",
    f"next_at = {-HUGE}",
    f"approved_until = {HUGE}",
    "withdrawal = 'x'",
    "withdrawal = '[]'",
    "endpoint = '[]'",
    f"endpoint = '{'[' * 100_000}'",
    "endpoint = CAST(x'7bff7d' AS TEXT)",
    "draft_references = '[{}]'",
    "draft_references = '7'",
    """draft_references = '[{"id":1,"kind":"page","url":null}]'""",
    """draft_references = '[{"id":"1","kind":"page","url":7}]'""",
    "state = 'nonsense'",
    "medium = 'pigeon'",
    "want = 'sideways'",
]


def spoil(ledger, row, assignment, table="publication"):
    """What somebody with the file and an SQL shell would do."""
    with ledger.write(NOW) as tx, unchecked(tx, table):
        key = "publication" if table != "publication" else "id"
        run(tx, f"UPDATE {table} SET {assignment} WHERE {key} = {row}")


@pytest.fixture
def pair(ledger):
    """The ids of a live row to spoil and of a live row that stays whole."""
    with ledger.write(NOW) as tx:
        return bring(tx, "live"), bring(tx, "live", "m-2", target="2")


@pytest.mark.parametrize("nonsense", NONSENSE, ids=lambda text: text[:30])
def test_one_row_that_cannot_be_read_stops_no_other(ledger, pair, nonsense):
    bad, good = pair
    spoil(ledger, bad, nonsense)
    later = NOW + 40 * DAY
    with ledger.read() as tx:
        whole = publications.get(tx, good)
        assert publications.open_rows(tx) == publications.rows(tx) == publications.rows(tx, APPEAL) == (whole,)
        (due,) = publications.due(tx, later, Need.TAKEDOWN, channel=whole.channel, limit=1)
        assert due == whole
        assert publications.next_wakeup(tx) == whole.next_at
        (told,) = publications.damaged(tx)
        assert (told.id, told.appeal, told.channel, told.finished) == (bad, APPEAL, draft().channel, False)
        assert f"Publication {bad} of {APPEAL}" in told.why.en
        for read in (publications.get, publications.posting):
            with pytest.raises(StillOnline, match="may be online") as caught:
                read(tx, bad)
            assert isinstance(caught.value, Unreadable)
            assert caught.value.message == told.why


@pytest.mark.parametrize("nonsense", NONSENSE, ids=lambda text: text[:30])
def test_the_end_of_an_appeal_reaches_the_readable_rows_and_the_others_too(ledger, pair, nonsense):
    bad, good = pair
    spoil(ledger, bad, nonsense)
    ending = Ending(appeal=AppealId(APPEAL), reason=EndReason.FOUND, by=BY, at=NOW + HOUR)
    with ledger.write(NOW + HOUR) as tx:
        assert endings.end(tx, ending) == (good,)
        assert publications.get(tx, good).want is Want.DOWN
        stored = run(tx, f"SELECT want FROM publication WHERE id = {bad}").scalar()
        wished = [event["data"] for event in audit.export(tx, APPEAL) if event["action"] == "publication.want_down"]
    assert stored == "down"
    assert [event["publication"] for event in wished] == [bad, good]
    assert audit.verify(ledger) == ()


@pytest.mark.parametrize("state", ["withdrawn", "closed"])
def test_a_finished_row_that_cannot_be_read_is_listed_and_stays_finished(ledger, state):
    with ledger.write(NOW) as tx:
        row = bring(tx, state)
    spoil(ledger, row, "withdrawal = 'x'")
    with ledger.write(NOW) as tx:
        assert publications.want_down(tx, [row], now=NOW, by=BY) == ()
        (told,) = publications.damaged(tx, finished=True)
        assert (told.id, told.finished) == (row, True)
        assert len(publications.damaged(tx)) == (state == "withdrawn")  # the looks that are to come would miss it
        assert publications.due(tx, NOW + DAY, Need.LOOK, channel=draft().channel, limit=1) == ()


WORDS = ["x", "[]", '{"en":1,"de":2}', '{"en":"a"}', "[" * 100_000, "null"]


def places_of(kind):
    """The columns of that type, as they are found in the tables."""
    return [(table, column) for table in metadata.sorted_tables for column in table.c if type(column.type) is kind]


@pytest.mark.parametrize("stored", WORDS, ids=lambda text: text[:20])
def test_sentences_that_somebody_spoilt_stand_as_they_are_wherever_they_are_kept(ledger, stored):
    with ledger.write(NOW) as tx:
        row = bring(tx, "withdrawing")
        publications.withdraw_failed(tx, row, FAULT, next_at=NOW, now=NOW, by=BY)
        accounts.failing(tx, "website", FAULT, now=NOW)
        item = byhand.add(tx, ByHand(appeal=APPEAL, what=FAULT, why=FAULT), at=NOW, by=BY)
        alarm = alarms.raise_(tx, Kind.OVERDUE, APPEAL, FAULT, now=NOW, by=BY)
    with ledger.write(NOW) as tx:
        for table, column in places_of(Words):
            assert run(tx, f"UPDATE {table.name} SET {column.name} = ?", (stored,)).rowcount == 1
        kept = publications.get(tx, row)
        told = [kept.problem, kept.due_because, accounts.get(tx, "website").problem, alarms.get(tx, alarm).what]
        told += [byhand.get(tx, item).what, byhand.get(tx, item).why]
        assert told == [Message.same(stored)] * len(places_of(Words))
        assert (publications.open_rows(tx), publications.damaged(tx)) == ((kept,), ())
        publications.intend_withdraw(tx, row, now=NOW, by=BY)
        publications.gone(tx, row, GONE, now=NOW, by=BY)
        accounts.answered(tx, "website", now=NOW)
        alarms.clear(tx, alarm, now=NOW, by=BY)
    assert audit.verify(ledger) == ()


@pytest.mark.parametrize("stored", WORDS, ids=lambda text: text[:20])
def test_notes_that_somebody_spoilt_are_told_as_they_stand_and_stop_nothing(ledger, stored):
    with ledger.write(NOW) as tx:
        row = bring(tx, "withdrawing")
        publications.withdraw_failed(tx, row, FAULT, next_at=NOW, now=NOW, by=BY)
        answers.keep(tx, publications.get(tx, row), "withdraw", [ANSWER])
        copy = copies.add(tx, appeal=APPEAL, url="https://archiv.example/1", at=NOW, by=BY)
        copies.looked(tx, copy, copies.Sight(outcome=copies.Outcome.THERE), next_at=NOW, now=NOW, by=BY)
        alarm = alarms.raise_(tx, Kind.OVERDUE, APPEAL, FAULT, now=NOW, by=BY)
        failed = {"box/0": Failure(tries=1, why=FAULT)}
        alarms.sent(tx, alarm, whole_round=True, failed=failed, next_at=NOW, now=NOW)
    with ledger.write(NOW) as tx:
        for table, column in places_of(Notes):
            assert run(tx, f"UPDATE {table.name} SET {column.name} = ?", (stored,)).rowcount
        noted = json.loads(stored) if stored.startswith("{") else {"unreadable": stored}
        assert publications.operations(tx, row)[-1].evidence == noted
        assert answers.of(tx, APPEAL)[0].answer.headers == noted
        assert alarms.get(tx, alarm).failed == {}
        (item,) = copies.open_copies(tx)
        assert (item.seen, copies.last_sight(item)) == (noted, None)
        assert copies.looked(tx, copy, copies.Sight(outcome=copies.Outcome.ABSENT), next_at=NOW, now=NOW, by=BY)
        publications.intend_withdraw(tx, row, now=NOW, by=BY)
        publications.gone(tx, row, GONE, now=NOW, by=BY)


def test_no_row_is_damaged_in_a_ledger_in_use(ledger, pair):
    with ledger.read() as tx:
        assert publications.damaged(tx, finished=True) == ()


def test_the_damaged_rows_of_one_appeal_are_told_alone(ledger, pair):
    spoil(ledger, pair[0], "withdrawal = 'x'")
    with ledger.read() as tx:
        assert [row.id for row in publications.damaged(tx, APPEAL)] == [pair[0]]
        assert publications.damaged(tx, "pdl-2026-9999") == ()


def test_a_full_counter_of_attempts_stops_no_call(ledger, pair):
    for row in pair:
        spoil(ledger, row, f"attempts = {HUGE}, state = 'withdrawing', want = 'down'")
        with ledger.write(NOW) as tx:
            publications.intend_withdraw(tx, row, now=NOW, by=BY)
    with ledger.write(NOW) as tx:
        row = bring(tx, "publishing", "m-3", target="3")
    spoil(ledger, row, f"attempts = {HUGE}")
    with ledger.write(NOW) as tx:
        publications.intend_publish(tx, row, now=NOW, by=BY)
        assert publications.get(tx, row).state is State.PUBLISHING


def test_the_references_are_there_though_nobody_knows_when_they_were_seen(ledger, pair):
    spoil(ledger, pair[0], f"seen_at = {HUGE}", "remote_object")
    with ledger.read() as tx:
        assert publications.posting(tx, pair[0]).references == draft().references
        with pytest.raises(Unreadable, match="is no instant"):
            publications.seen(tx, pair[0])


def test_a_publication_of_a_revision_that_nobody_handed_in_is_still_read_and_ended(engine, ledger, pair):
    row = pair[0]
    if engine == "sqlite":
        connection = ledger._connections.read.raw_connection()
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(f"UPDATE publication SET revision = 7 WHERE id = {row}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.close()
    else:
        with ledger.write(NOW) as tx, unchecked(tx, "publication", "f"):
            run(tx, f"UPDATE publication SET revision = 7 WHERE id = {row}")
    with ledger.write(NOW) as tx:
        assert appeals.find(tx, APPEAL, 7) is None
        assert {found.id for found in publications.open_rows(tx)} == set(pair)
        assert publications.damaged(tx) == ()
        assert publications.want_down(tx, [row], now=NOW, by=BY) == (row,)
        publications.intend_withdraw(tx, row, now=NOW, by=BY)


@pytest.mark.peers
@pytest.mark.parametrize("mark", ["", "soon", str(HUGE), "9" * 5000, "1e9", "None"])
def test_a_clock_mark_that_is_no_instant_stops_nothing_and_is_told(place, mark):
    with Ledger.open(place, home_id=HOME) as ledger, ledger.write(NOW) as tx:
        run(tx, "UPDATE meta SET v = ? WHERE k = 'clock'", (mark,))
    with Ledger.open(place, home_id=HOME) as ledger:
        assert ledger.clock_behind(NOW - DAY) is None
        with ledger.write(NOW + MINUTE) as tx:
            plan(tx, now=NOW + MINUTE)
        (problem,) = audit.verify(ledger)
    assert (problem.rule, problem.severity, problem.field) == ("audit", "block", "meta/clock")


def test_a_person_whose_row_cannot_be_read_is_an_alarm_of_the_audit(ledger):
    with ledger.write(NOW) as tx:
        run(tx, "UPDATE person SET added_at = ? WHERE id = ?", (HUGE, BY))
    (problem,) = audit.verify(ledger)
    assert (problem.rule, problem.field) == ("audit", "person")
    with ledger.read() as tx, pytest.raises(Unreadable):
        people.all(tx)


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**30])
def test_a_number_beyond_the_columns_is_nobodys(ledger, number):
    with ledger.write(NOW) as tx:
        with pytest.raises(UsageError, match="no item"):
            byhand.close(tx, number, person=BY, note="weg", at=NOW)
        with pytest.raises(UsageError, match="no publication"):
            publications.get(tx, number)
        with pytest.raises(UsageError, match="has not been handed in"):
            appeals.get(tx, APPEAL, number)
