"""The lock of one writer on an SFTP server: a file that only one can make, and that lapses when its writer has died.

SFTP knows no locks. Age is told by the server's clock alone, so that no two clocks are compared. Whoever loses the lock
after standing still is told at the next write; should two still write at once, the next look at the site shows it.
"""

import contextlib
import secrets
import time

import paramiko

from fahndung.channels.store import TEMPORARY
from fahndung.errors import ChannelFailed

LEASE_S = 90.0
"""A lock that was not renewed for so long is nobody's; longer than any single call may take."""
RENEW_S = LEASE_S / 4
_MOST_FAILURES = 3


class Lease:
    """One try to be the only writer; ``path`` is the lock's on the server, whose folder stands."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._token = secrets.token_hex(16).encode()
        self._renewed = 0.0
        self._failures = 0

    def taken(self, sftp: paramiko.SFTPClient) -> bool:
        """Whether we are the one now; a lock that has lapsed is cleared for the next try.

        On a full disk the lock stays without its writer's token: a takedown there makes room.

        Raises:
            OSError: the lock cannot be made, and not because it is there.
        """
        try:
            file = sftp.open(self._path, "wx")
        except OSError:
            if not self._cleared(sftp):  # SFTP has no word for "it is there already"
                self._failures += 1
                if self._failures > _MOST_FAILURES:
                    raise
            return False
        with file:
            try:
                file.write(self._token)
            except OSError:
                self._token = b""
        self._renewed = time.monotonic()
        return True

    def keep(self, sftp: paramiko.SFTPClient) -> None:
        """Renews the lock if it is time.

        Raises:
            ChannelFailed: it is another's now.
        """
        if time.monotonic() - self._renewed < RENEW_S:
            return
        if not self._is_ours(sftp):
            raise ChannelFailed(
                "Another process took over the lock of the website, because this one stood still for too long. It is "
                "tried again.",
                "Ein anderer Vorgang hat die Sperre der Website übernommen, weil dieser zu lange stillstand. Es wird "
                "erneut versucht.",
            )
        with sftp.open(self._path, "r+") as file:
            file.write(self._token)
        self._renewed = time.monotonic()

    def end(self, sftp: paramiko.SFTPClient) -> None:
        """Gives the lock back, if it is still ours."""
        if self._is_ours(sftp):
            sftp.remove(self._path)

    def _is_ours(self, sftp: paramiko.SFTPClient) -> bool:
        try:
            with sftp.open(self._path, "rb") as file:
                return file.read(len(self._token) + 1) == self._token
        except FileNotFoundError:
            return False

    def _cleared(self, sftp: paramiko.SFTPClient) -> bool:
        """Whether a lock stood there; it is taken away if it has lapsed, by one of all who see that."""
        folder, _, _ = self._path.rpartition("/")
        probe, aside = (f"{folder}/{TEMPORARY}{secrets.token_hex(8)}-{name}" for name in ("now", "lapsed"))
        try:
            seen = sftp.lstat(self._path).st_mtime or 0
            sftp.open(probe, "wx").close()
            now = sftp.lstat(probe).st_mtime or 0
            sftp.remove(probe)
            if abs(now - seen) <= LEASE_S:
                return True
            sftp.posix_rename(self._path, aside)
            if sftp.lstat(aside).st_mtime != seen:  # somebody else was faster, and this is a lock that lives
                sftp.rename(aside, self._path)
                return True
            sftp.remove(aside)
        except FileNotFoundError:
            return False
        except OSError:
            with contextlib.suppress(OSError):
                sftp.remove(probe)
            raise
        return True
