"""Fixtures for the rooms that work on a whole home."""

import gc
import os
import pathlib
import signal
import tempfile
from collections.abc import Iterator
from typing import Any

import coverage
import hypothesis
import pytest
import sqlalchemy as sa

from fahndung.images import faces
from fahndung.testing import cases as examples
from tests import largepages, looks, postgres, world
from tests.channels import asked, tally, wpsite
from tests.channels.pds import Pds, serving
from tests.once import once, uncovered
from tests.world import World

# At a desk examples are new at every run; in continuous integration the same ones are, so that a result repeats.
# Neither has a deadline: how long one example takes tells of the machine's load, not of the code.
hypothesis.settings.register_profile("desk", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "desk")

_LEFT = pytest.StashKey[list[str]]()
_MANY = 2000
"""Fewer tests do not fork often enough to earn back what moving the heap to large pages takes, a second of CPU."""


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Before any test: lines are counted once, and Ctrl-C works.

    In one of many processes pytest-cov counts twice, and ``no_cover`` stops the second only: this is the first.
    """
    counting = coverage.Coverage.current()
    if hasattr(session.config, "workerinput") and counting is not None:
        counting.stop()
    # a shell lets what it begins in the background ignore Ctrl-C, and the programs that tests start would inherit that
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Iterator[None]:
    """Nothing of some hundred thousand objects is looked through for garbage, nor copied by a child that looks."""
    gc.disable()
    try:
        done = yield
        if session.testscollected > _MANY:
            largepages.collapse()
        return done
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What a channel does not offer is not collected: hundreds of tests that would start servers and then skip."""
    void = [item for item in items if asked.is_void(item)]
    left = {*void}
    items[:] = [item for item in items if item not in left]
    config.hook.pytest_deselected(items=void)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A process of many tells the others' parent what it counted."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[tally.KEY] = tally.RUN.counts()
        session.config.workeroutput["left"] = session.config.stash.get(_LEFT, [])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """One of many processes has ended; it told nothing if it died."""
    told = getattr(node, "workeroutput", {})
    tally.RUN.add(told.get(tally.KEY, {}))
    node.config.stash.setdefault(_LEFT, []).extend(told.get("left", []))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was held against a platform's specification, and what was not; what a test did not take away."""
    if lines := [*tally.RUN.lines()]:
        terminalreporter.section("exchanges with platforms")
        for line in lines:
            terminalreporter.write_line(line)
    if left := terminalreporter.config.stash.get(_LEFT, []):
        terminalreporter.section("left in the temporary folder, and removed")
        for name in left:
            terminalreporter.write_line(name)


@pytest.fixture(scope="session", autouse=True)
def statements_compiled_once() -> Iterator[None]:
    """The SQLite engines of a test process share what they compiled: the tests open hundreds, a program opens one."""
    first: list[sa.Engine] = []
    create = sa.create_engine

    def sharing(url: str, **named: Any) -> sa.Engine:
        engine = create(url, **named)
        if url.startswith("sqlite"):
            first[:] = first or [engine]
            engine.dialect, engine._compiled_cache = first[0].dialect, first[0]._compiled_cache
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sa, "create_engine", sharing)
        yield


