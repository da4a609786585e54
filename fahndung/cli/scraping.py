"""The worker's numbers over HTTP: /metrics and /healthz, where the configuration says so. Writes nothing."""

import contextlib
import http.server
import socket
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from fahndung.cli.call import note
from fahndung.cli.language import language, say
from fahndung.errors import FahndungError, Message, os_reason
from fahndung.lifecycle import metrics

if TYPE_CHECKING:
    from fahndung.cli.session import Session
    from fahndung.lifecycle.clock import WatchedClock
    from fahndung.lifecycle.watchman import Watchman

SILENT_SECONDS = 120.0
"""After how long without an answer of the ledger the worker is no longer healthy."""
Answer = tuple[int, str, str]
"""Status, content type, text."""


@contextlib.contextmanager
def scraped(run: "Session", clock: "WatchedClock", watchman: "Watchman") -> Iterator[None]:
    """Answers while the block works, if the configuration names an address; one that is taken is told and passed."""
    address = None if run.config is None else run.config.metrics
    if address is None:
        yield
        return
    answers = {"/metrics": lambda: _metrics(run, clock), "/healthz": lambda: _health(watchman)}
    try:
        server = _Server(address, answers)
    except OSError as error:
        told = Message(
            f"no metrics on {address[0]}:{address[1]}: {os_reason(error).en}",
            f"Keine Messwerte auf {address[0]}:{address[1]}: {os_reason(error).de}",
        )
        note(told.in_language(language()))
        yield
        return
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _metrics(run: "Session", clock: "WatchedClock") -> Answer:
    now = clock()
    with run.ledger.read() as tx:
        found = metrics.gauges(tx, now=now, skew=clock.apart)
    return 200, metrics.CONTENT_TYPE, metrics.text(found)


def _health(watchman: "Watchman") -> Answer:
    silent = watchman.silent_seconds
    healthy = silent < SILENT_SECONDS
    told = say("ok", "ok") if healthy else say(f"silent for {silent:.0f} s", f"seit {silent:.0f} s ohne Antwort")
    return 200 if healthy else 503, "text/plain; charset=utf-8", told + "\n"


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], answers: "dict[str, Callable[[], Answer]]") -> None:
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        self.answers = answers
        super().__init__(address, _Request)


class _Request(http.server.BaseHTTPRequestHandler):
    timeout = 10
    server: _Server

    def do_GET(self) -> None:
        """Two addresses; everything else is not there."""
        answer = self.server.answers.get(self.path)
        try:
            status, kind, text = (404, "text/plain; charset=utf-8", "\n") if answer is None else answer()
        except FahndungError as error:
            status, kind, text = 503, "text/plain; charset=utf-8", error.message.in_language(language()) + "\n"
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def version_string(self) -> str:
        """Nobody has to know more."""
        return "fahndung"

    def log_message(self, format: str, *args: object) -> None:
        """Who asks is nobody's business."""
