"""Run one piece of work on untrusted bytes in a forked child process with hard limits.

Only a length-prefixed JSON header and raw bytes come back; nothing is unpickled. The limits bound time, memory,
files and processes. They are no wall against a decoder that executes foreign code as the same user: that takes
a service account of its own (or a container) around the whole program.
"""

import contextlib
import fcntl
import gc
import itertools
import json
import os
import resource
import select
import signal
import struct
import time
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, NoReturn, TypeVar

from fahndung import forking
from fahndung.errors import UnsafeImage, os_reason
from fahndung.images.limits import DEFAULT, Limits

_PREFIX = struct.Struct(">IQ")
_HEADER_MAX = 2**20
_CHUNK = _PIPE = 2**20
_TEXT_MAX = 2000
_NAME_MAX = 60
_OURS = {signal.SIGINT, signal.SIGTERM}
"""Signals that only the parent answers, by ending the child. They reach the whole group (Ctrl-C, systemd): a child that
died of one first would make an interruption look like a picture that kills its decoder."""


class Answer(NamedTuple):
    """What a child hands back: values for JSON, and bytes."""

    header: Mapping[str, object]
    body: bytes = b""


class Stream(NamedTuple):
    """The same with ``size`` bytes that are made while they are sent: neither side ever holds all of them twice."""

    header: Mapping[str, object]
    size: int
    parts: Iterable[bytes]


Value = TypeVar("Value")
Work = Callable[[], Answer | Stream]
Read = Callable[[int], bytes]
"""The next so many bytes of the body."""


class _CutOff(Exception):
    """The child closed the pipe before its answer was complete."""


def run(work: Work, limits: Limits = DEFAULT) -> Answer:
    """The answer of ``work``, done in a child process that cannot outlive or outgrow ``limits``.

    ``work`` may raise ``UnsafeImage`` (its message crosses) or anything else (only the class name crosses).

    Raises:
        UnsafeImage: the work refused, failed, crashed, or went over a limit.
    """
    return taken(work, lambda header, size, read: Answer(header, read(size)), limits)


def taken(work: Work, take: Callable[[Mapping[str, object], int, Read], Value], limits: Limits = DEFAULT) -> Value:
    """What ``take`` makes of the answer of ``work`` while it comes in: its header, the size of its body, the body.

    The child is alive meanwhile, and whatever it says untrusted. Otherwise as ``run``.

    Raises:
        UnsafeImage: as ``run``; and whatever ``take`` raises.
    """
    reading, writing = os.pipe2(os.O_CLOEXEC)
    with contextlib.suppress(OSError):  # the system grants no more to this user: only slower
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, _PIPE)
    pid, status = 0, 0
    made: list[Value] = []
    try:
        try:
            with forking.undisturbed(_OURS):  # the child keeps it: no handler of ours ever runs in it
                pid = _fork()
                if pid == 0:
                    _child(work, limits, writing)  # pragma: no cover - runs in the forked child
        finally:
            os.close(writing)
        made.append(_received(reading, take, time.monotonic() + limits.wall_s, limits))
    except _CutOff:
        pass  # why is told by how it ended
    finally:
        os.close(reading)
        if pid:
            os.kill(pid, signal.SIGKILL)
            _, status = os.waitpid(pid, 0)
    if not made:
        raise _died(status, limits)
    return made[0]


def _fork() -> int:
    try:
        return os.fork()
    except OSError as failure:
        why = os_reason(failure)
        raise UnsafeImage(
            f"No child process could be started to read the picture safely ({why.en}). Try again later.",
            f"Es ließ sich kein Kindprozess starten, der das Bild gefahrlos liest ({why.de}). "
            "Bitte später erneut versuchen.",
        ) from failure


def _child(work: Work, limits: Limits, writing: int) -> NoReturn:  # pragma: no cover - runs in the forked child
    try:
        for number in (signal.SIGPIPE, signal.SIGXCPU):
            signal.signal(number, signal.SIG_DFL)
        gc.disable()
        _close_all_but(writing)
        _limit(limits)
        answer = serve(work)
        header = json.dumps(dict(answer.header)).encode()
        size, parts = (len(answer.body), [answer.body]) if isinstance(answer, Answer) else answer[1:]
        for part in itertools.chain((_PREFIX.pack(len(header), size), header), parts):
            view = memoryview(part)
            while view:
                view = view[os.write(writing, view) :]
        os._exit(0)
    except BaseException:  # whatever happens, the child must not run its parent's code
        os._exit(1)


def _close_all_but(keep: int) -> None:  # pragma: no cover - runs in the forked child
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    os.closerange(3, keep)
    os.closerange(keep + 1, 65536)


