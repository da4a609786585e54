"""Which alarms are open, from the ledger: raised while their cause lasts, cleared when it is over."""

import dataclasses
import datetime as dt
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from fahndung.errors import Message
from fahndung.ledger import accounts, alarms, audit, breaches, byhand, claims, endings, publications, sweeping, watching
from fahndung.ledger.alarms import Alarm
from fahndung.ledger.byhand import ByHand
from fahndung.ledger.endings import Ending
from fahndung.ledger.store import Ledger
from fahndung.ledger.tables import account as account_table
from fahndung.ledger.tables import publication
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import alarms as lifecycle
from fahndung.lifecycle import causes, reminders
from fahndung.lifecycle.causes import Cause, Patience
from fahndung.lifecycle.courses import Course
from fahndung.model.alarm import Kind, Level
from fahndung.model.closing import EndReason
from fahndung.model.ids import AppealId
from fahndung.model.publication import Altered, Live
from tests.ledger import world as small
from tests.ledger.world import APPEAL, BY, DAY, DUE, FAULT, HOUR, MINUTE, NOW, SECOND
from tests.world import TRAM, TRAM_LAPSE, World


@pytest.fixture
def ledger(tmp_path: pathlib.Path) -> Iterator[Ledger]:
    with small.make(tmp_path / "ledger.db") as made:
        yield made


def watched(ledger: Ledger, now: dt.datetime, **more: Any) -> list[tuple[str, str]]:
    """The kind and subject of each open alarm after a watch."""
    with ledger.write(now) as tx:
        lifecycle.watch(tx, now=now, by="worker", **more)
    return [(one.kind.value, one.subject) for one in standing(ledger)]


def standing(ledger: Ledger) -> tuple[Alarm, ...]:
    with ledger.read() as tx:
        return alarms.open_alarms(tx)


def brought(ledger: Ledger, state: str, marker: str = "m-1", **changes: Any) -> int:
    with ledger.write(NOW) as tx:
        return int(small.bring(tx, state, marker, **changes))


def opened(kind: byhand.Kind, what: str = "p") -> ByHand:
    return ByHand(appeal=AppealId(APPEAL), what=Message.same(what), why=Message.same("w"), kind=kind)


def failed(tx: Tx, row: int, now: dt.datetime) -> None:
    publications.intend_withdraw(tx, row, now=now, by=BY)
    publications.withdraw_failed(tx, row, FAULT, next_at=now + MINUTE, now=now, by=BY)


@pytest.mark.parametrize("state", ["live", "publishing", "withdrawing"])
def test_what_is_out_past_its_end_is_an_alarm_after_a_short_while(ledger: Ledger, state: str) -> None:
    brought(ledger, state)
    overdue = Patience().overdue
    if state == "live":
        assert watched(ledger, DUE - SECOND) == []
    assert ("overdue", APPEAL) not in watched(ledger, DUE + overdue - SECOND)
    assert ("overdue", APPEAL) in watched(ledger, DUE + overdue)


@pytest.mark.parametrize("state", ["planned", "withdrawn", "closed", "cancelled", "rejected", "by-hand", "tombstone"])
def test_what_is_not_out_or_in_a_person_s_hands_is_none(ledger: Ledger, state: str) -> None:
    brought(ledger, state)
    assert watched(ledger, DUE + DAY) == []


def test_the_overdue_copies_of_an_appeal_are_one_alarm_that_names_the_channels(ledger: Ledger) -> None:
    brought(ledger, "live")
    brought(ledger, "live", "m-2", draft_changes={"channel": "mastodon"})
    assert watched(ledger, DUE + HOUR) == [("overdue", APPEAL)]
    (one,) = standing(ledger)
    assert one.what.de == (
        f"{APPEAL} sollte seit 20.12.2026 um 13:00 Uhr weg sein und ist nicht als weg zurückgelesen: mastodon, website."
    )
    assert one.kind.level is Level.URGENT


