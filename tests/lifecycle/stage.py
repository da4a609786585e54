"""A stage for the search: one publication, two workers, a platform with requests in flight; all of it can be put back.

Runs the real ``turns``, ``calls``, ``settling`` and ``claims`` one seam at a time. Chooses no step and judges none.
"""

import contextlib
import dataclasses
import datetime as dt
import functools
import pathlib
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from fahndung import channels
from fahndung.channels.base import Checkpoint
from fahndung.errors import AuthError, OutcomeUnknown, Rejected
from fahndung.ledger import about, claims, publications
from fahndung.ledger.columns import from_micros
from fahndung.ledger.endings import Ending, end
from fahndung.ledger.guards import TRIGGERS
from fahndung.ledger.publications import LEASE, Publication
from fahndung.ledger.store import Ledger
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import calls, claiming, outcomes, settling, turns
from fahndung.lifecycle.claiming import Turned
from fahndung.lifecycle.outcomes import Claimed, Outcome
from fahndung.lifecycle.shift import CALL_SECONDS, Shift
from fahndung.lifecycle.tasks import Task
from fahndung.model.closing import EndReason
from fahndung.model.ids import AppealId
from fahndung.model.publication import Draft, Reference
from fahndung.model.publication import State as RowState
from fahndung.testing.faults import Call, Fault
from fahndung.testing.memory import KIND, Item, MemoryChannel, MemoryPlatform
from fahndung.testing.posts import Modes
from tests.ledger import world
from tests.lifecycle.shifts import shift_of

SETTLE = dt.timedelta(seconds=30)
LIFETIME = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
DUE = world.NOW + 3 * DAY
MARKER = "m-1"
MODES = {
    "key and lookup": Modes(key_lifetime=LIFETIME, settle=SETTLE),
    "key": Modes(key_lifetime=LIFETIME, lookup=False, settle=SETTLE),
    "lookup": Modes(settle=SETTLE),
    "none": Modes(lookup=False, settle=SETTLE),
    "late": Modes(settle=SETTLE, notices=True),
}
_TABLES = ("meta", "account", "worker", "publication", "remote_object", "operation", "by_hand", "ending")
_T = TypeVar("_T")
Values = tuple[tuple[object, ...], ...]


