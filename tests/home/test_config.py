"""The configuration of a home: every finding at once, and what holds without a word."""

import datetime as dt
import pathlib

import pytest

from fahndung import resources
from fahndung.errors import InvalidConfig
from fahndung.home import making
from fahndung.home.config import parse_config

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


def test_a_home_says_what_looks_for_faces(tmp_path: pathlib.Path) -> None:
    silent = parse_config(CONFIG, tmp_path)
    assert (silent.faces, silent.face_model) == (None, (None, None))
    own = f'[images]\nfaces = true\nface_model = "own.onnx"\nface_sha256 = "{"a" * 64}"\n'
    chosen = parse_config(CONFIG + own, tmp_path)
    assert (chosen.faces, chosen.face_model) == (True, (tmp_path / "own.onnx", "a" * 64))
    with pytest.raises(InvalidConfig, match="images"):
        parse_config(CONFIG + '[images]\nface_model = "own.onnx"\n', tmp_path)


def test_every_finding_of_a_configuration_comes_at_once() -> None:
    bad = CONFIG.replace('name = "Polizeidirektion Musterstadt"', "", 1).replace('root = "site"', 'rot = "site"')
    with pytest.raises(InvalidConfig) as caught:
        parse_config(bad, pathlib.Path("/h"))
    fields = {problem.field for problem in caught.value.problems}
    assert {"authority", "channels/0"} <= fields
    assert "unknown key: rot" in str(caught.value)


def test_what_is_wrong_with_the_whole_file_names_it_once() -> None:
    with pytest.raises(InvalidConfig) as caught:
        parse_config(CONFIG + "\n[foo]\n", pathlib.Path("/h"))
    assert caught.value.message.de.startswith("fahndung.toml: unbekannter Schlüssel: foo;")


def test_what_is_wrong_at_an_account_is_told_by_its_name_and_with_an_example() -> None:
    account = '[[channels]]\nname = "land"\nkind = "mastodon"\nurl = "https://social.polizei.example/"\n'
    with pytest.raises(InvalidConfig) as caught:
        parse_config(CONFIG + account + 'account = "a"\ncredential = "c"\nttl = "47 hours"\n', pathlib.Path("/h"))
    assert [problem.field for problem in caught.value.problems] == ["channels/1/ttl"]
    assert 'account land, ttl: not as it has to be, which is for example "47h"' in caught.value.message.en
    assert 'Konto land, ttl: nicht, wie verlangt, zum Beispiel "47h"' in caught.value.message.de
    with pytest.raises(InvalidConfig, match="account number 2: missing: name"):
        parse_config(CONFIG + account.replace('name = "land"\n', ""), pathlib.Path("/h"))


@pytest.mark.parametrize(
    "base_url",
    ["http://polizei.example/", "https://polizei.example", "ftp://polizei.example/", "https://a.example/?x/"],
)
def test_a_base_url_is_https_or_loopback_and_ends_with_a_slash(base_url: str) -> None:
    with pytest.raises(InvalidConfig, match="base_url"):
        parse_config(CONFIG.replace("http://127.0.0.1:8477/", base_url), pathlib.Path("/h"))


def test_without_a_word_the_policy_is_the_built_in_one_and_the_calendar_lies_in_the_home() -> None:
    config = parse_config(CONFIG, pathlib.Path("/h"))
    assert config.reminders == (dt.timedelta(hours=24), dt.timedelta(hours=6))
    assert (config.remind_at_half, config.elapsed_weeks, config.nationality) == (True, False, "name")
    assert config.calendar == pathlib.Path("/h/calendar.ics")


def test_a_home_sets_its_reminders_its_weeks_its_nationality_and_its_calendar() -> None:
    policy = (
        '[policy]\nreminders = ["PT6H", "P3D"]\nremind_at_half = false\nelapsed_weeks = true\nnationality = "reason"\n'
    )
    config = parse_config(CONFIG + policy + '[calendar]\nfile = "/srv/fristen.ics"\n', pathlib.Path("/h"))
    assert config.reminders == (dt.timedelta(hours=6), dt.timedelta(days=3))
    assert (config.remind_at_half, config.elapsed_weeks, config.nationality) == (False, True, "reason")
    assert config.calendar == pathlib.Path("/srv/fristen.ics")
    config = parse_config(CONFIG + '[policy]\nreminders = []\n[calendar]\nfile = ""\n', pathlib.Path("/h"))
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
        parse_config(f"{CONFIG}{table}\n", pathlib.Path("/h"))
    assert [problem.field for problem in caught.value.problems] == [field]


def test_two_channels_of_one_name_are_refused() -> None:
    again = CONFIG + CONFIG[CONFIG.index("[[channels]]") :]
    with pytest.raises(InvalidConfig, match="name of two channels"):
        parse_config(again, pathlib.Path("/h"))


def test_broken_toml_is_told_with_its_place() -> None:
    with pytest.raises(InvalidConfig, match="line 1"):
        parse_config("schema = \nx = 1\n", pathlib.Path("/h"))


def test_an_unreadable_configuration_is_told(tmp_path: pathlib.Path) -> None:
    made = making.create(tmp_path / "h", rehearsal=True)
    (made.path / "fahndung.toml").unlink()
    with pytest.raises(InvalidConfig, match="cannot be read"):
        made.config()


def test_a_relative_head_file_counts_from_the_home() -> None:
    config = parse_config(CONFIG + '[audit]\nhead = "x/head.json"\n', pathlib.Path("/h"))
    assert config.audit_head == pathlib.Path("/h/x/head.json")
    assert config.syslog
    bare = parse_config(CONFIG + "[audit]\nsyslog = false\n", pathlib.Path("/h"))
    assert (bare.audit_head, bare.syslog) == (None, False)


@pytest.mark.parametrize("address", ["postgresql://f:geheim@h/d", "ledger.db", "postgresql://h/d", ""])
def test_a_configuration_takes_no_password_and_no_other_database(address: str) -> None:
    with pytest.raises(InvalidConfig) as caught:
        parse_config(f'{CONFIG}[ledger]\naddress = "{address}"\n', pathlib.Path("/"))
    assert [problem.field for problem in caught.value.problems] == ["ledger/address"]
    assert "geheim" not in str(caught.value)


def test_only_the_accounts_that_say_so_repeat_a_call_of_unknown_outcome(tmp_path: pathlib.Path) -> None:
    text = resources.template_text("config", "rehearsal.en.toml")
    other = '\n[[channels]]\nname = "bote"\nkind = "bote"\non_unknown = "{}"\n'
    assert parse_config(text + other.format("repeat"), tmp_path).repeats == {"bote"}
    assert parse_config(text + other.format("by-hand"), tmp_path).repeats == frozenset()
    with pytest.raises(InvalidConfig):
        parse_config(text + other.format("perhaps"), tmp_path)


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
    config = parse_config(f"{CONFIG}\n{table}", pathlib.Path("/h"))
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
        parse_config(f"{CONFIG}\n{table}", pathlib.Path("/h"))
