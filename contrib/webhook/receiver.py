"""An example of a receiver of signed events (docs/webhook.md): Python's standard library and one file of SQLite.

    python3 receiver.py --keys keys.json --store aufrufe.db --public https://aufrufe.stadt.example/ --port 8480

It listens on this machine only; a web server with TLS stands before it. ``keys.json`` holds the keys by their ids, and
nobody else may read it: {"polizei-2026": "…"}. Read it, and build the same into what you have.
"""

import argparse
import contextlib
import datetime as dt
import hashlib
import hmac
import html
import http.server
import json
import pathlib
import sqlite3
from collections.abc import Iterator

WINDOW_S = 300
SILENCE = dt.timedelta(days=2)
ABOUT = "Diese Seite zeigt Aufrufe der Polizei."
TABLE = """CREATE TABLE IF NOT EXISTS appeal (
    number INTEGER PRIMARY KEY, sender TEXT NOT NULL, marker TEXT NOT NULL, content TEXT, expires TEXT,
    withdrawn_at TEXT NOT NULL DEFAULT '', heard_at TEXT NOT NULL, UNIQUE (sender, marker))"""
A_PAGE = 100


class Store:
    """What every sender brought, and what it took back."""

    def __init__(self, path: str) -> None:
        self._path = path
        with self._open() as database:
            database.execute(TABLE)

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with contextlib.closing(sqlite3.connect(self._path, isolation_level="IMMEDIATE")) as database, database:
            yield database

    def heard(self, sender: str, marker: str, now: str) -> None:
        """The sender still knows of it."""
        with self._open() as database:
            database.execute("UPDATE appeal SET heard_at=? WHERE sender=? AND marker=?", (now, sender, marker))

    def put_up(self, sender: str, marker: str, content: dict, sent_at: str, now: str) -> bool:
        """Shows it; False: it was withdrawn by something that was signed later."""
        with self._open() as database:
            database.execute(
                "INSERT OR IGNORE INTO appeal (sender, marker, heard_at) VALUES (?, ?, ?)", (sender, marker, now)
            )
            changed = database.execute(
                "UPDATE appeal SET content=?, expires=? WHERE sender=? AND marker=? AND withdrawn_at < ?",
                (json.dumps(content), content["expires"], sender, marker, sent_at),
            )
            return changed.rowcount == 1

    def take_down(self, sender: str, marker: str, sent_at: str, now: str) -> None:
        """Deletes it, known or not, and remembers when that was asked."""
        with self._open() as database:
            database.execute(
                "INSERT INTO appeal (sender, marker, heard_at, withdrawn_at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (sender, marker) DO UPDATE"
                " SET content=NULL, expires=NULL, withdrawn_at=max(withdrawn_at, excluded.withdrawn_at)",
                (sender, marker, now, sent_at),
            )

    def expire(self, now: dt.datetime) -> None:
        """Deletes what is over and of which its sender has not spoken for long."""
        with self._open() as database:
            database.execute(
                "UPDATE appeal SET content=NULL, expires=NULL WHERE expires < ? AND heard_at < ?",
                (_text(now), _text(now - SILENCE)),
            )

    def state(self, sender: str, marker: str) -> tuple[dict | None, int | None]:
        """What is held of it, and the number of its page."""
        with self._open() as database:
            row = database.execute(
                "SELECT content, number FROM appeal WHERE sender=? AND marker=?", (sender, marker)
            ).fetchone()
        return (None, None) if row is None else (json.loads(row[0]) if row[0] else None, row[1])

    def held(self, sender: str, after: int) -> list[tuple[int, str]]:
        """Number and marker of the next that are shown."""
        with self._open() as database:
            return database.execute(
                "SELECT number, marker FROM appeal WHERE sender=? AND number>? AND content IS NOT NULL"
                " ORDER BY number LIMIT ?",
                (sender, after, A_PAGE),
            ).fetchall()

    def page(self, number: int) -> dict | None:
        """What the public reads at that number."""
        with self._open() as database:
            row = database.execute("SELECT content FROM appeal WHERE number=?", (number,)).fetchone()
        return json.loads(row[0]) if row and row[0] else None


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)  # noqa: TID251  # a receiver has a clock of its own


