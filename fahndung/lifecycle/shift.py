"""One run of the program that may call channels: its number, its clock, its proof of life. Calls no channel itself.

A claim is good for half of a lease by a clock that also counts while the machine sleeps; whoever is later makes no
further call. Whether another worker lives is never guessed from the time.
"""

import contextlib
import dataclasses
import datetime as dt
import os
import random
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping

from fahndung.channels.base import Channel
from fahndung.errors import FahndungError, NotSent
from fahndung.home import Home
from fahndung.home.config import Config
from fahndung.home.locks import LOCK_SECONDS
from fahndung.ledger import claims, waits
from fahndung.ledger.claims import Alive, Claim
from fahndung.ledger.publications import LEASE, Publication
from fahndung.ledger.store import Ledger
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle.clock import boot_seconds
from fahndung.lifecycle.doors import Doors

LONGEST_WAIT = dt.timedelta(minutes=5)
MOST_COUNTED = 12
"""After so many failures in a row the next wait is bounded by ``LONGEST_WAIT`` alone."""
CALL_SECONDS = LEASE.total_seconds() / 2
GLANCE_SECONDS = 0.2
Clock = Callable[[], dt.datetime]
Opening = Callable[[str, Mapping[str, object]], Channel]
"""The channel of a ledger row, by its kind and endpoint."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Who may call channels now.

    Attributes:
        worker: the number under which it claims; None: it only looks, beside the one that works. what: the command that
            it runs.
        clock: the instant now; read once for each transaction.
        alive: whether another worker lives. mine: whether this one still has its proof of life.
        tick: seconds that also pass while the machine sleeps. chance: a number in [0, 1), for the wait.
        open: the channel of a ledger row.
        home: where the approved closing notices lie; None: none can be sent.
        repeats: the accounts on which a call of unknown outcome may be made again although nobody can tell.
        most: how many appeals are posted on an account in any 24 hours at most, by its name.
    """

    ledger: Ledger
    worker: int | None
    by: str
    clock: Clock
    alive: Alive
    mine: Callable[[], bool]
    what: str = "worker"
    repeats: frozenset[str] = frozenset()
    most: Mapping[str, int] = dataclasses.field(default_factory=dict)
    tick: Callable[[], float] = boot_seconds
    chance: Callable[[], float] = random.random
    open: Opening = dataclasses.field(default_factory=Doors)
    home: Home | None = None

    def take(self, tx: Tx, publication_id: int, *, now: dt.datetime) -> tuple[Publication, Claim | None]:
        """The publication, and the claim of this worker; None while another one that lives holds it."""
        if self.worker is None:
            return claims.look_on(tx, publication_id)
        self.join(tx, now=now)
        return claims.take(tx, publication_id, self.worker, alive=self.alive)

    def join(self, tx: Tx, *, now: dt.datetime) -> None:
        """Enters this run in the ledger, once."""
        assert self.worker is not None  # whoever only looks is no worker
        claims.join(tx, self.worker, what=self.what, host=socket.gethostname(), pid=os.getpid(), now=now)

    def wait(self, attempts: int) -> dt.timedelta:
        """How long until the next try: by chance between one second and a bound that doubles up to five minutes."""
        bound = min(2.0 ** min(attempts, MOST_COUNTED), LONGEST_WAIT.total_seconds())
        return dt.timedelta(seconds=max(1.0, self.chance() * bound))

    def refuse_late(self, since: float) -> None:
        """Stops a worker that lost its proof of life or its time, before a call.

        Raises:
            NotSent: no call may be made any more under the claim that was taken at ``since`` (``tick``).
        """
        if self.tick() - since >= CALL_SECONDS:
            raise NotSent("this run took too long to make the call", "Dieser Lauf war für den Aufruf zu spät")
        if not self.mine():
            raise NotSent(
                "this run lost its proof of life, so another one may work here",
                "Dieser Lauf hat sein Lebenszeichen verloren; vielleicht arbeitet hier schon ein anderer",
            )


@contextlib.contextmanager
def on_shift(
    home: Home,
    ledger: Ledger,
    *,
    what: str,
    by: str,
    clock: Clock,
    patience: float = LOCK_SECONDS,
    stop: threading.Event | None = None,
    config: Config | None = None,
) -> Iterator[Shift]:
    """A shift with its proof of life, held until the block ends.

    Where the ledger is a file the proof is the home's one calling place. On a server any number of workers may call.

    Args:
        patience: seconds to wait for the calling place. stop: ends the waiting, if it is set.
        config: what the force allows its accounts; None: nothing beyond the channels' own limits.

    Raises:
        Busy: another process has the calling place. ChannelFailed: there is no place for a lock.
        LedgerUnavailable: the server cannot be reached.
    """
    with ledger.live(lambda: _number(ledger), lambda: home.lock(patience, stop)) as life:
        shift = Shift(
            ledger=ledger,
            worker=life.session,
            by=by,
            clock=clock,
            what=what,
            alive=life.is_alive,
            mine=life.still_mine,
            repeats=frozenset() if config is None else config.repeats,
            most={} if config is None else config.most_a_day,
            home=home,
        )
        try:
            yield shift
        finally:
            with contextlib.suppress(FahndungError), ledger.write(clock()) as tx:  # the next one finds it dead anyway
                claims.leave(tx, life.session, now=clock())


def renewed(home: Home, shift: Shift) -> Shift:
    """The shift with what the force allows its accounts now; what waited for a limit that changed is due.

    Raises:
        LedgerUnavailable: it cannot be written.
    """
    try:
        config = home.config()
    except FahndungError:  # what it said last counts until somebody has mended it; nothing is sent meanwhile
        return shift
    most = config.most_a_day
    changed = sorted(name for name in {*most, *shift.most} if most.get(name) != shift.most.get(name))
    if changed:
        now = shift.clock()
        with shift.ledger.write(now) as tx:
            for name in changed:
                waits.wake_account(tx, name, now=now)
    return dataclasses.replace(shift, repeats=config.repeats, most=most)


def glances(patience: float) -> Iterator[float]:
    """How long to wait for the calling place each time, before looking whether another run has done it meanwhile."""
    until = time.monotonic() + patience
    while True:
        yield min(GLANCE_SECONDS, patience)
        if time.monotonic() >= until:
            return


def pauses(patience: float) -> Iterator[None]:
    """Looks at what others do, with a pause between them, until one's patience is over."""
    until = time.monotonic() + patience
    while True:
        yield
        if time.monotonic() >= until:
            return
        time.sleep(GLANCE_SECONDS)


def looking_on(ledger: Ledger, *, what: str, by: str, clock: Clock, config: Config | None = None) -> Shift:
    """A shift beside the one that works: for looks only. It holds nothing, and takes nothing over from anybody."""
    return Shift(
        ledger=ledger,
        worker=None,
        most={} if config is None else config.most_a_day,
        by=by,
        clock=clock,
        what=what,
        alive=lambda worker: True,
        mine=lambda: True,
    )


def _number(ledger: Ledger) -> int:
    """A number that no worker had before, small enough to name a lock of a server."""
    with ledger.read() as tx:
        while claims.is_known(tx, number := 1 + secrets.randbits(30)):
            pass
    return number
