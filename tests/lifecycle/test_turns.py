"""One turn: what each outcome of a call means for the ledger, and that facts are kept whoever holds the claim."""

import dataclasses
import datetime as dt
import pathlib
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from fahndung.errors import AuthError, ChannelFailed, FahndungError, RateLimited, Unsupported, WindowClosed
from fahndung.ledger import accounts, audit, byhand, claims, publications
from fahndung.ledger.faults import LedgerUnavailable
from fahndung.lifecycle import calls, claiming, outcomes, removal, settling, turns, verification
from fahndung.lifecycle.outcomes import Claimed
from fahndung.lifecycle.shift import CALL_SECONDS
from fahndung.lifecycle.tasks import Task
from fahndung.model.ids import PersonId
from fahndung.model.publication import Altered, Gone, Live, Posting, Reference, State, Unknown, without
from fahndung.model.rawanswer import RawAnswer
from fahndung.testing.faults import Call, Fault
from fahndung.testing.memory import Item, MemoryChannel, MemoryPlatform
from fahndung.testing.posts import Modes
from tests.ledger import world
from tests.lifecycle.shifts import HOUR, MODES, Office, office
from tests.lifecycle.test_sweep import events

SECOND = dt.timedelta(seconds=1)
MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)
FAR = world.NOW + 3650 * dt.timedelta(days=1)
LOOKUP = {name: modes for name, modes in MODES.items() if modes.lookup}


