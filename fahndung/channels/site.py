"""Files under one root folder: atomic, durable, and never through a symbolic link. Knows no appeal.

Every path is opened folder by folder from the root's descriptor without following links, so that neither a planted
link nor a race can lead a write, a read or a deletion out of the root. The root itself may be a link: it is configured.
"""

import contextlib
import errno
import fcntl
import os
import pathlib
import secrets
import shutil
import stat
import time
from collections.abc import Iterator

from fahndung.channels.store import LOCK, TEMPORARY, WRITERS_FOLDERS, Store, parts_of
from fahndung.errors import ChannelFailed, os_reason

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_LOCK_TRIES = 200
_LOCK_PAUSE_S = 0.05
_GERMAN = {"read": "lesen", "list": "auflisten", "write": "schreiben", "delete": "löschen", "lock": "sperren"}


class Site(Store):
    """The folder below ``root``. Paths are relative, ``/`` between the parts; ``""`` is the root itself."""

    def __init__(self, root: pathlib.Path) -> None:
        self.root = root

    def where(self, path: str = "") -> str:
        """The path on this machine."""
        return str(self.root / path if path else self.root)

    def session(self) -> contextlib.AbstractContextManager[object]:
        """Does nothing: there is no connection."""
        return contextlib.nullcontext()

    def read(self, path: str) -> bytes | None:
        """The bytes of a regular file; None where there is none.

        Raises:
            ChannelFailed: the root is missing, or something on the way is a link or cannot be read.
        """
        *folders, name = parts_of(path)
        with self._told("read", path), self._folder(folders) as folder:
            if folder is None:
                return None
            try:
                handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
            except FileNotFoundError:
                return None
            with open(handle, "rb") as file:
                if not stat.S_ISREG(os.fstat(handle).st_mode):
                    raise IsADirectoryError(errno.EISDIR, "not a regular file", path)
                return file.read()

    def names(self, path: str) -> tuple[str, ...]:
        """The sorted names inside a folder without temporary files; empty where the folder does not exist.

        Raises:
            ChannelFailed: as for :meth:`read`.
        """
        with self._told("list", path), self._folder(parts_of(path)) as folder:
            if folder is None:
                return ()
            return tuple(sorted(name for name in os.listdir(folder) if not name.startswith(TEMPORARY)))

    def check_writable(self) -> None:
        """Does nothing where the root is a folder in which this user may write.

        Raises:
            ChannelFailed: it is not.
        """
        with self._told("write", ""), self._folder(()):
            if not os.access(self.root, os.W_OK | os.X_OK):
                raise PermissionError(errno.EACCES, "not writable", str(self.root))

    def stamp(self, path: str) -> tuple[int, int] | None:
        """What tells one written state of a file from the next (inode, change time in ns); None if absent."""
        *folders, name = parts_of(path)
        with self._told("read", path), self._folder(folders) as folder:
            if folder is None:
                return None
            try:
                status = os.stat(name, dir_fd=folder, follow_symlinks=False)
            except FileNotFoundError:
                return None
            return status.st_ino, status.st_ctime_ns

    def is_folder(self, path: str) -> bool:
        """Whether a real folder stands there, not a link to one.

        Raises:
            ChannelFailed: as for :meth:`read`.
        """
        with self._told("read", path), self._folder(parts_of(path)[:-1]) as folder:
            if folder is None:
                return False
            try:
                status = os.stat(parts_of(path)[-1], dir_fd=folder, follow_symlinks=False)
            except FileNotFoundError:
                return False
            return stat.S_ISDIR(status.st_mode)

    def is_empty(self, path: str) -> bool:
        """Whether nothing lies in a folder, not even a temporary file; also where the folder does not exist.

        Raises:
            ChannelFailed: as for :meth:`read`.
        """
        with self._told("list", path), self._folder(parts_of(path)) as folder:
            return folder is None or not os.listdir(folder)

    def clear_temporaries(self, place: str) -> None:
        """Deletes what a killed writer left in a folder, and nothing below it. The caller holds the lock.

        A folder of such a name was not made here and stays. What vanishes meanwhile belonged to a 410 that was being
        put without the lock; it is put again under it.

        Raises:
            ChannelFailed: as for :meth:`remove`.
        """
        with self._told("delete", place), self._folder(parts_of(place)) as folder:
            for name in os.listdir(folder) if folder is not None else ():
                if name.startswith(TEMPORARY):
                    with contextlib.suppress(FileNotFoundError, IsADirectoryError):
                        os.unlink(name, dir_fd=folder)

    def write(self, path: str, data: bytes) -> None:
        """Puts a whole file in place at once (mode 0644, folders 0755) and waits until the disk has it.

        Raises:
            ChannelFailed: disk full, no permission, the root is missing, a link on the way.
        """
        with self._told("write", path), self._written(path, data) as (temporary, name, folder):
            os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)

    def create(self, path: str, data: bytes) -> bool:
        """The same where nothing stands; whether nothing did. A second name is given to a file by one caller only.

        Raises:
            ChannelFailed: as for :meth:`write`, or files cannot have two names there.
        """
        with self._told("write", path), self._written(path, data) as (temporary, name, folder):
            try:
                os.link(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
            except FileExistsError:
                return False
            return True

    def move(self, source: str, target: str) -> None:
        """Renames a file at once, replacing the target.

        Raises:
            ChannelFailed: as for :meth:`write`, or the source is missing.
        """
        *from_folders, from_name = parts_of(source)
        *to_folders, to_name = parts_of(target)
        with (
            self._told("write", target),
            self._made(from_folders) as origin,
            self._made(to_folders) as goal,
        ):
            os.rename(from_name, to_name, src_dir_fd=origin, dst_dir_fd=goal)
            os.fsync(goal)
            os.fsync(origin)

    def remove(self, path: str) -> None:
        """Deletes a file, a link or a whole folder; what is not there is a success.

        Raises:
            ChannelFailed: no permission, the root is missing, a link on the way.
        """
        *folders, name = parts_of(path)
        with self._told("delete", path), self._folder(folders) as folder:
            if folder is None:
                return
            try:
                os.unlink(name, dir_fd=folder)
            except FileNotFoundError:
                return
            except IsADirectoryError:
                shutil.rmtree(name, dir_fd=folder)
            os.fsync(folder)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keeps other writers out, of this process and of others, and clears what a killed writer left behind.

        Raises:
            ChannelFailed: somebody else held the lock for ten seconds, or it cannot be made.
        """
        *folders, name = parts_of(LOCK)
        with self._told("lock", LOCK), self._made(folders) as folder:
            handle = os.open(name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644, dir_fd=folder)
        try:
            self._wait_for(handle)
            for place in WRITERS_FOLDERS:
                self.clear_temporaries(place)
            yield
        finally:
            os.close(handle)

    @contextlib.contextmanager
    def _written(self, path: str, data: bytes) -> Iterator[tuple[str, str, int]]:
        """A whole temporary file beside a path, that path's own name, and their folder; what is left of it goes."""
        *folders, name = parts_of(path)
        with self._made(folders) as folder:
            temporary = f"{TEMPORARY}{secrets.token_hex(8)}-{name}"[:200]
            try:
                _write_new(temporary, data, folder)
                yield temporary, name, folder
            finally:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(temporary, dir_fd=folder)
            os.fsync(folder)

    def _wait_for(self, handle: int) -> None:
        for _ in range(_LOCK_TRIES):
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(_LOCK_PAUSE_S)
            else:
                return
        raise ChannelFailed(
            f"Another process is writing to {self.root} and does not finish. Look for it, then try again.",
            f"Ein anderer Vorgang schreibt in {self.root} und wird nicht fertig. Bitte ihn suchen und dann erneut "
            "versuchen.",
        )

    @contextlib.contextmanager
    def _folder(self, parts: list[str] | tuple[str, ...], *, create: bool = False) -> Iterator[int | None]:
        """A descriptor of the folder below the root; None if it is missing and must not be made."""
        handle = os.open(self.root, _FOLDER)
        try:
            for part in parts:
                made = create and _make_folder(part, handle)
                try:
                    deeper = os.open(part, _FOLDER | os.O_NOFOLLOW, dir_fd=handle)
                except FileNotFoundError:
                    yield None
                    return
                if made:
                    os.fchmod(deeper, 0o755)
                os.close(handle)
                handle = deeper
            yield handle
        finally:
            os.close(handle)

    @contextlib.contextmanager
    def _made(self, parts: list[str]) -> Iterator[int]:
        """A descriptor of the folder, made where it is missing."""
        with self._folder(parts, create=True) as folder:
            if folder is None:
                raise FileNotFoundError(errno.ENOENT, "deleted while it was being made", "/".join(parts))
            yield folder

    @contextlib.contextmanager
    def _told(self, verb: str, path: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            where, why = self.where(path), os_reason(error)
            raise ChannelFailed(
                f"Cannot {verb} {where}: {why.en}. Check that the folder is mounted, has room and belongs to this "
                "user, then try again.",
                f"{where} lässt sich nicht {_GERMAN[verb]}: {why.de}. Bitte prüfen, ob der Ordner eingehängt ist, "
                "Platz hat und diesem Benutzer gehört, dann erneut versuchen.",
            ) from error


def _write_new(name: str, data: bytes, folder: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with open(os.open(name, flags, 0o644, dir_fd=folder), "wb") as file:
        file.write(data)
        file.flush()
        os.fchmod(file.fileno(), 0o644)
        os.fsync(file.fileno())


def _make_folder(name: str, parent: int) -> bool:
    try:
        os.mkdir(name, 0o755, dir_fd=parent)
    except FileExistsError:
        return False
    os.fsync(parent)
    return True
