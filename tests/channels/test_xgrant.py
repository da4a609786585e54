"""What a login in a keyring looks like, and what each answer of X to its renewal means. Asks nobody."""

import base64
import datetime as dt
import json
import urllib.parse
from typing import Any

import pytest

from fahndung.channels import xgrant
from fahndung.channels.xgrant import Grant
from fahndung.errors import AuthError, ChannelFailed, FahndungError, InvalidConfig, OutcomeUnknown, RateLimited
from fahndung.http import Answer

NOW = dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)
LOGIN = Grant(client_id="client", refresh_token="refresh-one")
TOLD = {
    "token_type": "bearer",
    "expires_in": 7200,
    "access_token": "access-two",
    "refresh_token": "refresh-two",
    "scope": "tweet.read users.read",
}
NAME = "keyring:x-login"


def answer(told: Any, status: int = 200) -> Answer:
    data = told if isinstance(told, bytes) else json.dumps(told).encode()
    return Answer(status=status, headers={"date": "Thu, 26 Nov 2026 12:00:00 GMT"}, body=data)


def test_a_login_is_kept_as_it_is_read() -> None:
    told = '{"client_id": "client", "refresh_token": "refresh-one"}'
    assert xgrant.read(told, NAME) == LOGIN
    whole = Grant(
        client_id="client",
        client_secret="client:secret",
        refresh_token="r",
        access_token="a",
        expires_at=1,
        scope=("tweet.read",),
    )
    assert xgrant.read(whole.as_secret().reveal, NAME) == whole
    shown = repr(whole) + repr(whole.as_secret())
    assert "client:secret" not in shown
    assert "'a'" not in shown


@pytest.mark.parametrize(
    "secret", ["a-bare-token", '{"api_key": "x"}', "{", "[]", '{"client_id": "c"}', '"refresh_token"']
)
def test_other_secrets_are_none(secret: str) -> None:
    assert xgrant.read(secret, "x-keys") is None
    assert xgrant.read(secret, NAME) is None


def test_a_refresh_token_outside_of_a_keyring_is_refused() -> None:
    with pytest.raises(InvalidConfig, match=r"credential = “keyring:x-login”") as caught:
        xgrant.read(LOGIN.as_secret().reveal, "x-login")
    assert "refresh-one" not in "".join(caught.value.message)


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": ""},
        {"client_id": 5},
        {"refresh_token": ""},
        {"refresh_token": "a b"},
        {"refresh_token": "ü"},
        {"access_token": "a\nb"},
        {"client_secret": None},
        {"expires_at": "soon"},
        {"expires_at": True},
        {"scope": "tweet.read"},
        {"scope": [5]},
        {"token": "x"},
    ],
)
def test_a_damaged_login_is_refused_without_its_secrets(change: dict[str, object]) -> None:
    values = {"client_id": "client", "refresh_token": "refresh-one"} | change
    with pytest.raises(InvalidConfig, match="client_id, refresh_token") as caught:
        xgrant.read(json.dumps(values), NAME)
    assert "refresh-one" not in "".join(caught.value.message)


@pytest.mark.parametrize(("left_s", "good"), [(301, True), (300, False), (0, False), (-1, False)])
def test_a_token_that_is_about_to_lapse_is_none(left_s: int, good: bool) -> None:
    until = int(NOW.timestamp()) + left_s
    assert Grant(client_id="c", refresh_token="r", access_token="a", expires_at=until).is_good(NOW) is good
    assert not Grant(client_id="c", refresh_token="r", expires_at=until).is_good(NOW)


@pytest.mark.parametrize("secret", ["", "a:b+c"])
def test_the_application_names_itself_and_shows_its_secret_if_it_has_one(secret: str) -> None:
    headers, body = xgrant.question(Grant(client_id="client", client_secret=secret, refresh_token="refresh+one"))
    assert dict(urllib.parse.parse_qsl(body.decode())) == {
        "grant_type": "refresh_token",
        "refresh_token": "refresh+one",
        "client_id": "client",
    }
    assert headers.pop("Content-Type") == "application/x-www-form-urlencoded"
    shown = f"Basic {base64.b64encode(b'client:a%3Ab%2Bc').decode()}"
    assert headers == ({"Authorization": shown} if secret else {})


def test_the_next_pair_takes_the_place_of_the_last() -> None:
    made = xgrant.renewed(LOGIN, answer(TOLD), NOW)
    assert (made.access_token, made.refresh_token, made.scope) == (
        "access-two",
        "refresh-two",
        ("tweet.read", "users.read"),
    )
    assert made.expires_at == int(NOW.timestamp()) + 7200
    kept = xgrant.renewed(LOGIN, answer({"access_token": "access-two", "expires_in": 7200}), NOW)
    assert kept.refresh_token == "refresh-one", "RFC 6749, section 6: a new one may come"


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({}, ChannelFailed),
        (TOLD | {"access_token": None}, ChannelFailed),
        (TOLD | {"access_token": "a b"}, ChannelFailed),
        (TOLD | {"refresh_token": 5}, ChannelFailed),
        (TOLD | {"expires_in": "7200"}, ChannelFailed),
        (TOLD | {"expires_in": 0}, ChannelFailed),
        (TOLD | {"expires_in": 10**9}, ChannelFailed),
        (b"<html>", OutcomeUnknown),
    ],
)
def test_an_answer_without_tokens_gives_none(told: object, kind: type[FahndungError]) -> None:
    with pytest.raises(kind) as caught:
        xgrant.renewed(LOGIN, answer(told), NOW)
    assert type(caught.value) is kind


@pytest.mark.parametrize(("status", "kind"), [(429, RateLimited), (500, ChannelFailed), (404, ChannelFailed)])
def test_other_answers_are_told_as_what_they_are(status: int, kind: type[FahndungError]) -> None:
    with pytest.raises(kind) as caught:
        xgrant.renewed(LOGIN, answer({}, status), NOW)
    assert type(caught.value) is kind


@pytest.mark.parametrize(
    ("status", "told", "used_up", "strange"),
    [
        (400, {"error": "invalid_grant"}, True, False),
        (
            400,
            {"error": "invalid_request", "error_description": "Value passed for the token was invalid."},
            True,
            False,
        ),
        (400, {"error": "invalid_client"}, False, True),
        (401, {"error": "unauthorized_client"}, False, True),
        (401, b"<html>", False, True),
        (400, {"error": "server_error"}, False, False),
        (400, {"error": ["invalid_grant"]}, False, False),
        (400, b"<html>", False, False),
        (400, [], False, False),
        (500, {"error": "invalid_grant"}, False, False),
        (200, {"error": "invalid_client"}, False, False),
    ],
)
def test_only_xs_own_word_ends_a_login(status: int, told: Any, used_up: bool, strange: bool) -> None:
    assert (xgrant.is_used_up(answer(told, status)), xgrant.is_strange(answer(told, status))) == (used_up, strange)


def test_a_login_that_may_not_is_refused_with_what_it_lacks() -> None:
    whole = Grant(client_id="c", refresh_token="r", scope=tuple(xgrant.SCOPES))
    xgrant.refuse_scope(whole, "presse", uploads=False)
    xgrant.refuse_scope(LOGIN, "presse", uploads=True)
    with pytest.raises(AuthError, match=r"lacks the scopes media\.write\."):
        xgrant.refuse_scope(whole, "presse", uploads=True)
