"""A home: made once, opened by identity, configuration checked, stores whole or not at all."""

import datetime as dt
import hashlib
import os
import pathlib
import re
import subprocess
import sys
import textwrap
from typing import Literal

import pytest

from fahndung import home, resources
from fahndung.errors import ChannelFailed, InvalidConfig, LedgerMissing, NotPublishable, UsageError
from fahndung.model.release import Digest, File, Release

CONFIG = """
schema = "fahndung/config/1"
[authority]
name = "Polizeidirektion Musterstadt"
[imprint]
publisher = "Polizeidirektion Musterstadt"
address = "Musterstraße 1"
[[channels]]
name = "website"
kind = "website"
root = "site"
base_url = "http://127.0.0.1:8477/"
"""


def settings(text: str) -> list[str]:
    """The lines of a configuration that set something, those commented out too, without their remarks."""
    found = re.findall(r"^(# )?(\[{1,2}[\w.]+\]{1,2}|\"?[\w.-]+\"? = .*?)(?:\s+# .*)?$", text, re.MULTILINE)
    return [f"{mark}{line}" for mark, line in found]


@pytest.mark.parametrize("kind", ["production", "rehearsal"])
def test_a_configuration_says_the_same_in_both_languages(kind: str) -> None:
    german, english = (resources.template_text("config", f"{kind}.{lang}.toml") for lang in ("de", "en"))
    assert settings(german) == settings(english)
    assert len(settings(english)) > 20
    remarks = re.compile(r"^# (?!\[|\"?[\w.-]+\"? = )(.+)$", re.MULTILINE)
    assert not {*remarks.findall(german)} & {*remarks.findall(english)}


@pytest.mark.parametrize("lang", ["de", "en"])
@pytest.mark.parametrize("rehearsal", [True, False])
def test_a_new_home_has_a_configuration_that_its_own_schema_takes(
    tmp_path: pathlib.Path, rehearsal: bool, lang: Literal["de", "en"]
) -> None:
    made = home.create(tmp_path / "h", rehearsal=rehearsal, lang=lang)
    assert ("Herausgeber" in (made.path / home.CONFIG_NAME).read_text("utf-8")) == (lang == "de")
    config = made.config()
    assert config.approvals == 1
    assert config.channels["website"]["read_back"] == ("files" if rehearsal else "http")
    assert made.path.stat().st_mode & 0o777 == 0o700


def test_a_home_says_what_looks_for_faces(tmp_path: pathlib.Path) -> None:
    silent = home.parse_config(CONFIG, tmp_path)
    assert (silent.faces, silent.face_model) == (None, (None, None))
    own = f'[images]\nfaces = true\nface_model = "own.onnx"\nface_sha256 = "{"a" * 64}"\n'
    chosen = home.parse_config(CONFIG + own, tmp_path)
    assert (chosen.faces, chosen.face_model) == (True, (tmp_path / "own.onnx", "a" * 64))
    with pytest.raises(InvalidConfig, match="images"):
        home.parse_config(CONFIG + '[images]\nface_model = "own.onnx"\n', tmp_path)


