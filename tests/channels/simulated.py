"""The contract over a simulated platform, its server in a thread, and mistakes that any channel could make, for tests.

Knows no platform: a platform's own module says what serves it and how its account is opened.
"""

import contextlib
import dataclasses
import functools
import json
import os
import pathlib
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import IO, Any, ClassVar, TypeVar, cast

import pytest

from fahndung import channels
from fahndung.channels.base import Channel, Checkpoint
from fahndung.errors import OutcomeUnknown, RateLimited
from fahndung.model.publication import Draft, Gone, Look, Posting, Reference, Unknown
from fahndung.model.release import Release
from fahndung.testing import contract, serving
from fahndung.testing.bench import Bench
from fahndung.testing.contract import ChannelContract
from fahndung.testing.faults import Call, Fault, Rule
from fahndung.testing.running import Running
from tests import forks

from . import asked, patience

TOKEN, OTHER = "0123456789abcdef", "fedcba9876543210"
"""Those of two accounts."""

Platform = TypeVar("Platform", bound=Running)
AChannel = TypeVar("AChannel", bound=Channel)


@contextlib.contextmanager
def in_a_thread(
    kind: type[Platform],
    request: type[serving.Request],
    made: Callable[[IO[str]], Bench],
    folder: pathlib.Path,
    *,
    token: str = TOKEN,
) -> Iterator[Platform]:
    """A platform without a process of its own; ``made`` of the stream that its journal is written to."""
    journal = folder / "journal.txt"
    with journal.open("a") as stream, serving.Server(request, made(stream), 0) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield kind(port=server.server_port, token=token, journal=journal, pid=0)
        finally:
            server.shutdown()
            thread.join()


class Switch:
    """Makes a platform fail; ``skips``: how it cannot, and why."""

    def __init__(self, platform: Running, skips: Mapping[Call | Fault, str]) -> None:
        self.clear = platform.clear
        self._platform, self._skips = platform, skips

    def add(self, fault: Fault, *calls: Call, times: int | None = 1) -> None:
        for never in (fault, *(calls if len(calls) == 1 else ())):
            if never in self._skips:
                pytest.skip(self._skips[never])
        how = {"seconds": patience.SILENT_S} if fault in patience.SILENT else {}
        self._platform.add(fault, *calls, times=times, **how)


