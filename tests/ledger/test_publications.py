import contextlib
import dataclasses
import re

import pytest

from fahndung.errors import Message, NotPublishable, UsageError
from fahndung.ledger import appeals, audit, claims, publications
from fahndung.ledger.due import due_scan
from fahndung.ledger.faults import Contradiction
from fahndung.ledger.publications import LATER_LOOKS, LEASE, LOOK_AGAIN, Need, Want
from fahndung.model.ids import PersonId
from fahndung.model.publication import Altered, Live, Reference, State, Tombstone, Unknown, without

from .world import (
    APPEAL,
    BY,
    DAY,
    DOWN,
    DUE,
    FAULT,
    FINISHED,
    GONE,
    HOUR,
    MINUTE,
    NOW,
    PAGE,
    SECOND,
    STATES,
    WHY,
    bring,
    draft,
    hand_in,
    manifest,
    plan,
    run,
)

LIVE = Live(evidence={"status": 200})
ALTERED = Altered(why="other bytes", evidence={"status": 200})
UNKNOWN = Unknown(why="timeout")

CALLS = {
    "intend_publish": lambda tx, row: publications.intend_publish(tx, row, now=NOW, by=BY),
    "published": lambda tx, row: publications.published(tx, row, remote_id="a", url=None, now=NOW, by=BY),
    "outcome_unknown": lambda tx, row: publications.outcome_unknown(tx, row, FAULT, next_at=NOW, now=NOW, by=BY),
    "absent": lambda tx, row: publications.absent(tx, row, next_at=NOW, now=NOW, by=BY),
    "unsent": lambda tx, row: publications.unsent(tx, row, FAULT, next_at=NOW, now=NOW, by=BY),
    "rejected": lambda tx, row: publications.rejected(tx, row, FAULT, now=NOW, by=BY),
    "cancel": lambda tx, row: publications.cancel(tx, row, now=NOW, by=BY),
    "give_up": lambda tx, row: publications.give_up(tx, row, now=NOW, by=BY),
    "set_due": lambda tx, row: publications.set_due(tx, row, DUE - DAY, WHY, now=NOW, by=BY),
    "want_down": lambda tx, row: publications.want_down(tx, [row], now=NOW, by=BY),
    "supersede": lambda tx, row: publications.supersede(tx, row, now=NOW, by=BY),
    "intend_withdraw": lambda tx, row: publications.intend_withdraw(tx, row, now=NOW, by=BY),
    "withdraw_failed": lambda tx, row: publications.withdraw_failed(tx, row, FAULT, next_at=NOW, now=NOW, by=BY),
    "withdraw_sent": lambda tx, row: publications.withdraw_sent(tx, row, next_at=NOW, now=NOW, by=BY),
    "gone": lambda tx, row: publications.gone(tx, row, GONE, now=NOW, by=BY),
    "stayed_gone": lambda tx, row: publications.stayed_gone(tx, row, GONE, now=NOW, by=BY),
    "to_hands": lambda tx, row: publications.to_hands(tx, row, FAULT, next_at=NOW, now=NOW, by=BY),
    "bury": lambda tx, row: publications.bury(tx, row, FAULT, next_at=NOW, now=NOW, by=BY),
    "unbury": lambda tx, row: publications.unbury(tx, row, FAULT, next_at=NOW, now=NOW, by=BY),
    "close": lambda tx, row: publications.close(tx, row, person=BY, now=NOW),
    "reopen": lambda tx, row: publications.reopen(tx, row, FAULT, now=NOW, by=BY),
    "saw": lambda tx, row: publications.saw(tx, row, PAGE, now=NOW, by=BY),
    "looked-live": lambda tx, row: publications.looked(tx, row, LIVE, now=NOW, by=BY),
    "looked-altered": lambda tx, row: publications.looked(tx, row, ALTERED, now=NOW, by=BY),
    "looked-gone": lambda tx, row: publications.looked(tx, row, GONE, now=NOW, by=BY),
    "looked-tombstone": lambda tx, row: publications.looked(tx, row, Tombstone(evidence={}), now=NOW, by=BY),
    "looked-unknown": lambda tx, row: publications.looked(tx, row, UNKNOWN, now=NOW, by=BY),
}

SAME = {state: state for state in STATES}
OPEN = {state: state for state in STATES if state not in DOWN}
SURFACED = {**SAME, **dict.fromkeys(DOWN, "withdrawing"), "planned": "publishing"}
TABLE = {
    "intend_publish": dict.fromkeys(("planned", "publishing", "live"), "publishing"),
    "published": {"publishing": "live"},
    "outcome_unknown": {"publishing": "publishing"},
    "absent": {"publishing": "publishing"},
    "unsent": {"publishing": "publishing"},
    "rejected": {"publishing": "rejected"},
    "cancel": {"planned": "cancelled"},
    "give_up": {"planned": "cancelled"},
    "set_due": OPEN,
    "want_down": SAME,
    "supersede": SAME,
    "intend_withdraw": dict.fromkeys(("publishing", "live", "withdrawing", "by-hand", "tombstone"), "withdrawing"),
    "withdraw_failed": {"withdrawing": "withdrawing"},
    "withdraw_sent": {"withdrawing": "withdrawing"},
    "gone": dict.fromkeys(("withdrawing", "by-hand", "tombstone"), "withdrawn"),
    "stayed_gone": {"withdrawn": "withdrawn"},
    "to_hands": dict.fromkeys(("publishing", "live", "withdrawing", "by-hand"), "by-hand"),
    "bury": {"withdrawing": "tombstone"},
    "unbury": {"tombstone": "withdrawing"},
    "close": dict.fromkeys(("by-hand", "tombstone"), "closed"),
    "reopen": dict.fromkeys(DOWN, "withdrawing"),
    "saw": SURFACED,
    "looked-live": SURFACED,
    "looked-altered": SURFACED,
    "looked-tombstone": SURFACED,
    "looked-gone": SAME,
    "looked-unknown": SAME,
}


