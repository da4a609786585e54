import pytest

from fahndung.ledger import publications
from fahndung.ledger.spans import Span, spans

from .test_damaged import spoil
from .world import APPEAL, BY, DAY, FAULT, GONE, HOUR, NOW, PAGE, STATES, bring

CONFIRMED = ("live", "withdrawing", "by-hand", "tombstone", "withdrawn", "closed")
DONE = ("withdrawn", "closed")


@pytest.mark.parametrize("state", STATES)
def test_only_what_was_confirmed_to_be_online_has_a_span_and_only_what_is_down_an_end(ledger, state):
    with ledger.write(NOW) as tx:
        bring(tx, state)
        found, unreadable = spans(tx)
    end = NOW if state in DONE else None
    span = Span(appeal=APPEAL, revision=1, channel="website", start=NOW, end=end)
    assert (found, unreadable) == ((span,) if state in CONFIRMED else (), 0)


def test_a_copy_that_came_back_is_online_until_it_is_gone_again(ledger):
    with ledger.write(NOW) as tx:
        row = bring(tx, "live")
        publications.intend_withdraw(tx, row, now=NOW + HOUR, by=BY)
        publications.gone(tx, row, GONE, now=NOW + HOUR, by=BY)
        assert spans(tx)[0][0].end == NOW + HOUR
        publications.saw(tx, row, PAGE, now=NOW + 2 * HOUR, by=BY)
        assert spans(tx)[0][0].end is None
        publications.to_hands(tx, row, FAULT, next_at=NOW + DAY, now=NOW + 3 * HOUR, by=BY)
        publications.close(tx, row, person=BY, now=NOW + DAY)
        assert spans(tx)[0][0].end == NOW + DAY  # a person's word is later than what was once read back


def test_a_row_that_cannot_be_read_is_counted_as_such(ledger):
    with ledger.write(NOW) as tx:
        bring(tx, "live")
        whole = bring(tx, "live", "m-2", target="2")
    spoil(ledger, whole, f"published_at = {2**63 - 1}")
    with ledger.read() as tx:
        found, unreadable = spans(tx)
    assert (len(found), unreadable) == (1, 1)
