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

    Closing the generator, an error or Ctrl-C ends every process, and what it started in turn. From the first item to
    the end a Ctrl-C is raised where this waits, and nowhere else.

    Args:
        work: gives a value that can be pickled, or raises ``FahndungError``: that is an outcome.
        processes: how many; None: one for each core.
    """
    left = iter(range(len(items)))
    with _interruptions() as interruption:
        crew = _Crew(work, items)
        try:
            for index in (next(left, None) for _ in range(min(len(items), processes or cores()))):
                crew.start(index)
            while crew.busy and not interruption.came:
                for index, outcome in crew.done(interruption.descriptor):
                    crew.start(next(left, None))
                    yield index, outcome
        finally:
            crew.stop()


class _Interruption:
    """Whether there was a Ctrl-C, and a descriptor that can be read from then on."""

    def __init__(self) -> None:
        self.came = False
        self.descriptor, self._writing = os.pipe2(os.O_CLOEXEC)

    def note(self, *_: object) -> None:
        """What SIGINT does."""
        if not self.came:
            os.write(self._writing, b"!")
        self.came = True

    def close(self) -> None:
        """Gives the descriptors back."""
        os.close(self.descriptor)
        os.close(self._writing)


@contextlib.contextmanager
def _interruptions() -> Iterator[_Interruption]:
    """Notes a Ctrl-C inside the block, and raises it behind it.

    An exception out of nowhere would hit between two lines, and a process that the one took and the next would have
    noted is lost; where it hits a finaliser, Python even prints it and goes on.
    """
    before = signal.getsignal(signal.SIGINT)
    ours = before is signal.default_int_handler and threading.current_thread() is threading.main_thread()
    with contextlib.closing(_Interruption()) as found:
        if ours:
            signal.signal(signal.SIGINT, found.note)
        try:
            yield found
        finally:
            if ours:
                signal.signal(signal.SIGINT, before)
            if found.came:
                raise KeyboardInterrupt


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
        with contextlib.suppress(OSError):  # it died meanwhile: its end of the pipe is closed, which ``done`` sees
            connection.send(index)

    def _hire(self) -> None:
        """A new process, idle. Ctrl-C reaches the whole group; that one never sees it, this one decides."""
        ours, theirs = _FORK.Pipe()
        process: BaseProcess = _FORK.Process(target=_serve, args=(theirs, self._work, self._items), daemon=True)
        with forking.undisturbed({signal.SIGINT}):
            process.start()
        theirs.close()
        self._idle.append((ours, process))

    def done(self, interrupted: int) -> Generator[tuple[int, Value | Message], None, None]:
        """Waits until at least one item is done, or this descriptor can be read."""
        for connection in wait([interrupted, *self.busy]):
            if not isinstance(connection, Connection):
                return
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
