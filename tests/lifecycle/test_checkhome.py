"""The files of a home: configuration, rights, secrets, backup."""

import datetime as dt
import os
import pathlib

import pytest

from fahndung.home import Home
from fahndung.home.config import CONFIG_NAME, parse_config
from fahndung.images import faces
from fahndung.lifecycle import checkhome
from fahndung.lifecycle.diagnosis import Finding, Verdict
from fahndung.model.faces import Instrument
from tests import anybody
from tests.ledger.world import HOUR, NOW
from tests.lifecycle.test_alerts import BASE
from tests.world import World


def rights(home: Home, keys: pathlib.Path | None = None) -> list[Finding]:
    config, _ = checkhome.configuration(home)
    return [one for one in checkhome.rights(home, config, keys or home.path / "nowhere") if one.verdict is Verdict.BAD]


def test_a_new_home_is_right(empty: World) -> None:
    config, found = checkhome.configuration(empty.home)
    assert config is not None
    assert found.verdict is Verdict.OK
    assert rights(empty.home) == []


def test_a_configuration_that_cannot_be_read_is_a_finding(empty: World) -> None:
    (empty.home.path / CONFIG_NAME).write_text("nonsense = ", "utf-8")
    config, found = checkhome.configuration(empty.home)
    assert config is None
    assert (found.verdict, found.online) == (Verdict.BAD, False)


def test_a_configuration_that_names_another_ledger_is_bad(empty: World) -> None:
    path = empty.home.path / CONFIG_NAME
    path.write_text(path.read_text("utf-8") + '\n[ledger]\naddress = "postgresql://a@b/c"\n', "utf-8")
    config, found = checkhome.configuration(empty.home)
    assert config is not None
    assert found.verdict is Verdict.BAD


@pytest.mark.parametrize(
    ("name", "mode"),
    [(".", 0o770), ("ledger.db", 0o640), ("audit.key", 0o604), ("fahndung.toml", 0o622), ("cases", 0o755)],
)
def test_rights_that_are_too_wide_are_told_with_the_command(empty: World, name: str, mode: int) -> None:
    path = empty.home.path / name
    path.chmod(mode)
    (found,) = rights(empty.home)
    assert str(path.resolve()) in found.what.en
    assert found.todo is not None
    assert found.todo.en.startswith("chmod ")
    path.chmod(0o700)


@pytest.mark.parametrize(("name", "mode"), [(".", 0o755), ("fahndung.toml", 0o644)])
def test_what_others_may_read_without_harm_is_right(empty: World, name: str, mode: int) -> None:
    (empty.home.path / name).chmod(mode)
    assert rights(empty.home) == []


def test_a_key_that_others_may_read_is_bad(empty: World) -> None:
    keys = empty.home.path / "keys"
    assert rights(empty.home, keys) == []
    (keys / "k.muster.key").chmod(0o644)
    (found,) = rights(empty.home, keys)
    assert "k.muster.key" in found.what.en


def test_another_owner_is_told(empty: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 4711)
    (found,) = rights(empty.home)
    assert found.what.en == "the home belongs to another user"


@pytest.mark.skipif(os.getuid() != 0, reason="only root gives a file away")
def test_a_file_of_another_owner_is_told(empty: World) -> None:
    os.chown(empty.home.path / "ledger.db", 4711, 4711)
    (found,) = rights(empty.home)
    assert "belongs to another user than the home" in found.what.en


def secrets(extra: str, path: pathlib.Path) -> list[Finding]:
    table = f'[[channels]]\nname = "board"\nkind = "postbox"\n{extra}\n'
    return list(checkhome.secrets(parse_config(BASE + table, path)))