def test_an_overdue_alarm_is_over_when_everything_is_gone(ledger: Ledger) -> None:
    row = brought(ledger, "live")
    watched(ledger, DUE + HOUR)
    with ledger.write(DUE + HOUR) as tx:
        publications.intend_withdraw(tx, row, now=DUE + HOUR, by=BY)
        publications.gone(tx, row, small.GONE, now=DUE + HOUR, by=BY)
    assert watched(ledger, DUE + HOUR) == []
    assert audit.verify(ledger) == ()


def test_an_early_end_counts_from_the_wish(ledger: Ledger) -> None:
    brought(ledger, "live")
    with ledger.write(NOW + HOUR) as tx:
        wish = Ending(appeal=AppealId(APPEAL), reason=EndReason.FOUND, by=BY, at=NOW + HOUR)
        endings.end(tx, wish)
    assert watched(ledger, NOW + HOUR + MINUTE) == []
    assert watched(ledger, NOW + HOUR + 2 * MINUTE) == [("overdue", APPEAL)]
    assert "seit 20.11.2026 um 14:00 Uhr" in standing(ledger)[0].what.de


def test_what_was_replaced_is_overdue_after_some_tries(ledger: Ledger) -> None:
    row = brought(ledger, "live")
    with ledger.write(NOW) as tx:
        publications.supersede(tx, row, now=NOW, by=BY)
        failed(tx, row, NOW)
        failed(tx, row, NOW + SECOND)
    assert watched(ledger, NOW + HOUR) == []
    with ledger.write(NOW + 2 * SECOND) as tx:
        failed(tx, row, NOW + 2 * SECOND)
    assert watched(ledger, NOW + HOUR) == [("overdue", APPEAL)]


def test_a_call_of_which_nothing_was_heard_is_an_alarm_until_it_is_known(ledger: Ledger) -> None:
    row = brought(ledger, "publishing")
    unheard = Patience().unheard
    assert watched(ledger, NOW + unheard - SECOND) == []
    assert watched(ledger, NOW + unheard) == [("unknown-outcome", APPEAL)]
    with ledger.write(NOW + HOUR) as tx:
        publications.published(tx, row, remote_id="a", url=None, now=NOW + HOUR, by=BY)
    assert watched(ledger, NOW + HOUR) == []


def test_a_call_that_was_found_to_have_had_no_effect_is_no_alarm(ledger: Ledger) -> None:
    row = brought(ledger, "publishing")
    with ledger.write(NOW + MINUTE) as tx:
        publications.absent(tx, row, now=NOW + MINUTE, by=BY, next_at=NOW + HOUR)
    assert watched(ledger, NOW + HOUR) == []
    with ledger.write(NOW + HOUR) as tx:
        publications.intend_publish(tx, row, now=NOW + HOUR, by=BY)
    assert watched(ledger, NOW + 2 * HOUR) == [("unknown-outcome", APPEAL)]


def test_what_came_back_stays_an_alarm_until_somebody_knows(ledger: Ledger) -> None:
    row = brought(ledger, "withdrawn")
    with ledger.write(NOW + HOUR) as tx:
        publications.looked(tx, row, Live(evidence={"status": 200}), now=NOW + HOUR, by=BY)
    assert watched(ledger, NOW + HOUR) == [("came-back", APPEAL)]
    with ledger.write(NOW + HOUR) as tx:
        publications.gone(tx, row, small.GONE, now=NOW + HOUR, by=BY)
    assert watched(ledger, NOW + 2 * HOUR) == [("came-back", APPEAL)]
    (one,) = standing(ledger)
    with ledger.write(NOW + 2 * HOUR) as tx:
        alarms.acknowledge(tx, one.id, person=BY, note=None, now=NOW + 2 * HOUR)
    assert watched(ledger, NOW + 2 * HOUR) == []


