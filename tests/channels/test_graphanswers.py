"""What each answer of a Graph API means, asked in the name of one of them."""

import datetime as dt
import json
from typing import Any

import pytest

from fahndung.channels import answers, facebookanswers
from fahndung.channels.facebookanswers import Usage
from fahndung.errors import (
    AuthError,
    ChannelFailed,
    Duplicate,
    FahndungError,
    NotPublishable,
    OutcomeUnknown,
    RateLimited,
    Rejected,
)
from fahndung.http import Answer


def answer(status: int, told: object, **headers: object) -> Answer:
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    named = {name.replace("_", "-"): json.dumps(value) for name, value in headers.items()}
    return Answer(status=status, headers=named, body=body)


def failed(code: object, status: int = 400, **more: object) -> Answer:
    return answer(status, {"error": {"message": "x", "type": "OAuthException", "code": code, **more}})


LIMITS = [4, 17, 32, 341, 613, 80000, 80001, 80002, 80014, 1390008]


@pytest.mark.parametrize(
    ("answered", "kind"),
    [
        *((failed(code), RateLimited) for code in LIMITS),
        (failed(4, is_transient=True), RateLimited),
        (failed(1, 500), OutcomeUnknown),
        (failed(2, 503), OutcomeUnknown),
        (failed(2, 400), OutcomeUnknown),
        (failed(100, is_transient=True), OutcomeUnknown),
        *((failed(code), AuthError) for code in (3, 10, 102, 190, 200, 299)),
        (failed(190, 401, error_subcode=463), AuthError),
        (failed(100, message="Invalid appsecret_proof provided in the API argument"), AuthError),
        (failed(100), Rejected),
        (failed(100, error_subcode=33), Rejected),
        (failed(368), Rejected),
        (failed(506), Duplicate),
        (failed(300), OutcomeUnknown),
        (failed(199), OutcomeUnknown),
        (failed(80015), OutcomeUnknown),
        (failed(2500), OutcomeUnknown),
        (failed(1, 200), OutcomeUnknown),
        (failed("190", 401), AuthError),
        (answer(200, b"<html>"), OutcomeUnknown),
        (answer(200, []), OutcomeUnknown),
        (answer(302, {}), OutcomeUnknown),
        (answer(500, {}), OutcomeUnknown),
        (answer(400, {"error": "x"}), Rejected),
        (answer(400, b"[" * 100_000), Rejected),
        (answer(403, b""), AuthError),
        (answer(429, b""), RateLimited),
    ],
)
def test_every_answer_to_a_write_and_to_a_read_has_its_outcome(answered: Answer, kind: type[FahndungError]) -> None:
    with pytest.raises(FahndungError) as caught:
        facebookanswers.written(answered)
    assert type(caught.value) is kind
    assert caught.value.effect_possible is (kind in {OutcomeUnknown, Duplicate})
    with pytest.raises(ChannelFailed) as caught:
        facebookanswers.readable(answered)
    assert not isinstance(caught.value, NotPublishable)
    assert isinstance(caught.value, RateLimited | AuthError) is (kind in {RateLimited, AuthError})


def test_a_success_is_what_it_says() -> None:
    assert facebookanswers.written(answer(200, {"id": "1_2"})) == {"id": "1_2"}
    assert facebookanswers.readable(answer(200, {"success": True})) == {"success": True}


@pytest.mark.parametrize(
    ("answered", "missing"),
    [
        (failed(100, error_subcode=33), True),
        (failed(100, 404, error_subcode=33), True),
        (failed(100), False),
        (failed(100, error_subcode="33"), False),
        (failed(190, error_subcode=33), False),
        (failed(100, 200, error_subcode=33), False),
        (failed(100, 500, error_subcode=33), False),
        (answer(404, b""), False),
        (answer(200, {}), False),
    ],
)
def test_only_one_code_says_that_something_does_not_exist(answered: Answer, missing: bool) -> None:
    assert facebookanswers.is_missing(answered) is missing


def test_an_error_tells_its_numbers_and_its_trace_and_nothing_that_facebook_wrote() -> None:
    with pytest.raises(Rejected) as caught:
        facebookanswers.written(failed(368, error_subcode=7, fbtrace_id="Axy_1-Z", message="geheim"))
    assert "code 368, subcode 7, trace Axy_1-Z" in caught.value.message.en
    assert "code 368, subcode 7, trace Axy_1-Z" in caught.value.message.de
    for trace in ("\x1b[0m", "x" * 41, "", 5, None):
        with pytest.raises(Rejected) as caught:
            facebookanswers.written(failed(368, fbtrace_id=trace, message="geheim"))
        assert "(code 368)" in caught.value.message.en
        assert "geheim" not in "".join(caught.value.message)


def page(**values: object) -> dict[str, Any]:
    return {"x_business_use_case_usage": {"1000": [{"type": "pages", **values}]}}


MOST = answers.LONGEST_WAIT


@pytest.mark.parametrize(
    ("headers", "percent", "wait"),
    [
        ({}, 0, None),
        (page(call_count=28, total_time=3, total_cputime=1, estimated_time_to_regain_access=0), 28, None),
        (page(call_count=1, total_time=30, total_cputime=2), 30, None),
        (page(call_count=1, total_time=3, total_cputime=40.5), 40.5, None),
        (page(call_count=100, estimated_time_to_regain_access=19), 100, dt.timedelta(minutes=19)),
        (page(call_count=100, estimated_time_to_regain_access=10**8), 100, MOST),
        (page(estimated_time_to_regain_access=10**30), 0, None),
        (page(call_count=-5, total_time="90", total_cputime=True, estimated_time_to_regain_access=-1), 0, None),
        ({"x_app_usage": {"call_count": 55, "total_time": 7, "total_cputime": 9}}, 55, None),
        ({"x_app_usage": {"call_count": 55}} | page(call_count=60), 60, None),
        ({"x_app_usage": [5], "x_business_use_case_usage": {"1": [5, {"call_count": 7}]}}, 7, None),
        ({"x_app_usage": None, "x_business_use_case_usage": {"1": {"call_count": 7}}}, 0, None),
    ],
)
def test_how_busy_an_account_is_and_how_long_it_waits(
    headers: dict[str, object], percent: float, wait: dt.timedelta | None
) -> None:
    assert facebookanswers.usage(answer(200, {}, **headers)) == Usage(percent=percent, wait=wait)


def test_a_header_that_is_no_json_tells_nothing() -> None:
    broken = Answer(status=200, headers={"x-app-usage": "{", "x-business-use-case-usage": "[" * 100_000}, body=b"")
    assert facebookanswers.usage(broken) == Usage(percent=0, wait=None)


@pytest.mark.parametrize(("code", "scope"), [(4, "app"), (32, "account"), (80001, "account")])
def test_a_limit_tells_what_is_limited_and_for_how_long(code: int, scope: str) -> None:
    told = {"error": {"message": "x", "code": code}}
    with pytest.raises(RateLimited) as caught:
        facebookanswers.written(answer(400, told, **page(call_count=100, estimated_time_to_regain_access=19)))
    assert (caught.value.scope, caught.value.retry_after) == (scope, dt.timedelta(minutes=19))
