import errno
import hashlib
import os
import pathlib
import unicodedata
from typing import Any

import pytest

from fahndung.records import files, load
from tests.records.build import PICTURE, case, image, not_loaded, record


def with_file(folder: pathlib.Path, name: str, **more: Any) -> dict[str, str]:
    """What is said against a case whose only image names that file."""
    return not_loaded(case(folder, record(images=[image(file=name, **more)])))


def test_the_original_bytes_come_out_by_image_id(tmp_path: pathlib.Path) -> None:
    loaded = load(case(tmp_path, record(images=[image()]), i1_jpg=PICTURE))
    assert dict(loaded.images) == {"i1": PICTURE}


def test_a_file_in_a_folder_below_is_found(tmp_path: pathlib.Path) -> None:
    (tmp_path / "bilder" / "a").mkdir(parents=True)
    (tmp_path / "bilder" / "a" / "i1.jpg").write_bytes(PICTURE)
    assert with_file(tmp_path, "bilder/a/i1.jpg") == {}


def test_a_missing_image_is_named(tmp_path: pathlib.Path) -> None:
    assert with_file(tmp_path, "fort.jpg") == {"images/0/file": "is missing: there is no “fort.jpg” in the case folder"}
    assert "is missing" in with_file(tmp_path, "fort/i1.jpg")["images/0/file"]


def test_a_changed_image_is_told_with_both_hashes(tmp_path: pathlib.Path) -> None:
    (tmp_path / "i1.jpg").write_bytes(PICTURE + b"!")
    message = with_file(tmp_path, "i1.jpg")["images/0/sha256"]
    assert message.startswith("the file was changed after the record was written: expected ")
    assert hashlib.sha256(PICTURE).hexdigest() in message
    assert hashlib.sha256(PICTURE + b"!").hexdigest() in message


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("../../etc/passwd", "leaves the case folder"),
        ("a/../../b.jpg", "leaves the case folder"),
        ("..", "leaves the case folder"),
        ("/etc/passwd", "is an absolute path"),
        ("a\\b.jpg", "holds a backslash"),
        ("..\\..\\a.jpg", "holds a backslash"),
        ("./a.jpg", "is not a plain path"),
        ("a//b.jpg", "is not a plain path"),
        ("a/", "is not a plain path"),
        ("appeal.json", "is the record itself"),
    ],
)
def test_a_path_that_is_not_plain_is_refused_with_its_own_reason(tmp_path: pathlib.Path, name: str, words: str) -> None:
    messages = with_file(tmp_path, name)
    assert words in messages["images/0/file"]
    assert list(messages) == ["images/0/file"]


def test_a_control_character_in_a_name_is_refused(tmp_path: pathlib.Path) -> None:
    assert list(with_file(tmp_path, "a\x00.jpg")) == ["images/0/file"]


def test_a_symlink_is_refused_even_to_a_file_in_the_folder(tmp_path: pathlib.Path) -> None:
    (tmp_path / "real.jpg").write_bytes(PICTURE)
    (tmp_path / "i1.jpg").symlink_to("real.jpg")
    assert with_file(tmp_path, "i1.jpg")["images/0/file"].startswith("“i1.jpg” is a symbolic link")


def test_a_symlink_among_the_parents_is_refused(tmp_path: pathlib.Path) -> None:
    outside = tmp_path / "outside"
    folder = tmp_path / "case"
    outside.mkdir()
    folder.mkdir()
    (outside / "i1.jpg").write_bytes(PICTURE)
    (folder / "bilder").symlink_to(outside)
    assert with_file(folder, "bilder/i1.jpg")["images/0/file"].startswith("“bilder” is a symbolic link")


def test_a_symlink_put_there_after_the_look_is_still_refused(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "real.jpg").write_bytes(PICTURE)
    look = os.stat(tmp_path / "real.jpg")
    (tmp_path / "i1.jpg").symlink_to("real.jpg")
    monkeypatch.setattr(files.os, "stat", lambda *_, **__: look)
    with pytest.raises(files.Unreadable, match="symbolic link"):
        files.read(tmp_path, "i1.jpg", largest=100)


def test_a_pipe_put_there_after_the_look_neither_hangs_nor_passes(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "real.jpg").write_bytes(PICTURE)
    look = os.stat(tmp_path / "real.jpg")
    os.mkfifo(tmp_path / "i1.jpg")
    monkeypatch.setattr(files.os, "stat", lambda *_, **__: look)
    with pytest.raises(files.Unreadable, match="not a regular file"):
        files.read(tmp_path, "i1.jpg", largest=100)