def test_an_account_that_fails_is_an_alarm_after_five_minutes(ledger: Ledger) -> None:
    brought(ledger, "live")
    with ledger.write(NOW) as tx:
        accounts.failing(tx, "website", Message("secret", "geheim"), now=NOW)
    assert watched(ledger, NOW + 5 * MINUTE - SECOND) == []
    assert watched(ledger, NOW + 5 * MINUTE) == [("channel-failing", "website")]
    assert "geheim" not in repr(standing(ledger))
    with ledger.write(NOW + HOUR) as tx:
        accounts.answered(tx, "website", now=NOW + HOUR)
    assert watched(ledger, NOW + HOUR) == []


def test_a_credential_that_is_refused_is_an_alarm_at_once_and_not_also_a_failure(ledger: Ledger) -> None:
    brought(ledger, "live")
    with ledger.write(NOW) as tx:
        accounts.failing(tx, "website", FAULT, now=NOW - HOUR)
        accounts.failing(tx, "website", FAULT, now=NOW, refused=True)
        accounts.failing(tx, "website", FAULT, now=NOW + MINUTE, refused=True)
    assert watched(ledger, NOW + HOUR) == [("token-expired", "website")]
    assert "seit 20.11.2026 um 13:00 Uhr" in standing(ledger)[0].what.de
    with ledger.write(NOW + HOUR) as tx:
        accounts.answered(tx, "website", now=NOW + HOUR)
        assert accounts.get(tx, "website").refused_since is None
    assert watched(ledger, NOW + HOUR) == []


def test_a_credential_is_told_of_seven_days_before_it_expires_and_again_when_it_has(ledger: Ledger) -> None:
    brought(ledger, "live")
    ends = NOW + 8 * DAY
    with ledger.write(NOW) as tx:
        tx.connection.execute(sa.update(account_table).values(token_ends_at=ends))
    assert watched(ledger, ends - 7 * DAY - SECOND) == []
    assert watched(ledger, ends - 7 * DAY) == [("token-expiring", "website")]
    assert watched(ledger, ends - SECOND) == [("token-expiring", "website")]
    assert watched(ledger, ends) == [("token-expired", "website")]


def test_what_two_looks_in_a_row_found_changed_is_an_alarm_until_one_finds_it_as_approved(ledger: Ledger) -> None:
    row = brought(ledger, "live")
    changed, right = Altered(why="another word", evidence={}), Live(evidence={})
    for seen, alarms_then in ((changed, []), (changed, [("altered", APPEAL)]), (right, []), (changed, [])):
        with ledger.write(NOW) as tx:
            publications.looked(tx, row, seen, now=NOW, by=BY)
        assert watched(ledger, NOW) == alarms_then


def test_what_was_to_go_out_and_has_not_is_an_alarm_after_two_minutes(ledger: Ledger) -> None:
    with ledger.write(NOW) as tx:
        row = small.plan(tx, opens_at=NOW + HOUR)
    late = NOW + HOUR + Patience().unsent
    assert watched(ledger, late - SECOND) == []
    assert watched(ledger, late) == [("not-sent", APPEAL)]
    with ledger.write(late) as tx:
        publications.cancel(tx, row, now=late, by=BY)
    assert watched(ledger, late) == []


def test_what_was_left_for_a_worker_that_never_began_it_is_an_alarm_unless_somebody_holds_it(ledger: Ledger) -> None:
    with ledger.write(NOW) as tx:
        small.plan(tx)
    left = NOW + Patience().left
    assert watched(ledger, left - SECOND) == []
    assert watched(ledger, left) == [("not-sent", APPEAL)]
    with ledger.write(left) as tx:
        accounts.hold(tx, "website", now=left, by=BY)
    assert watched(ledger, left) == []