class Contract(ChannelContract):
    """One platform for all tests of a mode; each test has an appeal of its own there.

    A platform's class gives ``kinds`` and ``platform``, says how the account is opened and what a release is.
    """

    kinds: ClassVar[asked.Kinds] = {}
    """The kinds of the platform, and what is asked of each; none: the class has a fixture ``mode``."""

    variable: ClassVar[str]
    """The environment variable of the account's token."""
    skips: ClassVar[Mapping[Call | Fault, str]] = {}

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Every test in those kinds that it is asked of."""
        if self.kinds and "mode" in metafunc.fixturenames:
            metafunc.parametrize("mode", asked.where(self.kinds, metafunc.function.__name__), scope="class")

    @pytest.fixture(scope="class")
    @classmethod
    def platform(cls, mode: str) -> Iterator[Running]:
        """It runs. To be replaced."""
        raise NotImplementedError

    def opened(self, platform: Any, mode: str) -> Channel:
        """The account on it. To be replaced."""
        raise NotImplementedError

    def released(self, name: str) -> Release:
        """The release of an appeal of that name. To be replaced."""
        raise NotImplementedError

    @pytest.fixture
    def name(self, platform: Running) -> str:
        platform.clear()
        return f"appeal{len(platform.journal())}"

    @pytest.fixture
    def before(self, platform: Running) -> Collection[str]:
        return {one["id"] for one in platform.online()}

    @pytest.fixture
    def channel(
        self, platform: Running, mode: str, name: str, before: Collection[str], monkeypatch: pytest.MonkeyPatch
    ) -> Channel:
        monkeypatch.setenv(self.variable, platform.token)
        return self.opened(platform, mode)

    @pytest.fixture
    def release(self, name: str) -> Release:
        return self.released(f"{name}-one")

    @pytest.fixture
    def other_release(self, name: str) -> Release:
        return self.released(f"{name}-two")

    @pytest.fixture
    def faults(self, platform: Running) -> contract.Switch:
        return Switch(platform, self.skips)

    @pytest.fixture
    def online(self, platform: Running, before: Collection[str]) -> Callable[[], Collection[str]]:
        return lambda: {one["id"] for one in platform.online()} - {*before}

    @pytest.fixture
    def secrets(self, platform: Running) -> Collection[str]:
        return (platform.token,)


def empty_when_limited(made: type[AChannel]) -> type[AChannel]:
    """A listing that was refused is taken for an empty one."""

    def find(self: AChannel, marker: str) -> tuple[Reference, ...]:
        try:
            return made.find(self, marker)
        except RateLimited:
            return ()

    return _mutant(made, find=find)


def believes_absence(made: type[AChannel]) -> type[AChannel]:
    """Takes it for gone although the account did not answer."""

    def look(self: AChannel, posting: Posting) -> Look:
        seen = made.look(self, posting)
        return Gone(evidence={}) if isinstance(seen, Unknown) else seen

    return _mutant(made, look=look)


def sends_again(made: type[AChannel]) -> type[AChannel]:
    """Repeats a write that was not answered."""

    def publish(self: AChannel, draft: Draft, checkpoint: Checkpoint) -> None:
        try:
            made.publish(self, draft, checkpoint)
        except OutcomeUnknown:
            made.publish(self, draft, checkpoint)

    return _mutant(made, publish=publish)


def unlisted_sends_again(made: type[AChannel]) -> type[AChannel]:
    """The same of a channel that looks once more before it sends, past that look: only the caller looks."""
    return sends_again(_asks_nothing(made))


def unlisted_empty_when_limited(made: type[AChannel]) -> type[AChannel]:
    """The mistake of that name, past the second listing."""
    return empty_when_limited(_asks_nothing(made))


def _asks_nothing(made: type[AChannel]) -> type[AChannel]:
    return _mutant(made, refuse_listed=lambda self, marker, who, **_: None)


def leaves_media(made: type[AChannel]) -> type[AChannel]:
    """Removes the post and nothing that hung on it."""

    def withdraw(self: AChannel, posting: Posting) -> None:
        posts = tuple(one for one in posting.references if one.kind == "post")
        made.withdraw(self, dataclasses.replace(posting, references=posts))

    def find(self: AChannel, marker: str) -> tuple[Reference, ...]:
        return tuple(one for one in made.find(self, marker) if one.kind == "post")

    return _mutant(made, withdraw=withdraw, find=find)


def overlooks_media(made: type[AChannel]) -> type[AChannel]:
    """The same, and looks for the post alone."""

    def look(self: AChannel, posting: Posting) -> Look:
        posts = tuple(one for one in posting.references if one.kind == "post")
        seen = made.look(self, dataclasses.replace(posting, references=posts))
        return seen if isinstance(seen, Gone) else made.look(self, posting)

    return _mutant(leaves_media(made), look=look)


Mistake = Callable[[type[Channel]], type[Channel]]
MISTAKES: tuple[Mistake, ...] = (empty_when_limited, believes_absence, sends_again)
WITH_MEDIA: tuple[Mistake, ...] = (leaves_media, overlooks_media)


def _mutant(made: type[AChannel], **changes: object) -> type[AChannel]:
    return cast(type[AChannel], type(made)("Mutant", (made,), changes))


def catches(mistake: Mistake, channel: Channel, release: Release, platform: Running, switch: Switch) -> bool:
    """Whether the contract's own test for a mistake fails on that channel."""
    contracted, draft = ChannelContract(), channel.prepare(release)

    def online() -> set[str]:
        return {one["id"] for one in platform.online()}

    def blind() -> None:
        switch.add(Fault.UNAUTHORIZED, *Call, times=None)

    switch.clear()
    tests: dict[Mistake, Callable[[], None]] = {
        empty_when_limited: lambda: contracted.test_a_listing_that_is_not_clean_is_never_an_empty_one(
            channel, draft, switch, Fault.LIMITED
        ),
        believes_absence: lambda: contracted.test_without_the_positive_control_nothing_is_gone(channel, draft, blind),
        sends_again: lambda: contracted.test_an_outcome_that_nobody_knows_is_told_as_such_and_can_be_withdrawn(
            channel, draft, switch, online, (), Fault.TIMEOUT_AFTER, Call.CREATE
        ),
    }
    tests[unlisted_sends_again] = tests[sends_again]
    whole = functools.partial(contracted.test_withdrawing_removes_all_and_twice_is_a_success, channel, draft, online)
    tests |= dict.fromkeys(WITH_MEDIA, whole)
    try:
        tests[mistake]()
    except (AssertionError, pytest.fail.Exception):
        return True
    return False


def _send(draft: Draft, told: pathlib.Path) -> None:
    """What a process does that knows the ledger's row and the text alone; notes every object that it is told of."""
    channel = channels.from_ledger(draft.kind, json.loads(json.dumps(dict(draft.endpoint))))
    own = {"endpoint": channel.access(), "withdrawal": {}, "payload": {"post.txt": draft.payload["post.txt"]}}
    channel.publish(dataclasses.replace(draft, **own, references=()), lambda one: told.write_text(one.id))  # type: ignore[arg-type]


def kill_while_it_posts(draft: Draft, platform: Running, *, patience_s: float = 15) -> None:
    """Has a process of its own send a text, and kills it once the platform has the post and has told nobody."""
    rule = Rule(fault=Fault.TIMEOUT_AFTER, calls=frozenset({Call.CREATE}), seconds=patience_s)
    platform._control({"rules": [rule.as_json()]})  # past ``patience``: this caller waits until it is killed
    with tempfile.TemporaryDirectory() as folder:
        told = pathlib.Path(folder) / "told"
        child = forks.begun(functools.partial(_send, draft, told))
        try:
            deadline = time.monotonic() + patience_s
            while not platform.journal() and time.monotonic() < deadline:
                time.sleep(0.02)
        finally:
            os.kill(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL
        assert not told.exists(), "the platform has a post of which nobody was told"