def test_a_home_is_not_made_over_something(tmp_path: pathlib.Path) -> None:
    (tmp_path / "letter").write_text("x")
    with pytest.raises(UsageError, match="not an empty folder"):
        home.create(tmp_path, rehearsal=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["letter"]


def test_opening_keeps_the_identity(tmp_path: pathlib.Path) -> None:
    made = home.create(tmp_path / "h", rehearsal=True)
    assert home.open_home(tmp_path / "h") == made


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe"])
def test_no_identity_means_that_nobody_knows_what_is_online(tmp_path: pathlib.Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "home-id").write_bytes(content)
    with pytest.raises(LedgerMissing, match="what is online is unknown"):
        home.open_home(tmp_path)


def test_every_finding_of_a_configuration_comes_at_once() -> None:
    bad = CONFIG.replace('name = "Polizeidirektion Musterstadt"', "", 1).replace('root = "site"', 'rot = "site"')
    with pytest.raises(InvalidConfig) as caught:
        home.parse_config(bad, pathlib.Path("/h"))
    fields = {problem.field for problem in caught.value.problems}
    assert {"authority", "channels/0"} <= fields
    assert "unknown key: rot" in str(caught.value)


def test_what_is_wrong_with_the_whole_file_names_it_once() -> None:
    with pytest.raises(InvalidConfig) as caught:
        home.parse_config(CONFIG + "\n[foo]\n", pathlib.Path("/h"))
    assert caught.value.message.de.startswith("fahndung.toml: unbekannter Schlüssel: foo;")


def test_what_is_wrong_at_an_account_is_told_by_its_name_and_with_an_example() -> None:
    account = '[[channels]]\nname = "land"\nkind = "mastodon"\nurl = "https://social.polizei.example/"\n'
    with pytest.raises(InvalidConfig) as caught:
        home.parse_config(CONFIG + account + 'account = "a"\ncredential = "c"\nttl = "47 hours"\n', pathlib.Path("/h"))
    assert [problem.field for problem in caught.value.problems] == ["channels/1/ttl"]
    assert 'account land, ttl: not as it has to be, which is for example "47h"' in caught.value.message.en
    assert 'Konto land, ttl: nicht, wie verlangt, zum Beispiel "47h"' in caught.value.message.de
    with pytest.raises(InvalidConfig, match="account number 2: missing: name"):
        home.parse_config(CONFIG + account.replace('name = "land"\n', ""), pathlib.Path("/h"))


@pytest.mark.parametrize(
    "base_url",
    ["http://polizei.example/", "https://polizei.example", "ftp://polizei.example/", "https://a.example/?x/"],
)
def test_a_base_url_is_https_or_loopback_and_ends_with_a_slash(base_url: str) -> None:
    with pytest.raises(InvalidConfig, match="base_url"):
        home.parse_config(CONFIG.replace("http://127.0.0.1:8477/", base_url), pathlib.Path("/h"))


def test_without_a_word_the_policy_is_the_built_in_one_and_the_calendar_lies_in_the_home() -> None:
    config = home.parse_config(CONFIG, pathlib.Path("/h"))
    assert config.reminders == (dt.timedelta(hours=24), dt.timedelta(hours=6))
    assert (config.remind_at_half, config.elapsed_weeks, config.nationality) == (True, False, "name")
    assert config.calendar == pathlib.Path("/h/calendar.ics")


def test_a_home_sets_its_reminders_its_weeks_its_nationality_and_its_calendar() -> None:
    policy = (
        '[policy]\nreminders = ["PT6H", "P3D"]\nremind_at_half = false\nelapsed_weeks = true\nnationality = "reason"\n'
    )
    config = home.parse_config(CONFIG + policy + '[calendar]\nfile = "/srv/fristen.ics"\n', pathlib.Path("/h"))
    assert config.reminders == (dt.timedelta(hours=6), dt.timedelta(days=3))
    assert (config.remind_at_half, config.elapsed_weeks, config.nationality) == (False, True, "reason")
    assert config.calendar == pathlib.Path("/srv/fristen.ics")
    config = home.parse_config(CONFIG + '[policy]\nreminders = []\n[calendar]\nfile = ""\n', pathlib.Path("/h"))
    assert (config.reminders, config.calendar) == ((), None)


@pytest.mark.parametrize(
    ("table", "field"),
    [
        ('[policy]\nreminders = ["PT0H"]', "policy/reminders/0"),
        ('[policy]\nreminders = ["P1W"]', "policy/reminders/0"),
        ('[policy]\nreminders = ["PT6H", "PT30M"]', "policy/reminders/1"),
        ('[policy]\nreminders = ["PT6H", "PT6H"]', "policy/reminders"),
        ("[policy]\nreminders = [6]", "policy/reminders/0"),
        ("[policy]\nremind_at_half = 1", "policy/remind_at_half"),
        ('[policy]\nnationality = "never"', "policy/nationality"),
        ('[calendar]\nfile = "ledger.db"', "calendar/file"),
        ('[calendar]\nname = "x"', "calendar"),
    ],
)
def test_what_is_no_reminder_no_policy_and_no_calendar_is_refused(table: str, field: str) -> None:
    with pytest.raises(InvalidConfig) as caught:
        home.parse_config(f"{CONFIG}{table}\n", pathlib.Path("/h"))
    assert [problem.field for problem in caught.value.problems] == [field]


def test_two_channels_of_one_name_are_refused() -> None:
    again = CONFIG + CONFIG[CONFIG.index("[[channels]]") :]
    with pytest.raises(InvalidConfig, match="name of two channels"):
        home.parse_config(again, pathlib.Path("/h"))


def test_broken_toml_is_told_with_its_place() -> None:
    with pytest.raises(InvalidConfig, match="line 1"):
        home.parse_config("schema = \nx = 1\n", pathlib.Path("/h"))


def test_an_unreadable_configuration_is_told(tmp_path: pathlib.Path) -> None:
    made = home.create(tmp_path / "h", rehearsal=True)
    (made.path / "fahndung.toml").unlink()
    with pytest.raises(InvalidConfig, match="cannot be read"):
        made.config()


def test_a_relative_head_file_counts_from_the_home() -> None:
    config = home.parse_config(CONFIG + '[audit]\nhead = "x/head.json"\n', pathlib.Path("/h"))
    assert config.audit_head == pathlib.Path("/h/x/head.json")
    assert config.syslog
    bare = home.parse_config(CONFIG + "[audit]\nsyslog = false\n", pathlib.Path("/h"))
    assert (bare.audit_head, bare.syslog) == (None, False)


def release(data: bytes = b"x") -> tuple[Release, bytes]:
    manifest = b"{}"
    digest = Digest(hashlib.sha256(manifest).hexdigest())
    return Release(
        digest=digest, manifest={}, files={"a/b.txt": File(name="a/b.txt", media_type="t", data=data)}
    ), manifest


def test_a_release_is_stored_for_its_owner_only_and_replaced_whole(tmp_path: pathlib.Path) -> None:
    made = home.create(tmp_path / "h", rehearsal=True)
    folder = made.store_release(*release())
    (folder / "stray").write_text("x")
    made.store_release(*release(b"y"))
    assert made.stored_files(folder) == {"a/b.txt": b"y", "manifest.json": b"{}"}
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "a").stat().st_mode & 0o777 == 0o700
    assert (folder / "a/b.txt").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_a_failed_store_leaves_nothing(tmp_path: pathlib.Path) -> None:
    made = home.create(tmp_path / "h", rehearsal=True)
    with pytest.raises(ChannelFailed, match="cannot be written"):
        made.store_case("a", 1, {"x": b"1", "x/y": b"2"})
    assert list((made.path / "cases" / "a").iterdir()) == []


