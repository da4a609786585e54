"""The files of a case folder, read without leaving it: no symlink, no device, nothing larger than the limits.

Decodes no picture and believes no file name.
"""

import contextlib
import errno
import hashlib
import hmac
import os
import pathlib
import re
import stat
import unicodedata
from collections.abc import Iterator, Mapping

from fahndung.errors import Message, Problem, os_reason
from fahndung.records.cleaning import pointer, shown
from fahndung.records.reading import LARGEST_RECORD, problem, refusal, too_large

RECORD_NAME = "appeal.json"
LARGEST_IMAGE = 64 * 1024 * 1024
LARGEST_CASE = 256 * 1024 * 1024
"""Bytes of one image file and of all of a case together."""


class Unreadable(Exception):
    """A file that is not taken, and why."""

    def __init__(self, en: str, de: str) -> None:
        super().__init__(en)
        self.message = Message(en, de)


def record_bytes(folder: pathlib.Path) -> bytes:
    """The bytes of the folder's ``appeal.json``; never more than the limit is read.

    Raises:
        InvalidRecord: no such folder, no such file, or it cannot be read.
    """
    if not os.path.isdir(folder):  # False, where pathlib would raise, if a parent may not be entered
        name = shown(str(folder), 1000)
        raise refusal([problem("record", "", f"{name} is not a case folder", f"{name} ist kein Fallordner")]) from None
    try:
        return read(folder, RECORD_NAME, largest=LARGEST_RECORD)
    except TooLarge:
        raise too_large() from None
    except Unreadable as error:
        en, de = error.message
        raise refusal([problem("record", "", f"{RECORD_NAME} {en}", f"{RECORD_NAME} {de}")]) from None


def images(folder: pathlib.Path, record: object) -> tuple[dict[str, bytes], list[Problem]]:
    """Original bytes by image id, and what is wrong with the files of all entries that name one."""
    taken: dict[str, bytes] = {}
    problems: list[Problem] = []
    total = 0
    for at, id, file, sha256 in _entries(record):
        try:
            if file == RECORD_NAME:
                raise Unreadable("is the record itself, not a picture", "ist der Vorgang selbst, kein Bild")
            content = read(folder, file, largest=min(LARGEST_IMAGE, LARGEST_CASE - total))
        except Unreadable as error:
            problems.append(problem("image", pointer("images", at, "file"), *error.message))
            continue
        total += len(content)
        changed = _changed(content, sha256)
        if changed is not None:
            problems.append(problem("image", pointer("images", at, "sha256"), *changed))
        else:
            taken[id] = content
    return taken, problems


def _entries(record: object) -> Iterator[tuple[int, str, str, str | None]]:
    entries = record.get("images") if isinstance(record, Mapping) else None
    for at, entry in enumerate(entries if isinstance(entries, list) else ()):
        file = entry.get("file") if isinstance(entry, Mapping) else None
        if isinstance(file, str) and file.strip():
            sha256 = entry.get("sha256")
            usable = isinstance(sha256, str) and re.fullmatch("[0-9a-f]{64}", sha256)
            yield at, str(entry.get("id")), file, sha256 if usable else None


def _changed(content: bytes, expected: str | None) -> Message | None:
    found = hashlib.sha256(content).hexdigest()
    if expected is None or hmac.compare_digest(found, expected):
        return None
    return Message(
        f"the file was changed after the record was written: expected {expected}, found {found}",
        f"die Datei wurde nach dem Schreiben des Vorgangs geändert: erwartet {expected}, gefunden {found}",
    )


class TooLarge(Unreadable):
    """A file beyond its limit."""


def read(folder: pathlib.Path, untrusted_name: str, *, largest: int) -> bytes:
    """The bytes of a regular file inside the folder, at most ``largest`` bytes.

    Raises:
        Unreadable: the name leaves the folder, meets a symlink or something that is no regular file;
            the file is missing, empty, larger or not readable.
    """
    steps = _steps(untrusted_name)
    try:
        with contextlib.ExitStack() as stack:
            place = _open(os.fspath(folder), os.O_DIRECTORY, None, stack)
            for step in steps[:-1]:
                place = _enter(step, place, stack)
            return _content(_enter(steps[-1], place, stack, file=True), largest)
    except FileNotFoundError:
        raise Unreadable(
            f"is missing: there is no “{shown(untrusted_name)}” in the case folder",
            f"fehlt: im Fallordner gibt es kein „{shown(untrusted_name)}“",
        ) from None
    except PermissionError:
        raise Unreadable(
            "cannot be read: no permission; ask whoever owns the file",
            "ist nicht lesbar: keine Berechtigung; bitte an den Eigentümer der Datei wenden",
        ) from None
    except OSError as error:
        why = os_reason(error)
        raise Unreadable(f"cannot be read: {why.en}", f"ist nicht lesbar: {why.de}") from None