def test_that_something_was_given_up_is_a_mark_and_no_sentence(ledger):
    with ledger.write(NOW) as tx:
        first, second = plan(tx), plan(tx, "m-2", target="2")
        publications.give_up(tx, first, now=NOW, by=BY)
        publications.postpone(tx, second, publications.GIVEN_UP, next_at=NOW, now=NOW, by=BY)
        publications.cancel(tx, second, now=NOW, by=BY)
        run(tx, "UPDATE publication SET problem = NULL WHERE id = ?", [first])
        assert [publications.get(tx, row).given_up for row in (first, second)] == [True, False]
        assert publications.may_be_planned_again(tx, publications.get(tx, first))


def test_what_was_given_up_is_planned_anew_in_its_row_unless_a_later_copy_was_planned(ledger):
    with ledger.write(NOW) as tx:
        row = plan(tx)
        publications.cancel(tx, plan(tx, "m-2", target="elsewhere"), now=NOW, by=BY)
        publications.give_up(tx, row, now=NOW, by=BY)
        assert plan(tx, due_at=DUE - DAY, now=NOW + DAY, opens_at=NOW + 2 * DAY) == row
        again = publications.get(tx, row)
        assert (again.state, again.want, again.problem) == ("planned", "up", None)
        assert (again.due_at, again.opens_at, again.next_at) == (DUE - DAY, NOW + 2 * DAY, NOW + 2 * DAY)
        publications.give_up(tx, row, now=NOW, by=BY)
        plan(tx, "m-3", target=without(PersonId("p1")))
        assert not publications.may_be_planned_again(tx, publications.get(tx, row))
    for again in ({"marker": "m-1"}, {"marker": "m-2", "target": "elsewhere"}):  # the second: cancelled for a reason
        with pytest.raises(Contradiction), ledger.write(NOW) as tx:
            plan(tx, **again)


@pytest.mark.parametrize("step", CALLS)
def test_each_step_leads_from_each_state_where_the_table_says(ledger, step):
    for number, state in enumerate(STATES):
        with ledger.write(NOW) as tx:
            row = bring(tx, state, f"m-{number}", target=f"{number}")
            before = publications.get(tx, row)
            assert before.state == state
            head = audit.head(tx)
        expected = TABLE[step].get(state)
        if expected is None:
            with pytest.raises(Contradiction), ledger.write(NOW) as tx:
                CALLS[step](tx, row)
        else:
            with ledger.write(NOW) as tx:
                CALLS[step](tx, row)
        with ledger.read() as tx:
            after = publications.get(tx, row)
            if expected is None:
                assert (after, audit.head(tx)) == (before, head), state
            else:
                assert after.state == expected, state
                untouched = step == "want_down" and state in DOWN
                assert (audit.head(tx).seq > head.seq) is not untouched, state
            assert (after.state in FINISHED) is (after.next_at is None), state
            assert after.is_down is (after.state in DOWN), state
    assert audit.verify(ledger) == ()


@pytest.mark.parametrize("step", CALLS)
def test_what_was_given_up_takes_the_steps_of_what_was_cancelled(ledger, step):
    with ledger.write(NOW) as tx:
        row = plan(tx)
        publications.give_up(tx, row, now=NOW, by=BY)
    expected = TABLE[step].get("cancelled")
    refused = contextlib.nullcontext() if expected else pytest.raises(Contradiction)
    with refused, ledger.write(NOW) as tx:
        CALLS[step](tx, row)
    with ledger.read() as tx:
        after = publications.get(tx, row)
    assert (after.state, after.given_up) == (expected or "cancelled", expected in (None, "cancelled"))


def test_a_planned_publication_carries_its_obligation_before_any_call(ledger):
    with ledger.write(NOW) as tx:
        row = publications.get(tx, plan(tx, target="board", approved_until=DUE, next_at=NOW + HOUR))
    digest, _ = manifest()
    sent = draft()
    assert row == publications.Publication(
        id=row.id,
        digest=digest,
        appeal=APPEAL,
        revision=1,
        channel=sent.channel,
        kind=sent.kind,
        medium=sent.medium,
        target="board",
        generation=1,
        state=State.PLANNED,
        want=Want.UP,
        due_at=DUE,
        due_because=WHY,
        next_at=NOW + HOUR,
        marker="m-1",
        endpoint=sent.endpoint,
        withdrawal=sent.withdrawal,
        references=sent.references,
        remote_id=None,
        url=None,
        planned_at=NOW,
        op_at=None,
        published_at=None,
        withdrawn_at=None,
        gone_at=None,
        verified_at=None,
        attempts=0,
        problem=None,
        superseded=False,
        approved_until=DUE,
        closed_by=None,
        closed_at=None,
        norms="norms-1",
        rules="rules-1",
        looks=0,
        opens_at=None,
        ttl_s=None,
        given_up=False,
        first_gone_at=None,
        absent_at=None,
        lease_by=None,
        lease_no=0,
    )


