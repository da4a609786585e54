"""A foreign copy stays open until a person closes it; what each look showed is written down."""

import pytest

from fahndung.errors import Message, UsageError
from fahndung.ledger import audit, byhand, copies
from fahndung.ledger.byhand import ByHand, Kind
from fahndung.ledger.copies import Outcome, Sight

from .world import APPEAL, BY, DAY, HOUR, MINUTE, NOW, SECOND, hand_in

URL = "https://zeitung.example/artikel/7"
THERE = Sight(outcome=Outcome.THERE, status=200, sort="image")
ABSENT = Sight(outcome=Outcome.ABSENT, status=404)
UNKNOWN = Sight(outcome=Outcome.UNKNOWN, why=Message("No answer.", "Keine Antwort."))


def add(tx, url=URL, **more):
    return copies.add(tx, appeal=APPEAL, url=url, at=NOW, by=BY, **more)


def look(tx, item, sight, now):
    return copies.looked(tx, item, sight, next_at=now + DAY, now=now, by="timer")


def test_a_copy_is_open_due_at_once_and_known_once(ledger):
    with ledger.write(NOW) as tx:
        item = add(tx, where="Musterstädter Anzeiger", note="druckte das Bild")
        assert add(tx) == item
        other = add(tx, URL + "8")
        (kept, _) = copies.open_copies(tx, APPEAL)
        assert copies.last_sight(kept) is None
        byhand.close(tx, other, person=BY, note="weg", at=NOW)
        assert add(tx, URL + "8") != other
    assert (kept.title, kept.why, kept.url, kept.next_at, kept.kind) == (
        ("Foreign copy: Musterstädter Anzeiger", "Fremdkopie: Musterstädter Anzeiger"),
        ("druckte das Bild", "druckte das Bild"),
        URL,
        NOW,
        Kind.FOREIGN,
    )


def test_an_unknown_appeal_has_no_copy(ledger):
    with pytest.raises(UsageError), ledger.write(NOW) as tx:
        copies.add(tx, appeal="nobody", url=URL, at=NOW, by=BY)


def test_who_takes_what_is_due_gives_it_back_by_the_clock(ledger):
    with ledger.write(NOW) as tx:
        hand_in(tx, "other-1")
        items = [add(tx, f"{URL}/{number}") for number in range(3)]
        byhand.add(
            tx,
            ByHand(appeal=APPEAL, what=Message.same("Plakate"), why=Message.same("x"), kind=Kind.PAPER),
            at=NOW,
            by=BY,
        )
        assert copies.take_due(tx, now=NOW - SECOND, limit=9, until=NOW) == ()
        taken = copies.take_due(tx, now=NOW, limit=2, until=NOW + MINUTE)
        assert [item.id for item in taken] == items[:2]
        assert [item.id for item in copies.take_due(tx, now=NOW, limit=9, until=NOW + HOUR)] == items[2:]
        again = copies.take_due(tx, now=NOW + MINUTE, limit=9, until=NOW + HOUR)
        assert [item.id for item in again] == items[:2]


def test_a_closed_copy_is_never_due_again(ledger):
    with ledger.write(NOW) as tx:
        item = add(tx)
        byhand.close(tx, item, person=BY, note="weg", at=NOW)
        assert copies.take_due(tx, now=NOW + DAY, limit=9, until=NOW + DAY) == ()
        assert look(tx, item, THERE, NOW + DAY) is None


def test_only_looks_a_day_apart_and_each_one_between_them_propose_to_close(ledger):
    with ledger.write(NOW) as tx:
        item = add(tx)
        assert look(tx, item, ABSENT, NOW).outcome is Outcome.ABSENT
        assert look(tx, item, ABSENT, NOW + DAY - SECOND).outcome is Outcome.ABSENT
        gone = look(tx, item, ABSENT, NOW + DAY)
        assert (gone.outcome, gone.since) == (Outcome.GONE, NOW)
        assert look(tx, item, ABSENT, NOW + 2 * DAY).outcome is Outcome.GONE
        (still,) = copies.open_copies(tx)  # the machine closes nothing
        assert (still.looked_at, still.next_at) == (NOW + 2 * DAY, NOW + 3 * DAY)


@pytest.mark.parametrize("between", [THERE, UNKNOWN])
def test_whatever_else_was_seen_in_between_starts_the_day_anew(ledger, between):
    with ledger.write(NOW) as tx:
        item = add(tx)
        look(tx, item, ABSENT, NOW)
        look(tx, item, between, NOW + HOUR)
        again = look(tx, item, ABSENT, NOW + DAY)
        assert (again.outcome, again.since) == (Outcome.ABSENT, NOW + DAY)


def test_the_first_kind_of_content_is_remembered(ledger):
    with ledger.write(NOW) as tx:
        item = add(tx)
        look(tx, item, THERE, NOW)
        look(tx, item, UNKNOWN, NOW + HOUR)
        look(tx, item, Sight(outcome=Outcome.THERE, status=200, sort="text"), NOW + DAY)
        (kept,) = copies.open_copies(tx)
    sight = copies.last_sight(kept)
    assert (sight.sort, sight.since, sight.why) == ("image", NOW + DAY, None)


def test_a_look_from_before_the_copy_was_known_is_no_long_absence(ledger):
    absent = Sight(outcome=Outcome.ABSENT, status=404, sort=None)
    with ledger.write(NOW) as tx:
        item = add(tx)
        look(tx, item, absent, NOW)
        (kept,) = copies.open_copies(tx)
        byhand.change(tx, item, seen={**kept.seen, "since": "2001-01-01T00:00:00+00:00"})
        assert look(tx, item, absent, NOW + HOUR).outcome is Outcome.ABSENT


def test_the_log_says_what_was_seen_and_neither_where_nor_why(ledger):
    with ledger.write(NOW) as tx:
        item = add(tx, where="Musterstädter Anzeiger")
        look(tx, item, UNKNOWN, NOW)
        (kept,) = copies.open_copies(tx)
        (*_, event) = audit.export(tx, APPEAL)
    assert copies.last_sight(kept).why == UNKNOWN.why
    assert (event["action"], event["data"]) == ("copy.look", {"item": item, "outcome": "unknown", "status": None})
