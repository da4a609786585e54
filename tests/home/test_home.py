"""A home: made once, opened by identity, configuration checked, stores whole or not at all."""

import hashlib
import pathlib
import resource

import pytest

from fahndung import home
from fahndung.errors import ChannelFailed, LedgerMissing, NotPublishable, UsageError
from fahndung.home import making
from fahndung.home.config import parse_config
from fahndung.model.release import Digest, File, Release
from tests.home.test_config import CONFIG


def test_opening_keeps_the_identity(tmp_path: pathlib.Path) -> None:
    made = making.create(tmp_path / "h", rehearsal=True)
    assert home.open_home(tmp_path / "h") == made


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe"])
def test_no_identity_means_that_nobody_knows_what_is_online(tmp_path: pathlib.Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "home-id").write_bytes(content)
    with pytest.raises(LedgerMissing, match="what is online is unknown"):
        home.open_home(tmp_path)


def release(data: bytes = b"x") -> tuple[Release, bytes]:
    manifest = b"{}"
    digest = Digest(hashlib.sha256(manifest).hexdigest())
    return Release(
        digest=digest, manifest={}, files={"a/b.txt": File(name="a/b.txt", media_type="t", data=data)}
    ), manifest


def test_a_release_is_stored_for_its_owner_only_and_replaced_whole(tmp_path: pathlib.Path) -> None:
    made = making.create(tmp_path / "h", rehearsal=True)
    folder = made.store_release(*release())
    (folder / "stray").write_text("x")
    made.store_release(*release(b"y"))
    assert made.stored_files(folder) == {"a/b.txt": b"y", "manifest.json": b"{}"}
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "a").stat().st_mode & 0o777 == 0o700
    assert (folder / "a/b.txt").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_a_failed_store_leaves_nothing(tmp_path: pathlib.Path) -> None:
    made = making.create(tmp_path / "h", rehearsal=True)
    with pytest.raises(ChannelFailed, match="cannot be written"):
        made.store_case("a", 1, {"x": b"1", "x/y": b"2"})
    assert not (made.path / "cases/a").exists()


