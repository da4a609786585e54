"""The loop: everything due is done, takedowns first, and a channel that hangs keeps no other one waiting."""

import contextlib
import dataclasses
import datetime as dt
import functools
import pathlib
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from fahndung import channels
from fahndung.errors import Busy, Message
from fahndung.home import Home
from fahndung.ledger import alarms, publications
from fahndung.ledger.faults import LedgerUnavailable
from fahndung.lifecycle import foreign, rounds, settling, sweep, worker
from fahndung.lifecycle.rounds import Round
from fahndung.lifecycle.shift import Shift, renewed
from fahndung.lifecycle.watchman import Watchman
from fahndung.model.publication import Draft, State
from fahndung.testing.faults import Call, Fault
from fahndung.testing.memory import MemoryChannel, MemoryPlatform
from fahndung.testing.posts import Modes
from tests.home.test_config import CONFIG
from tests.ledger import world
from tests.lifecycle.shifts import Office, office

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def desk(tmp_path: pathlib.Path) -> Iterator[Office]:
    made = office(tmp_path / "ledger.db", Modes())
    yield made
    made.ledger.close()


def work(desk: Office, **changes: Any) -> list[Round | Message]:
    """Until nothing is due; what it told."""
    told: list[Round | Message] = []
    values: dict[str, Any] = {"draft_of": desk.draft_of, "may_publish": lambda: True, "tell": told.append}
    shift = changes.pop("shift", None) or desk.shift()
    worker.work(shift, changes.pop("stop", threading.Event()), **{"until_done": True, **values, **changes})
    return told


def states(desk: Office) -> set[State]:
    with desk.ledger.read() as tx:
        return {row.state for row in publications.rows(tx)}


@pytest.mark.peers
def test_what_is_planned_is_sent_and_what_has_ended_is_withdrawn(desk: Office) -> None:
    for number in range(50):
        desk.plan(f"m-{number}", target=str(number))
    told = work(desk)
    assert states(desk) == {State.LIVE}
    assert sum(len(one.turned) for one in told if isinstance(one, Round)) == 50
    desk.end()
    work(desk)
    assert states(desk) == {State.WITHDRAWN}
    assert desk.platform.online == {}
    desk.pass_time(MINUTE)
    work(desk)
    with desk.ledger.read() as tx:
        assert {row.looks for row in publications.rows(tx)} == {1}


@pytest.mark.peers
def test_a_takedown_comes_before_what_is_to_be_sent(desk: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "BATCH", 5)
    rows = [desk.plan(f"m-{number}", target=str(number)) for number in range(12)]
    work(desk)
    with desk.ledger.write(desk.now) as tx:
        publications.want_down(tx, rows, now=desk.now, by="test")
    for number in range(12, 24):
        desk.plan(f"m-{number}", target=str(number))
    before = len(desk.platform.journal)
    work(desk)
    effects = [effect[0] for effect in desk.platform.journal[before:]]
    first, last = effects.index("create"), len(effects) - 1 - effects[::-1].index("delete")
    assert states(desk) == {State.LIVE, State.WITHDRAWN}
    assert effects[:first].count("delete") >= 5
    assert last > first  # batch by batch, not all of one kind


def test_without_trust_nothing_is_sent_and_everything_is_taken_down(desk: Office) -> None:
    live, planned = desk.plan(), desk.plan("m-2", target="2")
    desk.turn(live)
    with desk.ledger.write(desk.now) as tx:
        publications.want_down(tx, [live], now=desk.now, by="test")
    work(desk, may_publish=lambda: False)
    assert (desk.row(live).state, desk.row(planned).state) == (State.WITHDRAWN, State.PLANNED)


def test_without_trust_a_call_of_unknown_outcome_is_still_looked_for(desk: Office) -> None:
    row = desk.plan()
    desk.platform.faults.add(Fault.TIMEOUT_AFTER, Call.CREATE)
    desk.turn(row)
    desk.pass_time(MINUTE)
    work(desk, may_publish=lambda: False)
    assert desk.row(row).state is State.LIVE


def test_the_dead_are_recovered_at_the_start(desk: Office) -> None:
    row = desk.plan()
    shift = desk.shift(2)
    with desk.ledger.write(desk.now) as tx:
        assert shift.take(tx, row, now=desk.now)[1] is not None
    desk.living.discard(2)
    work(desk)
    assert desk.row(row).state is State.LIVE


