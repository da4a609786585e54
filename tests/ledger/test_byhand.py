import pytest

from fahndung.errors import Message, UsageError
from fahndung.ledger import audit, byhand, publications
from fahndung.ledger.byhand import ByHand, Item, Kind

from .world import APPEAL, BY, HOUR, NOW, bring, hand_in, run, unchecked


def thing(**changes):
    values = {"appeal": APPEAL, "what": Message.same("Plakat, 20 Stück"), "why": Message.same("Papier")}
    return ByHand(**{**values, **changes})


def test_an_item_stays_listed_until_a_person_closes_it(ledger):
    with ledger.write(NOW) as tx:
        hand_in(tx, "other-1")
        item = byhand.add(tx, thing(channel="presse", url="https://zeitung.example/1"), at=NOW, by=BY)
        other = byhand.add(tx, thing(appeal="other-1"), at=NOW, by=BY)
        (kept,) = byhand.open_items(tx, APPEAL)
        assert [found.id for found in byhand.open_items(tx)] == [item, other]
    assert kept == Item(
        id=item,
        appeal=APPEAL,
        what=Message.same("Plakat, 20 Stück"),
        why=Message.same("Papier"),
        channel="presse",
        url="https://zeitung.example/1",
        publication=None,
        opened_at=NOW,
        closed_at=None,
        closed_by=None,
        closed_note=None,
        kind=Kind.COPY,
        next_at=None,
        looked_at=None,
        seen=None,
    )
    with ledger.write(NOW) as tx:
        byhand.close(tx, item, person=BY, note="abgehängt", at=NOW + HOUR)
        assert [found.id for found in byhand.open_items(tx)] == [other]
        assert audit.export(tx, APPEAL)[-1]["action"] == "by_hand.close"


def test_the_same_thing_is_opened_once_while_it_is_open(ledger):
    with ledger.write(NOW) as tx:
        item = byhand.add(tx, thing(), at=NOW, by=BY)
        assert byhand.add(tx, thing(why=Message.same("immer noch Papier")), at=NOW + HOUR, by=BY) == item
        assert byhand.add(tx, thing(channel="presse"), at=NOW, by=BY) != item
        byhand.close(tx, item, person=BY, note="abgehängt", at=NOW)
        assert byhand.add(tx, thing(), at=NOW, by=BY) != item


@pytest.mark.parametrize(("item", "note", "why"), [(99, "weg", "no item 99"), (1, " ", "in a note")])
def test_what_cannot_be_closed_is_a_usage_error(ledger, item, note, why):
    with ledger.write(NOW) as tx:
        assert byhand.add(tx, thing(), at=NOW, by=BY) == 1
    with pytest.raises(UsageError, match=why), ledger.write(NOW) as tx:
        byhand.close(tx, item, person=BY, note=note, at=NOW)


def test_an_item_is_closed_once(ledger):
    with ledger.write(NOW) as tx:
        item = byhand.add(tx, thing(), at=NOW, by=BY)
        byhand.close(tx, item, person=BY, note="weg", at=NOW)
    with pytest.raises(UsageError, match=r"closed by k\.muster already"), ledger.write(NOW) as tx:
        byhand.close(tx, item, person=BY, note="weg", at=NOW)


@pytest.mark.parametrize("state", ["by-hand", "tombstone"])
def test_the_last_item_closes_the_publication_that_was_left_to_hands(ledger, state):
    with ledger.write(NOW) as tx:
        row = bring(tx, state)
        items = [byhand.add(tx, thing(what=Message.same(what), publication=row), at=NOW, by=BY) for what in ("a", "b")]
        byhand.close(tx, items[0], person=BY, note="weg", at=NOW)
        assert publications.get(tx, row).state == state
        byhand.close(tx, items[1], person=BY, note="weg", at=NOW + HOUR)
        known = publications.get(tx, row)
    assert (known.state, known.closed_by, known.closed_at, known.next_at) == ("closed", BY, NOW + HOUR, None)
    assert known.gone_at is None


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.COPY])
def test_what_is_no_copy_closes_no_publication_and_keeps_none_open(ledger, kind):
    with ledger.write(NOW) as tx:
        row = bring(tx, "by-hand")
        copy = byhand.add(tx, thing(publication=row), at=NOW, by=BY)
        other = byhand.add(tx, thing(publication=row, kind=kind), at=NOW, by=BY)
        third = byhand.add(tx, thing(publication=row, kind=kind, what=Message.same("b")), at=NOW, by=BY)
        assert len({copy, other, third}) == 3
        byhand.close(tx, other, person=BY, note="erledigt", at=NOW)
        assert publications.get(tx, row).state == "by-hand"
        byhand.close(tx, copy, person=BY, note="weg", at=NOW)
        assert publications.get(tx, row).state == "closed"


def test_closing_an_item_of_a_live_publication_leaves_it_live(ledger):
    with ledger.write(NOW) as tx:
        row = bring(tx, "live")
        item = byhand.add(tx, thing(publication=row), at=NOW, by=BY)
        byhand.close(tx, item, person=BY, note="weg", at=NOW)
        assert publications.get(tx, row).state == "live"


@pytest.mark.parametrize("column", ["what", "why"])
@pytest.mark.parametrize("stored", ["x", "[]", '{"en": 1, "de": "2"}', '{"en": "a"}', "[" * 100_000, "null"])
def test_words_that_somebody_spoilt_stop_nothing_and_stand_as_they_are(ledger, column, stored):
    with ledger.write(NOW) as tx:
        item = byhand.add(tx, thing(), at=NOW, by=BY)
    with ledger.write(NOW) as tx, unchecked(tx, "by_hand"):
        run(tx, f"UPDATE by_hand SET {column} = '{stored}' WHERE id = {item}")
    with ledger.write(NOW) as tx:
        (kept,) = byhand.open_items(tx)
        assert getattr(kept, column) == Message.same(stored)
        byhand.close(tx, item, person=BY, note="abgehängt", at=NOW)
        assert byhand.open_items(tx) == ()
