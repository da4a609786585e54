"""Whose time counts at the terminal: of the machine, of the ledger's server, of ``--now``; and clocks that jump."""

import contextlib
import datetime as dt
import json
import pathlib
import re
import shutil
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import tzdata

from fahndung.home import open_home
from fahndung.ledger import about, audit, publications
from fahndung.ledger.faults import LedgerUnavailable
from fahndung.ledger.store import Ledger
from fahndung.lifecycle import planning, readying
from tests.cli.clocks import Clocks, program
from tests.cli.driver import Terminal
from tests.world import GIRL, GIRL_REVIEW, NOT_BEFORE, PUBLISHED, TRAM, TRAM_LAPSE

SECOND, MINUTE, HOUR, DAY = (dt.timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))
FAR = "2031-01-01T00:00:00+01:00"
SECONDS = 30.0
ENGINES = ["sqlite", pytest.param("postgres", marks=pytest.mark.peers)]
COUNTS = {"sqlite": "machine", "postgres": "server"}
"""The clock that counts, by engine."""


@pytest.fixture
def clocks(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Clocks:
    """Machine and server agree, and it is the morning on which the appeals may be published."""
    folder = tmp_path / "clocks"
    folder.mkdir()
    made = Clocks(folder)
    made.set("machine", PUBLISHED)
    made.set("server", PUBLISHED)
    made.patch(monkeypatch)
    return made


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """The name of the engine."""
    return str(request.param)


@pytest.fixture
def real(desk: Terminal, clocks: Clocks, engine: str, request: pytest.FixtureRequest) -> Terminal:
    """A terminal without ``--now`` in front of a home with two approved appeals, whose ledger lies on that engine."""
    terminal = Terminal(home=desk.home, now="")
    if engine == "postgres":
        onto(terminal, request.getfixturevalue("database"))
    return terminal


def onto(terminal: Terminal, database: str) -> None:
    terminal.run("ledger", "move", "--to", database)
    config = terminal.home / "fahndung.toml"
    config.write_text(config.read_text("utf-8") + f'\n[ledger]\naddress = "{database}"\n', "utf-8")


@contextlib.contextmanager
def opened(terminal: Terminal) -> Iterator[Ledger]:
    """As for real instants; nothing is written by it."""
    home = open_home(terminal.home)
    with Ledger.open(home.ledger_address, home_id=home.identity) as ledger:
        yield ledger


def mark(terminal: Terminal) -> dt.datetime:
    with opened(terminal) as ledger, ledger.read() as tx:
        found = about.latest(tx)
    assert found is not None
    return found


def states(terminal: Terminal, appeal: str = GIRL) -> list[str]:
    with opened(terminal) as ledger, ledger.read() as tx:
        return [row.state.value for row in publications.rows(tx, appeal)]


def clock_alarms(terminal: Terminal) -> list[str]:
    return [one["what"] for one in terminal.json("alarms")["alarms"] if one["kind"] == "clock"]


def near(one: dt.datetime, other: dt.datetime) -> bool:
    return abs(one - other) < 2 * MINUTE


def test_without_an_option_the_clock_that_counts_is_read(real: Terminal, clocks: Clocks, engine: str) -> None:
    other = {"machine": "server", "server": "machine"}[COUNTS[engine]]
    clocks.jump(other, -5 * HOUR)
    real.run("publish", GIRL)
    with opened(real) as ledger, ledger.read() as tx:
        (row,) = publications.rows(tx, GIRL)
    assert row.published_at is not None
    assert near(row.published_at, clocks.now(COUNTS[engine]))
    assert near(mark(real), clocks.now(COUNTS[engine]))


@pytest.mark.parametrize("engine", [pytest.param("postgres", marks=pytest.mark.peers)], indirect=True)
@pytest.mark.parametrize("off", [-9 * DAY, -3 * HOUR, 3 * HOUR, 9 * DAY], ids=str)
def test_a_machine_whose_clock_is_wrong_goes_by_the_servers(real: Terminal, clocks: Clocks, off: dt.timedelta) -> None:
    clocks.jump("machine", off)
    clocks.set("server", NOT_BEFORE - 5 * MINUTE)
    real.run("publish", GIRL, code=4)  # not one minute before it may
    clocks.set("server", PUBLISHED)
    real.run("publish", GIRL)
    clocks.set("server", GIRL_REVIEW - MINUTE)
    assert real.json("takedown")["withdrawn"] == []
    clocks.set("server", GIRL_REVIEW + SECOND)
    assert len(real.json("takedown")["withdrawn"]) == 1
    real.run("publish", GIRL, code=4)


@pytest.mark.parametrize("engine", [pytest.param("postgres", marks=pytest.mark.peers)], indirect=True)
def test_the_doctor_tells_a_machine_that_differs_from_the_server(real: Terminal, clocks: Clocks) -> None:
    clocks.jump("machine", -HOUR)
    findings = {one["check"]: one for one in real.json("doctor", code=6)["findings"]}
    assert findings["clock-ledger"]["verdict"] == "bad"
    assert findings["clock-ledger"]["may_be_online"] is False  # the server's time counts
    numbers = real.run("status", "--metrics").stdout
    (skew,) = re.findall(r"^fahndung_clock_skew_seconds (\S+)$", numbers, re.MULTILINE)
    assert abs(float(skew) + 3600) < 60


# --now


REHEARSED: list[tuple[str, ...]] = [
    ("publish", GIRL),
    ("takedown",),
    ("worker", "--once"),
    ("audit", "verify"),
    ("sweep",),
    ("verify",),
    ("person", "revoke", "z.zwei"),
]


@pytest.mark.peers
@pytest.mark.usefixtures("signals")
def test_a_rehearsed_instant_never_raises_the_mark(real: Terminal, clocks: Clocks) -> None:
    real.run("takedown")
    before = mark(real)
    for words in REHEARSED:
        real.run(*words, now="2026-11-21T23:00:00+01:00")
        assert mark(real) == before, words
    real.run("takedown", now=FAR)
    assert mark(real) == before
    with opened(real) as ledger:
        assert ledger.clock_behind(clocks.now("machine")) is None
    assert real.json("audit", "verify")["ok"] is True


@pytest.mark.peers
def test_nor_does_the_founding_or_the_move_of_a_rehearsal(tmp_path: pathlib.Path, database: str) -> None:
    terminal = Terminal(home=tmp_path / "home", now=FAR)
    terminal.run("init", "--rehearsal")
    began = mark(terminal)
    assert began.year == 1970
    terminal.run("ledger", "migrate")
    onto(terminal, database)
    assert mark(terminal) == began


@pytest.mark.peers
def test_a_ledger_that_is_founded_on_a_server_begins_with_its_time(
    tmp_path: pathlib.Path, clocks: Clocks, database: str
) -> None:
    clocks.jump("machine", -3 * HOUR)
    terminal = Terminal(home=tmp_path / "home", now="")
    terminal.run("init", "--ledger", database)
    assert near(mark(terminal), clocks.now("server"))
    terminal.run("ledger", "move", "--to", "file")
    assert "behind the ledger" in terminal.run("takedown").stderr  # here the machine counts, which is wrong
    terminal.run("ledger", "migrate")


def test_nor_is_it_looked_at(real: Terminal, clocks: Clocks) -> None:
    real.run("takedown")
    clocks.jump("machine", -HOUR)
    clocks.jump("server", -HOUR)
    assert real.json("publish", GIRL, now="2026-11-21T08:10:00+01:00")["published"][0]["seen"] == "live"
    assert clock_alarms(real) == []


@pytest.mark.peers
@pytest.mark.parametrize(
    "words",
    [
        ("status",),
        ("publish", GIRL),
        ("takedown",),
        ("end", GIRL, "--reason", "found"),
        ("worker", "--once"),
        ("sweep",),
        ("doctor",),
        ("doctor", "--accept-clock", "--as", "k.muster"),
        ("audit", "verify"),
        ("ledger", "migrate"),
        ("ledger", "move", "--to", "postgresql://fahndung@127.0.0.1:1/fahndung"),
        ("init",),
    ],
    ids=" ".join,
)
@pytest.mark.usefixtures("signals")
def test_production_knows_no_rehearsed_instant(tmp_path: pathlib.Path, words: tuple[str, ...]) -> None:
    terminal = Terminal(home=tmp_path / "home", now="")
    if words != ("init",):
        terminal.run("init")
    assert "--now" in terminal.run(*words, now=FAR, code=2).stderr


# jumps between two runs


def jumped_back(terminal: Terminal, clocks: Clocks, name: str) -> None:
    terminal.run("publish", GIRL)
    terminal.run("takedown")
    clocks.jump(name, -HOUR)


@pytest.mark.peers
def test_a_clock_that_fell_back_between_two_runs(real: Terminal, clocks: Clocks, engine: str) -> None:
    """Publishing stops, the ledger's time counts, somebody is told; until a person says that the clock is right."""
    jumped_back(real, clocks, COUNTS[engine])
    with opened(real) as ledger, ledger.write(GIRL_REVIEW - MINUTE):
        pass
    clocks.set(COUNTS[engine], GIRL_REVIEW - DAY)
    said = real.run("publish", TRAM, code=4).stderr
    assert re.search(r"the clock is [0-9]+ s behind the ledger", said), "no fractions, and a unit"
    assert "doctor --accept-clock --as PERSON" in said
    assert "behind the ledger" in real.run("publish", TRAM, "--dry-run", code=4).stderr
    assert real.json("takedown")["withdrawn"] == []
    (told,) = clock_alarms(real)
    assert "behind the ledger" in told
    with opened(real) as ledger, ledger.write(GIRL_REVIEW):
        pass
    assert len(real.json("takedown")["withdrawn"]) == 1
    assert real.json("doctor", code=7)["ok"] is False
    real.run("doctor", "--accept-clock", "--as", "k.muster")
    assert near(mark(real), clocks.now(COUNTS[engine]))
    real.run("takedown")
    assert clock_alarms(real) == []
    real.run("publish", TRAM)


@pytest.mark.peers
def test_a_clock_that_fell_back_and_is_not_behind_the_last_write(real: Terminal, clocks: Clocks, engine: str) -> None:
    """Nobody wrote for two hours: the machine's counter tells all the same, and what is over by it comes down."""
    jumped_back(real, clocks, COUNTS[engine])
    with opened(real) as ledger, ledger.read() as tx:
        began = tx.connection.exec_driver_sql("SELECT v FROM meta WHERE k = 'boots'").scalar_one()
    with opened(real) as ledger, ledger.write(PUBLISHED) as tx:  # as if the machine had been on since long before
        about.set_mark(tx.connection, PUBLISHED - 2 * HOUR)
        (boot, at), *_ = json.loads(began)
        ahead = (GIRL_REVIEW - PUBLISHED + HOUR + SECOND) // dt.timedelta(microseconds=1)
        about.keep(tx, "boots", json.dumps([[boot, at + ahead]]))
        about.set_mark(tx.connection, PUBLISHED - 2 * HOUR)
    assert "jumped" in real.run("publish", TRAM, code=4).stderr
    assert len(real.json("takedown")["withdrawn"]) == 1  # its end has come by the counter
    (told,) = clock_alarms(real)
    assert "jumped by -" in told


@pytest.mark.peers
def test_a_clock_that_leapt_ahead_between_two_runs(real: Terminal, clocks: Clocks, engine: str) -> None:
    real.run("publish", GIRL)
    real.run("takedown")
    clocks.jump(COUNTS[engine], 2 * HOUR)
    assert "jumped by +72" in real.run("publish", TRAM, code=4).stderr
    assert "jumped by +72" in real.run("publish", TRAM, "--dry-run", code=4).stderr
    assert real.json("takedown")["withdrawn"] == []
    (told,) = clock_alarms(real)
    assert "jumped by +72" in told
    findings = {one["check"]: one["verdict"] for one in real.json("doctor", code=6)["findings"]}
    assert findings["clock-jump"] == "bad"
    clocks.set(COUNTS[engine], GIRL_REVIEW)
    assert len(real.json("takedown")["withdrawn"]) == 1  # early is lawful
    assert clock_alarms(real) != []


@pytest.mark.peers
def test_a_leap_that_set_the_clock_right_is_accepted(real: Terminal, clocks: Clocks, engine: str) -> None:
    real.run("takedown")
    clocks.jump(COUNTS[engine], 2 * HOUR)
    real.run("takedown")
    done = real.json("doctor", "--accept-clock", "--as", "k.muster")
    assert near(dt.datetime.fromisoformat(done["to"]), clocks.now(COUNTS[engine]))
    real.run("takedown")
    assert clock_alarms(real) == []
    real.run("publish", GIRL)
    with opened(real) as ledger, ledger.read() as tx:
        (body,) = tx.connection.exec_driver_sql(
            "SELECT body FROM event WHERE CAST(body AS TEXT) LIKE '%clock.accept%'"
            if engine == "sqlite"
            else "SELECT body FROM event WHERE convert_from(body, 'UTF8') LIKE '%%clock.accept%%'"
        ).scalars()
    data = json.loads(bytes(body))["data"]
    assert (abs(data["jumped"] - 7200) < 120, data["due_again"]) == (True, 0)
    assert real.json("audit", "verify")["ok"] is True


@pytest.mark.peers
def test_a_leap_that_is_taken_back_is_over(real: Terminal, clocks: Clocks, engine: str) -> None:
    real.run("takedown")
    clocks.jump(COUNTS[engine], 2 * HOUR)
    real.run("publish", GIRL, code=4)
    clocks.jump(COUNTS[engine], -2 * HOUR)
    real.run("publish", GIRL)
    clocks.jump(COUNTS[engine], 2 * HOUR)
    real.run("takedown")
    clocks.jump(COUNTS[engine], -2 * HOUR)
    real.run("publish", TRAM, code=4)  # a run wrote at the wrong time, which may have put things off
    real.run("doctor", "--accept-clock", "--as", "k.muster")
    real.run("publish", TRAM)


@pytest.mark.peers
def test_small_steps_are_no_jump(real: Terminal, clocks: Clocks, engine: str) -> None:
    for _ in range(3):
        clocks.jump(COUNTS[engine], 4 * MINUTE)
        real.run("takedown")
    real.run("publish", GIRL)


def test_who_accepts_a_clock_is_a_person_at_real_time_while_nobody_works(
    real: Terminal, clocks: Clocks, engine: str
) -> None:
    real.run("takedown")
    real.run("doctor", "--accept-clock", "--as", "k.muster", code=2)  # there is nothing to accept
    clocks.jump(COUNTS[engine], -HOUR)
    real.run("doctor", "--accept-clock", code=2)
    real.run("doctor", "--accept-clock", "--as", "nobody", code=2)
    real.run("doctor", "--accept-clock", "--as", "k.muster", "--full", code=2)
    assert "without --now" in real.run("doctor", "--accept-clock", "--as", "k.muster", now=FAR, code=2).stderr
    home = open_home(real.home)
    with opened(real) as ledger, ledger.live(lambda: 1, home.lock):
        real.run("doctor", "--accept-clock", "--as", "k.muster", code=6)
    real.run("doctor", "--accept-clock", "--as", "k.muster")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_run_that_cannot_write_down_its_counter_tells_it_and_is_none_the_worse(
    real: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise LedgerUnavailable("the disk is full", "Der Datenträger ist voll")

    monkeypatch.setattr("fahndung.lifecycle.clockskew.remember", full)
    assert "the disk is full" in real.run("takedown").stderr


# jumps while the worker runs


def wait_until(true: Callable[[], bool], what: Callable[[], str]) -> None:
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < SECONDS, what()
        time.sleep(0.05)


@contextlib.contextmanager
def at_work(real: Terminal, clocks: Clocks, log: pathlib.Path, **environ: str) -> Iterator[Any]:
    with program(clocks, real.home, log, "worker", **environ) as process:
        wait_until(lambda: "at work" in log.read_text(), log.read_text)
        yield process


def plan(terminal: Terminal, appeal: str, at: dt.datetime) -> None:
    """What a worker should send, written down as ``publish`` does it."""
    home = open_home(terminal.home)
    with Ledger.open(home.ledger_address, home_id=home.identity, rehearsed=True) as ledger:
        ready = readying.prepare(home, ledger, appeal_id=appeal, now=at)
        with ledger.write(at) as tx:
            for _, draft in ready.drafts:
                planning.plan(tx, ready, draft, now=at, by="k.muster")


def open_alarms(terminal: Terminal) -> list[str]:
    """Without a session, which would look at the clocks itself."""
    from fahndung.ledger import alarms

    with opened(terminal) as ledger, ledger.read() as tx:
        return [one.what.en for one in alarms.open_alarms(tx) if one.kind.value == "clock"]


@pytest.mark.peers
@pytest.mark.parametrize("by", [-2 * HOUR, 2 * HOUR], ids=["back", "ahead"])
def test_a_jump_while_the_worker_runs(
    real: Terminal, clocks: Clocks, engine: str, tmp_path: pathlib.Path, by: dt.timedelta
) -> None:
    """Nothing more is sent, somebody is told, and what is over is taken down at its time at the latest."""
    real.run("publish", GIRL)
    clocks.set(COUNTS[engine], GIRL_REVIEW - 12 * SECOND)
    due = time.monotonic() + 12
    log = tmp_path / "log"
    with at_work(real, clocks, log) as process:
        time.sleep(1.5)
        clocks.jump(COUNTS[engine], by)
        wait_until(lambda: bool(open_alarms(real)), log.read_text)
        (told,) = open_alarms(real)
        assert f"jumped by {by.total_seconds():+.0f}"[:12] in told
        plan(real, TRAM, PUBLISHED)
        wait_until(lambda: states(real) == ["withdrawn"], log.read_text)
        assert time.monotonic() - due < 5
        time.sleep(1.5)
        assert states(real, TRAM) == ["planned"]
        process.terminate()
        assert process.wait(20) == 0


@pytest.mark.peers
@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
@pytest.mark.parametrize("by", [-2 * HOUR, 2 * HOUR], ids=["back", "ahead"])
def test_a_jump_of_the_machine_alone_is_told_and_moves_no_time(
    real: Terminal, clocks: Clocks, tmp_path: pathlib.Path, by: dt.timedelta
) -> None:
    log = tmp_path / "log"
    with at_work(real, clocks, log) as process:
        clocks.jump("machine", by)
        wait_until(lambda: bool(open_alarms(real)), log.read_text)
        assert "of this machine" in open_alarms(real)[0]
        time.sleep(1.5)
        assert near(mark(real), clocks.now("server"))
        process.terminate()
        assert process.wait(20) == 0


@pytest.mark.peers
@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_workers_on_machines_that_differ_by_hours_agree(real: Terminal, clocks: Clocks, tmp_path: pathlib.Path) -> None:
    """One thinks that it is long over, one that it is long until then; neither matters."""
    real.run("publish", GIRL)
    clocks.set("server", GIRL_REVIEW - 8 * SECOND)
    due = time.monotonic() + 8
    others = []
    for name, off in (("ahead", 3 * HOUR), ("behind", -3 * HOUR)):
        folder = tmp_path / name
        folder.mkdir()
        other = Clocks(folder)
        (folder / "server").symlink_to(clocks.folder / "server")
        other.set("machine", GIRL_REVIEW + off)
        others.append((other, folder / "log"))
    with contextlib.ExitStack() as stack:
        for other, log in others:
            stack.enter_context(at_work(real, other, log))
        assert time.monotonic() < due, "this machine was too slow for the test"
        assert states(real) == ["live"]
        time.sleep(max(0.0, due - 1 - time.monotonic()))
        assert states(real) == ["live"]
        wait_until(lambda: states(real) == ["withdrawn"], lambda: "".join(log.read_text() for _, log in others))
        assert time.monotonic() - due < 5
    assert open_alarms(real) == []


# time zone data


def zone_data(folder: pathlib.Path, name: str) -> str:
    """Data by which it is in Berlin as late as it is there."""
    source = pathlib.Path(tzdata.__file__).parent / "zoneinfo" / "Europe" / name
    (folder / "Europe").mkdir(parents=True, exist_ok=True)
    shutil.copy(source, folder / "Europe" / "new")
    (folder / "Europe" / "new").replace(folder / "Europe" / "Berlin")
    return str(folder)


def due_at(terminal: Terminal) -> dt.datetime | None:
    with opened(terminal) as ledger, ledger.read() as tx:
        (row,) = publications.rows(tx, TRAM)
    return row.due_at


def run_in(real: Terminal, clocks: Clocks, log: pathlib.Path, zones: str, *words: str) -> int:
    with program(clocks, real.home, log, *words, PYTHONTZPATH=zones) as process:
        return process.wait(60)


@pytest.mark.peers
def test_when_local_time_is_defined_anew_every_open_end_is_recomputed_and_the_earlier_counts(
    real: Terminal, clocks: Clocks, tmp_path: pathlib.Path
) -> None:
    log = tmp_path / "log"
    real.run("publish", TRAM)
    real.run("takedown")
    assert due_at(real) == TRAM_LAPSE
    for zone, expected in (("London", TRAM_LAPSE), ("Helsinki", TRAM_LAPSE - HOUR), ("London", TRAM_LAPSE - HOUR)):
        zones = zone_data(tmp_path / "zones", zone)
        assert run_in(real, clocks, log, zones, "takedown") == 0, log.read_text()
        assert due_at(real) == expected, zone
    assert run_in(real, clocks, log, zones, "--as", "k.muster", "ledger", "accept-zone") == 0, log.read_text()
    assert due_at(real) == TRAM_LAPSE + HOUR
    with opened(real) as ledger:
        assert audit.verify(ledger) == ()


@pytest.mark.peers
@pytest.mark.usefixtures("signals")
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_worker_says_by_its_exit_code_that_another_has_to_begin(
    real: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    real.run("worker", "--once")
    monkeypatch.setattr("fahndung.lifecycle.zones.outdated", lambda: True)
    assert "time zone data have changed" in real.run("worker", "--once", code=6).stderr


@pytest.mark.peers
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_worker_under_which_the_data_change_makes_room_for_one_that_has_read_them(
    real: Terminal, clocks: Clocks, tmp_path: pathlib.Path
) -> None:
    real.run("publish", TRAM)
    zones, log = zone_data(tmp_path / "zones", "Berlin"), tmp_path / "log"
    with at_work(real, clocks, log, PYTHONTZPATH=zones) as process:
        time.sleep(1.5)
        assert process.poll() is None
        zone_data(tmp_path / "zones", "Helsinki")
        assert process.wait(SECONDS) == 6
    assert "time zone data have changed" in log.read_text()
    with at_work(real, clocks, tmp_path / "next", PYTHONTZPATH=zones) as process:
        wait_until(lambda: due_at(real) == TRAM_LAPSE - HOUR, (tmp_path / "next").read_text)
        assert process.poll() is None
