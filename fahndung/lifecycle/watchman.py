"""Calls the alarms for whoever works: a look after the work, what is due sent, and a cry when the ledger is away.

Finds no cause (``causes`` does) and keeps no work waiting: what may take long is done beside it.
"""

import contextlib
import datetime as dt
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor

from fahndung.errors import FahndungError, LedgerMissing, Message
from fahndung.home import Home
from fahndung.home.config import CONFIG_NAME, Config
from fahndung.ledger import alarms as stored
from fahndung.ledger import pulse
from fahndung.ledger.claims import Alive
from fahndung.ledger.faults import LedgerUnavailable
from fahndung.ledger.store import Ledger
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import alarms, causes
from fahndung.lifecycle.causes import Cause
from fahndung.lifecycle.clock import boot_seconds
from fahndung.model.alarm import EMERGENCY_NAME, Kind
from fahndung.premises import clock_policy

LOOK = dt.timedelta(minutes=1)
REMIND_SECONDS = 300
AWAY_SECONDS = 15.0
"""How long the ledger may be away before somebody is told: with the time that telling may take, a minute."""
REPEAT_SECONDS = 60.0
"""How often the same trouble is told to whoever reads what the worker says."""

Tell = Callable[[Message], None]


def look(
    tx: Tx,
    *,
    config: Config | None,
    now: dt.datetime,
    by: str,
    alive: Alive,
    happened: Iterable[Cause] = (),
    clock: Message | None = None,
) -> None:
    """Brings every alarm up to date and says in the ledger that a run came this far.

    Args:
        happened: what the run met and cannot be seen any more.
        clock: what is wrong with the clock.
    """
    for cause in happened:
        alarms.raise_(tx, cause, now=now, by=by)
    alarms.watch(tx, now=now, by=by, alive=alive)
    wrong = () if clock is None else (causes.clock_wrong(clock),)
    alarms.stand(tx, wrong, of={Kind.CLOCK}, now=now, by=by)
    last = pulse.read(tx).run
    if last is None or _period(last) != _period(now):
        alarms.inspect(tx, now=now, by=by)
        alarms.remind(tx, now=now, by=by, policy=None if config is None else clock_policy(config))
    pulse.beat(tx, well=not stored.open_alarms(tx, (Kind.OVERDUE,)), now=now)


def after_run(
    home: Home,
    ledger: Ledger,
    config: Config | None,
    *,
    now: dt.datetime,
    by: str,
    happened: Iterable[Cause] = (),
    clock: Message | None = None,
) -> list[Message]:
    """The look of a single run, after all that it had to take down; what went wrong with it comes out, nothing raises.

    The worker that may be at work beside it counts as alive.
    """
    try:
        with ledger.write(now) as tx:
            look(tx, config=config, now=now, by=by, alive=lambda worker: True, happened=happened, clock=clock)
        failed = [] if config is None else _deliver(ledger, config, now)
    except (LedgerUnavailable, LedgerMissing) as error:
        return [error.message, *_cry(home, config, error.message, now)]
    except Exception as error:  # noqa: BLE001 RUF100  # an alarm that cannot be sent must not hide what the run did
        return [_message(error)]
    if (home.path / EMERGENCY_NAME).exists() and config is not None:
        from fahndung.lifecycle.emergency import Emergency

        Emergency(home, config).over()
    return failed


def cry(home: Home, what: Message, *, now: dt.datetime) -> list[Message]:
    """Tells that the ledger cannot be used, with the home's configuration alone; what went wrong comes out."""
    try:
        return _cry(home, home.config(), what, now)
    except FahndungError as error:
        return [error.message]


