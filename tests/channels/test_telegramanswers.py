"""What each answer of the Bot API means."""

import datetime as dt
import json
from typing import Any

import pytest

from fahndung.channels.telegramanswers import GONE, TOO_LATE, UNCHANGED, Refused, result
from fahndung.errors import AuthError, ChannelFailed, FahndungError, OutcomeUnknown, RateLimited
from fahndung.http import Answer

TOKEN = f"7000000001:{'x' * 35}"


def answer(status: int, told: Any, **headers: str) -> Answer:
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    return Answer(status=status, headers=headers, body=body)


def error(code: int, description: str, **parameters: Any) -> Answer:
    more = {"parameters": parameters} if parameters else {}
    return answer(code, {"ok": False, "error_code": code, "description": description, **more})


def raised(told: Answer, *, write: bool = True) -> FahndungError:
    with pytest.raises(FahndungError) as caught:
        result(told, TOKEN, write=write)
    return caught.value


@pytest.mark.parametrize("told", [True, {"message_id": 7}, None])
def test_a_success_gives_its_result(told: Any) -> None:
    assert result(answer(200, {"ok": True, "result": told}), TOKEN, write=True) == told


@pytest.mark.parametrize(
    ("code", "description"),
    [
        (401, "Unauthorized"),
        (403, "Forbidden: bot is not a member of the channel chat"),
        (403, "Forbidden: bot was kicked from the channel chat"),
        (404, "Not Found"),
        (400, "Bad Request: chat not found"),
        (400, "Bad Request: need administrator rights in the channel chat"),
        (400, "Bad Request: not enough rights to send text messages to the chat"),
        (400, "Bad Request: have no rights to send a message"),
        (400, "Bad Request: CHAT_ADMIN_REQUIRED"),
        (400, "Bad Request: CHAT_WRITE_FORBIDDEN"),
    ],
)
def test_a_bot_that_is_shut_out_needs_a_person(code: int, description: str) -> None:
    found = raised(error(code, description))
    assert type(found) is AuthError
    assert description.lower() in found.message.en
    assert not found.effect_possible


def test_a_chat_with_another_id_needs_a_person_and_says_which() -> None:
    moved = raised(error(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1001234567890))
    assert type(moved) is AuthError
    assert "-1001234567890" in moved.message.de
    assert "?" in raised(error(400, "x", migrate_to_chat_id="<b>")).message.en


@pytest.mark.parametrize(
    ("parameters", "seconds"),
    [({"retry_after": 7}, 7), ({"retry_after": 0}, 0), ({"retry_after": 10**9}, 86400)],
)
def test_a_limit_names_the_wait_and_never_more_than_a_day(parameters: dict[str, int], seconds: int) -> None:
    found = raised(error(429, "Too Many Requests: retry after 7", **parameters))
    assert isinstance(found, RateLimited)
    assert found.retry_after == dt.timedelta(seconds=seconds)
    assert found.scope == "channel"


@pytest.mark.parametrize("parameters", [{}, {"retry_after": "7"}, {"retry_after": True}, {"retry_after": -1}])
def test_a_limit_without_a_wait_has_none_but_what_its_headers_say(parameters: dict[str, Any]) -> None:
    told = error(429, "Too Many Requests", **parameters)
    found = raised(told)
    assert isinstance(found, RateLimited)
    assert found.retry_after is None
    said = raised(Answer(status=429, headers={"retry-after": "9"}, body=told.body))
    assert isinstance(said, RateLimited)
    assert said.retry_after == dt.timedelta(seconds=9)


@pytest.mark.parametrize(
    ("description", "words"),
    [
        ("Bad Request: message to delete not found", GONE),
        ("Bad Request: message to edit not found", GONE),
        ("Bad Request: MESSAGE_ID_INVALID", GONE),
        ("Bad Request: message can't be deleted", TOO_LATE),
        ("Bad Request: message can't be deleted for everyone", TOO_LATE),
        ("Bad Request: message is not modified: specified new message content is the same", UNCHANGED),
    ],
)
def test_any_other_refusal_says_why(description: str, words: tuple[str, ...]) -> None:
    with pytest.raises(Refused) as caught:
        result(error(400, description), TOKEN, write=True)
    assert caught.value.says(*words)
    assert not caught.value.says("message is too long")
    rejected = caught.value.rejected()
    assert not rejected.effect_possible


@pytest.mark.parametrize(
    "told",
    [
        error(500, "Internal Server Error"),
        error(409, "Conflict"),
        answer(502, b"<html>Bad Gateway"),
        answer(200, b"<html>one moment, please"),
        answer(200, {"ok": False}),
        answer(200, [1]),
        answer(200, {"ok": "true", "result": True}),
        answer(201, {"ok": True, "result": True}),
        answer(401, b"<html>proxy"),
        answer(400, b""),
        answer(302, b""),
        answer(200, b"[" * 100_000),
    ],
)
def test_nothing_that_can_be_read_is_an_unknown_outcome_of_a_write_and_a_failure_of_a_read(told: Answer) -> None:
    assert type(raised(told)) is OutcomeUnknown
    assert type(raised(told, write=False)) is ChannelFailed


@pytest.mark.parametrize("code", [400, 401, 403])
def test_the_token_is_in_no_message(code: int) -> None:
    told = error(code, f"Bad Request: /bot{TOKEN}/sendMessage " + "y" * 1000)
    with pytest.raises((Refused, AuthError)) as caught:
        result(told, TOKEN, write=True)
    text = str(caught.value) + "".join(getattr(caught.value, "message", ()))
    assert TOKEN not in text
    assert TOKEN.lower() not in text
    assert len(str(caught.value)) < 700
