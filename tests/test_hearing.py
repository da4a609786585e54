"""What is kept of an answer: bounded, its useful headers, and no secret of any channel that the server repeats."""

import base64
import datetime as dt
import http.server
import json
import pathlib
from typing import Any

import pytest

from fahndung import channels, hearing
from fahndung import http as door
from fahndung.errors import FahndungError, NotSent
from fahndung.hearing import Ear
from fahndung.model.rawanswer import MOST_BODY, RawAnswer
from tests.http.test_http import Loopback, loopback, plain

__all__ = ["loopback"]

AT = dt.datetime(2026, 11, 27, 12, tzinfo=dt.UTC)
SECRET = "S3cr3t+of/this_test~0815"
TOKEN = f"7000000001:{SECRET.replace('+', '-').replace('/', '-').replace('~', '-')}abcdefghij"
KINDS: dict[str, dict[str, Any]] = {
    "bluesky": {"account": "polizei.example", "secrets": SECRET},
    "facebook": {"page": "100000000000001", "app_secret": "app", "secrets": SECRET},
    "mastodon": {"account": "polizei", "secrets": SECRET},
    "s3": {"bucket": "fahndung", "access_key_id": "AKIDEXAMPLE", "secrets": SECRET},
    "telegram": {"chat": -1001234567890, "account": "polizei_musterstadt", "secrets": TOKEN},
    "threads": {"user": "20000000000000001", "secrets": SECRET},
    "webhook": {"key_id": "polizei", "medium": "social", "secrets": base64.b64encode(b"k" * 32).decode()},
    "wordpress": {"user": "fahndung", "secrets": "abcd EFGH 1234 ijkl MNOP 5678"},
    "x": {"account": "polizei", "secrets": None},
}
X_KEYS = {name: f"{name}-{SECRET}" for name in ("api_key", "api_key_secret", "access_token", "access_token_secret")}


def listened(*urls: str) -> tuple[RawAnswer, ...]:
    ear = Ear(lambda: AT)
    with hearing.listening(ear):
        for url in urls:
            door.get(url)
    return ear.kept()


def echo(request: http.server.BaseHTTPRequestHandler, sent: bytes, status: int) -> set[str]:
    """Answers with all that came; returns every value of it that is no word of HTTP."""
    lines = "\n".join(f"{name}: {value}" for name, value in request.headers.items())
    body = f"{request.command} {request.path}\n{lines}\n".encode() + sent[:1500]
    told = request.headers.get("Authorization", request.path)
    plain(request, status, body, WWW_Authenticate=told, X_Request_Id=request.path, Location=request.path)
    return {value for name, value in request.headers.items() if name.lower() in {"authorization", "x-signature"}}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", [401, 500])
