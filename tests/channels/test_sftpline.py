"""Who is let in and whom we believe, against OpenSSH's own server."""

import base64
import contextlib
import os
import pathlib
import re
import socket
import threading
from collections.abc import Callable, Iterator

import paramiko
import pytest

from fahndung.channels import knownhosts, sftpline
from fahndung.channels.sftpline import Line
from fahndung.channels.sftpplace import Place
from fahndung.errors import AuthError, NotSent

from . import build, sshd
from .sshd import Sshd

pytestmark = pytest.mark.peers
PASSWORD = "geheim-4711-und-laenger"


class TestWhoIsThere:
    def test_a_server_with_another_key_gets_nothing(self, served: pathlib.Path) -> None:
        with sshd.sshd(served / "sshd") as sftp_server:
            channels_ = [
                sftp_server.website(served / "site"),
                sftp_server.website(served / "site", known_hosts=None, host_key=sftp_server.fingerprint),
            ]
            for channel in channels_:
                channel.check()
        for name in ("host", "host.pub"):
            (served / "sshd" / name).unlink()
        with sshd.sshd(served / "sshd", port=sftp_server.port) as changed:
            for channel in channels_:
                draft = channel.prepare(build.release(channel.endpoint.base_url))
                with pytest.raises(AuthError, match=re.escape(changed.fingerprint)) as caught:
                    channel.publish(draft, lambda _: None)
                assert "Somebody may listen in" in caught.value.message.en
            assert os.listdir(served / "site") == []

    def test_an_unknown_server_is_never_believed(self, sftp_server: Sshd, served: pathlib.Path) -> None:
        known = sftp_server.known_hosts.read_text()
        channel = sftp_server.website(served / "site")
        other_kind = (served / "sshd/host.pub").read_text().replace("ssh-ed25519", "ssh-rsa")
        for text in ("", known.replace(str(sftp_server.port), "22"), f"{known} {other_kind}"[:9]):
            sftp_server.known_hosts.write_text(text)
            with pytest.raises(AuthError, match=f"ssh-keyscan -p {sftp_server.port} 127.0.0.1") as caught:
                channel.check()
            assert "listen in" not in caught.value.message.en, "nobody was ever entered, so nobody was exchanged"
        sftp_server.known_hosts.write_text(f"@revoked {known}{known}")
        with pytest.raises(AuthError, match="not the server"):
            channel.check()
        (served / "sshd/known_hosts").unlink()
        with pytest.raises(AuthError, match="cannot be read"):
            channel.check()

    def test_a_known_key_of_a_kind_that_nobody_speaks_any_more_is_no_way_in(
        self, sftp_server: Sshd, served: pathlib.Path
    ) -> None:
        old = base64.b64encode(b"\0\0\0\x07ssh-dss" + bytes(32)).decode()
        sftp_server.known_hosts.write_text(f"[127.0.0.1]:{sftp_server.port} ssh-dss {old}\n")
        with pytest.raises(AuthError, match="no key of the kinds"):
            sftp_server.website(served / "site").check()

    def test_hashed_names_and_a_second_fingerprint_are_known(self, sftp_server: Sshd, served: pathlib.Path) -> None:
        sshd.run("ssh-keygen", "-H", "-f", str(sftp_server.known_hosts))
        assert "|1|" in sftp_server.known_hosts.read_text()
        sftp_server.website(served / "site").check()
        both = f"SHA256:{'A' * 43} {sftp_server.fingerprint}"
        sftp_server.website(served / "site", known_hosts=None, host_key=both).check()

    def test_a_server_without_a_key_of_the_known_kinds_is_refused(self, served: pathlib.Path) -> None:
        (served / "sshd").mkdir()
        sshd.run("ssh-keygen", "-q", "-t", "rsa", "-b", "3072", "-N", "", "-f", str(served / "sshd/host"))
        with sshd.sshd(served / "sshd") as sftp_server:
            sftp_server.website(served / "site").check()
            ours = (served / "sshd/user.pub").read_text()
            sftp_server.known_hosts.write_text(f"[127.0.0.1]:{sftp_server.port} {ours}")
            with pytest.raises(AuthError, match="no key of the kinds"):
                sftp_server.website(served / "site").check()


