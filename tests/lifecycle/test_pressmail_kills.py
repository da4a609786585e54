"""Press mail and SIGKILL: everybody gets one mail and one closing notice, but for what was in flight when it struck.

That follows the account's policy: a person looks, or it is sent again. The mail server is another process, and its own
journal is the judge. ``FAHNDUNG_SEED`` chooses other lines.
"""

import collections
import contextlib
import dataclasses
import functools
import hashlib
import json
import os
import pathlib
import signal
import tempfile
import time
from collections.abc import Callable, Iterator

import pytest

from fahndung import channels
from fahndung.home import Home
from fahndung.ledger import appeals, audit, byhand, endings, publications, recipients
from fahndung.ledger.endings import Ending
from fahndung.ledger.publications import Publication
from fahndung.ledger.store import Ledger
from fahndung.lifecycle import mailing, turns
from fahndung.lifecycle.handing import MAIL_CREW
from fahndung.lifecycle.shift import Shift, on_shift
from fahndung.model.ids import AppealId
from fahndung.model.mail import Recipient
from fahndung.model.publication import Draft, EndReason, State
from fahndung.model.release import Digest, File, Release
from tests import world as worlds
from tests.channels import postmaster
from tests.channels.postmaster import HANG_AFTER, HANG_BEFORE, PASSWORD, VARIABLE, Running
from tests.ledger import world
from tests.lifecycle import killing
from tests.lifecycle import stand as stands
from tests.lifecycle.killing import Clock
from tests.press import configured, to_the_press
from tests.world import PAIR, PUBLISHED, World

SEED = int(os.environ.get("FAHNDUNG_SEED", "0"))
SIZE = 13
SECONDS = 30.0
LIFE = killing.LIFE
FILES = {
    "texts/press.txt": "Medieninformation: Zeugen gesucht\n\nWer hat etwas gesehen?\n",
    "texts/mail-subjects.json": '{"correction": "Korrektur: Zeugen gesucht", "test": "Probe: Zeugen gesucht"}',
    "texts/closing-reached.txt": "Fahndung beendet\n\nBitte löschen.\n",
}
Act = Callable[["Place", Shift, Clock], None]


@dataclasses.dataclass(kw_only=True)
class Place:
    """A ledger and a home with one release and three newsrooms."""

    server: Running
    folder: pathlib.Path
    repeats: bool
    names: tuple[str, ...]
    release: Release = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        outputs = [
            {"name": name, "media_type": "text/plain", "sha256": hashlib.sha256(text.encode()).hexdigest()}
            for name, text in FILES.items()
        ]
        manifest = {"outputs": outputs, "markers": {"press-mail": "m" * 26}}
        data = json.dumps(manifest).encode()
        digest = Digest(hashlib.sha256(data).hexdigest())
        files = {name: File(name=name, media_type="text/plain", data=text.encode()) for name, text in FILES.items()}
        self.release = Release(digest=digest, manifest=manifest, files=files)
        for name, text in FILES.items():
            path = self.home.release_folder(digest) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        with world.make(self.path) as ledger, ledger.write(world.NOW) as tx:
            appeals.add_release(tx, digest, world.APPEAL, 1, data, at=world.NOW, by=world.BY)

    @property
    def home(self) -> Home:
        return Home(path=self.folder, identity=world.HOME)

    @property
    def path(self) -> pathlib.Path:
        return self.folder / "ledger.db"

    def draft(self, target: str, address: str) -> Draft:
        channel = channels.from_config(self.server.config(), home_id="h", nonce="n", home=self.folder)
        return channel.addressed(  # type: ignore[attr-defined,no-any-return]
            channel.prepare(self.release), Recipient(address=address), target=target, at=world.NOW
        )

    def plan(self) -> None:
        with Ledger.open(self.path, home_id=world.HOME) as ledger, ledger.write(world.NOW) as tx:
            for name in self.names:
                target = recipients.target_of(tx, name, at=world.NOW)
                publications.plan(
                    tx,
                    self.draft(target, name),
                    digest=self.release.digest,
                    appeal=world.APPEAL,
                    revision=1,
                    due_at=world.NOW + LIFE,
                    due_because=world.WHY,
                    now=world.NOW,
                    by=world.BY,
                    norms="",
                    rules="",
                    target=target,
                )

    @contextlib.contextmanager
    def shift(self, clock: Clock) -> Iterator[Shift]:
        repeats = frozenset({"press-mail"} if self.repeats else ())
        with (
            Ledger.open(self.path, home_id=world.HOME) as ledger,
            on_shift(self.home, ledger, what="test", by="test", clock=clock) as shift,
        ):
            yield dataclasses.replace(shift, chance=lambda: 0.0, repeats=repeats)

    def rows(self, shift: Shift) -> dict[str, Publication]:
        with shift.ledger.read() as tx:
            return {str(recipients.address_of(tx, row.target)): row for row in publications.rows(tx)}

    def turn_all(self, shift: Shift) -> None:
        for name, row in self.rows(shift).items():
            turns.turn(shift, row.id, draft_of=lambda one, name=name: self.draft(one.target, name))  # type: ignore[misc]

    def end(self, shift: Shift, clock: Clock) -> None:
        wish = Ending(appeal=AppealId(world.APPEAL), reason=EndReason.FOUND, by="test", at=clock())
        with shift.ledger.write(clock()) as tx:
            endings.end(tx, wish)

    def counted(self) -> dict[str, tuple[int, int]]:
        """How many mails and how many closing notices each got."""
        found = dict.fromkeys(self.names, (0, 0))
        for taken in self.server.taken():
            if taken.to in found:
                mails, notices = found[taken.to]
                is_notice = "." in taken.id.partition("@")[0]
                found[taken.to] = (mails + (not is_notice), notices + is_notice)
        return found


