"""What servers answered is kept with the publication, the newest of it, until it is erased with its revision."""

import dataclasses
import datetime as dt

import pytest

from fahndung.ledger import answers, audit, keeping, publications
from fahndung.ledger.faults import Contradiction
from fahndung.ledger.store import Ledger
from fahndung.ledger.transaction import Tx
from fahndung.model.rawanswer import MOST_BODY, RawAnswer

from .world import APPEAL, BY, NOW, bring

ANSWER = RawAnswer(
    at=NOW,
    method="POST",
    address="social.polizei.example/api/v1/statuses",
    status=422,
    headers={"retry-after": "30"},
    body='{"error": "Text zu lang: „Zeugen gesucht“"}',
)


def numbered(first: int, last: int) -> list[RawAnswer]:
    return [dataclasses.replace(ANSWER, status=number) for number in range(first, last)]


def keep(ledger: Ledger, *kept: RawAnswer) -> int:
    with ledger.write(NOW) as tx:
        row = bring(tx, "live")
        answers.keep(tx, publications.get(tx, row), "send", kept)
    return row


def test_an_answer_comes_out_as_it_was_kept_with_what_it_answered(ledger: Ledger) -> None:
    row = keep(ledger, ANSWER)
    with ledger.read() as tx:
        (kept,) = answers.of(tx, APPEAL)
        calls = publications.operations(tx, row)
    assert kept.answer == ANSWER
    assert (kept.publication, kept.operation, kept.task) == (row, calls[-1].id, "send")
    assert kept.channel


def test_the_newest_stay(ledger: Ledger) -> None:
    row = keep(ledger, *numbered(0, answers.MOST - 1))
    with ledger.write(NOW) as tx:
        answers.keep(tx, publications.get(tx, row), "look", numbered(500, 503))
    with ledger.read() as tx:
        kept = [one.answer.status for one in answers.of(tx, APPEAL)]
    assert kept == [*range(2, answers.MOST - 1), 500, 501, 502]


def test_a_body_that_is_too_long_is_refused_by_the_database(ledger: Ledger) -> None:
    keep(ledger, dataclasses.replace(ANSWER, body="ß" * MOST_BODY))
    with ledger.read() as tx:
        (row,) = publications.rows(tx, APPEAL)
    longer = dataclasses.replace(ANSWER, body="x" * (MOST_BODY + 1))
    with pytest.raises(Contradiction, match="body_is_short"), ledger.write(NOW) as tx:
        answers.keep(tx, row, "send", [longer])


def erased(tx: Tx, revision: int) -> int:
    return keeping.erase_answers(tx, APPEAL, revision, at=NOW + dt.timedelta(days=1), by=BY)


def test_they_are_erased_with_their_revision_and_the_log_says_so_once(ledger: Ledger) -> None:
    keep(ledger, *numbered(500, 503))
    with ledger.write(NOW + dt.timedelta(days=1)) as tx:
        assert answers.count(tx, APPEAL, 1) == 3
        assert (erased(tx, 2), erased(tx, 1), erased(tx, 1)) == (0, 3, 0)
        assert answers.of(tx, APPEAL) == ()
        told = [event["data"] for event in audit.export(tx, APPEAL) if event["action"] == "answers.erase"]
    assert told == [{"revision": 1, "count": 3}]
    assert audit.verify(ledger) == ()