def test_a_claim_that_is_held_too_long_is_an_alarm_that_says_whether_the_worker_lives(ledger: Ledger) -> None:
    row = brought(ledger, "live")
    with ledger.write(NOW) as tx:
        worker = 4
        claims.join(tx, worker_id=worker, what="worker", host="a", pid=1, now=NOW)
        _, claim = claims.take(tx, row, worker, alive=lambda number: True)
        assert claim is not None
        (next_at,) = {one.next_at for one in publications.rows(tx, APPEAL)}
        assert next_at is not None
    late = next_at + Patience().held
    assert watched(ledger, late - SECOND) == []
    assert watched(ledger, late) == [("stuck", f"worker-{worker}")]
    assert watched(ledger, late, alive=lambda number: False) == [("worker-dead", f"worker-{worker}")]
    with ledger.write(late) as tx:
        claims.give_back(tx, claim)
    assert watched(ledger, late) == [("worker-dead", f"worker-{worker}")]


def test_a_by_hand_item_is_an_alarm_after_a_day_unless_it_is_paper_that_may_hang(ledger: Ledger) -> None:
    with ledger.write(NOW) as tx:
        item = byhand.add(tx, opened(byhand.Kind.COPY, "Frau Muster"), at=NOW, by=BY)
    assert watched(ledger, NOW + DAY - SECOND) == []
    assert watched(ledger, NOW + DAY) == [("by-hand-overdue", f"item-{item}")]
    assert "Muster" not in repr(standing(ledger))
    with ledger.write(NOW + DAY) as tx:
        byhand.close(tx, item, person=BY, note="weg", at=NOW + DAY)
        byhand.add(tx, opened(byhand.Kind.PAPER), at=NOW, by=BY)
    assert watched(ledger, NOW + DAY) == []


def test_a_breach_is_told_of_a_day_before_its_time_is_over(ledger: Ledger) -> None:
    with ledger.write(NOW) as tx:
        item = byhand.add(tx, opened(byhand.Kind.BREACH_NOTICE), at=NOW, by=BY)
        breaches.open(tx, appeal=APPEAL, revision=1, known_at=NOW, due_at=NOW + 3 * DAY, item=item, by=BY)
    assert watched(ledger, NOW + 2 * DAY - SECOND) == []
    assert watched(ledger, NOW + 2 * DAY) == [("breach-due", f"item-{item}")]


def test_every_by_hand_item_that_ought_not_to_be_open_for_long_has_its_words(ledger: Ledger) -> None:
    late = [kind for kind in byhand.Kind if kind not in watching.NOT_DUE_BY_ITSELF]
    with ledger.write(NOW) as tx:
        for kind in late:
            byhand.add(tx, opened(kind), at=NOW, by=BY)
    assert len(watched(ledger, NOW + DAY)) == len(late)


def test_an_entry_that_cannot_be_read_is_an_alarm_until_it_can(ledger: Ledger) -> None:
    row = brought(ledger, "live")

    def endpoint(value: Any) -> list[tuple[str, str]]:
        with ledger.write(NOW) as tx:
            tx.connection.execute(sa.update(publication).where(publication.c.id == row).values(endpoint=value))
            lifecycle.inspect(tx, now=NOW, by=BY)
        return watched(ledger, NOW)

    with ledger.read() as tx:
        known = publications.get(tx, row).endpoint
    assert endpoint([]) == [("damaged", f"publication-{row}")]
    assert endpoint(dict(known)) == []


def test_each_orphan_that_a_sweep_found_is_an_alarm_until_one_finds_it_no_more(ledger: Ledger) -> None:
    def sweep(*found: str) -> list[tuple[str, str]]:
        with ledger.write(NOW) as tx:
            sweeping.note(tx, complete=True, orphans={"mastodon": found}, counts={}, now=NOW, by=BY)
        return watched(ledger, NOW)

    assert sweep("mastodon: 1") == [("orphan", "mastodon: 1")]
    with ledger.write(NOW) as tx:
        alarms.acknowledge(tx, standing(ledger)[0].id, person="p", note=None, now=NOW)
    assert sweep("mastodon: 1", "mastodon: 2") == [("orphan", "mastodon: 1"), ("orphan", "mastodon: 2")]
    assert [one.acknowledged_at is None for one in standing(ledger)] == [False, True]
    assert sweep() == []


