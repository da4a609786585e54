"""Terminals in front of a home."""

import pytest

from tests.cli.driver import Terminal
from tests.world import World


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """The terminal speaks English unless a test says otherwise."""
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    for name in ("FAHNDUNG_HOME", "FAHNDUNG_PERSON", "FAHNDUNG_PASSPHRASE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def office(empty: World) -> Terminal:
    """In front of a home with people."""
    return Terminal(home=empty.home.path)


@pytest.fixture
def desk(approved: World) -> Terminal:
    """In front of a home with two approved appeals."""
    return Terminal(home=approved.home.path)
