"""R35: how much paper hangs where is counted, and a place stays open until all of it is down."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fahndung.errors import Message, UsageError
from fahndung.ledger import audit, byhand, paper
from fahndung.ledger.byhand import ByHand, Item, Kind

from .world import APPEAL, BY, DAY, HOUR, NOW

A4 = Message("Posters A4", "Plakate A4")


def hang(tx, place, pieces, **more):
    return paper.hang(tx, APPEAL, place=place, pieces=pieces, at=NOW, by=BY, **more)


def printed(tx, **changes):
    values = {"appeal": APPEAL, "what": A4, "why": paper.ONLY_BY_HAND, "kind": Kind.PAPER}
    who = changes.pop("who", None)
    return paper.printed(tx, ByHand(**{**values, **changes}), who=who, at=NOW, by=BY)


def places(tx):
    return {item.place: paper.left(item) for item in paper.open_paper(tx, APPEAL)}


def test_a_place_says_how_many_hang_there_and_who_answers_for_them(ledger):
    with ledger.write(NOW) as tx:
        item = hang(tx, " Rathaus,  Musterstadt ", 12, who="pp.posten")
    assert (item.place, item.pieces, paper.left(item), item.kind) == ("Rathaus, Musterstadt", 12, 12, Kind.PAPER)
    assert paper.details(item)["who"] == ["pp.posten"]
    assert item.title == Message("Posters, 12 pieces: Rathaus, Musterstadt", "Plakate, 12 Stück: Rathaus, Musterstadt")


def test_printed_paper_without_a_place_gets_its_places_named(ledger):
    with ledger.write(NOW) as tx:
        item = printed(tx)
        assert places(tx) == {None: None}
        assert hang(tx, "Rathaus", 5).id == item
        other = hang(tx, "Bahnhof", 3)
        assert other.what == A4
        assert places(tx) == {"Rathaus": 5, "Bahnhof": 3}


def test_what_the_record_says_is_confirmed_first_and_added_to_then(ledger):
    with ledger.write(NOW) as tx:
        item = printed(tx, place="Rathaus", pieces=6, who="p.eins")
        assert (hang(tx, "Rathaus", 4, who="p.eins").id, places(tx)) == (item, {"Rathaus": 4})
        assert paper.details(hang(tx, "Rathaus", 3, who="p.zwei"))["who"] == ["p.eins", "p.zwei"]
        assert places(tx) == {"Rathaus": 7}
        assert printed(tx, place="Rathaus", pieces=6) == item  # printed again: the same place
        assert printed(tx, place="Rathaus", pieces=6, what=Message.same("Plakate (ohne p1)")) != item


def test_a_printed_place_stays_one_item_until_somebody_hangs_another_number_there(ledger):
    with ledger.write(NOW) as tx:
        assert printed(tx, place="Rathaus", pieces=6) == printed(tx, place="Rathaus", pieces=6)
        assert printed(tx, place="Rathaus", pieces=2) == 2
        assert printed(tx) != printed(tx, what=Message.same("Plakate A3"))


def test_a_place_stays_open_until_all_of_it_is_down_and_each_part_is_written_down(ledger):
    with ledger.write(NOW) as tx:
        item = hang(tx, "Rathaus", 12).id
        assert paper.take_down(tx, item, person=BY, at=NOW + HOUR, pieces=5, note="Nordseite") == 7
        (hanging,) = paper.open_paper(tx, APPEAL)
        assert (paper.left(hanging), hanging.pieces, hanging.looked_at) == (7, 12, NOW + HOUR)
        assert paper.take_down(tx, item, person=BY, at=NOW + DAY, pieces=7) == 0
        assert paper.open_paper(tx) == ()
        (closed,) = byhand.all(tx, APPEAL)
        events = [event for event in audit.export(tx, APPEAL) if event["action"] == "paper.down"]
    assert (closed.closed_by, closed.closed_at, closed.closed_note) == (BY, NOW + DAY, "alle abgenommen")
    first = {"at": (NOW + HOUR).isoformat(), "pieces": 5, "note": "Nordseite"}
    assert paper.details(closed)["down"][0] == first
    assert [event["data"] for event in events] == [
        {"item": item, "pieces": 5, "left": 7},
        {"item": item, "pieces": 7, "left": 0},
    ]
    assert "Rathaus" not in str(events)


def test_without_a_number_all_of_it_is_down(ledger):
    with ledger.write(NOW) as tx:
        item = hang(tx, "Rathaus", 12).id
        assert paper.take_down(tx, item, person=BY, at=NOW, note="alles weg") == 0
        (closed,) = byhand.all(tx, APPEAL)
    assert (closed.closed_note, paper.details(closed)["down"][0]["pieces"]) == ("alles weg", 12)


def test_where_nobody_counted_a_part_closes_nothing(ledger):
    with ledger.write(NOW) as tx:
        item = printed(tx)
        assert paper.take_down(tx, item, person=BY, at=NOW, pieces=100) is None
        assert places(tx) == {None: None}
        assert hang(tx, "Rathaus", 3).id == item
        assert paper.take_down(tx, item, person=BY, at=NOW) == 0


@pytest.mark.parametrize(("pieces", "why"), [(13, "12 hang there"), (0, "12 hang there"), (-1, "12 hang there")])
def test_no_more_come_down_than_hang(ledger, pieces, why):
    with ledger.write(NOW) as tx:
        item = hang(tx, "Rathaus", 12).id
    with pytest.raises(UsageError, match=why), ledger.write(NOW) as tx:
        paper.take_down(tx, item, person=BY, at=NOW, pieces=pieces)


def test_none_at_all_is_refused_where_nobody_counted(ledger):
    with ledger.write(NOW) as tx:
        item = printed(tx)
    with pytest.raises(UsageError, match="an unknown number hang"), ledger.write(NOW) as tx:
        paper.take_down(tx, item, person=BY, at=NOW, pieces=0)


def test_what_is_no_paper_or_closed_or_unknown_does_not_come_down(ledger):
    with ledger.write(NOW) as tx:
        copy = byhand.add(
            tx,
            ByHand(appeal=APPEAL, what=Message.same("Fremdkopie"), why=Message.same("x"), kind=Kind.FOREIGN),
            at=NOW,
            by=BY,
        )
        done = hang(tx, "Rathaus", 1).id
        paper.take_down(tx, done, person=BY, at=NOW)
    for item, why in ((copy, "no paper"), (done, "closed by"), (99, "no item 99"), (2**63, "no item")):
        with pytest.raises(UsageError, match=why), ledger.write(NOW) as tx:
            paper.take_down(tx, item, person=BY, at=NOW)


@pytest.mark.parametrize(
    ("appeal", "where", "pieces", "why"),
    [(APPEAL, " ", 1, "--where"), (APPEAL, "Rathaus", 0, "--count"), ("nobody", "Rathaus", 1, "nobody")],
)
def test_what_says_too_little_is_refused(ledger, appeal, where, pieces, why):
    with pytest.raises(UsageError, match=why), ledger.write(NOW) as tx:
        paper.hang(tx, appeal, place=where, pieces=pieces, at=NOW, by=BY)


def test_paper_that_is_down_needs_not_be_taken_down_for_one_person_any_more(ledger):
    with ledger.write(NOW) as tx:
        item, other = hang(tx, "Rathaus", 12).id, hang(tx, "Bahnhof", 1).id
        for of in (item, other):
            down = ByHand(appeal=APPEAL, what=Message.same(f"ab ({of})"), why=Message.same("x"), kind=Kind.PAPER_DOWN)
            byhand.add(tx, down, at=NOW, by=BY, seen={"paper": of})
        byhand.close(tx, item, person=BY, note="abgehängt", at=NOW)
        assert [left.what.de for left in paper.open_paper(tx)] == ["Plakate", f"ab ({other})"]
        (down,) = [left.id for left in paper.open_paper(tx) if left.kind is Kind.PAPER_DOWN]
        paper.take_down(tx, down, person=BY, at=NOW, note="überklebt")
        assert [left.id for left in paper.open_paper(tx)] == [other]


@given(hung=st.integers(1, 60), parts=st.lists(st.integers(1, 60), max_size=6))
def test_what_is_left_is_what_was_hung_less_what_is_down(hung, parts):
    down = [{"at": NOW.isoformat(), "pieces": part} for part in parts]
    assert paper.left(posters(hung, {"down": down})) == hung - sum(parts)


@pytest.mark.parametrize("noted", ["x", 7, {"at": 1}, [7], [{"at": "2026", "pieces": "2"}], [{"pieces": 2}], None])
def test_of_paper_what_somebody_spoilt_counts_as_hanging(noted):
    item = posters(3, {"who": noted, "hung": noted, "down": noted})
    assert paper.left(item) == 3
    assert all(isinstance(who, str) for who in paper.details(item)["who"])


def posters(hung, seen):
    """An item of so many sheets."""
    return Item(
        id=1,
        appeal=APPEAL,
        what=paper.POSTERS,
        why=Message.same("x"),
        kind=Kind.PAPER,
        pieces=hung,
        opened_at=NOW,
        closed_at=None,
        closed_by=None,
        closed_note=None,
        next_at=None,
        looked_at=None,
        seen=seen,
    )