def _limit(limits: Limits) -> None:  # pragma: no cover - runs in the forked child
    with open("/proc/self/statm", encoding="ascii") as statm:
        taken = int(statm.read().split()[0]) * resource.getpagesize()
    for kind, soft in (
        (resource.RLIMIT_AS, taken + limits.memory),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, limits.processes),
        (resource.RLIMIT_NOFILE, limits.files),
        (resource.RLIMIT_CPU, limits.cpu_s),
    ):
        if soft is None:
            continue
        hard = resource.getrlimit(kind)[1]
        value = soft if hard == resource.RLIM_INFINITY else min(soft, hard)
        ceiling = value + 1 if kind == resource.RLIMIT_CPU and value != hard else value
        resource.setrlimit(kind, (value, ceiling))


def serve(work: Work) -> Answer | Stream:
    """The answer of ``work``; an exception becomes a header that ``run`` turns into the domain error."""
    try:
        return work()
    except UnsafeImage as refusal:
        return Answer({"refused": list(refusal.message)})
    except MemoryError:
        return Answer({"memory": True})
    except Exception as failure:  # decoders raise ten unrelated classes on damaged files
        return Answer({"failed": type(failure).__name__})


def _received(
    reading: int, take: Callable[[Mapping[str, object], int, Read], Value], deadline: float, limits: Limits
) -> Value:
    """What ``take`` makes of the raw answer.

    Raises:
        _CutOff: the child closed the pipe before it was complete, or its header is no JSON object.
        UnsafeImage: it refused, or answers too much.
    """
    header_size, body_size = _PREFIX.unpack(_read(reading, _PREFIX.size, deadline, limits))
    if header_size > _HEADER_MAX or body_size > limits.answer:
        raise UnsafeImage(
            "The picture decodes to more data than is allowed. Export it smaller, as JPEG.",
            "Das Bild ergibt entpackt mehr Daten als erlaubt. Bitte kleiner als JPEG exportieren.",
        )
    try:
        values = json.loads(_read(reading, header_size, deadline, limits))
    except (ValueError, RecursionError):
        raise _CutOff from None
    if not isinstance(values, dict):
        raise _CutOff
    _check_accepted(values, limits)
    return take(values, body_size, lambda count: _read(reading, count, deadline, limits))


def _read(reading: int, count: int, deadline: float, limits: Limits) -> bytes:
    poll = select.poll()
    poll.register(reading, select.POLLIN)
    parts = bytearray(count)
    view = memoryview(parts)
    while view:
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise UnsafeImage(
                f"Reading the picture took longer than {limits.wall_s:g} s. Export it again as a plain JPEG.",
                f"Das Lesen des Bildes dauerte länger als {limits.wall_s:g} s. "
                "Bitte neu als einfaches JPEG exportieren.",
            )
        got = os.readv(reading, [view[:_CHUNK]])
        if got == 0:
            raise _CutOff
        view = view[got:]
    view.release()
    return bytes(parts)


def _died(status: int, limits: Limits) -> UnsafeImage:
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if number == signal.SIGXCPU:
        return UnsafeImage(
            f"The picture needs more than {limits.cpu_s} s of processor time to decode; files like that are made "
            "to block a computer. Export it again as a plain JPEG.",
            f"Das Bild braucht mehr als {limits.cpu_s} s Rechenzeit; so gebaute Dateien sollen Rechner blockieren. "
            "Bitte neu als einfaches JPEG exportieren.",
        )
    return UnsafeImage(
        f"The picture decoder died (signal {number}); the file is damaged or hostile. Export it again as a plain JPEG.",
        f"Der Bilddekoder ist abgestürzt (Signal {number}); die Datei ist beschädigt oder bösartig. "
        "Bitte neu als einfaches JPEG exportieren.",
    )


def _check_accepted(header: Mapping[str, object], limits: Limits) -> None:
    refused = header.get("refused")
    if isinstance(refused, list) and len(refused) == 2:
        raise UnsafeImage(_plain(refused[0]), _plain(refused[1]))
    if "memory" in header:
        raise UnsafeImage(
            f"The picture needs more than {limits.memory // 2**20} MiB of memory. Export it smaller, as JPEG.",
            f"Das Bild braucht mehr als {limits.memory // 2**20} MiB Speicher. Bitte kleiner als JPEG exportieren.",
        )
    if "failed" in header:
        name = _class(header["failed"])
        raise UnsafeImage(
            f"The picture data are damaged or cut off and cannot be decoded ({name}). "
            "Get the file again from its source, or export it again as JPEG or PNG.",
            f"Die Bilddaten sind beschädigt oder abgeschnitten und nicht lesbar ({name}). "
            "Bitte die Datei erneut von der Quelle holen oder neu als JPEG oder PNG exportieren.",
        )


def _class(untrusted_value: object) -> str:
    """The name of an exception's class, and nothing that could pass for a sentence of ours."""
    known = isinstance(untrusted_value, str) and untrusted_value.isidentifier() and len(untrusted_value) <= _NAME_MAX
    return str(untrusted_value) if known else "?"


def _plain(untrusted_value: object) -> str:
    """A text of the child as a terminal and a page may show it: no control characters, nothing without a form."""
    if not isinstance(untrusted_value, str):
        return "?"
    return "".join(c for c in untrusted_value[:_TEXT_MAX] if c.isprintable())
