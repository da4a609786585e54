"""What cannot be deleted any more: the notice that is due takes its place, and it counts until it is gone."""

import datetime as dt
import pathlib
from collections.abc import Iterator

import pytest

from fahndung.errors import Replaced
from fahndung.ledger import audit, byhand, publications
from fahndung.ledger.endings import Ending, end
from fahndung.ledger.publications import Publication, Want
from fahndung.lifecycle import closings, outcomes, removal, unwritten
from fahndung.lifecycle.tasks import Task
from fahndung.model.closing import EndReason
from fahndung.model.ids import AppealId, ChannelName, PersonId
from fahndung.model.mandate import Medium
from fahndung.model.publication import CLOSING, State, Tombstone, without
from fahndung.testing.faults import Call, Fault
from fahndung.testing.memory import NOTICES, MemoryChannel, _sha256
from fahndung.testing.posts import Modes
from tests.ledger import world
from tests.lifecycle.shifts import HOUR, Office, office

MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def desk(tmp_path: pathlib.Path) -> Iterator[Office]:
    """An office whose platform puts a notice in the place of what it lets nobody delete."""
    made = office(tmp_path / "ledger.db", Modes(notices=True, settle=MINUTE))
    yield made
    assert audit.verify(made.ledger) == ()
    made.ledger.close()


def late(desk: Office) -> int:
    """A publication that is live, and that nobody can delete any more."""
    row = desk.plan()
    desk.turn(row)
    desk.platform.late = True
    return row


def shown(desk: Office) -> set[str]:
    """The kinds of notices that posts show; what is no notice is told as such."""
    kinds = {_sha256(text): kind for kind, text in NOTICES.items()}
    return {kinds.get(item.sha256, "no notice") for item in desk.platform.online.values()}


def items(desk: Office) -> list[int]:
    with desk.ledger.read() as tx:
        return [item.id for item in byhand.open_items(tx) if item.publication is not None]


def test_at_its_end_it_becomes_a_tombstone_with_one_item_and_is_looked_at(desk: Office) -> None:
    row = late(desk)
    desk.end()
    turned = desk.turn(row)
    assert isinstance(turned.outcome, outcomes.Buried)
    assert (turned.row.state, turned.row.want, turned.row.next_at) == (State.TOMBSTONE, Want.DOWN, desk.now + MINUTE)
    assert not turned.row.is_down
    assert turned.row.withdrawn_at is None
    assert shown(desk) == {"reached"}, "the picture is deleted"
    assert len(items(desk)) == 1
    desk.pass_time(MINUTE)
    looked = desk.turn(row)
    assert isinstance(looked.outcome, outcomes.Looked)
    assert isinstance(looked.outcome.look, Tombstone)
    assert (looked.row.state, looked.row.attempts, looked.row.next_at) == (State.TOMBSTONE, 0, desk.now + DAY)
    assert looked.row.verified_at != desk.now, "a tombstone is not what ought to be"
    assert looked.row.problem == turned.row.problem
    assert len(items(desk)) == 1


@pytest.mark.peers
def test_once_a_person_has_deleted_it_a_look_closes_everything(desk: Office) -> None:
    row = late(desk)
    desk.end()
    desk.turn(row)
    desk.platform.online.clear()
    assert desk.turn(row).row.state is State.WITHDRAWN
    assert items(desk) == []


@pytest.mark.peers
@pytest.mark.parametrize("settled", [True, False])
def test_anything_else_in_its_place_is_replaced_again_and_a_page_that_lags_is_given_time(
    desk: Office, settled: bool
) -> None:
    row = late(desk)
    desk.end()
    desk.turn(row)
    if settled:
        desk.turn(row)
    (post,) = desk.platform.online.values()
    desk.platform.edit(post.reference, "Wir suchen weiter")
    seen = desk.turn(row)
    assert seen.row.state is State.WITHDRAWING
    assert (seen.row.next_at == desk.now) is settled
    assert desk.turn(row).row.state is State.TOMBSTONE
    assert shown(desk) == {"reached"}
    assert len(items(desk)) == 1


def test_a_run_puts_it_right_at_once(desk: Office) -> None:
    row = late(desk)
    desk.end()
    desk.turn(row)
    desk.turn(row)
    (post,) = desk.platform.online.values()
    desk.platform.edit(post.reference, "Wir suchen weiter")
    ((told, why),) = removal._withdraw(desk.shift(), [desk.row(row)])
    assert (told.id, desk.row(row).state, shown(desk)) == (row, State.TOMBSTONE, {"reached"})
    assert why is not None, "it may be online: exit code 7"


