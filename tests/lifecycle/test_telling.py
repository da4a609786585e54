"""Who has to be told of an end, with which text; what an error asks of people."""

import datetime as dt
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest

from fahndung.errors import Message
from fahndung.ledger import breaches, byhand, endings, paper, publications
from fahndung.ledger.byhand import ByHand, Item, Kind
from fahndung.ledger.endings import Ending
from fahndung.lifecycle import takedown, telling
from fahndung.lifecycle.takendown import Outcome
from fahndung.lifecycle.telling import Addressee
from fahndung.model.closing import EndReason
from fahndung.model.ids import AppealId, PersonId
from fahndung.model.mandate import Medium
from fahndung.model.publication import State, closing
from fahndung.testing.faults import Call, Fault
from fahndung.testing.posts import Modes
from tests.ledger import world
from tests.ledger.test_damaged import spoil
from tests.lifecycle.shifts import Office, office
from tests.world import GIRL, GIRL_REVIEW, PAIR, PUBLISHED, TRAM, World

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def mute(monkeypatch: pytest.MonkeyPatch) -> None:
    """No channel tells an end itself."""
    monkeypatch.setattr(telling, "TELLS_THE_END", frozenset())


def end(
    world: World, reason: EndReason = EndReason.FOUND, appeal: str = GIRL, now: dt.datetime = PUBLISHED, **more: Any
) -> Outcome:
    ending = Ending(appeal=AppealId(appeal), reason=reason, by="k.muster", at=now, **more)
    return takedown.end(world.home, world.ledger, ending, now=now)


def items(world: World, kind: Kind = Kind.TELL, appeal: str = GIRL) -> list[Item]:
    with world.ledger.read() as tx:
        return [item for item in byhand.open_items(tx, appeal) if item.kind is kind]


def addressees(world: World, appeal: str = GIRL) -> tuple[Addressee, ...]:
    with world.ledger.read() as tx:
        return telling.addressees(tx, appeal, PUBLISHED)


def test_before_the_end_there_is_nothing_to_tell(approved: World) -> None:
    assert addressees(approved) == ()
    approved.publish(GIRL)
    (one,) = addressees(approved)
    assert (one.notice, one.untold, one.receiver.told_at) == (None, False, None)


def test_the_website_tells_the_end_itself(approved: World) -> None:
    approved.publish(GIRL)
    (one,) = end(approved).receivers
    assert (one.receiver.name.en, one.receiver.sent_at, one.receiver.told_at) == ("website", PUBLISHED, PUBLISHED)
    assert not one.untold
    assert items(approved) == []


@pytest.mark.parametrize(
    ("appeal", "reason", "kind"),
    [
        (GIRL, EndReason.FOUND, "reached"),
        (GIRL, EndReason.REVOKED, "ended-preventive"),
        (TRAM, EndReason.LAPSED, "ended-order"),
        (TRAM, EndReason.ERROR, "error"),
    ],
)
def test_the_notice_fits_the_reason_and_lies_in_the_release(
    approved: World, appeal: str, reason: EndReason, kind: str
) -> None:
    approved.publish(appeal)
    (one,) = end(approved, reason, appeal).receivers
    assert one.notice == f"texts/closing-{kind}.txt"
    assert one.receiver.digest is not None
    assert (approved.home.release_folder(one.receiver.digest) / one.notice).is_file()


@pytest.mark.peers
@pytest.mark.usefixtures("mute")
def test_where_no_channel_tells_a_person_is_asked_once(approved: World) -> None:
    approved.publish(GIRL)
    assert end(approved).receivers[0].untold
    (item,) = items(approved)
    assert (item.channel, "closing-reached" in item.why.de) == ("website", True)
    end(approved)
    assert [known.id for known in items(approved)] == [item.id]
    with approved.ledger.write(PUBLISHED) as tx:
        byhand.close(tx, item.id, person="k.muster", note="angerufen", at=PUBLISHED)
    assert not end(approved).receivers[0].untold
    assert items(approved) == []