@pytest.fixture(scope="session", autouse=True)
def temporary(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[None]:
    """All that this process and its children lay into the temporary folder lies in one, and what stays there is told.

    Other users may enter it, as the temporary folder itself: servers run as users of their own.
    """
    tmp_path_factory.getbasetemp()  # beside it, not in it: pytest keeps what failed
    with tempfile.TemporaryDirectory(prefix="fahndung-tests-") as folder, pytest.MonkeyPatch.context() as patch:
        pathlib.Path(folder).chmod(0o711)
        patch.setattr(tempfile, "tempdir", folder)
        patch.setenv("TMPDIR", folder)
        yield
        pytestconfig.stash[_LEFT] = sorted(os.listdir(folder))


@pytest.fixture(scope="session", autouse=True)
def no_packaged_detector() -> Iterator[None]:
    """No test looks for faces without asking for it: a build would take seconds longer."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(faces, "packaged", lambda: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def examples_not_drawn() -> Iterator[None]:
    """The example cases are read where they are stored; drawing one takes a second, and one test compares them."""
    stored = pathlib.Path(__file__).parent / "cases"
    files = {name: {file.name: file.read_bytes() for file in (stored / name).iterdir()} for name in examples.NAMES}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(examples, "files", files.__getitem__)
        yield


@pytest.fixture(scope="session", autouse=True)
def looked_once() -> Iterator[None]:
    """Each picture is decoded and inspected once a process, outside the tests of just that."""
    with looks.once():
        yield


@pytest.fixture(scope="session")
def empty_template(request: pytest.FixtureRequest) -> pathlib.Path:
    """A closed home with people."""
    with once(request, "empty") as (path, missing):
        if missing:
            world.found(path).ledger.close()
    return path


@pytest.fixture(scope="session")
def approved_template(empty_template: pathlib.Path, request: pytest.FixtureRequest) -> pathlib.Path:
    """A closed home with two approved appeals: the missing girl, and the tram robbery whose order nobody confirmed."""
    with once(request, "approved") as (path, missing):
        for made in world.copied(empty_template, path) if missing else ():
            made.ready(made.case("missing-girl", paper=True))
            made.ready(made.case("tram-robbery", world.unconfirmed, paper=True))
    return path


@pytest.fixture
def empty(empty_template: pathlib.Path, tmp_path: pathlib.Path) -> Iterator[World]:
    """A home with people and nothing else."""
    yield from world.copied(empty_template, tmp_path / "home")


@pytest.fixture
def approved(approved_template: pathlib.Path, tmp_path: pathlib.Path) -> Iterator[World]:
    """A home with two approved appeals; nothing was published."""
    yield from world.copied(approved_template, tmp_path / "home")


@pytest.fixture(scope="session")
def pair_template(empty_template: pathlib.Path, request: pytest.FixtureRequest) -> pathlib.Path:
    """A closed home with an approved appeal for two persons, without posters: they take most of a build."""
    with once(request, "pair") as (path, missing):
        for made in world.copied(empty_template, path) if missing else ():
            made.ready(made.case("jewellery-theft"))
    return path


@pytest.fixture(scope="session")
def posters_template(empty_template: pathlib.Path, request: pytest.FixtureRequest) -> pathlib.Path:
    """The same with posters of it and of each of its variants."""
    with uncovered(request.config), once(request, "posters") as (path, missing):
        for made in world.copied(empty_template, path) if missing else ():
            made.ready(made.case("jewellery-theft", paper=True))
    return path


@pytest.fixture
def posters(posters_template: pathlib.Path, tmp_path: pathlib.Path) -> Iterator[World]:
    """A home in which the appeal for two persons, with its posters, is live."""
    for made in world.copied(posters_template, tmp_path / "home"):
        made.publish(world.PAIR)
        yield made


@pytest.fixture
def pair(pair_template: pathlib.Path, tmp_path: pathlib.Path) -> Iterator[World]:
    """A home in which the appeal for two persons is live."""
    for made in world.copied(pair_template, tmp_path / "home"):
        made.publish(world.PAIR)
        yield made


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    """A PostgreSQL server of this test process alone; started by the first test that asks."""
    yield from postgres.serve()


@pytest.fixture
def database(server: postgres.Server) -> Iterator[str]:
    """The address of an empty database."""
    address = server.database()
    yield address
    server.drop(address)


@pytest.fixture(scope="session")
def pds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pds]:
    """A Bluesky server of this test process alone; started by the first test that asks."""
    with serving(tmp_path_factory.mktemp("pds")) as started:
        yield started


@pytest.fixture(scope="session")
def wordpress(tmp_path_factory: pytest.TempPathFactory) -> Iterator[wpsite.Site]:
    """A WordPress of this test process alone; started by the first test that asks."""
    with wpsite.serving(tmp_path_factory.mktemp("wordpress")) as started:
        yield started
