"""Files on OpenSSH's own server."""

import os
import pathlib

import pytest

from fahndung.channels import sftpsite
from fahndung.channels.sftpsite import SftpSite
from fahndung.errors import ChannelFailed

from .sshd import Sshd

pytestmark = pytest.mark.peers


class TestLinks:
    def test_a_linked_folder_leads_nowhere(self, sftp_server: Sshd, served: pathlib.Path) -> None:
        (served / "outside").mkdir()
        (served / "outside/secret.txt").write_bytes(b"secret")
        site = SftpSite(sftp_server.website(served / "site").endpoint)
        (served / "site/link").symlink_to(served / "outside")
        for act in (
            lambda: site.read("link/secret.txt"),
            lambda: site.names("link"),
            lambda: site.write("link/new.txt", b"x"),
            lambda: site.remove("link/secret.txt"),
            lambda: site.stamp("link/secret.txt"),
            lambda: site.move("link/secret.txt", "a"),
            lambda: site.clear_temporaries("link"),
        ):
            with pytest.raises(ChannelFailed, match="Not a directory"):
                act()
        assert os.listdir(served / "outside") == ["secret.txt"]
        assert not site.is_folder("link")

    def test_a_link_in_place_of_a_file_is_not_read_but_replaced_or_removed(
        self, sftp_server: Sshd, served: pathlib.Path
    ) -> None:
        (served / "outside").mkdir()
        secret = served / "outside/secret.txt"
        secret.write_bytes(b"secret")
        site = SftpSite(sftp_server.website(served / "site").endpoint)
        for name in ("a", "b", "c"):
            (served / "site" / name).symlink_to(secret)
        (served / "site/folder").mkdir()
        (served / "site/folder/link").symlink_to(served / "outside")
        with pytest.raises(ChannelFailed):
            site.read("a")
        site.write("a", b"x")
        site.write_if_new("c", b"x")
        site.remove("b")
        site.remove("folder")
        assert (site.read("a"), site.read("b"), site.read("c")) == (b"x", None, b"x")
        assert secret.read_bytes() == b"secret"
        assert sorted(os.listdir(served / "site")) == ["a", "c"]

    def test_the_root_itself_may_be_a_link(self, sftp_server: Sshd, served: pathlib.Path) -> None:
        (served / "current").symlink_to(served / "site")
        SftpSite(sftp_server.website(served / "current").endpoint).write("a", b"x")
        assert (served / "site/a").read_bytes() == b"x"


class TestSite:
    def test_what_is_written_can_be_read_moved_and_removed(self, sftp_server: Sshd, served: pathlib.Path) -> None:
        site = SftpSite(sftp_server.website(served / "site").endpoint)
        site.write("a/b/c.txt", b"one")
        first = site.stamp("a/b/c.txt")
        site.write("a/b/c.txt", b"two")
        assert site.read("a/b/c.txt") == b"two"
        assert site.stamp("a/b/c.txt") != first
        assert site.stamp("a/b") is not None
        assert site.names("a/b") == ("c.txt",)
        assert (site.is_folder("a/b"), site.is_folder("a/b/c.txt")) == (True, False)
        site.move("a/b/c.txt", "d/e.txt")
        assert (site.read("a/b/c.txt"), site.read("d/e.txt")) == (None, b"two")
        site.remove("d/e.txt")
        site.remove("a")
        assert (site.names("d"), site.names("a"), site.stamp("a"), site.read("a/b/c.txt")) == ((), (), None, None)
        site.remove("a")
        with pytest.raises(ChannelFailed, match="No such file"):
            site.move("a/b", "c")

    def test_a_file_longer_than_one_packet_stays_whole(self, sftp_server: Sshd, served: pathlib.Path) -> None:
        site = SftpSite(sftp_server.website(served / "site").endpoint)
        data = os.urandom(3_000_001)
        site.write("big", data)
        assert site.read("big") == data == (served / "site/big").read_bytes()

    def test_what_is_too_large_is_not_read_on(
        self, sftp_server: Sshd, served: pathlib.Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        site = SftpSite(sftp_server.website(served / "site").endpoint)
        site.write("a", b"12345")
        monkeypatch.setattr(sftpsite, "MAX_BYTES", 4)
        with pytest.raises(ChannelFailed):
            site.read("a")

    def test_a_file_in_the_way_of_a_folder_is_told(self, sftp_server: Sshd, served: pathlib.Path) -> None:
        site = SftpSite(sftp_server.website(served / "site").endpoint)
        site.write("a", b"x")
        with pytest.raises(ChannelFailed, match="Not a directory"):
            site.write("a/b", b"x")
        assert site.read("a") == b"x"

    def test_a_root_that_vanishes_in_the_middle_is_not_an_empty_one(
        self, sftp_server: Sshd, served: pathlib.Path
    ) -> None:
        site = SftpSite(sftp_server.website(served / "site").endpoint)
        with site.session():
            site.write("a", b"x")
            (served / "site").rename(served / "away")
            for act in (lambda: site.read("a"), lambda: site.names("b"), lambda: site.stamp("a")):
                with pytest.raises(ChannelFailed, match="No such file"):
                    act()
