"""The ledger's disk fails or is full: publishing fails closed, and what is online still comes down.

strace makes the kernel refuse a call of SQLite; a small file system in memory is filled to the brim.
"""

import contextlib
import datetime as dt
import functools
import itertools
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator

import pytest

from fahndung.founding import create_home
from fahndung.home import Home
from fahndung.ledger import audit, publications
from fahndung.ledger.faults import LedgerUnavailable
from fahndung.ledger.store import Ledger
from fahndung.lifecycle.takedown import takedown
from fahndung.model.publication import State
from tests.cli.driver import Terminal
from tests.forks import in_child
from tests.ledger import world
from tests.lifecycle import labour
from tests.lifecycle import stand as stands
from tests.lifecycle.stand import MODES, Stand, standing

pytestmark = pytest.mark.peers
SEED = int(os.environ.get("FAHNDUNG_SEED", "0"))
FAULTS = ("fdatasync:error=EIO", "pwrite64:error=EIO", "pwrite64:error=ENOSPC", "ftruncate:error=EIO")
MOST = 12
"""A fault strikes at one of so many calls of its kind in each thread."""
MOST_RUNS = 6
LATER = dt.timedelta(minutes=6)
STRACE = ("strace", "-f", "--seccomp-bpf", "-qq")
FULL = 4 * 1024 * 1024


def once(place: pathlib.Path, folder: pathlib.Path, now: dt.datetime, *inject: str) -> int:
    """The exit code of a process that does what is due, with a fault in it; without one it needs no program anew."""
    if not inject:
        return in_child(functools.partial(labour.main, str(place), str(folder), now.isoformat()))
    command = [sys.executable, "-m", "tests.lifecycle.labour", str(place), str(folder), now.isoformat()]
    traced = ",".join(fault.partition(":")[0] for fault in inject)
    options = [word for fault in inject for word in ("-e", f"inject={fault}")]
    command = [*STRACE, "-o", "/dev/null", "-e", f"trace={traced}", *options, *command]
    return subprocess.run(command, stderr=subprocess.DEVNULL, check=False, timeout=120).returncode


class Desk:
    """One publication in a file, and processes that each do once what is due."""

    def __init__(self, stand: Stand, place: pathlib.Path) -> None:
        self.stand, self.place, self.now = stand, place, world.NOW + world.HOUR
        self.marker = stand.marker()
        with self.ledger() as ledger, ledger.write(self.now) as tx:
            self.row = stands.plan(tx, stand.draft(self.marker), now=self.now, due_at=self.now + world.DAY)

    @contextlib.contextmanager
    def ledger(self) -> Iterator[Ledger]:
        with Ledger.open(self.place, home_id=world.HOME) as ledger:
            yield ledger

    def found(self) -> publications.Publication:
        with self.ledger() as ledger, ledger.read() as tx:
            return publications.get(tx, self.row)

    def run(self, *inject: str) -> int:
        return once(self.place, self.stand.folder, self.now, *inject)

    def runs_until(self, state: State) -> None:
        for _ in range(MOST_RUNS):
            self.now += LATER
            self.run()
            if self.found().state is state:
                return
        raise AssertionError(self.found())

    def end(self) -> None:
        with self.ledger() as ledger, ledger.write(self.now) as tx:
            publications.want_down(tx, [self.row], now=self.now, by=world.BY)

    def is_whole(self) -> bool:
        with contextlib.closing(sqlite3.connect(self.place)) as database:
            checked = database.execute("PRAGMA integrity_check").fetchone()
        with self.ledger() as ledger:
            return checked == ("ok",) and audit.verify(ledger) == ()


