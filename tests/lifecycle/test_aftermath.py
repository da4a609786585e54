"""What the gate gets to know of an aftermath, and that its rules then say what is left to do."""

import datetime as dt

from fahndung import resources
from fahndung.errors import Message
from fahndung.law import norms
from fahndung.law.gate import Stage, judge
from fahndung.ledger.endings import Ending
from fahndung.lifecycle import aftermath, retention, takedown
from fahndung.model.closing import EndReason
from fahndung.model.ids import AppealId
from fahndung.model.mandate import Medium
from tests.law.build import JUDGE, appeal, facts, order, table
from tests.world import GIRL, PUBLISHED, TRAM, World

NORMS = norms.parse(resources.norms_text())


def _of(world: World, name: str, now: dt.datetime) -> dict[str, object]:
    with world.ledger.read() as tx:
        return aftermath.of(world.home, tx, name, norms=NORMS, now=now)


def test_a_running_appeal_has_receivers_and_nothing_to_erase(approved: World) -> None:
    approved.publish(GIRL)
    found = _of(approved, GIRL, PUBLISHED)
    (receiver,) = found["receivers"]
    assert (receiver.name, receiver.medium, receiver.sent_at, receiver.told_at) == (
        Message.same("website"),
        Medium.WEBSITE,
        PUBLISHED,
        None,
    )
    assert (found["derivatives"], found["breaches"], found["logs_due"]) == ((), (), 0)
    with approved.ledger.read() as tx:
        assert aftermath.of_receivers(tx, GIRL, revision=1) == (receiver,)
        assert aftermath.of_receivers(tx, GIRL, revision=2) == ()


def test_after_an_error_the_rules_say_what_is_left_until_it_is_done(approved: World) -> None:
    approved.publish(TRAM)
    ending = Ending(appeal=AppealId(TRAM), reason=EndReason.ERROR, by="x", at=PUBLISHED)
    takedown.end(approved.home, approved.ledger, ending, now=PUBLISHED)
    now = PUBLISHED + dt.timedelta(hours=72)

    def rules(at: dt.datetime) -> list[tuple[str, str]]:
        known = facts(appeal(order(JUDGE)), Stage.ENDED, norms=table(), now=at, **_of(approved, TRAM, at))
        return [(p.rule, str(p.severity)) for p in judge(known) if p.rule in ("R40", "R41", "R43")]

    assert rules(now - dt.timedelta(microseconds=1)) == [("R40", "block"), ("R41", "warn")]
    assert rules(now) == [("R40", "block"), ("R41", "block")]
    with approved.ledger.write(now) as tx:
        from fahndung.ledger import byhand

        for item in byhand.open_items(tx, TRAM):
            byhand.close(tx, item.id, person="k.muster", note="getan", at=now)
    retention.do(approved.home, approved.ledger, now=now, by="x")
    assert rules(now) == []
    years_later = dt.datetime(2028, 1, 1, tzinfo=dt.UTC)
    assert rules(years_later) == [("R43", "warn")]
    retention.do(approved.home, approved.ledger, now=years_later, by="x")
    assert rules(years_later) == []


def test_without_a_figure_no_log_is_ever_over(approved: World) -> None:
    ended = norms.parse(
        resources.norms_text()
        + '\n[[figure]]\nid = "log-preventive"\ntitle = "x"\nreference = "x"\nvalid_from = 2019-01-01\n'
        'valid_to = 2020-01-01\nperiod = "P12M"\n'
    )
    with approved.ledger.read() as tx:
        log = aftermath.log_of(tx, GIRL, norms=ended, now=dt.datetime(2090, 1, 1, tzinfo=dt.UTC))
    assert (log.figure, log.due, log.next_at) == (None, (), None)
    assert log.later > 0