def test_a_server_that_repeats_the_request_leaves_no_secret_of_any_kind(
    kind: str, status: int, loopback: Loopback, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = {**KINDS[kind]}
    secret = table.pop("secrets") or json.dumps(X_KEYS)
    monkeypatch.setenv("FAHNDUNG_GIVEN", secret)
    monkeypatch.setenv("FAHNDUNG_APP", f"app-{SECRET}")
    where = {"s3": ("base_url", "endpoint"), "wordpress": ("base_url",), "telegram": ("url", "pages")}.get(
        kind, ("url",)
    )
    url = loopback.url + {"facebook": "v26.0/", "threads": "v1.0/"}.get(kind, "")
    table |= {"kind": kind, "name": kind, "credential": "given", **dict.fromkeys(where, url)}
    sent: set[str] = set()
    loopback.answer = lambda request: sent.update(echo(request, loopback.bodies[-1], status))
    channel, ear = channels.from_config(table, home_id="h", nonce="n", home=tmp_path), Ear(lambda: AT)
    with hearing.listening(ear), pytest.raises(FahndungError):
        channel.check()
    kept = ear.kept()
    assert {one.status for one in kept} == {status}
    told = repr(kept)
    assert "***" in told
    parts = {secret, *(X_KEYS.values() if kind == "x" else ()), f"app-{SECRET}", *sent}
    parts |= {part for value in sent for part in value.replace('"', " ").replace("=", " ").split() if len(part) > 20}
    assert not [part for part in parts if part in told or base64.b64encode(part.encode()).decode()[:-4] in told], told


def test_of_the_headers_those_are_kept_that_tell_of_limits_and_the_server(loopback: Loopback) -> None:
    given = {"Retry_After": "30", "X_RateLimit_Reset": "soon", "Set_Cookie": "a=b", "X_Powered_By": "x", "Date": "now"}
    loopback.answer = lambda request: plain(request, 429, b"slow", **given)
    (kept,) = listened(f"{loopback.url}api?q=1")
    assert (kept.at, kept.method, kept.status, kept.body) == (AT, "GET", 429, "slow")
    assert kept.address == f"{loopback.url.removeprefix('http://')}api"
    assert (kept.headers["retry-after"], kept.headers["x-ratelimit-reset"]) == ("30", "soon")
    assert not {"set-cookie", "x-powered-by"} & kept.headers.keys()


def test_a_redirect_is_kept_without_its_query(loopback: Loopback) -> None:
    loopback.answer = lambda request: plain(request, 302, b"", Location="/login?code=anything")
    assert listened(loopback.url)[0].headers["location"] == "/login"
    loopback.answer = lambda request: plain(request, 302, b"", Location="https://wer:geheim1@host.example/a#token=b")
    assert listened(loopback.url)[0].headers["location"] == "https://host.example/a"


def test_a_cookie_is_hidden_where_the_same_answer_repeats_it(loopback: Loopback) -> None:
    given = b"you are 0123456789abcdef now"
    loopback.answer = lambda request: plain(request, 500, given, Set_Cookie="id=0123456789abcdef; Path=/")
    assert listened(loopback.url)[0].body == "you are *** now"


def test_of_a_server_that_names_secrets_without_end_only_status_and_address_are_kept(loopback: Loopback) -> None:
    many = b",".join(b'"session": "%016d"' % number for number in range(hearing.MOST_SECRETS + 1))
    loopback.answer = lambda request: plain(request, 500, b"{%s}" % many, Content_Type="application/json")
    (kept,) = listened(loopback.url)
    assert (kept.status, kept.headers, kept.body) == (500, {}, "")


def test_what_cannot_be_told_of_an_answer_is_not_kept_and_changes_nothing() -> None:
    ear = Ear(lambda: AT)
    with hearing.listening(ear):
        hearing.tell_http("POST", "https://a.example/", ({"Authorization": b"x"}, None), (500, {}, b""))  # type: ignore[dict-item]
    assert ear.kept() == ()


def test_the_answer_is_bounded_and_a_secret_that_the_bound_cuts_goes(
    loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAHNDUNG_GIVEN", SECRET)
    for body in (b"x" * 40_000, SECRET.encode() * 2000, b"ab" + SECRET.encode() * 2000, b"\xff\x00" * 9000):
        given = {"X_Request_Id": "i" * 900, **{f"X_RateLimit_{'a' * number}": "1" for number in range(1, 39)}}
        loopback.answer = lambda request, body=body, given=given: plain(request, 500, body, **given)  # type: ignore[misc]
        (kept,) = listened(loopback.url + "p" * 900)
        assert len(kept.body) <= MOST_BODY
        assert len(kept.address) <= hearing.MOST_ADDRESS
        assert len(kept.headers) <= hearing.MOST_HEADERS
        assert max(map(len, kept.headers.values())) <= hearing.MOST_VALUE
        assert SECRET[:6] not in kept.body


@pytest.mark.parametrize("coding", ["utf-16", "utf-16-be", "latin-1"])
def test_other_codings_hide_no_secret(loopback: Loopback, monkeypatch: pytest.MonkeyPatch, coding: str) -> None:
    monkeypatch.setenv("FAHNDUNG_GIVEN", SECRET)
    loopback.answer = lambda request: plain(request, 500, f"sent {SECRET} für nichts".encode(coding))
    (kept,) = listened(loopback.url)
    assert "sent *** f" in kept.body
    assert kept.body.isprintable()


def test_what_a_login_gave_is_hidden_where_a_later_answer_repeats_it(loopback: Loopback) -> None:
    given = b'{"refresh_token": "fresh-and-unknown"}'
    loopback.answer = lambda request: plain(request, 200, given, Content_Type="application/json")
    ear = Ear(lambda: AT)
    with hearing.listening(ear):
        door.get(loopback.url)
        loopback.answer = lambda request: plain(request, 500, b"no fresh-and-unknown here")
        door.get(loopback.url)
    assert [one.body for one in ear.kept()] == ["no *** here"]


def test_kept_are_the_last_that_were_no_success_and_the_last_of_all(loopback: Loopback) -> None:
    codes = iter((500, 501, 200, 502, 503, 200))
    loopback.answer = lambda request: plain(request, next(codes), b"")
    assert [one.status for one in listened(*[loopback.url] * 6)] == [502, 503, 200]


def test_where_the_last_call_got_no_answer_an_earlier_success_tells_nothing(loopback: Loopback) -> None:
    ear = Ear(lambda: AT)
    with hearing.listening(ear):
        door.get(loopback.url)
        with pytest.raises(NotSent):
            door.get("http://127.0.0.1:9/")
    assert ear.kept() == ()


def test_nobody_listens_afterwards(loopback: Loopback) -> None:
    heard: list[hearing.Heard | None] = []
    with hearing.listening(heard.append):
        door.get(loopback.url)
    door.get(loopback.url)
    assert [one and one.status for one in heard] == [200]
