"""A sample of the soak, and workers that stop or lose their proof of life while they work; on PostgreSQL they share.

The full form is ``python -m tests.lifecycle.soak``; ``FAHNDUNG_SEED`` chooses other kills.
"""

import contextlib
import datetime as dt
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator

import pytest

from fahndung.ledger import audit, claims, publications
from fahndung.ledger.postgres import CLASS_SESSION
from fahndung.ledger.publications import Publication
from fahndung.ledger.store import Ledger
from fahndung.model.publication import State
from fahndung.testing.faults import Call, Fault
from tests import postgres
from tests.ledger import world
from tests.lifecycle import stand as stands
from tests.lifecycle.labour import Job, labour
from tests.lifecycle.soak import Plan, soak, values
from tests.lifecycle.stand import MODES, Stand, standing

pytestmark = [pytest.mark.peers, pytest.mark.no_cover]
SEED = int(os.environ.get("FAHNDUNG_SEED", "0"))
SECONDS = 30.0
SLOW = 1.5
"""Seconds that a call or a draft takes here, so that something can happen meanwhile."""


@pytest.mark.parametrize("mode", ["key and lookup", "lookup"])
@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_workers_killed_at_random_leave_no_orphan_no_duplicate_and_nothing_unknown(
    engine: str, mode: str, request: pytest.FixtureRequest
) -> None:
    print(f"FAHNDUNG_SEED={SEED}")
    server = request.getfixturevalue("server") if engine == "postgres" else None
    plan = Plan(publications=30, kills=6, workers=2, seed=SEED, lives=(3.0, 8.0))
    with standing(MODES[mode], server=server, values=values(mode)) as stand, stand.place() as place:
        result = soak(stand, place, plan)
    assert result.clean, result
    assert result.kills == plan.kills
    assert result.sent >= plan.publications // 3


class Desk:
    """One publication of a stand without keys, and the workers that look after it."""

    def __init__(self, stand: Stand, address: str, ledger: Ledger) -> None:
        self.stand, self.address, self.ledger = stand, address, ledger
        ahead = world.NOW + world.DAY - dt.datetime.now(dt.UTC)  # noqa: TID251 - the template's instants are the past
        self.job = Job(place=address, folder=stand.folder, token=stand.platform.token, ahead=ahead)
        self.marker, now = stand.marker(), self.job.now()
        with ledger.write(now) as tx:
            self.row = stands.plan(tx, stand.draft(self.marker), now=now, due_at=now + world.DAY)

    def found(self) -> Publication:
        with self.ledger.read() as tx:
            return publications.get(tx, self.row)

    def effects(self) -> list[str]:
        """What happened to the publication, in order."""
        return [f"{one.verb} {one.kind}" for one in self.stand.platform.journal() if one.marker == self.marker]

    def wait(self, true: Callable[[], bool]) -> None:
        began = time.monotonic()
        while not true():
            assert time.monotonic() - began < SECONDS, (self.found(), self.effects())
            time.sleep(0.02)

    def end(self) -> None:
        now = self.job.now()
        with self.ledger.write(now) as tx:
            publications.want_down(tx, [self.row], now=now, by=world.BY)

    @contextlib.contextmanager
    def worker(self, **changes: float) -> Iterator[int]:
        """A worker process, until the block ends."""
        job = Job(
            place=self.job.place,
            folder=self.job.folder,
            token=self.job.token,
            ahead=self.job.ahead,
            **changes,  # type: ignore[arg-type]
        )
        process = multiprocessing.get_context("forkserver").Process(target=labour, args=(job,), daemon=True)
        process.start()
        assert process.pid is not None
        try:
            yield process.pid
        finally:
            process.kill()
            process.join(SECONDS)

    def holder(self) -> int | None:
        return self.found().lease_by


@pytest.fixture
def desk(server: postgres.Server) -> Iterator[Desk]:
    with (
        standing(MODES["lookup"], server=server, values={"settle_s": 0.5}) as stand,
        stand.place() as address,
        Ledger.open(address, home_id=world.HOME) as ledger,
    ):
        made = Desk(stand, str(address), ledger)
        yield made
        assert audit.verify(ledger) == ()


ANEW = ["create media", "delete media", "create media", "create post"]
"""What the first worker began was removed, and another turn sent all of it: the first one made no further call."""


def _goes_down(desk: Desk) -> None:
    desk.end()
    desk.wait(lambda: desk.found().state is State.WITHDRAWN)
    assert desk.stand.platform.online() == ()
    assert desk.effects()[:4] == ANEW
    assert sorted(desk.effects()[4:]) == ["delete media", "delete post"]


def test_a_worker_that_stood_still_beyond_its_time_is_not_robbed_and_makes_no_further_call(desk: Desk) -> None:
    desk.stand.platform.add(Fault.TIMEOUT_AFTER, Call.UPLOAD, seconds=SLOW)
    with desk.worker(call_seconds=1.0) as first:
        desk.wait(lambda: desk.effects() == ["create media"])
        os.kill(first, signal.SIGSTOP)
        holder = desk.holder()
        with desk.worker():
            time.sleep(SLOW + 2)
            assert (desk.holder(), desk.effects()) == (holder, ["create media"])
            os.kill(first, signal.SIGCONT)
            desk.wait(lambda: desk.found().state is State.LIVE)
            _goes_down(desk)


def _end_proof(desk: Desk, server: postgres.Server) -> None:
    """The database ends the connection that proves that the claim's owner lives."""
    ended = server.admin(
        f"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = {CLASS_SESSION} "
        f"AND objid = {desk.holder()}"
    )
    assert ended == [(True,)]


def test_a_worker_whose_session_is_ended_during_a_call_makes_no_further_call(
    desk: Desk, server: postgres.Server
) -> None:
    desk.stand.platform.add(Fault.TIMEOUT_AFTER, Call.UPLOAD, seconds=SLOW)
    with desk.worker():
        desk.wait(lambda: desk.effects() == ["create media"])
        _end_proof(desk, server)
        desk.wait(lambda: desk.found().state is State.LIVE)
        _goes_down(desk)


def test_a_worker_whose_session_is_ended_between_claim_and_call_makes_none(desk: Desk, server: postgres.Server) -> None:
    with desk.worker(draft_seconds=SLOW):
        desk.wait(lambda: desk.holder() is not None)
        lost = desk.holder()
        _end_proof(desk, server)
        desk.wait(lambda: desk.holder() != lost)
        assert desk.effects() == []
        desk.wait(lambda: desk.found().state is State.LIVE)
        desk.end()
        desk.wait(lambda: desk.found().state is State.WITHDRAWN)
    with desk.ledger.read() as tx:
        first, *_, last = publications.operations(tx, desk.row)
        assert claims.is_known(tx, lost or 0)
    assert (first.kind, first.outcome, last.kind) == ("publish", "unsent", "look")
    assert desk.effects() == ["create media", "create post", "delete post", "delete media"]
