"""The one narrow interface through which a website's files are written and read, wherever they lie. Knows no appeal.

``site.Site`` is a folder on this machine; others lie elsewhere. Paths are relative,
``/`` between the parts; ``""`` is the root itself. Whatever goes wrong is a ``ChannelFailed``, never an empty answer.
"""

import contextlib
from collections.abc import Hashable
from typing import Protocol

from fahndung.errors import ChannelFailed

TEMPORARY = ".tmp-"
LOCK = ".fahndung/lock"
_PRIVATE = tuple(f".fahndung/{name}" for name in ("entries", "pending", "tombstones", "indexed", "registers"))
WRITERS_FOLDERS = ("", ".fahndung", *_PRIVATE, "api/v1", "api/v1/appeals", "cap", "pfif")
"""Where writers of every appeal work; whoever gets the lock clears them of what a killed one left."""


def parts_of(path: str) -> tuple[str, ...]:
    """The folder names and the file name of a relative path; a caller that lets nonsense through is wrong."""
    parts = tuple(path.split("/")) if path else ()
    if any(part in {"", ".", ".."} or "\0" in part for part in parts):
        raise ValueError(f"{path!r} is not a relative path inside the root")
    return parts


class Store(Protocol):
    """Files below one root."""

    def where(self, path: str = "") -> str:
        """The place of a file or folder, as a person should read it."""
        ...

    def session(self) -> contextlib.AbstractContextManager[object]:
        """Inside it calls may share a connection; may be entered again inside itself, and by several threads.

        Raises:
            NotSent: the store cannot be reached; nothing happened.
            AuthError: it can, and does not let us in, or is not who it should be.
        """
        ...

    def locked(self) -> contextlib.AbstractContextManager[object]:
        """Keeps other writers out, of this process and of others, and clears what a killed writer left behind.

        Raises:
            ChannelFailed: somebody else held the lock for ten seconds, or it cannot be made.
        """
        ...

    def check_writable(self) -> None:
        """Does nothing where files can be written and deleted below the root, as far as that can be told.

        Raises:
            ChannelFailed: they cannot.
        """
        ...

    def read(self, path: str) -> bytes | None:
        """The bytes of a regular file; None where there is none.

        Raises:
            ChannelFailed: the root is missing, or something on the way is a link or cannot be read.
        """
        ...

    def names(self, path: str) -> tuple[str, ...]:
        """The sorted names inside a folder without temporary files; empty where the folder does not exist.

        Raises:
            ChannelFailed: as for :meth:`read`.
        """
        ...

    def stamp(self, path: str) -> Hashable | None:
        """What tells one written state of a file from the next; None if absent.

        Raises:
            ChannelFailed: as for :meth:`read`.
        """
        ...

    def is_folder(self, path: str) -> bool:
        """Whether a real folder stands there, not a link to one.

        Raises:
            ChannelFailed: as for :meth:`read`.
        """
        ...

    def clear_temporaries(self, place: str) -> None:
        """Deletes what a killed writer left in a folder, and nothing below it. The caller holds the lock.

        Raises:
            ChannelFailed: as for :meth:`remove`.
        """
        ...

    def write(self, path: str, data: bytes) -> None:
        """Puts a whole file in place at once, and makes the folders on the way.

        Raises:
            ChannelFailed: no room, no permission, the root is missing, a link on the way.
        """
        ...

    def move(self, source: str, target: str) -> None:
        """Gives a file another place, replacing what is there; cut off in between, it may stand at both.

        Raises:
            ChannelFailed: as for :meth:`write`, or the source is missing.
        """
        ...

    def remove(self, path: str) -> None:
        """Deletes a file, a link or a whole folder; what is not there is a success.

        Raises:
            ChannelFailed: no permission, the root is missing, a link on the way.
        """
        ...

    def create(self, path: str, data: bytes) -> bool:
        """Like :meth:`write`, but whatever stands there stays; whether nothing did. Of two at once only one does it.

        Raises:
            ChannelFailed: as for :meth:`write`.
        """
        ...

    def holds(self, path: str, data: bytes) -> bool:
        """Whether a file stands there with these bytes; a link or worse is none."""
        try:
            return self.read(path) == data
        except ChannelFailed:
            return False

    def write_if_new(self, path: str, data: bytes) -> None:
        """Like :meth:`write`, but leaves a file alone that holds these bytes already.

        Raises:
            ChannelFailed: as for :meth:`write`.
        """
        if not self.holds(path, data):
            self.write(path, data)
