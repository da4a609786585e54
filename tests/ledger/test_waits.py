"""What a publication waits for, and since when it counts as being there."""

import datetime as dt

from fahndung.ledger import publications, waits
from fahndung.model.ids import PersonId
from fahndung.model.mandate import Medium
from fahndung.model.publication import Altered, Live, without
from tests.ledger.world import APPEAL, BY, DAY, DUE, FAULT, HOUR, MINUTE, NOW, SECOND, bring, plan

POST = {"channel": "x", "kind": "x", "medium": Medium.SOCIAL}
LIVE = Live(evidence={})


def post(tx, marker="p-1", **changes):
    return plan(tx, marker, draft_changes=POST, **changes)


def test_time_on_an_account_begins_with_the_first_call_that_may_have_put_it_there(ledger):
    with ledger.write(NOW) as tx:
        row = post(tx, ttl=HOUR)
        assert waits.stays_until(tx, publications.get(tx, row)) is None
        publications.intend_publish(tx, row, now=NOW, by=BY)
        publications.unsent(tx, row, FAULT, next_at=NOW, now=NOW, by=BY)
        assert waits.first_sent(tx, row) is None
        publications.intend_publish(tx, row, now=NOW + MINUTE, by=BY)
        publications.outcome_unknown(tx, row, FAULT, next_at=NOW, now=NOW + MINUTE, by=BY)
        publications.intend_publish(tx, row, now=NOW + 2 * MINUTE, by=BY)
        assert waits.first_sent(tx, row) == NOW + MINUTE
        assert waits.stays_until(tx, publications.get(tx, row)) == NOW + MINUTE + HOUR
        publications.absent(tx, row, next_at=NOW, now=NOW + 2 * MINUTE, by=BY)
        assert waits.first_sent(tx, row) is None  # a clean listing did not have it
        unlimited = post(tx, "p-2", target="other")
        publications.intend_publish(tx, unlimited, now=NOW, by=BY)
        assert waits.stays_until(tx, publications.get(tx, unlimited)) is None


def test_an_appeal_counts_once_when_it_first_went_to_a_channel(ledger):
    with ledger.write(NOW) as tx:
        for number, at in enumerate((NOW, NOW + HOUR)):
            row = post(tx, f"p-{number}", target=str(number), now=at)
            publications.intend_publish(tx, row, now=at, by=BY)
        post(tx, "p-planned", target="planned")
        assert waits.first_posts(tx, "x", NOW - SECOND) == (NOW,)
        assert waits.first_posts(tx, "x", NOW) == ()  # its second copy is no second appeal
        assert waits.first_posts(tx, "website", NOW - DAY) == ()


def test_a_post_waits_for_the_page_of_its_release_and_a_page_for_nothing(ledger):
    with ledger.write(NOW) as tx:
        row = publications.get(tx, post(tx))
        assert waits.pages(tx, row) == ()
        page = publications.get(tx, bring(tx, "live"))
        assert [one.id for one in waits.pages(tx, row)] == [page.id]
        assert waits.pages(tx, page) == ()
        elsewhere = {"channel": "cms", "kind": "wordpress", "references": ()}
        bring(tx, "live", "m-2", draft_changes=elsewhere)
        assert [one.id for one in waits.pages(tx, row)] == [page.id]  # ours is what it links to
        part = publications.get(tx, post(tx, "p-2", target=without(PersonId("p1"))))
        assert waits.pages(tx, part) == ()
        assert not waits.is_read_back(tx, page)
        publications.looked(tx, page.id, LIVE, now=NOW, by=BY)
        assert waits.is_read_back(tx, publications.get(tx, page.id))
        publications.looked(tx, page.id, Altered(why="other bytes", evidence={}), now=NOW, by=BY)
        assert not waits.is_read_back(tx, publications.get(tx, page.id))
        publications.looked(tx, page.id, LIVE, now=NOW, by=BY)
        publications.want_down(tx, [page.id], now=NOW, by=BY)
        assert not waits.is_read_back(tx, publications.get(tx, page.id))


def test_what_waited_for_a_page_is_woken_but_not_before_its_own_time(ledger):
    with ledger.write(NOW) as tx:
        page = publications.get(tx, bring(tx, "live"))
        now, later = post(tx), post(tx, "p-2", target="2", opens_at=NOW + HOUR)
        for row in (now, later):
            publications.postpone(tx, row, FAULT, next_at=NOW + DAY, now=NOW, by=BY)
        live = bring(tx, "live", "p-3", draft_changes=POST, target="3")
        waits.wake_behind(tx, page, now=NOW + MINUTE)
        assert publications.get(tx, now).next_at == NOW + MINUTE
        assert publications.get(tx, later).next_at == NOW + HOUR
        assert publications.get(tx, live).next_at == NOW + DAY


def test_what_opens_later_is_due_then_and_late_when_nobody_sent_it(ledger):
    opens = NOW + HOUR
    with ledger.write(NOW) as tx:
        row = publications.get(tx, post(tx, opens_at=opens))
        assert (row.next_at, row.due_at) == (opens, DUE)
        post(tx, "p-2", target="2")
        assert publications.late(tx, opens - SECOND) == ()
        assert [one.id for one in publications.late(tx, opens)] == [row.id]
        publications.want_down(tx, [row.id], now=NOW, by=BY)
        assert publications.late(tx, opens + dt.timedelta(days=9)) == ()
        assert publications.rows(tx, APPEAL)