def test_what_others_stand_for_is_neither_cleared_nor_raised_by_the_watch(ledger: Ledger) -> None:
    wrong = Cause(kind=Kind.CLOCK, subject="clock", what=FAULT)
    with ledger.write(NOW) as tx:
        change = lifecycle.stand(tx, [wrong], of={Kind.CLOCK}, now=NOW, by=BY)
        lifecycle.raise_(tx, causes.came_back(APPEAL, ["website"]), now=NOW, by=BY)
        lifecycle.raise_(tx, causes.worker_died(3, 2), now=NOW, by=BY)
    assert len(change.raised) == 1
    assert watched(ledger, NOW) == [("clock", "clock"), ("came-back", APPEAL), ("worker-dead", "worker-3")]
    with ledger.write(NOW) as tx:
        change = lifecycle.stand(tx, [], of={Kind.CLOCK}, now=NOW, by=BY)
    assert len(change.cleared) == 1
    assert [one.kind for one in standing(ledger)] == [Kind.CAME_BACK, Kind.WORKER_DEAD]


def test_a_watch_that_finds_the_same_writes_nothing(ledger: Ledger) -> None:
    brought(ledger, "live")
    watched(ledger, DUE + HOUR)
    before = standing(ledger)
    with ledger.read() as tx:
        head = audit.head(tx)
    watched(ledger, DUE + DAY)
    assert standing(ledger) == before
    with ledger.read() as tx:
        assert audit.head(tx) == head


def test_words_follow_what_is_found(ledger: Ledger) -> None:
    brought(ledger, "live")
    watched(ledger, DUE + HOUR)
    brought(ledger, "live", "m-2", draft_changes={"channel": "mastodon"})
    watched(ledger, DUE + HOUR)
    assert "mastodon, website" in standing(ledger)[0].what.en


def test_what_a_correction_has_not_reached_is_one_alarm_after_a_while(ledger: Ledger) -> None:
    for marker, channel in (("m-1", "website"), ("m-2", "x"), ("m-3", "mastodon")):
        brought(ledger, "live", marker, draft_changes={"channel": channel})
    brought(ledger, "live", "m-4", draft_changes={"channel": "press", "kind": "press-mail"})
    brought(ledger, "live", "m-5", draft_changes={"channel": "x"}, target="adopted-post-1")
    assert watched(ledger, NOW + HOUR) == []
    with ledger.write(NOW) as tx:
        small.hand_in(tx, revision=2)
    later = brought(ledger, "live", "m-6", revision=2)
    with ledger.write(NOW) as tx:
        (first,) = publications.replaced_by(tx, publications.get(tx, later))
        publications.supersede(tx, first, now=NOW, by=BY)
        publications.intend_withdraw(tx, first, now=NOW, by=BY)
        publications.gone(tx, first, small.GONE, now=NOW, by=BY)
    assert watched(ledger, NOW + Patience().outdated - SECOND) == []
    assert watched(ledger, NOW + Patience().outdated) == [("outdated", APPEAL)]
    (one,) = standing(ledger)
    assert one.kind.level is Level.URGENT
    at = f"{APPEAL}: Seit 20.11.2026 um 13:00 Uhr ist eine spätere Revision online; eine frühere steht noch auf "
    assert one.what.de == f"{at}mastodon, x."
    coming = brought(ledger, "planned", "m-7", revision=2, draft_changes={"channel": "x"})
    watched(ledger, NOW + Patience().outdated)
    told = [alarm.what.de for alarm in standing(ledger) if alarm.kind is Kind.OUTDATED]
    assert told == [f"{at}mastodon."], "on X it comes by itself, or is told of as late"
    with ledger.write(NOW) as tx:
        publications.cancel(tx, coming, now=NOW, by=BY)
    assert "a later revision is out since 2026-11-20 at 13:00" in one.what.en
    with ledger.write(NOW + HOUR) as tx:
        publications.want_down(
            tx, [row.id for row in publications.rows(tx, APPEAL) if row.revision == 1], now=NOW, by=BY
        )
    assert ("outdated", APPEAL) not in watched(ledger, NOW + HOUR), "what is ending is another alarm's"