def _steps(untrusted_name: str) -> list[str]:
    """The parts of a plain relative path."""
    name = shown(untrusted_name)
    if "\\" in untrusted_name or any(unicodedata.category(sign)[0] == "C" for sign in untrusted_name):
        raise Unreadable(
            f"“{name}” holds a backslash or a control character; parts of a path are divided by /",
            f"„{name}“ enthält einen Rückstrich oder ein Steuerzeichen; Pfadteile werden durch / getrennt",
        )
    if untrusted_name.startswith("/"):
        raise Unreadable(
            f"“{name}” is an absolute path; name the file as it lies in the case folder",
            f"„{name}“ ist ein absoluter Pfad; die Datei so nennen, wie sie im Fallordner liegt",
        )
    steps = untrusted_name.split("/")
    if ".." in steps:
        raise Unreadable(
            f"“{name}” leaves the case folder; copy the picture into it",
            f"„{name}“ führt aus dem Fallordner heraus; das Bild in den Ordner kopieren",
        )
    if "" in steps or "." in steps:
        raise Unreadable(f"“{name}” is not a plain path", f"„{name}“ ist kein einfacher Pfad")
    return steps


def _open(name: str, flags: int, place: int | None, stack: contextlib.ExitStack) -> int:
    opened = os.open(name, os.O_RDONLY | os.O_CLOEXEC | flags, dir_fd=place)
    stack.callback(os.close, opened)
    return opened


def _enter(step: str, place: int, stack: contextlib.ExitStack, *, file: bool = False) -> int:
    """The opened folder or file ``step`` below ``place``; a symlink is refused by the system, not only looked at."""
    step = _as_stored(step, place)
    found = os.stat(step, dir_fd=place, follow_symlinks=False).st_mode
    if stat.S_ISLNK(found):
        raise _symlink(step)
    if file and not stat.S_ISREG(found):
        raise _irregular(step)
    # O_NONBLOCK: a pipe put there in the meantime must not hang the program
    flags = os.O_NOFOLLOW | (os.O_NONBLOCK if file else os.O_DIRECTORY)
    try:
        return _open(step, flags, place, stack)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EMLINK):
            raise _symlink(step) from None
        raise


def _as_stored(step: str, place: int) -> str:
    """The name as the file system has it: some store ä as two code points, the record as one."""
    with contextlib.suppress(FileNotFoundError):
        os.stat(step, dir_fd=place, follow_symlinks=False)
        return step
    return next((name for name in os.listdir(place) if unicodedata.normalize("NFC", name) == step), step)


def _content(file: int, largest: int) -> bytes:
    state = os.fstat(file)
    if not stat.S_ISREG(state.st_mode):
        raise _irregular("")
    content = b""
    if state.st_size <= largest:
        with os.fdopen(os.dup(file), "rb") as stream:
            content = stream.read(largest + 1)
    if state.st_size > largest or len(content) > largest:
        mib = largest / 1024 / 1024
        raise TooLarge(
            f"is larger than the {mib:.0f} MiB that are left for it (64 MiB a file, 256 MiB a case)",
            f"ist größer als die {mib:.0f} MiB, die dafür bleiben (64 MiB je Datei, 256 MiB je Fall)",
        )
    if not content:
        raise Unreadable("is empty (0 bytes)", "ist leer (0 Byte)")
    return content


def _symlink(step: str) -> Unreadable:
    return Unreadable(
        f"“{shown(step)}” is a symbolic link; put the file itself into the case folder",
        f"„{shown(step)}“ ist eine symbolische Verknüpfung; die Datei selbst in den Fallordner legen",
    )


def _irregular(step: str) -> Unreadable:
    return Unreadable(
        f"“{shown(step)}” is not a regular file (a folder, pipe or device)",
        f"„{shown(step)}“ ist keine gewöhnliche Datei (ein Ordner, eine Pipe oder ein Gerät)",
    )
