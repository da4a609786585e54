"""Terminals in front of a home."""

import pathlib
import signal
from collections.abc import Iterator

import pytest

from fahndung.cli import heading
from tests.cli.driver import Terminal
from tests.world import World


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    """The terminal speaks English unless a test says otherwise, and leaves the machine's own logs and folders alone."""
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(heading, "SYSLOG", str(tmp_path / "no-log"))
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


@pytest.fixture
def signals() -> Iterator[None]:
    """The worker of this very process takes signals over; they are given back."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)