@pytest.mark.peers
@pytest.mark.parametrize("fault", [Fault.NOTHING, Fault.TIMEOUT_AFTER, Fault.TIMEOUT_BEFORE, Fault.LIMITED])
def test_a_notice_that_was_not_put_there_is_put_there_later(desk: Office, fault: Fault) -> None:
    row = late(desk)
    desk.end()
    desk.platform.faults.add(fault, Call.EDIT)
    desk.turn(row)
    for _ in range(4):
        desk.pass_time(HOUR)
        desk.turn(row)
    assert (desk.row(row).state, shown(desk)) == (State.TOMBSTONE, {"reached"})


def test_while_an_earlier_call_may_still_show_it_is_no_tombstone(desk: Office) -> None:
    row = desk.plan()
    desk.platform.faults.add(Fault.TIMEOUT_AFTER, Call.CREATE)
    desk.turn(row)
    desk.platform.late = True
    desk.end()
    early = desk.turn(row)
    assert isinstance(early.outcome, outcomes.Failed)
    assert early.outcome.until is not None
    desk.pass_time(MINUTE)
    assert desk.turn(row).row.state is State.TOMBSTONE


@pytest.mark.peers
def test_where_nobody_can_list_such_a_call_leaves_it_to_a_person(tmp_path: pathlib.Path) -> None:
    desk = office(tmp_path / "ledger.db", Modes(notices=True, lookup=False))
    row = late(desk)
    desk.turn(row, task=Task.SEND)
    desk.platform.faults.add(Fault.TIMEOUT_AFTER, Call.CREATE)
    desk.turn(row, task=Task.SEND)
    desk.end()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MemoryChannel, "withdraw", _replaced)
        assert desk.turn(row).row.state is State.BY_HAND
    desk.ledger.close()


def _replaced(channel: MemoryChannel, posting: object) -> None:
    raise Replaced("late", "zu spät")


def wish(desk: Office, reason: EndReason = EndReason.FOUND, **how: object) -> None:
    values: dict[str, object] = {"appeal": AppealId(world.APPEAL), "reason": reason, "by": world.BY, "at": desk.now}
    with desk.ledger.write(desk.now) as tx:
        end(tx, Ending(**(values | how)))  # type: ignore[arg-type]


def due(desk: Office, row: int) -> str | None:
    with desk.ledger.read() as tx:
        return closings.due(tx, desk.row(row), desk.now)


def test_which_notice_is_due_follows_the_ends_that_concern_the_copy(desk: Office) -> None:
    row = desk.plan()
    other = desk.plan("m-2", target=without(PersonId("p2")))
    assert due(desk, row) is None
    wish(desk, channel=ChannelName("another"))
    wish(desk, medium=Medium.POSTER)
    assert due(desk, row) is None, "these ends are about something else"
    wish(desk, person=PersonId("p2"))
    assert due(desk, row) == "reached-part", "the variant goes on"
    assert due(desk, other) is None, "it does not show this person"
    wish(desk, EndReason.REVOKED)
    assert due(desk, row) == due(desk, other) == "ended-order"
    wish(desk, person=PersonId("p2"))
    assert due(desk, row) == "ended-order", "the end of the whole weighs more than that of a part"
    wish(desk, EndReason.ERROR)
    wish(desk, person=PersonId("p1"))
    assert due(desk, row) == "error"


@pytest.mark.peers
def test_an_end_that_only_a_clock_says_counts_by_its_reason_and_a_replaced_copy_has_none(desk: Office) -> None:
    row = desk.plan()
    desk.now = world.DUE - MINUTE
    assert due(desk, row) is None
    desk.now = world.DUE
    assert due(desk, row) == "ended-order"
    desk.now = world.NOW
    with desk.ledger.write(desk.now) as tx:
        publications.supersede(tx, row, now=desk.now, by=world.BY)
    desk.now = world.DUE
    assert due(desk, row) is None


@pytest.mark.peers
def test_a_copy_that_is_replaced_shows_no_notice_that_would_be_untrue(desk: Office) -> None:
    row = late(desk)
    with desk.ledger.write(desk.now) as tx:
        publications.want_down(tx, [row], now=desk.now, by=world.BY, reason="replaced")
    assert desk.turn(row).row.state is State.TOMBSTONE
    assert shown(desk) == {"replaced"}


def test_a_channel_without_notices_is_told_of_none(tmp_path: pathlib.Path) -> None:
    desk = office(tmp_path / "ledger.db", Modes())
    row: Publication = desk.row(desk.plan())
    wish(desk)
    with desk.ledger.read() as tx:
        posting = publications.posting_of(tx, row)
        assert closings.noticed(tx, row, posting, desk.now) == posting
        assert CLOSING not in posting.withdrawal
    desk.ledger.close()


def test_a_takedown_without_writing_puts_the_notice_there_as_well(desk: Office) -> None:
    row = late(desk)
    desk.end()
    told = unwritten.without_writing(desk.ledger, outcomes.HELD, now=desk.now, open=desk.shift().open)
    assert told.online_past_end == 1
    assert shown(desk) == {"reached"}
    assert desk.row(row).state is State.LIVE
