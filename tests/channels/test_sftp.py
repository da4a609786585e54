"""The website over SFTP, against OpenSSH's own server; what visitors see comes from nginx on the same folder."""

import collections
import contextlib
import dataclasses
import os
import pathlib
import random
import select
import socket
import threading
from collections.abc import Callable, Collection, Iterator

import pytest

from fahndung import http
from fahndung.channels import layout, sftplease
from fahndung.channels.base import Channel
from fahndung.channels.headers import HEADERS
from fahndung.channels.kinds import KIND_COMMENTS, KIND_MEDIA, TELLS_THE_END
from fahndung.channels.sftp import Sftp
from fahndung.errors import ChannelFailed, NotPublishable, NotSent
from fahndung.model.publication import Gone, Live, Unknown
from fahndung.model.release import Release
from fahndung.testing.contract import ChannelContract

from . import asked, build, killing, sshd
from .build import SLUG
from .sshd import Sshd

pytestmark = pytest.mark.peers
SEED = int(os.environ.get("FAHNDUNG_SEED", "0"))
KILLS, MOST_ROUNDS = (17 if os.environ.get(asked.VARIABLE) else 5), 60


@pytest.fixture
def short_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dead writer's lock lapses with the server's next second; nobody else writes in these tests."""
    monkeypatch.setattr(sftplease, "LEASE_S", 0)


class TestSftp(ChannelContract):
    @pytest.fixture
    def channel(self, sftp_server: Sshd, served: pathlib.Path, nginx_url: str) -> Sftp:
        return sftp_server.website(served / "site", nginx_url)

    @pytest.fixture
    def release(self, nginx_url: str) -> Release:
        return build.release(nginx_url)

    @pytest.fixture
    def other_release(self, nginx_url: str) -> Release:
        return build.release(nginx_url, slug=build.OTHER_SLUG)

    @pytest.fixture
    def blind(self, served: pathlib.Path) -> Callable[[], None]:
        return (served / "site" / layout.CANARY).unlink

    @pytest.fixture
    def online(self, served: pathlib.Path) -> Callable[[], Collection[str]]:
        return lambda: {
            name for name in build.public_files(served / "site") if name.startswith(("fahndung/", "bilder/"))
        }

    @pytest.fixture
    def secrets(self, sftp_server: Sshd) -> Collection[str]:
        return sftp_server.key.read_text().splitlines()[1:-1]


def test_a_server_with_our_configuration_shows_an_end(sftp_server: Sshd, served: pathlib.Path, nginx_url: str) -> None:
    sftp_server.website(served / "site", nginx_url).prove()
    assert [one for one in (served / "site").rglob("*") if one.is_file() and one.name != layout.CANARY] == []


def test_it_is_a_website_like_the_others(sftp_server: Sshd, served: pathlib.Path) -> None:
    channel: Channel = sftp_server.website(served / "site")
    assert KIND_MEDIA["sftp"] is channel.medium
    assert KIND_COMMENTS["sftp"] is KIND_COMMENTS["website"]
    assert "sftp" in TELLS_THE_END
    able = channel.capabilities()
    assert (able.recovery, able.reads_back, able.rehearsal_only) == ("path", "http", False)
    assert able.evidence is not None
    assert able.evidence.by == "real-server"


def test_nginx_shows_what_sftp_wrote_and_answers_410_with_every_header_afterwards(
    sftp_server: Sshd, served: pathlib.Path, nginx_url: str
) -> None:
    channel = sftp_server.website(served / "site", nginx_url)
    draft = build.publish(channel)
    page, picture = f"{nginx_url}fahndung/{SLUG}/", f"{nginx_url}bilder/{SLUG}/cctv-1.jpg"
    shown = http.get(page)
    assert (shown.status, shown.body) == (200, draft.payload[f"fahndung/{SLUG}/index.html"])
    assert isinstance(build.withdrawn(channel, draft), Gone)
    for address in (page, picture):
        answer = http.get(address)
        assert (answer.status, answer.body.decode()) == (410, build.GONE)
        assert {name: answer.headers.get(name.lower()) for name in HEADERS} == dict(HEADERS)
    assert http.get(f"{nginx_url}.fahndung/gone/{SLUG}.html").status == 404
    assert f'ref="tag:polizei.example,2026:{SLUG}"' in http.get(f"{nginx_url}feed.atom").body.decode()


def test_files_are_0644_and_folders_0755_whatever_the_servers_umask(served: pathlib.Path) -> None:
    with sshd.sshd(served / "sshd", options="-u 0077") as sftp_server:
        build.publish(sftp_server.website(served / "site"))
    for path in (served / "site").rglob("*"):
        assert path.stat().st_mode & 0o777 == (0o755 if path.is_dir() else 0o644), path


def test_a_language_ends_alone_and_with_the_appeal(sftp_server: Sshd, served: pathlib.Path, nginx_url: str) -> None:
    assert build.languages(sftp_server.website(served / "site", nginx_url)) == [Live, Gone, Live, Gone, Gone]


def test_a_record_for_registers_ends_with_a_correction_and_the_appeal(
    sftp_server: Sshd, served: pathlib.Path, nginx_url: str
) -> None:
    channel = sftp_server.website(served / "site", nginx_url)
    fetched = build.registers(channel, lambda path: (served / "site" / path).read_bytes())
    assert fetched == [Live, Gone, Live, Gone, Gone]


def test_a_page_that_an_earlier_version_put_up_is_taken_down(
    sftp_server: Sshd, served: pathlib.Path, nginx_url: str
) -> None:
    channel = sftp_server.website(served / "site", nginx_url)
    row = build.first_posting(build.publish(channel))
    channel.withdraw(row)
    assert isinstance(channel.look(row), Gone)


def test_publishing_twice_changes_no_byte_and_a_third_revision_comes_back_after_the_end(
    sftp_server: Sshd, served: pathlib.Path, nginx_url: str
) -> None:
    channel = sftp_server.website(served / "site", nginx_url)
    draft = build.publish(channel)
    before = build.public_files(served / "site")
    channel.publish(draft, lambda _: None)
    assert build.public_files(served / "site") == before
    new = build.publish(channel, revision=2, images={"cctv-1.jpg": b"\xff\xd8 new \xff\xd9"})
    old = build.posting(draft, superseded=True)
    channel.withdraw(old)
    assert isinstance(channel.look(old), Gone)
    assert isinstance(channel.look(build.posting(new)), Live)
    assert isinstance(build.withdrawn(channel, new), Gone)
    again = build.publish(channel, revision=3)
    assert isinstance(channel.look(build.posting(again)), Live)


def test_the_check_writes_and_deletes_and_leaves_nothing(served: pathlib.Path) -> None:
    with sshd.sshd(served / "sshd") as sftp_server:
        sftp_server.website(served / "site").check()
        assert os.listdir(served / "site") == []
        port = sftp_server.port
    with (
        sshd.sshd(served / "sshd", port=port, options="-R") as sftp_server,
        pytest.raises(ChannelFailed, match="Permission"),
    ):
        sftp_server.website(served / "site").check()


def test_a_folder_of_another_home_is_refused_before_anything_is_written(
    sftp_server: Sshd, served: pathlib.Path
) -> None:
    channel = sftp_server.website(served / "site")
    channel.claim()
    foreign = Sftp(dataclasses.replace(channel.endpoint, nonce="another"))
    for act in (foreign.check, foreign.claim):
        with pytest.raises(NotPublishable, match="Another home"):
            act()
    with pytest.raises(ChannelFailed, match="Another home"):
        foreign.find("x")
    assert set(os.listdir(served / "site")) == {layout.CANARY, ".fahndung"}


def test_a_folder_that_is_not_there_lists_nothing_and_takes_nothing(sftp_server: Sshd, served: pathlib.Path) -> None:
    channel = sftp_server.website(served / "site")
    draft = build.publish(channel)
    (served / "site").rename(served / "away")
    for act in (lambda: channel.find(draft.marker), channel.listing, channel.check):
        with pytest.raises(ChannelFailed, match="No such file"):
            act()
    with pytest.raises(NotSent, match="No such file"):
        channel.publish(draft, lambda _: None)
    assert isinstance(channel.look(build.posting(draft)), Unknown)
    (served / "site").write_text("no folder")
    with pytest.raises(NotSent, match="Not a directory"):
        channel.check()


def test_a_listing_that_fails_is_never_an_empty_one(sftp_server: Sshd, served: pathlib.Path) -> None:
    channel = sftp_server.website(served / "site")
    draft = build.publish(channel)
    entries = served / "site/.fahndung/entries"
    entries.rename(served / "site/.fahndung/other")
    entries.write_text("no folder")
    for act in (lambda: channel.find(draft.marker), channel.listing):
        with pytest.raises(ChannelFailed, match="Not a directory"):
            act()
    with pytest.raises(ChannelFailed):
        channel.withdraw(build.posting(draft))
    assert (served / f"site/.fahndung/gone/{SLUG}.html").exists(), "nobody is shown it all the same"
    entries.unlink()
    (served / "site/.fahndung/other").rename(entries)
    assert {one.marker for one in channel.listing()} == {draft.marker}
    channel.withdraw(build.posting(draft))
    assert channel.listing() == ()


def test_a_server_that_is_down_gets_nothing_and_comes_back(served: pathlib.Path, nginx_url: str) -> None:
    with sshd.sshd(served / "sshd") as sftp_server:
        channel = sftp_server.website(served / "site", nginx_url)
        draft = build.publish(channel)
    for act in (lambda: channel.publish(draft, lambda _: None), lambda: channel.withdraw(build.posting(draft))):
        with pytest.raises(NotSent, match="No connection"):
            act()
    for listed in (channel.listing, lambda: channel.find(draft.marker), channel.check):
        with pytest.raises(ChannelFailed):
            listed()
    assert isinstance(channel.look(build.posting(draft)), Unknown)
    with sshd.sshd(served / "sshd", port=sftp_server.port):
        assert isinstance(build.withdrawn(channel, draft), Gone)


def test_a_full_disk_keeps_the_old_and_lets_the_takedown_through(served: pathlib.Path, nginx_url: str) -> None:
    big = {"cctv-1.jpg": b"\xff\xd8" + bytes(200_000)}
    with sshd.sshd(served / "sshd") as sftp_server:
        channel = sftp_server.website(served / "site", nginx_url)
        old = build.publish(channel)
    with sshd.sshd(served / "sshd", port=sftp_server.port, largest_file=100_000):
        new = channel.prepare(build.release(nginx_url, revision=2, images=big))
        with pytest.raises(ChannelFailed, match="says only that it failed") as caught:
            channel.publish(new, lambda _: None)
        assert caught.value.effect_possible
        assert isinstance(channel.look(build.posting(old)), Live)
        assert build.temporaries(served / "site") == []
        for draft in (new, old):
            channel.withdraw(build.posting(draft))
        assert isinstance(channel.look(build.posting(old)), Gone)


def test_where_nothing_can_be_written_at_all_things_are_removed_all_the_same(
    served: pathlib.Path, nginx_url: str
) -> None:
    with sshd.sshd(served / "sshd") as sftp_server:
        channel = sftp_server.website(served / "site", nginx_url)
        draft = build.publish(channel)
    with sshd.sshd(served / "sshd", port=sftp_server.port, largest_file=0):
        with pytest.raises(ChannelFailed):
            channel.withdraw(build.posting(draft))
        assert not (served / f"site/fahndung/{SLUG}").exists()
        assert not (served / f"site/bilder/{SLUG}").exists()
        assert not (served / "site/.fahndung/lock").exists()
    with sshd.sshd(served / "sshd", port=sftp_server.port):
        assert isinstance(build.withdrawn(channel, draft), Gone)
    assert build.temporaries(served / "site") == []


class Cutting(threading.Thread):
    """Passes bytes on to a server and cuts every connection after so many from the client."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self._port, self.after = port, 1 << 40
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]

    def run(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                self._pass_on(self._door.accept()[0])

    def stop(self) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self.join()

    def _pass_on(self, client: socket.socket) -> None:
        passed = 0
        with client, socket.create_connection(("127.0.0.1", self._port)) as server:
            ends = {client: server, server: client}
            while True:
                for end in select.select(list(ends), [], [])[0]:
                    data = end.recv(4096)
                    passed += len(data) if end is client else 0
                    if not data or passed > self.after:
                        return
                    ends[end].sendall(data)


@pytest.fixture
def cutting(sftp_server: Sshd) -> Iterator[Cutting]:
    proxy = Cutting(sftp_server.port)
    proxy.start()
    yield proxy
    proxy.stop()


@pytest.mark.usefixtures("short_lease")
def test_a_connection_cut_in_the_middle_leaves_nothing_that_cannot_be_withdrawn(
    sftp_server: Sshd, cutting: Cutting, served: pathlib.Path, nginx_url: str
) -> None:
    print(f"FAHNDUNG_SEED={SEED}")
    chance = random.Random(SEED)
    known = {"host_key": sftp_server.fingerprint, "known_hosts": None, "port": cutting.port}
    channel = sftp_server.website(served / "site", nginx_url, **known)
    images = {"cctv-1.jpg": b"\xff\xd8" + bytes(100_000)}
    outcomes = collections.Counter[str]()
    for number in range(12):
        draft = channel.prepare(build.release(nginx_url, images=images))
        cutting.after = chance.randrange(5_000, 130_000)
        try:
            channel.publish(draft, lambda _: None)
        except ChannelFailed as error:
            outcomes[type(error).__name__] += 1
        else:
            outcomes["whole"] += 1
        cutting.after = chance.randrange(5_000, 20_000) if number % 2 else 1 << 40
        with contextlib.suppress(ChannelFailed):
            channel.withdraw(build.posting(draft))
        cutting.after = 1 << 40
        assert isinstance(build.withdrawn(channel, draft), Gone)
        assert build.temporaries(served / "site") == []
    assert outcomes["ChannelFailed"] > 0, outcomes


@pytest.mark.no_cover
@pytest.mark.usefixtures("short_lease")
@pytest.mark.parametrize("part", range(3))
def test_a_kill_in_the_middle_of_a_write_leaves_nothing_online_and_no_temporary_file(
    sftp_server: Sshd, served: pathlib.Path, nginx_url: str, part: int
) -> None:
    print(f"FAHNDUNG_SEED={SEED}")
    chance, killed = random.Random(3 * SEED + part), 0
    victim = killing.in_folder(sftp_server.website(served / "site", nginx_url), served / "site")
    for number in range(MOST_ROUNDS):
        killed += victim.round(number, chance)
        if killed == KILLS:
            break
    assert killed == KILLS, "3 × 5 = 15 rounds; 51 if everything is asked"
