"""A mail server in a process of its own: STARTTLS, login, faults for single addresses, and a journal that is the judge.

``python -m tests.channels.postmaster FOLDER`` prints its port. What it takes is in the journal before it says so.
"""

import asyncio
import contextlib
import dataclasses
import hashlib
import json
import os
import pathlib
import ssl
import subprocess
import sys
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.alerting import peers

USER, PASSWORD = "presse", "Kennwort-0815-geheim"
CREDENTIAL, VARIABLE = "press-mail", "FAHNDUNG_PRESS_MAIL"
SENDER, OFFICE = "fahndung@polizei.example", "pressestelle@polizei.example"
REFUSED, DEFERRED, SPAM = "550", "451", "554"
CUT_BEFORE, CUT_AFTER, HANG_BEFORE, HANG_AFTER = "cut-before", "cut-after", "hang-before", "hang-after"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One line of the journal: a message that the server is responsible for."""

    to: str
    id: str
    file: str
    sha256: str


class Postmaster:
    """What the server does; faults are read anew for each command."""

    def __init__(self, folder: pathlib.Path) -> None:
        self._folder, self._struck = folder, dict[str, int]()

    async def handle_EHLO(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        """Greets; how long that takes stands for the way to a server that is far away."""
        session.host_name = hostname
        if session.ssl is None:
            await asyncio.sleep(self._rules().get("connect_s", 0))
        return responses

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        """Takes every address but those for which a fault says no; only after a login over TLS."""
        assert session.ssl is not None
        assert session.authenticated
        if (code := self._fault(address, {REFUSED, DEFERRED})) is not None:
            return f"{code} not {PASSWORD}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Takes the message, or fails before or after that."""
        (address,) = envelope.rcpt_tos
        fault = self._fault(address, {CUT_BEFORE, CUT_AFTER, HANG_BEFORE, HANG_AFTER, SPAM})
        if fault == SPAM:
            return f"554 {PASSWORD} looks like spam"
        if fault not in {CUT_BEFORE, HANG_BEFORE}:
            self._take(address, envelope.content)
        if fault in {HANG_BEFORE, HANG_AFTER}:
            await asyncio.sleep(self._rules().get("hang_s", 5))
        if fault in {CUT_BEFORE, CUT_AFTER}:
            server.transport.abort()
        return "250 OK"

    def lets_in(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        """Whether this is the user, and nobody said that the login is refused."""
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        with (self._folder / "logins.txt").open("a") as log:
            log.write(f"{right}\n")
        return AuthResult(success=right and not self._rules().get("no_login"), handled=False)

    def _take(self, address: str, content: bytes) -> None:
        number = len(list((self._folder / "mails").iterdir()))
        path = self._folder / "mails" / f"{number}.eml"
        path.write_bytes(content)
        parsed = message_from_bytes(content, policy=policy.default)
        line = {
            "to": address,
            "id": str(parsed["Message-ID"]),
            "file": path.name,
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        with (self._folder / "journal.txt").open("a") as journal:
            journal.write(json.dumps(line) + "\n")
            journal.flush()
            os.fsync(journal.fileno())

    def _fault(self, address: str, kinds: set[str]) -> str | None:
        rule = self._rules().get("addresses", {}).get(address)
        if rule is None or rule["fault"] not in kinds:
            return None
        if rule["times"] is not None and self._struck.get(rule["id"], 0) >= rule["times"]:
            return None
        self._struck[rule["id"]] = self._struck.get(rule["id"], 0) + 1
        return str(rule["fault"])

    def _rules(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self._folder / "faults.json").read_text())
        return found


@dataclasses.dataclass
class Running:
    """A server that runs."""

    port: int
    folder: pathlib.Path
    pid: int

    def config(self, **values: Any) -> dict[str, Any]:
        """The table of the configuration for a sender here."""
        return {
            "name": "press-mail",
            "kind": "press-mail",
            "host": "127.0.0.1",
            "port": self.port,
            "from": SENDER,
            "from_name": "Polizeidirektion Musterstadt",
            "reply_to": OFFICE,
            "user": USER,
            "credential": CREDENTIAL,
            "ca_file": str(self.folder / "cert.pem"),
            "recipients": str(self.folder / "recipients.csv"),
            **values,
        }

    def fail(self, fault: str, *addresses: str, times: int | None = 1) -> None:
        """Messages to these addresses fail so, ``times`` times, or always."""
        rules = self._rules()
        known = rules.setdefault("addresses", {})
        for address in addresses:
            rules["count"] = rules.get("count", 0) + 1
            known[address] = {"fault": fault, "times": times, "id": str(rules["count"])}
        self._write(rules)

    def rule(self, **values: Any) -> None:
        """``no_login``: the login is refused. ``hang_s``, ``connect_s``: seconds that a fault, a connection takes."""
        self._write(self._rules() | values)

    def clear(self) -> None:
        """Nothing fails any more."""
        self._write({"count": self._rules().get("count", 0)})

    def taken(self) -> list[Taken]:
        """The journal."""
        path = self.folder / "journal.txt"
        lines = path.read_text().splitlines() if path.is_file() else []
        return [Taken(**json.loads(line)) for line in lines]

    def mails(self) -> list[EmailMessage]:
        """What it took, parsed."""
        found = []
        for taken in self.taken():
            data = (self.folder / "mails" / taken.file).read_bytes()
            parsed = message_from_bytes(data, policy=policy.default)
            assert isinstance(parsed, EmailMessage)
            found.append(parsed)
        return found

    def logins(self) -> int:
        """How many logins were tried."""
        path = self.folder / "logins.txt"
        return len(path.read_text().splitlines()) if path.is_file() else 0

    def list(self, *lines: str) -> None:
        """Writes the list of recipients: what comes after the header."""
        text = "\n".join(["address,name,region,opted_out", *lines])
        (self.folder / "recipients.csv").write_text(text + "\n", "utf-8")

    def _rules(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "faults.json").read_text())
        return found

    def _write(self, rules: dict[str, Any]) -> None:
        beside = self.folder / "faults.new"
        beside.write_text(json.dumps(rules))
        beside.replace(self.folder / "faults.json")


@contextlib.contextmanager
def running(folder: pathlib.Path) -> Iterator[Running]:
    """The server, until the block ends."""
    folder.mkdir(exist_ok=True)
    (folder / "mails").mkdir()
    (folder / "faults.json").write_text("{}")
    peers.certificate(folder)
    command = [sys.executable, "-m", "tests.channels.postmaster", str(folder)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield Running(port=int(process.stdout.readline()), folder=folder, pid=process.pid)
        finally:
            process.kill()


@contextlib.contextmanager
def in_a_thread(folder: pathlib.Path) -> Iterator[Running]:
    """The same without a process of its own."""
    folder.mkdir(exist_ok=True)
    (folder / "mails").mkdir()
    (folder / "faults.json").write_text("{}")
    peers.certificate(folder)
    door = _door(folder)
    door.start()
    try:
        yield Running(port=door.port, folder=folder, pid=0)
    finally:
        door.stop()


def _door(folder: pathlib.Path) -> Controller:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    master = Postmaster(folder)
    return Controller(
        master,
        hostname="127.0.0.1",
        port=peers.free_port(),
        enable_SMTPUTF8=True,
        require_starttls=True,
        tls_context=context,
        authenticator=master.lets_in,
        auth_required=True,
        auth_require_tls=True,
    )


def main(folder: str) -> None:
    """Runs until it is killed, or nobody holds its standard input any more."""
    door = _door(pathlib.Path(folder))
    door.start()
    print(door.port, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1])
