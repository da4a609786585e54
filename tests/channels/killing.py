"""Children that are killed in the middle of what they do, and threads that do it at once."""

import contextlib
import dataclasses
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Mapping

from fahndung.channels.base import Channel
from fahndung.model.publication import Draft, Gone, Live

from . import build


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
    _took: Mapping[str, float] = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        self._took = {"publish": timed(self.publish), "withdraw": timed(self.withdraw)}

    def round(self, number: int, chance: random.Random) -> bool:
        """Kills a child, and sees that all can be taken down after it; whether it was still at it.

        Raises:
            AssertionError: it cannot.
        """
        name = chance.choice(["publish", "withdraw"])
        if name == "withdraw":
            self.channel.publish(self.draft, lambda _: None)
        act = self.publish if name == "publish" else self.withdraw
        killed = kill(act, after=chance.uniform(*self.span) * self._took[name])
        if number % 3 == 0:
            self.channel.publish(self.draft, lambda _: None)
            assert isinstance(self.channel.look(build.posting(self.draft)), Live)
        assert isinstance(build.withdrawn(self.channel, self.draft), Gone)
        assert self.channel.find(self.draft.marker) == ()
        self.refuse_left()
        return killed


def timed(act: Callable[[], None]) -> float:
    """How long it takes in seconds."""
    begun = time.monotonic()
    act()
    return time.monotonic() - begun


def kill(act: Callable[[], None], *, after: float) -> bool:
    """Whether a child that does it was still at it when SIGKILL came so many seconds later."""
    child = os.fork()
    if child == 0:
        try:
            with contextlib.suppress(Exception):
                act()
        finally:
            os._exit(0)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def at_once(*acts: Callable[[], None]) -> None:
    """Does them all in threads; what they raise is lost."""
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
