"""What systemd hears, on a real socket."""

import os
import pathlib
import socket
import time
from collections.abc import Iterator

import pytest

from fahndung.cli.service import Service


@pytest.fixture
def manager(tmp_path: pathlib.Path) -> Iterator[tuple[socket.socket, dict[str, str]]]:
    """A socket as the service manager has one, and what it tells a service about it."""
    path = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(path))
        heard.settimeout(5)
        yield heard, {"NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": "60000", "WATCHDOG_PID": str(os.getpid())}


def waiting(heard: socket.socket) -> list[str]:
    heard.setblocking(False)
    found = []
    try:
        while True:
            found.append(heard.recv(4096).decode())
    except BlockingIOError:
        return found


def test_ready_status_and_stopping_arrive(manager: tuple[socket.socket, dict[str, str]]) -> None:
    heard, environ = manager
    service = Service(environ)
    service.ready()
    service.status("bei der Arbeit – alles gut")
    service.stopping()
    assert waiting(heard) == ["READY=1", "STATUS=bei der Arbeit – alles gut", "STOPPING=1"]


def test_an_abstract_socket_is_reached_too() -> None:
    name = f"fahndung-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(f"\0{name}")
        Service({"NOTIFY_SOCKET": f"@{name}"}).ready()
        assert waiting(heard) == ["READY=1"]


def test_the_watchdog_hears_a_third_of_the_time_and_no_more(manager: tuple[socket.socket, dict[str, str]]) -> None:
    heard, environ = manager
    service = Service(environ)
    for _ in range(100):
        service.alive()
    assert waiting(heard) == ["WATCHDOG=1"]
    time.sleep(0.025)
    service.alive()
    assert waiting(heard) == ["WATCHDOG=1"]


def test_it_lives_while_it_waits_for_somebody_else(manager: tuple[socket.socket, dict[str, str]]) -> None:
    heard, environ = manager
    with Service(environ).standing_by():
        assert [heard.recv(4096) for _ in range(3)] == [b"WATCHDOG=1"] * 3
    waiting(heard)
    time.sleep(0.1)
    assert waiting(heard) == []


@pytest.mark.parametrize(
    "change", [{"WATCHDOG_USEC": "0"}, {"WATCHDOG_USEC": "soon"}, {"WATCHDOG_USEC": ""}, {"WATCHDOG_PID": "1"}]
)
def test_without_a_watchdog_for_this_process_nothing_is_said(
    manager: tuple[socket.socket, dict[str, str]], change: dict[str, str]
) -> None:
    heard, environ = manager
    service = Service({**environ, **change})
    with service.standing_by():
        service.alive()
    assert waiting(heard) == []


@pytest.mark.parametrize("environ", [{}, {"NOTIFY_SOCKET": "/nowhere/at/all"}])
def test_nobody_who_listens_stops_nothing(environ: dict[str, str]) -> None:
    service = Service(environ)
    service.ready()
    service.alive()
