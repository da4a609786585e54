"""Which files a call about pictures means: those that it names, and those in the folders that it names.

Opens a file for its first bytes only and decodes nothing. Of a folder nothing is left out in silence.
"""

import dataclasses
import os
import pathlib
import re
import stat
from collections.abc import Iterable, Iterator

from fahndung.errors import Message, UsageError, os_reason

_SUFFIXES = re.compile(
    r"\.(?:jpe?g|jpe|jfif|mpo|a?png|webp|tiff?|bmp|dib|gif|avifs?|hei[cf]s?|hif"
    r"|jp2|j2k|jxl|psd|svg|eps|ico|icns|p[ngp]m|dcm|arw|cr[23w]|dng|nef|nrw|orf|pef|raf|rw2|srw)",
    re.IGNORECASE,
)
"""Of accepted pictures and of others: those are tried as well, so that their refusal is told."""

_LINK = Message("a symbolic link in a folder; not followed", "eine symbolische Verknüpfung im Ordner; nicht verfolgt")
_NO_FILE = Message("no regular file (pipe, socket, device)", "keine gewöhnliche Datei (Pipe, Socket, Gerät)")
_NO_PICTURE = Message(
    "no picture by its name or its first bytes; left alone", "weder nach Name noch Inhalt ein Bild; nicht angefasst"
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Files in the order of the call, each once.

    Attributes:
        pictures: to be worked on.
        skipped: what lies in a named folder and is no picture, with the reason.
        unreadable: what could not be looked into, with the reason: there may be pictures in it.
    """

    pictures: tuple[pathlib.Path, ...]
    skipped: tuple[tuple[pathlib.Path, Message], ...] = ()
    unreadable: tuple[tuple[pathlib.Path, Message], ...] = ()


def gather(named: Iterable[pathlib.Path]) -> Gathered:
    """What ``named`` means: a file is taken whatever it is, a folder is searched with all below it.

    Raises:
        UsageError: folders were named and there is nothing in them to work on.
    """
    pictures: dict[pathlib.Path, None] = {}
    skipped: dict[pathlib.Path, Message] = {}
    unreadable: dict[pathlib.Path, Message] = {}
    for path in named:
        if not os.path.isdir(path):  # also where somebody may not look
            pictures[path] = None
            continue
        for found, why in _below(path):
            if why is None:
                pictures[found] = None
            elif isinstance(why, OSError):
                unreadable[found] = Message(
                    f"cannot be read: {os_reason(why).en}", f"nicht lesbar: {os_reason(why).de}"
                )
            else:
                skipped[found] = why
    if not pictures and not unreadable:
        raise UsageError(
            "There is no picture in the named folder; nothing was done.",
            "Im genannten Ordner liegt kein Bild; es gibt nichts zu tun.",
        )
    return Gathered(pictures=tuple(pictures), skipped=tuple(skipped.items()), unreadable=tuple(unreadable.items()))


def _below(folder: pathlib.Path) -> Iterator[tuple[pathlib.Path, Message | OSError | None]]:
    """Everything below ``folder``, sorted by name, and why it is no picture (None: it may be one).

    Folders may lie in one another deeper than functions may call themselves.
    """
    left: list[tuple[pathlib.Path, os.DirEntry[str] | None]] = [(folder, None)]
    while left:
        path, entry = left.pop()
        try:
            if entry is not None and entry.is_symlink():
                yield path, _LINK
            elif entry is None or entry.is_dir():
                found = sorted(os.scandir(path), key=lambda one: os.fsencode(one.name), reverse=True)
                left += [(path / one.name, one) for one in found]
            else:
                yield path, _why_not(path)
        except OSError as error:
            yield path, error


def _why_not(path: pathlib.Path) -> Message | OSError | None:
    from fahndung.images import probing

    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return _NO_FILE
        if _SUFFIXES.fullmatch(path.suffix):
            return None
        with path.open("rb") as stream:
            return None if probing.begins_like_a_picture(stream.read(probing.MAGIC)) else _NO_PICTURE
    except OSError as error:
        return error