@functools.cache
def _founded() -> bytes:
    """A new ledger that knows one appeal and its release."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "ledger.db")
        world.make(path).close()
        source = sqlite3.connect(path)
        source.execute("PRAGMA journal_mode = DELETE")
        found = source.serialize()
        source.close()
        return found


class Scratch(Ledger):
    """The real tables in memory.

    Args:
        guarded: with the guards against going back in time; the search does go back.
    """

    def __init__(self, *, guarded: bool = True) -> None:
        self.kind = "rehearsal"
        self.raw = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self.raw.deserialize(_founded())
        self.raw.execute("PRAGMA foreign_keys = ON")
        for name in () if guarded else TRIGGERS:
            self.raw.execute(f"DROP TRIGGER {name}")
        self._made = sa.create_engine("sqlite+pysqlite://", creator=lambda: self.raw, poolclass=StaticPool)
        sa.event.listen(self._made, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
        (self._events,) = self.raw.execute("SELECT max(seq) FROM event").fetchone()

    @contextlib.contextmanager
    def write(self, now: dt.datetime) -> Iterator[Tx]:
        with self._made.begin() as connection:
            about.raise_mark(connection, now)
            yield Tx(connection=connection, home_id=world.HOME, writable=True)

    @contextlib.contextmanager
    def read(self) -> Iterator[Tx]:
        with self._made.connect() as connection:
            yield Tx(connection=connection, home_id=world.HOME, writable=False)

    def close(self) -> None:
        self._made.dispose()
        self.raw.close()

    def snapshot(self) -> tuple[Values, ...]:
        """All rows of all tables that a turn writes; nothing reads the audit log but its own end."""
        return tuple(tuple(self.raw.execute(f"SELECT * FROM {table}")) for table in _TABLES)

    def restore(self, snapshot: tuple[Values, ...]) -> None:
        """Those rows again."""
        self.raw.execute("PRAGMA foreign_keys = OFF")
        for table, wanted, there in zip(_TABLES, snapshot, self.snapshot(), strict=True):
            if wanted != there:
                self.raw.execute(f"DELETE FROM {table}")
                if wanted:
                    marks = ",".join("?" * len(wanted[0]))
                    self.raw.executemany(f"INSERT INTO {table} VALUES ({marks})", wanted)
        self.raw.execute("DELETE FROM event WHERE seq > ?", (self._events,))
        self.raw.execute("PRAGMA foreign_keys = ON")


@dataclasses.dataclass(frozen=True, slots=True)
class Request:
    """A write that left its worker and has not arrived."""

    kind: str
    data: bytes
    key: str
    media: tuple[str, ...]


class Air(MemoryPlatform):
    """A platform whose requests can be in flight, whose keys end, and whose account can be hidden from everybody.

    Attributes:
        flying: the requests in flight.
        flies: the kind of call whose next request stays in flight; its caller hears nothing.
        blind: everything answers 404, and the account is refused.
        answered: the ids that it has told to somebody.
        opens: the class of its channels; a mutant puts another one here.
    """

    opens: type[MemoryChannel] = MemoryChannel

    def __init__(self, modes: Modes, tick: Callable[[], float]) -> None:
        super().__init__(modes)
        self.tick = tick
        self.flying: tuple[Request, ...] = ()
        self.flies: Call | None = None
        self.blind = False
        self.answered: set[str] = set()
        self.since: dict[str, float] = {}

    def snapshot(self) -> tuple[object, ...]:
        keys, graves, since = dict(self._keys), dict(self._graves), dict(self.since)
        return dict(self.online), keys, graves, self._made, self.flying, since, self.late

    def restore(self, snapshot: tuple[Any, ...]) -> None:
        online, keys, graves, self._made, self.flying, since, self.late = snapshot
        self.online, self._keys, self._graves, self.since = dict(online), dict(keys), dict(graves), dict(since)
        self.calm()

    def calm(self) -> None:
        """Nothing goes wrong any more; what was written of the past is of no interest."""
        self.faults.clear()
        self.answered.clear()
        self.flies, self.blind = None, False
        self.journal.clear()

    def arrive(self, request: Request) -> None:
        """A request in flight has its effect now; nobody hears the answer."""
        self.flying = tuple(other for other in self.flying if other is not request)
        with contextlib.suppress(Rejected):
            self._make(request.kind, MARKER, request.data, request.key, request.media)

    def vanish(self, request: Request) -> None:
        """A request in flight is lost."""
        self.flying = tuple(other for other in self.flying if other is not request)

    def key_of(self, kind: str) -> tuple[Reference, float] | None:
        """What the platform still knows by the key of that kind, and since when."""
        self._forget()
        found = [(reference, self.since[key]) for key, reference in self._keys.items() if reference.kind == kind]
        return found[0] if found else None

    def whoami(self) -> None:
        if self.blind:
            raise AuthError("hidden", "verborgen")
        super().whoami()

    def upload(self, data: bytes, *, marker: str, key: str) -> Reference:
        return self._answer(super().upload(data, marker=marker, key=key))

    def create(self, text: str, media: tuple[str, ...], *, marker: str, key: str) -> Reference:
        return self._answer(super().create(text, media, marker=marker, key=key))

    def items(self, marker: str) -> tuple[Reference, ...]:
        return () if self.blind else super().items(marker)

    def read(self, reference: Reference) -> str | None:
        return None if self.blind else super().read(reference)

    def delete(self, reference: Reference) -> None:
        if not self.blind:
            super().delete(reference)

    def _answer(self, made: Reference) -> Reference:
        self.answered.add(made.id)
        return made

    def _forget(self) -> None:
        for key, since in list(self.since.items()):
            if self.tick() - since >= LIFETIME.total_seconds():
                del self._keys[key], self.since[key]

    def _make(self, kind: str, marker: str, data: bytes, key: str, media: tuple[str, ...] = ()) -> Reference:
        self._forget()
        if self.flies is (Call.CREATE if kind == "post" else Call.UPLOAD):
            self.flies = None
            self.flying += (Request(kind, data, key, media),)
            raise OutcomeUnknown("in flight", "unterwegs")
        made = super()._make(kind, marker, data, key, media)
        if key in self._keys:
            self.since.setdefault(key, self.tick())
        return made

    def kinds(self) -> channels.Kinds:
        return {KIND: lambda: _Door(self)}


@dataclasses.dataclass(frozen=True, slots=True)
class _Door:
    """Opens the channel that the search wants just now."""

    platform: Air

    def from_ledger(self, endpoint: object) -> MemoryChannel:
        return self.platform.opens(self.platform)


class Paused(BaseException):
    """The worker stops between its upload and its post; ``media`` is what was uploaded."""

    def __init__(self, media: str) -> None:
        super().__init__(media)
        self.media = media


def _halves(made: type[MemoryChannel]) -> tuple[type[MemoryChannel], Callable[[Air, str], MemoryChannel]]:
    """A channel that stops after the upload, and one that goes on from there."""

    class First(made):  # type: ignore[valid-type,misc]  # a class chosen at run time
        def publish(self, draft: Draft, checkpoint: Checkpoint) -> None:
            uploaded = self._platform.upload(draft.payload["media/0"], marker=MARKER, key=f"{MARKER}-media/0")
            checkpoint(uploaded)
            raise Paused(uploaded.id)

    class Second(made):  # type: ignore[valid-type,misc]  # as above
        media = ""

        def publish(self, draft: Draft, checkpoint: Checkpoint) -> None:
            text = draft.payload["post.txt"].decode()
            checkpoint(self._platform.create(text, (self.media,), marker=MARKER, key=MARKER))

    def second(platform: Air, media: str) -> MemoryChannel:
        channel = Second(platform)
        channel.media = media
        return channel

    return First, second


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """What a worker holds in memory.

    Attributes:
        draft: its intent is committed. media: it has uploaded this, and its check before the post has passed.
        outcome: what it has to settle.
        passed: its next check has passed already; its request has not left.
        wished: when it last read the wish, the appeal had not ended.
        made: what its call brought online.
    """

    claimed: Claimed
    draft: Draft | None = None
    media: str | None = None
    outcome: Outcome | None = None
    passed: bool = False
    wished: bool = True
    made: frozenset[str] = frozenset()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A worker's place: its number, whether it is new (and recovers first), whether its proof of life was cut off."""

    number: int
    fresh: bool = False
    cut_at: float | None = None
    hand: Hand | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the stage knows beside ledger and platform.

    Attributes:
        doubt: some call was never answered to anybody who wrote it down.
        late, beyond: a request left long after its last check, from a worker that had been cut off (``SETTLE``), or
            from any (``LEASE``). No program can prevent that one: more than one copy may come of it, and where the
            platform lists nothing, one that nobody finds (``laws.are_strays``).
        spent: how often each kind of event has come that may come only so often.
    """

    now: dt.datetime = world.NOW
    ticks: float = 0.0
    seats: tuple[Seat, ...] = (Seat(number=1), Seat(number=2))
    ended: bool = False
    jumped: bool = False
    doubt: bool = False
    late: bool = False
    beyond: bool = False
    spent: tuple[tuple[str, int], ...] = ()


State = tuple[tuple[Values, ...], tuple[object, ...], Facts]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What the tables say of the publication.

    Attributes:
        flags: whether it was found absent, was published, was read back as gone; how many later looks there were.
        lease: the worker that has claimed it, and the number of the claim.
        sends: outcome, start and end of each sending. known: ids of what was ever seen of it.
        hands: whether something is left to a person.
    """

    state: RowState
    want: str
    due_at: dt.datetime
    next_at: dt.datetime | None
    flags: tuple[int, ...]
    lease: tuple[int | None, int]
    sends: tuple[tuple[Any, ...], ...]
    known: frozenset[str]
    hands: bool
    blocked_until: dt.datetime | None


