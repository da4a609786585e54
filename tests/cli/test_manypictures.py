"""redact and inspect on many files and folders."""

import contextlib
import json
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from PIL import Image

from fahndung.cli import gathering, parallel
from fahndung.testing import pictures
from tests.anybody import AS_ANYBODY
from tests.cli.driver import Terminal
from tests.images import originals


@pytest.fixture
def album(tmp_path: pathlib.Path) -> pathlib.Path:
    """A folder with pictures, other things, and links out of it."""
    folder = tmp_path / "album"
    (folder / "b" / "c").mkdir(parents=True)
    (folder / "Frieda Beispielhaft.jpg").write_bytes(pictures.portrait(1, width=60, height=80))
    (folder / "b" / "no-suffix").write_bytes(originals.saved(originals.scene(40, 30), "PNG"))
    shutil.copy(folder / "Frieda Beispielhaft.jpg", folder / "b" / "c" / "again.JPG")
    (folder / "b" / "bad.png").write_text("no picture")
    (folder / "notes.txt").write_text("a text")
    os.mkfifo(folder / "b" / "pipe.jpg")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "private.jpg").write_bytes(pictures.portrait(2, width=60, height=80))
    (folder / "way-out").symlink_to(outside)
    (folder / "z.jpg").symlink_to(outside / "private.jpg")
    return folder


@pytest.fixture
def out(tmp_path: pathlib.Path) -> pathlib.Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def names(rows: list[dict[str, str]], album: pathlib.Path) -> list[str]:
    return [str(pathlib.Path(row["image"]).relative_to(album)) for row in rows]


@pytest.mark.peers
def test_a_folder_is_cleaned_with_all_below_it_and_nothing_is_left_out_in_silence(
    office: Terminal, album: pathlib.Path, out: pathlib.Path
) -> None:
    found = office.json("redact", album, "-o", out, code=5)
    assert names(found["written"], album) == ["Frieda Beispielhaft.jpg", "b/c/again.JPG", "b/no-suffix"]
    assert names(found["failed"], album) == ["b/bad.png"]
    assert names(found["skipped"], album) == ["b/pipe.jpg", "notes.txt", "way-out", "z.jpg"]
    files = [pathlib.Path(row["file"]).name for row in found["written"]]
    assert files[0] == files[1] != files[2]  # the same picture twice is one file
    assert {path.name for path in out.iterdir()} == set(files)
    assert office.json("redact", album, "-o", out, code=5) == found
    lines = office.run("redact", album, "-o", out, code=5).stdout.splitlines()
    assert len(lines) == 8
    assert lines[-1].startswith("NOT SAFE")


@pytest.mark.peers
def test_a_folder_is_inspected_in_the_order_of_its_names(office: Terminal, album: pathlib.Path) -> None:
    found = office.json("inspect", album, album / "b" / "bad.png", code=5)
    assert names(found["images"], album) == ["Frieda Beispielhaft.jpg", "b/bad.png", "b/c/again.JPG", "b/no-suffix"]
    assert names(found["skipped"], album) == ["b/pipe.jpg", "notes.txt", "way-out", "z.jpg"]
    (bad,) = [one for one in found["images"] if not one["format"]]
    assert bad["image"].endswith("bad.png")
    assert "left alone" in office.run("inspect", album, code=5).stdout