def test_an_end_of_many_channels_is_one_reminder_that_names_them_all(
    approved: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved.publish(TRAM)
    real = reminders.courses

    def many(*of: Any) -> list[Course]:
        found = list(real(*of))
        return [*found, *(dataclasses.replace(one, channel=f"{one.channel}-2") for one in found if one.channel)]

    monkeypatch.setattr(reminders, "courses", many)
    with approved.ledger.write(TRAM_LAPSE - HOUR) as tx:
        lifecycle.remind(tx, now=TRAM_LAPSE - HOUR, by=BY)
    (one,) = [one for one in standing(approved.ledger) if one.appeal == TRAM]
    assert one.what.en.startswith(f"{TRAM} (website, website-2): ends on")
    assert one.what.de.startswith(f"{TRAM} (website, website-2): endet am")


def test_each_step_of_an_end_is_a_reminder_of_its_own(approved: World) -> None:
    approved.publish(TRAM)

    def reminded(now: dt.datetime) -> list[Alarm]:
        with approved.ledger.write(now) as tx:
            lifecycle.remind(tx, now=now, by=BY)
        return [one for one in standing(approved.ledger) if one.appeal == TRAM]

    (half,) = reminded(TRAM_LAPSE - 25 * HOUR)
    assert half.subject.endswith(" half")
    assert half.kind.level is Level.NOTICE
    with approved.ledger.write(TRAM_LAPSE - 25 * HOUR) as tx:
        alarms.acknowledge(tx, half.id, person=BY, note=None, now=TRAM_LAPSE - 25 * HOUR)
    (day,) = reminded(TRAM_LAPSE - 24 * HOUR)
    assert day.next_at is not None
    assert "Es bleiben höchstens 24 Stunden" in day.what.de
    (six,) = reminded(TRAM_LAPSE - 6 * HOUR)
    assert six.subject.endswith(" PT6H")
    assert reminded(TRAM_LAPSE) == []
    record = (approved.home.case_folder(TRAM, 1) / "appeal.json").read_text("utf-8")
    assert "Mustermann" not in repr((half, day, six))
    assert record


def test_the_watch_reads_open_publications_by_their_index(ledger: Ledger) -> None:
    brought(ledger, "live")
    statements: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        statements.append((statement, parameters))

    with ledger.write(DUE + HOUR) as tx:
        sa.event.listen(tx.connection, "before_cursor_execute", note)
        lifecycle.watch(tx, now=DUE + HOUR, by=BY)
        sa.event.remove(tx.connection, "before_cursor_execute", note)
        plans = [
            str(row[3])
            for statement, parameters in statements
            if statement.startswith("SELECT") and ("FROM publication" in statement or "FROM by_hand" in statement)
            for row in tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    used = {
        name for plan in plans for name in ("publication_due", "publication_leased", "by_hand_open") if name in plan
    }
    assert used == {"publication_due", "publication_leased", "by_hand_open"}
    assert not [plan for plan in plans if plan.startswith("SCAN") and "USING INDEX" not in plan]


def test_patience_is_what_it_says() -> None:
    assert dataclasses.astuple(Patience()) == (
        2 * MINUTE,
        2 * MINUTE,
        15 * MINUTE,
        15 * MINUTE,
        5 * MINUTE,
        10 * MINUTE,
        10 * MINUTE,
        DAY,
        7 * DAY,
        DAY,
    )