def test_a_plan_never_sleeps_past_its_end(ledger):
    with ledger.write(NOW) as tx:
        assert publications.get(tx, plan(tx, next_at=DUE + DAY)).next_at == DUE
        assert publications.get(tx, plan(tx, "m-2", target="2", due_at=None, next_at=DUE)).next_at == DUE


def test_a_marker_is_planned_once(ledger):
    with ledger.write(NOW) as tx:
        plan(tx)
    with pytest.raises(Contradiction, match=r"(?i)unique"), ledger.write(NOW) as tx:
        plan(tx)


def test_a_further_copy_on_the_same_target_is_a_generation_of_its_own(ledger):
    with ledger.write(NOW) as tx:
        rows = [
            publications.get(tx, row) for row in (bring(tx, "cancelled"), plan(tx, "m-2"), plan(tx, "m-3", target="b"))
        ]
    assert [row.generation for row in rows] == [1, 2, 1]


def test_a_release_of_another_revision_is_not_planned(ledger):
    digest, _ = manifest()
    with ledger.write(NOW) as tx:
        hand_in(tx, revision=2)
    with pytest.raises(Contradiction, match="is not one of"), ledger.write(NOW) as tx:
        publications.plan(
            tx,
            draft(),
            digest=digest,
            appeal=APPEAL,
            revision=2,
            due_at=None,
            due_because=None,
            now=NOW,
            by=BY,
            norms="",
            rules="",
        )


def test_an_unknown_release_is_not_planned(ledger):
    with pytest.raises(UsageError, match="No release"), ledger.write(NOW) as tx:
        plan(tx, appeal="new-1")


@pytest.mark.parametrize(
    ("limits", "why"),
    [({"due_at": NOW}, "had to be gone by 2026-11-20"), ({"approved_until": NOW}, "no longer approved")],
)
def test_nothing_is_planned_once_its_time_is_over(ledger, limits, why):
    with pytest.raises(NotPublishable, match=why) as caught, ledger.write(NOW) as tx:
        plan(tx, **limits)
    assert caught.value.exit_code == 4
    with ledger.read() as tx:
        assert publications.rows(tx) == ()


@pytest.mark.parametrize("limits", [{"due_at": NOW + HOUR}, {"approved_until": NOW + HOUR}])
def test_a_call_is_refused_from_the_very_instant_of_the_end(ledger, limits):
    with ledger.write(NOW) as tx:
        row = plan(tx, **limits)
    with ledger.write(NOW) as tx:
        publications.intend_publish(tx, row, now=NOW + HOUR - SECOND, by=BY)
    with pytest.raises(NotPublishable), ledger.write(NOW) as tx:
        publications.intend_publish(tx, row, now=NOW + HOUR, by=BY)


@pytest.mark.parametrize("state", ["planned", "publishing"])
def test_what_is_wanted_down_is_not_called_again(ledger, state):
    with ledger.write(NOW) as tx:
        row = bring(tx, state)
        publications.want_down(tx, [row], now=NOW, by=BY)
    with pytest.raises(NotPublishable, match="has ended"), ledger.write(NOW) as tx:
        publications.intend_publish(tx, row, now=NOW, by=BY)


def test_an_intent_leaves_a_wakeup_and_an_open_operation(ledger):
    with ledger.write(NOW) as tx:
        row = bring(tx, "publishing")
        publications.intend_publish(tx, row, now=NOW + MINUTE, by=BY, next_at=NOW + HOUR)
        known = publications.get(tx, row)
        first, second = publications.operations(tx, row)
    assert (known.op_at, known.next_at, known.attempts) == (NOW + MINUTE, NOW + HOUR, 2)
    assert (first.kind, first.outcome, first.finished_at) == ("publish", "interrupted", NOW + MINUTE)
    assert (second.outcome, second.started_at) == (None, NOW + MINUTE)


def test_without_a_word_the_lease_is_five_minutes_but_never_past_the_end(ledger):
    with ledger.write(NOW) as tx:
        assert publications.get(tx, bring(tx, "publishing")).next_at == NOW + LEASE
        short = bring(tx, "publishing", "m-2", target="2", due_at=NOW + MINUTE)
        assert publications.get(tx, short).next_at == NOW + MINUTE


