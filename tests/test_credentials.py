"""Secrets by name, and every secret that may not be told."""

import os
import pathlib

import pytest

from fahndung import credentials


@pytest.fixture(autouse=True)
def nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*os.environ]:
        if name.startswith("FAHNDUNG_") or name in {"CREDENTIALS_DIRECTORY", "PGPASSWORD"}:
            monkeypatch.delenv(name)


def test_everything_that_this_process_could_read_is_known(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "alarm-mail").write_text("from a file\n", "utf-8")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\xfd\xfc\xfb")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("FAHNDUNG_ALARM_HOOK", "from a variable")
    monkeypatch.setenv("PGPASSWORD", "of the server")
    monkeypatch.setenv("FAHNDUNG_HOME", "/var/lib/fahndung")
    monkeypatch.setenv("FAHNDUNG_PERSON", "k.muster")
    monkeypatch.setenv("OTHER", "something")
    monkeypatch.setenv("FAHNDUNG_SHORT", "abc")
    assert credentials.known() == {"from a file", "from a variable", "of the server"}


def test_every_text_in_a_secret_of_several_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    both = '{"api_key": "first of two", "access_token": "second of two", "number": 12345, "short": "abc"}'
    monkeypatch.setenv("FAHNDUNG_X_KEYS", both)
    monkeypatch.setenv("FAHNDUNG_LIST", '["one"]')
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    assert credentials.known() >= {both, "first of two", "second of two", '["one"]'}
    assert not {"abc", "one", "12345"} & credentials.known()


def test_a_folder_that_is_not_there_hides_nothing_else(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "nowhere"))
    monkeypatch.setenv("PGPASSWORD", "of the server")
    assert credentials.known() == {"of the server"}
