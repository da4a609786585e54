#!/usr/bin/env python3
"""Logs an account in to X once (OAuth 2.0 with PKCE) and prints on one line what fahndung wants in the keyring.

    python3 contrib/x/login.py --client-id ID --redirect https://127.0.0.1/ | keyring set fahndung x-login

Prints an address: open it in a browser that is logged in as the account and allow the application. X then leads to the
redirect address, where nothing has to answer: copy that whole address from the browser's bar and give it here. The
secret of a confidential client comes from the environment variable X_CLIENT_SECRET. Python's own library only; shares
no line with the program. ``--url`` and ``--site`` name other servers, for a trial.

Source: RFC 6749, sections 4.1 and 5; RFC 7636; docs.x.com, "OAuth 2.0 Authorization Code Flow with PKCE", 2026-11-26.
"""

# ruff: noqa: T201, S310 - a program of its own; its addresses come from who runs it

import argparse
import base64
import hashlib
import json
import os
import secrets
import sys
import urllib.error
import urllib.parse
import urllib.request

SCOPES = ("tweet.read", "tweet.write", "users.read", "offline.access")
UPLOADS = "media.write"
TIMEOUT_S = 30


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Answers that lead elsewhere are refusals: code and secret go to one server."""

    def redirect_request(self, *_: object) -> None:
        """Nowhere."""


def main() -> int:
    """0 if the login stands on standard output."""
    parser = argparse.ArgumentParser(description="Logs in to X once, for fahndung.")
    parser.add_argument("--client-id", required=True)
    parser.add_argument("--redirect", required=True, help="as it is registered for the application")
    parser.add_argument("--pictures", action="store_true", help=f"with the scope {UPLOADS}")
    parser.add_argument("--url", default="https://api.x.com/", help=argparse.SUPPRESS)
    parser.add_argument("--site", default="https://x.com/", help=argparse.SUPPRESS)
    options = parser.parse_args()
    scopes = [*SCOPES, *([UPLOADS] if options.pictures else [])]
    verifier, state = secrets.token_urlsafe(64), secrets.token_urlsafe(32)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {"response_type": "code", "client_id": options.client_id, "redirect_uri": options.redirect}
    asked |= {"scope": " ".join(scopes), "state": state, "code_challenge": challenge, "code_challenge_method": "S256"}
    print(f"Open: {options.site}i/oauth2/authorize?{urllib.parse.urlencode(asked)}", file=sys.stderr)
    print("Address to which X led: ", end="", file=sys.stderr, flush=True)
    told = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(sys.stdin.readline().strip()).query))
    if not secrets.compare_digest(told.get("state", "").encode(), state.encode()) or not told.get("code"):
        print("That is not the answer to this question; begin again.", file=sys.stderr)
        return 1
    form = {"grant_type": "authorization_code", "code": told["code"], "redirect_uri": options.redirect}
    form |= {"code_verifier": verifier, "client_id": options.client_id}
    return exchange(options.url, options.client_id, os.environ.get("X_CLIENT_SECRET", ""), form)


def exchange(url: str, client_id: str, client_secret: str, form: dict[str, str]) -> int:
    """Prints the login that X gives for a code; 1 if it gives none."""
    request = urllib.request.Request(f"{url}2/oauth2/token", data=urllib.parse.urlencode(form).encode())
    if client_secret:
        pair = f"{urllib.parse.quote(client_id, safe='')}:{urllib.parse.quote(client_secret, safe='')}"
        request.add_header("Authorization", f"Basic {base64.b64encode(pair.encode()).decode()}")
    try:
        with urllib.request.build_opener(NoRedirect).open(request, timeout=TIMEOUT_S) as answer:
            told = json.load(answer)
    except urllib.error.HTTPError as error:
        print(f"X refused: {error.status} {error.reason}", file=sys.stderr)
        return 1
    except (OSError, ValueError) as error:  # no connection, no certificate, no JSON
        print(f"X did not answer as it should: {error}", file=sys.stderr)
        return 1
    if not told.get("refresh_token"):
        print("X gave no refresh token: the scope offline.access is missing.", file=sys.stderr)
        return 1
    login = {"client_id": client_id, "client_secret": client_secret, "refresh_token": told["refresh_token"]}
    print(json.dumps({key: value for key, value in login.items() if value}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
