"""The ledger in numbers."""

import pytest

from fahndung.errors import Message
from fahndung.ledger import alarms, byhand, tally
from fahndung.ledger.byhand import ByHand
from fahndung.ledger.tally import OnChannel
from fahndung.model.alarm import Kind

from .world import APPEAL, BY, NOW, STATES, bring, hand_in

NOTHING_OPEN = ("withdrawn", "closed", "cancelled", "rejected")


@pytest.mark.parametrize("state", STATES)
def test_only_what_may_be_or_will_be_online_is_open(ledger, state):
    with ledger.write(NOW) as tx:
        assert not tally.anything_open(tx)
        bring(tx, state)
        assert tally.anything_open(tx) is (state not in NOTHING_OPEN)


def test_each_channel_has_its_own_numbers(ledger):
    with ledger.write(NOW) as tx:
        bring(tx, "live")
        bring(tx, "live", "m-2", target="2")
        bring(tx, "closed", "m-3", target="3")
        bring(tx, "planned", "m-4", target="4", draft_changes={"channel": "board"})
        assert tally.channels(tx, NOW) == {"board": OnChannel(due=1, live=0), "website": OnChannel(due=0, live=2)}


def test_appeals_are_counted_once_whatever_their_revisions(ledger):
    with ledger.write(NOW) as tx:
        hand_in(tx, revision=2)
        hand_in(tx, appeal="pdl-2026-0118")
        assert tally.appeals(tx) == 2


def test_what_is_closed_or_over_does_not_count(ledger):
    with ledger.write(NOW) as tx:
        items = [
            byhand.add(tx, ByHand(appeal=APPEAL, what=Message.same(str(n)), why=Message.same("x")), at=NOW, by=BY)
            for n in range(2)
        ]
        byhand.close(tx, items[0], person=BY, note="weg", at=NOW)
        raised = [alarms.raise_(tx, Kind.OVERDUE, str(n), Message("a", "a"), now=NOW, by=BY) for n in range(2)]
        alarms.clear(tx, raised[0], now=NOW, by=BY)
        assert (tally.items(tx), tally.alarms(tx)) == (1, 1)
