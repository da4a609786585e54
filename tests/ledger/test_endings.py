import dataclasses

import pytest

from fahndung.errors import NotPublishable, UsageError
from fahndung.ledger import appeals, audit, covering, endings, publications
from fahndung.ledger.endings import Ending
from fahndung.ledger.faults import Contradiction
from fahndung.ledger.transaction import attempt
from fahndung.model.closing import EndReason
from fahndung.model.mandate import Medium

from .world import APPEAL, BY, DOWN, HOUR, NOW, STATES, bring, hand_in, plan

SOCIAL = {"channel": "sozial", "medium": Medium.SOCIAL}


def ending(**changes):
    values = {"appeal": APPEAL, "reason": EndReason.FOUND, "by": BY, "at": NOW + HOUR}
    return Ending(**{**values, **changes})


def test_an_ending_makes_everything_unfinished_due_in_the_same_breath(ledger):
    with ledger.write(NOW) as tx:
        hand_in(tx, "other-1")
        other = plan(tx, "m-0", appeal="other-1")
        known = {bring(tx, state, f"m-{state}", target=state): state for state in STATES}
    with ledger.write(NOW) as tx:
        concerned = endings.end(tx, ending(note="Anruf der Kollegin"))
    assert {known[row] for row in concerned} == set(STATES) - set(DOWN)
    with ledger.read() as tx:
        for row in concerned:
            known = publications.get(tx, row)
            assert (known.want, known.next_at) == ("down", NOW + HOUR)
        assert publications.get(tx, other).want == "up"
        (kept,) = endings.endings(tx, APPEAL)
        assert kept == ending(note="Anruf der Kollegin", revision=1)
        assert endings.endings(tx) == (kept,)
        assert endings.endings(tx, "other-1") == ()
        actions = [event["action"] for event in audit.export(tx, APPEAL)]
        assert actions[-len(concerned) - 1] == "appeal.end"
        assert "Kollegin" not in str(audit.export(tx, APPEAL))


@pytest.mark.parametrize(
    ("part", "concerned"),
    [
        ({}, {"website", "sozial"}),
        ({"medium": Medium.SOCIAL}, {"sozial"}),
        ({"channel": "website"}, {"website"}),
        ({"channel": "website", "medium": Medium.SOCIAL}, set()),
        ({"person": "p1"}, {"website", "sozial"}),
    ],
)
def test_an_ending_concerns_what_it_names(ledger, part, concerned):
    with ledger.write(NOW) as tx:
        known = {bring(tx, "live"): "website", bring(tx, "live", "m-2", draft_changes=SOCIAL): "sozial"}
        assert {known[row] for row in endings.end(tx, ending(**part))} == concerned


def test_after_an_ending_nothing_more_of_these_revisions_goes_out(ledger):
    with ledger.write(NOW) as tx:
        hand_in(tx, revision=2)
        endings.end(tx, ending())
        hand_in(tx, revision=3)
        assert [endings.is_ended(tx, APPEAL, revision) for revision in (1, 2, 3)] == [True, True, False]
        plan(tx, revision=3)
    for revision in (1, 2):
        with pytest.raises(NotPublishable, match="has ended"), ledger.write(NOW) as tx:
            plan(tx, "m-2", revision=revision)


@pytest.mark.parametrize(
    ("part", "ended"),
    [
        ({"medium": Medium.SOCIAL}, {"social"}),
        ({"channel": "sozial"}, {"social"}),
        ({"person": "p1"}, set()),
    ],
)
def test_a_partial_ending_closes_its_part_only(ledger, part, ended):
    with ledger.write(NOW) as tx:
        endings.end(tx, ending(**part))
        assert not endings.is_ended(tx, APPEAL, 1)
        found = {
            medium.value
            for medium, channel in ((Medium.SOCIAL, "sozial"), (Medium.WEBSITE, "website"))
            if endings.is_ended(tx, APPEAL, 1, medium=medium, channel=channel)
        }
        assert found == ended
        plan(tx, target="without-p1")
    if ended:
        with pytest.raises(NotPublishable), ledger.write(NOW) as tx:
            plan(tx, "m-2", draft_changes=SOCIAL)


