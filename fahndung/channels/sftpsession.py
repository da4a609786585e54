"""One thread's connection to the folder of an SFTP server, with the steps that every call on its files is made of.

A connection that breaks off is made anew once; what goes wrong is told as ours. Changes nothing but folders on the way.
"""

import contextlib
import errno
import stat
import threading
from collections.abc import Iterator, Sequence

import paramiko

from fahndung import hearing
from fahndung.channels.sftplease import Lease
from fahndung.channels.sftpline import FAILURES, Line
from fahndung.channels.sftpplace import Place
from fahndung.errors import ChannelFailed, NotSent, os_reason

CALL_S = 30.0
"""How long one call may take, a whole file included."""
_GERMAN = {"read": "lesen", "list": "auflisten", "write": "schreiben", "delete": "löschen", "lock": "sperren"}
_SAID = (None, errno.EACCES)
"""What paramiko makes of a server's refusals; any other number may be this program's own finding."""


class Session(threading.local):
    """What one thread has open; each has its own.

    Attributes:
        depth: how many blocks are inside each other. lost: whether the connection was made anew already.
        lease: the lock that is held. folders: which were found to be real ones.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self.depth = 0
        self.line: Line | None = None
        self.lost = False
        self.lease: Lease | None = None
        self.folders: set[str] = set()

    def where(self, path: str = "") -> str:
        """As an address, which opens nothing by itself."""
        place = self._place
        return f"sftp://{place.user}@{place.host}:{place.port}{self.below(path)}"

    @contextlib.contextmanager
    def opened(self) -> Iterator[None]:
        """One connection for all calls inside; one that broke off is made anew once.

        Raises:
            NotSent: no connection, or the root is not there. AuthError: another server, or it does not let us in.
        """
        if self.depth == 0:
            self.line, self.lost, self.folders = self._connected(), False, set()
        self.depth += 1
        try:
            yield
        finally:
            self.depth -= 1
            if self.depth == 0 and self.line is not None:
                self.line.close()
                self.line = None

    @contextlib.contextmanager
    def told(self, verb: str, path: str) -> Iterator[paramiko.SFTPClient]:
        """The connection for one call, which may take ``CALL_S``; what goes wrong is told as ours."""
        with self.opened():
            line = self._living()
            try:
                with line.within(CALL_S):
                    yield line.sftp
            except FAILURES as error:
                raise self.failure(verb, path, error) from error

    def failure(self, verb: str, path: str, error: Exception) -> ChannelFailed:
        """What went wrong at a path, with what to do; ``verb`` is a key of ``_GERMAN``."""
        where = self.where(path)
        if isinstance(error, OSError) and error.errno in _SAID and self._is_up():
            hearing.tell("SFTP", where, error.errno or 0, str(error).encode(errors="replace"))
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

    def below(self, path: str) -> str:
        """The path on the server."""
        root = self._place.folder.rstrip("/")
        return f"{root}/{path}" if path else root or "/"

    def names(self, sftp: paramiko.SFTPClient, path: str) -> list[str]:
        """All names inside a folder.

        Raises:
            OSError: one of them would lead out of it.
        """
        names = [attributes.filename for attributes in sftp.listdir_attr(self.below(path))]
        if any("/" in name or "\0" in name for name in names):
            raise OSError(errno.EIO, "a name that is none")
        return [name for name in names if name not in {"", ".", ".."}]

    def status(self, sftp: paramiko.SFTPClient, folders: Sequence[str], name: str) -> paramiko.SFTPAttributes | None:
        """What stands at a name; None if nothing does, and the root surely stands."""
        return self._lstat(sftp, "/".join([*folders, name])) if self.stands(sftp, folders) else None

    def is_folder(self, sftp: paramiko.SFTPClient, path: str) -> bool:
        """Whether a real folder stands there, and no link to one."""
        return stat.S_ISDIR(sftp.lstat(self.below(path)).st_mode or 0)

    def stands(self, sftp: paramiko.SFTPClient, folders: Sequence[str]) -> bool:
        """Whether a folder stands; a link on the way is an error. Each is looked at once a session."""
        for depth in range(1, len(folders) + 1):
            path = "/".join(folders[:depth])
            if path in self.folders:
                continue
            status = self._lstat(sftp, path)
            if status is None:
                return False
            if not stat.S_ISDIR(status.st_mode or 0):
                raise NotADirectoryError(errno.ENOTDIR, "no folder")
            self.folders.add(path)
        return True

    def make(self, sftp: paramiko.SFTPClient, folders: Sequence[str]) -> None:
        """Makes what is missing of a folder and those above it."""
        for depth in range(1, len(folders) + 1):
            if not self.stands(sftp, folders[:depth]):
                path = self.below("/".join(folders[:depth]))
                with contextlib.suppress(OSError):  # somebody else may have made it in between; the next look tells
                    sftp.mkdir(path, 0o755)
                    sftp.chmod(path, 0o755)
                if not self.stands(sftp, folders[:depth]):
                    raise FileNotFoundError(errno.ENOENT, "cannot be made")

    def _lstat(self, sftp: paramiko.SFTPClient, path: str) -> paramiko.SFTPAttributes | None:
        try:
            return sftp.lstat(self.below(path))
        except FileNotFoundError:
            if not stat.S_ISDIR(sftp.stat(self.below("")).st_mode or 0):  # or else the root itself is missing
                raise
            return None

    def _connected(self) -> Line:
        """A new connection, on which the root stands.

        Raises:
            NotSent: there is none. AuthError: another server, or it does not let us in.
        """
        line = Line(self._place)
        try:
            with line.within(CALL_S):
                if stat.S_ISDIR(line.sftp.stat(self.below("")).st_mode or 0):
                    return line
            raise NotADirectoryError(errno.ENOTDIR, "no folder")
        except BaseException as error:
            line.close()
            if isinstance(error, FAILURES):
                raise NotSent(*self.failure("read", "", error).message) from error
            raise

    def _living(self) -> Line:
        """The session's connection, made anew once if it broke off: a takedown goes on with its next step."""
        if self.line is None or not self.line.is_alive:
            if self.line is not None:
                self.line.close()
            if self.lost:
                raise self.failure("read", "", EOFError())
            self.line, self.lost, self.folders = None, True, set()
            try:
                self.line = self._connected()
            except NotSent as error:
                raise ChannelFailed(*error.message) from error  # of the calls before this one it would not be true
        return self.line

    def _is_up(self) -> bool:
        return self.line is not None and self.line.is_alive
