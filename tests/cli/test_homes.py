"""init and person: homes, keys, founders, countersignatures."""

import json
import pathlib

import pytest

from fahndung import approval
from fahndung.ledger import heads
from tests.cli.driver import Terminal


def person(name: str, *roles: str) -> list[str]:
    return ["person", "add", name, "--name", name.title(), *[word for role in roles for word in ("--role", role)]]


@pytest.fixture
def fresh(tmp_path: pathlib.Path) -> Terminal:
    """Where no home is yet."""
    return Terminal(home=tmp_path / "home", now="")


@pytest.mark.peers
def test_init_makes_a_home_once(fresh: Terminal) -> None:
    assert fresh.json("init", "--rehearsal")["kind"] == "rehearsal"
    names = {path.name for path in fresh.home.iterdir()}
    assert names >= {"fahndung.toml", "cases", "releases", "site", "ledger.db"}
    fresh.run("init", code=2)


@pytest.mark.peers
def test_init_tells_the_key_of_the_audit_log_and_keeps_its_first_head(fresh: Terminal, tmp_path: pathlib.Path) -> None:
    result = fresh.run("init", "--json")
    made = json.loads(result.stdout)
    assert made["fingerprint"] == approval.key_id(heads.public_key(fresh.home))
    assert pathlib.Path(made["audit_head"]).is_relative_to(tmp_path / "state")
    kept = heads.read(pathlib.Path(made["audit_head"]), heads.public_key(fresh.home))
    assert (kept.head.seq, kept.head.home_id) == (1, (fresh.home / "home-id").read_text("ascii").strip())
    assert "file system of the home" in result.stderr


def test_a_rehearsal_keeps_its_head_in_the_home_without_a_warning(fresh: Terminal) -> None:
    result = fresh.run("init", "--rehearsal")
    assert result.stderr == ""
    assert "audit.pub" in result.stdout


def test_now_is_for_rehearsals(fresh: Terminal) -> None:
    fresh.run("init")
    assert "rehearsal" in fresh.run("status", now="2026-11-21T08:30:00+01:00", code=2).stderr


@pytest.mark.peers
@pytest.mark.parametrize("now", ["2026-11-21T08:30:00", "tomorrow"])
def test_now_has_an_offset(fresh: Terminal, now: str) -> None:
    fresh.run("init", "--rehearsal")
    assert "offset" in fresh.run("status", now=now, code=2).stderr


@pytest.mark.peers
def test_a_key_is_written_for_its_owner_only_and_not_twice(fresh: Terminal, tmp_path: pathlib.Path) -> None:
    fresh.run("init", "--rehearsal")
    key = tmp_path / "a.key"
    fresh.run(*person("a", "drafter"), "--key", key, "--no-passphrase")
    assert key.stat().st_mode & 0o777 == 0o600
    fresh.run(*person("b", "drafter"), "--key", key, "--no-passphrase", code=2)
    fresh.run(*person("a", "drafter"), "--key", tmp_path / "b.key", "--no-passphrase", code=2)
    assert not (tmp_path / "b.key").exists()


@pytest.mark.peers
def test_the_default_key_lies_in_the_users_configuration_folder(
    fresh: Terminal, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    fresh.run("init", "--rehearsal")
    fresh.run(*person("a", "drafter"), "--no-passphrase")
    assert (tmp_path / "config" / "fahndung" / "a.key").is_file()


@pytest.mark.peers
def test_a_passphrase_comes_from_the_environment_or_is_missing(
    fresh: Terminal, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh.run("init", "--rehearsal")
    assert "FAHNDUNG_PASSPHRASE" in fresh.run(*person("a", "drafter"), "--key", tmp_path / "a.key", code=2).stderr
    monkeypatch.setenv("FAHNDUNG_PASSPHRASE", "geheim")
    assert "12 characters" in fresh.run(*person("a", "drafter"), "--key", tmp_path / "a.key", code=2).stderr
    monkeypatch.setenv("FAHNDUNG_PASSPHRASE", "vier Wörter und Blanks")
    fresh.run(*person("a", "drafter"), "--key", tmp_path / "a.key")
    assert b"ENCRYPTED" in (tmp_path / "a.key").read_bytes()


def test_a_bad_id_is_refused(fresh: Terminal, tmp_path: pathlib.Path) -> None:
    fresh.run("init", "--rehearsal")
    fresh.run(*person("../x", "drafter"), "--key", tmp_path / "a.key", "--no-passphrase", code=2)


@pytest.mark.peers
def test_production_two_founders_then_countersignatures(fresh: Terminal, tmp_path: pathlib.Path) -> None:
    fresh.run("init")
    for name in ("a", "b"):
        fresh.run(*person(name, "approver"), "--key", tmp_path / f"{name}.key", "--no-passphrase")
    words = [*person("c", "drafter"), "--key", tmp_path / "c.key", "--no-passphrase"]
    fresh.run(*words, code=2)
    fresh.run(*words, "--as", "a", "--countersign-key", tmp_path / "b.key", code=4)
    fresh.run(*words, "--as", "a", "--countersign-key", tmp_path / "a.key")
    fresh.run(
        *person("d", "drafter"),
        "--key",
        tmp_path / "d.key",
        "--no-passphrase",
        "--as",
        "c",
        "--countersign-key",
        tmp_path / "c.key",
        code=4,
    )
    assert [row["id"] for row in fresh.json("person", "list")["people"]] == ["a", "b", "c"]


def test_a_revoked_person_is_listed_as_such(office: Terminal) -> None:
    office.run("person", "revoke", "f.freigabe")
    assert "revoked" in office.run("person", "list").stdout
    office.run("person", "revoke", "nobody", code=2)