def test_a_case_folder_that_is_a_symlink_itself_is_followed(tmp_path: pathlib.Path) -> None:
    folder = tmp_path / "case"
    folder.mkdir()
    case(folder, record(images=[image()]), i1_jpg=PICTURE)
    (tmp_path / "link").symlink_to(folder)
    assert load(tmp_path / "link").folder == folder.resolve()


def test_a_pipe_is_refused_without_being_opened(tmp_path: pathlib.Path) -> None:
    os.mkfifo(tmp_path / "i1.jpg")
    assert "is not a regular file" in with_file(tmp_path, "i1.jpg")["images/0/file"]


def test_a_folder_is_not_a_picture(tmp_path: pathlib.Path) -> None:
    (tmp_path / "i1.jpg").mkdir()
    assert "is not a regular file" in with_file(tmp_path, "i1.jpg")["images/0/file"]


def test_a_file_is_not_a_folder(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    assert "cannot be read: Not a directory" in with_file(tmp_path, "a/i1.jpg")["images/0/file"]


def test_an_empty_file_is_named_empty(tmp_path: pathlib.Path) -> None:
    (tmp_path / "i1.jpg").write_bytes(b"")
    assert with_file(tmp_path, "i1.jpg")["images/0/file"] == "is empty (0 bytes)"


def test_the_size_limit_is_inclusive(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    assert files.read(tmp_path, "a", largest=5) == b"12345"
    with pytest.raises(files.TooLarge):
        files.read(tmp_path, "a", largest=4)


def test_a_file_beyond_64_mib_is_refused_unread(tmp_path: pathlib.Path) -> None:
    with (tmp_path / "i1.jpg").open("wb") as sparse:
        sparse.truncate(files.LARGEST_IMAGE + 1)
    assert "is larger than the 64 MiB" in with_file(tmp_path, "i1.jpg")["images/0/file"]


def test_all_files_of_a_case_together_have_a_limit(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGEST_CASE", len(PICTURE) + 3)
    (tmp_path / "i1.jpg").write_bytes(PICTURE)
    messages = not_loaded(case(tmp_path, record(images=[image(), image(id="i2")])))
    assert list(messages) == ["images/1/file"]


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"1234")
    small = os.stat(tmp_path / "a")
    (tmp_path / "a").write_bytes(b"123456789")
    monkeypatch.setattr(files.os, "fstat", lambda _: small)
    with pytest.raises(files.TooLarge):
        files.read(tmp_path, "a", largest=5)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PermissionError(errno.EACCES, "no"), "no permission; ask whoever owns the file"),
        (OSError(errno.EIO, "no"), "cannot be read: Input/output error"),
        (OSError("no number"), "cannot be read: OSError"),
    ],
)
def test_what_the_system_refuses_becomes_a_sentence(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, error: OSError, words: str
) -> None:
    (tmp_path / "a").write_bytes(b"1")

    def refuse(*_: object, **__: object) -> int:
        raise error

    monkeypatch.setattr(files.os, "open", refuse)
    with pytest.raises(files.Unreadable, match=words):
        files.read(tmp_path, "a", largest=5)


def test_an_error_that_is_no_symlink_is_told_as_it_is(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"1")
    opened = os.open

    def vanish(name: str, *rest: Any, **more: Any) -> int:
        if name == "a":
            raise FileNotFoundError(errno.ENOENT, "gone")
        return opened(name, *rest, **more)

    monkeypatch.setattr(files.os, "open", vanish)
    with pytest.raises(files.Unreadable, match="is missing"):
        files.read(tmp_path, "a", largest=5)


def test_an_unreadable_record_is_an_invalid_record(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case(tmp_path, record())

    def refuse(*_: object, **__: object) -> int:
        raise PermissionError(errno.EACCES, "no")

    monkeypatch.setattr(files.os, "open", refuse)
    assert not_loaded(tmp_path)[""].startswith("appeal.json cannot be read: no permission")


def test_a_name_that_the_file_system_stores_decomposed_is_found(tmp_path: pathlib.Path) -> None:
    name = "täter-nah.jpg"
    (tmp_path / unicodedata.normalize("NFD", name)).write_bytes(PICTURE)
    assert with_file(tmp_path, name) == {}


def test_files_are_closed_again(tmp_path: pathlib.Path) -> None:
    folder = case(tmp_path, record(images=[image()]), i1_jpg=PICTURE)
    load(folder)
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        load(folder)
        not_loaded(tmp_path / "none")
    assert len(os.listdir("/proc/self/fd")) == before
