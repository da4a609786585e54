"""A real Bluesky server (PDS) for the tests: private, on loopback, gone when they end. Each test gets an account of it.

Its own journal of what changed in its repositories is the judge. ``make peers`` installs it.
"""

import base64
import contextlib
import dataclasses
import hashlib
import hmac
import itertools
import json
import os
import pathlib
import subprocess
import urllib.parse
from collections.abc import Iterator
from typing import Any

import pytest

from fahndung.channels.blueskyrecord import COLLECTIONS, cids, markers
from fahndung.http import Client
from fahndung.testing.running import Effect

FOLDER = pathlib.Path(__file__).parents[1] / "peers" / "pds"
_INSTALLED = FOLDER / "node_modules" / ".installed"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Account:
    """One account; ``main``: the access token of a login with its own password."""

    did: str
    handle: str
    password: str
    app_password: str
    main: str


class Pds:
    """A running server; ``told`` is what it printed."""

    def __init__(self, folder: pathlib.Path, told: dict[str, Any], pid: int) -> None:
        self.port, self.version, self.bypass = int(told["port"]), str(told["version"]), str(told["bypass"])
        self.url, self.pid = f"http://127.0.0.1:{self.port}/", pid
        self._secret, self._journal = str(told["jwtSecret"]), folder / "journal.txt"
        self._client, self._count = Client(timeout_s=60), itertools.count(1)

    def account(self) -> Account:
        """A new account with an app password."""
        handle, password = f"presse{next(self._count)}.test", "own-password"
        made = self.call("server.createAccount", handle=handle, email=f"{handle}@polizei.example", password=password)
        named = self.call("server.createAppPassword", token=made["accessJwt"], name="fahndung")
        return Account(
            did=made["did"],
            handle=handle,
            password=password,
            app_password=named["password"],
            main=made["accessJwt"],
        )

    def call(self, name: str, /, *, token: str | None = None, **values: object) -> dict[str, Any]:
        """What a procedure answers that has to succeed; without values it has no body."""
        headers = {"X-Ratelimit-Bypass": self.bypass} | ({"Content-Type": "application/json"} if values else {})
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        body = json.dumps(values).encode() if values else b""
        answer = self._client.post(f"{self.url}xrpc/com.atproto.{name}", body=body, headers=headers)
        assert answer.status == 200, answer
        told: dict[str, Any] = json.loads(answer.body or b"{}")
        return told

    def close(self, account: Account) -> None:
        """Deactivates an account until it is opened again."""
        self.call("server.deactivateAccount", token=account.main, deleteAfter="2099-01-01T00:00:00Z")

    def open(self, account: Account) -> None:
        """Activates an account."""
        self.call("server.activateAccount", token=account.main)

    def online(self, did: str) -> tuple[dict[str, str], ...]:
        """Every record of an account that has to do with posts, and every file that it shows: id, kind, marker."""
        records = [
            ({"id": one["uri"], "kind": kind, "marker": "".join(markers(one["value"]))}, cids(one["value"]))
            for kind, collection in COLLECTIONS.items()
            for one in self._records(did, collection)
        ]
        answer = self._client.get(
            f"{self.url}xrpc/com.atproto.sync.listBlobs?{urllib.parse.urlencode({'did': did})}",
            headers={"X-Ratelimit-Bypass": self.bypass},
        )
        assert answer.status == 200, answer
        files = [
            {"id": cid, "kind": "media", "marker": next((one["marker"] for one, named in records if cid in named), "")}
            for cid in json.loads(answer.body)["cids"]
        ]
        return (*(one for one, _ in records), *files)

    def journal(self, did: str) -> tuple[Effect, ...]:
        """Every change of an account's records so far, in order; the key of a record stands for its marker."""
        lines = (line.split(" ", 4) for line in self._journal.read_text("utf-8").splitlines())
        return tuple(
            Effect(at=at, verb=verb, kind=kind, id=id, marker=key)
            for at, verb, kind, id, key in lines
            if id.startswith(f"at://{did}/")
        )

    def token(self, did: str, *, scope: str = "com.atproto.appPass", begins: int, lives: int = 7200) -> str:
        """An access token as the server itself makes them; ``begins``: seconds since 1970."""
        head = {"typ": "at+jwt", "alg": "HS256"}
        body = {"scope": scope, "aud": "did:web:localhost", "sub": did, "iat": begins, "exp": begins + lives}
        signed = ".".join(_base64(json.dumps(part).encode()) for part in (head, body))
        return f"{signed}.{_base64(hmac.digest(self._secret.encode(), signed.encode(), hashlib.sha256))}"

    def _records(self, did: str, collection: str) -> Iterator[dict[str, Any]]:
        query = {"repo": did, "collection": collection, "limit": "100"}
        while True:
            where = f"{self.url}xrpc/com.atproto.repo.listRecords?{urllib.parse.urlencode(query)}"
            answer = self._client.get(where, headers={"X-Ratelimit-Bypass": self.bypass})
            assert answer.status == 200, answer
            told = json.loads(answer.body)
            yield from told["records"]
            if "cursor" not in told:
                return
            query["cursor"] = told["cursor"]


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@contextlib.contextmanager
def serving(folder: pathlib.Path) -> Iterator[Pds]:
    """A server until the block ends; skips, or in continuous integration fails, where it is not installed."""
    if not _INSTALLED.exists():
        why = f"{_INSTALLED} is missing: make peers"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    # nobody who dies leaves a server behind
    command = ["setpriv", "--pdeathsig", "KILL", "node", str(FOLDER / "server.mjs"), str(folder)]
    (folder / "journal.txt").touch()
    with (
        (folder / "errors.txt").open("wb") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            told = process.stdout.readline()
            assert told, (folder / "errors.txt").read_text("utf-8")[-2000:]
            yield Pds(folder, json.loads(told), process.pid)
        finally:
            process.kill()