def test_after_the_end_of_a_person_only_what_does_not_show_them_goes_out_or_stays(ledger):
    with ledger.write(NOW) as tx:
        assert bring(tx, "live", "m-1", target="without-p1") not in endings.end(tx, ending(person="p1"))
        assert covering.ended_persons(tx, APPEAL, 1) == {"p1"}
        assert covering.ended_persons(tx, APPEAL, 2) == frozenset()
    for number, target in enumerate(("", "without-p2", "without-p10")):
        with pytest.raises(NotPublishable, match="a person whom it shows"), ledger.write(NOW) as tx:
            plan(tx, f"n-{number}", target=target)
    with ledger.write(NOW) as tx:
        row = plan(tx, "m-2", target="without-p1")
        assert row in endings.end(tx, ending(person="p2"))
    with pytest.raises(NotPublishable, match="has ended"), ledger.write(NOW) as tx:
        publications.intend_publish(tx, row, now=NOW, by=BY)


def test_what_fails_in_a_part_of_a_transaction_undoes_that_part_alone(ledger):
    with ledger.write(NOW) as tx:
        endings.end(tx, ending(person="p1"))
        with pytest.raises(NotPublishable), attempt(tx):
            plan(tx)
        plan(tx, target="without-p1")
        with pytest.raises(Contradiction), attempt(tx):
            plan(tx, target="without-p1")
    with ledger.read() as tx:
        assert [row.target for row in publications.rows(tx, APPEAL)] == ["without-p1"]
        assert [wish.person for wish in endings.endings(tx, APPEAL)] == ["p1"]


def test_a_call_that_was_planned_before_the_ending_is_refused(ledger):
    with ledger.write(NOW) as tx:
        row = plan(tx)
        endings.end(tx, ending())
    with pytest.raises(NotPublishable), ledger.write(NOW) as tx:
        publications.intend_publish(tx, row, now=NOW, by=BY)


def test_an_ending_can_be_wished_again(ledger):
    with ledger.write(NOW) as tx:
        row = bring(tx, "live")
        assert endings.end(tx, ending()) == endings.end(tx, ending(reason=EndReason.ERROR)) == (row,)
        assert [kept.reason for kept in endings.endings(tx)] == ["found", "error"]


def test_an_unknown_appeal_cannot_end(ledger):
    with pytest.raises(UsageError), ledger.write(NOW) as tx:
        endings.end(tx, dataclasses.replace(ending(), appeal="new-1"))


def test_unended_is_the_latest_revision_of_each_appeal_that_nothing_closes_whole(ledger):
    with ledger.write(NOW) as tx:
        hand_in(tx, "b-1")
        hand_in(tx, "b-1", 2)
        hand_in(tx, "c-1")
    known = {APPEAL: 1, "b-1": 2, "c-1": 1}

    def unended():
        with ledger.read() as tx:
            return {one.appeal: one.revision for one in appeals.unended(tx)}

    assert unended() == known
    for partial in (
        {"medium": Medium.WEBSITE},
        {"channel": "website"},
        {"person": "p1"},
        {"appeal": "b-1", "revision": 1},
    ):
        with ledger.write(NOW) as tx:
            endings.end(tx, ending(**partial))
        assert unended() == known
    with ledger.write(NOW) as tx:
        endings.end(tx, ending(appeal="b-1"))
        endings.end(tx, ending(appeal="c-1"))
    assert unended() == {APPEAL: 1}
    with ledger.write(NOW) as tx:
        hand_in(tx, "c-1", 2)
    assert unended() == {APPEAL: 1, "c-1": 2}


@pytest.mark.parametrize("tip", [True, False, None])
def test_whether_a_tip_led_to_it_is_kept(ledger, tip):
    with ledger.write(NOW) as tx:
        endings.end(tx, Ending(appeal=APPEAL, reason=EndReason.FOUND, by=BY, at=NOW, tip=tip))
        (kept,) = endings.endings(tx, APPEAL)
    assert kept.tip is tip
