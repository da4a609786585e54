"""contrib/x/login.py: the first login of an account, against a server that keeps to RFC 6749 and RFC 7636."""

import base64
import contextlib
import hashlib
import http.server
import json
import os
import pathlib
import subprocess
import sys
import threading
import urllib.parse
from collections.abc import Iterator
from typing import ClassVar

import pytest

from fahndung.channels import xgrant

PROGRAM = pathlib.Path(__file__).parents[1] / "contrib" / "x" / "login.py"
CODE, REFRESH, CLIENT, SECRET = "the-code", "the-first-refresh-token", "client:1", "s/ecret"


class Tokens(http.server.BaseHTTPRequestHandler):
    """Gives tokens once for a code, to whoever began with it."""

    challenge = ""
    scope = ""
    offline = True
    elsewhere = ""
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        type(self).asked.append(self.path)
        self.send_error(404)

    def do_POST(self) -> None:
        form = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        made = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        pair = f"{urllib.parse.quote(CLIENT, safe='')}:{urllib.parse.quote(SECRET, safe='')}".encode()
        type(self).asked.append(self.path)
        right = (
            self.path == "/2/oauth2/token"
            and (form["grant_type"], form["code"], form["client_id"]) == ("authorization_code", CODE, CLIENT)
            and made == type(self).challenge
            and self.headers["Authorization"] == f"Basic {base64.b64encode(pair).decode()}"
        )
        told = {"token_type": "bearer", "access_token": "a", "expires_in": 7200, "scope": type(self).scope}
        told |= {"refresh_token": REFRESH} if type(self).offline else {}
        body = json.dumps(told if right else {"error": "invalid_request"}).encode()
        self.send_response(302 if type(self).elsewhere else 200 if right else 400)
        if type(self).elsewhere:
            self.send_header("Location", type(self).elsewhere)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    with http.server.HTTPServer(("127.0.0.1", 0), Tokens) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def login(url: str, *, state: str | None = None, challenge: str | None = None, offline: bool = True) -> tuple[int, str]:
    """What the program prints when the account allows it, and its code."""
    command = [sys.executable, str(PROGRAM), "--client-id", CLIENT, "--redirect", "https://127.0.0.1/", "--url", url]
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    environment = os.environ | {"X_CLIENT_SECRET": SECRET}
    with contextlib.ExitStack() as stack:
        program = stack.enter_context(subprocess.Popen(command, text=True, env=environment, **streams))  # type: ignore[call-overload]
        shown = program.stderr.readline().removeprefix("Open: ").strip()
        asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(shown).query))
        assert asked["code_challenge_method"] == "S256"
        assert {*asked["scope"].split()} == xgrant.SCOPES
        Tokens.challenge, Tokens.scope, Tokens.offline = challenge or asked["code_challenge"], asked["scope"], offline
        query = urllib.parse.urlencode({"state": state or asked["state"], "code": CODE})
        out, err = program.communicate(f"{asked['redirect_uri']}?{query}\n", timeout=30)
        assert "Traceback" not in err
        return program.returncode, out


def test_what_it_prints_is_a_login_that_the_program_renews(url: str) -> None:
    code, out = login(url)
    grant = xgrant.read(out.strip(), "keyring:x-login")
    assert grant == xgrant.Grant(client_id=CLIENT, client_secret=SECRET, refresh_token=REFRESH)
    assert (code, out.count("\n")) == (0, 1)


@pytest.mark.parametrize(
    "how",
    [{"state": "of-somebody-else"}, {"state": "schäbig"}, {"challenge": "of-another-verifier"}, {"offline": False}],
)
def test_an_answer_to_another_question_or_without_a_refresh_token_is_no_login(url: str, how: dict[str, str]) -> None:
    assert login(url, **how) == (1, "")  # type: ignore[arg-type]


def test_neither_code_nor_secret_follows_an_answer_that_leads_elsewhere(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Tokens, "elsewhere", f"{url}elsewhere")
    monkeypatch.setattr(Tokens, "asked", [])
    assert login(url) == (1, "")
    assert Tokens.asked == ["/2/oauth2/token"]


def test_a_server_that_cannot_be_reached_is_told_in_one_line() -> None:
    assert login("http://127.0.0.1:9/") == (1, "")
