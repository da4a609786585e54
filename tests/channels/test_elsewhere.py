"""The suite for accounts of real servers, tried on simulated ones that pass for real: nothing of it stays behind."""

import os
import pathlib
import re
import subprocess
import sys
from collections.abc import Mapping

import pytest

from fahndung.testing.facebook import APP_SECRET
from fahndung.testing.facebookstock import page_id
from fahndung.testing.faults import Call, Fault
from fahndung.testing.running import ACCOUNT, Running, running_facebook, running_mastodon, running_telegram, running_x
from fahndung.testing.telegramstock import chat_id

from . import linkposts, mastodons, xs

pytestmark = pytest.mark.peers
ROOT = pathlib.Path(__file__).parents[2]


def run(module: str, chosen: str, environment: Mapping[str, str]) -> tuple[int, str]:
    """How pytest ends with this in its environment, and what it says."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov"]
    named = [f"tests/channels/{module}", "-k", f"Elsewhere and {chosen}"]
    ran = subprocess.run(
        [*command, *named], cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    return ran.returncode, ran.stdout + ran.stderr


def mastodon(platform: Running) -> dict[str, str]:
    """What names an account of that server."""
    given = {"URL": platform.url, "TOKEN": platform.token, "SETTLE_S": "0"}
    return {f"FAHNDUNG_TEST_MASTODON_{name}": value for name, value in given.items()}


def test_on_a_mastodon_server_it_passes_and_removes_what_it_made(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_mastodon(tmp_path, "4.4+") as platform:
        monkeypatch.setenv(mastodons.VARIABLE, platform.token)
        channel = mastodons.channel(platform)
        channel.publish(channel.prepare(linkposts.release("there before")), lambda _: None)
        before = platform.online()
        code, told = run("test_mastodon.py", "test", mastodon(platform))
        assert code == 0, told
        assert int(re.findall(r"(\d+) passed", told)[0]) >= 15, told
        assert platform.online() == before
        verbs = [one.verb for one in platform.journal()]
        assert verbs.count("create") == verbs.count("delete") + 1
        assert 10 <= verbs.count("delete") <= 30, "a server takes thirty in half an hour"


def test_a_test_that_fails_there_leaves_nothing_either(tmp_path: pathlib.Path) -> None:
    with running_mastodon(tmp_path, "4.4+") as platform:
        platform.add(Fault.NOTHING, Call.DELETE)
        code, told = run("test_mastodon.py", "removes_all", mastodon(platform))
        assert code == 1, told
        assert platform.online() == ()
        assert [one.verb for one in platform.journal()] == ["create", "delete"]


def test_on_x_it_passes_and_removes_what_it_made(tmp_path: pathlib.Path) -> None:
    with running_x(tmp_path, "strict") as platform:
        given = {"": xs.keys(platform.token), "_ACCOUNT": "presse", "_URL": platform.url, "_SETTLE_S": "0"}
        code, told = run("test_x.py", "test", {f"FAHNDUNG_TEST_X{name}": value for name, value in given.items()})
        assert code == 0, told
        assert int(re.findall(r"(\d+) passed", told)[0]) >= 15, told
        assert platform.online() == ()
        verbs = [one.verb for one in platform.journal()]
        assert verbs.count("create") == verbs.count("delete") >= 10


def test_on_a_page_it_passes_and_removes_what_it_made(tmp_path: pathlib.Path) -> None:
    with running_facebook(tmp_path, "flip") as platform:
        given = {"": platform.token, "_APP": APP_SECRET, "_PAGE": page_id(0), "_URL": f"{platform.url}v26.0"}
        named = {f"FAHNDUNG_TEST_FACEBOOK{name}": value for name, value in given.items()}
        code, told = run("test_facebook.py", "test", named | {"FAHNDUNG_TEST_FACEBOOK_SETTLE_S": "0"})
        assert code == 0, told
        assert int(re.findall(r"(\d+) passed", told)[0]) >= 15, told
        assert platform.online() == ()


def test_on_a_telegram_channel_it_passes_and_removes_what_it_made(tmp_path: pathlib.Path) -> None:
    with running_telegram(tmp_path, "public") as platform:
        platform.by_hand(post="Fahndungen der Polizeidirektion Musterstadt")
        before = platform.online()
        given = {"": platform.token, "_CHAT": str(chat_id(0)), "_ACCOUNT": ACCOUNT, "_SETTLE_S": "0"}
        given |= {"_URL": platform.url, "_PAGES": platform.url}
        named = {f"FAHNDUNG_TEST_TELEGRAM{name}": value for name, value in given.items()}
        code, told = run("test_telegram.py", "test", named)
        assert code == 0, told
        assert int(re.findall(r"(\d+) passed", told)[0]) >= 15, told
        assert platform.online() == before