@pytest.fixture(params=MODES.values(), ids=MODES)
def desk(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> Iterator[Office]:
    yield from _opened(tmp_path, request.param)


@pytest.fixture
def lister(tmp_path: pathlib.Path) -> Iterator[Office]:
    """An office whose platform lists and looks at no keys."""
    yield from _opened(tmp_path, Modes())


def _opened(folder: pathlib.Path, modes: Modes) -> Iterator[Office]:
    made = office(folder / "ledger.db", modes)
    yield made
    assert audit.verify(made.ledger) == ()
    with made.ledger.read() as tx:
        assert [row.id for row in publications.rows(tx) if row.lease_by in made.living and made.living] == []
    made.ledger.close()


def claim(desk: Office, row: int, worker: int = 1) -> Claimed:
    shift = desk.shift(worker)
    with desk.ledger.write(desk.now) as tx:
        taken = claiming.claim(tx, shift, row, now=desk.now, sends=True)
    assert isinstance(taken, Claimed)
    return taken


def settle(desk: Office, claimed: Claimed, outcome: outcomes.Outcome, worker: int = 1) -> publications.Publication:
    with desk.ledger.write(desk.now) as tx:
        return settling.settle(tx, desk.shift(worker), claimed, outcome, now=desk.now)


def test_a_publication_lives_and_is_looked_at_for_a_week_after_its_end(desk: Office) -> None:
    row = desk.plan()
    assert desk.turn(row).row.state is State.LIVE
    assert desk.copies() == 1
    desk.pass_time(DAY)
    live = desk.turn(row)
    assert (live.row.state, live.row.verified_at, live.row.next_at) == (State.LIVE, desk.now, desk.now + DAY)
    desk.end()
    assert desk.turn(row).row.state is State.WITHDRAWN
    assert desk.platform.online == {}
    for wait in (MINUTE, HOUR - MINUTE, DAY - HOUR, 6 * DAY):
        assert desk.row(row).state is State.WITHDRAWN
        desk.pass_time(wait)
        desk.turn(row)
    assert (desk.row(row).state, desk.row(row).next_at) == (State.CLOSED, None)
    assert desk.turn(row).row.state is State.CLOSED


def test_a_second_look_before_its_time_is_no_later_look(desk: Office) -> None:
    row = desk.plan()
    desk.turn(row)
    desk.end()
    desk.turn(row)
    for _ in range(5):
        desk.turn(row, task=Task.LOOK)
    assert (desk.row(row).state, desk.row(row).looks) == (State.WITHDRAWN, 0)


def test_what_comes_back_is_taken_down_again(desk: Office) -> None:
    row = desk.plan()
    desk.turn(row)
    online = dict(desk.platform.online)
    desk.end()
    desk.turn(row)
    desk.platform.online.update(online)
    desk.pass_time(MINUTE)
    assert desk.turn(row).row.state is State.WITHDRAWING
    assert desk.turn(row).row.state is State.WITHDRAWN
    assert desk.platform.online == {}


@pytest.mark.parametrize("told", [True, False])
def test_what_a_platform_added_is_in_the_ledger_before_it_is_asked_to_delete_and_forgets(
    lister: Office, monkeypatch: pytest.MonkeyPatch, told: bool
) -> None:
    size = Reference(kind="media", id="size-1", url="memory:size-1")
    known: list[Reference] = []

    def grown(_: MemoryChannel, posting: Posting) -> tuple[Reference, ...]:
        if not told:
            raise ChannelFailed("no answer", "keine Antwort")
        return () if size in posting.references else (size,)

    def withdraw(self: MemoryChannel, posting: Posting) -> None:
        with lister.ledger.read() as tx:
            known.extend(publications.posting(tx, row).references)
        real(self, posting)

    real = MemoryChannel.withdraw
    monkeypatch.setattr(MemoryChannel, "grown", grown, raising=False)
    monkeypatch.setattr(MemoryChannel, "withdraw", withdraw)
    row = lister.plan()
    lister.turn(row)
    lister.platform.online["size-1"] = Item(reference=size, marker="", sha256="")
    lister.end()
    assert lister.turn(row).row.state is State.WITHDRAWN, "no silence about that keeps a copy online"
    assert (size in known, "size-1" in lister.platform.online) == (told, not told)


def test_nothing_is_sent_before_its_wish_is_read_again(desk: Office) -> None:
    row = desk.plan()
    claimed = claim(desk, row)
    desk.end()
    outcome = turns.act(desk.shift(), claimed, draft_of=desk.draft_of)
    assert isinstance(outcome, outcomes.Refused)
    assert settle(desk, claimed, outcome).state is State.CANCELLED
    assert desk.platform.journal == []


@pytest.mark.parametrize("during", [Call.UPLOAD, Call.CREATE])
def test_an_end_during_the_call_stops_the_rest_and_takes_down_what_is_out(
    desk: Office, monkeypatch: pytest.MonkeyPatch, during: Call
) -> None:
    row = desk.plan()
    real = getattr(MemoryPlatform, during.value)

    def ends_meanwhile(self: MemoryPlatform, *args: Any, **how: Any) -> Reference:
        desk.end()
        made = real(self, *args, **how)
        assert isinstance(made, Reference)
        return made

    monkeypatch.setattr(MemoryPlatform, during.value, ends_meanwhile)
    turned = desk.turn(row)
    assert isinstance(turned.outcome, outcomes.Unclear)
    assert turned.row.next_at == desk.now
    assert desk.platform.calls[Call.CREATE] == (1 if during is Call.CREATE else 0)
    after = desk.turn(row)
    assert desk.platform.online == {}
    expected = State.WITHDRAWN if desk.platform.modes.lookup else State.BY_HAND
    assert after.row.state is expected


@pytest.mark.parametrize("fault", [Fault.UNREACHABLE, Fault.LIMITED, Fault.UNAUTHORIZED])
def test_what_was_surely_not_sent_is_sent_again_later(desk: Office, fault: Fault) -> None:
    row = desk.plan()
    desk.platform.faults.add(fault, Call.UPLOAD, seconds=600)
    turned = desk.turn(row)
    assert isinstance(turned.outcome, outcomes.Unsent)
    assert turned.outcome.auth is (fault is Fault.UNAUTHORIZED)
    assert (turned.row.state, turned.row.absent_at) == (State.PUBLISHING, desk.now)
    with desk.ledger.read() as tx:
        account = accounts.get(tx, "memory")
    assert (account.failing_since, account.blocked_until) == (
        desk.now,
        desk.now + 600 * SECOND if fault is Fault.LIMITED else None,
    )
    assert turned.row.next_at is not None
    assert turned.row.next_at >= desk.now + (600 if fault is Fault.LIMITED else 1) * SECOND
    desk.pass_time(600 * SECOND)
    assert desk.turn(row).row.state is State.LIVE
    assert desk.copies() == 1
    with desk.ledger.read() as tx:
        assert accounts.get(tx, "memory").failing_since is None


@pytest.mark.parametrize(
    ("said", "waits"),
    [({"retry_after": SECOND}, SECOND), ({"retry_after": SECOND, "until": FAR}, SECOND), ({"until": FAR}, DAY)],
    ids=["span", "span by another clock", "instant by another clock"],
)
def test_a_platform_whose_clock_is_years_ahead_keeps_nothing_online(
    desk: Office, monkeypatch: pytest.MonkeyPatch, said: dict[str, Any], waits: dt.timedelta
) -> None:
    row = desk.plan()
    desk.turn(row)
    desk.end()

    def limited(self: MemoryPlatform, reference: Reference) -> None:
        raise RateLimited("wait", "warten", **said)

    with monkeypatch.context() as patch:
        patch.setattr(MemoryPlatform, "delete", limited)
        desk.turn(row)
    with desk.ledger.read() as tx:
        assert accounts.get(tx, "memory").blocked_until == desk.now + waits
    desk.pass_time(waits)
    assert desk.turn(row).row.state is State.WITHDRAWN


def test_a_channel_that_asks_to_wait_is_not_called_before(desk: Office) -> None:
    rows = [desk.plan(f"m-{number}", target=str(number)) for number in range(2)]
    desk.turn(rows[1])
    desk.platform.faults.add(Fault.LIMITED, Call.UPLOAD, seconds=600)
    desk.turn(rows[0])
    desk.end()
    before = desk.platform.calls.total()
    turned = desk.turn(rows[1])
    assert turned.outcome is None
    assert turned.why is not None
    assert re.search(r"nimmt erst am \d\d\.\d\d\.\d{4} um \d\d:\d\d(:\d\d)? Uhr wieder etwas an", turned.why.de)
    assert desk.platform.calls.total() == before
    desk.pass_time(600 * SECOND)
    assert desk.turn(rows[1]).row.state is State.WITHDRAWN


@pytest.mark.parametrize("fault", [Fault.TIMEOUT_AFTER, Fault.TIMEOUT_BEFORE, Fault.GARBAGE, Fault.ERROR_BEFORE])
def test_an_unknown_outcome_counts_as_published_and_leaves_one_copy(desk: Office, fault: Fault) -> None:
    row = desk.plan()
    desk.platform.faults.add(fault, Call.CREATE)
    turned = desk.turn(row)
    assert (turned.row.state, turned.row.absent_at) == (State.PUBLISHING, None)
    effect = desk.copies()
    for _ in range(2):
        desk.turn(row)
    if desk.platform.modes == MODES["none"]:
        assert desk.row(row).state is State.PUBLISHING
        assert desk.copies() == effect
        with desk.ledger.read() as tx:
            (item,) = byhand.open_items(tx)
        assert item.publication == row
        desk.end()
        assert desk.turn(row).row.state is State.BY_HAND
    else:
        assert (desk.row(row).state, desk.copies()) == (State.LIVE, 1)
        desk.end()
        assert desk.turn(row).row.state is State.WITHDRAWN
        assert desk.platform.online == {}


def test_a_listing_that_fails_is_not_taken_for_an_empty_one(lister: Office) -> None:
    row = lister.plan()
    lister.platform.faults.add(Fault.TIMEOUT_AFTER, Call.CREATE)
    lister.turn(row)
    lister.platform.faults.add(Fault.LIMITED, Call.LIST)
    assert isinstance(lister.turn(row).outcome, outcomes.Failed)
    assert lister.row(row).absent_at is None
    lister.pass_time(MINUTE)
    assert lister.turn(row).row.state is State.LIVE
    assert lister.copies() == 1


def test_a_listing_that_lags_is_asked_when_it_can_know(tmp_path: pathlib.Path) -> None:
    for desk in _opened(tmp_path, Modes(settle=30 * SECOND)):
        row = desk.plan()
        desk.platform.faults.add(Fault.TIMEOUT_AFTER, Call.CREATE)
        desk.turn(row)
        early = desk.turn(row)
        assert isinstance(early.outcome, outcomes.Early)
        assert early.row.next_at == desk.now + 30 * SECOND
        assert desk.platform.calls[Call.LIST] == 0
        desk.pass_time(30 * SECOND)
        assert desk.turn(row).row.state is State.LIVE


def test_nothing_is_called_gone_while_a_call_may_still_show(tmp_path: pathlib.Path) -> None:
    for desk in _opened(tmp_path, Modes(settle=30 * SECOND)):
        row = desk.plan()
        desk.platform.faults.add(Fault.TIMEOUT_AFTER, Call.CREATE)
        desk.platform.faults.add(Fault.STALE, Call.LIST, times=9)
        desk.turn(row)
        desk.end()
        desk.platform.online = {id: one for id, one in desk.platform.online.items() if one.reference.kind == "post"}
        turned = desk.turn(row)
        assert turned.row.state is State.WITHDRAWING
        desk.platform.faults.clear()
        desk.pass_time(30 * SECOND)
        assert desk.turn(row).row.state is State.WITHDRAWN
        assert desk.platform.online == {}


@pytest.mark.parametrize("desk", [MODES["key"], MODES["key and lookup"]], ids=["key", "key and lookup"], indirect=True)
def test_a_key_is_not_used_beyond_its_life(desk: Office) -> None:
    row = desk.plan()
    desk.platform.faults.add(Fault.TIMEOUT_AFTER, Call.CREATE)
    desk.turn(row)
    desk.pass_time(2 * HOUR)
    desk.platform.forget_keys()
    desk.turn(row)
    assert desk.copies() == 1
    assert desk.row(row).state is (State.LIVE if desk.platform.modes.lookup else State.PUBLISHING)


@pytest.mark.parametrize("desk", [MODES["key"], MODES["key and lookup"]], ids=["key", "key and lookup"], indirect=True)
def test_a_keys_life_counts_from_the_first_call_that_may_have_arrived(desk: Office) -> None:
    row = desk.plan()
    desk.platform.faults.add(Fault.TIMEOUT_AFTER, Call.CREATE, times=None)
    for _ in range(2):
        desk.turn(row)
        desk.pass_time(HOUR / 2)
    desk.platform.forget_keys()
    desk.platform.faults.clear()
    desk.turn(row)
    assert desk.copies() == 1


@pytest.mark.parametrize("desk", [MODES["key"], MODES["key and lookup"]], ids=["key", "key and lookup"], indirect=True)
def test_a_call_that_was_surely_not_made_does_not_let_a_key_be_used_beyond_its_life(desk: Office) -> None:
    row = desk.plan()
    desk.platform.faults.add(Fault.TIMEOUT_AFTER, Call.CREATE)
    desk.turn(row)
    desk.platform.faults.add(Fault.LIMITED, Call.UPLOAD)
    assert isinstance(desk.turn(row).outcome, outcomes.Unsent)
    desk.pass_time(2 * HOUR)
    desk.platform.forget_keys()
    desk.turn(row)
    assert desk.copies() == 1


@pytest.mark.parametrize("desk", [MODES["key"], MODES["none"]], ids=["key", "none"], indirect=True)
@pytest.mark.parametrize("call", [Call.UPLOAD, Call.CREATE])
def test_what_nobody_can_look_for_is_left_to_hands_at_its_end(desk: Office, call: Call) -> None:
    row = desk.plan()
    desk.platform.faults.add(Fault.TIMEOUT_AFTER, call)
    desk.turn(row)
    if desk.platform.modes.key_lifetime is not None:
        turned = desk.turn(row, sends=False)  # a call that may be repeated has not failed
        assert (turned.outcome, turned.why and turned.why.en) == (None, "nothing is sent in this run")
    desk.end()
    assert desk.turn(row).row.state is State.BY_HAND
    assert len(desk.platform.online) == 1
    with desk.ledger.read() as tx:
        (item,) = byhand.open_items(tx)
    assert item.publication == row


@pytest.mark.parametrize("desk", [MODES["key"], MODES["key and lookup"]], ids=["key", "key and lookup"], indirect=True)
def test_a_refusal_says_nothing_of_an_earlier_call(desk: Office) -> None:
    row = desk.plan()
    desk.platform.faults.add(Fault.TIMEOUT_AFTER, Call.UPLOAD)
    desk.turn(row)
    desk.platform.faults.add(Fault.REFUSED, Call.UPLOAD)
    turned = desk.turn(row)
    assert (turned.row.state, turned.row.want) == (State.PUBLISHING, "down")
    assert desk.turn(row).row.state is (State.WITHDRAWN if desk.platform.modes.lookup else State.BY_HAND)


def test_a_refused_part_whose_address_is_known_needs_no_hands(desk: Office) -> None:
    row = desk.plan()
    desk.platform.faults.add(Fault.REFUSED, Call.CREATE)
    desk.turn(row)
    assert desk.turn(row).row.state is State.WITHDRAWN
    assert desk.platform.online == {}


def test_what_was_surely_never_sent_is_cancelled_at_its_end_without_a_call(desk: Office) -> None:
    row = desk.plan()
    desk.platform.faults.add(Fault.UNREACHABLE, Call.UPLOAD)
    desk.turn(row)
    desk.end()
    before = desk.platform.calls.total()
    assert desk.turn(row).row.state is State.CANCELLED
    assert desk.platform.calls.total() == before


def test_a_request_may_leave_long_after_its_intent(tmp_path: pathlib.Path) -> None:
    for desk in _opened(tmp_path, Modes(settle=30 * SECOND)):
        row = desk.plan()
        claimed = claim(desk, row)
        turns.intend(desk.shift(), claimed, desk.draft_of)
        desk.pass_time(2 * MINUTE)  # its request leaves now, and its worker dies
        desk.living.discard(1)
        early = desk.turn(row, worker=2)
        assert isinstance(early.outcome, outcomes.Early)
        assert desk.platform.calls[Call.LIST] == 0
        media = desk.platform.upload(b"picture", marker="m-1", key="media")
        desk.platform.create("text of m-1", (media.id,), marker="m-1", key="post")
        desk.pass_time(30 * SECOND)
        assert desk.turn(row, worker=2).row.state is State.LIVE
        assert desk.copies() == 1


def test_what_the_platform_refuses_for_good_is_rejected_unless_something_is_there(desk: Office) -> None:
    first, second = desk.plan(), desk.plan("m-2", target="2")
    desk.platform.faults.add(Fault.REFUSED, Call.UPLOAD)
    assert desk.turn(first).row.state is State.REJECTED
    desk.platform.faults.add(Fault.REFUSED, Call.CREATE)
    turned = desk.turn(second)
    assert (turned.row.state, turned.row.want) == (State.PUBLISHING, "down")
    desk.turn(second)
    assert desk.platform.online == {}


def test_a_duplicate_is_looked_for_at_once(lister: Office) -> None:
    row = lister.plan()
    lister.platform.faults.add(Fault.DUPLICATE, Call.CREATE)
    turned = lister.turn(row)
    assert (turned.row.state, turned.row.next_at) == (State.PUBLISHING, lister.now)
    lister.turn(row)
    assert lister.turn(row).row.state is State.LIVE
    assert lister.copies() == 1


def test_a_part_of_a_publication_is_not_taken_for_all_of_it(lister: Office) -> None:
    row = lister.plan()
    lister.platform.faults.add(Fault.TIMEOUT_BEFORE, Call.CREATE)
    lister.turn(row)
    assert len(lister.platform.online) == 1
    assert lister.turn(row).row.absent_at == lister.now
    assert lister.platform.online == {}
    assert lister.turn(row).row.state is State.LIVE
    assert (lister.copies(), len(lister.platform.online)) == (1, 2)


@pytest.mark.parametrize("call", [Call.READ, Call.DELETE])
def test_a_part_that_cannot_be_looked_at_or_removed_is_tried_again(lister: Office, call: Call) -> None:
    row = lister.plan()
    lister.platform.faults.add(Fault.TIMEOUT_BEFORE, Call.CREATE)
    lister.turn(row)
    lister.platform.faults.add(Fault.ERROR_BEFORE, call)
    assert isinstance(lister.turn(row).outcome, outcomes.Failed)
    assert lister.row(row).absent_at is None
    for _ in range(2):
        lister.turn(row)
    assert (lister.copies(), len(lister.platform.online)) == (1, 2)


def test_what_law_refuses_before_the_call_is_cancelled_or_taken_down(desk: Office) -> None:
    row, called = desk.plan(), desk.plan("m-2", target="2")
    desk.platform.faults.add(Fault.UNREACHABLE, Call.UPLOAD)
    desk.turn(called)
    desk.refused = True
    assert desk.turn(row).row.state is State.CANCELLED
    desk.turn(called)
    assert desk.row(called).state in {State.REJECTED, State.WITHDRAWN}
    assert desk.platform.journal == []


def test_without_a_draft_nothing_is_sent(desk: Office) -> None:
    row = desk.plan()
    turned = desk.turn(row, sends=False)
    assert (turned.outcome, turned.row.state) == (None, State.PLANNED)
    assert desk.row(row).lease_by is None


def test_a_held_account_sends_nothing_and_takes_down(desk: Office) -> None:
    live, row = desk.plan(), desk.plan("m-2", target="2")
    desk.turn(live)
    with desk.ledger.write(desk.now) as tx:
        accounts.hold(tx, "memory", now=desk.now, by=world.BY)
    assert desk.turn(row).row.state is State.PLANNED
    desk.end()
    assert desk.turn(live).row.state is State.WITHDRAWN


def test_a_claim_of_a_living_worker_is_not_touched_however_late(desk: Office) -> None:
    row = desk.plan()
    claimed = claim(desk, row, worker=1)
    desk.pass_time(DAY)
    desk.end()
    turned = desk.turn(row, worker=2)
    assert (turned.why, turned.row.lease_by) == (turns.HELD, 1)
    outcome = turns.act(desk.shift(1), claimed, draft_of=desk.draft_of)
    assert isinstance(outcome, outcomes.Refused | outcomes.Unsent)
    assert desk.platform.journal == []
    settle(desk, claimed, outcome, worker=1)


@pytest.mark.parametrize("lost", ["time", "life"])
@pytest.mark.parametrize("task", ["send", "withdraw"])
def test_a_worker_that_lost_its_time_or_its_proof_of_life_makes_no_call(desk: Office, lost: str, task: str) -> None:
    row = desk.plan()
    if task == "withdraw":
        desk.turn(row)
        desk.end()
    claimed = claim(desk, row)
    before = desk.platform.calls.total()
    if lost == "time":
        desk.seconds += CALL_SECONDS
    else:
        desk.living.discard(1)
    outcome = turns.act(desk.shift(), claimed, draft_of=desk.draft_of)
    assert isinstance(outcome, outcomes.Unsent | outcomes.Failed)
    assert desk.platform.calls.total() == before
    settle(desk, claimed, outcome)
    desk.living.add(1)


def test_a_worker_that_lost_its_life_between_two_calls_makes_no_further_one(desk: Office) -> None:
    row = desk.plan()
    claimed = claim(desk, row)
    shift = dataclasses.replace(desk.shift(), mine=lambda: desk.platform.calls[Call.UPLOAD] == 0)
    outcome = turns.act(shift, claimed, draft_of=desk.draft_of)
    assert (desk.platform.calls[Call.UPLOAD], desk.platform.calls[Call.CREATE]) == (1, 0)
    settle(desk, claimed, outcome)
    assert len(desk.platform.online) == 1
    for _ in range(2):
        desk.turn(row)
    if desk.platform.modes == MODES["none"]:
        with desk.ledger.read() as tx:
            assert [item.publication for item in byhand.open_items(tx)] == [row]
    else:
        assert desk.copies() == 1


@pytest.mark.parametrize("lost", ["time", "life"])
def test_a_worker_that_is_late_after_its_last_call_has_sent_it(desk: Office, lost: str) -> None:
    row = desk.plan()
    claimed = claim(desk, row)

    def sent() -> bool:
        return desk.platform.calls[Call.CREATE] > 0

    changes: dict[str, Any] = {"mine": lambda: not sent()}
    if lost == "time":
        changes = {"tick": lambda: CALL_SECONDS if sent() else 0.0}
    outcome = turns.act(dataclasses.replace(desk.shift(), **changes), claimed, draft_of=desk.draft_of)
    assert isinstance(outcome, outcomes.Unclear)
    settle(desk, claimed, outcome)
    for _ in range(2):
        desk.turn(row)
    assert desk.copies() == 1


def test_a_late_receipt_reopens_what_was_called_gone(lister: Office) -> None:
    row = lister.plan()
    claimed = claim(lister, row, worker=1)
    shift = lister.shift(1)
    with lister.ledger.write(lister.now) as tx:
        publications.intend_publish(tx, row, now=lister.now, by="test")
    lister.living.discard(1)
    with lister.ledger.write(lister.now) as tx:
        assert claims.recover(tx, alive=lambda worker: worker == 2, now=lister.now, by="test") == ((1, 1),)
    lister.end()
    assert lister.turn(row, worker=2).row.state is State.WITHDRAWN
    lister.living.add(1)
    late = calls.send(shift, claimed, lister.platform.channel(), lister.draft("m-1"))
    assert settle(lister, claimed, late).state is State.WITHDRAWING
    assert lister.turn(row, worker=2).row.state is State.WITHDRAWN
    assert lister.platform.online == {}


@pytest.mark.parametrize("outcome", [outcomes.Sent(), outcomes.Unclear(problem=world.FAULT)])
def test_a_late_answer_without_a_reference_reopens_too(lister: Office, outcome: outcomes.Outcome) -> None:
    row = lister.plan()
    lister.turn(row)
    lister.end()
    claimed = claim(lister, row)
    with lister.ledger.write(lister.now) as tx:
        claims.give_back(tx, claimed.claim)
    lister.turn(row, worker=2)
    assert settle(lister, claimed, outcome).state is State.WITHDRAWING
    assert lister.turn(row).row.state is State.WITHDRAWN


def test_a_late_receipt_reopens_what_was_given_up_meanwhile(lister: Office) -> None:
    row = lister.plan()
    claimed = claim(lister, row)
    with lister.ledger.write(lister.now) as tx:
        claims.give_back(tx, claimed.claim)
        publications.give_up(tx, row, now=lister.now, by="test")
    assert settle(lister, claimed, outcomes.Sent()).state is State.WITHDRAWING
    assert lister.turn(row).row.state is State.WITHDRAWN


def test_a_late_listing_and_a_late_look_are_facts(lister: Office) -> None:
    row = lister.plan()
    lister.turn(row)
    with lister.ledger.read() as tx:
        references = publications.posting(tx, row).references
    lister.end()
    claimed = claim(lister, row)
    with lister.ledger.write(lister.now) as tx:
        claims.give_back(tx, claimed.claim)
    lister.turn(row, worker=2)
    assert settle(lister, claimed, outcomes.Found(references=references)).state is State.WITHDRAWING
    lister.turn(row)
    assert settle(lister, claimed, outcomes.Looked(look=Gone(evidence={}))).state is State.WITHDRAWN
    assert settle(lister, claimed, outcomes.Looked(look=Live(evidence={}))).state is State.WITHDRAWING
    lister.turn(row)


@pytest.mark.parametrize(
    ("call", "fault"),
    [
        *((Call.DELETE, fault) for fault in (Fault.TIMEOUT_BEFORE, Fault.ERROR_AFTER, Fault.NOTHING, Fault.LIMITED)),
        *((Call.READ, fault) for fault in (Fault.TIMEOUT_BEFORE, Fault.ERROR_AFTER, Fault.LIMITED)),
    ],
)
def test_a_failed_withdrawal_stays_due_until_it_was_read_back(desk: Office, fault: Fault, call: Call) -> None:
    row = desk.plan()
    desk.turn(row)
    desk.end()
    desk.platform.faults.add(fault, call, times=None)
    for attempt in range(1, 6):
        turned = desk.turn(row)
        assert turned.row.state is State.WITHDRAWING
        assert turned.row.next_at is not None
        assert turned.row.next_at > desk.now
        if fault is not Fault.LIMITED:
            assert turned.row.attempts == attempt
        desk.pass_time(5 * MINUTE)
    desk.platform.faults.clear()
    assert desk.turn(row).row.state is State.WITHDRAWN
    assert desk.platform.online == {}


def test_a_reader_who_still_sees_it_keeps_it_open(desk: Office) -> None:
    row = desk.plan()
    desk.turn(row)
    desk.end()
    desk.platform.faults.add(Fault.STALE, Call.READ)
    assert desk.turn(row).row.state is State.WITHDRAWING
    assert desk.turn(row).row.state is State.WITHDRAWN


@pytest.mark.parametrize("gone", [True, False])
def test_what_stays_wrong_is_looked_at_ever_more_seldom_until_it_is_right_again_or_over(
    lister: Office, monkeypatch: pytest.MonkeyPatch, gone: bool
) -> None:
    row = lister.plan(due_at=world.NOW + HOUR)
    lister.turn(row)
    if gone:
        lister.end()
        assert lister.turn(row).row.state is State.WITHDRAWN
    real = MemoryChannel.look
    wrong = Unknown(why="timeout") if gone else Altered(why="other bytes", evidence={})
    monkeypatch.setattr(MemoryChannel, "look", lambda self, posting: wrong)

    def pauses(number: int) -> list[float]:
        made = []
        for _ in range(number):
            next_at = lister.turn(row, task=Task.LOOK).row.next_at
            assert next_at is not None
            made.append((next_at - lister.now).total_seconds())
            lister.pass_time(next_at - lister.now)
        return made

    assert pauses(9) == [1, 2, 4, 8, 16, 32, 64, 128, 150]
    monkeypatch.setattr(MemoryChannel, "look", real)
    lister.turn(row, task=Task.LOOK)
    monkeypatch.setattr(MemoryChannel, "look", lambda self, posting: wrong)
    if gone:
        assert pauses(2) == [1, 2]
        return
    while lister.now < world.NOW + HOUR:
        pauses(1)
    assert lister.now == world.NOW + HOUR, "no pause goes past its end"
    monkeypatch.setattr(MemoryChannel, "look", real)
    assert lister.turn(row).row.state is State.WITHDRAWN


def test_a_look_that_found_what_is_down_beside_a_call_for_its_neighbour_is_told_and_kept(
    lister: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever calls for the neighbour is another worker on the same server."""
    down, other = lister.plan(), lister.plan("m-2", target=without(PersonId("p1")))
    for row in (down, other):
        lister.turn(row)
    lister.end()
    assert lister.turn(down).row.state is State.WITHDRAWN
    lister.pass_time(MINUTE)

    def meets_a_call(self: MemoryChannel, posting: Posting) -> Live:
        with lister.ledger.write(lister.now) as tx:
            publications.intend_withdraw(tx, other, now=lister.now, by="another")
        return Live(evidence={"status": 200})

    monkeypatch.setattr(MemoryChannel, "look", meets_a_call)
    known = lister.row(down)
    pending, happened = removal._look(lister.shift(), [known])
    assert ([(row.id, why) for row, why in pending], happened) == ([(down, outcomes.DISTURBED)], ())
    seen = verification._verify_one(lister.shift(), known)
    assert seen is not None
    assert (seen.look, seen.right) == (Unknown.of(outcomes.DISTURBED), False)
    assert lister.row(down) == dataclasses.replace(known, lease_no=known.lease_no + 2)
    with lister.ledger.read() as tx:
        looks = [one for one in publications.operations(tx, down) if one.outcome == "disturbed"]
        told = [body for body in events(tx, "publication.disturbed") if body["data"]["publication"] == down]
    assert [one.evidence for one in looks] == [{"status": 200}] * 2
    assert [body["data"]["outcome"] for body in told] == ["live"] * 2


def test_what_only_a_person_can_remove_goes_to_hands_until_it_is_read_back_as_gone(desk: Office) -> None:
    row = desk.plan()
    desk.turn(row)
    desk.end()
    desk.platform.faults.add(Fault.CLOSED, Call.DELETE, times=None)
    turned = desk.turn(row)
    assert (turned.row.state, turned.row.next_at) == (State.BY_HAND, desk.now + DAY)
    with desk.ledger.read() as tx:
        (item,) = byhand.open_items(tx)
    assert (item.publication, item.channel) == (row, "memory")
    desk.pass_time(DAY)
    assert desk.turn(row).row.state is State.BY_HAND
    desk.platform.online.clear()
    desk.pass_time(DAY)
    assert desk.turn(row).row.state is State.WITHDRAWN
    with desk.ledger.read() as tx:
        assert byhand.open_items(tx) == ()


@pytest.mark.parametrize("error", [Unsupported, WindowClosed])
def test_an_unsupported_send_is_left_to_hands(
    desk: Office, monkeypatch: pytest.MonkeyPatch, error: type[FahndungError]
) -> None:
    row = desk.plan()

    def refuses(self: MemoryChannel, *args: object) -> None:
        raise error("not here", "nicht hier")

    monkeypatch.setattr(MemoryChannel, "publish", refuses)
    desk.turn(row)
    assert desk.row(row).state is State.PUBLISHING
    with desk.ledger.read() as tx:
        assert len(byhand.open_items(tx)) == (1 if error is Unsupported else 0)


@pytest.mark.parametrize("method", ["publish", "withdraw", "look"])
def test_a_connectors_bug_is_an_unknown_outcome(desk: Office, monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    row = desk.plan()
    if method != "publish":
        desk.turn(row)
        desk.end()

    def breaks(self: MemoryChannel, *args: object) -> None:
        raise KeyError("secret-token")

    with monkeypatch.context() as patch:
        patch.setattr(MemoryChannel, method, breaks)
        turned = desk.turn(row)
    assert turned.why is not None
    assert "KeyError" in turned.why.en
    assert "secret" not in turned.why.en
    assert turned.row.state is (State.PUBLISHING if method == "publish" else State.WITHDRAWING)
    assert turned.row.absent_at is None
    desk.end()
    desk.turn(row)
    assert desk.platform.online == {}


def test_an_account_that_cannot_be_opened_stops_nothing_else(desk: Office) -> None:
    row, live = desk.plan(), desk.plan("m-2", target="2")
    desk.turn(live)

    def closed(kind: str, endpoint: object) -> MemoryChannel:
        raise Unsupported("no such kind", "keine solche Art")

    shift = dataclasses.replace(desk.shift(), open=closed)
    assert turns.turn(shift, row, draft_of=desk.draft_of).row.state is State.PLANNED
    desk.pass_time(MINUTE)
    assert turns.turn(shift, live).row.state is State.LIVE
    desk.end()
    turned = turns.turn(shift, live)
    assert (turned.row.state, turned.why and turned.why.en) == (State.WITHDRAWING, "no such kind")


@pytest.mark.peers
def test_many_are_turned_with_two_transactions_and_one_bad_row_stops_none(desk: Office) -> None:
    rows = [desk.plan(f"m-{number}", target=str(number)) for number in range(20)]
    with desk.ledger.write(desk.now) as tx:
        tx.connection.exec_driver_sql(f"UPDATE publication SET withdrawal = 'x' WHERE id = {rows[3]}")
    with ThreadPoolExecutor(4) as crew:
        turned = turns.turn_all(desk.shift(), [*rows, 999], draft_of=desk.draft_of, crew=crew)
    assert len(turned) == 19
    assert {one.row.state for one in turned} == {State.LIVE}
    desk.end()
    assert {one.row.state for one in turns.turn_all(desk.shift(), rows)} == {State.WITHDRAWN}
    assert desk.platform.online == {}
    with desk.ledger.write(desk.now) as tx:  # the audit of the fixture reads every row
        tx.connection.exec_driver_sql(f"UPDATE publication SET withdrawal = '{{}}' WHERE id = {rows[3]}")


def test_who_waits_for_slow_neighbours_is_called_all_the_same(lister: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [lister.plan(f"m-{number}", target=str(number)) for number in range(3)]
    turns.turn_all(lister.shift(), rows, draft_of=lister.draft_of)
    lister.end()
    real = MemoryChannel.withdraw

    def slow(self: MemoryChannel, posting: Posting) -> None:
        real(self, posting)
        lister.seconds += CALL_SECONDS * 2 / 3

    monkeypatch.setattr(MemoryChannel, "withdraw", slow)
    turned = turns.turn_all(lister.shift(), rows)
    assert {one.row.state for one in turned} == {State.WITHDRAWN}


@pytest.mark.parametrize("raised", [True, False])
@pytest.mark.parametrize("withdraws", [True, False])
def test_a_look_with_a_refused_credential_names_the_account_and_says_so(
    lister: Office, monkeypatch: pytest.MonkeyPatch, raised: bool, withdraws: bool
) -> None:
    row = lister.plan()
    lister.turn(row)
    error = AuthError("The platform refused the access.", "Die Plattform lehnte den Zugang ab.")

    def refused(self: MemoryChannel, posting: Posting) -> Unknown:
        if raised:
            raise error
        return Unknown.because(error, {"status": 401})

    monkeypatch.setattr(MemoryChannel, "look", refused)
    if withdraws:
        lister.end()
    turned = lister.turn(row)
    with lister.ledger.read() as tx:
        account = accounts.get(tx, turned.row.channel)
    assert account.refused_since == lister.now
    assert account.problem is not None
    assert f"Account {turned.row.channel}" in account.problem.en
    assert f"Konto {turned.row.channel}" in account.problem.de
    assert turned.row.state is (State.WITHDRAWING if withdraws else State.LIVE)


def test_who_lost_its_claim_while_it_waited_for_a_neighbour_calls_nothing(
    lister: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [lister.plan(f"m-{number}", target=str(number)) for number in range(2)]
    turns.turn_all(lister.shift(), rows, draft_of=lister.draft_of)
    lister.end()
    real, taken = MemoryChannel.withdraw, []

    def taken_meanwhile(self: MemoryChannel, posting: Posting) -> None:
        real(self, posting)
        with lister.ledger.write(lister.now) as tx:
            taken.append(claims.take(tx, rows[1], 1, alive=lambda _: True)[1])

    monkeypatch.setattr(MemoryChannel, "withdraw", taken_meanwhile)
    turned = turns.turn_all(lister.shift(), rows)
    assert (turned[1].outcome, turned[1].why) == (outcomes.Lost(), turns.HELD)
    with lister.ledger.read() as tx:
        account = accounts.get(tx, turned[1].row.channel)
    assert (account.problem, account.failing_since) == (None, None), "nothing was asked of it"
    assert lister.copies("m-1") == 1
    with lister.ledger.write(lister.now) as tx:
        claims.give_back(tx, taken[0])


def test_what_fails_while_a_neighbour_is_waited_for_is_its_outcome_and_loses_none_of_the_others(
    lister: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [lister.plan(f"m-{number}", target=str(number)) for number in range(3)]
    turns.turn_all(lister.shift(), rows, draft_of=lister.draft_of)
    lister.end()
    real = turns.posting_now

    def fails(tx: Any, row: publications.Publication, now: dt.datetime) -> Posting:
        if row.id == rows[1]:
            raise ZeroDivisionError
        return real(tx, row, now)

    monkeypatch.setattr(turns, "posting_now", fails)
    turned = turns.turn_all(lister.shift(), rows)
    assert [one.row.state for one in turned] == [State.WITHDRAWN, State.WITHDRAWING, State.WITHDRAWN]


def test_nothing_is_let_go_of_while_a_call_beside_what_raised_still_runs(
    lister: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even by what no call may catch: the worker would take what it held for free."""
    rows = [lister.plan(f"m-{number}", target=str(number)) for number in range(2)]
    over = threading.Event()
    with lister.ledger.write(lister.now) as tx:  # rows of one account are called for one after the other
        accounts.add(tx, "another", lister.row(rows[1]).kind)
        world.run(tx, "UPDATE publication SET channel = 'another' WHERE id = ?", (rows[1],))

    def act(shift: Any, claimed: Claimed, **_: Any) -> outcomes.Outcome:
        if claimed.row.id == rows[0]:
            raise KeyboardInterrupt
        time.sleep(0.2)
        over.set()
        return outcomes.Unsent(problem=world.FAULT)

    monkeypatch.setattr(turns, "act", act)
    with ThreadPoolExecutor(2) as crew:
        with pytest.raises(KeyboardInterrupt):
            turns.turn_all(lister.shift(), rows, draft_of=lister.draft_of, crew=crew)
        assert over.is_set()
    lister.living.clear()  # whoever raised so is dead, and holds what it held


def test_a_bug_before_a_call_is_its_outcome_and_loses_none_of_the_others(lister: Office) -> None:
    rows = [lister.plan(f"m-{number}", target=str(number)) for number in range(3)]

    def draft_of(row: publications.Publication) -> Any:
        if row.id == rows[1]:
            raise ZeroDivisionError
        return lister.draft_of(row)

    turned = turns.turn_all(lister.shift(), rows, draft_of=draft_of)
    assert [one.row.state for one in turned] == [State.LIVE, State.PLANNED, State.LIVE]
    assert turned[1].outcome == outcomes.Unsent(problem=turns._message(ZeroDivisionError()))


def test_what_a_server_said_is_lost_rather_than_what_became_of_the_call(
    lister: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [lister.plan(f"m-{number}", target=str(number)) for number in range(2)]

    def refused(tx: Any, row: publications.Publication, *args: Any) -> None:
        tx.connection.exec_driver_sql("INSERT INTO answer (publication) VALUES (NULL)")

    monkeypatch.setattr(settling.answers, "keep", refused)
    said = RawAnswer(at=lister.now, method="POST", address="a.example/", status=422, headers={}, body="no")
    told = outcomes.Refused(problem=turns.HELD, answers=(said,))
    monkeypatch.setattr(turns, "act", lambda *args, **how: told)
    turned = turns.turn_all(lister.shift(), rows, draft_of=lister.draft_of)
    assert {(one.row.state, one.row.problem) for one in turned} == {(State.CANCELLED, turns.HELD)}


def _breaks_at(real: Any, bad: int) -> Any:
    """The real step, which writes and then fails for one publication."""

    def step(tx: Any, *args: Any, **how: Any) -> Any:
        made = real(tx, *args, **how)
        if made.row.id == bad if isinstance(made, Claimed) else made.id == bad:
            raise ZeroDivisionError
        return made

    return step


def test_a_claim_that_fails_is_undone_and_stops_no_other(lister: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [lister.plan(f"m-{number}", target=str(number)) for number in range(5)]
    with monkeypatch.context() as patch:
        patch.setattr(turns, "claim", _breaks_at(claiming.claim, rows[2]))
        turned = turns.turn_all(lister.shift(), rows, draft_of=lister.draft_of)
    told = {one.row.id: (one.row.state, one.why) for one in turned}
    assert told[rows[2]] == (State.PLANNED, turns._message(ZeroDivisionError()))
    assert [told[row][0] for row in rows] == [State.LIVE] * 2 + [State.PLANNED] + [State.LIVE] * 2
    assert (lister.row(rows[2]).lease_by, lister.row(rows[2]).lease_no) == (None, 0)
    assert lister.copies("m-2") == 0
    assert lister.turn(rows[2]).row.state is State.LIVE


def test_a_receipt_that_fails_is_undone_and_stops_no_other(lister: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [lister.plan(f"m-{number}", target=str(number)) for number in range(5)]
    turns.turn_all(lister.shift(), rows, draft_of=lister.draft_of)
    lister.end()
    with monkeypatch.context() as patch:
        patch.setattr(settling, "settle", _breaks_at(settling.settle, rows[2]))
        turned = turns.turn_all(lister.shift(), rows)
    assert [one.row.state for one in turned] == [State.WITHDRAWN] * 2 + [State.WITHDRAWING] + [State.WITHDRAWN] * 2
    bad = lister.row(rows[2])
    assert (bad.lease_by, bad.problem, bad.gone_at) == (None, turns._message(ZeroDivisionError()), None)
    assert bad.next_at is not None
    assert lister.now < bad.next_at <= lister.now + MINUTE
    assert turned[2].row == bad
    lister.pass_time(MINUTE)
    assert lister.turn(rows[2]).row.state is State.WITHDRAWN


def test_a_row_that_became_unreadable_during_its_call_is_let_go_of_and_stops_no_other(lister: Office) -> None:
    rows = [lister.plan(f"m-{number}", target=str(number)) for number in range(3)]

    def draft_of(row: publications.Publication) -> Any:
        if row.id == rows[1]:
            spoil(row.id, "x")
        return lister.draft_of(row)

    def spoil(row: int, withdrawal: str) -> None:
        with lister.ledger.write(lister.now) as tx:
            tx.connection.exec_driver_sql(f"UPDATE publication SET withdrawal = '{withdrawal}' WHERE id = {row}")

    turned = turns.turn_all(lister.shift(), rows, draft_of=draft_of)
    assert {one.row.id: one.row.state for one in turned} == {rows[0]: State.LIVE, rows[2]: State.LIVE}
    spoil(rows[1], "{}")
    assert lister.row(rows[1]).lease_by is None


@pytest.mark.parametrize("step", ["claim", "settle"])
def test_while_the_ledger_is_away_nothing_is_tried_row_by_row(
    lister: Office, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    rows = [lister.plan(f"m-{number}", target=str(number)) for number in range(3)]
    tried = []

    def fails(*args: Any, **how: Any) -> None:
        tried.append(1)
        raise LedgerUnavailable("full", "voll")

    with monkeypatch.context() as patch:
        patch.setattr(turns if step == "claim" else settling, step, fails)
        with pytest.raises(LedgerUnavailable):
            turns.turn_all(lister.shift(), rows, draft_of=lister.draft_of)
    assert len(tried) == 1
    lister.living = {2}
    with lister.ledger.write(lister.now) as tx:
        claims.recover(tx, alive=lister.shift(2).alive, now=lister.now, by="test")


def test_where_the_force_would_rather_have_two_copies_than_none_a_blind_call_is_repeated(
    tmp_path: pathlib.Path,
) -> None:
    for desk in _opened(tmp_path, MODES["none"]):
        row = desk.plan()
        desk.platform.faults.add(Fault.TIMEOUT_AFTER, Call.CREATE)
        desk.turn(row)
        shift = dataclasses.replace(desk.shift(), repeats=frozenset({"memory"}))
        assert turns.turn(shift, row, draft_of=desk.draft_of).row.state is State.LIVE
        assert desk.copies() == 2
        with desk.ledger.read() as tx:
            assert byhand.open_items(tx) == ()


@pytest.mark.parametrize("desk", [MODES["key"]], ids=["key"], indirect=True)
def test_what_may_be_sent_again_waits_where_nothing_may_be_sent(desk: Office) -> None:
    row = desk.plan()
    desk.platform.faults.add(Fault.TIMEOUT_AFTER, Call.CREATE)
    desk.turn(row)
    assert desk.turn(row, sends=False).row.next_at == desk.now + 10 * MINUTE
    assert desk.turn(row).row.state is State.LIVE
    assert desk.copies() == 1