@pytest.mark.parametrize(
    ("due_at", "next_at", "expected"),
    [
        (DUE, None, NOW + LOOK_AGAIN),
        (NOW + HOUR, None, NOW + HOUR),
        (DUE, NOW + HOUR, NOW + HOUR),
        (DUE, DUE + HOUR, DUE),
        (None, None, NOW + LOOK_AGAIN),
        (None, NOW + 90 * DAY, NOW + 90 * DAY),
    ],
)
def test_a_live_publication_wakes_at_its_end_or_at_its_next_look(ledger, due_at, next_at, expected):
    with ledger.write(NOW) as tx:
        row = bring(tx, "publishing", due_at=due_at)
        publications.published(
            tx, row, remote_id="a", url="https://polizei.example/a", now=NOW, by=BY, next_at=next_at, evidence={"s": 1}
        )
        known = publications.get(tx, row)
        (operation,) = publications.operations(tx, row)
    assert known.next_at == expected
    assert (known.remote_id, known.url, known.published_at) == ("a", "https://polizei.example/a", NOW)
    assert (operation.outcome, operation.evidence) == ("ok", {"s": 1})


def test_what_was_ended_during_the_call_is_due_as_soon_as_it_is_live(ledger):
    with ledger.write(NOW) as tx:
        row = bring(tx, "publishing")
        publications.want_down(tx, [row], now=NOW, by=BY)
        publications.published(tx, row, remote_id="a", url=None, now=NOW + MINUTE, by=BY)
        assert _due(tx, NOW + MINUTE) == [row]


def test_an_unknown_outcome_stays_an_obligation(ledger):
    with ledger.write(NOW) as tx:
        row = bring(tx, "publishing")
        publications.outcome_unknown(tx, row, FAULT, next_at=DUE + DAY, now=NOW, by=BY)
        known = publications.get(tx, row)
        (operation,) = publications.operations(tx, row)
    assert (known.state, known.problem, known.next_at) == ("publishing", FAULT, DUE)
    assert operation.outcome == "unknown"


def test_what_was_seen_cannot_be_called_rejected(ledger):
    with ledger.write(NOW) as tx:
        row = bring(tx, "publishing")
        publications.saw(tx, row, PAGE, now=NOW, by=BY)
    with pytest.raises(Contradiction, match="has been seen"), ledger.write(NOW) as tx:
        publications.rejected(tx, row, FAULT, now=NOW, by=BY)


def test_a_posting_holds_the_drafts_references_and_everything_ever_seen(ledger):
    post = Reference(kind="post", id="7", url="https://sozial.example/7")
    with ledger.write(NOW) as tx:
        row = bring(tx, "withdrawn")
        publications.saw(tx, row, dataclasses.replace(PAGE, url=None), now=NOW, by=BY)
        publications.saw(tx, row, dataclasses.replace(post, url=None), now=NOW, by=BY)
        publications.saw(tx, row, post, now=NOW + MINUTE, by=BY)
        posting = publications.posting(tx, row)
        seen = publications.seen(tx, row)
    assert posting.references == (PAGE, post)
    assert (posting.marker, posting.withdrawal, posting.superseded) == ("m-1", draft().withdrawal, False)
    assert [(item.reference, item.seen_at, item.gone_at) for item in seen] == [(PAGE, NOW, None), (post, NOW, None)]


def test_a_sighting_without_an_address_does_not_take_the_drafts_away(ledger):
    with ledger.write(NOW) as tx:
        row = bring(tx, "publishing")
        publications.saw(tx, row, dataclasses.replace(PAGE, url=None), now=NOW, by=BY)
        assert publications.posting(tx, row).references == (PAGE,)


def test_gone_is_told_of_every_object_and_with_its_proof(ledger):
    with ledger.write(NOW) as tx:
        row = bring(tx, "live")
        publications.intend_withdraw(tx, row, now=NOW + HOUR, by=BY)
        publications.withdraw_sent(tx, row, next_at=NOW + 2 * HOUR, now=NOW + HOUR, by=BY, evidence={"status": 204})
        sent = publications.get(tx, row)
        publications.gone(tx, row, GONE, now=NOW + 2 * HOUR, by=BY)
        known = publications.get(tx, row)
        operations = publications.operations(tx, row)
        (seen,) = publications.seen(tx, row)
        event = audit.export(tx, APPEAL)[-1]
    assert (sent.state, sent.withdrawn_at, sent.gone_at) == ("withdrawing", NOW + HOUR, None)
    assert (known.withdrawn_at, known.gone_at, known.verified_at) == (NOW + HOUR, NOW + 2 * HOUR, NOW + 2 * HOUR)
    assert seen.gone_at == NOW + 2 * HOUR
    assert [(op.kind, op.outcome) for op in operations] == [("publish", "ok"), ("withdraw", "ok"), ("look", "gone")]
    assert operations[-1].evidence == GONE.evidence
    assert event["action"] == "publication.gone"
    assert len(event["data"]["evidence"]) == 64


def test_a_failed_withdrawal_is_tried_again_for_ever(ledger):
    with ledger.write(NOW) as tx:
        row = bring(tx, "live")
        for attempt in range(1, 30):
            publications.intend_withdraw(tx, row, now=NOW + attempt * DAY, by=BY, next_at=DUE + 99 * DAY)
            assert publications.get(tx, row).attempts == attempt
            next_at = NOW + attempt * DAY + HOUR
            publications.withdraw_failed(tx, row, FAULT, next_at=next_at, now=NOW, by=BY)
            assert publications.get(tx, row).next_at == next_at
            assert publications.get(tx, row).problem == FAULT