def test_a_channel_whose_credential_is_missing_is_told_by_name(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (found,) = secrets('credential = "board-token"', tmp_path)
    assert (found.verdict, "board-token" in found.what.en) == (Verdict.BAD, True)
    monkeypatch.setenv("FAHNDUNG_BOARD_TOKEN", "hush-4711")
    (found,) = secrets('credential = "board-token"', tmp_path)
    assert found.verdict is Verdict.OK
    assert "hush" not in str(found)
    (found,) = secrets('api_credential = "Kein Name"', tmp_path)
    assert found.verdict is Verdict.BAD


def test_a_credential_that_others_may_read_is_bad(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "credentials"
    folder.mkdir()
    (folder / "board-token").write_text("hush-4711", "utf-8")
    (folder / "board-token").chmod(0o644)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    (found,) = secrets('credential = "board-token"', tmp_path)
    assert (found.verdict, "hush" in str(found)) == (Verdict.BAD, False)
    (folder / "board-token").chmod(0o400)
    assert [one.verdict for one in secrets('credential = "board-token"', tmp_path)] == [Verdict.OK]


@pytest.mark.peers
def test_a_folder_of_credentials_in_which_nobody_can_look_is_no_bug(tmp_path: pathlib.Path) -> None:
    (tmp_path / "shut").mkdir(mode=0o000)
    code = (
        "import pathlib\nfrom fahndung.home.config import parse_config\nfrom fahndung.lifecycle import checkhome\n"
        f"config = parse_config({BASE!r}, pathlib.Path({str(tmp_path)!r}))\nprint(len(list(checkhome.secrets(config))))"
    )
    assert anybody.printed(code, tmp_path / "shut") == "1\n"


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ((NOW - HOUR).isoformat(), Verdict.OK),
        ((NOW - 40 * HOUR).isoformat(), Verdict.BAD),
        ("done", Verdict.OK),
        ("2026-11-01T00:00:00", Verdict.OK),
    ],
)
def test_the_stamp_of_the_backup_is_its_text_or_else_its_age(
    tmp_path: pathlib.Path, text: str, verdict: Verdict
) -> None:
    stamp = tmp_path / "last"
    stamp.write_text(text, "utf-8")
    os.utime(stamp, (NOW.timestamp(), NOW.timestamp()))
    config = parse_config(BASE + '[backup]\nstamp = "last"\n', tmp_path)
    assert checkhome.backup(config, NOW + dt.timedelta(seconds=1)).verdict is verdict


def test_without_a_stamp_nobody_knows_of_a_backup(tmp_path: pathlib.Path) -> None:
    config = parse_config(BASE + '[backup]\nstamp = "last"\n', tmp_path)
    found = [checkhome.backup(one, NOW) for one in (config, parse_config(BASE, tmp_path), None)]
    assert {one.verdict for one in found} == {Verdict.WARN}


def test_the_head_of_the_log_in_the_home_is_told(tmp_path: pathlib.Path) -> None:
    home = Home(path=tmp_path / "home", identity="home-1")
    home.path.mkdir()
    (found,) = checkhome.audit_head(home, home.path / "head.json")
    assert (found.verdict, found.check) == (Verdict.WARN, "audit-head")
    shm = pathlib.Path("/dev/shm")
    if shm.is_dir() and shm.stat().st_dev != tmp_path.stat().st_dev:
        (found,) = checkhome.audit_head(home, shm / "head.json")
        assert found.verdict is Verdict.OK


def test_what_looks_for_faces_is_told_and_one_that_is_demanded_and_missing_is_bad(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found(text: str) -> Finding:
        return checkhome.detector(parse_config(BASE + text, tmp_path))

    assert "is not installed" in found("").what.en
    assert "is switched off" in found("[images]\nfaces = false\n").what.en
    assert found("").verdict is found("[images]\nfaces = false\n").verdict is Verdict.OK
    assert found("[images]\nfaces = true\n").verdict is Verdict.BAD
    here = faces.CenterFace(instrument=Instrument(name="CenterFace", sha256="ab" * 32), model=b"")
    monkeypatch.setattr(faces, "packaged", lambda: here)
    monkeypatch.setattr(faces, "_runs", lambda: True)
    assert ("ab" * 32) in found("").what.en
