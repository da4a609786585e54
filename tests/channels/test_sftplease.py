"""The lock on OpenSSH's own server."""

import os
import pathlib
import threading
from typing import Any

import pytest

from fahndung.channels import sftplease, sftpsite
from fahndung.channels.sftpsite import SftpSite
from fahndung.errors import ChannelFailed, NotSent
from fahndung.model.publication import Live

from . import build, sshd
from .sshd import Sshd

pytestmark = pytest.mark.peers


def lapsed(lock: pathlib.Path) -> None:
    """Makes a lock so old that it counts no more."""
    written = lock.stat().st_mtime - sftplease.LEASE_S - 5
    os.utime(lock, (written, written))


class TestLock:
    @pytest.fixture
    def site(self, sftp_server: Sshd, served: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> SftpSite:
        monkeypatch.setattr(sftpsite, "LOCK_WAIT_S", 0.3)
        return SftpSite(sftp_server.website(served / "site").endpoint)

    @pytest.fixture
    def lock(self, served: pathlib.Path) -> pathlib.Path:
        return served / "site/.fahndung/lock"

    def test_two_publications_at_once_lose_no_entry(
        self, sftp_server: Sshd, served: pathlib.Path, nginx_url: str
    ) -> None:
        channel = sftp_server.website(served / "site", nginx_url)
        drafts = [channel.prepare(build.release(nginx_url, slug=f"{number:016d}")) for number in range(6)]
        threads = [threading.Thread(target=channel.publish, args=(draft, lambda _: None)) for draft in drafts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [type(channel.look(build.posting(draft))) for draft in drafts] == [Live] * len(drafts)

    def test_a_lock_that_lives_keeps_others_out_and_is_free_again_after_an_error(
        self, site: SftpSite, lock: pathlib.Path
    ) -> None:
        other = SftpSite(site._session._place)
        with site.locked(), pytest.raises(ChannelFailed, match="Another process"), other.locked():
            pass
        with pytest.raises(KeyError), site.locked():
            raise KeyError
        assert not lock.exists()
        with other.locked():
            assert lock.exists()

    def test_a_dead_writers_lock_lapses_and_its_temporaries_go(self, site: SftpSite, lock: pathlib.Path) -> None:
        lock.parent.mkdir()
        lock.write_text("a dead one's")
        (lock.parent / ".tmp-1-x").write_text("half")
        lapsed(lock)
        with site.locked():
            assert os.listdir(lock.parent) == ["lock"]
            assert lock.read_text() != "a dead one's"
        assert os.listdir(lock.parent) == []

    def test_a_lock_that_was_made_anew_meanwhile_is_put_back(
        self, site: SftpSite, lock: pathlib.Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lock.parent.mkdir()
        lock.write_text("another's")
        lapsed(lock)
        rename = sftplease.paramiko.SFTPClient.posix_rename

        def raced(sftp: Any, old: str, new: str) -> None:
            lock.write_text("a third one's")
            rename(sftp, old, new)

        monkeypatch.setattr(sftplease.paramiko.SFTPClient, "posix_rename", raced)
        with pytest.raises(ChannelFailed, match="Another process"), site.locked():
            pass
        assert lock.read_text() == "a third one's"
        assert build.temporaries(lock.parent) == []

    def test_whoever_lost_the_lock_writes_no_more_and_leaves_the_others_alone(
        self, site: SftpSite, lock: pathlib.Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sftplease, "RENEW_S", 0)
        with site.locked():
            before = lock.stat().st_mtime_ns
            site.write("a", b"x")
            assert lock.stat().st_mtime_ns > before
            lock.write_text("another's")
            for act in (lambda: site.write("b", b"x"), lambda: site.move("a", "b")):
                with pytest.raises(ChannelFailed, match="took over"):
                    act()
            lock.unlink()
            with pytest.raises(ChannelFailed, match="took over"):
                site.write("b", b"x")
            lock.write_text("another's")
        assert lock.read_text() == "another's"
        assert site.read("b") is None

    def test_a_lock_that_cannot_be_made_is_told(self, served: pathlib.Path) -> None:
        (served / "site/.fahndung").mkdir()
        with sshd.sshd(served / "sshd", options="-R") as sftp_server:
            channel = sftp_server.website(served / "site")
            draft = channel.prepare(build.release(channel.endpoint.base_url))
            with pytest.raises(NotSent, match="Permission"):
                channel.publish(draft, lambda _: None)

    def test_a_lock_that_stands_where_nothing_can_be_made_is_told(self, served: pathlib.Path) -> None:
        (served / "site/.fahndung").mkdir()
        (served / "site/.fahndung/lock").write_text("another's")
        with sshd.sshd(served / "sshd", options="-R") as sftp_server:
            site = SftpSite(sftp_server.website(served / "site").endpoint)
            with pytest.raises(ChannelFailed, match="Permission"), site.locked():
                pass
        assert (served / "site/.fahndung/lock").read_text() == "another's"