@pytest.mark.parametrize(
    ("state", "look", "problem", "verified"),
    [
        ("live", LIVE, None, NOW + HOUR),
        ("live", ALTERED, "other bytes", None),
        ("live", GONE, "It is no longer there.", None),
        ("live", UNKNOWN, "timeout", None),
        ("withdrawing", LIVE, "It is still online.", None),
        ("withdrawing", ALTERED, "other bytes", None),
        ("withdrawing", GONE, None, NOW + HOUR),
        ("withdrawn", GONE, None, NOW + HOUR),
        ("withdrawn", UNKNOWN, None, NOW),
        ("withdrawn", LIVE, "It is still online.", NOW),
    ],
)
def test_a_look_tells_what_is_not_as_it_should_be(ledger, state, look, problem, verified):
    with ledger.write(NOW) as tx:
        row = bring(tx, state)
        publications.looked(tx, row, look, now=NOW + HOUR, by=BY)
        known = publications.get(tx, row)
        assert publications.operations(tx, row)[-1].kind == "look"
    assert (known.problem.en if known.problem else None, known.verified_at) == (problem, verified)


def test_a_look_may_say_when_to_look_again_but_not_past_the_end(ledger):
    with ledger.write(NOW) as tx:
        row = bring(tx, "live")
        publications.looked(tx, row, LIVE, now=NOW, by=BY, next_at=NOW + DAY)
        assert publications.get(tx, row).next_at == NOW + DAY
        publications.looked(tx, row, LIVE, now=NOW, by=BY, next_at=DUE + DAY)
        assert publications.get(tx, row).next_at == DUE


@pytest.mark.parametrize("state", DOWN)
def test_a_copy_of_something_finished_is_due_at_once(ledger, state):
    with ledger.write(NOW) as tx:
        row = bring(tx, state)
        publications.saw(tx, row, PAGE, now=NOW + HOUR, by=BY)
        known = publications.get(tx, row)
        assert _due(tx, NOW + HOUR) == [row]
        assert publications.seen(tx, row)[0].gone_at is None
    assert (known.want, known.problem) == (Want.DOWN, Message("A copy was seen.", "Eine Kopie wurde gesehen."))


def test_a_new_end_moves_the_wakeup_both_ways(ledger):
    with ledger.write(NOW) as tx:
        row = bring(tx, "live")
        for due_at, next_at in ((NOW + HOUR, NOW + HOUR), (DUE, NOW + DAY), (None, NOW + DAY), (NOW - DAY, NOW - DAY)):
            publications.set_due(tx, row, due_at, None if due_at is None else FAULT, now=NOW, by=BY)
            known = publications.get(tx, row)
            assert (known.due_at, known.next_at) == (due_at, next_at)


def test_a_new_end_leaves_an_earlier_look_and_a_takedown_alone(ledger):
    with ledger.write(NOW) as tx:
        row = bring(tx, "live")
        publications.looked(tx, row, LIVE, now=NOW, by=BY, next_at=NOW + DAY)
        publications.set_due(tx, row, DUE + DAY, WHY, now=NOW, by=BY)
        assert publications.get(tx, row).next_at == NOW + DAY
        publications.want_down(tx, [row], now=NOW, by=BY)
        publications.set_due(tx, row, DUE, WHY, now=NOW, by=BY)
        assert publications.get(tx, row).next_at == NOW


def test_the_same_end_again_changes_nothing(ledger):
    with ledger.write(NOW) as tx:
        row = bring(tx, "live")
        before = audit.head(tx)
        publications.set_due(tx, row, DUE, WHY, now=NOW, by=BY)
        assert audit.head(tx) == before


def test_a_new_end_needs_its_reason(ledger):
    with ledger.write(NOW) as tx:
        row = bring(tx, "live")
    with pytest.raises(Contradiction, match="due_has_reason"), ledger.write(NOW) as tx:
        publications.set_due(tx, row, NOW, None, now=NOW, by=BY)


def test_want_down_returns_what_is_not_finished(ledger):
    with ledger.write(NOW) as tx:
        ids = [bring(tx, state, f"m-{state}", target=state) for state in STATES]
        wanted = publications.want_down(tx, ids, now=NOW, by=BY)
        assert {publications.get(tx, row).state.value for row in wanted} == set(STATES) - set(DOWN)
        assert {publications.get(tx, row).next_at for row in wanted} == {NOW}


def test_a_superseded_publication_is_marked_and_due(ledger):
    with ledger.write(NOW) as tx:
        row, old = bring(tx, "live"), bring(tx, "withdrawn", "m-2", target="2")
        for each in (row, old):
            publications.supersede(tx, each, now=NOW, by=BY)
            assert publications.posting(tx, each).superseded
        assert publications.get(tx, row).want is Want.DOWN
        assert publications.get(tx, row).next_at == NOW
        assert publications.get(tx, old).state is State.WITHDRAWN