def _text(instant: dt.datetime) -> str:
    return instant.astimezone(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def signature(key: str, stamp: str, body: bytes) -> str:
    """As docs/webhook.md has it."""
    return "sha256=" + hmac.new(key.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


class Receiver(http.server.BaseHTTPRequestHandler):
    """One request."""

    store: Store
    keys: dict[str, str]
    public: str

    def do_POST(self) -> None:
        """Events and questions."""
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), 1 << 20))
        now = _now()
        sender, stamp = self.headers.get("X-Fahndung-Key", ""), self.headers.get("X-Fahndung-Timestamp", "")
        key = self.keys.get(sender)
        told = self.headers.get("X-Fahndung-Signature", "")
        if key is None or not hmac.compare_digest(told.encode(), signature(key, stamp, body).encode()):
            self._say(401, b"")
            return
        message = json.loads(body)
        if message.get("event") != "withdrawn" and abs(now.timestamp() - int(stamp)) > WINDOW_S:
            self._say(401, b"")
            return
        answer = self._answer(sender, message, now)
        if answer is None:
            self._say(409, b"")
            return
        said = json.dumps(answer).encode()
        at = str(int(now.timestamp()))
        self._say(200, said, {"X-Fahndung-Timestamp": at, "X-Fahndung-Signature": signature(key, at, said)})

    def _answer(self, sender: str, message: dict, now: dt.datetime) -> dict | None:
        head = {"version": 1, "nonce": message["nonce"]}
        self.store.expire(now)
        if message.get("question") == "list":
            rows = self.store.held(sender, int(message["after"] or 0))
            held = [{"marker": marker, "address": self._page(number)} for number, marker in rows]
            return head | {"answer": "list", "held": held, "next": str(rows[-1][0]) if len(rows) == A_PAGE else None}
        marker = message["marker"]
        self.store.heard(sender, marker, _text(now))
        if message.get("event") == "published":
            if not self.store.put_up(sender, marker, message["content"], message["sent_at"], _text(now)):
                return None
        elif message.get("event") == "withdrawn":
            self.store.take_down(sender, marker, message["sent_at"], _text(now))
        content, number = self.store.state(sender, marker)
        address = None if number is None else self._page(number)
        if "event" in message:
            return head | {"answer": "taken", "event_id": message["event_id"], "address": address}
        control = {"address": self.public, "text": ABOUT}
        told = {"answer": "state", "marker": marker, "content": content, "address": address, "control": control}
        return head | told

    def do_GET(self) -> None:
        """What the public sees."""
        self.store.expire(_now())
        _, _, number = self.path.rpartition("/aufrufe/")
        if self.path == "/":
            self._show(200, ABOUT)
        elif not self.path.startswith("/aufrufe/") or not (number.isascii() and number.isdigit()):
            self._show(404, "Diese Seite gibt es nicht.")
        elif (content := self.store.page(int(number))) is None:
            self._show(410, "Dieser Aufruf ist beendet.")
        else:
            self._show(200, content["text"])

    def _page(self, number: int) -> str:
        return f"{self.public}aufrufe/{number}"

    def _show(self, status: int, text: str) -> None:
        body = f"<!doctype html><html lang=de><meta charset=utf-8><title>Aufrufe</title><p>{html.escape(text)}</html>"
        self._say(status, body.encode(), {"Content-Type": "text/html; charset=utf-8"})

    def _say(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Cache-Control": "no-store", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main() -> None:
    """Runs until it is stopped; prints its port."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keys", type=pathlib.Path, required=True)
    parser.add_argument("--store", required=True)
    parser.add_argument("--public", help="the address of this receiver as the public knows it, with / at the end")
    parser.add_argument("--port", type=int, default=8480)
    options = parser.parse_args()
    with http.server.ThreadingHTTPServer(("127.0.0.1", options.port), Receiver) as server:
        Receiver.store, Receiver.keys = Store(options.store), json.loads(options.keys.read_text("utf-8"))
        Receiver.public = options.public or f"http://127.0.0.1:{server.server_port}/"
        print(server.server_port, flush=True)  # noqa: T201  # whoever asked for any free port has to know it
        server.serve_forever()


if __name__ == "__main__":
    main()