_ROW = """
    SELECT state, want, due_at, next_at, absent_at IS NOT NULL, published_at IS NOT NULL, gone_at IS NOT NULL, looks,
        lease_by, lease_no, blocked_until
    FROM publication JOIN account ON name = channel"""


class Stage:
    """One publication on one platform.

    Attributes:
        trouble, busy, only: for whoever chooses the steps: how often anything may go wrong, how many workers there
            are, and what may go wrong (None: everything).
    """

    def __init__(self, modes: Modes, *, trouble: int = 99, busy: int = 2, only: frozenset[str] | None = None) -> None:
        self.trouble, self.busy, self.only = trouble, busy, only
        self._viewed: tuple[int, View] | None = None
        self.facts = Facts()
        self.ledger = Scratch(guarded=False)
        self.platform = Air(modes, lambda: self.facts.ticks)
        with self.ledger.write(world.NOW) as tx:
            digest, _ = world.manifest()
            self.row = publications.plan(
                tx,
                self._draft(),
                digest=digest,
                appeal=world.APPEAL,
                revision=1,
                due_at=DUE,
                due_because=world.WHY,
                now=world.NOW,
                by=world.BY,
                norms="",
                rules="",
            )

    def close(self) -> None:
        self.ledger.close()

    def snapshot(self) -> State:
        return self.ledger.snapshot(), self.platform.snapshot(), self.facts

    def restore(self, state: State) -> None:
        tables, platform, self.facts = state
        self.ledger.restore(tables)
        self.platform.restore(platform)

    def set(self, **values: Any) -> None:
        self.facts = dataclasses.replace(self.facts, **values)

    def hold(self, place: int, hand: Hand | None, **values: Any) -> None:
        """Puts something into a worker's hand."""
        seats = list(self.facts.seats)
        seats[place] = dataclasses.replace(seats[place], hand=hand, **values)
        self.set(seats=tuple(seats))

    def lives(self, number: int) -> bool:
        """As the others see it."""
        return any(seat.number == number and seat.cut_at is None for seat in self.facts.seats)

    def shift(self, place: int) -> Shift:
        seat = self.facts.seats[place]
        passed = [seat.hand is not None and seat.hand.passed]
        since = seat.hand.claimed.since if seat.hand is not None else 0.0

        def tick() -> float:
            return since if passed[0] else self.facts.ticks

        def mine() -> bool:
            if passed[0]:
                passed[0] = False
                return True
            return seat.cut_at is None

        return shift_of(
            self.ledger,
            self.facts.now,
            worker=seat.number,
            clock=lambda: self.facts.now,
            tick=tick,
            alive=lambda other: other == seat.number or self.lives(other),
            mine=mine,
            open=lambda kind, endpoint: channels.from_ledger(kind, endpoint, kinds=self.platform.kinds()),
        )

    def view(self) -> View:
        """What the tables say, read without the code that wrote them."""
        raw = self.ledger.raw
        if self._viewed is None or self._viewed[0] != raw.total_changes:
            row = raw.execute(_ROW).fetchone()
            sends = tuple(raw.execute("SELECT outcome, started_at, finished_at FROM operation WHERE kind = 'publish'"))
            self._viewed = (
                raw.total_changes,
                View(
                    state=RowState(row[0]),
                    want=row[1],
                    due_at=from_micros(row[2]),
                    next_at=None if row[3] is None else from_micros(row[3]),
                    flags=row[4:8],
                    lease=row[8:10],
                    sends=tuple(
                        (one[0], *(None if at is None else from_micros(at) for at in one[1:])) for one in sends
                    ),
                    known=frozenset(one[0] for one in raw.execute("SELECT remote_id FROM remote_object")),
                    hands=bool(raw.execute("SELECT count(*) FROM by_hand WHERE closed_at IS NULL").fetchone()[0]),
                    blocked_until=None if row[10] is None else from_micros(row[10]),
                ),
            )
        return self._viewed[1]

    def holds(self, seat: Seat) -> bool:
        """Whether the claim that a worker holds is still the row's."""
        return seat.hand is not None and self.view().lease == (seat.number, seat.hand.claimed.claim.number)

    # What a worker does

    def claim(self, place: int) -> Task | None:
        """Claims for the next task; None if it may not, or nothing came of it."""
        shift, now = self.shift(place), self.facts.now
        if self.facts.seats[place].fresh:
            with self.ledger.write(now) as tx:
                claims.recover(tx, alive=shift.alive, now=now, by="test")
        with self.ledger.write(now) as tx:
            taken = claiming.claim(tx, shift, self.row, now=now, sends=not self.facts.jumped)
        self.hold(place, None if isinstance(taken, Turned) else Hand(claimed=taken), fresh=False)
        return None if isinstance(taken, Turned) else taken.task

    def intend(self, place: int) -> Draft | Outcome:
        """Commits the intent of a sending."""
        hand = self._hand(place)
        draft = turns.intend(self.shift(place), hand.claimed, lambda row: self._draft())
        wished = not self._over()
        if isinstance(draft, Draft):
            self.hold(place, dataclasses.replace(hand, draft=draft, wished=wished))
        else:
            self.hold(place, dataclasses.replace(hand, outcome=draft, passed=False))
        return draft

    def call(self, place: int, how: str = "ok", *, half: bool = False) -> Outcome | None:
        """Makes the calls of a claim; ``how`` they go; ``half``: only the upload, and the post later.

        Returns:
            The outcome; None after half of it.
        """
        hand = self._hand(place)
        seat = self.facts.seats[place]
        if hand.passed and seat.cut_at is not None and self.facts.ticks - seat.cut_at >= SETTLE.total_seconds():
            self.set(late=True)
        if hand.passed and self.facts.ticks - hand.claimed.since >= LEASE.total_seconds():
            self.set(beyond=True)
        before = frozenset(self.platform.online)
        self.platform.calm()
        self._spoil(how)
        try:
            outcome = self._called(place, hand, half=half)
        except Paused as paused:
            made = frozenset(self.platform.online) - before
            over = self._over()
            self.hold(place, dataclasses.replace(hand, media=paused.media, passed=True, wished=not over, made=made))
            return None
        made = hand.made | (frozenset(self.platform.online) - before)
        self.hold(place, dataclasses.replace(hand, outcome=outcome, passed=False, made=made))
        if isinstance(outcome, outcomes.Unclear):
            self.set(doubt=True)
        return outcome

    def settle(self, place: int) -> Publication:
        """Writes down what became of it; whoever was cut off ends then, and a new worker takes the place."""
        hand, seat = self._hand(place), self.facts.seats[place]
        assert hand.outcome is not None
        with self.ledger.write(self.facts.now) as tx:
            row = settling.settle(tx, self.shift(place), hand.claimed, hand.outcome, now=self.facts.now)
        self.hold(place, None)
        if seat.cut_at is not None:
            self._reseat(place)
        return row

    # What happens to it

    def crash(self, place: int) -> None:
        """The process dies with what it held; what had left it stays in flight."""
        self.set(doubt=self.facts.doubt or self.facts.seats[place].hand is not None)
        self._reseat(place)

    def cut(self, place: int, *, passed: bool) -> None:
        """Its proof of life is lost, though it runs; ``passed``: between its last check and its request."""
        hand = self._hand(place)
        hand = dataclasses.replace(hand, passed=passed or hand.passed)
        self.set(doubt=True)
        self.hold(place, hand, cut_at=self.facts.ticks)

    def may_pass(self, place: int) -> bool:
        """Whether its check would pass now."""
        hand, seat = self._hand(place), self.facts.seats[place]
        return seat.cut_at is None and self.facts.ticks - hand.claimed.since < CALL_SECONDS

    def pass_time(self, span: dt.timedelta) -> None:
        self.set(now=self.facts.now + span, ticks=self.facts.ticks + span.total_seconds())

    def jump(self, span: dt.timedelta) -> None:
        """The wall clock alone."""
        self.set(now=self.facts.now + span, jumped=True)

    def end(self) -> None:
        ending = Ending(appeal=AppealId(world.APPEAL), reason=EndReason.FOUND, by=world.BY, at=self.facts.now)
        with self.ledger.write(self.facts.now) as tx:
            end(tx, ending)
        self.set(ended=True)

    def late(self) -> None:
        """From now on the platform lets no post be deleted through its interface."""
        self.platform.late = True

    def by_hand(self) -> None:
        """A person deletes what is there."""
        self.platform.online.clear()

    def revoke(self) -> None:
        """Wanted down for another reason than an ending."""
        with self.ledger.write(self.facts.now) as tx:
            publications.want_down(tx, [self.row], now=self.facts.now, by=world.BY, reason="revoked")
        self.set(ended=True)

    def _called(self, place: int, hand: Hand, *, half: bool) -> Outcome:
        shift = self.shift(place)
        if hand.claimed.task is not Task.SEND:
            return turns.act(shift, hand.claimed)
        first, second = _halves(self.platform.opens)
        assert hand.draft is not None
        if hand.media is not None:
            return calls.send(shift, hand.claimed, second(self.platform, hand.media), hand.draft)
        channel = first(self.platform) if half else self.platform.opens(self.platform)
        return calls.send(shift, hand.claimed, channel, hand.draft)

    def _spoil(self, how: str) -> None:
        for name in () if how == "ok" else how.split("+"):
            if name == "blind":
                self.platform.blind = True
            elif name.startswith("fly-"):
                self.platform.flies = Call(name.removeprefix("fly-"))
            else:
                fault, _, call = name.rpartition("-")
                self.platform.faults.add(Fault(fault), Call(call), seconds=10)

    def _over(self) -> bool:
        return self.facts.ended or self.facts.now >= DUE

    def _hand(self, place: int) -> Hand:
        hand = self.facts.seats[place].hand
        assert hand is not None
        return hand

    def _reseat(self, place: int) -> None:
        number = max(seat.number for seat in self.facts.seats) + 1
        seats = list(self.facts.seats)
        seats[place] = Seat(number=number, fresh=True)
        self.set(seats=tuple(seats))

    def _draft(self) -> Draft:
        return self.platform.channel().draft(MARKER, "text", b"picture")


def items(platform: Air) -> list[Item]:
    """What is online, oldest first."""
    return sorted(platform.online.values(), key=lambda item: int(item.reference.id.rsplit("-", 1)[1]))