@pytest.mark.parametrize("state", DOWN)
def test_a_finished_publication_that_is_superseded_only_gets_the_mark(ledger, state):
    with ledger.write(NOW) as tx:
        row = bring(tx, state)
        before = publications.get(tx, row)
        publications.supersede(tx, row, now=NOW + HOUR, by=BY)
        assert publications.get(tx, row) == dataclasses.replace(before, superseded=True)


def test_a_live_publication_is_sent_again_and_keeps_the_instant_at_which_it_was_published(ledger):
    with ledger.write(NOW) as tx:
        row = bring(tx, "live")
        publications.intend_publish(tx, row, now=NOW + HOUR, by=BY)
        again = publications.get(tx, row)
        publications.published(tx, row, remote_id=PAGE.id, url=PAGE.url, now=NOW + HOUR, by=BY)
        known = publications.get(tx, row)
        operations = publications.operations(tx, row)
    assert (again.state, again.published_at, again.op_at) == ("publishing", NOW, NOW + HOUR)
    assert (again.next_at, again.attempts) == (NOW + HOUR + LEASE, 1)
    assert (known.state, known.published_at, known.next_at) == ("live", NOW, NOW + HOUR + LOOK_AGAIN)
    assert [(op.kind, op.outcome) for op in operations] == [("publish", "ok"), ("publish", "ok")]


@pytest.mark.parametrize("end", ["due", "want"])
def test_a_live_publication_whose_time_is_over_is_not_sent_again(ledger, end):
    with ledger.write(NOW) as tx:
        row = bring(tx, "live")
        if end == "want":
            publications.want_down(tx, [row], now=NOW, by=BY)
    with pytest.raises(NotPublishable), ledger.write(NOW) as tx:
        publications.intend_publish(tx, row, now=DUE if end == "due" else NOW, by=BY)


def test_what_was_live_before_cannot_be_called_rejected(ledger):
    with ledger.write(NOW) as tx:
        row = plan(tx)
        CALLS["intend_publish"](tx, row)
        CALLS["published"](tx, row)
        CALLS["intend_publish"](tx, row)
        assert publications.seen(tx, row) == ()
    with pytest.raises(Contradiction, match="has been seen"), ledger.write(NOW) as tx:
        CALLS["rejected"](tx, row)


def _due(tx, now, limit=10, channel="website"):
    return [row.id for need in Need for row in publications.due(tx, now, need, channel=channel, limit=limit)]


def test_takedowns_come_first_then_what_goes_up_then_looks(ledger):
    with ledger.write(NOW) as tx:
        fresh = plan(tx, "m-1", target="1", next_at=NOW - HOUR)
        ended = bring(tx, "live", "m-2", target="2", due_at=NOW + HOUR)
        wanted = bring(tx, "live", "m-3", target="3")
        publications.want_down(tx, [wanted], now=NOW, by=BY)
        later = plan(tx, "m-4", target="4", next_at=NOW + 2 * HOUR)
        gone = bring(tx, "withdrawn", "m-5", target="5")
        hands = bring(tx, "by-hand", "m-6", target="6")
        unknown = bring(tx, "publishing", "m-7", target="7")
        shown = bring(tx, "live", "m-8", target="8")
        bring(tx, "rejected", "m-9", target="9")
        elsewhere = plan(tx, "m-10", target="10", draft_changes={"channel": "presse"})
    with ledger.read() as tx:
        assert _due(tx, NOW + HOUR) == [wanted, ended, unknown, fresh, gone]
        assert _due(tx, NOW + HOUR - SECOND) == [wanted, unknown, fresh, gone]
        assert _due(tx, NOW + HOUR, limit=1) == [wanted, unknown, fresh, gone]
        assert _due(tx, NOW + 2 * DAY) == [wanted, ended, unknown, fresh, later, gone, hands, shown]
        assert _due(tx, NOW, channel="presse") == [elsewhere]
        assert publications.next_wakeup(tx) == NOW - HOUR


def test_what_somebody_has_claimed_is_due_for_nobody_else(ledger):
    with ledger.write(NOW) as tx:
        row, other = plan(tx), plan(tx, "m-2", target="2", next_at=NOW + HOUR)
        claims.join(tx, 1, what="test", host="h", pid=1, now=NOW)
        claims.take(tx, row, 1, alive=lambda worker: True)
        assert _due(tx, NOW + HOUR) == [other]
        assert publications.next_wakeup(tx) == NOW + HOUR


def test_a_row_that_cannot_be_read_keeps_no_other_from_being_due(ledger):
    with ledger.write(NOW) as tx:
        for number in range(3):
            spoiled = plan(tx, f"m-{number}", target=str(number))
            tx.connection.exec_driver_sql(f"UPDATE publication SET endpoint = 'x' WHERE id = {spoiled}")
        row = plan(tx, "m-9", target="9", next_at=NOW + SECOND)
        assert _due(tx, NOW + HOUR, limit=1) == [row]


