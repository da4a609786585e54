"""The same work on many items in several processes, as many as there are cores.

A process that dies takes the item with it that it worked on, no other. Knows nothing of pictures and writes nothing.
"""

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Generic, TypeVar

from fahndung import forking
from fahndung.errors import FahndungError, Message

Item = TypeVar("Item")
Value = TypeVar("Value")

DIED = Message(
    "The process that worked on it died (out of memory?). Try it alone.",
    "Der Prozess, der daran arbeitete, ist abgestürzt (zu wenig Speicher?). Bitte einzeln versuchen.",
)
_FORK = multiprocessing.get_context("fork")
_PATIENCE_S = 5.0


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0))


def each(
    work: Callable[[Item], Value], items: Sequence[Item], *, processes: int | None = None
) -> Generator[tuple[int, Value | Message], None, None]:
    """Index and outcome of each item, as they get done; whatever else the work raises is raised here.

    Closing the generator, an error or Ctrl-C ends every process, and what it started in turn.

    Args:
        work: gives a value that can be pickled, or raises ``FahndungError``: that is an outcome.
        processes: how many; None: one for each core.
    """
    crew = _Crew(work, items)
    left = iter(range(len(items)))
    with _interruptions() as heed:
        try:
            for index in (next(left, None) for _ in range(min(len(items), processes or cores()))):
                crew.start(index)
            while crew.busy:
                for index, outcome in crew.done():
                    heed()
                    crew.start(next(left, None))
                    yield index, outcome
            heed()
        finally:
            crew.stop()


@contextlib.contextmanager
def _interruptions() -> Iterator[Callable[[], None]]:
    """Gives a function that raises ``KeyboardInterrupt`` once there was a Ctrl-C, until the block ends.

    The exception alone is not enough: where it hits a finaliser, Python prints it and goes on.
    """
    seen: list[int] = []
    before = signal.getsignal(signal.SIGINT)

    def note(number: int, _frame: object) -> None:
        seen.append(number)
        raise KeyboardInterrupt

    def heed() -> None:
        if seen:
            raise KeyboardInterrupt

    ours = before is signal.default_int_handler and threading.current_thread() is threading.main_thread()
    if ours:
        signal.signal(signal.SIGINT, note)
    try:
        yield heed
    finally:
        if ours:
            signal.signal(signal.SIGINT, before)


class _Crew(Generic[Item, Value]):
    """Processes and the item that each works on."""

    def __init__(self, work: Callable[[Item], Value], items: Sequence[Item]) -> None:
        self._work, self._items = work, items
        self._idle: list[tuple[Connection, BaseProcess]] = []
        self.busy: dict[Connection, tuple[int, BaseProcess]] = {}

    def start(self, index: int | None) -> None:
        """Has an idle or a new process work on item ``index``; None: nothing is left to do."""
        if index is None:
            return
        if not self._idle:
            self._hire()
        connection, worker = self._idle.pop()
        self.busy[connection] = (index, worker)
        connection.send(index)

    def _hire(self) -> None:
        """A new process, idle. Ctrl-C reaches the whole group; that one never sees it, this one decides.

        It is noted before a Ctrl-C can be raised here, so that it will be ended.
        """
        ours, theirs = _FORK.Pipe()
        process: BaseProcess = _FORK.Process(target=_serve, args=(theirs, self._work, self._items), daemon=True)
        with forking.undisturbed({signal.SIGINT}):
            process.start()
            self._idle.append((ours, process))
            theirs.close()

    def done(self) -> Generator[tuple[int, Value | Message], None, None]:
        """Waits until at least one item is done."""
        for connection in wait(list(self.busy)):
            assert isinstance(connection, Connection)
            index, process = self.busy.pop(connection)
            try:
                outcome = connection.recv()
            except (EOFError, OSError):
                process.join(_PATIENCE_S)
                connection.close()
                yield index, DIED
                continue
            self._idle.append((connection, process))
            if isinstance(outcome, BaseException):
                raise outcome
            yield index, outcome

    def stop(self) -> None:
        """Ends all of them: first politely, so that each ends what it started."""
        everybody = [*self._idle, *((connection, process) for connection, (_, process) in self.busy.items())]
        for _, process in everybody:
            process.terminate()
        for connection, process in everybody:
            process.join(_PATIENCE_S)
            if process.is_alive():
                process.kill()
                process.join()
            connection.close()


def _serve(connection: Connection, work: Callable[[Item], Value], items: Sequence[Item]) -> None:
    """In a process of the crew: works on the items whose index comes, until nobody is there any more."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what is open is closed on the way out
    while True:
        try:
            index = connection.recv()
        except (EOFError, OSError):
            return
        connection.send(_outcome(work, items[index]))


def _outcome(work: Callable[[Item], Value], item: Item) -> object:
    try:
        return work(item)
    except FahndungError as error:
        return error.message
    except Exception as bug:
        return RuntimeError(type(bug).__name__)  # its text may quote what nobody should read in a log