def publish(place: Place, shift: Shift, clock: Clock) -> None:
    place.turn_all(shift)


def publish_and_end(place: Place, shift: Shift, clock: Clock) -> None:
    place.turn_all(shift)
    clock.now = world.NOW + world.HOUR
    place.end(shift, clock)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is done before, and in the child."""

    before: Act | None = None


STEPS = {"publish": Step(), "tell": Step(before=publish_and_end)}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    monkeypatch.setenv(VARIABLE, PASSWORD)
    with (
        tempfile.TemporaryDirectory(dir=stands.roomy()) as folder,
        postmaster.running(pathlib.Path(folder) / "mail") as started,
    ):
        yield started


@contextlib.contextmanager
def made(server: Running, *, repeats: bool, number: int) -> Iterator[Place]:
    with tempfile.TemporaryDirectory(dir=stands.roomy()) as folder:
        names = tuple(f"{name}{number}@zeitung.example" for name in "abc")
        place = Place(server=server, folder=pathlib.Path(folder), repeats=repeats, names=names)
        place.plan()
        yield place


def prepared(place: Place, step: Step) -> Clock:
    clock = Clock()
    if step.before is not None:
        with place.shift(clock) as shift:
            step.before(place, shift, clock)
    return clock


def in_child(place: Place, clock: Clock, line: int) -> int:
    """The child's part, its lines counted."""
    with place.shift(clock) as shift:
        with killing.counted(line) as count:
            place.turn_all(shift)
        return count[0]


def judged(place: Place, clock: Clock, *, in_flight: int) -> list[str]:
    """What is wrong by the server's own word once everything was done that can be done by the program."""
    with place.shift(clock) as shift:
        killing._recover(shift, clock.now)
        for _ in range(4):
            clock.now += world.MINUTE
            place.turn_all(shift)
        clock.reach(world.NOW + world.HOUR)
        place.end(shift, clock)
        for _ in range(4):
            clock.now += world.MINUTE
            place.turn_all(shift)
        rows = place.rows(shift)
        with shift.ledger.read() as tx:
            asked = {item.publication for item in byhand.open_items(tx)}
        wrong = list(_wrong(place, rows, asked, in_flight))
        if audit.verify(shift.ledger) != ():
            wrong.append("the audit chain is broken")
    return wrong


def _wrong(place: Place, rows: dict[str, Publication], asked: set[int | None], in_flight: int) -> Iterator[str]:
    uneven = 0
    for name, (mails, notices) in place.counted().items():
        row = rows[name]
        whole = (mails, notices) == (1, 1)
        uneven += not whole
        most = 2 if place.repeats else 1
        if mails > most or notices > most:
            yield f"{name} got {mails} mails and {notices} notices"
        if row.state is not State.BY_HAND:
            yield f"{name} is {row.state.value}: {row.problem and row.problem.en}"
        if not whole and not place.repeats and row.id not in asked:
            yield f"{name} got {mails} mails and {notices} notices, and nobody is asked to look"
        if place.repeats and not mailing.is_told(row):
            yield f"{name} was not told"
    if uneven > in_flight:
        yield f"{uneven} newsrooms did not get exactly one mail and one notice"


