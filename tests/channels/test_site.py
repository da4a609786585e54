import concurrent.futures
import errno
import os
import pathlib
import threading

import pytest

from fahndung.channels import site as module
from fahndung.channels.site import Site
from fahndung.errors import ChannelFailed


@pytest.fixture
def site(tmp_path: pathlib.Path) -> Site:
    (tmp_path / "root").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret.txt").write_bytes(b"secret")
    return Site(tmp_path / "root")


@pytest.mark.parametrize("path", ["../x", "a/../b", "a//b", "/etc/passwd", "a/", "./a", "a\0b", ".."])
def test_a_path_that_is_not_plain_is_a_mistake(site: Site, path: str) -> None:
    with pytest.raises(ValueError, match="not a relative path"):
        site.write(path, b"x")


def test_what_is_written_can_be_read_moved_and_removed(site: Site) -> None:
    site.write("a/b/c.txt", b"one")
    first = site.stamp("a/b/c.txt")
    site.write("a/b/c.txt", b"two")
    assert site.read("a/b/c.txt") == b"two"
    assert site.stamp("a/b/c.txt") != first
    assert site.names("a/b") == ("c.txt",)
    assert site.is_folder("a/b")
    assert not site.is_folder("a/b/c.txt")
    site.move("a/b/c.txt", "d/e.txt")
    assert (site.read("a/b/c.txt"), site.read("d/e.txt")) == (None, b"two")
    site.remove("d/e.txt")
    site.remove("a")
    assert (site.names("d"), site.names("a"), site.stamp("a")) == ((), (), None)


def test_what_is_not_there_is_none_and_removing_it_is_fine(site: Site) -> None:
    assert (site.read("x/y"), site.stamp("x/y"), site.names("x"), site.read("x")) == (None, None, (), None)
    assert (site.is_folder("x/y"), site.is_folder("x")) == (False, False)
    site.remove("x/y")
    site.remove("x")


def test_only_a_folder_without_anything_in_it_is_empty(site: Site) -> None:
    assert site.is_empty("")
    assert site.is_empty("x")
    (site.root / "x").mkdir()
    assert site.is_empty("x")
    (site.root / "x/.tmp-1").write_bytes(b"left")
    assert (site.is_empty("x"), site.names("x")) == (False, ())


def test_a_temporary_that_vanishes_while_it_is_cleared_is_fine(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "listdir", lambda _: [".tmp-moved", "kept"])
    (site.root / "kept").write_bytes(b"x")
    site.clear_temporaries("")
    assert site.read("kept") == b"x"


def test_what_is_created_replaces_nothing_and_of_many_at_once_one_does_it(site: Site) -> None:
    assert site.create("a/b", b"first")
    assert not site.create("a/b", b"second")
    with concurrent.futures.ThreadPoolExecutor(4) as crew:
        made = list(crew.map(lambda data: site.create("a/c", data), [b"1", b"2", b"3", b"4"]))
    assert made.count(True) == 1
    assert site.read("a/b") == b"first"
    assert site.read("a/c") == (b"1", b"2", b"3", b"4")[made.index(True)]
    assert site.names("a") == ("b", "c")
    assert sorted(os.listdir(site.root / "a")) == ["b", "c"]


def test_an_unchanged_file_is_left_alone(site: Site) -> None:
    site.write_if_new("a", b"x")
    before = site.stamp("a")
    site.write_if_new("a", b"x")
    assert site.stamp("a") == before
    site.write_if_new("a", b"y")
    assert site.read("a") == b"y"


def test_a_linked_folder_leads_nowhere(site: Site) -> None:
    (site.root / "link").symlink_to(site.root.parent / "outside")
    for act in (
        lambda: site.read("link/secret.txt"),
        lambda: site.names("link"),
        lambda: site.write("link/new.txt", b"x"),
        lambda: site.remove("link/secret.txt"),
        lambda: site.stamp("link/secret.txt"),
    ):
        with pytest.raises(ChannelFailed):
            act()
    assert os.listdir(site.root.parent / "outside") == ["secret.txt"]


def test_a_link_in_place_of_a_file_is_not_read_but_replaced_or_removed(site: Site) -> None:
    secret = site.root.parent / "outside/secret.txt"
    for name in ("a", "b", "c"):
        (site.root / name).symlink_to(secret)
    with pytest.raises(ChannelFailed):
        site.read("a")
    site.write("a", b"x")
    site.write_if_new("c", b"x")
    site.remove("b")
    assert (site.read("a"), site.read("b"), site.read("c")) == (b"x", None, b"x")
    assert secret.read_bytes() == b"secret"


def test_a_linked_folder_is_removed_without_what_it_points_to(site: Site) -> None:
    (site.root / "folder").mkdir()
    (site.root / "folder/link").symlink_to(site.root.parent / "outside")
    (site.root / "other").symlink_to(site.root.parent / "outside")
    site.remove("folder")
    site.remove("other")
    assert os.listdir(site.root) == []
    assert (site.root.parent / "outside/secret.txt").exists()


def test_the_root_itself_may_be_a_link(site: Site, tmp_path: pathlib.Path) -> None:
    (tmp_path / "current").symlink_to(site.root)
    Site(tmp_path / "current").write("a", b"x")
    assert site.read("a") == b"x"


def test_a_pipe_is_not_read(site: Site) -> None:
    os.mkfifo(site.root / "pipe")
    with pytest.raises(ChannelFailed):
        site.read("pipe")


def test_a_missing_root_is_told_with_what_to_do(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ChannelFailed, match="mounted") as caught:
        Site(tmp_path / "missing").write("a", b"x")
    assert "eingehängt" in caught.value.message.de
    assert str(tmp_path / "missing/a") in caught.value.message.en


@pytest.mark.parametrize("call", ["fsync", "rename", "fchmod"])
def test_a_write_that_fails_leaves_the_old_file_and_no_other(
    site: Site, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    site.write("a", b"old")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, call, full)
    with pytest.raises(ChannelFailed, match="No space left"):
        site.write("a", b"new")
    monkeypatch.undo()
    assert site.read("a") == b"old"
    assert os.listdir(site.root) == ["a"]


def test_a_folder_deleted_while_it_is_made_is_told(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "mkdir", lambda *_, **__: None)
    with pytest.raises(ChannelFailed, match="No such file"):
        site.write("new/a", b"x")


def test_the_lock_keeps_the_second_writer_waiting(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    entered = threading.Event()

    def second() -> None:
        entered.set()
        with site.locked():
            order.append("second")

    with site.locked():
        thread = threading.Thread(target=second)
        thread.start()
        entered.wait(5)
        thread.join(0.15)
        order.append("first")
    thread.join(5)
    assert order == ["first", "second"]
    monkeypatch.setattr(module, "_LOCK_TRIES", 2)
    with site.locked(), pytest.raises(ChannelFailed, match="Another process"), site.locked():
        pass


def test_the_lock_is_free_again_after_an_error(site: Site) -> None:
    with pytest.raises(KeyError), site.locked():
        raise KeyError
    with site.locked():
        pass