@pytest.mark.peers
@pytest.mark.usefixtures("mute")
@pytest.mark.parametrize("closed", [False, True])
def test_after_an_error_a_person_is_asked_to_tell_the_error_and_nothing_else(approved: World, closed: bool) -> None:
    approved.publish(GIRL)
    end(approved)
    (item,) = items(approved)
    if closed:
        with approved.ledger.write(PUBLISHED) as tx:
            byhand.close(tx, item.id, person="k.muster", note="angerufen", at=PUBLISHED)
    end(approved, EndReason.ERROR, now=PUBLISHED + HOUR)
    (again,) = items(approved)
    assert "closing-error" in again.why.de
    assert "closing-reached" not in again.why.de
    assert (again.id == item.id) is not closed


@pytest.mark.usefixtures("mute")
def test_an_end_by_the_clock_asks_too(approved: World) -> None:
    approved.publish(GIRL)
    takedown.takedown(approved.home, approved.ledger, now=GIRL_REVIEW, by="timer")
    assert len(items(approved)) == 1


@pytest.mark.usefixtures("mute")
def test_the_end_of_another_medium_asks_nothing(approved: World) -> None:
    approved.publish(GIRL)
    end(approved, medium=Medium.SOCIAL)
    assert items(approved) == []
    assert addressees(approved)[0].notice is None


@pytest.mark.usefixtures("mute")
def test_what_waits_as_a_copy_is_not_asked_for_twice(approved: World) -> None:
    approved.publish(GIRL)
    (one,) = addressees(approved)
    with approved.ledger.write(PUBLISHED) as tx:
        copy = ByHand(
            appeal=AppealId(GIRL),
            what=Message.same("Mail"),
            why=Message.same("x"),
            publication=one.receiver.publication,
        )
        byhand.add(tx, copy, at=PUBLISHED, by="x")
        byhand.add(
            tx, ByHand(appeal=AppealId(GIRL), what=Message.same("Plakate"), why=Message.same("x")), at=PUBLISHED, by="x"
        )
    end(approved)
    assert items(approved) == []


def test_paper_is_among_the_receivers_and_untold_only_as_its_item(approved: World) -> None:
    with approved.ledger.write(PUBLISHED) as tx:
        printed = ByHand(appeal=AppealId(GIRL), what=Message.same("Plakate"), why=Message.same("x"), kind=Kind.PAPER)
        byhand.add(tx, printed, at=PUBLISHED, by="x")
    (one,) = end(approved).receivers
    assert (one.receiver.medium, one.receiver.told_at) == (Medium.POSTER, None)


@pytest.mark.parametrize(("appeal", "notice", "persons"), [(TRAM, "§ 65", "§ 66"), (GIRL, "§ 21", "§ 22")])
def test_an_error_is_a_breach_with_72_hours_and_two_tasks(
    approved: World, appeal: str, notice: str, persons: str
) -> None:
    end(approved, EndReason.ERROR, appeal)
    with approved.ledger.read() as tx:
        (breach,) = breaches.breaches(tx, appeal)
    assert breach.due_at - breach.known_at == dt.timedelta(hours=72)
    (first,) = items(approved, Kind.BREACH_NOTICE, appeal)
    (second,) = items(approved, Kind.BREACH_PERSONS, appeal)
    assert (first.id, "24.11.2026 um 08:30" in first.what.de) == (breach.item, True)
    assert ("before 2026-11-24 at 08:30" in first.what.en, first.why.en.startswith(notice)) == (True, True)
    assert first.why.de.startswith(notice)
    assert second.why.de.startswith(persons)


@pytest.mark.parametrize("reason", [reason for reason in EndReason if reason is not EndReason.ERROR])
def test_no_other_reason_is_a_breach(approved: World, reason: EndReason) -> None:
    ending = Ending(appeal=AppealId(GIRL), reason=reason, by="x", at=PUBLISHED)
    with approved.ledger.read() as tx:
        assert telling.duty(approved.home, tx, ending) is None


