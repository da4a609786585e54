"""Two workers with a session each on a server, two rows of an appeal at one address of a website.

Neither reports what the other has half done, and nothing that goes up or comes down waits for its neighbour.
"""

import contextlib
import dataclasses
import datetime as dt
import pathlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from fahndung.channels import layout
from fahndung.channels.site import Site
from fahndung.channels.website import Website
from fahndung.home import Home
from fahndung.ledger import publications
from fahndung.ledger.publications import Need
from fahndung.ledger.store import Ledger
from fahndung.lifecycle import outcomes, publishing, turns
from fahndung.lifecycle.claiming import Turned
from fahndung.lifecycle.shift import Shift, looking_on, on_shift
from fahndung.lifecycle.tasks import Task
from fahndung.model.ids import PersonId
from fahndung.model.publication import Live, Look, Posting, State, without
from tests import postgres
from tests.channels import build
from tests.ledger import world
from tests.lifecycle import stand

pytestmark = pytest.mark.peers

MINUTE = dt.timedelta(minutes=1)
PATIENCE = 20


@dataclasses.dataclass
class Pair:
    """Two workers, and a later row that has taken the place of an earlier one.

    Attributes:
        now: moved by the test.
    """

    ledger: Ledger
    crew: ThreadPoolExecutor
    now: dt.datetime = world.NOW
    shifts: tuple[Shift, ...] = ()
    rows: tuple[int, ...] = ()

    def row(self, number: int) -> publications.Publication:
        with self.ledger.read() as tx:
            return publications.get(tx, self.rows[number])

    def want_down(self, *numbers: int) -> None:
        with self.ledger.write(self.now) as tx:
            ids = [self.rows[number] for number in numbers]
            publications.want_down(tx, ids, now=self.now, by="test", reason="ended")

    def beside(self) -> Shift:
        return looking_on(self.ledger, what="verify", by="test", clock=lambda: self.now)

    def due(self, need: Need) -> tuple[int, ...]:
        with self.ledger.read() as tx:
            return tuple(row.id for row in publications.due(tx, self.now, need, channel="website", limit=9))

    @contextlib.contextmanager
    def half_way(
        self, monkeypatch: pytest.MonkeyPatch, call: Callable[[], Turned], owner: type, name: str, path: str = ""
    ) -> Iterator["Future[Turned]"]:
        """While the call, in a thread, has just come back from ``owner.name`` for that path, and stays there."""
        half, seen = threading.Event(), threading.Event()
        real = getattr(owner, name)

        def stops(this: object, what: object) -> object:
            answer = real(this, what)
            if threading.current_thread() is not threading.main_thread() and (not path or str(what).startswith(path)):
                half.set()
                assert seen.wait(PATIENCE)
            return answer

        with monkeypatch.context() as patched:
            patched.setattr(owner, name, stops)
            going = self.crew.submit(call)
            try:
                assert half.wait(PATIENCE)
                yield going
            finally:
                seen.set()
                going.exception(PATIENCE)


ENTRY = f"{layout.ENTRIES}/"


@pytest.fixture
def pair(server: postgres.Server, tmp_path: pathlib.Path) -> Iterator[Pair]:
    website = build.website(tmp_path, read_back="files")
    drafts = [website.prepare(build.release(website.endpoint.base_url, revision=number)) for number in (1, 2)]
    home = Home(path=tmp_path, identity=world.HOME)
    with contextlib.ExitStack() as stack:
        ledger = stack.enter_context(world.make(server.database()))
        made = Pair(ledger, stack.enter_context(ThreadPoolExecutor(1)))
        made.shifts = tuple(
            stack.enter_context(on_shift(home, ledger, what="test", by="test", clock=lambda: made.now))
            for _ in range(2)
        )
        for draft, target in zip(drafts, ("", without(PersonId("p1"))), strict=True):
            with ledger.write(made.now) as tx:
                made.rows += (stand.plan(tx, draft, now=made.now, due_at=world.DUE, target=target),)
            turned = turns.turn(made.shifts[0], made.rows[-1], draft_of=lambda row, known=draft: known)
            assert turned.row.state is State.LIVE
        yield made


