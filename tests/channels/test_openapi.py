"""What holds exchanges against an OpenAPI file finds what is wrong with them."""

import json
from typing import Any

import pytest

from fahndung.http import Answer

from . import mastodons, openapi, xs
from .openapi import Specification

STATUSES = "https://social.example/api/v1/statuses"
LISTED = "https://social.example/api/v1/accounts/7/statuses"
JSON = {"Content-Type": "application/json", "Authorization": "Bearer x", "Idempotency-Key": "k"}


@pytest.fixture(scope="module")
def specification() -> Specification:
    openapi.needed(mastodons.SPECIFICATION)
    found = openapi.specification(mastodons.SPECIFICATION)
    assert found is not None
    return found


def answer(status: int, body: Any, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status=status, headers={"content-type": "application/json"} | named, body=json.dumps(body).encode())


def test_a_right_request_passes(specification: Specification) -> None:
    body = json.dumps({"status": "x", "visibility": "public", "language": "de"}).encode()
    assert [*specification.request("POST", STATUSES, JSON, body)] == []
    assert [*specification.request("GET", f"{LISTED}?limit=40&exclude_reblogs=true", {}, None)] == []
    assert [*specification.request("DELETE", f"{STATUSES}/41?delete_media=true", {}, None)] == []


@pytest.mark.parametrize(
    ("method", "url", "headers", "body", "told"),
    [
        ("POST", f"{STATUSES}x", JSON, b"{}", "no such operation"),
        ("PATCH", STATUSES, JSON, b"{}", "no such operation"),
        ("POST", STATUSES, JSON, None, "body is missing"),
        ("POST", STATUSES, JSON, b"{}", "not valid under any"),
        ("POST", STATUSES, JSON, b'{"status": 5}', "not valid under any"),
        ("POST", STATUSES, JSON, b'{"status": "x", "visibility": "everybody"}', "not valid under any"),
        ("POST", STATUSES, JSON, b'{"status": "x", "sensitiv": true}', "unknown field sensitiv"),
        ("POST", STATUSES, {"Content-Type": "text/plain"}, b"x", "a body of type 'text/plain'"),
        ("POST", STATUSES, JSON | {"X-Key": "x"}, b'{"status": "x"}', "unknown header X-Key"),
        ("GET", f"{LISTED}?limit=many", {}, None, "not of type 'integer'"),
        ("GET", f"{LISTED}?exclude_reblogs=1", {}, None, "not of type 'boolean'"),
        ("GET", f"{LISTED}?page=2", {}, None, "unknown parameter page"),
        ("GET", "https://social.example/api/v1/accounts/lookup", {}, None, "missing parameter acct"),
    ],
)
def test_a_wrong_request_is_told(
    specification: Specification, method: str, url: str, headers: dict[str, str], body: bytes | None, told: str
) -> None:
    assert told in "; ".join(specification.request(method, url, headers, body))


@pytest.mark.parametrize(
    ("answered", "told"),
    [
        (answer(404, {"error": "x"}), ""),
        (answer(410, None), ""),
        (answer(404, {}), "'error' is a required property"),
        (answer(500, {"error": "x"}), "status 500 is not one of"),
        (answer(200, []), "not of type 'object'"),
        (answer(200, {"id": "41"}), "required property"),
        (answer(429, {"error": "x"}, x_ratelimit_reset="2026-11-26T10:00:00.000000Z", x_ratelimit_limit="300"), ""),
        (answer(429, {"error": "x"}, x_ratelimit_reset="soon"), "is not a 'date-time'"),
        (answer(429, {"error": "x"}, x_ratelimit_limit="many"), "not of type 'integer'"),
        (answer(404, {"error": "x"}, content_type="text/html"), "an answer of type 'text/html'"),
    ],
)
def test_a_wrong_answer_is_told(specification: Specification, answered: Answer, told: str) -> None:
    found = "; ".join(specification.answer("GET", f"{STATUSES}/41", answered))
    assert told in found
    assert bool(told) == bool(found)


POSTS = "https://api.x.com/2/tweets"
NOT_FOUND = {
    "type": "https://api.x.com/2/problems/resource-not-found",
    "title": "Not Found",
    "detail": "x",
    "resource_type": "tweet",
}
PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def of_x() -> Specification:
    openapi.needed(xs.SPECIFICATION)
    found = openapi.specification(xs.SPECIFICATION)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("method", "url", "body", "told"),
    [
        ("POST", POSTS, {"text": "x", "reply_settings": "mentionedUsers"}, ""),
        ("POST", POSTS, {"text": "x", "reply_settings": "nobody"}, "not one of"),
        ("POST", POSTS, {"text": "x", "reply_setting": "mentionedUsers"}, "unknown field reply_setting"),
        ("GET", f"{POSTS}/1?post.fields=entities,attachments", None, ""),
        ("GET", f"{POSTS}/1?post.fields=entities,colour", None, "'colour' is not one of"),
        ("GET", f"{POSTS}/1?tweet.fields=entities", None, "unknown parameter tweet.fields"),
        ("GET", "https://api.x.com/2/users/1/tweets?max_results=101", None, "greater than the maximum"),
    ],
)
def test_a_file_with_references_and_lists_is_understood(
    of_x: Specification, method: str, url: str, body: object, told: str
) -> None:
    said = None if body is None else json.dumps(body).encode()
    found = "; ".join(of_x.request(method, url, {"Content-Type": "application/json"}, said))
    assert told in found
    assert bool(told) == bool(found)


@pytest.mark.parametrize(
    ("answered", "told"),
    [
        (answer(404, NOT_FOUND, content_type=PROBLEM), ""),
        (answer(404, NOT_FOUND | {"type": "about:blank"}, content_type=PROBLEM), "not valid under any"),
        (answer(404, NOT_FOUND), "'code' is a required property"),
        (answer(201, {"data": {}}), "status 201 is not one of"),
        (answer(200, {"data": {"id": "1", "text": "x"}}), ""),
        (answer(200, {"data": {"id": 1}}), "not of type 'string'"),
    ],
)
def test_an_error_that_stands_for_all_others_is_understood(of_x: Specification, answered: Answer, told: str) -> None:
    found = "; ".join(of_x.answer("GET", f"{POSTS}/1", answered))
    assert told in found
    assert bool(told) == bool(found)


def test_without_the_folder_nothing_is_held_against_it_and_the_run_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(openapi.VARIABLE, raising=False)
    assert openapi.specification.__wrapped__(mastodons.SPECIFICATION) is None
    with pytest.raises(pytest.skip.Exception, match="UNVALIDATED"):
        openapi.needed(mastodons.SPECIFICATION)