@pytest.mark.peers
def test_a_folder_that_cannot_be_looked_into_is_not_safe(
    office: Terminal, album: pathlib.Path, out: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scandir = os.scandir

    def closed(path: pathlib.Path) -> object:
        if pathlib.PurePath(str(path)).name == "b":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(gathering.os, "scandir", closed)
    found = office.json("redact", album, "-o", out, code=5)
    assert names(found["failed"], album) == ["b"]
    assert len(found["written"]) == 1
    assert "Permission denied" in str(office.json("inspect", album, code=5)["images"])


def test_folders_may_lie_in_one_another_as_deep_as_the_system_lets_them(tmp_path: pathlib.Path) -> None:
    names, here = 1100, os.open(tmp_path, os.O_RDONLY)
    for _ in range(names):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("deep.jpg", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)
    found = gathering.gather([tmp_path])
    assert [path.name for path in found.pictures] == ["deep.jpg"]
    subprocess.run(["rm", "-r", tmp_path / "d"], check=True)  # shutil.rmtree cannot, of Python 3.11


def test_clean_pictures_never_lie_among_the_originals(office: Terminal, album: pathlib.Path) -> None:
    for folder in (album, album / "b"):
        assert "where the originals are" in office.run("redact", album, "-o", folder, code=2).stderr


def test_a_folder_without_a_picture_is_told(office: Terminal, out: pathlib.Path, tmp_path: pathlib.Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "no picture" in office.run("redact", tmp_path / "empty", "-o", out, code=2).stderr


def test_what_was_odd_about_a_picture_is_told(office: Terminal, out: pathlib.Path, tmp_path: pathlib.Path) -> None:
    odd = tmp_path / "odd.jpg"
    odd.write_bytes(originals.jpeg() + b"PK\3\4 something behind it")
    told = office.run("redact", odd, "-o", out)
    assert "Behind the picture" in told.stderr
    assert "Behind the picture" in str(office.json("redact", odd, odd, "-o", out)["written"][0]["warnings"])


def test_a_png_loses_nothing_and_another_ending_is_refused(office: Terminal, tmp_path: pathlib.Path) -> None:
    source, clean = tmp_path / "s.png", tmp_path / "clean.PNG"
    source.write_bytes(originals.saved(originals.scene(), "PNG", dpi=(300, 300)))
    office.run("redact", source, "-o", clean)
    with Image.open(clean) as picture:
        assert (picture.format, picture.tobytes()) == ("PNG", originals.scene().tobytes())
        assert picture.info == {"srgb": 0}
    assert ".jpg or .png" in office.run("redact", source, "-o", tmp_path / "clean.webp", code=2).stderr


@contextlib.contextmanager
def room_for(size: int) -> Iterator[None]:
    """As on a full disk no file may grow beyond so many bytes; the system refuses the write."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.peers
def test_where_there_is_no_room_what_was_written_is_told_with_the_reason_in_one_document(
    office: Terminal, out: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    folder = tmp_path / "two"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(originals.jpeg(originals.scene(60, 40)))
    (folder / "b.jpg").write_bytes(originals.jpeg(originals.noise(400, 300).convert("RGB")))
    with room_for(20_000):
        found = office.json("redact", folder, "-o", out, code=2)
        told = office.run("redact", folder / "b.jpg", "-o", tmp_path / "b.jpg", code=2)
        many = office.run("redact", folder, "-o", out, code=2)
    assert "File too large" in found["error"]
    assert "File too large" in told.stderr
    assert "File too large" in many.stderr
    assert (found["ok"], found["exit_code"]) == (False, 2)
    assert [row["file"] for row in found["written"]] in ([], [str(path) for path in out.iterdir()])
    assert len(list(out.iterdir())) < 2
    assert not (tmp_path / "b.jpg").exists()


@pytest.mark.peers
def test_what_somebody_may_not_read_or_write_is_told_and_no_bug(tmp_path: pathlib.Path, out: pathlib.Path) -> None:
    folder, shut = tmp_path / "u", tmp_path / "u" / "shut"
    shut.mkdir(parents=True)
    for path in (folder / "a.jpg", folder / "b.jpg", shut / "c.jpg"):
        path.write_bytes(originals.jpeg())

    def run(*words: object) -> tuple[int, str]:
        command = [*AS_ANYBODY, sys.executable, "-m", "fahndung", *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    (folder / "b.jpg").chmod(0)
    shut.chmod(0)
    try:
        code, told = run("redact", folder, "-o", out)
        assert (code, told.count("NOT SAFE"), len(list(out.iterdir()))) == (5, 2, 1)
        for words in (("inspect", shut / "c.jpg"), ("redact", folder / "a.jpg", "-o", shut / "x.jpg")):
            code, told = run(*words)
            assert (code, "Permission denied" in told) == (2, True), told
    finally:
        shut.chmod(0o700)
    assert [path.name for path in shut.iterdir()] == ["c.jpg"]


def test_an_interruption_tells_what_was_written(
    office: Terminal, album: pathlib.Path, out: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    each = parallel.each

    def interrupted(*given: object, **options: object) -> object:
        outcomes = each(*given, processes=1)  # type: ignore[arg-type]
        yield next(outcomes)
        raise KeyboardInterrupt

    monkeypatch.setattr(parallel, "each", interrupted)
    found = office.json("redact", album, "-o", out, code=130)
    assert [row["file"] for row in found["written"]] == [str(path) for path in out.iterdir()]


@pytest.mark.peers
def test_ctrl_c_stops_all_processes_and_leaves_whole_files_only(tmp_path: pathlib.Path, out: pathlib.Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(40):
        (folder / f"{number}.jpg").write_bytes(originals.jpeg(originals.scene(1200, 900 + number)))
    process = subprocess.Popen(
        [sys.executable, "-m", "fahndung", "redact", folder, "-o", out], start_new_session=True, stderr=subprocess.PIPE
    )
    while not list(out.glob("*.jpg")) and process.poll() is None:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
    assert 0 < len(list(out.iterdir())) < 40
    for path in out.iterdir():
        with Image.open(path) as picture:
            picture.load()


@pytest.mark.peers
def test_what_a_file_is_called_neither_writes_on_the_terminal_nor_breaks_the_json(
    office: Terminal, out: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    folder = tmp_path / "named"
    folder.mkdir()
    for name in (b"\x1b]0;x\x07.jpg", b"a\nNOT SAFE b.jpg", b"\xe4.jpg", "‮gpj.jpg".encode(), b"\xe4.txt"):
        pathlib.Path(os.fsdecode(os.path.join(os.fsencode(folder), name))).write_bytes(originals.jpeg())
    for words in (["redact", str(folder), "-o", str(out)], ["inspect", str(folder)]):
        done = subprocess.run([sys.executable, "-m", "fahndung", *words], capture_output=True, check=True)
        shown = (done.stdout + done.stderr).decode()
        assert all(c.isprintable() for c in shown if c != "\n")
        assert "\nNOT SAFE" not in shown
        assert r"a\nNOT SAFE b.jpg" in shown
        done = subprocess.run([sys.executable, "-m", "fahndung", *words, "--json"], capture_output=True, check=True)
        rows = json.loads(done.stdout)
        images = {row["image"] for row in rows.get("written", rows.get("images"))}
        assert images == {str(path) for path in folder.iterdir()}
