"""Children that are killed in the middle of what they do, and threads that do it at once."""

import contextlib
import dataclasses
import os
import pathlib
import random
import signal
import threading
import time
from collections.abc import Callable

from fahndung.channels.base import Channel
from fahndung.channels.pages import Pages
from fahndung.model.publication import Draft, Gone, Live

from . import build

CHILDREN = 5
"""So many in one round at most, until one of them is killed."""


@dataclasses.dataclass(kw_only=True)
class Victim:
    """A website on which children publish and from which they withdraw, until they are killed.

    Attributes:
        publish, withdraw: what a child does. span: between which shares of the time that it takes it is killed.
        refuse_left: raises AssertionError if something is left that should not be, once all is withdrawn.
    """

    channel: Channel
    draft: Draft
    publish: Callable[[], None]
    withdraw: Callable[[], None]
    span: tuple[float, float]
    refuse_left: Callable[[], None]
    _took: dict[str, float] = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        self._took = {"publish": timed(self.publish), "withdraw": timed(self.withdraw)}

    def round(self, number: int, chance: random.Random) -> bool:
        """Kills a child, and sees that all can be taken down after it; whether it was still at it.

        A child that is ready sooner says how long it takes now, and another one is killed, a few times at most.

        Raises:
            AssertionError: it cannot.
        """
        name = chance.choice(["publish", "withdraw"])
        act = self.publish if name == "publish" else self.withdraw
        took: float | None = 0.0
        for _ in range(CHILDREN):
            if name == "withdraw":
                self.channel.publish(self.draft, lambda _: None)
            took = kill(act, after=chance.uniform(*self.span) * self._took[name])
            if took is None:
                break
            self._took[name] = took
        if number % 3 == 0:
            self.channel.publish(self.draft, lambda _: None)
            assert isinstance(self.channel.look(build.posting(self.draft)), Live)
        assert isinstance(build.withdrawn(self.channel, self.draft), Gone)
        assert self.channel.find(self.draft.marker) == ()
        self.refuse_left()
        return took is None


def in_folder(channel: Pages, root: pathlib.Path) -> Victim:
    """A website whose files lie in that folder, wherever it writes from; one of its pictures takes a while."""
    images = {"cctv-1.jpg": b"\xff\xd8" + bytes(100_000), "cctv-2.jpg": b"\xff\xd8 two"}
    draft = channel.prepare(build.release(str(channel.access()["base_url"]), images=images))

    def refuse_left() -> None:
        left = [path for path in build.public_files(root) if "/" in path]
        assert sorted(left) == ["api/v1/appeals.json", f"cap/{build.SLUG}.xml"]
        assert build.temporaries(root) == []

    return Victim(
        channel=channel,
        draft=draft,
        publish=lambda: channel.publish(draft, lambda _: None),
        withdraw=lambda: channel.withdraw(build.posting(draft)),
        span=(0.5, 1.1),
        refuse_left=refuse_left,
    )


def timed(act: Callable[[], None]) -> float:
    """How long it takes in seconds."""
    begun = time.monotonic()
    act()
    return time.monotonic() - begun


def kill(act: Callable[[], None], *, after: float) -> float | None:
    """Kills a child that does it so many seconds later; how long it took if it was ready before, in seconds."""
    begun, child = time.monotonic(), os.fork()
    if child == 0:
        try:
            with contextlib.suppress(Exception):
                act()
        finally:
            os._exit(0)
    while (took := time.monotonic() - begun) < after:
        if os.waitpid(child, os.WNOHANG)[0]:
            return took
        time.sleep(min(0.001, after - took))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return None if os.WIFSIGNALED(status) else took


def at_once(*acts: Callable[[], None]) -> None:
    """Does them all in threads; what they raise is lost."""
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