class TestWhoWeAre:
    def test_an_expired_or_unknown_key_is_refused(self, sftp_server: Sshd, served: pathlib.Path) -> None:
        channel = sftp_server.website(served / "site")
        for options in ('expiry-time="20200101"', "#"):
            sftp_server.authorize(options)
            with pytest.raises(AuthError, match="does not let"):
                channel.check()
        sftp_server.authorize('expiry-time="20990101"')
        channel.check()

    def test_a_key_may_be_a_secret_or_have_a_pass_phrase(
        self, sftp_server: Sshd, served: pathlib.Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("FAHNDUNG_SFTP", sftp_server.key.read_text())
        sftp_server.website(served / "site", key_file=None, credential="sftp").check()
        sshd.run("ssh-keygen", "-q", "-p", "-P", "", "-N", "long enough", "-f", str(sftp_server.key))
        with pytest.raises(AuthError, match="pass phrase"):
            sftp_server.website(served / "site").check()
        for phrase, outcome in (("wrong", pytest.raises(AuthError, match="pass phrase")), ("long enough", None)):
            monkeypatch.setenv("FAHNDUNG_SFTP", phrase)
            with outcome or contextlib.nullcontext():
                sftp_server.website(served / "site", credential="sftp").check()
        monkeypatch.delenv("FAHNDUNG_SFTP")
        with pytest.raises(AuthError, match="FAHNDUNG_SFTP"):
            sftp_server.website(served / "site", credential="sftp").check()

    def test_ecdsa_and_rsa_keys_are_known_and_others_refused(self, sftp_server: Sshd, served: pathlib.Path) -> None:
        for kind in ("ecdsa", "rsa"):
            sftp_server.key.unlink()
            sshd.run("ssh-keygen", "-q", "-t", kind, "-N", "", "-f", str(sftp_server.key))
            sftp_server.authorize()
            sftp_server.website(served / "site").check()
        sftp_server.key.write_text("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n")
        with pytest.raises(AuthError, match="cannot be used"):
            sftp_server.website(served / "site").check()

    def test_a_key_file_that_others_may_read_or_that_is_not_there_is_refused(
        self, sftp_server: Sshd, served: pathlib.Path
    ) -> None:
        sftp_server.key.chmod(0o644)
        with pytest.raises(AuthError, match="chmod 600"):
            sftp_server.website(served / "site").check()
        sftp_server.key.unlink()
        with pytest.raises(AuthError, match="cannot be read"):
            sftp_server.website(served / "site").check()

    def test_a_password_is_not_tried_where_keys_are_asked_for(
        self, sftp_server: Sshd, served: pathlib.Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("FAHNDUNG_SFTP", "geheim-4711")
        with pytest.raises(AuthError, match="does not let") as caught:
            sftp_server.website(served / "site", key_file=None, credential="sftp").check()
        assert "geheim" not in "".join(caught.value.message)


class Gate(paramiko.ServerInterface):
    """Lets in whoever knows the password; may ask for more after it."""

    def __init__(self, after: int) -> None:
        self._after = after

    def get_allowed_auths(self, username: str) -> str:
        return "password"

    def check_auth_password(self, username: str, password: str) -> int:
        return self._after if (username, password) == ("fahndung", PASSWORD) else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED


@contextlib.contextmanager
def listening(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server for one connection; its port."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve() -> None:
            with door.accept()[0] as client, contextlib.suppress(OSError, EOFError, paramiko.SSHException):
                answer(client)

        thread = threading.Thread(target=serve)
        thread.start()
        yield door.getsockname()[1]
        thread.join()


@contextlib.contextmanager
def gate(after: int = paramiko.AUTH_SUCCESSFUL, *, sftp: bool = True) -> Iterator[Place]:
    """A server that asks for a password, and where to find it."""
    key = paramiko.ECDSAKey.generate()
    closed = threading.Event()

    def answer(client: socket.socket) -> None:
        transport = paramiko.Transport(client)
        transport.add_server_key(key)
        if sftp:
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer)
        transport.start_server(server=Gate(after))
        closed.wait(20)
        transport.close()

    with listening(answer) as port:
        try:
            yield place(port, knownhosts.fingerprint(key.asbytes()))
        finally:
            closed.set()


def place(port: int, host_key: str = f"SHA256:{'A' * 43}") -> Place:
    """A folder there."""
    config = {"host": "127.0.0.1", "port": port, "user": "fahndung", "folder": "/", "host_key": host_key}
    config |= {"name": "website", "base_url": "https://f.example/", "credential": "sftp"}
    return Place.from_config(config, home_id="h", nonce="n", home=pathlib.Path("/"))


class TestPasswordsAndOddServers:
    @pytest.mark.parametrize(
        ("password", "after", "lets_in"),
        [
            (PASSWORD, paramiko.AUTH_SUCCESSFUL, True),
            ("wrong", paramiko.AUTH_SUCCESSFUL, False),
            (PASSWORD, paramiko.AUTH_PARTIALLY_SUCCESSFUL, False),
        ],
    )
    def test_a_password_lets_in_if_it_is_right_and_enough(
        self, monkeypatch: pytest.MonkeyPatch, password: str, after: int, lets_in: bool
    ) -> None:
        monkeypatch.setenv("FAHNDUNG_SFTP", password)
        with gate(after) as there:
            if lets_in:
                Line(there).close()
                return
            with pytest.raises(AuthError, match="does not let") as caught:
                Line(there)
            assert password not in "".join(caught.value.message)

    def test_a_server_without_sftp_is_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FAHNDUNG_SFTP", PASSWORD)
        with gate(sftp=False) as there, pytest.raises(NotSent, match="does not answer as an SFTP server"):
            Line(there)

    def test_what_is_no_ssh_server_gets_no_password(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FAHNDUNG_SFTP", PASSWORD)
        heard: list[bytes] = []

        def web(client: socket.socket) -> None:
            client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            while data := client.recv(1000):
                heard.append(data)

        with listening(web) as port, pytest.raises(NotSent, match="does not answer as an SFTP server"):
            Line(place(port))
        assert PASSWORD.encode() not in b"".join(heard)

    def test_a_server_that_says_nothing_is_given_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sftpline, "CONNECT_S", 0.3)
        with listening(lambda client: client.recv(1 << 16) and client.recv(1) and None) as port:  # noqa: SIM117
            with pytest.raises(NotSent, match="or not in time"):
                Line(place(port))

    def test_a_password_that_is_missing_is_told_by_its_name(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("FAHNDUNG_SFTP", raising=False)
        with gate() as there, pytest.raises(AuthError, match="FAHNDUNG_SFTP"):
            Line(there)
