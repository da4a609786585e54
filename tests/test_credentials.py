"""Secrets by name, and every secret that may not be told."""

import os
import pathlib
import sys
import threading
import time
from collections.abc import Iterator

import keyring
import keyring.errors
import pytest
from keyrings.alt.file import PlaintextKeyring

from fahndung import credentials
from fahndung.cli.logs import Log
from fahndung.errors import Message
from tests import anybody, rings
from tests.rings import Invented


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


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_end_of_a_line_belongs_to_no_secret(newline: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a token stands in a header with a line break, and the call is said to be faulty."""
    monkeypatch.setenv("FAHNDUNG_MASTODON_TOKEN", f"from a variable{newline}")
    assert credentials.read("mastodon-token").reveal == "from a variable"
    assert "from a variable" in credentials.known()


@pytest.mark.parametrize("sort", ["folder", "no text"])
def test_a_file_that_cannot_be_read_is_told_and_nothing_else_taken_for_it(
    sort: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mastodon-token"
    if sort == "folder":
        path.mkdir()
    else:
        path.write_bytes(b"\xff\xfe")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("FAHNDUNG_MASTODON_TOKEN", "of another account")
    with pytest.raises(credentials.CredentialMissing, match="cannot be read") as caught:
        credentials.read("mastodon-token")
    assert str(path) in caught.value.message.de
    assert "ist nicht lesbar" in caught.value.message.de
    assert credentials.known() == {"of another account"}


def test_a_folder_in_which_nobody_can_look_stands_in_the_way_of_no_variable(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As inherited from another service: it says nothing of a file, so no file is blamed."""
    folder = tmp_path / "no-folder"
    folder.write_text("", "utf-8")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    with pytest.raises(credentials.CredentialMissing, match="is missing: FAHNDUNG_TOKEN is not set") as caught:
        credentials.read("token")
    assert f"({folder})" in caught.value.message.en
    assert f"({folder})" in caught.value.message.de
    monkeypatch.setenv("FAHNDUNG_TOKEN", "from a variable")
    assert credentials.read("token").reveal == "from a variable"
    assert "FAHNDUNG_TOKEN" in str(credentials.source("token"))


@pytest.mark.parametrize(("closed", "blamed"), [("folder", "nobody can look"), ("token", "lies in")])
def test_a_closed_folder_is_told_from_a_closed_file(closed: str, blamed: str, tmp_path: pathlib.Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "token").write_text("from a file", "utf-8")
    (folder if closed == "folder" else folder / "token").chmod(0o000)
    code = "from fahndung import credentials\ntry: credentials.read('token')\nexcept Exception as error: print(error)"
    told = anybody.printed(code, folder)
    folder.chmod(0o700)
    assert blamed in told


class Locked(Invented):
    def get_password(self, service: str, username: str) -> str | None:
        raise keyring.errors.KeyringLocked("the secret is 1234567")


class Hangs(Invented):
    """Waits for somebody at the screen."""

    def __init__(self, **kept: str) -> None:
        super().__init__(**kept)
        self.asked, self.unlocked = 0, threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        self.unlocked.wait(20)
        return super().get_password(service, username)


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Iterator[Invented]:
    """The user's keyring is one in memory."""
    with rings.in_place(monkeypatch) as found:
        yield found


def test_a_secret_with_that_name_lies_in_the_keyring_alone(
    ring: Invented, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring.set_password("fahndung", "mastodon-token", "from the keyring")
    assert credentials.read("keyring:mastodon-token").reveal == "from the keyring"
    assert "from the keyring" not in repr(credentials.read("keyring:mastodon-token"))
    (tmp_path / "other").write_text("from a file", "utf-8")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("FAHNDUNG_OTHER", "from a variable")
    with pytest.raises(credentials.CredentialMissing, match="keyring set fahndung other"):
        credentials.read("keyring:other")
    assert credentials.read("other").reveal == "from a file", "without the word the keyring is not asked"


def test_a_keyring_in_a_file_works_without_a_screen(ring: Invented, tmp_path: pathlib.Path) -> None:
    files = PlaintextKeyring()
    files.file_path = str(tmp_path / "ring.cfg")
    keyring.set_keyring(files)
    with pytest.raises(credentials.CredentialMissing, match="not in it"):
        credentials.read("keyring:sftp-key")
    keyring.set_password("fahndung", "sftp-key", "zwei\nZeilen: ß")
    assert credentials.read("keyring:sftp-key").reveal == "zwei\nZeilen: ß"


@pytest.mark.parametrize("empty", ["", None])
def test_an_empty_secret_is_none(ring: Invented, empty: str | None) -> None:
    ring.kept["fahndung/x"] = empty  # type: ignore[assignment]
    with pytest.raises(credentials.CredentialMissing, match="not in it"):
        credentials.read("keyring:x")


def test_a_keyring_that_cannot_be_asked_is_told_without_what_it_said(ring: Invented) -> None:
    keyring.set_keyring(Locked())
    with pytest.raises(credentials.CredentialMissing, match="KeyringLocked") as raised:
        credentials.read("keyring:x")
    assert "1234567" not in str(raised.value) + repr(raised.value.__cause__) + repr(raised.value.__context__)


def test_a_keyring_that_waits_for_somebody_keeps_nobody_waiting_and_is_asked_once(
    ring: Invented, monkeypatch: pytest.MonkeyPatch
) -> None:
    hangs = Hangs(**{"fahndung/x": "secret of x"})
    keyring.set_keyring(hangs)
    monkeypatch.setattr(credentials, "PATIENCE_S", 0.02)
    with pytest.raises(credentials.CredentialMissing, match="locked"):
        credentials.read("keyring:x")
    monkeypatch.setattr(credentials, "PATIENCE_S", 20.0)
    with pytest.raises(credentials.CredentialMissing, match="locked"):
        credentials.read("keyring:x")
    assert hangs.asked == 1, "whoever asks in the meantime neither waits nor asks again"
    hangs.unlocked.set()
    while "x" in credentials._Question._open:
        time.sleep(0.001)
    assert credentials.read("keyring:x").reveal == "secret of x"
    assert hangs.asked == 2


def test_without_the_extra_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(credentials.CredentialMissing, match=r"pip install 'fahndung\[keyring\]'"):
        credentials.read("keyring:x")


@pytest.mark.parametrize("name", ["keyring:", "keyring:A", "keyring:a b", "keyring:keyring:a", "ring:a", "a:b", "A"])
def test_what_is_no_name_is_a_mistake(name: str) -> None:
    with pytest.raises(ValueError, match="named"):
        credentials.read(name)


def test_what_was_read_from_a_keyring_is_told_in_no_log(ring: Invented, capsys: pytest.CaptureFixture[str]) -> None:
    ring.set_password("fahndung", "x-keys", '{"api_key": "first of two", "short": "abc"}')
    log = Log("text", secrets=())
    credentials.read("keyring:x-keys")
    assert credentials.known() >= {"first of two"}
    log.event("x", Message("it said: first of two, abc", ""), now=None)  # type: ignore[arg-type]
    told = capsys.readouterr().err
    assert "first of two" not in told
    assert "***, abc" in told


def test_a_secret_is_put_into_the_keyring_and_read_back(ring: Invented, capsys: pytest.CaptureFixture[str]) -> None:
    log = Log("text", secrets=())
    credentials.keep("keyring:x-login", credentials.Secret('{"refresh_token": "the next one"}'))
    assert ring.kept == {"fahndung/x-login": '{"refresh_token": "the next one"}'}
    log.event("x", Message("it said: the next one", ""), now=None)  # type: ignore[arg-type]
    assert "the next one" not in capsys.readouterr().err


class Forgets(Invented):
    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[f"{service}/{username}"] = "something else"


class Refuses(Invented):
    def set_password(self, service: str, username: str, password: str) -> None:
        raise keyring.errors.PasswordSetError(password)


@pytest.mark.parametrize(("kind", "told"), [(Forgets, "something else is read back"), (Refuses, "PasswordSetError")])
def test_a_keyring_that_does_not_keep_it_is_told_without_the_secret(
    ring: Invented, kind: type[Invented], told: str
) -> None:
    keyring.set_keyring(kind())
    with pytest.raises(credentials.CredentialUnkept, match=told) as raised:
        credentials.keep("keyring:x", credentials.Secret("1234567"))
    assert "1234567" not in str(raised.value) + repr(raised.value.__cause__) + repr(raised.value.__context__)
    assert "1234567" in credentials.known(), "and it is kept out of what is told"


@pytest.mark.parametrize("name", ["x-login", "keyring:", "keyring:A"])
def test_only_a_keyring_takes_a_secret(ring: Invented, name: str) -> None:
    with pytest.raises(ValueError, match="only a keyring"):
        credentials.keep(name, credentials.Secret("1234567"))
    assert ring.kept == {}