@pytest.mark.peers
@pytest.mark.no_cover
@pytest.mark.parametrize("repeats", [False, True])
def test_a_kill_at_any_line_touches_one_newsroom_at_most(server: Running, repeats: bool) -> None:
    print(f"FAHNDUNG_SEED={SEED}")
    rounds, number = 0, 0
    for name, step in STEPS.items():
        number += 1
        with made(server, repeats=repeats, number=number) as place:
            clock = prepared(place, step)
            lines = killing._killed(functools.partial(in_child, place, clock), 0)
            assert lines is not None
            assert judged(place, clock, in_flight=0) == [], name
        for line in killing.sample(lines, SIZE, SEED):
            number += 1
            with made(server, repeats=repeats, number=number) as place:
                clock = prepared(place, step)
                killing._killed(functools.partial(in_child, place, clock), line)
                assert judged(place, clock, in_flight=1) == [], (name, line)
            rounds += 1
    assert rounds == SIZE * len(STEPS), "52 rounds under both policies"


@pytest.mark.peers
@pytest.mark.no_cover
@pytest.mark.parametrize("repeats", [False, True])
@pytest.mark.parametrize("fault", [HANG_BEFORE, HANG_AFTER])
@pytest.mark.parametrize("name", STEPS)
def test_a_kill_in_the_middle_of_a_mail_touches_that_one(server: Running, name: str, fault: str, repeats: bool) -> None:
    with made(server, repeats=repeats, number=0) as place:
        clock = prepared(place, STEPS[name])
        server.rule(hang_s=SECONDS)
        server.fail(fault, place.names[1])
        before = len(server.taken())
        _killed_when(functools.partial(in_child, place, clock, 0), lambda: _hangs(server, before, fault))
        server.clear()
        assert judged(place, clock, in_flight=1) == []


def _hangs(server: Running, before: int, fault: str) -> bool:
    """Whether the second mail is under way: the first is taken, and the second too where it hangs afterwards."""
    taken = len(server.taken()) - before
    if taken < (2 if fault == HANG_AFTER else 1):
        return False
    time.sleep(0.3)
    return True


def _killed_when(act: Callable[[], object], reached: Callable[[], bool]) -> None:
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            act()
        os._exit(1)
    until = time.monotonic() + SECONDS
    while not reached() and time.monotonic() < until:
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "it ended by itself"


@pytest.mark.peers
@pytest.mark.no_cover
@pytest.mark.parametrize(("policy", "recipient", "of"), [("by-hand", 137, 300), ("repeat", 23, 60)])
def test_it_goes_on_after_recipient_137_of_300(
    empty_template: pathlib.Path, server: Running, tmp_path: pathlib.Path, policy: str, recipient: int, of: int
) -> None:
    names = [f"n{number:03}@zeitung.example" for number in range(of)]
    server.list(*(f"{name},Zeitung,," for name in names))
    for office in worlds.copied(empty_template, tmp_path / "home"):
        configured(office, server, on_unknown=policy)
        office.ready(office.case("jewellery-theft", to_the_press))
        office.ledger.close()
    for office in _reopened(tmp_path / "home"):
        _killed_when(functools.partial(_publish, tmp_path / "home"), lambda: len(server.taken()) >= recipient)
        left = len(server.taken())
        assert recipient <= left < of
        later = PUBLISHED + 10 * world.MINUTE
        done = office.publish(PAIR, later)
        counts = collections.Counter(taken.to for taken in server.taken())
        odd = {name: counts[name] for name in names if counts[name] != 1}
        assert set(odd.values()) <= ({2} if policy == "repeat" else {0})
        states = collections.Counter(row.state for row in done.mailings["press-mail"])
        assert states[State.LIVE] + states[State.PUBLISHING] == of
        most = 0 if policy == "repeat" else MAIL_CREW
        assert states[State.PUBLISHING] <= most, "no more are in doubt than are handed in side by side"
        assert len(odd) <= (MAIL_CREW if policy == "repeat" else states[State.PUBLISHING])


def _reopened(path: pathlib.Path) -> Iterator[World]:
    from fahndung.approval import load_key
    from fahndung.home import open_home

    home = open_home(path)
    keys = {person: load_key(path / "keys" / f"{person}.key") for person in worlds.PEOPLE}
    with Ledger.open(home.ledger_address, home_id=home.identity, rehearsed=True) as ledger:
        yield World(home=home, ledger=ledger, keys=keys)


def _publish(path: pathlib.Path) -> None:
    for office in _reopened(path):
        office.publish(PAIR)
