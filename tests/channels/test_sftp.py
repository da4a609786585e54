"""The website over SFTP, against OpenSSH's own server; what visitors see comes from nginx on the same folder."""

import os
import pathlib
import tempfile
from collections.abc import Callable, Collection, Iterator

import pytest

from fahndung.channels import layout
from fahndung.channels.sftp import Sftp
from fahndung.model.release import Release
from fahndung.testing.contract import ChannelContract

from . import build, servers, sshd
from .sshd import Sshd

pytestmark = pytest.mark.peers
SEED = int(os.environ.get("FAHNDUNG_SEED", "0"))


@pytest.fixture
def base() -> Iterator[pathlib.Path]:
    """A folder that the web server's user may enter, with an empty site in it."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder)
        path.chmod(0o755)
        (path / "site").mkdir()
        yield path


@pytest.fixture
def server(base: pathlib.Path) -> Iterator[Sshd]:
    with sshd.sshd(base / "sshd") as running:
        yield running


@pytest.fixture
def url(base: pathlib.Path) -> Iterator[str]:
    with servers.nginx(base / "site", base / "nginx") as running:
        yield running


class TestSftp(ChannelContract):
    @pytest.fixture
    def channel(self, server: Sshd, base: pathlib.Path, url: str) -> Sftp:
        return server.website(base / "site", url)

    @pytest.fixture
    def release(self, url: str) -> Release:
        return build.release(url)

    @pytest.fixture
    def other_release(self, url: str) -> Release:
        return build.release(url, slug=build.OTHER_SLUG)

    @pytest.fixture
    def blind(self, base: pathlib.Path) -> Callable[[], None]:
        return (base / "site" / layout.CANARY).unlink

    @pytest.fixture
    def online(self, base: pathlib.Path) -> Callable[[], Collection[str]]:
        return lambda: {name for name in build.public_files(base / "site") if name.startswith(("fahndung/", "bilder/"))}

    @pytest.fixture
    def secrets(self, server: Sshd) -> Collection[str]:
        return server.key.read_text().splitlines()[1:-1]
