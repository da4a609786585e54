"""Files below one folder of an SFTP server: put in place at once, never through a symbolic link if SFTP can tell.

Links are looked for before each call, folder by folder: SFTP has no way to open a file without following them, so
whoever may write there on the server could still win a race. The root itself may be a link: it is configured.
"""

import contextlib
import errno
import hashlib
import secrets
import stat
import time
from collections.abc import Hashable, Iterator

import paramiko

from fahndung.channels.sftplease import LEASE_S, Lease
from fahndung.channels.sftpline import FAILURES
from fahndung.channels.sftpplace import Place
from fahndung.channels.sftpsession import Session
from fahndung.channels.store import LOCK, TEMPORARY, WRITERS_FOLDERS, Store, parts_of
from fahndung.errors import ChannelFailed
from fahndung.http import MAX_BYTES

LOCK_WAIT_S = 10.0
_LOCK_PAUSE_S = 0.05


class SftpSite(Store):
    """The folder of a place."""

    def __init__(self, place: Place) -> None:
        self._session = Session(place)

    def where(self, path: str = "") -> str:
        """As an address, which opens nothing by itself."""
        return self._session.where(path)

    def session(self) -> contextlib.AbstractContextManager[None]:
        """One connection for all calls inside; one that broke off is made anew once.

        Raises:
            NotSent: no connection, or the root is not there. AuthError: another server, or it does not let us in.
        """
        return self._session.opened()

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """A file on the server that only one writer can make; it lapses if its writer dies.

        Raises:
            ChannelFailed: somebody else held the lock for ten seconds, or it cannot be made.
        """
        lease = Lease(self._session.below(LOCK))
        with self.session():
            self._wait_for(lease)
            self._session.lease = lease
            try:
                for place in WRITERS_FOLDERS:
                    self.clear_temporaries(place)
                yield
            finally:
                self._session.lease = None
                with contextlib.suppress(ChannelFailed), self._session.told("lock", LOCK) as sftp:
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
                raise self._session.failure("write", name, OSError(errno.EIO, "not what was written"))

    def read(self, path: str) -> bytes | None:
        """The bytes of a regular file; None where there is none.

        Raises:
            ChannelFailed: the root is missing, or something on the way is a link or cannot be read.
        """
        *folders, name = parts_of(path)
        with self._session.told("read", path) as sftp:
            status = self._session.status(sftp, folders, name)
            if status is None:
                return None
            if not stat.S_ISREG(status.st_mode or 0):
                raise OSError(errno.EISDIR, "not a regular file")
            with sftp.open(self._session.below(path), "rb") as file:
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
        with self._session.told("list", path) as sftp:
            if not self._session.stands(sftp, parts_of(path)):
                return ()
            return tuple(sorted(name for name in self._session.names(sftp, path) if not name.startswith(TEMPORARY)))

    def stamp(self, path: str) -> Hashable | None:
        """The hash of a file, or what else stands there; None if absent.

        Raises:
            ChannelFailed: as for :meth:`read`.
        """
        *folders, name = parts_of(path)
        with self._session.told("read", path) as sftp:
            status = self._session.status(sftp, folders, name)
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
        with self._session.told("read", path) as sftp:
            status = self._session.status(sftp, folders, name)
            return status is not None and stat.S_ISDIR(status.st_mode or 0)

    def clear_temporaries(self, place: str) -> None:
        """Deletes what a killed writer left in a folder, and nothing below it. The caller holds the lock.

        Raises:
            ChannelFailed: as for :meth:`remove`.
        """
        with self._session.told("delete", place) as sftp:
            if not self._session.stands(sftp, parts_of(place)):
                return
            for name in self._session.names(sftp, place):
                path = f"{place}/{name}".lstrip("/")
                if name.startswith(TEMPORARY):
                    with contextlib.suppress(FileNotFoundError):  # it belonged to a 410 or to another one's lock
                        if not self._session.is_folder(sftp, path):
                            sftp.remove(self._session.below(path))

    def write(self, path: str, data: bytes) -> None:
        """Puts a whole file in place at once (mode 0644, folders 0755); does not wait for the server's disk.

        Raises:
            ChannelFailed: disk full, no permission, the root is missing, a link on the way, or the lock was lost.
        """
        with self._session.told("write", path) as sftp, self._written(sftp, path, data) as temporary:
            sftp.posix_rename(temporary, self._session.below(path))

    def create(self, path: str, data: bytes) -> bool:
        """The same where nothing stands; whether nothing did. SFTP's own renaming replaces nothing.

        OpenSSH gives the file a second name for it, which only one caller can do.

        Raises:
            ChannelFailed: as for :meth:`write`.
        """
        *folders, name = parts_of(path)
        with self._session.told("write", path) as sftp, self._written(sftp, path, data) as temporary:
            try:
                sftp.rename(temporary, self._session.below(path))
            except OSError:  # the server says of every reason only that it failed
                if self._session.status(sftp, folders, name) is None:
                    raise
                sftp.remove(temporary)
                return False
            return True

    def move(self, source: str, target: str) -> None:
        """Renames a file at once, replacing the target.

        Raises:
            ChannelFailed: as for :meth:`write`, or the source is missing.
        """
        *from_folders, _ = parts_of(source)
        *to_folders, _ = parts_of(target)
        with self._session.told("write", target) as sftp:
            self._keep_lease(sftp)
            if not self._session.stands(sftp, from_folders):
                raise FileNotFoundError(errno.ENOENT, "nothing to move")
            self._session.make(sftp, to_folders)
            sftp.posix_rename(self._session.below(source), self._session.below(target))

    def remove(self, path: str) -> None:
        """Deletes a file, a link or a whole folder; what is not there is a success.

        Raises:
            ChannelFailed: no permission, the root is missing, a link on the way.
        """
        *folders, name = parts_of(path)
        with self._session.told("delete", path) as sftp:
            if self._session.status(sftp, folders, name) is not None:
                self._session.folders.clear()
                self._remove(sftp, path)

    @contextlib.contextmanager
    def _written(self, sftp: paramiko.SFTPClient, path: str, data: bytes) -> Iterator[str]:
        """A whole temporary file beside a path, as the server names it; it goes if the block does not end well."""
        *folders, name = parts_of(path)
        self._keep_lease(sftp)
        self._session.make(sftp, folders)
        temporary = self._session.below("/".join([*folders, f"{TEMPORARY}{secrets.token_hex(8)}-{name}"[:200]]))
        try:
            with sftp.open(temporary, "wx") as file:
                file.write(data)
                file.chmod(0o644)
                written = file.stat().st_size
            if written != len(data):
                raise OSError(errno.EIO, "broken off")
            yield temporary
        except BaseException:
            with contextlib.suppress(*FAILURES):
                sftp.remove(temporary)
            raise

    def _wait_for(self, lease: Lease) -> None:
        until = time.monotonic() + LOCK_WAIT_S
        while True:
            with self._session.told("lock", LOCK) as sftp:
                self._session.make(sftp, parts_of(LOCK)[:-1])
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
            if not self._session.is_folder(sftp, path):
                sftp.remove(self._session.below(path))
                return
            for name in self._session.names(sftp, path):
                self._remove(sftp, f"{path}/{name}")
            sftp.rmdir(self._session.below(path))

    def _keep_lease(self, sftp: paramiko.SFTPClient) -> None:
        if self._session.lease is not None:
            self._session.lease.keep(sftp)
