"""Files on OpenSSH's own server."""

import datetime as dt
import os
import pathlib

import paramiko
import pytest

from fahndung import hearing
from fahndung.channels import sftpsession, sftpsite
from fahndung.channels.sftpsite import SftpSite
from fahndung.errors import ChannelFailed, NotSent
from fahndung.hearing import Ear

from .sshd import Sshd

AT = dt.datetime(2026, 11, 27, 12, tzinfo=dt.UTC)

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
    def test_what_is_created_replaces_nothing_and_what_fails_is_told(
        self, sftp_server: Sshd, served: pathlib.Path
    ) -> None:
        site = SftpSite(sftp_server.website(served / "site").endpoint)
        assert site.create("a/b", b"first")
        assert not site.create("a/b", b"second")
        assert site.read("a/b") == b"first"
        assert (served / "site/a/b").stat().st_mode & 0o777 == 0o644
        with site.session(), pytest.MonkeyPatch.context() as patched:
            patched.setattr(paramiko.SFTPClient, "rename", lambda sftp, *_: sftp.remove("/no/such/file"))
            with pytest.raises(ChannelFailed, match="Cannot write"):
                site.create("a/c", b"x")
        assert os.listdir(served / "site/a") == ["b"]

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

    def test_what_the_server_says_of_a_failure_can_be_kept(self, sftp_server: Sshd, served: pathlib.Path) -> None:
        site, ear = SftpSite(sftp_server.website(served / "site").endpoint), Ear(lambda: AT)
        (served / "site" / "a").mkdir()
        (served / "site" / "a" / "b").write_bytes(b"x")
        with hearing.listening(ear), pytest.raises(ChannelFailed):
            site.write("a", b"x")
        (kept,) = ear.kept()
        assert (kept.method, kept.status, kept.body) == ("SFTP", 0, "Failure")
        assert kept.address.endswith(f"{served}/site/a")
        assert "@" not in kept.address

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

    def test_what_a_server_does_not_keep_is_told(
        self, sftp_server: Sshd, served: pathlib.Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        site = SftpSite(sftp_server.website(served / "site").endpoint)
        with monkeypatch.context() as patched:
            patched.setattr(SftpSite, "read", lambda *_: b"other")
            with pytest.raises(ChannelFailed, match="Input/output"):
                site.check_writable()
        with monkeypatch.context() as patched:
            patched.setattr(paramiko.SFTPFile, "write", lambda *_: None)
            with pytest.raises(ChannelFailed, match="Input/output"):
                site.write("a", b"x")
        with monkeypatch.context() as patched:
            patched.setattr(paramiko.SFTPClient, "mkdir", lambda *_: None)
            with pytest.raises(ChannelFailed, match="No such file"):
                site.write("a/b", b"x")
        assert os.listdir(served / "site") == []

    def test_names_that_are_none_are_not_followed(
        self, sftp_server: Sshd, served: pathlib.Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        site = SftpSite(sftp_server.website(served / "site").endpoint)
        os.mkdir(os.fsencode(served / "site") + b"/\xff")
        with pytest.raises(ChannelFailed):
            site.names("")
        odd = paramiko.SFTPAttributes()
        odd.filename = "../x"
        monkeypatch.setattr(paramiko.SFTPClient, "listdir_attr", lambda *_: [odd])
        with pytest.raises(ChannelFailed, match="Input/output"):
            site.names("")

    def test_folders_named_like_temporaries_stay_and_a_root_may_be_all_there_is(
        self, sftp_server: Sshd, served: pathlib.Path
    ) -> None:
        site = SftpSite(sftp_server.website(served / "site").endpoint)
        (served / "site/.tmp-folder").mkdir()
        (served / "site/.tmp-file").write_text("x")
        site.clear_temporaries("")
        site.clear_temporaries("not/there")
        assert os.listdir(served / "site") == [".tmp-folder"]
        assert SftpSite(sftp_server.website("/").endpoint).is_folder("tmp")

    def test_a_connection_that_broke_off_is_made_anew_once_a_session(
        self, sftp_server: Sshd, served: pathlib.Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        site = SftpSite(sftp_server.website(served / "site").endpoint)

        def cut() -> None:
            assert site._session.line is not None
            site._session.line.close()

        with site.session():
            cut()
            site.write("a", b"x")
            cut()
            for _ in range(2):
                with pytest.raises(ChannelFailed, match="broke off") as caught:
                    site.read("a")
                assert not isinstance(caught.value, NotSent), "something was done before"
        with site.session():
            cut()
            sftp_server.key.unlink()
            with pytest.raises(ChannelFailed, match="cannot be read") as caught:
                site.read("a")
            assert not isinstance(caught.value, NotSent)

    def test_a_call_that_takes_too_long_is_ended(
        self, sftp_server: Sshd, served: pathlib.Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        site = SftpSite(sftp_server.website(served / "site").endpoint)
        os.mkfifo(served / "site/pipe")
        with site.session():
            monkeypatch.setattr(sftpsession, "CALL_S", 0.5)
            monkeypatch.setattr(sftpsite.stat, "S_ISREG", lambda _: True)
            with pytest.raises(ChannelFailed, match="took too long"):
                site.read("pipe")  # the server waits for somebody to write into it
        os.close(os.open(served / "site/pipe", os.O_WRONLY | os.O_NONBLOCK))  # else it would wait for ever
