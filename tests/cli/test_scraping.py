"""The worker's numbers over HTTP."""

import contextlib
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from fahndung import http
from fahndung.cli import scraping
from fahndung.cli.call import Call
from fahndung.cli.session import Session
from fahndung.errors import InvalidConfig
from fahndung.home.config import CONFIG_NAME
from fahndung.ledger.faults import LedgerUnavailable
from fahndung.lifecycle.clock import WatchedClock
from fahndung.lifecycle.watchman import Watchman
from tests.world import GIRL, PUBLISHED, World

CLOCK = WatchedClock(lambda: PUBLISHED, lambda: 0.0)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def configured(world: World, address: str | None, more: str = "") -> Session:
    if address is not None:
        path = world.home.path / CONFIG_NAME
        path.write_text(path.read_text("utf-8") + f'\n[worker]\nmetrics = "{address}"\n{more}', "utf-8")
    values: dict[str, Any] = {"home": world.home, "ledger": world.ledger, "now": PUBLISHED, "by": "worker"}
    values["began"] = PUBLISHED
    return Session(call=Call(), config=world.home.config(), **values)


@contextlib.contextmanager
def watched(run: Session, seconds: list[float]) -> Iterator[Watchman]:
    watch = Watchman(run.home, run.ledger, run.config, by="w", tell=print, tick=lambda: seconds[0])
    with contextlib.closing(watch), scraping.scraped(run, CLOCK, watch):
        yield watch


def test_metrics_and_health_are_answered_and_nothing_else(approved: World) -> None:
    approved.publish(GIRL)
    base, seconds = f"http://127.0.0.1:{free_port()}", [0.0]
    with watched(configured(approved, base.removeprefix("http://")), seconds):
        answer = http.get(f"{base}/metrics")
        assert answer.headers["content-type"].startswith("application/openmetrics-text")
        families = {one.name: one for one in text_string_to_metric_families(answer.body.decode())}
        assert families["fahndung_channel_live"].samples[0].value == 1
        assert (http.get(f"{base}/healthz").status, http.get(f"{base}/healthz").body) == (200, b"ok\n")
        assert http.get(f"{base}/").status == http.get(f"{base}/metrics/..").status == 404
        seconds[0] = scraping.SILENT_SECONDS
        assert http.get(f"{base}/healthz").status == 503


def test_a_ledger_that_is_away_is_no_answer(approved: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise LedgerUnavailable("away", "weg")

    base = f"http://127.0.0.1:{free_port()}"
    run = configured(approved, base.removeprefix("http://"))
    with watched(run, [0.0]):
        monkeypatch.setattr(run.ledger, "read", away)
        answer = http.get(f"{base}/metrics")
        monkeypatch.undo()
    assert (answer.status, answer.body) == (503, b"away\n")


def test_a_port_that_is_taken_stops_no_worker(approved: World, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with watched(configured(approved, f"127.0.0.1:{other.getsockname()[1]}"), [0.0]):
            pass
    assert "no metrics on 127.0.0.1" in capsys.readouterr().err


def test_without_an_address_nothing_listens(approved: World) -> None:
    with watched(configured(approved, None), [0.0]):
        pass


def test_an_address_in_the_new_notation(approved: World) -> None:
    run = configured(approved, "[::1]:9464")
    assert run.config is not None
    assert run.config.metrics == ("::1", 9464)
    port = free_port()
    try:
        server = scraping._Server(("::1", port), {})
    except OSError:
        pytest.skip("this machine has no ::1")
    server.server_close()


def test_an_address_that_others_reach_has_to_be_meant(approved: World) -> None:
    with pytest.raises(InvalidConfig, match="anywhere = true"):
        configured(approved, "0.0.0.0:9464")
    path = approved.home.path / CONFIG_NAME
    path.write_text(path.read_text("utf-8") + "anywhere = true\n", "utf-8")
    assert approved.home.config().metrics == ("0.0.0.0", 9464)


def test_nobody_learns_the_version(approved: World) -> None:
    base = f"http://127.0.0.1:{free_port()}"
    with watched(configured(approved, base.removeprefix("http://")), [0.0]):
        assert http.get(f"{base}/healthz").headers["server"] == "fahndung"