@pytest.mark.parametrize("need", Need)
def test_the_due_rows_are_found_by_their_index(engine, ledger, need):
    scan = due_scan(NOW, need, channel="website").limit(5)
    with ledger.read() as tx:
        text = str(scan.compile(tx.connection, compile_kwargs={"literal_binds": True}))
        if engine == "postgres":
            for other in ("seqscan", "bitmapscan"):  # a small table is read whole unless that is forbidden
                run(tx, f"SET LOCAL enable_{other} = off")
            told = "\n".join(run(tx, f"EXPLAIN {text}").scalars())
            assert "Index Scan using publication_due" in told
            assert re.search(r"Index Cond: .*channel.* AND .*next_at <", told)
            assert "Sort" not in told
            return
        explained = tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").all()
    assert "USING INDEX publication_due (channel=? AND next_at<?)" in explained[0].detail
    assert len(explained) == 1  # no sorting


def test_nothing_left_to_do_has_no_wakeup(ledger):
    with ledger.write(NOW) as tx:
        for state in FINISHED:
            bring(tx, state, f"m-{state}", target=state)
        assert publications.next_wakeup(tx) is None
        assert publications.open_rows(tx) == ()
        assert len(publications.rows(tx)) == len(FINISHED)


def test_rows_are_found_by_appeal_digest_and_channel(ledger):
    with ledger.write(NOW) as tx:
        hand_in(tx, "other-1")
        first = plan(tx)
        second = plan(tx, "m-2", appeal="other-1", draft_changes={"channel": "presse"})
        assert [row.id for row in publications.rows(tx, APPEAL)] == [first]
        assert [row.id for row in publications.rows(tx, digest=manifest("other-1")[0])] == [second]
        assert [row.id for row in publications.rows(tx, channel="presse")] == [second]
        assert publications.rows(tx, APPEAL, channel="presse") == ()
        assert [row.id for row in publications.open_rows(tx)] == [first, second]


def test_what_is_gone_is_looked_at_for_a_week_and_then_closed(ledger):
    with ledger.write(NOW) as tx:
        row = bring(tx, "withdrawn")
        found = [publications.get(tx, row)]
        for wait in LATER_LOOKS:
            publications.stayed_gone(tx, row, GONE, now=NOW + wait, by=BY)
            found.append(publications.get(tx, row))
    assert [one.next_at for one in found] == [NOW + MINUTE, NOW + HOUR, NOW + DAY, NOW + 7 * DAY, None]
    assert [one.state for one in found] == ["withdrawn"] * 4 + ["closed"]
    assert (found[-1].closed_at, found[-1].closed_by, found[-1].verified_at) == (NOW + 7 * DAY, None, NOW + 7 * DAY)


def test_what_came_back_is_looked_at_from_the_start_again(ledger):
    with ledger.write(NOW) as tx:
        row = bring(tx, "withdrawn")
        for wait in LATER_LOOKS:
            publications.stayed_gone(tx, row, GONE, now=NOW + wait, by=BY)
        publications.looked(tx, row, LIVE, now=NOW + 8 * DAY, by=BY)
        back = publications.get(tx, row)
        publications.intend_withdraw(tx, row, now=NOW + 8 * DAY, by=BY)
        publications.gone(tx, row, GONE, now=NOW + 8 * DAY, by=BY)
        again = publications.get(tx, row)
    assert (back.state, back.next_at, back.looks, back.closed_at) == ("withdrawing", NOW + 8 * DAY, 0, None)
    assert (again.state, again.next_at, again.looks) == ("withdrawn", NOW + 8 * DAY + MINUTE, 0)


def test_that_something_was_gone_in_time_stands_beside_that_it_came_back_and_went_again(ledger):
    with ledger.write(NOW) as tx:
        row = bring(tx, "withdrawn", due_at=NOW + HOUR)
        first = publications.get(tx, row)
        publications.looked(tx, row, LIVE, now=NOW + 8 * DAY, by=BY)
        back = publications.get(tx, row)
        publications.intend_withdraw(tx, row, now=NOW + 8 * DAY, by=BY)
        publications.gone(tx, row, GONE, now=NOW + 9 * DAY, by=BY)
        again = publications.get(tx, row)
    assert [one.first_gone_at for one in (first, back, again)] == [NOW] * 3
    assert [one.late_s for one in (first, back, again)] == [None] * 3
    assert [one.gone_again_at for one in (first, back, again)] == [None, None, NOW + 9 * DAY]
    assert again.gone_at == NOW + 9 * DAY


def test_what_had_no_effect_says_so_until_it_is_called_again(ledger):
    with ledger.write(NOW) as tx:
        row = bring(tx, "publishing")
        publications.absent(tx, row, next_at=NOW + HOUR, now=NOW + MINUTE, by=BY)
        known = publications.get(tx, row)
        (operation,) = publications.operations(tx, row)
        publications.intend_publish(tx, row, now=NOW + HOUR, by=BY)
        again = publications.get(tx, row)
    assert (known.absent_at, known.next_at, known.problem) == (NOW + MINUTE, NOW + HOUR, None)
    assert operation.outcome == "absent"
    assert (again.absent_at, again.op_at) == (None, NOW + HOUR)


def outcomes(tx, row):
    return [operation.outcome for operation in publications.operations(tx, row)]