def test_where_there_is_no_room_nothing_is_left_and_both_languages_say_why(tmp_path: pathlib.Path) -> None:
    made = making.create(tmp_path / "h", rehearsal=True)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))  # the system refuses the write, as a full disk does
    try:
        with pytest.raises(ChannelFailed) as caught:
            made.store_case("a", 1, {"appeal.json": b"{}", "still.jpg": bytes(2000)})
        with pytest.raises(ChannelFailed):
            made.store_release(*release(bytes(2000)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "File too large" in caught.value.message.en
    assert caught.value.message.de.endswith("ist nicht schreibbar: die Datei würde zu groß")
    assert [path for path in (made.path / "cases").rglob("*") if path.is_file()] == []
    assert list((made.path / "releases").iterdir()) == []


def test_links_and_missing_folders_are_no_stored_files(tmp_path: pathlib.Path) -> None:
    made = making.create(tmp_path / "h", rehearsal=True)
    with pytest.raises(NotPublishable, match="is missing"):
        made.stored_files(made.path / "releases" / "nothing")
    folder = made.store_release(*release())
    (folder / "link").symlink_to("/etc/passwd")
    with pytest.raises(NotPublishable, match="not a plain file"):
        made.stored_files(folder)


def test_a_dropped_case_is_gone(tmp_path: pathlib.Path) -> None:
    made = making.create(tmp_path / "h", rehearsal=True)
    made.store_case("a", 1, {"appeal.json": b"{}"})
    made.drop_case("a", 1)
    assert not (made.path / "cases/a").exists()
    for revision in (1, 2):
        made.store_case("a", revision, {"appeal.json": b"{}"})
    made.drop_case("a", 2)
    assert made.case_folder("a", 1).is_dir()


def test_a_new_home_exposes_nothing(tmp_path: pathlib.Path) -> None:
    made = making.create(tmp_path / "h", rehearsal=True)
    assert home.exposed_folders(made.path, made.config().roots) == ()


@pytest.mark.parametrize("mode", [0o740, 0o704, 0o710, 0o701, 0o755])
@pytest.mark.parametrize("name", ["cases", "releases"])
def test_a_folder_that_others_may_enter_or_read_is_exposed(tmp_path: pathlib.Path, name: str, mode: int) -> None:
    made = making.create(tmp_path / "h", rehearsal=True)
    (made.path / name).chmod(mode)
    assert home.exposed_folders(made.path, made.config().roots) == (str(made.path / name),)


@pytest.mark.parametrize(
    ("root", "exposed"),
    [
        ("site", []),
        ("cases", ["cases"]),
        ("cases/site", ["cases"]),
        ("releases/x/site", ["releases"]),
        (".", ["cases", "releases"]),
        ("../", ["cases", "releases"]),
        ("site/../cases", ["cases"]),
        ("cases2", []),
    ],
)
def test_a_website_shows_nothing_of_the_case_store(tmp_path: pathlib.Path, root: str, exposed: list[str]) -> None:
    made = making.create(tmp_path / "h", rehearsal=True)
    config = parse_config(CONFIG.replace('root = "site"', f'root = "{root}"'), made.path)
    assert home.exposed_folders(made.path, config.roots) == tuple(str(made.path / name) for name in exposed)


def test_a_link_does_not_hide_that_a_website_shows_the_case_store(tmp_path: pathlib.Path) -> None:
    made = making.create(tmp_path / "h", rehearsal=True)
    (tmp_path / "www").symlink_to(made.path / "cases", target_is_directory=True)
    assert home.exposed_folders(made.path, [tmp_path / "www"]) == (str(made.path / "cases"),)


def test_a_folder_that_is_not_there_exposes_nothing(tmp_path: pathlib.Path) -> None:
    assert home.exposed_folders(tmp_path, [tmp_path / "site"]) == ()


ADDRESS = "postgresql://fahndung@db.polizei.example:5432/fahndung"


def test_the_record_of_a_home_says_where_the_ledger_lies(tmp_path: pathlib.Path) -> None:
    made = making.create(tmp_path / "home", rehearsal=True)
    assert made.ledger_address == made.ledger_path
    made.record_address(ADDRESS)
    assert made.ledger_address == ADDRESS
    assert (made.path / home.ADDRESS_NAME).stat().st_mode & 0o777 == 0o600
    made.record_address(made.ledger_path)
    assert made.ledger_address == made.ledger_path
    made.record_address(made.ledger_path)
    assert not [path.name for path in made.path.iterdir() if "address" in path.name]


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff", None])
def test_a_record_that_cannot_be_read_is_an_alarm_and_no_file(tmp_path: pathlib.Path, content: bytes | None) -> None:
    made = making.create(tmp_path / "home", rehearsal=True)
    record = made.path / home.ADDRESS_NAME
    record.mkdir() if content is None else record.write_bytes(content)
    with pytest.raises(LedgerMissing, match="nobody knows where the ledger lies"):
        _ = made.ledger_address


def test_a_record_that_cannot_be_written_is_told(tmp_path: pathlib.Path) -> None:
    made = making.create(tmp_path / "home", rehearsal=True)
    (made.path / home.ADDRESS_NAME).mkdir()
    with pytest.raises(UsageError, match=home.ADDRESS_NAME):
        made.record_address(ADDRESS)


@pytest.mark.parametrize("rehearsal", [True, False])
def test_a_home_in_a_database_says_so_in_its_configuration(tmp_path: pathlib.Path, rehearsal: bool) -> None:
    made = making.create(tmp_path / "home", rehearsal=rehearsal, ledger=ADDRESS)
    assert made.config().ledger == made.ledger_address == ADDRESS
    assert made.disagrees(made.config()) is None
    made.record_address(made.ledger_path)
    told = made.disagrees(made.config())
    assert told is not None
    assert "no [ledger] address" in told.en
    other = making.create(tmp_path / "other", rehearsal=rehearsal)
    assert other.config().ledger is None
    other.record_address(ADDRESS)
    told = other.disagrees(other.config())
    assert told is not None
    assert f'address = "{ADDRESS}"' in told.de