class Watchman:
    """The alarms of a worker; called in the thread of its loop."""

    def __init__(
        self,
        home: Home,
        ledger: Ledger,
        config: Config | None,
        *,
        by: str,
        tell: Tell,
        clock: Callable[[], Message | None] = lambda: None,
        beat: Callable[[], None] = lambda: None,
        tick: Callable[[], float] = boot_seconds,
    ) -> None:
        """Looks and sends nothing yet.

        Args:
            tell: hears of trouble. clock: what is wrong with the clock now.
            beat: called at every turn of the loop: it still turns.
        """
        self._home, self._ledger, self._config, self._by = home, ledger, config, by
        self._tell, self._clock, self._beat, self._tick = tell, clock, beat, tick
        self._text = _text(home)
        self._happened: list[Cause] = []
        self._looked: dt.datetime | None = None
        self._changed = self._unsent = False
        self._answered = tick()
        self._cried = True  # an earlier process may have
        self._said: dict[Message, float] = {}
        self._beside = _Beside()

    @property
    def silent_seconds(self) -> float:
        """For how long the ledger has not answered this worker, or nobody asked it."""
        return self._tick() - self._answered

    def heard(self, happened: Iterable[Cause]) -> None:
        """Something happened that somebody may have to know: the next look is made at once."""
        self._happened += happened
        self._changed = True

    def look(self, *, alive: Alive, now: dt.datetime) -> None:
        """Each minute, with the configuration read anew, and whenever something changed; raises as ``Ledger.write``."""
        self._beat()
        for message in self._beside.done():
            self.told(message)
        due = self._looked is None or not dt.timedelta(0) <= now - self._looked < LOOK
        if due:
            self._read_anew()
        if due or self._changed:
            with self._ledger.write(now) as tx:
                happened, clock = tuple(self._happened), self._clock()
                look(tx, config=self._config, now=now, by=self._by, alive=alive, happened=happened, clock=clock)
            self._happened, self._looked, self._changed, self._unsent = [], now, False, True
        config = self._config
        if self._unsent and config is not None and self._beside.do("send", lambda: _deliver(self._ledger, config, now)):
            self._unsent = False
        self._answered = self._tick()
        # after the cry, not beside it: what it writes down would otherwise stay
        if self._cried and not self._beside.runs("cry") and self._beside.do("over", self._over):
            self._cried = False

    @property
    def config(self) -> Config | None:
        """What the configuration said when it was last read: in the last minute, if it can be read."""
        return self._config

    def _read_anew(self) -> None:
        """Takes over what the configuration says once it was changed; what cannot be read changes nothing."""
        text = _text(self._home)
        if text != self._text:
            with contextlib.suppress(FahndungError):
                self._config, self._text = self._home.config(), text

    def failed(self, error: FahndungError, *, now: dt.datetime) -> None:
        """The loop was stopped by an error; a ledger that has been away for long is cried out."""
        self._beat()
        self.told(error.message)
        away = isinstance(error, LedgerUnavailable | LedgerMissing)
        if away and self._tick() - self._answered >= AWAY_SECONDS:
            self._cried = True
            self._beside.do("cry", lambda: _cry(self._home, self._config, error.message, now))

    def told(self, message: Message) -> None:
        """Tells a trouble, the same one once a minute."""
        tick = self._tick()
        self._said = {said: at for said, at in self._said.items() if tick - at < REPEAT_SECONDS}
        if message not in self._said:
            self._said[message] = tick
            self._tell(message)

    def close(self) -> None:
        """Waits for what is being sent: less than a minute."""
        for message in self._beside.close():
            self.told(message)

    def _over(self) -> list[Message]:
        if self._config is not None and (self._home.path / EMERGENCY_NAME).exists():
            from fahndung.lifecycle.emergency import Emergency

            Emergency(self._home, self._config).over()
        return []


def _text(home: Home) -> bytes | None:
    try:
        return (home.path / CONFIG_NAME).read_bytes()
    except OSError:
        return None


class _Beside:
    """Jobs in threads of their own, one of each name at a time; one that is still running is not begun again."""

    def __init__(self) -> None:
        self._crews: dict[str, ThreadPoolExecutor] = {}
        self._running: dict[str, Future[list[Message]]] = {}

    def do(self, name: str, job: Callable[[], list[Message]]) -> bool:
        """Begins a job unless one of that name runs; whether it was begun."""
        if name in self._running:
            return False
        crew = self._crews.setdefault(name, ThreadPoolExecutor(1, thread_name_prefix=name))
        self._running[name] = crew.submit(job)
        return True

    def runs(self, name: str) -> bool:
        """Whether a job of that name was begun and its end was not seen yet."""
        return name in self._running

    def done(self) -> list[Message]:
        """What the jobs that ended have to tell."""
        over = [name for name, job in self._running.items() if job.done()]
        return [message for name in over for message in _result(self._running.pop(name))]

    def close(self) -> list[Message]:
        """Waits for all of them."""
        for crew in self._crews.values():
            crew.shutdown()
        return self.done()


def _result(job: "Future[list[Message]]") -> list[Message]:
    error = job.exception()
    return job.result() if error is None else [_message(error)]


def _deliver(ledger: Ledger, config: Config, now: dt.datetime) -> list[Message]:
    with ledger.read() as tx:
        if not stored.any_due(tx, now):
            return []
    from fahndung.lifecycle import alerts  # what sends mail is not loaded by a run that has nothing to send

    sent = alerts.deliver(ledger, config, now=now)
    return [_not_sent(one.route, one.failed) for one in sent if one.failed is not None]


def _cry(home: Home, config: Config | None, what: Message, now: dt.datetime) -> list[Message]:
    if config is None:
        return [_NOBODY]
    from fahndung.lifecycle.emergency import Emergency

    sent = Emergency(home, config).tell(what, now=now)
    return [_not_sent(one.route, one.failed) for one in sent if one.failed is not None]


_NOBODY = Message(
    "the configuration cannot be read, so nobody can be told",
    "Die Konfiguration ist nicht lesbar, darum kann niemand benachrichtigt werden",
)


def _not_sent(route: str, why: Message) -> Message:
    return Message(f"an alarm did not go out on {route}: {why.en}", f"Ein Alarm ging nicht hinaus ({route}): {why.de}")


def _message(error: BaseException) -> Message:
    if isinstance(error, FahndungError):
        return error.message
    kind = type(error).__name__
    return Message(f"a bug stopped the alarms ({kind})", f"Ein Programmfehler hielt die Alarme auf ({kind})")


def _period(at: dt.datetime) -> int:
    return int(at.timestamp()) // REMIND_SECONDS
