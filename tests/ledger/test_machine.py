"""Random lives of one home: no obligation without a wake-up, nothing seen online forgotten, the chain whole."""

import contextlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from fahndung.errors import NotPublishable
from fahndung.ledger import audit, endings, publications
from fahndung.ledger.endings import Ending
from fahndung.ledger.faults import Contradiction
from fahndung.ledger.publications import FINISHED, Want
from fahndung.ledger.store import Ledger
from fahndung.model.closing import EndReason
from fahndung.model.publication import Reference

from . import world
from .test_publications import CALLS

CREATED: dict[str, bytes] = {}


class Home(RuleBasedStateMachine):
    rows = Bundle("rows")

    def __init__(self):
        super().__init__()
        self.ledger = Ledger.open(self.place(), home_id=world.HOME)
        self.events = 0
        self.ended = False
        self.online = set()

    def place(self):
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "ledger.db"
        if not CREATED:
            world.make(path).close()
            CREATED["bytes"] = path.read_bytes()
        path.write_bytes(CREATED["bytes"])
        return path

    def drop(self):
        self.folder.cleanup()

    @initialize()
    def start(self):
        with self.ledger.read() as tx:
            self.events = audit.head(tx).count

    @rule(target=rows, number=st.integers(1, 4), end=st.sampled_from([world.DUE, world.NOW + world.HOUR, None]))
    def plan(self, number, end):
        try:
            with self.ledger.write(world.NOW) as tx:
                row = world.plan(tx, f"m-{number}", target=str(number), due_at=end)
        except (Contradiction, NotPublishable):
            return None
        assert not self.ended
        return row

    @rule(row=rows, step=st.sampled_from(sorted(CALLS)))
    def step(self, row, step):
        if row is None:
            return
        with contextlib.suppress(Contradiction, NotPublishable), self.ledger.write(world.NOW) as tx:
            CALLS[step](tx, row)
            if step == "published":
                self.online.add(row)
                assert publications.get(tx, row).state == "live"
            if step in ("gone", "close"):
                self.online.discard(row)
            if step in ("intend_publish",):
                assert not self.ended
            if step in ("saw", "looked-live", "looked-altered", "looked-tombstone"):
                self.online.add(row)

    @rule(row=rows, remote=st.sampled_from("ab"))
    def saw(self, row, remote):
        if row is not None:
            with self.ledger.write(world.NOW) as tx:
                publications.saw(tx, row, Reference(kind="post", id=remote), now=world.NOW, by=world.BY)
            self.online.add(row)

    @rule()
    def end(self):
        with self.ledger.write(world.NOW) as tx:
            ending = Ending(appeal=world.APPEAL, reason=EndReason.FOUND, by=world.BY, at=world.NOW)
            endings.end(tx, ending)
        self.ended = True

    @invariant()
    def no_obligation_without_a_wakeup(self):
        with self.ledger.read() as tx:
            for row in publications.rows(tx):
                assert (row.state in FINISHED) is (row.next_at is None)
                if row.id in self.online:
                    assert not row.is_down
                if row.want is Want.UP and row.due_at is not None and row.next_at is not None:
                    assert row.next_at <= row.due_at
                if self.ended and not row.is_down:
                    assert row.want is Want.DOWN

    @invariant()
    def the_log_only_grows(self):
        with self.ledger.read() as tx:
            count = audit.head(tx).count
        assert count >= self.events
        self.events = count

    def teardown(self):
        assert audit.verify(self.ledger) == ()
        self.ledger.close()
        self.drop()


class HomeOnPostgres(Home):
    server = None
    template = None

    def place(self):
        self.address = self.server.database(self.template)
        return self.address

    def drop(self):
        self.server.drop(self.address)


LIVES = settings(max_examples=40, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
TestHome = Home.TestCase
TestHome.settings = LIVES


@pytest.mark.peers
@pytest.mark.no_cover
class TestHomeOnPostgres(HomeOnPostgres.TestCase):
    settings = settings(LIVES, max_examples=15)

    @pytest.fixture(autouse=True)
    def _there(self, server, template_database):
        HomeOnPostgres.server, HomeOnPostgres.template = server, template_database
