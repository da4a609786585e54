"""The drill: the database is away for an hour. Nothing goes up, somebody is told, and at its return all is made up."""

import contextlib
import datetime as dt
import functools
import pathlib
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from fahndung.errors import StillOnline
from fahndung.home.config import parse_config
from fahndung.ledger import publications
from fahndung.ledger.faults import LedgerUnavailable
from fahndung.ledger.publications import Publication
from fahndung.ledger.store import Ledger
from fahndung.lifecycle import worker
from fahndung.lifecycle.rounds import Round
from fahndung.lifecycle.shift import Shift
from fahndung.lifecycle.watchman import Watchman
from fahndung.model.publication import Draft, State
from tests import postgres
from tests.ledger import world
from tests.lifecycle import stand as stands
from tests.lifecycle.stand import MODES, Stand, standing
from tests.lifecycle.test_alerts import BASE

pytestmark = pytest.mark.peers
AWAY = dt.timedelta(hours=1)
ALARM_SECONDS = 60.0
RETURN_SECONDS = 10.0


class Office:
    """A worker in a thread, a clock that goes with the machine's and jumps where the test lets an hour pass."""

    def __init__(self, stand: Stand, ledger: Ledger, pager: pathlib.Path) -> None:
        self.stand, self.ledger, self.pager = stand, ledger, pager
        self.pager.touch()  # before the shell does: the file is there earlier than its words
        self.ahead = world.NOW - dt.datetime.now(dt.UTC)  # noqa: TID251 - the template's instants are the past
        self.stop = threading.Event()
        self.told: list[str] = []

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + self.ahead  # noqa: TID251 - see above

    def plan(self, due_in: dt.timedelta) -> tuple[str, int]:
        marker, now = self.stand.marker(), self.now()
        with self.ledger.write(now) as tx:
            return marker, stands.plan(tx, self.stand.draft(marker), now=now, due_at=now + due_in, target=marker)

    def paged(self) -> str:
        return self.pager.read_text("utf-8")

    def row(self, row: int) -> Publication:
        with self.ledger.read() as tx:
            return publications.get(tx, row)

    def created(self) -> list[str]:
        return [one.marker for one in self.stand.platform.journal() if (one.verb, one.kind) == ("create", "post")]

    def work(self) -> None:
        """As the command does, with the configuration's alarms."""
        way = (
            f'\n[[alarm.ways]]\nname = "pager"\nkind = "command"\ncommand = ["/bin/sh", "-c", "cat >> {self.pager}"]\n'
        )
        config = parse_config(BASE + way, self.stand.folder)
        watchman = Watchman(
            self.stand.home, self.ledger, config, by="worker", tell=lambda message: self.told.append(message.en)
        )

        def draft_of(row: Publication) -> Draft:
            return self.stand.draft(row.marker)

        def at_work(shift: Shift) -> bool:
            return worker.work(
                shift,
                self.stop,
                draft_of=draft_of,
                may_publish=lambda: True,
                tell=lambda told: None if isinstance(told, Round) else self.told.append(told.en),
                watchman=watchman,
            )

        enter = functools.partial(self.stand.shift, self.ledger, self.now)
        with contextlib.closing(watchman):
            failed = functools.partial(watchman.failed, now=self.now())
            worker.keep_working(enter, self.stop, at_work=at_work, failed=failed)


@pytest.fixture
def apart() -> Iterator[postgres.Server]:
    """A server that this test may stop."""
    yield from postgres.serve()


def within(seconds: float, true: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(0.05)
    return False


def test_an_hour_without_the_database(apart: postgres.Server, tmp_path: pathlib.Path) -> None:
    with (
        standing(MODES["key and lookup"], server=apart) as stand,
        stand.place() as place,
        Ledger.open(place, home_id=world.HOME) as ledger,
    ):
        office = Office(stand, ledger, tmp_path / "paged")
        ends_meanwhile, first = office.plan(AWAY / 2)
        thread = threading.Thread(target=office.work, daemon=True)
        thread.start()
        try:
            assert within(30, lambda: office.row(first).state is State.LIVE), office.told
            waiting, second = office.plan(2 * AWAY)
            with ledger.write(office.now()) as tx:  # it would have been sent while the database is away
                held = office.now() + AWAY / 4
                publications.postpone(tx, second, world.FAULT, next_at=held, now=office.now(), by=world.BY)
            apart.stop()
            began = time.monotonic()
            office.ahead += AWAY
            assert within(ALARM_SECONDS, lambda: "Register nicht benutzbar" in office.paged()), office.told
            assert time.monotonic() - began < ALARM_SECONDS
            with pytest.raises((LedgerUnavailable, StillOnline)):
                office.plan(AWAY)
            assert stand.online(ends_meanwhile) == ["media", "post"]  # nobody can know what to take down
            assert office.created() == [ends_meanwhile]
            apart.restart()
            assert within(RETURN_SECONDS, lambda: stand.online(ends_meanwhile) == []), office.told
            assert within(RETURN_SECONDS, lambda: office.row(first).state is State.WITHDRAWN)
            late = office.row(first).late_s
            assert late is not None
            assert AWAY.total_seconds() / 2 - 120 < late < AWAY.total_seconds()
            assert within(RETURN_SECONDS, lambda: office.row(second).state is State.LIVE)
            assert office.created() == [ends_meanwhile, waiting]
        finally:
            office.stop.set()
            thread.join(30)
        assert not thread.is_alive()