def test_a_channel_that_hangs_keeps_no_other_waiting(desk: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = MemoryPlatform(Modes())
    release = threading.Event()
    real = MemoryPlatform.create

    def create(self: MemoryPlatform, *args: Any, **how: Any) -> Any:
        if self is slow:
            release.wait(10)
        return real(self, *args, **how)

    monkeypatch.setattr(MemoryPlatform, "create", create)

    def opened(kind: str, endpoint: Any) -> Any:
        platform = slow if endpoint["name"] == "slow" else desk.platform
        return channels.from_ledger(kind, endpoint, kinds=platform.kinds())

    def draft_of(row: publications.Publication) -> Draft:
        return MemoryChannel(slow, "slow").draft(row.marker, "text") if row.channel == "slow" else desk.draft_of(row)

    digest, _ = world.manifest()
    with desk.ledger.write(desk.now) as tx:
        publications.plan(
            tx,
            MemoryChannel(slow, "slow").draft("m-slow", "text"),
            digest=digest,
            appeal=world.APPEAL,
            revision=1,
            due_at=world.DUE,
            due_because=world.WHY,
            now=desk.now,
            by="test",
            norms="",
            rules="",
        )
    stop = threading.Event()
    shift = dataclasses.replace(desk.shift(), open=opened)
    loop = threading.Thread(
        target=functools.partial(
            worker.work, shift, stop, draft_of=draft_of, may_publish=lambda: True, tell=lambda _: None
        )
    )
    loop.start()
    row = desk.plan("m-2", target="2")
    deadline = time.monotonic() + 8
    while desk.row(row).state is not State.LIVE and time.monotonic() < deadline:
        time.sleep(0.05)
    assert desk.row(row).state is State.LIVE
    stop.set()
    time.sleep(0.1)
    assert loop.is_alive()  # the call under way is finished and written down first
    release.set()
    loop.join(10)
    assert not loop.is_alive()
    assert states(desk) == {State.LIVE}


@pytest.mark.peers
def test_a_ledger_that_is_away_is_told_and_waited_for(desk: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    row = desk.plan()
    real, failures = type(desk.ledger).write, iter(range(3))

    def write(self: Any, now: dt.datetime) -> Any:
        if next(failures, None) is not None:
            raise LedgerUnavailable("no server", "kein Server")
        return real(self, now)

    monkeypatch.setattr(type(desk.ledger), "write", write)
    stop, told = threading.Event(), []

    def tell(what: Round | Message) -> None:
        told.append(what)
        if isinstance(what, Round):
            stop.set()

    worker.work(desk.shift(), stop, draft_of=desk.draft_of, may_publish=lambda: True, tell=tell)
    assert "no server" in [one.en for one in told if isinstance(one, Message)]
    assert desk.row(row).state is State.LIVE


def test_what_became_of_a_call_while_the_ledger_was_full_is_asked_again_by_the_same_run(
    desk: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = desk.plan()
    work(desk)
    desk.end()
    real, full = settling.settle, iter([True])

    def settle(*args: Any, **how: Any) -> publications.Publication:
        if next(full, False):
            raise LedgerUnavailable("the disk is full", "Platte voll")
        return real(*args, **how)

    monkeypatch.setattr(settling, "settle", settle)
    work(desk)
    assert (desk.row(row).state, desk.row(row).lease_by) == (State.WITHDRAWING, 1)
    desk.pass_time(MINUTE)
    work(desk)
    assert (desk.row(row).state, desk.row(row).lease_by) == (State.WITHDRAWN, None)


def test_a_bug_in_a_round_is_told_and_the_loop_goes_on(desk: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    row = desk.plan()
    real, broken = rounds.serve, iter([True])

    def serve(*args: Any, **how: Any) -> Round:
        if next(broken, False):
            raise KeyError("secret")
        return real(*args, **how)

    monkeypatch.setattr(rounds, "serve", serve)
    told = work(desk)
    (bug,) = [one.en for one in told if isinstance(one, Message) and "bug" in one.en]
    assert "KeyError" in bug
    assert "secret" not in bug
    assert desk.row(row).state is State.LIVE


def test_errands_are_run_beside_the_work_and_the_sweep_only_when_it_is_due(
    desk: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(foreign, "look_due", lambda ledger, *, now, by, limit: asked.append(limit))
    monkeypatch.setattr(sweep, "run", lambda home, shift, wish, *, calls: asked.append((wish, calls)))
    row = desk.plan()
    errands = worker.errands_at(Home(path=tmp_path, identity=world.HOME))
    for due in (True, False):
        monkeypatch.setattr(sweep, "is_due", lambda tx, now, due=due: due)
        work(desk, errands=errands)
    assert sorted(map(str, asked)) == sorted(map(str, (rounds.BATCH, rounds.BATCH, (sweep.Wish(), False))))
    assert desk.row(row).state is State.LIVE


@pytest.mark.parametrize("later", ["posts_per_day = 2", "", "broken ="])
def test_it_reads_the_configuration_anew_each_minute_and_what_waited_for_a_limit_goes_out(
    desk: Office, tmp_path: pathlib.Path, later: str
) -> None:
    def configured(limit: str) -> None:
        table = f'[[channels]]\nname = "memory"\nkind = "memory"\n{limit}\n'
        (tmp_path / "fahndung.toml").write_text(f"{CONFIG}\n{table}", "utf-8")

    def tell(told: Round | Message) -> None:
        if isinstance(told, Round) and told.turned and desk.now == world.NOW:
            assert desk.row(waiting).state is State.PLANNED, "both were due in one round, and one is enough"
            configured(later)
            desk.pass_time(MINUTE)

    desk.plan()
    draft, (digest, _) = desk.draft("m-2"), world.manifest("other-1")
    with desk.ledger.write(desk.now) as tx:
        world.hand_in(tx, "other-1")
        values: dict[str, Any] = {"due_at": world.DUE, "due_because": world.WHY, "norms": "", "rules": ""}
        waiting = publications.plan(
            tx, draft, digest=digest, appeal="other-1", revision=1, now=desk.now, by="test", **values
        )
    configured("posts_per_day = 1")
    work(desk, tell=tell, renewed=functools.partial(renewed, Home(path=tmp_path, identity=world.HOME)))
    assert desk.row(waiting).state is (State.PLANNED if "broken" in later else State.LIVE)


def test_what_the_appeal_lapsed_from_is_written_down(desk: Office) -> None:
    row = desk.plan()
    work(desk)
    desk.now = world.DUE
    work(desk)
    assert desk.row(row).state is State.WITHDRAWN


def test_a_shift_that_lost_its_proof_of_life_ends_and_another_begins(desk: Office) -> None:
    row = desk.plan()
    desk.living.discard(1)
    assert not worker.work(
        desk.shift(1), threading.Event(), draft_of=desk.draft_of, may_publish=lambda: True, tell=lambda _: None
    )
    assert desk.row(row).state is State.PLANNED
    shifts = iter([desk.shift(1), desk.shift(2)])

    def at_work(shift: Shift) -> bool:
        return worker.work(
            shift,
            threading.Event(),
            draft_of=desk.draft_of,
            may_publish=lambda: True,
            tell=lambda _: None,
            until_done=True,
        )

    def enter() -> contextlib.AbstractContextManager[Shift]:
        return contextlib.nullcontext(next(shifts))

    worker.keep_working(enter, threading.Event(), at_work=at_work, failed=lambda error: None)
    assert desk.row(row).state is State.LIVE
    assert next(shifts, None) is None


def test_a_shift_that_cannot_begin_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "RETRY_SECONDS", 0.01)
    errors = iter([LedgerUnavailable("away", "weg"), LedgerUnavailable("away", "weg")])
    told: list[str] = []

    @contextlib.contextmanager
    def enter() -> Iterator[Any]:
        for error in errors:
            raise error
        yield None

    worker.keep_working(
        enter, threading.Event(), at_work=lambda shift: True, failed=lambda error: told.append(error.message.en)
    )
    assert told == ["away", "away"]


def test_whoever_is_told_to_stop_while_another_works_ends_in_order() -> None:
    stop = threading.Event()

    @contextlib.contextmanager
    def enter() -> Iterator[Any]:
        if told:
            stop.set()
        raise Busy("another", "ein anderer")
        yield

    told = False
    with pytest.raises(Busy):
        worker.keep_working(enter, stop, at_work=lambda shift: True, failed=lambda error: None)
    told = True
    worker.keep_working(enter, stop, at_work=lambda shift: True, failed=lambda error: None)


def watched(desk: Office, told: list[Message], clock: Message | None = None) -> Watchman:
    home = Home(path=pathlib.Path("/nowhere"), identity="home-1")
    return Watchman(
        home, desk.ledger, None, by="test", tell=told.append, clock=lambda: clock, tick=lambda: desk.seconds
    )


def open_kinds(desk: Office) -> set[str]:
    with desk.ledger.read() as tx:
        return {one.kind.value for one in alarms.open_alarms(tx)}


def test_the_watchman_hears_who_died(desk: Office) -> None:
    row = desk.plan()
    with desk.ledger.write(desk.now) as tx:
        desk.shift(2).take(tx, row, now=desk.now)
    desk.living.discard(2)
    with contextlib.closing(watched(desk, [])) as watchman:
        work(desk, watchman=watchman)
    assert open_kinds(desk) == {"worker-dead"}


@pytest.mark.peers
def test_what_one_held_who_dies_while_another_works_is_free_within_a_second(desk: Office) -> None:
    """Long before the next ``KEEP``: here the clock moves by a second at each turn of the loop."""
    row, began = desk.plan(), desk.now
    with desk.ledger.write(desk.now) as tx:
        desk.shift(2).take(tx, row, now=desk.now)
        publications.postpone(tx, row, Message("w", "w"), next_at=desk.now + 10 * MINUTE, now=desk.now, by="test")
    stop = threading.Event()

    def told_each_second(message: object = None) -> bool:
        desk.now += dt.timedelta(seconds=1)
        if desk.now - began == dt.timedelta(seconds=5):
            desk.living.discard(2)
        if desk.row(row).state is State.LIVE or desk.now - began > MINUTE:
            stop.set()
        return True

    with contextlib.closing(watched(desk, [])) as watchman:
        work(desk, watchman=watchman, stop=stop, may_publish=told_each_second, until_done=False)
    assert desk.row(row).state is State.LIVE
    assert dt.timedelta(seconds=5) <= desk.now - began <= dt.timedelta(seconds=10)
    assert open_kinds(desk) == {"worker-dead"}


def test_the_watchman_hears_what_came_back_although_it_is_gone_again(desk: Office) -> None:
    desk.plan()
    work(desk)
    desk.end()
    work(desk)
    assert desk.platform.online == {}
    desk.platform.create("again", (), marker="m-1", key="k-2")
    desk.pass_time(MINUTE)
    with contextlib.closing(watched(desk, [])) as watchman:
        work(desk, watchman=watchman)
        watchman.look(alive=lambda worker: True, now=desk.now)
    assert (desk.platform.online, states(desk)) == ({}, {State.WITHDRAWN})
    assert open_kinds(desk) == {"came-back"}


def test_a_wrong_clock_is_an_alarm_of_the_worker(desk: Office) -> None:
    with contextlib.closing(watched(desk, [], Message("wrong", "falsch"))) as watchman:
        work(desk, watchman=watchman)
    assert open_kinds(desk) == {"clock"}


def test_with_a_watchman_trouble_is_told_through_it(desk: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Message] = []
    errors = iter([LedgerUnavailable("away", "weg")])

    def keep(shift: Shift, *, now: dt.datetime) -> tuple[list[Message], tuple[Any, ...]]:
        for error in errors:
            raise error
        return [Message("odd end", "seltsames Ende")], ()

    monkeypatch.setattr(worker, "keep", keep)
    rounds_told: list[Round | Message] = []
    with contextlib.closing(watched(desk, told)) as watchman:
        stop = threading.Event()
        values = {"draft_of": desk.draft_of, "may_publish": lambda: True, "tell": rounds_told.append}
        worker.work(desk.shift(), stop, watchman=watchman, until_done=True, **values)  # type: ignore[arg-type]
    assert [one.en for one in told] == ["away"]


@pytest.mark.peers
def test_a_round_that_failed_is_not_begun_again_at_once(desk: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a full disk every round fails at its first writing."""
    desk.plan()
    begun: list[float] = []

    def fails(*args: Any, **how: Any) -> Round:
        begun.append(time.monotonic())
        raise LedgerUnavailable("full", "voll")

    monkeypatch.setattr(rounds, "serve", fails)
    told = work(desk)
    assert [one.en for one in told if isinstance(one, Message) and one.en == "full"] == ["full"] * worker.MOST_FAILURES
    begun.clear()
    stop = threading.Event()
    threading.Timer(1.2, stop.set).start()
    worker.work(desk.shift(), stop, draft_of=desk.draft_of, may_publish=lambda: True, tell=lambda _: None)
    assert len(begun) <= 1 + 1.2 / worker.POLL_SECONDS


@pytest.mark.peers
@pytest.mark.parametrize("broken", ["turns.turn_all", "worker.keep"])
def test_while_nothing_can_be_written_what_is_over_comes_down_and_is_written_down_later(
    desk: Office, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    ended, kept = desk.plan(), desk.plan("m-2", target="2")
    work(desk)
    with desk.ledger.write(desk.now) as tx:
        publications.want_down(tx, [ended], now=desk.now, by="test")

    def fails(*args: Any, **how: Any) -> None:
        raise LedgerUnavailable("full", "voll")

    with monkeypatch.context() as patch:
        patch.setattr(f"fahndung.lifecycle.{broken}", fails)
        work(desk)
        assert (desk.copies("m-1"), desk.copies("m-2")) == (0, 1)
        deleted = desk.platform.calls[Call.DELETE]
        stop = threading.Event()
        threading.Timer(1.2, stop.set).start()
        worker.work(desk.shift(), stop, draft_of=desk.draft_of, may_publish=lambda: True, tell=lambda _: None)
        assert desk.platform.calls[Call.DELETE] == 2 * deleted, "once in each minute of a run"
    assert desk.row(ended).state is State.LIVE
    work(desk)
    assert (desk.row(ended).state, desk.row(kept).state) == (State.WITHDRAWN, State.LIVE)
