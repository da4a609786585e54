"""A real SFTP server on loopback for the tests: OpenSSH's sshd and internal-sftp, keys and configuration its own."""

import contextlib
import dataclasses
import os
import pathlib
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

from fahndung import channels
from fahndung.channels.sftp import Sftp

from . import build, servers

_CONFIG = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
AuthorizedKeysFile {folder}/authorized
PidFile {folder}/pid
UsePAM no
StrictModes no
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
MaxStartups 100
UseDNS no
Subsystem sftp internal-sftp {options}
ForceCommand internal-sftp {options}
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Sshd:
    """A running server and what lets us in."""

    folder: pathlib.Path
    port: int

    @property
    def key(self) -> pathlib.Path:
        """The private key of the one who may log in."""
        return self.folder / "user"

    @property
    def known_hosts(self) -> pathlib.Path:
        """A file that knows this server."""
        path = self.folder / "known_hosts"
        if not path.exists():
            path.write_text(f"[127.0.0.1]:{self.port} {(self.folder / 'host.pub').read_text()}")
        return path

    @property
    def fingerprint(self) -> str:
        """Of its host key, as ssh-keygen prints it."""
        told = run("ssh-keygen", "-l", "-f", str(self.folder / "host.pub"))
        return told.split()[1]

    def authorize(self, options: str = "") -> None:
        """Lets the key in, with options of authorized_keys before it."""
        (self.folder / "authorized").write_text(f"{options} {(self.folder / 'user.pub').read_text()}".lstrip())

    def table(self, root: pathlib.Path | str, base_url: str = "https://f.example/", **values: Any) -> dict[str, Any]:
        """The configuration of a website below ``root`` there; a value of None leaves the key out."""
        table = {
            "name": "website",
            "kind": "sftp",
            "base_url": base_url,
            "host": "127.0.0.1",
            "port": self.port,
            "user": pwd.getpwuid(os.getuid()).pw_name,
            "folder": str(root),
            "known_hosts": str(self.known_hosts),
            "key_file": str(self.key),
        } | values
        return {key: value for key, value in table.items() if value is not None}

    def website(self, root: pathlib.Path | str, base_url: str = "https://f.example/", **values: Any) -> Sftp:
        """That website."""
        opened = channels.from_config(
            self.table(root, base_url, **values), home_id="home-1", nonce=build.NONCE, home=self.folder
        )
        assert isinstance(opened, Sftp)
        return opened


@contextlib.contextmanager
def sshd(folder: pathlib.Path, *, port: int = 0, options: str = "", largest_file: int | None = None) -> Iterator[Sshd]:
    """The server, until the block ends; on a port that it had before, with the keys that lie in its folder.

    Args:
        options: of internal-sftp. largest_file: bytes; a write beyond fails as on a full disk.
    """
    server = Sshd(folder=folder, port=port or servers.free_port())
    folder.mkdir(exist_ok=True)
    for name in ("host", "user"):
        if not (folder / name).exists():
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", str(folder / name))
    if not (folder / "authorized").exists():
        server.authorize()
    (folder / "config").write_text(_CONFIG.format(port=server.port, folder=folder, options=options))
    if os.getuid() == 0:
        pathlib.Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # where sshd locks up its child before the login
    program = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    assert program, "make system installs openssh-server"
    command = [program, "-D", "-e", "-f", str(folder / "config")]
    if largest_file is not None:
        command = ["prlimit", f"--fsize={largest_file}", *command]
    # Python ignores SIGXFSZ, and so does what it starts: the write fails instead of killing the server
    with servers.running(command, server.port, folder, restore_signals=False):
        yield server


def run(*command: str) -> str:
    """What a command says."""
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