def test_links_and_missing_folders_are_no_stored_files(tmp_path: pathlib.Path) -> None:
    made = home.create(tmp_path / "h", rehearsal=True)
    with pytest.raises(NotPublishable, match="is missing"):
        made.stored_files(made.path / "releases" / "nothing")
    folder = made.store_release(*release())
    (folder / "link").symlink_to("/etc/passwd")
    with pytest.raises(NotPublishable, match="not a plain file"):
        made.stored_files(folder)


def test_a_read_only_home_can_still_be_locked(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = home.create(tmp_path / "h", rehearsal=True)
    real = os.open

    def read_only(path: object, flags: int, *args: int) -> int:
        if flags & os.O_RDWR:
            raise OSError(30, "Read-only file system")
        return real(path, flags, *args)  # type: ignore[call-overload,no-any-return]

    with made.lock():
        pass
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", read_only)
        with made.lock():
            pass
        (made.path / "lock").unlink()
        with pytest.raises(ChannelFailed, match="lock"), made.lock():
            pass


def test_a_dropped_case_is_gone(tmp_path: pathlib.Path) -> None:
    made = home.create(tmp_path / "h", rehearsal=True)
    made.store_case("a", 1, {"appeal.json": b"{}"})
    made.drop_case("a", 1)
    assert not made.case_folder("a", 1).exists()


def test_only_one_process_holds_the_lock_and_a_killed_one_lets_go(tmp_path: pathlib.Path) -> None:
    made = home.create(tmp_path / "h", rehearsal=True)
    script = textwrap.dedent("""
        import pathlib, sys, time
        from fahndung.home import open_home
        with open_home(pathlib.Path(sys.argv[1])).lock():
            print("held", flush=True)
            time.sleep(60)
    """)
    command = [sys.executable, "-c", script, os.fspath(made.path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(ChannelFailed, match="another run"), made.lock(0.1):
            pass
        other.kill()
        other.wait()
    with made.lock(1.0):
        pass


def test_the_desk_is_free_beside_whoever_has_the_calling_place(tmp_path: pathlib.Path) -> None:
    made = home.create(tmp_path / "h", rehearsal=True)
    with made.lock(), made.desk():
        with pytest.raises(ChannelFailed, match="another run"), made.desk(0):
            pass
        with pytest.raises(ChannelFailed, match="another run"), made.lock(0):
            pass


def test_a_new_home_exposes_nothing(tmp_path: pathlib.Path) -> None:
    made = home.create(tmp_path / "h", rehearsal=True)
    assert home.exposed_folders(made.path, made.config().roots) == ()


@pytest.mark.parametrize("mode", [0o740, 0o704, 0o710, 0o701, 0o755])
@pytest.mark.parametrize("name", ["cases", "releases"])
def test_a_folder_that_others_may_enter_or_read_is_exposed(tmp_path: pathlib.Path, name: str, mode: int) -> None:
    made = home.create(tmp_path / "h", rehearsal=True)
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
    made = home.create(tmp_path / "h", rehearsal=True)
    config = home.parse_config(CONFIG.replace('root = "site"', f'root = "{root}"'), made.path)
    assert home.exposed_folders(made.path, config.roots) == tuple(str(made.path / name) for name in exposed)


def test_a_link_does_not_hide_that_a_website_shows_the_case_store(tmp_path: pathlib.Path) -> None:
    made = home.create(tmp_path / "h", rehearsal=True)
    (tmp_path / "www").symlink_to(made.path / "cases", target_is_directory=True)
    assert home.exposed_folders(made.path, [tmp_path / "www"]) == (str(made.path / "cases"),)


def test_a_folder_that_is_not_there_exposes_nothing(tmp_path: pathlib.Path) -> None:
    assert home.exposed_folders(tmp_path, [tmp_path / "site"]) == ()


ADDRESS = "postgresql://fahndung@db.polizei.example:5432/fahndung"


def test_the_record_of_a_home_says_where_the_ledger_lies(tmp_path: pathlib.Path) -> None:
    made = home.create(tmp_path / "home", rehearsal=True)
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
    made = home.create(tmp_path / "home", rehearsal=True)
    record = made.path / home.ADDRESS_NAME
    record.mkdir() if content is None else record.write_bytes(content)
    with pytest.raises(LedgerMissing, match="nobody knows where the ledger lies"):
        _ = made.ledger_address


def test_a_record_that_cannot_be_written_is_told(tmp_path: pathlib.Path) -> None:
    made = home.create(tmp_path / "home", rehearsal=True)
    (made.path / home.ADDRESS_NAME).mkdir()
    with pytest.raises(UsageError, match=home.ADDRESS_NAME):
        made.record_address(ADDRESS)


@pytest.mark.parametrize("rehearsal", [True, False])
def test_a_home_in_a_database_says_so_in_its_configuration(tmp_path: pathlib.Path, rehearsal: bool) -> None:
    made = home.create(tmp_path / "home", rehearsal=rehearsal, ledger=ADDRESS)
    assert made.config().ledger == made.ledger_address == ADDRESS
    assert made.disagrees(made.config()) is None
    made.record_address(made.ledger_path)
    told = made.disagrees(made.config())
    assert told is not None
    assert "no [ledger] address" in told.en
    other = home.create(tmp_path / "other", rehearsal=rehearsal)
    assert other.config().ledger is None
    other.record_address(ADDRESS)
    told = other.disagrees(other.config())
    assert told is not None
    assert f'address = "{ADDRESS}"' in told.de


@pytest.mark.parametrize("address", ["postgresql://f:geheim@h/d", "ledger.db", "postgresql://h/d", ""])
def test_a_configuration_takes_no_password_and_no_other_database(address: str) -> None:
    with pytest.raises(InvalidConfig) as caught:
        home.parse_config(f'{CONFIG}[ledger]\naddress = "{address}"\n', pathlib.Path("/"))
    assert [problem.field for problem in caught.value.problems] == ["ledger/address"]
    assert "geheim" not in str(caught.value)


def test_only_the_accounts_that_say_so_repeat_a_call_of_unknown_outcome(tmp_path: pathlib.Path) -> None:
    text = resources.template_text("config", "rehearsal.en.toml").replace("@AUTHORITY@", "PD")
    other = '\n[[channels]]\nname = "bote"\nkind = "bote"\non_unknown = "{}"\n'
    assert home.parse_config(text + other.format("repeat"), tmp_path).repeats == {"bote"}
    assert home.parse_config(text + other.format("by-hand"), tmp_path).repeats == frozenset()
    with pytest.raises(InvalidConfig):
        home.parse_config(text + other.format("perhaps"), tmp_path)


ACCOUNT = {
    "mastodon": 'url = "https://social.polizei.example/"\naccount = "presse"\ncredential = "token"',
    "telegram": 'chat = -1001234567890\ncredential = "token"',
    "website": 'root = "site"\nbase_url = "https://fahndung.polizei.example/"',
}


@pytest.mark.parametrize(
    ("kind", "more", "days"),
    [
        ("mastodon", "", None),
        ("mastodon", "closing_post = false", None),
        ("mastodon", "closing_post = true", 30),
        ("mastodon", "closing_post = true\nclosing_post_days = 7", 7),
        ("telegram", "closing_post = true\nclosing_post_days = 1", 1),
    ],
)
def test_an_account_tells_the_end_only_if_it_says_so(kind: str, more: str, days: int | None) -> None:
    table = f'[[channels]]\nname = "n"\nkind = "{kind}"\n{ACCOUNT[kind]}\n{more}\n'
    config = home.parse_config(f"{CONFIG}\n{table}", pathlib.Path("/h"))
    assert config.closing_posts == ({} if days is None else {"n": dt.timedelta(days=days)})


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("website", "closing_post = true"),
        ("mastodon", "closing_post = true\nclosing_post_days = 0"),
        ("telegram", "closing_post = true"),
        ("telegram", "closing_post = true\nclosing_post_days = 2"),
    ],
)
def test_where_a_post_could_not_be_taken_down_again_none_can_be_wished(kind: str, more: str) -> None:
    table = f'[[channels]]\nname = "n"\nkind = "{kind}"\n{ACCOUNT[kind]}\n{more}\n'
    with pytest.raises(InvalidConfig):
        home.parse_config(f"{CONFIG}\n{table}", pathlib.Path("/h"))
