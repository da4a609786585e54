"""Files below one folder of an SFTP server: put in place at once, never through a symbolic link if SFTP can tell.

Links are looked for before each call, folder by folder: SFTP has no way to open a file without following them, so
whoever may write there on the server could still win a race. The root itself may be a link: it is configured.
"""

import contextlib
import dataclasses
import errno
import hashlib
import secrets
import stat
import threading
import time
from collections.abc import Hashable, Iterator, Sequence

import paramiko

from fahndung.channels.sftplease import LEASE_S, Lease
from fahndung.channels.sftpline import FAILURES, Line
from fahndung.channels.sftpplace import Place
from fahndung.channels.store import LOCK, TEMPORARY, WRITERS_FOLDERS, Store, parts_of
from fahndung.errors import ChannelFailed, NotSent, os_reason
from fahndung.http import MAX_BYTES

CALL_S = 30.0
"""How long one call may take, a whole file included."""
LOCK_WAIT_S = 10.0
_LOCK_PAUSE_S = 0.05
_GERMAN = {"read": "lesen", "list": "auflisten", "write": "schreiben", "delete": "löschen", "lock": "sperren"}


@dataclasses.dataclass
class _Session(threading.local):
    """What one thread has open."""

    depth: int = 0
    line: Line | None = None
    lost: bool = False
    lease: Lease | None = None
    folders: set[str] = dataclasses.field(default_factory=set)