@pytest.mark.parametrize(
    "instant",
    [
        dt.datetime(2026, 3, 28, 12, tzinfo=dt.UTC),  # the clocks go forward in the next night
        dt.datetime(2026, 10, 24, 12, tzinfo=dt.UTC),  # and back
    ],
)
def test_the_72_hours_are_elapsed_hours(approved: World, instant: dt.datetime) -> None:
    ending = Ending(appeal=AppealId(GIRL), reason=EndReason.ERROR, by="x", at=instant)
    with approved.ledger.read() as tx:
        duty = telling.duty(approved.home, tx, ending)
    assert duty is not None
    assert duty.due_at - instant == dt.timedelta(hours=72)


FIGURE = 'title = "x"\nreference = "x"\nvalid_from = 2018-05-25\n'


@pytest.mark.parametrize(
    ("table", "hours"),
    [
        (f'[[figure]]\nid = "breach-notice"\n{FIGURE}period = "PT24H"\n', 24),
        (f'[[figure]]\nid = "breach-notice"\n{FIGURE}number = 72\n', 72),
        ("broken = ", 72),
    ],
)
def test_the_home_decides_the_period_and_a_spoiled_table_stops_no_end(approved: World, table: str, hours: int) -> None:
    (approved.home.path / "norms.toml").write_text(table, "utf-8")
    assert end(approved, EndReason.ERROR).online_past_end == 0
    with approved.ledger.read() as tx:
        (breach,) = breaches.breaches(tx, GIRL)
    assert breach.due_at - breach.known_at == dt.timedelta(hours=hours)


def test_before_there_was_a_figure_the_notice_is_due_at_once(approved: World) -> None:
    ending = Ending(appeal=AppealId(GIRL), reason=EndReason.ERROR, by="x", at=dt.datetime(2017, 1, 1, tzinfo=dt.UTC))
    with approved.ledger.read() as tx:
        duty = telling.duty(approved.home, tx, ending)
    assert duty is not None
    assert duty.due_at == ending.at


def test_an_error_that_comes_to_light_after_the_end_is_told_again_by_a_person(approved: World) -> None:
    approved.publish(GIRL)
    end(approved, EndReason.FOUND)
    (before,) = addressees(approved)
    assert before.receiver.told_at == PUBLISHED
    later = PUBLISHED + dt.timedelta(days=3)
    wish = Ending(appeal=AppealId(GIRL), reason=EndReason.ERROR, by="k.muster", at=later)
    takedown.end(approved.home, approved.ledger, wish, now=later)
    (after,) = addressees(approved)
    assert (after.receiver.told_at, after.notice) == (None, "texts/closing-error.txt")
    (item,) = items(approved)
    with approved.ledger.write(later) as tx:
        byhand.close(tx, item.id, person="k.muster", note="Richtigstellung versandt", at=later)
    (told,) = addressees(approved)
    assert told.receiver.told_at == later


def paper_down(world: World) -> list[str]:
    return [item.title.de for item in items(world, Kind.PAPER_DOWN, PAIR)]


def end_person(world: World, person: str, **more: Any) -> None:
    end(world, EndReason.FOUND, PAIR, PUBLISHED + HOUR, person=PersonId(person), **more)


def hang(world: World, place: str, pieces: int, appeal: str = PAIR) -> Item:
    with world.ledger.write(PUBLISHED) as tx:
        return paper.hang(tx, appeal, place=place, pieces=pieces, at=PUBLISHED, by="k.muster", who="p.posten")


@pytest.mark.peers
def test_the_end_of_one_person_asks_for_each_place_once_and_for_what_is_left_there(pair: World) -> None:
    first, _ = hang(pair, "Rathaus", 5), hang(pair, "Bahnhof", 2)
    with pair.ledger.write(PUBLISHED) as tx:
        paper.take_down(tx, first.id, person="k.muster", at=PUBLISHED, pieces=1)
    end_person(pair, "p1")
    asked = [
        "Jetzt abnehmen, was p1 zeigt (Posten 1), 4 Stück: Rathaus",
        "Jetzt abnehmen, was p1 zeigt (Posten 2), 2 Stück: Bahnhof",
    ]
    assert paper_down(pair) == asked
    (down, _) = items(pair, Kind.PAPER_DOWN, PAIR)
    assert paper.details(down)["who"] == ["p.posten"]
    with pair.ledger.write(PUBLISHED) as tx:
        paper.take_down(tx, down.id, person="k.muster", at=PUBLISHED, note="überklebt")
    end_person(pair, "p1")
    assert paper_down(pair) == asked[1:]  # what was asked and done is not asked again


