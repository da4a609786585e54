"""A keyring in memory, made by the interface of the package, for tests."""

import contextlib
from collections.abc import Iterator

import keyring
import keyring.backend
import pytest

from fahndung import credentials


class Invented(keyring.backend.KeyringBackend):
    """It keeps what it is given."""

    priority = 1

    def __init__(self, **kept: str) -> None:
        super().__init__()
        self.kept = kept

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[f"{service}/{username}"] = password


@contextlib.contextmanager
def in_place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Invented]:
    """The user's keyring is one in memory, until the block ends."""
    before = keyring.get_keyring()
    found = Invented()
    keyring.set_keyring(found)
    monkeypatch.setattr(credentials, "_unlocked", set())
    yield found
    keyring.set_keyring(before)