class SftpSite(Store):
    """The folder of a place."""

    def __init__(self, place: Place) -> None:
        self._place, self._session = place, _Session()

    def where(self, path: str = "") -> str:
        """As an address, which opens nothing by itself."""
        place = self._place
        return f"sftp://{place.user}@{place.host}:{place.port}{self._below(path)}"

    @contextlib.contextmanager
    def session(self) -> Iterator[None]:
        """One connection for all calls inside; one that broke off is made anew once.

        Raises:
            NotSent: no connection, or the root is not there. AuthError: another server, or it does not let us in.
        """
        own = self._session
        if own.depth == 0:
            own.line, own.lost, own.folders = self._connected(), False, set()
        own.depth += 1
        try:
            yield
        finally:
            own.depth -= 1
            if own.depth == 0 and own.line is not None:
                own.line.close()
                own.line = None

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """A file on the server that only one writer can make; it lapses if its writer dies.

        Raises:
            ChannelFailed: somebody else held the lock for ten seconds, or it cannot be made.
        """
        lease = Lease(self._below(LOCK))
        with self.session():
            self._wait_for(lease)
            self._session.lease = lease
            try:
                for place in WRITERS_FOLDERS:
                    self.clear_temporaries(place)
                yield
            finally:
                self._session.lease = None
                with contextlib.suppress(ChannelFailed), self._told("lock", LOCK) as sftp:
                    lease.end(sftp)

    def check_writable(self) -> None:
        """Writes a file that no server shows, reads it, and deletes it.

        Raises:
            ChannelFailed: one of that failed.
        """
        name, data = f"{TEMPORARY}{secrets.token_hex(8)}-check", secrets.token_bytes(64)
        with self.session():
            try:
                self.write(name, data)
                same = self.read(name) == data
            finally:
                self.remove(name)
            if not same or self.read(name) is not None:
                raise self._failure("write", name, OSError(errno.EIO, "not what was written"))

    def read(self, path: str) -> bytes | None:
        """The bytes of a regular file; None where there is none.

        Raises:
            ChannelFailed: the root is missing, or something on the way is a link or cannot be read.
        """
        *folders, name = parts_of(path)
        with self._told("read", path) as sftp:
            status = self._status(sftp, folders, name)
            if status is None:
                return None
            if not stat.S_ISREG(status.st_mode or 0):
                raise OSError(errno.EISDIR, "not a regular file")
            with sftp.open(self._below(path), "rb") as file:
                size = file.stat().st_size
                data = file.read(MAX_BYTES + 1)
            if len(data) != size or len(data) > MAX_BYTES:
                raise OSError(errno.EIO, "broken off, or too large")
            return data

    def names(self, path: str) -> tuple[str, ...]:
        """The sorted names inside a folder without temporary files; empty where the folder does not exist.

        Raises:
            ChannelFailed: as for :meth:`read`.
        """
        with self._told("list", path) as sftp:
            if not self._stands(sftp, parts_of(path)):
                return ()
            return tuple(sorted(name for name in self._all_names(sftp, path) if not name.startswith(TEMPORARY)))

    def stamp(self, path: str) -> Hashable | None:
        """The hash of a file, or what else stands there; None if absent.

        Raises:
            ChannelFailed: as for :meth:`read`.
        """
        *folders, name = parts_of(path)
        with self._told("read", path) as sftp:
            status = self._status(sftp, folders, name)
            if status is None or not stat.S_ISREG(status.st_mode or 0):
                return status and status.st_mode
        data = self.read(path)
        return data and hashlib.sha256(data).digest()

    def is_folder(self, path: str) -> bool:
        """Whether a real folder stands there, not a link to one.

        Raises:
            ChannelFailed: as for :meth:`read`.
        """
        *folders, name = parts_of(path)
        with self._told("read", path) as sftp:
            status = self._status(sftp, folders, name)
            return status is not None and stat.S_ISDIR(status.st_mode or 0)

    def clear_temporaries(self, place: str) -> None:
        """Deletes what a killed writer left in a folder, and nothing below it. The caller holds the lock.

        Raises:
            ChannelFailed: as for :meth:`remove`.
        """
        with self._told("delete", place) as sftp:
            if not self._stands(sftp, parts_of(place)):
                return
            for name in self._all_names(sftp, place):
                path = f"{place}/{name}".lstrip("/")
                if name.startswith(TEMPORARY):
                    with contextlib.suppress(FileNotFoundError):  # it belonged to a 410 or to another one's lock
                        if not self._is_directory(sftp, path):
                            sftp.remove(self._below(path))

    def write(self, path: str, data: bytes) -> None:
        """Puts a whole file in place at once (mode 0644, folders 0755); does not wait for the server's disk.

        Raises:
            ChannelFailed: disk full, no permission, the root is missing, a link on the way, or the lock was lost.
        """
        *folders, name = parts_of(path)
        with self._told("write", path) as sftp:
            self._keep_lease(sftp)
            self._made(sftp, folders)
            temporary = self._below("/".join([*folders, f"{TEMPORARY}{secrets.token_hex(8)}-{name}"[:200]]))
            try:
                with sftp.open(temporary, "wx") as file:
                    file.write(data)
                    file.chmod(0o644)
                    written = file.stat().st_size
                if written != len(data):
                    raise OSError(errno.EIO, "broken off")
                sftp.posix_rename(temporary, self._below(path))
            except BaseException:
                with contextlib.suppress(*FAILURES):
                    sftp.remove(temporary)
                raise

    def move(self, source: str, target: str) -> None:
        """Renames a file at once, replacing the target.

        Raises:
            ChannelFailed: as for :meth:`write`, or the source is missing.
        """
        *from_folders, _ = parts_of(source)
        *to_folders, _ = parts_of(target)
        with self._told("write", target) as sftp:
            self._keep_lease(sftp)
            if not self._stands(sftp, from_folders):
                raise FileNotFoundError(errno.ENOENT, "nothing to move")
            self._made(sftp, to_folders)
            sftp.posix_rename(self._below(source), self._below(target))

    def remove(self, path: str) -> None:
        """Deletes a file, a link or a whole folder; what is not there is a success.

        Raises:
            ChannelFailed: no permission, the root is missing, a link on the way.
        """
        *folders, name = parts_of(path)
        with self._told("delete", path) as sftp:
            if self._status(sftp, folders, name) is not None:
                self._session.folders = set()
                self._remove(sftp, path)

    def _wait_for(self, lease: Lease) -> None:
        until = time.monotonic() + LOCK_WAIT_S
        while True:
            with self._told("lock", LOCK) as sftp:
                self._made(sftp, parts_of(LOCK)[:-1])
                if lease.taken(sftp):
                    return
            if time.monotonic() >= until:
                raise ChannelFailed(
                    f"Another process is writing to {self.where()} and does not finish, or it died less than "
                    f"{LEASE_S:g} s ago. Look for it, then try again.",
                    f"Ein anderer Vorgang schreibt in {self.where()} und wird nicht fertig, oder er ist vor weniger "
                    f"als {LEASE_S:g} s gestorben. Bitte ihn suchen und dann erneut versuchen.",
                )
            time.sleep(_LOCK_PAUSE_S)

    def _remove(self, sftp: paramiko.SFTPClient, path: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            if not self._is_directory(sftp, path):
                sftp.remove(self._below(path))
                return
            for name in self._all_names(sftp, path):
                self._remove(sftp, f"{path}/{name}")
            sftp.rmdir(self._below(path))

    def _below(self, path: str) -> str:
        root = self._place.folder.rstrip("/")
        return f"{root}/{path}" if path else root or "/"

    def _all_names(self, sftp: paramiko.SFTPClient, path: str) -> list[str]:
        names = [attributes.filename for attributes in sftp.listdir_attr(self._below(path))]
        if any("/" in name or "\0" in name for name in names):
            raise OSError(errno.EIO, "a name that is none")
        return [name for name in names if name not in {"", ".", ".."}]

    def _status(self, sftp: paramiko.SFTPClient, folders: Sequence[str], name: str) -> paramiko.SFTPAttributes | None:
        """What stands at a name; None if nothing does, and the root surely stands."""
        return self._lstat(sftp, "/".join([*folders, name])) if self._stands(sftp, folders) else None

    def _lstat(self, sftp: paramiko.SFTPClient, path: str) -> paramiko.SFTPAttributes | None:
        try:
            return sftp.lstat(self._below(path))
        except FileNotFoundError:
            if not stat.S_ISDIR(sftp.stat(self._below("")).st_mode or 0):  # or else the root itself is missing
                raise
            return None

    def _is_directory(self, sftp: paramiko.SFTPClient, path: str) -> bool:
        return stat.S_ISDIR(sftp.lstat(self._below(path)).st_mode or 0)

    def _stands(self, sftp: paramiko.SFTPClient, folders: Sequence[str]) -> bool:
        """Whether a folder stands; a link on the way is an error. Each is looked at once a session."""
        for depth in range(1, len(folders) + 1):
            path = "/".join(folders[:depth])
            if path in self._session.folders:
                continue
            status = self._lstat(sftp, path)
            if status is None:
                return False
            if not stat.S_ISDIR(status.st_mode or 0):
                raise NotADirectoryError(errno.ENOTDIR, "no folder")
            self._session.folders.add(path)
        return True

    def _made(self, sftp: paramiko.SFTPClient, folders: Sequence[str]) -> None:
        for depth in range(1, len(folders) + 1):
            if not self._stands(sftp, folders[:depth]):
                path = self._below("/".join(folders[:depth]))
                with contextlib.suppress(OSError):  # somebody else may have made it in between; the next look tells
                    sftp.mkdir(path, 0o755)
                    sftp.chmod(path, 0o755)
                if not self._stands(sftp, folders[:depth]):
                    raise FileNotFoundError(errno.ENOENT, "cannot be made")

    def _keep_lease(self, sftp: paramiko.SFTPClient) -> None:
        if self._session.lease is not None:
            self._session.lease.keep(sftp)

    def _connected(self) -> Line:
        """A new connection, on which the root stands.

        Raises:
            NotSent: there is none. AuthError: another server, or it does not let us in.
        """
        line = Line(self._place)
        try:
            with line.within(CALL_S):
                if stat.S_ISDIR(line.sftp.stat(self._below("")).st_mode or 0):
                    return line
            raise NotADirectoryError(errno.ENOTDIR, "no folder")
        except BaseException as error:
            line.close()
            if isinstance(error, FAILURES):
                raise NotSent(*self._failure("read", "", error).message) from error
            raise

    @contextlib.contextmanager
    def _told(self, verb: str, path: str) -> Iterator[paramiko.SFTPClient]:
        """The connection for one call, which may take ``CALL_S``; what goes wrong is told as ours."""
        with self.session():
            line = self._living()
            try:
                with line.within(CALL_S):
                    yield line.sftp
            except FAILURES as error:
                raise self._failure(verb, path, error) from error

    def _living(self) -> Line:
        """The session's connection, made anew once if it broke off: a takedown goes on with its next step."""
        own = self._session
        if own.line is None or not own.line.is_alive:
            if own.line is not None:
                own.line.close()
            if own.lost:
                raise self._failure("read", "", EOFError())
            own.line, own.lost, own.folders = None, True, set()
            try:
                own.line = self._connected()
            except NotSent as error:
                raise ChannelFailed(*error.message) from error  # of the calls before this one it would not be true
        return own.line

    def _failure(self, verb: str, path: str, error: Exception) -> ChannelFailed:
        where = self.where(path)
        if isinstance(error, OSError) and error.errno:
            en, de = os_reason(error)
        elif isinstance(error, OSError) and self._is_up():
            en, de = "the server says only that it failed", "der Server sagt nur, dass es misslang"
        else:
            en, de = "the connection broke off, or took too long", "die Verbindung brach ab oder dauerte zu lange"
        return ChannelFailed(
            f"Cannot {verb} {where}: {en}. Check that the folder is there, has room and belongs to that user, then try "
            "again.",
            f"{where} lässt sich nicht {_GERMAN[verb]}: {de}. Bitte prüfen, ob der Ordner da ist, Platz hat und diesem "
            "Benutzer gehört, dann erneut versuchen.",
        )

    def _is_up(self) -> bool:
        return self._session.line is not None and self._session.line.is_alive
