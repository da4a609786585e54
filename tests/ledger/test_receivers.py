"""R35, R39: everybody who got a copy is named, and told only if the end was read back there or a person says so."""

import pytest

from fahndung.errors import Message
from fahndung.ledger import byhand, endings, publications, receivers
from fahndung.ledger.byhand import ByHand, Kind
from fahndung.ledger.endings import Ending
from fahndung.model.closing import EndReason
from fahndung.model.mandate import Medium

from .world import APPEAL, BY, DAY, GONE, HOUR, NOW, PAGE, STATES, bring, hand_in, plan

TELLING = frozenset({"website"})
MAIL = {"channel": "presse", "kind": "mail", "medium": Medium.PRINT}


def _found(tx, appeal=APPEAL):
    return receivers.receivers(tx, appeal, telling=TELLING)


@pytest.mark.parametrize("state", STATES)
def test_whoever_was_called_and_did_not_refuse_got_a_copy(ledger, state):
    with ledger.write(NOW) as tx:
        row = bring(tx, state)
        found = _found(tx)
    assert [receiver.publication for receiver in found] == (
        [] if state in ("planned", "cancelled", "rejected") else [row]
    )


def test_a_receiver_says_who_got_what_when_and_where(ledger):
    with ledger.write(NOW) as tx:
        row = bring(tx, "live", target="lokal", draft_changes=MAIL)
        digest = publications.get(tx, row).digest
        (found,) = _found(tx)
    assert found == receivers.Receiver(
        appeal=APPEAL,
        revision=1,
        name=Message.same("presse (lokal)"),
        channel="presse",
        medium=Medium.PRINT,
        target="lokal",
        url=PAGE.url,
        digest=digest,
        publication=row,
        sent_at=NOW,
        over=False,
    )


def test_a_call_of_which_nobody_heard_was_sent_when_it_was_first_about_to_be_made(ledger):
    with ledger.write(NOW) as tx:
        row = plan(tx)
        publications.intend_publish(tx, row, now=NOW + HOUR, by=BY)
        publications.intend_publish(tx, row, now=NOW + 2 * HOUR, by=BY)
        publications.intend_withdraw(tx, row, now=NOW + DAY, by=BY)
        (found,) = _found(tx)
    assert (found.sent_at, found.over, found.told_at) == (NOW + HOUR, True, None)


def test_a_website_tells_the_end_when_it_is_read_back_as_gone_and_not_before(ledger):
    with ledger.write(NOW) as tx:
        row = bring(tx, "withdrawing")
        assert _found(tx)[0].told_at is None
        publications.gone(tx, row, GONE, now=NOW + HOUR, by=BY)
        (found,) = _found(tx)
    assert (found.told_at, found.tells) == (NOW + HOUR, True)


def test_a_copy_that_came_back_has_not_been_told(ledger):
    with ledger.write(NOW) as tx:
        row = bring(tx, "withdrawn")
        publications.saw(tx, row, PAGE, now=NOW + HOUR, by=BY)
        assert _found(tx)[0].told_at is None


def test_where_the_channel_tells_nobody_only_a_person_does(ledger):
    with ledger.write(NOW) as tx:
        row = bring(tx, "withdrawn", draft_changes=MAIL)
        assert (_found(tx)[0].over, _found(tx)[0].told_at) == (True, None)
        thing = ByHand(
            appeal=APPEAL, what=Message.same("Presse"), why=Message.same("§ 75"), publication=row, kind=Kind.TELL
        )
        item = byhand.add(tx, thing, at=NOW, by=BY)
        assert _found(tx)[0].told_at is None
        byhand.close(tx, item, person=BY, note="angerufen", at=NOW + DAY)
        assert _found(tx)[0].told_at == NOW + DAY


def test_what_a_person_says_is_gone_counts_as_told(ledger):
    with ledger.write(NOW) as tx:
        bring(tx, "closed", draft_changes=MAIL)
        assert _found(tx)[0].told_at == NOW


def test_paper_is_a_receiver_until_it_is_taken_off(ledger):
    with ledger.write(NOW) as tx:
        printed = ByHand(
            appeal=APPEAL,
            what=Message.same("Plakate A4"),
            why=Message.same("Papier"),
            kind=Kind.PAPER,
            place="Rathaus",
            pieces=3,
        )
        item = byhand.add(tx, printed, at=NOW, by=BY)
        (hanging,) = _found(tx)
        byhand.close(tx, item, person=BY, note="abgehängt", at=NOW + DAY)
        (taken,) = _found(tx)
    assert (hanging.name.de, hanging.medium, hanging.sent_at, hanging.told_at) == (
        "Plakate A4, 3 Stück: Rathaus",
        Medium.POSTER,
        NOW,
        None,
    )
    assert (hanging.item, hanging.over, taken.over, taken.told_at) == (item, False, True, NOW + DAY)


def test_tasks_and_copies_of_publications_are_no_receivers_of_their_own(ledger):
    with ledger.write(NOW) as tx:
        row = bring(tx, "by-hand")
        for kind in set(Kind) - {Kind.PAPER}:
            byhand.add(
                tx,
                ByHand(appeal=APPEAL, what=Message.same(kind), why=Message.same("x"), publication=row, kind=kind),
                at=NOW,
                by=BY,
            )
        byhand.add(
            tx,
            ByHand(appeal=APPEAL, what=Message.same("x"), why=Message.same("x"), kind=Kind.BREACH_NOTICE),
            at=NOW,
            by=BY,
        )
        assert [found.publication for found in _found(tx)] == [row]


def test_an_end_makes_what_was_sent_over_and_another_appeal_is_not_concerned(ledger):
    with ledger.write(NOW) as tx:
        hand_in(tx, "other-1")
        bring(tx, "live")
        bring(tx, "live", "m-2", appeal="other-1")
        endings.end(tx, Ending(appeal=APPEAL, reason=EndReason.FOUND, by=BY, at=NOW))
        assert [found.over for found in _found(tx)] == [True]
        assert [found.over for found in _found(tx, "other-1")] == [False]


def test_who_was_told_of_a_later_revision_was_told_of_the_earlier_one(ledger):
    with ledger.write(NOW) as tx:
        hand_in(tx, revision=2)
        bring(tx, "withdrawn", draft_changes=MAIL)
        later = bring(tx, "withdrawn", "m-2", revision=2, draft_changes=MAIL)
        bring(tx, "withdrawn", "m-3", target="andere", draft_changes=MAIL)
        thing = ByHand(
            appeal=APPEAL, what=Message.same("Presse"), why=Message.same("§ 75"), publication=later, kind=Kind.TELL
        )
        byhand.close(tx, byhand.add(tx, thing, at=NOW, by=BY), person=BY, note="angerufen", at=NOW + DAY)
        assert [found.told_at for found in _found(tx)] == [NOW + DAY, NOW + DAY, None]
