"""Real servers for the tests of channels: started when a test asks for them."""

import pathlib
import tempfile
from collections.abc import Iterator

import pytest

from . import patience, servers, sshd
from .sshd import Sshd


@pytest.fixture(autouse=True)
def spared(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test waits for an answer that its platform does not give."""
    patience.spare(monkeypatch)


@pytest.fixture
def served() -> Iterator[pathlib.Path]:
    """A folder that a web server's user may enter, with an empty ``site`` in it."""
    with tempfile.TemporaryDirectory() as folder:  # tmp_path is closed to other users
        path = pathlib.Path(folder)
        path.chmod(0o755)
        (path / "site").mkdir()
        yield path


@pytest.fixture
def sftp_server(served: pathlib.Path) -> Iterator[Sshd]:
    """An SFTP server that reaches the folder."""
    with sshd.sshd(served / "sshd") as running:
        yield running


@pytest.fixture
def nginx_url(served: pathlib.Path) -> Iterator[str]:
    """The address of nginx on the folder's ``site``, with the generated configuration."""
    with servers.nginx(served / "site", served / "nginx") as running:
        yield running