@pytest.fixture(scope="module")
def strace() -> None:
    if shutil.which("strace") is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("strace is missing: apt-get install strace")
    tried = subprocess.run([*STRACE, "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"strace may not trace here: {tried.stderr.strip()}")


@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize("number", range(len(FAULTS)), ids=FAULTS)
def test_a_disk_that_fails_at_any_call_leaves_no_orphan_and_a_whole_ledger(tmp_path: pathlib.Path, number: int) -> None:
    when = 1 + (SEED + 5 * number) % MOST
    print(f"FAHNDUNG_SEED={SEED}: when={when}")
    fault = f"{FAULTS[number]}:when={when}+"
    with standing(MODES["lookup"], folder=tmp_path) as stand, stand.place() as place:
        assert isinstance(place, pathlib.Path)
        desk = Desk(stand, place)
        desk.run(fault)
        desk.runs_until(State.LIVE)
        assert stand.online(desk.marker) == ["media", "post"]
        desk.end()
        desk.run(fault)
        desk.runs_until(State.WITHDRAWN)
        assert stand.online(desk.marker) == []
        assert max(stands.most_at_once(stand.platform.journal()).values()) == 1
        assert desk.is_whole()


@pytest.fixture
def small(tmp_path: pathlib.Path, request: pytest.FixtureRequest) -> Iterator[pathlib.Path]:
    """A file system of four megabytes, or of as many bytes as a test asks for."""
    if os.getuid() != 0:
        pytest.skip("only root may mount a small file system")
    folder, size = tmp_path / "small", getattr(request, "param", FULL)
    folder.mkdir()
    tried = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", folder],
        capture_output=True,
        text=True,
        check=False,
    )
    if tried.returncode:
        pytest.skip(f"root may not mount a file system here: {tried.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def fill(folder: pathlib.Path) -> pathlib.Path:
    """Takes every byte that is left."""
    filler = folder / "filler"
    with filler.open("ab", buffering=0) as file, contextlib.suppress(OSError):
        for size in itertools.repeat(4096):
            file.write(b"\0" * size)
    assert shutil.disk_usage(folder).free == 0
    return filler


@pytest.fixture
def full(small: pathlib.Path, tmp_path: pathlib.Path) -> Iterator[Desk]:
    """A planned publication whose ledger lies on the small file system, with room still."""
    with standing(MODES["lookup"], folder=tmp_path) as stand, stand.place() as place:
        there = small / "ledger.db"
        assert isinstance(place, pathlib.Path)
        shutil.copy(place, there)
        yield Desk(stand, there)


def test_on_a_full_disk_nothing_is_published_and_nobody_is_called(full: Desk, small: pathlib.Path) -> None:
    filler = fill(small)
    full.run()
    assert full.stand.platform.calls() == 0
    filler.unlink()
    full.runs_until(State.LIVE)
    assert full.stand.online(full.marker) == ["media", "post"]
    assert full.is_whole()


@pytest.mark.parametrize("beside", [True, False], ids=["a reader beside", "nobody beside"])
def test_on_a_full_disk_what_is_over_comes_down_and_the_next_run_records_it(
    full: Desk, small: pathlib.Path, beside: bool
) -> None:
    full.runs_until(State.LIVE)
    full.end()
    home = Home(path=full.stand.folder, identity=world.HOME)
    with contextlib.ExitStack() as stack:
        if beside:
            stack.enter_context(stack.enter_context(full.ledger()).read())
        filler = fill(small)
        with full.ledger() as ledger:
            outcome = takedown(home, ledger, now=full.now, by="test")
        assert full.stand.online(full.marker) == []
        assert [row.id for row in outcome.unrecorded] == [full.row]
        assert outcome.pending == ()
        filler.unlink()
    assert full.found().state is State.LIVE
    full.runs_until(State.WITHDRAWN)
    assert full.is_whole()


@pytest.mark.parametrize("small", range(100 * 1024, 700 * 1024, 100 * 1024), indirect=True)
def test_without_room_for_a_new_ledger_there_is_none_and_nobody_is_alarmed(small: pathlib.Path) -> None:
    place = small / "ledger.db"
    refused = None
    try:
        with Ledger.create(place, kind="rehearsal", home_id=world.HOME, now=world.NOW) as ledger:
            assert audit.verify(ledger) == ()
    except LedgerUnavailable as error:
        refused = error.message.de
    assert place.exists() is (refused is None)
    assert refused is None or "nicht anlegen: kein Platz mehr auf dem Datenträger" in refused


def test_the_doctor_reads_the_ledger_of_a_full_disk_and_says_that_the_disk_is_full(small: pathlib.Path) -> None:
    create_home(small / "home", rehearsal=True, now=world.NOW, by="test")
    fill(small)
    told = Terminal(home=small / "home", now=world.NOW.isoformat()).json("doctor", code=6)
    assert {one["check"] for one in told["findings"] if one["verdict"] == "bad"} == {"disk"}
    assert "the ledger can be read" in [one["what"] for one in told["findings"]]


def test_a_takedown_on_a_full_disk_says_so_once_and_in_german(
    small: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    create_home(small / "home", rehearsal=True, now=world.NOW, by="test")
    fill(small)
    told = Terminal(home=small / "home", now=world.NOW.isoformat()).run("takedown", code=7).output
    assert told.count("ist gerade nicht benutzbar (kein Platz mehr auf dem Datenträger)") == 1
    assert "No space left" not in told
    assert "disk is full" not in told