def test_the_end_of_a_person_elsewhere_asks_for_no_paper(pair: World) -> None:
    hang(pair, "Rathaus", 5)
    end_person(pair, "p1", medium=Medium.SOCIAL)
    assert paper_down(pair) == []


@pytest.mark.peers
def test_paper_without_a_person_stays_when_the_search_for_that_person_is_over(pair: World) -> None:
    end_person(pair, "p1")
    with pair.ledger.write(PUBLISHED) as tx:
        (row,) = [row for row in publications.rows(tx, PAIR) if row.target == "without-p1"]
        printed = ByHand(
            appeal=AppealId(PAIR),
            what=Message.same("Plakate"),
            why=Message.same("x"),
            kind=Kind.PAPER,
            publication=row.id,
        )
        paper.printed(tx, printed, who=None, at=PUBLISHED, by="x")
    end_person(pair, "p1")
    assert paper_down(pair) == []
    end_person(pair, "p2")
    assert paper_down(pair) == ["Jetzt abnehmen, was p2 zeigt (Posten 1)"]


def test_paper_of_a_row_that_cannot_be_read_counts_as_showing_everybody(pair: World) -> None:
    with pair.ledger.write(PUBLISHED) as tx:
        (row,) = publications.rows(tx, PAIR)
        printed = ByHand(
            appeal=AppealId(PAIR),
            what=Message.same("Plakate"),
            why=Message.same("x"),
            kind=Kind.PAPER,
            publication=row.id,
        )
        paper.printed(tx, printed, who=None, at=PUBLISHED, by="x")
    spoil(pair.ledger, row.id, "endpoint = '[]'")
    ending = Ending(appeal=AppealId(PAIR), reason=EndReason.FOUND, by="x", at=PUBLISHED, person=PersonId("p1"))
    with pair.ledger.write(PUBLISHED) as tx:
        telling.ask_for_paper(tx, ending, now=PUBLISHED, by="x")
    assert len(paper_down(pair)) == 1


def test_paper_is_overdue_place_by_place_from_the_end_on(approved: World) -> None:
    hang(approved, "Rathaus", 5, GIRL)
    with approved.ledger.write(PUBLISHED) as tx:
        unplaced = ByHand(
            appeal=AppealId(GIRL), what=Message.same("Plakate A3"), why=Message.same("x"), kind=Kind.PAPER
        )
        paper.printed(tx, unplaced, who=None, at=PUBLISHED, by="x")
        assert telling.paper_warnings(tx, GIRL_REVIEW - dt.timedelta(microseconds=1)) == []
        told = [message.en for message in telling.paper_warnings(tx, GIRL_REVIEW, GIRL)]
        assert telling.paper_warnings(tx, GIRL_REVIEW, TRAM) == []
    assert ["(item 1: Posters, 5 pieces: Rathaus, 5 left)" in line for line in told] == [True, False]
    assert told[1].endswith("(item 2: Plakate A3)")


def test_paper_that_the_order_does_not_name_is_to_come_down_at_once(pair: World) -> None:
    hang(pair, "Rathaus", 5)  # this order names no posters
    with pair.ledger.read() as tx:
        assert len(telling.paper_warnings(tx, PUBLISHED)) == 1


def test_what_shows_a_person_whose_search_is_over_is_to_come_down_now(approved: World) -> None:
    item = hang(approved, "Rathaus", 5, GIRL)
    down = ByHand(
        appeal=AppealId(GIRL), what=Message.same("Jetzt abnehmen"), why=Message.same("x"), kind=Kind.PAPER_DOWN
    )
    with approved.ledger.write(PUBLISHED) as tx:
        byhand.add(tx, down, at=PUBLISHED, by="x", seen={"paper": item.id})
        (told,) = telling.paper_warnings(tx, PUBLISHED)
    assert "(item 2: Jetzt abnehmen)" in told.en