def sent_twice(tx):
    """A sending of unknown outcome, and another one under way."""
    row = bring(tx, "publishing")
    publications.outcome_unknown(tx, row, FAULT, next_at=NOW, now=NOW, by=BY)
    publications.intend_publish(tx, row, now=NOW + HOUR, by=BY)
    return row


def test_what_was_surely_not_sent_may_be_sent_again_unless_an_earlier_call_is_unclear(ledger):
    with ledger.write(NOW) as tx:
        first, second = bring(tx, "publishing"), bring(tx, "publishing", "m-2", target="2")
        publications.unsent(tx, first, FAULT, next_at=NOW + HOUR, now=NOW + MINUTE, by=BY)
        known = publications.get(tx, first)
        publications.outcome_unknown(tx, second, FAULT, next_at=NOW, now=NOW, by=BY)
        publications.intend_publish(tx, second, now=NOW + HOUR, by=BY)
        publications.unsent(tx, second, FAULT, next_at=NOW + DAY, now=NOW + HOUR, by=BY)
        assert (known.absent_at, known.next_at, known.problem) == (NOW + MINUTE, NOW + HOUR, FAULT)
        assert (outcomes(tx, first), publications.never_sent(tx, first)) == (["unsent"], True)
        assert publications.get(tx, second).absent_at is None
        assert (outcomes(tx, second), publications.never_sent(tx, second)) == (["unknown", "unsent"], False)
        assert [operation.outcome for operation in publications.unclear(tx, second)] == ["unknown"]


@pytest.mark.parametrize(
    ("step", "outcome"),
    [("absent", "absent"), ("published", "ok")],
)
def test_a_clean_listing_or_a_success_clears_every_call_before_it(ledger, step, outcome):
    with ledger.write(NOW) as tx:
        row = sent_twice(tx)
        assert outcomes(tx, row) == ["unknown", None]
        CALLS[step](tx, row)
        assert outcomes(tx, row) == [outcome, outcome]
        assert publications.unclear(tx, row) == ()
        assert all(operation.finished_at == NOW for operation in publications.operations(tx, row))


def test_a_call_whose_maker_is_gone_is_interrupted_as_of_then(ledger):
    with ledger.write(NOW) as tx:
        row = bring(tx, "publishing")
        for _ in range(2):
            publications.interrupted(tx, publications.get(tx, row), now=NOW + HOUR)
        (operation,) = publications.unclear(tx, row)
        assert (operation.outcome, operation.started_at, operation.finished_at) == ("interrupted", NOW, NOW + HOUR)


def test_what_may_have_been_sent_is_neither_rejected_nor_cancelled(ledger):
    with ledger.write(NOW) as tx:
        row = sent_twice(tx)
    for step in ("rejected", "cancel"):
        with pytest.raises(Contradiction), ledger.write(NOW) as tx:
            CALLS[step](tx, row)


@pytest.mark.parametrize("later", [(), ("looked-unknown",)], ids=["at once", "a later look tells nothing"])
@pytest.mark.parametrize("step", ["looked-live", "looked-altered", "looked-tombstone"])
def test_what_a_look_found_is_not_cancelled(ledger, step, later):
    with ledger.write(NOW) as tx:
        row = plan(tx)
        for one in (step, *later):
            CALLS[one](tx, row)
    with pytest.raises(Contradiction), ledger.write(NOW) as tx:
        publications.cancel(tx, row, now=NOW, by=BY)


def test_what_was_surely_never_sent_is_cancelled_though_a_call_was_made(ledger):
    with ledger.write(NOW) as tx:
        row = bring(tx, "publishing")
        publications.unsent(tx, row, FAULT, next_at=NOW, now=NOW, by=BY)
        publications.cancel(tx, row, now=NOW, by=BY)
        assert publications.get(tx, row).state == "cancelled"
        live = bring(tx, "live", "m-2", target="2")
        assert not publications.never_sent(tx, live)


def test_an_unknown_publication_is_a_usage_error(ledger):
    with ledger.read() as tx, pytest.raises(UsageError, match="no publication 7"):
        publications.get(tx, 7)


def test_a_late_revision_of_the_same_appeal_is_planned_beside_the_first(ledger):
    with ledger.write(NOW) as tx:
        bring(tx, "live")
        hand_in(tx, revision=2)
        assert plan(tx, "m-2", revision=2)
        assert appeals.get(tx, APPEAL).revision == 2


def test_a_place_is_taken_again_by_a_copy_that_is_not_down_and_by_a_variant_of_it(ledger):
    with ledger.write(NOW) as tx:
        old = publications.get(tx, bring(tx, "withdrawn"))
        bring(tx, "rejected", "m-2")
        bring(tx, "live", "m-3", target="elsewhere")
        assert not publications.is_replaced(tx, old)
        bring(tx, "live", "m-4", target=without(PersonId("kurt")))
        assert publications.is_replaced(tx, old)
        elsewhere = publications.get(tx, bring(tx, "withdrawn", "m-5", target="elsewhere"))
        assert publications.is_replaced(tx, elsewhere)
        alone = publications.get(tx, bring(tx, "withdrawn", "m-6", target="alone"))
        assert not publications.is_replaced(tx, alone)