@pytest.mark.parametrize("looks_on", [False, True])
def test_nobody_looks_at_what_is_down_while_another_worker_takes_its_neighbour_down(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, looks_on: bool
) -> None:
    one, two = pair.shifts
    pair.want_down(0, 1)
    assert turns.turn(one, pair.rows[0]).row.state is State.WITHDRAWN
    pair.now += MINUTE
    with pair.half_way(monkeypatch, lambda: turns.turn(one, pair.rows[1]), Site, "remove", ENTRY) as going:
        assert pair.due(Need.LOOK) == ()
        met = turns.turn(pair.beside() if looks_on else two, pair.rows[0], task=Task.LOOK)
        assert (met.outcome, met.why, met.row.state) == (None, turns.HELD, State.WITHDRAWN)
    assert going.result().row.state is State.WITHDRAWN
    assert isinstance(turns.turn(two, pair.rows[0]).outcome, outcomes.Looked)
    assert {pair.row(number).state for number in range(2)} == {State.WITHDRAWN}


@pytest.mark.parametrize("looks_on", [False, True])
@pytest.mark.parametrize("ends_first", [False, True])
def test_a_look_at_what_is_down_that_began_before_a_takedown_beside_it_says_nothing(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, looks_on: bool, ends_first: bool
) -> None:
    """The takedown does not wait for the look."""
    one, two = pair.shifts
    pair.want_down(0)
    assert turns.turn(one, pair.rows[0]).row.state is State.WITHDRAWN
    pair.now += MINUTE
    pair.want_down(1)
    real = Website.look

    with contextlib.ExitStack() as takedown, monkeypatch.context() as patched:

        def meets_it(self: Website, posting: Posting) -> Look:
            if threading.current_thread() is not threading.main_thread():
                return real(self, posting)
            going = pair.half_way(monkeypatch, lambda: turns.turn(one, pair.rows[1]), Site, "remove", ENTRY)
            takedown.enter_context(going)
            seen = real(self, posting)
            if ends_first:
                takedown.close()
            return seen

        patched.setattr(Website, "look", meets_it)
        met = turns.turn(pair.beside() if looks_on else two, pair.rows[0], task=Task.LOOK)
    assert (type(met.outcome), met.why) == (outcomes.Disturbed, outcomes.DISTURBED)
    assert {pair.row(number).state for number in range(2)} == {State.WITHDRAWN}
    assert pair.due(Need.LOOK) == (pair.rows[0],), "it is looked at again at once"
    assert turns.turn(two, pair.rows[0]).outcome is not None
    assert pair.row(0).state is State.WITHDRAWN


def test_what_came_back_is_noted_beside_a_neighbour_that_came_down_before(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = pair.shifts
    pair.want_down(0, 1)
    assert {turns.turn(one, row).row.state for row in pair.rows} == {State.WITHDRAWN}
    pair.now += MINUTE
    monkeypatch.setattr(Website, "look", lambda self, posting: Live(evidence={}))
    turned = turns.turn_all(two, pair.rows)
    assert [one.row.state for one in turned] == [State.WITHDRAWING] * 2, "two looks at one address are no calls"


def test_a_publication_is_read_back_while_a_worker_takes_the_earlier_one_down(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = pair.shifts
    pair.want_down(0)
    with pair.half_way(monkeypatch, lambda: turns.turn(one, pair.rows[0]), Website, "withdraw") as going:
        sent = publishing.read_back(two, pair.row(1))
        assert isinstance(sent.look, Live), sent.look
        assert publishing.is_right(sent)
    assert going.result().row.state is State.WITHDRAWN
    assert pair.row(1).verified_at is not None


@pytest.mark.parametrize("looks", [False, True])
def test_a_takedown_waits_for_nobody_at_its_address(pair: Pair, monkeypatch: pytest.MonkeyPatch, looks: bool) -> None:
    """The neighbour's worker may stand still for as long as it likes."""
    one, two = pair.shifts
    if looks:
        call, name = lambda: turns.turn(one, pair.rows[1], task=Task.LOOK), "_whole"
    else:
        pair.want_down(1)
        call, name = lambda: turns.turn(one, pair.rows[1]), "withdraw"
    with pair.half_way(monkeypatch, call, Website, name):
        pair.want_down(0)
        assert pair.due(Need.TAKEDOWN) == (pair.rows[0],)
        assert turns.turn(two, pair.rows[0]).row.state in {State.WITHDRAWN, State.WITHDRAWING}
        assert pair.row(0).lease_by is None