def test_spoiled_facts_make_paper_over_since_it_was_handed_in(pair: World) -> None:
    hang(pair, "Rathaus", 5)
    with pair.ledger.write(PUBLISHED) as tx:
        tx.connection.exec_driver_sql("UPDATE submission SET clock_facts = x'7b'")
        assert len(telling.paper_warnings(tx, PUBLISHED)) == 1


@pytest.fixture
def desk(tmp_path: pathlib.Path) -> Iterator[Office]:
    """An office with a post that is live on a network."""
    made = office(tmp_path / "ledger.db", Modes(notices=True))
    made.turn(made.plan())
    yield made
    made.ledger.close()


def ends(desk: Office, reason: EndReason = EndReason.FOUND, posting: tuple[str, ...] = (), **more: Any) -> None:
    """An end, and what it asks of people."""
    wish = Ending(appeal=AppealId(world.APPEAL), reason=reason, by=world.BY, at=desk.now, **more)
    with desk.ledger.write(desk.now) as tx:
        endings.end(tx, wish)
        telling.ask_to_tell(tx, world.APPEAL, now=desk.now, by=world.BY, posting=posting)


def asked(desk: Office) -> list[Item]:
    with desk.ledger.read() as tx:
        return [item for item in byhand.open_items(tx, world.APPEAL) if item.kind is Kind.TELL]


def told_at(desk: Office) -> dt.datetime | None:
    with desk.ledger.read() as tx:
        return telling.everybody(tx, world.APPEAL)[0].told_at


def test_from_a_network_a_post_that_is_gone_leaves_nothing_to_a_person(desk: Office) -> None:
    ends(desk)
    assert (asked(desk), told_at(desk)) == ([], None), "it is still there"
    desk.turn(1)
    assert told_at(desk) == desk.now
    ends(desk, EndReason.ERROR)
    assert [item.publication for item in asked(desk)] == [1], "an error was not told by the silence before"
    assert told_at(desk) is None


@pytest.mark.parametrize(
    ("posting", "more", "items"),
    [((), {}, 1), (("memory",), {}, 0), (("other",), {}, 1), (("memory",), {"person": PersonId("p1")}, 1)],
)
def test_an_error_is_told_on_a_network_by_its_account_or_by_a_person(
    desk: Office, posting: tuple[str, ...], more: dict[str, Any], items: int
) -> None:
    ends(desk, EndReason.ERROR, posting, **more)
    assert len(asked(desk)) == items
    desk.turn(1)
    assert told_at(desk) is None


def test_a_notice_in_the_place_of_the_post_tells_the_error(desk: Office) -> None:
    desk.platform.late = True
    ends(desk, EndReason.ERROR)
    assert len(asked(desk)) == 1
    desk.turn(1)
    assert asked(desk) == []


@pytest.mark.parametrize("refused", [True, False])
def test_an_account_whose_post_never_went_out_leaves_it_to_a_person_once(desk: Office, refused: bool) -> None:
    ends(desk)
    desk.turn(1)
    row = desk.plan("m-2", target=closing("reached"), due_at=desk.now + HOUR)
    if refused:
        desk.platform.faults.add(Fault.REFUSED, Call.UPLOAD)
    else:
        desk.pass_time(HOUR)
    assert desk.turn(row).row.state is (State.REJECTED if refused else State.CANCELLED)
    assert [item.publication for item in asked(desk)] == [1]
    assert told_at(desk) is None, "a person has been asked"
    with desk.ledger.write(desk.now) as tx:
        telling.ask_instead(tx, world.APPEAL, "memory", now=desk.now, by=world.BY)
    assert len(asked(desk)) == 1


def test_a_post_that_an_error_overtook_asks_nobody(desk: Office) -> None:
    ends(desk)
    desk.turn(1)
    row = desk.plan("m-2", target=closing("reached"))
    with desk.ledger.write(desk.now) as tx:
        publications.want_down(tx, [row], now=desk.now, by=world.BY)
    assert desk.turn(row).row.state is State.CANCELLED
    assert asked(desk) == []
